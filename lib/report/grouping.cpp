#include "report/grouping.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <tuple>
#include <unordered_map>

#include "review/rule.h"

namespace rp {
namespace {

// The whole of a line, when it was kept.
std::optional<std::string_view> whole_line(const ReviewResult& result, uint32_t file, uint32_t line) {
  const auto at = std::lower_bound(
      result.lines.begin(), result.lines.end(), std::tuple(file, line),
      [](const SourceLine& l, const std::tuple<uint32_t, uint32_t>& key) { return std::tuple(l.file, l.line) < key; });
  if (at == result.lines.end() || at->file != file || at->line != line || at->column != 0 || at->cut)
    return std::nullopt;
  return result.texts.view(at->text);
}

std::vector<std::string> split_lines(std::string_view text) {
  std::vector<std::string> lines;
  for (size_t begin = 0;;) {
    const size_t end = text.find('\n', begin);
    lines.emplace_back(text.substr(begin, end == std::string_view::npos ? end : end - begin));
    if (lines.back().ends_with('\r')) lines.back().pop_back();
    if (end == std::string_view::npos) return lines;
    begin = end + 1;
  }
}

// Takes away what both have at their start and at their end.
void trim_common(LineChange* change) {
  std::vector<std::string>& a = change->before;
  std::vector<std::string>& b = change->after;
  size_t head = 0;
  while (head < a.size() && head < b.size() && a[head] == b[head]) ++head;
  a.erase(a.begin(), a.begin() + static_cast<std::ptrdiff_t>(head));
  b.erase(b.begin(), b.begin() + static_cast<std::ptrdiff_t>(head));
  change->line += static_cast<uint32_t>(head);
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    a.pop_back();
    b.pop_back();
  }
}

}  // namespace

std::vector<FileFindings> group_findings(const ReviewResult& result) {
  std::vector<FileFindings> files;
  std::unordered_map<std::string, size_t> known;  // groups of the last file
  for (const Finding& finding : result.findings) {
    if (files.empty() || files.back().file != finding.primary.file) {
      files.push_back({finding.primary.file, 0, {}});
      known.clear();
    }
    FileFindings& file = files.back();
    ++file.count;
    if (finding.rule == &kSyntaxErrorRule) {
      file.groups.push_back({&finding});
      continue;
    }
    std::string key(finding.rule->id);
    key += static_cast<char>(finding.severity);
    key += static_cast<char>(finding.verdict);
    key += result.texts.view(finding.message);
    const auto [at, added] = known.emplace(std::move(key), file.groups.size());
    if (added) file.groups.emplace_back();
    file.groups[at->second].push_back(&finding);
  }
  return files;
}

std::vector<LineChange> preview_edits(const ReviewResult& result, const Finding& finding) {
  std::vector<const Edit*> edits;
  for (uint32_t i = 0; i < finding.edit_count; ++i) edits.push_back(&result.edits[finding.first_edit + i]);
  std::stable_sort(edits.begin(), edits.end(), [](const Edit* a, const Edit* b) {
    return std::tie(a->place.file, a->place.span.start, a->place.span.end) <
           std::tie(b->place.file, b->place.span.start, b->place.span.end);
  });
  std::vector<LineChange> changes;
  for (size_t i = 0; i < edits.size();) {
    const Place& first = edits[i]->place;
    uint32_t last_line = first.end.line;
    size_t end = i + 1;
    for (; end < edits.size() && edits[end]->place.file == first.file && edits[end]->place.start.line <= last_line;
         ++end)
      last_line = std::max(last_line, edits[end]->place.end.line);

    // The old lines with line breaks of one byte, and where each begins there.
    std::string before;
    std::vector<size_t> starts;
    for (uint32_t line = first.start.line; line <= last_line; ++line) {
      const auto text = whole_line(result, first.file, line);
      if (!text) return {};
      if (!starts.empty()) before += '\n';
      starts.push_back(before.size());
      before += *text;
    }
    const auto offset = [&](const LineColumn& at) {
      return std::min(starts[at.line - first.start.line] + at.column_bytes - 1, before.size());
    };
    std::string after;
    size_t at = 0;
    for (size_t e = i; e < end; ++e) {
      const size_t from = std::max(offset(edits[e]->place.start), at);
      after += std::string_view(before).substr(at, from - at);
      after += result.texts.view(edits[e]->replacement);
      at = std::max(offset(edits[e]->place.end), from);
    }
    after += std::string_view(before).substr(at);
    changes.push_back({first.file, first.start.line, split_lines(before), split_lines(after)});
    trim_common(&changes.back());
    i = end;
  }
  return changes;
}

}  // namespace rp
