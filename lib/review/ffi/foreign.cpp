#include "review/ffi/foreign.h"

#include "syntax/ast.h"

namespace rp {

bool is_foreign(const Tree& tree, NodeId item) {
  const NodeId abi = tree.child(item, Role::abi);
  if (!abi) return false;
  const std::string_view text = tree.text(abi);
  const size_t quote = text.find('"');
  if (quote == std::string_view::npos) return text == "extern";
  return !text.substr(quote + 1).starts_with("Rust") && !text.substr(quote + 1).starts_with("rust-");
}

bool is_foreign_definition(const Tree& tree, NodeId function) {
  return tree.kind(function) == NodeKind::FnItem && tree.child(function, Role::body) && is_foreign(tree, function);
}

NodeId export_attribute(const Tree& tree, NodeId item, std::string_view path) {
  for (NodeId child = tree.first_child(item); child && tree.role(child) == Role::attribute;
       child = tree.next_sibling(child)) {
    if (tree.kind(child) != NodeKind::Attr) continue;
    const ast::Attr attribute(tree, child);
    if (attribute.path() && attribute.path().text() == path) return child;
  }
  return {};
}

bool is_exported(const Tree& tree, NodeId item) {
  return export_attribute(tree, item, "no_mangle") || export_attribute(tree, item, "export_name");
}

NodeId peel_type(const Tree& tree, NodeId type) {
  while (type && tree.kind(type) == NodeKind::ParenType) type = tree.child(type, Role::type);
  return type;
}

bool is_raw_pointer(const Tree& tree, NodeId type) {
  type = peel_type(tree, type);
  return type && tree.kind(type) == NodeKind::PointerType;
}

Answer attribute_says(const Tree& tree, NodeId item, std::string_view path, std::string_view word) {
  bool conditional = false;
  for (NodeId child = tree.first_child(item); child && tree.role(child) == Role::attribute;
       child = tree.next_sibling(child)) {
    if (tree.kind(child) != NodeKind::Attr) continue;
    const ast::Attr attribute(tree, child);
    if (!attribute.path()) continue;
    const std::string_view name = attribute.path().text();
    if (name == "cfg_attr") conditional = true;
    if (name != path || !attribute.arguments()) continue;
    const NodeId arguments = attribute.arguments().id();
    for (uint32_t slot = tree.first_slot(arguments); slot < tree.end_slot(arguments);
         slot += token_slots(tree.token_kind(slot)))
      if (tree.token_text(slot) == word) return Answer::Yes;
  }
  return conditional ? Answer::Unknown : Answer::No;
}

}  // namespace rp
