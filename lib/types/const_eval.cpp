#include "types/const_eval.h"

#include "types/state.h"

namespace rp {

ConstResult ConstEval::evaluate(ConstId constant, ParamEnvId env) {
  (void)env;
  ConstResult r;
  r.type = state_.store.type_of(constant);
  switch (state_.store.kind(constant)) {
    case ConstKind::Value:
      r.state = ConstResult::State::Value;
      r.bits = state_.store.bits(constant);
      return r;
    case ConstKind::Param:
    case ConstKind::Placeholder:
    case ConstKind::Infer:
      r.state = ConstResult::State::Generic;
      return r;
    default:
      return r;
  }
}
ConstId ConstEval::normalize(ConstId constant, ParamEnvId env) {
  const ConstResult r = evaluate(constant, env);
  if (r) return state_.store.value(r.type, r.bits);
  return r.state == ConstResult::State::Generic ? constant : state_.store.unknown_const;
}
ConstResult ConstEval::item(DefRef, ListId, ParamEnvId) { return {}; }
ConstResult ConstEval::discriminant(DefRef, uint32_t) { return {}; }
std::optional<uint64_t> ConstEval::length(ConstId constant, ParamEnvId env) {
  const ConstResult r = evaluate(constant, env);
  if (!r || r.bits.hi != 0) return std::nullopt;
  return r.bits.lo;
}

}  // namespace rp
