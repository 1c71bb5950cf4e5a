// Compares two texts of one expanded crate: ours, with marks where expansions begin and end, and what rustc prints.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/edition.h"

namespace rp {

struct ExpansionDifference {
  uint32_t expansion = UINT32_MAX;  // the innermost that the differing tokens came by; UINT32_MAX: none
  std::string ours;                 // some tokens of both around the place
  std::string theirs;
};
struct ExpansionComparison {
  std::string error;  // a text that does not parse
  uint64_t tokens = 0;
  std::vector<ExpansionDifference> differences;
};
// Not seen as differences: white space, comments, the form of documentation, parentheses and commas that mean nothing,
// attributes that expansion decides, what rustc injects (the prelude, extern crate std), how literals of strings are
// escaped.
ExpansionComparison compare_expansions(std::string ours, std::string theirs, Edition edition);

}  // namespace rp
