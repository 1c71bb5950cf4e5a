// Which impls there are. Headers are read when somebody asks for their trait, or for a type's own impls.
#include <algorithm>

#include "syntax/lexer.h"
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

// The last word of the trait's path in the header of an impl, read without parsing it; empty when there is none.
std::string_view trait_word(std::string_view signature) {
  const TokenBuffer tokens = lex(signature, {});
  uint32_t depth = 0;
  std::string_view word;
  bool started = false;
  const auto text = [&](uint32_t slot) {
    const TokenKind kind = tokens.kinds[slot];
    const uint32_t end = token_end(signature, tokens.kinds.data(), tokens.starts.data(), tokens.count,
                                   tokens.unterminated_tail, slot, kind);
    return signature.substr(tokens.starts[slot], end - tokens.starts[slot]);
  };
  for (uint32_t slot = 0; slot < tokens.count; ++slot) {
    const TokenKind kind = tokens.kinds[slot];
    switch (kind) {
      case TokenKind::LBracket:
      case TokenKind::LParen:
      case TokenKind::LBrace:
        ++depth;
        break;
      case TokenKind::RBracket:
      case TokenKind::RParen:
      case TokenKind::RBrace:
        if (depth != 0) --depth;
        break;
      case TokenKind::Lt:
        ++depth;
        break;
      case TokenKind::Gt:
        // `->` is a token of its own; `>>` and its kin are seen part by part.
        if (depth != 0) --depth;
        break;
      case TokenKind::Shl:
        ++depth;
        break;
      case TokenKind::Shr:
        if (depth != 0) --depth;
        break;
      case TokenKind::KwImpl:
        started = true;
        break;
      case TokenKind::KwFor:
        if (started && depth == 0) return word;
        break;
      case TokenKind::Ident:
      case TokenKind::RawIdent:
        if (started && depth == 0) word = bare_name(text(slot));
        break;
      default:
        break;
    }
  }
  return {};
}

// Reads the header as far as its trait.
void attribute(TypeContextState& s, DefRef impl) {
  ImplIndex& index = s.impl_index;
  const Items::Text text = s.items.text_of(impl);
  bool unknown = true;
  DefRef trait;
  if (text.tree != nullptr) {
    LowerScope scope;
    scope.text = text.ref;
    scope.owner = impl;
    if (const NodeId path = text.tree->child(text.node, Role::trait); path) {
      unknown = false;
      trait = Lowerer(s, scope).trait_of(path, &unknown);
    }
  }
  if (trait)
    index.by_trait[def_key(trait)].all.push_back(impl);
  else if (unknown && impl.crate >= kSysrootCrates)
    index.unattributed.insert(impl.crate);
}

// The standard library has many impls, of which most are never asked for: those of a trait are read with the first
// question about a trait of that name.
void attribute_pending(TypeContextState& s, DefRef trait) {
  ImplIndex& index = s.impl_index;
  const auto at = index.pending.find(std::string(s.items.name_of(trait)));
  if (at == index.pending.end()) return;
  const std::vector<DefRef> impls = std::move(at->second);
  index.pending.erase(at);
  for (const DefRef impl : impls) attribute(s, impl);
  // In the order of crates, as if all had been read at once.
  for (auto& [key, list] : index.by_trait)
    if (!list.keyed && !std::is_sorted(list.all.begin(), list.all.end())) std::sort(list.all.begin(), list.all.end());
}

void build(TypeContextState& s) {
  ImplIndex& index = s.impl_index;
  if (index.built) return;
  index.built = true;
  // A header may have the trait by another name: then the word in it is no trait's.
  std::unordered_set<std::string> traits;
  for (CrateIndex i = 0; i < kSysrootCrates; ++i) {
    const CrateDefs* c = s.crate(i);
    if (c == nullptr || !c->from_facts) continue;
    for (const Def& d : c->defs)
      if (d.kind == DefKind::Trait && d.name) traits.emplace(c->text(d.name));
  }
  for (CrateIndex i = 0; i < s.inputs.analysis->crates.size(); ++i) {
    const CrateDefs* c = s.crate(i);
    if (c == nullptr) continue;
    scan_expansions(s, *c);
    for (uint32_t d = 0; d < c->defs.size(); ++d) {
      const Def& def = c->defs[d];
      if (def.kind != DefKind::Impl) continue;
      const DefRef impl{i, DefId(d)};
      if ((def.flags & kDefTraitImpl) == 0) {
        index.all_inherent.push_back(impl);
        continue;
      }
      if (i < kSysrootCrates && c->from_facts) {
        const std::string word(trait_word(c->signature(impl.def)));
        if (traits.contains(word)) {
          index.pending[word].push_back(impl);
          continue;
        }
      }
      attribute(s, impl);
    }
  }
}

}  // namespace

const TraitImpls& impls_by_key(TypeContextState& s, DefRef trait) {
  build(s);
  attribute_pending(s, trait);
  TraitImpls& impls = s.impl_index.by_trait[def_key(trait)];
  if (impls.keyed) return impls;
  impls.keyed = true;
  for (const DefRef impl : impls.all) {
    const uint64_t key = type_key(s.store, s.items.type_of(impl));
    if (key == 0)
      impls.blanket.push_back(impl);
    else
      impls.by_key[key].push_back(impl);
  }
  return impls;
}

bool has_unseen_impls(TypeContextState& s, CrateIndex crate) {
  build(s);
  return s.impl_index.unseen_crates.contains(crate) || s.impl_index.unattributed.contains(crate);
}

bool has_unseen_derives(TypeContextState& s, DefRef adt) {
  build(s);
  return s.impl_index.unseen_derives.contains(def_key(adt));
}

std::span<const DefRef> Traits::impls_of(DefRef trait) {
  build(state_);
  attribute_pending(state_, trait);
  return state_.impl_index.by_trait[def_key(trait)].all;
}

std::span<const DefRef> Traits::inherent_impls(TypeId type) {
  build(state_);
  ImplIndex& index = state_.impl_index;
  if (!index.inherent_keyed) {
    index.inherent_keyed = true;
    for (const DefRef impl : index.all_inherent)
      index.inherent[type_key(state_.store, state_.items.type_of(impl))].push_back(impl);
  }
  const auto at = index.inherent.find(type_key(state_.store, type));
  return at == index.inherent.end() || at->first == 0 ? std::span<const DefRef>() : std::span<const DefRef>(at->second);
}

bool Traits::may_have_unknown_impls(DefRef trait) {
  build(state_);
  return has_unseen_impls(state_, trait.crate) || state_.items.trait(trait).unknown;
}

}  // namespace rp
