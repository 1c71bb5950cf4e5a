// Bounds and where clauses as predicates.
#include <algorithm>

#include "types/lowerer.h"

namespace rp {

using N = NodeKind;
using T = TokenKind;

DefRef Lowerer::trait_of(NodeId path, bool* unknown) {
  if (!path) {
    *unknown = true;
    return {};
  }
  const PathMeaning m = resolve(path, Namespace::Type);
  if (m.kind == PathMeaning::Kind::Unknown) *unknown = true;
  if (m.kind != PathMeaning::Kind::Def) return {};
  const Def* d = s_.def(m.def);
  if (d == nullptr) {
    *unknown = true;
    return {};
  }
  if (d->kind == DefKind::TraitAlias) *unknown = true;
  return d->kind == DefKind::Trait ? m.def : DefRef();
}

void Lowerer::bounds(NodeId list, TypeId self, std::vector<Predicate>* out) {
  if (tree_ == nullptr || !list) return;
  const Tree& t = tree();
  for (NodeId each = t.first_child(list); each; each = t.next_sibling(each)) {
    if (t.kind(each) == N::Lifetime) {
      Predicate p;
      p.kind = Predicate::Kind::TypeOutlives;
      open_frame({});
      p.term = store_.shift(self, 1);
      p.region = region(each);
      p.bound = close_frame();
      p.node = each;
      out->push_back(p);
    } else if (t.kind(each) == N::TraitBound && !t.has_token(each, T::Question)) {
      std::vector<std::string_view> names;
      if (const NodeId binder = t.child(each, Role::binder); binder) binder_names(binder, &names);
      open_frame(std::move(names));
      bound(each, store_.shift(self, 1), out);
      close_frame();
    }
  }
}

// `self` stands in the frame that is open.
void Lowerer::bound(NodeId node, TypeId self, std::vector<Predicate>* out) {
  const size_t first = out->size();
  const NodeId path = tree().child(node, Role::path);
  if (path && trait_alias(path, self, out)) {
    for (size_t i = first; i < out->size(); ++i) {
      (*out)[i].bound = frames_.back().count;
      (*out)[i].node = node;
    }
    return;
  }
  const TraitRef found = path ? trait_ref(path, self, out) : TraitRef();
  Predicate p;
  p.node = node;
  if (found) {
    p.trait_ref = found;
  } else {
    p.kind = Predicate::Kind::Unknown;
    p.term = self;
  }
  out->insert(out->begin() + static_cast<std::ptrdiff_t>(first), p);
  const uint32_t count = frames_.back().count;
  for (size_t i = first; i < out->size(); ++i) {
    (*out)[i].bound = count;
    if (!(*out)[i].node) (*out)[i].node = node;
  }
}

// `trait Short = A + B<u8>;` as a bound says what it stands for.
bool Lowerer::trait_alias(NodeId path, TypeId self, std::vector<Predicate>* out) {
  if (depth_ >= kMaxTypeDepth) return false;
  const PathMeaning m = resolve(path, Namespace::Type);
  const Def* d = m.kind == PathMeaning::Kind::Def ? s_.def(m.def) : nullptr;
  if (d == nullptr || d->kind != DefKind::TraitAlias) return false;
  std::vector<NodeId> segments;
  segments_of(path, &segments);
  ++depth_;
  const ListId args = fill(m.def, {GenericArg(self)}, segments.back(), nullptr, false);
  --depth_;
  const std::span<const GenericArg> view = store_.list_of(args);
  const std::vector<GenericArg> values(view.begin(), view.end());
  for (Predicate p : s_.items.predicates(m.def).own) {
    if (p.kind == Predicate::Kind::Unknown) {
      p.term = self;
    } else if (p.kind == Predicate::Kind::Trait || p.kind == Predicate::Kind::Projection) {
      p.trait_ref.args = store_.substitute(store_.open_binder(p.trait_ref.args, {}), values);
      if (p.term.is_type())
        p.term = store_.substitute(store_.open_binder(p.term.type(), {}), values);
      else if (p.term.valid())
        p.term = store_.substitute(p.term, values);
    } else {
      continue;
    }
    out->push_back(p);
  }
  return true;
}

void Lowerer::where_predicate(NodeId node, std::vector<Predicate>* out) {
  if (tree_ == nullptr) return;
  const Tree& t = tree();
  const NodeId list = t.child(node, Role::bounds);
  if (const NodeId lifetime = t.child(node, Role::lifetime); lifetime) {
    for (NodeId each = list ? t.first_child(list) : NodeId(); each; each = t.next_sibling(each)) {
      if (t.kind(each) != N::Lifetime) continue;
      Predicate p;
      p.kind = Predicate::Kind::RegionOutlives;
      open_frame({});
      p.term = region(lifetime);
      p.region = region(each);
      p.bound = close_frame();
      p.node = node;
      out->push_back(p);
    }
    return;
  }
  const NodeId bounded = t.child(node, Role::type);
  if (!bounded || !list) return;
  std::vector<std::string_view> outer;
  if (const NodeId binder = t.child(node, Role::binder); binder) binder_names(binder, &outer);
  for (NodeId each = t.first_child(list); each; each = t.next_sibling(each)) {
    std::vector<std::string_view> names = outer;
    if (t.kind(each) == N::TraitBound) {
      if (t.has_token(each, T::Question)) continue;
      if (const NodeId binder = t.child(each, Role::binder); binder) binder_names(binder, &names);
      open_frame(std::move(names));
      const TypeId self = type(bounded);
      bound(each, self, out);
      close_frame();
    } else if (t.kind(each) == N::Lifetime) {
      open_frame(std::move(names));
      Predicate p;
      p.kind = Predicate::Kind::TypeOutlives;
      p.term = type(bounded);
      p.region = region(each);
      p.bound = close_frame();
      p.node = each;
      out->push_back(p);
    }
  }
}

NodeId Lowerer::first_constraint(NodeId path) const {
  std::vector<NodeId> segments;
  segments_of(path, &segments);
  if (segments.empty()) return {};
  if (const NodeId sugar = tree().child(segments.back(), Role::parenthesized); sugar) {
    const NodeId written = tree().child(sugar, Role::return_type);
    const NodeId type = written ? tree().child(written, Role::type) : NodeId();
    return type ? type : path;
  }
  const NodeId list = tree().child(segments.back(), Role::arguments);
  for (NodeId c = list ? tree().first_child(list) : NodeId(); c; c = tree().next_sibling(c))
    if (tree().kind(c) == N::AssocArg) return c;
  return {};
}

TraitRef Lowerer::trait_ref(NodeId path, TypeId self, std::vector<Predicate>* out) {
  unknown_trait_ = false;
  if (tree_ == nullptr || depth_ >= kMaxTypeDepth) {
    unknown_trait_ = true;
    return {};
  }
  const Tree& t = tree();
  if (t.kind(path) == N::ParenType) return trait_ref(t.child(path, Role::type), self, out);
  bool unknown = false;
  const DefRef trait = trait_of(path, &unknown);
  if (!trait) {
    unknown_trait_ = unknown;
    return {};
  }
  ++depth_;
  std::vector<NodeId> segments;
  segments_of(path, &segments);
  const NodeId segment = segments.back();
  std::vector<NodeId> assoc;
  TraitRef result;
  result.trait = trait;
  const NodeId parenthesized = t.child(segment, Role::parenthesized);
  if (parenthesized) {
    // Fn(A, B) -> C. What is elided is bound where the bound is.
    begin_inputs();
    std::vector<TypeId> inputs;
    for (NodeId c = t.first_child(parenthesized); c; c = t.next_sibling(c))
      if (t.role(c) == Role::argument) inputs.push_back(type(c));
    begin_output({});
    const NodeId written = t.child(parenthesized, Role::return_type);
    const TypeId output = written ? type(t.child(written, Role::type)) : store_.unit;
    end_signature();
    const std::array<GenericArg, 2> args{self, store_.tuple(inputs)};
    result.args = store_.list(args);
    // Other traits take the sugar, too, when they have the same shape.
    const Generics& generics = s_.items.generics(trait);
    size_t types = 0;
    for (const GenericParam& g : generics.params) types += g.kind != GenericParam::Kind::Lifetime && !g.is_self ? 1 : 0;
    if (!generics.unknown && types != 1)
      error("E0107", segment,
            describe(trait) + " takes " + std::to_string(types) + " generic arguments but 1 was supplied");
    bool has_output = has_unseen_supertraits(s_, trait);
    // The output is that of FnOnce, and of AsyncFnOnce for async closures.
    for (const DefRef super : supertrait_defs(s_, trait)) {
      const DefRef item = s_.items.find_item(super, store_.name("Output"), DefKind::AssocType);
      if (!item) continue;
      has_output = true;
      Predicate p;
      p.kind = Predicate::Kind::Projection;
      p.trait_ref = {super, result.args};
      p.assoc = item;
      p.term = output;
      out->push_back(p);
      break;
    }
    if (!has_output) error("E0220", segment, "associated type `Output` not found for " + describe(trait));
  } else {
    result.args = fill(trait, {GenericArg(self)}, segment, &assoc, false);
  }
  for (const NodeId each : assoc) assoc_argument(each, result, out);
  --depth_;
  unknown_trait_ = false;
  return result;
}

// `Item = T`, `Item: Bound`, `N = 3`.
void Lowerer::assoc_argument(NodeId node, const TraitRef& of, std::vector<Predicate>* out) {
  const Tree& t = tree();
  const NodeId segment = t.child(node, Role::segment);
  if (!segment) return;
  const NameId name = store_.name(segment_name(segment));
  // Return-type notation.
  if (t.child(segment, Role::parenthesized)) {
    Predicate p;
    p.kind = Predicate::Kind::Unknown;
    p.node = node;
    out->push_back(p);
    return;
  }
  TraitRef owner;
  DefRef item;
  const bool unknown = has_unseen_supertraits(s_, of.trait);
  for (const DefRef trait : supertrait_defs(s_, of.trait)) {
    DefRef found = s_.items.find_item(trait, name, DefKind::AssocType);
    if (!found) found = s_.items.find_item(trait, name, DefKind::AssocConst);
    if (!found) continue;
    item = found;
    if (trait == of.trait) {
      owner = of;
    } else {
      for (const TraitRef& super : s_.traits.supertraits(of))
        if (super.trait == trait) owner = super;
    }
    break;
  }
  if (!item || !owner) {
    Predicate p;
    p.kind = Predicate::Kind::Unknown;
    p.node = node;
    out->push_back(p);
    if (!item)
      error("E0220", segment,
            "associated type `" + std::string(store_.text(name)) + "` not found for " + describe(of.trait), !unknown);
    return;
  }
  const std::span<const GenericArg> view = store_.list_of(owner.args);
  const ListId args = fill(item, std::vector<GenericArg>(view.begin(), view.end()), segment, nullptr, false);
  const bool is_const = s_.def(item)->kind == DefKind::AssocConst;
  if (const NodeId value = t.child(node, Role::value); value) {
    Predicate p;
    p.kind = Predicate::Kind::Projection;
    p.trait_ref = {owner.trait, args};
    p.assoc = item;
    p.node = node;
    if (is_const)
      p.term = constant(value, s_.items.type_of(item));
    else
      p.term = type(value);
    out->push_back(p);
  }
  if (const NodeId list = t.child(node, Role::bounds); list && !is_const) {
    const TypeId self = store_.projection(item, args);
    // Without a bound around it there is no binder that a `for` could add to.
    const bool own_frame = frames_.empty();
    if (own_frame) open_frame({});
    for (NodeId each = t.first_child(list); each; each = t.next_sibling(each)) {
      if (t.kind(each) != N::TraitBound || t.has_token(each, T::Question)) continue;
      std::vector<Predicate> more;
      if (const NodeId binder = t.child(each, Role::binder); binder) {
        // Regions of an inner `for` have the numbers behind those of this bound.
        std::vector<std::string_view> names;
        binder_names(binder, &names);
        Frame& frame = frames_.back();
        frame.names.resize(frame.count);
        frame.names.insert(frame.names.end(), names.begin(), names.end());
        frame.count = static_cast<uint32_t>(frame.names.size());
      }
      const NodeId path = t.child(each, Role::path);
      const TraitRef found = path ? trait_ref(path, self, &more) : TraitRef();
      Predicate p;
      p.node = each;
      p.trait_ref = found;
      if (!found) p.kind = Predicate::Kind::Unknown;
      out->push_back(p);
      out->insert(out->end(), more.begin(), more.end());
    }
    if (own_frame) close_frame();
  }
}

// ---- What an item's text says of its parameters ----

void argument_impl_traits(const Tree& tree, NodeId fn_item, std::vector<NodeId>* out) {
  const NodeId list = tree.child(fn_item, Role::parameters);
  if (!list) return;
  for (uint32_t at = list.value; at < tree.subtree_end(list).value; ++at)
    if (tree.kind(NodeId(at)) == N::ImplTraitType) out->push_back(NodeId(at));
}

void opaque_impl_traits(const Tree& tree, NodeId item, std::vector<NodeId>* out) {
  NodeId root = tree.child(item, tree.kind(item) == N::FnItem ? Role::return_type : Role::type);
  if (!root || tree.kind(item) == N::ImplItem) return;
  for (uint32_t at = root.value; at < tree.subtree_end(root).value; ++at)
    if (tree.kind(NodeId(at)) == N::ImplTraitType) out->push_back(NodeId(at));
}

void late_bound_lifetimes(const Tree& tree, NodeId item, std::vector<NodeId>* out) {
  const NodeId generics = tree.child(item, Role::generics);
  if (!generics) return;
  std::vector<std::string_view> early, inputs, outputs;
  const auto collect = [&](NodeId root, std::vector<std::string_view>* names) {
    if (!root) return;
    for (uint32_t at = root.value; at < tree.subtree_end(root).value; ++at) {
      if (tree.kind(NodeId(at)) != N::Lifetime) continue;
      const uint32_t slot = word_slot(tree, NodeId(at));
      if (slot != UINT32_MAX) names->push_back(bare_name(tree.token_text(slot)));
    }
  };
  collect(tree.child(item, Role::where_clause), &early);
  for (NodeId p = tree.first_child(generics); p; p = tree.next_sibling(p)) {
    const NodeId bounds = tree.child(p, Role::bounds);
    if (!bounds) continue;
    collect(tree.kind(p) == N::LifetimeParam ? p : bounds, &early);
  }
  std::vector<NodeId> impls;
  argument_impl_traits(tree, item, &impls);
  for (const NodeId each : impls) collect(each, &early);
  collect(tree.child(item, Role::parameters), &inputs);
  collect(tree.child(item, Role::return_type), &outputs);
  const auto has = [](const std::vector<std::string_view>& names, std::string_view name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  for (NodeId p = tree.first_child(generics); p; p = tree.next_sibling(p)) {
    if (tree.kind(p) != N::LifetimeParam) continue;
    const NodeId declared = tree.child(p, Role::name);
    const uint32_t slot = declared ? word_slot(tree, declared) : UINT32_MAX;
    if (slot == UINT32_MAX) continue;
    const std::string_view name = bare_name(tree.token_text(slot));
    if (has(early, name) || (!has(inputs, name) && has(outputs, name))) continue;
    out->push_back(p);
  }
}

}  // namespace rp
