#include "library.h"

#include <array>

#include "interrupt.h"

namespace cli {
namespace {

// Where the library lies as seen from the program: as built (the build folder's lib/), as installed. The second is what
// the build was configured with, such as ../lib/x86_64-linux-gnu.
constexpr std::array<const char*, 2> kFolders = {"../../lib", RUSTPRO_CLI_LIBRARY_FOLDER};

std::string find_library_folder() {
  std::array<char, 1024> folder;
  if (rustpro_program_folder(folder.data(), folder.size()) == 0) return {};
  for (const char* relative : kFolders) {
    const std::string candidate = std::string(folder.data()) + '/' + relative;
    if (access((candidate + '/' + RUSTPRO_LIBRARY_NAME).c_str(), F_OK) == 0) return candidate;
  }
  return {};
}

}  // namespace

ExitCode exit_code_of(rp_status status) {
  switch (status) {
    case RP_OK:
      return ExitCode::kClean;
    case RP_ERROR_INVALID_UTF8:
    case RP_ERROR_TOO_LARGE:
    case RP_ERROR_NOT_FOUND:
    case RP_ERROR_IO:
    case RP_ERROR_INVALID_ARGUMENT:  // such as a path that holds a NUL
      return ExitCode::kUnread;
    default:
      return ExitCode::kInternal;
  }
}

Library::Library() : cancellation_(nullptr, nullptr) {
  std::array<char, 1024> message;
  const std::string folder = find_library_folder();
  if (rustpro_load(folder.empty() ? nullptr : folder.c_str(), &api_, message.data(), message.size()) == 0) {
    throw Failure(ExitCode::kInternal,
                  std::string(message.data()) + "\nSet RUSTPRO_LIBRARY to the path of " RUSTPRO_LIBRARY_NAME ".");
  }
  rp_cancellation* token = nullptr;
  rp_error* error = nullptr;
  const rp_status status = api_.cancellation_new(&token, &error);
  check(status, error);
  cancellation_ = Handle<rp_cancellation>(token, api_.cancellation_free);
  request_on_interrupt(token, api_.cancellation_request);
}

std::string Library::message(rp_status status, rp_error* error) const {
  std::string text(view(error != nullptr ? api_.error_message(error) : api_.status_name(status)));
  api_.error_free(error);
  return text;
}

void Library::check(rp_status status, rp_error* error, std::string_view about) const {
  if (status == RP_OK) return;
  std::string text = message(status, error);
  if (status == RP_ERROR_CANCELLED && interrupted()) throw Interrupted();
  // The library's words often name the path already.
  if (!about.empty() && text.find(about) == std::string::npos) text = std::string(about) + ": " + text;
  throw Failure(exit_code_of(status), text);
}

Handle<rp_workspace> Library::open_workspace(const std::string& path, const rp_workspace_options& options) const {
  rp_workspace* workspace = nullptr;
  rp_error* error = nullptr;
  const rp_status status = api_.workspace_open(path.data(), path.size(), &options, &workspace, &error);
  check(status, error, path);
  return {workspace, api_.workspace_free};
}

Handle<rp_report> Library::review(const rp_workspace* workspace) const {
  rp_report* report = nullptr;
  rp_error* error = nullptr;
  const rp_status status = api_.workspace_review(workspace, &report, &error);
  check(status, error);
  return {report, api_.report_free};
}

Handle<rp_fixes> Library::make_fixes(const rp_report* report, const rp_workspace* workspace, bool suggestions) const {
  rp_fix_options options = RP_FIX_OPTIONS_INIT;
  options.suggestions = suggestions ? 1 : 0;
  options.cancellation = cancellation();
  rp_fixes* fixes = nullptr;
  rp_error* error = nullptr;
  const rp_status status = api_.report_make_fixes(report, workspace, &options, &fixes, &error);
  check(status, error);
  return {fixes, api_.fixes_free};
}

std::string Library::diff(std::string_view path, std::string_view from, std::string_view to) const {
  rp_buffer* buffer = nullptr;
  rp_error* error = nullptr;
  const rp_status status =
      api_.diff(path.data(), path.size(), from.data(), from.size(), to.data(), to.size(), &buffer, &error);
  check(status, error, path);
  const Handle<rp_buffer> owner(buffer, api_.buffer_free);
  return std::string(view(api_.buffer_text(buffer)));
}

}  // namespace cli
