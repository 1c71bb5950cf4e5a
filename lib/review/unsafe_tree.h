// The inventory of the dependency tree: for each package that the reviewed ones are made of, how much unsafe code is in
// it, counted through macro expansion, and what runs where the program is built. A package that was not read is in the
// list with the reason, never with a zero.
#pragma once

#include <memory>

#include "crates/packaged_workspace.h"
#include "names/workspace_projects.h"
#include "review/result.h"
#include "review/workspace_review.h"

namespace rp {

class TreeInventory;

class UnsafeTree {
 public:
  // The projects were analysed with ProjectOptions::survey. All are kept by reference.
  UnsafeTree(const PackagedWorkspace& workspace, const WorkspaceProjects& projects, const ReviewOptions& options);
  ~UnsafeTree();
  // Counts; once, from any thread. Throws std::bad_alloc, Cancelled.
  void count();
  // Fills result->packages, tree_macros and tree with what was counted.
  void add_to(ReviewResult* result) const;

 private:
  const WorkspaceProjects& projects_;
  std::unique_ptr<TreeInventory> inventory_;
};

}  // namespace rp
