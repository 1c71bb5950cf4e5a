// embedded/std-path: `std::` in a crate that has no std.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kStdPath;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::UseTree, NodeKind::PathExpr, NodeKind::PathType};
constexpr std::string_view kNames[] = {"std"};
// Modules of std that alloc has, or std alone.
constexpr std::string_view kAlloc[] = {"vec", "string", "boxed", "rc", "collections", "borrow", "sync", "format"};
constexpr std::string_view kStdOnly[] = {"fs",   "net",  "thread", "process", "env",  "io",
                                         "time", "path", "os",     "println", "print"};

constexpr std::string_view kReferences[] = {
    "The Embedded Rust Book, \"no_std\", https://docs.rust-embedded.org/book/intro/no-std.html",
    "The Rust Reference, \"The no_std attribute\", "
    "https://doc.rust-lang.org/reference/names/preludes.html#the-no_std-attribute",
};

// Whether some item brings std back, under whatever condition.
bool brings_std(const Tree& tree) {
  for (NodeId at = tree.root(); at.value < tree.node_count(); at = NodeId(at.value + 1))
    if (tree.kind(at) == NodeKind::ExternCrateItem) {
      if (name_of(tree, tree.child(at, Role::name)) == "std") return true;
      const NodeId rename = tree.child(at, Role::rename);  // `extern crate core as std;`
      if (rename && name_of(tree, tree.child(rename, Role::name)) == "std") return true;
    }
  return false;
}

bool is_in(PathTable table, std::string_view name) {
  for (const std::string_view each : table)
    if (each == name) return true;
  return false;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  NodeId path = node;
  if (tree.kind(node) == NodeKind::UseTree) {
    path = tree.child(node, Role::path);
    if (!path || tree.kind(tree.parent(node)) != NodeKind::UseItem) return;
  }
  const NodeId first = tree.child(path, Role::segment);
  if (!first || name_of(tree, first) != "std" || tree.text(path) == "std") return;
  const Sema& sema = context.sema();
  if (sema.no_std() != Answer::Yes || context.in_test()) return;
  const TreeNode root = sema.crate_root();
  if (brings_std(root ? *root.tree : tree) || sema.is_removed(node) == Answer::Yes) return;
  const NodeId second = tree.next_sibling(first);
  const std::string_view module =
      second && tree.kind(second) == NodeKind::PathSegment ? name_of(tree, second) : std::string_view();
  const std::string_view help =
      is_in(kAlloc, module)     ? "`extern crate alloc;`, a global allocator, and `alloc::` in place of `std::`; or a "
                                  "collection of fixed size (`heapless`)"
      : is_in(kStdOnly, module) ? "there is none without an operating system: use the hardware's crate"
                                : "write `core::` in place of `std::`";
  const bool proven = sema.crate_known() && sema.meaning(first).kind == NameKind::Unresolved;
  context.report({.span = tree.span(path),
                  .message = "`std::` in a crate that is `#![no_std]`",
                  .label = "there is no such crate here: E0433",
                  .help = help,
                  .severity = kStdPath.severity,
                  .verdict = proven ? Verdict::Proven : Verdict::Likely,
                  .doubt = proven ? std::string_view() : kStdPath.doubt});
}

}  // namespace

const Rule kStdPath = {
    .id = "embedded/std-path",
    .area = "embedded",
    .title = "path into std in a no_std crate",
    .why =
        "`#![no_std]` leaves std out of the crate's names: `std::` resolves to nothing. Most of what is used is in "
        "`core`, the collections are in `alloc`.",
    .bad = R"(#![no_std]

use std::fmt;  //~

pub struct Version(pub u8);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
)",
    .good = R"(#![no_std]

use core::fmt;

pub struct Version(pub u8);

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.0)
    }
}
)",
    .severity = Severity::Error,
    .verdict = Verdict::Likely,
    .doubt = "something that is not seen may bring std into the crate",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
    .applies = [](const Sema& sema) { return sema.no_std() == Answer::Yes; },
};

}  // namespace rp
