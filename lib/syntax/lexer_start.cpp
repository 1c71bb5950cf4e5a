// What only the start of a file may hold: byte order mark, shebang, frontmatter (RFC 3503).

#include <cstring>
#include <string>

#include "syntax/lexer_internal.h"

namespace rp {

namespace {

bool is_blank(uint8_t c) { return c == ' ' || c == '\t'; }

}  // namespace

size_t Lexer::lex_file_start() {
  size_t pos = 0;
  if (size_ >= 3 && std::memcmp(text_, "\xEF\xBB\xBF", 3) == 0) {
    emit(TokenKind::Bom, 0);
    pos = 3;
  }
  return lex_frontmatter(lex_shebang(pos));
}

// `#!` starts a shebang unless it starts an inner attribute, that is, unless `[` follows after white space and
// comments.
size_t Lexer::lex_shebang(size_t pos) {
  if (byte_at(pos) != '#' || byte_at(pos + 1) != '!') return pos;
  size_t i = pos + 2;
  while (i < size_) {
    const Utf8Char next = char_at(i);
    if (is_pattern_white_space(next.c)) {
      i += next.length;
    } else if (next.c == '/' && byte_at(i + 1) == '/') {
      const uint8_t third = byte_at(i + 2);
      if (third == '!' || (third == '/' && byte_at(i + 3) != '/')) break;  // documentation
      i = find_byte(i, '\n');
    } else if (next.c == '/' && byte_at(i + 1) == '*') {
      const uint8_t third = byte_at(i + 2);
      const uint8_t fourth = byte_at(i + 3);
      if (third == '!' || (third == '*' && fourth != '*' && fourth != '/')) break;
      bool terminated = false;
      i = find_block_comment_end(i, &terminated);
    } else {
      break;
    }
  }
  if (byte_at(i) == '[') return pos;
  emit(TokenKind::Shebang, pos);
  const size_t end = find_byte(pos, '\n');
  return end < size_ && text_[end - 1] == '\r' ? end - 1 : end;
}

// Where the parts of a frontmatter are.
struct Lexer::FrontmatterShape {
  size_t open;        // the first dash
  size_t dashes;      // how many open it
  size_t info_end;    // after the info string and the blanks behind it
  size_t end;         // where the token ends: before a line break, or the end of the text
  size_t line_start;  // of the line of the first dash
};

size_t Lexer::lex_frontmatter(size_t pos) {
  size_t open = pos;
  bool after_newline = true;  // the fence is first in its line
  while (open < size_) {
    const Utf8Char next = char_at(open);
    if (!is_pattern_white_space(next.c)) break;
    after_newline = next.c == '\n';
    open += next.length;
  }
  if (byte_at(open) != '-' || byte_at(open + 1) != '-' || byte_at(open + 2) != '-') return pos;

  FrontmatterShape shape{open, 0, open, 0, open};
  size_t i = open;
  while (byte_at(i) == '-') ++i;
  shape.dashes = i - open;
  while (is_blank(byte_at(i))) ++i;
  const Utf8Char first = char_at(i);
  if (is_ident_start(first.c)) {
    i += first.length;
    for (Utf8Char next = char_at(i); next.length != 0 && (is_ident_continue(next.c) || next.c == '-' || next.c == '.');
         next = char_at(i)) {
      i += next.length;
    }
  }
  while (is_blank(byte_at(i))) ++i;
  shape.info_end = i;
  shape.end = find_frontmatter_end(i, shape.dashes);
  while (shape.line_start > pos && text_[shape.line_start - 1] != '\n') --shape.line_start;

  if (!after_newline) {
    error(shape.line_start, open + shape.dashes, "frontmatter must open at the start of a line",
          "remove the white space before the dashes");
  }
  emit(TokenKind::Frontmatter, open);
  check_frontmatter(shape);
  return shape.end;
}

// The end of the line with the closing fence; where there is none, a guess that spares the Rust code below.
size_t Lexer::find_frontmatter_end(size_t from, size_t dashes) const {
  const std::string_view text = slice(0, size_);
  const auto line_end = [&](size_t at) {
    const size_t end = find_byte(at, '\n');
    return end < size_ && end > at && text_[end - 1] == '\r' ? end - 1 : end;
  };
  const std::string fence = '\n' + std::string(dashes, '-');
  size_t found = text.find(fence, from);
  if (found != std::string_view::npos) return line_end(found + fence.size());
  // A fence with too few dashes.
  found = text.find("\n---", from);
  if (found != std::string_view::npos) return line_end(found + 1);
  for (const char* code : {"\nuse ", "\n//!", "\n#!["}) {
    found = text.find(code, from);
    if (found != std::string_view::npos) return line_end(found);
  }
  // An indented fence.
  for (size_t line = find_byte(from, '\n'); line < size_; line = find_byte(line + 1, '\n')) {
    size_t i = line + 1;
    while (is_blank(byte_at(i))) ++i;
    if (text.substr(i, 3) == "---") return line_end(i);
  }
  return size_;
}

void Lexer::check_frontmatter(const FrontmatterShape& shape) {
  const size_t fence_end = shape.open + shape.dashes;
  if (!at_line_break(shape.info_end)) {
    error(fence_end, find_byte(fence_end, '\n'), "invalid info string of a frontmatter",
          "it is one identifier, which may contain `-` and `.`");
  }
  size_t last_line = shape.end;
  while (last_line > shape.open && text_[last_line - 1] != '\n') --last_line;
  const size_t content = find_byte(shape.open, '\n');
  for (size_t i = content; i < last_line; ++i) {
    i = find_byte(i, '\r');
    if (i + 1 >= last_line) break;
    if (text_[i + 1] == '\n') continue;
    error(i, i + 1, "carriage return without line feed in a frontmatter");
    break;
  }
  size_t close = last_line;
  while (close < shape.end && is_blank(text_[close])) ++close;
  size_t close_end = close;
  while (close_end < shape.end && text_[close_end] == '-') ++close_end;
  if (close_end - close < 3 || last_line == shape.open) {
    error(shape.open, fence_end, "frontmatter without an end",
          "close it by a line of " + std::to_string(shape.dashes) + " dashes");
    return;
  }
  if (close != last_line) {
    error(last_line, close_end, "frontmatter must close at the start of a line",
          "remove the white space before the dashes");
  }
  if (close_end - close != shape.dashes) {
    SyntaxError* mismatch = error(close, close_end, "frontmatter closes with another number of dashes than it opens");
    if (mismatch != nullptr) {
      mismatch->related_start = static_cast<uint32_t>(shape.open);
      mismatch->related_end = static_cast<uint32_t>(fence_end);
      mismatch->related_label = "it opens with " + std::to_string(shape.dashes);
    }
  }
  if (shape.dashes > 255) error(shape.open, fence_end, "a frontmatter opens with at most 255 dashes");
  size_t rest = close_end;
  while (rest < shape.end && is_blank(text_[rest])) ++rest;
  if (rest != shape.end) error(rest, shape.end, "unexpected text after the end of a frontmatter");
}

}  // namespace rp
