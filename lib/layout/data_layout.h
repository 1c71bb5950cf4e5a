// What a target says of memory: the sizes and alignments that every layout follows from.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace rp::layout {

struct VectorAlign {
  uint16_t size;  // bytes
  uint16_t align;
};

// LLVM's data layout of one or more targets, as far as rustc's layouts depend on it. All figures are bytes.
struct DataLayout {
  bool big_endian;
  uint8_t pointer_size;
  uint8_t pointer_align;
  uint8_t code_address_space;  // of function pointers
  uint8_t code_pointer_size;
  uint8_t code_pointer_align;
  uint8_t i8_align;
  uint8_t i16_align;
  uint8_t i32_align;
  uint8_t i64_align;
  uint8_t i128_align;
  uint8_t f16_align;
  uint8_t f32_align;
  uint8_t f64_align;
  uint8_t f128_align;
  uint8_t aggregate_align;
  uint8_t c_enum_min_size;  // of the discriminant of a repr(C) enum
  std::span<const VectorAlign> vectors;

  [[nodiscard]] uint32_t int_align(unsigned size) const;
  [[nodiscard]] uint32_t float_align(unsigned size) const;
  // The alignment of a SIMD vector of so many bytes: what the psABI says, or the next power of two.
  [[nodiscard]] uint64_t vector_align(uint64_t size) const;
  // A type's size is below this.
  [[nodiscard]] uint64_t object_size_bound() const {
    return uint64_t{1} << (pointer_size == 2 ? 15 : pointer_size == 4 ? 31 : 61);
  }
};

struct TargetLayout {
  std::string_view name;
  const DataLayout* data;
};

// All targets that rustc knows, by name.
[[nodiscard]] std::span<const TargetLayout> target_layouts();
[[nodiscard]] const DataLayout* find_data_layout(std::string_view target);

}  // namespace rp::layout
