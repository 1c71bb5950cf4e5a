// ownership/strong-cycle: a type definition whose values own each other through Rc or Arc in both directions.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kStrongCycle;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::StructItem};
constexpr std::string_view kStrong[] = {"std::rc::Rc", "std::sync::Arc"};
constexpr std::string_view kCells[] = {
    "std::cell::RefCell",  "std::cell::Cell",    "std::sync::Mutex",    "std::sync::RwLock",  "std::cell::OnceCell",
    "std::sync::OnceLock", "parking_lot::Mutex", "parking_lot::RwLock", "tokio::sync::Mutex", "tokio::sync::RwLock"};

constexpr std::string_view kReferences[] = {
    "The Rust Programming Language, \"Reference Cycles Can Leak Memory\", "
    "https://doc.rust-lang.org/book/ch15-06-reference-cycles.html",
    "std::rc::Weak, https://doc.rust-lang.org/std/rc/struct.Weak.html",
};

// Whether a type node is, or holds among its arguments, a strong pointer to a mutable cell of the named definition.
struct Search {
  const Tree& tree;
  const Sema& sema;
  DefRef target;
  // An `Rc<RefCell<Target>>` somewhere in `type`; its node.
  [[nodiscard]] NodeId find(NodeId type) const {
    for (NodeId at = type; at.value < tree.subtree_end(type).value; at = NodeId(at.value + 1)) {
      if (tree.kind(at) != NodeKind::PathType || !sema.find_in(at, kStrong)) continue;
      bool cell = false;
      for (NodeId in = NodeId(at.value + 1); in.value < tree.subtree_end(at).value; in = NodeId(in.value + 1)) {
        if (tree.kind(in) != NodeKind::PathType) continue;
        if (sema.find_in(in, kCells)) cell = true;
        const NameMeaning meaning = sema.meaning(in);
        const bool is_target =
            (meaning.kind == NameKind::Definition || meaning.kind == NameKind::SelfType) && meaning.def == target;
        if (cell && is_target) return at;
      }
    }
    return {};
  }
};

// Names of fields that lead back to where one came from.
bool leads_back(std::string_view name) {
  static constexpr std::string_view kNames[] = {"parent", "prev", "previous",  "owner",
                                                "up",     "root", "container", "back"};
  if (name.empty() || std::string_view("pourcb").find(name[0]) == std::string_view::npos) return false;
  for (const std::string_view n : kNames)
    if (name == n || (name.starts_with(n) && name.size() > n.size() && name[n.size()] == '_')) return true;
  return false;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const NodeId fields = tree.child(node, Role::fields);
  if (!fields || tree.kind(fields) != NodeKind::RecordFieldList || context.in_test()) return;
  // Only with a field that leads back is there something to look for.
  bool may_lead_back = false;
  for (NodeId field = tree.first_child(fields); field && !may_lead_back; field = tree.next_sibling(field))
    may_lead_back =
        tree.kind(field) == NodeKind::RecordField && leads_back(name_of(tree, tree.child(field, Role::name)));
  if (!may_lead_back) return;
  const Sema& sema = context.sema();
  const DefRef self = sema.definition(node);
  if (!self) return;
  const Search search{tree, sema, self};
  NodeId back, forth;
  for (NodeId field = tree.first_child(fields); field; field = tree.next_sibling(field)) {
    if (tree.kind(field) != NodeKind::RecordField) continue;
    const NodeId type = tree.child(field, Role::type);
    if (!type || !search.find(type)) continue;
    if (leads_back(name_of(tree, tree.child(field, Role::name))))
      back = field;
    else
      forth = field;
  }
  // One direction alone is a list or a tree, which ends.
  if (!back) return;
  const std::string name(name_of(tree, tree.child(back, Role::name)));
  const std::string message = "`" + name + "` owns what it leads back to: values of `" +
                              std::string(name_of(tree, tree.child(node, Role::name))) + "` keep each other alive";
  const std::string help = "make `" + name + "` a `Weak<..>`, and `upgrade()` it where it is used";
  const RelatedPlace related[] = {
      {forth ? tree.span(forth) : tree.span(back), "and this owns it in the other direction"}};
  context.report({.span = tree.span(back),
                  .message = message,
                  .label = "a cycle of strong pointers is never freed",
                  .help = help,
                  .severity = kStrongCycle.severity,
                  .related = forth ? std::span<const RelatedPlace>(related) : std::span<const RelatedPlace>()});
}

}  // namespace

const Rule kStrongCycle = {
    .id = "ownership/strong-cycle",
    .area = "ownership",
    .title = "type whose values own each other in a cycle",
    .why =
        "`Rc` and `Arc` count owners. A child that owns its parent, which owns the child, keeps both counts above "
        "zero: "
        "neither is ever freed, and no destructor runs. The way back has to be a `Weak`.",
    .bad = R"(use std::cell::RefCell;
use std::rc::Rc;

#[derive(Debug)]
pub struct Node {
    value: u32,
    parent: Option<Rc<RefCell<Node>>>,  //~
    children: Vec<Rc<RefCell<Node>>>,
}
)",
    .good = R"(use std::cell::RefCell;
use std::rc::{Rc, Weak};

#[derive(Debug)]
pub struct Node {
    value: u32,
    parent: Option<Weak<RefCell<Node>>>,
    children: Vec<Rc<RefCell<Node>>>,
}
)",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "the cycle may be taken apart by hand before the last owner is gone, or the field may never form one",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
};

}  // namespace rp
