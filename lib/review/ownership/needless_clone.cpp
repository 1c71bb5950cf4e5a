// ownership/needless-clone: a value cloned where it is used for the last time.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kNeedlessClone;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::MethodCallExpr};
constexpr std::string_view kNames[] = {"clone", "to_owned", "to_string"};
constexpr std::string_view kTypes[] = {
    "std::string::String",        "std::vec::Vec",   "std::path::PathBuf",        "std::collections::HashMap",
    "std::collections::BTreeMap", "std::boxed::Box", "std::collections::HashSet", "std::collections::VecDeque"};

constexpr std::string_view kReferences[] = {
    "std::clone::Clone, https://doc.rust-lang.org/std/clone/trait.Clone.html",
    "clippy, redundant_clone, https://rust-lang.github.io/rust-clippy/master/index.html#redundant_clone",
};

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const std::string_view called = context.called_name();
  if ((called != "clone" && called != "to_owned" && called != "to_string") || argument_count(tree, node) != 0) return;
  if (context.in_test()) return;
  const NodeId receiver = peel(tree, tree.child(node, Role::receiver));
  if (!receiver || tree.kind(receiver) != NodeKind::PathExpr) return;
  const Sema& sema = context.sema();
  const std::optional<LocalInfo> local = sema.local(receiver);
  if (!local || local->by_reference || !local->pattern) return;
  if (tree.kind(local->owner) != NodeKind::LetStmt && tree.kind(local->owner) != NodeKind::Param) return;
  // A closure borrows or captures; what a loop clones is needed again in its next turn.
  const NodeId function = enclosing_function(tree, node);
  if (!function || enclosing_function(tree, local->name) != function || is_discarded(tree, node)) return;
  const NodeId loop = enclosing_loop(tree, node);
  if (loop && !is_inside(tree, local->name, loop)) return;
  // Asked before the type: most values are used again.
  if (!sema.used_after(local->name, node).no()) return;
  const SemaType type = sema.type_of_local(local->name);
  if (!type || !sema.find_type(type, kTypes)) return;
  if (called != "clone" && !sema.is_type(type, "std::string::String").yes()) return;
  // Something that was borrowed from it may still be in use.
  bool complete = true;
  for (const LocalUse& use : sema.uses_of_local(local->name, &complete)) {
    if (use.node == receiver) continue;
    const NodeId up = tree.parent(use.node);
    const NodeId let = ancestor(tree, use.node, NodeKind::LetStmt);
    if (let && up && (tree.kind(up) == NodeKind::RefExpr || tree.kind(up) == NodeKind::MethodCallExpr)) return;
  }
  if (!complete) return;
  const std::string name(name_of(tree, local->name));
  const std::string message = "`" + name + "` is cloned where it is used for the last time";
  const std::string help = "give `" + name + "` itself";
  context.report({.span = tree.span(node),
                  .message = message,
                  .label = "the original is dropped unused",
                  .help = help,
                  .severity = kNeedlessClone.severity});
}

}  // namespace

const Rule kNeedlessClone = {
    .id = "ownership/needless-clone",
    .area = "ownership",
    .title = "clone of a value that is not used again",
    .why =
        "A clone of a `String` or a `Vec` allocates and copies. Where the original is not used again, it can be moved "
        "instead, at no cost.",
    .bad = R"(pub struct User {
    name: String,
}

pub fn make(first: &str, last: &str) -> User {
    let name = [first, last].join(" ");
    User { name: name.clone() }  //~
}
)",
    .good = R"(pub struct User {
    name: String,
}

pub fn make(first: &str, last: &str) -> User {
    let name = [first, last].join(" ");
    User { name }
}
)",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the original may have to live on until the end of the block for something that borrows from it",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
    .lint = Lint::RedundantClone,
};

}  // namespace rp
