// layout/large-enum-variant: one variant that makes all values of an enum large.
#include <string>

#include "layout/type_view.h"
#include "review/rule.h"
#include "review/sema.h"
#include "review/tree_queries.h"

namespace rp {

extern const Rule kLargeEnumVariant;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::EnumItem};
constexpr uint64_t kDifference = 200;  // bytes between the largest variant and the next

constexpr std::string_view kReferences[] = {
    "Clippy, large_enum_variant, https://rust-lang.github.io/rust-clippy/stable/index.html#large_enum_variant",
    "The Rust Performance Book, \"Type Sizes\", https://nnethercote.github.io/perf-book/type-sizes.html",
};

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const Sema& sema = context.sema();
  const DefRef def = sema.definition(node);
  const layout::TypeView* type = sema.layout_of(def);
  if (type == nullptr || type->variants.size() < 2 || !type->encoding) return;
  uint32_t largest = 0;
  uint64_t first = 0;
  uint64_t second = 0;
  for (uint32_t v = 0; v < type->variants.size(); ++v) {
    uint64_t bytes = 0;
    for (const layout::FieldView& field : type->variants[v].fields) bytes += field.size;
    if (bytes > first) {
      second = first;
      first = bytes;
      largest = v;
    } else if (bytes > second) {
      second = bytes;
    }
  }
  if (first < second + kDifference) return;
  const std::optional<uint64_t> boxed = sema.size_with_boxed_variant(def, largest);
  if (!boxed || *boxed >= type->size) return;

  // The variants of a macro are somewhere else.
  const NodeId list = tree.child(node, Role::variants);
  NodeId variant;
  for (NodeId child = list ? tree.first_child(list) : NodeId(); child; child = tree.next_sibling(child)) {
    if (tree.kind(child) == NodeKind::Variant && name_of(tree, child) == type->variants[largest].name) variant = child;
  }
  if (!variant) return;
  const std::string name = type->name + "::" + type->variants[largest].name;
  const std::string message = "`" + name + "` holds " + std::to_string(first) + " bytes and the next largest variant " +
                              std::to_string(second) + ": every `" + type->name + "` takes " +
                              std::to_string(type->size);
  const std::string help = "put what the variant holds into a `Box`: then the enum takes " + std::to_string(*boxed) +
                           " bytes, " + std::to_string(type->size - *boxed) +
                           " less in each value and in each element of a collection";
  context.report({.span = tree.span(tree.child(variant, Role::name)),
                  .message = message,
                  .label = std::to_string(first) + " bytes",
                  .help = help,
                  .severity = kLargeEnumVariant.severity});
}

}  // namespace

const Rule kLargeEnumVariant = {
    .id = "layout/large-enum-variant",
    .area = "layout",
    .title = "an enum variant far larger than the others",
    .why =
        "A value of an enum takes as much room as its largest variant, whichever it is. When one variant is much "
        "larger "
        "than the rest, most values are mostly unused bytes, which are moved and kept in collections all the same. A "
        "`Box` around what the large variant holds costs one allocation where that variant is made.",
    .bad =
        "pub enum Message {\n"
        "    Quit,\n"
        "    Move { x: i32, y: i32 },\n"
        "    Frame([u8; 1024]),  //~\n"
        "}\n",
    .good =
        "pub enum Message {\n"
        "    Quit,\n"
        "    Move { x: i32, y: i32 },\n"
        "    Frame(Box<[u8; 1024]>),\n"
        "}\n",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt =
        "the sizes are certain; whether they matter is not: values may be few, or nearly all of the large variant, and "
        "an allocation costs, too",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .lint = Lint::LargeEnumVariant,
    .library_only = true,
};

}  // namespace rp
