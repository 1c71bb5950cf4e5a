// layout/large-pass-by-value: a parameter of a large type that is not behind a reference.
#include <string>

#include "layout/type_view.h"
#include "review/rule.h"
#include "review/sema.h"
#include "review/tree_queries.h"

namespace rp {

extern const Rule kLargePassByValue;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::FnItem};
constexpr uint64_t kLimit = 256;  // bytes

constexpr std::string_view kReferences[] = {
    "Clippy, large_types_passed_by_value, "
    "https://rust-lang.github.io/rust-clippy/stable/index.html#large_types_passed_by_value",
    "The Rust Performance Book, \"Type Sizes\", https://nnethercote.github.io/perf-book/type-sizes.html",
};

// Whether the function only looks at a parameter: every use borrows it or reads a field. What is kept, given on or
// taken apart has to be moved anyway.
bool only_looks_at(const Tree& tree, const Sema& sema, NodeId parameter) {
  const NodeId pattern = tree.child(parameter, Role::pattern);
  if (!pattern || tree.kind(pattern) != NodeKind::IdentPat || tree.has_token(pattern, TokenKind::KwMut)) return false;
  bool complete = true;
  bool used = false;
  for (const LocalUse& use : sema.uses_of_local(tree.child(pattern, Role::name), &complete)) {
    if (use.in_macro) continue;
    used = true;
    NodeId at = use.node;
    NodeId up = tree.parent(at);
    while (up && tree.kind(up) == NodeKind::FieldExpr) {
      at = up;
      up = tree.parent(at);
    }
    if (!up) return false;
    if (tree.kind(up) == NodeKind::RefExpr) continue;
    if (at != use.node && sema.is_copy(sema.type_of(at)).yes()) continue;
    if (tree.kind(up) == NodeKind::MethodCallExpr && tree.role(at) == Role::receiver) {
      const DefRef method = sema.method(up).def;
      const TreeNode item = method ? sema.node_of(method) : TreeNode();
      const NodeId parameters = item ? item.tree->child(item.node, Role::parameters) : NodeId();
      const NodeId self = parameters ? item.tree->child(parameters, Role::receiver) : NodeId();
      if (self && item.tree->has_token(self, TokenKind::And)) continue;
    }
    return false;
  }
  return used && complete;
}

// Whether a trait says what the function looks like.
bool in_trait_impl(const Tree& tree, NodeId function) {
  const NodeId list = tree.parent(function);
  const NodeId owner = list && tree.kind(list) == NodeKind::ItemList ? tree.parent(list) : NodeId();
  return owner && tree.kind(owner) == NodeKind::ImplItem && tree.child(owner, Role::trait);
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  if (tree.child(node, Role::abi) || in_trait_impl(tree, node) || !tree.child(node, Role::body)) return;
  const NodeId list = tree.child(node, Role::parameters);
  const Sema& sema = context.sema();
  for (NodeId child = list ? tree.first_child(list) : NodeId(); child; child = tree.next_sibling(child)) {
    if (tree.kind(child) != NodeKind::Param) continue;
    const NodeId written = tree.child(child, Role::type);
    if (!written || tree.kind(written) != NodeKind::PathType) continue;
    const NameMeaning meaning = sema.meaning(written);
    if (meaning.kind != NameKind::Definition) continue;
    const layout::TypeView* type = sema.layout_of(meaning.def);
    if (type == nullptr || !type->sized || type->size <= kLimit || !only_looks_at(tree, sema, child)) continue;
    const std::string name(tree.text(written));
    const std::string message = "`" + name + "` takes " + std::to_string(type->size) + " bytes and is passed by value";
    const std::string help = "take `&" + name + "`: the function only looks at it, and a call then copies one pointer";
    context.report({.span = tree.span(written),
                    .message = message,
                    .label = std::to_string(type->size) + " bytes are copied for each call",
                    .help = help,
                    .severity = kLargePassByValue.severity});
  }
}

}  // namespace

const Rule kLargePassByValue = {
    .id = "layout/large-pass-by-value",
    .area = "layout",
    .title = "a large type passed by value",
    .why =
        "An argument that is passed by value is moved: its bytes are copied, at least once when the call is not "
        "inlined. "
        "For a few words that is cheaper than a pointer; for hundreds of bytes it is a call of memcpy, and stack space "
        "in each function on the way.",
    .bad =
        "pub struct Matrix {\n"
        "    pub cells: [f64; 64],\n"
        "}\n"
        "\n"
        "pub fn trace(matrix: Matrix) -> f64 {  //~\n"
        "    (0..8).map(|i| matrix.cells[9 * i]).sum()\n"
        "}\n",
    .good =
        "pub struct Matrix {\n"
        "    pub cells: [f64; 64],\n"
        "}\n"
        "\n"
        "pub fn trace(matrix: &Matrix) -> f64 {\n"
        "    (0..8).map(|i| matrix.cells[9 * i]).sum()\n"
        "}\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the function may be inlined everywhere, be called rarely, or have to own the value",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .lint = Lint::LargeTypesPassedByValue,
    .library_only = true,
};

}  // namespace rp
