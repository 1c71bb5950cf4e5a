// rustpro.toml: what a team has decided for its reviews. Found beside the code or above it.
//
//   [rules]
//   "safety/undocumented-unsafe" = "off"     # or "error", "warning", "advice"
//   [licenses]
//   allow = ["MIT", "Apache-2.0"]            # or deny = […]
//   exceptions = { ring = ["OpenSSL"] }
//   [advisories]
//   ignore = ["RUSTSEC-2020-0001"]
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/text.h"
#include "manifest/toml_document.h"
#include "review/result.h"

namespace rp {

struct RuleSetting {
  std::string_view rule;  // its id, or an area
  bool off = false;
  Severity severity = Severity::Warning;  // unless off
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
  std::vector<RuleSetting> rules;  // in byte order of `rule`
  LicensePolicy licenses;
  std::vector<manifest::Text> ignored_advisories;
  std::vector<manifest::Problem> problems;  // in the order of the text; what is wrong is left out

  // What is set for a rule: by its id, or by its area.
  [[nodiscard]] const RuleSetting* setting_of(std::string_view rule_id) const;
};

// Never throws for what the text says; throws std::bad_alloc.
ReviewConfig read_review_config(std::string text, std::string path);

inline constexpr std::string_view kReviewConfigName = "rustpro.toml";

}  // namespace rp
