// How lib/manifest reaches the files of a workspace: texts in memory first, then the disk, never outside the folders
// that may be read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "manifest/reader.h"
#include "source/workspace.h"

namespace rp {

class SourceReader final : public manifest::ManifestReader {
 public:
  // The workspace must stay. What may be read: all below the repository that the folder is in, or below the folder
  // itself when there is no repository; what lies directly in the folders above it; and all below the folders of
  // `also` (absolute), which the host has named.
  explicit SourceReader(const Workspace& sources, const std::vector<std::string>& also = {});

  manifest::PathKind kind(std::string_view path) override;
  bool read(std::string_view path, std::string* text) override;
  std::vector<manifest::FolderEntry> list(std::string_view folder) override;

  // Whether, since the last call, something was asked for that is there and may not be looked at: an answer that was
  // made of `Missing` is then not known to be true.
  bool take_denied();

 private:
  [[nodiscard]] bool may_read(std::string_view path) const;
  // The path below the root, which texts in memory go by; false when it is not below it.
  bool relative(std::string_view path, std::string_view* out) const;
  [[nodiscard]] manifest::PathKind kind_in_memory(std::string_view path) const;

  const Workspace& sources_;
  std::vector<std::string> also_;  // without symbolic links
  bool denied_ = false;
};

}  // namespace rp
