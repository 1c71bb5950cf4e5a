// Models of derives that look at fields: serde, thiserror, clap, strum's iterators.
#include <algorithm>

#include "expand/models.h"

namespace rp {
namespace {

using K = NodeKind;
using T = TokenKind;

// Whether the type parameter stands in the type of a field, PhantomData apart.
bool mentions(const Tree& tree, NodeId type, std::string_view name) {
  for (NodeId node = type; node && node < tree.subtree_end(type); ++node.value) {
    if (tree.kind(node) != K::PathSegment) continue;
    const std::string_view text = plain_identifier(tree.token_text(tree.first_slot(node)));
    if (text == "PhantomData") {
      node = NodeId(tree.subtree_end(node).value - 1);
      continue;
    }
    const NodeId path = tree.parent(node);
    if (text == name && tree.child(path, Role::segment) == node) return true;
  }
  return false;
}

// serde borrows from &str and &[u8], and where #[serde(borrow)] says so.
bool borrows(const DeriveInput& input, const DeriveField& field) {
  const Tree& tree = input.source->tree;
  if (attribute_says(input, field.node, "serde", "borrow")) return true;
  if (!field.type || tree.kind(field.type) != K::RefType) return false;
  const NodeId target = tree.child(field.type, Role::type);
  if (!target) return false;
  if (simple_type_name(tree, target) == "str") return true;
  return tree.kind(target) == K::SliceType && simple_type_name(tree, tree.child(target, Role::type)) == "u8";
}

class SerdeModel {
 public:
  SerdeModel(const DeriveInput& input, TokenStream* out)
      : input_(input), shape_(derive_shape(input)), w_(input, shape_, out) {}

  BuiltinOutcome run(bool serialize) {
    // `remote` gives functions of the type itself; another crate's path is in a string.
    if (shape_.is_union() || attribute_says(input_, input_.item, "serde", "remote") ||
        attribute_says(input_, input_.item, "serde", "crate"))
      return BuiltinOutcome::Opaque;
    w_.put(
        "#[doc(hidden)] #[allow(non_upper_case_globals, unused_attributes, unused_qualifications)] const _: () = {"
        "#[allow(unused_extern_crates)] extern crate serde as _serde;");
    w_.put("#[automatically_derived] impl");
    if (serialize) {
      w_.params({});
      w_.put("_serde::Serialize for");
    } else {
      std::string first = "'de";
      const std::vector<std::string> borrowed = borrowed_lifetimes();
      for (size_t i = 0; i < borrowed.size(); ++i) first += (i == 0 ? ": " : " + ") + borrowed[i];
      w_.params_after(first, {});
      w_.put("_serde::Deserialize<'de> for");
    }
    w_.self_type();
    where_clause(serialize ? "_serde::Serialize" : "_serde::Deserialize<'de>");
    if (serialize)
      w_.put(
          "{ fn serialize<__S>(&self, __serializer: __S) -> ::core::result::Result<__S::Ok, __S::Error> "
          "where __S: _serde::Serializer { loop {} } } };");
    else
      w_.put(
          "{ fn deserialize<__D>(__deserializer: __D) -> ::core::result::Result<Self, __D::Error> "
          "where __D: _serde::Deserializer<'de> { loop {} } } };");
    return BuiltinOutcome::Modelled;
  }

 private:
  std::vector<std::string> borrowed_lifetimes() {
    std::vector<std::string> out;
    const Tree& tree = w_.tree();
    for (const DeriveVariant& variant : shape_.variants)
      for (const DeriveField& field : variant.fields) {
        if (!borrows(input_, field)) continue;
        for (uint32_t slot = tree.first_slot(field.type); slot < tree.end_slot(field.type);
             slot += token_slots(tree.token_kind(slot))) {
          if (tree.token_kind(slot) != T::Lifetime) continue;
          std::string name(tree.token_text(slot));
          if (name != "'static" && name != "'_" && std::find(out.begin(), out.end(), name) == out.end())
            out.push_back(std::move(name));
        }
      }
    return out;
  }
  void where_clause(std::string_view bound) {
    w_.put("where");
    for (const NodeId predicate : shape_.predicates) w_.put(predicate, ",");
    for (const DeriveParam& param : shape_.params) {
      if (param.kind != DeriveParam::Kind::Type) continue;
      bool used = false;
      for (const DeriveVariant& variant : shape_.variants)
        for (const DeriveField& field : variant.fields)
          used = used ||
                 (!attribute_says(input_, field.node, "serde", "skip") && mentions(w_.tree(), field.type, param.name));
      if (used && !attribute_says(input_, input_.item, "serde", "bound"))
        w_.put(SlotRef{param.name_slot}, ":", bound, ",");
    }
  }

  const DeriveInput& input_;
  DeriveShape shape_;
  ModelWriter w_;
};

}  // namespace

BuiltinOutcome model_serialize(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  return SerdeModel(input, out).run(true);
}
BuiltinOutcome model_deserialize(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  return SerdeModel(input, out).run(false);
}

// Error, Display where messages are given, From where a field says so.
BuiltinOutcome model_thiserror(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  const DeriveShape shape = derive_shape(input);
  if (shape.is_union()) return BuiltinOutcome::Opaque;
  ModelWriter w(input, shape, out);
  w.begin("::core::error::Error");
  w.put("}");
  bool display = has_attribute(input, input.item, "error");
  for (const DeriveVariant& variant : shape.variants) display = display || has_attribute(input, variant.node, "error");
  if (display) {
    w.begin("::core::fmt::Display");
    w.put("fn fmt(&self, __formatter: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result { loop {} } }");
  }
  for (const DeriveVariant& variant : shape.variants)
    for (const DeriveField& field : variant.fields) {
      if (!has_attribute(input, field.node, "from")) continue;
      w.put(
          "#[automatically_derived] impl", [&] { w.params({}); }, "::core::convert::From<", field.type, "> for",
          [&] { w.self_type(); }, [&] { w.where_clause({}); }, "{ fn from(source:", field.type,
          ") -> Self { loop {} } }");
    }
  return BuiltinOutcome::Modelled;
}

namespace {

void clap_from_matches(ModelWriter& w) {
  w.begin("clap::FromArgMatches");
  w.put(
      "fn from_arg_matches(__clap_arg_matches: &clap::ArgMatches) -> ::std::result::Result<Self, clap::Error> "
      "{ loop {} }"
      "fn from_arg_matches_mut(__clap_arg_matches: &mut clap::ArgMatches) -> ::std::result::Result<Self, clap::Error> "
      "{ loop {} }"
      "fn update_from_arg_matches(&mut self, __clap_arg_matches: &clap::ArgMatches) "
      "-> ::std::result::Result<(), clap::Error> { loop {} }"
      "fn update_from_arg_matches_mut(&mut self, __clap_arg_matches: &mut clap::ArgMatches) "
      "-> ::std::result::Result<(), clap::Error> { loop {} } }");
}
void clap_args(ModelWriter& w) {
  clap_from_matches(w);
  w.begin("clap::Args");
  w.put(
      "fn group_id() -> ::std::option::Option<clap::Id> { loop {} }"
      "fn augment_args<'b>(__clap_app: clap::Command) -> clap::Command { loop {} }"
      "fn augment_args_for_update<'b>(__clap_app: clap::Command) -> clap::Command { loop {} } }");
}
void clap_subcommand(ModelWriter& w) {
  clap_from_matches(w);
  w.begin("clap::Subcommand");
  w.put(
      "fn augment_subcommands<'b>(__clap_app: clap::Command) -> clap::Command { loop {} }"
      "fn augment_subcommands_for_update<'b>(__clap_app: clap::Command) -> clap::Command { loop {} }"
      "fn has_subcommand(__clap_name: &str) -> bool { loop {} } }");
}

}  // namespace

BuiltinOutcome model_clap_parser(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  const DeriveShape shape = derive_shape(input);
  if (shape.is_union()) return BuiltinOutcome::Opaque;
  ModelWriter w(input, shape, out);
  w.begin("clap::Parser");
  w.put("}");
  w.begin("clap::CommandFactory");
  w.put("fn command<'b>() -> clap::Command { loop {} } fn command_for_update<'b>() -> clap::Command { loop {} } }");
  if (shape.is_enum())
    clap_subcommand(w);
  else
    clap_args(w);
  return BuiltinOutcome::Modelled;
}

BuiltinOutcome model_clap_args(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  const DeriveShape shape = derive_shape(input);
  if (shape.kind != K::StructItem) return BuiltinOutcome::Opaque;
  ModelWriter w(input, shape, out);
  clap_args(w);
  return BuiltinOutcome::Modelled;
}

BuiltinOutcome model_clap_subcommand(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  const DeriveShape shape = derive_shape(input);
  if (!shape.is_enum()) return BuiltinOutcome::Opaque;
  ModelWriter w(input, shape, out);
  clap_subcommand(w);
  return BuiltinOutcome::Modelled;
}

BuiltinOutcome model_clap_value_enum(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  const DeriveShape shape = derive_shape(input);
  if (!shape.is_enum()) return BuiltinOutcome::Opaque;
  ModelWriter w(input, shape, out);
  w.begin("clap::ValueEnum");
  w.put(
      "fn value_variants<'a>() -> &'a [Self] { loop {} }"
      "fn to_possible_value<'a>(&self) -> ::std::option::Option<clap::builder::PossibleValue> { loop {} } }");
  return BuiltinOutcome::Modelled;
}

// `struct NameIter` beside the enum, and what makes it an iterator. Enums with generics have more to it.
BuiltinOutcome model_strum_iter(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  const DeriveShape shape = derive_shape(input);
  if (!shape.is_enum() || !shape.params.empty() || attribute_says(input, input.item, "strum", "crate") ||
      attribute_says(input, input.item, "strum", "Crate"))
    return BuiltinOutcome::Opaque;
  ModelWriter w(input, shape, out);
  const std::string name = std::string(shape.name) + "Iter";
  const NodeId visibility = w.tree().child(input.item, Role::visibility);
  w.put("#[allow(missing_copy_implementations)]", visibility, "struct", name,
        "{ idx: usize, back_idx: usize, marker: ::core::marker::PhantomData<()>, }");
  w.put("impl ::core::fmt::Debug for", name,
        "{ fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result { loop {} } }");
  w.put(
      "impl", name, "{ fn get(&self, idx: usize) -> ::core::option::Option<", [&] { w.self_type(); },
      "> { loop {} } }");
  w.begin("::strum::IntoEnumIterator");
  w.put("type Iterator =", name, "; fn iter() ->", name, "{ loop {} } }");
  w.put(
      "impl ::core::iter::Iterator for", name, "{ type Item =", [&] { w.self_type(); },
      "; fn next(&mut self) -> ::core::option::Option<<Self as Iterator>::Item> { loop {} } }");
  w.put("impl ::core::iter::ExactSizeIterator for", name, "{ fn len(&self) -> usize { loop {} } }");
  w.put("impl ::core::iter::DoubleEndedIterator for", name,
        "{ fn next_back(&mut self) -> ::core::option::Option<<Self as Iterator>::Item> { loop {} } }");
  w.put("impl ::core::iter::FusedIterator for", name, "{}");
  w.put("impl ::core::clone::Clone for", name, "{ fn clone(&self) ->", name, "{ loop {} } }");
  return BuiltinOutcome::Modelled;
}

}  // namespace rp
