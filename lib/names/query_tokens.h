// Tokens, names and places as questions need them. Inside of lib/names only.
#pragma once

#include <optional>
#include <vector>

#include "names/query.h"

namespace rp {

// A token that a name may consist of: an identifier, a lifetime, `self` and its kind, an index of a tuple.
bool is_name_token(TokenKind kind);
// The slot of the name that a node declares or uses: that of its child with role `name`, where it has one, else the
// first name among its tokens. UINT32_MAX when there is none.
uint32_t name_slot(const Tree& tree, NodeId node);
// The spelling of a name: without `r#`, which is no part of it.
std::string_view plain_name(std::string_view token);

// A token of a source.
struct TokenPlace {
  SourceId source;
  uint32_t slot = 0;
};

// Expansions whose call stands around a byte of a file, also in arguments of other calls, outermost first.
std::vector<uint32_t> expansions_around(const CrateDefs& crate, SourceId source, uint32_t offset);
// Where in a file the call of an expansion is written; nothing when a macro made it.
std::optional<ByteSpan> written_call(const CrateDefs& crate, const Expansion& expansion, SourceId file);

// A span of a source as a place in a file: nothing when no one wrote it there.
std::optional<FilePlace> written(const Project& project, CrateIndex crate, SourceId source, ByteSpan span);
std::optional<FilePlace> written_name(const Project& project, CrateIndex crate, SourceId source, NodeId node);

std::string_view path_of_source(const Project& project, const FilePlace& place);
// Sorted by path and place, each once.
void sort_places(const Project& project, std::vector<FilePlace>* places);

}  // namespace rp
