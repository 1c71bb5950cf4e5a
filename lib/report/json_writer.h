// Writes JSON, for the reports that are JSON.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace rp {

// Writes values one after the other and sets the commas; a tree of values in memory would be many times the report.
class JsonWriter {
 public:
  explicit JsonWriter(std::string* out) : out_(*out) {}

  void open(char bracket) {
    separate();
    out_ += bracket;
    first_ = true;
  }
  void close(char bracket) {
    out_ += bracket;
    first_ = false;
  }
  // A new line before the next value, for those who read it as text.
  void line(std::string_view indent) {
    if (!first_) out_ += ',';
    first_ = true;
    out_ += '\n';
    out_ += indent;
  }
  void end_line(std::string_view indent) {
    out_ += '\n';
    out_ += indent;
  }
  void key(std::string_view name) {
    separate();
    quote(name);
    out_ += ": ";
    first_ = true;  // no comma before the value
  }
  void string(std::string_view value) {
    separate();
    quote(value);
  }
  void number(uint64_t value) {
    separate();
    char digits[24];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out_.append(digits, static_cast<size_t>(end - digits));
  }
  void boolean(bool value) {
    separate();
    out_ += value ? "true" : "false";
  }
  void null() {
    separate();
    out_ += "null";
  }
  void member(std::string_view name, std::string_view value) {
    key(name);
    string(value);
  }
  void member(std::string_view name, uint64_t value) {
    key(name);
    number(value);
  }
  void member_bool(std::string_view name, bool value) {
    key(name);
    boolean(value);
  }
  void member_null(std::string_view name) {
    key(name);
    separate();
    out_ += "null";
  }

 private:
  void separate() {
    if (!first_) out_ += ", ";
    first_ = false;
  }
  void quote(std::string_view text) {
    static constexpr char kDigits[] = "0123456789abcdef";
    out_ += '"';
    size_t plain = 0;
    for (size_t i = 0; i < text.size(); ++i) {
      const auto c = static_cast<unsigned char>(text[i]);
      if (c >= 0x20 && c != '"' && c != '\\') continue;
      out_ += text.substr(plain, i - plain);
      plain = i + 1;
      switch (c) {
        case '"':
          out_ += "\\\"";
          break;
        case '\\':
          out_ += "\\\\";
          break;
        case '\n':
          out_ += "\\n";
          break;
        case '\r':
          out_ += "\\r";
          break;
        case '\t':
          out_ += "\\t";
          break;
        default:
          out_ += "\\u00";
          out_ += kDigits[c >> 4];
          out_ += kDigits[c & 15];
      }
    }
    out_ += text.substr(plain);
    out_ += '"';
  }

  std::string& out_;
  bool first_ = true;
};

}  // namespace rp
