#include "source/workspace.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <tuple>
#include <utility>

namespace rp {
namespace {

constexpr uint64_t kManifestLimit = uint64_t{8} << 20;

bool is_rust_path(std::string_view path) {
  const std::string_view name = file_name(path);
  return name.size() > 3 && name.ends_with(".rs");
}

std::string_view folder_of(std::string_view path) { return parent_path(path); }

[[noreturn]] void throw_open_error(const std::string& path, int error) {
  if (error == ENOMEM) throw std::bad_alloc();
  if (error == ENOENT || error == ENOTDIR) throw OpenError(true, "`" + path + "`: no such file or folder");
  throw OpenError(false, "`" + path + "`: " + errno_reason(error));
}

}  // namespace

Workspace::Workspace(const WorkspaceOptions& options) : options_(options) { adopt(list_files()); }

Workspace::Workspace(const std::string& path, const WorkspaceOptions& options) : options_(options) {
  Cancellation::poll(options_.cancellation);
  const std::string real = real_path(path);
  struct stat info{};
  if (real.empty() || stat(real.c_str(), &info) != 0) throw_open_error(path, errno);
  if (S_ISDIR(info.st_mode)) {
    root_ = real;
    int error = 0;
    found_ = find_rust_files(root_, options_.cancellation, &error);
    if (error != 0) throw_open_error(path, error);
  } else if (S_ISREG(info.st_mode)) {
    root_ = parent_path(real);
    if (root_.empty()) root_ = "/";
    std::string name(file_name(real));
    if (!is_utf8(name)) throw OpenError(false, "`" + path + "`: its name is not UTF-8");
    found_.files.push_back({name, name});
  } else {
    throw OpenError(false, "`" + path + "`: " + std::string(file_type_name(info.st_mode)) + ", not a file or folder");
  }
  // Without a repository around it, a crate's own Cargo.toml may be above the folder that was named.
  top_ = find_repository(root_);
  if (top_.empty()) top_ = "/";
  adopt(list_files());
}

ReadOutcome Workspace::read_manifest(const std::string& path, std::string* out) const {
  if (is_below(path, root_)) {
    const std::string_view relative = std::string_view(path).substr(root_ == "/" ? 1 : root_.size() + 1);
    if (const auto overlay = overlays_.find(relative); overlay != overlays_.end()) {
      *out = overlay->second;
      return {};
    }
  }
  if (root_.empty()) return {ReadOutcome::Kind::NotFound, "not there"};
  ReadOutcome outcome = read_file(path, kManifestLimit, out);
  if (outcome.kind != ReadOutcome::Kind::SymbolicLink) return outcome;
  const std::string target = real_path(path);
  if (target.empty()) return {ReadOutcome::Kind::NotFound, "not there"};
  if (!is_below(target, top_ == "/" ? root_ : top_))
    return {ReadOutcome::Kind::Refused, "a symbolic link to a file outside the folder under review"};
  return read_file(target, kManifestLimit, out);
}

std::unique_ptr<PackageFinder> Workspace::make_finder() const {
  return std::make_unique<PackageFinder>(
      root_, top_, options_.edition ? &*options_.edition : nullptr,
      [this](const std::string& path, std::string* out) { return read_manifest(path, out); });
}

bool Workspace::is_listed(std::string_view path) const {
  if (is_rust_path(path)) return true;
  const auto at = std::lower_bound(found_.files.begin(), found_.files.end(), path,
                                   [](const FoundFile& file, std::string_view p) { return file.path < p; });
  return at != found_.files.end() && at->path == path;
}

Workspace::State Workspace::list_files() const {
  State state;
  state.finder = make_finder();
  state.files.reserve(found_.files.size() + overlays_.size());
  for (const FoundFile& file : found_.files) state.files.push_back({file.path, file.read_path});
  for (const auto& [path, text] : overlays_) {
    if (!is_listed(path)) continue;
    const auto at = std::lower_bound(state.files.begin(), state.files.end(), path,
                                     [](const WorkspaceFile& file, const std::string& p) { return file.path < p; });
    if (at != state.files.end() && at->path == path)
      at->overlay = &text;
    else
      state.files.insert(at, {path, "", Edition::k2021, false, &text});
  }
  for (WorkspaceFile& file : state.files) {
    // The package of a linked file is the one it is linked into.
    const PackageFinder::Result result = state.finder->of_folder(folder_of(file.path));
    file.edition = result.edition;
    file.edition_guessed = result.guessed;
    file.allowed_lints = result.allowed_lints;
  }
  state.unread = list_unread(*state.finder);
  return state;
}

std::vector<Unread> Workspace::list_unread(const PackageFinder& finder) const {
  std::vector<Unread> all = finder.problems();
  for (const Unread& each : found_.unread)
    if (overlays_.find(each.path) == overlays_.end()) all.push_back(each);
  std::sort(all.begin(), all.end(),
            [](const Unread& a, const Unread& b) { return std::tie(a.path, a.reason) < std::tie(b.path, b.reason); });
  return all;
}

void Workspace::adopt(State state) {
  finder_ = std::move(state.finder);
  files_ = std::move(state.files);
  unread_ = std::move(state.unread);
}

std::vector<WorkspaceFile>::iterator Workspace::position_of(std::string_view path) {
  return std::lower_bound(files_.begin(), files_.end(), path,
                          [](const WorkspaceFile& file, std::string_view p) { return file.path < p; });
}

bool Workspace::check_path(std::string_view path, std::string* why) {
  const auto refuse = [&](std::string_view reason) {
    *why = reason;
    return false;
  };
  if (path.empty()) return refuse("the path is empty");
  if (path.front() == '/') return refuse("the path is absolute");
  if (path.find('\0') != std::string_view::npos) return refuse("the path contains a NUL character");
  if (path.size() > 4096) return refuse("the path is longer than 4096 bytes");
  for (size_t begin = 0; begin <= path.size();) {
    const size_t end = std::min(path.find('/', begin), path.size());
    const std::string_view part = path.substr(begin, end - begin);
    if (part.empty()) return refuse("the path has an empty part");
    if (part == "." || part == "..") return refuse("the path has a part `" + std::string(part) + "`");
    begin = end + 1;
  }
  return true;
}

void Workspace::set_file(std::string_view path, std::string_view text) {
  std::string copy(text);
  const bool is_manifest = file_name(path) == "Cargo.toml";
  if (const auto old = overlays_.find(path); old != overlays_.end()) {
    old->second.swap(copy);
    if (!is_manifest) return;
    try {
      adopt(list_files());
    } catch (...) {
      old->second.swap(copy);
      throw;
    }
    return;
  }
  const auto added = overlays_.emplace(std::string(path), std::move(copy)).first;
  try {
    if (is_manifest) return adopt(list_files());
    const auto at = position_of(path);
    const bool on_list = at != files_.end() && at->path == path;
    if (!on_list && !is_rust_path(path)) return;
    WorkspaceFile file;
    if (!on_list) {
      const PackageFinder::Result result = finder_->of_folder(folder_of(path));
      file = {added->first, "", result.edition, result.guessed, &added->second, result.allowed_lints};
    }
    std::vector<Unread> unread = list_unread(*finder_);
    if (on_list)
      at->overlay = &added->second;
    else
      files_.insert(at, std::move(file));
    unread_ = std::move(unread);
  } catch (...) {
    overlays_.erase(added);
    throw;
  }
}

bool Workspace::remove_file(std::string_view path) {
  const auto old = overlays_.find(path);
  if (old == overlays_.end()) return false;
  // The node is taken out, not destroyed, so that it can be put back without memory.
  auto node = overlays_.extract(old);
  try {
    if (file_name(path) == "Cargo.toml") {
      adopt(list_files());
      return true;
    }
    std::vector<Unread> unread = list_unread(*finder_);
    const auto at = position_of(path);
    if (at != files_.end() && at->path == path) {
      if (at->read_path.empty())
        files_.erase(at);
      else
        at->overlay = nullptr;
    }
    unread_ = std::move(unread);
  } catch (...) {
    overlays_.insert(std::move(node));
    throw;
  }
  return true;
}

WorkspaceReader::WorkspaceReader(const Workspace& workspace) : workspace_(workspace) {
  if (workspace.root().empty()) return;
  if (folder_.open(workspace.root())) return;
  const int error = errno;
  if (error == ENOMEM) throw std::bad_alloc();
  const bool gone = error == ENOENT || error == ENOTDIR;
  failure_ = {gone ? ReadOutcome::Kind::NotFound : ReadOutcome::Kind::Refused,
              gone ? "the folder is no longer there" : "the folder: " + errno_reason(error)};
}

ReadOutcome WorkspaceReader::read(const WorkspaceFile& file, std::string* storage, std::string_view* text) const {
  if (file.overlay != nullptr) {
    *text = *file.overlay;
    return {};
  }
  if (!failure_) return failure_;
  ReadOutcome outcome = folder_.read(file.read_path, workspace_.options().file_limit, storage);
  if (outcome.kind == ReadOutcome::Kind::NotFound) outcome.reason = "no longer there";
  if (outcome.kind == ReadOutcome::Kind::SymbolicLink) outcome.reason = "became a symbolic link";
  *text = *storage;
  return outcome;
}

}  // namespace rp
