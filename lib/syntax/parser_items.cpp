// Items: recognising them, lists of them, imports, modules, extern blocks, macros.
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
    if (kind == T::LParen || kind == T::LBracket || kind == T::LBrace || is_group_open(kind)) ++depth;
    if (kind == T::RParen || kind == T::RBracket || kind == T::RBrace || kind == T::GroupClose) --depth;
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
      if (at(T::LBrace) || at(T::LParen) || at(T::LBracket) || at_group()) {
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
          if (at(T::LParen) || at(T::LBracket) || at_group())
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
  bump();
  const Nesting nesting(*this);  // after the brace: what it skips is the inside
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
  if (at(T::GroupOpenItem)) [[unlikely]] {
    // The attributes before it are the item's as well.
    bump();
    const bool more = outer_attributes();
    const Nesting nesting(*this);
    const bool in_block = context == ItemContext::Statement;
    const Role role = in_block ? R::statement : R::item;
    if (in_block) context = ItemContext::Module;  // a macro call is an item there
    if (!nesting.ok || !item_after_attributes(mark, context, has_attributes || more)) {
      error_expected("an item");
      expect_closer(T::GroupClose);
      close(mark, N::Error, role);
      return true;
    }
    if (at(T::GroupClose)) {
      bump();
      nodes_.back().end_slot = prev_end_;
      set_role(role);
    } else {
      expect_closer(T::GroupClose);
      close(mark, N::Error, role);
    }
    return true;
  }
  const bool has_visibility = visibility(false);
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
  if (context != ItemContext::Statement && at(T::KwConst) && begins_block(next)) {
    only_at_module_level("const block");
    reject_default("a const block");
    bump();
    block(R::body);
    close(mark, N::ConstBlockItem);
    return true;
  }
  if (at(T::KwConst) && !begins_block(next) && !begins_const_closure()) {
    if (context == ItemContext::Foreign) error_here("extern items cannot be `const`", "use `static` instead");
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
      (next == T::Bang || next == T::ColonColon || at(T::ColonColon) ||
       (at(T::GroupOpenPath) && kinds_[slot_after_group(pos_)] == T::Bang))) {
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
  end_item();
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
  end_item();
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
