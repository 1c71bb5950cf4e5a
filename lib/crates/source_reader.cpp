#include "crates/source_reader.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <algorithm>
#include <cerrno>
#include <memory>
#include <new>
#include <utility>

#include "crates/packaged_workspace.h"

namespace rp {
namespace {

using manifest::FolderEntry;
using manifest::PathKind;

PathKind kind_of_mode(mode_t mode) {
  if (S_ISREG(mode)) return PathKind::File;
  return S_ISDIR(mode) ? PathKind::Folder : PathKind::Other;
}

// Most file systems say what an entry is beside its name.
PathKind kind_of_entry(DIR* folder, const dirent& entry) {
#if defined(_DIRENT_HAVE_D_TYPE)
  if (entry.d_type != DT_UNKNOWN) return kind_of_mode(static_cast<mode_t>(DTTOIF(entry.d_type)));
#endif
  struct stat info{};
  return fstatat(dirfd(folder), entry.d_name, &info, AT_SYMLINK_NOFOLLOW) == 0 ? kind_of_mode(info.st_mode)
                                                                               : PathKind::Other;
}

struct CloseFolder {
  void operator()(DIR* folder) const { closedir(folder); }
};

}  // namespace

ReadScope::ReadScope(const Workspace& sources, const std::vector<std::string>& also) : sources_(sources) {
  for (const std::string& folder : also) {
    std::string real = real_path(folder);
    if (real.empty()) continue;
    // Paths are asked for as they are written, and where they lead.
    if (real != folder) also_.push_back(folder);
    also_.push_back(std::move(real));
  }
}

bool ReadScope::may_read(std::string_view path) const {
  if (std::any_of(also_.begin(), also_.end(), [&](const std::string& folder) { return is_below(path, folder); }))
    return true;
  const std::string& root = sources_.root();
  if (root.empty()) return false;  // nothing on disk
  const std::string& top = sources_.top();
  if (is_below(path, top == "/" ? root : top)) return true;
  std::string_view folder = parent_path(path);
  if (folder.empty()) folder = "/";
  return is_below(root, folder) && is_below(folder, top);
}

bool ReadScope::relative(std::string_view path, std::string_view* out) const {
  const std::string& root = sources_.root();
  if (!is_below(path, root)) return false;
  *out = path.substr(std::min(path.size(), root == "/" ? 1 : root.size() + 1));
  return true;
}

PathKind ReadScope::kind_in_memory(std::string_view path) const {
  std::string_view below;
  if (!relative(path, &below)) return PathKind::Missing;
  if (below.empty()) return sources_.root().empty() ? PathKind::Folder : PathKind::Missing;
  const auto& texts = sources_.overlays();
  if (texts.contains(below)) return PathKind::File;
  const std::string inside = std::string(below) + "/";
  const auto at = texts.lower_bound(inside);
  return at != texts.end() && at->first.starts_with(inside) ? PathKind::Folder : PathKind::Missing;
}

PathKind WorkspaceManifestReader::kind(std::string_view path) {
  if (const PathKind known = scope_.kind_in_memory(path); known != PathKind::Missing) return known;
  std::string real;
  return kind_on_disk(path, &real);
}

PathKind WorkspaceManifestReader::kind_on_disk(std::string_view path, std::string* real) {
  if (!scope_.has_disk()) return PathKind::Missing;
  PathResolver::Place place = paths_.resolve(path);
  if (place.path.empty()) {
    if (errno == EACCES) denied_ = true;
    return PathKind::Missing;
  }
  if (!scope_.may_read(path) || !scope_.may_read(place.path)) {
    denied_ = true;
    return PathKind::Missing;
  }
  *real = std::move(place.path);
  return kind_of_mode(place.mode);
}

bool WorkspaceManifestReader::read(std::string_view path, std::string* text) {
  const PathKind in_memory = scope_.kind_in_memory(path);
  std::string real;
  if ((in_memory != PathKind::Missing ? in_memory : kind_on_disk(path, &real)) != PathKind::File) {
    *text = "not there";
    return false;
  }
  ReadOutcome outcome;
  if (in_memory == PathKind::File)
    outcome = scope_.sources().read_text(std::string(path), kManifestLimit, text);
  else
    outcome = read_file(real, kManifestLimit, text);
  if (outcome) return true;
  denied_ = true;
  *text = std::move(outcome.reason);
  return false;
}

std::vector<FolderEntry> WorkspaceManifestReader::list(std::string_view folder) {
  std::vector<FolderEntry> entries;
  std::string_view below;
  if (scope_.relative(folder, &below)) {
    const std::string inside = below.empty() ? std::string() : std::string(below) + "/";
    const auto& texts = scope_.sources().overlays();
    for (auto at = texts.lower_bound(inside); at != texts.end() && at->first.starts_with(inside);) {
      const std::string_view rest = std::string_view(at->first).substr(inside.size());
      const size_t slash = rest.find('/');
      const std::string name(rest.substr(0, slash));
      entries.push_back({name, slash == std::string_view::npos ? PathKind::File : PathKind::Folder});
      // `0` is the character after `/`: the first path that is not below the folder.
      at = slash == std::string_view::npos ? std::next(at) : texts.lower_bound(inside + name + "0");
    }
  }
  if (kind(folder) != PathKind::Folder || !scope_.has_disk()) return entries;
  const size_t in_memory = entries.size();
  const std::unique_ptr<DIR, CloseFolder> open(opendir(std::string(folder).c_str()));
  if (open == nullptr) {
    if (errno == ENOMEM) throw std::bad_alloc();
    if (errno == EACCES) denied_ = true;
    return entries;
  }
  while (const dirent* entry = readdir(open.get())) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    const auto same = [&](const FolderEntry& e) { return e.name == name; };
    if (std::any_of(entries.begin(), entries.begin() + static_cast<std::ptrdiff_t>(in_memory), same)) continue;
    entries.push_back({std::string(name), kind_of_entry(open.get(), *entry)});
  }
  return entries;
}

bool WorkspaceManifestReader::take_denied() { return denied_.exchange(false); }

}  // namespace rp
