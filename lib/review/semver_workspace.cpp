#include "review/semver_workspace.h"

#include <algorithm>

#include "crates/source_reader.h"
#include "manifest/reader.h"
#include "names/workspace_sources.h"

namespace rp {

namespace {

struct Library {
  const manifest::Package* package = nullptr;
  std::string manifest;
};

// The packages of a workspace that have a library, or that one that was asked for.
std::vector<Library> libraries_of(const manifest::Workspace& workspace, const std::string& wanted) {
  std::vector<Library> out;
  for (const manifest::Package& package : workspace.packages) {
    const bool has_library = std::any_of(package.targets.begin(), package.targets.end(),
                                         [](const manifest::Target& t) { return t.kind == manifest::TargetKind::Lib; });
    if (!has_library || (!wanted.empty() && package.name != wanted)) continue;
    out.push_back({&package, workspace.manifests[package.manifest].path});
  }
  return out;
}

}  // namespace

SemverRead read_semver_side(const PackagedWorkspace& workspace, const SemverOptions& options, SemverSide* out,
                            std::string* message) {
  std::vector<std::string> also;
  if (!options.cargo_home.empty()) also.push_back(options.cargo_home);
  WorkspaceManifestReader manifests(workspace.sources(), also);
  WorkspaceSources sources(workspace.sources(), also);
  const std::string root = workspace.sources().root().empty() ? "/" : workspace.sources().root();
  const std::string manifest_path = manifest::join_path(root, "Cargo.toml");
  if (manifests.kind(manifest_path) != manifest::PathKind::File) {
    *message = "there is no Cargo.toml in " + root + "; name the folder of a package";
    return SemverRead::NoManifest;
  }

  ProjectOptions project_options;
  project_options.folder = root;
  CrateGraphOptions& graph_options = project_options.graph;
  graph_options.target = options.target;
  graph_options.all_features = options.all_features;
  graph_options.no_default_features = options.no_default_features;
  graph_options.all_targets = false;
  graph_options.cargo_home = options.cargo_home;
  graph_options.cancellation = workspace.options().cancellation;
  project_options.analysis.threads = workspace.options().threads;
  project_options.analysis.nesting_limit = workspace.options().nesting_limit;
  project_options.analysis.cancellation = workspace.options().cancellation;
  MemoryBudget budget(workspace.options().memory_limit);
  project_options.analysis.budget = &budget;

  // Which package it is has to be known before its features can be chosen.
  const CrateGraph first = build_crate_graph(manifest_path, manifests, graph_options);
  std::vector<Library> libraries = libraries_of(first.workspace, options.package);
  if (libraries.size() > 1) {
    const auto here = std::find_if(libraries.begin(), libraries.end(),
                                   [&](const Library& each) { return each.manifest == manifest_path; });
    if (here == libraries.end()) {
      *message = "there are several libraries: ";
      for (size_t i = 0; i < libraries.size() && i < 10; ++i)
        *message += (i == 0 ? "" : ", ") + std::string(libraries[i].package->name);
      *message += libraries.size() > 10 ? ", ...; name one" : "; name one";
      return SemverRead::SeveralPackages;
    }
    libraries = {*here};
  }
  if (libraries.empty()) {
    *message = options.package.empty()
                   ? "no package in " + root + " has a library"
                   : "no package of the workspace is named " + options.package + ", or it has no library";
    return options.package.empty() ? SemverRead::NoLibrary : SemverRead::NoPackage;
  }
  const std::string name(libraries.front().package->name);
  const std::string its_manifest = libraries.front().manifest;
  graph_options.features = options.features;
  if (options.features.empty() && !options.all_features && !options.no_default_features)
    graph_options.features = features_to_compare(*libraries.front().package);
  if (first.workspace.packages.size() > 1)
    for (std::string& feature : graph_options.features) feature.insert(0, name + "/");

  const std::unique_ptr<Project> project = analyze_project(manifest_path, manifests, sources, project_options);
  for (uint32_t i = 0; i < project->graph.crates.size(); ++i) {
    const CrateNode& crate = project->graph.crates[i];
    const PackageNode& package = project->graph.packages[crate.package.value];
    if (crate.kind != manifest::TargetKind::Lib || crate.test_cfg || !crate.local ||
        crate.for_host != crate.proc_macro || package.manifest_path != its_manifest)
      continue;
    out->api = public_api(*project, CrateId(i));
    out->package = semver_package(project->graph, crate.package);
    return SemverRead::Ok;
  }
  *message = "the library of " + name + " could not be read";
  return SemverRead::NoLibrary;
}

}  // namespace rp
