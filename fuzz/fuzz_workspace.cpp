// A workspace of several files, in memory and now and then on disk: changed, reviewed, asked, rendered.
//
// The input is pieces between bytes 0x1E: the first has flags, each further one is a path and, after the first line
// break, a text.
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <nlohmann/json.hpp>
#include <vector>

#include "harness.h"

namespace {

using fuzz::check_status;
using fuzz::check_string;
using fuzz::view;

struct File {
  std::string path;
  std::string text;
};

std::vector<File> split(std::string_view input, uint8_t* flags) {
  std::vector<File> files;
  *flags = input.empty() ? 0 : static_cast<uint8_t>(input[0]);
  size_t at = input.find('\x1E');
  while (at != std::string_view::npos && files.size() < 8) {
    const size_t end = input.find('\x1E', at + 1);
    const std::string_view piece = input.substr(at + 1, end == std::string_view::npos ? end : end - at - 1);
    const size_t line = piece.find('\n');
    files.push_back({std::string(piece.substr(0, line)),
                     line == std::string_view::npos ? std::string() : std::string(piece.substr(line + 1))});
    at = end;
  }
  return files;
}

void check_place(rp_place place) {
  check_string(place.path);
  check_string(place.label);
  FUZZ_CHECK(place.span.start <= place.span.end);
  FUZZ_CHECK(place.start.line >= 1 && place.end.line >= place.start.line);
}

void check_findings(const rp_report* report) {
  const size_t count = rp_report_finding_count(report);
  for (size_t i = 0; i < count; ++i) {
    const rp_finding f = rp_report_finding(report, i);
    check_string(f.rule);
    check_string(f.message);
    FUZZ_CHECK(view(f.rule).substr(0, f.area.length) == view(f.area) && f.message.length > 0);
    FUZZ_CHECK(f.verdict == RP_VERDICT_PROVEN || f.verdict == RP_VERDICT_LIKELY);
    FUZZ_CHECK(f.severity >= RP_SEVERITY_ERROR && f.severity <= RP_SEVERITY_ADVICE);
    check_place(f.primary);
    if (i > 0) FUZZ_CHECK(view(rp_report_finding(report, i - 1).primary.path) <= view(f.primary.path));
    for (size_t k = 0; k < f.related_count; ++k) check_place(rp_report_related(report, i, k));
    for (size_t k = 0; k < f.note_count; ++k) check_string(rp_report_note(report, i, k));
  }
  FUZZ_CHECK(rp_report_finding(report, count).message.length == 0);
}

void check_figures(const rp_report* report) {
  rp_metrics m = RP_METRICS_INIT;
  rp_error* error = nullptr;
  const rp_status status = rp_report_get_metrics(report, &m, &error);
  check_status(status, error);
  FUZZ_CHECK(m.code_lines + m.comment_lines + m.blank_lines <= m.lines);
  FUZZ_CHECK(m.files_with_errors <= m.files && m.unsafe_uses == rp_report_unsafe_count(report));
  for (size_t i = 0; i < rp_report_unsafe_count(report); ++i) {
    const rp_unsafe_use use = rp_report_unsafe(report, i);
    check_place(use.place);
    check_string(use.name);
    FUZZ_CHECK(rp_unsafe_kind_name(use.kind).length > 0);
  }
  uint64_t unseen = 0;
  for (size_t i = 0; i < rp_report_macro_gap_count(report); ++i) {
    const rp_macro_gap gap = rp_report_macro_gap(report, i);
    check_place(gap.place);
    check_string(gap.name);
    FUZZ_CHECK(gap.unsafe_count > 0);
    unseen += gap.unsafe_count;
  }
  FUZZ_CHECK(unseen == m.unsafe_unseen);
  for (size_t i = 0; i < rp_report_longest_function_count(report); ++i) {
    const rp_function_size size = rp_report_longest_function(report, i);
    check_string(size.name);
    check_place(size.place);
    FUZZ_CHECK(size.lines >= 1 && size.code_lines <= size.lines);
    if (i > 0) FUZZ_CHECK(rp_report_longest_function(report, i - 1).lines >= size.lines);
  }
  for (size_t i = 0; i < rp_report_unread_count(report); ++i) {
    check_string(rp_report_unread(report, i).path);
    FUZZ_CHECK(rp_report_unread(report, i).reason.length > 0);
  }
}

void render(const rp_report* report, uint8_t flags) {
  for (const rp_format format : {RP_FORMAT_TEXT, RP_FORMAT_JSON, RP_FORMAT_SARIF, RP_FORMAT_MARKDOWN, RP_FORMAT_HTML}) {
    rp_render_options options = RP_RENDER_OPTIONS_INIT;
    options.format = format;
    options.color = flags & 1;
    options.width = flags & 2 ? flags : 0;
    rp_buffer* buffer = nullptr;
    rp_error* error = nullptr;
    const rp_status status = rp_report_render(report, &options, &buffer, &error);
    check_status(status, error);
    FUZZ_CHECK(status == RP_OK);
    check_string(rp_buffer_text(buffer));
    if (format == RP_FORMAT_JSON || format == RP_FORMAT_SARIF)
      FUZZ_CHECK(nlohmann::json::accept(view(rp_buffer_text(buffer))));
    rp_buffer_free(buffer);
  }
}

// The packages: where one was not read there is a reason, and no number.
void check_packages(const rp_report* report) {
  check_string(rp_report_build(report).target);
  check_string(rp_report_build(report).features);
  for (size_t i = 0; i < rp_report_package_count(report); ++i) {
    const rp_reviewed_package package = rp_report_package(report, i);
    for (const rp_string text :
         {package.name, package.version, package.features, package.reason, rp_package_role_name(package.role)})
      check_string(text);
    FUZZ_CHECK((package.was_read != 0) == (package.reason.length == 0));
    uint64_t expanded = 0;
    uint64_t brought = 0;
    for (uint32_t kind = RP_UNSAFE_FN; kind <= RP_UNSAFE_STATIC_MUT; ++kind) {
      expanded += rp_report_package_unsafe(report, i, static_cast<rp_unsafe_kind>(kind), 1);
      FUZZ_CHECK(package.was_read != 0 ||
                 rp_report_package_unsafe(report, i, static_cast<rp_unsafe_kind>(kind), 0) == 0);
    }
    for (size_t k = 0; k < package.macro_count; ++k) {
      const rp_unsafe_macro macro = rp_report_package_macro(report, i, k);
      check_string(macro.path);
      FUZZ_CHECK(macro.calls > 0 && macro.calls <= macro.unsafe_count);
      brought += macro.unsafe_count;
    }
    FUZZ_CHECK(expanded == brought);
  }
}

// What is left out and what was not seen; with what was found as the baseline, nothing is found.
void check_choices(const rp_report* report, const rp_workspace* workspace, uint8_t flags) {
  const size_t rules = rp_rule_count();
  const rp_rule rule = rp_rule_at(flags % rules);
  FUZZ_CHECK(rp_rule_find(rule.id.data, rule.id.length) == flags % rules);
  check_string(rp_rule_reference(flags % rules, 0));
  for (size_t i = 0; i < rp_report_gap_count(report); ++i) {
    const rp_review_gap gap = rp_report_gap(report, i);
    for (const rp_string text : {gap.name, gap.message, gap.path, rp_review_gap_kind_name(gap.kind)})
      check_string(text);
    FUZZ_CHECK(gap.count > 0);
  }
  check_packages(report);
  rp_error* error = nullptr;
  rp_buffer* baseline = nullptr;
  check_status(rp_report_baseline(report, &baseline, &error), error);
  rp_review_options options = RP_REVIEW_OPTIONS_INIT;
  options.baseline = rp_buffer_text(baseline);
  options.all_features = flags & 1;
  options.whole_tree = flags & 2 ? 1 : 0;
  rp_report* again = nullptr;
  const rp_status status = rp_workspace_review_with(workspace, &options, &again, &error);
  check_status(status, error);
  FUZZ_CHECK((status == RP_OK) == (again != nullptr));
  if (again != nullptr && !options.all_features)
    FUZZ_CHECK(rp_report_hidden(again).baseline <= rp_report_finding_count(report));
  rp_report_free(again);
  rp_buffer_free(baseline);
}

// What the fixes make is UTF-8, has no more syntax errors than before, and its difference leads from one to the other.
void check_fixes(const rp_report* report, const rp_workspace* workspace, uint8_t flags) {
  for (size_t i = 0; i < rp_report_finding_count(report); ++i) {
    for (size_t k = 0; k < rp_report_edit_count(report, i); ++k) {
      const rp_edit edit = rp_report_edit(report, i, k);
      check_place(edit.place);
      check_string(edit.replacement);
    }
  }
  rp_fix_options options = RP_FIX_OPTIONS_INIT;
  options.suggestions = flags & 1;
  rp_fixes* fixes = nullptr;
  rp_error* error = nullptr;
  const rp_status status = rp_report_make_fixes(report, workspace, &options, &fixes, &error);
  check_status(status, error);
  FUZZ_CHECK((status == RP_OK) == (fixes != nullptr));
  if (fixes == nullptr) return;
  for (size_t i = 0; i < rp_fixes_applied_count(fixes); ++i)
    FUZZ_CHECK(rp_report_edit_count(report, rp_fixes_applied(fixes, i)) > 0);
  for (size_t i = 0; i < rp_fixes_skipped_count(fixes); ++i) {
    check_string(rp_fixes_skipped(fixes, i).reason);
    FUZZ_CHECK(rp_report_edit_count(report, rp_fixes_skipped(fixes, i).finding) > 0);
  }
  for (size_t i = 0; i < rp_fixes_file_count(fixes); ++i) {
    const rp_fixed_file file = rp_fixes_file(fixes, i);
    check_string(file.after);
    FUZZ_CHECK(view(file.before) != view(file.after) && file.fix_count > 0);
    if (!file.is_writable) {
      const rp_status written = rp_fixes_write_file(fixes, i, &error);
      check_status(written, error);
      FUZZ_CHECK(written != RP_OK);
    }
  }
  rp_buffer* buffer = nullptr;
  const rp_status rendered = rp_fixes_render_diff(fixes, &buffer, &error);
  check_status(rendered, error);
  FUZZ_CHECK(rendered == RP_OK && (rp_fixes_file_count(fixes) == 0) == (rp_buffer_text(buffer).length == 0));
  rp_buffer_free(buffer);
  rp_fixes_free(fixes);
}

// An interface compared with itself has no changes, and what is shown of it is UTF-8.
void check_api(const rp_workspace* workspace, uint8_t flags) {
  rp_api_options options = RP_API_OPTIONS_INIT;
  options.all_features = flags & 1;
  rp_api* api = nullptr;
  rp_error* error = nullptr;
  const rp_status status = rp_workspace_public_api(workspace, &options, &api, &error);
  check_status(status, error);
  FUZZ_CHECK((status == RP_OK) == (api != nullptr));
  if (api == nullptr) return;
  check_string(rp_api_crate(api));
  check_string(rp_api_version(api));
  for (size_t i = 0; i < rp_api_item_count(api); ++i) {
    const rp_api_item item = rp_api_item_at(api, i);
    for (const rp_string text : {item.path, item.signature, item.condition, item.file}) check_string(text);
    FUZZ_CHECK(rp_api_kind_name(item.kind).length > 0);
    FUZZ_CHECK(item.parent == SIZE_MAX || item.parent < i);
  }
  for (size_t i = 0; i < rp_api_impl_count(api); ++i) {
    const rp_api_impl impl = rp_api_impl_at(api, i);
    check_string(impl.trait_name);
    FUZZ_CHECK(impl.item == SIZE_MAX || impl.item < rp_api_item_count(api));
  }
  for (size_t i = 0; i < rp_api_unknown_count(api); ++i) check_string(rp_api_unknown(api, i));
  rp_api_diff* diff = nullptr;
  const rp_status compared = rp_api_compare(api, api, &diff, &error);
  check_status(compared, error);
  FUZZ_CHECK(compared == RP_OK && rp_api_diff_change_count(diff) == 0 && rp_api_diff_sufficient(diff) == 1);
  FUZZ_CHECK(rp_api_diff_change(diff, 0).rule.length == 0);
  for (size_t i = 0; i < rp_api_diff_unknown_count(diff); ++i) check_string(rp_api_diff_unknown(diff, i));
  for (const rp_format format : {RP_FORMAT_TEXT, RP_FORMAT_JSON}) {
    rp_render_options render = RP_RENDER_OPTIONS_INIT;
    render.format = format;
    rp_buffer* buffer = nullptr;
    rp_status rendered = rp_api_render(api, &render, &buffer, &error);
    check_status(rendered, error);
    check_string(rp_buffer_text(buffer));
    if (format == RP_FORMAT_JSON) FUZZ_CHECK(nlohmann::json::accept(view(rp_buffer_text(buffer))));
    rp_buffer_free(buffer);
    buffer = nullptr;
    rendered = rp_api_diff_render(diff, &render, &buffer, &error);
    check_status(rendered, error);
    check_string(rp_buffer_text(buffer));
    if (format == RP_FORMAT_JSON) FUZZ_CHECK(nlohmann::json::accept(view(rp_buffer_text(buffer))));
    rp_buffer_free(buffer);
  }
  rp_api_diff_free(diff);
  rp_api_free(api);
}

void check_workspace(rp_workspace* workspace, uint8_t flags) {
  rp_error* error = nullptr;
  const size_t count = rp_workspace_file_count(workspace);
  for (size_t i = 0; i < count; ++i) {
    check_string(rp_workspace_file_path(workspace, i));
    if (i > 0) FUZZ_CHECK(view(rp_workspace_file_path(workspace, i - 1)) < view(rp_workspace_file_path(workspace, i)));
    FUZZ_CHECK(rp_workspace_file_edition(workspace, i) >= RP_EDITION_2015);
    rp_tree* tree = nullptr;
    const rp_status status = rp_workspace_parse_file(workspace, i, &tree, &error);
    check_status(status, error);
    FUZZ_CHECK((status == RP_OK) == (tree != nullptr));
    rp_tree_free(tree);
  }
  for (size_t i = 0; i < rp_workspace_unread_count(workspace); ++i)
    check_string(rp_workspace_unread(workspace, i).path);
  check_api(workspace, flags);
  rp_report* report = nullptr;
  const rp_status status = rp_workspace_review(workspace, &report, &error);
  check_status(status, error);
  FUZZ_CHECK((status == RP_OK) == (report != nullptr));
  if (report == nullptr) return;
  check_findings(report);
  check_figures(report);
  render(report, flags);
  check_fixes(report, workspace, flags);
  check_choices(report, workspace, flags);
  rp_report_free(report);
}

// ---- On disk -----------------------------------------------------------------------------------------------------

void remove_folder(const std::string& path) {
  DIR* folder = opendir(path.c_str());
  if (folder == nullptr) return;
  while (const dirent* entry = readdir(folder)) {
    const std::string_view name = entry->d_name;
    if (name == "." || name == "..") continue;
    const std::string full = path + "/" + entry->d_name;
    if (unlink(full.c_str()) != 0) remove_folder(full);
  }
  closedir(folder);
  rmdir(path.c_str());
}

// Writes the files under plain names, since their own may lead anywhere, and opens the folder.
rp_workspace* open_on_disk(const std::vector<File>& files, const rp_workspace_options& options, std::string* folder) {
  char name[] = "/tmp/rustpro-fuzz-XXXXXX";
  FUZZ_CHECK(mkdtemp(name) != nullptr);
  *folder = name;
  mkdir((*folder + "/src").c_str(), 0700);
  static constexpr const char* kNames[] = {"Cargo.toml", ".gitignore", "src/lib.rs", "src/b.rs",
                                           "a.rs",       ".ignore",    "src/c.rs",   "src/.gitignore"};
  for (size_t i = 0; i < files.size() && i < std::size(kNames); ++i) {
    std::FILE* file = std::fopen((*folder + "/" + kNames[i]).c_str(), "wb");
    if (file == nullptr) continue;
    std::fwrite(files[i].text.data(), 1, files[i].text.size(), file);
    std::fclose(file);
  }
  rp_workspace* workspace = nullptr;
  rp_error* error = nullptr;
  const rp_status status = rp_workspace_open(folder->data(), folder->size(), &options, &workspace, &error);
  check_status(status, error);
  FUZZ_CHECK((status == RP_OK) == (workspace != nullptr));
  return workspace;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  uint8_t flags = 0;
  std::vector<File> files = split(fuzz::view(data, size), &flags);
  rp_workspace_options options = RP_WORKSPACE_OPTIONS_INIT;
  options.thread_count = flags & 4 ? 2 : 1;
  options.memory_limit = flags & 8 ? 10000 : 0;
  options.edition = flags & 16 ? RP_EDITION_2024 : RP_EDITION_DEFAULT;
  options.nesting_limit = flags & 32 ? 10 : 0;
  rp_workspace* workspace = nullptr;
  rp_error* error = nullptr;
  std::string folder;
  if (flags & 64) {
    workspace = open_on_disk(files, options, &folder);
  } else {
    const rp_status status = rp_workspace_new(&options, &workspace, &error);
    check_status(status, error);
  }
  if (workspace != nullptr) {
    for (File& file : files) {
      if (!(flags & 128)) file.text = fuzz::as_utf8(file.text);
      const rp_status status = rp_workspace_set_file(workspace, file.path.data(), file.path.size(), file.text.data(),
                                                     file.text.size(), &error);
      check_status(status, error);
    }
    check_workspace(workspace, flags);
    if (!files.empty()) {
      const std::string& path = files[0].path;
      const rp_status status = rp_workspace_remove_file(workspace, path.data(), path.size(), &error);
      check_status(status, error);
      check_workspace(workspace, flags);
    }
  }
  rp_workspace_free(workspace);
  if (!folder.empty()) remove_folder(folder);
  return 0;
}
