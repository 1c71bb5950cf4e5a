#include "crates/package_sources.h"

#include <algorithm>
#include <iterator>

#include "manifest/manifest.h"
#include "manifest/semver.h"

namespace rp {
namespace {

using manifest::ConfigSource;
using manifest::FolderEntry;
using manifest::join_path;
using manifest::PathKind;

// How many folders one search for packages may list.
constexpr uint32_t kMaxSearchedFolders = 20'000;

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
std::string lowered(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(), lower);
  return out;
}

std::string canonical_url(std::string_view url) {
  while (url.ends_with('/')) url.remove_suffix(1);
  std::string out = url.find("://github.com/") == std::string_view::npos ? std::string(url) : lowered(url);
  if (out.ends_with(".git")) out.resize(out.size() - 4);
  return out;
}

std::string_view host_of(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos) return {};
  url.remove_prefix(scheme + 3);
  url = url.substr(0, url.find('/'));
  if (const size_t user = url.find('@'); user != std::string_view::npos) url.remove_prefix(user + 1);
  return url.substr(0, url.find(':'));
}

std::string_view without_kind(std::string_view index) {
  for (const std::string_view kind : {"registry+", "sparse+"}) {
    if (index.starts_with(kind)) return index.substr(kind.size());
  }
  return index;
}

// What cargo calls its folders for crates.io by: the sparse index, and the older one that git serves.
constexpr std::string_view kCratesIoHosts[] = {"index.crates.io", "github.com"};

// The folder of a registry is its host, a dash, and a number.
bool is_folder_of(std::string_view folder, std::string_view host) {
  return folder.size() > host.size() && folder.starts_with(host) && folder[host.size()] == '-' &&
         folder.find('-', host.size() + 1) == std::string_view::npos;
}

}  // namespace

PackageSourceId parse_source(std::string_view source) {
  PackageSourceId out;
  const size_t plus = source.find('+');
  if (plus != std::string_view::npos) {
    out.kind = source.substr(0, plus);
    source.remove_prefix(plus + 1);
  }
  if (const size_t hash = source.rfind('#'); hash != std::string_view::npos) {
    out.commit = source.substr(hash + 1);
    source = source.substr(0, hash);
  }
  const size_t query = source.find('?');
  out.url = source.substr(0, query);
  std::string_view rest = query == std::string_view::npos ? std::string_view() : source.substr(query + 1);
  while (!rest.empty()) {
    const std::string_view part = rest.substr(0, rest.find('&'));
    rest.remove_prefix(std::min(part.size() + 1, rest.size()));
    const size_t equals = part.find('=');
    if (equals == std::string_view::npos) continue;
    const std::string_view key = part.substr(0, equals);
    if (key != "branch" && key != "tag" && key != "rev") continue;
    out.reference = key;
    out.value = part.substr(equals + 1);
  }
  return out;
}

bool same_url(std::string_view a, std::string_view b) { return a == b || canonical_url(a) == canonical_url(b); }

bool is_crates_io(const PackageSourceId& source) {
  return same_url(source.url, parse_source(kCratesIo).url) || host_of(source.url) == kCratesIoHosts[0];
}

const ConfigSource* PackageSources::replacement(const PackageSourceId& source) const {
  if (source.kind != "git" && is_crates_io(source)) return config_.replacement_of("crates-io");
  for (const ConfigSource& each : config_.sources) {
    if (source.kind == "git") {
      if (!each.git || !same_url(each.git.value, source.url)) continue;
      const auto agrees = [&](const manifest::ConfigText& text, std::string_view reference) {
        return source.reference == reference ? text.value == source.value : !text;
      };
      if (!agrees(each.branch, "branch") || !agrees(each.tag, "tag") || !agrees(each.rev, "rev")) continue;
    } else if (!each.registry || !same_url(without_kind(each.registry.value), source.url)) {
      continue;
    }
    return config_.replacement_of(each.name);
  }
  for (const manifest::ConfigRegistry& each : config_.registries) {
    if (source.kind != "git" && same_url(without_kind(each.index.value), source.url))
      return config_.replacement_of(each.name);
  }
  return nullptr;
}

const std::vector<std::string>& PackageSources::folders_in(const std::string& folder) {
  const auto [at, added] = listed_.try_emplace(folder);
  if (added) {
    for (FolderEntry& each : reader_.list(folder)) {
      // A symbolic link may lead to a folder.
      if (each.kind == PathKind::Folder || each.kind == PathKind::Other) at->second.push_back(std::move(each.name));
    }
    std::sort(at->second.begin(), at->second.end());
  }
  return at->second;
}

bool PackageSources::has_manifest(const std::string& folder) {
  return reader_.kind(join_path(folder, "Cargo.toml")) == PathKind::File;
}

void PackageSources::add_registry_shelves(std::string_view url, std::vector<Shelf>* out, std::string* reason) {
  if (options_.cargo_home.empty()) {
    *reason += "; cargo's home is not known";
    return;
  }
  const std::string src = join_path(options_.cargo_home, "registry/src");
  std::vector<std::string_view> hosts = {host_of(url)};
  const PackageSourceId id{"registry", url, {}, {}, {}};
  if (is_crates_io(id)) hosts.assign(std::begin(kCratesIoHosts), std::end(kCratesIoHosts));
  for (const std::string_view host : hosts) {
    for (const std::string& each : folders_in(src)) {
      if (is_folder_of(each, host)) out->push_back({join_path(src, each), PackageOrigin::Registry});
    }
  }
  *reason += "; not in " + src;
}

std::vector<PackageSources::Shelf> PackageSources::shelves(const PackageSourceId& source, std::string* reason) {
  std::vector<Shelf> out;
  const ConfigSource* replaced = replacement(source);
  if (replaced != nullptr && replaced->directory) {
    out.push_back({replaced->directory.path, PackageOrigin::Vendored});
    *reason += "; not in " + replaced->directory.path;
  } else if (replaced != nullptr && replaced->local_registry) {
    *reason += "; its source is replaced by a local registry, whose archives are not read";
  } else if (source.kind != "git") {
    const bool elsewhere = replaced != nullptr && replaced->registry;
    add_registry_shelves(elsewhere ? without_kind(replaced->registry.value) : source.url, &out, reason);
  }
  return out;
}

void PackageSources::add_checkouts(const PackageSourceId& source, std::vector<std::string>* out) {
  if (options_.cargo_home.empty()) return;
  const std::string root = join_path(options_.cargo_home, "git/checkouts");
  const std::string url = canonical_url(source.url);
  const std::string name = lowered(std::string_view(url).substr(url.rfind('/') + 1));
  for (const std::string& each : folders_in(root)) {
    const size_t dash = each.rfind('-');
    if (dash == std::string::npos || lowered(std::string_view(each).substr(0, dash)) != name) continue;
    const std::string repository = join_path(root, each);
    for (const std::string& commit : folders_in(repository)) {
      if (commit.size() >= 7 && (source.commit.empty() || source.commit.starts_with(commit)))
        out->push_back(join_path(repository, commit));
    }
  }
}

std::vector<std::string> PackageSources::packages_below(const std::string& folder, std::string_view name, bool deep) {
  const auto [at, added] = by_name_.try_emplace(folder);
  if (added) {
    std::vector<std::string> waiting = {folder};
    for (size_t next = 0; next < waiting.size(); ++next) {
      const std::string here = waiting[next];  // a copy: the list grows
      Cancellation::poll(options_.cancellation);
      std::string text;
      if (has_manifest(here) && reader_.read(join_path(here, "Cargo.toml"), &text)) {
        const manifest::Manifest read = manifest::read_manifest(std::move(text), join_path(here, "Cargo.toml"));
        if (read.package) at->second[std::string(read.package->name.value)].push_back(here);
      }
      if (!deep && next > 0) continue;
      std::vector<std::string> below;
      for (FolderEntry& each : reader_.list(here)) {
        const bool fits = each.kind == PathKind::Folder || (!deep && each.kind == PathKind::Other);
        if (fits && !each.name.starts_with('.') && each.name != "target") below.push_back(std::move(each.name));
      }
      std::sort(below.begin(), below.end());
      for (const std::string& each : below) {
        if (waiting.size() < kMaxSearchedFolders) waiting.push_back(join_path(here, each));
      }
    }
  }
  const auto found = at->second.find(name);
  return found == at->second.end() ? std::vector<std::string>() : found->second;
}

std::vector<PackagePlace> PackageSources::places(std::string_view name, std::string_view version,
                                                 std::string_view source, std::string* reason) {
  const PackageSourceId id = parse_source(source);
  std::vector<PackagePlace> out;
  *reason = version.empty() ? std::string(name) : std::string(name) + " " + std::string(version);
  std::vector<Shelf> shelves = this->shelves(id, reason);
  if (shelves.empty() && id.kind == "git") {
    std::vector<std::string> checkouts;
    add_checkouts(id, &checkouts);
    for (const std::string& each : checkouts) {
      for (std::string& folder : packages_below(each, name, true))
        out.push_back({std::move(folder), PackageOrigin::Git});
    }
    *reason += options_.cargo_home.empty() ? "; cargo's home is not known"
                                           : "; not in " + join_path(options_.cargo_home, "git/checkouts");
  }
  for (const NamedSource& each : options_.sources) {
    if (!each.package.empty() && each.package != name) continue;
    if (!each.package.empty() && has_manifest(each.folder)) out.push_back({each.folder, PackageOrigin::Named});
    shelves.push_back({each.folder, PackageOrigin::Named});
    *reason += "; not in " + each.folder;
  }
  const std::string long_name = std::string(name) + "-" + std::string(version);
  for (const Shelf& shelf : shelves) {
    bool found = false;
    for (const std::string& folder : {join_path(shelf.folder, long_name), join_path(shelf.folder, name)}) {
      if (!has_manifest(folder)) continue;
      out.push_back({folder, shelf.origin});
      found = true;
    }
    if (found || shelf.origin == PackageOrigin::Registry) continue;
    // In a directory source the folders may have any names.
    for (std::string& folder : packages_below(shelf.folder, name, false))
      out.push_back({std::move(folder), shelf.origin});
  }
  return out;
}

std::vector<std::string> PackageSources::versions(std::string_view name, std::string_view source) {
  std::string reason;
  std::vector<Shelf> shelves = this->shelves(parse_source(source), &reason);
  for (const NamedSource& each : options_.sources) {
    if (each.package.empty() || each.package == name) shelves.push_back({each.folder, PackageOrigin::Named});
  }
  std::vector<std::string> out;
  const std::string prefix = std::string(name) + "-";
  for (const Shelf& shelf : shelves) {
    const std::vector<std::string>& folders = folders_in(shelf.folder);
    for (auto at = std::lower_bound(folders.begin(), folders.end(), prefix);
         at != folders.end() && at->starts_with(prefix); ++at) {
      const std::string_view version = std::string_view(*at).substr(prefix.size());
      if (manifest::parse_version(version)) out.emplace_back(version);
    }
    if (shelf.origin == PackageOrigin::Registry) continue;
    for (const std::string& path :
         {join_path(shelf.folder, std::string(name) + "/Cargo.toml"), join_path(shelf.folder, "Cargo.toml")}) {
      std::string text;
      if (reader_.kind(path) != PathKind::File || !reader_.read(path, &text)) continue;
      const manifest::Manifest read = manifest::read_manifest(std::move(text), path);
      const bool same = read.package && read.package->name.value == name;
      if (same && read.package->version) out.push_back(to_string(read.package->version.value));
    }
  }
  return out;
}

std::vector<std::string> PackageSources::checkouts(std::string_view url) {
  std::vector<std::string> folders, out;
  add_checkouts({"git", url, {}, {}, {}}, &folders);
  for (const std::string& each : folders)
    out.push_back("git+" + std::string(url) + "#" + each.substr(each.rfind('/') + 1));
  return out;
}

}  // namespace rp
