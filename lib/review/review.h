// The review of a workspace: every file read, parsed, walked and dropped again, several at a time.
#pragma once

#include <string_view>

#include "base/worker_pool.h"
#include "crates/packaged_workspace.h"
#include "review/result.h"
#include "review/workspace_review.h"

namespace rp {

// `progress` is called after each file, by one thread at a time; it returns false to stop.
// The result is the same for any number of threads.
// Throws std::bad_alloc, MemoryLimitExceeded, Cancelled.
ReviewResult review_workspace(const PackagedWorkspace& workspace,
                              FunctionRef<bool(size_t done, size_t total, const std::string& path)> progress,
                              const ReviewOptions& review_options = {});

// More syntax errors of one file than this are counted, not listed.
inline constexpr uint32_t kReviewErrorLimit = 200;

}  // namespace rp
