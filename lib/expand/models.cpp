// Models of procedural macros: the table, and those that one list of impls describes.
#include "expand/models.h"

#include <array>

namespace rp {
namespace {

using T = TokenKind;

// ---- Derives that give impls whose headers need nothing of the fields ---------------------------------------------

struct ImplModel {
  std::string_view trait;
  std::string_view items;        // of the impl
  std::string_view bounds = {};  // what type parameters must fulfil
  std::string_view before_impl = {};
  std::string_view first_params = {};
};
struct SimpleDerive {
  std::string_view package;
  std::string_view name;
  std::string_view helper;  // an attribute that may name the crate otherwise
  std::array<ImplModel, 3> impls;
  bool enums_only = false;
  bool plain_only = false;  // with type parameters the bounds depend on the fields
};

constexpr std::string_view kDisplay =
    "fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result { loop {} }";

// What says in zerocopy's traits that a derive wrote the impl.
constexpr std::string_view kZerocopy = "fn only_derive_is_allowed_to_implement_this_trait() {}";

constexpr SimpleDerive kSimple[] = {
    {"derive_arbitrary",
     "Arbitrary",
     "arbitrary",
     {{{"arbitrary::Arbitrary<'arbitrary>",
        "fn arbitrary(u: &mut arbitrary::Unstructured<'arbitrary>) -> arbitrary::Result<Self> { loop {} }"
        "fn arbitrary_take_rest(u: arbitrary::Unstructured<'arbitrary>) -> arbitrary::Result<Self> { loop {} }"
        "fn size_hint(depth: usize) -> (usize, ::core::option::Option<usize>) { loop {} }",
        {},
        {},
        "'arbitrary"}}},
     false,
     true},
    {"derive_more-impl",
     "Display",
     "display",
     {{{"derive_more::core::fmt::Display",
        "fn fmt(&self, __derive_more_f: &mut derive_more::core::fmt::Formatter<'_>) -> derive_more::core::fmt::Result "
        "{ loop {} }"}}},
     false,
     true},
    {"derive_more-impl", "Error", "error", {{{"derive_more::core::error::Error", ""}}}, false, true},
    {"zerocopy-derive", "Immutable", "zerocopy", {{{"::zerocopy::Immutable", kZerocopy, {}, "unsafe"}}}, false, true},
    {"zerocopy-derive", "IntoBytes", "zerocopy", {{{"::zerocopy::IntoBytes", kZerocopy, {}, "unsafe"}}}, false, true},
    {"zerocopy-derive", "Unaligned", "zerocopy", {{{"::zerocopy::Unaligned", kZerocopy, {}, "unsafe"}}}, false, true},
    {"derive_more-impl",
     "Debug",
     "debug",
     {{{"derive_more::core::fmt::Debug",
        "fn fmt(&self, __derive_more_f: &mut derive_more::core::fmt::Formatter<'_>) -> derive_more::core::fmt::Result "
        "{ loop {} }"}}},
     false,
     true},
    {"darling_macro",
     "FromMeta",
     "darling",
     {{{"::darling::FromMeta",
        "fn from_list(items: &[::darling::export::NestedMeta]) -> ::darling::Result<Self> { loop {} }"}}},
     false,
     true},
    {"darling_macro",
     "FromDeriveInput",
     "darling",
     {{{"::darling::FromDeriveInput",
        "fn from_derive_input(input: &::darling::export::syn::DeriveInput) -> ::darling::Result<Self> { loop {} }"}}},
     false,
     true},
    {"darling_macro",
     "FromAttributes",
     "darling",
     {{{"::darling::FromAttributes",
        "fn from_attributes(attrs: &[::darling::export::syn::Attribute]) -> ::darling::Result<Self> { loop {} }"}}},
     false,
     true},
    {"darling_macro",
     "FromField",
     "darling",
     {{{"::darling::FromField",
        "fn from_field(field: &::darling::export::syn::Field) -> ::darling::Result<Self> { loop {} }"}}},
     false,
     true},
    {"darling_macro",
     "FromVariant",
     "darling",
     {{{"::darling::FromVariant",
        "fn from_variant(variant: &::darling::export::syn::Variant) -> ::darling::Result<Self> { loop {} }"}}},
     false,
     true},
    {"darling_macro",
     "FromTypeParam",
     "darling",
     {{{"::darling::FromTypeParam",
        "fn from_type_param(param: &::darling::export::syn::TypeParam) -> ::darling::Result<Self> { loop {} }"}}},
     false,
     true},
    {"strum_macros",
     "ToString",
     "strum",
     {{{"::std::string::ToString", "fn to_string(&self) -> ::std::string::String { loop {} }"}}},
     true},
    {"strum_macros",
     "EnumMessage",
     "strum",
     {{{"::strum::EnumMessage",
        "fn get_message(&self) -> ::core::option::Option<&'static str> { loop {} }"
        "fn get_detailed_message(&self) -> ::core::option::Option<&'static str> { loop {} }"
        "fn get_documentation(&self) -> ::core::option::Option<&'static str> { loop {} }"
        "fn get_serializations(&self) -> &'static [&'static str] { loop {} }"}}},
     true},
    {"strum_macros",
     "EnumProperty",
     "strum",
     {{{"::strum::EnumProperty", "fn get_str(&self, prop: &str) -> ::core::option::Option<&'static str> { loop {} }"}}},
     true},
    {"strum_macros",
     "EnumVariantNames",
     "strum",
     {{{"::strum::VariantNames", "const VARIANTS: &'static [&'static str] = loop {};"}}},
     true},
    {"displaydoc", "Display", "displaydoc", {{{"::core::fmt::Display", kDisplay}}}},
    {"strum_macros", "Display", "strum", {{{"::core::fmt::Display", kDisplay}}}, true},
    {"strum_macros",
     "AsRefStr",
     "strum",
     {{{"::core::convert::AsRef<str>", "fn as_ref(&self) -> &str { loop {} }"}}},
     true},
    {"strum_macros", "EnumCount", "strum", {{{"::strum::EnumCount", "const COUNT: usize = loop {};"}}}, true},
    {"strum_macros",
     "VariantNames",
     "strum",
     {{{"::strum::VariantNames", "const VARIANTS: &'static [&'static str] = loop {};"}}},
     true},
    {"strum_macros",
     "VariantArray",
     "strum",
     {{{"::strum::VariantArray", "const VARIANTS: &'static [Self] = loop {};"}}},
     true},
    {"zeroize_derive", "Zeroize", "zeroize", {{{"::zeroize::Zeroize", "fn zeroize(&mut self) { loop {} }"}}}},
    {"zeroize_derive",
     "ZeroizeOnDrop",
     "zeroize",
     {{{"Drop", "fn drop(&mut self) { loop {} }"}, {"::zeroize::ZeroizeOnDrop", ""}}}},
    {"bytemuck_derive", "Pod", "bytemuck", {{{"::bytemuck::Pod", "", "::bytemuck::Pod", "unsafe"}}}},
    {"bytemuck_derive", "Zeroable", "bytemuck", {{{"::bytemuck::Zeroable", "", "::bytemuck::Zeroable", "unsafe"}}}},
    {"serde_repr",
     "Serialize_repr",
     "serde_repr",
     {{{"serde::Serialize",
        "fn serialize<S>(&self, serializer: S) -> ::core::result::Result<S::Ok, S::Error> where S: serde::Serializer "
        "{ loop {} }"}}},
     true},
};

template <size_t kIndex>
BuiltinOutcome simple_derive(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  const SimpleDerive& model = kSimple[kIndex];
  const DeriveShape shape = derive_shape(input);
  if (shape.is_union() || (model.enums_only && !shape.is_enum()) || (model.plain_only && shape.has_type_param))
    return BuiltinOutcome::Opaque;
  // Names the crate otherwise, or bounds: its impls are others.
  for (const std::string_view word : {"crate", "Crate", "bound", "drop"})
    if (attribute_says(input, input.item, model.helper, word)) return BuiltinOutcome::Opaque;
  ModelWriter w(input, shape, out);
  for (const ImplModel& impl : model.impls) {
    if (impl.trait.empty()) continue;
    w.begin(impl.trait, impl.bounds, impl.first_params, impl.before_impl);
    w.put(impl.items, "}");
  }
  return BuiltinOutcome::Modelled;
}

// impl From<Type> for &'static str, and from a reference.
BuiltinOutcome strum_into_static_str(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  const DeriveShape shape = derive_shape(input);
  if (!shape.is_enum() || attribute_says(input, input.item, "strum", "const_into_str")) return BuiltinOutcome::Opaque;
  ModelWriter w(input, shape, out);
  for (const bool reference : {false, true}) {
    w.put("#[automatically_derived] impl");
    w.params_after(reference ? "'_derivative_strum" : "", {});
    w.put(
        "::core::convert::From<", reference ? "&'_derivative_strum" : "", [&] { w.self_type(); }, "> for &'static str",
        [&] { w.where_clause({}); }, "{ fn from(x:", reference ? "&'_derivative_strum" : "", [&] { w.self_type(); },
        ") -> &'static str { loop {} } }");
  }
  return BuiltinOutcome::Modelled;
}

BuiltinOutcome strum_enum_string(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  const DeriveShape shape = derive_shape(input);
  for (const std::string_view word : {"crate", "Crate", "parse_err_ty", "parse_infallible"})
    if (attribute_says(input, input.item, "strum", word)) return BuiltinOutcome::Opaque;
  if (!shape.is_enum()) return BuiltinOutcome::Opaque;
  ModelWriter w(input, shape, out);
  w.begin("::core::str::FromStr");
  w.put(
      "type Err = ::strum::ParseError; fn from_str(s: &str) -> ::core::result::Result<Self, ::strum::ParseError> "
      "{ loop {} } }");
  w.begin("::core::convert::TryFrom<&str>");
  w.put(
      "type Error = ::strum::ParseError;"
      "fn try_from(s: &str) -> ::core::result::Result<Self, ::strum::ParseError> { loop {} } }");
  return BuiltinOutcome::Modelled;
}

BuiltinOutcome num_primitive(const DeriveInput& input, TokenStream* out, bool from) {
  const DeriveShape shape = derive_shape(input);
  // The derives take no generics; a crate may be named otherwise.
  if (!shape.params.empty() || shape.is_union() || has_attribute(input, input.item, "num_traits"))
    return BuiltinOutcome::Opaque;
  if (!shape.is_enum() && shape.variants[0].fields.size() != 1) return BuiltinOutcome::Opaque;
  ModelWriter w(input, shape, out);
  w.put(
      "#[allow(non_upper_case_globals, unused_qualifications)] const _: () = { extern crate num_traits as "
      "_num_traits;");
  w.put("impl", from ? "_num_traits::FromPrimitive" : "_num_traits::ToPrimitive", "for", [&] { w.self_type(); });
  if (from)
    w.put(
        "{ fn from_i64(n: i64) -> ::core::option::Option<Self> { loop {} }"
        "fn from_u64(n: u64) -> ::core::option::Option<Self> { loop {} } }");
  else
    w.put(
        "{ fn to_i64(&self) -> ::core::option::Option<i64> { loop {} }"
        "fn to_u64(&self) -> ::core::option::Option<u64> { loop {} } }");
  w.put("};");
  return BuiltinOutcome::Modelled;
}
BuiltinOutcome num_from_primitive(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  return num_primitive(input, out, true);
}
BuiltinOutcome num_to_primitive(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  return num_primitive(input, out, false);
}

// From each variant's or the struct's fields: one field itself, several as a tuple. Attributes choose otherwise.
BuiltinOutcome derive_more_from(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  const DeriveShape shape = derive_shape(input);
  if (shape.is_union() || has_attribute(input, input.item, "from")) return BuiltinOutcome::Opaque;
  for (const DeriveVariant& variant : shape.variants)
    if (has_attribute(input, variant.node, "from")) return BuiltinOutcome::Opaque;
  ModelWriter w(input, shape, out);
  for (const DeriveVariant& variant : shape.variants) {
    // Of an enum, variants without fields give nothing.
    if (shape.is_enum() && variant.fields.empty()) continue;
    const auto source = [&] {
      if (variant.fields.size() != 1) w.put("(");
      for (size_t i = 0; i < variant.fields.size(); ++i) w.put(i == 0 ? "" : ",", variant.fields[i].type);
      if (variant.fields.size() != 1) w.put(")");
    };
    w.put(
        "#[automatically_derived] impl", [&] { w.params({}); }, "derive_more::core::convert::From<", source, "> for",
        [&] { w.self_type(); }, [&] { w.where_clause({}); }, "{ fn from(value:", source, ") -> Self { loop {} } }");
  }
  return BuiltinOutcome::Modelled;
}

// `Type::new(field, ..)`
BuiltinOutcome derive_more_constructor(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  const DeriveShape shape = derive_shape(input);
  if (shape.kind != NodeKind::StructItem) return BuiltinOutcome::Opaque;
  ModelWriter w(input, shape, out);
  w.put(
      "#[automatically_derived] impl", [&] { w.params({}); }, [&] { w.self_type(); }, [&] { w.where_clause({}); },
      "{ pub const fn new(");
  uint32_t number = 0;
  for (const DeriveField& field : shape.variants[0].fields) {
    if (field.name_slot != UINT32_MAX)
      w.put(SlotRef{field.name_slot});
    else
      w.put("__" + std::to_string(number));
    ++number;
    w.put(":", field.type, ",");
  }
  w.put(") -> Self { loop {} } }");
  return BuiltinOutcome::Modelled;
}

// ---- Attributes ---------------------------------------------------------------------------------------------------

std::vector<NodeId> without_attribute(const AttributeInput& input) {
  std::vector<NodeId> left_out(input.removed.begin(), input.removed.end());
  if (input.attribute) left_out.push_back(input.attribute);
  std::sort(left_out.begin(), left_out.end());
  return left_out;
}

// The names are those of the item; bodies and return types are wrapped.
BuiltinOutcome same_names(const AttributeInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  const std::vector<NodeId> left_out = without_attribute(input);
  TokenWriter w(out, *input.source, input.id, input.place, kRootContext, left_out);
  w.put(input.item);
  return BuiltinOutcome::Modelled;
}

// `async fn f() { body }` becomes `fn f() { let body = async { body }; .. }`.
BuiltinOutcome tokio_entry(const AttributeInput& input, TokenStream* out, std::string_view attribute) {
  const Tree& tree = input.source->tree;
  const NodeId body = tree.child(input.item, Role::body);
  const uint32_t keyword = tree.find_token(input.item, T::KwAsync);
  if (tree.kind(input.item) != NodeKind::FnItem || !body || keyword == tree.slot_count()) return BuiltinOutcome::Opaque;
  const std::vector<NodeId> left_out = without_attribute(input);
  TokenWriter w(out, *input.source, input.id, input.place, kRootContext, left_out);
  w.put(attribute);
  // Children and own tokens in order, the keyword left out.
  uint32_t slot = tree.first_slot(input.item);
  for (NodeId child = tree.first_child(input.item); child && child != body; child = tree.next_sibling(child)) {
    for (; slot < tree.first_slot(child); ++slot)
      if (slot != keyword) w.put(SlotRef{slot});
    if (!w.is_removed(child)) w.put(child);
    slot = tree.end_slot(child);
  }
  for (; slot < tree.first_slot(body); ++slot)
    if (slot != keyword) w.put(SlotRef{slot});
  w.put("{ let body = async", body, "; loop {} }");
  return BuiltinOutcome::Modelled;
}
BuiltinOutcome tokio_main(const AttributeInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  return tokio_entry(input, out, "");
}
BuiltinOutcome tokio_test(const AttributeInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  return tokio_entry(input, out, "#[::core::prelude::v1::test]");
}

// `#[test] fn name() { fn name(..) {..} .. }`
BuiltinOutcome quickcheck(const AttributeInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  const Tree& tree = input.source->tree;
  const NodeId name = tree.child(input.item, Role::name);
  if (tree.kind(input.item) != NodeKind::FnItem || !name) return BuiltinOutcome::Opaque;
  const std::vector<NodeId> left_out = without_attribute(input);
  TokenWriter w(out, *input.source, input.id, input.place, kRootContext, left_out);
  w.put("#[test] fn", name, "() {", input.item, "}");
  return BuiltinOutcome::Modelled;
}

constexpr ProcMacroModel derive_model(std::string_view package, std::string_view name, DeriveModel model) {
  return {package, name, nullptr, model, nullptr};
}
constexpr ProcMacroModel attribute_model(std::string_view package, std::string_view name, AttributeModel model) {
  return {package, name, nullptr, nullptr, model};
}
constexpr ProcMacroModel call_model(std::string_view package, std::string_view name, CallModel model) {
  return {package, name, model, nullptr, nullptr};
}

template <size_t... kIndex>
constexpr std::array<ProcMacroModel, sizeof...(kIndex)> simple_models(std::index_sequence<kIndex...>) {
  return {derive_model(kSimple[kIndex].package, kSimple[kIndex].name, simple_derive<kIndex>)...};
}

constexpr ProcMacroModel kOthers[] = {
    attribute_model("async-trait", "async_trait", same_names),
    derive_model("clap_derive", "Args", model_clap_args),
    derive_model("clap_derive", "Parser", model_clap_parser),
    derive_model("clap_derive", "Subcommand", model_clap_subcommand),
    derive_model("clap_derive", "ValueEnum", model_clap_value_enum),
    attribute_model("async-recursion", "async_recursion", same_names),
    derive_model("derive_more-impl", "AsMut", model_as_mut),
    derive_model("derive_more-impl", "AsRef", model_as_ref),
    derive_model("derive_more-impl", "Constructor", derive_more_constructor),
    derive_model("derive_more-impl", "Deref", model_deref),
    derive_model("derive_more-impl", "DerefMut", model_deref_mut),
    derive_model("derive_more-impl", "From", derive_more_from),
    derive_model("derive_more-impl", "Into", model_into),
    derive_model("derive_more-impl", "IsVariant", model_is_variant),
    derive_model("num-derive", "FromPrimitive", num_from_primitive),
    derive_model("num-derive", "ToPrimitive", num_to_primitive),
    derive_model("num_enum_derive", "Default", model_num_enum_default),
    derive_model("num_enum_derive", "FromPrimitive", model_num_enum_from),
    derive_model("num_enum_derive", "IntoPrimitive", model_num_enum_into),
    derive_model("num_enum_derive", "TryFromPrimitive", model_num_enum_try_from),
    attribute_model("openssl-macros", "corresponds", same_names),
    call_model("paste", "paste", model_paste),
    call_model("pastey", "paste", model_paste),
    attribute_model("pin-project-internal", "pin_project", model_pin_project),
    attribute_model("pin-project-internal", "pinned_drop", model_pinned_drop),
    derive_model("prost-derive", "Enumeration", model_prost_enumeration),
    derive_model("prost-derive", "Message", model_prost_message),
    derive_model("prost-derive", "Oneof", model_prost_oneof),
    attribute_model("quickcheck_macros", "quickcheck", quickcheck),
    derive_model("serde_derive", "Deserialize", model_deserialize),
    derive_model("serde_derive", "Serialize", model_serialize),
    attribute_model("serial_test_derive", "parallel", same_names),
    attribute_model("serial_test_derive", "serial", same_names),
    derive_model("strum_macros", "EnumIs", model_strum_enum_is),
    derive_model("strum_macros", "EnumIter", model_strum_iter),
    derive_model("strum_macros", "EnumString", strum_enum_string),
    derive_model("strum_macros", "FromRepr", model_strum_from_repr),
    derive_model("strum_macros", "IntoStaticStr", strum_into_static_str),
    derive_model("thiserror-impl", "Error", model_thiserror),
    attribute_model("tokio-macros", "main", tokio_main),
    attribute_model("tokio-macros", "main_rt", tokio_main),
    call_model("tokio-macros", "select_priv_clean_pattern", model_tokio_clean_pattern),
    call_model("tokio-macros", "select_priv_declare_output_enum", model_tokio_output_enum),
    attribute_model("tokio-macros", "test", tokio_test),
    attribute_model("tokio-macros", "test_rt", tokio_test),
    attribute_model("tracing-attributes", "instrument", same_names),
    attribute_model("wasm-bindgen-macro", "wasm_bindgen", model_wasm_bindgen),
    derive_model("yoke-derive", "Yokeable", model_yokeable),
    derive_model("zerofrom-derive", "ZeroFrom", model_zero_from),
    attribute_model("zerovec-derive", "make_ule", model_make_ule),
};

constexpr auto kModels = [] {
  constexpr auto simple = simple_models(std::make_index_sequence<std::size(kSimple)>());
  std::array<ProcMacroModel, std::size(kSimple) + std::size(kOthers)> all{};
  size_t n = 0;
  for (const ProcMacroModel& model : simple) all[n++] = model;
  for (const ProcMacroModel& model : kOthers) all[n++] = model;
  return all;
}();

}  // namespace

void ModelWriter::params_after(std::string_view first_params, std::string_view bounds) {
  if (first_params.empty()) {
    params(bounds);
    return;
  }
  // The parameters, with those of ours before them.
  put("<", first_params);
  for (const DeriveParam& param : shape().params) {
    put(",");
    const NodeId own = tree().child(param.node, Role::bounds);
    const bool bounded = own && tree().first_child(own);
    if (param.kind == DeriveParam::Kind::Const) {
      put("const", SlotRef{param.name_slot}, ":", tree().child(param.node, Role::type));
      continue;
    }
    put(SlotRef{param.name_slot});
    const std::string_view extra = param.kind == DeriveParam::Kind::Type ? bounds : std::string_view();
    if (bounded || !extra.empty()) put(":", extra, bounded && !extra.empty() ? "+" : "");
    if (bounded) put(own);
  }
  put(">");
}

void ModelWriter::begin(std::string_view trait, std::string_view bounds, std::string_view first_params,
                        std::string_view before_impl) {
  put("#[automatically_derived]", before_impl, "impl");
  params_after(first_params, bounds);
  put(trait, "for", [&] { self_type(); }, [&] { where_clause({}); }, "{");
}

bool has_attribute(const DeriveInput& input, NodeId node, std::string_view name) {
  const Tree& tree = input.source->tree;
  for (NodeId attr = tree.first_child(node); attr; attr = tree.next_sibling(attr))
    if (tree.role(attr) == Role::attribute && tree.kind(attr) == NodeKind::Attr && attribute_path(tree, attr) == name &&
        !std::binary_search(input.removed.begin(), input.removed.end(), attr))
      return true;
  return false;
}

bool attribute_says(const DeriveInput& input, NodeId node, std::string_view name, std::string_view word) {
  const Tree& tree = input.source->tree;
  for (NodeId attr = tree.first_child(node); attr; attr = tree.next_sibling(attr)) {
    if (tree.role(attr) != Role::attribute || tree.kind(attr) != NodeKind::Attr || attribute_path(tree, attr) != name)
      continue;
    if (std::binary_search(input.removed.begin(), input.removed.end(), attr)) continue;
    const SlotRange inside = inside_of(tree, tree.child(attr, Role::arguments));
    for (uint32_t slot = inside.begin; slot < inside.end; slot += token_slots(tree.token_kind(slot)))
      if (tree.token_text(slot) == word) return true;
  }
  return false;
}

const ProcMacroModel* find_proc_macro_model(std::string_view package, std::string_view name) {
  for (const ProcMacroModel& model : kModels)
    if (model.package == package && model.name == name) return &model;
  return nullptr;
}
std::span<const ProcMacroModel> proc_macro_models() { return kModels; }

}  // namespace rp
