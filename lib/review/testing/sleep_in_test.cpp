// testing/sleep-in-test: tests that wait for a time instead of an event.
#include "review/testing/test_fns.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kSleepInTest;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::CallExpr};
constexpr std::string_view kNames[] = {"sleep"};
constexpr std::string_view kReferences[] = {
    "The standard library, std::thread::sleep, https://doc.rust-lang.org/std/thread/fn.sleep.html",
};
// Where time itself is looked at, or load is made.
constexpr std::string_view kTimeWords[] = {"time", "sleep", "elapsed", "delay",  "duration", "interval", "rate",
                                           "wait", "park",  "spin",    "stress", "clock",    "expire",   "deadline",
                                           "tick", "ttl",   "poll",    "slow",   "backoff"};

void check(RuleContext& context, NodeId call) {
  const Tree& tree = context.tree();
  if (called_name(tree, call) != "sleep") return;
  const NodeId function = enclosing_fn_item(tree, call);
  if (!function || !test_attribute(tree, function)) return;
  const Reply sleeps = context.sema().calls(call, "std::thread::sleep");
  if (!sleeps.yes()) return;
  if (name_has(name_of(tree, ast::FnItem(tree, function).name().id()), kTimeWords)) return;
  // A race needs somebody else to race with, and a test of clocks looks at one.
  const std::string_view text = tree.text(function);
  if (text.find("spawn") == std::string_view::npos || text.find("Instant") != std::string_view::npos ||
      text.find("elapsed") != std::string_view::npos || text.find("timeout") != std::string_view::npos)
    return;
  if (has_comment_near(tree, tree.span(call).start)) return;
  // In a loop it waits for a condition, a little each time.
  if (enclosing_loop(tree, call)) return;
  // In a closure it plays a slow worker, which the test may be about.
  if (enclosing_function(tree, call) != function) return;
  context.report({.span = tree.span(call),
                  .message = "this test sleeps for as long as something is hoped to take",
                  .help = "wait for the event itself: a channel, a barrier, a condition variable, or a loop with a "
                          "deadline",
                  .severity = kSleepInTest.severity});
}

}  // namespace

const Rule kSleepInTest = {
    .id = "testing/sleep-in-test",
    .area = "testing",
    .title = "a test that sleeps until something is hoped to have happened",
    .why =
        "On a busy machine the time is too short and the test fails now and then; on a fast one it is wasted in every "
        "run. Waiting for the event itself is both sure and fast.",
    .bad =
        "use std::sync::atomic::{AtomicBool, Ordering};\n"
        "use std::sync::Arc;\n"
        "\n"
        "#[test]\n"
        "fn worker_finishes() {\n"
        "    let done = Arc::new(AtomicBool::new(false));\n"
        "    let flag = done.clone();\n"
        "    std::thread::spawn(move || flag.store(true, Ordering::Release));\n"
        "    std::thread::sleep(std::time::Duration::from_millis(100));  //~\n"
        "    assert!(done.load(Ordering::Acquire));\n"
        "}\n",
    .good =
        "use std::sync::atomic::{AtomicBool, Ordering};\n"
        "use std::sync::Arc;\n"
        "\n"
        "#[test]\n"
        "fn worker_finishes() {\n"
        "    let done = Arc::new(AtomicBool::new(false));\n"
        "    let flag = done.clone();\n"
        "    let worker = std::thread::spawn(move || flag.store(true, Ordering::Release));\n"
        "    worker.join().expect(\"the worker does not panic\");\n"
        "    assert!(done.load(Ordering::Acquire));\n"
        "}\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "there may be no event to wait for, as when a test shows that something does not happen",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
    .opt_in = true,
};

}  // namespace rp
