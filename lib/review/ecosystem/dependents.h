// Who needs a package of a lock file, in words.
#pragma once

#include <string>
#include <vector>

#include "manifest/lockfile.h"

namespace rp {

// The packages that depend on each package of a lock file, in the order of the file.
class Dependents {
 public:
  explicit Dependents(const manifest::Lockfile& lock) : lock_(lock), of_(lock.packages.size()) {
    for (uint32_t i = 0; i < lock.packages.size(); ++i)
      for (const manifest::LockedDependency& dependency : lock.packages[i].dependencies)
        if (dependency.package.valid()) of_[dependency.package.value].push_back(i);
  }
  [[nodiscard]] const std::vector<uint32_t>& of(uint32_t package) const { return of_[package]; }
  // "a, b and 3 more"; empty for what nobody depends on.
  [[nodiscard]] std::string names(uint32_t package) const {
    constexpr size_t kShown = 5;
    const std::vector<uint32_t>& all = of_[package];
    std::string text;
    for (size_t i = 0; i < all.size(); ++i) {
      if (i == kShown && all.size() > kShown + 1) return text + " and " + std::to_string(all.size() - i) + " more";
      if (i > 0) text += i + 1 == all.size() ? " and " : ", ";
      text += lock_.packages[all[i]].name.value;
    }
    return text;
  }

 private:
  const manifest::Lockfile& lock_;
  std::vector<std::vector<uint32_t>> of_;
};

}  // namespace rp
