// How this folder reaches files: the caller reads, because only it knows the roots, the limits and the overlays.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rp::manifest {

enum class PathKind : uint8_t { Missing, File, Folder, Other };

struct FolderEntry {
  std::string name;
  // What the entry is itself: a symbolic link is Other.
  PathKind kind = PathKind::Other;
};

// Paths are absolute, with `/`, and have no `.` or `..` parts. A path that may not be looked at is Missing.
// Called by one thread at a time, unless who takes it says otherwise.
class ManifestReader {
 public:
  virtual ~ManifestReader() = default;
  // What is there, at the end of symbolic links.
  virtual PathKind kind(std::string_view path) = 0;
  // The whole file. Returns false with the reason in `text` when it cannot be had.
  virtual bool read(std::string_view path, std::string* text) = 0;
  // The entries of a folder in any order, without `.` and `..`; none when it is no folder.
  virtual std::vector<FolderEntry> list(std::string_view folder) = 0;
};

// `path` (absolute, or relative to `folder`) without `.` and `..` parts and doubled slashes.
std::string join_path(std::string_view folder, std::string_view path);
// The way from `folder` to `path`, both absolute and normal: "../b".
std::string relative_path(std::string_view folder, std::string_view path);
std::string_view path_parent(std::string_view path);

}  // namespace rp::manifest
