// What only a build script decides: definitions that are there, or gone, because of a fact that it may set, and names
// that mean what they do for the same reason. Private to lib/types.
#pragma once

#include <cstdint>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "names/analysis.h"
#include "types/type.h"

namespace rp {

class Conditions {
 public:
  explicit Conditions(const Analysis& analysis) : analysis_(analysis) {}
  Conditions(const Conditions&) = delete;
  Conditions& operator=(const Conditions&) = delete;

  // Whether the definition is there because such a fact does not hold: by a condition on it, around it, on the macro
  // call that made it, or on that macro.
  [[nodiscard]] bool on(DefRef def) const { return (doubt(def) & Doubt::kPresence) != 0; }
  // Whether something inside of the definition comes or goes with such a fact: `where` is Doubt::kInside, or kHead for
  // its generic parameters and where clauses alone, together with kRepr where such attributes count.
  [[nodiscard]] bool inside(DefRef def, uint8_t where = Doubt::kInside) const { return (doubt(def) & where) != 0; }
  // The same of a node in a text; of the text as a whole when it is of an item that was read from facts.
  [[nodiscard]] bool inside(const TextRef& text, NodeId node) const;

  // Whether a name in a scope means what it does because of such a fact, directly or through imports.
  bool decides_name(CrateIndex crate, uint32_t scope, std::string_view name);
  // False: no path with that word needs a second look.
  bool may_decide(std::string_view word);

  // Whether any name or definition of a crate hangs on such a fact.
  bool any(CrateIndex crate);

 private:
  [[nodiscard]] uint8_t doubt(DefRef def) const {
    const CrateDefs* crate = analysis_.crate(def.crate);
    return crate != nullptr ? crate->doubt(def.def) : uint8_t{0};
  }

  const Analysis& analysis_;
  std::vector<uint8_t> any_;  // by crate: 0 not asked, 1 no, 2 yes
  bool words_found_ = false;
  std::unordered_set<std::string_view> words_;  // of doubtful names, of all crates
};

}  // namespace rp
