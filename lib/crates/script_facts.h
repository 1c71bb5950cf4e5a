// What a build script tells the compiler about its package: facts for cfg conditions. Plain data, part of a crate.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace rp {

// A fact that the script prints as `cargo:rustc-cfg=…`.
struct ScriptFact {
  std::string key;
  std::string value;
  bool has_value = false;
  bool certain = false;    // it is printed whenever the package builds
  bool any_value = false;  // the value could not be told
  friend auto operator<=>(const ScriptFact&, const ScriptFact&) = default;
};

struct ScriptFacts {
  bool has_script = false;
  // The script could not be read far enough: it may set any fact.
  bool anything = false;
  std::vector<ScriptFact> facts;        // sorted; of each key and value one
  std::vector<std::string> open_names;  // how names begin whose end could not be told; sorted

  // Whether there is a fact of which nobody knows if it is set.
  [[nodiscard]] bool all_known() const;
  // Whether it is not known if a fact is set. `has_value`: `key = "value"`, otherwise the name alone.
  [[nodiscard]] bool may_set(std::string_view key, std::string_view value, bool has_value) const;
};

// The compiler that a script would find. Which facts it sets often hangs on that.
struct CompilerModel {
  // The minor version of Rust 1; 0 when it is not known.
  uint32_t minor = 96;
  // Whether it is known to be a stable release, which accepts no unstable feature. Otherwise what hangs on that is
  // unknown.
  bool stable = false;
};

}  // namespace rp
