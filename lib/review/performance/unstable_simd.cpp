// performance/unstable-simd: `std::simd` without the feature gate that it needs.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kUnstableSimd;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::UseTree, NodeKind::PathType, NodeKind::PathExpr};
constexpr std::string_view kNames[] = {"std", "core"};

constexpr std::string_view kReferences[] = {
    "The Unstable Book, portable_simd, "
    "https://doc.rust-lang.org/unstable-book/library-features/portable-simd.html",
    "rustc, error E0658, https://doc.rust-lang.org/error_codes/E0658.html",
    "std::arch, https://doc.rust-lang.org/std/arch/index.html",
};

// `std::simd`, `core::simd::..`, as it is written from the root.
bool starts_with_simd(std::string_view text) {
  if (text.starts_with("::")) text.remove_prefix(2);
  for (const std::string_view head : {"std::simd", "core::simd"})
    if (text.starts_with(head) && (text.size() == head.size() || text[head.size()] == ':')) return true;
  return false;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  NodeId path = node;
  if (tree.kind(node) == NodeKind::UseTree) {
    path = tree.child(node, Role::path);
    // Only the tree that begins at the root.
    if (!path || tree.kind(tree.parent(node)) != NodeKind::UseItem) return;
  }
  if (!starts_with_simd(tree.text(path))) return;
  const Sema& sema = context.sema();
  if (sema.has_language_feature("portable_simd") != Answer::No || !sema.crate_root()) return;
  if (sema.is_removed(node) != Answer::No) return;
  context.report({.span = tree.span(path),
                  .message = "`std::simd` is unstable, and the crate does not turn `portable_simd` on",
                  .label = "rustc rejects it: E0658",
                  .help = "`#![feature(portable_simd)]` with a nightly compiler; on stable use `std::arch`, the crates "
                          "`wide` or `pulp`, or a loop over `chunks_exact` that the compiler vectorises",
                  .severity = kUnstableSimd.severity});
}

}  // namespace

const Rule kUnstableSimd = {
    .id = "performance/unstable-simd",
    .area = "performance",
    .title = "portable SIMD without its feature gate",
    .why =
        "`std::simd` exists in nightly compilers alone, behind `#![feature(portable_simd)]`. A crate that uses it "
        "without the gate compiles nowhere.",
    .bad = R"(use std::simd::f32x8;  //~

pub fn zero() -> f32x8 {
    f32x8::splat(0.0)
}
)",
    .good = R"(#![feature(portable_simd)]

use std::simd::f32x8;

pub fn zero() -> f32x8 {
    f32x8::splat(0.0)
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
