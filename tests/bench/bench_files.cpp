// Times the lexer or the parser over a list of files, in one thread, for comparison with other programs.
//
//   rustpro-bench-files LIST [--mode lex|parse] [--rounds N] [--edition YEAR]
//
// Each line of LIST is a path, or an edition, a tab and a path. All files are read first; those that are not UTF-8 are
// left out, and named. After one warm-up, which also counts, each round handles every file on its own and frees what
// came of it. Prints one line of JSON.
#include <charconv>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "base/edition.h"
#include "corpus.h"
#include "syntax/lexer.h"
#include "syntax/parser.h"

namespace {

struct Totals {
  uint64_t tokens = 0;
  uint64_t nodes = 0;
  uint64_t bytes = 0;
  uint64_t files_with_errors = 0;
};

enum class Mode { Lex, Parse };

void handle(const rp::bench::SourceText& file, Mode mode, Totals* totals) {
  if (mode == Mode::Lex) {
    rp::LexOptions options;
    options.edition = file.edition;
    const rp::TokenBuffer tokens = rp::lex(file.text, options);
    totals->tokens += tokens.count;
    totals->bytes += tokens.kinds.bytes() + tokens.starts.bytes();
    totals->files_with_errors += tokens.errors.empty() ? 0 : 1;
  } else {
    rp::ParseOptions options;
    options.edition = file.edition;
    const rp::Tree tree = rp::lex_and_parse(file.text, options);
    totals->tokens += tree.slot_count();
    totals->nodes += tree.node_count();
    totals->bytes += tree.memory_bytes();
    totals->files_with_errors += tree.errors().empty() ? 0 : 1;
  }
}

bool parse_number(std::string_view text, unsigned* number) {
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), *number);
  return error == std::errc() && end == text.data() + text.size();
}

bool parse_edition(std::string_view text, rp::Edition* edition) {
  unsigned year = 0;
  if (!parse_number(text, &year) || (year != 2015 && year != 2018 && year != 2021 && year != 2024)) return false;
  *edition = static_cast<rp::Edition>(year);
  return true;
}

int usage() {
  std::fputs("usage: rustpro-bench-files LIST [--mode lex|parse] [--rounds N] [--edition YEAR]\n", stderr);
  return 2;
}

}  // namespace

int main(int argc, char** argv) {
  const char* list = nullptr;
  Mode mode = Mode::Parse;
  unsigned rounds = 3;
  rp::Edition edition = rp::Edition::k2021;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    const std::string_view value = i + 1 < argc ? argv[i + 1] : "";
    if (argument == "--mode" && (value == "lex" || value == "parse")) {
      mode = value == "lex" ? Mode::Lex : Mode::Parse;
      ++i;
    } else if (argument == "--rounds" && parse_number(value, &rounds)) {
      ++i;
    } else if (argument == "--edition" && parse_edition(value, &edition)) {
      ++i;
    } else if (!argument.starts_with("-") && list == nullptr) {
      list = argv[i];
    } else {
      return usage();
    }
  }
  if (list == nullptr) return usage();

  std::ifstream lines(list);
  if (!lines) {
    std::fprintf(stderr, "rustpro-bench-files: cannot read %s\n", list);
    return 3;
  }
  rp::bench::Corpus corpus;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    rp::Edition its = edition;
    const size_t tab = line.find('\t');
    if (tab != std::string::npos && parse_edition(std::string_view(line).substr(0, tab), &its)) line.erase(0, tab + 1);
    if (!rp::bench::load_file(line, its, &corpus))
      std::fprintf(stderr, "rustpro-bench-files: left out, cannot be read as UTF-8: %s\n", line.c_str());
  }

  Totals totals;
  for (const auto& file : corpus.files) handle(file, mode, &totals);
  std::vector<double> seconds;
  for (unsigned round = 0; round < rounds; ++round) {
    Totals again;
    const auto start = std::chrono::steady_clock::now();
    for (const auto& file : corpus.files) handle(file, mode, &again);
    seconds.push_back(std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
    if (again.tokens != totals.tokens || again.nodes != totals.nodes) {
      std::fputs("rustpro-bench-files: two rounds gave different results\n", stderr);
      return 4;
    }
  }

  std::printf(
      "{\"name\": \"rustpro\", \"mode\": \"%s\", \"files\": %zu, \"bytes\": %zu, \"tokens\": %llu, \"nodes\": %llu, "
      "\"token_and_tree_bytes\": %llu, \"files_with_errors\": %llu, \"seconds\": [",
      mode == Mode::Lex ? "lex" : "parse", corpus.files.size(), corpus.bytes,
      static_cast<unsigned long long>(totals.tokens), static_cast<unsigned long long>(totals.nodes),
      static_cast<unsigned long long>(totals.bytes), static_cast<unsigned long long>(totals.files_with_errors));
  for (size_t i = 0; i < seconds.size(); ++i) std::printf("%s%.6f", i == 0 ? "" : ", ", seconds[i]);
  std::puts("]}");
  return 0;
}
