#include "names/impl_header.h"

#include <cstdint>
#include <vector>

namespace rp {
namespace {

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  ImplHeader run() {
    ImplHeader out;
    if (!skip_to_impl()) return out;
    if (peek() == '<') parameters();
    std::string_view word = peek_word();
    if (word == "const") at_ += word.size();
    // Of a negative impl; an inherent impl for `!` has no trait behind it.
    const size_t start = at_;
    if (peek() == '!') ++at_;
    const Path first = path();
    if (!first.ends_with_for) {
      at_ = start;
      out.self = self_word(first);
      return out;
    }
    out.trait = first.last;
    const size_t self = at_;
    const Path second = path();
    at_ = self;
    out.self = self_word(second);
    return out;
  }

 private:
  struct Path {
    std::string_view last;   // the last word at the outermost level
    bool qualified = false;  // `<T as Trait>::X`, `T::X`
    bool ends_with_for = false;
    size_t words = 0;
    std::string_view first;
  };

  void space() {
    while (at_ < text_.size() && (text_[at_] == ' ' || text_[at_] == '\n' || text_[at_] == '\t')) ++at_;
  }
  char peek() {
    space();
    return at_ < text_.size() ? text_[at_] : '\0';
  }
  std::string_view peek_word() {
    space();
    size_t end = at_;
    while (end < text_.size() && is_word(text_[end])) ++end;
    return text_.substr(at_, end - at_);
  }

  // Past the literal or bracket that begins here, as a whole.
  void skip_one() {
    uint32_t depth = 0;
    do {
      const char c = text_[at_++];
      if (c == '(' || c == '[' || c == '{') ++depth;
      if ((c == ')' || c == ']' || c == '}') && depth != 0) --depth;
      if (c == '"') {
        while (at_ < text_.size() && text_[at_] != '"') at_ += text_[at_] == '\\' ? 2 : 1;
        ++at_;
      }
    } while (depth != 0 && at_ < text_.size());
  }

  bool skip_to_impl() {
    while (at_ < text_.size()) {
      const char c = peek();
      if (c == '#') {
        ++at_;
        if (peek() == '!') ++at_;
        if (peek() == '[') skip_one();
        continue;
      }
      const std::string_view word = peek_word();
      if (word.empty()) return false;
      at_ += word.size();
      if (word == "impl") return true;
    }
    return false;
  }

  // `<'a, T: Bound, const N: usize>`
  void parameters() {
    uint32_t angle = 0;
    bool begins = false;
    while (at_ < text_.size()) {
      const char c = peek();
      if (c == '(' || c == '[' || c == '{') {
        skip_one();
        begins = false;
        continue;
      }
      if (c == '-' && at_ + 1 < text_.size() && text_[at_ + 1] == '>') {
        at_ += 2;
        continue;
      }
      if (c == '<' || (c == ',' && angle == 1)) {
        angle += c == '<' ? 1 : 0;
        begins = angle == 1;
        ++at_;
        continue;
      }
      if (c == '>') {
        ++at_;
        if (--angle == 0) return;
        continue;
      }
      if (c == '\'') {
        ++at_;
        at_ += peek_word().size();
        begins = false;
        continue;
      }
      const std::string_view word = peek_word();
      if (word.empty()) {
        ++at_;
        continue;
      }
      at_ += word.size();
      if (begins && word != "const") {
        params_.push_back(word);
        begins = false;
      }
    }
  }

  // As far as `for`, `where`, the body or the end.
  Path path() {
    Path out;
    uint32_t angle = 0;
    bool before_angle = true;  // nothing was read yet
    while (at_ < text_.size()) {
      const char c = peek();
      if (c == '{' || c == ';') {
        if (angle == 0) return out;
        skip_one();
        continue;
      }
      if (c == '(' || c == '[') {
        skip_one();
        before_angle = false;
        continue;
      }
      if (c == '-' && at_ + 1 < text_.size() && text_[at_ + 1] == '>') {
        at_ += 2;
        continue;
      }
      if (c == '<') {
        if (before_angle) out.qualified = true;
        ++angle;
        ++at_;
        before_angle = false;
        continue;
      }
      if (c == '>') {
        if (angle != 0) --angle;
        ++at_;
        continue;
      }
      if (c == '\'') {
        ++at_;
        at_ += peek_word().size();
        continue;
      }
      std::string_view word = peek_word();
      if (word.empty()) {
        ++at_;
        continue;
      }
      if (angle == 0 && word == "where") return out;
      if (angle == 0 && word == "for" && out.words != 0) {
        at_ += word.size();
        out.ends_with_for = true;
        return out;
      }
      at_ += word.size();
      if (word == "r" && peek() == '#') {
        ++at_;
        word = peek_word();
        at_ += word.size();
      }
      before_angle = false;
      if (angle != 0) continue;
      if (out.words++ == 0) out.first = word;
      out.last = word;
    }
    return out;
  }

  // Not a type in parentheses.
  [[nodiscard]] bool is_tuple() const {
    uint32_t depth = 0;
    for (size_t i = at_; i < text_.size(); ++i) {
      const char c = text_[i];
      if (c == '(' || c == '[' || c == '{' || c == '<') ++depth;
      if (c == ',' && depth == 1) return true;
      if (c == '>' && i != 0 && text_[i - 1] == '-') continue;
      if ((c == ')' || c == ']' || c == '}' || c == '>') && (depth == 0 || --depth == 0)) return i == at_ + 1;
    }
    return false;
  }

  // The scanner stands at the type.
  std::string_view self_word(const Path& path) {
    const char c = peek();
    if (c == '\0') return {};
    if (c == '(' && !is_tuple()) return {};
    if (c == '&' || c == '*' || c == '[' || c == '(' || c == '!') return text_.substr(at_, 1);
    if (path.qualified || path.last.empty()) return {};
    const std::string_view first = path.first;
    if (first == "fn" || first == "unsafe" || first == "extern" || first == "for") return "fn";
    if (first == "dyn") return "dyn";
    for (const std::string_view param : params_)
      if (param == first) return {};
    return path.last;
  }

  std::string_view text_;
  size_t at_ = 0;
  std::vector<std::string_view> params_;
};

}  // namespace

ImplHeader impl_header(std::string_view signature) { return Scanner(signature).run(); }

}  // namespace rp
