// types/not-dyn-compatible: `dyn Trait` of a trait that cannot be a trait object as it is written.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kNotDynCompatible;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::TraitObjectType};

constexpr std::string_view kReferences[] = {
    "The Rust Reference, \"Dyn compatibility\", "
    "https://doc.rust-lang.org/reference/items/traits.html#dyn-compatibility",
    "rustc, error E0038, https://doc.rust-lang.org/error_codes/E0038.html",
};

struct Obstacle {
  NodeId node;
  std::string_view reason;
};

// `where Self: Sized`; any other bound on `Self` may have Sized among its supertraits, and is taken for it.
bool is_exempt(const Tree& tree, NodeId item) {
  const NodeId where = tree.child(item, Role::where_clause);
  for (NodeId p = where ? tree.first_child(where) : NodeId(); p; p = tree.next_sibling(p)) {
    const NodeId type = tree.child(p, Role::type);
    if (type && tree.text(type) == "Self" && tree.child(p, Role::bounds)) return true;
  }
  return false;
}

// `Self` itself, or a reference to it. What stands among the arguments of another type may be taken apart by an alias
// (`type Tree<S> = <S as Strategy>::Tree`).
bool names_self(const Tree& tree, NodeId type) {
  while (tree.kind(type) == NodeKind::RefType || tree.kind(type) == NodeKind::ParenType) {
    type = tree.child(type, Role::type);
    if (!type) return false;
  }
  return tree.kind(type) == NodeKind::PathType && tree.text(type) == "Self";
}

// What in a method of the trait keeps it out of a vtable.
std::string_view method_obstacle(const Tree& tree, NodeId function) {
  const NodeId generics = tree.child(function, Role::generics);
  for (NodeId p = generics ? tree.first_child(generics) : NodeId(); p; p = tree.next_sibling(p))
    if (tree.kind(p) == NodeKind::TypeParam || tree.kind(p) == NodeKind::ConstParam)
      return "is generic: a table of functions cannot hold one for each type";
  const NodeId parameters = tree.child(function, Role::parameters);
  if (parameters && !tree.child(parameters, Role::receiver))
    return "has no `self`: there is no value whose table to use";
  const NodeId result = tree.child(function, Role::return_type);
  const NodeId type = result ? tree.child(result, Role::type) : NodeId();
  if (type && names_self(tree, type)) return "gives `Self`, whose size nobody knows behind `dyn`";
  if (is_async(tree, function)) return "is async: it gives a future of a type of its own";
  if (type)
    for (NodeId at = type; at.value < tree.subtree_end(type).value; at = NodeId(at.value + 1))
      if (tree.kind(at) == NodeKind::ImplTraitType) return "gives `impl Trait`, a type of its own";
  for (NodeId p = parameters ? tree.first_child(parameters) : NodeId(); p; p = tree.next_sibling(p)) {
    if (tree.kind(p) != NodeKind::Param) continue;
    const NodeId written = tree.child(p, Role::type);
    if (!written) continue;
    if (names_self(tree, written)) return "takes another `Self`, which may be of another type";
    for (NodeId at = written; at.value < tree.subtree_end(written).value; at = NodeId(at.value + 1))
      if (tree.kind(at) == NodeKind::ImplTraitType) return "is generic: `impl Trait` is a parameter";
  }
  return {};
}

Obstacle obstacle(const Tree& tree, NodeId trait) {
  const NodeId bounds = tree.child(trait, Role::bounds);
  for (NodeId b = bounds ? tree.first_child(bounds) : NodeId(); b; b = tree.next_sibling(b))
    if (tree.text(b) == "Sized") return {b, "asks for `Sized`, which `dyn` is not"};
  const NodeId items = tree.child(trait, Role::items);
  for (NodeId item = items ? tree.first_child(items) : NodeId(); item; item = tree.next_sibling(item)) {
    if (is_exempt(tree, item)) continue;
    switch (tree.kind(item)) {
      case NodeKind::ConstItem:
        return {item, "is a constant: it has no place in a table of functions"};
      case NodeKind::TypeAliasItem:
        if (tree.child(item, Role::generics)) return {item, "is a generic associated type"};
        break;
      case NodeKind::FnItem: {
        const std::string_view reason = method_obstacle(tree, item);
        if (!reason.empty()) return {item, reason};
        break;
      }
      default:
        break;
    }
  }
  return {};
}

// Whether an attribute macro (async_trait) may write the trait anew.
bool is_written_anew(const TreeNode& trait) {
  for (NodeId a = trait.tree->first_child(trait.node); a; a = trait.tree->next_sibling(a)) {
    if (trait.tree->role(a) != Role::attribute || trait.tree->kind(a) != NodeKind::Attr) continue;
    const std::string_view text = trait.tree->text(a);
    if (text.find("async_trait") != std::string_view::npos || text.find("cfg_attr") != std::string_view::npos ||
        text.find("enum_dispatch") != std::string_view::npos)
      return true;
  }
  return false;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  if (!tree.has_token(node, TokenKind::KwDyn)) return;
  const NodeId bounds = tree.child(node, Role::bounds);
  const NodeId first = bounds ? tree.first_child(bounds) : NodeId();
  if (!first || tree.kind(first) != NodeKind::TraitBound) return;
  const Sema& sema = context.sema();
  const NameMeaning meaning = sema.meaning(tree.child(first, Role::path));
  if (meaning.kind != NameKind::Definition || sema.kind(meaning.def) != DefKind::Trait) return;
  // A trait is named in many places, and most have no obstacle: looked for once.
  constexpr uint32_t kNone = 1;
  if (!sema.in_this_crate(meaning.def) || sema.kept(&kNotDynCompatible, meaning.def) == kNone) return;
  const TreeNode trait = sema.node_of(meaning.def);
  if (!trait || trait.kind() != NodeKind::TraitItem || sema.is_removed(node) != Answer::No) return;
  const bool known = (sema.flags(meaning.def) & (kDefUncertain | kDefFromMacro)) == 0 && !is_written_anew(trait);
  const Obstacle found = known ? obstacle(*trait.tree, trait.node) : Obstacle{};
  if (!found.node) return sema.keep(&kNotDynCompatible, meaning.def, kNone);
  const std::string name(sema.name(meaning.def));
  std::string what;
  if (const NodeId item_name = trait.tree->child(found.node, Role::name))
    what = "`" + std::string(name_of(*trait.tree, item_name)) + "` ";
  const std::string message = "`dyn " + name + "`: " + (what.empty() ? "the trait " : what) + std::string(found.reason);
  const bool here = trait.tree == &tree;
  const RelatedPlace related[] = {{here ? tree.span(found.node) : tree.span(node), "this"}};
  context.report({.span = tree.span(node),
                  .message = message,
                  .label = "not dyn compatible: E0038",
                  .help = "give the method `where Self: Sized`, so that it is not part of the object; or use a generic "
                          "parameter instead of `dyn`",
                  .severity = kNotDynCompatible.severity,
                  .related = here ? std::span<const RelatedPlace>(related) : std::span<const RelatedPlace>()});
}

}  // namespace

const Rule kNotDynCompatible = {
    .id = "types/not-dyn-compatible",
    .area = "types",
    .title = "trait object of a trait that cannot be one",
    .why =
        "A trait object calls through a table of functions, one for each method. Generic methods, methods without "
        "`self`, such that give or take `Self` by value, constants and generic associated types have no place in it.",
    .bad = R"(pub trait Shape {
    fn area(&self) -> f64;
    fn scaled(&self, factor: f64) -> Self;
}

pub fn total(shapes: &[Box<dyn Shape>]) -> f64 {  //~
    shapes.iter().map(|shape| shape.area()).sum()
}
)",
    .good = R"(pub trait Shape {
    fn area(&self) -> f64;
    fn scaled(&self, factor: f64) -> Self
    where
        Self: Sized;
}

pub trait Decode {
    fn decode(text: &str) -> Self
    where
        Self: Default;
}

pub fn size(value: &dyn Decode) -> usize {
    std::mem::size_of_val(value)
}

pub fn total(shapes: &[Box<dyn Shape>]) -> f64 {
    shapes.iter().map(|shape| shape.area()).sum()
}
)",
    .severity = Severity::Error,
    .verdict = Verdict::Proven,
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
};

}  // namespace rp
