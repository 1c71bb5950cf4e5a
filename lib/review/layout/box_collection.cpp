// layout/double-indirection: a Box, Rc or Arc of something that keeps its content behind a pointer already.
#include <algorithm>
#include <array>
#include <string>

#include "review/rule.h"
#include "review/sema.h"
#include "review/tree_queries.h"

namespace rp {

extern const Rule kBoxCollection;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::PathType};

constexpr std::array<std::string_view, 3> kPointers = {"std::boxed::Box", "std::rc::Rc", "std::sync::Arc"};
constexpr std::array<std::string_view, 13> kContents = {"std::vec::Vec",
                                                        "std::string::String",
                                                        "std::ffi::OsString",
                                                        "std::path::PathBuf",
                                                        "std::ffi::CString",
                                                        "std::boxed::Box",
                                                        "std::rc::Rc",
                                                        "std::sync::Arc",
                                                        "std::collections::HashMap",
                                                        "std::collections::BTreeMap",
                                                        "std::collections::VecDeque",
                                                        "std::collections::HashSet",
                                                        "std::collections::BinaryHeap"};
constexpr size_t kFirstPointer = 5;
constexpr size_t kFirstMap = 8;

constexpr std::string_view kReferences[] = {
    "Clippy, box_collection, https://rust-lang.github.io/rust-clippy/stable/index.html#box_collection",
    "Clippy, redundant_allocation, https://rust-lang.github.io/rust-clippy/stable/index.html#redundant_allocation",
};

std::string_view last_of(std::string_view path) { return path.substr(path.rfind(':') + 1); }

bool is_in_impl_header(const Tree& tree, NodeId node) {
  for (NodeId at = node; at; at = tree.parent(at)) {
    const NodeKind kind = tree.kind(at);
    if (kind == NodeKind::ItemList || kind == NodeKind::Block || kind == NodeKind::RecordFieldList ||
        kind == NodeKind::TupleFieldList)
      return false;
    if (kind == NodeKind::ImplItem) return true;
  }
  return false;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  if (tree.subtree_end(node).value - node.value <= 2) return;  // one segment, without arguments
  const NodeId segment = last_segment(tree, node);
  const NodeId arguments = segment ? tree.child(segment, Role::arguments) : NodeId();
  if (!arguments) return;
  const std::string_view name = name_of(tree, segment);
  NodeId inner = tree.first_child(arguments);
  if (!inner || tree.next_sibling(inner)) return;  // with an allocator: somebody thought about it
  if (tree.kind(inner) != NodeKind::PathType || (name != "Box" && name != "Rc" && name != "Arc")) return;
  // By another name it hides how it is made; `_` is whatever it is.
  const std::string_view inner_name = name_of(tree, last_segment(tree, inner));
  if (std::none_of(kContents.begin(), kContents.end(), [&](std::string_view c) { return last_of(c) == inner_name; }))
    return;
  const Sema& sema = context.sema();
  const Match pointer = sema.find_in(node, kPointers);
  if (!pointer) return;
  const Match content = sema.find_in(inner, kContents);
  if (!content) return;
  // An Rc of a collection is a way to share one that still grows before it is shared.
  // So it is of a Vec or a String that is made to measure, or is written to while nobody shares it.
  const bool shared = pointer.index != 0;
  if (shared && (content.index >= kFirstMap || content.index < kFirstPointer)) return;
  if (name != last_of(kPointers[pointer.index]) || inner_name != last_of(kContents[content.index])) return;
  if (tree.text(inner).find('_') != std::string_view::npos) return;
  // A thin pointer to a `dyn`, as foreign code takes it; and what a trait is implemented for.
  if (tree.text(inner).find("dyn ") != std::string_view::npos) return;
  if (is_in_impl_header(tree, node)) return;
  const bool redundant = content.index >= kFirstPointer && content.index < kFirstMap;
  const Lint lint = redundant ? Lint::RedundantAllocation : Lint::BoxCollection;
  if (context.allowed(lint)) return;
  const std::string outer(name);
  const std::string written(tree.text(inner));
  const std::string help = "use `" + written + "`: it is a pointer already, and moving it moves a few words";
  const std::string message = "`" + outer + "<" + written + ">` reaches its content through two pointers";
  context.report({.span = tree.span(node),
                  .message = message,
                  .label = "two allocations",
                  .help = help,
                  .severity = kBoxCollection.severity,
                  .lint = lint,
                  .verdict = Verdict::Likely});
}

}  // namespace

const Rule kBoxCollection = {
    .id = "layout/double-indirection",
    .area = "layout",
    .title = "a pointer to something that is a pointer",
    .why =
        "A Vec, a String or a map keeps its content on the heap and is itself three words or so. A `Box` around it "
        "adds "
        "an allocation, and every access follows two pointers, of which the second can be looked up only when the "
        "first "
        "has arrived from memory. An `Rc<String>` is the same; an `Rc<str>` holds counter and text in one allocation.",
    .bad =
        "use std::rc::Rc;\n"
        "\n"
        "pub struct Document {\n"
        "    pub lines: Box<Vec<String>>,  //~\n"
        "    pub title: Rc<Box<str>>,  //~\n"
        "}\n",
    .good =
        "use std::rc::Rc;\n"
        "\n"
        "pub struct Document {\n"
        "    pub lines: Vec<String>,\n"
        "    pub title: Rc<str>,\n"
        "    pub words: Box<[String]>,\n"
        "}\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt =
        "a `Box` may be there to keep a rarely used field to one word, and `Rc::make_mut` or `Rc::get_mut` may need "
        "the "
        "growing type",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .library_only = true,
};

}  // namespace rp
