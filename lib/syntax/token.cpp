// The table of token kinds, and where tokens end.

#include "syntax/token.h"

#include <array>

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
[[gnu::noinline]] uint32_t trim_end(std::string_view text, uint32_t start, uint32_t end) {
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
[[gnu::noinline]] uint32_t line_end(std::string_view text, uint32_t start) {
  const size_t found = text.find('\n', start);
  if (found == std::string_view::npos) return static_cast<uint32_t>(text.size());
  return static_cast<uint32_t>(found > start && text[found - 1] == '\r' ? found - 1 : found);
}

// What tells where a token without a fixed length ends.
enum class Ending : uint8_t {
  Next,   // the next token, and the white space before it
  Line,   // the line
  Empty,  // it has no text
};

constexpr std::array<Ending, 256> kEndings = [] {
  std::array<Ending, 256> endings{};
  for (size_t k = 0; k < static_cast<size_t>(TokenKind::kCount); ++k) {
    const auto kind = static_cast<TokenKind>(k);
    if (kind == TokenKind::LineComment || kind == TokenKind::OuterLineDoc || kind == TokenKind::InnerLineDoc ||
        kind == TokenKind::Shebang)
      endings[k] = Ending::Line;
    else if (kind == TokenKind::Eof || kind == TokenKind::VirtualCloser || is_group_token(kind))
      endings[k] = Ending::Empty;
  }
  return endings;
}();

}  // namespace

// Names are asked for their end more often than anything else, so what they need comes first and calls nothing.
uint32_t variable_token_end(std::string_view text, const uint32_t* starts, uint32_t count, bool unterminated_tail,
                            uint32_t slot, TokenKind kind) {
  const uint32_t start = starts[slot];
  if (const Ending ending = kEndings[static_cast<size_t>(kind)]; ending != Ending::Next) [[unlikely]]
    return ending == Ending::Line ? line_end(text, start) : start;
  const uint32_t next = slot + token_slots(kind);
  const auto size = static_cast<uint32_t>(text.size());
  if (next >= count && unterminated_tail) return size;
  const uint32_t end = next < count ? starts[next] : size;
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
