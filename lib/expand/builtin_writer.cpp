// How tokens of ours and of the program's are put together.
#include "expand/builtin_writer.h"

#include <fmt/format.h>

#include "syntax/lexer.h"

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

std::string quote_string(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
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
        out += "\\0";
        break;
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
          out += fmt::format("\\u{{{:x}}}", static_cast<unsigned>(c));
        else
          out.push_back(c);
    }
  }
  return out + "\"";
}

}  // namespace rp
