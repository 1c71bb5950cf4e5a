// The list of all areas.
#include "review/rule.h"

#include <array>

namespace rp {

std::span<const std::span<const Rule* const>> all_areas() {
  // In the order in which they are listed.
  static const std::array kAreas = {
      syntax_rules(), safety_rules(), manifest_rules(), ecosystem_rules(), review_rules(),
  };
  return kAreas;
}

}  // namespace rp
