// Where literals and comments end. What stands between their quotes is checked in lexer_escapes.cpp.

#include <cstring>
#include <string>

#include "syntax/lexer_internal.h"

namespace rp {

namespace {

constexpr size_t kMaxRawHashes = 255;

}  // namespace

// ---- Suffixes and numbers

size_t Lexer::eat_suffix(size_t pos) {
  if (pos >= size_) return pos;
  if (text_[pos] < 0x80 ? !is_ident_start(text_[pos]) : !is_xid_start(char_at(pos).c)) return pos;
  const size_t end = eat_ident(pos);
  if (end == pos + 1 && text_[pos] == '_') error(pos, end, "`_` is no suffix of a literal");
  return end;
}

size_t Lexer::eat_digits(size_t pos, bool hex, bool* any) const {
  for (; pos < size_; ++pos) {
    const uint8_t c = text_[pos];
    if (c == '_') continue;
    if (!is_digit_byte(c) && !(hex && hex_value(c) >= 0)) break;
    *any = true;
  }
  return pos;
}

// Whether the token before, comments aside, is a `.`. Each comment is passed at most once for each number.
bool Lexer::follows_dot() const {
  size_t slot = count_;
  while (slot > 0 && is_trivia(kinds_[slot - 1])) --slot;
  return slot > 0 && kinds_[slot - 1] == TokenKind::Dot;
}

// A float after a `.` may be one or two tuple indices, and then has a slot for each part.
void Lexer::emit_float(size_t pos, size_t dot, size_t number_end, bool splittable) {
  if (!splittable || !follows_dot()) {
    emit(TokenKind::Float, pos);
    return;
  }
  emit(dot + 1 == number_end ? TokenKind::FloatTrailingDot : TokenKind::FloatDotted, pos);
  emit(TokenKind::Dot, dot);
  if (dot + 1 != number_end) emit(TokenKind::Int, dot + 1);
}

void Lexer::check_digits(size_t pos, size_t end, uint8_t base) {
  for (size_t i = pos; i < end; ++i) {
    if (text_[i] == '_' || text_[i] - '0' < base) continue;
    error(i, i + 1,
          "the digit `" + std::string(1, static_cast<char>(text_[i])) + "` is too large for base " +
              std::to_string(base));
  }
}

size_t Lexer::lex_number(size_t pos) {
  uint8_t base = 10;
  if (text_[pos] == '0') {
    const uint8_t letter = byte_at(pos + 1);
    base = letter == 'x' ? 16 : letter == 'o' ? 8 : letter == 'b' ? 2 : 10;
  }
  bool any_digit = false;
  size_t i = eat_digits(base == 10 ? pos : pos + 2, base == 16, &any_digit);
  if (!any_digit) {
    error(pos, i, "no digits after the base of a number");
    emit(TokenKind::Int, pos);
    return eat_suffix(i);
  }
  const size_t int_end = i;
  bool is_float = false;
  bool empty_exponent = false;
  bool sign = false;
  const auto eat_exponent = [&] {
    ++i;  // the `e`
    if (byte_at(i) == '+' || byte_at(i) == '-') {
      sign = true;
      ++i;
    }
    bool any = false;
    i = eat_digits(i, false, &any);
    empty_exponent = !any;
  };
  const uint8_t next = byte_at(i);
  if (next == '.') {
    // `1..2` is a range, `1.x` a field or method.
    const Utf8Char after = char_at(i + 1);
    if (after.c != '.' && !is_ident_start(after.c)) {
      is_float = true;
      ++i;
      if (is_digit_byte(byte_at(i))) {
        bool any = false;
        i = eat_digits(i, false, &any);
        if (byte_at(i) == 'e' || byte_at(i) == 'E') eat_exponent();
      }
    }
  } else if (next == 'e' || next == 'E') {
    is_float = true;
    eat_exponent();
  }
  const size_t number_end = i;
  const size_t end = eat_suffix(i);
  if (!is_float) {
    if (base == 2 || base == 8) check_digits(pos + 2, int_end, base);
    emit(TokenKind::Int, pos);
    return end;
  }
  if (empty_exponent) error(pos, end, "no digits in the exponent of a number");
  if (base != 10) {
    error(pos, number_end, "a floating-point number cannot have the base " + std::to_string(base));
  }
  emit_float(pos, int_end, number_end, base == 10 && next == '.' && !sign && end == number_end);
  return end;
}

// ---- Characters

// The end of a character literal whose text starts at `from`; without a closing quote it ends before a line break or a
// slash, which may start a comment.
size_t Lexer::find_char_end(size_t from, bool* terminated) const {
  *terminated = true;
  const Utf8Char first = char_at(from);
  if (first.c != '\\' && byte_at(from + first.length) == '\'') return from + first.length + 1;
  size_t i = from;
  while (i < size_) {
    const Utf8Char next = char_at(i);
    if (next.c == '\'') return i + 1;
    if (next.c == '/') break;
    if (next.c == '\n' && byte_at(i + next.length) != '\'') break;
    i += next.length;
    if (next.c == '\\') i += char_at(i).length;
  }
  *terminated = false;
  return i;
}

size_t Lexer::lex_quoted_char(size_t pos, size_t open, bool byte) {
  bool terminated = false;
  const size_t end = find_char_end(open + 1, &terminated);
  emit(byte ? TokenKind::Byte : TokenKind::Char, pos);
  if (!terminated) {
    error(pos, end > open + 1 ? end : open + 1, byte ? "unterminated byte literal" : "unterminated character literal",
          "close it by `'`; a string is written with double quotes");
    return end;
  }
  check_char(pos, open + 1, end - 1, byte ? LiteralMode::Byte : LiteralMode::Char);
  return eat_suffix(end);
}

// ---- Strings

size_t Lexer::unterminated_string(size_t pos, size_t open, TokenKind kind, const char* what) {
  error(pos, open + 1, std::string("unterminated ") + what, "close it by `\"`");
  emit(kind, pos);
  out_->unterminated_tail = true;
  return size_;
}

// The offset after the quote that ends a string, or size_ + 1. `plain` becomes false when the text has escapes other
// than the frequent ones, or carriage returns: then check_string must look at it.
size_t Lexer::find_quote(size_t from, bool* plain) const {
  for (size_t i = from;;) {
    i = simd_.find_any(text_, i, size_, '"', '\\', '\r');
    if (i >= size_) return size_ + 1;
    if (text_[i] == '"') return i + 1;
    if (text_[i] == '\r') {
      *plain = false;
      ++i;
      continue;
    }
    switch (byte_at(i + 1)) {
      case 'n':
      case 't':
      case 'r':
      case '"':
      case '\\':
      case '\'':
        i += 2;
        break;
      case '0':
        // Plain in a string; C strings are checked whatever is in them.
        i += 2;
        break;
      default:
        *plain = false;
        ++i;
    }
  }
}

size_t Lexer::lex_string(size_t pos) { return lex_quoted_string(pos, pos, TokenKind::Str, LiteralMode::Str); }

size_t Lexer::lex_quoted_string(size_t pos, size_t open, TokenKind kind, LiteralMode mode) {
  // Bytes and C strings have rules for each character.
  bool plain = mode == LiteralMode::Str;
  const size_t end = find_quote(open + 1, &plain);
  if (end > size_) {
    return unterminated_string(pos, open, kind,
                               mode == LiteralMode::ByteStr ? "byte string"
                               : mode == LiteralMode::CStr  ? "C string"
                                                            : "string");
  }
  if (!plain) check_string(open + 1, end - 1, mode);
  emit(kind, pos);
  return eat_suffix(end);
}

size_t Lexer::lex_guarded_string(size_t pos, size_t open) {
  bool plain = true;
  size_t end = find_quote(open + 1, &plain);
  if (end > size_) return unterminated_string(pos, open, TokenKind::Str, "string");
  const size_t hashes = open - pos;
  for (size_t n = 0; n < hashes && byte_at(end) == '#'; ++n) ++end;
  error(pos, end, "reserved: a string with `#` right before it", "put white space between them");
  emit(TokenKind::Str, pos);
  return eat_suffix(end);
}

size_t Lexer::lex_raw_string(size_t pos, size_t hashes, TokenKind kind, LiteralMode mode) {
  size_t open = hashes;
  while (byte_at(open) == '#') ++open;
  const size_t count = open - hashes;
  if (byte_at(open) != '"') {
    error(pos, open, "`\"` expected after the `#` of a raw string",
          "a raw string starts with `r\"` or `r#\"`, a raw identifier with `r#` and a letter");
    emit(kind, pos);
    return open;
  }
  size_t best = 0;  // the most `#` found behind a quote, in case none has enough
  size_t best_at = 0;
  for (size_t quote = find_byte(open + 1, '"'); quote < size_; quote = find_byte(quote + 1, '"')) {
    size_t found = 0;
    while (found < count && byte_at(quote + 1 + found) == '#') ++found;
    if (found == count) {
      if (count > kMaxRawHashes) {
        error(pos, open, "a raw string has at most 255 `#`, this one has " + std::to_string(count));
      }
      check_raw_string(open + 1, quote, mode);
      emit(kind, pos);
      return count > kMaxRawHashes ? quote + 1 + count : eat_suffix(quote + 1 + count);
    }
    if (found > best) {
      best = found;
      best_at = quote;
    }
  }
  SyntaxError* added =
      error(pos, open + 1, "unterminated raw string",
            count == 0 ? "close it by `\"`" : "close it by `\"` and " + std::to_string(count) + " times `#`");
  if (added != nullptr && best > 0) {
    added->related_start = static_cast<uint32_t>(best_at);
    added->related_end = static_cast<uint32_t>(best_at + 1 + best);
    added->related_label = "this quote has too few `#`";
  }
  emit(kind, pos);
  out_->unterminated_tail = true;
  return size_;
}

// ---- Comments

size_t Lexer::lex_line_comment(size_t pos) {
  const size_t end = find_byte(pos, '\n');
  const uint8_t third = byte_at(pos + 2);
  if (third == '!' || (third == '/' && byte_at(pos + 3) != '/')) {
    emit(third == '!' ? TokenKind::InnerLineDoc : TokenKind::OuterLineDoc, pos);
    check_doc_comment(pos, end);
  } else {
    emit(TokenKind::LineComment, pos);
  }
  return end;
}

void Lexer::check_doc_comment(size_t from, size_t end) {
  while (from < end) {
    const void* found = std::memchr(text_ + from, '\r', end - from);
    if (found == nullptr) return;
    const auto at = static_cast<size_t>(static_cast<const uint8_t*>(found) - text_);
    if (byte_at(at + 1) != '\n') {
      error(at, at + 1, "carriage return without line feed in a documentation comment");
    }
    from = at + 1;
  }
}

size_t Lexer::find_block_comment_end(size_t pos, bool* terminated) const {
  *terminated = true;
  size_t depth = 1;
  size_t i = pos + 2;
  for (;;) {
    i = simd_.find_any(text_, i, size_, '*', '/', '/');
    if (i + 1 >= size_) break;
    if (text_[i] == '/' && text_[i + 1] == '*') {
      ++depth;
      i += 2;
    } else if (text_[i] == '*' && text_[i + 1] == '/') {
      i += 2;
      if (--depth == 0) return i;
    } else {
      ++i;
    }
  }
  *terminated = false;
  return size_;
}

size_t Lexer::lex_block_comment(size_t pos) {
  bool terminated = false;
  const size_t end = find_block_comment_end(pos, &terminated);
  const uint8_t third = byte_at(pos + 2);
  const uint8_t fourth = byte_at(pos + 3);
  TokenKind kind = TokenKind::BlockComment;
  if (third == '!') kind = TokenKind::InnerBlockDoc;
  if (third == '*' && fourth != '*' && fourth != '/') kind = TokenKind::OuterBlockDoc;
  emit(kind, pos);
  if (!terminated) {
    error(pos, pos + 2, "unterminated block comment", "each `/*` inside it needs its own `*/`");
    out_->unterminated_tail = true;
  }
  if (kind != TokenKind::BlockComment) check_doc_comment(pos + 3, end);
  return end;
}

}  // namespace rp
