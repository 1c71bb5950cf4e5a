// safety/invalid-zeroed: `mem::zeroed` and `mem::uninitialized` of types for which no such value exists.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kInvalidZeroed;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::CallExpr};
constexpr std::string_view kNames[] = {"zeroed", "uninitialized"};
constexpr std::string_view kCalls[] = {"std::mem::zeroed", "std::mem::uninitialized"};
// Types with an invalid zero; std promises it of each.
constexpr std::string_view kNeverZero[] = {
    "std::boxed::Box",     "std::rc::Rc",       "std::sync::Arc",    "std::vec::Vec",
    "std::string::String", "std::ptr::NonNull", "std::num::NonZero",
};

constexpr std::string_view kReferences[] = {
    "std::mem::zeroed, https://doc.rust-lang.org/std/mem/fn.zeroed.html",
    "std::mem::MaybeUninit, https://doc.rust-lang.org/std/mem/union.MaybeUninit.html",
    "The Rust Reference, \"Invalid values\", https://doc.rust-lang.org/reference/behavior-considered-undefined.html",
};

// The type the call makes: written in its path, or that of the `let` it stands in.
SemaType made_type(const Sema& sema, const Tree& tree, NodeId call, std::string* text) {
  const NodeId segment = last_segment(tree, tree.child(call, Role::callee));
  const NodeId arguments = segment ? tree.child(segment, Role::arguments) : NodeId();
  NodeId written = arguments ? tree.child(arguments, Role::argument) : NodeId();
  if (!written) {
    NodeId up = tree.parent(call);
    while (up && (tree.kind(up) == NodeKind::ParenExpr ||
                  (tree.kind(up) == NodeKind::Block && tree.role(call) == Role::tail) ||
                  tree.kind(up) == NodeKind::BlockExpr))
      up = tree.parent(up);
    if (up && tree.kind(up) == NodeKind::LetStmt) written = tree.child(up, Role::type);
  }
  if (!written) return {};
  *text = tree.text(written);
  return sema.written_type(written);
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const Sema& sema = context.sema();
  const std::string_view name = context.called_name();
  if (name != "zeroed" && name != "uninitialized") return;
  const Match call = sema.find_call(node, kCalls);
  if (!call || context.allowed(call.index == 0 ? Lint::InvalidValue : Lint::Deprecated)) return;
  std::string text;
  const SemaType type = made_type(sema, tree, node, &text);
  if (call.index == 1) {
    context.report({.span = tree.span(node),
                    .message = "`mem::uninitialized` is undefined behaviour for nearly every type",
                    .label = "even an integer must not be uninitialised",
                    .help = "use `MaybeUninit::uninit()`, write the value, then `assume_init()`",
                    .severity = Severity::Error,
                    .lint = Lint::Deprecated});
    return;
  }
  std::string_view reason;
  bool exact = call.exact;
  switch (type ? sema.kind(type) : SemaTypeKind::Unknown) {
    case SemaTypeKind::Ref:
      reason = "a reference is never null";
      break;
    case SemaTypeKind::FnPointer:
      reason = "a function pointer is never null";
      break;
    case SemaTypeKind::Never:
      reason = "there is no value of this type";
      break;
    case SemaTypeKind::Adt: {
      const Match known = sema.find_type(type, kNeverZero);
      if (!known) return;
      reason = "it holds a pointer or number that is never zero";
      exact = exact && known.exact;
      break;
    }
    default:
      return;
  }
  const std::string message = "zero bytes are no value of `" + text + "`";
  context.report({.span = tree.span(node),
                  .message = message,
                  .label = reason,
                  .help = "use `Option<_>`, `MaybeUninit<_>` or a real initial value",
                  .severity = Severity::Error,
                  .lint = Lint::InvalidValue,
                  .verdict = exact ? Verdict::Proven : Verdict::Likely,
                  .doubt = exact ? std::string_view() : "the names were followed as they are written"});
}

}  // namespace

const Rule kInvalidZeroed = {
    .id = "safety/invalid-zeroed",
    .area = "safety",
    .title = "zeroed or uninitialised value of a type that has none",
    .why =
        "To make a value that its type does not allow is undefined behaviour at once, not only when it is used. A null "
        "reference, a null `Box` and a `NonZero` of zero are such values, and any uninitialised one.",
    .bad = R"(use std::mem;

pub fn make() -> u32 {
    // SAFETY: it is overwritten below.
    let reference: &u32 = unsafe { mem::zeroed() };  //~
    // SAFETY: it is overwritten below.
    let text = unsafe { mem::zeroed::<String>() };  //~
    // SAFETY: any bits are a number.
    let number: u32 = unsafe { mem::uninitialized() };  //~
    drop(text);
    *reference + number
}
)",
    .good = R"(use std::mem::{self, MaybeUninit};

pub fn make() -> u32 {
    // SAFETY: zero bytes are a number.
    let number: u32 = unsafe { mem::zeroed() };
    let mut slot = MaybeUninit::<u32>::uninit();
    slot.write(number);
    // SAFETY: it was written.
    unsafe { slot.assume_init() }
}
)",
    .severity = Severity::Error,
    .verdict = Verdict::Likely,
    .doubt = "the code may never run, or work around an old compiler",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
};

}  // namespace rp
