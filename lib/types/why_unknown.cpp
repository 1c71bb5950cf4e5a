#include "types/why_unknown.h"

#include "types/state.h"

namespace rp {

bool decided_by_build_script(TypeContext& context, DefRef def) {
  Conditions& conditions = context.state().conditions;
  if (conditions.on(def)) return true;
  const Items::Text text = context.items().text_of(def);
  if (text.tree == nullptr || !text.ref.source || !text.node) return false;
  return conditions.inside(def.crate, text.ref.source, text.node) ||
         conditions.inside(def.crate, text.ref.source, text.node, "repr");
}

}  // namespace rp
