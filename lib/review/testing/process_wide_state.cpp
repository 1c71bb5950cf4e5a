// testing/process-wide-state: tests that change what all tests of the program share.
#include <algorithm>

#include "review/testing/test_fns.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kProcessWideState;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::CallExpr};
constexpr std::string_view kNames[] = {"set_var", "remove_var", "set_current_dir"};
constexpr std::string_view kReferences[] = {
    "The standard library, std::env::set_var, Safety, https://doc.rust-lang.org/std/env/fn.set_var.html",
    "The rustc book, Tests, --test-threads, https://doc.rust-lang.org/rustc/tests/index.html",
};
constexpr std::string_view kCalls[] = {"std::env::set_var", "std::env::remove_var", "std::env::set_current_dir"};

// `#[serial]`, a lock taken in the test, a name that says so: the author knows.
bool is_guarded(const Tree& tree, NodeId function) {
  for (const std::string_view path : {"serial", "serial_test::serial", "parallel", "ignore"})
    if (written_attribute(tree, function, path)) return true;
  for (NodeId at = function; at < tree.subtree_end(function); ++at.value) {
    if (tree.kind(at) != NodeKind::MethodCallExpr && tree.kind(at) != NodeKind::CallExpr) continue;
    const std::string_view name = called_name(tree, at);
    if (name == "lock" || name == "write" || name.find("lock") != std::string_view::npos ||
        name.find("guard") != std::string_view::npos)
      return true;
  }
  return false;
}

uint32_t test_count(const Tree& tree) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < tree.node_count(); ++i)
    if (tree.kind(NodeId(i)) == NodeKind::FnItem && test_attribute(tree, NodeId(i))) ++count;
  return count;
}

void check(RuleContext& context, NodeId call) {
  const Tree& tree = context.tree();
  const std::string_view name = called_name(tree, call);
  if (name != "set_var" && name != "remove_var" && name != "set_current_dir") return;
  const NodeId function = enclosing_fn_item(tree, call);
  if (!function || !test_attribute(tree, function)) return;
  // Who writes why it is safe has thought of it.
  if (has_comment_near(tree, tree.span(call).start) ||
      (enclosing_unsafe(tree, call) && has_comment_near(tree, tree.span(enclosing_unsafe(tree, call)).start)))
    return;
  const Match match = context.sema().find_call(call, kCalls);
  if (!match || is_guarded(tree, function) || test_count(tree) < 2) return;
  // The first call of a test stands for all of it.
  for (NodeId at = function; at < call; ++at.value)
    if (tree.kind(at) == NodeKind::CallExpr && context.sema().find_call(at, kCalls)) return;
  const bool folder = match.index == 2;
  context.report({.span = tree.span(call),
                  .message = folder ? "this test changes the working folder of all tests that run beside it"
                                    : "this test changes the environment of all tests that run beside it",
                  .help = folder ? "give the code under test the folder, or start a process for the test"
                                 : "give the code under test its settings, start a process for the test, or let a lock "
                                   "keep such tests apart",
                  .severity = kProcessWideState.severity});
}

}  // namespace

const Rule kProcessWideState = {
    .id = "testing/process-wide-state",
    .area = "testing",
    .title = "a test that changes the environment or the working folder",
    .why =
        "Tests of one program run in threads of one process. The environment and the working folder are shared by all "
        "of them, so a test that changes them makes others fail now and then, and reading the environment in one "
        "thread "
        "while another writes it is a data race on most systems, which is why it is unsafe since 2024.",
    .bad =
        "#[cfg(test)]\n"
        "mod tests {\n"
        "    #[test]\n"
        "    fn takes_the_folder_from_home() {\n"
        "        std::env::set_current_dir(\"/\").unwrap();  //~\n"
        "        assert!(std::env::current_dir().unwrap().is_absolute());\n"
        "    }\n"
        "\n"
        "    #[test]\n"
        "    fn has_a_folder() {\n"
        "        assert!(std::env::current_dir().is_ok());\n"
        "    }\n"
        "}\n",
    .good =
        "pub fn config_file(folder: &std::path::Path) -> std::path::PathBuf {\n"
        "    folder.join(\"config.toml\")\n"
        "}\n"
        "\n"
        "#[cfg(test)]\n"
        "mod tests {\n"
        "    use std::path::Path;\n"
        "\n"
        "    #[test]\n"
        "    fn lies_in_the_folder() {\n"
        "        assert_eq!(super::config_file(Path::new(\"/a\")), Path::new(\"/a/config.toml\"));\n"
        "    }\n"
        "\n"
        "    #[test]\n"
        "    fn takes_an_empty_folder() {\n"
        "        assert_eq!(super::config_file(Path::new(\"\")), Path::new(\"config.toml\"));\n"
        "    }\n"
        "}\n",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "a runner that gives each test a process, or other means of keeping tests apart, make it safe",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
};

}  // namespace rp
