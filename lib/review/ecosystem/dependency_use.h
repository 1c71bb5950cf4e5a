// Which identifiers the code of a package has, and where: in code that is shipped, in tests, in documentation, in the
// build script. What a dependency is for is asked from it. Text that no crate has with the chosen options (other
// platforms, features that are off) counts as code, so that nothing is called unused for not having been seen.
#pragma once

#include <cstdint>
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
  // Documentation is made of files that are not Rust: what its examples name is not known.
  [[nodiscard]] bool docs_unknown() const { return docs_unknown_; }
  // Where the name of a dependency stands, or what macros make of it; NamedIn together.
  [[nodiscard]] uint8_t of(const manifest::Dependency& dependency) const;
  // The package that a dependency is, or null.
  [[nodiscard]] const PackageNode* package_of(const manifest::Dependency& dependency) const;
  // Whether a feature of the package turns one of the dependency's on, or the dependency itself.
  [[nodiscard]] bool in_features(const manifest::Dependency& dependency, bool of_dependency) const;

 private:
  enum class FileUse : uint8_t { Code, Tests, Build, Unseen };
  void find_crates();
  void read_tree(const Tree& tree, FileUse use);
  void read_docs(std::string_view comment);
  void add(std::string_view identifier, uint8_t where) { identifiers_[std::string(identifier)] |= where; }
  [[nodiscard]] std::string name_of(const manifest::Dependency& dependency, bool* known) const;
  [[nodiscard]] uint8_t resembling(std::string_view package) const;

  const WorkspaceContext& context_;
  const manifest::Package& package_;
  bool known_ = false;
  bool docs_unknown_ = false;
  PackageId node_;
  std::unordered_map<std::string, uint8_t> identifiers_;
  std::unordered_map<CrateIndex, uint8_t> crates_;  // that paths lead to, macros included
};

}  // namespace rp
