#include "review/config.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "review/ecosystem/spdx.h"
#include "review/rule.h"
#include "review/rule_levels.h"

namespace rp {
namespace {

using manifest::Span;
using manifest::Text;
using manifest::TomlDocument;
using manifest::TomlKind;
using manifest::TomlNode;
using manifest::TomlNodeId;

// How many characters to change, add or drop to come from one text to the other; `limit + 1` when more than `limit`.
size_t edit_distance(std::string_view a, std::string_view b, size_t limit) {
  if (a.size() > b.size()) std::swap(a, b);
  if (b.size() - a.size() > limit || b.size() > 100) return limit + 1;
  std::array<size_t, 101> row{};
  for (size_t i = 0; i <= a.size(); ++i) row[i] = i;
  for (size_t j = 1; j <= b.size(); ++j) {
    size_t diagonal = row[0];
    row[0] = j;
    for (size_t i = 1; i <= a.size(); ++i) {
      const size_t changed = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[i];
      row[i] = std::min({row[i] + 1, row[i - 1] + 1, changed});
    }
  }
  return std::min(row[a.size()], limit + 1);
}

}  // namespace

std::string_view nearest_word(std::string_view text, std::span<const std::string_view> words) {
  std::string_view best;
  size_t least = 4;
  for (const std::string_view word : words) {
    const size_t distance = edit_distance(text, word, std::min<size_t>(3, word.size() / 2));
    if (distance <= std::min<size_t>(3, word.size() / 2) && distance < least) {
      best = word;
      least = distance;
    }
  }
  return best;
}

namespace {

std::optional<Severity> severity_named(std::string_view name) {
  if (name == "error") return Severity::Error;
  if (name == "warning") return Severity::Warning;
  if (name == "advice") return Severity::Advice;
  return std::nullopt;
}

class ConfigReader {
 public:
  explicit ConfigReader(ReviewConfig* out) : out_(*out), document_(*out->document) {}

  void run() {
    const TomlNode& root = document_.node(document_.root());
    for (uint32_t i = 0; i < root.child_count; ++i) {
      const TomlNodeId id = document_.child(document_.root(), i);
      const TomlNode& node = document_.node(id);
      static constexpr std::string_view kTables[] = {"advisories", "licenses", "overrides", "review", "rules"};
      if (std::find(std::begin(kTables), std::end(kTables), node.key.value) == std::end(kTables)) {
        unknown(node.key, "", kTables);
        continue;
      }
      if (node.key.value == "overrides") {
        read_overrides(id);
        continue;
      }
      if (node.kind != TomlKind::Table) {
        wrong(node, std::string(node.key.value), "a table");
        continue;
      }
      if (node.key.value == "review") read_review(id);
      if (node.key.value == "rules") read_rules(id, "rules", &out_.rules);
      if (node.key.value == "licenses") read_licenses(id);
      if (node.key.value == "advisories") read_advisories(id);
    }
    std::stable_sort(out_.problems.begin(), out_.problems.end(),
                     [](const auto& a, const auto& b) { return a.span.begin < b.span.begin; });
  }

 private:
  void report(Span span, std::string_view message, std::string_view accepts) {
    out_.problems.push_back({manifest::Severity::Error, span, out_.arena.copy(message), out_.arena.copy(accepts)});
  }
  void wrong(const TomlNode& node, const std::string& what, std::string_view wanted) {
    report(node.span, what + " is " + std::string(manifest::toml_kind_name(node.kind)), wanted);
  }
  void unknown(const Text& key, std::string_view table, std::span<const std::string_view> known) {
    const std::string_view like = nearest_word(key.value, known);
    std::string accepts;
    if (!like.empty()) {
      accepts = "`" + std::string(like) + "`";
    } else {
      for (const std::string_view each : known)
        accepts += (accepts.empty() ? "`" : each == known.back() ? " or `" : ", `") + std::string(each) + "`";
    }
    report(key.span,
           "`" + std::string(key.value) + "` is no " + (table.empty() ? "table" : "key") + " of " +
               (table.empty() ? std::string(kReviewConfigName) : "[" + std::string(table) + "]"),
           accepts);
  }

  static constexpr std::string_view kLevels = "\"off\", \"error\", \"warning\" or \"advice\"";

  void read_rules(TomlNodeId table, const std::string& where, std::vector<RuleSetting>* out) {
    for (uint32_t i = 0; i < document_.node(table).child_count; ++i) {
      const TomlNodeId child = document_.child(table, i);
      const TomlNode& node = document_.node(child);
      const std::string_view id = node.key.value;
      const Rule* rule = find_rule(id);
      if (rule == nullptr && !is_area(id)) {
        const std::string_view like = similar_rule(id);
        report(node.key.span, "there is no rule `" + std::string(id) + "`",
               like.empty() ? "the id of a rule, such as \"safety/undocumented-unsafe\", or an area, such as \"safety\""
                            : "\"" + std::string(like) + "\"");
        continue;
      }
      RuleSetting setting{id, false, Severity::Warning, false, {}};
      const std::string what = where + ".\"" + std::string(id) + "\"";
      if (node.kind == TomlKind::Table && rule != nullptr) {
        setting.only_thresholds = true;
        for (uint32_t k = 0; k < node.child_count; ++k)
          read_rule_key(document_.node(document_.child(child, k)), *rule, what, &setting);
        out->push_back(std::move(setting));
      } else if (read_level(node, what, &setting)) {
        out->push_back(std::move(setting));
      }
    }
  }

  void read_rule_key(const TomlNode& node, const Rule& rule, const std::string& what, RuleSetting* setting) {
    const std::string_view key = node.key.value;
    if (key == "level") {
      if (read_level(node, what + ".level", setting)) setting->only_thresholds = false;
      return;
    }
    std::vector<std::string_view> known = {"level"};
    for (const Threshold& each : rule.thresholds) {
      known.push_back(each.name);
      if (each.name != key) continue;
      if (node.kind != TomlKind::Integer) return wrong(node, what + "." + std::string(key), "a whole number");
      setting->thresholds.push_back({key, node.integer});
      return;
    }
    unknown(node.key, what, known);
  }

  bool read_level(const TomlNode& node, const std::string& what, RuleSetting* setting) {
    if (node.kind != TomlKind::String) {
      wrong(node, what, kLevels);
      return false;
    }
    setting->off = node.string == "off";
    if (setting->off) return true;
    const std::optional<Severity> severity = severity_named(node.string);
    if (!severity) {
      report(node.span, what + " has no such level", kLevels);
      return false;
    }
    setting->severity = *severity;
    return true;
  }

  void read_review(TomlNodeId table) {
    for (uint32_t i = 0; i < document_.node(table).child_count; ++i) {
      const TomlNodeId id = document_.child(table, i);
      const TomlNode& node = document_.node(id);
      static constexpr std::string_view kKeys[] = {"areas", "min-severity"};
      if (node.key.value == "areas") {
        std::vector<Text> areas;
        read_list(id, "review.areas", &areas);
        for (const Text& area : areas) {
          if (is_area(area.value)) {
            out_.areas.push_back(area);
            continue;
          }
          const std::string_view like = similar_rule(area.value);
          report(area.span, "there is no area `" + std::string(area.value) + "`",
                 like.empty() || !is_area(like) ? "an area, such as \"safety\"" : "\"" + std::string(like) + "\"");
        }
      } else if (node.key.value == "min-severity") {
        static constexpr std::string_view kSeverities = "\"error\", \"warning\" or \"advice\"";
        if (node.kind != TomlKind::String) {
          wrong(node, "review.min-severity", kSeverities);
          continue;
        }
        out_.min_severity = severity_named(node.string);
        if (!out_.min_severity) report(node.span, "review.min-severity has no such level", kSeverities);
      } else {
        unknown(node.key, "review", kKeys);
      }
    }
  }

  void read_overrides(TomlNodeId list) {
    const TomlNode& node = document_.node(list);
    if (node.kind != TomlKind::Array) return wrong(node, "overrides", "tables: [[overrides]]");
    for (uint32_t i = 0; i < node.child_count; ++i) {
      const TomlNodeId table = document_.child(list, i);
      if (document_.node(table).kind != TomlKind::Table) {
        wrong(document_.node(table), "an entry of overrides", "a table: [[overrides]]");
        continue;
      }
      PathOverride override;
      for (uint32_t k = 0; k < document_.node(table).child_count; ++k) {
        const TomlNodeId id = document_.child(table, k);
        const TomlNode& child = document_.node(id);
        static constexpr std::string_view kKeys[] = {"paths", "rules"};
        if (child.key.value == "paths") {
          read_list(id, "overrides.paths", &override.paths);
        } else if (child.key.value == "rules") {
          if (child.kind == TomlKind::Table)
            read_rules(id, "overrides.rules", &override.rules);
          else
            wrong(child, "overrides.rules", "a table");
        } else {
          unknown(child.key, "overrides", kKeys);
        }
      }
      if (override.paths.empty())
        report(document_.node(table).span, "an override without `paths` holds nowhere", "`paths`");
      std::stable_sort(override.rules.begin(), override.rules.end(),
                       [](const RuleSetting& a, const RuleSetting& b) { return is_area(a.rule) && !is_area(b.rule); });
      out_.overrides.push_back(std::move(override));
    }
  }

  void read_list(TomlNodeId id, const std::string& what, std::vector<Text>* out) {
    const TomlNode& node = document_.node(id);
    if (node.kind != TomlKind::Array) return wrong(node, what, "an array of strings");
    for (uint32_t i = 0; i < node.child_count; ++i) {
      const TomlNode& item = document_.node(document_.child(id, i));
      if (item.kind == TomlKind::String)
        out->push_back({item.string, item.span});
      else
        wrong(item, "an entry of " + what, "a string");
    }
  }

  // A list of licences; names that are none are left out.
  void read_license_list(TomlNodeId id, const std::string& what, std::vector<Text>* out) {
    std::vector<Text> names;
    read_list(id, what, &names);
    for (const Text& name : names) {
      spdx::ParseError error;
      if (spdx::parse_policy_entry(name.value, &error))
        out->push_back(name);
      else
        report(name.span, what + " has \"" + std::string(name.value) + "\", which is no SPDX licence: " + error.message,
               error.accepts.empty() ? "an identifier such as \"MIT\", or \"GPL-2.0-only WITH Classpath-exception-2.0\""
                                     : error.accepts);
    }
  }

  void read_licenses(TomlNodeId table) {
    LicensePolicy& policy = out_.licenses;
    TomlNodeId allow;
    for (uint32_t i = 0; i < document_.node(table).child_count; ++i) {
      const TomlNodeId id = document_.child(table, i);
      const TomlNode& node = document_.node(id);
      static constexpr std::string_view kKeys[] = {"allow", "deny", "exceptions"};
      if (node.key.value == "allow") {
        policy.written = true;
        read_license_list(id, "licenses.allow", &policy.allow);
        allow = id;
      } else if (node.key.value == "deny") {
        policy.written = true;
        read_license_list(id, "licenses.deny", &policy.deny);
        if (allow.valid())
          report(node.key.span, "licenses.deny has no effect beside licenses.allow: what is not allowed is denied",
                 "one of them");
      } else if (node.key.value == "exceptions") {
        read_exceptions(id);
      } else {
        unknown(node.key, "licenses", kKeys);
      }
    }
  }

  void read_exceptions(TomlNodeId id) {
    const TomlNode& node = document_.node(id);
    if (node.kind != TomlKind::Table)
      return wrong(node, "licenses.exceptions", "a table: the name of a crate, and the licences it may have");
    for (uint32_t i = 0; i < node.child_count; ++i) {
      const TomlNodeId each = document_.child(id, i);
      LicenseException exception{document_.node(each).key, {}};
      read_license_list(each, "licenses.exceptions." + std::string(exception.crate.value), &exception.allow);
      out_.licenses.exceptions.push_back(std::move(exception));
    }
  }

  void read_advisories(TomlNodeId table) {
    for (uint32_t i = 0; i < document_.node(table).child_count; ++i) {
      const TomlNodeId id = document_.child(table, i);
      static constexpr std::string_view kKeys[] = {"ignore"};
      if (document_.node(id).key.value != "ignore") {
        unknown(document_.node(id).key, "advisories", kKeys);
        continue;
      }
      std::vector<Text> ids;
      read_list(id, "advisories.ignore", &ids);
      for (const Text& each : ids) {
        if (each.value.starts_with("RUSTSEC-") || each.value.starts_with("CVE-") || each.value.starts_with("GHSA-"))
          out_.ignored_advisories.push_back(each);
        else
          report(each.span, "\"" + std::string(each.value) + "\" is no advisory",
                 "an id such as \"RUSTSEC-2020-0001\"");
      }
    }
  }

  ReviewConfig& out_;
  const TomlDocument& document_;
};

}  // namespace

ReviewConfig read_review_config(std::string text, std::string path) {
  ReviewConfig config;
  config.path = std::move(path);
  config.document = std::make_unique<TomlDocument>(TomlDocument::parse(std::move(text)));
  if (config.document->readable())
    ConfigReader(&config).run();
  else
    config.problems.push_back(*config.document->error());
  return config;
}

}  // namespace rp
