// Coherence: who may implement a trait for a type, and whether two impls may apply to the same type.
// The Rust Reference, "Trait implementation coherence", "Orphan rules".
#include <algorithm>

#include "types/checker.h"

namespace rp {
namespace {

// Goals that may be opened to see whether one bound of two impls can hold.
constexpr uint32_t kMaxGoalsOfOverlap = 256;
// And in all for one crate: behind that, overlaps are not looked for.
constexpr uint32_t kMaxGoalsOfCrate = 100'000;

std::vector<GenericArg> copy_of(const TypeStore& store, ListId list) {
  const std::span<const GenericArg> view = store.list_of(list);
  return {view.begin(), view.end()};
}

// Puts a variable in the place of each projection.
class AliasOpener final : public TermFolder {
 public:
  AliasOpener(TypeStore& store, InferTable& infer) : TermFolder(store), infer_(infer) {}
  std::vector<std::pair<TypeId, TypeId>> opened;

 protected:
  [[nodiscard]] bool may_change(uint16_t flags, uint32_t) const override { return (flags & kHasAlias) != 0; }
  TypeId fold_type(TypeId t) override {
    if (store_.kind(t) != TypeKind::Projection || store_.outer_binder(t) != 0) return {};
    const TypeId variable = infer_.new_type();
    opened.emplace_back(t, variable);
    return variable;
  }

 private:
  InferTable& infer_;
};

class Coherence {
 public:
  Coherence(TypeContextState& s, CrateIndex crate) : s_(s), store_(s.store), crate_(crate) {}

  std::vector<CoherenceProblem> run() {
    const CrateDefs& c = *s_.crate(crate_);
    std::vector<DefRef> traits;
    negative_coherence_ = has_feature(c, "with_negative_coherence");
    specialization_ = has_feature(c, "specialization") || has_feature(c, "min_specialization");
    for (uint32_t i = 0; i < c.defs.size(); ++i) {
      if (c.defs[i].kind != DefKind::Impl || (c.defs[i].flags & kDefTraitImpl) == 0) continue;
      const DefRef impl{crate_, DefId(i)};
      const ImplInfo& info = s_.items.impl(impl);
      if (info.unknown || !info.trait_ref) continue;
      orphan(impl, info);
      if (std::find(traits.begin(), traits.end(), info.trait_ref.trait) == traits.end())
        traits.push_back(info.trait_ref.trait);
    }
    for (const DefRef trait : traits) overlaps(trait);
    return std::move(out_);
  }

 private:
  enum class Local : uint8_t { Yes, No, Param, Unknown };

  // Box<T>, Pin<T>, &T and &mut T count as T.
  TypeId behind_fundamental(TypeId t) {
    for (uint32_t steps = 0; steps < kMaxTypeDepth; ++steps) {
      if (store_.kind(t) == TypeKind::Ref) {
        t = store_.element(t);
        continue;
      }
      if (store_.kind(t) == TypeKind::Adt && s_.items.adt(store_.def(t)).is_fundamental && !store_.args(t).empty() &&
          store_.args(t)[0].is_type() && store_.def(t).crate != crate_) {
        t = store_.args(t)[0].type();
        continue;
      }
      break;
    }
    return t;
  }

  Local locality(TypeId t) {
    switch (store_.kind(t)) {
      case TypeKind::Unknown:
      case TypeKind::Error:
      case TypeKind::Projection:
      case TypeKind::Opaque:
      case TypeKind::Bound:
      case TypeKind::Placeholder:
      case TypeKind::Closure:
      case TypeKind::Coroutine:
        return Local::Unknown;
      case TypeKind::Infer:
      case TypeKind::Param:
        return Local::Param;
      case TypeKind::Adt:
      case TypeKind::Foreign:
        return store_.def(t).crate == crate_ ? Local::Yes : Local::No;
      case TypeKind::Dyn: {
        for (const DynPredicate& p : store_.dyn_predicates(t))
          if (p.kind == DynPredicate::Kind::Principal) return p.def.crate == crate_ ? Local::Yes : Local::No;
        return Local::No;
      }
      default:
        return Local::No;
    }
  }

  void orphan(DefRef impl, const ImplInfo& info) {
    const DefRef trait = info.trait_ref.trait;
    if (trait.crate == crate_) return;
    std::string uncovered;
    for (const GenericArg arg : copy_of(store_, info.trait_ref.args)) {
      if (!arg.is_type()) continue;
      const TypeId t = behind_fundamental(arg.type());
      switch (locality(t)) {
        case Local::Unknown:
          return;
        case Local::Param:
          if (uncovered.empty()) uncovered = std::string(store_.text(store_.name_of(t)));
          break;
        case Local::Yes:
          if (uncovered.empty()) return;
          problem("E0210", impl, {}, "type parameter `" + uncovered + "` must be covered by another type");
          return;
        case Local::No:
          break;
      }
    }
    if (!uncovered.empty())
      problem("E0210", impl, {},
              "type parameter `" + uncovered + "` must be used as the type parameter for some local type");
    else
      problem("E0117", impl, {},
              "only traits defined in the current crate can be implemented for types defined outside of the crate");
  }

  void problem(std::string_view code, DefRef impl, DefRef other, std::string message) {
    CoherenceProblem p;
    p.code = code;
    p.impl = impl;
    p.other = other;
    p.message = std::move(message);
    out_.push_back(std::move(p));
  }

  void overlaps(DefRef trait) {
    const TraitInfo& info = s_.items.trait(trait);
    if (info.is_marker || info.unknown || negative_coherence_) return;
    // What CoercePointee makes of these is the compiler's affair.
    const LangItem lang = s_.items.lang_of(trait);
    if (lang == LangItem::CoerceUnsized || lang == LangItem::DispatchFromDyn) return;
    const std::span<const DefRef> view = s_.traits.impls_of(trait);
    const std::vector<DefRef> all(view.begin(), view.end());
    struct Row {
      DefRef impl;
      uint64_t key;
    };
    std::vector<Row> rows;
    for (const DefRef impl : all) rows.push_back({impl, type_key(store_, s_.items.type_of(impl))});
    size_t pairs = 0;
    for (size_t i = 0; i < rows.size(); ++i)
      for (size_t j = 0; j < i; ++j) {
        if (rows[i].impl.crate != crate_ && rows[j].impl.crate != crate_) continue;
        if (rows[i].key != 0 && rows[j].key != 0 && rows[i].key != rows[j].key) continue;
        if (++pairs > 200'000 || spent_ > kMaxGoalsOfCrate) return;
        if (!overlap(rows[i].impl, rows[j].impl)) continue;
        // The later one of this crate is at fault.
        DefRef at = rows[i].impl, other = rows[j].impl;
        if (at.crate != crate_) std::swap(at, other);
        const bool one_negative = s_.items.impl(at).negative != s_.items.impl(other).negative;
        problem(one_negative ? "E0751" : "E0119", at, other,
                "conflicting implementations of trait `" + std::string(s_.items.name_of(trait)) + "`");
        break;  // one error for each impl
      }
  }

  // Whether a function pointer or an object in it binds lifetimes.
  bool has_binders(ListId list) {
    std::vector<GenericArg> open = copy_of(store_, list);
    for (size_t i = 0; i < open.size() && i < 500; ++i) {
      if (!open[i].is_type()) continue;
      const TypeId t = open[i].type();
      switch (store_.kind(t)) {
        case TypeKind::FnPtr:
        case TypeKind::Dyn:
          if (store_.bound_count(t) != 0) return true;
          break;
        case TypeKind::Array:
        case TypeKind::Slice:
        case TypeKind::RawPtr:
        case TypeKind::Ref:
          open.emplace_back(store_.element(t));
          break;
        case TypeKind::Adt:
        case TypeKind::Tuple:
          for (const GenericArg arg : copy_of(store_, store_.arg_list(t))) open.push_back(arg);
          break;
        default:
          break;
      }
    }
    return false;
  }

  // The impl's parameters as variables.
  ListId fresh(DefRef impl, InferTable& infer) {
    std::vector<GenericArg> args;
    for (const GenericParam& p : s_.items.generics(impl).params) {
      if (p.kind == GenericParam::Kind::Lifetime)
        args.push_back(store_.erased);
      else if (p.kind == GenericParam::Kind::Const)
        args.push_back(infer.new_const(p.const_type));
      else
        args.push_back(infer.new_type());
    }
    return store_.list(args);
  }

  bool overlap(DefRef a, DefRef b) {
    const ImplInfo& x = s_.items.impl(a);
    const ImplInfo& y = s_.items.impl(b);
    if (x.unknown || y.unknown || !x.trait_ref || !y.trait_ref || x.reservation || y.reservation) return false;
    if (specialization_ && (specializes(a, b) || specializes(b, a))) return false;
    InferTable infer(store_);
    infer.open_aliases = true;
    Selector selector(s_, Traits::empty_env(), infer);
    const std::vector<GenericArg> args_x = copy_of(store_, fresh(a, infer));
    const std::vector<GenericArg> args_y = copy_of(store_, fresh(b, infer));
    const ListId header_x = selector.normalize(store_.erase_regions(store_.substitute(x.trait_ref.args, args_x)));
    const ListId header_y = selector.normalize(store_.erase_regions(store_.substitute(y.trait_ref.args, args_y)));
    if ((store_.list_flags(header_x) & kHasUnknown) != 0 || (store_.list_flags(header_y) & kHasUnknown) != 0)
      return false;
    // A projection may be any type that the rest allows.
    AliasOpener opener(store_, infer);
    const ListId open_x = opener.fold(header_x), open_y = opener.fold(header_y);
    if (infer.unify(open_x, open_y) != Unify::Equal) return false;
    for (const auto& [alias, variable] : opener.opened) {
      const TypeId value = selector.normalize(infer.resolve(alias));
      if (store_.has(value, kHasUnknown)) return false;
      if (store_.kind(value) != TypeKind::Projection && infer.unify(value, variable) == Unify::Different) return false;
    }
    // Distinct lifetimes are no reason for two impls to be disjoint, but which bound lifetimes a function or an object
    // has is.
    if ((has_binders(infer.resolve(open_x)) || has_binders(infer.resolve(open_y))) &&
        store_.list_of(header_x)[0] != store_.list_of(header_y)[0])
      return false;
    for (const auto& [impl, args] : {std::pair(a, &args_x), std::pair(b, &args_y)}) {
      const Predicates& predicates = s_.items.predicates(impl);
      if (predicates.unknown) return false;
      for (const Predicate& p : predicates.own) {
        if (p.kind == Predicate::Kind::Projection) {
          if (projection_differs(p, *args, infer, selector)) return false;
          continue;
        }
        if (p.kind != Predicate::Kind::Trait) continue;
        TraitRef goal{p.trait_ref.trait,
                      store_.erase_regions(store_.substitute(store_.open_binder(p.trait_ref.args, {}), *args))};
        goal.args = selector.normalize(infer.resolve(goal.args));
        // What the bound asks could not be seen.
        if ((store_.list_flags(goal.args) & kHasUnknown) != 0) return false;
        if (never_holds(goal, selector, infer, 0)) return false;
      }
    }
    return true;
  }

  // Whether all that the first impl is for the second is for, too.
  bool specializes(DefRef special, DefRef of) {
    const ParamEnvId env = s_.traits.env_of(special);
    InferTable infer(store_);
    Selector selector(s_, env, infer);
    const std::vector<GenericArg> args = copy_of(store_, fresh(of, infer));
    const ListId header = selector.normalize(store_.erase_regions(s_.items.impl(special).trait_ref.args));
    const ListId other =
        selector.normalize(store_.erase_regions(store_.substitute(s_.items.impl(of).trait_ref.args, args)));
    if (infer.unify(header, other) == Unify::Different) return false;
    return selector.holds_all(s_.items.predicates(of).own, args) != Answer::No;
  }

  bool projection_differs(const Predicate& p, std::span<const GenericArg> args, InferTable& infer, Selector& selector) {
    if (!p.term.is_type()) return false;
    const ListId made = selector.normalize(
        infer.resolve(store_.erase_regions(store_.substitute(store_.open_binder(p.trait_ref.args, {}), args))));
    const TypeId value = selector.project(p.assoc, made);
    if (!value) return false;
    if (store_.kind(value) == TypeKind::Error) return false;
    // Nobody can tell that it is the same.
    if (store_.has(value, kHasUnknown)) return true;
    const TypeId term = selector.normalize(
        infer.resolve(store_.erase_regions(store_.substitute(store_.open_binder(p.term.type(), {}), args))));
    const InferTable::Snapshot before = infer.snapshot();
    const bool differs = infer.unify(value, term) == Unify::Different;
    infer.roll_back(before);
    return differs;
  }

  // Whether a bound fails for good: no later version of another crate and no crate that uses this one could add an
  // impl.
  bool never_holds(const TraitRef& goal, Selector& selector, InferTable& infer, uint32_t depth) {
    const std::vector<GenericArg> args = copy_of(store_, goal.args);
    if (args.empty() || !args[0].is_type() || depth > 8) return false;
    const TypeId self = infer.shallow(args[0].type());
    if (store_.kind(self) == TypeKind::Infer || (store_.list_flags(goal.args) & kHasUnknown) != 0) return false;
    // What fails for a supertrait fails for the trait.
    if (depth == 0) {
      const std::vector<TraitRef> supers = s_.traits.supertraits(goal);
      for (size_t i = 1; i < supers.size(); ++i) {
        const TraitRef super{supers[i].trait, selector.normalize(infer.resolve(store_.erase_regions(supers[i].args)))};
        if (never_holds(super, selector, infer, depth + 1)) return true;
      }
    }
    // Two impls whose bounds cannot be decided soon are not called conflicting.
    const uint32_t limit = s_.goal_limit;
    s_.goal_limit = kMaxGoalsOfOverlap;
    const InferTable::Snapshot before = infer.snapshot();
    const Selection found = selector.select(goal);
    infer.roll_back(before);
    s_.goal_limit = limit;
    spent_ += s_.goals;
    if (s_.goals >= kMaxGoalsOfOverlap) return true;
    // A negative impl says so for good.
    if (found.answer == Answer::No && found.impl) return true;
    const LangItem lang = s_.items.lang_of(goal.trait);
    // Sized is decided by the type's shape.
    if (!knowable(goal, infer) && lang != LangItem::Sized && lang != LangItem::MetaSized && lang != LangItem::Tuple) {
      return false;
    }
    if (found.answer != Answer::Unknown) return found.answer == Answer::No;
    // Where impls may have been missed nothing is said: without variables that is the only reason not to know.
    if ((store_.list_flags(goal.args) & kHasInfer) == 0 || has_unseen_impls(s_, crate_) ||
        has_unseen_impls(s_, goal.trait.crate) || type_may_be_unseen(self))
      return true;
    const std::vector<DefRef> perhaps = impls_by_key(s_, goal.trait, self).blanket;
    return std::any_of(perhaps.begin(), perhaps.end(), [&](DefRef each) { return partly_unseen(each); }) ||
           (found.kind == Selection::Kind::Impl && partly_unseen(found.impl));
  }

  bool partly_unseen(DefRef impl) {
    const ImplInfo& info = s_.items.impl(impl);
    return info.unknown || (store_.list_flags(info.trait_ref.args) & kHasUnknown) != 0 ||
           s_.items.predicates(impl).unknown;
  }

  // Whether the crate of a type may have impls that could not be seen.
  bool type_may_be_unseen(TypeId t) {
    for (uint32_t steps = 0; steps < 64; ++steps) {
      switch (store_.kind(t)) {
        case TypeKind::Ref:
        case TypeKind::RawPtr:
        case TypeKind::Slice:
        case TypeKind::Array:
          t = store_.element(t);
          continue;
        case TypeKind::Adt:
          return has_unseen_impls(s_, store_.def(t).crate) || has_unseen_derives(s_, store_.def(t));
        default:
          return false;
      }
    }
    return true;
  }

  bool knowable(const TraitRef& goal, InferTable& infer) {
    const TraitInfo& trait = s_.items.trait(goal.trait);
    bool has_open = false, has_local = false;
    for (const GenericArg arg : copy_of(store_, goal.args)) {
      if (!arg.is_type()) continue;
      const TypeId t = behind_fundamental(infer.resolve(arg.type()));
      switch (locality(t)) {
        case Local::Yes:
          has_local = true;
          break;
        case Local::Param:
          // Another crate may have a type of its own here.
          has_open = true;
          break;
        case Local::Unknown:
          return false;
        case Local::No:
          break;
      }
    }
    if (has_open && !has_local) return false;
    return goal.trait.crate == crate_ || trait.is_fundamental || has_local;
  }

  TypeContextState& s_;
  TypeStore& store_;
  CrateIndex crate_;
  bool specialization_ = false;
  bool negative_coherence_ = false;
  uint64_t spent_ = 0;
  std::vector<CoherenceProblem> out_;
};

}  // namespace

std::vector<CoherenceProblem> Traits::coherence(CrateIndex crate) {
  const CrateDefs* c = state_.crate(crate);
  if (c == nullptr) return {};
  return Coherence(state_, crate).run();
}

}  // namespace rp
