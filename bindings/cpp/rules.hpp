// rules.hpp - the rules of reviews: their texts, examples and settings.
#ifndef RUSTPRO_RULES_HPP
#define RUSTPRO_RULES_HPP

#include <cstddef>
#include <optional>
#include <string_view>

#include "base.hpp"

namespace rustpro {

// One rule of reviews. Its texts are static.
class Rule {
 public:
  // `index` is one of the C interface. Zero and empty when out of range.
  explicit Rule(size_t index) noexcept : index_(index), rule_(rp_rule_at(index)) {}

  std::string_view id() const noexcept { return detail::view(rule_.id); }  // "safety/undocumented-unsafe"
  std::string_view area() const noexcept { return detail::view(rule_.area); }
  std::string_view title() const noexcept { return detail::view(rule_.title); }
  std::string_view why() const noexcept { return detail::view(rule_.why); }
  // Examples in which it fires, on the lines that end in a comment with `~`, and in which it does not.
  std::string_view bad() const noexcept { return detail::view(rule_.bad); }
  std::string_view good() const noexcept { return detail::view(rule_.good); }
  // Of a likely rule: what may make it wrong.
  std::string_view doubt() const noexcept { return detail::view(rule_.doubt); }
  // The lint of rustc or clippy whose `#[allow]` silences it; may be empty.
  std::string_view lint() const noexcept { return detail::view(rule_.lint); }
  Severity severity() const noexcept { return rule_.severity; }
  Verdict verdict() const noexcept { return rule_.verdict; }
  // True when it runs only where it is asked for by its id.
  bool opt_in() const noexcept { return rule_.opt_in != 0; }

  size_t reference_count() const noexcept { return rule_.reference_count; }
  // Empty when out of range.
  std::string_view reference(size_t index) const noexcept { return detail::view(rp_rule_reference(index_, index)); }

 private:
  size_t index_;
  rp_rule rule_;
};

namespace detail {

// The list belongs to the library: it has no owner to point to.
inline Rule rule_at(const void*, size_t index) { return Rule(index); }

}  // namespace detail

using Rules = detail::IndexRange<void, Rule, detail::rule_at>;

// Returns all rules, in order of areas.
inline Rules rules() noexcept { return {nullptr, rp_rule_count()}; }

// Returns the rule with that id; nothing when there is none.
inline std::optional<Rule> find_rule(std::string_view id) noexcept {
  const size_t index = rp_rule_find(id.data(), id.size());
  return index < rp_rule_count() ? std::optional<Rule>(Rule(index)) : std::nullopt;
}

}  // namespace rustpro

#endif
