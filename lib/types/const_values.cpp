// Values of constant evaluation: literals, paths, operators, casts, methods of numbers.
#include <algorithm>

#include "expand/builtin_literals.h"
#include "types/const_interpreter.h"

namespace rp {

using N = NodeKind;
using T = TokenKind;

// ---- Literals ----

ConstValue ConstInterpreter::literal(NodeId node, TypeId expected) {
  const Tree& t = tree();
  const uint32_t slot = word_slot(t, node);
  if (slot == UINT32_MAX) return unknown();
  const T kind = t.token_kind(slot);
  const std::string_view text = t.token_text(slot);
  switch (kind) {
    case T::KwTrue:
      return boolean(true);
    case T::KwFalse:
      return boolean(false);
    case T::Char:
    case T::Byte: {
      StringValue value;
      if (!decode_string(kind, text, &value) || value.bytes.empty()) return unknown();
      if (kind == T::Byte) return scalar(store_.integer(IntKind::U8), wide::of(static_cast<uint8_t>(value.bytes[0])));
      return scalar(store_.character, wide::of(code_point_at(value.bytes, 0).value));
    }
    case T::Str:
    case T::RawStr:
    case T::ByteStr:
    case T::RawByteStr: {
      StringValue value;
      if (!decode_string(kind, text, &value)) return unknown();
      ConstValue v;
      v.kind = Kind::Text;
      v.text = std::move(value.bytes);
      return v;
    }
    case T::Int:
      break;
    default:
      return unknown();
  }
  const std::optional<std::string> digits = decimal_of_integer(text);
  if (!digits) return unknown();
  Bits128 value;
  for (const char c : *digits) {
    bool overflow = false;
    value = wide::multiply(value, wide::of(10), &overflow);
    const Bits128 sum = wide::add(value, wide::of(static_cast<uint64_t>(c - '0')));
    if (overflow || wide::less_unsigned(sum, value)) return unknown();
    value = sum;
  }
  TypeId type;
  static constexpr std::string_view kSuffixes[] = {"i8", "i16", "i32", "i64", "i128", "isize",
                                                   "u8", "u16", "u32", "u64", "u128", "usize"};
  for (size_t i = 0; i < std::size(kSuffixes); ++i)
    if (text.size() > kSuffixes[i].size() && text.ends_with(kSuffixes[i]))
      type = store_.integer(static_cast<IntKind>(i));
  if (text.size() > 3 && (text.ends_with("f32") || text.ends_with("f64")) && !text.starts_with("0x")) return unknown();
  if (!type && is_int(expected)) type = expected;
  if (!type) {
    ConstValue v;
    v.kind = Kind::Untyped;
    v.bits = value;
    return v;
  }
  // The least value of a signed type is one more than the greatest, behind a minus.
  if (!wide::fits(value, bits(type), signed_(type))) {
    const bool least = signed_(type) && value == wide::shift_left(wide::of(1), bits(type) - 1);
    if (!least) return unknown();
    value = wide::wrap(value, bits(type), true);
  }
  return scalar(type, value);
}

ConstValue ConstInterpreter::coerce(ConstValue v, TypeId type) {
  if (!type || store_.is_unknown(type)) {
    // Nothing says which type it has: i32, if it fits.
    if (v.kind == Kind::Untyped) {
      if (!wide::fits(v.bits, 32, true)) return unknown();
      return scalar(store_.integer(IntKind::I32), v.bits);
    }
    return v;
  }
  if (v.kind == Kind::Untyped) {
    if (!is_int(type)) return unknown();
    if (!wide::fits(v.bits, bits(type), signed_(type))) return unknown();
    return scalar(type, v.bits);
  }
  if (v.kind == Kind::Scalar && v.type != type) {
    if (store_.kind(type) == TypeKind::Param || store_.has(type, kHasAlias)) return v;
    return unknown();
  }
  return v;
}

// ---- Paths ----

ConstValue ConstInterpreter::path(NodeId node, TypeId expected) {
  const Tree& t = tree();
  std::vector<NodeId> segments;
  for (NodeId c = t.first_child(node); c; c = t.next_sibling(c))
    if (t.kind(c) == N::PathSegment) segments.push_back(c);
  const NodeId qualified = t.child(node, Role::qualified_self);
  const auto name_of = [&](NodeId segment) {
    const uint32_t slot = word_slot(t, segment);
    return slot == UINT32_MAX ? std::string_view() : bare_name(t.token_text(slot));
  };
  if (qualified) {
    const TypeId self = lower(t.child(qualified, Role::type));
    if (segments.empty()) return unknown();
    const NodeId trait = t.child(qualified, Role::trait);
    if (!trait) return assoc_value(self, name_of(segments[0]), false);
    std::vector<Predicate> extra;
    const TraitRef found = Lowerer(s_, scope()).trait_ref(trait, self, &extra);
    if (!found) return unknown();
    const NameId name = store_.name(name_of(segments.back()));
    const DefRef trait_item = s_.items.find_item(found.trait, name, DefKind::AssocConst);
    if (!trait_item) return unknown();
    const std::span<const GenericArg> view = store_.list_of(frame_.args);
    const ListId args = store_.substitute(found.args, std::vector<GenericArg>(view.begin(), view.end()));
    const Traits::ResolvedItem resolved = s_.traits.resolve_assoc(trait_item, args, env_);
    if (!resolved.def) return (store_.list_flags(args) & kHasParam) != 0 ? generic() : unknown();
    return item(resolved.def, resolved.args);
  }
  if (segments.size() == 1) {
    const uint32_t slot = word_slot(t, segments[0]);
    if (slot == UINT32_MAX) return unknown();
    if (const Variable* v = find_variable(bare_name(t.token_text(slot)), context_at(slot)); v != nullptr)
      return v->value.kind == Kind::Unknown ? unknown() : v->value;
  }
  const PathMeaning m = Lowerer(s_, scope()).resolve(node, Namespace::Value);
  switch (m.kind) {
    case PathMeaning::Kind::ConstParam: {
      const std::span<const GenericArg> args = store_.list_of(frame_.args);
      if (m.index >= args.size() || !args[m.index].is_const()) return generic();
      const ConstId c = args[m.index].constant();
      const ConstResult r = s_.consts.evaluate(c, env_);
      if (r) return scalar(r.type, r.bits);
      return r.state == ConstResult::State::Generic ? generic() : unknown();
    }
    case PathMeaning::Kind::Def:
      if (m.used == segments.size()) return definition(m.def, node, expected);
      break;
    default:
      break;
  }
  // `Type::NAME`: the type is what the path without its last segment says.
  if (m.used == 0 || m.used + 1 != segments.size()) return unknown();
  TypeId base;
  bool is_self = false;
  switch (m.kind) {
    case PathMeaning::Kind::Primitive:
      base = store_.primitive(m.index);
      break;
    case PathMeaning::Kind::SelfType:
      base = Lowerer(s_, scope()).self_type();
      is_self = true;
      break;
    case PathMeaning::Kind::TypeParam: {
      const std::span<const GenericArg> args = store_.list_of(frame_.args);
      if (m.index >= args.size() || !args[m.index].is_type()) return generic();
      base = args[m.index].type();
      break;
    }
    case PathMeaning::Kind::Def: {
      const Def* d = s_.def(m.def);
      if (d == nullptr) return unknown();
      if (d->kind == DefKind::TypeAlias) {
        base = s_.items.type_of(m.def);
      } else if (d->kind == DefKind::Struct || d->kind == DefKind::Enum || d->kind == DefKind::Union) {
        LowerScope where = scope();
        base = store_.adt(m.def, Lowerer(s_, where).path_arguments(node, m.def));
        // Written arguments stand at the segment of the type.
        const Generics& g = s_.items.generics(m.def);
        if (!g.params.empty()) {
          std::vector<GenericArg> args;
          const NodeId list = t.child(segments[m.used - 1], Role::arguments);
          for (NodeId c = list ? t.first_child(list) : NodeId(); c; c = t.next_sibling(c))
            if (node_category(t.kind(c)) == NodeCategory::Type) args.emplace_back(lower(c));
          bool types_only = args.size() == g.params.size();
          for (const GenericParam& p : g.params) types_only = types_only && p.kind == GenericParam::Kind::Type;
          if (types_only) base = store_.adt(m.def, store_.list(args));
        }
      } else {
        return unknown();
      }
      break;
    }
    default:
      return unknown();
  }
  const std::span<const GenericArg> view = store_.list_of(frame_.args);
  base = s_.traits.normalize(store_.substitute(base, std::vector<GenericArg>(view.begin(), view.end())), env_);
  return assoc_value(base, name_of(segments.back()), is_self);
}

ConstValue ConstInterpreter::definition(DefRef def, NodeId node, TypeId expected) {
  const Def* d = s_.def(def);
  if (d == nullptr) return unknown();
  (void)expected;
  switch (d->kind) {
    case DefKind::Const:
      return item(def, store_.empty_list);
    case DefKind::AssocConst: {
      // `Trait::NAME` says not of which type.
      return unknown();
    }
    case DefKind::Function:
    case DefKind::AssocFunction: {
      ConstValue v;
      v.kind = Kind::Function;
      v.def = def;
      const ListId args = Lowerer(s_, scope()).path_arguments(node, def);
      const std::span<const GenericArg> view = store_.list_of(frame_.args);
      v.args = s_.traits.normalize(store_.substitute(args, std::vector<GenericArg>(view.begin(), view.end())), env_);
      return v;
    }
    case DefKind::Struct:
    case DefKind::Variant: {
      ConstValue v;
      v.def = def;
      if ((d->flags & kDefTupleFields) != 0) {
        v.kind = Kind::Function;
        v.args = store_.empty_list;
        return v;
      }
      v.kind = Kind::Aggregate;
      return v;
    }
    default:
      return unknown();
  }
}

ConstValue ConstInterpreter::assoc_value(TypeId base, std::string_view name, bool is_self) {
  if (store_.is_unknown(base)) return unknown();
  if (is_int(base)) {
    if (name == "MAX") return scalar(base, wide::max_of(bits(base), signed_(base)));
    if (name == "MIN") return scalar(base, wide::min_of(bits(base), signed_(base)));
    if (name == "BITS") return scalar(store_.integer(IntKind::U32), wide::of(bits(base)));
  }
  if (store_.kind(base) == TypeKind::Char && name == "MAX") return scalar(base, wide::of(0x10FFFF));
  const NameId id = store_.name(name);
  // Variants of an enum that was named by an alias or Self.
  if (store_.kind(base) == TypeKind::Adt)
    for (const VariantInfo& v : s_.items.adt(store_.def(base)).variants)
      if (v.name == id && v.def != store_.def(base)) {
        ConstValue made;
        made.def = v.def;
        made.kind = v.ctor == CtorKind::Tuple ? Kind::Function : Kind::Aggregate;
        made.args = store_.empty_list;
        return made;
      }
  const auto made_item = [&](DefRef found, ListId args) {
    if (s_.def(found)->kind == DefKind::AssocConst) return item(found, args);
    ConstValue v;
    v.kind = Kind::Function;
    v.def = found;
    v.args = args;
    return v;
  };
  for (const DefRef impl : s_.traits.inherent_impls(base)) {
    DefRef found = s_.items.find_item(impl, id, DefKind::AssocConst);
    if (!found) found = s_.items.find_item(impl, id, DefKind::AssocFunction);
    if (!found || !accessible(found)) continue;
    InferTable infer(store_);
    std::vector<GenericArg> args;
    for (const GenericParam& p : s_.items.generics(impl).params) {
      if (p.kind == GenericParam::Kind::Lifetime)
        args.push_back(store_.erased);
      else if (p.kind == GenericParam::Kind::Const)
        args.push_back(infer.new_const(p.const_type));
      else
        args.push_back(infer.new_type());
    }
    if (infer.unify(store_.substitute(s_.items.type_of(impl), args), base) == Unify::Different) continue;
    for (GenericArg& arg : args) arg = infer.resolve(arg);
    if ((store_.list_flags(store_.list(args)) & kHasInfer) != 0) return unknown();
    const Generics& own = s_.items.generics(found);
    for (const GenericParam& p : own.params) {
      if (p.kind == GenericParam::Kind::Lifetime)
        args.push_back(store_.erased);
      else if (p.kind == GenericParam::Kind::Const)
        args.push_back(store_.unknown_const);
      else
        args.push_back(store_.unknown);
    }
    return made_item(found, store_.list(args));
  }
  // A constant of a trait: of the one whose impl this stands in, or of a bound of a parameter.
  std::vector<TraitRef> traits;
  if (is_self) {
    for (DefRef at = frame_.owner; at; at = s_.items.container(at)) {
      const Def* d = s_.def(at);
      if (d != nullptr && d->kind == DefKind::Impl && s_.items.impl(at).trait_ref) {
        const std::span<const GenericArg> view = store_.list_of(frame_.args);
        const ListId args =
            store_.substitute(s_.items.impl(at).trait_ref.args, std::vector<GenericArg>(view.begin(), view.end()));
        for (const TraitRef& each : s_.traits.supertraits({s_.items.impl(at).trait_ref.trait, args}))
          traits.push_back(each);
      }
      if (d != nullptr && d->kind == DefKind::Trait)
        for (const TraitRef& each : s_.traits.supertraits({at, frame_.args})) traits.push_back(each);
    }
  }
  for (DefRef at = frame_.owner; at; at = s_.items.container(at)) {
    const std::span<const GenericArg> view = store_.list_of(frame_.args);
    const std::vector<GenericArg> args(view.begin(), view.end());
    for (const Predicate& p : s_.items.predicates(at).own) {
      if (p.kind != Predicate::Kind::Trait) continue;
      const ListId made = store_.substitute(store_.open_binder(p.trait_ref.args, {}), args);
      const std::span<const GenericArg> parts = store_.list_of(made);
      if (parts.empty() || parts[0] != GenericArg(base)) continue;
      for (const TraitRef& each : s_.traits.supertraits({p.trait_ref.trait, made})) traits.push_back(each);
    }
  }
  for (const TraitRef& each : traits) {
    const DefRef trait_item = s_.items.find_item(each.trait, id, DefKind::AssocConst);
    if (!trait_item) continue;
    const std::span<const GenericArg> parts = store_.list_of(each.args);
    std::vector<GenericArg> own(parts.begin(), parts.end());
    own.resize(s_.items.generics(each.trait).count());
    const Traits::ResolvedItem found = s_.traits.resolve_assoc(trait_item, store_.list(own), env_);
    if (found.def) return item(found.def, found.args);
    return store_.has(base, kHasParam) ? generic() : unknown();
  }
  if (store_.has(base, kHasParam)) return generic();
  return scope_trait_const(base, id);
}

bool ConstInterpreter::accessible(DefRef def) const {
  const Def* d = s_.def(def);
  if (d == nullptr || d->visibility.is_public()) return d != nullptr;
  const CrateDefs* c = s_.crate(def.crate);
  return c != nullptr && frame_.owner.crate == def.crate &&
         c->is_visible(d->visibility, c->module_of(frame_.owner.def));
}

// A constant of a trait that is in scope and implemented. In what compiles there is no second one, so that traits that
// cannot be seen take nothing away from one that holds.
ConstValue ConstInterpreter::scope_trait_const(TypeId base, NameId name) {
  const CrateDefs* c = s_.crate(frame_.owner.crate);
  uint32_t at = frame_.scope != UINT32_MAX ? frame_.scope : s_.scope_of(frame_.owner);
  // An inherent constant that is not visible would come first.
  if (c == nullptr ||
      (store_.kind(base) == TypeKind::Adt && s_.impl_index.unseen_crates.contains(store_.def(base).crate))) {
    return unknown();
  }
  std::vector<DefRef> traits;
  const auto add = [&](const Binding& binding) {
    if (binding.target != Binding::Target::Def || binding.ambiguous) return;
    const Def* d = s_.def(binding.def);
    if (d != nullptr && d->kind == DefKind::Trait) traits.push_back(binding.def);
  };
  for (size_t steps = 0; at < c->scopes.size() && steps <= c->scopes.size(); ++steps) {
    const Scope& scope = c->scopes[at];
    for (uint32_t i = scope.first; i < scope.first + scope.count; ++i)
      if (c->scope_entries[i].space == Namespace::Type) add(c->scope_entries[i].binding);
    for (const Import& import : c->imports)
      if (import.scope == at && import.kind == ImportKind::Single && !import.name)
        add(import.targets[static_cast<size_t>(Namespace::Type)]);
    if (scope.kind == ScopeKind::Module) break;
    at = scope.parent;
  }
  for (const DefRef trait : traits) {
    const DefRef trait_item = s_.items.find_item(trait, name, DefKind::AssocConst);
    if (!trait_item || s_.items.generics(trait).count() != 1) continue;
    const GenericArg self[] = {base};
    const ListId args = store_.list(self);
    if (s_.traits.holds(TraitRef{trait, args}, env_) != Answer::Yes) continue;
    const Traits::ResolvedItem found = s_.traits.resolve_assoc(trait_item, args, env_);
    return found.def ? item(found.def, found.args) : unknown();
  }
  return unknown();
}

// ---- Operators ----

TokenKind ConstInterpreter::operator_of(NodeId node, NodeId after) const {
  const Tree& t = tree();
  if (!after) return T::Eof;
  for (uint32_t slot = t.end_slot(after); slot < t.end_slot(node); ++slot) {
    const T kind = t.token_kind(slot);
    if (is_trivia(kind) || is_group_token(kind)) continue;
    return kind;
  }
  return T::Eof;
}

ConstValue ConstInterpreter::unary(NodeId node, TypeId expected) {
  const Tree& t = tree();
  const NodeId operand = t.child(node, Role::operand);
  if (t.has_token(node, T::Star)) {
    const ConstValue v = eval(operand, {});
    if (stopped()) return {};
    return v.kind == Kind::Reference ? v.parts[0] : unknown();
  }
  const bool minus = t.has_token(node, T::Minus);
  ConstValue v = eval(operand, expected);
  if (stopped()) return {};
  if (v.kind == Kind::Untyped) {
    v.bits = minus ? wide::negate(v.bits) : wide::bit_not(v.bits);
    if (!minus && !wide::fits(v.bits, 32, true)) return unknown();
    return v;
  }
  if (v.kind != Kind::Scalar) return unknown();
  if (!minus) {
    if (v.type == store_.boolean) return boolean(v.bits.lo == 0);
    if (!is_int(v.type)) return unknown();
    return scalar(v.type, wide::wrap(wide::bit_not(v.bits), bits(v.type), signed_(v.type)));
  }
  if (!is_int(v.type) || !signed_(v.type)) return unknown();
  NodeId inner = operand;
  while (t.kind(inner) == N::ParenExpr) inner = t.child(inner, Role::expression);
  const bool least = v.bits == wide::min_of(bits(v.type), true);
  // `-128i8` is a literal, and no overflow.
  if (least) return t.kind(inner) == N::LiteralExpr ? v : fail("attempt to negate with overflow");
  return scalar(v.type, wide::wrap(wide::negate(v.bits), bits(v.type), true));
}

ConstValue ConstInterpreter::binary(NodeId node, TypeId expected) {
  const Tree& t = tree();
  const NodeId left = t.child(node, Role::left), right = t.child(node, Role::right);
  const T op = operator_of(node, left);
  if (op == T::AndAnd || op == T::OrOr) {
    const ConstValue a = eval(left, store_.boolean);
    if (stopped()) return {};
    if (a.kind != Kind::Scalar || a.type != store_.boolean) return unknown();
    if ((a.bits.lo != 0) == (op == T::OrOr)) return a;
    return eval(right, store_.boolean);
  }
  const bool comparison = op == T::EqEq || op == T::Ne || op == T::Lt || op == T::Le || op == T::Gt || op == T::Ge;
  const bool shifts = op == T::Shl || op == T::Shr;
  ConstValue a = eval(left, comparison ? TypeId() : expected);
  if (stopped()) return {};
  TypeId wanted = shifts ? TypeId() : a.kind == Kind::Scalar ? a.type : comparison ? TypeId() : expected;
  ConstValue b = eval(right, wanted);
  if (stopped()) return {};
  if (comparison) return compare(op, a, b);
  return operate(op, std::move(a), std::move(b));
}

ConstValue ConstInterpreter::compare(TokenKind op, const ConstValue& first, const ConstValue& second) {
  ConstValue a = first, b = second;
  while (a.kind == Kind::Reference && b.kind == Kind::Reference) {
    ConstValue x = a.parts[0], y = b.parts[0];
    a = std::move(x);
    b = std::move(y);
  }
  if (a.kind == Kind::Untyped && b.kind == Kind::Scalar) a = coerce(std::move(a), b.type);
  if (b.kind == Kind::Untyped && a.kind == Kind::Scalar) b = coerce(std::move(b), a.type);
  if (stopped()) return {};
  const bool scalars = (a.kind == Kind::Scalar || a.kind == Kind::Untyped) && a.kind == b.kind &&
                       (a.kind == Kind::Untyped || a.type == b.type);
  if (!scalars) return unknown();
  const bool is_signed_type = a.kind == Kind::Untyped || (is_int(a.type) && signed_(a.type));
  const bool less = is_signed_type ? wide::less_signed(a.bits, b.bits) : wide::less_unsigned(a.bits, b.bits);
  const bool equal = a.bits == b.bits;
  switch (op) {
    case T::EqEq:
      return boolean(equal);
    case T::Ne:
      return boolean(!equal);
    case T::Lt:
      return boolean(less);
    case T::Le:
      return boolean(less || equal);
    case T::Gt:
      return boolean(!less && !equal);
    case T::Ge:
      return boolean(!less);
    default:
      return unknown();
  }
}

ConstValue ConstInterpreter::shift(TokenKind op, const ConstValue& a, const ConstValue& b) {
  if ((b.kind != Kind::Scalar && b.kind != Kind::Untyped) || (b.kind == Kind::Scalar && !is_int(b.type)))
    return unknown();
  const uint32_t width = a.kind == Kind::Untyped ? 128 : bits(a.type);
  const bool is_signed_type = a.kind == Kind::Untyped || signed_(a.type);
  if (b.bits.hi != 0 || b.bits.lo >= width)
    return a.kind == Kind::Untyped
               ? unknown()
               : fail(op == T::Shl ? "attempt to shift left with overflow" : "attempt to shift right with overflow");
  const auto by = static_cast<uint32_t>(b.bits.lo);
  ConstValue r = a;
  if (op == T::Shl)
    r.bits = wide::shift_left(a.bits, by);
  else
    r.bits = is_signed_type ? wide::shift_right_signed(a.bits, by) : wide::shift_right(a.bits, by);
  if (a.kind == Kind::Untyped) {
    // Its type may be narrower than what it is computed in.
    if (!wide::fits(r.bits, 63, true)) return unknown();
    return r;
  }
  r.bits = wide::wrap(r.bits, width, is_signed_type);
  return r;
}

ConstValue ConstInterpreter::operate(TokenKind op, ConstValue a, ConstValue b) {
  while (a.kind == Kind::Reference) {
    ConstValue inner = a.parts[0];
    a = std::move(inner);
  }
  while (b.kind == Kind::Reference) {
    ConstValue inner = b.parts[0];
    b = std::move(inner);
  }
  if (a.kind != Kind::Scalar && a.kind != Kind::Untyped) return unknown();
  if (op == T::Shl || op == T::Shr) return a.kind == Kind::Scalar && !is_int(a.type) ? unknown() : shift(op, a, b);
  if (b.kind != Kind::Scalar && b.kind != Kind::Untyped) return unknown();
  if (a.kind == Kind::Untyped && b.kind == Kind::Scalar) a = coerce(std::move(a), b.type);
  if (b.kind == Kind::Untyped && a.kind == Kind::Scalar) b = coerce(std::move(b), a.type);
  if (stopped()) return {};
  const bool untyped = a.kind == Kind::Untyped;
  if (!untyped && a.type != b.type) return unknown();
  if (!untyped && a.type == store_.boolean) {
    switch (op) {
      case T::And:
        return boolean((a.bits.lo & b.bits.lo) != 0);
      case T::Or:
        return boolean((a.bits.lo | b.bits.lo) != 0);
      case T::Caret:
        return boolean(a.bits.lo != b.bits.lo);
      default:
        return unknown();
    }
  }
  if (!untyped && !is_int(a.type)) return unknown();
  const uint32_t width = untyped ? 63 : bits(a.type);
  const bool is_signed_type = untyped || signed_(a.type);
  const auto result = [&](Bits128 value, const char* overflow) -> ConstValue {
    if (!wide::fits(value, width, is_signed_type)) return untyped ? unknown() : fail(overflow);
    ConstValue r = a;
    r.bits = value;
    return r;
  };
  switch (op) {
    case T::And:
      a.bits = wide::bit_and(a.bits, b.bits);
      return a;
    case T::Or:
      a.bits = wide::bit_or(a.bits, b.bits);
      return a;
    case T::Caret:
      a.bits = wide::bit_xor(a.bits, b.bits);
      return a;
    case T::Plus: {
      const Bits128 sum = wide::add(a.bits, b.bits);
      const bool over = width == 128 && (is_signed_type ? wide::is_negative(a.bits) == wide::is_negative(b.bits) &&
                                                              wide::is_negative(sum) != wide::is_negative(a.bits)
                                                        : wide::less_unsigned(sum, a.bits));
      return over ? fail("attempt to add with overflow") : result(sum, "attempt to add with overflow");
    }
    case T::Minus: {
      const Bits128 difference = wide::sub(a.bits, b.bits);
      const bool over = is_signed_type ? width == 128 && wide::is_negative(a.bits) != wide::is_negative(b.bits) &&
                                             wide::is_negative(difference) != wide::is_negative(a.bits)
                                       : wide::less_unsigned(a.bits, b.bits);
      return over ? fail("attempt to subtract with overflow") : result(difference, "attempt to subtract with overflow");
    }
    case T::Star: {
      const bool negative = is_signed_type && wide::is_negative(a.bits) != wide::is_negative(b.bits);
      const Bits128 x = is_signed_type && wide::is_negative(a.bits) ? wide::negate(a.bits) : a.bits;
      const Bits128 y = is_signed_type && wide::is_negative(b.bits) ? wide::negate(b.bits) : b.bits;
      bool over = false;
      Bits128 product = wide::multiply(x, y, &over);
      if (is_signed_type) {
        // A magnitude of 2^127 is the least value, and else too large.
        const Bits128 limit = wide::shift_left(wide::of(1), 127);
        if (wide::less_unsigned(limit, product) || (product == limit && !negative)) over = true;
        if (negative) product = wide::negate(product);
      }
      if (over) return untyped ? unknown() : fail("attempt to multiply with overflow");
      return result(product, "attempt to multiply with overflow");
    }
    case T::Slash:
    case T::Percent: {
      const bool divides = op == T::Slash;
      if (wide::is_zero(b.bits))
        return fail(divides ? "attempt to divide by zero"
                            : "attempt to calculate the remainder with a divisor of zero");
      const bool negative_a = is_signed_type && wide::is_negative(a.bits);
      const bool negative_b = is_signed_type && wide::is_negative(b.bits);
      if (is_signed_type && !untyped && a.bits == wide::min_of(width, true) && b.bits == wide::of_signed(-1))
        return fail(divides ? "attempt to divide with overflow" : "attempt to calculate the remainder with overflow");
      const wide::Quotient q =
          wide::divide(negative_a ? wide::negate(a.bits) : a.bits, negative_b ? wide::negate(b.bits) : b.bits);
      Bits128 value = divides ? q.quotient : q.rest;
      if (divides ? negative_a != negative_b : negative_a) value = wide::negate(value);
      return result(value, "attempt to divide with overflow");
    }
    default:
      return unknown();
  }
}

ConstValue ConstInterpreter::cast(NodeId node) {
  const TypeId type = lower(tree().child(node, Role::type));
  const NodeId operand = tree().child(node, Role::expression);
  ConstValue v = eval(operand, {});
  if (stopped()) return {};
  if (!type) return unknown();
  if (tree().kind(tree().child(node, Role::type)) == N::InferType) return v;
  // A unit variant of an enum is its discriminant.
  if (v.kind == Kind::Aggregate && v.def && v.parts.empty() && is_int(type)) {
    const Def* d = s_.def(v.def);
    if (d == nullptr || d->kind != DefKind::Variant) return unknown();
    const DefRef owner = s_.items.container(v.def);
    const AdtInfo& info = s_.items.adt(owner);
    for (uint32_t i = 0; i < info.variants.size(); ++i) {
      if (info.variants[i].def != v.def) continue;
      const ConstResult r = s_.consts.discriminant(owner, i);
      if (!r) return unknown();
      return scalar(type, wide::wrap(r.bits, bits(type), signed_(type)));
    }
    return unknown();
  }
  if (v.kind == Kind::Untyped) {
    // Without another reason a literal has the type that it is cast to.
    if (is_int(type) && wide::fits(v.bits, bits(type), signed_(type))) return scalar(type, v.bits);
    v = coerce(std::move(v), store_.integer(IntKind::I32));
    if (stopped()) return {};
  }
  if (v.kind != Kind::Scalar) return unknown();
  const TypeKind from = store_.kind(v.type);
  if (is_int(type) && (from == TypeKind::Int || from == TypeKind::Bool || from == TypeKind::Char))
    return scalar(type, wide::wrap(v.bits, bits(type), signed_(type)));
  if (store_.kind(type) == TypeKind::Char && v.type == store_.integer(IntKind::U8)) return scalar(type, v.bits);
  if (type == v.type) return v;
  return unknown();
}

// ---- Aggregates ----

ConstValue ConstInterpreter::record(NodeId node) {
  const Tree& t = tree();
  const NodeId path_node = t.child(node, Role::path);
  if (!path_node || t.child(node, Role::base)) return unknown();
  const PathMeaning m = Lowerer(s_, scope()).resolve(path_node, Namespace::Type);
  DefRef def = m.def;
  if (m.kind == PathMeaning::Kind::SelfType) {
    const TypeId self = Lowerer(s_, scope()).self_type();
    if (store_.kind(self) != TypeKind::Adt) return unknown();
    def = store_.def(self);
  } else if (m.kind != PathMeaning::Kind::Def) {
    return unknown();
  }
  const Def* d = s_.def(def);
  if (d == nullptr || d->kind == DefKind::Union) return unknown();
  const DefRef owner = d->kind == DefKind::Variant ? s_.items.container(def) : def;
  ConstValue v;
  v.kind = Kind::Aggregate;
  v.def = def;
  for (const VariantInfo& variant : s_.items.adt(owner).variants) {
    if (variant.def != def) continue;
    const std::vector<FieldInfo> fields = variant.fields;
    v.parts.resize(fields.size());
    for (NodeId c = t.first_child(node); c && !stopped(); c = t.next_sibling(c)) {
      if (t.kind(c) != N::RecordExprField) continue;
      const NodeId name = t.child(c, Role::name);
      const uint32_t slot = name ? word_slot(t, name) : UINT32_MAX;
      if (slot == UINT32_MAX) return unknown();
      const std::string_view text = bare_name(t.token_text(slot));
      for (size_t i = 0; i < fields.size(); ++i) {
        if (store_.text(fields[i].name) != text) continue;
        const TypeId type = store_.has(fields[i].type, kHasParam | kHasUnknown | kHasAlias) ? TypeId() : fields[i].type;
        if (const NodeId value = t.child(c, Role::value); value) {
          v.parts[i] = eval(value, type);
        } else {
          const Variable* local = find_variable(text, context_at(slot));
          if (local == nullptr) return unknown();
          v.parts[i] = local->value;
        }
        if (!stopped() && type && v.parts[i].kind == Kind::Untyped) v.parts[i] = coerce(std::move(v.parts[i]), type);
        ++cells_;
      }
    }
    return v;
  }
  return unknown();
}

ConstValue ConstInterpreter::field(NodeId node) {
  const Tree& t = tree();
  ConstValue base = eval(t.child(node, Role::base), {});
  if (stopped()) return {};
  while (base.kind == Kind::Reference) {
    ConstValue inner = base.parts[0];
    base = std::move(inner);
  }
  const NodeId name = t.child(node, Role::name);
  const uint32_t slot = name ? word_slot(t, name) : UINT32_MAX;
  if (slot == UINT32_MAX || base.kind != Kind::Aggregate) return unknown();
  const std::string_view text = bare_name(t.token_text(slot));
  if (base.def) {
    const Def* d = s_.def(base.def);
    const DefRef owner = d != nullptr && d->kind == DefKind::Variant ? s_.items.container(base.def) : base.def;
    for (const VariantInfo& v : s_.items.adt(owner).variants) {
      if (v.def != base.def) continue;
      for (size_t i = 0; i < v.fields.size() && i < base.parts.size(); ++i)
        if (store_.text(v.fields[i].name) == text)
          return base.parts[i].kind == Kind::Unknown ? unknown() : base.parts[i];
    }
    return unknown();
  }
  size_t i = 0;
  for (const char c : text) {
    if (c < '0' || c > '9' || i > 1000) return unknown();
    i = i * 10 + static_cast<size_t>(c - '0');
  }
  return i < base.parts.size() ? base.parts[i] : unknown();
}

ConstValue ConstInterpreter::index(NodeId node) {
  const Tree& t = tree();
  // Without copying the whole array, where it is a variable.
  Place place;
  const NodeId base_node = t.child(node, Role::base);
  if (base_node && place_of(node, &place)) {
    const ConstValue* v = at(place);
    if (v != nullptr) return v->kind == Kind::Unknown ? unknown() : *v;
  }
  if (stopped()) return {};
  ConstValue base = eval(base_node, {});
  const ConstValue i = eval(t.child(node, Role::index), store_.integer(IntKind::Usize));
  if (stopped()) return {};
  while (base.kind == Kind::Reference) {
    ConstValue inner = base.parts[0];
    base = std::move(inner);
  }
  if ((i.kind != Kind::Scalar && i.kind != Kind::Untyped) || i.bits.hi != 0) return unknown();
  if (base.kind == Kind::Text) {
    if (i.bits.lo >= base.text.size()) return fail("index out of bounds");
    return scalar(store_.integer(IntKind::U8), wide::of(static_cast<uint8_t>(base.text[i.bits.lo])));
  }
  if (base.kind != Kind::Aggregate || base.def) return unknown();
  if (i.bits.lo >= base.parts.size()) return fail("index out of bounds");
  return base.parts[i.bits.lo];
}

// ---- Functions of the standard library ----

std::optional<ConstValue> ConstInterpreter::intrinsic(DefRef def, NodeId callee) {
  if (def.crate >= kSysrootCrates) return std::nullopt;
  const std::string_view name = s_.items.name_of(def);
  const bool size = name == "size_of", align = name == "align_of";
  if (!size && !align) return std::nullopt;
  const std::string path_text = s_.items.path_of(def);
  if (path_text.find("mem") == std::string::npos && path_text.find("intrinsics") == std::string::npos)
    return std::nullopt;
  const Tree& t = tree();
  NodeId last;
  for (NodeId c = t.first_child(callee); c; c = t.next_sibling(c))
    if (t.kind(c) == N::PathSegment) last = c;
  const NodeId list = last ? t.child(last, Role::arguments) : NodeId();
  NodeId argument;
  for (NodeId c = list ? t.first_child(list) : NodeId(); c; c = t.next_sibling(c))
    if (t.role(c) == Role::argument) argument = c;
  if (!argument) return unknown();
  const TypeId type = lower(argument);
  if (store_.has(type, kHasParam | kHasPlaceholder)) return generic();
  if (store_.has(type, kHasUnknown) || s_.layouts == nullptr) return unknown();
  const std::optional<LayoutOracle::SizeAlign> layout = s_.layouts->size_align(type, env_);
  if (!layout) return unknown();
  return scalar(store_.integer(IntKind::Usize), wide::of(size ? layout->size : layout->align));
}

std::optional<ConstValue> ConstInterpreter::int_method(std::string_view name, const ConstValue& self,
                                                       std::span<const ConstValue> args) {
  const TypeId type = self.type;
  const uint32_t width = bits(type);
  const bool is_signed_type = signed_(type);
  const TypeId u32 = store_.integer(IntKind::U32);
  const Bits128 raw = wide::wrap(self.bits, width, false);
  const auto count = [&](uint32_t n) { return scalar(u32, wide::of(n)); };
  if (args.empty()) {
    if (name == "count_ones") return count(wide::count_ones(raw));
    if (name == "count_zeros") return count(width - wide::count_ones(raw));
    if (name == "leading_zeros") return count(wide::leading_zeros(raw) - (128 - width));
    if (name == "trailing_zeros") return count(std::min(width, wide::trailing_zeros(raw)));
    if (name == "is_power_of_two" && !is_signed_type) return boolean(wide::count_ones(raw) == 1);
    if (name == "next_power_of_two" && !is_signed_type) {
      if (wide::is_zero(raw)) return scalar(type, wide::of(1));
      const Bits128 below = wide::sub(raw, wide::of(1));
      const uint32_t shift_by = 128 - wide::leading_zeros(below);
      if (shift_by >= width) return fail("attempt to add with overflow");
      return scalar(type, wide::shift_left(wide::of(1), shift_by));
    }
    if (name == "ilog10" && !wide::is_zero(raw) && !(is_signed_type && wide::is_negative(self.bits))) {
      uint32_t digits = 0;
      for (Bits128 rest = raw; !wide::less_unsigned(rest, wide::of(10)); ++digits)
        rest = wide::divide(rest, wide::of(10)).quotient;
      return count(digits);
    }
    if (name == "ilog2" && !wide::is_zero(raw) && !(is_signed_type && wide::is_negative(self.bits)))
      return count(127 - wide::leading_zeros(raw));
    if (name == "abs" && is_signed_type) {
      if (self.bits == wide::min_of(width, true)) return fail("attempt to negate with overflow");
      return scalar(type, wide::is_negative(self.bits) ? wide::negate(self.bits) : self.bits);
    }
    return std::nullopt;
  }
  if (args.size() != 1) return std::nullopt;
  ConstValue other = args[0];
  const bool by_u32 = name == "pow" || name.ends_with("_pow") || name.ends_with("_shl") || name.ends_with("_shr") ||
                      name.starts_with("rotate_");
  other = coerce(std::move(other), by_u32 ? u32 : type);
  if (stopped()) return ConstValue();
  if (other.kind != Kind::Scalar) return std::nullopt;
  if (name == "rotate_left" || name == "rotate_right") {
    uint32_t by = static_cast<uint32_t>(other.bits.lo % width);
    if (name == "rotate_right") by = (width - by) % width;
    const Bits128 turned = by == 0 ? raw : wide::bit_or(wide::shift_left(raw, by), wide::shift_right(raw, width - by));
    return scalar(type, wide::wrap(turned, width, is_signed_type));
  }
  const auto less = [&](Bits128 a, Bits128 b) {
    return is_signed_type ? wide::less_signed(a, b) : wide::less_unsigned(a, b);
  };
  if (name == "abs_diff" && !is_signed_type)
    return scalar(type,
                  less(self.bits, other.bits) ? wide::sub(other.bits, self.bits) : wide::sub(self.bits, other.bits));
  if (name == "div_ceil" && !is_signed_type) {
    if (wide::is_zero(other.bits)) return fail("attempt to divide by zero");
    const wide::Quotient q = wide::divide(self.bits, other.bits);
    return scalar(type, wide::is_zero(q.rest) ? q.quotient : wide::add(q.quotient, wide::of(1)));
  }
  if (name == "next_multiple_of" && !is_signed_type) {
    if (wide::is_zero(other.bits)) return fail("attempt to calculate the remainder with a divisor of zero");
    const wide::Quotient q = wide::divide(self.bits, other.bits);
    if (wide::is_zero(q.rest)) return self;
    return operate(T::Plus, self, scalar(type, wide::sub(other.bits, q.rest)));
  }
  std::string_view plain = name;
  enum class Mode : uint8_t { Plain, Wrapping, Saturating, Checked } mode = Mode::Plain;
  for (const auto& [prefix, which] : {std::pair<std::string_view, Mode>{"wrapping_", Mode::Wrapping},
                                      {"saturating_", Mode::Saturating},
                                      {"checked_", Mode::Checked}})
    if (name.starts_with(prefix)) {
      plain = name.substr(prefix.size());
      mode = which;
    }
  if (plain == "pow") {
    if (mode != Mode::Plain || other.bits.hi != 0) return std::nullopt;
    ConstValue result = scalar(type, wide::of(1));
    ConstValue base = self;
    uint64_t power = other.bits.lo;
    while (power != 0 && !stopped()) {
      if ((power & 1) != 0) result = operate(T::Star, result, base);
      power >>= 1;
      if (power != 0 && !stopped()) base = operate(T::Star, base, base);
    }
    return result;
  }
  if (mode == Mode::Plain) return std::nullopt;
  const T op = plain == "add"   ? T::Plus
               : plain == "sub" ? T::Minus
               : plain == "mul" ? T::Star
               : plain == "div" ? T::Slash
               : plain == "rem" ? T::Percent
               : plain == "shl" ? T::Shl
               : plain == "shr" ? T::Shr
                                : T::Eof;
  if (op == T::Eof) return std::nullopt;
  if (mode == Mode::Wrapping) {
    if (op == T::Shl || op == T::Shr) {
      other.bits.lo %= width;
      return operate(op, self, other);
    }
    bool over = false;
    if (op == T::Plus) return scalar(type, wide::wrap(wide::add(self.bits, other.bits), width, is_signed_type));
    if (op == T::Minus) return scalar(type, wide::wrap(wide::sub(self.bits, other.bits), width, is_signed_type));
    if (op == T::Star)
      return scalar(type, wide::wrap(wide::multiply(self.bits, other.bits, &over), width, is_signed_type));
    return std::nullopt;
  }
  ConstValue result = operate(op, self, other);
  const bool failed = exit_ == Exit::Error;
  if (failed) {
    exit_ = Exit::None;
    message_.clear();
  } else if (stopped()) {
    return ConstValue();
  }
  if (mode == Mode::Checked) return option(!failed, std::move(result));
  if (!failed) return result;
  if (op != T::Plus && op != T::Minus && op != T::Star) return std::nullopt;
  bool low = false;
  if (op == T::Plus) low = wide::is_negative(self.bits) && is_signed_type;
  if (op == T::Minus) low = !is_signed_type || wide::is_negative(self.bits);
  if (op == T::Star) low = is_signed_type && wide::is_negative(self.bits) != wide::is_negative(other.bits);
  return scalar(type, low ? wide::min_of(width, is_signed_type) : wide::max_of(width, is_signed_type));
}

ConstValue ConstInterpreter::method(NodeId node, TypeId expected) {
  const Tree& t = tree();
  const NodeId name_node = t.child(node, Role::name);
  const uint32_t slot = name_node ? word_slot(t, name_node) : UINT32_MAX;
  if (slot == UINT32_MAX) return unknown();
  const std::string_view name = bare_name(t.token_text(slot));
  // Methods of numbers give their own type back, most of them.
  ConstValue self = eval(t.child(node, Role::receiver), {});
  if (stopped()) return {};
  std::vector<ConstValue> args;
  const NodeId list = t.child(node, Role::arguments);
  for (NodeId c = list ? t.first_child(list) : NodeId(); c && !stopped(); c = t.next_sibling(c))
    if (t.role(c) == Role::argument) args.push_back(eval(c, {}));
  if (stopped()) return {};
  ConstValue inner = self;
  while (inner.kind == Kind::Reference) {
    ConstValue next = inner.parts[0];
    inner = std::move(next);
  }
  if (inner.kind == Kind::Untyped) {
    if (!is_int(expected)) return unknown();
    inner = coerce(std::move(inner), expected);
    if (stopped()) return {};
  }
  if (inner.kind == Kind::Scalar && is_int(inner.type)) {
    if (std::optional<ConstValue> v = int_method(name, inner, args)) return std::move(*v);
    return unknown();
  }
  if (inner.kind == Kind::Text && args.empty()) {
    if (name == "len") return scalar(store_.integer(IntKind::Usize), wide::of(inner.text.size()));
    if (name == "is_empty") return boolean(inner.text.empty());
    if (name == "as_bytes") return inner;
    return unknown();
  }
  if (inner.kind != Kind::Aggregate) return unknown();
  if (!inner.def && args.empty()) {
    if (name == "len") return scalar(store_.integer(IntKind::Usize), wide::of(inner.parts.size()));
    if (name == "is_empty") return boolean(inner.parts.empty());
    return unknown();
  }
  const Def* d = inner.def ? s_.def(inner.def) : nullptr;
  if (d == nullptr) return unknown();
  const DefRef owner = d->kind == DefKind::Variant ? s_.items.container(inner.def) : inner.def;
  if (owner == s_.items.lang(LangItem::Option)) {
    const bool some = s_.items.name_of(inner.def) == "Some";
    if (name == "is_some" || name == "is_none") return boolean(some == (name == "is_some"));
    if (name == "unwrap" || name == "expect") {
      if (!some || inner.parts.empty()) return fail("called `Option::unwrap()` on a `None` value");
      return inner.parts[0];
    }
    if (name == "unwrap_or" && args.size() == 1) return some && !inner.parts.empty() ? inner.parts[0] : args[0];
    return unknown();
  }
  // A method of the crate's own type, without parameters that would have to be inferred.
  if (!s_.items.generics(owner).params.empty()) return unknown();
  const TypeId type = s_.items.type_of(owner);
  for (const DefRef impl : s_.traits.inherent_impls(type)) {
    const DefRef found = s_.items.find_item(impl, store_.name(name), DefKind::AssocFunction);
    if (!found) continue;
    if (!s_.items.generics(found).params.empty() || !s_.items.generics(impl).params.empty()) return unknown();
    std::vector<ConstValue> values;
    // `&self` of a value borrows it.
    const TypeId signature = s_.items.fn_signature(found);
    const bool borrows = store_.kind(signature) == TypeKind::FnPtr && !store_.signature(signature).inputs.empty() &&
                         store_.kind(store_.signature(signature).inputs[0].type()) == TypeKind::Ref;
    if (borrows && store_.is_mut(store_.signature(signature).inputs[0].type())) return unknown();
    ConstValue receiver = inner;
    if (borrows) {
      receiver = {};
      receiver.kind = Kind::Reference;
      receiver.parts.push_back(inner);
    }
    values.push_back(std::move(receiver));
    for (size_t i = 0; i < args.size(); ++i) {
      ConstValue v = args[i];
      if (v.kind == Kind::Untyped && store_.kind(signature) == TypeKind::FnPtr &&
          i + 1 < store_.signature(signature).inputs.size())
        v = coerce(std::move(v), store_.signature(signature).inputs[i + 1].type());
      values.push_back(std::move(v));
    }
    if (stopped()) return {};
    return call_function(found, store_.empty_list, std::move(values));
  }
  return unknown();
}

}  // namespace rp
