// Questions of an editor: what is defined here, where is it used, what does this call become.
#pragma once

#include <string>
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
  NoFile,   // the file belongs to no crate
  BuiltIn,  // of the language itself: a primitive type, 'static, a built-in attribute
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
// and in format strings. A name that ends at the offset is found, too. Of several crates the first that knows something
// answers.
DefinitionResult definition_at(const Project& project, std::string_view path, uint32_t offset);
// As one crate sees it.
DefinitionResult definition_at(const Project& project, CrateIndex crate, SourceId source, uint32_t offset);

// Every place in local crates where the name of a definition is written: uses and the definition itself, sorted by path
// and place, each once. Names made by macros are not places. A file that several crates share has one definition, not
// several.
std::vector<FilePlace> references_to(const Project& project, DefRef def);
// The same for a local variable, label, lifetime or generic parameter, by its declaration.
std::vector<FilePlace> references_to_local(const Project& project, const FilePlace& declaration);
// Places where the same name is written and what it means is not known: it depends on types (fields, methods), or on
// something that could not be seen (what opaque macros were given, definitions of macros). In the same order.
std::vector<FilePlace> possible_references_to(const Project& project, DefRef def);

// The expansion of the macro call (or derive) at a byte offset of a file; the innermost. Invalid when there is none.
struct ExpansionRef {
  CrateIndex crate = kNoCrate;
  ExpansionId expansion;
};
ExpansionRef expansion_at(const Project& project, std::string_view path, uint32_t offset);
ExpansionRef expansion_at(const Project& project, CrateIndex crate, SourceId source, uint32_t offset);

// By its path: "crate_name::module::Item", also by one that re-exports make. Of several crates of one name, local ones
// come first, libraries before others.
DefRef find_definition(const Project& project, std::string_view path);
// The path of a definition for people: as CrateDefs::path_of, but members of impls have the type in theirs:
// "a::Type::new", "a::m::<a::Type as core::clone::Clone>::clone".
std::string definition_path(const Project& project, DefRef def);

// The name token of a definition, and its documentation comments together; empty spans when there is none.
struct DefinitionPlaces {
  FilePlace name;
  FilePlace whole;
  ByteSpan documentation;  // in the file of `whole`
  bool in_macro = false;   // a macro made it: the places are those of the call
};
DefinitionPlaces definition_places(const Project& project, DefRef def);

// "struct", "associated function"…
std::string_view definition_kind_name(DefKind kind);

}  // namespace rp
