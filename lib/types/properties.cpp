// What follows from the parts of a type: drops, inhabitants; and whether a trait may be dyn.
#include <algorithm>

#include "types/lowerer.h"
#include "types/selector.h"

namespace rp {

using N = NodeKind;
using T = TokenKind;

namespace {

std::vector<GenericArg> copy_of(const TypeStore& store, ListId list) {
  const std::span<const GenericArg> view = store.list_of(list);
  return {view.begin(), view.end()};
}

// How deep types are looked into; a type that contains itself without indirection is an error of its own.
constexpr uint32_t kMaxParts = 200;

Answer any(Answer a, Answer b) {
  if (a == Answer::Yes || b == Answer::Yes) return Answer::Yes;
  return a == Answer::Unknown || b == Answer::Unknown ? Answer::Unknown : Answer::No;
}

class Drops {
 public:
  Drops(TypeContextState& s, ParamEnvId env) : s_(s), env_(env) {}

  Answer of(TypeId t, uint32_t depth) {
    t = s_.traits.normalize(t, env_, true);
    if (depth > kMaxParts || ++steps_ > 20'000) return Answer::Unknown;
    const TypeStore& store = s_.store;
    switch (store.kind(t)) {
      case TypeKind::Unknown:
      case TypeKind::Error:
      case TypeKind::Infer:
      case TypeKind::Closure:
      case TypeKind::Coroutine:
      case TypeKind::Bound:
      case TypeKind::Opaque:
        return Answer::Unknown;
      case TypeKind::Param:
      case TypeKind::Placeholder:
      case TypeKind::Projection:
        return s_.traits.is_copy(t, env_) == Answer::Yes ? Answer::No : Answer::Yes;
      case TypeKind::Dyn:
        return Answer::Yes;
      case TypeKind::Array: {
        const std::optional<uint64_t> length = s_.consts.length(store.length(t), env_);
        if (length == uint64_t{0}) return Answer::No;
        const Answer element = of(store.element(t), depth + 1);
        return element == Answer::Yes && !length && store.kind(store.length(t)) != ConstKind::Param ? Answer::Unknown
                                                                                                    : element;
      }
      case TypeKind::Slice:
        return of(store.element(t), depth + 1);
      case TypeKind::Tuple: {
        Answer result = Answer::No;
        for (const GenericArg part : copy_of(store, store.arg_list(t))) {
          result = any(result, of(part.type(), depth + 1));
          if (result == Answer::Yes) break;
        }
        return result;
      }
      case TypeKind::Adt:
        return of_adt(t, depth);
      default:
        return Answer::No;
    }
  }

 private:
  Answer of_adt(TypeId t, uint32_t depth) {
    const DefRef def = s_.store.def(t);
    const AdtInfo& info = s_.items.adt(def);
    if (info.is_manually_drop || info.is_phantom_data) return Answer::No;
    if (info.is_box) return Answer::Yes;
    const DefRef drop = s_.items.lang(LangItem::Drop);
    if (!drop) return Answer::Unknown;
    const TraitImpls& impls = impls_by_key(s_, drop, t);
    if (impls.by_key.contains(type_key(s_.store, t))) return Answer::Yes;
    Answer result =
        info.unknown || has_unseen_derives(s_, def) || has_unseen_impls(s_, def.crate) ? Answer::Unknown : Answer::No;
    if (info.kind == DefKind::Union) return result;
    if (std::find(open_.begin(), open_.end(), t) != open_.end()) return Answer::No;
    open_.push_back(t);
    const std::vector<GenericArg> args = copy_of(s_.store, s_.store.arg_list(t));
    for (const VariantInfo& v : info.variants) {
      for (const FieldInfo& f : v.fields) {
        result = any(result, of(s_.store.substitute(f.type, args), depth + 1));
        if (result == Answer::Yes) break;
      }
      if (result == Answer::Yes) break;
    }
    open_.pop_back();
    return result;
  }

  TypeContextState& s_;
  ParamEnvId env_;
  std::vector<TypeId> open_;
  uint32_t steps_ = 0;
};

class Inhabitants {
 public:
  Inhabitants(TypeContextState& s, ParamEnvId env) : s_(s), env_(env) {}

  // Whether there are none.
  Answer none(TypeId t, uint32_t depth) {
    t = s_.traits.normalize(t, env_, true);
    if (depth > kMaxParts || ++steps_ > 20'000) return Answer::Unknown;
    const TypeStore& store = s_.store;
    switch (store.kind(t)) {
      case TypeKind::Never:
        return Answer::Yes;
      case TypeKind::Unknown:
      case TypeKind::Error:
      case TypeKind::Infer:
      case TypeKind::Closure:
      case TypeKind::Coroutine:
      case TypeKind::Bound:
      case TypeKind::Opaque:
      case TypeKind::Param:
      case TypeKind::Placeholder:
      case TypeKind::Projection:
        return Answer::Unknown;
      case TypeKind::Array: {
        const Answer element = none(store.element(t), depth + 1);
        if (element == Answer::No) return element;
        const std::optional<uint64_t> length = s_.consts.length(store.length(t), env_);
        if (!length) return Answer::Unknown;
        return *length == 0 ? Answer::No : element;
      }
      case TypeKind::Tuple: {
        Answer result = Answer::No;
        for (const GenericArg part : copy_of(store, store.arg_list(t)))
          result = any(result, none(part.type(), depth + 1));
        return result;
      }
      case TypeKind::Adt:
        return of_adt(t, depth);
      default:
        return Answer::No;
    }
  }

 private:
  Answer of_adt(TypeId t, uint32_t depth) {
    const AdtInfo& info = s_.items.adt(s_.store.def(t));
    if (info.unknown) return Answer::Unknown;
    if (info.kind == DefKind::Union) return Answer::No;
    if (std::find(open_.begin(), open_.end(), t) != open_.end()) return Answer::No;
    open_.push_back(t);
    const std::vector<GenericArg> args = copy_of(s_.store, s_.store.arg_list(t));
    // No variant has values.
    Answer result = Answer::Yes;
    for (const VariantInfo& v : info.variants) {
      Answer variant = Answer::No;
      for (const FieldInfo& f : v.fields) {
        variant = any(variant, none(s_.store.substitute(f.type, args), depth + 1));
        if (variant == Answer::Yes) break;
      }
      if (variant == Answer::No) {
        result = Answer::No;
        break;
      }
      if (variant == Answer::Unknown) result = Answer::Unknown;
    }
    open_.pop_back();
    return result;
  }

  TypeContextState& s_;
  ParamEnvId env_;
  std::vector<TypeId> open_;
  uint32_t steps_ = 0;
};

}  // namespace

Answer Traits::needs_drop(TypeId t, ParamEnvId env) { return Drops(state_, env).of(t, 0); }
Answer Traits::is_uninhabited(TypeId t, ParamEnvId env) { return Inhabitants(state_, env).none(t, 0); }

// ---- dyn ----

namespace {

bool mentions_self(const TypeStore& store, TypeId t, uint32_t depth) {
  if (!store.has(t, kHasParam) || depth > kMaxTypeDepth) return false;
  const auto in_args = [&](std::span<const GenericArg> view, size_t first) {
    const std::vector<GenericArg> args(view.begin(), view.end());
    for (size_t i = first; i < args.size(); ++i)
      if (args[i].is_type() && mentions_self(store, args[i].type(), depth + 1)) return true;
    return false;
  };
  switch (store.kind(t)) {
    case TypeKind::Param:
      return store.index(t) == 0;
    case TypeKind::Array:
    case TypeKind::Slice:
    case TypeKind::RawPtr:
    case TypeKind::Ref:
      return mentions_self(store, store.element(t), depth + 1);
    case TypeKind::Dyn: {
      for (const DynPredicate& p : store.dyn_predicates(t)) {
        if (in_args(store.list_of(p.args), 0)) return true;
        if (p.term.is_type() && mentions_self(store, p.term.type(), depth + 1)) return true;
      }
      return false;
    }
    case TypeKind::Projection:
      // `Self::Item` of the trait and its supertraits has a value in every dyn type; more than Self in it counts.
      if (!store.args(t).empty() && store.args(t)[0].is_type() &&
          store.kind(store.args(t)[0].type()) == TypeKind::Param && store.index(store.args(t)[0].type()) == 0)
        return in_args(store.args(t), 1);
      return in_args(store.args(t), 0);
    case TypeKind::Opaque:
      return false;
    default:
      return in_args(store.args(t), 0);
  }
}

}  // namespace

Answer Traits::is_dyn_compatible(DefRef trait, std::string* why) {
  TypeStore& store = state_.store;
  const DefRef sized = state_.items.lang(LangItem::Sized);
  if (!sized) return Answer::Unknown;
  Answer result = Answer::Yes;
  const auto no = [&](std::string reason) {
    if (why != nullptr) *why = std::move(reason);
    return Answer::No;
  };
  for (const DefRef each : supertrait_defs(state_, trait)) {
    const TraitInfo& info = state_.items.trait(each);
    if (info.unknown_items || state_.items.generics(each).unknown || has_unseen_supertraits(state_, each))
      result = Answer::Unknown;
    if (info.unknown) continue;  // an attribute may have made something else of it
    const std::string name(state_.items.name_of(each));
    for (const Predicate& p : state_.items.predicates(each).own) {
      if (p.kind == Predicate::Kind::Unknown) result = Answer::Unknown;
      if (p.kind != Predicate::Kind::Trait && p.kind != Predicate::Kind::Projection) continue;
      const std::vector<GenericArg> args = copy_of(store, store.open_binder(p.trait_ref.args, {}));
      const bool of_self = !args.empty() && args[0].is_type() && store.kind(args[0].type()) == TypeKind::Param &&
                           store.index(args[0].type()) == 0;
      if (!of_self) continue;
      if (p.trait_ref.trait == sized) return no("`" + name + "` requires `Self: Sized`");
      for (size_t i = 1; i < args.size(); ++i)
        if (p.kind == Predicate::Kind::Trait && args[i].is_type() && mentions_self(store, args[i].type(), 0))
          return no("a supertrait of `" + name + "` has `Self` among its arguments");
    }
    for (const AssocItem& item : info.items) {
      const Items::Text text = state_.items.text_of(item.def);
      if (text.tree == nullptr) {
        result = Answer::Unknown;
        continue;
      }
      // `where Self: Sized` takes an item out of objects.
      bool only_sized = false;
      for (const Predicate& p : state_.items.predicates(item.def).own) {
        if (p.kind != Predicate::Kind::Trait || p.trait_ref.trait != sized) continue;
        const std::vector<GenericArg> args = copy_of(store, store.open_binder(p.trait_ref.args, {}));
        only_sized = only_sized || (!args.empty() && args[0].is_type() &&
                                    store.kind(args[0].type()) == TypeKind::Param && store.index(args[0].type()) == 0);
      }
      if (only_sized) continue;
      const std::string item_name(store.text(item.name));
      if (item.kind == DefKind::AssocConst) return no("it has the associated const `" + item_name + "`");
      const Generics& generics = state_.items.generics(item.def);
      if (item.kind == DefKind::AssocType) {
        if (!generics.params.empty()) return no("the associated type `" + item_name + "` has parameters");
        continue;
      }
      const Tree& t = *text.tree;
      const Def* d = state_.def(item.def);
      if ((d->flags & kDefHasSelf) == 0) return no("the function `" + item_name + "` has no `self` parameter");
      if ((d->flags & kDefAsync) != 0 || t.has_token(text.node, T::KwAsync))
        return no("the function `" + item_name + "` is async");
      for (const GenericParam& p : generics.params)
        if (p.kind != GenericParam::Kind::Lifetime) return no("the function `" + item_name + "` has type parameters");
      std::vector<NodeId> opaques;
      opaque_impl_traits(t, text.node, &opaques);
      if (!opaques.empty()) return no("the function `" + item_name + "` returns `impl Trait`");
      const TypeId pointer = state_.items.fn_signature(item.def);
      if (store.kind(pointer) != TypeKind::FnPtr) {
        result = Answer::Unknown;
        continue;
      }
      const TypeStore::Signature s = store.signature(pointer);
      const std::vector<GenericArg> inputs(s.inputs.begin(), s.inputs.end());
      const TypeId output = s.output;
      for (size_t i = 1; i < inputs.size(); ++i)
        if (mentions_self(store, inputs[i].type(), 0))
          return no("the function `" + item_name + "` has `Self` among its parameters");
      if (mentions_self(store, output, 0)) return no("the function `" + item_name + "` returns `Self`");
      for (const Predicate& p : state_.items.predicates(item.def).own) {
        if (p.kind != Predicate::Kind::Trait) continue;
        const std::vector<GenericArg> args = copy_of(store, store.open_binder(p.trait_ref.args, {}));
        // rustc warns of `where Self: Trait`, and takes it.
        (void)args;
      }
      // A receiver that cannot be dispatched: `self: &&Self`, a type parameter.
      const TypeId receiver = inputs.empty() ? store.unknown : inputs[0].type();
      switch (store.kind(receiver)) {
        case TypeKind::Param:
        case TypeKind::Ref:
        case TypeKind::Adt:
          break;
        default:
          if (result == Answer::Yes) result = Answer::Unknown;
          break;
      }
    }
  }
  return result;
}

}  // namespace rp
