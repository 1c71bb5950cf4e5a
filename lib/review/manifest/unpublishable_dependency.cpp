// manifest/git-or-path-dependency: what keeps a package from being published.
#include "review/workspace_rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "The Cargo Book, Specifying Dependencies, Multiple locations, "
    "https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html#multiple-locations",
};

void check(WorkspaceContext& context) {
  for (const manifest::Package& package : context.workspace().packages) {
    if (!looks_published(package)) continue;
    const manifest::Manifest& manifest = context.manifest_of(package);
    for (const manifest::Dependency& dependency : package.dependencies) {
      // cargo leaves a dev dependency without a version out of what it publishes.
      if (dependency.source == manifest::SourceKind::Registry || !dependency.requirement.empty() ||
          dependency.kind == manifest::DependencyKind::Development)
        continue;
      const bool git = dependency.source == manifest::SourceKind::Git;
      context.report(
          {.primary = {context.document_of(package), manifest.dependencies[dependency.written.value].span, {}},
           .message = "`" + std::string(dependency.name) + "` is known by its " + (git ? "repository" : "folder") +
                      " only, so the package cannot be published",
           .help = "write the version that crates.io has beside it, or publish = false",
           .severity = Severity::Warning});
    }
  }
}

}  // namespace

extern const Rule kUnpublishableDependencyRule;
const Rule kUnpublishableDependencyRule = {
    .id = "manifest/git-or-path-dependency",
    .area = "manifest",
    .title = "a dependency that a published package cannot have",
    .why =
        "A package that others get from crates.io is built from what crates.io has. cargo publish refuses a dependency "
        "without a version; with one, the repository or folder counts for your own builds only.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"shapes\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "rust-version = \"1.85\"\n"
        "license = \"MIT\"\n"
        "description = \"Shapes\"\n"
        "repository = \"https://example.com/shapes\"\n"
        "[dependencies]\n"
        "math = { git = \"https://example.com/math\" }  #~\n"
        "--- src/lib.rs\n",
    .good =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"shapes\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "rust-version = \"1.85\"\n"
        "license = \"MIT\"\n"
        "description = \"Shapes\"\n"
        "repository = \"https://example.com/shapes\"\n"
        "[dependencies]\n"
        "math = { git = \"https://example.com/math\", version = \"0.3\" }\n"
        "--- src/lib.rs\n",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "a package that is never published may have such dependencies; publish = false says so",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
