// Reading below one folder without leaving it: no symbolic link is followed that was not checked before, nothing but
// regular files is read, and nothing waits for the other end of a FIFO.
#pragma once

#include <cstddef>
#include <cstdint>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>

namespace rp {

// Something that was found and could not be looked at. Both texts are UTF-8.
struct Unread {
  std::string path;
  std::string reason;
};

// A file descriptor that is closed at the end.
class FileDescriptor {
 public:
  FileDescriptor() = default;
  explicit FileDescriptor(int fd) : fd_(fd) {}
  FileDescriptor(FileDescriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~FileDescriptor();
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

// What an attempt to read came to.
struct ReadOutcome {
  enum class Kind : uint8_t { Ok, NotFound, TooLarge, NotRegular, SymbolicLink, Refused };
  Kind kind = Kind::Ok;
  std::string reason;  // empty when Ok
  explicit operator bool() const { return kind == Kind::Ok; }
};

// A folder that is open for reading below it.
class Folder {
 public:
  // `path` may contain symbolic links. Returns false with errno set. Throws std::bad_alloc.
  [[nodiscard]] bool open(const std::string& path);
  [[nodiscard]] int fd() const { return fd_.get(); }

  // Opens a file or folder below this one, `/` between the parts, without following symbolic links; invalid with errno
  // (ELOOP for a link). An empty path is this folder.
  [[nodiscard]] FileDescriptor open_below(std::string_view path, bool folder) const;

  // Reads a regular file below this one into `out`. Throws std::bad_alloc.
  ReadOutcome read(std::string_view path, uint64_t limit, std::string* out) const;

 private:
  FileDescriptor fd_;
};

// Reads an absolute path, whose last part must not be a symbolic link.
ReadOutcome read_file(const std::string& path, uint64_t limit, std::string* out);

// The path without symbolic links; empty with errno set when it is not there. Throws std::bad_alloc.
std::string real_path(const std::string& path);

// Where many paths lead. It remembers the folders it has looked at, so that a file in one of them costs one question to
// the system instead of one for each part of its path; so it is for one piece of work, after which folders may be other
// ones. Many threads may ask at once.
class PathResolver {
 public:
  struct Place {
    std::string path;   // without symbolic links; empty with errno set when there is nothing
    unsigned mode = 0;  // as stat says it
  };
  // `path` is absolute. Throws std::bad_alloc.
  [[nodiscard]] Place resolve(std::string_view path);

 private:
  std::shared_mutex mutex_;
  std::unordered_map<std::string, std::string> folders_;  // as asked for, and without symbolic links
};

// Whether `path` is `folder` or below it; both without symbolic links.
bool is_below(std::string_view path, std::string_view folder);
// `folder`/`name`, or `name` for an empty folder.
std::string join_path(std::string_view folder, std::string_view name);
// All but the last part; empty when there is one part only.
std::string_view parent_path(std::string_view path);
std::string_view file_name(std::string_view path);

// What an errno says, in English whatever the locale.
std::string errno_reason(int error);
// "a FIFO", "a device", ... for a mode of stat.
std::string_view file_type_name(unsigned mode);

// Text for people: bytes that are not UTF-8 become `\xff`.
std::string to_utf8(std::string_view bytes);
bool is_utf8(std::string_view bytes);

}  // namespace rp
