// All packages of a workspace, found from one manifest: upwards to the root, then down through members, globs and path
// dependencies. The Cargo Book, "Workspaces".
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "manifest/package.h"

namespace rp::manifest {

// "Resolver versions".
enum class ResolverVersion : uint8_t { V1 = 1, V2 = 2, V3 = 3 };

// Something wrong with the workspace as a whole. `manifest` is the file in which `problem.span` lies; UINT32_MAX for a
// manifest that could not be read.
struct WorkspaceProblem {
  uint32_t manifest = UINT32_MAX;
  Problem problem;
};

struct WorkspaceOptions {
  std::span<const PathBase> path_bases;  // of cargo's configuration

  uint32_t max_members = 100'000;
  // How far a glob may look: folders listed in all.
  uint32_t max_folders = 1'000'000;
};

struct Workspace {
  std::string root_manifest;        // the path of the root's Cargo.toml; of the package's own when it stands alone
  bool standalone = false;          // no [workspace] is in reach
  std::vector<Manifest> manifests;  // the root first
  // The members, in the order in which cargo finds them: as `members` lists them, path dependencies behind the one
  // that has them, the root package last.
  std::vector<Package> packages;
  std::vector<uint32_t> default_members;  // in `packages`
  ResolverVersion resolver = ResolverVersion::V1;
  std::vector<WorkspaceProblem> problems;
  Arena arena;
};

// `manifest_path` is the Cargo.toml of the root or of a member. Cyclic path dependencies, missing members and
// unreadable files become problems. Time is linear in what is read, but for sorting.
Workspace load_workspace(std::string_view manifest_path, ManifestReader& reader, const WorkspaceOptions& options = {});

// One package that others depend on, without the members beside it. `find_root` asks for the root above it, for what
// the package inherits; packages of registries have nothing to inherit. `packages` is empty when there is none to read.
Workspace load_package(std::string_view manifest_path, ManifestReader& reader, bool find_root,
                       const WorkspaceOptions& options = {});

}  // namespace rp::manifest
