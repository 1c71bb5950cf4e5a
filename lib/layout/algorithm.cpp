#include "layout/algorithm.h"

#include <algorithm>
#include <bit>

namespace rp::layout {
namespace {

constexpr uint64_t kMaxVectorElements = 1 << 15;
// Above all alignments that an integer has.
constexpr uint64_t kMaxCodePoint = 0x10FFFF;

uint64_t align_up(uint64_t offset, uint64_t align) { return (offset + align - 1) & ~(align - 1); }

Scalar full_range(Primitive primitive) { return {0, max_of_bytes(primitive.size), primitive, false}; }

Scalar to_union(Scalar scalar) {
  scalar.may_be_uninit = true;
  scalar.start = 0;
  scalar.end = 0;
  return scalar;
}

void forget_niches(Scalar& scalar) {
  if (!scalar.may_be_uninit) scalar = full_range(scalar.primitive);
}

bool is_uninhabited(const LayoutTable& table, std::span<const LayoutId> fields) {
  return std::any_of(fields.begin(), fields.end(), [&](LayoutId field) { return table[field].uninhabited; });
}

}  // namespace

const char* describe(LayoutError error) {
  switch (error) {
    case LayoutError::None:
      return "";
    case LayoutError::UnsizedField:
      return "a field or element without a size stands where one with a size has to be";
    case LayoutError::TooLarge:
      return "the type is larger than the address space of the target allows";
    case LayoutError::EmptyUnion:
      return "a union needs at least one field";
    case LayoutError::ReprConflict:
      return "the attributes of the type exclude each other, or a discriminant does not fit";
    case LayoutError::EmptyVector:
      return "a SIMD vector needs at least one element";
    case LayoutError::VectorTooLong:
      return "a SIMD vector may have at most 32768 elements";
    case LayoutError::VectorElement:
      return "the elements of a SIMD vector have to be numbers or pointers";
    case LayoutError::Infinite:
      return "the type holds itself without a pointer between: its size is infinite";
    case LayoutError::TooDeep:
      return "the type is nested deeper than the limit allows";
    case LayoutError::Generic:
      return "the layout depends on a parameter that is not known";
    case LayoutError::Unknown:
      return "something that the layout depends on could not be seen";
  }
  return "";
}

uint32_t LayoutTable::align_of(const Primitive& primitive) const {
  switch (primitive.kind) {
    case PrimitiveKind::Int:
      return data_->int_align(primitive.size);
    case PrimitiveKind::Float:
      return data_->float_align(primitive.size);
    case PrimitiveKind::Pointer:
      break;
  }
  return primitive.address_space == 0 ? data_->pointer_align : data_->code_pointer_align;
}

Niche LayoutTable::niche_of(const Scalar& scalar, uint64_t offset) const {
  Niche niche{scalar, offset, true};
  if (scalar.may_be_uninit || niche.available() == 0) return {};
  return niche;
}

// Of the two ends of the valid range the one that moves is chosen so that zero becomes a value of the niche if that can
// be: an `Option` whose `None` is zero is cheap to test and to make.
bool reserve_niche(const Niche& niche, u128 count, u128& start, Scalar& scalar) {
  if (count > niche.available()) return false;
  const u128 max = niche.scalar.max();
  const u128 first = niche.scalar.start;
  const u128 last = niche.scalar.end;
  scalar = niche.scalar;
  bool move_start;
  if (first > last) {
    move_start = false;
  } else if (first <= max - last) {
    move_start = count <= first;
  } else {
    const u128 end = (last + count) & max;
    move_start = end >= 1 && end <= last;
  }
  if (move_start) {
    start = (first - count) & max;
    scalar.start = start;
  } else {
    start = (last + 1) & max;
    scalar.end = (last + count) & max;
  }
  return true;
}

// --- Simple layouts ---------------------------------------------------------------------------------------------

LayoutId Algorithm::scalar(const Scalar& scalar) {
  Layout layout;
  layout.first = scalar;
  layout.abi = AbiClass::Scalar;
  layout.fields = FieldsShape::Primitive;
  layout.niche = table_.niche_of(scalar, 0);
  layout.size = scalar.primitive.size;
  layout.align = layout.unadjusted_align = table_.align_of(scalar.primitive);
  return table_.add(layout);
}

LayoutId Algorithm::integer(unsigned size, bool is_signed) {
  return scalar(full_range({PrimitiveKind::Int, static_cast<uint8_t>(size), is_signed, 0}));
}

LayoutId Algorithm::floating(unsigned size) {
  return scalar(full_range({PrimitiveKind::Float, static_cast<uint8_t>(size), false, 0}));
}

LayoutId Algorithm::boolean() { return scalar({0, 1, {PrimitiveKind::Int, 1, false, 0}, false}); }
LayoutId Algorithm::character() { return scalar({0, kMaxCodePoint, {PrimitiveKind::Int, 4, false, 0}, false}); }

LayoutId Algorithm::raw_pointer() { return scalar(full_range({PrimitiveKind::Pointer, data_.pointer_size, false, 0})); }

LayoutId Algorithm::reference() {
  Scalar pointer = full_range({PrimitiveKind::Pointer, data_.pointer_size, false, 0});
  pointer.start = 1;
  return scalar(pointer);
}

LayoutId Algorithm::function_pointer() {
  Scalar pointer = full_range({PrimitiveKind::Pointer, data_.code_pointer_size, false, data_.code_address_space});
  pointer.start = 1;
  return scalar(pointer);
}

Algorithm::Pair Algorithm::pair_of(const Scalar& a, const Scalar& b) const {
  const uint32_t b_align = table_.align_of(b.primitive);
  const uint32_t align = std::max({table_.align_of(a.primitive), b_align, uint32_t{data_.aggregate_align}});
  const uint64_t offset = align_up(a.primitive.size, b_align);
  return {offset, align_up(offset + b.primitive.size, align), align};
}

void Algorithm::make_pair(const Scalar& a, const Scalar& b, Layout& layout) const {
  layout.abi = AbiClass::ScalarPair;
  layout.first = a;
  layout.second = b;
}

LayoutResult Algorithm::wide_pointer(LayoutId data, LayoutId metadata) {
  if (table_[metadata].is_1zst()) return data;
  if (table_[metadata].abi != AbiClass::Scalar) return LayoutError::Unknown;
  const Scalar a = table_[data].first;
  const Scalar b = table_[metadata].first;
  const Pair pair = pair_of(a, b);
  Layout layout;
  make_pair(a, b, layout);
  layout.size = pair.size;
  layout.align = layout.unadjusted_align = pair.align;
  const Niche first = table_.niche_of(a, 0);
  const Niche second = table_.niche_of(b, pair.second_offset);
  layout.niche = second.available() > first.available() ? second : first;
  const Field fields[] = {{0, data, 0}, {pair.second_offset, metadata, 1}};
  layout.first_field = table_.add_fields(fields);
  layout.count = 2;
  return table_.add(layout);
}

LayoutId Algorithm::unit(bool sized) {
  Layout layout;
  layout.sized = sized;
  layout.unadjusted_align = layout.align = data_.i8_align;
  return table_.add(layout);
}

LayoutId Algorithm::never() {
  Layout layout;
  layout.variants = VariantsShape::Empty;
  layout.fields = FieldsShape::Primitive;
  layout.uninhabited = true;
  layout.unadjusted_align = layout.align = data_.i8_align;
  return table_.add(layout);
}

LayoutResult Algorithm::array(LayoutId element, uint64_t count) {
  const Layout& of = table_[element];
  if (!of.sized) return LayoutError::UnsizedField;
  if (count != 0 && of.size > (data_.object_size_bound() - 1) / count) return LayoutError::TooLarge;
  Layout layout;
  layout.fields = FieldsShape::Array;
  layout.count = count;
  layout.size = of.size * count;
  layout.align = layout.unadjusted_align = of.align;
  layout.uninhabited = of.uninhabited && count != 0;
  if (count != 0) layout.niche = of.niche;
  const Field field{0, element, 0};
  layout.first_field = table_.add_fields({&field, 1});
  return table_.add(layout);
}

LayoutId Algorithm::slice(LayoutId element) {
  Layout layout;
  layout.fields = FieldsShape::Array;
  layout.sized = false;
  layout.align = layout.unadjusted_align = table_[element].align;
  const Field field{0, element, 0};
  layout.first_field = table_.add_fields({&field, 1});
  return table_.add(layout);
}

LayoutResult Algorithm::vector(LayoutId element, uint64_t count, bool packed) {
  const Layout& of = table_[element];
  if (count == 0) return LayoutError::EmptyVector;
  if (count > kMaxVectorElements) return LayoutError::VectorTooLong;
  if (of.abi != AbiClass::Scalar) return LayoutError::VectorElement;
  const uint64_t size = of.size * count;
  if (size >= data_.object_size_bound()) return LayoutError::TooLarge;
  Layout layout;
  layout.count = 1;
  uint64_t align = data_.vector_align(size);
  if (packed && !std::has_single_bit(count)) {
    align = uint64_t{1} << std::countr_zero(size);
  } else {
    layout.abi = AbiClass::Vector;
    layout.first = of.first;
    layout.variant_count = 0;
  }
  layout.align = static_cast<uint32_t>(align);
  layout.size = align_up(size, align);
  layout.unadjusted_align = of.align;
  layout.niche = of.niche;
  const LayoutResult elements = array(element, count);
  if (!elements) return elements;
  const Field field{0, elements.id, 0};
  layout.first_field = table_.add_fields({&field, 1});
  return table_.add(layout);
}

LayoutResult Algorithm::restrict(LayoutId base, u128 start, u128 end) {
  Layout layout = table_[base];
  if (layout.abi != AbiClass::Scalar || layout.first.may_be_uninit) return LayoutError::Unknown;
  layout.first.start = start & layout.first.max();
  layout.first.end = end & layout.first.max();
  layout.niche = {layout.first, 0, true};
  const Field field{0, base, 0};
  layout.fields = FieldsShape::Struct;
  layout.count = 1;
  layout.first_field = table_.add_fields({&field, 1});
  return table_.add(layout);
}

LayoutResult Algorithm::not_null(LayoutId base) {
  Layout layout = table_[base];
  if (layout.abi != AbiClass::Scalar && layout.abi != AbiClass::ScalarPair) return LayoutError::Unknown;
  layout.first.start = 1;
  layout.niche = {layout.first, 0, true};
  const Field field{0, base, 0};
  layout.fields = FieldsShape::Struct;
  layout.count = 1;
  layout.first_field = table_.add_fields({&field, 1});
  return table_.add(layout);
}

// --- Structs ----------------------------------------------------------------------------------------------------

LayoutId Algorithm::finish(const Draft& draft) {
  Layout layout = draft.layout;
  layout.first_field =
      table_.add_fields(std::span<const Field>(places_).subspan(draft.first, static_cast<size_t>(layout.count)));
  return table_.add(layout);
}

// A variant that can be left out: no value of it exists, and it needs no room. Its alignment would count, though.
bool Algorithm::absent(std::span<const LayoutId> fields) const {
  return is_uninhabited(table_, fields) &&
         std::all_of(fields.begin(), fields.end(), [&](LayoutId field) { return table_[field].is_1zst(); });
}

// Puts the fields into the order in which they will lie. The sort is stable, so that of equal fields the one that is
// written first comes first.
void Algorithm::order(std::span<const LayoutId> fields, const Repr& repr, StructKind kind, NicheBias bias,
                      std::span<Field> places) {
  const size_t count = kind == StructKind::MaybeUnsized ? fields.size() - 1 : fields.size();
  uint32_t max_align = 1;
  u128 largest_niche = 0;
  for (size_t i = 0; i < count; ++i) {
    const Layout& field = table_[fields[i]];
    max_align = std::max(max_align, field.align);
    largest_niche = std::max(largest_niche, field.niche.available());
  }
  // Fields are grouped by alignment, or by the power of two that divides their size: [u8; 4] goes with u32.
  const auto group_of = [&](const Layout& field, u128 niche) -> uint64_t {
    if (repr.pack != 0) return std::min(field.align, repr.pack);
    const auto by_size = static_cast<uint64_t>(std::countr_zero(std::max<uint64_t>(field.align, field.size)));
    if (largest_niche == 0) return by_size;
    // A niche at the start is worth more than an aligned load of what follows.
    if (bias == NicheBias::Start) return std::min(static_cast<uint64_t>(std::countr_zero(max_align)), by_size);
    if (niche == largest_niche) return static_cast<uint64_t>(std::countr_zero(field.align));
    return by_size;
  };
  keys_.clear();
  for (size_t i = 0; i < count; ++i) {
    const Layout& field = table_[fields[i]];
    const u128 niche = field.niche.available();
    OrderKey key{niche, group_of(field, niche), 0, static_cast<uint32_t>(i)};
    if (kind != StructKind::Prefixed) {
      key.group = ~key.group;  // the largest first
      if (bias == NicheBias::Start) {
        key.niche = ~niche;
        key.inner = field.niche.exists ? field.niche.offset : 0;
      } else if (field.niche.exists) {
        key.inner = ~(field.size - field.niche.scalar.primitive.size - field.niche.offset);
      }
    }
    keys_.push_back(key);
  }
  std::sort(keys_.begin(), keys_.end(), [](const OrderKey& a, const OrderKey& b) {
    if (a.group != b.group) return a.group < b.group;
    if (a.niche != b.niche) return a.niche < b.niche;
    if (a.inner != b.inner) return a.inner < b.inner;
    return a.field < b.field;
  });
  for (size_t i = 0; i < count; ++i) places[i].nth_in_memory = keys_[i].field;
}

// Lays fields out one after the other.
LayoutError Algorithm::place(std::span<const LayoutId> fields, const Repr& repr, StructKind kind, Prefix prefix,
                             NicheBias bias, Draft& out) {
  out.first = static_cast<uint32_t>(places_.size());
  places_.resize(places_.size() + fields.size());
  const std::span<Field> places = std::span<Field>(places_).subspan(out.first);
  for (uint32_t i = 0; i < fields.size(); ++i) places[i] = {0, fields[i], i};
  if (!repr.fixed_order() && fields.size() > 1) order(fields, repr, kind, bias, places);

  Layout layout;
  layout.count = fields.size();
  layout.max_repr_align = repr.align;
  uint32_t align = repr.pack != 0 ? data_.i8_align : data_.aggregate_align;
  uint64_t offset = 0;
  if (kind == StructKind::Prefixed) {
    const uint32_t prefix_align = repr.pack != 0 ? std::min(prefix.align, repr.pack) : prefix.align;
    align = std::max(align, prefix_align);
    offset = align_up(prefix.size, prefix_align);
  }
  u128 best = 0;
  for (size_t k = 0; k < places.size(); ++k) {
    if (!layout.sized) return LayoutError::UnsizedField;
    const uint32_t i = places[k].nth_in_memory;
    const Layout& field = table_[fields[i]];
    if (!field.sized) {
      if (kind != StructKind::MaybeUnsized) return LayoutError::UnsizedField;
      layout.sized = false;
    }
    const uint32_t field_align = repr.pack != 0 ? std::min(field.align, repr.pack) : field.align;
    offset = align_up(offset, field_align);
    align = std::max(align, field_align);
    layout.max_repr_align = std::max(layout.max_repr_align, field.max_repr_align);
    places[i].offset = offset;
    if (field.niche.exists) {
      const u128 available = field.niche.available();
      if (bias == NicheBias::Start ? available > best : available >= best) {
        best = available;
        layout.niche = field.niche;
        layout.niche.offset += offset;
      }
    }
    offset += field.size;
    if (offset >= data_.object_size_bound()) return LayoutError::TooLarge;
    layout.uninhabited = layout.uninhabited || field.uninhabited;
  }
  layout.unadjusted_align = align;
  layout.align = std::max(align, repr.align);
  layout.size = align_up(offset, layout.align);
  if (layout.size >= data_.object_size_bound()) return LayoutError::TooLarge;
  out.layout = layout;

  LayoutId only_field;
  choose_struct_abi(fields, repr, out, only_field);
  if (repr.transparent) {
    out.layout.unadjusted_align = only_field ? table_[only_field].unadjusted_align : out.layout.align;
  }
  return LayoutError::None;
}

// A struct that is but one scalar, or two that lie as a pair does, is passed like those.
void Algorithm::choose_struct_abi(std::span<const LayoutId> fields, const Repr& repr, Draft& draft,
                                  LayoutId& only_field) const {
  Layout& layout = draft.layout;
  if (!layout.sized || layout.size == 0) return;
  size_t found[3];
  size_t count = 0;
  for (size_t i = 0; i < fields.size() && count < 3; ++i) {
    if (!table_[fields[i]].is_zst()) found[count++] = i;
  }
  const auto offset_of = [&](size_t i) { return places_[draft.first + i].offset; };
  if (count == 1) {
    only_field = fields[found[0]];
    const Layout& field = table_[only_field];
    if (offset_of(found[0]) != 0 || layout.align != field.align || layout.size != field.size) return;
    const bool newtype = !repr.c && !repr.simd;
    if (field.abi == AbiClass::ScalarPair) {
      make_pair(field.first, field.second, layout);
    } else if (field.abi != AbiClass::Memory && newtype) {
      layout.abi = field.abi;
      layout.first = field.first;
    }
  } else if (count == 2) {
    if (offset_of(found[0]) >= offset_of(found[1])) std::swap(found[0], found[1]);
    const Layout& a = table_[fields[found[0]]];
    const Layout& b = table_[fields[found[1]]];
    if (a.abi != AbiClass::Scalar || b.abi != AbiClass::Scalar) return;
    const Pair pair = pair_of(a.first, b.first);
    if (offset_of(found[0]) == 0 && offset_of(found[1]) == pair.second_offset && layout.align == pair.align &&
        layout.size == pair.size) {
      make_pair(a.first, b.first, layout);
    }
  }
}

// A niche near an edge leaves more room for the other variants of an enum. If there is none at the start, one at the
// end is tried.
LayoutError Algorithm::univariant(std::span<const LayoutId> fields, const Repr& repr, StructKind kind, Prefix prefix,
                                  Draft& out) {
  const LayoutError error = place(fields, repr, kind, prefix, NicheBias::Start, out);
  if (error != LayoutError::None) return error;
  const Niche& niche = out.layout.niche;
  if (kind == StructKind::MaybeUnsized || !niche.exists || fields.size() < 2) return error;
  const uint64_t head = niche.offset;
  const uint64_t tail = out.layout.size - head - niche.scalar.primitive.size;
  if (head == 0 || tail == 0) return error;
  Draft other;
  if (place(fields, repr, kind, prefix, NicheBias::End, other) != LayoutError::None) return LayoutError::Unknown;
  const uint64_t other_head = other.layout.niche.offset;
  if (other_head > head && other_head > tail) {
    std::copy(places_.begin() + other.first, places_.end(), places_.begin() + out.first);
    out.layout = other.layout;
  }
  places_.resize(other.first);
  return error;
}

LayoutResult Algorithm::tuple(std::span<const LayoutId> fields, bool may_be_unsized) {
  places_.clear();
  Draft draft;
  const StructKind kind = fields.empty() || !may_be_unsized ? StructKind::Sized : StructKind::MaybeUnsized;
  const LayoutError error = univariant(fields, {}, kind, {}, draft);
  if (error != LayoutError::None) return error;
  return finish(draft);
}

LayoutResult Algorithm::union_of(std::span<const LayoutId> fields, const Repr& repr) {
  if (repr.pack != 0 && repr.align != 0) return LayoutError::ReprConflict;
  if (fields.empty()) return LayoutError::EmptyUnion;
  places_.clear();
  Layout layout;
  layout.fields = FieldsShape::Union;
  layout.count = fields.size();
  layout.max_repr_align = repr.align;
  uint32_t align = repr.pack != 0 ? data_.i8_align : data_.aggregate_align;
  const Layout* common = nullptr;
  bool agree = !repr.c;
  const auto same = [](const Layout& a, const Layout& b) {
    if (a.abi != b.abi) return false;
    switch (a.abi) {
      case AbiClass::Memory:
        return true;
      case AbiClass::Scalar:
        return a.first.primitive == b.first.primitive;
      case AbiClass::ScalarPair:
        return a.first.primitive == b.first.primitive && a.second.primitive == b.second.primitive;
      case AbiClass::Vector:
        return a.first.primitive == b.first.primitive && a.size == b.size;
    }
    return false;
  };
  for (uint32_t i = 0; i < fields.size(); ++i) {
    const Layout& field = table_[fields[i]];
    if (!field.sized) return LayoutError::UnsizedField;
    align = std::max(align, field.align);
    layout.max_repr_align = std::max(layout.max_repr_align, field.max_repr_align);
    layout.size = std::max(layout.size, field.size);
    places_.push_back({0, fields[i], i});
    if (field.is_zst()) continue;
    if (common == nullptr) common = &field;
    agree = agree && same(*common, field);
  }
  if (repr.pack != 0) align = std::min(align, repr.pack);
  layout.unadjusted_align = align;
  layout.align = align = std::max(align, repr.align);
  if (agree && common != nullptr) {
    const Scalar first = to_union(common->first);
    const Scalar second = to_union(common->second);
    const uint32_t first_align = table_.align_of(first.primitive);
    if (common->abi == AbiClass::Scalar && first_align == align) {
      layout.abi = AbiClass::Scalar;
      layout.first = first;
    } else if (common->abi == AbiClass::ScalarPair &&
               std::max(first_align, table_.align_of(second.primitive)) == align) {
      make_pair(first, second, layout);
    } else if (common->abi == AbiClass::Vector && first_align <= align) {
      layout.abi = AbiClass::Vector;
      layout.first = first;
    }
  }
  layout.size = align_up(layout.size, align);
  if (layout.size >= data_.object_size_bound()) return LayoutError::TooLarge;
  return finish({layout, 0});
}

LayoutResult Algorithm::structure(const AdtShape& shape, uint32_t variant) {
  const auto fields = shape.variant(variant);
  const bool unsizable = !shape.is_enum && !fields.empty() && shape.may_be_unsized;
  Draft draft;
  const LayoutError error =
      univariant(fields, shape.repr, unsizable ? StructKind::MaybeUnsized : StructKind::Sized, {}, draft);
  if (error != LayoutError::None) return error;
  Layout& layout = draft.layout;
  layout.variant = variant;
  if (shape.hides_niches) {
    if (layout.abi != AbiClass::Memory) forget_niches(layout.first);
    if (layout.abi == AbiClass::ScalarPair) forget_niches(layout.second);
    layout.niche = {};
    return finish(draft);
  }
  if (layout.abi == AbiClass::Scalar || layout.abi == AbiClass::ScalarPair) {
    if ((shape.valid_start || shape.valid_end) && layout.first.may_be_uninit) return LayoutError::ReprConflict;
    if (shape.valid_start) layout.first.start = *shape.valid_start & layout.first.max();
    if (shape.valid_end) layout.first.end = *shape.valid_end & layout.first.max();
    const Niche niche = table_.niche_of(layout.first, 0);
    // Of equal ones this is better: it lies at the start.
    if (niche.exists && layout.niche.available() <= niche.available()) layout.niche = niche;
  } else if (shape.valid_start || shape.valid_end) {
    return LayoutError::ReprConflict;
  }
  return finish(draft);
}

LayoutResult Algorithm::adt(const AdtShape& shape) {
  places_.clear();
  drafts_.clear();
  if (!shape.is_enum) return structure(shape, 0);
  uint32_t present = 0;
  uint32_t first = 0;
  for (uint32_t v = 0; v < shape.variant_ends.size(); ++v) {
    // rustc 1.96 keeps the variants of an enum with repr(<integer>) too, 1.95 those of a repr(C) one alone.
    if (!shape.repr.c && absent(shape.variant(v))) continue;
    if (present++ == 0) first = v;
  }
  if (present == 0) return never();
  if (present == 1 && !shape.repr.plain_enum()) return structure(shape, first);
  return enumeration(shape);
}

}  // namespace rp::layout
