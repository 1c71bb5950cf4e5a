#include "names/project.h"

#include <algorithm>

#include "base/worker_pool.h"
#include "expand/build_script.h"
#include "manifest/reader.h"
#include "names/cache_records.h"
#include "names/facts.h"
#include "source/file_system.h"

namespace rp {

namespace {

constexpr size_t kCollectStack = size_t{64} << 20;
constexpr auto kAlways = [](size_t, size_t) { return true; };

void add_env(const PackageNode& package, const manifest::Package* p, const CrateNode& crate, CollectInput* input) {
  const auto add = [&](std::string_view key, std::string_view value) {
    input->env.emplace_back(std::string(key), std::string(value));
  };
  add("CARGO_PKG_NAME", package.name);
  add("CARGO_PKG_VERSION", package.version);
  add("CARGO_CRATE_NAME", crate.name);
  add("CARGO_MANIFEST_DIR", package.folder);
  add("CARGO_MANIFEST_PATH", package.manifest_path);
  add("CARGO_PRIMARY_PACKAGE", "1");
  // 1.2.3-pre+build
  const std::string_view version = package.version;
  const std::string_view core = version.substr(0, version.find_first_of("-+"));
  const size_t first = core.find('.');
  const size_t second = first == std::string_view::npos ? first : core.find('.', first + 1);
  if (second != std::string_view::npos) {
    add("CARGO_PKG_VERSION_MAJOR", core.substr(0, first));
    add("CARGO_PKG_VERSION_MINOR", core.substr(first + 1, second - first - 1));
    add("CARGO_PKG_VERSION_PATCH", core.substr(second + 1));
    const size_t dash = version.find('-');
    const size_t plus = version.find('+');
    add("CARGO_PKG_VERSION_PRE",
        dash == std::string_view::npos || dash > plus ? "" : version.substr(dash + 1, plus - dash - 1));
  }
  if (p == nullptr) return;
  add("CARGO_PKG_DESCRIPTION", p->description.value);
  add("CARGO_PKG_HOMEPAGE", p->homepage.value);
  add("CARGO_PKG_REPOSITORY", p->repository.value);
  add("CARGO_PKG_LICENSE", p->license.value);
  add("CARGO_PKG_LICENSE_FILE", p->license_file.value);
  add("CARGO_PKG_README", p->readme);
  std::string authors;
  for (const manifest::Text& a : p->authors.value) authors += (authors.empty() ? "" : ":") + std::string(a.value);
  add("CARGO_PKG_AUTHORS", authors);
  if (crate.kind == manifest::TargetKind::Bin) add("CARGO_BIN_NAME", crate.name);
}

// Which crates have to be read: those of members and what they name. A procedural macro of somebody else is asked for
// the names of its macros alone, so what it depends on itself is not.
std::vector<bool> needed_crates(const CrateGraph& graph, bool all) {
  std::vector<bool> needed(graph.crates.size(), all);
  std::vector<uint32_t> open;
  const auto need = [&](uint32_t i) {
    if (needed[i]) return;
    needed[i] = true;
    open.push_back(i);
  };
  for (uint32_t i = 0; i < graph.crates.size(); ++i)
    if (graph.crates[i].local) need(i);
  while (!open.empty()) {
    const CrateNode& crate = graph.crates[open.back()];
    open.pop_back();
    if (crate.proc_macro && !crate.local) continue;
    for (const CrateDependency& d : crate.dependencies)
      if (d.crate) need(d.crate.value);
  }
  return needed;
}

class ScriptReader final : public ScriptFiles {
 public:
  ScriptReader(SourceReader& sources, std::string_view package_folder)
      : sources_(sources), package_folder_(package_folder) {}
  bool read(std::string_view path, std::string* text) override {
    note(path);
    return sources_.read(path, text) == SourceReader::Outcome::Ok;
  }
  bool exists(std::string_view path) override {
    note(path);
    return sources_.exists(path);
  }
  // Whether it asked for nothing but files of its package.
  [[nodiscard]] bool stayed_inside() const { return inside_; }

 private:
  void note(std::string_view path) {
    inside_ = inside_ && is_below(path, package_folder_) && path.find("..") == std::string_view::npos;
  }

  SourceReader& sources_;
  std::string_view package_folder_;
  bool inside_ = true;
};

// What the build script of a crate's package sets for it. What is certain becomes part of the crate's facts.
void read_script(const CrateGraph& graph, const manifest::Package& package, SourceReader& sources,
                 const FactsCache& cache, const AnalysisOptions& options, CollectInput* input, CrateNode* crate) {
  if (crate->kind == manifest::TargetKind::BuildScript) return;
  const manifest::Target* script = nullptr;
  for (const manifest::Target& target : package.targets) {
    if (target.kind != manifest::TargetKind::BuildScript) continue;
    if (script != nullptr) input->script.anything = true;  // several: an unstable feature of cargo's
    script = &target;
  }
  if (script == nullptr) return;
  BuildScriptInput in;
  in.path = script->path;
  in.package_folder = input->package_folder;
  in.edition = script->edition;
  in.cfg = &crate->cfg;
  in.target = crate->for_host ? std::string(default_target()) : graph.target;
  in.env = input->env;
  in.compiler = graph.compiler;
  in.budget = options.budget;
  in.cancellation = options.cancellation;
  const bool several = input->script.anything;
  const std::string content = crate->local ? std::string() : package_content(graph.packages[crate->package.value]);
  const std::string key = content.empty() ? std::string() : script_key(in, content);
  if (key.empty() || !read_script_facts(cache.load(key), &input->script)) {
    ScriptReader files(sources, in.package_folder);
    input->script = read_build_script(in, files);
    if (!key.empty() && files.stayed_inside()) cache.store(key, script_text(input->script));
  }
  input->script.anything |= several;
  bool any = false;
  for (const ScriptFact& fact : input->script.facts) {
    if (!fact.certain || fact.any_value) continue;
    fact.has_value ? crate->cfg.add(fact.key, fact.value) : crate->cfg.add(fact.key);
    any = true;
  }
  if (any) crate->cfg.finish();
  crate->script = input->script;
}

// The key of a dependency in the cache; empty for one whose files may change under the same name and version, and for
// one that depends on such a crate.
std::string cache_key(const CrateGraph& graph, uint32_t i, const CollectInput& input,
                      const std::vector<std::string>& keys) {
  const CrateNode& crate = graph.crates[i];
  const PackageNode& package = graph.packages[crate.package.value];
  if (crate.local) return {};
  const std::string content = package_content(package);
  if (content.empty()) return {};
  std::vector<std::string> dependency_keys;
  for (const CollectInput::Dependency& d : input.dependencies) {
    if (d.crate == kNoCrate) {
      dependency_keys.emplace_back();
      continue;
    }
    const std::string& key = keys[Project::crate_of(d.crate).value];
    if (key.empty()) return {};
    dependency_keys.push_back(key);
  }
  return facts_key(input, dependency_keys, content);
}

void add_gaps(Project& project, CrateIndex index) {
  const CrateDefs& crate = *project.analysis.crates[index];
  const auto place = [&](SourceId source, ByteSpan span, Gap* gap) {
    if (!source) return;
    const WrittenPlace written = written_place(crate, source, span);
    gap->path = crate.sources[written.source.value].path;
    gap->span = written.span;
  };
  for (const NameProblem& p : crate.problems) {
    Gap gap;
    switch (p.kind) {
      case NameProblem::Kind::MissingFile:
      case NameProblem::Kind::UnreadableFile:
      case NameProblem::Kind::CyclicModule:
        gap.kind = Gap::Kind::UnreadableFile;
        break;
      case NameProblem::Kind::MissingCrate:
        gap.kind = Gap::Kind::MissingPackage;
        break;
      case NameProblem::Kind::Limit:
        gap.kind = Gap::Kind::Limit;
        break;
      default:
        continue;
    }
    gap.crate = index;
    gap.message = p.message;
    place(p.source, p.span, &gap);
    project.gaps.push_back(std::move(gap));
  }
  for (const Expansion& e : crate.expansions) {
    // Behind a limit, which has a gap of its own.
    if (e.state == ExpansionState::Opaque && e.error.message.empty()) continue;
    Gap gap;
    switch (e.state) {
      case ExpansionState::Opaque:
        gap.kind = Gap::Kind::OpaqueMacro;
        break;
      case ExpansionState::Unresolved:
        gap.kind = Gap::Kind::UnresolvedMacro;
        break;
      case ExpansionState::Failed:
        gap.kind = Gap::Kind::FailedMacro;
        break;
      default:
        continue;
    }
    gap.crate = index;
    const Source& source = *crate.sources[e.call_source.value].source;
    const uint32_t slot = e.call_slot != 0 ? e.call_slot : source.tree.first_slot(e.call);
    place(e.call_source, {source.tree.token_start(slot), source.tree.token_end(slot)}, &gap);
    const CrateDefs* home = project.analysis.crate(e.macro.crate);
    // A macro of the standard library goes by its own name: where it is defined is nobody's business.
    if (e.macro && home != nullptr && e.macro.crate < kSysrootCrates)
      gap.name = "std::" + std::string(home->name_of(e.macro.def));
    else if (e.macro && home != nullptr)
      gap.name = home->path_of(e.macro.def);
    else
      gap.name = source.tree.token_text(slot);
    gap.message = e.error.message;
    project.gaps.push_back(std::move(gap));
  }
}

void read_std_sources(Project& project, SourceReader& sources, const ProjectOptions& options, const WorkOptions& work) {
  Analysis& analysis = project.analysis;
  const CfgSet cfg = standard_library_cfg(project.graph.target);
  for (const SysrootCrate index : kSysrootOrder) {
    CollectInput input;
    input.name = kSysrootCrateNames[index];
    input.root_file = manifest::join_path(options.std_sources, input.name + "/src/lib.rs");
    if (!sources.exists(input.root_file)) continue;
    input.edition = Edition::k2024;
    input.cfg = &cfg;
    input.index = index;
    input.package_name = input.name;
    for (CrateIndex d = 0; d < kSysrootCrates; ++d)
      if (analysis.crates[d] != nullptr) input.dependencies.push_back({std::string(kSysrootCrateNames[d]), d});
    const auto collect = [&](size_t, uint32_t) {
      analysis.crates[index] = collect_crate(input, analysis, sources, options.analysis);
    };
    run_work(1, work, collect, kAlways);
  }
}

void read_std(Project& project, SourceReader& sources, const ProjectOptions& options, const WorkOptions& work) {
  std::string error;
  if (!options.std_sources.empty())
    read_std_sources(project, sources, options, work);
  else if (options.sysroot != nullptr)
    options.sysroot->read(&project.analysis, project.graph.target, &error);
  else
    read_builtin_facts(&project.analysis, project.graph.target, &error);
  if (project.analysis.crates[kCore] != nullptr) return;
  Gap gap;
  gap.kind = Gap::Kind::UnknownStd;
  gap.message = "what the standard library defines is not known";
  if (!error.empty()) gap.message += ": " + error;
  project.gaps.push_back(std::move(gap));
}

// A crate as the cache has it, with its tally where one is asked for; false when it lacks one of them.
bool load_crate(const FactsCache& cache, const std::string& key, const CollectInput& input,
                const ProjectOptions& options, Project& project) {
  CrateSurvey survey;
  if (options.survey && !read_survey(cache.load(survey_key(key)), &survey)) return false;
  const auto bytes = std::make_shared<const std::string>(cache.load(key));
  std::string error;
  if (bytes->empty()) return false;
  std::shared_ptr<const CrateDefs>& out = project.analysis.crates[input.index];
  out = read_facts(*bytes, bytes, input.index, project.analysis, input.dependencies, &error, project.graph.target);
  if (out == nullptr) return false;
  if (!options.survey) return true;
  project.unsafe_tallies[input.index] = std::move(survey.tally);
  project.feature_gates[input.index] = std::move(survey.gates);
  return true;
}

// Reads, resolves and stores the crates of a project: pieces of work that wait for each other where they must.
class CrateWork {
 public:
  CrateWork(Project& project, const FactsCache& cache, SourceReader& sources, const ProjectOptions& options)
      : project_(project),
        graph_(project.graph),
        analysis_(project.analysis),
        cache_(cache),
        sources_(sources),
        options_(options),
        analysis_options_(options.analysis),
        use_cache_(!options.cache_folder.empty() && options.std_sources.empty()),
        needed_(needed_crates(graph_, options.read_build_crates)),
        keys_(graph_.crates.size()),
        is_new_(graph_.crates.size()) {
    analysis_options_.shared = &shared_;
  }

  void run(const WorkOptions& work) {
    // A crate waits for those it depends on, which come before it. What it means and its facts wait for it alone, and
    // nobody waits for them: they come last.
    const auto count = static_cast<uint32_t>(graph_.crates.size());
    std::vector<std::vector<uint32_t>> waits_for;
    std::vector<uint32_t> collected(count);  // crate -> its piece
    for (uint32_t i = 0; i < count; ++i) {
      if (!needed_[i]) continue;
      collected[i] = static_cast<uint32_t>(waits_for.size());
      std::vector<uint32_t> before;
      for (const CrateDependency& d : graph_.crates[i].dependencies)
        if (reads(i, d.crate)) before.push_back(collected[d.crate.value]);
      std::sort(before.begin(), before.end());
      before.erase(std::unique(before.begin(), before.end()), before.end());
      waits_for.push_back(std::move(before));
      pieces_.push_back({Step::Collect, i});
    }
    const auto add = [&](Step step, uint32_t crate) {
      waits_for.push_back({collected[crate]});
      pieces_.push_back({step, crate});
    };
    for (uint32_t i = 0; i < count; ++i)
      if (needed_[i] && graph_.crates[i].local && options_.resolve) add(Step::Resolve, i);
    for (uint32_t i = 0; i < count; ++i)
      if (needed_[i] && !graph_.crates[i].local && use_cache_) add(Step::Store, i);
    const auto piece = [&](size_t at, uint32_t) {
      const uint32_t crate = pieces_[at].crate;
      switch (pieces_[at].step) {
        case Step::Collect:
          return collect(crate);
        case Step::Resolve:
          return resolve(crate);
        case Step::Store:
          return store(crate);
      }
    };
    run_work_graph(waits_for, work, piece);
  }

 private:
  enum class Step : uint8_t { Collect, Resolve, Store };
  struct Piece {
    Step step;
    uint32_t crate;
  };

  // Crates lie behind those they depend on, unless dependencies are cyclic.
  [[nodiscard]] bool reads(uint32_t crate, CrateId dependency) const {
    return dependency && dependency.value < crate && needed_[dependency.value];
  }

  void collect(uint32_t crate) {
    const CollectInput input = make_input(crate);
    std::shared_ptr<const CrateDefs>& out = analysis_.crates[input.index];
    if (use_cache_) keys_[crate] = cache_key(graph_, crate, input, keys_);
    if (!keys_[crate].empty() && load_crate(cache_, keys_[crate], input, options_, project_)) return;
    out = collect_crate(input, analysis_, sources_, analysis_options_);
    if (options_.survey && out != nullptr && !graph_.crates[crate].local) {
      project_.unsafe_tallies[input.index] = tally_unsafe(*out, analysis_, graph_.crates[crate].cfg);
      // A build script may ask for features, too.
      if (!out->proc_macro && !input.script.has_script)
        project_.feature_gates[input.index] = find_feature_gates(*out, graph_.crates[crate].cfg);
    }
    is_new_[crate] = keys_[crate].empty() ? 0 : 1;
  }

  void resolve(uint32_t crate) {
    const CrateIndex index = Project::index_of(CrateId(crate));
    if (analysis_.crates[index] == nullptr) return;
    ResolveOptions options;
    options.cancellation = options_.analysis.cancellation;
    options.budget = options_.analysis.budget;
    project_.names[index] = resolve_crate(*analysis_.crates[index], analysis_, options);
  }

  // Facts that the cache lacks.
  void store(uint32_t crate) {
    const CrateIndex index = Project::index_of(CrateId(crate));
    if (is_new_[crate] == 0) return;
    const std::string facts = write_facts(*analysis_.crates[index], analysis_, graph_.crates[crate].cfg);
    if (facts.empty()) return;
    cache_.store(keys_[crate], facts);
    if (project_.unsafe_tallies[index])
      cache_.store(survey_key(keys_[crate]),
                   survey_text(*project_.unsafe_tallies[index], project_.feature_gates[index]));
  }

  CollectInput make_input(uint32_t i) {
    const CrateNode& crate = graph_.crates[i];
    const PackageNode& package = graph_.packages[crate.package.value];
    CollectInput input;
    input.name = crate.name;
    input.root_file = crate.root_file;
    input.edition = crate.edition;
    input.cfg = &crate.cfg;
    input.proc_macro = crate.proc_macro;
    input.index = Project::index_of(CrateId(i));
    for (const CrateDependency& d : crate.dependencies)
      input.dependencies.push_back({d.name, reads(i, d.crate) ? Project::index_of(d.crate) : kNoCrate});
    input.package_name = package.name;
    input.package_version = package.version;
    input.package_folder = package.folder;
    input.file_base = manifest::path_parent(graph_.workspace.root_manifest);
    const manifest::Package* p =
        package.manifest_package != UINT32_MAX ? graph_.manifest_packages[package.manifest_package] : nullptr;
    if (package.origin != PackageOrigin::MadeUp) add_env(package, p, crate, &input);
    if (p != nullptr) read_script(graph_, *p, sources_, cache_, options_.analysis, &input, &project_.graph.crates[i]);
    return input;
  }

  Project& project_;
  const CrateGraph& graph_;
  Analysis& analysis_;
  const FactsCache& cache_;
  SourceReader& sources_;
  const ProjectOptions& options_;
  AnalysisOptions analysis_options_;
  SharedSources shared_;
  const bool use_cache_;
  const std::vector<bool> needed_;
  std::vector<std::string> keys_;  // of the cache, by crate
  std::vector<uint8_t> is_new_;    // by crate: its facts are not in the cache
  std::vector<Piece> pieces_;
};

}  // namespace

CfgSet standard_library_cfg(std::string_view target_name) {
  CfgSet cfg;
  const TargetFacts* target = find_target(target_name);
  if (target == nullptr) target = find_target(default_target());
  for (const manifest::CfgFact& f : target->facts) {
    f.has_value ? cfg.add(f.key, f.value) : cfg.add(f.key);
  }
  add_unstable_facts(*target, &cfg);
  cfg.add("panic", "unwind");
  for (const char* feature : {"std_detect_file_io", "std_detect_dlsym_getauxval", "backtrace", "panic_unwind"})
    cfg.add("feature", feature);
  cfg.finish();
  return cfg;
}

WrittenPlace written_place(const CrateDefs& crate, SourceId source, ByteSpan span) {
  WrittenPlace place{source, span, false};
  // Each step goes to a source that was there before; the bound is for damaged tables.
  for (size_t steps = 0; steps <= crate.sources.size(); ++steps) {
    const SourceInfo& info = crate.sources[place.source.value];
    if (info.kind != SourceInfo::Kind::Expansion || info.source == nullptr) return place;
    const Source& s = *info.source;
    uint32_t slot = s.tree.slot_at_offset(place.span.start);
    while (slot < s.tree.slot_count() && is_group_token(s.tree.token_kind(slot))) ++slot;
    const Expansion& e = crate.expansions[info.expansion.value];
    const auto to_call = [&] {
      const Tree& t = crate.sources[e.call_source.value].source->tree;
      place = {e.call_source, t.span(e.call), true};
      if (e.call_slot != 0) place.span = {t.token_start(e.call_slot), t.token_end(e.call_slot)};
    };
    if (slot >= s.tree.slot_count()) {
      to_call();
      continue;
    }
    const TokenOrigin origin = s.origin(place.source, slot);
    // What the definition brought is shown at the call; what the caller wrote, where it was written.
    const bool from_definition =
        s.context(slot) != kRootContext && crate.contexts.expansion(s.context(slot)) == info.expansion;
    if (!origin.source || origin.source == place.source || from_definition) {
      to_call();
      continue;
    }
    const SourceInfo& there = crate.sources[origin.source.value];
    if (there.source == nullptr) {
      to_call();
      continue;
    }
    // The end: of the last token of the span, when that comes from the same text behind the first.
    const Tree& t = there.source->tree;
    const uint32_t first = t.slot_at_offset(origin.offset);
    uint32_t end = first < t.slot_count() ? t.token_end(first) : origin.offset;
    // A variable that a format string captures is written inside of the string.
    if (first < t.slot_count() && t.token_start(first) < origin.offset)
      end = std::min(end, origin.offset + (s.tree.token_end(slot) - s.tree.token_start(slot)));
    uint32_t last = s.tree.slot_at_offset(place.span.end == 0 ? 0 : place.span.end - 1);
    while (last > slot && is_group_token(s.tree.token_kind(last))) --last;
    if (last > slot && last < s.tree.slot_count()) {
      const TokenOrigin last_origin = s.origin(place.source, last);
      if (last_origin.source == origin.source && last_origin.offset > origin.offset) {
        const uint32_t last_slot = t.slot_at_offset(last_origin.offset);
        if (last_slot < t.slot_count()) end = t.token_end(last_slot);
      }
    }
    place = {origin.source, {origin.offset, std::max(end, origin.offset)}, place.in_macro};
  }
  return place;
}

std::unique_ptr<Project> analyze_project(std::string_view manifest_path, manifest::ManifestReader& manifests,
                                         SourceReader& sources, const ProjectOptions& options) {
  CrateGraph graph;
  // The standard library is needed in any case: it is read beside the manifests, for the target that is most likely.
  const auto begin = [&](size_t piece, uint32_t) {
    if (piece == 0) {
      graph = build_crate_graph(manifest_path, manifests, options.graph);
    } else if (options.sysroot != nullptr && options.std_sources.empty()) {
      Analysis scratch;
      scratch.crates.resize(kSysrootCrates);
      std::string error;
      const std::string& target = options.graph.target;
      options.sysroot->read(&scratch, target.empty() ? default_target() : std::string_view(target), &error);
    }
  };
  WorkOptions work;
  work.threads = options.analysis.threads;
  work.cancellation = options.analysis.cancellation;
  run_work(2, work, begin, kAlways);
  if (!options.folder.empty()) {
    for (CrateNode& crate : graph.crates) {
      const std::string& folder = graph.packages[crate.package.value].folder;
      if (!is_below(folder, options.folder) && !is_below(options.folder, folder)) crate.local = false;
    }
  }
  return analyze_graph(std::move(graph), sources, options);
}

std::unique_ptr<Project> analyze_graph(CrateGraph the_graph, SourceReader& sources, const ProjectOptions& options) {
  auto project = std::make_unique<Project>();
  project->graph = std::move(the_graph);
  const CrateGraph& graph = project->graph;
  Analysis& analysis = project->analysis;
  analysis.crates.resize(kSysrootCrates + graph.crates.size());
  analysis.package_names.resize(analysis.crates.size());
  project->unsafe_tallies.resize(analysis.crates.size());
  project->feature_gates.resize(analysis.crates.size());
  for (uint32_t i = 0; i < kSysrootCrates; ++i) analysis.package_names[i] = kSysrootCrateNames[i];
  for (uint32_t i = 0; i < graph.crates.size(); ++i)
    analysis.package_names[kSysrootCrates + i] = graph.packages[graph.crates[i].package.value].name;

  WorkOptions work;
  work.threads = options.analysis.threads;
  work.stack_bytes = kCollectStack;
  work.cancellation = options.analysis.cancellation;
  read_std(*project, sources, options, work);
  const FactsCache cache(options.cache_folder);
  project->names.resize(analysis.crates.size());
  project->has_names.resize(analysis.crates.size());
  CrateWork(*project, cache, sources, options).run(work);

  for (const GraphProblem& p : graph.problems) {
    if (!p.missing) continue;
    Gap gap;
    gap.path = p.path;
    gap.span = {p.span.begin, p.span.end};
    gap.message = p.message;
    // The reason names the package, so it belongs to one alone.
    for (const PackageNode& package : graph.packages)
      if (package.origin == PackageOrigin::Missing && !package.missing_reason.empty() &&
          p.message.ends_with(package.missing_reason))
        gap.name = package.name;
    project->gaps.push_back(std::move(gap));
  }
  std::vector<uint32_t> local;
  for (uint32_t i = 0; i < graph.crates.size(); ++i)
    if (graph.crates[i].local && analysis.crates[kSysrootCrates + i] != nullptr) local.push_back(i);
  if (options.resolve)
    for (const uint32_t i : local) project->has_names[Project::index_of(CrateId(i))] = true;
  for (const uint32_t i : local) add_gaps(*project, Project::index_of(CrateId(i)));
  std::stable_sort(project->gaps.begin(), project->gaps.end(), [](const Gap& a, const Gap& b) {
    // Those of the workspace first.
    const CrateIndex x = a.crate == kNoCrate ? 0 : a.crate + 1;
    const CrateIndex y = b.crate == kNoCrate ? 0 : b.crate + 1;
    if (x != y) return x < y;
    return a.path != b.path ? a.path < b.path : a.span.start < b.span.start;
  });
  return project;
}

}  // namespace rp
