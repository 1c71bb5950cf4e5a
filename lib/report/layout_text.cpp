#include "report/layout_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

#include "report/char_width.h"
#include "report/style.h"

namespace rp {
namespace {

using layout::AbiClass;
using layout::FieldView;
using layout::Niche;
using layout::Primitive;
using layout::PrimitiveKind;
using layout::TypeShape;
using layout::TypeView;
using layout::VariantView;

constexpr uint64_t kCacheLine = 64;
constexpr size_t kMinColumn = 28;  // in which offsets begin
constexpr size_t kMaxColumn = 72;

// One type, field after field in the order of memory.
class TypeWriter {
 public:
  TypeWriter(const TypeView& type, Styled& out) : type_(type), out_(out) {}

  void write() {
    choose_column();
    const std::string keyword(shape_name(type_.shape));
    if (!type_.repr.empty()) line(0, "#[repr(" + type_.repr + ")]", "");
    if (!type_.answer) {
      line(0, keyword + " " + visible(type_.name), "");
      note(1, "no layout: " + type_.reason);
      return;
    }
    const bool braces = !type_.variants.empty() && type_.shape != TypeShape::Scalar;
    out_.put(Color::Bold, keyword + " " + visible(type_.name));
    out_.put(braces ? " {" : ";");
    out_.put("\n");
    if (type_.shape == TypeShape::Enum) {
      write_enum();
    } else if (!type_.variants.empty()) {
      write_fields(type_.variants[0], 1);
    }
    write_figures();
    if (braces) out_.put("}\n");
  }

 private:
  void choose_column() {
    for (const VariantView& variant : type_.variants) {
      const size_t indent = type_.shape == TypeShape::Enum ? 8 : 4;
      for (const FieldView& field : variant.fields) {
        column_ = std::max(column_, indent + text_width(field.name) + text_width(field.type) + 4);
      }
    }
    column_ = std::min(column_, kMaxColumn);
  }

  void line(size_t depth, const std::string& text, const std::string& comment) {
    out_.spaces(4 * depth);
    out_.put(text);
    if (!comment.empty()) {
      const size_t width = 4 * depth + text_width(text);
      out_.spaces(width < column_ ? column_ - width : 1);
      out_.put(Color::Gutter, "/* " + comment + " */");
    }
    out_.put("\n");
  }
  void note(size_t depth, const std::string& text, Color color = Color::Gutter) {
    out_.spaces(4 * depth);
    out_.put(color, "/* " + text + " */");
    out_.put("\n");
  }

  // Marks the bounds of cache lines up to an offset.
  void boundary(size_t depth, uint64_t offset, uint64_t* next) {
    if (offset < *next) return;
    const uint64_t at = offset / kCacheLine * kCacheLine;
    const uint64_t ago = offset - at;
    note(depth,
         ago == 0 ? fmt::format("--- cacheline {} boundary ({} bytes) ---", at / kCacheLine, at)
                  : fmt::format("--- cacheline {} boundary ({} bytes) was {} bytes ago ---", at / kCacheLine, at, ago));
    *next = at + kCacheLine;
  }

  void write_fields(const VariantView& variant, size_t depth) {
    uint64_t next_line = kCacheLine;
    std::vector<uint32_t> order = variant.order;
    if (order.size() != variant.fields.size()) {
      order.resize(variant.fields.size());
      std::iota(order.begin(), order.end(), 0U);
    }
    for (const uint32_t index : order) {
      const FieldView& field = variant.fields[index];
      if (field.padding_before != 0) {
        out_.put("\n");
        note(depth, fmt::format("XXX {} byte{} hole", field.padding_before, field.padding_before == 1 ? "" : "s"),
             Color::Warning);
        out_.put("\n");
      }
      boundary(depth, field.offset, &next_line);
      std::string comment = fmt::format("{:>5} {:>5}", field.offset, field.size);
      // What starts in one line and ends in another although it would fit into one.
      if (field.size != 0 && field.size <= kCacheLine &&
          field.offset / kCacheLine != (field.offset + field.size - 1) / kCacheLine) {
        comment += "  straddles two cachelines";
      }
      line(depth, visible(field.name) + ": " + visible(field.type) + ",", comment);
    }
  }

  void write_enum() {
    if (type_.encoding) {
      const auto& encoding = *type_.encoding;
      const uint64_t end = encoding.tag_offset + encoding.tag.primitive.size;
      note(1, encoding.niche
                  ? fmt::format("tag: a niche of {} in bytes {}..{}",
                                visible(type_.variants[encoding.untagged_variant].name), encoding.tag_offset, end)
                  : fmt::format("tag: {} in bytes {}..{}", primitive_text(encoding.tag.primitive), encoding.tag_offset,
                                end));
    }
    for (const VariantView& variant : type_.variants) {
      std::string comment;
      if (variant.absent) {
        comment = "cannot exist";
      } else if (variant.tag_value) {
        comment = "tag " + number_text(*variant.tag_value);
      } else if (type_.encoding) {
        comment = "any other tag";
      }
      if (variant.fields.empty()) {
        line(1, visible(variant.name) + ",", comment);
        continue;
      }
      line(1, visible(variant.name) + " {", comment);
      write_fields(variant, 2);
      if (const uint64_t rest = type_.size > variant.end ? type_.size - variant.end : 0; rest != 0) {
        note(2, fmt::format("{} byte{} unused at the end", rest, rest == 1 ? "" : "s"));
      }
      line(1, "},", "");
    }
  }

  void write_figures() {
    out_.put("\n");
    if (!type_.sized) {
      note(1, fmt::format("size: {} and what the last field has, align: {}", type_.size, type_.align));
      return;
    }
    const uint64_t lines = (type_.size + kCacheLine - 1) / kCacheLine;
    size_t members = 0;
    for (const VariantView& variant : type_.variants) members += variant.fields.size();
    std::string first = fmt::format("size: {}, align: {}, cachelines: {}", type_.size, type_.align, lines);
    if (type_.shape == TypeShape::Enum) {
      first += fmt::format(", variants: {}", type_.variants.size());
    } else if (type_.elements != 0) {
      first += fmt::format(", elements: {}", type_.elements);
    } else if (members != 0) {
      first += fmt::format(", members: {}", members);
    }
    note(1, first);
    write_sums();
    if (const std::string niche = niche_text(type_.niche); !niche.empty()) note(1, "niche: " + niche);
    if (type_.uninhabited) note(1, "no value of this type exists");
    note(1, "passed as: " + std::string(abi_name(type_.abi)));
    if (lines > 1 && type_.size % kCacheLine != 0) {
      note(1, fmt::format("last cacheline: {} bytes", type_.size % kCacheLine));
    }
  }

  void write_sums() {
    if (type_.shape == TypeShape::Enum) {
      if (type_.padding != 0) note(1, fmt::format("bytes that no variant uses: {}", type_.padding), Color::Warning);
      return;
    }
    if (type_.padding == 0 || type_.variants.empty()) return;
    uint64_t holes = 0;
    uint64_t hole_bytes = 0;
    uint64_t members = 0;
    for (const FieldView& field : type_.variants[0].fields) {
      holes += field.padding_before != 0;
      hole_bytes += field.padding_before;
      members += field.size;
    }
    std::string text = fmt::format("sum members: {}, holes: {}, sum holes: {}", members, holes, hole_bytes);
    if (type_.padding > hole_bytes) text += fmt::format(", padding: {}", type_.padding - hole_bytes);
    if (type_.shape == TypeShape::Union) text = fmt::format("padding: {}", type_.padding);
    note(1, text);
  }

  const TypeView& type_;
  Styled& out_;
  size_t column_ = kMinColumn;
};

std::string niche_count(const Niche& niche) {
  if (!niche.exists) return "-";
  const u128 count = niche.available();
  if (count < 1000000) return to_decimal(count);
  unsigned bits = 0;
  for (u128 rest = count; rest > 1; rest >>= 1) ++bits;
  return "~2^" + std::to_string(bits + (count >> bits << bits != count && (count >> (bits - 1) & 1) ? 1U : 0U));
}

}  // namespace

std::string number_text(u128 value) {
  if (value < 1000000) return to_decimal(value);
  std::string digits;
  for (u128 rest = value; rest != 0; rest >>= 4) digits.push_back("0123456789abcdef"[static_cast<unsigned>(rest & 15)]);
  std::reverse(digits.begin(), digits.end());
  return "0x" + digits;
}

std::string primitive_text(const Primitive& primitive) {
  switch (primitive.kind) {
    case PrimitiveKind::Int:
      return (primitive.is_signed ? "i" : "u") + std::to_string(8 * primitive.size);
    case PrimitiveKind::Float:
      return "f" + std::to_string(8 * primitive.size);
    case PrimitiveKind::Pointer:
      break;
  }
  return "pointer";
}

std::string_view abi_name(AbiClass abi) {
  switch (abi) {
    case AbiClass::Memory:
      return "memory";
    case AbiClass::Scalar:
      return "scalar";
    case AbiClass::ScalarPair:
      return "scalar pair";
    case AbiClass::Vector:
      return "vector";
  }
  return "";
}

std::string_view shape_name(TypeShape shape) {
  switch (shape) {
    case TypeShape::Struct:
      return "struct";
    case TypeShape::Enum:
      return "enum";
    case TypeShape::Union:
      return "union";
    case TypeShape::Tuple:
      return "tuple";
    case TypeShape::Array:
      return "array";
    case TypeShape::Pointer:
      return "pointer";
    case TypeShape::Scalar:
      return "scalar";
    case TypeShape::Other:
      break;
  }
  return "type";
}

std::string niche_text(const Niche& niche) {
  if (!niche.exists) return {};
  const u128 count = niche.available();
  const u128 max = niche.scalar.max();
  const u128 first = (niche.scalar.end + 1) & max;
  const u128 last = (niche.scalar.start - 1) & max;
  std::string values = number_text(first);
  if (first < last) values += "..=" + number_text(last);
  if (first > last) values = number_text(first) + "..=" + number_text(max) + ", 0..=" + number_text(last);
  const uint64_t end = niche.offset + niche.scalar.primitive.size;
  return fmt::format("{} {} free ({}) in bytes {}..{}", number_text(count), count == 1 ? "value" : "values", values,
                     niche.offset, end);
}

std::string render_layout_text(const TypeView& type, bool color) {
  std::string text;
  Styled out(&text, color);
  TypeWriter(type, out).write();
  return text;
}

std::vector<uint32_t> sorted_types(std::span<const TypeView> types, LayoutOrder order) {
  std::vector<uint32_t> indices(types.size());
  std::iota(indices.begin(), indices.end(), 0U);
  std::stable_sort(indices.begin(), indices.end(), [&](uint32_t a, uint32_t b) {
    const TypeView& x = types[a];
    const TypeView& y = types[b];
    const bool x_known = static_cast<bool>(x.answer);
    const bool y_known = static_cast<bool>(y.answer);
    if (x_known != y_known) return x_known;
    if (order == LayoutOrder::Size && x.size != y.size) return x.size > y.size;
    if (order == LayoutOrder::Padding && x.padding != y.padding) return x.padding > y.padding;
    return false;
  });
  return indices;
}

std::string render_layout_table(std::span<const TypeView> types, LayoutOrder order, bool color) {
  std::string text;
  Styled out(&text, color);
  const std::vector<uint32_t> indices = sorted_types(types, order);
  size_t known = 0;
  out.put(Color::Bold, fmt::format("{:>8} {:>6} {:>8} {:>8}  {}\n", "SIZE", "ALIGN", "PADDING", "NICHES", "TYPE"));
  uint64_t padding = 0;
  for (const uint32_t index : indices) {
    const TypeView& type = types[index];
    if (!type.answer) continue;
    ++known;
    padding += type.padding;
    const std::string size = type.sized ? std::to_string(type.size) : std::to_string(type.size) + "+";
    out.put(fmt::format("{:>8} {:>6} ", size, type.align));
    out.put(type.padding != 0 ? Color::Warning : Color::Plain, fmt::format("{:>8} ", type.padding));
    out.put(fmt::format("{:>8}  {} {}\n", niche_count(type.niche), shape_name(type.shape), visible(type.name)));
  }
  out.put(fmt::format("\n{} type{}, {} byte{} of padding\n", known, known == 1 ? "" : "s", padding,
                      padding == 1 ? "" : "s"));
  if (known == types.size()) return text;
  out.put(fmt::format("\n{} without a layout:\n", types.size() - known));
  for (const uint32_t index : indices) {
    const TypeView& type = types[index];
    if (type.answer) continue;
    out.put(fmt::format("  {} {}: {}\n", shape_name(type.shape), visible(type.name), visible(type.reason)));
  }
  return text;
}

std::string render_layout_difference(std::span<const TypeView> first, std::string_view first_target,
                                     std::span<const TypeView> second, std::string_view second_target, bool color) {
  std::string text;
  Styled out(&text, color);
  const size_t count = std::min(first.size(), second.size());
  size_t differ = 0;
  size_t compared = 0;
  out.put(Color::Bold, fmt::format("A: {}\nB: {}\n\n", first_target, second_target));
  out.put(Color::Bold, fmt::format("{:>9} {:>9} {:>8} {:>8}  {}\n", "SIZE A", "SIZE B", "ALIGN A", "ALIGN B", "TYPE"));
  for (size_t i = 0; i < count; ++i) {
    const TypeView& a = first[i];
    const TypeView& b = second[i];
    if (!a.answer || !b.answer) continue;
    ++compared;
    bool same = a.size == b.size && a.align == b.align && a.variants.size() == b.variants.size();
    for (size_t v = 0; same && v < a.variants.size(); ++v) {
      same = std::equal(a.variants[v].fields.begin(), a.variants[v].fields.end(), b.variants[v].fields.begin(),
                        b.variants[v].fields.end(), [](const FieldView& x, const FieldView& y) {
                          return x.offset == y.offset && x.size == y.size;
                        });
    }
    if (same) continue;
    ++differ;
    out.put(fmt::format("{:>9} {:>9} {:>8} {:>8}  {} {}\n", a.size, b.size, a.align, b.align, shape_name(a.shape),
                        visible(a.name)));
    if (count > 1) continue;
    out.put("\n");
    for (size_t v = 0; v < std::min(a.variants.size(), b.variants.size()); ++v) {
      for (size_t f = 0; f < std::min(a.variants[v].fields.size(), b.variants[v].fields.size()); ++f) {
        const FieldView& x = a.variants[v].fields[f];
        const FieldView& y = b.variants[v].fields[f];
        const std::string prefix = a.variants[v].name.empty() || a.shape != TypeShape::Enum
                                       ? std::string()
                                       : visible(a.variants[v].name) + ".";
        out.put(fmt::format("  A {:>5} {:>5}  B {:>5} {:>5}  {}{}: {}\n", x.offset, x.size, y.offset, y.size, prefix,
                            visible(x.name), visible(x.type)));
      }
    }
  }
  out.put(fmt::format("\n{} of {} types differ\n", differ, compared));
  return text;
}

}  // namespace rp
