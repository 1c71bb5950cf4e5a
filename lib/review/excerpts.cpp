#include "review/excerpts.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace rp {
namespace {

// Bytes kept before and after a place in a very long line.
constexpr uint32_t kWindowBefore = 400;
constexpr uint32_t kWindowAfter = 800;
// Windows begin at multiples of this, so that places close to each other share one.
constexpr uint32_t kWindowStep = 1024;

bool is_continuation(char c) { return (static_cast<unsigned char>(c) & 0xC0) == 0x80; }

struct Wanted {
  uint32_t offset;
  LineColumn* out;
};

void want(Place& place, std::vector<Wanted>* wanted) {
  wanted->push_back({place.span.start, &place.start});
  wanted->push_back({place.span.end, &place.end});
}

}  // namespace

void resolve_positions(const LineIndex& lines, std::string_view text, ReviewResult* result) {
  std::vector<Wanted> wanted;
  wanted.reserve(2 *
                 (result->findings.size() + result->related.size() + result->edits.size() + result->unsafe_uses.size() +
                  result->macro_gaps.size() + result->longest_functions.size() + result->untested.size()));
  for (Finding& finding : result->findings) want(finding.primary, &wanted);
  for (Place& place : result->related) want(place, &wanted);
  for (Edit& edit : result->edits) want(edit.place, &wanted);
  for (UnsafeUse& use : result->unsafe_uses) want(use.place, &wanted);
  for (MacroGap& gap : result->macro_gaps) want(gap.place, &wanted);
  for (FunctionSize& size : result->longest_functions) want(size.place, &wanted);
  for (UntestedFunction& function : result->untested) want(function.place, &wanted);
  std::sort(wanted.begin(), wanted.end(), [](const Wanted& a, const Wanted& b) { return a.offset < b.offset; });

  // Going on from the place before, so that each byte of a line is looked at once.
  LineColumn at;
  uint32_t at_offset = 0;
  for (const Wanted& each : wanted) {
    const auto offset = std::min(each.offset, static_cast<uint32_t>(text.size()));
    const uint32_t line = lines.line_from(std::max(at.line, 1U), offset);
    if (line != at.line) {
      at = {line, 1, 1};
      at_offset = lines.line_start(line);
    }
    for (; at_offset < offset; ++at_offset) {
      const auto c = static_cast<unsigned char>(text[at_offset]);
      ++at.column_bytes;
      if (!is_continuation(text[at_offset])) at.column_utf16 += c >= 0xF0 ? 2 : 1;
    }
    *each.out = at;
  }
}

namespace {

struct Window {
  uint32_t line;
  uint32_t begin;  // offsets into the text
  uint32_t end;
};

class LineKeeper {
 public:
  LineKeeper(const LineIndex& lines, std::string_view text) : lines_(lines), text_(text) {}

  void add(const Place& place) {
    const uint32_t first = place.start.line;
    const uint32_t last = place.end.line;
    for (uint32_t line = first; line <= last; ++line) {
      if (line >= first + kExcerptHead && line + kExcerptTail <= last) line = last - kExcerptTail + 1;
      add_line(line, line == last && line != first ? place.span.end : std::max(place.span.start, start_of(line)));
    }
  }

  void finish(ReviewResult* result) {
    const auto key = [](const Window& w) { return std::tuple(w.line, w.begin, w.end); };
    std::sort(windows_.begin(), windows_.end(), [&](const Window& a, const Window& b) { return key(a) < key(b); });
    const auto same = [&](const Window& a, const Window& b) { return key(a) == key(b); };
    windows_.erase(std::unique(windows_.begin(), windows_.end(), same), windows_.end());
    result->lines.reserve(windows_.size());
    for (const Window& window : windows_) {
      SourceLine line;
      line.line = window.line;
      line.column = window.begin - start_of(window.line);
      line.cut = window.end < lines_.line_end(window.line);
      line.text = result->texts.add(text_.substr(window.begin, window.end - window.begin));
      result->lines.push_back(line);
    }
  }

 private:
  [[nodiscard]] uint32_t start_of(uint32_t line) const { return lines_.line_start(line); }

  void add_line(uint32_t line, uint32_t around) {
    Window window{line, start_of(line), lines_.line_end(line)};
    if (window.end - window.begin > kMaxWholeLine) {
      around = std::clamp(around, window.begin, window.end);
      const uint32_t in_line = around - window.begin;
      const uint32_t before = in_line > kWindowBefore ? in_line - kWindowBefore : 0;
      window.begin += before / kWindowStep * kWindowStep;
      const uint64_t limit = uint64_t{window.begin} + kWindowBefore + kWindowAfter + kWindowStep;
      window.end = static_cast<uint32_t>(std::min<uint64_t>(window.end, limit));
      while (window.begin < window.end && is_continuation(text_[window.begin])) ++window.begin;
      while (window.end < text_.size() && is_continuation(text_[window.end])) ++window.end;
    }
    windows_.push_back(window);
  }

  const LineIndex& lines_;
  std::string_view text_;
  std::vector<Window> windows_;
};

}  // namespace

void keep_source_lines(const LineIndex& lines, std::string_view text, ReviewResult* result) {
  LineKeeper keeper(lines, text);
  for (const Finding& finding : result->findings) keeper.add(finding.primary);
  for (const Place& place : result->related) keeper.add(place);
  for (const Edit& edit : result->edits) keeper.add(edit.place);
  keeper.finish(result);
}

}  // namespace rp
