// workspace.hpp - a folder or texts of the host: files, trees, reviews, progress.
#ifndef RUSTPRO_WORKSPACE_HPP
#define RUSTPRO_WORKSPACE_HPP

#include <cstddef>
#include <cstdint>
#include <exception>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base.hpp"
#include "report.hpp"
#include "tree.hpp"

namespace rustpro {

// Says how far a call has come; returns false to cancel it. `name` is valid during the call only. An exception cancels
// too, and comes out of the call. Must not use the workspace it reports on.
using Progress = std::function<bool(uint64_t done, uint64_t total, std::string_view name)>;

struct WorkspaceOptions {
  uint32_t edition = RP_EDITION_DEFAULT;       // for files whose Cargo.toml gives none
  uint32_t thread_count = 0;                   // 0 means one for each processor
  uint32_t nesting_limit = 0;                  // 0 means the library's default, here and below
  uint64_t memory_limit = 0;                   // bytes
  uint64_t file_limit = 0;                     // bytes
  const Cancellation* cancellation = nullptr;  // must outlive the workspace
  Progress progress;
};

// What is chosen for one review, on top of rustpro.toml.
struct ReviewOptions {
  std::optional<Severity> min_severity;  // what is less severe is left out; by default what rustpro.toml says
  std::vector<std::string> only;         // rules and areas: only these run
  std::vector<std::string> deny;         // rules and areas: their findings are errors
  std::vector<std::string> off;          // rules and areas that do not run
  std::string baseline;                  // of Report::baseline: the findings in it are left out and counted
  std::string advisory_db;               // a folder: a clone of the RustSec advisory database
  std::string target;                    // as rustc names it; empty for x86_64-unknown-linux-gnu
  std::vector<std::string> features;
  std::string cargo_home;    // absolute; empty: sources of dependencies are not looked for
  std::string cache_folder;  // absolute; empty: nothing is kept
  bool all_features = false;
  bool no_default_features = false;
  bool whole_tree = false;  // read packages that only run at build time, too: Report::packages
};

// One file of a workspace.
struct WorkspaceFile {
  std::string_view path;  // relative to the workspace's folder; valid until the workspace is changed
  uint32_t edition;
};

namespace detail {

// Names with commas between them.
inline std::string joined(const std::vector<std::string>& names) {
  std::string list;
  for (const std::string& name : names) {
    if (!list.empty()) list += ',';
    list += name;
  }
  return list;
}

inline WorkspaceFile file_at(const rp_workspace* workspace, size_t index) {
  return {view(rp_workspace_file_path(workspace, index)), rp_workspace_file_edition(workspace, index)};
}

// The caller's callback, and what it threw: no exception may pass through the library.
struct ProgressState {
  Progress progress;
  std::mutex mutex;
  std::exception_ptr thrown;

  std::exception_ptr take() {
    const std::lock_guard<std::mutex> lock(mutex);
    return std::exchange(thrown, nullptr);
  }
};

extern "C" inline int rustpro_hpp_progress(uint64_t done, uint64_t total, rp_string name, void* user_data) {
  auto* state = static_cast<ProgressState*>(user_data);
  try {
    return state->progress(done, total, view(name)) ? 0 : 1;
  } catch (...) {
    const std::lock_guard<std::mutex> lock(state->mutex);
    if (state->thrown == nullptr) state->thrown = std::current_exception();
    return 1;
  }
}

}  // namespace detail

using WorkspaceFiles = detail::IndexRange<rp_workspace, WorkspaceFile, detail::file_at>;
using WorkspaceUnread = detail::IndexRange<rp_workspace, Unread, detail::workspace_unread_at>;

// A set of files to look at together. set_file and remove_file need it to themselves; the rest may run at once.
class Workspace {
 public:
  // Opens a folder or a single file, given as UTF-8.
  static Workspace open(std::string_view path, WorkspaceOptions options = {}) {
    Workspace workspace(std::move(options.progress));
    const rp_workspace_options plain = workspace.plain_options(options);
    rp_workspace* made = nullptr;
    detail::ErrorSlot error;
    workspace.check(error, rp_workspace_open(path.data(), path.size(), &plain, &made, error.out()));
    workspace.handle_.reset(made);
    return workspace;
  }

  // Makes a workspace without files on disk; fill it with set_file.
  static Workspace empty(WorkspaceOptions options = {}) {
    Workspace workspace(std::move(options.progress));
    const rp_workspace_options plain = workspace.plain_options(options);
    rp_workspace* made = nullptr;
    detail::ErrorSlot error;
    workspace.check(error, rp_workspace_new(&plain, &made, error.out()));
    workspace.handle_.reset(made);
    return workspace;
  }

  // Puts a text in place of a file; both are copied. `path` is relative to the workspace's folder.
  void set_file(std::string_view path, std::string_view text) {
    detail::ErrorSlot error;
    error.check(rp_workspace_set_file(handle_.get(), path.data(), path.size(), text.data(), text.size(), error.out()));
  }

  // Takes back what set_file put there.
  void remove_file(std::string_view path) {
    detail::ErrorSlot error;
    error.check(rp_workspace_remove_file(handle_.get(), path.data(), path.size(), error.out()));
  }

  WorkspaceFiles files() const noexcept { return {get(), rp_workspace_file_count(get())}; }
  WorkspaceUnread unread() const noexcept { return {get(), rp_workspace_unread_count(get())}; }

  // Parses the file files()[index]. The tree does not depend on the workspace.
  Tree parse_file(size_t index) const {
    rp_tree* made = nullptr;
    detail::ErrorSlot error;
    check(error, rp_workspace_parse_file(get(), index, &made, error.out()));
    return Tree(made);
  }

  Report review() const {
    rp_report* made = nullptr;
    detail::ErrorSlot error;
    check(error, rp_workspace_review(get(), &made, error.out()));
    return Report(made);
  }

  // Throws Error with RP_ERROR_INVALID_ARGUMENT for a rule, area or target that does not exist, a baseline that is none
  // and a path that is not absolute.
  Report review(const ReviewOptions& options) const {
    const auto string = [](const std::string& value) { return rp_string{value.data(), value.size()}; };
    const std::string only = detail::joined(options.only);
    const std::string deny = detail::joined(options.deny);
    const std::string off = detail::joined(options.off);
    const std::string features = detail::joined(options.features);
    rp_review_options plain = RP_REVIEW_OPTIONS_INIT;
    if (options.min_severity) plain.min_severity = static_cast<uint32_t>(*options.min_severity);
    plain.only = string(only);
    plain.deny = string(deny);
    plain.off = string(off);
    plain.baseline = string(options.baseline);
    plain.advisory_db = string(options.advisory_db);
    plain.target = string(options.target);
    plain.features = string(features);
    plain.cargo_home = string(options.cargo_home);
    plain.cache_folder = string(options.cache_folder);
    plain.all_features = options.all_features ? 1 : 0;
    plain.no_default_features = options.no_default_features ? 1 : 0;
    plain.whole_tree = options.whole_tree ? 1 : 0;
    rp_report* made = nullptr;
    detail::ErrorSlot error;
    check(error, rp_workspace_review_with(get(), &plain, &made, error.out()));
    return Report(made);
  }

  const rp_workspace* get() const noexcept { return handle_.get(); }

 private:
  explicit Workspace(Progress progress) {
    if (progress == nullptr) return;
    progress_ = std::make_unique<detail::ProgressState>();
    progress_->progress = std::move(progress);
  }

  rp_workspace_options plain_options(const WorkspaceOptions& options) const noexcept {
    rp_workspace_options plain = RP_WORKSPACE_OPTIONS_INIT;
    plain.edition = options.edition;
    plain.thread_count = options.thread_count;
    plain.nesting_limit = options.nesting_limit;
    plain.memory_limit = options.memory_limit;
    plain.file_limit = options.file_limit;
    plain.cancellation = options.cancellation != nullptr ? options.cancellation->get() : nullptr;
    plain.progress = progress_ != nullptr ? detail::rustpro_hpp_progress : nullptr;
    plain.user_data = progress_.get();
    return plain;
  }

  void check(const detail::ErrorSlot& error, Status status) const {
    if (status == RP_ERROR_CANCELLED && progress_ != nullptr) {
      if (const std::exception_ptr thrown = progress_->take()) std::rethrow_exception(thrown);
    }
    error.check(status);
  }

  // Declared first: the library calls it as long as the handle lives. On the heap, so that moving keeps its address.
  std::unique_ptr<detail::ProgressState> progress_;
  detail::Handle<rp_workspace, rp_workspace_free> handle_;
};

}  // namespace rustpro

#endif
