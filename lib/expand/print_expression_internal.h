// The printer of expressions: what its files share. Expressions and statements are in print_expression.cpp and
// print_statements.cpp, paths, types and patterns in print_types.cpp.
#pragma once

#include <optional>
#include <string>

#include "expand/line_printer.h"
#include "expand/source.h"

namespace rp {

// What stands around an expression, where that decides about parentheses.
struct Around {
  bool statement = false;     // it is a statement
  bool begins_stmt = false;   // a statement begins with it
  bool no_struct = false;     // a brace behind it begins a block
  bool can_begin = false;     // the operator behind it could begin an expression
  bool can_continue = false;  // something is behind it
  [[nodiscard]] Around first(bool operator_can_begin) const {
    Around a = *this;
    a.statement = false;
    a.begins_stmt = statement || begins_stmt;
    a.can_begin = operator_can_begin;
    a.can_continue = true;
    return a;
  }
  [[nodiscard]] Around before_dot() const {
    Around a = *this;
    a.statement = statement || begins_stmt;
    a.begins_stmt = false;
    a.can_begin = false;
    a.can_continue = true;
    return a;
  }
  [[nodiscard]] Around last() const {
    Around a = *this;
    a.statement = a.begins_stmt = false;
    return a;
  }
};

class ExpressionPrinter {
 public:
  ExpressionPrinter(const Source& source, SourceId id, uint32_t base, const Tree& tree)
      : source_(source), id_(id), base_(base), t_(tree) {}
  std::optional<std::string> run(NodeId root);

 private:
  static constexpr uint32_t kMaxDepth = 500;
  using Op = void (ExpressionPrinter::*)(NodeId);

  // ---- Tokens ----

  [[nodiscard]] uint32_t first_token(NodeId n) const;
  [[nodiscard]] TokenKind first_kind(NodeId n) const { return t_.token_kind(first_token(n)); }
  [[nodiscard]] std::string joined(uint32_t begin, uint32_t end) const;
  [[nodiscard]] std::string all(NodeId n) const { return joined(t_.first_slot(n), t_.end_slot(n)); }
  [[nodiscard]] std::string operator_of(NodeId n) const;
  void name(NodeId n) { out_.word(all(n)); }

  // ---- Precedence ----

  [[nodiscard]] static uint8_t operator_precedence(const std::string& op);
  [[nodiscard]] bool negative_literal(NodeId n) const;
  [[nodiscard]] uint8_t precedence(NodeId n) const;
  [[nodiscard]] uint8_t precedence(NodeId n, const Around& around) const;
  [[nodiscard]] bool is_block_like(NodeId n) const;
  [[nodiscard]] bool ends_in_struct(NodeId n) const;
  [[nodiscard]] bool ends_in_struct_once(NodeId n) const;

  // ---- Expressions ----

  void maybe_in_parentheses(NodeId n, bool parentheses, const Around& around);
  void condition(NodeId n);
  void plain(NodeId n) { maybe_in_parentheses(n, false, {}); }
  uint32_t list(NodeId owner, Role role, Op print);
  void expression(NodeId n, Around around);
  void bare_expression(NodeId n, const Around& around);
  void prefix(NodeId n, const Around& around);
  void binary(NodeId n, const Around& around);
  void keep_dots_apart(NodeId n, bool parentheses);
  void range(NodeId n, const Around& around);
  void arguments(NodeId n);
  void before_dot(NodeId inner, const Around& around);
  void postfix(NodeId n, const Around& around);
  void jump(NodeId n, const Around& around);
  void macro_call(NodeId call);
  void record(NodeId n);
  void parameter(NodeId n);
  void closure(NodeId n);

  // ---- Blocks ----

  void label(NodeId n);
  void block_like(NodeId n);
  void otherwise(NodeId branch);
  void block(NodeId n, bool close_outer);
  void statement(NodeId n);
  void match(NodeId n);
  void arm(NodeId n);

  // ---- Paths and types ----

  void path(NodeId n, bool colons);
  void generic_arguments(NodeId n, bool colons);
  void generic_argument(NodeId n);
  void type(NodeId n);

  // ---- Patterns ----

  void pattern(NodeId n);
  void pattern_field(NodeId n);
  void record_pattern(NodeId n);

  const Source& source_;
  SourceId id_;
  uint32_t base_;  // where the tree's first slot is in the source
  const Tree& t_;
  LinePrinter out_;
  uint32_t depth_ = 0;
  bool ok_ = true;
};

}  // namespace rp
