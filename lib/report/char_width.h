// How many columns of a terminal a character takes, to align what stands under it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace rp {

// 0, 1 or 2. Control characters count 1: they are shown as something visible.
uint32_t char_width(char32_t c);

// The character at the start of `text`, which is not empty; U+FFFD for what is not UTF-8. `*length` gets its bytes.
char32_t decode_utf8(std::string_view text, size_t* length);

// The columns that a text without tabs and control characters takes.
size_t text_width(std::string_view text);

}  // namespace rp
