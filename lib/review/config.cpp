#include "review/config.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "review/ecosystem/spdx.h"
#include "review/rule.h"

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

// The word that is most like `text`, or an empty text when none is.
std::string_view nearest(std::string_view text, std::span<const std::string_view> words) {
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

class ConfigReader {
 public:
  explicit ConfigReader(ReviewConfig* out) : out_(*out), document_(*out->document) {}

  void run() {
    const TomlNode& root = document_.node(document_.root());
    for (uint32_t i = 0; i < root.child_count; ++i) {
      const TomlNodeId id = document_.child(document_.root(), i);
      const TomlNode& node = document_.node(id);
      static constexpr std::string_view kTables[] = {"advisories", "licenses", "rules"};
      if (std::find(std::begin(kTables), std::end(kTables), node.key.value) == std::end(kTables)) {
        unknown(node.key, "", kTables);
        continue;
      }
      if (node.kind != TomlKind::Table) {
        wrong(node, std::string(node.key.value), "a table");
        continue;
      }
      if (node.key.value == "rules") read_rules(id);
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
    const std::string_view like = nearest(key.value, known);
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

  void read_rules(TomlNodeId table) {
    std::vector<std::string_view> ids;
    for (const auto area : all_areas()) {
      for (const Rule* rule : area) ids.push_back(rule->id);
      if (!area.empty()) ids.push_back(area[0]->area);
    }
    for (uint32_t i = 0; i < document_.node(table).child_count; ++i) {
      const TomlNode& node = document_.node(document_.child(table, i));
      const std::string_view id = node.key.value;
      if (std::find(ids.begin(), ids.end(), id) == ids.end()) {
        const std::string_view like = nearest(id, ids);
        report(node.key.span, "there is no rule `" + std::string(id) + "`",
               like.empty() ? "the id of a rule, such as \"safety/undocumented-unsafe\", or an area, such as \"safety\""
                            : "\"" + std::string(like) + "\"");
        continue;
      }
      static constexpr std::string_view kLevels = "\"off\", \"error\", \"warning\" or \"advice\"";
      const std::string what = "rules.\"" + std::string(id) + "\"";
      if (node.kind != TomlKind::String) {
        wrong(node, what, kLevels);
        continue;
      }
      RuleSetting setting{id};
      if (node.string == "off")
        setting.off = true;
      else if (node.string == "error")
        setting.severity = Severity::Error;
      else if (node.string == "warning")
        setting.severity = Severity::Warning;
      else if (node.string == "advice")
        setting.severity = Severity::Advice;
      else {
        report(node.span, what + " has no such level", kLevels);
        continue;
      }
      out_.rules.push_back(setting);
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

const RuleSetting* ReviewConfig::setting_of(std::string_view rule_id) const {
  const auto find = [&](std::string_view name) -> const RuleSetting* {
    const auto at = std::lower_bound(rules.begin(), rules.end(), name,
                                     [](const RuleSetting& s, std::string_view n) { return s.rule < n; });
    return at != rules.end() && at->rule == name ? &*at : nullptr;
  };
  if (const RuleSetting* own = find(rule_id)) return own;
  return find(rule_id.substr(0, rule_id.find('/')));
}

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
