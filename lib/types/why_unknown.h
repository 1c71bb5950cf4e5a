// Why something of a definition is not known, for those who tell people.
#pragma once

#include "types/context.h"

namespace rp {

// Whether a struct, enum or union is there, or is as it is, because of a fact that only its crate's build script
// decides.
[[nodiscard]] bool decided_by_build_script(TypeContext& context, DefRef def);

}  // namespace rp
