// What may stand between the quotes of a literal: escapes, and characters that need one.

#include <cstring>
#include <string>

#include "syntax/lexer_internal.h"

namespace rp {

namespace {

constexpr bool is_byte_mode(LiteralMode mode) {
  return mode == LiteralMode::Byte || mode == LiteralMode::ByteStr || mode == LiteralMode::RawByteStr;
}
constexpr bool is_c_mode(LiteralMode mode) { return mode == LiteralMode::CStr || mode == LiteralMode::RawCStr; }

std::string shown(std::string_view text) {
  if (text.size() == 1 && static_cast<uint8_t>(text[0]) < 0x20) return "control character";
  return "`" + std::string(text) + "`";
}

const char* const kNotAsciiHint = "bytes of another value are written as `\\x80` to `\\xFF`";

}  // namespace

// The content [from, end) of a character or byte literal that starts at `pos`.
void Lexer::check_char(size_t pos, size_t from, size_t end, LiteralMode mode) {
  if (from == end) {
    error(pos, end + 1, "empty character literal");
    return;
  }
  const Utf8Char first = char_at(from);
  bool ok = true;
  size_t next = from + first.length;
  if (first.c == '\n' || first.c == '\t' || first.c == '\'') {
    ok = false;
    const char* escape = first.c == '\n' ? "`\\n`" : first.c == '\t' ? "`\\t`" : "`\\'`";
    error(from, next, "this character needs an escape in a character literal", std::string("write ") + escape);
  } else {
    next = check_unit(from, end, mode, &ok);
  }
  if (!ok || next >= end) return;
  error(pos, end + 1, "more than one character in a character literal", "a string is written with double quotes");
}

void Lexer::check_string(size_t from, size_t end, LiteralMode mode) {
  bool ok = true;
  for (size_t i = from; i < end;) {
    if (mode == LiteralMode::Str) {
      // Only these two can be wrong.
      i = simd_.find_any(text_, i, end, '\\', '\r', '\r');
      if (i >= end) return;
    }
    if (text_[i] == '\\' && i + 1 < end && char_at(i + 1).c == '\n') {
      i += 1 + char_at(i + 1).length;  // a line continuation; white space after it is skipped
      while (i < end && (text_[i] == ' ' || text_[i] == '\t' || text_[i] == '\n' || text_[i] == '\r')) ++i;
      continue;
    }
    i = check_unit(i, end, mode, &ok);
  }
}

void Lexer::check_raw_string(size_t from, size_t end, LiteralMode mode) {
  if (mode != LiteralMode::RawStr) {
    bool ok = true;
    for (size_t i = from; i < end;) {
      if (text_[i] == '\\') {
        ++i;
      } else {
        i = check_unit(i, end, mode, &ok);
      }
    }
    return;
  }
  for (size_t i = from; i < end; ++i) {
    const void* found = std::memchr(text_ + i, '\r', end - i);
    if (found == nullptr) return;
    i = static_cast<size_t>(static_cast<const uint8_t*>(found) - text_);
    if (text_[i + 1] != '\n') error(i, i + 1, "carriage return without line feed in a raw string");
  }
}

// Checks the character or escape at `pos` and returns the offset after it.
size_t Lexer::check_unit(size_t pos, size_t end, LiteralMode mode, bool* ok) {
  const uint8_t c = text_[pos];
  if (c == '\\') return check_escape(pos, end, mode, ok);
  if (c == '\r') {
    if (pos + 1 < end && text_[pos + 1] == '\n') return pos + 2;
    *ok = false;
    error(pos, pos + 1, "carriage return without line feed in a literal", "write `\\r`");
    return pos + 1;
  }
  if (c == 0 && is_c_mode(mode)) {
    *ok = false;
    error(pos, pos + 1, "a C string cannot contain NUL");
    return pos + 1;
  }
  const Utf8Char next = decode_utf8(text_, pos, size_);
  if (c >= 0x80 && is_byte_mode(mode)) {
    *ok = false;
    error(pos, pos + next.length, "a byte literal can contain ASCII characters only", kNotAsciiHint);
  }
  return pos + next.length;
}

size_t Lexer::check_escape(size_t pos, size_t end, LiteralMode mode, bool* ok) {
  if (pos + 1 >= end) {
    *ok = false;
    error(pos, pos + 1, "a backslash escapes nothing", "write `\\\\` for the character");
    return end;
  }
  switch (text_[pos + 1]) {
    case 'n':
    case 'r':
    case 't':
    case '\\':
    case '\'':
    case '"':
      return pos + 2;
    case '0':
      if (is_c_mode(mode)) {
        *ok = false;
        error(pos, pos + 2, "a C string cannot contain NUL");
      }
      return pos + 2;
    case 'x':
      return check_hex_escape(pos, end, mode, ok);
    case 'u':
      return check_unicode_escape(pos, end, mode, ok);
    default:
      break;
  }
  *ok = false;
  const Utf8Char next = decode_utf8(text_, pos + 1, size_);
  const size_t after = pos + 1 + next.length;
  std::string hint = "write `\\\\` for a backslash, or use a raw string";
  if (next.c == '{' || next.c == '}') hint = "in a format string braces are doubled: `{{` and `}}`";
  if (next.c == '\r') hint = "this carriage return is not part of a line break";
  error(pos, after, "unknown escape: " + shown(slice(pos + 1, after)), std::move(hint));
  return after;
}

size_t Lexer::check_hex_escape(size_t pos, size_t end, LiteralMode mode, bool* ok) {
  int value = 0;
  for (size_t i = pos + 2; i < pos + 4; ++i) {
    if (i >= end) {
      *ok = false;
      error(pos, end, "`\\x` needs two hexadecimal digits");
      return end;
    }
    const int digit = hex_value(text_[i]);
    if (digit < 0) {
      *ok = false;
      const size_t after = i + decode_utf8(text_, i, size_).length;
      error(i, after, "not a hexadecimal digit: " + shown(slice(i, after)), "`\\x` needs two of them");
      return after;
    }
    value = value * 16 + digit;
  }
  if (value > 0x7F && (mode == LiteralMode::Char || mode == LiteralMode::Str)) {
    *ok = false;
    error(pos, pos + 4, "`\\x` ends at 7F in a character or string",
          "`\\u{" + std::string(slice(pos + 2, pos + 4)) + "}` gives the character, a byte literal the byte");
  } else if (value == 0 && is_c_mode(mode)) {
    *ok = false;
    error(pos, pos + 4, "a C string cannot contain NUL");
  }
  return pos + 4;
}

size_t Lexer::check_unicode_escape(size_t pos, size_t end, LiteralMode mode, bool* ok) {
  const auto wrong = [&](size_t from, size_t to, const char* message, const char* hint = "") {
    *ok = false;
    error(from, to, message, hint);
    return to;
  };
  size_t i = pos + 2;
  if (i >= end || text_[i] != '{') {
    const size_t after = i < end ? i + char_at(i).length : end;
    return wrong(pos, after, "`\\u` needs braces", "write `\\u{1F980}`");
  }
  ++i;
  uint32_t value = 0;
  size_t digits = 0;
  for (;; ++i) {
    if (i >= end) return wrong(pos, end, "`\\u{` without `}`");
    const uint8_t c = text_[i];
    if (c == '}') break;
    if (c == '_') {
      if (digits == 0) return wrong(i, i + 1, "the digits of `\\u{}` cannot start with `_`");
      continue;
    }
    const int digit = hex_value(c);
    if (digit < 0) {
      return wrong(i, i + decode_utf8(text_, i, size_).length, "not a hexadecimal digit in `\\u{}`");
    }
    if (++digits <= 6) value = value * 16 + static_cast<uint32_t>(digit);
  }
  ++i;
  if (digits == 0) return wrong(pos, i, "`\\u{}` without digits");
  if (digits > 6) return wrong(pos, i, "`\\u{}` takes at most 6 digits");
  if (is_byte_mode(mode)) return wrong(pos, i, "`\\u{}` in a byte literal", "write the bytes as `\\x80` to `\\xFF`");
  if (value > 0x10FFFF) return wrong(pos, i, "no such character: the last one is `\\u{10FFFF}`");
  if (value >= 0xD800 && value <= 0xDFFF) return wrong(pos, i, "`\\u{D800}` to `\\u{DFFF}` are no characters");
  if (value == 0 && is_c_mode(mode)) return wrong(pos, i, "a C string cannot contain NUL");
  return i;
}

}  // namespace rp
