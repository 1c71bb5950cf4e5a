// The parser: tokens in, lossless tree out. It never fails: what does not fit is in Error nodes, what is missing is a
// Missing node, and each has an error with a place.
//
// Grammar: the Rust Reference and, for unstable syntax, what rustc 1.96 parses. An error is reported here when rustc's
// parser would report one; what later passes of rustc reject (AST validation, name resolution) parses.
// Linear time for every input; recursion is bounded by the nesting limit.
#pragma once

#include <string_view>

#include "base/edition.h"
#include "base/limits.h"
#include "syntax/lexer.h"
#include "syntax/tree.h"

namespace rp {

struct ParseOptions {
  Edition edition = kLatestEdition;
  uint32_t nesting_limit = kDefaultNestingLimit;  // clamped to kMaxNestingLimit
  uint32_t error_limit = 10000;                   // further errors are counted in one last error
  MemoryBudget* budget = nullptr;
  const Cancellation* cancellation = nullptr;
};

// `text` must outlive the tree. Throws std::bad_alloc, MemoryLimitExceeded, Cancelled.
Tree parse(std::string_view text, TokenBuffer tokens, const ParseOptions& options);

// Both steps.
Tree lex_and_parse(std::string_view text, const ParseOptions& options);

// What the text of a macro argument, or the output of a macro, is to be read as.
enum class FragmentKind : uint8_t {
  Expr,
  Exprs,
  Statements,
  Items,
  Pattern,
  Type,
  ImplItems,
  TraitItems,
  ForeignItems,
  Tokens,  // left as they are: token trees
};

// Re-reads the tokens [first_slot, end_slot) of `tree` (the inside of a TokenTree) as a fragment. The result has a
// Fragment root, its own slots (slot 0 is first_slot of `tree`) and the same text and offsets as `tree`.
// Exprs reads a comma-separated list. Throws as parse does.
Tree parse_fragment(const Tree& tree, uint32_t first_slot, uint32_t end_slot, FragmentKind kind,
                    const ParseOptions& options);

// Whether two trees are the same in every array; for tests.
bool trees_equal(const Tree& a, const Tree& b);

}  // namespace rp
