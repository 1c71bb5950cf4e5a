// ecosystem/pinned-requirement: libraries that allow one version of a dependency, or ask for a pre-release.
#include <algorithm>

#include "review/workspace_rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "The Cargo Book, Specifying Dependencies, Comparison requirements, "
    "https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html#comparison-requirements",
    "The Cargo Book, Dependency Resolution, https://doc.rust-lang.org/cargo/reference/resolver.html",
};

// "github.com/serde-rs/serde" of "https://github.com/serde-rs/serde.git/tree/master/serde_derive".
std::string_view repository_of(std::string_view url) {
  if (const size_t scheme = url.find("://"); scheme != std::string_view::npos) url.remove_prefix(scheme + 3);
  size_t end = 0;
  for (int parts = 0; parts < 3 && end != std::string_view::npos; ++parts) end = url.find('/', end == 0 ? 0 : end + 1);
  url = url.substr(0, end);
  while (url.ends_with('/')) url.remove_suffix(1);
  if (url.ends_with(".git")) url.remove_suffix(4);
  return std::count(url.begin(), url.end(), '/') == 2 ? url : std::string_view();
}

// `serde` and `serde_derive`: parts of one thing, which are released together. Their names begin alike, or they come
// from one repository.
bool are_parts_of_one(const CrateGraph* graph, const manifest::Package& package, std::string_view dependency) {
  const auto head = [](std::string_view name) { return name.substr(0, name.find_first_of("-_")); };
  if (head(package.name) == head(dependency)) return true;
  const std::string_view own = repository_of(package.repository.value);
  if (graph == nullptr || own.empty()) return false;
  return std::any_of(graph->packages.begin(), graph->packages.end(), [&](const PackageNode& node) {
    return node.name == dependency && node.manifest_package != UINT32_MAX &&
           repository_of(graph->manifest_packages[node.manifest_package]->repository.value) == own;
  });
}

void check(WorkspaceContext& context) {
  for (const manifest::Package& package : context.workspace().packages) {
    const bool library = std::any_of(package.targets.begin(), package.targets.end(), [](const manifest::Target& t) {
      return t.kind == manifest::TargetKind::Lib && !t.proc_macro;
    });
    if (!library || !looks_published(package)) continue;
    for (const manifest::Dependency& dependency : package.dependencies) {
      if (dependency.source != manifest::SourceKind::Registry ||
          dependency.kind == manifest::DependencyKind::Development ||
          are_parts_of_one(context.graph(), package, dependency.package))
        continue;
      const auto requirement = manifest::parse_version_req(dependency.requirement);
      if (!requirement) continue;
      const auto& all = requirement->comparators;
      const bool exact = all.size() == 1 && all[0].kind == manifest::ComparatorKind::Exact && all[0].patch;
      const bool early = std::any_of(all.begin(), all.end(), [](const auto& c) { return !c.pre.empty(); });
      if (!exact && !early) continue;
      const std::string name(dependency.package);
      context.report({.primary = {context.document_of(package),
                                  context.manifest_of(package).dependencies[dependency.written.value].span,
                                  {}},
                      .message = early ? "`" + name + "` is asked for before its release"
                                       : "`" + name + "` may be of one version only",
                      .help = early ? "ask for a release, once there is one"
                                    : "ask for the oldest version that does, such as \"1.4\"",
                      .severity = Severity::Advice});
    }
  }
}

}  // namespace

extern const Rule kPinnedRequirementRule;
const Rule kPinnedRequirementRule = {
    .id = "ecosystem/pinned-requirement",
    .area = "ecosystem",
    .title = "a library that allows one version of a dependency",
    .why =
        "A program can have one compatible version of a crate. A library that asks for exactly one keeps everybody "
        "from "
        "a newer one, also from the one that mends a fault, and two such libraries cannot be in one program. When the "
        "version is yanked, nobody new can build. A pre-release promises nothing to the next.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"shapes\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "rust-version = \"1.85\"\n"
        "license = \"MIT\"\n"
        "description = \"Shapes\"\n"
        "[dependencies]\n"
        "log = \"=0.4.20\"  #~\n"
        "rand = \"0.9.0-beta.1\"  #~\n"
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
        "[dependencies]\n"
        "log = \"0.4.20\"\n"
        "rand = \"0.9\"\n"
        "shapes-derive = \"=0.1.0\"\n"
        "--- src/lib.rs\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "parts of one thing are released together and may ask for each other so",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
