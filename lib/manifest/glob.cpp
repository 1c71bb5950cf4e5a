#include "manifest/glob.h"

#include <algorithm>

namespace rp::manifest {
namespace {

bool has_pattern(std::string_view part) { return part.find_first_of("*?[") != std::string_view::npos; }

size_t point_length(std::string_view text, size_t at) {
  size_t length = 1;
  while (at + length < text.size() && (static_cast<unsigned char>(text[at + length]) & 0xC0) == 0x80) ++length;
  return length;
}

// The end of a class that opens at `at`; npos when it does not close. A `]` right at the start is a member.
size_t class_end(std::string_view pattern, size_t at) {
  size_t from = at + 1;
  if (from < pattern.size() && pattern[from] == '!') ++from;
  return pattern.find(']', from + 1);
}

bool in_class(std::string_view members, std::string_view point) {
  const bool negated = members.starts_with('!');
  if (negated) members.remove_prefix(1);
  bool found = false;
  for (size_t at = 0; at < members.size() && !found;) {
    const size_t length = point_length(members, at);
    const std::string_view low = members.substr(at, length);
    at += length;
    if (at + 1 < members.size() && members[at] == '-') {
      const size_t high_length = point_length(members, at + 1);
      const std::string_view high = members.substr(at + 1, high_length);
      at += 1 + high_length;
      found = low <= point && point <= high;  // UTF-8 keeps the order of code points
    } else {
      found = low == point;
    }
  }
  return found != negated;
}

// Fits one code point of the name; gives the length of what was used of each.
bool match_one(std::string_view pattern, size_t p, std::string_view name, size_t n, size_t* p_used, size_t* n_used) {
  *n_used = point_length(name, n);
  if (pattern[p] == '?') {
    *p_used = 1;
    return true;
  }
  if (pattern[p] == '[') {
    if (const size_t end = class_end(pattern, p); end != std::string_view::npos) {
      *p_used = end + 1 - p;
      return in_class(pattern.substr(p + 1, end - p - 1), name.substr(n, *n_used));
    }
  }
  *p_used = 1;
  *n_used = 1;
  return pattern[p] == name[n];
}

}  // namespace

bool matches_glob(std::string_view pattern, std::string_view name) {
  size_t p = 0;
  size_t n = 0;
  size_t star = std::string_view::npos;
  size_t star_name = 0;
  while (n < name.size()) {
    size_t p_used = 0;
    size_t n_used = 0;
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      star_name = n;
    } else if (p < pattern.size() && match_one(pattern, p, name, n, &p_used, &n_used)) {
      p += p_used;
      n += n_used;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      star_name += point_length(name, star_name);
      n = star_name;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::string check_glob(std::string_view pattern) {
  if (pattern.find("***") != std::string_view::npos) return "more than two `*` in a row";
  for (size_t at = pattern.find("**"); at != std::string_view::npos; at = pattern.find("**", at + 2)) {
    const bool starts = at == 0 || pattern[at - 1] == '/';
    const bool ends = at + 2 == pattern.size() || pattern[at + 2] == '/';
    if (!starts || !ends) return "`**` must be a part of the path of its own";
  }
  for (size_t at = pattern.find('['); at != std::string_view::npos;) {
    const size_t end = class_end(pattern, at);
    if (end == std::string_view::npos) return "a `[` is not closed";
    at = pattern.find('[', end + 1);
  }
  return {};
}

namespace {

class Expansion {
 public:
  Expansion(ManifestReader& reader, uint32_t* folders_left) : reader_(reader), left_(folders_left) {}

  std::vector<std::string> run(std::string_view folder, std::string_view pattern) {
    std::vector<std::string> now{pattern.starts_with('/') ? "/" : std::string(folder)};
    while (!pattern.empty() && !now.empty()) {
      const size_t slash = std::min(pattern.find('/'), pattern.size());
      const std::string_view part = pattern.substr(0, slash);
      pattern.remove_prefix(std::min(slash + 1, pattern.size()));
      if (part.empty() || part == ".") continue;
      std::vector<std::string> next;
      for (const std::string& each : now) {
        if (part == "**")
          below(each, &next);
        else if (has_pattern(part))
          matching(each, part, &next);
        else
          next.push_back(join_path(each, part));
      }
      now = std::move(next);
    }
    std::erase_if(now, [&](const std::string& path) { return reader_.kind(path) == PathKind::Missing; });
    now.erase(std::unique(now.begin(), now.end()), now.end());
    return now;
  }

 private:
  std::vector<std::string> names(const std::string& folder, bool folders_only) {
    if (*left_ == 0) return {};
    --*left_;
    std::vector<std::string> out;
    for (FolderEntry& each : reader_.list(folder)) {
      if (!folders_only || each.kind == PathKind::Folder) out.push_back(std::move(each.name));
    }
    std::sort(out.begin(), out.end());
    return out;
  }

  void matching(const std::string& folder, std::string_view part, std::vector<std::string>* out) {
    for (const std::string& name : names(folder, false)) {
      if (matches_glob(part, name)) out->push_back(join_path(folder, name));
    }
  }

  // The folder and all below it, those of each before what follows it.
  void below(const std::string& folder, std::vector<std::string>* out) {
    std::vector<std::string> open{folder};
    while (!open.empty()) {
      std::string at = std::move(open.back());
      open.pop_back();
      const std::vector<std::string> inner = names(at, true);
      for (auto each = inner.rbegin(); each != inner.rend(); ++each) open.push_back(join_path(at, *each));
      out->push_back(std::move(at));
    }
  }

  ManifestReader& reader_;
  uint32_t* left_;
};

}  // namespace

std::vector<std::string> expand_glob(std::string_view folder, std::string_view pattern, ManifestReader& reader,
                                     uint32_t* folders_left) {
  return Expansion(reader, folders_left).run(folder, pattern);
}

}  // namespace rp::manifest
