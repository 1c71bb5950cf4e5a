// The rules of the area ecosystem.
#include "review/rule.h"

namespace rp {

extern const Rule kAdvisoryRule;
extern const Rule kBuildTimeCodeRule;
extern const Rule kDevDependencyInCodeRule;
extern const Rule kDuplicateVersionsRule;
extern const Rule kLicenseRule;
extern const Rule kLockfileOutOfDateRule;
extern const Rule kPinnedRequirementRule;
extern const Rule kTestOnlyDependencyRule;
extern const Rule kUnneededFeatureRule;
extern const Rule kUnusedDependencyRule;

std::span<const Rule* const> ecosystem_rules() {
  static constexpr const Rule* kRules[] = {
      &kAdvisoryRule,          &kBuildTimeCodeRule,       &kDuplicateVersionsRule,
      &kLicenseRule,           &kDevDependencyInCodeRule, &kLockfileOutOfDateRule,
      &kPinnedRequirementRule, &kTestOnlyDependencyRule,  &kUnneededFeatureRule,
      &kUnusedDependencyRule,
  };
  return kRules;
}

}  // namespace rp
