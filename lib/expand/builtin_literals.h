// The values of literals, as built-in macros need them: what a string says, and where in the token each byte of it
// stands.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/buffer.h"
#include "syntax/token.h"

namespace rp {

struct StringValue {
  std::string bytes;         // UTF-8 for Str and RawStr; any bytes for byte and C strings
  Buffer<uint32_t> offsets;  // for each byte the offset in the token's text; one more for the end
  std::string_view suffix;
};
// Of Str, RawStr, ByteStr, RawByteStr, CStr, RawCStr, Char and Byte tokens. False when the text is not a whole literal.
bool decode_string(TokenKind kind, std::string_view text, StringValue* value);

// What an integer literal says, without its suffix: digits only, decimal. Nothing beyond 128 bits.
std::optional<std::string> decimal_of_integer(std::string_view text);

// Appends `c` as UTF-8.
void append_utf8(char32_t c, std::string* out);
// The code point that begins at `at`, and its length in bytes. `text` is valid UTF-8.
struct CodePoint {
  char32_t value = 0;
  uint32_t length = 0;
};
CodePoint code_point_at(std::string_view text, size_t at);

}  // namespace rp
