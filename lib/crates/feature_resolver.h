// Which features and optional dependencies of each package are on. The Cargo Book, "Features", "Resolver versions".
//
// With resolver 2 and later a package has two sets: one for the target, one for build scripts and procedural macros.
#pragma once

#include <cstdint>
#include <deque>
#include <string_view>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "crates/package_set.h"

namespace rp {

enum class BuiltFor : uint8_t { Target, Host };

// The facts that conditions of [target] tables are asked against.
struct PlatformFacts {
  std::string_view target_name;
  std::vector<manifest::CfgFact> target;
  std::string_view host_name;
  std::vector<manifest::CfgFact> host;
};

// What is on in one package as it is built for one of both.
struct FeatureState {
  uint32_t package = kNoPackage;
  BuiltFor built_for = BuiltFor::Target;
  bool visited = false;
  std::unordered_set<std::string_view> features;
  std::unordered_set<std::string_view> optional_dependencies;
};

struct FeatureRules {
  bool separate_host = true;          // resolver 2: build dependencies have features of their own
  bool only_active_platforms = true;  // resolver 2
  bool development = true;            // dev dependencies of members count
  // As cargo writes the lock file: it may leave out nothing that some choice of features could need, so `x?/y` counts
  // as needing x. Only what is in the lock file is followed.
  bool as_locked = false;
};

class FeatureResolver {
 public:
  FeatureResolver(PackageSet& packages, const PlatformFacts& platforms, FeatureRules rules)
      : packages_(packages), platforms_(platforms), rules_(rules) {}

  // Turns a member on, with features as they are written in a [features] table.
  void add_member(uint32_t package, const std::vector<std::string_view>& values, bool defaults, bool all);
  // Follows everything to its end.
  void run(const Cancellation* cancellation);

  // Null when nothing needs the package for that.
  [[nodiscard]] const FeatureState* state(uint32_t package, BuiltFor built_for) const;
  // Whether a dependency is used where the package is built for one of both. Of its platform, too.
  [[nodiscard]] bool is_active(uint32_t package, BuiltFor built_for, uint32_t dependency);
  // Whether the features pass would follow a dependency.
  [[nodiscard]] bool is_wanted(uint32_t package, BuiltFor built_for, uint32_t dependency);
  // What a dependency is built for; `to` is what it stands for.
  [[nodiscard]] BuiltFor built_for(BuiltFor from, const manifest::Dependency& dependency, uint32_t to);
  [[nodiscard]] bool platform_holds(uint32_t package, BuiltFor built_for, const manifest::Dependency& dependency);

 private:
  enum class StepKind : uint8_t { Visit, Feature, Value };
  struct Step {
    StepKind kind;
    uint32_t state;
    std::string_view feature;      // of Feature
    manifest::FeatureValue value;  // of Value
  };
  // A feature of an optional dependency that waits for the dependency to be turned on.
  struct Weak {
    std::string_view dependency;
    std::string_view feature;
  };

  uint32_t state_of(uint32_t package, BuiltFor built_for);
  [[nodiscard]] bool counts(uint32_t state, uint32_t dependency);
  uint32_t resolve(uint32_t package, uint32_t dependency);
  void turn_on(uint32_t state, uint32_t dependency);
  void visit(uint32_t state);
  void feature(uint32_t state, std::string_view name);
  void value(uint32_t state, const manifest::FeatureValue& value);
  void optional_dependency(uint32_t state, std::string_view name);
  void dependency_feature(uint32_t state, const manifest::FeatureValue& value);
  void feature_of_dependency(uint32_t state, uint32_t dependency, std::string_view name);
  void push_text(uint32_t state, std::string_view text);
  [[nodiscard]] const manifest::Feature* find_feature(uint32_t package, std::string_view name);

  PackageSet& packages_;
  const PlatformFacts& platforms_;
  FeatureRules rules_;
  std::deque<FeatureState> states_;
  std::deque<std::vector<Weak>> weak_;  // of each state
  std::unordered_map<uint64_t, uint32_t> numbers_;
  std::vector<Step> steps_;
  // Whether a platform of a package holds: 0 not asked yet, 1 no, 2 yes; first for the target, then for the host.
  std::unordered_map<uint32_t, std::vector<uint8_t>> holds_;
};

}  // namespace rp
