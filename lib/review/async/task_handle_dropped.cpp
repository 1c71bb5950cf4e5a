// async/task-handle-dropped: a task spawned in a loop or a constructor whose handle nobody keeps.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kTaskHandleDropped;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::CallExpr};
constexpr std::string_view kCalls[] = {
    "tokio::spawn",           "tokio::task::spawn",          "tokio::task::spawn_local",
    "async_std::task::spawn", "tokio::task::spawn_blocking", "smol::spawn"};

constexpr std::string_view kReferences[] = {
    "tokio::task::JoinHandle, https://docs.rs/tokio/latest/tokio/task/struct.JoinHandle.html",
    "tokio::task::JoinSet, https://docs.rs/tokio/latest/tokio/task/struct.JoinSet.html",
};

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  if (!called_name(tree, node).starts_with("spawn") || !is_discarded(tree, node) || context.in_test()) return;
  // `let _ =` says that it is meant; smol cancels a task whose handle is dropped.
  const Match match = context.sema().find_call(node, kCalls);
  if (!match) return;
  const bool cancels = kCalls[match.index] == "smol::spawn";
  if (!cancels && tree.kind(tree.parent(node)) == NodeKind::LetStmt) return;
  context.report({.span = {tree.span(node).start, tree.span(tree.child(node, Role::callee)).end},
                  .message = cancels ? "the task is cancelled at once: its handle is dropped"
                                     : "the handle of the task is dropped",
                  .label = cancels ? "smol ends a task with its handle"
                                   : "a panic in it is lost, and nobody waits for it when the program ends",
                  .help = cancels
                              ? "keep it, or `.detach()` it"
                              : "keep the handle and await it, or use a `JoinSet`; write `let _ = ..` or `drop(..)` "
                                "where it is meant",
                  .severity = cancels ? Severity::Warning : Severity::Advice});
}

}  // namespace

const Rule kTaskHandleDropped = {
    .id = "async/task-handle-dropped",
    .area = "async",
    .title = "spawned task whose handle is dropped",
    .why =
        "Through its handle a task's panic and its result reach somebody, and a program can wait for it when it ends. "
        "Without it the task goes on unseen and is cut off at the end of the runtime, half done.",
    .bad = R"(async fn work() {}

pub async fn start() {
    tokio::spawn(work());  //~
}
)",
    .good = R"(async fn work() {}

pub async fn start() -> tokio::task::JoinHandle<()> {
    tokio::spawn(work())
}
)",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the task may see to its errors by itself, and end before the program does or not matter then",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
};

}  // namespace rp
