// How a rule writes the change that would mend what it found. All edits of one finding are applied together or not at
// all; the engine keeps line endings, sorts out findings whose edits overlap, and refuses a file that no longer parses.
//
// MachineApplicable is for edits after which the code certainly still compiles and does what it did, or what its author
// evidently meant: `--fix` applies them unseen. Suggestion is for all others: where a name was guessed, an effect may
// change, or a second place has to be changed by hand. Only a rule whose verdict is proven, or whose edit cannot change
// what the program does, should be machine-applicable. Where neither can be written with confidence: no edit.
//
// A replacement is written with "\n"; it becomes "\r\n" in a file that has such lines. It must not repeat what a macro
// made: edits are for text that stands in the file.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "review/result.h"
#include "syntax/tree.h"

namespace rp {

// `span` of the text becomes `replacement`; an empty span is an insertion.
struct TextEdit {
  ByteSpan span;
  std::string replacement;
};

// Edits of a Rust file. Spans of one builder must not overlap; two insertions at one place stand in the order in which
// they were made.
class EditBuilder {
 public:
  explicit EditBuilder(const Tree& tree, Applicability applicability = Applicability::MachineApplicable)
      : tree_(tree), applicability_(applicability) {}

  // Makes the whole set a suggestion.
  void only_suggest() { applicability_ = Applicability::Suggestion; }

  void replace(ByteSpan span, std::string_view text);
  void replace(NodeId node, std::string_view text);
  void insert(uint32_t offset, std::string_view text) { replace(ByteSpan{offset, offset}, text); }
  // Directly before the first token of a node, its attributes included, and directly behind its last.
  void insert_before(NodeId node, std::string_view text);
  void insert_after(NodeId node, std::string_view text);
  // `text` around a node: ("Box::new(", ")").
  void wrap(NodeId node, std::string_view before, std::string_view after);

  void remove(ByteSpan span);
  void remove(NodeId node);
  // An element of a list (an argument, a field, a generic parameter, an entry of a use tree or a derive): with the
  // comma behind it, or, when it is the last and there is none, with the comma before it. A whole line goes with it
  // when nothing else is on it.
  void remove_element(NodeId node);
  // An item, statement or attribute: with its line, when nothing else is on it.
  void remove_line(NodeId node);

  // `#[must_use]` and the like, on a line of its own with the item's indentation: below the item's documentation and
  // other attributes, above its first token.
  void insert_attribute(NodeId item, std::string_view attribute);
  // Lines before and after an item or statement, each with its indentation. `text` has no final line break.
  void insert_lines_before(NodeId node, std::string_view text);
  void insert_lines_after(NodeId node, std::string_view text);

  // The white space that the line of an offset begins with.
  [[nodiscard]] std::string_view indentation(uint32_t offset) const;
  // The first token of an item behind its documentation and attributes.
  [[nodiscard]] uint32_t after_attributes(NodeId item) const;

  [[nodiscard]] const std::vector<TextEdit>& edits() const { return edits_; }
  [[nodiscard]] Applicability applicability() const { return applicability_; }
  [[nodiscard]] bool empty() const { return edits_.empty(); }

 private:
  [[nodiscard]] std::string indented(uint32_t offset, std::string_view text) const;

  const Tree& tree_;
  Applicability applicability_;
  std::vector<TextEdit> edits_;
};

}  // namespace rp
