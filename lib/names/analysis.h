// All crates of one workspace with their names: what collecting makes, and what every later step asks.
#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/worker_pool.h"
#include "crates/crate_graph.h"
#include "expand/macro_rules.h"
#include "names/crate_defs.h"

namespace rp {

// Reads files for collecting. May be called by several threads at once.
class SourceReader {
 public:
  virtual ~SourceReader() = default;
  enum class Outcome : uint8_t { Ok, NotFound, Refused };
  // `path` is absolute. Refused: with a reason in `text` (outside the roots, a FIFO, too large). Whether a text is
  // UTF-8 is for the caller to see: `include_bytes!` takes any bytes.
  virtual Outcome read(std::string_view path, std::string* text) = 0;
  // Whether there is anything at the path, also where it may not be read.
  virtual bool exists(std::string_view path) = 0;
};

// Files that several crates have (a library with and without cfg(test), a module that all tests share) and that are
// parsed once for all of them. Safe for several threads.
class SharedSources {
 public:
  // `read` is asked unless a crate that still stands has the file; it gives null for one that cannot be read.
  std::shared_ptr<const Source> get(const std::string& path, Edition edition,
                                    FunctionRef<std::shared_ptr<const Source>()> read);

 private:
  struct File {
    std::mutex mutex;
    std::weak_ptr<const Source> source;
  };
  std::mutex mutex_;
  std::unordered_map<std::string, File> files_;
};

struct AnalysisOptions {
  ExpansionLimits limits;
  uint32_t nesting_limit = kDefaultNestingLimit;
  uint32_t max_files = 200'000;  // of one crate
  uint32_t threads = 0;
  MemoryBudget* budget = nullptr;
  const Cancellation* cancellation = nullptr;
  SharedSources* shared = nullptr;  // null: every crate parses its own files; the options above are the same for all
};

// What collecting one crate needs.
struct CollectInput {
  std::string name;
  std::string root_file;
  Edition edition = Edition::k2015;
  const CfgSet* cfg = nullptr;
  bool proc_macro = false;
  CrateIndex index = kNoCrate;
  struct Dependency {
    std::string name;
    CrateIndex crate = kNoCrate;  // kNoCrate: missing
  };
  std::vector<Dependency> dependencies;
  std::string package_name;  // for models of procedural macros and env!("CARGO_PKG_NAME")
  std::string package_version;
  std::string package_folder;
  // file!() names files below this folder from there, as cargo runs the compiler: the workspace's. Empty: none.
  std::string file_base;
  // What the package's build script sets: what is certain is in `cfg`, too.
  ScriptFacts script;
  // Variables that cargo sets for the crate: CARGO_PKG_…, as pairs.
  std::vector<std::pair<std::string, std::string>> env;
};

// Everything that is defined in a crate and in those it can name. Crates are immutable once collected.
class Analysis {
 public:
  std::vector<std::shared_ptr<const CrateDefs>> crates;  // by CrateIndex; null for one that is missing
  [[nodiscard]] const CrateDefs* crate(CrateIndex index) const {
    return index < crates.size() ? crates[index].get() : nullptr;
  }
  [[nodiscard]] const Def* def(DefRef ref) const {
    const CrateDefs* c = crate(ref.crate);
    return c != nullptr && ref.def ? &c->defs[ref.def.value] : nullptr;
  }
  // The package each crate comes from; for models of procedural macros.
  std::vector<std::string> package_names;
};

// Reads, expands and collects one crate. Those it depends on must be in `analysis` already.
// Never throws for what files say; throws std::bad_alloc, MemoryLimitExceeded, Cancelled.
std::unique_ptr<CrateDefs> collect_crate(const CollectInput& input, const Analysis& analysis, SourceReader& reader,
                                         const AnalysisOptions& options);

}  // namespace rp
