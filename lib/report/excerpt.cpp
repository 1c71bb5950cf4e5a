#include "report/excerpt.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <tuple>

#include "report/char_width.h"

namespace rp {
namespace {

constexpr std::string_view kCut = "…";
// What stays visible before and behind a place in a line that is wider than the terminal.
constexpr size_t kContext = 24;

// What to mark on one line, in bytes of the line.
struct LineMark {
  uint32_t line;
  uint32_t begin;
  uint32_t end;  // UINT32_MAX: to the end of the line
  const Place* place;
  bool primary;
  bool with_label;
  bool from_text;  // begin at the first character that is no white space
};

std::vector<LineMark> split(const std::vector<Mark>& marks) {
  std::vector<LineMark> out;
  for (const Mark& mark : marks) {
    const Place& place = *mark.place;
    const uint32_t begin = place.start.column_bytes - 1;
    const uint32_t end = place.end.column_bytes - 1;
    if (place.start.line == place.end.line) {
      out.push_back({place.start.line, begin, end, &place, mark.primary, true, false});
      continue;
    }
    const uint32_t first = place.start.line;
    const uint32_t last = place.end.line;
    out.push_back({first, begin, UINT32_MAX, &place, mark.primary, false, false});
    for (uint32_t line = first + 1; line < last; ++line) {
      if (line >= first + kExcerptHead && line + kExcerptTail <= last) line = last - kExcerptTail + 1;
      if (line < last) out.push_back({line, 0, UINT32_MAX, &place, mark.primary, false, true});
    }
    out.push_back({last, 0, end, &place, mark.primary, true, true});
  }
  std::sort(out.begin(), out.end(), [](const LineMark& a, const LineMark& b) {
    return std::tie(a.line, a.begin, b.primary, a.end) < std::tie(b.line, b.begin, a.primary, b.end);
  });
  return out;
}

const SourceLine* find_line(const ReviewResult& result, uint32_t file, uint32_t line, uint32_t column) {
  const auto after = std::upper_bound(result.lines.begin(), result.lines.end(), std::tuple(file, line, column),
                                      [](const std::tuple<uint32_t, uint32_t, uint32_t>& key, const SourceLine& l) {
                                        return key < std::tuple(l.file, l.line, l.column);
                                      });
  if (after == result.lines.begin()) return nullptr;
  const SourceLine& found = *std::prev(after);
  return found.file == file && found.line == line ? &found : nullptr;
}

// A line of source as it is shown: pieces with the columns they take.
class ShownLine {
 public:
  ShownLine(std::string_view text, uint32_t first_byte) : first_byte_(first_byte) {
    for (size_t at = 0; at < text.size();) {
      size_t length = 0;
      const char32_t c = decode_utf8(text.substr(at), &length);
      Piece piece{static_cast<uint32_t>(at), column_, static_cast<uint32_t>(shown_.size())};
      column_ += append_visible(&shown_, text.substr(at, length), c);
      pieces_.push_back(piece);
      at += length;
    }
    pieces_.push_back({static_cast<uint32_t>(text.size()), column_, static_cast<uint32_t>(shown_.size())});
    first_text_ = static_cast<uint32_t>(std::min(text.find_first_not_of(" \t"), text.size()));
  }

  // Columns from the start of the line for a byte of the line.
  [[nodiscard]] size_t column_of(uint32_t byte) const {
    const uint32_t at = byte > first_byte_ ? byte - first_byte_ : 0;
    const auto piece =
        std::lower_bound(pieces_.begin(), pieces_.end(), at, [](const Piece& p, uint32_t b) { return p.byte < b; });
    return piece == pieces_.end() ? pieces_.back().column : piece->column;
  }
  [[nodiscard]] size_t width() const { return column_; }
  [[nodiscard]] uint32_t first_text() const { return first_byte_ + first_text_; }

  // The text from column `begin` up to `end`; both are moved to where characters begin.
  [[nodiscard]] std::string_view cut(size_t* begin, size_t* end) const {
    const auto from =
        std::lower_bound(pieces_.begin(), pieces_.end(), *begin, [](const Piece& p, size_t c) { return p.column < c; });
    auto to =
        std::upper_bound(pieces_.begin(), pieces_.end(), *end, [](size_t c, const Piece& p) { return c < p.column; });
    --to;
    const auto first = std::min(from, to);
    *begin = first->column;
    *end = to->column;
    return std::string_view(shown_).substr(first->shown, to->shown - first->shown);
  }

 private:
  struct Piece {
    uint32_t byte;
    size_t column;
    uint32_t shown;  // offset into shown_
  };
  uint32_t first_byte_;
  uint32_t first_text_ = 0;
  size_t column_ = 0;
  std::string shown_;
  std::vector<Piece> pieces_;
};

class ExcerptWriter {
 public:
  ExcerptWriter(const ReviewResult& result, const ExcerptOptions& options, Styled& out)
      : result_(result), options_(options), out_(out) {}

  void write(const std::vector<LineMark>& marks) {
    uint32_t last_line = 0;
    for (size_t i = 0; i < marks.size();) {
      size_t end = i + 1;
      while (end < marks.size() && marks[end].line == marks[i].line) ++end;
      if (last_line != 0 && marks[i].line > last_line + 1) {
        out_.put(Color::Gutter, "...");
        out_.put("\n");
      }
      last_line = marks[i].line;
      write_line(marks, i, end);
      i = end;
    }
  }

 private:
  [[nodiscard]] size_t available() const {
    const size_t taken = options_.gutter + 3;
    return std::max<size_t>(options_.width > taken ? options_.width - taken : 0, 2 * kContext);
  }

  void write_line(const std::vector<LineMark>& marks, size_t begin, size_t end) {
    const SourceLine* shown_record = nullptr;
    for (size_t i = begin; i < end; ++i) {
      const LineMark& mark = marks[i];
      const bool last_of_several = mark.from_text && mark.end != UINT32_MAX;
      const SourceLine* record =
          find_line(result_, mark.place->file, mark.line, last_of_several ? mark.end : mark.begin);
      if (record == nullptr) continue;
      const ShownLine line(result_.texts.view(record->text), record->column);
      const bool whole = record->column == 0 && !record->cut && line.width() <= available();
      const uint32_t from = mark.from_text ? std::max(mark.begin, line.first_text()) : mark.begin;
      const size_t mark_begin = line.column_of(from);
      const size_t mark_end = std::max(mark.end == UINT32_MAX ? line.width() : line.column_of(mark.end), mark_begin);
      // A line that fits is written once for all its marks; of a longer one each mark gets the part around it.
      size_t first = 0;
      size_t last = line.width();
      if (!whole) choose_window(line, mark_begin, mark_end, &first, &last);
      if (!whole || shown_record != record) {
        write_source(line, mark.line, &first, &last, *record);
        shown_record = record;
      }
      const bool lead = first > 0 || record->column > 0;
      if (mark.primary || mark.with_label) write_mark(mark, mark_begin, mark_end, first, last, lead);
    }
  }

  void choose_window(const ShownLine& line, size_t mark_begin, size_t mark_end, size_t* first, size_t* last) const {
    const size_t room = available() - 2;  // for the signs that say it was cut
    if (line.width() <= room) return;
    const size_t wanted = std::min(mark_end - mark_begin, room / 2);
    const size_t before = std::min(mark_begin, std::max(kContext, (room - wanted) / 2));
    *first = std::min(mark_begin - before, line.width() - room);
    *last = *first + room;
  }

  void write_source(const ShownLine& line, uint32_t number, size_t* first, size_t* last, const SourceLine& record) {
    const std::string text = std::to_string(number);
    out_.put(Color::Gutter, std::string(options_.gutter - std::min(options_.gutter, text.size()), ' ') + text + " |");
    const std::string_view source = line.cut(first, last);
    const bool lead = *first > 0 || record.column > 0;
    const bool trail = *last < line.width() || record.cut;
    std::string shown;
    if (lead) shown += kCut;
    shown += source;
    if (trail) shown += kCut;
    while (!trail && !shown.empty() && shown.back() == ' ') shown.pop_back();
    if (!shown.empty()) {
      out_.put(" ");
      out_.put(shown);
    }
    out_.put("\n");
  }

  void write_mark(const LineMark& mark, size_t begin, size_t end, size_t first, size_t last, bool lead) {
    begin = std::clamp(begin, first, last) - first + (lead ? 1 : 0);
    end = std::clamp(end, first, last) - first + (lead ? 1 : 0);
    const Color color = mark.primary ? options_.color : Color::Gutter;
    out_.put(Color::Gutter, std::string(options_.gutter, ' ') + " |");
    out_.spaces(begin + 1);
    const size_t length = std::max<size_t>(end - begin, 1);
    out_.put(color, std::string(length, mark.primary ? '^' : '-'));
    if (mark.with_label && !mark.place->label.empty()) {
      const std::string label = visible(result_.texts.view(mark.place->label));
      const size_t columns = text_width(label);
      if (begin + length + 1 + columns <= available()) {
        out_.put(" ");
      } else {  // below, as far to the right as it fits
        out_.put("\n");
        out_.put(Color::Gutter, std::string(options_.gutter, ' ') + " |");
        out_.spaces(1 + std::min(begin, available() - std::min(columns, available())));
      }
      out_.put(color, label);
    }
    out_.put("\n");
  }

  const ReviewResult& result_;
  const ExcerptOptions& options_;
  Styled& out_;
};

}  // namespace

size_t digit_count(uint32_t number) { return std::to_string(number).size(); }

void write_gutter(size_t gutter, Styled& out) {
  out.put(Color::Gutter, std::string(gutter, ' ') + " |");
  out.put("\n");
}

void write_excerpt(const ReviewResult& result, std::vector<Mark> marks, const ExcerptOptions& options, Styled& out) {
  ExcerptWriter(result, options, out).write(split(marks));
}

}  // namespace rp
