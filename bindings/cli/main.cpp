// rustpro: reads the command line and runs a command. Everything that it knows of Rust comes from librustpro.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <new>
#include <system_error>

#include "commands.h"
#include "interrupt.h"

#if defined(RUSTPRO_CLI_MIMALLOC)
#include <mimalloc.h>
#elif defined(__GLIBC__)
#include <malloc.h>
#endif

namespace cli {
namespace {

constexpr const char* kExitCodes =
    "Exit codes: 0 clean, 1 findings or syntax errors, 2 wrong usage, 3 something could not be read, 4 internal error.";

// The number of edits (insert, delete, replace, swap of neighbours) that turn `a` into `b`.
size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::vector<size_t>> cost(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i <= a.size(); ++i) cost[i][0] = i;
  for (size_t j = 0; j <= b.size(); ++j) cost[0][j] = j;
  for (size_t i = 1; i <= a.size(); ++i) {
    for (size_t j = 1; j <= b.size(); ++j) {
      cost[i][j] = std::min({cost[i - 1][j] + 1, cost[i][j - 1] + 1, cost[i - 1][j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        cost[i][j] = std::min(cost[i][j], cost[i - 2][j - 2] + 1);
      }
    }
  }
  return cost[a.size()][b.size()];
}

// Returns "; did you mean 'x'?" for the candidate nearest to `word`, or nothing when none is near.
std::string suggestion(std::string_view word, const std::vector<std::string>& candidates) {
  size_t best = std::max<size_t>(word.size() / 3, 1) + 1;
  std::string found;
  if (word.size() > 40) return {};
  for (const std::string& candidate : candidates) {
    const bool begins = word.size() >= 3 && std::string_view(candidate).substr(0, word.size()) == word;
    const size_t distance = begins ? 1 : edit_distance(word, candidate);
    if (distance < best) {
      best = distance;
      found = candidate;
    }
  }
  return found.empty() ? found : "; did you mean '" + found + "'?";
}

std::vector<std::string> option_names(const CLI::App& app) {
  std::vector<std::string> names;
  for (const CLI::Option* option : app.get_options()) {
    for (const std::string& name : option->get_lnames()) names.push_back("--" + name);
  }
  return names;
}

// The words of a usage error.
struct UsageError {
  std::string command;  // "rustpro parse"
  std::string message;
};

// A value given to an option that takes one of a few words.
template <typename Value>
using Choices = std::vector<std::pair<std::string, Value>>;

// Adds an option whose value is one of a few words, with a message that names them and the nearest.
template <typename Value>
void add_choice(CLI::App* app, const std::string& name, Value& value, const Choices<Value>& choices,
                const std::string& description) {
  std::string words;
  for (const auto& [word, ignored] : choices) words += (words.empty() ? "" : "|") + word;
  app->add_option_function<std::string>(
         name,
         [&value, name, choices](const std::string& text) {
           std::vector<std::string> known;
           std::string list;
           for (const auto& [word, meaning] : choices) {
             if (word == text) {
               value = meaning;
               return;
             }
             list += (list.empty() ? "" : ", ") + word;
             known.push_back(word);
           }
           const std::string nearest = suggestion(text, known);
           throw CLI::ValidationError(
               name, "'" + text + "' is none of its values" + (nearest.empty() ? ", which are " + list : nearest));
         },
         description)
      ->type_name(words);
}

void add_threads(CLI::App* app, uint32_t& threads) {
  app->add_option_function<std::string>(
         "--threads",
         [&threads](const std::string& text) {
           const bool digits = !text.empty() && text.size() <= 4 &&
                               std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
           const int number = digits ? std::stoi(text) : 0;
           if (number < 1 || number > 1024) {
             throw CLI::ValidationError("--threads", "'" + text + "' is no number from 1 to 1024");
           }
           threads = static_cast<uint32_t>(number);
         },
         "Work in N threads; the output does not depend on it. Default: one for each processor")
      ->type_name("N");
}

const Choices<ColorChoice> kColors = {
    {"auto", ColorChoice::kAuto}, {"always", ColorChoice::kAlways}, {"never", ColorChoice::kNever}};

class CommandLine {
 public:
  CommandLine() : app_("Reads Rust source as an expert would, without a Rust toolchain.", "rustpro") {
    app_.require_subcommand(1);
    const auto formatter = app_.get_formatter();
    formatter->column_width(30);
    formatter->label("SUBCOMMAND", "COMMAND");
    formatter->label("Positionals", "Arguments");
    formatter->label("REQUIRED", "");
    app_.set_help_flag("-h,--help", "Print this help");
    app_.set_version_flag("-V,--version", std::string(), "Print the versions of the program and of librustpro");
    app_.footer(std::string("'rustpro COMMAND --help' tells more of a command.\n") + kExitCodes);
    add_review();
    add_rules();
    add_parse();
    add_api();
    add_project_commands();
  }

  ExitCode run(int argc, char** argv, Output& output) {
    try {
      app_.parse(argc, argv);
    } catch (const CLI::CallForHelp&) {
      output.write(app_.help());
      output.flush();
      return ExitCode::kClean;
    } catch (const CLI::CallForVersion&) {
      return print_version(output);
    } catch (const CLI::ParseError& error) {
      return complain_of_usage(explain(error));
    }
    for (const ProjectCommand& command : project_commands_)
      if (app_.got_subcommand(command.app)) return command.run(project_, output);
    if (app_.got_subcommand(parse_app_)) return parse(parse_, output);
    if (app_.got_subcommand(rules_app_)) return rules(rules_, output);
    if (app_.got_subcommand(explain_app_)) return cli::explain(rules_, output);
    if (app_.got_subcommand(api_app_)) {
      if (api_.diff && api_.paths.size() != 2)
        return complain_of_usage({"rustpro api", "--diff compares two folders: OLD and NEW"});
      if (!api_.diff && api_.paths.size() > 1)
        return complain_of_usage({"rustpro api", "one folder at a time; --diff compares two"});
      return api(api_, output);
    }
    if (review_.fix && review_.diff) return complain_of_usage({"rustpro review", "--fix or --diff, not both"});
    if (review_.unsafe_fixes && !review_.fix && !review_.diff)
      return complain_of_usage({"rustpro review", "--unsafe-fixes needs --fix or --diff"});
    return review(review_, output);
  }

 private:
  void add_review() {
    review_app_ = app_.add_subcommand("review", "Review a crate or workspace");
    review_app_->group("Commands");
    review_app_->add_option("PATH", review_.path, "A folder or a single file. Default: the current folder")
        ->type_name("");
    add_choice<rp_format>(review_app_, "--format", review_.format,
                          {{"text", RP_FORMAT_TEXT},
                           {"json", RP_FORMAT_JSON},
                           {"sarif", RP_FORMAT_SARIF},
                           {"markdown", RP_FORMAT_MARKDOWN},
                           {"html", RP_FORMAT_HTML}},
                          "How to print the report. Default: text");
    review_app_->add_option("--output", review_.output, "Write the report or the diff to a file")->type_name("FILE");
    review_app_
        ->add_option("--link-base", review_.link_base,
                     "What links to files begin with in Markdown, such as https://github.com/me/app/blob/main/")
        ->type_name("URL");
    review_app_->add_flag("--fix", review_.fix,
                          "Write what can be mended unseen into the files, then print the report of the rest");
    review_app_->add_flag("--diff", review_.diff, "Print what --fix would change as a diff, and write nothing");
    review_app_->add_flag("--unsafe-fixes", review_.unsafe_fixes,
                          "With --fix or --diff: apply suggestions, too, which somebody has to look at");
    review_app_->add_option("--area", review_.only, "Only rules of this area; may be given several times")
        ->type_name("AREA");
    review_app_->add_option("--rule", review_.only, "Only this rule; may be given several times")->type_name("RULE");
    review_app_->add_option("--off", review_.off, "Not this rule or area; may be given several times")
        ->type_name("RULE");
    review_app_
        ->add_option("--deny", review_.deny,
                     "Findings of this rule or area are errors; may be given several times. Then they alone, and other "
                     "errors, make the program fail")
        ->type_name("RULE");
    add_choice<uint32_t>(
        review_app_, "--min-severity", review_.min_severity,
        {{"error", RP_SEVERITY_ERROR}, {"warning", RP_SEVERITY_WARNING}, {"advice", RP_SEVERITY_ADVICE}},
        "Leave out what is less severe. Default: advice");
    review_app_->add_flag("--exit-zero", review_.exit_zero, "Exit with 0 when there are findings, too");
    review_app_->add_option("--baseline", review_.baseline, "Leave out the findings that are in this file")
        ->type_name("FILE");
    review_app_
        ->add_option("--write-baseline", review_.write_baseline,
                     "Write the findings into a file for --baseline, besides the report")
        ->type_name("FILE");
    review_app_->add_option("--target", review_.target, "Review for this target. Default: x86_64-unknown-linux-gnu")
        ->type_name("TRIPLE");
    review_app_->add_option("--features", review_.features, "Turn features on, as cargo does")
        ->delimiter(',')
        ->type_name("FEATURES");
    review_app_->add_flag("--all-features", review_.all_features, "Turn all features on, as cargo does");
    review_app_->add_flag("--no-default-features", review_.no_default_features, "As cargo's option");
    review_app_->add_flag("--unsafe-tree", review_.unsafe_tree,
                          "Read packages that only run at build time, too, for the table of unsafe code");
    review_app_
        ->add_option("--advisory-db", review_.advisory_db, "Look for advisories in this clone of the RustSec database")
        ->type_name("FOLDER");
    review_app_->add_option("--cache", review_.cache, "Keep the interfaces of dependencies there between two runs")
        ->type_name("FOLDER");
    review_app_
        ->add_option("--cargo-home", review_.cargo_home, "Where sources of dependencies are. Default: that of cargo")
        ->type_name("FOLDER");
    add_choice(review_app_, "--color", review_.color, kColors, "Colour the text. Default: auto");
    add_threads(review_app_, review_.threads);
    review_app_->footer(kExitCodes);
  }

  void add_rules() {
    rules_app_ = app_.add_subcommand("rules", "List the rules of reviews");
    rules_app_->group("Commands");
    rules_app_->add_option("--area", rules_.area, "Only those of one area")->type_name("AREA");
    add_choice<bool>(rules_app_, "--format", rules_.markdown, {{"text", false}, {"markdown", true}},
                     "One line for each rule, or a page with all they say. Default: text");
    explain_app_ = app_.add_subcommand("explain", "Print what a rule is about, with examples");
    explain_app_->group("Commands");
    explain_app_->add_option("RULE", rules_.rule, "Its id, such as safety/undocumented-unsafe")
        ->required()
        ->type_name("");
  }

  void add_parse() {
    parse_app_ = app_.add_subcommand("parse", "Parse files and print their syntax errors");
    parse_app_->group("Commands");
    parse_app_
        ->add_option("INPUT", parse_.inputs,
                     "FILE, DIR (its *.rs files), @LIST (a file with a path on each line) or - (standard input)")
        ->required()
        ->type_name("");
    add_choice<uint32_t>(parse_app_, "--edition", parse_.edition,
                         {{"2015", 2015}, {"2018", 2018}, {"2021", 2021}, {"2024", 2024}},
                         "The edition of all files. Default: what the Cargo.toml of each says");
    add_choice<ParseFormat>(parse_app_, "--format", parse_.format,
                            {{"none", ParseFormat::kNone}, {"tree", ParseFormat::kTree}, {"json", ParseFormat::kJson}},
                            "Print errors only, syntax trees too, or one JSON object a line. Default: none");
    parse_app_->add_flag("--stats", parse_.stats, "End with one line of JSON: sizes, seconds, memory");
    add_choice(parse_app_, "--color", parse_.color, kColors, "Colour the text. Default: auto");
    add_threads(parse_app_, parse_.threads);
    parse_app_->footer(std::string("Each error is a line 'path:line:column: error: message' on standard output;\n"
                                   "columns count bytes from 1.\n") +
                       kExitCodes);
  }

  void add_api() {
    api_app_ = app_.add_subcommand("api", "Print the public interface of a library, or what changed in it");
    api_app_->group("Commands");
    api_app_
        ->add_option(
            "PATH", api_.paths,
            "The folder of a package or workspace; with --diff two of them: OLD NEW. Default: the current folder")
        ->type_name("");
    api_app_->add_flag("--diff", api_.diff, "List what breaks users of OLD in NEW, by cargo's rules");
    add_choice<bool>(api_app_, "--format", api_.json, {{"text", false}, {"json", true}},
                     "How to print it. Default: text");
    api_app_->add_option("--package", api_.package, "The library to look at, where there are several")
        ->type_name("NAME");
    api_app_->add_option("--features", api_.features, "Features to turn on, with commas between them")
        ->type_name("LIST");
    api_app_->add_flag("--all-features", api_.all_features, "Turn all features on");
    api_app_->add_flag("--no-default-features", api_.no_default_features, "Leave the default features out");
    api_app_->add_option("--target", api_.target, "The target to look at. Default: x86_64-unknown-linux-gnu")
        ->type_name("TRIPLE");
    api_app_->add_option("--cargo-home", api_.cargo_home, "Where sources of dependencies are. Default: that of cargo")
        ->type_name("DIR");
    add_choice(api_app_, "--color", api_.color, kColors, "Colour the text. Default: auto");
    add_threads(api_app_, api_.threads);
    api_app_->footer(
        std::string("Without options about features, all are on but those that authors name as no part of\n"
                    "what they promise: unstable, nightly, _x. With --diff, 1 means that the new version\n"
                    "breaks users, and its number does not say so.\n") +
        kExitCodes);
  }

  // A command about the project that a path belongs to.
  struct ProjectCommand {
    CLI::App* app;
    ExitCode (*run)(const ProjectOptions&, Output&);
  };

  CLI::App* add_project_command(const char* name, const char* description,
                                ExitCode (*run)(const ProjectOptions&, Output&)) {
    CLI::App* app = app_.add_subcommand(name, description);
    app->group("Commands");
    app->footer(kExitCodes);
    project_commands_.push_back({app, run});
    return app;
  }

  // What is to be built; the same words as cargo's.
  void add_build_options(CLI::App* app) {
    app->add_option("--target", project_.target, "The target to build for, as rustc names it")->type_name("TARGET");
    app->add_option_function<std::vector<std::string>>(
           "--features",
           [this](const std::vector<std::string>& lists) {
             for (const std::string& list : lists) {
               size_t start = 0;
               while (start <= list.size()) {
                 const size_t end = std::min(list.find_first_of(", ", start), list.size());
                 if (end > start) project_.features.push_back(list.substr(start, end - start));
                 start = end + 1;
               }
             }
           },
           "Features to enable, with commas or spaces between them")
        ->allow_extra_args(false)
        ->type_name("LIST");
    app->add_flag("--all-features", project_.all_features, "Enable all features of the members");
    app->add_flag("--no-default-features", project_.no_default_features, "Leave the default features out");
    app->add_flag("--test", project_.test, "Build tests, too: cfg(test) and dev dependencies");
    app->add_option("--source", project_.sources, "A folder of packages, as `cargo vendor` makes; may be given again")
        ->allow_extra_args(false)
        ->type_name("DIR");
    app->add_option("--cache", project_.cache, "Keep the interfaces of dependencies there between two runs")
        ->type_name("DIR");
    add_threads(app, project_.threads);
  }

  void add_project_path(CLI::App* app) {
    app->add_option("PATH", project_.path, "A folder or a single file. Default: the current folder")->type_name("");
  }

  void add_crate_option(CLI::App* app) {
    app->add_option("--crate", project_.crate, "The name of a crate. Default: those of the packages at PATH")
        ->type_name("NAME");
  }

  void add_project_commands() {
    CLI::App* app = add_project_command("graph", "Print packages and their dependencies", graph);
    add_project_path(app);
    add_choice<rp_graph_format>(
        app, "--format", project_.graph_format,
        {{"text", RP_GRAPH_TEXT}, {"json", RP_GRAPH_JSON}, {"dot", RP_GRAPH_DOT}, {"svg", RP_GRAPH_SVG}},
        "How to print the graph. Default: text");
    add_build_options(app);

    app = add_project_command("symbols", "Print the definitions of crates", symbols);
    add_project_path(app);
    add_choice<bool>(app, "--format", project_.json, {{"text", false}, {"json", true}},
                     "How to print them. Default: text");
    add_crate_option(app);
    add_build_options(app);

    app = add_project_command("expand", "Print a crate with its macros expanded", expand);
    app->add_option("PATH", project_.path, "A folder or a single file")->required()->type_name("");
    app->add_option("MODULE", project_.module, "A module by its path from the root, such as a::b")->type_name("");
    add_crate_option(app);
    add_build_options(app);

    app = add_project_command("def", "Print what the name at a place stands for", definition);
    app->add_option("PLACE", project_.path, "FILE:LINE:COLUMN; columns count bytes from 1")->required()->type_name("");
    app->add_flag("--references", project_.references, "Print where it is used instead");
    add_build_options(app);

    app = add_project_command("layout", "Print how types lie in memory: sizes, offsets, padding, niches", layout);
    app->add_option("PATH", project_.path, "A folder or a single file. Default: the current folder")->type_name("");
    app->add_option("TYPE", project_.type,
                    "A type as Rust writes it, such as 'module::Type<u32, [u8; 4]>'. Default: all types of the crates")
        ->type_name("");
    add_choice<rp_layout_format>(app, "--format", project_.layout_format,
                                 {{"text", RP_LAYOUT_TEXT}, {"json", RP_LAYOUT_JSON}, {"svg", RP_LAYOUT_SVG}},
                                 "How to print it; a picture shows one type. Default: text");
    add_choice<rp_layout_order>(
        app, "--sort", project_.layout_order,
        {{"source", RP_LAYOUT_BY_SOURCE}, {"size", RP_LAYOUT_BY_SIZE}, {"padding", RP_LAYOUT_BY_PADDING}},
        "The order of types: of the source, the largest or the most padding first. Default: source");
    app->add_option_function<std::string>(
           "--diff",
           [this](const std::string& text) {
             const size_t comma = text.find(',');
             if (comma == std::string::npos || comma == 0 || comma + 1 == text.size()) {
               throw CLI::ValidationError("--diff", "'" + text + "' is not two targets with a comma between them");
             }
             project_.targets = {text.substr(0, comma), text.substr(comma + 1)};
           },
           "Print what differs between two targets")
        ->type_name("TARGET1,TARGET2");
    add_choice(app, "--color", project_.color, kColors, "Colour the text. Default: auto");
    add_crate_option(app);
    add_build_options(app);
  }

  ExitCode print_version(Output& output) {
    const Library library;
    output.write(std::string("rustpro " RUSTPRO_CLI_VERSION " (librustpro ") +
                 std::string(view(library->version_string())) + ")\n");
    output.flush();
    return ExitCode::kClean;
  }

  UsageError explain(const CLI::ParseError& error) const {
    const std::vector<CLI::App*> chosen = app_.get_subcommands();
    const CLI::App& command = chosen.empty() ? app_ : *chosen.front();
    UsageError result{chosen.empty() ? "rustpro" : "rustpro " + command.get_name(), error.what()};
    const std::vector<std::string> extras = app_.remaining(true);
    if (error.get_name() == "ValidationError") return result;  // written above, in this file
    if (error.get_name() == "ArgumentMismatch") {
      // "--format: 1 required ... missing"
      result.message = result.message.substr(0, result.message.find(':')) + " needs a value";
      return result;
    }
    if (chosen.empty()) {
      const auto word = std::find_if(extras.begin(), extras.end(),
                                     [](const std::string& extra) { return extra.empty() || extra[0] != '-'; });
      if (!extras.empty() && extras.front().size() > 1 && extras.front()[0] == '-') {
        result.message = unknown_option(extras.front(), all_apps());
      } else if (word != extras.end()) {
        result.message = "no command is named '" + *word + "'" + suggestion(*word, command_names());
      } else {
        std::string names;
        for (const std::string& name : command_names()) names += (names.empty() ? "'" : ", '") + name + "'";
        result.message = "which command? There are " + names;
      }
      return result;
    }
    if (!extras.empty()) {
      const std::string& extra = extras.front();
      result.message = extra.size() > 1 && extra[0] == '-' ? unknown_option(extra, {&command})
                                                           : "one argument too many: '" + extra + "'";
      if (chosen.size() > 1) result.message = "one command at a time";
    } else if (error.get_name() == "RequiredError") {
      result.message = &command == parse_app_        ? "what to parse? Give a FILE, a DIR or an @LIST"
                       : command.get_name() == "def" ? "which name? Give FILE:LINE:COLUMN"
                                                     : "what to expand? Give a folder or a file";
    }
    return result;
  }

  [[nodiscard]] std::vector<std::string> command_names() const {
    std::vector<std::string> names;
    for (const CLI::App* app : app_.get_subcommands({})) names.push_back(app->get_name());
    return names;
  }

  [[nodiscard]] std::vector<const CLI::App*> all_apps() const {
    std::vector<const CLI::App*> apps = {&app_};
    for (const CLI::App* app : app_.get_subcommands({})) apps.push_back(app);
    return apps;
  }

  static std::string unknown_option(const std::string& option, const std::vector<const CLI::App*>& apps) {
    const std::string name = option.substr(0, option.find('='));
    std::vector<std::string> known;
    for (const CLI::App* app : apps) {
      for (const std::string& candidate : option_names(*app)) known.push_back(candidate);
      if (app->get_option_no_throw(name) != nullptr) {
        return "'" + name + "' belongs after the command: rustpro " + app->get_name() + " " + option;
      }
    }
    return "no option is named '" + name + "'" + suggestion(name, known);
  }

  static ExitCode complain_of_usage(const UsageError& error) {
    std::string message = error.message;
    while (!message.empty() && message.back() == '\n') message.pop_back();
    complain(message + "\nTry '" + error.command + " --help'.");
    return ExitCode::kUsage;
  }

  CLI::App app_;
  CLI::App* review_app_ = nullptr;
  CLI::App* rules_app_ = nullptr;
  CLI::App* explain_app_ = nullptr;
  RulesOptions rules_;
  CLI::App* parse_app_ = nullptr;
  CLI::App* api_app_ = nullptr;
  ReviewOptions review_;
  ParseOptions parse_;
  ApiOptions api_;
  ProjectOptions project_;
  std::vector<ProjectCommand> project_commands_;
};

// A short life with much memory: the system is asked for it in large pieces, and gets it back at the end. glibc, left
// alone, asks page by page in every thread but the first: a twentieth of the time of a review.
void ask_for_memory_in_large_pieces() {
#if defined(RUSTPRO_CLI_MIMALLOC)
  // Huge pages where the system gives them: half the faults, each of which costs as much as a page of source.
  mi_option_enable(mi_option_large_os_pages);
  // The first pieces of each thread, too, and what is free again is kept for what comes next.
  mi_option_set(mi_option_eager_commit_delay, 0);
#if MI_MALLOC_VERSION < 210
  mi_option_disable(mi_option_allow_decommit);
#endif
#elif defined(__GLIBC__)
  mallopt(M_TOP_PAD, 16 << 20);
  mallopt(M_TRIM_THRESHOLD, 1 << 30);
  mallopt(M_MMAP_THRESHOLD, 16 << 20);
#endif
}

}  // namespace
}  // namespace cli

int main(int argc, char** argv) {
  using cli::ExitCode;
  ExitCode code = ExitCode::kInternal;
  try {
    cli::ask_for_memory_in_large_pieces();
    cli::open_standard_streams();
    cli::Output output;
    code = cli::CommandLine().run(argc, argv, output);
  } catch (const cli::OutputClosed&) {
    // What the SIGPIPE that was ignored would have meant; nobody listens, so nothing is said.
    return 128 + SIGPIPE;
  } catch (const cli::Interrupted&) {
    cli::die_of_interrupt();
  } catch (const cli::Failure& failure) {
    cli::complain(failure.what());
    code = failure.code();
  } catch (const std::bad_alloc&) {
    cli::complain("out of memory");
  } catch (const std::exception& error) {
    cli::complain(std::string("internal error: ") + error.what());
  }
  return static_cast<int>(code);
}
