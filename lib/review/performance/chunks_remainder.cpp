// performance/chunks-remainder: `chunks_exact` whose remainder nobody looks at.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kChunksRemainder;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::MethodCallExpr};
constexpr std::string_view kNames[] = {"chunks_exact", "chunks_exact_mut"};

constexpr std::string_view kReferences[] = {
    "slice::chunks_exact, https://doc.rust-lang.org/std/primitive.slice.html#method.chunks_exact",
    "std::slice::ChunksExact::remainder, "
    "https://doc.rust-lang.org/std/slice/struct.ChunksExact.html#method.remainder",
};

// Whether the function around shows that it knows of the rest: by its name, or by a check of the length.
bool knows_of_rest(const Tree& tree, NodeId function) {
  for (uint32_t slot = tree.first_slot(function); slot < tree.end_slot(function);
       slot += token_slots(tree.token_kind(slot))) {
    const TokenKind kind = tree.token_kind(slot);
    if (kind == TokenKind::Percent) return true;
    if (kind != TokenKind::Ident) continue;
    const std::string_view text = tree.token_text(slot);
    if (text == "remainder" || text == "into_remainder" || text == "is_multiple_of" || text == "as_chunks" ||
        text.find("assert") != std::string_view::npos || text == "next_multiple_of" || text == "split_at" ||
        text == "resize" || text == "align_to")
      return true;
  }
  return false;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const std::string_view name = context.called_name();
  if ((name != "chunks_exact" && name != "chunks_exact_mut") || argument_count(tree, node) != 1 || context.in_test())
    return;
  const NodeId function = enclosing_fn_item(tree, node);
  if (!function || knows_of_rest(tree, function)) return;
  // A number that is written is a width of registers; the width of a row or a record fits by what the data is.
  const Sema& sema = context.sema();
  const NodeId width = peel(tree, argument(tree, node, 0));
  if (!width || (tree.kind(width) != NodeKind::LiteralExpr && !sema.constant(width))) return;
  // Data whose length is known to fit: arrays, and bytes, whose chunks are pixels, words or blocks of a format.
  const NodeId receiver = peel_borrows(tree, tree.child(node, Role::receiver));
  SemaType type = receiver ? sema.peel_references(sema.type_of(receiver)) : SemaType();
  if (!type || (sema.kind(type) != SemaTypeKind::Slice && !sema.is_type(type, "std::vec::Vec").yes())) return;
  const SemaType element = sema.argument(type, 0);
  if (!element || sema.kind(element) == SemaTypeKind::Unknown || sema.text(element) == "u8") return;
  const std::string size(tree.text(argument(tree, node, 0)));
  const std::string message = "elements behind the last whole chunk are left out";
  const std::string label = "a length that is no multiple of " + size + " has a remainder";
  const std::string help = "go on with `.remainder()` of the iterator" +
                           std::string(name == "chunks_exact_mut" ? " (`into_remainder()`)" : "") +
                           ", use `chunks`, or assert that the length fits";
  context.report({.span = tree.span(tree.child(node, Role::name)),
                  .message = message,
                  .label = label,
                  .help = help,
                  .severity = kChunksRemainder.severity});
}

}  // namespace

const Rule kChunksRemainder = {
    .id = "performance/chunks-remainder",
    .area = "performance",
    .title = "chunks_exact without its remainder",
    .why =
        "`chunks_exact(n)` is what a vectorised loop wants: every chunk has n elements. It leaves out up to n - 1 at "
        "the "
        "end, silently: sums are then wrong and outputs too short for lengths that no test used.",
    .bad = R"(pub fn sum(values: &[f32]) -> f32 {
    let mut lanes = [0.0; 8];
    for chunk in values.chunks_exact(8) {  //~
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += value;
        }
    }
    lanes.iter().sum()
}
)",
    .good = R"(pub fn sum(values: &[f32]) -> f32 {
    let mut lanes = [0.0; 8];
    let chunks = values.chunks_exact(8);
    let rest: f32 = chunks.remainder().iter().sum();
    for chunk in chunks {
        for (lane, value) in lanes.iter_mut().zip(chunk) {
            *lane += value;
        }
    }
    lanes.iter().sum::<f32>() + rest
}
)",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "callers may make sure that the length fits",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
};

}  // namespace rp
