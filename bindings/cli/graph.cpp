#include "project.h"

namespace cli {

ExitCode graph(const ProjectOptions& options, Output& output) {
  const Project project(options);
  const Library& library = project.library();
  // Files without a manifest have no dependencies to show, unless they are all there is.
  std::vector<size_t> shown;
  const size_t count = library->project_workspace_count(project.get());
  for (size_t i = 0; i < count; ++i)
    if (library->project_workspace(project.get(), i).made_up == 0) shown.push_back(i);
  if (shown.empty() && count > 0) shown.push_back(0);
  if (shown.empty()) throw Failure(ExitCode::kUnread, options.path + ": no Cargo.toml and no Rust file");
  if (shown.size() > 1 && options.graph_format != RP_GRAPH_TEXT) {
    std::string names;
    for (const size_t i : shown)
      names += "\n  " + printable(view(library->project_workspace(project.get(), i).manifest));
    throw Failure(ExitCode::kUsage, "several workspaces are here; name the folder of one:" + names);
  }
  std::string text;
  for (const size_t i : shown) {
    if (shown.size() > 1)
      text += (text.empty() ? "# " : "\n# ") + printable(view(library->project_workspace(project.get(), i).manifest)) +
              "\n\n";
    text += project.render([&](rp_buffer** buffer, rp_error** error) {
      return library->project_render_graph(project.get(), i, options.graph_format, buffer, error);
    });
  }
  output.write(text);
  output.flush();
  return project.tell_gaps(true);
}

}  // namespace cli
