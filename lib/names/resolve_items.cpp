// Items: their generics, what Self is in them, members of traits, attributes and macro calls.
#include <algorithm>

#include "names/resolve_pass.h"

namespace rp {

void ResolvePass::walk_children(NodeId node) {
  const Tree& tree = *at_.tree;
  for (NodeId child = tree.first_child(node); child; child = tree.next_sibling(child)) walk(child);
}

RibKind ResolvePass::item_rib() const {
  return item_context_ == ItemContext::Trait || item_context_ == ItemContext::Impl ? RibKind::AssocItem : RibKind::Item;
}

// ---- Generics ----

void ResolvePass::bind_generics(NodeId params, bool) {
  if (!params) return;
  const Tree& tree = *at_.tree;
  // Names of the item around (an impl's, for its methods) may not be taken again; those beyond a block or module may.
  uint32_t reach = static_cast<uint32_t>(ribs_.size() - 1);
  while (reach > 0 && ribs_[reach].kind != RibKind::Block && ribs_[reach].kind != RibKind::Module) --reach;
  for (NodeId p = tree.first_child(params); p; p = tree.next_sibling(p)) {
    const NodeKind kind = tree.kind(p);
    if (kind != NodeKind::LifetimeParam && kind != NodeKind::TypeParam && kind != NodeKind::ConstParam) continue;
    if (removed(p)) continue;
    Segment s;
    const NodeId name = tree.child(p, Role::name);
    if (!name || !segment_at(name, &s)) continue;
    const ContextId context = item_context(s.context);
    if (kind == NodeKind::LifetimeParam) {
      if (s.name == static_lifetime_) {
        diagnose("E0262", s.slot, "invalid lifetime parameter name: `'static`");
        continue;
      }
      if (s.name == underscore_lifetime_) {
        diagnose("E0637", s.slot, "`'_` cannot be used here");
        continue;
      }
      if (const Bound* same = find_bound(BoundSpace::Lifetime, s.name, context)) {
        bool outer_item = false;
        for (uint32_t i = same->rib + 1; i < ribs_.size(); ++i)
          if (ribs_[i].kind == RibKind::Item || ribs_[i].kind == RibKind::Module) outer_item = true;
        if (!outer_item) {
          if (same->rib + 1 == ribs_.size())
            diagnose("E0403", s.slot,
                     "the name `" + std::string(lookup_.text(s.name)) + "` is already used for a generic parameter");
          else
            diagnose("E0496", s.slot,
                     "lifetime name `" + std::string(lookup_.text(s.name)) + "` shadows a lifetime that is in scope");
          continue;
        }
      }
      bind(BoundSpace::Lifetime, s.name, context, true, here(ResolutionKind::LifetimeParameter, p));
      continue;
    }
    for (const BoundSpace space : {BoundSpace::Type, BoundSpace::Value}) {
      const Bound* same = find_bound(space, s.name, context);
      if (same == nullptr || same->rib <= reach || !same->parameter) continue;
      diagnose("E0403", s.slot,
               "the name `" + std::string(lookup_.text(s.name)) + "` is already used for a generic parameter");
      break;
    }
    if (kind == NodeKind::TypeParam)
      bind(BoundSpace::Type, s.name, context, true, here(ResolutionKind::TypeParameter, p));
    else
      bind(BoundSpace::Value, s.name, context, true, here(ResolutionKind::ConstParameter, p));
  }
}

// Bounds, defaults and types of generic parameters; their names are bound in the innermost rib but those of Self.
void ResolvePass::walk_generics(NodeId params, bool data_type) {
  if (!params) return;
  const Tree& tree = *at_.tree;
  const auto bound_of = [&](NodeId p) -> uint32_t {
    for (uint32_t i = 0; i < bounds_.size(); ++i) {
      const uint32_t at = static_cast<uint32_t>(bounds_.size()) - 1 - i;
      if (bounds_[at].resolution.node == p && bounds_[at].resolution.source == at_.source) return at;
      if (i > tree.subtree_end(params).value - params.value) break;
    }
    return UINT32_MAX;
  };
  for (NodeId p = tree.first_child(params); p; p = tree.next_sibling(p)) {
    if (removed(p)) continue;
    if (const NodeId bounds = tree.child(p, Role::bounds)) walk(bounds);
    if (tree.kind(p) == NodeKind::ConstParam) {
      const uint32_t ribs = push_rib(RibKind::ConstParamType);
      if (const NodeId type = tree.child(p, Role::type)) walk(type);
      pop_ribs(ribs);
    }
    const NodeId value = tree.child(p, Role::default_value);
    if (!value) continue;
    const uint32_t saved_from = banned_from_, saved_to = banned_to_;
    const bool saved_self = ban_self_;
    const uint32_t own = bound_of(p);
    if (own != UINT32_MAX) {
      banned_from_ = own;
      banned_to_ = own;
      while (banned_to_ < bounds_.size() && bounds_[banned_to_].rib == bounds_[own].rib) ++banned_to_;
    }
    ban_self_ = data_type;
    if (tree.kind(p) == NodeKind::ConstParam)
      anonymous_constant(value);
    else
      walk(value);
    banned_from_ = saved_from;
    banned_to_ = saved_to;
    ban_self_ = saved_self;
  }
}

void ResolvePass::bind_self_type(DefRef def) {
  Resolution r;
  r.kind = def.def ? ResolutionKind::SelfType : ResolutionKind::Unknown;
  r.def = def;
  bind(BoundSpace::Type, self_type_, kRootContext, true, r);
}

// ---- Attributes and macros ----

void ResolvePass::attributes(NodeId node) {
  const Tree& tree = *at_.tree;
  if (removed(node)) {
    // By a condition, or because an attribute has put something else in its place.
    for (NodeId child = tree.first_child(node); child; child = tree.next_sibling(child)) {
      if (tree.kind(child) != NodeKind::Attr) continue;
      for (const uint32_t index : crate_.expansions_at(at_.source, child))
        if (crate_.expansions[index].output) walk_output(index);
    }
    return;
  }
  for (NodeId child = tree.first_child(node); child; child = tree.next_sibling(child))
    if (tree.kind(child) == NodeKind::Attr) attribute(child);
}

void ResolvePass::attribute(NodeId attr) {
  const std::span<const uint32_t> found = crate_.expansions_at(at_.source, attr);
  for (const uint32_t index : found) {
    const Expansion& expansion = crate_.expansions[index];
    const NodeId owner = at_.tree->parent(attr);
    const NodeKind kind = owner ? at_.tree->kind(owner) : NodeKind::Missing;
    const bool fits = expansion.invocation != InvocationKind::Derive || kind == NodeKind::StructItem ||
                      kind == NodeKind::EnumItem || kind == NodeKind::UnionItem;
    if (expansion.output && fits) walk_output(index);
    Resolution r;
    if (expansion.macro) {
      r.kind = ResolutionKind::Definition;
      r.def = expansion.macro;
    } else if (expansion.unknown) {
      r.kind = ResolutionKind::Unknown;
    }
    if (expansion.invocation == InvocationKind::Derive) {
      count(r);
      if (expansion.state == ExpansionState::Unresolved && !expansion.unknown) check_derive_path(expansion);
    }
  }
  const NodeId path = at_.tree->child(attr, Role::path);
  if (!path) return;
  bool global = false;
  if (!read_path(path, &global)) return;
  const std::span<Segment> segments(segments_);
  Resolution r;
  for (const uint32_t index : found) {
    const Expansion& expansion = crate_.expansions[index];
    if (expansion.invocation == InvocationKind::Attribute && expansion.macro) {
      r.kind = ResolutionKind::Definition;
      r.def = expansion.macro;
    } else if (expansion.state == ExpansionState::Inert) {
      r.kind = ResolutionKind::DeriveHelper;
    } else if (expansion.invocation == InvocationKind::Attribute) {
      r.kind = expansion.unknown ? ResolutionKind::Unknown : ResolutionKind::None;
    }
  }
  const bool derive = !found.empty() && crate_.expansions[found.front()].invocation == InvocationKind::Derive;
  if (segments.size() > 1 && r.kind != ResolutionKind::Definition && r.kind != ResolutionKind::Unknown) {
    // A tool's, or the path leads nowhere.
    const PathOutcome out = resolve_segments(segments, global, Namespace::Macro, false, false);
    if (out.kind == PathOutcome::Kind::Failed && !registered_tools_)
      diagnose("E0433", segments[out.failed].slot,
               "cannot find `" + std::string(lookup_.text(segments[out.failed].name)) + "`");
    r.kind = out.kind == PathOutcome::Kind::Failed && !registered_tools_ ? ResolutionKind::None : ResolutionKind::Tool;
    for (Segment& s : segments) s.resolution = r;
  } else if (found.empty() || derive) {
    r.kind = ResolutionKind::BuiltinAttribute;
    for (Segment& s : segments) s.resolution = r;
  } else {
    if (segments.size() > 1) (void)resolve_segments(segments, global, Namespace::Macro, false, false);
    segments.back().resolution = r;
  }
  record_segments(segments, segments.size(), Namespace::Macro, r);
  count(r);
}

// The path of a derive stands in a token tree: `a::b` that leads nowhere.
void ResolvePass::check_derive_path(const Expansion& expansion) {
  const Tree& tree = *at_.tree;
  segments_.clear();
  bool global = tree.token_kind(expansion.call_slot) == TokenKind::ColonColon;
  for (uint32_t slot = expansion.call_slot; slot < tree.slot_count(); slot += token_slots(tree.token_kind(slot))) {
    const TokenKind kind = tree.token_kind(slot);
    if (kind == TokenKind::ColonColon || is_trivia(kind)) continue;
    if (kind != TokenKind::Ident && kind != TokenKind::RawIdent && kind != TokenKind::KwCrate &&
        kind != TokenKind::KwSuper && kind != TokenKind::KwSelfValue && kind != TokenKind::DollarCrate)
      break;
    Segment s;
    s.slot = slot;
    s.kind = kind;
    s.context = local_contexts_[at_.text->context(slot)];
    s.name = kind == TokenKind::KwSelfValue ? self_value_ : lookup_.intern(tree.token_text(slot));
    segments_.push_back(s);
  }
  if (segments_.size() < 2) return;
  const PathOutcome out = resolve_segments(segments_, global, Namespace::Macro, false, false);
  if (out.kind == PathOutcome::Kind::Failed)
    diagnose("E0433", segments_[out.failed].slot,
             "cannot find `" + std::string(lookup_.text(segments_[out.failed].name)) + "`");
}

void ResolvePass::macro_call(NodeId call) {
  if (!call) return;
  const Depth depth(*this);
  if (!depth.ok) return;
  const Tree& tree = *at_.tree;
  if (tree.kind(call) != NodeKind::MacroCall) return;
  const std::span<const uint32_t> found = crate_.expansions_at(at_.source, call);
  if (const NodeId path = tree.child(call, Role::path)) {
    bool global = false;
    if (read_path(path, &global)) {
      const std::span<Segment> segments(segments_);
      Resolution r;
      r.kind = ResolutionKind::Unknown;
      bool unresolved = false;
      for (const uint32_t index : found) {
        const Expansion& expansion = crate_.expansions[index];
        if (expansion.macro) {
          r.kind = ResolutionKind::Definition;
          r.def = expansion.macro;
        } else if (expansion.state == ExpansionState::Unresolved && !expansion.unknown) {
          r.kind = ResolutionKind::None;
          unresolved = true;
        }
      }
      if (segments.size() > 1 || global) {
        const PathOutcome out = resolve_segments(segments, global, Namespace::Macro, false, false);
        if (unresolved && (out.kind == PathOutcome::Kind::Failed || out.kind == PathOutcome::Kind::Partial))
          diagnose("E0433", segments[out.kind == PathOutcome::Kind::Failed ? out.failed : 0].slot,
                   "cannot find `" + std::string(lookup_.text(segments[out.failed].name)) + "`");
        else if (out.kind == PathOutcome::Kind::Full && out.private_at != UINT32_MAX)
          diagnose("E0603", segments[out.private_at].slot,
                   "`" + std::string(lookup_.text(segments[out.private_at].name)) + "` is private");
      }
      segments.back().resolution = r;
      record_segments(segments, segments.size(), Namespace::Macro, r);
      count(r);
    }
  }
  bool output = false;
  for (const uint32_t index : found) {
    if (!crate_.expansions[index].output) continue;
    output = true;
    walk_output(index);
  }
  if (!output && !ribs_.empty()) ribs_.back().unknown_values = true;
}

// The output of a macro call in place of it, in the scopes of the call.
void ResolvePass::walk_output(uint32_t index) {
  const Depth depth(*this);
  if (!depth.ok) return;
  const Expansion& expansion = crate_.expansions[index];
  if (expansion.output.value >= crate_.sources.size()) return;
  const SourceInfo& info = crate_.sources[expansion.output.value];
  if (info.source == nullptr || expansion.output == at_.source) return;
  const Place saved = at_;
  at_ = {expansion.output, info.source.get(), &info.source->tree, &info.removed, ExpansionId(index)};
  const bool model = expansion.state == ExpansionState::Modelled;
  if (model) ++uncertain_;
  if (!at_.tree->errors().empty()) ++uncertain_;
  const bool errors = !at_.tree->errors().empty();
  const NodeId root = at_.tree->root();
  if (at_.tree->node_count() != 0) {
    for (NodeId child = at_.tree->first_child(root); child; child = at_.tree->next_sibling(child)) {
      if (node_category(at_.tree->kind(child)) == NodeCategory::Pat && !pattern_frames_.empty() &&
          expansion.produces == FragmentKind::Pattern)
        pattern(child);
      else
        walk(child);
    }
  }
  if (errors) --uncertain_;
  if (model) --uncertain_;
  at_ = saved;
}

// ---- Items ----

void ResolvePass::items(NodeId list, ItemContext context) {
  if (!list) return;
  const ItemContext saved = item_context_;
  item_context_ = context;
  walk_children(list);
  item_context_ = saved;
}

void ResolvePass::module(NodeId node) {
  const DefId def = crate_.def_at(at_.source, node);
  if (!def || crate_.defs[def.value].scope == UINT32_MAX) return;
  Pending next;
  next.scope = crate_.defs[def.value].scope;
  next.uncertain = uncertain_;
  if (const NodeId list = at_.tree->child(node, Role::items)) {
    next.place = at_;
    next.list = list;
  } else {
    const auto file = std::lower_bound(module_files_.begin(), module_files_.end(), std::pair(def, SourceId(0)));
    if (file == module_files_.end() || file->first != def) return;
    const SourceInfo& info = crate_.sources[file->second.value];
    next.place = {file->second, info.source.get(), &info.source->tree, &info.removed, ExpansionId()};
    next.list = next.place.tree->root();
    // A condition at the head of the file took the module away.
    if (crate_.is_removed(file->second, next.list)) return;
    if (!info.conditional.empty() && info.conditional.front() == next.list) ++next.uncertain;
  }
  pending_.push_back(next);
}

void ResolvePass::item(NodeId node) {
  const Depth depth(*this);
  if (!depth.ok) return;
  attributes(node);
  if (removed(node)) return;
  const Tree& tree = *at_.tree;
  if (const NodeId visibility = tree.child(node, Role::visibility)) walk(visibility);
  const NodeKind kind = tree.kind(node);
  const DefId def = crate_.def_at(at_.source, node);
  const bool uncertain = conditional(node) || (def && (crate_.defs[def.value].flags & kDefUncertain) != 0);
  if (uncertain) ++uncertain_;
  const uint32_t ribs = static_cast<uint32_t>(ribs_.size());
  bool keep_ribs = false;
  switch (kind) {
    case NodeKind::FnItem:
      function(node);
      break;
    case NodeKind::ConstItem:
    case NodeKind::StaticItem:
      constant(node);
      break;
    case NodeKind::TypeAliasItem:
      type_alias(node);
      break;
    case NodeKind::StructItem:
    case NodeKind::UnionItem:
    case NodeKind::EnumItem:
      data_type(node);
      break;
    case NodeKind::TraitItem:
    case NodeKind::TraitAliasItem:
      trait_item(node);
      break;
    case NodeKind::ImplItem:
      impl_item(node);
      break;
    case NodeKind::ModItem:
      module(node);
      break;
    case NodeKind::ExternBlock:
      items(tree.child(node, Role::items), ItemContext::Extern);
      break;
    case NodeKind::ExternCrateItem: {
      const auto key = std::pair(at_.source.value, node.value);
      const auto import = std::lower_bound(imports_.begin(), imports_.end(), std::pair(key, 0U));
      const NodeId name = tree.child(node, Role::name);
      if (!name || import == imports_.end() || import->first != key) break;
      const Binding& target = crate_.imports[import->second].targets[0];
      Resolution r;
      r.kind = target.target == Binding::Target::Def ? ResolutionKind::Crate : ResolutionKind::Unknown;
      r.def = target.def;
      use(name, Namespace::Type, r);
      break;
    }
    case NodeKind::UseItem:
      if (const NodeId use = tree.child(node, Role::tree)) use_item(use);
      break;
    case NodeKind::MacroItem:
      macro_call(tree.child(node, Role::call));
      break;
    case NodeKind::MacroRulesItem:
    case NodeKind::MacroDefItem:
      if (item_context_ == ItemContext::Block && def) {
        push_rib(RibKind::MacroDefinition, UINT32_MAX, {crate_.index, def});
        keep_ribs = true;
      }
      break;
    case NodeKind::ConstBlockItem: {
      push_rib(RibKind::Item);
      push_rib(RibKind::Constant);
      if (const NodeId body = tree.child(node, Role::body); body && options_.bodies) walk(body);
      break;
    }
    default:
      break;
  }
  if (!keep_ribs) pop_ribs(ribs);
  if (uncertain) --uncertain_;
}

void ResolvePass::function(NodeId node) {
  const Tree& tree = *at_.tree;
  push_rib(item_rib());
  const NodeId generics = tree.child(node, Role::generics);
  bind_generics(generics);
  if (item_context_ == ItemContext::Impl) check_trait_member(node, Role::name);
  push_rib(RibKind::Function);
  walk_generics(generics, false);
  const NodeId params = tree.child(node, Role::parameters);
  const NodeId receiver = params ? tree.child(params, Role::receiver) : NodeId();
  // Types see the names of parameters: `x: x` names the wrong kind of thing.
  if (receiver) {
    for (uint32_t slot = tree.first_slot(receiver); slot < tree.end_slot(receiver); ++slot) {
      if (tree.token_kind(slot) != TokenKind::KwSelfValue) continue;
      bind(BoundSpace::Value, self_value_, local_contexts_[at_.text->context(slot)], false,
           here(ResolutionKind::Local, receiver));
      break;
    }
  }
  const NodeId body = tree.child(node, Role::body);
  if (params && body) parameters(params);  // without a body they are but documentation
  if (receiver) {
    if (const NodeId lifetime = tree.child(receiver, Role::lifetime)) walk(lifetime);
    if (const NodeId type = tree.child(receiver, Role::type)) walk(type);
  }
  if (params)
    for (NodeId p = tree.first_child(params); p; p = tree.next_sibling(p))
      if (tree.kind(p) == NodeKind::Param) walk(p);
  if (const NodeId type = tree.child(node, Role::return_type)) walk(type);
  if (const NodeId where = tree.child(node, Role::where_clause)) walk(where);
  if (options_.bodies) {
    const ItemContext saved = item_context_;
    const DefRef saved_trait = current_trait_;
    const bool saved_in = in_trait_impl_;
    item_context_ = ItemContext::Block;
    for (NodeId child = tree.first_child(node); child; child = tree.next_sibling(child))
      if (tree.kind(child) == NodeKind::Contract) walk(child);
    if (body) walk(body);
    item_context_ = saved;
    current_trait_ = saved_trait;
    in_trait_impl_ = saved_in;
  }
}

void ResolvePass::constant(NodeId node) {
  const Tree& tree = *at_.tree;
  push_rib(item_rib());
  const NodeId generics = tree.child(node, Role::generics);
  bind_generics(generics);
  if (item_context_ == ItemContext::Impl) check_trait_member(node, Role::name);
  walk_generics(generics, false);
  if (const NodeId type = tree.child(node, Role::type)) walk(type);
  if (const NodeId where = tree.child(node, Role::where_clause)) walk(where);
  if (const NodeId where = tree.child(node, Role::trailing_where_clause)) walk(where);
  if (const NodeId value = tree.child(node, Role::value); value && options_.bodies) {
    const ItemContext saved = item_context_;
    item_context_ = ItemContext::Block;
    anonymous_constant(value);
    item_context_ = saved;
  }
}

void ResolvePass::type_alias(NodeId node) {
  const Tree& tree = *at_.tree;
  push_rib(item_rib());
  const NodeId generics = tree.child(node, Role::generics);
  bind_generics(generics);
  if (item_context_ == ItemContext::Impl) check_trait_member(node, Role::name);
  walk_generics(generics, false);
  for (const Role role : {Role::bounds, Role::where_clause, Role::type, Role::trailing_where_clause})
    if (const NodeId child = tree.child(node, role)) walk(child);
}

void ResolvePass::data_type(NodeId node) {
  const Tree& tree = *at_.tree;
  push_rib(RibKind::Item);
  const NodeId generics = tree.child(node, Role::generics);
  bind_generics(generics);
  push_rib(RibKind::Normal);
  bind_self_type({crate_.index, crate_.def_at(at_.source, node)});
  walk_generics(generics, true);
  if (const NodeId where = tree.child(node, Role::where_clause)) walk(where);
  if (const NodeId fields = tree.child(node, Role::fields)) walk(fields);
  if (const NodeId variants = tree.child(node, Role::variants)) walk(variants);
}

void ResolvePass::trait_item(NodeId node) {
  const Tree& tree = *at_.tree;
  push_rib(RibKind::Item);
  const NodeId generics = tree.child(node, Role::generics);
  bind_generics(generics);
  push_rib(RibKind::Normal);
  bind_self_type({crate_.index, crate_.def_at(at_.source, node)});
  walk_generics(generics, false);
  if (const NodeId bounds = tree.child(node, Role::bounds)) walk(bounds);
  if (const NodeId where = tree.child(node, Role::where_clause)) walk(where);
  items(tree.child(node, Role::items), ItemContext::Trait);
}

void ResolvePass::impl_item(NodeId node) {
  const Tree& tree = *at_.tree;
  push_rib(RibKind::Item);
  const NodeId generics = tree.child(node, Role::generics);
  bind_generics(generics);
  push_rib(RibKind::Normal);
  const DefRef self = {crate_.index, crate_.def_at(at_.source, node)};
  bind_self_type(self);
  const DefRef saved_trait = current_trait_;
  const bool saved_in = in_trait_impl_;
  current_trait_ = {};
  in_trait_impl_ = false;
  if (const NodeId trait = tree.child(node, Role::trait)) {
    in_trait_impl_ = true;
    if (tree.kind(trait) == NodeKind::PathType) {
      const Resolution r = resolve_path(trait, PathUse::Trait);
      const Def* d = r.kind == ResolutionKind::Definition ? lookup_.def(r.def) : nullptr;
      if (d != nullptr && d->kind == DefKind::Trait) current_trait_ = r.def;
      walk_children(trait);
    } else {
      walk(trait);
    }
  }
  if (const NodeId type = tree.child(node, Role::type)) walk(type);
  walk_generics(generics, false);
  if (const NodeId where = tree.child(node, Role::where_clause)) walk(where);
  Resolution constructor;
  constructor.kind = ResolutionKind::SelfType;
  constructor.def = self;
  push_rib(RibKind::Normal);
  bind(BoundSpace::Value, self_type_, kRootContext, true, constructor);
  items(tree.child(node, Role::items), ItemContext::Impl);
  current_trait_ = saved_trait;
  in_trait_impl_ = saved_in;
}

// Whether a trait takes over functions from elsewhere (`reuse`), which are in no table.
bool ResolvePass::has_delegations(DefRef trait) const {
  const CrateDefs* c = lookup_.defs(trait.crate);
  const Def* d = lookup_.def(trait);
  if (d == nullptr || !d->source || !d->node || c->sources[d->source.value].source == nullptr) return false;
  const Tree& tree = c->sources[d->source.value].source->tree;
  const NodeId list = tree.child(d->node, Role::items);
  for (NodeId child = list ? tree.first_child(list) : NodeId(); child; child = tree.next_sibling(child))
    if (tree.kind(child) == NodeKind::DelegationItem) return true;
  return false;
}

// In an impl of a trait: the trait has a member of that name and kind.
void ResolvePass::check_trait_member(NodeId node, Role name_role) {
  if (!in_trait_impl_ || !current_trait_) return;
  const ItemScope scope = lookup_.scope_of(current_trait_);
  if (!scope.valid()) return;
  Segment s;
  const NodeId name = at_.tree->child(node, name_role);
  if (!name || !segment_at(name, &s)) return;
  const NodeKind kind = at_.tree->kind(node);
  const bool type = kind == NodeKind::TypeAliasItem;
  ItemFound found = lookup_.in_scope(scope, s.name, type ? Namespace::Type : Namespace::Value, DefId());
  if (!found) found = lookup_.in_scope(scope, s.name, type ? Namespace::Value : Namespace::Type, DefId());
  if (found.kind == ItemFound::Kind::Unknown || item_context(s.context) != kRootContext) return;
  const std::string text(lookup_.text(s.name));
  const uint32_t slot = [&] {
    // The item without its attributes.
    const Tree& tree = *at_.tree;
    uint32_t at = tree.first_slot(node);
    for (NodeId child = tree.first_child(node); child; child = tree.next_sibling(child))
      if (tree.role(child) == Role::attribute) at = tree.end_slot(child);
    while (at < s.slot && (is_trivia(tree.token_kind(at)) || is_group_token(tree.token_kind(at)))) ++at;
    return at;
  }();
  if (!found) {
    if (has_delegations(current_trait_)) return;
    const std::string_view code = type ? "E0437" : kind == NodeKind::FnItem ? "E0407" : "E0438";
    diagnose(code, slot, "`" + text + "` is not a member of the trait");
    return;
  }
  const Def* d = lookup_.def(found.def);
  if (d == nullptr) return;
  const DefKind wanted = type                       ? DefKind::AssocType
                         : kind == NodeKind::FnItem ? DefKind::AssocFunction
                                                    : DefKind::AssocConst;
  if (d->kind == wanted) return;
  const std::string_view code = type ? "E0325" : kind == NodeKind::FnItem ? "E0324" : "E0323";
  diagnose(code, slot, "`" + text + "` is another kind of item in the trait");
}

}  // namespace rp
