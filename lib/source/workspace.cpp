#include "source/workspace.h"

#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <new>
#include <tuple>
#include <utility>

namespace rp {
namespace {

bool is_rust_path(std::string_view path) {
  const std::string_view name = file_name(path);
  return name.size() > 3 && name.ends_with(".rs");
}

[[noreturn]] void throw_open_error(const std::string& path, int error) {
  if (error == ENOMEM) throw std::bad_alloc();
  if (error == ENOENT || error == ENOTDIR) throw OpenError(true, "`" + path + "`: no such file or folder");
  throw OpenError(false, "`" + path + "`: " + errno_reason(error));
}

}  // namespace

Workspace::Workspace(const WorkspaceOptions& options) : options_(options) {}

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
  list_files();
}

ReadOutcome Workspace::read_text(const std::string& path, uint64_t limit, std::string* out) const {
  if (is_below(path, root_)) {
    const std::string_view relative = std::string_view(path).substr(root_ == "/" ? 1 : root_.size() + 1);
    if (const auto overlay = overlays_.find(relative); overlay != overlays_.end()) {
      *out = overlay->second;
      return {};
    }
  }
  if (root_.empty()) return {ReadOutcome::Kind::NotFound, "not there"};
  ReadOutcome outcome = read_file(path, limit, out);
  if (outcome.kind != ReadOutcome::Kind::SymbolicLink) return outcome;
  const std::string target = real_path(path);
  if (target.empty()) return {ReadOutcome::Kind::NotFound, "not there"};
  if (!is_below(target, top_ == "/" ? root_ : top_))
    return {ReadOutcome::Kind::Refused, "a symbolic link to a file outside the folder under review"};
  return read_file(target, limit, out);
}

bool Workspace::is_listed(std::string_view path) const {
  if (is_rust_path(path)) return true;
  const auto at = std::lower_bound(found_.files.begin(), found_.files.end(), path,
                                   [](const FoundFile& file, std::string_view p) { return file.path < p; });
  return at != found_.files.end() && at->path == path;
}

void Workspace::list_files() {
  files_.reserve(found_.files.size());
  for (const FoundFile& file : found_.files) files_.push_back({file.path, file.read_path});
  unread_ = list_unread();
}

std::vector<Unread> Workspace::list_unread() const {
  std::vector<Unread> all;
  for (const Unread& each : found_.unread)
    if (overlays_.find(each.path) == overlays_.end()) all.push_back(each);
  std::sort(all.begin(), all.end(),
            [](const Unread& a, const Unread& b) { return std::tie(a.path, a.reason) < std::tie(b.path, b.reason); });
  return all;
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

void Workspace::set_file(std::string_view path, std::string_view text, const Check& check) {
  std::string copy(text);
  if (const auto old = overlays_.find(path); old != overlays_.end()) {
    old->second.swap(copy);
    try {
      if (check) check();
    } catch (...) {
      old->second.swap(copy);
      throw;
    }
    return;
  }
  const auto added = overlays_.emplace(std::string(path), std::move(copy)).first;
  std::vector<Unread> unread;
  bool exchanged = false;
  bool inserted = false;
  bool hidden = false;
  try {
    unread = list_unread();
    unread_.swap(unread);
    exchanged = true;
    const auto at = position_of(path);
    if (at != files_.end() && at->path == path) {
      at->overlay = &added->second;
      hidden = true;
    } else if (is_listed(path)) {
      files_.insert(at, {added->first, "", &added->second});
      inserted = true;
    }
    if (check) check();
  } catch (...) {
    if (exchanged) unread_.swap(unread);
    if (inserted) files_.erase(position_of(path));
    if (hidden) position_of(path)->overlay = nullptr;
    overlays_.erase(added);
    throw;
  }
}

bool Workspace::remove_file(std::string_view path, const Check& check) {
  const auto old = overlays_.find(path);
  if (old == overlays_.end()) return false;
  // The node is taken out, not destroyed, so that it can be put back without memory.
  auto node = overlays_.extract(old);
  const auto at = position_of(path);
  const bool listed = at != files_.end() && at->path == path;
  const bool only_here = listed && at->read_path.empty();
  const auto index = at - files_.begin();
  WorkspaceFile file;
  std::vector<Unread> unread;
  bool exchanged = false;
  try {
    unread = list_unread();
    unread_.swap(unread);
    exchanged = true;
    if (only_here) {
      file = std::move(*at);
      files_.erase(at);
    } else if (listed) {
      at->overlay = nullptr;
    }
    if (check) check();
  } catch (...) {
    if (exchanged) {
      unread_.swap(unread);
      // There is room for the entry: it was there before.
      if (only_here) files_.insert(files_.begin() + index, std::move(file));
      if (listed && !only_here) files_[static_cast<size_t>(index)].overlay = &node.mapped();
    }
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
