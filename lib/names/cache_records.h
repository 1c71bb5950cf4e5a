// What the cache keeps of a dependency beside its facts: what a review counts in it, and what its build script sets. A
// record that is damaged or of another version reads as none.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crates/crate_graph.h"
#include "expand/build_script.h"
#include "names/feature_gates.h"
#include "names/unsafe_tally.h"

namespace rp {

// Stands for the files of a package, as part of a key; empty for one whose files may change under the same name and
// version: a member of the workspace, a path dependency, a vendored package without a checksum.
std::string package_content(const PackageNode& package);

// What a review counts in one crate of a dependency.
struct CrateSurvey {
  UnsafeTally tally;
  std::vector<FeatureGate> gates;
};
std::string survey_key(std::string_view facts_key);
std::string survey_text(const UnsafeTally& tally, const std::vector<FeatureGate>& gates);
[[nodiscard]] bool read_survey(std::string_view text, CrateSurvey* out);

// `content` is the package's. The facts hold as long as the script asked for no file outside of its package.
std::string script_key(const BuildScriptInput& input, std::string_view content);
std::string script_text(const ScriptFacts& facts);
[[nodiscard]] bool read_script_facts(std::string_view text, ScriptFacts* out);

}  // namespace rp
