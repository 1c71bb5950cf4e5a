// Which public functions no test names: what one file has of both, to be compared when all files are there.
//
// A test names a function when its name stands among the tokens of a test, benchmark or example (macros and all), or in
// an example of the documentation; a method when the name of its type does so too. That is less than a test that calls
// it, so the figure is a lower bound: what is listed is not tested by name anywhere.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "review/result.h"
#include "review/sema.h"
#include "syntax/tree.h"

namespace rp {

// How a test would have to name a function: hashes of the two names; `owner` is 0 for what is no method.
struct PublicFunction {
  uint64_t name = 0;
  uint64_t owner = 0;
};

class TestNames {
 public:
  explicit TestNames(const Tree& tree) : tree_(tree) {}

  // A node with everything in it is a test. Nodes come in the order of the text.
  void see_test(NodeId node);
  // A comment of documentation; in the order of the text, before all else. Code in documentation is a test. `line_end`
  // is where the line ends that it begins in, or behind that.
  void see_documentation(uint32_t slot, TokenKind kind, uint32_t line_end);
  // A function outside of tests: kept when it is part of a library's interface.
  void see_function(const Sema& sema, NodeId function);

  // Takes the names of tests out, each once, in no order that means anything. `functions` and `places` lie beside each
  // other.
  void finish(std::vector<uint64_t>* test_names, std::vector<PublicFunction>* functions,
              std::vector<UntestedFunction>* places, TextPool* texts);

 private:
  void add(uint64_t hash);
  // The words of a part of the text.
  void add_words(uint32_t start, uint32_t end);
  void grow();

  const Tree& tree_;
  // The names, as a hash table that is never more than half full; 0 is an empty place.
  std::vector<uint64_t> names_;
  size_t name_count_ = 0;
  uint32_t doc_end_ = 0;  // slot behind the last comment of documentation
  bool in_code_ = false;
  std::vector<PublicFunction> functions_;
  std::vector<NodeId> nodes_;
  uint32_t seen_until_ = 0;  // slots before this one are of a test that was seen
};

// Takes out of `functions` (beside `places`) those that some test names. `test_names` is sorted.
void keep_untested(const std::vector<uint64_t>& test_names, const std::vector<PublicFunction>& functions,
                   std::vector<UntestedFunction>* places);

}  // namespace rp
