// Both texts are parsed and written as lists of tokens in which only what means something is left; the lists are
// compared line by line (statements, items, arms), and lines that differ token by token.
#include "expansion_compare.h"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <unordered_map>

#include "expand/attributes.h"
#include "syntax/lexer.h"
#include "syntax/parser.h"

namespace rp {
namespace {

using T = TokenKind;
using N = NodeKind;

struct Word {
  std::string text;
  uint32_t expansion = UINT32_MAX;
};
struct Words {
  std::vector<Word> words;
  std::vector<uint32_t> lines;  // where each begins
};

bool is_structure(N kind) {
  return kind == N::BinaryExpr || kind == N::UnaryExpr || kind == N::RefExpr || kind == N::CastExpr ||
         kind == N::RangeExpr || kind == N::AssignExpr || kind == N::ClosureExpr || kind == N::OrPat ||
         kind == N::RangePat || kind == N::ReturnExpr || kind == N::BreakExpr;
}

bool begins_line(N kind) {
  const NodeCategory category = node_category(kind);
  return category == NodeCategory::Item || category == NodeCategory::Stmt || kind == N::MatchArm ||
         kind == N::Variant || kind == N::RecordField || kind == N::Attr;
}

class Normalizer {
 public:
  Normalizer(const Tree& tree, Words* out) : tree_(tree), out_(out) {
    std::vector<uint32_t> open;
    expansions_.resize(tree.slot_count() + 1, UINT32_MAX);
    for (uint32_t slot = 0; slot < tree.slot_count(); ++slot) {
      if (tree.token_kind(slot) == T::BlockComment) {
        const std::string_view text = tree.token_text(slot);
        if (text.starts_with("/* <")) open.push_back(static_cast<uint32_t>(std::atoi(text.data() + 4)));
        if (text.starts_with("/* >") && !open.empty()) open.pop_back();
      }
      expansions_[slot] = open.empty() ? UINT32_MAX : open.back();
    }
  }
  void run() {
    out_->lines.push_back(0);
    node(tree_.root());
    if (out_->lines.back() != out_->words.size()) line();
  }

 private:
  void line() {
    const auto at = static_cast<uint32_t>(out_->words.size());
    if (out_->lines.back() != at) out_->lines.push_back(at);
  }
  void word(std::string text, uint32_t slot) { out_->words.push_back({std::move(text), expansions_[slot]}); }

  [[nodiscard]] std::string attribute_name(NodeId attr) const {
    const NodeId path = tree_.child(attr, Role::path);
    std::string name;
    if (path)
      for (uint32_t s = tree_.first_slot(path); s < tree_.end_slot(path); s += token_slots(tree_.token_kind(s)))
        if (!is_trivia(tree_.token_kind(s))) name += tree_.token_text(s);
    return name;
  }
  [[nodiscard]] bool has_attribute(NodeId node, std::string_view name) const {
    for (NodeId c = tree_.first_child(node); c; c = tree_.next_sibling(c))
      if (tree_.kind(c) == N::Attr && attribute_name(c) == name) return true;
    return false;
  }

  // Documentation as one word, however it is written.
  void documentation(std::string text, uint32_t slot) {
    std::erase_if(text, [](char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n'; });
    line();
    word("doc:" + text, slot);
    line();
  }
  bool attribute(NodeId attr) {
    const uint32_t first = tree_.first_slot(attr);
    if (tree_.kind(attr) == N::DocComment) {
      std::string_view text = tree_.token_text(first);
      text.remove_prefix(3);
      if (tree_.token_kind(first) == T::OuterBlockDoc || tree_.token_kind(first) == T::InnerBlockDoc)
        text.remove_suffix(std::min<size_t>(2, text.size()));
      documentation(std::string(text), first);
      return true;
    }
    const std::string name = attribute_name(attr);
    if (name == "doc")
      if (const NodeId value = tree_.child(attr, Role::value)) {
        std::string text;
        uint32_t slot = tree_.first_slot(value);
        while (slot < tree_.end_slot(value) && is_trivia(tree_.token_kind(slot))) ++slot;
        if (string_literal_value(tree_, slot, &text)) {
          documentation(text, first);
          return true;
        }
      }
    if (name == "feature" && tree_.text(attr).find("prelude_import") != std::string_view::npos) return true;
    return name == "cfg" || name == "cfg_attr" || name == "prelude_import" || name == "macro_use" || name == "derive" ||
           name == "no_std" || name == "no_core" || name == "test" || name == "rustc_test_marker";
  }

  // The comma at `slot` is the last token of its list.
  [[nodiscard]] bool is_trailing(uint32_t slot, NodeId owner) const {
    for (uint32_t s = slot + 1; s < tree_.slot_count(); ++s) {
      const T kind = tree_.token_kind(s);
      if (is_trivia(kind)) continue;
      if (kind == T::RParen || kind == T::RBracket || kind == T::RBrace || kind == T::Gt || kind == T::Shr ||
          kind == T::Ge || kind == T::ShrEq)
        return true;
      return s >= tree_.end_slot(owner) && tree_.kind(owner) == N::WhereClause;
    }
    return true;
  }
  [[nodiscard]] uint32_t child_count(NodeId node) const {
    uint32_t count = 0;
    for (NodeId c = tree_.first_child(node); c; c = tree_.next_sibling(c)) count += tree_.role(c) != Role::attribute;
    return count;
  }

  void token(uint32_t slot, T kind, std::string_view text, NodeId owner) {
    const N n = tree_.kind(owner);
    switch (kind) {
      case T::Comma:
        if (n == N::MatchArm || n == N::MatchArmList) return;
        if (n == N::WhereClause) return;
        if (is_trailing(slot, owner)) {
          const bool tuple = n == N::TupleExpr || n == N::TupleType || n == N::TuplePat;
          if (!tuple || child_count(owner) != 1) return;
        }
        break;
      case T::LParen:
      case T::RParen:
        if (n == N::ParenExpr || n == N::ParenType || n == N::ParenPat || n == N::TraitBound) return;
        break;
      case T::Or:
        // Before the first alternative.
        if (n == N::MatchArm) return;
        if (n == N::OrPat && slot == tree_.first_slot(owner)) return;
        break;
      case T::Colon:
        // `T:` without bounds.
        for (NodeId c = tree_.first_child(owner); c; c = tree_.next_sibling(c))
          if (tree_.kind(c) == N::BoundList && !tree_.first_child(c)) return;
        break;
      case T::Plus:
        // Behind the last bound.
        if (n == N::BoundList && slot + 1 >= tree_.end_slot(owner)) return;
        break;
      case T::RawIdent:
        word(std::string(text.substr(2)), slot);
        return;
      case T::KwIn:
        if (n == N::Visibility) {
          const NodeId path = tree_.child(owner, Role::path);
          if (path && !tree_.next_sibling(tree_.first_child(path))) return;
        }
        break;
      case T::Semi:
        // After items with braces.
        if (n == N::MacroItem || n == N::MacroRulesItem || n == N::SourceFile || n == N::ItemList) return;
        if (n == N::TokenTree && is_trailing(slot, owner)) return;
        break;
      case T::KwExtern:
        if (n == N::Abi) {
          word("extern", slot);
          if (tree_.end_slot(owner) == slot + 1) word("\"C", slot);
          return;
        }
        break;
      default:
        break;
    }
    std::string value;
    if ((kind == T::Str || kind == T::RawStr) && string_literal_value(tree_, slot, &value)) {
      word("\"" + value, slot);
      return;
    }
    if (kTokenKindInfo[static_cast<size_t>(kind)].is_punct && text.size() > 1) {
      for (const char c : text) word(std::string(1, c), slot);
      return;
    }
    if (is_doc_comment(kind)) {
      documentation(std::string(text), slot);
      return;
    }
    word(std::string(text), slot);
  }

  void node(NodeId node_id) {
    const N kind = tree_.kind(node_id);
    if (kind == N::EmptyStmt || kind == N::Missing) return;
    if (kind == N::GenericParams && !tree_.first_child(node_id)) return;
    // What rustc adds to crates of procedural macros.
    if (kind == N::ConstItem && tree_.text(node_id).find("rustc_proc_macro_decls") != std::string_view::npos) return;
    if ((kind == N::Attr || kind == N::DocComment) && attribute(node_id)) return;
    if (kind == N::ExternCrateItem) {
      const NodeId name = tree_.child(node_id, Role::name);
      const std::string_view text = name ? tree_.text(name) : std::string_view();
      if ((text == "std" || text == "core") && !tree_.child(node_id, Role::rename)) return;
    }
    if (kind == N::UseItem && has_attribute(node_id, "prelude_import")) return;
    if (begins_line(kind) || tree_.role(node_id) == Role::tail) line();
    const bool structure = is_structure(kind);
    if (structure) word("⟨", tree_.first_slot(node_id));
    uint32_t slot = tree_.first_slot(node_id);
    const uint32_t end = tree_.end_slot(node_id);
    NodeId child = tree_.first_child(node_id);
    while (slot < end || child) {
      if (child && tree_.first_slot(child) <= slot) {
        node(child);
        slot = std::max(slot, tree_.end_slot(child));
        child = tree_.next_sibling(child);
        continue;
      }
      const uint32_t limit = child ? std::min(end, tree_.first_slot(child)) : end;
      if (slot >= limit) {
        if (!child) break;
        slot = tree_.first_slot(child);
        continue;
      }
      const T token_kind = tree_.token_kind(slot);
      const uint32_t slots = token_slots(token_kind);
      if (slot + slots > limit) {
        const uint32_t start = tree_.token_start(slot);
        word(std::string(tree_.text().substr(start, tree_.token_start(slot + 1) - start)), slot);
        ++slot;
        continue;
      }
      if (!is_trivia(token_kind) && token_kind != T::VirtualCloser)
        token(slot, token_kind, tree_.token_text(slot), node_id);
      slot += slots;
    }
    if (structure) word("⟩", end > 0 ? end - 1 : 0);
    if (begins_line(kind)) line();
  }

  const Tree& tree_;
  Words* out_;
  std::vector<uint32_t> expansions_;
};

void replace_all(std::string* text, std::string_view from, std::string_view to) {
  for (size_t at = text->find(from); at != std::string::npos; at = text->find(from, at + to.size()))
    text->replace(at, from.size(), to);
}

// Runs of equal elements are matched; what is left over is reported in pairs of ranges.
class Differ {
 public:
  using Report = void (*)(void*, size_t, size_t, size_t, size_t);
  Differ(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b) : a_(a), b_(b) {}
  std::vector<std::array<size_t, 4>> run() {
    diff(0, a_.size(), 0, b_.size(), 0);
    return std::move(hunks_);
  }

 private:
  void diff(size_t a0, size_t a1, size_t b0, size_t b1, int depth) {
    while (a0 < a1 && b0 < b1 && a_[a0] == b_[b0]) ++a0, ++b0;
    while (a0 < a1 && b0 < b1 && a_[a1 - 1] == b_[b1 - 1]) --a1, --b1;
    if (a0 == a1 && b0 == b1) return;
    if (a0 == a1 || b0 == b1 || depth > 200) {
      hunks_.push_back({a0, a1, b0, b1});
      return;
    }
    // What stands once in both is an anchor; of those the longest increasing run.
    std::unordered_map<uint32_t, std::pair<int, size_t>> in_a;
    std::unordered_map<uint32_t, std::pair<int, size_t>> in_b;
    for (size_t i = a0; i < a1; ++i) {
      auto& e = in_a[a_[i]];
      ++e.first;
      e.second = i;
    }
    for (size_t i = b0; i < b1; ++i) {
      auto& e = in_b[b_[i]];
      ++e.first;
      e.second = i;
    }
    std::vector<std::pair<size_t, size_t>> anchors;
    for (size_t i = a0; i < a1; ++i) {
      if (in_a[a_[i]].first != 1) continue;
      const auto it = in_b.find(a_[i]);
      if (it != in_b.end() && it->second.first == 1) anchors.emplace_back(i, it->second.second);
    }
    if (anchors.empty()) {
      small(a0, a1, b0, b1);
      return;
    }
    std::vector<size_t> tails;
    std::vector<size_t> before(anchors.size(), SIZE_MAX);
    for (size_t i = 0; i < anchors.size(); ++i) {
      const auto it = std::lower_bound(tails.begin(), tails.end(), anchors[i].second,
                                       [&](size_t t, size_t value) { return anchors[t].second < value; });
      if (it != tails.begin()) before[i] = *(it - 1);
      if (it == tails.end())
        tails.push_back(i);
      else
        *it = i;
    }
    std::vector<std::pair<size_t, size_t>> chain;
    for (size_t i = tails.back(); i != SIZE_MAX; i = before[i]) chain.push_back(anchors[i]);
    std::reverse(chain.begin(), chain.end());
    size_t from_a = a0;
    size_t from_b = b0;
    for (const auto& [x, y] : chain) {
      diff(from_a, x, from_b, y, depth + 1);
      from_a = x + 1;
      from_b = y + 1;
    }
    diff(from_a, a1, from_b, b1, depth + 1);
  }
  // The longest common subsequence, by the table.
  void small(size_t a0, size_t a1, size_t b0, size_t b1) {
    const size_t n = a1 - a0;
    const size_t m = b1 - b0;
    if (n * m > 4'000'000) {
      hunks_.push_back({a0, a1, b0, b1});
      return;
    }
    std::vector<uint32_t> table((n + 1) * (m + 1));
    for (size_t i = n; i-- > 0;)
      for (size_t j = m; j-- > 0;)
        table[i * (m + 1) + j] = a_[a0 + i] == b_[b0 + j]
                                     ? table[(i + 1) * (m + 1) + j + 1] + 1
                                     : std::max(table[(i + 1) * (m + 1) + j], table[i * (m + 1) + j + 1]);
    size_t i = 0;
    size_t j = 0;
    size_t start_i = 0;
    size_t start_j = 0;
    const auto flush = [&] {
      if (start_i != i || start_j != j) hunks_.push_back({a0 + start_i, a0 + i, b0 + start_j, b0 + j});
    };
    while (i < n && j < m) {
      if (a_[a0 + i] == b_[b0 + j]) {
        flush();
        ++i;
        ++j;
        start_i = i;
        start_j = j;
      } else if (table[(i + 1) * (m + 1) + j] >= table[i * (m + 1) + j + 1]) {
        ++i;
      } else {
        ++j;
      }
    }
    i = n;
    j = m;
    flush();
  }

  const std::vector<uint32_t>& a_;
  const std::vector<uint32_t>& b_;
  std::vector<std::array<size_t, 4>> hunks_;
};

std::string excerpt(const std::vector<Word>& words, size_t begin, size_t end) {
  std::string out;
  const size_t from = begin > 8 ? begin - 8 : 0;
  const size_t to = std::min(words.size(), std::min(end, begin + 40) + 6);
  for (size_t i = from; i < to; ++i) {
    if (i == begin) out += "【";
    if (i == end) out += "】";
    if (!out.empty() && i != begin) out += ' ';
    out += words[i].text.size() > 60 ? words[i].text.substr(0, 60) : words[i].text;
  }
  if (begin == to) out += "【】";
  for (char& c : out)
    if (c == '\n' || c == '\t' || c == '\r') c = ' ';
  return out;
}

bool parse_text(const std::string& text, Edition edition, const char* whose, Tree* tree, std::string* error) {
  ParseOptions options;
  options.edition = edition;
  *tree = lex_and_parse(text, options);
  if (tree->errors().empty()) return true;
  const SyntaxError& e = tree->errors().front();
  const std::string_view before = std::string_view(text).substr(0, e.start);
  const size_t line_start = before.rfind('\n') + 1;
  const size_t line_end = std::min(text.find('\n', e.start), text.size());
  *error = std::string(whose) + " text, line " + std::to_string(1 + std::count(before.begin(), before.end(), '\n')) +
           ": " + e.message + ": " + text.substr(line_start, std::min<size_t>(line_end - line_start, 300));
  return false;
}

}  // namespace

ExpansionComparison compare_expansions(std::string ours, std::string theirs, Edition edition) {
  ExpansionComparison out;
  // So that arguments are seen as expressions.
  for (std::string* text : {&ours, &theirs}) replace_all(text, "format_args!(", "format_args_(");
  Tree trees[2];
  if (!parse_text(ours, edition, "our", &trees[0], &out.error)) return out;
  if (!parse_text(theirs, edition, "rustc's", &trees[1], &out.error)) return out;
  Words words[2];
  std::vector<uint32_t> numbers[2];
  std::vector<uint32_t> lines[2];
  std::unordered_map<std::string, uint32_t> number_of;
  std::unordered_map<std::string, uint32_t> line_of;
  for (int side = 0; side < 2; ++side) {
    Normalizer(trees[side], &words[side]).run();
    for (const Word& w : words[side].words)
      numbers[side].push_back(number_of.emplace(w.text, static_cast<uint32_t>(number_of.size())).first->second);
    std::vector<uint32_t>& starts = words[side].lines;
    if (starts.back() != words[side].words.size()) starts.push_back(static_cast<uint32_t>(words[side].words.size()));
    for (size_t i = 0; i + 1 < starts.size(); ++i) {
      std::string key;
      for (uint32_t k = starts[i]; k < starts[i + 1]; ++k) key += words[side].words[k].text + '\n';
      lines[side].push_back(line_of.emplace(std::move(key), static_cast<uint32_t>(line_of.size())).first->second);
    }
  }
  out.tokens = words[0].words.size();
  for (const auto& [a0, a1, b0, b1] : Differ(lines[0], lines[1]).run()) {
    const size_t from_a = words[0].lines[a0];
    const size_t from_b = words[1].lines[b0];
    const std::vector<uint32_t> part_a(numbers[0].begin() + static_cast<ptrdiff_t>(from_a),
                                       numbers[0].begin() + words[0].lines[a1]);
    const std::vector<uint32_t> part_b(numbers[1].begin() + static_cast<ptrdiff_t>(from_b),
                                       numbers[1].begin() + words[1].lines[b1]);
    for (const auto& [x0, x1, y0, y1] : Differ(part_a, part_b).run()) {
      ExpansionDifference d;
      const std::vector<Word>& own = words[0].words;
      d.ours = excerpt(own, from_a + x0, from_a + x1);
      d.theirs = excerpt(words[1].words, from_b + y0, from_b + y1);
      if (x0 == x1) {
        // Something is missing: of what stands before and behind it. The same tokens may be missing a little further
        // up, where a line begins.
        size_t up = 0;
        while (up < x0 && up < y0 && part_b[y0 - 1 - up] == part_b[y1 - 1 - up] &&
               part_a[x0 - 1 - up] == part_b[y0 - 1 - up] &&
               !std::binary_search(words[1].lines.begin(), words[1].lines.end(), from_b + y0 - up))
          ++up;
        if (!std::binary_search(words[1].lines.begin(), words[1].lines.end(), from_b + y0 - up)) up = 0;
        const size_t at = from_a + x0 - up;
        const uint32_t before = at > 0 ? own[at - 1].expansion : UINT32_MAX;
        const uint32_t behind = at < own.size() ? own[at].expansion : UINT32_MAX;
        const bool whole_lines = std::binary_search(words[0].lines.begin(), words[0].lines.end(), at) &&
                                 std::binary_search(words[1].lines.begin(), words[1].lines.end(), from_b + y0 - up) &&
                                 std::binary_search(words[1].lines.begin(), words[1].lines.end(), from_b + y1 - up);
        d.expansion = before == UINT32_MAX || (whole_lines && behind == UINT32_MAX) ? behind : before;
        if (whole_lines && (before == UINT32_MAX || behind == UINT32_MAX)) d.expansion = UINT32_MAX;
        out.differences.push_back(d);
        continue;
      }
      std::vector<uint32_t> seen;
      for (size_t i = from_a + x0; i < from_a + x1; ++i) {
        if (std::find(seen.begin(), seen.end(), own[i].expansion) != seen.end()) continue;
        seen.push_back(own[i].expansion);
        d.expansion = own[i].expansion;
        out.differences.push_back(d);
      }
    }
  }
  return out;
}

}  // namespace rp
