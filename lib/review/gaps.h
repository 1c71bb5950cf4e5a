// What names and types depend on and could not be seen, for the report: nothing unread counts as zero.
#pragma once

#include <span>
#include <string>

#include "crates/packaged_workspace.h"
#include "names/workspace_projects.h"
#include "review/result.h"

namespace rp {

// Fills result->gaps. `not_rust` has a text for each file of the workspace: why it was not reviewed, or nothing.
void add_gaps(const PackagedWorkspace& workspace, const WorkspaceProjects& projects,
              std::span<const std::string> not_rust, ReviewResult* result);

}  // namespace rp
