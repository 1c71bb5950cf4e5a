// What is known of a project as text for people and machines: its crate graph, the definitions of a crate, and crates
// with their macros expanded.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "names/project.h"

namespace rp {

enum class GraphFormat : uint8_t { Text, Json, Dot, Svg };

// The crate graph: packages, who depends on whom (kind, platform, optional, active), features, where sources were
// found, what is missing, what runs at build time, duplicates. Text is a tree as `cargo tree` readers know it, each
// package expanded once, `(*)` where it was shown before, members first. Json has a documented schema (in this header's
// .cpp and the reference pages). Dot is for Graphviz; Svg is laid out by the library itself, readable up to a few
// hundred nodes. Deterministic.
// Paths below `root` (absolute) are written relative to it.
std::string render_graph(const Project& project, GraphFormat format, std::string_view root = {});

enum class SymbolFormat : uint8_t { Text, Json };
// Every definition of a crate, with kind, path, visibility, place and the span of its documentation.
std::string render_symbols(const Project& project, CrateIndex crate, SymbolFormat format, std::string_view root = {});

// The module of a crate by its path from the root ("a::b", empty for the root); invalid when there is none.
DefId module_by_path(const CrateDefs& crate, std::string_view path);

// A crate, or one module of it (a path "a::b", empty for the root), with cfg decided and every macro call, derive and
// attribute macro replaced by what it became, as Rust text that parses. Calls that could not be expanded stay as they
// are, after a comment that says why. Parentheses are put where an expression that a macro took as a whole needs them.
// `$crate` is printed as `crate` or as `::name`. Out-of-line modules are printed inline. Comments are left out,
// documentation is not. Empty when there is no such crate or module, or the crate was read from facts.
std::string print_expanded(const Project& project, CrateIndex crate, std::string_view module);

// One expansion as text, each token with its origin. Parentheses that were added have no entry.
struct ExpandedToken {
  uint32_t start = 0;  // in the text
  uint32_t end = 0;
  SourceId source;       // of the crate: the file the token was written in, or that of the call
  ByteSpan written;      // there
  bool made_up = false;  // nobody wrote it: `written` is the call
  // When it came from a macro's definition: where that is. Of another crate, `written` is the call. Without a source
  // when the definition's text is not there (a crate read from facts).
  CrateIndex definition_crate = kNoCrate;
  SourceId definition_source;  // of that crate
  ByteSpan definition;
};
struct ExpandedText {
  std::string text;
  std::vector<ExpandedToken> tokens;  // in the order of the text
};
// `recursive`: calls in the output are expanded, too.
ExpandedText print_expansion(const Project& project, CrateIndex crate, ExpansionId expansion, bool recursive);

}  // namespace rp
