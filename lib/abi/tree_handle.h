// What an rp_tree holds, and how one is made from a text that was already checked.
#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "rustpro/rustpro.h"
#include "source/line_index.h"
#include "syntax/parser.h"
#include "syntax/tree.h"

// Never moves: the tree and the line index point into the text.
struct rp_tree {
  rp_tree(std::string the_text, std::string the_name) : text(std::move(the_text)), name(std::move(the_name)) {}
  rp_tree(const rp_tree&) = delete;
  rp_tree& operator=(const rp_tree&) = delete;

  const std::string text;
  const std::string name;
  rp::Tree tree;
  rp::LineIndex lines;
  uint64_t lex_nanoseconds = 0;
  uint64_t parse_nanoseconds = 0;
};

namespace rp::abi {

// `text` must be valid UTF-8 of at most kMaxTextBytes. A budget in `options` is charged during the call only.
// Throws std::bad_alloc, MemoryLimitExceeded, Cancelled.
std::unique_ptr<rp_tree> make_tree(std::string text, std::string name, const ParseOptions& options);

}  // namespace rp::abi
