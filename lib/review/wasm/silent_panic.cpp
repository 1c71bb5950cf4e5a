// wasm/silent-panic: exported functions that panic, of which JavaScript sees only "unreachable executed".
#include "review/rule.h"
#include "review/wasm/exports.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kSilentPanic;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::FnItem};

constexpr std::string_view kReferences[] = {
    "The wasm-bindgen Guide, \"Result\", "
    "https://rustwasm.github.io/docs/wasm-bindgen/reference/types/result.html",
    "console_error_panic_hook, https://docs.rs/console_error_panic_hook/latest/console_error_panic_hook/",
};

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const NodeId body = tree.child(node, Role::body);
  if (!body || context.in_test() || !is_wasm_export(tree, node)) return;
  NodeId unwrap;
  for (NodeId at = body; !unwrap && at.value < tree.subtree_end(body).value; at = NodeId(at.value + 1))
    if (tree.kind(at) == NodeKind::MethodCallExpr &&
        (called_name(tree, at) == "unwrap" || called_name(tree, at) == "expect") && enclosing_fn_item(tree, at) == node)
      unwrap = at;
  if (!unwrap) return;
  const Sema& sema = context.sema();
  // With the hook, the message reaches the console.
  if (sema.depends_on("console_error_panic_hook") == Answer::Yes) return;
  const std::string message =
      "a panic in `" + std::string(name_of(tree, node)) + "` reaches JavaScript as \"unreachable\"";
  const RelatedPlace related[] = {{header_span(tree, node), "called from JavaScript"}};
  context.report({.span = tree.span(tree.child(unwrap, Role::name)),
                  .message = message,
                  .label = "the message is lost, and the instance must not be used again",
                  .help = "return `Result<_, JsError>`, which JavaScript gets as an exception; and install "
                          "`console_error_panic_hook` while you develop",
                  .severity = kSilentPanic.severity,
                  .related = related});
}

}  // namespace

const Rule kSilentPanic = {
    .id = "wasm/silent-panic",
    .area = "wasm",
    .title = "panic in a function that JavaScript calls",
    .why =
        "A panic in WebAssembly is a trap. JavaScript catches a `RuntimeError: unreachable` without the message, and "
        "what was borrowed at that moment stays borrowed. A `Result` becomes an exception with its text.",
    .bad = R"(use wasm_bindgen::prelude::*;

#[wasm_bindgen]
pub fn parse(text: &str) -> u32 {
    text.parse().unwrap()  //~
}
)",
    .good = R"(use wasm_bindgen::prelude::*;

#[wasm_bindgen]
pub fn parse(text: &str) -> Result<u32, JsError> {
    Ok(text.parse()?)
}
)",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "it may never fail here, or a hook may be set up by another crate",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
};

}  // namespace rp
