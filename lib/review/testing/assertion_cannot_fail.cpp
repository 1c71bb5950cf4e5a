// testing/assertion-cannot-fail: assertions of what is always so.
#include "review/testing/test_fns.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kAssertionCannotFail;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::MacroCall};
constexpr std::string_view kNames[] = {"assert", "assert_eq", "debug_assert", "debug_assert_eq"};
constexpr std::string_view kReferences[] = {
    "The standard library, assert!, https://doc.rust-lang.org/std/macro.assert.html",
};
// Tests of comparison itself compare a value with itself.
constexpr std::string_view kComparisonWords[] = {"eq",   "refl", "cmp",   "ord",   "partial", "hash",
                                                 "same", "nan",  "ident", "clone", "self"};

constexpr std::string_view kPrimitives[] = {"u8",  "u16", "u32",  "u64",   "u128", "usize", "i8", "i16",
                                            "i32", "i64", "i128", "isize", "bool", "char",  "str"};

// A path, a field of one, or a literal: read twice, it is the same, unless another thread or a Cell is behind it.
bool is_plain(const Tree& tree, NodeId node) {
  node = peel_borrows(tree, node);
  if (!node) return false;
  switch (tree.kind(node)) {
    case NodeKind::PathExpr:
    case NodeKind::LiteralExpr:
      return true;
    case NodeKind::FieldExpr:
      return is_plain(tree, tree.child(node, Role::base));
    default:
      return false;
  }
}

bool same_plain(const Tree& tree, NodeId a, NodeId b) {
  a = peel_borrows(tree, a);
  b = peel_borrows(tree, b);
  return a && b && is_plain(tree, a) && is_plain(tree, b) && tree.text(a) == tree.text(b);
}

std::string_view operator_of(const Tree& tree, NodeId binary) {
  const NodeId left = tree.child(binary, Role::left);
  uint32_t slot = tree.end_slot(left);
  while (slot < tree.slot_count() && is_trivia(tree.token_kind(slot))) ++slot;
  return tree.token_text(slot);
}

// `.is_ok()` and the like on one receiver.
bool are_opposites(const Tree& tree, NodeId a, NodeId b) {
  a = peel(tree, a);
  b = peel(tree, b);
  if (!a || !b || tree.kind(a) != NodeKind::MethodCallExpr || tree.kind(b) != NodeKind::MethodCallExpr) return false;
  const std::string_view x = called_name(tree, a);
  const std::string_view y = called_name(tree, b);
  const auto pair = [&](std::string_view p, std::string_view q) { return (x == p && y == q) || (x == q && y == p); };
  return (pair("is_ok", "is_err") || pair("is_some", "is_none")) &&
         same_plain(tree, tree.child(a, Role::receiver), tree.child(b, Role::receiver));
}

bool is_true(const Tree& tree, NodeId node) {
  node = peel(tree, node);
  return node && tree.kind(node) == NodeKind::LiteralExpr && tree.text(node) == "true";
}

// Why a condition always holds; empty when it is not known to.
std::string_view why_always(const Tree& tree, NodeId condition) {
  condition = peel(tree, condition);
  if (!condition) return {};
  if (is_true(tree, condition)) return "`true` is always true";
  if (tree.kind(condition) != NodeKind::BinaryExpr) return {};
  const NodeId left = tree.child(condition, Role::left);
  const NodeId right = tree.child(condition, Role::right);
  if (!left || !right) return {};
  const std::string_view op = operator_of(tree, condition);
  if (op == "||") {
    if (is_true(tree, left) || is_true(tree, right)) return "`.. || true` is always true";
    if (are_opposites(tree, left, right)) return "one of the two is always so";
  }
  if ((op == "==" || op == ">=" || op == "<=") && same_plain(tree, left, right))
    return "a value is compared with itself";
  const NodeId number = peel(tree, right);
  const NodeId length = peel(tree, left);
  if (op == ">=" && tree.kind(number) == NodeKind::LiteralExpr && tree.text(number) == "0" &&
      tree.kind(length) == NodeKind::MethodCallExpr && called_name(tree, length) == "len")
    return "a length is never less than 0";
  return {};
}

// Whether comparing an expression with itself tests nothing: a literal, or a variable of a primitive type. For other
// types it may test how they compare. `expression` is in a tree of its own, so variables are looked up by name.
bool compares_plainly(const Sema& sema, const Tree& tree, NodeId function, NodeId call, const Tree& arguments,
                      NodeId expression) {
  expression = peel_borrows(arguments, expression);
  if (arguments.kind(expression) == NodeKind::LiteralExpr) return true;
  if (arguments.kind(expression) != NodeKind::PathExpr) return false;
  const std::string_view name = arguments.text(expression);
  NodeId declared;
  for (NodeId at = function; at < call; ++at.value)
    if (tree.kind(at) == NodeKind::IdentPat && name_of(tree, tree.child(at, Role::name)) == name)
      declared = tree.child(at, Role::name);
  if (!declared) return false;
  const std::optional<LocalInfo> local = sema.local(declared);
  if (!local) return false;
  if (local->type) {
    NodeId type = local->type;
    while (type && tree.kind(type) == NodeKind::RefType) type = tree.child(type, Role::type);
    for (const std::string_view primitive : kPrimitives)
      if (type && sema.is_written_type(type, primitive).yes()) return true;
    return false;
  }
  const NodeId value = local->value ? peel(tree, local->value) : NodeId();
  return value && tree.kind(value) == NodeKind::LiteralExpr;
}

// Whether an assertion may be one of these, by its tokens: most are not, and to see that they need not be parsed.
bool may_always_hold(const Tree& tree, NodeId call, bool two) {
  const NodeId group = tree.child(call, Role::arguments);
  if (!group || tree.end_slot(group) < tree.first_slot(group) + 2) return false;
  uint32_t depth = 0;
  uint32_t argument = 0;
  uint32_t last[2] = {0, 0};  // the last token of each of the two, closing parentheses left out
  for (uint32_t slot = tree.first_slot(group) + 1; slot + 1 < tree.end_slot(group);
       slot += token_slots(tree.token_kind(slot))) {
    const TokenKind kind = tree.token_kind(slot);
    switch (kind) {
      case TokenKind::KwTrue:
      case TokenKind::EqEq:
      case TokenKind::Ge:
      case TokenKind::Le:
      case TokenKind::OrOr:
        if (!two) return true;
        break;
      case TokenKind::Lt:
      case TokenKind::Shl:
      case TokenKind::Or:
        if (two) return true;  // a comma may be one between types or parameters
        break;
      case TokenKind::LParen:
      case TokenKind::LBracket:
      case TokenKind::LBrace:
        ++depth;
        break;
      case TokenKind::RParen:
      case TokenKind::RBracket:
      case TokenKind::RBrace:
        --depth;
        if (kind == TokenKind::RParen) continue;
        break;
      case TokenKind::Comma:
        if (depth == 0) {
          if (++argument == 2)
            return last[0] != 0 && last[1] != 0 && tree.token_text(last[0]) == tree.token_text(last[1]);
          continue;
        }
        break;
      default:
        break;
    }
    if (!is_trivia(kind) && argument < 2) last[argument] = slot;
  }
  return two && last[0] != 0 && last[1] != 0 && tree.token_text(last[0]) == tree.token_text(last[1]);
}

void check(RuleContext& context, NodeId call) {
  const Tree& tree = context.tree();
  const std::string_view name = macro_name(tree, call);
  if (!is_std_assertion(name)) return;
  if (context.allowed(Lint::AssertionsOnConstants) || context.allowed(Lint::EqOp)) return;
  // `const _: () = assert!(..)` is checked by the compiler.
  const NodeId function = enclosing_fn_item(tree, call);
  if (!function) return;
  const bool two = name.ends_with("_eq");
  if (!may_always_hold(tree, call, two)) return;
  const Tree arguments = macro_arguments(tree, call);
  const std::vector<NodeId> list = argument_list(arguments);
  if (list.size() < (two ? 2U : 1U) || name.ends_with("_ne")) return;
  std::string_view why;
  if (two) {
    if (!same_plain(arguments, list[0], list[1])) return;
    why = "a value is compared with itself";
  } else {
    why = why_always(arguments, list[0]);
  }
  if (why.empty()) return;
  const bool compares = why == "a value is compared with itself";
  if (compares && name_has(context.item_name(call), kComparisonWords)) return;
  const NodeId compared = two ? list[0] : arguments.child(peel(arguments, list[0]), Role::left);
  if (compares && !compares_plainly(context.sema(), tree, function, call, arguments, compared)) return;
  EditBuilder edits(tree, Applicability::Suggestion);
  const NodeId expression = tree.parent(call);
  const NodeId statement = expression ? tree.parent(expression) : NodeId();
  if (list.size() == (two ? 2U : 1U) && statement && tree.kind(statement) == NodeKind::ExprStmt)
    edits.remove_line(statement);
  context.report({.span = tree.span(call),
                  .message = "this assertion cannot fail",
                  .label = why,
                  .help = "assert what the code under test gives, or take it out",
                  .severity = kAssertionCannotFail.severity,
                  .lint = compares ? Lint::EqOp : Lint::AssertionsOnConstants,
                  .edits = edits.edits(),
                  .applicability = edits.applicability()});
}

}  // namespace

const Rule kAssertionCannotFail = {
    .id = "testing/assertion-cannot-fail",
    .area = "testing",
    .title = "an assertion of what is always so",
    .why =
        "An assertion is worth what it can catch. `assert!(true)`, a value compared with itself, or `x.is_ok() || "
        "x.is_err()` pass whatever the code does: the test looks as if it checked something, and does not.",
    .bad =
        "pub fn parse(text: &str) -> Result<u32, std::num::ParseIntError> {\n"
        "    text.parse()\n"
        "}\n"
        "\n"
        "#[cfg(test)]\n"
        "mod tests {\n"
        "    use super::*;\n"
        "\n"
        "    #[test]\n"
        "    fn parses_numbers() {\n"
        "        let parsed = parse(\"7\");\n"
        "        assert!(parsed.is_ok() || parsed.is_err());  //~\n"
        "        let expected: u32 = 7;\n"
        "        assert_eq!(expected, expected);  //~\n"
        "        assert!(true);  //~\n"
        "    }\n"
        "}\n",
    .good =
        "pub fn parse(text: &str) -> Result<u32, std::num::ParseIntError> {\n"
        "    text.parse()\n"
        "}\n"
        "\n"
        "#[cfg(test)]\n"
        "mod tests {\n"
        "    use super::*;\n"
        "\n"
        "    #[test]\n"
        "    fn parses_numbers() {\n"
        "        assert_eq!(parse(\"7\"), Ok(7));\n"
        "        assert!(parse(\"seven\").is_err());\n"
        "    }\n"
        "}\n",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "it may hold a place for a test to come",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
};

}  // namespace rp
