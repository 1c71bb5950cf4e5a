// The sizes of one file: lines of code, comments and nothing; items; functions with their lengths and nesting.
#pragma once

#include <cstdint>
#include <vector>

#include "base/buffer.h"
#include "review/inventory.h"
#include "review/result.h"
#include "review/tested.h"
#include "source/line_index.h"
#include "syntax/tree.h"

namespace rp {

class Measure {
 public:
  Measure(const Tree& tree, const LineIndex& lines) : tree_(tree), lines_(lines) {}

  // One pass over the tokens: marks the lines. Shows each token to the inventory on the way, and comments to the names
  // of tests.
  void scan_tokens(Inventory* inventory, TestNames* tests);

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

  void mark(uint32_t first_line, uint32_t last_line, char what);

  const Tree& tree_;
  const LineIndex& lines_;
  Buffer<char> marks_;            // for each line, from 0: kCode, kComment
  Buffer<uint32_t> code_before_;  // lines of code before each line
  std::vector<Function> functions_;
  std::vector<Open> open_;
  Metrics metrics_;
};

}  // namespace rp
