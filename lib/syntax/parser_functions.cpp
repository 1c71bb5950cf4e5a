// Functions with their parameters, constants, statics and type aliases.
#include "syntax/parser_impl.h"

namespace rp {

// ---- Functions --------------------------------------------------------------------------------------------------

void Parser::fn_item(Mark mark, ItemContext context) {
  visibility(false);
  fn_qualifiers(false);
  name();
  generic_params_opt();
  if (at(T::LParen)) {
    const bool trait_2015 = context == ItemContext::Trait && !edition_at_least(Edition::k2018);
    param_list(context, !trait_2015, false);
  } else {
    error_expected("`(`", "add a parameter list");
    missing(R::parameters);
  }
  return_type(kAnyType, WrongArrow::FatOrColon);
  if (at(T::KwContractRequires)) {
    const Mark contract = open();
    bump();
    block(R::body);
    close(contract, N::Contract, R::contract);
  }
  if (at(T::KwContractEnsures)) {
    const Mark contract = open();
    bump();
    expr(R::condition);
    close(contract, N::Contract, R::contract);
  }
  where_clause();
  fn_body(context);
  close(mark, N::FnItem);
}

void Parser::fn_body(ItemContext) {
  if (eat(T::Semi)) return;
  if (at_block()) {
    const uint8_t saved = restrictions_;
    restrictions_ = kNoRestrictions;
    block(R::body);
    restrictions_ = saved;
    return;
  }
  if (at(T::Eq)) {
    error_here("function body cannot be `= expression;`", "surround the expression with `{` and `}`");
    bump();
    expr(R::None);
    expect_semi();
    return;
  }
  error_expected("one of `->`, `where`, `;`, or `{`");
  if (at(T::Arrow)) return_type(kAnyType), set_role(R::None);
  // What stands between the signature and a body near by is lost, the body is not.
  if (!at_closer() && !has(kBeginsItem) && !at_outer_attribute()) skip_error(kStopSemi | kStopItem | kStopBrace);
  if (at(T::LBrace))
    block(R::body);
  else
    eat(T::Semi);
}

// At `(`. Names are needed (functions), not allowed to be missing only for `...` (extern), or optional (pointers and
// 2015 traits).
void Parser::param_list(ItemContext context, bool names_required_always, bool names_never_required) {
  const Mark list = open();
  bump();
  bool first = true;
  int names = names_required_always && context != ItemContext::Foreign ? 2 : names_never_required ? 0 : 1;
  if (context == ItemContext::Trait && !names_required_always) names = 0;
  while (!at_closer()) {
    const uint32_t before = pos_;
    param(first, names);
    first = false;
    if (eat(T::Comma)) continue;
    if (at_closer()) break;
    error_expected("one of `)` or `,`");
    skip_error(kStopComma);
    if (!eat(T::Comma) && pos_ == before) break;
  }
  expect_closer(T::RParen);
  close(list, N::ParamList, R::parameters);
}

bool Parser::self_param(Mark mark) {
  const auto lone_self = [this](uint32_t ahead) {
    return peek(ahead) == T::KwSelfValue && peek(ahead + 1) != T::ColonColon;
  };
  const auto mut_self = [&](uint32_t ahead) { return peek(ahead) == T::KwMut && lone_self(ahead + 1); };
  const auto typed_self = [this, mark] {
    bump();
    if (eat(T::Colon)) type(R::type);
    close(mark, N::SelfParam, R::receiver);
    return true;
  };
  if (at(T::And)) {
    const TokenKind next = peek();
    const uint32_t skip = next == T::Lifetime || next == T::RawLifetime ? 1 : 0;
    uint32_t modifiers;
    if (lone_self(skip + 1))
      modifiers = 0;
    else if (mut_self(skip + 1))
      modifiers = 1;
    else if (peek(skip + 1) == T::KwPin && (peek(skip + 2) == T::KwConst || peek(skip + 2) == T::KwMut) &&
             lone_self(skip + 3))
      modifiers = 2;
    else
      return false;
    bump();
    if (skip == 1) lifetime(R::lifetime);
    for (uint32_t i = 0; i < modifiers; ++i) bump();
    bump();  // `self`
    if (at(T::Colon)) {
      error_here("type not allowed for shorthand `self` parameter", "move the modifiers on `self` to the type");
      bump();
      type(R::type);
    }
    close(mark, N::SelfParam, R::receiver);
    return true;
  }
  if (at(T::Star) && (lone_self(1) || ((peek() == T::KwMut || peek() == T::KwConst) && lone_self(2)))) {
    error_here("cannot pass `self` by raw pointer");
    bump();
    if (!at(T::KwSelfValue)) bump();
    bump();
    close(mark, N::SelfParam, R::receiver);
    return true;
  }
  if (lone_self(0)) return typed_self();
  if (mut_self(0)) {
    bump();
    return typed_self();
  }
  return false;
}

// names: 2 needed, 1 needed but for `...`, 0 optional.
void Parser::param(bool first, int names) {
  const Mark mark = open();
  outer_attributes();
  const uint32_t begin = pos_;
  if (self_param(mark)) {
    if (!first) {
      error_at(begin, prev_end_, "unexpected `self` parameter in function",
               "it must be the first parameter of an associated function");
      nodes_.back().kind = N::Error;
      nodes_.back().role = R::None;
    }
    return;
  }
  bool needs_name = names != 0;
  if (at(T::DotDotDot)) needs_name = false;
  bool named = needs_name;
  if (!named) {
    const uint32_t offset = at(T::And) || at(T::AndAnd) || at(T::KwMut) ? 1 : 0;
    const TokenKind word = peek(offset);
    named = (kind_has(word, kWord) || word == T::RawIdent) && peek(offset + 1) == T::Colon;
    if (at(T::GroupOpenPat)) named = kinds_[slot_after_group(pos_)] == T::Colon;
  }
  if (!named) {
    type(R::type, kVariadic);
    if (!at(T::Comma) && !at_closer()) error_expected("one of `)` or `,`");
    close(mark, N::Param, R::parameter);
    return;
  }
  if (at(T::OrOr)) error_here("unexpected `||` before function parameter", "remove the `||`");
  pattern_before_type(R::pattern);
  if (eat(T::Colon)) {
    if (is_doc_comment(cur_)) {
      error_here("documentation comments cannot be applied to a function parameter's type");
      bump_error();
    }
    type(R::type, kVariadic);
    if (at(T::Eq) && kind_has(peek(), kBeginsExpr)) {
      error_here("parameter defaults are not supported");
      bump();
      expr(R::None);
    }
  } else {
    error_expected("one of `:`, `@`, or `|`",
                   "if this is a parameter's type, give it a name: `name: Type`; if it is a name, give it a type");
  }
  close(mark, N::Param, R::parameter);
}

// ---- Constants and statics --------------------------------------------------------------------------------------

void Parser::static_item(Mark mark) {
  if (at(T::KwUnsafe) || at(T::KwSafe)) bump();
  bump();  // `static`
  eat(T::KwMut);
  name();
  if (at_lt()) {
    error_here("static items may not have generic parameters");
    generic_params_opt();
  }
  if (eat(T::Colon)) {
    if (at(T::Eq) || at(T::Semi))
      error_here("missing type for `static` item", "provide a type for the item");
    else
      type(R::type);
  } else {
    error_here("missing type for `static` item", "provide a type for the item");
    if (!at(T::Eq) && !at(T::Semi)) skip_error(kStopSemi | kStopItem);
  }
  where_clause();
  if (eat(T::Eq)) expr(R::value);
  end_item();
  close(mark, N::StaticItem);
}

// After `const`, or after `type const`.
void Parser::const_item(Mark mark, bool) {
  if (at(T::KwMut)) {
    error_here("const globals cannot be mutable", "you might want to declare a static instead");
    bump();
  } else if (at(T::KwLet)) {
    error_here("`const` and `let` are mutually exclusive", "remove `let`");
    bump();
  }
  name_or_underscore();
  generic_params_opt();
  if (eat(T::Colon)) {
    if (at(T::Eq) || at(T::Semi) || at(T::KwWhere))
      error_here("missing type for `const` item", "provide a type for the item");
    else
      type(R::type);
  } else {
    error_here("missing type for `const` item", "provide a type for the item");
    if (!at(T::Eq) && !at(T::Semi) && !at(T::KwWhere)) skip_error(kStopSemi | kStopItem);
  }
  const uint32_t where_slot = pos_;
  const bool early_where = at(T::KwWhere);
  where_clause();
  if (eat(T::Eq)) {
    if (early_where)
      error_at(where_slot, where_slot + 1, "where clauses are not allowed before const item bodies",
               "move the clause after the value");
    expr(R::value);
  }
  where_clause(R::trailing_where_clause);
  end_item();
  close(mark, N::ConstItem);
}

void Parser::type_alias_item(Mark mark) {
  name();
  generic_params_opt();
  if (eat(T::Colon)) bounds(R::bounds);
  where_clause();
  if (eat(T::Eq)) type(R::type);
  where_clause(R::trailing_where_clause);
  end_item();
  close(mark, N::TypeAliasItem);
}

}  // namespace rp
