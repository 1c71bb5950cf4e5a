// testing/bench-without-black-box: benchmarks whose work the compiler may do beforehand, or not at all.
#include <algorithm>

#include "review/testing/test_fns.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kBenchWithoutBlackBox;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::MethodCallExpr};
constexpr std::string_view kNames[] = {"iter"};
constexpr std::string_view kReferences[] = {
    "The standard library, std::hint::black_box, https://doc.rust-lang.org/std/hint/fn.black_box.html",
};

bool mentions_black_box(const Tree& tree, NodeId node) {
  return tree.text(node).find("black_box") != std::string_view::npos;
}

// A literal, or one behind a sign, a reference or in an array: what the compiler knows.
bool is_constant(const Tree& tree, NodeId node) {
  node = peel_borrows(tree, node);
  if (!node) return false;
  switch (tree.kind(node)) {
    case NodeKind::LiteralExpr:
      return true;
    case NodeKind::UnaryExpr:
      return is_constant(tree, tree.child(node, Role::operand));
    case NodeKind::ArrayExpr:
      for (NodeId child = tree.first_child(node); child; child = tree.next_sibling(child))
        if (!is_constant(tree, child)) return false;
      return true;
    default:
      return false;
  }
}

// `Bencher::iter` and its kin, by the name of what they are called on: its type is seldom known.
bool is_bencher(const Sema& sema, const Tree& tree, NodeId receiver) {
  receiver = peel_borrows(tree, receiver);
  if (!receiver || tree.kind(receiver) != NodeKind::PathExpr) return false;
  const std::string_view name = tree.text(receiver);
  if (name != "b" && name != "bencher" && name != "bench") return false;
  const std::optional<LocalInfo> local = sema.local(receiver);
  return !local || local->is_parameter;
}

void check(RuleContext& context, NodeId call) {
  const Tree& tree = context.tree();
  if (called_name(tree, call) != "iter" || argument_count(tree, call) != 1) return;
  if (!context.in_test() || !is_bencher(context.sema(), tree, tree.child(call, Role::receiver))) return;
  const NodeId closure = peel(tree, argument(tree, call, 0));
  if (!closure || tree.kind(closure) != NodeKind::ClosureExpr || mentions_black_box(tree, closure)) return;
  NodeId body = peel(tree, tree.child(closure, Role::body));
  if (!body) return;
  if (tree.kind(body) == NodeKind::BlockExpr) {
    // More than one expression has something else that the compiler cannot know beforehand.
    const NodeId block = tree.child(body, Role::body);
    const NodeId only = block ? tree.first_child(block) : NodeId();
    if (!only || tree.next_sibling(only)) return;
    body = tree.kind(only) == NodeKind::ExprStmt ? tree.child(only, Role::expression) : only;
    body = peel(tree, body);
  }
  if (!body || tree.kind(body) != NodeKind::CallExpr || argument_count(tree, body) == 0) return;
  // The size of what is made is no input of a computation.
  static constexpr std::string_view kMakers[] = {"new", "with_capacity", "bounded", "channel", "default"};
  const std::string_view callee = called_name(tree, body);
  if (std::find(std::begin(kMakers), std::end(kMakers), callee) != std::end(kMakers)) return;
  for (uint32_t i = 0; i < argument_count(tree, body); ++i)
    if (!is_constant(tree, argument(tree, body, i))) return;
  EditBuilder edits(tree, Applicability::Suggestion);
  for (uint32_t i = 0; i < argument_count(tree, body); ++i)
    edits.wrap(argument(tree, body, i), "std::hint::black_box(", ")");
  context.report({.span = tree.span(body),
                  .message = "the compiler knows all that is computed here, and may do it beforehand",
                  .label = "every argument is a constant",
                  .help = "put the arguments into `std::hint::black_box(..)`",
                  .severity = kBenchWithoutBlackBox.severity,
                  .edits = edits.edits(),
                  .applicability = edits.applicability()});
}

}  // namespace

const Rule kBenchWithoutBlackBox = {
    .id = "testing/bench-without-black-box",
    .area = "testing",
    .title = "a benchmark of something that the compiler knows beforehand",
    .why =
        "An optimizer replaces a call with constant arguments by its result where it can: the benchmark then measures "
        "how fast a constant is returned. `black_box` hides where a value comes from, as it is hidden in real use.",
    .bad =
        "#[cfg(test)]\n"
        "mod benches {\n"
        "    extern crate test;\n"
        "\n"
        "    fn fibonacci(n: u64) -> u64 {\n"
        "        if n < 2 { n } else { fibonacci(n - 1) + fibonacci(n - 2) }\n"
        "    }\n"
        "\n"
        "    #[bench]\n"
        "    fn small(b: &mut test::Bencher) {\n"
        "        b.iter(|| fibonacci(20));  //~\n"
        "    }\n"
        "}\n",
    .good =
        "#[cfg(test)]\n"
        "mod benches {\n"
        "    extern crate test;\n"
        "\n"
        "    fn fibonacci(n: u64) -> u64 {\n"
        "        if n < 2 { n } else { fibonacci(n - 1) + fibonacci(n - 2) }\n"
        "    }\n"
        "\n"
        "    #[bench]\n"
        "    fn small(b: &mut test::Bencher) {\n"
        "        b.iter(|| fibonacci(std::hint::black_box(20)));\n"
        "    }\n"
        "}\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "whether the optimizer sees through the call depends on the code and the compiler",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
    .opt_in = true,
};

}  // namespace rp
