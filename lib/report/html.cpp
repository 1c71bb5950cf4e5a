#include "report/html.h"

#include <algorithm>
#include <array>
#include <map>
#include <string>
#include <vector>

#include "report/excerpt.h"
#include "report/grouping.h"
#include "report/style.h"
#include "review/rule.h"

namespace rp {
namespace {

constexpr uint32_t kExcerptWidth = 120;
constexpr size_t kShownOfGroup = 2;    // with their source, before the others are folded up
constexpr size_t kFoldedOfGroup = 40;  // with their source, folded up; of the rest the lines
constexpr size_t kOpenGroups = 150;    // with more of them, only the first files are open
constexpr size_t kOpenFiles = 10;
constexpr std::array<Severity, 3> kSeverities = {Severity::Error, Severity::Warning, Severity::Advice};

std::string plural(uint64_t count, std::string_view one, std::string_view many) {
  return with_thousands(count) + " " + std::string(count == 1 ? one : many);
}

struct AreaCount {
  std::string_view area;
  std::array<uint64_t, 4> of_severity{};
  [[nodiscard]] uint64_t total() const { return of_severity[1] + of_severity[2] + of_severity[3]; }
};

class HtmlWriter {
 public:
  explicit HtmlWriter(const ReviewResult& result) : result_(result) {}

  std::string write(std::string_view version) {
    count();
    write_head();
    write_top();
    write_areas();
    write_findings();
    write_rules();
    write_unsafety();
    write_tree();
    write_figures();
    write_gaps();
    raw("</main>\n<footer class=\"wrap\">Made by rustpro ");
    put(version);
    raw(", which read the source and ran nothing of it.</footer>\n<script>");
    raw(kHtmlScript);
    raw("</script>\n</body>\n</html>\n");
    return std::move(out_);
  }

 private:
  [[nodiscard]] std::string_view text(TextRef ref) const { return result_.texts.view(ref); }
  void raw(std::string_view html) { out_ += html; }
  void put(std::string_view plain) { append_html(&out_, plain); }
  // Text of the code under review.
  void put_visible(std::string_view plain) { append_html(&out_, visible(plain)); }
  // With what stands in backticks as code.
  void put_message(std::string_view message) {
    const std::string shown = visible(message);
    std::string_view rest = shown;
    const bool paired = std::count(rest.begin(), rest.end(), '`') % 2 == 0;
    while (paired) {
      const size_t open = rest.find('`');
      if (open == std::string_view::npos) break;
      const size_t close = rest.find('`', open + 1);
      put(rest.substr(0, open));
      raw("<code>");
      put(rest.substr(open + 1, close - open - 1));
      raw("</code>");
      rest.remove_prefix(close + 1);
    }
    put(rest);
  }
  [[nodiscard]] std::string path_of(uint32_t file) const { return visible(text(result_.files[file].path)); }
  void put_place(const Place& place) {
    raw("<span class=\"mono\">");
    put(path_of(place.file) + ":" + std::to_string(place.start.line));
    raw("</span>");
  }
  void number_cell(uint64_t number) {
    raw(number == 0 ? "<td class=\"num zero\">" : "<td class=\"num\">");
    put(with_thousands(number));
    raw("</td>");
  }

  void count() {
    for (const auto area : all_areas())
      if (!area.empty()) areas_.push_back({area[0]->area, {}});
    for (const Finding& finding : result_.findings) {
      const auto at = std::find_if(areas_.begin(), areas_.end(),
                                   [&](const AreaCount& each) { return each.area == finding.rule->area; });
      AreaCount& area = at == areas_.end() ? areas_.emplace_back(AreaCount{finding.rule->area, {}}) : *at;
      ++area.of_severity[static_cast<size_t>(finding.severity)];
      ++of_severity_[static_cast<size_t>(finding.severity)];
      if (finding.verdict == Verdict::Proven) ++proven_;
      if (finding.edit_count != 0 && finding.applicability == Applicability::MachineApplicable) ++fixes_;
      rules_.emplace(finding.rule->id, finding.rule).first->second = finding.rule;
      ++of_rule_[finding.rule->id];
    }
    std::stable_sort(areas_.begin(), areas_.end(), [](const AreaCount& a, const AreaCount& b) {
      return a.of_severity > b.of_severity;  // errors first
    });
  }

  // ---- The top ----

  void write_head() {
    raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n"
        "<meta name=\"color-scheme\" content=\"light dark\">\n"
        "<meta name=\"generator\" content=\"rustpro\">\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; base-uri 'none'; form-action "
        "'none'; style-src 'unsafe-inline'; script-src '");
    raw(kHtmlScriptHash);
    raw("'\">\n<title>Rust review</title>\n<style>");
    raw(kHtmlStyle);
    raw("</style>\n</head>\n<body>\n<a class=\"skip\" href=\"#findings\">Skip to the findings</a>\n");
  }

  void write_top() {
    const Metrics& m = result_.metrics;
    raw("<header class=\"wrap top\">\n<h1>Rust review</h1>\n<p>");
    put(plural(m.files, "file", "files") + ", " + plural(m.lines, "line", "lines") + ", " +
        plural(m.functions, "function", "functions") + " read");
    raw("</p>\n<nav aria-label=\"Sections\"><ul class=\"jump\">");
    const auto jump = [&](std::string_view target, std::string_view name) {
      raw("<li><a href=\"#");
      raw(target);
      raw("\">");
      raw(name);
      raw("</a></li>");
    };
    jump("findings", "Findings");
    if (!rules_.empty()) jump("rules", "Rules");
    jump("unsafety", "Unsafe code");
    if (!result_.packages.empty()) jump("tree", "Dependencies");
    jump("figures", "Figures");
    jump("gaps", "Not seen");
    raw("</ul></nav>\n</header>\n<main class=\"wrap\">\n<section aria-label=\"Summary\">\n<div class=\"cards\">\n");
    card("error", of_severity_[1], of_severity_[1] == 1 ? "error" : "errors");
    card("warning", of_severity_[2], of_severity_[2] == 1 ? "warning" : "warnings");
    card("advice", of_severity_[3], "advice");
    card("", proven_, "proven");
    card("", result_.findings.size() - proven_, "likely");
    card("", fixes_, fixes_ == 1 ? "ready fix" : "ready fixes");
    raw("</div>\n");
    if (!result_.unread.empty()) {
      raw("<p class=\"banner\"><strong>");
      put(plural(result_.unread.size(), "file or folder was", "files or folders were") + " not read.");
      raw("</strong> What is in there is not in this review. <a href=\"#gaps\">Which, and why</a></p>\n");
    }
  }

  void card(std::string_view kind, uint64_t number, std::string_view name) {
    raw("<div class=\"card ");
    raw(number == 0 ? std::string_view("zeros") : kind);
    raw("\"><b>");
    put(with_thousands(number));
    raw("</b><span>");
    put(name);
    raw("</span></div>\n");
  }

  void write_areas() {
    uint64_t most = 0;
    std::string silent;
    for (const AreaCount& area : areas_) {
      most = std::max(most, area.total());
      if (area.total() == 0) silent += (silent.empty() ? "" : ", ") + std::string(area.area);
    }
    if (most != 0) {
      raw("<div class=\"scroll\"><table class=\"areas\"><caption class=\"visually-hidden\">Findings by area and "
          "severity</caption><thead><tr><th scope=\"col\">Area</th><th scope=\"col\" class=\"num\">Errors</th><th "
          "scope=\"col\" class=\"num\">Warnings</th><th scope=\"col\" class=\"num\">Advice</th><td "
          "class=\"bars\"></td></tr></thead>\n<tbody>\n");
      for (const AreaCount& area : areas_) {
        if (area.total() == 0) continue;
        raw("<tr><th scope=\"row\"><a href=\"#findings\" data-pick=\"");
        put(area.area);
        raw("\">");
        put(area.area);
        raw("</a></th>");
        for (const Severity severity : kSeverities) number_cell(area.of_severity[static_cast<size_t>(severity)]);
        raw("<td class=\"bars\" aria-hidden=\"true\"><div class=\"bar\">");
        for (const Severity severity : kSeverities) {
          const uint64_t part = area.of_severity[static_cast<size_t>(severity)];
          if (part == 0) continue;
          raw("<i class=\"" + std::string(severity_name(severity)) +
              "\" style=\"width:" + std::to_string(std::max<uint64_t>(part * 1000 / most, 10) / 10) + "%\"></i>");
        }
        raw("</div></td></tr>\n");
      }
      raw("</tbody></table></div>\n");
    }
    if (!silent.empty()) {
      raw("<p class=\"place\">Nothing was found in: ");
      put(silent);
      raw(".</p>\n");
    }
    raw("</section>\n");
  }

  // ---- Findings ----

  void write_findings() {
    raw("<section aria-labelledby=\"findings\">\n<h2 id=\"findings\" tabindex=\"-1\">Findings</h2>\n");
    if (result_.findings.empty()) {
      raw("<p class=\"none\">No findings.</p>\n</section>\n");
      return;
    }
    write_filters();
    const std::vector<FileFindings> files = group_findings(result_);
    size_t groups = 0;
    for (const FileFindings& file : files) groups += file.groups.size();
    for (size_t i = 0; i < files.size(); ++i) write_file(files[i], groups <= kOpenGroups || i < kOpenFiles);
    raw("<p class=\"none\" id=\"none\" hidden>Nothing passes these filters.</p>\n</section>\n");
  }

  void write_filters() {
    raw("<div class=\"filters\" hidden><div><form id=\"filter\" role=\"search\" aria-label=\"Filter findings\">\n"
        "<label class=\"visually-hidden\" for=\"q\">Search in findings</label><input type=\"search\" id=\"q\" "
        "name=\"q\" placeholder=\"Search text, path or rule   /\" autocomplete=\"off\" spellcheck=\"false\">\n"
        "<label class=\"visually-hidden\" for=\"area\">Area</label><select id=\"area\" name=\"area\"><option "
        "value=\"\">All areas</option>");
    for (const AreaCount& area : areas_) {
      if (area.total() == 0) continue;
      raw("<option value=\"");
      put(area.area);
      raw("\">");
      put(std::string(area.area) + " (" + with_thousands(area.total()) + ")");
      raw("</option>");
    }
    raw("</select>\n<fieldset><legend class=\"visually-hidden\">Severity</legend>");
    for (const Severity severity : kSeverities)
      if (of_severity_[static_cast<size_t>(severity)] != 0)
        chip("severity", severity_name(severity), severity_name(severity));
    raw("</fieldset>\n<fieldset><legend class=\"visually-hidden\">Verdict</legend>");
    if (proven_ != 0) chip("verdict", "proven", "plain");
    if (proven_ != result_.findings.size()) chip("verdict", "likely", "plain");
    raw("</fieldset>\n<button type=\"reset\">Reset</button><button type=\"button\" id=\"fold\" "
        "aria-pressed=\"false\">Fold files</button>\n<span class=\"shown\" id=\"shown\" role=\"status\"></span>\n"
        "</form></div></div>\n");
  }

  void chip(std::string_view name, std::string_view value, std::string_view style) {
    raw("<label class=\"chip\"><input type=\"checkbox\" name=\"" + std::string(name) + "\" value=\"" +
        std::string(value) + "\" checked><span class=\"" + std::string(style) + "\">" + std::string(value) +
        "</span></label>");
  }

  void write_file(const FileFindings& file, bool open) {
    path_ = path_of(file.file);
    raw(open ? "<details class=\"file\" data-file open>" : "<details class=\"file\" data-file>");
    raw("<summary><h3>");
    put(path_);
    raw("</h3><span class=\"count\">");
    put(plural(file.count, "finding", "findings"));
    raw("</span></summary>\n");
    for (const FindingGroup& group : file.groups) write_group(group);
    raw("</details>\n");
  }

  void write_group(const FindingGroup& group) {
    const Finding& first = *group[0];
    const std::string severity(severity_name(first.severity));
    const std::string verdict(verdict_name(first.verdict));
    raw("<article class=\"finding\" data-finding id=\"f" + std::to_string(&first - result_.findings.data() + 1) +
        "\" data-area=\"");
    put(first.rule->area);
    raw("\" data-severity=\"" + severity + "\" data-verdict=\"" + verdict + "\" data-count=\"" +
        std::to_string(group.size()) + "\" data-path=\"");
    put(path_);
    raw("\">\n<div class=\"tags\"><span class=\"tag " + severity + "\">" + severity +
        "</span><span class=\"tag verdict " + verdict + "\">" + verdict + "</span><a href=\"#rule-");
    put(first.rule->id);
    raw("\">");
    put(first.rule->id);
    raw("</a><span class=\"place\">line " + std::to_string(first.primary.start.line));
    if (group.size() > 1) put(" and " + plural(group.size() - 1, "more place", "more places"));
    raw("</span></div>\n<h4>");
    put_message(text(first.message));
    raw("</h4>\n");
    const size_t shown = group.size() <= kShownOfGroup + 1 ? group.size() : kShownOfGroup;
    for (size_t i = 0; i < shown; ++i) write_source(*group[i]);
    write_notes(first);
    write_fix(first);
    if (shown < group.size()) write_rest(group, shown);
    raw("</article>\n");
  }

  void write_rest(const FindingGroup& group, size_t shown) {
    raw("<details class=\"more\"><summary>");
    put(plural(group.size() - shown, "more place", "more places"));
    raw("</summary>\n");
    const size_t folded = std::min(group.size(), shown + kFoldedOfGroup);
    for (size_t i = shown; i < folded; ++i) write_source(*group[i]);
    if (folded < group.size()) {
      raw("<p class=\"place\">And on lines");
      for (size_t i = folded; i < group.size(); ++i)
        put((i == folded ? " " : ", ") + std::to_string(group[i]->primary.start.line));
      raw("</p>");
    }
    raw("</details>\n");
  }

  // The source of a finding, with its related places in the same file; those elsewhere each by themselves.
  void write_source(const Finding& finding) {
    std::vector<Mark> marks = {{&finding.primary, true}};
    for (uint32_t r = 0; r < finding.related_count; ++r) {
      const Place& place = result_.related[finding.first_related + r];
      if (place.file == finding.primary.file) marks.push_back({&place, false});
    }
    write_marks(marks, finding.severity);
    for (uint32_t r = 0; r < finding.related_count; ++r) {
      const Place& place = result_.related[finding.first_related + r];
      if (place.file == finding.primary.file) continue;
      raw("<p class=\"fixhead\">");
      put_place(place);
      raw("</p>");
      write_marks({{&place, false}}, finding.severity);
    }
  }

  void write_marks(const std::vector<Mark>& marks, Severity severity) {
    uint32_t last_line = 1;
    for (const Mark& mark : marks) last_line = std::max(last_line, mark.place->end.line);
    raw("<pre tabindex=\"0\" role=\"region\" aria-label=\"Source of ");
    put(path_of(marks[0].place->file) + ", line " + std::to_string(marks[0].place->start.line));
    raw("\">");
    Styled styled(&out_, Markup::Html);
    write_excerpt(result_, marks, {digit_count(last_line), kExcerptWidth, color_of(severity)}, styled);
    raw("</pre>\n");
  }

  void write_notes(const Finding& finding) {
    if (finding.note_count == 0) return;
    raw("<ul class=\"notes\">");
    for (const bool help : {true, false}) {
      for (uint32_t i = 0; i < finding.note_count; ++i) {
        const Note& note = result_.notes[finding.first_note + i];
        if (note.is_help != help) continue;
        raw(help ? "<li><b>Help:</b> " : "<li class=\"note\"><b>Note:</b> ");
        put_message(note_text(result_, note));
        raw("</li>");
      }
    }
    raw("</ul>\n");
  }

  void write_fix(const Finding& finding) {
    const std::vector<LineChange> changes = preview_edits(result_, finding);
    if (changes.empty()) return;
    raw(finding.applicability == Applicability::MachineApplicable
            ? "<p class=\"fixhead\">Fix, applied by <code>--fix</code></p>\n"
            : "<p class=\"fixhead\">Suggestion</p>\n");
    raw("<pre tabindex=\"0\" role=\"region\" aria-label=\"Change\">");
    for (const LineChange& change : changes) {
      if (change.file != finding.primary.file) {
        raw("<span class=\"gutter\">");
        put(path_of(change.file));
        raw("</span>\n");
      }
      write_lines(change.before, "del", "-");
      write_lines(change.after, "ins", "+");
    }
    raw("</pre>\n");
  }

  void write_lines(const std::vector<std::string>& lines, std::string_view style, std::string_view sign) {
    for (const std::string& line : lines) {
      raw("<span class=\"" + std::string(style) + "\">" + std::string(sign) + " ");
      put(visible_line(line));
      raw("</span>");
    }
  }

  // ---- Rules ----

  void write_rules() {
    if (rules_.empty()) return;
    raw("<section aria-labelledby=\"rules\">\n<h2 id=\"rules\">Rules that found something</h2>\n");
    for (const auto& [id, rule] : rules_) {
      raw("<details class=\"rule\" id=\"rule-");
      put(id);
      raw("\"><summary><code>");
      put(id);
      raw("</code> ");
      put_message(rule->title);
      raw(" <span class=\"place\">");
      put("(" + with_thousands(of_rule_[id]) + ")");
      raw("</span></summary><div><p>");
      put_message(rule->why);
      raw("</p>");
      if (!rule->doubt.empty()) {
        raw("<p><strong>What could make it wrong:</strong> ");
        put_message(rule->doubt);
        raw("</p>");
      }
      raw("<div class=\"two\">");
      write_example("Not so", rule->bad);
      write_example("But so", rule->good);
      raw("</div>");
      if (!rule->references.empty()) {
        raw("<h4>References</h4><ul>");
        for (const std::string_view reference : rule->references) write_reference(reference);
        raw("</ul>");
      }
      raw("</div></details>\n");
    }
    raw("</section>\n");
  }

  void write_example(std::string_view head, std::string_view code) {
    if (code.empty()) return;
    raw("<div><h4>");
    put(head);
    raw("</h4><pre tabindex=\"0\" role=\"region\" aria-label=\"");
    put(head);
    raw("\">");
    for (size_t begin = 0; begin < code.size();) {
      const size_t end = std::min(code.find('\n', begin), code.size());
      write_example_line(code.substr(begin, end - begin));
      begin = end + 1;
    }
    raw("</pre></div>");
  }

  // The mark at the end of a line that is found becomes its colour.
  void write_example_line(std::string_view line) {
    const bool found = line.ends_with("//~") || line.ends_with("#~");
    if (found) line = line.substr(0, line.find_last_not_of(' ', line.size() - (line.ends_with("//~") ? 4 : 3)) + 1);
    if (found) raw("<mark>");
    put(line);
    raw(found ? "</mark>\n" : "\n");
  }

  // An address at the end of a reference becomes a link.
  void write_reference(std::string_view reference) {
    const size_t at = reference.find("https://");
    raw("<li>");
    if (at == std::string_view::npos || reference.find(' ', at) != std::string_view::npos) {
      put(reference);
    } else {
      std::string_view name = reference.substr(0, at);
      const std::string_view address = reference.substr(at);
      while (name.ends_with(' ') || name.ends_with(',')) name.remove_suffix(1);
      raw("<a rel=\"noreferrer\" href=\"");
      put(address);
      raw("\">");
      put(name.empty() ? address : name);
      raw("</a>");
    }
    raw("</li>");
  }

  // ---- The inventory of unsafety ----

  void write_unsafety() {
    raw("<section aria-labelledby=\"unsafety\">\n<h2 id=\"unsafety\">Unsafe code</h2>\n");
    if (result_.unsafe_uses.empty()) {
      raw(result_.metrics.unsafe_unseen == 0 ? "<p class=\"none\">No unsafe code.</p>\n</section>\n"
                                             : "<p class=\"none\">None outside of macros.</p>\n</section>\n");
      return;
    }
    std::array<uint64_t, kUnsafeKinds> total{};
    std::array<uint64_t, kUnsafeKinds> documented{};
    for (const UnsafeUse& use : result_.unsafe_uses) {
      ++total[static_cast<size_t>(use.kind)];
      if (use.docs != SafetyDocs::None) ++documented[static_cast<size_t>(use.kind)];
    }
    raw("<div class=\"scroll\"><table><caption class=\"visually-hidden\">Unsafe code by kind</caption><thead><tr><th "
        "scope=\"col\">Kind</th><th scope=\"col\" class=\"num\">Total</th><th scope=\"col\" "
        "class=\"num\">Documented</th><th scope=\"col\" class=\"num\">Not</th></tr></thead>\n<tbody>\n");
    for (size_t kind = 1; kind < kUnsafeKinds; ++kind) {
      if (total[kind] == 0) continue;
      raw("<tr><th scope=\"row\">");
      put(unsafe_kind_name(static_cast<UnsafeKind>(kind)));
      raw("</th>");
      number_cell(total[kind]);
      number_cell(documented[kind]);
      number_cell(total[kind] - documented[kind]);
      raw("</tr>\n");
    }
    raw("</tbody></table></div>\n<details class=\"more\"><summary>");
    put(result_.unsafe_uses.size() == 1 ? "The place"
                                        : "All " + with_thousands(result_.unsafe_uses.size()) + " places");
    raw("</summary>\n<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Place</th><th "
        "scope=\"col\">Kind</th><th "
        "scope=\"col\">In</th><th scope=\"col\">Justified by</th></tr></thead>\n<tbody>\n");
    for (const UnsafeUse& use : result_.unsafe_uses) {
      raw("<tr><td class=\"path\">");
      put_place(use.place);
      raw("</td><td>");
      put(unsafe_kind_name(use.kind));
      if (use.is_public) raw(", public");
      raw("</td><td class=\"mono\">");
      put_visible(text(use.name));
      raw(use.docs == SafetyDocs::Section   ? "</td><td><code># Safety</code> section</td></tr>\n"
          : use.docs == SafetyDocs::Comment ? "</td><td><code>SAFETY:</code> comment</td></tr>\n"
                                            : "</td><td class=\"zero\">nothing</td></tr>\n");
    }
    raw("</tbody></table></div></details>\n</section>\n");
  }

  // ---- The dependency tree ----

  void write_tree() {
    if (result_.packages.empty()) return;
    raw("<section aria-labelledby=\"tree\">\n<h2 id=\"tree\">Dependencies and their unsafe code</h2>\n<p>For ");
    put_visible(text(result_.tree.target));
    raw(", ");
    put_visible(text(result_.tree.features));
    raw("; without tests and examples. <em>By macros</em> is what macros bring when they are expanded; "
        "<em>inactive</em> "
        "what the target and the features leave out.</p>\n<div class=\"scroll\"><table><thead><tr>");
    for (const char* name : {"Package", "Role"}) {
      raw("<th scope=\"col\">");
      raw(name);
      raw("</th>");
    }
    for (const char* name : {"fn", "block", "impl", "trait", "extern", "other", "By macros", "Inactive"}) {
      raw("<th scope=\"col\" class=\"num\">");
      raw(name);
      raw("</th>");
    }
    raw("<th scope=\"col\">Notes</th></tr></thead>\n<tbody>\n");
    for (const TreePackage& package : result_.packages) write_tree_package(package);
    raw("</tbody></table></div>\n</section>\n");
  }

  void write_tree_package(const TreePackage& package) {
    raw("<tr><th scope=\"row\">");
    put_visible(text(package.name));
    raw(" ");
    put_visible(text(package.version));
    raw("</th><td>");
    put(package_role_name(package.role));
    raw("</td>");
    if (!package.was_read) {
      raw("<td colspan=\"8\">not read: ");
      put_visible(text(package.not_read));
      raw("</td>");
    } else {
      const auto of = [&](UnsafeKind kind) { return package.written[static_cast<size_t>(kind)]; };
      for (const UnsafeKind kind :
           {UnsafeKind::Fn, UnsafeKind::Block, UnsafeKind::Impl, UnsafeKind::Trait, UnsafeKind::ExternBlock})
        number_cell(of(kind));
      number_cell(of(UnsafeKind::Attribute) + of(UnsafeKind::StaticMut));
      number_cell(unsafe_sum(package.expanded));
      number_cell(package.inactive);
    }
    std::string notes;
    const auto note = [&](bool holds, const std::string& what) {
      if (holds) notes += (notes.empty() ? "" : ", ") + what;
    };
    note(package.level == UnsafeCodeLevel::Forbid, "forbids unsafe code");
    note(package.build_script, "build script");
    note(package.proc_macro, "procedural macro");
    note(package.opaque_macros != 0, plural(package.opaque_macros, "macro", "macros") + " not seen");
    note(package.missing_files != 0, plural(package.missing_files, "file", "files") + " missing");
    note(package.inactive_files != 0, plural(package.inactive_files, "file", "files") + " inactive");
    raw("<td>");
    put(notes);
    raw("</td></tr>\n");
  }

  // ---- Figures ----

  void figure(std::string_view name, uint64_t number) {
    raw("<div><dt>");
    put(name);
    raw("</dt><dd>");
    put(with_thousands(number));
    raw("</dd></div>");
  }

  void write_figures() {
    const Metrics& m = result_.metrics;
    raw("<section aria-labelledby=\"figures\">\n<h2 id=\"figures\">Figures</h2>\n<dl class=\"figures\">");
    figure("files read", m.files);
    figure("with syntax errors", m.files_with_errors);
    figure("not read", m.files_unread);
    figure("lines", m.lines);
    figure("of code", m.code_lines);
    figure("of comments", m.comment_lines);
    figure("blank", m.blank_lines);
    figure("items", m.items);
    figure("functions with a body", m.functions);
    figure("deepest nesting", m.max_nesting);
    figure("macro calls", m.macro_calls);
    figure("macro definitions", m.macro_definitions);
    figure("public functions", m.public_functions);
    figure("of them named by no test", m.untested_functions);
    raw("</dl>\n");
    if (!result_.longest_functions.empty()) {
      raw("<h3>Longest functions</h3>\n<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Function</th><th "
          "scope=\"col\" class=\"num\">Lines</th><th scope=\"col\" class=\"num\">Code</th><th scope=\"col\" "
          "class=\"num\">Nesting</th><th scope=\"col\">Place</th></tr></thead>\n<tbody>\n");
      for (const FunctionSize& f : result_.longest_functions) {
        raw("<tr><td class=\"mono\">");
        put_visible(text(f.name));
        raw("</td>");
        number_cell(f.lines);
        number_cell(f.code_lines);
        number_cell(f.nesting);
        raw("<td class=\"path\">");
        put_place(f.place);
        raw("</td></tr>\n");
      }
      raw("</tbody></table></div>\n");
    }
    write_untested();
    raw("</section>\n");
  }

  void write_untested() {
    if (result_.untested.empty()) return;
    raw("<details class=\"more\"><summary>Public functions that no test names (");
    put(with_thousands(result_.untested.size()));
    raw(")</summary>\n<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Function</th><th "
        "scope=\"col\">Place</th></tr></thead>\n<tbody>\n");
    for (const UntestedFunction& function : result_.untested) {
      raw("<tr><td class=\"mono\">");
      put_visible(text(function.name));
      raw("</td><td class=\"path\">");
      put_place(function.place);
      raw("</td></tr>\n");
    }
    raw("</tbody></table></div>\n</details>\n");
  }

  // ---- What was not seen ----

  void write_gaps() {
    raw("<section aria-labelledby=\"gaps\">\n<h2 id=\"gaps\">Not seen</h2>\n");
    if (result_.unread.empty() && result_.macro_gaps.empty() && result_.gaps.empty())
      raw("<p class=\"none\">Every file was read, and nothing that it depends on is missing.</p>\n");
    write_hidden();
    if (!result_.unread.empty()) {
      raw("<h3>Not read</h3>\n<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Path</th><th "
          "scope=\"col\">Reason</th></tr></thead>\n<tbody>\n");
      for (const Unread& unread : result_.unread) {
        raw("<tr><td class=\"mono path\">");
        put_visible(unread.path);
        raw("</td><td>");
        put_message(unread.reason);
        raw("</td></tr>\n");
      }
      raw("</tbody></table></div>\n");
    }
    if (!result_.gaps.empty()) {
      raw("<h3>Not known</h3>\n<p class=\"place\">Names and types depend on these, and they could not be seen: rules "
          "are "
          "silent about what hangs on them.</p>\n<div class=\"scroll\"><table><thead><tr><th "
          "scope=\"col\">What</th><th scope=\"col\">Name</th><th scope=\"col\">Why</th><th scope=\"col\" "
          "class=\"num\">Times</th><th scope=\"col\">First place</th></tr></thead>\n<tbody>\n");
      for (const ReviewGap& gap : result_.gaps) {
        raw("<tr><td>");
        put(gap_kind_name(gap.kind));
        raw("</td><td class=\"mono\">");
        put_visible(text(gap.name));
        raw("</td><td>");
        put_message(text(gap.message));
        raw("</td>");
        number_cell(gap.count);
        raw("<td class=\"mono path\">");
        put_visible(text(gap.path));
        if (gap.has_place) put(":" + std::to_string(gap.at.line));
        raw("</td></tr>\n");
      }
      raw("</tbody></table></div>\n");
    }
    if (!result_.macro_gaps.empty()) {
      raw("<h3>Unsafe code inside macros</h3>\n<p class=\"place\">What these macros come to was not looked at: it is "
          "in "
          "no other figure.</p>\n<div class=\"scroll\"><table><thead><tr><th scope=\"col\">Macro</th><th scope=\"col\" "
          "class=\"num\">Uses</th><th scope=\"col\">Place</th></tr></thead>\n<tbody>\n");
      for (const MacroGap& gap : result_.macro_gaps) {
        raw("<tr><td class=\"mono\">");
        if (gap.is_definition) raw("macro ");
        put_visible(text(gap.name));
        raw("</td>");
        number_cell(gap.unsafe_count);
        raw("<td class=\"path\">");
        put_place(gap.place);
        raw("</td></tr>\n");
      }
      raw("</tbody></table></div>\n");
    }
    raw("</section>\n");
  }

  void write_hidden() {
    const HiddenFindings& hidden = result_.hidden;
    std::string text;
    const auto add = [&](uint64_t count, std::string_view why) {
      if (count != 0) text += (text.empty() ? "" : ", ") + plural(count, "finding", "findings") + std::string(why);
    };
    add(hidden.suppressed, " suppressed by comments");
    add(hidden.baseline, " known before");
    add(hidden.generated, " likely in generated files and test data");
    if (text.empty()) return;
    raw("<p class=\"banner\">Not shown: ");
    put(text);
    raw(".</p>\n");
  }

  const ReviewResult& result_;
  std::string out_;
  std::string path_;  // of the file being written
  std::vector<AreaCount> areas_;
  std::array<uint64_t, 4> of_severity_{};
  uint64_t proven_ = 0;
  uint64_t fixes_ = 0;
  std::map<std::string_view, const Rule*> rules_;
  std::map<std::string_view, uint64_t> of_rule_;
};

}  // namespace

std::string render_html(const ReviewResult& result, std::string_view version) {
  return HtmlWriter(result).write(version);
}

}  // namespace rp
