#include "crates/packaged_workspace.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace rp {
namespace {

bool is_manifest(std::string_view path) { return file_name(path) == "Cargo.toml"; }

}  // namespace

PackagedWorkspace::PackagedWorkspace(const WorkspaceOptions& options) : sources_(options) { adopt(read_manifests()); }

PackagedWorkspace::PackagedWorkspace(const std::string& path, const WorkspaceOptions& options)
    : sources_(path, options) {
  adopt(read_manifests());
}

PackagedWorkspace::State PackagedWorkspace::read_manifests() const {
  State state;
  state.manifests = std::make_unique<FilePackages>(
      sources_.root(), sources_.top(), options().edition,
      [this](const std::string& path, std::string* out) { return sources_.read_text(path, kManifestLimit, out); });
  state.packages.reserve(files().size());
  // The package of a linked file is the one it is linked into.
  for (const WorkspaceFile& file : files())
    state.packages.push_back(state.manifests->of_folder(parent_path(file.path)));
  state.unread = list_unread(*state.manifests);
  return state;
}

std::vector<Unread> PackagedWorkspace::list_unread(const FilePackages& manifests) const {
  std::vector<Unread> all = manifests.problems();
  all.insert(all.end(), sources_.unread().begin(), sources_.unread().end());
  std::sort(all.begin(), all.end(),
            [](const Unread& a, const Unread& b) { return std::tie(a.path, a.reason) < std::tie(b.path, b.reason); });
  return all;
}

void PackagedWorkspace::adopt(State state) {
  manifests_ = std::move(state.manifests);
  packages_ = std::move(state.packages);
  unread_ = std::move(state.unread);
}

size_t PackagedWorkspace::position_of(std::string_view path) const {
  const auto at = std::lower_bound(files().begin(), files().end(), path,
                                   [](const WorkspaceFile& file, std::string_view p) { return file.path < p; });
  return static_cast<size_t>(at - files().begin());
}

void PackagedWorkspace::set_file(std::string_view path, std::string_view text) {
  if (is_manifest(path)) {
    State state;
    sources_.set_file(path, text, [&] { state = read_manifests(); });
    return adopt(std::move(state));
  }
  FilePackage package;
  std::vector<Unread> unread;
  sources_.set_file(path, text, [&] {
    if (files().size() > packages_.size()) {
      package = manifests_->of_folder(parent_path(path));
      packages_.reserve(files().size());
    }
    unread = list_unread(*manifests_);
  });
  if (files().size() > packages_.size())
    packages_.insert(packages_.begin() + static_cast<std::ptrdiff_t>(position_of(path)), package);
  unread_ = std::move(unread);
}

bool PackagedWorkspace::remove_file(std::string_view path) {
  if (is_manifest(path)) {
    State state;
    if (!sources_.remove_file(path, [&] { state = read_manifests(); })) return false;
    adopt(std::move(state));
    return true;
  }
  std::vector<Unread> unread;
  if (!sources_.remove_file(path, [&] { unread = list_unread(*manifests_); })) return false;
  if (files().size() < packages_.size())
    packages_.erase(packages_.begin() + static_cast<std::ptrdiff_t>(position_of(path)));
  unread_ = std::move(unread);
  return true;
}

}  // namespace rp
