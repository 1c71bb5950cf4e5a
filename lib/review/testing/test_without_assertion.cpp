// testing/test-without-assertion: tests that look at nothing of what the code gives.
#include <algorithm>

#include "review/testing/test_fns.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kTestWithoutAssertion;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::FnItem};
constexpr std::string_view kReferences[] = {
    "The Rust Programming Language, How to Write Tests, https://doc.rust-lang.org/book/ch11-01-writing-tests.html",
};
// Macros that check nothing; every other one may.
constexpr std::string_view kSilentMacros[] = {
    "println", "print",   "eprintln",    "eprint",        "format", "format_args", "vec",        "dbg",   "write",
    "writeln", "concat",  "matches",     "trace",         "debug",  "info",        "warn",       "error", "stringify",
    "env",     "include", "include_str", "include_bytes", "line",   "file",        "module_path"};
// A method or function with one of these words in its name may check something, or fail.
constexpr std::string_view kCheckingWords[] = {
    "unwrap",  "expect",  "assert", "check",    "verify",  "test",  "should", "must",     "ensure",  "success",
    "fail",    "pass",    "panic",  "valid",    "compare", "match", "run",    "case",     "prop",    "round",
    "is_send", "is_sync", "join",   "block_on", "model",   "try",   "exec",   "dispatch", "compile", "snapshot"};
// A test whose name says that it is there to see that nothing goes wrong.
constexpr std::string_view kSmokeWords[] = {
    "panic",  "crash",    "fuzz",   "regress",    "issue",  "smoke",    "compile", "build",     "not",
    "doesnt", "cannot",   "never",  "no",         "hang",   "overflow", "leak",    "drop",      "works",
    "ok",     "send",     "sync",   "trait",      "impl",   "bound",    "object",  "lifetime",  "variance",
    "infer",  "type",     "usage",  "example",    "debug",  "display",  "print",   "cover",     "static",
    "const",  "macro",    "syntax", "deadlock",   "stress", "loom",     "miri",    "undefined", "bug",
    "import", "reexport", "clone",  "exhaustive", "copy",   "default",  "format",  "new"};

// Whether something in a function may fail: what makes it a test. Looks into helpers of the tests, not into the code
// under test.
class Search {
 public:
  bool finds(const Sema& sema, const Tree& tree, NodeId node, uint32_t depth) {
    bool calls = false;
    for (NodeId at(node.value + 1); at < tree.subtree_end(node); ++at.value) {
      switch (tree.kind(at)) {
        case NodeKind::TryExpr:
        case NodeKind::IndexExpr:
        case NodeKind::ReturnExpr:
        case NodeKind::AwaitExpr:
        case NodeKind::Error:
          return true;
        case NodeKind::MacroCall:
          if (std::find(std::begin(kSilentMacros), std::end(kSilentMacros), macro_name(tree, at)) ==
              std::end(kSilentMacros))
            return true;
          break;
        case NodeKind::LetStmt:
          if (tree.child(at, Role::type) || tree.child(at, Role::else_block)) return true;
          break;
        case NodeKind::ItemList:
          return true;  // impls and modules inside: it is about types
        case NodeKind::MethodCallExpr:
        case NodeKind::CallExpr:
          calls = true;
          if (call_may_fail(sema, tree, at, depth)) return true;
          break;
        default:
          break;
      }
    }
    return depth == 0 && !calls;  // nothing is called: there is nothing to check
  }

 private:
  bool call_may_fail(const Sema& sema, const Tree& tree, NodeId call, uint32_t depth) {
    if (tree.child(call, Role::generic_arguments)) return true;
    if (name_has(called_name(tree, call), kCheckingWords)) return true;
    if (tree.kind(call) == NodeKind::MethodCallExpr) return false;
    const NodeId callee = tree.child(call, Role::callee);
    if (!callee || tree.kind(callee) != NodeKind::PathExpr) return true;
    if (tree.text(callee).find('<') != std::string_view::npos) return true;  // asks something of a type
    const DefRef def = sema.callee(call);
    const TreeNode helper = def ? sema.node_of(def) : TreeNode();
    if (!helper) return !def || !sema.in_std(def);  // what is not seen may check
    const Sema* there = sema.at(helper);
    if (there == nullptr || helper.kind() != NodeKind::FnItem) return false;
    if (!there->in_test(helper.node)) return false;
    // A helper with nothing in it, or with type parameters, asks something of a type.
    const NodeId body = helper.tree->child(helper.node, Role::body);
    if (!body || !helper.tree->first_child(body) || helper.tree->child(helper.node, Role::generics)) return true;
    return depth >= 3 || finds(*there, *helper.tree, helper.node, depth + 1);
  }
};

// Whether a value that the code gives is thrown away or only printed: `let _ = f();`, `println!("{x}")`.
bool throws_away(const Tree& tree, NodeId function) {
  for (NodeId at = function; at < tree.subtree_end(function); ++at.value) {
    if (tree.kind(at) == NodeKind::MacroCall) {
      const std::string_view name = macro_name(tree, at);
      if (name == "println" || name == "eprintln" || name == "print" || name == "dbg") return true;
    }
    if (tree.kind(at) != NodeKind::LetStmt) continue;
    const ast::LetStmt statement(tree, at);
    if (statement.pattern() && statement.pattern().kind() == NodeKind::WildcardPat && statement.value() &&
        (statement.value().kind() == NodeKind::CallExpr || statement.value().kind() == NodeKind::MethodCallExpr))
      return true;
  }
  return false;
}

void check(RuleContext& context, NodeId function) {
  const Tree& tree = context.tree();
  const NodeId attribute = test_attribute(tree, function);
  if (!attribute) return;
  const ast::FnItem item(tree, function);
  if (!item.body() || item.return_type() || written_attribute(tree, function, "should_panic")) return;
  if (written_attribute(tree, function, "ignore") || !throws_away(tree, function)) return;
  for (NodeId child = tree.first_child(function); child && tree.role(child) == Role::attribute;
       child = tree.next_sibling(child))
    if (tree.kind(child) == NodeKind::DocComment) return;
  const std::string_view name = name_of(tree, item.name().id());
  if (name_has(name, kSmokeWords)) return;
  // An empty body, or one that a comment explains.
  const NodeId body = item.body().id();
  if (!tree.first_child(body)) return;
  for (uint32_t slot = tree.first_slot(body); slot < tree.end_slot(body); slot += token_slots(tree.token_kind(slot)))
    if (is_trivia(tree.token_kind(slot))) return;
  if (Search().finds(context.sema(), tree, function, 0)) return;
  context.report({.span = header_span(tree, function),
                  .message = "the test `" + std::string(name) + "` checks nothing",
                  .label = "it passes whatever the code gives, as long as nothing panics",
                  .help = "assert what the calls return or change",
                  .severity = kTestWithoutAssertion.severity});
}

}  // namespace

const Rule kTestWithoutAssertion = {
    .id = "testing/test-without-assertion",
    .area = "testing",
    .title = "a test that checks nothing",
    .why =
        "A test without an assertion passes whatever the code returns. It counts as covered what nobody looked at, and "
        "the next change of behaviour goes unseen.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"a\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "--- src/lib.rs\n"
        "pub fn double(n: u32) -> u32 {\n"
        "    n * 2\n"
        "}\n"
        "\n"
        "#[cfg(test)]\n"
        "mod tests {\n"
        "    #[test]\n"
        "    fn doubles() {  //~\n"
        "        let four = super::double(2);\n"
        "        println!(\"{four}\");\n"
        "    }\n"
        "}\n",
    .good =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"a\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "--- src/lib.rs\n"
        "pub fn double(n: u32) -> u32 {\n"
        "    n * 2\n"
        "}\n"
        "\n"
        "#[cfg(test)]\n"
        "mod tests {\n"
        "    #[test]\n"
        "    fn doubles() {\n"
        "        assert_eq!(super::double(2), 4);\n"
        "    }\n"
        "}\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt =
        "that nothing panics may be all that is to be seen; a name or a comment that says so keeps this rule silent",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
};

}  // namespace rp
