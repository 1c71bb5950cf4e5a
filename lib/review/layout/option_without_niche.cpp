// layout/option-without-niche: Options of plain numbers, each of which costs as much again as its number.
#include <string>

#include "layout/type_view.h"
#include "review/layout/sharing.h"
#include "review/rule.h"
#include "review/sema.h"
#include "review/tree_queries.h"

namespace rp {

extern const Rule kOptionWithoutNiche;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::StructItem};
constexpr uint64_t kLimit = 16;  // bytes lost in one value

constexpr std::string_view kReferences[] = {
    "The Rust Standard Library, std::num::NonZero, https://doc.rust-lang.org/std/num/struct.NonZero.html",
    "The Rust Standard Library, std::option, \"Representation\", "
    "https://doc.rust-lang.org/std/option/index.html#representation",
};

// The size of the number in an Option of a number; 0 for other types.
uint64_t number_size(std::string_view type) {
  if (!type.starts_with("Option<") || type.back() != '>') return 0;
  const std::string_view inner = type.substr(7, type.size() - 8);
  if (inner == "u16" || inner == "i16") return 2;
  if (inner == "u32" || inner == "i32" || inner == "f32") return 4;
  if (inner == "u64" || inner == "i64" || inner == "f64") return 8;
  if (inner == "u128" || inner == "i128") return 16;
  return 0;
}

void check(RuleContext& context, NodeId node) {
  const Sema& sema = context.sema();
  const layout::TypeView* type = sema.layout_of(sema.definition(node));
  // Half of each Option is lost, at best.
  if (type == nullptr || type->size < 2 * kLimit || type->variants.size() != 1) return;
  uint64_t lost = 0;
  size_t count = 0;
  std::string names;
  for (const layout::FieldView& field : type->variants[0].fields) {
    if (field.size != 4 && field.size != 8 && field.size != 16 && field.size != 32) continue;
    const uint64_t size = number_size(field.type);
    if (size == 0 || field.size != 2 * size) continue;
    lost += size;
    ++count;
    names += (names.empty() ? "`" : ", `") + field.name + "`";
  }
  if (lost < kLimit || count < 2) return;
  // Where there is one value of it, such as the options of a program, nobody counts bytes.
  if (!is_used_inside(sema, sema.definition(node), {"Vec", "VecDeque", "HashMap", "BTreeMap", "IndexMap"}, true, false))
    return;
  const std::string message = std::to_string(lost) + " of the " + std::to_string(type->size) + " bytes of `" +
                              type->name + "` say no more than whether there is a value in " + names;
  context.report(
      {.span = header_span(context.tree(), node),
       .message = message,
       .label = std::to_string(lost) + " bytes for " + std::to_string(count) + " bits",
       .help = "where zero is no value, use `Option<NonZero<..>>`, which is as small as the number; else keep the "
               "numbers plain and one set of flags beside them",
       .severity = kOptionWithoutNiche.severity});
}

}  // namespace

const Rule kOptionWithoutNiche = {
    .id = "layout/option-without-niche",
    .area = "layout",
    .title = "Options of numbers that need as much room again",
    .why =
        "Every bit pattern of a number is a value, so that an `Option` of it keeps one bit of its own, and padding "
        "makes "
        "the bit as large as the number: `Option<u64>` takes 16 bytes. Types with invalid patterns (references, boxes, "
        "`NonZero`, enums, bool, char) have room for `None`.",
    .bad =
        "pub struct Times {  //~\n"
        "    pub created: Option<u64>,\n"
        "    pub changed: Option<u64>,\n"
        "    pub read: Option<u64>,\n"
        "}\n"
        "\n"
        "pub struct Log {\n"
        "    pub entries: Vec<Times>,\n"
        "}\n",
    .good =
        "use std::num::NonZero;\n"
        "\n"
        "pub struct Times {\n"
        "    pub created: Option<NonZero<u64>>,\n"
        "    pub changed: Option<NonZero<u64>>,\n"
        "    pub read: Option<NonZero<u64>>,\n"
        "}\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the sizes are certain; with few values of the type they do not matter",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .library_only = true,
};

}  // namespace rp
