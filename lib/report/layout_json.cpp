#include "report/layout_json.h"

#include "report/json_writer.h"
#include "report/layout_text.h"

namespace rp {
namespace {

using layout::FieldView;
using layout::Niche;
using layout::TypeView;
using layout::VariantView;

class LayoutJson {
 public:
  explicit LayoutJson(std::string* out) : json_(out) {}

  void write(std::span<const TypeView> types, std::string_view target) {
    json_.open('{');
    json_.member("schema_version", uint64_t{1});
    json_.member("target", target);
    json_.key("types");
    json_.open('[');
    for (const TypeView& type : types) {
      json_.line("  ");
      write(type);
    }
    json_.end_line("");
    json_.close(']');
    json_.close('}');
  }

 private:
  void null(std::string_view key) {
    json_.key(key);
    json_.null();
  }

  void write(const TypeView& type) {
    json_.open('{');
    json_.member("name", type.name);
    json_.member("kind", shape_name(type.shape));
    json_.member("repr", type.repr);
    json_.member_bool("known", static_cast<bool>(type.answer));
    if (!type.answer) {
      json_.member("reason", type.reason);
      json_.close('}');
      return;
    }
    json_.member("size", type.size);
    json_.member("align", uint64_t{type.align});
    json_.member_bool("sized", type.sized);
    json_.member("abi", abi_name(type.abi));
    json_.member_bool("uninhabited", type.uninhabited);
    json_.member("padding", type.padding);
    write_niche(type.niche);
    write_tag(type);
    json_.key("variants");
    json_.open('[');
    for (const VariantView& variant : type.variants) write(variant);
    json_.close(']');
    json_.close('}');
  }

  void write_niche(const Niche& niche) {
    if (!niche.exists) return null("niche");
    const u128 max = niche.scalar.max();
    json_.key("niche");
    json_.open('{');
    json_.member("offset", niche.offset);
    json_.member("size", uint64_t{niche.scalar.primitive.size});
    json_.member("available", to_decimal(niche.available()));
    json_.member("first", to_decimal((niche.scalar.end + 1) & max));
    json_.member("last", to_decimal((niche.scalar.start - 1) & max));
    json_.close('}');
  }

  void write_tag(const TypeView& type) {
    if (!type.encoding) return null("tag");
    json_.key("tag");
    json_.open('{');
    json_.member("kind", type.encoding->niche ? "niche" : "direct");
    json_.member("type", primitive_text(type.encoding->tag.primitive));
    json_.member("offset", type.encoding->tag_offset);
    json_.member("size", uint64_t{type.encoding->tag.primitive.size});
    if (type.encoding->niche) {
      json_.member("untagged_variant", uint64_t{type.encoding->untagged_variant});
    } else {
      null("untagged_variant");
    }
    json_.close('}');
  }

  void write(const VariantView& variant) {
    json_.open('{');
    json_.member("name", variant.name);
    if (variant.discriminant) {
      json_.member("discriminant", to_decimal(*variant.discriminant));
    } else {
      null("discriminant");
    }
    json_.member_bool("absent", variant.absent);
    if (variant.tag_value) {
      json_.member("tag_value", to_decimal(*variant.tag_value));
    } else {
      null("tag_value");
    }
    json_.member("padding", variant.padding);
    json_.key("memory_order");
    json_.open('[');
    for (const uint32_t index : variant.order) json_.number(index);
    json_.close(']');
    json_.key("fields");
    json_.open('[');
    for (const FieldView& field : variant.fields) {
      json_.open('{');
      json_.member("name", field.name);
      json_.member("type", field.type);
      json_.member("offset", field.offset);
      json_.member("size", field.size);
      json_.member("align", uint64_t{field.align});
      json_.member("padding_before", field.padding_before);
      json_.close('}');
    }
    json_.close(']');
    json_.close('}');
  }

  JsonWriter json_;
};

}  // namespace

std::string render_layout_json(std::span<const TypeView> types, std::string_view target) {
  std::string out;
  LayoutJson(&out).write(types, target);
  out += '\n';
  return out;
}

}  // namespace rp
