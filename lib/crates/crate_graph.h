// The crates of a workspace and of what it depends on, as cargo would hand them to rustc: packages chosen through the
// lock file, features unified as cargo's resolver does it, targets, cfg sets, names of dependencies, and what is
// missing.
//
// The Cargo Book: "Dependency Resolution", "Features", "Resolver versions", "Source Replacement", "Cargo Targets".
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/edition.h"
#include "base/ids.h"
#include "base/limits.h"
#include "crates/cfg_set.h"
#include "crates/script_facts.h"
#include "manifest/lockfile.h"
#include "manifest/workspace.h"

namespace rp {

struct PackageTag;
using PackageId = Id<PackageTag>;
struct CrateTag;
using CrateId = Id<CrateTag>;

// Where the sources of a package were found.
enum class PackageOrigin : uint8_t {
  Member,    // of the workspace
  Path,      // a path dependency outside the members
  Vendored,  // a directory source
  Registry,  // cargo's home: registry/src
  Git,       // cargo's home: git/checkouts
  Named,     // a folder that the host named
  Missing,   // nowhere: the names of its crates are unknown
  MadeUp,    // there is no manifest: a file that became a crate by itself
};

// Why one package depends on another.
struct PackageEdge {
  PackageId to;
  std::string name;  // as the dependent writes it in its manifest
  manifest::DependencyKind kind = manifest::DependencyKind::Normal;
  bool optional = false;
  std::string platform;  // the condition as cargo prints it, or empty
  bool active = false;   // with the chosen target and features
};

struct PackageNode {
  std::string name;
  std::string version;
  std::string source;  // as Cargo.lock writes it; empty for path packages
  PackageOrigin origin = PackageOrigin::Missing;
  std::string missing_reason;  // when Missing: what was looked for and where
  std::string folder;          // absolute; empty when Missing
  std::string manifest_path;
  // In CrateGraph::manifest_packages; UINT32_MAX when Missing.
  uint32_t manifest_package = UINT32_MAX;
  std::vector<PackageEdge> dependencies;  // sorted by name, kind, platform, package
  // Enabled features, sorted. With resolver 2 and later a package may be built twice with different ones:
  // `features` as built for the target, `build_features` as built for build scripts and procedural macros. cargo also
  // chooses them where no crate is built, as for build dependencies without a build script.
  std::vector<std::string> features;
  std::vector<std::string> build_features;
  bool built_for_target = false;  // some crate for the target needs it
  bool built_for_host = false;    // a build script or a procedural macro needs it
  bool has_build_script = false;
  bool is_proc_macro = false;
  std::string checksum;  // of the lock file; may be empty
};

// An entry of the extern prelude: the name and the crate it stands for (invalid when the package is missing).
struct CrateDependency {
  std::string name;  // an identifier: `-` has become `_`
  CrateId crate;
  PackageId package;
};

// One target of one package with one set of features: what rustc is called with once.
struct CrateNode {
  std::string name;  // an identifier
  PackageId package;
  manifest::TargetKind kind = manifest::TargetKind::Lib;
  bool proc_macro = false;
  bool for_host = false;  // built for build scripts and procedural macros
  bool test_cfg = false;  // cfg(test) holds
  std::string root_file;  // absolute
  Edition edition = Edition::k2015;
  CfgSet cfg;
  ScriptFacts script;  // of its package; filled when the crate is read, and what is certain is in `cfg`
  std::vector<CrateDependency> dependencies;  // sorted by name; the sysroot crates are not in it
  bool local = false;                         // of a member, or named as a root: it is reviewed
};

// A folder that a package may be found in besides the places cargo looks in.
struct NamedSource {
  std::string package;  // its name, or empty for a folder of several packages (as `cargo vendor` makes)
  std::string folder;   // absolute
};

struct CrateGraphOptions {
  std::string target;                 // empty: default_target()
  std::vector<std::string> features;  // as on cargo's command line: "x", "package/x"
  bool all_features = false;
  bool no_default_features = false;
  bool test_cfg = false;    // crates of members see cfg(test), and dev dependencies
  bool all_targets = true;  // examples, tests and benches of members are crates, too
  // The compiler that build scripts would find: "1.80.0", "stable", "nightly". Empty: what rust-toolchain.toml in the
  // root says; where it says nothing, the version that the standard library's facts describe, stable or not.
  std::string compiler;
  std::string cargo_home;  // absolute; empty: nothing is looked for there
  std::vector<NamedSource> sources;
  const Cancellation* cancellation = nullptr;
  uint32_t max_packages = 100'000;
  // With how many threads the manifests of the packages that Cargo.lock names are read at once (0: one for each
  // processor); the reader then has to allow several. 1: each is read when it is asked for.
  uint32_t threads = 1;
};

// Something wrong with the graph: a package that is missing, a lock file that does not fit, a cycle.
struct GraphProblem {
  std::string path;  // the file it is about, absolute
  manifest::Span span;
  std::string message;
  bool missing = false;  // a part could not be seen: what depends on it is unknown
};

struct CrateGraph {
  manifest::Workspace workspace;
  std::vector<std::unique_ptr<manifest::Workspace>> foreign_workspaces;  // owns manifests of non-members
  std::vector<const manifest::Package*> manifest_packages;
  std::unique_ptr<manifest::Lockfile> lockfile;  // null when there is none
  std::string target;
  CompilerModel compiler;
  std::vector<PackageNode> packages;  // sorted by name, version, source
  // Sorted so that every crate stands behind those it depends on (dev dependencies of a library apart: those hang on
  // its test crates); among themselves by package, kind, name. A cycle is cut, with a problem.
  std::vector<CrateNode> crates;
  std::vector<GraphProblem> problems;  // sorted
};

// `manifest_path` is a Cargo.toml; all members of its workspace are built, as `cargo build --workspace` does. All
// reading goes through `reader`. Never throws for what files say; throws std::bad_alloc, Cancelled.
CrateGraph build_crate_graph(std::string_view manifest_path, manifest::ManifestReader& reader,
                             const CrateGraphOptions& options);

}  // namespace rp
