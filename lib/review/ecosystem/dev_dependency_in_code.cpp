// ecosystem/dev-dependency-in-code: dependencies of tests that other code names.
#include <algorithm>

#include "review/workspace_rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "The Cargo Book, Specifying Dependencies, Development dependencies, "
    "https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html#development-dependencies",
    "Rust error codes, E0433, https://doc.rust-lang.org/error_codes/E0433.html",
};

// Where code that is built without tests names a crate and rustc finds none; empty when it does not.
std::string named_in_code(const Project& project, std::string_view manifest_path, std::string_view name) {
  for (uint32_t i = 0; i < project.graph.crates.size(); ++i) {
    const CrateNode& node = project.graph.crates[i];
    const CrateIndex index = Project::index_of(CrateId(i));
    const CrateDefs* crate = project.analysis.crate(index);
    const bool shipped = node.kind == manifest::TargetKind::Lib || node.kind == manifest::TargetKind::Bin;
    if (!node.local || node.test_cfg || !shipped || crate == nullptr || !project.has_names[index] ||
        project.graph.packages[node.package.value].manifest_path != manifest_path)
      continue;
    for (const NameDiagnostic& diagnostic : project.names[index].diagnostics) {
      if (!diagnostic.proven || !diagnostic.source || (diagnostic.code != "E0432" && diagnostic.code != "E0433"))
        continue;
      const SourceInfo& info = crate->sources[diagnostic.source.value];
      if (info.kind != SourceInfo::Kind::File || info.source == nullptr) continue;
      const std::string_view text = info.source->text;
      const std::string_view word = text.substr(
          diagnostic.span.start, std::min<size_t>(diagnostic.span.end - diagnostic.span.start, name.size() + 1));
      const bool names = word.starts_with(name) && (word.size() == name.size() || word[name.size()] == ':');
      // The first of its path: `crate::name` is something else.
      const std::string_view before = text.substr(0, diagnostic.span.start);
      if (!names || (before.ends_with("::") && before.size() > 2 && before[before.size() - 3] != ' ')) continue;
      return info.path + ", line " + std::to_string(1 + std::count(before.begin(), before.end(), '\n'));
    }
  }
  return {};
}

void check(WorkspaceContext& context) {
  if (context.names() == nullptr) return;
  for (const manifest::Package& package : context.workspace().packages) {
    if (!package.usable || !context.is_shown(package)) continue;
    const manifest::Manifest& manifest = context.manifest_of(package);
    for (const manifest::Dependency& dependency : package.dependencies) {
      if (dependency.kind != manifest::DependencyKind::Development || !dependency.written) continue;
      const bool elsewhere =
          std::any_of(package.dependencies.begin(), package.dependencies.end(), [&](const manifest::Dependency& other) {
            return other.kind == manifest::DependencyKind::Normal && other.name == dependency.name;
          });
      if (elsewhere) continue;
      std::string name(dependency.name);
      std::replace(name.begin(), name.end(), '-', '_');
      const std::string where = named_in_code(*context.names(), manifest.path, name);
      if (where.empty()) continue;
      const manifest::DependencyEntry& entry = manifest.dependencies[dependency.written.value];
      context.report(
          {.primary = {context.document_of(package), entry.name.span, {}},
           .message = "`" + std::string(dependency.name) + "` is there for tests, and other code names it: " + where,
           .help = "move it to [dependencies], or put that code behind #[cfg(test)]",
           .severity = Severity::Error});
    }
  }
}

}  // namespace

extern const Rule kDevDependencyInCodeRule;
const Rule kDevDependencyInCodeRule = {
    .id = "ecosystem/dev-dependency-in-code",
    .area = "ecosystem",
    .title = "a dependency of tests that other code names",
    .why =
        "What stands in [dev-dependencies] is there when tests, examples and benchmarks are built. Code that names it "
        "elsewhere passes `cargo test` and fails `cargo build`: for everybody who depends on the package.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[workspace]\n"
        "exclude = [\"checks\"]\n"
        "[dev-dependencies]\n"
        "checks = { path = \"checks\" }  #~\n"
        "--- src/lib.rs\n"
        "pub fn two() { checks::same(1, 2); }\n"
        "--- checks/Cargo.toml\n"
        "[package]\n"
        "name = \"checks\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "--- checks/src/lib.rs\n"
        "pub fn same(a: u8, b: u8) { assert_eq!(a, b); }\n",
    .good =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[workspace]\n"
        "exclude = [\"checks\"]\n"
        "[dev-dependencies]\n"
        "checks = { path = \"checks\" }\n"
        "--- src/lib.rs\n"
        "#[cfg(test)]\n"
        "mod tests { fn two() { checks::same(1, 2); } }\n"
        "--- checks/Cargo.toml\n"
        "[package]\n"
        "name = \"checks\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "--- checks/src/lib.rs\n"
        "pub fn same(a: u8, b: u8) { assert_eq!(a, b); }\n",
    .severity = Severity::Error,
    .verdict = Verdict::Proven,
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
