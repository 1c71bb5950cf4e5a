// Edits of any shape on a text of any shape: a plan never writes what does not parse, makes each edit once, keeps what
// lies between them; and the difference of two texts leads from one to the other.
//
// The input: a byte of flags, pairs of numbers for the edits up to a byte 0x1E, then the text.
#include <algorithm>
#include <vector>

#include "harness.h"
#include "report/diff.h"
#include "review/apply_edits.h"
#include "review/rule.h"
#include "syntax/parser.h"

namespace {

// Applies a unified diff of one file, as `patch` would.
std::string patched(std::string_view text, std::string_view diff) {
  std::vector<std::string_view> lines;
  for (size_t begin = 0; begin < text.size();) {
    const size_t end = std::min(text.find('\n', begin), text.size() - 1) + 1;
    lines.push_back(text.substr(begin, end - begin));
    begin = end;
  }
  std::string out;
  size_t at = 0;
  size_t head = 0;
  std::string_view last;
  for (size_t begin = 0; begin < diff.size();) {
    const size_t end = std::min(diff.find('\n', begin), diff.size() - 1) + 1;
    const std::string_view line = diff.substr(begin, end - begin);
    begin = end;
    if (head < 2) {
      ++head;
      continue;
    }
    if (line.starts_with("@@ -")) {
      const size_t start = std::strtoull(std::string(line.substr(4)).c_str(), nullptr, 10);
      const bool none = line.find(",0 +") != std::string_view::npos && line.find(",0 +") < line.find(" @@");
      const size_t first = none ? start : start - 1;
      FUZZ_CHECK(first >= at && first <= lines.size());
      for (; at < first; ++at) out += lines[at];
      continue;
    }
    const char sign = line[0];
    if (sign == '\\') {
      if (last[0] != '-') out.pop_back();  // the line break that the diff has and the text has not
      continue;
    }
    last = line;
    if (sign != '+') {
      FUZZ_CHECK(at < lines.size());
      const std::string_view kept = line.substr(1);
      FUZZ_CHECK(kept == lines[at] || std::string(lines[at]) + "\n" == kept);
      ++at;
    }
    if (sign != '-') out += line.substr(1);
  }
  for (; at < lines.size(); ++at) out += lines[at];
  return out;
}

void check_diff(std::string_view from, std::string_view to) {
  rp_buffer* buffer = nullptr;
  rp_error* error = nullptr;
  const rp_status status = rp_diff("a/b.rs", 6, from.data(), from.size(), to.data(), to.size(), &buffer, &error);
  fuzz::check_status(status, error);
  FUZZ_CHECK(status == RP_OK);
  const std::string_view diff = fuzz::view(rp_buffer_text(buffer));
  FUZZ_CHECK(diff.empty() == (from == to));
  if (!diff.empty()) FUZZ_CHECK(patched(from, diff) == to);
  rp_buffer_free(buffer);
}

size_t error_count(std::string_view text) { return rp::lex_and_parse(text, {}).errors().size(); }

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input = fuzz::view(data, size);
  const size_t split = input.find('\x1E');
  if (split == std::string_view::npos || split == 0) return 0;
  const auto flags = static_cast<uint8_t>(input[0]);
  const std::string text = fuzz::as_utf8(input.substr(split + 1));
  rp::PackagedWorkspace workspace(rp::WorkspaceOptions{});
  workspace.set_file("a.rs", text);

  rp::ReviewResult result;
  rp::FileEntry file;
  file.path = result.texts.add("a.rs");
  file.edition = 2024;
  file.state = 0;
  result.files.push_back(file);
  result.states.push_back(rp::state_of(text));
  static constexpr std::string_view kReplacements[] = {"",     "x", " ", "\n",       "\r\n",
                                                       "pub ", "{", "}", "/* \n */", "r#\""};
  for (size_t i = 1; i + 2 < split; i += 3) {
    const auto byte = [&](size_t at) { return static_cast<uint8_t>(input[at]); };
    rp::Edit edit;
    edit.place.span.start = static_cast<uint32_t>(byte(i) * (text.size() + 2) / 255);
    edit.place.span.end = edit.place.span.start + byte(i + 1) % 16;
    edit.replacement = result.texts.add(kReplacements[byte(i + 2) % std::size(kReplacements)]);
    const bool goes_on = (byte(i + 2) & 0x80) != 0 && !result.findings.empty();
    if (!goes_on) {
      rp::Finding finding;
      finding.rule = &rp::kSyntaxErrorRule;
      finding.first_edit = static_cast<uint32_t>(result.edits.size());
      finding.applicability =
          (byte(i + 1) & 0x80) != 0 ? rp::Applicability::Suggestion : rp::Applicability::MachineApplicable;
      result.findings.push_back(finding);
    }
    ++result.findings.back().edit_count;
    result.edits.push_back(edit);
  }
  const rp::FixPlan plan = rp::plan_fixes(result, workspace, {.suggestions = (flags & 1) != 0});
  FUZZ_CHECK(plan.applied.size() + plan.skipped.size() == result.findings.size());
  for (const rp::FixedFile& fixed : plan.files) {
    FUZZ_CHECK(fixed.before == text && fixed.after != text);
    FUZZ_CHECK(rp::find_invalid_utf8(fixed.after) == std::string_view::npos);
    FUZZ_CHECK(error_count(fixed.after) == 0);
    check_diff(fixed.before, fixed.after);
  }
  // Two halves of the text as two texts.
  size_t half = text.size() / 2;
  while (half < text.size() && (static_cast<unsigned char>(text[half]) & 0xC0) == 0x80) ++half;
  check_diff(std::string_view(text).substr(0, half), std::string_view(text).substr(half));
  return 0;
}
