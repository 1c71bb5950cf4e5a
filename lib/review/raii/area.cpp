// The rules of the area raii: destructors, guards, who frees what.
#include "review/rule.h"

namespace rp {

extern const Rule kCallOnceByReference;
extern const Rule kCleanupNeverRun;
extern const Rule kGuardDroppedAtOnce;
extern const Rule kPanicInDrop;

std::span<const Rule* const> raii_rules() {
  static constexpr const Rule* kRules[] = {
      &kCallOnceByReference,
      &kCleanupNeverRun,
      &kGuardDroppedAtOnce,
      &kPanicInDrop,
  };
  return kRules;
}

}  // namespace rp
