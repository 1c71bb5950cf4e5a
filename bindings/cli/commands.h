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
  std::string output;                        // a file instead of standard output
  std::string link_base;                     // of links in Markdown
  bool fix = false;                          // write the edits of findings that can be applied unseen
  bool diff = false;                         // print them as a diff instead of a report
  bool unsafe_fixes = false;                 // suggestions, too
  std::vector<std::string> only, deny, off;  // rules and areas
  uint32_t min_severity = 0;                 // an rp_severity
  bool exit_zero = false;
  std::string baseline;        // a file whose findings are known
  std::string write_baseline;  // a file that is made of the findings
  std::string target;
  std::vector<std::string> features;
  bool all_features = false;
  bool no_default_features = false;
  bool unsafe_tree = false;
  std::string advisory_db;
  std::string cache;
  std::string cargo_home;  // empty: $CARGO_HOME, or .cargo in the home folder
  ColorChoice color = ColorChoice::kAuto;
  uint32_t threads = 0;  // 0: one for each processor
};

// Reviews a crate or workspace and prints the report.
ExitCode review(const ReviewOptions& options, Output& output);

struct RulesOptions {
  std::string rule;  // to explain
  std::string area;  // to list; empty: all
  bool markdown = false;
};

// Lists the rules, or prints what one of them says.
ExitCode rules(const RulesOptions& options, Output& output);
ExitCode explain(const RulesOptions& options, Output& output);

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

// What the commands about projects are asked for: those of cargo's build, and what is to be shown of them.
struct ProjectOptions {
  std::string path = ".";  // of `def`: FILE:LINE:COLUMN
  std::string target;
  std::vector<std::string> features;
  bool all_features = false;
  bool no_default_features = false;
  bool test = false;
  std::vector<std::string> sources;  // folders of packages besides those where cargo looks
  std::string cache;
  std::string crate;     // its name; empty: all that are local
  uint32_t edition = 0;  // of files without a manifest
  uint32_t threads = 0;
  rp_graph_format graph_format = RP_GRAPH_TEXT;
  bool json = false;        // of symbols
  std::string module;       // of expand
  bool references = false;  // of def
  // Of layout.
  std::string type;  // empty: all types of the crates
  rp_layout_format layout_format = RP_LAYOUT_TEXT;
  rp_layout_order layout_order = RP_LAYOUT_BY_SOURCE;
  std::vector<std::string> targets;  // to compare
  ColorChoice color = ColorChoice::kAuto;
};

// Prints the packages of a workspace and who depends on whom.
ExitCode graph(const ProjectOptions& options, Output& output);
// Prints the definitions of crates.
ExitCode symbols(const ProjectOptions& options, Output& output);
// Prints a crate or a module with all macros expanded.
ExitCode expand(const ProjectOptions& options, Output& output);
// Prints what the name at a place stands for, or where that is used.
ExitCode definition(const ProjectOptions& options, Output& output);
// Prints how types lie in memory: one, all of a crate, or what differs between two targets.
ExitCode layout(const ProjectOptions& options, Output& output);

}  // namespace cli

#endif
