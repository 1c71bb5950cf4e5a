// tree.hpp - syntax trees: kinds, nodes, cursors and walks, and the parsing of one text.
#ifndef RUSTPRO_TREE_HPP
#define RUSTPRO_TREE_HPP

#include <cstddef>
#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>

#include "base.hpp"

namespace rustpro {

// ---- Kinds ---------------------------------------------------------------------------------------------------------

// Returns the name of a kind, such as "fn_item" or ">>="; empty for a number that is none.
inline std::string_view kind_name(uint32_t kind) noexcept { return detail::view(rp_kind_name(kind)); }

// Returns the kind with that name, or RP_KIND_NONE.
inline uint32_t kind_from_name(std::string_view name) noexcept { return rp_kind_from_name(name.data(), name.size()); }

inline bool kind_is_node(uint32_t kind) noexcept { return rp_kind_is_node(kind) != 0; }
inline bool kind_is_token(uint32_t kind) noexcept { return rp_kind_is_token(kind) != 0; }
inline bool kind_is_trivia(uint32_t kind) noexcept { return rp_kind_is_trivia(kind) != 0; }

// ---- Nodes ---------------------------------------------------------------------------------------------------------

class NodeRange;
class WalkRange;

// A node, token or run of white space: a small value, valid as long as its Tree. A null node is false, and whatever it
// is asked gives null, zero or empty.
class Node {
 public:
  Node() noexcept : node_{nullptr, 0, RP_KIND_NONE} {}
  explicit Node(rp_node node) noexcept : node_(node) {}

  explicit operator bool() const noexcept { return rp_node_is_null(node_) == 0; }
  friend bool operator==(Node a, Node b) noexcept { return rp_node_equal(a.node_, b.node_) != 0; }
  friend bool operator!=(Node a, Node b) noexcept { return rp_node_equal(a.node_, b.node_) == 0; }

  uint32_t kind() const noexcept { return node_.kind; }
  std::string_view kind_name() const noexcept { return rustpro::kind_name(node_.kind); }
  bool is_node() const noexcept { return kind_is_node(node_.kind); }
  bool is_token() const noexcept { return kind_is_token(node_.kind); }
  bool is_trivia() const noexcept { return kind_is_trivia(node_.kind); }

  Span span() const noexcept { return rp_node_span(node_); }
  std::string_view text() const noexcept { return detail::view(rp_node_text(node_)); }

  Node parent() const noexcept { return Node(rp_node_parent(node_)); }
  Node first_child() const noexcept { return Node(rp_node_first_child(node_)); }
  Node last_child() const noexcept { return Node(rp_node_last_child(node_)); }
  Node next_sibling() const noexcept { return Node(rp_node_next_sibling(node_)); }
  Node previous_sibling() const noexcept { return Node(rp_node_previous_sibling(node_)); }

  // Child nodes alone, without tokens and white space. Linear in the number of children.
  uint32_t child_count() const noexcept { return rp_node_child_count(node_); }
  Node child(uint32_t index) const noexcept { return Node(rp_node_child(node_, index)); }

  // The role of this node in its parent, such as "body"; empty for one without a role.
  std::string_view field_name() const noexcept { return detail::view(rp_node_field_name(node_)); }
  Node child_by_field(std::string_view field) const noexcept {
    return Node(rp_node_child_by_field(node_, field.data(), field.size()));
  }

  NodeRange children() const noexcept;  // child nodes
  NodeRange elements() const noexcept;  // child nodes, tokens and white space
  WalkRange walk() const noexcept;      // this and everything below, in the order of the text

  rp_node get() const noexcept { return node_; }

 private:
  rp_node node_;
};

// The children of a node, to loop over.
class NodeRange {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Node;
    using difference_type = std::ptrdiff_t;
    using pointer = const Node*;
    using reference = Node;

    Iterator(Node node, bool nodes_only) noexcept : node_(node), nodes_only_(nodes_only) { skip(); }
    Node operator*() const noexcept { return node_; }
    const Node* operator->() const noexcept { return &node_; }
    Iterator& operator++() noexcept {
      node_ = node_.next_sibling();
      skip();
      return *this;
    }
    Iterator operator++(int) noexcept {
      Iterator before = *this;
      ++*this;
      return before;
    }
    bool operator==(const Iterator& other) const noexcept { return node_ == other.node_; }
    bool operator!=(const Iterator& other) const noexcept { return node_ != other.node_; }

   private:
    void skip() noexcept {
      while (nodes_only_ && node_ && !node_.is_node()) node_ = node_.next_sibling();
    }

    Node node_;
    bool nodes_only_;
  };

  NodeRange(Node parent, bool nodes_only) noexcept : parent_(parent), nodes_only_(nodes_only) {}
  Iterator begin() const noexcept { return {parent_.first_child(), nodes_only_}; }
  Iterator end() const noexcept { return {Node(), nodes_only_}; }

 private:
  Node parent_;
  bool nodes_only_;
};

// A position in a walk. A plain value: copy it to remember a place. It never leaves the node where it began.
class Cursor {
 public:
  explicit Cursor(Node node) noexcept : cursor_(rp_cursor_at(node.get())) {}

  Node node() const noexcept { return Node(cursor_.node); }
  uint32_t depth() const noexcept { return cursor_.depth; }

  // Each returns false when there is no such element: then the cursor stays, except that next() leaves it at the null
  // node.
  bool first_child() noexcept { return rp_cursor_first_child(&cursor_) != 0; }
  bool next_sibling() noexcept { return rp_cursor_next_sibling(&cursor_) != 0; }
  bool parent() noexcept { return rp_cursor_parent(&cursor_) != 0; }
  bool next() noexcept { return rp_cursor_next(&cursor_) != 0; }

 private:
  rp_cursor cursor_;
};

// A node and everything below it in the order of the text, to loop over. Linear in the number of elements.
class WalkRange {
 public:
  class Iterator {
   public:
    using iterator_category = std::input_iterator_tag;
    using value_type = Node;
    using difference_type = std::ptrdiff_t;
    using pointer = void;
    using reference = Node;

    explicit Iterator(Node node) noexcept : cursor_(node) {}
    Node operator*() const noexcept { return cursor_.node(); }
    uint32_t depth() const noexcept { return cursor_.depth(); }
    Iterator& operator++() noexcept {
      cursor_.next();
      return *this;
    }
    bool operator==(const Iterator& other) const noexcept { return cursor_.node() == other.cursor_.node(); }
    bool operator!=(const Iterator& other) const noexcept { return cursor_.node() != other.cursor_.node(); }

   private:
    Cursor cursor_;
  };

  explicit WalkRange(Node root) noexcept : root_(root) {}
  Iterator begin() const noexcept { return Iterator(root_); }
  Iterator end() const noexcept { return Iterator(Node()); }

 private:
  Node root_;
};

inline NodeRange Node::children() const noexcept { return {*this, true}; }
inline NodeRange Node::elements() const noexcept { return {*this, false}; }
inline WalkRange Node::walk() const noexcept { return WalkRange(*this); }

// ---- Trees ---------------------------------------------------------------------------------------------------------

// What is wrong with the text, as an element of Tree::errors().
struct SyntaxError {
  Span span;
  std::string_view message;
  std::string_view hint;           // may be empty
  Span related_span;               // a second place
  std::string_view related_label;  // empty when there is no second place
};

struct ParseOptions {
  uint32_t edition = RP_EDITION_DEFAULT;  // RP_EDITION_...
  uint32_t nesting_limit = 0;             // 0 means the library's default, here and below
  uint32_t error_limit = 0;
  uint64_t memory_limit = 0;                   // bytes
  const Cancellation* cancellation = nullptr;  // must outlive the call
};

namespace detail {

inline SyntaxError syntax_error_at(const rp_tree* tree, size_t index) {
  const rp_syntax_error error = rp_tree_error(tree, index);
  return {error.span, view(error.message), view(error.hint), error.related_span, view(error.related_label)};
}

}  // namespace detail

using SyntaxErrors = detail::IndexRange<rp_tree, SyntaxError, detail::syntax_error_at>;

// One parsed text. Immutable. A moved-from Tree behaves as that of an empty text without a root.
class Tree {
 public:
  // Parses UTF-8 text, which is copied. `name` is the file's name as shown in messages.
  static Tree parse(std::string_view text, std::string_view name = {}, const ParseOptions& options = {}) {
    rp_parse_options plain = RP_PARSE_OPTIONS_INIT;
    plain.edition = options.edition;
    plain.nesting_limit = options.nesting_limit;
    plain.error_limit = options.error_limit;
    plain.memory_limit = options.memory_limit;
    plain.cancellation = options.cancellation != nullptr ? options.cancellation->get() : nullptr;
    rp_tree* made = nullptr;
    detail::ErrorSlot error;
    error.check(rp_tree_parse(text.data(), text.size(), name.data(), name.size(), &plain, &made, error.out()));
    return Tree(made);
  }

  // Takes over a handle of the C interface.
  explicit Tree(rp_tree* handle) noexcept : handle_(handle) {}

  std::string_view text() const noexcept { return detail::view(rp_tree_text(get())); }
  std::string_view name() const noexcept { return detail::view(rp_tree_name(get())); }
  uint32_t edition() const noexcept { return rp_tree_edition(get()); }

  TreeStats stats() const {
    TreeStats stats = RP_TREE_STATS_INIT;
    detail::ErrorSlot error;
    error.check(rp_tree_get_stats(get(), &stats, error.out()));
    return stats;
  }

  SyntaxErrors errors() const noexcept { return {get(), rp_tree_error_count(get())}; }

  Node root() const noexcept { return Node(rp_tree_root(get())); }
  // The smallest element with the byte at `offset`.
  Node node_at(uint32_t offset) const noexcept { return Node(rp_tree_node_at(get(), offset)); }
  // The smallest node around [start, end).
  Node node_covering(uint32_t start, uint32_t end) const noexcept {
    return Node(rp_tree_node_covering(get(), start, end));
  }

  uint32_t line_count() const noexcept { return rp_tree_line_count(get()); }
  Position position(uint32_t offset) const noexcept { return rp_tree_position(get(), offset); }
  uint32_t offset(uint32_t line, uint32_t column_bytes) const noexcept {
    return rp_tree_offset(get(), line, column_bytes);
  }
  uint32_t offset_utf16(uint32_t line, uint32_t column_utf16) const noexcept {
    return rp_tree_offset_utf16(get(), line, column_utf16);
  }

  std::string render(const RenderOptions& options = {}) const { return detail::render(rp_tree_render, get(), options); }
  std::string render_errors(const RenderOptions& options = {}) const {
    return detail::render(rp_tree_render_errors, get(), options);
  }

  const rp_tree* get() const noexcept { return handle_.get(); }

 private:
  detail::Handle<rp_tree, rp_tree_free> handle_;
};

}  // namespace rustpro

#endif
