// The rules of the area embedded: no_std, bare metal.
#include "review/rule.h"

namespace rp {

extern const Rule kBusyLoop;
extern const Rule kPanicHandler;
extern const Rule kStaticMutInInterrupt;
extern const Rule kStdPath;

std::span<const Rule* const> embedded_rules() {
  static constexpr const Rule* kRules[] = {
      &kBusyLoop,
      &kPanicHandler,
      &kStaticMutInInterrupt,
      &kStdPath,
  };
  return kRules;
}

}  // namespace rp
