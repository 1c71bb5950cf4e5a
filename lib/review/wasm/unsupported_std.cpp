// wasm/unsupported-std: parts of std that panic or fail on wasm32-unknown-unknown.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kUnsupportedStd;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::CallExpr};
constexpr std::string_view kCalls[] = {
    "std::time::Instant::now",
    "std::time::SystemTime::now",
    "std::thread::spawn",
    "std::thread::sleep",
    "std::fs::read",
    "std::fs::read_to_string",
    "std::fs::write",
    "std::fs::File::open",
    "std::fs::File::create",
    "std::net::TcpStream::connect",
    "std::net::TcpListener::bind",
    "std::net::UdpSocket::bind",
    "std::process::Command::new",
    "std::env::current_dir",
    "std::thread::scope",
    "std::fs::create_dir_all",
    "std::fs::read_dir",
};

constexpr std::string_view kReferences[] = {
    "The rustc book, wasm32-unknown-unknown, "
    "https://doc.rust-lang.org/rustc/platform-support/wasm32-unknown-unknown.html",
    "The web-time crate, https://docs.rs/web-time/latest/web_time/",
};

std::string_view help_for(std::string_view path) {
  if (path.starts_with("std::time::")) return "use the crate `web-time`, or `performance.now()` of `web-sys`";
  if (path == "std::thread::sleep") return "use a timer: `gloo-timers`, or `setTimeout` by `web-sys`";
  if (path.starts_with("std::thread::")) return "use Web Workers (`wasm-bindgen-rayon`), or `spawn_local`";
  if (path.starts_with("std::net::")) return "use `fetch` or a WebSocket: `gloo-net`, `web-sys`";
  return "use what the host offers: `fetch`, the File API by `web-sys`";
}

// Whether the code is for other targets alone: `#[cfg(not(target_arch = "wasm32"))]` around it.
bool excludes_wasm(const Tree& tree, NodeId node) {
  for (NodeId at = node; at; at = tree.parent(at))
    for (NodeId a = tree.first_child(at); a; a = tree.next_sibling(a)) {
      if (tree.role(a) != Role::attribute) break;
      if (tree.kind(a) != NodeKind::Attr) continue;
      const std::string_view text = tree.text(a);
      if (text.find("cfg") == std::string_view::npos) continue;
      if (text.find("not") != std::string_view::npos && text.find("wasm") != std::string_view::npos) return true;
      if (text.find("unix") != std::string_view::npos || text.find("windows") != std::string_view::npos) return true;
    }
  return false;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  if (context.in_test()) return;
  const Sema& sema = context.sema();
  if (!sema.for_wasm().yes()) return;
  const Match match = sema.find_call(node, kCalls);
  if (!match || excludes_wasm(tree, node)) return;
  // WASI has files and clocks.
  if (sema.target().find("wasi") != std::string_view::npos) return;
  const std::string_view path = kCalls[match.index];
  const bool panics = path.starts_with("std::time::") || path.starts_with("std::thread::");
  const std::string message =
      "`" + std::string(path) + (panics ? "` panics in a browser" : "` always fails in a browser");
  context.report({.span = tree.span(tree.child(node, Role::callee)),
                  .message = message,
                  .label = "wasm32-unknown-unknown has no clock, threads, files or sockets",
                  .help = help_for(path),
                  .severity = kUnsupportedStd.severity});
}

}  // namespace

const Rule kUnsupportedStd = {
    .id = "wasm/unsupported-std",
    .area = "wasm",
    .title = "part of std that does not work on wasm32-unknown-unknown",
    .why =
        "On wasm32-unknown-unknown, std is there as a whole and compiles, but what needs an operating system does "
        "nothing: `Instant::now` and `thread::spawn` panic, files and sockets fail. It shows when the code runs.",
    .bad = R"(use std::time::Instant;
use wasm_bindgen::prelude::*;

#[wasm_bindgen]
pub fn frame() -> f64 {
    let start = Instant::now();  //~
    start.elapsed().as_secs_f64()
}
)",
    .good = R"(use wasm_bindgen::prelude::*;
use web_time::Instant;

#[wasm_bindgen]
pub fn frame() -> f64 {
    let start = Instant::now();
    start.elapsed().as_secs_f64()
}
)",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "the code may be compiled for other targets as well and not run in this one",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .applies = [](const Sema& sema) { return sema.for_wasm().yes(); },
};

}  // namespace rp
