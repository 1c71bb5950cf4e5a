// .cargo/config.toml and .cargo/config: what of them decides where packages come from and what is built.
// The Cargo Book, "Configuration" and "Source Replacement". Environment variables are not looked at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/manifest.h"

namespace rp::manifest {

// One [source.NAME]. "Source Replacement".
struct ConfigSource {
  Text name;
  uint32_t file = 0;  // that names it first; in CargoConfig::files
  TextField replace_with;
  TextField directory;       // vendored packages; a path
  TextField local_registry;  // a path
  TextField registry;        // a URL
  TextField git, branch, tag, rev;
  std::string directory_path;       // absolute
  std::string local_registry_path;  // absolute
};

// One [registries.NAME].
struct ConfigRegistry {
  Text name;
  uint32_t file = 0;
  TextField index;
};

// A path of `paths = […]`, or a target of `build.target`.
struct ConfigPath {
  Text text;
  uint32_t file = 0;
  std::string path;  // absolute
};

struct ConfigPatch {
  Text source;
  uint32_t file = 0;
  DependencyEntry dependency;
  std::string path;  // of a path dependency, absolute
};

// One [target.KEY]: flags for a target or a condition.
struct ConfigTarget {
  Text key;
  uint32_t file = 0;
  ListField rustflags;
  TextField linker;
};

struct ConfigFile {
  std::string path;
  TomlDocument document;
  Arena arena;
  std::vector<Problem> problems;

  explicit ConfigFile(TomlDocument parsed) : document(std::move(parsed)) {}
};

// Several files as one. Fields refer to the file that decides; the places in them are of `…_file`.
struct CargoConfig {
  std::vector<ConfigFile> files;           // the nearest first
  std::vector<ConfigSource> sources;       // in byte order of names
  std::vector<ConfigRegistry> registries;  // likewise
  TextField default_registry;              // registry.default
  std::vector<Text> build_targets;         // build.target: triples, or files of target descriptions
  uint32_t build_targets_file = 0;
  TextField target_dir;         // build.target-dir
  std::string target_dir_path;  // absolute
  std::vector<Text> build_rustflags;
  std::vector<ConfigTarget> targets;  // in byte order of keys
  std::vector<ConfigPath> paths;      // the overrides of `paths`
  std::vector<ConfigPatch> patches;
  Field<bool> offline;                   // net.offline
  TextField incompatible_rust_versions;  // resolver.incompatible-rust-versions
  // Where packages of crates.io come from: the last source along `replace-with`; NULL when it is not replaced or the
  // way is a cycle or ends at a name that is not defined.
  [[nodiscard]] const ConfigSource* replacement_of(std::string_view source_name) const;
};

struct ConfigText {
  std::string text;
  std::string path;  // absolute: …/.cargo/config.toml
};

// `nearest_first`: the files from the folder of the work up to the root, then cargo's home. A value of a nearer file
// wins; lists are joined, the nearer file's entries last. Where a folder has both `config` and `config.toml`, cargo
// reads `config`; give only that.
CargoConfig read_cargo_config(std::vector<ConfigText> nearest_first);

}  // namespace rp::manifest
