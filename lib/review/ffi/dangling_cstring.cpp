// ffi/dangling-cstring: pointers into a CString that is gone at the end of the statement.
#include "review/ffi/foreign.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kDanglingCString;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::MethodCallExpr};
constexpr std::string_view kNames[] = {"as_ptr"};
constexpr std::string_view kReferences[] = {
    "The standard library, CString::as_ptr, https://doc.rust-lang.org/std/ffi/struct.CStr.html#method.as_ptr",
    "The rustc book, dangling-pointers-from-temporaries, "
    "https://doc.rust-lang.org/rustc/lints/listing/warn-by-default.html#dangling-pointers-from-temporaries",
    "The Rust Reference, Temporary scopes, https://doc.rust-lang.org/reference/destructors.html#temporary-scopes",
};

// `CString::new(..)` below any number of unwrap(), expect(..), `?`; or a call that makes a CString.
NodeId making_call(const Tree& tree, NodeId node) {
  for (node = peel(tree, node); node; node = peel(tree, node)) {
    const NodeKind kind = tree.kind(node);
    if (kind == NodeKind::TryExpr) {
      node = tree.child(node, Role::expression);
      continue;
    }
    if (kind == NodeKind::MethodCallExpr) {
      const std::string_view name = called_name(tree, node);
      if (name != "unwrap" && name != "expect" && name != "unwrap_or_default") return {};
      node = tree.child(node, Role::receiver);
      continue;
    }
    return kind == NodeKind::CallExpr ? node : NodeId();
  }
  return {};
}

constexpr std::string_view kMakers[] = {"std::ffi::CString::new", "std::ffi::CString::from_vec_unchecked",
                                        "std::ffi::CString::default"};

// The `let` whose variable gets the pointer and outlives the statement.
NodeId binding_of(const Tree& tree, NodeId call) {
  NodeId at = call;
  for (NodeId up = tree.parent(at); up; at = up, up = tree.parent(at)) {
    const NodeKind kind = tree.kind(up);
    if (kind == NodeKind::ParenExpr || kind == NodeKind::CastExpr) continue;
    if (kind == NodeKind::MethodCallExpr && called_name(tree, up) == "cast") continue;
    return kind == NodeKind::LetStmt && tree.role(at) == Role::value ? up : NodeId();
  }
  return {};
}

// Whether the variable's pointer is given to calls only, so that an owner beside it lives long enough.
bool stays_here(const Sema& sema, const Tree& tree, NodeId declaration) {
  bool complete = true;
  for (const LocalUse& use : sema.uses_of_local(declaration, &complete)) {
    if (use.in_macro) return false;
    NodeId up = tree.parent(use.node);
    while (up && (tree.kind(up) == NodeKind::CastExpr || tree.kind(up) == NodeKind::ParenExpr)) up = tree.parent(up);
    if (!up || tree.kind(up) != NodeKind::ArgList) return false;
  }
  return complete;
}

void check(RuleContext& context, NodeId call) {
  const Tree& tree = context.tree();
  if (called_name(tree, call) != "as_ptr" || argument_count(tree, call) != 0) return;
  if (context.allowed(Lint::TemporaryCstringAsPtr) || context.allowed(Lint::DanglingPointersFromTemporaries)) return;
  const NodeId receiver = tree.child(call, Role::receiver);
  const NodeId maker = making_call(tree, receiver);
  if (!maker) return;
  const Match made = context.sema().find_call(maker, kMakers);
  if (!made) return;
  const NodeId let = binding_of(tree, call);
  if (!let) return;
  // `let p = CString::new(s).unwrap().as_ptr();` becomes two statements.
  EditBuilder edits(tree, Applicability::Suggestion);
  const ast::LetStmt statement(tree, let);
  const NodeId pattern = statement.pattern().id();
  if (tree.kind(pattern) == NodeKind::IdentPat && stays_here(context.sema(), tree, tree.child(pattern, Role::name))) {
    const std::string owner = std::string(name_of(tree, tree.child(pattern, Role::name))) + "_owner";
    edits.insert_lines_before(let, "let " + owner + " = " + std::string(tree.text(receiver)) + ";");
    edits.replace(receiver, owner);
  }
  context.report({.span = tree.span(call),
                  .message = "the pointer is into a `CString` that is dropped at the end of this statement",
                  .label = "dangles as soon as the statement is over",
                  .help = "bind the `CString` to a variable that lives as long as the pointer is used",
                  .severity = kDanglingCString.severity,
                  .lint = Lint::DanglingPointersFromTemporaries,
                  .verdict = made.exact ? Verdict::Proven : Verdict::Likely,
                  .doubt = made.exact ? "" : kDanglingCString.doubt,
                  .edits = edits.edits(),
                  .applicability = edits.applicability()});
}

}  // namespace

const Rule kDanglingCString = {
    .id = "ffi/dangling-cstring",
    .area = "ffi",
    .title = "a pointer into a CString that is gone",
    .why =
        "`CString::new(..).unwrap().as_ptr()` makes a `CString`, takes a pointer into it, and drops it at the end of "
        "the statement, because nothing holds it. The pointer compiles without `unsafe`; what is read through it later "
        "is freed memory.",
    .bad =
        "use std::ffi::CString;\n"
        "use std::os::raw::c_char;\n"
        "\n"
        "unsafe extern \"C\" {\n"
        "    fn puts(text: *const c_char) -> i32;\n"
        "}\n"
        "\n"
        "pub fn greet(name: &str) {\n"
        "    let text = CString::new(name).expect(\"no NUL in a name\").as_ptr();  //~\n"
        "    // SAFETY: `text` is a C string.\n"
        "    unsafe { puts(text) };\n"
        "}\n",
    .good =
        "use std::ffi::CString;\n"
        "use std::os::raw::c_char;\n"
        "\n"
        "unsafe extern \"C\" {\n"
        "    fn puts(text: *const c_char) -> i32;\n"
        "}\n"
        "\n"
        "pub fn greet(name: &str) {\n"
        "    let text = CString::new(name).expect(\"no NUL in a name\");\n"
        "    // SAFETY: `text` is a C string and lives until the end of the function.\n"
        "    unsafe { puts(text.as_ptr()) };\n"
        "}\n",
    .severity = Severity::Error,
    .verdict = Verdict::Likely,
    .doubt = "the name `CString` may stand for another type here",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
};

}  // namespace rp
