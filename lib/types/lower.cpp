#include "types/lower.h"

#include <algorithm>

#include "types/lowerer.h"

namespace rp {

using N = NodeKind;
using T = TokenKind;

TypeId object_self(TypeStore& store) { return store.placeholder(UINT32_MAX, 0); }

Lowerer::Lowerer(TypeContextState& state, const LowerScope& scope) : s_(state), store_(state.store), scope_(scope) {
  tree_ = state.items.tree_of(scope.text);
  ElisionState elision;
  elision.mode = scope.elision;
  elisions_.push_back(elision);
}

void Lowerer::error(std::string_view code, NodeId node, std::string message, bool proven) {
  if (scope_.errors == nullptr) return;
  LowerError e;
  e.code = code;
  e.text = scope_.text;
  e.span = tree().span(node);
  e.message = std::move(message);
  e.proven = proven;
  scope_.errors->push_back(std::move(e));
}

std::string Lowerer::describe(DefRef def) const {
  const Def* d = s_.def(def);
  if (d == nullptr) return "item";
  const char* kind = "item";
  switch (d->kind) {
    case DefKind::Struct:
      kind = "struct";
      break;
    case DefKind::Enum:
      kind = "enum";
      break;
    case DefKind::Union:
      kind = "union";
      break;
    case DefKind::Trait:
      kind = "trait";
      break;
    case DefKind::TypeAlias:
      kind = "type alias";
      break;
    case DefKind::AssocType:
      kind = "associated type";
      break;
    case DefKind::Function:
    case DefKind::AssocFunction:
      kind = "function";
      break;
    default:
      break;
  }
  return std::string(kind) + " `" + std::string(s_.items.name_of(def)) + "`";
}

// ---- Types ----

TypeId Lowerer::type(NodeId node) {
  if (tree_ == nullptr || !node || depth_ >= kMaxTypeDepth) return store_.unknown;
  ++depth_;
  const TypeId result = type_inner(node);
  --depth_;
  return result;
}

TypeId Lowerer::type_inner(NodeId node) {
  const Tree& t = tree();
  // What stands in a type without a lifetime of its own for dyn has 'static.
  const RegionId outer_default = object_default_;
  object_default_ = {};
  const auto part = [&](Role role) { return type(t.child(node, role)); };
  TypeId result;
  switch (t.kind(node)) {
    case N::PathType:
    case N::Path:
      object_default_ = outer_default;
      result = path_type(node);
      break;
    case N::ParenType:
      object_default_ = outer_default;
      result = part(Role::type);
      break;
    case N::RefType: {
      const NodeId lifetime = t.child(node, Role::lifetime);
      const RegionId r = lifetime ? region(lifetime) : elided();
      object_default_ = r;
      const TypeId element = part(Role::type);
      result = store_.reference(r, element, t.has_token(node, T::KwMut));
      break;
    }
    case N::PointerType:
      result = store_.raw_pointer(part(Role::type), t.has_token(node, T::KwMut));
      break;
    case N::SliceType:
      result = store_.slice(part(Role::type));
      break;
    case N::ArrayType: {
      const TypeId element = part(Role::type);
      result = store_.array(element, constant(t.child(node, Role::length), store_.integer(IntKind::Usize)));
      break;
    }
    case N::TupleType: {
      std::vector<TypeId> elements;
      for (NodeId c = t.first_child(node); c; c = t.next_sibling(c))
        if (t.role(c) == Role::type) elements.push_back(type(c));
      result = store_.tuple(elements);
      break;
    }
    case N::NeverType:
      result = store_.never;
      break;
    case N::InferType:
      if (scope_.holes == Holes::Infer && scope_.infer != nullptr) {
        result = scope_.infer->new_type();
      } else if (scope_.holes == Holes::Forbidden) {
        error("E0121", node, "the placeholder `_` is not allowed within types on item signatures");
        result = store_.error;
      } else {
        result = store_.unknown;
      }
      break;
    case N::FnPointerType:
      result = function_pointer(node);
      break;
    case N::ImplTraitType:
      result = impl_trait(node);
      break;
    case N::TraitObjectType:
      object_default_ = outer_default;
      result = object(node, t.child(node, Role::bounds), NodeId());
      break;
    case N::MacroType:
      object_default_ = outer_default;
      result = macro_type(node);
      break;
    case N::Fragment:
      object_default_ = outer_default;
      result = type(t.child(node, Role::content));
      break;
    default:
      result = store_.unknown;
      break;
  }
  object_default_ = outer_default;
  return result;
}

TypeId Lowerer::macro_type(NodeId node) {
  const NodeId call = tree().child(node, Role::call);
  const CrateDefs* c = s_.crate(scope_.text.crate);
  if (!call || c == nullptr || !scope_.text.source) return store_.unknown;
  for (const uint32_t number : c->expansions_at(scope_.text.source, call)) {
    const Expansion& e = c->expansions[number];
    if (e.state != ExpansionState::Expanded && e.state != ExpansionState::Modelled) continue;
    if (!e.output || c->sources[e.output.value].source == nullptr) continue;
    // It expands to the type that it narrows; what it says of values is lost.
    const MacroDef* macro = s_.def(e.macro) != nullptr ? s_.crate(e.macro.crate)->macro(e.macro.def) : nullptr;
    if (macro != nullptr && macro->kind == MacroKind::Builtin && macro->builtin_name == "pattern_type")
      return store_.unknown;
    const TextRef text = scope_.text;
    const Tree* outer = tree_;
    scope_.text.source = e.output;
    tree_ = &c->sources[e.output.value].source->tree;
    const TypeId result = tree_->node_count() != 0 ? type(tree_->root()) : store_.unknown;
    scope_.text = text;
    tree_ = outer;
    return result;
  }
  return store_.unknown;
}

TypeId Lowerer::path_type(NodeId node) {
  std::vector<NodeId> segments;
  segments_of(node, &segments);
  if (const NodeId qualified_self = tree().child(node, Role::qualified_self); qualified_self)
    return qualified(node, qualified_self, segments);
  if (segments.empty()) return store_.unknown;
  return path_of(node, resolve(node, Namespace::Type), segments);
}

TypeId Lowerer::path_of(NodeId node, const PathMeaning& meaning, std::span<const NodeId> segments) {
  TypeId base = store_.unknown;
  bool is_self = false;
  // Modules, parameters and built-in types take no arguments at all.
  if (meaning.kind != PathMeaning::Kind::None && meaning.kind != PathMeaning::Kind::Unknown)
    for (size_t i = 0; i < meaning.used; ++i) {
      if (i + 1 == meaning.used && meaning.kind == PathMeaning::Kind::Def) break;
      const NodeId list = tree().child(segments[i], Role::arguments);
      for (NodeId c = list ? tree().first_child(list) : NodeId(); c; c = tree().next_sibling(c)) {
        if (tree().kind(c) != N::AssocArg) continue;
        refuse_constraint(c);
        break;
      }
    }
  switch (meaning.kind) {
    case PathMeaning::Kind::None:
      // Where names were resolved, that is reported. Crates of others compile: there it is a gap of ours.
      return s_.names_of(scope_.text.crate) != nullptr || (!scope_.text.source && !scope_.text.signature_of)
                 ? store_.error
                 : store_.unknown;
    case PathMeaning::Kind::Unknown:
      return store_.unknown;
    case PathMeaning::Kind::Primitive:
      base = store_.primitive(meaning.index);
      break;
    case PathMeaning::Kind::SelfType:
      base = self_type();
      is_self = true;
      break;
    case PathMeaning::Kind::TypeParam: {
      const NodeId segment = segments[meaning.used - 1];
      base = store_.param(meaning.index, store_.name(segment_name(segment)));
      break;
    }
    case PathMeaning::Kind::ConstParam:
      return store_.error;
    case PathMeaning::Kind::Def: {
      const Def* d = s_.def(meaning.def);
      if (d == nullptr) return store_.unknown;
      const NodeId last = segments[meaning.used - 1];
      switch (d->kind) {
        case DefKind::Struct:
        case DefKind::Enum:
        case DefKind::Union:
          base = store_.adt(meaning.def, fill(meaning.def, {}, last, nullptr, false));
          break;
        case DefKind::ForeignType: {
          // An attribute that could not be seen may have made something else of the whole block.
          bool uncertain = false;
          for (const Def* at = d; at != nullptr; at = s_.def({meaning.def.crate, at->parent}))
            uncertain = uncertain || (at->flags & kDefUncertain) != 0;
          base = uncertain ? store_.unknown : store_.foreign(meaning.def);
          break;
        }
        case DefKind::TypeAlias: {
          const ListId args = fill(meaning.def, {}, last, nullptr, false);
          const std::span<const GenericArg> view = store_.list_of(args);
          base = store_.substitute(s_.items.type_of(meaning.def), std::vector<GenericArg>(view.begin(), view.end()));
          break;
        }
        case DefKind::Trait:
        case DefKind::TraitAlias: {
          const CrateDefs* c = s_.crate(scope_.text.crate);
          if (meaning.used < segments.size()) {
            error("E0223", node, "ambiguous associated type");
            return store_.error;
          }
          if (c != nullptr && c->edition >= Edition::k2021) return store_.error;
          base = object(node, NodeId(), node);
          break;
        }
        case DefKind::AssocType:
          error("E0223", node, "ambiguous associated type");
          return store_.error;
        default:
          return store_.error;
      }
      break;
    }
  }
  for (size_t i = meaning.used; i < segments.size(); ++i) {
    base = assoc_type(base, is_self && i == meaning.used, segments[i]);
    is_self = false;
  }
  return base;
}

TypeId Lowerer::qualified(NodeId node, NodeId qualified_self, std::span<const NodeId> segments) {
  const Tree& t = tree();
  const NodeId self_node = t.child(qualified_self, Role::type);
  const TypeId self = type(self_node);
  const NodeId trait_path = t.child(qualified_self, Role::trait);
  if (segments.empty()) return self;
  if (!trait_path) {
    bool is_self = t.kind(self_node) == N::PathType && t.text(self_node) == "Self";
    TypeId base = self;
    for (const NodeId segment : segments) {
      base = assoc_type(base, is_self, segment);
      is_self = false;
    }
    return base;
  }
  std::vector<Predicate> extra;
  const TraitRef found = trait_ref(trait_path, self, &extra);
  if (!found) return unknown_trait_ ? store_.unknown : store_.error;
  if (const NodeId constraint = first_constraint(trait_path); constraint) refuse_constraint(constraint);
  const NameId name = store_.name(segment_name(segments[0]));
  TypeId base = assoc_of(found, segments[0], name);
  if (!base) {
    const bool unknown = s_.items.trait(found.trait).unknown_items;
    return unknown ? store_.unknown : store_.error;
  }
  for (size_t i = 1; i < segments.size(); ++i) base = assoc_type(base, false, segments[i]);
  (void)node;
  return base;
}

// The projection of an associated type of just this trait; invalid when it has none of that name.
TypeId Lowerer::assoc_of(const TraitRef& of, NodeId segment, NameId name) {
  if (tree().child(segment, Role::parenthesized)) return store_.unknown;
  const DefRef assoc = s_.items.find_item(of.trait, name, DefKind::AssocType);
  if (!assoc) return {};
  const std::span<const GenericArg> view = store_.list_of(of.args);
  return store_.projection(assoc,
                           fill(assoc, std::vector<GenericArg>(view.begin(), view.end()), segment, nullptr, false));
}

// `Base::Name`: rustc looks at bounds of parameters, and at the trait of the impl for `Self`.
TypeId Lowerer::assoc_type(TypeId base, bool is_self, NodeId segment) {
  if (store_.is_unknown(base)) return base;
  // Return-type notation names a function, whatever types are called so.
  if (tree().child(segment, Role::parenthesized)) return store_.unknown;
  const NameId name = store_.name(segment_name(segment));
  std::vector<TraitRef> found;
  bool unknown = false;
  if (is_self) {
    for (DefRef at = scope_.owner; at; at = s_.items.container(at)) {
      const Def* d = s_.def(at);
      if (d == nullptr || d->kind != DefKind::Impl || (d->flags & kDefTraitImpl) == 0) continue;
      const ImplInfo& impl = s_.items.impl(at);
      if (!impl.trait_ref) {
        unknown = true;
        break;
      }
      unknown = unknown || has_unseen_supertraits(s_, impl.trait_ref.trait);
      for (const TraitRef& each : s_.traits.supertraits(impl.trait_ref))
        if (s_.items.find_item(each.trait, name, DefKind::AssocType)) found.push_back(each);
      break;
    }
  }
  if (found.empty() && store_.kind(base) == TypeKind::Param)
    find_bounds(scope_.owner, store_.index(base), name, &found, &unknown);
  if (found.empty()) {
    if (unknown) return store_.unknown;
    if (store_.kind(base) == TypeKind::Param) {
      error("E0220", segment, "associated type `" + std::string(store_.text(name)) + "` not found");
      return store_.error;
    }
    // Inherent associated types are unstable; a type made by an opaque macro may have anything.
    error("E0223", segment, "ambiguous associated type", false);
    return store_.unknown;
  }
  const TypeId result = assoc_of(found.front(), segment, name);
  return result ? result : store_.unknown;
}

void Lowerer::bounds_of_list(NodeId list, TypeId self, NameId name, std::vector<TraitRef>* out, bool* unknown) {
  const Tree& t = tree();
  for (NodeId each = list ? t.first_child(list) : NodeId(); each; each = t.next_sibling(each)) {
    if (t.kind(each) != N::TraitBound || t.has_token(each, T::Question)) continue;
    const NodeId path = t.child(each, Role::path);
    bool trait_unknown = false;
    const DefRef trait = trait_of(path, &trait_unknown);
    if (!trait) {
      // A trait that is not there is an error of its own, and might have had it.
      *unknown = true;
      continue;
    }
    bool has = false;
    for (const DefRef super : supertrait_defs(s_, trait))
      has = has || static_cast<bool>(s_.items.find_item(super, name, DefKind::AssocType));
    *unknown = *unknown || has_unseen_supertraits(s_, trait);
    if (!has) continue;
    std::vector<Predicate> extra;
    std::vector<std::string_view> names;
    if (const NodeId binder = t.child(each, Role::binder); binder) binder_names(binder, &names);
    open_frame(std::move(names));
    const std::vector<LowerError>* errors = scope_.errors;
    scope_.errors = nullptr;
    TraitRef found = trait_ref(path, store_.shift(self, 1), &extra);
    scope_.errors = const_cast<std::vector<LowerError>*>(errors);
    close_frame();
    if (!found) {
      *unknown = true;
      continue;
    }
    found.args = store_.open_binder(found.args, {});
    for (const TraitRef& each_super : s_.traits.supertraits(found))
      if (s_.items.find_item(each_super.trait, name, DefKind::AssocType) &&
          std::find(out->begin(), out->end(), each_super) == out->end())
        out->push_back(each_super);
  }
}

// The traits that a parameter is bounded by and that have an associated type of that name. Only the bounds that may
// matter are lowered: others may be written in terms of what is being looked for.
void Lowerer::find_bounds(DefRef owner, uint32_t index, NameId name, std::vector<TraitRef>* out, bool* unknown) {
  const uint64_t key = def_key(owner) * 1000003 + (uint64_t{index} << 32) + name.value;
  if (!s_.open_bounds.insert(key).second) {
    *unknown = true;
    return;
  }
  for (DefRef at = owner; at && out->empty(); at = s_.items.container(at)) {
    const Def* d = s_.def(at);
    const Items::Text text = s_.items.text_of(at);
    if (d == nullptr || text.tree == nullptr) {
      *unknown = true;
      break;
    }
    LowerScope inner = scope_;
    inner.text = text.ref;
    inner.owner = at;
    inner.scope = UINT32_MAX;
    inner.errors = nullptr;
    inner.elision = Elision::Erased;
    Lowerer lowerer(s_, inner);
    lowerer.depth_ = depth_ + 1;
    if (lowerer.depth_ >= kMaxTypeDepth) {
      *unknown = true;
      break;
    }
    const Tree& t = *text.tree;
    const Generics& g = s_.items.generics(at);
    const bool own = index >= g.parent_count && index < g.count();
    // It belongs to this item or to one around it.
    NameId param_name;
    for (DefRef of = at; of; of = s_.items.container(of)) {
      const Generics& around = s_.items.generics(of);
      if (index >= around.parent_count && index < around.count())
        param_name = around.params[index - around.parent_count].name;
    }
    const TypeId self = store_.param(index, param_name);
    if (own) {
      const GenericParam& p = g.params[index - g.parent_count];
      if (p.is_self) {
        if (s_.items.find_item(at, name, DefKind::AssocType)) {
          out->push_back({at, s_.items.identity_args(at)});
          break;
        }
        if (s_.items.trait(at).unknown_items) *unknown = true;
      }
      const NodeId list = p.is_self ? t.child(text.node, Role::bounds)
                          : p.node  ? t.child(p.node, Role::bounds)
                                    : NodeId();
      lowerer.bounds_of_list(list, self, name, out, unknown);
    }
    for (const Role role : {Role::where_clause, Role::trailing_where_clause}) {
      const NodeId where = t.child(text.node, role);
      for (NodeId w = where ? t.first_child(where) : NodeId(); w; w = t.next_sibling(w)) {
        const NodeId bounded = t.child(w, Role::type);
        if (!bounded || t.kind(bounded) != N::PathType) continue;
        std::vector<NodeId> segments;
        lowerer.segments_of(bounded, &segments);
        if (segments.size() != 1 || t.child(bounded, Role::qualified_self)) continue;
        const PathMeaning meaning = lowerer.resolve(bounded, Namespace::Type);
        const bool same = (meaning.kind == PathMeaning::Kind::TypeParam && meaning.index == index) ||
                          (meaning.kind == PathMeaning::Kind::SelfType && index == 0 && g.has_self);
        if (same) lowerer.bounds_of_list(t.child(w, Role::bounds), self, name, out, unknown);
      }
    }
  }
  s_.open_bounds.erase(key);
}

// ---- Function pointers and signatures ----

void Lowerer::open_frame(std::vector<std::string_view> names) {
  Frame frame;
  frame.count = static_cast<uint32_t>(names.size());
  frame.names = std::move(names);
  frames_.push_back(std::move(frame));
}

uint32_t Lowerer::close_frame() {
  const uint32_t count = frames_.back().count;
  frames_.pop_back();
  return count;
}

void Lowerer::begin_inputs() {
  ElisionState state;
  state.mode = Elision::Fresh;
  state.frame = frames_.size();
  elisions_.push_back(std::move(state));
}

void Lowerer::begin_output(RegionId self_region) {
  ElisionState& state = elisions_.back();
  state.mode = Elision::Output;
  if (self_region)
    state.output = self_region;
  else
    state.output = state.inputs.size() == 1 ? state.inputs.front() : RegionId();
}

void Lowerer::end_signature() { elisions_.pop_back(); }

RegionId Lowerer::note_input(RegionId r) {
  ElisionState& state = elisions_.back();
  if (state.mode != Elision::Fresh || state.frame != frames_.size()) return r;
  if (std::find(state.inputs.begin(), state.inputs.end(), r) == state.inputs.end()) state.inputs.push_back(r);
  return r;
}

RegionId Lowerer::elided() {
  ElisionState& state = elisions_.back();
  switch (state.mode) {
    case Elision::Static:
      return store_.static_region;
    case Elision::Infer:
      return scope_.infer != nullptr ? scope_.infer->new_region() : store_.erased;
    case Elision::Fresh: {
      if (frames_.empty() || state.frame == 0) return store_.erased;
      Frame& frame = frames_[state.frame - 1];
      const auto depth = static_cast<uint32_t>(frames_.size() - state.frame);
      return note_input(store_.bound_region(depth, frame.count++));
    }
    case Elision::Output: {
      if (!state.output) return store_.unknown_region;
      const auto depth = static_cast<uint32_t>(frames_.size() - state.frame);
      if (depth == 0 || store_.kind(state.output) != RegionKind::Bound) return state.output;
      return store_.bound_region(store_.depth(state.output) + depth, store_.index(state.output));
    }
    case Elision::Erased:
      break;
  }
  return store_.erased;
}

RegionId Lowerer::region(NodeId lifetime) {
  const uint32_t slot = word_slot(tree(), lifetime);
  if (slot == UINT32_MAX) return store_.unknown_region;
  const std::string_view name = bare_name(tree().token_text(slot));
  if (name == "'static") return store_.static_region;
  if (name == "'_") return elided();
  for (size_t i = frames_.size(); i-- > 0;) {
    const auto& names = frames_[i].names;
    const auto at = std::find(names.begin(), names.end(), name);
    if (at != names.end())
      return note_input(store_.bound_region(static_cast<uint32_t>(frames_.size() - 1 - i),
                                            static_cast<uint32_t>(at - names.begin())));
  }
  const NameId id = store_.name(name);
  for (DefRef at = scope_.owner; at; at = s_.items.container(at)) {
    const Generics& g = s_.items.generics(at);
    for (size_t i = 0; i < g.params.size(); ++i)
      if (g.params[i].kind == GenericParam::Kind::Lifetime && g.params[i].name == id)
        return note_input(store_.early_region(g.parent_count + static_cast<uint32_t>(i), id));
    if (g.late_bound.empty()) continue;
    const Items::Text text = s_.items.text_of(at);
    for (size_t i = 0; text.tree != nullptr && i < g.late_bound.size(); ++i) {
      const NodeId declared = text.tree->child(g.late_bound[i], Role::name);
      const uint32_t name_at = declared ? word_slot(*text.tree, declared) : UINT32_MAX;
      if (name_at != UINT32_MAX && bare_name(text.tree->token_text(name_at)) == name)
        return store_.late_region(at, static_cast<uint32_t>(i), id);
    }
  }
  return store_.unknown_region;
}

void Lowerer::binder_names(NodeId binder, std::vector<std::string_view>* out) const {
  const Tree& t = tree();
  const NodeId generics = t.child(binder, Role::generics);
  for (NodeId p = generics ? t.first_child(generics) : NodeId(); p; p = t.next_sibling(p)) {
    if (t.kind(p) != N::LifetimeParam) continue;
    const NodeId name = t.child(p, Role::name);
    const uint32_t slot = name ? word_slot(t, name) : UINT32_MAX;
    if (slot != UINT32_MAX) out->push_back(bare_name(t.token_text(slot)));
  }
}

namespace {
Abi abi_of(const Tree& tree, NodeId abi) {
  if (!abi) return Abi::Rust;
  for (uint32_t slot = tree.first_slot(abi); slot < tree.end_slot(abi); ++slot) {
    const TokenKind kind = tree.token_kind(slot);
    if (!is_string_literal(kind)) continue;
    const std::string_view text = tree.token_text(slot);
    if (text == "\"Rust\"") return Abi::Rust;
    if (text == "\"C\"") return Abi::C;
    if (text == "\"C-unwind\"") return Abi::CUnwind;
    if (text == "\"system\"") return Abi::System;
    if (text == "\"system-unwind\"") return Abi::SystemUnwind;
    if (text == "\"rust-call\"") return Abi::RustCall;
    if (text == "\"rust-intrinsic\"") return Abi::RustIntrinsic;
    return Abi::Other;
  }
  return Abi::C;
}
}  // namespace

TypeId Lowerer::function_pointer(NodeId node) {
  const Tree& t = tree();
  std::vector<std::string_view> names;
  if (const NodeId binder = t.child(node, Role::binder); binder) binder_names(binder, &names);
  open_frame(std::move(names));
  begin_inputs();
  std::vector<TypeId> types;
  bool variadic = false;
  const NodeId list = t.child(node, Role::parameters);
  for (NodeId p = list ? t.first_child(list) : NodeId(); p; p = t.next_sibling(p)) {
    if (t.kind(p) != N::Param) continue;
    const NodeId written = t.child(p, Role::type);
    if (!written || t.kind(written) == N::VariadicType) {
      variadic = variadic || written || t.has_token(p, T::DotDotDot);
      continue;
    }
    types.push_back(type(written));
  }
  begin_output({});
  const NodeId output = t.child(node, Role::return_type);
  types.push_back(output ? type(t.child(output, Role::type)) : store_.unit);
  end_signature();
  const uint32_t bound = close_frame();
  return store_.fn_pointer(types, t.has_token(node, T::KwUnsafe), variadic, abi_of(t, t.child(node, Role::abi)), bound);
}

TypeId Lowerer::receiver(NodeId self_param, RegionId* region_out) {
  const Tree& t = tree();
  const TypeId self = self_type();
  TypeId result = self;
  if (const NodeId written = t.child(self_param, Role::type); written) {
    result = type(written);
    // `self: &Self` and `self: Pin<&mut Self>` lend their lifetime, too.
    TypeId at = result;
    if (store_.kind(at) == TypeKind::Adt && s_.items.lang_of(store_.def(at)) == LangItem::Pin &&
        !store_.args(at).empty() && store_.args(at)[0].is_type())
      at = store_.args(at)[0].type();
    if (store_.kind(at) == TypeKind::Ref && store_.element(at) == self) *region_out = store_.region(at);
    return result;
  }
  if (!t.has_token(self_param, T::And)) return result;
  const NodeId lifetime = t.child(self_param, Role::lifetime);
  const RegionId r = lifetime ? region(lifetime) : elided();
  *region_out = r;
  return store_.reference(r, result, t.has_token(self_param, T::KwMut));
}

TypeId Lowerer::self_type() {
  if (self_type_) return self_type_;
  self_type_ = store_.unknown;
  for (DefRef at = scope_.owner; at; at = s_.items.container(at)) {
    const Def* d = s_.def(at);
    if (d == nullptr) break;
    if (d->kind == DefKind::Trait || d->kind == DefKind::TraitAlias) {
      self_type_ = store_.param(0, store_.name("Self"));
      break;
    }
    if (d->kind == DefKind::Impl || d->kind == DefKind::Struct || d->kind == DefKind::Enum ||
        d->kind == DefKind::Union) {
      self_type_ = s_.items.type_of(at);
      break;
    }
  }
  return self_type_;
}

// ---- impl Trait and dyn Trait ----

TypeId Lowerer::impl_trait(NodeId node) {
  const Items::Text text = s_.items.text_of(scope_.owner);
  if (text.tree == nullptr || text.ref != scope_.text) return store_.unknown;
  const Generics& g = s_.items.generics(scope_.owner);
  for (size_t i = 0; i < g.params.size(); ++i)
    if (g.params[i].is_synthetic && g.params[i].node == node)
      return store_.param(g.parent_count + static_cast<uint32_t>(i), g.params[i].name);
  std::vector<NodeId> opaques;
  opaque_impl_traits(*text.tree, text.node, &opaques);
  const auto at = std::find(opaques.begin(), opaques.end(), node);
  if (at == opaques.end()) return store_.unknown;
  return store_.opaque(scope_.owner, static_cast<uint32_t>(at - opaques.begin()), s_.items.identity_args(scope_.owner));
}

// `dyn A + B + 'a`, or a bare trait at `single_path`.
TypeId Lowerer::object(NodeId node, NodeId bound_list, NodeId single_path) {
  const Tree& t = tree();
  const RegionId default_region = object_default_;
  object_default_ = {};
  open_frame({});
  RegionId region_written;
  TraitRef principal;
  NodeId principal_path;
  bool unknown = false, wrong = false;
  std::vector<DynPredicate> parts;
  std::vector<DefRef> autos;
  std::vector<Predicate> predicates;
  const TypeId self = object_self(store_);
  const auto add_trait = [&](NodeId path) {
    const TraitRef found = trait_ref(path, self, &predicates);
    if (!found) {
      (unknown_trait_ ? unknown : wrong) = true;
      return;
    }
    const TraitInfo& info = s_.items.trait(found.trait);
    unknown = unknown || info.unknown;
    if (info.is_auto) {
      if (std::find(autos.begin(), autos.end(), found.trait) == autos.end()) autos.push_back(found.trait);
      return;
    }
    if (principal && principal.trait != found.trait) {
      error("E0225", path, "only auto traits can be used as additional traits in a trait object", false);
      wrong = true;
    }
    principal = found;
    principal_path = path;
  };
  if (single_path) add_trait(single_path);
  for (NodeId each = bound_list ? t.first_child(bound_list) : NodeId(); each; each = t.next_sibling(each)) {
    if (t.kind(each) == N::Lifetime) {
      // Outside of the binder.
      Frame own = std::move(frames_.back());
      frames_.pop_back();
      region_written = region(each);
      frames_.push_back(std::move(own));
      continue;
    }
    if (t.kind(each) != N::TraitBound) continue;
    if (t.has_token(each, T::Question)) continue;
    if (const NodeId binder = t.child(each, Role::binder); binder) {
      std::vector<std::string_view> names;
      binder_names(binder, &names);
      Frame& frame = frames_.back();
      // Regions that were elided in another bound have the numbers up to here.
      frame.names.resize(frame.count);
      frame.names.insert(frame.names.end(), names.begin(), names.end());
      frame.count = static_cast<uint32_t>(frame.names.size());
    }
    add_trait(t.child(each, Role::path));
  }
  const uint32_t bound = close_frame();
  object_default_ = default_region;
  if (unknown) return store_.unknown;
  if (wrong) return store_.error;
  const auto without_self = [&](ListId args) {
    const std::span<const GenericArg> view = store_.list_of(args);
    return store_.list(std::vector<GenericArg>(view.begin() + (view.empty() ? 0 : 1), view.end()));
  };
  if (principal) {
    parts.push_back({DynPredicate::Kind::Principal, principal.trait, without_self(principal.args), {}});
    // What supertraits already say is part of the type, too.
    for (const Predicate& p : predicates)
      if (p.kind == Predicate::Kind::Projection)
        parts.push_back({DynPredicate::Kind::Projection, p.assoc, without_self(p.trait_ref.args), p.term});
    check_object(principal_path, principal, predicates);
  }
  std::sort(parts.begin() + (principal ? 1 : 0), parts.end(),
            [](const DynPredicate& a, const DynPredicate& b) { return a.def < b.def; });
  std::sort(autos.begin(), autos.end());
  for (const DefRef each : autos) parts.push_back({DynPredicate::Kind::Auto, each, store_.empty_list, {}});
  if (parts.empty()) return store_.unknown;
  RegionId r = region_written;
  if (!r) r = default_region;
  if (!r) r = elisions_.back().mode == Elision::Erased ? store_.erased : store_.static_region;
  (void)node;
  return store_.dyn(parts, r, bound);
}

// E0191: every associated type of a trait object must have a value.
void Lowerer::check_object(NodeId node, const TraitRef& principal, const std::vector<Predicate>& predicates) {
  if (scope_.errors == nullptr) return;
  std::vector<DefRef> given;
  for (const Predicate& p : predicates)
    if (p.kind == Predicate::Kind::Projection) given.push_back(p.assoc);
  std::vector<DefRef> missing;
  if (has_unseen_supertraits(s_, principal.trait)) return;
  for (const DefRef trait : supertrait_defs(s_, principal.trait)) {
    const TraitInfo& info = s_.items.trait(trait);
    for (const Predicate& p : s_.items.predicates(trait).own) {
      if (p.kind == Predicate::Kind::Unknown) return;
      if (p.kind == Predicate::Kind::Projection) given.push_back(p.assoc);
    }
    for (const AssocItem& item : info.items)
      if (item.kind == DefKind::AssocType) missing.push_back(item.def);
  }
  for (const DefRef assoc : missing) {
    if (std::find(given.begin(), given.end(), assoc) != given.end()) continue;
    if (!s_.items.generics(assoc).params.empty()) continue;  // not dyn compatible: another error
    // `where Self: Sized` takes it out of objects.
    bool only_sized = false;
    const Items::Text text = s_.items.text_of(assoc);
    for (const Role role : {Role::where_clause, Role::trailing_where_clause}) {
      const NodeId where = text.tree != nullptr ? text.tree->child(text.node, role) : NodeId();
      if (where && text.tree->text(where).find("Self") != std::string_view::npos &&
          text.tree->text(where).find("Sized") != std::string_view::npos)
        only_sized = true;
    }
    if (only_sized) continue;
    error("E0191", node,
          "the value of the associated type `" + std::string(s_.items.name_of(assoc)) + "` must be specified");
    return;
  }
}

// ---- Lowering, the public face ----

TypeId Lowering::type(const LowerScope& scope, NodeId node) { return Lowerer(state_, scope).type(node); }
void Lowering::bounds(const LowerScope& scope, NodeId list, TypeId self, std::vector<Predicate>* out) {
  Lowerer(state_, scope).bounds(list, self, out);
}
TraitRef Lowering::trait_ref(const LowerScope& scope, NodeId path, TypeId self, std::vector<Predicate>* out) {
  return Lowerer(state_, scope).trait_ref(path, self, out);
}
ListId Lowering::path_arguments(const LowerScope& scope, NodeId path, DefRef def) {
  return Lowerer(state_, scope).path_arguments(path, def);
}
ConstId Lowering::constant(const LowerScope& scope, NodeId expression, TypeId type) {
  return Lowerer(state_, scope).constant(expression, type);
}

TypeId Lowering::parse(std::string_view text, CrateIndex crate, DefId module, std::vector<LowerError>* errors) {
  const CrateDefs* c = state_.crate(crate);
  if (c == nullptr) return state_.store.unknown;
  ParseOptions options;
  options.edition = c->edition;
  options.nesting_limit = kMaxTypeDepth;
  const std::string storage(text);
  const Tree outer = lex_and_parse(storage, options);
  const Tree tree = parse_fragment(outer, 0, outer.slot_count(), FragmentKind::Type, options);
  TextRef ref;
  ref.crate = crate;
  if (!tree.errors().empty()) {
    if (errors != nullptr) {
      const SyntaxError& e = tree.errors().front();
      errors->push_back({"", ref, {e.start, e.end}, e.message, true});
    }
    return state_.store.error;
  }
  LowerScope scope;
  scope.text = ref;
  scope.owner = {crate, module};
  scope.scope = module ? c->defs[module.value].scope : 0;
  scope.errors = errors;
  state_.query_tree = &tree;
  // Constant expressions in it are read now: the text does not outlive this call.
  TypeId result = Lowerer(state_, scope).type(tree.root());
  result = state_.traits.normalize(result);
  state_.query_tree = nullptr;
  return result;
}

}  // namespace rp
