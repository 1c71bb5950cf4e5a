// The cargo workspaces that the files of a review belong to: manifests, members and lock files.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "crates/packaged_workspace.h"
#include "manifest/lockfile.h"
#include "manifest/workspace.h"

namespace rp {

struct CargoProject {
  manifest::Workspace workspace;
  std::unique_ptr<manifest::Lockfile> lockfile;  // null when there is none that can be read
  // Whether everything it asked for could be looked at: only then what is missing is known to be missing.
  bool complete = true;
};

// One for each workspace or package standing alone that has a Cargo.toml beside or above a Rust file, or in the root;
// in the order of the manifests' paths. Those that were left out, because there are too many, are in `unread`.
std::vector<CargoProject> load_cargo_projects(const PackagedWorkspace& workspace, std::vector<Unread>* unread);

}  // namespace rp
