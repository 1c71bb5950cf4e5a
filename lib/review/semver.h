// What changed between two versions of a library, and how large a step of its version that asks for, by cargo's rules
// (The Cargo Book, "SemVer Compatibility").
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "names/public_api.h"
#include "review/result.h"

namespace rp {

enum class SemverLevel : uint8_t {
  Major = 1,     // users' code that compiled may not compile, or means something else
  Possibly = 2,  // breaks only unusual uses: cargo calls it possibly-breaking
  Minor = 3,
};
std::string_view semver_level_name(SemverLevel level);  // "major"; empty for a number that is none

struct SemverRule {
  std::string_view id;     // "semver/item-removed"
  std::string_view title;  // a few words
  std::string_view why;
  SemverLevel level;
  std::string_view reference;  // where cargo's rule or the language's stands
};
std::span<const SemverRule> semver_rules();
const SemverRule* find_semver_rule(std::string_view id);

// What the manifest says of a package, as far as its users depend on it.
struct SemverPackage {
  std::string name;
  std::string version;
  std::string rust_version;  // empty: none
  std::string links;
  struct Feature {
    std::string name;
    std::vector<std::string> values;  // what it turns on, as written
    bool implicit = false;            // of an optional dependency
  };
  std::vector<Feature> features;  // sorted by name
  struct Dependency {
    std::string name;  // as an identifier: what paths begin with
    std::string requirement;
  };
  std::vector<Dependency> dependencies;  // normal ones, sorted by name
};
SemverPackage semver_package(const CrateGraph& graph, PackageId package);

// One version of a library.
struct SemverSide {
  PublicApi api;
  SemverPackage package;
};

struct SemverChange {
  const SemverRule* rule = nullptr;
  SemverLevel level = SemverLevel::Major;
  Verdict verdict = Verdict::Proven;
  std::string path;      // of the item; empty for the package
  std::string message;   // one sentence, without a full stop
  std::string old_text;  // signature, or what it was; may be empty
  std::string new_text;
  std::string note;    // of a likely verdict: what could make it wrong
  ApiPlace old_place;  // without a path when there is none
  ApiPlace new_place;
};

struct SemverDiff {
  std::string name;
  std::string old_version;
  std::string new_version;
  std::vector<SemverChange> changes;  // by level, path, rule
  std::vector<std::string> unknown;   // what could not be compared, in sentences; sorted
  size_t added = 0;                   // public items that are new

  [[nodiscard]] size_t count(SemverLevel level) const;
  // The step of the version that the changes ask for; Possibly asks for none of its own.
  [[nodiscard]] SemverLevel required() const;
  // Whether the step that was taken is large enough: a user of the old version gets the new one only when cargo takes
  // them for compatible. True when the versions cannot be read.
  [[nodiscard]] bool version_suffices() const;
};

// Throws std::bad_alloc.
SemverDiff compare_apis(const SemverSide& before, const SemverSide& after);

// The features that a comparison turns on: all but those that authors name as no part of what they promise (`unstable`,
// `nightly`, names that begin with `_`…), as cargo's own tools for this do.
std::vector<std::string> features_to_compare(const manifest::Package& package);
bool is_promised_feature(std::string_view name);

}  // namespace rp
