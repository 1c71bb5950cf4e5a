#include "project.h"

namespace cli {

ExitCode symbols(const ProjectOptions& options, Output& output) {
  const Project project(options);
  const std::vector<size_t> crates = project.crates();
  std::string text = options.json ? "[" : "";
  for (size_t i = 0; i < crates.size(); ++i) {
    const std::string part = project.render([&](rp_buffer** buffer, rp_error** error) {
      return project.library()->project_render_symbols(project.get(), crates[i],
                                                       options.json ? RP_FORMAT_JSON : RP_FORMAT_TEXT, buffer, error);
    });
    if (options.json)
      text += (i == 0 ? "" : ",") + part.substr(0, part.find_last_not_of('\n') + 1);
    else
      text += (i == 0 ? "" : "\n") + ("# " + project.crate_label(crates[i]) + "\n") + part;
  }
  if (options.json) text += "]\n";
  output.write(text);
  output.flush();
  return project.tell_gaps(false);
}

}  // namespace cli
