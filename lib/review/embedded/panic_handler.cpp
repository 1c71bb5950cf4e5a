// embedded/panic-handler: a bare-metal program without a panic handler, or with two.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kPanicHandler;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::SourceFile};

constexpr std::string_view kReferences[] = {
    "The Rustonomicon, \"Beneath std\", #[panic_handler], https://doc.rust-lang.org/nomicon/panic-handler.html",
    "The Embedded Rust Book, \"Panicking\", https://docs.rust-embedded.org/book/start/panicking.html",
};

// `#[panic_handler]` functions of a tree, those under other conditions left out.
void find_handlers(const Tree& tree, std::vector<NodeId>* handlers, bool* conditional) {
  for (NodeId at = tree.root(); at.value < tree.node_count(); at = NodeId(at.value + 1)) {
    if (tree.kind(at) != NodeKind::Attr) continue;
    const NodeId path = tree.child(at, Role::path);
    if (!path) continue;
    if (tree.text(path) == "cfg_attr" && tree.text(at).find("panic_handler") != std::string_view::npos)
      *conditional = true;
    if (tree.text(path) != "panic_handler") continue;
    const NodeId item = tree.parent(at);
    if (!item || tree.kind(item) != NodeKind::FnItem) continue;
    for (NodeId up = item; up; up = tree.parent(up))
      for (NodeId a = tree.first_child(up); a; a = tree.next_sibling(a)) {
        if (tree.role(a) != Role::attribute) break;
        const NodeId other = tree.kind(a) == NodeKind::Attr ? tree.child(a, Role::path) : NodeId();
        if (other && tree.text(other) == "cfg") *conditional = true;
      }
    handlers->push_back(item);
  }
}

// Crates that exist to bring a panic handler, or do so beside their work.
bool may_bring_handler(const Tree& tree) {
  for (uint32_t slot = 0; slot < tree.slot_count(); ++slot) {
    if (tree.token_kind(slot) != TokenKind::Ident) continue;
    const std::string_view text = tree.token_text(slot);
    if (text.starts_with("panic_") && text != "panic_handler" && text != "panic_info" && text != "panic_fmt")
      return true;
    if (text == "esp_backtrace" || text == "defmt_rtt" || text == "include" || text == "arduino_hal" ||
        text == "libtock")
      return true;
  }
  return false;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const Sema& sema = context.sema();
  const TreeNode root = sema.crate_root();
  if ((root && root.tree != &tree) || context.in_test()) return;
  // A program: without main, without std.
  bool no_main = false, no_std = false;
  NodeId first;
  for (NodeId a = tree.first_child(node); a; a = tree.next_sibling(a)) {
    if (tree.role(a) != Role::attribute) break;
    const NodeId path = tree.kind(a) == NodeKind::Attr ? tree.child(a, Role::path) : NodeId();
    if (!path) continue;
    if (tree.text(path) == "no_main") {
      no_main = true;
      first = a;
    }
    no_std |= tree.text(path) == "no_std";
  }
  std::vector<NodeId> handlers;
  bool conditional = false;
  find_handlers(tree, &handlers, &conditional);
  if (conditional) return;
  if (handlers.size() > 1) {
    const RelatedPlace related[] = {{header_span(tree, handlers[0]), "the first"}};
    context.report({.span = header_span(tree, handlers[1]),
                    .message = "a second panic handler",
                    .label = "a program has one: E0152",
                    .help = "remove one, or put each under a `cfg`",
                    .severity = kPanicHandler.severity,
                    .related = related});
    return;
  }
  if (!no_main || !no_std || !handlers.empty() || may_bring_handler(tree)) return;
  if (sema.crate_kind() != CrateKind::Bin && sema.crate_kind() != CrateKind::Unknown) return;
  // It may stand in a module of the crate, or come from a dependency.
  for (NodeId at = tree.root(); at.value < tree.node_count(); at = NodeId(at.value + 1))
    if ((tree.kind(at) == NodeKind::ModItem && !tree.child(at, Role::items)) || tree.kind(at) == NodeKind::MacroItem)
      return;
  context.report({.span = tree.span(first),
                  .message = "a program without std, and no panic handler in sight",
                  .label = "rustc: `#[panic_handler]` function required, but not found",
                  .help = "write one, or use a crate that brings it: `use panic_halt as _;`, `use panic_probe as _;`",
                  .severity = kPanicHandler.severity,
                  .verdict = Verdict::Likely});
}

}  // namespace

const Rule kPanicHandler = {
    .id = "embedded/panic-handler",
    .area = "embedded",
    .title = "bare-metal program with no panic handler, or two",
    .why =
        "Without std somebody has to say what a panic does: exactly one function with `#[panic_handler]` in the whole "
        "program. None is an error at the end of the build, and so are two.",
    .bad = R"(#![no_std]
#![no_main]  //~

#[unsafe(no_mangle)]
pub extern "C" fn main() -> ! {
    loop {
        core::hint::spin_loop();
    }
}
)",
    .good = R"(#![no_std]
#![no_main]

use core::panic::PanicInfo;

#[panic_handler]
fn panic(_: &PanicInfo) -> ! {
    loop {
        core::hint::spin_loop();
    }
}

#[unsafe(no_mangle)]
pub extern "C" fn main() -> ! {
    loop {
        core::hint::spin_loop();
    }
}
)",
    .severity = Severity::Error,
    .verdict = Verdict::Likely,
    .doubt = "a dependency may bring the handler without being named as such",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
};

}  // namespace rp
