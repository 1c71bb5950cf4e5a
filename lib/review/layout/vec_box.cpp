// layout/vec-of-boxes: a Vec whose elements are allocated one by one although they have a size.
#include <array>
#include <string>

#include "layout/type_view.h"
#include "review/rule.h"
#include "review/sema.h"
#include "review/tree_queries.h"

namespace rp {

extern const Rule kVecBox;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::PathType};
constexpr std::array<std::string_view, 1> kVec = {"std::vec::Vec"};
constexpr std::array<std::string_view, 1> kBox = {"std::boxed::Box"};
constexpr uint64_t kLimit = 4096;  // larger elements are better moved by pointer

constexpr std::string_view kReferences[] = {
    "Clippy, vec_box, https://rust-lang.github.io/rust-clippy/stable/index.html#vec_box",
};

// The only generic argument of a path; invalid when there is none, or more.
NodeId only_argument(const Tree& tree, NodeId type) {
  const NodeId segment = last_segment(tree, type);
  const NodeId arguments = segment ? tree.child(segment, Role::arguments) : NodeId();
  const NodeId argument = arguments ? tree.first_child(arguments) : NodeId();
  return argument && !tree.next_sibling(argument) && tree.kind(argument) == NodeKind::PathType ? argument : NodeId();
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  if (tree.subtree_end(node).value - node.value <= 2) return;  // one segment, without arguments
  const NodeId box = only_argument(tree, node);
  const NodeId element = box ? only_argument(tree, box) : NodeId();
  if (!element) return;
  const Sema& sema = context.sema();
  if (!sema.find_in(node, kVec) || !sema.find_in(box, kBox)) return;
  const NameMeaning meaning = sema.meaning(element);
  if (meaning.kind != NameKind::Definition) return;
  const layout::TypeView* type = sema.layout_of(meaning.def);
  if (type == nullptr || !type->sized || type->size > kLimit) return;
  const std::string name(tree.text(element));
  const std::string message =
      "each `" + name + "` (" + std::to_string(type->size) + " bytes) in this Vec is an allocation of its own";
  const std::string help = "use `Vec<" + name +
                           ">`: the elements lie one behind the other, without a pointer (8 bytes on " +
                           "a 64-bit target) and an allocation for each";
  context.report({.span = tree.span(node), .message = message, .help = help, .severity = kVecBox.severity});
}

}  // namespace

const Rule kVecBox = {
    .id = "layout/vec-of-boxes",
    .area = "layout",
    .title = "a Vec of boxed elements that have a size",
    .why =
        "A Vec keeps its elements on the heap, one behind the other: walking it is as fast as memory gets. With a "
        "`Box` "
        "around each element the Vec holds pointers only, each element costs an allocation, and each step of a walk "
        "may "
        "wait for memory.",
    .bad =
        "pub struct Point {\n"
        "    pub x: f32,\n"
        "    pub y: f32,\n"
        "}\n"
        "\n"
        "pub struct Path {\n"
        "    pub points: Vec<Box<Point>>,  //~\n"
        "}\n",
    .good =
        "pub trait Shape {}\n"
        "pub struct Point {\n"
        "    pub x: f32,\n"
        "    pub y: f32,\n"
        "}\n"
        "\n"
        "pub struct Path {\n"
        "    pub points: Vec<Point>,\n"
        "    pub shapes: Vec<Box<dyn Shape>>,\n"
        "}\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the addresses of elements may have to stay the same, or elements are moved between collections as boxes",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .lint = Lint::VecBox,
    .library_only = true,
};

}  // namespace rp
