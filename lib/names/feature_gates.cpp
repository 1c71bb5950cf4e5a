#include "names/feature_gates.h"

#include <algorithm>
#include <map>
#include <set>

#include "expand/attributes.h"

namespace rp {
namespace {

using N = NodeKind;

class GateFinder {
 public:
  GateFinder(const CrateDefs& crate, const CfgSet& cfg) : crate_(crate), cfg_(cfg) {}

  std::vector<FeatureGate> run() {
    for (uint32_t i = 0; i < crate_.sources.size(); ++i) {
      const SourceInfo& info = crate_.sources[i];
      if (info.source != nullptr && (info.kind == SourceInfo::Kind::File || info.kind == SourceInfo::Kind::Included))
        look_at(SourceId(i));
    }
    std::vector<FeatureGate> gates;
    for (auto& [feature, gate] : gates_) {
      if (!gate.plain || !gate.has_public || !impls_fit(gate)) continue;
      gates.push_back({feature, {gate.names.begin(), gate.names.end()}});
    }
    return gates;
  }

 private:
  struct Gate {
    bool plain = true;
    bool has_public = false;
    std::set<std::string> names;
    std::vector<DefId> impls;  // of traits
  };

  // Every mention `feature = "x"` of an enabled feature.
  void look_at(SourceId id) {
    const Tree& tree = crate_.sources[id.value].source->tree;
    constexpr std::string_view kWord = "feature";
    for (size_t at = tree.text().find(kWord); at != std::string_view::npos; at = tree.text().find(kWord, at + 1)) {
      const uint32_t slot = tree.slot_at_offset(static_cast<uint32_t>(at));
      if (slot >= tree.slot_count() || tree.token_start(slot) != at || tree.token_kind(slot) != TokenKind::Ident ||
          tree.token_text(slot) != kWord)
        continue;
      const uint32_t equals = skip_trivia(tree, slot + 1, tree.slot_count());
      if (equals >= tree.slot_count() || tree.token_kind(equals) != TokenKind::Eq) continue;
      const uint32_t value = skip_trivia(tree, equals + 1, tree.slot_count());
      std::string feature;
      if (value >= tree.slot_count() || !string_literal_value(tree, value, &feature)) continue;
      if (!cfg_.has("feature", feature)) continue;
      mention(id, slot, value, gates_[feature]);
    }
  }

  void mention(SourceId id, uint32_t slot, uint32_t value, Gate& gate) {
    const Tree& tree = crate_.sources[id.value].source->tree;
    NodeId attribute = tree.node_at_slot(slot);
    while (attribute && tree.kind(attribute) != N::Attr) attribute = tree.parent(attribute);
    const NodeId path = attribute ? tree.child(attribute, Role::path) : NodeId();
    if (!path) {
      gate.plain = false;
      return;
    }
    const std::string_view name = tree.text(path);
    const NodeId arguments = tree.child(attribute, Role::arguments);
    // What documentation says of it.
    if (name == "doc" || (name == "cfg_attr" && arguments && is_about_docs(tree, arguments))) return;
    const bool alone = name == "cfg" && arguments &&
                       skip_trivia(tree, tree.first_slot(arguments) + 1, tree.end_slot(arguments)) == slot &&
                       skip_trivia(tree, value + 1, tree.end_slot(arguments)) + 1 == tree.end_slot(arguments);
    const NodeId owner = tree.parent(attribute);
    if (!alone || !owner || !add(id, owner, gate)) gate.plain = false;
  }

  // #[cfg_attr(docsrs, doc(cfg(feature = "x")))]
  static bool is_about_docs(const Tree& tree, NodeId arguments) {
    const uint32_t first = skip_trivia(tree, tree.first_slot(arguments) + 1, tree.end_slot(arguments));
    if (first >= tree.end_slot(arguments)) return false;
    const std::string_view word = tree.token_text(first);
    return word == "docsrs" || word == "doc_cfg" || word == "docs_rs" || word == "doc";
  }

  bool add(SourceId id, NodeId item, Gate& gate) {
    const Tree& tree = crate_.sources[id.value].source->tree;
    switch (tree.kind(item)) {
      case N::UseItem:
        return !tree.child(item, Role::visibility) || add_use(tree, tree.child(item, Role::tree), gate);
      case N::FnItem:
      case N::StructItem:
      case N::EnumItem:
      case N::UnionItem:
      case N::TraitItem:
      case N::TypeAliasItem:
      case N::ConstItem:
      case N::StaticItem:
      case N::ModItem:
      case N::ImplItem:
      case N::MacroRulesItem:
        break;
      default:
        return false;
    }
    // Of a module or an inherent impl, not of a trait, an impl of one, an extern block or a body.
    const NodeId list = tree.parent(item);
    const NodeId around = list && tree.kind(list) == N::ItemList ? tree.parent(list) : list;
    if (around && tree.kind(around) != N::SourceFile && tree.kind(around) != N::ModItem &&
        (tree.kind(around) != N::ImplItem || tree.child(around, Role::trait)))
      return false;
    const DefId def = crate_.def_at(id, item);
    if (!def) return false;
    add_def(def, gate);
    return gate.plain;
  }

  bool add_use(const Tree& tree, NodeId use, Gate& gate) {
    if (!use) return false;
    const NodeId list = tree.child(use, Role::list);
    for (NodeId c = list ? tree.first_child(list) : NodeId(); c; c = tree.next_sibling(c))
      if (tree.kind(c) == N::UseTree && !add_use(tree, c, gate)) return false;
    if (list) return true;
    const NodeId rename = tree.child(use, Role::rename);
    const uint32_t last = tree.end_slot(rename ? rename : use) - 1;
    if (tree.token_kind(last) != TokenKind::Ident) return false;  // a glob, `self`, `_`
    gate.names.emplace(tree.token_text(last));
    gate.has_public = true;
    return true;
  }

  // A definition with all that is inside of it.
  void add_def(DefId root, Gate& gate) {
    std::vector<DefId> open = {root};
    while (!open.empty()) {
      const DefId id = open.back();
      open.pop_back();
      const Def& def = crate_.def(id);
      if (def.name) gate.names.emplace(crate_.name_of(id));
      gate.has_public |= def.name && def.visibility.is_public();
      if (def.kind == DefKind::Impl && (def.flags & kDefTraitImpl) != 0) {
        gate.impls.push_back(id);
        continue;
      }
      if (def.kind == DefKind::Module) add_imports(id, gate);
      for (const DefId child : crate_.children(id)) open.push_back(child);
    }
  }

  // What a module re-exports.
  void add_imports(DefId module, Gate& gate) {
    for (const Import& import : crate_.imports) {
      if (crate_.scopes[import.scope].def != module || !import.visibility.is_public()) continue;
      if (import.kind == ImportKind::Glob)
        gate.plain = false;
      else if (import.name)
        gate.names.emplace(crate_.text(import.name));
    }
  }

  // Whether all impls of traits that it adds are of types or traits that it adds, too: no other type gets a new
  // ability.
  bool impls_fit(const Gate& gate) const {
    return std::all_of(gate.impls.begin(), gate.impls.end(), [&](DefId id) {
      const Def& def = crate_.def(id);
      if (!def.source || crate_.sources[def.source.value].source == nullptr) return false;
      const Tree& tree = crate_.sources[def.source.value].source->tree;
      if (tree.kind(def.node) != N::ImplItem) return false;
      return gate.names.contains(std::string(last_name(tree, tree.child(def.node, Role::type)))) ||
             gate.names.contains(std::string(last_name(tree, tree.child(def.node, Role::trait))));
    });
  }

  static std::string_view last_name(const Tree& tree, NodeId type) {
    NodeId last;
    if (!type || tree.kind(type) != N::PathType) return {};
    for (uint32_t n = type.value; n < tree.subtree_end(type).value; ++n) {
      // Segments of the path itself, not of its arguments.
      if (tree.kind(NodeId(n)) != N::PathSegment) continue;
      last = NodeId(n);
      n = tree.subtree_end(last).value - 1;
    }
    return last ? tree.token_text(tree.first_slot(last)) : std::string_view();
  }

  const CrateDefs& crate_;
  const CfgSet& cfg_;
  std::map<std::string, Gate> gates_;
};

}  // namespace

std::vector<FeatureGate> find_feature_gates(const CrateDefs& crate, const CfgSet& cfg) {
  return GateFinder(crate, cfg).run();
}

std::string feature_gates_text(const std::vector<FeatureGate>& gates) {
  std::string text = "gates\n";
  for (const FeatureGate& gate : gates) {
    text += gate.feature;
    for (const std::string& name : gate.names) text += " " + name;
    text += "\n";
  }
  return text;
}

bool read_feature_gates(std::string_view text, std::vector<FeatureGate>* out) {
  out->clear();
  if (!text.starts_with("gates\n") || !text.ends_with("\n")) return false;
  text.remove_prefix(6);
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(line.size() + 1);
    FeatureGate gate;
    for (size_t word = 0; !line.empty(); ++word) {
      const size_t end = std::min(line.find(' '), line.size());
      if (word == 0)
        gate.feature = line.substr(0, end);
      else
        gate.names.emplace_back(line.substr(0, end));
      line.remove_prefix(std::min(end + 1, line.size()));
    }
    if (gate.names.empty()) return false;
    out->push_back(std::move(gate));
  }
  return true;
}

}  // namespace rp
