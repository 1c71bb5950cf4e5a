// The rules against the parser: what it costs to review every file of a crate, one core, once its names stand and types
// were asked for once; and what each rule takes of it.
//
//     RUSTPRO_BENCH_CRATE=FOLDER review_bench [--benchmark_filter='parse|review']
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include "crates/cargo_projects.h"
#include "names/workspace_projects.h"
#include "review/file_review.h"
#include "review/rule.h"
#include "review/rule_levels.h"
#include "syntax/parser.h"

namespace {

using namespace rp;

// A crate with its names, made before any clock starts.
struct Crate {
  explicit Crate(const std::string& folder) : workspace(folder, WorkspaceOptions{}) {}
  PackagedWorkspace workspace;
  std::vector<CargoProject> cargo;
  WorkspaceProjects projects;
  std::vector<std::shared_ptr<SemaShared>> shared;
  std::vector<FileInput> files;
  uint64_t bytes = 0;
  uint64_t lines = 0;
};

const Crate& crate() {
  static const std::unique_ptr<Crate> made = [] {
    const char* folder = std::getenv("RUSTPRO_BENCH_CRATE");
    if (folder == nullptr) {
      std::fputs("RUSTPRO_BENCH_CRATE names the folder of a crate\n", stderr);
      std::exit(2);
    }
    auto crate = std::make_unique<Crate>(folder);
    std::vector<Unread> unread;
    crate->cargo = load_cargo_projects(crate->workspace, &unread);
    ProjectOptions options;
    options.graph.test_cfg = true;
    crate->projects = analyze_workspace(crate->workspace, crate->cargo, options);
    for (const WorkspaceProject& each : crate->projects.projects)
      crate->shared.push_back(share_sema(each.project.get()));
    for (size_t i = 0; i < crate->workspace.files().size(); ++i) {
      const auto places = crate->projects.places_of(i);
      if (places.empty() || places[0].included) continue;
      const FileInCrate& at = places[0];
      const WorkspaceProject& project = crate->projects.projects[at.project];
      const CrateDefs* defs = project.project->analysis.crate(at.crate);
      if (defs == nullptr || defs->sources[at.source.value].source == nullptr) continue;
      FileInput input{crate->workspace.files()[i].path, &defs->sources[at.source.value].source->tree, false, {}};
      input.sema.project = project.project.get();
      input.sema.made_up = project.made_up;
      input.sema.crate = at.crate;
      input.sema.source = at.source;
      input.shared = crate->shared[at.project];
      crate->bytes += input.tree->text().size();
      for (const char c : input.tree->text()) crate->lines += c == '\n' ? 1 : 0;
      crate->files.push_back(input);
    }
    return crate;
  }();
  return *made;
}

void count(benchmark::State& state) {
  state.SetBytesProcessed(static_cast<int64_t>(crate().bytes) * state.iterations());
  state.counters["lines"] = static_cast<double>(crate().lines);
}

void parse_crate(benchmark::State& state) {
  const Crate& all = crate();
  for (auto _ : state)
    for (const FileInput& file : all.files) {
      ParseOptions options;
      options.edition = file.tree->edition();
      const Tree tree = lex_and_parse(file.tree->text(), options);
      benchmark::DoNotOptimize(tree.node_count());
    }
  count(state);
}
BENCHMARK(parse_crate)->Unit(benchmark::kMillisecond);

void review_with(benchmark::State& state, const ReviewChoice& choice) {
  const Crate& all = crate();
  const ReviewConfig config;
  const RuleLevels levels(config, choice);
  const Subscriptions subscriptions(&levels);
  const auto run = [&] {
    for (FileInput file : all.files) {
      file.levels = &levels;
      FileOutcome outcome;
      review_file(file, subscriptions, &outcome);
      benchmark::DoNotOptimize(outcome.result.findings.data());
    }
  };
  run();  // types are there from now on
  for (auto _ : state) run();
  count(state);
}

void review_crate(benchmark::State& state) { review_with(state, {}); }
BENCHMARK(review_crate)->Unit(benchmark::kMillisecond);

// The walk, the inventory, the figures: what is left without rules.
void review_without_rules(benchmark::State& state) {
  ReviewChoice choice;
  choice.only = {"syntax/error"};
  review_with(state, choice);
}
BENCHMARK(review_without_rules)->Unit(benchmark::kMillisecond);

}  // namespace

int main(int argc, char** argv) {
  for (const auto area : all_areas())
    for (const Rule* rule : area) {
      if (rule->check == nullptr) continue;
      benchmark::RegisterBenchmark(("rule " + std::string(rule->id)).c_str(), [rule](benchmark::State& state) {
        ReviewChoice choice;
        choice.only = {std::string(rule->id)};
        review_with(state, choice);
      })->Unit(benchmark::kMillisecond);
    }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
