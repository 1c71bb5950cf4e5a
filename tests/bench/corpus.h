// What the benchmarks read: Rust files, loaded into memory before any clock starts.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "base/edition.h"

namespace rp::bench {

struct SourceText {
  std::string path;
  std::string text;
  Edition edition = Edition::k2021;
};

struct Corpus {
  std::string name;
  std::vector<SourceText> files;
  size_t bytes = 0;
};

// Reads one file; false when it cannot be read or is not UTF-8.
bool load_file(const std::string& path, Edition edition, Corpus* corpus);

// Every .rs file below a folder, in order of path, but for folders of negative test inputs. Read as of 2024, which is
// the edition of nearly all of the standard library and the compiler and an error in none of their files.
Corpus load_folder(const std::string& name, const std::string& folder);

// The folder with `library` and `compiler` in it: the environment variable RUSTPRO_CORPUS, or where the Debian package
// rust-web-src has them; empty when there is none.
std::string find_sources();

}  // namespace rp::bench
