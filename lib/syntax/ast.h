// Typed views of the tree, one for each kind of node, generated from grammar.def: FnItem(tree, id).name().
// A view is a pointer and an id; a view of nothing converts to false. Nothing here counts children.
#pragma once

#include <optional>
#include <string_view>

#include "syntax/tree.h"

namespace rp::ast {

class View {
 public:
  View() = default;
  View(const Tree& tree, NodeId id) : tree_(&tree), id_(id) {}

  explicit operator bool() const { return id_.valid(); }
  [[nodiscard]] const Tree& tree() const { return *tree_; }
  [[nodiscard]] NodeId id() const { return id_; }
  [[nodiscard]] NodeKind kind() const { return tree_->kind(id_); }
  [[nodiscard]] Role role() const { return tree_->role(id_); }
  [[nodiscard]] ByteSpan span() const { return tree_->span(id_); }
  [[nodiscard]] std::string_view text() const { return tree_->text(id_); }
  [[nodiscard]] View parent() const { return {*tree_, tree_->parent(id_)}; }
  [[nodiscard]] bool has(TokenKind kind) const { return id_ && tree_->has_token(id_, kind); }
  [[nodiscard]] View child(Role role) const { return id_ ? View(*tree_, tree_->child(id_, role)) : View(); }
  template <typename T>
  [[nodiscard]] T as() const {
    return T::accepts(*this) ? T(*this) : T();
  }

 protected:
  const Tree* tree_ = nullptr;
  NodeId id_;
};

// The children of one node that have one role.
template <typename T>
class Children {
 public:
  class Iterator {
   public:
    Iterator(const Tree* tree, NodeId at, Role role) : tree_(tree), at_(at), role_(role) { skip(); }
    T operator*() const { return T(View(*tree_, at_)); }
    Iterator& operator++() {
      at_ = tree_->next_sibling(at_);
      skip();
      return *this;
    }
    friend bool operator==(const Iterator& a, const Iterator& b) { return a.at_ == b.at_; }

   private:
    void skip() {
      while (at_ && tree_->role(at_) != role_) at_ = tree_->next_sibling(at_);
    }
    const Tree* tree_;
    NodeId at_;
    Role role_;
  };
  Children(View parent, Role role) : parent_(parent), role_(role) {}
  [[nodiscard]] Iterator begin() const {
    return {&parent_.tree(), parent_ ? parent_.tree().first_child(parent_.id()) : NodeId(), role_};
  }
  [[nodiscard]] Iterator end() const { return {&parent_.tree(), NodeId(), role_}; }
  [[nodiscard]] bool empty() const { return begin() == end(); }

 private:
  View parent_;
  Role role_;
};

// Where the grammar allows several kinds: look at kind() and convert with as<T>().
struct AnyNode : View {
  AnyNode() = default;
  explicit AnyNode(View v) : View(v) {}
};
template <NodeCategory kCategory>
struct AnyOf : View {
  AnyOf() = default;
  explicit AnyOf(View v) : View(v) {}
  static bool accepts(const View& v) { return v && node_category(v.kind()) == kCategory; }
};
using AnyAttr = AnyOf<NodeCategory::Attr>;
using AnyItem = AnyOf<NodeCategory::Item>;
using AnyType = AnyOf<NodeCategory::Type>;
using AnyPat = AnyOf<NodeCategory::Pat>;
using AnyStmt = AnyOf<NodeCategory::Stmt>;
using AnyExpr = AnyOf<NodeCategory::Expr>;

#define RP_NODE(name, text, category) struct name;
#include "syntax/grammar.def"

// The result types are template parameters so that a view may name kinds that are declared further down.
#define RP_NODE(kind_name, text, category)                     \
  struct kind_name : View {                                    \
    static constexpr NodeKind kKind = NodeKind::kind_name;     \
    kind_name() = default;                                     \
    explicit kind_name(View v) : View(v) {}                    \
    kind_name(const Tree& tree, NodeId id) : View(tree, id) {} \
    static bool accepts(const View& v) { return v && v.kind() == kKind; }
#define RP_ONE(role, Type)       \
  template <typename R = Type>   \
  [[nodiscard]] R role() const { \
    return R(child(Role::role)); \
  }
#define RP_OPT(role, Type) RP_ONE(role, Type)
#define RP_MANY(role, Type)                   \
  template <typename R = Type>                \
  [[nodiscard]] Children<R> role##s() const { \
    return Children<R>(*this, Role::role);    \
  }
#define RP_END(name) \
  }                  \
  ;
#include "syntax/grammar.def"

}  // namespace rp::ast
