// safety/unconditional-send: `unsafe impl<T> Send for Wrapper<T>` without a bound on T.
#include "review/rule.h"
#include "syntax/ast.h"

namespace rp {

extern const Rule kUnconditionalSend;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::ImplItem};
constexpr TokenKind kTokens[] = {TokenKind::KwUnsafe};
constexpr std::string_view kTraits[] = {"std::marker::Send", "std::marker::Sync"};

constexpr std::string_view kReferences[] = {
    "The Rustonomicon, \"Send and Sync\", https://doc.rust-lang.org/nomicon/send-and-sync.html",
    "RustSec advisories of this kind: RUSTSEC-2020-0070, RUSTSEC-2020-0112, RUSTSEC-2020-0137",
};

// Whether the predicates of the impl say anything of the parameter.
bool is_bounded(const Tree& tree, NodeId impl, std::string_view name) {
  const NodeId where = tree.child(impl, Role::where_clause);
  for (NodeId p = where ? tree.first_child(where) : NodeId(); p; p = tree.next_sibling(p)) {
    const NodeId type = tree.child(p, Role::type);
    if (!type) continue;
    // `T: Send`, and `Arc<T>: Send` just as well.
    for (uint32_t slot = tree.first_slot(type); slot < tree.end_slot(type); ++slot)
      if (tree.token_kind(slot) == TokenKind::Ident && tree.token_text(slot) == name) return true;
  }
  return false;
}

bool holds_parameter(const Sema& sema, NodeId type, uint32_t index, int depth);

// The struct of the name that a type has, in the same file.
TreeNode struct_in_file(const Sema& sema, NodeId type) {
  const Tree& tree = sema.tree();
  const NodeId segment = tree.kind(type) == NodeKind::PathType ? last_segment(tree, type) : NodeId();
  if (!segment) return {};
  for (NodeId at = tree.root(); at.value < tree.node_count(); at = NodeId(at.value + 1))
    if (tree.kind(at) == NodeKind::StructItem && name_of(tree, at) == name_of(tree, segment))
      return {&tree, at, kNoCrate, {}};
  return {};
}

// Whether a field's type holds the parameter `name`: a struct of the crate that gets it as an argument is asked itself.
bool holds_as_argument(const Sema& sema, const TreeNode& item, NodeId field_type, std::string_view name, int depth) {
  constexpr int kMaxDepth = 6;
  const Tree& tree = *item.tree;
  while (tree.kind(field_type) == NodeKind::RefType || tree.kind(field_type) == NodeKind::PointerType)
    field_type = tree.child(field_type, Role::type);
  const Sema* there = item.tree == &sema.tree() ? &sema : sema.at(item);
  if (depth >= kMaxDepth || there == nullptr || tree.kind(field_type) != NodeKind::PathType) return true;
  const NodeId segment = last_segment(tree, field_type);
  const NodeId arguments = segment ? tree.child(segment, Role::arguments) : NodeId();
  uint32_t position = 0;
  bool found = false;
  for (NodeId a = arguments ? tree.first_child(arguments) : NodeId(); a; a = tree.next_sibling(a)) {
    if (tree.kind(a) == NodeKind::Lifetime) continue;
    const uint32_t at = position++;
    if (!mentions(tree, a, name)) continue;
    if (tree.text(a) != name || holds_parameter(*there, field_type, at, depth + 1)) return true;
    found = true;
  }
  return !found;
}

// Whether the type holds its n-th parameter only behind `PhantomData<fn(T)>` or not at all, so that the impl cannot
// send a value of it: known for structs of this crate.
bool holds_parameter(const Sema& sema, NodeId type, uint32_t index, int depth = 0) {
  const NameMeaning meaning = sema.meaning(type);
  // In a file that the chosen features leave out names are not known; a struct beside the impl is.
  const TreeNode item = meaning.kind == NameKind::Definition ? sema.node_of(meaning.def) : struct_in_file(sema, type);
  if (!item && meaning.kind != NameKind::Definition) return false;
  // What another name stands for is not followed.
  if (depth > 0 && item && item.kind() == NodeKind::TypeAliasItem) return false;
  if (!item || item.kind() != NodeKind::StructItem) return true;
  const NodeId generics = item.tree->child(item.node, Role::generics);
  uint32_t at = 0;
  std::string_view name;
  for (NodeId p = generics ? item.tree->first_child(generics) : NodeId(); p; p = item.tree->next_sibling(p)) {
    if (item.tree->kind(p) != NodeKind::TypeParam) continue;
    if (at++ == index) name = name_of(*item.tree, item.tree->child(p, Role::name));
  }
  const NodeId fields = item.tree->child(item.node, Role::fields);
  if (name.empty() || !fields) return true;
  for (NodeId field = item.tree->first_child(fields); field; field = item.tree->next_sibling(field)) {
    const NodeId field_type = item.tree->child(field, Role::type);
    if (!field_type || !mentions(*item.tree, field_type, name) ||
        item.tree->text(field_type).find("PhantomData") != std::string_view::npos ||
        mentions(*item.tree, field_type, "Send"))
      continue;
    if (!holds_as_argument(sema, item, field_type, name, depth)) continue;
    return true;
  }
  return false;
}

// Whether a comment above the impl (or above the one right before it) argues at some length: more than a few words are
// about this very type.
bool is_argued(const Tree& tree, NodeId impl) {
  constexpr size_t kWords = 12;
  const auto words_above = [&](NodeId item) {
    size_t words = 0;
    for (uint32_t slot = tree.first_slot(item); slot > 0 && is_trivia(tree.token_kind(slot - 1)); --slot) {
      bool in_word = false;
      for (const char c : tree.token_text(slot - 1)) {
        words += c != ' ' && !in_word ? 1 : 0;
        in_word = c != ' ';
      }
    }
    return words;
  };
  if (words_above(impl) > kWords) return true;
  NodeId previous;
  const NodeId parent = tree.parent(impl);
  for (NodeId at = parent ? tree.first_child(parent) : NodeId(); at && at != impl; at = tree.next_sibling(at))
    previous = at;
  return previous && tree.kind(previous) == NodeKind::ImplItem && tree.first_slot(impl) == tree.end_slot(previous) &&
         words_above(previous) > kWords;
}

void check(RuleContext& context, NodeId node) {
  const Tree& tree = context.tree();
  const ast::ImplItem impl(tree, node);
  if (!impl.has(TokenKind::KwUnsafe) || impl.has(TokenKind::Bang) || !impl.trait() || !impl.generics()) return;
  const NodeId type = impl.type().id();
  if (tree.kind(type) != NodeKind::PathType) return;
  const Sema& sema = context.sema();
  const Match trait = sema.find_in(impl.trait().id(), kTraits);
  if (!trait) return;
  const std::string_view wanted = trait.index == 0 ? "Send" : "Sync";
  // Inside of a crate its own code decides what the type is made of.
  const NameMeaning subject = sema.meaning(type);
  if (sema.has_manifest() && (subject.kind != NameKind::Definition || sema.is_reachable(subject.def) != Answer::Yes))
    return;
  if (is_argued(tree, node)) return;

  // The arguments of the type that are bare parameters of the impl.
  const NodeId segment = last_segment(tree, type);
  const NodeId arguments = segment ? tree.child(segment, Role::arguments) : NodeId();
  uint32_t index = 0;
  for (NodeId a = arguments ? tree.first_child(arguments) : NodeId(); a; a = tree.next_sibling(a)) {
    if (tree.kind(a) == NodeKind::Lifetime) continue;
    const uint32_t position = index++;
    if (tree.kind(a) != NodeKind::PathType) continue;
    for (const ast::AnyNode p : impl.generics().parameters()) {
      if (p.kind() != NodeKind::TypeParam) continue;
      const ast::TypeParam parameter(p);
      const std::string_view name = name_of(tree, parameter.name().id());
      if (name != tree.text(a) || parameter.bounds() || is_bounded(tree, node, name)) continue;
      if (!holds_parameter(sema, type, position)) continue;
      const std::string message = "`" + std::string(wanted) + "` for `" + std::string(tree.text(type)) +
                                  "` whatever `" + std::string(name) + "` is";
      const std::string label = "`" + std::string(name) + "` may be `Rc<_>` or `Cell<_>`";
      const std::string help = trait.index == 0
                                   ? "bound the parameter: `" + std::string(name) + ": Send`"
                                   : "bound the parameter: `" + std::string(name) +
                                         ": Sync`, or `Send + Sync` where a shared reference gives the value away";
      context.report({.span = header_span(tree, node),
                      .message = message,
                      .label = label,
                      .help = help,
                      .severity = kUnconditionalSend.severity});
      return;
    }
  }
}

}  // namespace

const Rule kUnconditionalSend = {
    .id = "safety/unconditional-send",
    .area = "safety",
    .title = "unsafe impl of Send or Sync without a bound on the type's parameter",
    .why =
        "`unsafe impl<T> Send for Wrapper<T>` says that a wrapper of anything may go to another thread, also of an "
        "`Rc` "
        "or a `Cell`. Safe code can then race. This is among the most frequent soundness bugs of published crates.",
    .bad = R"(pub struct Shared<T>(*mut T);

// SAFETY: the pointer is ours alone.
unsafe impl<T> Send for Shared<T> {}  //~
// SAFETY: the pointer is ours alone.
unsafe impl<T> Sync for Shared<T> {}  //~
)",
    .good = R"(use std::marker::PhantomData;

pub struct Shared<T>(*mut T);

// SAFETY: the pointer is ours alone.
unsafe impl<T: Send> Send for Shared<T> {}
// SAFETY: a shared reference gives shared references to the value alone.
unsafe impl<T> Sync for Shared<T> where T: Sync {}

pub struct Key<T>(*const u8, PhantomData<fn() -> T>);

// SAFETY: there is no value of T in a key, and the pointer is never read.
unsafe impl<T> Send for Key<T> {}
)",
    .severity = Severity::Error,
    .verdict = Verdict::Likely,
    .doubt =
        "the type may hold its parameter in a way that never lets another thread at the value (an address that is "
        "compared and not read)",
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
    .tokens = kTokens,
    .lint = Lint::NonSendFieldsInSendTy,
};

}  // namespace rp
