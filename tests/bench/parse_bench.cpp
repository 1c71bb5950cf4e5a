// Lexing and parsing of real code in bytes per second, memory per byte of source, scaling over threads; and hostile
// shapes, whose time must grow in proportion to their length.
#include <benchmark/benchmark.h>

#include <cstdint>
#include <cstdio>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "corpus.h"
#include "syntax/lexer.h"
#include "syntax/parser.h"

namespace {

using rp::bench::Corpus;

void count(benchmark::State& state, const Corpus& corpus, uint64_t tokens, uint64_t nodes, uint64_t held) {
  const auto per_byte = [&](uint64_t n) { return static_cast<double>(n) / static_cast<double>(corpus.bytes); };
  state.SetBytesProcessed(static_cast<int64_t>(corpus.bytes) * static_cast<int64_t>(state.iterations()));
  state.counters["files"] = static_cast<double>(corpus.files.size());
  state.counters["source_bytes"] = static_cast<double>(corpus.bytes);
  state.counters["tokens/byte"] = per_byte(tokens);
  if (nodes != 0) state.counters["nodes/byte"] = per_byte(nodes);
  state.counters["memory/byte"] = per_byte(held);
}

void lex_corpus(benchmark::State& state, const Corpus* corpus) {
  uint64_t tokens = 0;
  uint64_t held = 0;
  for (auto _ : state) {
    tokens = held = 0;
    for (const auto& file : corpus->files) {
      rp::LexOptions options;
      options.edition = file.edition;
      const rp::TokenBuffer buffer = rp::lex(file.text, options);
      tokens += buffer.count;
      held += buffer.kinds.bytes() + buffer.starts.bytes();
    }
  }
  count(state, *corpus, tokens, 0, held);
}

void parse_corpus(benchmark::State& state, const Corpus* corpus) {
  uint64_t tokens = 0;
  uint64_t nodes = 0;
  uint64_t held = 0;
  uint64_t errors = 0;
  for (auto _ : state) {
    tokens = nodes = held = errors = 0;
    for (const auto& file : corpus->files) {
      rp::ParseOptions options;
      options.edition = file.edition;
      const rp::Tree tree = rp::lex_and_parse(file.text, options);
      tokens += tree.slot_count();
      nodes += tree.node_count();
      held += tree.memory_bytes();
      errors += tree.errors().empty() ? 0 : 1;
    }
  }
  count(state, *corpus, tokens, nodes, held);
  state.counters["files_with_errors"] = static_cast<double>(errors);
}

// Each thread takes every n-th file; the rate is that of all together.
void parse_on_threads(benchmark::State& state, const Corpus* corpus) {
  const auto threads = static_cast<size_t>(state.threads());
  int64_t bytes = 0;
  for (auto _ : state) {
    for (size_t i = static_cast<size_t>(state.thread_index()); i < corpus->files.size(); i += threads) {
      const auto& file = corpus->files[i];
      rp::ParseOptions options;
      options.edition = file.edition;
      const rp::Tree tree = rp::lex_and_parse(file.text, options);
      benchmark::DoNotOptimize(tree.node_count());
      bytes += static_cast<int64_t>(file.text.size());
    }
  }
  state.SetBytesProcessed(bytes);
}

// ---- Hostile shapes --------------------------------------------------------------------------------------------

struct Shape {
  const char* name;
  const char* head;
  const char* open;  // repeated
  const char* middle;
  const char* close;  // repeated as often; empty: never closed
  const char* tail;
};

constexpr Shape kShapes[] = {
    {"parentheses", "const A: u8 = ", "(", "1", ")", ";\n"},
    {"parentheses_open", "const A: u8 = ", "(", "1", "", ""},
    {"closers_alone", "const A: u8 = ", ")", "1", "", ""},
    {"brackets", "const A: u8 = ", "[", "1", "]", ";\n"},
    {"blocks", "fn f() ", "{", "", "}", "\n"},
    {"blocks_open", "fn f() ", "{", "", "", ""},
    {"types", "type A = ", "Vec<", "u8", ">", ";\n"},
    {"types_open", "type A = ", "Vec<", "u8", "", ""},
    {"comments", "", "/*", "", "*/", "\n"},
    {"comments_open", "", "/*", "", "", ""},
    {"references", "type A = ", "&", "u8", "", ";\n"},
    {"negations", "const A: u8 = ", "-", "1", "", ";\n"},
    {"sum", "const A: u8 = 1", " + 1", "", "", ";\n"},
    {"calls", "const A: u8 = f", "()", "", "", ";\n"},
    {"else_if", "fn f() { ", "if a {} else ", "{}", "", " }\n"},
    {"modules", "", "mod a {", "", "}", "\n"},
    {"attributes", "", "#[a]", "struct A;", "", "\n"},
    {"raw_string_hashes", "const A: &str = r", "#", "\"a\"", "#", ";\n"},
    {"quotes", "const A: &str = ", "\"", "", "", ";\n"},
};

void parse_shape(benchmark::State& state, const Shape* shape) {
  const auto repeats = static_cast<size_t>(state.range(0));
  std::string text = shape->head;
  for (size_t i = 0; i < repeats; ++i) text += shape->open;
  text += shape->middle;
  for (size_t i = 0; i < repeats; ++i) text += shape->close;
  text += shape->tail;
  for (auto _ : state) {
    const rp::Tree tree = rp::lex_and_parse(text, rp::ParseOptions());
    benchmark::DoNotOptimize(tree.node_count());
  }
  state.SetBytesProcessed(static_cast<int64_t>(text.size()) * static_cast<int64_t>(state.iterations()));
  state.SetComplexityN(static_cast<benchmark::IterationCount>(text.size()));
}

}  // namespace

int main(int argc, char** argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;

  std::vector<std::unique_ptr<Corpus>> corpora;
  const std::string sources = rp::bench::find_sources();
  if (sources.empty()) {
    std::fputs(
        "SKIPPED: lexing and parsing of real code: no sources; install the Debian package rust-web-src or name "
        "a folder with `library` and `compiler` in RUSTPRO_CORPUS\n",
        stderr);
  }
  for (const char* name : {"library", "compiler"}) {
    if (sources.empty()) break;
    auto loaded = std::make_unique<Corpus>(rp::bench::load_folder(name, sources + "/" + name));
    if (loaded->files.empty()) {
      std::fprintf(stderr, "SKIPPED: %s/%s has no Rust files\n", sources.c_str(), name);
      continue;
    }
    corpora.push_back(std::move(loaded));
    const Corpus* corpus = corpora.back().get();
    benchmark::RegisterBenchmark(("lex/" + corpus->name).c_str(), lex_corpus, corpus)->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark(("parse/" + corpus->name).c_str(), parse_corpus, corpus)
        ->Unit(benchmark::kMillisecond);
    benchmark::RegisterBenchmark(("parse_threads/" + corpus->name).c_str(), parse_on_threads, corpus)
        ->Unit(benchmark::kMillisecond)
        ->Threads(1)
        ->Threads(2)
        ->Threads(4)
        ->UseRealTime();
  }
  for (const Shape& shape : kShapes) {
    benchmark::RegisterBenchmark((std::string("shape/") + shape.name).c_str(), parse_shape, &shape)
        ->Unit(benchmark::kMicrosecond)
        ->RangeMultiplier(8)
        ->Range(1 << 11, 1 << 20)
        ->Complexity(benchmark::oN);
  }
  benchmark::RunSpecifiedBenchmarks();
  benchmark::Shutdown();
  return 0;
}
