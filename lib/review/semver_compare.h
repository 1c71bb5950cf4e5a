// The inside of semver.cpp: two interfaces side by side, with what each path of the old one has become.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "review/semver.h"

namespace rp {

// How sure it is that two keys mean different things.
enum class KeyMatch : uint8_t {
  Same,
  Unsure,  // the same names, from places that may be one; or something in them could not be seen
  Different,
};

class SemverComparison {
 public:
  SemverComparison(const SemverSide& before, const SemverSide& after);
  SemverDiff run();

 private:
  using Members = std::vector<uint32_t>;

  // ---- semver.cpp: what is where ----
  void index();
  // The item of the new interface that a path of the old one leads to; kNoApiItem when there is none.
  // `namespace_of` an item of the old interface that must fit, or any when it is kNoApiItem.
  uint32_t find_after(std::string_view path, uint32_t fits) const;
  uint32_t behind_alias(uint32_t before, uint32_t after) const;
  std::string translated(std::string_view key) const;  // public paths as the new interface has them
  KeyMatch match(const std::string& before, const std::string& after) const;
  bool is_gone(std::string_view path) const;  // a module at or above the path was reported
  void report(std::string_view rule, const ApiItem* before, const ApiItem* after, std::string message,
              bool proven = true, std::string note = {});
  SemverChange& change(std::string_view rule, std::string path, std::string message);
  void compare_paths();
  void compare_impls();
  void compare_package();
  void merge_bounds();
  void compare_features();
  void compare_dependencies();
  void compare_condition(const ApiItem& before, const ApiItem& after);
  bool has_default_feature(const SemverPackage& package, std::string_view feature) const;
  // Whether something is missing because it could not be seen.
  bool may_be_unseen(std::string_view path) const;

  // ---- semver_items.cpp: one item and its successor ----
  void compare_item(uint32_t before, uint32_t after);
  void compare_common(const ApiItem& before, const ApiItem& after);
  void compare_function(const ApiItem& before, const ApiItem& after, bool in_trait, bool implementable);
  void compare_return(const ApiItem& before, const ApiItem& after, std::string_view rule, bool generics_changed);
  void compare_generics(const ApiItem& before, const ApiItem& after);
  void compare_predicates(const ApiItem& before, const ApiItem& after, std::string_view rule, bool loosening);
  void compare_struct(uint32_t before, uint32_t after);
  void compare_enum(uint32_t before, uint32_t after);
  void compare_variant(const ApiItem& parent, uint32_t before, uint32_t after);
  void compare_fields(uint32_t before, uint32_t after, std::string_view removed_rule);
  void compare_repr(const ApiItem& before, const ApiItem& after);
  void compare_discriminants(uint32_t before, uint32_t after);
  void compare_trait(uint32_t before, uint32_t after);
  void compare_inherent(uint32_t before, uint32_t after);
  bool is_sealed(const PublicApi& api, const std::vector<Members>& members, uint32_t trait, uint32_t depth) const;
  std::vector<std::string> lost(const std::vector<std::string>& before, const std::vector<std::string>& after) const;

  const SemverSide& before_;
  const SemverSide& after_;
  SemverDiff diff_;
  std::vector<Members> members_before_, members_after_;  // by item
  std::unordered_map<std::string_view, std::vector<uint32_t>> paths_before_, paths_after_;
  std::unordered_map<std::string_view, uint32_t> aliases_after_;
  std::map<std::string, size_t> unseen_;  // paths that are not there, by the module that may have them
  std::vector<std::string> gone_;         // modules that were reported as removed
};

// The last names of all paths in a key.
std::string key_skeleton(std::string_view key);
// A skeleton without what stands between < and >.
std::string key_without_arguments(std::string_view key);
// A key as a person would write it: only the last names of paths.
std::string key_text(std::string_view key);

}  // namespace rp
