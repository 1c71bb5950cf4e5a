#include "types/conditions.h"

#include <algorithm>

#include "expand/attributes.h"

namespace rp {

using N = NodeKind;
using T = TokenKind;

namespace {

uint64_t number_of(CrateIndex crate, uint32_t scope, NameId name) {
  // Two names that share a number make one more name unknown, no more.
  return (uint64_t{crate} << 52) ^ (uint64_t{scope} << 26) ^ name.value;
}
uint64_t import_number(CrateIndex crate, uint32_t import) { return uint64_t{crate} << 32 | import; }

// Whether one of the roots is the node or around it. What lies in a subtree is a range of ids, so the roots that begin
// before the node are walked back over, as deep as they may nest.
bool lies_in(const std::vector<NodeId>& roots, const Tree& tree, NodeId node) {
  auto at = std::upper_bound(roots.begin(), roots.end(), node);
  while (at != roots.begin()) {
    --at;
    if (node < tree.subtree_end(*at)) return true;
  }
  return false;
}

// The next place further out: of what an expansion made the call, of a module's file its declaration.
bool step_out(const CrateDefs& crate, SourceId* source, NodeId* node) {
  const SourceInfo& info = crate.sources[source->value];
  if (info.expansion && info.expansion.value < crate.expansions.size()) {
    const Expansion& made_by = crate.expansions[info.expansion.value];
    *source = made_by.call_source;
    *node = made_by.call;
    return true;
  }
  if (info.kind != SourceInfo::Kind::File || !info.module || info.module.value == 0) return false;
  const Def& module = crate.defs[info.module.value];
  if (!module.source || !module.node || module.source == *source) return false;
  *source = module.source;
  *node = module.node;
  return true;
}

std::string_view name_in(const Tree& t, NodeId node) {
  for (uint32_t slot = node ? skip_trivia(t, t.first_slot(node), t.end_slot(node)) : 0; node;) {
    if (slot >= t.end_slot(node)) return {};
    const std::string_view text = t.token_text(slot);
    return text.starts_with("r#") ? text.substr(2) : text;
  }
  return {};
}

}  // namespace

uint32_t scope_of_place(const CrateDefs& crate, SourceId source, NodeId node) {
  const SourceInfo& info = crate.sources[source.value];
  if (info.source == nullptr) return UINT32_MAX;
  const Tree& t = info.source->tree;
  for (NodeId up = t.parent(node); up; up = t.parent(up)) {
    if (t.kind(up) == N::Block)
      if (const uint32_t block = crate.block_scope(source, up); block != UINT32_MAX) return block;
    if (t.kind(up) != N::ModItem && t.kind(up) != N::EnumItem && t.kind(up) != N::TraitItem) continue;
    if (const DefId def = crate.def_at(source, up); def && crate.defs[def.value].scope != UINT32_MAX)
      return crate.defs[def.value].scope;
  }
  if (info.expansion && info.expansion.value < crate.expansions.size())
    return crate.expansions[info.expansion.value].scope;
  return info.module ? crate.defs[info.module.value].scope : 0;
}

bool Conditions::from_conditional_macro(const CrateDefs& crate, ExpansionId expansion) const {
  if (!expansion || expansion.value >= crate.expansions.size()) return false;
  const DefRef macro = crate.expansions[expansion.value].macro;
  const CrateDefs* home = analysis_.crate(macro.crate);
  if (home == nullptr || !macro.def || macro.def.value >= home->defs.size()) return false;
  const Def& def = home->defs[macro.def.value];
  if (!def.source || !def.node || def.source.value >= home->sources.size()) return false;
  const SourceInfo& text = home->sources[def.source.value];
  return text.source != nullptr && !text.conditional.empty() && lies_in(text.conditional, text.source->tree, def.node);
}

bool Conditions::any(CrateIndex index) {
  if (index >= any_.size()) any_.resize(std::max<size_t>(analysis_.crates.size(), index + size_t{1}));
  if (any_[index] != 0) return any_[index] == 2;
  const CrateDefs* crate = analysis_.crate(index);
  bool found = false;
  if (crate != nullptr && !crate->from_facts) {
    for (const SourceInfo& info : crate->sources) found = found || !info.conditional.empty();
    for (uint32_t i = 0; i < crate->expansions.size() && !found; ++i)
      found = from_conditional_macro(*crate, ExpansionId(i));
  }
  any_[index] = found ? 2 : 1;
  return found;
}

bool Conditions::at(CrateIndex index, SourceId source, NodeId node) {
  const CrateDefs* crate = analysis_.crate(index);
  if (crate == nullptr || !any(index)) return false;
  for (size_t steps = 0; steps <= crate->sources.size(); ++steps) {
    if (!source || source.value >= crate->sources.size()) return false;
    const SourceInfo& info = crate->sources[source.value];
    if (info.source == nullptr) return false;
    if (!info.conditional.empty() && lies_in(info.conditional, info.source->tree, node)) return true;
    if (from_conditional_macro(*crate, info.expansion)) return true;
    if (!step_out(*crate, &source, &node)) return false;
  }
  return false;
}

bool Conditions::on(DefRef ref) {
  const CrateDefs* crate = analysis_.crate(ref.crate);
  if (crate == nullptr || !ref.def || ref.def.value >= crate->defs.size()) return false;
  const Def& def = crate->defs[ref.def.value];
  return def.source && def.node && at(ref.crate, def.source, def.node);
}

bool Conditions::inside(CrateIndex index, SourceId source, NodeId node, std::string_view attribute) const {
  const CrateDefs* crate = analysis_.crate(index);
  if (crate == nullptr || !source || source.value >= crate->sources.size()) return false;
  const SourceInfo& info = crate->sources[source.value];
  if (info.source == nullptr || info.conditional.empty()) return false;
  const Tree& t = info.source->tree;
  const NodeId end = t.subtree_end(node);
  for (auto at = std::lower_bound(info.conditional.begin(), info.conditional.end(), node);
       at != info.conditional.end() && *at < end; ++at) {
    if (t.kind(*at) != N::Attr) return true;
    if (!attribute.empty() && t.text(*at).find(attribute) != std::string_view::npos) return true;
  }
  return false;
}

bool Conditions::may_bring_impls(CrateIndex index) const {
  const CrateDefs* crate = analysis_.crate(index);
  if (crate == nullptr) return false;
  for (const SourceInfo& info : crate->sources) {
    if (info.source == nullptr) continue;
    for (const NodeId node : info.conditional) {
      if (!std::binary_search(info.removed.begin(), info.removed.end(), node)) continue;
      switch (info.source->tree.kind(node)) {
        case N::ImplItem:
        case N::ModItem:
        case N::MacroItem:
        case N::SourceFile:
          return true;
        default:
          break;
      }
    }
  }
  return false;
}

// ---- Names ----

void Conditions::note(CrateIndex crate, uint32_t scope, NameId name) {
  if (!name || scope == UINT32_MAX) return;
  if (names_.insert(number_of(crate, scope, name)).second) words_.insert(analysis_.crate(crate)->text(name));
}

bool Conditions::noted(CrateIndex crate, uint32_t scope, NameId name) const {
  return name && names_.contains(number_of(crate, scope, name));
}

void Conditions::names_of_use(const CrateDefs& crate, SourceId source, NodeId use, uint32_t scope) {
  const Tree& t = crate.sources[source.value].source->tree;
  for (NodeId n = use; n < t.subtree_end(use); n = NodeId(n.value + 1)) {
    if (t.kind(n) != N::UseTree || t.child(n, Role::list)) continue;
    NodeId last;
    if (const NodeId rename = t.child(n, Role::rename)) {
      last = t.child(rename, Role::name);
    } else if (NodeId path = t.child(n, Role::path); path) {
      for (NodeId child = t.first_child(path); child; child = t.next_sibling(child)) last = child;
      if (name_in(t, last) == "self") {
        const NodeId outer = t.parent(n) ? t.parent(t.parent(n)) : NodeId();
        path = outer && t.kind(outer) == N::UseTree ? t.child(outer, Role::path) : NodeId();
        last = NodeId();
        for (NodeId child = path ? t.first_child(path) : NodeId(); child; child = t.next_sibling(child)) last = child;
      }
    }
    if (last) note(crate.index, scope, crate.names.find(name_in(t, last)));
  }
}

// What is gone may hide what a glob brings, or take the place of what is there.
void Conditions::names_of_removed(const CrateDefs& crate, SourceId source, NodeId node) {
  const SourceInfo& info = crate.sources[source.value];
  if (!std::binary_search(info.removed.begin(), info.removed.end(), node)) return;
  const Tree& t = info.source->tree;
  if (node_category(t.kind(node)) != NodeCategory::Item) return;
  const uint32_t scope = scope_of_place(crate, source, node);
  if (t.kind(node) == N::UseItem) {
    if (const NodeId use = t.child(node, Role::tree)) names_of_use(crate, source, use, scope);
    return;
  }
  if (const NodeId name = t.child(node, Role::name)) note(crate.index, scope, crate.names.find(name_in(t, name)));
}

// Whether the path of an import goes through a name that is noted.
bool Conditions::leads_through(const CrateDefs& crate, const Import& import) {
  if (!import.source || import.source.value >= crate.sources.size()) return false;
  const SourceInfo& info = crate.sources[import.source.value];
  if (info.source == nullptr || info.source->tree.kind(import.node) != N::UseTree) return false;
  const Tree& t = info.source->tree;
  bool possible = false;
  for (NodeId at = import.node; at && !possible; at = t.parent(at)) {
    if (t.kind(at) != N::UseTree && t.kind(at) != N::UseTreeList) break;
    const NodeId path = t.kind(at) == N::UseTree ? t.child(at, Role::path) : NodeId();
    for (NodeId segment = path ? t.first_child(path) : NodeId(); segment && !possible;
         segment = t.next_sibling(segment))
      possible = words_.contains(name_in(t, segment));
  }
  if (!possible) return false;
  std::vector<NodeId> parts;  // paths of the trees around it, innermost first
  for (NodeId at = import.node; at; at = t.parent(at)) {
    if (t.kind(at) != N::UseTree && t.kind(at) != N::UseTreeList) break;
    if (t.kind(at) == N::UseTree)
      if (const NodeId path = t.child(at, Role::path)) parts.push_back(path);
  }
  const CrateDefs* here = &crate;
  uint32_t scope = import.scope;
  bool first = true;
  for (size_t i = parts.size(); i-- > 0;) {
    for (NodeId segment = t.first_child(parts[i]); segment; segment = t.next_sibling(segment)) {
      const std::string_view word = name_in(t, segment);
      DefRef to;
      if (word == "crate" || word == "$crate") {
        to = {crate.index, DefId(0)};
      } else if (word == "self" || word == "super") {
        DefId module = here->module_of(here->scopes[scope].def);
        if (word == "super" && module) module = here->module_of(here->defs[module.value].parent);
        if (!module) return false;
        to = {here->index, module};
      } else {
        const NameId name = here->names.find(word);
        const Binding* found = nullptr;
        for (;; scope = here->scopes[scope].parent) {
          if (noted(here->index, scope, name)) return true;
          for (size_t s = 0; s < kNamespaces && found == nullptr; ++s)
            found = here->find(scope, name, static_cast<Namespace>(s));
          if (found != nullptr || !first || here->scopes[scope].kind != ScopeKind::Block ||
              here->scopes[scope].parent == UINT32_MAX)
            break;
        }
        if (found != nullptr && found->target == Binding::Target::Def) {
          to = found->def;
        } else if (first) {
          for (const CrateDefs::ExternName& e : here->extern_prelude)
            if (e.name == name && e.crate != kNoCrate) to = {e.crate, DefId(0)};
        }
      }
      first = false;
      here = analysis_.crate(to.crate);
      if (here == nullptr || !to.def || to.def.value >= here->defs.size()) return false;
      scope = here->defs[to.def.value].scope;
      if (scope == UINT32_MAX || scope >= here->scopes.size()) return false;
    }
  }
  return false;
}

void Conditions::find_names() {
  if (names_found_) return;
  names_found_ = true;
  std::vector<const CrateDefs*> crates;
  bool anywhere = false;
  for (CrateIndex i = 0; i < analysis_.crates.size(); ++i) {
    if (const CrateDefs* c = analysis_.crate(i); c != nullptr && !c->from_facts) crates.push_back(c);
    anywhere = anywhere || any(i);
  }
  if (!anywhere) return;
  for (const CrateDefs* c : crates) {
    if (!any(c->index)) continue;
    for (uint32_t s = 0; s < c->sources.size(); ++s) {
      const SourceInfo& info = c->sources[s];
      if (info.source == nullptr) continue;
      for (const NodeId node : info.conditional) names_of_removed(*c, SourceId(s), node);
    }
    for (uint32_t i = 0; i < c->imports.size(); ++i)
      if (at(c->index, c->imports[i].source, c->imports[i].node)) imports_.insert(import_number(c->index, i));
  }
  // Names that came by such an import, imports through such names, and so on. Each round adds some or is the last.
  for (uint32_t round = 0; round < 64 && !(names_.empty() && imports_.empty()); ++round) {
    const size_t before = names_.size() + imports_.size();
    for (const CrateDefs* c : crates) spread(*c);
    if (names_.size() + imports_.size() == before) break;
  }
}

void Conditions::spread(const CrateDefs& c) {
  // A crate without any of the words is left alone.
  std::vector<bool> is_word(c.names.size());
  bool any_word = false;
  for (const std::string_view word : words_)
    if (const NameId name = c.names.find(word)) any_word = is_word[name.value] = true;
  if (!any_word && !any(c.index)) return;
  for (uint32_t s = 0; s < c.scopes.size(); ++s) {
    const Scope& scope = c.scopes[s];
    for (uint32_t e = scope.first; e < scope.first + scope.count; ++e) {
      const ScopeEntry& entry = c.scope_entries[e];
      const uint32_t by = entry.binding.import;
      if (by >= c.imports.size()) continue;
      bool so = imports_.contains(import_number(c.index, by));
      if (!so && entry.binding.glob && is_word[entry.name.value]) {
        const Binding& from = c.imports[by].targets[0];
        const CrateDefs* home = from.target == Binding::Target::Def ? analysis_.crate(from.def.crate) : nullptr;
        if (home != nullptr && from.def.def && from.def.def.value < home->defs.size())
          so = noted(home->index, home->defs[from.def.def.value].scope, home->names.find(c.text(entry.name)));
      }
      if (so) note(c.index, s, entry.name);
    }
  }
  for (uint32_t i = 0; any_word && i < c.imports.size(); ++i)
    if (!imports_.contains(import_number(c.index, i)) && leads_through(c, c.imports[i]))
      imports_.insert(import_number(c.index, i));
}

bool Conditions::may_decide(std::string_view word) {
  find_names();
  return !words_.empty() && words_.contains(word);
}

bool Conditions::decides_name(CrateIndex crate, uint32_t scope, std::string_view name) {
  find_names();
  const CrateDefs* c = words_.empty() ? nullptr : analysis_.crate(crate);
  return c != nullptr && noted(crate, scope, c->names.find(name));
}

}  // namespace rp
