// The rules of the area safety.
#include "review/rule.h"

namespace rp {

extern const Rule kRawPointerParameter;
extern const Rule kStaticMutReference;
extern const Rule kUncheckedAccess;
extern const Rule kUnconditionalSend;
extern const Rule kUndocumentedUnsafe;
extern const Rule kUninitializedVec;

std::span<const Rule* const> safety_rules() {
  static constexpr const Rule* kRules[] = {
      &kRawPointerParameter, &kStaticMutReference, &kUncheckedAccess,
      &kUnconditionalSend,   &kUndocumentedUnsafe, &kUninitializedVec,
  };
  return kRules;
}

}  // namespace rp
