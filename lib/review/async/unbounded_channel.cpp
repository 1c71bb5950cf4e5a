// async/unbounded-channel: channels between tasks that grow without limit.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kUnboundedChannel;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::CallExpr};
constexpr std::string_view kNames[] = {"unbounded*"};
constexpr std::string_view kCalls[] = {"tokio::sync::mpsc::unbounded_channel", "futures::channel::mpsc::unbounded",
                                       "futures_channel::mpsc::unbounded", "async_channel::unbounded",
                                       "flume::unbounded"};

constexpr std::string_view kReferences[] = {
    "tokio, tutorial, \"Channels\": backpressure and bounded channels, https://tokio.rs/tokio/tutorial/channels",
    "tokio::sync::mpsc, https://docs.rs/tokio/latest/tokio/sync/mpsc/index.html",
};

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const std::string_view name = context.called_name();
  if (!name.starts_with("unbounded") || context.in_test()) return;
  const Match match = context.sema().find_call(node, kCalls);
  if (!match) return;
  const std::string help = match.index == 0
                               ? "use `mpsc::channel(n)`: senders then wait (`send(..).await`) or see that it "
                                 "is full (`try_send`)"
                               : "use a bounded channel: senders then wait, or see that it is full";
  context.report({.span = tree.span(node),
                  .message = "channel without a bound",
                  .label = "when the receiver is slower than the senders, memory grows until there is none",
                  .help = help,
                  .severity = kUnboundedChannel.severity});
}

}  // namespace

const Rule kUnboundedChannel = {
    .id = "async/unbounded-channel",
    .area = "async",
    .title = "channel without a bound",
    .why =
        "A bounded channel slows senders down to the pace of the receiver. An unbounded one takes everything: under "
        "load "
        "the queue grows, latency with it, and in the end the process is killed for its memory.",
    .bad = R"(use tokio::sync::mpsc;

pub fn queue() -> (mpsc::UnboundedSender<u32>, mpsc::UnboundedReceiver<u32>) {
    mpsc::unbounded_channel()  //~
}
)",
    .good = R"(use tokio::sync::mpsc;

pub fn queue() -> (mpsc::Sender<u32>, mpsc::Receiver<u32>) {
    mpsc::channel(64)
}
)",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "something else may limit how much is sent, or senders may not be async and must not block",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
};

}  // namespace rp
