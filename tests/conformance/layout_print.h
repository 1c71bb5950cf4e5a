// All that is known of a layout in one line, for comparisons with rustc: layout_random.py writes the same of what rustc
// prints.
#pragma once

#include <string>

#include "layout/layout.h"

namespace rp::layout {

inline std::string print(const Primitive& p) {
  switch (p.kind) {
    case PrimitiveKind::Int:
      return (p.is_signed ? "i" : "u") + std::to_string(8 * p.size);
    case PrimitiveKind::Float:
      return "f" + std::to_string(8 * p.size);
    case PrimitiveKind::Pointer:
      break;
  }
  return "p" + std::to_string(p.address_space);
}

inline std::string print(const Scalar& s) {
  return s.may_be_uninit ? print(s.primitive) + "?"
                         : print(s.primitive) + "[" + to_decimal(s.start) + "," + to_decimal(s.end) + "]";
}

inline std::string print(const LayoutTable& table, const Layout& l) {
  std::string out = "size " + std::to_string(l.size) + " align " + std::to_string(l.align) + " unadjusted " +
                    std::to_string(l.unadjusted_align) + " repr " + std::to_string(l.max_repr_align);
  switch (l.abi) {
    case AbiClass::Memory:
      out += l.sized ? " memory" : " unsized";
      break;
    case AbiClass::Scalar:
      out += " scalar " + print(l.first);
      break;
    case AbiClass::ScalarPair:
      out += " pair " + print(l.first) + " " + print(l.second);
      break;
    case AbiClass::Vector:
      out += " vector " + print(l.first);
      break;
  }
  if (l.uninhabited) out += " uninhabited";
  if (l.niche.exists) out += " niche " + std::to_string(l.niche.offset) + ":" + print(l.niche.scalar);
  switch (l.fields) {
    case FieldsShape::Primitive:
      break;
    case FieldsShape::Array:
      out += " array " + std::to_string(l.count) + "*" + std::to_string(table[table.fields(l)[0].layout].size);
      break;
    case FieldsShape::Union:
      out += " union " + std::to_string(l.count);
      break;
    case FieldsShape::Struct:
      if (l.variants == VariantsShape::Multiple) break;
      out += " fields";
      for (const Field& field : table.fields(l)) out += " " + std::to_string(field.offset);
      out += " order";
      for (const Field& field : table.fields(l)) out += " " + std::to_string(field.nth_in_memory);
  }
  if (l.variants == VariantsShape::Empty) out += " empty";
  if (l.variants == VariantsShape::Single && l.variant != 0) out += " variant " + std::to_string(l.variant);
  if (l.variants != VariantsShape::Multiple) return out;
  const TagEncoding& e = table.encoding(l);
  out += " tag " + std::to_string(e.tag_offset) + ":" + print(e.tag);
  if (e.niche) {
    out += " untagged " + std::to_string(e.untagged_variant) + " niches " + std::to_string(e.first_niche_variant) +
           "-" + std::to_string(e.last_niche_variant) + " from " + to_decimal(e.niche_start);
  }
  for (const LayoutId variant : table.variants(l)) out += " {" + print(table, table[variant]) + "}";
  return out;
}

}  // namespace rp::layout
