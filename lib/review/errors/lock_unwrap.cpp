// errors/lock-unwrap: `lock().unwrap()` everywhere, and no word of what poisoning means here.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kLockUnwrap;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::MethodCallExpr};
constexpr std::string_view kLocks[] = {"std::sync::Mutex::lock", "std::sync::RwLock::read", "std::sync::RwLock::write"};
constexpr uint32_t kShown = 4;

constexpr std::string_view kReferences[] = {
    "std::sync::Mutex, \"Poisoning\", https://doc.rust-lang.org/std/sync/struct.Mutex.html#poisoning",
    "std::sync::PoisonError::into_inner, "
    "https://doc.rust-lang.org/std/sync/struct.PoisonError.html#method.into_inner",
};

// `x.lock().unwrap()`: the lock call.
NodeId lock_of(const Tree& tree, NodeId unwrap) {
  if (called_name(tree, unwrap) != "unwrap" || argument_count(tree, unwrap) != 0) return {};
  const NodeId lock = peel(tree, tree.child(unwrap, Role::receiver));
  if (!lock || tree.kind(lock) != NodeKind::MethodCallExpr || argument_count(tree, lock) != 0) return {};
  const std::string_view name = called_name(tree, lock);
  return name == "lock" || name == "read" || name == "write" ? lock : NodeId();
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const NodeId lock = lock_of(tree, node);
  if (!lock || context.in_test()) return;
  const Sema& sema = context.sema();
  const auto is_std_lock = [&](NodeId call) {
    const Match match = sema.find_method(call, kLocks);
    return match || (match.unknown && called_name(tree, call) == "lock");
  };
  if (!is_std_lock(lock)) return;
  // Once for each file: at the first. A file that treats poison somewhere has a policy.
  std::vector<RelatedPlace> related;
  uint32_t count = 0;
  for (NodeId at = tree.root(); at.value < tree.node_count(); at = NodeId(at.value + 1)) {
    if (tree.kind(at) != NodeKind::MethodCallExpr) continue;
    const std::string_view name = called_name(tree, at);
    if (name == "into_inner" || name == "is_poisoned" || name == "clear_poison") return;
    const NodeId other = at == node ? lock : lock_of(tree, at);
    if (!other || sema.in_test(at) || (at != node && !is_std_lock(other))) continue;
    if (at.value < node.value) return;
    ++count;
    if (at != node && related.size() < kShown) related.push_back({tree.span(at), "likewise"});
  }
  const std::string message = count == 1 ? std::string("a poisoned lock panics here")
                                         : "poisoned locks panic in " + std::to_string(count) + " places of this file";
  context.report({.span = tree.span(tree.child(node, Role::name)),
                  .message = message,
                  .label = "one panic while the lock is held makes every later user of it panic",
                  .help =
                      "decide once: go on with the data (`unwrap_or_else(PoisonError::into_inner)`), reset it, or say "
                      "with `expect(..)` why to stop is right; or use a lock that is not poisoned",
                  .severity = kLockUnwrap.severity,
                  .related = related});
}

}  // namespace

const Rule kLockUnwrap = {
    .id = "errors/lock-unwrap",
    .area = "errors",
    .title = "lock().unwrap() without a policy for poisoning",
    .why =
        "A mutex is poisoned when a thread panics while it holds it. With `unwrap()` each thread that comes later "
        "panics "
        "as well, so that one failed request takes the whole service down. That may be right, but should be decided.",
    .bad = R"(use std::sync::Mutex;

pub fn add(count: &Mutex<u64>, n: u64) {
    *count.lock().unwrap() += n;  //~
}
)",
    .good = R"(use std::sync::{Mutex, PoisonError};

pub fn add(count: &Mutex<u64>, n: u64) {
    // A number is good whatever happened to the thread before.
    *count.lock().unwrap_or_else(PoisonError::into_inner) += n;
}
)",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "to stop at a poisoned lock may be just what is wanted",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .lint = Lint::UnwrapUsed,
};

}  // namespace rp
