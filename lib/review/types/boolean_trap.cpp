// types/boolean-trap: a public function with several parameters of type bool.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kBooleanTrap;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::FnItem};
constexpr uint32_t kTooMany = 3;

constexpr std::string_view kReferences[] = {
    "Rust API Guidelines, C-CUSTOM-TYPE: arguments convey meaning through types, not bool or Option, "
    "https://rust-lang.github.io/api-guidelines/type-safety.html",
    "clippy, fn_params_excessive_bools, "
    "https://rust-lang.github.io/rust-clippy/master/index.html#fn_params_excessive_bools",
};

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const NodeId parameters = tree.child(node, Role::parameters);
  if (!parameters) return;
  uint32_t bools = 0, others = 0;
  bool neighbours = false, previous = false;
  ByteSpan first{}, last{};
  for (NodeId p = tree.first_child(parameters); p; p = tree.next_sibling(p)) {
    const NodeId type = tree.kind(p) == NodeKind::Param ? tree.child(p, Role::type) : NodeId();
    const bool is_bool = type && tree.text(type) == "bool";
    if (is_bool) {
      if (bools++ == 0) first = tree.span(p);
      last = tree.span(p);
      neighbours |= previous;
    }
    others += type && !is_bool ? 1 : 0;
    previous = is_bool;
  }
  if (bools < kTooMany && !(bools == 2 && neighbours)) return;
  // Of nothing but bools: they are what is built, the lanes of a mask or the bits of a byte.
  const NodeId receiver = tree.child(parameters, Role::receiver);
  if (others == 0 && !receiver) return;
  // Signatures that something else decides.
  const NodeId owner = tree.parent(node) ? tree.parent(tree.parent(node)) : NodeId();
  if (owner && tree.kind(owner) == NodeKind::ImplItem && tree.child(owner, Role::trait)) return;
  if (tree.child(node, Role::abi)) return;
  const Sema& sema = context.sema();
  if (sema.is_reachable(node) != Answer::Yes) return;
  const std::string message =
      "`" + std::string(name_of(tree, node)) + "` takes " + std::to_string(bools) + " parameters of type `bool`";
  const std::string example = std::string(name_of(tree, node)) + "(.., true, false)";
  const std::string label = "`" + example + "` does not say what it asks for, and nobody notices when they are swapped";
  context.report({.span = {first.start, last.end},
                  .message = message,
                  .label = label,
                  .help = "use enums with two named variants, or a struct of options",
                  .severity = kBooleanTrap.severity});
}

}  // namespace

const Rule kBooleanTrap = {
    .id = "types/boolean-trap",
    .area = "types",
    .title = "public function with several bools side by side",
    .why =
        "At the call a `true` says nothing of its meaning, and two of them can be swapped without an error. An enum "
        "with "
        "two variants costs nothing and is read without looking up the signature.",
    .bad = R"(--- Cargo.toml
[package]
name = "sample"
version = "0.1.0"
edition = "2021"
rust-version = "1.70"
description = "A sample."
license = "MIT"
repository = "https://example.org/sample"
--- src/lib.rs
pub fn open(path: &str, create: bool, truncate: bool) -> usize {  //~
    path.len() + usize::from(create) + usize::from(truncate)
}
)",
    .good = R"(--- Cargo.toml
[package]
name = "sample"
version = "0.1.0"
edition = "2021"
rust-version = "1.70"
description = "A sample."
license = "MIT"
repository = "https://example.org/sample"
--- src/lib.rs
#[derive(Debug, Clone, Copy, Default)]
pub struct OpenOptions {
    create: bool,
    truncate: bool,
}

pub fn open(path: &str, options: OpenOptions) -> usize {
    path.len() + usize::from(options.create) + usize::from(options.truncate)
}
)",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the meaning may be plain from the function's name, or the signature may be given from outside",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .lint = Lint::FnParamsExcessiveBools,
    .library_only = true,
};

}  // namespace rp
