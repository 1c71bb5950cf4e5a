#include "report/summary.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <string_view>
#include <tuple>
#include <vector>

#include "report/char_width.h"
#include "review/rule.h"

namespace rp {
namespace {

constexpr size_t kShownFunctions = 5;
constexpr size_t kShownUnread = 20;
constexpr size_t kShownGaps = 5;

std::string plural(uint64_t count, std::string_view one, std::string_view many) {
  return with_thousands(count) + " " + std::string(count == 1 ? one : many);
}

class SummaryWriter {
 public:
  SummaryWriter(const ReviewResult& result, Styled& out) : result_(result), out_(out) {}

  void write() {
    write_findings();
    write_sizes();
    write_unsafety();
    write_functions();
    write_gaps();
    write_unknown();
    write_unread();
  }

 private:
  enum class Align : uint8_t { Left, Right };
  struct Row {
    std::vector<std::string> cells;
    Color color = Color::Plain;  // of the first cell
  };

  void heading(std::string_view text) {
    out_.put(Color::Bold, text);
    out_.put("\n");
  }

  // Two spaces before and between the columns; the last one is not padded.
  void table(const std::vector<Row>& rows, const std::vector<Align>& align) {
    std::vector<size_t> widths(align.size(), 0);
    for (const Row& row : rows)
      for (size_t i = 0; i < row.cells.size(); ++i) widths[i] = std::max(widths[i], text_width(row.cells[i]));
    for (const Row& row : rows) {
      for (size_t i = 0; i < row.cells.size(); ++i) {
        const size_t padding = widths[i] - text_width(row.cells[i]);
        const bool last = i + 1 == row.cells.size();
        out_.spaces(2);
        if (align[i] == Align::Right) out_.spaces(padding);
        out_.put(i == 0 ? row.color : Color::Plain, row.cells[i]);
        if (align[i] == Align::Left && !last) out_.spaces(padding);
      }
      out_.put("\n");
    }
  }

  void write_findings() {
    using Key = std::tuple<Severity, std::string_view, Verdict>;
    std::map<Key, uint64_t> counts;
    for (const Finding& f : result_.findings) ++counts[{f.severity, f.rule->id, f.verdict}];
    if (counts.empty()) {
      heading("No findings");
      out_.put("\n");
      write_hidden();
      return;
    }
    heading("Findings");
    std::vector<Row> rows;
    for (const auto& [key, count] : counts) {
      const auto& [severity, rule, verdict] = key;
      rows.push_back({{std::string(severity_name(severity)), std::string(rule), with_thousands(count),
                       std::string(verdict_name(verdict))},
                      color_of(severity)});
    }
    table(rows, {Align::Left, Align::Left, Align::Right, Align::Left});
    out_.put("\n");
    write_hidden();
  }

  void write_hidden() {
    const HiddenFindings& hidden = result_.hidden;
    std::string text;
    const auto add = [&](uint64_t count, std::string_view why) {
      if (count != 0) text += (text.empty() ? "  not shown: " : ", ") + with_thousands(count) + std::string(why);
    };
    add(hidden.suppressed, " suppressed by comments");
    add(hidden.baseline, " known before");
    add(hidden.generated, " likely ones in generated files and test data");
    if (!text.empty()) out_.put(text + "\n\n");
  }

  void write_sizes() {
    const Metrics& m = result_.metrics;
    heading("Size");
    std::string files = with_thousands(m.files) + " read";
    if (m.files_with_errors != 0) files += ", " + with_thousands(m.files_with_errors) + " with syntax errors";
    if (m.files_unread != 0) files += "; " + with_thousands(m.files_unread) + " not read (listed below)";
    std::vector<Row> rows;
    rows.push_back({{"files", files}});
    rows.push_back(
        {{"lines", with_thousands(m.lines) + ": " + with_thousands(m.code_lines) + " code, " +
                       with_thousands(m.comment_lines) + " comments, " + with_thousands(m.blank_lines) + " blank"}});
    rows.push_back({{"items", with_thousands(m.items) + ", of them " + plural(m.functions, "function", "functions") +
                                  " with a body"}});
    if (m.macro_calls + m.macro_definitions != 0)
      rows.push_back({{"macros", plural(m.macro_calls, "call", "calls") + ", " +
                                     plural(m.macro_definitions, "definition", "definitions") + ", not looked into"}});
    if (m.max_nesting != 0) rows.push_back({{"nesting", plural(m.max_nesting, "block", "blocks") + " at the deepest"}});
    if (m.public_functions != 0)
      rows.push_back({{"tests", with_thousands(m.untested_functions) + " of " +
                                    plural(m.public_functions, "public function is", "public functions are") +
                                    " named by no test"}});
    table(rows, {Align::Left, Align::Left});
    out_.put("\n");
  }

  void write_unsafety() {
    std::array<uint64_t, kUnsafeKinds> total{};
    std::array<uint64_t, kUnsafeKinds> documented{};
    for (const UnsafeUse& use : result_.unsafe_uses) {
      ++total[static_cast<size_t>(use.kind)];
      if (use.docs != SafetyDocs::None) ++documented[static_cast<size_t>(use.kind)];
    }
    heading("Unsafe code");
    if (result_.unsafe_uses.empty()) {
      out_.put(result_.metrics.unsafe_unseen == 0 ? "  none\n\n" : "  none outside macros\n\n");
      return;
    }
    std::vector<Row> rows = {{{"", "total", "documented", "not"}}};
    std::array<uint64_t, 2> sums{};
    for (size_t kind = 1; kind < kUnsafeKinds; ++kind) {
      if (total[kind] == 0) continue;
      sums[0] += total[kind];
      sums[1] += documented[kind];
      rows.push_back({{std::string(unsafe_kind_name(static_cast<UnsafeKind>(kind))), with_thousands(total[kind]),
                       with_thousands(documented[kind]), with_thousands(total[kind] - documented[kind])}});
    }
    if (rows.size() > 2)
      rows.push_back({{"all", with_thousands(sums[0]), with_thousands(sums[1]), with_thousands(sums[0] - sums[1])}});
    table(rows, {Align::Left, Align::Right, Align::Right, Align::Right});
    out_.put("\n");
  }

  [[nodiscard]] std::string location(const Place& place) const {
    return visible(result_.texts.view(result_.files[place.file].path)) + ":" + std::to_string(place.start.line);
  }

  void write_functions() {
    if (result_.longest_functions.empty()) return;
    heading("Longest functions");
    std::vector<Row> rows = {{{"lines", "code", "nesting", "function"}}};
    for (size_t i = 0; i < std::min(kShownFunctions, result_.longest_functions.size()); ++i) {
      const FunctionSize& f = result_.longest_functions[i];
      rows.push_back({{with_thousands(f.lines), with_thousands(f.code_lines), std::to_string(f.nesting),
                       visible(result_.texts.view(f.name)), location(f.place)}});
    }
    table(rows, {Align::Right, Align::Right, Align::Right, Align::Left, Align::Left});
    out_.put("\n");
  }

  void write_gaps() {
    if (result_.macro_gaps.empty()) return;
    heading("Not seen into");
    out_.put("  " + plural(result_.metrics.unsafe_unseen, "use", "uses") + " of unsafe code inside " +
             plural(result_.macro_gaps.size(), "macro", "macros") + ", not in the table above; the most in\n");
    std::vector<const MacroGap*> most;
    for (const MacroGap& gap : result_.macro_gaps) most.push_back(&gap);
    std::sort(most.begin(), most.end(), [](const MacroGap* a, const MacroGap* b) {
      return a->unsafe_count != b->unsafe_count ? a->unsafe_count > b->unsafe_count : a < b;
    });
    std::vector<Row> rows;
    for (size_t i = 0; i < std::min(kShownGaps, most.size()); ++i) {
      const MacroGap& gap = *most[i];
      const std::string name = visible(result_.texts.view(gap.name));
      rows.push_back(
          {{with_thousands(gap.unsafe_count), gap.is_definition ? "macro " + name : name + "!", location(gap.place)}});
    }
    table(rows, {Align::Right, Align::Left, Align::Left});
    out_.put("\n");
  }

  // What names and types depend on and could not be seen: how many of each kind, and the first of them.
  void write_unknown() {
    if (result_.gaps.empty()) return;
    std::array<uint64_t, kGapKinds> counts{};
    for (const ReviewGap& gap : result_.gaps) ++counts[static_cast<size_t>(gap.kind)];
    heading("Not known");
    std::vector<Row> rows;
    for (size_t kind = 1; kind < kGapKinds; ++kind) {
      if (counts[kind] == 0) continue;
      std::string names;
      size_t shown = 0;
      for (const ReviewGap& gap : result_.gaps) {
        if (static_cast<size_t>(gap.kind) != kind || shown == kShownGaps) continue;
        names += (shown++ == 0 ? "" : ", ") + visible(result_.texts.view(gap.name));
      }
      if (counts[kind] > shown) names += ", ...";
      rows.push_back({{with_thousands(counts[kind]), std::string(gap_kind_name(static_cast<GapKind>(kind))), names}});
    }
    table(rows, {Align::Right, Align::Left, Align::Left});
    out_.put("  Rules are silent about what hangs on these.\n\n");
  }

  void write_unread() {
    if (result_.unread.empty()) return;
    heading("Not read");
    for (size_t i = 0; i < std::min(kShownUnread, result_.unread.size()); ++i)
      out_.put("  " + visible(result_.unread[i].path) + ": " + visible(result_.unread[i].reason) + "\n");
    if (result_.unread.size() > kShownUnread)
      out_.put("  and " + with_thousands(result_.unread.size() - kShownUnread) + " more\n");
    out_.put("\n");
  }

  const ReviewResult& result_;
  Styled& out_;
};

}  // namespace

void write_summary(const ReviewResult& result, Styled& out) { SummaryWriter(result, out).write(); }

}  // namespace rp
