// Standard output and standard error: buffered writing that notices a closed pipe, colours, a line of progress.
#ifndef RUSTPRO_CLI_TERMINAL_H
#define RUSTPRO_CLI_TERMINAL_H

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>

namespace cli {

// Nobody reads standard output any more. Not an error: the program ends without a word.
class OutputClosed {};

enum class ColorChoice { kAuto, kAlways, kNever };

// Whether to colour standard output: what --color says, else NO_COLOR, CLICOLOR_FORCE, CLICOLOR, and whether it is a
// terminal.
bool use_color(ColorChoice choice);

// Columns of the terminal behind standard output; 0 when it is none.
uint32_t terminal_width();

// Makes descriptors 0, 1 and 2 exist, so that no file opened later becomes the output by accident.
void open_standard_streams();

// Standard output, buffered. One thread at a time.
class Output {
 public:
  Output() { buffer_.reserve(kCapacity); }
  Output(const Output&) = delete;
  Output& operator=(const Output&) = delete;

  // Throws OutputClosed, or Failure when the system refuses.
  void write(std::string_view text);
  void flush();

 private:
  static constexpr size_t kCapacity = 64 * 1024;
  std::string buffer_;
};

// Writes a whole text to a file, which it makes or empties first; "-" is standard output. Throws Failure.
void write_output_file(const std::string& path, std::string_view text);

// One line on standard error that says how far the work is; nothing when that is no terminal. Thread-safe.
class Progress {
 public:
  Progress();
  ~Progress() { erase(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  bool enabled() const { return enabled_; }
  void show(uint64_t done, uint64_t total, std::string_view name);
  // Takes the line away; the next show draws it again.
  void erase();

 private:
  std::mutex mutex_;
  bool enabled_;
  bool shown_ = false;
  std::chrono::steady_clock::time_point next_;
};

// Writes `rustpro: ...` to standard error, without taking part in the progress line.
void complain(std::string_view message);

// Returns the text with escapes for control characters, for those that turn the direction of text, and for bytes that
// are no UTF-8: a file's name or text must not move the cursor, break a line or hide what it is.
std::string printable(std::string_view text);

// Returns the text as a JSON string, quotes included; bytes that are no UTF-8 become U+FFFD.
std::string json_string(std::string_view text);

}  // namespace cli

#endif
