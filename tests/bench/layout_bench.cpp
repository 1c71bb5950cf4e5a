// Layouts of all types without parameters of a crate and of its dependencies, with nothing known but names: what
// `rustpro layout PATH` waits for. The environment variable RUSTPRO_PROJECT names the Cargo.toml of the crate, whose
// dependencies are looked for in cargo's home; without it a crate of 60,000 lines is made up.
#include <benchmark/benchmark.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <string>

#include "../conformance/disk_reader.h"
#include "layout/layouts.h"
#include "names/facts.h"
#include "names/project.h"

namespace {

using namespace rp;
using namespace rp::layout;

// Structs, enums, generics with impls, associated types and constants, as a program of many modules has them.
std::string made_up_module(int number) {
  std::string n = std::to_string(number);
  std::string out =
      "pub mod m" + n + " {\nuse std::collections::HashMap;\nuse std::sync::{Arc, Mutex};\nuse super::*;\n";
  for (int i = 0; i < 20; ++i) {
    const std::string s = std::to_string(i);
    out += "#[derive(Debug, Clone, Default)]\npub struct Row" + s +
           " {\n    pub id: u64,\n    pub name: String,\n    pub tags: Vec<String>,\n    pub parent: Option<Box<Row" +
           s + ">>,\n    pub size: [u8; LENGTH" + s + "],\n}\nconst LENGTH" + s + ": usize = 4 * " + s + " + 2;\n";
    out += "#[derive(Debug, Clone)]\npub enum Event" + s + " {\n    Opened(Row" + s +
           "),\n    Moved { x: i32, y: i32 },\n" + "    Closed,\n    Failed(std::io::ErrorKind, String),\n}\n";
    out += "pub struct Table" + s +
           "<K, V> {\n    rows: HashMap<K, V>,\n    first: Option<K>,\n    lock: Arc<Mutex<V>>,\n}\n";
    out += "impl<K: Clone + Eq, V> Store for Table" + s + "<K, V> {\n    type Key = K;\n    type Value = (K, V);\n}\n";
    out +=
        "impl<K, V> Drop for Table" + s + "<K, V> {\n    fn drop(&mut self) {\n        let _ = &self.rows;\n    }\n}\n";
    out += "pub struct Cache" + s + " {\n    inner: Table" + s + "<u32, Event" + s + ">,\n    last: <Table" + s +
           "<String, u8> as Store>::Value,\n    seen: Wrapper<<Table" + s + "<u8, u16> as Store>::Key>,\n}\n";
    // Most lines of real crates are bodies.
    out += "impl Cache" + s + " {\n";
    for (int f = 0; f < 40; ++f) {
      out += "    pub fn key" + std::to_string(f) + "(&self) -> u64 {\n        let mut sum = 0;\n" +
             "        for i in 0..10 {\n            sum += i;\n        }\n        sum\n    }\n";
    }
    out += "}\n";
  }
  return out + "}\n";
}

class MadeUp final : public SourceReader {
 public:
  std::map<std::string, std::string, std::less<>> files;
  Outcome read(std::string_view path, std::string* text) override {
    const auto at = files.find(path);
    if (at == files.end()) return Outcome::NotFound;
    *text = at->second;
    return Outcome::Ok;
  }
  bool exists(std::string_view path) override { return files.contains(path); }
};

struct Subject {
  Analysis analysis;  // of the made-up crate
  CfgSet cfg;
  CrateNames names;
  std::unique_ptr<Project> project;
  TypeInputs inputs;
  size_t lines = 0;
};

void made_up(Subject* subject) {
  MadeUp reader;
  std::string text = "pub trait Store { type Key; type Value; }\npub struct Wrapper<T>(T, u8);\n";
  for (int i = 0; std::count(text.begin(), text.end(), '\n') < 60'000; ++i) text += made_up_module(i);
  subject->lines = static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
  reader.files["/lib.rs"] = std::move(text);
  Analysis& analysis = subject->analysis;
  analysis.crates.resize(kSysrootCrates + 1);
  analysis.package_names.resize(kSysrootCrates + 1);
  std::string error;
  if (!read_builtin_facts(&analysis, default_target(), &error)) std::abort();
  subject->cfg.finish();
  CollectInput input;
  input.name = "made_up";
  input.root_file = "/lib.rs";
  input.edition = Edition::k2021;
  input.cfg = &subject->cfg;
  input.index = kSysrootCrates;
  analysis.crates[kSysrootCrates] = collect_crate(input, analysis, reader, AnalysisOptions());
  subject->names = resolve_crate(*analysis.crates[kSysrootCrates], analysis, ResolveOptions());
  subject->inputs.analysis = &analysis;
  subject->inputs.names.assign(kSysrootCrates + 1, nullptr);
  subject->inputs.names[kSysrootCrates] = &subject->names;
  subject->inputs.cfg.assign(kSysrootCrates + 1, nullptr);
  subject->inputs.cfg[kSysrootCrates] = &subject->cfg;
}

void of_project(const std::string& manifest, Subject* subject) {
  ProjectOptions options;
  options.graph.all_targets = false;
  if (const char* home = std::getenv("HOME")) options.graph.cargo_home = std::string(home) + "/.cargo";
  DiskSources reader;
  DiskManifests manifests;
  subject->project = analyze_project(manifest, manifests, reader, options);
  subject->inputs = type_inputs(*subject->project);
  const Analysis& analysis = subject->project->analysis;
  for (CrateIndex i = kSysrootCrates; i < analysis.crates.size(); ++i)
    if (const CrateDefs* crate = analysis.crate(i); crate != nullptr)
      for (const SourceInfo& info : crate->sources)
        if (info.kind == SourceInfo::Kind::File && info.source != nullptr) {
          const std::string_view text = info.source->tree.text();
          subject->lines += static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
        }
}

const Subject& subject() {
  static const Subject* the = [] {
    auto* made = new Subject;
    const char* manifest = std::getenv("RUSTPRO_PROJECT");
    if (manifest != nullptr)
      of_project(manifest, made);
    else
      made_up(made);
    return made;
  }();
  return *the;
}

void layouts_of_all(benchmark::State& state) {
  const Subject& of = subject();
  const Analysis& analysis = *of.inputs.analysis;
  size_t types = 0, known = 0, layouts_made = 0;
  for (auto _ : state) {
    TypeContext context(of.inputs);
    Layouts layouts(context, *find_data_layout(default_target()));
    types = known = 0;
    for (CrateIndex i = kSysrootCrates; i < analysis.crates.size(); ++i) {
      const CrateDefs* crate = analysis.crate(i);
      for (uint32_t d = 0; crate != nullptr && d < crate->defs.size(); ++d) {
        const DefKind kind = crate->defs[d].kind;
        if (kind != DefKind::Struct && kind != DefKind::Enum && kind != DefKind::Union) continue;
        const TypeId type = context.items().type_of({i, DefId(d)});
        if (context.store().has(type, kHasParam)) continue;
        ++types;
        if (layouts.of(type)) ++known;
      }
    }
    layouts_made = layouts.table().size();
  }
  state.counters["lines"] = static_cast<double>(of.lines);
  state.counters["types"] = static_cast<double>(types);
  state.counters["known"] = static_cast<double>(known);
  state.counters["layouts"] = static_cast<double>(layouts_made);
}
BENCHMARK(layouts_of_all)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
