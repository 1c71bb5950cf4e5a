// Where a type is used, as far as a rule about its size needs to know.
#pragma once

#include <initializer_list>
#include <string_view>

#include "review/sema.h"
#include "review/tree_queries.h"

namespace rp {

// Whether an attribute of an item speaks of its representation: a cheap question before its layout.
inline bool mentions_repr(const Tree& tree, NodeId item) {
  for (NodeId a = tree.first_child(item); a && tree.role(a) == Role::attribute; a = tree.next_sibling(a))
    if (tree.kind(a) == NodeKind::Attr && tree.text(a).find("repr") != std::string_view::npos) return true;
  return false;
}

// Whether the crate has the type as a generic argument of one of `names` (by the last segment), as the element of an
// array or slice (when `arrays`), or as the type of a static (when `statics`).
inline bool is_used_inside(const Sema& sema, DefRef def, std::initializer_list<std::string_view> names, bool arrays,
                           bool statics) {
  for (const TreeNode& use : sema.references(def)) {
    const Tree& tree = *use.tree;
    NodeId at = use.node;
    for (int steps = 0; at && steps < 12; ++steps, at = tree.parent(at)) {
      const NodeKind kind = tree.kind(at);
      if (arrays && (kind == NodeKind::ArrayType || kind == NodeKind::SliceType)) return true;
      if (statics && kind == NodeKind::StaticItem) return true;
      if (kind == NodeKind::GenericArgs) {
        const NodeId owner = tree.parent(at);
        const std::string_view name = owner ? name_of(tree, owner) : std::string_view();
        for (const std::string_view wanted : names) {
          if (name == wanted) return true;
        }
      }
      if (kind == NodeKind::Block || kind == NodeKind::ItemList) break;
    }
  }
  return false;
}

}  // namespace rp
