// What the arguments of `rustpro parse` name: a list of files, and how to read one.
#ifndef RUSTPRO_CLI_INPUTS_H
#define RUSTPRO_CLI_INPUTS_H

#include <cstdint>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "library.h"

namespace cli {

// One file to parse.
struct Input {
  std::string path;      // to open, and as shown; "-" for standard input
  uint32_t edition = 0;  // 0: not known yet, ask edition_of
  bool named = false;    // on the command line itself, where a pipe or device is meant as such
};

struct Inputs {
  std::vector<Input> files;
  std::vector<std::string> problems;  // one line for each argument, list or folder that could not be read
};

// Expands folders (their *.rs files, as a workspace finds them) and @lists (a path on each line). `edition` is that of
// all files, or 0 to take it from Cargo.toml.
Inputs expand_inputs(const Library& library, const std::vector<std::string>& arguments, uint32_t edition);

// Reads a whole file. Returns true, or false with the reason.
bool read_input(const Input& input, std::string& text, std::string& reason);

// The editions that a workspace reads files as. Thread-safe.
class Editions {
 public:
  explicit Editions(const Library& library) : library_(library) {}

  // Throws Failure.
  uint32_t of(const Input& input);

 private:
  uint32_t ask(const Input& input) const;

  const Library& library_;
  std::mutex mutex_;
  // An edition belongs to a package, so the files of one folder have the same; asking for each of many takes long.
  std::unordered_map<std::string, uint32_t> by_folder_;
};

}  // namespace cli

#endif
