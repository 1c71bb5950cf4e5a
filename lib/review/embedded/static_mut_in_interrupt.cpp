// embedded/static-mut-in-interrupt: a `static mut` that an interrupt handler shares with the rest of the program.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kStaticMutInInterrupt;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::StaticItem};
constexpr TokenKind kTokens[] = {TokenKind::KwStatic};

constexpr std::string_view kReferences[] = {
    "The Embedded Rust Book, \"Concurrency\", https://docs.rust-embedded.org/book/concurrency/",
    "The critical-section crate, https://docs.rs/critical-section/latest/critical_section/",
};

// By attribute (`#[interrupt]`, `#[exception]`) or by the name that the vector table has.
bool is_handler(const Tree& tree, NodeId function) {
  for (NodeId a = tree.first_child(function); a; a = tree.next_sibling(a)) {
    if (tree.role(a) != Role::attribute) break;
    const NodeId path = tree.kind(a) == NodeKind::Attr ? tree.child(a, Role::path) : NodeId();
    const NodeId segment = path ? last_segment(tree, path) : NodeId();
    const std::string_view name = segment ? name_of(tree, segment) : std::string_view();
    if (name == "interrupt" || name == "exception" || name == "handler" || name == "isr") return true;
  }
  const NodeId abi = tree.child(function, Role::abi);
  if (!abi) return false;
  if (tree.text(abi).find("interrupt") != std::string_view::npos) return true;
  const std::string_view name = name_of(tree, function);
  return name.ends_with("_IRQHandler") || name == "SysTick" || name == "SysTick_Handler" || name == "PendSV" ||
         name == "HardFault" || name.ends_with("_Handler") || name.ends_with("_isr") || name.ends_with("_ISR");
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  if (!tree.has_token(node, TokenKind::KwMut) || context.in_test()) return;
  const Sema& sema = context.sema();
  if (sema.no_std() == Answer::No) return;
  const DefRef def = sema.definition(node);
  if (!def) return;
  NodeId in_handler, elsewhere;
  for (const TreeNode& use : sema.references(def)) {
    if (use.tree != &tree) continue;
    const NodeId function = enclosing_fn_item(tree, use.node);
    if (!function) continue;
    NodeId& slot = is_handler(tree, function) ? in_handler : elsewhere;
    if (!slot) slot = use.node;
  }
  if (!in_handler || !elsewhere) return;
  const std::string name(name_of(tree, node));
  const std::string message =
      "`" + name + "` is shared between an interrupt handler and the program, without synchronisation";
  const RelatedPlace related[] = {{tree.span(in_handler), "in the handler"}, {tree.span(elsewhere), "in the program"}};
  context.report({.span = header_span(tree, node),
                  .message = message,
                  .label = "the interrupt may come in the middle of a read or a write: a data race",
                  .help = "use an atomic, or `critical_section::Mutex<RefCell<_>>` and lock it on both sides",
                  .severity = kStaticMutInInterrupt.severity,
                  .related = related});
}

}  // namespace

const Rule kStaticMutInInterrupt = {
    .id = "embedded/static-mut-in-interrupt",
    .area = "embedded",
    .title = "mutable static shared with an interrupt handler",
    .why =
        "An interrupt comes between any two instructions. A handler that writes a `static mut` which the program reads "
        "is a data race: undefined behaviour, which shows as lost counts and torn values. Besides, the compiler may "
        "keep "
        "the value in a register and never look again.",
    .bad = R"(#![no_std]

static mut TICKS: u32 = 0;  //~

#[unsafe(no_mangle)]
pub extern "C" fn SysTick() {
    // SAFETY: only this handler writes.
    unsafe { TICKS += 1 }
}

pub fn ticks() -> u32 {
    // SAFETY: a word is read at once.
    unsafe { TICKS }
}
)",
    .good = R"(#![no_std]

use core::sync::atomic::{AtomicU32, Ordering};

static TICKS: AtomicU32 = AtomicU32::new(0);

#[unsafe(no_mangle)]
pub extern "C" fn SysTick() {
    TICKS.fetch_add(1, Ordering::Relaxed);
}

pub fn ticks() -> u32 {
    TICKS.load(Ordering::Relaxed)
}
)",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "interrupts may be off wherever the program uses it",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .tokens = kTokens,
};

}  // namespace rp
