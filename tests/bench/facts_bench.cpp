// Reading the facts of the standard library: all at once, as an analysis begins, and their signatures.
#include <benchmark/benchmark.h>

#include <cstdio>
#include <cstdlib>

#include "names/facts.h"

namespace {

using namespace rp;

Analysis empty_analysis() {
  Analysis analysis;
  analysis.crates.resize(kSysrootCrates);
  return analysis;
}

void need(bool condition, const std::string& error = {}) {
  if (!condition) std::fprintf(stderr, "%s\n", error.c_str());
  if (!condition) std::abort();
}

// core, alloc and std with what std is made of.
void read_std(benchmark::State& state) {
  size_t bytes = 0, defs = 0;
  for (const SysrootCrate crate : kSysrootOrder) bytes += builtin_facts(crate).size();
  for (auto _ : state) {
    Analysis analysis = empty_analysis();
    std::string error;
    need(read_builtin_facts(&analysis, "x86_64-unknown-linux-gnu", &error), error);
    defs = 0;
    for (const auto& crate : analysis.crates) defs += crate->defs.size();
    benchmark::DoNotOptimize(analysis.crates.data());
  }
  state.counters["bytes"] = static_cast<double>(bytes);
  state.counters["definitions"] = static_cast<double>(defs);
}
BENCHMARK(read_std)->Unit(benchmark::kMillisecond);

void read_one(benchmark::State& state) {
  const auto crate = static_cast<SysrootCrate>(state.range(0));
  Analysis analysis = empty_analysis();
  std::string error;
  need(read_builtin_facts(&analysis, "x86_64-unknown-linux-gnu", &error), error);
  for (auto _ : state) {
    auto read = read_facts(builtin_facts(crate), nullptr, crate, analysis, {}, &error, "x86_64-unknown-linux-gnu");
    benchmark::DoNotOptimize(read.get());
  }
  state.SetLabel(std::string(kSysrootCrateNames[crate]));
  state.counters["bytes"] = static_cast<double>(builtin_facts(crate).size());
}
BENCHMARK(read_one)->DenseRange(0, kSysrootCrates - 1)->Unit(benchmark::kMillisecond);

// Every signature of core, all blocks to be unpacked first.
void read_signatures(benchmark::State& state) {
  size_t bytes = 0;
  for (auto _ : state) {
    state.PauseTiming();
    Analysis analysis = empty_analysis();
    std::string error;
    analysis.crates[kCore] = read_facts(builtin_facts(kCore), nullptr, kCore, analysis, {}, &error);
    const CrateDefs& core = *analysis.crates[kCore];
    state.ResumeTiming();
    bytes = 0;
    for (uint32_t i = 0; i < core.defs.size(); ++i) bytes += core.signature(DefId(i)).size();
    benchmark::DoNotOptimize(bytes);
  }
  state.SetBytesProcessed(static_cast<int64_t>(bytes) * state.iterations());
}
BENCHMARK(read_signatures)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
