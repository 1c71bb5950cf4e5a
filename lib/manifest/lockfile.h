// Cargo.lock, in all versions of its format. The Cargo Book, "Cargo.toml vs Cargo.lock"; the format itself is known
// from what cargo writes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "manifest/semver.h"
#include "manifest/text.h"
#include "manifest/toml_document.h"

namespace rp::manifest {

struct LockedPackageTag;
using LockedPackageId = Id<LockedPackageTag>;

// One dependency of a locked package: "name", "name version" or "name version (source)".
struct LockedDependency {
  Text text;
  std::string_view name;
  std::string_view version;  // empty when not written
  std::string_view source;   // likewise; without the parentheses
  LockedPackageId package;   // the one that is meant; invalid when none or several are
};

struct LockedPackage {
  Span span;  // the header
  Text name;
  Text version_text;
  Version version;
  // "registry+https://…", "sparse+https://…", "git+https://…?branch=x#commit"; empty for path packages.
  Text source;
  // SHA-256 in hexadecimal digits; empty when the file has none. In version 1 it stands in [metadata].
  Text checksum;
  Text replace;  // of a package overridden by [replace]
  LockedPackageId replacement;
  std::span<const LockedDependency> dependencies;
};

struct Lockfile {
  std::string path;
  TomlDocument document;
  Arena arena;
  // 1 to 4. Versions 1 and 2 carry no number: 2 is what has checksums in its packages.
  uint32_t version = 1;
  std::vector<LockedPackage> packages;        // [[package]] in the order of the text; [root] first, where there is one
  LockedPackageId root;                       // of a [root], which very old files have
  std::vector<LockedPackage> unused_patches;  // [[patch.unused]]
  std::vector<Problem> problems;

  explicit Lockfile(TomlDocument parsed) : document(std::move(parsed)) {}
  Lockfile(Lockfile&&) noexcept = default;
  Lockfile& operator=(Lockfile&&) noexcept = default;
};

// Never throws for what the text says; throws std::bad_alloc. Time n log n.
Lockfile read_lockfile(std::string text, std::string path);

}  // namespace rp::manifest
