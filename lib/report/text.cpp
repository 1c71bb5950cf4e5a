#include "report/text.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>
#include <vector>

#include "report/char_width.h"
#include "report/excerpt.h"
#include "report/grouping.h"
#include "report/style.h"
#include "report/summary.h"
#include "review/rule.h"

namespace rp {
namespace {

// Of findings that say the same in one file this many are shown with their source, and of syntax errors in one file.
constexpr size_t kShownOfGroup = 4;
constexpr size_t kShownErrors = 20;
constexpr uint32_t kMinWidth = 40;

class TextWriter {
 public:
  TextWriter(const ReviewResult& result, const TextOptions& options, std::string* out)
      : result_(result), width_(std::max(options.width, kMinWidth)), out_(out, options.color) {}

  void write_findings() {
    for (const FileFindings& file : group_findings(result_)) write_file(file);
  }

  void write_summary() { ::rp::write_summary(result_, out_); }

 private:
  [[nodiscard]] std::string_view text(TextRef ref) const { return result_.texts.view(ref); }

  void write_file(const FileFindings& file) {
    size_t errors = 0;
    for (const FindingGroup& group : file.groups)
      if (group[0]->rule != &kSyntaxErrorRule || ++errors <= kShownErrors) write_group(group);
    if (errors > kShownErrors) {
      out_.put(Color::Error, "error[" + std::string(kSyntaxErrorRule.id) + "]");
      out_.put(Color::Bold, ": " + with_thousands(errors - kShownErrors) + " more syntax errors in `" +
                                visible(text(result_.files[file.file].path)) + "`");
      out_.put("\n\n");
    }
  }

  void write_group(const FindingGroup& group) {
    const Finding& first = *group[0];
    const size_t shown = group.size() <= kShownOfGroup + 1 ? group.size() : kShownOfGroup;
    write_header(first, group.size());

    ExcerptOptions options;
    options.width = width_;
    options.color = color_of(first.severity);
    std::vector<Mark> marks;
    std::vector<const Place*> elsewhere;  // in other files
    uint32_t last_line = 1;
    for (size_t i = 0; i < shown; ++i) {
      const Finding& finding = *group[i];
      marks.push_back({&finding.primary, true});
      last_line = std::max(last_line, finding.primary.end.line);
      for (uint32_t r = 0; r < finding.related_count; ++r) {
        const Place& place = result_.related[finding.first_related + r];
        if (place.file == finding.primary.file)
          marks.push_back({&place, false});
        else
          elsewhere.push_back(&place);
        last_line = std::max(last_line, place.end.line);
      }
    }
    options.gutter = digit_count(last_line);
    write_location(first.primary, options.gutter);
    write_gutter(options.gutter, out_);
    write_excerpt(result_, marks, options, out_);
    write_elsewhere(elsewhere, options);
    if (shown < group.size()) write_more_lines(group, shown, options.gutter);
    write_notes(first, options.gutter);
    if (group.size() == 1) write_fix(first, options.gutter);
    out_.put("\n");
  }

  void write_elsewhere(const std::vector<const Place*>& places, const ExcerptOptions& options) {
    for (size_t i = 0; i < places.size();) {
      std::vector<Mark> marks;
      size_t end = i;
      for (; end < places.size() && places[end]->file == places[i]->file; ++end) marks.push_back({places[end], false});
      write_location(*places[i], options.gutter, "::: ");
      write_gutter(options.gutter, out_);
      write_excerpt(result_, marks, options, out_);
      i = end;
    }
  }

  void write_header(const Finding& finding, size_t count) {
    std::string head(severity_name(finding.severity));
    head += "[" + std::string(finding.rule->id) + "]";
    out_.put(color_of(finding.severity), head);
    if (finding.verdict == Verdict::Likely) out_.put(" (likely)");
    std::string message = ": " + visible(text(finding.message));
    if (count > 1) message += ", in " + with_thousands(count) + " places";
    out_.put(Color::Bold, message);
    out_.put("\n");
  }

  void write_location(const Place& place, size_t gutter, std::string_view arrow = "--> ") {
    out_.spaces(gutter);
    out_.put(Color::Gutter, arrow);
    out_.put(visible(text(result_.files[place.file].path)) + ":" + std::to_string(place.start.line) + ":" +
             std::to_string(place.start.column_bytes) + "\n");
  }

  void write_more_lines(const FindingGroup& group, size_t shown, size_t gutter) {
    std::string line = "and on lines";
    const size_t indent = gutter + 3;
    size_t used = indent + line.size();
    out_.spaces(gutter + 1);
    out_.put(Color::Gutter, "= ");
    for (size_t i = shown; i < group.size(); ++i) {
      const std::string number = " " + std::to_string(group[i]->primary.start.line) + (i + 1 < group.size() ? "," : "");
      if (used + number.size() > width_) {
        line += "\n" + std::string(indent, ' ');
        used = indent;
        line += number.substr(1);
        used += number.size() - 1;
      } else {
        line += number;
        used += number.size();
      }
    }
    out_.put(line + "\n");
  }

  // What a rule says each time is said once; what a syntax error says of itself is always said.
  void write_notes(const Finding& finding, size_t gutter) {
    bool separated = false;
    for (uint32_t i = 0; i < finding.note_count; ++i) {
      const Note& note = result_.notes[finding.first_note + i];
      const bool general = finding.rule != &kSyntaxErrorRule;
      if (general && !said_.insert(text(note.text)).second) continue;
      if (!separated) write_gutter(gutter, out_);
      separated = true;
      out_.spaces(gutter + 1);
      out_.put(Color::Gutter, "= ");
      const std::string_view head = note.is_help ? "help: " : "note: ";
      out_.put(note.is_help ? Color::Help : Color::Bold, head);
      write_wrapped(note_text(result_, note), gutter + 3 + head.size());
    }
  }

  // The lines as the finding's edits would have them.
  void write_fix(const Finding& finding, size_t gutter) {
    const std::vector<LineChange> changes = preview_edits(result_, finding);
    if (changes.empty()) return;
    out_.spaces(gutter + 1);
    out_.put(Color::Gutter, "= ");
    out_.put(Color::Help, finding.applicability == Applicability::MachineApplicable ? "fix:" : "suggestion:");
    out_.put("\n");
    for (const LineChange& change : changes) {
      if (change.file != finding.primary.file) {
        out_.spaces(gutter);
        out_.put(Color::Gutter, "::: ");
        out_.put(visible(text(result_.files[change.file].path)) + "\n");
      }
      write_changed(change.before, change.line, '-', Color::Error, gutter);
      write_changed(change.after, change.line, '+', Color::Advice, gutter);
    }
  }

  void write_changed(const std::vector<std::string>& lines, uint32_t number, char sign, Color color, size_t gutter) {
    for (const std::string& line : lines) {
      const std::string digits = std::to_string(number++);
      out_.put(Color::Gutter, std::string(gutter - std::min(gutter, digits.size()), ' ') + digits + " ");
      out_.put(color, std::string(1, sign));
      const std::string shown = visible_line(line);
      out_.put(shown.empty() ? "\n" : " " + shown + "\n");
    }
  }

  void write_wrapped(std::string_view long_text, size_t indent) {
    const std::string whole = visible(long_text);
    const size_t room = width_ > indent + 20 ? width_ - indent : 20;
    size_t used = 0;
    for (size_t begin = 0; begin <= whole.size();) {
      const size_t end = std::min(whole.find(' ', begin), whole.size());
      const std::string_view word = std::string_view(whole).substr(begin, end - begin);
      const size_t columns = text_width(word);
      if (used > 0 && used + 1 + columns > room) {
        out_.put("\n");
        out_.spaces(indent);
        used = 0;
      } else if (used > 0) {
        out_.put(" ");
        ++used;
      }
      out_.put(word);
      used += columns;
      begin = end + 1;
    }
    out_.put("\n");
  }

  const ReviewResult& result_;
  const uint32_t width_;
  Styled out_;
  std::set<std::string_view> said_;
};

}  // namespace

std::string render_text(const ReviewResult& result, const TextOptions& options) {
  std::string out;
  TextWriter writer(result, options, &out);
  writer.write_findings();
  writer.write_summary();
  return out;
}

std::string render_findings_text(const ReviewResult& result, const TextOptions& options) {
  std::string out;
  TextWriter(result, options, &out).write_findings();
  return out;
}

}  // namespace rp
