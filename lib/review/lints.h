// Which lints the author of a text has allowed, where: rules are silent there.
#pragma once

#include <array>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <string_view>

#include "syntax/tree.h"

namespace rp {

enum class Lint : uint8_t {
#define RP_LINT(name, path, group) name,
#include "review/lints.def"
  kCount
};
inline constexpr size_t kLintCount = static_cast<size_t>(Lint::kCount);
using LintSet = std::bitset<kLintCount>;

// The lints with that path, or in the group with that path.
LintSet lints_named(std::string_view path);
// "clippy::needless_pass_by_value"; empty for kCount.
std::string_view lint_path(Lint lint);

// The lints that one attribute allows or expects: `#[allow(..)]`, `#[expect(..)]`, and either within `cfg_attr`, whose
// condition is taken to hold: whether it does is not known, and a rule that may be wrong is silent.
LintSet allowed_lints(const Tree& tree, NodeId attribute);

// The state of a walk in preorder. Attributes apply to the node they stand on and all below it.
class LintScope {
 public:
  // Allows lints everywhere.
  void allow(const LintSet& lints);
  // Call for every node that has attributes, before its descendants. What the root's own attributes allow is in
  // of_file() too.
  void enter(const Tree& tree, NodeId node);
  [[nodiscard]] bool allows(Lint lint, NodeId node) const { return node.value < until_[static_cast<size_t>(lint)]; }
  [[nodiscard]] const LintSet& of_file() const { return of_file_; }

 private:
  std::array<uint32_t, kLintCount> until_{};  // nodes below this one are allowed
  LintSet of_file_;
};

}  // namespace rp
