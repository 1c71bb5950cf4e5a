#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <optional>
#include <utility>

#include "commands.h"

namespace cli {
namespace {

// Edits that overlap others are applied after these, when the text was reviewed again; this often at most.
constexpr int kFixRounds = 10;

extern "C" int show_progress(uint64_t done, uint64_t total, rp_string name, void* user_data) {
  static_cast<Progress*>(user_data)->show(done, total, view(name));
  return 0;
}

std::string counted(size_t count, const char* one, const char* many) {
  return std::to_string(count) + ' ' + (count == 1 ? one : many);
}

class Review {
 public:
  Review(const ReviewOptions& options, Output& output) : options_(options), output_(output) {}

  ExitCode run() {
    Opened opened = open();
    if (options_.diff) return print_diff(opened.workspace.get());
    ExitCode code = ExitCode::kClean;
    if (options_.fix) code = fix(&opened);
    if (!opened.report) opened.report.emplace(review_of(opened.workspace.get()));
    const rp_report* report = opened.report->get();
    write(render(report));
    if (!options_.write_baseline.empty()) write_baseline(report);
    if (library_->report_unread_count(report) > 0) return ExitCode::kUnread;
    return worse(code, fails(report) ? ExitCode::kFindings : ExitCode::kClean);
  }

 private:
  struct Opened {
    Handle<rp_workspace> workspace;
    std::optional<Handle<rp_report>> report;
  };

  [[nodiscard]] static std::string list_of(const std::vector<std::string>& names) {
    std::string list;
    for (const std::string& name : names) list += (list.empty() ? "" : ",") + name;
    return list;
  }

  // Where cargo keeps sources of dependencies: CARGO_HOME, else ~/.cargo; empty when that is not there.
  [[nodiscard]] std::string cargo_home() const {
    std::string folder = options_.cargo_home;
    const char* named = std::getenv("CARGO_HOME");
    const char* home = std::getenv("HOME");
    if (folder.empty() && named != nullptr && *named != '\0') folder = named;
    if (folder.empty() && home != nullptr && *home != '\0') folder = std::string(home) + "/.cargo";
    if (!folder.empty() && folder[0] != '/') folder = std::filesystem::absolute(folder).lexically_normal().string();
    std::error_code error;
    return std::filesystem::is_directory(folder, error) ? folder : std::string();
  }

  Handle<rp_report> review_of(const rp_workspace* workspace) const {
    const auto text = [](const std::string& value) { return rp_string{value.data(), value.size()}; };
    const std::string only = list_of(options_.only), deny = list_of(options_.deny), off = list_of(options_.off);
    const std::string features = list_of(options_.features), home = cargo_home();
    std::string cache = options_.cache;
    if (!cache.empty()) cache = std::filesystem::absolute(cache).lexically_normal().string();
    std::string baseline;
    if (!options_.baseline.empty()) {
      std::ifstream file(options_.baseline, std::ios::binary);
      if (!file) throw Failure(ExitCode::kUsage, printable(options_.baseline) + ": cannot be read");
      baseline.assign(std::istreambuf_iterator<char>(file), {});
    }
    rp_review_options review_options = RP_REVIEW_OPTIONS_INIT;
    review_options.min_severity = options_.min_severity;
    review_options.only = text(only);
    review_options.deny = text(deny);
    review_options.off = text(off);
    review_options.baseline = text(baseline);
    review_options.advisory_db = text(options_.advisory_db);
    review_options.target = text(options_.target);
    review_options.features = text(features);
    review_options.cargo_home = text(home);
    review_options.cache_folder = text(cache);
    review_options.all_features = options_.all_features ? 1 : 0;
    review_options.no_default_features = options_.no_default_features ? 1 : 0;
    review_options.whole_tree = options_.unsafe_tree ? 1 : 0;
    rp_report* report = nullptr;
    rp_error* error = nullptr;
    const rp_status status = library_->workspace_review_with(workspace, &review_options, &report, &error);
    library_.check(status, error);
    return {report, library_->report_free};
  }

  void write_baseline(const rp_report* report) const {
    rp_buffer* buffer = nullptr;
    rp_error* error = nullptr;
    const rp_status status = library_->report_baseline(report, &buffer, &error);
    library_.check(status, error);
    const Handle<rp_buffer> owner(buffer, library_->buffer_free);
    write_output_file(options_.write_baseline, view(library_->buffer_text(buffer)));
  }

  // Whether findings make the program fail: all of them, or with --deny those that are errors.
  [[nodiscard]] bool fails(const rp_report* report) const {
    if (options_.exit_zero) return false;
    const size_t count = library_->report_finding_count(report);
    if (options_.deny.empty()) return count > 0;
    for (size_t i = 0; i < count; ++i)
      if (library_->report_finding(report, i).severity == RP_SEVERITY_ERROR) return true;
    return false;
  }

  Opened open() {
    rp_workspace_options workspace_options = RP_WORKSPACE_OPTIONS_INIT;
    workspace_options.thread_count = options_.threads;
    workspace_options.cancellation = library_.cancellation();
    if (progress_.enabled()) {
      workspace_options.progress = show_progress;
      workspace_options.user_data = &progress_;
    }
    return {library_.open_workspace(options_.path, workspace_options), std::nullopt};
  }

  [[nodiscard]] std::string render(const rp_report* report) const {
    rp_render_options render_options = RP_RENDER_OPTIONS_INIT;
    render_options.format = options_.format;
    const bool colored =
        options_.format == RP_FORMAT_TEXT && (options_.output.empty() || options_.color == ColorChoice::kAlways);
    render_options.color = colored && use_color(options_.color) ? 1 : 0;
    render_options.width = options_.output.empty() ? terminal_width() : 0;
    render_options.link_base = options_.link_base.data();
    render_options.link_base_length = options_.link_base.size();
    std::string text = library_.render(library_->report_render, report, render_options);
    if (!text.empty() && text.back() != '\n') text += '\n';
    return text;
  }

  void write(const std::string& text) {
    progress_.erase();
    if (!options_.output.empty()) {
      write_output_file(options_.output, text);
      return;
    }
    output_.write(text);
    output_.flush();
  }

  // Writes what can be mended, reviews again, and leaves the last workspace and report in `*opened`.
  ExitCode fix(Opened* opened) {
    ExitCode code = ExitCode::kClean;
    size_t mended = 0;
    std::map<std::string, int> files;
    std::string suggestions;
    for (int round = 0; round < kFixRounds; ++round) {
      opened->report.emplace(review_of(opened->workspace.get()));
      const auto fixes = library_.make_fixes(opened->report->get(), opened->workspace.get(), options_.unsafe_fixes);
      const size_t count = library_->fixes_file_count(fixes.get());
      if (count == 0) {
        suggestions = tell_skipped(fixes.get());
        break;
      }
      bool all_written = true;
      for (size_t i = 0; i < count; ++i) {
        rp_error* error = nullptr;
        const rp_status status = library_->fixes_write_file(fixes.get(), i, &error);
        if (status == RP_OK) {
          ++files[std::string(view(library_->fixes_file(fixes.get(), i).path))];
          continue;
        }
        progress_.erase();
        complain(library_.message(status, error));
        code = ExitCode::kUnread;
        all_written = false;
      }
      if (all_written) mended += library_->fixes_applied_count(fixes.get());
      // Everything is read anew: a manifest that changed says something else of other files.
      *opened = open();
      if (!all_written) break;
    }
    progress_.erase();
    if (!files.empty())
      complain(counted(mended, "finding", "findings") + " mended in " + counted(files.size(), "file", "files") +
               suggestions);
    else if (code == ExitCode::kClean)
      complain("nothing to mend unseen" + suggestions);
    return code;
  }

  // Complains of what was refused; returns words on suggestions that were not asked for.
  std::string tell_skipped(const rp_fixes* fixes) {
    size_t suggestions = 0;
    const size_t count = library_->fixes_skipped_count(fixes);
    for (size_t i = 0; i < count; ++i) {
      const rp_skipped_fix skipped = library_->fixes_skipped(fixes, i);
      if (skipped.kind == RP_SKIP_SUGGESTION) {
        ++suggestions;
        continue;
      }
      progress_.erase();
      complain("not mended: " + printable(view(skipped.reason)));
    }
    if (suggestions == 0) return {};
    return "; " + counted(suggestions, "suggestion", "suggestions") + " left, see --unsafe-fixes";
  }

  // What fix would come to, with texts in memory in place of the files.
  ExitCode print_diff(rp_workspace* workspace) {
    std::map<std::string, std::pair<std::string, std::string>> texts;  // before and after, by path
    ExitCode code = ExitCode::kClean;
    for (int round = 0; round < kFixRounds; ++round) {
      const auto report = review_of(workspace);
      if (round == 0 && library_->report_unread_count(report.get()) > 0) code = ExitCode::kUnread;
      const auto fixes = library_.make_fixes(report.get(), workspace, options_.unsafe_fixes);
      const size_t count = library_->fixes_file_count(fixes.get());
      if (count == 0) {
        const std::string suggestions = tell_skipped(fixes.get());
        if (!suggestions.empty()) complain(suggestions.substr(2));
        break;
      }
      for (size_t i = 0; i < count; ++i) {
        const rp_fixed_file file = library_->fixes_file(fixes.get(), i);
        auto& text = texts.try_emplace(std::string(view(file.path)), view(file.before), std::string()).first->second;
        text.second = view(file.after);
        rp_error* error = nullptr;
        const rp_status status = library_->workspace_set_file(workspace, file.path.data, file.path.length,
                                                              file.after.data, file.after.length, &error);
        library_.check(status, error, view(file.path));
      }
    }
    std::string diff;
    for (const auto& [path, text] : texts) diff += library_.diff(path, text.first, text.second);
    write(diff);
    return worse(code, diff.empty() ? ExitCode::kClean : ExitCode::kFindings);
  }

  const ReviewOptions& options_;
  Output& output_;
  const Library library_;
  Progress progress_;
};

}  // namespace

ExitCode review(const ReviewOptions& options, Output& output) { return Review(options, output).run(); }

}  // namespace cli
