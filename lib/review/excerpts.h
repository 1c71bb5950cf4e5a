// What a report keeps of the sources: lines and columns of all places, and the lines that findings show.
#pragma once

#include <string_view>
#include <vector>

#include "review/result.h"
#include "source/line_index.h"

namespace rp {

// Fills start and end of every place of one file's result. Linear in the text plus n log n in the places, however long
// the lines are.
void resolve_positions(const LineIndex& lines, std::string_view text, ReviewResult* result);

// Copies the lines that the findings' places are on. Of a line longer than kMaxWholeLine only the parts around them.
void keep_source_lines(const LineIndex& lines, std::string_view text, ReviewResult* result);

inline constexpr uint32_t kMaxWholeLine = 2000;

}  // namespace rp
