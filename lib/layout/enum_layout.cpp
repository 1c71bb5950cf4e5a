// Enums of more than one variant: a niche of the largest variant tells them apart, or a tag does.
#include <algorithm>

#include "layout/algorithm.h"

namespace rp::layout {
namespace {

uint64_t align_up(uint64_t offset, uint64_t align) { return (offset + align - 1) & ~(align - 1); }

unsigned fit_unsigned(u128 value) {
  for (const unsigned size : {1U, 2U, 4U, 8U}) {
    if (value <= max_of_bytes(size)) return size;
  }
  return 16;
}

unsigned fit_signed(i128 value) {
  for (const unsigned size : {1U, 2U, 4U, 8U}) {
    if (sign_extend(static_cast<u128>(value), size) == value) return size;
  }
  return 16;
}

Scalar without_range(Scalar scalar) {
  scalar.may_be_uninit = true;
  scalar.start = 0;
  scalar.end = 0;
  return scalar;
}

}  // namespace

// --- With a niche -----------------------------------------------------------------------------------------------

// All variants but the largest have to fit before or behind the niche of the largest.
bool Algorithm::niche_filled(const AdtShape& shape, EnumDraft& out) {
  if (shape.repr.plain_enum()) return false;
  out.first_draft = static_cast<uint32_t>(drafts_.size());
  const auto count = static_cast<uint32_t>(shape.variant_ends.size());
  uint32_t align = data_.aggregate_align;
  uint32_t max_repr_align = shape.repr.align;
  uint32_t unadjusted_align = align;
  uint32_t largest = 0;
  for (uint32_t v = 0; v < count; ++v) {
    Draft draft;
    if (univariant(shape.variant(v), shape.repr, StructKind::Sized, {}, draft) != LayoutError::None) return false;
    draft.layout.variant = v;
    align = std::max(align, draft.layout.align);
    max_repr_align = std::max(max_repr_align, draft.layout.max_repr_align);
    unadjusted_align = std::max(unadjusted_align, draft.layout.unadjusted_align);
    drafts_.push_back(draft);
    if (draft.layout.size >= drafts_[out.first_draft + largest].layout.size) largest = v;
  }
  const std::span<Draft> variants = std::span<Draft>(drafts_).subspan(out.first_draft);

  const auto needs_value = [&](uint32_t v) { return v != largest && !absent(shape.variant(v)); };
  uint32_t first = 0;
  while (!needs_value(first)) ++first;
  uint32_t last = count - 1;
  while (!needs_value(last)) --last;

  const Layout& big = variants[largest].layout;
  if (!big.niche.exists) return false;
  TagEncoding& encoding = out.encoding;
  if (!reserve_niche(big.niche, u128{last - first} + 1, encoding.niche_start, encoding.tag)) return false;
  encoding.niche = true;
  encoding.tag_offset = big.niche.offset;
  encoding.untagged_variant = largest;
  encoding.first_niche_variant = first;
  encoding.last_niche_variant = last;

  const uint64_t size = align_up(big.size, align);
  const uint64_t behind = encoding.tag_offset + encoding.tag.primitive.size;
  bool others_empty = true;
  bool uninhabited = true;
  for (uint32_t v = 0; v < count; ++v) {
    Layout& layout = variants[v].layout;
    uninhabited = uninhabited && layout.uninhabited;
    if (v == largest) continue;
    layout.niche = {};
    if (layout.size > encoding.tag_offset) {
      const uint64_t shift = align_up(behind, layout.align);
      if (shift + layout.size > size) return false;
      for (size_t i = 0; i < layout.count; ++i) places_[variants[v].first + i].offset += shift;
      if (!layout.uninhabited) layout.abi = AbiClass::Memory;
      layout.size += shift;
    }
    others_empty = others_empty && layout.size == 0;
  }

  Layout& layout = out.layout;
  layout.niche = table_.niche_of(encoding.tag, encoding.tag_offset);
  layout.uninhabited = uninhabited;
  layout.size = size;
  layout.align = align;
  layout.max_repr_align = max_repr_align;
  layout.unadjusted_align = unadjusted_align;
  if (size == big.size && align == big.align && others_empty) {
    if (big.abi == AbiClass::Scalar) {
      layout.abi = AbiClass::Scalar;
      layout.first = encoding.tag;
    } else if (big.abi == AbiClass::ScalarPair) {
      // Only what holds the niche is initialised in every variant.
      if (encoding.tag_offset == 0) {
        make_pair(encoding.tag, without_range(big.second), layout);
      } else {
        make_pair(without_range(big.first), encoding.tag, layout);
      }
    }
  }
  return true;
}

// --- With a tag -------------------------------------------------------------------------------------------------

void Algorithm::discriminant_range(const AdtShape& shape, i128& max, i128& min) {
  const Repr& repr = shape.repr;
  const bool is_signed = !repr.has_int || repr.int_signed;
  const unsigned size = repr.has_int && repr.int_size != 0 ? repr.int_size : data_.pointer_size;
  std::vector<i128>& values = discriminants_;
  values.clear();
  for (size_t v = 0; v < shape.variant_ends.size(); ++v) {
    const auto fields = shape.variant(v);
    const bool uninhabited =
        std::any_of(fields.begin(), fields.end(), [&](LayoutId field) { return table_[field].uninhabited; });
    if (uninhabited && !repr.c) continue;
    const u128 bits = static_cast<u128>(shape.discriminants[v]) & max_of_bytes(size);
    values.push_back(is_signed ? sign_extend(bits, size) : static_cast<i128>(bits));
  }
  max = min = 0;
  if (values.empty()) return;
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
  const u128 modulus_max = is_signed ? max_of_bytes(size) >> 1 : max_of_bytes(size);
  u128 largest = 0;
  for (size_t i = 0; i < values.size(); ++i) {
    const i128 start = values[i];
    const i128 end = values[i + 1 < values.size() ? i + 1 : 0];
    const u128 distance = start > end ? modulus_max - (static_cast<u128>(start) - static_cast<u128>(end))
                                      : static_cast<u128>(end) - static_cast<u128>(start);
    if (i != 0 && distance < largest) continue;
    largest = distance;
    max = start;
    min = end;
  }
}

LayoutError Algorithm::discriminant_int(const Repr& repr, i128 max, i128 min, Primitive& out) const {
  const unsigned unsigned_fit = fit_unsigned(std::max(static_cast<u128>(min), static_cast<u128>(max)));
  const unsigned signed_fit = std::max(fit_signed(min), fit_signed(max));
  out.kind = PrimitiveKind::Int;
  if (repr.has_int) {
    const unsigned size = repr.int_size != 0 ? repr.int_size : data_.pointer_size;
    if (size < (repr.int_signed ? signed_fit : unsigned_fit)) return LayoutError::ReprConflict;
    out.size = static_cast<uint8_t>(size);
    out.is_signed = repr.int_signed;
    return LayoutError::None;
  }
  const unsigned at_least = repr.c ? data_.c_enum_min_size : 1;
  out.is_signed = unsigned_fit > signed_fit;
  out.size = static_cast<uint8_t>(std::max(out.is_signed ? signed_fit : unsigned_fit, at_least));
  return LayoutError::None;
}

LayoutError Algorithm::tagged(const AdtShape& shape, EnumDraft& out) {
  out.first_draft = static_cast<uint32_t>(drafts_.size());
  const Repr& repr = shape.repr;
  i128 max = 0;
  i128 min = 0;
  discriminant_range(shape, max, min);
  Primitive least;
  if (const LayoutError error = discriminant_int(repr, max, min, least); error != LayoutError::None) return error;

  // A repr(C) enum is a struct of a tag and a union, so the union's alignment counts for what follows the tag.
  Prefix prefix{least.size, table_.align_of(least)};
  if (repr.c) {
    for (const LayoutId field : shape.fields) prefix.align = std::max(prefix.align, table_[field].align);
  }
  Layout& layout = out.layout;
  layout.align = layout.unadjusted_align = data_.aggregate_align;
  layout.max_repr_align = repr.align;
  layout.uninhabited = true;
  uint32_t start_align = 256;
  for (uint32_t v = 0; v < shape.variant_ends.size(); ++v) {
    const auto fields = shape.variant(v);
    Draft draft;
    const LayoutError error = univariant(fields, repr, StructKind::Prefixed, prefix, draft);
    if (error != LayoutError::None) return error;
    draft.layout.variant = v;
    for (size_t k = 0; k < fields.size(); ++k) {
      const Layout& field = table_[fields[places_[draft.first + k].nth_in_memory]];
      if (field.is_1zst()) continue;
      start_align = std::min(start_align, field.align);
      break;
    }
    layout.size = std::max(layout.size, draft.layout.size);
    layout.align = std::max(layout.align, draft.layout.align);
    layout.max_repr_align = std::max(layout.max_repr_align, draft.layout.max_repr_align);
    layout.unadjusted_align = std::max(layout.unadjusted_align, draft.layout.unadjusted_align);
    layout.uninhabited = layout.uninhabited && draft.layout.uninhabited;
    drafts_.push_back(draft);
  }
  layout.size = align_up(layout.size, layout.align);
  if (layout.size >= data_.object_size_bound()) return LayoutError::TooLarge;
  const unsigned declared = repr.has_int && repr.int_size != 0 ? repr.int_size : data_.pointer_size;
  if (declared < least.size) return LayoutError::ReprConflict;

  // The tag grows into the padding behind it if that is there in all variants.
  Primitive tag = least;
  if (!repr.plain_enum()) {
    for (const unsigned size : {1U, 2U, 4U, 8U, 16U}) {
      if (size == start_align && data_.int_align(size) == start_align && size > tag.size) {
        tag.size = static_cast<uint8_t>(size);
      }
    }
  }
  if (tag.size > least.size) {
    for (Draft& draft : std::span<Draft>(drafts_).subspan(out.first_draft)) {
      for (size_t i = 0; i < draft.layout.count; ++i) {
        uint64_t& offset = places_[draft.first + i].offset;
        if (offset <= least.size) offset = tag.size;
      }
      if (draft.layout.size <= least.size) draft.layout.size = tag.size;
    }
  }
  const u128 mask = max_of_bytes(tag.size);
  out.encoding.tag = {static_cast<u128>(min) & mask, static_cast<u128>(max) & mask, tag, false};
  layout.niche = table_.niche_of(out.encoding.tag, 0);
  choose_enum_abi(shape, out.encoding.tag, out);
  return LayoutError::None;
}

// An enum that is but its tag is a scalar; one that has besides the tag one primitive, the same and at the same place
// in all variants that have a field, is a pair.
void Algorithm::choose_enum_abi(const AdtShape& shape, const Scalar& tag, EnumDraft& draft) {
  Layout& layout = draft.layout;
  const std::span<Draft> variants = std::span<Draft>(drafts_).subspan(draft.first_draft);
  if (tag.primitive.size == layout.size) {
    layout.abi = AbiClass::Scalar;
    layout.first = tag;
  } else {
    Primitive common;
    uint64_t offset = 0;
    bool found = false;
    bool always_initialised = true;
    for (size_t v = 0; v < variants.size(); ++v) {
      const auto fields = shape.variant(v);
      size_t only = fields.size();
      size_t count = 0;
      for (size_t i = 0; i < fields.size(); ++i) {
        if (table_[fields[i]].is_zst()) continue;
        only = i;
        ++count;
      }
      if (count == 0) {
        always_initialised = false;
        continue;
      }
      const Layout& field = table_[fields[only]];
      if (count != 1 || field.abi != AbiClass::Scalar) return;
      const Primitive primitive = field.first.primitive;
      const uint64_t at = places_[variants[v].first + only].offset;
      always_initialised = always_initialised && !field.first.may_be_uninit;
      if (!found) {
        found = true;
        common = primitive;
        offset = at;
        continue;
      }
      if (at != offset) return;
      if (primitive == common) continue;
      const bool ints = primitive.kind == PrimitiveKind::Int && common.kind == PrimitiveKind::Int;
      if (ints && primitive.size == common.size) continue;
      // An integer beside a pointer is seen as a pointer: that way a pointer stays one.
      const bool mixed = (primitive.kind == PrimitiveKind::Pointer && common.kind == PrimitiveKind::Int) ||
                         (primitive.kind == PrimitiveKind::Int && common.kind == PrimitiveKind::Pointer);
      if (!mixed || primitive.size != common.size || table_.align_of(primitive) != table_.align_of(common)) return;
      if (primitive.kind == PrimitiveKind::Pointer) common = primitive;
    }
    if (!found) return;
    Scalar second{0, max_of_bytes(common.size), common, false};
    if (!always_initialised) second = without_range(second);
    const Pair pair = pair_of(tag, second);
    if (pair.second_offset != offset || layout.align != pair.align || layout.size != pair.size) return;
    make_pair(tag, second, layout);
  }
  // Seeing a value as one of its variants must not change how it is passed.
  for (Draft& variant : variants) {
    if (variant.layout.count == 0 || variant.layout.abi != AbiClass::Memory) continue;
    variant.layout.abi = layout.abi;
    variant.layout.first = layout.first;
    variant.layout.second = layout.second;
    variant.layout.size = std::max(variant.layout.size, layout.size);
    variant.layout.align = std::max(variant.layout.align, layout.align);
  }
}

// The smaller layout wins, then the one that leaves the larger niche, then the tag, which is simpler to read.
LayoutResult Algorithm::enumeration(const AdtShape& shape) {
  if (shape.repr.pack != 0) return LayoutError::ReprConflict;
  EnumDraft with_niche;
  const bool has_niche = niche_filled(shape, with_niche);
  EnumDraft with_tag;
  const LayoutError error = tagged(shape, with_tag);
  if (error != LayoutError::None) return error;
  const bool use_niche = has_niche && (with_tag.layout.size > with_niche.layout.size ||
                                       (with_tag.layout.size == with_niche.layout.size &&
                                        with_tag.layout.niche.available() < with_niche.layout.niche.available()));
  EnumDraft& best = use_niche ? with_niche : with_tag;
  variant_ids_.clear();
  for (size_t v = 0; v < shape.variant_ends.size(); ++v) variant_ids_.push_back(finish(drafts_[best.first_draft + v]));
  Layout& layout = best.layout;
  layout.variants = VariantsShape::Multiple;
  layout.encoding = table_.add_encoding(best.encoding);
  layout.first_variant = table_.add_variants(variant_ids_);
  layout.variant_count = static_cast<uint32_t>(variant_ids_.size());
  return table_.add(layout);
}

}  // namespace rp::layout
