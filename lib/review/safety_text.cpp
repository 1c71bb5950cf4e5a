#include "review/safety_text.h"

#include <algorithm>

#include "syntax/ast.h"

namespace rp {
namespace {

// A search looks at no more neighbours than this, so that no file makes it slow.
constexpr uint32_t kMaxComments = 1000;
constexpr uint32_t kMaxTokens = 500;
constexpr int kMaxLevels = 64;
// A comment of so many words right at unsafe code is taken for its reason, whatever it is called.
constexpr size_t kReasonWords = 10;

// Whether `text` contains `word`, which is in lower case, in upper or lower case.
bool contains_word(std::string_view text, std::string_view word) {
  const auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
  const auto same = [&](char a, char b) { return lower(a) == b; };
  return std::search(text.begin(), text.end(), word.begin(), word.end(), same) != text.end();
}

bool opens(TokenKind kind) {
  return kind == TokenKind::LBrace || kind == TokenKind::LParen || kind == TokenKind::LBracket;
}
bool closes(TokenKind kind) {
  return kind == TokenKind::RBrace || kind == TokenKind::RParen || kind == TokenKind::RBracket;
}

// Where a climb from an unsafe block ends: the comment above what is around it speaks of something else.
bool is_boundary(NodeKind kind) {
  switch (kind) {
    case NodeKind::Block:
    case NodeKind::ItemList:
    case NodeKind::MatchArmList:
    case NodeKind::SourceFile:
    case NodeKind::Fragment:
    case NodeKind::Error:
      return true;
    default:
      return false;
  }
}

// The text of a documentation comment without its marks.
void append_comment_docs(std::string_view comment, std::string* out) {
  if (comment.starts_with("//")) {
    *out += comment.substr(std::min<size_t>(3, comment.size()));
    *out += '\n';
    return;
  }
  comment.remove_prefix(std::min<size_t>(3, comment.size()));
  if (comment.ends_with("*/")) comment.remove_suffix(2);
  while (!comment.empty()) {
    const size_t newline = std::min(comment.find('\n'), comment.size());
    std::string_view line = comment.substr(0, newline);
    const size_t text = line.find_first_not_of(" \t");
    if (text != std::string_view::npos && line[text] == '*') line.remove_prefix(text + 1);
    *out += line;
    *out += '\n';
    comment.remove_prefix(std::min(newline + 1, comment.size()));
  }
}

// The value of a string literal as far as it matters here: escapes for a new line become one.
void append_literal_docs(std::string_view literal, std::string* out) {
  const size_t open = literal.find('"');
  const size_t close = literal.rfind('"');
  if (open == std::string_view::npos || close <= open) return;
  const bool raw = literal.front() == 'r';
  const std::string_view value = literal.substr(open + 1, close - open - 1);
  for (size_t i = 0; i < value.size(); ++i) {
    if (raw || value[i] != '\\' || i + 1 == value.size()) {
      *out += value[i];
    } else if (value[++i] == 'n') {
      *out += '\n';
    } else if (value[i] == 't') {
      *out += '\t';
    }
  }
  *out += '\n';
}

}  // namespace

bool mentions_safety(std::string_view text) { return contains_word(text, "safety:"); }

bool has_safety_heading(std::string_view markdown) {
  std::string_view previous;
  char fence = 0;
  while (!markdown.empty()) {
    const size_t newline = std::min(markdown.find('\n'), markdown.size());
    std::string_view line = markdown.substr(0, newline);
    markdown.remove_prefix(std::min(newline + 1, markdown.size()));
    line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size()));
    while (!line.empty() && (line.back() == ' ' || line.back() == '\t' || line.back() == '\r')) line.remove_suffix(1);
    if (line.starts_with("```") || line.starts_with("~~~")) {
      if (fence == 0)
        fence = line[0];
      else if (fence == line[0])
        fence = 0;
      previous = {};
      continue;
    }
    if (fence != 0) continue;
    const size_t level = std::min(line.find_first_not_of('#'), line.size());
    if (level >= 1 && level <= 6 && (level == line.size() || line[level] == ' ' || line[level] == '\t') &&
        contains_word(line, "safety"))
      return true;
    const bool underline = !line.empty() && (line.find_first_not_of('=') == std::string_view::npos ||
                                             line.find_first_not_of('-') == std::string_view::npos);
    if (underline && previous.size() < 60 && contains_word(previous, "safety")) return true;
    previous = line;
  }
  return false;
}

bool SafetyText::is_comment(uint32_t slot) const {
  const TokenKind kind = tree_.token_kind(slot);
  return kind == TokenKind::LineComment || kind == TokenKind::BlockComment || is_doc_comment(kind);
}

bool SafetyText::comment_says_safety(uint32_t slot) const {
  // A reason given in other words is a reason.
  static constexpr std::string_view kWords[] = {"safety",      "safe because", "safe as ", "safe since",
                                                "is safe",     "are safe",     "is sound", "soundness",
                                                "note(unsafe", "guaranteed",   "invariant"};
  const std::string_view text = tree_.token_text(slot);
  if (text.find("rustpro:") != std::string_view::npos) return false;  // names rules
  for (const std::string_view word : kWords)
    if (contains_word(text, word)) return true;
  return false;
}

// The words of a comment that may be a reason: no documentation, no plan for later, no code that was taken out.
size_t SafetyText::reasoning_words(uint32_t slot) const {
  const std::string_view text = tree_.token_text(slot);
  if (is_doc_comment(tree_.token_kind(slot))) return 0;
  for (const std::string_view mark : {"TODO", "FIXME", "XXX", "HACK", "rustpro:", ";", "==="})
    if (text.find(mark) != std::string_view::npos) return 0;
  size_t words = 0;
  bool in_word = false;
  for (const char c : text) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
    words += letter && !in_word ? 1 : 0;
    in_word = letter || c == '\'' || c == '_';
  }
  return words;
}

bool SafetyText::run_before(uint32_t slot) {
  if (slot == last_run_slot_) return last_run_;
  last_run_slot_ = slot;
  last_run_ = false;
  size_t words = 0;
  for (uint32_t at = slot, n = 0; at > 0 && is_comment(at - 1) && n < kMaxComments; --at, ++n) {
    const uint32_t comment = at - 1;
    const bool says = comment_says_safety(comment);
    if (!says) words += reasoning_words(comment);
    if (!says && words < kReasonWords) continue;
    if (comment > 0 && lines_.line_of(tree_.token_start(comment)) != lines_.line_of(tree_.token_start(slot))) {
      const TokenKind before = tree_.token_kind(comment - 1);
      const bool finished = before == TokenKind::Semi || before == TokenKind::RBrace || before == TokenKind::Comma;
      if (finished && lines_.line_of(tree_.token_start(comment - 1)) == lines_.line_of(tree_.token_start(comment)))
        continue;
    }
    return last_run_ = true;
  }
  return false;
}

bool SafetyText::run_after(uint32_t slot) const {
  size_t words = 0;
  for (uint32_t n = 0; slot < tree_.slot_count() && is_comment(slot) && n < kMaxComments; ++slot, ++n) {
    if (comment_says_safety(slot)) return true;
    words += reasoning_words(slot);
  }
  return words >= kReasonWords;
}

bool SafetyText::behind_on_line(uint32_t slot) const {
  const uint32_t end = lines_.line_end(lines_.line_of(tree_.token_start(slot)));
  for (uint32_t n = 0; n < kMaxTokens && slot < tree_.slot_count() && tree_.token_start(slot) < end;
       slot += token_slots(tree_.token_kind(slot)), ++n)
    if (is_comment(slot) && comment_says_safety(slot)) return true;
  return false;
}

bool SafetyText::above_line(uint32_t slot) {
  const uint32_t start = lines_.line_start(lines_.line_of(tree_.token_start(slot)));
  for (uint32_t n = 0; n < kMaxTokens && slot > 0 && tree_.token_start(slot - 1) >= start; ++n) --slot;
  // Behind `}` the line goes on with what began above it.
  return !closes(tree_.token_kind(slot)) && run_before(slot);
}

uint32_t SafetyText::slot_after_attributes(NodeId item) const {
  uint32_t slot = tree_.first_slot(item);
  for (NodeId child = tree_.first_child(item); child; child = tree_.next_sibling(child)) {
    if (tree_.role(child) != Role::attribute || tree_.first_slot(child) > slot) break;
    slot = tree_.end_slot(child);
    while (slot < tree_.end_slot(item) && is_trivia(tree_.token_kind(slot))) ++slot;
  }
  return slot;
}

bool SafetyText::block_has_comment(NodeId block, uint32_t keyword) {
  if (run_before(keyword) || above_line(keyword) || behind_on_line(keyword)) return true;
  if (const NodeId body = tree_.child(block, Role::body))
    if (run_after(tree_.first_slot(body) + 1)) return true;
  NodeId at = block;
  for (int level = 0; level < kMaxLevels; ++level) {
    const NodeId up = tree_.parent(at);
    if (!up || is_boundary(tree_.kind(up))) return false;
    at = up;
    if (run_before(tree_.first_slot(at))) return true;
    const uint32_t inside = slot_after_attributes(at);
    if (inside != tree_.first_slot(at) && run_before(inside)) return true;
    const NodeCategory category = node_category(tree_.kind(at));
    if (category == NodeCategory::Stmt || category == NodeCategory::Item || tree_.kind(at) == NodeKind::MatchArm)
      return false;
  }
  return false;
}

bool SafetyText::item_has_comment(NodeId item, uint32_t keyword) {
  if (run_before(tree_.first_slot(item)) || behind_on_line(keyword)) return true;
  const uint32_t after = slot_after_attributes(item);
  for (uint32_t slot = tree_.first_slot(item), n = 0; slot < after && n < kMaxComments;
       slot += token_slots(tree_.token_kind(slot)), ++n)
    if (!is_doc_comment(tree_.token_kind(slot)) && is_comment(slot) && comment_says_safety(slot)) return true;
  const NodeId items = tree_.child(item, Role::items);
  return items && opens(tree_.token_kind(tree_.first_slot(items))) && run_after(tree_.first_slot(items) + 1);
}

void SafetyText::add_attribute_docs(NodeId attribute, Docs* docs) {
  const ast::Attr attr(tree_, attribute);
  const std::string_view name = attr.path().text();
  if (name == "doc" && attr.value()) {
    const ast::View value = attr.value();
    if (value.kind() == NodeKind::LiteralExpr)
      append_literal_docs(value.text(), &doc_text_);
    else
      docs->unseen = true;
    return;
  }
  if (!attr.arguments() || (name != "doc" && name != "cfg_attr")) return;
  const NodeId arguments = attr.arguments().id();
  const uint32_t end = tree_.end_slot(arguments);
  for (uint32_t slot = tree_.first_slot(arguments); slot < end; slot += token_slots(tree_.token_kind(slot))) {
    if (tree_.token_kind(slot) != TokenKind::Ident) continue;
    const std::string_view word = tree_.token_text(slot);
    if (name == "doc" && word == "hidden") docs->hidden = true;
    if (name == "doc" || word != "doc" || slot + 2 >= end || tree_.token_kind(slot + 1) != TokenKind::Eq) continue;
    if (is_string_literal(tree_.token_kind(slot + 2)))
      append_literal_docs(tree_.token_text(slot + 2), &doc_text_);
    else
      docs->unseen = true;
  }
}

SafetyText::Docs SafetyText::docs_of(NodeId item) {
  Docs docs;
  doc_text_.clear();
  const auto add = [&](NodeId owner) {
    for (NodeId child = tree_.first_child(owner); child; child = tree_.next_sibling(child)) {
      if (tree_.role(child) != Role::attribute) break;
      if (tree_.kind(child) == NodeKind::DocComment)
        append_comment_docs(tree_.text(child), &doc_text_);
      else if (tree_.kind(child) == NodeKind::Attr)
        add_attribute_docs(child, &docs);
    }
  };
  add(item);
  // Documentation may stand inside the braces too.
  for (const Role role : {Role::body, Role::items})
    if (const NodeId inner = tree_.child(item, role)) add(inner);
  docs.section = has_safety_heading(doc_text_);
  docs.mention = mentions_safety(doc_text_) || contains_word(doc_text_, "safe because");
  return docs;
}

}  // namespace rp
