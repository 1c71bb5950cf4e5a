// Patterns.
#include "syntax/parser_impl.h"

namespace rp {
namespace {

// Tokens after which a `|` just seen was a trailing one.
constexpr bool ends_pattern(TokenKind kind) {
  switch (kind) {
    case T::FatArrow:
    case T::KwIf:
    case T::Eq:
    case T::Semi:
    case T::Colon:
    case T::Comma:
    case T::RBracket:
    case T::RParen:
    case T::RBrace:
      return true;
    default:
      return false;
  }
}

}  // namespace

// A pattern with alternatives and a leading `|`; with allow_guard also `pattern if condition`.
void Parser::pattern_top(Role role, bool allow_guard) {
  const Mark mark = open();
  bool alternatives = false;
  if (at(T::Or) || at(T::OrOr)) {
    if (at(T::OrOr)) error_here("unexpected token `||` in pattern", "use a single `|` to separate alternatives");
    bump();
    alternatives = true;
  }
  pattern_no_top_or(R::pattern);
  while (at(T::Or) || at(T::OrOr)) {
    if (ends_pattern(peek())) {
      error_here("a trailing `|` is not allowed in an or-pattern", "remove the `|`");
      bump();
      alternatives = true;
      break;
    }
    if (at(T::OrOr)) error_here("unexpected token `||` in pattern", "use a single `|` to separate alternatives");
    bump();
    alternatives = true;
    pattern_no_top_or(R::pattern);
  }
  if (alternatives) close(mark, N::OrPat);
  if (allow_guard && at(T::KwIf)) {
    set_role(R::pattern);
    bump();
    expr(R::condition);
    close(mark, N::GuardPat);
  }
  set_role(role);
}

// Before `:` or `=` in `let` and parameters: alternatives need parentheses there. Returns whether the pattern is fine.
bool Parser::pattern_before_type(Role role) {
  const uint32_t begin = pos_;
  pattern_top(role, false);
  if (last_kind() != N::OrPat) return true;
  error_at(begin, prev_end_, "`|` alternatives are not allowed without parentheses here",
           "enclose the alternatives in parentheses");
  return false;
}

void Parser::pattern_no_top_or(Role role, bool allow_range) {
  const Nesting nesting(*this);
  if (!nesting.ok) {
    missing(role);
    return;
  }
  const Mark mark = open();
  if (at(T::KwLet)) {
    error_here("expected pattern, found `let`", "remove the unnecessary `let` keyword");
    bump();
    pattern_inner(open(), allow_range);
    set_role(R::content);
    close(mark, N::Error, role);
    return;
  }
  pattern_inner(mark, allow_range);
  if (at(T::ColonColon) && !matching_) [[unlikely]] {
    error_here("missing angle brackets in associated item path", "write `<T>::Name`");
    bump();
    path_segments(PathStyle::Pat);
    close(mark, N::Error);
  }
  if (at(T::At)) [[unlikely]] {
    error_here("pattern on wrong side of `@`", "the binding goes to the left of `@`: `name @ pattern`");
    bump();
    pattern_no_top_or(R::content);
    close(mark, N::Error);
  }
  set_role(role);
}

void Parser::pattern_inner(Mark mark, bool allow_range) {
  switch (cur_) {
    case T::GroupOpenPat:
      bump();
      pattern_top(R::None, false);
      close_group(mark);
      return;
    case T::And:
    case T::AndAnd:
      eat_amp();
      if (at(T::Lifetime) || at(T::RawLifetime)) {
        error_here("unexpected lifetime in pattern", "remove the lifetime");
        bump_error();
      }
      if (at(T::KwPin) && (peek() == T::KwMut || peek() == T::KwConst)) {
        bump();
        bump();
      } else {
        eat(T::KwMut);
      }
      pattern_no_top_or(R::pattern, false);
      close(mark, N::RefPat);
      return;
    case T::LParen: {
      bump();
      bool single = false;
      pattern_list(T::RParen, R::pattern, &single);
      close(mark, single ? N::ParenPat : N::TuplePat);
      return;
    }
    case T::LBracket:
      bump();
      pattern_list(T::RBracket, R::pattern, nullptr);
      close(mark, N::SlicePat);
      return;
    case T::DotDot:
    case T::DotDotDot:
    case T::DotDotEq: {
      const bool inclusive_ellipsis = at(T::DotDotDot);
      if (!at(T::DotDotEq) && !begins_range_end(1)) {
        if (inclusive_ellipsis) error_here("unexpected `...`", "for a rest pattern, use `..`");
        bump();
        close(mark, N::RestPat);
        return;
      }
      if (inclusive_ellipsis) error_here("range-to patterns with `...` are not allowed", "use `..=` instead");
      const bool ends = begins_range_end(1);
      bump();
      if (ends)
        range_pattern_end();
      else {
        error_expected("the end of the range pattern", "inclusive ranges must be bounded at the end");
        missing(R::end);
      }
      close(mark, N::RangePat);
      if (!allow_range && !inclusive_ellipsis)
        error_at(mark.slot, prev_end_, "the range pattern here has ambiguous interpretation",
                 "add parentheses to clarify the precedence");
      return;
    }
    case T::Bang:
      bump();
      close(mark, N::NeverPat);
      return;
    case T::Underscore:
      bump();
      close(mark, N::WildcardPat);
      return;
    case T::KwMut: {
      bump();
      if (at(T::KwMut)) error_here("`mut` on a binding may not be repeated", "remove the additional `mut`s");
      while (eat(T::KwMut)) {
      }
      if (at(T::KwSelfValue)) {
        error_expected("identifier");
        bump_error(R::name);
        close(mark, N::IdentPat);
        return;
      }
      const bool by_ref = at(T::KwRef);
      if (by_ref) bump();
      if (by_ref && at(T::KwPin) && (peek() == T::KwMut || peek() == T::KwConst)) bump();
      if (by_ref) {
        eat(T::KwConst);
        eat(T::KwMut);
      }
      if (!has(kIdentLike) || peek() == T::LParen || peek() == T::LBrace || peek() == T::ColonColon ||
          peek() == T::Bang || peek() == T::DotDot || peek() == T::DotDotEq || peek() == T::DotDotDot) {
        error_here("`mut` must be followed by a named binding", "add `mut` to each binding inside the pattern instead");
        pattern_no_top_or(R::content);
        close(mark, N::Error);
        return;
      }
      identifier_pattern(mark, true);
      return;
    }
    case T::KwRef:
      bump();
      if (at(T::KwBox)) {
        error_here("switch the order of `ref` and `box`");
        bump();
      }
      if (at(T::KwPin) && (peek() == T::KwMut || peek() == T::KwConst)) {
        bump();
        bump();
      } else {
        eat(T::KwMut);
      }
      identifier_pattern(mark, false);
      return;
    case T::KwBox:
      bump();
      if (ends_pattern(cur_) || at(T::At) || at(T::LBrace) || at_closer()) {
        error_expected("pattern", "escape `box` to use it as an identifier: `r#box`");
        missing(R::pattern);
      } else {
        pattern_no_top_or(R::pattern, false);
      }
      close(mark, N::BoxPat);
      return;
    case T::KwConst:
      if (begins_block(peek())) {
        error_here("const blocks cannot be used as patterns", "use a named `const` item or an `if` guard instead");
        bump();
        block(R::body);
        close(mark, N::ConstBlockPat);
        if (at(T::DotDot) || at(T::DotDotEq) || at(T::DotDotDot)) {
          nodes_.back().kind = N::BlockExpr;
          range_pattern_rest(mark);
        }
        return;
      }
      break;
    default:
      break;
  }

  if (at(T::KwBuiltin) && peek() == T::Pound) {
    bump();
    bump();
    if (current_text() != "deref") error_here("unknown `builtin #` construct `" + std::string(current_text()) + "`");
    if (!take_ident() || !at(T::LParen)) {
      error_expected("`(`");
      close(mark, N::Error);
      return;
    }
    bump();
    pattern_top(R::pattern, true);
    expect_closer(T::RParen);
    close(mark, N::DerefPat);
    return;
  }
  if (has(kIdentLike)) {
    switch (peek()) {
      case T::LParen:
      case T::LBrace:
      case T::DotDot:
      case T::DotDotDot:
      case T::DotDotEq:
      case T::ColonColon:
      case T::Bang:
        break;
      default:
        identifier_pattern(mark, false);
        return;
    }
  }
  if (has(kPathStart) || at_lt()) {
    const bool ellipsis = path_pattern(mark);
    if (last_kind() == N::RangePat && !allow_range && !ellipsis)
      error_at(mark.slot, prev_end_, "the range pattern here has ambiguous interpretation",
               "add parentheses to clarify the precedence");
    return;
  }
  if (is_literal(cur_) || at(T::Minus) || at(T::KwTrue) || at(T::KwFalse) || at(T::GroupOpenLiteral) ||
      at(T::GroupOpenExpr) || (at(T::Dot) && peek() == T::Int && joined())) {
    literal_maybe_minus(R::value);
    if (at(T::DotDot) || at(T::DotDotEq) || at(T::DotDotDot)) {
      const bool ellipsis = at(T::DotDotDot);
      range_pattern_rest(mark);
      if (!allow_range && !ellipsis)
        error_at(mark.slot, prev_end_, "the range pattern here has ambiguous interpretation",
                 "add parentheses to clarify the precedence");
      return;
    }
    if (last_kind() == N::PathExpr) {  // `$e:expr` may be the name of a constant
      nodes_.back().kind = N::Path;
      set_role(R::path);
      close(mark, N::PathPat);
      return;
    }
    close(mark, N::LiteralPat);
    return;
  }
  error_expected("pattern");
  if (is_keyword_kind(cur_) && !at(T::KwIn) && !at(T::KwIf) && !has(kBeginsItem) && !at(T::KwLet)) {
    bump();
    close(mark, N::Error);
    return;
  }
  close(mark, N::Missing);
}

// Inside parentheses or brackets, up to and with the closer. *single_paren: one pattern, no comma, no rest.
void Parser::pattern_list(TokenKind closer, Role role, bool* single_paren) {
  uint32_t count = 0;
  bool trailing_comma = false;
  bool rest = false;
  while (!at_closer()) {
    const uint32_t before = pos_;
    pattern_top(role, true);
    rest = last_kind() == N::RestPat;
    ++count;
    trailing_comma = eat(T::Comma);
    if (trailing_comma || at_closer()) continue;
    error_expected("`,` or `" + std::string(kTokenKindInfo[static_cast<size_t>(closer)].name) + "`");
    skip_error(kStopComma);
    trailing_comma = eat(T::Comma);
    if (pos_ == before) break;
  }
  expect_closer(closer);
  if (single_paren != nullptr) *single_paren = count == 1 && !trailing_comma && !rest;
}

// At the name; `ref` and `mut` were taken.
void Parser::identifier_pattern(Mark mark, bool) {
  name();
  if (at(T::Lt) && !matching_ && kind_has(peek(), kBeginsType)) {
    error_here("generic args in patterns require the turbofish syntax", "use `::<...>`");
    skip_error(kStopComma | kStopSemi | kStopBrace);
  }
  if (at(T::At)) {
    bump();
    pattern_no_top_or(R::subpattern);
  }
  close(mark, N::IdentPat);
  if (at(T::LParen)) {
    error_here("expected identifier, found enum pattern");
    skip_group();
    close(mark, N::Error);
  }
}

// The first bound is the last node, and the parser stands at the range operator.
void Parser::range_pattern_rest(Mark mark) {
  set_role(R::start);
  const bool half_open = at(T::DotDot);
  bump();
  if (begins_range_end(0))
    range_pattern_end();
  else if (!half_open)
    error_after_previous("inclusive range with no end", "inclusive ranges must be bounded at the end (`..=b`)");
  close(mark, N::RangePat);
}

bool Parser::begins_range_end(uint32_t ahead) const {
  const TokenKind kind = peek(ahead);
  if (kind == T::KwConst) return begins_block(peek(ahead + 1));
  if (kind == T::GroupOpenLiteral || kind == T::GroupOpenExpr) return true;
  return kind_has(kind, kPathStart) || kind == T::Dot || is_literal(kind) || kind == T::Minus || kind == T::KwTrue ||
         kind == T::KwFalse || kind == T::Lifetime || kind == T::RawLifetime;
}

void Parser::range_pattern_end() {
  if (at(T::KwConst)) {
    const Mark mark = open();
    error_here("const blocks cannot be used as patterns", "use a named `const` item instead");
    bump();
    block(R::body);
    close(mark, N::BlockExpr, R::end);
  } else if (has(kPathStart)) {
    path(PathStyle::Pat, R::end, N::PathExpr);
  } else {
    literal_maybe_minus(R::end);
  }
}

// A literal with an optional `-`, as an expression node.
void Parser::literal_maybe_minus(Role role) {
  const Mark mark = open();
  const bool minus = eat(T::Minus);
  const Mark literal = open();
  if (at(T::GroupOpenLiteral) || at(T::GroupOpenExpr)) {
    const bool any = at(T::GroupOpenExpr);  // rustc rejects what is neither literal nor path later
    const Nesting nesting(*this);
    bump();
    if (nesting.ok && any)
      expr(R::None);
    else if (nesting.ok)
      literal_maybe_minus(R::None);
    close_group(literal);
    set_role(minus ? R::operand : role);
    if (minus) close(mark, N::UnaryExpr, role);
    return;
  }
  if (at(T::Dot) && peek() == T::Int && joined()) {
    error_here("float literals must have an integer part", "write `0` before the point");
    bump();
    bump();
  } else if (is_literal(cur_) || at(T::KwTrue) || at(T::KwFalse)) {
    bump();
  } else {
    error_here("unexpected token: " + describe());
    missing(minus ? R::operand : role);
    if (minus) close(mark, N::UnaryExpr, role);
    return;
  }
  close(literal, N::LiteralExpr, minus ? R::operand : role);
  if (minus) close(mark, N::UnaryExpr, role);
}

// Returns whether it is a range written `...`.
bool Parser::path_pattern(Mark mark) {
  const bool qualified = at_lt();
  path(PathStyle::Pat, R::path);
  if (at(T::Bang) && !qualified) {
    macro_call_rest(mark, R::call);
    close(mark, N::MacroPat);
    return false;
  }
  if (at(T::DotDot) || at(T::DotDotEq) || at(T::DotDotDot)) {
    nodes_.back().kind = N::PathExpr;
    const bool ellipsis = at(T::DotDotDot);
    range_pattern_rest(mark);
    return ellipsis;
  }
  if (at(T::LBrace)) {
    record_pattern_rest(mark);
    return false;
  }
  if (at(T::LParen)) {
    bump();
    pattern_list(T::RParen, R::pattern, nullptr);
    close(mark, N::TupleStructPat);
    return false;
  }
  close(mark, N::PathPat);
  return false;
}

// At `{` after a path.
void Parser::record_pattern_rest(Mark mark) {
  bump();
  while (!at_closer()) {
    const uint32_t before = pos_;
    const Mark field = open();
    if (at(T::DotDot) || at(T::DotDotDot) || at(T::Underscore)) {
      if (!at(T::DotDot)) error_expected("field pattern", "to omit the remaining fields, use `..`");
      bump();
      close(field, N::RestPat, R::rest);
      if (at_closer()) break;
      if (at(T::Comma) && (peek() == T::RBrace))
        error_here("expected `}`, found `,`", "`..` must be at the end and cannot have a trailing comma");
      else
        error_expected("`}`", "`..` must be at the end");
      eat(T::Comma);
      continue;
    }
    outer_attributes();
    if (at(T::DotDot) && !at_closer()) {
      error_expected("a field pattern", "attributes cannot stand before `..`");
      bump();
      close(field, N::Error);
      continue;
    }
    if (peek() == T::Colon && (has(kWord) || at(T::RawIdent) || at(T::Int))) {
      const Mark name_mark = open();
      if (at(T::Int) || has(kIdentLike))
        bump();
      else
        take_ident(), bump();
      close(name_mark, N::NameRef, R::name);
      bump();  // `:`
      pattern_top(R::pattern, true);
    } else {
      const Mark binding = open();
      const bool boxed = eat(T::KwBox);
      const Mark inner = open();
      eat(T::KwMut);
      if (eat(T::KwRef)) {
        if (at(T::KwPin) && (peek() == T::KwMut || peek() == T::KwConst)) {
          bump();
          bump();
        } else {
          eat(T::KwMut);
        }
      }
      if (at(T::Int))
        bump_error(R::name);
      else
        name();
      close(inner, N::IdentPat, boxed ? R::pattern : R::None);
      if (boxed) close(binding, N::BoxPat);
      set_role(R::pattern);
    }
    close(field, N::RecordPatField, R::field);
    if (eat(T::Comma)) continue;
    if (at_closer()) break;
    if (at(T::At))
      error_here("unexpected `@` in struct pattern", "struct patterns use `field: pattern` syntax to bind to fields");
    else
      error_here("expected `,`");
    skip_error(kStopComma);
    if (!eat(T::Comma) && pos_ == before) break;
  }
  expect_closer(T::RBrace);
  close(mark, N::RecordPat);
}

}  // namespace rp
