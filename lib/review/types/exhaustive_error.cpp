// types/exhaustive-error: a public error enum to which no variant can be added without breaking its users.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kExhaustiveError;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::EnumItem};

constexpr std::string_view kReferences[] = {
    "The Rust Reference, \"The non_exhaustive attribute\", "
    "https://doc.rust-lang.org/reference/attributes/type_system.html",
    "The Cargo Book, \"SemVer Compatibility\", adding new enum variants, "
    "https://doc.rust-lang.org/cargo/reference/semver.html#enum-variant-new",
};

bool has_type_parameter(const Tree& tree, NodeId item) {
  const NodeId generics = tree.child(item, Role::generics);
  for (NodeId p = generics ? tree.first_child(generics) : NodeId(); p; p = tree.next_sibling(p))
    if (tree.kind(p) == NodeKind::TypeParam) return true;
  return false;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const std::string_view name = name_of(tree, node);
  if (!name.ends_with("Error") || context.in_test()) return;
  const Sema& sema = context.sema();
  if (sema.find_attribute(node, "non_exhaustive") || sema.is_reachable(node) != Answer::Yes) return;
  const NodeId variants = tree.child(node, Role::variants);
  if (!variants) return;
  // What holds the caller's own value is one of a closed set: `Full(T)` or `Closed(T)`.
  if (has_type_parameter(tree, node)) return;
  // Where the interface is settled, the attribute is a breaking change itself.
  const std::string_view version = sema.package_version();
  if (!version.empty() && !version.starts_with("0.")) return;
  uint32_t count = 0;
  bool wraps = false;
  for (NodeId v = tree.first_child(variants); v; v = tree.next_sibling(v)) {
    if (tree.kind(v) != NodeKind::Variant) continue;
    ++count;
    wraps |= mentions(tree, v, "from");
    // A hidden variant keeps others from matching on all.
    if (name_of(tree, v).starts_with("__")) return;
  }
  if (count < (wraps ? 2U : 3U)) return;  // two may well be all that there ever are
  const std::string message =
      "public error `" + std::string(name) + "` can get no new variant without a new major version";
  EditBuilder edits(tree, Applicability::Suggestion);
  edits.insert_attribute(node, "#[non_exhaustive]");
  context.report(
      {.span = header_span(tree, node),
       .message = message,
       .label = "users may match on all of its variants",
       .help = "put `#[non_exhaustive]` on it while the crate is young: later that is a breaking change itself",
       .severity = kExhaustiveError.severity,
       .edits = edits.edits(),
       .applicability = edits.applicability()});
}

}  // namespace

const Rule kExhaustiveError = {
    .id = "types/exhaustive-error",
    .area = "types",
    .title = "public error enum without non_exhaustive",
    .why =
        "Errors grow with the code behind them. Whoever matches on every variant of a public enum stops compiling when "
        "one is added, so that it has to wait for a major version.",
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
#[derive(Debug)]
pub enum ParseError {  //~
    Empty,
    TooLong,
    NotAscii,
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
    TooLong,
}
)",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the errors may be all that there ever are, and users may rely on matching them all",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .lint = Lint::ExhaustiveEnums,
    .library_only = true,
};

}  // namespace rp
