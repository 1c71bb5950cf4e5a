#include <sys/stat.h>

#include <optional>

#include "project.h"

namespace cli {
namespace {

bool is_file(const std::string& path) {
  struct stat status = {};
  return stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

// The crate to expand: the only one, or the only library.
size_t choose(const Project& project, const ProjectOptions& options) {
  const Library& library = project.library();
  const std::vector<size_t> crates = project.crates();
  if (crates.empty()) throw Failure(ExitCode::kUnread, options.path + ": no crate is there");
  std::vector<size_t> libraries;
  for (const size_t crate : crates)
    if (library->project_crate(project.get(), crate).kind == RP_CRATE_LIB) libraries.push_back(crate);
  if (libraries.size() == 1) return libraries.front();
  if (crates.size() == 1) return crates.front();
  std::string names;
  for (const size_t crate : crates) names += "\n  " + project.crate_label(crate);
  throw Failure(ExitCode::kUsage, "several crates are here; choose one with --crate NAME:" + names);
}

}  // namespace

ExitCode expand(const ProjectOptions& options, Output& output) {
  std::optional<Project> project;
  size_t crate = RP_NO_INDEX;
  if (is_file(options.path)) {
    const FileInFolder file = folder_of(options.path);
    ProjectOptions of_folder = options;
    of_folder.path = file.folder;
    project.emplace(of_folder);
    if (options.crate.empty()) crate = project->crate_of_file(file.name);
    // A file that no target leads to is looked at by itself.
    if (options.crate.empty() && crate == RP_NO_INDEX) {
      project.emplace(options);
      crate = project->crate_of_file(file.name.substr(file.name.rfind('/') + 1));
    }
  } else {
    project.emplace(options);
  }
  if (crate == RP_NO_INDEX) crate = choose(*project, options);
  const std::string text = project->render([&](rp_buffer** buffer, rp_error** error) {
    return project->library()->project_render_expanded(project->get(), crate, options.module.data(),
                                                       options.module.size(), buffer, error);
  });
  output.write(text);
  output.flush();
  return project->tell_gaps(false);
}

}  // namespace cli
