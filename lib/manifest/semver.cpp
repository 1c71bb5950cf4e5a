#include "manifest/semver.h"

#include <algorithm>
#include <utility>

namespace rp::manifest {
namespace {

constexpr size_t kMaxComparators = 32;

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_identifier_char(char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'; }

// Reads from the front of a text; the first failure stays.
class Scanner {
 public:
  Scanner(std::string_view text, SemverError* error) : text_(text), error_(error) {}

  [[nodiscard]] bool done() const { return at_ == text_.size(); }
  [[nodiscard]] char peek() const { return done() ? '\0' : text_[at_]; }
  [[nodiscard]] size_t at() const { return at_; }
  bool eat(char c) {
    if (peek() != c || done()) return false;
    ++at_;
    return true;
  }
  bool eat_wildcard() { return eat('*') || eat('x') || eat('X'); }
  void skip_spaces() {
    while (peek() == ' ') ++at_;
  }
  bool fail(std::string message) {
    if (error_ != nullptr && error_->message.empty()) *error_ = {std::move(message), static_cast<uint32_t>(at_)};
    return false;
  }

  bool number(const char* what, uint64_t* out) {
    const size_t start = at_;
    uint64_t value = 0;
    while (is_digit(peek())) {
      const auto digit = static_cast<uint64_t>(peek() - '0');
      if (value > (UINT64_MAX - digit) / 10) return fail(std::string(what) + " version number does not fit 64 bits");
      value = value * 10 + digit;
      ++at_;
    }
    if (at_ == start) return fail(std::string("expected the ") + what + " version number");
    if (at_ - start > 1 && text_[start] == '0') {
      at_ = start;
      return fail(std::string(what) + " version number has a leading zero");
    }
    *out = value;
    return true;
  }

  // What follows `-` or `+`: identifiers with dots between, none empty.
  bool identifiers(const char* what, bool leading_zeros, std::string_view* out) {
    const size_t start = at_;
    for (;;) {
      const size_t part = at_;
      bool digits = true;
      while (is_identifier_char(peek())) {
        digits &= is_digit(peek());
        ++at_;
      }
      if (at_ == part) return fail(std::string("empty identifier in the ") + what);
      if (!leading_zeros && digits && at_ - part > 1 && text_[part] == '0')
        return fail(std::string("leading zero in a number of the ") + what);
      if (!eat('.')) break;
    }
    *out = text_.substr(start, at_ - start);
    return true;
  }

 private:
  std::string_view text_;
  SemverError* error_;
  size_t at_ = 0;
};

std::string_view next_identifier(std::string_view* rest) {
  const size_t dot = std::min(rest->find('.'), rest->size());
  const std::string_view part = rest->substr(0, dot);
  rest->remove_prefix(std::min(dot + 1, rest->size()));
  return part;
}

bool all_digits(std::string_view text) { return std::all_of(text.begin(), text.end(), is_digit); }

std::string_view without_zeros(std::string_view digits) {
  while (digits.size() > 1 && digits.front() == '0') digits.remove_prefix(1);
  return digits;
}

std::strong_ordering compare_text(std::string_view a, std::string_view b) { return a.compare(b) <=> 0; }

// SemVer, 11.4: numbers below words, numbers by value, fewer parts below more.
std::strong_ordering compare_identifiers(std::string_view a, std::string_view b) {
  while (!a.empty() && !b.empty()) {
    const std::string_view x = next_identifier(&a);
    const std::string_view y = next_identifier(&b);
    const bool x_number = all_digits(x);
    const bool y_number = all_digits(y);
    if (x_number != y_number) return x_number ? std::strong_ordering::less : std::strong_ordering::greater;
    if (x_number) {
      const std::string_view i = without_zeros(x);
      const std::string_view j = without_zeros(y);
      if (const auto order = i.size() <=> j.size(); order != 0) return order;
      if (const auto order = compare_text(i, j); order != 0) return order;
      if (const auto order = x.size() <=> y.size(); order != 0) return order;
    } else if (const auto order = compare_text(x, y); order != 0) {
      return order;
    }
  }
  return b.empty() <=> a.empty();
}

std::strong_ordering compare_pre(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return a.empty() <=> b.empty();
  return compare_identifiers(a, b);
}

ComparatorKind read_operator(Scanner& scan, bool* written) {
  *written = true;
  if (scan.eat('=')) return ComparatorKind::Exact;
  if (scan.eat('>')) return scan.eat('=') ? ComparatorKind::GreaterEq : ComparatorKind::Greater;
  if (scan.eat('<')) return scan.eat('=') ? ComparatorKind::LessEq : ComparatorKind::Less;
  if (scan.eat('~')) return ComparatorKind::Tilde;
  if (scan.eat('^')) return ComparatorKind::Caret;
  *written = false;
  return ComparatorKind::Caret;
}

// The parts behind the major number, each a number or a wildcard.
bool read_minor_and_patch(Scanner& scan, bool operator_written, Comparator* out) {
  if (!scan.eat('.')) return true;
  bool wildcard = scan.eat_wildcard();
  if (wildcard) {
    if (!operator_written) out->kind = ComparatorKind::Wildcard;
  } else {
    uint64_t minor = 0;
    if (!scan.number("minor", &minor)) return false;
    out->minor = minor;
  }
  if (!scan.eat('.')) return true;
  if (scan.eat_wildcard()) {
    if (!operator_written) out->kind = ComparatorKind::Wildcard;
    return true;
  }
  if (wildcard) return scan.fail("only wildcards may follow a wildcard");
  uint64_t patch = 0;
  if (!scan.number("patch", &patch)) return false;
  out->patch = patch;
  return true;
}

bool read_comparator(Scanner& scan, Comparator* out) {
  bool written = false;
  out->kind = read_operator(scan, &written);
  scan.skip_spaces();
  if (scan.peek() == '*' || scan.peek() == 'x' || scan.peek() == 'X')
    return scan.fail("a wildcard for the major version must stand alone");
  if (!scan.number("major", &out->major)) return false;
  if (!read_minor_and_patch(scan, written, out)) return false;
  if (out->patch) {
    std::string_view build;
    if (scan.eat('-') && !scan.identifiers("pre-release", false, &out->pre)) return false;
    if (scan.eat('+') && !scan.identifiers("build metadata", true, &build)) return false;
  }
  scan.skip_spaces();
  return true;
}

bool matches_exact(const Comparator& c, const Version& v) {
  if (v.major != c.major) return false;
  if (c.minor && v.minor != *c.minor) return false;
  if (c.patch && v.patch != *c.patch) return false;
  return v.pre == c.pre;
}

// The order of a version and a comparator, as far as the comparator goes: a missing part is neither less nor greater.
std::strong_ordering order_of(const Comparator& c, const Version& v) {
  if (const auto order = v.major <=> c.major; order != 0) return order;
  if (!c.minor) return std::strong_ordering::equal;
  if (const auto order = v.minor <=> *c.minor; order != 0) return order;
  if (!c.patch) return std::strong_ordering::equal;
  if (const auto order = v.patch <=> *c.patch; order != 0) return order;
  return compare_pre(v.pre, c.pre);
}

bool matches_tilde(const Comparator& c, const Version& v) {
  if (v.major != c.major) return false;
  if (c.minor && v.minor != *c.minor) return false;
  if (c.patch && v.patch != *c.patch) return v.patch > *c.patch;
  return compare_pre(v.pre, c.pre) >= 0;
}

bool matches_caret(const Comparator& c, const Version& v) {
  if (v.major != c.major) return false;
  if (!c.minor) return true;
  if (!c.patch) return c.major > 0 ? v.minor >= *c.minor : v.minor == *c.minor;
  if (c.major > 0) {
    if (v.minor != *c.minor) return v.minor > *c.minor;
    if (v.patch != *c.patch) return v.patch > *c.patch;
  } else if (*c.minor > 0) {
    if (v.minor != *c.minor) return false;
    if (v.patch != *c.patch) return v.patch > *c.patch;
  } else if (v.minor != *c.minor || v.patch != *c.patch) {
    return false;
  }
  return compare_pre(v.pre, c.pre) >= 0;
}

bool matches_comparator(const Comparator& c, const Version& v) {
  switch (c.kind) {
    case ComparatorKind::Exact:
    case ComparatorKind::Wildcard:
      return matches_exact(c, v);
    case ComparatorKind::Greater:
      return order_of(c, v) > 0;
    case ComparatorKind::GreaterEq:
      return matches_exact(c, v) || order_of(c, v) > 0;
    case ComparatorKind::Less:
      return order_of(c, v) < 0;
    case ComparatorKind::LessEq:
      return matches_exact(c, v) || order_of(c, v) < 0;
    case ComparatorKind::Tilde:
      return matches_tilde(c, v);
    case ComparatorKind::Caret:
      return matches_caret(c, v);
  }
  return false;
}

std::string_view operator_text(ComparatorKind kind) {
  switch (kind) {
    case ComparatorKind::Exact:
      return "=";
    case ComparatorKind::Greater:
      return ">";
    case ComparatorKind::GreaterEq:
      return ">=";
    case ComparatorKind::Less:
      return "<";
    case ComparatorKind::LessEq:
      return "<=";
    case ComparatorKind::Tilde:
      return "~";
    case ComparatorKind::Caret:
      return "^";
    case ComparatorKind::Wildcard:
      break;
  }
  return "";
}

void append_pre_and_build(std::string& out, std::string_view pre, std::string_view build) {
  if (!pre.empty()) out.append("-").append(pre);
  if (!build.empty()) out.append("+").append(build);
}

}  // namespace

std::optional<Version> parse_version(std::string_view text, SemverError* error) {
  if (error != nullptr) *error = {};
  Scanner scan(text, error);
  Version version;
  if (scan.done()) {
    scan.fail("empty");
    return std::nullopt;
  }
  if (!scan.number("major", &version.major)) return std::nullopt;
  if (!scan.eat('.')) {
    scan.fail("expected `.` and the minor version number");
    return std::nullopt;
  }
  if (!scan.number("minor", &version.minor)) return std::nullopt;
  if (!scan.eat('.')) {
    scan.fail("expected `.` and the patch version number");
    return std::nullopt;
  }
  if (!scan.number("patch", &version.patch)) return std::nullopt;
  if (scan.eat('-') && !scan.identifiers("pre-release", false, &version.pre)) return std::nullopt;
  if (scan.eat('+') && !scan.identifiers("build metadata", true, &version.build)) return std::nullopt;
  if (!scan.done()) {
    scan.fail("unexpected text after the version");
    return std::nullopt;
  }
  return version;
}

std::string to_string(const Version& version) {
  std::string out =
      std::to_string(version.major) + "." + std::to_string(version.minor) + "." + std::to_string(version.patch);
  append_pre_and_build(out, version.pre, version.build);
  return out;
}

std::strong_ordering compare_precedence(const Version& a, const Version& b) {
  if (const auto order = a.major <=> b.major; order != 0) return order;
  if (const auto order = a.minor <=> b.minor; order != 0) return order;
  if (const auto order = a.patch <=> b.patch; order != 0) return order;
  return compare_pre(a.pre, b.pre);
}

std::strong_ordering compare(const Version& a, const Version& b) {
  if (const auto order = compare_precedence(a, b); order != 0) return order;
  if (a.build.empty() || b.build.empty()) return b.build.empty() <=> a.build.empty();
  return compare_identifiers(a.build, b.build);
}

bool VersionReq::matches(const Version& version) const {
  for (const Comparator& each : comparators) {
    if (!matches_comparator(each, version)) return false;
  }
  if (version.pre.empty()) return true;
  return std::any_of(comparators.begin(), comparators.end(), [&](const Comparator& c) {
    return c.major == version.major && c.minor == version.minor && c.patch == version.patch && !c.pre.empty();
  });
}

std::optional<VersionReq> parse_version_req(std::string_view text, SemverError* error) {
  if (error != nullptr) *error = {};
  Scanner scan(text, error);
  VersionReq req;
  scan.skip_spaces();
  if (scan.done()) {
    scan.fail("empty");
    return std::nullopt;
  }
  if (scan.eat_wildcard()) {
    scan.skip_spaces();
    if (scan.done()) return req;
    scan.fail("a wildcard for the major version must stand alone");
    return std::nullopt;
  }
  for (;;) {
    Comparator comparator;
    if (!read_comparator(scan, &comparator)) return std::nullopt;
    req.comparators.push_back(comparator);
    if (scan.done()) return req;
    if (!scan.eat(',')) {
      scan.fail("expected `,` or the end");
      return std::nullopt;
    }
    scan.skip_spaces();
    if (req.comparators.size() == kMaxComparators) {
      scan.fail("more than 32 comparators");
      return std::nullopt;
    }
  }
}

std::string to_string(const VersionReq& req) {
  if (req.comparators.empty()) return "*";
  std::string out;
  for (const Comparator& c : req.comparators) {
    if (!out.empty()) out += ", ";
    out += operator_text(c.kind);
    out += std::to_string(c.major);
    if (c.minor) out += "." + std::to_string(*c.minor);
    if (c.patch) out += "." + std::to_string(*c.patch);
    append_pre_and_build(out, c.pre, {});
    if (c.kind == ComparatorKind::Wildcard && !c.patch) out += ".*";
  }
  return out;
}

bool PartialVersion::matches(const Version& version) const {
  if (!version.pre.empty() && pre.empty()) return false;
  return major == version.major && (!minor || *minor == version.minor) && (!patch || *patch == version.patch) &&
         (pre.empty() || pre == version.pre) && (build.empty() || build == version.build);
}

std::optional<PartialVersion> parse_partial_version(std::string_view text, SemverError* error) {
  if (const std::optional<Version> whole = parse_version(text, error))
    return PartialVersion{whole->major, whole->minor, whole->patch, whole->pre, whole->build};
  const std::optional<VersionReq> req = parse_version_req(text, error);
  if (!req) return std::nullopt;
  if (req->comparators.size() != 1 || req->comparators[0].kind != ComparatorKind::Caret || text.starts_with('^')) {
    if (error != nullptr) *error = {"a version is wanted, not a requirement", 0};
    return std::nullopt;
  }
  const Comparator& c = req->comparators[0];
  return PartialVersion{c.major, c.minor, c.patch, c.pre, {}};
}

std::string to_string(const PartialVersion& version) {
  std::string out = std::to_string(version.major);
  if (version.minor) out += "." + std::to_string(*version.minor);
  if (version.patch) out += "." + std::to_string(*version.patch);
  append_pre_and_build(out, version.pre, version.build);
  return out;
}

}  // namespace rp::manifest
