#include "project.h"

#include <sys/stat.h>

#include <algorithm>
#include <cstdlib>

namespace cli {
namespace {

// Where cargo keeps its registry: CARGO_HOME, else ~/.cargo; empty when that is not there.
std::string cargo_home() {
  std::string folder;
  if (const char* named = std::getenv("CARGO_HOME"); named != nullptr && *named != '\0')
    folder = named;
  else if (const char* home = std::getenv("HOME"); home != nullptr && *home != '\0')
    folder = std::string(home) + "/.cargo";
  struct stat status = {};
  return !folder.empty() && stat(folder.c_str(), &status) == 0 && S_ISDIR(status.st_mode) ? folder : std::string();
}

rp_string text(const std::string& value) { return {value.data(), value.size()}; }

std::string absolute(const std::string& path) {
  char* real = realpath(path.c_str(), nullptr);
  if (real == nullptr) return {};
  std::string result = real;
  std::free(real);
  return result;
}

constexpr const char* kKinds[] = {"", "lib", "bin", "example", "test", "bench", "build script", "standard library"};

}  // namespace

FileInFolder folder_of(const std::string& file) {
  const std::string path = absolute(file);
  const size_t last = path.rfind('/');
  if (last == std::string::npos) return {file, file, file};  // opening it says what is wrong
  for (size_t slash = last; slash != std::string::npos && slash > 0; slash = path.rfind('/', slash - 1)) {
    struct stat status = {};
    const std::string folder = path.substr(0, slash);
    if (stat((folder + "/Cargo.toml").c_str(), &status) == 0 && S_ISREG(status.st_mode))
      return {folder, path.substr(slash + 1), folder};
  }
  return {path, path.substr(last + 1), path.substr(0, last)};
}

size_t Project::crate_of_file(const std::string& name) const {
  const size_t count = library_->project_file_count(get());
  for (size_t i = 0; i < count; ++i)
    if (view(library_->project_file(get(), i).path) == name) return library_->project_file_crate(get(), i, 0);
  return RP_NO_INDEX;
}

Project::Project(const ProjectOptions& options) : project_(nullptr, nullptr), options_(options) {
  rp_workspace_options workspace_options = RP_WORKSPACE_OPTIONS_INIT;
  workspace_options.thread_count = options.threads;
  workspace_options.cancellation = library_.cancellation();
  workspace_options.edition = options.edition;
  const auto workspace = library_.open_workspace(options.path, workspace_options);

  rp_project_options project_options = RP_PROJECT_OPTIONS_INIT;
  project_options.all_features = options.all_features ? 1 : 0;
  project_options.no_default_features = options.no_default_features ? 1 : 0;
  project_options.test_cfg = options.test ? 1 : 0;
  project_options.target = text(options.target);
  std::vector<rp_string> features;
  for (const std::string& feature : options.features) features.push_back(text(feature));
  project_options.features = features.data();
  project_options.feature_count = features.size();
  const std::string home = cargo_home();
  project_options.cargo_home = text(home);
  std::vector<rp_named_source> sources;
  for (const std::string& folder : options.sources) sources.push_back({{"", 0}, text(folder)});
  project_options.sources = sources.data();
  project_options.source_count = sources.size();
  project_options.cache_folder = text(options.cache);
  rp_project* project = nullptr;
  rp_error* error = nullptr;
  const rp_status status = library_->project_open(workspace.get(), &project_options, &project, &error);
  library_.check(status, error);
  project_ = Handle<rp_project>(project, library_->project_free);
}

std::string Project::crate_label(size_t crate) const {
  const rp_crate info = library_->project_crate(get(), crate);
  return printable(view(info.name)) + " (" + kKinds[std::min<size_t>(info.kind, 7)] + (info.is_test ? ", test" : "") +
         ")";
}

std::vector<size_t> Project::crates() const {
  std::vector<size_t> found;
  const size_t count = library_->project_crate_count(get());
  std::vector<rp_crate> seen;
  for (size_t i = 0; i < count; ++i) {
    const rp_crate crate = library_->project_crate(get(), i);
    if (crate.state != RP_CRATE_READ || (!crate.is_local && options_.crate.empty())) continue;
    if (!options_.crate.empty() && view(crate.name) != options_.crate) continue;
    // With its tests, or for the host, it is there a second time.
    const auto same = [&](const rp_crate& other) {
      return other.package == crate.package && other.kind == crate.kind && view(other.name) == view(crate.name);
    };
    if (std::any_of(seen.begin(), seen.end(), same)) continue;
    seen.push_back(crate);
    found.push_back(i);
  }
  if (found.empty() && !options_.crate.empty())
    throw Failure(ExitCode::kUsage, "no crate is named '" + options_.crate + "', or it was not read");
  return found;
}

ExitCode Project::tell_gaps(bool packages) const {
  ExitCode code = ExitCode::kClean;
  size_t missing = 0;
  const size_t gaps = library_->project_gap_count(get());
  for (size_t i = 0; i < gaps; ++i) {
    const rp_gap gap = library_->project_gap(get(), i);
    if (gap.kind == RP_GAP_MISSING_PACKAGE) ++missing;
    if (gap.kind != RP_GAP_UNREADABLE_FILE && gap.kind != RP_GAP_UNKNOWN_STD && gap.kind != RP_GAP_LIMIT) continue;
    std::string place = printable(view(gap.place.path));
    if (gap.place.start.line != 0)
      place += ":" + std::to_string(gap.place.start.line) + ":" + std::to_string(gap.place.start.column_bytes);
    complain((place.empty() ? "" : place + ": ") + printable(view(gap.message)));
    code = ExitCode::kUnread;
  }
  const size_t unread = library_->project_unread_count(get());
  for (size_t i = 0; i < unread; ++i) {
    const rp_unread entry = library_->project_unread(get(), i);
    complain(printable(view(entry.path)) + ": " + printable(view(entry.reason)));
    code = ExitCode::kUnread;
  }
  const size_t problems = library_->project_problem_count(get());
  for (size_t i = 0; i < problems; ++i) {
    const rp_problem problem = library_->project_problem(get(), i);
    if (problem.kind == RP_PROBLEM_NAME) continue;
    std::string place = printable(view(problem.place.path));
    if (problem.place.start.line != 0) place += ":" + std::to_string(problem.place.start.line);
    complain((place.empty() ? "" : place + ": ") + printable(view(problem.message)));
    code = worse(code, ExitCode::kFindings);
  }
  if (missing > 0) {
    complain(std::to_string(missing) +
             (missing == 1 ? " package is missing: names in it are unknown; `rustpro graph` tells which"
                           : " packages are missing: names in them are unknown; `rustpro graph` tells which"));
    if (packages) code = ExitCode::kUnread;
  }
  return code;
}

}  // namespace cli
