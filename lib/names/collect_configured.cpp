// Items as derives and attribute macros see them: cfg decided, cfg_attr replaced by what it holds.
#include <algorithm>

#include "names/collector.h"

namespace rp {

using T = TokenKind;
using N = NodeKind;

namespace {

bool is_conditional(const Tree& tree, NodeId node) {
  if (tree.kind(node) != N::Attr) return false;
  const NodeId path = tree.child(node, Role::path);
  return path && tree.text(path) == "cfg_attr";
}

}  // namespace

// What cfg takes away of an item, before it was walked: a derive sees only the rest.
std::vector<NodeId> Collector::removed_in(SourceId id, NodeId item) {
  const Tree& t = tree(id);
  std::vector<NodeId> removed;
  std::vector<Attribute> attributes;
  for (NodeId n(item.value + 1); n < t.subtree_end(item);) {
    const NodeId first = t.first_child(n);
    if (first && t.role(first) == Role::attribute) {
      attributes.clear();
      read_attributes(t, n, *input_.cfg, &attributes);
      if (!is_configured(t, attributes, *input_.cfg, nullptr)) {
        removed.push_back(n);
        n = t.subtree_end(n);
        continue;
      }
    }
    n = NodeId(n.value + 1);
  }
  return removed;
}

bool Collector::configure_item(SourceId id, NodeId item, uint32_t attribute_begin, FragmentKind kind,
                               const std::vector<NodeId>& removed, ConfiguredItem* out) {
  const Tree& t = tree(id);
  if (node_category(t.kind(item)) != NodeCategory::Item) return false;
  bool any = false;
  for (NodeId n(item.value + 1); n < t.subtree_end(item) && !any; n = NodeId(n.value + 1)) any = is_conditional(t, n);
  if (!any) return false;

  const Source& from = source(id);
  TokenStream stream(options_.budget);
  uint32_t slot = t.first_slot(item);
  uint32_t count = 0;  // of the item's own attributes
  uint32_t wanted = UINT32_MAX;
  std::vector<Attribute> attributes;
  for (NodeId n(item.value + 1); n < t.subtree_end(item);) {
    if (std::binary_search(removed.begin(), removed.end(), n)) {
      stream.push_range(from, id, slot, t.first_slot(n));
      slot = t.end_slot(n);
      const uint32_t next = skip_trivia(t, slot, t.end_slot(item));
      if (next < t.end_slot(item) && t.token_kind(next) == T::Comma) slot = next + 1;
      n = t.subtree_end(n);
      continue;
    }
    const bool own = t.kind(n) == N::Attr && t.parent(n) == item;
    if (!is_conditional(t, n)) {
      if (own) {
        if (attribute_begin >= t.first_slot(n) && attribute_begin < t.end_slot(n)) wanted = count;
        ++count;
      }
      n = NodeId(n.value + 1);
      continue;
    }
    stream.push_range(from, id, slot, t.first_slot(n));
    const TokenOrigin origin = from.origin(id, t.first_slot(n));
    const ContextId context = from.context(t.first_slot(n));
    attributes.clear();
    read_attributes(t, t.parent(n), *input_.cfg, &attributes);
    for (const Attribute& a : attributes) {
      if (a.node != n || a.name == "cfg") continue;
      if (own) {
        if (a.begin == attribute_begin) wanted = count;
        ++count;
      }
      stream.push(T::Pound, "#", origin, context);
      if (a.inner) stream.push(T::Bang, "!", origin, context);
      stream.push(T::LBracket, "[", origin, context);
      stream.push_range(from, id, a.begin, a.end);
      stream.push(T::RBracket, "]", origin, context);
    }
    slot = t.end_slot(n);
    n = t.subtree_end(n);
  }
  stream.push_range(from, id, slot, t.end_slot(item));
  out->source = stream.finish(kind, parse_options());
  const Tree& made = out->source->tree;
  for (NodeId n = made.first_child(made.root()); n && !out->item; n = made.next_sibling(n))
    if (made.kind(n) == t.kind(item)) out->item = n;
  if (!out->item) return false;
  for (NodeId n = made.first_child(out->item); n; n = made.next_sibling(n))
    if (made.kind(n) == N::Attr && wanted-- == 0) out->attribute = n;
  return true;
}

// Values of attributes may be macro calls: `#[doc = include_str!("x.md")]`.
void Collector::attribute_values(SourceId id, NodeId node, Place& place) {
  const Tree& t = tree(id);
  for (NodeId attribute = t.first_child(node); attribute; attribute = t.next_sibling(attribute)) {
    if (t.kind(attribute) != N::Attr) continue;
    const NodeId value = t.child(attribute, Role::value);
    if (!value || t.kind(value) != N::MacroExpr) continue;
    const NodeId call = t.child(value, Role::call);
    if (call && t.kind(call) == N::MacroCall) macro_call(id, call, place);
  }
}

}  // namespace rp
