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
// Pairs of impls of one trait that are looked at.
constexpr size_t kMaxPairsOfTrait = 200'000;

std::vector<GenericArg> copy_of(const TypeStore& store, ListId list) {
  const std::span<const GenericArg> view = store.list_of(list);
  return {view.begin(), view.end()};
}

// Puts a variable in the place of each projection and opaque type: the same for the same.
class AliasOpener final : public TermFolder {
 public:
  AliasOpener(TypeStore& store, InferTable& infer) : TermFolder(store), infer_(infer) {}
  std::vector<std::pair<TypeId, TypeId>> opened;

 protected:
  [[nodiscard]] bool may_change(uint16_t flags, uint32_t) const override { return (flags & kHasAlias) != 0; }
  TypeId fold_type(TypeId t) override {
    const TypeKind kind = store_.kind(t);
    if ((kind != TypeKind::Projection && kind != TypeKind::Opaque) || store_.outer_binder(t) != 0) return {};
    for (const auto& [alias, variable] : opened)
      if (alias == t) return variable;
    const TypeId variable = infer_.new_type();
    opened.emplace_back(t, variable);
    return variable;
  }

 private:
  InferTable& infer_;
};

// While it lives, selection answers as coherence needs it: what another crate may add counts. Such answers are kept
// apart from the others.
class CoherenceMode {
 public:
  explicit CoherenceMode(TypeContextState& s) : s_(s) {
    s_.coherence = true;
    swap();
  }
  ~CoherenceMode() {
    s_.coherence = false;
    swap();
  }
  CoherenceMode(const CoherenceMode&) = delete;
  CoherenceMode& operator=(const CoherenceMode&) = delete;

 private:
  void swap() {
    s_.selections.swap(selections_);
    s_.normalized.swap(normalized_);
  }
  TypeContextState& s_;
  std::unordered_map<SelectionKey, Selection, SelectionKeyHash> selections_;
  std::unordered_map<uint64_t, TypeId> normalized_;
};

class Coherence {
 public:
  Coherence(TypeContextState& s, CrateIndex crate) : s_(s), store_(s.store), crate_(crate) {}

  std::vector<CoherenceProblem> run() {
    const CoherenceMode mode(s_);
    const CrateDefs& c = *s_.crate(crate_);
    std::unordered_map<uint64_t, size_t> by_trait;
    std::vector<std::vector<DefRef>> traits;
    negative_coherence_ = has_feature(s_, crate_, "with_negative_coherence");
    specialization_ = has_feature(s_, crate_, "specialization") || has_feature(s_, crate_, "min_specialization");
    for (uint32_t i = 0; i < c.defs.size(); ++i) {
      if (c.defs[i].kind != DefKind::Impl || (c.defs[i].flags & kDefTraitImpl) == 0) continue;
      const DefRef impl{crate_, DefId(i)};
      const ImplInfo& info = s_.items.impl(impl);
      if (info.unknown || !info.trait_ref) continue;
      const size_t errors = out_.size();
      orphan(impl, info);
      if (out_.size() != errors) faulty_.insert(def_key(impl));
      const auto [at, fresh] = by_trait.try_emplace(def_key(info.trait_ref.trait), traits.size());
      if (fresh) traits.emplace_back();
      traits[at->second].push_back(impl);
    }
    for (const std::vector<DefRef>& local : traits) overlaps(s_.items.impl(local[0]).trait_ref.trait, local);
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
    // Associated types count as what they are, whatever the parameters.
    ListId header = info.trait_ref.args;
    InferTable infer(store_);
    std::vector<GenericArg> variables;
    if ((store_.list_flags(header) & kHasAlias) != 0) {
      variables = copy_of(store_, fresh(impl, infer));
      header = Selector(s_, Traits::empty_env(), infer)
                   .normalize(store_.erase_regions(store_.substitute(header, variables)));
    }
    for (const GenericArg arg : copy_of(store_, header)) {
      if (!arg.is_type()) continue;
      const TypeId t = behind_fundamental(arg.type());
      switch (locality(t)) {
        case Local::Unknown:
          return;
        case Local::Param:
          if (!uncovered.empty()) break;
          uncovered = "_";
          if (store_.kind(t) == TypeKind::Param) uncovered = std::string(store_.text(store_.name_of(t)));
          for (size_t i = 0; i < variables.size(); ++i)
            if (variables[i] == GenericArg(t)) uncovered = store_.text(s_.items.generics(impl).params[i].name);
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
    // Another fact of the build script, and one of the two is not there.
    p.proven = !s_.conditions.on(impl) && (!other || !s_.conditions.on(other));
    out_.push_back(std::move(p));
  }

  // `local` are this crate's impls of the trait. Each pair with one of them is looked at once.
  void overlaps(DefRef trait, const std::vector<DefRef>& local) {
    const TraitInfo& info = s_.items.trait(trait);
    if (info.is_marker || info.unknown) return;
    size_t pairs = 0;
    for (const DefRef impl : local) {
      const TypeId self = s_.items.impl(impl).self_type;
      const uint64_t key = type_key(store_, self);
      std::vector<DefRef> others;
      if (key == 0) {
        const std::span<const DefRef> all = s_.traits.impls_of(trait);
        others.assign(all.begin(), all.end());
      } else {
        const TraitImpls& impls = impls_by_key(s_, trait, self);
        others = impls.blanket;
        if (const auto same = impls.by_key.find(key); same != impls.by_key.end())
          others.insert(others.end(), same->second.begin(), same->second.end());
      }
      for (const DefRef other : others) {
        if (other.crate == crate_) {
          const bool open = type_key(store_, s_.items.type_of(other)) == 0;
          // One for any type and one for a certain type meet when it is the latter's turn.
          if ((key == 0 && !open) || ((key == 0) == open && !(other < impl))) continue;
        }
        if (++pairs > kMaxPairsOfTrait || spent_ > kMaxGoalsOfCrate) return;
        compare(trait, impl, other);
      }
    }
  }

  void compare(DefRef trait, DefRef impl, DefRef other) {
    // Of two of this crate the later one is at fault.
    if (other.crate == crate_ && impl < other) std::swap(impl, other);
    if (faulty_.contains(def_key(impl)) || !overlap(impl, other)) return;
    faulty_.insert(def_key(impl));  // one error for each
    const bool one_negative = s_.items.impl(impl).negative != s_.items.impl(other).negative;
    problem(one_negative ? "E0751" : "E0119", impl, other,
            "conflicting implementations of trait `" + std::string(s_.items.name_of(trait)) + "`");
  }

  // Whether two types could be equal for some choice of parameters and aliases, by their shape alone.
  bool may_be_equal(TypeId a, TypeId b, uint32_t depth) {
    if (a == b || depth > 16) return true;
    const auto open = [&](TypeId t) {
      switch (store_.kind(t)) {
        case TypeKind::Unknown:
        case TypeKind::Error:
        case TypeKind::Infer:
        case TypeKind::Param:
        case TypeKind::Bound:
        case TypeKind::Placeholder:
        case TypeKind::Projection:
        case TypeKind::Opaque:
          return true;
        default:
          return false;
      }
    };
    if (open(a) || open(b)) return true;
    const TypeKind kind = store_.kind(a);
    if (kind != store_.kind(b)) return false;
    switch (kind) {
      case TypeKind::Array:
      case TypeKind::Slice:
        return may_be_equal(store_.element(a), store_.element(b), depth + 1);
      case TypeKind::RawPtr:
      case TypeKind::Ref:
        return store_.is_mut(a) == store_.is_mut(b) && may_be_equal(store_.element(a), store_.element(b), depth + 1);
      case TypeKind::Adt:
        return store_.def(a) == store_.def(b) && may_be_equal(store_.arg_list(a), store_.arg_list(b), depth + 1);
      case TypeKind::Tuple:
        return may_be_equal(store_.arg_list(a), store_.arg_list(b), depth + 1);
      case TypeKind::FnPtr:
      case TypeKind::Dyn:
      case TypeKind::Pattern:
        return true;
      default:
        return false;  // their ids differ
    }
  }
  bool may_be_equal(ListId a, ListId b, uint32_t depth) {
    if (a == b) return true;
    const std::span<const GenericArg> x = store_.list_of(a), y = store_.list_of(b);
    if (x.size() != y.size()) return false;
    for (size_t i = 0; i < x.size(); ++i) {
      if (x[i].is_type() && y[i].is_type() && !may_be_equal(x[i].type(), y[i].type(), depth)) return false;
      if (x[i].is_const() && y[i].is_const() && store_.kind(x[i].constant()) == ConstKind::Value &&
          store_.kind(y[i].constant()) == ConstKind::Value &&
          store_.bits(x[i].constant()) != store_.bits(y[i].constant()))
        return false;
    }
    return true;
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
    if (!may_be_equal(x.trait_ref.args, y.trait_ref.args, 0)) return false;
    // What CoercePointee makes of these is the compiler's affair.
    const LangItem lang = s_.items.lang_of(x.trait_ref.trait);
    if ((lang == LangItem::CoerceUnsized || lang == LangItem::DispatchFromDyn) &&
        (made_by_macro(a) || made_by_macro(b)))
      return false;
    if (specialization_) {
      // One of them may be the special case of the other, but not both.
      const Answer first = specializes(a, b), second = specializes(b, a);
      if (first == Answer::Unknown || second == Answer::Unknown || first != second) return false;
    }
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
    const Unify how = infer.unify(open_x, open_y);
    // A type that has itself in it only behind an alias may exist: the alias need not keep it.
    if (how == Unify::Different || (how == Unify::Ambiguous && !infer.occurs_in_alias)) return false;
    for (const auto& [alias, variable] : opener.opened) {
      if (store_.kind(alias) == TypeKind::Opaque) {
        if (!may_hide(alias, infer.resolve(variable), selector, infer)) return false;
        continue;
      }
      const TypeId value = selector.normalize(infer.resolve(alias));
      if (store_.has(value, kHasUnknown)) return false;
      if (store_.kind(value) != TypeKind::Projection && infer.unify(value, variable) == Unify::Different) return false;
    }
    // Distinct lifetimes are no reason for two impls to be disjoint, but which bound lifetimes a function or an object
    // has is.
    const ListId same_x = infer.resolve(open_x), same_y = infer.resolve(open_y);
    if (how == Unify::Equal && same_x != same_y && (binds_lifetimes(store_, same_x) || binds_lifetimes(store_, same_y)))
      return false;
    uncertain_ = false;
    static_lifetimes_ = negative_coherence_ && (mentions_static(a) || mentions_static(b));
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
        if (uncertain_) return false;
      }
    }
    return true;
  }

  // Whether an opaque type may stand for a type: it has to keep the bounds.
  bool may_hide(TypeId opaque, TypeId value, Selector& selector, InferTable& infer) {
    if (store_.kind(value) == TypeKind::Infer) return true;
    const OpaqueInfo& info = s_.items.opaque(store_.def(opaque), store_.ordinal(opaque));
    if (info.unknown) return false;
    const std::vector<Predicate> bounds = info.bounds;
    const std::vector<GenericArg> args = copy_of(store_, store_.arg_list(opaque));
    for (const Predicate& p : bounds) {
      if (p.kind != Predicate::Kind::Trait) continue;
      std::vector<GenericArg> parts =
          copy_of(store_, store_.erase_regions(store_.substitute(store_.open_binder(p.trait_ref.args, {}), args)));
      if (parts.empty()) continue;
      parts[0] = value;
      if (never_holds({p.trait_ref.trait, store_.list(parts)}, selector, infer, 0)) return false;
    }
    return true;
  }

  bool made_by_macro(DefRef impl) {
    const CrateDefs* c = s_.crate(impl.crate);
    const Def* d = s_.def(impl);
    return c == nullptr || d == nullptr || c->from_facts ? false
           : !d->source                                  ? true
                        : c->sources[d->source.value].kind == SourceInfo::Kind::Expansion;
  }

  // Whether all that the first impl is for the second is for, too.
  Answer specializes(DefRef special, DefRef of) {
    const ParamEnvId env = s_.traits.env_of(special);
    InferTable infer(store_);
    Selector selector(s_, env, infer);
    const std::vector<GenericArg> args = copy_of(store_, fresh(of, infer));
    const ListId header = selector.normalize(store_.erase_regions(s_.items.impl(special).trait_ref.args));
    // A header that is not well-formed is a special case of nothing.
    AliasOpener aliases(store_, infer);
    aliases.fold(header);
    for (const auto& [alias, variable] : aliases.opened) {
      if (store_.kind(alias) != TypeKind::Projection) continue;
      const DefRef trait = s_.items.container(store_.def(alias));
      const std::vector<GenericArg> parts = copy_of(store_, store_.arg_list(alias));
      const uint32_t own = s_.items.generics(trait).count();
      if (parts.size() < own) return Answer::Unknown;
      const Answer holds = selector.select({trait, store_.list(std::span(parts).first(own))}).answer;
      if (holds != Answer::Yes) return holds;
    }
    const ListId other =
        selector.normalize(store_.erase_regions(store_.substitute(s_.items.impl(of).trait_ref.args, args)));
    AliasOpener opener(store_, infer);
    switch (infer.unify(header, opener.fold(other))) {
      case Unify::Different:
        return Answer::No;
      case Unify::Ambiguous:
        return Answer::Unknown;
      case Unify::Equal:
        break;
    }
    for (const auto& [alias, variable] : opener.opened) {
      const TypeId value = selector.normalize(infer.resolve(alias));
      if (store_.kind(value) == TypeKind::Projection) {
        const std::vector<GenericArg> parts = copy_of(store_, store_.arg_list(value));
        const DefRef trait = s_.items.container(store_.def(value));
        const uint32_t own = s_.items.generics(trait).count();
        if (parts.size() < own) return Answer::Unknown;
        const Answer holds = selector.select({trait, store_.list(std::span(parts).first(own))}).answer;
        if (holds != Answer::Yes) return holds;
      }
      const Unify how = infer.unify(value, variable);
      if (how != Unify::Equal) return how == Unify::Different ? Answer::No : Answer::Unknown;
    }
    return selector.holds_all(s_.items.predicates(of).own, args);
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
    const uint32_t cycles = s_.cycles, not_seen = s_.not_seen;
    const Selection found = selector.select(goal);
    infer.roll_back(before);
    s_.goal_limit = limit;
    spent_ += s_.goals;
    if (s_.goals >= kMaxGoalsOfOverlap) return true;
    // A negative impl says so for good, to who may rely on it.
    if (found.kind == Selection::Kind::None && found.impl && negative_coherence_) {
      // Lifetimes are not looked at: whether it is for these nobody has seen.
      if (!about_lifetimes(found.impl)) return true;
      uncertain_ = uncertain_ || static_lifetimes_;
    }
    const LangItem lang = s_.items.lang_of(goal.trait);
    // Sized is decided by the type's shape.
    if (!knowable(goal, infer) && lang != LangItem::Sized && lang != LangItem::MetaSized && lang != LangItem::Tuple) {
      return false;
    }
    if (found.answer != Answer::Unknown) return found.answer == Answer::No;
    // Where impls may have been missed nothing is said.
    if (s_.not_seen != not_seen || has_unseen_impls(s_, crate_) || has_unseen_impls(s_, goal.trait.crate) ||
        type_may_be_unseen(self))
      return true;
    const std::vector<DefRef> perhaps = impls_by_key(s_, goal.trait, self).blanket;
    if (std::any_of(perhaps.begin(), perhaps.end(), [&](DefRef each) { return partly_unseen(each); }) ||
        (found.kind == Selection::Kind::Impl && partly_unseen(found.impl)))
      return true;
    // Without variables there is one reason left not to know: it hangs on itself, and may hold.
    return (store_.list_flags(goal.args) & kHasInfer) == 0 && s_.cycles == cycles;
  }

  // Whether it depends on lifetimes for which types an impl is.
  bool about_lifetimes(DefRef impl) {
    const ImplInfo& info = s_.items.impl(impl);
    for (const Predicate& p : s_.items.predicates(impl).own)
      if (p.kind == Predicate::Kind::TypeOutlives || p.kind == Predicate::Kind::RegionOutlives) return true;
    const Items::Text text = s_.items.text_of(impl);
    return text.tree == nullptr || has_static(*text.tree, text.node) ||
           (s_.items.generics(impl).params.size() > 1 && (store_.list_flags(info.trait_ref.args) & kHasRegions) != 0);
  }
  bool mentions_static(DefRef impl) {
    const Items::Text text = s_.items.text_of(impl);
    return text.tree == nullptr || has_static(*text.tree, text.node);
  }
  static bool has_static(const Tree& t, NodeId item) {
    for (uint32_t slot = t.first_slot(item); slot < t.end_slot(item); ++slot)
      if (t.token_kind(slot) == TokenKind::Lifetime && t.token_text(slot) == "'static") return true;
    return false;
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
    if (has_open) return false;
    return goal.trait.crate == crate_ || trait.is_fundamental || has_local;
  }

  TypeContextState& s_;
  TypeStore& store_;
  CrateIndex crate_;
  bool specialization_ = false;
  bool negative_coherence_ = false;
  // Of the two impls that are compared: a lifetime decides, and nobody has looked.
  bool uncertain_ = false;
  bool static_lifetimes_ = false;
  uint64_t spent_ = 0;
  std::unordered_set<uint64_t> faulty_;
  std::vector<CoherenceProblem> out_;
};

}  // namespace

std::vector<CoherenceProblem> Traits::coherence(CrateIndex crate) {
  const CrateDefs* c = state_.crate(crate);
  if (c == nullptr) return {};
  return Coherence(state_, crate).run();
}

}  // namespace rp
