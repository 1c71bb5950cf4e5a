// The commands of the program and what the command line sets for them.
#ifndef RUSTPRO_CLI_COMMANDS_H
#define RUSTPRO_CLI_COMMANDS_H

#include <cstdint>
#include <string>
#include <vector>

#include "library.h"
#include "terminal.h"

namespace cli {

struct ReviewOptions {
  std::string path = ".";
  rp_format format = RP_FORMAT_TEXT;
  std::string output;         // a file instead of standard output
  std::string link_base;      // of links in Markdown
  bool fix = false;           // write the edits of findings that can be applied unseen
  bool diff = false;          // print them as a diff instead of a report
  bool unsafe_fixes = false;  // suggestions, too
  ColorChoice color = ColorChoice::kAuto;
  uint32_t threads = 0;  // 0: one for each processor
};

// Reviews a crate or workspace and prints the report.
ExitCode review(const ReviewOptions& options, Output& output);

enum class ParseFormat { kNone, kTree, kJson };

struct ParseOptions {
  std::vector<std::string> inputs;  // files, folders, @lists, or - for standard input
  uint32_t edition = 0;             // 0: what Cargo.toml says
  ParseFormat format = ParseFormat::kNone;
  bool stats = false;
  ColorChoice color = ColorChoice::kAuto;
  uint32_t threads = 0;
};

// Parses files and prints their syntax errors, and their trees if asked for.
ExitCode parse(const ParseOptions& options, Output& output);

struct ApiOptions {
  std::vector<std::string> paths;  // one to print; two to compare
  bool diff = false;
  bool json = false;
  bool all_features = false;
  bool no_default_features = false;
  std::string features;
  std::string package;
  std::string target;
  std::string cargo_home;  // empty: $CARGO_HOME, or .cargo in the home folder
  ColorChoice color = ColorChoice::kAuto;
  uint32_t threads = 0;
};

// Prints the public interface of a library, or what changed between two.
ExitCode api(const ApiOptions& options, Output& output);

}  // namespace cli

#endif
