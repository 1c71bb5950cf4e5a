// errors/weak-error-type: public functions whose error is `()`, `String` or a `Box<dyn Error>` that is not Send.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kWeakErrorType;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::FnItem};

constexpr std::string_view kReferences[] = {
    "Rust API Guidelines, C-GOOD-ERR: error types are meaningful and well-behaved, "
    "https://rust-lang.github.io/api-guidelines/interoperability.html",
    "std::error::Error, https://doc.rust-lang.org/std/error/trait.Error.html",
};

// The type that a function returns as it is written; invalid when it is no path.
NodeId returned_path(const Tree& tree, NodeId function) {
  const NodeId result = tree.child(function, Role::return_type);
  const NodeId type = result ? tree.child(result, Role::type) : NodeId();
  return type && tree.kind(type) == NodeKind::PathType ? type : NodeId();
}

// The error type of what is written `Result<T, E>`; invalid for others.
NodeId error_type(const Tree& tree, NodeId result) {
  const NodeId segment = last_segment(tree, result);
  // An alias may have its parameters in another order.
  const NodeId arguments = tree.child(segment, Role::arguments);
  if (!arguments || name_of(tree, segment) != "Result") return {};
  const NodeId first = tree.first_child(arguments);
  const NodeId error = first ? tree.next_sibling(first) : NodeId();
  // References, arrays and the like are none of those below.
  const bool may_be_weak = error && (tree.kind(error) == NodeKind::TupleType ||
                                     tree.kind(error) == NodeKind::PathType || tree.kind(error) == NodeKind::ParenType);
  return may_be_weak ? error : NodeId();
}

// `Box<dyn Error>` without Send among its bounds; what it lacks.
std::string_view missing_bound(const Tree& tree, const Sema& sema, NodeId type) {
  if (tree.kind(type) != NodeKind::PathType || !sema.is(type, "std::boxed::Box").yes()) return {};
  const NodeId arguments = tree.child(last_segment(tree, type), Role::arguments);
  const NodeId inner = arguments ? tree.first_child(arguments) : NodeId();
  if (!inner || tree.kind(inner) != NodeKind::TraitObjectType) return {};
  bool error = false, send = false, sync = false;
  const NodeId bounds = tree.child(inner, Role::bounds);
  for (NodeId b = bounds ? tree.first_child(bounds) : NodeId(); b; b = tree.next_sibling(b)) {
    if (tree.kind(b) != NodeKind::TraitBound) continue;
    error |= sema.is(b, "std::error::Error").yes();
    send |= sema.is(b, "std::marker::Send").yes();
    sync |= sema.is(b, "std::marker::Sync").yes();
  }
  if (!error || (send && sync)) return {};
  return send ? "Sync" : sync ? "Send" : "Send + Sync";
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const NodeId result = context.in_test() ? NodeId() : returned_path(tree, node);
  const NodeId error = result ? error_type(tree, result) : NodeId();
  if (!error) return;
  const Sema& sema = context.sema();
  if (sema.is_reachable(node) != Answer::Yes || !sema.is(result, "std::result::Result").yes()) return;
  for (NodeId a = tree.first_child(node); a && tree.role(a) == Role::attribute; a = tree.next_sibling(a))
    if (tree.text(a).find("eprecated") != std::string_view::npos) return;
  // Signatures that a trait decides, and functions that nobody outside calls.
  const NodeId owner = tree.parent(node) ? tree.parent(tree.parent(node)) : NodeId();
  if (owner && tree.kind(owner) == NodeKind::ImplItem && tree.child(owner, Role::trait)) return;
  if (sema.find_attribute(node, "deprecated")) return;
  const std::string name(name_of(tree, node));
  std::string message;
  std::string_view label, help;
  Lint lint = Lint::kCount;
  if (tree.kind(error) == NodeKind::TupleType && !tree.first_child(error)) {
    if (context.allowed(Lint::ResultUnitErr)) return;
    message = "`" + name + "` fails without saying why: its error is `()`";
    label = "no `Error`, no text, nothing for `?` to convert";
    help = "return an `Option`, or an error type of the crate";
    lint = Lint::ResultUnitErr;
  } else if (sema.is(error, "std::string::String").yes()) {
    message = "`" + name + "` gives its error as a text";
    label = "callers can show it and tell nothing from it; it does not implement `Error`";
    help = "make an enum (or a struct) that implements `Error`, with what went wrong as data";
  } else {
    const std::string_view bound = missing_bound(tree, sema, error);
    if (bound.empty()) return;
    message = "the error of `" + name + "` cannot go to another thread: `Box<dyn Error>` without `" +
              std::string(bound) + "`";
    label = "nor can it become an `anyhow::Error` or be given back by a task";
    help = "`Box<dyn Error + Send + Sync>`";
  }
  context.report({.span = tree.span(error),
                  .message = message,
                  .label = label,
                  .help = help,
                  .severity = kWeakErrorType.severity,
                  .lint = lint});
}

}  // namespace

const Rule kWeakErrorType = {
    .id = "errors/weak-error-type",
    .area = "errors",
    .title = "public function with an error type that says or can do little",
    .why =
        "An error of a library is data for its users: they match on it, give it on with `?`, log its causes, send it "
        "between threads. A `String` or `()` can do none of that, a `Box<dyn Error>` cannot leave its thread.",
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
pub fn parse(text: &str) -> Result<u32, String> {  //~
    text.parse().map_err(|_| format!("no number: {text}"))
}

pub fn check(text: &str) -> Result<(), ()> {  //~
    if text.is_empty() { Err(()) } else { Ok(()) }
}

pub fn load(text: &str) -> Result<u32, Box<dyn std::error::Error>> {  //~
    Ok(text.parse()?)
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
use std::num::ParseIntError;

pub fn parse(text: &str) -> Result<u32, ParseIntError> {
    text.parse()
}

pub fn load(text: &str) -> Result<u32, Box<dyn std::error::Error + Send + Sync>> {
    Ok(text.parse()?)
}
)",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the text may be all that anybody ever wants of it, or another interface may ask for the type",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .library_only = true,
};

}  // namespace rp
