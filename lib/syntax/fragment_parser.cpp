// Fragments off the front of a macro's input: one parser on a copy of the tokens, put back after each fragment.
#include "syntax/fragment_parser.h"

#include <optional>

#include "syntax/parser_impl.h"

namespace rp {

uint32_t Parser::parse_prefix(uint32_t slot, MacroFragment kind) {
  nodes_.truncate(0);
  errors_.clear();
  pending_lets_.clear();
  errors_left_out_ = 0;
  last_error_slot_ = UINT32_MAX;
  too_deep_reported_ = false;
  restrictions_ = kNoRestrictions;
  depth_ = 0;
  matching_ = true;
  pos_ = slot;
  while (is_trivia(kinds_[pos_])) ++pos_;
  cur_ = kinds_[pos_];
  prev_ = T::Eof;
  prev_end_ = slot;
  switch (kind) {
    case MacroFragment::Item:
      if (!item(ItemContext::Module)) error_here("expected an item keyword");
      break;
    case MacroFragment::Block:
      block(R::content);
      break;
    case MacroFragment::Stmt:
      statement(true);
      break;
    case MacroFragment::PatParam:
      pattern_no_top_or(R::content);
      break;
    case MacroFragment::Pat:
      pattern_top(R::content, false);
      break;
    case MacroFragment::Expr:
    case MacroFragment::Expr2021:
      expr(R::content);
      break;
    case MacroFragment::Type:
      type(R::content, kNoQuestionMark);
      break;
    case MacroFragment::Literal:
      literal_maybe_minus(R::content);
      break;
    case MacroFragment::Path:
      path(PathStyle::Type, R::content);
      break;
    case MacroFragment::Meta:
      attribute_content();
      break;
    case MacroFragment::Visibility:
      visibility(true);
      break;
  }
  return prev_end_;
}

// ---- FragmentParser ---------------------------------------------------------------------------------------------

struct FragmentParser::State {
  const Tree& tree;
  const uint32_t begin;
  const uint32_t end;
  const ParseOptions options;
  std::optional<Parser> parser;  // made when the first fragment needs it
  bool broken = false;           // delimiters do not match
  std::string error;

  [[nodiscard]] TokenKind kind(uint32_t slot) const { return slot < end ? tree.token_kind(slot) : T::Eof; }
  [[nodiscard]] uint32_t next(uint32_t slot) const {
    slot += token_slots(kind(slot));
    while (slot < end && is_trivia(tree.token_kind(slot))) ++slot;
    return slot;
  }
  bool make_parser();
};

namespace {

// After one of these, neither an expression, a type nor a pattern goes on.
constexpr bool ends_fragment(TokenKind kind) {
  switch (kind) {
    case T::Comma:
    case T::Semi:
    case T::FatArrow:
    case T::RParen:
    case T::RBracket:
    case T::RBrace:
    case T::Eof:
      return true;
    default:
      return false;
  }
}

constexpr uint16_t edition_year(Edition edition) {
  switch (edition) {
    case Edition::k2015:
      return 2015;
    case Edition::k2018:
      return 2018;
    case Edition::k2021:
      return 2021;
    case Edition::k2024:
      break;
  }
  return 2024;
}

// What an identifier-like token is to the parser's tables.
enum class Word : uint8_t { None, Name, Keyword };

Word word_of(TokenKind kind, Edition edition) {
  switch (kind) {
    case T::Ident:
    case T::RawIdent:
      return Word::Name;
    case T::Underscore:
    case T::DollarCrate:
      return Word::Keyword;
#define RP_KEYWORD(name, text) \
  case T::name:                \
    return Word::Keyword;
#define RP_EDITION_KEYWORD(name, text, since) \
  case T::name:                               \
    return edition_year(edition) >= since ? Word::Keyword : Word::Name;
#define RP_WEAK_KEYWORD(name, text) \
  case T::name:                     \
    return Word::Name;
#include "syntax/token_kinds.def"
    default:
      return Word::None;
  }
}

constexpr bool is_path_keyword(TokenKind kind) {
  return kind == T::KwSelfValue || kind == T::KwSelfType || kind == T::KwSuper || kind == T::KwCrate ||
         kind == T::DollarCrate;
}

bool word_begins_expr(TokenKind kind, Edition edition) {
  if (word_of(kind, edition) == Word::Name || is_path_keyword(kind)) return true;
  switch (kind) {
    case T::KwAsync:
    case T::KwDo:
    case T::KwBox:
    case T::KwBreak:
    case T::KwConst:
    case T::KwContinue:
    case T::KwFalse:
    case T::KwFor:
    case T::KwGen:
    case T::KwIf:
    case T::KwLet:
    case T::KwLoop:
    case T::KwMatch:
    case T::KwMove:
    case T::KwReturn:
    case T::KwTrue:
    case T::KwTry:
    case T::KwUnsafe:
    case T::KwWhile:
    case T::KwYield:
    case T::KwStatic:
      return true;
    default:
      return false;
  }
}

bool begins_expr(TokenKind kind, Edition edition) {
  if (is_literal(kind)) return true;
  switch (kind) {
    case T::LParen:
    case T::LBrace:
    case T::LBracket:
    case T::Bang:
    case T::Minus:
    case T::Star:
    case T::Or:
    case T::OrOr:
    case T::And:
    case T::AndAnd:
    case T::DotDot:
    case T::DotDotDot:
    case T::DotDotEq:
    case T::Lt:
    case T::Shl:
    case T::ColonColon:
    case T::Lifetime:
    case T::RawLifetime:
    case T::Pound:
    case T::GroupOpenBlock:
    case T::GroupOpenExpr:
    case T::GroupOpenLiteral:
    case T::GroupOpenPath:
      return true;
    default:
      return word_begins_expr(kind, edition);
  }
}

bool begins_type(TokenKind kind, Edition edition) {
  switch (kind) {
    case T::LParen:
    case T::LBracket:
    case T::Bang:
    case T::Star:
    case T::And:
    case T::AndAnd:
    case T::Question:
    case T::Lifetime:
    case T::RawLifetime:
    case T::Lt:
    case T::Shl:
    case T::ColonColon:
    case T::Underscore:
    case T::KwFor:
    case T::KwImpl:
    case T::KwFn:
    case T::KwUnsafe:
    case T::KwExtern:
    case T::KwTypeof:
    case T::KwDyn:
    case T::GroupOpenType:
    case T::GroupOpenPath:
      return true;
    default:
      return word_of(kind, edition) == Word::Name || is_path_keyword(kind);
  }
}

bool begins_pattern(TokenKind kind, Edition edition, bool with_or) {
  if (is_literal(kind) || word_of(kind, edition) != Word::None) return true;
  switch (kind) {
    case T::LParen:
    case T::LBracket:
    case T::And:
    case T::Minus:
    case T::AndAnd:
    case T::DotDot:
    case T::DotDotDot:
    case T::ColonColon:
    case T::Lt:
    case T::Shl:
    case T::GroupOpenExpr:
    case T::GroupOpenLiteral:
    case T::GroupOpenMeta:
    case T::GroupOpenPat:
    case T::GroupOpenPath:
    case T::GroupOpenType:
      return true;
    case T::Or:
      return with_or;
    default:
      return false;
  }
}

}  // namespace

bool FragmentParser::State::make_parser() {
  if (parser || broken) return !broken;
  const uint32_t count = end - begin;
  TokenBuffer tokens;
  Buffer<TokenKind> kinds(options.budget);
  Buffer<uint32_t> starts(options.budget);
  kinds.resize(count + TokenBuffer::kPadding);
  starts.resize(count + TokenBuffer::kPadding);
  for (uint32_t i = 0; i < count; ++i) {
    kinds[i] = tree.token_kind(begin + i);
    starts[i] = tree.token_start(begin + i);
  }
  const uint32_t text_end = end > begin ? tree.token_end(end - 1) : tree.token_start(begin);
  for (uint32_t i = count; i < count + TokenBuffer::kPadding; ++i) {
    kinds[i] = T::Eof;
    starts[i] = text_end;
  }
  tokens.kinds = std::move(kinds);
  tokens.starts = std::move(starts);
  tokens.count = count;
  parser.emplace(tree.text().substr(0, text_end), std::move(tokens), options);
  broken = !parser->errors().empty();
  return !broken;
}

FragmentParser::FragmentParser(const Tree& tree, uint32_t begin, uint32_t end, const ParseOptions& options)
    : state_(new State{tree, begin, end, options, std::nullopt, false, {}}) {}

FragmentParser::~FragmentParser() = default;

FragmentParser::Outcome FragmentParser::parse(uint32_t slot, MacroFragment kind) {
  State& s = *state_;
  while (slot < s.end && is_trivia(s.tree.token_kind(slot))) ++slot;
  Outcome outcome;
  // Most fragments are one token.
  const TokenKind first = s.kind(slot);
  const bool name = first == T::Ident || first == T::RawIdent;
  switch (kind) {
    case MacroFragment::Visibility:
      if (first != T::KwPub && first != T::GroupOpenVis) {
        outcome.end = slot;
        outcome.ok = true;
        return outcome;
      }
      break;
    case MacroFragment::Literal:
      if (!is_literal(first) || token_slots(first) != 1) break;
      outcome.end = slot + 1;
      outcome.ok = true;
      return outcome;
    case MacroFragment::Expr:
    case MacroFragment::Expr2021:
    case MacroFragment::Pat:
    case MacroFragment::PatParam:
    case MacroFragment::Type:
    case MacroFragment::Path:
      if (!name &&
          !(is_literal(first) && token_slots(first) == 1 && kind != MacroFragment::Type && kind != MacroFragment::Path))
        break;
      if (!ends_fragment(s.kind(s.next(slot)))) break;
      outcome.end = slot + 1;
      outcome.ok = true;
      return outcome;
    default:
      break;
  }
  if (!s.make_parser()) {
    outcome.end = slot;
    outcome.error = "the delimiters do not match";
    outcome.error_offset = slot < s.end ? s.tree.token_start(slot) : s.tree.token_end(s.end - 1);
    return outcome;
  }
  Parser& parser = *s.parser;
  // The rest of a split operator begins no token of the parser's own; it is the entry of a token of its own.
  outcome.end = s.begin + parser.parse_prefix(slot - s.begin, kind);
  if (parser.errors().empty()) {
    outcome.ok = true;
  } else {
    s.error = parser.errors().front().message;
    outcome.error = s.error;
    outcome.error_offset = parser.errors().front().start;
  }
  const uint32_t touched = parser.touched_end();
  for (uint32_t i = slot - s.begin; i < touched; ++i) parser.kinds()[i] = s.tree.token_kind(s.begin + i);
  return outcome;
}

bool FragmentParser::begins_fragment(uint32_t slot, MacroFragment kind) const {
  const State& s = *state_;
  while (slot < s.end && is_trivia(s.tree.token_kind(slot))) ++slot;
  const TokenKind first = s.kind(slot);
  const Edition edition = s.options.edition;
  // Whether what a macro took as a whole may be a lone name.
  const bool may_be_name =
      is_group_open(first) && first != T::GroupOpenItem && first != T::GroupOpenBlock && first != T::GroupOpenVis;
  switch (kind) {
    case MacroFragment::Expr2021:
      return begins_expr(first, edition) && first != T::KwLet && first != T::KwConst;
    case MacroFragment::Expr:
      return (begins_expr(first, edition) || first == T::Underscore) && first != T::KwLet;
    case MacroFragment::Type:
      return begins_type(first, edition);
    case MacroFragment::Literal: {
      if (is_literal(first) || first == T::Minus || first == T::KwTrue || first == T::KwFalse) return true;
      if (first == T::GroupOpenLiteral) return true;
      if (first != T::GroupOpenExpr) return false;
      // `$e:expr` that is a literal, maybe with a minus.
      while (s.kind(slot) == T::GroupOpenExpr || s.kind(slot) == T::GroupOpenLiteral) ++slot;
      if (s.kind(slot) == T::Minus) slot = s.next(slot);
      const TokenKind inner = s.kind(slot);
      return (is_literal(inner) || inner == T::KwTrue || inner == T::KwFalse) && s.kind(s.next(slot)) == T::GroupClose;
    }
    case MacroFragment::Visibility:
      return first == T::Comma || is_group_open(first) || word_of(first, edition) != Word::None ||
             begins_type(first, edition);
    case MacroFragment::Block:
      return first == T::LBrace || first == T::GroupOpenBlock || first == T::GroupOpenStmt ||
             first == T::GroupOpenExpr || first == T::GroupOpenLiteral;
    case MacroFragment::Path:
    case MacroFragment::Meta:
      return first == T::ColonColon || word_of(first, edition) != Word::None || may_be_name;
    case MacroFragment::Pat:
    case MacroFragment::PatParam:
      return begins_pattern(first, edition, kind == MacroFragment::Pat);
    case MacroFragment::Item:
    case MacroFragment::Stmt:
      break;
  }
  return first != T::Eof && first != T::RParen && first != T::RBracket && first != T::RBrace && first != T::GroupClose;
}

}  // namespace rp
