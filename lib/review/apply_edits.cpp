#include "review/apply_edits.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>
#include <tuple>
#include <utility>

#include "manifest/toml_document.h"
#include "syntax/lexer.h"
#include "syntax/parser.h"

namespace rp {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

// Whether the line that an offset lies in ends, or the one before it ended, in "\r\n".
bool has_crlf_at(std::string_view text, size_t offset) {
  size_t end = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  if (end == std::string_view::npos) end = text.find('\n', offset);
  return end != std::string_view::npos && end > 0 && text[end - 1] == '\r';
}

void append_with_breaks(std::string* out, std::string_view replacement, bool crlf) {
  for (size_t i = 0; i < replacement.size(); ++i) {
    const char c = replacement[i];
    if (c == '\r' && i + 1 < replacement.size() && replacement[i + 1] == '\n') continue;
    if (c == '\n' && crlf) *out += '\r';
    *out += c;
  }
}

// ---- One file ----

struct SourceFile {
  std::string refused;  // why its edits cannot be applied
  std::string text;
  bool in_memory = false;
  std::string disk_path;
  std::string unwritable;
};

// An edit that was chosen.
struct Chosen {
  ByteSpan span;
  TextRef replacement;
  uint32_t order;  // of two insertions at one place
};

bool is_rust(const FileEntry& file) { return file.edition != 0; }

class Planner {
 public:
  Planner(const ReviewResult& result, const PackagedWorkspace& workspace, const FixOptions& options)
      : result_(result), workspace_(workspace), options_(options), reader_(workspace.sources()) {}

  FixPlan run() {
    plan_.root = workspace_.sources().root();
    // A file that is refused takes away the edits which its findings have in other files, so they are chosen again.
    for (;;) {
      Cancellation::poll(options_.cancellation);
      choose();
      const size_t refused = refused_.size();
      check();
      if (refused_.size() == refused) break;
    }
    finish();
    return std::move(plan_);
  }

 private:
  using FileEdits = std::map<uint32_t, std::vector<Chosen>>;  // by file, sorted by place

  void choose() {
    plan_.applied.clear();
    plan_.skipped.clear();
    edits_.clear();
    for (uint32_t i = 0; i < result_.findings.size(); ++i) {
      const Finding& finding = result_.findings[i];
      if (finding.edit_count == 0) continue;
      if (finding.applicability != Applicability::MachineApplicable && !options_.suggestions) {
        plan_.skipped.push_back({i, SkipKind::Suggestion, "a suggestion: somebody has to look at it"});
        continue;
      }
      std::string reason;
      SkipKind kind = SkipKind::Refused;
      if (add(finding, &kind, &reason))
        plan_.applied.push_back(i);
      else
        plan_.skipped.push_back({i, kind, std::move(reason)});
    }
  }

  bool add(const Finding& finding, SkipKind* kind, std::string* reason) {
    std::vector<std::pair<uint32_t, Chosen>> fresh;
    for (uint32_t e = 0; e < finding.edit_count; ++e) {
      const Edit& edit = result_.edits[finding.first_edit + e];
      const uint32_t file = edit.place.file;
      const SourceFile& source = source_of(file);
      const auto known = refused_.find(file);
      if (!source.refused.empty() || known != refused_.end()) {
        *reason = path_of(file) + ": " + (known != refused_.end() ? known->second : source.refused);
        return false;
      }
      const Chosen chosen{edit.place.span, edit.replacement, order_++};
      if (chosen.span.start > chosen.span.end || chosen.span.end > source.text.size() ||
          std::any_of(fresh.begin(), fresh.end(),
                      [&](const auto& other) { return other.first == file && overlap(other.second, chosen, true); })) {
        *reason = path_of(file) + ": the edits do not go together";
        return false;
      }
      if (const auto of_file = edits_.find(file); of_file != edits_.end()) {
        bool same = false;
        for (const Chosen& other : neighbours(of_file->second, chosen.span)) {
          if (is_same(other, chosen)) {
            same = true;
          } else if (overlap(other, chosen, false)) {
            *kind = SkipKind::Overlap;
            *reason = path_of(file) + ": it overlaps the edit of another finding";
            return false;
          }
        }
        if (same) continue;
      }
      fresh.emplace_back(file, chosen);
    }
    for (const auto& [file, chosen] : fresh) {
      std::vector<Chosen>& all = edits_[file];
      all.insert(std::upper_bound(all.begin(), all.end(), chosen, before), chosen);
    }
    return true;
  }

  static bool before(const Chosen& a, const Chosen& b) {
    return std::tie(a.span.start, a.span.end, a.order) < std::tie(b.span.start, b.span.end, b.order);
  }
  [[nodiscard]] bool is_same(const Chosen& a, const Chosen& b) const {
    return a.span.start == b.span.start && a.span.end == b.span.end &&
           result_.texts.view(a.replacement) == result_.texts.view(b.replacement);
  }
  // Of one finding, what touches does not overlap, and several insertions at a place stand in their order. Of two
  // findings, an insertion at the edge of what another replaces, or where another inserts, may not be what both meant.
  static bool overlap(const Chosen& a, const Chosen& b, bool of_one) {
    const bool empty = a.span.start == a.span.end || b.span.start == b.span.end;
    if (empty && !of_one) return a.span.start <= b.span.end && b.span.start <= a.span.end;
    return a.span.start < b.span.end && b.span.start < a.span.end;
  }
  // The chosen edits that could overlap a span: since they do not overlap each other, those from the last one that
  // begins before it.
  static std::span<const Chosen> neighbours(const std::vector<Chosen>& all, ByteSpan span) {
    auto first = std::lower_bound(all.begin(), all.end(), span.start,
                                  [](const Chosen& c, uint32_t start) { return c.span.start < start; });
    const auto last =
        std::upper_bound(first, all.end(), span.end, [](uint32_t end, const Chosen& c) { return end < c.span.start; });
    while (first != all.begin() && std::prev(first)->span.end >= span.start) --first;
    return {all.data() + (first - all.begin()), static_cast<size_t>(last - first)};
  }

  // ---- Reading ----

  [[nodiscard]] std::string path_of(uint32_t file) const {
    return std::string(result_.texts.view(result_.files[file].path));
  }

  const SourceFile& source_of(uint32_t file) {
    const auto known = sources_.find(file);
    if (known != sources_.end()) return known->second;
    SourceFile source;
    const FileEntry& entry = result_.files[file];
    const std::string path = path_of(file);
    std::string text;
    if (const std::string why = read(path, &text, &source); !why.empty())
      source.refused = why;
    else if (entry.state == UINT32_MAX || !(state_of(text) == result_.states[entry.state]))
      source.refused = "it has changed since it was read";
    source.text = std::move(text);
    return sources_.emplace(file, std::move(source)).first->second;
  }

  // Returns why it cannot be read.
  std::string read(const std::string& path, std::string* text, SourceFile* source) const {
    const Workspace& sources = workspace_.sources();
    if (const auto overlay = sources.overlays().find(path); overlay != sources.overlays().end()) {
      *text = overlay->second;
      source->in_memory = true;
      source->unwritable = "its text was set in memory: whoever set it has to write it";
      return {};
    }
    const std::vector<WorkspaceFile>& files = workspace_.files();
    const auto at = std::lower_bound(files.begin(), files.end(), path,
                                     [](const WorkspaceFile& file, const std::string& p) { return file.path < p; });
    if (at != files.end() && at->path == path) {
      std::string_view view;
      const ReadOutcome outcome = reader_.read(*at, text, &view);
      source->disk_path = at->read_path;
      return outcome ? std::string() : outcome.reason;
    }
    if (sources.root().empty()) return "not there";
    const std::string absolute = join_path(sources.root(), path);
    const ReadOutcome outcome = sources.read_text(absolute, kManifestLimit, text);
    if (!outcome) return outcome.reason;
    const std::string real = real_path(absolute);
    if (real.empty() || !is_below(real, sources.root()))
      source->unwritable = "a symbolic link leads to it, out of the folder under review";
    else
      source->disk_path = real.substr(sources.root() == "/" ? 1 : sources.root().size() + 1);
    return {};
  }

  // ---- Applying ----

  // Makes the new texts and refuses those that do not parse.
  void check() {
    plan_.files.clear();
    planned_.clear();
    for (const auto& [file, chosen] : edits_) {
      Cancellation::poll(options_.cancellation);
      SourceFile& source = sources_.at(file);
      std::vector<Replacement> replacements;
      replacements.reserve(chosen.size());
      for (const Chosen& each : chosen) replacements.push_back({each.span, result_.texts.view(each.replacement)});
      std::string after = replace_spans(source.text, replacements);
      if (const std::string why = why_unreadable(file, source.text, after); !why.empty()) {
        refused_.emplace(file, why);
        continue;
      }
      if (after == source.text) continue;
      plan_.files.push_back({path_of(file), source.disk_path, source.unwritable, {}, std::move(after), 0});
      planned_.push_back(file);
    }
  }

  [[nodiscard]] std::string why_unreadable(uint32_t file, std::string_view before, std::string_view after) const {
    const FileEntry& entry = result_.files[file];
    if (after.size() > kMaxTextBytes) return "it would be too large";
    if (find_invalid_utf8(after) != std::string_view::npos) return "it would no longer be UTF-8";
    if (!is_rust(entry)) {
      if (manifest::TomlDocument::parse(std::string(after)).readable()) return {};
      return manifest::TomlDocument::parse(std::string(before)).readable() ? "it would no longer be TOML"
                                                                           : "it is no TOML; mend that first";
    }
    if (parses(entry, after)) return {};
    return parses(entry, before) ? "it would no longer parse" : "it has syntax errors; mend those first";
  }

  [[nodiscard]] bool parses(const FileEntry& file, std::string_view text) const {
    const WorkspaceOptions& options = workspace_.options();
    MemoryBudget budget(options.memory_limit);
    return lex_and_parse(text, {.edition = static_cast<Edition>(file.edition),
                                .nesting_limit = options.nesting_limit,
                                .error_limit = 1,
                                .budget = &budget,
                                .cancellation = options_.cancellation})
        .errors()
        .empty();
  }

  void finish() {
    std::map<uint32_t, uint32_t> counts;
    for (const uint32_t index : plan_.applied) {
      const Finding& finding = result_.findings[index];
      uint32_t last = UINT32_MAX;
      for (uint32_t e = 0; e < finding.edit_count; ++e) {
        const uint32_t file = result_.edits[finding.first_edit + e].place.file;
        if (file != last) ++counts[file];
        last = file;
      }
    }
    for (size_t i = 0; i < plan_.files.size(); ++i) {
      const uint32_t file = planned_[i];
      plan_.files[i].fix_count = counts[file];
      plan_.files[i].before = std::move(sources_.at(file).text);
    }
  }

  const ReviewResult& result_;
  const PackagedWorkspace& workspace_;
  const FixOptions& options_;
  const WorkspaceReader reader_;
  std::map<uint32_t, SourceFile> sources_;
  std::map<uint32_t, std::string> refused_;  // files whose new text was no good, with the reason
  FileEdits edits_;
  uint32_t order_ = 0;
  std::vector<uint32_t> planned_;  // of plan_.files, the index in the report
  FixPlan plan_;
};

}  // namespace

std::string replace_spans(std::string_view text, const std::vector<Replacement>& replacements) {
  std::string out;
  size_t added = 0;
  for (const Replacement& each : replacements) added += each.text.size();
  out.reserve(text.size() + added);
  size_t at = 0;
  for (const Replacement& each : replacements) {
    size_t start = each.span.start;
    if (start == 0 && text.starts_with(kByteOrderMark)) start = kByteOrderMark.size();
    start = std::max(start, at);
    out += text.substr(at, start - at);
    append_with_breaks(&out, each.text, has_crlf_at(text, start));
    at = std::max<size_t>(start, each.span.end);
  }
  out += text.substr(at);
  return out;
}

FixPlan plan_fixes(const ReviewResult& result, const PackagedWorkspace& workspace, const FixOptions& options) {
  return Planner(result, workspace, options).run();
}

WriteOutcome write_fixed_file(const FixPlan& plan, size_t index) {
  const FixedFile& file = plan.files[index];
  if (file.disk_path.empty())
    return {WriteOutcome::Kind::Refused, file.unwritable.empty() ? "it is not on disk" : file.unwritable};
  Folder folder;
  if (!folder.open(plan.root)) return {WriteOutcome::Kind::NotFound, "the folder is no longer there"};
  return replace_file(folder, file.disk_path, file.before, file.after);
}

}  // namespace rp
