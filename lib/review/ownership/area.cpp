// The rules of the area ownership: who owns what, what is borrowed for how long.
#include "review/rule.h"

namespace rp {

extern const Rule kBorrowFlagNotCleared;
extern const Rule kBorrowedForOwnLifetime;
extern const Rule kOwnedReferenceParameter;
extern const Rule kStrongCycle;

std::span<const Rule* const> ownership_rules() {
  static constexpr const Rule* kRules[] = {
      &kBorrowFlagNotCleared,
      &kBorrowedForOwnLifetime,
      &kOwnedReferenceParameter,
      &kStrongCycle,
  };
  return kRules;
}

}  // namespace rp
