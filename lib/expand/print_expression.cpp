// Expressions as rustc's printer writes them: its boxes, its blanks, and parentheses where the tree needs them that
// invisible groups made. The Rust Reference, "Expression precedence".
#include "expand/print_code.h"
#include "expand/print_expression_internal.h"
#include "syntax/parser.h"

namespace rp {
namespace {

using K = NodeKind;
using T = TokenKind;

enum Precedence : uint8_t {
  kJump,
  kAssign,
  kRange,
  kOr,
  kAnd,
  kLet,
  kCompare,
  kBitOr,
  kBitXor,
  kBitAnd,
  kShift,
  kSum,
  kProduct,
  kCast,
  kPrefix,
  kWhole,
};

}  // namespace

std::optional<std::string> ExpressionPrinter::run(NodeId root) {
  expression(root, {});
  if (!ok_) return std::nullopt;
  return out_.finish();
}

// ---- Tokens ----

uint32_t ExpressionPrinter::first_token(NodeId n) const {
  uint32_t slot = t_.first_slot(n);
  while (slot < t_.end_slot(n) && (is_trivia(t_.token_kind(slot)) || is_group_token(t_.token_kind(slot)))) ++slot;
  return slot;
}

// All tokens between two slots, without blanks.
std::string ExpressionPrinter::joined(uint32_t begin, uint32_t end) const {
  std::string text;
  for (uint32_t slot = begin; slot < end;) {
    const T kind = t_.token_kind(slot);
    const uint32_t slots = token_slots(kind);
    if (!is_trivia(kind) && !is_group_token(kind) && kind != T::VirtualCloser) {
      if (slot + slots <= end) {
        text += t_.token_text(slot);
      } else {  // an operator of which something else has the rest
        text += t_.text().substr(t_.token_start(slot), t_.token_start(end) - t_.token_start(slot));
      }
    }
    slot += slots;
  }
  return text;
}

std::string ExpressionPrinter::operator_of(NodeId n) const {
  return joined(t_.end_slot(t_.child(n, Role::left)), t_.first_slot(t_.child(n, Role::right)));
}

// ---- Precedence ----

uint8_t ExpressionPrinter::operator_precedence(const std::string& op) {
  if (op == "||") return kOr;
  if (op == "&&") return kAnd;
  if (op == "|") return kBitOr;
  if (op == "^") return kBitXor;
  if (op == "&") return kBitAnd;
  if (op == "<<" || op == ">>") return kShift;
  if (op == "+" || op == "-") return kSum;
  if (op == "*" || op == "/" || op == "%") return kProduct;
  return kCompare;
}

bool ExpressionPrinter::negative_literal(NodeId n) const {
  return t_.kind(n) == K::LiteralExpr && first_kind(n) == T::Minus;
}

uint8_t ExpressionPrinter::precedence(NodeId n) const {
  switch (t_.kind(n)) {
    case K::ClosureExpr:
      return t_.child(n, Role::return_type) ? kWhole : kJump;
    case K::ReturnExpr:
    case K::BreakExpr:
    case K::YeetExpr:
      return t_.child(n, Role::value) ? kJump : kWhole;
    case K::BecomeExpr:
      return kJump;
    case K::AssignExpr:
      return kAssign;
    case K::RangeExpr:
      return kRange;
    case K::LetExpr:
      return kLet;
    case K::BinaryExpr:
      return operator_precedence(operator_of(n));
    case K::CastExpr:
      return kCast;
    case K::UnaryExpr:
    case K::RefExpr:
      return kPrefix;
    case K::LiteralExpr:
      return negative_literal(n) ? kPrefix : kWhole;
    default:
      return kWhole;
  }
}

uint8_t ExpressionPrinter::precedence(NodeId n, const Around& around) const {
  const K kind = t_.kind(n);
  const bool jump = kind == K::BreakExpr || kind == K::ReturnExpr || kind == K::YeetExpr;
  if (around.can_begin && jump) return kJump;
  if (!around.can_continue && (jump || kind == K::ClosureExpr || (kind == K::RangeExpr && !t_.child(n, Role::start))))
    return kPrefix;
  return precedence(n);
}

bool ExpressionPrinter::is_block_like(NodeId n) const {
  switch (t_.kind(n)) {
    case K::IfExpr:
    case K::MatchExpr:
    case K::WhileExpr:
    case K::LoopExpr:
    case K::ForExpr:
      return true;
    case K::BlockExpr: {
      const T kind = first_kind(n);
      return kind != T::KwAsync && kind != T::KwGen;
    }
    default:
      return false;
  }
}

// A struct expression that a brace behind it would be taken for.
bool ExpressionPrinter::ends_in_struct(NodeId n) const {
  for (uint32_t steps = 0; n && steps < kMaxDepth; ++steps) {
    switch (t_.kind(n)) {
      case K::RecordExpr:
        return true;
      case K::AssignExpr:
      case K::BinaryExpr:
        if (ends_in_struct_once(t_.child(n, Role::left))) return true;
        n = t_.child(n, Role::right);
        break;
      case K::AwaitExpr:
      case K::CastExpr:
      case K::UseExpr:
        n = t_.child(n, Role::expression);
        break;
      case K::UnaryExpr:
        n = t_.child(n, Role::operand);
        break;
      case K::FieldExpr:
      case K::IndexExpr:
        n = t_.child(n, Role::base);
        break;
      case K::MethodCallExpr:
        n = t_.child(n, Role::receiver);
        break;
      default:
        return false;
    }
  }
  return false;
}

bool ExpressionPrinter::ends_in_struct_once(NodeId n) const {
  while (n && (t_.kind(n) == K::BinaryExpr || t_.kind(n) == K::AssignExpr)) {
    if (const NodeId right = t_.child(n, Role::right); right && t_.kind(right) == K::RecordExpr) return true;
    n = t_.child(n, Role::left);
  }
  return n && t_.kind(n) == K::RecordExpr;
}

// ---- Expressions ----

void ExpressionPrinter::maybe_in_parentheses(NodeId n, bool parentheses, const Around& around) {
  if (!n) {
    ok_ = false;
    return;
  }
  if (parentheses) out_.word("(");
  expression(n, parentheses ? Around() : around);
  if (parentheses) out_.word(")");
}

void ExpressionPrinter::condition(NodeId n) {
  const K kind = n ? t_.kind(n) : K::Missing;
  const bool leaves = kind == K::BreakExpr || kind == K::ClosureExpr || kind == K::ReturnExpr || kind == K::YeetExpr;
  Around around;
  around.no_struct = true;
  maybe_in_parentheses(n, leaves || (n && ends_in_struct(n)), around);
}

// Children with a role, with commas between them. Returns how many there are.
uint32_t ExpressionPrinter::list(NodeId owner, Role role, Op print) {
  out_.open_inconsistent();
  uint32_t count = 0;
  for (NodeId c = t_.first_child(owner); c; c = t_.next_sibling(c)) {
    if (t_.role(c) == Role::attribute) ok_ = false;
    if (t_.role(c) != role) continue;
    if (count++ > 0) out_.word_space(",");
    (this->*print)(c);
  }
  out_.close();
  return count;
}

void ExpressionPrinter::expression(NodeId n, Around around) {
  if (++depth_ > kMaxDepth) ok_ = false;
  if (ok_) {
    out_.open_inconsistent(LinePrinter::kIndent);
    const bool parentheses = around.begins_stmt && is_block_like(n);
    if (parentheses) {
      out_.word("(");
      around = {};
    }
    bare_expression(n, around);
    if (parentheses) out_.word(")");
    out_.close();
  }
  --depth_;
}

void ExpressionPrinter::bare_expression(NodeId n, const Around& around) {
  switch (t_.kind(n)) {
    case K::LiteralExpr:
    case K::UnderscoreExpr:
      out_.word(all(n));
      return;
    case K::PathExpr:
      path(n, true);
      return;
    case K::ParenExpr:
      if (t_.child(n, Role::attribute)) break;
      out_.word("(");
      plain(t_.child(n, Role::expression));
      out_.word(")");
      return;
    case K::TupleExpr:
      out_.word("(");
      if (list(n, Role::element, &ExpressionPrinter::plain) == 1) out_.word(",");
      out_.word(")");
      return;
    case K::ArrayExpr:
      out_.open_inconsistent(LinePrinter::kIndent);
      out_.word("[");
      list(n, Role::element, &ExpressionPrinter::plain);
      out_.word("]");
      out_.close();
      return;
    case K::ArrayRepeatExpr:
      out_.open_inconsistent(LinePrinter::kIndent);
      out_.word("[");
      plain(t_.child(n, Role::element));
      out_.word_space(";");
      plain(t_.child(n, Role::length));
      out_.word("]");
      out_.close();
      return;
    case K::UnaryExpr:
    case K::RefExpr:
      prefix(n, around);
      return;
    case K::BinaryExpr:
      binary(n, around);
      return;
    case K::AssignExpr:
      maybe_in_parentheses(t_.child(n, Role::left), precedence(t_.child(n, Role::left)) <= kRange, around.first(false));
      out_.space();
      out_.word_space(operator_of(n));
      maybe_in_parentheses(t_.child(n, Role::right), precedence(t_.child(n, Role::right), around) < kAssign,
                           around.last());
      return;
    case K::CastExpr:
      maybe_in_parentheses(t_.child(n, Role::expression), precedence(t_.child(n, Role::expression)) < kCast,
                           around.first(false));
      out_.space();
      out_.word_space("as");
      type(t_.child(n, Role::type));
      return;
    case K::RangeExpr:
      range(n, around);
      return;
    case K::LetExpr: {
      const NodeId value = t_.child(n, Role::value);
      out_.word("let ");
      pattern(t_.child(n, Role::pattern));
      out_.space();
      out_.word_space("=");
      maybe_in_parentheses(value, (around.no_struct && ends_in_struct(value)) || precedence(value, around) <= kAnd, {});
      return;
    }
    case K::CallExpr:
    case K::MethodCallExpr:
    case K::FieldExpr:
    case K::IndexExpr:
    case K::TryExpr:
    case K::AwaitExpr:
      postfix(n, around);
      return;
    case K::ReturnExpr:
    case K::BreakExpr:
    case K::ContinueExpr:
      jump(n, around);
      return;
    case K::MacroExpr:
      macro_call(t_.child(n, Role::call));
      return;
    case K::RecordExpr:
      record(n);
      return;
    case K::ClosureExpr:
      closure(n);
      return;
    default:
      if (is_block_like(n) || t_.kind(n) == K::BlockExpr) {
        block_like(n);
        return;
      }
      break;
  }
  ok_ = false;
}

void ExpressionPrinter::prefix(NodeId n, const Around& around) {
  const NodeId operand = t_.child(n, Role::operand);
  if (!operand) {
    ok_ = false;
    return;
  }
  if (t_.kind(n) == K::UnaryExpr) {
    out_.word(joined(t_.first_slot(n), t_.first_slot(operand)));
  } else {
    out_.word("&");
    for (uint32_t slot = first_token(n); slot < t_.first_slot(operand); slot += token_slots(t_.token_kind(slot))) {
      const T kind = t_.token_kind(slot);
      if (kind == T::KwRaw || kind == T::KwPin || kind == T::KwMut || kind == T::KwConst)
        out_.word(std::string(t_.token_text(slot)) + " ");
    }
  }
  maybe_in_parentheses(operand, precedence(operand, around) < kPrefix, around.last());
}

void ExpressionPrinter::binary(NodeId n, const Around& around) {
  const NodeId left = t_.child(n, Role::left);
  const NodeId right = t_.child(n, Role::right);
  if (!left || !right) {
    ok_ = false;
    return;
  }
  const std::string op = operator_of(n);
  const bool begins =
      op == "-" || op == "*" || op == "&&" || op == "||" || op == "&" || op == "|" || op == "<<" || op == "<";
  const uint8_t own = operator_precedence(op);
  const Around first = around.first(begins);
  const uint8_t left_has = precedence(left, first);
  const K kind = t_.kind(left);
  const bool left_parentheses = (own == kCompare ? left_has <= own : left_has < own) ||
                                (kind == K::CastExpr && (op == "<" || op == "<<")) ||
                                (kind == K::LetExpr && own > kAnd);
  maybe_in_parentheses(left, left_parentheses, first);
  out_.space();
  out_.word_space(op);
  maybe_in_parentheses(right, precedence(right, around) <= own, around.last());
}

// `0.` before another dot.
void ExpressionPrinter::keep_dots_apart(NodeId n, bool parentheses) {
  if (!parentheses && t_.kind(n) == K::LiteralExpr && all(n).ends_with('.')) out_.word(" ");
}

void ExpressionPrinter::range(NodeId n, const Around& around) {
  const NodeId start = t_.child(n, Role::start);
  const NodeId end = t_.child(n, Role::end);
  if (start) {
    const Around first = around.first(true);
    const bool parentheses = precedence(start, first) < kOr;
    maybe_in_parentheses(start, parentheses, first);
    keep_dots_apart(start, parentheses);
  }
  out_.word(joined(start ? t_.end_slot(start) : t_.first_slot(n), end ? t_.first_slot(end) : t_.end_slot(n)));
  if (end) maybe_in_parentheses(end, precedence(end, around) < kOr, around.last());
}

void ExpressionPrinter::arguments(NodeId n) {
  out_.word("(");
  if (const NodeId list_node = t_.child(n, Role::arguments)) list(list_node, Role::argument, &ExpressionPrinter::plain);
  out_.word(")");
}

void ExpressionPrinter::before_dot(NodeId inner, const Around& around) {
  if (!inner) {
    ok_ = false;
    return;
  }
  const bool parentheses = precedence(inner) < kWhole;
  maybe_in_parentheses(inner, parentheses, around.before_dot());
  keep_dots_apart(inner, parentheses);
}

void ExpressionPrinter::postfix(NodeId n, const Around& around) {
  switch (t_.kind(n)) {
    case K::CallExpr: {
      const NodeId callee = t_.child(n, Role::callee);
      if (!callee) break;
      const Around first = around.first(true);
      bool parentheses = precedence(callee, first) < kWhole || is_block_like(callee);
      if (t_.kind(callee) == K::FieldExpr) {
        const std::string field = all(t_.child(callee, Role::name));
        parentheses = field.empty() || field[0] < '0' || field[0] > '9';
      }
      maybe_in_parentheses(callee, parentheses, first);
      arguments(n);
      return;
    }
    case K::MethodCallExpr:
      before_dot(t_.child(n, Role::receiver), around);
      out_.word(".");
      name(t_.child(n, Role::name));
      if (const NodeId generics = t_.child(n, Role::generic_arguments)) generic_arguments(generics, true);
      arguments(n);
      return;
    case K::FieldExpr:
      before_dot(t_.child(n, Role::base), around);
      out_.word(".");
      name(t_.child(n, Role::name));
      return;
    case K::IndexExpr: {
      const NodeId base = t_.child(n, Role::base);
      if (!base) break;
      const Around first = around.first(true);
      maybe_in_parentheses(base, precedence(base, first) < kWhole || is_block_like(base), first);
      out_.word("[");
      plain(t_.child(n, Role::index));
      out_.word("]");
      return;
    }
    default: {
      const NodeId inner = t_.child(n, Role::expression);
      if (!inner) break;
      maybe_in_parentheses(inner, precedence(inner) < kWhole, around.before_dot());
      out_.word(t_.kind(n) == K::TryExpr ? "?" : ".await");
      return;
    }
  }
  ok_ = false;
}

void ExpressionPrinter::jump(NodeId n, const Around& around) {
  const K kind = t_.kind(n);
  out_.word(kind == K::ReturnExpr ? "return" : kind == K::BreakExpr ? "break" : "continue");
  if (const NodeId target = t_.child(n, Role::target)) {
    out_.space();
    name(target);
  }
  const NodeId value = t_.child(n, Role::value);
  if (!value) return;
  if (kind == K::ReturnExpr)
    out_.word(" ");
  else
    out_.space();
  maybe_in_parentheses(value, false, around.last());
}

void ExpressionPrinter::macro_call(NodeId call) {
  const NodeId path_node = call ? t_.child(call, Role::path) : NodeId();
  const NodeId tokens = call ? t_.child(call, Role::arguments) : NodeId();
  if (!path_node || !tokens) {
    ok_ = false;
    return;
  }
  const uint32_t open = first_token(tokens);
  const bool braces = t_.token_kind(open) == T::LBrace;
  if (braces) out_.open_consistent(LinePrinter::kIndent);
  path(path_node, false);
  out_.word("!");
  if (braces) out_.word(" ");
  print_delimited(source_, id_, base_ + open, base_ + t_.end_slot(tokens), true, &out_);
  if (braces) out_.close();
}

std::optional<std::string> print_expression(const Source& source, SourceId id, uint32_t begin, uint32_t end,
                                            const ParseOptions& options) {
  const Tree tree = parse_fragment(source.tree, begin, end, FragmentKind::Expr, options);
  if (!tree.errors().empty()) return std::nullopt;
  const NodeId root = tree.first_child(tree.root());
  if (!root || tree.next_sibling(root)) return std::nullopt;
  return ExpressionPrinter(source, id, begin, tree).run(root);
}

}  // namespace rp
