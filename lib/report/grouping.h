// Findings in the order in which people read them: file by file, those that say the same together.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "review/result.h"

namespace rp {

// Findings of one file with the same rule, severity, verdict and message, in order of place. A syntax error is always
// alone: each says something else, whatever its words.
using FindingGroup = std::vector<const Finding*>;

struct FileFindings {
  uint32_t file = 0;
  size_t count = 0;
  std::vector<FindingGroup> groups;  // in order of their first findings
};

std::vector<FileFindings> group_findings(const ReviewResult& result);

// What the edits of one finding do to some neighbouring lines of a file.
struct LineChange {
  uint32_t file = 0;
  uint32_t line = 0;  // of the first old line, or the one that the new lines come to stand before
  std::vector<std::string> before;
  std::vector<std::string> after;
};

// Empty when there are no edits, or when not all the lines they touch were kept.
std::vector<LineChange> preview_edits(const ReviewResult& result, const Finding& finding);

}  // namespace rp
