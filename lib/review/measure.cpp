#include "review/measure.h"

#include <algorithm>
#include <array>

#include "review/suppressions.h"

namespace rp {
namespace {

constexpr uint8_t kCode = 1;
constexpr uint8_t kComment = 2;

// What the pass over the tokens has to do for a kind, besides marking its line as code. Most have nothing.
enum Work : uint8_t {
  kIsComment = 1,
  kMaySpanLines = 2,  // goes over several lines, perhaps
  kForInventory = 4,
  kIsWanted = 8,
  kIsNothing = 16,  // marks no line
  kIsEnd = 32,
};

using WorkTable = std::array<uint8_t, 256>;

constexpr WorkTable make_work() {
  WorkTable work{};
  for (size_t i = 0; i < static_cast<size_t>(TokenKind::kCount); ++i) {
    const auto kind = static_cast<TokenKind>(i);
    uint8_t what = 0;
    if (is_trivia(kind) || is_doc_comment(kind) || (is_literal(kind) && kind > TokenKind::Float) ||
        kind == TokenKind::UnknownChar)
      what |= kMaySpanLines;
    if (is_doc_comment(kind) || kind == TokenKind::LineComment || kind == TokenKind::BlockComment ||
        kind == TokenKind::Shebang || kind == TokenKind::Frontmatter)
      what |= kIsComment;
    if (Inventory::wants(kind)) what |= kForInventory;
    if (kind == TokenKind::Bom) what |= kIsNothing;
    if (kind == TokenKind::Eof) what |= kIsEnd;
    work[i] = what;
  }
  return work;
}
constexpr WorkTable kWork = make_work();

}  // namespace

void Measure::mark(uint32_t first_line, uint32_t last_line, uint8_t what) {
  for (uint32_t line = first_line; line <= last_line && line <= marks_.size(); ++line)
    marks_[line - 1] = static_cast<uint8_t>(marks_[line - 1] | what);
}

void Measure::scan_tokens(const TokenKinds& wanted, Inventory* inventory, TestNames* tests, SeenTokens* seen) {
  WorkTable work = kWork;
  for (size_t i = 0; i < wanted.size(); ++i)
    if (wanted[i]) work[i] |= kIsWanted;
  const uint32_t line_count = lines_.line_count();
  marks_.resize(line_count);
  std::memset(marks_.data(), 0, line_count);
  const uint32_t slots = tree_.slot_count();
  const std::span<const uint32_t> starts = lines_.later_starts();
  const auto start_after = [&](uint32_t line) { return line - 1 < starts.size() ? starts[line - 1] : UINT32_MAX; };
  uint32_t line = 1;
  uint32_t next_start = start_after(1);
  for (uint32_t slot = 0; slot < slots;) {
    while (tree_.token_start(slot) >= next_start) next_start = start_after(++line);
    const TokenKind kind = tree_.token_kind(slot);
    const uint8_t what = work[static_cast<size_t>(kind)];
    uint8_t& marks = marks_[line - 1];
    if (what == 0) {
      // Code: what follows on the same line adds nothing, up to a token that has something to it. The end has.
      marks |= kCode;
      do ++slot;
      while (work[static_cast<size_t>(tree_.token_kind(slot))] == 0 && tree_.token_start(slot) < next_start);
      continue;
    }
    if ((what & kForInventory) != 0) inventory->see_token(slot, kind);
    if ((what & kIsWanted) != 0) seen->kinds.set(static_cast<size_t>(kind));
    const uint32_t after = slot + token_slots(kind);
    if ((what & kIsNothing) == 0) {
      const uint8_t mark_as = (what & kIsComment) != 0 ? kComment : kCode;
      marks |= mark_as;
      if ((what & kIsComment) != 0) {
        if (is_doc_comment(kind))
          tests->see_documentation(slot, kind, std::min(next_start, static_cast<uint32_t>(tree_.text().size())));
        else if (is_directive(tree_.text(), tree_.token_start(slot)))
          seen->directives.push_back(slot);
      }
      // What follows on the same line says where it ends. One that ends with its line does not reach into the next.
      if ((what & kMaySpanLines) != 0 && (after >= slots || tree_.token_start(after) >= next_start)) {
        const uint32_t end = tree_.token_end(slot);
        if (end > next_start) mark(line + 1, lines_.line_of(end - 1), mark_as);
      }
    }
    slot = after;
  }
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
  line_ = lines_.line_from(line_, start);
  functions_.push_back({node, line_, lines_.line_from(line_, end > start ? end - 1 : end), 0});
  open_.push_back({tree_.subtree_end(node).value, static_cast<uint32_t>(functions_.size() - 1), 0});
}

void Measure::finish(Metrics* metrics, std::vector<std::pair<NodeId, FunctionSize>>* longest) {
  const uint32_t lines = lines_.text_line_count();
  metrics_.bytes = tree_.text().size();
  metrics_.lines = lines;
  uint32_t code = 0, comments = 0;
  for (uint32_t i = 0; i < lines; ++i) {
    code += marks_[i] & kCode;
    comments += marks_[i] == kComment ? 1 : 0;
  }
  metrics_.code_lines = code;
  metrics_.comment_lines = comments;
  metrics_.blank_lines = lines - code - comments;
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
    for (uint32_t line = function.first_line; line <= function.last_line; ++line)
      size.code_lines += marks_[line - 1] & kCode;
    size.nesting = function.nesting;
    longest->push_back({function.node, size});
  }
  *metrics = metrics_;
}

}  // namespace rp
