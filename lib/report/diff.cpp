#include "report/diff.h"

#include <algorithm>
#include <unordered_map>
#include <utility>

namespace rp {
namespace {

constexpr uint32_t kContextLines = 3;
// More differences than this within one box are not looked for: the box is split where the search had come furthest.
constexpr int64_t kMaxCost = 4000;

// ---- Myers, "An O(ND) Difference Algorithm and Its Variations", the linear space form ----

class Differ {
 public:
  Differ(const std::vector<uint32_t>& from, const std::vector<uint32_t>& to)
      : from_(from), to_(to), deleted_(from.size()), inserted_(to.size()) {
    const size_t diagonals = from.size() + to.size() + 3;
    forward_.resize(diagonals);
    backward_.resize(diagonals);
    origin_ = static_cast<int64_t>(to.size()) + 1;
  }

  void run() {
    boxes_.push_back({0, static_cast<int64_t>(from_.size()), 0, static_cast<int64_t>(to_.size())});
    while (!boxes_.empty()) {
      Box box = boxes_.back();
      boxes_.pop_back();
      while (box.x < box.x_end && box.y < box.y_end && same(box.x, box.y)) ++box.x, ++box.y;
      while (box.x < box.x_end && box.y < box.y_end && same(box.x_end - 1, box.y_end - 1)) --box.x_end, --box.y_end;
      if (box.x == box.x_end || box.y == box.y_end) {
        replace(box);
        continue;
      }
      auto [x, y] = middle(box);
      x = std::clamp(x, box.x, box.x_end);
      y = std::clamp(y, box.y, box.y_end);
      // Each part must be smaller than the whole.
      if ((x == box.x && y == box.y) || (x == box.x_end && y == box.y_end)) {
        replace(box);
        continue;
      }
      boxes_.push_back({x, box.x_end, y, box.y_end});
      boxes_.push_back({box.x, x, box.y, y});
    }
  }

  [[nodiscard]] std::vector<DiffRun> runs() const {
    std::vector<DiffRun> out;
    const auto add = [&](DiffRun::Kind kind) {
      if (out.empty() || out.back().kind != kind) out.push_back({kind, 0});
      ++out.back().count;
    };
    for (size_t x = 0, y = 0; x < from_.size() || y < to_.size();) {
      if (x < from_.size() && deleted_[x]) {
        add(DiffRun::Kind::Delete);
        ++x;
      } else if (y < to_.size() && inserted_[y]) {
        add(DiffRun::Kind::Insert);
        ++y;
      } else {
        add(DiffRun::Kind::Keep);
        ++x, ++y;
      }
    }
    return out;
  }

 private:
  struct Box {
    int64_t x, x_end, y, y_end;
  };

  void replace(const Box& box) {
    std::fill(deleted_.begin() + box.x, deleted_.begin() + box.x_end, true);
    std::fill(inserted_.begin() + box.y, inserted_.begin() + box.y_end, true);
  }

  [[nodiscard]] bool same(int64_t x, int64_t y) const {
    return from_[static_cast<size_t>(x)] == to_[static_cast<size_t>(y)];
  }
  // Furthest x on a diagonal (x - y), forwards or backwards.
  int64_t& forward(int64_t diagonal) { return forward_[static_cast<size_t>(diagonal + origin_)]; }
  int64_t& backward(int64_t diagonal) { return backward_[static_cast<size_t>(diagonal + origin_)]; }

  // A place on a shortest path through the box, neither of its ends: searches from both corners until they meet.
  std::pair<int64_t, int64_t> middle(const Box& box) {
    const int64_t low = box.x - box.y_end;
    const int64_t high = box.x_end - box.y;
    const int64_t start = box.x - box.y;
    const int64_t end = box.x_end - box.y_end;
    const bool odd = ((start - end) & 1) != 0;
    int64_t f_low = start, f_high = start, b_low = end, b_high = end;
    forward(start) = box.x;
    backward(end) = box.x_end;
    for (int64_t cost = 1;; ++cost) {
      widen(low, high, &f_low, &f_high, [&](int64_t d) { forward(d) = box.x - 1; });
      for (int64_t d = f_high; d >= f_low; d -= 2) {
        const int64_t down = d < high ? forward(d + 1) : box.x - 1;
        const int64_t right = d > low ? forward(d - 1) : box.x - 1;
        int64_t x = right < down ? down : right + 1;
        int64_t y = x - d;
        while (x < box.x_end && y < box.y_end && same(x, y)) ++x, ++y;
        forward(d) = x;
        if (odd && b_low <= d && d <= b_high && backward(d) <= x) return {x, y};
      }
      widen(low, high, &b_low, &b_high, [&](int64_t d) { backward(d) = box.x_end + 1; });
      for (int64_t d = b_high; d >= b_low; d -= 2) {
        const int64_t up = d > low ? backward(d - 1) : box.x_end + 1;
        const int64_t left = d < high ? backward(d + 1) : box.x_end + 1;
        int64_t x = up < left ? up : left - 1;
        int64_t y = x - d;
        while (x > box.x && y > box.y && same(x - 1, y - 1)) --x, --y;
        backward(d) = x;
        if (!odd && f_low <= d && d <= f_high && x <= forward(d)) return {x, y};
      }
      if (cost >= kMaxCost) return furthest(box, f_low, f_high);
    }
  }

  // One more diagonal on each side, as far as the box goes; `clear` marks one that no path has reached.
  template <typename Clear>
  static void widen(int64_t low, int64_t high, int64_t* from, int64_t* to, const Clear& clear) {
    if (*from > low)
      clear(--*from - 1);
    else
      ++*from;
    if (*to < high)
      clear(++*to + 1);
    else
      --*to;
  }

  // Where the forward search had come closest to the far corner.
  std::pair<int64_t, int64_t> furthest(const Box& box, int64_t from, int64_t to) {
    std::pair<int64_t, int64_t> best{box.x, box.y};
    for (int64_t d = from; d <= to; d += 2) {
      const int64_t x = std::min(forward(d), box.x_end);
      const int64_t y = std::min(x - d, box.y_end);
      if (y < box.y || x < box.x) continue;
      if (x + y > best.first + best.second) best = {x, y};
    }
    return best;
  }

  const std::vector<uint32_t>& from_;
  const std::vector<uint32_t>& to_;
  std::vector<bool> deleted_;
  std::vector<bool> inserted_;
  std::vector<int64_t> forward_;
  std::vector<int64_t> backward_;
  int64_t origin_ = 0;
  std::vector<Box> boxes_;
};

// ---- Lines ----

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    lines.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  return lines;
}

// As git writes it in the head of a diff.
std::string head_name(std::string_view prefix, std::string_view path) {
  std::string escaped;
  bool quoted = false;
  for (const char c : path) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      escaped += '\\';
      escaped += c;
      quoted = true;
    } else if (c == '\n' || c == '\t' || c == '\r') {
      escaped += c == '\n' ? "\\n" : c == '\t' ? "\\t" : "\\r";
      quoted = true;
    } else if (byte < 0x20 || byte >= 0x7F) {
      for (const char digit : {'\\', static_cast<char>('0' + (byte >> 6)), static_cast<char>('0' + ((byte >> 3) & 7)),
                               static_cast<char>('0' + (byte & 7))})
        escaped += digit;
      quoted = true;
    } else {
      escaped += c;
    }
  }
  std::string name = std::string(prefix) + escaped;
  if (quoted) return '"' + name + '"';
  // patch takes what follows a tab for a time, and a name with a space needs to end somewhere.
  if (name.find(' ') != std::string::npos) name += '\t';
  return name;
}

class DiffWriter {
 public:
  DiffWriter(std::vector<std::string_view> from, std::vector<std::string_view> to, std::string* out)
      : from_(std::move(from)), to_(std::move(to)), out_(*out) {}

  void write(const std::vector<DiffRun>& runs) {
    for (size_t i = 0; i < runs.size();) {
      if (runs[i].kind == DiffRun::Kind::Keep) {
        x_ += runs[i].count;
        y_ += runs[i].count;
        ++i;
        continue;
      }
      // Changes with at most twice the context between them are one hunk.
      size_t end = i + 1;
      while (end < runs.size() &&
             (runs[end].kind != DiffRun::Kind::Keep || (end + 1 < runs.size() && runs[end].count <= 2 * kContextLines)))
        ++end;
      write_hunk(runs, i, end);
      i = end;
    }
  }

 private:
  void write_hunk(const std::vector<DiffRun>& runs, size_t begin, size_t end) {
    const uint32_t before = std::min(kContextLines, x_);
    uint32_t old_lines = before;
    uint32_t new_lines = before;
    for (size_t i = begin; i < end; ++i) {
      if (runs[i].kind != DiffRun::Kind::Insert) old_lines += runs[i].count;
      if (runs[i].kind != DiffRun::Kind::Delete) new_lines += runs[i].count;
    }
    const uint32_t after = end < runs.size() ? std::min(kContextLines, runs[end].count) : 0;
    out_ += "@@ -" + range(x_ - before, old_lines + after) + " +" + range(y_ - before, new_lines + after) + " @@\n";
    for (uint32_t i = before; i > 0; --i) write_line(' ', from_[x_ - i]);
    for (size_t i = begin; i < end; ++i) {
      for (uint32_t n = 0; n < runs[i].count; ++n) {
        if (runs[i].kind == DiffRun::Kind::Insert) {
          write_line('+', to_[y_++]);
          continue;
        }
        const bool keep = runs[i].kind == DiffRun::Kind::Keep;
        write_line(keep ? ' ' : '-', from_[x_++]);
        if (keep) ++y_;
      }
    }
    for (uint32_t i = 0; i < after; ++i) write_line(' ', from_[x_ + i]);
  }

  // A range of no lines is named by the line before it.
  static std::string range(uint32_t first, uint32_t count) {
    if (count == 1) return std::to_string(first + 1);
    return std::to_string(count == 0 ? first : first + 1) + "," + std::to_string(count);
  }

  void write_line(char sign, std::string_view line) {
    out_ += sign;
    out_ += line;
    if (!line.ends_with('\n')) out_ += "\n\\ No newline at end of file\n";
  }

  const std::vector<std::string_view> from_;
  const std::vector<std::string_view> to_;
  std::string& out_;
  uint32_t x_ = 0;  // lines behind which the writer is
  uint32_t y_ = 0;
};

}  // namespace

std::vector<DiffRun> diff_lines(const std::vector<uint32_t>& from, const std::vector<uint32_t>& to) {
  Differ differ(from, to);
  differ.run();
  return differ.runs();
}

std::string unified_diff(std::string_view path, std::string_view from, std::string_view to) {
  if (from == to) return {};
  std::vector<std::string_view> old_lines = lines_of(from);
  std::vector<std::string_view> new_lines = lines_of(to);
  std::unordered_map<std::string_view, uint32_t> numbers;
  const auto number = [&](const std::vector<std::string_view>& lines) {
    std::vector<uint32_t> out;
    out.reserve(lines.size());
    for (const std::string_view line : lines)
      out.push_back(numbers.emplace(line, static_cast<uint32_t>(numbers.size())).first->second);
    return out;
  };
  const std::vector<uint32_t> old_numbers = number(old_lines);
  const std::vector<uint32_t> new_numbers = number(new_lines);
  std::string out = "--- " + head_name("a/", path) + "\n+++ " + head_name("b/", path) + "\n";
  DiffWriter(std::move(old_lines), std::move(new_lines), &out).write(diff_lines(old_numbers, new_numbers));
  return out;
}

}  // namespace rp
