// ecosystem/duplicate-versions: one crate in several versions.
#include <algorithm>
#include <optional>
#include <set>

#include "review/ecosystem/dependents.h"
#include "review/workspace_rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "The Cargo Book, Dependency Resolution, Version-incompatibility hazards, "
    "https://doc.rust-lang.org/cargo/reference/resolver.html#version-incompatibility-hazards",
};

// Packages that more than tests, benchmarks and examples of the members need, as "name version". Nothing when the crate
// graph is not known: then all count.
std::optional<std::set<std::string>> built_packages(const CrateGraph* graph) {
  if (graph == nullptr) return {};
  std::vector<bool> seen(graph->packages.size());
  std::vector<uint32_t> open;
  for (uint32_t i = 0; i < graph->packages.size(); ++i)
    if (graph->packages[i].origin == PackageOrigin::Member) open.push_back(i);
  std::set<std::string> names;
  while (!open.empty()) {
    const uint32_t at = open.back();
    open.pop_back();
    if (seen[at]) continue;
    seen[at] = true;
    const PackageNode& package = graph->packages[at];
    names.insert(package.name + " " + package.version);
    for (const PackageEdge& edge : package.dependencies)
      if (edge.to && edge.kind != manifest::DependencyKind::Development) open.push_back(edge.to.value);
  }
  return names;
}

// Whether the workspace builds a program: then all that its lock file says is its own to change. Of a library only what
// it asks for itself is: its users have lock files of their own.
bool builds_program(const CrateGraph* graph) {
  if (graph == nullptr) return true;
  for (const CrateNode& crate : graph->crates)
    if (crate.local && crate.kind == manifest::TargetKind::Bin) return true;
  return false;
}

// Whether a package asks for another one of the versions as well.
bool asks_for_others(const Dependents& dependents, const std::vector<uint32_t>& versions, size_t version, uint32_t by) {
  for (size_t i = 0; i < versions.size(); ++i) {
    if (i == version) continue;
    for (const uint32_t other : dependents.of(versions[i]))
      if (other == by) return true;
  }
  return false;
}

// Whether an old version is there for somebody who is there once alone. Where all who ask for one are there twice
// themselves, it goes when they do: theirs is the finding.
bool is_cause(const manifest::Lockfile& lock, const Dependents& dependents, const std::set<std::string_view>& twice,
              const std::vector<uint32_t>& versions, bool program) {
  for (size_t i = 0; i + 1 < versions.size(); ++i)
    for (const uint32_t by : dependents.of(versions[i])) {
      // Who asks for both, by two names, means to work with either.
      const bool own = lock.packages[by].source.value.empty() && !asks_for_others(dependents, versions, i, by);
      if (own || (program && !twice.contains(lock.packages[by].name.value))) return true;
    }
  return false;
}

void check(WorkspaceContext& context) {
  const manifest::Lockfile* lock = context.lockfile();
  if (lock == nullptr) return;
  std::vector<uint32_t> order(lock->packages.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    const manifest::LockedPackage& x = lock->packages[a];
    const manifest::LockedPackage& y = lock->packages[b];
    if (x.name.value != y.name.value) return x.name.value < y.name.value;
    const auto by_version = manifest::compare(x.version, y.version);
    return by_version != 0 ? by_version < 0 : a < b;
  });
  const Dependents dependents(*lock);
  const auto label = [&](uint32_t package) {
    const std::string names = dependents.names(package);
    return std::string(lock->packages[package].version_text.value) + (names.empty() ? "" : ", for " + names);
  };
  const std::optional<std::set<std::string>> built = built_packages(context.graph());
  std::vector<std::vector<uint32_t>> duplicates;
  std::set<std::string_view> twice;
  for (size_t begin = 0; begin < order.size();) {
    const std::string_view name = lock->packages[order[begin]].name.value;
    size_t end = begin + 1;
    while (end < order.size() && lock->packages[order[end]].name.value == name) ++end;
    std::vector<uint32_t> versions;
    for (size_t i = begin; i < end; ++i) {
      const std::string_view version = lock->packages[order[i]].version_text.value;
      if (built && !built->contains(std::string(name) + " " + std::string(version))) continue;
      if (versions.empty() || lock->packages[versions.back()].version_text.value != version)
        versions.push_back(order[i]);
    }
    begin = end;
    if (versions.size() < 2) continue;
    twice.insert(name);
    duplicates.push_back(std::move(versions));
  }
  const bool program = builds_program(context.graph());
  for (const std::vector<uint32_t>& versions : duplicates) {
    if (!is_cause(*lock, dependents, twice, versions, program)) continue;
    const std::string_view name = lock->packages[versions[0]].name.value;
    WorkspaceDiagnostic diagnostic{
        .primary = {context.lock_document(), lock->packages[versions[0]].version_text.span, label(versions[0])},
        .message = "`" + std::string(name) + "` is here in " + std::to_string(versions.size()) + " versions",
        .help = "bring those who ask for an old version to a newer one, where they have a release that takes it",
        .severity = Severity::Advice,
        .related = {}};
    for (size_t i = 1; i < versions.size(); ++i)
      diagnostic.related.push_back(
          {context.lock_document(), lock->packages[versions[i]].version_text.span, label(versions[i])});
    context.report(std::move(diagnostic));
  }
}

}  // namespace

extern const Rule kDuplicateVersionsRule;
const Rule kDuplicateVersionsRule = {
    .id = "ecosystem/duplicate-versions",
    .area = "ecosystem",
    .title = "a crate in several versions",
    .why =
        "Each version is compiled, linked and looked after on its own, and its types are other types than those of the "
        "next: a value from one cannot be given to a function of the other.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[dependencies]\n"
        "log = \"0.4\"\n"
        "old-log = { package = \"log\", version = \"0.3\" }\n"
        "--- Cargo.lock\n"
        "version = 4\n"
        "[[package]]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "dependencies = [\"log 0.3.9\", \"log 0.4.28\"]\n"
        "[[package]]\n"
        "name = \"log\"\n"
        "version = \"0.3.9\"  #~\n"
        "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n"
        "[[package]]\n"
        "name = \"log\"\n"
        "version = \"0.4.28\"\n"
        "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n"
        "--- src/main.rs\n"
        "fn main() {}\n",
    .good =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[dependencies]\n"
        "log = \"0.4\"\n"
        "--- Cargo.lock\n"
        "version = 4\n"
        "[[package]]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "dependencies = [\"log\"]\n"
        "[[package]]\n"
        "name = \"log\"\n"
        "version = \"0.4.28\"\n"
        "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n"
        "--- src/main.rs\n"
        "fn main() {}\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "a lock file also lists what other platforms and features need, so one of them may never be built",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
