// async/blocking-call: calls that block the thread inside of async code.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kBlockingCall;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::CallExpr, NodeKind::MethodCallExpr};
constexpr TokenKind kTokens[] = {TokenKind::KwAsync};

constexpr std::string_view kCalls[] = {
    "std::thread::sleep",
    "std::fs::read",
    "std::fs::read_to_string",
    "std::fs::write",
    "std::fs::copy",
    "std::fs::create_dir",
    "std::fs::create_dir_all",
    "std::fs::read_dir",
    "std::fs::remove_file",
    "std::fs::remove_dir_all",
    "std::fs::rename",
    "std::fs::metadata",
    "std::fs::File::open",
    "std::fs::File::create",
    "std::net::TcpStream::connect",
    "std::net::TcpListener::bind",
    "std::net::UdpSocket::bind",
    "reqwest::blocking::get",
    "std::thread::park",
    "std::fs::canonicalize",
};
constexpr std::string_view kMethods[] = {
    "std::sync::mpsc::Receiver::recv", "std::sync::mpsc::Receiver::recv_timeout",
    "std::thread::JoinHandle::join",   "std::process::Command::output",
    "std::process::Command::status",   "std::sync::Barrier::wait",
    "std::sync::Condvar::wait",        "std::net::TcpListener::accept",
    "std::process::Child::wait",       "std::process::Child::wait_with_output",
    "std::io::Stdin::read_line",
};

constexpr std::string_view kReferences[] = {
    "tokio, \"CPU-bound tasks and blocking code\", https://docs.rs/tokio/latest/tokio/",
    "tokio::task::spawn_blocking, https://docs.rs/tokio/latest/tokio/task/fn.spawn_blocking.html",
};

std::string help_for(std::string_view path) {
  if (path == "std::thread::sleep") return "use the runtime's own timer: `tokio::time::sleep(..).await`";
  if (path.starts_with("std::fs::")) return "use `tokio::fs`, or put the work into `spawn_blocking`";
  if (path.starts_with("std::net::")) return "use the runtime's own sockets: `tokio::net`";
  if (path.starts_with("std::process::")) return "use `tokio::process::Command`";
  if (path.find("mpsc::Receiver") != std::string_view::npos)
    return "use an async channel (`tokio::sync::mpsc`), or receive in `spawn_blocking`";
  return "put it into `spawn_blocking`, or use what the runtime offers instead";
}

// A closure given to something that runs it on another thread.
bool runs_elsewhere(const Tree& tree, NodeId node) {
  for (NodeId at = node; at; at = tree.parent(at)) {
    if (tree.kind(at) == NodeKind::FnItem) return false;
    if (tree.kind(at) != NodeKind::CallExpr && tree.kind(at) != NodeKind::MethodCallExpr) continue;
    const std::string_view name = called_name(tree, at);
    if (name == "spawn_blocking" || name == "block_in_place" || name == "unblock" || name == "asyncify") return true;
  }
  return false;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  if (context.in_test()) return;
  const NodeId around = enclosing_async(tree, node);
  if (!around) return;
  const Sema& sema = context.sema();
  const bool method = tree.kind(node) == NodeKind::MethodCallExpr;
  const Match match = method ? sema.find_method(node, kMethods) : sema.find_call(node, kCalls);
  if (!match || runs_elsewhere(tree, node)) return;
  const std::string_view path = method ? kMethods[match.index] : kCalls[match.index];
  const std::string message = "`" + std::string(path) + "` blocks the thread inside of async code";
  const std::string help = help_for(path);
  const RelatedPlace related[] = {{tree.kind(around) == NodeKind::FnItem
                                       ? header_span(tree, around)
                                       : token_span(tree, slot_after_attributes(tree, around)),
                                   "async from here"}};
  context.report({.span = tree.span(node),
                  .message = message,
                  .label = "every other task on this thread waits",
                  .help = help,
                  .severity = kBlockingCall.severity,
                  .related = related});
}

}  // namespace

const Rule kBlockingCall = {
    .id = "async/blocking-call",
    .area = "async",
    .title = "blocking call in async code",
    .why =
        "An async task gives its thread back at `.await` alone. A call that blocks keeps the thread, and with it all "
        "tasks that are waiting there: timers come late, connections time out, and with a single-threaded runtime "
        "everything stands still.",
    .bad = R"(use std::time::Duration;

pub async fn poll() -> std::io::Result<String> {
    std::thread::sleep(Duration::from_millis(10));  //~
    std::fs::read_to_string("state")  //~
}
)",
    .good = R"(use std::time::Duration;

pub fn poll() -> std::io::Result<String> {
    std::thread::sleep(Duration::from_millis(10));
    std::fs::read_to_string("state")
}
)",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt =
        "the future may run on a thread of its own, where blocking harms nobody, or the call may be short and rare",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .tokens = kTokens,
};

}  // namespace rp
