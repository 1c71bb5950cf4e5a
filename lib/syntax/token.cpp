// The table of token kinds, and where tokens end.

#include "syntax/token.h"

#include <cstring>

namespace rp {

const TokenKindInfo kTokenKindInfo[static_cast<size_t>(TokenKind::kCount)] = {
#define RP_TRIVIA(name, text) {text, 1, false},
#define RP_TOKEN(name, text, slots) {text, slots, false},
#define RP_KEYWORD(name, text) {text, 1, false},
#define RP_EDITION_KEYWORD(name, text, edition) {text, 1, false},
#define RP_WEAK_KEYWORD(name, text) {text, 1, false},
#define RP_PUNCT(name, text, slots) {text, slots, true},
#define RP_MADE(name, text, length) {text, 1, false},
#include "syntax/token_kinds.def"
};

namespace {

uint8_t byte_at(std::string_view text, size_t i) { return static_cast<uint8_t>(text[i]); }

// The end of text[start, end) without the white space (Pattern_White_Space) that it ends in.
uint32_t trim_end(std::string_view text, uint32_t start, uint32_t end) {
  while (end > start) {
    const uint8_t last = byte_at(text, end - 1);
    if (last == ' ' || (last >= 9 && last <= 13)) {
      --end;
    } else if (last < 0x80) {
      break;
    } else if (last == 0x85 && end - start >= 2 && byte_at(text, end - 2) == 0xC2) {
      end -= 2;  // U+0085
    } else if ((last == 0x8E || last == 0x8F || last == 0xA8 || last == 0xA9) && end - start >= 3 &&
               byte_at(text, end - 2) == 0x80 && byte_at(text, end - 3) == 0xE2) {
      end -= 3;  // U+200E, U+200F, U+2028, U+2029
    } else {
      break;
    }
  }
  return end;
}

// A line comment or shebang ends before the line break, which is `\n` or `\r\n`.
uint32_t line_end(std::string_view text, uint32_t start) {
  const size_t found = text.find('\n', start);
  if (found == std::string_view::npos) return static_cast<uint32_t>(text.size());
  return static_cast<uint32_t>(found > start && text[found - 1] == '\r' ? found - 1 : found);
}

}  // namespace

uint32_t variable_token_end(std::string_view text, const uint32_t* starts, uint32_t count, bool unterminated_tail,
                            uint32_t slot, TokenKind kind) {
  const uint32_t start = starts[slot];
  switch (kind) {
    case TokenKind::Eof:
    case TokenKind::VirtualCloser:
      return start;
    case TokenKind::LineComment:
    case TokenKind::OuterLineDoc:
    case TokenKind::InnerLineDoc:
    case TokenKind::Shebang:
      return line_end(text, start);
    default:
      break;
  }
  if (is_group_token(kind)) return start;
  const uint32_t next = slot + token_slots(kind);
  if (next >= count && unterminated_tail) return static_cast<uint32_t>(text.size());
  const uint32_t end = next < count ? starts[next] : static_cast<uint32_t>(text.size());
  // Most often the next token follows at once, or after one space.
  const auto is_visible = [](uint8_t c) { return c > ' ' && c < 0x80; };
  if (end > start) {
    const uint8_t last = byte_at(text, end - 1);
    if (is_visible(last)) return end;
    if (last == ' ' && end - start >= 2 && is_visible(byte_at(text, end - 2))) return end - 1;
  }
  return trim_end(text, start, end);
}

}  // namespace rp
