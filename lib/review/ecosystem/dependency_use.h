// Which identifiers the code of a package has, and where: in code that is shipped, in tests, in documentation, in the
// build script. What a dependency is for is asked from it. Text that no crate has with the chosen options (other
// platforms, features that are off) counts as code, so that nothing is called unused for not having been seen.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "review/workspace_rule.h"

namespace rp {

enum NamedIn : uint8_t {
  kInCode = 1,
  kInTests = 2,  // tests, benchmarks, examples, and what stands behind cfg(test)
  kInDocs = 4,   // examples in documentation
  kInBuild = 8,  // the build script
};

class DependencyUse {
 public:
  DependencyUse(const WorkspaceContext& context, const manifest::Package& package);

  // Whether the code of the package was seen at all.
  [[nodiscard]] bool known() const { return known_; }
  // The package is a copy as cargo publishes it: its tests may have stayed at home.
  [[nodiscard]] bool published_copy() const { return published_copy_; }
  // Documentation is made of files that are not Rust: what its examples name is not known.
  [[nodiscard]] bool docs_unknown() {
    read_sources();
    return docs_unknown_;
  }
  // Where the name of a dependency stands, or what macros make of it; NamedIn together. Who asks for `wanted` learns
  // whether any of it holds; what is not needed for that is not looked at.
  [[nodiscard]] uint8_t of(const manifest::Dependency& dependency, uint8_t wanted);
  // The package that a dependency is, or null.
  [[nodiscard]] const PackageNode* package_of(const manifest::Dependency& dependency) const;
  // Whether a feature of the package turns one of the dependency's on, or the dependency itself.
  [[nodiscard]] bool in_features(const manifest::Dependency& dependency, bool of_dependency) const;

 private:
  enum class FileUse : uint8_t { Code, Unseen, Tests, Build };  // the most public first
  void find_crates();
  void add_crates(const CrateNames& names, CrateIndex own, uint8_t where);
  void read_sources();  // those that crates have
  void read_others();   // those of the package that no crate has
  void read_tree(const Tree& tree, FileUse use);
  void read_docs(std::string_view comment);
  void add(std::string_view identifier, uint8_t where) {
    const auto at = identifiers_.find(identifier);
    if (at != identifiers_.end())
      at->second |= where;
    else
      identifiers_.emplace(identifier, where);
  }
  [[nodiscard]] std::string name_of(const manifest::Dependency& dependency, bool* known) const;
  [[nodiscard]] uint8_t resembling(std::string_view package) const;

  const WorkspaceContext& context_;
  const manifest::Package& package_;
  bool known_ = false;
  bool docs_unknown_ = false;
  bool published_copy_ = false;
  bool sources_read_ = false;
  bool others_read_ = false;
  struct File {
    FileUse use;
    CrateIndex crate;
    uint32_t source;
  };
  std::map<std::string, File, std::less<>> files_;  // that crates have, by path
  PackageId node_;
  struct TextHash {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, uint8_t, TextHash, std::equal_to<>> identifiers_;
  std::unordered_map<CrateIndex, uint8_t> crates_;  // that paths lead to, macros included
};

}  // namespace rp
