// Text for a terminal: colours as rustc's users know them, and characters that would do harm made visible.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "review/result.h"

namespace rp {

enum class Color : uint8_t { Plain, Bold, Error, Warning, Advice, Gutter, Help };

// What a piece of text is written with; without colours it adds nothing.
class Styled {
 public:
  Styled(std::string* out, bool color) : out_(*out), color_(color) {}
  void put(std::string_view text) { out_ += text; }
  void put(Color color, std::string_view text);
  void spaces(size_t count) { out_.append(count, ' '); }
  [[nodiscard]] std::string& out() { return out_; }

 private:
  std::string& out_;
  bool color_;
};

Color color_of(Severity severity);
std::string_view severity_name(Severity severity);  // "error", "warning", "advice"
std::string_view verdict_name(Verdict verdict);     // "proven", "likely"

// How one character is shown. Control characters become their pictures (U+2400 ...), characters that reorder or hide
// text `\u{202e}`, a tab four spaces. Returns the columns it takes.
uint32_t append_visible(std::string* out, std::string_view bytes, char32_t c);
// A whole text in one line; new lines become spaces.
std::string visible(std::string_view text);

std::string with_thousands(uint64_t number);  // "60,123"

}  // namespace rp
