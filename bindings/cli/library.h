// What the commands need of librustpro: the opened library, handles that end themselves, failures as exceptions.
#ifndef RUSTPRO_CLI_LIBRARY_H
#define RUSTPRO_CLI_LIBRARY_H

#include <rustpro_loader.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace cli {

// How the program ends. When several apply, the highest number is returned.
enum class ExitCode : int {
  kClean = 0,     // nothing to say
  kFindings = 1,  // findings or syntax errors
  kUsage = 2,     // the command line makes no sense
  kUnread = 3,    // something could not be read
  kInternal = 4,  // a defect, no memory, or no library
};

inline ExitCode worse(ExitCode a, ExitCode b) { return static_cast<int>(a) > static_cast<int>(b) ? a : b; }

// A reason to stop, with the exit code that it means.
class Failure : public std::runtime_error {
 public:
  Failure(ExitCode code, const std::string& message) : std::runtime_error(message), code_(code) {}
  ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

// The user interrupted the program. Not an error: nothing is printed for it.
class Interrupted {};

template <typename T>
using Handle = std::unique_ptr<T, void (*)(T*)>;

inline std::string_view view(rp_string text) { return {text.data, text.length}; }

// The library and a cancellation token that an interrupt raises.
class Library {
 public:
  // Finds the library: RUSTPRO_LIBRARY, beside the program as installed or as built, then the system. Throws Failure.
  Library();

  const rustpro_api* operator->() const { return &api_; }
  const rp_cancellation* cancellation() const { return cancellation_.get(); }

  Handle<rp_workspace> open_workspace(const std::string& path, const rp_workspace_options& options) const;
  Handle<rp_report> review(const rp_workspace* workspace) const;
  Handle<rp_fixes> make_fixes(const rp_report* report, const rp_workspace* workspace, bool suggestions) const;
  // The difference of two texts of a file, as a unified diff.
  std::string diff(std::string_view path, std::string_view from, std::string_view to) const;

  // Throws what `status` and `error` say and ends `error`; does nothing for RP_OK.
  void check(rp_status status, rp_error* error, std::string_view about = {}) const;

  // Returns the words of an error, or the name of the status when there was no memory for words. Ends `error`.
  std::string message(rp_status status, rp_error* error) const;

  // Renders with `call`, one of the rp_..._render functions.
  template <typename Subject>
  std::string render(rp_status (*call)(const Subject*, const rp_render_options*, rp_buffer**, rp_error**),
                     const Subject* subject, const rp_render_options& options) const {
    rp_buffer* buffer = nullptr;
    rp_error* error = nullptr;
    const rp_status status = call(subject, &options, &buffer, &error);
    check(status, error);
    const Handle<rp_buffer> owner(buffer, api_.buffer_free);
    return std::string(view(api_.buffer_text(buffer)));
  }

 private:
  rustpro_api api_;
  Handle<rp_cancellation> cancellation_;
};

// The exit code that a failed call means.
ExitCode exit_code_of(rp_status status);

}  // namespace cli

#endif
