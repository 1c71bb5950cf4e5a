// The part of a review that is about manifests, lock files and dependencies: runs the rules about workspaces and keeps
// what they found as results of files, in the form in which the review of a Rust file leaves it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "crates/crate_graph.h"
#include "crates/packaged_workspace.h"
#include "review/config.h"
#include "review/result.h"

namespace rp {

struct ReviewOptions {
  std::string advisory_db;  // a folder; empty: advisories are not looked for
  // How dependencies are found and built; its cargo_home and sources are read, too. Without it there is no crate graph,
  // and what depends on one is not looked at.
  std::optional<CrateGraphOptions> graph;
};

// A file that findings have places in, and is no Rust file.
struct DocumentOutcome {
  std::string path;  // as it is shown
  // Of this file alone, as of a reviewed file, but that the places in `related` and `edits` have the index of a DocumentOutcome
  // in `file`.
  ReviewResult result;
};

struct WorkspaceOutcome {
  std::vector<DocumentOutcome> documents;  // sorted by path; only those that a finding has a place in
  std::vector<Unread> unread;
};

// rustpro.toml beside the folder under review or above it.
ReviewConfig find_review_config(const PackagedWorkspace& workspace);

// Throws std::bad_alloc, Cancelled.
WorkspaceOutcome review_documents(const PackagedWorkspace& workspace, const ReviewConfig& config,
                                  const ReviewOptions& options);

}  // namespace rp
