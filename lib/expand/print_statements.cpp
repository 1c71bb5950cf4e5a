// Blocks, statements and what has blocks in it, as rustc's printer writes them.
#include "expand/print_code.h"
#include "expand/print_expression_internal.h"

namespace rp {

using K = NodeKind;
using T = TokenKind;

void ExpressionPrinter::record(NodeId n) {
  path(t_.child(n, Role::path), true);
  out_.word(" {");
  const NodeId base = t_.child(n, Role::base);
  const bool rest = base || t_.has_token(n, T::DotDot);
  uint32_t count = 0, at = 0;
  for (NodeId c = t_.first_child(n); c; c = t_.next_sibling(c)) count += t_.role(c) == Role::field;
  if (count == 0 && !rest) {
    out_.word("}");
    return;
  }
  out_.open_consistent();
  for (NodeId c = t_.first_child(n); c; c = t_.next_sibling(c)) {
    if (t_.role(c) != Role::field) continue;
    if (t_.child(c, Role::attribute)) ok_ = false;
    if (at++ == 0) out_.space_if_inside();
    const NodeId value = t_.child(c, Role::value);
    if (value) {
      name(t_.child(c, Role::name));
      out_.word(": ");
      plain(value);
    } else {
      name(t_.child(c, Role::name));
    }
    if (at < count || rest)
      out_.word_space(",");
    else
      out_.comma_or_space();
  }
  if (rest) {
    if (count == 0) out_.space();
    out_.word("..");
    if (base) plain(base);
    out_.space();
  }
  out_.shift_last_break(-LinePrinter::kIndent);
  out_.close();
  out_.word("}");
}

void ExpressionPrinter::parameter(NodeId n) {
  if (t_.child(n, Role::attribute)) ok_ = false;
  out_.open_inconsistent(LinePrinter::kIndent);
  if (const NodeId p = t_.child(n, Role::pattern)) pattern(p);
  if (const NodeId ty = t_.child(n, Role::type)) {
    out_.word_space(":");
    type(ty);
  }
  out_.close();
}

void ExpressionPrinter::closure(NodeId n) {
  const NodeId body = t_.child(n, Role::body);
  if (!body || t_.child(n, Role::binder)) {
    ok_ = false;
    return;
  }
  for (uint32_t slot = first_token(n); slot < t_.first_slot(body); slot += token_slots(t_.token_kind(slot))) {
    const T kind = t_.token_kind(slot);
    if (kind == T::Or || kind == T::OrOr) break;
    if (kind == T::KwMove || kind == T::KwConst || kind == T::KwStatic) out_.word_space(t_.token_text(slot));
    if (kind == T::KwAsync || kind == T::KwGen) out_.word(std::string(t_.token_text(slot)) + " ");
  }
  out_.word("|");
  list(n, Role::parameter, &ExpressionPrinter::parameter);
  out_.word("|");
  if (const NodeId result = t_.child(n, Role::return_type)) {
    out_.space_if_inside();
    out_.open_inconsistent(LinePrinter::kIndent);
    out_.word_space("->");
    type(t_.child(result, Role::type));
    out_.close();
  }
  out_.space();
  plain(body);
}

// ---- Blocks ----

void ExpressionPrinter::label(NodeId n) {
  if (const NodeId l = t_.child(n, Role::label)) {
    name(t_.first_child(l) ? t_.first_child(l) : l);
    out_.word_space(":");
  }
}

void ExpressionPrinter::block_like(NodeId n) {
  switch (t_.kind(n)) {
    case K::IfExpr:
      out_.open_consistent();
      out_.open_inconsistent();
      out_.word("if ");
      condition(t_.child(n, Role::condition));
      out_.space();
      block(t_.child(n, Role::then_block), true);
      otherwise(t_.child(n, Role::else_branch));
      return;
    case K::WhileExpr:
    case K::ForExpr: {
      label(n);
      out_.open_consistent();
      out_.open_inconsistent();
      if (t_.kind(n) == K::WhileExpr) {
        out_.word("while ");
        condition(t_.child(n, Role::condition));
      } else {
        out_.word("for ");
        pattern(t_.child(n, Role::pattern));
        out_.space();
        out_.word_space("in");
        condition(t_.child(n, Role::iterable));
      }
      out_.space();
      block(t_.child(n, Role::body), true);
      return;
    }
    case K::LoopExpr:
      out_.open_consistent();
      out_.open_inconsistent();
      label(n);
      out_.word("loop ");
      block(t_.child(n, Role::body), true);
      return;
    case K::MatchExpr:
      match(n);
      return;
    default:
      break;
  }
  const NodeId body = t_.child(n, Role::body);
  label(n);
  bool constant = false, unsafe = false;
  for (uint32_t slot = first_token(n); body && slot < t_.first_slot(body); slot += token_slots(t_.token_kind(slot))) {
    const T kind = t_.token_kind(slot);
    constant |= kind == T::KwConst;
    unsafe |= kind == T::KwUnsafe;
    if (kind == T::KwTry) ok_ = false;
    if (kind == T::KwAsync || kind == T::KwGen) out_.word(std::string(t_.token_text(slot)) + " ");
    if (kind == T::KwMove) out_.word_space("move");
  }
  if (constant) {
    out_.open_inconsistent(LinePrinter::kIndent);
    out_.word("const ");
  }
  out_.open_consistent();
  out_.open_inconsistent();
  if (unsafe) out_.word_space("unsafe");
  block(body, true);
  if (constant) out_.close();
}

void ExpressionPrinter::otherwise(NodeId branch) {
  while (branch) {
    out_.open_consistent();
    out_.open_inconsistent();
    if (t_.kind(branch) != K::IfExpr) {
      out_.word(" else ");
      block(t_.child(branch, Role::body), true);
      return;
    }
    out_.word(" else if ");
    condition(t_.child(branch, Role::condition));
    out_.space();
    block(t_.child(branch, Role::then_block), true);
    branch = t_.child(branch, Role::else_branch);
  }
}

// Closes the inner box that is open, and the outer one when `close_outer`.
void ExpressionPrinter::block(NodeId n, bool close_outer) {
  if (!n || t_.kind(n) != K::Block || t_.child(n, Role::attribute)) {
    ok_ = false;
    return;
  }
  out_.word("{");
  out_.close();
  bool empty = true;
  for (NodeId c = t_.first_child(n); c && ok_; c = t_.next_sibling(c)) {
    empty = false;
    statement(c);
  }
  if (!empty) out_.space_before_close(-LinePrinter::kIndent);
  out_.word("}");
  if (close_outer) out_.close();
}

void ExpressionPrinter::statement(NodeId n) {
  Around around;
  around.statement = true;
  switch (t_.kind(n)) {
    case K::LetStmt: {
      if (t_.child(n, Role::attribute) || t_.child(n, Role::else_block)) break;
      out_.space_if_inside();
      out_.open_inconsistent(LinePrinter::kIndent);
      out_.word("let ");
      out_.open_inconsistent(LinePrinter::kIndent);
      pattern(t_.child(n, Role::pattern));
      if (const NodeId ty = t_.child(n, Role::type)) {
        out_.word_space(":");
        type(ty);
      }
      out_.close();
      if (const NodeId value = t_.child(n, Role::value)) {
        out_.word(" ");
        out_.word_space("=");
        plain(value);
      }
      out_.word(";");
      out_.close();
      return;
    }
    case K::EmptyStmt:
      out_.space_if_inside();
      out_.word(";");
      return;
    case K::ExprStmt: {
      const NodeId inner = t_.child(n, Role::expression);
      out_.space_if_inside();
      maybe_in_parentheses(inner, false, around);
      if (t_.has_token(n, T::Semi)) out_.word(";");
      return;
    }
    case K::MacroItem: {
      if (t_.child(n, Role::attribute)) break;
      out_.space_if_inside();
      macro_call(t_.child(n, Role::call));
      if (t_.has_token(n, T::Semi)) out_.word(";");
      return;
    }
    default:
      if (node_category(t_.kind(n)) != NodeCategory::Expr) break;
      out_.space_if_inside();
      maybe_in_parentheses(n, false, around);
      return;
  }
  ok_ = false;
}

void ExpressionPrinter::match(NodeId n) {
  const NodeId arms = t_.child(n, Role::arms);
  if (!arms || first_kind(n) != T::KwMatch) {
    ok_ = false;
    return;
  }
  out_.open_consistent();
  out_.open_inconsistent();
  out_.word("match ");
  condition(t_.child(n, Role::scrutinee));
  out_.space();
  out_.word("{");
  out_.close();
  bool empty = true;
  for (NodeId c = t_.first_child(arms); c && ok_; c = t_.next_sibling(c)) {
    empty = false;
    if (t_.kind(c) == K::MatchArm)
      arm(c);
    else
      ok_ = false;
  }
  if (!empty) out_.space_before_close(-LinePrinter::kIndent);
  out_.word("}");
  out_.close();
}

void ExpressionPrinter::arm(NodeId n) {
  if (t_.child(n, Role::attribute)) {
    ok_ = false;
    return;
  }
  out_.space();
  out_.open_consistent(LinePrinter::kIndent);
  out_.open_inconsistent();
  pattern(t_.child(n, Role::pattern));
  out_.space();
  if (const NodeId guard = t_.child(n, Role::guard)) {
    out_.word_space("if");
    plain(guard);
    out_.space();
  }
  const NodeId body = t_.child(n, Role::body);
  if (!body) {
    out_.close();
    out_.word(",");
    out_.close();
    return;
  }
  out_.word_space("=>");
  const T first = first_kind(body);
  const bool is_block =
      t_.kind(body) == K::BlockExpr && (first == T::LBrace || first == T::KwUnsafe || t_.child(body, Role::label));
  if (is_block) {
    label(body);
    if (first == T::KwUnsafe) out_.word_space("unsafe");
    block(t_.child(body, Role::body), false);
    if (first == T::KwUnsafe) out_.word(",");
  } else {
    out_.close();
    plain(body);
    out_.word(",");
  }
  out_.close();
}

}  // namespace rp
