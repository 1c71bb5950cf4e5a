// Expands the library of a package and prints every macro call with what became of it, for expansion.py:
// expansion_dump (--manifest Cargo.toml | --file FILE.rs EDITION) [--cargo-home DIR] [--out FILE] [--features a,b]
// [--compare FILE]. One line for each call, derive and attribute: kind, state, `?` when something unknown is the
// reason, the macro's name, the place, the message; separated by tabs. The expanded library goes to FILE.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "disk_reader.h"
#include "expansion_compare.h"
#include "names/project.h"
#include "report/expanded_text.h"
#include "report/project_text.h"

namespace {

using namespace rp;

// A manifest for one file that belongs to no package.
class OneFile final : public DiskManifests {
 public:
  void set(const std::string& file, const std::string& edition) {
    const std::filesystem::path path(file);
    manifest_ = (path.parent_path() / "Cargo.toml").string();
    text_ = "[package]\nname = \"main\"\nversion = \"0.0.0\"\nedition = \"" + edition +
            "\"\nautobins = false\n[lib]\npath = \"" + path.filename().string() + "\"\n";
  }
  [[nodiscard]] const std::string& manifest() const { return manifest_; }
  manifest::PathKind kind(std::string_view path) override {
    return path == manifest_ ? manifest::PathKind::File : DiskManifests::kind(path);
  }
  bool read(std::string_view path, std::string* text) override {
    if (manifest_.empty() || path != manifest_) return DiskManifests::read(path, text);
    *text = text_;
    return true;
  }

 private:
  std::string manifest_;
  std::string text_;
};

std::string absolute(const std::string& path) {
  std::error_code error;
  const std::filesystem::path full = std::filesystem::canonical(path, error);
  return error ? path : full.string();
}

std::string one_line(std::string text) {
  std::replace_if(text.begin(), text.end(), [](char c) { return c == '\n' || c == '\t' || c == '\r'; }, ' ');
  return text;
}

void print_calls(const Project& project, const CrateDefs& crate) {
  static constexpr const char* kStates[] = {"pending",    "expanded", "modelled", "opaque",
                                            "unresolved", "failed",   "inert"};
  static constexpr const char* kKinds[] = {"call", "derive", "attribute"};
  for (const Expansion& e : crate.expansions) {
    const SourceInfo& info = crate.sources[e.call_source.value];
    const Tree& t = info.source->tree;
    uint32_t slot = e.call_slot != 0 ? e.call_slot : t.first_slot(e.call);
    std::string name;
    for (; slot < t.slot_count(); slot += token_slots(t.token_kind(slot))) {
      const TokenKind kind = t.token_kind(slot);
      if (is_trivia(kind) || is_group_token(kind)) continue;
      if (kind != TokenKind::Ident && kind != TokenKind::RawIdent && kind != TokenKind::ColonColon &&
          kind != TokenKind::DollarCrate && !is_keyword_kind(kind))
        break;
      name += t.token_text(slot);
    }
    const WrittenPlace place = written_place(crate, e.call_source, t.span(e.call));
    const SourceInfo& file = crate.sources[place.source.value];
    const std::string_view text = file.source != nullptr ? file.source->text.substr(0, place.span.start) : "";
    std::string home;
    if (const CrateDefs* from = project.analysis.crate(e.macro.crate)) home = from->name;
    std::printf("%s\t%s\t%s\t%s\t%s\t%s:%zu\t%s\n", kKinds[static_cast<size_t>(e.invocation)],
                kStates[static_cast<size_t>(e.state)], e.unknown ? "?" : "-", home.c_str(), name.c_str(),
                file.path.c_str(), static_cast<size_t>(1 + std::count(text.begin(), text.end(), '\n')),
                one_line(e.error.message).c_str());
  }
}

void print_differences(const Project& project, CrateIndex crate, const std::string& path, Edition edition) {
  std::ifstream file(path, std::ios::binary);
  const std::string theirs(std::istreambuf_iterator<char>(file), {});
  const ExpansionComparison result = compare_expansions(expanded::print_marked(project, crate), theirs, edition);
  if (!result.error.empty()) std::printf("unread\t%s\n", one_line(result.error).c_str());
  std::printf("compared\t%llu\n", static_cast<unsigned long long>(result.tokens));
  const CrateDefs& defs = *project.analysis.crate(crate);
  // What stands in a model's output is the model's.
  const auto is_modelled = [&](uint32_t index) {
    if (index == UINT32_MAX) return false;
    for (const Expansion* e = &defs.expansions[index];; e = &defs.expansions[e->parent.value]) {
      if (e->state == ExpansionState::Modelled) return true;
      if (!e->parent) return false;
    }
  };
  for (const ExpansionDifference& d : result.differences) {
    if (is_modelled(d.expansion)) continue;
    std::printf("differs\t%ld\t%s\t%s\n", d.expansion == UINT32_MAX ? -1L : static_cast<long>(d.expansion),
                d.ours.c_str(), d.theirs.c_str());
  }
}

}  // namespace

int main(int argc, char** argv) {
  ProjectOptions options;
  options.resolve = false;
  options.graph.all_targets = false;
  std::string manifest;
  std::string out;
  std::string compare;
  OneFile manifests;
  for (int i = 1; i + 1 < argc; i += 2) {
    const std::string arg = argv[i];
    if (arg == "--file" && i + 2 < argc) {
      manifests.set(absolute(argv[i + 1]), argv[i + 2]);
      manifest = manifests.manifest();
      ++i;
    }
    if (arg == "--manifest") manifest = absolute(argv[i + 1]);
    if (arg == "--cargo-home") options.graph.cargo_home = absolute(argv[i + 1]);
    if (arg == "--out") out = argv[i + 1];
    if (arg == "--compare") compare = argv[i + 1];
    if (arg == "--features") {
      const std::string list = argv[i + 1];
      for (size_t at = 0; at <= list.size();) {
        const size_t comma = std::min(list.find(',', at), list.size());
        if (comma > at) options.graph.features.push_back(list.substr(at, comma - at));
        at = comma + 1;
      }
    }
  }
  DiskSources reader;
  const auto start = std::chrono::steady_clock::now();
  const auto project = analyze_project(manifest, manifests, reader, options);
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  size_t missing = 0;
  for (const PackageNode& p : project->graph.packages)
    missing += p.origin == PackageOrigin::Missing && (p.built_for_target || p.built_for_host);
  for (uint32_t i = 0; i < project->graph.crates.size(); ++i) {
    const CrateNode& node = project->graph.crates[i];
    if (!node.local || node.kind != manifest::TargetKind::Lib || node.test_cfg) continue;
    const CrateIndex index = Project::index_of(CrateId(i));
    const CrateDefs* crate = project->analysis.crate(index);
    if (crate == nullptr) continue;
    size_t bytes = 0;
    for (const SourceInfo& s : crate->sources)
      if (s.source) bytes += s.source->text.size();
    std::printf("crate\t%s\t%s\t%zu missing\t%.3f s\t%zu bytes\n", node.name.c_str(), node.root_file.c_str(), missing,
                seconds, bytes);
    print_calls(*project, *crate);
    if (!out.empty()) std::ofstream(out, std::ios::binary) << print_expanded(*project, index, {});
    if (!compare.empty()) print_differences(*project, index, compare, node.edition);
    break;
  }
  return 0;
}
