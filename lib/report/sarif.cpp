#include "report/sarif.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <unordered_map>
#include <vector>

#include "names/facts_hash.h"
#include "report/json_writer.h"
#include "report/style.h"
#include "review/rule.h"

namespace rp {
namespace {

constexpr std::string_view kSchema =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/"
    "sarif-schema-2.1.0.json";
constexpr std::string_view kBase = "SRCROOT";

std::string_view level_of(Severity severity) {
  switch (severity) {
    case Severity::Error:
      return "error";
    case Severity::Warning:
      return "warning";
    case Severity::Advice:
      return "note";
  }
  return "none";
}

// RFC 3986: what a path in a URI may hold as it is.
std::string to_uri(std::string_view path) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string uri;
  for (const char c : path) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' ||
                       c == '-' || c == '.' || c == '_' || c == '~';
    if (plain) {
      uri += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    uri += {'%', kDigits[byte >> 4], kDigits[byte & 15]};
  }
  return uri;
}

uint64_t rank_of(Severity severity, Verdict verdict) {
  const uint64_t grave = severity == Severity::Error ? 90 : severity == Severity::Warning ? 60 : 30;
  return verdict == Verdict::Proven ? grave + 10 : grave;
}

std::string_view trimmed(std::string_view text) {
  const size_t begin = text.find_first_not_of(" \t\r");
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(" \t\r") - begin + 1);
}

class SarifWriter {
 public:
  SarifWriter(const ReviewResult& result, std::string* out) : result_(result), out_(*out), json_(out) {}

  void write(std::string_view version) {
    collect_rules();
    json_.open('{');
    json_.line("  ");
    json_.member("$schema", kSchema);
    json_.line("  ");
    json_.member("version", std::string_view("2.1.0"));
    json_.line("  ");
    json_.key("runs");
    json_.open('[');
    json_.open('{');
    write_tool(version);
    write_invocation();
    json_.line("      ");
    json_.key("originalUriBaseIds");
    json_.open('{');
    json_.key(kBase);
    json_.open('{');
    write_message("description", "The folder that was reviewed.");
    json_.close('}');
    json_.close('}');
    json_.line("      ");
    json_.member("columnKind", std::string_view("utf16CodeUnits"));
    write_artifacts();
    write_results();
    write_metrics();
    json_.end_line("    ");
    json_.close('}');
    json_.close(']');
    json_.end_line("");
    json_.close('}');
    out_ += '\n';
  }

 private:
  [[nodiscard]] std::string_view text(TextRef ref) const { return result_.texts.view(ref); }

  void write_message(std::string_view key, std::string_view message) {
    json_.key(key);
    json_.open('{');
    json_.member("text", message);
    json_.close('}');
  }

  // ---- Rules ----

  // Those that found something, in order of their ids.
  void collect_rules() {
    for (const Finding& finding : result_.findings) index_of_rule_.emplace(finding.rule->id, 0);
    for (auto& [id, index] : index_of_rule_) {
      index = rules_.size();
      rules_.push_back(nullptr);
    }
    for (const Finding& finding : result_.findings) rules_[index_of_rule_[finding.rule->id]] = finding.rule;
  }

  void write_tool(std::string_view version) {
    json_.line("      ");
    json_.key("tool");
    json_.open('{');
    json_.key("driver");
    json_.open('{');
    json_.member("name", std::string_view("rustpro"));
    json_.member("semanticVersion", version);
    json_.key("notifications");
    json_.open('[');
    write_notification_kind("unread", "Something was found and could not be read: nothing is known of it.");
    write_notification_kind("macro-gap", "Unsafe code inside a macro was not looked at.");
    write_notification_kind("gap",
                            "Names and types depend on something that could not be seen; rules are silent about it.");
    json_.close(']');
    json_.key("rules");
    json_.open('[');
    for (const Rule* rule : rules_) {
      json_.line("        ");
      write_rule(*rule);
    }
    if (!rules_.empty()) json_.end_line("      ");
    json_.close(']');
    json_.close('}');
    json_.close('}');
  }

  void write_notification_kind(std::string_view id, std::string_view description) {
    json_.open('{');
    json_.member("id", id);
    write_message("shortDescription", description);
    json_.close('}');
  }

  void write_rule(const Rule& rule) {
    const std::string title = sentence(rule.title);
    json_.open('{');
    json_.member("id", rule.id);
    json_.member("name", pascal_name(rule.id));
    write_message("shortDescription", title);
    write_message("fullDescription", rule.why);
    json_.key("help");
    json_.open('{');
    json_.member("text", help_text(rule, false));
    json_.member("markdown", help_text(rule, true));
    json_.close('}');
    json_.key("defaultConfiguration");
    json_.open('{');
    json_.member("level", level_of(rule.severity));
    json_.member("rank", rank_of(rule.severity, rule.verdict));
    json_.close('}');
    json_.key("properties");
    json_.open('{');
    json_.member("area", rule.area);
    json_.member("verdict", verdict_name(rule.verdict));
    json_.member("precision", std::string_view(rule.verdict == Verdict::Proven ? "very-high" : "high"));
    json_.member("problem.severity",
                 std::string_view(rule.severity == Severity::Advice ? "recommendation" : severity_name(rule.severity)));
    json_.key("tags");
    json_.open('[');
    json_.string(rule.area);
    json_.string(verdict_name(rule.verdict));
    json_.close(']');
    json_.close('}');
    json_.close('}');
  }

  static std::string sentence(std::string_view title) {
    std::string out(title);
    if (!out.empty() && out[0] >= 'a' && out[0] <= 'z') out[0] = static_cast<char>(out[0] - 'a' + 'A');
    return out + ".";
  }
  // "safety/undocumented-unsafe" as "SafetyUndocumentedUnsafe".
  static std::string pascal_name(std::string_view id) {
    std::string out;
    bool upper = true;
    for (const char c : id) {
      if (c == '/' || c == '-' || c == '_') {
        upper = true;
        continue;
      }
      out += upper && c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
      upper = false;
    }
    return out;
  }

  static std::string help_text(const Rule& rule, bool markdown) {
    std::string out(rule.why);
    const auto example = [&](std::string_view head, std::string_view code) {
      out += "\n\n";
      out += head;
      if (markdown) {
        out += rule.check_workspace != nullptr ? "\n\n```toml\n" : "\n\n```rust\n";
      } else {
        out += "\n\n";
      }
      out += code;
      if (markdown) out += "```";
    };
    if (!rule.doubt.empty()) out += "\n\nWhat could make it wrong: " + std::string(rule.doubt) + ".";
    if (!rule.bad.empty()) example("Not so (the lines that end in `~` are found):", rule.bad);
    if (!rule.good.empty()) example("But so:", rule.good);
    if (!rule.references.empty()) out += "\n\nReferences:\n";
    for (const std::string_view reference : rule.references) {
      out += "\n- ";
      out += reference;
    }
    return out;
  }

  // ---- What was not seen ----

  void write_invocation() {
    json_.line("      ");
    json_.key("invocations");
    json_.open('[');
    json_.open('{');
    json_.member_bool("executionSuccessful", true);
    json_.key("toolExecutionNotifications");
    json_.open('[');
    for (const Unread& unread : result_.unread) {
      json_.line("        ");
      json_.open('{');
      write_descriptor("unread");
      json_.member("level", std::string_view("warning"));
      write_message("message", "Not read: " + unread.reason);
      json_.key("locations");
      json_.open('[');
      json_.open('{');
      json_.key("physicalLocation");
      json_.open('{');
      write_artifact_location(unread.path, SIZE_MAX);
      json_.close('}');
      json_.close('}');
      json_.close(']');
      json_.close('}');
    }
    for (const MacroGap& gap : result_.macro_gaps) {
      json_.line("        ");
      json_.open('{');
      write_descriptor("macro-gap");
      json_.member("level", std::string_view("note"));
      const std::string name(text(gap.name));
      write_message("message", "The macro `" + name + "` was not looked into; `unsafe` is in it " +
                                   std::to_string(gap.unsafe_count) + (gap.unsafe_count == 1 ? " time" : " times"));
      json_.key("locations");
      json_.open('[');
      write_location(gap.place, UINT64_MAX);
      json_.close(']');
      json_.close('}');
    }
    for (const ReviewGap& gap : result_.gaps) write_gap(gap);
    if (!result_.unread.empty() || !result_.macro_gaps.empty() || !result_.gaps.empty()) json_.end_line("      ");
    json_.close(']');
    json_.close('}');
    json_.close(']');
  }

  void write_gap(const ReviewGap& gap) {
    json_.line("        ");
    json_.open('{');
    write_descriptor("gap");
    json_.member("level", std::string_view("note"));
    std::string message(gap_kind_name(gap.kind));
    message += " `" + std::string(text(gap.name)) + "`: " + std::string(text(gap.message));
    if (gap.count > 1) message += " (" + std::to_string(gap.count) + " times)";
    write_message("message", message);
    if (!gap.path.empty()) {
      json_.key("locations");
      json_.open('[');
      json_.open('{');
      json_.key("physicalLocation");
      json_.open('{');
      write_artifact_location(text(gap.path), SIZE_MAX);
      if (gap.has_place) {
        json_.key("region");
        json_.open('{');
        json_.member("startLine", gap.at.line);
        json_.member("startColumn", gap.at.column_utf16);
        json_.close('}');
      }
      json_.close('}');
      json_.close('}');
      json_.close(']');
    }
    json_.close('}');
  }

  void write_descriptor(std::string_view id) {
    json_.key("descriptor");
    json_.open('{');
    json_.member("id", id);
    json_.close('}');
  }

  // ---- Places ----

  void write_artifact_location(std::string_view path, size_t index) {
    json_.key("artifactLocation");
    json_.open('{');
    json_.member("uri", to_uri(path));
    json_.member("uriBaseId", kBase);
    if (index != SIZE_MAX) json_.member("index", index);
    json_.close('}');
  }

  void write_region(std::string_view key, const Place& place) {
    json_.key(key);
    json_.open('{');
    json_.member("startLine", place.start.line);
    json_.member("startColumn", place.start.column_utf16);
    json_.member("endLine", place.end.line);
    json_.member("endColumn", place.end.column_utf16);
    json_.member("byteOffset", place.span.start);
    json_.member("byteLength", place.span.end - place.span.start);
    json_.close('}');
  }

  // `id` numbers the related places of a result; UINT64_MAX for none.
  void write_location(const Place& place, uint64_t id) {
    json_.open('{');
    if (id != UINT64_MAX) json_.member("id", id);
    json_.key("physicalLocation");
    json_.open('{');
    write_artifact_location(text(result_.files[place.file].path), place.file);
    write_region("region", place);
    json_.close('}');
    if (!place.label.empty()) write_message("message", text(place.label));
    json_.close('}');
  }

  void write_artifacts() {
    json_.line("      ");
    json_.key("artifacts");
    json_.open('[');
    for (const FileEntry& file : result_.files) {
      json_.line("        ");
      json_.open('{');
      json_.key("location");
      json_.open('{');
      json_.member("uri", to_uri(text(file.path)));
      json_.member("uriBaseId", kBase);
      json_.close('}');
      if (file.edition != 0) json_.member("sourceLanguage", std::string_view("rust"));
      json_.member("encoding", std::string_view("UTF-8"));
      json_.close('}');
    }
    if (!result_.files.empty()) json_.end_line("      ");
    json_.close(']');
  }

  // ---- Results ----

  void write_results() {
    json_.line("      ");
    json_.key("results");
    json_.open('[');
    for (const Finding& finding : result_.findings) {
      json_.line("        ");
      write_result(finding);
    }
    if (!result_.findings.empty()) json_.end_line("      ");
    json_.close(']');
  }

  void write_result(const Finding& finding) {
    json_.open('{');
    json_.member("ruleId", finding.rule->id);
    json_.member("ruleIndex", index_of_rule_[finding.rule->id]);
    json_.member("kind", std::string_view("fail"));
    json_.member("level", level_of(finding.severity));
    json_.member("rank", rank_of(finding.severity, finding.verdict));
    write_message("message", message_of(finding));
    json_.key("locations");
    json_.open('[');
    write_location(finding.primary, UINT64_MAX);
    json_.close(']');
    if (finding.related_count != 0) {
      json_.key("relatedLocations");
      json_.open('[');
      for (uint32_t i = 0; i < finding.related_count; ++i)
        write_location(result_.related[finding.first_related + i], i);
      json_.close(']');
    }
    json_.key("partialFingerprints");
    json_.open('{');
    json_.member("rustproFinding/v1", fingerprint(finding));
    json_.close('}');
    // What a comment suppresses is no result here: run.properties.hidden counts it.
    json_.key("suppressions");
    json_.open('[');
    json_.close(']');
    if (finding.edit_count != 0) write_fixes(finding);
    json_.key("properties");
    json_.open('{');
    json_.member("verdict", verdict_name(finding.verdict));
    json_.close('}');
    json_.close('}');
  }

  [[nodiscard]] std::string message_of(const Finding& finding) const {
    std::string message(text(finding.message));
    for (uint32_t i = 0; i < finding.note_count; ++i) {
      const Note& note = result_.notes[finding.first_note + i];
      message += note.is_help ? "\nHelp: " : "\nNote: ";
      message += note_text(result_, note);
    }
    return message;
  }

  std::string fingerprint(const Finding& finding) {
    const auto line = std::lower_bound(result_.lines.begin(), result_.lines.end(),
                                       std::tuple(finding.primary.file, finding.primary.start.line),
                                       [](const SourceLine& l, const std::tuple<uint32_t, uint32_t>& key) {
                                         return std::tuple(l.file, l.line) < key;
                                       });
    const bool found =
        line != result_.lines.end() && line->file == finding.primary.file && line->line == finding.primary.start.line;
    ContentHash hash;
    hash.add(finding.rule->id);
    hash.add(text(result_.files[finding.primary.file].path));
    hash.add(text(finding.message));
    hash.add(found ? trimmed(text(line->text)) : std::string_view());
    const std::string digest = hash.finish_hex().substr(0, 32);
    return digest + ":" + std::to_string(++seen_[digest]);
  }

  void write_fixes(const Finding& finding) {
    std::map<uint32_t, std::vector<const Edit*>> by_file;
    for (uint32_t i = 0; i < finding.edit_count; ++i) {
      const Edit& edit = result_.edits[finding.first_edit + i];
      by_file[edit.place.file].push_back(&edit);
    }
    json_.key("fixes");
    json_.open('[');
    json_.open('{');
    write_message("description", fix_description(finding));
    json_.key("artifactChanges");
    json_.open('[');
    for (const auto& [file, edits] : by_file) {
      json_.open('{');
      write_artifact_location(text(result_.files[file].path), file);
      json_.key("replacements");
      json_.open('[');
      for (const Edit* edit : edits) {
        json_.open('{');
        write_region("deletedRegion", edit->place);
        write_message("insertedContent", text(edit->replacement));
        json_.close('}');
      }
      json_.close(']');
      json_.close('}');
    }
    json_.close(']');
    json_.key("properties");
    json_.open('{');
    json_.member("applicability", applicability_name(finding.applicability));
    json_.close('}');
    json_.close('}');
    json_.close(']');
  }

  [[nodiscard]] std::string_view fix_description(const Finding& finding) const {
    for (uint32_t i = 0; i < finding.note_count; ++i) {
      const Note& note = result_.notes[finding.first_note + i];
      if (note.is_help) return note_text(result_, note);
    }
    return finding.rule->title;
  }

  void write_metrics() {
    const Metrics& m = result_.metrics;
    json_.line("      ");
    json_.key("properties");
    json_.open('{');
    json_.key("metrics");
    json_.open('{');
    json_.member("files", m.files);
    json_.member("filesUnread", m.files_unread);
    json_.member("filesWithErrors", m.files_with_errors);
    json_.member("lines", m.lines);
    json_.member("codeLines", m.code_lines);
    json_.member("functions", m.functions);
    json_.member("macroCalls", m.macro_calls);
    json_.member("unsafeUses", result_.unsafe_uses.size());
    json_.member("unsafeUnseen", m.unsafe_unseen);
    json_.member("publicFunctions", m.public_functions);
    json_.member("untestedFunctions", m.untested_functions);
    json_.close('}');
    json_.key("hidden");
    json_.open('{');
    json_.member("suppressed", result_.hidden.suppressed);
    json_.member("baseline", result_.hidden.baseline);
    json_.member("generated", result_.hidden.generated);
    json_.close('}');
    json_.close('}');
  }

  const ReviewResult& result_;
  std::string& out_;
  JsonWriter json_;
  std::map<std::string_view, size_t> index_of_rule_;
  std::vector<const Rule*> rules_;
  std::unordered_map<std::string, uint32_t> seen_;
};

}  // namespace

std::string render_sarif(const ReviewResult& result, std::string_view version) {
  std::string out;
  SarifWriter(result, &out).write(version);
  return out;
}

}  // namespace rp
