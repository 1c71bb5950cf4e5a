// A whole syntax tree as text for people, or as JSON for programs.
#pragma once

#include <string>

#include "syntax/tree.h"

namespace rp {

// One element a line, indented by depth: `kind role start..end` for a node, with the text in quotes for a token. White
// space is left out. Below kMaxDumpIndent levels lines are indented no further, so that the size of the dump of a very
// deep tree stays linear.
inline constexpr uint32_t kMaxDumpIndent = 100;
std::string dump_tree_text(const Tree& tree, bool color);

// Nested objects {"kind", "field"?, "start", "end", "text" or "children"}, white space included, so that the "text"
// members in order give the text of the file. One line an element.
std::string dump_tree_json(const Tree& tree);

}  // namespace rp
