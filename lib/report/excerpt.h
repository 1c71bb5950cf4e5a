// Lines of source with marks under them:
//
//     12 |     let x = 5
//        |              ^ expected `;`
//
#pragma once

#include <cstdint>
#include <vector>

#include "report/style.h"
#include "review/result.h"

namespace rp {

// A place to mark. All marks of an excerpt are in one file.
struct Mark {
  const Place* place;
  bool primary;  // `^^^` in the colour of the finding, else `---`
};

struct ExcerptOptions {
  size_t gutter = 1;     // digits of the largest line number
  uint32_t width = 100;  // columns of the terminal
  Color color = Color::Error;
};

void write_excerpt(const ReviewResult& result, std::vector<Mark> marks, const ExcerptOptions& options, Styled& out);

// `  |` below and above an excerpt.
void write_gutter(size_t gutter, Styled& out);
size_t digit_count(uint32_t number);

}  // namespace rp
