// The rules of the area ffi: functions that foreign code calls, and foreign functions.
#include "review/rule.h"

namespace rp {

extern const Rule kDanglingCString;
extern const Rule kEnumFromForeignCode;
extern const Rule kImproperTypes;
extern const Rule kNullNotChecked;
extern const Rule kPanicInForeignFunction;
extern const Rule kPointerWithoutFree;
extern const Rule kUnsafeAttribute;
extern const Rule kUnsafeExtern;

std::span<const Rule* const> ffi_rules() {
  static const Rule* const rules[] = {
      &kDanglingCString,        &kEnumFromForeignCode, &kImproperTypes,   &kNullNotChecked,
      &kPanicInForeignFunction, &kPointerWithoutFree,  &kUnsafeAttribute, &kUnsafeExtern};
  return rules;
}

}  // namespace rp
