// Layouts as text: one type in full, as users of pahole know it; a table of many; what differs between two targets.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "layout/type_view.h"

namespace rp {

enum class LayoutOrder : uint8_t { Source, Size, Padding };  // Size and Padding: the largest first

// Offsets and sizes stand behind each field, holes and the bounds of cache lines between them, figures at the end.
std::string render_layout_text(const layout::TypeView& type, bool color);
// A line for each type with a layout, in the order asked for; those without follow, with the reason.
std::string render_layout_table(std::span<const layout::TypeView> types, LayoutOrder order, bool color);
// Types whose size, alignment or offsets differ. Both lists hold the same types in the same order.
std::string render_layout_difference(std::span<const layout::TypeView> first, std::string_view first_target,
                                     std::span<const layout::TypeView> second, std::string_view second_target,
                                     bool color);

// "3 values free in bytes 8..16"; empty when there is no niche.
std::string niche_text(const layout::Niche& niche);
// Decimal, or hexadecimal when it is long.
std::string number_text(u128 number);
// "u8", "i64", "pointer", "f32".
std::string primitive_text(const layout::Primitive& primitive);
std::string_view abi_name(layout::AbiClass abi);       // "memory", "scalar", "scalar pair", "vector"
std::string_view shape_name(layout::TypeShape shape);  // "struct", "enum", …
// The indices of `types` in that order; those without a layout last.
std::vector<uint32_t> sorted_types(std::span<const layout::TypeView> types, LayoutOrder order);

}  // namespace rp
