// ecosystem/duplicate-versions: one crate in several versions.
#include <algorithm>

#include "review/ecosystem/dependents.h"
#include "review/workspace_rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "The Cargo Book, Dependency Resolution, Version-incompatibility hazards, "
    "https://doc.rust-lang.org/cargo/reference/resolver.html#version-incompatibility-hazards",
};

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
  for (size_t begin = 0; begin < order.size();) {
    const std::string_view name = lock->packages[order[begin]].name.value;
    size_t end = begin + 1;
    while (end < order.size() && lock->packages[order[end]].name.value == name) ++end;
    std::vector<uint32_t> versions;
    for (size_t i = begin; i < end; ++i)
      if (versions.empty() ||
          lock->packages[versions.back()].version_text.value != lock->packages[order[i]].version_text.value)
        versions.push_back(order[i]);
    begin = end;
    if (versions.size() < 2) continue;
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
