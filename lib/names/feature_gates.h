// What the enabled features of a crate add to it: items that are there because of one feature and nothing else. Kept in
// the cache beside the facts of a dependency.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crates/cfg_set.h"
#include "names/crate_defs.h"

namespace rp {

// Of a feature that does nothing in the crate's code but to add items to modules and inherent impls: who names none of
// them has no use for it. Features that do something else (conditions on statements, on impls of traits, within macros)
// have no entry.
struct FeatureGate {
  std::string feature;
  std::vector<std::string> names;  // of all that it adds, and of what is inside; sorted, at least one of them is public
};

// `crate` has sources and was collected with `cfg`. Sorted by feature. Throws std::bad_alloc.
std::vector<FeatureGate> find_feature_gates(const CrateDefs& crate, const CfgSet& cfg);

// One line for each gate. The second is false for a text that is none.
std::string feature_gates_text(const std::vector<FeatureGate>& gates);
bool read_feature_gates(std::string_view text, std::vector<FeatureGate>* out);

}  // namespace rp
