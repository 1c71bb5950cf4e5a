// Where the lines of a text begin, to turn byte offsets into lines and columns (in bytes and in UTF-16) and back.
// A line ends after "\n"; "\r\n" is one end. Lines and columns count from 1.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/buffer.h"

namespace rp {

struct LineColumn {
  uint32_t line = 0;
  uint32_t column_bytes = 0;  // UTF-8 bytes before the place in its line, plus 1
  uint32_t column_utf16 = 0;  // UTF-16 code units before the place in its line, plus 1
};

class LineIndex {
 public:
  LineIndex() = default;
  // `text` must be valid UTF-8 of at most kMaxTextBytes and outlive the index. Throws std::bad_alloc.
  explicit LineIndex(std::string_view text);

  // As an editor shows them: the number of newlines, plus 1.
  [[nodiscard]] uint32_t line_count() const { return static_cast<uint32_t>(starts_.size()) + 1; }
  // As `wc` would count a last line without a newline too: 0 for an empty text.
  [[nodiscard]] uint32_t text_line_count() const;
  // Where the second line and those after it start: for a reader that goes through all of them.
  [[nodiscard]] std::span<const uint32_t> later_starts() const { return {starts_.data(), starts_.size()}; }

  // The line of an offset; an offset past the end is taken back to it.
  [[nodiscard]] uint32_t line_of(uint32_t offset) const;
  // The same for an offset in `line` or behind it: quick when it is not far away.
  [[nodiscard]] uint32_t line_from(uint32_t line, uint32_t offset) const;
  // Where a line starts, and where it ends without its "\n" or "\r\n". Lines past the last are empty, at the end.
  [[nodiscard]] uint32_t line_start(uint32_t line) const;
  [[nodiscard]] uint32_t line_end(uint32_t line) const;
  [[nodiscard]] std::string_view line_text(uint32_t line) const {
    return text_.substr(line_start(line), line_end(line) - line_start(line));
  }

  // An offset past the end or inside a character is taken back to the end, or the start of the character.
  // Logarithmic in the lines plus linear in the line.
  [[nodiscard]] LineColumn position(uint32_t offset) const;
  // A column past the end of its line is taken back to the end; one inside a character to its start; line or column 0
  // counts as 1.
  [[nodiscard]] uint32_t offset(uint32_t line, uint32_t column_bytes) const;
  [[nodiscard]] uint32_t offset_utf16(uint32_t line, uint32_t column_utf16) const;

  [[nodiscard]] size_t memory_bytes() const { return starts_.bytes(); }

 private:
  std::string_view text_;
  Buffer<uint32_t> starts_;  // of the second line and those after it
};

}  // namespace rp
