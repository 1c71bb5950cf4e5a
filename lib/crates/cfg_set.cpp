#include "crates/cfg_set.h"

#include <algorithm>

namespace rp {

void CfgSet::add(std::string_view key) { entries_.push_back({std::string(key), {}, false}); }

void CfgSet::add(std::string_view key, std::string_view value) {
  entries_.push_back({std::string(key), std::string(value), true});
}

void CfgSet::finish() {
  std::sort(entries_.begin(), entries_.end());
  entries_.erase(std::unique(entries_.begin(), entries_.end()), entries_.end());
  entries_.shrink_to_fit();
}

bool CfgSet::holds(std::string_view key, std::string_view value, bool has_value) const {
  const auto before = [&](const Entry& entry, int) {
    if (const int order = entry.key.compare(key); order != 0) return order < 0;
    if (const int order = entry.value.compare(value); order != 0) return order < 0;
    return entry.has_value < has_value;
  };
  const auto at = std::lower_bound(entries_.begin(), entries_.end(), 0, before);
  return at != entries_.end() && at->key == key && at->value == value && at->has_value == has_value;
}

bool CfgSet::has(std::string_view key) const { return holds(key, {}, false); }
bool CfgSet::has(std::string_view key, std::string_view value) const { return holds(key, value, true); }

std::vector<manifest::CfgFact> CfgSet::facts() const {
  std::vector<manifest::CfgFact> out;
  out.reserve(entries_.size());
  for (const Entry& each : entries_) out.push_back({each.key, each.value, each.has_value});
  return out;
}

void add_unstable_facts(const TargetFacts& target, CfgSet* cfg) {
  for (const manifest::CfgFact& f : target.facts) {
    if (f.key != "target_has_atomic" || !f.has_value) continue;
    cfg->add("target_has_atomic_load_store", f.value);
    cfg->add("target_has_atomic_primitive_alignment", f.value);
    cfg->add("target_has_atomic_equal_alignment", f.value);
    cfg->add("target_has_atomic");
    cfg->add("target_has_atomic_load_store");
  }
  // Targets with an operating system have thread locals of the linker's.
  for (const manifest::CfgFact& f : target.facts)
    if (f.key == "target_os" && f.value != "none" && f.value != "unknown") cfg->add("target_thread_local");
  for (const std::string_view type :
       {"target_has_reliable_f16", "target_has_reliable_f16_math", "target_has_reliable_f128"})
    cfg->add(type);
}

}  // namespace rp
