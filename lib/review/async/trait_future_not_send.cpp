// async/trait-future-not-send: `async fn` in a public trait, whose future nobody can ask to be Send.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kTraitFutureNotSend;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::FnItem};
constexpr TokenKind kTokens[] = {TokenKind::KwAsync};

constexpr std::string_view kReferences[] = {
    "rustc, lint async_fn_in_trait, "
    "https://doc.rust-lang.org/rustc/lints/listing/warn-by-default.html#async-fn-in-trait",
    "Announcing `async fn` in traits, https://blog.rust-lang.org/2023/12/21/async-fn-rpit-in-traits.html",
};

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  if (!is_async(tree, node) || context.in_test()) return;
  const NodeId list = tree.parent(node);
  const NodeId trait = list ? tree.parent(list) : NodeId();
  if (!trait || tree.kind(trait) != NodeKind::TraitItem) return;
  const Sema& sema = context.sema();
  if (sema.is_reachable(trait) != Answer::Yes) return;
  // Macros that write the method anew.
  for (const NodeId owner : {trait, node})
    for (NodeId a = tree.first_child(owner); a; a = tree.next_sibling(a))
      if (tree.role(a) == Role::attribute && tree.kind(a) == NodeKind::Attr) {
        const std::string_view text = tree.text(a);
        if (text.find("async_trait") != std::string_view::npos ||
            text.find("trait_variant") != std::string_view::npos || text.find("async_fn") != std::string_view::npos)
          return;
      }
  if ((sema.flags(sema.definition(trait)) & kDefUncertain) != 0) return;
  const std::string name(name_of(tree, node));
  const std::string message =
      "`async fn " + name + "` in a public trait: its future may not be `Send`, and callers cannot ask for it";
  const std::string help =
      "write `fn " + name + "(..) -> impl Future<Output = ..> + Send`; implementations may still say `async fn`";
  context.report({.span = header_span(tree, node),
                  .message = message,
                  .label = "generic code cannot give it to a runtime with several threads",
                  .help = help,
                  .severity = kTraitFutureNotSend.severity});
}

}  // namespace

const Rule kTraitFutureNotSend = {
    .id = "async/trait-future-not-send",
    .area = "async",
    .title = "async fn in a public trait",
    .why =
        "The future of an `async fn` in a trait has whatever auto traits each implementation gives it. Code that is "
        "generic over the trait cannot demand `Send`, so that it cannot spawn the call; and to add the bound later is "
        "a "
        "breaking change.",
    .bad = R"(--- Cargo.toml
[package]
name = "sample"
version = "0.1.0"
edition = "2021"
rust-version = "1.75"
description = "A sample."
license = "MIT"
repository = "https://example.org/sample"
--- src/lib.rs
pub trait Store {
    async fn load(&self) -> u32;  //~
}
)",
    .good = R"(--- Cargo.toml
[package]
name = "sample"
version = "0.1.0"
edition = "2021"
rust-version = "1.75"
description = "A sample."
license = "MIT"
repository = "https://example.org/sample"
--- src/lib.rs
use std::future::Future;

pub trait Store {
    fn load(&self) -> impl Future<Output = u32> + Send;
}
)",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "the trait may be meant for code on one thread alone",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .tokens = kTokens,
    .lint = Lint::AsyncFnInTrait,
};

}  // namespace rp
