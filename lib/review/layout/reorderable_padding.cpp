// layout/reorderable-padding: a repr(C) struct that would be smaller with its fields in another order.
#include <algorithm>
#include <numeric>
#include <string>

#include "layout/type_view.h"
#include "review/layout/sharing.h"
#include "review/rule.h"
#include "review/sema.h"
#include "review/tree_queries.h"

namespace rp {

extern const Rule kReorderablePadding;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::StructItem};

constexpr std::string_view kReferences[] = {
    "The Rust Reference, \"The C representation\", "
    "https://doc.rust-lang.org/reference/type-layout.html#the-c-representation",
    "The Lost Art of Structure Packing, http://www.catb.org/esr/structure-packing/",
};

void check(RuleContext& context, NodeId node) {
  if (!mentions_repr(context.tree(), node)) return;
  const Sema& sema = context.sema();
  const layout::TypeView* type = sema.layout_of(sema.definition(node));
  if (type == nullptr || !type->sized || type->padding == 0 || type->variants.size() != 1) return;
  // Other representations order fields themselves, or have no padding.
  if (type->repr != "C" && !type->repr.starts_with("C, align")) return;
  // Of what others can name the order is part of the interface; where pointers and C's types are, foreign code set it.
  if (sema.has_manifest() && sema.is_reachable(node) != Answer::No) return;
  for (const layout::FieldView& field : type->variants[0].fields)
    if (field.type.starts_with("*") || field.type.find("c_") != std::string::npos) return;
  const std::vector<layout::FieldView>& fields = type->variants[0].fields;
  std::vector<uint32_t> order(fields.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return fields[a].align > fields[b].align; });
  uint64_t end = 0;
  const auto align_up = [](uint64_t offset, uint64_t align) { return (offset + align - 1) / align * align; };
  for (const uint32_t index : order) end = align_up(end, fields[index].align) + fields[index].size;
  const uint64_t size = align_up(end, type->align);
  if (size >= type->size) return;

  std::string names;
  for (const uint32_t index : order) names += (names.empty() ? "`" : ", `") + fields[index].name + "`";
  const std::string saved = std::to_string(type->size - size);
  const std::string message = "padding takes " + std::to_string(type->padding) + " of the " +
                              std::to_string(type->size) + " bytes of `" + type->name + "`; another order of its " +
                              "fields would save " + saved;
  const std::string help = "declare the fields from the largest alignment to the smallest: " + names +
                           "; then it takes " + std::to_string(size) + " bytes";
  context.report({.span = header_span(context.tree(), node),
                  .message = message,
                  .label = std::to_string(type->size) + " bytes",
                  .help = help,
                  .severity = kReorderablePadding.severity});
}

}  // namespace

const Rule kReorderablePadding = {
    .id = "layout/reorderable-padding",
    .area = "layout",
    .title = "a repr(C) struct that another order of fields makes smaller",
    .why =
        "With `repr(C)` fields lie in the order in which they are written, and before each there is as much padding as "
        "its alignment asks for. Fields in the order of their alignment, the largest first, need none between them. "
        "Every value, and every element of a Vec of them, is smaller then, and more of them fit into a cache line. "
        "Without `repr(C)` the compiler finds such an order by itself.",
    .bad =
        "#[repr(C)]\n"
        "pub struct Entry {  //~\n"
        "    pub kind: u8,\n"
        "    pub offset: u64,\n"
        "    pub flags: u16,\n"
        "    pub size: u32,\n"
        "    pub level: u8,\n"
        "}\n",
    .good =
        "#[repr(C)]\n"
        "pub struct Entry {\n"
        "    pub offset: u64,\n"
        "    pub size: u32,\n"
        "    pub flags: u16,\n"
        "    pub kind: u8,\n"
        "    pub level: u8,\n"
        "}\n"
        "\n"
        "pub struct Ordered {\n"
        "    pub kind: u8,\n"
        "    pub offset: u64,\n"
        "    pub level: u8,\n"
        "}\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the order may be prescribed: by a C header, a file format or a protocol",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .library_only = true,
};

}  // namespace rp
