// A model of #[pin_project]: the item, and the types that `project` and `project_ref` give.
#include <algorithm>

#include "expand/models.h"

namespace rp {
namespace {

using T = TokenKind;
using Style = DeriveVariant::Style;

struct ProjectNames {
  std::string project;  // empty: not named by the program
  std::string project_ref;
};

// `project = Name, project_ref = Name, PinnedDrop`; false for what changes more than that.
bool read_names(const MacroInput& arguments, ProjectNames* names) {
  if (arguments.source == nullptr) return true;
  const Tree& tree = arguments.source->tree;
  std::string_view key;
  bool value = false;
  for (uint32_t slot = arguments.begin; slot < arguments.end; slot += token_slots(tree.token_kind(slot))) {
    const T kind = tree.token_kind(slot);
    if (is_trivia(kind)) continue;
    const std::string_view text = tree.token_text(slot);
    if (kind == T::Comma) {
      key = {};
      value = false;
    } else if (kind == T::Eq) {
      value = true;
    } else if (kind != T::Ident) {
      return false;
    } else if (!value) {
      key = text;
      if (text != "project" && text != "project_ref" && text != "PinnedDrop") return false;
    } else {
      (key == "project" ? names->project : names->project_ref) = text;
    }
  }
  return true;
}

class PinProject {
 public:
  PinProject(const DeriveInput& input, const DeriveShape& shape, TokenStream* out)
      : input_(input), shape_(shape), w_(input, shape, out) {}

  void run(const ProjectNames& names) {
    const std::string base(shape_.name);
    const std::string project = names.project.empty() ? "__" + base + "Projection" : names.project;
    const std::string project_ref = names.project_ref.empty() ? "__" + base + "ProjectionRef" : names.project_ref;
    // An enum without a name for its projection has no method for it.
    const bool by_mut = !shape_.is_enum() || !names.project.empty();
    const bool by_ref = !shape_.is_enum() || !names.project_ref.empty();
    if (by_mut && !names.project.empty()) projected(project, "mut");
    if (by_ref && !names.project_ref.empty()) projected(project_ref, "");
    w_.put("const _: () = {");
    if (by_mut && names.project.empty()) projected(project, "mut");
    if (by_ref && names.project_ref.empty()) projected(project_ref, "");
    w_.put("impl", [&] { w_.params({}); }, [&] { w_.self_type(); }, [&] { w_.where_clause({}); }, "{");
    if (by_mut) method("project", "mut", project);
    if (by_ref) method("project_ref", "", project_ref);
    w_.put("} };");
  }

 private:
  // No more visible than the crate.
  void visibility() {
    const NodeId own = w_.tree().child(input_.item, Role::visibility);
    if (!own) return;
    if (w_.tree().text(own) == "pub")
      w_.put("pub(crate)");
    else
      w_.put(own);
  }
  void arguments() {
    w_.put("<'__pin");
    for (const DeriveParam& param : shape_.params) w_.put(",", SlotRef{param.name_slot});
    w_.put(">");
  }
  void field(const DeriveField& field, std::string_view mutability) {
    const bool pinned = has_attribute(input_, field.node, "pin");
    w_.put(w_.tree().child(field.node, Role::visibility));
    if (field.name_slot != UINT32_MAX) w_.put(SlotRef{field.name_slot}, ":");
    w_.put(pinned ? "::pin_project::__private::Pin<" : "", "&'__pin", mutability, "(", field.type, ")",
           pinned ? ">" : "", ",");
  }
  void fields(const DeriveVariant& variant, std::string_view mutability) {
    if (variant.style == Style::Unit) return;
    w_.put(variant.style == Style::Named ? "{" : "(");
    for (const DeriveField& f : variant.fields) field(f, mutability);
    w_.put(variant.style == Style::Named ? "}" : ")");
  }
  void where() {
    w_.put("where", [&] { w_.self_type(); }, ": '__pin,");
    for (const NodeId predicate : shape_.predicates) w_.put(predicate, ",");
  }
  void projected(const std::string& name, std::string_view mutability) {
    w_.put("#[doc(hidden)] #[allow(dead_code)]", [&] { visibility(); }, shape_.is_enum() ? "enum" : "struct", name);
    w_.params_after("'__pin", {});
    if (shape_.is_enum()) {
      w_.put([&] { where(); }, "{");
      for (const DeriveVariant& variant : shape_.variants)
        w_.put(SlotRef{variant.name_slot}, [&] { fields(variant, mutability); }, ",");
      w_.put("}");
      return;
    }
    const DeriveVariant& only = shape_.variants[0];
    if (only.style == Style::Named) {
      w_.put([&] { where(); }, [&] { fields(only, mutability); });
    } else {
      w_.put([&] { fields(only, mutability); }, [&] { where(); }, ";");
    }
  }
  void method(std::string_view name, std::string_view mutability, const std::string& result) {
    w_.put(
        "#[doc(hidden)]", [&] { visibility(); }, "fn", name, "<'__pin>(self: ::pin_project::__private::Pin<&'__pin",
        mutability, "Self>) ->", result, [&] { arguments(); }, "{ loop {} }");
  }

  const DeriveInput& input_;
  const DeriveShape& shape_;
  ModelWriter w_;
};

}  // namespace

BuiltinOutcome model_pin_project(const AttributeInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  ProjectNames names;
  const Tree& tree = input.source->tree;
  const NodeKind kind = tree.kind(input.item);
  if ((kind != NodeKind::StructItem && kind != NodeKind::EnumItem) || !read_names(input.arguments, &names))
    return BuiltinOutcome::Opaque;
  const DeriveInput derive{input.source, input.id, input.item, input.removed, input.place, input.expansion};
  const DeriveShape shape = derive_shape(derive);
  // The item without the attribute and without the marks on its fields.
  std::vector<NodeId> left_out(input.removed.begin(), input.removed.end());
  if (input.attribute) left_out.push_back(input.attribute);
  for (const DeriveVariant& variant : shape.variants)
    for (const DeriveField& field : variant.fields)
      for (NodeId attr = tree.first_child(field.node); attr; attr = tree.next_sibling(attr))
        if (tree.role(attr) == Role::attribute && attribute_path(tree, attr) == "pin") left_out.push_back(attr);
  std::sort(left_out.begin(), left_out.end());
  TokenWriter item(out, *input.source, input.id, input.place, kRootContext, left_out);
  item.put(input.item);
  PinProject(derive, shape, out).run(names);
  return BuiltinOutcome::Modelled;
}

}  // namespace rp
