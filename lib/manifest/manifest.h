// One Cargo.toml as it is written: every table that cargo knows, each value with its place. What follows from it
// together with the workspace and the folder (inherited values, discovered targets, implicit features) is in package.h.
//
// Rules: The Cargo Book, "The Manifest Format" and the pages it refers to. Kinds of names: "Package ID Specifications",
// "Features", "Profiles".
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/edition.h"
#include "base/ids.h"
#include "manifest/cfg_expr.h"
#include "manifest/semver.h"
#include "manifest/text.h"
#include "manifest/toml_document.h"

namespace rp::manifest {

struct DependencyTag;
using DependencyId = Id<DependencyTag>;
struct PlatformTag;
using PlatformId = Id<PlatformTag>;

using TextField = Field<std::string_view>;
using ListField = Field<TextList>;
using BoolField = Field<bool>;

// A value that is a truth or something else: `readme = false`, `build = "build.rs"`, `lto = "thin"`.
struct BoolOrText {
  bool is_bool = false;
  bool boolean = false;
  std::string_view text;
};

// A version, or one that is inherited. The views of `value` refer to the manifest's text.
using VersionField = Field<Version>;

// The keys that a package may inherit, in [package] and in [workspace.package]. "The workspace.package table".
struct SharedPackageKeys {
  VersionField version;
  ListField authors;
  TextField description;
  TextField homepage;
  TextField documentation;
  Field<BoolOrText> readme;
  ListField keywords;
  ListField categories;
  TextField license;
  TextField license_file;
  TextField repository;
  // A list of registries, or a truth. `publish_registries` is the list; `publish` holds the truth, or the place.
  BoolField publish;
  TextList publish_registries;
  bool publish_is_list = false;
  TextField edition;  // as written; Package has the Edition
  ListField exclude;
  ListField include;
  Field<PartialVersion> rust_version;
};

// [package], or [project] as it was called.
struct PackageTable : SharedPackageKeys {
  Span span;  // the header
  TextField name;
  // "The build field". `build_scripts` when it is a list (unstable).
  Field<BoolOrText> build;
  TextList build_scripts;
  TextField links;
  TextField workspace;  // the folder of the workspace's manifest, relative to this one
  TextField resolver;
  TextField default_run;
  TextField default_target;  // unstable
  TextField forced_target;   // unstable
  ListField metabuild;       // unstable
  BoolField im_a_teapot;     // unstable; for cargo's own tests
  BoolField autolib, autobins, autoexamples, autotests, autobenches;
  TomlNodeId metadata;      // for other tools; not looked at
  bool is_project = false;  // written [project]
};

enum class DependencyKind : uint8_t { Normal, Development, Build };
// "dependencies", "dev-dependencies", "build-dependencies".
std::string_view dependency_table_name(DependencyKind kind);

// One dependency as written. "Specifying Dependencies".
struct DependencyEntry {
  Text name;  // the key
  Span span;  // the value: a version, or a table
  DependencyKind kind = DependencyKind::Normal;
  PlatformId platform;     // the table of [target] it stands in; invalid when it holds for all
  bool inherited = false;  // `workspace = true`
  TextField version;       // also of `name = "1.0"`
  TextField path;
  TextField base;  // unstable
  TextField git, branch, tag, rev;
  TextField registry;
  TextField registry_index;
  TextField package;  // its name where it comes from, when `name` is another
  ListField features;
  BoolField optional;
  BoolField default_features;  // also written default_features
  BoolField is_public;         // unstable
  ListField artifact;          // unstable, with `lib` and `target`
  BoolField lib;
  TextField target;
};

// One table of [target]. "Platform specific dependencies".
struct PlatformTable {
  Text name;  // the key
  Platform platform;
  bool valid = false;  // the key is a target's name or a condition
};

enum class FeatureValueKind : uint8_t {
  Feature,            // "x": a feature of the same package
  Dependency,         // "dep:x": an optional dependency
  DependencyFeature,  // "x/y", "x?/y": a feature of a dependency
};
// "Features". Strings are views into the document.
struct FeatureValue {
  Text text;  // as written
  FeatureValueKind kind = FeatureValueKind::Feature;
  std::string_view name;     // of the feature or the dependency
  std::string_view feature;  // y
  bool weak = false;         // with `?`: does not enable the dependency
};
FeatureValue parse_feature_value(Text text);

struct FeatureEntry {
  Text name;  // the key
  Span span;  // the list
  std::span<const FeatureValue> values;
};

// What a target is. In the order in which cargo lists them.
enum class TargetKind : uint8_t { Lib, Bin, Example, Test, Bench, BuildScript };

// [lib], [[bin]], [[example]], [[test]], [[bench]] as written. "Cargo Targets".
struct TargetEntry {
  TargetKind kind = TargetKind::Lib;
  Span span;  // the header
  TextField name;
  TextField path;
  ListField crate_type;  // also written crate_type
  TextField filename;    // unstable
  TextField edition;     // deprecated
  BoolField test, doctest, bench, doc, doc_scrape_examples, proc_macro, harness;
  ListField required_features;
};

// What a [profile.…] table is about.
enum class ProfileScope : uint8_t {
  Whole,    // [profile.NAME]
  Package,  // [profile.NAME.package.SPEC]
  Build,    // [profile.NAME.build-override]
};
enum class DebugInfo : uint8_t { None, LineDirectivesOnly, LineTablesOnly, Limited, Full };

// "Profiles".
struct ProfileEntry {
  Text name;  // of the profile
  ProfileScope scope = ProfileScope::Whole;
  Text package;         // SPEC, or `*`
  Span span;            // the header
  TextField opt_level;  // "0" to "3", "s", "z"; numbers are given as text
  Field<BoolOrText> lto;
  TextField codegen_backend;  // unstable
  Field<uint32_t> codegen_units;
  Field<DebugInfo> debug;
  TextField split_debuginfo;
  BoolField debug_assertions, rpath, overflow_checks, incremental;
  TextField panic;
  TextField inherits;
  Field<BoolOrText> strip;
  ListField rustflags;           // unstable
  TextField dir_name;            // not allowed
  Field<TomlNodeId> trim_paths;  // unstable
  BoolField hint_mostly_unused;  // unstable
};

enum class LintLevel : uint8_t { Allow, Warn, Deny, Forbid };
// "The lints section".
struct LintEntry {
  Text tool;  // "rust", "clippy", "rustdoc", "cargo"
  Text name;
  Span span;  // the value
  LintLevel level = LintLevel::Allow;
  int64_t priority = 0;
  TomlNodeId config;  // the table, when one is written
};

// One package of [patch.SOURCE]. "Overriding Dependencies".
struct PatchEntry {
  Text source;              // "crates-io", a registry's name, or a URL
  DependencyId dependency;  // in `patch_dependencies`
};

// One package of [replace], which is deprecated. "Overriding Dependencies".
struct ReplaceEntry {
  Text spec;                // a package id spec with a version
  DependencyId dependency;  // in `patch_dependencies`
};

// A key written with an underscore where the 2024 edition takes only a dash: `default_features`, `crate_type`.
struct UnderscoreKey {
  Text key;                // as written
  bool redundant = false;  // the one with the dash is written too, and counts
};

// [workspace]. "Workspaces".
struct WorkspaceTable {
  Span span;
  ListField members;
  ListField exclude;
  ListField default_members;
  TextField resolver;
  Field<bool> has_package;  // [workspace.package] is written
  SharedPackageKeys package;
  bool has_dependencies = false;
  std::vector<DependencyEntry> dependencies;  // in byte order of their names
  bool has_lints = false;
  std::vector<LintEntry> lints;
  TomlNodeId metadata;
};

struct Manifest {
  std::string path;  // of the file, as given
  TomlDocument document;
  Arena arena;  // what is computed while reading

  ListField cargo_features;  // unstable features of cargo that it asks for
  std::optional<PackageTable> package;
  std::optional<WorkspaceTable> workspace;
  std::vector<PlatformTable> platforms;  // of [target], in byte order
  // In the order in which cargo goes through them: [dependencies], [dev-dependencies], [build-dependencies], then for
  // each platform the normal, build and development ones; in byte order of names in each.
  std::vector<DependencyEntry> dependencies;
  bool has_features = false;
  std::vector<FeatureEntry> features;  // in byte order
  std::vector<TargetEntry> targets;    // in the order of TargetKind, then of the text
  // Whether a [[bin]], [[example]], [[test]], [[bench]] or [lib] is written; it changes what is discovered.
  std::array<bool, 6> has_targets{};
  std::vector<ProfileEntry> profiles;
  bool has_patch = false;
  bool has_replace = false;
  std::vector<DependencyEntry> patch_dependencies;
  std::vector<PatchEntry> patches;
  std::vector<ReplaceEntry> replacements;
  bool has_lints = false;
  BoolField lints_inherited;  // lints.workspace = true
  std::vector<LintEntry> lints;
  std::vector<UnderscoreKey> underscores;
  std::vector<Problem> problems;  // in the order of the text

  explicit Manifest(TomlDocument parsed) : document(std::move(parsed)) {}
  Manifest(Manifest&&) noexcept = default;
  Manifest& operator=(Manifest&&) noexcept = default;

  // A workspace without a package of its own.
  [[nodiscard]] bool is_virtual() const { return workspace.has_value() && !package.has_value(); }
  // cargo would read it, as far as one file alone can tell.
  [[nodiscard]] bool has_errors() const;
};

// Reads the text of the file at `path`. Never throws for what the text says; throws std::bad_alloc.
Manifest read_manifest(std::string text, std::string path);

// The edition that a text names; nothing for what is none that is stable.
std::optional<Edition> parse_edition(std::string_view text);

// Why a name is not one cargo takes, or an empty text. `what` opens the message: "package name".
std::string check_package_name(std::string_view name, std::string_view what);  // each part between `::`
std::string check_plain_name(std::string_view name, std::string_view what);
std::string check_feature_name(std::string_view name);
std::string check_profile_name(std::string_view name);

}  // namespace rp::manifest
