// Which candidate a goal is decided by: assumptions, bounds of aliases, dyn types, the language, impls.
#include <algorithm>

#include "types/selector.h"

namespace rp {
namespace {

Answer all(Answer a, Answer b) {
  if (a == Answer::No || b == Answer::No) return Answer::No;
  return a == Answer::Unknown || b == Answer::Unknown ? Answer::Unknown : Answer::Yes;
}

// How far the last fields of last fields are followed.
constexpr int kMaxTailSteps = 32;

std::vector<GenericArg> copy_of(const TypeStore& store, ListId list) {
  const std::span<const GenericArg> view = store.list_of(list);
  return {view.begin(), view.end()};
}

}  // namespace

bool Selector::coinductive(DefRef trait) {
  const LangItem lang = s_.items.lang_of(trait);
  return lang == LangItem::Sized || lang == LangItem::MetaSized || s_.items.trait(trait).is_auto ||
         s_.items.trait(trait).is_coinductive;
}

Selection Selector::select(TraitRef goal) {
  if (s_.depth == 0) s_.goals = 0;
  return evaluate(goal);
}

Selection Selector::evaluate(const TraitRef& given) {
  const TraitRef goal{given.trait, store_.erase_regions(infer_.resolve(given.args))};
  Selection unknown;
  const std::span<const GenericArg> view = goal.trait ? store_.list_of(goal.args) : std::span<const GenericArg>();
  if (view.empty() || !view[0].is_type() || s_.def(goal.trait) == nullptr) return unknown;
  if (s_.depth >= kMaxGoalDepth || s_.goals >= s_.goal_limit) {
    unknown.overflow = true;
    return unknown;
  }
  ++s_.goals;
  Cancellation::poll(s_.inputs.cancellation);
  const bool cacheable = (store_.list_flags(goal.args) & kHasInfer) == 0 && s_.envs[env_.value].normal;
  const SelectionKey key{env_.value, goal.trait, goal.args};
  if (cacheable)
    if (const auto at = s_.selections.find(key); at != s_.selections.end()) {
      if (at->second.answer == Answer::No && !failed) failed = goal;
      s_.cycles += at->second.cyclic ? 1 : 0;
      s_.not_seen += at->second.not_seen ? 1 : 0;
      return at->second;
    }
  std::vector<SelectionKey>& open = s_.open_goals;
  for (size_t i = open.size(); i-- > 0;) {
    if (!(open[i] == key)) continue;
    bool co = true;
    for (size_t j = i; j < open.size(); ++j) co = co && coinductive(open[j].trait);
    s_.cycle_floor = std::min(s_.cycle_floor, static_cast<uint32_t>(i));
    if (!co) ++s_.cycles;
    if (!co && s_.coherence) {
      unknown.ambiguous = true;
      return unknown;
    }
    return selected(Selection::Kind::Auto, co ? Answer::Yes : Answer::No);
  }
  const auto index = static_cast<uint32_t>(open.size());
  const uint32_t outer_floor = s_.cycle_floor;
  s_.cycle_floor = UINT32_MAX;
  open.push_back(key);
  ++s_.depth;
  const uint32_t cycles = s_.cycles, not_seen = s_.not_seen;
  Selection result = candidates(goal);
  result.cyclic = s_.cycles != cycles;
  result.not_seen = s_.not_seen != not_seen;
  --s_.depth;
  open.pop_back();
  // An answer that was found while a goal further out was taken to hold, or not to, counts only together with that.
  const bool depends = s_.cycle_floor < index;
  s_.cycle_floor = std::min(outer_floor, depends ? s_.cycle_floor : UINT32_MAX);
  if (result.answer == Answer::No && !failed) failed = goal;
  if (cacheable && !depends && !result.overflow && s_.goals < s_.goal_limit) s_.selections.emplace(key, result);
  return result;
}

Selection Selector::candidates(const TraitRef& goal) {
  const TypeId self = infer_.shallow(store_.list_of(goal.args)[0].type());
  const TypeKind kind = store_.kind(self);
  const LangItem lang = s_.items.lang_of(goal.trait);
  if (lang == LangItem::PointeeSized) return selected(Selection::Kind::Builtin, Answer::Yes);
  if (kind <= TypeKind::Error) return {};
  // What a variable stands for is not chosen by the assumption that would fit.
  if (kind == TypeKind::Infer && store_.infer_kind(self) == TypeStore::InferKind::General) {
    Selection s;
    s.ambiguous = true;
    return s;
  }
  Selection where = from_environment(goal);
  if (where.kind == Selection::Kind::Where) return where;
  const bool open_env = where.ambiguous;
  const bool alias = kind == TypeKind::Projection || kind == TypeKind::Opaque;
  const auto or_unknown = [&](Selection s) {
    if (s.answer == Answer::No && open_env) s.answer = Answer::Unknown;
    return s;
  };
  if (alias) {
    const Selection bound = from_bounds(goal, self);
    if (bound.answer == Answer::Yes) return bound;
    // What an alias of something unknown promises is unknown; a projection with variables may yet be normalised.
    if (store_.has(self, kHasUnknown) || bound.ambiguous) return {};
    if (store_.has(self, kHasInfer)) {
      Selection s;
      s.ambiguous = true;
      return s;
    }
  }
  if (kind == TypeKind::Dyn) {
    const Selection object = from_object(goal, self);
    if (object.answer == Answer::Yes) return object;
    if (object.ambiguous) return {};
  }
  bool decided = false;
  const Selection by_language = builtin(goal, self, lang, &decided);
  if (decided) return or_unknown(by_language);
  if (s_.items.trait(goal.trait).is_auto) return or_unknown(auto_trait(goal, self));
  bool negative = false;
  const Selection impl = from_impls(goal, self, &negative);
  if (negative || impl.answer == Answer::Yes) return impl;
  if (by_language.answer == Answer::Yes) return by_language;
  Selection result = impl;
  if (by_language.kind == Selection::Kind::Builtin && by_language.answer == Answer::Unknown) result = by_language;
  // The types of closures and what async functions return are not known before bodies are inferred.
  if (result.answer == Answer::No && (kind == TypeKind::Closure || kind == TypeKind::Coroutine)) return {};
  return or_unknown(result);
}

// ---- Assumptions and bounds ----

Selection Selector::from_environment(const TraitRef& goal) {
  const Environment& env = s_.envs[env_.value];
  Selection none;
  none.answer = Answer::No;
  bool maybe = env.unknown && (store_.list_flags(goal.args) & (kHasParam | kHasPlaceholder | kHasInfer)) != 0;
  std::vector<ListId> matches;
  for (const Predicate& p : env.predicates) {
    if (p.kind != Predicate::Kind::Trait || p.trait_ref.trait != goal.trait) continue;
    const InferTable::Snapshot before = infer_.snapshot();
    const Unify how = infer_.unify(p.trait_ref.args, goal.args);
    infer_.roll_back(before);
    if (how == Unify::Equal && std::find(matches.begin(), matches.end(), p.trait_ref.args) == matches.end())
      matches.push_back(p.trait_ref.args);
    maybe = maybe || how == Unify::Ambiguous;
  }
  const bool open = (store_.list_flags(goal.args) & kHasInfer) != 0;
  if (!matches.empty() && (!open || matches.size() == 1)) {
    infer_.unify(matches.front(), goal.args);
    return selected(Selection::Kind::Where, Answer::Yes);
  }
  none.ambiguous = maybe || !matches.empty();
  return none;
}

// `type Item: Bound` holds for every `<T as Trait>::Item`, and bounds on parts of it are written there, too.
Selection Selector::from_bounds(const TraitRef& goal, TypeId self) {
  Selection none;
  none.answer = Answer::No;
  TypeId alias = self;
  for (uint32_t steps = 0; steps < 16; ++steps) {
    const TypeKind kind = store_.kind(alias);
    if (kind != TypeKind::Projection && kind != TypeKind::Opaque) break;
    const std::vector<GenericArg> args = copy_of(store_, store_.arg_list(alias));
    const std::vector<Predicate>* bounds = nullptr;
    if (kind == TypeKind::Projection) {
      bounds = &s_.items.item_bounds(store_.def(alias));
    } else {
      const OpaqueInfo& info = s_.items.opaque(store_.def(alias), store_.ordinal(alias));
      none.ambiguous = none.ambiguous || info.unknown;
      bounds = &info.bounds;
    }
    const std::vector<Predicate> list = *bounds;
    for (const Predicate& p : list) {
      if (p.kind == Predicate::Kind::Unknown) none.ambiguous = true;
      if (p.kind != Predicate::Kind::Trait) continue;
      const TraitRef made{p.trait_ref.trait,
                          store_.erase_regions(store_.substitute(store_.open_binder(p.trait_ref.args, {}), args))};
      for (const TraitRef& super : s_.traits.supertraits(made)) {
        if (super.trait != goal.trait) continue;
        ListId own = super.args;
        if ((store_.list_flags(own) & kHasAlias) != 0) {
          // Self stays as it is: it is what the bound is about.
          std::vector<GenericArg> parts = copy_of(store_, own);
          for (size_t i = 1; i < parts.size(); ++i)
            if (parts[i].is_type()) parts[i] = normalize(parts[i].type());
          own = store_.list(parts);
        }
        const InferTable::Snapshot before = infer_.snapshot();
        const Unify how = infer_.unify(own, goal.args);
        if (how == Unify::Equal) return selected(Selection::Kind::Bound, Answer::Yes);
        infer_.roll_back(before);
        none.ambiguous = none.ambiguous || how == Unify::Ambiguous;
      }
    }
    if (args.empty() || !args[0].is_type() || kind == TypeKind::Opaque) break;
    alias = args[0].type();
  }
  return none;
}

Selection Selector::from_object(const TraitRef& goal, TypeId self) {
  Selection none;
  none.answer = Answer::No;
  const std::vector<DynPredicate> predicates = store_.dyn_predicates(self);
  for (const DynPredicate& p : predicates) {
    if (p.kind == DynPredicate::Kind::Auto) {
      if (p.def == goal.trait) return selected(Selection::Kind::Object, Answer::Yes);
      continue;
    }
    if (p.kind != DynPredicate::Kind::Principal) continue;
    std::vector<GenericArg> args{GenericArg(self)};
    const std::vector<GenericArg> rest = copy_of(store_, store_.erase_regions(store_.open_binder(p.args, {})));
    args.insert(args.end(), rest.begin(), rest.end());
    for (const TraitRef& super : s_.traits.supertraits({p.def, store_.list(args)})) {
      if (super.trait != goal.trait) continue;
      ListId own = super.args;
      if ((store_.list_flags(own) & kHasAlias) != 0) own = normalize(own);
      const InferTable::Snapshot before = infer_.snapshot();
      const Unify how = infer_.unify(own, goal.args);
      if (how == Unify::Equal) return selected(Selection::Kind::Object, Answer::Yes);
      infer_.roll_back(before);
      none.ambiguous = none.ambiguous || how == Unify::Ambiguous;
    }
  }
  return none;
}

// ---- The language ----

Answer Selector::all_of(DefRef trait, std::span<const TypeId> types) {
  Answer result = Answer::Yes;
  for (const TypeId t : types) {
    const GenericArg self = normalize(t);
    result = all(result, evaluate({trait, store_.list({&self, 1})}).answer);
    if (result == Answer::No) break;
  }
  return result;
}

// Whether the end of a type's last fields is an associated type that its trait declares to be Sized. Then nobody needs
// to find out what it is, which in a type that holds pointers to itself would lead back to the question.
bool Selector::promises_sized(DefRef trait, TypeId tail) {
  for (int steps = 0; steps < kMaxTailSteps; ++steps) {
    if (store_.kind(tail) == TypeKind::Projection) {
      const GenericArg self = tail;
      return s_.items.lang_of(trait) == LangItem::Sized &&
             from_bounds({trait, store_.list({&self, 1})}, tail).answer == Answer::Yes;
    }
    if (store_.kind(tail) != TypeKind::Adt) return false;
    const AdtInfo& info = s_.items.adt(store_.def(tail));
    if (info.kind != DefKind::Struct || info.unknown || info.variants.empty() || info.variants[0].fields.empty())
      return false;
    tail = store_.substitute(info.variants[0].fields.back().type, copy_of(store_, store_.arg_list(tail)));
  }
  return false;
}

Selection Selector::sized(const TraitRef& goal, TypeId self) {
  const auto yes_no = [](bool yes) { return selected(Selection::Kind::Builtin, yes ? Answer::Yes : Answer::No); };
  switch (store_.kind(self)) {
    case TypeKind::Str:
    case TypeKind::Slice:
    case TypeKind::Dyn:
    case TypeKind::Foreign:
      return yes_no(false);
    case TypeKind::Param:
    case TypeKind::Projection:
    case TypeKind::Placeholder:
      return yes_no(false);  // nothing says so
    case TypeKind::Opaque:
    case TypeKind::Bound:
      return selected(Selection::Kind::Builtin, Answer::Unknown);
    case TypeKind::Tuple: {
      const std::span<const GenericArg> parts = store_.args(self);
      if (parts.empty()) return yes_no(true);
      const TypeId last = parts.back().type();
      return selected(Selection::Kind::Builtin, all_of(goal.trait, {&last, 1}));
    }
    case TypeKind::Adt: {
      const AdtInfo& info = s_.items.adt(store_.def(self));
      if (info.kind != DefKind::Struct) return yes_no(true);
      if (info.variants.empty()) return selected(Selection::Kind::Builtin, Answer::Unknown);
      if (info.variants[0].fields.empty())
        return selected(Selection::Kind::Builtin, info.unknown ? Answer::Unknown : Answer::Yes);
      const TypeId last =
          store_.substitute(info.variants[0].fields.back().type, copy_of(store_, store_.arg_list(self)));
      if (promises_sized(goal.trait, last)) return yes_no(true);
      // Most last fields are no matter of arguments.
      return selected(Selection::Kind::Builtin, all_of(goal.trait, {&last, 1}));
    }
    default:
      return yes_no(true);
  }
}

Selection Selector::callable(const TraitRef& goal, TypeId self) {
  TypeId pointer = self;
  if (store_.kind(self) == TypeKind::FnDef)
    pointer = store_.substitute(s_.items.fn_signature(store_.def(self)), copy_of(store_, store_.arg_list(self)));
  if (store_.kind(pointer) != TypeKind::FnPtr) return selected(Selection::Kind::Builtin, Answer::Unknown);
  const TypeStore::Signature signature = store_.signature(pointer);
  if (signature.is_unsafe || signature.is_variadic) return selected(Selection::Kind::Builtin, Answer::No);
  std::vector<TypeId> inputs;
  for (const GenericArg input : signature.inputs) inputs.push_back(input.type());
  TypeId tuple = store_.erase_regions(store_.open_binder(store_.tuple(inputs), {}));
  tuple = normalize(tuple);
  const std::span<const GenericArg> args = store_.list_of(goal.args);
  if (args.size() < 2 || !args[1].is_type()) return selected(Selection::Kind::Builtin, Answer::Unknown);
  switch (infer_.unify(tuple, args[1].type())) {
    case Unify::Equal:
      return selected(Selection::Kind::Builtin, Answer::Yes);
    case Unify::Different:
      return selected(Selection::Kind::Builtin, Answer::No);
    case Unify::Ambiguous:
      break;
  }
  return selected(Selection::Kind::Builtin, Answer::Unknown);
}

Selection Selector::builtin(const TraitRef& goal, TypeId self, LangItem lang, bool* decided) {
  const TypeKind kind = store_.kind(self);
  const auto decide = [&](Answer answer) {
    *decided = true;
    return selected(Selection::Kind::Builtin, answer);
  };
  Selection none;
  none.answer = Answer::No;
  const bool opened = kind == TypeKind::Param || kind == TypeKind::Placeholder || kind == TypeKind::Projection;
  switch (lang) {
    case LangItem::Sized:
      *decided = true;
      return sized(goal, self);
    case LangItem::MetaSized:
      return decide(kind == TypeKind::Foreign ? Answer::No : Answer::Yes);
    case LangItem::PointeeSized:
    case LangItem::Pointee:
    case LangItem::DiscriminantKind:
    case LangItem::Destruct:
      return decide(Answer::Yes);
    case LangItem::Tuple:
      return decide(kind == TypeKind::Tuple ? Answer::Yes : opened ? Answer::No : Answer::No);
    case LangItem::FnPtrTrait:
      return decide(kind == TypeKind::FnPtr ? Answer::Yes : Answer::No);
    case LangItem::Copy:
    case LangItem::Clone:
      switch (kind) {
        case TypeKind::FnDef:
        case TypeKind::FnPtr:
          return decide(Answer::Yes);
        case TypeKind::Closure:
        case TypeKind::Coroutine:
          return decide(Answer::Unknown);
        case TypeKind::Tuple: {
          std::vector<TypeId> parts;
          for (const GenericArg part : store_.args(self)) parts.push_back(part.type());
          return decide(all_of(goal.trait, parts));
        }
        case TypeKind::Array: {
          // The library's impl is for it; with it the length does not matter.
          const TypeId element = store_.element(self);
          return decide(all_of(goal.trait, {&element, 1}));
        }
        case TypeKind::Never:
          return decide(Answer::Yes);
        case TypeKind::Pattern: {
          const TypeId base = store_.element(self);
          return decide(all_of(goal.trait, {&base, 1}));
        }
        default:
          return none;
      }
    case LangItem::Fn:
    case LangItem::FnMut:
    case LangItem::FnOnce:
      if (kind == TypeKind::FnDef || kind == TypeKind::FnPtr) {
        *decided = true;
        return callable(goal, self);
      }
      if (kind == TypeKind::Closure) return decide(Answer::Unknown);
      return none;
    case LangItem::AsyncFn:
    case LangItem::AsyncFnMut:
    case LangItem::AsyncFnOnce:
    case LangItem::BikeshedGuaranteedNoDrop:
      return decide(Answer::Unknown);
    case LangItem::TransmuteFrom:  // layouts decide, and a type that is not known has none
      return decide(opened ? Answer::No : Answer::Unknown);
    case LangItem::Unsize: {
      const std::span<const GenericArg> args = store_.list_of(goal.args);
      if (args.size() < 2 || !args[1].is_type()) return decide(Answer::Unknown);
      const TypeId target = infer_.shallow(args[1].type());
      const TypeKind to = store_.kind(target);
      if (kind == TypeKind::Array && to == TypeKind::Slice) {
        const Unify how = infer_.unify(store_.element(self), store_.element(target));
        return decide(how == Unify::Equal ? Answer::Yes : how == Unify::Different ? Answer::No : Answer::Unknown);
      }
      const auto unclear = [](TypeKind k) {
        return k <= TypeKind::Infer || k == TypeKind::Projection || k == TypeKind::Opaque || k == TypeKind::Dyn;
      };
      if (unclear(kind) || unclear(to)) return decide(Answer::Unknown);
      // Besides, a struct coerces to the same struct with another tail.
      if (kind == TypeKind::Adt && to == TypeKind::Adt && store_.def(self) == store_.def(target))
        return decide(Answer::Unknown);
      return decide(Answer::No);
    }
    default:
      return none;
  }
}

// ---- Auto traits ----

// The types that an auto trait must hold for; false when they are not known.
bool Selector::constituents(TypeId t, std::vector<TypeId>* out) {
  switch (store_.kind(t)) {
    case TypeKind::Array:
    case TypeKind::Slice:
    case TypeKind::RawPtr:
    case TypeKind::Ref:
    case TypeKind::Pattern:
      out->push_back(store_.element(t));
      return true;
    case TypeKind::Tuple:
      for (const GenericArg part : store_.args(t)) out->push_back(part.type());
      return true;
    case TypeKind::Adt: {
      const AdtInfo& info = s_.items.adt(store_.def(t));
      if (info.unknown) return false;
      const std::vector<GenericArg> args = copy_of(store_, store_.arg_list(t));
      if (info.is_phantom_data) {
        for (const GenericArg arg : args)
          if (arg.is_type()) out->push_back(arg.type());
        return true;
      }
      for (const VariantInfo& v : info.variants)
        for (const FieldInfo& f : v.fields) out->push_back(store_.substitute(f.type, args));
      return true;
    }
    default:
      return true;
  }
}

Selection Selector::auto_trait(const TraitRef& goal, TypeId self) {
  const TypeKind kind = store_.kind(self);
  switch (kind) {
    case TypeKind::Closure:
    case TypeKind::Coroutine:
    case TypeKind::Opaque:  // what is behind it decides
    case TypeKind::Bound:
    case TypeKind::Infer:
      return {};
    default:
      break;
  }
  const TraitImpls& impls = impls_by_key(s_, goal.trait, self);
  const uint64_t key = type_key(store_, self);
  const bool rigid = kind == TypeKind::Param || kind == TypeKind::Placeholder || kind == TypeKind::Projection;
  const auto keyed = impls.by_key.find(key);
  if (!impls.blanket.empty() || (!rigid && keyed != impls.by_key.end())) {
    bool negative = false;
    return from_impls(goal, self, &negative);
  }
  Selection no;
  no.answer = Answer::No;
  if (rigid || kind == TypeKind::Dyn || kind == TypeKind::Foreign) {
    if (may_be_unseen(goal)) no.answer = Answer::Unknown;
    return no;
  }
  std::vector<TypeId> parts;
  if (!constituents(self, &parts)) {
    ++s_.not_seen;
    return {};
  }
  Selection result = selected(Selection::Kind::Auto, all_of(goal.trait, parts));
  if (result.answer == Answer::No && may_be_unseen(goal)) result.answer = Answer::Unknown;
  // A derive that was not expanded may take Unpin back.
  if (result.answer == Answer::Yes && kind == TypeKind::Adt && has_unseen_derives(s_, store_.def(self)))
    result.answer = Answer::Unknown;
  return result;
}

// ---- Impls ----

ListId Selector::fresh_args(DefRef def) {
  std::vector<GenericArg> args;
  std::vector<DefRef> chain;
  for (DefRef at = def; at; at = s_.items.generics(at).parent) chain.push_back(at);
  for (size_t i = chain.size(); i-- > 0;) {
    for (const GenericParam& p : s_.items.generics(chain[i]).params) {
      switch (p.kind) {
        case GenericParam::Kind::Lifetime:
          args.push_back(store_.erased);
          break;
        case GenericParam::Kind::Type:
          args.push_back(infer_.new_type());
          break;
        case GenericParam::Kind::Const:
          args.push_back(infer_.new_const(p.const_type));
          break;
      }
    }
  }
  return store_.list(args);
}

// Variables are left bound as the impl needs them: the caller takes them back.
Selector::Candidate Selector::try_impl(DefRef impl, const TraitRef& goal) {
  Candidate c;
  c.kind = Selection::Kind::Impl;
  c.impl = impl;
  const ImplInfo& info = s_.items.impl(impl);
  if (!info.trait_ref) {
    ++s_.not_seen;
    return c;
  }
  const ListId args = fresh_args(impl);
  const std::vector<GenericArg> values = copy_of(store_, args);
  ListId header = store_.erase_regions(store_.substitute(info.trait_ref.args, values));
  if ((store_.list_flags(header) & kHasAlias) != 0) header = normalize(header);
  const Unify how = infer_.unify(header, goal.args);
  if (how == Unify::Different) {
    c.answer = Answer::No;
    return c;
  }
  c.exact = how == Unify::Equal;
  c.binds = (store_.list_flags(goal.args) & kHasInfer) != 0 && infer_.resolve(goal.args) != goal.args;
  const Predicates& predicates = s_.items.predicates(impl);
  Answer answer = holds_all(predicates.own, values);
  if (answer == Answer::Yes && (!c.exact || predicates.unknown || info.unknown)) answer = Answer::Unknown;
  if (predicates.unknown || info.unknown || (store_.list_flags(header) & kHasUnknown) != 0) ++s_.not_seen;
  c.answer = answer;
  c.args = infer_.resolve(args);
  return c;
}

bool Selector::may_be_unseen(const TraitRef& goal) {
  const bool unseen = has_unseen_parts(goal);
  s_.not_seen += unseen ? 1 : 0;
  return unseen;
}

bool Selector::has_unseen_parts(const TraitRef& goal) {
  if (s_.items.trait(goal.trait).unknown || has_unseen_impls(s_, goal.trait.crate)) return true;
  if ((store_.list_flags(goal.args) & kHasUnknown) != 0) return true;
  // A crate with a type in the goal may have an impl.
  std::vector<GenericArg> open = copy_of(store_, goal.args);
  std::vector<uint32_t> seen;
  while (!open.empty() && seen.size() < 2000) {
    const GenericArg arg = open.back();
    open.pop_back();
    if (!arg.is_type() || std::find(seen.begin(), seen.end(), arg.raw()) != seen.end()) continue;
    seen.push_back(arg.raw());
    const TypeId t = arg.type();
    switch (store_.kind(t)) {
      case TypeKind::Adt:
        if (has_unseen_impls(s_, store_.def(t).crate) || has_unseen_derives(s_, store_.def(t))) return true;
        [[fallthrough]];
      case TypeKind::Tuple:
        for (const GenericArg part : store_.args(t)) open.push_back(part);
        break;
      case TypeKind::Array:
      case TypeKind::Slice:
      case TypeKind::RawPtr:
      case TypeKind::Ref:
        open.emplace_back(store_.element(t));
        break;
      case TypeKind::Dyn:
        for (const DynPredicate& p : store_.dyn_predicates(t))
          if (has_unseen_impls(s_, p.def.crate)) return true;
        break;
      default:
        break;
    }
  }
  return false;
}

Selection Selector::from_impls(const TraitRef& goal, TypeId self, bool* negative) {
  const TraitImpls& impls = impls_by_key(s_, goal.trait, self);
  const uint64_t key = type_key(store_, self);
  const bool any = store_.kind(self) == TypeKind::Infer;
  std::vector<DefRef> list;
  if (any) {
    list = impls.all;
  } else {
    if (key != 0)
      if (const auto at = impls.by_key.find(key); at != impls.by_key.end()) list = at->second;
    list.insert(list.end(), impls.blanket.begin(), impls.blanket.end());
  }
  std::vector<Candidate> found;
  bool perhaps_negative = false;
  DefRef refused_by;
  const InferTable::Snapshot before = infer_.snapshot();
  const TraitRef first_failed = failed;
  TraitRef nested_failed;
  size_t matching = 0;
  for (const DefRef impl : list) {
    // For each type that it is for there is another impl, which has the rest of the items.
    if (s_.items.impl(impl).is_default) continue;
    failed = {};
    const Candidate c = try_impl(impl, goal);
    infer_.roll_back(before);
    if (c.answer == Answer::No) {
      // The reason is worth telling when there was but one that could have applied.
      if (failed && type_key(store_, s_.items.impl(impl).self_type) != 0) {
        nested_failed = failed;
        ++matching;
      }
      continue;
    }
    if (s_.items.impl(impl).reservation) {
      perhaps_negative = true;
      continue;
    }
    if (s_.items.impl(impl).negative) {
      if (c.answer == Answer::Yes && !c.binds) {
        *negative = true;
        failed = first_failed;
        Selection s;
        s.answer = Answer::No;
        s.impl = impl;
        return s;
      }
      perhaps_negative = true;
      refused_by = impl;
      continue;
    }
    found.push_back(c);
  }
  failed = first_failed;
  Selection result;
  if (found.empty()) {
    result.answer = perhaps_negative || may_be_unseen(goal) ? Answer::Unknown : Answer::No;
    result.impl = refused_by;
    if (result.answer == Answer::No && matching == 1 && !failed) failed = nested_failed;
    return result;
  }
  const bool open = (store_.list_flags(goal.args) & kHasInfer) != 0;
  if (open && found.size() > 1) {
    result.ambiguous = true;
    return result;
  }
  // Of several that apply the more special one is meant: one for this very type.
  const Candidate* best = nullptr;
  for (const Candidate& c : found) {
    if (best == nullptr || (c.answer == Answer::Yes && best->answer != Answer::Yes)) best = &c;
  }
  result.kind = Selection::Kind::Impl;
  result.impl = best->impl;
  result.answer = perhaps_negative ? Answer::Unknown : best->answer;
  result.args = best->args;
  result.several = found.size() > 1;
  if (open) {
    const Candidate again = try_impl(best->impl, goal);
    result.args = again.args;
  }
  return result;
}

// ---- Predicates ----

Answer Selector::holds(const Predicate& goal) {
  switch (goal.kind) {
    case Predicate::Kind::TypeOutlives:
    case Predicate::Kind::RegionOutlives:
      return Answer::Yes;
    case Predicate::Kind::Unknown:
      return Answer::Unknown;
    case Predicate::Kind::Trait:
      return select({goal.trait_ref.trait, normalize(store_.open_binder(goal.trait_ref.args, {}))}).answer;
    case Predicate::Kind::Projection:
      break;
  }
  const ListId args = normalize(store_.open_binder(goal.trait_ref.args, {}));
  if (!goal.term.is_type()) return Answer::Unknown;
  const TypeId wanted = normalize(store_.open_binder(goal.term.type(), {}));
  TypeId value = project(goal.assoc, args);
  if (!value) value = store_.projection(goal.assoc, args);
  switch (infer_.unify(store_.erase_regions(value), store_.erase_regions(wanted))) {
    case Unify::Equal:
      return Answer::Yes;
    case Unify::Different:
      if (!failed) failed = {s_.items.container(goal.assoc), args};
      return Answer::No;
    case Unify::Ambiguous:
      break;
  }
  return Answer::Unknown;
}

Answer Selector::holds_all(std::span<const Predicate> given, std::span<const GenericArg> args) {
  // What one of them binds may decide another.
  std::vector<Predicate> goals;
  Answer result = Answer::Yes;
  for (const Predicate& p : given) {
    if (p.kind == Predicate::Kind::TypeOutlives || p.kind == Predicate::Kind::RegionOutlives) continue;
    if (p.kind == Predicate::Kind::Unknown) {
      result = Answer::Unknown;
      continue;
    }
    Predicate goal = p;
    goal.trait_ref.args = store_.substitute(p.trait_ref.args, args);
    if (goal.term.valid()) goal.term = store_.substitute(p.term, args);
    goals.push_back(goal);
  }
  for (uint32_t round = 0; round < 4 && !goals.empty(); ++round) {
    std::vector<Predicate> left;
    for (const Predicate& goal : goals) {
      const Answer answer = holds(goal);
      if (answer == Answer::No) return Answer::No;
      if (answer == Answer::Unknown) left.push_back(goal);
    }
    if (left.size() == goals.size()) return Answer::Unknown;
    goals = std::move(left);
  }
  return goals.empty() ? result : Answer::Unknown;
}

}  // namespace rp
