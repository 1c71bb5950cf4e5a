#include "review/unsafe_tree.h"

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <unordered_set>
#include <utility>
#include <vector>

#include "base/worker_pool.h"
#include "crates/source_reader.h"

namespace rp {
namespace {

using manifest::TargetKind;

// Entries of folders that are looked at for one package.
constexpr size_t kMaxEntries = 100'000;

// What every package of one project is for. A package has the first of these roles that one of its crates has: own,
// part of the program, run at build time, needed by tests.
class Roles {
 public:
  explicit Roles(const CrateGraph& graph)
      : graph_(graph),
        packages_(graph.packages.size()),
        crates_(graph.crates.size()),
        crate_of_(graph.packages.size(), UINT32_MAX) {
    for (uint32_t i = 0; i < graph.crates.size(); ++i) {
      const CrateNode& crate = graph.crates[i];
      if (!crate.local) continue;
      const bool tests = crate.test_cfg || (crate.kind != TargetKind::Lib && crate.kind != TargetKind::Bin &&
                                            crate.kind != TargetKind::BuildScript);
      const PackageRole role = tests                                                       ? PackageRole::Tests
                               : crate.proc_macro || crate.kind == TargetKind::BuildScript ? PackageRole::BuildTime
                                                                                           : PackageRole::Program;
      roots_[static_cast<size_t>(role)].push_back(i);
    }
    follow(PackageRole::Program);
    follow(PackageRole::BuildTime);
    follow(PackageRole::Tests);
    follow(PackageRole::BuildTime);  // macros that tests use
  }

  [[nodiscard]] bool is_part(uint32_t package) const { return packages_[package] != PackageRole{}; }
  [[nodiscard]] PackageRole of(uint32_t package) const { return packages_[package]; }
  // The library that the package has its role for; UINT32_MAX when there is none.
  [[nodiscard]] uint32_t crate_of(uint32_t package) const { return crate_of_[package]; }

 private:
  void mark(uint32_t package, PackageRole role) {
    if (packages_[package] == PackageRole{}) packages_[package] = role;
  }

  void visit(uint32_t index, PackageRole role) {
    if (crates_[index]) return;
    crates_[index] = true;
    const CrateNode& crate = graph_.crates[index];
    const uint32_t package = crate.package.value;
    mark(package, crate.local ? PackageRole::Own : role);
    if (crate.kind == TargetKind::Lib && !crate.local && crate_of_[package] == UINT32_MAX) crate_of_[package] = index;
    open_.push_back(index);
  }

  void follow(PackageRole role) {
    for (const uint32_t root : std::exchange(roots_[static_cast<size_t>(role)], {})) visit(root, role);
    do {
      while (!open_.empty()) {
        const CrateNode& crate = graph_.crates[open_.back()];
        open_.pop_back();
        for (const CrateDependency& d : crate.dependencies) {
          const bool at_build_time = d.crate && graph_.crates[d.crate.value].proc_macro;
          if (at_build_time && role != PackageRole::BuildTime)
            roots_[static_cast<size_t>(PackageRole::BuildTime)].push_back(d.crate.value);
          else if (d.crate)
            visit(d.crate.value, role);
          else if (d.package)
            mark(d.package.value, role);
        }
      }
      // The build scripts of what is there so far.
      for (uint32_t i = 0; role == PackageRole::BuildTime && i < graph_.crates.size(); ++i)
        if (graph_.crates[i].kind == TargetKind::BuildScript && is_part(graph_.crates[i].package.value)) visit(i, role);
    } while (!open_.empty());
  }

  const CrateGraph& graph_;
  std::vector<PackageRole> packages_;
  std::vector<bool> crates_;
  std::vector<uint32_t> crate_of_;
  std::vector<uint32_t> open_;
  std::vector<uint32_t> roots_[kPackageRoles];
};

// One package, before its texts are kept.
struct Row {
  const PackageNode* node = nullptr;
  PackageRole role = PackageRole::Own;
  std::vector<uint32_t> crates;  // that count
  bool was_read = false;
  std::string not_read;
  UnsafeTally tally;
  uint32_t inactive_files = 0;
};

void add_tally(const UnsafeTally& from, UnsafeTally* to) {
  for (size_t i = 0; i < kUnsafeKinds; ++i) {
    to->written[i] += from.written[i];
    to->expanded[i] += from.expanded[i];
  }
  to->inactive += from.inactive;
  to->in_definitions += from.in_definitions;
  to->opaque_macros += from.opaque_macros;
  to->opaque_unsafe += from.opaque_unsafe;
  to->modelled_macros += from.modelled_macros;
  to->missing_files += from.missing_files;
  to->files += from.files;
  for (const UnsafeTally::FromMacro& macro : from.macros) {
    const auto at = std::lower_bound(to->macros.begin(), to->macros.end(), macro.path,
                                     [](const UnsafeTally::FromMacro& m, const std::string& p) { return m.path < p; });
    if (at == to->macros.end() || at->path != macro.path) {
      to->macros.insert(at, macro);
      continue;
    }
    at->calls += macro.calls;
    at->count += macro.count;
  }
}

}  // namespace

class TreeInventory {
 public:
  TreeInventory(const PackagedWorkspace& workspace, const ReviewOptions& options)
      : workspace_(workspace), options_(options), also_(named_folders(options)) {}

  void add(const Project& project) {
    const CrateGraph& graph = project.graph;
    const Roles roles(graph);
    std::vector<Row> rows;
    for (uint32_t i = 0; i < graph.packages.size(); ++i) {
      const PackageNode& node = graph.packages[i];
      if (node.origin == PackageOrigin::MadeUp || !roles.is_part(i)) continue;
      Row row;
      row.node = &node;
      row.role = roles.of(i);
      if (row.role != PackageRole::Own && roles.crate_of(i) != UINT32_MAX) row.crates.push_back(roles.crate_of(i));
      rows.push_back(std::move(row));
    }
    add_own_crates(graph, &rows);
    for (Row& row : rows) {
      Cancellation::poll(workspace_.options().cancellation);
      fill(project, &row);
      keep(std::move(row));
    }
  }

  void write(ReviewResult* result) const {
    for (const auto& [key, row] : kept_) write(row, *result);
    const std::string& target = options_.graph.target;
    result->tree.target = result->texts.add(target.empty() ? default_target() : target);
    std::string features = options_.graph.all_features          ? "all features"
                           : options_.graph.no_default_features ? "no default features"
                                                                : "default features";
    for (const std::string& each : options_.graph.features) features += ", " + each;
    result->tree.features = result->texts.add(features);
  }

 private:
  [[nodiscard]] static std::vector<std::string> named_folders(const ReviewOptions& options) {
    std::vector<std::string> folders;
    if (!options.graph.cargo_home.empty()) folders.push_back(options.graph.cargo_home);
    for (const NamedSource& source : options.graph.sources) folders.push_back(source.folder);
    return folders;
  }

  // Libraries and programs; what only tests are made of is in the inventory of files.
  static void add_own_crates(const CrateGraph& graph, std::vector<Row>* rows) {
    for (uint32_t i = 0; i < graph.crates.size(); ++i) {
      const CrateNode& crate = graph.crates[i];
      if (!crate.local || crate.test_cfg || (crate.kind != TargetKind::Lib && crate.kind != TargetKind::Bin)) continue;
      for (Row& row : *rows)
        if (row.node == &graph.packages[crate.package.value] && row.role == PackageRole::Own) row.crates.push_back(i);
    }
  }

  void fill(const Project& project, Row* row) const {
    const CrateGraph& graph = project.graph;
    const auto of_kind = [&](uint32_t i) { return std::tuple(graph.crates[i].kind, graph.crates[i].for_host, i); };
    std::sort(row->crates.begin(), row->crates.end(), [&](uint32_t a, uint32_t b) { return of_kind(a) < of_kind(b); });
    if (row->role == PackageRole::BuildTime && !options_.whole_tree && row->node->origin != PackageOrigin::Missing) {
      row->not_read = "it only runs at build time: see the option for the whole tree";
      return;
    }
    bool first = true;
    std::unordered_set<std::string> files;
    for (const uint32_t i : row->crates) {
      const CrateIndex index = Project::index_of(CrateId(i));
      const CrateDefs* defs = project.analysis.crate(index);
      UnsafeTally tally;
      if (project.unsafe_tallies[index])
        tally = *project.unsafe_tallies[index];
      else if (defs != nullptr && !defs->from_facts)
        tally = tally_unsafe(*defs, project.analysis, graph.crates[i].cfg, &files);
      else
        continue;
      for (const SourceInfo& info : defs->sources)
        if (info.kind == SourceInfo::Kind::File || info.kind == SourceInfo::Kind::Included) files.insert(info.path);
      // Of several crates the weakest word counts.
      row->tally.level = first ? tally.level : std::min(row->tally.level, tally.level);
      first = false;
      add_tally(tally, &row->tally);
    }
    row->was_read = row->tally.files > 0;
    if (!row->was_read) {
      row->not_read = row->node->origin == PackageOrigin::Missing ? row->node->missing_reason
                      : row->crates.empty()                       ? "it has no library or program that is built"
                                                                  : "its sources could not be read";
      return;
    }
    row->tally.level = std::max(row->tally.level, level_of_manifest(graph, *row->node));
    row->inactive_files = inactive_files(graph, *row, files);
  }

  // [lints.rust] unsafe_code = "forbid"
  static UnsafeCodeLevel level_of_manifest(const CrateGraph& graph, const PackageNode& node) {
    if (node.manifest_package == UINT32_MAX) return UnsafeCodeLevel::None;
    for (const manifest::LintEntry& lint : graph.manifest_packages[node.manifest_package]->lints) {
      if (lint.tool.value != "rust" || lint.name.value != "unsafe_code") continue;
      if (lint.level == manifest::LintLevel::Forbid) return UnsafeCodeLevel::Forbid;
      if (lint.level == manifest::LintLevel::Deny) return UnsafeCodeLevel::Deny;
    }
    return UnsafeCodeLevel::None;
  }

  // Files beside those that were read. What was read is known by name in crates with sources, else by number.
  [[nodiscard]] uint32_t inactive_files(const CrateGraph& graph, const Row& row,
                                        const std::unordered_set<std::string>& read) const {
    WorkspaceManifestReader reader(workspace_.sources(), also_);
    const std::string_view root = manifest::path_parent(graph.crates[row.crates[0]].root_file);
    const bool whole_package = root == row.node->folder;
    std::vector<std::string> open = {std::string(root)};
    uint32_t found = 0;
    uint32_t known = 0;
    size_t entries = 0;
    while (!open.empty() && entries < kMaxEntries) {
      const std::string folder = std::move(open.back());
      open.pop_back();
      for (const manifest::FolderEntry& entry : reader.list(folder)) {
        ++entries;
        if (entry.name.starts_with(".")) continue;
        const std::string path = folder + "/" + entry.name;
        if (entry.kind == manifest::PathKind::Folder) {
          const bool other = folder == root && (entry.name == "tests" || entry.name == "benches" ||
                                                entry.name == "examples" || entry.name == "target");
          if (!(whole_package && other)) open.push_back(path);
        } else if (entry.kind == manifest::PathKind::File && entry.name.ends_with(".rs")) {
          if (whole_package && folder == root && entry.name == "build.rs") continue;
          ++found;
          known += read.contains(path) ? 1 : 0;
        }
      }
    }
    return found - std::min(found, std::max(known, read.empty() ? row.tally.files : 0));
  }

  // The same package in two workspaces is one: the one in which more of it is seen.
  void keep(Row row) {
    const auto weight = [](const Row& r) {
      return std::tuple(r.was_read, unsafe_sum(r.tally.written) + unsafe_sum(r.tally.expanded), r.tally.files);
    };
    const PackageNode& node = *row.node;
    const auto [at, added] = known_.try_emplace(std::tuple(node.name, node.version, node.source), Key{});
    if (!added) {
      Row& old = kept_.at(at->second);
      const PackageRole role = std::min(old.role, row.role);
      if (weight(old) >= weight(row)) row = std::move(old);
      kept_.erase(at->second);
      row.role = role;
    }
    at->second = {row.role, node.name, node.version, node.source};
    kept_.emplace(at->second, std::move(row));
  }

  static void write(const Row& row, ReviewResult& result) {
    const auto text = [&](const std::string& value) {
      return result.texts.add(is_utf8(value) ? value : to_utf8(value));
    };
    const PackageNode& node = *row.node;
    TreePackage package;
    package.name = text(node.name);
    package.version = text(node.version);
    std::string features;
    const bool host = row.role == PackageRole::BuildTime || (!node.built_for_target && node.built_for_host);
    for (const std::string& each : host ? node.build_features : node.features)
      features += (features.empty() ? "" : ", ") + each;
    package.features = text(features);
    package.not_read = text(row.not_read);
    package.role = row.role;
    package.was_read = row.was_read;
    package.build_script = node.has_build_script;
    package.proc_macro = node.is_proc_macro;
    package.first_macro = static_cast<uint32_t>(result.tree_macros.size());
    if (row.was_read) {
      const UnsafeTally& tally = row.tally;
      package.level = tally.level;
      package.written = tally.written;
      package.expanded = tally.expanded;
      package.inactive = tally.inactive;
      package.in_definitions = tally.in_definitions;
      package.opaque_macros = tally.opaque_macros;
      package.opaque_unsafe = tally.opaque_unsafe;
      package.modelled_macros = tally.modelled_macros;
      package.files = tally.files;
      package.missing_files = tally.missing_files;
      package.inactive_files = row.inactive_files;
      for (const UnsafeTally::FromMacro& macro : tally.macros)
        result.tree_macros.push_back({text(macro.path), macro.calls, macro.count, macro.foreign});
    }
    package.macro_count = static_cast<uint32_t>(result.tree_macros.size()) - package.first_macro;
    result.packages.push_back(package);
  }

  using Key = std::tuple<PackageRole, std::string, std::string, std::string>;
  const PackagedWorkspace& workspace_;
  const ReviewOptions& options_;
  const std::vector<std::string> also_;
  std::map<Key, Row> kept_;
  std::map<std::tuple<std::string, std::string, std::string>, Key> known_;
};

UnsafeTree::UnsafeTree(const PackagedWorkspace& workspace, const WorkspaceProjects& projects,
                       const ReviewOptions& options)
    : projects_(projects), inventory_(std::make_unique<TreeInventory>(workspace, options)) {}

UnsafeTree::~UnsafeTree() = default;

void UnsafeTree::count() {
  for (const WorkspaceProject& each : projects_.projects)
    if (!each.made_up) inventory_->add(*each.project);
}

void UnsafeTree::add_to(ReviewResult* result) const { inventory_->write(result); }

}  // namespace rp
