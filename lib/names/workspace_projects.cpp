#include "names/workspace_projects.h"

#include <algorithm>
#include <tuple>
#include <unordered_map>
#include <unordered_set>
#include <utility>

#include "base/worker_pool.h"
#include "names/facts.h"
#include "names/module_mentions.h"
#include "names/workspace_sources.h"
#include "syntax/lexer.h"

namespace rp {
namespace {

// Which of the crates that a file is in sees the most of it.
uint32_t rank_of(const CrateNode& crate) {
  static_assert(manifest::TargetKind::Lib < manifest::TargetKind::Bin);
  return static_cast<uint32_t>(crate.kind) * 4 + (crate.for_host ? 2 : 0) + (crate.test_cfg ? 1 : 0);
}

std::vector<std::string> named_folders(const ProjectOptions& options) {
  std::vector<std::string> folders;
  if (!options.graph.cargo_home.empty()) folders.push_back(options.graph.cargo_home);
  for (const NamedSource& source : options.graph.sources) folders.push_back(source.folder);
  if (!options.std_sources.empty()) folders.push_back(options.std_sources);
  return folders;
}

// A name for the crate that a file becomes, made as rustc makes one.
std::string crate_name_of(std::string_view path) {
  std::string name(file_name(path));
  if (name.ends_with(".rs")) name.resize(name.size() - 3);
  for (char& c : name)
    if (c == '-') c = '_';
  return name;
}

CfgSet cfg_of_target(const TargetFacts& target, bool test) {
  CfgSet cfg;
  for (const manifest::CfgFact& fact : target.facts) fact.has_value ? cfg.add(fact.key, fact.value) : cfg.add(fact.key);
  cfg.add("panic", target.panic);
  cfg.add("debug_assertions");
  if (test) cfg.add("test");
  cfg.finish();
  return cfg;
}

// What a path may begin with in any file, without an import: the prelude's types and modules, and the built-in types.
std::unordered_set<std::string> prelude_names(std::string_view target, SharedSysroot& sysroot) {
  std::unordered_set<std::string> names;
  for (const std::string_view name : kPrimitiveTypes) names.emplace(name);
  for (const std::string_view name : kSysrootCrateNames) names.emplace(name);
  Analysis analysis;
  analysis.crates.resize(kSysrootCrates);
  analysis.package_names.resize(kSysrootCrates);
  std::string error;
  if (!sysroot.read(&analysis, target, &error)) return names;
  const auto scope_of = [&](CrateIndex crate, uint32_t scope,
                            std::string_view name) -> std::pair<CrateIndex, uint32_t> {
    const CrateDefs* defs = analysis.crate(crate);
    if (defs == nullptr || scope == UINT32_MAX) return {kNoCrate, UINT32_MAX};
    const Binding* binding = defs->find(scope, defs->names.find(name), Namespace::Type);
    const Def* def =
        binding != nullptr && binding->target == Binding::Target::Def ? analysis.def(binding->def) : nullptr;
    if (def == nullptr) return {kNoCrate, UINT32_MAX};
    return {binding->def.crate, def->scope};
  };
  const auto [crate, prelude] = scope_of(kStd, 0, "prelude");
  const auto [home, latest] = scope_of(crate, prelude, "rust_2024");
  const CrateDefs* defs = analysis.crate(home);
  if (defs == nullptr || latest == UINT32_MAX) return names;
  const Scope& scope = defs->scopes[latest];
  for (uint32_t i = scope.first; i < scope.first + scope.count; ++i)
    if (defs->scope_entries[i].space == Namespace::Type) names.emplace(defs->text(defs->scope_entries[i].name));
  return names;
}

}  // namespace

class WorkspaceAnalysis {
 public:
  WorkspaceAnalysis(const PackagedWorkspace& workspace, const ProjectOptions& options)
      : workspace_(workspace),
        options_(options),
        also_(named_folders(options)),
        manifests_(workspace.sources(), also_),
        sources_(workspace.sources(), also_) {
    const WorkspaceOptions& own = workspace.options();
    options_.analysis.threads = own.threads;
    options_.analysis.nesting_limit = own.nesting_limit;
    options_.analysis.cancellation = own.cancellation;
    options_.graph.cancellation = own.cancellation;
    options_.graph.threads = own.threads;
    options_.folder = root();
    if (options_.sysroot == nullptr) options_.sysroot = std::make_shared<SharedSysroot>();
    out_.states_.resize(workspace.files().size(), FileState::NoTarget);
    for (size_t i = 0; i < workspace.files().size(); ++i) {
      const WorkspaceFile& file = workspace.files()[i];
      files_.emplace(absolute(file.path), i);
      if (!file.read_path.empty()) files_.emplace(absolute(file.read_path), i);
    }
  }

  WorkspaceProjects run(std::span<const CargoProject> cargo) {
    for (const CargoProject& project : cargo) analyze(project.workspace.root_manifest);
    if (has_unplaced()) analyze_above(cargo);
    if (has_unplaced()) find_inactive();
    if (has_unplaced()) make_up_crates();
    order_places();
    std::sort(out_.unread.begin(), out_.unread.end(),
              [](const Unread& a, const Unread& b) { return std::tie(a.path, a.reason) < std::tie(b.path, b.reason); });
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string root() const {
    const std::string& root = workspace_.sources().root();
    return root.empty() ? "/" : root;
  }
  [[nodiscard]] std::string absolute(std::string_view path) const { return manifest::join_path(root(), path); }
  [[nodiscard]] bool has_unplaced() const {
    return std::find(out_.states_.begin(), out_.states_.end(), FileState::NoTarget) != out_.states_.end();
  }

  void analyze(const std::string& manifest_path) {
    Cancellation::poll(options_.analysis.cancellation);
    add(analyze_project(manifest_path, manifests_, sources_, options_), false);
  }

  void add(std::unique_ptr<Project> project, bool made_up) {
    out_.projects.push_back({std::move(project), made_up});
    const auto number = static_cast<uint32_t>(out_.projects.size() - 1);
    const Project& added = *out_.projects[number].project;
    for (uint32_t i = 0; i < added.graph.crates.size(); ++i) {
      const CrateIndex index = Project::index_of(CrateId(i));
      const CrateDefs* crate = added.analysis.crate(index);
      if (crate == nullptr || !added.graph.crates[i].local) continue;
      for (uint32_t s = 0; s < crate->sources.size(); ++s) {
        const SourceInfo& info = crate->sources[s];
        const bool included = info.kind == SourceInfo::Kind::Included;
        if (info.kind != SourceInfo::Kind::File && !included) continue;
        const auto file = files_.find(info.path);
        if (file == files_.end()) continue;
        places_.emplace_back(file->second, FileInCrate{number, index, SourceId(s), included});
        out_.states_[file->second] = FileState::Placed;
      }
    }
  }

  // The nearest manifest above the folder, where its own project is not there yet.
  void analyze_above(std::span<const CargoProject> cargo) {
    if (workspace_.sources().root().empty()) return;
    std::string folder = workspace_.sources().root();
    for (;;) {
      const std::string path = manifest::join_path(folder, "Cargo.toml");
      if (manifests_.kind(path) == manifest::PathKind::File) {
        for (const CargoProject& project : cargo)
          for (const manifest::Manifest& each : project.workspace.manifests)
            if (each.path == path) return;
        return analyze(path);
      }
      if (folder == "/" || folder == workspace_.sources().top()) return;
      folder = manifest::path_parent(folder);
    }
  }

  // ---- Files that no crate has ----

  // The text of a file; null, with the file among the unread ones, when there is none.
  const std::string* text_of(size_t file) {
    std::string& text = texts_[file];
    if (!text.empty()) return &text;
    if (out_.states_[file] == FileState::Unread) return nullptr;
    const SourceReader::Outcome outcome = sources_.read(absolute(workspace_.files()[file].path), &text);
    std::string reason;
    if (outcome != SourceReader::Outcome::Ok)
      reason = outcome == SourceReader::Outcome::NotFound ? "no longer there" : text;
    else if (const size_t bad = find_invalid_utf8(text); bad != std::string_view::npos)
      reason = "not UTF-8 at offset " + std::to_string(bad);
    if (reason.empty()) return &text;
    text.clear();
    out_.states_[file] = FileState::Unread;
    out_.unread.push_back({to_utf8(workspace_.files()[file].path), to_utf8(reason)});
    return nullptr;
  }

  // Files that modules of crates name, but under conditions that do not hold, and those of targets that are not built.
  void find_inactive() {
    std::vector<size_t> open;
    const auto mention = [&](std::string_view path) {
      const auto file = files_.find(path);
      if (file == files_.end() || out_.states_[file->second] != FileState::NoTarget) return;
      out_.states_[file->second] = FileState::Inactive;
      open.push_back(file->second);
    };
    struct Reading {
      std::string_view path;
      std::string_view text;
      std::vector<std::string> mentioned;
    };
    const auto read = [&](Reading* file) {
      if (may_mention_files(file->text))
        file->mentioned = read_mentions(file->path, file->text, options_.analysis.cancellation).files;
    };
    std::vector<Reading> files;
    std::unordered_set<std::string_view> seen;  // several crates may have a file
    for (const WorkspaceProject& each : out_.projects) {
      for (const manifest::Package& package : each.project->graph.workspace.packages)
        for (const manifest::Target& target : package.targets) mention(target.path);
      for (uint32_t i = 0; i < each.project->graph.crates.size(); ++i) {
        const CrateDefs* crate = each.project->analysis.crate(Project::index_of(CrateId(i)));
        if (crate == nullptr || !each.project->graph.crates[i].local) continue;
        for (const SourceInfo& info : crate->sources)
          if (info.kind == SourceInfo::Kind::File && info.source != nullptr && seen.insert(info.path).second)
            files.push_back({info.path, info.source->text, {}});
      }
    }
    WorkOptions work;
    work.threads = options_.analysis.threads;
    work.cancellation = options_.analysis.cancellation;
    const auto read_one = [&](size_t index, uint32_t) { read(&files[index]); };
    const auto always = [](size_t, size_t) { return true; };
    run_work(files.size(), work, read_one, always);
    for (const Reading& file : files)
      for (const std::string& each : file.mentioned) mention(each);
    while (!open.empty()) {
      const size_t file = open.back();
      open.pop_back();
      const std::string* text = text_of(file);
      if (text == nullptr) continue;
      const std::string path = absolute(workspace_.files()[file].path);
      Reading reading{path, *text, {}};
      read(&reading);
      for (const std::string& each : reading.mentioned) mention(each);
    }
  }

  // A file of a package that no target leads to is not made a crate of, unless it is all that was asked about.
  [[nodiscard]] std::vector<size_t> files_without_package() const {
    const bool alone = workspace_.files().size() == 1;
    std::unordered_set<std::string_view> folders;
    for (const WorkspaceProject& each : out_.projects)
      for (const manifest::Package& package : each.project->graph.workspace.packages) folders.insert(package.folder);
    std::vector<size_t> files;
    for (size_t i = 0; i < out_.states_.size(); ++i) {
      if (out_.states_[i] != FileState::NoTarget && !(alone && out_.states_[i] == FileState::Inactive)) continue;
      bool in_package = false;
      const std::string path = absolute(workspace_.files()[i].path);
      for (std::string_view at = path; !in_package && at.size() > 1;) {
        at = manifest::path_parent(at);
        in_package = folders.contains(at);
      }
      if (alone || !in_package) files.push_back(i);
    }
    return files;
  }

  void make_up_crates() {
    const std::vector<size_t> files = files_without_package();
    const TargetFacts* target = find_target(options_.graph.target.empty() ? default_target() : options_.graph.target);
    if (target == nullptr) target = find_target(default_target());
    std::unordered_set<std::string> heads;
    const std::vector<size_t> roots = find_roots(files, &heads);
    if (roots.empty()) return;
    const std::unordered_set<std::string> known = prelude_names(target->name, *options_.sysroot);
    std::vector<std::string> missing;
    for (const std::string& name : heads)
      if (!known.contains(name)) missing.push_back(name);
    std::sort(missing.begin(), missing.end());

    CrateGraph graph;
    graph.target = target->name;
    for (const size_t file : roots) add_crate(file, *target, missing, &graph);
    add(analyze_graph(std::move(graph), sources_, options_), true);
    for (const size_t file : files)
      if (out_.states_[file] == FileState::NoTarget) out_.states_[file] = FileState::Inactive;
  }

  // Those that no other one names as a module, and one of each ring of files that name each other.
  std::vector<size_t> find_roots(const std::vector<size_t>& files, std::unordered_set<std::string>* heads) {
    std::unordered_map<size_t, std::vector<size_t>> modules;
    std::unordered_set<size_t> named;
    std::vector<size_t> readable;
    for (const size_t file : files) {
      const std::string* text = text_of(file);
      if (text == nullptr) continue;
      readable.push_back(file);
      const Mentions mentions =
          read_mentions(absolute(workspace_.files()[file].path), *text, options_.analysis.cancellation);
      for (const std::string_view head : mentions.heads) heads->emplace(head);
      for (const std::string& path : mentions.files) {
        const auto at = files_.find(path);
        if (at == files_.end() || at->second == file) continue;
        modules[file].push_back(at->second);
        named.insert(at->second);
      }
    }
    texts_.clear();
    const auto is_start = [&](size_t file) {
      const std::string_view name = file_name(workspace_.files()[file].path);
      return name == "main.rs" || name == "lib.rs";
    };
    std::stable_sort(readable.begin(), readable.end(), [&](size_t a, size_t b) { return is_start(a) && !is_start(b); });
    std::vector<size_t> roots;
    std::unordered_set<size_t> reached;
    const auto take = [&](size_t root) {
      roots.push_back(root);
      std::vector<size_t> open = {root};
      reached.insert(root);
      while (!open.empty()) {
        const size_t file = open.back();
        open.pop_back();
        for (const size_t module : modules[file])
          if (reached.insert(module).second) open.push_back(module);
      }
    };
    for (const size_t file : readable)
      if (!named.contains(file)) take(file);
    for (const size_t file : readable)
      if (!reached.contains(file)) take(file);
    std::sort(roots.begin(), roots.end());
    return roots;
  }

  void add_crate(size_t file, const TargetFacts& target, const std::vector<std::string>& missing, CrateGraph* graph) {
    const std::string path = absolute(workspace_.files()[file].path);
    PackageNode package;
    package.name = crate_name_of(path);
    package.origin = PackageOrigin::MadeUp;
    package.folder = manifest::path_parent(path);
    package.built_for_target = true;
    for (const bool test : {false, true}) {
      if (test && !options_.graph.test_cfg) continue;
      CrateNode crate;
      crate.name = package.name;
      crate.package = PackageId(static_cast<uint32_t>(graph->packages.size()));
      crate.kind = file_name(path) == "lib.rs" ? manifest::TargetKind::Lib : manifest::TargetKind::Bin;
      crate.test_cfg = test;
      crate.root_file = path;
      crate.edition = workspace_.package_of(file).edition;
      crate.cfg = cfg_of_target(target, test);
      crate.local = true;
      for (const std::string& name : missing) crate.dependencies.push_back({name, CrateId(), PackageId()});
      graph->crates.push_back(std::move(crate));
    }
    graph->packages.push_back(std::move(package));
  }

  void order_places() {
    const auto key = [&](const std::pair<size_t, FileInCrate>& place) {
      const FileInCrate& at = place.second;
      const CrateNode& crate = out_.projects[at.project].project->graph.crates[Project::crate_of(at.crate).value];
      return std::tuple(place.first, at.included, rank_of(crate), at.project, at.crate, at.source.value);
    };
    std::sort(places_.begin(), places_.end(), [&](const auto& a, const auto& b) { return key(a) < key(b); });
    out_.first_place_.assign(workspace_.files().size() + 1, 0);
    for (const auto& [file, place] : places_) {
      ++out_.first_place_[file + 1];
      out_.places_.push_back(place);
    }
    for (size_t i = 1; i < out_.first_place_.size(); ++i) out_.first_place_[i] += out_.first_place_[i - 1];
  }

  struct PathHash {
    using is_transparent = void;
    size_t operator()(std::string_view path) const { return std::hash<std::string_view>()(path); }
  };

  const PackagedWorkspace& workspace_;
  ProjectOptions options_;
  const std::vector<std::string> also_;
  WorkspaceManifestReader manifests_;
  WorkspaceSources sources_;
  WorkspaceProjects out_;
  std::unordered_map<std::string, size_t, PathHash, std::equal_to<>> files_;  // by absolute path
  std::vector<std::pair<size_t, FileInCrate>> places_;
  std::unordered_map<size_t, std::string> texts_;
};

WorkspaceProjects analyze_workspace(const PackagedWorkspace& workspace, std::span<const CargoProject> cargo,
                                    const ProjectOptions& options) {
  return WorkspaceAnalysis(workspace, options).run(cargo);
}

}  // namespace rp
