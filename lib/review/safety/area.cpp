// The rules of the area safety.
#include "review/rule.h"

namespace rp {

extern const Rule kUndocumentedUnsafe;

std::span<const Rule* const> safety_rules() {
  static constexpr const Rule* kRules[] = {&kUndocumentedUnsafe};
  return kRules;
}

}  // namespace rp
