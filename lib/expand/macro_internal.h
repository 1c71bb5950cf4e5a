// What a macro_rules! definition is compiled to, shared by the parts of the engine (macro_*.cpp). Nobody else includes
// it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "expand/macro_rules.h"

namespace rp::macros {

using T = TokenKind;

inline constexpr uint32_t kNone = 0xFFFF'FFFF;
// Delimiters and repetitions within each other; recursion over definitions stops here.
inline constexpr uint32_t kMaxDepth = 256;

enum class Fragment : uint8_t {
  Item,
  Block,
  Stmt,
  PatParam,
  Pat,
  Expr,
  Expr2021,
  Type,
  Literal,
  Path,
  Meta,
  Visibility,
  // Decided by one token or token tree.
  Ident,
  Lifetime,
  TokenTree,
};
constexpr bool needs_parser(Fragment f) { return f <= Fragment::Visibility; }
static_assert(static_cast<int>(Fragment::Visibility) == static_cast<int>(MacroFragment::Visibility));

enum class Repeat : uint8_t { ZeroOrMore, OneOrMore, ZeroOrOne };

inline constexpr std::string_view kDollarCrate = "$crate";

// A token of the definition, ready to be compared and copied.
struct DefToken {
  TokenKind kind;  // as the definition's edition sees it; `$crate` is one DollarCrate
  uint32_t slot;   // in the definition's source
  uint32_t text;   // where its text begins
  uint32_t length;
};

// ---- Matchers ---------------------------------------------------------------------------------------------------

// One token tree of a matcher, in preorder: the descendants of i are those up to nodes[i].end.
struct PatternNode {
  enum class Type : uint8_t { Token, Delimited, Sequence, Variable };
  Type type;
  Repeat repeat = Repeat::ZeroOrMore;
  Fragment fragment = Fragment::TokenTree;
  uint32_t end = 0;
  uint32_t token = 0;          // Token, Delimited: the (opening) token; Variable: its name
  uint32_t close = 0;          // Delimited: the closing token
  uint32_t separator = kNone;  // Sequence
  uint32_t index = kNone;      // Variable: its number; Sequence: its scope
};

// Where matching can stand. The order is that of the matcher; jumps go by index.
struct MatchOp {
  enum class Type : uint8_t {
    Token,       // a: DefToken
    Variable,    // a: variable
    Enter,       // a sequence: a: scope, b: the op after it
    Again,       // after its body, without separator: b: the first op of the body; a: scope
    Separator,   // a: DefToken; the next op is AgainAfter
    AgainAfter,  // b: the first op of the body; a: scope
    End,
  };
  Type type;
  Repeat repeat = Repeat::ZeroOrMore;
  uint32_t a = 0;
  uint32_t b = 0;
  TokenKind kind = T::Eof;                  // of the token of Token and Separator
  Fragment fragment = Fragment::TokenTree;  // of Variable
  // Variable: it is all of `$($t:tt)*` at the end of the matcher or of a delimited part of it. Then it takes the trees
  // up to there, and no token in between leaves a choice.
  bool takes_rest = false;
};

struct Variable {
  std::string_view name;  // without `r#`
  ContextId context;
  Fragment fragment;
  uint32_t scope;               // the innermost sequence around it; 0 is the matcher itself
  std::vector<uint32_t> chain;  // the sequences around it, from the outermost to `scope`
};

// A matcher or a sequence in it.
struct Scope {
  uint32_t parent = kNone;
  uint32_t depth = 0;
  std::vector<uint32_t> children;
};

// ---- Transcribers -----------------------------------------------------------------------------------------------

struct OutOp {
  enum class Type : uint8_t {
    Tokens,    // DefTokens [a, b)
    Variable,  // a: variable; b: the DefToken of its name
    Begin,     // a repetition: a: the first entry in `used`, b: how many; the ops up to `end` are its body
    Count,     // a: variable, b: depth
    Ignore,    // a: variable
    Index,     // b: depth
    Length,    // b: depth
    Concat,    // `parts` [a, b)
  };
  Type type;
  Repeat repeat = Repeat::ZeroOrMore;
  uint32_t a = 0;
  uint32_t b = 0;
  uint32_t end = 0;
  uint32_t separator = kNone;  // Begin: DefToken
  uint32_t place = 0;          // DefToken, for messages
};

struct ConcatPart {
  uint32_t variable = kNone;
  uint32_t token = 0;  // DefToken: an identifier, a literal, or the variable's name
};

enum class RuleKind : uint8_t { Call, Attribute, Derive };

struct Rule {
  RuleKind kind = RuleKind::Call;
  std::vector<MatchOp> ops;
  std::vector<Variable> variables;
  std::vector<Scope> scopes;
  std::vector<OutOp> output;
  std::vector<uint32_t> used;  // the variables in each repetition of the output
  std::vector<ConcatPart> parts;
};

struct Definition {
  const Source* source = nullptr;
  SourceId id;
  Edition edition = kLatestEdition;
  std::string name;
  bool valid = true;
  std::vector<DefToken> tokens;
  std::vector<Rule> rules;

  [[nodiscard]] std::string_view text(const DefToken& token) const {
    return token.kind == T::DollarCrate ? kDollarCrate : source->text.substr(token.text, token.length);
  }
  [[nodiscard]] std::string_view text(uint32_t token) const { return text(tokens[token]); }
  [[nodiscard]] TokenOrigin origin(uint32_t token) const { return source->origin(id, tokens[token].slot); }
};

// Any word, `_` and keywords included, but not `r#x`.
constexpr bool is_plain_word(TokenKind kind) {
  return kind == T::Ident || kind == T::Underscore || is_keyword_kind(kind);
}
constexpr bool is_word(TokenKind kind) { return kind == T::RawIdent || is_plain_word(kind); }

// Whether a token of a macro's input is that of a matcher, as rustc compares them: by text, whatever the edition.
inline bool same_token(TokenKind a, std::string_view a_text, TokenKind b, std::string_view b_text) {
  if (is_plain_word(a)) return is_plain_word(b) && a_text == b_text;
  if (is_literal(a)) return is_literal(b) && a_text == b_text;
  return a == b && (a_text == b_text);
}

constexpr bool opens(TokenKind kind) {
  return kind == T::LParen || kind == T::LBracket || kind == T::LBrace || is_group_open(kind);
}
constexpr bool closes(TokenKind kind) {
  return kind == T::RParen || kind == T::RBracket || kind == T::RBrace || kind == T::GroupClose;
}

std::string_view fragment_name(Fragment fragment);

// The definition's rules (macro_parse.cpp). Errors make it invalid.
void parse_definition(Definition* definition, NodeId node, std::vector<MacroError>* errors);
// Follow sets, repetitions that match nothing, names bound twice (macro_check.cpp).
void check_matcher(const Definition& definition, const std::vector<PatternNode>& nodes,
                   std::vector<MacroError>* errors);

// ---- Matching (macro_match.cpp) ---------------------------------------------------------------------------------

// What the variables of a rule matched. The iterations of each sequence are numbered through; those within iteration i
// of the sequence around it are [first(scope, i), first(scope, i + 1)).
struct Matches {
  struct Range {
    uint32_t begin;  // slots of the input
    uint32_t end;
  };
  // One after the other: of each variable, where its ranges begin, one for each iteration of its scope; of each scope
  // but the matcher, where its entries in `firsts` begin; how many there are, which are the iterations of the scope
  // around it, and the end; the entries.
  Buffer<uint32_t> numbers;
  Buffer<Range> ranges;
  uint32_t scope_at = 0;  // where the four begin in `numbers`; the first at 0
  uint32_t first_size = 0;
  uint32_t firsts = 0;

  [[nodiscard]] Range range(uint32_t variable, uint32_t iteration) const {
    return ranges[numbers[variable] + iteration];
  }
  [[nodiscard]] uint32_t first(uint32_t scope, uint32_t iteration) const {
    return numbers[firsts + numbers[scope_at + scope] + iteration];
  }
  // How often the sequence was gone through within an iteration of the one around it.
  [[nodiscard]] uint32_t length(uint32_t scope, uint32_t iteration) const {
    return iteration + 1 < numbers[first_size + scope] ? first(scope, iteration + 1) - first(scope, iteration) : 0;
  }
};

enum class MatchResult : uint8_t { Matched, NoMatch, Stopped };

class Matcher {
 public:
  Matcher(const Definition& definition, const MacroInput& input, const ParseOptions& options);
  // Stopped: rustc tries no further rule; `error` says why. After NoMatch of all rules, failure() is what to say.
  MatchResult match(const Rule& rule, Matches* out, MacroError* error);
  void failure(TokenOrigin place, MacroError* error) const;
  [[nodiscard]] const MacroInput& input() const { return input_; }
  // The slot after the token or token tree at `slot`.
  [[nodiscard]] uint32_t after_tree(uint32_t slot) const;

 private:
  struct Event {
    uint32_t previous;
    uint32_t op;
    Matches::Range range;
  };
  struct Thread {
    uint32_t op;
    uint32_t event;
  };

  // Whether an op can take the token that stands there.
  enum class Fit : uint8_t {
    No,
    Yes,
    Open,  // other ops follow before a token is taken
  };
  // How the one way there is ended.
  enum class Way : uint8_t {
    Failed,   // the token is another
    Ended,    // at the end of matcher and input
    Parts,    // several ways may go on
    Stopped,  // with an error
    Single,   // of many ways, one is left
  };

  [[nodiscard]] TokenKind kind(uint32_t slot) const {
    return slot < input_.end ? input_.source->tree.token_kind(slot) : T::Eof;
  }
  [[nodiscard]] uint32_t skip_trivia(uint32_t slot) const {
    while (slot < input_.end && is_trivia(input_.source->tree.token_kind(slot))) ++slot;
    return slot;
  }
  [[nodiscard]] TokenOrigin origin(uint32_t slot) const;
  [[nodiscard]] bool begins(Fragment fragment, uint32_t slot) const;
  // Whether the token at `slot` is the one that a Token or Separator wants.
  [[nodiscard]] bool equals(const MatchOp& op, uint32_t slot) const {
    const TokenKind k = kind(slot);
    if (k == op.kind) return slot < input_.end && (token_length(k) != 0 || same_text(op.a, slot));
    return may_equal(k, op.kind) && same_text(op.a, slot);
  }
  // Of two kinds that differ: a word may be a keyword in one edition only.
  [[nodiscard]] static bool may_equal(TokenKind a, TokenKind b) {
    return (is_plain_word(a) && is_plain_word(b)) || (is_literal(a) && is_literal(b));
  }
  [[nodiscard]] bool same_text(uint32_t def_token, uint32_t slot) const;
  [[nodiscard]] Fit fit(const MatchOp& op, uint32_t slot) const;
  Way go_straight(const Rule& rule, Thread* way, uint32_t* slot, MacroError* error);
  Way go_apart(const Rule& rule, Thread* way, uint32_t* slot, MacroError* error);
  bool take_variable(const Rule& rule, Thread* way, uint32_t* slot, MacroError* error);
  void take_trees(const Rule& rule, Thread* way, uint32_t* slot);
  void advance(const Rule& rule, uint32_t slot);
  void ambiguous(const Rule& rule, uint32_t slot, MacroError* error) const;
  void add(uint32_t op, uint32_t event);
  uint32_t record(uint32_t previous, uint32_t op, Matches::Range range) {
    events_.push_back({previous, op, range});
    return static_cast<uint32_t>(events_.size()) - 1;
  }
  void collect(const Rule& rule, uint32_t event, Matches* out);
  void note_failure(uint32_t slot);

  const Definition& definition_;
  MacroInput input_;
  const ParseOptions& options_;
  FragmentParser parser_;
  Buffer<Event> events_;
  Buffer<Thread> current_;
  Buffer<Thread> after_token_;
  Buffer<Thread> at_variable_;
  uint32_t ended_ = 0;
  uint32_t end_event_ = kNone;
  Buffer<uint32_t> stamps_;  // for each op: the step it was last added in, times two, plus whether twice
  Buffer<uint32_t> counts_;  // of collect()
  uint32_t step_ = 0;
  uint32_t polls_ = 0;
  uint32_t furthest_ = 0;
  bool failed_ = false;
};

// ---- Transcribing (macro_transcribe.cpp) ------------------------------------------------------------------------

struct Transcription {
  const Definition& definition;
  const Rule& rule;
  const Matcher& matcher;
  const Matches& matches;
  const MacroRules::Call& call;
  const ExpansionLimits& limits;
  ContextTable& contexts;
  TokenStream* out;
  MacroError* error;
};
bool transcribe(const Transcription& t);

}  // namespace rp::macros
