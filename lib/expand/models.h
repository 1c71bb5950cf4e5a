// What the models of procedural macros share.
#pragma once

#include "expand/derive_shape.h"

namespace rp {

using CallModel = decltype(BuiltinMacro::expand);
using DeriveModel = decltype(BuiltinDerive::expand);
using AttributeModel = decltype(BuiltinAttribute::expand);

// Names that a procedural macro writes are those of the call: they have no hygiene of their own.
class ModelWriter : public ImplWriter {
 public:
  ModelWriter(const DeriveInput& input, const DeriveShape& shape, TokenStream* out)
      : ImplWriter(input, shape, out, kRootContext) {}
  // `#[automatically_derived] impl<first, ..> TRAIT for Type where .. {`
  void begin(std::string_view trait, std::string_view bounds = {}, std::string_view first_params = {},
             std::string_view before_impl = {});
  // Only `<first, ..>`.
  void params_after(std::string_view first_params, std::string_view bounds);
};

// Whether an attribute `name(..)` of the node says `word` somewhere.
bool attribute_says(const DeriveInput& input, NodeId node, std::string_view name, std::string_view word);
bool has_attribute(const DeriveInput& input, NodeId node, std::string_view name);

BuiltinOutcome model_serialize(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_deserialize(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_thiserror(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_clap_parser(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_clap_args(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_clap_subcommand(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_clap_value_enum(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_strum_iter(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);

BuiltinOutcome model_num_enum_into(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_num_enum_from(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_num_enum_try_from(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_num_enum_default(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_is_variant(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_strum_enum_is(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_strum_from_repr(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_deref(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_deref_mut(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_as_ref(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_as_mut(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_into(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_prost_message(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_prost_oneof(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_prost_enumeration(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);

BuiltinOutcome model_yokeable(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_zero_from(const DeriveInput&, BuiltinContext&, TokenStream*, MacroError*);

BuiltinOutcome model_paste(const BuiltinCall&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_tokio_output_enum(const BuiltinCall&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_tokio_clean_pattern(const BuiltinCall&, BuiltinContext&, TokenStream*, MacroError*);

BuiltinOutcome model_pin_project(const AttributeInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_pinned_drop(const AttributeInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_make_ule(const AttributeInput&, BuiltinContext&, TokenStream*, MacroError*);
BuiltinOutcome model_wasm_bindgen(const AttributeInput&, BuiltinContext&, TokenStream*, MacroError*);

}  // namespace rp
