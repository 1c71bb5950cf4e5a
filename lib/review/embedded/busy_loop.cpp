// embedded/busy-loop: a loop that waits at full power.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kBusyLoop;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::LoopExpr, NodeKind::WhileExpr};

constexpr std::string_view kReferences[] = {
    "std::hint::spin_loop, https://doc.rust-lang.org/std/hint/fn.spin_loop.html",
    "clippy, empty_loop, https://rust-lang.github.io/rust-clippy/master/index.html#empty_loop",
};

bool is_empty(const Tree& tree, NodeId block) {
  for (NodeId c = tree.first_child(block); c; c = tree.next_sibling(c))
    if (tree.kind(c) != NodeKind::EmptyStmt && tree.role(c) != Role::attribute) return false;
  return true;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const NodeId body = tree.child(node, Role::body);
  if (!body || !is_empty(tree, body) || context.in_test()) return;
  const Sema& sema = context.sema();
  const bool embedded = sema.for_embedded().yes();
  const bool endless = tree.kind(node) == NodeKind::LoopExpr;
  if (!endless) {
    // A condition that does something by itself (`while iter.next().is_some() {}`) is the loop's work.
    const NodeId condition = peel(tree, tree.child(node, Role::condition));
    bool waits = false;
    for (NodeId at = condition; condition && at.value < tree.subtree_end(condition).value; at = NodeId(at.value + 1)) {
      if (tree.kind(at) == NodeKind::CallExpr || tree.kind(at) == NodeKind::LetExpr ||
          tree.kind(at) == NodeKind::AwaitExpr)
        return;
      if (tree.kind(at) != NodeKind::MethodCallExpr) continue;
      const std::string_view name = called_name(tree, at);
      if (name == "load" || name == "is_set" || name == "is_ready" || name == "get" || name == "bit_is_set" ||
          name == "bit_is_clear" || name == "read" || name == "is_busy" || name == "is_empty" || name == "is_full")
        waits |= name == "load" || name == "bit_is_set" || name == "bit_is_clear" || name == "is_busy";
      else
        return;
    }
    if (!waits) return;
  } else if (!embedded) {
    return;
  }
  context.report(
      {.span = endless ? token_span(tree, slot_after_attributes(tree, node)) : tree.span(node),
       .message = endless ? "an empty endless loop runs the processor at full power"
                          : "a loop that waits for a value without a hint to the processor",
       .label = embedded ? "never sleeps: current is drawn for nothing" : "holds the core from its sibling thread",
       .help = embedded ? "sleep until an interrupt comes (`cortex_m::asm::wfi()`, `riscv::asm::wfi()`), or "
                          "call `core::hint::spin_loop()`"
                        : "call `std::hint::spin_loop()` in it, and park the thread when the wait is long",
       .severity = kBusyLoop.severity});
}

}  // namespace

const Rule kBusyLoop = {
    .id = "embedded/busy-loop",
    .area = "embedded",
    .title = "loop that waits without a hint or a sleep",
    .why =
        "An empty loop keeps the processor busy: a battery is empty in hours, and with hyper-threading the sibling is "
        "slowed down. A wait-for-interrupt instruction, or at least a spin hint, costs nothing.",
    .bad = R"(#![no_std]

use core::sync::atomic::{AtomicBool, Ordering};

pub static READY: AtomicBool = AtomicBool::new(false);

pub fn wait() {
    while !READY.load(Ordering::Acquire) {}  //~
}
)",
    .good = R"(#![no_std]

use core::sync::atomic::{AtomicBool, Ordering};

pub static READY: AtomicBool = AtomicBool::new(false);

pub fn wait() {
    while !READY.load(Ordering::Acquire) {
        core::hint::spin_loop();
    }
}
)",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the wait may be of a few cycles, or the loop be where a halted program stays",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .lint = Lint::EmptyLoop,
};

}  // namespace rp
