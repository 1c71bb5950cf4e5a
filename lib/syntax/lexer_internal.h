// What the files of the lexer share: byte classes, decoding, keywords and the state of one run. Nothing outside
// lexer*.cpp and unicode.cpp includes this.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "syntax/lexer.h"
#include "syntax/lexer_simd.h"

namespace rp {

bool is_emoji(char32_t c);  // the property Emoji, unicode.cpp

inline constexpr bool is_digit_byte(uint8_t c) { return c >= '0' && c <= '9'; }
inline constexpr bool is_word_byte(uint8_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit_byte(c) || c == '_';
}
inline constexpr bool is_white_byte(uint8_t c) { return c == ' ' || (c >= 9 && c <= 13); }
inline constexpr int hex_value(uint32_t c) {
  if (c >= '0' && c <= '9') return static_cast<int>(c - '0');
  if (c >= 'a' && c <= 'f') return static_cast<int>(c - 'a' + 10);
  if (c >= 'A' && c <= 'F') return static_cast<int>(c - 'A' + 10);
  return -1;
}

inline constexpr char32_t kNoChar = 0xFFFFFFFF;       // the end of the text
inline constexpr char32_t kInvalidChar = 0xFFFFFFFE;  // a byte that is not part of valid UTF-8

struct Utf8Char {
  char32_t c;
  uint32_t length;  // 0 at the end of the text, 1 for an invalid byte
};
Utf8Char decode_utf8(const uint8_t* data, size_t i, size_t size);

// As rustc: `_` may start an identifier although it is not XID_Start.
inline bool is_ident_start(char32_t c) {
  if (c < 0x80) return is_word_byte(static_cast<uint8_t>(c)) && !is_digit_byte(static_cast<uint8_t>(c));
  return is_xid_start(c);
}
inline bool is_ident_continue(char32_t c) {
  if (c < 0x80) return is_word_byte(static_cast<uint8_t>(c));
  return is_xid_continue(c);
}

// The keyword that `text` is in any edition, or Ident. `_` gives Underscore.
TokenKind keyword_kind(std::string_view text);

// The ASCII text that people may have meant when they wrote `c`, or nullptr.
struct LookAlike {
  const char* ascii;
  const char* name;
};
const LookAlike* find_look_alike(char32_t c);

// What may stand between the quotes of a literal.
enum class LiteralMode : uint8_t { Char, Byte, Str, ByteStr, CStr, RawStr, RawByteStr, RawCStr };

// One run of the lexer. The token loop (lexer.cpp) handles words, operators and comments that fit in a chunk; the
// rest is done by the functions below. Each of those takes the offset where a token starts, adds the token's slots
// and errors, and returns the offset where the loop goes on.
class Lexer {
 public:
  Lexer(std::string_view text, const LexOptions& options, TokenBuffer* out);
  void run();

  // Called by the token loop.
  size_t lex_word(size_t pos);          // lexer_words.cpp: prefixes, raw identifiers, non-ASCII
  size_t lex_non_ascii(size_t pos);     // lexer_words.cpp
  size_t lex_unknown(size_t pos);       // lexer_words.cpp
  size_t lex_quote(size_t pos);         // lexer_words.cpp: lifetimes and characters
  size_t lex_hashes(size_t pos);        // lexer_words.cpp: `##` and `#"`, reserved from 2024 on
  size_t lex_number(size_t pos);        // lexer_literals.cpp
  size_t lex_string(size_t pos);        // lexer_literals.cpp
  size_t lex_line_comment(size_t pos);  // lexer_literals.cpp
  size_t lex_block_comment(size_t pos);
  // An error for every carriage return in the documentation comment [from, end) that is not part of a line break.
  void check_doc_comment(size_t from, size_t end);

 private:
  friend struct TokenLoop;

  // lexer_start.cpp: byte order mark, shebang, frontmatter. Return the offset after what they found at `pos`.
  size_t lex_file_start();
  size_t lex_shebang(size_t pos);
  size_t lex_frontmatter(size_t pos);
  struct FrontmatterShape;
  size_t find_frontmatter_end(size_t from, size_t dashes) const;
  void check_frontmatter(const FrontmatterShape& shape);

  // lexer_words.cpp
  size_t lex_raw_ident(size_t pos, size_t name);
  size_t lex_raw_lifetime(size_t pos);
  size_t lex_emoji_word(size_t pos, size_t end);
  void report_prefix(size_t pos, size_t end);

  // lexer_literals.cpp
  size_t lex_quoted_char(size_t pos, size_t open, bool byte);
  size_t lex_quoted_string(size_t pos, size_t open, TokenKind kind, LiteralMode mode);
  size_t lex_raw_string(size_t pos, size_t hashes, TokenKind kind, LiteralMode mode);
  size_t lex_guarded_string(size_t pos, size_t open);
  [[nodiscard]] size_t find_quote(size_t from, bool* plain) const;
  [[nodiscard]] size_t find_char_end(size_t from, bool* terminated) const;
  [[nodiscard]] size_t find_block_comment_end(size_t pos, bool* terminated) const;
  size_t eat_suffix(size_t pos);
  size_t eat_digits(size_t pos, bool hex, bool* any) const;
  [[nodiscard]] bool follows_dot() const;
  void emit_float(size_t pos, size_t dot, size_t number_end, bool splittable);
  void check_digits(size_t pos, size_t end, uint8_t base);
  size_t unterminated_string(size_t pos, size_t open, TokenKind kind, const char* what);

  // lexer_escapes.cpp: the text between the quotes of a literal
  void check_char(size_t pos, size_t from, size_t end, LiteralMode mode);
  void check_string(size_t from, size_t end, LiteralMode mode);
  void check_raw_string(size_t from, size_t end, LiteralMode mode);
  size_t check_unit(size_t pos, size_t end, LiteralMode mode, bool* ok);
  size_t check_escape(size_t pos, size_t end, LiteralMode mode, bool* ok);
  size_t check_hex_escape(size_t pos, size_t end, LiteralMode mode, bool* ok);
  size_t check_unicode_escape(size_t pos, size_t end, LiteralMode mode, bool* ok);

  // The character at `pos`; a line break of either form is `\n`.
  [[nodiscard]] Utf8Char char_at(size_t pos) const;
  [[nodiscard]] uint8_t byte_at(size_t pos) const { return pos < size_ ? text_[pos] : 0; }
  [[nodiscard]] std::string_view slice(size_t from, size_t end) const {
    return {reinterpret_cast<const char*>(text_) + from, end - from};
  }
  // The offset of the first `byte` in [from, size), or size.
  [[nodiscard]] size_t find_byte(size_t from, uint8_t byte) const;
  // The end of the identifier whose first character lies before `pos`.
  [[nodiscard]] size_t eat_ident(size_t pos) const;
  [[nodiscard]] bool at_line_break(size_t pos) const;

  void emit(TokenKind kind, size_t pos) {
    kinds_[count_] = kind;
    starts_[count_] = static_cast<uint32_t>(pos);
    ++count_;
  }
  // Room for `slots` more slots.
  void make_room(size_t slots);
  SyntaxError* error(size_t start, size_t end, std::string message, std::string hint = {});
  void finish();

  const uint8_t* text_;
  size_t size_;
  LexOptions options_;
  const SimdOps& simd_;
  TokenBuffer* out_;
  TokenKind* kinds_ = nullptr;
  uint32_t* starts_ = nullptr;
  size_t count_ = 0;
  size_t capacity_ = 0;
  bool errors_full_ = false;
};

}  // namespace rp
