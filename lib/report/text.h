// A report as text, for people.
#pragma once

#include <cstdint>
#include <string>

#include "review/result.h"

namespace rp {

struct TextOptions {
  bool color = false;
  uint32_t width = 100;  // columns of the terminal
};

// Findings with excerpts of the source, then a summary. In each file, findings that say the same stand together: the
// first few with their source, of the rest the lines. What a rule has to say each time is said once.
std::string render_text(const ReviewResult& result, const TextOptions& options);

// The findings alone.
std::string render_findings_text(const ReviewResult& result, const TextOptions& options);

}  // namespace rp
