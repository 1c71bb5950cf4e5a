// The token loop: words, operators, comments and the dispatch to everything rarer.
//
// Text is read in chunks. Stage one (lexer_simd.cpp) turns a chunk into bitmaps; stage two, here, walks over the bits
// that say where tokens may start. A token that swallows such bytes (a string, a comment) moves the walk to its end.

#include "syntax/lexer.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "syntax/lexer_internal.h"

#if defined(__x86_64__)
#define RP_TARGET_BMI __attribute__((target("bmi,bmi2,lzcnt,popcnt")))
#endif

namespace rp {

namespace {

// ---- Keywords: a perfect hash over the first eight bytes and the length

constexpr uint64_t kKeywordFactor = 0xE87452D38B1BCAFF;  // found by trial: gives each keyword its own slot
constexpr size_t kEditions = 4;

struct Keyword {
  std::string_view text;
  TokenKind kind;
  uint16_t since;  // the first edition that has it
};

constexpr Keyword kKeywords[] = {
#define RP_KEYWORD(name, text) {text, TokenKind::name, 2015},
#define RP_EDITION_KEYWORD(name, text, edition) {text, TokenKind::name, edition},
#define RP_WEAK_KEYWORD(name, text) {text, TokenKind::name, 2015},
#include "syntax/token_kinds.def"
    {"_", TokenKind::Underscore, 2015},
};

struct KeywordEntry {
  uint64_t head;               // the first eight bytes, zero-padded
  uint8_t length;              // 0 in an empty entry
  TokenKind kinds[kEditions];  // Ident in an edition that does not have the keyword
};

struct KeywordTable {
  KeywordEntry entries[256];
};

constexpr size_t edition_index(Edition edition) {
  return edition == Edition::k2015 ? 0 : edition == Edition::k2018 ? 1 : edition == Edition::k2021 ? 2 : 3;
}

constexpr uint64_t head_of(std::string_view text) {
  uint64_t head = 0;
  for (size_t i = 0; i < text.size() && i < 8; ++i) {
    head |= static_cast<uint64_t>(static_cast<uint8_t>(text[i])) << (8 * i);
  }
  return head;
}

constexpr size_t keyword_slot(uint64_t head, size_t length) { return ((head + length) * kKeywordFactor) >> 56; }

constexpr KeywordTable make_keyword_table() {
  KeywordTable table{};
  for (KeywordEntry& entry : table.entries) {
    for (TokenKind& kind : entry.kinds) kind = TokenKind::Ident;
  }
  constexpr uint16_t kYears[kEditions] = {2015, 2018, 2021, 2024};
  for (const Keyword& keyword : kKeywords) {
    KeywordEntry& entry = table.entries[keyword_slot(head_of(keyword.text), keyword.text.size())];
    if (entry.length != 0) throw "two keywords in one slot: choose another factor";  // stops the compilation
    entry.head = head_of(keyword.text);
    entry.length = static_cast<uint8_t>(keyword.text.size());
    for (size_t i = 0; i < kEditions; ++i) {
      if (kYears[i] >= keyword.since) entry.kinds[i] = keyword.kind;
    }
  }
  return table;
}

constexpr KeywordTable kKeywordTable = make_keyword_table();

// The first eight bytes and the length do not tell all of a word longer than that. Few keywords are.
bool is_long_keyword(TokenKind kind, const uint8_t* text) {
  const std::string_view keyword = kTokenKindInfo[static_cast<size_t>(kind)].name;
  return std::memcmp(keyword.data(), text, keyword.size()) == 0;
}

// ---- Bytes

enum class ByteClass : uint8_t { Word, Punct, Slash, DoubleQuote, Quote, Digit, NonAscii, Unknown };

// Rows of the operator table. The order is free; only the table below uses it.
constexpr std::string_view kPunctFirst = "()[]{};,.:-=#$?@~!<>&|+*/%^";
constexpr std::string_view kPunctSecond = "=><&|-:.#\"";
constexpr size_t kPunctColumns = 16;

struct ByteTable {
  ByteClass byte_class[256];
  uint8_t punct_row[256];
  uint8_t punct_column[256];
  bool ends_word_plainly[256];  // after a word: no prefix (`r"`, `b'`, `k#`) and no non-ASCII identifier
};

constexpr ByteTable make_byte_table() {
  ByteTable table{};
  for (size_t c = 0; c < 256; ++c) {
    const auto byte = static_cast<uint8_t>(c);
    ByteClass found = ByteClass::Unknown;
    if (c >= 0x80) {
      found = ByteClass::NonAscii;
    } else if (is_digit_byte(byte)) {
      found = ByteClass::Digit;
    } else if (is_word_byte(byte)) {
      found = ByteClass::Word;
    } else if (c == '/') {
      found = ByteClass::Slash;
    } else if (c == '"') {
      found = ByteClass::DoubleQuote;
    } else if (c == '\'') {
      found = ByteClass::Quote;
    } else if (kPunctFirst.find(static_cast<char>(byte)) != std::string_view::npos) {
      found = ByteClass::Punct;
    }
    table.byte_class[c] = found;
    table.ends_word_plainly[c] = c < 0x80 && c != '"' && c != '\'' && c != '#';
  }
  for (size_t i = 0; i < kPunctFirst.size(); ++i) {
    table.punct_row[static_cast<uint8_t>(kPunctFirst[i])] = static_cast<uint8_t>(i);
  }
  for (size_t i = 0; i < kPunctSecond.size(); ++i) {
    table.punct_column[static_cast<uint8_t>(kPunctSecond[i])] = static_cast<uint8_t>(i + 1);
  }
  return table;
}

constexpr ByteTable kBytes = make_byte_table();

// ---- Operators by their first two characters

struct PunctEntry {
  TokenKind kind = TokenKind::Eof;
  TokenKind rest = TokenKind::Eof;  // of the second slot, if there is one
  uint8_t slots = 0;
  uint8_t length = 0;  // 0 when a third character or the edition decides
};

struct PunctTable {
  PunctEntry entries[32 * kPunctColumns];
};

// The kind whose text is `text`, or Eof.
constexpr TokenKind punct_kind(std::string_view text) {
#define RP_PUNCT(name, spelling, slots) \
  if (text == spelling) return TokenKind::name;
#include "syntax/token_kinds.def"
  return TokenKind::Eof;
}

constexpr PunctTable make_punct_table() {
  PunctTable table{};
  for (size_t row = 0; row < kPunctFirst.size(); ++row) {
    const char first = kPunctFirst[row];
    for (size_t column = 0; column < kPunctColumns; ++column) {
      PunctEntry& entry = table.entries[row * kPunctColumns + column];
      entry = {punct_kind({&first, 1}), TokenKind::Eof, 1, 1};
      if (column == 0 || column > kPunctSecond.size()) continue;
      const char pair[2] = {first, kPunctSecond[column - 1]};
      const TokenKind kind = punct_kind({pair, 2});
      if (first == '#' && (pair[1] == '#' || pair[1] == '"')) entry.length = 0;
      if (kind == TokenKind::Eof) continue;
      const bool may_grow = kind == TokenKind::DotDot || kind == TokenKind::Shl || kind == TokenKind::Shr;
      entry = {kind, punct_kind({pair + 1, 1}), kTokenSlots[static_cast<size_t>(kind)],
               static_cast<uint8_t>(may_grow ? 0 : 2)};
    }
  }
  return table;
}

constexpr PunctTable kPunctTable = make_punct_table();

struct ByteMasks {
  uint64_t low[64];  // low[n]: the first n bytes of eight, all from 8 on
};
constexpr ByteMasks make_byte_masks() {
  ByteMasks masks{};
  for (size_t n = 0; n < 64; ++n) masks.low[n] = n >= 8 ? ~uint64_t{0} : (uint64_t{1} << (8 * n)) - 1;
  return masks;
}
constexpr ByteMasks kByteMasks = make_byte_masks();

inline uint64_t load64(const void* p) {
  uint64_t value;
  std::memcpy(&value, p, sizeof value);
  if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap64(value);
  return value;
}

}  // namespace

TokenKind keyword_kind(std::string_view text, Edition edition) {
  const KeywordEntry& entry = kKeywordTable.entries[keyword_slot(head_of(text), text.size())];
  if (entry.length != text.size() || text.empty() || entry.head != head_of(text)) return TokenKind::Ident;
  const TokenKind kind = entry.kinds[edition_index(edition)];
  if (text.size() > 8 && kTokenKindInfo[static_cast<size_t>(kind)].name != text) return TokenKind::Ident;
  return kind;
}

// ---- The loop over one chunk

struct TokenLoop {
  Lexer& lexer;
  const uint8_t* text;  // the chunk; readable to kBlockBytes past its last block
  size_t base;          // the offset of the chunk in the whole text
  size_t blocks;
  ChunkBits& bits;

  // Handles an operator whose first two characters do not decide. Returns its end in the chunk.
  size_t lex_rare_punct(size_t at, PunctEntry entry) const {
    const size_t pos = base + at;
    const uint8_t third = text[at + 2];
    if (entry.kind == TokenKind::Pound) {
      if (lexer.options_.edition >= Edition::k2024) return lexer.lex_hashes(pos) - base;
      lexer.emit(TokenKind::Pound, pos);
      return at + 1;
    }
    if (entry.kind == TokenKind::DotDot) {
      const TokenKind kind = third == '=' ? TokenKind::DotDotEq : third == '.' ? TokenKind::DotDotDot : entry.kind;
      lexer.emit(kind, pos);
      return at + (kind == TokenKind::DotDot ? 2 : 3);
    }
    const bool left = entry.kind == TokenKind::Shl;
    if (third != '=') {
      lexer.emit(entry.kind, pos);
      lexer.emit(entry.rest, pos + 1);
      return at + 2;
    }
    lexer.emit(left ? TokenKind::ShlEq : TokenKind::ShrEq, pos);
    lexer.emit(left ? TokenKind::Le : TokenKind::Ge, pos + 1);
    lexer.emit(TokenKind::Eq, pos + 2);
    return at + 3;
  }

  // Handles what starts at `at` and is neither a plain word nor an operator. Returns its end in the chunk.
  size_t lex_rare(size_t at, ByteClass byte_class) const {
    const size_t pos = base + at;
    switch (byte_class) {
      case ByteClass::Word:
        return lexer.lex_word(pos) - base;
      case ByteClass::DoubleQuote:
        return lexer.lex_string(pos) - base;
      case ByteClass::Quote:
        return lexer.lex_quote(pos) - base;
      case ByteClass::Digit:
        return lexer.lex_number(pos) - base;
      case ByteClass::NonAscii:
        return lexer.lex_non_ascii(pos) - base;
      default:
        return lexer.lex_unknown(pos) - base;
    }
  }

  // The offset in the chunk of the first line break at or after `at`, or the end of the chunk.
  [[gnu::always_inline]] size_t find_newline(size_t at) const {
    size_t word = at / 64;
    uint64_t found = bits.newlines[word] & ~uint64_t{0} << (at % 64);
    while (found == 0) {
      if (++word == blocks) return blocks * kBlockBytes;
      found = bits.newlines[word];
    }
    return word * 64 + static_cast<size_t>(std::countr_zero(found));
  }

  // The bits of `words` from `at` on, at least 57 of them.
  [[gnu::always_inline]] uint64_t word_bits(size_t at) const {
    if constexpr (std::endian::native == std::endian::little) {
      return load64(reinterpret_cast<const uint8_t*>(bits.words) + at / 8) >> (at % 8);
    } else {
      const size_t shift = at % 64;
      const uint64_t low = bits.words[at / 64] >> shift;
      return shift == 0 ? low : low | bits.words[at / 64 + 1] << (64 - shift);
    }
  }

  // Returns the offset in the text where lexing goes on: the end of the chunk, or of a token that reaches beyond.
  [[gnu::always_inline]] size_t run() const {
    const size_t end = blocks * kBlockBytes;
    const size_t edition = edition_index(lexer.options_.edition);
    TokenKind* const kinds = lexer.kinds_;
    uint32_t* const starts = lexer.starts_;
    size_t count = lexer.count_;
    size_t word = 0;
    uint64_t todo = bits.starts[0];
    for (;;) {
      while (todo == 0) {
        if (++word == blocks) {
          lexer.count_ = count;
          return base + end;
        }
        todo = bits.starts[word];
      }
      const size_t at = word * 64 + static_cast<size_t>(std::countr_zero(todo));
      const uint8_t first = text[at];
      const ByteClass byte_class = kBytes.byte_class[first];
      size_t resume;
      if (byte_class == ByteClass::Word) {
        const auto length = static_cast<size_t>(std::countr_one(word_bits(at)));
        if (length < 57 && kBytes.ends_word_plainly[text[at + length]]) [[likely]] {
          const uint64_t head = load64(text + at) & kByteMasks.low[length];
          const KeywordEntry& entry = kKeywordTable.entries[keyword_slot(head, length)];
          const bool found = (entry.head == head) & (entry.length == length);
          TokenKind kind = found ? entry.kinds[edition] : TokenKind::Ident;
          if (found & (length > 8)) [[unlikely]] {
            if (!is_long_keyword(kind, text + at)) kind = TokenKind::Ident;
          }
          kinds[count] = kind;
          starts[count] = static_cast<uint32_t>(base + at);
          ++count;
          todo &= todo - 1;
          continue;
        }
        lexer.count_ = count;
        resume = lex_rare(at, byte_class);
        count = lexer.count_;
      } else if (byte_class == ByteClass::Punct ||
                 (byte_class == ByteClass::Slash && text[at + 1] != '/' && text[at + 1] != '*')) {
        const PunctEntry entry =
            kPunctTable.entries[kBytes.punct_row[first] * kPunctColumns + kBytes.punct_column[text[at + 1]]];
        if (entry.length != 0) [[likely]] {
          // The second slot is overwritten by the next token when there is only one.
          kinds[count] = entry.kind;
          kinds[count + 1] = entry.rest;
          starts[count] = static_cast<uint32_t>(base + at);
          starts[count + 1] = static_cast<uint32_t>(base + at + 1);
          count += entry.slots;
          todo &= todo - 1;
          if (entry.length == 1) continue;
          todo &= todo - 1;  // the second character is the next start: it follows at once
          if (at % 64 != 63) [[likely]]
            continue;
          resume = at + 2;
        } else {
          lexer.count_ = count;
          resume = lex_rare_punct(at, entry);
          count = lexer.count_;
        }
      } else if (byte_class == ByteClass::Slash) {
        lexer.count_ = count;
        if (text[at + 1] == '/') {
          resume = find_newline(at);
          const bool inner = text[at + 2] == '!';
          const bool outer = text[at + 2] == '/' && text[at + 3] != '/';
          if (resume != end && !((inner || outer) && bits.has_carriage_return)) {
            kinds[count] = inner ? TokenKind::InnerLineDoc : outer ? TokenKind::OuterLineDoc : TokenKind::LineComment;
            starts[count] = static_cast<uint32_t>(base + at);
            ++count;
          } else {
            resume = lexer.lex_line_comment(base + at) - base;
            count = lexer.count_;
          }
        } else {
          resume = lexer.lex_block_comment(base + at) - base;
          count = lexer.count_;
        }
      } else {
        lexer.count_ = count;
        resume = lex_rare(at, byte_class);
        count = lexer.count_;
      }
      if (resume >= end) {
        lexer.count_ = count;
        return base + resume;
      }
      word = resume / 64;
      todo = bits.starts[word] & ~uint64_t{0} << (resume % 64);
    }
  }
};

namespace {

size_t run_loop(const TokenLoop& loop) { return loop.run(); }

#if defined(__x86_64__)
RP_TARGET_BMI size_t run_loop_bmi(const TokenLoop& loop) { return loop.run(); }
#endif

// How often the cancellation is polled, in bytes of text.
constexpr size_t kPollBytes = size_t{1} << 20;

constexpr size_t kMaxErrors = 100000;

}  // namespace

Lexer::Lexer(std::string_view text, const LexOptions& options, TokenBuffer* out)
    : text_(reinterpret_cast<const uint8_t*>(text.data())),
      size_(text.size()),
      options_(options),
      simd_(simd_ops(options.simd)),
      out_(out) {}

void Lexer::make_room(size_t slots) {
  if (capacity_ - count_ >= slots) return;
  out_->kinds.resize(count_);
  out_->starts.resize(count_);
  out_->kinds.ensure(slots);
  out_->starts.ensure(slots);
  kinds_ = out_->kinds.data();
  starts_ = out_->starts.data();
  capacity_ = std::min(out_->kinds.capacity(), out_->starts.capacity());
}

SyntaxError* Lexer::error(size_t start, size_t end, std::string message, std::string hint) {
  if (errors_full_) return nullptr;
  if (out_->errors.size() == kMaxErrors) {
    errors_full_ = true;
    message = "too many errors; the rest of the text is read without reporting more";
    hint.clear();
  }
  SyntaxError& added = out_->errors.emplace_back();
  added.start = static_cast<uint32_t>(start);
  added.end = static_cast<uint32_t>(end);
  added.message = std::move(message);
  added.hint = std::move(hint);
  return &added;
}

void Lexer::run() {
  // Most source has a token for each four bytes or fewer.
  const size_t guess = size_ / 4 + 64;
  out_->kinds.reserve(guess);
  out_->starts.reserve(guess);
  // A chunk gives at most one slot for each byte; tokens that reach beyond it add a few.
  constexpr size_t kSlack = 16;
  make_room(kSlack);
  Cancellation::poll(options_.cancellation);
  size_t pos = options_.whole_file ? lex_file_start() : 0;
  size_t next_poll = pos + kPollBytes;
  ChunkBits bits;
  uint8_t tail[4 * kBlockBytes];
  while (pos < size_) {
    const size_t left = size_ - pos;
    const uint8_t* data = text_ + pos;
    size_t blocks;
    if (left >= 2 * kBlockBytes) {
      blocks = std::min(kChunkBlocks, left / kBlockBytes - 1);
    } else {
      // The end of the text is copied to where reading past it is harmless. Spaces end every token.
      std::memset(tail, ' ', sizeof tail);
      std::memcpy(tail, data, left);
      data = tail;
      blocks = (left + kBlockBytes - 1) / kBlockBytes;
    }
    make_room(blocks * kBlockBytes + kSlack);
    // No token ends inside a word, so a word that reaches into this chunk belongs to a token that has its slot.
    simd_.classify(data, blocks, pos > 0 && is_word_byte(text_[pos - 1]), &bits);
    const TokenLoop loop{*this, data, pos, blocks, bits};
#if defined(__x86_64__)
    pos = simd_.has_bmi ? run_loop_bmi(loop) : run_loop(loop);
#else
    pos = run_loop(loop);
#endif
    if (pos >= next_poll) {
      Cancellation::poll(options_.cancellation);
      next_poll = pos + kPollBytes;
    }
  }
  finish();
}

void Lexer::finish() {
  make_room(TokenBuffer::kPadding);
  out_->count = static_cast<uint32_t>(count_);
  for (uint32_t i = 0; i < TokenBuffer::kPadding; ++i) emit(TokenKind::Eof, size_);
  out_->kinds.resize(count_);
  out_->starts.resize(count_);
  out_->kinds.shrink_to_fit();
  out_->starts.shrink_to_fit();
  // A literal is checked after the errors inside a token before it were found, so this is rarely out of order.
  const auto earlier = [](const SyntaxError& a, const SyntaxError& b) {
    if (a.start != b.start) return a.start < b.start;
    return a.end != b.end ? a.end < b.end : a.message < b.message;
  };
  if (!std::is_sorted(out_->errors.begin(), out_->errors.end(), earlier)) {
    std::sort(out_->errors.begin(), out_->errors.end(), earlier);
  }
}

TokenBuffer lex(std::string_view text, const LexOptions& options) {
  TokenBuffer out;
  out.kinds = Buffer<TokenKind>(options.budget);
  out.starts = Buffer<uint32_t>(options.budget);
  Lexer(text, options, &out).run();
  return out;
}

}  // namespace rp
