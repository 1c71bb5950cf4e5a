// Attributes, visibility, names, paths, generics, where clauses and bounds.
#include "syntax/parser_impl.h"

namespace rp {

// ---- Attributes -------------------------------------------------------------------------------------------------

// `#[..]`, `#![..]` or a documentation comment, at one of which the parser stands.
void Parser::attribute(bool inner_allowed) {
  const Mark mark = open();
  if (is_doc_comment(cur_)) {
    const bool inner = at(T::InnerLineDoc) || at(T::InnerBlockDoc);
    if (inner && !inner_allowed)
      error_here("expected outer doc comment",
                 "inner doc comments such as this one document the item around them and stand before everything else "
                 "in it; use `///` to document what follows");
    bump();
    close(mark, N::DocComment, R::attribute);
    return;
  }
  bump();  // `#`
  const uint32_t bang = pos_;
  const bool inner = eat(T::Bang);
  if (!at(T::LBracket)) {
    error_expected("`[`", inner ? "a shebang line stands at the very start of a file" : "");
    close(mark, N::Error, R::attribute);
    return;
  }
  if (inner && !inner_allowed)
    error_at(bang, bang + 1, "an inner attribute is not permitted in this context",
             "inner attributes, such as `#![no_std]`, belong to the item around them and stand before everything else "
             "in it; remove the `!` to annotate what follows");
  bump();  // `[`
  attribute_content();
  expect_closer(T::RBracket);
  close(mark, N::Attr, R::attribute);
}

// Between the brackets: `path`, `path(..)`, `path = expression`, `unsafe(..)`.
void Parser::attribute_content() {
  if (at(T::GroupOpenMeta)) {
    const Nesting nesting(*this);
    bump();
    if (nesting.ok) attribute_content();
    expect_closer(T::GroupClose);
    return;
  }
  const bool is_unsafe = at(T::KwUnsafe);
  if (is_unsafe) {
    bump();
    expect(T::LParen);
  }
  path(PathStyle::Mod, R::path);
  if (!delimited_arguments(R::arguments) && eat(T::Eq)) expr(R::value);
  if (is_unsafe) expect_closer(T::RParen);
}

// Returns whether there was any.
bool Parser::outer_attributes() {
  if (!at_outer_attribute()) [[likely]]
    return false;
  do {
    attribute(false);
  } while (at_outer_attribute());
  return true;
}

// Attributes where none may stand, in an Error node.
void Parser::misplaced_attributes(std::string message) {
  error_here(std::move(message));
  const Mark mark = open();
  outer_attributes();
  close(mark, N::Error);
}

void Parser::inner_attributes() {
  while ((at(T::Pound) && peek() == T::Bang) || at(T::InnerLineDoc) || at(T::InnerBlockDoc)) attribute(true);
}

// ---- Token trees ------------------------------------------------------------------------------------------------

// One delimited group with nested TokenTree nodes; false when the parser is not at an opening delimiter.
bool Parser::token_tree(Role role) {
  if (!at(T::LParen) && !at(T::LBracket) && !at(T::LBrace)) return false;
  Buffer<Mark> stack(budget_);
  for (;;) {
    switch (cur_) {
      case T::LParen:
      case T::LBracket:
      case T::LBrace:
        stack.push_back(open());
        bump();
        break;
      case T::VirtualCloser:
      case T::RParen:
      case T::RBracket:
      case T::RBrace: {
        if (at(T::VirtualCloser))
          take_virtual_closer();
        else
          bump();
        const Mark mark = stack.back();
        stack.pop_back();
        close(mark, N::TokenTree, stack.empty() ? role : R::group);
        if (stack.empty()) return true;
        break;
      }
      case T::Eof:  // not reached: every group has an end
        while (!stack.empty()) {
          close(stack.back(), N::TokenTree, stack.size() == 1 ? role : R::group);
          stack.pop_back();
        }
        return true;
      default:
        bump();
    }
  }
}

bool Parser::delimited_arguments(Role role) { return token_tree(role); }

// The path is parsed and the parser stands at `!`: takes the rest of the call and closes a MacroCall at `mark`.
void Parser::macro_call_rest(Mark mark, Role role) {
  bump();  // `!`
  if (!token_tree(R::arguments)) {
    error_expected("one of `(`, `[`, or `{`");
    missing(R::arguments);
  }
  close(mark, N::MacroCall, role);
}

// ---- Visibility and names ---------------------------------------------------------------------------------------

// Returns whether there is any. `$v:vis` that matched nothing is none.
bool Parser::visibility(bool followed_by_type) {
  if (at(T::GroupOpenVis)) {
    const Mark mark = open();
    bump();
    bool present = false;
    if (!eat(T::GroupClose)) {
      const Nesting nesting(*this);
      present = nesting.ok && visibility(true);
      if (present)
        close_group(mark);
      else
        expect_closer(T::GroupClose);
    }
    return present;
  }
  if (!at(T::KwPub)) return false;
  const Mark mark = open();
  bump();
  if (at(T::LParen)) {
    const TokenKind next = peek();
    if (next == T::KwIn) {
      bump();
      bump();
      path(PathStyle::Mod, R::path);
      expect_closer(T::RParen);
    } else if ((next == T::KwCrate || next == T::KwSuper || next == T::KwSelfValue) && peek(2) == T::RParen) {
      bump();
      path(PathStyle::Mod, R::path);
      expect_closer(T::RParen);
    } else if (!followed_by_type) {
      error_here("incorrect visibility restriction",
                 "`pub(crate)`, `pub(super)`, `pub(self)` or `pub(in path::to::module)` are possible");
      bump();
      path(PathStyle::Mod, R::path);
      expect_closer(T::RParen);
    }
  }
  close(mark, N::Visibility, R::visibility);
  return true;
}

// Takes a token that may be a name; reports and returns false otherwise.
bool Parser::take_ident() {
  if (has(kIdentLike)) [[likely]] {
    kinds_[pos_] = at(T::RawIdent) ? T::RawIdent : T::Ident;
    cur_ = kinds_[pos_];
    bump();
    return true;
  }
  const bool keyword = is_keyword_kind(cur_);
  error_expected("identifier",
                 keyword && !at(T::KwSelfValue) && !at(T::KwSelfType) && !at(T::KwSuper) && !at(T::KwCrate)
                     ? "escape the keyword to use it as a name: `r#" + std::string(current_text()) + "`"
                     : std::string());
  return false;
}

bool Parser::name(Role role) {
  const Mark mark = open();
  if (!take_ident()) {
    // A keyword in place of a name is taken as one when what follows fits; otherwise the name is missing.
    if (is_keyword_kind(cur_)) {
      const TokenKind next = peek();
      if (next == T::LParen || next == T::LBrace || next == T::Colon || next == T::Eq || next == T::Lt ||
          next == T::Semi || next == T::Comma) {
        bump();
        close(mark, N::Name, role);
        return false;
      }
    }
    missing(role);
    return false;
  }
  close(mark, N::Name, role);
  return true;
}

bool Parser::name_or_underscore() {
  if (!at(T::Underscore)) return name();
  const Mark mark = open();
  bump();
  close(mark, N::Name, R::name);
  return true;
}

// At a lifetime token.
void Parser::lifetime(Role role) {
  const Mark mark = open();
  if (at(T::Lifetime)) {
    const std::string_view word = current_text().substr(1);
    if (word != "static" && word != "_" && word.size() > 1) {
      // `'fn` and the like are not lifetimes; `'r#fn` is.
      for (size_t k = static_cast<size_t>(T::KwAs); k < static_cast<size_t>(T::kCount); ++k) {
        if (kTokenKindInfo[k].name == word && (flags_[k] & kReserved) != 0) {
          error_here("lifetimes cannot use keyword names");
          break;
        }
      }
    }
  }
  bump();
  close(mark, N::Lifetime, role);
}

void Parser::abi(Role role) {
  const Mark mark = open();
  bump();  // `extern`
  const bool group = eat(T::GroupOpenLiteral) || eat(T::GroupOpenExpr);
  if (is_literal(cur_)) {
    if (!at(T::Str) && !at(T::RawStr))
      error_here("non-string ABI literal", "name the ABI by a string such as \"C\"");
    else if (current_text().back() != '"' && current_text().back() != '#')
      error_here("suffixes on string literals are invalid", "remove the suffix");
    bump();
  }
  if (group) expect_closer(T::GroupClose);
  close(mark, N::Abi, role);
}

// ---- Paths ------------------------------------------------------------------------------------------------------

bool Parser::at_import_coupler() const {
  if (!at(T::ColonColon)) return false;
  const TokenKind next = peek();
  return next == T::LBrace || next == T::Star;
}

void Parser::path(PathStyle style, Role role, NodeKind kind) {
  const Mark mark = open();
  if (at(T::GroupOpenPath) || at(T::GroupOpenType)) [[unlikely]] {
    // A path that a macro took, or a type that is one. Nothing can be added to it.
    const Nesting nesting(*this);
    bump();
    if (at_lt()) error_expected("identifier");  // a qualified path is a type, not a path
    if (nesting.ok) path(PathStyle::Type, role, kind);
    close_group(mark);
    set_role(role);
    if (style != PathStyle::Mod) return;
    for (size_t i = mark.node; i < nodes_.size(); ++i) {
      if (nodes_[i].kind != N::GenericArgs && nodes_[i].kind != N::ParenthesizedArgs) continue;
      error_at(nodes_[i].first_slot, nodes_[i].end_slot, "unexpected generic arguments in path");
      break;
    }
    return;
  }
  if (style != PathStyle::Mod && at_lt()) {
    qualified_path(style);
  } else {
    eat(T::ColonColon);
    path_segments(style);
  }
  close(mark, kind, role);
}

void Parser::path_segments(PathStyle style) {
  for (;;) {
    if (!path_segment(style)) return;
    if (!at(T::ColonColon)) [[likely]]
      return;
    if (at_import_coupler()) return;
    bump();
  }
}

bool Parser::path_segment(PathStyle style) {
  const Mark mark = open();
  if (has(kPathSegment)) [[likely]] {
    if (has(kIdentLike))
      take_ident();
    else
      bump();
  } else {
    take_ident();  // reports
    close(mark, N::Missing, R::segment);
    return false;
  }
  const auto begins_args = [](TokenKind kind) {
    return kind == T::Lt || kind == T::Shl || kind == T::LArrow || kind == T::LParen;
  };
  if ((style == PathStyle::Type && begins_args(cur_)) ||
      (style != PathStyle::Mod && at(T::ColonColon) && begins_args(peek()))) {
    eat(T::ColonColon);
    if (at_lt())
      generic_args(style);
    else
      parenthesized_args();
  }
  close(mark, N::PathSegment, R::segment);
  return true;
}

// At `<` of `<T as Trait>::Name`.
void Parser::qualified_path(PathStyle style) {
  const Mark mark = open();
  eat_lt();
  type(R::type);
  if (eat(T::KwAs)) path(PathStyle::Type, R::trait);
  expect_gt();
  close(mark, N::QualifiedSelf, R::qualified_self);
  if (at_import_coupler()) return;
  if (expect(T::ColonColon)) path_segments(style);
}

void Parser::generic_args(PathStyle) {
  const Mark mark = open();
  eat_lt();
  while (!at_gt() && !at_closer()) {
    const uint32_t before = pos_;
    generic_arg();
    if (eat(T::Comma)) continue;
    if (at_gt()) break;
    if (pos_ == before || at(T::Semi) || at_closer()) break;
    error_expected("one of `,` or `>`");
    break;
  }
  expect_gt();
  close(mark, N::GenericArgs, R::arguments);
}

bool Parser::begins_const_arg() const {
  return at_block() || is_literal(cur_) || at(T::Minus) || at(T::KwTrue) || at(T::KwFalse) ||
         (at(T::KwConst) && begins_block(peek())) || at(T::GroupOpenExpr) || at(T::GroupOpenLiteral);
}

void Parser::generic_arg() {
  const Mark mark = open();
  if (at(T::Pound) && peek() == T::LBracket) {
    misplaced_attributes("attributes are not allowed on generic arguments");
  }
  if ((at(T::Lifetime) || at(T::RawLifetime)) && peek() != T::Plus && peek() != T::PlusEq) {
    lifetime(R::argument);
    return;
  }
  const bool begins_const = begins_const_arg();
  if (begins_const) {
    const_arg(R::argument);
    return;
  }
  if (!has(kBeginsType)) {
    if (has(kBeginsExpr) && !at(T::KwConst)) {
      error_here("expressions must be enclosed in braces to be used as const generic arguments");
      expr(R::argument, kConstExpr);
      return;
    }
    error_expected("one of `>`, a const expression, lifetime, or type");
    return;
  }
  type(R::argument);
  if (!at(T::Colon) && !at(T::Eq)) return;
  // `Item = T`, `Item<'a>: Bound`: the type was the name of an associated item.
  const PostNode& node = nodes_.back();
  const bool one_segment = node.kind == N::PathType && nodes_.size() > mark.node + 1 &&
                           nodes_[nodes_.size() - 2].kind == N::PathSegment &&
                           nodes_[nodes_.size() - 2].first_node == node.first_node &&
                           nodes_[nodes_.size() - 2].first_slot == node.first_slot;
  if (!one_segment) {
    error_expected("one of `,` or `>`");
    return;
  }
  nodes_.pop_back();
  if (eat(T::Colon)) {
    bounds(R::bounds);
  } else {
    bump();  // `=`
    if (begins_const_arg()) {
      const_arg(R::value);
    } else if (at(T::Lifetime) || at(T::RawLifetime)) {
      if (peek() == T::Plus)
        type(R::value);
      else {
        error_here("lifetimes are not permitted in this context", "use `:` to add a bound");
        bump_error(R::value);
      }
    } else if (has(kBeginsType)) {
      type(R::value);
    } else {
      error_expected("a type to the right of `=`");
      missing(R::value);
    }
  }
  close(mark, N::AssocArg, R::argument);
}

// A const argument: a block, a literal, possibly negative, or one name.
void Parser::const_arg(Role role) {
  if (at(T::LBrace)) {
    const Mark mark = open();
    block(R::body);
    close(mark, N::BlockExpr, role);
    return;
  }
  const uint32_t begin = pos_;
  expr(role, kConstExpr);
  const PostNode& node = nodes_.back();
  bool valid = false;
  switch (node.kind) {
    case N::LiteralExpr:
    case N::BlockExpr:
    case N::Error:
    case N::Missing:
      valid = true;
      break;
    case N::UnaryExpr:
      valid = first_token(node) == T::Minus && nodes_.size() >= 2 && nodes_[nodes_.size() - 2].kind == N::LiteralExpr;
      break;
    case N::PathExpr:
      valid = node.first_node + 2 == nodes_.size();  // one segment, no arguments
      break;
    default:
      break;
  }
  if (!valid)
    error_at(begin, prev_end_, "expressions must be enclosed in braces to be used as const generic arguments",
             "enclose the expression in braces");
}

// `(A, B) -> C` after `Fn`, or `(..)`.
void Parser::parenthesized_args() {
  const Mark mark = open();
  bump();  // `(`
  if (at(T::DotDot)) {
    bump();
    expect_closer(T::RParen);
    if (at(T::Arrow)) {
      error_here("return type not allowed with return type notation", "remove the return type");
      return_type(kNoPlus | kNoPathTail);
      set_role(R::return_type);
    }
    close(mark, N::ParenthesizedArgs, R::parenthesized);
    return;
  }
  while (!at_closer()) {
    const uint32_t before = pos_;
    if (at_outer_attribute()) {
      misplaced_attributes("attributes are not allowed on the types of `Fn` parameters");
    }
    if (at(T::DotDotDot)) {
      error_here("`Fn` traits cannot take C-variadic parameters");
      bump_error(R::argument);
    } else if (has(kWord) && peek() == T::Colon) {
      error_here("`Fn` parameters cannot be named", "remove the name");
      bump_error();
      bump();
      type(R::argument);
    } else {
      type(R::argument);
    }
    if (at_closer()) break;
    if (eat(T::Comma)) continue;
    error_expected("one of `,` or `)`");
    skip_error(kStopComma);
    if (!eat(T::Comma) && pos_ == before) break;
  }
  expect_closer(T::RParen);
  return_type(kNoPlus | kNoPathTail);
  close(mark, N::ParenthesizedArgs, R::parenthesized);
}

// ---- Generics ---------------------------------------------------------------------------------------------------

// Whether `<` begins generic parameters rather than a qualified path (`impl <T as X>::Y`).
bool Parser::prefer_generics(uint32_t ahead) const {
  if (peek(ahead) != T::Lt) return false;
  const TokenKind first = peek(ahead + 1);
  if (first == T::Pound || first == T::Gt || first == T::KwConst) return true;
  const bool word = first == T::Lifetime || first == T::RawLifetime || kind_has(first, kWord) || first == T::RawIdent;
  if (!word) return false;
  const TokenKind second = peek(ahead + 2);
  return second == T::Gt || second == T::Comma || second == T::Colon || second == T::Eq || second == T::Question;
}

void Parser::generic_params_opt() {
  if (at(T::ColonColon) && peek() == T::Lt) {
    error_here("invalid path separator in function definition", "remove the `::`");
    bump();
  }
  if (!at_lt()) return;
  generic_params_list();
  set_role(R::generics);
}

// At `<`; closes a GenericParams node without a role.
void Parser::generic_params_list() {
  const Mark list = open();
  if (!eat_lt()) error_expected("`<`");
  while (!at_gt() && !at_closer()) {
    const Mark mark = open();
    const bool attributes = outer_attributes();
    if (at(T::KwSelfType)) {
      error_here("unexpected keyword `Self` in generic parameters",
                 "`Self` cannot be used as a generic parameter, it names the type itself");
      bump_error();
      eat(T::Comma);
      continue;
    }
    if (at(T::Lifetime) || at(T::RawLifetime)) {
      lifetime(R::name);
      if (at(T::Colon)) {
        bump();
        const Mark bound_list = open();
        while (at(T::Lifetime) || at(T::RawLifetime)) {
          lifetime(R::bound);
          if (!eat_plus()) break;
        }
        close(bound_list, N::BoundList, R::bounds);
      }
      if (at(T::Eq)) {
        error_here("unexpected default lifetime parameter", "lifetime parameters cannot have default values");
        bump();
        if (at(T::Lifetime) || at(T::RawLifetime)) bump();
      }
      close(mark, N::LifetimeParam, R::parameter);
    } else if (at(T::KwConst)) {
      bump();
      name();
      if (expect(T::Colon))
        type(R::type);
      else
        missing(R::type);
      if (eat(T::Eq)) {
        if (at(T::LBrace) || has(kBeginsExpr))
          const_arg(R::default_value);
        else {
          error_expected("expression");
          missing(R::default_value);
        }
      }
      close(mark, N::ConstParam, R::parameter);
    } else if (has(kIdentLike)) {
      name();
      if (eat(T::Colon)) bounds(R::bounds);
      if (eat(T::Eq)) type(R::default_value);
      close(mark, N::TypeParam, R::parameter);
    } else {
      if (attributes)
        error_expected("a generic parameter after the attribute");
      else if (has(kBeginsType))
        error_expected("a generic parameter", "bounds on other types belong in a `where` clause");
      else
        error_expected("one of `>`, `const`, identifier, or lifetime");
      if (attributes) close(mark, N::Error);
      break;
    }
    if (!eat(T::Comma)) break;
  }
  if (!eat_gt()) {
    error_expected("one of `,` or `>`");
    // Find the end of the list, if it is near, so that what follows is not lost.
    uint32_t angle = 1;
    const Mark rest = open();
    const uint32_t begin = pos_;
    while (!at_closer() && !at(T::LBrace) && !at(T::Semi) && !at(T::LParen) && angle > 0) {
      if (at(T::Lt)) ++angle;
      if (at(T::Gt)) --angle;
      if (at(T::Shr)) angle = angle > 2 ? angle - 2 : 0;
      bump();
    }
    if (pos_ != begin) close(rest, N::Error);
  }
  close(list, N::GenericParams);
}

// `for<'a>`, if it is there.
void Parser::for_binder() {
  if (!at(T::KwFor)) return;
  const Mark mark = open();
  bump();
  generic_params_list();
  set_role(R::generics);
  close(mark, N::ForBinder, R::binder);
}

void Parser::where_clause(Role role) {
  if (!at(T::KwWhere)) return;
  const Mark clause = open();
  bump();
  if (at(T::Colon)) {
    error_here("unexpected colon after `where`", "remove the colon");
    bump();
  }
  if (prefer_generics(0)) {
    error_here("generic parameters on `where` clauses are reserved for future use");
    generic_params_list();
  }
  for (;;) {
    const Mark mark = open();
    const bool attributes = outer_attributes();
    if ((at(T::Lifetime) || at(T::RawLifetime)) && peek() != T::Plus && peek() != T::PlusEq) {
      lifetime(R::lifetime);
      if (expect(T::Colon)) {
        const Mark bound_list = open();
        while (at(T::Lifetime) || at(T::RawLifetime)) {
          lifetime(R::bound);
          if (!eat_plus()) break;
        }
        close(bound_list, N::BoundList, R::bounds);
      }
    } else if (has(kBeginsType)) {
      for_binder();
      type(R::type);
      if (eat(T::Colon)) {
        bounds(R::bounds);
      } else if (at(T::Eq) || at(T::EqEq)) {
        bump();
        type(R::value);
      } else {
        error_expected("one of `:`, `==`, or `=`");
        close(mark, N::WherePredicate, R::predicate);
        break;
      }
    } else {
      if (attributes) {
        error_expected("a where predicate after the attribute");
        close(mark, N::Error);
      }
      break;
    }
    close(mark, N::WherePredicate, R::predicate);
    const bool comma = eat(T::Comma);
    if (at(T::KwWhere)) {
      error_here("cannot define multiple `where` clauses on an item", "separate the predicates by `,`");
      bump();
    } else if (!comma) {
      break;
    }
  }
  close(clause, N::WhereClause, role);
}

// ---- Bounds -----------------------------------------------------------------------------------------------------

bool Parser::begins_bound() const {
  switch (cur_) {
    case T::Lifetime:
    case T::RawLifetime:
    case T::Bang:
    case T::Question:
    case T::Tilde:
    case T::KwFor:
    case T::LParen:
    case T::KwConst:
    case T::KwAsync:
    case T::KwUse:
      return true;
    case T::LBracket:
      return peek(1) == T::KwConst && peek(2) == T::RBracket;
    default:
      return has(kPathStart);
  }
}

void Parser::bounds(Role role) {
  const Mark list = open();
  while (begins_bound() || (!matching_ && has(kBeginsType)) ||
         (has(kReserved) && !at(T::KwWhere) && is_keyword_kind(cur_))) {
    if (at(T::KwDyn) && has(kReserved)) {
      error_here("invalid `dyn` keyword", "`dyn` is only needed at the start of a list of trait bounds");
      bump();
    }
    const uint32_t before = pos_;
    if (!bound()) break;
    if (!eat_plus() || pos_ == before) break;
  }
  close(list, N::BoundList, role);
}

bool Parser::bound() {
  const Nesting nesting(*this);
  if (!nesting.ok) return false;
  const Mark mark = open();
  const bool parens = at(T::LParen);
  if (parens) bump();
  if (at(T::Lifetime) || at(T::RawLifetime)) {
    if (parens) {
      error_here("lifetime bounds may not be parenthesized", "remove the parentheses");
      lifetime(R::bound);
      expect_closer(T::RParen);
      return true;
    }
    lifetime(R::bound);
    return true;
  }
  if (at(T::KwUse)) {
    if (parens) error_here("precise capturing lists may not be parenthesized", "remove the parentheses");
    bump();
    if (!eat_lt()) error_expected("`<`");
    while (!at_gt() && !at_closer()) {
      const Mark argument = open();
      if (at(T::Lifetime) || at(T::RawLifetime)) {
        lifetime(R::argument);
      } else if (at(T::KwSelfType) || has(kIdentLike)) {
        if (at(T::KwSelfType))
          bump();
        else
          take_ident();
        close(argument, N::NameRef, R::argument);
      } else {
        error_expected("one of `>`, `Self`, identifier, or lifetime");
        break;
      }
      if (!eat(T::Comma)) break;
    }
    expect_gt();
    if (parens) expect_closer(T::RParen);
    close(mark, N::UseBound, R::bound);
    return true;
  }
  const bool early_binder = at(T::KwFor);
  for_binder();
  bool modifiers = false;
  if (at(T::Tilde)) {
    bump();
    modifiers = true;
    expect(T::KwConst);
  } else if (at(T::LBracket) && peek(1) == T::KwConst && peek(2) == T::RBracket) {
    bump();
    bump();
    bump();
    modifiers = true;
  } else if (at(T::KwConst)) {
    bump();
    modifiers = true;
  }
  if (at(T::KwAsync)) {
    if (edition_at_least(Edition::k2018)) {
      bump();
      modifiers = true;
    } else if (kind_has(peek(), kIdentLike)) {
      error_here("`async` trait bounds are only allowed in Rust 2018 or later");
      bump();
      modifiers = true;
    }
  }
  if (at(T::Question) || at(T::Bang)) {
    if (modifiers || early_binder)
      error_here(std::string("`") + (at(T::Question) ? "?" : "!") + "` cannot be combined with other modifiers");
    bump();
    modifiers = true;
  }
  if (at(T::Lifetime) || at(T::RawLifetime)) {
    error_here("modifiers and `for<...>` may only be applied to trait bounds, not lifetime bounds");
    lifetime(R::content);
    if (parens) expect_closer(T::RParen);
    close(mark, N::Error, R::bound);
    return true;
  }
  if (at(T::KwFor)) {
    if (modifiers)
      error_here("`for<...>` binder should be placed before trait bound modifiers");
    else
      error_expected("a trait");
    for_binder();
  }
  if (has(kPathStart)) {
    path(PathStyle::Type, R::path);
  } else if (at(T::KwFn) && peek() == T::LParen) {
    error_here("expected identifier, found keyword `fn`", "use `Fn` to refer to the trait");
    const Mark function = open();
    const Mark segment = open();
    bump();
    parenthesized_args();
    close(segment, N::PathSegment, R::segment);
    close(function, N::Path, R::path);
  } else if (has(kBeginsType)) {
    error_here("expected a trait, found type");
    type(R::path, kNoPlus);
    nodes_.back().kind = N::Error;
  } else {
    if (nodes_.size() == mark.node && !parens && !modifiers) {
      error_expected("a trait bound");
      return false;
    }
    error_expected("identifier");
    missing(R::path);
  }
  if (parens) expect_closer(T::RParen);
  close(mark, N::TraitBound, R::bound);
  return true;
}

}  // namespace rp
