#include "expand/line_printer.h"

#include <algorithm>

namespace rp {
namespace {
constexpr int64_t kWidth = 78;
constexpr int64_t kLeast = 60;  // columns that a line has, however far it is indented
}  // namespace

void LinePrinter::word(std::string_view text) {
  Item item;
  item.begin = static_cast<uint32_t>(text_.size());
  item.length = static_cast<uint32_t>(text.size());
  text_.append(text);
  items_.push_back(item);
}

void LinePrinter::add_break(int64_t blanks, int offset) {
  Item item;
  item.kind = Kind::Break;
  item.blanks = blanks;
  item.offset = offset;
  items_.push_back(item);
}

void LinePrinter::open(bool consistent, int indent) {
  Item item;
  item.kind = Kind::Open;
  item.consistent = consistent;
  item.offset = indent;
  items_.push_back(item);
}

void LinePrinter::close() {
  Item item;
  item.kind = Kind::Close;
  items_.push_back(item);
}

bool LinePrinter::at_line_start() const {
  if (items_.empty()) return true;
  const Item& last = items_.back();
  return last.kind == Kind::Break && last.blanks == kInfinity && last.offset == 0 && !last.comma;
}

void LinePrinter::space_before_close(int offset) {
  if (!at_line_start())
    space(offset);
  else if (!items_.empty())
    items_.back().offset = offset;
}

void LinePrinter::shift_last_break(int offset) {
  if (!items_.empty() && items_.back().kind == Kind::Break) items_.back().offset += offset;
}

// At a place to break: the one before it on the same level ends here, with all boxes that were closed since.
void LinePrinter::settle() {
  size_t depth = 0;
  while (!open_.empty()) {
    Item& item = items_[open_.back()];
    if (item.kind == Kind::Open) {
      if (depth == 0) return;
      open_.pop_back();
      item.size += total_;
      --depth;
    } else if (item.kind == Kind::Close) {
      open_.pop_back();
      item.size = 1;
      ++depth;
    } else {
      open_.pop_back();
      item.size += total_;
      if (depth == 0) return;
    }
  }
}

void LinePrinter::measure() {
  total_ = 1;
  open_.clear();
  for (size_t i = 0; i < items_.size(); ++i) {
    Item& item = items_[i];
    switch (item.kind) {
      case Kind::Word:
        total_ += item.length;
        break;
      case Kind::Break:
        settle();
        item.size = -total_;
        open_.push_back(i);
        total_ += item.blanks;
        break;
      case Kind::Open:
        item.size = -total_;
        open_.push_back(i);
        break;
      case Kind::Close:
        if (!open_.empty()) open_.push_back(i);
        break;
    }
  }
  settle();
}

std::string LinePrinter::finish() {
  measure();
  struct Frame {
    bool fits = false;
    bool consistent = false;
    int64_t indent = 0;  // of what is around it
  };
  std::string out;
  std::vector<Frame> frames;
  int64_t left = kWidth, indent = 0, pending = 0;
  for (const Item& item : items_) {
    switch (item.kind) {
      case Kind::Word:
        out.append(static_cast<size_t>(std::max<int64_t>(pending, 0)), ' ');
        pending = 0;
        out.append(text_, item.begin, item.length);
        left -= item.length;
        break;
      case Kind::Open:
        if (item.size > left) {
          frames.push_back({false, item.consistent, indent});
          indent += item.offset;
        } else {
          frames.push_back({true, false, indent});
        }
        break;
      case Kind::Close:
        if (frames.empty()) break;
        indent = frames.back().indent;
        frames.pop_back();
        break;
      case Kind::Break: {
        const bool fits =
            frames.empty() ? item.size <= left : frames.back().fits || (!frames.back().consistent && item.size <= left);
        if (fits) {
          pending += item.blanks;
          left -= item.blanks;
          break;
        }
        if (item.comma) out.push_back(',');
        out.push_back('\n');
        pending = indent + item.offset;
        left = std::max(kWidth - pending, kLeast);
        break;
      }
    }
  }
  text_.clear();
  items_.clear();
  return out;
}

}  // namespace rp
