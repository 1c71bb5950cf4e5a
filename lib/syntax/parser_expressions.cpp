// Expressions: operators, postfix forms, literals, paths, calls, closures. Control flow and statements are in
// parser_control.cpp.
#include <array>

#include "syntax/parser_impl.h"

namespace rp {
namespace {

// Binding strengths, as the Reference's table of operator precedence; higher binds tighter, 0 is no operator.
enum Precedence : uint8_t {
  kNone = 0,
  kAssign = 1,
  kRange = 2,
  kLazyOr = 3,
  kLazyAnd = 4,
  kCompare = 5,
  kBitOr = 6,
  kBitXor = 7,
  kBitAnd = 8,
  kShift = 9,
  kSum = 10,
  kProduct = 11,
  kCast = 12,
};

constexpr std::array<uint8_t, 256> make_precedences() {
  std::array<uint8_t, 256> table{};
  const auto set = [&table](uint8_t precedence, std::initializer_list<TokenKind> kinds) {
    for (const TokenKind kind : kinds) table[static_cast<size_t>(kind)] = precedence;
  };
  set(kAssign, {T::Eq, T::PlusEq, T::MinusEq, T::StarEq, T::SlashEq, T::PercentEq, T::CaretEq, T::AndEq, T::OrEq,
                T::ShlEq, T::ShrEq});
  set(kRange, {T::DotDot, T::DotDotEq, T::DotDotDot});
  set(kLazyOr, {T::OrOr});
  set(kLazyAnd, {T::AndAnd});
  set(kCompare, {T::EqEq, T::Ne, T::Lt, T::Gt, T::Le, T::Ge, T::LArrow});
  set(kBitOr, {T::Or});
  set(kBitXor, {T::Caret});
  set(kBitAnd, {T::And});
  set(kShift, {T::Shl, T::Shr});
  set(kSum, {T::Plus, T::Minus});
  set(kProduct, {T::Star, T::Slash, T::Percent});
  set(kCast, {T::KwAs});
  return table;
}
constexpr std::array<uint8_t, 256> kPrecedences = make_precedences();

constexpr bool is_range_operator(TokenKind kind) {
  return kind == T::DotDot || kind == T::DotDotEq || kind == T::DotDotDot;
}

}  // namespace

void Parser::expr(Role role, uint8_t restrictions, uint8_t min_precedence) {
  const uint8_t saved = restrictions_;
  restrictions_ = restrictions;
  expr_inner(min_precedence);
  restrictions_ = saved;
  set_role(role);
}

void Parser::expr_inner(uint8_t min_precedence) {
  const Nesting nesting(*this);
  if (!nesting.ok) {
    missing(R::None);
    return;
  }
  const Mark mark = open();
  const bool attributes = outer_attributes();
  expr_after_attributes(mark, attributes, min_precedence);
}

void Parser::expr_after_attributes(Mark mark, bool attributes, uint8_t min_precedence) {
  if (is_range_operator(cur_)) {
    if (attributes) error_here("attributes are not allowed on range expressions starting with `..`");
    prefix_range();
    return;
  }
  prefix_expr_inner(open());
  if (attributes) {
    set_role(R::expression);
    close(mark, N::AttributedExpr);
  }
  binary_rest(mark, min_precedence);
}

// ---- Operators --------------------------------------------------------------------------------------------------

// Whether the last node is an expression that ends a statement by itself.
bool Parser::last_is_complete() const {
  size_t i = nodes_.size() - 1;
  if (nodes_[i].kind == N::AttributedExpr && i > 0) --i;
  switch (nodes_[i].kind) {
    case N::IfExpr:
    case N::MatchExpr:
    case N::WhileExpr:
    case N::LoopExpr:
    case N::ForExpr:
      return true;
    case N::BlockExpr: {
      const TokenKind first = first_token(nodes_[i]);
      return first != T::KwAsync && first != T::KwGen;
    }
    default:
      return false;
  }
}

// In a statement, `{ .. } - 1` is two statements; but `{ .. } / 1` can only be a mistake.
bool Parser::continues_expression() {
  if ((restrictions_ & kStmtExpr) == 0 || !last_is_complete()) return true;
  switch (cur_) {
    case T::Eq:
    case T::Caret:
    case T::Slash:
    case T::Percent:
    case T::Shr:
    case T::Le:
    case T::Gt:
    case T::Ge:
    case T::KwAs:
      break;
    default:
      if (!is_compound_assignment(cur_)) return false;
  }
  error_expected("expression", "parentheses are required around the block before to use it as an operand");
  return true;
}

void Parser::binary_rest(Mark mark, uint8_t min_precedence) {
  if (kPrecedences[static_cast<size_t>(cur_)] == kNone) [[likely]]
    return;
  if (!continues_expression()) return;
  // Only what a macro took can be a whole comparison here.
  bool left_is_comparison =
      nodes_.back().kind == N::BinaryExpr && is_group_open(kinds_[nodes_.back().first_slot]) &&
      kPrecedences[static_cast<size_t>(operator_of(static_cast<uint32_t>(nodes_.size()) - 1))] == kCompare;
  for (;;) {
    const TokenKind op = cur_;
    const uint8_t precedence = kPrecedences[static_cast<size_t>(op)];
    if (precedence == kNone || precedence < min_precedence) return;
    if ((restrictions_ & kConstExpr) != 0 && (op == T::Gt || op == T::Shr || op == T::Ge || op == T::ShrEq)) return;
    if (op == T::KwAs) {
      set_role(R::expression);
      bump();
      const size_t errors_before = errors_.size();
      type(R::type, kNoPlus | kNoQuestionMark);
      if (errors_.size() > errors_before && errors_.back().hint.empty() && nodes_.size() >= 3 &&
          nodes_[nodes_.size() - 3].kind == N::GenericArgs)
        errors_[errors_before].hint =
            "after `as`, `<` begins generic arguments; to compare or shift, put the cast in parentheses: `(x as T) < "
            "y`";
      close(mark, N::CastExpr);
      if (at(T::Question) || at(T::Dot) || at(T::LParen) || at(T::LBracket)) {
        error_at(mark.slot, prev_end_, "cast cannot be followed by " + describe(),
                 "try surrounding the expression in parentheses");
        postfix_rest(mark);
      }
      left_is_comparison = false;
      continue;
    }
    if (precedence == kRange) {
      if (op == T::DotDotDot)
        error_here("unexpected token: `...`", "use `..` for an exclusive range or `..=` for an inclusive range");
      set_role(R::start);
      range_after(mark);
      return;
    }
    if (op == T::LArrow)
      error_here("unexpected token: `<-`",
                 "if you meant to write a comparison against a negative value, add a space between `<` and `-`");
    if (precedence == kCompare && left_is_comparison)
      error_here("comparison operators cannot be chained", "split the comparison into two, or use parentheses");
    left_is_comparison = precedence == kCompare;
    set_role(R::left);
    bump();
    const uint8_t saved = restrictions_;
    restrictions_ = precedence == kAssign ? static_cast<uint8_t>(restrictions_ & kNoStructLiteral)
                                          : static_cast<uint8_t>(restrictions_ & ~kStmtExpr);
    expr_inner(precedence == kAssign ? precedence : static_cast<uint8_t>(precedence + 1));
    restrictions_ = saved;
    set_role(R::right);
    close(mark, precedence == kAssign ? N::AssignExpr : N::BinaryExpr);
  }
}

bool Parser::begins_range_rhs() const {
  if (!has(kBeginsExpr)) return false;
  return !at(T::LBrace) || (restrictions_ & kNoStructLiteral) == 0;
}

// At the range operator; the start, if any, is the last node.
void Parser::range_after(Mark mark) {
  const bool inclusive = !at(T::DotDot);
  bump();
  if (begins_range_rhs()) {
    expr_inner(kRange + 1);
    set_role(R::end);
  } else if (inclusive) {
    if (at(T::Eq)) {
      error_here("unexpected `=` after inclusive range", "inclusive ranges end with a single equals sign (`..=`)");
      bump();
      if (begins_range_rhs()) {
        expr_inner(kRange + 1);
        set_role(R::end);
      }
    } else {
      error_after_previous("inclusive range with no end", "inclusive ranges must be bounded at the end (`..=b`)");
    }
  }
  close(mark, N::RangeExpr);
}

void Parser::prefix_range() {
  if (at(T::DotDotDot)) error_here("unexpected token: `...`", "use `..` or `..=`");
  range_after(open());
}

// The operand of a prefix operator.
void Parser::prefix_expr() {
  const Nesting nesting(*this);
  if (!nesting.ok) {
    missing(R::operand);
    return;
  }
  const Mark mark = open();
  const bool attributes = outer_attributes();
  if (is_range_operator(cur_))
    prefix_range();
  else
    prefix_expr_inner(open());
  if (attributes) {
    set_role(R::expression);
    close(mark, N::AttributedExpr);
  }
  set_role(R::operand);
}

void Parser::prefix_expr_inner(Mark mark) {
  switch (cur_) {
    case T::Tilde:
      error_here("`~` cannot be used as a unary operator", "use `!` to perform bitwise not");
      [[fallthrough]];
    case T::Bang:
    case T::Minus:
    case T::Star:
      bump();
      prefix_expr();
      close(mark, N::UnaryExpr);
      return;
    case T::And:
    case T::AndAnd:
      eat_amp();
      if ((at(T::Lifetime) || at(T::RawLifetime)) && peek() != T::Colon) {
        error_here("borrow expressions cannot be annotated with lifetimes", "remove the lifetime");
        bump_error();
      }
      if ((at(T::KwRaw) || at(T::KwPin)) && (peek() == T::KwMut || peek() == T::KwConst)) {
        bump();
        bump();
      } else {
        eat(T::KwMut);
      }
      prefix_expr();
      close(mark, N::RefExpr);
      return;
    case T::Plus:
      if (prev_ == T::Plus)
        error_here("Rust has no increment operator", "use `+= 1` instead");
      else
        error_here("leading `+` is not supported", "try removing the `+`");
      bump();
      if (has(kBeginsExpr))
        prefix_expr();
      else
        last_error_slot_ = pos_;
      close(mark, N::Error);
      return;
    case T::KwBox:
      error_here("`box_syntax` has been removed", "use `Box::new()` instead");
      bump();
      prefix_expr();
      close(mark, N::Error);
      return;
    default:
      primary_expr();
      postfix_rest(mark);
  }
}

// ---- Postfix ----------------------------------------------------------------------------------------------------

void Parser::postfix_rest(Mark mark) {
  for (;;) {
    switch (cur_) {
      case T::Question:
        set_role(R::expression);
        bump();
        close(mark, N::TryExpr);
        continue;
      case T::Dot:
        bump();
        dot_suffix(mark);
        continue;
      case T::LParen:
        if ((restrictions_ & kStmtExpr) != 0 && last_is_complete()) return;
        set_role(R::callee);
        arg_list();
        close(mark, N::CallExpr);
        continue;
      case T::LBracket:
        if ((restrictions_ & kStmtExpr) != 0 && last_is_complete()) return;
        set_role(R::base);
        bump();
        expr(R::index);
        expect_closer(T::RBracket);
        close(mark, N::IndexExpr);
        continue;
      default:
        return;
    }
  }
}

// At the integer of `x.0`; closes the NameRef.
void Parser::tuple_index_name() {
  const Mark mark = open();
  const std::string_view index = current_text();
  if (at(T::Int)) {
    const bool decimal = index.size() < 2 || index[0] != '0' || (index[1] >= '0' && index[1] <= '9') || index[1] == '_';
    const size_t suffix = decimal ? index.find_first_not_of("0123456789_") : index.find_first_of("iu", 2);
    if (suffix != std::string_view::npos) error_here("suffixes on a tuple index are invalid", "remove the suffix");
  }
  bump();
  close(mark, N::NameRef, R::name);
}

// After the dot; the expression before it is the last node.
void Parser::dot_suffix(Mark mark) {
  switch (cur_) {
    case T::KwAwait:
      if (!edition_at_least(Edition::k2018)) break;
      set_role(R::expression);
      bump();
      close(mark, N::AwaitExpr);
      if (at(T::LParen) && peek() == T::RParen)
        error_here("incorrect use of `await`", "`await` is not a method call, remove the parentheses");
      return;
    case T::KwUse:
      set_role(R::expression);
      bump();
      close(mark, N::UseExpr);
      if (at(T::LParen) && peek() == T::RParen)
        error_here("incorrect use of `use`", "`use` is not a method call, try removing the parentheses");
      return;
    case T::KwMatch:
      set_role(R::scrutinee);
      bump();
      match_arms(mark);
      return;
    case T::KwYield:
      set_role(R::value);
      bump();
      close(mark, N::YieldExpr);
      return;
    case T::Int:
      set_role(R::base);
      tuple_index_name();
      close(mark, N::FieldExpr);
      return;
    case T::FloatTrailingDot:
    case T::FloatDotted: {
      const bool dotted = at(T::FloatDotted);
      set_role(R::base);
      const Mark index = open();
      bump_part(T::Int);
      close(index, N::NameRef, R::name);
      close(mark, N::FieldExpr);
      if (dotted) {
        set_role(R::base);
        bump();  // the dot
        tuple_index_name();
        close(mark, N::FieldExpr);
      }
      return;
    }
    case T::Float:
      set_role(R::base);
      if (current_text().find_first_of(".+-") != std::string_view::npos ||
          current_text().find('f') != std::string_view::npos)
        error_here("unexpected token: " + describe(), "a tuple index is a decimal integer");
      tuple_index_name();
      close(mark, N::FieldExpr);
      return;
    default:
      break;
  }
  if (!has(kPathSegment)) {
    set_role(R::base);
    error_here("unexpected token: " + describe());
    if (is_keyword_kind(cur_) && !has(kBeginsItem) && !at(T::KwLet)) {
      const Mark word = open();
      bump();
      close(word, N::NameRef, R::name);
    } else {
      missing(R::name);
    }
    close(mark, N::FieldExpr);
    return;
  }
  set_role(R::receiver);
  const auto receiver = static_cast<uint32_t>(nodes_.size()) - 1;
  const Mark word = open();
  if (has(kIdentLike))
    take_ident();
  else
    bump();
  close(word, N::NameRef, R::name);
  bool generics = false;
  const uint32_t generics_slot = pos_;
  if (at(T::ColonColon)) {
    const TokenKind next = peek();
    if (next == T::Lt || next == T::Shl || next == T::LArrow) {
      generics = true;
      const Mark list = open();
      bump();
      generic_args(PathStyle::Expr);
      // The `::` belongs to the list.
      nodes_.back().first_slot = list.slot;
      set_role(R::generic_arguments);
    } else {
      error_expected("one of `(`, `.`, `;`, or an operator");
      bump_error();
    }
  }
  if (at(T::LParen)) {
    arg_list();
    close(mark, N::MethodCallExpr);
    return;
  }
  if (generics)
    error_at(generics_slot, prev_end_, "field expressions cannot have generic arguments",
             "remove them, or call the method: add `()`");
  nodes_[receiver].role = R::base;
  close(mark, generics ? N::Error : N::FieldExpr);
}

// At `(`.
void Parser::arg_list() {
  const Mark mark = open();
  bump();
  while (!at_closer()) {
    const uint32_t before = pos_;
    expr(R::argument);
    if (eat(T::Comma)) continue;
    if (at_closer()) break;
    error_expected("one of `)`, `,`, `.`, `?`, or an operator");
    skip_error(kStopComma);
    if (!eat(T::Comma) && pos_ == before) break;
  }
  expect_closer(T::RParen);
  close(mark, N::ArgList, R::arguments);
}

// ---- Primary ----------------------------------------------------------------------------------------------------

void Parser::primary_expr() {
  const Mark mark = open();
  switch (cur_) {
    case T::Ident:
    case T::RawIdent:
    case T::KwSelfValue:
      path_expr(mark);
      return;
    case T::Int:
    case T::Float:
    case T::FloatDotted:
    case T::FloatTrailingDot:
    case T::Char:
    case T::Byte:
    case T::Str:
    case T::ByteStr:
    case T::CStr:
    case T::RawStr:
    case T::RawByteStr:
    case T::RawCStr:
    case T::KwTrue:
    case T::KwFalse:
      bump();
      close(mark, N::LiteralExpr);
      return;
    case T::Dot:
      if (peek() == T::Int && joined()) {
        error_here("float literals must have an integer part", "write `0` before the point");
        bump();
        bump();
        close(mark, N::LiteralExpr);
        return;
      }
      break;
    case T::LParen:
      paren_or_tuple_expr(mark);
      return;
    case T::LBrace:
      block(R::body);
      close(mark, N::BlockExpr);
      return;
    case T::LBracket:
      array_expr(mark);
      return;
    case T::Or:
    case T::OrOr:
      closure_expr(mark);
      return;
    case T::Lifetime:
    case T::RawLifetime:
      labelled_expr(mark);
      return;
    case T::Underscore:
      bump();
      close(mark, N::UnderscoreExpr);
      return;
    default:
      break;
  }
  if (at_group()) {
    group_expr(mark);
    return;
  }
  if (at(T::KwBuiltin) && peek() == T::Pound) {
    builtin_expr(mark);
    return;
  }
  if (has(kPathStart) || at(T::LArrow)) {
    path_expr(mark);
    return;
  }
  keyword_expr(mark);
}

// At an invisible group. A path in one is a whole expression: no `!` and no `{` belongs to it.
void Parser::group_expr(Mark mark) {
  switch (cur_) {
    case T::GroupOpenExpr:
      bump();
      expr(R::None);
      close_group(mark);
      return;
    case T::GroupOpenLiteral:
      literal_maybe_minus(R::None);
      return;
    case T::GroupOpenBlock:
      block(R::body);
      close(mark, N::BlockExpr);
      return;
    case T::GroupOpenPath:
      path(PathStyle::Expr, R::None, N::PathExpr);
      return;
    default:
      error_expected("expression");
      skip_group();
      close(mark, N::Error);
  }
}

void Parser::paren_or_tuple_expr(Mark mark) {
  const auto inside = static_cast<uint8_t>(restrictions_ & kAllowLet);
  bump();
  uint32_t count = 0;
  size_t element = 0;
  bool trailing_comma = false;
  while (!at_closer()) {
    const uint32_t before = pos_;
    expr(R::element, inside);
    element = nodes_.size() - 1;
    ++count;
    trailing_comma = eat(T::Comma);
    if (trailing_comma || at_closer()) continue;
    error_expected("one of `)`, `,`, `.`, `?`, or an operator");
    skip_error(kStopComma);
    trailing_comma = eat(T::Comma);
    if (pos_ == before) break;
  }
  const bool paren = count == 1 && !trailing_comma;
  if (paren) nodes_[element].role = R::expression;
  expect_closer(T::RParen);
  close(mark, paren ? N::ParenExpr : N::TupleExpr);
}

void Parser::array_expr(Mark mark) {
  bump();
  bool repeat = false;
  while (!at_closer()) {
    const uint32_t before = pos_;
    expr(R::element);
    if (eat(T::Comma)) continue;
    if (at_closer()) break;
    if (at(T::Semi) && !repeat) {
      repeat = true;
      bump();
      expr(R::length);
      break;
    }
    error_expected("one of `,`, `.`, `;`, `?`, `]`, or an operator");
    skip_error(kStopComma);
    if (!eat(T::Comma) && pos_ == before) break;
  }
  expect_closer(T::RBracket);
  close(mark, repeat ? N::ArrayRepeatExpr : N::ArrayExpr);
}

bool Parser::likely_struct_literal() const {
  const TokenKind word = peek();
  if (!kind_has(word, kWord) && word != T::RawIdent) return false;
  const TokenKind next = peek(2);
  return next == T::Comma || next == T::Colon;
}

void Parser::path_expr(Mark mark) {
  const bool qualified = at_lt();
  path(PathStyle::Expr, R::None, N::PathExpr);
  if (at(T::Bang) && peek() != T::Eq) {
    const TokenKind next = peek();
    if (qualified) error_here("macros cannot use qualified paths");
    if (next == T::LParen || next == T::LBracket || next == T::LBrace || nodes_.back().kind != N::Missing) {
      nodes_.back().kind = N::Path;
      set_role(R::path);
      macro_call_rest(mark, R::call);
      close(mark, N::MacroExpr);
      return;
    }
  }
  if (at(T::LBrace)) {
    const bool allowed = (restrictions_ & kNoStructLiteral) == 0;
    if (!allowed && !likely_struct_literal()) return;
    if (!allowed) error_here("struct literals are not allowed here", "surround the struct literal with parentheses");
    nodes_.back().kind = N::Path;
    set_role(R::path);
    record_expr_rest(mark);
  }
}

// At `{` after a path.
void Parser::record_expr_rest(Mark mark) {
  bump();
  while (!at_closer()) {
    const uint32_t before = pos_;
    if (at(T::DotDot) || at(T::DotDotDot)) {
      if (at(T::DotDotDot)) error_expected("`..`", "use `..` to fill in the rest of the fields");
      bump();
      if (!at_closer()) expr(R::base);
      if (at(T::Comma)) {
        error_here("cannot use a comma after the base struct", "remove this comma");
        bump();
      }
      if (!at_closer()) {
        error_expected("`}`");
        skip_error(kStopNever);
      }
      break;
    }
    record_expr_field();
    if (eat(T::Comma)) continue;
    if (at_closer()) break;
    error_expected("one of `,`, `:`, or `}`");
    skip_error(kStopComma);
    if (!eat(T::Comma) && pos_ == before) break;
  }
  expect_closer(T::RBrace);
  close(mark, N::RecordExpr);
}

void Parser::record_expr_field() {
  const Mark mark = open();
  outer_attributes();
  const Mark word = open();
  const TokenKind next = peek();
  if (next == T::Colon || next == T::Eq) {
    if (at(T::Int)) {
      bump();
      close(word, N::NameRef, R::name);
    } else if (take_ident()) {
      close(word, N::NameRef, R::name);
    } else {
      if (is_keyword_kind(cur_)) bump();
      close(word, N::NameRef, R::name);
    }
    if (at(T::Eq)) error_here("expected `:`, found `=`", "replace the equals sign with a colon");
    if (at(T::Colon) || at(T::Eq)) bump();
    expr(R::value);
  } else if (at(T::Int)) {
    error_expected("identifier");
    bump();
    close(word, N::NameRef, R::name);
  } else {
    if (has(kIdentLike) && next != T::Comma && next != T::RBrace && next != T::VirtualCloser)
      error_at(peek_slot(1), peek_slot(1) + 1, "expected one of `,`, `:`, or `}` after a field name");
    if (!take_ident()) {
      if (at_closer() || at(T::Comma))
        close(word, N::Missing, R::name);
      else {
        expr(R::value);
        close(mark, N::Error);
        return;
      }
    } else {
      close(word, N::NameRef, R::name);
    }
  }
  close(mark, N::RecordExprField, R::field);
}

// At `builtin # name(`; takes it and closes the name.
bool Parser::builtin_name(std::initializer_list<std::string_view> known) {
  kinds_[pos_] = cur_ = T::KwBuiltin;
  bump();
  bump();
  bool found = false;
  for (const std::string_view word : known) found = found || current_text() == word;
  if (!has(kIdentLike))
    error_here("expected identifier after `builtin #`");
  else if (!found)
    error_here("unknown `builtin #` construct `" + std::string(current_text()) + "`");
  const Mark word = open();
  if (has(kIdentLike)) take_ident();
  close(word, N::NameRef, R::name);
  if (found && at(T::LParen)) {
    bump();
    return true;
  }
  error_expected("`(`");
  if (at(T::LParen)) skip_group();
  return false;
}

// `a.b.0.1`, as expressions, because the lexer may see a float in it.
void Parser::builtin_fields() {
  do {
    const uint32_t begin = pos_;
    expr(R::argument);
    const std::string_view first = token_text(begin);
    if ((kinds_[begin] == T::Int || kinds_[begin] == T::Float) &&
        first.find_first_not_of("0123456789_.") != std::string_view::npos)
      error_at(begin, begin + 1, "suffixes on a tuple index are invalid", "remove the suffix");
    if (prev_end_ == begin) break;
  } while (!at_closer() && !at(T::Comma));
  eat(T::Comma);
}

void Parser::builtin_expr(Mark mark) {
  const std::string_view construct = token_text(peek_slot(2));
  if (of_expansion_ && (construct == "format_args" || construct == "asm")) {
    // What lib/expand makes of format_args! and asm!: a list of expressions.
    if (builtin_name({construct})) {
      while (!at_closer()) {
        const uint32_t before = pos_;
        expr(R::argument);
        if (!eat(T::Comma) || pos_ == before) break;
      }
      expect_closer(T::RParen);
    }
  } else if (builtin_name({"offset_of", "type_ascribe", "wrap_binder", "unwrap_binder"})) {
    if (construct == "offset_of") {
      type(R::type);
      if (expect(T::Comma)) builtin_fields();
    } else {
      expr(R::argument);
      if (construct == "type_ascribe" ? expect(T::Comma) : eat(T::Comma)) type(R::type);
    }
    expect_closer(T::RParen);
  }
  close(mark, N::BuiltinExpr);
}

// `builtin # field_of(type, field)`.
void Parser::builtin_type(Mark mark) {
  if (builtin_name({"field_of"})) {
    type(R::type);
    if (expect(T::Comma)) builtin_fields();
    expect_closer(T::RParen);
  }
  close(mark, N::BuiltinType);
}

// ---- Closures ---------------------------------------------------------------------------------------------------

void Parser::closure_expr(Mark mark) {
  const auto body_restrictions = static_cast<uint8_t>(restrictions_ & ~(kStmtExpr | kAllowLet));
  for_binder();
  if (begins_const_closure()) bump();
  eat(T::KwStatic);
  if (edition_at_least(Edition::k2018) && at(T::KwAsync)) {
    bump();
    if (edition_at_least(Edition::k2024)) eat(T::KwGen);
  } else if (edition_at_least(Edition::k2024) && at(T::KwGen)) {
    bump();
  }
  if (at(T::KwMove) || at(T::KwUse)) {
    bump();
    if (at(T::KwAsync) && has(kReserved)) {
      error_here("the order of `move` and `async` is incorrect", "try switching the order");
      bump();
    }
  }
  if (at(T::OrOr)) {
    bump();
  } else if (at(T::Or)) {
    bump();
    while (!at(T::Or) && !at(T::OrOr) && !at_closer()) {
      const uint32_t before = pos_;
      const Mark parameter = open();
      outer_attributes();
      pattern_no_top_or(R::pattern);
      if (eat(T::Colon)) type(R::type);
      close(parameter, N::Param, R::parameter);
      if (eat(T::Comma)) continue;
      if (at(T::Or)) break;
      error_expected("one of `,`, `:`, `@`, or `|`");
      if (pos_ == before || !at(T::Comma)) break;
    }
    if (at(T::OrOr)) {
      error_expected("one of `,`, `:`, or `|`");
      bump();
    } else if (!eat(T::Or)) {
      error_expected("`|`");
    }
  } else {
    error_expected("one of `|` or `||`");
    close(mark, N::Error);
    return;
  }
  if (at(T::Arrow)) {
    return_type(kAnyType);
    if (at(T::LBrace)) {
      const Mark body = open();
      block(R::body);
      close(body, N::BlockExpr, R::body);
    } else {
      error_expected("`{`", "a closure with an explicit return type needs a block as its body");
      if (has(kBeginsExpr))
        expr(R::body, body_restrictions);
      else
        missing(R::body);
    }
  } else {
    expr(R::body, body_restrictions);
  }
  close(mark, N::ClosureExpr);
}

}  // namespace rp
