#include "inputs.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "interrupt.h"

namespace cli {
namespace {

bool is_folder(const std::string& path) {
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

// True for what has no place in a folder tree: pipes, devices, standard input.
bool is_stream(const Input& input) {
  struct stat status = {};
  if (input.path == "-") return true;
  return input.named && stat(input.path.c_str(), &status) == 0 && !S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode);
}

// After a call that failed: true when a signal without a meaning for this program got in its way.
bool try_again() {
  if (errno != EINTR) return false;
  if (interrupted()) die_of_interrupt();
  return true;
}

void add_folder(const Library& library, const std::string& folder, uint32_t edition, Inputs& inputs) {
  rp_workspace_options options = RP_WORKSPACE_OPTIONS_INIT;
  options.cancellation = library.cancellation();
  Handle<rp_workspace> workspace(nullptr, nullptr);
  try {
    workspace = library.open_workspace(folder, options);
  } catch (const Failure& failure) {
    if (failure.code() != ExitCode::kUnread) throw;
    inputs.problems.emplace_back(failure.what());
    return;
  }
  std::string prefix = folder;
  // "." alone says nothing, as with a listing of the folder one is in.
  if (prefix == ".") {
    prefix.clear();
  } else if (prefix.back() != '/') {
    prefix += '/';
  }
  const size_t count = library->workspace_file_count(workspace.get());
  inputs.files.reserve(inputs.files.size() + count);
  for (size_t i = 0; i < count; ++i) {
    Input input;
    input.path = prefix + std::string(view(library->workspace_file_path(workspace.get(), i)));
    input.edition = edition != 0 ? edition : library->workspace_file_edition(workspace.get(), i);
    inputs.files.push_back(std::move(input));
  }
  const size_t unread = library->workspace_unread_count(workspace.get());
  for (size_t i = 0; i < unread; ++i) {
    const rp_unread entry = library->workspace_unread(workspace.get(), i);
    inputs.problems.push_back(prefix + std::string(view(entry.path)) + ": " + std::string(view(entry.reason)));
  }
}

void add_path(const Library& library, const std::string& path, bool named, uint32_t edition, Inputs& inputs) {
  if (is_folder(path)) {
    add_folder(library, path, edition, inputs);
  } else {
    inputs.files.push_back({path, edition, named});
  }
}

void add_list(const Library& library, const std::string& path, uint32_t edition, Inputs& inputs) {
  Input list;
  list.path = path;
  list.named = true;
  std::string text;
  std::string reason;
  if (!read_input(list, text, reason)) {
    inputs.problems.push_back(path + ": " + reason);
    return;
  }
  size_t start = 0;
  while (start < text.size()) {
    size_t end = text.find('\n', start);
    if (end == std::string::npos) end = text.size();
    std::string line = text.substr(start, end - start);
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (!line.empty()) add_path(library, line, false, edition, inputs);
    start = end + 1;
  }
}

}  // namespace

Inputs expand_inputs(const Library& library, const std::vector<std::string>& arguments, uint32_t edition) {
  Inputs inputs;
  for (const std::string& argument : arguments) {
    if (argument.empty()) {
      inputs.problems.emplace_back("an empty path names no file");
    } else if (argument.size() > 1 && argument[0] == '@') {
      add_list(library, argument.substr(1), edition, inputs);
    } else {
      add_path(library, argument, true, edition, inputs);
    }
  }
  return inputs;
}

bool read_input(const Input& input, std::string& text, std::string& reason) {
  text.clear();
  const bool standard_input = input.path == "-" && input.named;
  int flags = O_RDONLY | O_CLOEXEC | O_NOCTTY;
  // A pipe that nobody writes to would stop the whole run; one that the user named is waited for.
  if (!input.named) flags |= O_NONBLOCK;
  int descriptor = STDIN_FILENO;
  if (!standard_input) {
    do {
      descriptor = open(input.path.c_str(), flags);
    } while (descriptor < 0 && try_again());
  }
  if (descriptor < 0) {
    reason = std::strerror(errno);
    return false;
  }
  struct stat status = {};
  bool read_all = fstat(descriptor, &status) == 0;
  if (!read_all) {
    reason = std::strerror(errno);
  } else if (S_ISDIR(status.st_mode)) {
    reason = "is a folder";
    read_all = false;
  } else if (!S_ISREG(status.st_mode) && !input.named) {
    reason = "not a regular file";
    read_all = false;
  } else if (S_ISREG(status.st_mode) && status.st_size > static_cast<off_t>(RP_MAX_TEXT_BYTES)) {
    reason = "larger than 4 GiB";
    read_all = false;
  }
  if (read_all) {
    // One byte more than the file has, so that its end is seen without growing.
    text.resize(static_cast<size_t>(S_ISREG(status.st_mode) ? status.st_size : 65535) + 1);
    size_t used = 0;
    for (;;) {
      const ssize_t got = read(descriptor, text.data() + used, text.size() - used);
      if (got < 0 && try_again()) continue;
      if (got < 0) {
        reason = std::strerror(errno);
        read_all = false;
        break;
      }
      if (got == 0) break;
      used += static_cast<size_t>(got);
      if (used > RP_MAX_TEXT_BYTES) {
        reason = "larger than 4 GiB";
        read_all = false;
        break;
      }
      if (used == text.size()) text.resize(used * 2);
    }
    text.resize(used);
  }
  if (!standard_input) close(descriptor);
  return read_all;
}

uint32_t Editions::of(const Input& input) {
  struct stat status = {};
  // A link can lead to a file of another package, and a stream is in no folder.
  if (lstat(input.path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) return ask(input);
  const size_t slash = input.path.rfind('/');
  const std::string folder = slash == std::string::npos ? std::string() : input.path.substr(0, slash + 1);
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = by_folder_.find(folder); found != by_folder_.end()) return found->second;
  }
  const uint32_t edition = ask(input);
  const std::lock_guard lock(mutex_);
  return by_folder_.emplace(folder, edition).first->second;
}

uint32_t Editions::ask(const Input& input) const {
  rp_workspace_options options = RP_WORKSPACE_OPTIONS_INIT;
  options.thread_count = 1;
  options.cancellation = library_.cancellation();
  if (!is_stream(input)) {
    const auto workspace = library_.open_workspace(input.path, options);
    return library_->workspace_file_edition(workspace.get(), 0);
  }
  // No Cargo.toml covers a stream: ask what a workspace says of such a file.
  static constexpr std::string_view kName = "stream.rs";
  rp_workspace* made = nullptr;
  rp_error* error = nullptr;
  rp_status status = library_->workspace_new(&options, &made, &error);
  library_.check(status, error);
  const Handle<rp_workspace> workspace(made, library_->workspace_free);
  status = library_->workspace_set_file(made, kName.data(), kName.size(), nullptr, 0, &error);
  library_.check(status, error);
  return library_->workspace_file_edition(made, 0);
}

}  // namespace cli
