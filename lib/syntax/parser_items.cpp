// Items: recognising them, functions, and everything with a body of items.
#include "syntax/parser_impl.h"

namespace rp {

// ---- Recognising ------------------------------------------------------------------------------------------------

bool Parser::begins_use_closure() const {
  if (!at(T::KwUse)) return false;
  const TokenKind next = peek(1);
  const TokenKind pipe = next == T::KwMove || next == T::KwAsync ? peek(2) : next;
  return pipe == T::Or || pipe == T::OrOr;
}

bool Parser::begins_const_closure() const {
  if (!at(T::KwConst)) return false;
  const TokenKind next = peek(1);
  return next == T::KwMove || next == T::KwUse || next == T::KwStatic || next == T::Or || next == T::OrOr;
}

// The slot of the token after the group that opens at `opener`.
uint32_t Parser::slot_after_group(uint32_t opener) const {
  uint32_t depth = 0;
  uint32_t slot = opener;
  while (slot < count_) {
    const TokenKind kind = kinds_[slot];
    if (kind == T::LParen || kind == T::LBracket || kind == T::LBrace) ++depth;
    if (kind == T::RParen || kind == T::RBracket || kind == T::RBrace) --depth;
    slot += token_slots(kind);
    if (depth == 0) break;
  }
  while (slot < count_ && is_trivia(kinds_[slot])) ++slot;
  return slot;
}

// `trait` or `impl(in path) trait`, `ahead` tokens from here.
bool Parser::begins_trait(uint32_t ahead) const {
  const TokenKind kind = peek(ahead);
  if (kind == T::KwTrait) return true;
  if (kind != T::KwImpl || peek(ahead + 1) != T::LParen) return false;
  return kinds_[slot_after_group(peek_slot(ahead + 1))] == T::KwTrait;
}

bool Parser::begins_trait_front_matter() const {
  if (begins_trait(0)) return true;
  switch (cur_) {
    case T::KwAuto:
      return begins_trait(1);
    case T::KwUnsafe:
      return begins_trait(1) || (peek() == T::KwAuto && begins_trait(2));
    case T::KwConst:
      if (begins_trait(1)) return true;
      if ((peek() == T::KwUnsafe || peek() == T::KwAuto) && begins_trait(2)) return true;
      return peek() == T::KwUnsafe && peek(2) == T::KwAuto && begins_trait(3);
    default:
      return false;
  }
}

bool Parser::begins_impl(uint32_t ahead) const {
  for (uint32_t i = 0; i < 3; ++i) {
    const TokenKind kind = peek(ahead + i);
    if (kind == T::KwImpl) return true;
    if (kind != T::KwConst && kind != T::KwUnsafe) return false;
  }
  return false;
}

bool Parser::begins_reuse() const {
  if (!at(T::KwReuse)) return false;
  const TokenKind next = peek();
  return (kind_has(next, kPathStart) && next != T::ColonColon) || begins_impl(1);
}

bool Parser::begins_macro_rules() const {
  if (!at(T::KwMacroRules)) return false;
  const TokenKind next = peek();
  if (next == T::Bang) return kind_has(peek(2), kWord) || peek(2) == T::RawIdent;
  return kind_has(next, kWord) || next == T::RawIdent;
}

// An item that begins with what could be a path.
bool Parser::begins_path_item() const {
  switch (cur_) {
    case T::KwUnion:
      return kind_has(peek(), kIdentLike);
    case T::KwReuse:
      return begins_reuse();
    case T::KwAuto:
      return begins_trait_front_matter();
    case T::KwAsync:
      return peek() == T::KwFn;
    case T::KwMacroRules:
      return begins_macro_rules();
    default:
      return false;
  }
}

// ---- Lists of items ---------------------------------------------------------------------------------------------

void Parser::items_until_closer(ItemContext context) {
  while (!at_closer()) {
    const uint32_t before = pos_;
    if ((++polls_ & 0xFF) == 0) Cancellation::poll(cancellation_);
    if (at(T::Semi)) {
      error_here("expected item, found `;`", "remove this semicolon");
      bump_error();
      continue;
    }
    if (!item(context) && pos_ == before) {
      if (at(T::KwLet))
        error_here("expected item, found keyword `let`",
                   "`let` cannot be used for global variables; consider `static` or `const`");
      else
        error_expected(context == ItemContext::Module ? "item" : "an associated item");
      // Not an item: give up the tokens up to what can begin one.
      if (at(T::LBrace) || at(T::LParen) || at(T::LBracket)) {
        const Mark mark = open();
        skip_group();
        close(mark, N::Error);
      } else {
        const Mark mark = open();
        bump();
        while (!at_closer() && !has(kBeginsItem) && !at_outer_attribute() && !at(T::Semi)) {
          if (at(T::LBrace)) {
            skip_group();
            break;
          }
          if (at(T::LParen) || at(T::LBracket))
            skip_group();
          else
            bump();
        }
        eat(T::Semi);
        close(mark, N::Error);
      }
      last_error_slot_ = pos_;
    }
    if (context == ItemContext::Module && depth_ == 0 && (at(T::RBrace) || at(T::RParen) || at(T::RBracket)))
      bump_error();  // not reached while delimiters match
  }
}

// `{ items }`, or `;` where a body is missing.
void Parser::item_list(ItemContext context) {
  const Mark mark = open();
  if (at(T::Semi)) {
    error_here("expected `{}`, found `;`", "try using `{}` instead");
    bump();
    close(mark, N::ItemList, R::items);
    return;
  }
  if (!at(T::LBrace)) {
    error_expected("`{`");
    return;
  }
  const Nesting nesting(*this);
  bump();
  if (nesting.ok) {
    inner_attributes();
    items_until_closer(context);
  }
  expect_closer(T::RBrace);
  close(mark, N::ItemList, R::items);
}

bool Parser::item(ItemContext context) {
  const Mark mark = open();
  const bool attributes = outer_attributes();
  return item_after_attributes(mark, context, attributes);
}

// Returns false, with nothing closed, when no item stands here (attributes and visibility may have been taken: then
// they are in an Error node and the result is true).
bool Parser::item_after_attributes(Mark mark, ItemContext context, bool has_attributes) {
  const bool has_visibility = at(T::KwPub);
  visibility(false);
  uint32_t default_slot = UINT32_MAX;
  if (at(T::KwDefault)) {
    const TokenKind next = peek();
    if (kind_has(next, kWord) && next != T::KwAs) {
      default_slot = pos_;
      bump();
    }
  } else if (at(T::KwFinal)) {
    default_slot = pos_;
    bump();
  }
  if (item_kind(mark, context, has_visibility, default_slot)) {
    set_role(context == ItemContext::Statement ? R::statement : R::item);
    return true;
  }
  if (context == ItemContext::Statement && !has_visibility && default_slot == UINT32_MAX) return false;
  if (has_visibility) {
    const std::string word(current_text());
    if (has(kIdentLike) && (peek() == T::LParen || peek() == T::Lt || peek() == T::LBrace))
      error_here("missing `fn`, `struct` or another keyword for the definition of `" + word + "`");
    else
      error_here("visibility `pub` is not followed by an item", "you likely meant to define an item here");
  } else if (default_slot != UINT32_MAX) {
    error_here("`default` is not followed by an item");
  } else if (has_attributes) {
    if (at_closer() || at(T::Semi)) {
      const bool doc = last_kind() == N::DocComment;
      error_at(nodes_.back().first_slot, nodes_.back().end_slot,
               doc ? "expected item after doc comment" : "expected item after attributes",
               doc ? "this doc comment documents nothing; use `//` for a plain comment" : "");
      last_error_slot_ = pos_;
    } else {
      error_expected("item after attributes");
    }
  } else {
    return false;
  }
  skip_error(kStopSemi | kStopItem | kStopBrace);
  if (at(T::LBrace))
    skip_group();
  else
    eat(T::Semi);
  close(mark, N::Error);
  last_error_slot_ = pos_;
  return true;
}

bool Parser::item_kind(Mark mark, ItemContext context, bool has_visibility, uint32_t default_slot) {
  const bool is_default = default_slot != UINT32_MAX;
  const auto reject_default = [&](std::string_view what) {
    if (is_default) {
      error_at(default_slot, default_slot + 1,
               "`" + std::string(token_text(default_slot)) + "` cannot be used on " + std::string(what));
    }
  };
  const auto only_at_module_level = [&](std::string_view what) {
    if (context == ItemContext::Trait || context == ItemContext::Impl)
      error_at(mark.slot, pos_ + 1, std::string(what) + " is not supported in `trait`s or `impl`s",
               "move it out to a module");
    if (context == ItemContext::Foreign)
      error_at(mark.slot, pos_ + 1, std::string(what) + " is not supported in `extern` blocks",
               "move it out to a module");
  };
  if (at(T::KwUse) && !begins_use_closure()) {
    only_at_module_level("`use` import");
    reject_default("an import");
    use_item(mark);
    return true;
  }
  if (begins_fn_front_matter(!has_visibility && !is_default)) {
    fn_item(mark, context);
    return true;
  }
  if (at(T::KwExtern)) {
    if (peek() == T::KwCrate) {
      only_at_module_level("`extern crate`");
      reject_default("an extern crate");
      extern_crate_item(mark);
      return true;
    }
    only_at_module_level("`extern` block");
    reject_default("an extern block");
    extern_block(mark);
    return true;
  }
  if (begins_unsafe_extern_block()) {
    only_at_module_level("`extern` block");
    reject_default("an extern block");
    bump();
    extern_block(mark);
    return true;
  }
  const TokenKind next = peek();
  if (at(T::KwStatic) ? !(next == T::KwMove || next == T::KwUse || next == T::Or || next == T::OrOr)
                      : ((at(T::KwUnsafe) || at(T::KwSafe)) && next == T::KwStatic)) {
    if (context == ItemContext::Trait || context == ItemContext::Impl)
      error_here("associated `static` items are not allowed");
    reject_default("a static item");
    static_item(mark);
    return true;
  }
  if (begins_trait_front_matter()) {
    only_at_module_level("trait");
    reject_default("a trait");
    trait_item(mark);
    return true;
  }
  if (begins_impl(0)) {
    only_at_module_level("implementation");
    impl_item(mark, is_default, false);
    return true;
  }
  if (context != ItemContext::Statement && at(T::KwConst) && next == T::LBrace) {
    only_at_module_level("const block");
    reject_default("a const block");
    bump();
    block(R::body);
    close(mark, N::ConstBlockItem);
    return true;
  }
  if (at(T::KwConst) && next != T::LBrace && !begins_const_closure()) {
    if (context == ItemContext::Foreign)
      error_here("extern items cannot be `const`", "use `static` instead");
    bump();
    const_item(mark, false);
    return true;
  }
  if (begins_reuse()) {
    if (context == ItemContext::Foreign) only_at_module_level("delegation");
    delegation_item(mark);
    return true;
  }
  if (at(T::KwMod) || (at(T::KwUnsafe) && next == T::KwMod)) {
    only_at_module_level("module");
    reject_default("a module");
    mod_item(mark);
    return true;
  }
  if (at(T::KwType)) {
    bump();
    if (at(T::KwConst)) {
      bump();
      const_item(mark, true);
    } else {
      type_alias_item(mark);
    }
    return true;
  }
  if (at(T::KwEnum)) {
    only_at_module_level("enum");
    reject_default("an enum");
    enum_item(mark);
    return true;
  }
  if (at(T::KwStruct)) {
    only_at_module_level("struct");
    reject_default("a struct");
    struct_item(mark);
    return true;
  }
  if (at(T::KwUnion) && (kind_has(next, kIdentLike))) {
    only_at_module_level("union");
    reject_default("a union");
    union_item(mark);
    return true;
  }
  if (at(T::KwMacro)) {
    only_at_module_level("macro definition");
    reject_default("a macro definition");
    macro_def_item(mark);
    return true;
  }
  if (begins_macro_rules()) {
    only_at_module_level("macro definition");
    reject_default("a macro definition");
    macro_rules_item(mark, has_visibility);
    return true;
  }
  if (context != ItemContext::Statement && has(kPathStart) && !at_lt() &&
      (next == T::Bang || next == T::ColonColon || at(T::ColonColon))) {
    reject_default("an item macro invocation");
    macro_item(mark, has_visibility);
    return true;
  }
  return false;
}

// ---- Imports ----------------------------------------------------------------------------------------------------

void Parser::use_item(Mark mark) {
  bump();
  use_tree();
  if (!expect_semi()) {
    skip_error(kStopSemi | kStopItem);
    eat(T::Semi);
  }
  close(mark, N::UseItem);
}

void Parser::use_tree() {
  const Nesting nesting(*this);
  const Mark mark = open();
  if (!nesting.ok) {
    close(mark, N::UseTree, R::tree);
    return;
  }
  bool nested = at(T::LBrace) || at(T::Star);
  if (at_import_coupler()) {
    bump();
    nested = true;
  } else if (!nested) {
    path(PathStyle::Mod, R::path);
    if (at(T::ColonColon)) {
      bump();
      nested = true;
    }
  }
  if (nested) {
    if (!eat(T::Star)) {
      const Mark list = open();
      if (at(T::LBrace)) {
        bump();
        while (!at_closer()) {
          const uint32_t before = pos_;
          use_tree();
          if (eat(T::Comma)) continue;
          if (at_closer()) break;
          error_expected("one of `,` or `}`");
          skip_error(kStopComma);
          if (!eat(T::Comma) && pos_ == before) break;
        }
        expect_closer(T::RBrace);
      } else {
        error_expected("one of `*`, `{`, or identifier");
      }
      close(list, N::UseTreeList, R::list);
    }
  } else {
    if (at(T::Colon)) {
      error_here("expected `::`, found `:`", "import paths are delimited using `::`");
      skip_error(kStopComma | kStopSemi);
    }
    if (at(T::KwAs)) {
      const Mark rename = open();
      bump();
      name_or_underscore();
      close(rename, N::Rename, R::rename);
    }
  }
  close(mark, N::UseTree, R::tree);
}

void Parser::extern_crate_item(Mark mark) {
  bump();
  bump();
  const Mark crate_name = open();
  if (at(T::KwSelfValue))
    bump();
  else
    take_ident();
  if (at(T::Minus)) {
    error_here("crate name using dashes are not valid in `extern crate` statements", "use `_` instead of `-`");
    while (eat(T::Minus)) take_ident();
  }
  close(crate_name, N::NameRef, R::name);
  if (at(T::KwAs)) {
    const Mark rename = open();
    bump();
    name_or_underscore();
    close(rename, N::Rename, R::rename);
  }
  if (!expect_semi()) {
    skip_error(kStopSemi | kStopItem);
    eat(T::Semi);
  }
  close(mark, N::ExternCrateItem);
}

// At `extern`; `unsafe` was taken.
void Parser::extern_block(Mark mark) {
  abi(R::abi);
  if (at(T::KwUnsafe) && peek() == T::LBrace) {
    error_expected("`{`", "`unsafe` stands before `extern`");
    bump();
  }
  item_list(ItemContext::Foreign);
  if (last_kind() != N::ItemList) missing(R::items);
  close(mark, N::ExternBlock);
}

void Parser::mod_item(Mark mark) {
  if (at(T::KwUnsafe)) bump();
  bump();
  name();
  if (eat(T::Semi)) {
    close(mark, N::ModItem);
    return;
  }
  if (at(T::LBrace)) {
    item_list(ItemContext::Module);
  } else {
    error_expected("`;` or `{`");
    missing(R::items);
  }
  close(mark, N::ModItem);
}

// ---- Functions --------------------------------------------------------------------------------------------------

void Parser::fn_item(Mark mark, ItemContext context) {
  if (at(T::KwPub)) visibility(false);
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
  return_type(AllowPlus::Yes, WrongArrow::FatOrColon);
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
  if (at(T::LBrace)) {
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
  if (at(T::Arrow)) return_type(AllowPlus::Yes), set_role(R::None);
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
  }
  if (!named) {
    type(R::type, AllowPlus::Yes, true);
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
    type(R::type, AllowPlus::Yes, true);
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
  if (!expect_semi()) {
    skip_error(kStopSemi | kStopItem);
    eat(T::Semi);
  }
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
  if (!expect_semi()) {
    skip_error(kStopSemi | kStopItem);
    eat(T::Semi);
  }
  close(mark, N::ConstItem);
}

void Parser::type_alias_item(Mark mark) {
  name();
  generic_params_opt();
  if (eat(T::Colon)) bounds(R::bounds);
  where_clause();
  if (eat(T::Eq)) type(R::type);
  where_clause(R::trailing_where_clause);
  if (!expect_semi()) {
    skip_error(kStopSemi | kStopItem);
    eat(T::Semi);
  }
  close(mark, N::TypeAliasItem);
}

// ---- Traits and implementations ---------------------------------------------------------------------------------

void Parser::trait_item(Mark mark) {
  eat(T::KwConst);
  const bool is_unsafe = at(T::KwUnsafe) || at(T::KwSafe);
  if (is_unsafe) bump();
  const bool is_auto = eat(T::KwAuto);
  bool restricted = false;
  if (at(T::KwImpl)) {
    restricted = true;
    const Mark restriction = open();
    bump();
    expect(T::LParen);
    const TokenKind inside = cur_;
    if (!eat(T::KwIn) &&
        !((inside == T::KwCrate || inside == T::KwSuper || inside == T::KwSelfValue) && peek() == T::RParen))
      error_here("incorrect `impl` restriction", "`impl(crate)` or `impl(in path)` are possible");
    path(PathStyle::Mod, R::path);
    expect_closer(T::RParen);
    close(restriction, N::Visibility, R::restriction);
  }
  expect(T::KwTrait);
  name();
  generic_params_opt();
  const bool colon = eat(T::Colon);
  if (colon) bounds(R::bounds);
  if (at(T::Eq)) {
    if (colon) error_here("bounds are not allowed on trait aliases");
    bump();
    bounds(R::bounds);
    where_clause();
    if (is_auto || is_unsafe || restricted)
      error_at(mark.slot, prev_end_, std::string("trait aliases cannot be ") +
                                         (is_auto ? "`auto`" : is_unsafe ? "`unsafe`" : "`impl`-restricted"));
    if (!expect_semi()) {
      skip_error(kStopSemi | kStopItem);
      eat(T::Semi);
    }
    close(mark, N::TraitAliasItem);
    return;
  }
  where_clause();
  item_list(ItemContext::Trait);
  close(mark, N::TraitItem);
}

void Parser::impl_item(Mark mark, bool is_default, bool reuse) {
  const bool const_before = at(T::KwConst);
  if (const_before) bump();
  const uint32_t unsafe_slot = pos_;
  const bool is_unsafe = eat(T::KwUnsafe);
  expect(T::KwImpl);
  if (prefer_generics(0)) generic_params_opt();
  if (at(T::KwConst) && peek() != T::LBrace) {
    if (const_before) error_expected("type");
    bump();
  }
  if (at(T::KwAsync) && (edition_at_least(Edition::k2018) || kind_has(peek(), kIdentLike))) {
    error_here("`async` trait implementations are unsupported");
    bump();
  }
  const uint32_t bang_slot = pos_;
  const bool negative = at(T::Bang) && kind_has(peek(), kBeginsType);
  if (negative) bump();
  if (at(T::KwFor) && peek() != T::Lt) {
    error_here("missing trait in a trait impl", "add a trait here");
    missing(R::trait);
  } else {
    type(R::type);
  }
  const auto first = static_cast<uint32_t>(nodes_.size()) - 1;
  bool is_trait = false;
  if (eat(T::KwFor)) {
    is_trait = true;
    if (at(T::DotDot)) {
      bump_error(R::type);  // an old form of auto trait, still read
    } else {
      type(R::type);
    }
  } else if (has(kBeginsType) && !at(T::LBrace)) {
    error_here("missing `for` in a trait impl", "add `for` here");
    is_trait = true;
    type(R::type);
  }
  if (is_trait) {
    PostNode& trait = nodes_[first];
    trait.role = R::trait;
    bool is_path = trait.kind == N::PathType;
    if (is_path)
      for (uint32_t i = first; i > trait.first_node; i = nodes_[i - 1].first_node)
        if (nodes_[i - 1].kind == N::QualifiedSelf) is_path = false;
    if (!is_path && trait.kind != N::Missing && trait.kind != N::Error)
      error_at(trait.first_slot, trait.end_slot, "expected a trait, found type");
  } else {
    if (is_unsafe) error_at(unsafe_slot, unsafe_slot + 1, "inherent impls cannot be unsafe");
    if (negative) error_at(bang_slot, bang_slot + 1, "inherent impls cannot be negative");
    if (is_default) error_at(mark.slot, mark.slot + 1, "inherent impls cannot be default");
  }
  where_clause();
  if (reuse) {
    delegation_body();
    close(mark, N::ImplItem);
    return;
  }
  item_list(ItemContext::Impl);
  close(mark, N::ImplItem);
}

void Parser::delegation_body() {
  if (at(T::LBrace))
    block(R::body, false);
  else
    expect_semi();
}

void Parser::delegation_item(Mark mark) {
  bump();  // `reuse`
  if (begins_impl(0)) {
    impl_item(mark, false, true);
    return;
  }
  path(PathStyle::Expr, R::path);
  const auto rename = [this] {
    if (!at(T::KwAs)) return;
    const Mark renamed = open();
    bump();
    name();
    close(renamed, N::Rename, R::rename);
  };
  if (eat(T::ColonColon)) {
    if (!eat(T::Star)) {
      const Mark list = open();
      if (expect(T::LBrace)) {
        while (!at_closer()) {
          const Mark tree = open();
          const Mark segments = open();
          if (!path_segment(PathStyle::Mod)) break;
          close(segments, N::Path, R::path);
          rename();
          close(tree, N::UseTree, R::tree);
          if (!eat(T::Comma)) break;
        }
        expect_closer(T::RBrace);
      }
      close(list, N::UseTreeList, R::list);
    }
  } else {
    rename();
  }
  delegation_body();
  close(mark, N::DelegationItem);
}

// ---- Structs, unions, enums -------------------------------------------------------------------------------------

void Parser::struct_item(Mark mark) {
  bump();
  name();
  generic_params_opt();
  if (at(T::KwWhere)) {
    where_clause();
    if (at(T::LParen)) {
      error_here("where clauses are not allowed before tuple struct bodies", "move the clause after the body");
      tuple_field_list();
      expect_semi();
    } else if (at(T::LBrace)) {
      record_field_list();
    } else if (!eat(T::Semi)) {
      error_expected("`{` after struct name");
    }
  } else if (at(T::LBrace)) {
    record_field_list();
  } else if (at(T::LParen)) {
    tuple_field_list();
    where_clause();
    expect_semi();
  } else if (!eat(T::Semi)) {
    error_expected("`where`, `{`, `(`, or `;` after struct name");
    if (!at_closer() && !has(kBeginsItem)) skip_error(kStopSemi | kStopItem | kStopBrace);
    if (at(T::LBrace))
      record_field_list();
    else
      eat(T::Semi);
  }
  close(mark, N::StructItem);
}

void Parser::union_item(Mark mark) {
  kinds_[pos_] = cur_ = T::KwUnion;
  bump();
  name();
  generic_params_opt();
  where_clause();
  if (at(T::LBrace))
    record_field_list();
  else
    error_expected("`where` or `{` after union name");
  close(mark, N::UnionItem);
}

// At `{`.
void Parser::record_field_list() {
  const Mark list = open();
  bump();
  while (!at_closer()) {
    const uint32_t before = pos_;
    record_field();
    if (eat(T::Comma)) continue;
    if (at_closer()) break;
    if (at(T::Semi)) {
      error_here("fields are separated by `,`", "replace `;` with `,`");
      bump();
      continue;
    }
    if (is_doc_comment(cur_) && (peek() == T::Comma || peek() == T::RBrace)) {
      error_here("found a documentation comment that doesn't document anything",
                 "doc comments must come before what they document; use `//` for a plain comment");
      bump_error();
      eat(T::Comma);
      continue;
    }
    error_expected("`,`, or `}`", "try adding a comma");
    if (at_outer_attribute() || has(kIdentLike) || at(T::KwPub)) {
      if (pos_ != before) continue;
    }
    skip_error(kStopComma);
    if (!eat(T::Comma) && pos_ == before) break;
  }
  expect_closer(T::RBrace);
  close(list, N::RecordFieldList, R::fields);
}

void Parser::record_field() {
  const Mark mark = open();
  const bool attributes = outer_attributes();
  if (attributes && at_closer()) {
    error_at(nodes_.back().first_slot, nodes_.back().end_slot, "expected a field after the attribute or doc comment",
             "a doc comment must come before what it documents");
    close(mark, N::Error);
    return;
  }
  visibility(false);
  if (at(T::KwUnsafe)) bump();
  name();
  if (at(T::Bang)) {
    error_expected("`:`", "macros cannot expand to fields");
    bump();
    token_tree(R::None);
    close(mark, N::Error);
    return;
  }
  if (!eat(T::Colon)) {
    error_expected("`:`");
    if ((at(T::Eq) || at(T::Semi)) && kind_has(peek(), kPathStart)) bump();
    if (has(kBeginsType) && prev_ != T::Comma)
      type(R::type);
    else
      missing(R::type);
  } else {
    type(R::type);
    if (at(T::Colon)) {
      error_here("found single colon in a struct field type path", "write a path separator here: `::`");
      skip_error(kStopComma);
    }
  }
  if (eat(T::Eq)) expr(R::default_value);
  close(mark, N::RecordField, R::field);
}

// At `(`.
void Parser::tuple_field_list() {
  const Mark list = open();
  bump();
  while (!at_closer()) {
    const uint32_t before = pos_;
    const Mark mark = open();
    outer_attributes();
    visibility(true);
    type(R::type);
    if (eat(T::Eq)) expr(R::default_value);
    close(mark, N::TupleField, R::field);
    if (eat(T::Comma)) continue;
    if (at_closer()) break;
    error_expected("one of `)` or `,`");
    skip_error(kStopComma);
    if (!eat(T::Comma) && pos_ == before) break;
  }
  expect_closer(T::RParen);
  close(list, N::TupleFieldList, R::fields);
}

void Parser::enum_item(Mark mark) {
  bump();
  if (at(T::KwStruct)) {
    error_here("`enum` and `struct` are mutually exclusive", "replace `enum struct` with `enum`");
    bump();
  }
  name();
  generic_params_opt();
  where_clause();
  if (at(T::LBrace)) {
    const Mark list = open();
    bump();
    while (!at_closer()) {
      const uint32_t before = pos_;
      variant();
      if (eat(T::Comma)) continue;
      if (at_closer()) break;
      error_expected("one of `(`, `,`, `=`, `{`, or `}`",
                     "enum variants can be `Variant`, `Variant = <integer>`, `Variant(Type, ..., TypeN)` or "
                     "`Variant { fields: Types }`");
      skip_error(kStopComma);
      if (!eat(T::Comma) && pos_ == before) break;
    }
    expect_closer(T::RBrace);
    close(list, N::VariantList, R::variants);
  } else if (at(T::Semi)) {
    error_here("expected `{}`, found `;`", "try using `{}` instead");
    bump();
  } else {
    error_expected("one of `<`, `where`, or `{`");
  }
  close(mark, N::EnumItem);
}

void Parser::variant() {
  const Mark mark = open();
  outer_attributes();
  visibility(false);
  if ((at(T::KwEnum) || at(T::KwStruct) || (at(T::KwUnion) && kind_has(peek(), kIdentLike))) &&
      kind_has(peek(), kWord)) {
    error_here("`" + std::string(current_text()) + "` definition cannot be nested inside `enum`",
               "consider creating a new definition instead of nesting");
    item_after_attributes(mark, ItemContext::Module, false);
    set_role(R::None);
    return;
  }
  name();
  if (at(T::Bang)) {
    error_expected("one of `(`, `,`, `=`, `{`, or `}`", "macros cannot expand to enum variants");
    bump();
    token_tree(R::None);
    close(mark, N::Error);
    return;
  }
  if (at(T::LBrace))
    record_field_list();
  else if (at(T::LParen))
    tuple_field_list();
  if (eat(T::Eq)) expr(R::discriminant);
  close(mark, N::Variant, R::variant);
}

// ---- Macros -----------------------------------------------------------------------------------------------------

void Parser::macro_rules_item(Mark mark, bool has_visibility) {
  const uint32_t begin = pos_;
  kinds_[pos_] = cur_ = T::KwMacroRules;
  bump();
  if (!eat(T::Bang)) error_here("expected `!` after `macro_rules`", "add a `!`");
  name();
  if (at(T::Bang)) {
    error_here("macro names aren't followed by a `!`", "remove the `!`");
    bump();
  }
  const bool braces = at(T::LBrace);
  if (!token_tree(R::body)) {
    error_expected("one of `(`, `[`, or `{`");
    skip_error(kStopSemi | kStopItem);
    eat(T::Semi);
  } else if (!braces && !eat(T::Semi)) {
    error_after_previous("macros must be delimited with braces or followed by a semicolon", "add a semicolon");
  }
  if (has_visibility)
    error_at(begin, begin + 1, "can't qualify macro_rules invocation with `pub`",
             "try exporting the macro with `#[macro_export]`");
  close(mark, N::MacroRulesItem);
}

void Parser::macro_def_item(Mark mark) {
  bump();
  name();
  if (at(T::LBrace)) {
    token_tree(R::body);
  } else if (at(T::LParen)) {
    token_tree(R::parameters);
    if (at(T::LBrace))
      token_tree(R::body);
    else
      error_expected("`{`");
  } else {
    error_expected("one of `(` or `{`");
  }
  close(mark, N::MacroDefItem);
}

void Parser::macro_item(Mark mark, bool has_visibility) {
  const Mark call = open();
  path(PathStyle::Mod, R::path);
  if (!at(T::Bang)) {
    error_expected("one of `!` or `::`");
    close(call, N::Error);
    skip_error(kStopSemi | kStopItem | kStopBrace);
    if (at(T::LBrace))
      skip_group();
    else
      eat(T::Semi);
    close(mark, N::Error);
    return;
  }
  bump();
  const bool braces = at(T::LBrace);
  const bool group = token_tree(R::arguments);
  if (!group) {
    error_expected("one of `(`, `[`, or `{`");
    missing(R::arguments);
  }
  close(call, N::MacroCall, R::call);
  if (group && !braces && !eat(T::Semi))
    error_after_previous("macros that expand to items must be delimited with braces or followed by a semicolon",
                         "add a semicolon");
  if (!group) {
    skip_error(kStopSemi | kStopItem);
    eat(T::Semi);
  }
  if (has_visibility)
    error_at(mark.slot, mark.slot + 1, "can't qualify macro invocation with `pub`", "remove the visibility");
  close(mark, N::MacroItem);
}

}  // namespace rp
