// The rules of the area raii: destructors, guards, who frees what.
#include "review/rule.h"

namespace rp {

extern const Rule kCallOnceByReference;
extern const Rule kCleanupNeverRun;
extern const Rule kForget;
extern const Rule kGuardDroppedAtOnce;
extern const Rule kPanicInDrop;
extern const Rule kRawWithoutOwner;

std::span<const Rule* const> raii_rules() {
  static constexpr const Rule* kRules[] = {
      &kCallOnceByReference, &kCleanupNeverRun, &kForget, &kGuardDroppedAtOnce, &kPanicInDrop, &kRawWithoutOwner,
  };
  return kRules;
}

}  // namespace rp
