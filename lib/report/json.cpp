#include "report/json.h"

#include <cstdint>

#include "report/json_writer.h"
#include "report/style.h"
#include "review/rule.h"

namespace rp {
namespace {

class ReportWriter {
 public:
  ReportWriter(const ReviewResult& result, std::string* out) : result_(result), out_(*out), json_(out) {}

  void write(std::string_view version) {
    json_.open('{');
    json_.line("  ");
    json_.member("schema_version", 1);
    json_.line("  ");
    json_.key("tool");
    json_.open('{');
    json_.member("name", "rustpro");
    json_.member("version", version);
    json_.close('}');
    write_metrics();
    array("files", result_.files, [&](const FileEntry& file) {
      json_.member("path", text(file.path));
      if (file.edition != 0) json_.member("edition", file.edition);
    });
    array("findings", result_.findings, [&](const Finding& finding) { write_finding(finding); });
    array("unsafe_uses", result_.unsafe_uses, [&](const UnsafeUse& use) {
      json_.member("kind", unsafe_kind_name(use.kind));
      json_.member("docs", use.docs == SafetyDocs::Section   ? "section"
                           : use.docs == SafetyDocs::Comment ? "comment"
                                                             : "none");
      json_.member_bool("public", use.is_public);
      json_.member("name", text(use.name));
      write_place("place", use.place);
    });
    array("macro_gaps", result_.macro_gaps, [&](const MacroGap& gap) {
      json_.member("name", text(gap.name));
      json_.member_bool("definition", gap.is_definition);
      json_.member("unsafe_count", gap.unsafe_count);
      write_place("place", gap.place);
    });
    array("longest_functions", result_.longest_functions, [&](const FunctionSize& function) {
      json_.member("name", text(function.name));
      json_.member("lines", function.lines);
      json_.member("code_lines", function.code_lines);
      json_.member("nesting", function.nesting);
      write_place("place", function.place);
    });
    array("untested_functions", result_.untested, [&](const UntestedFunction& function) {
      json_.member("name", text(function.name));
      write_place("place", function.place);
    });
    array("unread", result_.unread, [&](const Unread& unread) {
      json_.member("path", unread.path);
      json_.member("reason", unread.reason);
    });
    array("gaps", result_.gaps, [&](const ReviewGap& gap) {
      json_.member("kind", gap_kind_name(gap.kind));
      json_.member("name", text(gap.name));
      json_.member("message", text(gap.message));
      json_.member("count", gap.count);
      if (!gap.path.empty()) json_.member("path", text(gap.path));
      if (!gap.has_place) return;
      json_.member("line", gap.at.line);
      json_.member("column", gap.at.column_bytes);
      json_.member("column_utf16", gap.at.column_utf16);
    });
    write_tree();
    json_.line("  ");
    json_.key("hidden");
    json_.open('{');
    json_.member("suppressed", result_.hidden.suppressed);
    json_.member("baseline", result_.hidden.baseline);
    json_.member("generated", result_.hidden.generated);
    json_.close('}');
    json_.end_line("");
    json_.close('}');
    out_ += '\n';
  }

  void write_findings_only() {
    json_.open('[');
    for (const Finding& finding : result_.findings) {
      json_.line("  ");
      json_.open('{');
      write_finding(finding);
      json_.close('}');
    }
    if (!result_.findings.empty()) json_.end_line("");
    json_.close(']');
    out_ += '\n';
  }

 private:
  [[nodiscard]] std::string_view text(TextRef ref) const { return result_.texts.view(ref); }

  template <typename Element, typename Write>
  void array(std::string_view name, const std::vector<Element>& elements, const Write& write) {
    json_.line("  ");
    json_.key(name);
    json_.open('[');
    for (const Element& element : elements) {
      json_.line("    ");
      json_.open('{');
      write(element);
      json_.close('}');
    }
    if (!elements.empty()) json_.end_line("  ");
    json_.close(']');
  }

  void write_counts(std::string_view name, const UnsafeTally::Counts& counts) {
    json_.key(name);
    json_.open('{');
    constexpr std::string_view kNames[kUnsafeKinds] = {"",      "fn",        "block",        "impl",
                                                       "trait", "attribute", "extern_block", "static_mut"};
    for (size_t kind = 1; kind < kUnsafeKinds; ++kind) json_.member(kNames[kind], counts[kind]);
    json_.close('}');
  }

  void write_tree() {
    json_.line("  ");
    json_.key("tree");
    json_.open('{');
    json_.member("target", text(result_.tree.target));
    json_.member("features", text(result_.tree.features));
    json_.close('}');
    array("packages", result_.packages, [&](const TreePackage& package) {
      json_.member("name", text(package.name));
      json_.member("version", text(package.version));
      json_.member("role", package_role_name(package.role));
      json_.member("features", text(package.features));
      json_.member_bool("build_script", package.build_script);
      json_.member_bool("proc_macro", package.proc_macro);
      json_.member_bool("read", package.was_read);
      if (!package.was_read) {
        json_.member("reason", text(package.not_read));
        return;
      }
      json_.member("unsafe_code", package.level == UnsafeCodeLevel::Forbid ? "forbid"
                                  : package.level == UnsafeCodeLevel::Deny ? "deny"
                                                                           : "allow");
      write_counts("written", package.written);
      write_counts("expanded", package.expanded);
      json_.key("macros");
      json_.open('[');
      for (uint32_t i = 0; i < package.macro_count; ++i) {
        const TreeMacro& macro = result_.tree_macros[package.first_macro + i];
        json_.open('{');
        json_.member("path", text(macro.path));
        json_.member("calls", macro.calls);
        json_.member("unsafe_count", macro.count);
        json_.member_bool("foreign", macro.foreign);
        json_.close('}');
      }
      json_.close(']');
      json_.member("inactive", package.inactive);
      json_.member("in_macro_definitions", package.in_definitions);
      json_.member("opaque_macros", package.opaque_macros);
      json_.member("opaque_unsafe", package.opaque_unsafe);
      json_.member("modelled_macros", package.modelled_macros);
      json_.member("files", package.files);
      json_.member("missing_files", package.missing_files);
      json_.member("inactive_files", package.inactive_files);
    });
  }

  void write_metrics() {
    const Metrics& m = result_.metrics;
    json_.line("  ");
    json_.key("metrics");
    json_.open('{');
    json_.member("files", m.files);
    json_.member("files_unread", m.files_unread);
    json_.member("files_with_errors", m.files_with_errors);
    json_.member("bytes", m.bytes);
    json_.member("lines", m.lines);
    json_.member("code_lines", m.code_lines);
    json_.member("comment_lines", m.comment_lines);
    json_.member("blank_lines", m.blank_lines);
    json_.member("items", m.items);
    json_.member("functions", m.functions);
    json_.member("max_nesting", m.max_nesting);
    json_.member("macro_calls", m.macro_calls);
    json_.member("macro_definitions", m.macro_definitions);
    json_.member("unsafe_uses", result_.unsafe_uses.size());
    json_.member("unsafe_unseen", m.unsafe_unseen);
    json_.member("public_functions", m.public_functions);
    json_.member("untested_functions", m.untested_functions);
    json_.close('}');
  }

  void write_finding(const Finding& finding) {
    json_.member("rule", finding.rule->id);
    json_.member("area", finding.rule->area);
    json_.member("severity", severity_name(finding.severity));
    json_.member("verdict", verdict_name(finding.verdict));
    json_.member("message", text(finding.message));
    write_place("place", finding.primary);
    json_.key("related");
    json_.open('[');
    for (uint32_t i = 0; i < finding.related_count; ++i) write_place("", result_.related[finding.first_related + i]);
    json_.close(']');
    json_.key("notes");
    json_.open('[');
    for (uint32_t i = 0; i < finding.note_count; ++i) {
      const Note& note = result_.notes[finding.first_note + i];
      json_.open('{');
      json_.member("kind", note.is_help ? "help" : "note");
      json_.member("text", note_text(result_, note));
      json_.close('}');
    }
    json_.close(']');
    if (finding.edit_count != 0) write_fix(finding);
  }

  void write_fix(const Finding& finding) {
    json_.key("fix");
    json_.open('{');
    json_.member("applicability", applicability_name(finding.applicability));
    json_.key("edits");
    json_.open('[');
    for (uint32_t i = 0; i < finding.edit_count; ++i) {
      const Edit& edit = result_.edits[finding.first_edit + i];
      json_.open('{');
      write_place("place", edit.place);
      json_.member("replacement", text(edit.replacement));
      json_.close('}');
    }
    json_.close(']');
    json_.close('}');
  }

  void write_position(std::string_view name, uint32_t offset, const LineColumn& at) {
    json_.key(name);
    json_.open('{');
    json_.member("offset", offset);
    json_.member("line", at.line);
    json_.member("column", at.column_bytes);
    json_.member("column_utf16", at.column_utf16);
    json_.close('}');
  }

  void write_place(std::string_view name, const Place& place) {
    if (!name.empty()) json_.key(name);
    json_.open('{');
    json_.member("path", text(result_.files[place.file].path));
    write_position("start", place.span.start, place.start);
    write_position("end", place.span.end, place.end);
    if (!place.label.empty()) json_.member("label", text(place.label));
    json_.close('}');
  }

  const ReviewResult& result_;
  std::string& out_;
  JsonWriter json_;
};

}  // namespace

std::string render_json(const ReviewResult& result, std::string_view version) {
  std::string out;
  ReportWriter(result, &out).write(version);
  return out;
}

std::string render_findings_json(const ReviewResult& result) {
  std::string out;
  ReportWriter(result, &out).write_findings_only();
  return out;
}

}  // namespace rp
