#include "review/wasm/exports.h"

#include "review/tree_queries.h"

namespace rp {
namespace {

// By its name: it comes by a glob import as a rule, and nothing else is called so.
bool is_marked(const Tree& tree, NodeId item) {
  for (NodeId a = tree.first_child(item); a; a = tree.next_sibling(a)) {
    if (tree.role(a) != Role::attribute) break;
    const NodeId path = tree.kind(a) == NodeKind::Attr ? tree.child(a, Role::path) : NodeId();
    const NodeId segment = path ? last_segment(tree, path) : NodeId();
    if (segment && name_of(tree, segment) == "wasm_bindgen") return true;
  }
  return false;
}

}  // namespace

bool is_wasm_export(const Tree& tree, NodeId function) {
  if (!tree.child(function, Role::body)) return false;
  if (is_marked(tree, function)) return true;
  const NodeId impl = tree.parent(function) ? tree.parent(tree.parent(function)) : NodeId();
  return impl && tree.kind(impl) == NodeKind::ImplItem && is_marked(tree, impl) &&
         tree.child(function, Role::visibility);
}

}  // namespace rp
