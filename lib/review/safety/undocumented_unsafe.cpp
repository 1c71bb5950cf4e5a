// safety/undocumented-unsafe: unsafe code that does not say why it is sound, and unsafe interfaces that do not say
// what they ask of their callers.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kUndocumentedUnsafe;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::FnItem, NodeKind::BlockExpr, NodeKind::ImplItem, NodeKind::TraitItem};
constexpr TokenKind kTokens[] = {TokenKind::KwUnsafe};

constexpr std::string_view kReferences[] = {
    "The Rust Reference, \"Unsafety\", https://doc.rust-lang.org/reference/unsafety.html",
    "Rust API Guidelines, C-FAILURE: function docs include safety considerations, "
    "https://rust-lang.github.io/api-guidelines/documentation.html",
    "The Rust Standard Library developers' guide, \"Safety comments policy\", "
    "https://std-dev-guide.rust-lang.org/policy/safety-comments.html",
};

// From the item's first token after its attributes to the end of `last`.
ByteSpan header_span(const Tree& tree, NodeId item, NodeId last) {
  ByteSpan span = tree.span(item);
  for (NodeId child = tree.first_child(item); child; child = tree.next_sibling(child)) {
    if (tree.role(child) != Role::attribute) break;
    uint32_t slot = tree.end_slot(child);
    while (slot < tree.slot_count() && is_trivia(tree.token_kind(slot))) ++slot;
    span.start = tree.token_start(slot);
  }
  if (last) span.end = std::max(span.start, tree.span(last).end);
  return span;
}

bool is_pub(const Tree& tree, NodeId item) {
  const NodeId visibility = tree.child(item, Role::visibility);
  return visibility && tree.text(visibility) == "pub";
}

// Whether a block is all that an unsafe function does: then what its callers must make sure of is the reason.
bool is_whole_unsafe_fn(const Tree& tree, NodeId block) {
  const NodeId body = tree.parent(block);
  const NodeId function = body ? tree.parent(body) : NodeId();
  return function && tree.kind(body) == NodeKind::Block && tree.kind(function) == NodeKind::FnItem &&
         is_unsafe(tree, function) && tree.first_child(body) == block && !tree.next_sibling(block);
}

// A block that is one call of C without arguments, such as `unsafe { libc::getpid() }`: there is nothing to keep to.
bool asks_nothing(const Tree& tree, NodeId block) {
  const NodeId body = tree.child(block, Role::body);
  const NodeId only = body ? tree.first_child(body) : NodeId();
  if (!only || tree.next_sibling(only)) return false;
  NodeId at = tree.kind(only) == NodeKind::ExprStmt ? tree.child(only, Role::expression) : only;
  at = peel(tree, at);
  while (at && tree.kind(at) == NodeKind::CastExpr) at = peel(tree, tree.child(at, Role::expression));
  if (!at || tree.kind(at) != NodeKind::CallExpr || argument_count(tree, at) != 0) return false;
  const NodeId callee = peel(tree, tree.child(at, Role::callee));
  const std::string_view path = callee ? tree.text(callee) : std::string_view();
  for (const std::string_view library : {"libc::", "ffi::", "sys::"})
    if (path.find(library) != std::string_view::npos) return true;
  return false;
}

// Methods of a public trait are as public as the trait. Functions of an extern block have no documentation of ours.
bool is_interface(const Tree& tree, NodeId item, const UnsafeUse& use) {
  const NodeId list = tree.parent(item);
  const NodeId owner = list && tree.kind(list) == NodeKind::ItemList ? tree.parent(list) : NodeId();
  if (owner && tree.kind(owner) == NodeKind::ExternBlock) return false;
  if (owner && tree.kind(owner) == NodeKind::TraitItem) return is_pub(tree, owner);
  return use.is_public;
}

void check(RuleContext& context, NodeId node) {
  const UnsafeUse* use = context.unsafe_use();
  if (use == nullptr || use->docs != SafetyDocs::None) return;
  const Tree& tree = context.tree();
  const Severity severity = kUndocumentedUnsafe.severity;

  if (use->kind == UnsafeKind::Block || use->kind == UnsafeKind::Impl) {
    if (context.allowed(Lint::UndocumentedUnsafeBlocks)) return;
    const bool block = use->kind == UnsafeKind::Block;
    if (block && (is_whole_unsafe_fn(tree, node) || asks_nothing(tree, node))) return;
    ByteSpan span;
    if (block) {
      const uint32_t keyword = tree.find_token(node, TokenKind::KwUnsafe);
      span = {tree.token_start(keyword), tree.token_end(keyword)};
    } else {
      span = header_span(tree, node, tree.child(node, Role::type));
    }
    const std::string name = block ? context.item_name(node) : std::string();
    const std::string label = name.empty() ? "" : "in `" + name + "`";
    context.report(
        {.span = span,
         .message = block ? "unsafe block without a `SAFETY:` comment" : "unsafe impl without a `SAFETY:` comment",
         .label = label,
         .help = block ? "say above the block, in a comment that starts with `SAFETY:`, why each unsafe "
                         "operation in it is sound"
                       : "say above the impl, in a comment that starts with `SAFETY:`, why the type keeps "
                         "what the trait asks for",
         .severity = severity,
         .lint = Lint::UndocumentedUnsafeBlocks});
    return;
  }
  if (use->kind != UnsafeKind::Fn && use->kind != UnsafeKind::Trait) return;
  if (use->docs_unseen || use->docs_hidden) return;
  if (!is_interface(tree, node, *use) || context.allowed(Lint::MissingSafetyDoc)) return;
  // Those who call what stays in the crate have the code.
  const Sema& sema = context.sema();
  const Answer reachable = sema.is_reachable(node);
  if (reachable == Answer::No || (reachable == Answer::Unknown && sema.has_manifest())) return;
  const bool function = use->kind == UnsafeKind::Fn;
  const NodeId name = tree.child(node, Role::name);
  context.report({.span = header_span(tree, node, name),
                  .message = function ? "public unsafe function without a `# Safety` section"
                                      : "public unsafe trait without a `# Safety` section",
                  .label = function ? "callers cannot know what they must make sure of"
                                    : "implementers cannot know what they must make sure of",
                  .help = function ? "document under `/// # Safety` what must hold when the function is called"
                                   : "document under `/// # Safety` what an implementation must guarantee",
                  .severity = severity,
                  .lint = Lint::MissingSafetyDoc});
}

}  // namespace

const Rule kUndocumentedUnsafe = {
    .id = "safety/undocumented-unsafe",
    .area = "safety",
    .title = "unsafe code without its justification",
    .why =
        "The compiler does not check what stands behind `unsafe`: a reader must. A `SAFETY:` comment at each "
        "unsafe block and impl says why it is sound, and a `# Safety` section in the documentation of an unsafe "
        "function or trait says what others must make sure of. Where they are missing, each change of the code "
        "around may break a condition that is written nowhere.",
    .bad =
        "pub struct Cell(*mut u8);\n"
        "\n"
        "unsafe impl Send for Cell {}  //~\n"
        "\n"
        "impl Cell {\n"
        "    pub fn get(&self) -> u8 {\n"
        "        unsafe { *self.0 }  //~\n"
        "    }\n"
        "\n"
        "    /// Writes a value.\n"
        "    pub unsafe fn set(&self, value: u8) {  //~\n"
        "        // SAFETY: the caller made sure that nobody else uses the cell.\n"
        "        unsafe { *self.0 = value }\n"
        "    }\n"
        "}\n"
        "\n"
        "pub unsafe trait Zeroed {}  //~\n",
    .good =
        "pub struct Cell(*mut u8);\n"
        "\n"
        "// SAFETY: the pointer is the only one to its byte, so that the byte moves with the cell.\n"
        "unsafe impl Send for Cell {}\n"
        "\n"
        "impl Cell {\n"
        "    pub fn get(&self) -> u8 {\n"
        "        // SAFETY: `new` made the pointer from a Box that lives as long as the cell.\n"
        "        unsafe { *self.0 }\n"
        "    }\n"
        "\n"
        "    /// Writes a value.\n"
        "    ///\n"
        "    /// # Safety\n"
        "    ///\n"
        "    /// No other thread may use the cell during the call.\n"
        "    pub unsafe fn set(&self, value: u8) {\n"
        "        // SAFETY: the caller made sure that nobody else uses the cell.\n"
        "        unsafe { *self.0 = value }\n"
        "    }\n"
        "}\n"
        "\n"
        "/// A type that may be all zero bytes.\n"
        "///\n"
        "/// # Safety\n"
        "///\n"
        "/// Zero bytes must be a valid value of the type.\n"
        "pub unsafe trait Zeroed {}\n",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt =
        "that the comment is missing is certain; whether the code needs one is not: the justification may stand "
        "in other words or further up, and a `pub` item may not be reachable from outside the crate",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .tokens = kTokens,
    .library_only = true,
};

}  // namespace rp
