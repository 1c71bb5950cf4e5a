#include "source/file_system.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstdlib>
#include <mutex>
#include <new>

#if defined(__linux__) && __has_include(<linux/openat2.h>)
#include <linux/openat2.h>
#define RP_HAVE_OPENAT2 1
#endif

namespace rp {
namespace {

constexpr int kFileFlags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
constexpr int kFolderFlags = O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_DIRECTORY;

int retry_open(int folder, const char* path, int flags) {
  int fd;
  do fd = openat(folder, path, flags);
  while (fd < 0 && errno == EINTR);
  return fd;
}

// One step for each part, so that no link on the way is followed.
FileDescriptor open_by_parts(int root, const std::string& path, int flags) {
  FileDescriptor at;
  size_t begin = 0;
  for (;;) {
    const size_t slash = path.find('/', begin);
    const bool last = slash == std::string::npos;
    const std::string part = path.substr(begin, last ? slash : slash - begin);
    const int folder = at ? at.get() : root;
    FileDescriptor next(retry_open(folder, part.c_str(), last ? flags : kFolderFlags));
    struct stat info{};
    // A link where a folder is wanted is ENOTDIR here, and ELOOP where the kernel does the whole walk.
    if (!next && errno == ENOTDIR)
      errno = fstatat(folder, part.c_str(), &info, AT_SYMLINK_NOFOLLOW) == 0 && S_ISLNK(info.st_mode) ? ELOOP : ENOTDIR;
    if (!next || last) return next;
    at = std::move(next);
    begin = slash + 1;
  }
}

// Reads an open file to its end.
ReadOutcome read_open_file(int fd, uint64_t limit, std::string* out) {
  using Kind = ReadOutcome::Kind;
  out->clear();
  struct stat info{};
  if (fstat(fd, &info) != 0) return {Kind::Refused, errno_reason(errno)};
  if (!S_ISREG(info.st_mode))
    return {Kind::NotRegular, std::string(file_type_name(info.st_mode)) + ", not a regular file"};
  const auto too_large = [&](uint64_t size) {
    return ReadOutcome{Kind::TooLarge,
                       "too large: " + std::to_string(size) + " bytes, the limit is " + std::to_string(limit)};
  };
  const auto size = static_cast<uint64_t>(info.st_size);
  if (size > limit) return too_large(size);
  // One byte more than the file has, so that its end is seen without growing.
  out->resize(static_cast<size_t>(size) + 1);
  size_t length = 0;
  for (;;) {
    if (length == out->size()) out->resize(out->size() + out->size() / 2 + 4096);
    const ssize_t got = ::read(fd, out->data() + length, out->size() - length);
    if (got < 0) {
      if (errno == EINTR) continue;
      const int error = errno;
      out->clear();
      return {Kind::Refused, errno_reason(error)};
    }
    if (got == 0) break;
    length += static_cast<size_t>(got);
    if (length > limit) {  // it grew while it was read
      out->clear();
      return too_large(length);
    }
  }
  out->resize(length);
  return {};
}

ReadOutcome open_failure(int error) {
  using Kind = ReadOutcome::Kind;
  if (error == ENOMEM) throw std::bad_alloc();
  if (error == ENOENT || error == ENOTDIR) return {Kind::NotFound, "not there"};
  if (error == ELOOP) return {Kind::SymbolicLink, "a symbolic link"};
  // A socket, or a device without a driver.
  if (error == ENXIO || error == ENODEV) return {Kind::NotRegular, "a socket or device, not a regular file"};
  return {Kind::Refused, errno_reason(error)};
}

}  // namespace

FileDescriptor::~FileDescriptor() {
  if (fd_ < 0) return;
  const int saved = errno;
  close(fd_);
  errno = saved;
}

bool Folder::open(const std::string& path) {
  int fd;
  do fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_DIRECTORY);
  while (fd < 0 && errno == EINTR);
  fd_ = FileDescriptor(fd);
  return fd >= 0;
}

FileDescriptor Folder::open_below(std::string_view path, bool folder) const {
  const std::string relative(path.empty() ? "." : path);
  const int flags = folder ? kFolderFlags : kFileFlags;
#if defined(RP_HAVE_OPENAT2)
  open_how how{};
  how.flags = static_cast<uint64_t>(flags);
  how.resolve = RESOLVE_BENEATH | RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS;
  for (int attempt = 0; attempt < 8; ++attempt) {
    const long fd = syscall(SYS_openat2, fd_.get(), relative.c_str(), &how, sizeof how);
    if (fd >= 0) return FileDescriptor(static_cast<int>(fd));
    if (errno == ENOSYS || errno == EPERM || errno == E2BIG) break;  // an older kernel, or a sandbox
    if (errno != EINTR && errno != EAGAIN) return {};
  }
#endif
  return open_by_parts(fd_.get(), relative, flags);
}

ReadOutcome Folder::read(std::string_view path, uint64_t limit, std::string* out) const {
  out->clear();
  const FileDescriptor file = open_below(path, false);
  if (!file) return open_failure(errno);
  return read_open_file(file.get(), limit, out);
}

ReadOutcome read_file(const std::string& path, uint64_t limit, std::string* out) {
  out->clear();
  const FileDescriptor file(retry_open(AT_FDCWD, path.c_str(), kFileFlags));
  if (!file) return open_failure(errno);
  return read_open_file(file.get(), limit, out);
}

std::string real_path(const std::string& path) {
  char* resolved = realpath(path.c_str(), nullptr);
  if (resolved == nullptr) {
    if (errno == ENOMEM) throw std::bad_alloc();
    return {};
  }
  struct Free {
    char* text;
    ~Free() { std::free(text); }
  } const free_at_end{resolved};
  return resolved;
}

PathResolver::Place PathResolver::resolve(std::string_view path) {
  const auto look = [](const std::string& real, bool follow, unsigned* mode) {
    struct stat info{};
    const int failed = follow ? stat(real.c_str(), &info) : lstat(real.c_str(), &info);
    if (failed != 0 && errno == ENOMEM) throw std::bad_alloc();
    *mode = info.st_mode;
    return failed == 0;
  };
  Place place;
  const std::string_view name = file_name(path);
  const std::string folder(parent_path(path));
  if (folder.empty() || name.empty() || name == "." || name == "..") {
    place.path = real_path(std::string(path));
    if (!place.path.empty() && !look(place.path, true, &place.mode)) place.path.clear();
    return place;
  }
  {
    const std::shared_lock lock(mutex_);
    if (const auto known = folders_.find(folder); known != folders_.end()) place.path = known->second;
  }
  if (place.path.empty()) {
    place.path = real_path(folder);
    if (place.path.empty()) return place;
    const std::unique_lock lock(mutex_);
    folders_.emplace(folder, place.path);
  }
  place.path = join_path(place.path, name);
  if (!look(place.path, false, &place.mode)) {
    place.path.clear();
  } else if (S_ISLNK(place.mode)) {
    place.path = real_path(place.path);
    if (!place.path.empty() && !look(place.path, true, &place.mode)) place.path.clear();
  }
  return place;
}

bool is_below(std::string_view path, std::string_view folder) {
  if (folder == "/") return path.starts_with('/');
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

std::string join_path(std::string_view folder, std::string_view name) {
  std::string path;
  path.reserve(folder.size() + 1 + name.size());
  path += folder;
  if (!folder.empty() && folder.back() != '/') path += '/';
  path += name;
  return path;
}

std::string_view parent_path(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? std::string_view() : path.substr(0, slash);
}

std::string_view file_name(std::string_view path) {
  const size_t slash = path.rfind('/');
  return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

std::string errno_reason(int error) {
  switch (error) {
    case EACCES:
    case EPERM:
      return "permission denied";
    case ENOENT:
      return "not there";
    case ENOTDIR:
      return "not a folder";
    case ELOOP:
      return "symbolic links that lead in a circle";
    case EMFILE:
    case ENFILE:
      return "too many open files";
    case EIO:
      return "input/output error";
    case ENAMETOOLONG:
      return "the path is too long";
    case EISDIR:
      return "a folder";
    case ESTALE:
      return "no longer there (stale network file handle)";
    case EOVERFLOW:
    case EFBIG:
      return "too large for this system";
    case ETXTBSY:
    case EBUSY:
      return "busy";
    case EAGAIN:
      return "locked";
    default:
      return "system error " + std::to_string(error);
  }
}

std::string_view file_type_name(unsigned mode) {
  if (S_ISREG(mode)) return "a regular file";
  if (S_ISDIR(mode)) return "a folder";
  if (S_ISLNK(mode)) return "a symbolic link";
  if (S_ISFIFO(mode)) return "a FIFO";
  if (S_ISSOCK(mode)) return "a socket";
  return "a device";
}

namespace {

// The length of the UTF-8 character at the start of `bytes`; 0 when there is none.
size_t utf8_length(std::string_view bytes) {
  const auto at = [&](size_t i) { return static_cast<unsigned char>(bytes[i]); };
  const unsigned char first = at(0);
  if (first < 0x80) return 1;
  const size_t length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2;
  if (first < 0xC2 || first > 0xF4 || bytes.size() < length) return 0;
  for (size_t i = 1; i < length; ++i)
    if ((at(i) & 0xC0) != 0x80) return 0;
  // Overlong forms, surrogates, and what is beyond U+10FFFF.
  if ((first == 0xE0 && at(1) < 0xA0) || (first == 0xED && at(1) > 0x9F)) return 0;
  if ((first == 0xF0 && at(1) < 0x90) || (first == 0xF4 && at(1) > 0x8F)) return 0;
  return length;
}

}  // namespace

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    const size_t length = utf8_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string to_utf8(std::string_view bytes) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  text.reserve(bytes.size());
  while (!bytes.empty()) {
    if (const size_t length = utf8_length(bytes); length != 0) {
      text += bytes.substr(0, length);
      bytes.remove_prefix(length);
    } else {
      const auto byte = static_cast<unsigned char>(bytes[0]);
      text += {'\\', 'x', kDigits[byte >> 4], kDigits[byte & 15]};
      bytes.remove_prefix(1);
    }
  }
  return text;
}

}  // namespace rp
