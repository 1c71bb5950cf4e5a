// ownership/owned-reference-parameter: a parameter of type `&String`, `&Vec<T>`, `&Box<T>` or `&PathBuf`.
#include <algorithm>

#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kOwnedReferenceParameter;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::Param};
constexpr std::string_view kOwners[] = {"std::string::String", "std::vec::Vec", "std::path::PathBuf",
                                        "std::ffi::OsString", "std::boxed::Box"};
constexpr std::string_view kBorrowed[] = {"&str", "&[T]", "&Path", "&OsStr", "&T"};
// Methods that the borrowed form lacks.
constexpr std::string_view kOwnMethods[] = {"capacity", "as_vec", "as_mut_vec"};

constexpr std::string_view kReferences[] = {
    "Rust API Guidelines, C-GENERIC: minimise assumptions about parameters, "
    "https://rust-lang.github.io/api-guidelines/flexibility.html",
    "clippy, ptr_arg, https://rust-lang.github.io/rust-clippy/master/index.html#ptr_arg",
};

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const NodeId type = tree.child(node, Role::type);
  if (!type || tree.kind(type) != NodeKind::RefType || tree.has_token(type, TokenKind::KwMut)) return;
  const NodeId inner = tree.child(type, Role::type);
  if (!inner || tree.kind(inner) != NodeKind::PathType) return;
  const std::string_view inner_name = name_of(tree, last_segment(tree, inner));
  if (std::none_of(std::begin(kOwners), std::end(kOwners), [&](std::string_view o) { return o.ends_with(inner_name); }))
    return;
  // Of a function with a body that decides its own signature: not a closure, a pointer type, a trait's method.
  const NodeId list = tree.parent(node);
  const NodeId function = list ? tree.parent(list) : NodeId();
  if (!function || tree.kind(function) != NodeKind::FnItem || !tree.child(function, Role::body)) return;
  // A `&str` is two words, which foreign callers do not pass.
  if (tree.child(function, Role::abi)) return;
  const NodeId owner = tree.parent(function) ? tree.parent(tree.parent(function)) : NodeId();
  if (owner && tree.kind(tree.parent(function)) == NodeKind::ItemList &&
      ((tree.kind(owner) == NodeKind::ImplItem && tree.child(owner, Role::trait)) ||
       tree.kind(owner) == NodeKind::TraitItem))
    return;
  const Sema& sema = context.sema();
  const Match match = sema.find_in(inner, kOwners);
  if (!match) return;
  // By another name it is a type of its own.
  const std::string_view owner_name = kOwners[match.index];
  if (name_of(tree, last_segment(tree, inner)) != owner_name.substr(owner_name.rfind(':') + 1)) return;
  // `&Box<dyn Trait>` and `&Box<T>`: the box may be what is compared or cloned.
  if (match.index == 4 && tree.text(inner).find("dyn ") == std::string_view::npos) return;
  // Uses that need the owner: cloned as such, given on, or a method of its own.
  const NodeId pattern = tree.child(node, Role::pattern);
  if (!pattern || tree.kind(pattern) != NodeKind::IdentPat) return;
  bool complete = true;
  for (const LocalUse& use : sema.uses_of_local(tree.child(pattern, Role::name), &complete)) {
    const NodeId up = tree.parent(use.node);
    if (use.in_macro) continue;
    if (!up) return;
    if (tree.kind(up) == NodeKind::CastExpr) return;  // to a pointer to the owner
    if (tree.kind(up) == NodeKind::ArgList || tree.kind(up) == NodeKind::RecordExprField) return;  // given on
    if (tree.kind(up) != NodeKind::MethodCallExpr || tree.role(use.node) != Role::receiver) continue;
    const std::string_view called = called_name(tree, up);
    if (called == "clone") return;
    for (const std::string_view own : kOwnMethods)
      if (called == own) return;
  }
  if (!complete) return;
  const std::string message = "parameter of type `" + std::string(tree.text(type)) + "`";
  const std::string help = "take `" + std::string(kBorrowed[match.index]) +
                           "`: callers with the owned form can still pass `&x`, and those without it need not make one";
  context.report({.span = tree.span(type),
                  .message = message,
                  .label = "asks for more than it uses",
                  .help = help,
                  .severity = kOwnedReferenceParameter.severity});
}

}  // namespace

const Rule kOwnedReferenceParameter = {
    .id = "ownership/owned-reference-parameter",
    .area = "ownership",
    .title = "parameter that is a reference to an owner",
    .why =
        "`&String` and `&Vec<T>` are pointers to a pointer, and force callers who have a `&str` or an array to "
        "allocate. "
        "`&str` and `&[T]` take all of them.",
    .bad = R"(pub fn shout(text: &String) -> String {  //~
    text.to_uppercase()
}
)",
    .good = R"(pub fn shout(text: &str) -> String {
    text.to_uppercase()
}
)",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the signature may be asked for by whoever calls it through a pointer",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .lint = Lint::PtrArg,
    .library_only = true,
};

}  // namespace rp
