// errors/lock-unwrap: `lock().unwrap()` everywhere, and no word of what poisoning means here.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kLockUnwrap;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::MethodCallExpr};
constexpr std::string_view kNames[] = {"unwrap"};
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

// Where a lock is held: from `first` to before `last`. Behind a `let` that binds the guard to the end of the block;
// else the statement, at whose end temporaries are dropped.
struct Region {
  NodeId first;
  uint32_t last;
};

Region held_region(const Tree& tree, NodeId unwrap) {
  NodeId at = unwrap;
  for (NodeId up = tree.parent(at); up && tree.kind(up) != NodeKind::Block; up = tree.parent(up)) at = up;
  const NodeId block = tree.parent(at);
  if (tree.kind(at) == NodeKind::LetStmt && block && peel(tree, tree.child(at, Role::value)) == unwrap)
    return {tree.subtree_end(at), tree.subtree_end(block).value};
  return {at, tree.subtree_end(at).value};
}

// What may panic while a lock is held: the first such place, or none. `arithmetic`: overflow in debug builds counts.
NodeId possible_panic(const Tree& tree, const Sema& sema, Region region, bool arithmetic) {
  static constexpr std::string_view kMacros[] = {"panic",         "assert",      "assert_eq", "assert_ne",
                                                 "unimplemented", "unreachable", "todo"};
  for (NodeId at = region.first; at.value < region.last; at = NodeId(at.value + 1)) {
    switch (tree.kind(at)) {
      case NodeKind::MethodCallExpr: {
        const std::string_view name = called_name(tree, at);
        if ((name != "unwrap" && name != "expect") || lock_of(tree, at)) break;
        const NodeId receiver = peel(tree, tree.child(at, Role::receiver));
        const std::string_view inner = receiver ? called_name(tree, receiver) : std::string_view();
        if (inner == "wait" || inner == "wait_timeout" || inner == "wait_while") break;
        return at;
      }
      case NodeKind::MacroCall: {
        const NodeId path = tree.child(at, Role::path);
        for (const std::string_view name : kMacros)
          if (path && tree.text(path) == name) return at;
        break;
      }
      case NodeKind::IndexExpr:
        if (arithmetic) return at;
        break;
      case NodeKind::CallExpr: {
        // What a caller gave may do anything.
        const NodeId callee = peel(tree, tree.child(at, Role::callee));
        if (!callee) break;
        if (tree.kind(callee) == NodeKind::FieldExpr) return at;
        if (tree.kind(callee) != NodeKind::PathExpr) break;
        const std::optional<LocalInfo> local = sema.local(callee);
        if (local && local->is_parameter) return at;
        break;
      }
      case NodeKind::BinaryExpr:
      case NodeKind::AssignExpr:
        if (!arithmetic) break;
        for (const TokenKind token : {TokenKind::PlusEq, TokenKind::MinusEq, TokenKind::StarEq, TokenKind::Plus,
                                      TokenKind::Minus, TokenKind::Star, TokenKind::Slash})
          if (tree.has_token(at, token)) return at;
        break;
      default:
        break;
    }
  }
  return {};
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const NodeId lock = lock_of(tree, node);
  if (!lock) return;
  const Sema& sema = context.sema();
  const auto is_std_lock = [&](NodeId call) {
    const Match match = sema.find_method(call, kLocks);
    return match || (match.unknown && called_name(tree, call) == "lock");
  };
  if (!is_std_lock(lock)) return;
  // In a library whose sums are tested nobody waits for one to overflow.
  const bool arithmetic = !sema.has_manifest() || sema.is_library() == Answer::No;
  // Once for each file: at the first. A file that treats poison somewhere has a policy.
  std::vector<RelatedPlace> related;
  NodeId panic;
  uint32_t count = 0;
  for (NodeId at = tree.root(); at.value < tree.node_count(); at = NodeId(at.value + 1)) {
    if (tree.kind(at) != NodeKind::MethodCallExpr) continue;
    const std::string_view name = called_name(tree, at);
    if (name == "into_inner" || name == "is_poisoned" || name == "clear_poison") return;
    const NodeId other = at == node ? lock : lock_of(tree, at);
    if (!other || sema.in_test(at) || (at != node && !is_std_lock(other))) continue;
    if (at.value < node.value) return;
    ++count;
    // A reader's panic poisons nothing.
    if (!panic && called_name(tree, other) != "read")
      panic = possible_panic(tree, sema, held_region(tree, at), arithmetic);
    if (at != node && related.size() < kShown) related.push_back({tree.span(at), "likewise"});
  }
  // Where nothing can panic while a lock is held, no lock is ever poisoned.
  if (!panic) return;
  related.push_back({tree.span(panic), "may panic while the lock is held, which poisons it"});
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
    .names = kNames,
    .lint = Lint::UnwrapUsed,
    .library_only = true,
};

}  // namespace rp
