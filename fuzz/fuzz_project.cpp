// A project from files in memory: manifests, lock files, configuration and sources; every question at any offset.
//
// The input is pieces between bytes 0x1E: the first has flags and two bytes for offsets, each further one is a path
// and, after the first line break, a text.
#include <algorithm>
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

std::vector<File> split(std::string_view input) {
  std::vector<File> files;
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
  FUZZ_CHECK(place.end.line >= place.start.line);
}

// Calls something that makes a text, checks it and gives it back.
template <typename Call>
std::string text_of(const Call& call) {
  rp_buffer* buffer = nullptr;
  rp_error* error = nullptr;
  const rp_status status = call(&buffer, &error);
  check_status(status, error);
  FUZZ_CHECK((status == RP_OK) == (buffer != nullptr));
  if (buffer != nullptr) check_string(rp_buffer_text(buffer));
  std::string text(view(rp_buffer_text(buffer)));
  rp_buffer_free(buffer);
  return text;
}

void check_packages(const rp_project* project) {
  const size_t packages = rp_project_package_count(project);
  const size_t crates = rp_project_crate_count(project);
  for (size_t i = 0; i < packages; ++i) {
    const rp_package package = rp_project_package(project, i);
    check_string(package.name);
    check_string(package.version);
    check_string(package.folder);
    check_string(package.missing_reason);
    FUZZ_CHECK(package.origin >= RP_ORIGIN_MEMBER && package.origin <= RP_ORIGIN_MADE_UP);
    FUZZ_CHECK(package.workspace < rp_project_workspace_count(project));
    for (size_t k = 0; k < package.feature_count; ++k) check_string(rp_project_package_feature(project, i, k));
    for (size_t k = 0; k < package.build_feature_count; ++k)
      check_string(rp_project_package_build_feature(project, i, k));
    for (size_t k = 0; k < package.dependency_count; ++k)
      FUZZ_CHECK(rp_project_package_dependency(project, i, k).package < packages);
  }
  for (size_t i = 0; i < crates; ++i) {
    const rp_crate crate = rp_project_crate(project, i);
    check_string(crate.name);
    check_string(crate.root);
    FUZZ_CHECK(crate.package == RP_NO_INDEX || crate.package < packages);
    FUZZ_CHECK(crate.state != RP_CRATE_UNREAD || crate.definition_count == 0);
    for (size_t k = 0; k < crate.dependency_count; ++k) {
      const rp_crate_dependency dependency = rp_project_crate_dependency(project, i, k);
      check_string(dependency.name);
      FUZZ_CHECK(dependency.crate == RP_NO_INDEX || dependency.crate < crates);
    }
    for (size_t k = 0; k < crate.fact_count; ++k) check_string(rp_project_crate_fact(project, i, k).value);
  }
}

void check_definition(rp_definition definition) {
  rp_definition_info info = RP_DEFINITION_INFO_INIT;
  rp_error* error = nullptr;
  const rp_status status = rp_definition_get_info(definition, &info, &error);
  check_status(status, error);
  FUZZ_CHECK(status == RP_OK);
  check_string(info.name);
  check_place(info.place);
  check_place(info.name_place);
  FUZZ_CHECK(rp_definition_kind_name(info.kind).length > 0);
  const std::string path =
      text_of([&](rp_buffer** out, rp_error** e) { return rp_definition_path(definition, out, e); });
  FUZZ_CHECK(!path.empty() || info.name.length == 0);
  for (size_t i = 0; i < info.child_count; ++i) {
    const rp_definition child = rp_definition_child(definition, i);
    rp_definition_info of_child = RP_DEFINITION_INFO_INIT;
    FUZZ_CHECK(rp_definition_get_info(child, &of_child, nullptr) == RP_OK);
    FUZZ_CHECK(rp_definition_equal(of_child.parent, definition));
  }
  rp_definition found;
  const rp_status by_path = rp_project_find(definition.project, path.data(), path.size(), &found, &error);
  check_status(by_path, error);
  FUZZ_CHECK((by_path == RP_OK) != (rp_definition_is_null(found) != 0));
}

void check_references(rp_references* references) {
  FUZZ_CHECK(references != nullptr);
  FUZZ_CHECK(rp_answer_name(rp_references_answer(references)).length > 0);
  for (size_t i = 0; i < rp_references_count(references); ++i) {
    const rp_reference reference = rp_references_get(references, i);
    FUZZ_CHECK(reference.kind >= RP_REFERENCE_DEFINITION && reference.kind <= RP_REFERENCE_POSSIBLE);
    check_place(reference.place);
  }
  rp_references_free(references);
}

void ask(const rp_project* project, const File& file, uint32_t offset) {
  rp_error* error = nullptr;
  rp_lookup lookup = RP_LOOKUP_INIT;
  rp_status status = rp_project_definition_at(project, file.path.data(), file.path.size(), offset, &lookup, &error);
  check_status(status, error);
  if (status == RP_OK) {
    FUZZ_CHECK(rp_answer_name(lookup.answer).length > 0);
    FUZZ_CHECK((lookup.answer == RP_ANSWER_FOUND) == (rp_definition_is_null(lookup.definition) == 0));
    check_place(lookup.use);
    check_place(lookup.declaration);
    if (lookup.answer == RP_ANSWER_FOUND) {
      check_definition(lookup.definition);
      rp_references* references = nullptr;
      status = rp_definition_references(lookup.definition, &references, &error);
      check_status(status, error);
      if (status == RP_OK) check_references(references);
    }
  }
  rp_references* references = nullptr;
  status = rp_project_references_at(project, file.path.data(), file.path.size(), offset, &references, &error);
  check_status(status, error);
  if (status == RP_OK) check_references(references);
  rp_expansion* expansion = nullptr;
  status = rp_project_expansion_at(project, file.path.data(), file.path.size(), offset, static_cast<int>(offset & 1),
                                   &expansion, &error);
  check_status(status, error);
  FUZZ_CHECK((status == RP_OK) == (expansion != nullptr));
  if (expansion == nullptr) return;
  rp_expansion_info info = RP_EXPANSION_INFO_INIT;
  FUZZ_CHECK(rp_expansion_get_info(expansion, &info, nullptr) == RP_OK);
  check_string(info.text);
  check_string(info.reason);
  check_place(info.call);
  uint32_t end = 0;
  for (size_t i = 0; i < info.token_count; ++i) {
    const rp_expansion_token token = rp_expansion_get_token(expansion, i);
    FUZZ_CHECK(token.span.start >= end && token.span.start <= token.span.end && token.span.end <= info.text.length);
    end = token.span.end;
    check_place(token.written);
    check_place(token.definition);
  }
  rp_expansion_free(expansion);
}

void check_lists(const rp_project* project) {
  for (size_t i = 0; i < rp_project_gap_count(project); ++i) {
    const rp_gap gap = rp_project_gap(project, i);
    FUZZ_CHECK(rp_gap_kind_name(gap.kind).length > 0);
    check_place(gap.place);
    check_string(gap.name);
    check_string(gap.message);
  }
  for (size_t i = 0; i < rp_project_problem_count(project); ++i) {
    const rp_problem problem = rp_project_problem(project, i);
    check_place(problem.place);
    check_string(problem.code);
    check_string(problem.message);
  }
  for (size_t i = 0; i < rp_project_unread_count(project); ++i)
    FUZZ_CHECK(rp_project_unread(project, i).reason.length > 0);
  for (size_t i = 0; i < rp_project_file_count(project); ++i) {
    const rp_source_file file = rp_project_file(project, i);
    check_string(file.path);
    FUZZ_CHECK((file.state == RP_FILE_PLACED) == (file.crate_count > 0));
    for (size_t k = 0; k < file.crate_count; ++k)
      FUZZ_CHECK(rp_project_file_crate(project, i, k) < rp_project_crate_count(project));
  }
}

void render(const rp_project* project) {
  for (size_t i = 0; i < rp_project_workspace_count(project); ++i) {
    check_string(rp_project_workspace(project, i).manifest);
    for (int format = RP_GRAPH_TEXT; format <= RP_GRAPH_SVG; ++format) {
      const std::string text = text_of([&](rp_buffer** out, rp_error** error) {
        return rp_project_render_graph(project, i, static_cast<rp_graph_format>(format), out, error);
      });
      FUZZ_CHECK(format != RP_GRAPH_JSON || nlohmann::json::accept(text));
    }
  }
  for (size_t i = 0; i < rp_project_crate_count(project); ++i) {
    const rp_crate crate = rp_project_crate(project, i);
    if (crate.state != RP_CRATE_READ) continue;
    for (size_t k = 0; k < crate.definition_count; ++k) check_definition(rp_project_crate_definition(project, i, k));
    (void)text_of([&](rp_buffer** out, rp_error** error) {
      return rp_project_render_symbols(project, i, RP_FORMAT_TEXT, out, error);
    });
    FUZZ_CHECK(nlohmann::json::accept(text_of([&](rp_buffer** out, rp_error** error) {
      return rp_project_render_symbols(project, i, RP_FORMAT_JSON, out, error);
    })));
    (void)text_of([&](rp_buffer** out, rp_error** error) {
      return rp_project_render_expanded(project, i, nullptr, 0, out, error);
    });
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string input = fuzz::as_utf8(fuzz::view(data, size));
  const uint8_t flags = input.empty() ? 0 : static_cast<uint8_t>(input[0]);
  const std::vector<File> files = split(input);
  rp_workspace_options workspace_options = RP_WORKSPACE_OPTIONS_INIT;
  workspace_options.thread_count = 1;
  rp_workspace* workspace = nullptr;
  FUZZ_CHECK(rp_workspace_new(&workspace_options, &workspace, nullptr) == RP_OK);
  for (const File& file : files)
    (void)rp_workspace_set_file(workspace, file.path.data(), file.path.size(), file.text.data(), file.text.size(),
                                nullptr);
  rp_project_options options = RP_PROJECT_OPTIONS_INIT;
  options.all_features = flags & 1;
  options.no_default_features = (flags >> 1) & 1;
  options.test_cfg = (flags >> 2) & 1;
  rp_project* project = nullptr;
  rp_error* error = nullptr;
  const rp_status status = rp_project_open(workspace, &options, &project, &error);
  check_status(status, error);
  FUZZ_CHECK((status == RP_OK) == (project != nullptr));
  rp_workspace_free(workspace);
  if (project == nullptr) return 0;
  check_packages(project);
  check_lists(project);
  render(project);
  for (const File& file : files) {
    // About sixteen places of each file, which the flags move.
    const auto length = static_cast<uint32_t>(file.text.size());
    const uint32_t step = std::max<uint32_t>(1, length / 16);
    for (uint32_t offset = flags % step; offset <= length; offset += step) ask(project, file, offset);
  }
  rp_project_free(project);
  return 0;
}
