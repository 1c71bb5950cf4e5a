#include "report/style.h"

#include "report/char_width.h"

namespace rp {
namespace {

constexpr uint32_t kTabColumns = 4;

std::string_view code_of(Color color) {
  switch (color) {
    case Color::Plain:
      return "";
    case Color::Bold:
      return "\x1b[1m";
    case Color::Error:
      return "\x1b[1;31m";
    case Color::Warning:
      return "\x1b[1;33m";
    case Color::Advice:
      return "\x1b[1;32m";
    case Color::Gutter:
      return "\x1b[1;34m";
    case Color::Help:
      return "\x1b[1;36m";
  }
  return "";
}

std::string_view class_of(Color color) {
  switch (color) {
    case Color::Plain:
      return "";
    case Color::Bold:
      return "bold";
    case Color::Error:
      return "error";
    case Color::Warning:
      return "warning";
    case Color::Advice:
      return "advice";
    case Color::Gutter:
      return "gutter";
    case Color::Help:
      return "help";
  }
  return "";
}

// Characters that change the order of what stands around them, or show nothing at all.
bool is_deceptive(char32_t c) {
  return c == 0x61C || (c >= 0x200B && c <= 0x200F && c != 0x200D) || (c >= 0x2028 && c <= 0x202E) ||
         (c >= 0x2060 && c <= 0x206F) || c == 0xFEFF || (c >= 0xFFF9 && c <= 0xFFFB) || (c >= 0xE0000 && c <= 0xE007F);
}

void append_utf8(std::string* out, char32_t c) {
  *out += static_cast<char>(0xE0 | (c >> 12));
  *out += static_cast<char>(0x80 | ((c >> 6) & 0x3F));
  *out += static_cast<char>(0x80 | (c & 0x3F));
}

uint32_t append_escape(std::string* out, char32_t c) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string digits;
  for (; c != 0; c >>= 4) digits.insert(digits.begin(), kDigits[c & 15]);
  *out += "\\u{" + digits + "}";
  return static_cast<uint32_t>(digits.size() + 4);
}

}  // namespace

void Styled::put(std::string_view text) {
  if (markup_ == Markup::Html)
    append_html(&out_, text);
  else
    out_ += text;
}

void Styled::put(Color color, std::string_view text) {
  if (markup_ == Markup::None || color == Color::Plain || text.empty()) {
    put(text);
    return;
  }
  if (markup_ == Markup::Html) {
    out_ += "<span class=\"";
    out_ += class_of(color);
    out_ += "\">";
    append_html(&out_, text);
    out_ += "</span>";
    return;
  }
  out_ += code_of(color);
  out_ += text;
  out_ += "\x1b[0m";
}

Color color_of(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return Color::Error;
    case Severity::Warning:
      return Color::Warning;
    case Severity::Advice:
      return Color::Advice;
  }
  return Color::Plain;
}

std::string_view severity_name(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return "error";
    case Severity::Warning:
      return "warning";
    case Severity::Advice:
      return "advice";
  }
  return "";
}

std::string_view verdict_name(Verdict verdict) { return verdict == Verdict::Proven ? "proven" : "likely"; }

std::string_view applicability_name(Applicability applicability) {
  return applicability == Applicability::MachineApplicable ? "machine-applicable" : "suggestion";
}

uint32_t append_visible(std::string* out, std::string_view bytes, char32_t c) {
  if (c == '\t') {
    out->append(kTabColumns, ' ');
    return kTabColumns;
  }
  if (c < 0x20 || c == 0x7F) {
    append_utf8(out, c == 0x7F ? 0x2421 : 0x2400 + c);
    return 1;
  }
  if ((c >= 0x80 && c < 0xA0) || is_deceptive(c)) return append_escape(out, c);
  *out += bytes;
  return char_width(c);
}

std::string visible(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    size_t length = 0;
    const char32_t c = decode_utf8(text, &length);
    if (c == '\n' || c == '\t')
      out += ' ';
    else
      append_visible(&out, text.substr(0, length), c);
    text.remove_prefix(length);
  }
  return out;
}

std::string visible_line(std::string_view line) {
  std::string out;
  out.reserve(line.size());
  while (!line.empty()) {
    size_t length = 0;
    const char32_t c = decode_utf8(line, &length);
    append_visible(&out, line.substr(0, length), c);
    line.remove_prefix(length);
  }
  return out;
}

void append_html(std::string* out, std::string_view text) {
  for (const char c : text) {
    switch (c) {
      case '&':
        *out += "&amp;";
        break;
      case '<':
        *out += "&lt;";
        break;
      case '>':
        *out += "&gt;";
        break;
      case '"':
        *out += "&quot;";
        break;
      case '\'':
        *out += "&#39;";
        break;
      default:
        *out += c;
    }
  }
}

std::string with_thousands(uint64_t number) {
  std::string digits = std::to_string(number);
  for (size_t at = digits.size(); at > 3; at -= 3) digits.insert(at - 3, ",");
  return digits;
}

}  // namespace rp
