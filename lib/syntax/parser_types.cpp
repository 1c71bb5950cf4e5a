// Types.
#include "syntax/parser_impl.h"

namespace rp {

void Parser::type(Role role, uint8_t options) {
  const Nesting nesting(*this);
  if (!nesting.ok) {
    missing(role);
    return;
  }
  const Mark mark = open();
  type_inner(options);
  if (at_plus() && (options & kNoPlus) == 0) [[unlikely]] {
    // `A + B` was taken by path_type where it is allowed.
    error_here("expected a path on the left-hand side of `+`", "put parentheses around the bounds: `&(A + B)`");
    bump();
    bounds(R::bounds);
    close(mark, N::Error);
  }
  if (at(T::Question) && (options & kNoQuestionMark) == 0) [[unlikely]] {
    error_here("invalid `?` in type", "`?` is only allowed on expressions, not types; write `Option<T>`");
    bump();
    close(mark, N::Error);
  }
  if (at(T::ColonColon) && (options & kNoPathTail) == 0 && !matching_) [[unlikely]] {
    error_here("missing angle brackets in associated item path", "write `<T>::Name`");
    bump();
    path_segments(PathStyle::Type);
    close(mark, N::Error);
  }
  set_role(role);
}

void Parser::type_inner(uint8_t options) {
  const Mark mark = open();
  switch (cur_) {
    case T::Ident:
    case T::RawIdent:
    case T::KwSelfType:
    case T::ColonColon:
    case T::KwCrate:
    case T::KwSuper:
    case T::KwSelfValue:
    case T::DollarCrate:
    case T::GroupOpenPath:
      path_type(mark, options);
      return;
    case T::GroupOpenType:
      bump();
      type(R::None);
      close_group(mark);
      return;
    case T::LParen:
      paren_or_tuple_type(mark, options);
      return;
    case T::Bang:
      bump();
      close(mark, N::NeverType);
      return;
    case T::Star:
      bump();
      if (!eat(T::KwMut) && !eat(T::KwConst))
        error_after_previous("expected `mut` or `const` keyword in raw pointer type", "add `mut` or `const` here");
      type(R::type, kNoPlus);
      close(mark, N::PointerType);
      return;
    case T::LBracket:
      if ((options & kNoPlus) == 0 && peek(1) == T::KwConst && peek(2) == T::RBracket) break;
      bump();
      type(R::type);
      if (eat(T::Semi)) {
        expr(R::length);
        expect_closer(T::RBracket);
        close(mark, N::ArrayType);
      } else {
        if (!at_closer()) error_expected("`;` or `]`", "write the length after `;`: `[T; N]`");
        expect_closer(T::RBracket);
        close(mark, N::SliceType);
      }
      return;
    case T::And:
    case T::AndAnd: {
      eat_amp();
      if (at(T::Lifetime) || at(T::RawLifetime)) lifetime(R::lifetime);
      if (at(T::KwPin) && (peek() == T::KwMut || peek() == T::KwConst)) {
        bump();
        bump();
      } else if (eat(T::KwMut)) {
        if ((at(T::Lifetime) || at(T::RawLifetime)) && peek() != T::Plus) {
          error_here("lifetime must precede `mut`");
          lifetime(R::lifetime);
        }
      } else if (at(T::KwDyn) && peek() == T::KwMut) {
        error_here("`mut` must precede `dyn`", "place `mut` before `dyn`");
        bump();
        bump();
      }
      type(R::type, kNoPlus);
      close(mark, N::RefType);
      return;
    }
    case T::KwTypeof:
      error_here("`typeof` is a reserved keyword but unimplemented", "write the type itself");
      bump();
      expect(T::LParen);
      expr(R::expression);
      expect_closer(T::RParen);
      close(mark, N::TypeofType);
      return;
    case T::Underscore:
      bump();
      close(mark, N::InferType);
      return;
    case T::KwImpl:
      bump();
      if ((at(T::Lifetime) || at(T::RawLifetime)) && kind_has(peek(), kWord)) {
        error_here("expected `+` between lifetime and bound");
      }
      bounds(R::bounds);
      close_multi_bound_type(mark, N::ImplTraitType, options);
      return;
    case T::KwFor:
      for_binder();
      if (begins_fn_front_matter(false)) {
        function_pointer_type(mark);
        return;
      }
      {
        if (at(T::KwDyn) || at(T::KwImpl)) {
          error_here("`for<...>` expected after `" + std::string(current_text()) + "`, not before");
          bump();
        }
        path(PathStyle::Type, R::path);
        close(mark, N::TraitBound, R::bound);
        if ((options & kNoPlus) == 0 && at_plus()) {
          finish_trait_object(mark);
          return;
        }
        close(mark, N::BoundList, R::bounds);
        close(mark, N::TraitObjectType);
      }
      return;
    case T::DotDotDot:
      if ((options & kVariadic) == 0)
        error_here("C-variadic type `...` may not be nested inside another type",
                   "only `extern` functions can have a variable number of arguments");
      bump();
      close(mark, N::VariadicType);
      return;
    default:
      break;
  }

  if (at(T::KwBuiltin) && peek() == T::Pound) {
    builtin_type(mark);
    return;
  }
  if (begins_fn_front_matter(false)) {
    function_pointer_type(mark);
    return;
  }
  if (at(T::KwDyn)) {
    const TokenKind next = peek();
    const bool is_type =
        edition_at_least(Edition::k2018) ||
        (kind_has(next, kPathStart) ? next != T::ColonColon && next != T::Lt && next != T::Shl
                                    : next == T::LParen || next == T::Question || next == T::Lifetime ||
                                          next == T::RawLifetime || next == T::KwFor);
    if (is_type) {
      bump();
      bounds(R::bounds);
      close_multi_bound_type(mark, N::TraitObjectType, options);
      return;
    }
  }
  if (at_lt()) {
    path(PathStyle::Type, R::None, N::PathType);
    return;
  }
  if ((at(T::KwConst) || at(T::KwMut)) && peek() == T::Star) {
    error_here("raw pointer types must be written as `*const T` or `*mut T`", "put the `*` first");
    bump();
    bump();
    type(R::type);
    close(mark, N::PointerType);
    return;
  }
  if (has(kPathStart)) {
    path_type(mark, options);
    return;
  }
  if (at(T::KwUnsafe) && peek() == T::Lt) {
    bump();
    generic_params_list();
    set_role(R::generics);
    type(R::type);
    close(mark, N::UnsafeBinderType);
    return;
  }
  if (begins_bound()) {
    if ((at(T::Lifetime) || at(T::RawLifetime)) && peek() != T::Plus && peek() != T::PlusEq) {
      if (edition_at_least(Edition::k2021))
        error_here("expected type, found lifetime", "write `&` before the lifetime if a reference is meant");
      else
        error_here("lifetimes in trait object types must be followed by `+`");
    }
    if ((options & kNoPlus) == 0) {
      bounds(R::bounds);
    } else {
      const Mark list = open();
      bound();
      close(list, N::BoundList, R::bounds);
    }
    close(mark, N::TraitObjectType);
    return;
  }
  if (at(T::Pound) && peek() == T::LBracket) {
    misplaced_attributes("attributes cannot be applied to types");
    type(R::content, options);
    close(mark, N::Error);
    return;
  }
  error_expected("type");
  close(mark, N::Missing);
}

// Closes `impl A + B` or `dyn A + B`, whose bound list was just closed; where `+` would be ambiguous, only one bound
// may stand.
void Parser::close_multi_bound_type(Mark mark, NodeKind kind, uint8_t options) {
  const auto list = static_cast<uint32_t>(nodes_.size()) - 1;
  uint32_t count = 0;
  for (uint32_t i = list; i > nodes_[list].first_node; i = nodes_[i - 1].first_node) ++count;
  const bool trailing_plus = prev_ == T::Plus;
  close(mark, kind);
  if ((options & kNoPlus) != 0 && (count > 1 || trailing_plus))
    error_at(mark.slot, prev_end_, "ambiguous `+` in a type", "use parentheses to disambiguate");
}

// At the start of a path: PathType, MacroType, or the first bound of a bare trait object.
void Parser::path_type(Mark mark, uint8_t options) {
  path(PathStyle::Type, R::None, N::PathType);
  if (at(T::Bang)) {
    nodes_.back().kind = N::Path;
    set_role(R::path);
    macro_call_rest(mark, R::call);
    close(mark, N::MacroType);
    return;
  }
  if ((options & kNoPlus) == 0 && at_plus()) {
    nodes_.back().kind = N::Path;
    set_role(R::path);
    close(mark, N::TraitBound, R::bound);
    finish_trait_object(mark);
  }
}

// The first bound is closed and the parser stands at `+`.
void Parser::finish_trait_object(Mark mark) {
  while (eat_plus()) {
    if (!begins_bound() && !has(kBeginsType)) break;
    const uint32_t before = pos_;
    if (!bound() || pos_ == before) break;
  }
  close(mark, N::BoundList, R::bounds);
  close(mark, N::TraitObjectType);
}

void Parser::paren_or_tuple_type(Mark mark, uint8_t options) {
  bump();  // `(`
  uint32_t count = 0;
  bool trailing_comma = false;
  while (!at_closer()) {
    const uint32_t before = pos_;
    type(R::type);
    ++count;
    trailing_comma = eat(T::Comma);
    if (trailing_comma || at_closer()) continue;
    error_expected("one of `)` or `,`");
    skip_error(kStopComma);
    trailing_comma = eat(T::Comma);
    if (pos_ == before) break;
  }
  const bool inner_ends_in_plus = prev_ == T::Plus;
  expect_closer(T::RParen);
  if (count != 1 || trailing_comma) {
    close(mark, N::TupleType);
    return;
  }
  if ((options & kNoPlus) == 0 && at_plus() && !inner_ends_in_plus) {
    // `(A) + B`: a bare trait object whose first bound is in parentheses.
    PostNode& inner = nodes_.back();
    if (inner.kind == N::PathType && (nodes_.size() < 2 || nodes_[inner.first_node].kind != N::QualifiedSelf)) {
      inner.kind = N::Path;
      inner.role = R::path;
      close(mark, N::TraitBound, R::bound);
      finish_trait_object(mark);
      return;
    }
    if (inner.kind == N::TraitObjectType && kinds_[inner.first_slot] != T::KwDyn) {
      // `(for<'a> A) + B`, `(?A) + B`: the wrappers go, the bound takes the parentheses.
      const size_t size = nodes_.size();
      if (size >= 3 && nodes_[size - 2].kind == N::BoundList && nodes_[size - 3].kind == N::TraitBound &&
          nodes_[size - 3].first_node == nodes_[size - 2].first_node) {
        nodes_.truncate(size - 3);
        close(mark, N::TraitBound, R::bound);
        finish_trait_object(mark);
        return;
      }
    }
  }
  close(mark, N::ParenType);
}

void Parser::return_type(uint8_t options, WrongArrow wrong) {
  const Mark mark = open();
  if (!eat(T::Arrow)) {
    if (wrong == WrongArrow::None || !(at(T::FatArrow) || (at(T::Colon) && wrong == WrongArrow::FatOrColon))) return;
    error_here("return types are denoted using `->`", "use `->` instead");
    bump();
  }
  type(R::type, options);
  close(mark, N::ReturnType, R::return_type);
}

// ---- Function qualifiers, shared with items ---------------------------------------------------------------------

bool Parser::is_async_gen_block() const {
  if (!at(T::KwAsync) || peek(1) != T::KwGen) return false;
  const TokenKind second = peek(2);
  return second == T::LBrace || ((second == T::KwMove || second == T::KwUse) && peek(3) == T::LBrace);
}

bool Parser::begins_unsafe_extern_block() const {
  if (!at(T::KwUnsafe) || peek(1) != T::KwExtern) return false;
  const TokenKind second = peek(2);
  if (second == T::GroupOpenLiteral || second == T::GroupOpenExpr) return peek(5) == T::LBrace;
  return second == T::LBrace || (is_literal(second) && peek(3) == T::LBrace);
}

// Whether `fn` or its qualifiers stand here.
bool Parser::begins_fn_front_matter(bool with_pub) const {
  if (at(T::KwFn)) return true;
  const auto qualifier = [with_pub](TokenKind kind) {
    switch (kind) {
      case T::KwPub:
        return with_pub;
      case T::KwGen:
      case T::KwConst:
      case T::KwAsync:
      case T::KwUnsafe:
      case T::KwSafe:
      case T::KwExtern:
        return true;
      default:
        return false;
    }
  };
  if (!qualifier(cur_)) return false;
  const TokenKind next = peek(1);
  if (next == T::KwFn) return true;
  if (qualifier(next) && kind_has(next, kReserved) && !begins_unsafe_extern_block() && !is_async_gen_block()) {
    const TokenKind second = peek(2);
    if (second != T::KwAuto && second != T::KwTrait && second != T::KwImpl) return true;
  }
  if (at(T::KwExtern) &&
      (next == T::Str || next == T::RawStr || next == T::GroupOpenLiteral || next == T::GroupOpenExpr)) {
    const uint32_t after = is_group_open(next) ? 4 : 2;
    const TokenKind second = peek(after);
    if (second == T::KwFn) return true;
    return (qualifier(second) || second == T::KwPub) && peek(after + 1) == T::KwFn;
  }
  return false;
}

// `const async unsafe extern "C"` up to and including `fn`, each once and in this order.
void Parser::fn_qualifiers(bool pointer) {
  if (at(T::KwConst)) {
    if (pointer) error_here("an `fn` pointer type cannot be `const`", "remove the `const` qualifier");
    bump();
  }
  if (at(T::KwAsync)) {
    if (pointer)
      error_here("an `fn` pointer type cannot be `async`", "remove the `async` qualifier");
    else if (!edition_at_least(Edition::k2018))
      error_here("`async fn` is not permitted in Rust 2015", "use edition 2018 or later");
    kinds_[pos_] = cur_ = T::KwAsync;
    bump();
    if (at(T::KwGen) && edition_at_least(Edition::k2024)) bump();
  } else if (at(T::KwGen) && edition_at_least(Edition::k2024)) {
    bump();
  }
  if (at(T::KwUnsafe) || at(T::KwSafe)) bump();
  if (at(T::KwExtern)) abi(R::abi);
  if (eat(T::KwFn)) return;
  error_expected("`fn`", "the order of qualifiers is `pub`, `default`, `const`, `async`, `unsafe`, `extern`");
  while (!at(T::KwFn) && (at(T::KwConst) || at(T::KwAsync) || at(T::KwUnsafe) || at(T::KwSafe) || at(T::KwExtern) ||
                          at(T::KwPub) || at(T::KwGen))) {
    if (at(T::KwExtern))
      abi(R::None);
    else if (at(T::KwPub)) {
      visibility(false);
      set_role(R::None);
    } else
      bump_error();
  }
  eat(T::KwFn);
}

void Parser::function_pointer_type(Mark mark) {
  fn_qualifiers(true);
  if (at_lt()) {
    error_here("function pointer types may not have generic parameters", "use `for<'a>` before `fn`");
    generic_params_list();
  }
  if (at(T::LParen)) {
    param_list(ItemContext::Module, false, true);
  } else {
    error_expected("`(`");
    missing(R::parameters);
  }
  // A `:` may follow in a where clause.
  return_type(kNoPlus, WrongArrow::Fat);
  close(mark, N::FnPointerType);
}

}  // namespace rp
