// Collects crates and prints what it found, for comparisons: names_dump [--sysroot LIBRARY] [--edition E] [--test]
// [--feature F] [--summary] ROOT.rs, or names_dump --manifest Cargo.toml [--cargo-home DIR] [--all-features] [--lib].
// With --sysroot the sources of core, alloc and std are collected first.

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <map>
#include <sstream>
#include <string>

#include "crates/cfg_set.h"
#include "disk_reader.h"
#include "names/project.h"

namespace {

using namespace rp;

std::string absolute(const std::string& path) {
  char* real = realpath(path.c_str(), nullptr);
  std::string result = real != nullptr ? real : path;
  std::free(real);
  return result;
}

void print_summary(const CrateDefs& crate, double seconds) {
  std::map<ExpansionState, size_t> states;
  size_t tokens = 0;
  size_t bytes = 0;
  for (const Expansion& e : crate.expansions) ++states[e.state];
  size_t memory = 0;
  for (const SourceInfo& s : crate.sources)
    if (s.source) {
      tokens += s.source->tree.slot_count();
      bytes += s.source->text.size();
      memory += s.source->tree.memory_bytes() + s.source->storage.size() + s.source->origins.bytes();
    }
  size_t unresolved_imports = 0;
  size_t unknown_imports = 0;
  for (const Import& i : crate.imports) {
    unresolved_imports += i.state == Import::State::Unresolved;
    unknown_imports += i.state == Import::State::Unknown;
  }
  std::printf(
      "%s: %.3f s, %zu sources, %zu defs, %zu scopes, %zu entries, imports %zu (unresolved %zu, unknown %zu), "
      "calls %zu: expanded %zu modelled %zu opaque %zu unresolved %zu failed %zu inert %zu, %zu tokens, %zu "
      "bytes text, %.1f MB\n",
      crate.name.c_str(), seconds, crate.sources.size(), crate.defs.size(), crate.scopes.size(),
      crate.scope_entries.size(), crate.imports.size(), unresolved_imports, unknown_imports, crate.expansions.size(),
      states[ExpansionState::Expanded], states[ExpansionState::Modelled], states[ExpansionState::Opaque],
      states[ExpansionState::Unresolved], states[ExpansionState::Failed], states[ExpansionState::Inert], tokens, bytes,
      static_cast<double>(memory) / 1e6);
}

// "path:line" of a place in a source, through expansions to a file.
std::string place(const CrateDefs& crate, SourceId id, uint32_t offset) {
  while (crate.sources[id.value].kind == SourceInfo::Kind::Expansion) {
    const Source& s = *crate.sources[id.value].source;
    const uint32_t slot = s.tree.slot_at_offset(offset);
    if (slot >= s.tree.slot_count()) break;
    const TokenOrigin o = s.origin(id, slot);
    if (o.source == id) break;
    id = o.source;
    offset = o.offset;
  }
  const SourceInfo& info = crate.sources[id.value];
  if (!info.source) return "(foreign)";
  const std::string_view text = info.source->text.substr(0, offset);
  return info.path + ":" + std::to_string(1 + std::count(text.begin(), text.end(), '\n'));
}

void print_problems(const CrateDefs& crate) {
  for (const NameProblem& p : crate.problems)
    std::printf("problem %s %s: %s\n", p.source ? place(crate, p.source, p.span.start).c_str() : "-",
                std::string(p.code).c_str(), p.message.c_str());
  for (const Expansion& e : crate.expansions) {
    if (e.state != ExpansionState::Unresolved && e.state != ExpansionState::Failed && e.state != ExpansionState::Opaque)
      continue;
    static constexpr const char* kNames[] = {"pending",    "expanded", "modelled", "opaque",
                                             "unresolved", "failed",   "inert"};
    const Tree& t = crate.sources[e.call_source.value].source->tree;
    std::printf("%s%s %s: %.*s: %s\n", kNames[static_cast<size_t>(e.state)], e.unknown ? " (unknown)" : "",
                place(crate, e.call_source, t.span(e.call).start).c_str(),
                static_cast<int>(std::min<size_t>(60, t.text(e.call).size())), t.text(e.call).data(),
                e.error.message.c_str());
  }
}

void print_diagnostics(const CrateDefs& crate, const CrateNames& names) {
  std::printf("names of %s: resolved %llu, type-dependent %llu, unknown %llu, unresolved %llu\n", crate.name.c_str(),
              static_cast<unsigned long long>(names.counts.resolved),
              static_cast<unsigned long long>(names.counts.type_dependent),
              static_cast<unsigned long long>(names.counts.unknown),
              static_cast<unsigned long long>(names.counts.unresolved));
  for (const NameDiagnostic& d : names.diagnostics)
    std::printf("%s %s %s: %s\n", d.proven ? "error" : "perhaps", std::string(d.code).c_str(),
                place(crate, d.source, d.span.start).c_str(), d.message.c_str());
}

int project(const ProjectOptions& options, const std::string& manifest_path, bool problems) {
  DiskSources reader;
  DiskManifests manifests;
  const auto start = std::chrono::steady_clock::now();
  const auto project = analyze_project(manifest_path, manifests, reader, options);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  size_t packages_missing = 0;
  for (const PackageNode& p : project->graph.packages) packages_missing += p.origin == PackageOrigin::Missing;
  std::printf("project: %.3f s, %zu packages (%zu missing), %zu crates\n", seconds, project->graph.packages.size(),
              packages_missing, project->graph.crates.size());
  for (const GraphProblem& p : project->graph.problems)
    std::printf("graph: %s: %s\n", p.path.c_str(), p.message.c_str());
  for (CrateIndex i = 0; i < project->analysis.crates.size(); ++i) {
    const CrateDefs* crate = project->analysis.crate(i);
    if (crate == nullptr) continue;
    print_summary(*crate, 0);
    if (!project->has_names[i]) continue;
    if (problems) print_problems(*crate);
    print_diagnostics(*crate, project->names[i]);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::string sysroot;
  std::string root;
  Edition edition = Edition::k2021;
  CfgSet cfg;
  bool problems = true;
  std::string manifest_path;
  ProjectOptions options;
  for (const manifest::CfgFact& f : find_target(default_target())->facts)
    f.has_value ? cfg.add(f.key, f.value) : cfg.add(f.key);
  cfg.add("debug_assertions");
  cfg.add("panic", "unwind");
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--manifest")
      manifest_path = absolute(argv[++i]);
    else if (arg == "--cargo-home")
      options.graph.cargo_home = absolute(argv[++i]);
    else if (arg == "--cache")
      options.cache_folder = argv[++i];
    else if (arg == "--all-features")
      options.graph.all_features = true;
    else if (arg == "--lib")
      options.graph.all_targets = false;
    else if (arg == "--sysroot")
      sysroot = argv[++i];
    else if (arg == "--edition")
      edition = static_cast<Edition>(std::atoi(argv[++i]));
    else if (arg == "--test")
      cfg.add("test");
    else if (arg == "--summary")
      problems = false;
    else if (arg == "--feature")
      cfg.add("feature", argv[++i]);
    else
      root = absolute(arg);
  }
  cfg.finish();
  if (!manifest_path.empty()) {
    options.std_sources = sysroot;
    return project(options, manifest_path, problems);
  }
  DiskSources reader;
  Analysis analysis;
  analysis.crates.resize(kSysrootCrates + 1);
  analysis.package_names.resize(kSysrootCrates + 1);
  const auto collect = [&](const std::string& name, const std::string& file, Edition e, CrateIndex index,
                           const CfgSet& facts) {
    CollectInput input;
    input.name = name;
    input.root_file = file;
    input.edition = e;
    input.cfg = &facts;
    input.index = index;
    static constexpr const char* kNames[] = {"core", "alloc", "std", "proc_macro", "test"};
    if (index < kSysrootCrates)
      for (CrateIndex i = 0; i < index; ++i) input.dependencies.push_back({kNames[i], i});
    AnalysisOptions options;
    const auto start = std::chrono::steady_clock::now();
    analysis.crates[index] = collect_crate(input, analysis, reader, options);
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    print_summary(*analysis.crates[index], seconds);
    if (problems) print_problems(*analysis.crates[index]);
  };
  if (!sysroot.empty()) {
    const CfgSet std_cfg = standard_library_cfg({});
    const bool only = root.empty();
    const bool show = problems;
    problems = only && show;
    collect("core", sysroot + "/core/src/lib.rs", Edition::k2024, kCore, std_cfg);
    collect("alloc", sysroot + "/alloc/src/lib.rs", Edition::k2024, kAlloc, std_cfg);
    collect("std", sysroot + "/std/src/lib.rs", Edition::k2024, kStd, std_cfg);
    problems = show;
  }
  if (!root.empty()) collect("main", root, edition, kSysrootCrates, cfg);
  return 0;
}
