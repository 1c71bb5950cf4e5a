#include "review/tree_queries.h"

#include <algorithm>

#include "syntax/ast.h"

namespace rp {
namespace {

// Whether `text` contains `word`, which is in lower case, in upper or lower case.
bool contains_ignoring_case(std::string_view text, std::string_view word) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  return std::search(text.begin(), text.end(), word.begin(), word.end(),
                     [&](char a, char b) { return lower(a) == b; }) != text.end();
}

bool is_function(NodeKind kind) { return kind == NodeKind::FnItem || kind == NodeKind::ClosureExpr; }

// Whether one of the node's own tokens before its first child with a name, a body or parameters is of that kind.
bool has_word(const Tree& tree, NodeId node, TokenKind kind) {
  if (!node) return false;
  const uint32_t slot = tree.find_token(node, kind);
  if (slot == tree.slot_count()) return false;
  for (const Role role : {Role::name, Role::body, Role::parameters}) {
    const NodeId child = tree.child(node, role);
    if (child && tree.first_slot(child) < slot) return false;
  }
  return true;
}

}  // namespace

NodeId ancestor(const Tree& tree, NodeId node, NodeKind kind) {
  for (NodeId at = tree.parent(node); at; at = tree.parent(at))
    if (tree.kind(at) == kind) return at;
  return {};
}

NodeId enclosing_function(const Tree& tree, NodeId node) {
  for (NodeId at = tree.parent(node); at; at = tree.parent(at))
    if (is_function(tree.kind(at))) return at;
  return {};
}

NodeId enclosing_fn_item(const Tree& tree, NodeId node) { return ancestor(tree, node, NodeKind::FnItem); }

NodeId enclosing_item(const Tree& tree, NodeId node) {
  for (NodeId at = tree.parent(node); at; at = tree.parent(at))
    if (node_category(tree.kind(at)) == NodeCategory::Item) return at;
  return {};
}

NodeId enclosing_block(const Tree& tree, NodeId node) { return ancestor(tree, node, NodeKind::Block); }

NodeId enclosing_loop(const Tree& tree, NodeId node) {
  for (NodeId child = node, at = tree.parent(node); at; child = at, at = tree.parent(at)) {
    const NodeKind kind = tree.kind(at);
    if (is_function(kind) || node_category(kind) == NodeCategory::Item) return {};
    if (kind == NodeKind::BlockExpr && is_async(tree, at)) return {};
    const Role role = tree.role(child);
    if (kind == NodeKind::LoopExpr && role == Role::body) return at;
    if (kind == NodeKind::WhileExpr && (role == Role::body || role == Role::condition)) return at;
    if (kind == NodeKind::ForExpr && role == Role::body) return at;
  }
  return {};
}

NodeId enclosing_async(const Tree& tree, NodeId node) {
  for (NodeId child = node, at = tree.parent(node); at; child = at, at = tree.parent(at)) {
    const NodeKind kind = tree.kind(at);
    if (kind == NodeKind::BlockExpr && is_async(tree, at)) return at;
    // Parameters and return types are no part of what is run.
    if (is_function(kind)) return tree.role(child) == Role::body && is_async(tree, at) ? at : NodeId();
    if (node_category(kind) == NodeCategory::Item) return {};
  }
  return {};
}

NodeId enclosing_unsafe(const Tree& tree, NodeId node) {
  for (NodeId child = node, at = tree.parent(node); at; child = at, at = tree.parent(at)) {
    const NodeKind kind = tree.kind(at);
    if (kind == NodeKind::BlockExpr && is_unsafe(tree, at)) return at;
    if (kind == NodeKind::FnItem) return tree.role(child) == Role::body && is_unsafe(tree, at) ? at : NodeId();
    if (node_category(kind) == NodeCategory::Item) return {};
  }
  return {};
}

bool is_inside(const Tree& tree, NodeId node, NodeId ancestor) {
  return ancestor && node.value >= ancestor.value && node < tree.subtree_end(ancestor);
}

NodeId peel(const Tree& tree, NodeId expression) {
  while (expression) {
    const NodeKind kind = tree.kind(expression);
    if (kind != NodeKind::ParenExpr && kind != NodeKind::AttributedExpr) break;
    expression = tree.child(expression, Role::expression);
  }
  return expression;
}

NodeId peel_borrows(const Tree& tree, NodeId expression) {
  for (;;) {
    expression = peel(tree, expression);
    if (!expression) return expression;
    const NodeKind kind = tree.kind(expression);
    const bool star = kind == NodeKind::UnaryExpr && tree.has_token(expression, TokenKind::Star);
    if (kind != NodeKind::RefExpr && !star) return expression;
    expression = tree.child(expression, Role::operand);
  }
}

std::string_view name_of(const Tree& tree, NodeId node) {
  if (!node) return {};
  switch (tree.kind(node)) {
    case NodeKind::Name:
    case NodeKind::NameRef:
    case NodeKind::Lifetime:
    case NodeKind::PathSegment:
      break;
    default:
      node = tree.child(node, Role::name);
      if (!node) return {};
  }
  if (tree.first_slot(node) >= tree.end_slot(node)) return {};
  std::string_view text = tree.token_text(tree.first_slot(node));
  if (text.starts_with("r#")) text.remove_prefix(2);
  return text;
}

NodeId last_segment(const Tree& tree, NodeId path) {
  NodeId last;
  if (!path) return last;
  for (NodeId child = tree.first_child(path); child; child = tree.next_sibling(child))
    if (tree.kind(child) == NodeKind::PathSegment) last = child;
  return last;
}

std::string_view called_name(const Tree& tree, NodeId call) {
  if (tree.kind(call) == NodeKind::MethodCallExpr) return name_of(tree, call);
  if (tree.kind(call) != NodeKind::CallExpr) return {};
  const NodeId callee = peel(tree, tree.child(call, Role::callee));
  if (!callee || tree.kind(callee) != NodeKind::PathExpr) return {};
  return name_of(tree, last_segment(tree, callee));
}

bool has_node_name(NodeKind kind) {
  switch (kind) {
    case NodeKind::CallExpr:
    case NodeKind::MethodCallExpr:
    case NodeKind::MacroCall:
    case NodeKind::PathExpr:
    case NodeKind::PathType:
    case NodeKind::UseTree:
    case NodeKind::ImplItem:
    case NodeKind::FnItem:
    case NodeKind::StructItem:
    case NodeKind::EnumItem:
      return true;
    default:
      return false;
  }
}

namespace {

// The node whose first token is the name.
NodeId named_node(const Tree& tree, NodeId node) {
  switch (tree.kind(node)) {
    case NodeKind::CallExpr: {
      const NodeId callee = peel(tree, tree.child(node, Role::callee));
      return callee && tree.kind(callee) == NodeKind::PathExpr ? last_segment(tree, callee) : NodeId();
    }
    case NodeKind::MacroCall: {
      const NodeId path = tree.child(node, Role::path);
      return path ? last_segment(tree, path) : NodeId();
    }
    case NodeKind::UseTree:
      node = tree.child(node, Role::path);
      return node ? tree.child(node, Role::segment) : NodeId();
    case NodeKind::PathExpr:
    case NodeKind::PathType:
      return tree.child(node, Role::segment);
    case NodeKind::ImplItem: {
      const NodeId trait = tree.child(node, Role::trait);
      return trait ? last_segment(tree, trait) : NodeId();
    }
    default:
      return tree.child(node, Role::name);
  }
}

}  // namespace

uint32_t node_name_slot(const Tree& tree, NodeId node) {
  const NodeId named = named_node(tree, node);
  if (!named || tree.first_slot(named) >= tree.end_slot(named)) return tree.slot_count();
  return tree.first_slot(named);
}

std::string_view node_name(const Tree& tree, NodeId node) {
  const uint32_t slot = node_name_slot(tree, node);
  if (slot == tree.slot_count()) return {};
  std::string_view text = tree.token_text(slot);
  if (text.starts_with("r#")) text.remove_prefix(2);
  return text;
}

NodeId argument(const Tree& tree, NodeId call, uint32_t index) {
  const NodeId list = tree.child(call, Role::arguments);
  if (!list) return {};
  for (NodeId child = tree.first_child(list); child; child = tree.next_sibling(child))
    if (tree.role(child) == Role::argument && index-- == 0) return child;
  return {};
}

uint32_t argument_count(const Tree& tree, NodeId call) {
  const NodeId list = tree.child(call, Role::arguments);
  uint32_t count = 0;
  for (NodeId child = list ? tree.first_child(list) : NodeId(); child; child = tree.next_sibling(child))
    if (tree.role(child) == Role::argument) ++count;
  return count;
}

bool is_async(const Tree& tree, NodeId node) { return has_word(tree, node, TokenKind::KwAsync); }
bool is_unsafe(const Tree& tree, NodeId node) { return has_word(tree, node, TokenKind::KwUnsafe); }
bool is_const(const Tree& tree, NodeId node) { return has_word(tree, node, TokenKind::KwConst); }

uint32_t slot_after_attributes(const Tree& tree, NodeId node) {
  uint32_t slot = tree.first_slot(node);
  for (NodeId child = tree.first_child(node); child; child = tree.next_sibling(child)) {
    if (tree.role(child) != Role::attribute || tree.first_slot(child) > slot) break;
    slot = tree.end_slot(child);
    while (slot < tree.end_slot(node) && is_trivia(tree.token_kind(slot))) ++slot;
  }
  return slot;
}

ByteSpan header_span(const Tree& tree, NodeId item) {
  ByteSpan span = tree.span(item);
  const uint32_t slot = slot_after_attributes(tree, item);
  if (slot < tree.end_slot(item)) span.start = tree.token_start(slot);
  NodeId last = tree.child(item, Role::name);
  if (tree.kind(item) == NodeKind::ImplItem) last = tree.child(item, Role::type);
  if (last) span.end = std::max(span.start, tree.span(last).end);
  return span;
}

ByteSpan token_span(const Tree& tree, uint32_t slot) { return {tree.token_start(slot), tree.token_end(slot)}; }

bool is_discarded(const Tree& tree, NodeId expression) {
  NodeId at = expression;
  NodeId up = tree.parent(at);
  while (up && (tree.kind(up) == NodeKind::ParenExpr || tree.kind(up) == NodeKind::AttributedExpr)) {
    at = up;
    up = tree.parent(at);
  }
  if (!up) return false;
  if (tree.kind(up) == NodeKind::ExprStmt) return tree.has_token(up, TokenKind::Semi);
  if (tree.kind(up) != NodeKind::LetStmt || tree.role(at) != Role::value) return false;
  const NodeId pattern = tree.child(up, Role::pattern);
  return pattern && tree.kind(pattern) == NodeKind::WildcardPat;
}

uint64_t written_packing(const Tree& tree, NodeId item) {
  uint64_t packing = 0;
  for (NodeId at = tree.first_child(item); at; at = tree.next_sibling(at)) {
    if (tree.role(at) != Role::attribute) break;
    if (tree.kind(at) != NodeKind::Attr) continue;
    const std::string_view text = tree.text(at);
    if (text.find("repr") == std::string_view::npos) continue;
    if (text.find("cfg_attr") != std::string_view::npos) return 0;
    const size_t word = text.find("packed");
    if (word == std::string_view::npos) continue;
    uint64_t value = 1;
    const size_t open = text.find_first_not_of(' ', word + 6);
    if (open != std::string_view::npos && text[open] == '(') {
      value = 0;
      for (size_t i = open + 1; i < text.size() && text[i] != ')'; ++i) {
        if (text[i] < '0' || text[i] > '9') return 0;
        value = value * 10 + static_cast<uint64_t>(text[i] - '0');
        if (value > 1U << 29) return 0;
      }
    }
    packing = packing == 0 ? value : std::min(packing, value);
  }
  return packing;
}

bool is_generated(const Tree& tree) {
  static constexpr std::string_view kMarks[] = {
      "@generated",     "automatically generated", "auto-generated",    "autogenerated",  "generated by",
      "generated from", "generated file",          "file is generated", "generated code", "code generated"};
  static constexpr std::string_view kInAll = "generated";
  constexpr uint32_t kMaxSlots = 200;
  for (uint32_t slot = 0; slot < tree.slot_count() && slot < kMaxSlots;) {
    const TokenKind kind = tree.token_kind(slot);
    if (kind != TokenKind::LineComment && kind != TokenKind::BlockComment) {
      uint32_t next = slot + token_slots(kind);
      // Inner attributes and documentation may stand among them.
      if (!is_doc_comment(kind)) {
        NodeId attribute;
        for (NodeId up = tree.node_at_slot(slot); up && !attribute; up = tree.parent(up))
          if (tree.kind(up) == NodeKind::Attr && tree.parent(up) == tree.root()) attribute = up;
        if (!attribute) return false;
        next = std::max(next, tree.end_slot(attribute));
      }
      slot = next;
      continue;
    }
    const std::string_view text = tree.token_text(slot);
    if (contains_ignoring_case(text, kInAll))
      for (const std::string_view mark : kMarks)
        if (contains_ignoring_case(text, mark)) return true;
    slot += token_slots(kind);
  }
  return false;
}

bool has_safety_comment(const Tree& tree, NodeId node) {
  constexpr uint32_t kAbove = 24;  // slots
  const NodeId block = enclosing_unsafe(tree, node);
  const auto speaks = [&](uint32_t from, uint32_t to) {
    for (uint32_t slot = from; slot < to; ++slot)
      if (is_trivia(tree.token_kind(slot)) && (contains_ignoring_case(tree.token_text(slot), "safe") ||
                                               contains_ignoring_case(tree.token_text(slot), "sound")))
        return true;
    return false;
  };
  const uint32_t first = tree.first_slot(block ? block : node);
  if (speaks(first > kAbove ? first - kAbove : 0, tree.first_slot(node))) return true;
  const uint32_t own = tree.first_slot(node);
  return speaks(own > kAbove ? own - kAbove : 0, own);
}

bool is_test_path(std::string_view path) {
  if (path.starts_with("test/")) return true;
  while (!path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    const std::string_view part = path.substr(0, slash);
    const bool last = slash == path.size();
    if (!last && (part == "tests" || part == "benches" || part == "examples" || part == "fuzz")) return true;
    if (last && (part == "tests.rs" || part == "test.rs")) return true;
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return false;
}

bool mentions(const Tree& tree, NodeId node, std::string_view name) {
  for (uint32_t slot = tree.first_slot(node); slot < tree.end_slot(node); ++slot)
    if (tree.token_kind(slot) == TokenKind::Ident && tree.token_text(slot) == name) return true;
  return false;
}

NodeId statement_around(const Tree& tree, NodeId expression) {
  NodeId statement = expression;
  for (NodeId up = tree.parent(expression); up && tree.kind(up) != NodeKind::Block; up = tree.parent(up))
    statement = up;
  return statement;
}

bool has_comment_above(const Tree& tree, NodeId node) {
  const uint32_t first = tree.first_slot(node);
  return first > 0 && is_trivia(tree.token_kind(first - 1));
}

bool marks_test(const Tree& tree, NodeId attribute) {
  const ast::Attr attr(tree, attribute);
  if (!attr.path()) return false;
  const std::string_view name = attr.path().text();
  if (name == "test" || name == "bench" || name.ends_with("::test")) return true;
  if (name != "cfg" || !attr.arguments()) return false;
  const NodeId arguments = attr.arguments().id();
  for (uint32_t slot = tree.first_slot(arguments); slot < tree.end_slot(arguments);
       slot += token_slots(tree.token_kind(slot))) {
    if (tree.token_kind(slot) != TokenKind::Ident) continue;
    const std::string_view word = tree.token_text(slot);
    if (word == "not") return false;
    if (word == "test") return true;
  }
  return false;
}

}  // namespace rp
