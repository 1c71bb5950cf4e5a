// One version of a library, read from a workspace: finds its package, chooses features, and describes its interface.
#pragma once

#include <string>
#include <vector>

#include "crates/packaged_workspace.h"
#include "review/semver.h"

namespace rp {

struct SemverOptions {
  std::string package;                // its name; empty: the one in the folder itself, or the only library there is
  std::vector<std::string> features;  // with these and the default ones; empty: see features_to_compare
  bool all_features = false;
  bool no_default_features = false;  // then only `features`
  std::string target;                // empty: default_target()
  std::string cargo_home;            // absolute; empty: dependencies are not looked for there
};

enum class SemverRead : uint8_t { Ok, NoManifest, NoLibrary, NoPackage, SeveralPackages };

// `message` says what is wrong and what to do. Throws std::bad_alloc, MemoryLimitExceeded, Cancelled.
SemverRead read_semver_side(const PackagedWorkspace& workspace, const SemverOptions& options, SemverSide* out,
                            std::string* message);

}  // namespace rp
