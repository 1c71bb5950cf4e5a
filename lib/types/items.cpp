#include "types/items.h"

#include <algorithm>

#include "expand/attributes.h"
#include "types/lowerer.h"

namespace rp {

using N = NodeKind;
using T = TokenKind;

namespace {

// Parts of another item's text.
bool is_part(DefKind kind) { return kind == DefKind::Field || kind == DefKind::Variant; }

// The place of a definition among its parent's children of the same kind.
size_t place_of(const CrateDefs& c, DefId id) {
  size_t place = 0;
  for (const DefId child : c.children(c.defs[id.value].parent)) {
    if (child == id) break;
    if (c.defs[child.value].kind == c.defs[id.value].kind) ++place;
  }
  return place;
}

NodeId nth_child(const Tree& tree, NodeId list, Role role, size_t n) {
  for (NodeId c = list ? tree.first_child(list) : NodeId(); c; c = tree.next_sibling(c))
    if (tree.role(c) == role && n-- == 0) return c;
  return {};
}

NodeId field_list(const Tree& tree, NodeId item) { return tree.child(item, Role::fields); }

bool is_item(N kind) { return node_category(kind) == NodeCategory::Item; }

}  // namespace

const Def* Items::def(DefRef ref) const { return state_.def(ref); }

std::string_view Items::name_of(DefRef ref) const {
  const Def* d = state_.def(ref);
  return d != nullptr ? state_.crate(ref.crate)->text(d->name) : std::string_view();
}

std::string Items::path_of(DefRef ref) const {
  const CrateDefs* c = state_.crate(ref.crate);
  return c != nullptr && ref.def ? c->path_of(ref.def) : std::string("?");
}

// ---- Texts ----

const Tree* Items::tree_of(const TextRef& text) {
  const CrateDefs* c = state_.crate(text.crate);
  if (c == nullptr) return nullptr;
  if (text.source) {
    const auto& source = c->sources[text.source.value].source;
    return source != nullptr ? &source->tree : nullptr;
  }
  if (text.signature_of) return text_of({text.crate, text.signature_of}).tree;
  return state_.query_tree;
}

Items::Text Items::text_of(DefRef ref) {
  Text out;
  const Def* d = state_.def(ref);
  if (d == nullptr) return out;
  const CrateDefs& c = *state_.crate(ref.crate);
  if (d->source && d->node && d->source.value < c.sources.size() && c.sources[d->source.value].source != nullptr) {
    out.tree = &c.sources[d->source.value].source->tree;
    out.ref = {ref.crate, d->source, {}};
    out.node = d->node;
    return out;
  }
  if (!c.from_facts) return out;
  if (is_part(d->kind)) {
    if (!d->parent) return out;
    const Text parent = text_of({ref.crate, d->parent});
    if (parent.tree == nullptr) return out;
    const Tree& t = *parent.tree;
    const size_t place = place_of(c, ref.def);
    NodeId node;
    if (d->kind == DefKind::Variant) {
      node = nth_child(t, t.child(parent.node, Role::variants), Role::variant, place);
    } else {
      node = nth_child(t, field_list(t, parent.node), Role::field, place);
    }
    if (!node) return out;
    out = parent;
    out.node = node;
    return out;
  }
  std::unique_ptr<ParsedSignature>& slot = state_.signatures[def_key(ref)];
  if (slot == nullptr) {
    slot = std::make_unique<ParsedSignature>();
    slot->text = std::string(c.signature(ref.def));
    if (!slot->text.empty()) {
      ParseOptions options;
      options.edition = c.edition;
      options.nesting_limit = kMaxTypeDepth;
      slot->tree = lex_and_parse(slot->text, options);
      const Tree& t = slot->tree;
      for (NodeId each = t.first_child(t.root()); each; each = t.next_sibling(each))
        if (is_item(t.kind(each))) {
          slot->node = each;
          break;
        }
    }
  }
  if (!slot->node) return out;
  out.tree = &slot->tree;
  out.ref = {ref.crate, {}, ref.def};
  out.node = slot->node;
  return out;
}

DefRef Items::container(DefRef ref) {
  const Def* d = state_.def(ref);
  if (d == nullptr || !d->parent) return {};
  const DefRef parent{ref.crate, d->parent};
  const Def* p = state_.def(parent);
  switch (d->kind) {
    case DefKind::AssocFunction:
    case DefKind::AssocConst:
    case DefKind::AssocType:
      return p->kind == DefKind::Trait || p->kind == DefKind::Impl ? parent : DefRef();
    case DefKind::Variant:
    case DefKind::Field:
      return parent;
    default:
      return {};
  }
}

DefRef Items::find_item(DefRef container, NameId name, DefKind kind) {
  const CrateDefs* c = state_.crate(container.crate);
  if (c == nullptr || !container.def || !name) return {};
  const NameId own = c->names.find(state_.store.text(name));
  if (!own) return {};
  for (const DefId child : c->children(container.def))
    if (c->defs[child.value].name == own && c->defs[child.value].kind == kind) return {container.crate, child};
  return {};
}

// ---- Generics ----

namespace {

struct BoundScan {
  bool maybe = false;      // ?Sized
  bool explicit_ = false;  // Sized, MetaSized or PointeeSized are named: then there is no implied bound
};

void scan_bounds(const Tree& t, NodeId list, BoundScan* scan) {
  for (NodeId each = list ? t.first_child(list) : NodeId(); each; each = t.next_sibling(each)) {
    if (t.kind(each) != N::TraitBound) continue;
    if (t.has_token(each, T::Question)) {
      scan->maybe = true;
      continue;
    }
    const NodeId path = t.child(each, Role::path);
    NodeId last;
    for (NodeId s = path ? t.first_child(path) : NodeId(); s; s = t.next_sibling(s))
      if (t.kind(s) == N::PathSegment) last = s;
    const uint32_t slot = last ? word_slot(t, last) : UINT32_MAX;
    if (slot == UINT32_MAX) continue;
    const std::string_view name = t.token_text(slot);
    if (name == "MetaSized" || name == "PointeeSized") scan->explicit_ = true;
  }
}

// Bounds of a parameter in the where clauses of an item, by its name.
void scan_where(const Tree& t, NodeId item, std::string_view name, BoundScan* scan) {
  for (const Role role : {Role::where_clause, Role::trailing_where_clause}) {
    const NodeId where = t.child(item, role);
    for (NodeId w = where ? t.first_child(where) : NodeId(); w; w = t.next_sibling(w)) {
      const NodeId bounded = t.child(w, Role::type);
      if (!bounded || t.kind(bounded) != N::PathType) continue;
      const uint32_t slot = word_slot(t, bounded);
      if (slot == UINT32_MAX || bare_name(t.token_text(slot)) != name) continue;
      size_t segments = 0;
      for (NodeId s = t.first_child(bounded); s; s = t.next_sibling(s)) segments += t.kind(s) == N::PathSegment;
      if (segments == 1) scan_bounds(t, t.child(w, Role::bounds), scan);
    }
  }
}

}  // namespace

const Generics& Items::generics(DefRef ref) {
  const auto [entry, fresh] = state_.generics.at(ref);
  Generics& g = entry->value;
  if (!fresh) return g;
  const Def* d = state_.def(ref);
  if (d == nullptr) {
    g.unknown = true;
    return g;
  }
  g.parent = container(ref);
  if (g.parent) {
    const Generics& parent = generics(g.parent);
    g.parent_count = parent.count();
    g.has_self = parent.has_self;
    g.unknown = parent.unknown;
  }
  if (is_part(d->kind)) return g;
  if (d->kind == DefKind::Module || d->kind == DefKind::Macro || d->kind == DefKind::GlobalAsm ||
      d->kind == DefKind::AnonymousConst || d->kind == DefKind::ExternBlock)
    return g;
  if (d->kind == DefKind::Trait || d->kind == DefKind::TraitAlias) {
    GenericParam self;
    self.is_self = true;
    self.maybe_unsized = true;
    self.name = state_.store.name("Self");
    g.params.push_back(self);
    g.has_self = true;
  }
  const Text text = text_of(ref);
  if (text.tree == nullptr) {
    g.unknown = true;
    return g;
  }
  const Tree& t = *text.tree;
  const bool function = t.kind(text.node) == N::FnItem;
  if (function) late_bound_lifetimes(t, text.node, &g.late_bound);
  const NodeId list = t.child(text.node, Role::generics);
  if (state_.conditions.inside(ref, Doubt::kHead)) g.unknown = true;
  const auto name_of_param = [&](NodeId param) {
    const NodeId name = t.child(param, Role::name);
    const uint32_t slot = name ? word_slot(t, name) : UINT32_MAX;
    return slot == UINT32_MAX ? std::string_view() : bare_name(t.token_text(slot));
  };
  const CrateDefs& c = *state_.crate(ref.crate);
  for (const bool lifetimes : {true, false}) {
    for (NodeId p = list ? t.first_child(list) : NodeId(); p; p = t.next_sibling(p)) {
      const N kind = t.kind(p);
      if ((kind == N::LifetimeParam) != lifetimes) continue;
      if (kind != N::LifetimeParam && kind != N::TypeParam && kind != N::ConstParam) continue;
      if (text.ref.source && c.is_removed(text.ref.source, p)) continue;
      if (std::find(g.late_bound.begin(), g.late_bound.end(), p) != g.late_bound.end()) continue;
      GenericParam param;
      param.kind = kind == N::LifetimeParam ? GenericParam::Kind::Lifetime
                   : kind == N::TypeParam   ? GenericParam::Kind::Type
                                            : GenericParam::Kind::Const;
      param.node = p;
      param.name = state_.store.name(name_of_param(p));
      param.has_default = static_cast<bool>(t.child(p, Role::default_value));
      for (NodeId a = t.first_child(p); a; a = t.next_sibling(a))
        if (t.kind(a) == N::Attr && t.text(a).find("may_dangle") != std::string_view::npos) param.may_dangle = true;
      if (param.kind == GenericParam::Kind::Type) {
        BoundScan scan;
        scan_bounds(t, t.child(p, Role::bounds), &scan);
        scan_where(t, text.node, name_of_param(p), &scan);
        param.maybe_unsized = scan.maybe || scan.explicit_;
      }
      g.params.push_back(param);
    }
  }
  if (function) {
    std::vector<NodeId> impls;
    argument_impl_traits(t, text.node, &impls);
    for (const NodeId each : impls) {
      GenericParam param;
      param.is_synthetic = true;
      param.node = each;
      const std::string_view written = t.text(each);
      param.name = state_.store.name(written.size() < 200 ? written : "impl Trait");
      BoundScan scan;
      scan_bounds(t, t.child(each, Role::bounds), &scan);
      param.maybe_unsized = scan.maybe || scan.explicit_;
      g.params.push_back(param);
    }
  }
  // Types of const parameters may not depend on parameters, so they need nothing of what is not there yet.
  for (GenericParam& p : g.params) {
    if (p.kind != GenericParam::Kind::Const) continue;
    LowerScope scope;
    scope.text = text.ref;
    scope.owner = ref;
    p.const_type = Lowerer(state_, scope).type(t.child(p.node, Role::type));
  }
  return g;
}

GenericArg Items::default_of(DefRef ref, uint32_t param) {
  const Generics& g = generics(ref);
  if (param >= g.params.size() || !g.params[param].has_default) return {};
  const uint64_t key = def_key(ref) * 31 + param;
  const auto [at, fresh] = state_.defaults.try_emplace(key);
  if (!fresh) return at->second;
  const GenericParam p = g.params[param];
  const Text text = text_of(ref);
  if (text.tree == nullptr) return {};
  LowerScope scope;
  scope.text = text.ref;
  scope.owner = ref;
  scope.elision = Elision::Static;
  const NodeId node = text.tree->child(p.node, Role::default_value);
  GenericArg value;
  if (p.kind == GenericParam::Kind::Const)
    value = Lowerer(state_, scope).constant(node, p.const_type);
  else
    value = Lowerer(state_, scope).type(node);
  state_.defaults[key] = value;
  return value;
}

ListId Items::identity_args(DefRef ref) {
  const auto [entry, fresh] = state_.identity.at(ref);
  if (!fresh) return entry->ready ? entry->value : state_.store.empty_list;
  const Generics& g = generics(ref);
  std::vector<GenericArg> args;
  if (g.parent) {
    const std::span<const GenericArg> parent = state_.store.list_of(identity_args(g.parent));
    args.assign(parent.begin(), parent.end());
  }
  for (size_t i = 0; i < g.params.size(); ++i) {
    const GenericParam& p = g.params[i];
    const uint32_t index = g.parent_count + static_cast<uint32_t>(i);
    switch (p.kind) {
      case GenericParam::Kind::Lifetime:
        args.push_back(state_.store.early_region(index, p.name));
        break;
      case GenericParam::Kind::Type:
        args.push_back(state_.store.param(index, p.name));
        break;
      case GenericParam::Kind::Const:
        args.push_back(state_.store.const_param(index, p.name, p.const_type ? p.const_type : state_.store.unknown));
        break;
    }
  }
  entry->value = state_.store.list(args);
  entry->ready = true;
  return entry->value;
}

// ---- Types of items ----

TypeId Items::type_of(DefRef ref) {
  const auto [entry, fresh] = state_.types_of.at(ref);
  // A type that is defined by itself.
  if (!fresh) return entry->ready ? entry->value : state_.store.error;
  TypeId result = state_.store.unknown;
  const Def* d = state_.def(ref);
  const Text text = d != nullptr ? text_of(ref) : Text();
  LowerScope scope;
  scope.text = text.ref;
  scope.owner = ref;
  const auto child = [&](Role role) { return text.tree != nullptr ? text.tree->child(text.node, role) : NodeId(); };
  switch (d != nullptr ? d->kind : DefKind::Module) {
    case DefKind::Struct:
    case DefKind::Enum:
    case DefKind::Union:
      result = state_.store.adt(ref, identity_args(ref));
      break;
    case DefKind::ForeignType:
      result = state_.store.foreign(ref);
      break;
    case DefKind::TypeAlias:
    case DefKind::AssocType:
      if (const NodeId node = child(Role::type); node) result = Lowerer(state_, scope).type(node);
      break;
    case DefKind::Const:
    case DefKind::Static:
    case DefKind::AssocConst:
      scope.elision = Elision::Static;
      if (const NodeId node = child(Role::type); node) result = Lowerer(state_, scope).type(node);
      break;
    case DefKind::Impl:
      if (const NodeId node = child(Role::type); node) result = Lowerer(state_, scope).type(node);
      break;
    case DefKind::Field:
      if (const NodeId node = child(Role::type); node) {
        scope.owner = {ref.crate, d->parent};
        result = Lowerer(state_, scope).type(node);
      }
      break;
    default:
      break;
  }
  entry->value = result;
  entry->ready = true;
  return result;
}

TypeId Items::fn_signature(DefRef ref) {
  const auto [entry, fresh] = state_.signatures_of.at(ref);
  if (!fresh) return entry->ready ? entry->value : state_.store.unknown;
  TypeId result = state_.store.unknown;
  const Def* d = state_.def(ref);
  const Text text = d != nullptr ? text_of(ref) : Text();
  if (text.tree != nullptr && (d->kind == DefKind::Struct || d->kind == DefKind::Variant)) {
    const DefRef owner = d->kind == DefKind::Variant ? DefRef{ref.crate, d->parent} : ref;
    std::vector<TypeId> types;
    bool found = false;
    for (const VariantInfo& v : adt(owner).variants) {
      if (v.def != ref) continue;
      found = v.ctor == CtorKind::Tuple;
      for (const FieldInfo& f : v.fields) types.push_back(f.type);
    }
    types.push_back(type_of(owner));
    if (found) result = state_.store.fn_pointer(types, false, false, Abi::Rust, 0);
  } else if (text.tree != nullptr && text.tree->kind(text.node) == N::FnItem) {
    const Tree& t = *text.tree;
    const CrateDefs& c = *state_.crate(ref.crate);
    LowerScope scope;
    scope.text = text.ref;
    scope.owner = ref;
    Lowerer lowerer(state_, scope);
    std::vector<std::string_view> names;
    for (const NodeId p : generics(ref).late_bound) {
      const NodeId name = t.child(p, Role::name);
      const uint32_t slot = name ? word_slot(t, name) : UINT32_MAX;
      names.push_back(slot == UINT32_MAX ? std::string_view() : bare_name(t.token_text(slot)));
    }
    lowerer.open_frame(std::move(names));
    lowerer.begin_inputs();
    std::vector<TypeId> types;
    bool variadic = false;
    RegionId self_region;
    const NodeId list = t.child(text.node, Role::parameters);
    for (NodeId p = list ? t.first_child(list) : NodeId(); p; p = t.next_sibling(p)) {
      if (text.ref.source && c.is_removed(text.ref.source, p)) continue;
      if (t.kind(p) == N::SelfParam) {
        types.push_back(lowerer.receiver(p, &self_region));
        continue;
      }
      if (t.kind(p) != N::Param) continue;
      const NodeId written = t.child(p, Role::type);
      if (!written || t.kind(written) == N::VariadicType) {
        variadic = true;
        continue;
      }
      types.push_back(lowerer.type(written));
    }
    lowerer.begin_output(self_region);
    const NodeId output = t.child(text.node, Role::return_type);
    if ((d->flags & kDefAsync) != 0 || t.has_token(text.node, T::KwAsync))
      types.push_back(state_.store.opaque(ref, kAsyncOrdinal, identity_args(ref)));
    else
      types.push_back(output ? lowerer.type(t.child(output, Role::type)) : state_.store.unit);
    lowerer.end_signature();
    const uint32_t bound = lowerer.close_frame();
    bool is_unsafe = (d->flags & kDefUnsafe) != 0 || t.has_token(text.node, T::KwUnsafe);
    Abi abi = Abi::Rust;
    const Def* parent = state_.def({ref.crate, d->parent});
    NodeId abi_node = t.child(text.node, Role::abi);
    const Tree* abi_tree = &t;
    if (parent != nullptr && parent->kind == DefKind::ExternBlock) {
      const Text block = text_of({ref.crate, d->parent});
      if (block.tree != nullptr) {
        abi_tree = block.tree;
        abi_node = block.tree->child(block.node, Role::abi);
      }
      is_unsafe = !t.has_token(text.node, T::KwSafe);
      abi = Abi::C;
    }
    if (abi_node) {
      abi = Abi::C;
      for (uint32_t slot = abi_tree->first_slot(abi_node); slot < abi_tree->end_slot(abi_node); ++slot) {
        if (!is_string_literal(abi_tree->token_kind(slot))) continue;
        const std::string_view name = abi_tree->token_text(slot);
        abi = name == "\"Rust\""             ? Abi::Rust
              : name == "\"C\""              ? Abi::C
              : name == "\"C-unwind\""       ? Abi::CUnwind
              : name == "\"system\""         ? Abi::System
              : name == "\"system-unwind\""  ? Abi::SystemUnwind
              : name == "\"rust-call\""      ? Abi::RustCall
              : name == "\"rust-intrinsic\"" ? Abi::RustIntrinsic
                                             : Abi::Other;
      }
    }
    result = state_.store.fn_pointer(types, is_unsafe, variadic, abi, bound);
  }
  entry->value = result;
  entry->ready = true;
  return result;
}

// ---- Predicates ----

const Predicates& Items::predicates(DefRef ref) {
  const auto [entry, fresh] = state_.predicates.at(ref);
  Predicates& out = entry->value;
  if (!fresh) return out;
  const Def* d = state_.def(ref);
  entry->ready = d == nullptr || is_part(d->kind) || text_of(ref).tree == nullptr;
  if (d == nullptr) {
    out.unknown = true;
    return out;
  }
  if (is_part(d->kind)) return out;
  const Generics& g = generics(ref);
  out.unknown = g.unknown;
  const Text text = text_of(ref);
  if (text.tree == nullptr) return out;
  const Tree& t = *text.tree;
  LowerScope scope;
  scope.text = text.ref;
  scope.owner = ref;
  std::vector<Predicate> own;
  const DefRef sized = lang(LangItem::Sized);
  for (size_t i = 0; i < g.params.size(); ++i) {
    const GenericParam& p = g.params[i];
    const uint32_t index = g.parent_count + static_cast<uint32_t>(i);
    Lowerer lowerer(state_, scope);
    if (p.kind == GenericParam::Kind::Type) {
      const TypeId self = state_.store.param(index, p.name);
      if (!p.maybe_unsized && sized) {
        Predicate implied;
        const GenericArg arg = self;
        implied.trait_ref = {sized, state_.store.list({&arg, 1})};
        own.push_back(implied);
      }
      const NodeId list = p.is_self ? t.child(text.node, Role::bounds)
                          : p.node  ? t.child(p.node, Role::bounds)
                                    : NodeId();
      lowerer.bounds(list, self, &own);
    } else if (p.kind == GenericParam::Kind::Lifetime) {
      const NodeId list = t.child(p.node, Role::bounds);
      for (NodeId each = list ? t.first_child(list) : NodeId(); each; each = t.next_sibling(each)) {
        if (t.kind(each) != N::Lifetime) continue;
        Predicate outlives;
        outlives.kind = Predicate::Kind::RegionOutlives;
        outlives.term = state_.store.early_region(index, p.name);
        outlives.region = lowerer.region(each);
        outlives.node = each;
        own.push_back(outlives);
      }
    }
  }
  const CrateDefs& c = *state_.crate(ref.crate);
  if (state_.conditions.inside(ref, Doubt::kHead)) out.unknown = true;
  for (const Role role : {Role::where_clause, Role::trailing_where_clause}) {
    const NodeId where = t.child(text.node, role);
    for (NodeId w = where ? t.first_child(where) : NodeId(); w; w = t.next_sibling(w)) {
      if (t.kind(w) != N::WherePredicate) continue;
      if (text.ref.source && c.is_removed(text.ref.source, w)) continue;
      Lowerer(state_, scope).where_predicate(w, &own);
    }
  }
  for (const Predicate& p : own) out.unknown = out.unknown || p.kind == Predicate::Kind::Unknown;
  out.own = std::move(own);
  entry->ready = true;
  return out;
}

const std::vector<Predicate>& Items::item_bounds(DefRef ref) {
  const auto [entry, fresh] = state_.bounds_of.at(ref);
  std::vector<Predicate>& out = entry->value;
  if (!fresh) return out;
  const Def* d = state_.def(ref);
  const Text text = d != nullptr ? text_of(ref) : Text();
  Predicate unknown;
  unknown.kind = Predicate::Kind::Unknown;
  if (text.tree == nullptr || d->kind != DefKind::AssocType) {
    out.push_back(unknown);
    return out;
  }
  const Tree& t = *text.tree;
  const TypeId self = state_.store.projection(ref, identity_args(ref));
  LowerScope scope;
  scope.text = text.ref;
  scope.owner = ref;
  std::vector<Predicate> bounds;
  const NodeId list = t.child(text.node, Role::bounds);
  BoundScan scan;
  scan_bounds(t, list, &scan);
  if (const DefRef sized = lang(LangItem::Sized); sized && !scan.maybe && !scan.explicit_) {
    Predicate implied;
    const GenericArg arg = self;
    implied.trait_ref = {sized, state_.store.list({&arg, 1})};
    bounds.push_back(implied);
  }
  Lowerer(state_, scope).bounds(list, self, &bounds);
  // `where Self::Item: Bound` at the trait says the same.
  const DefRef trait = container(ref);
  if (trait && state_.def(trait)->kind == DefKind::Trait) {
    for (const Predicate& p : predicates(trait).own) {
      if (p.kind != Predicate::Kind::Trait && p.kind != Predicate::Kind::Projection) continue;
      const std::span<const GenericArg> args = state_.store.list_of(p.trait_ref.args);
      if (!args.empty() && args[0] == GenericArg(self)) bounds.push_back(p);
    }
  }
  out = std::move(bounds);
  return out;
}

const OpaqueInfo& Items::opaque(DefRef owner, uint32_t ordinal) {
  const auto [entry, fresh] = state_.opaques.at(def_key(owner) * 65537 + ordinal);
  std::vector<OpaqueInfo>& list = entry->value;
  if (!fresh && !list.empty()) return list.front();
  list.emplace_back();
  OpaqueInfo& info = list.front();
  info.unknown = true;
  const Text text = text_of(owner);
  if (text.tree == nullptr) return info;
  const Tree& t = *text.tree;
  const TypeId self = state_.store.opaque(owner, ordinal, identity_args(owner));
  LowerScope scope;
  scope.text = text.ref;
  scope.owner = owner;
  OpaqueInfo made;
  if (ordinal == kAsyncOrdinal) {
    const DefRef future = lang(LangItem::Future), output = lang(LangItem::FutureOutput);
    const DefRef sized = lang(LangItem::Sized);
    if (!future || !output || !sized) return info;
    const NodeId written = t.child(text.node, Role::return_type);
    const GenericArg arg = self;
    Predicate is_future;
    is_future.trait_ref = {future, state_.store.list({&arg, 1})};
    Predicate value;
    value.kind = Predicate::Kind::Projection;
    value.trait_ref = is_future.trait_ref;
    value.assoc = output;
    value.term = written ? Lowerer(state_, scope).type(t.child(written, Role::type)) : state_.store.unit;
    Predicate is_sized;
    is_sized.trait_ref = {sized, is_future.trait_ref.args};
    made.bounds = {is_sized, is_future, value};
    made.node = text.node;
  } else {
    std::vector<NodeId> nodes;
    opaque_impl_traits(t, text.node, &nodes);
    if (ordinal >= nodes.size()) return info;
    made.node = nodes[ordinal];
    const NodeId bounds = t.child(made.node, Role::bounds);
    BoundScan scan;
    scan_bounds(t, bounds, &scan);
    if (const DefRef sized = lang(LangItem::Sized); sized && !scan.maybe && !scan.explicit_) {
      Predicate implied;
      const GenericArg arg = self;
      implied.trait_ref = {sized, state_.store.list({&arg, 1})};
      made.bounds.push_back(implied);
    }
    Lowerer(state_, scope).bounds(bounds, self, &made.bounds);
    for (const Predicate& p : made.bounds) made.unknown = made.unknown || p.kind == Predicate::Kind::Unknown;
  }
  list.front() = std::move(made);
  return list.front();
}

// ---- Well-known items ----

namespace {
struct LangPath {
  SysrootCrate crate;
  std::string_view path;
};
constexpr LangPath kLangPaths[] = {
#define RP_LANG(name, crate, path) {crate, path},
#include "types/lang_items.def"
};

DefRef find_path(const CrateDefs& c, std::string_view path) {
  DefId at(0);
  while (!path.empty()) {
    const size_t colon = path.find("::");
    const std::string_view name = path.substr(0, colon);
    path = colon == std::string_view::npos ? std::string_view() : path.substr(colon + 2);
    const NameId id = c.names.find(name);
    DefId next;
    if (id)
      for (const DefId child : c.children(at)) {
        const Def& d = c.defs[child.value];
        if (d.name == id && d.kind != DefKind::Macro && d.kind != DefKind::Function && d.kind != DefKind::Field)
          next = child;
        if (next) break;
      }
    if (!next) return {};
    at = next;
  }
  return {c.index, at};
}
}  // namespace

DefRef Items::lang(LangItem item) {
  if (!state_.lang.has_value()) {
    auto& all = state_.lang.emplace();
    for (size_t i = 0; i < all.size(); ++i) {
      const CrateDefs* c = state_.crate(kLangPaths[i].crate);
      if (c == nullptr || c->defs.empty()) continue;
      all[i] = find_path(*c, kLangPaths[i].path);
      if (all[i]) state_.lang_by_def[def_key(all[i])] = static_cast<LangItem>(i);
    }
  }
  return (*state_.lang)[static_cast<size_t>(item)];
}

LangItem Items::lang_of(DefRef def) {
  lang(LangItem::Sized);
  const auto at = state_.lang_by_def.find(def_key(def));
  return at != state_.lang_by_def.end() ? at->second : LangItem::kCount;
}

}  // namespace rp
