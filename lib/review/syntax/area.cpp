// The rules of the area syntax.
#include "review/rule.h"

namespace rp {

std::span<const Rule* const> syntax_rules() {
  static constexpr const Rule* kRules[] = {&kSyntaxErrorRule};
  return kRules;
}

}  // namespace rp
