// Reads fragments off the front of a run of tokens, as the matcher of macro_rules! needs it: "an expression begins
// here; where does it end?" The Rust Reference, "Macros By Example", "Metavariables".
#pragma once

#include <memory>
#include <string_view>

#include "syntax/parser.h"

namespace rp {

// The fragment specifiers that need a parser. `tt`, `ident` and `lifetime` are decided by one token.
enum class MacroFragment : uint8_t {
  Item,
  Block,
  Stmt,      // without its `;`
  PatParam,  // `pat_param`, and `pat` before 2021
  Pat,       // with `|` at the top
  Expr,
  Expr2021,  // `expr_2021`, and `expr` before 2024: no `_` and no `const {}` at its start
  Type,
  Literal,
  Path,        // in type style
  Meta,        // the inside of an attribute
  Visibility,  // may be empty
};

// One parser for one macro input, for as many fragments as the rules ask for. Not to be shared between threads.
class FragmentParser {
 public:
  // Tokens [begin, end) of `tree`, comments and invisible groups included. `tree` must outlive the parser.
  FragmentParser(const Tree& tree, uint32_t begin, uint32_t end, const ParseOptions& options);
  ~FragmentParser();
  FragmentParser(const FragmentParser&) = delete;
  FragmentParser& operator=(const FragmentParser&) = delete;

  struct Outcome {
    uint32_t end = 0;        // the slot (of `tree`) after the fragment; may lie inside an operator that was split
    bool ok = false;         // no syntax error; when false, rustc stops with that error and tries no further rule
    std::string_view error;  // the first error; lives until the next call
    uint32_t error_offset = 0;
  };
  // Reads a fragment that begins at `slot`. Whether it may begin there (begins_fragment) was asked before.
  Outcome parse(uint32_t slot, MacroFragment kind);

  // Whether rustc's matcher would try the fragment at this token: otherwise the rule just does not match.
  [[nodiscard]] bool begins_fragment(uint32_t slot, MacroFragment kind) const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

// Parses tokens that are not the lexer's: the output of a macro. `text` must outlive the tree; `tokens` as in
// TokenBuffer, with comments only where they are documentation. The tree copies the tokens: their arrays stay the
// caller's, with kinds as the parser left them.
Tree parse_tokens(std::string_view text, TokenBuffer* tokens, FragmentKind kind, const ParseOptions& options);

}  // namespace rp
