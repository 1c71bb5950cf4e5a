#include "report/tree_dump.h"

#include <fmt/format.h>

#include "syntax/element_cursor.h"

namespace rp {
namespace {

constexpr std::string_view kNodeColor = "\x1b[1m";
constexpr std::string_view kRoleColor = "\x1b[36m";
constexpr std::string_view kTextColor = "\x1b[32m";
constexpr std::string_view kReset = "\x1b[0m";

std::string_view element_name(const Tree& tree, Element element) {
  switch (element.type) {
    case Element::Type::Node:
      return node_kind_name(tree.kind(NodeId(element.id)));
    case Element::Type::Token:
      return kTokenKindInfo[static_cast<size_t>(tree.token_kind(element.id))].name;
    default:
      return kTokenKindInfo[static_cast<size_t>(TokenKind::Whitespace)].name;
  }
}

std::string_view element_role(const Tree& tree, Element element) {
  return element.type == Element::Type::Node ? role_name(tree.role(NodeId(element.id))) : std::string_view();
}

// In quotes, by the rules of JSON, which people read as well. `text` is UTF-8.
void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  size_t copied = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const auto c = static_cast<unsigned char>(text[i]);
    if (c >= 0x20 && c != '"' && c != '\\' && c != 0x7F) continue;
    out.append(text, copied, i - copied);
    copied = i + 1;
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        fmt::format_to(std::back_inserter(out), "\\u{:04x}", c);
    }
  }
  out.append(text, copied);
  out += '"';
}

void append_colored(std::string& out, std::string_view color, std::string_view text, bool on) {
  if (on) out += color;
  out += text;
  if (on) out += kReset;
}

}  // namespace

std::string dump_tree_text(const Tree& tree, bool color) {
  std::string out;
  ElementCursor cursor(tree, tree.root());
  do {
    const Element element = cursor.element();
    if (element.type == Element::Type::Whitespace) continue;
    const ByteSpan span = element_span(tree, element);
    const bool is_node = element.type == Element::Type::Node;
    out.append(2 * std::min(cursor.depth(), kMaxDumpIndent), ' ');
    append_colored(out, kNodeColor, element_name(tree, element), color && is_node);
    if (const std::string_view role = element_role(tree, element); !role.empty()) {
      out += ' ';
      append_colored(out, kRoleColor, role, color);
    }
    fmt::format_to(std::back_inserter(out), " {}..{}", span.start, span.end);
    if (!is_node) {
      out += ' ';
      if (color) out += kTextColor;
      append_quoted(out, tree.text().substr(span.start, span.end - span.start));
      if (color) out += kReset;
    }
    out += '\n';
  } while (cursor.next());
  return out;
}

std::string dump_tree_json(const Tree& tree) {
  std::string out;
  uint32_t open_lists = 0;  // of the nodes around the last element, itself included when it is a node
  bool first_in_list = true;
  ElementCursor cursor(tree, tree.root());
  do {
    const Element element = cursor.element();
    for (; open_lists > cursor.depth(); --open_lists) {
      out += "]}";
      first_in_list = false;
    }
    if (!first_in_list) out += ',';
    if (cursor.depth() > 0) out += '\n';
    const ByteSpan span = element_span(tree, element);
    out += R"({"kind":)";
    append_quoted(out, element_name(tree, element));
    if (const std::string_view role = element_role(tree, element); !role.empty()) {
      out += R"(,"field":)";
      append_quoted(out, role);
    }
    fmt::format_to(std::back_inserter(out), R"(,"start":{},"end":{})", span.start, span.end);
    if (element.type == Element::Type::Node) {
      out += R"(,"children":[)";
      ++open_lists;
      first_in_list = true;
    } else {
      out += R"(,"text":)";
      append_quoted(out, tree.text().substr(span.start, span.end - span.start));
      out += '}';
      first_in_list = false;
    }
  } while (cursor.next());
  for (; open_lists > 0; --open_lists) out += "]}";
  out += '\n';
  return out;
}

}  // namespace rp
