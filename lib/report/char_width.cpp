#include "report/char_width.h"

#include <algorithm>
#include <iterator>

namespace rp {
namespace {

struct CharRange {
  char32_t first;
  char32_t last;
};

#include "report/char_width_tables.inc"

template <size_t kSize>
bool contains(const CharRange (&table)[kSize], char32_t c) {
  const CharRange* at = std::upper_bound(std::begin(table), std::end(table), c,
                                         [](char32_t v, const CharRange& r) { return v < r.first; });
  return at != std::begin(table) && c <= std::prev(at)->last;
}

}  // namespace

uint32_t char_width(char32_t c) {
  if (c < 0x300) return 1;
  if (contains(kNoColumn, c)) return 0;
  return contains(kTwoColumns, c) ? 2 : 1;
}

char32_t decode_utf8(std::string_view text, size_t* length) {
  const auto at = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = at(0);
  *length = 1;
  if (first < 0x80) return first;
  const size_t wanted = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || text.size() < wanted) return 0xFFFD;
  char32_t c = first & (0x7Fu >> wanted);
  for (size_t i = 1; i < wanted; ++i) {
    if ((at(i) & 0xC0) != 0x80) return 0xFFFD;
    c = (c << 6) | (at(i) & 0x3Fu);
  }
  *length = wanted;
  return c;
}

size_t text_width(std::string_view text) {
  size_t width = 0;
  while (!text.empty()) {
    size_t length = 0;
    width += char_width(decode_utf8(text, &length));
    text.remove_prefix(length);
  }
  return width;
}

}  // namespace rp
