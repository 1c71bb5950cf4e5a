// raii/raw-without-owner: `into_raw` in a crate that nowhere takes such a pointer back.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kRawWithoutOwner;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::CallExpr, NodeKind::MethodCallExpr};
constexpr std::string_view kNames[] = {"into_raw"};

struct Pair {
  std::string_view name;  // of the type
  std::string_view into;
  std::string_view from;
};
constexpr Pair kPairs[] = {
    {"Box", "std::boxed::Box::into_raw", "std::boxed::Box::from_raw"},
    {"CString", "std::ffi::CString::into_raw", "std::ffi::CString::from_raw"},
    {"Rc", "std::rc::Rc::into_raw", "std::rc::Rc::from_raw"},
    {"Arc", "std::sync::Arc::into_raw", "std::sync::Arc::from_raw"},
};

constexpr std::string_view kReferences[] = {
    "std::boxed::Box::into_raw, https://doc.rust-lang.org/std/boxed/struct.Box.html#method.into_raw",
    "std::ffi::CString::into_raw, https://doc.rust-lang.org/std/ffi/struct.CString.html#method.into_raw",
};

// Whether the file names `from_raw` anywhere: enough where the crate is not known.
bool file_takes_back(const Tree& tree) {
  for (uint32_t slot = 0; slot < tree.slot_count(); ++slot) {
    if (tree.token_kind(slot) != TokenKind::Ident) continue;
    const std::string_view text = tree.token_text(slot);
    if (text == "from_raw" || text == "from_raw_in" || text == "decrement_strong_count" || text == "drop_in_place")
      return true;
  }
  return false;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  if (context.called_name() != "into_raw" || context.in_test()) return;
  // What an exported function gives out is ffi/pointer-without-free's.
  const NodeId function = enclosing_fn_item(tree, node);
  if (function && tree.child(function, Role::abi)) return;
  const Sema& sema = context.sema();
  const bool method = tree.kind(node) == NodeKind::MethodCallExpr;
  for (const Pair& pair : kPairs) {
    const Reply is = method ? sema.is_method(node, pair.into) : sema.calls(node, pair.into);
    if (!is.yes()) continue;
    if (file_takes_back(tree)) return;
    // Other files of the crate may take it back: uses there are not seen.
    const TreeNode root = sema.crate_root();
    if (root && root.tree != &tree) return;
    for (NodeId at = tree.root(); at.value < tree.node_count(); at = NodeId(at.value + 1))
      if (tree.kind(at) == NodeKind::ModItem && !tree.child(at, Role::items)) return;
    const std::string message = "`" + std::string(pair.name) + "::into_raw`, and nothing in the crate calls `" +
                                std::string(pair.name) + "::from_raw`";
    const std::string help = "give the pointer back with `" + std::string(pair.name) +
                             "::from_raw` where it ends; of a pointer that goes to other languages, export a "
                             "function that frees it";
    context.report({.span = tree.span(node),
                    .message = message,
                    .label = "the memory behind this pointer is never freed",
                    .help = help,
                    .severity = kRawWithoutOwner.severity});
    return;
  }
}

}  // namespace

const Rule kRawWithoutOwner = {
    .id = "raii/raw-without-owner",
    .area = "raii",
    .title = "into_raw without a from_raw in the crate",
    .why =
        "`into_raw` gives up ownership: from then on somebody has to call `from_raw` of the same type, once. `free()` "
        "of "
        "C is no substitute, since the allocators may differ. Where the crate never does, the memory leaks.",
    .bad = R"(pub fn make(value: u32) -> *mut u32 {
    Box::into_raw(Box::new(value))  //~
}
)",
    .good = R"(pub fn make(value: u32) -> *mut u32 {
    Box::into_raw(Box::new(value))
}

/// Frees what `make` gave.
///
/// # Safety
///
/// `value` must come from `make` and must not be used again.
pub unsafe fn free(value: *mut u32) {
    if !value.is_null() {
        // SAFETY: it came from `into_raw`, as the caller has promised.
        drop(unsafe { Box::from_raw(value) });
    }
}
)",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "another crate may take it back, or the value may be meant to live as long as the program",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
};

}  // namespace rp
