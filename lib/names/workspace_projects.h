// The projects that the files of a workspace belong to: one for each cargo workspace, and one for the files that no
// manifest knows, each of which becomes a crate by itself.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "crates/cargo_projects.h"
#include "crates/packaged_workspace.h"
#include "names/project.h"

namespace rp {

// A file as part of a crate.
struct FileInCrate {
  uint32_t project = 0;  // in WorkspaceProjects::projects
  CrateIndex crate = kNoCrate;
  SourceId source;
  bool included = false;  // by include!: not as a module
};

// What became of a file of the workspace.
enum class FileState : uint8_t {
  Placed,    // some local crate has it
  Inactive,  // of a target that is not built, or of a module that cfg takes away, with the options that were chosen; or
             // its text is included somewhere
  NoTarget,  // it lies in a package, and no target of it leads there
  Unread,    // it could not be read
};

struct WorkspaceProject {
  std::unique_ptr<Project> project;
  // Its crates were made up for files without a manifest. What their paths begin with and nobody defines is taken for
  // the name of a crate that is missing.
  bool made_up = false;
};

// Immutable; independent of the workspace it was made from.
class WorkspaceProjects {
 public:
  // Those of `cargo` (analyze_workspace) in their order; then that of a manifest above the folder, when the files
  // are part of a package there; then the one that is made up.
  std::vector<WorkspaceProject> projects;
  // What could not be looked at, besides PackagedWorkspace::unread(); sorted by path.
  std::vector<Unread> unread;

  // Of PackagedWorkspace::files()[file]: its places, those in which more is seen of it first: as a module before
  // included ones, libraries before binaries, examples, tests, benches and build scripts, without cfg(test) before with
  // it.
  [[nodiscard]] std::span<const FileInCrate> places_of(size_t file) const {
    if (first_place_.empty() || file >= first_place_.size() - 1) return {};
    return std::span(places_).subspan(first_place_[file], first_place_[file + 1] - first_place_[file]);
  }
  [[nodiscard]] FileState state_of(size_t file) const {
    return file < states_.size() ? states_[file] : FileState::Unread;
  }

 private:
  friend class WorkspaceAnalysis;

  std::vector<FileInCrate> places_;
  std::vector<uint32_t> first_place_;  // by file, and one more
  std::vector<FileState> states_;
};

// `cargo` is what load_cargo_projects gave for this workspace. Of `options`, what the workspace has itself (threads,
// limits, cancellation) is taken from there; `budget` is the caller's, and has to live as long as the result. Nothing
// is read outside the workspace's repository, cargo's home, the named sources and the std sources. The result does not
// depend on the number of threads. Throws std::bad_alloc, MemoryLimitExceeded, Cancelled.
WorkspaceProjects analyze_workspace(const PackagedWorkspace& workspace, std::span<const CargoProject> cargo,
                                    const ProjectOptions& options);

}  // namespace rp
