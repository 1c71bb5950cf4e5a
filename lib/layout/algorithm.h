// rustc's layout algorithm: from the layouts of fields to the layout of what holds them. Knows no types and no names.
//
// What it gives agrees with rustc 1.95, for every target and without -Zrandomize-layout;
// tests/conformance/layout_random.py compares all that rustc says of a layout.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "layout/layout.h"

namespace rp::layout {

// What the attributes of a type ask for.
struct Repr {
  bool c = false;
  bool simd = false;
  bool transparent = false;
  bool has_int = false;
  bool int_signed = false;
  uint8_t int_size = 0;  // 0: as a pointer
  uint32_t align = 0;    // 0: not given
  uint32_t pack = 0;     // 0: not given

  [[nodiscard]] bool fixed_order() const { return c || simd || has_int; }
  [[nodiscard]] bool plain_enum() const { return c || has_int; }  // no niches, no variants left out
};

// A struct or an enum. A struct has one variant.
struct AdtShape {
  std::span<const LayoutId> fields;        // of all variants, one after the other
  std::span<const uint32_t> variant_ends;  // where the fields of each variant end
  std::span<const i128> discriminants;     // of each variant of an enum
  Repr repr;
  bool is_enum = false;
  bool hides_niches = false;        // UnsafeCell, UnsafePinned
  bool may_be_unsized = false;      // a struct whose last field need not be Sized
  std::optional<u128> valid_start;  // #[rustc_layout_scalar_valid_range_start]
  std::optional<u128> valid_end;

  [[nodiscard]] std::span<const LayoutId> variant(size_t v) const {
    const uint32_t first = v == 0 ? 0 : variant_ends[v - 1];
    return fields.subspan(first, variant_ends[v] - first);
  }
};

class Algorithm {
 public:
  explicit Algorithm(LayoutTable& table) : table_(table), data_(table.data()) {}

  LayoutId scalar(const Scalar& scalar);
  LayoutId integer(unsigned size, bool is_signed);
  LayoutId floating(unsigned size);
  LayoutId boolean();
  LayoutId character();
  LayoutId raw_pointer();
  LayoutId reference();
  LayoutId function_pointer();
  // A wide pointer: `data` as above, and a length or a vtable.
  LayoutResult wide_pointer(LayoutId data, LayoutId metadata);
  LayoutId pointer_length() { return integer(data_.pointer_size, false); }
  LayoutId unit(bool sized = true);
  LayoutId never();
  LayoutResult array(LayoutId element, uint64_t count);
  LayoutId slice(LayoutId element);
  LayoutResult vector(LayoutId element, uint64_t count, bool packed);
  // Tuples, whose last field may be unsized, and what closures hold, whose fields are sized.
  LayoutResult tuple(std::span<const LayoutId> fields, bool may_be_unsized = true);
  LayoutResult union_of(std::span<const LayoutId> fields, const Repr& repr);
  LayoutResult adt(const AdtShape& shape);
  // A pattern type: `base` with another valid range of its scalar.
  LayoutResult restrict(LayoutId base, u128 start, u128 end);
  // A pattern type that leaves out null, of a pointer that may be wide.
  LayoutResult not_null(LayoutId base);

 private:
  enum class StructKind : uint8_t { Sized, MaybeUnsized, Prefixed };
  enum class NicheBias : uint8_t { Start, End };
  struct Prefix {
    uint64_t size = 0;
    uint32_t align = 1;
  };
  // A layout that is being made. Its fields lie in places_.
  struct Draft {
    Layout layout;
    uint32_t first = 0;
  };
  struct OrderKey {
    u128 niche;
    uint64_t group;
    uint64_t inner;
    uint32_t field;
  };

  [[nodiscard]] bool absent(std::span<const LayoutId> fields) const;
  LayoutError univariant(std::span<const LayoutId> fields, const Repr& repr, StructKind kind, Prefix prefix,
                         Draft& out);
  LayoutError place(std::span<const LayoutId> fields, const Repr& repr, StructKind kind, Prefix prefix, NicheBias bias,
                    Draft& out);
  void order(std::span<const LayoutId> fields, const Repr& repr, StructKind kind, NicheBias bias,
             std::span<Field> places);
  void choose_struct_abi(std::span<const LayoutId> fields, const Repr& repr, Draft& draft, LayoutId& only_field) const;
  struct Pair {
    uint64_t second_offset;
    uint64_t size;
    uint32_t align;
  };
  [[nodiscard]] Pair pair_of(const Scalar& a, const Scalar& b) const;
  void make_pair(const Scalar& a, const Scalar& b, Layout& layout) const;
  LayoutResult structure(const AdtShape& shape, uint32_t variant);
  LayoutResult enumeration(const AdtShape& shape);
  struct EnumDraft {
    Layout layout;
    TagEncoding encoding;
    uint32_t first_draft = 0;
  };
  bool niche_filled(const AdtShape& shape, EnumDraft& out);
  LayoutError tagged(const AdtShape& shape, EnumDraft& out);
  // The discriminants before and after the largest gap between those that can occur.
  void discriminant_range(const AdtShape& shape, i128& max, i128& min);
  LayoutError discriminant_int(const Repr& repr, i128 max, i128 min, Primitive& out) const;
  void choose_enum_abi(const AdtShape& shape, const Scalar& tag, EnumDraft& draft);
  LayoutId finish(const Draft& draft);

  LayoutTable& table_;
  const DataLayout& data_;
  // Scratch space, kept for its capacity.
  std::vector<Field> places_;
  std::vector<Draft> drafts_;
  std::vector<OrderKey> keys_;
  std::vector<i128> discriminants_;
  std::vector<LayoutId> variant_ids_;
};

// Takes `count` values of the niche. False if there are not so many. `start` is the first of them, `scalar` the wider
// scalar.
bool reserve_niche(const Niche& niche, u128 count, u128& start, Scalar& scalar);

}  // namespace rp::layout
