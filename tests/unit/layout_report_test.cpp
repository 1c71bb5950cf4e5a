// lib/report/layout_*: layouts as text, JSON and SVG.
#include <nlohmann/json.hpp>
#include <string>

#include "unit_test.h"

#include <cstring>

#include "report/layout_json.h"
#include "report/layout_svg.h"
#include "report/layout_text.h"

namespace {

using namespace rp;
using namespace rp::layout;

FieldView field(const char* name, const char* type, uint64_t offset, uint64_t size, uint32_t align,
                uint64_t padding_before = 0) {
  FieldView out;
  out.name = name;
  out.type = type;
  out.offset = offset;
  out.size = size;
  out.align = align;
  out.padding_before = padding_before;
  return out;
}

// #[repr(C)] struct Packet<'a> { kind: u8, length: u64, body: [u8; 70], seen: bool }
TypeView packet() {
  TypeView view;
  view.name = "Packet<'a>";
  view.shape = TypeShape::Struct;
  view.repr = "C";
  view.size = 88;
  view.align = 8;
  view.padding = 8;
  view.niche = {{0, 1, {PrimitiveKind::Int, 1, false, 0}, false}, 86, true};
  VariantView fields;
  fields.name = "Packet";
  fields.fields = {field("kind", "u8", 0, 1, 1), field("length", "u64", 8, 8, 8, 7),
                   field("body", "[u8; 70]", 16, 70, 1), field("seen", "bool", 86, 1, 1)};
  fields.order = {0, 1, 2, 3};
  fields.end = 87;
  fields.padding = 8;
  view.variants = {fields};
  return view;
}

// enum Event { Quit, Key(char, Mods), Paste(String) }
TypeView event() {
  TypeView view;
  view.name = "Event";
  view.shape = TypeShape::Enum;
  view.size = 24;
  view.align = 8;
  TagEncoding encoding;
  encoding.niche = true;
  encoding.tag = {0, (u128{1} << 63) + 1, {PrimitiveKind::Int, 8, false, 0}, false};
  encoding.niche_start = u128{1} << 63;
  encoding.untagged_variant = 2;
  encoding.last_niche_variant = 1;
  view.encoding = encoding;
  view.niche = {encoding.tag, 0, true};
  VariantView quit;
  quit.name = "Quit";
  quit.discriminant = 0;
  quit.tag_value = u128{1} << 63;
  quit.end = 8;
  VariantView key;
  key.name = "Key";
  key.discriminant = 1;
  key.tag_value = (u128{1} << 63) + 1;
  key.fields = {field("0", "char", 8, 4, 4), field("1", "Mods", 12, 1, 1)};
  key.order = {0, 1};
  key.end = 13;
  VariantView paste;
  paste.name = "Paste";
  paste.discriminant = 2;
  paste.fields = {field("0", "String", 0, 24, 8)};
  paste.order = {0};
  paste.end = 24;
  view.variants = {quit, key, paste};
  return view;
}

TypeView unknown() {
  TypeView view;
  view.name = "Wrapper<T>";
  view.shape = TypeShape::Struct;
  view.answer.error = LayoutError::Generic;
  view.reason = "the layout depends on a parameter that is not known (`T`)";
  return view;
}

void a_struct_reads_as_with_pahole(void**) {
  const std::string text = render_layout_text(packet(), false);
  assert_string_equal(text.c_str(), R"(#[repr(C)]
struct Packet<'a> {
    kind: u8,               /*     0     1 */

    /* XXX 7 bytes hole */

    length: u64,            /*     8     8 */
    body: [u8; 70],         /*    16    70 */
    /* --- cacheline 1 boundary (64 bytes) was 22 bytes ago --- */
    seen: bool,             /*    86     1 */

    /* size: 88, align: 8, cachelines: 2, members: 4 */
    /* sum members: 80, holes: 1, sum holes: 7, padding: 1 */
    /* niche: 254 values free (2..=255) in bytes 86..87 */
    /* passed as: memory */
    /* last cacheline: 24 bytes */
}
)");
}

void an_enum_shows_how_variants_are_told_apart(void**) {
  const std::string text = render_layout_text(event(), false);
  assert_non_null(strstr(text.c_str(), "/* tag: a niche of Paste in bytes 0..8 */"));
  assert_non_null(strstr(text.c_str(), "Quit,                   /* tag 0x8000000000000000 */"));
  assert_non_null(strstr(text.c_str(), "/* any other tag */"));
  assert_non_null(strstr(text.c_str(), "/* 11 bytes unused at the end */"));
}

void tables_are_sorted_and_name_what_is_unknown(void**) {
  const TypeView types[] = {event(), unknown(), packet()};
  const std::string table = render_layout_table(types, LayoutOrder::Size, false);
  assert_true(table.find("struct Packet<'a>") < table.find("enum Event"));
  assert_non_null(strstr(table.c_str(), "1 without a layout:\n  struct Wrapper<T>: the layout depends"));
  assert_true(render_layout_table(types, LayoutOrder::Source, false).find("enum Event") <
              render_layout_table(types, LayoutOrder::Source, false).find("struct Packet<'a>"));
}

void differences_are_shown_alone(void**) {
  TypeView narrow = packet();
  narrow.size = 84;
  narrow.align = 4;
  const TypeView first[] = {packet(), event()};
  const TypeView second[] = {narrow, event()};
  const std::string text = render_layout_difference(first, "a", second, "b", false);
  assert_non_null(strstr(text.c_str(), "       88        84        8        4  struct Packet<'a>"));
  assert_null(strstr(text.c_str(), "enum Event"));
  assert_non_null(strstr(text.c_str(), "1 of 2 types differ"));
}

void json_holds_every_figure(void**) {
  const TypeView types[] = {packet(), event(), unknown()};
  const auto json = nlohmann::json::parse(render_layout_json(types, "x86_64-unknown-linux-gnu"));
  assert_true(json["types"].size() == 3);
  const auto& one = json["types"][0];
  assert_true(one["size"] == 88);
  assert_true(one["variants"][0]["fields"][1]["padding_before"] == 7);
  assert_true(one["niche"]["available"] == "254");
  assert_true(one["tag"].is_null());
  const auto& two = json["types"][1];
  assert_true(two["tag"]["kind"] == "niche");
  assert_true(two["tag"]["untagged_variant"] == 2);
  assert_true(two["variants"][0]["tag_value"] == "9223372036854775808");
  assert_true(json["types"][2]["known"] == false);
  assert_true(json["types"][2].contains("reason"));
}

// Of a picture the tests see that it is well formed and what is in it; the rest is for eyes.
void pictures_show_fields_and_open_nested_ones(void**) {
  TypeViews types;
  types.views = {packet(), event()};
  types.views[0].variants[0].fields[2].nested = 1;
  const std::string svg = render_layout_svg(types);
  assert_true(svg.starts_with("<svg "));
  assert_true(svg.ends_with("</svg>\n"));
  assert_non_null(strstr(svg.c_str(), "Packet&lt;'a&gt;"));
  assert_non_null(strstr(svg.c_str(), "(click to open)"));
  assert_non_null(strstr(svg.c_str(), "attributeName=\"display\" to=\"inline\""));
  assert_non_null(strstr(svg.c_str(), "line 1"));
  assert_null(strstr(svg.c_str(), "<script"));
  int depth = 0;
  for (size_t at = svg.find('<'); at != std::string::npos; at = svg.find('<', at + 1)) {
    const size_t end = svg.find('>', at);
    if (svg[at + 1] == '/') {
      --depth;
    } else if (svg[end - 1] != '/') {
      ++depth;
    }
    assert_true(depth >= 0);
  }
  assert_int_equal(depth, 0);
}

void pictures_stay_small_whatever_the_size(void**) {
  TypeViews types;
  types.views = {packet()};
  types.views[0].size = uint64_t{1} << 40;
  types.views[0].variants[0].fields = {field("big", "[u8; 1 << 40]", 0, uint64_t{1} << 40, 1)};
  types.views[0].variants[0].order = {0};
  types.views[0].variants[0].end = uint64_t{1} << 40;
  assert_true(render_layout_svg(types).size() < 100000);
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(a_struct_reads_as_with_pahole), cmocka_unit_test(an_enum_shows_how_variants_are_told_apart),
           cmocka_unit_test(tables_are_sorted_and_name_what_is_unknown), cmocka_unit_test(differences_are_shown_alone),
           cmocka_unit_test(json_holds_every_figure), cmocka_unit_test(pictures_show_fields_and_open_nested_ones),
           cmocka_unit_test(pictures_stay_small_whatever_the_size))
