// One thing that makes a text not Rust, found by the lexer or the parser.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace rp {

struct SyntaxError {
  uint32_t start = 0;  // byte offsets into the text; start == end points between two bytes
  uint32_t end = 0;
  std::string message;  // "expected `;`, found `}`"
  std::string hint;     // what to do about it, or empty
  // A second place that explains the error (the opening delimiter, the earlier attribute); label empty = none.
  uint32_t related_start = 0;
  uint32_t related_end = 0;
  std::string related_label;
};

}  // namespace rp
