// ffi/panic-in-foreign-function: functions that foreign code calls, and that can panic.
#include "review/ffi/foreign.h"
#include "review/testing/test_fns.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kPanicInForeignFunction;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::FnItem};
constexpr TokenKind kTokens[] = {TokenKind::KwExtern};
constexpr std::string_view kReferences[] = {
    "The Rustonomicon, FFI and unwinding, https://doc.rust-lang.org/nomicon/ffi.html#ffi-and-unwinding",
    "The Rust Reference, Functions, Unwinding, "
    "https://doc.rust-lang.org/reference/items/functions.html#extern-function-qualifier",
};

// What a callback was set up with: a pointer that is not null, an option that was filled.
bool is_own_state(const Tree& tree, NodeId unwrap) {
  const NodeId receiver = peel(tree, tree.child(unwrap, Role::receiver));
  const std::string_view name = receiver ? called_name(tree, receiver) : std::string_view();
  return name == "as_ref" || name == "as_mut" || name == "take";
}

std::string_view panics_by(const Tree& tree, NodeId node) {
  switch (tree.kind(node)) {
    case NodeKind::MethodCallExpr: {
      const std::string_view name = called_name(tree, node);
      if (name == "unwrap" && argument_count(tree, node) == 0 && !is_own_state(tree, node)) return "`unwrap`";
      return {};  // `expect` says why it cannot fail
    }
    case NodeKind::MacroCall: {
      const std::string_view name = macro_name(tree, node);
      if (name == "panic" || name == "unreachable" || name == "todo" || name == "unimplemented") return "the macro";
      // An assertion is there to end the process.
      return {};
    }
    default:
      return {};
  }
}

void check(RuleContext& context, NodeId function) {
  const Tree& tree = context.tree();
  if (!is_foreign_definition(tree, function) || context.in_test()) return;
  const std::string_view abi = tree.text(tree.child(function, Role::abi));
  if (abi.find("unwind") != std::string_view::npos || abi.find("interrupt") != std::string_view::npos) return;
  // Bare metal has no foreign caller to unwind into, and a program that aborts has nothing to unwind.
  if (context.sema().panic_aborts() == Answer::Yes || context.sema().no_std() == Answer::Yes) return;
  // catch_unwind, or a helper around it.
  if (tree.text(function).find("catch") != std::string_view::npos) return;
  uint32_t count = 0;
  NodeId first;
  for (NodeId at = tree.child(function, Role::body); at < tree.subtree_end(function); ++at.value) {
    if (panics_by(tree, at).empty()) continue;
    if (!first) first = at;
    ++count;
  }
  if (!first) return;
  const std::string name(name_of(tree, tree.child(function, Role::name)));
  const std::string label = std::string(panics_by(tree, first)) + " can panic" +
                            (count > 1 ? ", and so can " + std::to_string(count - 1) + " more in this function" : "");
  ByteSpan span = tree.span(first);
  if (tree.kind(first) == NodeKind::MethodCallExpr) span.start = tree.span(tree.child(first, Role::name)).start;
  context.report({.span = span,
                  .message = "a panic in `" + name + "` ends the whole process: foreign code cannot be unwound into",
                  .label = label,
                  .help = "return an error code, and keep panics of what is called behind `std::panic::catch_unwind`",
                  .severity = kPanicInForeignFunction.severity});
}

}  // namespace

const Rule kPanicInForeignFunction = {
    .id = "ffi/panic-in-foreign-function",
    .area = "ffi",
    .title = "a function for foreign code that can panic",
    .why =
        "A panic that reaches the edge of an `extern \"C\"` function ends the process since Rust 1.81, and was "
        "undefined behaviour before. The host program, which may be a server or an editor, goes down with it. An error "
        "code lets it go on.",
    .bad =
        "#[no_mangle]\n"
        "pub extern \"C\" fn double(value: i32) -> i32 {\n"
        "    value.checked_mul(2).unwrap()  //~\n"
        "}\n",
    .good =
        "#[no_mangle]\n"
        "pub extern \"C\" fn double(value: i32) -> i32 {\n"
        "    value.checked_mul(2).unwrap_or(-1)\n"
        "}\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the panic may be impossible, or ending the process may be what is wanted",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .tokens = kTokens,
    .library_only = true,
};

}  // namespace rp
