// A whole cargo workspace, from its manifest to the names of its crates: what a host asks for once, and every question
// is answered from.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "crates/crate_graph.h"
#include "names/analysis.h"
#include "names/facts.h"
#include "names/feature_gates.h"
#include "names/resolve.h"
#include "names/unsafe_tally.h"

namespace rp {

struct ProjectOptions {
  CrateGraphOptions graph;
  AnalysisOptions analysis;
  // The folder `library` of the standard library's sources, to read in place of the facts in the library; or empty.
  std::string std_sources;
  // The standard library as other analyses have read it; null: it is read for this one alone.
  std::shared_ptr<SharedSysroot> sysroot;
  // Where interfaces of dependencies are kept between two runs; empty: nowhere.
  std::string cache_folder;
  // When not empty: only crates of packages that this folder (absolute) holds, or lies in, are local. The others of the
  // workspace are seen as dependencies.
  std::string folder;
  // Whether names in bodies are resolved. Without it only definitions, imports and expansions are known.
  bool resolve = true;
  // Whether more is kept of crates that are not local: Project::unsafe_tallies and feature_gates.
  bool survey = false;
  // Whether crates are read that no local crate needs to know: what procedural macros and build scripts of dependencies
  // depend on.
  bool read_build_crates = false;
};

// A part that could not be seen. What depends on it is unknown.
struct Gap {
  enum class Kind : uint8_t {
    MissingPackage,   // its sources are nowhere
    UnreadableFile,   // a file of a module that is missing or may not be read
    OpaqueMacro,      // a procedural macro without a model, or a macro whose output cannot be known
    UnresolvedMacro,  // no macro of that name was found, and something unknown may be why
    FailedMacro,      // rustc would report an error, or we are wrong
    UnknownStd,       // the standard library's facts are not there
    Limit,
  };
  Kind kind = Kind::MissingPackage;
  CrateIndex crate = kNoCrate;  // kNoCrate: of the workspace
  std::string path;             // the file it is about, absolute; may be empty
  ByteSpan span;                // in that file
  std::string name;             // of the package or macro
  std::string message;
};

struct Project {
  CrateGraph graph;
  Analysis analysis;
  // By CrateIndex; empty for crates that are not local, and without ProjectOptions::resolve.
  std::vector<CrateNames> names;
  std::vector<bool> has_names;
  // By CrateIndex; of crates that are not local and were read, with ProjectOptions::survey.
  std::vector<std::optional<UnsafeTally>> unsafe_tallies;
  std::vector<std::vector<FeatureGate>> feature_gates;
  std::vector<Gap> gaps;  // of local crates and of the workspace; sorted by crate, path, place

  // The number in `analysis` of a crate of the graph.
  [[nodiscard]] static CrateIndex index_of(CrateId crate) { return crate ? kSysrootCrates + crate.value : kNoCrate; }
  [[nodiscard]] static CrateId crate_of(CrateIndex index) {
    return index >= kSysrootCrates && index != kNoCrate ? CrateId(index - kSysrootCrates) : CrateId();
  }
};

// Never throws for what files say; throws std::bad_alloc, MemoryLimitExceeded, Cancelled.
// The same input gives the same result, whatever the number of threads.
std::unique_ptr<Project> analyze_project(std::string_view manifest_path, manifest::ManifestReader& manifests,
                                         SourceReader& sources, const ProjectOptions& options);

// The same for crates that were put together otherwise: packages may lack a manifest. Only crates that are local, and
// what they depend on, are read.
std::unique_ptr<Project> analyze_graph(CrateGraph graph, SourceReader& sources, const ProjectOptions& options);

// What cfg conditions in core, alloc and std are asked against for a target (default_target() when it is not known).
CfgSet standard_library_cfg(std::string_view target_name);

// The place in a file where a token of a source was written: through expansions to where somebody typed it, or to the
// outermost call. `source` becomes a file of the crate, unless the text is another crate's.
struct WrittenPlace {
  SourceId source;
  ByteSpan span;
  bool in_macro = false;  // the token itself was not written there: it is the place of the call
};
WrittenPlace written_place(const CrateDefs& crate, SourceId source, ByteSpan span);

}  // namespace rp
