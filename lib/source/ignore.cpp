#include "source/ignore.h"

#include <algorithm>
#include <array>
#include <utility>

namespace rp {
namespace {

bool is_glob_special(char c) { return c == '*' || c == '?' || c == '[' || c == '\\'; }

// Spaces at the end do not count unless a backslash stands before them.
std::string_view without_trailing_spaces(std::string_view line) {
  size_t end = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    if (line[i] == '\\') {
      i = std::min(i + 1, line.size() - 1);
      end = i + 1;
    } else if (line[i] != ' ') {
      end = i + 1;
    }
  }
  return line.substr(0, end);
}

// The classes of POSIX in the C locale.
bool in_named_class(std::string_view name, unsigned char c, bool* known) {
  const bool lower = c >= 'a' && c <= 'z';
  const bool upper = c >= 'A' && c <= 'Z';
  const bool digit = c >= '0' && c <= '9';
  const bool graph = c > 0x20 && c < 0x7F;
  const bool space = c == ' ' || (c >= '\t' && c <= '\r');
  const std::array<std::pair<std::string_view, bool>, 12> classes = {{
      {"alnum", lower || upper || digit},
      {"alpha", lower || upper},
      {"blank", c == ' ' || c == '\t'},
      {"cntrl", c < 0x20 || c == 0x7F},
      {"digit", digit},
      {"graph", graph},
      {"lower", lower},
      {"print", graph || c == ' '},
      {"punct", graph && !lower && !upper && !digit},
      {"space", space},
      {"upper", upper},
      {"xdigit", digit || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F')},
  }};
  const auto* found = std::find_if(classes.begin(), classes.end(), [&](const auto& e) { return e.first == name; });
  *known = found != classes.end();
  return *known && found->second;
}

}  // namespace

bool IgnorePattern::parse(std::string_view line, IgnorePattern* out) {
  if (const size_t nul = line.find('\0'); nul != std::string_view::npos) line = line.substr(0, nul);
  if (line.empty() || line[0] == '#') return false;
  line = without_trailing_spaces(line);
  *out = IgnorePattern();
  if (!line.empty() && line[0] == '!') {
    out->negated_ = true;
    line.remove_prefix(1);
  }
  if (line.empty()) return false;
  if (line.back() == '/') {
    out->folders_only_ = true;
    line.remove_suffix(1);
  }
  out->name_only_ = line.find('/') == std::string_view::npos;
  if (!line.empty() && line[0] == '/') line.remove_prefix(1);
  const auto special = std::find_if(line.begin(), line.end(), is_glob_special);
  const auto literal = static_cast<size_t>(special - line.begin());
  out->literal_text_ = line.substr(0, literal);
  out->literal_ = literal == line.size();
  out->compile(line.substr(literal), !out->name_only_);
  return true;
}

void IgnorePattern::compile(std::string_view glob, bool whole_path) {
  for (size_t i = 0; i < glob.size();) {
    const char c = glob[i];
    if (c == '\\') {
      if (i + 1 == glob.size()) {
        steps_.push_back({Op::Never});
        return;
      }
      steps_.push_back({Op::Byte, static_cast<uint8_t>(glob[i + 1])});
      i += 2;
    } else if (c == '?') {
      steps_.push_back({Op::AnyByte});
      ++i;
    } else if (c == '[') {
      const size_t end = compile_class(glob, i + 1);
      if (end == std::string_view::npos) {
        steps_.push_back({Op::Never});
        return;
      }
      i = end;
    } else if (c == '*') {
      const size_t begin = i;
      while (i < glob.size() && glob[i] == '*') ++i;
      // As in git, the literal start of a pattern is taken off first: what follows it counts as a beginning.
      const bool at_start = begin == 0 || glob[begin - 1] == '/';
      const bool double_star = whole_path && i - begin >= 2 && at_start;
      if (double_star && i < glob.size() && glob[i] == '/') {
        steps_.push_back({Op::AnyFolders});
        ++i;
      } else if (double_star && (i == glob.size() || glob.substr(i, 2) == "\\/")) {
        steps_.push_back({Op::AnyPath});
      } else {
        steps_.push_back({Op::Star});
      }
    } else {
      steps_.push_back({Op::Byte, static_cast<uint8_t>(c)});
      ++i;
    }
  }
}

size_t IgnorePattern::compile_class(std::string_view glob, size_t i) {
  std::bitset<256> set;
  const auto at = [&](size_t k) { return static_cast<unsigned char>(k < glob.size() ? glob[k] : '\0'); };
  const bool negated = at(i) == '!' || at(i) == '^';
  if (negated) ++i;
  unsigned char previous = 0;  // the byte a range may start with
  bool first = true;
  for (; first || at(i) != ']'; ++i, first = false) {
    unsigned char c = at(i);
    if (c == 0) return std::string_view::npos;
    if (c == '\\') {
      c = at(++i);
      if (c == 0) return std::string_view::npos;
      set.set(c);
      previous = c;
    } else if (c == '-' && previous != 0 && at(i + 1) != 0 && at(i + 1) != ']') {
      c = at(++i);
      if (c == '\\') c = at(++i);
      if (c == 0) return std::string_view::npos;
      for (unsigned member = previous; member <= c; ++member) set.set(member);
      previous = 0;
    } else if (c == '[' && at(i + 1) == ':') {
      const size_t start = i + 2;
      const size_t end = glob.find(']', start);
      if (end == std::string_view::npos) return std::string_view::npos;
      if (end == start || glob[end - 1] != ':') {  // no ":]": a class with `[` in it
        set.set('[');
        previous = '[';
        continue;
      }
      bool known = true;
      for (unsigned member = 0; member < 256; ++member)
        if (in_named_class(glob.substr(start, end - 1 - start), static_cast<unsigned char>(member), &known))
          set.set(member);
      if (!known) return std::string_view::npos;
      i = end;
      previous = 0;
    } else {
      set.set(c);
      previous = c;
    }
  }
  if (negated) set.flip();
  set.reset('/');
  steps_.push_back({Op::Class, 0, static_cast<uint32_t>(sets_.size())});
  sets_.push_back(set);
  return i + 1;
}

// Keeps the set of steps that may come next, so that no pattern makes it go back.
bool IgnorePattern::run(std::string_view text) const {
  const size_t count = steps_.size();
  std::vector<char> now(count + 1, 0);
  std::vector<char> next(count + 1, 0);
  now[0] = 1;
  // Steps that may match nothing let the one after them come next too. A step of AnyFolders that has begun to match has
  // the mark 2 instead: it ends at a slash only.
  const auto skip_optional = [&](std::vector<char>& states) {
    for (size_t s = 0; s < count; ++s)
      if ((states[s] & 1) != 0 && is_optional(steps_[s].op)) states[s + 1] |= 1;
  };
  skip_optional(now);
  for (const char raw : text) {
    const auto c = static_cast<unsigned char>(raw);
    std::fill(next.begin(), next.end(), 0);
    bool alive = false;
    for (size_t s = 0; s < count; ++s) {
      if (now[s] == 0) continue;
      alive = true;
      switch (steps_[s].op) {
        case Op::Byte:
          if (steps_[s].byte == c) next[s + 1] |= 1;
          break;
        case Op::AnyByte:
          if (c != '/') next[s + 1] |= 1;
          break;
        case Op::Class:
          if (sets_[steps_[s].set].test(c)) next[s + 1] |= 1;
          break;
        case Op::Star:
          if (c != '/') next[s] |= 1;
          break;
        case Op::AnyPath:
          next[s] |= 1;
          break;
        case Op::AnyFolders:
          next[s] |= 2;
          if (c == '/') next[s + 1] |= 1;
          break;
        case Op::Never:
          break;
      }
    }
    if (!alive) return false;
    skip_optional(next);
    std::swap(now, next);
  }
  return now[count] != 0;
}

bool IgnorePattern::matches(std::string_view path, bool is_folder) const {
  if (folders_only_ && !is_folder) return false;
  if (name_only_) {
    if (const size_t slash = path.rfind('/'); slash != std::string_view::npos) path.remove_prefix(slash + 1);
  }
  if (!path.starts_with(literal_text_)) return false;
  path.remove_prefix(literal_text_.size());
  if (literal_) return path.empty();
  return run(path);
}

IgnoreFile::IgnoreFile(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  while (!text.empty()) {
    const size_t newline = text.find('\n');
    std::string_view line = text.substr(0, newline);
    if (newline != std::string_view::npos && line.ends_with('\r')) line.remove_suffix(1);
    IgnorePattern pattern;
    if (IgnorePattern::parse(line, &pattern)) {
      truncated_ = patterns_.size() == kMaxPatterns;
      if (truncated_) return;
      patterns_.push_back(std::move(pattern));
    }
    text.remove_prefix(newline == std::string_view::npos ? text.size() : newline + 1);
  }
}

IgnoreVerdict IgnoreFile::match(std::string_view path, bool is_folder) const {
  for (auto pattern = patterns_.rbegin(); pattern != patterns_.rend(); ++pattern)
    if (pattern->matches(path, is_folder)) return pattern->negated() ? IgnoreVerdict::Included : IgnoreVerdict::Ignored;
  return IgnoreVerdict::None;
}

}  // namespace rp
