// From the parser's postorder list of nodes to the preorder arrays of Tree.
#include <algorithm>
#include <cstring>

#include "syntax/parser_impl.h"

namespace rp {

Tree TreeBuilder::build(std::string_view text, Edition edition, TokenBuffer&& tokens, Buffer<PostNode>&& nodes,
                        std::vector<SyntaxError> errors, MemoryBudget* budget) {
  const auto count = static_cast<uint32_t>(nodes.size());
  const uint32_t slots = tokens.count + TokenBuffer::kPadding;
  Tree tree;
  tree.text_ = text;
  tree.edition_ = edition;
  tree.slot_count_ = tokens.count;
  tree.node_count_ = count;
  tree.unterminated_tail_ = tokens.unterminated_tail;

  constexpr size_t kWord = sizeof(uint32_t);
  const size_t words = slots + 4 * size_t{count};
  const size_t bytes = slots + 2 * size_t{count};
  Buffer<uint32_t> block(budget);
  block.reserve(words + (bytes + kWord - 1) / kWord);
  block.resize(block.capacity());
  uint32_t* const starts = block.data();
  uint32_t* const first_slots = starts + slots;
  uint32_t* const end_slots = first_slots + count;
  uint32_t* const subtree_ends = end_slots + count;
  uint32_t* const parents = subtree_ends + count;
  auto* const token_kinds = reinterpret_cast<TokenKind*>(parents + count);
  auto* const kinds = reinterpret_cast<NodeKind*>(token_kinds + slots);
  auto* const roles = reinterpret_cast<Role*>(kinds + count);
  std::memcpy(starts, tokens.starts.data(), slots * sizeof(uint32_t));
  std::memcpy(token_kinds, tokens.kinds.data(), slots * sizeof(TokenKind));

  // Read backwards, postorder lists every parent before its children. With d the depth and s the size of the subtree,
  // the preorder number is post - (s - 1) + d: the nodes to the left plus the ancestors. So the first of a node's
  // descendants has the postorder number pre - d, and `parents` is all the stack that is needed.
  const PostNode* const posts = nodes.data();
  uint32_t inner = NodeId::kNone;  // the innermost ancestor
  uint32_t depth = 0;              // how many there are
  for (uint32_t post = count; post-- > 0;) {
    const PostNode& node = posts[post];
    while (depth != 0 && inner - (depth - 1) > post) {
      inner = parents[inner];
      --depth;
    }
    const uint32_t pre = node.first_node + depth;
    kinds[pre] = node.kind;
    roles[pre] = node.role;
    first_slots[pre] = node.first_slot;
    end_slots[pre] = node.end_slot;
    subtree_ends[pre] = pre + (post - node.first_node) + 1;
    parents[pre] = inner;
    if (node.first_node != post) {
      inner = pre;
      ++depth;
    }
  }

  tree.token_starts_ = starts;
  tree.first_slots_ = first_slots;
  tree.end_slots_ = end_slots;
  tree.subtree_ends_ = subtree_ends;
  tree.parents_ = parents;
  tree.token_kinds_ = token_kinds;
  tree.kinds_ = kinds;
  tree.roles_ = roles;
  block.detach_budget();
  tree.block_ = std::move(block);

  if (!errors.empty() || !tokens.errors.empty()) {
    errors.insert(errors.end(), std::make_move_iterator(tokens.errors.begin()),
                  std::make_move_iterator(tokens.errors.end()));
    tokens.errors.clear();
    std::stable_sort(errors.begin(), errors.end(),
                     [](const SyntaxError& a, const SyntaxError& b) { return a.start < b.start; });
  }
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
