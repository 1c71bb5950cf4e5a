// The list of all areas.
#include "review/rule.h"

#include <array>

namespace rp {

std::span<const std::span<const Rule* const>> all_areas() {
  static const std::array<std::span<const Rule* const>, 15> areas = {
      syntax_rules(), ownership_rules(), raii_rules(),        safety_rules(),   types_rules(),
      layout_rules(), async_rules(),     performance_rules(), errors_rules(),   ffi_rules(),
      wasm_rules(),   embedded_rules(),  testing_rules(),     manifest_rules(), ecosystem_rules()};
  return areas;
}

}  // namespace rp
