// ownership/borrow-flag-not-cleared: a hand-made borrow flag that one method sets and nothing ever clears.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kBorrowFlagNotCleared;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::FnItem};
// A larger file is not searched.
constexpr uint32_t kMaxNodes = 1'000'000;

constexpr std::string_view kReferences[] = {
    "std::cell::RefCell, https://doc.rust-lang.org/std/cell/struct.RefCell.html",
    "std::cell::RefMut, https://doc.rust-lang.org/std/cell/struct.RefMut.html",
};

// `self.flag` or `x.flag`: the field expression's name.
bool is_field(const Tree& tree, NodeId expression, std::string_view name) {
  return expression && tree.kind(expression) == NodeKind::FieldExpr &&
         name_of(tree, tree.child(expression, Role::name)) == name;
}

struct Uses {
  NodeId set;  // where it is set to true
  bool cleared = false;
  bool checked = false;
  bool elsewhere = false;  // handed to something that may clear it
};

// `flag.set(true)`, `flag.store(true, ..)`, `flag = true`; and what else is done with it.
void look_at(const Tree& tree, NodeId node, std::string_view name, Uses* uses) {
  if (tree.kind(node) == NodeKind::AssignExpr && is_field(tree, peel(tree, tree.child(node, Role::left)), name)) {
    const NodeId value = tree.child(node, Role::right);
    if (value && tree.text(value) == "true")
      uses->set = node;
    else
      uses->cleared = true;
    return;
  }
  if (!is_field(tree, node, name)) return;
  const NodeId up = tree.parent(node);
  if (up && tree.kind(up) == NodeKind::AssignExpr && tree.role(node) == Role::left) return;
  if (up && tree.kind(up) == NodeKind::MethodCallExpr && tree.role(node) == Role::receiver) {
    const std::string_view method = called_name(tree, up);
    const NodeId first = argument(tree, up, 0);
    if (method == "set" || method == "store") {
      if (first && tree.text(first) == "true")
        uses->set = up;
      else
        uses->cleared = true;
    } else if (method == "get" || method == "load") {
      uses->checked = true;
    } else if (method == "replace" || method == "swap") {
      // Sets and asks at once, with `true`.
      if (first && tree.text(first) == "true") {
        uses->set = up;
        uses->checked = true;
      } else {
        uses->cleared = true;
      }
    } else {
      uses->elsewhere = true;
    }
    return;
  }
  if (up && (tree.kind(up) == NodeKind::IfExpr || tree.kind(up) == NodeKind::UnaryExpr ||
             tree.kind(up) == NodeKind::BinaryExpr || tree.kind(up) == NodeKind::WhileExpr))
    uses->checked = true;
  else
    uses->elsewhere = true;
}

// Whether what a function gives back is, or holds, a `&mut`.
bool gives_mutable_reference(const Tree& tree, NodeId function) {
  const NodeId result = tree.child(function, Role::return_type);
  if (!result) return false;
  for (NodeId at = result; at.value < tree.subtree_end(result).value; at = NodeId(at.value + 1))
    if (tree.kind(at) == NodeKind::RefType && tree.has_token(at, TokenKind::KwMut)) return true;
  return false;
}

// The private field of that name in a struct of this file, when it is a flag that `&self` can change.
NodeId flag_field(const Tree& tree, const Sema& sema, NodeId impl, std::string_view name) {
  const NameMeaning meaning = sema.meaning(tree.child(impl, Role::type));
  if (meaning.kind != NameKind::Definition) return {};
  const TreeNode item = sema.node_of(meaning.def);
  if (!item || item.tree != &tree || item.kind() != NodeKind::StructItem) return {};
  const NodeId fields = tree.child(item.node, Role::fields);
  for (NodeId field = fields ? tree.first_child(fields) : NodeId(); field; field = tree.next_sibling(field)) {
    if (tree.kind(field) != NodeKind::RecordField || name_of(tree, tree.child(field, Role::name)) != name) continue;
    // A public field may be cleared by anybody.
    if (tree.child(field, Role::visibility)) return {};
    const std::string_view type = tree.text(tree.child(field, Role::type));
    const size_t colon = type.rfind(':');
    const std::string_view last = colon == std::string_view::npos ? type : type.substr(colon + 1);
    return last == "Cell<bool>" || last == "AtomicBool" ? field : NodeId();
  }
  return {};
}

// `self.NAME.set(true)` and its like in a function; the name.
std::string_view set_in(const Tree& tree, NodeId function) {
  for (NodeId at = function; at.value < tree.subtree_end(function).value; at = NodeId(at.value + 1)) {
    if (tree.kind(at) != NodeKind::MethodCallExpr) continue;
    const std::string_view method = called_name(tree, at);
    if (method != "set" && method != "store" && method != "replace" && method != "swap") continue;
    const NodeId first = argument(tree, at, 0);
    const NodeId receiver = tree.child(at, Role::receiver);
    if (!first || tree.text(first) != "true" || tree.kind(receiver) != NodeKind::FieldExpr) continue;
    if (tree.text(tree.child(receiver, Role::base)) == "self") return name_of(tree, tree.child(receiver, Role::name));
  }
  return {};
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const NodeId impl = ancestor(tree, node, NodeKind::ImplItem);
  if (!impl || !gives_mutable_reference(tree, node) || tree.node_count() > kMaxNodes) return;
  const std::string name(set_in(tree, node));
  if (name.empty()) return;
  const NodeId field = flag_field(tree, context.sema(), impl, name);
  if (!field) return;
  Uses uses;
  for (NodeId at = tree.root(); at.value < tree.node_count(); at = NodeId(at.value + 1))
    if (tree.kind(at) == NodeKind::FieldExpr || tree.kind(at) == NodeKind::AssignExpr) look_at(tree, at, name, &uses);
  if (!uses.set || uses.cleared || uses.elsewhere || !uses.checked || !is_inside(tree, uses.set, node)) return;
  const std::string message = "`" + name + "` is set when a reference is handed out, and never cleared";
  const RelatedPlace related[] = {{tree.span(field), "the flag"},
                                  {header_span(tree, node), "gives a bare `&mut` whose end nobody sees"}};
  context.report({.span = tree.span(uses.set),
                  .message = message,
                  .label = "after the first borrow every other one fails, for ever",
                  .help = "give back a guard that holds the reference and clears the flag in its `Drop`, as "
                          "`RefCell::borrow_mut` does; or use `RefCell`",
                  .severity = kBorrowFlagNotCleared.severity,
                  .related = related});
}

}  // namespace

const Rule kBorrowFlagNotCleared = {
    .id = "ownership/borrow-flag-not-cleared",
    .area = "ownership",
    .title = "borrow flag that is set and never cleared",
    .why =
        "A flag that says \"borrowed\" has to be cleared when the borrow ends. A method that returns a plain `&mut T` "
        "cannot see that end; only a guard with a destructor can. Without it the value is locked for good after its "
        "first use.",
    .bad = R"(use std::cell::{Cell, UnsafeCell};

pub struct Slot<T> {
    value: UnsafeCell<T>,
    borrowed: Cell<bool>,
}

impl<T> Slot<T> {
    pub fn borrow_mut(&self) -> Option<&mut T> {
        if self.borrowed.get() {
            return None;
        }
        self.borrowed.set(true);  //~
        // SAFETY: the flag says that nobody else has a reference.
        Some(unsafe { &mut *self.value.get() })
    }
}
)",
    .good = R"(use std::cell::{Cell, UnsafeCell};

pub struct Slot<T> {
    value: UnsafeCell<T>,
    borrowed: Cell<bool>,
}

#[derive(Debug)]
pub struct Guard<'a, T> {
    slot: &'a Slot<T>,
}

impl<T> Slot<T> {
    pub fn borrow_mut(&self) -> Option<Guard<'_, T>> {
        if self.borrowed.replace(true) {
            return None;
        }
        Some(Guard { slot: self })
    }
}

impl<T> Guard<'_, T> {
    pub fn value(&mut self) -> &mut T {
        // SAFETY: the flag says that nobody else has a reference, and the guard is borrowed mutably.
        unsafe { &mut *self.slot.value.get() }
    }
}

impl<T> Drop for Guard<'_, T> {
    fn drop(&mut self) {
        self.slot.borrowed.set(false);
    }
}
)",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "the value may be meant to be handed out once alone",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
};

}  // namespace rp
