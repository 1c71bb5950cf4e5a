// ecosystem/test-only-dependency: dependencies of all users that only tests name.
#include "review/ecosystem/dependency_use.h"
#include "review/workspace_rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "The Cargo Book, Specifying Dependencies, Development dependencies, "
    "https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html#development-dependencies",
};

void check(WorkspaceContext& context) {
  if (context.names() == nullptr || !context.project().complete) return;
  for (const manifest::Package& package : context.workspace().packages) {
    if (!package.usable || package.dependencies.empty() || !context.is_shown(package)) continue;
    DependencyUse use(context, package);
    if (!use.known()) continue;
    const manifest::Manifest& manifest = context.manifest_of(package);
    for (const manifest::Dependency& dependency : package.dependencies) {
      if (dependency.kind != manifest::DependencyKind::Normal || !dependency.written || dependency.optional) continue;
      const uint8_t where = use.of(dependency, kInCode | kInBuild);
      if ((where & kInTests) == 0 || (where & (kInCode | kInBuild)) != 0) continue;
      if (use.in_features(dependency, true)) continue;
      // It is in [dev-dependencies] already: then it is here for something else.
      bool twice = false;
      for (const manifest::Dependency& other : package.dependencies)
        twice = twice || (other.kind == manifest::DependencyKind::Development && other.package == dependency.package);
      if (twice) continue;
      const manifest::DependencyEntry& entry = manifest.dependencies[dependency.written.value];
      context.report({.primary = {context.document_of(package), entry.name.span, {}},
                      .message = "only tests, benchmarks and examples of `" + std::string(package.name) + "` name `" +
                                 std::string(dependency.name) + "`",
                      .help = "move it to [dev-dependencies]",
                      .severity = Severity::Warning});
    }
  }
}

}  // namespace

extern const Rule kTestOnlyDependencyRule;
const Rule kTestOnlyDependencyRule = {
    .id = "ecosystem/test-only-dependency",
    .area = "ecosystem",
    .title = "a dependency that only tests name",
    .why =
        "What stands in [dependencies] is downloaded and compiled by everyone who depends on the package. What only "
        "its own tests, benchmarks and examples need belongs in [dev-dependencies], where it costs nobody else.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[workspace]\n"
        "exclude = [\"checks\"]\n"
        "[dependencies]\n"
        "checks = { path = \"checks\" }  #~\n"
        "--- src/lib.rs\n"
        "pub fn two() -> u8 { 2 }\n"
        "#[cfg(test)]\n"
        "mod tests {\n"
        "    #[test]\n"
        "    fn it_is_two() { checks::same(super::two(), 2); }\n"
        "}\n"
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
        "pub fn two() -> u8 { 2 }\n"
        "#[cfg(test)]\n"
        "mod tests {\n"
        "    #[test]\n"
        "    fn it_is_two() { checks::same(super::two(), 2); }\n"
        "}\n"
        "--- checks/Cargo.toml\n"
        "[package]\n"
        "name = \"checks\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "--- checks/src/lib.rs\n"
        "pub fn same(a: u8, b: u8) { assert_eq!(a, b); }\n",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "a macro that could not be expanded may name it in the code itself",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
