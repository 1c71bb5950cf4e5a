// SPDX licence expressions, `MIT OR (Apache-2.0 WITH LLVM-exception)`, and whether a policy takes them.
// SPDX Specification, annex "SPDX License Expressions". As cargo once took it, `/` is read as OR.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/text.h"

namespace rp::spdx {

// What a licence asks of those who pass the software on.
enum class Class : uint8_t {
  Unknown,
  PublicDomain,  // nothing
  Permissive,    // to keep notices
  Weak,          // to publish changes to the licensed files
  Strong,        // to publish the whole program that is passed on
  Network,       // likewise for a service that is used over a network
  Restricted,    // some uses are not allowed: it is no free licence
};
std::string_view class_name(Class value);

// An entry of the SPDX License List.
struct License {
  std::string_view id;
  bool osi_approved = false;
  bool fsf_free = false;
  bool deprecated = false;
  Class kind = Class::Unknown;
};
struct Exception {
  std::string_view id;
  bool deprecated = false;
};
// Capitals do not count, as the specification says. Null when there is none.
const License* find_license(std::string_view id);
const Exception* find_exception(std::string_view id);

struct ParseError {
  std::string message;
  manifest::Span span;  // in the text that was parsed
  std::string accepts;  // what would be right there; may be empty
};

// One licence of an expression. Views into the text that was parsed, or the list.
struct Term {
  std::string_view id;               // as the list writes it; a reference of one's own (`LicenseRef-x`) as written
  const License* license = nullptr;  // null for a reference
  bool or_later = false;             // with `+`
  std::string_view exception;        // as the list writes it; empty for none
  manifest::Span span;
};

// Nodes in preorder: the operands of an And or Or follow it, each with its subtree; `end` is behind the subtree.
struct Node {
  enum class Kind : uint8_t { Term, And, Or };
  Kind kind = Kind::Term;
  uint32_t end = 0;
  uint32_t term = 0;  // in terms()
};

class Expression {
 public:
  // Views refer to `text`: it must stay.
  static std::optional<Expression> parse(std::string_view text, ParseError* error = nullptr);

  [[nodiscard]] std::span<const Node> nodes() const { return nodes_; }
  [[nodiscard]] std::span<const Term> terms() const { return terms_; }
  // `/` is written for OR: cargo takes it, the specification does not.
  [[nodiscard]] bool has_slash() const { return has_slash_; }
  // Whether it is fulfilled when `takes` says of each licence whether it is acceptable.
  template <typename Takes>
  [[nodiscard]] bool holds(const Takes& takes) const {
    std::vector<bool> accepted;
    accepted.reserve(terms_.size());
    for (const Term& term : terms_) accepted.push_back(takes(term));
    return evaluate(accepted);
  }
  [[nodiscard]] bool evaluate(const std::vector<bool>& accepted) const;  // one for each term

 private:
  friend class ExpressionParser;
  std::vector<Node> nodes_;
  std::vector<Term> terms_;
  bool has_slash_ = false;
};

// An entry of a list of licences: one term. `GPL-2.0-or-later` and the like stand for themselves.
std::optional<Term> parse_policy_entry(std::string_view text, ParseError* error = nullptr);
// Whether an entry of a policy means a licence of an expression. One without an exception covers the licence with any:
// an exception only gives further rights. `X+` and `X-or-later` may be taken under X.
bool covers(const Term& entry, const Term& term);

// Which licences are accepted.
struct Policy {
  std::vector<Term> allow;  // when not empty, these and no others
  std::vector<Term> deny;   // none of these
  [[nodiscard]] bool accepts(const Term& term) const;
};

inline constexpr uint32_t kMaxDepth = 128;

}  // namespace rp::spdx
