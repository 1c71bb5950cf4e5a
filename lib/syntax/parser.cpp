// The parser's machinery: token access, error reports, nesting, and the entry points.
#include "syntax/parser.h"

#include <array>
#include <initializer_list>

#if defined(__linux__)
#include <pthread.h>
#endif

#include "syntax/fragment_parser.h"
#include "syntax/parser_impl.h"

namespace rp {
namespace {

constexpr size_t kKinds = static_cast<size_t>(T::kCount);
// Asking where the stack ends costs a system call, and this many levels fit into any stack.
constexpr uint32_t kDepthBeforeStackCheck = 100;
using FlagTable = std::array<uint16_t, 256>;

constexpr void add_flags(FlagTable& table, uint16_t flags, std::initializer_list<TokenKind> kinds) {
  for (const TokenKind kind : kinds) table[static_cast<size_t>(kind)] |= flags;
}

// rustc_ast::token decides these by symbol; here they are one table for each edition.
constexpr FlagTable make_flags(uint16_t edition) {
  FlagTable table{};
  constexpr uint16_t kNameFlags = kIdentLike | kBeginsExpr | kBeginsType | kPathSegment | kPathStart;
#define RP_KEYWORD(name, text) table[static_cast<size_t>(T::name)] |= kReserved | kWord;
#define RP_EDITION_KEYWORD(name, text, since) \
  table[static_cast<size_t>(T::name)] |=      \
      static_cast<uint16_t>((edition >= since ? uint16_t{kReserved} : kNameFlags) | kWord);
#define RP_WEAK_KEYWORD(name, text) table[static_cast<size_t>(T::name)] |= kNameFlags | kWord;
#include "syntax/token_kinds.def"
  add_flags(table, kNameFlags, {T::Ident, T::RawIdent});
  add_flags(table, kWord, {T::Ident, T::Underscore});
  add_flags(table, kReserved, {T::Underscore});
  add_flags(table, kPathSegment | kPathStart | kBeginsExpr | kBeginsType,
            {T::KwSelfValue, T::KwSelfType, T::KwSuper, T::KwCrate, T::DollarCrate});
  add_flags(table, kPathStart | kBeginsExpr | kBeginsType, {T::ColonColon, T::Lt, T::Shl});
  add_flags(table, kBeginsExpr,
            {T::KwAsync,  T::KwDo,      T::KwBox,    T::KwBreak,  T::KwConst,     T::KwContinue, T::KwFalse,  T::KwFor,
             T::KwGen,    T::KwIf,      T::KwLet,    T::KwLoop,   T::KwMatch,     T::KwMove,     T::KwReturn, T::KwTrue,
             T::KwTry,    T::KwUnsafe,  T::KwWhile,  T::KwYield,  T::KwSafe,      T::KwStatic,   T::LParen,   T::LBrace,
             T::LBracket, T::Bang,      T::Minus,    T::Star,     T::Or,          T::OrOr,       T::And,      T::AndAnd,
             T::DotDot,   T::DotDotDot, T::DotDotEq, T::Lifetime, T::RawLifetime, T::Pound});
  add_flags(table, kEndsGroup, {T::RParen, T::RBracket, T::RBrace, T::VirtualCloser, T::Eof, T::GroupClose});
  // rustc_ast::token::Token::can_begin_expr and its like say which groups may begin what.
  add_flags(table, kBeginsExpr, {T::GroupOpenBlock, T::GroupOpenExpr, T::GroupOpenLiteral, T::GroupOpenPath});
  add_flags(table, kBeginsType, {T::GroupOpenType, T::GroupOpenPath});
  add_flags(table, kPathStart, {T::GroupOpenPath});
  for (size_t k = static_cast<size_t>(T::Int); k <= static_cast<size_t>(T::RawCStr); ++k) table[k] |= kBeginsExpr;
  add_flags(table, kBeginsType,
            {T::Underscore, T::KwFor, T::KwImpl, T::KwFn, T::KwUnsafe, T::KwExtern, T::KwTypeof, T::KwDyn, T::LParen,
             T::LBracket, T::Bang, T::Star, T::And, T::AndAnd, T::Question, T::Lifetime, T::RawLifetime});
  add_flags(table, kBeginsItem,
            {T::KwFn, T::KwStruct, T::KwEnum, T::KwTrait, T::KwImpl, T::KwMod, T::KwPub, T::KwUse, T::KwExtern,
             T::KwType, T::KwStatic, T::KwMacroRules});
  return table;
}

constexpr std::array<FlagTable, 4> kFlagTables = {make_flags(2015), make_flags(2018), make_flags(2021),
                                                  make_flags(2024)};

const uint16_t* flags_for(Edition edition) {
  switch (edition) {
    case Edition::k2015:
      return kFlagTables[0].data();
    case Edition::k2018:
      return kFlagTables[1].data();
    case Edition::k2021:
      return kFlagTables[2].data();
    case Edition::k2024:
      return kFlagTables[3].data();
  }
  return kFlagTables[3].data();
}

}  // namespace

Parser::Parser(std::string_view text, TokenBuffer tokens, const ParseOptions& options)
    : text_(text),
      tokens_(std::move(tokens)),
      kinds_(tokens_.kinds.data()),
      starts_(tokens_.starts.data()),
      count_(tokens_.count),
      flags_(flags_for(options.edition)),
      edition_(options.edition),
      nesting_limit_(options.nesting_limit == 0
                         ? kDefaultNestingLimit
                         : (options.nesting_limit > kMaxNestingLimit ? kMaxNestingLimit : options.nesting_limit)),
      error_limit_(options.error_limit == 0 ? 10000 : options.error_limit),
      budget_(options.budget),
      cancellation_(options.cancellation),
      nodes_(options.budget) {
  unchecked_depth_ = nesting_limit_ < kDepthBeforeStackCheck ? nesting_limit_ : kDepthBeforeStackCheck;
  static_assert(kKinds <= 256);
  nodes_.reserve(count_ / 2 + 16);
  balance_delimiters();
  while (is_trivia(kinds_[pos_])) ++pos_;
  cur_ = kinds_[pos_];
}

// ---- Tokens -----------------------------------------------------------------------------------------------------

uint32_t Parser::peek_slot(uint32_t n) const {
  uint32_t slot = pos_;
  for (; n > 0 && slot < count_; --n) {
    slot += token_slots(kinds_[slot]);
    while (is_trivia(kinds_[slot])) ++slot;
  }
  return slot < count_ ? slot : count_;
}

bool Parser::joined() const {
  const uint32_t next = pos_ + token_slots(cur_);
  return !is_trivia(kinds_[next]) && starts_[next] == starts_[pos_] + current_text().size();
}

void Parser::bump_part(TokenKind head) {
  kinds_[pos_] = head;
  ++pos_;
  prev_ = head;
  prev_end_ = pos_;
  cur_ = kinds_[pos_];
}

bool Parser::eat_lt() {
  switch (cur_) {
    case T::Lt:
      bump();
      return true;
    case T::Shl:
    case T::LArrow:
    case T::Le:
    case T::ShlEq:
      bump_part(T::Lt);
      return true;
    default:
      return false;
  }
}

bool Parser::eat_gt() {
  switch (cur_) {
    case T::Gt:
      bump();
      return true;
    case T::Shr:
    case T::Ge:
    case T::ShrEq:
      bump_part(T::Gt);
      return true;
    default:
      return false;
  }
}

bool Parser::eat_plus() {
  if (at(T::PlusEq)) {
    bump_part(T::Plus);
    return true;
  }
  return eat(T::Plus);
}

bool Parser::eat_amp() {
  if (at(T::AndAnd)) {
    bump_part(T::And);
    return true;
  }
  return eat(T::And);
}

bool Parser::expect(TokenKind kind) {
  if (eat(kind)) return true;
  error_expected("`" + std::string(kTokenKindInfo[static_cast<size_t>(kind)].name) + "`");
  return false;
}

bool Parser::expect_gt() {
  if (eat_gt()) return true;
  error_expected("`>`");
  return false;
}

void Parser::take_virtual_closer() {
  last_error_slot_ = pos_;  // what is missing here was reported with the delimiter
  VirtualClose& close = virtual_closers_[next_virtual_];
  if (--close.count == 0) {
    ++next_virtual_;
    kinds_[pos_] = close.original;
    cur_ = close.original;
  }
}

bool Parser::eat_closer(TokenKind kind) {
  if (at(kind)) {
    bump();
    return true;
  }
  if (at(T::VirtualCloser)) {
    take_virtual_closer();
    return true;
  }
  return false;
}

void Parser::expect_closer(TokenKind kind) {
  if (eat_closer(kind)) return;
  error_expected(kind == T::GroupClose ? "the end of what the macro took"
                                       : "`" + std::string(kTokenKindInfo[static_cast<size_t>(kind)].name) + "`");
  skip_error(kStopNever);
  eat_closer(kind);
}

bool Parser::expect_semi() {
  if (eat(T::Semi)) return true;
  if (at(T::VirtualCloser) || at(T::Eof) || at(T::RBrace))
    error_after_previous("expected `;`, found " + describe(), "add `;` here");
  else
    error_expected("`;`");
  return false;
}

void Parser::end_item() {
  if (expect_semi()) return;
  skip_error(kStopSemi | kStopItem);
  eat(T::Semi);
}

// ---- Skipping ---------------------------------------------------------------------------------------------------

void Parser::bump_error(Role role) {
  const Mark mark = open();
  bump();
  close(mark, N::Error, role);
}

// Takes a whole group, the current token being its opener.
void Parser::skip_group() {
  uint32_t depth = 0;
  do {
    switch (cur_) {
      case T::LParen:
      case T::LBracket:
      case T::LBrace:
        ++depth;
        bump();
        break;
      case T::RParen:
      case T::RBracket:
      case T::RBrace:
      case T::GroupClose:
        --depth;
        bump();
        break;
      case T::VirtualCloser:
        --depth;
        take_virtual_closer();
        break;
      case T::Eof:
        return;
      default:
        if (at_group()) ++depth;
        bump();
    }
  } while (depth > 0);
}

// ---- Invisible groups -------------------------------------------------------------------------------------------

void Parser::close_group(Mark mark) {
  bool whole = at(T::GroupClose) && nodes_.size() > mark.node && last_kind() != N::Missing;
  if (!at(T::GroupClose)) {
    error_expected("the end of what the macro took");
    skip_error(kStopNever);
  }
  if (at(T::GroupClose))
    bump();
  else
    whole = false;
  if (!whole) {
    close(mark, N::Error);
    return;
  }
  nodes_.back().first_slot = mark.slot;
  nodes_.back().end_slot = prev_end_;
}

TokenKind Parser::first_token(const PostNode& node) const {
  uint32_t slot = node.first_slot;
  while (slot + 1 < node.end_slot && is_group_open(kinds_[slot])) ++slot;
  return kinds_[slot];
}

uint32_t Parser::last_token_slot(const PostNode& node) const {
  uint32_t slot = node.end_slot - 1;
  while (slot > node.first_slot && kinds_[slot] == T::GroupClose) --slot;
  return slot;
}

bool Parser::skip_error(uint8_t stops, Role role) {
  const Mark mark = open();
  const uint32_t begin = pos_;
  while (!at_closer()) {
    if ((stops & kStopComma) != 0 && at(T::Comma)) break;
    if ((stops & kStopSemi) != 0 && at(T::Semi)) break;
    if ((stops & kStopItem) != 0 && has(kBeginsItem)) break;
    if ((stops & kStopBrace) != 0 && at(T::LBrace)) break;
    if (at(T::LParen) || at(T::LBracket) || at(T::LBrace) || at_group())
      skip_group();
    else
      bump();
  }
  if (pos_ == begin) return false;
  close(mark, N::Error, role);
  return true;
}

// ---- Errors -----------------------------------------------------------------------------------------------------

std::string_view Parser::token_text(uint32_t slot) const {
  if (slot >= count_) return {};
  const uint32_t end =
      token_end(text_, starts_, count_, tokens_.unterminated_tail, slot,
                kinds_[slot] == T::VirtualCloser ? virtual_closers_[next_virtual_].original : kinds_[slot]);
  return text_.substr(starts_[slot], end - starts_[slot]);
}

std::string Parser::describe() const {
  TokenKind kind = cur_;
  if (kind == T::VirtualCloser) kind = virtual_closers_[next_virtual_].original;
  if (kind == T::Eof) return "the end of the file";
  if (kind == T::GroupClose) return "the end of what the macro took";
  if (is_group_open(kind)) {
    constexpr size_t kPrefix = sizeof("group_open_") - 1;
    return "`" + std::string(kTokenKindInfo[static_cast<size_t>(kind)].name.substr(kPrefix)) + "` metavariable";
  }
  std::string_view text = token_text(pos_);
  std::string shown(text.substr(0, 40));
  if (text.size() > 40) {
    while (!shown.empty() && (static_cast<unsigned char>(shown.back()) & 0xC0) == 0x80) shown.pop_back();
    if (!shown.empty() && static_cast<unsigned char>(shown.back()) >= 0xC0) shown.pop_back();
    shown += "...";
  }
  if (const size_t newline = shown.find_first_of("\r\n"); newline != std::string::npos) {
    shown.resize(newline);
    shown += "...";
  }
  if (is_doc_comment(kind)) return "doc comment `" + shown + "`";
  if (is_keyword_kind(kind) && kind_has(kind, kReserved))
    return (kind >= T::KwAbstract && kind <= T::KwYield ? "reserved keyword `" : "keyword `") + shown + "`";
  return "`" + shown + "`";
}

void Parser::add_error(SyntaxError error) {
  if (errors_.size() >= error_limit_) {
    ++errors_left_out_;
    return;
  }
  errors_.push_back(std::move(error));
}

void Parser::error_at(uint32_t first_slot, uint32_t end_slot, std::string message, std::string hint) {
  SyntaxError error;
  error.start = first_slot < count_ ? starts_[first_slot] : static_cast<uint32_t>(text_.size());
  error.end = error.start;
  if (end_slot > first_slot && end_slot <= count_) {
    const std::string_view last = token_text(end_slot - 1);
    error.end = static_cast<uint32_t>(last.data() + last.size() - text_.data());
  }
  error.message = std::move(message);
  error.hint = std::move(hint);
  add_error(std::move(error));
}

void Parser::error_here(std::string message, std::string hint) {
  if (was_reported()) return;
  last_error_slot_ = pos_;
  const uint32_t slots = pos_ < count_ ? token_slots(at(T::VirtualCloser) ? T::Eof : cur_) : 0;
  error_at(pos_, pos_ + slots, std::move(message), std::move(hint));
}

void Parser::error_after_previous(std::string message, std::string hint) {
  if (was_reported()) return;
  last_error_slot_ = pos_;
  SyntaxError error;
  if (prev_end_ > 0) {
    const std::string_view last = token_text(prev_end_ - 1);
    error.start = static_cast<uint32_t>(last.data() + last.size() - text_.data());
  }
  error.end = error.start;
  error.message = std::move(message);
  error.hint = std::move(hint);
  add_error(std::move(error));
}

void Parser::error_expected(std::string_view what, std::string hint) {
  if (was_reported()) return;
  error_here("expected " + std::string(what) + ", found " + describe(), std::move(hint));
}

// ---- Nesting ----------------------------------------------------------------------------------------------------

namespace {

// The lowest address the parser may use on this thread's stack, leaving room for what it calls.
const char* find_stack_floor() {
#if defined(__linux__)
  pthread_attr_t attributes;
  if (pthread_getattr_np(pthread_self(), &attributes) != 0) return nullptr;
  void* low = nullptr;
  size_t size = 0;
  pthread_attr_getstack(&attributes, &low, &size);
  pthread_attr_destroy(&attributes);
  const size_t reserve = size / 4 < 128 * 1024 ? size / 4 : 128 * 1024;
  return static_cast<const char*>(low) + reserve;
#else
  return nullptr;
#endif
}

}  // namespace

bool Parser::enter() {
  ++depth_;
  if (depth_ <= unchecked_depth_) [[likely]]
    return true;
  if (stack_floor_ == nullptr) stack_floor_ = find_stack_floor();
  const auto* here = static_cast<const char*>(__builtin_frame_address(0));
  if (depth_ <= nesting_limit_ && (stack_floor_ == nullptr || here > stack_floor_)) return true;
  if (!too_deep_reported_) {
    too_deep_reported_ = true;
    error_at(pos_, pos_ + (pos_ < count_ ? 1 : 0),
             "nested too deeply: the limit is " + std::to_string(nesting_limit_) + " levels",
             "raise the nesting limit if this text is meant to be read");
  }
  last_error_slot_ = pos_;
  skip_error(kStopNever);
  last_error_slot_ = pos_;
  return false;
}

// ---- Entry points -----------------------------------------------------------------------------------------------

void Parser::parse_file() {
  Mark mark{0, 0};
  inner_attributes();
  items_until_closer(ItemContext::Module);
  pos_ = count_;
  prev_end_ = count_;
  close(mark, N::SourceFile);
}

void Parser::parse_fragment(FragmentKind kind, bool output) {
  of_expansion_ = output;
  Mark mark{0, 0};
  switch (kind) {
    case FragmentKind::Expr:
      expr(R::content);
      if (output) eat(T::Semi);
      break;
    case FragmentKind::Exprs:
      while (!at(T::Eof)) {
        const uint32_t before = pos_;
        expr(R::content);
        if (!eat(T::Comma)) break;
        if (pos_ == before) break;
      }
      break;
    case FragmentKind::Statements:
      block_tail();
      break;
    case FragmentKind::Items:
      items_until_closer(ItemContext::Module);
      break;
    case FragmentKind::ImplItems:
      items_until_closer(ItemContext::Impl);
      break;
    case FragmentKind::TraitItems:
      items_until_closer(ItemContext::Trait);
      break;
    case FragmentKind::ForeignItems:
      items_until_closer(ItemContext::Foreign);
      break;
    case FragmentKind::Pattern:
      pattern_top(R::content, false);
      break;
    case FragmentKind::Type:
      type(R::content);
      break;
    case FragmentKind::Tokens:
      while (!at(T::Eof))
        if (!token_tree(R::content)) bump();
      break;
  }
  if (!at(T::Eof)) {
    error_expected("the end of the macro argument");
    while (!at(T::Eof)) {
      if (at(T::VirtualCloser))
        take_virtual_closer();  // its group ended early, at the end of an invisible one that crosses it
      else if (!skip_error(kStopNever, R::content))
        bump_error(R::content);
    }
  }
  pos_ = count_;
  prev_end_ = count_;
  close(mark, N::Fragment);
}

Tree Parser::finish() {
  for (; next_virtual_ < virtual_closers_.size(); ++next_virtual_)
    kinds_[virtual_closers_[next_virtual_].slot] = virtual_closers_[next_virtual_].original;
  if (errors_left_out_ > 0) {
    SyntaxError last;
    last.start = last.end = static_cast<uint32_t>(text_.size());
    last.message = std::to_string(errors_left_out_) + " more errors are not shown";
    errors_.push_back(std::move(last));
  }
  return TreeBuilder::build(text_, edition_, std::move(tokens_), std::move(nodes_), std::move(errors_), budget_);
}

Tree parse(std::string_view text, TokenBuffer tokens, const ParseOptions& options) {
  Cancellation::poll(options.cancellation);
  Parser parser(text, std::move(tokens), options);
  parser.parse_file();
  return parser.finish();
}

Tree parse_tokens(std::string_view text, TokenBuffer* tokens, FragmentKind kind, const ParseOptions& options) {
  Cancellation::poll(options.cancellation);
  Parser parser(text, std::move(*tokens), options);
  parser.parse_fragment(kind, true);
  Tree tree = parser.finish();
  *tokens = parser.take_tokens();
  return tree;
}

Tree lex_and_parse(std::string_view text, const ParseOptions& options) {
  LexOptions lex_options;
  lex_options.edition = options.edition;
  lex_options.budget = options.budget;
  lex_options.cancellation = options.cancellation;
  return parse(text, lex(text, lex_options), options);
}

Tree parse_fragment(const Tree& tree, uint32_t first_slot, uint32_t end_slot, FragmentKind kind,
                    const ParseOptions& options) {
  const uint32_t count = end_slot - first_slot;
  TokenBuffer tokens;
  Buffer<TokenKind> kinds(options.budget);
  Buffer<uint32_t> starts(options.budget);
  kinds.resize(count + TokenBuffer::kPadding);
  starts.resize(count + TokenBuffer::kPadding);
  for (uint32_t i = 0; i < count; ++i) {
    kinds[i] = tree.token_kind(first_slot + i);
    starts[i] = tree.token_start(first_slot + i);
  }
  const uint32_t end = end_slot > first_slot ? tree.token_end(end_slot - 1) : tree.token_start(first_slot);
  for (uint32_t i = count; i < count + TokenBuffer::kPadding; ++i) {
    kinds[i] = T::Eof;
    starts[i] = end;
  }
  tokens.kinds = std::move(kinds);
  tokens.starts = std::move(starts);
  tokens.count = count;
  // The text before the fragment stays, so that offsets mean the same as in `tree`.
  Parser parser(tree.text().substr(0, end), std::move(tokens), options);
  parser.parse_fragment(kind);
  return parser.finish();
}

}  // namespace rp
