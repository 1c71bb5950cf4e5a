// One type with names and figures: what reports, rules and the C interface read. Plain data, made from a layout and
// what lib/types says of the type; it outlives both.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "layout/layout.h"
#include "names/crate_defs.h"

namespace rp::layout {

enum class TypeShape : uint8_t { Scalar, Struct, Enum, Union, Tuple, Array, Pointer, Other };

struct FieldView {
  std::string name;  // "0" of a tuple; "data", "length" of a pointer; "[_]" for the elements of an array
  std::string type;
  TypeId type_id;  // of the TypeContext; invalid where it is none of the source (the length of a slice)
  LayoutId layout;
  uint64_t offset = 0;  // from the start of the whole type
  uint64_t size = 0;
  uint32_t align = 1;
  uint32_t nested = UINT32_MAX;  // in TypeViews::views, what the field's type looks like
  uint64_t padding_before = 0;   // bytes that no field covers, back to the one before in memory or to the tag
};

struct VariantView {
  std::string name;
  std::optional<i128> discriminant;  // of an enum
  // No value of it exists: it takes no value of the tag, and its fields may have no place.
  bool absent = false;
  // How the tag (or the niche) says that it is this variant; nothing for the one that is every other value.
  std::optional<u128> tag_value;
  std::vector<FieldView> fields;  // in the order of the source
  std::vector<uint32_t> order;    // of fields in memory
  uint64_t end = 0;               // of the last field, or of the tag
  uint64_t padding = 0;           // bytes that neither its fields nor the tag use
};

struct TypeView {
  TypeId type_id;
  LayoutAnswer answer;  // whether there is a layout; the rest is empty without one
  std::string name;     // as rustc writes it: "Option<&str>"
  std::string reason;   // why there is none
  DefRef def;           // of a struct, enum or union
  TypeShape shape = TypeShape::Other;
  std::string repr;  // "C, packed(2)"; empty for the default
  uint64_t size = 0;
  uint32_t align = 1;
  AbiClass abi = AbiClass::Memory;
  bool sized = true;
  bool uninhabited = false;
  Niche niche;                          // the largest
  std::optional<TagEncoding> encoding;  // of an enum of several variants
  uint64_t elements = 0;                // of an array
  std::vector<VariantView> variants;    // one for what is no enum
  uint64_t padding = 0;                 // bytes that no field of any variant and no tag uses
};

// A type and the types of its fields, those of theirs, and so on; each type once. views[0] is the type itself.
struct TypeViews {
  std::vector<TypeView> views;
  bool complete = true;  // false: there were more than `limit`
};

// What fields and tags leave uncovered of `size` bytes; `spans` are offset and size.
uint64_t uncovered(std::vector<std::pair<uint64_t, uint64_t>> spans, uint64_t size);

}  // namespace rp::layout
