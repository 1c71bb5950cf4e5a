#include <cstdlib>

#include "commands.h"

namespace cli {
namespace {

// Where cargo keeps sources: as cargo itself decides it.
std::string cargo_home() {
  if (const char* home = std::getenv("CARGO_HOME"); home != nullptr && home[0] == '/') return home;
  if (const char* home = std::getenv("HOME"); home != nullptr && home[0] == '/') return std::string(home) + "/.cargo";
  return {};
}

rp_string string_of(const std::string& text) { return {text.data(), text.size()}; }

Handle<rp_api> read(const Library& library, const ApiOptions& options, const std::string& path) {
  rp_workspace_options workspace_options = RP_WORKSPACE_OPTIONS_INIT;
  workspace_options.thread_count = options.threads;
  workspace_options.cancellation = library.cancellation();
  const auto workspace = library.open_workspace(path, workspace_options);
  const std::string home = options.cargo_home.empty() ? cargo_home() : options.cargo_home;
  rp_api_options api_options = RP_API_OPTIONS_INIT;
  api_options.all_features = options.all_features ? 1 : 0;
  api_options.no_default_features = options.no_default_features ? 1 : 0;
  api_options.features = string_of(options.features);
  api_options.package = string_of(options.package);
  api_options.target = string_of(options.target);
  api_options.cargo_home = string_of(home);
  rp_api* made = nullptr;
  rp_error* error = nullptr;
  const rp_status status = library->workspace_public_api(workspace.get(), &api_options, &made, &error);
  library.check(status, error);
  return {made, library->api_free};
}

}  // namespace

ExitCode api(const ApiOptions& options, Output& output) {
  const Library library;
  rp_render_options render_options = RP_RENDER_OPTIONS_INIT;
  render_options.format = options.json ? RP_FORMAT_JSON : RP_FORMAT_TEXT;
  render_options.color = !options.json && use_color(options.color) ? 1 : 0;
  render_options.width = terminal_width();
  const auto before = read(library, options, options.paths.empty() ? "." : options.paths.front());
  if (!options.diff) {
    output.write(library.render(library->api_render, const_cast<const rp_api*>(before.get()), render_options));
    output.flush();
    return ExitCode::kClean;
  }
  const auto after = read(library, options, options.paths.back());
  rp_api_diff* made = nullptr;
  rp_error* error = nullptr;
  const rp_status status = library->api_compare(before.get(), after.get(), &made, &error);
  library.check(status, error);
  const Handle<rp_api_diff> diff(made, library->api_diff_free);
  output.write(library.render(library->api_diff_render, const_cast<const rp_api_diff*>(diff.get()), render_options));
  output.flush();
  return library->api_diff_sufficient(diff.get()) == 0 ? ExitCode::kFindings : ExitCode::kClean;
}

}  // namespace cli
