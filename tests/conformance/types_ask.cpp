// Answers questions about types of a crate, for types_traits.py: types_ask [--cargo-home DIR] [--sysroot LIBRARY]
// Cargo.toml CRATE. Each line of the input is a question and a type, with a tab between: a path of a trait, or
// needs_drop, uninhabited, text. Each answer is a line: yes, no, unknown, or error and a reason.
#include <sys/stat.h>

#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "types/context.h"

namespace {

using namespace rp;

class DiskReader final : public SourceReader {
 public:
  Outcome read(std::string_view path, std::string* text) override {
    std::ifstream in{std::string(path), std::ios::binary};
    if (!in || !exists(path)) return Outcome::NotFound;
    *text = std::string(std::istreambuf_iterator<char>(in), {});
    return Outcome::Ok;
  }
  bool exists(std::string_view path) override {
    struct stat info{};
    return stat(std::string(path).c_str(), &info) == 0 && S_ISREG(info.st_mode);
  }
};

class DiskManifests final : public manifest::ManifestReader {
 public:
  manifest::PathKind kind(std::string_view path) override {
    struct stat info{};
    if (stat(std::string(path).c_str(), &info) != 0) return manifest::PathKind::Missing;
    return S_ISREG(info.st_mode)   ? manifest::PathKind::File
           : S_ISDIR(info.st_mode) ? manifest::PathKind::Folder
                                   : manifest::PathKind::Other;
  }
  bool read(std::string_view path, std::string* text) override {
    std::ifstream in{std::string(path), std::ios::binary};
    if (!in) return false;
    *text = std::string(std::istreambuf_iterator<char>(in), {});
    return true;
  }
  std::vector<manifest::FolderEntry> list(std::string_view folder) override {
    std::vector<manifest::FolderEntry> entries;
    std::error_code error;
    for (const auto& e : std::filesystem::directory_iterator(folder, error))
      entries.push_back({e.path().filename().string(), e.is_symlink()     ? manifest::PathKind::Other
                                                       : e.is_directory() ? manifest::PathKind::Folder
                                                                          : manifest::PathKind::File});
    return entries;
  }
};

DefRef trait_at(const Analysis& analysis, CrateIndex crate, std::string_view path) {
  std::vector<std::string_view> parts;
  while (!path.empty()) {
    const size_t colon = path.find("::");
    parts.push_back(path.substr(0, colon));
    path = colon == std::string_view::npos ? std::string_view() : path.substr(colon + 2);
  }
  const PathLookup found = lookup_path(*analysis.crate(crate), analysis, 0, parts, false, Namespace::Type);
  return found.resolution.kind == ResolutionKind::Definition ? found.resolution.def : DefRef();
}

}  // namespace

int main(int argc, char** argv) {
  ProjectOptions options;
  std::vector<std::string> rest;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--cargo-home")
      options.graph.cargo_home = argv[++i];
    else if (arg == "--sysroot")
      options.std_sources = argv[++i];
    else
      rest.push_back(arg);
  }
  if (rest.size() != 2) return 2;
  DiskReader reader;
  DiskManifests files;
  const auto project = analyze_project(std::filesystem::absolute(rest[0]).string(), files, reader, options);
  CrateIndex crate = kNoCrate;
  for (CrateIndex i = kSysrootCrates; i < project->analysis.crates.size(); ++i)
    if (project->analysis.crate(i) != nullptr && project->analysis.crate(i)->name == rest[1] && crate == kNoCrate)
      crate = i;
  if (crate == kNoCrate) return 2;
  TypeContext ctx(type_inputs(*project));
  std::string line;
  while (std::getline(std::cin, line)) {
    const size_t tab = line.find('\t');
    const std::string question = line.substr(0, tab), text = tab == std::string::npos ? "" : line.substr(tab + 1);
    std::vector<LowerError> errors;
    const TypeId type = ctx.lowering().parse(text, crate, DefId(0), &errors);
    Answer answer = Answer::Unknown;
    if (question == "text") {
      std::printf("%s\n", ctx.text(type).c_str());
      continue;
    }
    if (!errors.empty()) {
      std::printf("error %s %s\n", std::string(errors[0].code).c_str(), errors[0].message.c_str());
      continue;
    }
    if (question == "needs_drop")
      answer = ctx.traits().needs_drop(type);
    else if (question == "uninhabited")
      answer = ctx.traits().is_uninhabited(type);
    else
      answer = ctx.traits().implements(type, trait_at(project->analysis, crate, question));
    std::printf("%s\n", answer == Answer::Yes ? "yes" : answer == Answer::No ? "no" : "unknown");
  }
  return 0;
}
