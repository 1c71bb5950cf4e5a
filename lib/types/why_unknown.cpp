#include "types/why_unknown.h"

#include "types/state.h"

namespace rp {

bool decided_by_build_script(TypeContext& context, DefRef def) {
  const Conditions& conditions = context.state().conditions;
  return conditions.on(def) || conditions.inside(def, Doubt::kInside | Doubt::kRepr);
}

}  // namespace rp
