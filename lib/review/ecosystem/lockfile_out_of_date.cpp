// ecosystem/lockfile-out-of-date: a lock file that does not fit the manifests.
#include <algorithm>
#include <unordered_map>

#include "review/workspace_rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "The Cargo Book, cargo build, --locked, "
    "https://doc.rust-lang.org/cargo/commands/cargo-build.html#option-cargo-build---locked",
};

class Comparison {
 public:
  explicit Comparison(WorkspaceContext& context) : context_(context), lock_(*context.lockfile()) {
    for (const manifest::LockedPackage& package : lock_.packages)
      if (package.source.value.empty()) locals_.emplace(package.name.value, &package);
  }

  void run() {
    for (const manifest::Package& package : context_.workspace().packages)
      if (package.usable) compare(package);
  }

 private:
  void report(const manifest::Package& package, manifest::Span span, std::string message) {
    context_.report({.primary = {context_.document_of(package), span, {}},
                     .message = std::move(message),
                     .help = "`cargo update --workspace` mends the lock file and leaves other versions as they are",
                     .severity = Severity::Warning});
  }

  void compare(const manifest::Package& package) {
    const manifest::PackageTable& own = *context_.manifest_of(package).package;
    const auto [first, last] = locals_.equal_range(package.name);
    if (first == last) return report(package, own.name.span, "Cargo.lock has no `" + std::string(package.name) + "`");
    const auto found = std::find_if(
        first, last, [&](const auto& entry) { return manifest::compare(entry.second->version, package.version) == 0; });
    if (found == last) {
      report(package, own.version ? own.version.span : own.name.span,
             "Cargo.lock has `" + std::string(package.name) + "` as " + std::string(first->second->version_text.value) +
                 ", not " + manifest::to_string(package.version));
      return;
    }
    for (const manifest::Dependency& dependency : package.dependencies) compare(package, *found->second, dependency);
  }

  void compare(const manifest::Package& package, const manifest::LockedPackage& locked,
               const manifest::Dependency& dependency) {
    // Tests of a package may depend on the package itself.
    if (dependency.package == package.name) return;
    const manifest::Span span = context_.manifest_of(package).dependencies[dependency.written.value].span;
    const auto requirement = manifest::parse_version_req(dependency.requirement);
    std::string_view other;
    for (const manifest::LockedDependency& each : locked.dependencies) {
      if (each.name != dependency.package) continue;
      if (!each.package.valid() || dependency.requirement.empty() || !requirement) return;  // not known, or anything
      const manifest::LockedPackage& chosen = lock_.packages[each.package.value];
      if (requirement->matches(chosen.version)) return;
      other = chosen.version_text.value;
    }
    const std::string name(dependency.package);
    if (other.empty())
      report(package, span, "Cargo.lock has no `" + name + "` for `" + std::string(package.name) + "`");
    else
      report(package, span,
             "Cargo.lock has `" + name + "` as " + std::string(other) + ", which is not \"" +
                 std::string(dependency.requirement) + "\"");
  }

  WorkspaceContext& context_;
  const manifest::Lockfile& lock_;
  std::unordered_multimap<std::string_view, const manifest::LockedPackage*> locals_;
};

void check(WorkspaceContext& context) {
  if (context.lockfile() == nullptr || !context.project().complete) return;
  // Members that cannot be read, or are of no workspace, are cargo's first concern.
  for (const manifest::WorkspaceProblem& each : context.workspace().problems)
    if (each.problem.severity == manifest::Severity::Error) return;
  Comparison(context).run();
}

}  // namespace

extern const Rule kLockfileOutOfDateRule;
const Rule kLockfileOutOfDateRule = {
    .id = "ecosystem/lockfile-out-of-date",
    .area = "ecosystem",
    .title = "a lock file that does not fit the manifests",
    .why =
        "cargo build --locked, which builds what was tested, refuses such a lock file. Without --locked cargo chooses "
        "versions anew on each machine, and nobody knows which were reviewed.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[dependencies]\n"
        "log = \"0.4.20\"  #~\n"
        "rand = \"0.9\"  #~\n"
        "--- Cargo.lock\n"
        "version = 4\n"
        "[[package]]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "dependencies = [\"log\"]\n"
        "[[package]]\n"
        "name = \"log\"\n"
        "version = \"0.4.8\"\n"
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
        "log = \"0.4.20\"\n"
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
    .severity = Severity::Warning,
    .verdict = Verdict::Proven,
    .doubt = "",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
