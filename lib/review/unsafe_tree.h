// The inventory of the dependency tree: for each package that the reviewed ones are made of, how much unsafe code is in
// it, counted through macro expansion, and what runs where the program is built. A package that was not read is in the
// list with the reason, never with a zero.
#pragma once

#include "crates/packaged_workspace.h"
#include "names/workspace_projects.h"
#include "review/result.h"
#include "review/workspace_review.h"

namespace rp {

// Fills result->packages, tree_macros and tree. The projects were analysed with ProjectOptions::survey.
// Throws std::bad_alloc, Cancelled.
void add_unsafe_tree(const PackagedWorkspace& workspace, const WorkspaceProjects& projects,
                     const ReviewOptions& options, ReviewResult* result);

}  // namespace rp
