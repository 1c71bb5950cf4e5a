#include "review/suppressions.h"

#include <algorithm>

#include "review/rule.h"
#include "review/rule_levels.h"
#include "review/tree_queries.h"

namespace rp {
namespace {

constexpr std::string_view kMark = "rustpro:";

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\r')) text.remove_suffix(1);
  return text;
}

// What stands in a comment behind its marks; empty for documentation.
std::string_view comment_text(std::string_view comment) {
  if (comment.starts_with("//")) {
    comment.remove_prefix(2);
    if (comment.starts_with("/") || comment.starts_with("!")) return {};
    return trim(comment);
  }
  if (comment.starts_with("/*")) {
    comment.remove_prefix(2);
    if (comment.starts_with("*") || comment.starts_with("!")) return {};
    if (comment.ends_with("*/")) comment.remove_suffix(2);
    return trim(comment);
  }
  return {};
}

// Reads what follows the mark.
void read_directive(std::string_view text, Suppression* out) {
  constexpr std::string_view kForm = "write `rustpro: allow(area/rule) why it does not matter here`";
  text = trim(text);
  if (!text.starts_with("allow")) {
    out->problem = "a comment for rustpro that says nothing it knows";
    out->help = kForm;
    return;
  }
  text = trim(text.substr(5));
  const size_t close = text.find(')');
  if (!text.starts_with('(') || close == std::string_view::npos) {
    out->problem = "`rustpro: allow` without the rules it allows, in parentheses";
    out->help = kForm;
    return;
  }
  std::string_view names = text.substr(1, close - 1);
  while (!names.empty()) {
    const size_t comma = std::min(names.find(','), names.size());
    const std::string_view name = trim(names.substr(0, comma));
    names.remove_prefix(std::min(comma + 1, names.size()));
    if (name.empty()) continue;
    if (find_rule(name) == nullptr && !is_area(name)) {
      out->problem = "there is no rule `" + std::string(name) + "`";
      const std::string_view like = similar_rule(name);
      out->help = like.empty() ? "`rustpro rules` lists them" : "did you mean `" + std::string(like) + "`?";
      return;
    }
    out->names.push_back(name);
  }
  if (out->names.empty()) {
    out->problem = "`rustpro: allow` without a rule";
    out->help = kForm;
    return;
  }
  std::string_view reason = trim(text.substr(close + 1));
  while (!reason.empty() && (reason.front() == ':' || reason.front() == '-')) reason = trim(reason.substr(1));
  if (reason.empty()) {
    out->problem = "a rule is allowed without a reason";
    out->help = "say behind the parenthesis why it does not matter here: without it the comment has no effect";
    return;
  }
  out->used.assign(out->names.size(), false);
}

bool is_container(NodeKind kind) {
  return kind == NodeKind::SourceFile || kind == NodeKind::ItemList || kind == NodeKind::Block ||
         kind == NodeKind::MatchArmList || kind == NodeKind::RecordFieldList || kind == NodeKind::TupleFieldList ||
         kind == NodeKind::VariantList || kind == NodeKind::ParamList || kind == NodeKind::ArgList;
}

// The largest item, statement, field, … that begins at a slot, its attributes left out.
NodeId node_from(const Tree& tree, uint32_t slot) {
  NodeId node = tree.node_at_slot(slot);
  if (!node || is_container(tree.kind(node))) return {};
  for (NodeId up = tree.parent(node); up && !is_container(tree.kind(up)); up = tree.parent(node)) {
    if (tree.first_slot(up) != slot && slot_after_attributes(tree, up) != slot) break;
    node = up;
  }
  return node;
}

ByteSpan line_around(std::string_view text, uint32_t offset) {
  const size_t start = offset == 0 ? std::string_view::npos : text.rfind('\n', offset - 1);
  const size_t end = text.find('\n', offset);
  return {start == std::string_view::npos ? 0 : static_cast<uint32_t>(start) + 1,
          static_cast<uint32_t>(std::min(end, text.size()))};
}

}  // namespace

bool is_directive(std::string_view text, uint32_t offset) {
  size_t at = size_t{offset} + 2;  // behind `//` or `/*`
  while (at < text.size() && (text[at] == ' ' || text[at] == '\t')) ++at;
  return at < text.size() && text.substr(at).starts_with(kMark);
}

std::vector<Suppression> find_suppressions(const Tree& tree, std::span<const uint32_t> slots) {
  std::vector<Suppression> found;
  const std::string_view text = tree.text();
  for (const uint32_t slot : slots) {
    const std::string_view comment = comment_text(tree.token_text(slot));
    if (!comment.starts_with(kMark)) continue;
    Suppression each;
    each.comment = {tree.token_start(slot), tree.token_end(slot)};
    read_directive(comment.substr(kMark.size()), &each);
    const ByteSpan line = line_around(text, each.comment.start);
    const bool own_line = trim(text.substr(line.start, each.comment.start - line.start)).empty();
    if (!own_line) {
      each.span = line;
    } else {
      uint32_t next = slot;
      while (next < tree.slot_count() && is_trivia(tree.token_kind(next))) next += token_slots(tree.token_kind(next));
      const NodeId node = next < tree.slot_count() ? node_from(tree, next) : NodeId();
      if (node) {
        each.span = tree.span(node);
        // Attributes that the comment stands behind belong to it.
        each.span.start = std::min(each.span.start, each.comment.start);
        each.span.end = std::max(each.span.end, line_around(text, tree.token_start(next)).end);
      } else if (each.problem.empty()) {
        each.problem = "nothing stands below this comment that it could be about";
        each.help = "put it above an item or a statement, or at the end of a line";
      }
    }
    found.push_back(std::move(each));
  }
  return found;
}

std::vector<Suppression> find_toml_suppressions(std::string_view text) {
  std::vector<Suppression> found;
  for (size_t at = text.find(kMark); at != std::string_view::npos; at = text.find(kMark, at + 1)) {
    const ByteSpan line = line_around(text, static_cast<uint32_t>(at));
    const std::string_view before = trim(text.substr(line.start, at - line.start));
    if (!before.ends_with('#')) continue;
    Suppression each;
    const size_t hash = text.rfind('#', at);
    each.comment = {static_cast<uint32_t>(hash), line.end};
    read_directive(text.substr(at + kMark.size(), line.end - at - kMark.size()), &each);
    each.span = line;
    if (before == "#") {
      // The next line that is no comment.
      uint32_t next = line.end;
      while (next < text.size()) {
        const ByteSpan below = line_around(text, next + 1);
        each.span = {line.start, below.end};
        const std::string_view content = trim(text.substr(below.start, below.end - below.start));
        if (!content.empty() && !content.starts_with('#')) break;
        next = below.end;
      }
    }
    found.push_back(std::move(each));
  }
  return found;
}

bool is_suppressed(std::vector<Suppression>& suppressions, const Rule& rule, uint32_t start) {
  bool hidden = false;
  for (Suppression& each : suppressions) {
    if (!each.problem.empty() || start < each.span.start || start > each.span.end) continue;
    for (size_t i = 0; i < each.names.size(); ++i) {
      if (each.names[i] != rule.id && each.names[i] != rule.area) continue;
      each.used[i] = true;
      hidden = true;
    }
  }
  return hidden;
}

namespace {

constexpr std::string_view kReferences[] = {
    "The Rust Reference, \"Lint check attributes\": `expect` and `reason`, "
    "https://doc.rust-lang.org/reference/attributes/diagnostics.html#lint-check-attributes",
};

}  // namespace

const Rule kInvalidSuppression = {
    .id = "review/invalid-suppression",
    .area = "review",
    .title = "a comment that was to silence a rule and has no effect",
    .why =
        "`rustpro: allow(rule) reason` silences a rule for a line, or for what stands below the comment. Without a "
        "reason nobody can tell later whether it still holds, and with the name of a rule that does not exist it "
        "silences nothing; so neither has any effect.",
    .bad =
        "pub fn first(values: &[u8]) -> u8 {\n"
        "    /* rustpro: allow(safety/undocumented-unsafe) */  //~\n"
        "    unsafe { *values.as_ptr() }\n"
        "}\n"
        "\n"
        "// rustpro: allow(safety/no-such-rule) there is none of that name  //~\n"
        "pub fn second() {}\n",
    .good =
        "pub fn first(values: &[u8; 4]) -> u8 {\n"
        "    // rustpro: allow(safety/undocumented-unsafe) the type says it: there are four elements\n"
        "    unsafe { *values.as_ptr() }\n"
        "}\n",
    .severity = Severity::Warning,
    .verdict = Verdict::Proven,
    .doubt = "",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
};

const Rule kUnusedSuppression = {
    .id = "review/unused-suppression",
    .area = "review",
    .title = "a comment that silences a rule which has nothing to say",
    .why =
        "What a comment silenced may have been mended long ago. Left where it is, it hides the next finding of that "
        "rule, which nobody has judged.",
    .bad =
        "// rustpro: allow(safety/undocumented-unsafe) checked by hand  //~\n"
        "pub fn first(values: &[u8]) -> Option<u8> {\n"
        "    values.first().copied()\n"
        "}\n",
    .good =
        "pub fn first(values: &[u8; 4]) -> u8 {\n"
        "    // rustpro: allow(safety/undocumented-unsafe) the type says it: there are four elements\n"
        "    unsafe { *values.as_ptr() }\n"
        "}\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt =
        "the rule may be silent because something it needs could not be seen in this review: a dependency, or code "
        "for another target",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
};

std::span<const Rule* const> review_rules() {
  static constexpr const Rule* kRules[] = {&kInvalidSuppression, &kUnusedSuppression};
  return kRules;
}

}  // namespace rp
