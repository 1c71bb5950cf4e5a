// A workspace together with what the manifests beside its files say of them: the edition of each, and the lints that
// its package allows.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "crates/file_packages.h"
#include "source/workspace.h"

namespace rp {

// A larger manifest is not read.
inline constexpr uint64_t kManifestLimit = uint64_t{8} << 20;

class PackagedWorkspace {
 public:
  explicit PackagedWorkspace(const WorkspaceOptions& options);                  // nothing on disk
  PackagedWorkspace(const std::string& path, const WorkspaceOptions& options);  // throws OpenError

  [[nodiscard]] const Workspace& sources() const { return sources_; }
  [[nodiscard]] const WorkspaceOptions& options() const { return sources_.options(); }
  [[nodiscard]] const std::vector<WorkspaceFile>& files() const { return sources_.files(); }
  // Of files()[index].
  [[nodiscard]] const FilePackage& package_of(size_t index) const { return packages_[index]; }
  // The folders below the root (or it) that have a Cargo.toml at or above a Rust file; absolute, sorted.
  [[nodiscard]] std::vector<std::string> manifest_folders() const { return manifests_->manifest_folders(); }
  // Files and manifests, sorted by path.
  [[nodiscard]] const std::vector<Unread>& unread() const { return unread_; }

  // As Workspace has them. A Cargo.toml changes what is known of files below it.
  void set_file(std::string_view path, std::string_view text);
  bool remove_file(std::string_view path);

 private:
  struct State {
    std::unique_ptr<FilePackages> manifests;
    std::vector<FilePackage> packages;  // of each file
    std::vector<Unread> unread;
  };
  [[nodiscard]] State read_manifests() const;
  [[nodiscard]] std::vector<Unread> list_unread(const FilePackages& manifests) const;
  void adopt(State state);
  // The index of a path among the files, or of the first behind it.
  [[nodiscard]] size_t position_of(std::string_view path) const;

  Workspace sources_;
  std::unique_ptr<FilePackages> manifests_;
  std::vector<FilePackage> packages_;
  std::vector<Unread> unread_;
};

}  // namespace rp
