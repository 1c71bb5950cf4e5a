// The targets, put together from a table in which each fact is written once.
#include <algorithm>
#include <array>
#include <cstdint>

#include "crates/cfg_set.h"

namespace rp {
namespace {

using manifest::CfgFact;

struct TargetRow {
  std::string_view name;
  std::string_view panic;
  uint32_t first;
  uint32_t count;
};
#include "crates/targets.inc"

constexpr auto kAllFacts = [] {
  std::array<CfgFact, std::size(kFactNumbers)> out{};
  for (size_t i = 0; i < out.size(); ++i) out[i] = kFacts[kFactNumbers[i]];
  return out;
}();

constexpr auto kAllTargets = [] {
  std::array<TargetFacts, std::size(kTargets)> out{};
  for (size_t i = 0; i < out.size(); ++i) {
    const TargetRow& row = kTargets[i];
    out[i] = {row.name, row.panic, std::span<const CfgFact>(kAllFacts).subspan(row.first, row.count)};
  }
  return out;
}();

}  // namespace

std::span<const TargetFacts> known_targets() { return kAllTargets; }

const TargetFacts* find_target(std::string_view name) {
  const auto at = std::lower_bound(kAllTargets.begin(), kAllTargets.end(), name,
                                   [](const TargetFacts& target, std::string_view n) { return target.name < n; });
  return at != kAllTargets.end() && at->name == name ? &*at : nullptr;
}

std::string_view default_target() { return "x86_64-unknown-linux-gnu"; }

}  // namespace rp
