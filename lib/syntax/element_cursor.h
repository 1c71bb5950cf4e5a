// A walk over all elements of a tree in reading order (a node before its content), each step in amortised constant
// time, and sibling steps for callers that know the parent.
//
// Under one parent the elements are totally ordered and cover its bytes exactly once. At each slot come, in this order:
//   1. nodes without tokens, in preorder: what is missing is missing right after what came before;
//   2. the white space before the slot, when the parent has a token on both sides of it. So no node but the root
//      begins or ends with white space;
//   3. the node that begins there, else the token.
// A node without tokens at the very start of its innermost non-empty ancestor stands at that ancestor's first byte.
// The root of a file covers the whole text, white space at both ends included; the root of a fragment, like any other
// node, goes from its first token to its last.
#pragma once

#include "syntax/tree.h"

namespace rp {

class ElementCursor {
 public:
  // Stands at `top`, which it never leaves. The tree must outlive the cursor.
  ElementCursor(const Tree& tree, NodeId top);

  [[nodiscard]] Element element() const { return element_; }
  // The node around the element; none for `top`.
  [[nodiscard]] NodeId parent() const { return parent_; }
  // 0 for `top`.
  [[nodiscard]] uint32_t depth() const { return depth_; }
  // To the next element; false after the last, and then element() is of type None.
  bool next();

 private:
  bool enter(uint32_t node);
  bool take(Element::Type type);

  const Tree* tree_;
  NodeId top_;
  Element element_;
  NodeId parent_;
  uint32_t depth_ = 0;
  NodeId open_;  // the node whose content comes next
  uint32_t open_depth_ = 0;
  uint32_t next_node_;  // the first node, in preorder, not visited yet
  uint32_t next_slot_;
  bool space_done_ = false;  // the white space before next_slot_ was visited
};

// As element_parent, next_sibling_element and previous_sibling_element of tree.h, without the search for the parent.
Element next_sibling_in(const Tree& tree, Element element, NodeId parent);
Element previous_sibling_in(const Tree& tree, Element element, NodeId parent);

// The first slot of the token that `slot` is a part of.
uint32_t token_head(const Tree& tree, uint32_t slot);

// Whether white space lies before `slot`, for slots from 0 to slot_count().
bool has_space_before(const Tree& tree, uint32_t slot);

}  // namespace rp
