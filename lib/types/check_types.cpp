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

std::vector<TypeDiagnostic> Checker::run() {
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
  for (uint32_t at = 0; at < t.node_count();) {
    const NodeId node(at);
    if (std::binary_search(info.removed.begin(), info.removed.end(), node)) {
      at = t.subtree_end(node).value;
      continue;
    }
    const N kind = t.kind(node);
    const NodeCategory category = node_category(kind);
    if (category == NodeCategory::Type && kind != N::Error && kind != N::Missing) {
      const NodeId parent = t.parent(node);
      const DefRef owner = owner_of(source, node);
      if (parent && t.kind(parent) == N::ImplItem && t.role(node) == Role::trait)
        check_bound(source, node, owner, false);
      else if (kind != N::VariadicType)
        check_type(source, node, owner);
      // Types in it were read with it; expressions in it (lengths) have types of their own, which are few.
      at = t.subtree_end(node).value;
      continue;
    }
    if (kind == N::TraitBound) {
      if (const NodeId path = t.child(node, Role::path); path) check_bound(source, path, owner_of(source, node), true);
      at = t.subtree_end(node).value;
      continue;
    }
    if (kind == N::PathExpr) check_path(source, node, owner_of(source, node));
    ++at;
  }
}

void Checker::check_bound(SourceId source, NodeId path, DefRef owner, bool constraints) {
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

void Checker::check_path(SourceId source, NodeId path, DefRef owner) {
  const Tree& t = crate_.sources[source.value].source->tree;
  NodeId last;
  bool arguments = false;
  for (NodeId c = t.first_child(path); c; c = t.next_sibling(c)) {
    if (t.kind(c) != N::PathSegment) continue;
    last = c;
    arguments = arguments || t.child(c, Role::arguments);
  }
  if (!arguments || t.child(path, Role::qualified_self)) return;
  std::vector<LowerError> errors;
  LowerScope scope;
  scope.text = {index_, source, {}};
  scope.owner = owner;
  scope.errors = &errors;
  scope.holes = Holes::Unknown;
  Lowerer lowerer(s_, scope);
  const PathMeaning m = lowerer.resolve(path, Namespace::Value);
  const Def* d = m.kind == PathMeaning::Kind::Def ? s_.def(m.def) : nullptr;
  if (d == nullptr) return;
  size_t segments = 0;
  for (NodeId c = t.first_child(path); c; c = t.next_sibling(c)) segments += t.kind(c) == N::PathSegment;
  if (m.used == segments && (d->kind == DefKind::Function || d->kind == DefKind::Struct || d->kind == DefKind::Variant))
    lowerer.path_arguments(path, m.def);
  take(&errors);
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
  // What a derive asks of fields is said at the fields (check_derive).
  if (scope.elision == Elision::Infer && made_by_derive(source)) return;
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
  if (s_.traits.holds(p, env, &failure) != Answer::No) return true;
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
        Predicate made = p;
        made.trait_ref.args = store_.substitute(store_.open_binder(p.trait_ref.args, {}), args);
        made.bound = 0;
        bool escapes = false;
        for (const GenericArg arg : copy_of(store_, made.trait_ref.args))
          escapes = escapes || store_.arg_binder(arg) != 0;
        if (escapes || holds(made, env, message)) continue;
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
      if (holds(p, env, message)) break;
      *code = "E0277";
      *bad = t;
      good = false;
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
