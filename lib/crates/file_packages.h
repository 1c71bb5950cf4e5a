// Which package a file belongs to by its place: what the nearest Cargo.toml at or above a folder says of the files in
// it, the edition they are written in, as cargo reads it, and the lints that the package allows.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/edition.h"
#include "source/file_system.h"

namespace rp {

struct FilePackage {
  Edition edition = Edition::k2021;
  bool edition_guessed = false;  // no Cargo.toml says so
  // Lints at the level "allow", as "clippy::name", or "name" for one of rustc: of the package, or of its workspace when
  // it takes over those. Null for none; owned by the FilePackages.
  const std::vector<std::string>* allowed_lints = nullptr;
};

class FilePackages {
 public:
  // Gives the text of `path` (absolute); NotFound when there is none.
  using Reader = std::function<ReadOutcome(const std::string& path, std::string* out)>;

  // Folders are absolute. Nothing above `top` is read. `fallback` is for packages without the key and files without a
  // Cargo.toml; when not given, it is what cargo takes.
  FilePackages(std::string root, std::string top, std::optional<Edition> fallback, Reader reader);
  ~FilePackages();
  FilePackages(const FilePackages&) = delete;
  FilePackages& operator=(const FilePackages&) = delete;

  // `folder` relative to the root. Each manifest is read once.
  FilePackage of_folder(std::string_view folder);

  // The folders below the root (or it) in which a Cargo.toml was found, absolute, sorted.
  [[nodiscard]] std::vector<std::string> manifest_folders() const;

  // Manifests that could not be used, with paths relative to the root, in order of path.
  [[nodiscard]] std::vector<Unread> problems() const;

 private:
  struct Facts;
  const Facts& facts_of(const std::string& folder);
  FilePackage compute(const std::string& folder);
  FilePackage of_manifest(const std::string& folder, const Facts& facts);
  // Of the manifest of a package's workspace; null when there is none, or it may not be read.
  const Facts* workspace_of(const std::string& folder, const Facts& facts);
  [[nodiscard]] std::string relative_to_root(const std::string& path) const;
  [[nodiscard]] bool may_read(std::string_view folder) const;

  std::string root_;
  std::string top_;
  std::optional<Edition> fallback_;
  Reader reader_;
  std::unordered_map<std::string, std::unique_ptr<const Facts>> manifests_;
  std::unordered_map<std::string, FilePackage> folders_;
  std::vector<Unread> problems_;
};

}  // namespace rp
