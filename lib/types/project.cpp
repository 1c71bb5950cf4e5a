// Associated types: what a projection is, and types with their projections replaced.
#include <algorithm>

#include "types/selector.h"

namespace rp {
namespace {

std::vector<GenericArg> copy_of(const TypeStore& store, ListId list) {
  const std::span<const GenericArg> view = store.list_of(list);
  return {view.begin(), view.end()};
}

}  // namespace

class Normalizer final : public TermFolder {
 public:
  Normalizer(Selector& selector, bool reveal) : TermFolder(selector.store_), selector_(selector), reveal_(reveal) {}

 protected:
  [[nodiscard]] bool may_change(uint16_t flags, uint32_t) const override { return (flags & kHasAlias) != 0; }
  TypeId rebuilt(TypeId t) override {
    const TypeKind kind = store_.kind(t);
    if (kind == TypeKind::Opaque && reveal_) return store_.unknown;
    if (kind != TypeKind::Projection) return t;
    const TypeId value = selector_.project(store_.def(t), store_.arg_list(t), reveal_);
    if (!value) return t;
    // What an opaque type hides behind a projection is asked for, too.
    return reveal_ && store_.has(value, kHasOpaque) ? fold(value) : value;
  }
  ConstId fold_const(ConstId c) override {
    if (store_.kind(c) != ConstKind::Unevaluated) return {};
    return selector_.s_.consts.normalize(fold_parts(c), selector_.env_);
  }

 private:
  Selector& selector_;
  bool reveal_;
};

TypeId Selector::normalize(TypeId t, bool reveal) {
  if (store_.has(t, kHasInfer)) t = infer_.resolve(t);
  if (!store_.has(t, kHasAlias)) return t;
  if (s_.depth == 0) s_.goals = 0;
  if (s_.depth >= kMaxGoalDepth) return store_.unknown;
  const bool cacheable = !store_.has(t, kHasInfer) && s_.envs[env_.value].normal;
  const uint64_t key = uint64_t{env_.value} << 33 | uint64_t{reveal ? 1U : 0U} << 32 | t.value;
  if (cacheable)
    if (const auto at = s_.normalized.find(key); at != s_.normalized.end()) return at->second;
  const uint32_t outer_floor = s_.cycle_floor;
  s_.cycle_floor = UINT32_MAX;
  ++s_.depth;
  const TypeId result = Normalizer(*this, reveal).fold(t);
  --s_.depth;
  const bool depends = s_.cycle_floor != UINT32_MAX;
  s_.cycle_floor = std::min(outer_floor, s_.cycle_floor);
  if (cacheable && !depends && s_.depth + 8 < kMaxGoalDepth && s_.goals < s_.goal_limit)
    s_.normalized.emplace(key, result);
  return result;
}

ListId Selector::normalize(ListId list, bool reveal) {
  list = infer_.resolve(list);
  if ((store_.list_flags(list) & kHasAlias) == 0) return list;
  std::vector<GenericArg> args = copy_of(store_, list);
  for (GenericArg& arg : args) {
    if (arg.is_type()) arg = normalize(arg.type(), reveal);
    if (arg.is_const()) arg = s_.consts.normalize(arg.constant(), env_);
  }
  return store_.list(args);
}

bool Selector::predicate_matches(ListId pattern, ListId goal, Unify* how) {
  const InferTable::Snapshot before = infer_.snapshot();
  *how = infer_.unify(pattern, goal);
  if (*how == Unify::Equal) return true;
  infer_.roll_back(before);
  return false;
}

TypeId Selector::project(DefRef assoc, ListId given, bool reveal) {
  const DefRef trait = s_.items.container(assoc);
  const Def* d = s_.def(trait);
  if (d == nullptr || d->kind != DefKind::Trait) return store_.unknown;
  if (s_.depth == 0) s_.goals = 0;
  const ListId args = store_.erase_regions(infer_.resolve(given));
  const std::vector<GenericArg> all = copy_of(store_, args);
  const uint32_t own = s_.items.generics(trait).count();
  if (all.size() < own || all.empty() || !all[0].is_type()) return store_.unknown;
  const TypeId self = infer_.shallow(all[0].type());
  const TypeKind kind = store_.kind(self);
  if (kind <= TypeKind::Error) return self;
  const TypeId whole = store_.projection(assoc, args);
  for (const auto& [env, open] : s_.open_projections)
    if (env == env_.value && open == whole) {
      s_.cycle_floor = 0;
      return store_.error;
    }
  if (s_.depth >= kMaxGoalDepth || s_.goals >= s_.goal_limit) return store_.unknown;

  // What a variable stands for is not chosen by the assumption that would fit.
  if (kind == TypeKind::Infer && store_.infer_kind(self) == TypeStore::InferKind::General) return {};

  bool maybe = false;
  const auto term_of = [&](const Predicate& p, std::span<const GenericArg> values) {
    return p.term.is_type() ? store_.erase_regions(store_.substitute(store_.open_binder(p.term.type(), {}), values))
                            : store_.unknown;
  };
  Unify how = Unify::Different;
  const std::vector<Predicate> assumed = s_.envs[env_.value].predicates;
  for (const Predicate& p : assumed) {
    if (p.kind != Predicate::Kind::Projection || p.assoc != assoc) continue;
    if (predicate_matches(p.trait_ref.args, args, &how)) {
      const TypeId term = term_of(p, {});
      return term == whole ? TypeId() : term;
    }
    maybe = maybe || how == Unify::Ambiguous;
  }
  s_.open_projections.emplace_back(env_.value, whole);
  ++s_.depth;
  ++s_.goals;
  TypeId result;
  bool decided = false;
  const auto by_bounds = [&](const std::vector<Predicate>& bounds, std::span<const GenericArg> values) {
    for (const Predicate& p : bounds) {
      if (p.kind != Predicate::Kind::Projection || p.assoc != assoc) continue;
      const ListId made = store_.erase_regions(store_.substitute(store_.open_binder(p.trait_ref.args, {}), values));
      if (predicate_matches(made, args, &how)) {
        result = normalize(term_of(p, values));
        decided = true;
        return;
      }
      maybe = maybe || how == Unify::Ambiguous;
    }
  };
  // `Self: Sub<Item = u8>` of a trait that a bound names, or of a supertrait of it.
  const auto by_supertraits = [&](const std::vector<Predicate>& bounds, std::span<const GenericArg> values) {
    for (const Predicate& p : bounds) {
      if (p.kind != Predicate::Kind::Trait) continue;
      const TraitRef made{p.trait_ref.trait,
                          store_.erase_regions(store_.substitute(store_.open_binder(p.trait_ref.args, {}), values))};
      for (const TraitRef& super : s_.traits.supertraits(made)) {
        const std::vector<GenericArg> parts = copy_of(store_, super.args);
        const std::vector<Predicate> own_predicates = s_.items.predicates(super.trait).own;
        by_bounds(own_predicates, parts);
        if (decided) return;
      }
    }
  };
  TypeId alias = self;
  for (uint32_t steps = 0; steps < 16 && !decided; ++steps) {
    const TypeKind alias_kind = store_.kind(alias);
    if (alias_kind != TypeKind::Projection && alias_kind != TypeKind::Opaque) break;
    const std::vector<GenericArg> values = copy_of(store_, store_.arg_list(alias));
    if (alias_kind == TypeKind::Projection) {
      const std::vector<Predicate> bounds = s_.items.item_bounds(store_.def(alias));
      by_bounds(bounds, values);
      if (!decided) by_supertraits(bounds, values);
    } else {
      const OpaqueInfo info = s_.items.opaque(store_.def(alias), store_.ordinal(alias));
      by_bounds(info.bounds, values);
      if (!decided) by_supertraits(info.bounds, values);
      if (info.unknown && !decided) maybe = true;
    }
    if (values.empty() || !values[0].is_type() || alias_kind == TypeKind::Opaque) break;
    alias = values[0].type();
  }
  if (!decided && kind == TypeKind::Dyn) {
    for (const DynPredicate& p : store_.dyn_predicates(self)) {
      std::vector<GenericArg> made{GenericArg(self)};
      const std::vector<GenericArg> rest = copy_of(store_, store_.erase_regions(store_.open_binder(p.args, {})));
      made.insert(made.end(), rest.begin(), rest.end());
      if (p.kind == DynPredicate::Kind::Projection && p.def == assoc) {
        if (predicate_matches(store_.list(made), args, &how)) {
          result = p.term.is_type() ? store_.erase_regions(store_.open_binder(p.term.type(), {})) : store_.unknown;
          decided = true;
          break;
        }
        maybe = maybe || how == Unify::Ambiguous;
      }
      if (p.kind == DynPredicate::Kind::Principal) {
        for (const TraitRef& super : s_.traits.supertraits({p.def, store_.list(made)})) {
          const std::vector<GenericArg> values = copy_of(store_, super.args);
          const std::vector<Predicate> own_predicates = s_.items.predicates(super.trait).own;
          by_bounds(own_predicates, values);
          if (decided) break;
        }
      }
      if (decided) break;
    }
  }
  if (!decided) result = project_builtin(assoc, s_.items.lang_of(trait), self, &decided);
  if (!decided) {
    const Selection found = select({trait, store_.list(std::span(all).first(own))});
    const uint16_t flags = store_.list_flags(args);
    const bool open = (flags & (kHasParam | kHasPlaceholder | kHasInfer)) != 0;
    switch (found.answer) {
      case Answer::Yes:
        if (found.kind == Selection::Kind::Impl)
          result = project_impl(assoc, args, found, reveal);
        else if (found.kind == Selection::Kind::Builtin || found.kind == Selection::Kind::Auto)
          result = store_.unknown;
        break;
      case Answer::No:
        if (!open) result = store_.error;
        break;
      case Answer::Unknown:
        // What an impl says does not depend on whether its bounds hold.
        if (s_.coherence && (flags & kHasInfer) != 0 && found.kind == Selection::Kind::Impl)
          result = project_impl(assoc, args, found, reveal);
        else if (!(found.ambiguous && (flags & kHasInfer) != 0))
          result = store_.unknown;
        break;
    }
    if (!result && maybe) result = store_.unknown;
  }
  --s_.depth;
  s_.open_projections.pop_back();
  if (result == whole) return {};
  return result;
}

TypeId Selector::project_impl(DefRef assoc, ListId given, const Selection& found, bool reveal) {
  const NameId name = store_.name(s_.items.name_of(assoc));
  const std::vector<GenericArg> all = copy_of(store_, given);
  const uint32_t own = s_.items.generics(s_.items.container(assoc)).count();
  if ((store_.list_flags(found.args) & kHasInfer) != 0 && (store_.list_flags(given) & kHasInfer) == 0)
    return store_.unknown;
  const DefRef item = s_.items.find_item(found.impl, name, DefKind::AssocType);
  // Before code is generated nobody may rely on what a special case may replace.
  if (!reveal && item) {
    const Items::Text text = s_.items.text_of(item);
    if (text.tree != nullptr && text.tree->has_token(text.node, TokenKind::KwDefault)) return {};
    if (s_.coherence && found.several) return {};
  }
  if (item && s_.conditions.on(item) && !s_.conditions.on(found.impl)) return store_.unknown;
  if (!item) {
    if (s_.items.impl(found.impl).unknown) return store_.unknown;
    if (s_.conditions.inside(found.impl)) return store_.unknown;
    const Items::Text text = s_.items.text_of(assoc);
    if (text.tree == nullptr || !text.tree->child(text.node, Role::type)) return store_.unknown;
    return normalize(store_.substitute(s_.items.type_of(assoc), all));
  }
  std::vector<GenericArg> values = copy_of(store_, found.args);
  values.insert(values.end(), all.begin() + own, all.end());
  const TypeId value = s_.items.type_of(item);
  return normalize(store_.erase_regions(store_.substitute(value, values)));
}

TypeId Selector::project_builtin(DefRef assoc, LangItem trait, TypeId self, bool* decided) {
  const TypeKind kind = store_.kind(self);
  switch (trait) {
    case LangItem::DiscriminantKind: {
      if (kind == TypeKind::Param || kind == TypeKind::Placeholder || kind == TypeKind::Projection ||
          kind == TypeKind::Opaque || kind == TypeKind::Infer)
        return {};
      *decided = true;
      if (kind == TypeKind::Closure || kind == TypeKind::Bound) return store_.unknown;
      if (kind == TypeKind::Coroutine) return store_.integer(IntKind::U32);
      if (kind != TypeKind::Adt) return store_.integer(IntKind::U8);
      const AdtInfo& info = s_.items.adt(store_.def(self));
      if (info.unknown) return store_.unknown;
      if (info.kind != DefKind::Enum) return store_.integer(IntKind::U8);
      return store_.integer(info.repr.integer.value_or(IntKind::Isize));
    }
    case LangItem::Pointee: {
      if (assoc != s_.items.lang(LangItem::PointeeMetadata)) return {};
      const TypeId tail = s_.traits.struct_tail(self, env_);
      switch (store_.kind(tail)) {
        case TypeKind::Unknown:
        case TypeKind::Error:
          *decided = true;
          return store_.unknown;
        case TypeKind::Str:
        case TypeKind::Slice:
          *decided = true;
          return store_.integer(IntKind::Usize);
        case TypeKind::Dyn: {
          *decided = true;
          const DefRef metadata = s_.items.lang(LangItem::DynMetadata);
          if (!metadata) return store_.unknown;
          const GenericArg arg = tail;
          return store_.adt(metadata, store_.list({&arg, 1}));
        }
        case TypeKind::Param:
        case TypeKind::Placeholder:
        case TypeKind::Projection:
        case TypeKind::Opaque: {
          const DefRef sized = s_.items.lang(LangItem::Sized);
          const GenericArg arg = tail;
          *decided = true;
          if (sized && select({sized, store_.list({&arg, 1})}).answer == Answer::Yes) return store_.unit;
          return {};
        }
        case TypeKind::Infer:
        case TypeKind::Bound:
          *decided = true;
          return {};
        default:
          *decided = true;
          return store_.unit;
      }
    }
    case LangItem::FnOnce: {
      if (kind != TypeKind::FnDef && kind != TypeKind::FnPtr) return {};
      *decided = true;
      TypeId pointer = self;
      if (kind == TypeKind::FnDef)
        pointer = store_.substitute(s_.items.fn_signature(store_.def(self)), copy_of(store_, store_.arg_list(self)));
      if (store_.kind(pointer) != TypeKind::FnPtr) return store_.unknown;
      return normalize(store_.erase_regions(store_.open_binder(store_.signature(pointer).output, {})));
    }
    default:
      return {};
  }
}

}  // namespace rp
