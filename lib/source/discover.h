// Finds the Rust files of a folder: what belongs to it, and what was there and could not be looked at.
#pragma once

#include <string>
#include <vector>

#include "base/limits.h"
#include "source/file_system.h"

namespace rp {

struct FoundFile {
  std::string path;       // relative to the folder, as it is shown
  std::string read_path;  // the same without symbolic links, below the same folder
};

struct Found {
  std::vector<FoundFile> files;  // sorted by path
  std::vector<Unread> unread;    // sorted by path
};

// `root` is an absolute path without symbolic links.
//
// Left out: hidden folders; what .gitignore, .ignore and .git/info/exclude leave out; the target folder beside a
// Cargo.toml (unless it is a package itself) and every folder that is tagged as a cache. `root` itself is looked at
// even where these rules would leave it out: it was asked for. A symbolic link is followed when it stays below `root`;
// a file that is reached in several ways is listed once, by its own path when that is not left out.
// Throws std::bad_alloc, Cancelled. Sets `*root_error` to an errno when `root` itself cannot be read.
Found find_rust_files(const std::string& root, const Cancellation* cancellation, int* root_error);

// The nearest folder at or above `folder` (absolute) that has a .git; empty when there is none.
std::string find_repository(const std::string& folder);

}  // namespace rp
