// What print_expanded and print_expansion share: a writer that lays tokens out as text, and the question where an
// expression, a type or a pattern that a macro took as a whole needs parentheses. Nobody else includes it, the
// comparison with rustc apart.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "names/project.h"
#include "syntax/tree.h"

namespace rp::expanded {

// print_expanded for comparisons: `/* <N */` stands before and `/* >N */` behind what the expansion with the number N
// became.
std::string print_marked(const Project& project, CrateIndex crate);

// Puts tokens one behind the other, with white space where rustfmt would have some, roughly, and wherever two of them
// would be read as another token otherwise. Lines begin at statements, items, arms and fields; they are not broken.
class TextWriter {
 public:
  struct Token {
    TokenKind kind = TokenKind::Eof;
    std::string_view text;
    NodeKind owner = NodeKind::Fragment;  // the node it belongs to
    bool opens = false;                   // the first `|` of a closure
  };
  // Returns where it begins in the text.
  uint32_t put(const Token& token);
  // Text as it is, between white space.
  void put_verbatim(std::string_view text);
  // `/* text */`, on a line of its own when a line begins here. What would end it early is taken out.
  void put_comment(std::string_view text);
  // The next token begins a line.
  void line() { line_ = true; }
  // The next token stands behind the last one after all.
  void join() { line_ = false; }
  // Behind `{` and before `}` of what is laid out over lines.
  void open_block() {
    ++indent_;
    line_ = true;
    just_opened_ = true;
  }
  void close_block() {
    if (indent_ > 0) --indent_;
    line_ = !just_opened_;
  }
  [[nodiscard]] uint32_t size() const { return static_cast<uint32_t>(text_.size()); }
  [[nodiscard]] TokenKind last_kind() const { return last_.kind; }
  std::string take();

 private:
  void begin_line();
  [[nodiscard]] bool space_before(const Token& token) const;

  std::string text_;
  Token last_;
  std::string last_text_;
  uint32_t indent_ = 0;
  bool line_ = false;
  bool just_opened_ = false;
};

// Where an expression stands, as far as it matters for parentheses.
struct ExprPlace {
  NodeKind parent = NodeKind::Fragment;
  Role role = Role::None;
  uint8_t required = 0;          // it has to bind at least as tightly
  bool no_struct = false;        // in a condition: `Name {` would begin its block
  bool statement_left = false;   // a statement, or an arm's body, begins with it
  bool whole_statement = false;  // and is nothing else
  bool before_less = false;      // `<` follows: a type at its end would take it
};
// The place of `child` in the node around it, whose own place is `outer`.
ExprPlace place_of(const Tree& tree, NodeId child, const ExprPlace& outer);
// Whether the expression, type or pattern `node`, put at `place`, has to stand between parentheses.
bool needs_parentheses(const Tree& tree, NodeId node, const ExprPlace& place);
// Whether a statement that is this expression needs a `;` where another statement follows.
bool needs_semicolon(const Tree& tree, NodeId expression);

}  // namespace rp::expanded
