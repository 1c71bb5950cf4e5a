// The review of one file: one walk over its nodes serves the inventory, the figures and every rule.
#pragma once

#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include "review/result.h"
#include "review/rule.h"
#include "review/rule_levels.h"
#include "review/subscriptions.h"
#include "review/tested.h"
#include "syntax/tree.h"

namespace rp {

struct FileInput {
  std::string_view path;  // relative, `/` between its parts
  const Tree* tree;
  bool edition_guessed;  // no Cargo.toml says what edition it is
  LintSet allowed;       // by its Cargo.toml, and by modules around it in other files
  bool in_test = false;  // a module around it in another file is a test
  bool is_data = false;  // tests read it; no target builds it
  // What Sema is made from: the crate that the file belongs to. tree and path are those above.
  SemaInput sema = {};
  std::shared_ptr<SemaShared> shared = nullptr;
  const RuleLevels* levels = nullptr;  // null: every rule as it is
};

struct FileOutcome {
  ReviewResult result;  // of this file alone
  LintSet allowed;      // by inner attributes at its top, which hold for the modules below it too
  uint64_t tree_bytes = 0;
  std::vector<PublicFunction> public_functions;  // beside each of result.untested
  std::vector<uint64_t> test_names;              // hashes of what tests in the file name, each once
  uint32_t suppressed = 0;                       // findings that comments in the file silence
  uint32_t generated = 0;  // likely findings that are left out because nobody wrote the file, or nobody builds it
};

// Throws std::bad_alloc.
void review_file(const FileInput& input, const Subscriptions& subscriptions, FileOutcome* out);

// The syntax errors of a file alone, as findings.
ReviewResult review_syntax_errors(const FileInput& input);

}  // namespace rp
