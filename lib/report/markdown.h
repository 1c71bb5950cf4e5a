// A report as Markdown, for a comment on a pull request: the figures in two lines, findings by file, details folded up.
//
// Texts of the code under review are escaped or stand in code, so that none of them can make markup, mention somebody
// or refer to an issue. GitHub takes comments of at most 65,536 characters: what goes beyond `size_limit` is counted
// instead of shown, errors being the last to go.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "review/result.h"

namespace rp {

struct MarkdownOptions {
  // What the links to files begin with, "https://github.com/owner/name/blob/COMMIT/"; empty for links relative to the
  // folder that was reviewed.
  std::string_view link_base;
  size_t size_limit = 60000;  // bytes
};

std::string render_markdown(const ReviewResult& result, const MarkdownOptions& options);

// Text as Markdown that shows it: outside of backticks escaped, within them as code.
std::string markdown_text(std::string_view text);
// Text as code in a line.
std::string markdown_code(std::string_view text);

}  // namespace rp
