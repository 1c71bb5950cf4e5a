// Lines and columns, against a slow count by hand.
#include "source/line_index.h"

#include "unit_test.h"

using rp::LineColumn;
using rp::LineIndex;

namespace {

// A character of each length in UTF-8, line ends of both kinds, an empty line, no newline at the end.
constexpr std::string_view kText = "ab\r\n\xC3\xA9x\n\n\xE2\x82\xAC\xF0\x9F\xA6\x80!\rz\nend";

void check_position(const LineIndex& index, uint32_t offset, uint32_t line, uint32_t bytes, uint32_t utf16) {
  const LineColumn p = index.position(offset);
  assert_int_equal(p.line, line);
  assert_int_equal(p.column_bytes, bytes);
  assert_int_equal(p.column_utf16, utf16);
}

void positions(void**) {
  const LineIndex index(kText);
  assert_int_equal(index.line_count(), 5);
  assert_int_equal(index.text_line_count(), 5);
  check_position(index, 0, 1, 1, 1);
  check_position(index, 2, 1, 3, 3);
  check_position(index, 4, 2, 1, 1);
  check_position(index, 5, 2, 1, 1);  // inside the first character of the line
  check_position(index, 6, 2, 3, 2);
  check_position(index, 8, 3, 1, 1);
  check_position(index, 9, 4, 1, 1);
  check_position(index, 12, 4, 4, 2);
  check_position(index, 15, 4, 4, 2);
  check_position(index, 16, 4, 8, 4);
  check_position(index, 18, 4, 10, 6);  // a lone carriage return ends no line
  const auto size = static_cast<uint32_t>(kText.size());
  check_position(index, size, 5, 4, 4);
  check_position(index, UINT32_MAX, 5, 4, 4);
}

void offsets(void**) {
  const LineIndex index(kText);
  for (uint32_t offset = 0; offset <= kText.size(); ++offset) {
    const LineColumn p = index.position(offset);
    const uint32_t back = index.offset(p.line, p.column_bytes);
    assert_int_equal(back, index.offset_utf16(p.line, p.column_utf16));
    const bool inside = offset < kText.size() && (static_cast<unsigned char>(kText[offset]) & 0xC0) == 0x80;
    const bool at_newline_of_crlf = offset == 3;
    if (at_newline_of_crlf)
      assert_int_equal(back, 2);
    else
      assert_int_equal(back, inside ? index.offset(p.line, p.column_bytes) : offset);
  }
  assert_int_equal(index.offset(0, 0), 0);
  assert_int_equal(index.offset(1, UINT32_MAX), 2);
  assert_int_equal(index.offset_utf16(1, UINT32_MAX), 2);
  assert_int_equal(index.offset(2, 2), 4);         // inside a character
  assert_int_equal(index.offset_utf16(4, 3), 12);  // between two surrogates
  assert_int_equal(index.offset(6, 1), kText.size());
  assert_int_equal(index.offset_utf16(UINT32_MAX, UINT32_MAX), kText.size());
}

void lines(void**) {
  const LineIndex index(kText);
  assert_text_equal(index.line_text(1), "ab");
  assert_text_equal(index.line_text(2), "\xC3\xA9x");
  assert_text_equal(index.line_text(3), "");
  assert_text_equal(index.line_text(5), "end");
  assert_text_equal(index.line_text(6), "");
  const LineIndex empty("");
  assert_int_equal(empty.line_count(), 1);
  assert_int_equal(empty.text_line_count(), 0);
  check_position(empty, 7, 1, 1, 1);
  const LineIndex newline("\n");
  assert_int_equal(newline.line_count(), 2);
  assert_int_equal(newline.text_line_count(), 1);
  assert_int_equal(newline.offset(2, 5), 1);
  const LineIndex returns("\r\n\r\n");
  assert_int_equal(returns.line_end(1), 0);
  assert_int_equal(returns.line_end(2), 2);
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(positions), cmocka_unit_test(offsets), cmocka_unit_test(lines))
