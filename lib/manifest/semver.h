// Versions and requirements by Semantic Versioning 2.0, compared and matched as cargo does.
// The Cargo Book, "Specifying Dependencies" (version requirement syntax) and "SemVer Compatibility".
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace rp::manifest {

// MAJOR.MINOR.PATCH[-PRE][+BUILD]. `pre` and `build` are views into the text it was read from, without the sign.
struct Version {
  uint64_t major = 0;
  uint64_t minor = 0;
  uint64_t patch = 0;
  std::string_view pre;
  std::string_view build;
};

// Why a text is no version or requirement: a message without the text itself, and the byte in it.
struct SemverError {
  std::string message;
  uint32_t offset = 0;
};

// The text must be a version and nothing else; white space around it is an error.
std::optional<Version> parse_version(std::string_view text, SemverError* error = nullptr);
std::string to_string(const Version& version);
// The order of precedence (SemVer, 11): a pre-release is before its release. Build metadata does not count.
std::strong_ordering compare_precedence(const Version& a, const Version& b);
// The total order: precedence, then build metadata. Equal only for the same version.
std::strong_ordering compare(const Version& a, const Version& b);

enum class ComparatorKind : uint8_t { Exact, Greater, GreaterEq, Less, LessEq, Tilde, Caret, Wildcard };

// One of a list: `>=1.2`. Without `patch` there is no `pre`, without `minor` no `patch`.
struct Comparator {
  ComparatorKind kind = ComparatorKind::Caret;
  uint64_t major = 0;
  std::optional<uint64_t> minor;
  std::optional<uint64_t> patch;
  std::string_view pre;
};

// All comparators must hold. An empty list is `*`. At most 32, as cargo takes.
struct VersionReq {
  std::vector<Comparator> comparators;

  // A pre-release matches only when a comparator names a pre-release of the same MAJOR.MINOR.PATCH.
  [[nodiscard]] bool matches(const Version& version) const;
};

// `*`, `1`, `1.2.*`, `^1.2`, `~1.2.3`, `>=1, <2`. White space around parts is fine. Build metadata is dropped.
std::optional<VersionReq> parse_version_req(std::string_view text, SemverError* error = nullptr);
// The normal form: `1.2` is "^1.2".
std::string to_string(const VersionReq& req);

// A version whose last parts may be missing: `rust-version`, package id specs.
struct PartialVersion {
  uint64_t major = 0;
  std::optional<uint64_t> minor;
  std::optional<uint64_t> patch;
  std::string_view pre;
  std::string_view build;
  [[nodiscard]] bool matches(const Version& version) const;
};
std::optional<PartialVersion> parse_partial_version(std::string_view text, SemverError* error = nullptr);
std::string to_string(const PartialVersion& version);

}  // namespace rp::manifest
