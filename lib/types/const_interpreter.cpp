// Control flow of constant evaluation: blocks, branches, loops, patterns, calls.
#include "types/const_interpreter.h"

#include <algorithm>

namespace rp {

using N = NodeKind;
using T = TokenKind;

namespace {
constexpr uint32_t kMaxExpressionDepth = 300;
constexpr size_t kMaxCells = 200'000;
}  // namespace

ConstValue ConstInterpreter::unknown() {
  if (exit_ == Exit::None) exit_ = Exit::Unknown;
  return {};
}
ConstValue ConstInterpreter::generic() {
  if (exit_ == Exit::None) exit_ = Exit::Generic;
  return {};
}
ConstValue ConstInterpreter::fail(std::string message) {
  if (exit_ == Exit::None) {
    exit_ = Exit::Error;
    message_ = std::move(message);
  }
  return {};
}
ConstValue ConstInterpreter::scalar(TypeId type, Bits128 value) const {
  ConstValue v;
  v.kind = Kind::Scalar;
  v.type = type;
  v.bits = value;
  return v;
}
ConstValue ConstInterpreter::unit() const {
  ConstValue v;
  v.kind = Kind::Aggregate;
  v.type = store_.unit;
  return v;
}
ConstValue ConstInterpreter::option(bool some, ConstValue value) {
  ConstValue v;
  v.kind = Kind::Aggregate;
  const DefRef option = s_.items.lang(LangItem::Option);
  for (const VariantInfo& variant : s_.items.adt(option).variants)
    if (store_.text(variant.name) == (some ? "Some" : "None")) v.def = variant.def;
  if (!v.def) return unknown();
  if (some) v.parts.push_back(std::move(value));
  return v;
}

LowerScope ConstInterpreter::scope() const {
  LowerScope scope;
  scope.text = frame_.text;
  scope.owner = frame_.owner;
  scope.scope = frame_.scope;
  scope.holes = Holes::Unknown;
  return scope;
}

TypeId ConstInterpreter::lower(NodeId node) {
  if (!node) return {};
  const TypeId written = Lowerer(s_, scope()).type(node);
  const std::span<const GenericArg> view = store_.list_of(frame_.args);
  return s_.traits.normalize(store_.substitute(written, std::vector<GenericArg>(view.begin(), view.end())), env_);
}

uint32_t ConstInterpreter::context_at(uint32_t slot) const {
  const CrateDefs* c = s_.crate(frame_.text.crate);
  if (c == nullptr || !frame_.text.source) return 0;
  return c->sources[frame_.text.source.value].source->context(slot);
}

// ---- Entry ----

ConstValue ConstInterpreter::expression(const TextRef& text, NodeId node, DefRef owner, ListId args, TypeId expected) {
  const Frame outer = frame_;
  frame_ = {};
  frame_.text = text;
  frame_.tree = s_.items.tree_of(text);
  frame_.owner = owner;
  frame_.args = args;
  frame_.first_variable = variables_.size();
  frame_.output = expected;
  ConstValue v;
  if (frame_.tree == nullptr || s_.conditions.inside(text, node))
    v = unknown();
  else
    v = eval(node, expected);
  if (!stopped() && expected) v = coerce(std::move(v), expected);
  variables_.resize(frame_.first_variable);
  frame_ = outer;
  return v;
}

ConstValue ConstInterpreter::item(DefRef def, ListId args) {
  const Def* d = s_.def(def);
  if (d == nullptr) return unknown();
  if (d->kind == DefKind::Static) return unknown();
  if (d->kind != DefKind::Const && d->kind != DefKind::AssocConst) return unknown();
  const Items::Text text = s_.items.text_of(def);
  if (text.tree == nullptr) return unknown();
  const NodeId value = text.tree->child(text.node, Role::value);
  if (!value) return unknown();
  const std::span<const GenericArg> view = store_.list_of(args);
  const TypeId type = s_.traits.normalize(
      store_.substitute(s_.items.type_of(def), std::vector<GenericArg>(view.begin(), view.end())), env_);
  ConstValue v = expression(text.ref, value, def, args, store_.is_unknown(type) ? TypeId() : type);
  if (!stopped() && !v.type) v.type = type;
  return v;
}

ConstValue ConstInterpreter::eval(NodeId node, TypeId expected) {
  if (stopped() || !node) return unknown();
  if (steps_left_ == 0 || depth_ >= kMaxExpressionDepth || cells_ > kMaxCells) return unknown();
  --steps_left_;
  ++depth_;
  ConstValue v = eval_inner(node, expected);
  --depth_;
  return v;
}

ConstValue ConstInterpreter::eval_inner(NodeId node, TypeId expected) {
  const Tree& t = tree();
  switch (t.kind(node)) {
    case N::Fragment: {
      // What a macro became: an expression, or statements with a last one.
      if (const NodeId content = t.child(node, Role::content); content) return eval(content, expected);
      return block(node, expected);
    }
    case N::LiteralExpr:
      return literal(node, expected);
    case N::ParenExpr:
    case N::AttributedExpr:
      return eval(t.child(node, Role::expression), expected);
    case N::PathExpr:
    case N::PathType:
      return path(node, expected);
    case N::UnaryExpr:
      return unary(node, expected);
    case N::BinaryExpr:
      return binary(node, expected);
    case N::AssignExpr:
      return assign(node);
    case N::CastExpr:
      return cast(node);
    case N::BlockExpr: {
      const std::string_view label = label_of(node, Role::label);
      if (t.has_token(node, T::KwAsync) || t.has_token(node, T::KwTry)) return unknown();
      ConstValue v = block(t.child(node, Role::body), expected);
      if (exit_ == Exit::Break && !label.empty() && exit_label_ == label) {
        exit_ = Exit::None;
        v = std::move(exit_value_);
      }
      return v;
    }
    case N::Block:
      return block(node, expected);
    case N::IfExpr:
      return branch(node, expected);
    case N::MatchExpr:
      return match(node, expected);
    case N::WhileExpr:
    case N::LoopExpr:
      return loop(node, expected);
    case N::TupleExpr:
    case N::ArrayExpr: {
      ConstValue v;
      v.kind = Kind::Aggregate;
      TypeId element;
      const bool array = t.kind(node) == N::ArrayExpr;
      if (array && expected && store_.kind(expected) == TypeKind::Array) element = store_.element(expected);
      std::vector<GenericArg> types;
      if (!array && expected && store_.kind(expected) == TypeKind::Tuple) {
        const std::span<const GenericArg> view = store_.args(expected);
        types.assign(view.begin(), view.end());
      }
      for (NodeId c = t.first_child(node); c && !stopped(); c = t.next_sibling(c)) {
        if (t.role(c) != Role::element) continue;
        const size_t i = v.parts.size();
        v.parts.push_back(eval(c, array ? element : i < types.size() ? types[i].type() : TypeId()));
        ++cells_;
      }
      if (!array && v.parts.empty()) v.type = store_.unit;
      return v;
    }
    case N::ArrayRepeatExpr: {
      TypeId element;
      if (expected && store_.kind(expected) == TypeKind::Array) element = store_.element(expected);
      const ConstValue value = eval(t.child(node, Role::element), element);
      const ConstValue length = eval(t.child(node, Role::length), store_.integer(IntKind::Usize));
      if (stopped()) return {};
      if (length.kind != Kind::Scalar && length.kind != Kind::Untyped) return unknown();
      if (length.bits.hi != 0 || length.bits.lo > kMaxCells - std::min(kMaxCells, cells_)) return unknown();
      ConstValue v;
      v.kind = Kind::Aggregate;
      v.parts.assign(length.bits.lo, value);
      cells_ += length.bits.lo;
      return v;
    }
    case N::RefExpr: {
      if (t.has_token(node, T::KwMut) || t.has_token(node, T::KwRaw)) return unknown();
      TypeId inner;
      if (expected && store_.kind(expected) == TypeKind::Ref) inner = store_.element(expected);
      ConstValue v;
      v.kind = Kind::Reference;
      v.parts.push_back(eval(t.child(node, Role::operand), inner));
      return v;
    }
    case N::CallExpr:
      return call(node, expected);
    case N::MethodCallExpr:
      return method(node, expected);
    case N::FieldExpr:
      return field(node);
    case N::IndexExpr:
      return index(node);
    case N::RecordExpr:
      return record(node);
    case N::MacroExpr:
      return macro(node, expected);
    case N::ReturnExpr: {
      const NodeId value = t.child(node, Role::value);
      ConstValue v = value ? eval(value, frame_.output) : unit();
      if (stopped()) return {};
      exit_ = Exit::Return;
      exit_value_ = std::move(v);
      return {};
    }
    case N::BreakExpr: {
      const NodeId value = t.child(node, Role::value);
      ConstValue v = value ? eval(value, {}) : unit();
      if (stopped()) return {};
      exit_ = Exit::Break;
      exit_label_ = label_of(node, Role::target);
      exit_value_ = std::move(v);
      return {};
    }
    case N::ContinueExpr:
      exit_ = Exit::Continue;
      exit_label_ = label_of(node, Role::target);
      return {};
    default:
      return unknown();
  }
}

std::string_view ConstInterpreter::label_of(NodeId node, Role role) const {
  const NodeId label = tree().child(node, role);
  const uint32_t slot = label ? word_slot(tree(), label) : UINT32_MAX;
  return slot == UINT32_MAX ? std::string_view() : tree().token_text(slot);
}

ConstValue ConstInterpreter::macro(NodeId node, TypeId expected) {
  const NodeId call = tree().child(node, Role::call);
  const CrateDefs* c = s_.crate(frame_.text.crate);
  if (!call || c == nullptr || !frame_.text.source) return unknown();
  for (const uint32_t number : c->expansions_at(frame_.text.source, call)) {
    const Expansion& e = c->expansions[number];
    if (e.state != ExpansionState::Expanded && e.state != ExpansionState::Modelled) continue;
    if (!e.output || c->sources[e.output.value].source == nullptr) continue;
    const Tree& made = c->sources[e.output.value].source->tree;
    if (made.node_count() == 0) return unknown();
    const TextRef text = frame_.text;
    const Tree* outer = frame_.tree;
    frame_.text.source = e.output;
    frame_.tree = &made;
    ConstValue v = eval(made.root(), expected);
    frame_.text = text;
    frame_.tree = outer;
    return v;
  }
  return unknown();
}

// ---- Variables ----

ConstInterpreter::Variable* ConstInterpreter::find_variable(std::string_view name, uint32_t context) {
  for (size_t i = variables_.size(); i-- > frame_.first_variable;)
    if (variables_[i].name == name && variables_[i].context == context) return &variables_[i];
  return nullptr;
}

void ConstInterpreter::bind(NodeId name, ConstValue value, TypeId type) {
  const uint32_t slot = word_slot(tree(), name);
  if (slot == UINT32_MAX) return;
  Variable v;
  v.name = bare_name(tree().token_text(slot));
  v.context = context_at(slot);
  v.value = std::move(value);
  v.type = type;
  variables_.push_back(std::move(v));
}

bool ConstInterpreter::place_of(NodeId node, Place* out) {
  const Tree& t = tree();
  switch (t.kind(node)) {
    case N::ParenExpr:
      return place_of(t.child(node, Role::expression), out);
    case N::PathExpr: {
      const uint32_t slot = word_slot(t, node);
      if (slot == UINT32_MAX) return false;
      const Variable* v = find_variable(bare_name(t.token_text(slot)), context_at(slot));
      if (v == nullptr) return false;
      out->variable = static_cast<size_t>(v - variables_.data());
      return true;
    }
    case N::FieldExpr: {
      if (!place_of(t.child(node, Role::base), out)) return false;
      const NodeId name = t.child(node, Role::name);
      const uint32_t slot = name ? word_slot(t, name) : UINT32_MAX;
      const ConstValue* base = at(*out);
      if (slot == UINT32_MAX || base == nullptr || base->kind != Kind::Aggregate) return false;
      const std::string_view text = bare_name(t.token_text(slot));
      if (base->def) {
        const Def* d = s_.def(base->def);
        const DefRef owner = d != nullptr && d->kind == DefKind::Variant ? s_.items.container(base->def) : base->def;
        for (const VariantInfo& v : s_.items.adt(owner).variants) {
          if (v.def != base->def) continue;
          for (size_t i = 0; i < v.fields.size(); ++i)
            if (store_.text(v.fields[i].name) == text) {
              out->path.push_back(i);
              return true;
            }
        }
        return false;
      }
      size_t i = 0;
      for (const char c : text) {
        if (c < '0' || c > '9' || i > 1000) return false;
        i = i * 10 + static_cast<size_t>(c - '0');
      }
      out->path.push_back(i);
      return true;
    }
    case N::IndexExpr: {
      if (!place_of(t.child(node, Role::base), out)) return false;
      const ConstValue i = eval(t.child(node, Role::index), store_.integer(IntKind::Usize));
      if (stopped() || (i.kind != Kind::Scalar && i.kind != Kind::Untyped) || i.bits.hi != 0) return false;
      const ConstValue* base = at(*out);
      if (base == nullptr || base->kind != Kind::Aggregate) return false;
      if (i.bits.lo >= base->parts.size()) {
        fail("index out of bounds");
        return false;
      }
      out->path.push_back(i.bits.lo);
      return true;
    }
    default:
      return false;
  }
}

ConstValue* ConstInterpreter::at(const Place& place) {
  if (place.variable >= variables_.size()) return nullptr;
  ConstValue* v = &variables_[place.variable].value;
  for (const size_t i : place.path) {
    if (v->kind != Kind::Aggregate || i >= v->parts.size()) return nullptr;
    v = &v->parts[i];
  }
  return v;
}

ConstValue ConstInterpreter::assign(NodeId node) {
  const Tree& t = tree();
  const NodeId left = t.child(node, Role::left), right = t.child(node, Role::right);
  if (!left || !right) return unknown();
  if (t.kind(left) == N::UnderscoreExpr) {
    eval(right, {});
    return unit();
  }
  const TokenKind op = operator_of(node, left);
  Place place;
  if (!place_of(left, &place)) return unknown();
  TypeId expected;
  if (const ConstValue* now = at(place); now != nullptr && now->kind == Kind::Scalar) expected = now->type;
  const TokenKind plain = op == T::PlusEq      ? T::Plus
                          : op == T::MinusEq   ? T::Minus
                          : op == T::StarEq    ? T::Star
                          : op == T::SlashEq   ? T::Slash
                          : op == T::PercentEq ? T::Percent
                          : op == T::AndEq     ? T::And
                          : op == T::OrEq      ? T::Or
                          : op == T::CaretEq   ? T::Caret
                          : op == T::ShlEq     ? T::Shl
                          : op == T::ShrEq     ? T::Shr
                                               : T::Eof;
  if (op != T::Eq && plain == T::Eof) return unknown();
  const bool shifts = plain == T::Shl || plain == T::Shr;
  ConstValue value = eval(right, shifts ? TypeId() : expected);
  if (stopped()) return {};
  ConstValue* target = at(place);
  if (target == nullptr) return unknown();
  if (op != T::Eq) {
    value = operate(plain, *target, std::move(value));
    if (stopped()) return {};
    target = at(place);
  } else if (expected && value.kind == Kind::Untyped) {
    value = coerce(std::move(value), expected);
    if (stopped()) return {};
    target = at(place);
  }
  *target = std::move(value);
  return unit();
}

// ---- Blocks and branches ----

ConstValue ConstInterpreter::block(NodeId node, TypeId expected) {
  if (!node || s_.conditions.inside(frame_.text, node)) return unknown();
  const Tree& t = tree();
  const size_t outer = variables_.size();
  const CrateDefs* crate = frame_.text.source ? s_.crate(frame_.text.crate) : nullptr;
  const uint32_t outer_scope = frame_.scope;
  if (crate != nullptr)
    if (const uint32_t own = crate->block_scope(frame_.text.source, node); own != UINT32_MAX) frame_.scope = own;
  const auto removed = [&](NodeId c) { return crate != nullptr && crate->is_removed(frame_.text.source, c); };
  // What stands last is the value when nothing ends it, which cfg may decide.
  const auto is_last = [&](NodeId c) {
    for (c = t.next_sibling(c); c; c = t.next_sibling(c))
      if ((t.role(c) == Role::statement || t.role(c) == Role::tail) && !removed(c)) return false;
    return true;
  };
  ConstValue result = unit();
  for (NodeId c = t.first_child(node); c && !stopped(); c = t.next_sibling(c)) {
    if (removed(c)) continue;
    if (t.role(c) == Role::tail) {
      result = eval(c, expected);
      break;
    }
    if (t.role(c) != Role::statement) continue;
    switch (t.kind(c)) {
      case N::LetStmt: {
        const NodeId written = t.child(c, Role::type);
        const TypeId type = written ? lower(written) : TypeId();
        const NodeId value = t.child(c, Role::value);
        const NodeId pattern = t.child(c, Role::pattern);
        if (!pattern) return unknown();
        ConstValue v;
        if (value) {
          v = eval(value, type);
          if (stopped()) break;
          if (type && v.kind == Kind::Untyped) v = coerce(std::move(v), type);
          if (stopped()) break;
        }
        if (!value && t.kind(pattern) != N::IdentPat) return unknown();
        if (matches(pattern, v)) break;
        if (stopped()) break;
        const NodeId otherwise = t.child(c, Role::else_block);
        if (!otherwise) return unknown();
        block(otherwise, {});
        if (!stopped()) return unknown();
        break;
      }
      case N::ExprStmt: {
        const NodeId inner = t.child(c, Role::expression);
        const bool is_value = !t.has_token(c, T::Semi) && is_last(c);
        ConstValue v = eval(inner, is_value ? expected : TypeId());
        if (!stopped() && is_value) result = std::move(v);
        break;
      }
      case N::EmptyStmt:
        break;
      default:
        break;  // an item
    }
  }
  variables_.resize(std::min(variables_.size(), std::max(outer, frame_.first_variable)));
  frame_.scope = outer_scope;
  if (stopped()) return {};
  return result;
}

bool ConstInterpreter::condition(NodeId node) {
  const Tree& t = tree();
  if (t.kind(node) == N::LetExpr) {
    const ConstValue v = eval(t.child(node, Role::value), {});
    return !stopped() && matches(t.child(node, Role::pattern), v);
  }
  if (t.kind(node) == N::BinaryExpr && operator_of(node, t.child(node, Role::left)) == T::AndAnd)
    return condition(t.child(node, Role::left)) && !stopped() && condition(t.child(node, Role::right));
  const ConstValue v = eval(node, store_.boolean);
  if (stopped()) return false;
  if (v.kind != Kind::Scalar || v.type != store_.boolean) {
    unknown();
    return false;
  }
  return v.bits.lo != 0;
}

ConstValue ConstInterpreter::branch(NodeId node, TypeId expected) {
  const Tree& t = tree();
  const size_t outer = variables_.size();
  const NodeId test = t.child(node, Role::condition);
  if (!test) return unknown();
  const bool yes = condition(test);
  ConstValue v;
  if (!stopped()) {
    if (yes) {
      v = block(t.child(node, Role::then_block), expected);
    } else {
      variables_.resize(outer);
      const NodeId otherwise = t.child(node, Role::else_branch);
      v = otherwise ? eval(otherwise, expected) : unit();
    }
  }
  variables_.resize(std::min(outer, variables_.size()));
  return v;
}

ConstValue ConstInterpreter::match(NodeId node, TypeId expected) {
  const Tree& t = tree();
  const ConstValue value = eval(t.child(node, Role::scrutinee), {});
  const NodeId arms = t.child(node, Role::arms);
  if (stopped() || !arms) return unknown();
  for (NodeId arm = t.first_child(arms); arm; arm = t.next_sibling(arm)) {
    if (t.kind(arm) != N::MatchArm) continue;
    const size_t outer = variables_.size();
    bool yes = matches(t.child(arm, Role::pattern), value);
    if (stopped()) return {};
    if (yes)
      if (const NodeId guard = t.child(arm, Role::guard); guard) yes = condition(guard);
    if (stopped()) return {};
    if (yes) {
      const NodeId body = t.child(arm, Role::body);
      ConstValue v = body ? eval(body, expected) : unknown();
      variables_.resize(std::min(outer, variables_.size()));
      return v;
    }
    variables_.resize(outer);
  }
  return unknown();
}

ConstValue ConstInterpreter::loop(NodeId node, TypeId expected) {
  const Tree& t = tree();
  const std::string_view label = label_of(node, Role::label);
  const NodeId test = t.child(node, Role::condition);
  const NodeId body = t.child(node, Role::body);
  (void)expected;
  while (true) {
    if (steps_left_ == 0) return unknown();
    --steps_left_;
    const size_t outer = variables_.size();
    if (test) {
      const bool yes = condition(test);
      if (stopped()) return {};
      if (!yes) {
        variables_.resize(outer);
        return unit();
      }
    }
    block(body, {});
    variables_.resize(std::min(outer, variables_.size()));
    if (exit_ == Exit::None) continue;
    const bool mine = exit_label_.empty() || exit_label_ == label;
    if (exit_ == Exit::Continue && mine) {
      exit_ = Exit::None;
      continue;
    }
    if (exit_ == Exit::Break && mine) {
      exit_ = Exit::None;
      exit_label_ = {};
      return std::move(exit_value_);
    }
    return {};
  }
}

// ---- Patterns ----

bool ConstInterpreter::matches(NodeId pattern, const ConstValue& given) {
  if (!pattern || stopped()) {
    unknown();
    return false;
  }
  const Tree& t = tree();
  const ConstValue* value = &given;
  const N kind = t.kind(pattern);
  // Patterns look through references.
  if (kind != N::IdentPat && kind != N::WildcardPat && kind != N::RefPat)
    while (value->kind == Kind::Reference) value = &value->parts[0];
  const auto equal = [&](ConstValue wanted) {
    ConstValue a = *value;
    if (a.kind == Kind::Text || wanted.kind == Kind::Text) {
      if (a.kind == wanted.kind) return a.text == wanted.text;
      unknown();
      return false;
    }
    const ConstValue same = compare(T::EqEq, a, wanted);
    return !stopped() && same.bits.lo != 0;
  };
  const auto ordered = [&](NodeId bound, TokenKind op) {
    const ConstValue limit = eval(bound, value->kind == Kind::Scalar ? value->type : TypeId());
    if (stopped()) return false;
    const ConstValue holds = compare(op, *value, limit);
    return !stopped() && holds.bits.lo != 0;
  };
  switch (kind) {
    case N::WildcardPat:
    case N::RestPat:
      return true;
    case N::ParenPat:
      return matches(t.child(pattern, Role::pattern), given);
    case N::RefPat:
      if (value->kind != Kind::Reference) {
        unknown();
        return false;
      }
      return matches(t.child(pattern, Role::pattern), value->parts[0]);
    case N::LiteralPat:
      return equal(eval(t.child(pattern, Role::value), value->kind == Kind::Scalar ? value->type : TypeId()));
    case N::RangePat: {
      const NodeId start = t.child(pattern, Role::start), end = t.child(pattern, Role::end);
      if (start && !ordered(start, T::Ge)) return false;
      const bool exclusive = t.has_token(pattern, T::DotDot);
      return !end || ordered(end, exclusive ? T::Lt : T::Le);
    }
    case N::OrPat: {
      for (NodeId c = t.first_child(pattern); c && !stopped(); c = t.next_sibling(c))
        if (t.role(c) == Role::pattern && matches(c, given)) return true;
      return false;
    }
    case N::IdentPat: {
      const NodeId name = t.child(pattern, Role::name);
      // A name that stands for a constant or a variant is no binding.
      const CrateNames* names = s_.names_of(frame_.text.crate);
      const NameUse* use = names != nullptr && frame_.text.source ? names->find(frame_.text.source, name) : nullptr;
      DefRef def =
          use != nullptr && use->resolution.kind == ResolutionKind::Definition ? use->resolution.def : DefRef();
      const uint32_t slot = name ? word_slot(t, name) : UINT32_MAX;
      if (names == nullptr && slot != UINT32_MAX) {
        const std::string_view text = t.token_text(slot);
        const bool upper = !text.empty() && text[0] >= 'A' && text[0] <= 'Z';
        if (upper) {
          const CrateDefs* c = s_.crate(frame_.text.crate);
          uint32_t in = frame_.scope != UINT32_MAX ? frame_.scope : s_.scope_of(frame_.owner);
          if (c == nullptr || in == UINT32_MAX) {
            unknown();
            return false;
          }
          NameLookup& lookup = s_.lookup(c->index);
          const uint32_t word = lookup.intern(text);
          ItemFound found;
          while (!found && c->scopes[in].kind == ScopeKind::Block && c->scopes[in].parent != UINT32_MAX) {
            found = lookup.in_scope({c->index, in}, word, Namespace::Value, DefId());
            in = c->scopes[in].parent;
          }
          if (!found) found = lookup.lexical(in, word, Namespace::Value);
          if (found.kind == ItemFound::Kind::Unknown) {
            unknown();
            return false;
          }
          if (found.kind == ItemFound::Kind::Def) def = found.def;
        }
      }
      if (def) {
        const Def* d = s_.def(def);
        if (d != nullptr && (d->kind == DefKind::Const || d->kind == DefKind::AssocConst))
          return equal(item(def, store_.empty_list));
        if (d != nullptr && (d->kind == DefKind::Variant || d->kind == DefKind::Struct)) {
          while (value->kind == Kind::Reference) value = &value->parts[0];
          if (value->kind != Kind::Aggregate || !value->def) {
            unknown();
            return false;
          }
          return value->def == def;
        }
        if (d != nullptr && d->kind == DefKind::Static) {
          unknown();
          return false;
        }
      }
      if (const NodeId inner = t.child(pattern, Role::subpattern); inner && !matches(inner, given)) return false;
      bind(name, given, {});
      return true;
    }
    case N::PathPat: {
      const NodeId path_node = t.child(pattern, Role::path);
      if (!path_node) {
        unknown();
        return false;
      }
      const PathMeaning m = Lowerer(s_, scope()).resolve(path_node, Namespace::Value);
      const Def* d = m.kind == PathMeaning::Kind::Def ? s_.def(m.def) : nullptr;
      if (d != nullptr && (d->kind == DefKind::Variant || d->kind == DefKind::Struct)) {
        if (value->kind != Kind::Aggregate || !value->def) {
          unknown();
          return false;
        }
        return value->def == m.def;
      }
      return equal(path(path_node, value->kind == Kind::Scalar ? value->type : TypeId()));
    }
    case N::TupleStructPat:
    case N::TuplePat:
    case N::SlicePat: {
      if (value->kind != Kind::Aggregate) {
        unknown();
        return false;
      }
      if (kind == N::TupleStructPat) {
        const PathMeaning m = Lowerer(s_, scope()).resolve(t.child(pattern, Role::path), Namespace::Value);
        if (m.kind != PathMeaning::Kind::Def || !value->def) {
          unknown();
          return false;
        }
        if (value->def != m.def) return false;
      }
      std::vector<NodeId> parts;
      size_t rest = SIZE_MAX;
      for (NodeId c = t.first_child(pattern); c; c = t.next_sibling(c)) {
        if (t.role(c) != Role::pattern) continue;
        if (t.kind(c) == N::RestPat) rest = parts.size();
        parts.push_back(c);
      }
      const size_t fixed = parts.size() - (rest == SIZE_MAX ? 0 : 1);
      if (rest == SIZE_MAX ? fixed != value->parts.size() : fixed > value->parts.size()) return false;
      for (size_t i = 0; i < parts.size(); ++i) {
        if (i == rest) continue;
        const size_t from = i < rest ? i : value->parts.size() - (parts.size() - i);
        const ConstValue part = value->parts[from];
        if (!matches(parts[i], part)) return false;
      }
      return true;
    }
    default:
      unknown();
      return false;
  }
}

// ---- Calls ----

ConstValue ConstInterpreter::call(NodeId node, TypeId expected) {
  const Tree& t = tree();
  const NodeId callee = t.child(node, Role::callee);
  if (!callee) return unknown();
  NodeId name = callee;
  while (t.kind(name) == N::ParenExpr) name = t.child(name, Role::expression);
  if (t.kind(name) != N::PathExpr) return unknown();
  const ConstValue function = path(name, {});
  if (stopped()) return {};
  if (function.kind != Kind::Function) return unknown();
  if (std::optional<ConstValue> known = intrinsic(function.def, name)) return std::move(*known);
  const Def* d = s_.def(function.def);
  std::vector<TypeId> types;
  const std::span<const GenericArg> view = store_.list_of(function.args);
  const TypeId signature =
      store_.substitute(s_.items.fn_signature(function.def), std::vector<GenericArg>(view.begin(), view.end()));
  if (store_.kind(signature) == TypeKind::FnPtr)
    for (const GenericArg input : store_.signature(signature).inputs) types.push_back(input.type());
  if (store_.kind(signature) == TypeKind::FnPtr && store_.kind(store_.signature(signature).output) == TypeKind::Never &&
      function.def.crate < kSysrootCrates)
    return fail("evaluation panicked");
  std::vector<ConstValue> values;
  const NodeId list = t.child(node, Role::arguments);
  for (NodeId c = list ? t.first_child(list) : NodeId(); c && !stopped(); c = t.next_sibling(c)) {
    if (t.role(c) != Role::argument) continue;
    TypeId type = values.size() < types.size() ? types[values.size()] : TypeId();
    if (type && store_.has(type, kHasParam | kHasUnknown | kHasAlias)) type = {};
    ConstValue v = eval(c, type);
    if (!stopped() && type && v.kind == Kind::Untyped) v = coerce(std::move(v), type);
    values.push_back(std::move(v));
  }
  if (stopped()) return {};
  if (d->kind == DefKind::Struct || d->kind == DefKind::Variant) {
    ConstValue v;
    v.kind = Kind::Aggregate;
    v.def = function.def;
    v.parts = std::move(values);
    ++cells_;
    return v;
  }
  (void)expected;
  return call_function(function.def, function.args, std::move(values));
}

ConstValue ConstInterpreter::call_function(DefRef def, ListId args, std::vector<ConstValue> values) {
  const Def* d = s_.def(def);
  const Items::Text text = s_.items.text_of(def);
  if (d == nullptr || text.tree == nullptr || text.tree->kind(text.node) != N::FnItem) return unknown();
  if (calls_ >= s_.inputs.const_limits.depth) return unknown();
  const NodeId body = text.tree->child(text.node, Role::body);
  if (!body) return unknown();
  // A method of a trait needs to be found for the type.
  const DefRef container = s_.items.container(def);
  if (const Def* c = s_.def(container); c != nullptr && c->kind == DefKind::Trait) return unknown();
  const std::span<const GenericArg> view = store_.list_of(args);
  const std::vector<GenericArg> substitution(view.begin(), view.end());
  const TypeId signature = s_.traits.normalize(store_.substitute(s_.items.fn_signature(def), substitution), env_);
  if (store_.kind(signature) != TypeKind::FnPtr) return unknown();
  const TypeId output = store_.signature(signature).output;

  const Frame outer = frame_;
  frame_ = {};
  frame_.text = text.ref;
  frame_.tree = text.tree;
  frame_.owner = def;
  frame_.args = args;
  frame_.first_variable = variables_.size();
  frame_.output = store_.has(output, kHasParam | kHasUnknown | kHasAlias) ? TypeId() : output;
  ++calls_;
  const Tree& t = *text.tree;
  size_t next = 0;
  const NodeId list = t.child(text.node, Role::parameters);
  for (NodeId p = list ? t.first_child(list) : NodeId(); p && !stopped(); p = t.next_sibling(p)) {
    if (t.kind(p) != N::Param && t.kind(p) != N::SelfParam) continue;
    if (next >= values.size()) {
      unknown();
      break;
    }
    if (t.kind(p) == N::SelfParam) {
      Variable self;
      self.name = "self";
      for (uint32_t slot = t.first_slot(p); slot < t.end_slot(p); ++slot)
        if (t.token_kind(slot) == T::KwSelfValue) self.context = context_at(slot);
      self.value = std::move(values[next++]);
      variables_.push_back(std::move(self));
      continue;
    }
    const NodeId pattern = t.child(p, Role::pattern);
    if (!pattern || !matches(pattern, values[next++])) unknown();
  }
  ConstValue result;
  if (!stopped()) result = block(body, frame_.output);
  if (exit_ == Exit::Return) {
    exit_ = Exit::None;
    result = std::move(exit_value_);
  }
  if (!stopped() && frame_.output && (result.kind == Kind::Untyped)) result = coerce(std::move(result), frame_.output);
  variables_.resize(std::min(variables_.size(), frame_.first_variable));
  --calls_;
  frame_ = outer;
  return result;
}

}  // namespace rp
