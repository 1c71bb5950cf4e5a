// Blocks, statements, and expressions that steer control: if, match, loops, jumps.
#include <algorithm>

#include "syntax/parser_impl.h"

namespace rp {

// ---- Blocks and statements --------------------------------------------------------------------------------------

void Parser::block(Role role, bool inner_attributes_allowed) {
  if (at(T::GroupOpenBlock)) {
    const Mark mark = open();
    const Nesting nesting(*this);
    bump();
    if (nesting.ok) block(role);
    close_group(mark);
    set_role(role);
    return;
  }
  if (!at(T::LBrace)) {
    error_expected("`{`");
    missing(role);
    return;
  }
  const Mark mark = open();
  bump();
  const Nesting nesting(*this);
  if (nesting.ok) {
    const uint8_t saved = restrictions_;
    restrictions_ = kNoRestrictions;
    if (!inner_attributes_allowed &&
        ((at(T::Pound) && peek() == T::Bang) || at(T::InnerLineDoc) || at(T::InnerBlockDoc)))
      error_here("an inner attribute is not permitted in this context",
                 "inner attributes stand at the start of an item's body");
    inner_attributes();
    block_tail();
    restrictions_ = saved;
  }
  expect_closer(T::RBrace);
  close(mark, N::Block, role);
}

void Parser::block_tail() {
  while (!at_closer()) {
    const uint32_t before = pos_;
    if ((++polls_ & 0xFF) == 0) Cancellation::poll(cancellation_);
    statement();
    if (pos_ == before && !at_closer()) {
      error_expected("a statement");
      if (at(T::LParen) || at(T::LBracket) || at(T::LBrace) || at_group()) {
        const Mark mark = open();
        skip_group();
        close(mark, N::Error);
      } else {
        bump_error();
      }
    }
  }
}

// Whether the current token is the first on its line.
bool Parser::on_new_line() const {
  if (prev_end_ == 0) return true;
  const std::string_view previous = token_text(prev_end_ - 1);
  const auto from = static_cast<size_t>(previous.data() - text_.data()) + previous.size();
  return text_.substr(from, starts_[pos_] - from).find('\n') != std::string_view::npos;
}

// After an error in a statement: to its end, unless the next line looks like a new one.
void Parser::resume_after_statement() {
  if (at_closer() || on_new_line()) return;
  skip_error(kStopSemi | kStopItem);
  eat(T::Semi);
  last_error_slot_ = pos_;
}

// At a statement that a macro took. A `;` after it is a statement of its own.
void Parser::group_statement(Mark mark, bool attributes) {
  const Mark inner = open();
  bump();
  const Nesting nesting(*this);
  if (nesting.ok && !at(T::GroupClose)) statement(true);
  const bool is_node = nodes_.size() > inner.node;
  if (!is_node || node_category(last_kind()) != NodeCategory::Expr) {
    // The attributes before the group are its own.
    if (is_node && last_kind() != N::Missing && at(T::GroupClose)) nodes_.back().first_node = mark.node;
    close_group(mark);
    set_role(R::statement);
    return;
  }
  // `g!()` alone is a statement also at the end of a block.
  const bool is_call = last_kind() == N::MacroExpr;
  close_group(inner);
  if (attributes) {
    set_role(R::expression);
    close(mark, N::AttributedExpr);
  }
  if (at_closer() && !is_call) {
    set_role(R::tail);
    return;
  }
  set_role(R::expression);
  close(mark, N::ExprStmt, R::statement);
}

void Parser::statement(bool without_semi) {
  const Mark mark = open();
  const bool attributes = outer_attributes();
  if (at(T::GroupOpenStmt)) {
    group_statement(mark, attributes);
    return;
  }
  if (attributes && at_closer()) {
    error_at(nodes_.back().first_slot, nodes_.back().end_slot, "expected statement after outer attribute",
             last_kind() == N::DocComment ? "this doc comment documents nothing; use `//` for a plain comment" : "");
    close(mark, N::Error);
    return;
  }
  switch (cur_) {
    case T::KwLet:
      let_statement(mark, without_semi);
      return;
    case T::KwSuper:
      if (peek() == T::KwLet) {
        bump();
        let_statement(mark, without_semi);
        return;
      }
      break;
    case T::KwMut:
      error_here("invalid variable declaration", "write `let mut name`");
      bump();
      if (at(T::KwLet)) {
        let_statement(mark, without_semi);
        return;
      }
      if (has(kIdentLike)) {
        let_after_keyword(mark);
        return;
      }
      break;
    case T::Semi:
      if (attributes) error_here("expected statement after outer attribute");
      bump();
      close(mark, attributes ? N::Error : N::EmptyStmt, R::statement);
      return;
    default:
      break;
  }
  if (has(kIdentLike) && (at(T::KwAuto) || current_text() == "var") && kind_has(peek(), kIdentLike) &&
      !(at(T::KwAuto) && begins_trait_front_matter())) {
    error_here("invalid variable declaration", "write `let` instead of `" + std::string(current_text()) + "`");
    bump();
    let_after_keyword(mark);
    return;
  }
  if (has(kPathStart) && !at_lt() && !begins_path_item() && !(at(T::KwBuiltin) && peek() == T::Pound)) {
    path_statement(mark, attributes, without_semi);
    return;
  }
  if (!has(kPathStart) || begins_path_item()) {
    // An empty `$v:vis` may have been taken when this is false.
    if (item_after_attributes(mark, ItemContext::Statement, attributes)) return;
  }
  const uint8_t saved = restrictions_;
  restrictions_ = kStmtExpr;
  {
    const Nesting nesting(*this);
    if (nesting.ok)
      expr_after_attributes(mark, attributes, 0);
    else
      missing(R::None);
  }
  restrictions_ = saved;
  finish_expression_statement(mark, without_semi);
}

// A statement that begins with a path: a macro call, a struct literal, or an expression.
void Parser::path_statement(Mark mark, bool attributes, bool without_semi) {
  const Mark start = open();
  path(PathStyle::Expr, R::None, N::PathExpr);
  const uint8_t saved = restrictions_;
  const auto wrap_attributes = [&] {
    if (!attributes) return;
    set_role(R::expression);
    close(mark, N::AttributedExpr);
  };
  if (at(T::Bang)) {
    nodes_.back().kind = N::Path;
    set_role(R::path);
    const bool braces = peek() == T::LBrace;
    macro_call_rest(start, R::call);
    close(start, N::MacroExpr);
    if ((braces && !at(T::Dot) && !at(T::Question)) || at(T::Semi) || at(T::Eof)) {
      wrap_attributes();
      finish_expression_statement(mark, without_semi);
      return;
    }
    restrictions_ = kNoRestrictions;
    postfix_rest(start);
    wrap_attributes();
    binary_rest(mark, 0);
  } else {
    restrictions_ = kStmtExpr;
    if (at(T::LBrace)) {
      nodes_.back().kind = N::Path;
      set_role(R::path);
      record_expr_rest(start);
    }
    postfix_rest(start);
    wrap_attributes();
    binary_rest(mark, 0);
  }
  restrictions_ = saved;
  finish_expression_statement(mark, without_semi);
}

// The last node is the expression; gives it its place in the block.
void Parser::finish_expression_statement(Mark mark, bool without_semi) {
  const PostNode& last = nodes_.back();
  const PostNode& inner = last.kind == N::AttributedExpr && nodes_.size() > 1 ? nodes_[nodes_.size() - 2] : last;
  const bool braced_macro =
      inner.kind == N::MacroExpr && inner.end_slot > 0 && kinds_[last_token_slot(inner)] == T::RBrace;
  const bool complete = braced_macro || last_is_complete();
  if (at(T::KwElse) && last.kind == N::AssignExpr) {
    error_here("<assignment> ... else { ... } is not allowed");
    bump();
    block(R::None);
    close(mark, N::Error);
  }
  if (without_semi) {
    set_role(R::None);
    return;
  }
  if (eat(T::Semi)) {
    set_role(R::expression);
    close(mark, N::ExprStmt, R::statement);
    return;
  }
  if (at_closer()) {
    set_role(R::tail);
    return;
  }
  set_role(R::expression);
  if (!complete) {
    if (on_new_line())
      error_after_previous("expected `;`, found " + describe(), "add `;` here");
    else
      error_expected("one of `.`, `;`, `?`, `}`, or an operator");
    resume_after_statement();
  }
  close(mark, N::ExprStmt, R::statement);
}

// At `let`.
void Parser::let_statement(Mark mark, bool without_semi) {
  bump();
  if (at(T::KwConst) && kind_has(peek(), kWord)) {
    error_here("`const` and `let` are mutually exclusive", "remove `let`");
    bump();
  }
  let_after_keyword(mark, without_semi);
}

void Parser::let_after_keyword(Mark mark, bool without_semi) {
  pattern_before_type(R::pattern);
  if (at(T::Comma)) {
    error_here("unexpected `,` in pattern", "add parentheses to destructure a tuple");
    skip_let_pattern_tail();
  }
  if (eat(T::Colon)) type(R::type);
  bool has_value = false;
  if (is_compound_assignment(cur_) || at(T::Eq)) {
    if (!at(T::Eq)) error_here("can't reassign an uninitialized variable", "initialize the variable with `=`");
    bump();
    expr(R::value);
    has_value = true;
  }
  if (has_value && at(T::KwElse)) {
    const PostNode& value = nodes_.back();
    if (value.kind == N::BinaryExpr) {
      const TokenKind op = operator_of(static_cast<uint32_t>(nodes_.size()) - 1);
      if (op == T::AndAnd || op == T::OrOr)
        error_at(value.first_slot, value.end_slot,
                 "a `" + std::string(op == T::AndAnd ? "&&" : "||") +
                     "` expression cannot be directly assigned in `let...else`",
                 "wrap the expression in parentheses");
    }
    if (value.end_slot > value.first_slot && kinds_[last_token_slot(value)] == T::RBrace)
      error_at(value.end_slot - 1, value.end_slot,
               "right curly brace `}` before `else` in a `let...else` statement not allowed",
               "wrap the expression in parentheses");
    bump();
    if (at(T::KwIf)) {
      error_here("conditional `else if` is not supported for `let...else`");
      const Mark branch = open();
      if_expr(branch);
      close(branch, N::Error);
    } else {
      block(R::else_block, false);
    }
  }
  if (!without_semi && !eat(T::Semi)) {
    if (at_closer() || on_new_line())
      error_after_previous("expected `;`, found " + describe(), "add `;` here");
    else
      error_expected("`;`");
    resume_after_statement();
  }
  close(mark, N::LetStmt, R::statement);
}

void Parser::skip_let_pattern_tail() {
  const Mark mark = open();
  while (!at(T::Eq) && !at(T::Semi) && !at(T::Colon) && !at_closer()) {
    if (at(T::LParen) || at(T::LBracket) || at(T::LBrace) || at_group())
      skip_group();
    else
      bump();
  }
  close(mark, N::Error);
}

// The operator token of a BinaryExpr.
TokenKind Parser::operator_of(uint32_t node) const {
  const uint32_t right = node - 1;
  const uint32_t left = nodes_[right].first_node - 1;
  uint32_t slot = nodes_[left].end_slot;
  while (is_trivia(kinds_[slot])) ++slot;
  return kinds_[slot];
}

// ---- Keyword expressions ----------------------------------------------------------------------------------------

bool Parser::begins_gen_block(uint32_t ahead) const {
  const TokenKind next = peek(ahead + 1);
  return begins_block(next) || ((next == T::KwMove || next == T::KwUse) && begins_block(peek(ahead + 2)));
}

void Parser::keyword_expr(Mark mark) {
  switch (cur_) {
    case T::KwIf:
      if_expr(mark);
      return;
    case T::KwMatch:
      bump();
      expr(R::scrutinee, kNoStructLiteral);
      match_arms(mark);
      return;
    case T::KwWhile:
      while_expr(mark);
      return;
    case T::KwLoop:
      loop_expr(mark);
      return;
    case T::KwFor:
      if (prefer_generics(1))
        closure_expr(mark);
      else
        for_expr(mark);
      return;
    case T::KwMove:
    case T::KwStatic:
    case T::KwUse:
      closure_expr(mark);
      return;
    case T::KwConst:
      if (begins_const_closure()) {
        closure_expr(mark);
        return;
      }
      if (!begins_block(peek())) break;
      [[fallthrough]];
    case T::KwUnsafe:
      bump();
      if (at(T::GroupOpenBlock) && prev_ == T::KwUnsafe) error_here("cannot use a `block` macro fragment here");
      block(R::body);
      close(mark, N::BlockExpr);
      return;
    case T::KwReturn:
      bump();
      if (has(kBeginsExpr)) expr(R::value);
      close(mark, N::ReturnExpr);
      return;
    case T::KwBreak:
      bump();
      if (at(T::Lifetime) || at(T::RawLifetime)) {
        if (peek() == T::Colon) {
          error_here("parentheses are required around this expression to avoid confusion with a labeled break");
          expr(R::value);
          close(mark, N::BreakExpr);
          return;
        }
        lifetime(R::target);
      }
      if (has(kBeginsExpr) && (!at(T::LBrace) || (restrictions_ & kNoStructLiteral) == 0)) expr(R::value);
      close(mark, N::BreakExpr);
      return;
    case T::KwContinue:
      bump();
      if (at(T::Lifetime) || at(T::RawLifetime)) {
        lifetime(R::target);
      } else if (has(kIdentLike)) {
        error_here("expected a label, found an identifier", "labels start with a tick: `'name`");
        bump();
      }
      close(mark, N::ContinueExpr);
      return;
    case T::KwYield:
      bump();
      if (has(kBeginsExpr)) expr(R::value);
      close(mark, N::YieldExpr);
      return;
    case T::KwBecome:
      bump();
      expr(R::value);
      close(mark, N::BecomeExpr);
      return;
    case T::KwDo:
      if (peek() != T::KwYeet) break;
      bump();
      kinds_[pos_] = cur_ = T::KwYeet;
      bump();
      if (has(kBeginsExpr)) expr(R::value);
      close(mark, N::YeetExpr);
      return;
    case T::KwLet:
      let_expr(mark);
      return;
    case T::KwTry:
      if (!edition_at_least(Edition::k2018) || (!begins_block(peek()) && peek() != T::KwBikeshed)) break;
      bump();
      if (at(T::KwBikeshed)) {
        bump();
        type(R::type);
      }
      block(R::body);
      if (at(T::Ident) && current_text() == "catch") error_here("keyword `catch` cannot follow a `try` block");
      close(mark, N::BlockExpr);
      return;
    case T::KwGen:
      if (!edition_at_least(Edition::k2024)) break;
      if (!begins_gen_block(0)) {
        closure_expr(mark);
        return;
      }
      bump();
      if (at(T::KwMove) || at(T::KwUse)) bump();
      block(R::body);
      close(mark, N::BlockExpr);
      return;
    case T::KwAsync: {
      if (!edition_at_least(Edition::k2018)) break;
      const bool gen = peek() == T::KwGen && edition_at_least(Edition::k2024) && begins_gen_block(1);
      if (!gen && !begins_gen_block(0)) {
        closure_expr(mark);
        return;
      }
      bump();
      if (gen) bump();
      if (at(T::KwMove) || at(T::KwUse)) bump();
      block(R::body);
      close(mark, N::BlockExpr);
      return;
    }
    case T::KwAwait:
      error_here("incorrect use of `await`", "write `.await` after the expression");
      bump();
      if (has(kBeginsExpr)) expr(R::content);
      close(mark, N::Error);
      return;
    default:
      break;
  }
  error_expected("expression");
  if (is_keyword_kind(cur_) && !has(kBeginsItem) && !at(T::KwElse) && !at(T::KwIn) && !at(T::KwWhere) && !at(T::KwAs)) {
    bump();
    close(mark, N::Error);
    return;
  }
  close(mark, N::Missing);
}

// ---- Conditions -------------------------------------------------------------------------------------------------

void Parser::condition(bool chains_always_allowed, uint8_t restrictions, Role role) {
  const size_t first_pending = pending_lets_.size();
  expr(role, restrictions);
  if (pending_lets_.size() == first_pending) [[likely]]
    return;
  check_let_positions(static_cast<uint32_t>(nodes_.size()) - 1, first_pending, chains_always_allowed);
  pending_lets_.resize(first_pending);
}

// `let` may stand alone in a condition, or as an operand of `&&` at its top.
void Parser::check_let_positions(uint32_t root, size_t first_pending, bool chains_always_allowed) {
  std::vector<uint32_t> reached;
  std::vector<uint32_t> stack = {root};
  while (!stack.empty()) {
    const uint32_t node = stack.back();
    stack.pop_back();
    if (nodes_[node].kind == N::LetExpr) reached.push_back(node);
    if (nodes_[node].kind == N::BinaryExpr && operator_of(node) == T::AndAnd) {
      stack.push_back(node - 1);
      stack.push_back(nodes_[node - 1].first_node - 1);
    }
  }
  std::sort(reached.begin(), reached.end());
  for (size_t i = first_pending; i < pending_lets_.size(); ++i) {
    const uint32_t let = pending_lets_[i];
    const uint32_t slot = nodes_[let].first_slot;
    if (!std::binary_search(reached.begin(), reached.end(), let)) {
      error_at(slot, nodes_[let].end_slot, "expected expression, found `let` statement",
               "only supported directly in conditions of `if` and `while` expressions, joined by `&&`");
    } else if (let != root && !chains_always_allowed && !edition_at_least(Edition::k2024)) {
      error_at(slot, nodes_[let].end_slot, "let chains are only allowed in Rust 2024 or later");
    }
  }
}

void Parser::let_expr(Mark mark) {
  const bool allowed = (restrictions_ & kAllowLet) != 0;
  if (!allowed)
    error_here("expected expression, found `let` statement",
               "only supported directly in conditions of `if` and `while` expressions");
  bump();
  pattern_top(R::pattern, false);
  if (at(T::EqEq)) {
    error_here("expected `=`, found `==`", "consider using `=` here");
    bump();
  } else {
    expect(T::Eq);
  }
  constexpr uint8_t kTighterThanLazyAnd = 5;
  const uint8_t saved = restrictions_;
  restrictions_ = static_cast<uint8_t>(restrictions_ & ~kAllowLet);
  expr_inner(kTighterThanLazyAnd);
  restrictions_ = saved;
  set_role(R::value);
  close(mark, N::LetExpr);
  if (allowed) pending_lets_.push_back(static_cast<uint32_t>(nodes_.size()) - 1);
}

// At `if`. A chain of `else if` is read in a loop: generated code has thousands of them.
void Parser::if_expr(Mark mark) {
  Buffer<Mark> chain(budget_);
  chain.push_back(mark);
  for (;;) {
    bump();  // `if`
    condition(false, kNoStructLiteral | kAllowLet, R::condition);
    if (at_outer_attribute()) {
      misplaced_attributes("outer attributes are not allowed on `if` and `else` branches");
    }
    if (at_block()) {
      block(R::then_block, false);
    } else {
      error_expected("`{`", "the `if` expression is missing a block after this condition");
      missing(R::then_block);
    }
    if (!at(T::KwElse)) break;
    bump();
    if (at_outer_attribute()) {
      misplaced_attributes("outer attributes are not allowed on `if` and `else` branches");
    }
    if (at(T::KwIf)) {
      chain.push_back(open());
      continue;
    }
    const Mark branch = open();
    if (at_block()) {
      block(R::body, false);
      close(branch, N::BlockExpr, R::else_branch);
    } else {
      error_expected("`{`", "add an `if` if this is the condition of a chained `else if`");
      missing(R::else_branch);
    }
    break;
  }
  while (!chain.empty()) {
    close(chain.back(), N::IfExpr);
    chain.pop_back();
    if (!chain.empty()) set_role(R::else_branch);
  }
}

// ---- match ------------------------------------------------------------------------------------------------------

// The scrutinee is the last node; closes the MatchExpr.
void Parser::match_arms(Mark mark) {
  const Mark list = open();
  if (!at(T::LBrace)) {
    error_expected("`{`");
    missing(R::arms);
    close(mark, N::MatchExpr);
    return;
  }
  bump();
  const Nesting nesting(*this);
  if (nesting.ok) {
    const uint8_t saved = restrictions_;
    restrictions_ = kNoRestrictions;
    inner_attributes();
    while (!at_closer()) {
      const uint32_t before = pos_;
      if ((++polls_ & 0xFF) == 0) Cancellation::poll(cancellation_);
      match_arm();
      if (pos_ == before && !at_closer()) {
        skip_error(kStopComma);
        if (!eat(T::Comma) && pos_ == before) break;
      }
    }
    restrictions_ = saved;
  }
  expect_closer(T::RBrace);
  close(list, N::MatchArmList, R::arms);
  close(mark, N::MatchExpr);
}

void Parser::match_arm() {
  const Mark mark = open();
  outer_attributes();
  if (at_closer()) {
    error_at(nodes_.back().first_slot, nodes_.back().end_slot, "expected a match arm after the attribute");
    close(mark, N::Error);
    return;
  }
  pattern_top(R::pattern, false);
  const PostNode& pattern = nodes_.back();
  if (pattern.kind == N::ParenPat && nodes_[nodes_.size() - 2].kind == N::GuardPat)
    error_at(pattern.first_slot, pattern.end_slot, "unexpected parentheses surrounding `match` arm pattern",
             "remove parentheses surrounding the pattern");
  if (at(T::KwIf)) {
    bump();
    condition(true, kAllowLet, R::guard);
  }
  if (at(T::Comma) || at_closer()) {
    eat(T::Comma);
    close(mark, N::MatchArm, R::arm);
    return;
  }
  if (!eat(T::FatArrow)) {
    if (nodes_.back().kind == N::NeverPat) {
      error_expected("one of `,` or `}`");
    } else {
      error_expected("one of `=>`, `if`, or `|`", at(T::Eq) || at(T::Arrow) || at(T::Ge) || at(T::EqEq)
                                                      ? "use a fat arrow to start a match arm: `=>`"
                                                      : "");
    }
    if (at(T::Eq) || at(T::Arrow) || at(T::EqEq) || at(T::Ge)) {
      bump();
    } else {
      skip_error(kStopComma | kStopBrace);
      if (at(T::LBrace)) skip_group();
      eat(T::Comma);
      last_error_slot_ = pos_;
      close(mark, N::MatchArm, R::arm);
      return;
    }
  }
  expr(R::body, kStmtExpr);
  const bool complete = last_is_complete();
  if (!eat(T::Comma) && !complete && !at_closer()) {
    if (on_new_line()) {
      error_after_previous("expected `,` following `match` arm", "add `,` here");
    } else {
      error_expected("one of `,`, `.`, `?`, `}`, or an operator");
      skip_error(kStopComma);
      eat(T::Comma);
      last_error_slot_ = pos_;
    }
  }
  close(mark, N::MatchArm, R::arm);
}

// ---- Loops ------------------------------------------------------------------------------------------------------

void Parser::loop_else() {
  if (!at(T::KwElse)) return;
  error_here("loops do not support `else` blocks", "consider moving this `else` clause to a separate `if` statement");
  const Mark mark = open();
  bump();
  if (at(T::KwIf)) {
    if_expr(open());
  } else {
    block(R::None);
  }
  close(mark, N::Error);
}

void Parser::while_expr(Mark mark) {
  bump();
  condition(false, kNoStructLiteral | kAllowLet, R::condition);
  block(R::body);
  loop_else();
  close(mark, N::WhileExpr);
}

void Parser::loop_expr(Mark mark) {
  bump();
  block(R::body);
  loop_else();
  close(mark, N::LoopExpr);
}

void Parser::for_expr(Mark mark) {
  bump();
  if (at(T::KwAwait) && edition_at_least(Edition::k2018)) bump();
  pattern_top(R::pattern, true);
  if (!eat(T::KwIn)) {
    error_expected("`in`");
    if (at(T::Eq) || (at(T::Ident) && current_text() == "of")) bump();
  }
  if (at(T::KwIn)) {
    error_expected("iterable, found keyword `in`", "remove the duplicated `in`");
    bump();
  }
  expr(R::iterable, kNoStructLiteral);
  block(R::body);
  loop_else();
  close(mark, N::ForExpr);
}

// At a lifetime that labels what follows.
void Parser::labelled_expr(Mark mark) {
  const Mark label = open();
  const std::string_view word = current_text();
  if (at(T::Lifetime) && word.size() > 1) {
    const std::string_view bare = word.substr(1);
    for (size_t k = static_cast<size_t>(T::KwAs); k < static_cast<size_t>(T::kCount); ++k) {
      if (kTokenKindInfo[k].name == bare && (flags_[k] & kReserved) != 0) {
        error_here("labels cannot use keyword names");
        break;
      }
    }
    if (bare == "static" || bare == "_") error_here("labels cannot use keyword names");
  }
  bump();
  if (!eat(T::Colon)) error_expected("`:` after the label", "labeled expression must be followed by `:`");
  close(label, N::Label, R::label);
  switch (cur_) {
    case T::KwWhile:
      while_expr(mark);
      return;
    case T::KwFor:
      for_expr(mark);
      return;
    case T::KwLoop:
      loop_expr(mark);
      return;
    case T::LBrace:
      block(R::body);
      close(mark, N::BlockExpr);
      return;
    default:
      error_expected("`while`, `for`, `loop` or `{` after a label");
      if (has(kBeginsExpr) && !at(T::Lifetime) && !at(T::RawLifetime)) expr(R::content);
      close(mark, N::Error);
  }
}

}  // namespace rp
