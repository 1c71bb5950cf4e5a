// How values of a type lie in memory: size, alignment, offsets, niches. Layouts of one target live in a LayoutTable, in
// flat tables indexed by LayoutId; a layout is never changed once it is there.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "base/ids.h"
#include "base/int128.h"
#include "layout/data_layout.h"

namespace rp {
struct TypeTag;
using TypeId = Id<TypeTag>;  // lib/types
}  // namespace rp

namespace rp::layout {

using LayoutId = Id<struct LayoutTag>;

enum class PrimitiveKind : uint8_t { Int, Float, Pointer };

// What a register holds.
struct Primitive {
  PrimitiveKind kind = PrimitiveKind::Int;
  uint8_t size = 1;  // bytes
  bool is_signed = false;
  uint8_t address_space = 0;  // of a pointer
  friend bool operator==(const Primitive&, const Primitive&) = default;
};

// A primitive and the bit patterns that are valid for it, `start..=end`, which may wrap around. A scalar that comes out
// of a union may hold anything, even nothing: it has no valid range.
struct Scalar {
  u128 start = 0;
  u128 end = 0;
  Primitive primitive;
  bool may_be_uninit = false;

  [[nodiscard]] u128 max() const { return max_of_bytes(primitive.size); }
  friend bool operator==(const Scalar&, const Scalar&) = default;
};

// Bit patterns that no valid value has, inside of a field: an enum keeps its discriminant there.
struct Niche {
  Scalar scalar;
  uint64_t offset = 0;
  bool exists = false;

  // How many values are free.
  [[nodiscard]] u128 available() const { return exists ? (scalar.start - (scalar.end + 1)) & scalar.max() : 0; }
};

// How a value is passed and kept in registers by Rust's own calling convention.
enum class AbiClass : uint8_t { Memory, Scalar, ScalarPair, Vector };

enum class FieldsShape : uint8_t { Primitive, Struct, Array, Union };

enum class VariantsShape : uint8_t {
  Empty,     // no variant can exist
  Single,    // structs, unions, and enums of which one variant can exist
  Multiple,  // a tag or a niche tells the variants apart
};

// How the variants of an enum are told apart. `niche`: a value in the valid range of the field at `tag_offset` means
// `untagged_variant`; `niche_start + (v - first_niche_variant)` means variant v. Otherwise the tag is the discriminant.
struct TagEncoding {
  Scalar tag;
  u128 niche_start = 0;
  uint64_t tag_offset = 0;
  uint32_t untagged_variant = 0;
  uint32_t first_niche_variant = 0;
  uint32_t last_niche_variant = 0;
  bool niche = false;
};

// All sizes, offsets and alignments are bytes.
struct Layout {
  Scalar first;   // AbiClass::Scalar, ScalarPair; the element of a Vector
  Scalar second;  // AbiClass::ScalarPair
  Niche niche;    // the largest one
  uint64_t size = 0;
  uint64_t count = 0;  // elements of an array or a vector; fields of a struct or union
  uint32_t align = 1;
  uint32_t unadjusted_align = 1;  // without repr(align); some calling conventions look at it
  uint32_t max_repr_align = 0;    // the largest repr(align) in the type or a field, 0 for none
  uint32_t first_field = 0;       // into the table's fields; an array's has one entry
  uint32_t variant = 0;           // VariantsShape::Single: which
  uint32_t first_variant = 0;     // VariantsShape::Multiple: into the table's variants
  uint32_t variant_count = 0;
  uint32_t encoding = 0;  // VariantsShape::Multiple: into the table's tag encodings
  AbiClass abi = AbiClass::Memory;
  FieldsShape fields = FieldsShape::Struct;
  VariantsShape variants = VariantsShape::Single;
  bool sized = true;
  bool uninhabited = false;

  [[nodiscard]] bool is_zst() const { return sized && size == 0; }
  [[nodiscard]] bool is_1zst() const { return is_zst() && align == 1; }
};

struct Field {
  uint64_t offset = 0;
  LayoutId layout;
  uint32_t nth_in_memory = 0;  // of entry k: which field is the k-th by offset
};

enum class LayoutError : uint8_t {
  None,
  UnsizedField,   // an unsized type where a sized one has to be
  TooLarge,       // larger than the target's address space allows
  EmptyUnion,     // a union without fields
  ReprConflict,   // attributes that exclude each other, or discriminants that do not fit the repr
  EmptyVector,    // repr(simd) without elements
  VectorTooLong,  // repr(simd) of more than 32768 elements
  VectorElement,  // repr(simd) of something that is no number or pointer
  Infinite,       // a type that holds itself
  TooDeep,        // nested deeper than the limit
  Generic,        // depends on a parameter that is not known
  Unknown,        // something needed could not be seen
};

[[nodiscard]] const char* describe(LayoutError error);

struct LayoutResult {
  LayoutId id;
  LayoutError error = LayoutError::None;

  LayoutResult(LayoutId layout) : id(layout) {}  // NOLINT: a layout is a result
  LayoutResult(LayoutError e) : error(e) {}      // NOLINT: so is an error
  explicit operator bool() const { return error == LayoutError::None; }
};

// Of a type: a layout, or why there is none.
struct LayoutAnswer {
  LayoutId layout;
  LayoutError error = LayoutError::None;
  // The innermost type that has no layout; invalid when there is one.
  TypeId culprit;
  explicit operator bool() const { return error == LayoutError::None; }
};

class LayoutTable {
 public:
  explicit LayoutTable(const DataLayout& data) : data_(&data) {}

  [[nodiscard]] const DataLayout& data() const { return *data_; }
  [[nodiscard]] const Layout& operator[](LayoutId id) const { return layouts_[id.value]; }
  [[nodiscard]] size_t size() const { return layouts_.size(); }

  // In the order of the source. An array has one entry, its element.
  [[nodiscard]] std::span<const Field> fields(const Layout& layout) const {
    const uint64_t count = layout.fields == FieldsShape::Primitive ? 0
                           : layout.fields == FieldsShape::Array   ? 1
                                                                   : layout.count;
    return std::span<const Field>(fields_).subspan(layout.first_field, static_cast<size_t>(count));
  }
  // VariantsShape::Multiple: a layout for each variant of the source, offsets from the start of the enum.
  [[nodiscard]] std::span<const LayoutId> variants(const Layout& layout) const {
    return std::span<const LayoutId>(variants_).subspan(layout.first_variant, layout.variant_count);
  }
  [[nodiscard]] const TagEncoding& encoding(const Layout& layout) const { return encodings_[layout.encoding]; }

  [[nodiscard]] uint32_t align_of(const Primitive& primitive) const;
  [[nodiscard]] Niche niche_of(const Scalar& scalar, uint64_t offset) const;

  // For the algorithm alone.
  LayoutId add(const Layout& layout) {
    layouts_.push_back(layout);
    return LayoutId(static_cast<uint32_t>(layouts_.size() - 1));
  }
  uint32_t add_fields(std::span<const Field> fields) {
    const auto first = static_cast<uint32_t>(fields_.size());
    fields_.insert(fields_.end(), fields.begin(), fields.end());
    return first;
  }
  uint32_t add_variants(std::span<const LayoutId> variants) {
    const auto first = static_cast<uint32_t>(variants_.size());
    variants_.insert(variants_.end(), variants.begin(), variants.end());
    return first;
  }
  uint32_t add_encoding(const TagEncoding& encoding) {
    encodings_.push_back(encoding);
    return static_cast<uint32_t>(encodings_.size() - 1);
  }

 private:
  const DataLayout* data_;
  std::vector<Layout> layouts_;
  std::vector<Field> fields_;
  std::vector<LayoutId> variants_;
  std::vector<TagEncoding> encodings_;
};

}  // namespace rp::layout
