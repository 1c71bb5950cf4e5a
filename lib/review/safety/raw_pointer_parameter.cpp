// safety/raw-pointer-parameter: a safe public function that dereferences a raw pointer its caller gave.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kRawPointerParameter;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::UnaryExpr};

constexpr std::string_view kReferences[] = {
    "The Rustonomicon, \"How Safe and Unsafe Interact\", https://doc.rust-lang.org/nomicon/safe-unsafe-meaning.html",
    "The Rust Reference, \"Behavior considered undefined\", "
    "https://doc.rust-lang.org/reference/behavior-considered-undefined.html",
};

// Whether the parameter is looked at before: compared with null, or asked for its address.
bool is_checked_before(const Tree& tree, NodeId body, std::string_view name, uint32_t before) {
  for (uint32_t slot = tree.first_slot(body); slot < tree.end_slot(body) && tree.token_start(slot) < before; ++slot)
    if (tree.token_kind(slot) == TokenKind::Ident && tree.token_text(slot) == name) {
      const NodeId around = tree.node_at_slot(slot);
      for (NodeId at = around; at && at != body; at = tree.parent(at)) {
        if (tree.kind(at) != NodeKind::MethodCallExpr) continue;
        if (called_name(tree, at) == "is_null" || called_name(tree, at) == "is_aligned") return true;
      }
    }
  return false;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  if (!tree.has_token(node, TokenKind::Star) || context.in_test()) return;
  const NodeId operand = peel(tree, tree.child(node, Role::operand));
  if (!operand || tree.kind(operand) != NodeKind::PathExpr) return;
  const NodeId function = enclosing_fn_item(tree, node);
  if (!function || is_unsafe(tree, function)) return;
  const Sema& sema = context.sema();
  const std::optional<LocalInfo> local = sema.local(operand);
  if (!local || !local->is_parameter || !local->type || tree.kind(local->type) != NodeKind::PointerType) return;
  if (!is_inside(tree, local->name, function) || ancestor(tree, local->name, NodeKind::FnItem) != function) return;
  // Once for each parameter: at its first use of this kind.
  bool complete = true;
  for (const LocalUse& use : sema.uses_of_local(local->name, &complete)) {
    if (use.node.value >= operand.value) break;
    const NodeId up = tree.parent(use.node);
    if (up && tree.kind(up) == NodeKind::UnaryExpr && tree.has_token(up, TokenKind::Star)) return;
  }
  const bool exported =
      sema.find_attribute(function, "no_mangle").valid() || sema.find_attribute(function, "export_name").valid();
  if (!exported && sema.has_manifest() && sema.is_reachable(function) != Answer::Yes) return;
  if (sema.is_pub(function) != Answer::Yes) return;
  const std::string name(name_of(tree, local->name));
  const NodeId body = tree.child(function, Role::body);
  const bool checked = is_checked_before(tree, body, name, tree.span(node).start);
  const std::string message = "safe public function dereferences its parameter `" + name + "`, a raw pointer";
  const RelatedPlace related[] = {{tree.span(local->name), "any caller may pass any address here"}};
  context.report({.span = tree.span(node),
                  .message = message,
                  .label = checked ? "not null, but it may dangle" : "it may be null, dangle or not be aligned",
                  .help = "make the function `unsafe` and document under `# Safety` what the pointer must be, or take "
                          "a reference",
                  .severity = kRawPointerParameter.severity,
                  .related = related});
}

}  // namespace

const Rule kRawPointerParameter = {
    .id = "safety/raw-pointer-parameter",
    .area = "safety",
    .title = "safe function that dereferences a raw pointer of its caller",
    .why =
        "A safe function must be sound for every argument. One that reads through a pointer that anybody may make up "
        "is "
        "not: `f(1 as *const T)` needs no `unsafe` and is undefined behaviour.",
    .bad = R"(pub fn read(pointer: *const u32) -> u32 {
    // SAFETY: the caller passes a good pointer.
    unsafe { *pointer }  //~
}
)",
    .good = R"(/// Reads.
///
/// # Safety
///
/// `pointer` must be valid for reads and aligned.
pub unsafe fn read(pointer: *const u32) -> u32 {
    // SAFETY: as the caller has promised.
    unsafe { *pointer }
}

pub fn read_reference(value: &u32) -> u32 {
    *value
}
)",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt =
        "the item may not be reachable from safe code, or the pointer may be checked in a way that is not seen (looked "
        "up in a table of live ones)",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .lint = Lint::NotUnsafePtrArgDeref,
};

}  // namespace rp
