// A text that was parsed: a file of a crate, or what a macro call became. Both look the same to whoever reads them:
// tokens and a tree; the tokens of an expansion also know where they were written and by which expansions they came.
//
// The text of an expansion exists only here: the texts of its tokens, with a space between two (a line break after a
// line of documentation). Fragments that a macro
// took as a whole (`$e:expr`) stand between invisible group tokens (TokenKind::GroupOpen… and GroupClose, empty texts),
// so that `$a * 2` keeps its meaning when `$a` is `1 + 1`. `$crate` is one token, TokenKind::DollarCrate.
#pragma once

#include <cstdint>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include "base/buffer.h"
#include "base/ids.h"
#include "syntax/fragment_parser.h"
#include "syntax/tree.h"

namespace rp {

struct SourceTag;
using SourceId = Id<SourceTag>;  // in the SourceTable of one crate

// Hygiene. The context of a token is the chain of expansions that made it; 0 is the root: written in a file.
// Names of locals and labels agree only when text and context agree (Rust Reference, "Macros By Example", "Hygiene";
// contexts and marks: Flatt, "Binding as Sets of Scopes", and rustc's development guide, "Macro expansion").
using ContextId = uint32_t;
inline constexpr ContextId kRootContext = 0;

struct ExpansionTag;
using ExpansionId = Id<ExpansionTag>;

class ContextTable {
 public:
  ContextTable() { entries_.push_back({kRootContext, ExpansionId()}); }
  // The context of a token that has context `parent` where the macro is defined, after `expansion` produced it.
  // Deterministic: the same calls in the same order give the same numbers.
  ContextId with(ContextId parent, ExpansionId expansion);
  // The context without its last expansion, and that expansion. Not for the root.
  [[nodiscard]] ContextId parent(ContextId c) const { return entries_[c].parent; }
  [[nodiscard]] ExpansionId expansion(ContextId c) const { return entries_[c].expansion; }
  [[nodiscard]] uint32_t size() const { return static_cast<uint32_t>(entries_.size()); }

 private:
  struct Entry {
    ContextId parent;
    ExpansionId expansion;
  };
  Buffer<Entry> entries_;
  Buffer<uint32_t> slots_;  // open addressing over (parent, expansion): the entry's index, 0 where there is none
};

// Where a token was written: a byte offset into the text of a source. For tokens that nobody wrote (the impl of a
// derive) it is the place of the call; then the text there is another.
struct TokenOrigin {
  SourceId source;
  uint32_t offset = 0;
};

// Where the tokens of an expansion were written, and in which context, by slot. A call brings tokens of few writers (a
// writer is a source and a context), so a slot has the number of its writer, in a byte while there are not more.
// Together with the text it is one block of memory: there are tens of thousands of small expansions.
class TokenOrigins {
 public:
  [[nodiscard]] bool empty() const { return slots_ == 0; }
  [[nodiscard]] uint32_t writer(uint32_t slot) const { return wide_ != nullptr ? wide_[slot] : narrow_[slot]; }
  [[nodiscard]] SourceId writer_source(uint32_t writer) const { return SourceId(block_[slots_ + writer]); }
  [[nodiscard]] ContextId writer_context(uint32_t writer) const { return block_[slots_ + writers_ + writer]; }
  [[nodiscard]] uint32_t offset(uint32_t slot) const { return block_[slot]; }
  [[nodiscard]] TokenOrigin origin(uint32_t slot) const { return {writer_source(writer(slot)), offset(slot)}; }
  [[nodiscard]] ContextId context(uint32_t slot) const { return writer_context(writer(slot)); }
  [[nodiscard]] size_t bytes() const { return block_.bytes(); }

 private:
  friend class TokenStream;

  Buffer<uint32_t> block_;  // offsets; of the writers the sources, then the contexts; their numbers; the text
  uint32_t slots_ = 0;
  uint32_t writers_ = 0;
  const uint8_t* narrow_ = nullptr;  // one of the two
  const uint32_t* wide_ = nullptr;
};

struct Source {
  std::string storage;    // the text when a Source of a file owns it
  std::string_view text;  // the file's text, `storage`, or that of an expansion, which lies with `origins`
  Tree tree;
  TokenOrigins origins;  // empty for a file, whose tokens are written where they stand, in the root context

  [[nodiscard]] bool is_expansion() const { return !origins.empty() || tree.slot_count() == 0; }
  [[nodiscard]] ContextId context(uint32_t slot) const {
    return origins.empty() ? kRootContext : origins.context(slot);
  }
  [[nodiscard]] TokenOrigin origin(SourceId self, uint32_t slot) const {
    return origins.empty() ? TokenOrigin{self, tree.token_start(slot)} : origins.origin(slot);
  }
};

// Tokens being put together. What is pushed is copied. A stream that is used again keeps its memory.
class TokenStream {
 public:
  explicit TokenStream(MemoryBudget* budget = nullptr)
      : text_(budget), offsets_(budget), writer_of_(budget), writers_(budget), writer_slots_(budget) {
    tokens_.kinds = Buffer<TokenKind>(budget);
    tokens_.starts = Buffer<uint32_t>(budget);
  }

  // Forgets what was pushed.
  void clear();

  // One token with all its slots. `text` must be the spelling of `kind`.
  void push(TokenKind kind, std::string_view text, TokenOrigin origin, ContextId context) {
    push_of(writer(origin.source, context), kind, text, origin.offset);
  }
  // The same in two steps, for many tokens in a row: the number of a source and a context (as long as nothing is
  // finished or cleared), and the tokens.
  uint32_t writer(SourceId source, ContextId context) {
    if (last_writer_ < writers_.size()) [[likely]] {
      const Writer& last = writers_[last_writer_];
      if (last.source == source && last.context == context) return last_writer_;
    }
    return last_writer_ = find_writer(source, context);
  }
  void push_of(uint32_t writer, TokenKind kind, std::string_view text, uint32_t offset) {
    if (text_room_ - text_size_ <= text.size() || room_ - size_ < kMostSlots) [[unlikely]]
      grow(text.size());
    char* const chars = text_.data();
    size_t at = text_size_;
    // What opens a group stands right before the next token, what closes it right after the one before.
    if (at != 0 && kind != TokenKind::GroupClose) {
      const TokenKind previous = size_ == 0 ? TokenKind::Eof : tokens_.kinds.data()[size_ - 1];
      if (!is_group_open(previous)) chars[at++] = is_line_doc(previous) ? '\n' : ' ';
    }
    const auto start = static_cast<uint32_t>(at);
    copy_short(chars + at, text.data(), text.size());
    text_size_ = at + text.size();
    if (token_slots(kind) == 1 && kind != TokenKind::Float) [[likely]]
      add_slot(writer, kind, start, offset);
    else
      add_parts(writer, kind, text, start, offset);
  }
  // The token at `slot` of a source (all its slots), keeping origin and context. Comments are left out; doc comments
  // are kept as they are.
  void push_token(const Source& source, SourceId id, uint32_t slot);
  // The tokens [begin, end), as push_token. `begin` and `end` may lie inside a split operator.
  void push_range(const Source& source, SourceId id, uint32_t begin, uint32_t end) {
    KnownWriters known;
    push_range(source, id, begin, end, &known);
  }
  // What the writers in one source are here, as far as it is remembered; for many ranges of that source.
  struct KnownWriters {
    static constexpr uint32_t kSize = 4;
    uint32_t there[kSize] = {UINT32_MAX, UINT32_MAX, UINT32_MAX, UINT32_MAX};
    uint32_t here[kSize] = {};
  };
  void push_range(const Source& source, SourceId id, uint32_t begin, uint32_t end, KnownWriters* known);
  // Reads `rust` with the lexer and pushes its tokens, all with one origin and context. For text that we wrote, and
  // for pieces of it glued to names from elsewhere. `$crate` in it becomes DollarCrate.
  void push_text(std::string_view rust, TokenOrigin origin, ContextId context);
  // The same for the whole text of a source: each token has its own place in it.
  void push_source_text(std::string_view rust, SourceId id, ContextId context);

  // Says where `$crate` comes from: the tokens DollarCrate that have the origin `made_up` get `definition` instead.
  void set_crate_origin(TokenOrigin made_up, TokenOrigin definition);
  // Takes all invisible groups away. rustc's parser does not see those that a procedural macro gives back.
  void drop_groups();
  // Takes a `;` at the end away: where an expression is needed, rustc lets a macro end in one.
  void drop_trailing_semi();

  [[nodiscard]] uint32_t size() const { return size_; }
  [[nodiscard]] size_t text_bytes() const { return text_size_; }
  [[nodiscard]] TokenKind kind(uint32_t slot) const { return tokens_.kinds[slot]; }

  // Parses what was pushed. The stream is empty afterwards.
  std::unique_ptr<Source> finish(FragmentKind kind, const ParseOptions& options);
  // The same into a Source that was made for it.
  void finish(FragmentKind kind, const ParseOptions& options, Source* source);

 private:
  struct Writer {
    SourceId source;
    ContextId context;
  };

  static constexpr uint32_t kMostSlots = 3;
  static constexpr bool is_line_doc(TokenKind kind) {
    return kind == TokenKind::OuterLineDoc || kind == TokenKind::InnerLineDoc;
  }
  // Most tokens are short, and this is most of what pushing one takes.
  static void copy_short(char* to, const char* from, size_t size) {
    if (size >= 8) {
      if (size > 16) {
        std::memcpy(to, from, size);
        return;
      }
      std::memcpy(to, from, 8);
      std::memcpy(to + size - 8, from + size - 8, 8);
    } else if (size >= 4) {
      std::memcpy(to, from, 4);
      std::memcpy(to + size - 4, from + size - 4, 4);
    } else if (size != 0) {
      to[0] = from[0];
      to[size / 2] = from[size / 2];
      to[size - 1] = from[size - 1];
    }
  }
  uint32_t find_writer(SourceId source, ContextId context);
  [[gnu::noinline]] void grow(size_t text_bytes);
  void add_slot(uint32_t writer, TokenKind kind, uint32_t start, uint32_t offset) {
    const uint32_t at = size_;
    tokens_.kinds.data()[at] = kind;
    tokens_.starts.data()[at] = start;
    offsets_.data()[at] = offset;
    writer_of_.data()[at] = writer;
    size_ = at + 1;
  }
  void add_parts(uint32_t writer, TokenKind kind, std::string_view text, uint32_t start, uint32_t offset);
  void place_origins(TokenOrigins* origins, std::string_view* text) const;

  // The arrays are as large as the memory they have; how much of it is in use stands here. The arrays of slots grow
  // together.
  Buffer<char> text_;
  size_t text_size_ = 0;
  size_t text_room_ = 0;
  TokenBuffer tokens_;
  Buffer<uint32_t> offsets_;
  Buffer<uint32_t> writer_of_;
  uint32_t size_ = 0;
  uint32_t room_ = 0;
  Buffer<Writer> writers_;
  Buffer<uint32_t> writer_slots_;  // open addressing over `writers_`: the index plus one, 0 where there is none
  uint32_t last_writer_ = UINT32_MAX;
};

// The tokens that a macro is given: those between its delimiters, [begin, end) of `source`.
struct MacroInput {
  const Source* source = nullptr;
  SourceId id;
  uint32_t begin = 0;
  uint32_t end = 0;
};

// Something wrong with a macro or a call of it, as rustc would say.
struct MacroError {
  std::string message;
  TokenOrigin place;
  std::string help;
};

}  // namespace rp
