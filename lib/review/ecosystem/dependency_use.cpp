#include "review/ecosystem/dependency_use.h"

#include <algorithm>

#include "expand/attributes.h"
#include "manifest/reader.h"
#include "source/workspace.h"
#include "syntax/lexer.h"
#include "syntax/parser.h"

namespace rp {

using N = NodeKind;
using T = TokenKind;

namespace {

bool is_identifier_byte(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

template <typename OnWord>
void each_word(std::string_view text, const OnWord& on_word) {
  for (size_t at = 0; at < text.size();) {
    if (!is_identifier_byte(text[at])) {
      ++at;
      continue;
    }
    size_t end = at;
    while (end < text.size() && is_identifier_byte(text[end])) ++end;
    on_word(text.substr(at, end - at));
    at = end;
  }
}

// Names without what differs between a package and its library: `md-5` is `md5`.
std::string plain(std::string_view name) {
  std::string out;
  for (const char c : name)
    if (c != '_' && c != '-') out.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
  return out;
}

bool is_dev_kind(manifest::TargetKind kind) {
  return kind == manifest::TargetKind::Test || kind == manifest::TargetKind::Bench ||
         kind == manifest::TargetKind::Example;
}

// Whether an attribute says that what it stands on is for tests: cfg(test) and its kin, #[test], #[tokio::test].
bool is_test_attribute(const Tree& tree, NodeId attribute) {
  const NodeId path = tree.child(attribute, Role::path);
  if (!path) return false;
  const std::string_view name = tree.text(path);
  if (name == "test" || name.ends_with("::test") || name == "bench") return true;
  if (name != "cfg") return false;
  const NodeId arguments = tree.child(attribute, Role::arguments);
  if (!arguments) return false;
  bool test = false;
  for (uint32_t slot = tree.first_slot(arguments); slot < tree.end_slot(arguments); ++slot) {
    if (tree.token_kind(slot) != T::Ident) continue;
    const std::string_view word = tree.token_text(slot);
    // any(test, …) holds without tests, too; not(test) means the reverse.
    if (word == "not" || word == "any") return false;
    test = test || word == "test";
  }
  return test;
}

}  // namespace

DependencyUse::DependencyUse(const WorkspaceContext& context, const manifest::Package& package)
    : context_(context), package_(package) {
  find_crates();
}

void DependencyUse::find_crates() {
  const Project* project = context_.names();
  if (project == nullptr) return;
  const CrateGraph& graph = project->graph;
  const std::string_view manifest_path = context_.manifest_of(package_).path;
  for (uint32_t i = 0; i < graph.packages.size(); ++i)
    if (graph.packages[i].manifest_path == manifest_path) node_ = PackageId(i);
  if (!node_) return;
  // What each file is for: the most public use of it.
  std::unordered_map<std::string, std::pair<FileUse, std::pair<CrateIndex, uint32_t>>> files;
  for (uint32_t i = 0; i < graph.crates.size(); ++i) {
    const CrateNode& node = graph.crates[i];
    const CrateIndex index = Project::index_of(CrateId(i));
    const CrateDefs* crate = project->analysis.crate(index);
    if (node.package != node_ || crate == nullptr || crate->from_facts || !node.local) continue;
    known_ = true;
    const FileUse use = node.kind == manifest::TargetKind::BuildScript ? FileUse::Build
                        : is_dev_kind(node.kind) || node.test_cfg      ? FileUse::Tests
                                                                       : FileUse::Code;
    const uint8_t where = use == FileUse::Build ? kInBuild : use == FileUse::Tests ? kInTests : kInCode;
    for (uint32_t s = 0; s < crate->sources.size(); ++s) {
      const SourceInfo& info = crate->sources[s];
      if (info.source == nullptr || (info.kind != SourceInfo::Kind::File && info.kind != SourceInfo::Kind::Included))
        continue;
      const auto [at, added] = files.emplace(info.path, std::pair(use, std::pair(index, s)));
      if (!added && use < at->second.first) at->second = {use, {index, s}};
    }
    if (index < project->has_names.size() && project->has_names[index])
      for (const NameUse& each : project->names[index].uses)
        if (each.resolution.def && each.resolution.def.crate >= kSysrootCrates && each.resolution.def.crate != index)
          crates_[each.resolution.def.crate] |= where;
    for (const Expansion& each : crate->expansions)
      if (each.macro && each.macro.crate >= kSysrootCrates && each.macro.crate != index)
        crates_[each.macro.crate] |= where;
  }
  if (!known_) return;
  std::vector<std::pair<std::string, std::pair<FileUse, std::pair<CrateIndex, uint32_t>>>> order(files.begin(),
                                                                                                 files.end());
  std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [path, what] : order)
    read_tree(project->analysis.crate(what.second.first)->sources[what.second.second].source->tree, what.first);
  // Files of the package that no crate has with these options.
  const PackagedWorkspace* workspace = context_.files();
  if (workspace == nullptr) return;
  const std::string root = workspace->sources().root().empty() ? "/" : workspace->sources().root();
  const std::string folder = std::string(package_.folder) + (package_.folder == "/" ? "" : "/");
  std::vector<std::string> others = workspace->manifest_folders();
  const WorkspaceReader reader(workspace->sources());
  std::string storage;
  for (const WorkspaceFile& file : workspace->files()) {
    const std::string path = manifest::join_path(root, file.path);
    if (!path.starts_with(folder) || files.contains(path)) continue;
    const bool elsewhere = std::any_of(others.begin(), others.end(), [&](const std::string& other) {
      return other.size() + 1 > folder.size() && path.starts_with(other + "/");
    });
    if (elsewhere) continue;
    std::string_view text;
    if (!reader.read(file, &storage, &text) || find_invalid_utf8(text) != std::string_view::npos ||
        text.size() > kMaxTextBytes)
      continue;
    ParseOptions options;
    options.edition = package_.edition;
    read_tree(lex_and_parse(text, options), FileUse::Unseen);
  }
}

void DependencyUse::read_docs(std::string_view comment) {
  // Lines of examples: `use name::…`, `name::call()`.
  each_word(comment, [&](std::string_view word) {
    const size_t end = static_cast<size_t>(word.data() - comment.data()) + word.size();
    const std::string_view behind = comment.substr(end, 2);
    const std::string_view before = comment.substr(0, static_cast<size_t>(word.data() - comment.data()));
    if (behind == "::" || before.ends_with("use ") || before.ends_with("extern crate ")) add(word, kInDocs);
  });
}

void DependencyUse::read_tree(const Tree& tree, FileUse use) {
  // Slots that are for tests alone, and those in attributes, whose strings hold paths (`with = "module"`).
  std::vector<std::pair<uint32_t, uint32_t>> tests, attributes;
  for (uint32_t i = 0; i < tree.node_count(); ++i) {
    const NodeId node(i);
    if (tree.kind(node) != N::Attr) continue;
    attributes.emplace_back(tree.first_slot(node), tree.end_slot(node));
    const NodeId owner = tree.parent(node);
    if (use == FileUse::Code && owner && is_test_attribute(tree, node))
      tests.emplace_back(tree.first_slot(owner), tree.end_slot(owner));
    for (uint32_t slot = tree.first_slot(node); slot < tree.end_slot(node); ++slot)
      if (tree.token_kind(slot) == T::Ident && tree.token_text(slot).starts_with("include_str")) docs_unknown_ = true;
  }
  std::sort(tests.begin(), tests.end());
  size_t attribute = 0, test = 0;
  uint32_t test_end = 0;
  for (uint32_t slot = 0; slot < tree.slot_count();) {
    const TokenKind kind = tree.token_kind(slot);
    while (attribute < attributes.size() && attributes[attribute].second <= slot) ++attribute;
    while (test < tests.size() && tests[test].first <= slot) test_end = std::max(test_end, tests[test++].second);
    const uint8_t where = use == FileUse::Build                      ? kInBuild
                          : use == FileUse::Tests || slot < test_end ? kInTests
                          : use == FileUse::Unseen                   ? kInCode | kInTests | kInBuild
                                                                     : kInCode;
    if (is_doc_comment(kind)) {
      read_docs(tree.token_text(slot));
    } else if (kind == T::Ident || kind == T::RawIdent) {
      std::string_view word = tree.token_text(slot);
      if (word.starts_with("r#")) word.remove_prefix(2);
      add(word, where);
    } else if (is_literal(kind) && attribute < attributes.size() && attributes[attribute].first <= slot) {
      each_word(tree.token_text(slot), [&](std::string_view word) { add(word, where | kInDocs); });
    }
    slot += token_slots(kind);
  }
}

const PackageNode* DependencyUse::package_of(const manifest::Dependency& dependency) const {
  if (!node_ || context_.names() == nullptr) return nullptr;
  const CrateGraph& graph = context_.names()->graph;
  for (const PackageEdge& edge : graph.packages[node_.value].dependencies)
    if (edge.name == dependency.name && edge.kind == dependency.kind && edge.to) return &graph.packages[edge.to.value];
  return nullptr;
}

std::string DependencyUse::name_of(const manifest::Dependency& dependency, bool* known) const {
  std::string name(dependency.name);
  *known = dependency.renamed;
  if (!dependency.renamed) {
    const PackageNode* node = package_of(dependency);
    const CrateGraph& graph = context_.names()->graph;
    if (node != nullptr && node->manifest_package < graph.manifest_packages.size())
      for (const manifest::Target& target : graph.manifest_packages[node->manifest_package]->targets)
        if (target.kind == manifest::TargetKind::Lib) {
          name = target.name;
          *known = true;
        }
  }
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
}

// Some identifier that a library of that package could well have.
uint8_t DependencyUse::resembling(std::string_view package) const {
  const std::string wanted = plain(package);
  uint8_t where = 0;
  for (const auto& [word, at] : identifiers_) {
    const std::string here = plain(word);
    if (here.size() >= 3 && wanted.find(here) != std::string::npos) where |= at;
  }
  return where;
}

uint8_t DependencyUse::of(const manifest::Dependency& dependency) const {
  uint8_t where = 0;
  bool known = false;
  const std::string name = name_of(dependency, &known);
  if (const auto found = identifiers_.find(name); found != identifiers_.end()) where |= found->second;
  if (!known) where |= resembling(dependency.package);
  // What macros make of it.
  const CrateGraph& graph = context_.names()->graph;
  for (const auto& [crate, at] : crates_) {
    const CrateId id = Project::crate_of(crate);
    if (id && graph.packages[graph.crates[id.value].package.value].name == dependency.package) where |= at;
  }
  return where;
}

bool DependencyUse::in_features(const manifest::Dependency& dependency, bool of_dependency) const {
  for (const manifest::Feature& feature : package_.features) {
    if (feature.implicit) continue;
    for (const manifest::FeatureValue& value : feature.values) {
      if (value.kind == manifest::FeatureValueKind::Feature) {
        if (!of_dependency && value.name == dependency.name) return true;
        continue;
      }
      if (value.name != dependency.name) continue;
      if (!of_dependency || !value.feature.empty()) return true;
    }
  }
  return false;
}

}  // namespace rp
