// The review of one file: one walk over its nodes serves the inventory, the figures and every rule.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "review/result.h"
#include "review/rule.h"
#include "syntax/tree.h"

namespace rp {

inline constexpr size_t kNodeKinds = static_cast<size_t>(NodeKind::kCount);

// Which rules look at which kind of node; made once for a review.
class Subscriptions {
 public:
  Subscriptions();
  [[nodiscard]] const std::vector<const Rule*>& of(NodeKind kind) const { return rules_[static_cast<size_t>(kind)]; }

 private:
  std::array<std::vector<const Rule*>, kNodeKinds> rules_;
};

struct FileInput {
  std::string_view path;  // relative, `/` between its parts
  const Tree* tree;
  bool edition_guessed;  // no Cargo.toml says what edition it is
  LintSet allowed;       // by its Cargo.toml
};

struct FileOutcome {
  ReviewResult result;  // of this file alone
  LintSet allowed;      // by inner attributes at its top, which hold for the modules below it too
  uint64_t tree_bytes = 0;
};

// Throws std::bad_alloc.
void review_file(const FileInput& input, const Subscriptions& subscriptions, FileOutcome* out);

// The syntax errors of a file alone, as findings.
ReviewResult review_syntax_errors(const FileInput& input);

}  // namespace rp
