// From the parser's postorder list of nodes to the preorder arrays of Tree.
#include <algorithm>

#include "syntax/parser_impl.h"

namespace rp {

Tree TreeBuilder::build(std::string_view text, Edition edition, TokenBuffer tokens, Buffer<PostNode> nodes,
                        std::vector<SyntaxError> errors, MemoryBudget* budget) {
  const auto count = static_cast<uint32_t>(nodes.size());
  Tree tree;
  tree.text_ = text;
  tree.edition_ = edition;
  Buffer<NodeKind> kinds(budget);
  Buffer<Role> roles(budget);
  Buffer<uint32_t> first_slots(budget);
  Buffer<uint32_t> end_slots(budget);
  Buffer<uint32_t> subtree_ends(budget);
  Buffer<uint32_t> parents(budget);
  kinds.reserve(count);
  kinds.resize(count);
  roles.reserve(count);
  roles.resize(count);
  first_slots.reserve(count);
  first_slots.resize(count);
  end_slots.reserve(count);
  end_slots.resize(count);
  subtree_ends.reserve(count);
  subtree_ends.resize(count);
  parents.reserve(count);
  parents.resize(count);

  // Read backwards, postorder lists every parent before its children. With d the depth and s the size of the subtree,
  // the preorder number is post - (s - 1) + d: the nodes to the left plus the ancestors.
  struct Ancestor {
    uint32_t first_post;
    uint32_t pre;
  };
  Buffer<Ancestor> ancestors(budget);
  for (uint32_t post = count; post-- > 0;) {
    const PostNode& node = nodes[post];
    while (!ancestors.empty() && ancestors.back().first_post > post) ancestors.pop_back();
    const auto depth = static_cast<uint32_t>(ancestors.size());
    const uint32_t pre = node.first_node + depth;
    kinds[pre] = node.kind;
    roles[pre] = node.role;
    first_slots[pre] = node.first_slot;
    end_slots[pre] = node.end_slot;
    subtree_ends[pre] = pre + (post - node.first_node) + 1;
    parents[pre] = ancestors.empty() ? NodeId::kNone : ancestors.back().pre;
    if (node.first_node != post) ancestors.push_back({node.first_node, pre});
  }

  kinds.detach_budget();
  roles.detach_budget();
  first_slots.detach_budget();
  end_slots.detach_budget();
  subtree_ends.detach_budget();
  parents.detach_budget();
  tokens.kinds.shrink_to_fit();
  tokens.starts.shrink_to_fit();
  tokens.kinds.detach_budget();
  tokens.starts.detach_budget();
  tree.kinds_ = std::move(kinds);
  tree.roles_ = std::move(roles);
  tree.first_slots_ = std::move(first_slots);
  tree.end_slots_ = std::move(end_slots);
  tree.subtree_ends_ = std::move(subtree_ends);
  tree.parents_ = std::move(parents);

  if (!errors.empty() || !tokens.errors.empty()) {
    errors.insert(errors.end(), std::make_move_iterator(tokens.errors.begin()),
                  std::make_move_iterator(tokens.errors.end()));
    tokens.errors.clear();
    std::stable_sort(errors.begin(), errors.end(),
                     [](const SyntaxError& a, const SyntaxError& b) { return a.start < b.start; });
  }
  tree.tokens_ = std::move(tokens);
  tree.errors_ = std::move(errors);
  return tree;
}

bool trees_equal(const Tree& a, const Tree& b) {
  if (a.node_count() != b.node_count() || a.slot_count() != b.slot_count() || a.errors().size() != b.errors().size())
    return false;
  for (uint32_t i = 0; i < a.node_count(); ++i) {
    const NodeId n(i);
    if (a.kind(n) != b.kind(n) || a.role(n) != b.role(n) || a.parent(n) != b.parent(n) ||
        a.first_slot(n) != b.first_slot(n) || a.end_slot(n) != b.end_slot(n) || a.subtree_end(n) != b.subtree_end(n))
      return false;
  }
  for (uint32_t i = 0; i < a.slot_count(); ++i)
    if (a.token_kind(i) != b.token_kind(i) || a.token_start(i) != b.token_start(i)) return false;
  for (size_t i = 0; i < a.errors().size(); ++i)
    if (a.errors()[i].start != b.errors()[i].start || a.errors()[i].message != b.errors()[i].message) return false;
  return true;
}

}  // namespace rp
