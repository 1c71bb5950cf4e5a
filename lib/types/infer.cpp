#include "types/infer.h"

#include <algorithm>

namespace rp {
namespace {

// Of two parts: different parts decide, then what is not clear.
Unify both(Unify a, Unify b) {
  if (a == Unify::Different || b == Unify::Different) return Unify::Different;
  return a == Unify::Ambiguous || b == Unify::Ambiguous ? Unify::Ambiguous : Unify::Equal;
}

class Resolver final : public TermFolder {
 public:
  Resolver(TypeStore& store, const InferTable& table) : TermFolder(store), table_(table) {}

 protected:
  [[nodiscard]] bool may_change(uint16_t flags, uint32_t) const override { return (flags & kHasInfer) != 0; }
  TypeId fold_type(TypeId t) override {
    if (store_.kind(t) != TypeKind::Infer) return {};
    const TypeId known = table_.shallow(t);
    return store_.kind(known) == TypeKind::Infer ? known : fold(known);
  }
  ConstId fold_const(ConstId c) override {
    if (store_.kind(c) != ConstKind::Infer) return {};
    const ConstId known = table_.shallow(c);
    return store_.kind(known) == ConstKind::Infer ? known : fold_parts(known);
  }

 private:
  const InferTable& table_;
};

}  // namespace

TypeId InferTable::new_type(TypeStore::InferKind kind) {
  types_.push_back({TypeId(), kind});
  return store_.infer(static_cast<uint32_t>(types_.size() - 1), kind);
}

RegionId InferTable::new_region() { return store_.infer_region(regions_++); }

ConstId InferTable::new_const(TypeId type) {
  consts_.emplace_back();
  return store_.const_infer(static_cast<uint32_t>(consts_.size() - 1), type ? type : store_.unknown);
}

TypeId InferTable::shallow(TypeId t) const {
  while (store_.kind(t) == TypeKind::Infer) {
    const uint32_t i = store_.index(t);
    if (i >= types_.size() || !types_[i].value) break;
    t = types_[i].value;
  }
  return t;
}

ConstId InferTable::shallow(ConstId c) const {
  while (store_.kind(c) == ConstKind::Infer) {
    const uint32_t i = store_.index(c);
    if (i >= consts_.size() || !consts_[i]) break;
    c = consts_[i];
  }
  return c;
}

TypeId InferTable::resolve(TypeId t) { return store_.has(t, kHasInfer) ? Resolver(store_, *this).fold(t) : t; }
ListId InferTable::resolve(ListId list) {
  return (store_.list_flags(list) & kHasInfer) != 0 ? Resolver(store_, *this).fold(list) : list;
}
ConstId InferTable::resolve(ConstId c) { return Resolver(store_, *this).fold(c); }
GenericArg InferTable::resolve(GenericArg arg) { return arg.valid() ? Resolver(store_, *this).fold(arg) : arg; }

InferTable::Occurs InferTable::occurs(uint32_t var, TypeId in) {
  const TypeId whole = resolve(in);
  if (!store_.has(whole, kHasInfer)) return Occurs::No;
  // Terms are trees of bounded depth, but their parts may repeat: each is looked at once. Parts of aliases come last.
  std::vector<TypeId> open{whole}, seen, aliases;
  bool in_alias = false;
  while (!open.empty() || !aliases.empty()) {
    if (open.empty()) {
      open.swap(aliases);
      in_alias = true;
    }
    const TypeId t = open.back();
    open.pop_back();
    if (!store_.has(t, kHasInfer) || std::find(seen.begin(), seen.end(), t) != seen.end()) continue;
    seen.push_back(t);
    const auto add = [&](GenericArg arg) {
      if (arg.is_type()) open.push_back(arg.type());
    };
    switch (store_.kind(t)) {
      case TypeKind::Infer:
        if (store_.index(t) == var) return in_alias ? Occurs::InAlias : Occurs::Yes;
        break;
      case TypeKind::Array:
      case TypeKind::Slice:
      case TypeKind::RawPtr:
      case TypeKind::Ref:
      case TypeKind::Pattern:
        open.push_back(store_.element(t));
        break;
      case TypeKind::Dyn:
        for (const DynPredicate& p : store_.dyn_predicates(t)) {
          for (const GenericArg arg : store_.list_of(p.args)) add(arg);
          add(p.term);
        }
        break;
      case TypeKind::Adt:
      case TypeKind::Tuple:
      case TypeKind::FnDef:
      case TypeKind::FnPtr:
      case TypeKind::Closure:
      case TypeKind::Coroutine:
        for (const GenericArg arg : store_.args(t)) add(arg);
        break;
      case TypeKind::Projection:
      case TypeKind::Opaque:
        for (const GenericArg arg : store_.args(t))
          if (arg.is_type()) aliases.push_back(arg.type());
        break;
      default:
        break;
    }
  }
  return Occurs::No;
}

Unify InferTable::bind(TypeId var, TypeId value) {
  const uint32_t i = store_.index(var);
  TypeVar& row = types_[i];
  using K = TypeStore::InferKind;
  if (store_.kind(value) == TypeKind::Infer) {
    // The variable that says less takes the value of the other.
    const uint32_t j = store_.index(value);
    if (j >= types_.size()) return Unify::Ambiguous;
    const K other = types_[j].kind;
    if (row.kind != K::General && other == K::General) return bind(value, var);
    if (row.kind != K::General && row.kind != other) return Unify::Different;
  } else {
    if (row.kind == K::Int && store_.kind(value) != TypeKind::Int)
      return store_.kind(value) == TypeKind::Projection ? Unify::Ambiguous : Unify::Different;
    if (row.kind == K::Float && store_.kind(value) != TypeKind::Float)
      return store_.kind(value) == TypeKind::Projection ? Unify::Ambiguous : Unify::Different;
    if (store_.has(value, kHasInfer)) {
      const Occurs found = occurs(i, value);
      if (found == Occurs::Yes || (found == Occurs::InAlias && !open_aliases)) return Unify::Different;
      if (found == Occurs::InAlias) {
        occurs_in_alias = true;
        return Unify::Ambiguous;
      }
    }
  }
  trail_.push_back({false, i, types_[i], {}});
  types_[i].value = value;
  return Unify::Equal;
}

Unify InferTable::bind(ConstId var, ConstId value) {
  // An expression with variables may have this one in it, and nobody can solve it for that.
  if (store_.kind(value) == ConstKind::Unevaluated && (store_.flags(value) & kHasInfer) != 0) return Unify::Ambiguous;
  const uint32_t i = store_.index(var);
  trail_.push_back({true, i, {}, consts_[i]});
  consts_[i] = value;
  return Unify::Equal;
}

Unify InferTable::unify(TypeId a, TypeId b) {
  a = shallow(a);
  b = shallow(b);
  if (a == b) return store_.has(a, kHasUnknown) ? Unify::Ambiguous : Unify::Equal;
  const TypeKind ka = store_.kind(a), kb = store_.kind(b);
  if (ka == TypeKind::Infer && store_.index(a) < types_.size()) return bind(a, b);
  if (kb == TypeKind::Infer && store_.index(b) < types_.size()) return bind(b, a);
  if (ka <= TypeKind::Infer || kb <= TypeKind::Infer) return Unify::Ambiguous;
  const bool alias_a = ka == TypeKind::Projection || ka == TypeKind::Opaque;
  const bool alias_b = kb == TypeKind::Projection || kb == TypeKind::Opaque;
  if (alias_a || alias_b) {
    if (ka == kb && store_.def(a) == store_.def(b) &&
        (ka != TypeKind::Opaque || store_.ordinal(a) == store_.ordinal(b))) {
      const Snapshot before = snapshot();
      const Unify args = unify(store_.arg_list(a), store_.arg_list(b));
      if (args == Unify::Equal) return args;
      roll_back(before);
    }
    const bool open = open_aliases || (alias_a && store_.has(a, kHasInfer | kHasUnknown)) ||
                      (alias_b && store_.has(b, kHasInfer | kHasUnknown));
    return open ? Unify::Ambiguous : Unify::Different;
  }
  if (ka != kb) return Unify::Different;
  switch (ka) {
    case TypeKind::Adt:
    case TypeKind::FnDef:
    case TypeKind::Closure:
    case TypeKind::Coroutine:
      if (store_.def(a) != store_.def(b)) return Unify::Different;
      if ((ka == TypeKind::Closure || ka == TypeKind::Coroutine) && store_.site_of(a) != store_.site_of(b))
        return Unify::Different;
      return unify(store_.arg_list(a), store_.arg_list(b));
    case TypeKind::Tuple:
      return unify(store_.arg_list(a), store_.arg_list(b));
    case TypeKind::Array: {
      const Unify element = unify(store_.element(a), store_.element(b));
      return element == Unify::Different ? element : both(element, unify(store_.length(a), store_.length(b)));
    }
    case TypeKind::Ref:
      if (store_.is_mut(a) != store_.is_mut(b)) return Unify::Different;
      if (keep_regions && store_.region(a) != store_.region(b))
        region_pairs_.emplace_back(store_.region(a), store_.region(b));
      return unify(store_.element(a), store_.element(b));
    case TypeKind::RawPtr:
      if (store_.is_mut(a) != store_.is_mut(b)) return Unify::Different;
      return unify(store_.element(a), store_.element(b));
    case TypeKind::Slice:
      return unify(store_.element(a), store_.element(b));
    case TypeKind::Pattern: {
      const TypeStore::Range x = store_.pattern_range(a), y = store_.pattern_range(b);
      if (x.start != y.start || x.end != y.end) return Unify::Different;
      return unify(store_.element(a), store_.element(b));
    }
    case TypeKind::FnPtr: {
      const TypeStore::Signature x = store_.signature(a), y = store_.signature(b);
      if (x.inputs.size() != y.inputs.size() || x.is_unsafe != y.is_unsafe || x.is_variadic != y.is_variadic ||
          x.abi != y.abi)
        return Unify::Different;
      return unify(store_.arg_list(a), store_.arg_list(b));
    }
    case TypeKind::Dyn:
      return unify_objects(a, b);
    default:
      return Unify::Different;  // they have other ids
  }
}

Unify InferTable::unify_objects(TypeId a, TypeId b) {
  const std::vector<DynPredicate> x = store_.dyn_predicates(a), y = store_.dyn_predicates(b);
  const auto principal = [](const std::vector<DynPredicate>& p) {
    return !p.empty() && p[0].kind == DynPredicate::Kind::Principal ? &p[0] : nullptr;
  };
  const DynPredicate *px = principal(x), *py = principal(y);
  if ((px != nullptr) != (py != nullptr)) return Unify::Different;
  Unify result = Unify::Equal;
  if (px != nullptr) {
    if (px->def != py->def) return Unify::Different;
    result = unify(px->args, py->args);
    if (result == Unify::Different) return result;
  }
  std::vector<DefRef> autos_x, autos_y;
  for (const DynPredicate& p : x)
    if (p.kind == DynPredicate::Kind::Auto) autos_x.push_back(p.def);
  for (const DynPredicate& p : y)
    if (p.kind == DynPredicate::Kind::Auto) autos_y.push_back(p.def);
  if (autos_x != autos_y) return Unify::Different;
  size_t matched = 0, count_x = 0, count_y = 0;
  for (const DynPredicate& q : y) count_y += q.kind == DynPredicate::Kind::Projection;
  for (const DynPredicate& p : x) {
    if (p.kind != DynPredicate::Kind::Projection) continue;
    ++count_x;
    for (const DynPredicate& q : y) {
      if (q.kind != DynPredicate::Kind::Projection || q.def != p.def) continue;
      ++matched;
      result = both(result, unify(p.term, q.term));
      break;
    }
  }
  // What one says and the other leaves to a supertrait may be the same.
  if (matched != count_x || matched != count_y) result = both(result, Unify::Ambiguous);
  return result;
}

Unify InferTable::unify(ConstId a, ConstId b) {
  a = shallow(a);
  b = shallow(b);
  const ConstKind ka = store_.kind(a), kb = store_.kind(b);
  if (a == b) return ka <= ConstKind::Error ? Unify::Ambiguous : Unify::Equal;
  if (ka == ConstKind::Infer && store_.index(a) < consts_.size()) return bind(a, b);
  if (kb == ConstKind::Infer && store_.index(b) < consts_.size()) return bind(b, a);
  const auto open = [](ConstKind k) {
    return k == ConstKind::Unknown || k == ConstKind::Error || k == ConstKind::Infer || k == ConstKind::Unevaluated;
  };
  if (open(ka) || open(kb)) return Unify::Ambiguous;
  if (ka == ConstKind::Value && kb == ConstKind::Value)
    return store_.bits(a) == store_.bits(b) ? Unify::Equal : Unify::Different;
  return Unify::Different;
}

Unify InferTable::unify(GenericArg a, GenericArg b) {
  if (!a.valid() || !b.valid()) return Unify::Ambiguous;
  if (a.kind() != b.kind()) return Unify::Different;
  switch (a.kind()) {
    case GenericArg::Kind::Type:
      return unify(a.type(), b.type());
    case GenericArg::Kind::Const:
      return unify(a.constant(), b.constant());
    case GenericArg::Kind::Region:
      if (keep_regions && a != b) region_pairs_.emplace_back(a.region(), b.region());
      return Unify::Equal;
  }
  return Unify::Ambiguous;
}

Unify InferTable::unify(ListId a, ListId b) {
  if (a == b && (store_.list_flags(a) & (kHasInfer | kHasUnknown)) == 0) return Unify::Equal;
  const std::span<const GenericArg> x = store_.list_of(a), y = store_.list_of(b);
  if (x.size() != y.size()) return Unify::Different;
  // Binding variables makes terms, which may move lists.
  const std::vector<GenericArg> xs(x.begin(), x.end()), ys(y.begin(), y.end());
  Unify result = Unify::Equal;
  for (size_t i = 0; i < xs.size() && result != Unify::Different; ++i) result = both(result, unify(xs[i], ys[i]));
  return result;
}

InferTable::Snapshot InferTable::snapshot() const {
  return {trail_.size(), types_.size(), consts_.size(), regions_, region_pairs_.size()};
}

void InferTable::roll_back(const Snapshot& to) {
  while (trail_.size() > to.trail) {
    const Change& change = trail_.back();
    if (change.is_const)
      consts_[change.index] = change.const_before;
    else
      types_[change.index] = change.before;
    trail_.pop_back();
  }
  types_.resize(to.types);
  consts_.resize(to.consts);
  regions_ = static_cast<uint32_t>(to.regions);
  region_pairs_.resize(to.constraints);
}

}  // namespace rp
