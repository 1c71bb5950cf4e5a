// Prints what name resolution has to say of crates, for comparisons (names_ui.py): names_resolve --sysroot LIBRARY
// [--hashbrown FOLDER] [--check-sysroot] [--unproven] [--calls] [--summary] [ROOT.rs...]. With --jobs, reads one crate
// a line from the standard input, EDITION TAB CFG,CFG TAB PROC_MACRO(0|1) TAB MISSING,CRATES TAB ROOT.rs; prints
// "== ROOT.rs" and for each diagnostic "path:line: CODE proven|unproven message".

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <sstream>
#include <string>

#include "crates/cfg_set.h"
#include "disk_reader.h"
#include "names/analysis.h"
#include "names/resolve.h"

namespace {

using namespace rp;

std::string absolute(const std::string& path) {
  char* real = realpath(path.c_str(), nullptr);
  std::string result = real != nullptr ? real : path;
  std::free(real);
  return result;
}

size_t line_of(std::string_view text, uint32_t offset) {
  text = text.substr(0, offset);
  return 1 + static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

void print_names(const CrateDefs& crate, const CrateNames& names, bool unproven) {
  for (const NameDiagnostic& d : names.diagnostics) {
    if (!d.proven && !unproven) continue;
    if (!d.source || d.source.value >= crate.sources.size()) continue;
    SourceId id = d.source;
    uint32_t offset = d.span.start;
    // Those of collecting may lie in an expansion.
    for (int steps = 0; steps < 200 && crate.sources[id.value].kind == SourceInfo::Kind::Expansion; ++steps) {
      const Source& s = *crate.sources[id.value].source;
      const uint32_t slot = s.tree.slot_at_offset(offset);
      if (slot >= s.tree.slot_count()) break;
      const TokenOrigin o = s.origin(id, slot);
      if (o.source == id) break;
      id = o.source;
      offset = o.offset;
    }
    const SourceInfo& info = crate.sources[id.value];
    if (info.source == nullptr) {
      std::printf("?:0: %s %s %s\n", std::string(d.code).c_str(), d.proven ? "proven" : "unproven", d.message.c_str());
      continue;
    }
    std::printf("%s:%zu: %s %s %s\n", info.path.c_str(), line_of(info.source->text, offset),
                std::string(d.code).c_str(), d.proven ? "proven" : "unproven", d.message.c_str());
  }
}

void print_calls(const CrateDefs& crate) {
  static constexpr const char* kNames[] = {"pending",    "expanded", "modelled", "opaque",
                                           "unresolved", "failed",   "inert"};
  for (const Expansion& e : crate.expansions) {
    if (e.state == ExpansionState::Expanded || e.state == ExpansionState::Inert) continue;
    const Tree& t = crate.sources[e.call_source.value].source->tree;
    std::printf("%s%s %s %.*s: %s\n", kNames[static_cast<size_t>(e.state)], e.unknown ? " (unknown)" : "",
                crate.sources[e.call_source.value].path.c_str(),
                static_cast<int>(std::min<size_t>(60, t.text(e.call).size())), t.text(e.call).data(),
                e.error.message.c_str());
  }
}

CfgSet facts() {
  CfgSet cfg;
  for (const manifest::CfgFact& f : find_target(default_target())->facts)
    f.has_value ? cfg.add(f.key, f.value) : cfg.add(f.key);
  cfg.add("debug_assertions");
  cfg.add("panic", "unwind");
  return cfg;
}

class Program {
 public:
  Program() {
    analysis_.crates.resize(kSysrootCrates + 1);
    analysis_.package_names.resize(kSysrootCrates + 1);
  }
  bool summary = false;
  bool unproven = false;
  bool calls = false;

  double collect(const std::string& name, const std::string& file, Edition edition, CrateIndex index, const CfgSet& cfg,
                 bool proc_macro = false, const std::string& missing_crates = {}) {
    CollectInput input;
    std::istringstream each(missing_crates);
    std::string missing_name;
    while (std::getline(each, missing_name, ',')) input.dependencies.push_back({missing_name, kNoCrate});
    input.name = name;
    input.root_file = file;
    input.edition = edition;
    input.cfg = &cfg;
    input.index = index;
    input.proc_macro = proc_macro;
    if (index < kSysrootCrates)
      for (CrateIndex i = 0; i < kSysrootCrates; ++i)
        if (i != index)
          input.dependencies.push_back({std::string(kSysrootCrateNames[i]), analysis_.crates[i] ? i : kNoCrate});
    if (index < kSysrootCrates)
      for (const char* missing :
           {"libc", "cfg_if", "unwind", "getopts", "rustc_literal_escaper", "rustc_demangle", "addr2line",
            "miniz_oxide", "object", "compiler_builtins", "panic_unwind", "panic_abort"})
        input.dependencies.push_back({missing, kNoCrate});
    const auto start = std::chrono::steady_clock::now();
    analysis_.crates[index] = collect_crate(input, analysis_, reader_, AnalysisOptions());
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  }

  void resolve(CrateIndex index, double collected) {
    const CrateDefs& crate = *analysis_.crates[index];
    const auto start = std::chrono::steady_clock::now();
    const CrateNames names = resolve_crate(crate, analysis_, ResolveOptions());
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    print_names(crate, names, unproven);
    if (calls) print_calls(crate);
    if (summary)
      std::printf(
          "%s: collected in %.3f s, resolved in %.3f s: %zu uses; paths: resolved %llu, type-dependent %llu, "
          "unknown %llu, unresolved %llu; %zu diagnostics\n",
          crate.name.c_str(), collected, seconds, names.uses.size(),
          static_cast<unsigned long long>(names.counts.resolved),
          static_cast<unsigned long long>(names.counts.type_dependent),
          static_cast<unsigned long long>(names.counts.unknown),
          static_cast<unsigned long long>(names.counts.unresolved), names.diagnostics.size());
  }

 private:
  DiskSources reader_;
  Analysis analysis_;
};

}  // namespace

int main(int argc, char** argv) {
  std::string sysroot, hashbrown;
  std::vector<std::string> roots;
  bool check_sysroot = false, jobs = false;
  Edition edition = Edition::k2021;
  Program program;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--sysroot" && i + 1 < argc)
      sysroot = argv[++i];
    else if (arg == "--hashbrown" && i + 1 < argc)
      hashbrown = argv[++i];
    else if (arg == "--edition" && i + 1 < argc)
      edition = static_cast<Edition>(std::atoi(argv[++i]));
    else if (arg == "--check-sysroot")
      check_sysroot = true;
    else if (arg == "--jobs")
      jobs = true;
    else if (arg == "--summary")
      program.summary = true;
    else if (arg == "--calls")
      program.calls = true;
    else if (arg == "--unproven")
      program.unproven = true;
    else
      roots.push_back(arg);
  }
  if (!sysroot.empty()) {
    CfgSet cfg = facts();
    for (const char* feature : {"std_detect_file_io", "std_detect_dlsym_getauxval", "backtrace", "panic_unwind"})
      cfg.add("feature", feature);
    // What only a nightly compiler sets.
    for (const char* width : {"8", "16", "32", "64", "128", "ptr"}) {
      cfg.add("target_has_atomic_load_store", width);
      cfg.add("target_has_atomic_equal_alignment", width);
    }
    for (const char* fact : {"target_has_atomic", "target_has_atomic_load_store", "target_thread_local",
                             "target_has_reliable_f16", "target_has_reliable_f128"})
      cfg.add(fact);
    cfg.finish();
    for (const SysrootCrate index : kSysrootOrder) {
      const std::string name(kSysrootCrateNames[index]);
      std::string file = sysroot + "/" + name + "/src/lib.rs";
      if (index == kHashbrown) file = hashbrown + "/src/lib.rs";
      if (index == kHashbrown && hashbrown.empty()) continue;
      if (index == kStdLibc) continue;  // made by the generator of std's facts alone
      const double seconds =
          program.collect(name, file, index == kHashbrown ? Edition::k2021 : Edition::k2024, index, cfg);
      if (check_sysroot) program.resolve(index, seconds);
    }
  }
  if (jobs) {
    std::string line;
    while (std::getline(std::cin, line)) {
      std::istringstream in(line);
      std::string edition_text, cfgs, proc_macro, missing, path;
      std::getline(in, edition_text, '\t');
      std::getline(in, cfgs, '\t');
      std::getline(in, proc_macro, '\t');
      std::getline(in, missing, '\t');
      std::getline(in, path);
      CfgSet cfg = facts();
      std::istringstream each(cfgs);
      std::string fact;
      while (std::getline(each, fact, ',')) {
        const size_t equals = fact.find('=');
        if (equals == std::string::npos)
          cfg.add(fact);
        else
          cfg.add(fact.substr(0, equals), fact.substr(equals + 1));
      }
      cfg.finish();
      std::printf("== %s\n", path.c_str());
      std::fflush(stdout);
      const double seconds = program.collect("main", absolute(path), static_cast<Edition>(std::stoi(edition_text)),
                                             kSysrootCrates, cfg, proc_macro == "1", missing);
      program.resolve(kSysrootCrates, seconds);
    }
  }
  CfgSet cfg = facts();
  cfg.finish();
  for (const std::string& root : roots) {
    const double seconds = program.collect("main", absolute(root), edition, kSysrootCrates, cfg);
    program.resolve(kSysrootCrates, seconds);
  }
  return 0;
}
