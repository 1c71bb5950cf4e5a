// ownership/borrowed-for-own-lifetime: `&'a mut self` where 'a is a lifetime that the type itself carries.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kBorrowedForOwnLifetime;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::SelfParam};

constexpr std::string_view kReferences[] = {
    "The Rustonomicon, \"Subtyping and Variance\", https://doc.rust-lang.org/nomicon/subtyping.html",
    "The Rustonomicon, \"Limits of Lifetimes\", https://doc.rust-lang.org/nomicon/lifetime-mismatch.html",
};

bool mentions_lifetime(const Tree& tree, NodeId node, std::string_view name) {
  for (uint32_t slot = tree.first_slot(node); slot < tree.end_slot(node); ++slot)
    if (tree.token_kind(slot) == TokenKind::Lifetime && tree.token_text(slot) == name) return true;
  return false;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const NodeId lifetime = tree.child(node, Role::lifetime);
  if (!lifetime || !tree.has_token(node, TokenKind::KwMut)) return;
  const std::string_view name = tree.text(lifetime);
  const NodeId function = enclosing_fn_item(tree, node);
  const NodeId impl = function ? ancestor(tree, function, NodeKind::ImplItem) : NodeId();
  if (!impl || tree.parent(tree.parent(function)) != impl) return;
  // A trait's method has the signature that the trait gives it.
  if (tree.child(impl, Role::trait)) return;
  const NodeId generics = tree.child(impl, Role::generics);
  const NodeId type = tree.child(impl, Role::type);
  if (!generics || !type || !mentions_lifetime(tree, type, name)) return;
  bool declared = false;
  for (NodeId p = tree.first_child(generics); p; p = tree.next_sibling(p))
    declared |= tree.kind(p) == NodeKind::LifetimeParam && tree.text(tree.child(p, Role::name)) == name;
  if (!declared) return;
  const std::string self = "`&" + std::string(name) + " mut self`";
  const std::string message = self + " borrows the value for as long as it exists";
  const std::string label =
      "`" + std::string(name) + "` is a lifetime of `" + std::string(tree.text(type)) + "` itself";
  const std::string help =
      "use `&mut self`, and name in the result the lifetime that it really has: often that of the "
      "data (`" +
      std::string(name) + "`), not that of the borrow";
  context.report({.span = tree.span(node),
                  .message = message,
                  .label = label,
                  .help = help,
                  .severity = kBorrowedForOwnLifetime.severity});
}

}  // namespace

const Rule kBorrowedForOwnLifetime = {
    .id = "ownership/borrowed-for-own-lifetime",
    .area = "ownership",
    .title = "method that borrows its value mutably for the value's own lifetime",
    .why =
        "With `&'a mut self` on a `Type<'a>`, the first call borrows the value for its whole life, because `&mut T` "
        "does "
        "not let 'a shrink. After it nothing else can be done with the value: not a second call, not even dropping it "
        "if "
        "it has a destructor. The error then appears at the callers.",
    .bad = R"(pub struct Parser<'a> {
    text: &'a str,
}

impl<'a> Parser<'a> {
    pub fn next(&'a mut self) -> &'a str {  //~
        let (first, rest) = self.text.split_at(1);
        self.text = rest;
        first
    }
}
)",
    .good = R"(pub struct Parser<'a> {
    text: &'a str,
}

impl<'a> Parser<'a> {
    pub fn next(&mut self) -> &'a str {
        let (first, rest) = self.text.split_at(1);
        self.text = rest;
        first
    }
}
)",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "a method that is called once, as the last thing done with the value, may want just that",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
};

}  // namespace rp
