// errors/lost-source: an error turned into a text where it could have been kept as the source of another.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kLostSource;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::MethodCallExpr};
constexpr std::string_view kNames[] = {"map_err"};

constexpr std::string_view kReferences[] = {
    "std::error::Error::source, https://doc.rust-lang.org/std/error/trait.Error.html#method.source",
    "thiserror, #[source] and #[from], https://docs.rs/thiserror/latest/thiserror/",
};

// `Path::Variant(e.to_string())`: a variant or struct made of the text of the closure's parameter.
bool makes_text_of(const Tree& tree, NodeId body, std::string_view parameter) {
  if (tree.kind(body) != NodeKind::CallExpr && tree.kind(body) != NodeKind::RecordExpr) return false;
  for (NodeId at = body; at.value < tree.subtree_end(body).value; at = NodeId(at.value + 1)) {
    if (tree.kind(at) != NodeKind::MethodCallExpr || called_name(tree, at) != "to_string") continue;
    const NodeId receiver = peel(tree, tree.child(at, Role::receiver));
    if (receiver && tree.text(receiver) == parameter) return true;
  }
  return false;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  if (context.called_name() != "map_err" || context.in_test()) return;
  const NodeId closure = argument(tree, node, 0) ? peel(tree, argument(tree, node, 0)) : NodeId();
  if (!closure || tree.kind(closure) != NodeKind::ClosureExpr) return;
  const NodeId parameter = tree.child(closure, Role::parameter);
  const NodeId pattern = parameter ? tree.child(parameter, Role::pattern) : NodeId();
  if (!pattern || tree.kind(pattern) != NodeKind::IdentPat) return;
  const NodeId body = peel(tree, tree.child(closure, Role::body));
  const std::string name(name_of(tree, tree.child(pattern, Role::name)));
  if (!body || !makes_text_of(tree, body, name)) return;
  // What is made must be an error of this crate: a variant or struct whose definition can be changed.
  const Sema& sema = context.sema();
  const NodeId callee = tree.kind(body) == NodeKind::CallExpr ? peel(tree, tree.child(body, Role::callee)) : body;
  const NameMeaning made = sema.meaning(callee);
  if (made.kind != NameKind::Definition || !sema.in_this_crate(made.def)) return;
  const DefKind kind = sema.kind(made.def);
  if (kind != DefKind::Variant && kind != DefKind::Struct) return;
  // The parameter is used for its text alone.
  bool complete = true;
  for (const LocalUse& use : sema.uses_of_local(tree.child(pattern, Role::name), &complete)) {
    const NodeId up = tree.parent(use.node);
    if (use.in_macro || !up || tree.kind(up) != NodeKind::MethodCallExpr || called_name(tree, up) != "to_string")
      return;
  }
  if (!complete) return;
  const std::string message = "the error behind `" + std::string(sema.name(made.def)) + "` is flattened to a text";
  context.report({.span = tree.span(body),
                  .message = message,
                  .label = "`source()` has nothing to give: its kind and its own causes are lost",
                  .help = "keep the error itself in the variant, as its `#[source]` (or `#[from]`, and write `?`)",
                  .severity = kLostSource.severity,
                  .lint = Lint::kCount});
}

}  // namespace

const Rule kLostSource = {
    .id = "errors/lost-source",
    .area = "errors",
    .title = "error that keeps only the text of what caused it",
    .why =
        "An error's `source` lets a reader, or a program, go down to the cause: \"permission denied\" as a kind, not "
        "as "
        "words. A variant that holds a `String` ends the chain.",
    .bad = R"(use std::fs;

#[derive(Debug)]
enum LoadError {
    Read(String),
    Empty,
}

fn load(path: &str) -> Result<String, LoadError> {
    let text = fs::read_to_string(path).map_err(|e| LoadError::Read(e.to_string()))?;  //~
    if text.is_empty() { Err(LoadError::Empty) } else { Ok(text) }
}

fn main() {
    let _ = load("x");
}
)",
    .good = R"(use std::fs;
use std::io;

#[derive(Debug)]
enum LoadError {
    Read(io::Error),
    Empty,
}

fn load(path: &str) -> Result<String, LoadError> {
    let text = fs::read_to_string(path).map_err(LoadError::Read)?;
    if text.is_empty() { Err(LoadError::Empty) } else { Ok(text) }
}

fn main() {
    let _ = load("x");
}
)",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the cause may be of a type that must not be part of the interface, or that cannot be kept",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
    .library_only = true,
};

}  // namespace rp
