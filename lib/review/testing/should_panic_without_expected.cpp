// testing/should-panic-without-expected: tests that any panic makes pass, where several things can panic.
#include "review/testing/test_fns.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kShouldPanicWithoutExpected;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::FnItem};
constexpr std::string_view kReferences[] = {
    "The Rust Reference, The should_panic attribute, "
    "https://doc.rust-lang.org/reference/attributes/testing.html#the-should_panic-attribute",
};
constexpr uint32_t kFewest = 3;  // so many places that can panic make a test unclear

bool may_panic(const Tree& tree, NodeId node) {
  switch (tree.kind(node)) {
    case NodeKind::MethodCallExpr: {
      const std::string_view name = called_name(tree, node);
      return name == "unwrap" || name == "expect" || name == "unwrap_err" || name == "expect_err";
    }
    case NodeKind::IndexExpr:
      return true;
    case NodeKind::MacroCall: {
      const std::string_view name = macro_name(tree, node);
      return name == "panic" || name == "unreachable" || name == "todo" || name == "unimplemented" ||
             name.find("assert") != std::string_view::npos;
    }
    default:
      return false;
  }
}

void check(RuleContext& context, NodeId function) {
  const Tree& tree = context.tree();
  const NodeId attribute = written_attribute(tree, function, "should_panic");
  if (!attribute || !test_attribute(tree, function)) return;
  const ast::Attr written(tree, attribute);
  if (written.value() || written.arguments()) return;
  uint32_t places = 0;
  for (NodeId at = function; at < tree.subtree_end(function); ++at.value)
    if (may_panic(tree, at)) ++places;
  if (places < kFewest) return;
  const std::string label = "any of " + std::to_string(places) + " places that can panic makes it pass";
  context.report({.span = tree.span(attribute),
                  .message = "this test passes with any panic, also with one in its preparations",
                  .label = label,
                  .help = "write `#[should_panic(expected = \"..\")]` with a part of the message that is meant",
                  .severity = kShouldPanicWithoutExpected.severity});
}

}  // namespace

const Rule kShouldPanicWithoutExpected = {
    .id = "testing/should-panic-without-expected",
    .area = "testing",
    .title = "a test that any panic makes pass",
    .why =
        "`#[should_panic]` takes every panic for the right one: a failing assertion or an `unwrap` in the test's "
        "preparations makes it pass before the code under test has run. `expected` names the panic that is meant.",
    .bad =
        "pub fn divide(a: u32, b: u32) -> u32 {\n"
        "    a / b\n"
        "}\n"
        "\n"
        "#[cfg(test)]\n"
        "mod tests {\n"
        "    #[test]\n"
        "    #[should_panic]  //~\n"
        "    fn division_by_zero() {\n"
        "        let a = \"8\".parse().unwrap();\n"
        "        let b = \"0\".parse().unwrap();\n"
        "        assert_eq!(super::divide(a, b), 0);\n"
        "    }\n"
        "}\n",
    .good =
        "pub fn divide(a: u32, b: u32) -> u32 {\n"
        "    a / b\n"
        "}\n"
        "\n"
        "#[cfg(test)]\n"
        "mod tests {\n"
        "    #[test]\n"
        "    #[should_panic(expected = \"divide by zero\")]\n"
        "    fn division_by_zero() {\n"
        "        let a = \"8\".parse().unwrap();\n"
        "        let b = \"0\".parse().unwrap();\n"
        "        assert_eq!(super::divide(a, b), 0);\n"
        "    }\n"
        "}\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the preparations may be known to be good from other tests",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
};

}  // namespace rp
