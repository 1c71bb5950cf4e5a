#include "review/testing/test_fns.h"

#include <algorithm>

#include "syntax/ast.h"
#include "syntax/parser.h"

namespace rp {

NodeId written_attribute(const Tree& tree, NodeId item, std::string_view path) {
  for (NodeId child = tree.first_child(item); child && tree.role(child) == Role::attribute;
       child = tree.next_sibling(child)) {
    if (tree.kind(child) != NodeKind::Attr) continue;
    const ast::Attr attribute(tree, child);
    if (attribute.path() && attribute.path().text() == path) return child;
  }
  return {};
}

NodeId test_attribute(const Tree& tree, NodeId function) {
  for (NodeId child = tree.first_child(function); child && tree.role(child) == Role::attribute;
       child = tree.next_sibling(child)) {
    if (tree.kind(child) != NodeKind::Attr) continue;
    const ast::Attr attribute(tree, child);
    if (!attribute.path()) continue;
    const std::string_view name = attribute.path().text();
    if (name == "test" || name.ends_with("::test") || name == "rstest" || name == "test_log") return child;
  }
  return {};
}

std::string_view macro_name(const Tree& tree, NodeId call) {
  const NodeId path = tree.child(call, Role::path);
  const NodeId segment = path ? last_segment(tree, path) : NodeId();
  return segment ? name_of(tree, segment) : std::string_view();
}

bool is_std_assertion(std::string_view macro) {
  if (macro.starts_with("debug_")) macro.remove_prefix(6);
  return macro == "assert" || macro == "assert_eq" || macro == "assert_ne";
}

Tree macro_arguments(const Tree& tree, NodeId call) {
  const NodeId group = tree.child(call, Role::arguments);
  if (!group || tree.end_slot(group) < tree.first_slot(group) + 2) return {};
  return parse_fragment(tree, tree.first_slot(group) + 1, tree.end_slot(group) - 1, FragmentKind::Exprs,
                        {.edition = tree.edition()});
}

std::vector<NodeId> argument_list(const Tree& arguments) {
  std::vector<NodeId> list;
  if (arguments.node_count() == 0 || !arguments.errors().empty()) return list;
  for (NodeId child = arguments.first_child(arguments.root()); child; child = arguments.next_sibling(child))
    if (node_category(arguments.kind(child)) == NodeCategory::Expr) list.push_back(child);
  return list;
}

bool has_comment_near(const Tree& tree, uint32_t offset) {
  const std::string_view text = tree.text();
  const auto line_of = [&](uint32_t at) {
    const size_t begin = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
    const size_t start = begin == std::string_view::npos ? 0 : begin + 1;
    return std::pair(start, std::min(text.find('\n', start), text.size()));
  };
  const auto [start, end] = line_of(offset);
  const std::string_view own = text.substr(start, end - start);
  if (own.find("//") != std::string_view::npos) return true;
  if (start == 0) return false;
  const auto [above, above_end] = line_of(static_cast<uint32_t>(start - 1));
  std::string_view line = text.substr(above, above_end - above);
  line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
  return (line.starts_with("//") && !line.starts_with("///")) || line.starts_with("/*") || line.starts_with("*");
}

bool name_has(std::string_view name, std::span<const std::string_view> words) {
  std::string lower = "_";
  for (const char c : name) lower += c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    const bool anywhere = word.find('_') != std::string_view::npos;
    for (size_t at = lower.find(word); at != std::string::npos; at = lower.find(word, at + 1))
      if (anywhere || (at > 0 && lower[at - 1] == '_')) return true;
    return false;
  });
}

}  // namespace rp
