// The language of format strings: `{0:>width$.2?}`. The grammar is that of std::fmt, "Syntax"; errors are rustc's.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "syntax/tree.h"

namespace rp {

// Which argument, or which number: bytes [span) of the string.
struct FormatArgument {
  enum class Kind : uint8_t { None, Next, Index, Name, Number };
  Kind kind = Kind::None;
  uint32_t index = 0;     // Next: the place among the implicit ones; Index; Number: the number itself
  std::string_view name;  // of Name
  ByteSpan span;
};

struct FormatPlaceholder {
  FormatArgument argument;
  FormatArgument width;
  FormatArgument precision;  // `.*` is Next
  std::string_view fill;     // one character, or empty
  char align = 0;            // '<', '^', '>'
  char sign = 0;             // '+', '-'
  bool alternate = false;
  bool zero = false;
  std::string_view trait;  // "", "?", "x?", "X?", "x", …
  ByteSpan trait_span;
  ByteSpan span;  // with its braces
};

struct FormatPiece {
  std::string_view text;  // between placeholders; `{{` stands as one `{` in a piece of its own
  bool is_placeholder = false;
  FormatPlaceholder placeholder;
};

struct FormatError {
  std::string message;
  std::string help;
  ByteSpan span;
};

struct FormatString {
  std::vector<FormatPiece> pieces;
  uint32_t implicit_count = 0;       // how many Next arguments there are
  std::optional<FormatError> error;  // then the pieces end before it
};

// `text` is what the literal says, not how it is written; it must outlive the result. Linear.
FormatString parse_format_string(std::string_view text);

// The placeholder's text behind the argument (":>8$.3?"), with the numbers that its width and precision have in the
// list of arguments.
std::string format_spec_text(const FormatPlaceholder& placeholder, uint32_t width_index, uint32_t precision_index);

// Whether a trait of formatting has that name in a format string.
bool is_format_trait(std::string_view name);

}  // namespace rp
