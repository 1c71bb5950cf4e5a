// Models of derives for enums and wrappers: num_enum, more of strum and derive_more; and of pin_project's drop.
#include <algorithm>

#include "expand/models.h"

namespace rp {
namespace {

using K = NodeKind;
using T = TokenKind;

bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_lower_or_digit(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); }

// `HTTPServer` gives http_server, `FooBar2` foo_bar2 or foo_bar_2: names with digits are told apart by nobody.
std::string snake_case(std::string_view name) {
  std::string out;
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool word = i > 0 && is_upper(c) && name[i - 1] != '_' &&
                      (is_lower_or_digit(name[i - 1]) ||
                       (i + 1 < name.size() && is_lower_or_digit(name[i + 1]) && is_upper(name[i - 1])));
    if (word) out.push_back('_');
    out.push_back(is_upper(c) ? static_cast<char>(c - 'A' + 'a') : c);
  }
  return out;
}
bool has_digit(std::string_view name) {
  return std::any_of(name.begin(), name.end(), [](char c) { return c >= '0' && c <= '9'; });
}

// The integer in #[repr(..)]; empty when there is none.
std::string repr_integer(const DeriveInput& input) {
  for (const std::string_view type :
       {"u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize"})
    if (attribute_says(input, input.item, "repr", type)) return std::string(type);
  return {};
}

// Some attribute of the item or of what lies in it is named so.
bool has_attribute_inside(const DeriveInput& input, std::string_view name) {
  const Tree& tree = input.source->tree;
  for (NodeId n(input.item.value + 1); n < tree.subtree_end(input.item); n = NodeId(n.value + 1))
    if (tree.kind(n) == K::Attr && attribute_path(tree, n) == name) return true;
  return false;
}

BuiltinOutcome num_enum(const DeriveInput& input, TokenStream* out, std::string_view derive) {
  const DeriveShape shape = derive_shape(input);
  const std::string integer = repr_integer(input);
  if (!shape.is_enum() || !shape.params.empty() || integer.empty() || has_attribute(input, input.item, "num_enum"))
    return BuiltinOutcome::Opaque;
  ModelWriter w(input, shape, out);
  const auto self = [&] { w.self_type(); };
  if (derive == "IntoPrimitive") {
    w.put("impl ::core::convert::From<", self, "> for", integer, "{ fn from(enum_value:", self,
          ") -> Self { loop {} } }");
  } else if (derive == "FromPrimitive") {
    w.put("impl ::num_enum::FromPrimitive for", self, "{ type Primitive =", integer,
          "; fn from_primitive(number:", integer, ") -> Self { loop {} } }");
    w.put("impl ::core::convert::From<", integer, "> for", self, "{ fn from(number:", integer,
          ") -> Self { loop {} } }");
  } else if (derive == "TryFromPrimitive") {
    w.put("impl ::num_enum::TryFromPrimitive for", self, "{ type Primitive =", integer,
          "; type Error = ::num_enum::TryFromPrimitiveError<", self,
          ">; const NAME: &'static str = loop {}; fn try_from_primitive(number:", integer,
          ") -> ::core::result::Result<Self, Self::Error> { loop {} } }");
    w.put("impl ::core::convert::TryFrom<", integer, "> for", self, "{ type Error = ::num_enum::TryFromPrimitiveError<",
          self, ">; fn try_from(number:", integer,
          ") -> ::core::result::Result<Self, ::num_enum::TryFromPrimitiveError<", self, ">> { loop {} } }");
  } else {
    w.put("impl ::core::default::Default for", self, "{ fn default() -> Self { loop {} } }");
  }
  return BuiltinOutcome::Modelled;
}

// Methods is_variant(&self) of an enum.
BuiltinOutcome is_variant_methods(const DeriveInput& input, TokenStream* out, std::string_view helper) {
  const DeriveShape shape = derive_shape(input);
  if (!shape.is_enum() || has_attribute_inside(input, helper)) return BuiltinOutcome::Opaque;
  // How digits part words depends on the version.
  for (const DeriveVariant& variant : shape.variants)
    if (has_digit(variant.name)) return BuiltinOutcome::Opaque;
  ModelWriter w(input, shape, out);
  w.put(
      "#[automatically_derived] impl", [&] { w.params({}); }, [&] { w.self_type(); }, [&] { w.where_clause({}); }, "{");
  for (const DeriveVariant& variant : shape.variants)
    w.put("#[inline] #[must_use] pub const fn is_" + snake_case(variant.name) + "(&self) -> bool { loop {} }");
  w.put("}");
  return BuiltinOutcome::Modelled;
}

// A struct of one field, with no attribute that asks for another.
const DeriveField* single_field(const DeriveInput& input, const DeriveShape& shape, std::string_view helper) {
  if (shape.kind != K::StructItem || shape.variants[0].fields.size() != 1 || has_attribute_inside(input, helper))
    return nullptr;
  return &shape.variants[0].fields[0];
}

BuiltinOutcome wrapper(const DeriveInput& input, TokenStream* out, std::string_view derive, std::string_view helper) {
  const DeriveShape shape = derive_shape(input);
  const DeriveField* field = single_field(input, shape, helper);
  if (field == nullptr) return BuiltinOutcome::Opaque;
  ModelWriter w(input, shape, out);
  const auto begin = [&](std::string_view trait, bool with_type) {
    w.put("#[automatically_derived] impl", [&] { w.params({}); }, trait);
    if (with_type) w.put("<", field->type, ">");
    w.put("for", [&] { w.self_type(); }, [&] { w.where_clause({}); }, "{");
  };
  if (derive == "Deref") {
    begin("derive_more::core::ops::Deref", false);
    w.put("type Target =", field->type, "; fn deref(&self) -> &Self::Target { loop {} } }");
  } else if (derive == "DerefMut") {
    begin("derive_more::core::ops::DerefMut", false);
    w.put("fn deref_mut(&mut self) -> &mut Self::Target { loop {} } }");
  } else if (derive == "AsRef") {
    begin("derive_more::core::convert::AsRef", true);
    w.put("fn as_ref(&self) -> &", field->type, "{ loop {} } }");
  } else if (derive == "AsMut") {
    begin("derive_more::core::convert::AsMut", true);
    w.put("fn as_mut(&mut self) -> &mut", field->type, "{ loop {} } }");
  } else {
    w.put(
        "#[automatically_derived] impl", [&] { w.params({}); }, "derive_more::core::convert::From<",
        [&] { w.self_type(); }, "> for", field->type, [&] { w.where_clause({}); },
        "{ fn from(value:", [&] { w.self_type(); }, ") -> Self { loop {} } }");
  }
  return BuiltinOutcome::Modelled;
}

}  // namespace

BuiltinOutcome model_num_enum_into(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  return num_enum(input, out, "IntoPrimitive");
}
BuiltinOutcome model_num_enum_from(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  return num_enum(input, out, "FromPrimitive");
}
BuiltinOutcome model_num_enum_try_from(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  return num_enum(input, out, "TryFromPrimitive");
}
BuiltinOutcome model_num_enum_default(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  return num_enum(input, out, "Default");
}
BuiltinOutcome model_is_variant(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  return is_variant_methods(input, out, "is_variant");
}
BuiltinOutcome model_strum_enum_is(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  return is_variant_methods(input, out, "strum");
}
BuiltinOutcome model_strum_from_repr(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  const DeriveShape shape = derive_shape(input);
  if (!shape.is_enum()) return BuiltinOutcome::Opaque;
  const std::string integer = repr_integer(input);
  ModelWriter w(input, shape, out);
  // Variants with fields are made from defaults: then it is no const fn.
  const bool plain = std::all_of(shape.variants.begin(), shape.variants.end(),
                                 [](const DeriveVariant& v) { return v.fields.empty(); });
  w.put(
      "#[allow(clippy::use_self)] impl", [&] { w.params({}); }, [&] { w.self_type(); }, [&] { w.where_clause({}); },
      "{ #[must_use] #[inline] pub", plain ? "const" : "",
      "fn from_repr(discriminant:", integer.empty() ? std::string("usize") : integer,
      ") -> ::core::option::Option<Self> { loop {} } }");
  return BuiltinOutcome::Modelled;
}
BuiltinOutcome model_deref(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  return wrapper(input, out, "Deref", "deref");
}
BuiltinOutcome model_deref_mut(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  return wrapper(input, out, "DerefMut", "deref_mut");
}
BuiltinOutcome model_as_ref(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  return wrapper(input, out, "AsRef", "as_ref");
}
BuiltinOutcome model_as_mut(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  return wrapper(input, out, "AsMut", "as_mut");
}
BuiltinOutcome model_into(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  return wrapper(input, out, "Into", "into");
}

// `impl PinnedDrop for T` is an impl of a trait that only the macro names.
BuiltinOutcome model_pinned_drop(const AttributeInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  const Tree& tree = input.source->tree;
  const NodeId trait = tree.child(input.item, Role::trait);
  const NodeId items = tree.child(input.item, Role::items);
  if (tree.kind(input.item) != K::ImplItem || !trait || !items) return BuiltinOutcome::Opaque;
  TokenWriter w(out, *input.source, input.id, input.place, kRootContext);
  w.put("impl");
  if (const NodeId generics = tree.child(input.item, Role::generics)) w.put(generics);
  w.put("::pin_project::__private::PinnedDrop for", tree.child(input.item, Role::type));
  if (const NodeId where = tree.child(input.item, Role::where_clause)) w.put(where);
  w.put("{ unsafe fn drop(self: ::pin_project::__private::Pin<&mut Self>) {");
  // The body is a function of its own there; its names are the same.
  const NodeId function = tree.child(items, Role::item);
  const NodeId body = function ? tree.child(function, Role::body) : NodeId();
  const NodeId parameters = function ? tree.child(function, Role::parameters) : NodeId();
  if (!body || !parameters) return BuiltinOutcome::Opaque;
  w.put(body, "} }");
  return BuiltinOutcome::Modelled;
}

}  // namespace rp
