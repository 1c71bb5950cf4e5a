// Errors of types in single files, for types_ui.py: types_ui [--edition E] [--unproven] FILE..., or --jobs: each line
// of the input is an edition, facts of cfg (separated by commas) and a path, with tabs between. Prints `== PATH`, then
// `FILE:LINE: CODE proven|unproven MESSAGE` for each error, `body FIRST LAST` for the lines of each function's body and
// `item FIRST LAST` for those of each item in a body.

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <iostream>
#include <sstream>
#include <string>

#include "disk_reader.h"
#include "names/facts.h"
#include "types/check.h"

namespace {

using namespace rp;

size_t line_of(std::string_view text, uint32_t offset) {
  text = text.substr(0, offset);
  return 1 + static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
}

class Program {
 public:
  bool unproven = false;

  bool start() {
    analysis_.crates.resize(kSysrootCrates + 1);
    analysis_.package_names.resize(kSysrootCrates + 1);
    std::string error;
    if (!read_builtin_facts(&analysis_, default_target(), &error)) {
      std::fprintf(stderr, "%s\n", error.c_str());
      return false;
    }
    return true;
  }

  void run(const std::string& file, Edition edition, const std::vector<std::string>& facts) {
    CfgSet cfg;
    for (const manifest::CfgFact& f : find_target(default_target())->facts)
      f.has_value ? cfg.add(f.key, f.value) : cfg.add(f.key);
    cfg.add("debug_assertions");
    cfg.add("panic", "unwind");
    for (const std::string& fact : facts) {
      const size_t equals = fact.find('=');
      if (equals == std::string::npos)
        cfg.add(fact);
      else
        cfg.add(fact.substr(0, equals), fact.substr(equals + 1));
    }
    cfg.finish();
    CollectInput input;
    input.name = "main";
    input.root_file = file;
    input.edition = edition;
    input.cfg = &cfg;
    input.index = kSysrootCrates;
    analysis_.crates[kSysrootCrates] = collect_crate(input, analysis_, reader_, AnalysisOptions());
    const CrateDefs& crate = *analysis_.crates[kSysrootCrates];
    const CrateNames names = resolve_crate(crate, analysis_, ResolveOptions());
    TypeInputs inputs;
    inputs.analysis = &analysis_;
    inputs.names.resize(kSysrootCrates + 1);
    inputs.names[kSysrootCrates] = &names;
    inputs.cfg.resize(kSysrootCrates + 1);
    inputs.cfg[kSysrootCrates] = &cfg;
    TypeContext context(std::move(inputs));
    for (const TypeDiagnostic& d : check_types(context, kSysrootCrates)) {
      if (!d.proven && !unproven) continue;
      const SourceInfo& info = crate.sources[d.source.value];
      if (info.source == nullptr) continue;
      std::printf("%s:%zu: %s %s %s\n", info.path.c_str(), line_of(info.source->text, d.span.start),
                  std::string(d.code).c_str(), d.proven ? "proven" : "unproven", d.message.c_str());
    }
    const Tree& t = crate.sources[0].source->tree;
    for (uint32_t i = 0; i < t.node_count(); ++i) {
      const NodeId node(i), parent = t.parent(node);
      if (!parent) continue;
      const NodeKind kind = t.kind(parent);
      if (kind == NodeKind::Block && node_category(t.kind(node)) == NodeCategory::Item) {
        const ByteSpan item = t.span(node);
        std::printf("item %zu %zu\n", line_of(t.text(), item.start), line_of(t.text(), item.end));
      }
      const bool body = t.role(node) == Role::body && kind == NodeKind::FnItem;
      const bool value = t.role(node) == Role::value && (kind == NodeKind::ConstItem || kind == NodeKind::StaticItem);
      bool hidden = false;
      if (t.role(node) == Role::return_type && kind == NodeKind::FnItem && t.child(parent, Role::body))
        for (uint32_t at = i; at < t.subtree_end(node).value; ++at)
          hidden = hidden || t.kind(NodeId(at)) == NodeKind::ImplTraitType;
      if (!body && !value && !hidden) continue;
      const ByteSpan span = t.span(node);
      const size_t first = line_of(t.text(), span.start);
      std::printf("body %zu %zu\n", body ? first + 1 : first, line_of(t.text(), span.end));
    }
  }

 private:
  DiskSources reader_;
  Analysis analysis_;
};

std::string absolute(const std::string& path) {
  char* real = realpath(path.c_str(), nullptr);
  std::string result = real != nullptr ? real : path;
  std::free(real);
  return result;
}

}  // namespace

int main(int argc, char** argv) {
  Program program;
  std::vector<std::string> files;
  bool jobs = false;
  Edition edition = Edition::k2021;
  for (int i = 1; i < argc; ++i) {
    const std::string arg = argv[i];
    if (arg == "--jobs")
      jobs = true;
    else if (arg == "--unproven")
      program.unproven = true;
    else if (arg == "--edition" && i + 1 < argc)
      edition = static_cast<Edition>(std::atoi(argv[++i]));
    else
      files.push_back(arg);
  }
  if (!program.start()) return 2;
  for (const std::string& file : files) {
    std::printf("== %s\n", file.c_str());
    program.run(absolute(file), edition, {});
  }
  std::string line;
  while (jobs && std::getline(std::cin, line)) {
    std::istringstream in(line);
    std::string edition_text, cfgs, path;
    std::getline(in, edition_text, '\t');
    std::getline(in, cfgs, '\t');
    std::getline(in, path);
    std::vector<std::string> facts;
    std::istringstream each(cfgs);
    std::string fact;
    while (std::getline(each, fact, ',')) facts.push_back(fact);
    std::printf("== %s\n", path.c_str());
    std::fflush(stdout);
    program.run(absolute(path), static_cast<Edition>(std::stoi(edition_text)), facts);
  }
  return 0;
}
