// raii/call-once-by-reference: an FnOnce field called in `drop`, where `self` is only borrowed.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kCallOnceByReference;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::CallExpr};

constexpr std::string_view kReferences[] = {
    "rustc, error E0507, https://doc.rust-lang.org/error_codes/E0507.html",
    "std::ops::FnOnce, https://doc.rust-lang.org/std/ops/trait.FnOnce.html",
};

// The bounds that make a value callable once alone: `FnOnce`, and neither `Fn` nor `FnMut` nor `Copy` beside it.
bool once_only(const Tree& tree, NodeId bounds) {
  bool once = false;
  for (NodeId b = tree.first_child(bounds); b; b = tree.next_sibling(b)) {
    if (tree.kind(b) != NodeKind::TraitBound) continue;
    const NodeId segment = last_segment(tree, tree.child(b, Role::path));
    const std::string_view name = segment ? name_of(tree, segment) : std::string_view();
    if (name == "FnOnce") once = true;
    // Any other trait may bring Copy or Fn as a supertrait.
    else if (name != "Send" && name != "Sync" && name != "Unpin" && name != "UnwindSafe" && name != "RefUnwindSafe")
      return false;
  }
  return once;
}

// `Box<dyn FnOnce()>`
bool is_boxed_once(const Tree& tree, const Sema& sema, NodeId type) {
  if (tree.kind(type) != NodeKind::PathType || !sema.is_written_type(type, "std::boxed::Box").proven()) return false;
  const NodeId arguments = tree.child(last_segment(tree, type), Role::arguments);
  const NodeId inner = arguments ? tree.child(arguments, Role::argument) : NodeId();
  return inner && tree.kind(inner) == NodeKind::TraitObjectType && once_only(tree, tree.child(inner, Role::bounds));
}

// A parameter of the struct that is bound by FnOnce there.
bool is_once_parameter(const Tree& tree, NodeId item, NodeId type) {
  const NodeId generics = tree.child(item, Role::generics);
  if (tree.kind(type) != NodeKind::PathType || !generics) return false;
  bool once = false;
  for (NodeId p = tree.first_child(generics); p; p = tree.next_sibling(p)) {
    if (tree.kind(p) != NodeKind::TypeParam || name_of(tree, tree.child(p, Role::name)) != tree.text(type)) continue;
    const NodeId bounds = tree.child(p, Role::bounds);
    if (bounds && !once_only(tree, bounds)) return false;
    once = bounds.valid();
    const NodeId where = tree.child(item, Role::where_clause);
    for (NodeId w = where ? tree.first_child(where) : NodeId(); w; w = tree.next_sibling(w)) {
      const NodeId subject = tree.child(w, Role::type);
      if (!subject || tree.text(subject) != tree.text(type)) continue;
      const NodeId bound = tree.child(w, Role::bounds);
      if (!bound || !once_only(tree, bound)) return false;
      once = true;
    }
  }
  return once;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  // `(self.f)()`
  const NodeId callee = peel(tree, tree.child(node, Role::callee));
  if (!callee || tree.kind(callee) != NodeKind::FieldExpr || argument_count(tree, node) != 0) return;
  const NodeId base = peel(tree, tree.child(callee, Role::base));
  if (!base || tree.text(base) != "self") return;
  const NodeId function = enclosing_function(tree, node);
  if (!function || tree.kind(function) != NodeKind::FnItem) return;
  if (name_of(tree, tree.child(function, Role::name)) != "drop") return;
  const NodeId impl = ancestor(tree, function, NodeKind::ImplItem);
  if (!impl || !tree.child(impl, Role::trait)) return;
  const Sema& sema = context.sema();
  if (!sema.is(tree.child(impl, Role::trait), "std::ops::Drop").proven()) return;
  const TreeNode item = sema.node_of(sema.self_of_impl(sema.definition(impl)));
  if (!item || item.kind() != NodeKind::StructItem || item.tree != &tree) return;
  const NodeId fields = tree.child(item.node, Role::fields);
  const std::string_view name = name_of(tree, tree.child(callee, Role::name));
  for (NodeId field = fields ? tree.first_child(fields) : NodeId(); field; field = tree.next_sibling(field)) {
    if (tree.kind(field) != NodeKind::RecordField || name_of(tree, tree.child(field, Role::name)) != name) continue;
    const NodeId type = tree.child(field, Role::type);
    if (!is_boxed_once(tree, sema, type) && !is_once_parameter(tree, item.node, type)) return;
    const std::string message =
        "`" + std::string(name) + "` can be called by value alone, and `drop` has only `&mut self`";
    const std::string help =
        "make the field an `Option` (or `ManuallyDrop`), and call what `take()` gives: `if let "
        "Some(f) = self." +
        std::string(name) + ".take() { f() }`";
    const RelatedPlace related[] = {{tree.span(field), "`FnOnce` gives itself up when it is called"}};
    context.report({.span = tree.span(node),
                    .message = message,
                    .label = "moves out of a borrowed value: E0507",
                    .help = help,
                    .severity = kCallOnceByReference.severity,
                    .related = related});
    return;
  }
}

}  // namespace

const Rule kCallOnceByReference = {
    .id = "raii/call-once-by-reference",
    .area = "raii",
    .title = "FnOnce called in a destructor without being taken out",
    .why =
        "An `FnOnce` is consumed by its call, and `drop` gets `&mut self`: nothing can be moved out of it. The usual "
        "way "
        "is a field of type `Option<F>`, emptied by `take()`.",
    .bad = R"(pub struct Guard<F: FnOnce()> {
    cleanup: F,
}

impl<F: FnOnce()> Drop for Guard<F> {
    fn drop(&mut self) {
        (self.cleanup)();  //~
    }
}
)",
    .good = R"(pub struct Guard<F: FnOnce()> {
    cleanup: Option<F>,
}

impl<F: FnOnce()> Drop for Guard<F> {
    fn drop(&mut self) {
        if let Some(cleanup) = self.cleanup.take() {
            cleanup();
        }
    }
}
)",
    .severity = Severity::Error,
    .verdict = Verdict::Proven,
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
};

}  // namespace rp
