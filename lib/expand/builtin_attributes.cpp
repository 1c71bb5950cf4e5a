// The attribute macros of rustc. Most give their item back.
#include "expand/builtin_writer.h"
#include "expand/derive_shape.h"

namespace rp {
namespace {

using T = TokenKind;

// The item without the attribute, and without what cfg took away.
void give_back(const AttributeInput& input, TokenStream* out) {
  std::vector<NodeId> left_out(input.removed.begin(), input.removed.end());
  if (input.attribute) left_out.push_back(input.attribute);
  std::sort(left_out.begin(), left_out.end());
  TokenWriter w(out, *input.source, input.id, input.place, kRootContext, left_out);
  w.put(input.item);
}

BuiltinOutcome keep(const AttributeInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  give_back(input, out);
  return BuiltinOutcome::Expanded;
}

// The item, and things that no name leads to.
BuiltinOutcome keep_and_more(const AttributeInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  give_back(input, out);
  return BuiltinOutcome::Modelled;
}

// Tests are there only when tests are built.
BuiltinOutcome keep_in_tests(const AttributeInput& input, BuiltinContext& context, TokenStream* out, MacroError*) {
  if (!context.cfg().has("test")) return BuiltinOutcome::Expanded;
  give_back(input, out);
  return BuiltinOutcome::Modelled;
}

// Whether a path can be named is a question that only names can answer.
BuiltinOutcome unknown(const AttributeInput&, BuiltinContext&, TokenStream*, MacroError*) {
  return BuiltinOutcome::Opaque;
}

// The item and the impls, which are `impl const` in truth.
BuiltinOutcome derive_const(const AttributeInput& input, BuiltinContext& context, TokenStream* out, MacroError* error) {
  give_back(input, out);
  const MacroInput& arguments = input.arguments;
  if (arguments.source == nullptr) return BuiltinOutcome::Modelled;
  const Tree& tree = arguments.source->tree;
  uint32_t last = UINT32_MAX;
  const auto derive_last = [&] {
    if (last == UINT32_MAX) return BuiltinOutcome::Expanded;
    const BuiltinDerive* derive = find_builtin_derive(tree.token_text(last));
    if (derive == nullptr) return BuiltinOutcome::Opaque;
    const DeriveInput derive_input{
        input.source,   input.id, input.item, input.removed, arguments.source->origin(arguments.id, last),
        input.expansion};
    return derive->expand(derive_input, context, out, error);
  };
  for (uint32_t slot = arguments.begin; slot <= arguments.end; ++slot) {
    if (slot == arguments.end || tree.token_kind(slot) == T::Comma) {
      const BuiltinOutcome outcome = derive_last();
      if (outcome == BuiltinOutcome::Failed || outcome == BuiltinOutcome::Opaque) return outcome;
      last = UINT32_MAX;
    } else if (tree.token_kind(slot) == T::Ident) {
      last = slot;
    }
  }
  return BuiltinOutcome::Modelled;
}

constexpr BuiltinAttribute kAttributes[] = {
    {"alloc_error_handler", keep_and_more},
    {"autodiff_forward", unknown},
    {"autodiff_reverse", unknown},
    {"bench", keep_in_tests},
    {"cfg_accessible", unknown},
    {"cfg_eval", keep},
    {"contracts_ensures", keep_and_more},
    {"contracts_requires", keep_and_more},
    {"define_opaque", keep},
    {"derive_const", derive_const},
    {"eii", unknown},
    {"eii_declaration", keep_and_more},
    {"global_allocator", keep_and_more},
    {"test", keep_in_tests},
    {"test_case", keep_in_tests},
    {"unsafe_eii", unknown},
};

}  // namespace

const BuiltinAttribute* find_builtin_attribute(std::string_view name) {
  for (const BuiltinAttribute& attribute : kAttributes)
    if (attribute.name == name) return &attribute;
  return nullptr;
}

}  // namespace rp
