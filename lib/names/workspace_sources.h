// How collecting reads the files of a workspace and of its dependencies: texts in memory first, then the disk, never
// outside the folders that may be read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "crates/source_reader.h"
#include "names/analysis.h"
#include "source/file_system.h"

namespace rp {

// Folders are taken not to change places while it lives.
class WorkspaceSources final : public SourceReader {
 public:
  // The workspace must stay. What may be read: as ReadScope says.
  explicit WorkspaceSources(const Workspace& sources, const std::vector<std::string>& also = {})
      : scope_(sources, also) {}

  Outcome read(std::string_view path, std::string* text) override;
  bool exists(std::string_view path) override;

 private:
  const ReadScope scope_;
  PathResolver paths_;
};

}  // namespace rp
