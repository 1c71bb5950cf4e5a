// .cargo/config.toml and .cargo/config: what of them decides where packages come from and what is built.
// The Cargo Book, "Configuration" and "Source Replacement". Environment variables are not looked at.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "manifest/manifest.h"

namespace rp::manifest {

// A value, and the file that decides it: an index into CargoConfig::files, where its places are.
template <typename T>
struct ConfigValue : Field<T> {
  uint32_t file = 0;
};
using ConfigText = ConfigValue<std::string_view>;

// A file or folder. Relative ones are relative to the folder that holds `.cargo`.
struct ConfigPath : ConfigText {
  std::string path;  // absolute
};

// One [source.NAME]. "Source Replacement".
struct ConfigSource {
  std::string_view name;
  ConfigText replace_with;
  ConfigPath directory;  // of vendored packages
  ConfigPath local_registry;
  ConfigText registry;  // a URL
  ConfigText git, branch, tag, rev;
};

// One [registries.NAME].
struct ConfigRegistry {
  std::string_view name;
  ConfigText index;
};

// One entry of [path-bases] (unstable): a folder that paths of dependencies may be relative to.
struct ConfigPathBase {
  std::string_view name;
  ConfigPath folder;
};

// One [patch.SOURCE] entry.
struct ConfigPatch {
  Text source;
  uint32_t file = 0;
  DependencyEntry dependency;
  std::string path;  // of a path dependency, absolute
};

// One [target.KEY]: flags for a target or a condition.
struct ConfigTarget {
  std::string_view key;
  std::vector<std::string_view> rustflags;
  ConfigText linker;
};

struct ConfigFile {
  std::string path;
  TomlDocument document;
  Arena arena;
  std::vector<Problem> problems;

  explicit ConfigFile(TomlDocument parsed) : document(std::move(parsed)) {}
  ConfigFile(ConfigFile&&) noexcept = default;
  ConfigFile& operator=(ConfigFile&&) noexcept = default;
};

// Several files as one.
struct CargoConfig {
  std::vector<ConfigFile> files;           // the nearest first
  std::vector<ConfigSource> sources;       // in byte order of names
  std::vector<ConfigRegistry> registries;  // likewise
  ConfigText default_registry;             // registry.default
  std::vector<ConfigPath> build_targets;   // build.target: triples; `path` is set for files of target descriptions
  ConfigPath target_dir;                   // build.target-dir
  std::vector<std::string_view> build_rustflags;
  std::vector<ConfigTarget> targets;  // in byte order of keys
  std::vector<ConfigPath> paths;      // local packages in place of those of registries
  std::vector<ConfigPatch> patches;
  std::vector<ConfigPathBase> path_bases;  // in byte order of names
  ConfigValue<bool> offline;               // net.offline
  ConfigText incompatible_rust_versions;   // resolver.incompatible-rust-versions
  // Where packages of a source (such as "crates-io") come from: the last one along `replace-with`. NULL when it is not
  // replaced, the way is a cycle, or it ends at a name that is not defined.
  [[nodiscard]] const ConfigSource* replacement_of(std::string_view source_name) const;
};

struct ConfigInput {
  std::string text;
  std::string path;  // absolute: …/.cargo/config.toml
};

// `nearest_first`: the files from the folder of the work up to the root, then cargo's home. A value of a nearer file
// wins; lists are joined, the nearer file's entries last. Where a folder has both `config` and `config.toml`, cargo
// reads `config`; give only that.
CargoConfig read_cargo_config(std::vector<ConfigInput> nearest_first);

}  // namespace rp::manifest
