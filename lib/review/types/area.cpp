// The rules of the area types: the design of types and of public interfaces.
#include "review/rule.h"

namespace rp {

std::span<const Rule* const> types_rules() { return {}; }

}  // namespace rp
