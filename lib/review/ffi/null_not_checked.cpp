// ffi/null-not-checked: pointers from foreign code that are used without a look.
#include <algorithm>

#include "review/ffi/foreign.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kNullNotChecked;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::FnItem};
constexpr TokenKind kTokens[] = {TokenKind::KwExtern};
constexpr std::string_view kReferences[] = {
    "The standard library, CStr::from_ptr, Safety, "
    "https://doc.rust-lang.org/std/ffi/struct.CStr.html#method.from_ptr",
    "The standard library, std::slice::from_raw_parts, Safety, "
    "https://doc.rust-lang.org/std/slice/fn.from_raw_parts.html",
};
constexpr std::string_view kReaders[] = {"from_ptr", "from_raw_parts", "from_raw_parts_mut", "from_raw",
                                         "read",     "read_unaligned", "copy_nonoverlapping"};

// The parameter, a raw pointer, that an expression is, through casts; invalid for others.
NodeId pointer_parameter(const Sema& sema, const Tree& tree, NodeId expression) {
  for (NodeId at = peel(tree, expression); at;) {
    if (tree.kind(at) == NodeKind::CastExpr) {
      at = peel(tree, tree.child(at, Role::expression));
    } else if (tree.kind(at) == NodeKind::MethodCallExpr &&
               (called_name(tree, at) == "cast" || called_name(tree, at) == "cast_mut")) {
      at = peel(tree, tree.child(at, Role::receiver));
    } else if (tree.kind(at) == NodeKind::PathExpr) {
      const std::optional<LocalInfo> local = sema.local(at);
      return local && local->is_parameter && local->type && is_raw_pointer(tree, local->type) ? local->name : NodeId();
    } else {
      return {};
    }
  }
  return {};
}

// What an expression reads through: `*p`, `from_ptr(p)`, `from_raw_parts(p, n)`.
NodeId read_pointer(const Tree& tree, NodeId node) {
  if (tree.kind(node) == NodeKind::UnaryExpr && tree.text(node).starts_with('*'))
    return tree.child(node, Role::operand);
  if (tree.kind(node) != NodeKind::CallExpr) return {};
  const std::string_view name = called_name(tree, node);
  for (const std::string_view reader : kReaders)
    if (name == reader) return argument(tree, node, 0);
  return {};
}

// Anything that looks at the pointer first: is_null, as_ref, as_mut, NonNull::new, a comparison, a macro.
bool is_looked_at(const Sema& sema, const Tree& tree, NodeId parameter) {
  bool complete = true;
  for (const LocalUse& use : sema.uses_of_local(parameter, &complete)) {
    if (use.in_macro) return true;
    for (NodeId at = tree.parent(use.node); at; at = tree.parent(at)) {
      const NodeKind kind = tree.kind(at);
      if (kind == NodeKind::ArgList) {
        // Handed on: the other function may look, unless it is one of those that read.
        const NodeId call = tree.parent(at);
        if (!read_pointer(tree, call)) return true;
        break;
      }
      if (kind == NodeKind::MethodCallExpr) {
        const std::string_view name = called_name(tree, at);
        if (name == "cast" || name == "cast_mut") continue;
        return true;
      }
      if (kind == NodeKind::BinaryExpr || kind == NodeKind::LetStmt || kind == NodeKind::RecordExprField) return true;
      if (kind != NodeKind::CastExpr && kind != NodeKind::ParenExpr) break;
    }
  }
  return !complete;
}

void check(RuleContext& context, NodeId function) {
  const Tree& tree = context.tree();
  if (!is_foreign_definition(tree, function) || !is_exported(tree, function) || context.in_test()) return;
  const Sema& sema = context.sema();
  std::vector<NodeId> seen;
  for (NodeId at = tree.child(function, Role::body); at < tree.subtree_end(function); ++at.value) {
    const NodeId read = read_pointer(tree, at);
    const NodeId parameter = read ? pointer_parameter(sema, tree, read) : NodeId();
    if (!parameter || std::find(seen.begin(), seen.end(), parameter) != seen.end()) continue;
    seen.push_back(parameter);
    if (is_looked_at(sema, tree, parameter)) continue;
    const std::string name(tree.text(parameter));
    const RelatedPlace related{tree.span(parameter), "comes from foreign code"};
    context.report({.span = tree.span(at),
                    .message = "`" + name + "` is read without a look whether it is null",
                    .help = "return an error when `" + name + ".is_null()`, before it is read",
                    .severity = kNullNotChecked.severity,
                    .related = std::span(&related, 1)});
  }
}

}  // namespace

const Rule kNullNotChecked = {
    .id = "ffi/null-not-checked",
    .area = "ffi",
    .title = "a pointer from foreign code that is read unseen",
    .why =
        "Foreign code passes a null pointer for \"nothing\", out of habit or by mistake. Reading through it is "
        "undefined behaviour on Rust's side of the call; a check at the edge turns it into an error that can be "
        "reported.",
    .bad =
        "use std::ffi::CStr;\n"
        "use std::os::raw::c_char;\n"
        "\n"
        "/// # Safety\n"
        "/// `text` must be a C string.\n"
        "#[no_mangle]\n"
        "pub unsafe extern \"C\" fn length(text: *const c_char) -> usize {\n"
        "    // SAFETY: the caller promises it.\n"
        "    unsafe { CStr::from_ptr(text) }.to_bytes().len()  //~\n"
        "}\n",
    .good =
        "use std::ffi::CStr;\n"
        "use std::os::raw::c_char;\n"
        "\n"
        "/// # Safety\n"
        "/// `text` must be null or a C string.\n"
        "#[no_mangle]\n"
        "pub unsafe extern \"C\" fn length(text: *const c_char) -> usize {\n"
        "    if text.is_null() {\n"
        "        return 0;\n"
        "    }\n"
        "    // SAFETY: it is not null, and the caller promises that it is a C string.\n"
        "    unsafe { CStr::from_ptr(text) }.to_bytes().len()\n"
        "}\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the function's contract may rule null out, and all its callers may keep to it",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .tokens = kTokens,
};

}  // namespace rp
