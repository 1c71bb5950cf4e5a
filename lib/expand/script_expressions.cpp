// Expressions of a build script, calls apart.
#include <algorithm>
#include <charconv>

#include "expand/builtin_literals.h"
#include "expand/script_interpreter.h"

namespace rp::script {
namespace {

using N = NodeKind;
using T = TokenKind;
using K = Value::Kind;

bool is_upper(std::string_view name) { return !name.empty() && name[0] >= 'A' && name[0] <= 'Z'; }

}  // namespace

TokenKind Interpreter::operator_of(Code e, NodeId after) const {
  const Tree& t = *e.tree;
  if (!after) return T::Eof;
  for (uint32_t slot = t.end_slot(after); slot < t.end_slot(e.node); ++slot) {
    const T kind = t.token_kind(slot);
    if (!is_trivia(kind) && !is_group_token(kind)) return kind;
  }
  return T::Eof;
}

Value Interpreter::eval_inner(Code e) {
  const Tree& t = *e.tree;
  switch (e.kind()) {
    case N::LiteralExpr:
      return literal(e);
    case N::PathExpr:
      return path_expression(e);
    case N::ParenExpr:
    case N::AttributedExpr:
      if (const Tri kept = keeps(e); kept != Tri::Yes) {
        if (kept == Tri::No) return unit();
        Fork fork(*this);
        fork.begin();
        Value v = eval(e.child(Role::expression));
        fork.end(std::move(v));
        fork.begin();
        fork.end(unit());
        return fork.finish();
      }
      return eval(e.child(Role::expression));
    case N::Block:
      return block(e);
    case N::BlockExpr: {
      if (t.has_token(e.node, T::KwAsync) || t.has_token(e.node, T::KwTry)) {
        anything_ = true;
        return {};
      }
      const Code label = e.child(Role::label);
      if (!label) return block(e.child(Role::body));
      const uint32_t maybe = maybe_;
      const uint64_t frame_leaves = frame_leaves_;
      open_loop(label, true);
      const Value v = block(e.child(Role::body));
      Loop& loop = loops_.back();
      Value out = arrive(loop.broken, loop.base, v);
      maybe_ = maybe + (frame_leaves_ != frame_leaves ? 1 : 0);
      loops_.pop_back();
      return out;
    }
    case N::TupleExpr:
    case N::ArrayExpr: {
      std::vector<Value> parts;
      for (NodeId c = t.first_child(e.node); c && !dead_; c = t.next_sibling(c))
        if (t.role(c) == Role::element) parts.push_back(eval({&t, c}));
      if (e.kind() == N::ArrayExpr) return list(std::move(parts));
      return parts.empty() ? unit() : tuple(std::move(parts));
    }
    case N::ArrayRepeatExpr:
      eval(e.child(Role::element));
      return {};
    case N::UnaryExpr: {
      const Value v = eval(e.child(Role::operand));
      if (t.has_token(e.node, T::Bang)) return boolean(negate(v.truth()));
      if (t.has_token(e.node, T::Minus)) return v.is(K::Int) ? integer(-v.number) : Value();
      return v;
    }
    case N::RefExpr: {
      Value v = eval(e.child(Role::operand));
      if (t.has_token(e.node, T::KwMut) && !dead_) lose(e.child(Role::operand));
      return v;
    }
    case N::BinaryExpr:
      return binary(e);
    case N::AssignExpr:
      return assign(e);
    case N::CastExpr: {
      const Value v = eval(e.child(Role::expression));
      // To a type that may be too small for it: no longer known.
      return v.is(K::Int) && v.number >= 0 && v.number < 128 ? v : Value();
    }
    case N::RangeExpr: {
      const Code start = e.child(Role::start);
      const Code end = e.child(Role::end);
      const Value a = start ? eval(start) : Value();
      const Value b = end ? eval(end) : Value();
      if (!a.is(K::Int) || !b.is(K::Int) || b.number - a.number > 200) return {};
      const int64_t last = t.has_token(e.node, T::DotDotEq) ? b.number + 1 : b.number;
      std::vector<Value> parts;
      for (int64_t i = a.number; i < last; ++i) parts.push_back(integer(i));
      return list(std::move(parts));
    }
    case N::CallExpr:
      return call(e);
    case N::MethodCallExpr:
      return method(e);
    case N::FieldExpr:
      return field(e);
    case N::IndexExpr:
      return index(e);
    case N::TryExpr:
      return try_expression(e);
    case N::IfExpr:
      return if_expression(e);
    case N::LetExpr:
      return boolean(test(e));
    case N::MatchExpr:
      return match_expression(e);
    case N::WhileExpr:
    case N::LoopExpr:
      return loop_expression(e);
    case N::ForExpr:
      return for_expression(e);
    case N::ClosureExpr: {
      Value v;
      v.kind = K::Closure;
      v.code = e;
      v.frame = static_cast<uint32_t>(frames_.size());
      v.number = frame().id;
      v.serial = serial_;
      return v;
    }
    case N::ReturnExpr: {
      const Code value = e.child(Role::value);
      const Value v = value ? eval(value) : unit();
      if (dead_) return {};
      // main that returns an error: the package does not build.
      if (!(frame().fails_build && v.is(K::Err))) {
        leave(frame().returned, frame().base, v);
        ++frame_leaves_;
      }
      dead_ = true;
      return {};
    }
    case N::BreakExpr:
    case N::ContinueExpr: {
      const Code value = e.child(Role::value);
      const Value v = value ? eval(value) : unit();
      if (dead_) return {};
      const Code target = e.child(Role::target);
      for (size_t i = loops_.size(); i-- > 0 && loops_[i].frame == frames_.size();) {
        Loop& loop = loops_[i];
        // A labelled block is left by its name only.
        if (target ? loop.label != target.text() : loop.block) continue;
        leave(e.kind() == N::BreakExpr ? loop.broken : loop.continued, loop.base, v);
        if (i + 1 != loops_.size()) ++frame_leaves_;
        dead_ = true;
        return {};
      }
      gave_up_ = dead_ = true;
      return {};
    }
    case N::RecordExpr:
      return record_expression(e);
    case N::MacroExpr:
      return macro(e.child(Role::call));
    default:
      // What is not understood may do anything that stands in it.
      anything_ = true;
      return {};
  }
}

Value Interpreter::literal(Code e) {
  const Tree& t = *e.tree;
  uint32_t slot = t.first_slot(e.node);
  while (slot < t.end_slot(e.node) && (is_trivia(t.token_kind(slot)) || is_group_token(t.token_kind(slot)))) ++slot;
  if (slot >= t.end_slot(e.node)) return {};
  const T kind = t.token_kind(slot);
  const std::string_view written = t.token_text(slot);
  switch (kind) {
    case T::KwTrue:
    case T::KwFalse:
      return boolean(tri(kind == T::KwTrue));
    case T::Byte: {
      StringValue value;
      if (!decode_string(kind, written, &value) || value.bytes.size() != 1) return {};
      return integer(static_cast<unsigned char>(value.bytes[0]));
    }
    case T::Char:
    case T::Str:
    case T::RawStr:
    case T::ByteStr:
    case T::RawByteStr: {
      StringValue value;
      if (!decode_string(kind, written, &value)) return {};
      return text(std::move(value.bytes));
    }
    case T::Int: {
      const std::optional<std::string> digits = decimal_of_integer(written);
      int64_t n = 0;
      if (!digits || digits->size() > 15) return {};
      std::from_chars(digits->data(), digits->data() + digits->size(), n);
      return integer(n);
    }
    case T::Minus: {  // of a pattern
      return {};
    }
    default:
      return {};
  }
}

Value Interpreter::constant(const std::string_view name) {
  if (constants_.count(name) != 1) return {};
  const Code item = constants_.find(name)->second;
  const Tree& t = *item.tree;
  if (item.kind() == N::StaticItem && t.has_token(item.node, T::KwMut)) return {};
  if (keeps(item) != Tri::Yes) return {};
  const Code value = item.child(Role::value);
  if (!value || frames_.size() > 100) return {};
  // Nothing of the function around is seen. `Self` is the type of the impl that it stands in.
  std::string_view self_type;
  for (NodeId up = t.parent(item.node); up; up = t.parent(up)) {
    const Code type = t.kind(up) == N::ImplItem ? Code{&t, up}.child(Role::type) : Code();
    if (!type || type.kind() != N::PathType) continue;
    if (const std::vector<std::string_view> path = path_of(type); !path.empty()) self_type = path.back();
    break;
  }
  frames_.push_back({++next_frame_, 0, 0, vars_.size(), {}, false, false, self_type});
  const size_t base = vars_.size();
  Value v = eval(value);
  vars_.resize(std::min(base, vars_.size()));
  frames_.pop_back();
  return v;
}

Value Interpreter::path_expression(Code e) {
  const std::vector<std::string_view> path = path_of(e);
  if (path.empty()) return {};
  if (path.size() == 1) {
    if (const Variable* v = find(path[0])) return v->value;
    if (path[0] == "None") return none();
  }
  const std::vector<std::string_view> full = full_path(path);
  if (full.empty()) return {};
  const std::string_view last = full.back();
  // What is called by this name: a function of the script, or one from elsewhere.
  const auto function = functions_.find(last);
  if (function != functions_.end() && functions_.count(last) == 1 && full.front() != "std") {
    Value v;
    v.kind = K::Function;
    v.code = function->second.code;
    return v;
  }
  if (constants_.contains(last) && full.front() != "std") return constant(last);
  const auto local = variants_.find(last);
  if (full.size() >= 2 && local != variants_.end() && !local->second.empty()) {
    const std::string_view of = full[full.size() - 2];
    if (of != local->second && of != "Self") return {};
  }
  if (local != variants_.end() && !local->second.empty()) {
    Value v = variant(std::string(local->second), std::string(last));
    if (const auto at = variant_places_.find(last); at != variant_places_.end()) v.number = at->second;
    return v;
  }
  if (full.size() >= 2 && is_upper(last) && is_upper(full[full.size() - 2]) &&
      !types_.contains(full[full.size() - 2])) {
    if (last == "None") return none();
    return variant(std::string(full[full.size() - 2]), std::string(last));
  }
  Value v;
  v.kind = K::Path;
  for (const std::string_view segment : full) {
    if (!v.text.empty()) v.text += "::";
    v.text += segment;
  }
  return v;
}

Value Interpreter::arithmetic(T op, const Value& a, const Value& b) {
  if (a.is(K::Str) && b.is(K::Str) && (op == T::Plus || op == T::PlusEq))
    return a.exact ? text(a.text + b.text, b.exact) : a;
  if (a.is(K::Bool) && b.is(K::Bool)) {
    if (op == T::And || op == T::AndEq) return boolean(both(a.truth(), b.truth()));
    if (op == T::Or || op == T::OrEq) return boolean(either(a.truth(), b.truth()));
    if (op == T::Caret || op == T::CaretEq) return boolean(tri(a.number != b.number));
  }
  if (!a.is(K::Int) || !b.is(K::Int)) {
    const Tri left = a.truth();
    const Tri right = b.truth();
    if ((op == T::And || op == T::AndEq) && (left == Tri::No || right == Tri::No)) return boolean(Tri::No);
    if ((op == T::Or || op == T::OrEq) && (left == Tri::Yes || right == Tri::Yes)) return boolean(Tri::Yes);
    return {};
  }
  constexpr int64_t kSmall = 1LL << 30;
  if (a.number > kSmall || a.number < -kSmall || b.number > kSmall || b.number < -kSmall) return {};
  int64_t n = 0;
  switch (op) {
    case T::Plus:
    case T::PlusEq:
      n = a.number + b.number;
      break;
    case T::Minus:
    case T::MinusEq:
      n = a.number - b.number;
      break;
    case T::Star:
    case T::StarEq:
      n = a.number * b.number;
      break;
    case T::Slash:
    case T::SlashEq:
      if (b.number == 0) return {};
      n = a.number / b.number;
      break;
    case T::Percent:
    case T::PercentEq:
      if (b.number == 0) return {};
      n = a.number % b.number;
      break;
    default:
      return {};
  }
  // Types are not followed: what may have wrapped or overflowed is not known.
  return n >= 0 && n < (1LL << 31) ? integer(n) : Value();
}

Value Interpreter::binary(Code e) {
  const Code left = e.child(Role::left);
  const Code right = e.child(Role::right);
  const T op = operator_of(e, left.node);
  if (op == T::AndAnd || op == T::OrOr) {
    const size_t base = vars_.size();
    if (op == T::AndAnd) {
      const Tri v = test(e);
      if (!dead_ && vars_.size() > base && e.tree->kind(e.tree->parent(e.node)) != N::BinaryExpr) vars_.resize(base);
      return boolean(v);
    }
    const Tri a = eval(left).truth();
    if (dead_ || a == Tri::Yes) return boolean(Tri::Yes);
    if (a == Tri::No) return boolean(eval(right).truth());
    Fork fork(*this);
    fork.begin();
    Value b = eval(right);
    fork.end(b.truth() == Tri::Yes ? std::move(b) : Value());
    fork.begin();
    fork.end(boolean(Tri::Yes));
    return boolean(fork.finish().truth());
  }
  Value a = eval(left);
  Value b = eval(right);
  if (dead_) return {};
  const bool orders = op == T::Lt || op == T::Le || op == T::Gt || op == T::Ge;
  if (orders || op == T::EqEq || op == T::Ne) {
    const std::string_view trait = orders ? "PartialOrd" : "PartialEq";
    if (a.is(K::Struct)) a = comparable(a, trait);
    if (b.is(K::Struct)) b = comparable(b, trait);
  }
  switch (op) {
    case T::EqEq:
      return boolean(equal(a, b));
    case T::Ne:
      return boolean(negate(equal(a, b)));
    case T::Lt:
    case T::Le:
    case T::Gt:
    case T::Ge: {
      const std::optional<int> order = compare(a, b);
      if (!order) return {};
      if (op == T::Lt) return boolean(tri(*order < 0));
      if (op == T::Le) return boolean(tri(*order <= 0));
      return boolean(tri(op == T::Gt ? *order > 0 : *order >= 0));
    }
    default: {
      Value joined = arithmetic(op, a, b);
      // Paths and other types of the script may mean something else by an operator.
      return joined;
    }
  }
}

Value Interpreter::assign(Code e) {
  const Code left = e.child(Role::left);
  const T op = operator_of(e, left.node);
  Value v = eval(e.child(Role::right));
  if (dead_) return {};
  if (op != T::Eq) v = arithmetic(op, eval(left), v);
  Code at = left;
  while (at && (at.kind() == N::ParenExpr || (at.kind() == N::UnaryExpr && e.tree->has_token(at.node, T::Star))))
    at = at.child(at.kind() == N::ParenExpr ? Role::expression : Role::operand);
  if (!at) return unit();
  switch (at.kind()) {
    case N::UnderscoreExpr:
      return unit();
    case N::PathExpr: {
      Variable* variable = place(at);
      // `*x = …` changes what x refers to, which may be another variable; that one is lost since it was lent.
      store(variable, at.node == left.node ? std::move(v) : Value());
      return unit();
    }
    case N::FieldExpr: {
      const Code base = at.child(Role::base);
      Variable* variable = place(base);
      if (variable == nullptr) return unit();
      if (base.kind() == N::PathExpr && variable->value.is(K::Struct)) {
        Value whole = variable->value;
        const std::string_view name = at.child(Role::name).text();
        for (size_t i = 0; i < whole.names.size() && i < whole.parts.size(); ++i)
          if (whole.names[i] == name) {
            whole.weight += v.weight;
            whole.parts[i] = v.depth < 8 && whole.weight < 5'000 ? std::move(v) : Value();
          }
        store(variable, std::move(whole));
      } else {
        store(variable, {});
      }
      return unit();
    }
    case N::IndexExpr: {
      const Code base = at.child(Role::base);
      const Value i = eval(at.child(Role::index));
      if (dead_) return {};
      Variable* variable = base.kind() == N::PathExpr ? place(base) : nullptr;
      if (variable != nullptr && variable->value.is(K::List) && i.is(K::Int) && i.number >= 0 && v.depth < 8 &&
          static_cast<size_t>(i.number) < variable->value.parts.size()) {
        Value whole = variable->value;
        whole.weight += v.weight;
        whole.parts[static_cast<size_t>(i.number)] = whole.weight < 5'000 ? std::move(v) : Value();
        store(variable, std::move(whole));
      } else {
        store(place(base), {});
      }
      return unit();
    }
    default:
      // Places within places, several at once: all that is named there is unknown.
      const uint32_t end = e.tree->subtree_end(left.node).value;
      for (uint32_t n = left.node.value; n < end; ++n)
        if (const Code part{e.tree, NodeId(n)}; part.kind() == N::PathExpr) store(place(part), {});
      return unit();
  }
}

Value Interpreter::field(Code e) {
  const Value base = eval(e.child(Role::base));
  const std::string_view name = e.child(Role::name).text();
  if (base.is(K::Tuple) && !name.empty() && name[0] >= '0' && name[0] <= '9') {
    size_t at = 0;
    std::from_chars(name.data(), name.data() + name.size(), at);
    return at < base.parts.size() ? base.parts[at] : Value();
  }
  if (base.is(K::Struct) || base.is(K::Tuple))
    if (const Value* part = base.field(name)) return *part;
  return {};
}

Value Interpreter::index(Code e) {
  const Value base = eval(e.child(Role::base));
  const Code at = e.child(Role::index);
  if (dead_) return {};
  if (at && at.kind() == N::RangeExpr && base.is(K::Str)) {
    const Code start = at.child(Role::start);
    const Code end = at.child(Role::end);
    const Value from = start ? eval(start) : integer(0);
    if (!from.is(K::Int) || from.number < 0) return {};
    const size_t first = static_cast<size_t>(from.number);
    if (!end) {
      if (first > base.text.size()) {
        if (base.exact) die();
        return {};
      }
      return text(base.text.substr(first), base.exact);
    }
    const Value to = eval(end);
    if (!to.is(K::Int)) return {};
    const size_t last = static_cast<size_t>(to.number) + (e.tree->has_token(at.node, T::DotDotEq) ? 1 : 0);
    if (to.number < 0 || last < first || last > base.text.size()) {
      if (base.exact) die();
      return {};
    }
    return text(base.text.substr(first, last - first));
  }
  const Value i = eval(at);
  if (!base.is(K::List) || !i.is(K::Int) || i.number < 0) return {};
  if (static_cast<size_t>(i.number) < base.parts.size()) return base.parts[static_cast<size_t>(i.number)];
  if (base.exact) die();
  return {};
}

Value Interpreter::try_expression(Code e) {
  Value v = eval(e.child(Role::expression));
  if (dead_) return {};
  if (v.is_success()) return std::move(v.parts[0]);
  // main that fails: the package does not build, so this did not happen.
  if (frame().fails_build) {
    if (v.is_failure()) die();
    return {};
  }
  leave(frame().returned, frame().base, v.is_failure() ? v : Value());
  ++frame_leaves_;
  if (v.is_failure()) {
    dead_ = true;
  } else {
    ++maybe_;
  }
  return {};
}

Value Interpreter::record_expression(Code e) {
  const Tree& t = *e.tree;
  std::vector<std::string> names;
  std::vector<Value> parts;
  for (NodeId c = t.first_child(e.node); c && !dead_; c = t.next_sibling(c)) {
    if (t.kind(c) != N::RecordExprField) continue;
    const Code part{&t, c};
    const Code name = part.child(Role::name);
    const Code value = part.child(Role::value);
    if (!name) continue;
    names.emplace_back(name.text());
    if (value) {
      parts.push_back(eval(value));
    } else {
      const Variable* v = find(name.text());
      parts.push_back(v != nullptr ? v->value : Value());
    }
  }
  const std::vector<std::string_view> path = path_of(e.child(Role::path));
  std::string_view type = path.empty() ? std::string_view() : path.back();
  if (type == "Self") type = frame().self_type;
  if (const Code base = e.child(Role::base)) {
    eval(base);
    for (const Value& part : parts) escape(part);
    return {};
  }
  return record(std::string(type), std::move(names), std::move(parts));
}

}  // namespace rp::script
