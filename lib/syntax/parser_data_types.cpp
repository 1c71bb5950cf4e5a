// Structs, unions, enums, traits, implementations and delegation.
#include "syntax/parser_impl.h"

namespace rp {

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
    if (has(kReserved) && begins_fn_front_matter(false)) {
      error_here("functions are not allowed in struct definitions",
                 "unlike in C++, Java, and C#, functions are declared in `impl` blocks");
      item(ItemContext::Module);
      set_role(R::None);
      continue;
    }
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
    if (at_outer_attribute() || has(kIdentLike) || at(T::KwPub) || at(T::GroupOpenVis)) {
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
      error_at(mark.slot, prev_end_,
               std::string("trait aliases cannot be ") + (is_auto     ? "`auto`"
                                                          : is_unsafe ? "`unsafe`"
                                                                      : "`impl`-restricted"));
    end_item();
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

}  // namespace rp
