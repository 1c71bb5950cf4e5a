// The rules of the area performance: allocations, bound checks, collections.
#include "review/rule.h"

namespace rp {

extern const Rule kChunksRemainder;
extern const Rule kUnstableSimd;

std::span<const Rule* const> performance_rules() {
  static constexpr const Rule* kRules[] = {
      &kChunksRemainder,
      &kUnstableSimd,
  };
  return kRules;
}

}  // namespace rp
