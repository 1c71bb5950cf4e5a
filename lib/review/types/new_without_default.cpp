// types/new-without-default: a public `new()` without arguments, and no Default.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kNewWithoutDefault;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::FnItem};
constexpr std::string_view kNames[] = {"new"};

constexpr std::string_view kReferences[] = {
    "Rust API Guidelines, C-COMMON-TRAITS, https://rust-lang.github.io/api-guidelines/interoperability.html",
    "clippy, new_without_default, https://rust-lang.github.io/rust-clippy/master/index.html#new_without_default",
};

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  if (name_of(tree, node) != "new" || context.in_test()) return;
  const NodeId parameters = tree.child(node, Role::parameters);
  if (!parameters || tree.first_child(parameters) || tree.child(node, Role::generics) || is_unsafe(tree, node)) return;
  const NodeId list = tree.parent(node);
  const NodeId impl = list ? tree.parent(list) : NodeId();
  if (!impl || tree.kind(impl) != NodeKind::ImplItem || tree.child(impl, Role::trait)) return;
  const NodeId result = tree.child(node, Role::return_type);
  const NodeId type = result ? tree.child(result, Role::type) : NodeId();
  if (!type || (tree.text(type) != "Self" && tree.text(type) != tree.text(tree.child(impl, Role::type)))) return;
  const Sema& sema = context.sema();
  const NameMeaning self = sema.meaning(tree.child(impl, Role::type));
  if (self.kind != NameKind::Definition || !sema.has_impl(self.def, "std::default::Default").no()) return;
  if (sema.is_reachable(node) != Answer::Yes || sema.find_attribute(node, "doc")) return;
  const std::string name(sema.name(self.def));
  const std::string message = "`" + name + "` has `new()` and no `Default`";
  EditBuilder edits(tree, Applicability::Suggestion);
  if (!tree.child(impl, Role::generics) && !tree.child(impl, Role::where_clause)) {
    const std::string text = "\nimpl Default for " + std::string(tree.text(tree.child(impl, Role::type))) +
                             " {\n    fn default() -> Self {\n        Self::new()\n    }\n}";
    edits.insert_lines_after(impl, text);
  }
  context.report({.span = header_span(tree, node),
                  .message = message,
                  .label = "cannot be used where `T: Default` is asked for, nor in `#[derive(Default)]`",
                  .help = "derive `Default`, or implement it by calling `new`",
                  .severity = kNewWithoutDefault.severity,
                  .edits = edits.edits(),
                  .applicability = edits.applicability()});
}

}  // namespace

const Rule kNewWithoutDefault = {
    .id = "types/new-without-default",
    .area = "types",
    .title = "new() without arguments on a type without Default",
    .why =
        "A type that can be made from nothing has a default value. `Default` lets it be a field of types that derive "
        "it, "
        "and be made by `unwrap_or_default`, `mem::take` and the like.",
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
pub struct Pool {
    size: usize,
}

impl Pool {
    pub fn new() -> Self {  //~
        Self { size: 8 }
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
#[derive(Debug)]
pub struct Pool {
    size: usize,
}

impl Pool {
    pub fn new() -> Self {
        Self { size: 8 }
    }
}

impl Default for Pool {
    fn default() -> Self {
        Self::new()
    }
}
)",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "to make one may cost something, or have effects, that a default should not",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
    .lint = Lint::NewWithoutDefault,
};

}  // namespace rp
