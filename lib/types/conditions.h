// What only a build script decides: definitions that are there, or gone, because of a fact that it may set, and names
// that mean what they do for the same reason. Private to lib/types.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "names/analysis.h"

namespace rp {

class Conditions {
 public:
  explicit Conditions(const Analysis& analysis) : analysis_(analysis) {}
  Conditions(const Conditions&) = delete;
  Conditions& operator=(const Conditions&) = delete;

  // Whether a place is there because such a fact does not hold: by a condition on it, around it, on the macro call that
  // made it, or on that macro.
  bool at(CrateIndex crate, SourceId source, NodeId node);
  // Whether the definition is there for that reason.
  bool on(DefRef def);
  // Whether something inside of a node comes or goes with such a fact. Attributes count where `what` stands in them.
  [[nodiscard]] bool inside(CrateIndex crate, SourceId source, NodeId node, std::string_view attribute = {}) const;

  // Whether a name in a scope means what it does because of such a fact, directly or through imports.
  bool decides_name(CrateIndex crate, uint32_t scope, std::string_view name);
  // False: no path with that word needs a second look.
  bool may_decide(std::string_view word);

  // Whether there is any such place in a crate.
  bool any(CrateIndex crate);

  // Impls and modules that such a fact may bring.
  [[nodiscard]] bool may_bring_impls(CrateIndex crate) const;

 private:
  using Ranges = std::vector<std::pair<NodeId, NodeId>>;
  [[nodiscard]] bool from_conditional_macro(const CrateDefs& crate, ExpansionId expansion) const;
  void find_names();
  void spread(const CrateDefs& crate);
  void note(CrateIndex crate, uint32_t scope, NameId name);
  void names_of_removed(const CrateDefs& crate, SourceId source, NodeId node);
  void names_of_use(const CrateDefs& crate, SourceId source, NodeId use, uint32_t scope);
  bool leads_through(const CrateDefs& crate, const Import& import);
  [[nodiscard]] bool noted(CrateIndex crate, uint32_t scope, NameId name) const;

  const Analysis& analysis_;
  std::vector<uint8_t> any_;  // by crate: 0 not asked, 1 no, 2 yes
  bool names_found_ = false;
  std::unordered_set<uint64_t> names_;          // (crate, scope, name) in one number
  std::unordered_set<std::string_view> words_;  // their texts
  std::unordered_set<uint64_t> imports_;        // (crate, import)
};

// The scope in which the names stand that a node defines: of the module or macro call around it.
uint32_t scope_of_place(const CrateDefs& crate, SourceId source, NodeId node);

}  // namespace rp
