// async/select-loses-data: a `select!` in a loop over operations that lose data, or start anew, when they are dropped.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kSelectLosesData;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::MacroCall};
constexpr TokenKind kTokens[] = {TokenKind::KwFor, TokenKind::KwWhile, TokenKind::KwLoop};
constexpr std::string_view kMacros[] = {"tokio::select", "futures::select", "futures::select_biased",
                                        "futures_util::select"};
// Of AsyncReadExt, AsyncWriteExt and AsyncBufReadExt: documented as not cancel safe.
constexpr std::string_view kUnsafe[] = {"read_exact",    "read_to_end", "read_to_string",
                                        "write_all",     "read_line",   "read_until",
                                        "write_all_buf", "copy",        "copy_bidirectional"};
// Timers that begin from zero when they are made again.
constexpr std::string_view kTimers[] = {"sleep", "interval", "delay_for"};

constexpr std::string_view kReferences[] = {
    "tokio::select!, \"Cancellation safety\", https://docs.rs/tokio/latest/tokio/macro.select.html#cancellation-safety",
    "tokio::io::AsyncReadExt::read_exact, \"Cancel safety\", "
    "https://docs.rs/tokio/latest/tokio/io/trait.AsyncReadExt.html#method.read_exact",
};

bool is_in(PathTable table, std::string_view name) {
  for (const std::string_view each : table)
    if (each == name) return true;
  return false;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const NodeId loop = enclosing_loop(tree, node);
  if (!loop || context.in_test()) return;
  const NodeId arguments = tree.child(node, Role::arguments);
  if (!arguments) return;
  // Branches: `pattern = future, if condition => handler`. Between `=` and `=>`, at the top level, stands the future.
  bool in_future = false;
  uint32_t depth = 0;
  bool other_branch = false;
  struct Found {
    uint32_t slot;
    bool timer;
  };
  std::vector<Found> found;
  uint32_t branches = 0;
  for (uint32_t slot = tree.first_slot(arguments); slot < tree.end_slot(arguments);
       slot += token_slots(tree.token_kind(slot))) {
    const TokenKind kind = tree.token_kind(slot);
    if (kind == TokenKind::LParen || kind == TokenKind::LBrace || kind == TokenKind::LBracket) ++depth;
    if (kind == TokenKind::RParen || kind == TokenKind::RBrace || kind == TokenKind::RBracket) --depth;
    if (depth == 1 && kind == TokenKind::Eq) in_future = true;
    if (depth == 1 && kind == TokenKind::FatArrow) {
      in_future = false;
      ++branches;
    }
    if (!in_future || kind != TokenKind::Ident || depth != 1) continue;
    const uint32_t next = slot + 1;
    if (next >= tree.end_slot(arguments) || tree.token_kind(next) != TokenKind::LParen) continue;
    const std::string_view name = tree.token_text(slot);
    const bool method = slot > 0 && tree.token_kind(slot - 1) == TokenKind::Dot;
    if (is_in(kUnsafe, name))
      found.push_back({slot, false});
    else if (!method && is_in(kTimers, name))
      found.push_back({slot, true});
  }
  other_branch = branches > 1;
  // Asked last: few macros in loops have such branches.
  if (!other_branch || found.empty() || !context.sema().find_macro(node, kMacros)) return;
  for (const Found& each : found) {
    const std::string name(tree.token_text(each.slot));
    const std::string message = each.timer ? "`" + name + "` starts from zero in every turn of the loop"
                                           : "`" + name + "` is dropped half done when another branch is first";
    context.report({.span = token_span(tree, each.slot),
                    .message = message,
                    .label = each.timer ? "with another branch ready often enough it never ends"
                                        : "what it has read or written by then is lost",
                    .help = each.timer
                                ? "make it once before the loop, pin it (`tokio::pin!`) and wait for `&mut timer`; "
                                  "or use `interval`, which keeps its pace"
                                : "keep one future across turns (`tokio::pin!`, `&mut future`), move it to a task "
                                  "that sends results, or use what is cancel safe (`read`, `recv`)",
                    .severity = kSelectLosesData.severity});
  }
}

}  // namespace

const Rule kSelectLosesData = {
    .id = "async/select-loses-data",
    .area = "async",
    .title = "select! in a loop over futures that are made anew each turn",
    .why =
        "`select!` drops the futures of all branches but the first that is ready. In a loop they are made again from "
        "the start. A half-done `read_exact` has taken bytes that nobody gets; a `sleep` never comes to its end while "
        "other branches are busy.",
    .bad = R"(use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;

pub async fn serve(mut stream: TcpStream, mut commands: mpsc::Receiver<u32>) {
    let mut frame = [0; 512];
    loop {
        tokio::select! {
            _ = stream.read_exact(&mut frame) => {}  //~
            command = commands.recv() => {
                if command.is_none() {
                    break;
                }
            }
        }
    }
}
)",
    .good = R"(use tokio::io::AsyncReadExt;
use tokio::net::TcpStream;
use tokio::sync::mpsc;

pub async fn serve(mut stream: TcpStream, mut commands: mpsc::Receiver<u32>) {
    let mut buffer = [0; 512];
    loop {
        tokio::select! {
            _ = stream.read(&mut buffer) => {}
            command = commands.recv() => {
                if command.is_none() {
                    break;
                }
            }
        }
    }
}
)",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "the loop may end with the other branch, or the timer be meant as a time-out for each turn",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .tokens = kTokens,
};

}  // namespace rp
