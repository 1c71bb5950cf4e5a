// Text for a terminal: colours as rustc's users know them, and characters that would do harm made visible.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "review/result.h"

namespace rp {

enum class Color : uint8_t { Plain, Bold, Error, Warning, Advice, Gutter, Help };

enum class Markup : uint8_t { None, Ansi, Html };

// What a piece of text is written with; without markup it adds nothing. For HTML, text is escaped and colours are spans
// of the classes "bold", "error", "warning", "advice", "gutter" and "help".
class Styled {
 public:
  Styled(std::string* out, bool color) : Styled(out, color ? Markup::Ansi : Markup::None) {}
  Styled(std::string* out, Markup markup) : out_(*out), markup_(markup) {}
  void put(std::string_view text);
  void put(Color color, std::string_view text);
  void spaces(size_t count) { out_.append(count, ' '); }
  [[nodiscard]] std::string& out() { return out_; }

 private:
  std::string& out_;
  Markup markup_;
};

// As text or the value of an attribute in quotes.
void append_html(std::string* out, std::string_view text);

Color color_of(Severity severity);
std::string_view severity_name(Severity severity);                 // "error", "warning", "advice"
std::string_view verdict_name(Verdict verdict);                    // "proven", "likely"
std::string_view applicability_name(Applicability applicability);  // "machine-applicable", "suggestion"

// How one character is shown. Control characters become their pictures (U+2400 ...), characters that reorder or hide
// text `\u{202e}`, a tab four spaces. Returns the columns it takes.
uint32_t append_visible(std::string* out, std::string_view bytes, char32_t c);
// A whole text in one line; new lines become spaces.
std::string visible(std::string_view text);
// A line of source, as excerpts show it.
std::string visible_line(std::string_view line);

std::string with_thousands(uint64_t number);  // "60,123"

}  // namespace rp
