// Speed of the lexer in bytes per second for each instruction set, over the sources of the standard library and the
// compiler. Where there are none (corpus.h says where they are looked for), a small built-in text is lexed many times,
// which shows relative changes only.

#include <benchmark/benchmark.h>

#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "corpus.h"
#include "syntax/lexer.h"

namespace {

constexpr std::string_view kBuiltIn = R"(
/// Returns the sum of the elements that `keep` accepts.
pub fn sum_if<'a, T: Copy + Into<u64> + 'a>(items: impl Iterator<Item = &'a T>, keep: fn(T) -> bool) -> u64 {
    let mut total = 0u64; // grows with every element
    for (index, item) in items.enumerate() {
        if keep(*item) && index != 0xFF_FF {
            total += (*item).into() << 1;
        } else {
            println!("skipped {index}: {:?}", 'x');
        }
    }
    total
}
)";

std::vector<std::string> read_sources() {
  std::vector<std::string> texts;
  const std::string folder = rp::bench::find_sources();
  for (const char* name : {"/library", "/compiler"}) {
    if (folder.empty()) break;
    for (auto& file : rp::bench::load_folder(name, folder + name).files) texts.push_back(std::move(file.text));
  }
  if (texts.empty()) {
    std::fputs("SKIPPED: real sources; install the Debian package rust-web-src\n", stderr);
    std::string repeated;
    while (repeated.size() < (size_t{1} << 18)) repeated += kBuiltIn;
    texts.push_back(std::move(repeated));
  }
  return texts;
}

const std::vector<std::string>& sources() {
  static const std::vector<std::string> texts = read_sources();
  return texts;
}

size_t total_bytes() {
  size_t bytes = 0;
  for (const std::string& text : sources()) bytes += text.size();
  return bytes;
}

void lex_sources(benchmark::State& state, rp::SimdLevel level) {
  rp::LexOptions options;
  options.edition = rp::Edition::k2024;
  options.simd = level;
  size_t slots = 0;
  for (auto _ : state) {
    slots = 0;
    for (const std::string& text : sources()) slots += rp::lex(text, options).size();
    benchmark::DoNotOptimize(slots);
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * static_cast<int64_t>(total_bytes()));
  state.counters["bytes_per_slot"] = static_cast<double>(total_bytes()) / static_cast<double>(slots);
}
BENCHMARK_CAPTURE(lex_sources, auto, rp::SimdLevel::Auto) -> Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(lex_sources, scalar, rp::SimdLevel::Scalar)->Unit(benchmark::kMillisecond);
#if defined(__x86_64__)
BENCHMARK_CAPTURE(lex_sources, sse2, rp::SimdLevel::Sse2)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(lex_sources, avx2, rp::SimdLevel::Avx2)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(lex_sources, avx512, rp::SimdLevel::Avx512)->Unit(benchmark::kMillisecond);
#endif

void validate_utf8(benchmark::State& state) {
  for (auto _ : state) {
    for (const std::string& text : sources()) benchmark::DoNotOptimize(rp::find_invalid_utf8(text));
  }
  state.SetBytesProcessed(static_cast<int64_t>(state.iterations()) * static_cast<int64_t>(total_bytes()));
}
BENCHMARK(validate_utf8)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
