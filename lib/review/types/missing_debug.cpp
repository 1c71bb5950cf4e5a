// types/missing-debug: a public type without Debug.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kMissingDebug;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::StructItem, NodeKind::EnumItem};

constexpr std::string_view kReferences[] = {
    "Rust API Guidelines, C-DEBUG: all public types implement Debug, "
    "https://rust-lang.github.io/api-guidelines/debuggability.html",
    "rustc, lint missing_debug_implementations, "
    "https://doc.rust-lang.org/rustc/lints/listing/allowed-by-default.html#missing-debug-implementations",
};

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  // Data and errors are printed, compared and unwrapped: what else a type does, its author knows.
  const std::string name(name_of(tree, node));
  const bool is_data = tree.kind(node) == NodeKind::EnumItem;
  const bool is_error = name.ends_with("Error") || (is_data && name.ends_with("Err"));
  if (!is_error && !is_data) return;
  const Sema& sema = context.sema();
  if (sema.is_reachable(node) != Answer::Yes) return;
  const DefRef def = sema.definition(node);
  if (!def || !sema.has_impl(def, "std::fmt::Debug").no()) return;
  // Without a variant it is a mark for the type checker, and nobody has a value to print.
  const NodeId variants = tree.child(node, Role::variants);
  if (tree.kind(node) == NodeKind::EnumItem && (!variants || !tree.first_child(variants))) return;
  const std::string message = "public " + std::string(is_error ? "error" : "enum") + " `" + name + "` without `Debug`";
  // Where nothing is inside that may lack it itself.
  EditBuilder edits(tree, Applicability::Suggestion);
  bool plain = variants && !tree.child(node, Role::generics);
  for (NodeId v = plain ? tree.first_child(variants) : NodeId(); v; v = tree.next_sibling(v))
    plain &= tree.kind(v) != NodeKind::Variant || !tree.child(v, Role::fields);
  if (plain && tree.text(node).find("Debug") == std::string_view::npos)
    edits.insert_attribute(node, "#[derive(Debug)]");
  context.report({.span = header_span(tree, node),
                  .message = message,
                  .label = "cannot be unwrapped, asserted on or logged by those who use it",
                  .help = "`#[derive(Debug)]`, or an impl that leaves out what must not be shown",
                  .severity = is_error ? Severity::Warning : Severity::Advice,
                  .edits = edits.edits(),
                  .applicability = edits.applicability()});
}

}  // namespace

const Rule kMissingDebug = {
    .id = "types/missing-debug",
    .area = "types",
    .title = "public error or data type without Debug",
    .why =
        "`Result::unwrap`, `assert_eq!`, `#[derive(Debug)]` on a struct that holds the type: all of them need `Debug`. "
        "A "
        "user of the crate cannot add it, because of the orphan rule.",
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
pub enum ParseError {  //~
    Empty,
    TooLong(usize),
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
#[derive(Debug)]
#[non_exhaustive]
pub enum ParseError {
    Empty,
    TooLong(usize),
}
)",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "the type may hold a secret, or be used in ways that never print it",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .lint = Lint::MissingDebugImplementations,
    .library_only = true,
};

}  // namespace rp
