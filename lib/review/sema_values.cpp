// The values of constant expressions: literals, and what arithmetic and names make of them.
#include <charconv>

#include "review/sema_impl.h"
#include "review/sema_typing.h"
#include "review/tree_queries.h"

namespace rp {
namespace {

constexpr uint32_t kMaxDepth = 64;

std::optional<ConstantValue> integer(std::string_view text) {
  int base = 10;
  if (text.starts_with("0x")) base = 16;
  if (text.starts_with("0o")) base = 8;
  if (text.starts_with("0b")) base = 2;
  if (base != 10) text.remove_prefix(2);
  std::string digits;
  for (const char c : text) {
    if (c == '_') continue;
    const bool suffix = base == 16 ? c == 'i' || c == 'u' : c == 'i' || c == 'u' || c == 'f' || c == 'e' || c == '.';
    if (c == 'i' || c == 'u') break;
    if (suffix) return std::nullopt;
    digits += c;
  }
  ConstantValue value;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value.magnitude, base);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

std::optional<ConstantValue> literal(const Tree& tree, NodeId node) {
  const uint32_t slot = tree.first_slot(node);
  const std::string_view text = tree.text(node);
  ConstantValue value;
  if (text == "true" || text == "false") {
    value.kind = ConstantValue::Kind::Bool;
    value.magnitude = text == "true" ? 1 : 0;
    return value;
  }
  if (!text.empty() && text[0] >= '0' && text[0] <= '9') return integer(text);
  if (text.starts_with('"') && text.ends_with('"') && text.size() >= 2 && text.find('\\') == std::string_view::npos) {
    value.kind = ConstantValue::Kind::Str;
    value.text = text.substr(1, text.size() - 2);
    return value;
  }
  (void)slot;
  return std::nullopt;
}

std::optional<ConstantValue> signed_value(bool negative, uint64_t magnitude) {
  ConstantValue value;
  value.negative = negative && magnitude != 0;
  value.magnitude = magnitude;
  return value;
}

std::optional<ConstantValue> add(const ConstantValue& a, const ConstantValue& b) {
  if (a.negative == b.negative) {
    if (a.magnitude > UINT64_MAX - b.magnitude) return std::nullopt;
    return signed_value(a.negative, a.magnitude + b.magnitude);
  }
  if (a.magnitude >= b.magnitude) return signed_value(a.negative, a.magnitude - b.magnitude);
  return signed_value(b.negative, b.magnitude - a.magnitude);
}

std::optional<ConstantValue> binary(const Tree& tree, NodeId node, const ConstantValue& a, ConstantValue b) {
  using Kind = ConstantValue::Kind;
  if (a.kind != Kind::Int || b.kind != Kind::Int) return std::nullopt;
  if (tree.has_token(node, TokenKind::Plus)) return add(a, b);
  if (tree.has_token(node, TokenKind::Minus)) {
    b.negative = !b.negative && b.magnitude != 0;
    return add(a, b);
  }
  if (tree.has_token(node, TokenKind::Star)) {
    if (b.magnitude != 0 && a.magnitude > UINT64_MAX / b.magnitude) return std::nullopt;
    return signed_value(a.negative != b.negative, a.magnitude * b.magnitude);
  }
  if (tree.has_token(node, TokenKind::Slash)) {
    if (b.magnitude == 0) return std::nullopt;
    return signed_value(a.negative != b.negative, a.magnitude / b.magnitude);
  }
  if (tree.has_token(node, TokenKind::Shl) && !a.negative && !b.negative && b.magnitude < 63 &&
      a.magnitude < (uint64_t{1} << (63 - b.magnitude)))
    return signed_value(false, a.magnitude << b.magnitude);
  return std::nullopt;
}

std::optional<ConstantValue> evaluate(const Sema& sema, NodeId node, uint32_t depth) {
  const Tree& tree = sema.tree();
  node = peel(tree, node);
  if (!node || depth > kMaxDepth) return std::nullopt;
  switch (tree.kind(node)) {
    case NodeKind::LiteralExpr:
      return literal(tree, node);
    case NodeKind::UnaryExpr: {
      std::optional<ConstantValue> value = evaluate(sema, tree.child(node, Role::operand), depth + 1);
      if (!value) return value;
      if (tree.has_token(node, TokenKind::Minus) && value->kind == ConstantValue::Kind::Int)
        return signed_value(!value->negative, value->magnitude);
      if (tree.has_token(node, TokenKind::Bang) && value->kind == ConstantValue::Kind::Bool) {
        value->magnitude ^= 1;
        return value;
      }
      return std::nullopt;
    }
    case NodeKind::BinaryExpr: {
      const auto left = evaluate(sema, tree.child(node, Role::left), depth + 1);
      if (!left) return std::nullopt;
      const auto right = evaluate(sema, tree.child(node, Role::right), depth + 1);
      return right ? binary(tree, node, *left, *right) : std::nullopt;
    }
    case NodeKind::PathExpr: {
      const NameMeaning m = sema.meaning(node);
      if (m.kind != NameKind::Definition || sema.kind(m.def) != DefKind::Const) return std::nullopt;
      const TreeNode item = sema.node_of(m.def);
      const NodeId value = item ? item.tree->child(item.node, Role::value) : NodeId();
      const Sema* there = value ? sema.at(item) : nullptr;
      return there != nullptr ? evaluate(*there, value, depth + 1) : std::nullopt;
    }
    default:
      return std::nullopt;
  }
}

}  // namespace

std::optional<ConstantValue> Sema::constant(NodeId expression) const { return evaluate(*this, expression, 0); }

}  // namespace rp
