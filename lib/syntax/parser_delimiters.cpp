// Before parsing, delimiters are made to match, so that the parser can rely on every group having an end: a closing
// delimiter that nothing opened becomes StrayCloser (trivia, with an error), and where a group was never closed, a
// VirtualCloser stands for the end it should have had. Text with matching delimiters costs one pass over the kinds.
#include <algorithm>

#include "syntax/parser_impl.h"

namespace rp {
namespace {

constexpr bool is_delimiter(TokenKind kind) { return kind >= T::LParen && kind <= T::RBrace; }
// Openers and closers alternate in TokenKind.
constexpr bool is_opener(TokenKind kind) {
  return ((static_cast<unsigned>(kind) - static_cast<unsigned>(T::LParen)) & 1U) == 0;
}
constexpr TokenKind closer_of(TokenKind opener) { return static_cast<TokenKind>(static_cast<unsigned>(opener) + 1U); }
static_assert(closer_of(T::LParen) == T::RParen && closer_of(T::LBracket) == T::RBracket &&
              closer_of(T::LBrace) == T::RBrace);

constexpr std::string_view text_of(TokenKind kind) {
  switch (kind) {
    case T::LParen:
      return "(";
    case T::RParen:
      return ")";
    case T::LBracket:
      return "[";
    case T::RBracket:
      return "]";
    case T::LBrace:
      return "{";
    default:
      return "}";
  }
}

}  // namespace

void Parser::balance_delimiters() {
  Buffer<TokenKind> stack(budget_);
  for (uint32_t slot = 0; slot < count_; ++slot) {
    const TokenKind kind = kinds_[slot];
    if (!is_delimiter(kind)) [[likely]]
      continue;
    if (is_opener(kind)) {
      stack.push_back(closer_of(kind));
    } else if (!stack.empty() && stack.back() == kind) {
      stack.pop_back();
    } else {
      repair_delimiters();
      return;
    }
  }
  if (!stack.empty()) repair_delimiters();
}

// Puts the closers that were decided on into the kinds.
void Parser::place_virtual_closers() {
  std::sort(virtual_closers_.begin(), virtual_closers_.end(),
            [](const VirtualClose& a, const VirtualClose& b) { return a.slot < b.slot; });
  size_t kept = 0;
  for (const VirtualClose& close : virtual_closers_) {
    if (kept > 0 && virtual_closers_[kept - 1].slot == close.slot)
      virtual_closers_[kept - 1].count += close.count;
    else
      virtual_closers_[kept++] = close;
  }
  virtual_closers_.resize(kept);
  for (VirtualClose& close : virtual_closers_) {
    close.original = kinds_[close.slot];
    kinds_[close.slot] = T::VirtualCloser;
  }
}

// Where an unclosed `(` or `[` probably was to end, at the latest at slot `latest`: before what cannot stand in it.
uint32_t Parser::likely_end(uint32_t opener, uint32_t latest, size_t* scan_budget) const {
  const TokenKind kind = kinds_[opener];
  if (kind == T::LBrace) return latest;
  const bool parameters = kind == T::LParen && opener >= 2 && kinds_[opener - 2] == T::KwFn;
  uint32_t depth = 0;
  for (uint32_t slot = opener + 1; slot < latest && *scan_budget > 0; slot += token_slots(kinds_[slot])) {
    --*scan_budget;
    const TokenKind at = kinds_[slot];
    if (depth == 0) {
      const TokenKind next = kinds_[slot + 1];
      switch (at) {
        case T::Semi:
          if (kind == T::LParen) return slot;
          break;
        case T::LBrace:
          if (parameters) return slot;
          break;
        case T::KwLet:
        case T::KwStruct:
        case T::KwEnum:
        case T::KwTrait:
        case T::KwMod:
        case T::KwPub:
          return slot;
        case T::KwFn:
          if (next != T::LParen) return slot;
          break;
        default:
          break;
      }
    }
    if (!is_delimiter(at)) continue;
    if (is_opener(at)) {
      ++depth;
    } else if (depth-- == 0) {
      return latest;
    }
  }
  return latest;
}

// Which delimiter is wrong is a guess; indentation tells best what was meant, as in rustc's own reports.
void Parser::repair_delimiters() {
  struct Open {
    uint32_t slot;
    uint32_t indent;  // of the line the opener stands on
    TokenKind closer;
  };
  std::vector<Open> stack;
  uint32_t scanned = 0;
  uint32_t indent = 0;
  bool first_on_line = true;
  size_t missing = 0;  // openers that nothing will close, if every closer finds one
  for (uint32_t slot = 0; slot < count_; ++slot) {
    if (!is_delimiter(kinds_[slot])) continue;
    if (is_opener(kinds_[slot]))
      ++missing;
    else if (missing > 0)
      --missing;
  }

  size_t scan_budget = 4 * static_cast<size_t>(count_) + 1000;  // keeps the work linear
  const auto end_unclosed = [this, &scan_budget](const Open& open, uint32_t latest) {
    const uint32_t before = likely_end(open.slot, latest, &scan_budget);
    virtual_closers_.push_back({before, 1, T::Eof});
    if (latest == count_ && tokens_.unterminated_tail) return;  // a string or comment took the rest, and says so
    SyntaxError error;
    error.start = starts_[open.slot];
    error.end = error.start + 1;
    error.message = "unclosed delimiter `" + std::string(text_of(kinds_[open.slot])) + "`";
    error.hint = "add the matching `" + std::string(text_of(open.closer)) + "`";
    error.related_start = error.related_end = before < count_ ? starts_[before] : static_cast<uint32_t>(text_.size());
    error.related_label = "it should be closed before here";
    add_error(std::move(error));
  };

  for (uint32_t slot = 0; slot < count_; ++slot) {
    const TokenKind kind = kinds_[slot];
    // Keep the indentation of the current line as the tokens go by.
    const std::string_view between = text_.substr(scanned, starts_[slot] - scanned);
    const size_t newline = between.rfind('\n');
    first_on_line = slot == 0 || newline != std::string_view::npos;
    if (newline != std::string_view::npos) {
      const auto line_start = static_cast<uint32_t>(scanned + newline + 1);
      indent = starts_[slot] - line_start;
      first_on_line = text_.find_first_not_of(" \t", line_start) == starts_[slot];
    }
    scanned = starts_[slot];
    if (!is_delimiter(kind)) continue;
    if (is_opener(kind)) {
      stack.push_back({slot, indent, closer_of(kind)});
      continue;
    }
    // The opener this closes: the innermost that fits, but one further out when the indentation says so.
    size_t match = stack.size();
    constexpr size_t kLookBack = 64;  // bounds the work for hostile text
    const size_t lowest = stack.size() > kLookBack ? stack.size() - kLookBack : 0;
    if (!stack.empty() && stack.back().closer == kind) {
      match = stack.size() - 1;
      if (kind == T::RBrace && first_on_line && missing > 0 && stack.back().indent > indent) {
        for (size_t i = stack.size(); i-- > lowest;) {
          if (stack[i].closer == kind && stack[i].indent == indent) {
            match = i;
            break;
          }
        }
      }
    } else {
      for (size_t i = stack.size(); i-- > lowest;) {
        if (stack[i].closer == kind) {
          match = i;
          break;
        }
        if (stack[i].closer == T::RBrace && kind != T::RBrace) break;  // a block is not ended by `)`
      }
    }
    if (match == stack.size()) {
      kinds_[slot] = T::StrayCloser;
      SyntaxError error;
      error.start = starts_[slot];
      error.end = error.start + 1;
      if (stack.empty()) {
        error.message = "unexpected closing delimiter `" + std::string(text_of(kind)) + "`";
        error.hint = "remove it, or add the delimiter that opens it";
      } else {
        error.message = "mismatched closing delimiter `" + std::string(text_of(kind)) + "`";
        error.hint = "the innermost open delimiter needs `" + std::string(text_of(stack.back().closer)) + "`";
        error.related_start = starts_[stack.back().slot];
        error.related_end = error.related_start + 1;
        error.related_label = "this delimiter is open here";
      }
      add_error(std::move(error));
      continue;
    }
    const auto unclosed = static_cast<uint32_t>(stack.size() - 1 - match);
    for (size_t i = match + 1; i < stack.size(); ++i) end_unclosed(stack[i], slot);
    missing -= missing < unclosed ? missing : unclosed;
    stack.resize(match);
  }
  for (const Open& open : stack) end_unclosed(open, count_);
  place_virtual_closers();
}

}  // namespace rp
