// async/future-not-awaited: a call of an async function whose future is thrown away.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kFutureNotAwaited;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::CallExpr, NodeKind::MethodCallExpr};

constexpr std::string_view kReferences[] = {
    "The Rust Reference, \"Async functions\", https://doc.rust-lang.org/reference/items/functions.html#async-functions",
    "std::future::Future, https://doc.rust-lang.org/std/future/trait.Future.html",
};

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  // A function that is imported by another name is not seen.
  if (!is_discarded(tree, node) || !context.sema().is_async_name(context.called_name())) return;
  if (context.allowed(Lint::UnusedMustUse) || context.allowed(Lint::LetUnderscoreFuture)) return;
  const Sema& sema = context.sema();
  const DefRef callee = sema.callee(node);
  if (!callee || (sema.flags(callee) & kDefAsync) == 0) return;
  const std::string name(sema.name(callee));
  const bool bound = tree.kind(tree.parent(node)) == NodeKind::LetStmt;
  const std::string message = "the future of `" + name + "` is thrown away: nothing of it runs";
  context.report({.span = tree.span(node),
                  .message = message,
                  .label = "an async function does its work when it is awaited",
                  .help = "add `.await`, or give it to the runtime's `spawn`",
                  .severity = kFutureNotAwaited.severity,
                  .lint = bound ? Lint::LetUnderscoreFuture : Lint::UnusedMustUse});
}

}  // namespace

const Rule kFutureNotAwaited = {
    .id = "async/future-not-awaited",
    .area = "async",
    .title = "future that is never awaited",
    .why =
        "To call an async function makes a future and runs nothing of the body. Thrown away, the work is not done at "
        "all, not even in part, and no error says so when the program runs.",
    .bad = R"(async fn save() {}

pub async fn close() {
    save();  //~
}
)",
    .good = R"(async fn save() {}

pub async fn close() {
    save().await;
}
)",
    .severity = Severity::Error,
    .verdict = Verdict::Proven,
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
};

}  // namespace rp
