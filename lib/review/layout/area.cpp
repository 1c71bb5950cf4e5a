// The rules of the area layout: sizes, padding, indirections.
#include <array>

#include "review/rule.h"

namespace rp {

extern const Rule kBoxCollection;
extern const Rule kLargeEnumVariant;
extern const Rule kLargePassByValue;
extern const Rule kLargeReturn;
extern const Rule kOptionWithoutNiche;
extern const Rule kPackedReference;
extern const Rule kReorderablePadding;
extern const Rule kSharedCacheLine;
extern const Rule kTargetDependentSize;
extern const Rule kVecBox;
extern const Rule kWastedAlignment;

std::span<const Rule* const> layout_rules() {
  static const std::array<const Rule*, 11> rules = {
      &kReorderablePadding, &kLargeEnumVariant, &kLargePassByValue,    &kBoxCollection,   &kVecBox,
      &kOptionWithoutNiche, &kSharedCacheLine,  &kTargetDependentSize, &kWastedAlignment, &kPackedReference,
      &kLargeReturn};
  return rules;
}

}  // namespace rp
