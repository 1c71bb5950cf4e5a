// async/block-on-in-async: `block_on` called from async code.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kBlockOnInAsync;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::CallExpr, NodeKind::MethodCallExpr};
constexpr std::string_view kNames[] = {"block_on"};
constexpr TokenKind kTokens[] = {TokenKind::KwAsync};
constexpr std::string_view kCalls[] = {"futures::executor::block_on",
                                       "futures_executor::block_on",
                                       "futures_lite::future::block_on",
                                       "async_std::task::block_on",
                                       "smol::block_on",
                                       "pollster::block_on"};
constexpr std::string_view kMethods[] = {"tokio::runtime::Runtime::block_on", "tokio::runtime::Handle::block_on"};

constexpr std::string_view kReferences[] = {
    "tokio::runtime::Handle::block_on, \"Panics\", "
    "https://docs.rs/tokio/latest/tokio/runtime/struct.Handle.html#method.block_on",
};

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  if (context.called_name() != "block_on" || context.in_test()) return;
  const NodeId around = enclosing_async(tree, node);
  if (!around) return;
  // `block_in_place(|| handle.block_on(..))` is the way that tokio gives.
  for (NodeId at = tree.parent(node); at && at != around; at = tree.parent(at))
    if ((tree.kind(at) == NodeKind::CallExpr || tree.kind(at) == NodeKind::MethodCallExpr) &&
        (called_name(tree, at) == "block_in_place" || called_name(tree, at) == "spawn_blocking"))
      return;
  const Sema& sema = context.sema();
  const bool method = tree.kind(node) == NodeKind::MethodCallExpr;
  const Match match = method ? sema.find_method(node, kMethods) : sema.find_call(node, kCalls);
  const bool tokio = match ? method : method && match.unknown;
  if (!match && !tokio) return;
  context.report({.span = tree.span(node),
                  .message = "`block_on` inside of async code",
                  .label = tokio ? "tokio panics: a runtime cannot be started from within a runtime"
                                 : "blocks the thread that runs this task; with one thread, for ever",
                  .help = "`.await` the future",
                  .severity = kBlockOnInAsync.severity});
}

}  // namespace

const Rule kBlockOnInAsync = {
    .id = "async/block-on-in-async",
    .area = "async",
    .title = "block_on inside of async code",
    .why =
        "`block_on` runs a future to its end on the current thread. Called from a task it blocks the thread that other "
        "tasks need, perhaps the very one that would wake it; tokio's panics at once.",
    .bad = R"(async fn load() -> u32 {
    1
}

pub async fn twice() -> u32 {
    futures::executor::block_on(load()) * 2  //~
}
)",
    .good = R"(async fn load() -> u32 {
    1
}

pub async fn twice() -> u32 {
    load().await * 2
}
)",
    .severity = Severity::Error,
    .verdict = Verdict::Likely,
    .doubt = "the future may run outside of any runtime, on a thread of its own",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
    .tokens = kTokens,
};

}  // namespace rp
