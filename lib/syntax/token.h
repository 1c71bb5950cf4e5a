// Tokens of one text as parallel arrays, the output of the lexer.
//
// White space is not stored: it is what lies between the end of one token and the start of the next. Comments are
// stored; so every byte of the text is in a token or in a run of white space between two tokens.
//
// Slots. An operator that the grammar may have to split (`>>` in `Vec<Vec<T>>`, `&&x`, `||`, `<-`, `+=`, `x.0.1`)
// takes as many entries, called slots, as it has parts: `>>=` is stored as ShrEq, Ge, Eq, each at its own offset. A
// reader steps from a token to the next by token_slots(kind); a parser splits one by looking at it as the single
// character kind and stepping by 1. Nothing needs to be inserted and the arrays stay immutable.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "syntax/syntax_error.h"

namespace rp {

enum class TokenKind : uint8_t {
#define RP_TRIVIA(name, text) name,
#define RP_TOKEN(name, text, slots) name,
#define RP_KEYWORD(name, text) name,
#define RP_EDITION_KEYWORD(name, text, edition) name,
#define RP_WEAK_KEYWORD(name, text) name,
#define RP_PUNCT(name, text, slots) name,
#define RP_MADE(name, text, length) name,
#include "syntax/token_kinds.def"
  kCount
};

inline constexpr TokenKind kLastTrivia = TokenKind::StrayCloser;

struct TokenKindInfo {
  std::string_view name;  // "identifier", ">>", "fn"
  uint8_t slots;
  bool is_punct;
};

// Indexed by kind.
extern const TokenKindInfo kTokenKindInfo[static_cast<size_t>(TokenKind::kCount)];

inline constexpr uint8_t kTokenSlots[256] = {
#define RP_TRIVIA(name, text) 1,
#define RP_TOKEN(name, text, slots) slots,
#define RP_KEYWORD(name, text) 1,
#define RP_EDITION_KEYWORD(name, text, edition) 1,
#define RP_WEAK_KEYWORD(name, text) 1,
#define RP_PUNCT(name, text, slots) slots,
#define RP_MADE(name, text, length) 1,
#include "syntax/token_kinds.def"
};

inline constexpr uint8_t kTokenLengths[256] = {
#define RP_TRIVIA(name, text) 0,
#define RP_TOKEN(name, text, slots) 0,
#define RP_KEYWORD(name, text) sizeof(text) - 1,
#define RP_EDITION_KEYWORD(name, text, edition) sizeof(text) - 1,
#define RP_WEAK_KEYWORD(name, text) sizeof(text) - 1,
#define RP_PUNCT(name, text, slots) sizeof(text) - 1,
#define RP_MADE(name, text, length) length,
#include "syntax/token_kinds.def"
};

// Bytes of text of punctuation and keywords, 0 for kinds whose tokens differ in length.
inline constexpr uint32_t token_length(TokenKind kind) { return kTokenLengths[static_cast<size_t>(kind)]; }
inline constexpr uint32_t token_slots(TokenKind kind) { return kTokenSlots[static_cast<size_t>(kind)]; }
inline constexpr bool is_trivia(TokenKind kind) { return kind <= kLastTrivia; }
inline constexpr bool is_doc_comment(TokenKind kind) {
  return kind >= TokenKind::OuterLineDoc && kind <= TokenKind::InnerBlockDoc;
}
inline constexpr bool is_literal(TokenKind kind) { return kind >= TokenKind::Int && kind <= TokenKind::RawCStr; }
inline constexpr bool is_string_literal(TokenKind kind) { return kind >= TokenKind::Str && kind <= TokenKind::RawCStr; }
// Invisible delimiters, without text.
inline constexpr bool is_group_open(TokenKind kind) {
  return kind >= TokenKind::GroupOpenItem && kind <= TokenKind::GroupOpenVis;
}
inline constexpr bool is_group_token(TokenKind kind) {
  return kind >= TokenKind::GroupOpenItem && kind <= TokenKind::GroupClose;
}
// Any keyword of any edition, weak ones included.
inline constexpr bool is_keyword_kind(TokenKind kind) { return kind >= TokenKind::KwAs; }

// The largest text the library reads, in bytes: offsets are 32-bit.
inline constexpr size_t kMaxTextBytes = 0xFFFF'FF00;

struct TokenBuffer {
  // size() slots, then at least kPadding entries of kind Eof that start at the end of the text.
  static constexpr uint32_t kPadding = 4;
  Buffer<TokenKind> kinds;
  Buffer<uint32_t> starts;  // byte offsets, non-decreasing
  uint32_t count = 0;       // slots without the padding
  // True when the last token is a string or a block comment that the text ends in: then it may end in white space.
  bool unterminated_tail = false;
  std::vector<SyntaxError> errors;  // in order of their start

  [[nodiscard]] uint32_t size() const { return count; }
};

// The end of a token whose kind has no fixed length, for token_end.
uint32_t variable_token_end(std::string_view text, const uint32_t* starts, uint32_t count, bool unterminated_tail,
                            uint32_t slot, TokenKind kind);

// The offset after the last byte of the token at `slot`, when seen as of kind `kind` (its own, or the head of a split).
inline uint32_t token_end(std::string_view text, const uint32_t* starts, uint32_t count, bool unterminated_tail,
                          uint32_t slot, TokenKind kind) {
  const uint32_t length = token_length(kind);
  return length != 0 ? starts[slot] + length : variable_token_end(text, starts, count, unterminated_tail, slot, kind);
}

}  // namespace rp
