// embedded/float-formatting: floating-point numbers formatted in a bare-metal program.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kFloatFormatting;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::MacroCall};
constexpr std::string_view kMacros[] = {"std::write", "std::writeln", "alloc::format", "std::format_args"};

constexpr std::string_view kReferences[] = {
    "The Embedded Rust Book, \"Optimizations: the speed size tradeoff\", "
    "https://docs.rust-embedded.org/book/unsorted/speed-vs-size.html",
    "std::fmt, https://doc.rust-lang.org/std/fmt/index.html",
};

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const Sema& sema = context.sema();
  if (context.in_test() || !sema.for_embedded().yes() || !sema.find_macro(node, kMacros)) return;
  // Plain variables among the arguments, and `{name}` in the text.
  const NodeId arguments = tree.child(node, Role::arguments);
  const NodeId function = enclosing_fn_item(tree, node);
  if (!arguments || !function) return;
  for (NodeId at = function; at.value < node.value; at = NodeId(at.value + 1)) {
    if (tree.kind(at) != NodeKind::IdentPat) continue;
    const NodeId declaration = tree.child(at, Role::name);
    const std::string name(name_of(tree, declaration));
    const SemaType type = sema.peel_references(sema.type_of_local(declaration));
    if (!type || sema.kind(type) != SemaTypeKind::Float) continue;
    bool used = tree.text(arguments).find("{" + name + "}") != std::string_view::npos ||
                tree.text(arguments).find("{" + name + ":") != std::string_view::npos;
    for (uint32_t slot = tree.first_slot(arguments); !used && slot < tree.end_slot(arguments); ++slot)
      used = tree.token_kind(slot) == TokenKind::Ident && tree.token_text(slot) == name &&
             tree.token_kind(slot + 1) != TokenKind::Dot;
    if (!used) continue;
    const std::string message = "`" + name + "`, a floating-point number, is formatted";
    context.report(
        {.span = tree.span(node),
         .message = message,
         .label = "brings in some ten to twenty kilobytes of code for exact decimal conversion",
         .help = "format fixed-point integers, send the raw value, or use `defmt`, which formats on the host",
         .severity = kFloatFormatting.severity});
    return;
  }
}

}  // namespace

const Rule kFloatFormatting = {
    .id = "embedded/float-formatting",
    .area = "embedded",
    .title = "formatted floating-point number on bare metal",
    .why =
        "`core::fmt` prints floating-point numbers exactly, with big-integer arithmetic: some kilobytes of flash, and "
        "slow on cores without a floating-point unit. One `{}` brings all of it in.",
    .bad = R"(#![no_std]
#![no_main]

use core::fmt::{self, Write};
use panic_halt as _;

pub fn show(out: &mut dyn Write, celsius: f32) -> fmt::Result {
    write!(out, "{celsius:.1}")  //~
}
)",
    .good = R"(#![no_std]
#![no_main]

use core::fmt::{self, Write};
use panic_halt as _;

pub fn show(out: &mut dyn Write, tenths: i32) -> fmt::Result {
    write!(out, "{}.{}", tenths / 10, (tenths % 10).abs())
}
)",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "there may be room enough, and other code may need the conversion anyway",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .applies =
        [](const Sema& sema) {
          return sema.no_std() != Answer::No || sema.target().find("-none") != std::string_view::npos;
        },
};

}  // namespace rp
