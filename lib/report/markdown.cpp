#include "report/markdown.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <vector>

#include "report/excerpt.h"
#include "report/grouping.h"
#include "report/style.h"
#include "review/rule.h"

namespace rp {
namespace {

constexpr size_t kShownPlaces = 10;  // lines that a group names
constexpr size_t kShownUnread = 20;
constexpr uint32_t kExcerptWidth = 120;

std::string plural(uint64_t count, std::string_view one, std::string_view many) {
  return with_thousands(count) + " " + std::string(count == 1 ? one : many);
}

// Of runs of backticks, the longest.
size_t longest_fence(std::string_view text) {
  size_t longest = 0;
  size_t run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  return longest;
}

void append_escaped(std::string* out, std::string_view text) {
  for (const char c : text) {
    // Every ASCII punctuation may be escaped; these can mean something.
    if (std::string_view("\\`*_{}[]<>()+-.!|~&=:^$").find(c) != std::string_view::npos) *out += '\\';
    *out += c;
    // A mention or a reference is made of what is shown, after escapes are gone.
    if (c == '@' || c == '#') *out += "<!-- -->";
  }
}

// `text` in a block of code.
void append_fenced(std::string* out, std::string_view text, std::string_view language) {
  const std::string fence(std::max<size_t>(longest_fence(text) + 1, 3), '`');
  *out += fence;
  *out += language;
  *out += '\n';
  *out += text;
  if (!text.ends_with('\n')) *out += '\n';
  *out += fence;
  *out += '\n';
}

// The target of a link, between < and >.
std::string link_target(std::string_view base, std::string_view path, uint32_t line) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : base)
    if (static_cast<unsigned char>(c) > 0x20 && c != '<' && c != '>' && c != 0x7F) out += c;
  if (!out.empty() && out.back() != '/') out += '/';
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    const auto byte = static_cast<unsigned char>(c);
    if (plain)
      out += c;
    else
      out += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return out + "#L" + std::to_string(line);
}

std::string_view icon_of(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return "🔴";
    case Severity::Warning:
      return "🟡";
    case Severity::Advice:
      return "🔵";
  }
  return "";
}

class MarkdownWriter {
 public:
  MarkdownWriter(const ReviewResult& result, const MarkdownOptions& options) : result_(result), options_(options) {}

  std::string write() {
    write_head();
    std::string tail = write_tail();
    write_files(tail.size());
    out_ += tail;
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string_view text(TextRef ref) const { return result_.texts.view(ref); }

  void write_head() {
    std::array<uint64_t, 4> of_severity{};
    uint64_t proven = 0;
    uint64_t fixes = 0;
    for (const Finding& f : result_.findings) {
      ++of_severity[static_cast<size_t>(f.severity)];
      if (f.verdict == Verdict::Proven) ++proven;
      if (f.edit_count != 0 && f.applicability == Applicability::MachineApplicable) ++fixes;
    }
    out_ += "### Rust review\n\n";
    const Metrics& m = result_.metrics;
    if (result_.findings.empty()) {
      out_ += "No findings";
    } else {
      std::string parts;
      const auto add = [&](Severity severity, std::string_view one, std::string_view many) {
        const uint64_t count = of_severity[static_cast<size_t>(severity)];
        if (count == 0) return;
        if (!parts.empty()) parts += ", ";
        parts += std::string(icon_of(severity)) + " **" + plural(count, one, many) + "**";
      };
      add(Severity::Error, "error", "errors");
      add(Severity::Warning, "warning", "warnings");
      add(Severity::Advice, "piece of advice", "pieces of advice");
      out_ += parts;
    }
    out_ += " in " + plural(m.files, "file", "files") + ", " + plural(m.lines, "line", "lines") + ".";
    if (proven != 0 && proven < result_.findings.size())
      out_ += " " + with_thousands(proven) + " of the findings " + (proven == 1 ? "is" : "are") +
              " proven, the others likely.";
    else if (!result_.findings.empty())
      out_ += proven == 0 ? " All are likely, none is proven." : " All are proven.";
    if (fixes != 0) out_ += " `rustpro review --fix` mends " + with_thousands(fixes) + ".";
    out_ += "\n";
    if (!result_.unread.empty())
      out_ += "\n⚠️ " + plural(result_.unread.size(), "file or folder was", "files or folders were") +
              " not read; what is in there is not in this review.\n";
    out_ += '\n';
  }

  // ---- Findings ----

  void write_files(size_t tail_size) {
    std::vector<FileFindings> files = group_findings(result_);
    const size_t limit = options_.size_limit > tail_size + 400 ? options_.size_limit - tail_size - 400 : 0;
    // What does not fit is left out by severity: first the advice of all files, then warnings, then errors.
    std::vector<std::vector<std::string>> texts(files.size());
    std::vector<std::string> heads(files.size());
    size_t used = out_.size();
    size_t left_out = 0;
    for (const Severity severity : {Severity::Error, Severity::Warning, Severity::Advice}) {
      for (size_t i = 0; i < files.size(); ++i) {
        texts[i].resize(files[i].groups.size());
        for (size_t g = 0; g < files[i].groups.size(); ++g) {
          const FindingGroup& group = files[i].groups[g];
          if (group[0]->severity != severity) continue;
          std::string item = group_text(group);
          const size_t head = heads[i].empty() ? file_head(files[i]).size() : 0;
          if (used + item.size() + head > limit) {
            left_out += group.size();
            continue;
          }
          if (heads[i].empty()) heads[i] = file_head(files[i]);
          used += item.size() + head;
          texts[i][g] = std::move(item);
        }
      }
    }
    for (size_t i = 0; i < files.size(); ++i) {
      if (heads[i].empty()) continue;
      out_ += heads[i];
      for (const std::string& item : texts[i]) out_ += item;
      out_ += '\n';
    }
    if (left_out != 0)
      out_ += "_" + plural(left_out, "more finding does", "more findings do") +
              " not fit in here; the other formats have all of them._\n\n";
  }

  [[nodiscard]] std::string file_head(const FileFindings& file) const {
    return "#### " + markdown_code(visible(text(result_.files[file.file].path))) + "\n\n";
  }

  [[nodiscard]] std::string link(const Place& place, bool with_path) const {
    const std::string_view path = text(result_.files[place.file].path);
    const std::string shown = (with_path ? visible(path) + ":" : "line ") + std::to_string(place.start.line);
    std::string label;
    append_escaped(&label, shown);
    return "[" + label + "](<" + link_target(options_.link_base, path, place.start.line) + ">)";
  }

  // Indented, as a part of the list's item.
  static void append_indented(std::string* out, std::string_view lines) {
    for (size_t begin = 0; begin < lines.size();) {
      const size_t end = std::min(lines.find('\n', begin), lines.size());
      if (end > begin) *out += "  ";
      *out += lines.substr(begin, end - begin);
      *out += '\n';
      begin = end + 1;
    }
  }

  [[nodiscard]] std::string group_text(const FindingGroup& group) {
    const Finding& first = *group[0];
    std::string out = "- " + std::string(icon_of(first.severity)) + " " + link(first.primary, true) + " " +
                      markdown_text(visible(text(first.message)));
    if (group.size() > 1) {
      out += ", also on ";
      const size_t shown = std::min(group.size(), kShownPlaces + 1);
      for (size_t i = 1; i < shown; ++i) out += (i > 1 ? ", " : "") + link(group[i]->primary, false);
      if (shown < group.size()) out += " and " + with_thousands(group.size() - shown) + " more";
    }
    out += " — " + markdown_code(first.rule->id);
    if (first.verdict == Verdict::Likely) out += ", likely";
    out += '\n';
    std::string details;
    append_excerpt(&details, first);
    append_notes(&details, first);
    append_fix(&details, first);
    std::string folded = "<details><summary>Details</summary>\n\n" + details + "\n</details>\n";
    append_indented(&out, folded);
    return out;
  }

  void append_excerpt(std::string* out, const Finding& finding) const {
    std::vector<Mark> marks = {{&finding.primary, true}};
    uint32_t last_line = finding.primary.end.line;
    for (uint32_t r = 0; r < finding.related_count; ++r) {
      const Place& place = result_.related[finding.first_related + r];
      if (place.file != finding.primary.file) continue;
      marks.push_back({&place, false});
      last_line = std::max(last_line, place.end.line);
    }
    std::string excerpt;
    Styled styled(&excerpt, false);
    write_excerpt(result_, marks, {digit_count(last_line), kExcerptWidth, Color::Plain}, styled);
    if (!excerpt.empty()) append_fenced(out, excerpt, "text");
  }

  void append_notes(std::string* out, const Finding& finding) const {
    for (uint32_t r = 0; r < finding.related_count; ++r) {
      const Place& place = result_.related[finding.first_related + r];
      if (place.file == finding.primary.file) continue;
      *out += "\n" + link(place, true);
      if (!place.label.empty()) *out += ": " + markdown_text(visible(text(place.label)));
      *out += "\n";
    }
    for (uint32_t i = 0; i < finding.note_count; ++i) {
      const Note& note = result_.notes[finding.first_note + i];
      *out += std::string("\n**") + (note.is_help ? "Help" : "Note") + ":** " +
              markdown_text(visible(note_text(result_, note))) + "\n";
    }
  }

  void append_fix(std::string* out, const Finding& finding) const {
    const std::vector<LineChange> changes = preview_edits(result_, finding);
    if (changes.empty()) return;
    std::string lines;
    for (const LineChange& change : changes) {
      if (change.file != finding.primary.file || changes.size() > 1)
        lines += "@@ " + visible(text(result_.files[change.file].path)) + ":" + std::to_string(change.line) + " @@\n";
      for (const std::string& line : change.before) lines += "-" + visible_line(line) + "\n";
      for (const std::string& line : change.after) lines += "+" + visible_line(line) + "\n";
    }
    *out += finding.applicability == Applicability::MachineApplicable ? "\n**Fix:**\n\n" : "\n**Suggestion:**\n\n";
    append_fenced(out, lines, "diff");
  }

  // ---- What was not seen ----

  [[nodiscard]] std::string write_tail() const {
    std::string out;
    if (!result_.unread.empty()) {
      out += "<details><summary>Not read</summary>\n\n";
      for (size_t i = 0; i < std::min(kShownUnread, result_.unread.size()); ++i)
        out += "- " + markdown_code(visible(result_.unread[i].path)) + ": " +
               markdown_text(visible(result_.unread[i].reason)) + "\n";
      if (result_.unread.size() > kShownUnread)
        out += "- and " + with_thousands(result_.unread.size() - kShownUnread) + " more\n";
      out += "\n</details>\n\n";
    }
    uint64_t documented = 0;
    for (const UnsafeUse& use : result_.unsafe_uses)
      if (use.docs != SafetyDocs::None) ++documented;
    if (!result_.unsafe_uses.empty())
      out += "Unsafe code: " + plural(result_.unsafe_uses.size(), "use", "uses") + ", " + with_thousands(documented) +
             " documented.";
    if (result_.metrics.unsafe_unseen != 0)
      out += (out.ends_with('.') ? " " : "") + with_thousands(result_.metrics.unsafe_unseen) +
             " more inside macros that were not looked into.";
    if (!out.empty() && !out.ends_with('\n')) out += "\n";
    const TreeTotals tree = tree_totals(result_);
    if (tree.packages + tree.unread != 0) {
      out += "\nUnsafe code in the program, macros expanded: " + with_thousands(tree.own) + " here";
      if (tree.own_expanded != 0) out += " (" + with_thousands(tree.own_expanded) + " brought by macros)";
      out += ", " + with_thousands(tree.dependencies) + " in " + plural(tree.packages, "dependency", "dependencies");
      if (tree.unread != 0) out += "; " + plural(tree.unread, "package was", "packages were") + " not read";
      out += ".\n";
    }
    if (!result_.gaps.empty()) {
      std::array<uint64_t, kGapKinds> counts{};
      for (const ReviewGap& gap : result_.gaps) ++counts[static_cast<size_t>(gap.kind)];
      std::string kinds;
      for (size_t kind = 1; kind < kGapKinds; ++kind) {
        if (counts[kind] == 0) continue;
        kinds += (kinds.empty() ? "" : ", ") + std::string(gap_kind_name(static_cast<GapKind>(kind))) + ": " +
                 with_thousands(counts[kind]);
      }
      out += "\nNot known, so that rules are silent about what hangs on it (" + kinds + ").\n";
    }
    if (const Metrics& m = result_.metrics; m.untested_functions != 0)
      out += "\n" + with_thousands(m.untested_functions) + " of " +
             plural(m.public_functions, "public function is", "public functions are") + " named by no test.\n";
    const HiddenFindings& hidden = result_.hidden;
    if (hidden.suppressed + hidden.baseline + hidden.generated != 0) {
      out += "\nNot shown: " + with_thousands(hidden.suppressed) + " suppressed by comments, " +
             with_thousands(hidden.baseline) + " known before";
      if (hidden.generated != 0)
        out += ", " + with_thousands(hidden.generated) + " likely ones in generated files and test data";
      out += ".\n";
    }
    return out;
  }

  const ReviewResult& result_;
  const MarkdownOptions& options_;
  std::string out_;
};

}  // namespace

std::string markdown_code(std::string_view text) {
  const std::string fence(longest_fence(text) + 1, '`');
  const bool pad =
      text.empty() || text.front() == '`' || text.back() == '`' || (text.front() == ' ' && text.back() == ' ');
  std::string out = fence;
  if (pad) out += ' ';
  out += text;
  if (pad) out += ' ';
  return out + fence;
}

std::string markdown_text(std::string_view text) {
  std::string out;
  // Within an odd number of backticks one is not a delimiter, and which is not known.
  if (std::count(text.begin(), text.end(), '`') % 2 != 0) {
    append_escaped(&out, text);
    return out;
  }
  while (!text.empty()) {
    const size_t open = text.find('`');
    append_escaped(&out, text.substr(0, open));
    if (open == std::string_view::npos) break;
    const size_t close = text.find('`', open + 1);
    if (close == open + 1)
      out += "\\`\\`";
    else
      out += markdown_code(text.substr(open + 1, close - open - 1));
    text.remove_prefix(close + 1);
  }
  return out;
}

std::string render_markdown(const ReviewResult& result, const MarkdownOptions& options) {
  return MarkdownWriter(result, options).write();
}

}  // namespace rp
