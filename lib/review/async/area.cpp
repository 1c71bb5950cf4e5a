// The rules of the area async: tasks, locks across await, cancellation.
#include "review/rule.h"

namespace rp {

std::span<const Rule* const> async_rules() { return {}; }

}  // namespace rp
