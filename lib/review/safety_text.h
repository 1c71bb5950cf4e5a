// Whether a use of unsafety is justified in the text: by a `SAFETY:` comment near it, or in its documentation.
#pragma once

#include <string>
#include <string_view>

#include "review/result.h"
#include "source/line_index.h"
#include "syntax/tree.h"

namespace rp {

class SafetyText {
 public:
  SafetyText(const Tree& tree, const LineIndex& lines) : tree_(tree), lines_(lines) {}

  // For an unsafe block, whose `unsafe` is at `keyword`. A comment counts
  //  - directly above the line of the keyword, or directly before the block, the statement, match arm or item it is
  //    part of, or anything between the two; attributes may stand between;
  //  - at the start of the block;
  //  - behind the keyword on the same line.
  [[nodiscard]] bool block_has_comment(NodeId block, uint32_t keyword);

  // For an item, or an attribute of it at `keyword`. A comment counts directly above the item, between its attributes,
  // at the start of its braces, and behind the keyword on the same line.
  [[nodiscard]] bool item_has_comment(NodeId item, uint32_t keyword);

  struct Docs {
    bool section = false;  // has a heading that says "Safety"
    bool mention = false;  // has "SAFETY:" somewhere
    bool unseen = false;   // is made by a macro, in part or in whole
    bool hidden = false;   // `#[doc(hidden)]`
  };
  // What the documentation of an item says, in comments and in `#[doc = ".."]`.
  [[nodiscard]] Docs docs_of(NodeId item);

  // The first slot of an item after its attributes and the comments between them.
  [[nodiscard]] uint32_t slot_after_attributes(NodeId item) const;

 private:
  [[nodiscard]] bool is_comment(uint32_t slot) const;
  [[nodiscard]] bool comment_says_safety(uint32_t slot) const;
  [[nodiscard]] size_t reasoning_words(uint32_t slot) const;
  // Comments that end right before `slot`; those that stand behind something finished on its line are not meant for it.
  [[nodiscard]] bool run_before(uint32_t slot);
  [[nodiscard]] bool run_after(uint32_t slot) const;
  [[nodiscard]] bool behind_on_line(uint32_t slot) const;
  [[nodiscard]] bool above_line(uint32_t slot);
  void add_attribute_docs(NodeId attribute, Docs* docs);

  const Tree& tree_;
  const LineIndex& lines_;
  std::string doc_text_;  // reused
  uint32_t last_run_slot_ = UINT32_MAX;
  bool last_run_ = false;
};

// Whether Markdown text has a heading with the word "safety" in it.
bool has_safety_heading(std::string_view markdown);
// Whether the text has "safety:", in upper or lower case.
bool mentions_safety(std::string_view text);

}  // namespace rp
