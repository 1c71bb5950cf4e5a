// The files that are looked at together: those of a folder, or one, with texts in memory in place of some.
#pragma once

#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/edition.h"
#include "base/limits.h"
#include "source/discover.h"
#include "source/file_system.h"
#include "source/package.h"

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
  std::string path;       // relative to the folder
  std::string read_path;  // without symbolic links; empty when it is not on disk
  Edition edition = Edition::k2021;
  bool edition_guessed = false;                             // no Cargo.toml says so
  const std::string* overlay = nullptr;                     // the text in memory
  const std::vector<std::string>* allowed_lints = nullptr;  // by its Cargo.toml (PackageManifest); may be null
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

  // Whether a path may be given to set_file; a reason in words when not.
  static bool check_path(std::string_view path, std::string* why);
  // Any path; only Rust files are listed, and a Cargo.toml changes the editions of files below it.
  // When it throws (std::bad_alloc), nothing has changed.
  void set_file(std::string_view path, std::string_view text);
  // Returns false when set_file put nothing there.
  bool remove_file(std::string_view path);

 private:
  [[nodiscard]] ReadOutcome read_manifest(const std::string& path, std::string* out) const;
  [[nodiscard]] std::unique_ptr<PackageFinder> make_finder() const;
  // Lists all files anew from what is on disk and the overlays.
  struct State {
    std::unique_ptr<PackageFinder> finder;
    std::vector<WorkspaceFile> files;
    std::vector<Unread> unread;
  };
  [[nodiscard]] State list_files() const;
  [[nodiscard]] std::vector<Unread> list_unread(const PackageFinder& finder) const;
  void adopt(State state);
  [[nodiscard]] bool is_listed(std::string_view path) const;
  [[nodiscard]] std::vector<WorkspaceFile>::iterator position_of(std::string_view path);

  WorkspaceOptions options_;
  std::string root_;
  std::string top_;  // nothing above it is read
  Found found_;
  std::map<std::string, std::string, std::less<>> overlays_;
  std::unique_ptr<PackageFinder> finder_;
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
