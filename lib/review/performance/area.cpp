// The rules of the area performance: allocations, bound checks, collections.
#include "review/rule.h"

namespace rp {

extern const Rule kAllocationInLoop;
extern const Rule kChunksRemainder;
extern const Rule kIndexedLoop;
extern const Rule kIntegerKeyedMap;
extern const Rule kPushWithoutCapacity;
extern const Rule kReleaseWithoutLto;
extern const Rule kRemoveFromFront;
extern const Rule kUnbufferedWrite;
extern const Rule kUnstableSimd;

std::span<const Rule* const> performance_rules() {
  static constexpr const Rule* kRules[] = {
      &kAllocationInLoop,  &kChunksRemainder, &kIndexedLoop,     &kIntegerKeyedMap, &kPushWithoutCapacity,
      &kReleaseWithoutLto, &kRemoveFromFront, &kUnbufferedWrite, &kUnstableSimd,
  };
  return kRules;
}

}  // namespace rp
