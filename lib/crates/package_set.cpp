#include "crates/package_set.h"

#include <algorithm>
#include <memory>
#include <numeric>
#include <optional>

#include "base/worker_pool.h"

namespace rp {
namespace {

using manifest::Dependency;
using manifest::join_path;
using manifest::LockedPackage;
using manifest::LockedPackageId;
using manifest::SourceKind;
using manifest::VersionReq;

std::string id_of(std::string_view name, std::string_view version, std::string_view source) {
  return std::string(name).append(" ").append(version).append(" ").append(source);
}

// What fits any version where nothing is written or it cannot be read.
VersionReq requirement_of(const Dependency& dependency) {
  if (dependency.requirement.empty()) return {};
  return manifest::parse_version_req(dependency.requirement).value_or(VersionReq());
}

// `*` takes no pre-releases; a dependency without a requirement takes all.
bool fits(const Dependency& dependency, const VersionReq& req, const manifest::Version& version) {
  return dependency.requirement.empty() || req.matches(version);
}

bool is_path_like(const KnownPackage& known) {
  return known.node.origin == PackageOrigin::Member || known.node.origin == PackageOrigin::Path ||
         known.node.origin == PackageOrigin::Git;
}

std::string with_kind(std::string_view index) {
  if (index.starts_with("sparse+") || index.starts_with("registry+")) return std::string(index);
  return "registry+" + std::string(index);
}

}  // namespace

std::span<const uint32_t> KnownPackage::dependencies_named(std::string_view name) const {
  const auto name_of = [this](uint32_t index) { return package->dependencies[index].name; };
  const auto first = std::lower_bound(name_order.begin(), name_order.end(), name,
                                      [&](uint32_t index, std::string_view n) { return name_of(index) < n; });
  auto last = first;
  while (last != name_order.end() && name_of(*last) == name) ++last;
  return {first, last};
}

PackageSet::PackageSet(CrateGraph& graph, manifest::ManifestReader& reader, const manifest::CargoConfig& config,
                       std::span<const manifest::PathBase> path_bases, const CrateGraphOptions& options)
    : graph_(graph), reader_(reader), config_(config), options_(options), sources_(reader, config, options) {
  workspace_options_.path_bases = path_bases;
  if (graph_.lockfile == nullptr) return;
  for (uint32_t i = 0; i < graph_.lockfile->packages.size(); ++i)
    locked_by_name_[graph_.lockfile->packages[i].name.value].push_back(LockedPackageId(i));
}

uint32_t PackageSet::add(KnownPackage package) {
  const auto index = static_cast<uint32_t>(packages_.size());
  by_name_[package.node.name].push_back(index);
  packages_.push_back(std::move(package));
  return index;
}

void PackageSet::fill(KnownPackage& known, const manifest::Workspace& workspace, const manifest::Package& package) {
  known.package = &package;
  known.manifest = &workspace.manifests[package.manifest];
  PackageNode& node = known.node;
  node.name = package.name;
  node.version = to_string(package.version);
  node.folder = package.folder;
  node.manifest_path = known.manifest->path;
  for (uint32_t i = 0; i < package.targets.size(); ++i) {
    const manifest::Target& target = package.targets[i];
    if (target.kind == manifest::TargetKind::Lib) known.library = i;
    if (target.kind == manifest::TargetKind::BuildScript) node.has_build_script = true;
  }
  node.is_proc_macro = known.is_proc_macro();
  known.resolved.assign(package.dependencies.size(), KnownPackage::kUnasked);
  known.name_order.resize(package.dependencies.size());
  std::iota(known.name_order.begin(), known.name_order.end(), 0U);
  std::stable_sort(known.name_order.begin(), known.name_order.end(),
                   [&](uint32_t a, uint32_t b) { return package.dependencies[a].name < package.dependencies[b].name; });
}

LockedPackageId PackageSet::find_in_lock(std::string_view name, std::string_view version,
                                         std::string_view source) const {
  const auto found = locked_by_name_.find(name);
  if (found == locked_by_name_.end()) return {};
  LockedPackageId other_version;
  uint32_t others = 0;
  for (const LockedPackageId id : found->second) {
    const LockedPackage& each = graph_.lockfile->packages[id.value];
    if (each.source.value != source) continue;
    if (each.version_text.value == version) return id;
    other_version = id;
    ++others;
  }
  // The version of a package of the workspace may have changed since the file was written.
  return others == 1 ? other_version : LockedPackageId();
}

void PackageSet::add_members() {
  for (const manifest::Package& package : graph_.workspace.packages) {
    KnownPackage known;
    known.member = true;
    known.node.origin = PackageOrigin::Member;
    fill(known, graph_.workspace, package);
    known.locked = find_in_lock(known.node.name, known.node.version, {});
    const std::string folder = known.node.folder;
    by_folder_.emplace(folder, add(std::move(known)));
  }
  find_patches();
}

void PackageSet::find_patches() {
  const auto source_text = [this](std::string_view written) {
    if (written == "crates-io") return std::string(kCratesIo);
    for (const manifest::ConfigRegistry& each : config_.registries) {
      if (each.name == written) return with_kind(each.index.value);
    }
    return std::string(written);
  };
  if (!graph_.workspace.manifests.empty()) {
    const manifest::Manifest& root = graph_.workspace.manifests.front();
    const std::string_view folder = manifest::path_parent(root.path);
    const auto add_patch = [&](const manifest::DependencyEntry& entry, std::string source) {
      Patch patch;
      patch.name = entry.package ? entry.package.value : entry.name.value;
      patch.source = std::move(source);
      if (entry.path) patch.folder = join_path(folder, entry.path.value);
      patches_.push_back(std::move(patch));
    };
    for (const manifest::PatchEntry& each : root.patches)
      add_patch(root.patch_dependencies[each.dependency.value], source_text(each.source.value));
    for (const manifest::ReplaceEntry& each : root.replacements)
      add_patch(root.patch_dependencies[each.dependency.value], {});
  }
  for (const manifest::ConfigPatch& each : config_.patches) {
    const manifest::DependencyEntry& entry = each.dependency;
    patches_.push_back(
        {entry.package ? entry.package.value : entry.name.value, source_text(each.source.value), each.path});
  }
}

uint32_t PackageSet::load_folder(const std::string& folder, PackageOrigin origin, std::string_view source) {
  if (const auto known = by_folder_.find(folder); known != by_folder_.end()) return known->second;
  Cancellation::poll(options_.cancellation);
  const bool of_registry = origin == PackageOrigin::Vendored || origin == PackageOrigin::Registry;
  std::unique_ptr<manifest::Workspace> workspace;
  if (const auto ahead = packages_ahead_.find(folder); of_registry && ahead != packages_ahead_.end())
    workspace = std::move(ahead->second);
  if (workspace == nullptr)
    workspace = std::make_unique<manifest::Workspace>(
        manifest::load_package(join_path(folder, "Cargo.toml"), reader_, !of_registry, workspace_options_));
  if (workspace->packages.empty()) {
    by_folder_.emplace(folder, kNoPackage);
    return kNoPackage;
  }
  KnownPackage known;
  known.node.origin = origin;
  known.node.source = source;
  fill(known, *workspace, workspace->packages.front());
  known.locked = find_in_lock(known.node.name, known.node.version, source);
  graph_.foreign_workspaces.push_back(std::move(workspace));
  const uint32_t index = add(std::move(known));
  by_folder_.emplace(folder, index);
  return index;
}

void PackageSet::read_ahead() {
  constexpr size_t kMaxAhead = 5'000;
  read_ahead_ = true;
  if (graph_.lockfile == nullptr || options_.threads == 1) return;
  std::vector<std::string> folders;
  std::vector<std::unique_ptr<manifest::Workspace>*> slots;
  for (const LockedPackage& locked : graph_.lockfile->packages) {
    if (places_ahead_.size() >= kMaxAhead) break;  // the rest is looked for when it is asked for
    const std::string_view source = locked.source.value;
    if (source.empty() || parse_source(source).kind == "git") continue;
    Ahead& ahead = places_ahead_[id_of(locked.name.value, locked.version_text.value, source)];
    if (!ahead.reason.empty()) continue;
    ahead.places = sources_.places(locked.name.value, locked.version_text.value, source, &ahead.reason);
    if (ahead.places.empty()) continue;
    const PackagePlace& place = ahead.places.front();
    if (place.origin != PackageOrigin::Vendored && place.origin != PackageOrigin::Registry) continue;
    const auto [slot, added] = packages_ahead_.emplace(place.folder, nullptr);
    if (!added) continue;
    folders.push_back(place.folder);
    slots.push_back(&slot->second);
  }
  const auto read = [&](size_t i, uint32_t) {
    *slots[i] = std::make_unique<manifest::Workspace>(
        manifest::load_package(join_path(folders[i], "Cargo.toml"), reader_, false, workspace_options_));
  };
  const auto always = [](size_t, size_t) { return true; };
  run_work(folders.size(), {.threads = options_.threads, .cancellation = options_.cancellation}, read, always);
}

uint32_t PackageSet::load_source(std::string_view name, std::string_view version, std::string_view source) {
  const auto [at, added] = by_id_.emplace(id_of(name, version, source), kNoPackage);
  if (!added) return at->second;
  if (!read_ahead_) read_ahead();
  Ahead found;
  if (const auto ahead = places_ahead_.find(at->first); ahead != places_ahead_.end())
    found = std::move(ahead->second);
  else
    found.places = sources_.places(name, version, source, &found.reason);
  for (const PackagePlace& place : found.places) {
    const uint32_t index = load_folder(place.folder, place.origin, source);
    if (index == kNoPackage || packages_[index].node.name != name || packages_[index].node.version != version) continue;
    if (packages_[index].node.source != source) continue;
    at->second = index;
    return index;
  }
  KnownPackage known;
  known.node.name = name;
  known.node.version = version;
  known.node.source = source;
  known.node.missing_reason = std::move(found.reason);
  known.locked = find_in_lock(name, version, source);
  return at->second = add(std::move(known));
}

// A package without a source is one that was met already, or one that a patch names.
uint32_t PackageSet::find_locked_path(const LockedPackage& locked) {
  const std::string name(locked.name.value);
  const auto find = [&](bool same_version) {
    for (const uint32_t index : by_name_[name]) {
      const PackageNode& node = packages_[index].node;
      if (node.source.empty() && (!same_version || node.version == locked.version_text.value)) return index;
    }
    return kNoPackage;
  };
  if (const uint32_t index = find(true); index != kNoPackage) return index;
  for (const Patch& patch : patches_) {
    if (patch.name != name || patch.folder.empty()) continue;
    const uint32_t index = load_folder(patch.folder, PackageOrigin::Path, {});
    if (index != kNoPackage && packages_[index].node.version == locked.version_text.value) return index;
  }
  for (const manifest::ConfigPath& path : config_.paths) {
    const uint32_t index = load_folder(path.path, PackageOrigin::Path, {});
    if (index != kNoPackage && packages_[index].node.name == name) return index;
  }
  return find(false);
}

uint32_t PackageSet::load_locked(LockedPackageId id) {
  const LockedPackage& locked = graph_.lockfile->packages[id.value];
  if (!locked.source.value.empty())
    return load_source(locked.name.value, locked.version_text.value, locked.source.value);
  if (const uint32_t index = find_locked_path(locked); index != kNoPackage) return index;
  const auto [at, added] = by_id_.emplace(id_of(locked.name.value, locked.version_text.value, {}), kNoPackage);
  if (!added) return at->second;
  KnownPackage known;
  known.node.name = locked.name.value;
  known.node.version = locked.version_text.value;
  known.node.missing_reason =
      known.node.name + " " + known.node.version + " has no source in Cargo.lock, and no path leads to it";
  known.locked = id;
  return at->second = add(std::move(known));
}

std::string PackageSet::source_of(const Dependency& dependency) const {
  if (dependency.source == SourceKind::Git) {
    std::string out = "git+" + std::string(dependency.location);
    if (!dependency.branch.empty()) return out + "?branch=" + std::string(dependency.branch);
    if (!dependency.tag.empty()) return out + "?tag=" + std::string(dependency.tag);
    if (!dependency.rev.empty()) return out + "?rev=" + std::string(dependency.rev);
    return out;
  }
  if (dependency.source == SourceKind::Path) return {};
  if (!dependency.location.empty()) return with_kind(dependency.location);
  if (dependency.registry.empty() || dependency.registry == "crates-io") return std::string(kCratesIo);
  for (const manifest::ConfigRegistry& each : config_.registries) {
    if (each.name == dependency.registry) return with_kind(each.index.value);
  }
  return {};
}

bool PackageSet::same_source(const Dependency& dependency, const PackageSourceId& source) const {
  const std::string text = source_of(dependency);
  if (text.empty()) return source.kind.empty();
  const PackageSourceId wanted = parse_source(text);
  if (is_crates_io(wanted)) return is_crates_io(source);
  if ((wanted.kind == "git") != (source.kind == "git") || !same_url(wanted.url, source.url)) return false;
  return wanted.kind != "git" || (wanted.reference == source.reference && wanted.value == source.value);
}

// The lock file lists what a package depends on; several of one name are told apart by version and source.
uint32_t PackageSet::locked_edge(const KnownPackage& from, const Dependency& dependency) {
  if (!from.locked.valid()) return kNoPackage;
  const VersionReq req = requirement_of(dependency);
  LockedPackageId other;
  for (const manifest::LockedDependency& edge : graph_.lockfile->packages[from.locked.value].dependencies) {
    if (edge.name != dependency.package || !edge.package.valid()) continue;
    const LockedPackage& to = graph_.lockfile->packages[edge.package.value];
    if (!fits(dependency, req, to.version)) continue;
    const LockedPackageId chosen = to.replacement.valid() ? to.replacement : edge.package;
    if (same_source(dependency, parse_source(to.source.value))) return load_locked(chosen);
    if (!other.valid()) other = chosen;  // by a patch
  }
  return other.valid() ? load_locked(other) : kNoPackage;
}

uint32_t PackageSet::resolve_path(KnownPackage& from, const Dependency& dependency) {
  if (dependency.location.empty()) {
    problem(from, dependency, "the folder of the dependency " + std::string(dependency.name) + " is not known", true);
    return kNoPackage;
  }
  const bool member_like = from.node.origin != PackageOrigin::Git;
  const std::string folder(dependency.location);
  const uint32_t index = load_folder(folder, member_like ? PackageOrigin::Path : PackageOrigin::Git, from.node.source);
  if (index != kNoPackage && packages_[index].node.name == dependency.package) return index;
  const std::string id = "path " + folder + " " + std::string(dependency.package);
  const auto [at, added] = by_id_.emplace(id, kNoPackage);
  if (!added) return at->second;
  KnownPackage known;
  known.node.name = dependency.package;
  known.node.missing_reason = "there is no package " + known.node.name + " in " + folder;
  return at->second = add(std::move(known));
}

uint32_t PackageSet::patched(const Dependency& dependency, std::string_view source) {
  const VersionReq req = requirement_of(dependency);
  for (const Patch& patch : patches_) {
    if (patch.name != dependency.package || patch.folder.empty() || patch.source.empty()) continue;
    const PackageSourceId of = parse_source(patch.source);
    const PackageSourceId wanted = parse_source(source);
    if (!same_url(of.url, wanted.url) && !(is_crates_io(of) && is_crates_io(wanted))) continue;
    const uint32_t index = load_folder(patch.folder, PackageOrigin::Path, {});
    if (index != kNoPackage && packages_[index].package != nullptr &&
        fits(dependency, req, packages_[index].package->version))
      return index;
  }
  return kNoPackage;
}

// Without the lock file's word: a patch, a version that is in use already, or the highest of what is there.
uint32_t PackageSet::best_at_hand(const KnownPackage& from, const Dependency& dependency) {
  const std::string source = source_of(dependency);
  if (source.empty()) return kNoPackage;
  const VersionReq req = requirement_of(dependency);
  if (const uint32_t index = patched(dependency, source); index != kNoPackage) return index;
  const bool git = dependency.source == SourceKind::Git;
  std::string best, best_source = source;
  const auto take = [&](std::string_view text, std::string_view where) {
    const std::optional<manifest::Version> version = manifest::parse_version(text);
    if (!version || !fits(dependency, req, *version)) return;
    if (!best.empty() && compare(*manifest::parse_version(best), *version) >= 0) return;
    best = text;
    best_source = where;
  };
  if (graph_.lockfile != nullptr) {
    const auto locked = locked_by_name_.find(dependency.package);
    if (locked != locked_by_name_.end()) {
      for (const LockedPackageId id : locked->second) {
        const LockedPackage& each = graph_.lockfile->packages[id.value];
        if (same_source(dependency, parse_source(each.source.value))) take(each.version_text.value, each.source.value);
      }
    }
  }
  const std::vector<uint32_t> same_name = by_name_[std::string(dependency.package)];
  for (const uint32_t index : same_name) {
    const PackageNode& node = packages_[index].node;
    if (node.origin != PackageOrigin::Missing && same_source(dependency, parse_source(node.source)))
      take(node.version, node.source);
  }
  if (best.empty() && !git) {
    for (const std::string& version : sources_.versions(dependency.package, source)) take(version, source);
  }
  if (best.empty() && git) {
    const std::vector<std::string> found = sources_.checkouts(parse_source(source).url);
    std::string reason;
    if (found.size() == 1) {
      for (const PackagePlace& place : sources_.places(dependency.package, {}, found.front(), &reason)) {
        const uint32_t index = load_folder(place.folder, place.origin, source);
        if (index != kNoPackage && packages_[index].node.name == dependency.package) return index;
      }
    }
  }
  (void)from;
  return load_source(dependency.package, best, best_source);
}

void PackageSet::problem(const KnownPackage& from, const Dependency& dependency, std::string message, bool missing) {
  GraphProblem out;
  out.path = from.manifest->path;
  if (dependency.written.valid()) out.span = from.manifest->dependencies[dependency.written.value].span;
  out.message = std::move(message);
  out.missing = missing;
  graph_.problems.push_back(std::move(out));
}

uint32_t PackageSet::resolve_if_locked(uint32_t package, uint32_t dependency) {
  KnownPackage& from = packages_[package];
  uint32_t& known = from.resolved[dependency];
  if (known != KnownPackage::kUnasked) return known;
  if (packages_.size() >= options_.max_packages) {
    if (!told_of_limit_) problem(from, from.package->dependencies[dependency], "the graph has too many packages", true);
    told_of_limit_ = true;
    return known = kNoPackage;
  }
  const Dependency& wanted = from.package->dependencies[dependency];
  if (wanted.source == SourceKind::Path && is_path_like(from)) return known = resolve_path(from, wanted);
  const uint32_t found = locked_edge(from, wanted);
  if (found != kNoPackage) known = found;
  return found;
}

uint32_t PackageSet::resolve(uint32_t package, uint32_t dependency) {
  if (const uint32_t found = resolve_if_locked(package, dependency); found != kNoPackage) return found;
  KnownPackage& from = packages_[package];
  if (from.resolved[dependency] != KnownPackage::kUnasked) return kNoPackage;
  const Dependency& wanted = from.package->dependencies[dependency];
  const uint32_t found = best_at_hand(from, wanted);
  from.resolved[dependency] = found;
  if (graph_.lockfile != nullptr) {
    std::string message =
        "Cargo.lock has no package for the dependency " + std::string(wanted.name) + " of " + from.node.name;
    if (found != kNoPackage && packages_[found].package != nullptr)
      message += "; " + packages_[found].node.version + " was taken";
    problem(from, wanted, std::move(message), found == kNoPackage);
  } else if (!told_of_lock_) {
    told_of_lock_ = true;
    GraphProblem out;
    out.path = graph_.workspace.root_manifest;
    out.message = "there is no Cargo.lock beside it: of each dependency the highest version at hand was taken";
    graph_.problems.push_back(std::move(out));
  }
  return found;
}

std::vector<uint32_t> PackageSet::locked_dependencies(uint32_t package) {
  std::vector<uint32_t> out;
  const LockedPackageId locked = packages_[package].locked;
  if (!locked.valid()) return out;
  for (const manifest::LockedDependency& edge : graph_.lockfile->packages[locked.value].dependencies) {
    if (edge.package.valid() && packages_.size() < options_.max_packages) out.push_back(load_locked(edge.package));
  }
  return out;
}

}  // namespace rp
