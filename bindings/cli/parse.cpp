#include <sys/resource.h>

#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <exception>
#include <optional>
#include <thread>

#include "commands.h"
#include "inputs.h"
#include "interrupt.h"

namespace cli {
namespace {

struct Totals {
  uint64_t files = 0;
  uint64_t files_with_errors = 0;
  uint64_t files_unread = 0;
  uint64_t bytes = 0;
  uint64_t lines = 0;
  uint64_t tokens = 0;
  uint64_t nodes = 0;
  uint64_t errors = 0;
  uint64_t memory_bytes = 0;
  uint64_t lex_nanoseconds = 0;
  uint64_t parse_nanoseconds = 0;

  void add(const Totals& other) {
    files += other.files;
    files_with_errors += other.files_with_errors;
    files_unread += other.files_unread;
    bytes += other.bytes;
    lines += other.lines;
    tokens += other.tokens;
    nodes += other.nodes;
    errors += other.errors;
    memory_bytes += other.memory_bytes;
    lex_nanoseconds += other.lex_nanoseconds;
    parse_nanoseconds += other.parse_nanoseconds;
  }
};

// What one file gave.
struct Result {
  std::string out;      // for standard output
  std::string problem;  // for standard error: why it could not be read or parsed
  ExitCode code = ExitCode::kClean;
  Totals totals;
};

// Takes line breaks and the spaces after them out of JSON. Inside its strings there are none: they are escaped there.
std::string one_line(std::string_view json) {
  std::string out;
  out.reserve(json.size());
  for (size_t i = 0; i < json.size(); ++i) {
    if (json[i] != '\n') {
      out += json[i];
      continue;
    }
    while (i + 1 < json.size() && (json[i + 1] == ' ' || json[i + 1] == '\n')) ++i;
  }
  return out;
}

// Parses files, one call for each; any number of threads may call at once.
class FileParser {
 public:
  FileParser(const Library& library, const ParseOptions& options)
      : library_(library), options_(options), color_(use_color(options.color)), editions_(library) {}

  Result parse(const Input& input) {
    Result result;
    std::string text;
    std::string reason;
    if (!read_input(input, text, reason)) {
      result.problem = shown(input) + ": " + reason;
      result.code = ExitCode::kUnread;
      result.totals.files_unread = 1;
      return result;
    }
    try {
      parse_text(input, text, result);
    } catch (const Failure& failure) {
      result = Result();
      result.problem = failure.what();
      result.code = failure.code();
      result.totals.files_unread = 1;
    }
    return result;
  }

 private:
  static std::string shown(const Input& input) { return input.path == "-" ? "<stdin>" : printable(input.path); }

  void parse_text(const Input& input, const std::string& text, Result& result) {
    rp_parse_options parse_options = RP_PARSE_OPTIONS_INIT;
    parse_options.edition = input.edition != 0 ? input.edition : editions_.of(input);
    parse_options.cancellation = library_.cancellation();
    const std::string name = shown(input);
    rp_tree* parsed = nullptr;
    rp_error* error = nullptr;
    rp_status status =
        library_->tree_parse(text.data(), text.size(), name.data(), name.size(), &parse_options, &parsed, &error);
    if (status == RP_ERROR_INVALID_UTF8) {
      add_not_utf8(name, parse_options.edition, library_.message(status, error), result);
      return;
    }
    library_.check(status, error, name);
    const Handle<rp_tree> tree(parsed, library_->tree_free);
    add_totals(tree.get(), result);
    if (options_.format == ParseFormat::kJson) {
      add_json(name, tree.get(), result);
      return;
    }
    if (options_.format == ParseFormat::kTree) {
      rp_render_options render_options = RP_RENDER_OPTIONS_INIT;
      render_options.color = color_ ? 1 : 0;
      result.out += library_.render(library_->tree_render, const_cast<const rp_tree*>(tree.get()), render_options);
      if (!result.out.empty() && result.out.back() != '\n') result.out += '\n';
    }
    const size_t count = library_->tree_error_count(tree.get());
    for (size_t i = 0; i < count; ++i) {
      const rp_syntax_error syntax_error = library_->tree_error(tree.get(), i);
      const rp_position place = library_->tree_position(tree.get(), syntax_error.span.start);
      add_line(name, place.line, place.column_bytes, view(syntax_error.message), result);
    }
  }

  void add_line(const std::string& name, uint32_t line, uint32_t column, std::string_view message,
                Result& result) const {
    result.out += color_ ? "\x1b[1m" + name : name;
    result.out += ':' + std::to_string(line) + ':' + std::to_string(column) + ": ";
    result.out += color_ ? "\x1b[31merror:\x1b[0m " : "error: ";
    result.out += printable(message);
    result.out += '\n';
  }

  // The bytes of the file are its text, so this is an error of the text and no failure to read.
  void add_not_utf8(const std::string& name, uint32_t edition, std::string message, Result& result) const {
    // The library speaks of its argument; what a reader of the file needs begins at "not UTF-8: byte".
    static constexpr std::string_view kWords = "not UTF-8: ";
    const size_t words = message.find(kWords);
    message = words == std::string::npos ? std::string(kWords) + message : message.substr(words);
    result.totals.files = 1;
    result.totals.files_with_errors = 1;
    result.totals.errors = 1;
    result.code = ExitCode::kFindings;
    if (options_.format != ParseFormat::kJson) {
      add_line(name, 1, 1, message, result);
      return;
    }
    // An error of the same form as the library's own.
    static constexpr std::string_view kStart = R"({"offset":0,"line":1,"column":1,"column_utf16":1})";
    result.out += "{\"path\":" + json_string(name) + ",\"edition\":" + std::to_string(edition);
    result.out +=
        R"(,"errors":[{"rule":"syntax/error","area":"syntax","severity":"error","verdict":"proven","message":)";
    result.out += json_string(message) + ",\"place\":{\"path\":" + json_string(name) + ",\"start\":";
    result.out.append(kStart).append(",\"end\":").append(kStart);
    result.out += R"(},"related":[],"notes":[]}],"tree":null})"
                  "\n";
  }

  void add_json(const std::string& name, const rp_tree* tree, Result& result) const {
    rp_render_options render_options = RP_RENDER_OPTIONS_INIT;
    render_options.format = RP_FORMAT_JSON;
    result.out += "{\"path\":" + json_string(name);
    result.out += ",\"edition\":" + std::to_string(library_->tree_edition(tree));
    result.out += ",\"errors\":" + one_line(library_.render(library_->tree_render_errors, tree, render_options));
    result.out += ",\"tree\":" + one_line(library_.render(library_->tree_render, tree, render_options)) + "}\n";
  }

  void add_totals(const rp_tree* tree, Result& result) const {
    rp_tree_stats stats = RP_TREE_STATS_INIT;
    rp_error* error = nullptr;
    const rp_status status = library_->tree_get_stats(tree, &stats, &error);
    library_.check(status, error);
    result.totals.files = 1;
    result.totals.files_with_errors = stats.errors > 0 ? 1 : 0;
    result.totals.errors = stats.errors;
    result.totals.bytes = stats.bytes;
    result.totals.lines = stats.lines;
    result.totals.tokens = stats.tokens;
    result.totals.nodes = stats.nodes;
    result.totals.memory_bytes = stats.memory_bytes;
    result.totals.lex_nanoseconds = stats.lex_nanoseconds;
    result.totals.parse_nanoseconds = stats.parse_nanoseconds;
    if (stats.errors > 0) result.code = ExitCode::kFindings;
  }

  const Library& library_;
  const ParseOptions& options_;
  const bool color_;
  Editions editions_;
};

// Parses in several threads and hands out the results in the order of the files, so that the output does not depend on
// the threads. Workers stay within a window ahead of the output, so that results do not pile up.
class OrderedRun {
 public:
  OrderedRun(FileParser& parser, const std::vector<Input>& files, size_t thread_count)
      : parser_(parser), files_(files), window_(std::max<size_t>(thread_count * 64, 256)), slots_(window_) {
    try {
      for (size_t i = 0; i < std::min(thread_count, files.size()); ++i) threads_.emplace_back([this] { work(); });
    } catch (const std::system_error&) {
      // As many threads as the system gives will do, if it is at least one.
      if (threads_.empty()) throw;
    }
  }

  ~OrderedRun() {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    room_.notify_all();
    for (std::thread& thread : threads_) thread.join();
  }

  OrderedRun(const OrderedRun&) = delete;
  OrderedRun& operator=(const OrderedRun&) = delete;

  // Waits for the result of the next file. Returns nothing after an interrupt; rethrows what stopped a worker.
  std::optional<Result> next() {
    std::unique_lock lock(mutex_);
    std::optional<Result>& slot = slots_[taken_ % window_];
    // A signal wakes nobody who waits here, so look for it now and then.
    while (!ready_.wait_for(lock, std::chrono::milliseconds(50), [&] { return slot || failure_ || interrupted(); })) {
    }
    if (interrupted()) return std::nullopt;
    if (failure_ != nullptr) std::rethrow_exception(failure_);
    std::optional<Result> result = std::move(slot);
    slot.reset();
    ++taken_;
    room_.notify_one();
    return result;
  }

 private:
  void work() {
    try {
      for (;;) {
        size_t index = 0;
        {
          std::unique_lock lock(mutex_);
          room_.wait(lock, [&] { return stop_ || started_ == files_.size() || started_ < taken_ + window_; });
          if (stop_ || started_ == files_.size()) return;
          index = started_++;
        }
        Result result = parser_.parse(files_[index]);
        const std::lock_guard lock(mutex_);
        slots_[index % window_] = std::move(result);
        if (index == taken_) ready_.notify_one();
      }
    } catch (...) {
      const std::lock_guard lock(mutex_);
      if (failure_ == nullptr) failure_ = std::current_exception();
      stop_ = true;
      ready_.notify_all();
      room_.notify_all();
    }
  }

  FileParser& parser_;
  const std::vector<Input>& files_;
  const size_t window_;
  std::vector<std::optional<Result>> slots_;
  std::mutex mutex_;
  std::condition_variable ready_;
  std::condition_variable room_;
  size_t started_ = 0;
  size_t taken_ = 0;
  bool stop_ = false;
  std::exception_ptr failure_;
  std::vector<std::thread> threads_;
};

uint64_t peak_bytes() {
  rusage usage = {};
  getrusage(RUSAGE_SELF, &usage);
#if defined(__APPLE__)
  return static_cast<uint64_t>(usage.ru_maxrss);
#else
  return static_cast<uint64_t>(usage.ru_maxrss) * 1024;
#endif
}

std::string stats_line(const Totals& totals, size_t threads, double wall_seconds) {
  const auto seconds = [](double value) {
    char text[32];
    std::snprintf(text, sizeof text, "%.6f", value);
    return std::string(text);
  };
  std::string out;
  const auto add = [&out](const char* key, const std::string& value) {
    out += std::string(out.empty() ? "{\"" : ",\"") + key + "\":" + value;
  };
  add("files", std::to_string(totals.files));
  add("bytes", std::to_string(totals.bytes));
  add("lines", std::to_string(totals.lines));
  add("tokens", std::to_string(totals.tokens));
  add("nodes", std::to_string(totals.nodes));
  add("files_with_errors", std::to_string(totals.files_with_errors));
  add("errors", std::to_string(totals.errors));
  add("files_unread", std::to_string(totals.files_unread));
  add("lex_seconds", seconds(static_cast<double>(totals.lex_nanoseconds) * 1e-9));
  add("parse_seconds", seconds(static_cast<double>(totals.parse_nanoseconds) * 1e-9));
  add("wall_seconds", seconds(wall_seconds));
  add("threads", std::to_string(threads));
  add("memory_bytes", std::to_string(totals.memory_bytes));
  add("peak_bytes", std::to_string(peak_bytes()));
  return out + "}\n";
}

}  // namespace

ExitCode parse(const ParseOptions& options, Output& output) {
  const auto begin = std::chrono::steady_clock::now();
  const Library library;
  Progress progress;
  const Inputs inputs = expand_inputs(library, options.inputs, options.edition);
  ExitCode code = inputs.problems.empty() ? ExitCode::kClean : ExitCode::kUnread;
  for (const std::string& problem : inputs.problems) complain(printable(problem));

  Totals totals;
  totals.files_unread = inputs.problems.size();
  FileParser parser(library, options);
  const size_t threads = options.threads != 0 ? options.threads : std::max(1u, std::thread::hardware_concurrency());
  if (!inputs.files.empty()) {
    OrderedRun run(parser, inputs.files, threads);
    for (size_t i = 0; i < inputs.files.size(); ++i) {
      const std::optional<Result> result = run.next();
      if (!result) {
        // Not by an exception: that would wait for a worker that waits for a pipe.
        progress.erase();
        die_of_interrupt();
      }
      totals.add(result->totals);
      code = worse(code, result->code);
      if (!result->out.empty() || !result->problem.empty()) {
        progress.erase();
        output.write(result->out);
        if (!result->problem.empty()) complain(printable(result->problem));
      }
      progress.show(i + 1, inputs.files.size(), inputs.files[i].path);
    }
  }
  progress.erase();
  if (options.stats) {
    const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - begin;
    output.write(stats_line(totals, threads, wall.count()));
  }
  output.flush();
  return code;
}

}  // namespace cli
