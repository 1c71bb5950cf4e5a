#include "types/const_eval.h"

#include "types/const_interpreter.h"

namespace rp {

namespace {

// Constants that are evaluated one inside another: a cycle ends here, too.
constexpr uint32_t kMaxNested = 64;

ConstResult result_of(ConstInterpreter& interpreter, ConstValue v, TypeId type, TypeStore& store) {
  ConstResult r;
  r.type = type;
  switch (interpreter.exit()) {
    case ConstInterpreter::Exit::Error:
      r.state = ConstResult::State::Error;
      r.message = interpreter.message();
      return r;
    case ConstInterpreter::Exit::Generic:
      r.state = ConstResult::State::Generic;
      return r;
    case ConstInterpreter::Exit::None:
      break;
    default:
      return r;
  }
  v = interpreter.coerce(std::move(v), type);
  if (v.kind != ConstValue::Kind::Scalar) return r;
  r.state = ConstResult::State::Value;
  r.bits = v.bits;
  if (!type || store.is_unknown(type)) r.type = v.type;
  return r;
}

}  // namespace

ConstResult ConstEval::evaluate(ConstId constant, ParamEnvId env) {
  TypeStore& store = state_.store;
  ConstResult r;
  r.type = store.type_of(constant);
  switch (store.kind(constant)) {
    case ConstKind::Value:
      r.state = ConstResult::State::Value;
      r.bits = store.bits(constant);
      return r;
    case ConstKind::Param:
    case ConstKind::Placeholder:
    case ConstKind::Infer:
    case ConstKind::Bound:
      r.state = ConstResult::State::Generic;
      return r;
    case ConstKind::Unknown:
    case ConstKind::Error:
      return r;
    case ConstKind::Unevaluated:
      break;
  }
  const auto known = state_.const_values.find(constant.value);
  if (known != state_.const_values.end()) return known->second;
  const SiteId site = store.site_of(constant);
  if (!site.valid()) return item(store.def(constant), store.arg_list(constant), env);
  if (state_.const_depth >= kMaxNested) return r;
  const Site place = store.site_at(site);
  if (state_.items.tree_of(place.text) == nullptr) return r;
  // While it is being evaluated it is unknown: what depends on itself stays so.
  const bool keep = place.text.source || place.text.signature_of;
  if (keep) state_.const_values.emplace(constant.value, r);
  ++state_.const_depth;
  ConstInterpreter interpreter(state_, env);
  ConstValue v = interpreter.expression(place.text, place.node, store.def(constant), store.arg_list(constant), r.type);
  r = result_of(interpreter, std::move(v), r.type, store);
  --state_.const_depth;
  if (keep) state_.const_values[constant.value] = r;
  return r;
}

ConstId ConstEval::normalize(ConstId constant, ParamEnvId env) {
  if (state_.store.kind(constant) != ConstKind::Unevaluated) return constant;
  const ConstResult r = evaluate(constant, env);
  if (r) return state_.store.value(r.type, r.bits);
  return r.state == ConstResult::State::Generic ? constant : state_.store.unknown_const;
}

ConstResult ConstEval::item(DefRef def, ListId args, ParamEnvId env) {
  const uint64_t key = def_key(def) * 1000003 ^ args.value;
  const auto known = state_.const_items.find(key);
  if (known != state_.const_items.end()) return known->second;
  ConstResult r;
  if (state_.const_depth >= kMaxNested) return r;
  state_.const_items.emplace(key, r);
  ++state_.const_depth;
  ConstInterpreter interpreter(state_, env);
  ConstValue v = interpreter.item(def, args);
  const TypeId type = v.type;
  r = result_of(interpreter, std::move(v), type, state_.store);
  --state_.const_depth;
  state_.const_items[key] = r;
  return r;
}

ConstResult ConstEval::discriminant(DefRef enum_def, uint32_t variant) {
  const AdtInfo& info = state_.items.adt(enum_def);
  ConstResult r;
  if (info.kind != DefKind::Enum || variant >= info.variants.size()) return r;
  const IntKind kind = info.repr.integer.value_or(IntKind::Isize);
  const TypeId type = state_.store.integer(kind);
  const Items::Text text = state_.items.text_of(enum_def);
  // Back to the last one that is written, then counting on.
  uint32_t from = variant;
  while (from > 0 && !info.variants[from].discriminant) --from;
  r.type = type;
  r.state = ConstResult::State::Value;
  if (const NodeId node = info.variants[from].discriminant; node) {
    const ConstId constant =
        state_.store.unevaluated(enum_def, state_.store.site({text.ref, node}), state_.store.empty_list, type);
    r = evaluate(constant);
    if (!r) return r;
  }
  const uint32_t bits = int_bits(kind, state_.inputs.pointer_bits);
  r.bits = wide::add(r.bits, wide::of(variant - from));
  if (!wide::fits(r.bits, bits, is_signed(kind))) {
    r.state = ConstResult::State::Error;
    r.message = "enum discriminant overflowed";
  }
  return r;
}

std::optional<uint64_t> ConstEval::length(ConstId constant, ParamEnvId env) {
  const ConstResult r = evaluate(constant, env);
  if (!r || r.bits.hi != 0) return std::nullopt;
  return r.bits.lo;
}

}  // namespace rp
