// Places and neighbours in the tree. The order of elements is written down in element_cursor.h.
#include "syntax/tree.h"

#include <algorithm>
#include <array>

#include "syntax/element_cursor.h"

namespace rp {
namespace {

struct NodeKindInfo {
  std::string_view name;
  NodeCategory category;
};

constexpr NodeKindInfo kNodeKinds[] = {
#define RP_NODE(name, text, category) {text, NodeCategory::category},
#include "syntax/grammar.def"
};

constexpr std::string_view kRoleNames[] = {
    "",
#define RP_ROLE(name) #name,
#include "syntax/roles.def"
};

bool covers_text(const Tree& tree, NodeId n) { return n == tree.root() && tree.kind(n) != NodeKind::Fragment; }
bool has_tokens(const Tree& tree, NodeId n) { return tree.first_slot(n) < tree.end_slot(n); }
// Node ids of a subtree are plain numbers here: id + 1 to subtree_end are its descendants.
uint32_t end_id(const Tree& tree, NodeId n) { return tree.subtree_end(n).value; }
bool is_empty_at(const Tree& tree, uint32_t id, uint32_t slot) {
  const NodeId n(id);
  return tree.first_slot(n) == slot && tree.end_slot(n) == slot;
}

// The first of the nodes [low, high) that starts at or after `slot`. First slots never decrease in preorder.
uint32_t first_node_from(const Tree& tree, uint32_t low, uint32_t high, uint32_t slot) {
  while (low < high) {
    const uint32_t middle = low + (high - low) / 2;
    if (tree.first_slot(NodeId(middle)) < slot)
      low = middle + 1;
    else
      high = middle;
  }
  return low;
}

// The first descendant of `parent` that stands after the white space before `slot`.
uint32_t first_node_after_space(const Tree& tree, NodeId parent, uint32_t slot) {
  const uint32_t end = end_id(tree, parent);
  uint32_t id = first_node_from(tree, parent.value + 1, end, slot);
  while (id < end && is_empty_at(tree, id, slot)) ++id;
  return id;
}

// The last child of `parent` before the node numbered `id`, or none.
NodeId child_before(const Tree& tree, NodeId parent, uint32_t id) {
  NodeId n(id - 1);
  if (n == parent) return {};
  while (tree.parent(n) != parent) n = tree.parent(n);
  return n;
}

uint32_t space_start(const Tree& tree, uint32_t slot) {
  if (slot > 0) return tree.token_end(slot - 1);
  return covers_text(tree, tree.root()) ? 0 : tree.token_start(0);
}

uint32_t space_end(const Tree& tree, uint32_t slot) {
  if (slot < tree.slot_count()) return tree.token_start(slot);
  return covers_text(tree, tree.root()) ? static_cast<uint32_t>(tree.text().size()) : space_start(tree, slot);
}

bool owns_space(const Tree& tree, NodeId parent, uint32_t slot) {
  if (!covers_text(tree, parent) && (slot <= tree.first_slot(parent) || slot >= tree.end_slot(parent))) return false;
  return has_space_before(tree, slot);
}

NodeId space_parent(const Tree& tree, uint32_t slot) {
  if (slot == 0 || slot >= tree.slot_count()) return tree.root();
  NodeId n(first_node_from(tree, 0, tree.node_count(), slot) - 1);
  while (tree.end_slot(n) <= slot && n != tree.root()) n = tree.parent(n);
  return n;
}

Element node_element(uint32_t id) { return {Element::Type::Node, id}; }
Element token_element(uint32_t slot) { return {Element::Type::Token, slot}; }
Element space_element(uint32_t slot) { return {Element::Type::Whitespace, slot}; }

// What follows the white space before `slot`; `next` is the first descendant that stands after it.
Element element_after_space(const Tree& tree, NodeId parent, uint32_t slot, uint32_t next) {
  if (slot >= tree.end_slot(parent)) return {};
  if (next < end_id(tree, parent) && tree.first_slot(NodeId(next)) == slot) return node_element(next);
  return token_element(slot);
}

// The first element at `slot` that does not stand before the node numbered `next`.
Element element_at(const Tree& tree, NodeId parent, uint32_t slot, uint32_t next) {
  if (next < end_id(tree, parent) && is_empty_at(tree, next, slot)) return node_element(next);
  if (owns_space(tree, parent, slot)) return space_element(slot);
  return element_after_space(tree, parent, slot, next);
}

// The last element before the white space before `slot`; `last` is the last child that stands there.
Element element_before_space(const Tree& tree, NodeId parent, uint32_t slot, NodeId last) {
  if (last && tree.end_slot(last) == slot) return node_element(last.value);
  if (slot <= tree.first_slot(parent)) return {};
  return token_element(token_head(tree, slot - 1));
}

}  // namespace

NodeCategory node_category(NodeKind kind) { return kNodeKinds[static_cast<size_t>(kind)].category; }
std::string_view node_kind_name(NodeKind kind) { return kNodeKinds[static_cast<size_t>(kind)].name; }
std::string_view role_name(Role role) { return kRoleNames[static_cast<size_t>(role)]; }

// ---- Tree -------------------------------------------------------------------------------------------------------

ByteSpan Tree::span(NodeId n) const {
  if (covers_text(*this, n)) return {0, static_cast<uint32_t>(text_.size())};
  const uint32_t slot = first_slot(n);
  if (slot < end_slot(n)) return {token_start(slot), token_end(end_slot(n) - 1)};
  // Without tokens: right after what comes before, but not outside the nodes around it.
  NodeId around = parent(n);
  while (around && !has_tokens(*this, around)) around = parent(around);
  const bool at_start = around && !covers_text(*this, around) && slot == first_slot(around);
  const uint32_t offset = at_start ? token_start(slot) : space_start(*this, slot);
  return {offset, offset};
}

uint32_t Tree::find_token(NodeId n, TokenKind kind, uint32_t from) const {
  uint32_t slot = first_slot(n);
  const uint32_t end = end_slot(n);
  NodeId child = first_child(n);
  if (from > slot) {
    if (from >= end) return slot_count();
    // The last child that starts before `from`, so that asking for one token after the other is not quadratic.
    slot = token_head(*this, from);
    if (slot < from) slot += token_slots(token_kind(slot));
    const uint32_t next = first_node_from(*this, n.value + 1, end_id(*this, n), from);
    child = child_before(*this, n, next);
    if (!child) child = first_child(n);
  }
  for (; slot < end; slot += token_slots(token_kind(slot))) {
    for (; child && first_slot(child) <= slot; child = next_sibling(child)) slot = std::max(slot, end_slot(child));
    if (slot >= end) break;
    if (token_kind(slot) == kind) return slot;
  }
  return slot_count();
}

NodeId Tree::node_at_slot(uint32_t slot) const {
  if (slot >= slot_count()) return root();
  NodeId n(first_node_from(*this, 0, node_count(), slot + 1) - 1);
  while (end_slot(n) <= slot && n != root()) n = parent(n);
  return n;
}

uint32_t Tree::slot_at_offset(uint32_t offset) const {
  const uint32_t* const after = std::upper_bound(token_starts_, token_starts_ + slot_count(), offset);
  if (after == token_starts_) return 0;
  const uint32_t head = token_head(*this, static_cast<uint32_t>(after - token_starts_) - 1);
  const uint32_t next = head + token_slots(token_kind(head));
  return offset < token_end(next - 1) ? head : next;
}

size_t Tree::memory_bytes() const { return block_.bytes(); }

// ---- Tokens and white space -------------------------------------------------------------------------------------

uint32_t token_head(const Tree& tree, uint32_t slot) {
  // The entries of a token after its first have fewer slots than it (`>>=`: 3, 2, 1), so the first of three is looked
  // for before the first of two.
  if (slot >= 2 && token_slots(tree.token_kind(slot - 2)) == 3) return slot - 2;
  if (slot >= 1 && token_slots(tree.token_kind(slot - 1)) >= 2) return slot - 1;
  return slot;
}

bool has_space_before(const Tree& tree, uint32_t slot) { return space_start(tree, slot) < space_end(tree, slot); }

// ---- Elements ---------------------------------------------------------------------------------------------------

ByteSpan element_span(const Tree& tree, Element element) {
  switch (element.type) {
    case Element::Type::Node:
      return tree.span(NodeId(element.id));
    case Element::Type::Token:
      return {tree.token_start(element.id), tree.token_end(element.id)};
    case Element::Type::Whitespace:
      return {space_start(tree, element.id), space_end(tree, element.id)};
    case Element::Type::None:
      break;
  }
  return {};
}

Element element_parent(const Tree& tree, Element element) {
  NodeId parent;
  switch (element.type) {
    case Element::Type::Node:
      parent = tree.parent(NodeId(element.id));
      break;
    case Element::Type::Token:
      parent = tree.node_at_slot(element.id);
      break;
    case Element::Type::Whitespace:
      parent = space_parent(tree, element.id);
      break;
    case Element::Type::None:
      break;
  }
  return parent ? node_element(parent.value) : Element{};
}

Element first_child_element(const Tree& tree, NodeId node) {
  return element_at(tree, node, tree.first_slot(node), node.value + 1);
}

Element last_child_element(const Tree& tree, NodeId node) {
  const uint32_t slot = tree.end_slot(node);
  if (owns_space(tree, node, slot)) return space_element(slot);
  return element_before_space(tree, node, slot, child_before(tree, node, end_id(tree, node)));
}

Element next_sibling_in(const Tree& tree, Element element, NodeId parent) {
  const uint32_t end = end_id(tree, parent);
  switch (element.type) {
    case Element::Type::Node: {
      const NodeId n(element.id);
      return element_at(tree, parent, tree.end_slot(n), end_id(tree, n));
    }
    case Element::Type::Token: {
      const uint32_t slot = element.id + token_slots(tree.token_kind(element.id));
      return element_at(tree, parent, slot, first_node_from(tree, parent.value + 1, end, slot));
    }
    case Element::Type::Whitespace:
      return element_after_space(tree, parent, element.id, first_node_after_space(tree, parent, element.id));
    case Element::Type::None:
      break;
  }
  return {};
}

Element previous_sibling_in(const Tree& tree, Element element, NodeId parent) {
  switch (element.type) {
    case Element::Type::Node: {
      const NodeId n(element.id);
      const uint32_t slot = tree.first_slot(n);
      if (has_tokens(tree, n) && owns_space(tree, parent, slot)) return space_element(slot);
      return element_before_space(tree, parent, slot, child_before(tree, parent, n.value));
    }
    case Element::Type::Token: {
      const uint32_t slot = element.id;
      if (owns_space(tree, parent, slot)) return space_element(slot);
      const uint32_t next = first_node_from(tree, parent.value + 1, end_id(tree, parent), slot + 1);
      return element_before_space(tree, parent, slot, child_before(tree, parent, next));
    }
    case Element::Type::Whitespace: {
      const uint32_t next = first_node_after_space(tree, parent, element.id);
      return element_before_space(tree, parent, element.id, child_before(tree, parent, next));
    }
    case Element::Type::None:
      break;
  }
  return {};
}

Element next_sibling_element(const Tree& tree, Element element) {
  const Element parent = element_parent(tree, element);
  return parent.type == Element::Type::None ? Element{} : next_sibling_in(tree, element, NodeId(parent.id));
}

Element previous_sibling_element(const Tree& tree, Element element) {
  const Element parent = element_parent(tree, element);
  return parent.type == Element::Type::None ? Element{} : previous_sibling_in(tree, element, NodeId(parent.id));
}

// ---- ElementCursor ----------------------------------------------------------------------------------------------

ElementCursor::ElementCursor(const Tree& tree, NodeId top)
    : tree_(&tree),
      top_(top),
      element_(node_element(top.value)),
      open_(top),
      next_node_(top.value + 1),
      next_slot_(tree.first_slot(top)) {}

bool ElementCursor::enter(uint32_t node) {
  element_ = node_element(node);
  parent_ = open_;
  depth_ = ++open_depth_;
  open_ = NodeId(node);
  next_node_ = node + 1;
  return true;
}

bool ElementCursor::take(Element::Type type) {
  element_ = {type, next_slot_};
  parent_ = open_;
  depth_ = open_depth_ + 1;
  space_done_ = type == Element::Type::Whitespace;
  if (type == Element::Type::Token) next_slot_ += token_slots(tree_->token_kind(next_slot_));
  return true;
}

bool ElementCursor::next() {
  if (element_.type == Element::Type::None) return false;
  for (;;) {
    const bool has_node = next_node_ < end_id(*tree_, open_);
    if (has_node && is_empty_at(*tree_, next_node_, next_slot_)) return enter(next_node_);
    if (!space_done_ && owns_space(*tree_, open_, next_slot_)) return take(Element::Type::Whitespace);
    if (next_slot_ < tree_->end_slot(open_)) {
      if (has_node && tree_->first_slot(NodeId(next_node_)) == next_slot_) return enter(next_node_);
      return take(Element::Type::Token);
    }
    if (open_ == top_) break;
    open_ = tree_->parent(open_);
    --open_depth_;
  }
  element_ = {};
  parent_ = {};
  depth_ = 0;
  return false;
}

}  // namespace rp
