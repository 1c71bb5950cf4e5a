// What cfg takes away, and what it may have taken away: a fact that a build script sets cannot be seen. An item that
// may be there after all makes its own names unknown, and no others.
#include "names/collector.h"

namespace rp {

using T = TokenKind;
using N = NodeKind;

void Collector::remove(SourceId id, NodeId node) {
  SourceInfo& info = out_->sources[id.value];
  std::vector<bool>& bits = removed_bits_[id.value];
  if (bits.empty()) bits.resize(info.source->tree.node_count());
  if (bits[node.value]) return;
  bits[node.value] = true;
  info.removed.push_back(node);
}

bool Collector::already_removed(SourceId id, NodeId node) const {
  const std::vector<bool>& bits = removed_bits_[id.value];
  return !bits.empty() && bits[node.value];
}

bool Collector::keeps(SourceId id, NodeId node, const std::vector<Attribute>& attributes, const Place& place) {
  bool uncertain = false;
  std::string error;
  const bool keep = is_configured(tree(id), attributes, *input_.cfg, &error, &unknown_cfg_, &uncertain);
  if (!error.empty() && !attributes.empty())
    problem(NameProblem::Kind::Other, {}, id, tree(id).span(attributes.front().node), error);
  if (!keep) remove(id, node);
  if (uncertain && keep) out_->sources[id.value].conditional.push_back(node);
  // What may be there counts, too: fields and variants decide how a type lies in memory, impls what holds for it.
  if (uncertain && !keep) {
    out_->sources[id.value].conditional.push_back(node);
    maybe_define(id, node, place);
  }
  if (keep && !unknown_cfg_.nothing()) {
    std::vector<NodeId> maybe;
    uncertain_attributes(tree(id), node, *input_.cfg, unknown_cfg_, &maybe);
    for (const NodeId attribute : maybe) {
      const std::string_view text = tree(id).text(attribute);
      if (text.find("repr") != std::string_view::npos || text.find("derive") != std::string_view::npos)
        out_->sources[id.value].conditional.push_back(attribute);
    }
  }
  return keep;
}

// Names that only a build script decides about: whatever is certain takes their place.
void Collector::maybe_define(SourceId id, NodeId node, const Place& place) {
  const Tree& t = tree(id);
  const NodeKind kind = t.kind(node);
  const uint32_t scope = place.container == Container::Trait ? out_->defs[place.parent.value].scope : place.scope;
  if (scope == kNone) return;
  const auto anything = [&] { out_->scopes[scope].unknown_names = true; };
  const auto named = [&](std::initializer_list<Namespace> spaces, Visibility visibility) {
    const std::string_view name = name_text(id, node);
    if (name.empty() || name == "_") return;
    Binding maybe;
    maybe.target = Binding::Target::Unknown;
    maybe.visibility = visibility;
    for (const Namespace space : spaces) define(scope, out_->names.intern(name), space, maybe);
  };
  constexpr Namespace kType = Namespace::Type, kValue = Namespace::Value;
  if (kind == N::Variant) {
    named({kType, kValue}, out_->defs[place.parent.value].visibility);
    return;
  }
  if (node_category(kind) != NodeCategory::Item) {
    // Of statements, parameters and generics; arms, fields and expressions bind nothing that others see.
    const bool binds =
        kind == N::LetStmt || kind == N::Param || node_category(kind) == NodeCategory::Stmt || kind == N::SourceFile;
    if (binds || t.role(node) == Role::parameter || t.role(node) == Role::generics) anything();
    return;
  }
  if (place.container == Container::Impl) return;
  const Visibility visibility = place.container == Container::Trait ? place.members : visibility_of(id, node, place);
  switch (kind) {
    case N::FnItem:
    case N::ConstItem:
    case N::StaticItem:
      named({kValue}, visibility);
      break;
    case N::StructItem:
    case N::UnionItem:
      named({kType, kValue}, visibility);
      break;
    case N::EnumItem:
    case N::TraitItem:
    case N::TraitAliasItem:
    case N::TypeAliasItem:
      named({kType}, visibility);
      break;
    case N::ModItem: {
      named({kType}, visibility);
      // #[macro_use] mod: textual macros.
      for (NodeId child = t.first_child(node); child && t.role(child) == Role::attribute; child = t.next_sibling(child))
        if (t.text(child).find("macro_use") != std::string_view::npos) anything();
      break;
    }
    case N::ImplItem:
    case N::ConstBlockItem:
      break;
    case N::ExternBlock:
      if (const NodeId items = t.child(node, Role::items))
        for (NodeId child = t.first_child(items); child; child = t.next_sibling(child))
          if (node_category(t.kind(child)) == NodeCategory::Item) maybe_define(id, child, place);
      break;
    case N::UseItem:
      if (const NodeId use = t.child(node, Role::tree); use && t.kind(use) == N::UseTree)
        maybe_use(id, use, place, visibility);
      break;
    case N::MacroRulesItem:
    case N::MacroDefItem: {
      named({Namespace::Macro}, visibility);
      const std::string_view name = name_text(id, node);
      Binding maybe;
      maybe.target = Binding::Target::Unknown;
      if (!name.empty() && kind == N::MacroRulesItem) define(0, out_->names.intern(name), Namespace::Macro, maybe);
      break;
    }
    case N::ExternCrateItem: {
      // At the root it is in the extern prelude too, and #[macro_use] brings any macro.
      const NameId bound = extern_crate_name(id, node);
      Binding maybe;
      maybe.target = Binding::Target::Unknown;
      maybe.visibility = visibility;
      if (bound) define(scope, bound, Namespace::Type, maybe);
      if (bound && scope == 0) extern_names_.try_emplace(bound.value, CrateDefs::ExternName{bound, kNoCrate});
      for (NodeId child = t.first_child(node); child && t.role(child) == Role::attribute; child = t.next_sibling(child))
        if (t.text(child).find("macro_use") != std::string_view::npos) macro_use_unknown_ = true;
      break;
    }
    default:  // macro calls
      anything();
  }
}

void Collector::maybe_use(SourceId id, NodeId node, const Place& place, Visibility visibility) {
  const Tree& t = tree(id);
  std::vector<NodeId> open{node};
  while (!open.empty()) {
    const NodeId use = open.back();
    open.pop_back();
    if (const NodeId list = t.child(use, Role::list)) {
      for (NodeId child = t.first_child(list); child; child = t.next_sibling(child))
        if (t.kind(child) == N::UseTree) open.push_back(child);
      continue;
    }
    if (t.find_token(use, T::Star) != t.slot_count()) {
      out_->scopes[place.scope].unknown_names = true;
      continue;
    }
    NodeId last;
    if (const NodeId rename = t.child(use, Role::rename)) {
      last = t.child(rename, Role::name);
    } else if (const NodeId path = t.child(use, Role::path)) {
      for (NodeId child = t.first_child(path); child; child = t.next_sibling(child)) last = child;
      // a::{self}: the segment before, of the tree around.
      if (last && t.text(last) == "self") {
        const NodeId outer = t.parent(use) ? t.parent(t.parent(use)) : NodeId();
        const NodeId outer_path = outer && t.kind(outer) == N::UseTree ? t.child(outer, Role::path) : NodeId();
        last = NodeId();
        if (outer_path)
          for (NodeId child = t.first_child(outer_path); child; child = t.next_sibling(child)) last = child;
      }
    }
    const uint32_t slot = last ? skip_trivia(t, t.first_slot(last), t.end_slot(last)) : kNone;
    if (slot == kNone || slot >= t.end_slot(last) || t.token_kind(slot) == T::Underscore) continue;
    Binding maybe;
    maybe.target = Binding::Target::Unknown;
    maybe.visibility = visibility;
    for (size_t s = 0; s < kNamespaces; ++s)
      define(place.scope, out_->names.intern(t.token_text(slot)), static_cast<Namespace>(s), maybe);
  }
}

}  // namespace rp
