// The rules of the area manifest.
#include "review/rule.h"

namespace rp {

extern const Rule kManifestErrorRule;
extern const Rule kConfigRule;
extern const Rule kWildcardRequirementRule;
extern const Rule kUnpublishableDependencyRule;
extern const Rule kMissingMetadataRule;
extern const Rule kMissingRustVersionRule;
extern const Rule kUnusedWorkspaceDependencyRule;
extern const Rule kOldEditionRule;
extern const Rule kFeatureNamesRule;
extern const Rule kReleaseProfileRule;
extern const Rule kRustVersionTooLowRule;
extern const Rule kTokioFullRule;
extern const Rule kAbortAndUnwindRule;
extern const Rule kDuplicateDependencyRule;
extern const Rule kEditionTooOldRule;

std::span<const Rule* const> manifest_rules() {
  static constexpr const Rule* kRules[] = {
      &kManifestErrorRule,
      &kConfigRule,
      &kWildcardRequirementRule,
      &kUnpublishableDependencyRule,
      &kMissingMetadataRule,
      &kMissingRustVersionRule,
      &kUnusedWorkspaceDependencyRule,
      &kOldEditionRule,
      &kFeatureNamesRule,
      &kReleaseProfileRule,
      &kRustVersionTooLowRule,
      &kTokioFullRule,
      &kAbortAndUnwindRule,
      &kDuplicateDependencyRule,
      &kEditionTooOldRule,
  };
  return kRules;
}

}  // namespace rp
