// ecosystem/unused-dependency: dependencies that nothing in their package names.
#include "review/ecosystem/dependency_use.h"
#include "review/toml_edits.h"
#include "review/workspace_rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "The Cargo Book, Specifying Dependencies, "
    "https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html",
};

// What is there to be linked: nothing has to name it.
bool is_linked(const manifest::Dependency& dependency, const PackageNode* node) {
  const std::string_view name = dependency.package;
  if (name.ends_with("-sys") || name.ends_with("_sys") || name.ends_with("-src")) return true;
  return node != nullptr && node->manifest_package != UINT32_MAX && node->has_build_script &&
         (name.starts_with("lib") || name.find("alloc") != std::string_view::npos);
}

// Somebody else has it, too: an entry with features, or of one version alone, may be there to choose those. Tests
// choose nothing for others.
bool chooses_for_others(const WorkspaceContext& context, const manifest::Dependency& dependency,
                        const manifest::Package& package) {
  if (dependency.kind == manifest::DependencyKind::Development) return false;
  const bool chooses = !dependency.features.empty() || !dependency.default_features ||
                       (dependency.source == manifest::SourceKind::Registry && dependency.requirement.starts_with("="));
  if (!chooses) return false;
  for (const PackageNode& node : context.names()->graph.packages) {
    if (node.name == package.name) continue;
    for (const PackageEdge& edge : node.dependencies)
      if (edge.to && context.names()->graph.packages[edge.to.value].name == dependency.package) return true;
  }
  return false;
}

std::string_view table_of(manifest::DependencyKind kind) {
  switch (kind) {
    case manifest::DependencyKind::Development:
      return "[dev-dependencies]";
    case manifest::DependencyKind::Build:
      return "[build-dependencies]";
    default:
      return "[dependencies]";
  }
}

void check(WorkspaceContext& context) {
  if (context.names() == nullptr || !context.project().complete) return;
  for (const manifest::Package& package : context.workspace().packages) {
    if (!package.usable || package.dependencies.empty() || !context.is_shown(package)) continue;
    DependencyUse use(context, package);
    if (!use.known()) continue;
    const manifest::Manifest& manifest = context.manifest_of(package);
    for (const manifest::Dependency& dependency : package.dependencies) {
      if (!dependency.written || use.in_features(dependency, true)) continue;
      const PackageNode* node = use.package_of(dependency);
      // Without a lock file or sources its library's name is not known for certain, but its package's is near it.
      if (is_linked(dependency, node) || chooses_for_others(context, dependency, package)) continue;
      uint8_t wanted = kInCode | kInTests | kInDocs;
      if (dependency.kind == manifest::DependencyKind::Build) wanted = kInBuild;
      const uint8_t where = use.of(dependency, wanted);
      if ((where & wanted) != 0) continue;
      if (dependency.kind == manifest::DependencyKind::Development && (use.docs_unknown() || use.published_copy()))
        continue;
      const manifest::DependencyEntry& entry = manifest.dependencies[dependency.written.value];
      std::vector<DocumentEdit> edits;
      const std::string_view text = manifest.document.text();
      if (!use.in_features(dependency, false) && is_plain_entry(text, entry.name.span, entry.span))
        edits.push_back({context.document_of(package), {toml_entry_span(text, entry.name.span, entry.span), ""}});
      std::string message =
          "nothing in `" + std::string(package.name) + "` names `" + std::string(dependency.name) + "`";
      if (dependency.kind == manifest::DependencyKind::Build && (where & (kInCode | kInTests)) != 0)
        message = "the build script of `" + std::string(package.name) + "` does not name `" +
                  std::string(dependency.name) + "`, which the rest of it does";
      context.report({.primary = {context.document_of(package), entry.name.span, {}},
                      .message = std::move(message),
                      .help = "take it out of " + std::string(table_of(dependency.kind)) +
                              ", or say in a comment what it is there for",
                      .severity = Severity::Warning,
                      .related = {},
                      .edits = std::move(edits)});
    }
  }
}

}  // namespace

extern const Rule kUnusedDependencyRule;
const Rule kUnusedDependencyRule = {
    .id = "ecosystem/unused-dependency",
    .area = "ecosystem",
    .title = "a dependency that nothing names",
    .why =
        "Each dependency is downloaded, compiled, audited and updated, with all that it depends on itself. One that no "
        "path, macro or attribute names costs the same and gives nothing.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[workspace]\n"
        "exclude = [\"shapes\", \"colours\"]\n"
        "[dependencies]\n"
        "shapes = { path = \"shapes\" }\n"
        "colours = { path = \"colours\" }  #~\n"
        "--- src/main.rs\n"
        "fn main() { shapes::draw(); }\n"
        "--- shapes/Cargo.toml\n"
        "[package]\n"
        "name = \"shapes\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "--- shapes/src/lib.rs\n"
        "pub fn draw() {}\n"
        "--- colours/Cargo.toml\n"
        "[package]\n"
        "name = \"colours\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "--- colours/src/lib.rs\n"
        "pub fn red() {}\n",
    .good =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[workspace]\n"
        "exclude = [\"shapes\"]\n"
        "[dependencies]\n"
        "shapes = { path = \"shapes\" }\n"
        "[target.'cfg(windows)'.dependencies]\n"
        "forms = { path = \"shapes\", package = \"shapes\" }\n"
        "--- src/main.rs\n"
        "fn main() { shapes::draw(); }\n"
        "#[cfg(windows)]\n"
        "fn other() { forms::draw(); }\n"
        "--- shapes/Cargo.toml\n"
        "[package]\n"
        "name = \"shapes\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "--- shapes/src/lib.rs\n"
        "pub fn draw() {}\n",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt =
        "a macro that could not be expanded may name it, or it is there for what linking it does or for the features "
        "that it turns on elsewhere",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
