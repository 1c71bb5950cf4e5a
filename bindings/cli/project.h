// What the commands about projects share: how one is opened, and what is said of what it could not see.
#ifndef RUSTPRO_CLI_PROJECT_H
#define RUSTPRO_CLI_PROJECT_H

#include <string>
#include <vector>

#include "commands.h"

namespace cli {

// A file and the folder to open for it: that of the nearest Cargo.toml at or above it. Without a repository around them
// files are read below the opened folder alone, and a crate needs all of its own. Without a manifest it is the file's
// own path, and `name` its name.
struct FileInFolder {
  std::string folder;  // to open; absolute
  std::string name;    // relative to the folder
  std::string root;    // what paths are relative to when it is open: the folder itself, or that of a file
};
FileInFolder folder_of(const std::string& file);

// An opened project and the words about it. Paths in it are relative to the folder of the workspace.
class Project {
 public:
  // Throws Failure.
  explicit Project(const ProjectOptions& options);

  const Library& library() const { return library_; }
  const rp_project* get() const { return project_.get(); }

  // The crates that PATH is about, those for tests left out where the same crate is there without: all local ones, or
  // those with the name that --crate gives. Throws Failure when there is none of that name.
  std::vector<size_t> crates() const;
  std::string crate_label(size_t crate) const;  // "name (lib)"
  // The crate that sees the most of a file, given relative to the opened folder; RP_NO_INDEX when there is none.
  size_t crate_of_file(const std::string& name) const;

  // Complains of what could not be seen. Returns kUnread when a file that belongs to the project could not be read or,
  // when `packages` count, a package is missing; else kClean.
  ExitCode tell_gaps(bool packages) const;

  // Renders with one of the rp_project_render_... functions; `call` gets the buffer and the error.
  template <typename Call>
  std::string render(const Call& call) const {
    rp_buffer* buffer = nullptr;
    rp_error* error = nullptr;
    const rp_status status = call(&buffer, &error);
    library_.check(status, error);
    const Handle<rp_buffer> owner(buffer, library_->buffer_free);
    return std::string(view(library_->buffer_text(buffer)));
  }

 private:
  const Library library_;
  Handle<rp_project> project_;
  ProjectOptions options_;
};

}  // namespace cli

#endif
