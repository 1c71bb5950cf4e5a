// types/gat-without-bound: a lending associated type without the `where Self: 'a` that the compiler asks for.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kGatWithoutBound;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::TypeAliasItem};

constexpr std::string_view kReferences[] = {
    "The Rust Reference, \"Required where clauses on generic associated types\", "
    "https://doc.rust-lang.org/reference/items/associated-items.html",
    "RFC 1598, https://rust-lang.github.io/rfcs/1598-generic_associated_types.html",
};

// Whether a method takes `&self` or `&mut self` and gives `Self::NAME<'_>` with the lifetime of that borrow. Every
// method that names the type has to, or rustc asks for nothing.
enum class Lends : uint8_t { No, Yes, Otherwise };
Lends lends(const Tree& tree, NodeId function, std::string_view name) {
  const NodeId result = tree.child(function, Role::return_type);
  const std::string wanted = "Self::" + std::string(name) + "<";
  const NodeId taken = tree.child(function, Role::parameters);
  if (taken && tree.text(taken).find(wanted) != std::string_view::npos) return Lends::Otherwise;
  if (!result) return Lends::No;
  NodeId found;
  for (NodeId at = result; at.value < tree.subtree_end(result).value; at = NodeId(at.value + 1))
    if (tree.kind(at) == NodeKind::PathType && tree.text(at).starts_with(wanted)) found = at;
  if (!found) return Lends::No;
  const NodeId parameters = tree.child(function, Role::parameters);
  const NodeId receiver = parameters ? tree.child(parameters, Role::receiver) : NodeId();
  if (!receiver || !tree.has_token(receiver, TokenKind::And)) return Lends::Otherwise;
  const NodeId lifetime = tree.child(receiver, Role::lifetime);
  const std::string_view argument = tree.text(found).substr(wanted.size());
  if (argument.starts_with("'_")) {
    // Elided: the receiver's, when that is elided too.
    return lifetime ? Lends::Otherwise : Lends::Yes;
  }
  return lifetime && argument.starts_with(tree.text(lifetime)) &&
                 (argument.substr(tree.text(lifetime).size()).starts_with(">") ||
                  argument.substr(tree.text(lifetime).size()).starts_with(","))
             ? Lends::Yes
             : Lends::Otherwise;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const NodeId list = tree.parent(node);
  const NodeId trait = list ? tree.parent(list) : NodeId();
  if (!trait || tree.kind(trait) != NodeKind::TraitItem) return;
  const NodeId generics = tree.child(node, Role::generics);
  if (!generics) return;
  NodeId lifetime;
  for (NodeId p = tree.first_child(generics); p; p = tree.next_sibling(p)) {
    if (tree.kind(p) != NodeKind::LifetimeParam || lifetime) return;  // one lifetime alone
    lifetime = p;
  }
  if (!lifetime) return;
  for (const Role role : {Role::where_clause, Role::trailing_where_clause})
    if (tree.child(node, role)) return;
  // A trait whose every value is 'static owes nothing.
  const NodeId bounds = tree.child(trait, Role::bounds);
  if ((bounds && tree.text(bounds).find('\'') != std::string_view::npos) || tree.child(trait, Role::where_clause))
    return;
  const std::string_view name = name_of(tree, node);
  NodeId lending;
  for (NodeId item = tree.first_child(list); item; item = tree.next_sibling(item)) {
    if (tree.kind(item) != NodeKind::FnItem) continue;
    const Lends how = lends(tree, item, name);
    if (how == Lends::Otherwise) return;
    if (how == Lends::Yes) lending = item;
  }
  if (!lending) return;
  const std::string_view letter = tree.text(tree.child(lifetime, Role::name));
  const std::string message =
      "`" + std::string(name) + "` lends from `self` and lacks `where Self: " + std::string(letter) + "`";
  const std::string help =
      "`type " + std::string(name) + "<" + std::string(letter) + "> where Self: " + std::string(letter) + ";`";
  const RelatedPlace related[] = {{header_span(tree, lending), "gives it with the lifetime of the borrow of `self`"}};
  context.report({.span = tree.span(node),
                  .message = message,
                  .label = "rustc asks for it: \"missing required bound\"",
                  .help = help,
                  .severity = kGatWithoutBound.severity,
                  .related = related});
}

}  // namespace

const Rule kGatWithoutBound = {
    .id = "types/gat-without-bound",
    .area = "types",
    .title = "lending associated type without its where clause",
    .why =
        "An associated type with a lifetime, given by a method that borrows `self`, can exist only while `Self` is "
        "there. rustc asks traits to say so, so that implementers may use what `Self` borrows.",
    .bad = R"(pub trait Lending {
    type Item<'a>;  //~
    fn next(&mut self) -> Option<Self::Item<'_>>;
}
)",
    .good = R"(pub trait Lending {
    type Item<'a>
    where
        Self: 'a;
    fn next(&mut self) -> Option<Self::Item<'_>>;
}

// `rest` takes it with a lifetime that has nothing to do with `self`.
pub trait Copying {
    type Buffer<'a>;
    fn rest<'a>(out: &'a Self::Buffer<'_>) -> &'a [u8];
    fn start(&mut self) -> Self::Buffer<'_>;
}
)",
    .severity = Severity::Error,
    .verdict = Verdict::Likely,
    .doubt = "another method, or a bound that is not seen, may take the demand away",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
};

}  // namespace rp
