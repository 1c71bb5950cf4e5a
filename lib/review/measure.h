// The sizes of one file: lines of code, comments and nothing; items; functions with their lengths and nesting.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "base/buffer.h"
#include "review/inventory.h"
#include "review/result.h"
#include "review/subscriptions.h"
#include "review/tested.h"
#include "source/line_index.h"
#include "syntax/tree.h"

namespace rp {

// What the pass over the tokens of a file notes for those that come after it.
struct SeenTokens {
  TokenKinds kinds;                  // of those that were wanted
  std::vector<uint32_t> directives;  // slots of comments that begin with `rustpro:`
};

class Measure {
 public:
  Measure(const Tree& tree, const LineIndex& lines) : tree_(tree), lines_(lines) {}

  // The one pass over the tokens, before the walk: marks the lines. On the way it shows the inventory what it counts
  // by, documentation to the names of tests, and notes for the review which of the `wanted` kinds there are, and which
  // comments speak to rustpro.
  void scan_tokens(const TokenKinds& wanted, Inventory* inventory, TestNames* tests, SeenTokens* seen);

  // Kinds of nodes that visit wants to see, besides all items.
  static constexpr NodeKind kKinds[] = {NodeKind::Block, NodeKind::MacroCall};
  // To be called in preorder. `first_slot` of a function is that after its attributes.
  void visit(NodeId node, NodeKind kind);

  // The figures, and the longest functions with place and sizes but without names, longest first.
  void finish(Metrics* metrics, std::vector<std::pair<NodeId, FunctionSize>>* longest);

 private:
  struct Function {
    NodeId node;
    uint32_t first_line;
    uint32_t last_line;
    uint32_t nesting;
  };
  // A function or block that the walk is in.
  struct Open {
    uint32_t end;       // id after its last descendant
    uint32_t function;  // index into functions_, or UINT32_MAX outside every function
    uint32_t depth;     // of blocks in that function
  };

  void mark(uint32_t first_line, uint32_t last_line, uint8_t what);

  const Tree& tree_;
  const LineIndex& lines_;
  Buffer<uint8_t> marks_;  // for each line, from 0: kCode, kComment
  std::vector<Function> functions_;
  uint32_t line_ = 1;  // of the last function's start
  std::vector<Open> open_;
  Metrics metrics_;
};

}  // namespace rp
