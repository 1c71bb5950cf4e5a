#include "review/rule_levels.h"

#include <algorithm>
#include <unordered_map>

#include "manifest/glob.h"
#include "review/rule.h"

namespace rp {
namespace {

struct RuleTable {
  std::vector<const Rule*> rules;
  std::unordered_map<const Rule*, size_t> numbers;
  std::unordered_map<std::string_view, const Rule*> by_id;
  std::vector<std::string_view> areas;
};

RuleTable make_table() {
  RuleTable table;
  for (const std::span<const Rule* const> area : all_areas()) {
    for (const Rule* rule : area) {
      table.numbers.emplace(rule, table.rules.size());
      table.by_id.emplace(rule->id, rule);
      table.rules.push_back(rule);
      if (std::find(table.areas.begin(), table.areas.end(), rule->area) == table.areas.end())
        table.areas.push_back(rule->area);
    }
  }
  return table;
}

const RuleTable& table() {
  static const RuleTable kTable = make_table();
  return kTable;
}

// Whether a name, a rule's or an area's, is meant for a rule.
bool means(std::string_view name, const Rule& rule) { return name == rule.id || name == rule.area; }

bool any_means(const std::vector<std::string>& names, const Rule& rule) {
  return std::any_of(names.begin(), names.end(), [&](const std::string& name) { return means(name, rule); });
}

Level level_of(const RuleSetting& setting) {
  if (setting.off) return Level::Off;
  switch (setting.severity) {
    case Severity::Error:
      return Level::Error;
    case Severity::Warning:
      return Level::Warning;
    case Severity::Advice:
      return Level::Advice;
  }
  return Level::Default;
}

bool matches_parts(std::string_view pattern, std::string_view path, uint32_t depth) {
  constexpr uint32_t kMaxStars = 8;
  for (;;) {
    if (pattern.empty()) return true;  // what lies below is meant, too
    const size_t pattern_end = std::min(pattern.find('/'), pattern.size());
    const std::string_view part = pattern.substr(0, pattern_end);
    const std::string_view rest = pattern.substr(std::min(pattern_end + 1, pattern.size()));
    if (part == "**") {
      if (rest.empty()) return !path.empty();
      if (depth == kMaxStars) return false;
      for (std::string_view at = path;;) {
        if (matches_parts(rest, at, depth + 1)) return true;
        const size_t slash = at.find('/');
        if (slash == std::string_view::npos) return false;
        at.remove_prefix(slash + 1);
      }
    }
    if (path.empty()) return false;
    const size_t path_end = std::min(path.find('/'), path.size());
    if (!manifest::matches_glob(part, path.substr(0, path_end))) return false;
    pattern = rest;
    path = path.substr(std::min(path_end + 1, path.size()));
  }
}

}  // namespace

size_t rule_count() { return table().rules.size(); }
const Rule& rule_at(size_t index) { return *table().rules[index]; }

const Rule* find_rule(std::string_view id) {
  const auto at = table().by_id.find(id);
  return at != table().by_id.end() ? at->second : nullptr;
}

size_t rule_index(const Rule* rule) {
  const auto at = table().numbers.find(rule);
  return at != table().numbers.end() ? at->second : rule_count();
}

bool is_area(std::string_view name) {
  return std::find(table().areas.begin(), table().areas.end(), name) != table().areas.end();
}

std::string_view similar_rule(std::string_view name) {
  std::vector<std::string_view> names(table().areas);
  for (const Rule* rule : table().rules) names.push_back(rule->id);
  if (const std::string_view like = nearest_word(name, names); !like.empty()) return like;
  // A rule's name without its area.
  for (const Rule* rule : table().rules)
    if (rule->id.substr(rule->area.size() + 1) == name) return rule->id;
  return {};
}

std::vector<std::string> choice_problems(const ReviewChoice& choice) {
  std::vector<std::string> problems;
  for (const std::vector<std::string>* names : {&choice.only, &choice.deny, &choice.off}) {
    for (const std::string& name : *names) {
      if (find_rule(name) != nullptr || is_area(name)) continue;
      std::string message = "there is no rule and no area `" + name + "`";
      if (const std::string_view like = similar_rule(name); !like.empty())
        message += "; did you mean `" + std::string(like) + "`?";
      problems.push_back(std::move(message));
    }
  }
  return problems;
}

RuleLevels::RuleLevels(const ReviewConfig& config, const ReviewChoice& choice) : config_(config), choice_(choice) {
  base_.assign(rule_count(), Level::Default);
  for (size_t i = 0; i < rule_count(); ++i) {
    const Rule& rule = rule_at(i);
    if (rule.opt_in) base_[i] = Level::Off;
    if (!config.areas.empty() &&
        std::none_of(config.areas.begin(), config.areas.end(), [&](const auto& a) { return a.value == rule.area; }))
      base_[i] = Level::Off;
  }
  // Areas first, so that what is set for a rule holds against what is set for its area.
  for (const bool area : {true, false})
    for (const RuleSetting& setting : config.rules)
      if (is_area(setting.rule) == area) set(&base_, setting);
  choose(&base_);
  runs_.assign(rule_count(), false);
  for (size_t i = 0; i < rule_count(); ++i) runs_[i] = base_[i] != Level::Off;
  for (const PathOverride& each : config.overrides) {
    std::vector<Level> levels = base_;
    for (const RuleSetting& setting : each.rules) set(&levels, setting);
    choose(&levels);
    for (size_t i = 0; i < rule_count(); ++i)
      if (levels[i] != Level::Off) runs_[i] = true;
  }
  if (config.min_severity) min_severity_ = *config.min_severity;
  if (choice.min_severity) min_severity_ = *choice.min_severity;
}

void RuleLevels::set(std::vector<Level>* levels, const RuleSetting& setting) const {
  const bool area = is_area(setting.rule);
  for (size_t i = 0; i < rule_count(); ++i) {
    const Rule& rule = rule_at(i);
    if (!means(setting.rule, rule)) continue;
    // An area's level is no wish for rules that have to be asked for.
    if (area && rule.opt_in && !setting.off) continue;
    if (setting.only_thresholds) continue;
    (*levels)[i] = level_of(setting);
  }
}

void RuleLevels::choose(std::vector<Level>* levels) const {
  for (size_t i = 0; i < rule_count(); ++i) {
    const Rule& rule = rule_at(i);
    Level& level = (*levels)[i];
    if (!choice_.only.empty()) {
      if (!any_means(choice_.only, rule))
        level = Level::Off;
      else if (level == Level::Off &&
               std::find(choice_.only.begin(), choice_.only.end(), rule.id) != choice_.only.end())
        level = Level::Default;
    }
    if (any_means(choice_.off, rule)) level = Level::Off;
    if (level != Level::Off && any_means(choice_.deny, rule)) level = Level::Error;
  }
}

const std::vector<Level>& RuleLevels::of(std::string_view path, std::vector<Level>* storage) const {
  const std::vector<Level>* levels = &base_;
  for (const PathOverride& each : config_.overrides) {
    // Patterns are relative to the folder of rustpro.toml, paths to that under review.
    const std::string from_config = config_.path_prefix + std::string(path);
    if (std::none_of(each.paths.begin(), each.paths.end(),
                     [&](const manifest::Text& p) { return matches_path(p.value, from_config); }))
      continue;
    if (levels != storage) {
      *storage = base_;
      levels = storage;
    }
    for (const RuleSetting& setting : each.rules) set(storage, setting);
  }
  if (levels == storage) choose(storage);
  return *levels;
}

bool RuleLevels::apply(const std::vector<Level>& levels, size_t rule, Severity* severity) const {
  if (rule < levels.size()) {
    switch (levels[rule]) {
      case Level::Off:
        return false;
      case Level::Error:
        *severity = Severity::Error;
        break;
      case Level::Warning:
        *severity = Severity::Warning;
        break;
      case Level::Advice:
        *severity = Severity::Advice;
        break;
      case Level::Default:
        break;
    }
  }
  return *severity <= min_severity_;
}

std::optional<int64_t> RuleLevels::threshold(const Rule& rule, std::string_view name) const {
  for (const RuleSetting& setting : config_.rules) {
    if (setting.rule != rule.id) continue;
    for (const ThresholdSetting& each : setting.thresholds)
      if (each.name == name) return each.value;
  }
  return std::nullopt;
}

bool matches_path(std::string_view pattern, std::string_view path) {
  if (pattern.starts_with("./")) pattern.remove_prefix(2);
  while (pattern.ends_with('/')) pattern.remove_suffix(1);
  return matches_parts(pattern, path, 0);
}

}  // namespace rp
