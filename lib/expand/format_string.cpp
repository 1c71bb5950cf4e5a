// Parses format strings.
#include "expand/format_string.h"

#include "expand/builtin_literals.h"
#include "syntax/lexer.h"

namespace rp {
namespace {

constexpr uint32_t kMaxNumber = 65535;

class FormatParser {
 public:
  explicit FormatParser(std::string_view text) : text_(text) {}

  FormatString run() {
    while (at_ < text_.size() && !out_.error) {
      const char c = text_[at_];
      if ((c == '{' || c == '}') && peek(1) == c) {
        literal(at_, at_ + 1);
        at_ += 2;
      } else if (c == '{') {
        placeholder();
      } else if (c == '}') {
        fail(at_, at_ + 1, "invalid format string: unmatched `}` found",
             "if you intended to print `}`, you can escape it using `}}`");
      } else {
        size_t end = text_.find_first_of("{}", at_);
        if (end == std::string_view::npos) end = text_.size();
        literal(at_, end);
        at_ = end;
      }
    }
    return std::move(out_);
  }

 private:
  [[nodiscard]] char peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] ByteSpan span(size_t begin, size_t end) const {
    return {static_cast<uint32_t>(begin), static_cast<uint32_t>(end)};
  }
  void literal(size_t begin, size_t end) {
    FormatPiece piece;
    piece.text = text_.substr(begin, end - begin);
    out_.pieces.push_back(piece);
  }
  void fail(size_t begin, size_t end, std::string message, std::string help = {}) {
    if (!out_.error) out_.error = FormatError{std::move(message), std::move(help), span(begin, end)};
  }
  void skip_space() {
    while (!at_end()) {
      const CodePoint c = code_point_at(text_, at_);
      if (!is_pattern_white_space(c.value)) return;
      at_ += c.length;
    }
  }
  bool eat(char c) {
    if (at_end() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::optional<uint32_t> integer() {
    const size_t begin = at_;
    uint64_t value = 0;
    while (!at_end() && text_[at_] >= '0' && text_[at_] <= '9') {
      if (value <= kMaxNumber) value = value * 10 + static_cast<uint64_t>(text_[at_] - '0');
      ++at_;
    }
    if (at_ == begin) return std::nullopt;
    if (value > kMaxNumber)
      fail(begin, at_,
           "invalid format string: integer `" + std::string(text_.substr(begin, at_ - begin)) +
               "` does not fit into the type `u16` whose range is `0..=65535`");
    return static_cast<uint32_t>(value);
  }

  std::string_view word() {
    const size_t begin = at_;
    while (!at_end()) {
      const CodePoint c = code_point_at(text_, at_);
      const bool fits = at_ == begin ? c.value == '_' || is_xid_start(c.value) : is_xid_continue(c.value);
      if (!fits) break;
      at_ += c.length;
    }
    const std::string_view name = text_.substr(begin, at_ - begin);
    if (name == "_")
      fail(begin, at_, "invalid format string: invalid argument name `_`",
           "argument name cannot be a single underscore");
    return name;
  }

  FormatArgument position() {
    FormatArgument out;
    const size_t begin = at_;
    if (const auto index = integer()) {
      out.kind = FormatArgument::Kind::Index;
      out.index = *index;
    } else if (const std::string_view name = word(); !name.empty()) {
      if (name == "r" && peek() == '#')
        fail(begin, at_ + 1, "invalid format string: raw identifiers are not supported",
             "identifiers in format strings can be keywords and don't need to be prefixed with `r#`");
      out.kind = FormatArgument::Kind::Name;
      out.name = name;
    }
    out.span = span(begin, at_);
    return out;
  }

  // A width or a precision: `3`, `3$`, `name$`.
  FormatArgument count() {
    FormatArgument out;
    const size_t begin = at_;
    if (const auto number = integer()) {
      out.kind = eat('$') ? FormatArgument::Kind::Index : FormatArgument::Kind::Number;
      out.index = *number;
      out.span = span(begin, at_);
      return out;
    }
    const auto before = out_.error;
    const std::string_view name = word();
    if (!name.empty() && peek() == '$' && !at_end()) {
      out.kind = FormatArgument::Kind::Name;
      out.name = name;
      out.span = span(begin, at_);
      ++at_;
      return out;
    }
    out_.error = before;
    at_ = begin;
    return out;
  }

  void spec(FormatPlaceholder* p) {
    if (!at_end()) {
      const CodePoint fill = code_point_at(text_, at_);
      const char after = peek(fill.length);
      if (at_ + fill.length < text_.size() && (after == '<' || after == '^' || after == '>')) {
        p->fill = text_.substr(at_, fill.length);
        at_ += fill.length;
      }
    }
    if (const char c = peek(); c == '<' || c == '^' || c == '>') {
      p->align = c;
      ++at_;
    }
    if (const char c = peek(); c == '+' || c == '-') {
      p->sign = c;
      ++at_;
    }
    p->alternate = eat('#');
    if (peek() == '0' && peek(1) != '$') {
      p->zero = true;
      ++at_;
    }
    p->width = count();
    if (eat('.')) {
      const size_t begin = at_;
      if (eat('*')) {
        p->precision.kind = FormatArgument::Kind::Next;
        p->precision.index = out_.implicit_count++;
        p->precision.span = span(begin, at_);
      } else {
        p->precision = count();
      }
    }
    const size_t begin = at_;
    if (!eat('?')) {
      if ((peek() == 'x' || peek() == 'X') && peek(1) == '?')
        at_ += 2;
      else
        word();
    }
    p->trait = text_.substr(begin, at_ - begin);
    p->trait_span = span(begin, at_);
  }

  void placeholder() {
    FormatPiece piece;
    piece.is_placeholder = true;
    FormatPlaceholder& p = piece.placeholder;
    const size_t begin = at_++;
    p.argument = position();
    if (eat(':')) spec(&p);
    skip_space();
    if (out_.error) return;
    if (!eat('}')) {
      missing_brace(p);
      return;
    }
    if (p.argument.kind == FormatArgument::Kind::None) {
      p.argument.kind = FormatArgument::Kind::Next;
      p.argument.index = out_.implicit_count++;
      p.argument.span = span(begin, at_);
    }
    p.span = span(begin, at_);
    out_.pieces.push_back(piece);
  }

  void missing_brace(const FormatPlaceholder& p) {
    if (at_end()) {
      fail(at_, at_, "invalid format string: expected `}` but string was terminated",
           "if you intended to print `{`, you can escape it using `{{`");
      return;
    }
    const CodePoint c = code_point_at(text_, at_);
    if (c.value == '.' && p.argument.kind == FormatArgument::Kind::Name) {
      fail(p.argument.span.start, at_ + 1, "invalid format string: field access isn't supported",
           "consider using a positional formatting argument instead");
      return;
    }
    fail(at_, at_ + c.length,
         "invalid format string: expected `}`, found `" + std::string(text_.substr(at_, c.length)) + "`",
         "if you intended to print `{`, you can escape it using `{{`");
  }

  std::string_view text_;
  size_t at_ = 0;
  FormatString out_;
};

}  // namespace

FormatString parse_format_string(std::string_view text) { return FormatParser(text).run(); }

std::string format_spec_text(const FormatPlaceholder& p, uint32_t width_index, uint32_t precision_index) {
  std::string out;
  if (p.align != 0) {
    out += p.fill;
    out.push_back(p.align);
  }
  if (p.sign != 0) out.push_back(p.sign);
  if (p.alternate) out.push_back('#');
  if (p.zero) out.push_back('0');
  const auto number = [&](const FormatArgument& argument, uint32_t index) {
    if (argument.kind == FormatArgument::Kind::Number)
      out += std::to_string(argument.index);
    else
      out += std::to_string(index) + "$";
  };
  if (p.width.kind != FormatArgument::Kind::None) number(p.width, width_index);
  if (p.precision.kind != FormatArgument::Kind::None) {
    out.push_back('.');
    number(p.precision, precision_index);
  }
  out += p.trait;
  return out.empty() ? out : ":" + out;
}

bool is_format_trait(std::string_view name) {
  return name.empty() || name == "?" || name == "x?" || name == "X?" || name == "x" || name == "X" || name == "o" ||
         name == "b" || name == "e" || name == "E" || name == "p";
}

}  // namespace rp
