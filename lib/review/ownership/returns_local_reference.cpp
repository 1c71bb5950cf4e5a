// ownership/returns-local-reference: a function that returns a reference to one of its own variables.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kReturnsLocalReference;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::RefExpr, NodeKind::MethodCallExpr};
constexpr std::string_view kNames[] = {"as_*"};
// Methods that lend a part of their receiver.
constexpr std::string_view kLenders[] = {"std::string::String::as_str",  "std::vec::Vec::as_slice",
                                         "std::vec::Vec::as_mut_slice",  "std::string::String::as_mut_str",
                                         "std::path::PathBuf::as_path",  "std::string::String::as_bytes",
                                         "std::ffi::OsString::as_os_str"};

constexpr std::string_view kReferences[] = {
    "rustc, error E0515, https://doc.rust-lang.org/error_codes/E0515.html",
    "The Rust Programming Language, \"Dangling References\", "
    "https://doc.rust-lang.org/book/ch04-02-references-and-borrowing.html",
};

// The function whose value the expression is: it is the tail of the body, or of a block at the tail, or is returned.
NodeId returned_from(const Tree& tree, NodeId expression) {
  NodeId at = expression;
  while (true) {
    const NodeId up = tree.parent(at);
    if (!up) return {};
    switch (tree.kind(up)) {
      case NodeKind::ParenExpr:
        at = up;
        continue;
      case NodeKind::ReturnExpr: {
        const NodeId function = enclosing_function(tree, up);
        return function && tree.kind(function) == NodeKind::FnItem ? function : NodeId();
      }
      case NodeKind::Block: {
        if (tree.role(at) != Role::tail) return {};
        const NodeId owner = tree.parent(up);
        if (owner && tree.kind(owner) == NodeKind::FnItem) return owner;
        return {};
      }
      default:
        return {};
    }
  }
}

// A type whose borrow cannot lead out of the function: it owns what it holds, and is no reference itself.
bool owns_itself(const Sema& sema, SemaType type) {
  switch (type ? sema.kind(type) : SemaTypeKind::Unknown) {
    case SemaTypeKind::Bool:
    case SemaTypeKind::Char:
    case SemaTypeKind::Int:
    case SemaTypeKind::Float:
    case SemaTypeKind::Array:
      return true;
    case SemaTypeKind::Adt:
      return sema.is_type(type, "std::string::String").proven() || sema.is_type(type, "std::vec::Vec").proven() ||
             sema.is_type(type, "std::path::PathBuf").proven() ||
             sema.is_type(type, "std::collections::HashMap").proven();
    default:
      return false;
  }
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const bool method = tree.kind(node) == NodeKind::MethodCallExpr;
  const std::string_view called = method ? context.called_name() : std::string_view();
  if (method && !called.starts_with("as_")) return;
  if (!method && tree.has_token(node, TokenKind::KwRaw)) return;
  const NodeId function = returned_from(tree, node);
  if (!function || is_async(tree, function)) return;
  const NodeId result = tree.child(function, Role::return_type);
  const NodeId result_type = result ? tree.child(result, Role::type) : NodeId();
  if (!result_type || tree.kind(result_type) != NodeKind::RefType) return;
  NodeId place = peel(tree, tree.child(node, method ? Role::receiver : Role::operand));
  // `&v[..]` lends of `v`, too.
  if (!method && place && tree.kind(place) == NodeKind::IndexExpr) place = peel(tree, tree.child(place, Role::base));
  if (!place || tree.kind(place) != NodeKind::PathExpr) return;
  const Sema& sema = context.sema();
  if (method && !sema.find_method(node, kLenders)) return;
  const std::optional<LocalInfo> local = sema.local(place);
  if (!local || local->by_reference || enclosing_fn_item(tree, local->name) != function) return;
  if (tree.kind(local->owner) != NodeKind::LetStmt && tree.kind(local->owner) != NodeKind::Param) return;
  const SemaType type = sema.type_of_local(local->name);
  if (!owns_itself(sema, type)) return;
  const std::string name(name_of(tree, local->name));
  const std::string message = "returns a reference to `" + name + "`, which ends with this function";
  const RelatedPlace related[] = {{tree.span(local->name), "owned by the function"}};
  context.report({.span = tree.span(node),
                  .message = message,
                  .label = "rustc rejects it: E0515",
                  .help = "return the value itself, or borrow from a parameter",
                  .severity = kReturnsLocalReference.severity,
                  .related = related});
}

}  // namespace

const Rule kReturnsLocalReference = {
    .id = "ownership/returns-local-reference",
    .area = "ownership",
    .title = "reference to a variable of the function that returns it",
    .why =
        "A function's variables are gone when it returns: a reference to one of them would dangle. The value has to be "
        "returned, or what is borrowed has to come from outside.",
    .bad = R"(pub fn greeting(name: &str) -> &str {
    let mut text = String::new();
    text.push_str(name);
    &text  //~
}

pub fn numbers() -> &'static [u32] {
    let all = vec![1, 2, 3];
    all.as_slice()  //~
}
)",
    .good = R"(pub fn greeting(name: &str) -> String {
    String::from("hello ") + name
}

pub fn numbers() -> &'static [u32] {
    &[1, 2, 3]
}
)",
    .severity = Severity::Error,
    .verdict = Verdict::Proven,
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
};

}  // namespace rp
