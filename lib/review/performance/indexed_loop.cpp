// performance/indexed-loop: a loop over indexes of one slice that indexes another with them.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kIndexedLoop;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::ForExpr};

constexpr std::string_view kReferences[] = {
    "The Rust Performance Book, \"Bounds Checks\", https://nnethercote.github.io/perf-book/bounds-checks.html",
    "std::iter::zip, https://doc.rust-lang.org/std/iter/fn.zip.html",
};

// `0..x.len()`: the text of x.
std::string_view length_of(const Tree& tree, NodeId iterable) {
  const NodeId range = peel(tree, iterable);
  if (!range || tree.kind(range) != NodeKind::RangeExpr || !tree.has_token(range, TokenKind::DotDot)) return {};
  const NodeId start = tree.child(range, Role::start);
  const NodeId end = tree.child(range, Role::end);
  if (!start || !end || tree.text(start) != "0" || tree.kind(end) != NodeKind::MethodCallExpr) return {};
  if (called_name(tree, end) != "len" || argument_count(tree, end) != 0) return {};
  const NodeId receiver = tree.child(end, Role::receiver);
  return tree.kind(receiver) == NodeKind::PathExpr ? tree.text(receiver) : std::string_view();
}

// Whether the function compares or cuts lengths before the loop.
bool lengths_are_settled(const Tree& tree, NodeId function, NodeId loop) {
  for (uint32_t slot = tree.first_slot(function); slot < tree.first_slot(loop); ++slot) {
    if (tree.token_kind(slot) != TokenKind::Ident) continue;
    const std::string_view text = tree.token_text(slot);
    if (text.find("assert") != std::string_view::npos || text == "min" || text == "split_at") return true;
  }
  return false;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const ast::ForExpr loop(tree, node);
  if (!loop.iterable() || loop.pattern().kind() != NodeKind::IdentPat || context.in_test()) return;
  const std::string_view own = length_of(tree, loop.iterable().id());
  const NodeId function = enclosing_fn_item(tree, node);
  if (own.empty() || !function || lengths_are_settled(tree, function, node)) return;
  const Sema& sema = context.sema();
  const std::string_view index = name_of(tree, tree.child(loop.pattern().id(), Role::name));
  // Every use of the index must be `slice[i]`: then the loop can be a zip. Other slices have their checks.
  bool complete = true;
  NodeId other;
  for (const LocalUse& use : sema.uses_of_local(tree.child(loop.pattern().id(), Role::name), &complete)) {
    const NodeId up = tree.parent(use.node);
    if (use.in_macro || !up || tree.kind(up) != NodeKind::IndexExpr || tree.role(use.node) != Role::index) return;
    const NodeId base = peel(tree, tree.child(up, Role::base));
    if (!base || tree.kind(base) != NodeKind::PathExpr) return;
    const SemaType type = sema.peel_references(sema.type_of(base));
    const SemaTypeKind kind = type ? sema.kind(type) : SemaTypeKind::Unknown;
    const bool is_vec = kind == SemaTypeKind::Adt && sema.is_type(type, "std::vec::Vec").yes();
    if (kind != SemaTypeKind::Slice && kind != SemaTypeKind::Array && !is_vec) return;
    if (tree.text(base) != own && kind != SemaTypeKind::Array && !other) other = up;
  }
  if (!complete || !other) return;
  const std::string name(tree.text(tree.child(other, Role::base)));
  const std::string message = "`" + name + "[" + std::string(index) + "]` is checked against its length in every turn";
  const std::string label = "the range comes from `" + std::string(own) + "`, which may be longer";
  const std::string help = "use iterators: `for (a, b) in " + std::string(own) + ".iter().zip(&" + name +
                           ")`; or cut the other to size before the loop: `let " + name + " = &" + name + "[.." +
                           std::string(own) + ".len()];`";
  const RelatedPlace related[] = {
      {tree.span(loop.iterable().id()), "the compiler knows no more of the index than this"}};
  context.report({.span = tree.span(other),
                  .message = message,
                  .label = label,
                  .help = help,
                  .severity = kIndexedLoop.severity,
                  .related = related});
}

}  // namespace

const Rule kIndexedLoop = {
    .id = "performance/indexed-loop",
    .area = "performance",
    .title = "loop whose index is checked again for another slice",
    .why =
        "In `for i in 0..a.len()` the check of `a[i]` goes away, that of `b[i]` stays: nothing says that `b` is as "
        "long. The check costs a branch in each turn, and with a panic inside the loop is not vectorised.",
    .bad = R"(pub fn scale(a: &mut [f32], b: &[f32], factor: f32) {
    for i in 0..a.len() {
        a[i] = b[i] * factor;  //~
    }
}
)",
    .good = R"(pub fn scale(a: &mut [f32], b: &[f32], factor: f32) {
    for (a, b) in a.iter_mut().zip(b) {
        *a = b * factor;
    }
}
)",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the loop may be cold, or the optimiser may know more of the lengths when it inlines the function",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .lint = Lint::NeedlessRangeLoop,
};

}  // namespace rp
