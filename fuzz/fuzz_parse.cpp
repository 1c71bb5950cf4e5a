// rp_tree_parse in every edition, and all that a tree can be asked: whatever the text, the leaves give it back, spans
// are nested and ordered, neighbours agree with each other, and errors lie inside the text.
#include <nlohmann/json.hpp>
#include <vector>

#include "harness.h"

namespace {

using fuzz::check_string;
using fuzz::view;

constexpr uint32_t kEditions[] = {RP_EDITION_2015, RP_EDITION_2018, RP_EDITION_2021, RP_EDITION_2024};

void check_leaf(rp_tree* tree, rp_node leaf, uint32_t start) {
  const rp_span span = rp_node_span(leaf);
  FUZZ_CHECK(span.start == start && span.end > start);
  FUZZ_CHECK(view(rp_node_text(leaf)) == view(rp_tree_text(tree)).substr(span.start, span.end - span.start));
  FUZZ_CHECK(rp_node_equal(rp_tree_node_at(tree, span.start), leaf));
  FUZZ_CHECK(rp_node_equal(rp_tree_node_at(tree, span.end - 1), leaf));
  FUZZ_CHECK(rp_node_is_null(rp_node_first_child(leaf)) && rp_node_is_null(rp_node_last_child(leaf)));
  FUZZ_CHECK(rp_node_child_count(leaf) == 0);
  FUZZ_CHECK(leaf.kind == RP_TOKEN_WHITESPACE ? rp_kind_is_trivia(leaf.kind) : rp_kind_is_token(leaf.kind));
  const rp_node covering = rp_tree_node_covering(tree, span.start, span.end);
  FUZZ_CHECK(rp_node_equal(covering, rp_node_parent(leaf)) || rp_node_span(covering).start == span.start);
}

void check_node(rp_node node) {
  const rp_span span = rp_node_span(node);
  rp_node child = rp_node_first_child(node);
  uint32_t end = span.start, nodes = 0;
  rp_node last = child;
  while (!rp_node_is_null(child)) {
    FUZZ_CHECK(rp_node_equal(rp_node_parent(child), node));
    FUZZ_CHECK(rp_node_span(child).start == end);
    end = rp_node_span(child).end;
    if (rp_kind_is_node(child.kind)) {
      FUZZ_CHECK(rp_node_equal(rp_node_child(node, nodes), child) || nodes > 50);
      ++nodes;
      const rp_string field = rp_node_field_name(child);
      check_string(field);
      if (field.length > 0) {
        const rp_node first = rp_node_child_by_field(node, field.data, field.length);
        FUZZ_CHECK(view(rp_node_field_name(first)) == view(field) && first.id <= child.id);
      }
    }
    last = child;
    child = rp_node_next_sibling(child);
    if (!rp_node_is_null(child)) FUZZ_CHECK(rp_node_equal(rp_node_previous_sibling(child), last));
  }
  FUZZ_CHECK(end == span.end);
  FUZZ_CHECK(rp_node_equal(rp_node_last_child(node), last));
  FUZZ_CHECK(rp_node_child_count(node) == nodes);
}

// A whole walk by rp_cursor_next, against the same walk by the other three steps.
void check_walk(rp_tree* tree) {
  rp_cursor cursor = rp_cursor_at(rp_tree_root(tree));
  uint32_t at = 0;
  do {
    const rp_node node = cursor.node;
    check_string(rp_kind_name(node.kind));
    if (node.id % 16 == 0) {  // it compares with every name
      const rp_string name = rp_kind_name(node.kind);
      FUZZ_CHECK(rp_kind_from_name(name.data, name.length) == node.kind);
    }
    rp_cursor other = cursor;
    if (rp_cursor_parent(&other)) {
      FUZZ_CHECK(rp_node_equal(other.node, rp_node_parent(node)) && other.depth + 1 == cursor.depth);
    }
    other = cursor;
    const bool has_sibling = rp_cursor_next_sibling(&other) != 0;
    FUZZ_CHECK(has_sibling ? rp_node_equal(other.node, rp_node_next_sibling(node))
                           : rp_node_is_null(rp_node_next_sibling(node)));
    other = cursor;
    if (rp_cursor_first_child(&other)) FUZZ_CHECK(rp_node_equal(other.node, rp_node_first_child(node)));
    if (rp_kind_is_node(node.kind)) {
      FUZZ_CHECK(rp_node_span(node).start == at);
      check_node(node);
    } else {
      check_leaf(tree, node, at);
      at = rp_node_span(node).end;
    }
  } while (rp_cursor_next(&cursor));
  FUZZ_CHECK(at == rp_tree_text(tree).length);
}

void check_errors(rp_tree* tree) {
  uint32_t last = 0;
  for (size_t i = 0; i < rp_tree_error_count(tree); ++i) {
    const rp_syntax_error e = rp_tree_error(tree, i);
    FUZZ_CHECK(e.span.start >= last && e.span.start <= e.span.end && e.span.end <= rp_tree_text(tree).length);
    FUZZ_CHECK(e.related_span.start <= e.related_span.end && e.related_span.end <= rp_tree_text(tree).length);
    FUZZ_CHECK(e.message.length > 0);
    check_string(e.message);
    check_string(e.hint);
    check_string(e.related_label);
    last = e.span.start;
  }
}

bool is_boundary(std::string_view text, uint32_t offset) {
  if (offset < text.size() && (static_cast<uint8_t>(text[offset]) & 0xC0) == 0x80) return false;
  return offset == 0 || offset >= text.size() || text[offset] != '\n' || text[offset - 1] != '\r';
}

void check_positions(rp_tree* tree) {
  const std::string_view text = view(rp_tree_text(tree));
  const auto size = static_cast<uint32_t>(text.size());
  const uint32_t step = size / 64 + 1;
  for (uint32_t offset = 0; offset <= size; offset += step) {
    const rp_position p = rp_tree_position(tree, offset);
    FUZZ_CHECK(p.line >= 1 && p.line <= rp_tree_line_count(tree));
    FUZZ_CHECK(p.column_bytes >= p.column_utf16 && p.column_utf16 >= 1);
    const uint32_t back = rp_tree_offset(tree, p.line, p.column_bytes);
    FUZZ_CHECK(back == rp_tree_offset_utf16(tree, p.line, p.column_utf16));
    FUZZ_CHECK(is_boundary(text, offset) ? back == offset : back <= offset);
  }
}

void check_figures(rp_tree* tree) {
  rp_tree_stats stats = RP_TREE_STATS_INIT;
  rp_error* error = nullptr;
  const rp_status status = rp_tree_get_stats(tree, &stats, &error);
  fuzz::check_status(status, error);
  FUZZ_CHECK(status == RP_OK && stats.bytes == rp_tree_text(tree).length && stats.errors == rp_tree_error_count(tree));
  FUZZ_CHECK(stats.lines <= rp_tree_line_count(tree) && stats.tokens <= stats.bytes);
}

void check_rendering(rp_tree* tree) {
  for (const rp_format format : {RP_FORMAT_TEXT, RP_FORMAT_JSON}) {
    for (const auto render : {rp_tree_render, rp_tree_render_errors}) {
      rp_render_options options = RP_RENDER_OPTIONS_INIT;
      options.format = format;
      options.color = static_cast<int>(rp_tree_text(tree).length % 2);
      rp_buffer* buffer = nullptr;
      rp_error* error = nullptr;
      const rp_status status = render(tree, &options, &buffer, &error);
      fuzz::check_status(status, error);
      FUZZ_CHECK(status == RP_OK);
      check_string(rp_buffer_text(buffer));
      if (format == RP_FORMAT_JSON) FUZZ_CHECK(nlohmann::json::accept(view(rp_buffer_text(buffer))));
      rp_buffer_free(buffer);
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view input = fuzz::view(data, size);
  rp_tree* tree = nullptr;
  rp_error* error = nullptr;
  const bool valid = rp::find_invalid_utf8(input) == std::string_view::npos;
  if (!valid) {
    const rp_status status = rp_tree_parse(input.data(), size, nullptr, 0, nullptr, &tree, &error);
    fuzz::check_status(status, error);
    FUZZ_CHECK(status == RP_ERROR_INVALID_UTF8 && tree == nullptr);
  }
  const std::string text = fuzz::as_utf8(input);
  for (const uint32_t edition : kEditions) {
    rp_parse_options options = RP_PARSE_OPTIONS_INIT;
    options.edition = edition;
    // Small limits some of the time: what is past them is where recovery is put to the test.
    options.nesting_limit = size % 3 == 0 ? static_cast<uint32_t>(size % 40) : 0;
    options.error_limit = size % 5 == 0 ? 3 : 0;
    const rp_status status = rp_tree_parse(text.data(), text.size(), "a.rs", 4, &options, &tree, &error);
    fuzz::check_status(status, error);
    FUZZ_CHECK(status == RP_OK && tree != nullptr);
    FUZZ_CHECK(view(rp_tree_text(tree)) == text && view(rp_tree_name(tree)) == "a.rs");
    FUZZ_CHECK(rp_tree_edition(tree) == edition);
    check_errors(tree);
    // The rest takes longer, and the same text gives almost the same tree in each edition.
    if (edition == kEditions[size % 4]) {
      check_walk(tree);
      check_positions(tree);
      check_figures(tree);
      check_rendering(tree);
    }
    rp_tree_free(tree);
  }
  return 0;
}
