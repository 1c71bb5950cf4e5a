// Layouts as JSON. One object; UTF-8; the same types give the same bytes.
//
//   schema_version  1. Members may be added without a new number; none is taken away or changes its meaning.
//   target          "x86_64-unknown-linux-gnu"
//   types           [{"name", "kind": "struct" | "enum" | "union" | "tuple" | "array" | "pointer" | "scalar" | "type",
//                   "repr": "C, packed(2)" or "", "known": bool, …}]
//     known false   "reason": why there is no layout
//     known true    "size", "align", "sized": bool, "abi": "memory" | "scalar" | "scalar pair" | "vector",
//                   "uninhabited": bool, "padding": bytes that no field uses,
//                   "niche": null or {"offset", "size", "available", "first", "last"}: values that are free, from first
//                   to last, around the end of the number when last is smaller,
//                   "tag": null or {"kind": "direct" | "niche", "type", "offset", "size", "untagged_variant": null or
//                   the index of the variant that is every value that no other one has},
//                   "variants": [{"name", "discriminant": null or a number, "absent": bool, "tag_value": null or a
//                   number, "padding", "memory_order": [index], "fields": [{"name", "type", "offset", "size", "align",
//                   "padding_before"}]}]
//
// Numbers that may need more than 53 bits (available, first, last, discriminant, tag_value) are decimal strings.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "layout/type_view.h"

namespace rp {

std::string render_layout_json(std::span<const layout::TypeView> types, std::string_view target);

}  // namespace rp
