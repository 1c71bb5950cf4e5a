// Applies the edits of findings: chooses those that go together, makes the new texts, and refuses a text that would no
// longer parse. Nothing is written unless write_fixed_file is called.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "crates/packaged_workspace.h"
#include "review/result.h"
#include "source/write_file.h"

namespace rp {

struct FixOptions {
  bool suggestions = false;  // apply those, too, that somebody has to look at
  const Cancellation* cancellation = nullptr;
};

enum class SkipKind : uint8_t {
  Suggestion = 1,  // only applied when asked for
  Overlap = 2,     // with an edit of an earlier finding; another review may still find it
  Refused = 3,     // the file has changed, cannot be read, or would no longer parse
};

struct SkippedFix {
  uint32_t finding = 0;
  SkipKind kind = SkipKind::Refused;
  std::string reason;
};

struct FixedFile {
  std::string path;        // as in the report
  std::string disk_path;   // below the root, without symbolic links; empty when nothing can be written
  std::string unwritable;  // why, when disk_path is empty
  std::string before;
  std::string after;
  uint32_t fix_count = 0;  // findings with edits in this file
};

struct FixPlan {
  std::string root;                 // absolute; empty for a workspace without files on disk
  std::vector<FixedFile> files;     // sorted by path; each differs from what it was
  std::vector<uint32_t> applied;    // findings, ascending
  std::vector<SkippedFix> skipped;  // findings with edits that are not in `files`, ascending
};

// `result` is of a review of `workspace`. The texts are read again; one that is not what the review read is refused.
// Where edits overlap, those of the earlier finding are applied. Equal edits of two findings are made once.
// Throws std::bad_alloc, MemoryLimitExceeded, Cancelled.
FixPlan plan_fixes(const ReviewResult& result, const PackagedWorkspace& workspace, const FixOptions& options);

// Writes one of the plan's files, if it still is what the plan was made from. Throws std::bad_alloc.
WriteOutcome write_fixed_file(const FixPlan& plan, size_t index);

// One change of a text.
struct Replacement {
  ByteSpan span;
  std::string_view text;
};
// Makes the changes, which must be sorted and must not overlap. A "\n" in a replacement becomes the line break of the
// line that it is put in. The byte order mark stays first.
std::string replace_spans(std::string_view text, const std::vector<Replacement>& replacements);

}  // namespace rp
