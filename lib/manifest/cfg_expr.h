// Conditions on the target: `cfg(all(unix, target_pointer_width = "64"))` or a target's name, as the keys of [target]
// tables are written. The Cargo Book, "Platform specific dependencies"; the Rust Reference, "Conditional compilation".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/text.h"

namespace rp::manifest {

// A fact about the target: a name (`unix`) or a pair (`target_os = "linux"`).
struct CfgFact {
  std::string_view key;
  std::string_view value;
  bool has_value = false;
  friend bool operator==(const CfgFact&, const CfgFact&) = default;
};

// Nodes in preorder: the operands of an All or Any follow it, each with its subtree; `end` is behind the subtree.
struct CfgNode {
  enum class Kind : uint8_t { All, Any, Not, True, False, Fact };
  Kind kind = Kind::Fact;
  uint32_t end = 0;
  CfgFact fact;      // of a Fact; views into the text that was parsed
  bool raw = false;  // the key is written r#key
  Span span;
};

struct CfgError {
  std::string message;
  Span span;  // in the text that was parsed
};

class CfgExpr {
 public:
  // `text` is what stands between the parentheses of `cfg(…)`. The views refer to it: it must stay.
  static std::optional<CfgExpr> parse(std::string_view text, CfgError* error = nullptr);

  [[nodiscard]] std::span<const CfgNode> nodes() const { return nodes_; }
  // Whether the facts fulfil it. The order of the facts is of no matter.
  [[nodiscard]] bool holds(std::span<const CfgFact> facts) const;

 private:
  std::vector<CfgNode> nodes_;
};

// What a key of [target] says: a condition, or the name of one target.
struct Platform {
  std::string_view text;             // as written
  std::optional<CfgExpr> condition;  // when `text` is cfg(…); otherwise `text` is the name
  [[nodiscard]] bool matches(std::string_view target_name, std::span<const CfgFact> facts) const;
};
std::optional<Platform> parse_platform(std::string_view text, CfgError* error = nullptr);
// The form in which cargo prints it: one space around `=`, `, ` between operands.
std::string to_string(const Platform& platform);

// Names that cargo warns of in a [target] condition, because they never hold there: `test`, `debug_assertions`,
// `proc_macro`, and the key `feature`. Empty when there is none.
std::string_view useless_cfg_name(const CfgExpr& expr);

// How deep conditions may nest.
inline constexpr uint32_t kMaxCfgDepth = 128;

}  // namespace rp::manifest
