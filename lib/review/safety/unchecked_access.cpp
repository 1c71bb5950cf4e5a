// safety/unchecked-access: `get_unchecked` without a bound check in sight, `from_utf8_unchecked` of bytes from outside.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kUncheckedAccess;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::MethodCallExpr, NodeKind::CallExpr};
constexpr std::string_view kNames[] = {"from_utf8_unchecked*", "get_unchecked", "get_unchecked_mut"};
constexpr std::string_view kText[] = {"std::str::from_utf8_unchecked", "std::str::from_utf8_unchecked_mut",
                                      "std::string::String::from_utf8_unchecked"};

constexpr std::string_view kReferences[] = {
    "slice::get_unchecked, https://doc.rust-lang.org/std/primitive.slice.html#method.get_unchecked",
    "std::str::from_utf8_unchecked, https://doc.rust-lang.org/std/str/fn.from_utf8_unchecked.html",
};

// Whether something in the function looks like a check of the index: a comparison, an assertion, `len`, a range or
// `position` that it comes from.
bool has_bound_check(const Tree& tree, NodeId body, NodeId node) {
  const uint32_t end = tree.first_slot(node);
  for (uint32_t slot = tree.first_slot(body); slot < end; slot += token_slots(tree.token_kind(slot))) {
    switch (tree.token_kind(slot)) {
      case TokenKind::Lt:
      case TokenKind::Le:
      case TokenKind::Gt:
      case TokenKind::Ge: {
        const NodeKind kind = tree.kind(tree.node_at_slot(slot));
        if (kind == NodeKind::BinaryExpr || kind == NodeKind::TokenTree) return true;
        break;
      }
      case TokenKind::DotDot:
      case TokenKind::DotDotEq:
      case TokenKind::Percent:
      case TokenKind::And:
        if (tree.token_kind(slot) != TokenKind::And || tree.kind(tree.node_at_slot(slot)) == NodeKind::BinaryExpr)
          return true;
        break;
      case TokenKind::Ident: {
        const std::string_view text = tree.token_text(slot);
        if (text == "len" || text == "min" || text == "position" || text == "enumerate" || text == "is_empty" ||
            text.find("assert") != std::string_view::npos || text.find("check") != std::string_view::npos ||
            text.find("contain") != std::string_view::npos || text.find("bound") != std::string_view::npos ||
            text == "clamp" || text == "chunks_exact" || text == "is_char_boundary" || text == "find")
          return true;
        break;
      }
      default:
        break;
    }
  }
  return false;
}

// Whether an expression is a parameter of the function (not of a closure in it), or is counted from one.
bool is_parameter_of(const Sema& sema, const Tree& tree, NodeId function, NodeId expression) {
  NodeId at = peel_borrows(tree, expression);
  for (int depth = 0; at && depth < 8; ++depth) {
    const NodeKind kind = tree.kind(at);
    if (kind == NodeKind::CastExpr)
      at = peel_borrows(tree, tree.child(at, Role::expression));
    else if (kind == NodeKind::BinaryExpr)
      at = peel_borrows(tree, tree.child(at, Role::left));
    else
      break;
  }
  if (!at || tree.kind(at) != NodeKind::PathExpr) return false;
  const std::optional<LocalInfo> local = sema.local(at);
  return local && local->is_parameter && tree.kind(local->owner) == NodeKind::Param &&
         tree.parent(local->owner) == tree.child(function, Role::parameters);
}

// Whether the function looks at how its bytes are encoded before.
bool has_text_check(const Tree& tree, NodeId body, NodeId node) {
  const uint32_t end = tree.first_slot(node);
  for (uint32_t slot = tree.first_slot(body); slot < end; slot += token_slots(tree.token_kind(slot))) {
    if (tree.token_kind(slot) != TokenKind::Ident) continue;
    const std::string_view word = tree.token_text(slot);
    for (const std::string_view part : {"utf8", "ascii", "valid", "UTF"})
      if (word.find(part) != std::string_view::npos) return true;
  }
  return false;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const Sema& sema = context.sema();
  if (context.in_test()) return;
  const std::string_view name = context.called_name();
  const NodeId function = enclosing_fn_item(tree, node);
  const NodeId body = function ? tree.child(function, Role::body) : NodeId();
  if (!body || is_unsafe(tree, function)) return;  // else it is the caller's duty
  if (tree.kind(node) == NodeKind::CallExpr) {
    if (!name.starts_with("from_utf8_unchecked") || !sema.find_call(node, kText)) return;
    const NodeId bytes = argument(tree, node, 0);
    if (!bytes || !is_parameter_of(sema, tree, function, bytes)) return;
    if (has_safety_comment(tree, node) || has_text_check(tree, body, node)) return;
    context.report({.span = tree.span(node),
                    .message = "text made of a parameter's bytes without a check that they are UTF-8",
                    .label = "a `str` that is not UTF-8 is undefined behaviour in whatever uses it",
                    .help = "use `from_utf8`, which is fast; or make the function `unsafe` and say what it asks for",
                    .severity = kUncheckedAccess.severity});
    return;
  }
  if (name != "get_unchecked" && name != "get_unchecked_mut") return;
  if (has_safety_comment(tree, node) || has_bound_check(tree, body, node)) return;
  // What comes from the value's own state keeps to its invariants; what a caller gives may be anything.
  const NodeId index = argument(tree, node, 0);
  if (!index || !is_parameter_of(sema, tree, function, index)) return;
  const std::string message = "`" + std::string(name) + "` with an index that a caller gives and nothing here checks";
  context.report({.span = tree.span(node),
                  .message = message,
                  .label = "undefined behaviour when it is out of bounds",
                  .help = "check it, or write an `assert!` on the length before: the compiler then drops the checks of "
                          "`[]` by itself",
                  .severity = kUncheckedAccess.severity});
}

}  // namespace

const Rule kUncheckedAccess = {
    .id = "safety/unchecked-access",
    .area = "safety",
    .title = "unchecked access without the check",
    .why =
        "`get_unchecked` and `from_utf8_unchecked` leave a check out because the code has made it elsewhere. Where "
        "neither a check nor a reason is near, one wrong caller is enough for undefined behaviour.",
    .bad = R"(pub fn pick(values: &[u32], index: usize) -> u32 {
    unsafe { *values.get_unchecked(index) }  //~
}

pub fn text(bytes: &[u8]) -> &str {
    unsafe { std::str::from_utf8_unchecked(bytes) }  //~
}
)",
    .good = R"(pub fn pick(values: &[u32], index: usize) -> u32 {
    if index < values.len() {
        // SAFETY: the index was compared with the length.
        unsafe { *values.get_unchecked(index) }
    } else {
        0
    }
}

pub fn text(bytes: &[u8]) -> Result<&str, std::str::Utf8Error> {
    std::str::from_utf8(bytes)
}
)",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "the check may be made by the callers, or stand in an invariant of the type",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
};

}  // namespace rp
