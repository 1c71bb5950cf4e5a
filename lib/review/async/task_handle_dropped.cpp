// async/task-handle-dropped: a task spawned in a loop or a constructor whose handle nobody keeps.
#include <algorithm>
#include <iterator>

#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kTaskHandleDropped;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::CallExpr};
constexpr std::string_view kNames[] = {"spawn*"};
constexpr std::string_view kCalls[] = {
    "tokio::spawn",           "tokio::task::spawn",          "tokio::task::spawn_local",
    "async_std::task::spawn", "tokio::task::spawn_blocking", "smol::spawn"};

constexpr std::string_view kReferences[] = {
    "tokio::task::JoinHandle, https://docs.rs/tokio/latest/tokio/task/struct.JoinHandle.html",
    "tokio::task::JoinSet, https://docs.rs/tokio/latest/tokio/task/struct.JoinSet.html",
};

// Whether what is spawned sees to its own end: a future that somebody gave (its maker knows), or a block that sends or
// logs its outcome and has nothing in it that panics.
bool sees_to_itself(const Tree& tree, const Sema& sema, NodeId call) {
  const NodeId future = argument(tree, call, argument_count(tree, call) - 1);
  if (!future) return false;
  NodeId at = peel(tree, future);
  while (at && tree.kind(at) == NodeKind::MethodCallExpr) at = peel(tree, tree.child(at, Role::receiver));
  if (at && tree.kind(at) == NodeKind::PathExpr) return true;
  // In a library that others run a task is meant to go its own way, unless it can panic.
  const bool library = sema.has_manifest() && sema.is_library() != Answer::No;
  static constexpr std::string_view kOutcomes[] = {"send",           "error", "warn",   "debug",  "trace",
                                                   "eprintln",       "log",   "report", "notify", "notify_one",
                                                   "notify_waiters", "set"};
  static constexpr std::string_view kPanics[] = {"unwrap", "expect", "panic", "assert", "assert_eq", "unreachable"};
  bool tells = false;
  for (uint32_t slot = tree.first_slot(future); slot < tree.end_slot(future); ++slot) {
    if (tree.token_kind(slot) != TokenKind::Ident) continue;
    const std::string_view word = tree.token_text(slot);
    if (std::find(std::begin(kPanics), std::end(kPanics), word) != std::end(kPanics)) return false;
    tells |= std::find(std::begin(kOutcomes), std::end(kOutcomes), word) != std::end(kOutcomes);
  }
  return tells || library;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  if (!context.called_name().starts_with("spawn") || !is_discarded(tree, node) || context.in_test()) return;
  // `let _ =` says that it is meant; smol cancels a task whose handle is dropped.
  const Match match = context.sema().find_call(node, kCalls);
  if (!match) return;
  const bool cancels = kCalls[match.index] == "smol::spawn";
  if (!cancels && tree.kind(tree.parent(node)) == NodeKind::LetStmt) return;
  if (!cancels && sees_to_itself(tree, context.sema(), node)) return;
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
    .names = kNames,
};

}  // namespace rp
