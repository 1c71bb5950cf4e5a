// The crates that the members' targets need, each with its cfg set and extern prelude, in an order in which they could
// be compiled. The Cargo Book, "Cargo Targets", "Build Scripts"; the Rust Reference, "Extern prelude".
#pragma once

#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "crates/feature_resolver.h"

namespace rp {

// What the profile and the flags of cargo's configuration add to the facts of a target.
struct ProfileFacts {
  bool debug_assertions = true;
  bool host_debug_assertions = true;
  std::string_view panic;                // empty: the target's own
  std::vector<manifest::CfgFact> flags;  // of --cfg
};

class CrateList {
 public:
  CrateList(PackageSet& packages, FeatureResolver& features, const CrateGraphOptions& options,
            const TargetFacts& target, const TargetFacts& host, const ProfileFacts& profile)
      : packages_(packages), features_(features), options_(options), target_(target), host_(host), profile_(profile) {}

  // Fills `crates`, with numbers of PackageSet for packages, and adds a problem for each cycle.
  void run(CrateGraph& graph);
  // What some crate needs.
  [[nodiscard]] bool is_built(uint32_t package, BuiltFor built_for) const {
    return built_.contains((uint64_t{package} << 1) | static_cast<uint64_t>(built_for));
  }

 private:
  // A target of a package to be compiled in one way.
  struct Unit {
    uint32_t package;
    uint32_t target;
    BuiltFor built_for;  // whose features it has; a build script runs on the host all the same
    bool test = false;
    enum class State : uint8_t { New, Open, Done } state = State::New;
    std::vector<std::pair<std::string, uint32_t>> packages;  // the extern prelude: name and package
    std::vector<uint32_t> units;                             // of each; kNoUnit when it is missing
    uint32_t crate = UINT32_MAX;
  };
  static constexpr uint32_t kNoUnit = UINT32_MAX;

  uint32_t unit_of(uint32_t package, uint32_t target, BuiltFor built_for, bool test);
  uint32_t library_of(uint32_t package, BuiltFor built_for);
  void add_member(uint32_t package);
  void add_dependencies(Unit& unit);
  void add_edge(Unit& unit, std::string name, uint32_t package, BuiltFor built_for);
  [[nodiscard]] bool has_required_features(uint32_t package, BuiltFor built_for, const manifest::Target& target);
  void walk(uint32_t root, CrateGraph& graph);
  void emit(uint32_t unit, CrateGraph& graph);
  CfgSet cfg_of(const Unit& unit, bool for_host) const;
  void need(uint32_t package, BuiltFor built_for);

  PackageSet& packages_;
  FeatureResolver& features_;
  const CrateGraphOptions& options_;
  const TargetFacts& target_;
  const TargetFacts& host_;
  const ProfileFacts& profile_;
  std::deque<Unit> units_;
  std::unordered_map<uint64_t, std::vector<uint32_t>> by_package_;
  std::vector<uint32_t> roots_;
  std::unordered_map<uint64_t, std::vector<uint32_t>> alike_;  // crates by package and target
  std::unordered_set<uint64_t> built_;
};

// Puts crates in the order of CrateGraph::crates, renumbers them, and numbers packages by `package_numbers`.
void order_crates(CrateGraph& graph, const std::vector<uint32_t>& package_numbers);

}  // namespace rp
