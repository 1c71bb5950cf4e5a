// safety/static-mut-reference: a reference to a `static mut`, which rustc's lint static_mut_refs reports as well.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kStaticMutReference;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::RefExpr};

constexpr std::string_view kReferences[] = {
    "The Rust Edition Guide, \"Disallow references to static mut\", "
    "https://doc.rust-lang.org/edition-guide/rust-2024/static-mut-references.html",
    "The Rust Reference, \"Mutable statics\", https://doc.rust-lang.org/reference/items/static-items.html",
};

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  // `&X`, `&X[i]`, `&X.field`: the place borrowed lies in the static.
  NodeId place = peel(tree, tree.child(node, Role::operand));
  while (place && (tree.kind(place) == NodeKind::FieldExpr || tree.kind(place) == NodeKind::IndexExpr))
    place = peel(tree, tree.child(place, Role::base));
  if (!place || tree.kind(place) != NodeKind::PathExpr || tree.has_token(node, TokenKind::KwRaw)) return;
  const Sema& sema = context.sema();
  const NodeId segment = last_segment(tree, place);
  if (!segment || !sema.is_mutable_static_name(name_of(tree, segment))) return;
  const NameMeaning meaning = sema.meaning(place);
  if (meaning.kind != NameKind::Definition || sema.kind(meaning.def) != DefKind::Static) return;
  const TreeNode item = sema.node_of(meaning.def);
  if (!item || item.kind() != NodeKind::StaticItem || !item.tree->has_token(item.node, TokenKind::KwMut)) return;
  // A field or an element may lie behind a pointer or an index of its own: then the reference is to something else.
  const bool whole = peel(tree, tree.child(node, Role::operand)) == place;
  const bool mutable_reference = tree.has_token(node, TokenKind::KwMut);
  const std::string name(name_of(tree, last_segment(tree, place)));
  const std::string message =
      std::string(mutable_reference ? "mutable" : "shared") + " reference to the mutable static `" + name + "`";
  context.report({.span = tree.span(node),
                  .message = message,
                  .label = mutable_reference ? "undefined behaviour as soon as a second reference to it lives"
                                             : "undefined behaviour as soon as it is written while this lives",
                  .help = mutable_reference
                              ? "use `&raw mut` and write through the pointer, or a type with interior mutability: an "
                                "atomic, `Mutex`, `OnceLock`"
                              : "use `&raw const` and read through the pointer, or a type with interior mutability: an "
                                "atomic, `Mutex`, `OnceLock`",
                  .severity = kStaticMutReference.severity,
                  .verdict = whole ? std::optional<Verdict>() : Verdict::Likely,
                  .doubt = whole ? std::string_view() : "a field or element may lie behind a pointer of its own"});
}

}  // namespace

const Rule kStaticMutReference = {
    .id = "safety/static-mut-reference",
    .area = "safety",
    .title = "reference to a mutable static",
    .why =
        "A reference promises that what it points to does not change (`&`), or is reached by nobody else (`&mut`), as "
        "long as it lives. Nothing upholds that for a `static mut`, which every function and thread can reach. rustc "
        "warns of such references and rejects them in edition 2024.",
    .bad = R"(static mut COUNTER: u32 = 0;
static mut TABLE: [u8; 4] = [0; 4];

pub fn next() -> u32 {
    // SAFETY: only the main thread calls this.
    unsafe {
        let counter = &mut COUNTER;  //~
        *counter += 1;
        let first = &TABLE;  //~
        *counter + u32::from(first[0])
    }
}
)",
    .good = R"(use std::sync::atomic::{AtomicU32, Ordering};

static COUNTER: AtomicU32 = AtomicU32::new(0);
static mut TABLE: [u8; 4] = [0; 4];

pub fn next() -> u32 {
    COUNTER.fetch_add(1, Ordering::Relaxed) + 1
}

pub fn table() -> *const [u8; 4] {
    &raw const TABLE
}
)",
    .severity = Severity::Warning,
    .verdict = Verdict::Proven,
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .lint = Lint::StaticMutRefs,
};

}  // namespace rp
