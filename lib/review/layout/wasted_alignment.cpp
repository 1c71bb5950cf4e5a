// layout/wasted-alignment: an alignment that makes elements of a collection mostly padding.
#include <string>

#include "layout/type_view.h"
#include "review/layout/sharing.h"
#include "review/rule.h"

namespace rp {

extern const Rule kWastedAlignment;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::StructItem};
constexpr uint32_t kAlign = 32;  // from which on it is looked at

constexpr std::string_view kReferences[] = {
    "The Rust Reference, \"The alignment modifiers\", "
    "https://doc.rust-lang.org/reference/type-layout.html#the-alignment-modifiers",
};

void check(RuleContext& context, NodeId node) {
  if (!mentions_repr(context.tree(), node)) return;
  const Sema& sema = context.sema();
  const DefRef def = sema.definition(node);
  const layout::TypeView* type = sema.layout_of(def);
  if (type == nullptr || type->align < kAlign || type->repr.find("align(") == std::string::npos) return;
  if (type->padding < type->align / 2 || type->padding * 2 < type->size) return;
  // One that is shared by threads is meant to have a line for itself.
  for (const layout::VariantView& variant : type->variants) {
    for (const layout::FieldView& field : variant.fields) {
      if (field.type.starts_with("Atomic") || field.type.starts_with("Mutex<") || field.type.starts_with("RwLock<") ||
          field.type.starts_with("UnsafeCell<") || field.type.starts_with("Cell<")) {
        return;
      }
    }
  }
  if (!is_used_inside(sema, def, {"Vec", "VecDeque", "SmallVec", "ArrayVec"}, true, false)) return;
  const std::string message = "each element of type `" + type->name + "` takes " + std::to_string(type->size) +
                              " bytes, of which " + std::to_string(type->padding) +
                              " are padding for its alignment to " + std::to_string(type->align);
  context.report({.span = header_span(context.tree(), node),
                  .message = message,
                  .label = std::to_string(type->padding) + " bytes of padding",
                  .help =
                      "take the alignment away, or give it to a block of several elements: it is each element that is "
                      "aligned, not the collection",
                  .severity = kWastedAlignment.severity});
}

}  // namespace

const Rule kWastedAlignment = {
    .id = "layout/wasted-alignment",
    .area = "layout",
    .title = "an alignment that makes elements mostly padding",
    .why =
        "A type's size is a multiple of its alignment. `repr(align(64))` on a small type that lies in a Vec or an "
        "array "
        "spends a cache line on every element, and walking the elements loads mostly padding.",
    .bad =
        "#[repr(align(64))]\n"
        "#[derive(Clone, Copy)]\n"
        "pub struct Sample {  //~\n"
        "    pub left: f32,\n"
        "    pub right: f32,\n"
        "}\n"
        "\n"
        "pub struct Track {\n"
        "    pub samples: Vec<Sample>,\n"
        "}\n",
    .good =
        "#[derive(Clone, Copy)]\n"
        "pub struct Sample {\n"
        "    pub left: f32,\n"
        "    pub right: f32,\n"
        "}\n"
        "\n"
        "#[repr(align(64))]\n"
        "pub struct Block {\n"
        "    pub samples: [Sample; 8],\n"
        "}\n"
        "\n"
        "pub struct Track {\n"
        "    pub blocks: Vec<Block>,\n"
        "}\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "hardware (DMA, vector instructions) may ask for the alignment of every element",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .library_only = true,
};

}  // namespace rp
