// The rules of the area types: the design of types and of public interfaces.
#include "review/rule.h"

namespace rp {

extern const Rule kBooleanTrap;
extern const Rule kExhaustiveError;
extern const Rule kGatWithoutBound;
extern const Rule kMissingDebug;
extern const Rule kMissingMustUse;
extern const Rule kNewWithoutDefault;
extern const Rule kNotDynCompatible;
extern const Rule kTraitError;

std::span<const Rule* const> types_rules() {
  static constexpr const Rule* kRules[] = {
      &kBooleanTrap,    &kExhaustiveError,   &kGatWithoutBound,  &kMissingDebug,
      &kMissingMustUse, &kNewWithoutDefault, &kNotDynCompatible, &kTraitError,
  };
  return kRules;
}

}  // namespace rp
