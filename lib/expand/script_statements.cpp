// Statements, branches, loops, patterns: where a script's ways part and meet again.
#include <algorithm>

#include "expand/builtin_literals.h"
#include "expand/script_interpreter.h"

namespace rp::script {
namespace {

using N = NodeKind;
using T = TokenKind;
using K = Value::Kind;
constexpr uint32_t kMaxSteps = 40'000;
constexpr uint32_t kMaxDepth = 400;
constexpr uint32_t kMaxRounds = 300;
constexpr size_t kMaxVariables = 2'000;

// Whether `ref mut` stands in it: then what is matched can be changed through a binding.
bool binds_mutably(Code c) { return c && c.text().find("ref mut ") != std::string_view::npos; }

}  // namespace

// ---- Ways ----

void Interpreter::Fork::begin() {
  // A copy of all variables is work, too.
  size_t weight = 0;
  for (const Variable& v : before_) weight += 1 + v.value.weight / 8;
  in_.steps_ += static_cast<uint32_t>(weight / 4);
  in_.vars_ = before_;
  in_.maybe_ = maybe_ + 1;
  in_.dead_ = false;
  leaves_ = in_.leaves_;
  first_note_ = in_.notes_.size();
  ways_.emplace_back();
  ways_.back().frame_leaves = in_.frame_leaves_;
}

void Interpreter::Fork::end(Value value) {
  Way& way = ways_.back();
  way.maybe = in_.maybe_;
  way.dead = in_.dead_;
  way.left = in_.leaves_ != leaves_;
  way.first_note = first_note_;
  way.end_note = in_.notes_.size();
  way.value = std::move(value);
  if (!way.dead) {
    way.state = std::move(in_.vars_);
    way.state.resize(std::min(way.state.size(), before_.size()));
  }
}

Value Interpreter::Fork::finish() {
  size_t possible = 0;
  Way* only = nullptr;
  for (Way& way : ways_) {
    if (way.dead && !way.left) continue;
    ++possible;
    only = &way;
  }
  in_.maybe_ = maybe_;
  in_.dead_ = false;
  if (possible == 0) {
    in_.vars_ = std::move(before_);
    in_.dead_ = true;
    return {};
  }
  if (possible == 1) {
    // The others end in a panic: this way is the one that is taken.
    for (size_t i = only->first_note; i < only->end_note; ++i)
      if (in_.notes_[i].maybe > 0) --in_.notes_[i].maybe;
    in_.dead_ = only->dead;
    in_.maybe_ = only->maybe > 0 ? only->maybe - 1 : 0;
    in_.vars_ = only->dead ? std::move(before_) : std::move(only->state);
    return std::move(only->value);
  }
  bool any = false;
  bool left = false;
  Value value;
  State state;
  for (Way& way : ways_) {
    left |= way.left;
    if (way.dead) continue;
    left |= way.maybe > maybe_ + 1;
    if (!any) {
      state = std::move(way.state);
      value = std::move(way.value);
      any = true;
      continue;
    }
    value = join(value, way.value);
    state.resize(std::min(state.size(), way.state.size()));
    for (size_t i = 0; i < state.size(); ++i) {
      state[i].value = join(state[i].value, way.state[i].value);
      state[i].lost |= way.state[i].lost;
    }
  }
  in_.maybe_ = maybe_ + (left ? 1 : 0);
  if (!any) {
    in_.vars_ = std::move(before_);
    in_.dead_ = true;
    return {};
  }
  in_.vars_ = std::move(state);
  return value;
}

void Interpreter::join_into(Exit& exit, const State& state, size_t base, const Value& value) {
  const size_t count = std::min(base, state.size());
  if (!exit.any) {
    exit.any = true;
    exit.state.assign(state.begin(), state.begin() + static_cast<std::ptrdiff_t>(count));
    exit.value = value;
    return;
  }
  exit.value = join(exit.value, value);
  exit.state.resize(std::min(exit.state.size(), count));
  for (size_t i = 0; i < exit.state.size(); ++i) {
    exit.state[i].value = join(exit.state[i].value, state[i].value);
    exit.state[i].lost |= state[i].lost;
  }
}

void Interpreter::leave(Exit& exit, size_t base, const Value& value) {
  join_into(exit, vars_, base, value);
  ++leaves_;
}

// ---- Variables ----

void Interpreter::bind(std::string_view name, Value value) {
  vars_.push_back({name, std::move(value), frame().id, serial_++, false});
  if (vars_.size() > kMaxVariables) gave_up_ = dead_ = true;
}

Interpreter::Variable* Interpreter::find(std::string_view name) {
  uint32_t limit = UINT32_MAX;
  const Frame* f = &frames_.back();
  for (;;) {
    for (size_t i = vars_.size(); i-- > 0;) {
      Variable& v = vars_[i];
      if (v.frame == f->id && v.serial < limit && v.name == name) return &v;
    }
    if (f->parent == 0) return nullptr;
    limit = std::min(limit, f->limit);
    f = &frames_[f->parent - 1];
  }
}

Interpreter::Variable* Interpreter::place(Code e) {
  for (int depth = 0; e && depth < 64; ++depth) {
    switch (e.kind()) {
      case N::PathExpr: {
        const std::vector<std::string_view> path = path_of(e);
        return path.size() == 1 ? find(path[0]) : nullptr;
      }
      case N::FieldExpr:
      case N::IndexExpr:
        e = e.child(Role::base);
        break;
      case N::ParenExpr:
        e = e.child(Role::expression);
        break;
      case N::UnaryExpr:
      case N::RefExpr:
        e = e.child(Role::operand);
        break;
      case N::MethodCallExpr:
        e = e.child(Role::receiver);
        break;
      default:
        return nullptr;
    }
  }
  return nullptr;
}

void Interpreter::store(Variable* variable, Value value) {
  if (variable != nullptr) variable->value = variable->lost ? Value() : std::move(value);
}

void Interpreter::lose(Code e) {
  if (Variable* v = place(e)) {
    // Output that is lent stays output.
    if (v->value.is(K::Stdout)) return;
    escape(v->value);
    v->value = {};
    v->lost = true;
  }
}

void Interpreter::forget_assigned(Code c) {
  const Tree& t = *c.tree;
  const uint32_t end = t.subtree_end(c.node).value;
  steps_ += (end - c.node.value) / 4;
  for (uint32_t n = c.node.value; n < end; ++n) {
    const Code e{c.tree, NodeId(n)};
    const N kind = e.kind();
    Variable* v = nullptr;
    if (kind == N::AssignExpr) v = place(e.child(Role::left));
    if (kind == N::MethodCallExpr) v = place(e.child(Role::receiver));
    if (kind == N::RefExpr && t.has_token(e.node, T::KwMut)) v = place(e.child(Role::operand));
    // What is given to a macro may be changed there.
    if (kind == N::TokenTree) {
      for (uint32_t slot = t.first_slot(e.node); slot < t.end_slot(e.node); ++slot) {
        if (t.token_kind(slot) != T::Ident) continue;
        Variable* named = find(t.token_text(slot));
        if (named != nullptr && (named->value.is(K::List) || named->value.is(K::Command))) store(named, {});
      }
    }
    if (v != nullptr && !v->value.is(K::Stdout) && !v->value.is(K::AutoCfg)) store(v, {});
  }
}

// ---- Statements ----

Value Interpreter::block(Code b) {
  const size_t base = vars_.size();
  const Tree& t = *b.tree;
  Value value = unit();
  for (NodeId c = t.first_child(b.node); c && !dead_; c = t.next_sibling(c)) {
    const Code s{&t, c};
    if (t.role(c) == Role::statement) {
      statement(s);
    } else if (t.role(c) == Role::tail) {
      value = eval(s);
    }
  }
  if (vars_.size() > base) vars_.resize(base);
  return value;
}

void Interpreter::statement(Code s) {
  const N kind = s.kind();
  if (kind == N::EmptyStmt) return;
  if (kind == N::MacroItem) {
    const Tri kept = keeps(s);
    if (kept == Tri::Yes) macro(s.child(Role::call));
    if (kept != Tri::Maybe) return;
    Fork fork(*this);
    fork.begin();
    macro(s.child(Role::call));
    fork.end(unit());
    fork.begin();
    fork.end(unit());
    fork.finish();
    return;
  }
  if (node_category(kind) == NodeCategory::Item) return;
  if (kind == N::ExprStmt) {
    eval(s.child(Role::expression));
    return;
  }
  if (kind != N::LetStmt) {
    eval(s);
    return;
  }
  const Tri kept = keeps(s);
  if (kept == Tri::No) return;
  const Code pattern = s.child(Role::pattern);
  const Code value = s.child(Role::value);
  Value v = value ? eval(value) : Value();
  if (dead_) return;
  if (kept == Tri::Maybe) v = {};
  if (binds_mutably(pattern)) lose(value);
  const Code otherwise = s.child(Role::else_block);
  if (!otherwise) {
    match(pattern, v);
    return;
  }
  const size_t before = vars_.size();
  const Tri fits = match(pattern, v);
  if (fits == Tri::Yes) return;
  State bound(std::make_move_iterator(vars_.begin() + static_cast<std::ptrdiff_t>(before)),
              std::make_move_iterator(vars_.end()));
  vars_.resize(before);
  Fork fork(*this);
  if (fits == Tri::Maybe) {
    fork.begin();
    fork.end(unit());
  }
  fork.begin();
  block(otherwise);
  fork.end(unit());
  fork.finish();
  if (!dead_)
    for (Variable& each : bound) vars_.push_back(std::move(each));
}

Value Interpreter::eval(Code e) {
  if (!e || dead_) return {};
  if (++steps_ > kMaxSteps || depth_ > kMaxDepth) {
    gave_up_ = true;
    dead_ = true;
    return {};
  }
  if ((steps_ & 0x3FFU) == 0) Cancellation::poll(input_.cancellation);
  ++depth_;
  Value v = eval_inner(e);
  --depth_;
  if (dead_) return {};
  return v;
}

// ---- Branches ----

Tri Interpreter::test(Code e) {
  if (!e || dead_) return Tri::Maybe;
  if (e.kind() == N::ParenExpr) return test(e.child(Role::expression));
  if (e.kind() == N::LetExpr) {
    const Value v = eval(e.child(Role::value));
    if (dead_) return Tri::Maybe;
    if (binds_mutably(e.child(Role::pattern))) lose(e.child(Role::value));
    return match(e.child(Role::pattern), v);
  }
  if (e.kind() == N::BinaryExpr && operator_of(e, e.child(Role::left).node) == T::AndAnd && depth_ < kMaxDepth) {
    ++depth_;
    const Tri left = test(e.child(Role::left));
    Tri right = Tri::No;
    if (!dead_ && left != Tri::No) {
      const uint32_t maybe = maybe_;
      if (left == Tri::Maybe) ++maybe_;
      right = test(e.child(Role::right));
      if (left == Tri::Maybe) {
        maybe_ = maybe;
        if (dead_) right = Tri::No;  // that way ends in a panic
        dead_ = false;
      }
    }
    --depth_;
    return both(left, right);
  }
  return eval(e).truth();
}

Value Interpreter::if_expression(Code e) {
  const size_t base = vars_.size();
  const Tri holds = test(e.child(Role::condition));
  if (dead_) return {};
  const Code then = e.child(Role::then_block);
  const Code otherwise = e.child(Role::else_branch);
  if (holds == Tri::Yes) {
    Value v = block(then);
    vars_.resize(std::min(base, vars_.size()));
    return v;
  }
  if (holds == Tri::No) {
    vars_.resize(base);
    return otherwise ? eval(otherwise) : unit();
  }
  State bound(vars_.begin() + static_cast<std::ptrdiff_t>(base), vars_.end());
  vars_.resize(base);
  Fork fork(*this);
  fork.begin();
  vars_.insert(vars_.end(), bound.begin(), bound.end());
  Value a = block(then);
  fork.end(std::move(a));
  fork.begin();
  Value b = otherwise ? eval(otherwise) : unit();
  fork.end(std::move(b));
  return fork.finish();
}

Value Interpreter::match_expression(Code e) {
  const Value scrutinee = eval(e.child(Role::scrutinee));
  const Code arms = e.child(Role::arms);
  if (dead_ || !arms) return {};
  if (binds_mutably(arms)) lose(e.child(Role::scrutinee));
  const Tree& t = *e.tree;
  const size_t base = vars_.size();
  Fork fork(*this);
  bool certain = false;
  for (NodeId c = t.first_child(arms.node); c && !certain; c = t.next_sibling(c)) {
    if (t.kind(c) != N::MatchArm) continue;
    const Code arm{&t, c};
    const Tri kept = keeps(arm);
    if (kept == Tri::No) continue;
    fork.begin();
    Tri fits = both(kept, match(arm.child(Role::pattern), scrutinee));
    const Code guard = arm.child(Role::guard);
    if (guard && fits != Tri::No) fits = both(fits, test(guard));
    if (fits == Tri::No) {
      dead_ = true;  // as a way that is not taken
      fork.end({});
      continue;
    }
    certain = fits == Tri::Yes;
    const Code body = arm.child(Role::body);
    Value v = body ? eval(body) : Value();
    vars_.resize(std::min(base, vars_.size()));
    fork.end(std::move(v));
  }
  return fork.finish();
}

// ---- Loops ----

void Interpreter::open_loop(Code label, bool block) {
  Loop& loop = loops_.emplace_back();
  if (label) loop.label = label.text();
  while (loop.label.ends_with(':') || loop.label.ends_with(' ')) loop.label.remove_suffix(1);
  loop.base = vars_.size();
  loop.frame = frames_.size();
  loop.block = block;
}

Value Interpreter::for_expression(Code e) {
  Value over = eval(e.child(Role::iterable));
  if (dead_) return {};
  const Code body = e.child(Role::body);
  const Code label = e.child(Role::label);
  const uint32_t maybe = maybe_;
  const uint64_t frame_leaves = frame_leaves_;
  const size_t base = vars_.size();
  open_loop(label, false);
  Loop& loop = loops_.back();
  const bool known = over.is(K::List) && over.exact && over.parts.size() <= kMaxRounds;
  // An option is gone through like a list of at most one.
  std::vector<Value> parts;
  if (known) parts = std::move(over.parts);
  const bool option = over.is(K::None) || over.is(K::Some);
  if (over.is(K::Some)) parts = std::move(over.parts);
  const bool unrolled = known || option;
  if (!unrolled) {
    if (over.is(K::List))
      for (const Value& part : over.parts) escape(part);
    forget_assigned(body);
    parts.emplace_back();
    ++maybe_;
    join_into(loop.broken, vars_, base, unit());  // no round at all
  }
  for (Value& part : parts) {
    if (dead_) break;
    match(e.child(Role::pattern), part);
    block(body);
    if (!dead_) join_into(loop.continued, vars_, base, unit());
    dead_ = !loop.continued.any || gave_up_;
    if (!dead_) vars_ = std::move(loop.continued.state);
    loop.continued = {};
    maybe_ = maybe + (loop.broken.any || frame_leaves_ != frame_leaves ? 1 : 0);
  }
  if (!dead_) join_into(loop.broken, vars_, base, unit());
  dead_ = !loop.broken.any || gave_up_;
  if (!dead_) vars_ = std::move(loop.broken.state);
  maybe_ = maybe + (frame_leaves_ != frame_leaves ? 1 : 0);
  loops_.pop_back();
  if (!unrolled && !dead_) forget_assigned(body);
  return unit();
}

Value Interpreter::loop_expression(Code e) {
  const Code body = e.child(Role::body);
  const Code label = e.child(Role::label);
  const Code condition = e.kind() == N::WhileExpr ? e.child(Role::condition) : Code();
  const uint32_t maybe = maybe_;
  const uint64_t frame_leaves = frame_leaves_;
  const size_t base = vars_.size();
  open_loop(label, false);
  Loop& loop = loops_.back();
  bool open = false;  // whether the loop goes on is not known: one round stands for all that may follow
  for (uint32_t round = 0; !dead_; ++round) {
    if (open || round >= kMaxRounds) {
      forget_assigned(e);
      open = true;
    }
    Tri goes_on = Tri::Yes;
    if (condition) goes_on = test(condition);
    if (dead_) break;
    if (goes_on == Tri::No) {
      vars_.resize(std::min(base, vars_.size()));
      break;
    }
    const bool was_open = open;
    if (goes_on == Tri::Maybe || loop.broken.any || was_open) {
      // The values from here on are those of any round.
      if (goes_on == Tri::Maybe) join_into(loop.broken, vars_, base, unit());
      if (!was_open) {
        open = true;
        forget_assigned(e);
        vars_.resize(base);
        ++maybe_;
        continue;
      }
    }
    block(body);
    if (!dead_) join_into(loop.continued, vars_, base, unit());
    dead_ = !loop.continued.any || gave_up_;
    if (!dead_) vars_ = std::move(loop.continued.state);
    loop.continued = {};
    maybe_ = maybe + (open || loop.broken.any || frame_leaves_ != frame_leaves ? 1 : 0);
    if (was_open) {
      if (!dead_ && condition) join_into(loop.broken, vars_, base, unit());
      dead_ = true;
    }
  }
  if (!dead_) join_into(loop.broken, vars_, base, unit());
  Value value = loop.broken.any ? loop.broken.value : Value();
  dead_ = !loop.broken.any || gave_up_;
  if (!dead_) vars_ = std::move(loop.broken.state);
  maybe_ = maybe + (frame_leaves_ != frame_leaves ? 1 : 0);
  loops_.pop_back();
  if (open && !dead_) forget_assigned(e);
  return e.kind() == N::WhileExpr ? unit() : value;
}

// ---- Patterns ----

Tri Interpreter::match_parts(Code pattern, const std::vector<Value>* parts, bool exact) {
  const Tree& t = *pattern.tree;
  std::vector<NodeId> list;
  size_t rest = SIZE_MAX;
  for (NodeId c = t.first_child(pattern.node); c; c = t.next_sibling(c)) {
    if (t.role(c) != Role::pattern) continue;
    NodeId inner = c;
    if (t.kind(c) == N::IdentPat && t.child(c, Role::subpattern)) inner = t.child(c, Role::subpattern);
    if (t.kind(inner) == N::RestPat) rest = list.size();
    list.push_back(c);
  }
  const Value unknown;
  Tri all = Tri::Yes;
  if (parts != nullptr && exact) {
    const size_t fixed = list.size() - (rest != SIZE_MAX ? 1 : 0);
    if (rest == SIZE_MAX ? parts->size() != fixed : parts->size() < fixed) {
      all = Tri::No;
      parts = nullptr;
    }
  } else {
    all = Tri::Maybe;
  }
  for (size_t i = 0; i < list.size(); ++i) {
    const Value* part = &unknown;
    if (parts != nullptr && i != rest) {
      const size_t at = rest == SIZE_MAX || i < rest ? i : parts->size() - (list.size() - i);
      if (at < parts->size() && (exact || i < rest)) part = &(*parts)[at];
    }
    const Tri fits = match({&t, list[i]}, *part);
    if (i != rest) all = both(all, fits);
  }
  return all;
}

Tri Interpreter::match(Code p, const Value& value) {
  if (!p || ++steps_ > kMaxSteps || depth_ > kMaxDepth) {
    gave_up_ = true;
    return Tri::Maybe;
  }
  struct Deeper {
    uint32_t& depth;
    explicit Deeper(uint32_t& d) : depth(d) { ++depth; }
    ~Deeper() { --depth; }
  } deeper(depth_);
  const Tree& t = *p.tree;
  switch (p.kind()) {
    case N::WildcardPat:
    case N::RestPat:
      return Tri::Yes;
    case N::IdentPat: {
      const std::string_view name = p.child(Role::name).text();
      const Code inner = p.child(Role::subpattern);
      const bool upper = !name.empty() && name[0] >= 'A' && name[0] <= 'Z';
      if (!inner && name == "None") return value.is(K::None) ? Tri::Yes : value.is(K::Some) ? Tri::No : Tri::Maybe;
      if (!inner && upper) {  // a constant or a variant
        if (constants_.contains(name)) return equal(value, constant(name));
        return value.is(K::Variant) ? tri(value.text == name) : Tri::Maybe;
      }
      const Tri fits = inner ? match(inner, value) : Tri::Yes;
      if (inner && inner.kind() == N::RestPat) {
        bind(name, {});
        return Tri::Yes;
      }
      // `ref mut x` may change what it is taken from.
      bind(name, t.has_token(p.node, T::KwRef) && t.has_token(p.node, T::KwMut) ? Value() : value);
      return fits;
    }
    case N::LiteralPat:
      return equal(value, eval(p.child(Role::value)));
    case N::RefPat:
    case N::ParenPat:
    case N::BoxPat:
      return match(p.child(Role::pattern), value);
    case N::TuplePat:
      return match_parts(p, value.is(K::Tuple) ? &value.parts : nullptr, true);
    case N::SlicePat:
      return match_parts(p, value.is(K::List) ? &value.parts : nullptr, value.exact);
    case N::OrPat: {
      Tri any = Tri::No;
      for (NodeId c = t.first_child(p.node); c; c = t.next_sibling(c)) {
        if (t.role(c) != Role::pattern) continue;
        const size_t before = vars_.size();
        const Tri fits = match({&t, c}, value);
        // Which of them binds is known only for the first that fits.
        if (fits == Tri::No) {
          vars_.resize(before);
        } else if (fits == Tri::Maybe || any != Tri::No) {
          for (size_t i = before; i < vars_.size(); ++i) vars_[i].value = {};
        }
        any = either(any, fits);
        if (any == Tri::Yes) break;
      }
      return any;
    }
    case N::RangePat: {
      const Code start = p.child(Role::start);
      const Code end = p.child(Role::end);
      Tri in = Tri::Yes;
      if (start) {
        const auto order = compare(value, eval(start));
        in = both(in, order ? tri(*order >= 0) : Tri::Maybe);
      }
      if (end) {
        const auto order = compare(value, eval(end));
        const bool open = t.has_token(p.node, T::DotDot);
        in = both(in, order ? tri(open ? *order < 0 : *order <= 0) : Tri::Maybe);
      }
      return in;
    }
    case N::PathPat: {
      const Code path = p.child(Role::path);
      const std::vector<std::string_view> names = path ? path_of(path) : std::vector<std::string_view>();
      if (names.empty()) return Tri::Maybe;
      if (names.back() == "None") return value.is(K::None) ? Tri::Yes : value.is(K::Some) ? Tri::No : Tri::Maybe;
      if (value.is(K::Variant)) return tri(value.text == names.back());
      return names.size() == 1 && constants_.contains(names[0]) ? equal(value, constant(names[0])) : Tri::Maybe;
    }
    case N::TupleStructPat: {
      const std::vector<std::string_view> names = path_of(p.child(Role::path));
      const std::string_view name = names.empty() ? std::string_view() : names.back();
      const K wanted = name == "Some" ? K::Some : name == "Ok" ? K::Ok : name == "Err" ? K::Err : K::Unknown;
      if (wanted != K::Unknown && value.kind == wanted) return match_parts(p, &value.parts, true);
      if (value.is(K::Struct) && value.text == name && types_.contains(name)) return match_parts(p, &value.parts, true);
      match_parts(p, nullptr, true);
      if (wanted != K::Unknown && (value.is_success() || value.is_failure())) return Tri::No;
      return value.is(K::Variant) ? tri(false) : Tri::Maybe;
    }
    case N::RecordPat: {
      const std::vector<std::string_view> names = path_of(p.child(Role::path));
      const bool same = value.is(K::Struct) && !names.empty() && (names.back() == value.text || names.back() == "Self");
      Tri all = same ? Tri::Yes : Tri::Maybe;
      const Value unknown;
      for (NodeId c = t.first_child(p.node); c; c = t.next_sibling(c)) {
        if (t.kind(c) != N::RecordPatField) continue;
        const Code field{&t, c};
        const Code inner = field.child(Role::pattern);
        const Code name = field.child(Role::name);
        std::string_view key = name ? name.text() : std::string_view();
        if (!name && inner && inner.kind() == N::IdentPat) key = inner.child(Role::name).text();
        const Value* part = same ? value.field(key) : nullptr;
        all = both(all, match(inner, part != nullptr ? *part : unknown));
      }
      return all;
    }
    default: {
      // Not understood: what it binds is unknown.
      const uint32_t end = t.subtree_end(p.node).value;
      for (uint32_t n = p.node.value; n < end; ++n)
        if (t.kind(NodeId(n)) == N::IdentPat) bind(Code{&t, NodeId(n)}.child(Role::name).text(), {});
      return Tri::Maybe;
    }
  }
}

}  // namespace rp::script
