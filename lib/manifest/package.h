// A package as cargo builds it: its manifest together with what it inherits from its workspace, the targets that its
// folder holds, and the features that its optional dependencies stand for.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/manifest.h"
#include "manifest/reader.h"

namespace rp::manifest {

enum class SourceKind : uint8_t {
  Registry,  // crates.io, or the registry that `source` names or locates
  Path,
  Git,
};

// A dependency with everything inherited and defaulted. Strings live as long as the workspace.
struct Dependency {
  DependencyId written;      // in the package's manifest
  DependencyId inherited;    // in the workspace's [workspace.dependencies], when it is inherited
  std::string_view name;     // in this package: the key
  std::string_view package;  // where it comes from
  bool renamed = false;      // `package = …` is written
  DependencyKind kind = DependencyKind::Normal;
  PlatformId platform;           // in the package's manifest
  std::string_view requirement;  // as written; empty means any version
  SourceKind source = SourceKind::Registry;
  std::string_view registry;  // its name; empty for crates.io or when `location` is the index
  // The folder, the repository, or the index. Empty for a folder relative to a `base` that is not known.
  std::string_view location;
  std::string_view branch, tag, rev;           // at most one
  std::span<const std::string_view> features;  // the workspace's, then its own
  bool optional = false;
  bool default_features = true;
  bool is_public = false;
};

// A feature with its values; implicit ones are those of optional dependencies. "Features", "Optional dependencies".
struct Feature {
  std::string_view name;
  bool implicit = false;
  Span span;  // the key, or that of the dependency
  std::span<const FeatureValue> values;
};

// "Cargo Targets". Flags are cargo's defaults where nothing is written.
struct Target {
  TargetKind kind = TargetKind::Lib;
  bool discovered = false;        // no table is written for it
  uint32_t written = UINT32_MAX;  // in Manifest::targets
  std::string_view name;
  std::string_view path;  // absolute
  Edition edition = Edition::k2015;
  std::span<const std::string_view> crate_types;  // "lib", "bin", "proc-macro", "cdylib"…
  TextList required_features;
  bool has_required_features = false;
  bool test = false;
  bool doctest = false;
  bool bench = false;
  bool doc = false;
  bool harness = true;
  bool proc_macro = false;
};

struct Package {
  uint32_t manifest = 0;  // in Workspace::manifests
  std::string_view folder;
  std::string_view name;
  Version version;  // 0.0.0 when none is written
  bool has_version = false;
  Edition edition = Edition::k2015;
  bool edition_written = false;
  Field<PartialVersion> rust_version;
  TextField license, license_file, description, homepage, documentation, repository, links;
  ListField authors, keywords, categories, include, exclude;
  std::string_view readme;  // relative to the folder
  bool has_readme = false;
  bool may_publish = true;       // somewhere
  bool publish_limited = false;  // only to `publish_registries`
  TextList publish_registries;
  std::string_view default_run;
  std::vector<Dependency> dependencies;  // in the order of Manifest::dependencies
  std::vector<Feature> features;         // in byte order
  std::vector<Target> targets;           // as cargo lists them
  std::vector<LintEntry> lints;          // inherited ones too
  bool usable = true;                    // cargo would take it
  std::vector<Problem> problems;         // beyond those of the manifest; places are in the package's manifest
};

// A folder of cargo's configuration that paths of dependencies may be relative to.
struct PathBase {
  std::string_view name;
  std::string_view folder;  // absolute
};

// Puts a package together. `root` is the workspace's manifest, which may be `manifest` itself, or NULL when there is
// none; `reader` is asked about the package's folder only. What is computed is kept in `arena`.
Package assemble_package(const Manifest& manifest, const Manifest* root, ManifestReader& reader, Arena& arena,
                         std::span<const PathBase> path_bases = {});

}  // namespace rp::manifest
