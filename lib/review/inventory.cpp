#include "review/inventory.h"

#include <algorithm>
#include <array>
#include <list>

#include "expand/attributes.h"
#include "syntax/ast.h"

namespace rp {
namespace {

std::string_view type_name(const Tree& tree, NodeId type) {
  NodeId last;
  if (tree.kind(type) != NodeKind::PathType) return {};
  for (NodeId c = tree.first_child(type); c; c = tree.next_sibling(c))
    if (tree.role(c) == Role::segment) last = c;
  return last ? tree.token_text(tree.first_slot(last)) : std::string_view();
}

}  // namespace

std::string one_line(const Tree& tree, NodeId node, size_t limit) {
  std::string out;
  for (const char c : tree.text(node)) {
    const bool space = c == ' ' || c == '\n' || c == '\t' || c == '\r';
    if (!space) {
      out += c;
    } else if (!out.empty() && out.back() != ' ') {
      out += ' ';
    }
    if (out.size() > limit) {
      while (!out.empty() && (static_cast<unsigned char>(out.back()) & 0xC0) == 0x80) out.pop_back();
      if (!out.empty()) out.pop_back();
      return out + "…";
    }
  }
  return out;
}

std::string item_path(const Tree& tree, NodeId node, bool include_node) {
  // Outermost last. What is no name (an impl for `[T]`) has its text in `made`, which stays where it is.
  constexpr size_t kMaxParts = 32;
  std::array<std::string_view, kMaxParts> parts;
  std::list<std::string> made;
  size_t count = 0;
  for (NodeId at = include_node ? node : tree.parent(node); at && count < kMaxParts; at = tree.parent(at)) {
    switch (tree.kind(at)) {
      case NodeKind::ImplItem:
        if (const NodeId type = tree.child(at, Role::type)) {
          parts[count] = type_name(tree, type);
          if (parts[count].empty()) parts[count] = made.emplace_back("<" + one_line(tree, type, 40) + ">");
          ++count;
        }
        break;
      case NodeKind::FnItem:
      case NodeKind::ModItem:
      case NodeKind::TraitItem:
      case NodeKind::TraitAliasItem:
      case NodeKind::ConstItem:
      case NodeKind::StaticItem:
      case NodeKind::StructItem:
      case NodeKind::UnionItem:
      case NodeKind::EnumItem:
      case NodeKind::TypeAliasItem:
        if (const NodeId name = tree.child(at, Role::name); name && tree.kind(name) == NodeKind::Name)
          parts[count++] = tree.text(name);
        break;
      default:
        break;
    }
  }
  std::string path;
  while (count > 0) {
    if (!path.empty()) path += "::";
    path += parts[--count];
  }
  return path;
}

bool Inventory::has_unsafe_between(uint32_t begin, uint32_t end) const {
  const auto at = std::lower_bound(unsafe_slots_.begin(), unsafe_slots_.end(), begin);
  return at != unsafe_slots_.end() && *at < end;
}

void Inventory::see_bare(uint32_t slot, TokenKind kind) {
  const auto next = [&](uint32_t at) {
    do ++at;
    while (at < tree_.slot_count() && is_trivia(tree_.token_kind(at)));
    return at;
  };
  const auto kind_at = [&](uint32_t at) { return at < tree_.slot_count() ? tree_.token_kind(at) : TokenKind::Eof; };
  const uint32_t second = next(slot);
  bool found = false;
  if (kind == TokenKind::KwStatic) {
    found = kind_at(second) == TokenKind::KwMut;
  } else if (kind == TokenKind::Pound) {
    const uint32_t name = next(second);
    found = kind_at(second) == TokenKind::LBracket && kind_at(name) == TokenKind::Ident &&
            is_unsafe_attribute(tree_.token_text(name));
  } else if (unsafe_slots_.empty() || next(unsafe_slots_.back()) != slot) {
    found = kind_at(is_string_literal(kind_at(second)) ? next(second) : second) == TokenKind::LBrace;
  }
  if (found) bare_slots_.push_back(slot);
}

uint32_t Inventory::own_unsafe(NodeId node) const {
  if (unsafe_slots_.empty() || !has_unsafe_between(tree_.first_slot(node), tree_.end_slot(node)))
    return tree_.slot_count();
  return tree_.find_token(node, TokenKind::KwUnsafe);
}

void Inventory::add(UnsafeKind kind, SafetyDocs docs, NodeId node, uint32_t first_slot, std::string_view name) {
  UnsafeUse use;
  use.kind = kind;
  use.docs = docs;
  if (kind != UnsafeKind::Block && kind != UnsafeKind::Attribute) {
    const NodeId visibility = tree_.child(node, Role::visibility);
    use.is_public = visibility && tree_.text(visibility) == "pub";
  }
  use.name = texts_.add(name);
  use.place.span = {tree_.token_start(first_slot), std::max(tree_.token_start(first_slot), tree_.span(node).end)};
  uses_.push_back(use);
}

// Neighbours such as `unsafe impl Send` and `unsafe impl Sync` share the comment above the first.
bool Inventory::follows_documented_impl(NodeId node) const {
  if (!last_impl_ || tree_.subtree_end(last_impl_) != node) return false;
  const uint32_t begin = tree_.span(last_impl_).end;
  const uint32_t end = tree_.span(node).start;
  const std::string_view between = tree_.text().substr(begin, end - begin);
  return std::count(between.begin(), between.end(), '\n') <= 1;
}

bool Inventory::visit_item(NodeId node, UnsafeKind kind, uint32_t keyword) {
  SafetyDocs docs = SafetyDocs::None;
  const SafetyText::Docs written = safety_.docs_of(node);
  if (written.section)
    docs = SafetyDocs::Section;
  else if (written.mention || safety_.item_has_comment(node, keyword))
    docs = SafetyDocs::Comment;
  if (kind == UnsafeKind::Impl) {
    if (docs == SafetyDocs::None && follows_documented_impl(node)) docs = SafetyDocs::Comment;
    if (docs != SafetyDocs::None) last_impl_ = node;
  }
  std::string name;
  if (kind == UnsafeKind::Impl) {
    const NodeId trait = tree_.child(node, Role::trait);
    const NodeId type = tree_.child(node, Role::type);
    if (trait) name = one_line(tree_, trait, 80) + " for ";
    if (type) name += one_line(tree_, type, 80);
  } else if (kind == UnsafeKind::ExternBlock) {
    const NodeId abi = tree_.child(node, Role::abi);
    if (abi) name = one_line(tree_, abi, 40);
  } else {
    name = item_path(tree_, node, true);
  }
  add(kind, docs, node, safety_.slot_after_attributes(node), name);
  uses_.back().docs_unseen = written.unseen;
  uses_.back().docs_hidden = written.hidden;
  return true;
}

// The statement, field or arm of a match that a block is part of.
NodeId Inventory::statement_of(NodeId block) const {
  constexpr int kMaxLevels = 64;
  NodeId at = block;
  for (int level = 0; at && level < kMaxLevels; ++level, at = tree_.parent(at)) {
    const NodeKind kind = tree_.kind(at);
    const NodeId up = tree_.parent(at);
    if (node_category(kind) == NodeCategory::Stmt || node_category(kind) == NodeCategory::Item ||
        kind == NodeKind::MatchArm || (up && tree_.kind(up) == NodeKind::Block))
      return at;
  }
  return {};
}

// One comment above several statements that follow without an empty line speaks of all of them.
bool Inventory::follows_documented_statement(NodeId statement) const {
  if (!statement || !last_statement_) return false;
  if (statement == last_statement_) return true;
  if (tree_.subtree_end(last_statement_) != statement || tree_.parent(last_statement_) != tree_.parent(statement))
    return false;
  const uint32_t begin = tree_.span(last_statement_).end;
  const uint32_t end = tree_.span(statement).start;
  const std::string_view between = tree_.text().substr(begin, end - begin);
  return std::count(between.begin(), between.end(), '\n') <= 1;
}

bool Inventory::visit_block(NodeId node) {
  const uint32_t keyword = own_unsafe(node);
  if (keyword == tree_.slot_count()) return false;
  const NodeId statement = statement_of(node);
  const bool documented = safety_.block_has_comment(node, keyword) || follows_documented_statement(statement);
  if (documented) last_statement_ = statement;
  add(UnsafeKind::Block, documented ? SafetyDocs::Comment : SafetyDocs::None, node, tree_.first_slot(node),
      item_path(tree_, node, false));
  return true;
}

bool Inventory::visit_attribute(NodeId node) {
  const ast::Attr attr(tree_, node);
  if (!attr.path()) return false;
  const std::string_view name = attr.path().text();
  const bool is_unsafe = own_unsafe(node) != tree_.slot_count();
  std::string_view found;
  if (is_unsafe || is_unsafe_attribute(name)) {
    found = name;
  } else if (name == "cfg_attr" && attr.arguments()) {
    // `cfg_attr(condition, no_mangle, unsafe(export_name = ".."))`: the attribute is there when the condition holds.
    const uint32_t first = tree_.first_slot(attr.arguments().id());
    const uint32_t end = tree_.end_slot(attr.arguments().id());
    for (uint32_t slot = first; slot + 1 < end && found.empty(); slot += token_slots(tree_.token_kind(slot))) {
      if (tree_.token_kind(slot) != TokenKind::Comma) continue;
      uint32_t at = slot + 1;
      while (at < end && is_trivia(tree_.token_kind(at))) ++at;
      const bool wrapped = at + 2 < end && tree_.token_kind(at) == TokenKind::KwUnsafe;
      if (wrapped) at += 2;
      if (at >= end || tree_.token_kind(at) != TokenKind::Ident) continue;
      if (wrapped || is_unsafe_attribute(tree_.token_text(at))) found = tree_.token_text(at);
    }
    if (!found.empty()) opaque_until_ = std::max(opaque_until_, tree_.subtree_end(node).value);
  }
  if (found.empty()) return false;
  const NodeId item = tree_.parent(node);
  const bool documented = item && safety_.item_has_comment(item, tree_.first_slot(node));
  const std::string around = item ? item_path(tree_, item, true) : std::string();
  add(UnsafeKind::Attribute, documented ? SafetyDocs::Comment : SafetyDocs::None, node, tree_.first_slot(node),
      around.empty() ? std::string(found) : std::string(found) + " on " + around);
  return true;
}

void Inventory::visit_token_tree(NodeId node) {
  if (node.value < opaque_until_) return;
  opaque_until_ = tree_.subtree_end(node).value;
  if (unsafe_slots_.empty() && bare_slots_.empty()) return;
  const auto count_in = [&](const std::vector<uint32_t>& slots) {
    const auto first = std::lower_bound(slots.begin(), slots.end(), tree_.first_slot(node));
    return std::lower_bound(first, slots.end(), tree_.end_slot(node)) - first;
  };
  const auto count = static_cast<size_t>(count_in(unsafe_slots_) + count_in(bare_slots_));
  if (count == 0) return;
  const NodeId owner = tree_.parent(node);
  const NodeKind kind = tree_.kind(owner);
  MacroGap gap;
  gap.is_definition = kind == NodeKind::MacroRulesItem || kind == NodeKind::MacroDefItem;
  const NodeId name = tree_.child(owner, gap.is_definition ? Role::name : Role::path);
  gap.name = texts_.add(name ? one_line(tree_, name, 80) : std::string());
  gap.unsafe_count = static_cast<uint32_t>(count);
  gap.place.span = tree_.span(owner);
  // Parameters and body of one `macro` definition are one gap.
  if (!gaps_.empty() && gaps_.back().place.span.start == gap.place.span.start &&
      gaps_.back().place.span.end == gap.place.span.end) {
    gaps_.back().unsafe_count += gap.unsafe_count;
    return;
  }
  gaps_.push_back(gap);
}

bool Inventory::visit(NodeId node) {
  const NodeKind kind = tree_.kind(node);
  switch (kind) {
    case NodeKind::BlockExpr:
      return visit_block(node);
    case NodeKind::FnItem:
    case NodeKind::ImplItem:
    case NodeKind::TraitItem:
    case NodeKind::TraitAliasItem: {
      const uint32_t keyword = own_unsafe(node);
      if (keyword == tree_.slot_count()) return false;
      return visit_item(node,
                        kind == NodeKind::FnItem     ? UnsafeKind::Fn
                        : kind == NodeKind::ImplItem ? UnsafeKind::Impl
                                                     : UnsafeKind::Trait,
                        keyword);
    }
    case NodeKind::ExternBlock:
      return visit_item(node, UnsafeKind::ExternBlock, safety_.slot_after_attributes(node));
    case NodeKind::StaticItem:
      return tree_.has_token(node, TokenKind::KwMut) &&
             visit_item(node, UnsafeKind::StaticMut, safety_.slot_after_attributes(node));
    case NodeKind::Attr:
      return visit_attribute(node);
    case NodeKind::TokenTree:
      visit_token_tree(node);
      return false;
    default:
      return false;
  }
}

}  // namespace rp
