// types/missing-must-use: builder methods and guards whose result can be lost without a warning.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kMissingMustUse;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::FnItem, NodeKind::StructItem};

constexpr std::string_view kReferences[] = {
    "The Rust Reference, \"The must_use attribute\", "
    "https://doc.rust-lang.org/reference/attributes/diagnostics.html#the-must_use-attribute",
    "clippy, return_self_not_must_use, "
    "https://rust-lang.github.io/rust-clippy/master/index.html#return_self_not_must_use",
};

// `fn with(self, ..) -> Self` of an inherent impl.
bool is_builder_method(const Tree& tree, NodeId function, NodeId impl) {
  const NodeId parameters = tree.child(function, Role::parameters);
  const NodeId receiver = parameters ? tree.child(parameters, Role::receiver) : NodeId();
  if (!receiver || tree.child(receiver, Role::type) || tree.has_token(receiver, TokenKind::And)) return false;
  const NodeId result = tree.child(function, Role::return_type);
  const NodeId type = result ? tree.child(result, Role::type) : NodeId();
  if (!type || tree.kind(type) != NodeKind::PathType) return false;
  return tree.text(type) == "Self" || tree.text(type) == tree.text(tree.child(impl, Role::type));
}

void check_method(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const NodeId list = tree.parent(node);
  const NodeId impl = list ? tree.parent(list) : NodeId();
  if (!impl || tree.kind(impl) != NodeKind::ImplItem || tree.child(impl, Role::trait)) return;
  if (context.allowed(Lint::ReturnSelfNotMustUse) || !is_builder_method(tree, node, impl)) return;
  const Sema& sema = context.sema();
  const NameMeaning type = sema.meaning(tree.child(impl, Role::type));
  if (type.kind != NameKind::Definition) return;
  // A type that calls itself a builder, or has a method that ends the building.
  const std::string_view name = sema.name(type.def);
  if (!name.ends_with("Builder") && !name.ends_with("Options") && !name.ends_with("Config")) return;
  if (sema.find_attribute(node, "must_use") || (sema.flags(type.def) & kDefMustUse) != 0) return;
  if (sema.is_reachable(node) != Answer::Yes) return;
  // Once for each impl: at its first such method.
  for (NodeId other = tree.first_child(list); other && other != node; other = tree.next_sibling(other))
    if (tree.kind(other) == NodeKind::FnItem && is_builder_method(tree, other, impl) &&
        !sema.find_attribute(other, "must_use"))
      return;
  const std::string message =
      "methods of the builder `" + std::string(name) + "` give a value that may be lost unnoticed";
  // On the type, where it stands in this file.
  EditBuilder edits(tree, Applicability::Suggestion);
  if (const TreeNode item = sema.node_of(type.def); item && item.tree == &tree)
    edits.insert_attribute(item.node, "#[must_use]");
  const std::string help = "put `#[must_use]` on `" + std::string(name) + "`";
  context.report({.span = header_span(tree, node),
                  .message = message,
                  .label = "`builder.name(..);` on a line of its own does nothing, and nobody warns",
                  .help = help,
                  .severity = kMissingMustUse.severity,
                  .lint = Lint::ReturnSelfNotMustUse,
                  .edits = edits.edits(),
                  .applicability = edits.applicability()});
}

void check_guard(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const std::string_view name = name_of(tree, node);
  if (!name.ends_with("Guard") || context.allowed(Lint::MustUseCandidate)) return;
  const Sema& sema = context.sema();
  const DefRef def = sema.definition(node);
  if (!def || sema.find_attribute(node, "must_use") || !sema.has_impl(def, "std::ops::Drop").yes()) return;
  if (sema.is_reachable(node) != Answer::Yes) return;
  EditBuilder edits(tree, Applicability::Suggestion);
  edits.insert_attribute(node, "#[must_use]");
  const std::string message = "guard `" + std::string(name) + "` may be dropped unnoticed";
  context.report({.span = header_span(tree, node),
                  .message = message,
                  .label = "a call that throws the guard away ends at once what it guards",
                  .help = "put `#[must_use = \"..\"]` on it",
                  .severity = kMissingMustUse.severity,
                  .lint = Lint::MustUseCandidate,
                  .edits = edits.edits(),
                  .applicability = edits.applicability()});
}

void check(RuleContext& context, NodeId node) {
  if (context.in_test()) return;
  if (context.tree().kind(node) == NodeKind::FnItem)
    check_method(context, node);
  else
    check_guard(context, node);
}

}  // namespace

const Rule kMissingMustUse = {
    .id = "types/missing-must-use",
    .area = "types",
    .title = "builder or guard without must_use",
    .why =
        "A builder's method gives a new value, and a guard works as long as it lives: to ignore either is always a "
        "mistake, and `#[must_use]` lets the compiler say so.",
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
#[derive(Debug, Default)]
pub struct RequestBuilder {
    timeout: u32,
}

impl RequestBuilder {
    pub fn timeout(mut self, timeout: u32) -> Self {  //~
        self.timeout = timeout;
        self
    }
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
#[derive(Debug, Default)]
#[must_use]
pub struct RequestBuilder {
    timeout: u32,
}

impl RequestBuilder {
    pub fn timeout(mut self, timeout: u32) -> Self {
        self.timeout = timeout;
        self
    }
}
)",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the call may be made for its effects alone",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
};

}  // namespace rp
