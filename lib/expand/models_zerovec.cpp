// Models of what zero-copy types are made with: #[zerovec::make_ule] gives the item and the type of bytes that stands
// for it in a slice; the derives Yokeable and ZeroFrom give impls that change the type's one lifetime.
#include <algorithm>

#include "expand/models.h"

namespace rp {
namespace {

using T = TokenKind;
using Style = DeriveVariant::Style;

// The one identifier that is given; empty when it is anything else.
std::string only_name(const MacroInput& arguments) {
  std::string name;
  if (arguments.source == nullptr) return name;
  const Tree& tree = arguments.source->tree;
  for (uint32_t slot = arguments.begin; slot < arguments.end; slot += token_slots(tree.token_kind(slot))) {
    const T kind = tree.token_kind(slot);
    if (is_trivia(kind)) continue;
    if (kind != T::Ident || !name.empty()) return {};
    name = tree.token_text(slot);
  }
  return name;
}

// Attributes of the macro's own: `#[zerovec::derive(..)]`, `#[zerovec::skip_derive(..)]`.
std::vector<NodeId> own_attributes(const AttributeInput& input) {
  const Tree& tree = input.source->tree;
  std::vector<NodeId> out;
  for (NodeId attr = tree.first_child(input.item); attr; attr = tree.next_sibling(attr))
    if (tree.role(attr) == Role::attribute && attr != input.attribute &&
        attribute_path(tree, attr).starts_with("zerovec::")) {
      out.push_back(attr);
    }
  return out;
}

class MakeUle {
 public:
  MakeUle(const DeriveInput& input, const DeriveShape& shape, TokenStream* out)
      : input_(input), shape_(shape), w_(input, shape, out) {}

  void run(const std::string& ule, bool ordered, bool in_maps) {
    const DeriveVariant* only = shape_.is_enum() ? nullptr : &shape_.variants[0];
    w_.put(only != nullptr && only->fields.size() > 1 ? "#[repr(C, packed)]" : "#[repr(transparent)]",
           "#[derive(Copy, Clone, PartialEq, Eq)]", ordered && only == nullptr ? "#[derive(Ord, PartialOrd)]" : "");
    if (const NodeId visibility = w_.tree().child(input_.item, Role::visibility); visibility) w_.put(visibility);
    w_.put("struct", ule);
    if (only == nullptr) {
      w_.put("(u8);");
    } else {
      fields(*only);
    }
    w_.put("unsafe impl zerovec::ule::ULE for", ule,
           "{ fn validate_bytes(bytes: &[u8]) -> Result<(), zerovec::ule::UleError> { loop {} } }");
    w_.put(
        "impl zerovec::ule::AsULE for", [&] { w_.self_type(); }, "{ type ULE =", ule,
        "; fn to_unaligned(self) -> Self::ULE { loop {} } fn from_unaligned(other: Self::ULE) -> Self { loop {} } }");
    if (only == nullptr) {
      w_.put("impl", [&] { w_.self_type(); }, "{ pub(crate) fn new_from_u8(value: u8) -> Option<Self> { loop {} } }");
    } else if (ordered) {
      w_.put("impl core::cmp::PartialOrd for", ule,
             "{ fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> { loop {} } }");
      w_.put("impl core::cmp::Ord for", ule, "{ fn cmp(&self, other: &Self) -> core::cmp::Ordering { loop {} } }");
    }
    if (!in_maps) return;
    w_.put(
        "impl<'a> zerovec::maps::ZeroMapKV<'a> for", [&] { w_.self_type(); }, "{ type Container = zerovec::ZeroVec<'a,",
        [&] { w_.self_type(); }, ">; type Slice = zerovec::ZeroSlice<", [&] { w_.self_type(); },
        ">; type GetType =", ule, "; type OwnedType =", [&] { w_.self_type(); }, "; }");
  }

 private:
  void fields(const DeriveVariant& of) {
    const bool named = of.style == Style::Named;
    w_.put(named ? "{" : "(");
    for (const DeriveField& field : of.fields) {
      if (const NodeId visibility = w_.tree().child(field.node, Role::visibility); visibility) w_.put(visibility);
      if (named) w_.put(SlotRef{field.name_slot}, ":");
      w_.put("<", field.type, "as zerovec::ule::AsULE>::ULE,");
    }
    w_.put(named ? "}" : ");");
  }

  const DeriveInput& input_;
  const DeriveShape& shape_;
  ModelWriter w_;
};

// Types without parameters, or with one lifetime, are all that is understood here.
bool has_one_lifetime_at_most(const DeriveShape& shape) {
  return shape.params.size() <= 1 && shape.predicates.empty() &&
         (shape.params.empty() || shape.params[0].kind == DeriveParam::Kind::Lifetime);
}

}  // namespace

BuiltinOutcome model_make_ule(const AttributeInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  const Tree& tree = input.source->tree;
  const NodeKind kind = tree.kind(input.item);
  const std::string ule = only_name(input.arguments);
  if ((kind != NodeKind::StructItem && kind != NodeKind::EnumItem) || ule.empty()) return BuiltinOutcome::Opaque;
  const DeriveInput derive{input.source, input.id, input.item, input.removed, input.place, input.expansion};
  const DeriveShape shape = derive_shape(derive);
  if (!shape.params.empty() || shape.variants.empty()) return BuiltinOutcome::Opaque;
  if (!shape.is_enum() && shape.variants[0].fields.empty()) return BuiltinOutcome::Opaque;
  bool ordered = true;
  bool in_maps = true;
  std::vector<NodeId> left_out = own_attributes(input);
  for (const NodeId attribute : left_out) {
    const std::string path = attribute_path(tree, attribute);
    // What more it derives for the other type depends on features of zerovec.
    if (path != "zerovec::skip_derive") return BuiltinOutcome::Opaque;
    ordered = ordered && tree.text(attribute).find("Ord") == std::string_view::npos;
    in_maps = in_maps && tree.text(attribute).find("ZeroMapKV") == std::string_view::npos;
  }
  left_out.insert(left_out.end(), input.removed.begin(), input.removed.end());
  if (input.attribute) left_out.push_back(input.attribute);
  std::sort(left_out.begin(), left_out.end());
  TokenWriter item(out, *input.source, input.id, input.place, kRootContext, left_out);
  item.put(input.item);
  MakeUle(derive, shape, out).run(ule, ordered, in_maps);
  return BuiltinOutcome::Modelled;
}

BuiltinOutcome model_yokeable(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  const DeriveShape shape = derive_shape(input);
  if (!has_one_lifetime_at_most(shape)) return BuiltinOutcome::Opaque;
  const bool borrows = !shape.params.empty();
  ModelWriter w(input, shape, out);
  w.put(
      "unsafe impl<'yoke> yoke::Yokeable<'yoke> for", SlotRef{shape.name_slot}, borrows ? "<'static>" : "",
      "{ type Output =", SlotRef{shape.name_slot}, borrows ? "<'yoke>" : "",
      "; fn transform(&'yoke self) -> &'yoke Self::Output { loop {} } fn transform_owned(self) -> Self::Output { loop "
      "{} } unsafe fn make(this: Self::Output) -> Self { loop {} } fn transform_mut<F>(&'yoke mut self, f: F) where F: "
      "'static + for<'any> FnOnce(&'any mut Self::Output) { loop {} } }");
  return BuiltinOutcome::Modelled;
}

BuiltinOutcome model_zero_from(const DeriveInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  const DeriveShape shape = derive_shape(input);
  if (!has_one_lifetime_at_most(shape)) return BuiltinOutcome::Opaque;
  const bool borrows = !shape.params.empty();
  ModelWriter w(input, shape, out);
  const std::string_view inner = borrows ? "<'zf_inner>" : "";
  w.put(borrows ? "impl<'zf, 'zf_inner>" : "impl<'zf>", "zerofrom::ZeroFrom<'zf,", SlotRef{shape.name_slot}, inner,
        "> for", SlotRef{shape.name_slot}, borrows ? "<'zf>" : "", "{ fn zero_from(this: &'zf",
        SlotRef{shape.name_slot}, inner, ") -> Self { loop {} } }");
  return BuiltinOutcome::Modelled;
}

}  // namespace rp
