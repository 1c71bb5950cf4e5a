// What the nearest Cargo.toml at or above a folder says of its files: the edition they are written in, as cargo reads
// it, and the lints that the package allows. The rest of a manifest is not looked at here.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/edition.h"
#include "source/file_system.h"

namespace rp {

// What this file needs of one Cargo.toml.
struct PackageManifest {
  enum class Source : uint8_t { Absent, Written, Inherited };
  bool exists = false;
  bool readable = false;  // exists, and is TOML
  bool has_package = false;
  bool has_workspace = false;
  Source source = Source::Absent;
  Edition edition = Edition::k2015;    // when Written
  bool workspace_has_edition = false;  // workspace.package.edition
  Edition workspace_edition = Edition::k2015;
  std::string workspace_path;  // package.workspace
  // Lints at the level "allow", as "clippy::name", or "name" for one of rustc.
  std::vector<std::string> allowed_lints;            // lints
  std::vector<std::string> workspace_allowed_lints;  // workspace.lints
  bool inherits_lints = false;                       // lints.workspace = true
  std::string problem;                               // what is wrong with it, or empty
};

// Never throws for what the text says; throws std::bad_alloc.
PackageManifest parse_package_manifest(std::string_view text);

class PackageFinder {
 public:
  // Gives the text of `path` (absolute); NotFound when there is none.
  using Reader = std::function<ReadOutcome(const std::string& path, std::string* out)>;

  // Folders are absolute. Nothing above `top` is read. `fallback` is for packages without the key and files without a
  // Cargo.toml; when not given, it is what cargo takes.
  PackageFinder(std::string root, std::string top, const Edition* fallback, Reader reader);

  struct Result {
    Edition edition = Edition::k2021;
    bool guessed = false;  // no Cargo.toml says so
    // Of the package, or of its workspace when it takes over those; null for none. Owned by the finder.
    const std::vector<std::string>* allowed_lints = nullptr;
  };
  // `folder` relative to the root.
  Result of_folder(std::string_view folder);

  // Manifests that could not be used, with paths relative to the root, in order of path.
  [[nodiscard]] std::vector<Unread> problems() const;

 private:
  const PackageManifest& manifest_of(const std::string& folder);
  Result compute(const std::string& folder);
  Result of_package(const std::string& folder, const PackageManifest& manifest);
  // The manifest of a package's workspace; null when there is none, or it may not be read.
  const PackageManifest* workspace_of(const std::string& folder, const PackageManifest& manifest);
  [[nodiscard]] std::string relative_to_root(const std::string& path) const;
  [[nodiscard]] bool may_read(std::string_view folder) const;

  std::string root_;
  std::string top_;
  bool has_fallback_;
  Edition fallback_;
  Reader reader_;
  std::unordered_map<std::string, PackageManifest> manifests_;
  std::unordered_map<std::string, Result> folders_;
  std::vector<Unread> problems_;
};

}  // namespace rp
