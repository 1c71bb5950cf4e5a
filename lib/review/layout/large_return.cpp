// layout/large-return: a function that returns a large value itself.
#include <optional>
#include <string>

#include "layout/type_view.h"
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

// No type that is written so is larger, as far as can be told without laying anything out: most functions return a
// pointer, a number, or one of these in an Option or a Result. What has no layout (a parameter, what nobody knows)
// counts as nothing: neither has what it is a part of. Nothing for types that have to be laid out.
constexpr int kMaxDepth = 6;
constexpr uint64_t kWords = 64;  // bytes: more than a wide pointer, a number, or a container's few words take

// Of a type without arguments, with what it may be aligned to as a part of something else.
std::optional<uint64_t> laid_out(const Sema& sema, DefRef type) {
  const layout::TypeView* view = sema.layout_of(type);
  return view != nullptr && view->sized ? std::optional(view->size + view->align + kWords) : std::nullopt;
}

// Of `Self` in a trait, or in an impl.
std::optional<uint64_t> own_type_at_most(const Sema& sema, DefRef owner) {
  if (sema.kind(owner) == DefKind::Trait) return 0;
  const DefRef type = sema.self_of_impl(owner);
  return type ? laid_out(sema, type) : std::nullopt;
}

std::optional<uint64_t> at_most(const Tree& tree, const Sema& sema, NodeId type, int depth) {
  if (!type || depth > kMaxDepth) return std::nullopt;
  switch (tree.kind(type)) {
    case NodeKind::RefType:
    case NodeKind::PointerType:
    case NodeKind::NeverType:
      return kWords;
    case NodeKind::ParenType:
      return at_most(tree, sema, tree.child(type, Role::type), depth + 1);
    case NodeKind::TupleType: {
      uint64_t sum = 0;
      for (NodeId part = tree.first_child(type); part; part = tree.next_sibling(part)) {
        const std::optional<uint64_t> bytes = at_most(tree, sema, part, depth + 1);
        if (!bytes) return std::nullopt;
        sum += *bytes;
      }
      return sum;
    }
    case NodeKind::PathType:
      break;
    default:
      return std::nullopt;
  }
  const NameMeaning meaning = sema.meaning(type);
  if (meaning.kind == NameKind::Primitive) return meaning.text == "str" ? std::nullopt : std::optional(kWords);
  // Of what nobody knows there is no layout.
  if (meaning.kind == NameKind::Unknown || meaning.kind == NameKind::Unresolved) return 0;
  if (meaning.kind == NameKind::TypeParameter) return 0;
  if (meaning.kind == NameKind::SelfType) return own_type_at_most(sema, meaning.def);
  if (meaning.kind != NameKind::Definition) return std::nullopt;
  const NodeId segment = last_segment(tree, type);
  NodeId arguments = segment ? tree.child(segment, Role::arguments) : NodeId();
  arguments = arguments ? tree.first_child(arguments) : NodeId();
  while (arguments && tree.kind(arguments) == NodeKind::Lifetime) arguments = tree.next_sibling(arguments);
  if (!arguments) {
    // An alias for something that takes a few words.
    if (sema.kind(meaning.def) == DefKind::TypeAlias)
      return sema.is_def(meaning.def, "std::fmt::Result").yes() ? std::optional(kWords) : std::nullopt;
    return laid_out(sema, meaning.def);
  }
  static constexpr std::string_view kPointers[] = {"std::boxed::Box", "std::vec::Vec", "std::rc::Rc", "std::sync::Arc"};
  static constexpr std::string_view kAround[] = {"std::option::Option", "std::result::Result"};
  if (!sema.in_std(meaning.def) || sema.kind(meaning.def) == DefKind::TypeAlias) return std::nullopt;
  if (sema.find_in(type, kPointers)) return tree.next_sibling(arguments) ? std::nullopt : std::optional(kWords);
  if (!sema.find_in(type, kAround)) return std::nullopt;
  uint64_t sum = kWords;
  for (NodeId part = arguments; part; part = tree.next_sibling(part)) {
    const std::optional<uint64_t> bytes = at_most(tree, sema, part, depth + 1);
    if (!bytes) return std::nullopt;
    sum += *bytes;
  }
  return sum;
}

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
  const int64_t limit = context.threshold("max-bytes");
  if (limit < 0) return;
  if (const auto bound = at_most(tree, sema, type, 0); bound && *bound <= static_cast<uint64_t>(limit)) return;
  // The signature was read when types were checked; where it has no answer, what is written may.
  const SemaType given = sema.type_of_def(sema.definition(node));
  const std::optional<TypeLayout> known = sema.layout(given);
  if (known ? known->size <= static_cast<uint64_t>(limit) : sema.is_complete(given)) return;
  const std::optional<TypeLayout> layout = sema.layout(sema.written_type(type));
  if (!layout || layout->size <= static_cast<uint64_t>(limit)) return;
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
