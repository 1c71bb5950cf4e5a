#include "terminal.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <cstring>

#include "library.h"

namespace cli {
namespace {

std::string_view environment(const char* name) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : "";
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = ::write(descriptor, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<size_t>(written));
    } else if (errno == EAGAIN || errno == EWOULDBLOCK) {
      pollfd wait = {descriptor, POLLOUT, 0};
      poll(&wait, 1, -1);
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

// Length in bytes of the UTF-8 sequence at the start of `text`; 0 when there is no valid one.
size_t utf8_length(std::string_view text) {
  const auto byte = [&](size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  size_t length = 0;
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead < 0xE0) length = 2;
  if (lead >= 0xE0 && lead < 0xF0) length = 3;
  if (lead >= 0xF0 && lead < 0xF5) length = 4;
  if (length == 0 || text.size() < length) return 0;
  for (size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  const unsigned char second = byte(1);
  if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F)) return 0;
  if ((lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) return 0;
  return length;
}

// The character of one valid UTF-8 sequence.
uint32_t code_point(std::string_view sequence) {
  static constexpr unsigned char kLeadBits[] = {0x7F, 0x7F, 0x1F, 0x0F, 0x07};
  uint32_t character = static_cast<unsigned char>(sequence[0]) & kLeadBits[sequence.size()];
  for (const char byte : sequence.substr(1)) character = character << 6 | (static_cast<unsigned char>(byte) & 0x3F);
  return character;
}

// Control characters, and those that turn the direction in which text is shown.
bool moves_the_cursor(uint32_t character) {
  return character < 0x20 || (character >= 0x7F && character < 0xA0) || (character >= 0x2028 && character <= 0x202E) ||
         (character >= 0x2066 && character <= 0x2069) || character == 0x200E || character == 0x200F ||
         character == 0x061C;
}

void append_escape(std::string& out, const char* format, unsigned number) {
  char escape[16];
  std::snprintf(escape, sizeof escape, format, number);
  out += escape;
}

}  // namespace

bool use_color(ColorChoice choice) {
  if (choice != ColorChoice::kAuto) return choice == ColorChoice::kAlways;
  if (!environment("NO_COLOR").empty()) return false;
  const std::string_view forced = environment("CLICOLOR_FORCE");
  if (!forced.empty() && forced != "0") return true;
  if (environment("CLICOLOR") == "0" || environment("TERM") == "dumb") return false;
  return isatty(STDOUT_FILENO) == 1;
}

uint32_t terminal_width() {
  winsize size = {};
  if (isatty(STDOUT_FILENO) == 1 && ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0) return size.ws_col;
  return 0;
}

void open_standard_streams() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(descriptor, F_GETFD) != -1) continue;
    // open returns the lowest free number, which is `descriptor`.
    if (open("/dev/null", descriptor == STDIN_FILENO ? O_RDONLY : O_WRONLY) != descriptor) {
      std::_Exit(static_cast<int>(ExitCode::kInternal));
    }
  }
}

void Output::write(std::string_view text) {
  if (buffer_.size() + text.size() > kCapacity) flush();
  if (text.size() >= kCapacity) {
    buffer_ = text;
    flush();
  } else {
    buffer_ += text;
  }
}

void Output::flush() {
  if (buffer_.empty()) return;
  const bool written = write_all(STDOUT_FILENO, buffer_);
  const int reason = errno;
  buffer_.clear();
  if (written) return;
  if (reason == EPIPE) throw OutputClosed();
  throw Failure(ExitCode::kInternal, std::string("cannot write to standard output: ") + std::strerror(reason));
}

void write_output_file(const std::string& path, std::string_view text) {
  if (path == "-") {
    Output output;
    output.write(text);
    output.flush();
    return;
  }
  const int descriptor = open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
  bool written = descriptor >= 0 && write_all(descriptor, text);
  int reason = errno;
  // Some file systems say only here that there was no room.
  if (descriptor >= 0 && close(descriptor) != 0 && written && errno != EINTR) {
    written = false;
    reason = errno;
  }
  if (!written) throw Failure(ExitCode::kInternal, printable(path) + ": cannot write: " + std::strerror(reason));
}

Progress::Progress()
    : enabled_(isatty(STDERR_FILENO) == 1 && environment("TERM") != "dumb"),
      // Short work should not flicker.
      next_(std::chrono::steady_clock::now() + std::chrono::milliseconds(200)) {}

void Progress::show(uint64_t done, uint64_t total, std::string_view name) {
  if (!enabled_) return;
  const std::lock_guard lock(mutex_);
  const auto now = std::chrono::steady_clock::now();
  if (now < next_) return;
  next_ = now + std::chrono::milliseconds(100);
  winsize size = {};
  size_t width = 80;
  if (ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0) width = size.ws_col;
  std::string line = std::to_string(done) + '/' + std::to_string(total) + ' ' + printable(name);
  // One column stays free, so that no terminal wraps. Bytes are at least as many as columns.
  if (line.size() >= width) {
    line.resize(width - 1);
    while (!line.empty() && (static_cast<unsigned char>(line.back()) & 0x80) != 0) line.pop_back();
  }
  shown_ = true;
  write_all(STDERR_FILENO, '\r' + line + "\x1b[K");
}

void Progress::erase() {
  if (!enabled_) return;
  const std::lock_guard lock(mutex_);
  if (shown_) write_all(STDERR_FILENO, "\r\x1b[K");
  shown_ = false;
}

void complain(std::string_view message) { write_all(STDERR_FILENO, "rustpro: " + std::string(message) + '\n'); }

std::string printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const size_t length = utf8_length(text);
    const auto byte = static_cast<unsigned char>(text[0]);
    if (length == 0) {
      append_escape(out, "\\x%02x", byte);
    } else if (byte == '\n') {
      out += "\\n";
    } else if (byte == '\t') {
      out += "\\t";
    } else if (byte == '\r') {
      out += "\\r";
    } else if (const uint32_t character = code_point(text.substr(0, length)); moves_the_cursor(character)) {
      append_escape(out, "\\u{%x}", character);
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(std::max<size_t>(length, 1));
  }
  return out;
}

std::string json_string(std::string_view text) {
  std::string out = "\"";
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text[0]);
    const size_t length = utf8_length(text);
    if (length == 0) {
      out += "\xEF\xBF\xBD";
      text.remove_prefix(1);
      continue;
    }
    if (byte == '"' || byte == '\\') {
      out += '\\';
      out += text[0];
    } else if (byte < 0x20) {
      append_escape(out, "\\u%04x", byte);
    } else {
      out += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return out + '"';
}

}  // namespace cli
