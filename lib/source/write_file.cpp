#include "source/write_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <new>

namespace rp {
namespace {

using Kind = WriteOutcome::Kind;

constexpr int kAttempts = 100;

WriteOutcome refused(int error) {
  if (error == ENOMEM) throw std::bad_alloc();
  switch (error) {
    case ENOENT:
      return {Kind::NotFound, "no longer there"};
    case ELOOP:
      return {Kind::Refused, "became a symbolic link"};
    case ENOSPC:
    case EDQUOT:
      return {Kind::Refused, "no space left on the disk"};
    case EROFS:
      return {Kind::Refused, "the file system is read-only"};
    default:
      return {Kind::Refused, errno_reason(error)};
  }
}

// Whether an open file has exactly that text.
bool has_text(int fd, std::string_view text) {
  char buffer[64 * 1024];
  for (;;) {
    const ssize_t got = ::read(fd, buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return false;
    if (got == 0) return text.empty();
    const auto count = static_cast<size_t>(got);
    if (count > text.size() || text.substr(0, count) != std::string_view(buffer, count)) return false;
    text.remove_prefix(count);
  }
}

bool write_all(int fd, std::string_view text) {
  while (!text.empty()) {
    const ssize_t put = ::write(fd, text.data(), text.size());
    if (put < 0 && errno == EINTR) continue;
    if (put < 0) return false;
    text.remove_prefix(static_cast<size_t>(put));
  }
  return true;
}

// A file beside another, taken away again at the end unless it was moved.
class TemporaryFile {
 public:
  TemporaryFile(int folder, std::string_view beside) : folder_(folder) {
    for (int attempt = 0; attempt < kAttempts; ++attempt) {
      name_ = ".rustpro-" + std::to_string(getpid()) + "-" + std::to_string(attempt) + "-" + std::string(beside);
      if (name_.size() > 255) name_.resize(255);
      int fd;
      do fd = openat(folder, name_.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
      while (fd < 0 && errno == EINTR);
      file_ = FileDescriptor(fd);
      if (fd >= 0 || errno != EEXIST) return;
    }
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() {
    if (!file_ || moved_) return;
    const int saved = errno;
    unlinkat(folder_, name_.c_str(), 0);
    errno = saved;
  }
  explicit operator bool() const { return static_cast<bool>(file_); }
  [[nodiscard]] int fd() const { return file_.get(); }
  [[nodiscard]] bool move_to(const std::string& name) {
    moved_ = renameat(folder_, name_.c_str(), folder_, name.c_str()) == 0;
    return moved_;
  }

 private:
  int folder_;
  std::string name_;
  FileDescriptor file_;
  bool moved_ = false;
};

bool same_file(const struct stat& a, const struct stat& b) {
  return a.st_dev == b.st_dev && a.st_ino == b.st_ino && a.st_size == b.st_size &&
         a.st_mtim.tv_sec == b.st_mtim.tv_sec && a.st_mtim.tv_nsec == b.st_mtim.tv_nsec;
}

// The mode last: a change of the owner takes bits away.
void copy_owner_and_mode(int fd, const struct stat& info) {
  if (fchown(fd, info.st_uid, info.st_gid) != 0 && fchown(fd, static_cast<uid_t>(-1), info.st_gid) != 0)
    errno = 0;  // as far as the system lets
  if (fchmod(fd, info.st_mode & 07777) != 0) (void)fchmod(fd, info.st_mode & 0777);
}

}  // namespace

WriteOutcome replace_file(const Folder& folder, std::string_view path, std::string_view from, std::string_view to) {
  const FileDescriptor parent = folder.open_below(parent_path(path), true);
  if (!parent) return refused(errno);
  const std::string name(file_name(path));
  const FileDescriptor old = folder.open_below(path, false);
  if (!old) return refused(errno);
  struct stat info{};
  if (fstat(old.get(), &info) != 0) return refused(errno);
  if (!S_ISREG(info.st_mode)) return {Kind::Refused, std::string(file_type_name(info.st_mode)) + ", no regular file"};
  const bool read_only = (info.st_mode & 0222) == 0 || faccessat(parent.get(), name.c_str(), W_OK, AT_EACCESS) != 0;
  if (read_only) return {Kind::Refused, "the file is read-only"};
  static constexpr std::string_view kChanged = "the file has changed since it was read";
  if (!has_text(old.get(), from)) return {Kind::Changed, std::string(kChanged)};

  TemporaryFile made(parent.get(), name);
  if (!made || !write_all(made.fd(), to)) return refused(errno);
  copy_owner_and_mode(made.fd(), info);
  if (fsync(made.fd()) != 0 && errno != EINVAL) return refused(errno);
  // What an editor wrote meanwhile is not lost; the moment between this and the move cannot be closed.
  struct stat now{};
  if (fstatat(parent.get(), name.c_str(), &now, AT_SYMLINK_NOFOLLOW) != 0) return refused(errno);
  if (!same_file(info, now)) return {Kind::Changed, std::string(kChanged)};
  if (!made.move_to(name)) return refused(errno);
  if (fsync(parent.get()) != 0) errno = 0;  // the text is in place; some file systems cannot flush folders
  return {};
}

}  // namespace rp
