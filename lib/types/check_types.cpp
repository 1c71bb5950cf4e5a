// Every type, bound and generic path that is written in a crate: its arguments, and whether it is well-formed.
#include <algorithm>
#include <tuple>

#include "expand/attributes.h"
#include "types/checker.h"

namespace rp {

using N = NodeKind;
using T = TokenKind;

namespace {
std::vector<GenericArg> copy_of(const TypeStore& store, ListId list) {
  const std::span<const GenericArg> view = store.list_of(list);
  return {view.begin(), view.end()};
}
}  // namespace

std::vector<TypeDiagnostic> check_types(TypeContext& context, CrateIndex crate) {
  const CrateDefs* c = context.analysis().crate(crate);
  if (c == nullptr || c->from_facts) return {};
  return Checker(context.state(), context, crate).run();
}

bool has_feature(TypeContextState& s, CrateIndex index, std::string_view feature) {
  const auto [at, fresh] = s.features.try_emplace(index);
  if (fresh) {
    static const CfgSet kNoCfg;
    const CrateDefs& crate = *s.crate(index);
    if (crate.sources.empty() || crate.sources[0].source == nullptr) return false;
    const Tree& t = crate.sources[0].source->tree;
    const CfgSet* cfg = index < s.inputs.cfg.size() ? s.inputs.cfg[index] : nullptr;
    std::vector<Attribute> attributes;
    read_attributes(t, t.root(), cfg != nullptr ? *cfg : kNoCfg, &attributes);
    for (const Attribute& a : attributes) {
      if (a.name != "feature" || !a.has_group) continue;
      for (uint32_t slot = a.group_begin; slot < a.group_end; ++slot)
        if (t.token_kind(slot) == T::Ident) at->second.insert(t.token_text(slot));
    }
  }
  return at->second.contains(feature);
}

bool binds_lifetimes(const TypeStore& store, ListId list) {
  const std::span<const GenericArg> view = store.list_of(list);
  std::vector<GenericArg> open(view.begin(), view.end());
  for (size_t i = 0; i < open.size() && i < 500; ++i) {
    if (!open[i].is_type()) continue;
    const TypeId t = open[i].type();
    switch (store.kind(t)) {
      case TypeKind::FnPtr:
      case TypeKind::Dyn:
        if (store.bound_count(t) != 0) return true;
        break;
      case TypeKind::Array:
      case TypeKind::Slice:
      case TypeKind::RawPtr:
      case TypeKind::Ref:
        open.emplace_back(store.element(t));
        break;
      case TypeKind::Adt:
      case TypeKind::Tuple:
        for (const GenericArg arg : store.args(t)) open.push_back(arg);
        break;
      default:
        break;
    }
  }
  return false;
}

namespace {
// Goals that one question may open, and those of a crate together: behind that questions are given up sooner. Types
// that count by recursion (typenum) open thousands for nothing that an error would come of.
constexpr uint32_t kMaxGoalsOfCheck = 4'000;
constexpr uint64_t kMaxGoalsOfCrate = 200'000;
constexpr uint32_t kMaxGoalsBehind = 100;

class GoalLimit {
 public:
  GoalLimit(TypeContextState& s, uint32_t limit) : s_(s), before_(s.goal_limit) { s_.goal_limit = limit; }
  ~GoalLimit() { s_.goal_limit = before_; }
  GoalLimit(const GoalLimit&) = delete;
  GoalLimit& operator=(const GoalLimit&) = delete;

 private:
  TypeContextState& s_;
  uint32_t before_;
};
}  // namespace

std::vector<TypeDiagnostic> Checker::run() {
  const GoalLimit limit(s_, kMaxGoalsOfCheck);
  for (uint32_t i = 0; i < crate_.sources.size(); ++i)
    if (crate_.sources[i].source != nullptr && crate_.sources[i].kind != SourceInfo::Kind::Foreign)
      check_source(SourceId(i));
  for (const CoherenceProblem& p : s_.traits.coherence(index_)) {
    const Items::Text text = s_.items.text_of(p.impl);
    incoherent_.insert(def_key(p.impl));
    std::string message = p.message;
    if (p.other) message += ": there is one for `" + context_.text(s_.items.impl(p.other).self_type) + "`";
    if (text.tree != nullptr) report_header(p.code, text, std::move(message), p.proven);
  }
  for (uint32_t i = 0; i < crate_.defs.size(); ++i) check_item({index_, DefId(i)});
  const auto key = [](const TypeDiagnostic& d) {
    return std::tuple(d.source.value, d.span.start, d.span.end, d.code, !d.proven);
  };
  std::stable_sort(out_.begin(), out_.end(),
                   [&](const TypeDiagnostic& a, const TypeDiagnostic& b) { return key(a) < key(b); });
  out_.erase(std::unique(out_.begin(), out_.end(),
                         [](const TypeDiagnostic& a, const TypeDiagnostic& b) {
                           return a.source == b.source && a.span.start == b.span.start && a.code == b.code;
                         }),
             out_.end());
  return std::move(out_);
}

// What only a build script decides about need not be there, and what a model of a macro made need not look so.
bool Checker::uncertain(SourceId source, ByteSpan span) {
  for (size_t steps = 0; steps <= crate_.sources.size(); ++steps) {
    const SourceInfo& info = crate_.sources[source.value];
    if (info.source == nullptr) return true;
    const Tree& t = info.source->tree;
    for (const NodeId node : info.conditional) {
      const ByteSpan around = t.span(node);
      if (around.start <= span.start && span.end <= around.end) return true;
    }
    if (info.module && s_.conditions.on({index_, info.module})) return true;
    if (!info.expansion || info.expansion.value >= crate_.expansions.size()) return false;
    const Expansion& made_by = crate_.expansions[info.expansion.value];
    if (made_by.state == ExpansionState::Modelled) return true;
    source = made_by.call_source;
    if (crate_.sources[source.value].source == nullptr) return true;
    span = crate_.sources[source.value].source->tree.span(made_by.call);
  }
  return true;
}

void Checker::report(std::string_view code, SourceId source, ByteSpan span, std::string message, bool proven) {
  if (!source) return;
  const WrittenPlace place = written_place(crate_, source, span);
  TypeDiagnostic d;
  d.code = code;
  d.proven = proven && !uncertain(source, span);
  d.source = place.source;
  d.span = place.span;
  d.message = std::move(message);
  out_.push_back(std::move(d));
}

void Checker::report_at(std::string_view code, const Items::Text& text, NodeId node, std::string message, bool proven) {
  report(code, text.ref.source, text.tree->span(node), std::move(message), proven);
}

// At an item, without its attributes and without what is in it.
void Checker::report_header(std::string_view code, const Items::Text& text, std::string message, bool proven) {
  const Tree& t = *text.tree;
  uint32_t slot = t.first_slot(text.node);
  for (NodeId child = t.first_child(text.node); child; child = t.next_sibling(child)) {
    if (t.role(child) != Role::attribute || t.first_slot(child) > slot) break;
    slot = skip_trivia(t, t.end_slot(child), t.end_slot(text.node));
  }
  ByteSpan span = t.span(text.node);
  if (slot < t.end_slot(text.node)) span.start = t.token_start(slot);
  const NodeId last = t.child(text.node, t.kind(text.node) == N::ImplItem ? Role::type : Role::name);
  if (last) span.end = std::max(span.start, t.span(last).end);
  report(code, text.ref.source, span, std::move(message), proven);
}

void Checker::take(std::vector<LowerError>* errors) {
  for (LowerError& e : *errors) report(e.code, e.text.source, e.span, std::move(e.message), e.proven);
  errors->clear();
}

// The item whose parameters are in reach at a node.
DefRef Checker::owner_of(SourceId source, NodeId node) {
  for (size_t steps = 0; steps <= crate_.sources.size(); ++steps) {
    const SourceInfo& info = crate_.sources[source.value];
    if (info.source == nullptr) break;
    const Tree& t = info.source->tree;
    for (NodeId at = node; at; at = t.parent(at)) {
      const DefId found = crate_.def_at(source, at);
      if (!found) continue;
      const DefKind kind = crate_.defs[found.value].kind;
      if (kind == DefKind::Field || kind == DefKind::Variant) continue;
      if (kind == DefKind::Module && at == node && t.kind(at) == N::ModItem) continue;
      return {index_, found};
    }
    if (info.kind != SourceInfo::Kind::Expansion || !info.expansion) break;
    const Expansion& e = crate_.expansions[info.expansion.value];
    source = e.call_source;
    node = e.call;
  }
  return {index_, DefId(0)};
}

void Checker::check_source(SourceId source) {
  const SourceInfo& info = crate_.sources[source.value];
  const Tree& t = info.source->tree;
  if (info.kind == SourceInfo::Kind::Expansion && info.expansion &&
      crate_.expansions[info.expansion.value].state != ExpansionState::Expanded &&
      crate_.expansions[info.expansion.value].state != ExpansionState::Modelled)
    return;
  // What a derive made of a type that is well-formed is, too; what it asks of fields is said at the fields.
  if (made_by_derive(source)) return;
  struct Around {
    uint32_t end;
    DefRef owner;
  };
  std::vector<Around> around{{t.node_count(), owner_of(source, t.root())}};
  for (uint32_t at = 0; at < t.node_count();) {
    const NodeId node(at);
    while (around.size() > 1 && at >= around.back().end) around.pop_back();
    if (std::binary_search(info.removed.begin(), info.removed.end(), node)) {
      at = t.subtree_end(node).value;
      continue;
    }
    const N kind = t.kind(node);
    const NodeCategory category = node_category(kind);
    if (category == NodeCategory::Item && at != 0)
      if (const DefId found = crate_.def_at(source, node); found)
        around.push_back({t.subtree_end(node).value, DefRef{index_, found}});
    const DefRef owner = around.back().owner;
    if (category == NodeCategory::Type && kind != N::Error && kind != N::Missing) {
      const NodeId parent = t.parent(node);
      if (parent && t.kind(parent) == N::ImplItem && t.role(node) == Role::trait)
        check_bound(source, node, owner, false);
      else if (kind != N::VariadicType)
        check_type(source, node, owner);
      // Types in it were read with it; expressions in it (lengths) have types of their own, which are few.
      for (++at; at < t.subtree_end(node).value; ++at)
        if (t.kind(NodeId(at)) == N::PathExpr) check_path(source, NodeId(at), owner);
      continue;
    }
    if (kind == N::TraitBound) {
      if (const NodeId path = t.child(node, Role::path); path) check_bound(source, path, owner, true);
      at = t.subtree_end(node).value;
      continue;
    }
    const NodeId parent = t.parent(node);
    const bool record =
        kind == N::Path && parent && (t.kind(parent) == N::RecordExpr || t.kind(parent) == N::RecordPat);
    if (kind == N::PathExpr || record) check_path(source, node, owner);
    ++at;
  }
}

// What a path without arguments stands for, where names know it.
DefRef Checker::plainly_named(SourceId source, NodeId path, ResolutionKind* kind) const {
  *kind = ResolutionKind::Unknown;
  const Tree& t = crate_.sources[source.value].source->tree;
  const CrateNames* names = s_.names_of(index_);
  if (names == nullptr || t.child(path, Role::qualified_self)) return {};
  NodeId last;
  for (NodeId c = t.first_child(path); c; c = t.next_sibling(c)) {
    if (t.kind(c) != N::PathSegment) continue;
    if (t.child(c, Role::arguments) || t.child(c, Role::parenthesized)) return {};
    last = c;
  }
  const NameUse* use = last ? names->find(source, last) : nullptr;
  if (use == nullptr) return {};
  *kind = use->resolution.kind;
  return use->resolution.def;
}

// Most types are names of types without parameters, or references to them: nothing can be wrong with those.
bool Checker::plainly_fine(SourceId source, NodeId type) {
  const Tree& t = crate_.sources[source.value].source->tree;
  for (uint32_t depth = 0; type && depth < 16; ++depth) {
    switch (t.kind(type)) {
      case N::RefType:
      case N::PointerType:
      case N::ParenType:
        type = t.child(type, Role::type);
        continue;
      case N::PathType:
        break;
      default:
        return false;
    }
    ResolutionKind kind{};
    const DefRef def = plainly_named(source, type, &kind);
    if (kind == ResolutionKind::PrimitiveType || kind == ResolutionKind::TypeParameter ||
        kind == ResolutionKind::SelfType)
      return true;
    if (kind != ResolutionKind::Definition) return false;
    const Def* d = s_.def(def);
    if (d == nullptr || (d->kind != DefKind::Struct && d->kind != DefKind::Enum && d->kind != DefKind::Union))
      return false;
    const Generics& g = s_.items.generics(def);
    return !g.unknown && g.count() == 0 && s_.items.predicates(def).own.empty();
  }
  return false;
}

void Checker::check_bound(SourceId source, NodeId path, DefRef owner, bool constraints) {
  // A trait that takes no arguments and gets none.
  ResolutionKind kind{};
  if (const DefRef trait = plainly_named(source, path, &kind); kind == ResolutionKind::Definition) {
    const Def* d = s_.def(trait);
    if (d != nullptr && d->kind == DefKind::Trait && !s_.items.generics(trait).unknown &&
        s_.items.generics(trait).count() == 1)
      return;
  }
  std::vector<LowerError> errors;
  LowerScope scope;
  scope.text = {index_, source, {}};
  scope.owner = owner;
  scope.errors = &errors;
  scope.holes = Holes::Unknown;
  std::vector<Predicate> extra;
  Lowerer lowerer(s_, scope);
  if (constraints) {
    lowerer.trait_ref(path, store_.unknown, &extra);
  } else {
    const NodeId list = lowerer.first_constraint(path);
    lowerer.trait_ref(path, store_.unknown, &extra);
    if (list) {
      errors.erase(std::remove_if(errors.begin(), errors.end(), [](const LowerError& e) { return e.code == "E0220"; }),
                   errors.end());
      errors.push_back({"E0229", scope.text, crate_.sources[source.value].source->tree.span(list),
                        "associated item constraints are not allowed here", true});
    }
  }
  take(&errors);
}

// A path in an expression or a pattern: how many arguments it gives, and whether those that are written keep the
// bounds. What is left out is inferred, and nothing is said of it.
void Checker::check_path(SourceId source, NodeId path, DefRef owner) {
  const Tree& t = crate_.sources[source.value].source->tree;
  const Def* around = s_.def(owner);
  if (around == nullptr || (around->flags & kDefUncertain) != 0) return;
  std::vector<NodeId> segments;
  bool arguments = false;
  for (NodeId c = t.first_child(path); c; c = t.next_sibling(c)) {
    if (t.kind(c) != N::PathSegment) continue;
    segments.push_back(c);
    arguments = arguments || t.child(c, Role::arguments);
  }
  const NodeId qualified_self = t.child(path, Role::qualified_self);
  if (segments.empty() || (!arguments && !qualified_self)) return;
  std::vector<LowerError> errors;
  LowerScope scope;
  scope.text = {index_, source, {}};
  scope.owner = owner;
  scope.errors = &errors;
  scope.holes = Holes::Unknown;
  scope.elision = Elision::Infer;
  Lowerer lowerer(s_, scope);
  if (qualified_self) {
    check_qualified(source, qualified_self, owner, lowerer);
    take(&errors);
    return;
  }
  const PathMeaning m = lowerer.resolve(path, Namespace::Value);
  const Def* d = m.kind == PathMeaning::Kind::Def ? s_.def(m.def) : nullptr;
  if (d == nullptr || m.used == 0 || m.used > segments.size()) return;
  const bool whole = m.used == segments.size();
  const bool type = d->kind == DefKind::Struct || d->kind == DefKind::Enum || d->kind == DefKind::Union;
  if (type || d->kind == DefKind::TypeAlias) {
    // What stands behind a type is found by it; whether its bounds hold is then said in other words.
    const ListId args = lowerer.segment_arguments(segments[m.used - 1], m.def);
    if (whole && type && errors.empty()) check_written_args(source, segments.back(), owner, m.def, args);
  } else if (whole && (d->kind == DefKind::Function || d->kind == DefKind::Variant)) {
    const ListId args = lowerer.path_arguments(path, m.def);
    if (d->kind == DefKind::Function && errors.empty()) check_written_args(source, segments.back(), owner, m.def, args);
  }
  take(&errors);
}

// `<T as Trait>::item`: what is said of T.
void Checker::check_qualified(SourceId source, NodeId qualified_self, DefRef owner, Lowerer& lowerer) {
  const Tree& t = crate_.sources[source.value].source->tree;
  const NodeId self = t.child(qualified_self, Role::type), path = t.child(qualified_self, Role::trait);
  if (!self || !path) return;
  NodeId last;
  for (NodeId c = t.first_child(path); c; c = t.next_sibling(c))
    if (t.kind(c) == N::PathSegment) last = c;
  bool unknown = false;
  const DefRef trait = lowerer.trait_of(path, &unknown);
  if (!trait || unknown || !last) return;
  // Without a list all of it is inferred.
  const Generics& generics = s_.items.generics(trait);
  if (generics.unknown || (generics.count() != 1 && !t.child(last, Role::arguments))) return;
  std::vector<Predicate> extra;
  Predicate p;
  p.trait_ref = lowerer.trait_ref(path, lowerer.type(self), &extra);
  std::string message;
  if (p.trait_ref && (store_.list_flags(p.trait_ref.args) & kHasError) == 0 &&
      !holds(p, s_.traits.env_of(owner), &message))
    report("E0277", source, t.span(self), std::move(message));
}

Predicate Checker::filled(const Predicate& bound, std::span<const GenericArg> args) {
  Predicate made = bound;
  made.trait_ref.args = store_.substitute(store_.open_binder(bound.trait_ref.args, {}), args);
  made.bound = 0;
  return made;
}

bool Checker::holds_with(const Predicate& bound, std::span<const GenericArg> args, ParamEnvId env,
                         std::string* message) {
  const Predicate made = filled(bound, args);
  for (const GenericArg arg : copy_of(store_, made.trait_ref.args))
    if (store_.arg_binder(arg) != 0) return true;
  return holds(made, env, message);
}

// The bounds of a function or a type whose arguments are written at a segment.
void Checker::check_written_args(SourceId source, NodeId segment, DefRef owner, DefRef def, ListId list) {
  const Tree& t = crate_.sources[source.value].source->tree;
  const Predicates& predicates = s_.items.predicates(def);
  if (predicates.unknown || (store_.list_flags(list) & kHasError) != 0) return;
  const std::vector<GenericArg> args = copy_of(store_, list);
  const std::vector<Predicate> own = predicates.own;
  const std::vector<GenericParam> params = s_.items.generics(def).params;
  const NodeId written = t.child(segment, Role::arguments);
  for (const Predicate& p : own) {
    if (p.kind != Predicate::Kind::Trait) continue;
    std::string message;
    if (holds_with(p, args, s_.traits.env_of(owner), &message)) continue;
    // At the argument that is to blame, where one is.
    NodeId place = segment;
    const std::vector<GenericArg> parts = copy_of(store_, store_.open_binder(p.trait_ref.args, {}));
    if (!parts.empty() && parts[0].is_type() && store_.kind(parts[0].type()) == TypeKind::Param && written) {
      uint32_t wanted = store_.index(parts[0].type());
      for (size_t i = 0; i < params.size() && i < store_.index(parts[0].type()); ++i)
        wanted -= params[i].kind == GenericParam::Kind::Lifetime || params[i].is_synthetic ? 1 : 0;
      for (NodeId c = t.first_child(written); c; c = t.next_sibling(c)) {
        if (t.role(c) != Role::argument || t.kind(c) == N::Lifetime || t.kind(c) == N::AssocArg) continue;
        if (wanted-- == 0) place = c;
      }
    }
    report("E0277", source, t.span(place), std::move(message));
  }
}

namespace {
// Whether a node stands in an expression or a statement, where much may be left to inference.
bool in_body(const Tree& t, NodeId node) {
  for (NodeId at = t.parent(node); at; at = t.parent(at)) {
    const NodeCategory category = node_category(t.kind(at));
    if (category == NodeCategory::Item) return false;
    if (category == NodeCategory::Expr || category == NodeCategory::Stmt || t.kind(at) == N::Block) return true;
  }
  return false;
}
}  // namespace

void Checker::check_type(SourceId source, NodeId node, DefRef owner) {
  const Def* d = s_.def(owner);
  if (d == nullptr || (d->flags & kDefUncertain) != 0) return;
  if (plainly_fine(source, node)) return;
  const Tree& t = crate_.sources[source.value].source->tree;
  std::vector<LowerError> errors;
  LowerScope scope;
  scope.text = {index_, source, {}};
  scope.owner = owner;
  scope.errors = &errors;
  scope.holes = Holes::Unknown;
  if (in_body(t, node)) scope.elision = Elision::Infer;
  const TypeId type = Lowerer(s_, scope).type(node);
  take(&errors);
  if (store_.has(type, kHasError)) return;
  // The right side of an alias is not checked; nor are bounds of what only describes.
  if (d->kind == DefKind::TypeAlias || d->kind == DefKind::TraitAlias || d->kind == DefKind::Macro) return;
  // Nor is the default of a parameter, before it is used (see check_defaults).
  for (NodeId at = node; at; at = t.parent(at)) {
    if (t.role(at) == Role::default_value && t.kind(t.parent(at)) == N::TypeParam) return;
    if (node_category(t.kind(at)) == NodeCategory::Item) break;
  }
  report_type(source, node, owner, scope.elision, type, s_.traits.env_of(owner));
}

bool Checker::made_by_derive(SourceId source) const {
  const SourceInfo& info = crate_.sources[source.value];
  if (info.kind != SourceInfo::Kind::Expansion || !info.expansion) return false;
  const Expansion& e = crate_.expansions[info.expansion.value];
  return e.invocation == InvocationKind::Derive && e.macro.crate == kCore;
}

// Says what is wrong with a written type, at the innermost type where it is.
void Checker::report_type(SourceId source, NodeId node, DefRef owner, Elision elision, TypeId type, ParamEnvId env) {
  const Tree& t = crate_.sources[source.value].source->tree;
  TypeId bad;
  std::string message;
  std::string_view code;
  if (well_formed(type, env, &bad, &message, &code, 0)) return;
  NodeId place = node;
  for (uint32_t at = node.value + 1; at < t.subtree_end(place).value; ++at) {
    const NodeId inner(at);
    const N kind = t.kind(inner);
    if (node_category(kind) != NodeCategory::Type || kind == N::Error || kind == N::Missing || kind == N::InferType)
      continue;
    // What stands in an expression is another type.
    if (in_body(t, inner) != in_body(t, node)) continue;
    LowerScope scope;
    scope.text = {index_, source, {}};
    scope.owner = owner;
    scope.holes = Holes::Unknown;
    scope.elision = elision;
    const TypeId part = Lowerer(s_, scope).type(inner);
    std::string of_part;
    std::string_view its_code;
    if (store_.has(part, kHasUnknown) || well_formed(part, env, &bad, &of_part, &its_code, 0) || its_code != code)
      continue;
    place = inner;
    message = std::move(of_part);
  }
  report(code, source, t.span(place), std::move(message));
}

bool Checker::holds(const Predicate& p, ParamEnvId env, std::string* message) {
  if (p.kind != Predicate::Kind::Trait) return true;
  if ((store_.list_flags(p.trait_ref.args) & kHasUnknown) != 0) return true;
  // What an alias hides is decided by bodies.
  if ((store_.list_flags(p.trait_ref.args) & kHasOpaque) != 0 && has_feature(s_, index_, "type_alias_impl_trait"))
    return true;
  Failure failure;
  const uint32_t cycles = s_.cycles;
  const Answer answer = s_.traits.holds(p, env, &failure);
  goals_ += s_.goals;
  if (goals_ > kMaxGoalsOfCrate) s_.goal_limit = kMaxGoalsBehind;
  // What hangs on itself is an error, too, but another one (E0275).
  if (answer != Answer::No || s_.cycles != cycles) return true;
  const TraitRef said = failure.goal ? failure.goal : p.trait_ref;
  *message = "the trait bound `" + context_.text(said) + "` is not satisfied";
  return false;
}

// Whether a type keeps what its parts ask for; `env` holds.
bool Checker::well_formed(TypeId t, ParamEnvId env, TypeId* bad, std::string* message, std::string_view* code,
                          uint32_t depth) {
  if (depth > kMaxTypeDepth || ++steps_ > 5'000'000) return true;
  const uint64_t key = uint64_t{env.value} << 32 | t.value;
  if (well_formed_.contains(key)) return true;
  const auto parts = [&](std::span<const GenericArg> view) {
    const std::vector<GenericArg> args(view.begin(), view.end());
    for (const GenericArg arg : args)
      if (arg.is_type() && !well_formed(arg.type(), env, bad, message, code, depth + 1)) return false;
    return true;
  };
  const auto sized = [&](TypeId part) {
    const DefRef trait = s_.items.lang(LangItem::Sized);
    if (!trait || store_.outer_binder(part) != 0) return true;
    Predicate p;
    const GenericArg arg = part;
    p.trait_ref = {trait, store_.list({&arg, 1})};
    if (holds(p, env, message)) return true;
    *code = "E0277";
    *bad = t;
    return false;
  };
  bool good = true;
  switch (store_.kind(t)) {
    case TypeKind::Array:
    case TypeKind::Slice:
      good = well_formed(store_.element(t), env, bad, message, code, depth + 1) && sized(store_.element(t));
      break;
    case TypeKind::Ref:
    case TypeKind::RawPtr:
      good = well_formed(store_.element(t), env, bad, message, code, depth + 1);
      break;
    case TypeKind::Tuple: {
      good = parts(store_.args(t));
      const std::vector<GenericArg> all = copy_of(store_, store_.arg_list(t));
      for (size_t i = 0; good && i + 1 < all.size(); ++i) good = sized(all[i].type());
      break;
    }
    case TypeKind::FnPtr:
      good = parts(store_.list_of(store_.arg_list(t)));
      break;
    case TypeKind::Adt: {
      good = parts(store_.args(t));
      if (!good) break;
      const std::vector<GenericArg> args = copy_of(store_, store_.arg_list(t));
      const std::vector<Predicate> own = s_.items.predicates(store_.def(t)).own;
      for (const Predicate& p : own) {
        if (p.kind != Predicate::Kind::Trait) continue;
        if (holds_with(p, args, env, message)) continue;
        *code = "E0277";
        *bad = t;
        good = false;
        break;
      }
      break;
    }
    case TypeKind::Projection: {
      good = parts(store_.args(t));
      if (!good || store_.outer_binder(t) != 0) break;
      const DefRef trait = s_.items.container(store_.def(t));
      const uint32_t own = s_.items.generics(trait).count();
      const std::vector<GenericArg> all = copy_of(store_, store_.arg_list(t));
      if (all.size() < own) break;
      Predicate p;
      p.trait_ref = {trait, store_.list(std::span(all).first(own))};
      good = holds(p, env, message);
      // What the associated type asks of its own parameters.
      const std::vector<Predicate> items_own = s_.items.generics(store_.def(t)).params.empty()
                                                   ? std::vector<Predicate>()
                                                   : s_.items.predicates(store_.def(t)).own;
      for (size_t i = 0; good && i < items_own.size(); ++i) {
        if (items_own[i].kind == Predicate::Kind::Trait) good = holds_with(items_own[i], all, env, message);
      }
      if (good) break;
      *code = "E0277";
      *bad = t;
      break;
    }
    case TypeKind::Dyn: {
      const std::vector<DynPredicate> all = store_.dyn_predicates(t);
      for (const DynPredicate& p : all) {
        if (p.kind != DynPredicate::Kind::Principal) continue;
        std::string why;
        if (s_.traits.is_dyn_compatible(p.def, &why) != Answer::No) continue;
        *code = "E0038";
        *bad = t;
        *message = "the trait `" + std::string(s_.items.name_of(p.def)) + "` is not dyn compatible: " + why;
        return false;
      }
      for (const DynPredicate& p : all) {
        if (!parts(store_.list_of(p.args))) return false;
        if (p.term.is_type() && !well_formed(p.term.type(), env, bad, message, code, depth + 1)) return false;
      }
      break;
    }
    default:
      break;
  }
  if (good) well_formed_.insert(key);
  return good;
}

}  // namespace rp
