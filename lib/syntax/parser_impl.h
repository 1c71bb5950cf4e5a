// The parser's own header: its state and the functions that its parts (parser_*.cpp) share. Nobody else includes it.
//
// Nodes are appended when they are complete, so they come out in postorder; TreeBuilder turns that into the preorder
// of Tree at the end. A node that is found to begin further left than it seemed (`a` in `a + b`) costs nothing that
// way: the outer node is simply closed later with the mark that was taken before the inner one.
#pragma once

#include <initializer_list>
#include <string>
#include <vector>

#include "syntax/fragment_parser.h"
#include "syntax/parser.h"

namespace rp {

using T = TokenKind;
using N = NodeKind;
using R = Role;

// What may follow or stand in an expression; rustc calls them the same.
enum Restrictions : uint8_t {
  kNoRestrictions = 0,
  kStmtExpr = 1,         // a block-like expression ends the statement
  kNoStructLiteral = 2,  // `{` opens a block
  kConstExpr = 4,        // `>` ends the expression
  kAllowLet = 8,         // `let` conditions
};

enum class PathStyle : uint8_t { Mod, Expr, Pat, Type };
// Which types may stand at a place.
enum TypeOptions : uint8_t {
  kAnyType = 0,
  kNoPlus = 1,          // `A + B` is not one type here: `&A + B`, `x as A + B`
  kVariadic = 2,        // `...` may stand
  kNoQuestionMark = 4,  // a `?` that follows is not part of a mistaken type
  kNoPathTail = 8,      // nor is a `::`
};

// What is taken, with an error, for the `->` of a return type.
enum class WrongArrow : uint8_t { None, Fat, FatOrColon };
enum class ItemContext : uint8_t { Module, Statement, Trait, Impl, Foreign };

// Facts about kinds of tokens, for one edition.
enum TokenFlags : uint16_t {
  kIdentLike = 1,  // may be used as a name
  kReserved = 2,   // a reserved word, `_` included
  kBeginsExpr = 4,
  kBeginsType = 8,
  kPathSegment = 16,  // a name, or `self`, `Self`, `super`, `crate`
  kPathStart = 32,    // the same, or `::`, `<`, `<<`
  kWord = 64,         // a name or any keyword, not `r#x`
  kBeginsItem = 128,  // for recovery: a token that hardly begins anything else
  kEndsGroup = 256,   // a closing delimiter, or the end of the text
};

// `+=` and its like.
constexpr bool is_compound_assignment(TokenKind kind) { return (kind >= T::PlusEq && kind <= T::ShrEq); }
static_assert(is_compound_assignment(T::OrEq) && !is_compound_assignment(T::Shr) && !is_compound_assignment(T::LArrow));

struct PostNode {
  uint32_t first_slot;
  uint32_t end_slot;
  uint32_t first_node;  // the index of its first descendant; its own index when it has none
  NodeKind kind;
  Role role;
};

class Parser {
 public:
  Parser(std::string_view text, TokenBuffer tokens, const ParseOptions& options);

  void parse_file();
  // `output`: of a macro, where rustc lets a `;` follow an expression.
  void parse_fragment(FragmentKind kind, bool output = false);
  Tree finish();
  // The arrays of the tokens, back to who lent them; after finish().
  TokenBuffer take_tokens() { return std::move(tokens_); }

  // One piece off the front of what begins at `slot` (fragment_parser.cpp). Returns the slot after it. Nothing but the
  // errors and the kinds of the tokens that were read is changed for the next call.
  uint32_t parse_prefix(uint32_t slot, MacroFragment kind);
  [[nodiscard]] const std::vector<SyntaxError>& errors() const { return errors_; }
  // The first slot after those whose kinds the last parse_prefix may have changed.
  [[nodiscard]] uint32_t touched_end() const { return pos_ < count_ ? pos_ + 1 : count_; }
  [[nodiscard]] TokenKind* kinds() { return kinds_; }

 private:
  struct Mark {
    uint32_t node;
    uint32_t slot;
  };

  // Counts nesting; false in `ok` says: do not go deeper, the rest of this group was skipped.
  class Nesting {
   public:
    explicit Nesting(Parser& parser) : parser_(parser), ok(parser.enter()) {}
    ~Nesting() { --parser_.depth_; }
    Nesting(const Nesting&) = delete;
    Nesting& operator=(const Nesting&) = delete;

   private:
    Parser& parser_;

   public:
    const bool ok;
  };

  // ---- Tokens (parser.cpp) ----
  [[nodiscard]] bool at(TokenKind kind) const { return cur_ == kind; }
  [[nodiscard]] bool has(uint16_t flags) const { return (flags_[static_cast<size_t>(cur_)] & flags) != 0; }
  [[nodiscard]] bool kind_has(TokenKind kind, uint16_t flags) const {
    return (flags_[static_cast<size_t>(kind)] & flags) != 0;
  }
  [[nodiscard]] bool at_closer() const { return has(kEndsGroup); }
  // The kind of the n-th token after the current one.
  [[nodiscard]] TokenKind peek(uint32_t n = 1) const { return kinds_[peek_slot(n)]; }
  [[nodiscard]] uint32_t peek_slot(uint32_t n) const;
  // Whether nothing lies between the current token and the next.
  [[nodiscard]] bool joined() const;
  [[nodiscard]] bool edition_at_least(Edition e) const { return edition_ >= e; }
  void bump() {
    pos_ += token_slots(cur_);
    prev_ = cur_;
    prev_end_ = pos_;
    TokenKind kind = kinds_[pos_];
    while (is_trivia(kind)) [[unlikely]]
      kind = kinds_[++pos_];
    cur_ = kind;
  }
  // Takes only the first character of an operator; `head` is its kind.
  void bump_part(TokenKind head);
  bool eat(TokenKind kind) {
    if (cur_ != kind) return false;
    bump();
    return true;
  }
  // As eat, also taking the first character of a longer operator.
  bool eat_lt();
  bool eat_gt();
  bool eat_plus();
  bool eat_amp();
  [[nodiscard]] bool at_lt() const { return at(T::Lt) || at(T::Shl) || at(T::LArrow) || at(T::Le) || at(T::ShlEq); }
  [[nodiscard]] bool at_gt() const { return at(T::Gt) || at(T::Shr) || at(T::Ge) || at(T::ShrEq); }
  [[nodiscard]] bool at_plus() const { return at(T::Plus) || at(T::PlusEq); }
  [[nodiscard]] bool at_outer_attribute() const { return at(T::Pound) || is_doc_comment(cur_); }
  bool expect(TokenKind kind);
  bool expect_gt();
  // Takes the closing delimiter of the current group. When other tokens are in the way, reports them and skips them.
  void expect_closer(TokenKind kind);
  bool eat_closer(TokenKind kind);
  void take_virtual_closer();
  bool expect_semi();
  // Takes the `;` that ends an item, and what is in the way of it.
  void end_item();

  // ---- Nodes ----
  [[nodiscard]] Mark open() const { return {static_cast<uint32_t>(nodes_.size()), pos_}; }
  void close(Mark mark, NodeKind kind, Role role = R::None) {
    uint32_t end = prev_end_ > mark.slot ? prev_end_ : mark.slot;
    if (nodes_.size() > mark.node && nodes_.back().end_slot > end) end = nodes_.back().end_slot;
    nodes_.push_back(PostNode{mark.slot, end, mark.node, kind, role});
  }
  void set_role(Role role) { nodes_.back().role = role; }
  [[nodiscard]] NodeKind last_kind() const { return nodes_.back().kind; }
  void missing(Role role) { close(open(), N::Missing, role); }
  // One token as an Error node.
  void bump_error(Role role = R::None);
  // Everything up to the end of the group, or up to one of the stops, as an Error node (none if there is nothing).
  enum SkipStops : uint8_t { kStopNever = 0, kStopComma = 1, kStopSemi = 2, kStopItem = 4, kStopBrace = 8 };
  bool skip_error(uint8_t stops, Role role = R::None);
  void skip_group();

  // ---- Invisible groups: what a macro took as a whole ----
  [[nodiscard]] bool at_group() const { return is_group_open(cur_); }
  // After the node in the group that began at `mark` was closed: takes the end of the group and makes its delimiters
  // tokens of that node. What does not fit becomes an Error node around all of it.
  void close_group(Mark mark);
  [[nodiscard]] bool at_block() const { return begins_block(cur_); }
  [[nodiscard]] static bool begins_block(TokenKind kind) { return kind == T::LBrace || kind == T::GroupOpenBlock; }
  // The first and the last token of a node that is no delimiter of a group.
  [[nodiscard]] TokenKind first_token(const PostNode& node) const;
  [[nodiscard]] uint32_t last_token_slot(const PostNode& node) const;
  void group_expr(Mark mark);

  // ---- Errors ----
  void error_here(std::string message, std::string hint = {});
  void error_at(uint32_t first_slot, uint32_t end_slot, std::string message, std::string hint = {});
  void error_after_previous(std::string message, std::string hint = {});
  void error_expected(std::string_view what, std::string hint = {});
  void add_error(SyntaxError error);
  // One mistake, one message: whether something was said of this place already.
  [[nodiscard]] bool was_reported() const {
    return last_error_slot_ == pos_ || (pos_ == count_ && tokens_.unterminated_tail);
  }
  [[nodiscard]] std::string describe() const;
  [[nodiscard]] std::string_view token_text(uint32_t slot) const;
  [[nodiscard]] std::string_view current_text() const { return token_text(pos_); }
  bool enter();

  // ---- Delimiters (parser_delimiters.cpp) ----
  void balance_delimiters();
  void repair_delimiters();
  uint32_t likely_end(uint32_t opener, uint32_t latest, size_t* scan_budget) const;
  void place_virtual_closers();

  // ---- Attributes, names, paths, generics (parser_paths.cpp) ----
  bool outer_attributes();
  void misplaced_attributes(std::string message);
  void inner_attributes();
  void attribute(bool inner_allowed);
  void attribute_content();
  bool token_tree(Role role);
  bool delimited_arguments(Role role);
  bool visibility(bool followed_by_type);
  bool name(Role role = R::name);
  bool name_or_underscore();
  bool take_ident();
  void lifetime(Role role);
  void path(PathStyle style, Role role, NodeKind kind = N::Path);
  void path_segments(PathStyle style);
  bool path_segment(PathStyle style);
  void qualified_path(PathStyle style);
  void generic_args(PathStyle style);
  void generic_arg();
  [[nodiscard]] bool begins_const_arg() const;
  void const_arg(Role role);
  void parenthesized_args();
  bool at_import_coupler() const;
  void generic_params_opt();
  void generic_params_list();
  void for_binder();
  void where_clause(Role role = R::where_clause);
  void bounds(Role role);
  bool bound();
  bool begins_bound() const;
  bool prefer_generics(uint32_t ahead) const;
  void abi(Role role);
  void macro_call_rest(Mark mark, Role role);

  // ---- Types (parser_types.cpp) ----
  void type(Role role, uint8_t options = kAnyType);
  void type_inner(uint8_t options);
  void path_type(Mark mark, uint8_t options);
  void paren_or_tuple_type(Mark mark, uint8_t options);
  void finish_trait_object(Mark mark);
  void close_multi_bound_type(Mark mark, NodeKind kind, uint8_t options);
  void function_pointer_type(Mark mark);
  void return_type(uint8_t options, WrongArrow wrong = WrongArrow::None);
  bool begins_fn_front_matter(bool with_pub) const;
  void fn_qualifiers(bool pointer);

  // ---- Patterns (parser_patterns.cpp) ----
  void pattern_top(Role role, bool allow_guard);
  void pattern_no_top_or(Role role, bool allow_range = true);
  bool pattern_before_type(Role role);
  void pattern_inner(Mark mark, bool allow_range);
  void pattern_list(TokenKind closer, Role role, bool* single_paren);
  void identifier_pattern(Mark mark, bool by_mut);
  void range_pattern_rest(Mark mark);
  bool begins_range_end(uint32_t ahead) const;
  void range_pattern_end();
  void literal_maybe_minus(Role role);
  bool path_pattern(Mark mark);
  void record_pattern_rest(Mark mark);

  // ---- Items (parser_items.cpp) ----
  void items_until_closer(ItemContext context);
  bool item(ItemContext context);
  bool item_after_attributes(Mark mark, ItemContext context, bool has_attributes);
  bool item_kind(Mark mark, ItemContext context, bool has_visibility, uint32_t default_slot);
  void item_list(ItemContext context);
  void use_item(Mark mark);
  void use_tree();
  void fn_item(Mark mark, ItemContext context);
  void param_list(ItemContext context, bool names_required_always, bool names_never_required);
  void param(bool first, int names);
  bool self_param(Mark mark);
  void fn_body(ItemContext context);
  void extern_crate_item(Mark mark);
  void extern_block(Mark mark);
  void static_item(Mark mark);
  void const_item(Mark mark, bool is_type_const);
  void trait_item(Mark mark);
  void impl_item(Mark mark, bool is_default, bool reuse);
  void mod_item(Mark mark);
  void type_alias_item(Mark mark);
  void enum_item(Mark mark);
  void variant();
  void struct_item(Mark mark);
  void union_item(Mark mark);
  void record_field_list();
  void record_field();
  void tuple_field_list();
  void macro_rules_item(Mark mark, bool has_visibility);
  void macro_def_item(Mark mark);
  void macro_item(Mark mark, bool has_visibility);
  void delegation_item(Mark mark);
  void delegation_body();
  [[nodiscard]] bool begins_trait(uint32_t ahead) const;
  [[nodiscard]] bool begins_trait_front_matter() const;
  [[nodiscard]] bool begins_impl(uint32_t ahead) const;
  [[nodiscard]] bool begins_path_item() const;
  [[nodiscard]] bool begins_macro_rules() const;
  [[nodiscard]] bool begins_unsafe_extern_block() const;
  [[nodiscard]] bool begins_use_closure() const;
  [[nodiscard]] bool begins_const_closure() const;
  [[nodiscard]] bool begins_reuse() const;
  [[nodiscard]] bool is_async_gen_block() const;
  [[nodiscard]] uint32_t slot_after_group(uint32_t opener) const;

  // ---- Statements and expressions (parser_expressions.cpp, parser_control.cpp) ----
  void block(Role role, bool inner_attributes_allowed = true);
  void block_tail();
  // `without_semi`: a fragment, to which no `;` belongs.
  void statement(bool without_semi = false);
  void group_statement(Mark mark, bool attributes);
  void let_statement(Mark mark, bool without_semi);
  void finish_expression_statement(Mark mark, bool without_semi = false);
  void path_statement(Mark mark, bool attributes, bool without_semi);
  void let_after_keyword(Mark mark, bool without_semi = false);
  void skip_let_pattern_tail();
  void resume_after_statement();
  [[nodiscard]] bool on_new_line() const;
  [[nodiscard]] TokenKind operator_of(uint32_t node) const;
  void expr(Role role, uint8_t restrictions = kNoRestrictions, uint8_t min_precedence = 0);
  void expr_inner(uint8_t min_precedence);
  void expr_after_attributes(Mark mark, bool attributes, uint8_t min_precedence);
  void binary_rest(Mark mark, uint8_t min_precedence);
  bool continues_expression();
  bool last_is_complete() const;
  void range_after(Mark mark);
  bool begins_range_rhs() const;
  void prefix_range();
  void prefix_expr();
  void prefix_expr_inner(Mark mark);
  void postfix_rest(Mark mark);
  void dot_suffix(Mark mark);
  void tuple_index_name();
  void primary_expr();
  void keyword_expr(Mark mark);
  void path_expr(Mark mark);
  void record_expr_rest(Mark mark);
  void record_expr_field();
  void paren_or_tuple_expr(Mark mark);
  void array_expr(Mark mark);
  void arg_list();
  void closure_expr(Mark mark);
  void if_expr(Mark mark);
  void condition(bool chains_always_allowed, uint8_t restrictions, Role role);
  void check_let_positions(uint32_t root, size_t first_pending, bool chains_always_allowed);
  void while_expr(Mark mark);
  void loop_expr(Mark mark);
  void for_expr(Mark mark);
  void loop_else();
  void match_expr(Mark mark);
  void match_arms(Mark mark);
  void match_arm();
  void labelled_expr(Mark mark);
  void let_expr(Mark mark);
  void builtin_expr(Mark mark);
  void builtin_type(Mark mark);
  bool builtin_name(std::initializer_list<std::string_view> known);
  void builtin_fields();
  [[nodiscard]] bool begins_gen_block(uint32_t ahead) const;
  [[nodiscard]] bool likely_struct_literal() const;

  std::string_view text_;
  TokenBuffer tokens_;
  TokenKind* kinds_;
  const uint32_t* starts_;
  uint32_t count_;
  const uint16_t* flags_;
  uint32_t pos_ = 0;
  uint32_t prev_end_ = 0;
  TokenKind cur_ = T::Eof;
  TokenKind prev_ = T::Eof;
  uint8_t restrictions_ = kNoRestrictions;
  Edition edition_;
  uint32_t depth_ = 0;
  uint32_t nesting_limit_;
  uint32_t unchecked_depth_ = 0;
  uint32_t error_limit_;
  uint32_t errors_left_out_ = 0;
  uint32_t last_error_slot_ = UINT32_MAX;
  uint32_t polls_ = 0;
  const char* stack_floor_ = nullptr;
  bool too_deep_reported_ = false;
  // Looking for the end of a fragment: what would only be read to report a mistake is left for the matcher to judge.
  bool matching_ = false;
  bool of_expansion_ = false;  // the tokens are a macro's output
  MemoryBudget* budget_;
  const Cancellation* cancellation_;
  Buffer<PostNode> nodes_;
  std::vector<SyntaxError> errors_;
  std::vector<uint32_t> pending_lets_;

  struct VirtualClose {
    uint32_t slot;
    uint32_t count;
    TokenKind original;
  };
  std::vector<VirtualClose> virtual_closers_;
  size_t next_virtual_ = 0;
};

// Postorder to preorder (parser_tree.cpp).
class TreeBuilder {
 public:
  // Copies tokens and nodes; only the errors are taken.
  static Tree build(std::string_view text, Edition edition, TokenBuffer&& tokens, Buffer<PostNode>&& nodes,
                    std::vector<SyntaxError> errors, MemoryBudget* budget);
};

}  // namespace rp
