#include "source/discover.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <new>
#include <set>
#include <string_view>
#include <tuple>
#include <utility>

#include "source/ignore.h"

namespace rp {
namespace {

constexpr uint64_t kIgnoreFileLimit = uint64_t{1} << 20;
constexpr size_t kMaxFolderDepth = 256;
// https://bford.info/cachedir/: what marks a folder as a cache.
constexpr std::string_view kCacheTag = "Signature: 8a477f597d28d172789f06886806bc55";

bool is_rust_name(std::string_view name) { return name.size() > 3 && name.ends_with(".rs"); }

bool exists(const std::string& path) {
  struct stat info{};
  return lstat(path.c_str(), &info) == 0;
}

// The ignore files of one folder. Levels form a chain from a folder to those above it.
struct Level {
  int above = -1;
  std::string above_root;    // for folders above the root: what leads from this folder to the root, with a final slash
  size_t prefix_length = 0;  // for folders below the root: bytes of a path that are this folder's own
  IgnoreFile git;            // .gitignore
  IgnoreFile plain;          // .ignore
  IgnoreFile exclude;        // .git/info/exclude
  bool is_repository = false;  // git looks no further up
};

struct PendingFolder {
  std::string path;
  std::string read_path;
  int level;
  size_t depth;
};

struct PendingLink {
  std::string path;
  std::string read_path;  // of the link itself
  int level;
  size_t depth;
};

struct Entry {
  std::string name;
  unsigned char type;
};

class Finder {
 public:
  Finder(const std::string& root, const Cancellation* cancellation) : root_(root), cancellation_(cancellation) {}

  Found run(int* root_error) {
    *root_error = 0;
    if (!folder_.open(root_)) {
      if (errno == ENOMEM) throw std::bad_alloc();
      *root_error = errno;
      return {};
    }
    const int above = read_levels_above();
    folders_.push_back({"", "", above, 0});
    walk();
    // Links come last, so that what is reached in both ways is known by its own path.
    for (size_t i = 0; i < links_.size();) {
      std::sort(links_.begin() + static_cast<ptrdiff_t>(i), links_.end(),
                [](const PendingLink& a, const PendingLink& b) { return a.path < b.path; });
      for (const size_t end = links_.size(); i < end; ++i) {
        const PendingLink link = links_[i];
        follow(link);
        walk();
      }
    }
    *root_error = root_error_;
    std::sort(found_.files.begin(), found_.files.end(),
              [](const FoundFile& a, const FoundFile& b) { return a.path < b.path; });
    std::sort(found_.unread.begin(), found_.unread.end(),
              [](const Unread& a, const Unread& b) { return std::tie(a.path, a.reason) < std::tie(b.path, b.reason); });
    return std::move(found_);
  }

 private:
  void unread(std::string_view path, std::string reason) {
    found_.unread.push_back({to_utf8(path.empty() ? "." : path), std::move(reason)});
  }

  // ---- Ignore files ----

  // Those between the repository's root and the root. Returns the level of the nearest, or -1.
  int read_levels_above() {
    const std::string repository = find_repository(root_);
    if (repository.empty() || repository == root_) return -1;
    int level = -1;
    const std::string_view below = std::string_view(root_).substr(repository == "/" ? 1 : repository.size() + 1);
    std::string folder = repository;
    for (size_t begin = 0;;) {
      Level next;
      next.above = level;
      next.above_root = std::string(below.substr(begin)) + "/";
      next.is_repository = folder == repository;
      std::string text;
      if (read_file(join_path(folder, ".gitignore"), kIgnoreFileLimit, &text)) next.git = IgnoreFile(text);
      if (read_file(join_path(folder, ".ignore"), kIgnoreFileLimit, &text)) next.plain = IgnoreFile(text);
      if (next.is_repository && read_file(join_path(folder, ".git/info/exclude"), kIgnoreFileLimit, &text))
        next.exclude = IgnoreFile(text);
      levels_.push_back(std::move(next));
      level = static_cast<int>(levels_.size()) - 1;
      // The folder on the way to the root: when it is left out, so is everything in it, but it was asked for.
      const size_t slash = below.find('/', begin);
      if (is_ignored(level, below.substr(0, slash), true, below)) {
        levels_.clear();
        return -1;
      }
      if (slash == std::string_view::npos) return level;
      folder = join_path(folder, below.substr(begin, slash - begin));
      begin = slash + 1;
    }
  }

  [[nodiscard]] static std::string_view path_in(const Level& level, std::string_view path, std::string* storage) {
    if (level.above_root.empty()) return path.substr(level.prefix_length);
    *storage = level.above_root;
    *storage += path;
    return *storage;
  }

  // `way`: when the path is a folder above the root, the way from the repository to the root; else empty.
  [[nodiscard]] bool is_ignored(int level, std::string_view path, bool is_folder, std::string_view way = {}) const {
    std::string storage;
    const auto relative = [&](const Level& at) {
      return way.empty() ? path_in(at, path, &storage) : path.substr(way.size() + 1 - at.above_root.size());
    };
    for (int l = level; l >= 0; l = levels_[static_cast<size_t>(l)].above) {
      const Level& at = levels_[static_cast<size_t>(l)];
      if (at.plain.empty()) continue;
      const IgnoreVerdict verdict = at.plain.match(relative(at), is_folder);
      if (verdict != IgnoreVerdict::None) return verdict == IgnoreVerdict::Ignored;
    }
    for (int l = level; l >= 0; l = levels_[static_cast<size_t>(l)].above) {
      const Level& at = levels_[static_cast<size_t>(l)];
      IgnoreVerdict verdict = IgnoreVerdict::None;
      if (!at.git.empty()) verdict = at.git.match(relative(at), is_folder);
      if (verdict == IgnoreVerdict::None && !at.exclude.empty()) verdict = at.exclude.match(relative(at), is_folder);
      if (verdict != IgnoreVerdict::None) return verdict == IgnoreVerdict::Ignored;
      if (at.is_repository) return false;
    }
    return false;
  }

  void read_ignore_file(const PendingFolder& folder, std::string_view name, IgnoreFile* out) {
    std::string text;
    const ReadOutcome outcome = folder_.read(join_path(folder.read_path, name), kIgnoreFileLimit, &text);
    if (outcome) {
      *out = IgnoreFile(text);
      if (out->truncated())
        unread(join_path(folder.path, name),
               "more than " + std::to_string(kMaxPatterns) + " patterns; those after them do not count");
    } else if (outcome.kind == ReadOutcome::Kind::Refused || outcome.kind == ReadOutcome::Kind::TooLarge) {
      unread(join_path(folder.path, name), outcome.reason);
    }
  }

  // The level of a folder: that of the one above it unless it has ignore files, or is a repository of its own.
  int level_of(const PendingFolder& folder, const std::vector<Entry>& entries) {
    const auto has = [&](std::string_view name) {
      return std::binary_search(entries.begin(), entries.end(), name, ByName());
    };
    Level level;
    level.above = folder.level;
    level.prefix_length = folder.path.empty() ? 0 : folder.path.size() + 1;
    level.is_repository = has(".git");
    if (!level.is_repository && !has(".gitignore") && !has(".ignore")) return folder.level;
    if (has(".gitignore")) read_ignore_file(folder, ".gitignore", &level.git);
    if (has(".ignore")) read_ignore_file(folder, ".ignore", &level.plain);
    if (level.is_repository) read_ignore_file(folder, ".git/info/exclude", &level.exclude);
    levels_.push_back(std::move(level));
    return static_cast<int>(levels_.size()) - 1;
  }

  // ---- Folders ----

  struct ByName {
    bool operator()(const Entry& a, const Entry& b) const { return a.name < b.name; }
    bool operator()(const Entry& a, std::string_view b) const { return a.name < b; }
    bool operator()(std::string_view a, const Entry& b) const { return a < b.name; }
  };

  void walk() {
    while (!folders_.empty()) {
      Cancellation::poll(cancellation_);
      const PendingFolder folder = std::move(folders_.back());
      folders_.pop_back();
      visit(folder);
    }
  }

  void refuse(const PendingFolder& folder, int error) {
    if (error == ENOMEM) throw std::bad_alloc();
    if (folder.path.empty()) root_error_ = error;
    unread(folder.path, errno_reason(error));
  }

  void visit(const PendingFolder& folder) {
    if (folder.depth > kMaxFolderDepth) {
      unread(folder.path, "folders nested more than " + std::to_string(kMaxFolderDepth) + " deep");
      return;
    }
    FileDescriptor descriptor = folder_.open_below(folder.read_path, true);
    if (!descriptor) return refuse(folder, errno);
    struct stat info{};
    if (fstat(descriptor.get(), &info) != 0) return refuse(folder, errno);
    if (!visited_.insert({info.st_dev, info.st_ino}).second) return;

    std::vector<Entry> entries;
    if (const int error = list(std::move(descriptor), &entries); error != 0) return refuse(folder, error);
    std::sort(entries.begin(), entries.end(), ByName());
    const auto has = [&](std::string_view name) {
      return std::binary_search(entries.begin(), entries.end(), name, ByName());
    };
    if (!folder.path.empty() && has("CACHEDIR.TAG") && is_cache(folder)) return;
    const int level = level_of(folder, entries);
    const bool is_package = has("Cargo.toml");
    for (const Entry& entry : entries) visit_entry(folder, level, is_package, entry);
  }

  // Returns an errno, or 0.
  static int list(FileDescriptor descriptor, std::vector<Entry>* entries) {
    struct Stream {
      DIR* dir;
      ~Stream() {
        if (dir != nullptr) closedir(dir);
      }
    } const stream{fdopendir(descriptor.get())};
    if (stream.dir == nullptr) return errno;
    (void)descriptor.release();
    for (;;) {
      errno = 0;
      const dirent* entry = readdir(stream.dir);
      if (entry == nullptr) return errno;
      const std::string_view name = entry->d_name;
      if (name == "." || name == "..") continue;
      unsigned char type = entry->d_type;
      if (type == DT_UNKNOWN) {  // some file systems do not say
        struct stat info{};
        if (fstatat(dirfd(stream.dir), entry->d_name, &info, AT_SYMLINK_NOFOLLOW) == 0)
          type = static_cast<unsigned char>(IFTODT(info.st_mode));
      }
      entries->push_back({std::string(name), type});
    }
  }

  bool is_cache(const PendingFolder& folder) {
    std::string text;
    return folder_.read(join_path(folder.read_path, "CACHEDIR.TAG"), 1 << 16, &text) && text.starts_with(kCacheTag);
  }

  // `target` beside a Cargo.toml holds what cargo builds, unless somebody gave a package that name.
  bool is_build_folder(const std::string& read_path) {
    const FileDescriptor manifest = folder_.open_below(join_path(read_path, "Cargo.toml"), false);
    return !manifest;
  }

  void visit_entry(const PendingFolder& folder, int level, bool is_package, const Entry& entry) {
    const bool hidden = entry.name[0] == '.';
    const bool is_folder = entry.type == DT_DIR;
    const bool is_link = entry.type == DT_LNK;
    if (is_folder ? hidden : (!is_link && !is_rust_name(entry.name))) return;
    if (is_link && hidden) return;  // editors mark open files so
    std::string path = join_path(folder.path, entry.name);
    std::string read_path = join_path(folder.read_path, entry.name);
    if (is_package && entry.name == "target" && (is_link || (is_folder && is_build_folder(read_path)))) return;
    if (is_ignored(level, path, is_folder)) return;
    if (!is_utf8(entry.name)) {
      if (is_folder || is_rust_name(entry.name)) unread(path, "its name is not UTF-8");
      return;
    }
    if (is_folder) {
      folders_.push_back({std::move(path), std::move(read_path), level, folder.depth + 1});
    } else if (is_link) {
      links_.push_back({std::move(path), std::move(read_path), level, folder.depth});
    } else if (entry.type == DT_REG) {
      if (seen_files_.insert(read_path).second) found_.files.push_back({std::move(path), std::move(read_path)});
    } else {
      unread(path, std::string(file_type_name(static_cast<mode_t>(DTTOIF(entry.type)))) + ", not a regular file");
    }
  }

  // ---- Symbolic links ----

  void follow(const PendingLink& link) {
    const bool rust_name = is_rust_name(link.path);
    const std::string target = real_path(join_path(root_, link.read_path));
    if (target.empty()) {
      const int error = errno;
      if (error == ENOENT && rust_name) unread(link.path, "a symbolic link to something that is not there");
      if (error == ELOOP && rust_name) unread(link.path, errno_reason(error));
      if (error != ENOENT && error != ELOOP) unread(link.path, "a symbolic link: " + errno_reason(error));
      return;
    }
    struct stat info{};
    if (lstat(target.c_str(), &info) != 0) return unread(link.path, "a symbolic link: " + errno_reason(errno));
    const bool is_folder = S_ISDIR(info.st_mode);
    if (!is_folder && !rust_name) return;
    if (!is_below(target, root_)) {
      unread(link.path, std::string("a symbolic link to ") + (is_folder ? "a folder" : "a file") +
                            " outside the folder under review");
      return;
    }
    if (!is_utf8(target)) return unread(link.path, "a symbolic link to a name that is not UTF-8");
    std::string read_path = target.size() > root_.size() ? target.substr(root_ == "/" ? 1 : root_.size() + 1) : "";
    if (is_folder) {
      folders_.push_back({link.path, std::move(read_path), link.level, link.depth + 1});
    } else if (S_ISREG(info.st_mode)) {
      if (seen_files_.insert(read_path).second) found_.files.push_back({link.path, std::move(read_path)});
    } else {
      unread(link.path, "a symbolic link to " + std::string(file_type_name(info.st_mode)));
    }
  }

  const std::string& root_;
  const Cancellation* cancellation_;
  Folder folder_;
  std::vector<Level> levels_;
  std::vector<PendingFolder> folders_;
  std::vector<PendingLink> links_;
  std::set<std::pair<dev_t, ino_t>> visited_;
  std::set<std::string> seen_files_;
  Found found_;
  int root_error_ = 0;
};

}  // namespace

Found find_rust_files(const std::string& root, const Cancellation* cancellation, int* root_error) {
  return Finder(root, cancellation).run(root_error);
}

std::string find_repository(const std::string& folder) {
  std::string at = folder;
  while (!at.empty()) {
    if (exists(join_path(at, ".git"))) return at;
    at = parent_path(at);
  }
  return exists("/.git") ? "/" : "";
}

}  // namespace rp
