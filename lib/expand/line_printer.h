// Breaks text into lines as rustc's printer does, whose output stringify! and assert! put into the program.
// The algorithm is Oppen's ("Prettyprinting", 1980): words, places where a line may break, and boxes around them; a box
// that does not fit into what is left of the line breaks everywhere (consistent) or where it must (inconsistent).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace rp {

class LinePrinter {
 public:
  static constexpr int kIndent = 4;

  void word(std::string_view text);
  // A blank, or the end of a line with `offset` more columns than the box around it says.
  void space(int offset = 0) { add_break(1, offset); }
  void line_break() { add_break(kInfinity, 0); }
  // A blank where everything fits on one line; a comma and the end of the line where it does not.
  void comma_or_space() {
    add_break(1, 0);
    items_.back().comma = true;
  }
  void open(bool consistent, int indent);
  void open_inconsistent(int indent = 0) { open(false, indent); }
  void open_consistent(int indent = 0) { open(true, indent); }
  void close();

  void word_space(std::string_view text) {
    word(text);
    space();
  }
  // Whether nothing stands on the line yet.
  [[nodiscard]] bool at_line_start() const;
  void space_if_inside() {
    if (!at_line_start()) space();
  }
  // A blank before a closing brace: it stands `-offset` columns to the left.
  void space_before_close(int offset);
  // Moves the last place where the line may break.
  void shift_last_break(int offset);

  // The text. The printer is empty afterwards.
  std::string finish();

 private:
  static constexpr int64_t kInfinity = 0xFFFF;
  enum class Kind : uint8_t { Word, Break, Open, Close };
  struct Item {
    Kind kind = Kind::Word;
    bool consistent = false;
    bool comma = false;
    int offset = 0;      // of Break and Open
    int64_t blanks = 0;  // of Break
    int64_t size = 0;    // how much there is up to the next place to break, or to the end of the box
    uint32_t begin = 0;  // of Word, in text_
    uint32_t length = 0;
  };
  void add_break(int64_t blanks, int offset);
  void settle();
  void measure();

  std::string text_;
  std::vector<Item> items_;
  std::vector<size_t> open_;  // items whose size is not known yet
  int64_t total_ = 0;
};

}  // namespace rp
