// The part of a review that is about manifests, lock files and dependencies: runs the rules about workspaces and keeps
// what they found as results of files, in the form in which the review of a Rust file leaves it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crates/cargo_projects.h"
#include "crates/crate_graph.h"
#include "crates/packaged_workspace.h"
#include "names/workspace_projects.h"
#include "review/config.h"
#include "review/result.h"
#include "review/rule_levels.h"

namespace rp {

struct ReviewOptions {
  std::string advisory_db;  // a folder; empty: advisories are not looked for
  // How dependencies are found and built; its cargo_home and sources are read, too. With neither there are no sources
  // of packages outside the folder.
  CrateGraphOptions graph;
  std::string std_sources;                 // as in ProjectOptions
  std::string cache_folder;                // as in ProjectOptions
  std::shared_ptr<SharedSysroot> sysroot;  // as in ProjectOptions
  // What is chosen on top of rustpro.toml.
  ReviewChoice choice;
  // Whether packages are read that run at build time only, for the inventory of the dependency tree.
  bool whole_tree = false;
  // Findings that are known, as write_baseline made it; empty for none.
  std::string baseline;
};

// A file that findings have places in, and is no Rust file.
struct DocumentOutcome {
  std::string path;  // as it is shown
  // Of this file alone, as of a reviewed file, but that the places in `related` and `edits` have the index of a
  // DocumentOutcome in `file`.
  ReviewResult result;
};

struct WorkspaceOutcome {
  std::vector<DocumentOutcome> documents;  // sorted by path; only those that a finding has a place in
  std::vector<Unread> unread;
  uint64_t suppressed = 0;  // findings that comments silence
};

// rustpro.toml beside the folder under review or above it.
ReviewConfig find_review_config(const PackagedWorkspace& workspace);

// `projects` are those of `cargo`. Throws std::bad_alloc, Cancelled.
WorkspaceOutcome review_documents(const PackagedWorkspace& workspace, std::span<const CargoProject> cargo,
                                  const WorkspaceProjects& projects, const ReviewConfig& config,
                                  const RuleLevels& levels, const ReviewOptions& options);

}  // namespace rp
