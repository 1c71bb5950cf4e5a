// The rules of the area safety.
#include "review/rule.h"

namespace rp {

extern const Rule kInvalidZeroed;
extern const Rule kRawPointerParameter;
extern const Rule kStaticMutReference;
extern const Rule kTransmute;
extern const Rule kUncheckedAccess;
extern const Rule kUnconditionalSend;
extern const Rule kUndocumentedUnsafe;
extern const Rule kUninitializedVec;
extern const Rule kUnsafeOperation;

std::span<const Rule* const> safety_rules() {
  static constexpr const Rule* kRules[] = {
      &kInvalidZeroed,     &kRawPointerParameter, &kStaticMutReference, &kTransmute,       &kUncheckedAccess,
      &kUnconditionalSend, &kUndocumentedUnsafe,  &kUninitializedVec,   &kUnsafeOperation,
  };
  return kRules;
}

}  // namespace rp
