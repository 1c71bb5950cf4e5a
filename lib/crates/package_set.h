// The packages that are known so far, and which of them a dependency stands for: through the lock file, or, where that
// says nothing, the best of what is at hand. A package's manifest is read when it is first asked for.
#pragma once

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "crates/crate_graph.h"
#include "crates/package_sources.h"

namespace rp {

inline constexpr uint32_t kNoPackage = UINT32_MAX;

struct KnownPackage {
  PackageNode node;                              // without what the later steps find out
  const manifest::Package* package = nullptr;    // null when it is missing
  const manifest::Manifest* manifest = nullptr;  // likewise
  manifest::LockedPackageId locked;
  bool member = false;
  uint32_t library = UINT32_MAX;     // in package->targets
  std::vector<uint32_t> resolved;    // of each dependency: a package, kNoPackage or kUnasked
  std::vector<uint32_t> name_order;  // the dependencies in byte order of their names

  static constexpr uint32_t kUnasked = UINT32_MAX - 1;
  [[nodiscard]] bool is_proc_macro() const { return library != UINT32_MAX && package->targets[library].proc_macro; }
  // The dependencies of a name: a part of name_order.
  [[nodiscard]] std::span<const uint32_t> dependencies_named(std::string_view name) const;
};

class PackageSet {
 public:
  PackageSet(CrateGraph& graph, manifest::ManifestReader& reader, const manifest::CargoConfig& config,
             std::span<const manifest::PathBase> path_bases, const CrateGraphOptions& options);

  // The members come first, in their order.
  void add_members();
  [[nodiscard]] uint32_t size() const { return static_cast<uint32_t>(packages_.size()); }
  KnownPackage& operator[](uint32_t index) { return packages_[index]; }

  // The package that a dependency stands for, or kNoPackage with a problem.
  uint32_t resolve(uint32_t package, uint32_t dependency);
  // Likewise, but kNoPackage without a problem where the lock file has none for it.
  uint32_t resolve_if_locked(uint32_t package, uint32_t dependency);
  // The packages a missing one depends on, as far as the lock file knows.
  std::vector<uint32_t> locked_dependencies(uint32_t package);

 private:
  uint32_t add(KnownPackage package);
  // Takes a manifest that was read; `package` is one of its packages.
  void fill(KnownPackage& known, const manifest::Workspace& workspace, const manifest::Package& package);
  uint32_t load_folder(const std::string& folder, PackageOrigin origin, std::string_view source);
  uint32_t load_locked(manifest::LockedPackageId id);
  // Reads the packages of the lock file that come from registries, several at once: nearly all are asked for.
  void read_ahead();
  uint32_t load_source(std::string_view name, std::string_view version, std::string_view source);
  uint32_t find_locked_path(const manifest::LockedPackage& locked);
  manifest::LockedPackageId find_in_lock(std::string_view name, std::string_view version,
                                         std::string_view source) const;
  uint32_t resolve_path(KnownPackage& from, const manifest::Dependency& dependency);
  uint32_t locked_edge(const KnownPackage& from, const manifest::Dependency& dependency);
  uint32_t best_at_hand(const KnownPackage& from, const manifest::Dependency& dependency);
  uint32_t patched(const manifest::Dependency& dependency, std::string_view source);
  std::string source_of(const manifest::Dependency& dependency) const;
  bool same_source(const manifest::Dependency& dependency, const PackageSourceId& source) const;
  void find_patches();
  void problem(const KnownPackage& from, const manifest::Dependency& dependency, std::string message, bool missing);

  // A package that [patch], [replace] or `paths` puts in the place of another.
  struct Patch {
    std::string_view name;
    std::string source;  // of what it replaces, as Cargo.lock writes it; empty for any
    std::string folder;  // of a path
  };

  CrateGraph& graph_;
  manifest::ManifestReader& reader_;
  const manifest::CargoConfig& config_;
  manifest::WorkspaceOptions workspace_options_;
  const CrateGraphOptions& options_;
  PackageSources sources_;
  std::deque<KnownPackage> packages_;
  std::unordered_map<std::string, uint32_t> by_folder_;
  std::unordered_map<std::string, uint32_t> by_id_;
  std::unordered_map<std::string, std::vector<uint32_t>> by_name_;
  std::unordered_map<std::string_view, std::vector<manifest::LockedPackageId>> locked_by_name_;
  std::vector<Patch> patches_;
  // What read_ahead found: where each package may be, and the packages in those folders until they are asked for.
  struct Ahead {
    std::vector<PackagePlace> places;
    std::string reason;
  };
  bool read_ahead_ = false;
  std::unordered_map<std::string, Ahead> places_ahead_;                                   // by id
  std::unordered_map<std::string, std::unique_ptr<manifest::Workspace>> packages_ahead_;  // by folder
  bool told_of_lock_ = false;
  bool told_of_limit_ = false;
};

}  // namespace rp
