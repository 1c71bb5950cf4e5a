// The lossless syntax tree of one text, flat and immutable. All its arrays lie in one block of memory that is just as
// large as they are: of a crate's trees, most are small (what a macro call became) and there are many.
//
// Inner nodes lie in preorder in parallel arrays: a node's descendants are the nodes between it and subtree_end(node),
// so one pass over the arrays visits every node and no walk needs a stack. Tokens are not nodes. A node covers the
// slots [first_slot, end_slot) of the token arrays; its own tokens are those in that range that no child covers.
// Comments that lie between two nodes belong to the innermost node around them. Together with the white space between
// tokens (which is not stored), the leaves give back the text byte for byte: see ElementCursor.
#pragma once

#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "base/edition.h"
#include "base/ids.h"
#include "syntax/syntax_error.h"
#include "syntax/token.h"

namespace rp {

enum class NodeKind : uint8_t {
#define RP_NODE(name, text, category) name,
#include "syntax/grammar.def"
  kCount
};

enum class NodeCategory : uint8_t { Other, Attr, Item, Type, Pat, Stmt, Expr, Any };

enum class Role : uint8_t {
  None,
#define RP_ROLE(name) name,
#include "syntax/roles.def"
  kCount
};

NodeCategory node_category(NodeKind kind);
std::string_view node_kind_name(NodeKind kind);
std::string_view role_name(Role role);  // empty for None

struct NodeTag {};
using NodeId = Id<NodeTag>;

struct ByteSpan {
  uint32_t start = 0;
  uint32_t end = 0;
};

// A token of the tree: its first slot, its kind as the grammar sees it (a weak keyword used as a name is Ident; one
// half of a split operator is the single character), and its bytes.
struct TokenRef {
  uint32_t slot = 0;
  TokenKind kind = TokenKind::Eof;
};

class Tree {
 public:
  Tree() = default;
  Tree(Tree&&) = default;
  Tree& operator=(Tree&&) = default;

  [[nodiscard]] std::string_view text() const { return text_; }
  [[nodiscard]] Edition edition() const { return edition_; }
  [[nodiscard]] uint32_t node_count() const { return node_count_; }
  [[nodiscard]] NodeId root() const { return NodeId(0); }

  [[nodiscard]] NodeKind kind(NodeId n) const { return kinds_[n.value]; }
  [[nodiscard]] Role role(NodeId n) const { return roles_[n.value]; }
  [[nodiscard]] NodeId parent(NodeId n) const { return NodeId(parents_[n.value]); }
  [[nodiscard]] uint32_t first_slot(NodeId n) const { return first_slots_[n.value]; }
  [[nodiscard]] uint32_t end_slot(NodeId n) const { return end_slots_[n.value]; }
  // The id after the last descendant of `n`.
  [[nodiscard]] NodeId subtree_end(NodeId n) const { return NodeId(subtree_ends_[n.value]); }
  [[nodiscard]] NodeId first_child(NodeId n) const {
    return n.value + 1 < subtree_ends_[n.value] ? NodeId(n.value + 1) : NodeId();
  }
  [[nodiscard]] NodeId next_sibling(NodeId n) const {
    const NodeId up = parent(n);
    if (!up) return {};
    const uint32_t next = subtree_ends_[n.value];
    return next < subtree_ends_[up.value] ? NodeId(next) : NodeId();
  }
  // The first child with that role, or none.
  [[nodiscard]] NodeId child(NodeId n, Role role) const {
    for (NodeId c = first_child(n); c; c = next_sibling(c))
      if (this->role(c) == role) return c;
    return {};
  }
  [[nodiscard]] ByteSpan span(NodeId n) const;
  [[nodiscard]] std::string_view text(NodeId n) const {
    const ByteSpan s = span(n);
    return text_.substr(s.start, s.end - s.start);
  }

  // Tokens. Slots run from 0 to slot_count(); slot slot_count() is the end of the text.
  [[nodiscard]] uint32_t slot_count() const { return slot_count_; }
  [[nodiscard]] TokenKind token_kind(uint32_t slot) const { return token_kinds_[slot]; }
  [[nodiscard]] uint32_t token_start(uint32_t slot) const { return token_starts_[slot]; }
  [[nodiscard]] uint32_t token_end(uint32_t slot) const {
    return rp::token_end(text_, token_starts_, slot_count_, unterminated_tail_, slot, token_kinds_[slot]);
  }
  [[nodiscard]] std::string_view token_text(uint32_t slot) const {
    return text_.substr(token_start(slot), token_end(slot) - token_start(slot));
  }
  // The first token of `n` itself (not of a child) of that kind, at or after slot `from`; slot_count() if there is
  // none.
  [[nodiscard]] uint32_t find_token(NodeId n, TokenKind kind, uint32_t from = 0) const;
  [[nodiscard]] bool has_token(NodeId n, TokenKind kind) const { return find_token(n, kind) != slot_count(); }
  // The innermost node whose slots contain `slot`.
  [[nodiscard]] NodeId node_at_slot(uint32_t slot) const;
  // The slot of the token that contains byte `offset` or, where that is white space, of the next token.
  [[nodiscard]] uint32_t slot_at_offset(uint32_t offset) const;

  // Of the lexer and the parser, in order of their start.
  [[nodiscard]] const std::vector<SyntaxError>& errors() const { return errors_; }
  // Bytes held by tokens and nodes; without the text and the errors.
  [[nodiscard]] size_t memory_bytes() const;

 private:
  friend class TreeBuilder;

  std::string_view text_;
  uint32_t slot_count_ = 0;
  uint32_t node_count_ = 0;
  Edition edition_ = kLatestEdition;
  bool unterminated_tail_ = false;  // as in TokenBuffer
  Buffer<uint32_t> block_;          // what follows points into it; where it is moved to, they stay right
  const uint32_t* token_starts_ = nullptr;
  const uint32_t* first_slots_ = nullptr;
  const uint32_t* end_slots_ = nullptr;
  const uint32_t* subtree_ends_ = nullptr;
  const uint32_t* parents_ = nullptr;
  const TokenKind* token_kinds_ = nullptr;
  const NodeKind* kinds_ = nullptr;
  const Role* roles_ = nullptr;
  std::vector<SyntaxError> errors_;
};

// One element of the lossless sequence: a node, a token (comments included) or a run of white space.
struct Element {
  enum class Type : uint8_t { None, Node, Token, Whitespace };
  Type type = Type::None;
  uint32_t id = 0;  // node: its id; token: its slot; white space: the slot it precedes

  friend bool operator==(const Element&, const Element&) = default;
};

// Steps among elements, each in amortised constant time over a whole walk.
ByteSpan element_span(const Tree& tree, Element element);
Element element_parent(const Tree& tree, Element element);
Element first_child_element(const Tree& tree, NodeId node);
Element last_child_element(const Tree& tree, NodeId node);
Element next_sibling_element(const Tree& tree, Element element);
Element previous_sibling_element(const Tree& tree, Element element);

}  // namespace rp
