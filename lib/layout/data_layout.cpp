#include "layout/data_layout.h"

#include <algorithm>
#include <bit>

namespace rp::layout {
namespace {
#include "layout/data_layouts.inc"
}  // namespace

uint32_t DataLayout::int_align(unsigned size) const {
  switch (size) {
    case 1:
      return i8_align;
    case 2:
      return i16_align;
    case 4:
      return i32_align;
    case 8:
      return i64_align;
    default:
      return i128_align;
  }
}

uint32_t DataLayout::float_align(unsigned size) const {
  switch (size) {
    case 2:
      return f16_align;
    case 4:
      return f32_align;
    case 8:
      return f64_align;
    default:
      return f128_align;
  }
}

uint64_t DataLayout::vector_align(uint64_t size) const {
  for (const VectorAlign& vector : vectors) {
    if (vector.size == size) return vector.align;
  }
  return std::bit_ceil(size);
}

std::span<const TargetLayout> target_layouts() { return kTargets; }

const DataLayout* find_data_layout(std::string_view target) {
  const auto targets = target_layouts();
  const auto at = std::lower_bound(targets.begin(), targets.end(), target,
                                   [](const TargetLayout& row, std::string_view name) { return row.name < name; });
  return at != targets.end() && at->name == target ? at->data : nullptr;
}

}  // namespace rp::layout
