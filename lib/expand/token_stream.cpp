// Tokens being put together, and what they become.
#include <array>

#include "expand/source.h"
#include "syntax/lexer.h"

namespace rp {
namespace {

using T = TokenKind;

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

// Tokens that push_range takes as they are, whatever comes next.
constexpr std::array<bool, 256> kPlain = [] {
  std::array<bool, 256> plain{};
  for (size_t k = 0; k < static_cast<size_t>(T::kCount); ++k) {
    const auto kind = static_cast<T>(k);
    plain[k] = token_slots(kind) == 1 && !heads_operator(kind) && !is_trivia(kind) && kind != T::Eof &&
               kind != T::VirtualCloser;
  }
  return plain;
}();

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

// ---- Writers ------------------------------------------------------------------------------------------------------

uint32_t TokenStream::find_writer(SourceId source, ContextId context) {
  const auto place_of = [](const Writer& w) {
    const uint64_t h = ((uint64_t{w.source.value} << 32U) | w.context) * 0x9E37'79B9'7F4A'7C15U;
    return static_cast<size_t>(h ^ (h >> 29U));
  };
  if (writer_slots_.size() < 2 * (writers_.size() + 1)) {
    const size_t size = writer_slots_.empty() ? 32 : writer_slots_.size() * 2;
    writer_slots_.resize(size);
    std::memset(writer_slots_.data(), 0, size * sizeof(uint32_t));
    for (uint32_t i = 0; i < writers_.size(); ++i) {
      size_t at = place_of(writers_[i]) & (size - 1);
      while (writer_slots_[at] != 0) at = (at + 1) & (size - 1);
      writer_slots_[at] = i + 1;
    }
  }
  const size_t mask = writer_slots_.size() - 1;
  size_t at = place_of({source, context}) & mask;
  for (; writer_slots_[at] != 0; at = (at + 1) & mask) {
    const uint32_t index = writer_slots_[at] - 1;
    if (writers_[index].source == source && writers_[index].context == context) return index;
  }
  const auto index = static_cast<uint32_t>(writers_.size());
  writers_.push_back({source, context});
  writer_slots_[at] = index + 1;
  return index;
}

// ---- Pushing ------------------------------------------------------------------------------------------------------

void TokenStream::grow(size_t text_bytes) {
  // With the space before a token.
  if (text_room_ - text_size_ <= text_bytes) {
    text_.reserve(text_size_ + text_size_ / 2 + text_bytes + 256);
    text_room_ = text_.capacity();
    text_.resize(text_room_);
  }
  if (room_ - size_ >= kMostSlots) return;
  if (size_ > UINT32_MAX / 2) throw MemoryLimitExceeded();
  const uint32_t room = size_ + size_ / 2 + 64;
  const auto make_room = [room](auto* buffer) {
    buffer->reserve(room);
    buffer->resize(room);
  };
  make_room(&tokens_.kinds);
  make_room(&tokens_.starts);
  make_room(&offsets_);
  make_room(&writer_of_);
  room_ = room;
}

// The slots of a token that may have several. There is room for them.
void TokenStream::add_parts(uint32_t writer, TokenKind kind, std::string_view text, uint32_t start, uint32_t offset) {
  if (kind == T::Float || kind == T::FloatDotted || kind == T::FloatTrailingDot)
    kind = float_kind(text, size_ == 0 ? T::Eof : tokens_.kinds[size_ - 1]);
  const auto add = [&](TokenKind part, uint32_t at) { add_slot(writer, part, start + at, offset + at); };
  add(kind, 0);
  if (kind == T::FloatDotted || kind == T::FloatTrailingDot) {
    const auto dot = static_cast<uint32_t>(text.find('.'));
    add(T::Dot, dot);
    if (kind == T::FloatDotted) add(T::Int, dot + 1);
    return;
  }
  for (uint32_t part = 1; token_slots(kind) > 1; ++part) {
    kind = rest_of(kind);
    add(kind, part);
  }
}

void TokenStream::push_token(const Source& source, SourceId id, uint32_t slot) {
  const TokenKind kind = source.tree.token_kind(slot);
  if (is_trivia(kind) || kind == T::Eof || kind == T::VirtualCloser) return;
  push(kind, source.tree.token_text(slot), source.origin(id, slot), source.context(slot));
}

void TokenStream::push_range(const Source& source, SourceId id, uint32_t begin, uint32_t end, KnownWriters* known) {
  const Tree& tree = source.tree;
  const TokenOrigins& origins = source.origins;
  const auto push_here = [&](TokenKind kind, std::string_view text, uint32_t slot) {
    const uint32_t there = origins.empty() ? 0 : origins.writer(slot);
    const uint32_t at = there % KnownWriters::kSize;
    if (known->there[at] != there) [[unlikely]] {
      known->there[at] = there;
      known->here[at] = origins.empty() ? writer(id, kRootContext)
                                        : writer(origins.writer_source(there), origins.writer_context(there));
    }
    push_of(known->here[at], kind, text, origins.empty() ? tree.token_start(slot) : origins.offset(slot));
  };
  for (uint32_t slot = begin; slot < end;) {
    TokenKind kind = tree.token_kind(slot);
    if (kPlain[static_cast<size_t>(kind)]) [[likely]] {
      push_here(kind, tree.token_text(slot), slot);
      ++slot;
      continue;
    }
    const uint32_t slots = token_slots(kind);
    const uint32_t next = slot + slots;
    if (next > end) [[unlikely]] {
      // Only the first characters of an operator.
      kind = kind == T::AndAnd                                       ? T::And
             : kind == T::OrOr                                       ? T::Or
             : kind == T::PlusEq                                     ? T::Plus
             : kind == T::Shr || kind == T::Ge || kind == T::ShrEq   ? T::Gt
             : kind == T::FloatDotted || kind == T::FloatTrailingDot ? T::Int
                                                                     : T::Lt;
      const uint32_t start = tree.token_start(slot);
      push_here(kind, tree.text().substr(start, tree.token_start(slot + 1) - start), slot);
      ++slot;
      continue;
    }
    // Parts of an operator that the parser split become one again.
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
        push_here(whole, tree.text().substr(tree.token_start(slot), 1 + rest_slots), slot);
        slot = next + rest_slots;
        continue;
      }
    }
    if (!is_trivia(kind) && kind != T::Eof && kind != T::VirtualCloser) push_here(kind, tree.token_text(slot), slot);
    slot = next;
  }
}

void TokenStream::push_text(std::string_view rust, TokenOrigin origin, ContextId context) {
  const uint32_t first = size();
  push_source_text(rust, origin.source, context);
  for (uint32_t i = first; i < size(); ++i) offsets_[i] = origin.offset;
}

void TokenStream::push_source_text(std::string_view rust, SourceId id, ContextId context) {
  LexOptions options;
  options.whole_file = false;
  const TokenBuffer tokens = lex(rust, options);
  if (tokens.count == 0) return;
  const uint32_t by = writer(id, context);
  const auto text_of = [&](uint32_t slot) {
    const uint32_t end =
        token_end(rust, tokens.starts.data(), tokens.count, tokens.unterminated_tail, slot, tokens.kinds[slot]);
    return rust.substr(tokens.starts[slot], end - tokens.starts[slot]);
  };
  for (uint32_t slot = 0; slot < tokens.count;) {
    const TokenKind kind = tokens.kinds[slot];
    if (kind == T::Dollar && tokens.kinds[slot + 1] == T::KwCrate) {
      push_of(by, T::DollarCrate, "$crate", tokens.starts[slot]);
      slot += 2;
    } else {
      if (!is_trivia(kind)) push_of(by, kind, text_of(slot), tokens.starts[slot]);
      slot += token_slots(kind);
    }
  }
}

// ---- Changing what was pushed -------------------------------------------------------------------------------------

void TokenStream::set_crate_origin(TokenOrigin made_up, TokenOrigin definition) {
  for (uint32_t i = 0; i < size_; ++i) {
    if (tokens_.kinds[i] != T::DollarCrate || offsets_[i] != made_up.offset) continue;
    const Writer by = writers_[writer_of_[i]];
    if (by.source != made_up.source) continue;
    writer_of_[i] = writer(definition.source, by.context);
    offsets_[i] = definition.offset;
  }
}

void TokenStream::drop_groups() {
  // They have no text of their own.
  uint32_t kept = 0;
  for (uint32_t i = 0; i < size_; ++i) {
    if (is_group_token(tokens_.kinds[i])) continue;
    tokens_.kinds[kept] = tokens_.kinds[i];
    tokens_.starts[kept] = tokens_.starts[i];
    offsets_[kept] = offsets_[i];
    writer_of_[kept] = writer_of_[i];
    ++kept;
  }
  size_ = kept;
}

void TokenStream::drop_trailing_semi() {
  // Groups that close behind it are left alone: then it is inside one.
  if (size_ == 0 || tokens_.kinds[size_ - 1] != T::Semi) return;
  text_size_ = tokens_.starts[size_ - 1];
  --size_;
}

void TokenStream::clear() {
  // What one large call needed is not kept for the many small ones.
  constexpr size_t kMostKept = size_t{1} << 16U;
  if (room_ > kMostKept || text_room_ > 8 * kMostKept) {
    const auto give_back = [](auto* buffer) {
      buffer->truncate(0);
      buffer->shrink_to_fit();
    };
    give_back(&text_);
    give_back(&tokens_.kinds);
    give_back(&tokens_.starts);
    give_back(&offsets_);
    give_back(&writer_of_);
    room_ = 0;
    text_room_ = 0;
  }
  text_size_ = 0;
  size_ = 0;
  tokens_.count = 0;
  tokens_.errors.clear();
  writers_.truncate(0);
  writer_slots_.truncate(0);
  last_writer_ = UINT32_MAX;
}

// ---- What it becomes ----------------------------------------------------------------------------------------------

// Origins, contexts and text in one block of just their size.
void TokenStream::place_origins(TokenOrigins* origins, std::string_view* text) const {
  const size_t slots = size();
  const size_t writers = writers_.size();
  const bool wide = writers > 256;
  constexpr size_t kWord = sizeof(uint32_t);
  const size_t bytes = slots * (wide ? kWord : 1) + text_size_;
  Buffer<uint32_t>& block = origins->block_;
  block.reserve(slots + 2 * writers + (bytes + kWord - 1) / kWord);
  block.resize(block.capacity());
  uint32_t* at = block.data();
  if (slots != 0) std::memcpy(at, offsets_.data(), slots * kWord);
  at += slots;
  for (const Writer& w : writers_) *at++ = w.source.value;
  for (const Writer& w : writers_) *at++ = w.context;
  char* chars = nullptr;
  if (wide) {
    std::memcpy(at, writer_of_.data(), slots * kWord);
    origins->wide_ = at;
    chars = reinterpret_cast<char*>(at + slots);
  } else {
    auto* const numbers = reinterpret_cast<uint8_t*>(at);
    for (size_t i = 0; i < slots; ++i) numbers[i] = static_cast<uint8_t>(writer_of_[i]);
    origins->narrow_ = numbers;
    chars = reinterpret_cast<char*>(numbers + slots);
  }
  origins->slots_ = static_cast<uint32_t>(slots);
  origins->writers_ = static_cast<uint32_t>(writers);
  *text = {};
  if (text_size_ == 0) return;
  std::memcpy(chars, text_.data(), text_size_);
  *text = {chars, text_size_};
}

void TokenStream::finish(FragmentKind kind, const ParseOptions& options, Source* source) {
  if (text_size_ > kMaxTextBytes) throw MemoryLimitExceeded();
  place_origins(&source->origins, &source->text);
  tokens_.count = size_;
  for (uint32_t i = 0; i < TokenBuffer::kPadding; ++i) {
    if (room_ - size_ < kMostSlots) grow(0);
    tokens_.kinds[size_] = T::Eof;
    tokens_.starts[size_] = static_cast<uint32_t>(text_size_);
    ++size_;
  }
  size_ = 0;
  room_ = 0;  // in case the parser throws, and keeps the arrays
  source->tree = parse_tokens(source->text, &tokens_, kind, options);
  room_ = static_cast<uint32_t>(tokens_.kinds.size());
  clear();
}

std::unique_ptr<Source> TokenStream::finish(FragmentKind kind, const ParseOptions& options) {
  auto source = std::make_unique<Source>();
  finish(kind, options, source.get());
  return source;
}

}  // namespace rp
