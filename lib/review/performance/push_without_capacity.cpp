// performance/push-without-capacity: an empty vector filled by a loop whose length is known.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kPushWithoutCapacity;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::ForExpr};
constexpr std::string_view kEmpty[] = {"std::vec::Vec::new", "std::string::String::new"};

constexpr std::string_view kReferences[] = {
    "The Rust Performance Book, \"Heap Allocations\", https://nnethercote.github.io/perf-book/heap-allocations.html",
    "std::vec::Vec::with_capacity, https://doc.rust-lang.org/std/vec/struct.Vec.html#method.with_capacity",
};

// What gives as many elements as it says beforehand: `a..b`, `&x`, `x.iter()`, with `enumerate` and `rev`.
bool has_known_length(const Tree& tree, const Sema& sema, NodeId iterable) {
  NodeId at = peel(tree, iterable);
  while (at && tree.kind(at) == NodeKind::MethodCallExpr) {
    const std::string_view name = called_name(tree, at);
    if (name == "iter" || name == "iter_mut") {
      const SemaType type = sema.peel_references(sema.type_of(tree.child(at, Role::receiver)));
      return type && (sema.kind(type) == SemaTypeKind::Slice || sema.is_type(type, "std::vec::Vec").yes());
    }
    if (name != "enumerate" && name != "rev" && name != "copied" && name != "cloned") return false;
    at = peel(tree, tree.child(at, Role::receiver));
  }
  if (!at) return false;
  if (tree.kind(at) == NodeKind::RangeExpr) {
    const NodeId end = tree.child(at, Role::end);
    // A small range written as numbers is no matter.
    return end && tree.kind(peel(tree, end)) != NodeKind::LiteralExpr;
  }
  if (tree.kind(at) == NodeKind::RefExpr) at = peel(tree, tree.child(at, Role::operand));
  const SemaType type = at ? sema.peel_references(sema.type_of(at)) : SemaType();
  return type && (sema.kind(type) == SemaTypeKind::Slice || sema.is_type(type, "std::vec::Vec").yes());
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const ast::ForExpr loop(tree, node);
  if (!loop.iterable() || !loop.body()) return;
  const NodeId body = loop.body().id();
  // The only use of the vector in the loop is one push, in every turn.
  NodeId push;
  for (NodeId at = tree.first_child(body); at; at = tree.next_sibling(at)) {
    NodeId expression = at;
    if (tree.kind(at) == NodeKind::ExprStmt) expression = tree.child(at, Role::expression);
    if (tree.kind(expression) != NodeKind::MethodCallExpr || called_name(tree, expression) != "push") continue;
    if (push) return;
    push = expression;
  }
  if (!push) return;
  const NodeId receiver = peel(tree, tree.child(push, Role::receiver));
  if (!receiver || tree.kind(receiver) != NodeKind::PathExpr) return;
  for (NodeId at = body; at.value < tree.subtree_end(body).value; at = NodeId(at.value + 1)) switch (tree.kind(at)) {
      case NodeKind::BreakExpr:
      case NodeKind::ContinueExpr:
      case NodeKind::ReturnExpr:
      case NodeKind::TryExpr:
      case NodeKind::AwaitExpr:
        return;
      default:
        break;
    }
  const Sema& sema = context.sema();
  // A macro runs while others build, on a handful of tokens; what makes a message is run once.
  if (sema.crate_kind() == CrateKind::ProcMacro || sema.crate_kind() == CrateKind::BuildScript ||
      sema.depends_on("quote") == Answer::Yes)
    return;
  const NodeId function = enclosing_fn_item(tree, node);
  if (function && (name_of(tree, function) == "fmt" || name_of(tree, function).starts_with("format"))) return;
  const std::optional<LocalInfo> local = sema.local(receiver);
  if (!local || !local->value || tree.kind(local->owner) != NodeKind::LetStmt) return;
  const NodeId maker = peel(tree, local->value);
  const bool macro = maker && tree.kind(maker) == NodeKind::MacroExpr && sema.is_macro(maker, "std::vec").yes() &&
                     (tree.text(maker) == "vec![]" || tree.text(maker) == "vec!()");
  if (!macro && (!maker || tree.kind(maker) != NodeKind::CallExpr)) return;
  const Match made = macro ? Match{0, true, false} : sema.find_call(maker, kEmpty);
  if (!made || made.index != 0) return;
  // Declared straight before the loop, in the same block.
  if (enclosing_block(tree, local->owner) != enclosing_block(tree, node)) return;
  bool complete = true;
  for (const LocalUse& use : sema.uses_of_local(local->name, &complete)) {
    if (use.node == receiver) break;
    return;
  }
  if (!has_known_length(tree, sema, loop.iterable().id())) return;
  const std::string name(name_of(tree, local->name));
  const std::string message = "`" + name + "` grows element by element, though the loop's length is known";
  const RelatedPlace related[] = {{tree.span(push), "one element in each turn"}};
  context.report({.span = tree.span(maker),
                  .message = message,
                  .label = "reallocated and copied some log2(n) times",
                  .help = "collect an iterator (`.map(..).collect()`), which reserves by itself, or start with "
                          "`Vec::with_capacity(n)`",
                  .severity = kPushWithoutCapacity.severity,
                  .related = related});
}

}  // namespace

const Rule kPushWithoutCapacity = {
    .id = "performance/push-without-capacity",
    .area = "performance",
    .title = "vector filled by a loop of known length without its capacity",
    .why =
        "A vector that starts empty is moved to a larger place again and again as it grows. Where the number of "
        "elements "
        "is known, one allocation is enough.",
    .bad = R"(pub fn squares(values: &[u64]) -> Vec<u64> {
    let mut out = Vec::new();  //~
    for value in values {
        out.push(value * value);
    }
    out
}
)",
    .good = R"(pub fn squares(values: &[u64]) -> Vec<u64> {
    values.iter().map(|value| value * value).collect()
}
)",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the loop may be short or cold, so that nobody notices",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .library_only = true,
};

}  // namespace rp
