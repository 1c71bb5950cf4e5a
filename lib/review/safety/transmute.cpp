// safety/transmute: `mem::transmute` between types of different size, from a shared reference to a mutable one, or
// from one lifetime to another.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kTransmute;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::CallExpr};
constexpr std::string_view kNames[] = {"transmute"};

constexpr std::string_view kReferences[] = {
    "std::mem::transmute, https://doc.rust-lang.org/std/mem/fn.transmute.html",
    "The Rustonomicon, \"Transmutes\", https://doc.rust-lang.org/nomicon/transmutes.html",
    "rustc, error E0512, https://doc.rust-lang.org/error_codes/E0512.html",
};

struct Types {
  NodeId from;
  NodeId to;
};

// Written in the path: `transmute::<A, B>`.
Types written_types(const Tree& tree, NodeId call) {
  const NodeId segment = last_segment(tree, tree.child(call, Role::callee));
  const NodeId arguments = segment ? tree.child(segment, Role::arguments) : NodeId();
  Types types;
  for (NodeId a = arguments ? tree.first_child(arguments) : NodeId(); a; a = tree.next_sibling(a))
    (types.from ? types.to : types.from) = a;
  return types;
}

// The lifetime of a reference type, and whether the rest of the two is the same text.
bool differs_in_lifetime(const Tree& tree, Types types) {
  if (tree.kind(types.from) != NodeKind::RefType || tree.kind(types.to) != NodeKind::RefType) return false;
  if (tree.has_token(types.from, TokenKind::KwMut) != tree.has_token(types.to, TokenKind::KwMut)) return false;
  const NodeId a = tree.child(types.from, Role::lifetime);
  const NodeId b = tree.child(types.to, Role::lifetime);
  const std::string_view from = a ? tree.text(a) : std::string_view();
  const std::string_view to = b ? tree.text(b) : std::string_view();
  return from != to && !to.empty() &&
         tree.text(tree.child(types.from, Role::type)) == tree.text(tree.child(types.to, Role::type));
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  if (context.called_name() != "transmute") return;
  const Sema& sema = context.sema();
  const Reply call = sema.calls(node, "std::mem::transmute");
  if (!call.yes()) return;
  const Types types = written_types(tree, node);
  const NodeId value = argument(tree, node, 0);
  SemaType from = types.from ? sema.written_type(types.from) : SemaType();
  if (!from || sema.kind(from) == SemaTypeKind::Unknown) from = value ? sema.type_of(value) : SemaType();
  SemaType to = types.to ? sema.written_type(types.to) : SemaType();
  if (!to) {
    NodeId up = tree.parent(node);
    while (up && (tree.kind(up) == NodeKind::BlockExpr || tree.kind(up) == NodeKind::Block)) up = tree.parent(up);
    if (up && tree.kind(up) == NodeKind::LetStmt && tree.child(up, Role::type))
      to = sema.written_type(tree.child(up, Role::type));
  }
  const auto report = [&](std::string_view message, std::string_view label, std::string_view help, Verdict verdict,
                          std::string_view doubt) {
    context.report({.span = tree.span(node),
                    .message = message,
                    .label = label,
                    .help = help,
                    .severity = kTransmute.severity,
                    .verdict = verdict,
                    .doubt = doubt});
  };
  if (from && to && sema.kind(from) == SemaTypeKind::Ref && sema.kind(to) == SemaTypeKind::Ref &&
      !sema.is_mutable(from) && sema.is_mutable(to)) {
    report("transmute from `&` to `&mut`", "writing through the result is undefined behaviour, always",
           "use interior mutability: `Cell`, `UnsafeCell`, or take `&mut`",
           call.exact ? Verdict::Proven : Verdict::Likely, "the names were followed as they are written");
    return;
  }
  if (from && to) {
    const std::optional<TypeLayout> a = sema.layout(from);
    const std::optional<TypeLayout> b = sema.layout(to);
    if (a && b && a->size != b->size) {
      const std::string message = "transmute from " + std::to_string(a->size) + " to " + std::to_string(b->size) +
                                  " bytes: `" + sema.text(from) + "` to `" + sema.text(to) + "`";
      report(message, "rustc rejects it: E0512", "convert by value: `From`, `to_ne_bytes`, `as`",
             call.exact ? Verdict::Proven : Verdict::Likely, "the names were followed as they are written");
      return;
    }
  }
  if (types.from && types.to && differs_in_lifetime(tree, types) && !has_safety_comment(tree, node)) {
    report("transmute that makes a lifetime longer", "the reference may outlive what it points to",
           "tie the lifetimes together in the signature, or own the value", Verdict::Likely,
           "the code around may make sure that what is borrowed lives as long as the new lifetime says");
  }
}

}  // namespace

const Rule kTransmute = {
    .id = "safety/transmute",
    .area = "safety",
    .title = "transmute that the types speak against",
    .why =
        "`transmute` reads the bytes of one type as another. It takes types of the same size alone; it must not make a "
        "shared reference mutable; and a lifetime that it makes up is checked by nobody.",
    .bad = R"(use std::mem::transmute;

pub struct Store;

pub fn longer<'a>(text: &'a str) -> &'static str {
    unsafe { transmute::<&'a str, &'static str>(text) }  //~
}

pub fn writable(store: &Store) -> &mut Store {
    // SAFETY: nobody else looks at it.
    unsafe { transmute::<&Store, &mut Store>(store) }  //~
}
)",
    .good = R"(pub fn bits(value: f32) -> u32 {
    value.to_bits()
}

pub fn longer<'a>(text: &'a str) -> &'a str {
    text
}
)",
    .severity = Severity::Error,
    .verdict = Verdict::Likely,
    .doubt = "the code around may uphold what the types do not say",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .names = kNames,
};

}  // namespace rp
