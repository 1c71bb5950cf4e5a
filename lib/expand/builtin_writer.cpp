// How tokens of ours and of the program's are put together.
#include "expand/builtin_writer.h"

#include <fmt/format.h>

#include "expand/builtin_literals.h"

namespace rp {

void TokenWriter::put_one(QuotedText quoted) { put_token(TokenKind::Str, quote_string(quoted.text)); }

void TokenWriter::put_one(NodeId node) {
  if (!node) return;
  const Tree& tree = source_->tree;
  uint32_t slot = tree.first_slot(node);
  // Without what cfg took away inside it.
  for (auto at = std::upper_bound(removed_.begin(), removed_.end(), node);
       at != removed_.end() && *at < tree.subtree_end(node); ++at) {
    if (tree.first_slot(*at) < slot) continue;  // inside of another one
    put_range(slot, tree.first_slot(*at));
    slot = tree.end_slot(*at);
    const bool in_list = slot < tree.end_slot(node) && tree.token_kind(slot) == TokenKind::Comma;
    if (in_list) ++slot;
  }
  put_range(slot, tree.end_slot(node));
}

namespace {

// Characters that are not to be seen, or join the one before: roughly what char::escape_debug escapes.
bool is_invisible(char32_t c) {
  return (c >= 0x80 && c < 0xA0) || c == 0xAD || (c >= 0x300 && c < 0x370) || (c >= 0x200B && c < 0x2010) ||
         (c >= 0x2028 && c < 0x202F) || (c >= 0x2060 && c < 0x2070) || (c >= 0xE000 && c < 0xF900) || c == 0xFEFF ||
         (c >= 0xFE00 && c < 0xFE10) || c >= 0xE0000;
}

}  // namespace

std::string quote_string(std::string_view text, QuoteStyle style) {
  std::string out = "\"";
  for (size_t at = 0; at < text.size();) {
    const CodePoint c = code_point_at(text, at);
    switch (c.value) {
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      case '\0':
        out += style == QuoteStyle::Visible ? "\\0" : "\\u{0}";
        break;
      case '"':
      case '\'':
      case '\\':
        out.push_back('\\');
        out.push_back(static_cast<char>(c.value));
        break;
      default: {
        const bool plain = c.value < 0x80 ? c.value >= 0x20 && c.value != 0x7f
                                          : style == QuoteStyle::Visible && !is_invisible(c.value);
        if (plain)
          out += text.substr(at, c.length);
        else
          out += fmt::format("\\u{{{:x}}}", static_cast<uint32_t>(c.value));
      }
    }
    at += c.length;
  }
  return out + "\"";
}

}  // namespace rp
