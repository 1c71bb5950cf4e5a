// Security advisories for crates, from a clone of a RustSec advisory database: crates/NAME/RUSTSEC-*.md, each with a
// TOML table in front of its text. The format: the README of that database, "Advisory Format".
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/limits.h"
#include "manifest/semver.h"
#include "manifest/text.h"
#include "source/file_system.h"

namespace rp {

// One range of versions. Strings are in the database's arena.
struct VersionRange {
  std::string_view text;  // as written
  uint32_t first = 0;     // its comparators in AdvisoryDatabase::comparators
  uint32_t count = 0;
};

struct AffectedFunction {
  std::string_view path;  // "crate::module::function"
  std::span<const VersionRange> ranges;
};

struct Advisory {
  std::string_view id;       // "RUSTSEC-2020-0001"
  std::string_view package;  // the crate's name
  std::string_view date;     // "2020-01-06"
  std::string_view title;    // the first heading of the text; may be empty
  std::string_view url;
  std::string_view informational;             // "unmaintained", "unsound", "notice"; empty for a vulnerability
  std::string_view withdrawn;                 // the date, when it is
  std::string_view cvss;                      // the vector
  std::span<const std::string_view> aliases;  // "CVE-2020-0001"
  std::span<const VersionRange> patched;
  std::span<const VersionRange> unaffected;
  std::span<const AffectedFunction> functions;
  std::span<const std::string_view> arch;  // empty: all
  std::span<const std::string_view> os;
  // All that decides which versions it is about could be read. When not, a problem of the database says why, and the
  // advisory matches nothing.
  bool usable = true;
};

class AdvisoryDatabase {
 public:
  AdvisoryDatabase() = default;
  AdvisoryDatabase(AdvisoryDatabase&&) noexcept = default;
  AdvisoryDatabase& operator=(AdvisoryDatabase&&) noexcept = default;

  // `folder` holds `crates/`. What is wrong is in problems(). Throws std::bad_alloc, Cancelled.
  static AdvisoryDatabase open(const std::string& folder, const Cancellation* cancellation = nullptr);

  // Reads one entry, as open() does for each; `path` is what problems name. For tests and other storages; finish()
  // after the last.
  void add(std::string_view text, std::string_view path);
  void finish();

  [[nodiscard]] const std::vector<Advisory>& all() const { return advisories_; }   // sorted by package and id
  [[nodiscard]] const std::vector<Unread>& problems() const { return problems_; }  // sorted by path
  [[nodiscard]] std::span<const Advisory> of_package(std::string_view name) const;
  // Those that are not withdrawn and cover that version.
  [[nodiscard]] std::vector<const Advisory*> matching(std::string_view name, const manifest::Version& version) const;
  [[nodiscard]] bool contains(std::span<const VersionRange> ranges, const manifest::Version& version) const;

 private:
  friend class AdvisoryReader;
  std::vector<Advisory> advisories_;
  std::vector<manifest::Comparator> comparators_;
  std::vector<Unread> problems_;
  manifest::Arena arena_;
};

}  // namespace rp
