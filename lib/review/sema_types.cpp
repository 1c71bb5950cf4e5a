// Types, as far as names and written types give them.
#include <algorithm>

#include "review/sema_impl.h"
#include "review/tree_queries.h"

namespace rp {

MethodMeaning Sema::method(NodeId) const { return {}; }

Reply Sema::is_method(NodeId call, std::string_view path) const {
  const Tree& tree = *impl_->tree;
  if (tree.kind(call) != NodeKind::MethodCallExpr) return {Answer::No, true};
  const PublicPath& wanted = impl_->path(path);
  if (name_of(tree, call) != wanted.last) return {Answer::No, true};
  const MethodMeaning m = method(call);
  if (m.def) return is_def(m.def, path);
  return {};
}

Match Sema::find_method(NodeId call, PathTable table) const {
  Match match;
  const Tree& tree = *impl_->tree;
  if (tree.kind(call) != NodeKind::MethodCallExpr) return match;
  const CompiledTable& compiled = impl_->table(table);
  const auto [begin, end] = compiled.by_last.equal_range(name_of(tree, call));
  for (auto at = begin; at != end; ++at) {
    const Reply reply = is_method(call, table[at->second]);
    if (reply.yes() && at->second < match.index) match = {at->second, reply.exact, false};
    if (reply.unknown() && !match) match.unknown = true;
  }
  return match;
}

SemaType Sema::type_of(NodeId) const { return {}; }
SemaType Sema::written_type(NodeId) const { return {}; }
SemaType Sema::type_of_local(NodeId) const { return {}; }
SemaType Sema::type_of_def(DefRef) const { return {}; }
SemaTypeKind Sema::kind(SemaType) const { return SemaTypeKind::Unknown; }
std::string Sema::text(SemaType) const { return "_"; }
DefRef Sema::adt(SemaType) const { return {}; }
SemaType Sema::argument(SemaType, uint32_t) const { return {}; }
uint32_t Sema::argument_count(SemaType) const { return 0; }
bool Sema::is_mutable(SemaType) const { return false; }
SemaType Sema::peel_references(SemaType type) const { return type; }
Reply Sema::is_type(SemaType, std::string_view) const { return {}; }
Match Sema::find_type(SemaType, PathTable) const { return {Match::kNone, false, true}; }

Reply Sema::is_written_type(NodeId type, std::string_view path) const {
  const Tree& tree = *impl_->tree;
  while (type && tree.kind(type) == NodeKind::ParenType) type = tree.child(type, Role::type);
  if (!type) return {};
  if (tree.kind(type) == NodeKind::SliceType) return {answer(path == "slice"), true};
  if (tree.kind(type) == NodeKind::PathType) return is(type, path);
  if (tree.kind(type) == NodeKind::MacroType || tree.kind(type) == NodeKind::InferType) return {};
  return {Answer::No, true};
}

Reply Sema::implements(SemaType, std::string_view) const { return {}; }
Reply Sema::is_copy(SemaType) const { return {}; }
Reply Sema::needs_drop(SemaType) const { return {}; }
std::optional<TypeLayout> Sema::layout(SemaType) const { return std::nullopt; }

}  // namespace rp
