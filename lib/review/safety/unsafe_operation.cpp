// safety/unsafe-operation: an unsafe operation in an unsafe fn without an unsafe block, in edition 2024.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kUnsafeOperation;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::CallExpr, NodeKind::MethodCallExpr, NodeKind::UnaryExpr, NodeKind::PathExpr};
constexpr TokenKind kTokens[] = {TokenKind::KwUnsafe};

constexpr std::string_view kReferences[] = {
    "The Rust Edition Guide, \"unsafe_op_in_unsafe_fn warning\", "
    "https://doc.rust-lang.org/edition-guide/rust-2024/unsafe-op-in-unsafe-fn.html",
    "RFC 2585, https://rust-lang.github.io/rfcs/2585-unsafe-block-in-unsafe-fn.html",
};

// What makes the node an unsafe operation; empty when it is none, or that is not known.
std::string_view operation(const Sema& sema, const Tree& tree, NodeId node) {
  switch (tree.kind(node)) {
    case NodeKind::CallExpr:
    case NodeKind::MethodCallExpr: {
      const DefRef callee = sema.callee(node);
      if (!callee) return {};
      const DefKind kind = sema.kind(callee);
      if (kind != DefKind::Function && kind != DefKind::AssocFunction) return {};
      // Functions of extern blocks may be declared safe, and ones with target features are unsafe by place alone.
      return (sema.flags(callee) & kDefUnsafe) != 0 ? "call of an unsafe function" : std::string_view();
    }
    case NodeKind::UnaryExpr: {
      if (!tree.has_token(node, TokenKind::Star)) return {};
      const SemaType type = sema.type_of(tree.child(node, Role::operand));
      return type && sema.kind(type) == SemaTypeKind::Pointer ? "dereference of a raw pointer" : std::string_view();
    }
    case NodeKind::PathExpr: {
      const NodeId up = tree.parent(node);
      if (up && tree.kind(up) == NodeKind::RefExpr && tree.has_token(up, TokenKind::KwRaw)) return {};
      const NameMeaning meaning = sema.meaning(node);
      if (meaning.kind != NameKind::Definition || sema.kind(meaning.def) != DefKind::Static) return {};
      const TreeNode item = sema.node_of(meaning.def);
      if (!item || item.kind() != NodeKind::StaticItem) return {};
      const NodeId list = item.tree->parent(item.node);
      if (list && item.tree->kind(list) == NodeKind::ItemList) {
        const NodeId owner = item.tree->parent(list);
        if (owner && item.tree->kind(owner) == NodeKind::ExternBlock) return {};
      }
      return item.tree->has_token(item.node, TokenKind::KwMut) ? "use of a mutable static" : std::string_view();
    }
    default:
      return {};
  }
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  if (tree.edition() < Edition::k2024) return;
  const NodeId around = enclosing_unsafe(tree, node);
  if (!around || tree.kind(around) != NodeKind::FnItem) return;
  // A closure or a nested function is not unsafe by itself; rustc looks through closures.
  if (enclosing_fn_item(tree, node) != around) return;
  const Sema& sema = context.sema();
  const std::string_view what = operation(sema, tree, node);
  if (what.empty()) return;
  const std::string message = std::string(what) + " in an unsafe function, outside of an unsafe block";
  const RelatedPlace related[] = {{header_span(tree, around), "`unsafe` here is what callers must know"}};
  context.report({.span = tree.span(node),
                  .message = message,
                  .label = "needs a block of its own",
                  .help = "put `unsafe { .. }` around it, with a `SAFETY:` comment",
                  .severity = kUnsafeOperation.severity,
                  .related = related});
}

}  // namespace

const Rule kUnsafeOperation = {
    .id = "safety/unsafe-operation",
    .area = "safety",
    .title = "unsafe operation in an unsafe function without a block",
    .why =
        "`unsafe fn` says what callers must uphold; it is no leave for everything inside. From edition 2024 on rustc "
        "warns of unsafe operations outside of unsafe blocks also there, so that each is seen and has its reason.",
    .bad = R"(--- Cargo.toml
[package]
name = "sample"
version = "0.1.0"
edition = "2024"
publish = false
rust-version = "1.85"
--- src/lib.rs
/// Reads.
///
/// # Safety
///
/// `pointer` must be valid for reads.
pub unsafe fn read(pointer: *const u32) -> u32 {
    *pointer  //~
}
)",
    .good = R"(--- Cargo.toml
[package]
name = "sample"
version = "0.1.0"
edition = "2024"
publish = false
rust-version = "1.85"
--- src/lib.rs
/// Reads.
///
/// # Safety
///
/// `pointer` must be valid for reads.
pub unsafe fn read(pointer: *const u32) -> u32 {
    // SAFETY: as the caller has promised.
    unsafe { *pointer }
}
)",
    .severity = Severity::Warning,
    .verdict = Verdict::Proven,
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .tokens = kTokens,
    .applies = [](const Sema& sema) { return sema.tree().edition() >= Edition::k2024; },
    .lint = Lint::UnsafeOpInUnsafeFn,
};

}  // namespace rp
