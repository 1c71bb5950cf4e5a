// The files that are looked at together: those of a folder, or one, with texts in memory in place of some. What
// manifests say of them is in crates/packaged_workspace.h.
#pragma once

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/edition.h"
#include "base/limits.h"
#include "source/discover.h"
#include "source/file_system.h"

namespace rp {

inline constexpr uint64_t kDefaultFileLimit = uint64_t{64} << 20;

struct WorkspaceOptions {
  std::optional<Edition> edition;  // for files whose Cargo.toml gives none
  uint32_t threads = 0;
  uint32_t nesting_limit = kDefaultNestingLimit;
  uint64_t memory_limit = 0;
  uint64_t file_limit = kDefaultFileLimit;
  const Cancellation* cancellation = nullptr;
};

// Why a workspace could not be opened.
class OpenError : public std::exception {
 public:
  OpenError(bool not_found, std::string message) : not_found_(not_found), message_(std::move(message)) {}
  [[nodiscard]] bool not_found() const { return not_found_; }
  [[nodiscard]] const char* what() const noexcept override { return message_.c_str(); }

 private:
  bool not_found_;
  std::string message_;
};

struct WorkspaceFile {
  std::string path;                      // relative to the folder
  std::string read_path;                 // without symbolic links; empty when it is not on disk
  const std::string* overlay = nullptr;  // the text in memory
};

class Workspace {
 public:
  explicit Workspace(const WorkspaceOptions& options);                  // nothing on disk
  Workspace(const std::string& path, const WorkspaceOptions& options);  // throws OpenError
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;

  [[nodiscard]] const WorkspaceOptions& options() const { return options_; }
  [[nodiscard]] const std::vector<WorkspaceFile>& files() const { return files_; }  // sorted by path
  [[nodiscard]] const std::vector<Unread>& unread() const { return unread_; }       // sorted by path
  // Absolute; empty for a workspace without files on disk.
  [[nodiscard]] const std::string& root() const { return root_; }
  // The folder, at or above the root, above which no manifest is looked for.
  [[nodiscard]] const std::string& top() const { return top_; }
  // Texts in memory, by path relative to the folder.
  using Overlays = std::map<std::string, std::string, std::less<>>;
  [[nodiscard]] const Overlays& overlays() const { return overlays_; }
  // The text of a file of any kind at an absolute path, from memory or from disk. For manifests: below top() when that
  // is a repository, a symbolic link is followed as far as it stays inside.
  ReadOutcome read_text(const std::string& path, uint64_t limit, std::string* out) const;

  // Whether a path may be given to set_file; a reason in words when not.
  static bool check_path(std::string_view path, std::string* why);
  // What is to be true of a change before it stands: it throws to have the change taken back.
  using Check = std::function<void()>;
  // Any path; only Rust files are listed. When it throws (std::bad_alloc, or what `check` throws, which is called when
  // the change is in place), nothing has changed.
  void set_file(std::string_view path, std::string_view text, const Check& check = nullptr);
  // Returns false when set_file put nothing there.
  bool remove_file(std::string_view path, const Check& check = nullptr);

 private:
  void list_files();
  [[nodiscard]] std::vector<Unread> list_unread() const;
  [[nodiscard]] bool is_listed(std::string_view path) const;
  [[nodiscard]] std::vector<WorkspaceFile>::iterator position_of(std::string_view path);

  WorkspaceOptions options_;
  std::string root_;
  std::string top_;  // nothing above it is read
  Found found_;
  Overlays overlays_;
  std::vector<WorkspaceFile> files_;
  std::vector<Unread> unread_;
};

// Reads the texts of a workspace; any number of threads may read from one.
class WorkspaceReader {
 public:
  // Throws std::bad_alloc. A folder that is gone shows in the outcome of each read.
  explicit WorkspaceReader(const Workspace& workspace);
  // `*text` is the overlay, or `*storage` after it was read from disk. Whether it is UTF-8 is not checked.
  ReadOutcome read(const WorkspaceFile& file, std::string* storage, std::string_view* text) const;

 private:
  const Workspace& workspace_;
  Folder folder_;
  ReadOutcome failure_;
};

}  // namespace rp
