// Where an expansion has to be put between parentheses, so that its text means what its tree says.
// The Rust Reference, "Expressions", "Expression precedence"; "Statements", "Expression statements".
#include <vector>

#include "report/expanded_text.h"

namespace rp::expanded {
namespace {

using T = TokenKind;
using N = NodeKind;

enum Precedence : uint8_t {
  kJump,  // closures and what leaves: take all that follows
  kAssign,
  kRange,
  kOr,
  kAnd,
  kCompare,
  kBitOr,
  kBitXor,
  kBitAnd,
  kShift,
  kAdd,
  kMultiply,
  kCast,
  kUnary,
  kPostfix,
};

// The first token of the node itself at or behind its first child's end: the operator of a binary expression.
T operator_of(const Tree& tree, NodeId node) {
  const NodeId left = tree.child(node, Role::left);
  uint32_t slot = left ? tree.end_slot(left) : tree.first_slot(node);
  while (slot < tree.end_slot(node) && (is_trivia(tree.token_kind(slot)) || is_group_token(tree.token_kind(slot))))
    ++slot;
  if (slot >= tree.end_slot(node)) return T::Eof;
  // `<-` and `&&`, `<<` before a node that begins inside of it are one character.
  const NodeId right = tree.child(node, Role::right);
  const T kind = tree.token_kind(slot);
  if (right && tree.first_slot(right) < slot + token_slots(kind))
    return kind == T::AndAnd ? T::And : kind == T::OrOr ? T::Or : kind == T::Shr ? T::Gt : T::Lt;
  return kind;
}

uint8_t binary_precedence(T op) {
  switch (op) {
    case T::OrOr:
      return kOr;
    case T::AndAnd:
      return kAnd;
    case T::Or:
      return kBitOr;
    case T::Caret:
      return kBitXor;
    case T::And:
      return kBitAnd;
    case T::Shl:
    case T::Shr:
      return kShift;
    case T::Plus:
    case T::Minus:
      return kAdd;
    case T::Star:
    case T::Slash:
    case T::Percent:
      return kMultiply;
    default:
      return kCompare;
  }
}

uint32_t first_token(const Tree& tree, NodeId node) {
  uint32_t slot = tree.first_slot(node);
  while (slot < tree.end_slot(node) && (is_trivia(tree.token_kind(slot)) || is_group_token(tree.token_kind(slot))))
    ++slot;
  return slot;
}

uint8_t precedence(const Tree& tree, NodeId node) {
  switch (tree.kind(node)) {
    case N::ClosureExpr:
    case N::ReturnExpr:
    case N::BreakExpr:
    case N::YeetExpr:
    case N::BecomeExpr:
    case N::LetExpr:
      return kJump;
    case N::YieldExpr:
      return tree.token_kind(first_token(tree, node)) == T::KwYield ? kJump : kPostfix;
    case N::AssignExpr:
      return kAssign;
    case N::RangeExpr:
      return kRange;
    case N::BinaryExpr:
      return binary_precedence(operator_of(tree, node));
    case N::CastExpr:
      return kCast;
    case N::UnaryExpr:
    case N::RefExpr:
      return kUnary;
    case N::LiteralExpr:
      return tree.token_kind(first_token(tree, node)) == T::Minus ? kUnary : kPostfix;
    case N::AttributedExpr:
      return kJump;
    default:
      return kPostfix;
  }
}

bool is_block_like(N kind) {
  return kind == N::BlockExpr || kind == N::IfExpr || kind == N::MatchExpr || kind == N::WhileExpr ||
         kind == N::LoopExpr || kind == N::ForExpr;
}

// The role of the child that the text of an expression begins with; None when it begins with a token.
Role leftmost_role(N kind) {
  switch (kind) {
    case N::BinaryExpr:
    case N::AssignExpr:
      return Role::left;
    case N::CastExpr:
    case N::TryExpr:
    case N::AwaitExpr:
    case N::UseExpr:
      return Role::expression;
    case N::RangeExpr:
      return Role::start;
    case N::MethodCallExpr:
      return Role::receiver;
    case N::FieldExpr:
    case N::IndexExpr:
      return Role::base;
    case N::CallExpr:
      return Role::callee;
    default:
      return Role::None;
  }
}

bool begins_with_block(const Tree& tree, NodeId node) {
  for (;;) {
    const N kind = tree.kind(node);
    if (is_block_like(kind)) return true;
    const Role role = leftmost_role(kind);
    const NodeId left = role == Role::None ? NodeId() : tree.child(node, role);
    if (!left || left.value >= tree.subtree_end(node).value) return false;
    node = left;
  }
}

// Whether a child of that role is open to what stands around its parent: no delimiters between.
bool is_open(N parent, Role role) {
  switch (parent) {
    case N::BinaryExpr:
    case N::AssignExpr:
    case N::UnaryExpr:
    case N::RefExpr:
    case N::CastExpr:
    case N::RangeExpr:
    case N::TryExpr:
    case N::AwaitExpr:
    case N::UseExpr:
    case N::ReturnExpr:
    case N::BreakExpr:
    case N::YieldExpr:
    case N::LetExpr:
    case N::AttributedExpr:
    case N::FieldExpr:
    case N::MacroExpr:
      return true;
    case N::MethodCallExpr:
      return role == Role::receiver;
    case N::IndexExpr:
      return role == Role::base;
    case N::CallExpr:
      return role == Role::callee;
    case N::ClosureExpr:
      return role == Role::body;
    default:
      return false;
  }
}

bool has_open_struct(const Tree& tree, NodeId node) {
  std::vector<NodeId> todo = {node};
  while (!todo.empty()) {
    const NodeId n = todo.back();
    todo.pop_back();
    if (tree.kind(n) == N::RecordExpr) return true;
    for (NodeId c = tree.first_child(n); c; c = tree.next_sibling(c))
      if (is_open(tree.kind(n), tree.role(c)) && node_category(tree.kind(c)) == NodeCategory::Expr) todo.push_back(c);
  }
  return false;
}

// Whether the text ends in a type, which would take a `<`.
bool ends_in_cast(const Tree& tree, NodeId node) {
  for (;;) {
    if (tree.kind(node) == N::CastExpr) return true;
    const N kind = tree.kind(node);
    const Role role = kind == N::BinaryExpr || kind == N::AssignExpr ? Role::right
                      : kind == N::UnaryExpr || kind == N::RefExpr   ? Role::operand
                      : kind == N::RangeExpr                         ? Role::end
                                                                     : Role::None;
    const NodeId right = role == Role::None ? NodeId() : tree.child(node, role);
    if (!right) return false;
    node = right;
  }
}

bool type_needs_parentheses(const Tree& tree, NodeId node, const ExprPlace& place) {
  if (place.parent != N::RefType && place.parent != N::PointerType && place.parent != N::CastExpr) return false;
  if (tree.kind(node) != N::TraitObjectType && tree.kind(node) != N::ImplTraitType) return false;
  const NodeId bounds = tree.child(node, Role::bounds);
  return bounds && tree.has_token(bounds, T::Plus);
}

bool pattern_needs_parentheses(const Tree& tree, NodeId node, const ExprPlace& place) {
  const N kind = tree.kind(node);
  if (kind == N::OrPat)
    return place.parent == N::RefPat || place.parent == N::BoxPat || place.parent == N::IdentPat ||
           place.parent == N::LetStmt || place.parent == N::Param;
  return kind == N::RangePat && (place.parent == N::RefPat || place.parent == N::BoxPat);
}

}  // namespace

ExprPlace place_of(const Tree& tree, NodeId child, const ExprPlace& outer) {
  ExprPlace place;
  const NodeId parent = tree.parent(child);
  if (!parent) return outer;
  place.parent = tree.kind(parent);
  place.role = tree.role(child);
  switch (place.parent) {
    case N::Fragment:
      if (place.role == Role::content) return outer;
      [[fallthrough]];
    case N::Block:
      if (place.role == Role::tail) place.statement_left = place.whole_statement = true;
      return place;
    case N::ExprStmt:
      place.statement_left = place.whole_statement = true;
      return place;
    case N::MatchArm:
      if (place.role == Role::body) place.statement_left = place.whole_statement = true;
      return place;
    case N::AttributedExpr:
    case N::MacroExpr:
      return outer;
    case N::IfExpr:
    case N::WhileExpr:
      place.no_struct = place.role == Role::condition;
      return place;
    case N::MatchExpr:
      place.no_struct = place.role == Role::scrutinee;
      return place;
    case N::ForExpr:
      place.no_struct = place.role == Role::iterable;
      return place;
    default:
      break;
  }
  if (is_open(place.parent, place.role)) place.no_struct = outer.no_struct;
  if (leftmost_role(place.parent) == place.role && place.role != Role::None) {
    place.statement_left = outer.statement_left;
    place.before_less = outer.before_less;
  }
  switch (place.parent) {
    case N::BinaryExpr: {
      const T op = operator_of(tree, parent);
      const uint8_t own = binary_precedence(op);
      place.required = place.role == Role::left && own != kCompare ? own : static_cast<uint8_t>(own + 1);
      if (place.role == Role::left) place.before_less = op == T::Lt || op == T::Shl || op == T::Le || op == T::ShlEq;
      break;
    }
    case N::AssignExpr:
      place.required = place.role == Role::left ? kRange : kJump;
      break;
    case N::RangeExpr:
      place.required = kOr;
      break;
    case N::CastExpr:
      place.required = kCast;
      break;
    case N::UnaryExpr:
    case N::RefExpr:
      place.required = kUnary;
      break;
    case N::LetExpr:
      place.required = place.role == Role::value ? kCompare : kJump;
      break;
    case N::CallExpr:
    case N::MethodCallExpr:
    case N::FieldExpr:
    case N::IndexExpr:
    case N::TryExpr:
    case N::AwaitExpr:
    case N::UseExpr:
      if (is_open(place.parent, place.role))
        place.required = place.role == Role::index ? uint8_t{kJump} : uint8_t{kPostfix};
      break;
    default:
      break;
  }
  return place;
}

bool needs_parentheses(const Tree& tree, NodeId node, const ExprPlace& place) {
  switch (node_category(tree.kind(node))) {
    case NodeCategory::Type:
      return type_needs_parentheses(tree, node, place);
    case NodeCategory::Pat:
      return pattern_needs_parentheses(tree, node, place);
    case NodeCategory::Expr:
      break;
    default:
      return false;
  }
  if (precedence(tree, node) < place.required) return true;
  if (place.parent == N::CallExpr && place.role == Role::callee && tree.kind(node) == N::FieldExpr) return true;
  if (place.no_struct && has_open_struct(tree, node)) return true;
  if (place.before_less && ends_in_cast(tree, node)) return true;
  if (!place.statement_left || !begins_with_block(tree, node)) return false;
  return !(place.whole_statement && is_block_like(tree.kind(node)));
}

bool needs_semicolon(const Tree& tree, NodeId expression) { return !is_block_like(tree.kind(expression)); }

}  // namespace rp::expanded
