// Where packages that are not in the workspace may lie: directory sources, cargo's home, folders that the host named.
// The Cargo Book, "Source Replacement", "Cargo Home". Nothing is downloaded: what is not there is missing.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "crates/crate_graph.h"
#include "manifest/cargo_config.h"

namespace rp {

// The source that Cargo.lock writes for crates.io.
inline constexpr std::string_view kCratesIo = "registry+https://github.com/rust-lang/crates.io-index";

// "git+https://host/name?branch=x#0123…" in parts, or "registry+https://…".
struct PackageSourceId {
  std::string_view kind;       // "registry", "sparse", "git"
  std::string_view url;        // without query and fragment
  std::string_view reference;  // "branch", "tag", "rev", or empty
  std::string_view value;      // of the reference
  std::string_view commit;
};
PackageSourceId parse_source(std::string_view source);
bool is_crates_io(const PackageSourceId& source);
// Whether two addresses are the same to cargo: without `.git` and a slash at the end; github.com in small letters.
bool same_url(std::string_view a, std::string_view b);

// A folder in which a package should be; whether it is, only its manifest can tell.
struct PackagePlace {
  std::string folder;
  PackageOrigin origin;
};

class PackageSources {
 public:
  PackageSources(manifest::ManifestReader& reader, const manifest::CargoConfig& config,
                 const CrateGraphOptions& options)
      : reader_(reader), config_(config), options_(options) {}

  // The folders that have a manifest and may be it, the likeliest first. `reason` says what was looked for.
  std::vector<PackagePlace> places(std::string_view name, std::string_view version, std::string_view source,
                                   std::string* reason);
  // The versions of which there are folders, in no order.
  std::vector<std::string> versions(std::string_view name, std::string_view source);
  // The sources of a repository that are checked out, as Cargo.lock writes them, but for the commit, which is short.
  std::vector<std::string> checkouts(std::string_view url);

 private:
  // The folders in which packages of a source lie beside each other.
  struct Shelf {
    std::string folder;
    PackageOrigin origin;
  };
  std::vector<Shelf> shelves(const PackageSourceId& source, std::string* reason);
  const manifest::ConfigSource* replacement(const PackageSourceId& source) const;
  void add_registry_shelves(std::string_view url, std::vector<Shelf>* out, std::string* reason);
  void add_checkouts(const PackageSourceId& source, std::vector<std::string>* out);
  // The names of the folders in a folder, sorted.
  const std::vector<std::string>& folders_in(const std::string& folder);
  // The folders below one that hold a package of this name; the first look reads all manifests there.
  std::vector<std::string> packages_below(const std::string& folder, std::string_view name, bool deep);
  bool has_manifest(const std::string& folder);

  manifest::ManifestReader& reader_;
  const manifest::CargoConfig& config_;
  const CrateGraphOptions& options_;
  std::map<std::string, std::vector<std::string>, std::less<>> listed_;
  std::map<std::string, std::map<std::string, std::vector<std::string>, std::less<>>, std::less<>> by_name_;
};

}  // namespace rp
