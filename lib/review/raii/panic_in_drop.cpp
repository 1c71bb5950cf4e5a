// raii/panic-in-drop: a destructor that can panic.
#include <algorithm>
#include <iterator>

#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kPanicInDrop;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::ImplItem};
constexpr std::string_view kNames[] = {"Drop"};
// Assertions and `unreachable!` are left out: what they state is never so in a program that is right.
constexpr std::string_view kMacros[] = {"std::panic", "std::todo", "std::unimplemented"};

constexpr std::string_view kReferences[] = {
    "std::ops::Drop, \"Panics\", https://doc.rust-lang.org/std/ops/trait.Drop.html#panics",
    "Rust API Guidelines, C-DTOR-FAIL, https://rust-lang.github.io/api-guidelines/dependability.html",
};

// What is unwrapped without anybody minding: the lock of a poisoned mutex (the thread that poisoned it has panicked
// already), and what the value's own state decides: it is there, or the code is wrong.
bool is_own_state(const Tree& tree, NodeId call) {
  static constexpr std::string_view kMethods[] = {
      "lock",      "read",     "write",     "get_mut",     "borrow_mut", "take",  "as_ref",   "as_mut",
      "get",       "try_into", "pop",       "last",        "first",      "peek",  "next",     "borrow",
      "try_from",  "new",      "pop_front", "pop_back",    "parent",     "index", "position", "upgrade",
      "rposition", "find",     "remove",    "checked_sub", "checked_add"};
  const NodeId receiver = peel(tree, tree.child(call, Role::receiver));
  if (!receiver) return false;
  if (tree.kind(receiver) == NodeKind::FieldExpr || tree.kind(receiver) == NodeKind::PathExpr) return true;
  if (tree.kind(receiver) != NodeKind::MethodCallExpr && tree.kind(receiver) != NodeKind::CallExpr) return false;
  const std::string_view name = called_name(tree, receiver);
  return std::find(std::begin(kMethods), std::end(kMethods), name) != std::end(kMethods);
}

// A field of `self`, or the opposite of one.
bool is_flag(const Tree& tree, NodeId condition) {
  NodeId at = peel(tree, condition);
  if (at && tree.kind(at) == NodeKind::UnaryExpr) at = peel(tree, tree.child(at, Role::operand));
  return at && tree.kind(at) == NodeKind::FieldExpr;
}

// Whether the message of a panic says that it cannot happen.
bool states_invariant(const Tree& tree, NodeId macro) {
  const std::string_view text = tree.text(macro);
  for (const std::string_view word : {"nvariant", "nexpected", "nternal", "nreachable", "impossible", "cannot panic",
                                      "no-panic", "bug", "BUG", "must not", "hould not", "hould never"})
    if (text.find(word) != std::string_view::npos) return true;
  return false;
}

// A type that exists in order to panic when it is dropped: nothing stands between `drop` and the panic.
bool is_bomb(const Tree& tree, NodeId body, NodeId call) {
  for (NodeId at = tree.parent(call); at && at != body; at = tree.parent(at)) {
    const NodeKind kind = tree.kind(at);
    // `if self.armed { panic!(..) }` and the blocks around it.
    const bool flag = kind == NodeKind::IfExpr && is_flag(tree, tree.child(at, Role::condition));
    const bool around = kind == NodeKind::Block || kind == NodeKind::BlockExpr;
    if (kind != NodeKind::MacroExpr && kind != NodeKind::ExprStmt && !flag && !around) return false;
  }
  return true;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const NodeId trait = tree.child(node, Role::trait);
  const NodeId items = tree.child(node, Role::items);
  if (!trait || !items || context.in_test()) return;
  const NodeId segment = last_segment(tree, trait);
  if (!segment || name_of(tree, segment) != "Drop") return;
  const Sema& sema = context.sema();
  if (!sema.is(trait, "std::ops::Drop").yes()) return;
  for (NodeId item = tree.first_child(items); item; item = tree.next_sibling(item)) {
    if (tree.kind(item) != NodeKind::FnItem) continue;
    const NodeId body = tree.child(item, Role::body);
    if (!body) continue;
    // A destructor that asks whether the thread panics already has thought of it.
    for (uint32_t slot = tree.first_slot(body); slot < tree.end_slot(body); ++slot)
      if (tree.token_kind(slot) == TokenKind::Ident && tree.token_text(slot) == "panicking") return;
    for (NodeId at = body; at.value < tree.subtree_end(body).value; at = NodeId(at.value + 1)) {
      std::string what;
      if (tree.kind(at) == NodeKind::MethodCallExpr) {
        const std::string_view name = called_name(tree, at);
        // `expect` says why it cannot fail.
        if (name != "unwrap" || argument_count(tree, at) != 0 || is_own_state(tree, at)) continue;
        what = "`" + std::string(name) + "`";
      } else if (tree.kind(at) == NodeKind::MacroCall) {
        const Match macro = sema.find_macro(at, kMacros);
        if (!macro || is_bomb(tree, body, at) || states_invariant(tree, at)) continue;
        what = "`" + std::string(kMacros[macro.index].substr(5)) + "!`";
      } else {
        continue;
      }
      if (enclosing_function(tree, at) != item || has_comment_above(tree, statement_around(tree, at))) continue;
      const std::string message = what + " in a destructor";
      const NodeId type = tree.child(node, Role::type);
      const RelatedPlace related[] = {{type ? tree.span(type) : tree.span(node), "dropped also while a panic unwinds"}};
      context.report({.span = tree.span(at),
                      .message = message,
                      .label = "a panic here, while another unwinds, aborts the process",
                      .help = "log or ignore the failure, and offer a method `close(self) -> Result<..>` for those who "
                              "want to see it",
                      .severity = kPanicInDrop.severity,
                      .related = related});
    }
  }
}

}  // namespace

const Rule kPanicInDrop = {
    .id = "raii/panic-in-drop",
    .area = "raii",
    .title = "destructor that can panic",
    .why =
        "Destructors run while a panic unwinds, too. A second panic in one of them aborts the process, without the "
        "message of the first. And a panic in `drop` leaves the fields behind it in whatever state they are.",
    .bad = R"(use std::fs::File;
use std::io::Write;

pub struct Log(File);

impl Drop for Log {
    fn drop(&mut self) {
        self.0.flush().unwrap();  //~
    }
}
)",
    .good = R"(use std::fs::File;
use std::io::{self, Write};

pub struct Log(File);

impl Log {
    pub fn close(mut self) -> io::Result<()> {
        self.0.flush()
    }
}

impl Drop for Log {
    fn drop(&mut self) {
        // Who wants to know calls `close`.
        let _ = self.0.flush();
    }
}
)",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "what it checks may never fail here, or an abort may be wanted",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
};

}  // namespace rp
