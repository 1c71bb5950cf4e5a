// Which impls there are. Headers are read when somebody asks for their trait, or for a type's own impls.
#include <algorithm>

#include "types/impl_table.h"
#include "types/lowerer.h"
#include "types/selector.h"

namespace rp {

using N = NodeKind;

namespace {

void scan_expansions(TypeContextState& s, const CrateDefs& c) {
  ImplIndex& index = s.impl_index;
  for (const Expansion& e : c.expansions) {
    const bool unseen = e.state == ExpansionState::Opaque || e.state == ExpansionState::Unresolved ||
                        e.state == ExpansionState::Failed || e.state == ExpansionState::Pending;
    if (!unseen) continue;
    if (e.invocation == InvocationKind::Derive && e.item) {
      if (const DefId item = c.def_at(e.call_source, e.item); item)
        index.unseen_derives.insert(def_key({c.index, item}));
      continue;
    }
    if (e.invocation == InvocationKind::Call && e.produces != FragmentKind::Items &&
        e.produces != FragmentKind::Statements)
      continue;
    index.unseen_crates.insert(c.index);
  }
  for (const NameProblem& p : c.problems)
    if (p.kind == NameProblem::Kind::MissingFile || p.kind == NameProblem::Kind::UnreadableFile ||
        p.kind == NameProblem::Kind::Limit)
      index.unseen_crates.insert(c.index);
  if (s.conditions.may_bring_impls(c.index)) index.unseen_crates.insert(c.index);
  for (const SourceInfo& info : c.sources) {
    if (info.source == nullptr) continue;
    // #[cfg_attr(fact, derive(..))] with a fact that only a build script knows.
    for (const NodeId node : info.conditional) {
      const Tree& tree = info.source->tree;
      if (tree.kind(node) != N::Attr || tree.text(node).find("derive") == std::string_view::npos) continue;
      const SourceId source(static_cast<uint32_t>(&info - c.sources.data()));
      if (const DefId item = c.def_at(source, tree.parent(node)); item)
        index.unseen_derives.insert(def_key({c.index, item}));
    }
  }
  for (const SourceInfo& info : c.sources) {
    if (info.source == nullptr || info.kind == SourceInfo::Kind::Expansion) continue;
    const Tree& t = info.source->tree;
    if (t.errors().empty()) continue;
    for (uint32_t i = 1; i < t.node_count(); ++i)
      if (t.kind(NodeId(i)) == N::Error || t.kind(NodeId(i)) == N::Missing) {
        index.unseen_crates.insert(c.index);
        break;
      }
  }
  // The standard library's own facts were made with all of its sources at hand; what it does not see are crates that
  // nobody else can name.
  if (!c.from_facts || c.index < kSysrootCrates) return;
  // What was opaque there is known only by the scopes that something may be missing from.
  for (const Scope& scope : c.scopes)
    if (scope.kind == ScopeKind::Module && scope.unknown_names) {
      index.unseen_crates.insert(c.index);
      break;
    }
}

// What a path in a header stands for, when names know it: cheaper than lowering it.
DefRef named(TypeContextState& s, const Items::Text& text, NodeId path) {
  const CrateNames* names = s.names_of(text.ref.crate);
  if (names == nullptr || !text.ref.source || s.conditions.any(text.ref.crate)) return {};
  NodeId last;
  for (NodeId c = text.tree->first_child(path); c; c = text.tree->next_sibling(c))
    if (text.tree->kind(c) == N::PathSegment) last = c;
  const NameUse* use = last ? names->find(text.ref.source, last) : nullptr;
  return use != nullptr && use->resolution.kind == ResolutionKind::Definition ? use->resolution.def : DefRef();
}

// The trait in an impl's header; invalid with `unknown` set when that is not known.
DefRef trait_in(TypeContextState& s, DefRef impl, bool* unknown) {
  const Items::Text text = s.items.text_of(impl);
  *unknown = true;
  const NodeId path = text.tree != nullptr ? text.tree->child(text.node, Role::trait) : NodeId();
  if (!path) return {};
  *unknown = false;
  const DefRef trait = named(s, text, path);
  if (const Def* d = s.def(trait); d != nullptr && d->kind == DefKind::Trait) return trait;
  LowerScope scope;
  scope.text = text.ref;
  scope.owner = impl;
  return Lowerer(s, scope).trait_of(path, unknown);
}

void attribute(TypeContextState& s, DefRef impl) {
  bool unknown = false;
  const DefRef trait = trait_in(s, impl, &unknown);
  if (!trait) return;
  TraitImpls& impls = s.impl_index.by_trait[def_key(trait)];
  impls.all.push_back(impl);
  impls.unkeyed.push_back(impl);
}

// The key of an impl's self type; without lowering it where it is a path to a type.
uint64_t key_of(TypeContextState& s, DefRef impl) {
  const Items::Text text = s.items.text_of(impl);
  if (text.tree != nullptr && text.ref.source) {
    const NodeId type = text.tree->child(text.node, Role::type);
    if (type && text.tree->kind(type) == N::PathType && !text.tree->child(type, Role::qualified_self)) {
      const DefRef def = named(s, text, type);
      const Def* d = s.def(def);
      if (d != nullptr && (d->kind == DefKind::Struct || d->kind == DefKind::Enum || d->kind == DefKind::Union))
        return adt_key(def);
    }
  }
  return type_key(s.store, s.items.type_of(impl));
}

// The word that headers of impls for a type begin with; empty where they may begin with any.
std::string_view word_of(TypeContextState& s, TypeId t) {
  switch (s.store.kind(t)) {
    case TypeKind::Adt:
    case TypeKind::Foreign:
      return s.items.name_of(s.store.def(t));
    case TypeKind::Bool:
      return "bool";
    case TypeKind::Char:
      return "char";
    case TypeKind::Str:
      return "str";
    case TypeKind::Int:
      return kPrimitiveTypes[3 + static_cast<size_t>(s.store.int_kind(t))];
    case TypeKind::Float:
      return kPrimitiveTypes[15 + static_cast<size_t>(s.store.float_kind(t))];
    case TypeKind::Ref:
      return "&";
    case TypeKind::RawPtr:
      return "*";
    case TypeKind::Slice:
    case TypeKind::Array:
      return "[";
    case TypeKind::Tuple:
      return "(";
    case TypeKind::Never:
      return "!";
    case TypeKind::FnPtr:
      return "fn";
    case TypeKind::Dyn:
      return "dyn";
    default:
      return {};
  }
}

void take(ImplIndex& index, uint32_t group, std::vector<DefRef>* out) {
  if (group == UINT32_MAX || index.taken[group]) return;
  index.taken[group] = true;
  const std::span<const DefRef> impls = index.table->impls(group);
  out->insert(out->end(), impls.begin(), impls.end());
}

// Takes what may be an impl for the type, or all where that is not valid, of those that nobody took before.
void take_for(TypeContextState& s, ImplTable::Word trait, TypeId self, std::vector<DefRef>* out) {
  ImplIndex& index = s.impl_index;
  const ImplTable& table = *index.table;
  const auto [first, end] = table.groups(trait);
  if (first == end) return;
  const size_t before = out->size();
  if (!self || s.store.kind(self) == TypeKind::Infer) {
    for (uint32_t group = first; group < end; ++group) take(index, group, out);
  } else {
    take(index, table.group(trait, ImplTable::kAnyWord), out);
    take(index, table.group(trait, table.find(word_of(s, self))), out);
  }
  const auto taken = out->begin() + static_cast<ptrdiff_t>(before);
  if (!std::is_sorted(taken, out->end())) std::sort(taken, out->end());
}

// There are many impls, of which most are never asked for: those of a trait are read with the first question about a
// trait of that name and a type of that kind.
void attribute_pending(TypeContextState& s, DefRef trait, TypeId self) {
  const ImplTable& table = *s.impl_index.table;
  std::vector<DefRef> open;
  take_for(s, table.find(s.items.name_of(trait)), self, &open);
  take_for(s, ImplTable::kAnyWord, self, &open);
  for (const auto& [of, word] : table.renames(trait)) take_for(s, word, self, &open);
  for (const DefRef impl : open) attribute(s, impl);
}

void build(TypeContextState& s) {
  ImplIndex& index = s.impl_index;
  if (index.table != nullptr) return;
  if (s.inputs.impls == nullptr) s.inputs.impls = std::make_shared<SharedImplTable>();
  const ImplTable& table = s.inputs.impls->of(*s.inputs.analysis);
  index.taken.resize(table.group_count());
  index.searched.resize(s.inputs.analysis->crates.size());
  index.table = &table;
  for (CrateIndex i = 0; i < s.inputs.analysis->crates.size(); ++i)
    if (const CrateDefs* c = s.crate(i)) scan_expansions(s, *c);
}

}  // namespace

const TraitImpls& impls_by_key(TypeContextState& s, DefRef trait, TypeId self) {
  build(s);
  attribute_pending(s, trait, self);
  TraitImpls& impls = s.impl_index.by_trait[def_key(trait)];
  if (impls.unkeyed.empty()) return impls;
  const std::vector<DefRef> unkeyed = std::move(impls.unkeyed);
  impls.unkeyed.clear();
  for (const DefRef impl : unkeyed) {
    const uint64_t key = key_of(s, impl);
    std::vector<DefRef>& list = key == 0 ? impls.blanket : impls.by_key[key];
    list.push_back(impl);
    if (list.size() > 1 && impl < list[list.size() - 2]) std::sort(list.begin(), list.end());
  }
  return impls;
}

bool has_unseen_impls(TypeContextState& s, CrateIndex crate) {
  build(s);
  ImplIndex& index = s.impl_index;
  if (index.unseen_crates.contains(crate)) return true;
  // The standard library's were all known when its facts were made.
  const CrateDefs* c = crate < kSysrootCrates ? nullptr : s.crate(crate);
  if (c != nullptr && !index.searched[crate]) {
    index.searched[crate] = true;
    for (uint32_t d = 0; d < c->defs.size(); ++d) {
      if (c->defs[d].kind != DefKind::Impl || (c->defs[d].flags & kDefTraitImpl) == 0) continue;
      bool unknown = false;
      if (trait_in(s, {crate, DefId(d)}, &unknown) || !unknown) continue;
      index.unattributed.insert(crate);
      break;
    }
  }
  return index.unattributed.contains(crate);
}

bool has_unseen_derives(TypeContextState& s, DefRef adt) {
  build(s);
  return s.impl_index.unseen_derives.contains(def_key(adt));
}

std::span<const DefRef> Traits::impls_of(DefRef trait) {
  build(state_);
  attribute_pending(state_, trait, TypeId());
  // In the order of crates, as if all had been read at once.
  std::vector<DefRef>& all = state_.impl_index.by_trait[def_key(trait)].all;
  if (!std::is_sorted(all.begin(), all.end())) std::sort(all.begin(), all.end());
  return all;
}

std::span<const DefRef> Traits::inherent_impls(TypeId type) {
  build(state_);
  ImplIndex& index = state_.impl_index;
  const uint64_t key = type_key(state_.store, type);
  if (key == 0) return {};
  std::vector<DefRef> open;
  take_for(state_, index.table->inherent(), type, &open);
  for (const DefRef impl : open) {
    std::vector<DefRef>& list = index.inherent[key_of(state_, impl)];
    list.push_back(impl);
    if (list.size() > 1 && impl < list[list.size() - 2]) std::sort(list.begin(), list.end());
  }
  const auto at = index.inherent.find(key);
  return at == index.inherent.end() ? std::span<const DefRef>() : std::span<const DefRef>(at->second);
}

bool Traits::may_have_unknown_impls(DefRef trait) {
  build(state_);
  return has_unseen_impls(state_, trait.crate) || state_.items.trait(trait).unknown;
}

}  // namespace rp
