// Prints what the build scripts of a workspace's packages set, as their texts tell. For build_scripts.py, which
// compares it with what the scripts print.
//
//   build_scripts MANIFEST [--cargo-home DIR] [--target T] [--compiler VERSION]
//
// One line for each crate of a package with a build script, parted by tabs: package, version, "host" or "target", its
// features, whether every name may be set ("open" or "closed"), facts that are set, facts that may be, beginnings of
// names that may be.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <set>
#include <string>

#include "disk_reader.h"
#include "names/project.h"

namespace {

using namespace rp;

std::string text_of(const ScriptFact& f) {
  return f.key + (f.any_value ? "=*" : f.has_value ? "=\"" + f.value + "\"" : std::string());
}

std::string joined(const std::set<std::string>& texts) {
  std::string out;
  for (const std::string& text : texts) out += (out.empty() ? "" : " ") + text;
  return out;
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 2) return 2;
  ProjectOptions options;
  const char* home = std::getenv("CARGO_HOME");
  const char* user = std::getenv("HOME");
  options.graph.cargo_home = home != nullptr ? home : std::string(user != nullptr ? user : "") + "/.cargo";
  for (int i = 2; i + 1 < argc; i += 2) {
    if (std::strcmp(argv[i], "--cargo-home") == 0) options.graph.cargo_home = argv[i + 1];
    if (std::strcmp(argv[i], "--target") == 0) options.graph.target = argv[i + 1];
    if (std::strcmp(argv[i], "--compiler") == 0) options.graph.compiler = argv[i + 1];
  }
  options.resolve = false;
  options.read_build_crates = true;
  DiskManifests manifests;
  DiskSources sources;
  const auto project = analyze_project(argv[1], manifests, sources, options);
  std::set<std::string> lines;
  for (const CrateNode& crate : project->graph.crates) {
    if (!crate.script.has_script) continue;
    const PackageNode& package = project->graph.packages[crate.package.value];
    std::set<std::string> features, sure, maybe, open(crate.script.open_names.begin(), crate.script.open_names.end());
    for (const std::string& f : crate.for_host ? package.build_features : package.features) features.insert(f);
    for (const ScriptFact& f : crate.script.facts) (f.certain ? sure : maybe).insert(text_of(f));
    lines.insert(package.name + "\t" + package.version + "\t" + (crate.for_host ? "host" : "target") + "\t" +
                 joined(features) + "\t" + (crate.script.anything ? "open" : "closed") + "\t" + joined(sure) + "\t" +
                 joined(maybe) + "\t" + joined(open));
  }
  for (const std::string& line : lines) std::printf("%s\n", line.c_str());
  return 0;
}
