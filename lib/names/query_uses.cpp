// Where definitions are, and where they are used.
#include <algorithm>
#include <unordered_set>

#include "names/query.h"
#include "names/query_tokens.h"

namespace rp {
namespace {

bool is_documentation(const Tree& tree, NodeId attribute) {
  if (tree.kind(attribute) == NodeKind::DocComment) return true;
  if (tree.kind(attribute) != NodeKind::Attr) return false;
  const NodeId path = tree.child(attribute, Role::path);
  return path && tree.text(path) == "doc" && tree.child(attribute, Role::value);
}

// From the first documentation comment or attribute of an item to its last.
ByteSpan documentation_of(const Tree& tree, NodeId item) {
  ByteSpan span;
  bool found = false;
  for (NodeId child = tree.first_child(item); child; child = tree.next_sibling(child)) {
    if (!is_documentation(tree, child)) continue;
    const ByteSpan here = tree.span(child);
    span = found ? ByteSpan{span.start, here.end} : here;
    found = true;
  }
  return span;
}

bool is_local(const Project& project, CrateIndex index) {
  return index < project.has_names.size() && project.has_names[index] && project.analysis.crate(index) != nullptr;
}

// One definition as several crates have it that share its file.
std::vector<DefRef> same_definitions(const Project& project, DefRef def) {
  std::vector<DefRef> same = {def};
  const CrateDefs* home = project.analysis.crate(def.crate);
  if (home == nullptr || !is_local(project, def.crate)) return same;
  const Def& d = home->defs[def.def.value];
  const FilePlace name = definition_places(project, def).name;
  const std::string_view path = path_of_source(project, name);
  if (path.empty() || (name.span.start == name.span.end && def.def.value != 0)) return same;
  for (const FilePlace& other : sources_of_file(project, path)) {
    const CrateDefs* crate = project.analysis.crate(other.crate);
    if (other.crate == def.crate || !is_local(project, other.crate)) continue;
    for (uint32_t i = 0; i < crate->defs.size(); ++i) {
      const Def& candidate = crate->defs[i];
      // The name says nothing for the roots: those are crates of their own.
      if (candidate.kind != d.kind || i == 0 || def.def.value == 0 || crate->text(candidate.name) != home->text(d.name))
        continue;
      const FilePlace place = definition_places(project, {other.crate, DefId(i)}).name;
      if (place.source == other.source && place.span.start == name.span.start && place.span.end == name.span.end)
        same.push_back({other.crate, DefId(i)});
    }
  }
  return same;
}

template <typename Wanted>
void add_uses(const Project& project, CrateIndex index, const Wanted& wanted, std::vector<FilePlace>* places) {
  const CrateDefs& crate = *project.analysis.crate(index);
  for (const NameUse& use : project.names[index].uses) {
    if (!wanted(use, crate)) continue;
    if (const auto place = written_name(project, index, use.source, use.node)) places->push_back(*place);
  }
}

bool is_local_kind(ResolutionKind kind) {
  switch (kind) {
    case ResolutionKind::Local:
    case ResolutionKind::TypeParameter:
    case ResolutionKind::ConstParameter:
    case ResolutionKind::LifetimeParameter:
    case ResolutionKind::Label:
      return true;
    default:
      return false;
  }
}

}  // namespace

DefinitionPlaces definition_places(const Project& project, DefRef ref) {
  DefinitionPlaces places;
  const CrateDefs* crate = project.analysis.crate(ref.crate);
  if (crate == nullptr || !ref.def || ref.def.value >= crate->defs.size()) return places;
  const Def& def = crate->defs[ref.def.value];
  if (!def.source || !def.node || def.source.value >= crate->sources.size() ||
      crate->sources[def.source.value].source == nullptr)
    return places;
  const Tree& tree = crate->sources[def.source.value].source->tree;
  const ByteSpan whole = tree.span(def.node);
  const WrittenPlace item = written_place(*crate, def.source, whole);
  places.whole = {ref.crate, item.source, item.span};
  places.in_macro = item.in_macro;
  const bool in_file = crate->sources[def.source.value].kind == SourceInfo::Kind::File;
  if (in_file) places.documentation = documentation_of(tree, def.node);
  const NodeId name = tree.child(def.node, Role::name);
  const uint32_t slot = name ? name_slot(tree, name) : UINT32_MAX;
  if (slot == UINT32_MAX) {
    places.name = {ref.crate, item.source, {item.span.start, item.span.start}};
    return places;
  }
  const WrittenPlace written = written_place(*crate, def.source, {tree.token_start(slot), tree.token_end(slot)});
  places.name = {ref.crate, written.source, written.span};
  places.in_macro = written.in_macro;
  return places;
}

std::vector<FilePlace> references_to(const Project& project, DefRef def) {
  std::vector<FilePlace> places;
  if (project.analysis.def(def) == nullptr) return places;
  const std::vector<DefRef> same = same_definitions(project, def);
  const auto wanted = [&](const NameUse& use, const CrateDefs&) {
    const Resolution& r = use.resolution;
    if (r.kind != ResolutionKind::Definition && r.kind != ResolutionKind::Crate) return false;
    return std::find(same.begin(), same.end(), r.def) != same.end();
  };
  for (CrateIndex i = 0; i < project.analysis.crates.size(); ++i) {
    if (!is_local(project, i)) continue;
    add_uses(project, i, wanted, &places);
    // Derives name their macro among the tokens of an attribute.
    const CrateDefs& crate = *project.analysis.crate(i);
    for (const Expansion& e : crate.expansions) {
      if (e.invocation != InvocationKind::Derive || std::find(same.begin(), same.end(), e.macro) == same.end())
        continue;
      const Tree& tree = crate.sources[e.call_source.value].source->tree;
      if (const auto place =
              written(project, i, e.call_source, {tree.token_start(e.call_slot), tree.token_end(e.call_slot)}))
        places.push_back(*place);
    }
  }
  const DefinitionPlaces own = definition_places(project, def);
  if (is_local(project, def.crate) && !own.in_macro && own.name.span.start < own.name.span.end)
    places.push_back(own.name);
  sort_places(project, &places);
  return places;
}

std::vector<FilePlace> references_to_local(const Project& project, const FilePlace& declaration) {
  std::vector<FilePlace> places;
  const std::string path(path_of_source(project, declaration));
  if (path.empty()) return places;
  for (const FilePlace& file : sources_of_file(project, path)) {
    if (!is_local(project, file.crate)) continue;
    const auto wanted = [&](const NameUse& use, const CrateDefs&) {
      const Resolution& r = use.resolution;
      if (!is_local_kind(r.kind)) return false;
      const auto place = written_name(project, file.crate, r.source, r.node);
      return place && place->source == file.source && place->span.start == declaration.span.start;
    };
    add_uses(project, file.crate, wanted, &places);
  }
  places.push_back(declaration);
  sort_places(project, &places);
  return places;
}

std::vector<FilePlace> possible_references_to(const Project& project, DefRef def) {
  std::vector<FilePlace> places;
  const CrateDefs* home = project.analysis.crate(def.crate);
  if (project.analysis.def(def) == nullptr || home->name_of(def.def).empty()) return places;
  const std::string_view name = home->name_of(def.def);
  const auto wanted = [&](const NameUse& use, const CrateDefs& crate) {
    if (use.resolution.kind != ResolutionKind::Unknown && use.resolution.kind != ResolutionKind::TypeDependent)
      return false;
    const Tree& tree = crate.sources[use.source.value].source->tree;
    const uint32_t slot = name_slot(tree, use.node);
    return slot != UINT32_MAX && plain_name(tree.token_text(slot)) == name;
  };
  for (CrateIndex i = 0; i < project.analysis.crates.size(); ++i) {
    if (!is_local(project, i)) continue;
    add_uses(project, i, wanted, &places);
    const CrateDefs& crate = *project.analysis.crate(i);
    const auto add_tokens = [&](SourceId source, NodeId node) {
      if (!node || crate.sources[source.value].source == nullptr) return;
      const Tree& tree = crate.sources[source.value].source->tree;
      for (uint32_t slot = tree.first_slot(node); slot < tree.end_slot(node); ++slot) {
        if (!is_name_token(tree.token_kind(slot)) || plain_name(tree.token_text(slot)) != name) continue;
        if (const auto place = written(project, i, source, {tree.token_start(slot), tree.token_end(slot)}))
          places.push_back(*place);
      }
    };
    for (const Expansion& e : crate.expansions) {
      if (e.state != ExpansionState::Opaque && e.state != ExpansionState::Unresolved &&
          e.state != ExpansionState::Failed)
        continue;
      const Tree& tree = crate.sources[e.call_source.value].source->tree;
      if (e.invocation == InvocationKind::Call) add_tokens(e.call_source, tree.child(e.call, Role::arguments));
      if (e.invocation == InvocationKind::Attribute) add_tokens(e.call_source, e.item);
    }
    for (const MacroDef& macro : crate.macros) {
      const Def& d = crate.defs[macro.def.value];
      if ((macro.kind != MacroKind::Rules && macro.kind != MacroKind::Decl) || !d.source || !d.node) continue;
      const Tree& tree = crate.sources[d.source.value].source->tree;
      for (NodeId child = tree.first_child(d.node); child; child = tree.next_sibling(child))
        if (tree.kind(child) == NodeKind::TokenTree) add_tokens(d.source, child);
    }
  }
  sort_places(project, &places);
  // What is known to mean it is no guess, and what is known to mean something else is none either.
  const std::vector<FilePlace> certain = references_to(project, def);
  std::erase_if(places, [&](const FilePlace& place) {
    return std::any_of(certain.begin(), certain.end(), [&](const FilePlace& c) {
      return c.span.start == place.span.start && path_of_source(project, c) == path_of_source(project, place);
    });
  });
  return places;
}

// ---- By path ------------------------------------------------------------------------------------------------------

namespace {

std::vector<std::string_view> split_path(std::string_view path) {
  std::vector<std::string_view> parts;
  if (path.starts_with("::")) path.remove_prefix(2);
  for (;;) {
    const size_t end = path.find("::");
    parts.push_back(plain_name(path.substr(0, end)));
    if (end == std::string_view::npos) return parts;
    path.remove_prefix(end + 2);
  }
}

DefRef lookup(const Project& project, DefRef at, std::string_view name, bool last) {
  const CrateDefs* crate = project.analysis.crate(at.crate);
  const Def* def = project.analysis.def(at);
  if (def == nullptr) return {};
  if (def->scope != UINT32_MAX) {
    const NameId id = crate->names.find(name);
    for (const Namespace space : {Namespace::Type, Namespace::Value, Namespace::Macro}) {
      if (space != Namespace::Type && !last) break;
      const Binding* binding = id ? crate->find(def->scope, id, space) : nullptr;
      if (binding != nullptr && binding->target == Binding::Target::Def) return binding->def;
    }
  }
  for (const DefId child : crate->children(at.def))
    if (crate->name_of(child) == name) return {at.crate, child};
  return {};
}

}  // namespace

DefRef find_definition(const Project& project, std::string_view path) {
  const std::vector<std::string_view> parts = split_path(path);
  // Local crates first, libraries before others, then dependencies, then the sysroot.
  std::vector<CrateIndex> crates;
  const auto add = [&](bool local, bool library) {
    for (uint32_t i = 0; i < project.graph.crates.size(); ++i) {
      const CrateNode& crate = project.graph.crates[i];
      const CrateIndex index = Project::index_of(CrateId(i));
      if (crate.name == parts[0] && crate.local == local && (crate.kind == manifest::TargetKind::Lib) == library &&
          project.analysis.crate(index) != nullptr)
        crates.push_back(index);
    }
  };
  add(true, true);
  add(true, false);
  add(false, true);
  for (CrateIndex i = 0; i < kSysrootCrates; ++i)
    if (kSysrootCrateNames[i] == parts[0] && project.analysis.crate(i) != nullptr) crates.push_back(i);
  for (const CrateIndex index : crates) {
    DefRef at{index, DefId(0)};
    for (size_t i = 1; i < parts.size() && at; ++i) at = lookup(project, at, parts[i], i + 1 == parts.size());
    if (at) return at;
  }
  // Members of impls are in no scope: by the path that they are shown with.
  for (const CrateIndex index : crates) {
    const CrateDefs& crate = *project.analysis.crate(index);
    for (uint32_t i = 0; i < crate.defs.size(); ++i)
      if (crate.name_of(DefId(i)) == parts.back() && definition_path(project, {index, DefId(i)}) == path)
        return {index, DefId(i)};
  }
  return {};
}

}  // namespace rp
