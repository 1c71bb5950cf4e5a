// async/lock-across-await: the guard of a blocking lock that is alive at an `.await`.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kLockAcrossAwait;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::LetStmt};
constexpr TokenKind kTokens[] = {TokenKind::KwAsync};
constexpr std::string_view kLocks[] = {
    "std::sync::Mutex::lock",     "std::sync::RwLock::read",        "std::sync::RwLock::write",
    "parking_lot::Mutex::lock",   "parking_lot::RwLock::read",      "parking_lot::RwLock::write",
    "std::cell::RefCell::borrow", "std::cell::RefCell::borrow_mut",
};

constexpr std::string_view kReferences[] = {
    "clippy, await_holding_lock, https://rust-lang.github.io/rust-clippy/master/index.html#await_holding_lock",
    "tokio::sync::Mutex, \"Which kind of mutex should you use?\", "
    "https://docs.rs/tokio/latest/tokio/sync/struct.Mutex.html",
};

// `m.lock()`, `m.lock().unwrap()`, `m.lock().expect("..")`, `m.lock()?`: the value that is bound is the guard.
NodeId lock_call(const Tree& tree, NodeId value) {
  NodeId at = peel(tree, value);
  while (at) {
    if (tree.kind(at) == NodeKind::TryExpr) {
      at = peel(tree, tree.child(at, Role::expression));
      continue;
    }
    if (tree.kind(at) != NodeKind::MethodCallExpr) return {};
    const std::string_view name = called_name(tree, at);
    if (name == "lock" || name == "read" || name == "write" || name == "borrow" || name == "borrow_mut") return at;
    if (name != "unwrap" && name != "expect" && name != "unwrap_or_else") return {};
    at = peel(tree, tree.child(at, Role::receiver));
  }
  return {};
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const ast::LetStmt let(tree, node);
  if (!let.value() || let.pattern().kind() != NodeKind::IdentPat) return;
  const NodeId call = lock_call(tree, let.value().id());
  const NodeId block = enclosing_block(tree, node);
  const NodeId around = call ? enclosing_async(tree, node) : NodeId();
  if (!around || !block) return;
  const Sema& sema = context.sema();
  const Match lock = sema.find_method(call, kLocks);
  // `lock().unwrap()` is what std's locks alone give a Result for.
  const bool by_name = !lock && lock.unknown && called_name(tree, call) == "lock" &&
                       call != peel(tree, let.value().id()) &&
                       tree.kind(peel(tree, let.value().id())) == NodeKind::MethodCallExpr;
  if (!lock && !by_name) return;
  const bool cell = lock && lock.index >= 6;
  if (context.allowed(cell ? Lint::AwaitHoldingRefcellRef : Lint::AwaitHoldingLock)) return;
  const NodeId name = tree.child(let.pattern().id(), Role::name);
  // The first await behind the statement, in the same block and the same function.
  for (NodeId at = tree.subtree_end(node); at.value < tree.subtree_end(block).value; at = NodeId(at.value + 1)) {
    if (tree.kind(at) != NodeKind::AwaitExpr || enclosing_async(tree, at) != around) continue;
    if (!sema.holds_value_at(name, at).yes()) continue;
    const std::string message = "`" + std::string(name_of(tree, name)) + "`, the guard of a " +
                                (cell ? "borrow" : "blocking lock") + ", is alive here";
    const RelatedPlace related[] = {{tree.span(call), "taken here"}};
    context.report({.span = tree.span(at),
                    .message = message,
                    .label = cell ? "another task that borrows meanwhile panics"
                                  : "the task may be suspended with the lock held: others on this thread wait for ever",
                    .help = cell
                                ? "end the borrow in a block of its own before the `.await`"
                                : "end the guard in a block of its own before the `.await`, or use the runtime's mutex "
                                  "(`tokio::sync::Mutex`) where it has to be held",
                    .severity = kLockAcrossAwait.severity,
                    .lint = cell ? Lint::AwaitHoldingRefcellRef : Lint::AwaitHoldingLock,
                    .related = related});
    return;
  }
}

}  // namespace

const Rule kLockAcrossAwait = {
    .id = "async/lock-across-await",
    .area = "async",
    .title = "guard of a blocking lock held across an await",
    .why =
        "At an `.await` the task may be put aside while it holds the lock. Another task on the same thread that wants "
        "it "
        "blocks that thread, so that the first is never run again: a deadlock. It also makes the future not `Send`.",
    .bad = R"(use std::sync::Mutex;

async fn store(_: u32) {}

pub async fn add(count: &Mutex<u32>) {
    let mut guard = count.lock().unwrap_or_else(|e| e.into_inner());
    *guard += 1;
    store(*guard).await;  //~
}
)",
    .good = R"(use std::sync::Mutex;

async fn store(_: u32) {}

pub async fn add(count: &Mutex<u32>) {
    let value = {
        let mut guard = count.lock().unwrap_or_else(|e| e.into_inner());
        *guard += 1;
        *guard
    };
    store(value).await;
}
)",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "the guard may be given up on the way in a manner that is not seen, or nobody else may want the lock",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .tokens = kTokens,
};

}  // namespace rp
