#include "review/baseline.h"

#include <algorithm>
#include <charconv>
#include <map>
#include <tuple>
#include <vector>

#include "review/rule.h"

namespace rp {
namespace {

constexpr std::string_view kHeader = "rustpro baseline 1";

using Key = std::tuple<std::string, std::string, std::string>;  // rule, path, fingerprint

// FNV-1a. Whoever writes a baseline has no reason to make hashes collide.
uint64_t hash(std::string_view text, uint64_t seed) {
  for (const char c : text) {
    seed ^= static_cast<unsigned char>(c);
    seed *= 0x100000001b3ULL;
  }
  return seed;
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

std::string to_hex(uint64_t value) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text(16, '0');
  for (size_t i = 16; i-- > 0; value >>= 4) text[i] = kDigits[value & 15];
  return text;
}

// What may stand between tabs.
std::string field(std::string_view text) {
  std::string out(text);
  std::replace_if(out.begin(), out.end(), [](char c) { return c == '\t' || c == '\n' || c == '\r'; }, ' ');
  return out;
}

Key key_of(const ReviewResult& result, const Finding& finding) {
  const auto at = std::lower_bound(result.lines.begin(), result.lines.end(), finding.primary,
                                   [](const SourceLine& line, const Place& place) {
                                     return std::tie(line.file, line.line) < std::tie(place.file, place.start.line);
                                   });
  std::string_view line;
  if (at != result.lines.end() && at->file == finding.primary.file && at->line == finding.primary.start.line)
    line = trim(result.texts.view(at->text));
  const uint64_t print = hash(result.texts.view(finding.message), hash(line, 0xcbf29ce484222325ULL));
  return {std::string(finding.rule->id), field(result.texts.view(result.files[finding.primary.file].path)),
          to_hex(print)};
}

// The next part of `*text` up to `end`, which is taken away, too.
std::string_view take(std::string_view* text, char end) {
  const size_t at = std::min(text->find(end), text->size());
  const std::string_view part = text->substr(0, at);
  text->remove_prefix(std::min(at + 1, text->size()));
  return part;
}

bool read(std::string_view text, std::map<Key, uint64_t>* out, std::string* problem) {
  const std::string_view header = trim(take(&text, '\n'));
  if (header != kHeader) {
    *problem = header.starts_with("rustpro baseline ") ? "a baseline of another version: write it anew"
                                                       : "not a baseline: it does not begin with `rustpro baseline 1`";
    return false;
  }
  for (uint64_t number = 2; !text.empty(); ++number) {
    std::string_view line = take(&text, '\n');
    if (trim(line).empty() || line.starts_with('#')) continue;
    const std::string_view rule = take(&line, '\t');
    const std::string_view path = take(&line, '\t');
    const std::string_view print = take(&line, '\t');
    line = trim(line);
    uint64_t count = 0;
    const auto [end, error] = std::from_chars(line.data(), line.data() + line.size(), count);
    if (rule.empty() || path.empty() || print.size() != 16 || error != std::errc() ||
        end != line.data() + line.size() || count == 0) {
      *problem = "line " + std::to_string(number) + " is none of a baseline: rule, path, fingerprint and number";
      return false;
    }
    (*out)[{std::string(rule), std::string(path), std::string(print)}] += count;
  }
  return true;
}

}  // namespace

std::string write_baseline(const ReviewResult& result) {
  std::map<Key, uint64_t> counts;
  for (const Finding& finding : result.findings)
    if (finding.rule != &kSyntaxErrorRule) ++counts[key_of(result, finding)];
  std::string text(kHeader);
  text += '\n';
  for (const auto& [key, count] : counts) {
    const auto& [rule, path, print] = key;
    text += rule + '\t' + path + '\t' + print + '\t' + std::to_string(count) + '\n';
  }
  return text;
}

std::string check_baseline(std::string_view baseline) {
  std::map<Key, uint64_t> counts;
  std::string problem;
  read(baseline, &counts, &problem);
  return problem;
}

void apply_baseline(std::string_view baseline, ReviewResult* result) {
  std::map<Key, uint64_t> counts;
  std::string problem;
  if (!read(baseline, &counts, &problem)) return;
  std::vector<Finding> kept;
  for (const Finding& finding : result->findings) {
    if (finding.rule != &kSyntaxErrorRule) {
      const auto at = counts.find(key_of(*result, finding));
      if (at != counts.end() && at->second > 0) {
        --at->second;
        ++result->hidden.baseline;
        continue;
      }
    }
    kept.push_back(finding);
  }
  result->findings = std::move(kept);
}

}  // namespace rp
