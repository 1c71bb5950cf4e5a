// Tokens being put together, and what they become.
#include "expand/source.h"
#include "syntax/lexer.h"

namespace rp {
namespace {

using T = TokenKind;

constexpr bool is_line_doc(TokenKind kind) { return kind == T::OuterLineDoc || kind == T::InnerLineDoc; }

// What remains of an operator when its first character is taken off.
TokenKind rest_of(TokenKind kind) {
  switch (kind) {
    case T::Le:
    case T::Ge:
    case T::PlusEq:
      return T::Eq;
    case T::AndAnd:
      return T::And;
    case T::OrOr:
      return T::Or;
    case T::Shl:
      return T::Lt;
    case T::Shr:
      return T::Gt;
    case T::ShlEq:
      return T::Le;
    case T::ShrEq:
      return T::Ge;
    case T::LArrow:
      return T::Minus;
    default:
      return T::Eof;
  }
}

// The operator of which `head` is the first character and `rest` what follows at once; Eof when there is none. No
// lexer gives two such tokens side by side, so they were one that a parser split.
TokenKind joined_operator(TokenKind head, TokenKind rest) {
  switch (head) {
    case T::Lt:
      return rest == T::Lt      ? T::Shl
             : rest == T::Le    ? T::ShlEq
             : rest == T::Eq    ? T::Le
             : rest == T::Minus ? T::LArrow
                                : T::Eof;
    case T::Gt:
      return rest == T::Gt ? T::Shr : rest == T::Ge ? T::ShrEq : rest == T::Eq ? T::Ge : T::Eof;
    case T::And:
      return rest == T::And ? T::AndAnd : T::Eof;
    case T::Or:
      return rest == T::Or ? T::OrOr : T::Eof;
    case T::Plus:
      return rest == T::Eq ? T::PlusEq : T::Eof;
    default:
      return T::Eof;
  }
}

// Whether joined_operator may give something.
constexpr bool heads_operator(TokenKind kind) {
  return kind == T::Lt || kind == T::Gt || kind == T::And || kind == T::Or || kind == T::Plus;
}

// The kind of a float as the lexer would see it after `previous`: after a dot it may be two indices of tuples.
TokenKind float_kind(std::string_view text, TokenKind previous) {
  if (previous != T::Dot) return T::Float;
  const size_t dot = text.find('.');
  if (dot == std::string_view::npos) return T::Float;
  const auto digits = [](std::string_view part) {
    return part.find_first_not_of("0123456789_") == std::string_view::npos;
  };
  if (dot == 0 || !digits(text.substr(0, dot)) || !digits(text.substr(dot + 1))) return T::Float;
  return dot + 1 == text.size() ? T::FloatTrailingDot : T::FloatDotted;
}

}  // namespace

void TokenStream::push(TokenKind kind, std::string_view text, TokenOrigin origin, ContextId context) {
  const TokenKind previous = kinds_.empty() ? T::Eof : kinds_.back();
  // What opens a group stands right before the next token, what closes it right after the one before.
  text_.ensure(text.size() + 1);
  if (!text_.empty() && kind != T::GroupClose && !is_group_open(previous))
    text_.push_unchecked(is_line_doc(previous) ? '\n' : ' ');
  if (kind == T::Float || kind == T::FloatDotted || kind == T::FloatTrailingDot) kind = float_kind(text, previous);
  const auto start = static_cast<uint32_t>(text_.size());
  text_.append_unchecked(text.data(), text.size());
  // The four grow together.
  constexpr size_t kMostSlots = 3;
  if (kinds_.capacity() - kinds_.size() < kMostSlots) [[unlikely]] {
    const size_t room = kinds_.size() + kinds_.size() / 2 + 16;
    kinds_.reserve(room);
    starts_.reserve(room);
    origins_.reserve(room);
    contexts_.reserve(room);
  }
  const auto add = [&](TokenKind part, uint32_t part_start) {
    kinds_.push_unchecked(part);
    starts_.push_unchecked(part_start);
    origins_.push_unchecked(TokenOrigin{origin.source, origin.offset + (part_start - start)});
    contexts_.push_unchecked(context);
  };
  add(kind, start);
  if (token_slots(kind) == 1) [[likely]]
    return;
  if (kind == T::FloatDotted || kind == T::FloatTrailingDot) {
    const auto dot = static_cast<uint32_t>(text.find('.'));
    add(T::Dot, start + dot);
    if (kind == T::FloatDotted) add(T::Int, start + dot + 1);
    return;
  }
  for (uint32_t part = 1; token_slots(kind) > 1; ++part) {
    kind = rest_of(kind);
    add(kind, start + part);
  }
}

void TokenStream::push_token(const Source& source, SourceId id, uint32_t slot) {
  const TokenKind kind = source.tree.token_kind(slot);
  if (is_trivia(kind) || kind == T::Eof || kind == T::VirtualCloser) return;
  push(kind, source.tree.token_text(slot), source.origin(id, slot), source.context(slot));
}

void TokenStream::push_range(const Source& source, SourceId id, uint32_t begin, uint32_t end) {
  const Tree& tree = source.tree;
  for (uint32_t slot = begin; slot < end;) {
    TokenKind kind = tree.token_kind(slot);
    uint32_t slots = token_slots(kind);
    if (slot + slots > end) {
      // Only the first characters of an operator.
      kind = kind == T::AndAnd                                       ? T::And
             : kind == T::OrOr                                       ? T::Or
             : kind == T::PlusEq                                     ? T::Plus
             : kind == T::Shr || kind == T::Ge || kind == T::ShrEq   ? T::Gt
             : kind == T::FloatDotted || kind == T::FloatTrailingDot ? T::Int
                                                                     : T::Lt;
      slots = 1;
      const uint32_t start = tree.token_start(slot);
      push(kind, tree.text().substr(start, tree.token_start(slot + 1) - start), source.origin(id, slot),
           source.context(slot));
    } else {
      // Parts of an operator that the parser split become one again.
      const uint32_t next = slot + slots;
      if (slots == 1 && heads_operator(kind) && next < end && tree.token_start(next) == tree.token_start(slot) + 1) {
        TokenKind rest = tree.token_kind(next);
        uint32_t rest_slots = token_slots(rest);
        if (next + rest_slots < end && rest_slots == 1 && tree.token_start(next + 1) == tree.token_start(next) + 1) {
          const TokenKind inner = joined_operator(rest, tree.token_kind(next + 1));
          if (inner != T::Eof && joined_operator(kind, inner) != T::Eof) {
            rest = inner;
            rest_slots = 2;
          }
        }
        const TokenKind whole = joined_operator(kind, rest);
        if (whole != T::Eof && next + rest_slots <= end) {
          const uint32_t start = tree.token_start(slot);
          push(whole, tree.text().substr(start, 1 + rest_slots), source.origin(id, slot), source.context(slot));
          slot = next + rest_slots;
          continue;
        }
      }
      push_token(source, id, slot);
    }
    slot += slots;
  }
}

void TokenStream::push_text(std::string_view rust, TokenOrigin origin, ContextId context) {
  const uint32_t first = size();
  push_source_text(rust, origin.source, context);
  for (uint32_t i = first; i < kinds_.size(); ++i) origins_[i] = origin;
}

void TokenStream::push_source_text(std::string_view rust, SourceId id, ContextId context) {
  LexOptions options;
  options.whole_file = false;
  const TokenBuffer tokens = lex(rust, options);
  const auto text_of = [&](uint32_t slot) {
    const uint32_t end =
        token_end(rust, tokens.starts.data(), tokens.count, tokens.unterminated_tail, slot, tokens.kinds[slot]);
    return rust.substr(tokens.starts[slot], end - tokens.starts[slot]);
  };
  for (uint32_t slot = 0; slot < tokens.count;) {
    const TokenKind kind = tokens.kinds[slot];
    const TokenOrigin origin{id, tokens.starts[slot]};
    if (kind == T::Dollar && tokens.kinds[slot + 1] == T::KwCrate) {
      push(T::DollarCrate, "$crate", origin, context);
      slot += 2;
    } else {
      if (!is_trivia(kind)) push(kind, text_of(slot), origin, context);
      slot += token_slots(kind);
    }
  }
}

void TokenStream::set_crate_origin(TokenOrigin made_up, TokenOrigin definition) {
  for (uint32_t i = 0; i < kinds_.size(); ++i)
    if (kinds_[i] == T::DollarCrate && origins_[i].source == made_up.source && origins_[i].offset == made_up.offset)
      origins_[i] = definition;
}

void TokenStream::drop_groups() {
  size_t kept = 0;
  for (size_t i = 0; i < kinds_.size(); ++i) {
    if (is_group_token(kinds_[i])) continue;
    kinds_[kept] = kinds_[i];
    starts_[kept] = starts_[i];
    origins_[kept] = origins_[i];
    contexts_[kept] = contexts_[i];
    ++kept;
  }
  kinds_.truncate(kept);
  starts_.truncate(kept);
  origins_.truncate(kept);
  contexts_.truncate(kept);
}

void TokenStream::drop_trailing_semi() {
  // Groups that close behind it are left alone: then it is inside one.
  if (kinds_.empty() || kinds_.back() != T::Semi) return;
  text_.truncate(starts_.back());
  kinds_.pop_back();
  starts_.pop_back();
  origins_.pop_back();
  contexts_.pop_back();
}

std::unique_ptr<Source> TokenStream::finish(FragmentKind kind, const ParseOptions& options) {
  auto source = std::make_unique<Source>();
  if (text_.size() > kMaxTextBytes) throw MemoryLimitExceeded();
  source->storage.assign(text_.data(), text_.size());
  source->text = source->storage;
  text_.truncate(0);
  TokenBuffer tokens;
  tokens.count = static_cast<uint32_t>(kinds_.size());
  for (uint32_t i = 0; i < TokenBuffer::kPadding; ++i) {
    kinds_.push_back(T::Eof);
    starts_.push_back(static_cast<uint32_t>(source->text.size()));
  }
  tokens.kinds = std::move(kinds_);
  tokens.starts = std::move(starts_);
  kinds_.truncate(0);
  starts_.truncate(0);
  source->origins = std::move(origins_);
  source->contexts = std::move(contexts_);
  origins_.truncate(0);
  contexts_.truncate(0);
  source->origins.detach_budget();
  source->contexts.detach_budget();
  source->tree = parse_tokens(source->text, std::move(tokens), kind, options);
  return source;
}

}  // namespace rp
