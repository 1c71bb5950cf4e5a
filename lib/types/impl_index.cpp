// Which impls there are. Headers are read when somebody asks for their trait, or for a type's own impls.
#include <algorithm>

#include "names/impl_header.h"
#include "names/signature.h"
#include "types/lowerer.h"
#include "types/selector.h"

namespace rp {

using N = NodeKind;

namespace {

// What is not seen of a crate. The standard library's own facts were made with all of its sources at hand; what it does
// not see are crates that nobody else can name.
void scan_doubts(TypeContextState& s, const CrateDefs& c) {
  if (c.impls_unseen && !(c.from_facts && c.index < kSysrootCrates)) s.impl_index.unseen_crates.insert(c.index);
  for (const Doubt& each : c.doubts)
    if ((each.what & Doubt::kDerives) != 0) s.impl_index.unseen_derives.insert(def_key({c.index, each.def}));
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

void attribute(TypeContextState& s, DefRef impl, std::vector<uint64_t>* touched) {
  bool unknown = false;
  const DefRef trait = trait_in(s, impl, &unknown);
  if (!trait) return;
  TraitImpls& impls = s.impl_index.by_trait[def_key(trait)];
  impls.all.push_back(impl);
  impls.unkeyed.push_back(impl);
  touched->push_back(def_key(trait));
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

void sort_if_needed(std::vector<DefRef>* list) {
  if (!std::is_sorted(list->begin(), list->end())) std::sort(list->begin(), list->end());
}

// The words under which impls for a type may be pending.
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

void take(PendingImpls* pending, std::string_view word, std::vector<DefRef>* out) {
  const auto at = pending->find(word);
  if (at == pending->end()) return;
  out->insert(out->end(), at->second.begin(), at->second.end());
  pending->erase(at);
}

// Takes what may be an impl for the type, or all where that is not valid.
std::vector<DefRef> take_for(TypeContextState& s, PendingImpls* pending, TypeId self) {
  std::vector<DefRef> out;
  if (pending->empty()) return out;
  const bool any = !self || type_key(s.store, self) == 0;
  if (any && (!self || s.store.kind(self) == TypeKind::Infer)) {
    for (const auto& [word, list] : *pending) out.insert(out.end(), list.begin(), list.end());
    pending->clear();
  } else {
    take(pending, {}, &out);
    if (const std::string_view word = word_of(s, self); !word.empty()) take(pending, word, &out);
  }
  sort_if_needed(&out);
  return out;
}

// There are many impls, of which most are never asked for: those of a trait are read with the first question about a
// trait of that name and a type of that kind.
void attribute_pending(TypeContextState& s, DefRef trait, TypeId self) {
  ImplIndex& index = s.impl_index;
  std::vector<DefRef> open;
  const auto take_word = [&](std::string_view word) {
    const auto at = index.pending.find(word);
    if (at == index.pending.end()) return;
    const std::vector<DefRef> taken = take_for(s, &at->second, self);
    open.insert(open.end(), taken.begin(), taken.end());
  };
  take_word(s.items.name_of(trait));
  take_word({});
  if (const auto renamed = index.trait_renames.find(def_key(trait)); renamed != index.trait_renames.end())
    for (const std::string_view word : renamed->second) take_word(word);
  std::vector<uint64_t> touched;
  for (const DefRef impl : open) attribute(s, impl, &touched);
  // In the order of crates, as if all had been read at once.
  for (const uint64_t key : touched) sort_if_needed(&index.by_trait[key].all);
}

bool is_type(DefKind kind) {
  return kind == DefKind::Struct || kind == DefKind::Enum || kind == DefKind::Union || kind == DefKind::ForeignType;
}

// Names of types, and those that types and traits have besides their own.
void collect_words(TypeContextState& s) {
  ImplIndex& index = s.impl_index;
  std::unordered_set<std::string_view> aliases;
  for (CrateIndex i = 0; i < s.inputs.analysis->crates.size(); ++i) {
    const CrateDefs* c = s.crate(i);
    if (c == nullptr) continue;
    for (const Def& d : c->defs) {
      if (d.kind == DefKind::TypeAlias && d.name) aliases.insert(c->text(d.name));
      if (d.kind == DefKind::Trait && d.name) index.trait_words.insert(c->text(d.name));
      if (is_type(d.kind) && d.name) index.type_words.insert(c->text(d.name));
    }
    // Facts keep what imports mean, not the imports.
    for (const ScopeEntry& entry : std::span(c->scope_entries).first(c->from_facts ? c->scope_entries.size() : 0)) {
      if (entry.space != Namespace::Type || entry.binding.target != Binding::Target::Def) continue;
      const Def* d = s.def(entry.binding.def);
      if (d == nullptr || (d->kind != DefKind::Trait && !is_type(d->kind))) continue;
      const std::string_view name = c->text(entry.name);
      if (s.items.name_of(entry.binding.def) == name) continue;
      aliases.insert(name);
      if (d->kind == DefKind::Trait) index.trait_renames[def_key(entry.binding.def)].push_back(name);
    }
    for (const Import& import : c->imports) {
      const Binding& target = import.targets[static_cast<size_t>(Namespace::Type)];
      if (import.kind == ImportKind::Glob || !import.name) continue;
      const std::string_view name = c->text(import.name);
      const Def* d = target.target == Binding::Target::Def ? s.def(target.def) : nullptr;
      if (target.target != Binding::Target::Unknown && (d == nullptr || s.items.name_of(target.def) == name)) continue;
      aliases.insert(name);
      if (d != nullptr && d->kind == DefKind::Trait) index.trait_renames[def_key(target.def)].push_back(name);
    }
  }
  for (const std::string_view alias : aliases) index.type_words.erase(alias);
  for (const std::string_view word : kPrimitiveTypes) index.type_words.insert(word);
  for (const std::string_view word : {"&", "*", "[", "(", "!", "fn", "dyn"}) index.type_words.insert(word);
}

// The same words as impl_header finds, in a tree.
ImplHeader header_in(const Tree& t, NodeId impl) {
  ImplHeader out;
  const auto last_word = [&](NodeId path, size_t* count) {
    NodeId last;
    for (NodeId c = t.first_child(path); c; c = t.next_sibling(c))
      if (t.kind(c) == N::PathSegment) {
        last = c;
        ++*count;
      }
    const uint32_t slot = last ? word_slot(t, last) : UINT32_MAX;
    return slot == UINT32_MAX ? std::string_view() : bare_name(t.token_text(slot));
  };
  size_t words = 0;
  if (const NodeId trait = t.child(impl, Role::trait)) out.trait = last_word(trait, &words);
  NodeId type = t.child(impl, Role::type);
  while (type && t.kind(type) == N::ParenType) type = t.child(type, Role::type);
  if (!type) return out;
  switch (t.kind(type)) {
    case N::RefType:
      out.self = "&";
      break;
    case N::PointerType:
      out.self = "*";
      break;
    case N::SliceType:
    case N::ArrayType:
      out.self = "[";
      break;
    case N::TupleType:
      out.self = "(";
      break;
    case N::PathType: {
      if (t.child(type, Role::qualified_self)) break;
      words = 0;
      const std::string_view word = last_word(type, &words);
      const NodeId generics = t.child(impl, Role::generics);
      for (NodeId p = generics && words == 1 ? t.first_child(generics) : NodeId(); p; p = t.next_sibling(p)) {
        const NodeId name = t.child(p, Role::name);
        const uint32_t slot = name ? word_slot(t, name) : UINT32_MAX;
        if (slot != UINT32_MAX && bare_name(t.token_text(slot)) == word) return out;
      }
      out.self = word;
      break;
    }
    default:
      break;
  }
  return out;
}

void build(TypeContextState& s) {
  ImplIndex& index = s.impl_index;
  if (index.built) return;
  index.built = true;
  collect_words(s);
  index.unread.resize(s.inputs.analysis->crates.size());
  for (CrateIndex i = 0; i < s.inputs.analysis->crates.size(); ++i) {
    const CrateDefs* c = s.crate(i);
    if (c == nullptr) continue;
    scan_doubts(s, *c);
    for (uint32_t d = 0; d < c->defs.size(); ++d) {
      const Def& def = c->defs[d];
      if (def.kind != DefKind::Impl) continue;
      const DefRef impl{i, DefId(d)};
      ImplHeader header;
      if (c->from_facts) {
        if (c->signatures != nullptr) header = c->signatures->impl_header(d);
        // The name of an import that is private there.
        if (!index.trait_words.contains(header.trait)) header.trait = {};
      } else if (def.source && def.node && c->sources[def.source.value].source != nullptr) {
        header = header_in(c->sources[def.source.value].source->tree, def.node);
      }
      if (!index.type_words.contains(header.self)) header.self = {};
      if ((def.flags & kDefTraitImpl) == 0) {
        index.pending_inherent[header.self].push_back(impl);
        continue;
      }
      index.pending[header.trait][header.self].push_back(impl);
      if (i >= kSysrootCrates) index.unread[i].push_back(impl);
    }
  }
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
  if (crate < index.unread.size() && !index.unread[crate].empty()) {
    const std::vector<DefRef> unread = std::move(index.unread[crate]);
    index.unread[crate].clear();
    for (const DefRef impl : unread) {
      bool unknown = false;
      if (trait_in(s, impl, &unknown) || !unknown) continue;
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
  return state_.impl_index.by_trait[def_key(trait)].all;
}

std::span<const DefRef> Traits::inherent_impls(TypeId type) {
  build(state_);
  ImplIndex& index = state_.impl_index;
  const uint64_t key = type_key(state_.store, type);
  if (key == 0) return {};
  for (const DefRef impl : take_for(state_, &index.pending_inherent, type)) {
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
