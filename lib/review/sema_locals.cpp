// Variables: where they are declared, where they are used, and, by the order of the text, what they hold.
#include <algorithm>

#include "review/sema_impl.h"
#include "review/sema_typing.h"
#include "review/tree_queries.h"

namespace rp {
namespace {

bool is_scope_owner(NodeKind kind) {
  return kind == NodeKind::FnItem || kind == NodeKind::ClosureExpr || kind == NodeKind::MatchArm ||
         kind == NodeKind::ForExpr || kind == NodeKind::IfExpr || kind == NodeKind::WhileExpr ||
         kind == NodeKind::Block || kind == NodeKind::SourceFile || kind == NodeKind::Fragment;
}

// The outermost call, in a file or in `until`, that a node of an expansion comes from.
bool to_source(const CrateDefs& defs, SourceId until, SourceId* source, NodeId* node) {
  for (size_t steps = 0; steps <= defs.sources.size(); ++steps) {
    if (*source == until) return true;
    const SourceInfo& info = defs.sources[source->value];
    if (info.kind != SourceInfo::Kind::Expansion) return false;
    const Expansion& e = defs.expansions[info.expansion.value];
    *source = e.call_source;
    *node = e.call;
  }
  return false;
}

}  // namespace

std::optional<LocalInfo> Sema::local(NodeId node) const {
  const Tree& tree = *impl_->tree;
  NodeId declaration = node;
  const NameMeaning m = meaning(node);
  if (m.kind != NameKind::Local || !m.declaration) return std::nullopt;
  declaration = m.declaration;
  LocalInfo info;
  info.name = declaration;
  if (tree.kind(declaration) == NodeKind::SelfParam) {
    info.owner = declaration;
    info.is_parameter = true;
    info.type = tree.child(declaration, Role::type);
    info.by_reference = tree.has_token(declaration, TokenKind::And);
    info.is_mutable = !info.by_reference && tree.has_token(declaration, TokenKind::KwMut);
    info.scope = ancestor(tree, declaration, NodeKind::FnItem);
    return info;
  }
  info.pattern = tree.parent(declaration);
  if (!info.pattern) return std::nullopt;
  info.is_mutable = tree.has_token(info.pattern, TokenKind::KwMut);
  info.by_reference = tree.has_token(info.pattern, TokenKind::KwRef);
  NodeId top = info.pattern;
  NodeId owner = tree.parent(top);
  while (owner &&
         (node_category(tree.kind(owner)) == NodeCategory::Pat || tree.kind(owner) == NodeKind::RecordPatField)) {
    top = owner;
    owner = tree.parent(owner);
  }
  info.owner = owner;
  if (!owner) return info;
  const bool whole = top == info.pattern;
  if (whole) {
    const NodeKind kind = tree.kind(owner);
    if (kind == NodeKind::LetStmt || kind == NodeKind::Param) info.type = tree.child(owner, Role::type);
    if (kind == NodeKind::LetStmt || kind == NodeKind::LetExpr) info.value = tree.child(owner, Role::value);
  }
  info.is_parameter = tree.kind(owner) == NodeKind::Param;
  info.scope = owner;
  while (info.scope && !is_scope_owner(tree.kind(info.scope))) info.scope = tree.parent(info.scope);
  return info;
}

std::span<const LocalUse> Sema::uses_of_local(NodeId declaration, bool* complete) const {
  Impl& s = *impl_;
  if (complete != nullptr) *complete = false;
  if (s.names == nullptr || !declaration) return {};
  const NameMeaning m = meaning(declaration);
  if (m.kind != NameKind::Local || !m.declaration) return {};
  declaration = m.declaration;
  const auto [at, added] = s.local_uses.try_emplace(declaration.value);
  auto& [uses, all] = at->second;
  if (added) {
    all = true;
    CrateIndex crate = s.input.crate;
    SourceId source = s.input.source;
    if (s.defs->is_removed(source, declaration) && s.input.other_source) {
      crate = s.input.other_crate;
      source = s.input.other_source;
    }
    const CrateDefs* defs = s.shared->crate(crate);
    const CrateNames* names = s.shared->names(crate);
    if (defs == nullptr || names == nullptr) {
      all = false;
      return {};
    }
    const CrateIndexes& indexes = s.indexes(crate);
    const uint64_t key = node_key(source, declaration);
    const auto begin = std::lower_bound(indexes.local_uses.begin(), indexes.local_uses.end(), std::pair(key, 0U));
    for (auto entry = begin; entry != indexes.local_uses.end() && entry->first == key; ++entry) {
      const NameUse& use = names->uses[entry->second];
      SourceId in = use.source;
      NodeId node = use.node;
      const bool in_macro = in != source;
      if (!to_source(*defs, source, &in, &node)) {
        all = false;
        continue;
      }
      if (!in_macro) {
        const NodeId up = s.tree->parent(node);
        if (up && s.tree->kind(node) == NodeKind::PathSegment)
          node = up;
        else if (up && s.tree->kind(up) == NodeKind::RecordExprField)
          node = up;
      }
      uses.push_back({node, in_macro});
    }
    std::sort(uses.begin(), uses.end(), [](const LocalUse& a, const LocalUse& b) { return a.node < b.node; });
    uses.erase(std::unique(uses.begin(), uses.end(),
                           [](const LocalUse& a, const LocalUse& b) { return a.in_macro && a.node == b.node; }),
               uses.end());
    // A call that was not expanded may use it.
    if (const std::optional<LocalInfo> info = local(declaration); info && info->scope) {
      for (uint32_t i = info->scope.value; i < s.tree->subtree_end(info->scope).value && all; ++i) {
        if (s.tree->kind(NodeId(i)) != NodeKind::MacroCall) continue;
        const std::span<const uint32_t> found = defs->expansions_at(source, NodeId(i));
        all = !found.empty();
        for (const uint32_t e : found) {
          const ExpansionState state = defs->expansions[e].state;
          all = all && (state == ExpansionState::Expanded || state == ExpansionState::Modelled);
        }
      }
    }
  }
  if (complete != nullptr) *complete = all;
  return uses;
}

Reply Sema::used_after(NodeId declaration, NodeId node) const {
  const std::optional<LocalInfo> info = local(declaration);
  if (!info || !info->scope) return {};
  const Tree& tree = *impl_->tree;
  bool complete = false;
  const std::span<const LocalUse> uses = uses_of_local(declaration, &complete);
  // The outermost loop that is around the node, but not around the declaration: its next turn comes after.
  NodeId loop;
  for (NodeId at = enclosing_loop(tree, node); at && !is_inside(tree, info->name, at); at = enclosing_loop(tree, at))
    loop = at;
  for (const LocalUse& use : uses) {
    if (is_inside(tree, use.node, node)) {
      if (loop) return {Answer::Yes, false};
      continue;
    }
    if (use.node >= tree.subtree_end(node) || (loop && is_inside(tree, use.node, loop))) return {Answer::Yes, false};
  }
  return {complete ? Answer::No : Answer::Unknown, false};
}

Reply Sema::moves(NodeId use) const {
  const Tree& tree = *impl_->tree;
  const std::optional<LocalInfo> info = local(use);
  NodeId at = use;
  NodeId up = tree.parent(at);
  while (up && tree.kind(up) == NodeKind::ParenExpr) {
    at = up;
    up = tree.parent(at);
  }
  if (!up) return {};
  const Role role = tree.role(at);
  switch (tree.kind(up)) {
    case NodeKind::RefExpr:
    case NodeKind::FieldExpr:
    case NodeKind::AwaitExpr:
      if (tree.kind(up) == NodeKind::AwaitExpr) return {Answer::Yes, false};
      return {Answer::No, false};
    case NodeKind::IndexExpr:
      if (role == Role::base) return {Answer::No, false};
      break;
    case NodeKind::UnaryExpr:
      if (tree.has_token(up, TokenKind::Star)) return {Answer::No, false};
      break;
    case NodeKind::AssignExpr:
      if (role == Role::left) return {Answer::No, false};
      break;
    case NodeKind::MatchExpr:
    case NodeKind::LetExpr:
      return {};
    case NodeKind::BinaryExpr:
      // Comparisons borrow; the others take operands that are Copy, as a rule.
      return {Answer::No, false};
    case NodeKind::MethodCallExpr:
      if (role == Role::receiver) {
        const MethodMeaning m = method(up);
        const TreeNode fn = m.def ? node_of(m.def) : TreeNode();
        if (!fn || fn.kind() != NodeKind::FnItem) return {};
        const NodeId list = fn.tree->child(fn.node, Role::parameters);
        const NodeId self = list ? fn.tree->child(list, Role::receiver) : NodeId();
        if (!self || fn.tree->child(self, Role::type)) return {};
        if (fn.tree->has_token(self, TokenKind::And)) return {Answer::No, true};
      }
      break;
    case NodeKind::ArgList: {
      const NodeId call = tree.parent(up);
      if (call && tree.kind(call) == NodeKind::CallExpr && calls(call, "std::mem::drop").yes())
        return {Answer::Yes, false};
      break;
    }
    default:
      break;
  }
  const SemaType type = type_of_local(info ? info->name : use);
  const Reply copy = is_copy(type);
  return {!copy.answer, copy.exact};
}

Reply Sema::holds_value_at(NodeId declaration, NodeId node) const {
  const std::optional<LocalInfo> info = local(declaration);
  if (!info || !info->scope) return {};
  const Tree& tree = *impl_->tree;
  if (!is_inside(tree, node, info->scope) || node < info->name) return {Answer::No, true};
  bool complete = false;
  Answer out = Answer::Yes;
  for (const LocalUse& use : uses_of_local(declaration, &complete)) {
    if (use.node >= node && !is_inside(tree, node, use.node)) break;
    if (use.in_macro) continue;
    const Reply moved = moves(use.node);
    if (moved.no()) continue;
    // A move on the way to the node, or one that only some ways take.
    NodeId block = enclosing_block(tree, use.node);
    const bool on_the_way = block && is_inside(tree, node, block);
    if (moved.yes() && on_the_way) return {Answer::No, false};
    if (moved.yes() || on_the_way) out = Answer::Unknown;
  }
  return {complete ? out : out == Answer::Yes ? Answer::Unknown : out, false};
}

}  // namespace rp
