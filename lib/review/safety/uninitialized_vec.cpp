// safety/uninitialized-vec: `with_capacity`, then `set_len`, with nothing written in between.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kUninitializedVec;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::MethodCallExpr};
constexpr std::string_view kNames[] = {"set_len"};
constexpr std::string_view kMakers[] = {"std::vec::Vec::with_capacity", "std::vec::Vec::new"};

constexpr std::string_view kReferences[] = {
    "std::vec::Vec::set_len, https://doc.rust-lang.org/std/vec/struct.Vec.html#method.set_len",
    "The Rust Reference, \"Behavior considered undefined\", "
    "https://doc.rust-lang.org/reference/behavior-considered-undefined.html",
};

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  if (context.called_name() != "set_len") return;
  const NodeId receiver = peel(tree, tree.child(node, Role::receiver));
  if (!receiver || tree.kind(receiver) != NodeKind::PathExpr) return;
  const NodeId length = argument(tree, node, 0);
  if (length && tree.text(length) == "0") return;
  const Sema& sema = context.sema();
  const std::optional<LocalInfo> local = sema.local(receiver);
  if (!local || !local->value) return;
  const NodeId maker = peel(tree, local->value);
  if (!maker || tree.kind(maker) != NodeKind::CallExpr || !sema.find_call(maker, kMakers)) return;
  // Elements that need no initialisation.
  const SemaType type = sema.type_of_local(local->name);
  const SemaType element = type ? sema.argument(type, 0) : SemaType();
  if (element && sema.is_type(element, "std::mem::MaybeUninit").yes()) return;
  // Nothing may touch the vector in between, but for `reserve`.
  bool complete = true;
  for (const LocalUse& use : sema.uses_of_local(local->name, &complete)) {
    if (use.node == receiver) break;
    if (use.in_macro) return;
    const NodeId up = tree.parent(use.node);
    if (!up || tree.kind(up) != NodeKind::MethodCallExpr) return;
    const std::string_view called = called_name(tree, up);
    if (called != "reserve" && called != "reserve_exact" && called != "capacity" && called != "clear") return;
  }
  if (!complete) return;
  const std::string message = "`" + std::string(name_of(tree, local->name)) + "` gets elements that nobody has written";
  const RelatedPlace related[] = {{tree.span(maker), "capacity alone, without elements"}};
  context.report({.span = tree.span(node),
                  .message = message,
                  .label = "to read one, to drop one or to make a `&[T]` of them is undefined behaviour",
                  .help = "write the elements first (`spare_capacity_mut`, `extend`, `resize`), then set the length",
                  .severity = kUninitializedVec.severity,
                  .related = related});
}

}  // namespace

const Rule kUninitializedVec = {
    .id = "safety/uninitialized-vec",
    .area = "safety",
    .title = "set_len over elements that were never written",
    .why =
        "`set_len` says that so many elements are there. Straight after `with_capacity` they are uninitialised memory: "
        "a "
        "`&mut [u8]` of it, given to a reader, is undefined behaviour, and elements with a destructor are dropped as "
        "garbage when something panics.",
    .bad = R"(use std::io::Read;

pub fn read(mut from: impl Read, length: usize) -> std::io::Result<Vec<u8>> {
    let mut buffer = Vec::with_capacity(length);
    // SAFETY: the reader fills it.
    unsafe { buffer.set_len(length) };  //~
    from.read_exact(&mut buffer)?;
    Ok(buffer)
}
)",
    .good = R"(use std::io::Read;

pub fn read(mut from: impl Read, length: usize) -> std::io::Result<Vec<u8>> {
    let mut buffer = vec![0; length];
    from.read_exact(&mut buffer)?;
    Ok(buffer)
}

pub fn squares(count: usize) -> Vec<u64> {
    let mut out = Vec::<u64>::with_capacity(count);
    for (slot, i) in out.spare_capacity_mut().iter_mut().zip(0_u64..) {
        slot.write(i * i);
    }
    // SAFETY: the loop has written so many.
    unsafe { out.set_len(count) };
    out
}
)",
    .severity = Severity::Error,
    .verdict = Verdict::Likely,
    .doubt = "the elements may be of a type that allows any bytes, uninitialised ones included (`MaybeUninit`)",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
    .lint = Lint::UninitVec,
};

}  // namespace rp
