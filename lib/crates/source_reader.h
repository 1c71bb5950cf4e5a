// What of the disk may be read for a workspace, and how lib/manifest reaches it: texts in memory first, then the disk,
// never outside the folders that may be read.
#pragma once

#include <atomic>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/reader.h"
#include "source/file_system.h"
#include "source/workspace.h"

namespace rp {

// Which paths may be read: all below the repository that the workspace's folder is in, or below the folder itself when
// there is no repository; what lies directly in the folders above it; and all below the folders of `also` (absolute),
// which the host has named. Immutable; many threads may ask it.
class ReadScope {
 public:
  // The workspace must stay. Throws std::bad_alloc.
  explicit ReadScope(const Workspace& sources, const std::vector<std::string>& also = {});

  // `path` is absolute; where symbolic links lead has to be asked, too.
  [[nodiscard]] bool may_read(std::string_view path) const;
  // What is at a path as far as memory says: Missing when only the disk can tell.
  [[nodiscard]] manifest::PathKind kind_in_memory(std::string_view path) const;
  // The path below the root, which texts in memory go by; false when it is not below it.
  bool relative(std::string_view path, std::string_view* out) const;
  // Whether there is any folder of the disk to look into.
  [[nodiscard]] bool has_disk() const { return !sources_.root().empty() || !also_.empty(); }
  [[nodiscard]] const Workspace& sources() const { return sources_; }

 private:
  const Workspace& sources_;
  std::vector<std::string> also_;  // as written, and without symbolic links
};

// May be called by several threads at once. Folders are taken not to change places while it lives.
class WorkspaceManifestReader final : public manifest::ManifestReader {
 public:
  // As ReadScope.
  explicit WorkspaceManifestReader(const Workspace& sources, const std::vector<std::string>& also = {})
      : scope_(sources, also) {}

  manifest::PathKind kind(std::string_view path) override;
  bool read(std::string_view path, std::string* text) override;
  std::vector<manifest::FolderEntry> list(std::string_view folder) override;

  // Whether, since the last call, something was asked for that is there and may not be looked at: an answer that was
  // made of `Missing` is then not known to be true.
  bool take_denied();

 private:
  // What is on the disk at a path, and where it leads.
  manifest::PathKind kind_on_disk(std::string_view path, std::string* real);

  ReadScope scope_;
  PathResolver paths_;
  std::atomic<bool> denied_{false};
};

}  // namespace rp
