// Which facts a build script sets, read from its text: it is never run. Statements are followed as far as files, the
// target, features and the modelled compiler decide them; of what else happens, everything that could is noted.
//
// The Cargo Book, "Build Scripts": "Outputs of the Build Script", "Environment variables Cargo sets for build scripts".
//
// Two things are taken as given, because nothing in files says them: the compiler (CompilerModel), and an environment
// in which nobody set variables for the script: those that cargo sets are known, those that every system has
// are not, others are not there. Likewise no facts come from RUSTFLAGS.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/edition.h"
#include "base/limits.h"
#include "crates/cfg_set.h"
#include "crates/script_facts.h"

namespace rp {

// Reads files for a script. Paths are absolute.
class ScriptFiles {
 public:
  virtual ~ScriptFiles() = default;
  virtual bool read(std::string_view path, std::string* text) = 0;
  virtual bool exists(std::string_view path) = 0;
};

struct BuildScriptInput {
  std::string path;            // of the script; absolute
  std::string package_folder;  // absolute
  Edition edition = Edition::k2015;
  const CfgSet* cfg = nullptr;                           // of the crate that the script is for
  std::string target;                                    // the target's name
  std::vector<std::pair<std::string, std::string>> env;  // variables that cargo sets: CARGO_PKG_…
  CompilerModel compiler;
  MemoryBudget* budget = nullptr;
  const Cancellation* cancellation = nullptr;
};

// Bounded work whatever the script says. Never throws for that; throws std::bad_alloc, MemoryLimitExceeded, Cancelled.
ScriptFacts read_build_script(const BuildScriptInput& input, ScriptFiles& files);

}  // namespace rp
