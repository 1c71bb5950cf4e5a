// layout/large-return: a function that returns a large value itself.
#include <optional>
#include <string>

#include "review/rule.h"
#include "review/sema.h"
#include "review/tree_queries.h"

namespace rp {

extern const Rule kLargeReturn;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::FnItem};

constexpr Threshold kThresholds[] = {{"max-bytes", 2048, "the largest type that may be returned by value, in bytes"}};

constexpr std::string_view kReferences[] = {
    "The Rust Performance Book, \"Type Sizes\", https://nnethercote.github.io/perf-book/type-sizes.html",
    "Clippy, large_stack_frames, https://rust-lang.github.io/rust-clippy/stable/index.html#large_stack_frames",
};

// Whether a trait says what the function looks like.
bool in_trait_impl(const Tree& tree, NodeId function) {
  const NodeId list = tree.parent(function);
  const NodeId owner = list && tree.kind(list) == NodeKind::ItemList ? tree.parent(list) : NodeId();
  return owner && tree.kind(owner) == NodeKind::ImplItem && tree.child(owner, Role::trait);
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const NodeId written = tree.child(node, Role::return_type);
  const NodeId type = written ? tree.child(written, Role::type) : NodeId();
  // A constant function has its value put where it is needed when it is compiled.
  if (!type || !tree.child(node, Role::body) || tree.child(node, Role::abi) ||
      tree.has_token(node, TokenKind::KwConst) || tree.has_token(node, TokenKind::KwAsync) || in_trait_impl(tree, node))
    return;
  const Sema& sema = context.sema();
  const std::optional<TypeLayout> layout = sema.layout(sema.written_type(type));
  const int64_t limit = context.threshold("max-bytes");
  if (!layout || limit < 0 || layout->size <= static_cast<uint64_t>(limit)) return;
  const std::string bytes = std::to_string(layout->size);
  const std::string name(tree.text(type));
  context.report({.span = tree.span(type),
                  .message = "returns `" + name + "`, which takes " + bytes + " bytes, by value",
                  .label = bytes + " bytes on the caller's stack",
                  .help = "return a box (8 bytes where a pointer has 64 bits: " + std::to_string(layout->size - 8) +
                          " bytes less to copy each time it is moved on), or fill a place that the caller gives",
                  .severity = kLargeReturn.severity});
}

}  // namespace

const Rule kLargeReturn = {
    .id = "layout/large-return",
    .area = "layout",
    .title = "a large value returned by value",
    .why =
        "The caller keeps room for the value on its stack, and so does every function that hands it on; where the "
        "compiler cannot build it in its last place, each step copies all of it. Threads with small stacks overflow.",
    .bad =
        "pub struct Frame {\n"
        "    pub pixels: [u8; 65536],\n"
        "}\n"
        "\n"
        "pub fn blank() -> Frame {  //~\n"
        "    Frame { pixels: [0; 65536] }\n"
        "}\n",
    .good =
        "pub struct Frame {\n"
        "    pub pixels: [u8; 65536],\n"
        "}\n"
        "\n"
        "pub fn clear(frame: &mut Frame) {\n"
        "    frame.pixels.fill(0);\n"
        "}\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the value may be built in its last place, where the call is inlined or its result is stored at once",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .thresholds = kThresholds,
    .library_only = true,
};

}  // namespace rp
