// A text that was parsed: a file of a crate, or what a macro call became. Both look the same to whoever reads them:
// tokens and a tree; the tokens of an expansion also know where they were written and by which expansions they came.
//
// The text of an expansion exists only here: the texts of its tokens, with a space between two (a line break after a
// line of documentation). Fragments that a macro
// took as a whole (`$e:expr`) stand between invisible group tokens (TokenKind::GroupOpen… and GroupClose, empty texts),
// so that `$a * 2` keeps its meaning when `$a` is `1 + 1`. `$crate` is one token, TokenKind::DollarCrate.
#pragma once

#include <cstdint>
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

struct Source {
  std::string storage;    // the text when it is owned here
  std::string_view text;  // the file's text, or `storage`
  Tree tree;
  // Of an expansion, for each slot; empty for a file, whose tokens are written where they stand, in the root context.
  Buffer<TokenOrigin> origins;
  Buffer<ContextId> contexts;

  [[nodiscard]] bool is_expansion() const { return !origins.empty() || tree.slot_count() == 0; }
  [[nodiscard]] ContextId context(uint32_t slot) const { return contexts.empty() ? kRootContext : contexts[slot]; }
  [[nodiscard]] TokenOrigin origin(SourceId self, uint32_t slot) const {
    return origins.empty() ? TokenOrigin{self, tree.token_start(slot)} : origins[slot];
  }
};

// Tokens being put together. What is pushed is copied.
class TokenStream {
 public:
  explicit TokenStream(MemoryBudget* budget = nullptr)
      : text_(budget), kinds_(budget), starts_(budget), origins_(budget), contexts_(budget) {}

  // One token with all its slots. `text` must be the spelling of `kind`.
  void push(TokenKind kind, std::string_view text, TokenOrigin origin, ContextId context);
  // The token at `slot` of a source (all its slots), keeping origin and context. Comments are left out; doc comments
  // are kept as they are.
  void push_token(const Source& source, SourceId id, uint32_t slot);
  // The tokens [begin, end), as push_token. `begin` and `end` may lie inside a split operator.
  void push_range(const Source& source, SourceId id, uint32_t begin, uint32_t end);
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

  [[nodiscard]] uint32_t size() const { return static_cast<uint32_t>(kinds_.size()); }
  [[nodiscard]] size_t text_bytes() const { return text_.size(); }
  [[nodiscard]] TokenKind kind(uint32_t slot) const { return kinds_[slot]; }

  // Parses what was pushed. The stream is empty afterwards.
  std::unique_ptr<Source> finish(FragmentKind kind, const ParseOptions& options);

 private:
  Buffer<char> text_;
  Buffer<TokenKind> kinds_;
  Buffer<uint32_t> starts_;
  Buffer<TokenOrigin> origins_;
  Buffer<ContextId> contexts_;
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
