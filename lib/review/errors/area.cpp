// The rules of the area errors: panics and error types.
#include "review/rule.h"

namespace rp {

extern const Rule kContextWithoutTrait;
extern const Rule kLockUnwrap;
extern const Rule kLostSource;
extern const Rule kUndocumentedPanic;
extern const Rule kWeakErrorType;

std::span<const Rule* const> errors_rules() {
  static constexpr const Rule* kRules[] = {
      &kContextWithoutTrait, &kLockUnwrap, &kLostSource, &kUndocumentedPanic, &kWeakErrorType,
  };
  return kRules;
}

}  // namespace rp
