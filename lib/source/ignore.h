// The rules of .gitignore files: which paths they leave out. Exactly what git does (gitignore(5)), in time proportional
// to pattern times path for every input.
#pragma once

#include <bitset>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rp {

// One line of an ignore file.
class IgnorePattern {
 public:
  // `line` without its newline. Returns false for an empty line and a comment.
  static bool parse(std::string_view line, IgnorePattern* out);

  // `path` is relative to the folder of the ignore file, `/` between its parts.
  [[nodiscard]] bool matches(std::string_view path, bool is_folder) const;
  [[nodiscard]] bool negated() const { return negated_; }

 private:
  enum class Op : uint8_t {
    Byte,        // exactly this byte
    AnyByte,     // `?`: one byte that is no slash
    Class,       // `[..]`
    Star,        // `*`: any bytes without a slash
    AnyPath,     // `**` at the end, or before an escaped slash: any bytes
    AnyFolders,  // `**/`: nothing, or any bytes and a slash
    Never,       // a malformed part: nothing matches
  };
  static bool is_optional(Op op) { return op == Op::Star || op == Op::AnyPath || op == Op::AnyFolders; }
  struct Step {
    Op op;
    uint8_t byte = 0;
    uint32_t set = 0;  // index into sets_
  };

  void compile(std::string_view glob, bool whole_path);
  // Reads the class that begins after `[` at `i`; returns the offset after its `]`, or npos for a malformed one.
  size_t compile_class(std::string_view glob, size_t i);
  [[nodiscard]] bool run(std::string_view text) const;

  bool negated_ = false;
  bool folders_only_ = false;
  bool name_only_ = false;    // no slash in the pattern: compared with the last part of the path
  bool literal_ = false;      // no wildcard after literal_text_: no need to run the steps
  std::string literal_text_;  // what every match starts with
  std::vector<Step> steps_;   // for what follows
  std::vector<std::bitset<256>> sets_;
};

enum class IgnoreVerdict : uint8_t { None, Ignored, Included };

// Every pattern is tried on every path below its file: more than this in one file would let it take hours.
inline constexpr size_t kMaxPatterns = 10000;

// The patterns of one file.
class IgnoreFile {
 public:
  IgnoreFile() = default;
  explicit IgnoreFile(std::string_view text);
  // What the last matching pattern says.
  [[nodiscard]] IgnoreVerdict match(std::string_view path, bool is_folder) const;
  [[nodiscard]] bool empty() const { return patterns_.empty(); }
  // Whether there were more than kMaxPatterns; those after them do not count.
  [[nodiscard]] bool truncated() const { return truncated_; }

 private:
  std::vector<IgnorePattern> patterns_;
  bool truncated_ = false;
};

}  // namespace rp
