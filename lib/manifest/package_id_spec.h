// Package id specifications: `serde`, `serde@1`, `https://host/path#serde@1.2`. Keys of [replace] and of profile
// overrides are written so. The Cargo Book, "Package ID Specifications".
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "manifest/semver.h"

namespace rp::manifest {

// Views into the text it was parsed from.
struct PackageIdSpec {
  std::string_view name;
  std::optional<PartialVersion> version;
  std::string_view url;   // without kind and fragment; empty when none is written
  std::string_view kind;  // "git", "path", "registry"…: what stands before `+` in a URL; may be empty
  // `source` is the URL of the package's source, as the lock file gives it without its kind.
  [[nodiscard]] bool matches(std::string_view package_name, const Version& package_version,
                             std::string_view source) const;
};

// On failure `problem` says why, without the text.
std::optional<PackageIdSpec> parse_package_id_spec(std::string_view text, std::string* problem = nullptr);

}  // namespace rp::manifest
