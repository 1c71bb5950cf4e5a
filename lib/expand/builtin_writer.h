// Puts tokens that we write ourselves together with tokens of the program's: what built-in macros, derives and models
// make their output with.
#pragma once

#include <algorithm>
#include <concepts>
#include <span>
#include <string>
#include <string_view>

#include "expand/builtin.h"
#include "syntax/tree.h"

namespace rp {

// A token of the source, to be put as it is.
struct SlotRef {
  uint32_t slot = 0;
};
// A quoted string.
struct QuotedText {
  std::string_view text;
};

class TokenWriter {
 public:
  TokenWriter(TokenStream* out, const Source& source, SourceId id, TokenOrigin place, ContextId context,
              std::span<const NodeId> removed = {})
      : out_(out), source_(&source), id_(id), place_(place), context_(context), removed_(removed) {}

  // Rust text, nodes and tokens of the source, and callables that write, one after the other.
  template <typename... Parts>
  void put(const Parts&... parts) {
    (put_one(parts), ...);
  }
  void put_range(uint32_t begin, uint32_t end) { out_->push_range(*source_, id_, begin, end); }
  // One token of ours: a name that would not be lexed alone as what it is.
  void put_token(TokenKind kind, std::string_view text) { out_->push(kind, text, place_, context_); }
  void put_index(uint32_t index) { put_token(TokenKind::Int, std::to_string(index)); }

  [[nodiscard]] const Tree& tree() const { return source_->tree; }
  [[nodiscard]] const Source& source() const { return *source_; }
  [[nodiscard]] TokenOrigin place() const { return place_; }
  [[nodiscard]] ContextId context() const { return context_; }
  [[nodiscard]] TokenStream* out() const { return out_; }
  [[nodiscard]] bool is_removed(NodeId node) const {
    return std::binary_search(removed_.begin(), removed_.end(), node);
  }

 private:
  void put_one(std::string_view text) {
    if (!text.empty()) out_->push_text(text, place_, context_);
  }
  void put_one(const char* text) { put_one(std::string_view(text)); }
  void put_one(const std::string& text) { put_one(std::string_view(text)); }
  void put_one(SlotRef token) { out_->push_token(*source_, id_, token.slot); }
  void put_one(QuotedText quoted);
  void put_one(NodeId node);
  template <std::invocable Callable>
  void put_one(const Callable& callable) {
    callable();
  }

  TokenStream* out_;
  const Source* source_;
  SourceId id_;
  TokenOrigin place_;
  ContextId context_;
  std::span<const NodeId> removed_;
};

// `text` (UTF-8) as a string literal, escaped as rustc's printer does: most strings in ASCII only, format strings with
// the characters as they are where they can be seen.
enum class QuoteStyle : uint8_t { Ascii, Visible };
std::string quote_string(std::string_view text, QuoteStyle style = QuoteStyle::Ascii);

}  // namespace rp
