// What a path in a type stands for, and its generic arguments.
#include <algorithm>

#include "expand/builtin_literals.h"
#include "types/lowerer.h"

namespace rp {

using N = NodeKind;
using T = TokenKind;

void Lowerer::segments_of(NodeId path, std::vector<NodeId>* out) const {
  const Tree& t = tree();
  for (NodeId c = path ? t.first_child(path) : NodeId(); c; c = t.next_sibling(c))
    if (t.kind(c) == N::PathSegment) out->push_back(c);
}

std::string_view Lowerer::segment_name(NodeId segment) const {
  const uint32_t slot = word_slot(tree(), segment);
  return slot == UINT32_MAX ? std::string_view() : bare_name(tree().token_text(slot));
}

bool Lowerer::is_global(NodeId path, NodeId first_segment) const {
  const uint32_t end = word_slot(tree(), first_segment);
  for (uint32_t slot = tree().first_slot(path); slot < end && slot < tree().slot_count(); ++slot)
    if (tree().token_kind(slot) == T::ColonColon) return true;
  return false;
}

CrateIndex Lowerer::crate_of_token(uint32_t slot) const {
  const CrateDefs* c = s_.crate(scope_.text.crate);
  if (c == nullptr) return kNoCrate;
  if (!scope_.text.source) return scope_.text.signature_of ? kNoCrate : c->index;
  const TokenOrigin origin = c->sources[scope_.text.source.value].source->origin(scope_.text.source, slot);
  if (!origin.source || origin.source.value >= c->sources.size()) return c->index;
  const SourceInfo& info = c->sources[origin.source.value];
  return info.kind == SourceInfo::Kind::Foreign ? info.foreign_crate : c->index;
}

PathMeaning Lowerer::self_meaning() {
  PathMeaning m;
  m.used = 1;
  for (DefRef at = scope_.owner; at; at = s_.items.container(at)) {
    const Def* d = s_.def(at);
    if (d == nullptr) break;
    switch (d->kind) {
      case DefKind::Trait:
      case DefKind::TraitAlias:
      case DefKind::Impl:
      case DefKind::Struct:
      case DefKind::Enum:
      case DefKind::Union:
        m.kind = PathMeaning::Kind::SelfType;
        m.def = at;
        return m;
      default:
        break;
    }
  }
  return m;
}

PathMeaning Lowerer::parameter_by_name(std::string_view name, Namespace space) {
  PathMeaning m;
  m.used = 1;
  const NameId id = store_.name(name);
  for (DefRef at = scope_.owner; at; at = s_.items.container(at)) {
    const Generics& g = s_.items.generics(at);
    for (size_t i = 0; i < g.params.size(); ++i) {
      const GenericParam& p = g.params[i];
      if (p.name != id || p.is_self || p.is_synthetic || p.kind == GenericParam::Kind::Lifetime) continue;
      if ((p.kind == GenericParam::Kind::Const) != (space == Namespace::Value)) continue;
      m.kind = p.kind == GenericParam::Kind::Const ? PathMeaning::Kind::ConstParam : PathMeaning::Kind::TypeParam;
      m.index = g.parent_count + static_cast<uint32_t>(i);
      return m;
    }
  }
  return m;
}

PathMeaning Lowerer::parameter_by_node(SourceId source, NodeId node, bool is_const) {
  PathMeaning m;
  m.used = 1;
  for (DefRef at = scope_.owner; at; at = s_.items.container(at)) {
    const Items::Text text = s_.items.text_of(at);
    if (text.ref.source != source) continue;
    const Generics& g = s_.items.generics(at);
    for (size_t i = 0; i < g.params.size(); ++i) {
      if (g.params[i].node != node || g.params[i].is_synthetic) continue;
      m.kind = is_const ? PathMeaning::Kind::ConstParam : PathMeaning::Kind::TypeParam;
      m.index = g.parent_count + static_cast<uint32_t>(i);
      return m;
    }
  }
  return m;
}

PathMeaning Lowerer::resolve(NodeId path, Namespace space) {
  std::vector<NodeId> segments;
  segments_of(path, &segments);
  if (segments.empty()) return {.kind = PathMeaning::Kind::Unknown};
  const PathMeaning m = resolve_certain(path, segments, space);
  const bool named = m.kind == PathMeaning::Kind::Def || m.kind == PathMeaning::Kind::Primitive;
  if (named && depends_on_build_script(path, segments)) return {.kind = PathMeaning::Kind::Unknown};
  if (m.kind == PathMeaning::Kind::Def && m.def.crate != scope_.text.crate && may_be_hidden(path, segments))
    return {.kind = PathMeaning::Kind::Unknown};
  // What stands under the same condition is there when the definition is.
  if (m.kind == PathMeaning::Kind::Def && s_.conditions.on(m.def) && !s_.conditions.on(scope_.owner))
    return {.kind = PathMeaning::Kind::Unknown};
  return m;
}

// Whether what the path begins with is found outside of the module, while something in it that could not be seen may
// have that name: an import of what is not there, or a glob import.
bool Lowerer::may_be_hidden(NodeId path, std::span<const NodeId> segments) {
  const CrateDefs* c = s_.crate(scope_.text.crate);
  const uint32_t slot = word_slot(tree(), segments[0]);
  if (c == nullptr || c->from_facts || slot == UINT32_MAX || is_global(path, segments[0])) return false;
  const T kind = tree().token_kind(slot);
  if (kind != T::Ident && kind != T::RawIdent) return false;
  const std::unordered_set<uint32_t>& open = s_.open_scopes(c->index);
  uint32_t scope = scope_.scope != UINT32_MAX ? scope_.scope : s_.scope_of(scope_.owner);
  const NameId name = c->names.find(tree().token_text(slot));
  while (scope < c->scopes.size()) {
    if (const Binding* binding = c->find(scope, name, Namespace::Type))
      return binding->target == Binding::Target::Unknown;
    if (open.contains(scope)) return true;
    if (c->scopes[scope].kind != ScopeKind::Block) break;
    scope = c->scopes[scope].parent;
  }
  return false;
}

// Whether a fact that only a build script knows decides what a name in the path stands for.
bool Lowerer::depends_on_build_script(NodeId path, std::span<const NodeId> segments) {
  const bool any = std::any_of(segments.begin(), segments.end(),
                               [&](NodeId segment) { return s_.conditions.may_decide(segment_name(segment)); });
  const CrateDefs* here = any ? s_.crate(scope_.text.crate) : nullptr;
  if (here == nullptr) return false;
  NameLookup& lookup = s_.lookup(here->index);
  uint32_t scope = scope_.scope != UINT32_MAX ? scope_.scope : s_.scope_of(scope_.owner);
  if (scope == UINT32_MAX || scope >= here->scopes.size()) return false;
  const DefId module = here->module_of(here->scopes[scope].def);
  const bool global = is_global(path, segments[0]);
  for (uint32_t i = 0; i < segments.size(); ++i) {
    const uint32_t slot = word_slot(tree(), segments[i]);
    if (slot == UINT32_MAX) return false;
    const std::string_view word = bare_name(tree().token_text(slot));
    const T kind = tree().token_kind(slot);
    DefRef to;
    if (kind == T::KwCrate || kind == T::DollarCrate) {
      to = {kind == T::DollarCrate ? crate_of_token(slot) : here->index, DefId(0)};
    } else if (kind == T::KwSelfValue) {
      to = {here->index, module};
    } else if (kind == T::KwSuper) {
      const DefId base = i == 0 ? module : here->module_of(here->scopes[scope].def);
      to = {here->index, base ? here->module_of(here->defs[base.value].parent) : DefId()};
    } else {
      const Namespace space = i + 1 == segments.size() ? Namespace::Value : Namespace::Type;
      ItemFound found;
      for (const Namespace each : {Namespace::Type, space}) {
        for (uint32_t at = scope; !found; at = here->scopes[at].parent) {
          if (s_.conditions.decides_name(here->index, at, word)) return true;
          const bool block = i == 0 && !global && here->scopes[at].kind == ScopeKind::Block;
          const uint32_t name = lookup.intern(tree().token_text(slot));
          found = i == 0 && !global && !block ? lookup.lexical(at, name, each)
                                              : lookup.in_scope({here->index, at}, name, each, DefId());
          if (!block || here->scopes[at].parent == UINT32_MAX) break;
        }
      }
      if (!found && i == 0 && global) found = lookup.in_extern_prelude(lookup.intern(tree().token_text(slot)));
      if (found.kind != ItemFound::Kind::Def) return false;
      to = found.def;
    }
    here = s_.crate(to.crate);
    if (here == nullptr || !to.def || to.def.value >= here->defs.size()) return false;
    scope = here->defs[to.def.value].scope;
    if (scope == UINT32_MAX || scope >= here->scopes.size()) return false;
  }
  return false;
}

PathMeaning Lowerer::resolve_certain(NodeId path, std::span<const NodeId> segments, Namespace space) {
  if (scope_.text.source && s_.names_of(scope_.text.crate) != nullptr) {
    bool found = false;
    const PathMeaning m = resolve_with_names(path, segments, &found);
    if (found) return m;
  }
  const PathMeaning m = resolve_by_lookup(path, segments, space);
  // A module that has the name of a primitive type, or nothing of that name, does not hide the type.
  const Def* d = m.kind == PathMeaning::Kind::Def ? s_.def(m.def) : nullptr;
  const bool module = d != nullptr && d->kind == DefKind::Module && m.used == segments.size();
  if ((module || m.kind == PathMeaning::Kind::None) && !is_global(path, segments[0]) &&
      (space == Namespace::Type || segments.size() > 1)) {
    const uint32_t primitive = NameLookup::primitive(segment_name(segments[0]));
    if (primitive != UINT32_MAX) return {.kind = PathMeaning::Kind::Primitive, .index = primitive, .used = 1};
  }
  return m;
}

PathMeaning Lowerer::resolve_with_names(NodeId path, std::span<const NodeId> segments, bool* found) {
  const CrateNames& names = *s_.names_of(scope_.text.crate);
  PathMeaning m;
  (void)path;
  for (uint32_t i = 0; i < segments.size(); ++i) {
    const NameUse* use = names.find(scope_.text.source, segments[i]);
    if (use == nullptr) return m;
    *found = true;
    const Resolution& r = use->resolution;
    switch (r.kind) {
      case ResolutionKind::TypeDependent:
        return m;
      case ResolutionKind::Definition:
      case ResolutionKind::Crate:
        m.kind = PathMeaning::Kind::Def;
        m.def = r.def;
        break;
      case ResolutionKind::PrimitiveType:
        m.kind = PathMeaning::Kind::Primitive;
        m.index = r.index;
        break;
      case ResolutionKind::SelfType:
        m = self_meaning();
        if (m.kind == PathMeaning::Kind::None) m.kind = PathMeaning::Kind::Unknown;
        break;
      case ResolutionKind::TypeParameter:
      case ResolutionKind::ConstParameter: {
        const bool is_const = r.kind == ResolutionKind::ConstParameter;
        m = parameter_by_node(r.source, r.node, is_const);
        if (m.kind == PathMeaning::Kind::None)
          m = parameter_by_name(segment_name(segments[i]), is_const ? Namespace::Value : Namespace::Type);
        if (m.kind == PathMeaning::Kind::None) m.kind = PathMeaning::Kind::Unknown;
        break;
      }
      case ResolutionKind::None:
        m.kind = PathMeaning::Kind::None;
        m.used = i;
        return m;
      default:
        m.kind = PathMeaning::Kind::Unknown;
        m.used = i;
        return m;
    }
    m.used = i + 1;
  }
  return m;
}

PathMeaning Lowerer::resolve_by_lookup(NodeId path, std::span<const NodeId> segments, Namespace space) {
  PathMeaning m;
  const CrateDefs* c = s_.crate(scope_.text.crate);
  if (c == nullptr) return {.kind = PathMeaning::Kind::Unknown};
  NameLookup& lookup = s_.lookup(c->index);
  const uint32_t start = scope_.scope != UINT32_MAX ? scope_.scope : s_.scope_of(scope_.owner);
  if (start == UINT32_MAX || start >= c->scopes.size()) return {.kind = PathMeaning::Kind::Unknown};
  const bool global = is_global(path, segments[0]);
  const DefId module = c->module_of(c->scopes[start].def);
  DefRef at;  // what the segments so far lead to
  for (uint32_t i = 0; i < segments.size(); ++i) {
    const uint32_t slot = word_slot(tree(), segments[i]);
    if (slot == UINT32_MAX) return {.kind = PathMeaning::Kind::Unknown};
    const T kind = tree().token_kind(slot);
    const Namespace wanted = i + 1 == segments.size() ? space : Namespace::Type;
    const auto set_module = [&](DefRef to) {
      at = to;
      m.kind = PathMeaning::Kind::Def;
      m.def = to;
      m.used = i + 1;
    };
    if (i == 0 && !global) {
      if (kind == T::KwSelfType) {
        m = self_meaning();
        if (m.kind == PathMeaning::Kind::None || segments.size() > 1) {
          if (m.kind == PathMeaning::Kind::None) m.kind = PathMeaning::Kind::Unknown;
        }
        return m;
      }
      if (kind == T::KwCrate || kind == T::KwSelfValue || kind == T::DollarCrate) {
        DefRef root{c->index, kind == T::KwSelfValue ? module : DefId(0)};
        if (kind == T::DollarCrate) root.crate = crate_of_token(slot);
        if (s_.crate(root.crate) == nullptr) return {.kind = PathMeaning::Kind::Unknown};
        set_module(root);
        continue;
      }
    }
    if (kind == T::KwSuper) {
      const DefId base = i == 0 ? module : at.def;
      const DefId up = base ? c->module_of(c->defs[base.value].parent) : DefId();
      if (!up) return {.kind = PathMeaning::Kind::None, .used = i};
      set_module({c->index, up});
      continue;
    }
    const std::string_view text = tree().token_text(slot);
    if (i == 0 && !global) {
      const PathMeaning param = parameter_by_name(bare_name(text), wanted);
      if (param.kind != PathMeaning::Kind::None) return param;
    }
    const uint32_t name = lookup.intern(text);
    ItemFound found;
    if (i > 0) {
      const ItemScope scope = lookup.scope_of(at);
      if (!scope.valid()) return m;  // what follows depends on types
      found = lookup.in_scope(scope, name, wanted, DefId());
      if (!found && scope.scope == 0 && wanted == Namespace::Type) found = lookup.injected(scope.crate, name);
    } else if (global) {
      if (c->edition >= Edition::k2018) {
        found = lookup.in_extern_prelude(name);
      } else {
        found = lookup.in_scope({c->index, 0}, name, wanted, DefId());
        if (!found && wanted == Namespace::Type) found = lookup.injected(c->index, name);
        if (!found && wanted == Namespace::Type) found = lookup.in_extern_prelude(name);
      }
    } else {
      uint32_t scope = start;
      while (!found && c->scopes[scope].kind == ScopeKind::Block) {
        found = lookup.in_scope({c->index, scope}, name, wanted, DefId());
        if (!found) scope = c->scopes[scope].parent;
        if (scope == UINT32_MAX) return {.kind = PathMeaning::Kind::Unknown};
      }
      if (!found) found = lookup.lexical(scope, name, wanted);
    }
    switch (found.kind) {
      case ItemFound::Kind::None:
        if (m.kind == PathMeaning::Kind::Def) {
          const Def* d = s_.def(m.def);
          if (d != nullptr && d->kind != DefKind::Module) return m;  // depends on types
        }
        return {.kind = m.kind == PathMeaning::Kind::Primitive ? m.kind : PathMeaning::Kind::None,
                .index = m.index,
                .used = m.used};
      case ItemFound::Kind::Unknown:
        return {.kind = PathMeaning::Kind::Unknown};
      case ItemFound::Kind::Tool:
        return {.kind = PathMeaning::Kind::None};
      case ItemFound::Kind::Primitive:
        m.kind = PathMeaning::Kind::Primitive;
        m.index = found.index;
        m.used = i + 1;
        return m;
      case ItemFound::Kind::Def:
        at = found.def;
        m.kind = PathMeaning::Kind::Def;
        m.def = found.def;
        m.used = i + 1;
        break;
    }
  }
  return m;
}

// ---- Generic arguments ----

ListId Lowerer::path_arguments(NodeId path, DefRef def) {
  std::vector<NodeId> segments;
  segments_of(path, &segments);
  const DefRef container = s_.items.container(def);
  std::vector<GenericArg> args;
  const Def* d = s_.def(def);
  if (container) {
    // `Enum::<T>::Variant` and `Enum::Variant::<T>`; of other containers the arguments are the caller's to find.
    const NodeId own = segments.empty() ? NodeId() : segments.back();
    const NodeId before = segments.size() > 1 ? segments[segments.size() - 2] : NodeId();
    if (d != nullptr && d->kind == DefKind::Variant)
      return fill(container, {}, own && tree().child(own, Role::arguments) ? own : before, nullptr, true);
    const std::span<const GenericArg> identity = store_.list_of(s_.items.identity_args(container));
    args.assign(identity.begin(), identity.end());
    for (GenericArg& arg : args) {
      if (arg.is_type()) arg = scope_.infer != nullptr ? scope_.infer->new_type() : store_.unknown;
      if (arg.is_region()) arg = elided();
      if (arg.is_const()) {
        const TypeId type = store_.type_of(arg.constant());
        arg = scope_.infer != nullptr ? scope_.infer->new_const(type) : store_.unknown_const;
      }
    }
    return fill(def, std::move(args), own, nullptr, true);
  }
  return fill(def, {}, segments.empty() ? NodeId() : segments.back(), nullptr, true);
}

GenericArg Lowerer::argument(const GenericParam& param, NodeId node) {
  const Tree& t = tree();
  const NodeCategory category = node_category(t.kind(node));
  if (param.kind == GenericParam::Kind::Const) {
    if (category == NodeCategory::Type && t.kind(node) == N::InferType)
      return scope_.infer != nullptr ? scope_.infer->new_const(param.const_type) : store_.unknown_const;
    if (category == NodeCategory::Type && t.kind(node) != N::PathType) return store_.error_const;
    return constant(node, param.const_type);
  }
  if (category == NodeCategory::Expr) {
    if (t.kind(node) != N::MacroExpr) error("E0747", node, "constant provided when a type was expected", false);
    return store_.unknown;
  }
  return type(node);
}

GenericArg Lowerer::left_out(DefRef def, const GenericParam& param, uint32_t own_index,
                             std::span<const GenericArg> args, bool in_expression, bool wrong) {
  const bool is_const = param.kind == GenericParam::Kind::Const;
  const auto variable = [&]() -> GenericArg {
    if (is_const) return scope_.infer != nullptr ? scope_.infer->new_const(param.const_type) : store_.unknown_const;
    return scope_.infer != nullptr ? GenericArg(scope_.infer->new_type()) : GenericArg(store_.unknown);
  };
  if (in_expression) return variable();
  if (param.has_default) {
    const GenericArg value = s_.items.default_of(def, own_index);
    if (value.valid()) return store_.substitute(value, args);
    return is_const ? GenericArg(store_.unknown_const) : GenericArg(store_.unknown);
  }
  if (wrong) return is_const ? GenericArg(store_.error_const) : GenericArg(store_.error);
  return is_const ? GenericArg(store_.unknown_const) : GenericArg(store_.unknown);
}

// The arguments for `def`: `args` are those of its parents (and Self of a trait); the rest is written at a path
// segment.
ListId Lowerer::fill(DefRef def, std::vector<GenericArg> args, NodeId segment, std::vector<NodeId>* assoc,
                     bool in_expression) {
  const Tree& t = tree();
  const Generics& g = s_.items.generics(def);
  std::vector<NodeId> lifetimes, others;
  const NodeId list = segment ? t.child(segment, Role::arguments) : NodeId();
  NodeId constraint;
  for (NodeId c = list ? t.first_child(list) : NodeId(); c; c = t.next_sibling(c)) {
    if (t.role(c) != Role::argument) continue;
    switch (t.kind(c)) {
      case N::Lifetime:
        lifetimes.push_back(c);
        break;
      case N::AssocArg:
        if (!constraint) constraint = c;
        if (assoc != nullptr) assoc->push_back(c);
        break;
      default:
        others.push_back(c);
        break;
    }
  }
  const NodeId parenthesized = segment ? t.child(segment, Role::parenthesized) : NodeId();
  if (constraint && assoc == nullptr && !g.unknown) refuse_constraint(constraint);
  if (g.unknown) {
    // Nobody knows how many there should be.
    for (const NodeId each : others) args.push_back(argument(GenericParam{}, each));
    return store_.list(args);
  }
  size_t lifetime_params = 0, other_params = 0, required = 0;
  const size_t first = args.size() > g.parent_count ? args.size() - g.parent_count : 0;
  for (size_t i = first; i < g.params.size(); ++i) {
    const GenericParam& p = g.params[i];
    if (p.is_synthetic) continue;
    if (p.kind == GenericParam::Kind::Lifetime) {
      ++lifetime_params;
    } else {
      ++other_params;
      required += p.has_default ? 0 : 1;
    }
  }
  const auto complain = [&](const char* what, size_t wanted, size_t given) {
    error("E0107", segment,
          describe(def) + " takes " + std::to_string(wanted) + " " + what + (wanted == 1 ? "" : "s") + " but " +
              std::to_string(given) + (given == 1 ? " was" : " were") + " supplied");
  };
  const bool function =
      s_.def(def) != nullptr && (s_.def(def)->kind == DefKind::Function || s_.def(def)->kind == DefKind::AssocFunction);
  // Late-bound lifetimes may be counted, too: that is a lint and another error.
  // Those of an associated type may not be left out in a signature.
  const bool assoc_type = s_.def(def) != nullptr && s_.def(def)->kind == DefKind::AssocType;
  const bool may_elide = !assoc_type || scope_.elision == Elision::Infer || in_expression;
  const bool lifetimes_wrong =
      (lifetimes.empty() ? !may_elide && lifetime_params != 0 : lifetimes.size() != lifetime_params) && !function;
  if (lifetimes_wrong && segment) complain("lifetime argument", lifetime_params, lifetimes.size());
  const bool inferred = in_expression && others.empty();
  const bool others_wrong =
      !parenthesized && !inferred && (others.size() > other_params || (others.size() < required && !in_expression));
  const bool too_few = in_expression && !others.empty() && others.size() < required;
  if ((others_wrong || too_few) && segment)
    complain("generic argument", others.size() > other_params ? other_params : required, others.size());

  size_t next_lifetime = 0, next_other = 0;
  for (size_t i = first; i < g.params.size(); ++i) {
    const GenericParam& p = g.params[i];
    if (p.kind == GenericParam::Kind::Lifetime) {
      if (lifetimes.empty() && may_elide)
        args.push_back(elided());
      else if (lifetimes_wrong || next_lifetime >= lifetimes.size())
        args.push_back(next_lifetime < lifetimes.size() ? region(lifetimes[next_lifetime++]) : store_.unknown_region);
      else
        args.push_back(region(lifetimes[next_lifetime++]));
      continue;
    }
    if (!p.is_synthetic && next_other < others.size()) {
      // What an argument of a type that outlives a lifetime has for dyn is that lifetime; others have 'static.
      args.push_back(argument(p, others[next_other++]));
      continue;
    }
    args.push_back(left_out(def, p, static_cast<uint32_t>(i), args, in_expression || p.is_synthetic, others_wrong));
  }
  // What is too much is read all the same: for its errors.
  for (; next_other < others.size(); ++next_other) argument(GenericParam{}, others[next_other]);
  return store_.list(args);
}

// ---- Constants in types ----

bool Lowerer::literal(NodeId expression, TypeId type, ConstId* out) const {
  const Tree& t = tree();
  NodeId node = expression;
  bool negative = false;
  if (t.kind(node) == N::UnaryExpr && t.has_token(node, T::Minus)) {
    negative = true;
    node = t.child(node, Role::operand);
  }
  if (!node || t.kind(node) != N::LiteralExpr) return false;
  const uint32_t slot = word_slot(t, node);
  if (slot == UINT32_MAX) return false;
  const T kind = t.token_kind(slot);
  if (kind == T::KwTrue || kind == T::KwFalse) {
    if (store_.kind(type) != TypeKind::Bool || negative) return false;
    *out = store_.value(type, {kind == T::KwTrue ? uint64_t{1} : uint64_t{0}, 0});
    return true;
  }
  if (kind == T::Char && store_.kind(type) == TypeKind::Char && !negative) {
    StringValue value;
    if (!decode_string(kind, t.token_text(slot), &value) || value.bytes.empty()) return false;
    *out = store_.value(type, {static_cast<uint64_t>(code_point_at(value.bytes, 0).value), 0});
    return true;
  }
  if (kind != T::Int || store_.kind(type) != TypeKind::Int) return false;
  // Others, and those with a suffix that may not fit, are the evaluator's.
  const std::optional<std::string> digits = decimal_of_integer(t.token_text(slot));
  if (!digits || digits->size() > 18) return false;
  uint64_t magnitude = 0;
  for (const char d : *digits) magnitude = magnitude * 10 + static_cast<uint64_t>(d - '0');
  const uint32_t bits = int_bits(store_.int_kind(type), s_.inputs.pointer_bits);
  const bool is_signed_type = is_signed(store_.int_kind(type));
  if (negative && !is_signed_type) return false;
  const uint32_t value_bits = is_signed_type ? bits - 1 : bits;
  if (value_bits < 64 && magnitude > (uint64_t{1} << value_bits) - (negative ? 0 : 1)) return false;
  if (negative && magnitude != 0)
    *out = store_.value(type, {~magnitude + 1, UINT64_MAX});
  else
    *out = store_.value(type, {magnitude, 0});
  return true;
}

bool Lowerer::mentions_parameters(NodeId expression) {
  const Tree& t = tree();
  for (uint32_t at = expression.value; at < t.subtree_end(expression).value; ++at) {
    const NodeId node(at);
    const N kind = t.kind(node);
    if (kind != N::PathExpr && kind != N::PathType && kind != N::Path) continue;
    std::vector<NodeId> segments;
    segments_of(node, &segments);
    if (segments.empty()) continue;
    const uint32_t slot = word_slot(t, segments[0]);
    if (slot == UINT32_MAX) continue;
    if (t.token_kind(slot) == T::KwSelfType) return true;
    const std::string_view name = bare_name(t.token_text(slot));
    if (parameter_by_name(name, Namespace::Type).kind != PathMeaning::Kind::None ||
        parameter_by_name(name, Namespace::Value).kind != PathMeaning::Kind::None)
      return true;
  }
  return false;
}

ConstId Lowerer::constant(NodeId expression, TypeId type) {
  if (!expression || tree_ == nullptr) return store_.unknown_const;
  const Tree& t = tree();
  NodeId node = expression;
  // `{ N }` and `(N)` are `N`.
  for (uint32_t steps = 0; steps < 64; ++steps) {
    if (t.kind(node) == N::ParenExpr) {
      node = t.child(node, Role::expression);
    } else if (t.kind(node) == N::BlockExpr && !t.child(node, Role::label)) {
      const NodeId body = t.child(node, Role::body);
      const NodeId tail = body ? t.child(body, Role::tail) : NodeId();
      if (!tail || t.first_child(body) != tail) break;
      node = tail;
    } else {
      break;
    }
    if (!node) return store_.unknown_const;
  }
  if (t.kind(node) == N::Missing || t.kind(node) == N::Error) return store_.unknown_const;
  if (t.kind(node) == N::InferType || t.kind(node) == N::UnderscoreExpr) {
    if (scope_.infer != nullptr) return scope_.infer->new_const(type);
    return store_.unknown_const;
  }
  ConstId value;
  if (literal(node, type, &value)) return value;
  if (t.kind(node) == N::PathExpr || t.kind(node) == N::PathType) {
    if (!t.child(node, Role::qualified_self)) {
      const PathMeaning m = resolve(node, Namespace::Value);
      if (m.kind == PathMeaning::Kind::ConstParam) {
        std::vector<NodeId> segments;
        segments_of(node, &segments);
        return store_.const_param(m.index, store_.name(segment_name(segments[0])), type);
      }
    }
  }
  if (!scope_.text.source && !scope_.text.signature_of) {
    // A text that nobody keeps: it is evaluated at once.
    const ConstId site = store_.unevaluated(scope_.owner, store_.site({scope_.text, node}), store_.empty_list, type);
    const ConstResult r = s_.consts.evaluate(site);
    return r ? store_.value(type, r.bits) : store_.unknown_const;
  }
  const bool generic = mentions_parameters(node);
  const ListId args = generic ? s_.items.identity_args(scope_.owner) : store_.empty_list;
  return store_.unevaluated(scope_.owner, store_.site({scope_.text, node}), args, type);
}

}  // namespace rp
