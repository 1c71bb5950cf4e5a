// The token loop: words, operators, comments and the dispatch to everything rarer.
//
// Text is read in chunks. Stage one (lexer_simd.cpp) turns a chunk into bitmaps; stage two, here, walks over the bits
// that say where tokens may start. A token that swallows such bytes (a string, a comment) moves the walk to its end.

#include "syntax/lexer.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "syntax/lexer_internal.h"

namespace rp {

namespace {

// ---- Keywords: a perfect hash of the first eight bytes

constexpr uint64_t kKeywordFactor = 0x24A9E51637FE6F37;  // found by trial: gives each keyword its own slot

struct Keyword {
  std::string_view text;
  TokenKind kind;
};

constexpr Keyword kKeywords[] = {
#define RP_KEYWORD(name, text) {text, TokenKind::name},
// In every edition, also before it is reserved: `dyn Trait` is a type in 2015, so the parser decides by edition.
#define RP_EDITION_KEYWORD(name, text, edition) {text, TokenKind::name},
#define RP_WEAK_KEYWORD(name, text) {text, TokenKind::name},
#include "syntax/token_kinds.def"
    {"_", TokenKind::Underscore},
};

// Words of up to eight bytes are compared by `head`, which is all of them. A longer word that has the head and the
// length of a keyword gets a second look: its entry says so instead of giving a kind.
struct KeywordEntry {
  uint64_t head;    // zero-padded; all ones in an empty entry
  uint64_t change;  // exclusive or with the packed ShortToken of a word
};

struct KeywordTable {
  KeywordEntry entries[256];
  // By the length of a word: which bits of its head take part. None for a length that no keyword has, and then nothing
  // is found. Beyond eight bytes one bit is left out, or `continued` would be taken for `continue`.
  uint64_t masks[65];
};

constexpr uint64_t kSecondLook = uint64_t{0x80} << 24;  // makes ShortToken::more true
constexpr uint64_t kLongMask = ~uint64_t{0x20};

constexpr uint64_t head_of(std::string_view text) {
  uint64_t head = 0;
  for (size_t i = 0; i < text.size() && i < 8; ++i) {
    head |= static_cast<uint64_t>(static_cast<uint8_t>(text[i])) << (8 * i);
  }
  return head;
}

constexpr size_t keyword_slot(uint64_t head) { return (head * kKeywordFactor) >> 56; }

constexpr KeywordTable make_keyword_table() {
  KeywordTable table{};
  for (KeywordEntry& entry : table.entries) entry.head = ~uint64_t{0};
  for (size_t n = 1; n <= 8; ++n) table.masks[n] = ~uint64_t{0} >> (64 - 8 * n);
  for (const Keyword& keyword : kKeywords) {
    const bool is_long = keyword.text.size() > 8;
    const uint64_t head = head_of(keyword.text) & (is_long ? kLongMask : ~uint64_t{0});
    KeywordEntry& entry = table.entries[keyword_slot(head)];
    const bool taken = entry.head != ~uint64_t{0};
    if (taken && !(is_long && entry.head == head)) throw "two keywords in one slot";  // stops the compilation
    entry.head = head;
    entry.change =
        is_long ? kSecondLook : static_cast<uint64_t>(keyword.kind) ^ static_cast<uint64_t>(TokenKind::Ident);
    table.masks[keyword.text.size()] = is_long ? kLongMask : table.masks[keyword.text.size()];
  }
  return table;
}

alignas(64) constexpr KeywordTable kKeywordTable = make_keyword_table();

// ---- Tokens by their first byte and the byte behind the first word or character

// What the token loop leaves to functions, by the first byte.
enum class ByteClass : uint8_t { Word, Punct, Slash, DoubleQuote, Quote, Digit, NonAscii, Unknown };

// Rows of the table of short tokens: operators, then words, then what is never short.
constexpr std::string_view kPunctFirst = "()[]{};,.:-=#$?@~!<>&|+*/%^";
constexpr size_t kWordRow = kPunctFirst.size();
constexpr size_t kRareRow = kWordRow + 1;
// Columns: the bytes that make a difference behind one of those.
constexpr std::string_view kDeciding = "=><&|-:.#\"'/*";
constexpr size_t kNonAsciiColumn = kDeciding.size() + 1;
constexpr size_t kWordColumn = kDeciding.size() + 2;
constexpr size_t kColumns = 16;
static_assert(kRareRow < 32 && kWordColumn < kColumns);

struct ByteTable {
  ByteClass byte_class[256];
  uint16_t row[256];  // times kColumns
  uint8_t column[256];
};

constexpr ByteTable make_byte_table() {
  ByteTable table{};
  for (size_t c = 0; c < 256; ++c) {
    const auto byte = static_cast<uint8_t>(c);
    const size_t punct = kPunctFirst.find(static_cast<char>(byte));
    const size_t deciding = kDeciding.find(static_cast<char>(byte));
    ByteClass found = ByteClass::Unknown;
    size_t row = kRareRow;
    size_t column = deciding == std::string_view::npos ? 0 : deciding + 1;
    if (c >= 0x80) {
      found = ByteClass::NonAscii;
      column = kNonAsciiColumn;
    } else if (is_digit_byte(byte)) {
      found = ByteClass::Digit;
    } else if (is_word_byte(byte)) {
      found = ByteClass::Word;
      row = kWordRow;
    } else if (c == '"') {
      found = ByteClass::DoubleQuote;
    } else if (c == '\'') {
      found = ByteClass::Quote;
    } else if (punct != std::string_view::npos) {
      found = c == '/' ? ByteClass::Slash : ByteClass::Punct;
      row = punct;
    }
    table.byte_class[c] = found;
    table.row[c] = static_cast<uint16_t>(row * kColumns);
    table.column[c] = static_cast<uint8_t>(is_word_byte(byte) ? kWordColumn : column);
  }
  return table;
}

alignas(64) constexpr ByteTable kBytes = make_byte_table();

// One entry of the table, packed so that it is loaded at once: the kind, the kind of the second slot if there is one,
// the number of slots, and in the highest byte whether more has to be looked at.
struct ShortToken {
  uint32_t packed = kMore;
  constexpr ShortToken() = default;
  constexpr explicit ShortToken(uint32_t bits) : packed(bits) {}
  constexpr ShortToken(TokenKind kind, TokenKind rest, uint32_t slots, bool more)
      : packed(static_cast<uint32_t>(kind) | static_cast<uint32_t>(rest) << 8 | slots << 16 | (more ? kMore : 0)) {}
  [[nodiscard]] constexpr TokenKind kind() const { return static_cast<TokenKind>(packed & 0xFF); }
  [[nodiscard]] constexpr uint32_t slots() const { return packed >> 16; }
  [[nodiscard]] constexpr bool more() const { return packed >> 24 != 0; }
  static constexpr uint32_t kMore = uint32_t{1} << 24;
};

struct ShortTokenTable {
  ShortToken entries[32 * kColumns];
};

// The operator kind whose text is first, second (if not NUL), or Eof.
constexpr TokenKind punct_kind(char first, char second) {
#define RP_PUNCT(name, text, slots) \
  if (sizeof(text) == (second == 0 ? 2 : 3) && text[0] == first && text[1] == second) return TokenKind::name;
#include "syntax/token_kinds.def"
  return TokenKind::Eof;
}

constexpr ShortToken make_short_punct(char first, char second) {
  if (is_operator_pair(static_cast<uint8_t>(first), static_cast<uint8_t>(second))) {
    const TokenKind kind = punct_kind(first, second);
    return {kind, punct_kind(second, 0), kTokenSlots[static_cast<size_t>(kind)], false};
  }
  const bool reserved = first == '#' && (second == '#' || second == '"');
  const bool grows = punct_kind(first, second) != TokenKind::Eof;
  return {punct_kind(first, 0), TokenKind::Eof, 1, reserved || grows};
}

constexpr ShortTokenTable make_short_token_table() {
  ShortTokenTable table{};
  for (size_t column = 0; column < kColumns; ++column) {
    const char second = column == 0 || column > kDeciding.size() ? ' ' : kDeciding[column - 1];
    for (size_t row = 0; row < kPunctFirst.size(); ++row) {
      table.entries[row * kColumns + column] = make_short_punct(kPunctFirst[row], second);
    }
    // A word before a quote or `#` is a prefix, one before a character beyond ASCII may go on, and so does one whose
    // end is beyond the bits that were looked at.
    const bool plain =
        second != '"' && second != '\'' && second != '#' && column != kNonAsciiColumn && column != kWordColumn;
    table.entries[kWordRow * kColumns + column] = {TokenKind::Ident, TokenKind::Eof, 1, !plain};
  }
  return table;
}

alignas(64) constexpr ShortTokenTable kShortTokens = make_short_token_table();

inline uint64_t load64(const void* p) {
  uint64_t value;
  std::memcpy(&value, p, sizeof value);
  if constexpr (std::endian::native == std::endian::big) value = __builtin_bswap64(value);
  return value;
}

// The value, out of sight of the optimiser, which would otherwise find out that it is all zeros or all ones and branch.
inline uint32_t opaque(uint32_t value) {
  __asm__("" : "+r"(value));
  return value;
}

// Writes the kinds of a slot and the one after it from the two low bytes of `packed`.
inline void store_two(TokenKind* to, uint32_t packed) {
  to[0] = static_cast<TokenKind>(packed & 0xFF);
  to[1] = static_cast<TokenKind>(packed >> 8 & 0xFF);
}
// Writes the start of a slot, and of the one a byte later.
inline void store_two(uint32_t* to, uint32_t start) {
  to[0] = start;
  to[1] = start + 1;
}

}  // namespace

TokenKind keyword_kind(std::string_view text) {
  if (text.empty() || text.size() > 8) {
    for (const Keyword& keyword : kKeywords) {
      if (keyword.text == text) return keyword.kind;
    }
    return TokenKind::Ident;
  }
  const KeywordEntry& entry = kKeywordTable.entries[keyword_slot(head_of(text))];
  const bool found = entry.head == head_of(text) && entry.change < kSecondLook;
  return found ? static_cast<TokenKind>(entry.change ^ static_cast<uint64_t>(TokenKind::Ident)) : TokenKind::Ident;
}

// ---- The loop over one chunk

struct TokenLoop {
  Lexer& lexer;
  const uint8_t* text;  // the chunk; readable to kBlockBytes past its last block
  size_t base;          // the offset of the chunk in the whole text
  size_t blocks;
  ChunkBits& bits;

  // Handles an operator by its characters. Returns its end in the chunk.
  size_t lex_operator(size_t at) const {
    const size_t pos = base + at;
    const char first = static_cast<char>(text[at]);
    const char second = static_cast<char>(text[at + 1]);
    if (first == '#' && (second == '#' || second == '"') && lexer.options_.edition >= Edition::k2024) {
      return lexer.lex_hashes(pos) - base;
    }
    const TokenKind pair = punct_kind(first, second);
    const char third = static_cast<char>(text[at + 2]);
    TokenKind kind = pair;
    if (pair == TokenKind::Eof) {
      kind = punct_kind(first, 0);
    } else if (pair == TokenKind::DotDot) {
      kind = third == '=' ? TokenKind::DotDotEq : third == '.' ? TokenKind::DotDotDot : pair;
    } else if (pair == TokenKind::Shl && third == '=') {
      kind = TokenKind::ShlEq;
    } else if (pair == TokenKind::Shr && third == '=') {
      kind = TokenKind::ShrEq;
    }
    lexer.emit(kind, pos);
    const uint32_t slots = token_slots(kind);
    if (slots == 3) lexer.emit(kind == TokenKind::ShlEq ? TokenKind::Le : TokenKind::Ge, pos + 1);
    if (slots >= 2) lexer.emit(punct_kind(slots == 3 ? third : second, 0), pos + slots - 1);
    return at + token_length(kind);
  }

  // Handles what starts at `at` and needs more than the tables. Returns its end in the chunk.
  size_t lex_rare(size_t at) const {
    const size_t pos = base + at;
    switch (kBytes.byte_class[text[at]]) {
      case ByteClass::Word:
        return lexer.lex_word(pos) - base;
      case ByteClass::Slash:
        if (text[at + 1] == '/') return lexer.lex_line_comment(pos) - base;
        if (text[at + 1] == '*') return lexer.lex_block_comment(pos) - base;
        return lex_operator(at);
      case ByteClass::Punct:
        return lex_operator(at);
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

  // The offset of the first bit of `map` at or after `at`, or the end of the chunk.
  [[gnu::always_inline]] size_t find_bit(const uint64_t* map, size_t at) const {
    size_t block = at / kBlockBytes;
    if (block == blocks) return blocks * kBlockBytes;
    uint64_t found = map[block] & ~uint64_t{0} << (at % kBlockBytes);
    while (found == 0) {
      if (++block == blocks) return blocks * kBlockBytes;
      found = map[block];
    }
    return block * kBlockBytes + static_cast<size_t>(std::countr_zero(found));
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

  // The frequent forms of what is not a word or an operator, as far as the bitmaps show them whole. Returns the end in
  // the chunk, or 0 for all others.
  [[gnu::always_inline]] size_t lex_frequent(size_t at) const {
    const size_t end = blocks * kBlockBytes;
    const uint8_t first = text[at];
    if (first == '/') {
      if (text[at + 1] != '/') return 0;
      const size_t newline = find_bit(bits.newlines, at);
      const bool inner = text[at + 2] == '!';
      const bool outer = text[at + 2] == '/' && text[at + 3] != '/';
      if (newline == end || ((inner || outer) && bits.has_carriage_return)) return 0;
      lexer.emit(inner ? TokenKind::InnerLineDoc : outer ? TokenKind::OuterLineDoc : TokenKind::LineComment, base + at);
      return newline;
    }
    if (first == '"') {
      // Without escape and suffix.
      const size_t stop = find_bit(bits.string_stops, at + 1);
      if (stop == end || text[stop] != '"') return 0;
      const uint8_t next = text[stop + 1];
      if (next >= 0x80 || is_word_byte(next)) return 0;
      lexer.emit(TokenKind::Str, base + at);
      return stop + 1;
    }
    if (is_digit_byte(first)) {
      // A number of one digit, or of decimal digits only.
      const auto length = static_cast<size_t>(std::countr_one(word_bits(at)));
      const uint8_t next = text[at + length];
      if (next == '.' || next >= 0x80 || length > 8) return 0;
      const uint64_t digits = (load64(text + at) ^ 0x3030303030303030U) & kKeywordTable.masks[length];
      // Each byte is now 0 to 9, or something larger.
      if (((digits | (digits + 0x7676767676767676U)) & 0x8080808080808080U) != 0) return 0;
      lexer.emit(TokenKind::Int, base + at);
      return at + length;
    }
    return 0;
  }

  // Returns the offset in the text where lexing goes on: the end of the chunk, or of a token that reaches beyond.
  //
  // The bitmaps tell, a block at a time, where the next string, number, comment and so on starts. Before it there are
  // words and operators only, and those take the same path without branches, because which of them comes next is what
  // no branch predictor knows: the length of the word decides which byte follows (an operator is a word of length 0),
  // that byte and the first one give the token from a table, and a keyword, if the hash table has one, replaces it.
  // Where the loop goes next depends on the bitmaps alone, so that it need not wait for those look-ups.
  [[nodiscard]] size_t run() const {
    // Locals, for what is stored through the pointers could be part of *this as far as the compiler knows.
    const uint8_t* const text = this->text;
    const ChunkBits& bits = this->bits;
    const size_t base = this->base;
    const size_t end = this->blocks * kBlockBytes;
    TokenKind* const kinds = lexer.kinds_;
    uint32_t* const starts = lexer.starts_;
    size_t count = lexer.count_;
    size_t block = 0;  // the offset of the current block
    uint64_t todo = bits.starts[0];
    uint64_t pair = 0;  // the bit of the last token, if it covers the byte behind it
    for (;;) {
      const uint64_t rare = bits.rares[block / kBlockBytes] & todo;
      const uint64_t pairs = bits.pairs[block / kBlockBytes];
      uint64_t plain = todo & ((rare & (0 - rare)) - 1);
      size_t at;
      while (plain != 0) {
        const uint64_t bit = plain & (0 - plain);
        at = block + static_cast<size_t>(std::countr_zero(plain));
        pair = bit & pairs;
        plain = (plain ^ bit) & ~(pair << 1);
        const uint64_t run = word_bits(at);
        const auto length = static_cast<size_t>(std::countr_one(run));
        const uint8_t next = text[at + (length | (~run & 1))];
        const uint32_t packed = kShortTokens.entries[kBytes.row[text[at]] + kBytes.column[next]].packed;
        const uint64_t head = load64(text + at) & kKeywordTable.masks[length];
        const KeywordEntry& keyword = kKeywordTable.entries[keyword_slot(head)];
        const uint32_t found = opaque(0 - static_cast<uint32_t>(keyword.head == head));
        const ShortToken token(packed ^ (static_cast<uint32_t>(keyword.change) & found));
        if (token.more()) [[unlikely]]
          goto rare_token;
        // The second slot is overwritten by the next token when there is only one.
        store_two(kinds + count, token.packed);
        store_two(starts + count, static_cast<uint32_t>(base + at));
        count += token.slots();
      }
      if (rare == 0) {
        block += kBlockBytes;
        const uint64_t covered = pair >> 63;  // the last operator reaches into the next block
        pair = 0;
        if (block == end) {
          lexer.count_ = count;
          return base + end + covered;
        }
        todo = bits.starts[block / kBlockBytes] & ~covered;
        continue;
      }
      at = block + static_cast<size_t>(std::countr_zero(rare));
    rare_token:
      lexer.count_ = count;
      size_t resume = lex_frequent(at);
      if (resume == 0) resume = lex_rare(at);
      count = lexer.count_;
      if (resume >= end) return base + resume;
      pair = 0;
      block = resume / kBlockBytes * kBlockBytes;
      todo = bits.starts[block / kBlockBytes] & ~uint64_t{0} << (resume % kBlockBytes);
    }
  }
};

namespace {

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
    pos = TokenLoop{*this, data, pos, blocks, bits}.run();
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
