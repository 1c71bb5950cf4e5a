// Which rules look at a file, and how severe their findings are: what the rules say themselves, then rustpro.toml with
// its overrides for paths, then what was chosen for this one review.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "review/config.h"
#include "review/result.h"

namespace rp {

struct Rule;

// ---- All rules, numbered ----

// In the order of all_areas().
size_t rule_count();
const Rule& rule_at(size_t index);
// By its id; null when there is none.
const Rule* find_rule(std::string_view id);
// The number of a rule; rule_count() for one that is in no list (syntax errors).
size_t rule_index(const Rule* rule);
bool is_area(std::string_view name);
// Of rules and areas, the name that is most like one that is none; empty when none is like it.
std::string_view similar_rule(std::string_view name);

// ---- What is chosen for one review ----

struct ReviewChoice {
  // Rules and areas. Only these run (with none: all); a rule that has to be asked for runs when it is named itself.
  std::vector<std::string> only;
  std::vector<std::string> deny;         // findings of these are errors
  std::vector<std::string> off;          // these do not run
  std::optional<Severity> min_severity;  // what is less severe is dropped
};

// What is in a choice and is neither a rule nor an area: a message for each, in their order.
std::vector<std::string> choice_problems(const ReviewChoice& choice);

// ---- Levels ----

enum class Level : uint8_t { Default, Error, Warning, Advice, Off };

class RuleLevels {
 public:
  RuleLevels(const ReviewConfig& config, const ReviewChoice& choice);

  // By number of the rule. `path` is relative to the folder under review. `*storage` holds the answer where overrides
  // hold for the path.
  [[nodiscard]] const std::vector<Level>& of(std::string_view path, std::vector<Level>* storage) const;
  // Whether a rule looks at any file.
  [[nodiscard]] bool runs(size_t rule) const { return runs_[rule]; }
  // Puts the severity of a finding right; false when it is not wanted.
  [[nodiscard]] bool apply(const std::vector<Level>& levels, size_t rule, Severity* severity) const;
  // What the configuration sets for a threshold of a rule; nothing when it sets none.
  [[nodiscard]] std::optional<int64_t> threshold(const Rule& rule, std::string_view name) const;

 private:
  void set(std::vector<Level>* levels, const RuleSetting& setting) const;
  void choose(std::vector<Level>* levels) const;

  const ReviewConfig& config_;
  const ReviewChoice& choice_;
  std::vector<Level> base_;
  std::vector<bool> runs_;
  Severity min_severity_ = Severity::Advice;
};

// Whether a path, `/` between its parts, fits a pattern: `*` and `?` within a part, `**` for any number of parts. What
// lies below a folder that fits is meant, too.
bool matches_path(std::string_view pattern, std::string_view path);

}  // namespace rp
