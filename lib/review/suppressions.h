// `// rustpro: allow(rule, area) reason`: what the author of a text has decided for one line, or for the item,
// statement or field below the comment. Honoured only with a reason; one that hides nothing is reported.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "review/result.h"
#include "syntax/tree.h"

namespace rp {

struct Rule;

struct Suppression {
  ByteSpan comment;
  std::vector<std::string_view> names;  // rules and areas; views into the text or the rules
  std::vector<bool> used;               // of each name
  // Findings that begin in here are meant.
  ByteSpan span;
  // Why it counts for nothing; then it hides nothing.
  std::string problem;
  std::string help;
};

// Whether a comment that starts at an offset speaks to rustpro: whether `rustpro:` is the first thing in it.
bool is_directive(std::string_view text, uint32_t offset);
// What the comments in these slots say: those that are directives, in the order of the text.
std::vector<Suppression> find_suppressions(const Tree& tree, std::span<const uint32_t> slots);
// Of a TOML text: `# rustpro: allow(..) reason` at the end of a line, or above a line.
std::vector<Suppression> find_toml_suppressions(std::string_view text);

// Whether a finding is hidden, and marks what hides it.
bool is_suppressed(std::vector<Suppression>& suppressions, const Rule& rule, uint32_t start);

extern const Rule kInvalidSuppression;
extern const Rule kUnusedSuppression;

}  // namespace rp
