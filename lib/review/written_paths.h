// Paths as they are written: what `use` declarations of one file make of the first name of a path. Needs no crate, and
// serves where the crate that a path begins with is not there.
#pragma once

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "syntax/tree.h"

namespace rp {

class WrittenPaths {
 public:
  // Reads all `use` and `extern crate` of the file.
  explicit WrittenPaths(const Tree& tree);

  // "tokio::sync::Mutex" for `Mutex` under `use tokio::sync::Mutex`; core and alloc are written std, names of the
  // prelude get their paths. `path` is a node with PathSegments, or a single one. Empty when it begins with something
  // of the file itself, with `crate`, `self`, `super` or `<T>`, or with a name that nothing in the file explains.
  [[nodiscard]] std::string follow(NodeId path) const;
  // Whether names may come by a glob import at a place.
  [[nodiscard]] bool has_globs(NodeId at) const;
  // Whether some path or import of the file begins with a crate's name.
  [[nodiscard]] bool mentions(std::string_view crate) const;

 private:
  struct Import {
    NodeId scope;  // SourceFile, ItemList or Block
    std::vector<std::string_view> path;
  };
  void add_tree(NodeId tree, NodeId scope, std::vector<std::string_view> prefix);
  [[nodiscard]] NodeId scope_of(NodeId node) const;
  [[nodiscard]] bool defined_here(std::string_view name, NodeId scope) const;

  const Tree& tree_;
  std::unordered_multimap<std::string_view, Import> imports_;
  std::unordered_multimap<std::string_view, NodeId> items_;                 // names of items by the scope they stand in
  std::unordered_multimap<uint32_t, std::vector<std::string_view>> globs_;  // by scope
};

// A path of the prelude: "std::vec::Vec" for "Vec"; empty for others.
std::string_view prelude_path(std::string_view name);

}  // namespace rp
