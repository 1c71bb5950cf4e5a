// ffi/pointer-without-free: memory that is given to foreign code and can never come back.
#include "review/ffi/foreign.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kPointerWithoutFree;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::FnItem};
constexpr TokenKind kTokens[] = {TokenKind::KwExtern};
constexpr std::string_view kReferences[] = {
    "The standard library, Box::into_raw, https://doc.rust-lang.org/std/boxed/struct.Box.html#method.into_raw",
    "The standard library, CString::into_raw, https://doc.rust-lang.org/std/ffi/struct.CString.html#method.into_raw",
};

struct Pair {
  std::string_view gives;
  std::string_view takes_text;
};
constexpr Pair kPairs[] = {
    {"std::boxed::Box::into_raw", "Box::from_raw"},
    {"std::ffi::CString::into_raw", "CString::from_raw"},
    {"std::sync::Arc::into_raw", "Arc::from_raw"},
    {"std::rc::Rc::into_raw", "Rc::from_raw"},
};

// Whether the crate takes such pointers back anywhere. What is in other files is not seen, so it may.
bool may_be_taken_back(const Sema& sema, const Tree& tree) {
  if (tree.text().find("from_raw") != std::string_view::npos) return true;
  const TreeNode root = sema.crate_root();
  if (root && root.tree != &tree) return true;
  for (uint32_t i = 0; i < tree.node_count(); ++i)
    if (tree.kind(NodeId(i)) == NodeKind::ModItem && !tree.child(NodeId(i), Role::items)) return true;
  return false;
}

void check(RuleContext& context, NodeId function) {
  const Tree& tree = context.tree();
  if (!is_foreign_definition(tree, function) || !is_exported(tree, function)) return;
  const ast::FnItem item(tree, function);
  if (!item.return_type() || !is_raw_pointer(tree, item.return_type().type().id())) return;
  const Sema& sema = context.sema();
  if (may_be_taken_back(sema, tree)) return;
  for (NodeId at = item.body().id(); at < tree.subtree_end(function); ++at.value) {
    const NodeKind kind = tree.kind(at);
    if ((kind != NodeKind::CallExpr && kind != NodeKind::MethodCallExpr) || called_name(tree, at) != "into_raw")
      continue;
    for (const Pair& pair : kPairs) {
      const Reply gives = kind == NodeKind::CallExpr ? sema.calls(at, pair.gives) : sema.is_method(at, pair.gives);
      if (!gives.yes()) continue;
      const std::string name(name_of(tree, item.name().id()));
      context.report({.span = tree.span(at),
                      .message = "what `" + name + "` gives out can never be freed",
                      .label = "nothing in this crate takes it back with `" + std::string(pair.takes_text) + "`",
                      .help = "export a function that gives the pointer to `" + std::string(pair.takes_text) +
                              "` and drops it; C's `free` must not be used",
                      .severity = kPointerWithoutFree.severity});
      return;
    }
  }
}

}  // namespace

const Rule kPointerWithoutFree = {
    .id = "ffi/pointer-without-free",
    .area = "ffi",
    .title = "a pointer for foreign code that nothing takes back",
    .why =
        "`into_raw` gives the memory out of Rust's hands. Only the same type's `from_raw` can take it back: C's `free` "
        "belongs to another allocator. A library that exports no such function leaks on each call, or makes its users "
        "free with the wrong one.",
    .bad =
        "pub struct Counter {\n"
        "    count: u32,\n"
        "}\n"
        "\n"
        "#[no_mangle]\n"
        "pub extern \"C\" fn counter_new() -> *mut Counter {\n"
        "    Box::into_raw(Box::new(Counter { count: 0 }))  //~\n"
        "}\n",
    .good =
        "pub struct Counter {\n"
        "    count: u32,\n"
        "}\n"
        "\n"
        "#[no_mangle]\n"
        "pub extern \"C\" fn counter_new() -> *mut Counter {\n"
        "    Box::into_raw(Box::new(Counter { count: 0 }))\n"
        "}\n"
        "\n"
        "/// # Safety\n"
        "/// `counter` must come from `counter_new` and not have been freed.\n"
        "#[no_mangle]\n"
        "pub unsafe extern \"C\" fn counter_free(counter: *mut Counter) {\n"
        "    if !counter.is_null() {\n"
        "        // SAFETY: the caller promises that it is from `into_raw`.\n"
        "        drop(unsafe { Box::from_raw(counter) });\n"
        "    }\n"
        "}\n",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "the pointer may be meant to live as long as the program",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .tokens = kTokens,
};

}  // namespace rp
