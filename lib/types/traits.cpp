// Environments, supertraits and the questions that callers ask.
#include "types/traits.h"

#include <algorithm>

#include "types/selector.h"

namespace rp {

namespace {
constexpr size_t kMaxSupertraits = 512;
constexpr size_t kMaxAssumptions = 4096;
}  // namespace

std::vector<TraitRef> Traits::supertraits(const TraitRef& of) {
  std::vector<TraitRef> all{of};
  TypeStore& store = state_.store;
  for (size_t i = 0; i < all.size() && all.size() < kMaxSupertraits; ++i) {
    const TraitRef each = all[i];
    const std::span<const GenericArg> view = store.list_of(each.args);
    const std::vector<GenericArg> args(view.begin(), view.end());
    for (const TraitRef& super : state_.items.supertraits(each.trait)) {
      const TraitRef made{super.trait, store.substitute(super.args, args)};
      if (std::find(all.begin(), all.end(), made) == all.end()) all.push_back(made);
    }
  }
  return all;
}

ParamEnvId Traits::make_env(std::span<const Predicate> assumptions) {
  TypeStore& store = state_.store;
  if (assumptions.empty()) return empty_env();
  Environment env;
  const auto add = [&](const Predicate& given) {
    if (env.predicates.size() >= kMaxAssumptions) {
      env.unknown = true;
      return;
    }
    Predicate p = given;
    switch (p.kind) {
      case Predicate::Kind::Unknown:
        env.unknown = true;
        return;
      case Predicate::Kind::TypeOutlives:
      case Predicate::Kind::RegionOutlives:
        return;
      default:
        break;
    }
    p.trait_ref.args = store.erase_regions(store.open_binder(p.trait_ref.args, {}));
    if (p.term.is_type()) p.term = store.erase_regions(store.open_binder(p.term.type(), {}));
    p.bound = 0;
    for (const Predicate& known : env.predicates)
      if (known.kind == p.kind && known.trait_ref == p.trait_ref && known.assoc == p.assoc && known.term == p.term)
        return;
    env.predicates.push_back(p);
  };
  for (const Predicate& p : assumptions) add(p);
  const TypeId self = store.param(0, store.name("Self"));
  for (size_t i = 0; i < env.predicates.size(); ++i) {
    if (env.predicates[i].kind != Predicate::Kind::Trait) continue;
    const TraitRef known = env.predicates[i].trait_ref;
    const std::span<const GenericArg> view = store.list_of(known.args);
    const std::vector<GenericArg> args(view.begin(), view.end());
    const Predicates& of_trait = state_.items.predicates(known.trait);
    env.unknown = env.unknown || of_trait.unknown;
    for (const Predicate& p : of_trait.own) {
      if (p.kind != Predicate::Kind::Trait && p.kind != Predicate::Kind::Projection) continue;
      const ListId opened = store.open_binder(p.trait_ref.args, {});
      const std::span<const GenericArg> own = store.list_of(opened);
      if (own.empty()) continue;
      if (own[0] != GenericArg(self)) {
        // `trait A: B<Item: C>` implies the inner bound, too; `where Self::Item: C` is not implied.
        if (!own[0].is_type() || store.kind(own[0].type()) != TypeKind::Projection || !p.node) continue;
        const Items::Text text = state_.items.text_of(known.trait);
        const NodeId list = text.tree != nullptr ? text.tree->child(text.node, Role::bounds) : NodeId();
        if (!list || p.node.value < list.value || p.node.value >= text.tree->subtree_end(list).value) continue;
      }
      Predicate implied = p;
      implied.trait_ref.args = store.substitute(opened, args);
      if (implied.term.is_type())
        implied.term = store.substitute(store.open_binder(implied.term.type(), {}), args);
      else if (implied.term.valid())
        implied.term = store.substitute(implied.term, args);
      add(implied);
    }
  }
  const auto same = [](const Environment& a, const Environment& b) {
    if (a.unknown != b.unknown || a.predicates.size() != b.predicates.size()) return false;
    for (size_t i = 0; i < a.predicates.size(); ++i)
      if (a.predicates[i].kind != b.predicates[i].kind || a.predicates[i].trait_ref != b.predicates[i].trait_ref ||
          a.predicates[i].assoc != b.predicates[i].assoc || a.predicates[i].term != b.predicates[i].term)
        return false;
    return true;
  };
  // Environments are few: one for each item that is asked about.
  uint64_t hash = env.unknown ? 1 : 0;
  for (const Predicate& p : env.predicates)
    hash = hash * 1000003 ^ (def_key(p.trait_ref.trait) + p.trait_ref.args.value * 31 + p.term.raw());
  const auto [first, last] = state_.envs_by_hash.equal_range(hash);
  for (auto at = first; at != last; ++at)
    if (same(state_.raw_envs[at->second], env)) return ParamEnvId(at->second);
  const ParamEnvId id(static_cast<uint32_t>(state_.envs.size()));
  state_.raw_envs.resize(id.value);
  state_.raw_envs.push_back(env);
  state_.envs_by_hash.emplace(hash, id.value);
  env.normal = false;
  state_.envs.push_back(std::move(env));

  // Assumptions are written in terms that other assumptions decide. One that could not be normalised stays as it is
  // written: what it says is then not known, and no goal may be called false for its sake.
  InferTable infer(store);
  Selector selector(state_, id, infer);
  for (size_t i = 0; i < state_.envs[id.value].predicates.size(); ++i) {
    Predicate p = state_.envs[id.value].predicates[i];
    bool unknown = false;
    if ((store.list_flags(p.trait_ref.args) & kHasAlias) != 0) {
      const ListId args = selector.normalize(p.trait_ref.args);
      unknown = (store.list_flags(args) & kHasUnknown) != 0;
      if (!unknown) p.trait_ref.args = args;
    }
    if (p.term.is_type() && store.has(p.term.type(), kHasAlias)) {
      const TypeId term = selector.normalize(p.term.type());
      if (store.has(term, kHasUnknown))
        unknown = true;
      else
        p.term = term;
    }
    state_.envs[id.value].predicates[i] = p;
    state_.envs[id.value].unknown |= unknown;
  }
  state_.envs[id.value].normal = true;
  return id;
}

ParamEnvId Traits::env_of(DefRef item) {
  const auto [at, fresh] = state_.env_of_def.try_emplace(def_key(item), ParamEnvId(0));
  if (!fresh) return at->second;
  std::vector<Predicate> all;
  for (DefRef each = item; each; each = state_.items.container(each)) {
    const Predicates& own = state_.items.predicates(each);
    all.insert(all.end(), own.own.begin(), own.own.end());
    if (own.unknown) {
      Predicate p;
      p.kind = Predicate::Kind::Unknown;
      all.push_back(p);
    }
    const Def* d = state_.def(each);
    if (d != nullptr && d->kind == DefKind::Trait) {
      Predicate self;
      self.trait_ref = {each, state_.items.identity_args(each)};
      all.push_back(self);
    }
  }
  const ParamEnvId id = make_env(all);
  state_.env_of_def[def_key(item)] = id;
  return id;
}

std::span<const Predicate> Traits::assumptions(ParamEnvId env) const { return state_.envs[env.value].predicates; }

// ---- Questions ----

Selection Traits::select(const TraitRef& goal, ParamEnvId env, InferTable* infer) {
  if (infer != nullptr) return Selector(state_, env, *infer).select(goal);
  InferTable own(state_.store);
  return Selector(state_, env, own).select(goal);
}

Answer Traits::holds(const TraitRef& goal, ParamEnvId env, Failure* failure) {
  InferTable infer(state_.store);
  Selector selector(state_, env, infer);
  const Answer answer = selector.select({goal.trait, selector.normalize(goal.args)}).answer;
  if (failure != nullptr && answer == Answer::No) failure->goal = selector.failed ? selector.failed : goal;
  return answer;
}

Answer Traits::holds(const Predicate& goal, ParamEnvId env, Failure* failure) {
  InferTable infer(state_.store);
  Selector selector(state_, env, infer);
  const Answer answer = selector.holds(goal);
  if (failure != nullptr && answer == Answer::No) failure->goal = selector.failed ? selector.failed : goal.trait_ref;
  return answer;
}

Answer Traits::implements(TypeId type, DefRef trait, ParamEnvId env) {
  if (!trait) return Answer::Unknown;
  const GenericArg self = type;
  const Generics& g = state_.items.generics(trait);
  if (g.count() == 1) return holds(TraitRef{trait, state_.store.list({&self, 1})}, env);
  // Other parameters: their defaults, or any that fit.
  InferTable infer(state_.store);
  std::vector<GenericArg> args{self};
  for (size_t i = 1; i < g.params.size(); ++i) {
    const GenericParam& p = g.params[i];
    const GenericArg value = state_.items.default_of(trait, static_cast<uint32_t>(i));
    if (p.kind == GenericParam::Kind::Lifetime)
      args.push_back(state_.store.erased);
    else if (value.valid())
      args.push_back(state_.store.substitute(value, args));
    else if (p.kind == GenericParam::Kind::Const)
      args.push_back(infer.new_const(p.const_type));
    else
      args.push_back(infer.new_type());
  }
  return Selector(state_, env, infer).select({trait, state_.store.list(args)}).answer;
}

namespace {
Answer ask(TypeContextState& s, TypeId t, LangItem item, ParamEnvId env) {
  const DefRef trait = s.items.lang(item);
  return trait ? s.traits.implements(t, trait, env) : Answer::Unknown;
}
}  // namespace

Answer Traits::is_sized(TypeId t, ParamEnvId env) { return ask(state_, t, LangItem::Sized, env); }
Answer Traits::is_copy(TypeId t, ParamEnvId env) { return ask(state_, t, LangItem::Copy, env); }
Answer Traits::is_send(TypeId t, ParamEnvId env) { return ask(state_, t, LangItem::Send, env); }
Answer Traits::is_sync(TypeId t, ParamEnvId env) { return ask(state_, t, LangItem::Sync, env); }
Answer Traits::is_unpin(TypeId t, ParamEnvId env) { return ask(state_, t, LangItem::Unpin, env); }
Answer Traits::is_freeze(TypeId t, ParamEnvId env) { return ask(state_, t, LangItem::Freeze, env); }

TypeId Traits::normalize(TypeId t, ParamEnvId env, bool reveal) {
  InferTable infer(state_.store);
  return Selector(state_, env, infer).normalize(t, reveal);
}

ListId Traits::normalize(ListId list, ParamEnvId env, bool reveal) {
  InferTable infer(state_.store);
  return Selector(state_, env, infer).normalize(list, reveal);
}

TypeId Traits::project(DefRef assoc, ListId args, ParamEnvId env) {
  InferTable infer(state_.store);
  return Selector(state_, env, infer).project(assoc, args);
}

TypeId Traits::struct_tail(TypeId t, ParamEnvId env) {
  for (uint32_t steps = 0; steps < kMaxTypeDepth; ++steps) {
    t = normalize(t, env);
    switch (state_.store.kind(t)) {
      case TypeKind::Tuple: {
        const std::span<const GenericArg> parts = state_.store.args(t);
        if (parts.empty()) return t;
        t = parts.back().type();
        break;
      }
      case TypeKind::Adt: {
        const AdtInfo& info = state_.items.adt(state_.store.def(t));
        if (info.kind != DefKind::Struct) return t;
        if (info.unknown || info.variants.empty()) return state_.store.unknown;
        if (info.variants[0].fields.empty()) return t;
        const std::span<const GenericArg> view = state_.store.args(t);
        t = state_.store.substitute(info.variants[0].fields.back().type,
                                    std::vector<GenericArg>(view.begin(), view.end()));
        break;
      }
      default:
        return t;
    }
  }
  return state_.store.unknown;
}

Traits::ResolvedItem Traits::resolve_assoc(DefRef trait_item, ListId args, ParamEnvId env) {
  TypeStore& store = state_.store;
  const DefRef trait = state_.items.container(trait_item);
  const Def* d = state_.def(trait);
  const Def* item = state_.def(trait_item);
  if (d == nullptr || item == nullptr || d->kind != DefKind::Trait) return {trait_item, args};
  const uint32_t own = state_.items.generics(trait).count();
  const std::span<const GenericArg> view = store.list_of(args);
  const std::vector<GenericArg> all(view.begin(), view.end());
  if (all.size() < own) return {};
  const ListId trait_args = store.list(std::span(all).first(own));
  const Selection found = select({trait, normalize(trait_args, env)}, env);
  if (found.answer != Answer::Yes) return {};
  const ResolvedItem of_trait = (item->flags & kDefHasBody) != 0 ? ResolvedItem{trait_item, args} : ResolvedItem{};
  if (found.kind != Selection::Kind::Impl) return found.kind == Selection::Kind::Where ? ResolvedItem{} : of_trait;
  const NameId name = store.name(state_.items.name_of(trait_item));
  const DefRef in_impl = state_.items.find_item(found.impl, name, item->kind);
  if (!in_impl) return state_.items.impl(found.impl).unknown ? ResolvedItem{} : of_trait;
  const std::span<const GenericArg> impl_args = store.list_of(found.args);
  std::vector<GenericArg> made(impl_args.begin(), impl_args.end());
  made.insert(made.end(), all.begin() + own, all.end());
  return {in_impl, store.list(made)};
}

}  // namespace rp
