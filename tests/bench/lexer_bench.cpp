// Speed of the lexer in bytes per second for each instruction set, over real sources held in memory, each lexed by
// itself; and of the check that a text is UTF-8.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <string>

#include "corpus.h"
#include "syntax/lexer.h"

namespace {

using rp::bench::Corpus;

void lex_corpus(benchmark::State& state, const Corpus* corpus, rp::SimdLevel level) {
  uint64_t slots = 0;
  for (auto _ : state) {
    slots = 0;
    for (const auto& file : corpus->files) {
      rp::LexOptions options;
      options.edition = file.edition;
      options.simd = level;
      slots += rp::lex(file.text, options).size();
    }
    benchmark::DoNotOptimize(slots);
  }
  state.SetBytesProcessed(static_cast<int64_t>(corpus->bytes) * static_cast<int64_t>(state.iterations()));
  state.counters["bytes/slot"] = static_cast<double>(corpus->bytes) / static_cast<double>(slots);
}

void validate_utf8(benchmark::State& state, const Corpus* corpus) {
  for (auto _ : state) {
    for (const auto& file : corpus->files) benchmark::DoNotOptimize(rp::find_invalid_utf8(file.text));
  }
  state.SetBytesProcessed(static_cast<int64_t>(corpus->bytes) * static_cast<int64_t>(state.iterations()));
}

struct Level {
  const char* name;
  rp::SimdLevel level;
};
constexpr Level kLevels[] = {
    {"auto", rp::SimdLevel::Auto},     {"scalar", rp::SimdLevel::Scalar},
#if defined(__x86_64__)
    {"sse2", rp::SimdLevel::Sse2},     {"avx2", rp::SimdLevel::Avx2},
    {"avx512", rp::SimdLevel::Avx512},  // the next lower level where the machine lacks it
#endif
};

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  const std::string sources = rp::bench::find_sources();
  if (sources.empty()) {
    std::fprintf(stderr, "lexer_bench: no Rust sources: set RUSTPRO_CORPUS or install the package rust-web-src\n");
    return 77;
  }
  Corpus corpus = rp::bench::load_folder("library", sources + "/library");
  Corpus compiler = rp::bench::load_folder("compiler", sources + "/compiler");
  for (auto& file : compiler.files) corpus.files.push_back(std::move(file));
  corpus.bytes += compiler.bytes;
  for (const Level& level : kLevels) {
    benchmark::RegisterBenchmark((std::string("lex/") + level.name).c_str(), lex_corpus, &corpus, level.level)
        ->Unit(benchmark::kMillisecond);
  }
  benchmark::RegisterBenchmark("validate_utf8", validate_utf8, &corpus)->Unit(benchmark::kMillisecond);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
