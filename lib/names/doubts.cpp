#include "names/doubts.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "expand/attributes.h"

namespace rp {
namespace {

using N = NodeKind;
using T = TokenKind;

std::string_view name_in(const Tree& t, NodeId node) {
  const uint32_t slot = node ? skip_trivia(t, t.first_slot(node), t.end_slot(node)) : 0;
  if (!node || slot >= t.end_slot(node)) return {};
  const std::string_view text = t.token_text(slot);
  return text.starts_with("r#") ? text.substr(2) : text;
}

class DoubtFinder {
 public:
  DoubtFinder(CrateDefs& crate, const Analysis& analysis) : crate_(crate), analysis_(analysis) {}

  void run() {
    what_.assign(crate_.defs.size(), 0);
    find_unseen();
    bool conditional = std::any_of(crate_.expansions.begin(), crate_.expansions.end(),
                                   [&](const Expansion& e) { return is_doubted(e.macro); });
    for (const SourceInfo& info : crate_.sources) conditional = conditional || !info.conditional.empty();
    if (conditional) {
      find_ranges();
      find_presence();
      find_inside();
      for (uint32_t s = 0; s < crate_.sources.size(); ++s) {
        const SourceInfo& info = crate_.sources[s];
        if (info.source == nullptr) continue;
        for (const NodeId node : info.conditional) names_of_removed(SourceId(s), node);
      }
    }
    spread_names();
    for (uint32_t i = 0; i < what_.size(); ++i)
      if (what_[i] != 0) crate_.doubts.push_back({DefId(i), what_[i]});
    for (const uint64_t each : names_)
      crate_.doubtful_names.push_back({static_cast<uint32_t>(each >> 32), NameId(static_cast<uint32_t>(each))});
    std::sort(crate_.doubtful_names.begin(), crate_.doubtful_names.end());
  }

 private:
  [[nodiscard]] const CrateDefs* home_of(CrateIndex index) const {
    return index == crate_.index ? &crate_ : analysis_.crate(index);
  }
  void add(DefId def, uint8_t what) {
    if (def && def.value < what_.size()) what_[def.value] |= what;
  }

  // ---- What could not be seen ----

  void find_unseen() {
    for (const Expansion& e : crate_.expansions) {
      const bool unseen = e.state == ExpansionState::Opaque || e.state == ExpansionState::Unresolved ||
                          e.state == ExpansionState::Failed || e.state == ExpansionState::Pending;
      if (!unseen) continue;
      if (e.invocation == InvocationKind::Derive && e.item) {
        add(crate_.def_at(e.call_source, e.item), Doubt::kDerives);
        continue;
      }
      const bool items = e.produces == FragmentKind::Items || e.produces == FragmentKind::Statements;
      if (e.invocation != InvocationKind::Call || items) crate_.impls_unseen = true;
    }
    for (const NameProblem& p : crate_.problems)
      if (p.kind == NameProblem::Kind::MissingFile || p.kind == NameProblem::Kind::UnreadableFile ||
          p.kind == NameProblem::Kind::Limit)
        crate_.impls_unseen = true;
    for (const SourceInfo& info : crate_.sources) {
      if (crate_.impls_unseen) return;
      if (info.source == nullptr) continue;
      crate_.impls_unseen =
          may_bring_impls(info) || (info.kind != SourceInfo::Kind::Expansion && has_holes(*info.source));
    }
  }

  // Impls and modules that a build script may bring.
  static bool may_bring_impls(const SourceInfo& info) {
    return std::any_of(info.conditional.begin(), info.conditional.end(), [&](NodeId node) {
      if (!std::binary_search(info.removed.begin(), info.removed.end(), node)) return false;
      const N kind = info.source->tree.kind(node);
      return kind == N::ImplItem || kind == N::ModItem || kind == N::MacroItem || kind == N::SourceFile;
    });
  }
  // Parts of a text that no syntax accounts for.
  static bool has_holes(const Source& source) {
    const Tree& t = source.tree;
    if (t.errors().empty()) return false;
    for (uint32_t i = 1; i < t.node_count(); ++i)
      if (t.kind(NodeId(i)) == N::Error || t.kind(NodeId(i)) == N::Missing) return true;
    return false;
  }

  // ---- What is there because a fact does not hold ----

  [[nodiscard]] bool is_doubted(DefRef macro) const {
    const CrateDefs* home = macro.crate == crate_.index ? nullptr : analysis_.crate(macro.crate);
    return home != nullptr && (home->doubt(macro.def) & Doubt::kPresence) != 0;
  }

  // Places under a condition lie in ranges of ids; nested ones add nothing.
  void find_ranges() {
    ranges_.resize(crate_.sources.size());
    for (size_t s = 0; s < crate_.sources.size(); ++s) {
      const SourceInfo& info = crate_.sources[s];
      if (info.source == nullptr) continue;
      for (const NodeId node : info.conditional)
        if (ranges_[s].empty() || node >= ranges_[s].back().second)
          ranges_[s].emplace_back(node, info.source->tree.subtree_end(node));
    }
  }
  [[nodiscard]] bool lies_in_range(SourceId source, NodeId node) const {
    const std::vector<std::pair<NodeId, NodeId>>& ranges = ranges_[source.value];
    const auto after = std::upper_bound(ranges.begin(), ranges.end(), node,
                                        [](NodeId n, const auto& range) { return n < range.first; });
    return after != ranges.begin() && node < std::prev(after)->second;
  }

  // By a condition on a place, around it, on the macro call that made it, or on that macro.
  [[nodiscard]] bool is_conditional(SourceId source, NodeId node) const {
    // Each step goes further out; the bound is for damaged tables.
    for (size_t steps = 0; steps <= crate_.sources.size(); ++steps) {
      if (!source || source.value >= crate_.sources.size()) return false;
      const SourceInfo& info = crate_.sources[source.value];
      if (info.source == nullptr) return false;
      if (lies_in_range(source, node)) return true;
      if (info.expansion && info.expansion.value < crate_.expansions.size()) {
        const Expansion& made_by = crate_.expansions[info.expansion.value];
        if (made_by.macro.crate == crate_.index ? is_conditional_macro(made_by.macro.def) : is_doubted(made_by.macro))
          return true;
        source = made_by.call_source;
        node = made_by.call;
        continue;
      }
      // A module's file stands where it is declared.
      if (info.kind != SourceInfo::Kind::File || !info.module || info.module.value == 0) return false;
      const Def& module = crate_.defs[info.module.value];
      if (!module.source || !module.node || module.source == source) return false;
      source = module.source;
      node = module.node;
    }
    return false;
  }
  [[nodiscard]] bool is_conditional_macro(DefId macro) const {
    if (!macro || macro.value >= crate_.defs.size()) return false;
    const Def& def = crate_.defs[macro.value];
    return def.source && def.node && def.source.value < ranges_.size() && lies_in_range(def.source, def.node);
  }

  void find_presence() {
    for (uint32_t i = 0; i < crate_.defs.size(); ++i) {
      const Def& def = crate_.defs[i];
      if (def.source && def.node && is_conditional(def.source, def.node)) what_[i] |= Doubt::kPresence;
    }
  }

  // What comes and goes inside of definitions, from each such place outwards.
  void find_inside() {
    for (uint32_t s = 0; s < crate_.sources.size(); ++s) {
      const SourceInfo& info = crate_.sources[s];
      if (info.source == nullptr) continue;
      const Tree& t = info.source->tree;
      for (const NodeId node : info.conditional) {
        uint8_t what = Doubt::kInside;
        if (t.kind(node) == N::Attr) {
          const std::string_view text = t.text(node);
          if (text.find("derive") != std::string_view::npos)
            add(crate_.def_at(SourceId(s), t.parent(node)), Doubt::kDerives);
          if (text.find("repr") == std::string_view::npos) continue;
          what = Doubt::kRepr;
        }
        bool in_head = false;
        // Up to the module: nobody asks what comes and goes in one.
        for (NodeId up = node; up && t.kind(up) != N::ModItem && t.kind(up) != N::SourceFile; up = t.parent(up)) {
          add(crate_.def_at(SourceId(s), up),
              in_head && what == Doubt::kInside ? uint8_t{Doubt::kInside | Doubt::kHead} : what);
          const Role role = t.role(up);
          in_head = role == Role::generics || role == Role::where_clause || role == Role::trailing_where_clause ||
                    (in_head && node_category(t.kind(up)) != NodeCategory::Item);
        }
      }
    }
  }

  // ---- Names ----

  void note(uint32_t scope, NameId name) {
    if (!name || scope == UINT32_MAX) return;
    if (names_.insert(uint64_t{scope} << 32 | name.value).second) words_.insert(crate_.text(name));
  }
  [[nodiscard]] bool is_noted(const CrateDefs& crate, uint32_t scope, NameId name) const {
    if (!name) return false;
    return crate.index == crate_.index ? names_.contains(uint64_t{scope} << 32 | name.value)
                                       : crate.is_doubtful_name(scope, name);
  }

  // What is gone may hide what a glob brings, or take the place of what is there.
  void names_of_removed(SourceId source, NodeId node) {
    const SourceInfo& info = crate_.sources[source.value];
    if (!std::binary_search(info.removed.begin(), info.removed.end(), node)) return;
    const Tree& t = info.source->tree;
    if (node_category(t.kind(node)) != NodeCategory::Item) return;
    const uint32_t scope = scope_of_place(crate_, source, node);
    if (t.kind(node) == N::UseItem) {
      if (const NodeId use = t.child(node, Role::tree)) names_of_use(t, use, scope);
      return;
    }
    if (const NodeId name = t.child(node, Role::name)) note(scope, crate_.names.find(name_in(t, name)));
  }
  void names_of_use(const Tree& t, NodeId use, uint32_t scope) {
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
      if (last) note(scope, crate_.names.find(name_in(t, last)));
    }
  }

  // Names that came by an import of such a name, imports through such names, and so on. Each round adds some or is the
  // last.
  void spread_names() {
    words_of_dependencies();
    if (words_.empty()) return;
    for (uint32_t round = 0; round < 64; ++round) {
      const size_t before = names_.size() + imports_.size();
      spread();
      if (names_.size() + imports_.size() == before) break;
    }
  }

  void words_of_dependencies() {
    std::vector<bool> seen(analysis_.crates.size());
    std::vector<const CrateDefs*> open = {&crate_};
    while (!open.empty()) {
      const CrateDefs& crate = *open.back();
      open.pop_back();
      for (const CrateDefs::DoubtfulName& each : crate.doubtful_names) words_.insert(crate.text(each.name));
      for (const CrateDefs::ExternName& each : crate.extern_prelude) {
        if (each.crate >= seen.size() || seen[each.crate] || each.crate == crate_.index) continue;
        seen[each.crate] = true;
        if (const CrateDefs* next = analysis_.crate(each.crate)) open.push_back(next);
      }
    }
  }

  void spread() {
    // A crate without any of the words is left alone.
    std::vector<bool> is_word(crate_.names.size());
    bool any_word = false;
    for (const std::string_view word : words_)
      if (const NameId name = crate_.names.find(word)) any_word = is_word[name.value] = true;
    if (!any_word) return;
    for (uint32_t s = 0; s < crate_.scopes.size(); ++s) {
      const Scope& scope = crate_.scopes[s];
      for (uint32_t e = scope.first; e < scope.first + scope.count; ++e) {
        const ScopeEntry& entry = crate_.scope_entries[e];
        const uint32_t by = entry.binding.import;
        if (by >= crate_.imports.size()) continue;
        bool so = imports_.contains(by);
        if (!so && entry.binding.glob && is_word[entry.name.value]) {
          const Binding& from = crate_.imports[by].targets[0];
          const CrateDefs* home = from.target == Binding::Target::Def ? home_of(from.def.crate) : nullptr;
          if (home != nullptr && from.def.def && from.def.def.value < home->defs.size())
            so = is_noted(*home, home->defs[from.def.def.value].scope, home->names.find(crate_.text(entry.name)));
        }
        if (so) note(s, entry.name);
      }
    }
    for (uint32_t i = 0; i < crate_.imports.size(); ++i)
      if (!imports_.contains(i) && leads_through(crate_.imports[i])) imports_.insert(i);
  }

  // Whether the path of an import goes through a name that is noted.
  [[nodiscard]] bool leads_through(const Import& import) const {
    if (!import.source || import.source.value >= crate_.sources.size()) return false;
    const SourceInfo& info = crate_.sources[import.source.value];
    if (info.source == nullptr || info.source->tree.kind(import.node) != N::UseTree) return false;
    const Tree& t = info.source->tree;
    std::vector<NodeId> parts;  // paths of the trees around it, innermost first
    bool possible = false;
    for (NodeId at = import.node; at; at = t.parent(at)) {
      if (t.kind(at) != N::UseTree && t.kind(at) != N::UseTreeList) break;
      const NodeId path = t.kind(at) == N::UseTree ? t.child(at, Role::path) : NodeId();
      if (path) parts.push_back(path);
      for (NodeId segment = path ? t.first_child(path) : NodeId(); segment && !possible;
           segment = t.next_sibling(segment))
        possible = words_.contains(name_in(t, segment));
    }
    if (!possible) return false;
    const CrateDefs* here = &crate_;
    uint32_t scope = import.scope;
    bool first = true;
    for (size_t i = parts.size(); i-- > 0;) {
      for (NodeId segment = t.first_child(parts[i]); segment; segment = t.next_sibling(segment)) {
        bool noted = false;
        const DefRef to = step(*here, scope, name_in(t, segment), first, &noted);
        if (noted) return true;
        first = false;
        here = home_of(to.crate);
        if (here == nullptr || !to.def || to.def.value >= here->defs.size()) return false;
        scope = here->defs[to.def.value].scope;
        if (scope == UINT32_MAX || scope >= here->scopes.size()) return false;
      }
    }
    return false;
  }
  // What one word of a path leads to, from a scope on; `noted` is set where a noted name decides it.
  DefRef step(const CrateDefs& here, uint32_t scope, std::string_view word, bool first, bool* noted) const {
    if (word == "crate" || word == "$crate") return {crate_.index, DefId(0)};
    if (word == "self" || word == "super") {
      DefId module = here.module_of(here.scopes[scope].def);
      if (word == "super" && module) module = here.module_of(here.defs[module.value].parent);
      return {here.index, module};
    }
    const NameId name = here.names.find(word);
    const Binding* found = nullptr;
    for (;; scope = here.scopes[scope].parent) {
      if (is_noted(here, scope, name)) {
        *noted = true;
        return {};
      }
      for (size_t s = 0; s < kNamespaces && found == nullptr; ++s)
        found = here.find(scope, name, static_cast<Namespace>(s));
      if (found != nullptr || !first || here.scopes[scope].kind != ScopeKind::Block ||
          here.scopes[scope].parent == UINT32_MAX)
        break;
    }
    if (found != nullptr) return found->target == Binding::Target::Def ? found->def : DefRef();
    for (const CrateDefs::ExternName& each : here.extern_prelude)
      if (first && each.name == name && each.crate != kNoCrate) return {each.crate, DefId(0)};
    return {};
  }

  CrateDefs& crate_;
  const Analysis& analysis_;
  std::vector<uint8_t> what_;                                   // by def
  std::vector<std::vector<std::pair<NodeId, NodeId>>> ranges_;  // by source: places under a condition, sorted
  std::unordered_set<uint64_t> names_;                          // (scope, name) in one number
  std::unordered_set<std::string_view> words_;                  // their texts, and those of other crates
  std::unordered_set<uint32_t> imports_;
};

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

void find_doubts(CrateDefs* crate, const Analysis& analysis) { DoubtFinder(*crate, analysis).run(); }

}  // namespace rp
