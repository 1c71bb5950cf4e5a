#include "commands.h"

namespace cli {
namespace {

extern "C" int show_progress(uint64_t done, uint64_t total, rp_string name, void* user_data) {
  static_cast<Progress*>(user_data)->show(done, total, view(name));
  return 0;
}

}  // namespace

ExitCode review(const ReviewOptions& options, Output& output) {
  const Library library;
  Progress progress;
  rp_workspace_options workspace_options = RP_WORKSPACE_OPTIONS_INIT;
  workspace_options.thread_count = options.threads;
  workspace_options.cancellation = library.cancellation();
  if (progress.enabled()) {
    workspace_options.progress = show_progress;
    workspace_options.user_data = &progress;
  }
  const auto workspace = library.open_workspace(options.path, workspace_options);
  const auto report = library.review(workspace.get());

  rp_render_options render_options = RP_RENDER_OPTIONS_INIT;
  render_options.format = options.json ? RP_FORMAT_JSON : RP_FORMAT_TEXT;
  render_options.color = !options.json && use_color(options.color) ? 1 : 0;
  render_options.width = terminal_width();
  std::string text = library.render(library->report_render, const_cast<const rp_report*>(report.get()), render_options);
  if (!text.empty() && text.back() != '\n') text += '\n';
  progress.erase();
  output.write(text);
  output.flush();

  if (library->report_unread_count(report.get()) > 0) return ExitCode::kUnread;
  return library->report_finding_count(report.get()) > 0 ? ExitCode::kFindings : ExitCode::kClean;
}

}  // namespace cli
