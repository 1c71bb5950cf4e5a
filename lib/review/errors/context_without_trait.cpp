// errors/context-without-trait: `.context(..)` and `.with_context(..)` in a file that imports no trait that has them.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kContextWithoutTrait;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::MethodCallExpr};
constexpr std::string_view kNames[] = {"with_context", "context"};

constexpr std::string_view kReferences[] = {
    "anyhow::Context, https://docs.rs/anyhow/latest/anyhow/trait.Context.html",
    "rustc, error E0599, https://doc.rust-lang.org/error_codes/E0599.html",
};

// Whether something in the file may bring the trait: an import of that name, a glob that is not of std, or one from
// `super` or the crate.
bool may_import(const Tree& tree) {
  for (NodeId at = tree.root(); at.value < tree.node_count(); at = NodeId(at.value + 1)) {
    switch (tree.kind(at)) {
      case NodeKind::UseTree: {
        if (tree.has_token(at, TokenKind::Star)) {
          const NodeId path = tree.child(at, Role::path);
          const std::string_view text = path ? tree.text(path) : std::string_view();
          if (!text.starts_with("std::") && !text.starts_with("core::")) return true;
          break;
        }
        const NodeId path = tree.child(at, Role::path);
        const NodeId segment = path ? last_segment(tree, path) : NodeId();
        const std::string_view name = segment ? name_of(tree, segment) : std::string_view();
        if (name.find("Context") != std::string_view::npos || name.find("ResultExt") != std::string_view::npos ||
            name.find("OptionExt") != std::string_view::npos || name.find("WrapErr") != std::string_view::npos ||
            name.ends_with("Ext"))
          return true;
        break;
      }
      case NodeKind::TraitItem:
      case NodeKind::MacroItem:  // may define or import it
        return true;
      case NodeKind::FnItem:
        if (name_of(tree, at) == "with_context" || name_of(tree, at) == "context") return true;
        break;
      default:
        break;
    }
  }
  return false;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const std::string_view name = context.called_name();
  if ((name != "with_context" && name != "context") || argument_count(tree, node) != 1) return;
  const NodeId given = peel(tree, argument(tree, node, 0));
  // `.with_context(|| ..)`; of `.context(..)` only texts, since the name is in wide use.
  if (name == "with_context" ? tree.kind(given) != NodeKind::ClosureExpr
                             : tree.kind(given) != NodeKind::LiteralExpr || tree.text(given).front() != '"')
    return;
  const Sema& sema = context.sema();
  const MethodMeaning method = sema.method(node);
  if (method.known == Answer::Yes || may_import(tree)) return;
  // On something that is a Result or an Option, as far as can be told.
  const NodeId receiver = tree.child(node, Role::receiver);
  const SemaType type = sema.type_of(receiver);
  if (type && sema.kind(type) != SemaTypeKind::Unknown && !sema.is_type(type, "std::result::Result").yes() &&
      !sema.is_type(type, "std::option::Option").yes())
    return;
  if ((!type || sema.kind(type) == SemaTypeKind::Unknown) && name == "context") return;
  const bool has_anyhow = sema.depends_on("anyhow") == Answer::Yes;
  const std::string message = "`" + std::string(name) + "` is no method of `Result`: no trait that has it is imported";
  context.report(
      {.span = tree.span(tree.child(node, Role::name)),
       .message = message,
       .label = "rustc finds no such method: E0599",
       .help = has_anyhow ? "`use anyhow::Context;`"
                          : "with anyhow: depend on it and `use anyhow::Context;`. In a library with an error type of "
                            "its own, put the context into a variant, with `#[source]` for what caused it",
       .severity = kContextWithoutTrait.severity});
}

}  // namespace

const Rule kContextWithoutTrait = {
    .id = "errors/context-without-trait",
    .area = "errors",
    .title = "context added to an error without the trait that does it",
    .why =
        "`context` and `with_context` come from a trait of anyhow (or its like), and give an `anyhow::Error`. An enum "
        "made "
        "with thiserror has neither: such code mixes two ways of handling errors, and does not compile.",
    .bad = R"(use std::fs;

pub fn load(path: &str) -> Result<String, std::io::Error> {
    fs::read_to_string(path).with_context(|| format!("cannot read {path}"))  //~
}
)",
    .good = R"(use std::fs;
use std::io;

#[derive(Debug)]
#[non_exhaustive]
pub struct LoadError {
    pub path: String,
    pub source: io::Error,
}

pub fn load(path: &str) -> Result<String, LoadError> {
    fs::read_to_string(path).map_err(|source| LoadError { path: path.to_owned(), source })
}
)",
    .severity = Severity::Error,
    .verdict = Verdict::Likely,
    .doubt = "a prelude that is not seen may bring the trait, or the type may have such a method itself",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
};

}  // namespace rp
