// raii/forget: `mem::forget` of a value with a destructor, and memory leaked by `Box::leak` in code that runs often.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kForget;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::CallExpr};
constexpr std::string_view kNames[] = {"forget", "leak"};
constexpr std::string_view kCalls[] = {"std::mem::forget", "std::boxed::Box::leak"};

constexpr std::string_view kReferences[] = {
    "std::mem::forget, https://doc.rust-lang.org/std/mem/fn.forget.html",
    "std::mem::ManuallyDrop, https://doc.rust-lang.org/std/mem/struct.ManuallyDrop.html",
    "std::boxed::Box::leak, https://doc.rust-lang.org/std/boxed/struct.Box.html#method.leak",
};

// What stands for a value of which parts were taken: then nothing else can be done with the rest.
bool was_taken_apart(const Tree& tree, NodeId function, NodeId call) {
  static constexpr std::string_view kTakers[] = {"read",           "as_ptr",        "as_mut_ptr", "into_raw",
                                                 "from_raw_parts", "transmute",     "as_raw_fd",  "from_raw",
                                                 "as_raw_handle",  "transmute_copy"};
  for (uint32_t slot = tree.first_slot(function); slot < tree.end_slot(function); ++slot) {
    if (tree.token_kind(slot) != TokenKind::Ident || slot == tree.first_slot(call)) continue;
    for (const std::string_view name : kTakers)
      if (tree.token_text(slot) == name) return true;
  }
  return false;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const std::string_view name = context.called_name();
  if ((name != "forget" && name != "leak") || context.in_test()) return;
  const Sema& sema = context.sema();
  const Match call = sema.find_call(node, kCalls);
  const NodeId value = argument(tree, node, 0);
  if (!call || !value) return;
  if (call.index == 0) {
    const SemaType type = sema.type_of(value);
    const NodeId function = enclosing_fn_item(tree, node);
    if (!type || !sema.needs_drop(type).yes()) return;
    // A `Drop` guard whose work is done says so with forget: a type of this crate.
    if (type && sema.adt(type) && sema.in_this_crate(sema.adt(type))) return;
    if (function && was_taken_apart(tree, function, node)) return;
    const std::string message = "`mem::forget` of a `" + sema.text(type) + "`: its destructor never runs";
    context.report({.span = tree.span(node),
                    .message = message,
                    .label = "memory, files and locks that it holds are never given back",
                    .help =
                        "where its parts live on elsewhere, wrap it in `ManuallyDrop` before they are taken: then a "
                        "panic in between cannot drop it twice",
                    .severity = kForget.severity});
    return;
  }
  // Once at the start of a program a leak is a way to a &'static; in a loop it grows.
  if (!enclosing_loop(tree, node)) return;
  context.report({.span = tree.span(node),
                  .message = "`Box::leak` in a loop",
                  .label = "memory that is never freed, anew each time",
                  .help = "keep the values in a collection or an arena that owns them",
                  .severity = kForget.severity});
}

}  // namespace

const Rule kForget = {
    .id = "raii/forget",
    .area = "raii",
    .title = "value whose destructor is made not to run",
    .why =
        "`mem::forget` is safe and leaks: what the value owns is never given back. Where it keeps a destructor from "
        "freeing what was moved elsewhere, `ManuallyDrop` says the same before the move instead of behind it, so that "
        "a panic in between is no double free.",
    .bad = R"(use std::fs::File;

pub fn keep_open(file: File) {
    std::mem::forget(file);  //~
}
)",
    .good = R"(use std::mem::ManuallyDrop;

pub fn into_parts(values: Vec<u8>) -> (*mut u8, usize, usize) {
    let mut values = ManuallyDrop::new(values);
    (values.as_mut_ptr(), values.len(), values.capacity())
}
)",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "the leak may be wanted, or what the value owned may belong to somebody else by now",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
    .lint = Lint::MemForget,
};

}  // namespace rp
