// What names and types depend on and could not be seen, for the report: nothing unread counts as zero.
#pragma once

#include "crates/packaged_workspace.h"
#include "names/workspace_projects.h"
#include "review/result.h"

namespace rp {

// Fills result->gaps.
void add_gaps(const PackagedWorkspace& workspace, const WorkspaceProjects& projects, ReviewResult* result);

}  // namespace rp
