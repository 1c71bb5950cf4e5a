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
constexpr size_t kShownPackages = 8;
constexpr size_t kShownMacros = 3;
constexpr size_t kShownBuildTime = 6;

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
    write_tree();
    write_build_time();
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

  // ---- The dependency tree ----

  using Packages = std::vector<const TreePackage*>;

  [[nodiscard]] static uint64_t unsafe_of(const TreePackage& p) {
    return unsafe_sum(p.written) + unsafe_sum(p.expanded);
  }
  [[nodiscard]] std::string name_of(const TreePackage& p) const {
    const std::string version = visible(result_.texts.view(p.version));
    return visible(result_.texts.view(p.name)) + (version.empty() ? "" : " " + version);
  }
  // Those with the most unsafe code first.
  [[nodiscard]] Packages packages_of(PackageRole role, bool read) const {
    Packages packages;
    for (const TreePackage& p : result_.packages)
      if (p.role == role && p.was_read == read) packages.push_back(&p);
    std::stable_sort(packages.begin(), packages.end(),
                     [](const TreePackage* a, const TreePackage* b) { return unsafe_of(*a) > unsafe_of(*b); });
    return packages;
  }

  [[nodiscard]] static std::string remark_of(const TreePackage& p) {
    std::string remark;
    const auto add = [&](const std::string& text) { remark += (remark.empty() ? "" : "; ") + text; };
    if (p.level == UnsafeCodeLevel::Forbid) add("forbids it");
    if (p.opaque_macros != 0) add(plural(p.opaque_macros, "macro", "macros") + " not seen");
    if (p.missing_files != 0) add(plural(p.missing_files, "file", "files") + " missing");
    return remark;
  }

  [[nodiscard]] static Row tree_row(std::string name, const UnsafeTally::Counts& written, uint64_t expanded,
                                    uint64_t inactive, std::string remark) {
    const auto of = [&](UnsafeKind kind) { return uint64_t{written[static_cast<size_t>(kind)]}; };
    const auto cell = [](uint64_t n) { return n == 0 ? std::string("-") : with_thousands(n); };
    return {{std::move(name), cell(of(UnsafeKind::Fn)), cell(of(UnsafeKind::Block)), cell(of(UnsafeKind::Impl)),
             cell(of(UnsafeKind::Trait)), cell(of(UnsafeKind::ExternBlock)),
             cell(of(UnsafeKind::Attribute) + of(UnsafeKind::StaticMut)), cell(expanded), cell(inactive),
             std::move(remark)}};
  }

  // The packages of a role that matter, and how many there are besides.
  void add_tree_rows(PackageRole role, std::string_view what, std::vector<Row>* rows) const {
    const Packages all = packages_of(role, true);
    size_t shown = 0;
    size_t clean = 0;
    size_t forbidding = 0;
    for (const TreePackage* p : all) {
      const bool matters = role == PackageRole::Own || unsafe_of(*p) != 0;
      if (!matters) ++clean;
      if (!matters && p->level == UnsafeCodeLevel::Forbid) ++forbidding;
      if (!matters || shown == kShownPackages) continue;
      ++shown;
      rows->push_back(tree_row(name_of(*p), p->written, unsafe_sum(p->expanded), p->inactive, remark_of(*p)));
    }
    const size_t more = all.size() - clean - shown;
    if (more != 0) rows->push_back({{"and " + with_thousands(more) + " more " + std::string(what)}});
    if (clean == 0) return;
    rows->push_back({{with_thousands(clean) + " of the " + std::string(what) + " without unsafe code" +
                      (forbidding != 0 ? ", " + with_thousands(forbidding) + " with a word that forbids it" : "")}});
  }

  void write_tree() {
    uint64_t others = 0;
    uint64_t unread = 0;
    uint64_t for_tests = 0;
    UnsafeTally::Counts written{};
    uint64_t expanded = 0;
    uint64_t inactive = 0;
    for (const TreePackage& p : result_.packages) {
      if (p.role != PackageRole::Own) ++others;
      if (!p.was_read && (p.role == PackageRole::Own || p.role == PackageRole::Program)) ++unread;
      if (p.role == PackageRole::Tests && p.was_read) for_tests += unsafe_of(p);
      if (p.role != PackageRole::Own && p.role != PackageRole::Program) continue;
      for (size_t i = 0; i < kUnsafeKinds; ++i) written[i] += p.written[i];
      expanded += unsafe_sum(p.expanded);
      inactive += p.inactive;
    }
    if (others == 0 && expanded == 0) return;
    heading("Unsafe code in the program, dependencies included");
    out_.put("  for " + visible(result_.texts.view(result_.tree.target)) + ", " +
             visible(result_.texts.view(result_.tree.features)) + "; without tests, examples and build scripts\n");
    std::vector<Row> rows = {{{"", "fn", "block", "impl", "trait", "extern", "other", "by macros", "inactive", ""}}};
    add_tree_rows(PackageRole::Own, "own packages", &rows);
    add_tree_rows(PackageRole::Program, "dependencies", &rows);
    if (rows.size() > 2) rows.push_back(tree_row("all", written, expanded, inactive, {}));
    if (!packages_of(PackageRole::BuildTime, true).empty()) {
      rows.push_back({{"at build time"}});
      add_tree_rows(PackageRole::BuildTime, "packages", &rows);
    }
    tree_table(rows);
    write_tree_macros();
    if (for_tests != 0) out_.put("  besides, in what only tests depend on: " + plural(for_tests, "use", "uses") + "\n");
    if (unread != 0) {
      out_.put("  not read, so not in these numbers: " + plural(unread, "package", "packages") + "\n");
      size_t shown = 0;
      for (const TreePackage& p : result_.packages) {
        if (p.was_read || (p.role != PackageRole::Own && p.role != PackageRole::Program)) continue;
        if (++shown > kShownGaps) break;
        out_.put("    " + name_of(p) + ": " + visible(result_.texts.view(p.not_read)) + "\n");
      }
    }
    out_.put("\n");
  }

  // As table(), but a row of one cell runs over the columns.
  void tree_table(const std::vector<Row>& rows) {
    std::vector<size_t> widths;
    for (const Row& row : rows) {
      if (row.cells.size() == 1) continue;
      widths.resize(std::max(widths.size(), row.cells.size()));
      for (size_t i = 0; i < row.cells.size(); ++i) widths[i] = std::max(widths[i], text_width(row.cells[i]));
    }
    for (const Row& row : rows) {
      for (size_t i = 0; i < row.cells.size(); ++i) {
        const bool text = i == 0 || i + 1 == row.cells.size();
        if (i > 0 && i + 1 == row.cells.size() && row.cells[i].empty()) break;
        const size_t padding = row.cells.size() == 1 ? 0 : widths[i] - text_width(row.cells[i]);
        out_.spaces(2);
        if (!text) out_.spaces(padding);
        out_.put(row.cells[i]);
        if (i == 0) out_.spaces(padding);
      }
      out_.put("\n");
    }
  }

  // The macros that bring the most of it into own packages.
  void write_tree_macros() {
    std::vector<const TreeMacro*> macros;
    for (const TreePackage& p : result_.packages)
      for (uint32_t i = 0; p.role == PackageRole::Own && i < p.macro_count; ++i)
        macros.push_back(&result_.tree_macros[p.first_macro + i]);
    std::stable_sort(macros.begin(), macros.end(),
                     [](const TreeMacro* a, const TreeMacro* b) { return a->count > b->count; });
    std::string text;
    for (size_t i = 0; i < std::min(kShownMacros, macros.size()); ++i)
      text += (i == 0 ? "" : ", ") + visible(result_.texts.view(macros[i]->path)) + "! " +
              with_thousands(macros[i]->count) + " in " + plural(macros[i]->calls, "call", "calls");
    if (macros.size() > kShownMacros) text += ", ...";
    if (!text.empty()) out_.put("  by macros in own packages: " + text + "\n");
  }

  // What runs on the machine that builds.
  void write_build_time() {
    std::vector<Row> rows;
    const auto add = [&](std::string_view what, bool TreePackage::* flag) {
      std::string names;
      size_t count = 0;
      for (const TreePackage& p : result_.packages) {
        if (!(p.*flag) || p.role == PackageRole::Own) continue;
        if (++count <= kShownBuildTime) names += (count == 1 ? "" : ", ") + name_of(p);
      }
      if (count > kShownBuildTime) names += ", and " + with_thousands(count - kShownBuildTime) + " more";
      if (count != 0) rows.push_back({{with_thousands(count), std::string(what), names}});
    };
    add("build scripts", &TreePackage::build_script);
    add("procedural macros", &TreePackage::proc_macro);
    if (rows.empty()) return;
    heading("Runs at build time");
    table(rows, {Align::Right, Align::Left, Align::Left});
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
