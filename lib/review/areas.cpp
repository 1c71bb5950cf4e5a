// The list of all areas.
#include "review/rule.h"

#include <array>

namespace rp {

std::span<const std::span<const Rule* const>> all_areas() {
  // In the order in which they are listed.
  static const std::array kAreas = {
      syntax_rules(),  ownership_rules(),   raii_rules(),      safety_rules(), types_rules(), layout_rules(),
      async_rules(),   performance_rules(), errors_rules(),    ffi_rules(),    wasm_rules(),  embedded_rules(),
      testing_rules(), manifest_rules(),    ecosystem_rules(), review_rules(),
  };
  return kAreas;
}

}  // namespace rp
