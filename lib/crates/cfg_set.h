// What `cfg` conditions are asked against: the facts of a target, of a profile and of a crate's features.
// The Rust Reference, "Conditional compilation"; the facts of each target are those that `rustc --print cfg` prints.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/cfg_expr.h"

namespace rp {

// A set of facts, sorted, without doubles. Immutable once it is made; many threads may ask it.
class CfgSet {
 public:
  void add(std::string_view key);
  void add(std::string_view key, std::string_view value);
  // To be called once after the last add, before the first question.
  void finish();

  [[nodiscard]] bool has(std::string_view key) const;
  [[nodiscard]] bool has(std::string_view key, std::string_view value) const;
  // All facts as lib/manifest asks for them; the views live as long as the set.
  [[nodiscard]] std::vector<manifest::CfgFact> facts() const;
  friend bool operator==(const CfgSet&, const CfgSet&) = default;

 private:
  struct Entry {
    std::string key;
    std::string value;
    bool has_value = false;
    friend auto operator<=>(const Entry&, const Entry&) = default;
  };
  [[nodiscard]] bool holds(std::string_view key, std::string_view value, bool has_value) const;

  std::vector<Entry> entries_;
};

// A target as rustc names it, with what `rustc --print cfg --target NAME` prints for it, debug_assertions and the panic
// strategy apart: those depend on the profile.
struct TargetFacts {
  std::string_view name;   // "x86_64-unknown-linux-gnu"
  std::string_view panic;  // the strategy where the profile has none: "unwind", "abort"
  std::span<const manifest::CfgFact> facts;
};
// Facts that rustc sets for the standard library's own, unstable conditions besides those in TargetFacts.
void add_unstable_facts(const TargetFacts& target, CfgSet* cfg);

// The targets the library knows, in byte order of their names.
std::span<const TargetFacts> known_targets();
// Null for a name that is not known.
const TargetFacts* find_target(std::string_view name);
// "x86_64-unknown-linux-gnu"
std::string_view default_target();

}  // namespace rp
