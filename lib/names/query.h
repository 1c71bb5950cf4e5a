// Questions of an editor: what is defined here, where is it used, what does this call become.
#pragma once

#include <string_view>
#include <vector>

#include "names/project.h"

namespace rp {

// A place in a file on disk (or overlay) that belongs to a crate.
struct FilePlace {
  CrateIndex crate = kNoCrate;
  SourceId source;
  ByteSpan span;
};

enum class DefinitionAnswer : uint8_t {
  NotAName,  // nothing at this place that could have a definition
  Found,
  Local,    // a local variable, parameter, label, lifetime or generic parameter: `place` is its declaration
  Unknown,  // it depends on what could not be seen, or on types
  Unresolved,
  NoFile,  // the file belongs to no crate
};

struct DefinitionResult {
  DefinitionAnswer answer = DefinitionAnswer::NotAName;
  ResolutionKind kind = ResolutionKind::None;
  DefRef def;
  FilePlace place;  // of the name of the definition, where its source is there
  FilePlace use;    // the name that was asked about
};

// The sources of local crates that are the file at `path` (absolute). A file may belong to several crates.
std::vector<FilePlace> sources_of_file(const Project& project, std::string_view path);

// The definition of the name at a byte offset of a file: a use or the definition itself, also in arguments of macros
// and in format strings. Of several crates the first that knows something answers.
DefinitionResult definition_at(const Project& project, std::string_view path, uint32_t offset);

// Every place in local crates where the name of a definition is written: uses and the definition itself, sorted by path
// and place, each once. Names made by macros are not places.
std::vector<FilePlace> references_to(const Project& project, DefRef def);
// The same for a local variable, label, lifetime or generic parameter, by its declaration.
std::vector<FilePlace> references_to_local(const Project& project, const FilePlace& declaration);

// The expansion of the macro call (or derive) at a byte offset of a file; the innermost. Invalid when there is none.
struct ExpansionRef {
  CrateIndex crate = kNoCrate;
  ExpansionId expansion;
};
ExpansionRef expansion_at(const Project& project, std::string_view path, uint32_t offset);

// By its path: "crate_name::module::Item".
DefRef find_definition(const Project& project, std::string_view path);

// The name token of a definition, and its documentation comments together; empty spans when there is none.
struct DefinitionPlaces {
  FilePlace name;
  FilePlace whole;
  ByteSpan documentation;  // in the file of `whole`
};
DefinitionPlaces definition_places(const Project& project, DefRef def);

}  // namespace rp
