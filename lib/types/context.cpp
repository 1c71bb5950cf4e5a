#include "types/context.h"

#include "types/state.h"

namespace rp {

TypeInputs type_inputs(const Project& project) {
  TypeInputs inputs;
  inputs.analysis = &project.analysis;
  const size_t count = project.analysis.crates.size();
  inputs.names.resize(count);
  inputs.cfg.resize(count);
  for (CrateIndex i = 0; i < count; ++i) {
    if (i < project.has_names.size() && project.has_names[i]) inputs.names[i] = &project.names[i];
    if (const CrateId id = Project::crate_of(i); id && id.value < project.graph.crates.size())
      inputs.cfg[i] = &project.graph.crates[id.value].cfg;
  }
  const TargetFacts* target = find_target(project.graph.target);
  if (target == nullptr) target = find_target(default_target());
  for (const manifest::CfgFact& fact : target->facts)
    if (fact.key == "target_pointer_width" && fact.has_value)
      inputs.pointer_bits = fact.value == "16" ? 16 : fact.value == "32" ? 32 : 64;
  return inputs;
}

TypeContext::TypeContext(TypeInputs inputs) : state_(std::make_unique<TypeContextState>(std::move(inputs))) {
  state_->envs.emplace_back();
}
TypeContext::~TypeContext() = default;

const Analysis& TypeContext::analysis() const { return *state_->inputs.analysis; }
const TypeInputs& TypeContext::inputs() const { return state_->inputs; }
TypeStore& TypeContext::store() { return state_->store; }
Items& TypeContext::items() { return state_->items; }
Lowering& TypeContext::lowering() { return state_->lowering; }
Traits& TypeContext::traits() { return state_->traits; }
ConstEval& TypeContext::consts() { return state_->consts; }
void TypeContext::set_layout_oracle(LayoutOracle* oracle) { state_->layouts = oracle; }

TypeId TypeContext::field_type(const FieldInfo& field, std::span<const GenericArg> args, ParamEnvId env, bool reveal) {
  return state_->traits.normalize(state_->store.substitute(field.type, args), env, reveal);
}

NameLookup& TypeContextState::lookup(CrateIndex index) {
  if (index >= lookups.size()) lookups.resize(index + size_t{1});
  if (lookups[index] == nullptr)
    lookups[index] = std::make_unique<NameLookup>(*inputs.analysis->crate(index), *inputs.analysis);
  return *lookups[index];
}

const std::unordered_set<uint32_t>& TypeContextState::open_scopes(CrateIndex index) {
  const auto [at, fresh] = open_scopes_of.try_emplace(index);
  if (!fresh) return at->second;
  const CrateDefs* c = crate(index);
  if (c == nullptr) return at->second;
  for (const Import& import : c->imports)
    if (import.kind == ImportKind::Glob && import.scope < c->scopes.size() &&
        (import.state != Import::State::Resolved || c->scopes[import.scope].unknown_names))
      at->second.insert(import.scope);
  return at->second;
}

uint32_t TypeContextState::scope_of(DefRef ref) {
  const CrateDefs* c = crate(ref.crate);
  if (c == nullptr || !ref.def) return UINT32_MAX;
  const auto [at, fresh] = scopes.try_emplace(def_key(ref), UINT32_MAX);
  if (!fresh) return at->second;
  uint32_t result = 0;
  for (DefId id = ref.def; id; id = c->defs[id.value].parent) {
    const Def& d = c->defs[id.value];
    if (d.kind == DefKind::Module && d.scope != UINT32_MAX) {
      result = d.scope;
      break;
    }
    if (c->from_facts && d.kind != DefKind::Enum && d.kind != DefKind::Trait && d.scope != UINT32_MAX) {
      result = d.scope;
      break;
    }
    if (!d.source || !d.node || c->sources[d.source.value].source == nullptr) continue;
    // A block around the item, in its text or in the text of the macro call that made it.
    SourceId source = d.source;
    NodeId node = d.node;
    uint32_t block = UINT32_MAX;
    bool at_module = false;
    for (size_t steps = 0; steps <= c->sources.size() && block == UINT32_MAX && !at_module; ++steps) {
      const SourceInfo& info = c->sources[source.value];
      if (info.source == nullptr) break;
      const Tree& tree = info.source->tree;
      for (NodeId up = tree.parent(node); up && block == UINT32_MAX; up = tree.parent(up)) {
        if (tree.kind(up) == NodeKind::Block) block = c->block_scope(source, up);
        // Past the item around it, names are those of the parent definition.
        const DefId item = c->def_at(source, up);
        at_module = at_module || (item && c->defs[item.value].kind == DefKind::Module);
        if (at_module) break;
      }
      if (at_module || info.kind != SourceInfo::Kind::Expansion || !info.expansion) break;
      const Expansion& e = c->expansions[info.expansion.value];
      source = e.call_source;
      node = e.call;
    }
    if (block != UINT32_MAX) {
      result = block;
      break;
    }
  }
  scopes[def_key(ref)] = result;
  return result;
}

uint32_t word_slot(const Tree& tree, NodeId node) {
  for (uint32_t slot = tree.first_slot(node); slot < tree.end_slot(node); ++slot) {
    const TokenKind kind = tree.token_kind(slot);
    if (is_trivia(kind) || is_doc_comment(kind) || is_group_token(kind) || kind == TokenKind::ColonColon ||
        kind == TokenKind::Colon)
      continue;
    return slot;
  }
  return UINT32_MAX;
}

std::string_view bare_name(std::string_view token) {
  if (token.starts_with("r#")) token.remove_prefix(2);
  return token;
}

namespace {
uint64_t key_base(TypeKind kind) { return (static_cast<uint64_t>(kind) + 1) << 58; }
uint64_t key_with(TypeKind kind, DefRef def) {
  return key_base(kind) | (def_key(def) * 31 & ((uint64_t{1} << 58) - 1));
}
}  // namespace

uint64_t adt_key(DefRef def) { return key_with(TypeKind::Adt, def); }

uint64_t type_key(const TypeStore& store, TypeId t) {
  const TypeKind kind = store.kind(t);
  const uint64_t base = key_base(kind);
  switch (kind) {
    case TypeKind::Unknown:
    case TypeKind::Error:
    case TypeKind::Infer:
    case TypeKind::Param:
    case TypeKind::Bound:
    case TypeKind::Projection:
    case TypeKind::Opaque:
      return 0;
    case TypeKind::Int:
      return base | static_cast<uint64_t>(store.int_kind(t));
    case TypeKind::Float:
      return base | static_cast<uint64_t>(store.float_kind(t));
    case TypeKind::Adt:
    case TypeKind::Foreign:
      return key_with(kind, store.def(t));
    case TypeKind::Dyn: {
      for (const DynPredicate& p : store.dyn_predicates(t))
        if (p.kind == DynPredicate::Kind::Principal) return key_with(kind, p.def);
      return base;
    }
    case TypeKind::RawPtr:
    case TypeKind::Ref:
      return base | (store.is_mut(t) ? 1 : 0);
    case TypeKind::Tuple:
      return base | store.args(t).size();
    case TypeKind::FnPtr:
      return base | store.signature(t).inputs.size();
    default:
      return base;
  }
}

}  // namespace rp
