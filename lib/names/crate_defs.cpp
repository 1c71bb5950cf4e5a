#include "names/crate_defs.h"

#include <algorithm>
#include <numeric>

namespace rp {

void CrateDefs::NodeIndex::sort() {
  std::vector<uint32_t> order(keys.size());
  std::iota(order.begin(), order.end(), 0U);
  std::stable_sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) { return keys[a] < keys[b]; });
  std::vector<NodeKey> sorted_keys(keys.size());
  std::vector<uint32_t> sorted_values(values.size());
  for (size_t i = 0; i < order.size(); ++i) {
    sorted_keys[i] = keys[order[i]];
    sorted_values[i] = values[order[i]];
  }
  keys = std::move(sorted_keys);
  values = std::move(sorted_values);
}

std::span<const uint32_t> CrateDefs::NodeIndex::find(SourceId source, NodeId node) const {
  const auto range = std::equal_range(keys.begin(), keys.end(), NodeKey{source.value, node.value});
  const auto first = static_cast<size_t>(range.first - keys.begin());
  return std::span(values).subspan(first, static_cast<size_t>(range.second - range.first));
}

void CrateDefs::finish() {
  // Children by counting, in the order of their numbers.
  for (Def& d : defs) d.child_count = 0;
  for (const Def& d : defs)
    if (d.parent) ++defs[d.parent.value].child_count;
  uint32_t at = 0;
  for (Def& d : defs) {
    d.first_child = at;
    at += d.child_count;
    d.child_count = 0;
  }
  child_list.assign(at, DefId());
  for (uint32_t i = 0; i < defs.size(); ++i) {
    if (!defs[i].parent) continue;
    Def& parent = defs[defs[i].parent.value];
    child_list[parent.first_child + parent.child_count++] = DefId(i);
  }

  expansions_by_node_ = {};
  for (uint32_t i = 0; i < expansions.size(); ++i) {
    expansions_by_node_.keys.push_back({expansions[i].call_source.value, expansions[i].call.value});
    expansions_by_node_.values.push_back(i);
  }
  expansions_by_node_.sort();
  blocks_by_node_ = {};
  for (uint32_t i = 0; i < scopes.size(); ++i) {
    if (scopes[i].kind != ScopeKind::Block || !scopes[i].source) continue;
    blocks_by_node_.keys.push_back({scopes[i].source.value, scopes[i].node.value});
    blocks_by_node_.values.push_back(i);
  }
  blocks_by_node_.sort();
  defs_by_node_ = {};
  for (uint32_t i = 0; i < defs.size(); ++i) {
    if (!defs[i].source || !defs[i].node) continue;
    defs_by_node_.keys.push_back({defs[i].source.value, defs[i].node.value});
    defs_by_node_.values.push_back(i);
  }
  defs_by_node_.sort();
  for (SourceInfo& info : sources) {
    std::sort(info.removed.begin(), info.removed.end());
    std::sort(info.conditional.begin(), info.conditional.end());
  }
}

const Binding* CrateDefs::find(uint32_t scope, NameId name, Namespace space) const {
  if (!name) return nullptr;
  const Scope& s = scopes[scope];
  const ScopeEntry* first = scope_entries.data() + s.first;
  const ScopeEntry* last = first + s.count;
  const ScopeEntry* at =
      std::lower_bound(first, last, std::pair(name, space), [](const ScopeEntry& e, const auto& key) {
        return e.name != key.first ? e.name < key.first : e.space < key.second;
      });
  return at != last && at->name == name && at->space == space ? &at->binding : nullptr;
}

DefId CrateDefs::module_of(DefId id) const {
  while (id && defs[id.value].kind != DefKind::Module) id = defs[id.value].parent;
  return id;
}

bool CrateDefs::is_visible(Visibility visibility, DefId from) const {
  if (visibility.is_public()) return true;
  for (DefId at = from; at; at = defs[at.value].parent)
    if (at.value == visibility.module) return true;
  return false;
}

std::string CrateDefs::path_of(DefId id) const {
  std::vector<std::string_view> parts;
  for (DefId at = id; at && at.value != 0; at = defs[at.value].parent)
    if (defs[at.value].name) parts.push_back(name_of(at));
  std::string path = name;
  for (size_t i = parts.size(); i-- > 0;) path.append("::").append(parts[i]);
  return path;
}

const MacroDef* CrateDefs::macro(DefId id) const {
  const auto at = std::lower_bound(macros.begin(), macros.end(), id,
                                   [](const MacroDef& m, DefId wanted) { return m.def < wanted; });
  return at != macros.end() && at->def == id ? &*at : nullptr;
}

uint8_t CrateDefs::listed_doubt(DefId id) const {
  const auto at =
      std::lower_bound(doubts.begin(), doubts.end(), id, [](const Doubt& d, DefId wanted) { return d.def < wanted; });
  return at != doubts.end() && at->def == id ? at->what : uint8_t{0};
}

bool CrateDefs::is_doubtful_name(uint32_t scope, NameId name) const {
  return name && std::binary_search(doubtful_names.begin(), doubtful_names.end(), DoubtfulName{scope, name});
}

bool CrateDefs::is_removed(SourceId source, NodeId node) const {
  const SourceInfo& info = sources[source.value];
  if (info.removed.empty() || !info.source) return false;
  // Removed subtrees do not overlap (what lies in one is not looked at), so the last that begins at or before it
  // decides.
  const auto at = std::upper_bound(info.removed.begin(), info.removed.end(), node);
  return at != info.removed.begin() && node < info.source->tree.subtree_end(*(at - 1));
}

std::span<const uint32_t> CrateDefs::expansions_at(SourceId source, NodeId call) const {
  return expansions_by_node_.find(source, call);
}

uint32_t CrateDefs::block_scope(SourceId source, NodeId block) const {
  const std::span<const uint32_t> found = blocks_by_node_.find(source, block);
  return found.empty() ? UINT32_MAX : found.front();
}

DefId CrateDefs::def_at(SourceId source, NodeId node) const {
  const std::span<const uint32_t> found = defs_by_node_.find(source, node);
  return found.empty() ? DefId() : DefId(found.front());
}

}  // namespace rp
