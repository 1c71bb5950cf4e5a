// errors/undocumented-panic: a public function that panics by unwrap or panic!, and does not say when.
#include <algorithm>
#include <iterator>

#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kUndocumentedPanic;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::FnItem};
constexpr std::string_view kMacros[] = {"std::panic", "std::todo", "std::unimplemented"};

constexpr std::string_view kReferences[] = {
    "Rust API Guidelines, C-FAILURE: function docs include error, panic, and safety considerations, "
    "https://rust-lang.github.io/api-guidelines/documentation.html",
    "clippy, missing_panics_doc, https://rust-lang.github.io/rust-clippy/master/index.html#missing_panics_doc",
};

bool documents_panics(const Tree& tree, NodeId function) {
  for (NodeId a = tree.first_child(function); a; a = tree.next_sibling(a)) {
    if (tree.role(a) != Role::attribute) break;
    const std::string_view text = tree.text(a);
    if (text.find("# Panic") != std::string_view::npos || text.find("anic") != std::string_view::npos) return true;
  }
  return false;
}

// `[a, b].iter().max()`: what is asked for is always there.
bool comes_from_array(const Tree& tree, NodeId call) {
  while (call && tree.kind(call) == NodeKind::MethodCallExpr) call = peel(tree, tree.child(call, Role::receiver));
  return call && tree.kind(call) == NodeKind::ArrayExpr;
}

bool is_tolerated(const Tree& tree, NodeId unwrap) {
  const NodeId receiver = peel(tree, tree.child(unwrap, Role::receiver));
  if (!receiver || comes_from_array(tree, receiver)) return true;
  if (tree.kind(receiver) != NodeKind::MethodCallExpr && tree.kind(receiver) != NodeKind::CallExpr) return true;
  // What fails by what it is given. Of other calls the reader cannot know when they fail, and their author can.
  static constexpr std::string_view kFallible[] = {"parse",
                                                   "from_str",
                                                   "from_utf8",
                                                   "from_utf16",
                                                   "to_str",
                                                   "into_string",
                                                   "from_bytes_with_nul",
                                                   "split_once",
                                                   "rsplit_once",
                                                   "strip_prefix",
                                                   "strip_suffix",
                                                   "checked_add",
                                                   "checked_sub",
                                                   "checked_mul",
                                                   "checked_div",
                                                   "checked_rem",
                                                   "checked_pow",
                                                   "get",
                                                   "get_mut",
                                                   "first",
                                                   "last",
                                                   "nth",
                                                   "find",
                                                   "position",
                                                   "open",
                                                   "create",
                                                   "read_to_string",
                                                   "metadata",
                                                   "canonicalize",
                                                   "duration_since",
                                                   "from_u32",
                                                   "from_digit",
                                                   "to_digit",
                                                   "try_from",
                                                   "try_into",
                                                   "min",
                                                   "max",
                                                   "next",
                                                   "file_name",
                                                   "file_stem",
                                                   "extension",
                                                   "parent",
                                                   "from_hex",
                                                   "decode",
                                                   "to_socket_addrs",
                                                   "split_first",
                                                   "split_last",
                                                   "remove",
                                                   "connect",
                                                   "bind",
                                                   "to_u8",
                                                   "to_u16",
                                                   "to_u32",
                                                   "to_u64",
                                                   "to_usize",
                                                   "to_i32",
                                                   "to_i64"};
  const std::string_view name = called_name(tree, receiver);
  if (name == "new") {
    const NodeId callee = tree.child(receiver, Role::callee);
    return !callee || tree.text(callee).find("CString") == std::string_view::npos;
  }
  return std::find(std::begin(kFallible), std::end(kFallible), name) == std::end(kFallible);
}

// Whether a parameter carries data that a caller chooses: no `&mut` (a context, something to write to), no callback.
bool is_data(const Tree& tree, NodeId type) {
  if (!type) return false;
  if (tree.kind(type) == NodeKind::RefType && tree.has_token(type, TokenKind::KwMut)) return false;
  for (const std::string_view callback : {"Fn", "FnMut", "FnOnce"})
    if (mentions(tree, type, callback)) return false;
  return true;
}

// Whether an expression depends on an argument of the caller: then the caller can make it panic. What comes from the
// function's own state is the author's to know.
bool depends_on_argument(const Sema& sema, const Tree& tree, NodeId function, NodeId expression, int depth) {
  const NodeId parameters = tree.child(function, Role::parameters);
  for (NodeId at = expression; expression && at.value < tree.subtree_end(expression).value; at = NodeId(at.value + 1)) {
    if (tree.kind(at) == NodeKind::ClosureExpr) {
      at = NodeId(tree.subtree_end(at).value - 1);  // it makes the value that is there otherwise
      continue;
    }
    if (tree.kind(at) != NodeKind::PathExpr || tree.text(at) == "self") continue;
    const std::optional<LocalInfo> local = sema.local(at);
    if (local && local->is_parameter && tree.kind(local->owner) == NodeKind::Param &&
        tree.parent(local->owner) == parameters && is_data(tree, local->type))
      return true;
    if (local && !local->is_parameter && local->value && depth > 0 && local->value < expression &&
        depends_on_argument(sema, tree, function, local->value, depth - 1))
      return true;
  }
  return false;
}

// Whether what leads to a panic is the caller's to know: it stands under a condition on an argument, or under none.
bool caller_decides(const Sema& sema, const Tree& tree, NodeId function, NodeId call) {
  for (NodeId at = tree.parent(call); at && at != function; at = tree.parent(at)) {
    const NodeKind kind = tree.kind(at);
    if (kind == NodeKind::ClosureExpr) return false;
    if (kind != NodeKind::IfExpr && kind != NodeKind::MatchExpr && kind != NodeKind::LetStmt) continue;
    NodeId condition = tree.child(at, kind == NodeKind::IfExpr ? Role::condition : Role::scrutinee);
    if (kind == NodeKind::LetStmt) condition = tree.child(at, Role::value);
    return condition && depends_on_argument(sema, tree, function, condition, 1);
  }
  return true;
}

// Whether the message of a panic says that it cannot happen.
bool states_invariant(const Tree& tree, NodeId macro) {
  const std::string_view text = tree.text(macro);
  for (const std::string_view word : {"nvariant", "bug", "BUG", "Bug", "impossible", "nreachable", "nternal",
                                      "hould never", "hould not", "cannot happen"})
    if (text.find(word) != std::string_view::npos) return true;
  return false;
}

// Whether a comment on the line above or on the same line says something of the place.
bool is_explained(const Tree& tree, NodeId at) {
  const NodeId statement = statement_around(tree, at);
  if (has_comment_above(tree, statement)) return true;
  for (uint32_t slot = tree.first_slot(statement); slot < tree.end_slot(statement); ++slot)
    if (is_trivia(tree.token_kind(slot))) return true;
  return false;
}

// `unwrap` and its like say it in their name.
bool is_named_after_panic(std::string_view name) {
  for (const std::string_view word : {"unwrap", "expect", "panic", "assert", "unreachable", "must"})
    if (name.starts_with(word) || name.ends_with(word)) return true;
  return false;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const NodeId body = tree.child(node, Role::body);
  if (!body || is_named_after_panic(name_of(tree, node)) || context.allowed(Lint::MissingPanicsDoc) ||
      context.allowed(Lint::UnwrapUsed))
    return;
  const NodeId owner = tree.parent(node) ? tree.parent(tree.parent(node)) : NodeId();
  if (owner && tree.kind(owner) == NodeKind::ImplItem && tree.child(owner, Role::trait)) return;
  const Sema& sema = context.sema();
  if (sema.is_reachable(node) != Answer::Yes) return;
  NodeId first;
  bool is_macro = false;
  uint32_t count = 0;
  for (NodeId at = body; at.value < tree.subtree_end(body).value; at = NodeId(at.value + 1)) {
    if (tree.kind(at) == NodeKind::MethodCallExpr) {
      if (called_name(tree, at) != "unwrap" || argument_count(tree, at) != 0 || is_tolerated(tree, at)) continue;
      if (!depends_on_argument(sema, tree, node, tree.child(at, Role::receiver), 0) || is_explained(tree, at)) continue;
    } else if (tree.kind(at) == NodeKind::MacroCall) {
      if (!sema.find_macro(at, kMacros) || states_invariant(tree, at) || !caller_decides(sema, tree, node, at) ||
          is_explained(tree, at))
        continue;
    } else {
      continue;
    }
    if (enclosing_fn_item(tree, at) != node) continue;
    ++count;
    if (!first) {
      first = at;
      is_macro = tree.kind(at) == NodeKind::MacroCall;
    }
  }
  if (!first || documents_panics(tree, node) || tree.text(node).find("#[deprecated") != std::string_view::npos) return;
  const std::string name(name_of(tree, node));
  const std::string message = "public function `" + name + "` may panic, which its documentation does not say";
  const std::string label = count == 1   ? std::string("here")
                            : count == 2 ? std::string("here and in one more place")
                                         : "here and in " + std::to_string(count - 1) + " more places";
  const RelatedPlace related[] = {{header_span(tree, node), "public"}};
  context.report({.span = is_macro ? tree.span(first) : tree.span(tree.child(first, Role::name)),
                  .message = message,
                  .label = label,
                  .help = "return a `Result` or an `Option`; or say under `# Panics` when it happens; where it "
                          "cannot, `expect(\"why it cannot\")`",
                  .severity = kUndocumentedPanic.severity,
                  .lint = Lint::MissingPanicsDoc,
                  .related = related});
}

}  // namespace

const Rule kUndocumentedPanic = {
    .id = "errors/undocumented-panic",
    .area = "errors",
    .title = "public function that may panic without saying so",
    .why =
        "A library that panics takes the decision from its user: a server loses the request, a program without "
        "unwinding ends. What can fail belongs into the signature; what is a mistake of the caller, under `# Panics`.",
    .bad = R"(--- Cargo.toml
[package]
name = "sample"
version = "0.1.0"
edition = "2021"
rust-version = "1.70"
description = "A sample."
license = "MIT"
repository = "https://example.org/sample"
--- src/lib.rs
pub fn port(address: &str) -> u16 {
    let (_, port) = address.split_once(':').unwrap();  //~
    port.parse().unwrap()
}
)",
    .good = R"(--- Cargo.toml
[package]
name = "sample"
version = "0.1.0"
edition = "2021"
rust-version = "1.70"
description = "A sample."
license = "MIT"
repository = "https://example.org/sample"
--- src/lib.rs
pub fn port(address: &str) -> Option<u16> {
    let (_, port) = address.split_once(':')?;
    port.parse().ok()
}

/// Half of an even number.
///
/// # Panics
///
/// When the number is odd.
pub fn half(number: u32) -> u32 {
    if number % 2 != 0 {
        panic!("{number} is odd");
    }
    number / 2
}
)",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "what is unwrapped may always be there, for a reason that stands elsewhere",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .library_only = true,
};

}  // namespace rp
