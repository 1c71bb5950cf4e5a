#include "crates/cargo_projects.h"

#include <unordered_set>
#include <utility>

#include "crates/source_reader.h"

namespace rp {
namespace {

// A package below a workspace that does not list it has the whole workspace read again; so there is an end.
constexpr size_t kMaxManifests = 50'000;

std::unique_ptr<manifest::Lockfile> load_lockfile(const CargoProject& project, WorkspaceManifestReader& reader) {
  const std::string path = manifest::join_path(manifest::path_parent(project.workspace.root_manifest), "Cargo.lock");
  std::string text;
  if (reader.kind(path) != manifest::PathKind::File || !reader.read(path, &text) || !is_utf8(text)) return nullptr;
  return std::make_unique<manifest::Lockfile>(manifest::read_lockfile(std::move(text), path));
}

}  // namespace

std::vector<CargoProject> load_cargo_projects(const PackagedWorkspace& workspace, std::vector<Unread>* unread) {
  std::vector<CargoProject> projects;
  WorkspaceManifestReader reader(workspace.sources());
  std::unordered_set<std::string> seen;  // paths of manifests
  size_t manifests = 0;
  for (const std::string& folder : workspace.manifest_folders()) {
    Cancellation::poll(workspace.options().cancellation);
    const std::string path = manifest::join_path(folder.empty() ? "/" : folder, "Cargo.toml");
    if (seen.contains(path)) continue;
    if (manifests > kMaxManifests) {
      unread->push_back(
          {manifest::relative_path(workspace.sources().root(), path), "too many workspaces; not looked into"});
      continue;
    }
    (void)reader.take_denied();
    CargoProject project;
    project.workspace = manifest::load_workspace(path, reader);
    if (project.workspace.manifests.empty()) continue;
    project.lockfile = load_lockfile(project, reader);
    project.complete = !reader.take_denied();
    manifests += project.workspace.manifests.size();
    seen.insert(path);
    for (const manifest::Manifest& each : project.workspace.manifests) seen.insert(each.path);
    projects.push_back(std::move(project));
  }
  return projects;
}

}  // namespace rp
