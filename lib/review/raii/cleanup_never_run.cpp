// raii/cleanup-never-run: a type that stores a cleanup closure and has a destructor that does not run it.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kCleanupNeverRun;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::StructItem};

constexpr std::string_view kReferences[] = {
    "std::ops::Drop, https://doc.rust-lang.org/std/ops/trait.Drop.html",
    "std::ops::FnOnce, https://doc.rust-lang.org/std/ops/trait.FnOnce.html",
};

// Whether `FnOnce()` is there: a closure that needs an argument is nothing that a destructor could run by itself.
bool takes_nothing(const Tree& tree, NodeId node) {
  const auto next = [&](uint32_t slot) {
    do ++slot;
    while (slot < tree.end_slot(node) && is_trivia(tree.token_kind(slot)));
    return slot;
  };
  for (uint32_t slot = tree.first_slot(node); slot < tree.end_slot(node); ++slot) {
    if (tree.token_kind(slot) != TokenKind::Ident || tree.token_text(slot) != "FnOnce") continue;
    const uint32_t open = next(slot);
    if (open >= tree.end_slot(node) || tree.token_kind(open) != TokenKind::LParen) continue;
    const uint32_t close = next(open);
    if (close < tree.end_slot(node) && tree.token_kind(close) == TokenKind::RParen) return true;
  }
  return false;
}

// `Box<dyn FnOnce()>`, `Option<Box<dyn FnOnce() + Send>>`, or a parameter of the struct that is bound by `FnOnce()`.
bool is_cleanup(const Tree& tree, NodeId item, NodeId type) {
  if (takes_nothing(tree, type)) return true;
  for (NodeId p = tree.child(item, Role::generics) ? tree.first_child(tree.child(item, Role::generics)) : NodeId(); p;
       p = tree.next_sibling(p)) {
    if (tree.kind(p) != NodeKind::TypeParam || !mentions(tree, type, name_of(tree, tree.child(p, Role::name))))
      continue;
    const NodeId bounds = tree.child(p, Role::bounds);
    if (bounds && takes_nothing(tree, bounds)) return true;
    const NodeId where = tree.child(item, Role::where_clause);
    for (NodeId w = where ? tree.first_child(where) : NodeId(); w; w = tree.next_sibling(w)) {
      const NodeId subject = tree.child(w, Role::type);
      const NodeId bound = tree.child(w, Role::bounds);
      if (subject && bound && takes_nothing(tree, bound) &&
          tree.text(subject) == name_of(tree, tree.child(p, Role::name)))
        return true;
    }
  }
  return false;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const ast::StructItem item(tree, node);
  const NodeId fields = item.fields() ? item.fields().id() : NodeId();
  if (!fields || tree.kind(fields) != NodeKind::RecordFieldList) return;
  bool any = false;
  for (NodeId field = tree.first_child(fields); field && !any; field = tree.next_sibling(field)) {
    const NodeId type = tree.kind(field) == NodeKind::RecordField ? tree.child(field, Role::type) : NodeId();
    any = type && is_cleanup(tree, node, type);
  }
  if (!any) return;
  const Sema& sema = context.sema();
  const DefRef type = sema.definition(node);
  if (!type) return;
  const DefRef impl = sema.impl_of(type, "std::ops::Drop");
  if (!impl) return;
  const TreeNode drop = sema.node_of(sema.associated(impl, "drop"));
  if (!drop || drop.kind() != NodeKind::FnItem) return;
  const NodeId body = drop.tree->child(drop.node, Role::body);
  if (!body) return;
  for (NodeId field = tree.first_child(fields); field; field = tree.next_sibling(field)) {
    if (tree.kind(field) != NodeKind::RecordField) continue;
    const NodeId field_type = tree.child(field, Role::type);
    const NodeId name_node = tree.child(field, Role::name);
    if (!field_type || !name_node || !is_cleanup(tree, node, field_type)) continue;
    const std::string name(name_of(tree, name_node));
    // A destructor that hands `self` to something else may run it there.
    if (mentions(*drop.tree, body, name)) continue;
    bool hands_over = false;
    for (NodeId at = body; at.value < drop.tree->subtree_end(body).value; at = NodeId(at.value + 1))
      if (drop.tree->kind(at) == NodeKind::MethodCallExpr || drop.tree->kind(at) == NodeKind::CallExpr) {
        const bool method = drop.tree->kind(at) == NodeKind::MethodCallExpr;
        const NodeId receiver = method ? peel_borrows(*drop.tree, drop.tree->child(at, Role::receiver)) : NodeId();
        hands_over |= receiver && drop.tree->text(receiver) == "self";
        for (uint32_t i = 0; i < argument_count(*drop.tree, at); ++i)
          hands_over |= drop.tree->text(peel_borrows(*drop.tree, argument(*drop.tree, at, i))) == "self";
      }
    if (hands_over) continue;
    // Somewhere else it may be called and the destructor only a fallback; what the field's name promises is told apart
    // by the note.
    const std::string message = "`drop` never runs the closure in `" + name + "`";
    const std::string help =
        "make the field `Option<..>` and run it in `drop`: `if let Some(f) = self." + name + ".take() { f() }`";
    const bool here = drop.tree == &tree;
    const RelatedPlace related[] = {{here ? header_span(tree, drop.node) : tree.span(field), "the destructor"}};
    context.report({.span = tree.span(field),
                    .message = message,
                    .label = "dropped with the struct, not called",
                    .help = help,
                    .severity = kCleanupNeverRun.severity,
                    .related = here ? std::span<const RelatedPlace>(related) : std::span<const RelatedPlace>()});
  }
}

}  // namespace

const Rule kCleanupNeverRun = {
    .id = "raii/cleanup-never-run",
    .area = "raii",
    .title = "cleanup closure that the destructor does not run",
    .why =
        "To drop a `Box<dyn FnOnce()>` frees the closure and does not call it. A guard that keeps its cleanup in such "
        "a "
        "field has to take it out in `drop` and call it; otherwise the cleanup silently never happens.",
    .bad = R"(pub struct Guard {
    name: String,
    cleanup: Option<Box<dyn FnOnce()>>,  //~
}

impl Drop for Guard {
    fn drop(&mut self) {
        println!("dropping {}", self.name);
    }
}
)",
    .good = R"(pub struct Guard {
    name: String,
    cleanup: Option<Box<dyn FnOnce()>>,
}

impl Drop for Guard {
    fn drop(&mut self) {
        println!("dropping {}", self.name);
        if let Some(cleanup) = self.cleanup.take() {
            cleanup();
        }
    }
}
)",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "the closure may be meant for another method, which takes the guard apart before it is dropped",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
};

}  // namespace rp
