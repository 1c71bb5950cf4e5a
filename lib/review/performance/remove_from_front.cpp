// performance/remove-from-front: a vector used as a queue, at its slow end.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kRemoveFromFront;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::MethodCallExpr};
constexpr std::string_view kNames[] = {"remove", "insert"};
constexpr TokenKind kTokens[] = {TokenKind::KwFor, TokenKind::KwWhile, TokenKind::KwLoop};
constexpr std::string_view kMethods[] = {"std::vec::Vec::remove", "std::vec::Vec::insert"};

constexpr std::string_view kReferences[] = {
    "std::collections, \"Performance\", https://doc.rust-lang.org/std/collections/index.html#performance",
    "std::collections::VecDeque, https://doc.rust-lang.org/std/collections/struct.VecDeque.html",
};

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const std::string_view name = context.called_name();
  if ((name != "remove" && name != "insert") || context.in_test()) return;
  const NodeId index = argument(tree, node, 0);
  if (!index || tree.text(index) != "0" || !enclosing_loop(tree, node)) return;
  const Sema& sema = context.sema();
  if (!sema.find_method(node, kMethods)) return;
  // A vector made anew in each turn stays short.
  const NodeId receiver = peel(tree, tree.child(node, Role::receiver));
  const std::optional<LocalInfo> local = receiver ? sema.local(receiver) : std::nullopt;
  if (local && is_inside(tree, local->name, enclosing_loop(tree, node))) return;
  const std::string message = "`" + std::string(name) + "(0" + (name == "insert" ? ", .." : "") +
                              ")` of a vector, in a loop: every element behind moves, each time";
  context.report({.span = tree.span(node),
                  .message = message,
                  .label = "n steps for each element, n squared in all",
                  .help = "use a `VecDeque` (`pop_front`, `push_front`), go through an iterator (`drain(..)`), or work "
                          "from the end",
                  .severity = kRemoveFromFront.severity});
}

}  // namespace

const Rule kRemoveFromFront = {
    .id = "performance/remove-from-front",
    .area = "performance",
    .title = "vector used as a queue from its front",
    .why =
        "A `Vec` has room at its end alone: to take or put an element at the front moves all others. A `VecDeque` does "
        "both in constant time.",
    .bad = R"(pub fn drain(queue: &mut Vec<u32>) -> u32 {
    let mut sum = 0;
    while !queue.is_empty() {
        sum += queue.remove(0);  //~
    }
    sum
}
)",
    .good = R"(use std::collections::VecDeque;

pub fn drain(queue: &mut VecDeque<u32>) -> u32 {
    let mut sum = 0;
    while let Some(value) = queue.pop_front() {
        sum += value;
    }
    sum
}
)",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "the vector may always be short",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
    .tokens = kTokens,
};

}  // namespace rp
