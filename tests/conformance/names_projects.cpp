// Analyses whole projects and prints what became of the paths of their local crates, for comparisons
// (names_projects.py):
//   names_projects [--cargo-home FOLDER] [--std LIBRARY] [--cache FOLDER] [--threads N] [--all-features] [--test]
//                  [--only-libraries] [--unknown] [--uses] [--time] Cargo.toml...
// For each project one line "== PATH", then lines of fields separated by tabs:
//   crate NAME KIND resolved type-dependent unknown unresolved opaque causes errors
//                                  opaque: how many of the unknown ones depend on what nobody can see who runs nothing:
//                                  a procedural macro, a package that is missing, what a build script decides. All of
//                                  them where those are the only causes in the crate and below it, else none
//   error PLACE CODE MESSAGE       proven ones alone
//   doubt PLACE CODE MESSAGE       with --unknown: those that are not
//   open PATH                      with --unknown: modules, enums and traits that may have more names
//   unknown PLACE PATH             with --unknown: paths whose meaning depends on what could not be seen
//   path PLACE END TARGET          with --uses: what each path that is written in a file stands for as a whole
//   use PLACE NAME TARGET          with --uses: what each name stands for, as a path with its crate
//   gap KIND PLACE NAME MESSAGE    what could not be seen

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "disk_reader.h"
#include "names/project.h"

namespace {

using namespace rp;

struct Wishes {
  bool unknown = false, uses = false, time = false, defs = false;
};

const char* name_of(Gap::Kind kind) {
  static constexpr const char* kNames[] = {"missing-package", "unreadable-file", "opaque-macro", "unresolved-macro",
                                           "failed-macro",    "unknown-std",     "limit"};
  return kNames[static_cast<size_t>(kind)];
}

const char* name_of(manifest::TargetKind kind) {
  constexpr const char* kNames[] = {"lib", "bin", "example", "test", "bench", "custom-build"};
  return kNames[static_cast<size_t>(kind)];
}

std::string one_line(std::string_view text) {
  std::string out(text.substr(0, 200));
  for (char& c : out)
    if (c == '\n' || c == '\t' || c == '\r') c = ' ';
  return out;
}

std::string place_of(const CrateDefs& crate, SourceId source, ByteSpan span) {
  const WrittenPlace place = written_place(crate, source, span);
  const SourceInfo& info = crate.sources[place.source.value];
  if (info.source == nullptr) return "?:0:0";
  const std::string_view before = std::string_view(info.source->text).substr(0, place.span.start);
  const size_t newline = before.rfind('\n');
  return info.path + ":" + std::to_string(1 + std::count(before.begin(), before.end(), '\n')) + ":" +
         std::to_string(before.size() - (newline == std::string_view::npos ? 0 : newline + 1) + 1) +
         (place.in_macro ? ":macro" : "");
}

std::string target_of(const Analysis& analysis, const Resolution& r) {
  switch (r.kind) {
    case ResolutionKind::Crate:
    case ResolutionKind::Definition:
    case ResolutionKind::SelfType: {
      const CrateDefs* crate = analysis.crate(r.def.crate);
      const Def* def = analysis.def(r.def);
      if (crate == nullptr || def == nullptr) return "?";
      std::string out = (r.kind == ResolutionKind::SelfType ? "Self " : "") +
                        std::to_string(static_cast<int>(def->kind)) + " " + crate->path_of(r.def.def);
      if (def->source && def->source.value < crate->sources.size() && crate->sources[def->source.value].source)
        out += " @" + place_of(*crate, def->source, crate->sources[def->source.value].source->tree.span(def->node));
      return out;
    }
    case ResolutionKind::PrimitiveType:
      return "primitive " + std::string(kPrimitiveTypes[r.index]);
    default:
      return "kind " + std::to_string(static_cast<int>(r.kind));
  }
}

// Why names of a crate may be unknown.
enum Cause : uint8_t {
  kMissing = 1,  // a package is not there, or the standard library of the version that the crate is written for
  kMacro = 2,    // a procedural macro without a model, a file that is made when the crate is built
  kScript = 4,   // a build script decides about conditions
  kOther = 8,    // something that should be known
};

class Causes {
 public:
  explicit Causes(const Project& project) : project_(project), known_(project.analysis.crates.size(), kUnasked) {}

  uint8_t of(CrateIndex index) {
    const CrateDefs* crate = project_.analysis.crate(index);
    if (crate == nullptr) return kMissing;
    if (known_[index] != kUnasked) return known_[index];
    known_[index] = 0;
    uint8_t causes = own(*crate);
    for (const CrateDefs::ExternName& e : crate->extern_prelude) {
      if (e.crate == kNoCrate || e.crate == index) continue;
      const CrateDefs* below = project_.analysis.crate(e.crate);
      if (below == nullptr ||
          std::any_of(below->scopes.begin(), below->scopes.end(), [](const Scope& s) { return s.unknown_names; }))
        causes |= of(e.crate);
    }
    return known_[index] = causes;
  }

  static std::string text(uint8_t causes) {
    std::string out;
    for (const auto& [bit, name] : {std::pair(kMissing, "missing"), std::pair(kMacro, "macro"),
                                    std::pair(kScript, "script"), std::pair(kOther, "other")})
      if ((causes & bit) != 0) out += (out.empty() ? "" : ",") + std::string(name);
    return out.empty() ? "-" : out;
  }

 private:
  static constexpr uint8_t kUnasked = 0x80;

  uint8_t own(const CrateDefs& crate) {
    uint8_t causes = crate.nightly ? kMissing : 0;
    for (const CrateDefs::ExternName& e : crate.extern_prelude)
      if (e.crate == kNoCrate) causes |= kMissing;
    for (const Import& import : crate.imports) {
      if (import.kind == ImportKind::ExternCrate && import.state == Import::State::Unknown) causes |= kMissing;
      if (import.state == Import::State::Unresolved) causes |= kOther;
    }
    for (const Expansion& e : crate.expansions) {
      if (e.state == ExpansionState::Opaque) causes |= kMacro;
      // What compile_error! says is no reason.
      const bool failed = e.state == ExpansionState::Failed && e.output;
      if (failed || (e.state == ExpansionState::Unresolved && !e.unknown)) causes |= kOther;
    }
    const CrateId id = Project::crate_of(crate.index);
    if (id && id.value < project_.graph.crates.size()) {
      if (!project_.graph.crates[id.value].script.all_known()) causes |= kScript;
    }
    // Which file a module has may be for the script to say, too.
    for (const NameProblem& problem : crate.problems) {
      const bool file =
          problem.kind == NameProblem::Kind::MissingFile || problem.kind == NameProblem::Kind::UnreadableFile;
      if ((file && (causes & kScript) == 0) || problem.kind == NameProblem::Kind::Limit) causes |= kOther;
    }
    return causes;
  }

  const Project& project_;
  std::vector<uint8_t> known_;
};

void print_project(const Project& project, const Wishes& wishes) {
  const CrateGraph& graph = project.graph;
  Causes causes(project);
  for (uint32_t i = 0; i < graph.crates.size(); ++i) {
    const CrateIndex index = Project::index_of(CrateId(i));
    if (!project.has_names[index]) continue;
    const CrateDefs& crate = *project.analysis.crates[index];
    const CrateNames& names = project.names[index];
    const uint8_t why = names.counts.unknown != 0 ? causes.of(index) : 0;
    const bool opaque = why != 0 && (why & kOther) == 0;
    const auto errors = std::count_if(names.diagnostics.begin(), names.diagnostics.end(),
                                      [](const NameDiagnostic& d) { return d.source && d.proven; });
    std::printf(
        "crate\t%s\t%s%s\t%llu\t%llu\t%llu\t%llu\t%llu\t%s\t%lld\n", crate.name.c_str(), name_of(graph.crates[i].kind),
        graph.crates[i].test_cfg ? " test" : "", static_cast<unsigned long long>(names.counts.resolved),
        static_cast<unsigned long long>(names.counts.type_dependent),
        static_cast<unsigned long long>(names.counts.unknown), static_cast<unsigned long long>(names.counts.unresolved),
        static_cast<unsigned long long>(opaque ? names.counts.unknown : 0), Causes::text(why).c_str(),
        static_cast<long long>(errors));
    for (const NameDiagnostic& d : names.diagnostics) {
      if (!d.source || (!d.proven && !wishes.unknown)) continue;
      std::printf("%s\t%s\t%s\t%s\n", d.proven ? "error" : "doubt", place_of(crate, d.source, d.span).c_str(),
                  d.code.empty() ? "-" : std::string(d.code).c_str(), one_line(d.message).c_str());
    }
    if (wishes.unknown)
      for (const Scope& scope : crate.scopes)
        if (scope.unknown_names && scope.kind != ScopeKind::Block)
          std::printf("open\t%s\n", crate.path_of(scope.def).c_str());
    if (!wishes.unknown && !wishes.uses) continue;
    for (const NameUse& use : names.uses) {
      const Source* source = crate.sources[use.source.value].source.get();
      if (source == nullptr) continue;
      const ByteSpan span = source->tree.span(use.node);
      if (wishes.unknown && use.resolution.kind == ResolutionKind::Unknown) {
        const NodeId parent = source->tree.parent(use.node);
        const bool path = parent && source->tree.kind(parent) == NodeKind::Path;
        std::printf("unknown\t%s\t%s\n", place_of(crate, use.source, span).c_str(),
                    one_line(source->tree.text(path ? parent : use.node)).c_str());
      }
      const NodeId path = source->tree.parent(use.node);
      if (wishes.uses && path && source->tree.kind(use.node) == NodeKind::PathSegment && !source->is_expansion() &&
          source->tree.end_slot(path) == source->tree.end_slot(use.node)) {
        const ByteSpan whole = source->tree.span(path);
        std::printf("path\t%s\t%s\t%s\n", place_of(crate, use.source, whole).c_str(),
                    place_of(crate, use.source, {whole.end, whole.end}).c_str(),
                    target_of(project.analysis, use.resolution).c_str());
      }
      if (wishes.uses)
        std::printf("use\t%s\t%s\t%s\n", place_of(crate, use.source, span).c_str(),
                    one_line(source->tree.text(use.node)).c_str(), target_of(project.analysis, use.resolution).c_str());
    }
  }
  for (const Gap& gap : project.gaps)
    std::printf("gap\t%s\t%s:%u\t%s\t%s\n", name_of(gap.kind), gap.path.c_str(), gap.span.start, gap.name.c_str(),
                one_line(gap.message).c_str());
}

}  // namespace

int main(int count, char** arguments) {
  ProjectOptions options;
  Wishes wishes;
  std::vector<std::string> paths;
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    const auto value = [&] { return std::string(i + 1 < count ? arguments[++i] : ""); };
    if (argument == "--cargo-home") {
      options.graph.cargo_home = value();
    } else if (argument == "--std") {
      options.std_sources = value();
    } else if (argument == "--cache") {
      options.cache_folder = value();
    } else if (argument == "--threads") {
      options.analysis.threads = static_cast<uint32_t>(std::atoi(value().c_str()));
    } else if (argument == "--all-features") {
      options.graph.all_features = true;
    } else if (argument == "--test") {
      options.graph.test_cfg = true;
    } else if (argument == "--only-libraries") {
      options.graph.all_targets = false;
    } else if (argument == "--unknown") {
      wishes.unknown = true;
    } else if (argument == "--uses") {
      wishes.uses = true;
    } else if (argument == "--time") {
      wishes.time = true;
    } else {
      paths.push_back(argument);
    }
  }
  for (const std::string& path : paths) {
    DiskManifests manifests;
    DiskSources sources;
    std::printf("== %s\n", path.c_str());
    std::fflush(stdout);
    const auto start = std::chrono::steady_clock::now();
    const auto project = analyze_project(std::filesystem::absolute(path).string(), manifests, sources, options);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    if (wishes.time)
      std::printf("time\t%.3f\n", took.count());
    else
      print_project(*project, wishes);
  }
  return 0;
}
