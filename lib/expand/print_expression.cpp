// Expressions as rustc's printer writes them: its boxes, its blanks, and parentheses where the tree needs them that
// invisible groups made. The Rust Reference, "Expression precedence".
#include "expand/print_code.h"
#include "syntax/parser.h"

namespace rp {
namespace {

using K = NodeKind;
using T = TokenKind;

enum Precedence : uint8_t {
  kJump,
  kAssign,
  kRange,
  kOr,
  kAnd,
  kLet,
  kCompare,
  kBitOr,
  kBitXor,
  kBitAnd,
  kShift,
  kSum,
  kProduct,
  kCast,
  kPrefix,
  kWhole,
};

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

  std::optional<std::string> run(NodeId root) {
    expression(root, {});
    if (!ok_) return std::nullopt;
    return out_.finish();
  }

 private:
  static constexpr uint32_t kMaxDepth = 500;
  using Op = void (ExpressionPrinter::*)(NodeId);

  // ---- Tokens ----

  [[nodiscard]] uint32_t first_token(NodeId n) const {
    uint32_t slot = t_.first_slot(n);
    while (slot < t_.end_slot(n) && (is_trivia(t_.token_kind(slot)) || is_group_token(t_.token_kind(slot)))) ++slot;
    return slot;
  }
  [[nodiscard]] T first_kind(NodeId n) const { return t_.token_kind(first_token(n)); }
  // All tokens between two slots, without blanks.
  [[nodiscard]] std::string joined(uint32_t begin, uint32_t end) const {
    std::string text;
    for (uint32_t slot = begin; slot < end;) {
      const T kind = t_.token_kind(slot);
      const uint32_t slots = token_slots(kind);
      if (!is_trivia(kind) && !is_group_token(kind) && kind != T::VirtualCloser) {
        if (slot + slots <= end) {
          text += t_.token_text(slot);
        } else {  // an operator of which something else has the rest
          text += t_.text().substr(t_.token_start(slot), t_.token_start(end) - t_.token_start(slot));
        }
      }
      slot += slots;
    }
    return text;
  }
  [[nodiscard]] std::string all(NodeId n) const { return joined(t_.first_slot(n), t_.end_slot(n)); }
  [[nodiscard]] std::string operator_of(NodeId n) const {
    return joined(t_.end_slot(t_.child(n, Role::left)), t_.first_slot(t_.child(n, Role::right)));
  }
  void name(NodeId n) { out_.word(all(n)); }

  // ---- Precedence ----

  [[nodiscard]] static uint8_t operator_precedence(const std::string& op) {
    if (op == "||") return kOr;
    if (op == "&&") return kAnd;
    if (op == "|") return kBitOr;
    if (op == "^") return kBitXor;
    if (op == "&") return kBitAnd;
    if (op == "<<" || op == ">>") return kShift;
    if (op == "+" || op == "-") return kSum;
    if (op == "*" || op == "/" || op == "%") return kProduct;
    return kCompare;
  }
  [[nodiscard]] bool negative_literal(NodeId n) const {
    return t_.kind(n) == K::LiteralExpr && first_kind(n) == T::Minus;
  }
  [[nodiscard]] uint8_t precedence(NodeId n) const {
    switch (t_.kind(n)) {
      case K::ClosureExpr:
        return t_.child(n, Role::return_type) ? kWhole : kJump;
      case K::ReturnExpr:
      case K::BreakExpr:
      case K::YeetExpr:
        return t_.child(n, Role::value) ? kJump : kWhole;
      case K::BecomeExpr:
        return kJump;
      case K::AssignExpr:
        return kAssign;
      case K::RangeExpr:
        return kRange;
      case K::LetExpr:
        return kLet;
      case K::BinaryExpr:
        return operator_precedence(operator_of(n));
      case K::CastExpr:
        return kCast;
      case K::UnaryExpr:
      case K::RefExpr:
        return kPrefix;
      case K::LiteralExpr:
        return negative_literal(n) ? kPrefix : kWhole;
      default:
        return kWhole;
    }
  }
  [[nodiscard]] uint8_t precedence(NodeId n, const Around& around) const {
    const K kind = t_.kind(n);
    const bool jump = kind == K::BreakExpr || kind == K::ReturnExpr || kind == K::YeetExpr;
    if (around.can_begin && jump) return kJump;
    if (!around.can_continue && (jump || kind == K::ClosureExpr || (kind == K::RangeExpr && !t_.child(n, Role::start))))
      return kPrefix;
    return precedence(n);
  }
  [[nodiscard]] bool is_block_like(NodeId n) const {
    switch (t_.kind(n)) {
      case K::IfExpr:
      case K::MatchExpr:
      case K::WhileExpr:
      case K::LoopExpr:
      case K::ForExpr:
        return true;
      case K::BlockExpr: {
        const T kind = first_kind(n);
        return kind != T::KwAsync && kind != T::KwGen;
      }
      default:
        return false;
    }
  }
  // A struct expression that a brace behind it would be taken for.
  [[nodiscard]] bool ends_in_struct(NodeId n) const {
    for (uint32_t steps = 0; n && steps < kMaxDepth; ++steps) {
      switch (t_.kind(n)) {
        case K::RecordExpr:
          return true;
        case K::AssignExpr:
        case K::BinaryExpr:
          if (ends_in_struct_once(t_.child(n, Role::left))) return true;
          n = t_.child(n, Role::right);
          break;
        case K::AwaitExpr:
        case K::CastExpr:
        case K::UseExpr:
          n = t_.child(n, Role::expression);
          break;
        case K::UnaryExpr:
          n = t_.child(n, Role::operand);
          break;
        case K::FieldExpr:
        case K::IndexExpr:
          n = t_.child(n, Role::base);
          break;
        case K::MethodCallExpr:
          n = t_.child(n, Role::receiver);
          break;
        default:
          return false;
      }
    }
    return false;
  }
  [[nodiscard]] bool ends_in_struct_once(NodeId n) const {
    while (n && (t_.kind(n) == K::BinaryExpr || t_.kind(n) == K::AssignExpr)) {
      if (const NodeId right = t_.child(n, Role::right); right && t_.kind(right) == K::RecordExpr) return true;
      n = t_.child(n, Role::left);
    }
    return n && t_.kind(n) == K::RecordExpr;
  }

  // ---- Expressions ----

  void maybe_in_parentheses(NodeId n, bool parentheses, const Around& around) {
    if (!n) {
      ok_ = false;
      return;
    }
    if (parentheses) out_.word("(");
    expression(n, parentheses ? Around() : around);
    if (parentheses) out_.word(")");
  }
  void condition(NodeId n) {
    const K kind = n ? t_.kind(n) : K::Missing;
    const bool leaves = kind == K::BreakExpr || kind == K::ClosureExpr || kind == K::ReturnExpr || kind == K::YeetExpr;
    Around around;
    around.no_struct = true;
    maybe_in_parentheses(n, leaves || (n && ends_in_struct(n)), around);
  }
  void plain(NodeId n) { maybe_in_parentheses(n, false, {}); }

  // Children with a role, with commas between them. Returns how many there are.
  uint32_t list(NodeId owner, Role role, Op print) {
    out_.open_inconsistent();
    uint32_t count = 0;
    for (NodeId c = t_.first_child(owner); c; c = t_.next_sibling(c)) {
      if (t_.role(c) == Role::attribute) ok_ = false;
      if (t_.role(c) != role) continue;
      if (count++ > 0) out_.word_space(",");
      (this->*print)(c);
    }
    out_.close();
    return count;
  }

  void expression(NodeId n, Around around) {
    if (++depth_ > kMaxDepth) ok_ = false;
    if (ok_) {
      out_.open_inconsistent(LinePrinter::kIndent);
      const bool parentheses = around.begins_stmt && is_block_like(n);
      if (parentheses) {
        out_.word("(");
        around = {};
      }
      bare_expression(n, around);
      if (parentheses) out_.word(")");
      out_.close();
    }
    --depth_;
  }

  void bare_expression(NodeId n, const Around& around) {
    switch (t_.kind(n)) {
      case K::LiteralExpr:
      case K::UnderscoreExpr:
        out_.word(all(n));
        return;
      case K::PathExpr:
        path(n, true);
        return;
      case K::ParenExpr:
        if (t_.child(n, Role::attribute)) break;
        out_.word("(");
        plain(t_.child(n, Role::expression));
        out_.word(")");
        return;
      case K::TupleExpr:
        out_.word("(");
        if (list(n, Role::element, &ExpressionPrinter::plain) == 1) out_.word(",");
        out_.word(")");
        return;
      case K::ArrayExpr:
        out_.open_inconsistent(LinePrinter::kIndent);
        out_.word("[");
        list(n, Role::element, &ExpressionPrinter::plain);
        out_.word("]");
        out_.close();
        return;
      case K::ArrayRepeatExpr:
        out_.open_inconsistent(LinePrinter::kIndent);
        out_.word("[");
        plain(t_.child(n, Role::element));
        out_.word_space(";");
        plain(t_.child(n, Role::length));
        out_.word("]");
        out_.close();
        return;
      case K::UnaryExpr:
      case K::RefExpr:
        prefix(n, around);
        return;
      case K::BinaryExpr:
        binary(n, around);
        return;
      case K::AssignExpr:
        maybe_in_parentheses(t_.child(n, Role::left), precedence(t_.child(n, Role::left)) <= kRange,
                             around.first(false));
        out_.space();
        out_.word_space(operator_of(n));
        maybe_in_parentheses(t_.child(n, Role::right), precedence(t_.child(n, Role::right), around) < kAssign,
                             around.last());
        return;
      case K::CastExpr:
        maybe_in_parentheses(t_.child(n, Role::expression), precedence(t_.child(n, Role::expression)) < kCast,
                             around.first(false));
        out_.space();
        out_.word_space("as");
        type(t_.child(n, Role::type));
        return;
      case K::RangeExpr:
        range(n, around);
        return;
      case K::LetExpr: {
        const NodeId value = t_.child(n, Role::value);
        out_.word("let ");
        pattern(t_.child(n, Role::pattern));
        out_.space();
        out_.word_space("=");
        maybe_in_parentheses(value, (around.no_struct && ends_in_struct(value)) || precedence(value, around) <= kAnd,
                             {});
        return;
      }
      case K::CallExpr:
      case K::MethodCallExpr:
      case K::FieldExpr:
      case K::IndexExpr:
      case K::TryExpr:
      case K::AwaitExpr:
        postfix(n, around);
        return;
      case K::ReturnExpr:
      case K::BreakExpr:
      case K::ContinueExpr:
        jump(n, around);
        return;
      case K::MacroExpr:
        macro_call(t_.child(n, Role::call));
        return;
      case K::RecordExpr:
        record(n);
        return;
      case K::ClosureExpr:
        closure(n);
        return;
      default:
        if (is_block_like(n) || t_.kind(n) == K::BlockExpr) {
          block_like(n);
          return;
        }
        break;
    }
    ok_ = false;
  }

  void prefix(NodeId n, const Around& around) {
    const NodeId operand = t_.child(n, Role::operand);
    if (!operand) {
      ok_ = false;
      return;
    }
    if (t_.kind(n) == K::UnaryExpr) {
      out_.word(joined(t_.first_slot(n), t_.first_slot(operand)));
    } else {
      out_.word("&");
      for (uint32_t slot = first_token(n); slot < t_.first_slot(operand); slot += token_slots(t_.token_kind(slot))) {
        const T kind = t_.token_kind(slot);
        if (kind == T::KwRaw || kind == T::KwPin || kind == T::KwMut || kind == T::KwConst)
          out_.word(std::string(t_.token_text(slot)) + " ");
      }
    }
    maybe_in_parentheses(operand, precedence(operand, around) < kPrefix, around.last());
  }

  void binary(NodeId n, const Around& around) {
    const NodeId left = t_.child(n, Role::left);
    const NodeId right = t_.child(n, Role::right);
    if (!left || !right) {
      ok_ = false;
      return;
    }
    const std::string op = operator_of(n);
    const bool begins =
        op == "-" || op == "*" || op == "&&" || op == "||" || op == "&" || op == "|" || op == "<<" || op == "<";
    const uint8_t own = operator_precedence(op);
    const Around first = around.first(begins);
    const uint8_t left_has = precedence(left, first);
    const K kind = t_.kind(left);
    const bool left_parentheses = (own == kCompare ? left_has <= own : left_has < own) ||
                                  (kind == K::CastExpr && (op == "<" || op == "<<")) ||
                                  (kind == K::LetExpr && own > kAnd);
    maybe_in_parentheses(left, left_parentheses, first);
    out_.space();
    out_.word_space(op);
    maybe_in_parentheses(right, precedence(right, around) <= own, around.last());
  }

  // `0.` before another dot.
  void keep_dots_apart(NodeId n, bool parentheses) {
    if (!parentheses && t_.kind(n) == K::LiteralExpr && all(n).ends_with('.')) out_.word(" ");
  }

  void range(NodeId n, const Around& around) {
    const NodeId start = t_.child(n, Role::start);
    const NodeId end = t_.child(n, Role::end);
    if (start) {
      const Around first = around.first(true);
      const bool parentheses = precedence(start, first) < kOr;
      maybe_in_parentheses(start, parentheses, first);
      keep_dots_apart(start, parentheses);
    }
    out_.word(joined(start ? t_.end_slot(start) : t_.first_slot(n), end ? t_.first_slot(end) : t_.end_slot(n)));
    if (end) maybe_in_parentheses(end, precedence(end, around) < kOr, around.last());
  }

  void arguments(NodeId n) {
    out_.word("(");
    if (const NodeId list_node = t_.child(n, Role::arguments))
      list(list_node, Role::argument, &ExpressionPrinter::plain);
    out_.word(")");
  }

  void before_dot(NodeId inner, const Around& around) {
    if (!inner) {
      ok_ = false;
      return;
    }
    const bool parentheses = precedence(inner) < kWhole;
    maybe_in_parentheses(inner, parentheses, around.before_dot());
    keep_dots_apart(inner, parentheses);
  }

  void postfix(NodeId n, const Around& around) {
    switch (t_.kind(n)) {
      case K::CallExpr: {
        const NodeId callee = t_.child(n, Role::callee);
        if (!callee) break;
        const Around first = around.first(true);
        bool parentheses = precedence(callee, first) < kWhole || is_block_like(callee);
        if (t_.kind(callee) == K::FieldExpr) {
          const std::string field = all(t_.child(callee, Role::name));
          parentheses = field.empty() || field[0] < '0' || field[0] > '9';
        }
        maybe_in_parentheses(callee, parentheses, first);
        arguments(n);
        return;
      }
      case K::MethodCallExpr:
        before_dot(t_.child(n, Role::receiver), around);
        out_.word(".");
        name(t_.child(n, Role::name));
        if (const NodeId generics = t_.child(n, Role::generic_arguments)) generic_arguments(generics, true);
        arguments(n);
        return;
      case K::FieldExpr:
        before_dot(t_.child(n, Role::base), around);
        out_.word(".");
        name(t_.child(n, Role::name));
        return;
      case K::IndexExpr: {
        const NodeId base = t_.child(n, Role::base);
        if (!base) break;
        const Around first = around.first(true);
        maybe_in_parentheses(base, precedence(base, first) < kWhole || is_block_like(base), first);
        out_.word("[");
        plain(t_.child(n, Role::index));
        out_.word("]");
        return;
      }
      default: {
        const NodeId inner = t_.child(n, Role::expression);
        if (!inner) break;
        maybe_in_parentheses(inner, precedence(inner) < kWhole, around.before_dot());
        out_.word(t_.kind(n) == K::TryExpr ? "?" : ".await");
        return;
      }
    }
    ok_ = false;
  }

  void jump(NodeId n, const Around& around) {
    const K kind = t_.kind(n);
    out_.word(kind == K::ReturnExpr ? "return" : kind == K::BreakExpr ? "break" : "continue");
    if (const NodeId target = t_.child(n, Role::target)) {
      out_.space();
      name(target);
    }
    const NodeId value = t_.child(n, Role::value);
    if (!value) return;
    if (kind == K::ReturnExpr)
      out_.word(" ");
    else
      out_.space();
    maybe_in_parentheses(value, false, around.last());
  }

  void macro_call(NodeId call) {
    const NodeId path_node = call ? t_.child(call, Role::path) : NodeId();
    const NodeId tokens = call ? t_.child(call, Role::arguments) : NodeId();
    if (!path_node || !tokens) {
      ok_ = false;
      return;
    }
    const uint32_t open = first_token(tokens);
    const bool braces = t_.token_kind(open) == T::LBrace;
    if (braces) out_.open_consistent(LinePrinter::kIndent);
    path(path_node, false);
    out_.word("!");
    if (braces) out_.word(" ");
    print_delimited(source_, id_, base_ + open, base_ + t_.end_slot(tokens), true, &out_);
    if (braces) out_.close();
  }

  void record(NodeId n) {
    path(t_.child(n, Role::path), true);
    out_.word(" {");
    const NodeId base = t_.child(n, Role::base);
    const bool rest = base || t_.has_token(n, T::DotDot);
    uint32_t count = 0, at = 0;
    for (NodeId c = t_.first_child(n); c; c = t_.next_sibling(c)) count += t_.role(c) == Role::field;
    if (count == 0 && !rest) {
      out_.word("}");
      return;
    }
    out_.open_consistent();
    for (NodeId c = t_.first_child(n); c; c = t_.next_sibling(c)) {
      if (t_.role(c) != Role::field) continue;
      if (t_.child(c, Role::attribute)) ok_ = false;
      if (at++ == 0) out_.space_if_inside();
      const NodeId value = t_.child(c, Role::value);
      if (value) {
        name(t_.child(c, Role::name));
        out_.word(": ");
        plain(value);
      } else {
        name(t_.child(c, Role::name));
      }
      if (at < count || rest)
        out_.word_space(",");
      else
        out_.comma_or_space();
    }
    if (rest) {
      if (count == 0) out_.space();
      out_.word("..");
      if (base) plain(base);
      out_.space();
    }
    out_.shift_last_break(-LinePrinter::kIndent);
    out_.close();
    out_.word("}");
  }

  void parameter(NodeId n) {
    if (t_.child(n, Role::attribute)) ok_ = false;
    out_.open_inconsistent(LinePrinter::kIndent);
    if (const NodeId p = t_.child(n, Role::pattern)) pattern(p);
    if (const NodeId ty = t_.child(n, Role::type)) {
      out_.word_space(":");
      type(ty);
    }
    out_.close();
  }

  void closure(NodeId n) {
    const NodeId body = t_.child(n, Role::body);
    if (!body || t_.child(n, Role::binder)) {
      ok_ = false;
      return;
    }
    for (uint32_t slot = first_token(n); slot < t_.first_slot(body); slot += token_slots(t_.token_kind(slot))) {
      const T kind = t_.token_kind(slot);
      if (kind == T::Or || kind == T::OrOr) break;
      if (kind == T::KwMove || kind == T::KwConst || kind == T::KwStatic) out_.word_space(t_.token_text(slot));
      if (kind == T::KwAsync || kind == T::KwGen) out_.word(std::string(t_.token_text(slot)) + " ");
    }
    out_.word("|");
    list(n, Role::parameter, &ExpressionPrinter::parameter);
    out_.word("|");
    if (const NodeId result = t_.child(n, Role::return_type)) {
      out_.space_if_inside();
      out_.open_inconsistent(LinePrinter::kIndent);
      out_.word_space("->");
      type(t_.child(result, Role::type));
      out_.close();
    }
    out_.space();
    plain(body);
  }

  // ---- Blocks ----

  void label(NodeId n) {
    if (const NodeId l = t_.child(n, Role::label)) {
      name(t_.first_child(l) ? t_.first_child(l) : l);
      out_.word_space(":");
    }
  }

  void block_like(NodeId n) {
    switch (t_.kind(n)) {
      case K::IfExpr:
        out_.open_consistent();
        out_.open_inconsistent();
        out_.word("if ");
        condition(t_.child(n, Role::condition));
        out_.space();
        block(t_.child(n, Role::then_block), true);
        otherwise(t_.child(n, Role::else_branch));
        return;
      case K::WhileExpr:
      case K::ForExpr: {
        label(n);
        out_.open_consistent();
        out_.open_inconsistent();
        if (t_.kind(n) == K::WhileExpr) {
          out_.word("while ");
          condition(t_.child(n, Role::condition));
        } else {
          out_.word("for ");
          pattern(t_.child(n, Role::pattern));
          out_.space();
          out_.word_space("in");
          condition(t_.child(n, Role::iterable));
        }
        out_.space();
        block(t_.child(n, Role::body), true);
        return;
      }
      case K::LoopExpr:
        out_.open_consistent();
        out_.open_inconsistent();
        label(n);
        out_.word("loop ");
        block(t_.child(n, Role::body), true);
        return;
      case K::MatchExpr:
        match(n);
        return;
      default:
        break;
    }
    const NodeId body = t_.child(n, Role::body);
    label(n);
    bool constant = false, unsafe = false;
    for (uint32_t slot = first_token(n); body && slot < t_.first_slot(body); slot += token_slots(t_.token_kind(slot))) {
      const T kind = t_.token_kind(slot);
      constant |= kind == T::KwConst;
      unsafe |= kind == T::KwUnsafe;
      if (kind == T::KwTry) ok_ = false;
      if (kind == T::KwAsync || kind == T::KwGen) out_.word(std::string(t_.token_text(slot)) + " ");
      if (kind == T::KwMove) out_.word_space("move");
    }
    if (constant) {
      out_.open_inconsistent(LinePrinter::kIndent);
      out_.word("const ");
    }
    out_.open_consistent();
    out_.open_inconsistent();
    if (unsafe) out_.word_space("unsafe");
    block(body, true);
    if (constant) out_.close();
  }

  void otherwise(NodeId branch) {
    while (branch) {
      out_.open_consistent();
      out_.open_inconsistent();
      if (t_.kind(branch) != K::IfExpr) {
        out_.word(" else ");
        block(t_.child(branch, Role::body), true);
        return;
      }
      out_.word(" else if ");
      condition(t_.child(branch, Role::condition));
      out_.space();
      block(t_.child(branch, Role::then_block), true);
      branch = t_.child(branch, Role::else_branch);
    }
  }

  // Closes the inner box that is open, and the outer one when `close_outer`.
  void block(NodeId n, bool close_outer) {
    if (!n || t_.kind(n) != K::Block || t_.child(n, Role::attribute)) {
      ok_ = false;
      return;
    }
    out_.word("{");
    out_.close();
    bool empty = true;
    for (NodeId c = t_.first_child(n); c && ok_; c = t_.next_sibling(c)) {
      empty = false;
      statement(c);
    }
    if (!empty) out_.space_before_close(-LinePrinter::kIndent);
    out_.word("}");
    if (close_outer) out_.close();
  }

  void statement(NodeId n) {
    Around around;
    around.statement = true;
    switch (t_.kind(n)) {
      case K::LetStmt: {
        if (t_.child(n, Role::attribute) || t_.child(n, Role::else_block)) break;
        out_.space_if_inside();
        out_.open_inconsistent(LinePrinter::kIndent);
        out_.word("let ");
        out_.open_inconsistent(LinePrinter::kIndent);
        pattern(t_.child(n, Role::pattern));
        if (const NodeId ty = t_.child(n, Role::type)) {
          out_.word_space(":");
          type(ty);
        }
        out_.close();
        if (const NodeId value = t_.child(n, Role::value)) {
          out_.word(" ");
          out_.word_space("=");
          plain(value);
        }
        out_.word(";");
        out_.close();
        return;
      }
      case K::EmptyStmt:
        out_.space_if_inside();
        out_.word(";");
        return;
      case K::ExprStmt: {
        const NodeId inner = t_.child(n, Role::expression);
        out_.space_if_inside();
        maybe_in_parentheses(inner, false, around);
        if (t_.has_token(n, T::Semi)) out_.word(";");
        return;
      }
      case K::MacroItem: {
        if (t_.child(n, Role::attribute)) break;
        out_.space_if_inside();
        macro_call(t_.child(n, Role::call));
        if (t_.has_token(n, T::Semi)) out_.word(";");
        return;
      }
      default:
        if (node_category(t_.kind(n)) != NodeCategory::Expr) break;
        out_.space_if_inside();
        maybe_in_parentheses(n, false, around);
        return;
    }
    ok_ = false;
  }

  void match(NodeId n) {
    const NodeId arms = t_.child(n, Role::arms);
    if (!arms || first_kind(n) != T::KwMatch) {
      ok_ = false;
      return;
    }
    out_.open_consistent();
    out_.open_inconsistent();
    out_.word("match ");
    condition(t_.child(n, Role::scrutinee));
    out_.space();
    out_.word("{");
    out_.close();
    bool empty = true;
    for (NodeId c = t_.first_child(arms); c && ok_; c = t_.next_sibling(c)) {
      empty = false;
      if (t_.kind(c) == K::MatchArm)
        arm(c);
      else
        ok_ = false;
    }
    if (!empty) out_.space_before_close(-LinePrinter::kIndent);
    out_.word("}");
    out_.close();
  }

  void arm(NodeId n) {
    if (t_.child(n, Role::attribute)) {
      ok_ = false;
      return;
    }
    out_.space();
    out_.open_consistent(LinePrinter::kIndent);
    out_.open_inconsistent();
    pattern(t_.child(n, Role::pattern));
    out_.space();
    if (const NodeId guard = t_.child(n, Role::guard)) {
      out_.word_space("if");
      plain(guard);
      out_.space();
    }
    const NodeId body = t_.child(n, Role::body);
    if (!body) {
      out_.close();
      out_.word(",");
      out_.close();
      return;
    }
    out_.word_space("=>");
    const T first = first_kind(body);
    const bool is_block =
        t_.kind(body) == K::BlockExpr && (first == T::LBrace || first == T::KwUnsafe || t_.child(body, Role::label));
    if (is_block) {
      label(body);
      if (first == T::KwUnsafe) out_.word_space("unsafe");
      block(t_.child(body, Role::body), false);
      if (first == T::KwUnsafe) out_.word(",");
    } else {
      out_.close();
      plain(body);
      out_.word(",");
    }
    out_.close();
  }

  // ---- Paths and types ----

  void path(NodeId n, bool colons) {
    if (!n) {
      ok_ = false;
      return;
    }
    bool first = true;
    const uint32_t start = first_token(n);
    if (t_.token_kind(start) == T::ColonColon) out_.word("::");
    for (NodeId c = t_.first_child(n); c; c = t_.next_sibling(c)) {
      if (t_.kind(c) == K::QualifiedSelf) {
        out_.word("<");
        type(t_.child(c, Role::type));
        if (const NodeId trait = t_.child(c, Role::trait)) {
          out_.space();
          out_.word_space("as");
          path(trait, false);
        }
        out_.word(">");
        first = false;
        continue;
      }
      if (!first) out_.word("::");
      first = false;
      const NodeId generics = t_.child(c, Role::arguments);
      const NodeId parenthesized = t_.child(c, Role::parenthesized);
      out_.word(t_.token_text(first_token(c)));
      if (generics) generic_arguments(generics, colons);
      if (parenthesized) {
        out_.word("(");
        list(parenthesized, Role::argument, &ExpressionPrinter::type);
        out_.word(")");
        if (t_.child(parenthesized, Role::return_type)) ok_ = false;
      }
    }
  }

  void generic_arguments(NodeId n, bool colons) {
    if (colons) out_.word("::");
    out_.word("<");
    list(n, Role::argument, &ExpressionPrinter::generic_argument);
    out_.word(">");
  }

  void generic_argument(NodeId n) {
    switch (node_category(t_.kind(n))) {
      case NodeCategory::Type:
        type(n);
        return;
      case NodeCategory::Expr:
        plain(n);
        return;
      default:
        if (t_.kind(n) == K::Lifetime)
          name(n);
        else
          ok_ = false;
    }
  }

  void type(NodeId n) {
    if (!n || ++depth_ > kMaxDepth) {
      ok_ = false;
      return;
    }
    out_.open_inconsistent();
    switch (t_.kind(n)) {
      case K::PathType:
        path(n, false);
        break;
      case K::RefType:
        out_.word("&");
        if (const NodeId lifetime = t_.child(n, Role::lifetime)) out_.word(all(lifetime) + " ");
        if (t_.has_token(n, T::KwMut)) out_.word("mut ");
        type(t_.child(n, Role::type));
        break;
      case K::PointerType:
        out_.word(t_.has_token(n, T::KwMut) ? "*mut " : "*const ");
        type(t_.child(n, Role::type));
        break;
      case K::SliceType:
        out_.word("[");
        type(t_.child(n, Role::type));
        out_.word("]");
        break;
      case K::ArrayType:
        out_.word("[");
        type(t_.child(n, Role::type));
        out_.word("; ");
        plain(t_.child(n, Role::length));
        out_.word("]");
        break;
      case K::TupleType:
        out_.word("(");
        if (list(n, Role::type, &ExpressionPrinter::type) == 1) out_.word(",");
        out_.word(")");
        break;
      case K::ParenType:
        out_.word("(");
        type(t_.child(n, Role::type));
        out_.word(")");
        break;
      case K::NeverType:
      case K::InferType:
        out_.word(all(n));
        break;
      default:
        ok_ = false;
    }
    out_.close();
    --depth_;
  }

  // ---- Patterns ----

  void pattern(NodeId n) {
    if (!n || ++depth_ > kMaxDepth) {
      ok_ = false;
      return;
    }
    switch (t_.kind(n)) {
      case K::WildcardPat:
      case K::RestPat:
        out_.word(all(n));
        break;
      case K::IdentPat: {
        const NodeId name_node = t_.child(n, Role::name);
        for (uint32_t s = first_token(n); name_node && s < t_.first_slot(name_node); s += token_slots(t_.token_kind(s)))
          if (!is_trivia(t_.token_kind(s)) && !is_group_token(t_.token_kind(s)))
            out_.word(std::string(t_.token_text(s)) + " ");
        name(name_node);
        if (const NodeId sub = t_.child(n, Role::subpattern)) {
          out_.space();
          out_.word_space("@");
          pattern(sub);
        }
        break;
      }
      case K::LiteralPat:
        plain(t_.child(n, Role::value));
        break;
      case K::RangePat: {
        const NodeId start = t_.child(n, Role::start);
        const NodeId end = t_.child(n, Role::end);
        if (start) plain(start);
        out_.word(joined(start ? t_.end_slot(start) : t_.first_slot(n), end ? t_.first_slot(end) : t_.end_slot(n)));
        if (end) plain(end);
        break;
      }
      case K::RefPat: {
        const NodeId inner = t_.child(n, Role::pattern);
        out_.word(t_.has_token(n, T::KwMut) ? "&mut " : "&");
        pattern(inner);
        break;
      }
      case K::TuplePat:
        out_.word("(");
        if (list(n, Role::pattern, &ExpressionPrinter::pattern) == 1) out_.word(",");
        out_.word(")");
        break;
      case K::ParenPat:
        out_.word("(");
        pattern(t_.child(n, Role::pattern));
        out_.word(")");
        break;
      case K::SlicePat:
        out_.word("[");
        list(n, Role::pattern, &ExpressionPrinter::pattern);
        out_.word("]");
        break;
      case K::PathPat:
        path(t_.child(n, Role::path), true);
        break;
      case K::TupleStructPat:
        path(t_.child(n, Role::path), true);
        out_.word("(");
        list(n, Role::pattern, &ExpressionPrinter::pattern);
        out_.word(")");
        break;
      case K::RecordPat:
        record_pattern(n);
        break;
      case K::OrPat: {
        out_.open_inconsistent();
        bool first = true;
        for (NodeId c = t_.first_child(n); c; c = t_.next_sibling(c)) {
          if (!first) {
            out_.space();
            out_.word_space("|");
          }
          first = false;
          pattern(c);
        }
        out_.close();
        break;
      }
      case K::MacroPat:
        macro_call(t_.child(n, Role::call));
        break;
      default:
        ok_ = false;
    }
    --depth_;
  }

  void pattern_field(NodeId n) {
    if (t_.child(n, Role::attribute)) ok_ = false;
    out_.open_consistent(LinePrinter::kIndent);
    if (const NodeId field = t_.child(n, Role::name)) {
      name(field);
      out_.word(": ");
    }
    pattern(t_.child(n, Role::pattern));
    out_.close();
  }

  void record_pattern(NodeId n) {
    path(t_.child(n, Role::path), true);
    out_.word(" {");
    const bool rest = static_cast<bool>(t_.child(n, Role::rest));
    uint32_t count = 0;
    for (NodeId c = t_.first_child(n); c; c = t_.next_sibling(c)) count += t_.role(c) == Role::field;
    if (count != 0 || rest) out_.space();
    out_.open_consistent();
    uint32_t at = 0;
    for (NodeId c = t_.first_child(n); c; c = t_.next_sibling(c)) {
      if (t_.role(c) != Role::field) continue;
      if (at++ > 0) {
        out_.word(",");
        out_.space_if_inside();
      }
      pattern_field(c);
    }
    out_.close();
    if (rest) {
      if (count != 0) out_.word_space(",");
      out_.word("..");
    }
    if (count != 0 || rest) out_.space();
    out_.word("}");
  }

  const Source& source_;
  SourceId id_;
  uint32_t base_;  // where the tree's first slot is in the source
  const Tree& t_;
  LinePrinter out_;
  uint32_t depth_ = 0;
  bool ok_ = true;
};

}  // namespace

std::optional<std::string> print_expression(const Source& source, SourceId id, uint32_t begin, uint32_t end,
                                            const ParseOptions& options) {
  const Tree tree = parse_fragment(source.tree, begin, end, FragmentKind::Expr, options);
  if (!tree.errors().empty()) return std::nullopt;
  const NodeId root = tree.first_child(tree.root());
  if (!root || tree.next_sibling(root)) return std::nullopt;
  return ExpressionPrinter(source, id, begin, tree).run(root);
}

}  // namespace rp
