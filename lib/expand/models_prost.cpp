// Models of prost's derives: Message, Oneof, Enumeration.
#include <algorithm>

#include "expand/builtin_literals.h"
#include "expand/models.h"

namespace rp {
namespace {

using K = NodeKind;
using T = TokenKind;

// What #[prost(..)] says of a field.
struct FieldAttribute {
  std::string type;  // "string", "int32", "enumeration", "map", "message", …
  std::string path;  // of enumeration
  bool optional = false;
  bool repeated = false;
};

FieldAttribute read_field(const Tree& tree, NodeId field) {
  FieldAttribute out;
  for (NodeId attr = tree.first_child(field); attr; attr = tree.next_sibling(attr)) {
    if (tree.kind(attr) != K::Attr || attribute_path(tree, attr) != "prost") continue;
    const SlotRange inside = inside_of(tree, tree.child(attr, Role::arguments));
    bool begins = true;
    for (uint32_t slot = inside.begin; slot < inside.end; slot += token_slots(tree.token_kind(slot))) {
      const T kind = tree.token_kind(slot);
      const std::string_view text = tree.token_text(slot);
      if (is_trivia(kind)) continue;
      if (kind == T::Comma) {
        begins = true;
        continue;
      }
      if (begins && text == "optional") {
        out.optional = true;
      } else if (begins && text == "repeated") {
        out.repeated = true;
      } else if (begins && out.type.empty() && text != "tag" && text != "tags" && text != "required" &&
                 text != "boxed" && text != "packed" && text != "default") {
        out.type = text;
      } else if (out.type == "enumeration" && out.path.empty() && (kind == T::Str || kind == T::RawStr)) {
        StringValue value;
        if (decode_string(kind, text, &value)) out.path = value.bytes;
      }
      begins = false;
    }
  }
  return out;
}

// The type that a getter of an optional scalar gives; empty for what is none.
std::string_view scalar_type(std::string_view name) {
  if (name == "string") return "&str";
  if (name == "bytes") return "&[u8]";
  if (name == "bool") return "bool";
  if (name == "double") return "f64";
  if (name == "float") return "f32";
  if (name == "int32" || name == "sint32" || name == "sfixed32") return "i32";
  if (name == "int64" || name == "sint64" || name == "sfixed64") return "i64";
  if (name == "uint32" || name == "fixed32") return "u32";
  if (name == "uint64" || name == "fixed64") return "u64";
  return {};
}

void accessors(const Tree& tree, const DeriveField& field, ModelWriter& w) {
  if (field.name_slot == UINT32_MAX) return;
  const FieldAttribute said = read_field(tree, field.node);
  const SlotRef name{field.name_slot};
  const std::string plain(field.name);
  if (said.type == "enumeration") {
    if (said.path.empty()) return;
    if (said.repeated) {
      w.put("pub fn", name,
            "(&self) -> ::core::iter::FilterMap<::core::iter::Cloned<::core::slice::Iter<i32>>, "
            "fn(i32) -> ::core::option::Option<",
            said.path, ">> { loop {} } pub fn push_" + plain + "(&mut self, value:", said.path, ") { loop {} }");
      return;
    }
    w.put("pub fn", name, "(&self) ->", said.path, "{ loop {} } pub fn set_" + plain + "(&mut self, value:", said.path,
          ") { loop {} }");
    return;
  }
  const std::string_view type = scalar_type(said.type);
  if (said.optional && !type.empty()) w.put("pub fn", name, "(&self) ->", type, "{ loop {} }");
}

// #[prost(prost_path = "..")] names the crate otherwise; a map of enumerations has getters of its own.
bool is_beyond(const DeriveInput& input) {
  if (attribute_says(input, input.item, "prost", "prost_path")) return true;
  const Tree& tree = input.source->tree;
  for (NodeId n(input.item.value + 1); n < tree.subtree_end(input.item); n = NodeId(n.value + 1)) {
    if (tree.kind(n) != K::Attr || attribute_path(tree, n) != "prost") continue;
    const std::string_view text = tree.text(n);
    if ((text.find("map") != std::string_view::npos && text.find("enumeration(") != std::string_view::npos))
      return true;
  }
  return false;
}

constexpr std::string_view kMergeParameters =
    "tag: u32, wire_type: ::prost::encoding::WireType, buf: &mut impl ::prost::bytes::Buf, "
    "ctx: ::prost::encoding::DecodeContext) -> ::core::result::Result<(), ::prost::DecodeError> { loop {} }";

}  // namespace

BuiltinOutcome model_prost_message(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  const DeriveShape shape = derive_shape(input);
  if (shape.kind != K::StructItem || is_beyond(input)) return BuiltinOutcome::Opaque;
  ModelWriter w(input, shape, out);
  const auto begin = [&](std::string_view trait) {
    w.put(
        "impl", [&] { w.params({}); }, trait, trait.empty() ? "" : "for", [&] { w.self_type(); },
        [&] { w.where_clause({}); }, "{");
  };
  begin("::prost::Message");
  w.put(
      "#[allow(unused_variables)] fn encode_raw(&self, buf: &mut impl ::prost::bytes::BufMut) { loop {} }"
      "#[allow(unused_variables)] fn merge_field(&mut self,",
      kMergeParameters, "fn encoded_len(&self) -> usize { loop {} } fn clear(&mut self) { loop {} } }");
  begin("::core::default::Default");
  w.put("fn default() -> Self { loop {} } }");
  if (!attribute_says(input, input.item, "prost", "skip_debug")) {
    begin("::core::fmt::Debug");
    w.put("fn fmt(&self, f: &mut ::core::fmt::Formatter) -> ::core::fmt::Result { loop {} } }");
  }
  begin("");
  for (const DeriveField& field : shape.variants[0].fields) accessors(w.tree(), field, w);
  w.put("}");
  return BuiltinOutcome::Modelled;
}

BuiltinOutcome model_prost_oneof(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  const DeriveShape shape = derive_shape(input);
  if (!shape.is_enum() || is_beyond(input)) return BuiltinOutcome::Opaque;
  ModelWriter w(input, shape, out);
  const auto header = [&](std::string_view trait) {
    w.put(
        "impl", [&] { w.params({}); }, trait, trait.empty() ? "" : "for", [&] { w.self_type(); },
        [&] { w.where_clause({}); }, "{");
  };
  header("");
  w.put(
      "pub fn encode(&self, buf: &mut impl ::prost::bytes::BufMut) { loop {} }"
      "pub fn merge(field: &mut ::core::option::Option<Self>,",
      kMergeParameters, "#[inline] pub fn encoded_len(&self) -> usize { loop {} } }");
  if (!attribute_says(input, input.item, "prost", "skip_debug")) {
    header("::core::fmt::Debug");
    w.put("fn fmt(&self, f: &mut ::core::fmt::Formatter) -> ::core::fmt::Result { loop {} } }");
  }
  return BuiltinOutcome::Modelled;
}

BuiltinOutcome model_prost_enumeration(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  const DeriveShape shape = derive_shape(input);
  if (!shape.is_enum() || !shape.params.empty() || is_beyond(input)) return BuiltinOutcome::Opaque;
  ModelWriter w(input, shape, out);
  const auto self = [&] { w.self_type(); };
  w.put("impl", self, "{ pub fn is_valid(value: i32) -> bool { loop {} }",
        "#[deprecated = \"Use the TryFrom<i32> implementation instead\"] pub fn from_i32(value: i32) -> "
        "::core::option::Option<",
        self, "> { loop {} } }");
  w.put("impl ::core::default::Default for", self, "{ fn default() ->", self, "{ loop {} } }");
  w.put("impl ::core::convert::From<", self, "> for i32 { fn from(value:", self, ") -> i32 { loop {} } }");
  w.put("impl ::core::convert::TryFrom<i32> for", self,
        "{ type Error = ::prost::UnknownEnumValue; fn try_from(value: i32) -> ::core::result::Result<", self,
        ", ::prost::UnknownEnumValue> { loop {} } }");
  return BuiltinOutcome::Modelled;
}

}  // namespace rp
