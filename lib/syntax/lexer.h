// The lexer: text in, TokenBuffer out. It never fails: what is no token becomes UnknownChar with an error, and a
// literal or comment that does not end runs to the end of the text.
//
// Rules: the Rust Reference, chapter "Lexical structure"; where the Reference and rustc differ, rustc 1.96.
// Linear in the length of the text for every input.
#pragma once

#include <string>
#include <string_view>

#include "base/edition.h"
#include "base/limits.h"
#include "syntax/token.h"

namespace rp {

// Which instruction set finds the token boundaries. All give the same tokens.
enum class SimdLevel : uint8_t { Auto, Scalar, Sse2, Avx2, Avx512, Neon };

struct LexOptions {
  Edition edition = kLatestEdition;
  // A whole file: a byte order mark, a shebang line and frontmatter are read at its start. False for a piece of
  // source such as the text of a macro argument.
  bool whole_file = true;
  SimdLevel simd = SimdLevel::Auto;  // a level the machine lacks falls back to the next lower one
  MemoryBudget* budget = nullptr;
  const Cancellation* cancellation = nullptr;
};

// `text` must be valid UTF-8 of at most kMaxTextBytes (check with validate_utf8 first); bytes that are not are
// UnknownChar, and nothing is read outside `text`.
// Throws std::bad_alloc, MemoryLimitExceeded, Cancelled.
TokenBuffer lex(std::string_view text, const LexOptions& options);

// The offset of the first byte that is not valid UTF-8, or npos. SIMD where the machine has it.
size_t find_invalid_utf8(std::string_view text);

// Unicode tables (unicode.cpp, generated from the Unicode Character Database).
bool is_xid_start(char32_t c);  // without `_`
bool is_xid_continue(char32_t c);
bool is_pattern_white_space(char32_t c);  // as Rust: Pattern_White_Space
// Unicode Standard Annex 15. `out` gets the NFC form; returns false (and leaves `out`) when text is NFC already.
bool normalize_nfc(std::string_view text, std::string* out);

}  // namespace rp
