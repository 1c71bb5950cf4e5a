// The types of the crate libc that the standard library's types hold, as a small crate of its own: std names them, and
// who asks for the layout of std's types has to know them; nobody needs the rest of libc. Part of the generator of the
// standard library's facts, not of the library.
#pragma once

#include <set>
#include <string>

#include "names/facts_image.h"

namespace rp {

// Words that types of a crate are written with: of its structs, enums, unions and aliases.
std::set<std::string> words_of_types(const FactsImage& image);

// Facts that libc's build script sets for a target, as words for CfgSet::add.
std::vector<std::string> libc_facts(const CfgSet& target);

// The text of a crate in which types of `libc` have the paths that they have there: those that its root knows by one of
// `words`, and what they hold in turn. Anything else in it is unknown, not absent. A type is left out when something in
// it cannot be followed.
std::string libc_types(const CrateDefs& libc, const Analysis& analysis, const CfgSet& cfg,
                       const std::set<std::string>& words);

}  // namespace rp
