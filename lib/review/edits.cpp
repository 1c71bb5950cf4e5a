#include "review/edits.h"

#include <algorithm>

#include "review/toml_edits.h"

namespace rp {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t'; }

uint32_t line_start(std::string_view text, uint32_t offset) {
  while (offset > 0 && text[offset - 1] != '\n') --offset;
  return offset;
}

// Behind the blanks from `offset` on.
uint32_t skip_blanks(std::string_view text, uint32_t offset) {
  while (offset < text.size() && is_blank(text[offset])) ++offset;
  return offset;
}

uint32_t skip_blanks_back(std::string_view text, uint32_t offset) {
  while (offset > 0 && is_blank(text[offset - 1])) --offset;
  return offset;
}

bool begins_line(std::string_view text, uint32_t offset) {
  const uint32_t at = skip_blanks_back(text, offset);
  return at == 0 || text[at - 1] == '\n' || (at == 3 && text.starts_with("\xEF\xBB\xBF"));
}

// Behind the line break at `offset`, or `offset` when there is none.
uint32_t skip_break(std::string_view text, uint32_t offset) {
  if (text.substr(offset).starts_with("\r\n")) return offset + 2;
  if (text.substr(offset).starts_with("\n")) return offset + 1;
  return offset;
}

bool ends_line(std::string_view text, uint32_t offset) {
  return offset == text.size() || skip_break(text, offset) != offset;
}

// The span with its line when nothing else is on it. The byte order mark stays.
ByteSpan with_line(std::string_view text, ByteSpan span) {
  const uint32_t end = skip_blanks(text, span.end);
  if (!begins_line(text, span.start) || !ends_line(text, end)) return span;
  return {skip_blanks_back(text, span.start), skip_break(text, end)};
}

}  // namespace

void EditBuilder::replace(ByteSpan span, std::string_view text) { edits_.push_back({span, std::string(text)}); }
void EditBuilder::replace(NodeId node, std::string_view text) { replace(tree_.span(node), text); }
void EditBuilder::insert_before(NodeId node, std::string_view text) { insert(tree_.span(node).start, text); }
void EditBuilder::insert_after(NodeId node, std::string_view text) { insert(tree_.span(node).end, text); }
void EditBuilder::wrap(NodeId node, std::string_view before, std::string_view after) {
  insert_before(node, before);
  insert_after(node, after);
}
void EditBuilder::remove(ByteSpan span) { replace(span, ""); }
void EditBuilder::remove(NodeId node) { remove(tree_.span(node)); }

void EditBuilder::remove_element(NodeId node) {
  const std::string_view text = tree_.text();
  ByteSpan span = tree_.span(node);
  // The comma behind it; a comment between the two keeps the element's own span.
  uint32_t slot = tree_.end_slot(node);
  if (slot < tree_.slot_count() && tree_.token_kind(slot) == TokenKind::Comma) {
    span.end = tree_.token_end(slot);
    const ByteSpan line = with_line(text, span);
    if (line.start != span.start || line.end != span.end) return remove(line);
    span.end = skip_blanks(text, span.end);
    return remove(span);
  }
  // The last one: the comma before it, and the white space between the two.
  slot = tree_.first_slot(node);
  if (slot > 0 && tree_.token_kind(slot - 1) == TokenKind::Comma) span.start = tree_.token_start(slot - 1);
  remove(span);
}

void EditBuilder::remove_line(NodeId node) {
  const std::string_view text = tree_.text();
  const ByteSpan span = tree_.span(node);
  const ByteSpan line = with_line(text, span);
  if (line.start != span.start || line.end != span.end) return remove(line);
  // Something stands on its line: the blanks go that would be left twice.
  remove(ByteSpan{span.start, skip_blanks(text, span.end)});
}

void EditBuilder::insert_attribute(NodeId item, std::string_view attribute) {
  const uint32_t at = after_attributes(item);
  if (begins_line(tree_.text(), at))
    insert(at, std::string(attribute) + "\n" + std::string(indentation(at)));
  else
    insert(at, std::string(attribute) + " ");
}

void EditBuilder::insert_lines_before(NodeId node, std::string_view text) {
  const uint32_t at = tree_.span(node).start;
  std::string lines = indented(at, text);
  lines += begins_line(tree_.text(), at) ? "\n" + std::string(indentation(at)) : " ";
  insert(at, lines);
}

void EditBuilder::insert_lines_after(NodeId node, std::string_view text) {
  const ByteSpan span = tree_.span(node);
  insert(span.end, "\n" + std::string(indentation(span.start)) + indented(span.start, text));
}

std::string_view EditBuilder::indentation(uint32_t offset) const {
  const std::string_view text = tree_.text();
  uint32_t start = line_start(text, offset);
  if (start == 0 && text.starts_with("\xEF\xBB\xBF")) start = 3;
  return text.substr(start, std::min(skip_blanks(text, start), std::max(offset, start)) - start);
}

uint32_t EditBuilder::after_attributes(NodeId item) const {
  uint32_t slot = tree_.first_slot(item);
  for (NodeId child = tree_.first_child(item); child && tree_.role(child) == Role::attribute;
       child = tree_.next_sibling(child)) {
    slot = tree_.end_slot(child);
    while (slot < tree_.slot_count() && is_trivia(tree_.token_kind(slot))) ++slot;
  }
  return tree_.token_start(slot);
}

// Every line but the first with the indentation of `offset`'s line.
std::string EditBuilder::indented(uint32_t offset, std::string_view text) const {
  std::string out;
  const std::string_view indent = indentation(offset);
  for (size_t begin = 0;;) {
    const size_t end = std::min(text.find('\n', begin), text.size());
    out += text.substr(begin, end - begin);
    if (end == text.size()) return out;
    out += '\n';
    if (end + 1 < text.size() && text[end + 1] != '\n') out += indent;
    begin = end + 1;
  }
}

ByteSpan toml_entry_span(std::string_view text, manifest::Span key, manifest::Span value) {
  ByteSpan span{key.begin, std::max(key.end, value.end)};
  const uint32_t end = skip_blanks(text, span.end);
  if (begins_line(text, span.start)) {
    uint32_t behind = end;
    if (behind < text.size() && text[behind] == '#')
      while (behind < text.size() && text[behind] != '\n') ++behind;
    if (ends_line(text, behind)) return {skip_blanks_back(text, span.start), skip_break(text, behind)};
  }
  if (end < text.size() && text[end] == ',') return {span.start, skip_blanks(text, end + 1)};
  const uint32_t before = skip_blanks_back(text, span.start);
  if (before > 0 && text[before - 1] == ',') return {skip_blanks_back(text, before - 1), span.end};
  return span;
}

bool is_plain_entry(std::string_view text, manifest::Span key, manifest::Span value) {
  if (key.end > value.begin || value.end > text.size() || value.end <= value.begin) return false;
  uint32_t at = skip_blanks(text, key.end);
  if (at >= value.begin || text[at] != '=') return false;
  at = skip_blanks(text, at + 1);
  return at == value.begin;
}

uint32_t toml_line_below(std::string_view text, manifest::Span value, bool* needs_break) {
  const size_t end = text.find('\n', value.end);
  *needs_break = end == std::string_view::npos;
  return static_cast<uint32_t>(*needs_break ? text.size() : end + 1);
}

}  // namespace rp
