// The list of all areas.
#include "review/rule.h"

#include <array>

namespace rp {

std::span<const std::span<const Rule* const>> all_areas() {
  static const std::array<std::span<const Rule* const>, 4> areas = {syntax_rules(), safety_rules(), manifest_rules(),
                                                                    ecosystem_rules()};
  return areas;
}

}  // namespace rp
