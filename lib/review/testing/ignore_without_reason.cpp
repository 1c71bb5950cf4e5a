// testing/ignore-without-reason: tests that are switched off without a word.
#include "review/testing/test_fns.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kIgnoreWithoutReason;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::FnItem};
constexpr std::string_view kReferences[] = {
    "The Rust Reference, The ignore attribute, "
    "https://doc.rust-lang.org/reference/attributes/testing.html#the-ignore-attribute",
};

void check(RuleContext& context, NodeId function) {
  const Tree& tree = context.tree();
  const NodeId ignore = written_attribute(tree, function, "ignore");
  if (!ignore || !test_attribute(tree, function)) return;
  const ast::Attr attribute(tree, ignore);
  if (attribute.value() || attribute.arguments()) return;
  if (has_comment_near(tree, tree.span(ignore).start)) return;
  // A comment at the test itself says it as well, and so may its documentation.
  for (NodeId child = tree.first_child(function); child && tree.role(child) == Role::attribute;
       child = tree.next_sibling(child)) {
    if (tree.kind(child) == NodeKind::DocComment || has_comment_near(tree, tree.span(child).start)) return;
  }
  if (has_comment_near(tree, header_span(tree, function).start)) return;
  // So does one that its body starts with, and one that stands in place of a body.
  const NodeId body = tree.child(function, Role::body);
  if (body && tree.first_slot(body) + 1 < tree.slot_count() && is_trivia(tree.token_kind(tree.first_slot(body) + 1)))
    return;
  context.report({.span = tree.span(ignore),
                  .message = "a test is ignored without a reason",
                  .help = "write `#[ignore = \"needs a network\"]` or whatever it is; cargo test then prints it",
                  .severity = kIgnoreWithoutReason.severity});
}

}  // namespace

const Rule kIgnoreWithoutReason = {
    .id = "testing/ignore-without-reason",
    .area = "testing",
    .title = "a test that is ignored without a reason",
    .why =
        "An ignored test is a promise to come back. Without a reason nobody knows whether it is slow, broken or "
        "waiting for something, so it stays ignored, and what it guarded is unguarded.",
    .bad =
        "#[test]\n"
        "#[ignore]  //~\n"
        "fn talks_to_the_server() {\n"
        "    assert!(std::net::TcpStream::connect(\"127.0.0.1:80\").is_ok());\n"
        "}\n",
    .good =
        "#[test]\n"
        "#[ignore = \"needs a server on port 80\"]\n"
        "fn talks_to_the_server() {\n"
        "    assert!(std::net::TcpStream::connect(\"127.0.0.1:80\").is_ok());\n"
        "}\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the reason may be plain from the test's name or be written elsewhere",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .lint = Lint::IgnoreWithoutReason,
};

}  // namespace rp
