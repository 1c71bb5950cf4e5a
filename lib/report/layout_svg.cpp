#include "report/layout_svg.h"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <vector>

#include "report/char_width.h"
#include "report/layout_text.h"
#include "report/style.h"

namespace rp {
namespace {

using layout::FieldView;
using layout::TypeShape;
using layout::TypeView;
using layout::TypeViews;
using layout::VariantView;

constexpr uint64_t kCacheLine = 64;
constexpr double kLeft = 76;   // where byte 0 of a row is
constexpr double kRight = 16;  // free behind the last byte
constexpr double kRowHeight = 44;
constexpr double kRowGap = 10;
constexpr double kStrip = 13;  // the bar of an opened field, by which it is closed
constexpr double kCharWidth = 6.7;
constexpr uint32_t kMaxDepth = 3;       // of opened fields in each other
constexpr size_t kMaxElements = 20000;  // rectangles in one picture
constexpr uint32_t kMaxVariants = 200;  // drawn
constexpr uint64_t kMaxPlainRows = 3;   // rows in the middle of one field that are drawn
constexpr uint32_t kColors = 8;

constexpr std::string_view kStyle = R"(<style>
.rp{font:11px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;--ink:#1f2328;--dim:#59636e;--line:#8b949e;--paper:#fff;--hole:#f3f4f6;--hatch:#b8bfc8;--tag:#e9d7fd;--niche:#b3261e}
@media (prefers-color-scheme:dark){.rp{--ink:#e6edf3;--dim:#9198a1;--line:#656c76;--paper:#0d1117;--hole:#161b22;--hatch:#4b535d;--tag:#4b2e83;--niche:#ff7b72}.rp .c{filter:brightness(.42) saturate(1.5)}}
.rp .paper{fill:var(--paper)}.rp text{fill:var(--ink)}.rp .dim{fill:var(--dim)}.rp .name{font-size:14px;font-weight:600}.rp .bold{font-weight:600}
.rp .c,.rp .tag{stroke:var(--line);stroke-width:1}.rp .tag{fill:var(--tag)}.rp .hole{fill:url(#rp-hatch);stroke:var(--line);stroke-width:.5}
.rp .edge{stroke:var(--line);stroke-width:1;stroke-dasharray:3 3;fill:none}.rp .tick{stroke:var(--line);stroke-width:1}.rp .niche{fill:var(--niche)}.rp .mark{fill:var(--dim)}
.rp .open{cursor:pointer}.rp .bar{fill:var(--dim)}.rp text.on{fill:var(--paper);font-size:10px}
.rp .c0{fill:#cfe8ff}.rp .c1{fill:#d3f5d6}.rp .c2{fill:#ffe5c2}.rp .c3{fill:#ffd9e2}.rp .c4{fill:#d9f2f2}.rp .c5{fill:#f5efb8}.rp .c6{fill:#e2e0ff}.rp .c7{fill:#e8ded2}
</style>)";

std::string escape(std::string_view text) {
  std::string out;
  for (const char c : visible(text)) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

// As much of a text as has room, with an ellipsis where something is missing; empty when not even that helps.
std::string fit(const std::string& text, double width) {
  const auto room = static_cast<size_t>(std::max(0.0, (width - 6) / kCharWidth));
  if (text_width(text) <= room) return text;
  if (room < 3) return {};
  std::string out;
  size_t columns = 0;
  for (size_t at = 0; at < text.size();) {
    size_t length = 0;
    const char32_t c = decode_utf8(std::string_view(text).substr(at), &length);
    columns += char_width(c);
    if (columns > room - 1) break;
    out.append(text, at, length);
    at += length;
  }
  return out + "…";
}

std::string byte_count(uint64_t count) { return fmt::format("{} byte{}", count, count == 1 ? "" : "s"); }

class Picture {
 public:
  explicit Picture(const TypeViews& types) : types_(types), type_(types.views[0]) {
    columns_ = type_.size > 32 ? kCacheLine : std::max<uint64_t>(8, (type_.size + 7) / 8 * 8);
    byte_width_ = columns_ == kCacheLine ? 15 : columns_ >= 32 ? 29 : columns_ >= 24 ? 38 : columns_ >= 16 ? 56 : 96;
    uint32_t hash = 2166136261U;
    for (const char c : type_.name) hash = (hash ^ static_cast<unsigned char>(c)) * 16777619U;
    prefix_ = fmt::format("rp{:08x}", hash);
  }

  std::string draw() {
    head();
    if (type_.answer && type_.size != 0) {
      ruler();
      uint32_t drawn = 0;
      for (const VariantView& variant : type_.variants) {
        if (type_.shape == TypeShape::Enum && drawn++ == kMaxVariants) {
          text(kLeft, y_ + 12, "dim", fmt::format("and {} more variants", type_.variants.size() - kMaxVariants));
          y_ += 24;
          break;
        }
        draw_variant(variant);
      }
      if (type_.variants.empty()) draw_plain();
      legend();
    }
    const double width = kLeft + static_cast<double>(columns_) * byte_width_ + kRight;
    std::string out = fmt::format(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"rp\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} {1}\" "
        "role=\"img\">\n<title>{2}</title>\n",
        width, y_ + 8, escape("Layout of " + type_.name));
    out += kStyle;
    out +=
        "\n<defs><pattern id=\"rp-hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
        "patternTransform=\"rotate(45)\"><rect width=\"6\" height=\"6\" style=\"fill:var(--hole)\"/><path d=\"M0 0V6\" "
        "style=\"stroke:var(--hatch);stroke-width:2\"/></pattern></defs>\n";
    out += fmt::format("<rect class=\"paper\" width=\"{}\" height=\"{}\"/>\n", width, y_ + 8);
    return out + body_ + "</svg>\n";
  }

 private:
  // The part of a field that lies in one row.
  struct Segment {
    size_t row;     // in Band::top
    uint64_t from;  // columns
    uint64_t to;
  };
  // Where the rows of what is being drawn stand.
  struct Band {
    std::vector<double> top;  // of each row of row_numbers_
  };

  void text(double x, double y, std::string_view kind, std::string_view content) {
    body_ += fmt::format("<text x=\"{:.1f}\" y=\"{:.1f}\"{}>{}</text>\n", x, y,
                         kind.empty() ? std::string() : fmt::format(" class=\"{}\"", kind), escape(content));
  }
  [[nodiscard]] double x_of(uint64_t column) const { return kLeft + static_cast<double>(column) * byte_width_; }
  void rect(std::string_view kind, double x, double y, double width, double height) {
    ++elements_;
    body_ += fmt::format("<rect class=\"{}\" x=\"{:.1f}\" y=\"{:.1f}\" width=\"{:.1f}\" height=\"{:.1f}\"/>", kind, x,
                         y, width, height);
  }
  void title(std::string_view content) { body_ += fmt::format("<title>{}</title>", escape(content)); }

  void head() {
    const std::string name = std::string(shape_name(type_.shape)) + " " + type_.name;
    text(12, 24, "name", fit(name, kLeft + static_cast<double>(columns_) * byte_width_ * 0.78));
    y_ = 42;
    if (!type_.answer) {
      text(12, y_, "dim", "no layout: " + type_.reason);
      y_ += 12;
      return;
    }
    std::string figures = byte_count(type_.size) + (type_.sized ? "" : " and what the last field has");
    figures += fmt::format(", aligned to {}", type_.align);
    if (type_.padding != 0) figures += ", " + byte_count(type_.padding) + " of padding";
    if (!type_.repr.empty()) figures += ", repr(" + type_.repr + ")";
    text(12, y_, "dim", figures);
    if (const std::string niche = niche_text(type_.niche); !niche.empty()) {
      y_ += 16;
      text(12, y_, "dim", "niche: " + niche);
    }
    y_ += 14;
  }

  void ruler() {
    y_ += 10;
    const uint64_t step = byte_width_ >= 28 ? 1 : 8;
    for (uint64_t column = 0; column <= columns_; column += step) {
      body_ += fmt::format("<path class=\"tick\" d=\"M{0:.1f} {1:.1f}V{2:.1f}\"/>", x_of(column), y_ + 3, y_ + 8);
      if (column < columns_) text(x_of(column) + 2, y_ + 1, "dim", std::to_string(column));
    }
    y_ += 14;
  }

  // Of the rows that are drawn.
  [[nodiscard]] std::vector<Segment> segments(uint64_t offset, uint64_t size) const {
    std::vector<Segment> out;
    const auto first = std::lower_bound(row_numbers_.begin(), row_numbers_.end(), offset / columns_);
    for (auto at = first; at != row_numbers_.end() && *at * columns_ < offset + size; ++at) {
      const uint64_t start = *at * columns_;
      out.push_back({static_cast<size_t>(at - row_numbers_.begin()), std::max(offset, start) - start,
                     std::min(offset + size, start + columns_) - start});
    }
    return out;
  }

  // Gives each row its place. Rows that lie in the middle of one large field are folded to one line of text.
  Band place_rows(const VariantView& variant, uint64_t size) {
    Band band;
    const uint64_t rows = (size + columns_ - 1) / columns_;
    std::vector<std::pair<uint64_t, uint64_t>> folded;  // first and end
    for (const FieldView& field : variant.fields) {
      const uint64_t first = (field.offset + columns_ - 1) / columns_ + 1;
      const uint64_t end = (field.offset + field.size) / columns_;
      if (end > first + kMaxPlainRows && type_.shape != TypeShape::Union) folded.emplace_back(first, end - 1);
    }
    std::sort(folded.begin(), folded.end());
    size_t next = 0;
    for (uint64_t row = 0; row < rows; ++row) {
      if (next < folded.size() && row == folded[next].first) {
        const uint64_t count = folded[next].second - row;
        text(kLeft + 4, y_ + 12, "dim", fmt::format("⋮ {} more rows of {} bytes", count, columns_));
        y_ += 22;
        row = folded[next++].second - 1;
        continue;
      }
      band.top.push_back(y_);
      row_numbers_.push_back(row);
      y_ += kRowHeight + kRowGap;
      if (band.top.size() > kMaxElements / 8) {
        text(kLeft + 4, y_ + 12, "dim", fmt::format("⋮ {} more rows of {} bytes", rows - row - 1, columns_));
        y_ += 22;
        break;
      }
    }
    return band;
  }

  void draw_variant(const VariantView& variant) {
    if (elements_ > kMaxElements) return;
    if (type_.shape == TypeShape::Enum) {
      std::string label = variant.name;
      if (variant.absent) {
        label += " · cannot exist";
      } else if (variant.tag_value) {
        label += " · tag " + number_text(*variant.tag_value);
      } else if (type_.encoding) {
        label += " · any other tag";
      }
      text(kLeft, y_ + 12, "bold", label);
      y_ += 20;
      if (variant.absent && variant.fields.empty()) return;
    }
    row_numbers_.clear();
    const uint64_t size =
        type_.shape == TypeShape::Enum ? std::min(type_.size, std::max<uint64_t>(variant.end, 1)) : type_.size;
    // A variant without much in it needs no rows that are but unused.
    const uint64_t shown = std::min(type_.size, (size + columns_ - 1) / columns_ * columns_);
    const Band band = place_rows(variant, shown);
    background(band, shown);
    if (type_.shape == TypeShape::Union) {
      draw_union(variant, band);
    } else {
      draw_tag(variant, band);
      draw_fields(type_, variant, 0, 0, 0, band);
    }
    draw_niche(band);
    y_ += 4;
  }

  void draw_plain() {
    VariantView whole;
    FieldView field;
    field.name = type_.name;
    field.size = type_.size;
    whole.fields.push_back(field);
    whole.order = {0};
    draw_variant(whole);
  }

  // Everything is padding until a field covers it.
  void background(const Band& band, uint64_t size) {
    for (size_t i = 0; i < band.top.size(); ++i) {
      const uint64_t start = row_numbers_[i] * columns_;
      if (start >= size) break;
      const uint64_t end = std::min(columns_, size - start);
      body_ += "<g>";
      rect("hole", x_of(0), band.top[i], static_cast<double>(end) * byte_width_, kRowHeight);
      title("padding");
      body_ += "</g>\n";
      if (end < columns_) {
        body_ += fmt::format("<path class=\"edge\" d=\"M{:.1f} {:.1f}H{:.1f}V{:.1f}H{:.1f}\"/>\n", x_of(end),
                             band.top[i], x_of(columns_), band.top[i] + kRowHeight, x_of(end));
      }
      text(12, band.top[i] + 18, "dim", std::to_string(start));
      if (start % kCacheLine == 0 && type_.size > kCacheLine) {
        text(12, band.top[i] + 33, "dim", fmt::format("line {}", start / kCacheLine));
        body_ +=
            fmt::format("<path class=\"mark\" d=\"M{0:.1f} {1:.1f}h3v{2}h-3z\"><title>cache line {3}</title></path>\n",
                        kLeft - 7, band.top[i], kRowHeight, start / kCacheLine);
      }
    }
  }

  // A tag of its own, or the niche where a variant that does not use its field keeps its number.
  void draw_tag(const VariantView& variant, const Band& band) {
    if (!type_.encoding || (type_.encoding->niche && !variant.tag_value)) return;
    const auto& encoding = *type_.encoding;
    for (const Segment& segment : segments(encoding.tag_offset, encoding.tag.primitive.size)) {
      const double width = static_cast<double>(segment.to - segment.from) * byte_width_;
      body_ += "<g>";
      rect("tag", x_of(segment.from), band.top[segment.row], width, kRowHeight);
      title("the tag: " + primitive_text(encoding.tag.primitive));
      body_ += "</g>\n";
      text(x_of(segment.from) + 4, band.top[segment.row] + 18, "", fit("tag", width));
    }
  }

  // Marks along the lower edge: where the largest niche is, and where an enum keeps its variant in one.
  void draw_niche(const Band& band) {
    const auto mark = [&](uint64_t offset, uint64_t size, const std::string& what) {
      for (const Segment& segment : segments(offset, size)) {
        body_ += "<g>";
        rect("niche", x_of(segment.from) + 1, band.top[segment.row] + kRowHeight - 4,
             static_cast<double>(segment.to - segment.from) * byte_width_ - 2, 4);
        title(what);
        body_ += "</g>\n";
      }
    };
    if (type_.encoding && type_.encoding->niche) {
      const auto& encoding = *type_.encoding;
      mark(encoding.tag_offset, encoding.tag.primitive.size, "values that are invalid here tell the variants apart");
    } else if (type_.niche.exists) {
      mark(type_.niche.offset, type_.niche.scalar.primitive.size, "niche: " + niche_text(type_.niche));
    }
  }

  void draw_fields(const TypeView& of, const VariantView& variant, uint64_t base, uint32_t depth, double inset,
                   const Band& band) {
    for (size_t i = 0; i < variant.fields.size(); ++i) {
      const uint32_t index =
          variant.order.size() == variant.fields.size() ? variant.order[i] : static_cast<uint32_t>(i);
      if (index < variant.fields.size() && elements_ < kMaxElements) {
        draw_field(of, variant.fields[index], index, base, depth, inset, band);
      }
    }
  }

  void draw_field(const TypeView& of, const FieldView& field, uint32_t color, uint64_t base, uint32_t depth,
                  double inset, const Band& band) {
    if (field.size == 0) return;
    const bool opens = field.nested < types_.views.size() && depth < kMaxDepth && of.shape != TypeShape::Array;
    const uint32_t id = next_id_++;
    const std::string label = field.name + ": " + field.type;
    const std::string figures = fmt::format("{}, {} at offset {}, aligned to {}", label, byte_count(field.size),
                                            base + field.offset, field.align);
    const double top = inset;
    const double height = kRowHeight - inset;
    body_ += opens ? fmt::format("<g id=\"{}-{}\" class=\"open\">", prefix_, id) : std::string("<g>");
    title(opens ? figures + " (click to open)" : figures);
    for (const Segment& segment : segments(base + field.offset, field.size)) {
      const double x = x_of(segment.from);
      const double y = band.top[segment.row] + top;
      const double width = static_cast<double>(segment.to - segment.from) * byte_width_;
      rect(fmt::format("c c{}", (color + 3 * depth) % kColors), x, y, width, height);
      if (height >= 34) {
        text(x + 4, y + 16, opens ? "bold" : "", fit(field.name, width));
        text(x + 4, y + 31, "dim", fit(field.type, width));
      } else if (height >= 12) {
        text(x + 4, y + height / 2 + 4, opens ? "bold" : "", fit(label, width));
      }
    }
    body_ += "</g>\n";
    if (opens) draw_inside(types_.views[field.nested], field, id, base + field.offset, depth, inset, band);
  }

  // What a click on a field shows: the fields of its type in the same place. Of an enum, its largest variant.
  void draw_inside(const TypeView& inner, const FieldView& field, uint32_t id, uint64_t base, uint32_t depth,
                   double inset, const Band& band) {
    const VariantView* variant = nullptr;
    for (const VariantView& candidate : inner.variants) {
      if (!candidate.fields.empty() && (variant == nullptr || candidate.end > variant->end)) variant = &candidate;
    }
    if (variant == nullptr || inner.shape == TypeShape::Array) return;
    std::string label = field.name + ": " + inner.name;
    if (inner.variants.size() > 1)
      label += fmt::format("::{}, the largest of {}", variant->name, inner.variants.size());
    body_ += fmt::format(
        "<g display=\"none\"><set attributeName=\"display\" to=\"inline\" begin=\"{0}-{1}.click\"/><set "
        "attributeName=\"display\" to=\"none\" begin=\"{0}-{1}c.click\"/>\n",
        prefix_, id);
    for (const Segment& segment : segments(base, field.size)) {
      rect("hole", x_of(segment.from), band.top[segment.row] + inset,
           static_cast<double>(segment.to - segment.from) * byte_width_, kRowHeight - inset);
    }
    body_ += fmt::format("<g id=\"{}-{}c\" class=\"open\">", prefix_, id);
    title(label + " (click to close)");
    for (const Segment& segment : segments(base, field.size)) {
      const double width = static_cast<double>(segment.to - segment.from) * byte_width_;
      rect("bar", x_of(segment.from), band.top[segment.row] + inset, width, kStrip);
      text(x_of(segment.from) + 3, band.top[segment.row] + inset + 10, "on", fit("− " + label, width));
    }
    body_ += "</g>\n";
    if (inner.encoding && !inner.encoding->niche) {
      FieldView tag;
      tag.name = "tag";
      tag.type = primitive_text(inner.encoding->tag.primitive);
      tag.offset = inner.encoding->tag_offset;
      tag.size = inner.encoding->tag.primitive.size;
      draw_field(inner, tag, kColors - 2, base, depth + 1, inset + kStrip, band);
    }
    draw_fields(inner, *variant, base, depth + 1, inset + kStrip, band);
    body_ += "</g>\n";
  }

  // Fields of a union lie over each other: they share the height.
  void draw_union(const VariantView& variant, const Band& band) {
    const auto count = static_cast<double>(std::max<size_t>(1, variant.fields.size()));
    const double height = kRowHeight / count;
    for (size_t i = 0; i < variant.fields.size(); ++i) {
      const FieldView& field = variant.fields[i];
      for (const Segment& segment : segments(field.offset, field.size)) {
        const double width = static_cast<double>(segment.to - segment.from) * byte_width_;
        const double y = band.top[segment.row] + static_cast<double>(i) * height;
        body_ += "<g>";
        rect(fmt::format("c c{}", i % kColors), x_of(segment.from), y, width, height);
        title(fmt::format("{}: {}, {}", field.name, field.type, byte_count(field.size)));
        body_ += "</g>\n";
        if (height >= 12) {
          text(x_of(segment.from) + 4, y + height / 2 + 4, "", fit(field.name + ": " + field.type, width));
        }
      }
    }
  }

  void legend() {
    y_ += 6;
    double x = kLeft;
    const auto entry = [&](std::string_view kind, std::string_view what) {
      rect(kind, x, y_ + 2, 14, 10);
      text(x + 20, y_ + 11, "dim", what);
      x += 20 + kCharWidth * static_cast<double>(what.size()) + 22;
    };
    if (type_.padding != 0 || type_.shape == TypeShape::Enum) entry("hole", "padding, unused");
    if (type_.encoding) entry("tag", "tag");
    if (type_.niche.exists || (type_.encoding && type_.encoding->niche)) entry("niche", "niche");
    if (types_.views.size() > 1) text(x, y_ + 11, "dim", "bold: click to open");
    body_ += "\n";
    y_ += 20;
  }

  const TypeViews& types_;
  const TypeView& type_;
  uint64_t columns_ = kCacheLine;
  double byte_width_ = 15;
  double y_ = 0;
  std::string body_;
  std::string prefix_;
  std::vector<uint64_t> row_numbers_;  // of the band's rows
  uint32_t next_id_ = 1;
  size_t elements_ = 0;
};

}  // namespace

std::string render_layout_svg(const TypeViews& types) { return types.views.empty() ? "" : Picture(types).draw(); }

}  // namespace rp
