// Puts a new text in place of a file below a folder: all of it or nothing, whatever happens meanwhile.
#pragma once

#include <string>
#include <string_view>

#include "source/file_system.h"

namespace rp {

struct WriteOutcome {
  enum class Kind : uint8_t { Ok, NotFound, Changed, Refused };
  Kind kind = Kind::Ok;
  std::string reason;  // empty when Ok
  explicit operator bool() const { return kind == Kind::Ok; }
};

// `path` is relative to the folder; no part of it may be a symbolic link. What is there must be a regular file with the
// text `from`, else it is left as it is (Changed). The new text is written beside it, flushed to the disk, given the
// old one's mode, owner and group (the latter two as far as the system lets), and moved into its place.
// A file without any right to write is refused, although the folder's rights would allow it.
// Throws std::bad_alloc.
WriteOutcome replace_file(const Folder& folder, std::string_view path, std::string_view from, std::string_view to);

}  // namespace rp
