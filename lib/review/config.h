// rustpro.toml: what a team has decided for its reviews. Found beside the code or above it.
//
//   [review]
//   areas = ["safety", "async"]              # only these
//   min-severity = "warning"                 # "error", "warning", "advice"
//   [rules]
//   "safety/undocumented-unsafe" = "off"     # or "error", "warning", "advice"; for an area, too
//   "types/boolean-trap" = { level = "warning", max-bools = 3 }
//   [[overrides]]
//   paths = ["tests/**", "src/generated"]    # relative to this file
//   rules = { errors = "off" }
//   [licenses]
//   allow = ["MIT", "Apache-2.0"]            # or deny = […]
//   exceptions = { ring = ["OpenSSL"] }
//   [advisories]
//   ignore = ["RUSTSEC-2020-0001"]
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/text.h"
#include "manifest/toml_document.h"
#include "review/result.h"

namespace rp {

struct ThresholdSetting {
  std::string_view name;
  int64_t value = 0;
};

struct RuleSetting {
  std::string_view rule;  // its id, or an area
  bool off = false;
  Severity severity = Severity::Warning;  // unless off
  bool only_thresholds = false;           // no level is written
  std::vector<ThresholdSetting> thresholds;
};

// What holds for some paths alone.
struct PathOverride {
  std::vector<manifest::Text> paths;  // patterns, see matches_path
  std::vector<RuleSetting> rules;     // areas before rules
};

struct LicenseException {
  manifest::Text crate;
  std::vector<manifest::Text> allow;
};

struct LicensePolicy {
  bool written = false;  // there is a policy
  std::vector<manifest::Text> allow;
  std::vector<manifest::Text> deny;
  std::vector<LicenseException> exceptions;
};

struct ReviewConfig {
  std::string path;  // absolute; empty when there is none
  std::unique_ptr<manifest::TomlDocument> document;
  manifest::Arena arena;
  // The folder under review relative to that of the file, with a `/` at its end; empty when they are one.
  std::string path_prefix;
  std::vector<manifest::Text> areas;  // only these; none: all
  std::optional<Severity> min_severity;
  std::vector<RuleSetting> rules;  // in byte order of `rule`
  std::vector<PathOverride> overrides;
  LicensePolicy licenses;
  std::vector<manifest::Text> ignored_advisories;
  std::vector<manifest::Problem> problems;  // in the order of the text; what is wrong is left out
};

// Never throws for what the text says; throws std::bad_alloc.
ReviewConfig read_review_config(std::string text, std::string path);

// The word that is most like `text`, or an empty text when none is.
std::string_view nearest_word(std::string_view text, std::span<const std::string_view> words);

inline constexpr std::string_view kReviewConfigName = "rustpro.toml";

}  // namespace rp
