// What the readers of this folder share: taking values out of tables with a check of their kind, and telling of the
// keys that nobody took.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "manifest/manifest.h"
#include "manifest/text.h"
#include "manifest/toml_document.h"

namespace rp::manifest {

// Where the values and problems of one file go.
struct Reading {
  const TomlDocument& document;
  Arena& arena;
  std::vector<Problem>& problems;

  void report(Severity severity, Span span, std::string_view message, std::string_view accepts = {}) {
    problems.push_back({severity, span, arena.copy(message), arena.copy(accepts)});
  }
  void error(Span span, std::string_view message, std::string_view accepts = {}) {
    report(Severity::Error, span, message, accepts);
  }
  void warn(Span span, std::string_view message, std::string_view accepts = {}) {
    report(Severity::Warning, span, message, accepts);
  }
  // The order of the text, for what was read in the order of names.
  void sort_problems() {
    std::stable_sort(problems.begin(), problems.end(),
                     [](const Problem& a, const Problem& b) { return a.span.begin < b.span.begin; });
  }
};

// One table. Each key is taken once; finish() warns of the rest.
class TableReader {
 public:
  // `path` names the table in messages: "package", "profile.dev". An invalid id is an empty table.
  TableReader(Reading& reading, TomlNodeId table, std::string path);

  [[nodiscard]] bool is_table() const { return table_.valid(); }
  [[nodiscard]] TomlNodeId id() const { return table_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] std::string path_of(std::string_view key) const;
  Reading& reading() { return reading_; }

  // The value of a key, or an invalid id.
  TomlNodeId take(std::string_view key);
  [[nodiscard]] const TomlNode& node(TomlNodeId id) const { return reading_.document.node(id); }

  void text(std::string_view key, TextField* out);
  void boolean(std::string_view key, BoolField* out);
  void list(std::string_view key, ListField* out);
  // A list, or one string.
  void text_or_list(std::string_view key, ListField* out);
  void bool_or_text(std::string_view key, Field<BoolOrText>* out);
  void number(std::string_view key, int64_t least, int64_t most, Field<uint32_t>* out);
  // A table below this one; invalid, with a problem, when the value is something else.
  TomlNodeId table(std::string_view key);

  // As above, for a value at hand; false with a problem when its kind does not fit.
  bool read_text(TomlNodeId value, std::string_view key, TextField* out);
  bool read_list(TomlNodeId value, std::string_view key, ListField* out);
  // Fills key and span of a field and marks it written.
  template <typename T>
  void place(TomlNodeId value, Field<T>* out) const {
    out->key = node(value).key.span;
    out->span = node(value).span;
    out->origin = Origin::Written;
  }
  void wrong_kind(TomlNodeId value, std::string_view key, std::string_view wanted);

  // Warns of each key that was not taken.
  void finish();

 private:
  Reading& reading_;
  TomlNodeId table_;
  std::string path_;
  std::vector<bool> taken_;
};

// Where a table of dependencies stands, which decides what may be in it.
enum class TableUse : uint8_t {
  Package,    // its entries may be inherited
  Workspace,  // its entries are only looked at closely by those who inherit them
  Patch,
};

// The parts of a manifest that have files of their own.
void read_dependency_table(Reading& reading, TomlNodeId table, const std::string& path, DependencyKind kind,
                           PlatformId platform, TableUse use, std::vector<DependencyEntry>* out,
                           std::vector<UnderscoreKey>* underscores);
// As far as needed to tell a URL from a path or a half: a scheme, and a host where the scheme has one.
bool is_url(std::string_view text);
// Whether the keys of an entry that is not inherited go together.
void check_dependency(Reading& reading, const DependencyEntry& entry, const std::string& path);
void read_profiles(Reading& reading, TomlNodeId table, std::vector<ProfileEntry>* out);
// Returns through `inherited` a `workspace = true`; it may be NULL where that is not allowed.
void read_lints(Reading& reading, TomlNodeId table, const std::string& path, BoolField* inherited,
                std::vector<LintEntry>* out);
// Whether the unstable parts of cargo that a manifest uses are asked for in cargo-features.
void check_unstable(Reading& reading, const Manifest& manifest);
void read_targets(Reading& reading, Manifest& manifest, TableReader& root);

// Takes the value of `dashed`, or of the same with underscores, which is noted.
TomlNodeId take_dashed(TableReader& table, std::string_view dashed, std::vector<UnderscoreKey>* underscores);

}  // namespace rp::manifest
