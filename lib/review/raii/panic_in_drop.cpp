// raii/panic-in-drop: a destructor that can panic.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kPanicInDrop;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::ImplItem};
constexpr std::string_view kMacros[] = {"std::panic",  "std::unreachable", "std::todo",     "std::unimplemented",
                                        "std::assert", "std::assert_eq",   "std::assert_ne"};

constexpr std::string_view kReferences[] = {
    "std::ops::Drop, \"Panics\", https://doc.rust-lang.org/std/ops/trait.Drop.html#panics",
    "Rust API Guidelines, C-DTOR-FAIL, https://rust-lang.github.io/api-guidelines/dependability.html",
};

// The lock of a poisoned mutex is the one `unwrap` that nobody minds: the thread that poisoned it has panicked already.
bool is_lock(const Tree& tree, NodeId call) {
  const NodeId receiver = peel(tree, tree.child(call, Role::receiver));
  if (!receiver || tree.kind(receiver) != NodeKind::MethodCallExpr) return false;
  const std::string_view name = called_name(tree, receiver);
  return name == "lock" || name == "read" || name == "write" || name == "get_mut" || name == "borrow_mut";
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
        if ((name != "unwrap" && name != "expect") || is_lock(tree, at)) continue;
        if (argument_count(tree, at) != (name == "expect" ? 1U : 0U)) continue;
        what = "`" + std::string(name) + "`";
      } else if (tree.kind(at) == NodeKind::MacroCall) {
        const Match macro = sema.find_macro(at, kMacros);
        if (!macro) continue;
        what = "`" + std::string(kMacros[macro.index].substr(5)) + "!`";
      } else {
        continue;
      }
      if (enclosing_function(tree, at) != item) continue;
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
};

}  // namespace rp
