#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

#include "inputs.h"
#include "project.h"

namespace cli {
namespace {

struct Question {
  std::string file;    // as it was given
  std::string folder;  // that paths of the project are relative to, absolute
  std::string name;    // of the file in it
  uint32_t line = 0;
  uint32_t column = 0;
};

bool take_number(std::string& text, uint32_t& out) {
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos || colon == 0) return false;
  const char* first = text.data() + colon + 1;
  const char* last = text.data() + text.size();
  const auto [end, error] = std::from_chars(first, last, out);
  if (error != std::errc() || end != last || out == 0) return false;
  text.resize(colon);
  return true;
}

Question parse_place(const std::string& place) {
  Question question;
  question.file = place;
  if (!take_number(question.file, question.column) || !take_number(question.file, question.line))
    throw Failure(ExitCode::kUsage, "'" + place + "' is no FILE:LINE:COLUMN, which count from 1");
  return question;
}

// The offset of a place; columns count bytes.
uint32_t offset_of(const Library& library, const Question& question) {
  std::string text;
  std::string reason;
  if (!read_input({question.file, 0, true}, text, reason))
    throw Failure(ExitCode::kUnread, question.file + ": " + reason);
  rp_tree* tree = nullptr;
  rp_error* error = nullptr;
  const rp_status status = library->tree_parse(text.data(), text.size(), nullptr, 0, nullptr, &tree, &error);
  library.check(status, error, question.file);
  const Handle<rp_tree> owner(tree, library->tree_free);
  if (question.line > library->tree_line_count(tree))
    throw Failure(ExitCode::kUsage, question.file + " has no line " + std::to_string(question.line));
  return library->tree_offset(tree, question.line, question.column);
}

// A path of the project as the caller would write it: absolute when the question was, else relative to the current
// folder when it lies below that.
std::string shown(const Question& question, std::string_view path) {
  std::string whole =
      path.empty() || path.front() == '/' ? std::string(path) : question.folder + "/" + std::string(path);
  std::array<char, 4096> here;
  if (question.file.front() != '/' && getcwd(here.data(), here.size()) != nullptr) {
    const std::string folder = std::string(here.data()) + "/";
    if (whole.substr(0, folder.size()) == folder) whole.erase(0, folder.size());
  }
  return printable(whole);
}

std::string place_text(const Question& question, const rp_place& place) {
  return shown(question, view(place.path)) + ":" + std::to_string(place.start.line) + ":" +
         std::to_string(place.start.column_bytes);
}

ExitCode print_references(const Project& project, const Question& question, uint32_t offset, Output& output) {
  const Library& library = project.library();
  rp_references* made = nullptr;
  rp_error* error = nullptr;
  const rp_status status =
      library->project_references_at(project.get(), question.name.data(), question.name.size(), offset, &made, &error);
  library.check(status, error);
  const Handle<rp_references> references(made, library->references_free);
  const size_t count = library->references_count(made);
  for (size_t i = 0; i < count; ++i) {
    const rp_reference reference = library->references_get(made, i);
    output.write(place_text(question, reference.place) + (reference.kind == RP_REFERENCE_DEFINITION ? ": definition\n"
                                                          : reference.kind == RP_REFERENCE_USE      ? ": use\n"
                                                                                                    : ": possible\n"));
  }
  output.flush();
  return count == 0 ? ExitCode::kFindings : ExitCode::kClean;
}

}  // namespace

ExitCode definition(const ProjectOptions& options, Output& output) {
  Question question = parse_place(options.path);
  const FileInFolder file = folder_of(question.file);
  ProjectOptions of_file = options;
  of_file.path = file.folder;
  question.folder = file.root;
  question.name = file.name;
  std::optional<Project> opened(std::in_place, of_file);
  if (opened->crate_of_file(file.name) == RP_NO_INDEX && file.folder == file.root) {
    // No target leads to it: it is looked at by itself.
    of_file.path = question.file;
    opened.emplace(of_file);
    question.name = file.name.substr(file.name.rfind('/') + 1);
    if (const size_t slash = file.name.rfind('/'); slash != std::string::npos)
      question.folder += "/" + file.name.substr(0, slash);
  }
  const Project& project = *opened;
  const Library& library = project.library();
  const uint32_t offset = offset_of(library, question);
  if (options.references) return print_references(project, question, offset, output);

  rp_lookup lookup = RP_LOOKUP_INIT;
  rp_error* error = nullptr;
  rp_status status = library->project_definition_at(project.get(), question.name.data(), question.name.size(), offset,
                                                    &lookup, &error);
  library.check(status, error);
  std::string line;
  switch (lookup.answer) {
    case RP_ANSWER_FOUND: {
      rp_definition_info info = RP_DEFINITION_INFO_INIT;
      status = library->definition_get_info(lookup.definition, &info, &error);
      library.check(status, error);
      const std::string path = project.render(
          [&](rp_buffer** buffer, rp_error** e) { return library->definition_path(lookup.definition, buffer, e); });
      line =
          lookup.declaration.path.length == 0 ? std::string("(no source)") : place_text(question, lookup.declaration);
      line += ": " + std::string(view(library->definition_kind_name(info.kind))) + " " + printable(path);
      break;
    }
    case RP_ANSWER_LOCAL:
      line = place_text(question, lookup.declaration) + ": local";
      break;
    default:
      line = std::string(view(library->answer_name(lookup.answer)));
  }
  output.write(line + "\n");
  output.flush();
  switch (lookup.answer) {
    case RP_ANSWER_FOUND:
    case RP_ANSWER_LOCAL:
    case RP_ANSWER_BUILT_IN:
      return ExitCode::kClean;
    case RP_ANSWER_NO_FILE:
      return ExitCode::kUnread;
    default:
      return ExitCode::kFindings;
  }
}

}  // namespace cli
