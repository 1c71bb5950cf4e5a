// Answers questions about types of a crate, for types_traits.py: types_ask [--cargo-home DIR] [--sysroot LIBRARY]
// Cargo.toml CRATE. Each line of the input is a question and a type, with a tab between: a path of a trait, or
// needs_drop, uninhabited, text. Each answer is a line: yes, no, unknown, or error and a reason.

#include <cstdio>
#include <filesystem>
#include <iostream>
#include <string>

#include "disk_reader.h"
#include "types/context.h"

namespace {

using namespace rp;

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
  DiskSources reader;
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
