// Patterns of `workspace.members`: `*`, `?`, `[a-z]`, `[!a-z]` within a part of a path, `**` for any folders.
// The Cargo Book, "The members and exclude fields".
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/reader.h"

namespace rp::manifest {

// Whether a name (without `/`) fits one part of a pattern. Time is linear in the product of the lengths.
bool matches_glob(std::string_view pattern, std::string_view name);

// Why a pattern is none, or an empty text.
std::string check_glob(std::string_view pattern);

// What a pattern, relative to `folder`, stands for: absolute paths in the order of names, folders and files. At most
// `*folders_left` folders are listed; it is lowered by those that were.
std::vector<std::string> expand_glob(std::string_view folder, std::string_view pattern, ManifestReader& reader,
                                     uint32_t* folders_left);

}  // namespace rp::manifest
