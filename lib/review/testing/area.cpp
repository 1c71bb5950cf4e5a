// The rules of the area testing: tests and benchmarks.
#include "review/rule.h"

namespace rp {

extern const Rule kAssertionCannotFail;
extern const Rule kBenchHarness;
extern const Rule kBenchWithoutBlackBox;
extern const Rule kCriterionInTestModule;
extern const Rule kIgnoreWithoutReason;
extern const Rule kProcessWideState;
extern const Rule kShouldPanicWithoutExpected;
extern const Rule kSleepInTest;
extern const Rule kTestWithoutAssertion;

std::span<const Rule* const> testing_rules() {
  static const Rule* const rules[] = {&kAssertionCannotFail,        &kBenchHarness,        &kBenchWithoutBlackBox,
                                      &kCriterionInTestModule,      &kIgnoreWithoutReason, &kProcessWideState,
                                      &kShouldPanicWithoutExpected, &kSleepInTest,         &kTestWithoutAssertion};
  return rules;
}

}  // namespace rp
