// The difference of two texts as a unified diff, which `patch -p1` and `git apply` take.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rp {

// One step from the old lines to the new ones: `count` lines that are kept, deleted or inserted.
struct DiffRun {
  enum class Kind : uint8_t { Keep, Delete, Insert };
  Kind kind = Kind::Keep;
  uint32_t count = 0;
};

// A shortest list of runs (deletions before insertions, neighbours joined), where finding one takes a time that is
// worth it; else one that is correct and longer. Lines are numbers here: equal lines have equal numbers.
std::vector<DiffRun> diff_lines(const std::vector<uint32_t>& from, const std::vector<uint32_t>& to);

// Three lines of context; empty when the texts are equal. `path` is relative, `/` between its parts; it is quoted as
// git does where it has characters that need it. Lines end where a "\n" is; a last line without one is marked.
std::string unified_diff(std::string_view path, std::string_view from, std::string_view to);

}  // namespace rp
