#include "review/measure.h"

#include <algorithm>

namespace rp {
namespace {

constexpr char kCode = 1;
constexpr char kComment = 2;

// Tokens that may go over several lines.
bool may_span_lines(TokenKind kind) {
  return is_trivia(kind) || is_doc_comment(kind) || is_literal(kind) || kind == TokenKind::UnknownChar;
}

bool is_comment_token(TokenKind kind) {
  switch (kind) {
    case TokenKind::LineComment:
    case TokenKind::BlockComment:
    case TokenKind::Shebang:
    case TokenKind::Frontmatter:
      return true;
    default:
      return is_doc_comment(kind);
  }
}

}  // namespace

void Measure::mark(uint32_t first_line, uint32_t last_line, char what) {
  for (uint32_t line = first_line; line <= last_line && line <= marks_.size(); ++line)
    marks_[line - 1] = static_cast<char>(marks_[line - 1] | what);
}

void Measure::scan_tokens(Inventory* inventory, TestNames* tests) {
  const uint32_t line_count = lines_.line_count();
  marks_.resize(line_count);
  std::memset(marks_.data(), 0, line_count);
  const uint32_t slots = tree_.slot_count();
  uint32_t line = 1;
  uint32_t next_start = line < line_count ? lines_.line_start(2) : UINT32_MAX;
  for (uint32_t slot = 0; slot < slots;) {
    const TokenKind kind = tree_.token_kind(slot);
    const uint32_t start = tree_.token_start(slot);
    while (start >= next_start) {
      ++line;
      next_start = line < line_count ? lines_.line_start(line + 1) : UINT32_MAX;
    }
    inventory->see_token(slot, kind);
    if (kind != TokenKind::Bom) {
      const char what = is_comment_token(kind) ? kComment : kCode;
      if (what == kComment) tests->see_comment(slot, kind);
      marks_[line - 1] = static_cast<char>(marks_[line - 1] | what);
      if (may_span_lines(kind)) {
        const uint32_t end = tree_.token_end(slot);
        // A token that ends with its line does not reach into the next.
        if (end > next_start) mark(line + 1, lines_.line_of(end - 1), what);
      }
    }
    slot += token_slots(kind);
  }
  code_before_.resize(line_count + 1);
  code_before_[0] = 0;
  for (uint32_t i = 0; i < line_count; ++i) code_before_[i + 1] = code_before_[i] + ((marks_[i] & kCode) != 0 ? 1 : 0);
}

void Measure::visit(NodeId node, NodeKind kind) {
  while (!open_.empty() && open_.back().end <= node.value) open_.pop_back();
  if (kind == NodeKind::MacroCall) {
    ++metrics_.macro_calls;
    return;
  }
  if (kind == NodeKind::Block) {
    if (open_.empty() || open_.back().function == UINT32_MAX) return;
    const Open& around = open_.back();
    const uint32_t depth = around.depth + 1;
    Function& function = functions_[around.function];
    function.nesting = std::max(function.nesting, depth);
    open_.push_back({tree_.subtree_end(node).value, around.function, depth});
    return;
  }
  ++metrics_.items;
  if (kind == NodeKind::MacroRulesItem || kind == NodeKind::MacroDefItem) ++metrics_.macro_definitions;
  if (kind != NodeKind::FnItem) {
    // Blocks of an item inside a function (a constant's value) are not the function's.
    if (!open_.empty()) open_.push_back({tree_.subtree_end(node).value, UINT32_MAX, 0});
    return;
  }
  const NodeId body = tree_.child(node, Role::body);
  if (!body || tree_.kind(body) != NodeKind::Block) return;
  ++metrics_.functions;
  uint32_t first_slot = tree_.first_slot(node);
  for (NodeId child = tree_.first_child(node); child; child = tree_.next_sibling(child)) {
    if (tree_.role(child) != Role::attribute) break;
    first_slot = tree_.end_slot(child);
    while (is_trivia(tree_.token_kind(first_slot))) ++first_slot;
  }
  const uint32_t end = tree_.span(node).end;
  const uint32_t start = tree_.token_start(first_slot);
  functions_.push_back({node, lines_.line_of(start), lines_.line_of(end > start ? end - 1 : end), 0});
  open_.push_back({tree_.subtree_end(node).value, static_cast<uint32_t>(functions_.size() - 1), 0});
}

void Measure::finish(Metrics* metrics, std::vector<std::pair<NodeId, FunctionSize>>* longest) {
  const uint32_t lines = lines_.text_line_count();
  metrics_.bytes = tree_.text().size();
  metrics_.lines = lines;
  for (uint32_t i = 0; i < lines; ++i) {
    if ((marks_[i] & kCode) != 0)
      ++metrics_.code_lines;
    else if ((marks_[i] & kComment) != 0)
      ++metrics_.comment_lines;
    else
      ++metrics_.blank_lines;
  }
  for (const Function& function : functions_) metrics_.max_nesting = std::max(metrics_.max_nesting, function.nesting);
  const auto longer = [](const Function& a, const Function& b) {
    const uint32_t a_lines = a.last_line - a.first_line;
    const uint32_t b_lines = b.last_line - b.first_line;
    return a_lines != b_lines ? a_lines > b_lines : a.node < b.node;
  };
  const size_t kept = std::min(functions_.size(), kLongestFunctions);
  std::partial_sort(functions_.begin(), functions_.begin() + static_cast<ptrdiff_t>(kept), functions_.end(), longer);
  for (size_t i = 0; i < kept; ++i) {
    const Function& function = functions_[i];
    FunctionSize size;
    size.lines = function.last_line - function.first_line + 1;
    size.code_lines = code_before_[function.last_line] - code_before_[function.first_line - 1];
    size.nesting = function.nesting;
    longest->push_back({function.node, size});
  }
  *metrics = metrics_;
}

}  // namespace rp
