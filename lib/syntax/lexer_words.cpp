// Identifiers beyond plain ASCII words, literal prefixes, lifetimes, and characters that start no token.

#include <cstring>
#include <iterator>
#include <string>

#include "syntax/lexer_internal.h"

namespace rp {

namespace {

// Characters that look like ASCII ones, by what they look like. Those of the full-width block (U+FF01 to U+FF5E) are
// computed. Two of them, the heavy plus and minus, are emoji and would otherwise be (bad) identifiers.
struct LookAlikeGroup {
  LookAlike ascii;
  const char32_t* characters;
};
constexpr LookAlikeGroup kLookAlikes[] = {
    {{" ", "space"},
     U"\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u202F\u205F\u3000"},
    {{"-", "minus"}, U"\u2010\u2011\u2012\u2013\u2014\u2015\u2212\u2796\u2043\u02D7\u2500\u2501\uFE58"},
    {{"+", "plus"}, U"\u2795\uFB29"},
    {{"*", "asterisk"}, U"\u2217\u204E\u066D"},
    {{"/", "slash"}, U"\u2215\u2044\u2571\u29F8"},
    {{"=", "equals sign"}, U"\u30A0\uA4FF\u2E40"},
    {{"==", "equality operator"}, U"\u2A75"},
    {{"<", "less-than sign"}, U"\u2039\u276E\u276C\u27E8\u2329\u3008\u300A\u02C2"},
    {{">", "greater-than sign"}, U"\u203A\u276F\u276D\u27E9\u232A\u3009\u300B\u02C3"},
    {{"(", "left parenthesis"}, U"\u2768\uFD3E"},
    {{")", "right parenthesis"}, U"\u2769\uFD3F"},
    {{"[", "left bracket"}, U"\u2772\u300C\u300E\u3010\u3014\u3016\u3018\u301A"},
    {{"]", "right bracket"}, U"\u2773\u300D\u300F\u3011\u3015\u3017\u3019\u301B"},
    {{"{", "left brace"}, U"\u2774"},
    {{"}", "right brace"}, U"\u2775"},
    {{",", "comma"}, U"\u201A\u066B\u060D\uFE50\u3001\u060C"},
    {{";", "semicolon"}, U"\u037E\uFE14\u061B"},
    {{":", "colon"}, U"\u2236\u0589\uFE13\uFE30\u205A\u02F8"},
    {{"!", "exclamation mark"}, U"\uFE15"},
    {{"?", "question mark"}, U"\u061F\uFE16\u2047"},
    {{".", "full stop"}, U"\u2024\u2022\u2027\u2219\u22C5\u3002\uFE12\uFF65\u0701"},
    {{"\"", "double quote"}, U"\u201C\u201D\u201E\u201F\u00AB\u00BB\u275D\u275E\u2033\u301D\u301E\u02EE\u02BA"},
    {{"'", "single quote"}, U"\u2018\u2019\u201B\u2032\u2035\u00B4\u1FBD\u1FEF\u0384\u275B\u275C"},
    {{"&", "ampersand"}, U"\uFE60"},
    {{"_", "underscore"}, U"\uFE4D\uFE4E\uFE4F"},
};
// U+FF01 + n looks like 0x21 + n.
constexpr LookAlike kFullWidth[] = {
    {"!", "exclamation mark"},
    {"\"", "double quote"},
    {"#", "hash"},
    {"$", "dollar sign"},
    {"%", "percent sign"},
    {"&", "ampersand"},
    {"'", "single quote"},
    {"(", "left parenthesis"},
    {")", "right parenthesis"},
    {"*", "asterisk"},
    {"+", "plus"},
    {",", "comma"},
    {"-", "minus"},
    {".", "full stop"},
    {"/", "slash"},
};
constexpr LookAlike kFullWidthAfterDigits[] = {
    {":", "colon"},       {";", "semicolon"},         {"<", "less-than sign"},
    {"=", "equals sign"}, {">", "greater-than sign"}, {"?", "question mark"},
    {"@", "at sign"},
};
constexpr LookAlike kFullWidthAfterUpper[] = {
    {"[", "left bracket"}, {"\\", "backslash"}, {"]", "right bracket"},
    {"^", "caret"},        {"_", "underscore"}, {"`", "backtick"},
};
constexpr LookAlike kFullWidthAfterLower[] = {
    {"{", "left brace"},
    {"|", "vertical bar"},
    {"}", "right brace"},
    {"~", "tilde"},
};

template <size_t N>
const LookAlike* at_offset(const LookAlike (&table)[N], char32_t c, char32_t first) {
  return c >= first && c - first < N ? &table[c - first] : nullptr;
}

std::string code_point_name(char32_t c) {
  static constexpr char kHex[] = "0123456789ABCDEF";
  std::string digits;
  for (uint32_t rest = c; rest != 0 || digits.size() < 4; rest >>= 4) digits.insert(digits.begin(), kHex[rest & 15]);
  return "U+" + digits;
}

bool is_invisible(char32_t c) {
  return c == 0xAD || c == 0x34F || c == 0x61C || (c >= 0x200B && c <= 0x200D) || (c >= 0x202A && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF;
}

// Names that rustc keeps for path segments, and `_`.
bool may_be_raw(std::string_view name) {
  return name != "_" && name != "self" && name != "Self" && name != "super" && name != "crate";
}

constexpr char32_t kZeroWidthJoiner = 0x200D;

}  // namespace

const LookAlike* find_look_alike(char32_t c) {
  for (const LookAlikeGroup& group : kLookAlikes) {
    for (const char32_t* p = group.characters; *p != 0; ++p) {
      if (*p == c) return &group.ascii;
    }
  }
  if (const LookAlike* found = at_offset(kFullWidth, c, 0xFF01)) return found;
  if (const LookAlike* found = at_offset(kFullWidthAfterDigits, c, 0xFF1A)) return found;
  if (const LookAlike* found = at_offset(kFullWidthAfterUpper, c, 0xFF3B)) return found;
  return at_offset(kFullWidthAfterLower, c, 0xFF5B);
}

Utf8Char Lexer::char_at(size_t pos) const {
  if (pos + 1 < size_ && text_[pos] == '\r' && text_[pos + 1] == '\n') return {'\n', 2};
  return decode_utf8(text_, pos, size_);
}

bool Lexer::at_line_break(size_t pos) const { return char_at(pos).c == '\n'; }

size_t Lexer::find_byte(size_t from, uint8_t byte) const {
  if (from >= size_) return size_;
  const void* found = std::memchr(text_ + from, byte, size_ - from);
  return found == nullptr ? size_ : static_cast<size_t>(static_cast<const uint8_t*>(found) - text_);
}

size_t Lexer::eat_ident(size_t pos) const {
  for (;;) {
    while (pos < size_ && is_word_byte(text_[pos])) ++pos;
    if (pos >= size_ || text_[pos] < 0x80) return pos;
    const Utf8Char next = decode_utf8(text_, pos, size_);
    if (!is_xid_continue(next.c)) return pos;
    pos += next.length;
  }
}

// A word that needs a second look: it starts a literal, has a prefix's look, or goes on beyond ASCII.
size_t Lexer::lex_word(size_t pos) {
  const uint8_t first = text_[pos];
  const uint8_t second = byte_at(pos + 1);
  const uint8_t third = byte_at(pos + 2);
  if (first == 'r') {
    if (second == '#' && is_ident_start(char_at(pos + 2).c)) return lex_raw_ident(pos, pos + 2);
    if (second == '#' || second == '"') return lex_raw_string(pos, pos + 1, TokenKind::RawStr, LiteralMode::RawStr);
  } else if (first == 'b') {
    if (second == '\'') return lex_quoted_char(pos, pos + 1, true);
    if (second == '"') return lex_quoted_string(pos, pos + 1, TokenKind::ByteStr, LiteralMode::ByteStr);
    if (second == 'r' && (third == '"' || third == '#')) {
      return lex_raw_string(pos, pos + 2, TokenKind::RawByteStr, LiteralMode::RawByteStr);
    }
  } else if (first == 'c' && options_.edition >= Edition::k2021) {
    if (second == '"') return lex_quoted_string(pos, pos + 1, TokenKind::CStr, LiteralMode::CStr);
    if (second == 'r' && (third == '"' || third == '#')) {
      return lex_raw_string(pos, pos + 2, TokenKind::RawCStr, LiteralMode::RawCStr);
    }
  }
  const size_t end = eat_ident(pos);
  const Utf8Char next = char_at(end);
  if (next.c == '#' || next.c == '"' || next.c == '\'') {
    report_prefix(pos, end);
  } else if (next.c >= 0x80 && is_emoji(next.c)) {
    return lex_emoji_word(pos, end);
  }
  emit(keyword_kind(slice(pos, end)), pos);
  return end;
}

// From edition 2021 on every word right before a quote or `#` is reserved as a prefix.
void Lexer::report_prefix(size_t pos, size_t end) {
  if (options_.edition < Edition::k2021) return;
  const std::string_view prefix = slice(pos, end);
  std::string hint = "put white space behind it if it is not meant to be a prefix";
  if (prefix == "rb") hint = "a raw byte string starts with `br`";
  if (prefix == "rc") hint = "a raw C string starts with `cr`";
  error(pos, end, "unknown prefix `" + std::string(prefix.substr(0, 64)) + "`", std::move(hint));
}

// Identifiers with emoji are tokens to rustc's parser; a later pass rejects them.
size_t Lexer::lex_emoji_word(size_t pos, size_t end) {
  for (;;) {
    end = eat_ident(end);
    const Utf8Char next = char_at(end);
    if (next.c < 0x80 || !(is_emoji(next.c) || next.c == kZeroWidthJoiner)) break;
    end += next.length;
  }
  emit(TokenKind::Ident, pos);
  return end;
}

size_t Lexer::lex_raw_ident(size_t pos, size_t name) {
  const size_t end = eat_ident(name);
  if (!may_be_raw(slice(name, end))) {
    error(pos, end, "`" + std::string(slice(name, end)) + "` cannot be a raw identifier");
  }
  emit(TokenKind::RawIdent, pos);
  return end;
}

size_t Lexer::lex_non_ascii(size_t pos) {
  const Utf8Char first = decode_utf8(text_, pos, size_);
  if (is_pattern_white_space(first.c)) return pos + first.length;
  if (is_xid_start(first.c)) return lex_word(pos);
  if (is_emoji(first.c)) {
    const size_t end = pos + first.length;
    const Utf8Char next = char_at(end);
    const bool alone = !is_ident_continue(next.c) && next.c != kZeroWidthJoiner && (next.c < 0x80 || !is_emoji(next.c));
    // A heavy plus or minus sign alone is a mistyped operator.
    if (!(alone && (first.c == 0x2795 || first.c == 0x2796))) return lex_emoji_word(pos, end);
  }
  return lex_unknown(pos);
}

// Characters that start no token, up to the next one that does; at least the one at `pos`.
size_t Lexer::lex_unknown(size_t pos) {
  const Utf8Char first = decode_utf8(text_, pos, size_);
  size_t end = pos + first.length;
  while (end < size_) {
    const Utf8Char next = decode_utf8(text_, end, size_);
    if (next.c < 0x80) {
      const auto c = static_cast<uint8_t>(next.c);
      const bool unknown = c == '`' || c == '\\' || c == 0x7F || (c < 0x20 && !is_white_byte(c));
      if (!unknown) break;
    } else if (is_pattern_white_space(next.c) || is_xid_start(next.c) || is_emoji(next.c)) {
      break;
    }
    end += next.length;
  }
  std::string what;
  std::string hint;
  const LookAlike* look_alike = find_look_alike(first.c);
  if (first.c == kInvalidChar) {
    what = "a byte that is not UTF-8";
  } else {
    const bool shown = first.c > 0x20 && first.c != 0x7F && !(first.c >= 0x80 && first.c <= 0xA0) &&
                       !is_invisible(first.c) && first.c < 0xE000;
    what = code_point_name(first.c);
    if (shown) what += " (`" + std::string(slice(pos, pos + first.length)) + "`)";
  }
  if (look_alike != nullptr) {
    hint = std::string("it looks like `") + look_alike->ascii + "` (" + look_alike->name + "), but is not";
  } else if (is_invisible(first.c)) {
    hint = "the character is invisible; delete it";
  } else if (first.c == 0) {
    hint = "source text has no NUL bytes; check the encoding of the file";
  }
  error(pos, end, "unknown start of a token: " + what, std::move(hint));
  emit(TokenKind::UnknownChar, pos);
  return end;
}

// `'`: a lifetime or a character.
size_t Lexer::lex_quote(size_t pos) {
  // By far the most frequent: one ASCII character between quotes.
  if (pos + 2 < size_ && text_[pos + 2] == '\'') {
    const uint8_t c = text_[pos + 1];
    if (c >= 0x20 && c < 0x80 && c != '\\' && c != '\'') {
      emit(TokenKind::Char, pos);
      return eat_suffix(pos + 3);
    }
  }
  const Utf8Char first = char_at(pos + 1);
  const size_t second_at = pos + 1 + first.length;
  const Utf8Char second = char_at(second_at);
  const bool digit = first.c < 0x80 && is_digit_byte(static_cast<uint8_t>(first.c));
  if (second.c == '\'' || !(digit || is_ident_start(first.c))) return lex_quoted_char(pos, pos, false);
  if (first.c == 'r' && second.c == '#' && is_ident_start(char_at(second_at + 1).c)) return lex_raw_lifetime(pos);

  const size_t end = eat_ident(second_at);
  const uint8_t next = byte_at(end);
  if (next == '\'') {
    check_char(pos, pos + 1, end, LiteralMode::Char);
    emit(TokenKind::Char, pos);
    return end + 1;  // rustc reads no suffix here
  }
  if (digit) {
    error(pos, end, "a lifetime cannot start with a digit");
  } else if (next == '#' && end < size_) {
    report_prefix(pos, end);
  }
  emit(TokenKind::Lifetime, pos);
  return end;
}

size_t Lexer::lex_raw_lifetime(size_t pos) {
  if (options_.edition < Edition::k2021) {
    emit(TokenKind::Lifetime, pos);
    return pos + 2;
  }
  const size_t end = eat_ident(pos + 3);
  if (byte_at(end) == '\'') {
    error(pos, end + 1, "more than one character in a character literal", "a string is written with double quotes");
  }
  if (!may_be_raw(slice(pos + 3, end))) {
    error(pos, end, "`" + std::string(slice(pos + 3, end)) + "` cannot be a raw lifetime");
  }
  emit(TokenKind::RawLifetime, pos);
  return end;
}

// `##` or `#"` in edition 2024: reserved for strings that are guarded by hashes (RFC 3593).
size_t Lexer::lex_hashes(size_t pos) {
  size_t end = pos;
  while (byte_at(end) == '#') ++end;
  if (byte_at(end) == '"') return lex_guarded_string(pos, end);
  // rustc takes them in pairs; one that is left over is an ordinary `#`.
  const size_t pairs_end = pos + (end - pos) / 2 * 2;
  error(pos, pairs_end, "reserved: several `#` without white space between them", "put white space between them");
  emit(TokenKind::UnknownChar, pos);
  return pairs_end;
}

}  // namespace rp
