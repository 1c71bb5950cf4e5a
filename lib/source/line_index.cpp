#include "source/line_index.h"

#include <algorithm>
#include <bit>
#include <cstring>

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

namespace rp {
namespace {

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

// UTF-16 code units of the character that starts with this byte.
uint32_t utf16_units(char lead) { return static_cast<unsigned char>(lead) >= 0xF0 ? 2 : 1; }

// `offset`, or the start of the character around it. At most three bytes are looked at, so a text that is not UTF-8
// costs no more.
uint32_t character_start(std::string_view text, uint32_t offset) {
  if (offset >= text.size()) return static_cast<uint32_t>(text.size());
  for (int i = 0; i < 3 && offset > 0 && is_continuation(text[offset]); ++i) --offset;
  return offset;
}

}  // namespace

LineIndex::LineIndex(std::string_view text) : text_(text) {
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  // A guess that is right for most sources (a line of code has some thirty bytes), so that few texts grow it twice.
  starts_.reserve(text.size() / 32 + 1);
  const char* at = begin;
#if defined(__SSE2__)
  // Sixteen bytes at a time: lines are too short for a call of memchr each.
  const __m128i newline = _mm_set1_epi8('\n');
  for (; end - at >= 16; at += 16) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
    auto found = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, newline)));
    for (; found != 0; found &= found - 1)
      starts_.push_back(static_cast<uint32_t>(at - begin) + static_cast<uint32_t>(std::countr_zero(found)) + 1);
  }
#endif
  while (at < end) {
    at = static_cast<const char*>(std::memchr(at, '\n', static_cast<size_t>(end - at)));
    if (at == nullptr) break;
    ++at;
    starts_.push_back(static_cast<uint32_t>(at - begin));
  }
  starts_.shrink_to_fit();
}

uint32_t LineIndex::text_line_count() const {
  const auto newlines = static_cast<uint32_t>(starts_.size());
  return text_.empty() || text_.back() == '\n' ? newlines : newlines + 1;
}

uint32_t LineIndex::line_of(uint32_t offset) const {
  const uint32_t* const after = std::upper_bound(starts_.begin(), starts_.end(), offset);
  return static_cast<uint32_t>(after - starts_.begin()) + 1;
}

uint32_t LineIndex::line_from(uint32_t line, uint32_t offset) const {
  // The number of later starts that are not behind the offset; `first` of them are known.
  size_t first = line - 1;
  size_t step = 1;
  while (first + step <= starts_.size() && starts_[first + step - 1] <= offset) {
    first += step;
    step *= 2;
  }
  const uint32_t* const end = starts_.begin() + std::min(first + step - 1, starts_.size());
  return static_cast<uint32_t>(std::upper_bound(starts_.begin() + first, end, offset) - starts_.begin()) + 1;
}

uint32_t LineIndex::line_start(uint32_t line) const {
  if (line <= 1) return 0;
  return line <= line_count() ? starts_[line - 2] : static_cast<uint32_t>(text_.size());
}

uint32_t LineIndex::line_end(uint32_t line) const {
  line = std::max(line, 1U);
  if (line >= line_count()) return static_cast<uint32_t>(text_.size());
  uint32_t end = starts_[line - 1] - 1;
  if (end > line_start(line) && text_[end - 1] == '\r') --end;
  return end;
}

LineColumn LineIndex::position(uint32_t offset) const {
  offset = character_start(text_, offset);
  const uint32_t line = line_of(offset);
  const uint32_t start = line_start(line);
  uint32_t units = 0;
  for (uint32_t i = start; i < offset; ++i)
    if (!is_continuation(text_[i])) units += utf16_units(text_[i]);
  return {line, offset - start + 1, units + 1};
}

uint32_t LineIndex::offset(uint32_t line, uint32_t column_bytes) const {
  const uint32_t start = line_start(line);
  const uint32_t end = line_end(line);
  const uint32_t wanted = std::max(column_bytes, 1U) - 1;
  return wanted >= end - start ? end : character_start(text_, start + wanted);
}

uint32_t LineIndex::offset_utf16(uint32_t line, uint32_t column_utf16) const {
  const uint32_t end = line_end(line);
  uint32_t left = std::max(column_utf16, 1U) - 1;
  uint32_t at = line_start(line);
  while (at < end) {
    const uint32_t units = utf16_units(text_[at]);
    if (left < units) break;
    left -= units;
    do ++at;
    while (at < end && is_continuation(text_[at]));
  }
  return at;
}

}  // namespace rp
