// raii/guard-dropped-at-once: `let _ = mutex.lock()`, whose guard is gone before the next line.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kGuardDroppedAtOnce;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::LetStmt};
constexpr std::string_view kLocks[] = {
    "std::sync::Mutex::lock",          "std::sync::RwLock::read",        "std::sync::RwLock::write",
    "tokio::sync::Mutex::lock",        "tokio::sync::RwLock::read",      "tokio::sync::RwLock::write",
    "parking_lot::Mutex::lock",        "parking_lot::RwLock::read",      "parking_lot::RwLock::write",
    "std::cell::RefCell::borrow",      "std::cell::RefCell::borrow_mut", "tracing::Span::enter",
    "tokio::sync::Semaphore::acquire",
};

constexpr std::string_view kReferences[] = {
    "rustc, lint let_underscore_lock, "
    "https://doc.rust-lang.org/rustc/lints/listing/deny-by-default.html#let-underscore-lock",
    "The Rust Reference, \"Wildcard pattern\", https://doc.rust-lang.org/reference/patterns.html#wildcard-pattern",
};

// The call whose guard is thrown away, behind `.unwrap()`, `?`, `.await`.
NodeId guard_call(const Tree& tree, NodeId value) {
  NodeId at = peel(tree, value);
  while (at) {
    if (tree.kind(at) == NodeKind::TryExpr || tree.kind(at) == NodeKind::AwaitExpr) {
      at = peel(tree, tree.child(at, Role::expression));
      continue;
    }
    if (tree.kind(at) != NodeKind::MethodCallExpr) return {};
    const std::string_view name = called_name(tree, at);
    if (name != "unwrap" && name != "expect" && name != "unwrap_or_else") return at;
    at = peel(tree, tree.child(at, Role::receiver));
  }
  return {};
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const ast::LetStmt let(tree, node);
  if (let.pattern().kind() != NodeKind::WildcardPat || !let.value()) return;
  const NodeId call = guard_call(tree, let.value().id());
  if (!call) return;
  const std::string_view name = called_name(tree, call);
  const Sema& sema = context.sema();
  const Match match = sema.find_method(call, kLocks);
  // Without the receiver's type, `lock()` is called by nothing but locks, and `enter()` without arguments by spans.
  const bool by_name = !match && match.unknown && name == "lock" && argument_count(tree, call) == 0;
  if (!match && !by_name) return;
  const bool std_lock = match && match.index < 3 && match.exact;
  const std::string message = "the guard of `" + std::string(name) + "` is dropped at once";
  context.report({.span = tree.span(node),
                  .message = message,
                  .label = "`_` binds nothing: the guard ends with this statement",
                  .help = "bind it to a name, `let _guard = ..`, or say `drop(..)` where that is meant",
                  .severity = kGuardDroppedAtOnce.severity,
                  .verdict = std_lock ? Verdict::Proven : Verdict::Likely,
                  .doubt = std_lock ? std::string_view() : kGuardDroppedAtOnce.doubt});
}

}  // namespace

const Rule kGuardDroppedAtOnce = {
    .id = "raii/guard-dropped-at-once",
    .area = "raii",
    .title = "guard that is dropped in the statement that makes it",
    .why =
        "`let _ = x` does not bind: the value is dropped at the end of the statement. A lock taken so protects "
        "nothing, a "
        "span entered so is left at once. rustc rejects it for the locks of std.",
    .bad = R"(use std::sync::Mutex;

pub fn add(count: &Mutex<u32>, log: &Mutex<()>) {
    let _ = log.lock();  //~
    if let Ok(mut count) = count.lock() {
        *count += 1;
    }
}
)",
    .good = R"(use std::sync::Mutex;

pub fn add(count: &Mutex<u32>, log: &Mutex<()>) {
    let _guard = log.lock();
    if let Ok(mut count) = count.lock() {
        *count += 1;
    }
}
)",
    .severity = Severity::Error,
    .verdict = Verdict::Likely,
    .doubt = "to take the lock and leave it may be meant, to wait for somebody else",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .lint = Lint::LetUnderscoreLock,
};

}  // namespace rp
