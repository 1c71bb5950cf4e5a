// The functions of rustpro/tree.h, and rp_tree_render.
#include <algorithm>
#include <chrono>

#include "abi/abi.h"
#include "abi/tree_handle.h"
#include "report/tree_dump.h"
#include "syntax/element_cursor.h"
#include "syntax/lexer.h"

using namespace rp::abi;
using rp::ByteSpan;
using rp::Element;
using rp::NodeId;
using rp::NodeKind;
using rp::Role;
using rp::TokenKind;

namespace {

constexpr uint32_t kFirstNodeKind = 256;
constexpr uint32_t kTokenKindCount = static_cast<uint32_t>(TokenKind::kCount);
constexpr uint32_t kNodeKindCount = static_cast<uint32_t>(NodeKind::kCount);
constexpr rp_node kNullNode = {nullptr, 0, RP_KIND_NONE};

constexpr uint32_t public_kind(TokenKind kind) { return static_cast<uint32_t>(kind) + 1; }
constexpr uint32_t public_kind(NodeKind kind) { return static_cast<uint32_t>(kind) + kFirstNodeKind; }
static_assert(public_kind(TokenKind::Whitespace) == RP_TOKEN_WHITESPACE);
static_assert(public_kind(NodeKind::SourceFile) == RP_NODE_SOURCE_FILE);

rp_node to_public(const rp_tree* tree, Element element) {
  switch (element.type) {
    case Element::Type::Node:
      return {tree, element.id, public_kind(tree->tree.kind(NodeId(element.id)))};
    case Element::Type::Token:
      return {tree, element.id, public_kind(tree->tree.token_kind(element.id))};
    case Element::Type::Whitespace:
      return {tree, element.id, RP_TOKEN_WHITESPACE};
    case Element::Type::None:
      break;
  }
  return kNullNode;
}

rp_node to_public(const rp_tree* tree, NodeId node) {
  return node ? to_public(tree, Element{Element::Type::Node, node.value}) : kNullNode;
}

// The element that a value stands for; None for a null node and for numbers that are no element of the tree.
Element to_element(rp_node node) {
  if (node.tree == nullptr) return {};
  const rp::Tree& tree = node.tree->tree;
  if (node.kind >= kFirstNodeKind) {
    if (node.id >= tree.node_count() || public_kind(tree.kind(NodeId(node.id))) != node.kind) return {};
    return {Element::Type::Node, node.id};
  }
  if (node.kind == RP_TOKEN_WHITESPACE) {
    if (node.id > tree.slot_count()) return {};
    if (node.id < tree.slot_count() && rp::token_head(tree, node.id) != node.id) return {};
    return rp::has_space_before(tree, node.id) ? Element{Element::Type::Whitespace, node.id} : Element{};
  }
  if (node.id >= tree.slot_count() || public_kind(tree.token_kind(node.id)) != node.kind) return {};
  return rp::token_head(tree, node.id) == node.id ? Element{Element::Type::Token, node.id} : Element{};
}

// The id when the value is a node, else none.
NodeId to_node_id(rp_node node) {
  const Element element = to_element(node);
  return element.type == Element::Type::Node ? NodeId(element.id) : NodeId();
}

rp_span to_public(ByteSpan span) { return {span.start, span.end}; }

Role role_from_name(std::string_view name) {
  for (size_t i = 1; i < static_cast<size_t>(Role::kCount); ++i)
    if (rp::role_name(static_cast<Role>(i)) == name) return static_cast<Role>(i);
  return Role::None;
}

uint64_t nanoseconds(std::chrono::steady_clock::duration duration) {
  return static_cast<uint64_t>(std::chrono::duration_cast<std::chrono::nanoseconds>(duration).count());
}

uint64_t count_tokens(const rp::Tree& tree) {
  uint64_t count = 0;
  for (uint32_t slot = 0; slot < tree.slot_count(); slot += rp::token_slots(tree.token_kind(slot))) ++count;
  return count;
}

// Error limit 0 means the default; the parser counts in 32 bits and adds one.
constexpr uint32_t kMaxErrorLimit = UINT32_MAX - 1;

rp_status read_parse_options(rp_error** error, const rp_parse_options* in, rp::ParseOptions* out,
                             uint64_t* memory_limit) {
  rp_parse_options options = RP_PARSE_OPTIONS_INIT;
  rp_status s = read_options(error, "rp_parse_options", in, kParseOptionsFirstSize, &options);
  if (s != RP_OK) return s;
  if (s = check_edition(error, options.edition, rp::Edition::k2015, &out->edition); s != RP_OK) return s;
  if (s = check_nesting_limit(error, options.nesting_limit, &out->nesting_limit); s != RP_OK) return s;
  if (options.error_limit != 0) out->error_limit = std::min(options.error_limit, kMaxErrorLimit);
  out->cancellation = to_internal(options.cancellation);
  *memory_limit = options.memory_limit;
  return RP_OK;
}

}  // namespace

// ---- Parsing ----------------------------------------------------------------------------------------------------

std::unique_ptr<rp_tree> rp::abi::make_tree(std::string text, std::string name, const ParseOptions& options) {
  using Clock = std::chrono::steady_clock;
  auto result = std::make_unique<rp_tree>(std::move(text), std::move(name));
  LexOptions lex_options;
  lex_options.edition = options.edition;
  lex_options.budget = options.budget;
  lex_options.cancellation = options.cancellation;
  const Clock::time_point start = Clock::now();
  TokenBuffer tokens = lex(result->text, lex_options);
  const Clock::time_point lexed = Clock::now();
  result->tree = parse(result->text, std::move(tokens), options);
  const Clock::time_point parsed = Clock::now();
  result->lex_nanoseconds = nanoseconds(lexed - start);
  result->parse_nanoseconds = nanoseconds(parsed - lexed);
  result->lines = LineIndex(result->text);
  return result;
}

rp_status rp_tree_parse(const char* text, size_t length, const char* name, size_t name_length,
                        const rp_parse_options* options, rp_tree** out_tree, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_tree == nullptr) return null_argument(error, "out_tree");
    *out_tree = nullptr;
    rp::ParseOptions parse_options;
    uint64_t memory_limit = 0;
    rp_status s = read_parse_options(error, options, &parse_options, &memory_limit);
    if (s != RP_OK) return s;
    if (s = check_text(error, "text", text, length); s != RP_OK) return s;
    if (s = check_text(error, "name", name, name_length); s != RP_OK) return s;
    rp::Cancellation::poll(parse_options.cancellation);
    rp::MemoryBudget budget(std::min<uint64_t>(memory_limit, SIZE_MAX));
    parse_options.budget = &budget;
    *out_tree =
        make_tree(std::string(as_view(text, length)), std::string(as_view(name, name_length)), parse_options).release();
    return RP_OK;
  });
}

void rp_tree_free(rp_tree* tree) { delete tree; }

rp_string rp_tree_text(const rp_tree* tree) { return tree == nullptr ? kEmptyString : to_public(tree->text); }
rp_string rp_tree_name(const rp_tree* tree) { return tree == nullptr ? kEmptyString : to_public(tree->name); }
uint32_t rp_tree_edition(const rp_tree* tree) {
  return tree == nullptr ? 0 : static_cast<uint32_t>(tree->tree.edition());
}

rp_status rp_tree_get_stats(const rp_tree* tree, rp_tree_stats* out_stats, rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_stats == nullptr) return null_argument(error, "out_stats");
    rp_tree_stats stats = RP_TREE_STATS_INIT;
    if (tree != nullptr) {
      stats.errors = static_cast<uint32_t>(tree->tree.errors().size());
      stats.bytes = tree->text.size();
      stats.lines = tree->lines.text_line_count();
      stats.tokens = count_tokens(tree->tree);
      stats.nodes = tree->tree.node_count();
      stats.memory_bytes = tree->tree.memory_bytes();
      stats.lex_nanoseconds = tree->lex_nanoseconds;
      stats.parse_nanoseconds = tree->parse_nanoseconds;
    }
    const rp_status s = write_struct(error, "rp_tree_stats", stats, kTreeStatsFirstSize, out_stats);
    return s != RP_OK || tree != nullptr ? s : null_argument(error, "tree");
  });
}

// ---- Syntax errors ----------------------------------------------------------------------------------------------

size_t rp_tree_error_count(const rp_tree* tree) { return tree == nullptr ? 0 : tree->tree.errors().size(); }

rp_syntax_error rp_tree_error(const rp_tree* tree, size_t index) {
  if (tree == nullptr || index >= tree->tree.errors().size())
    return {{0, 0}, kEmptyString, kEmptyString, {0, 0}, kEmptyString};
  const rp::SyntaxError& e = tree->tree.errors()[index];
  return {{e.start, e.end},
          to_public(e.message),
          to_public(e.hint),
          {e.related_start, e.related_end},
          to_public(e.related_label)};
}

// ---- Elements ---------------------------------------------------------------------------------------------------

int rp_node_is_null(rp_node node) { return node.tree == nullptr || node.kind == RP_KIND_NONE ? 1 : 0; }

int rp_node_equal(rp_node a, rp_node b) {
  if (rp_node_is_null(a) || rp_node_is_null(b)) return rp_node_is_null(a) && rp_node_is_null(b) ? 1 : 0;
  return a.tree == b.tree && a.id == b.id && a.kind == b.kind ? 1 : 0;
}

rp_node rp_tree_root(const rp_tree* tree) { return tree == nullptr ? kNullNode : to_public(tree, tree->tree.root()); }

rp_string rp_kind_name(uint32_t kind) {
  if (kind == RP_KIND_NONE) return kEmptyString;
  if (kind <= kTokenKindCount) return to_public(rp::kTokenKindInfo[kind - 1].name);
  if (rp_kind_is_node(kind)) return to_public(rp::node_kind_name(static_cast<NodeKind>(kind - kFirstNodeKind)));
  return kEmptyString;
}

uint32_t rp_kind_from_name(const char* name, size_t length) {
  if (name == nullptr) return RP_KIND_NONE;
  const std::string_view wanted(name, length);
  for (uint32_t i = 0; i < kTokenKindCount; ++i)
    if (rp::kTokenKindInfo[i].name == wanted) return i + 1;
  for (uint32_t i = 0; i < kNodeKindCount; ++i)
    if (rp::node_kind_name(static_cast<NodeKind>(i)) == wanted) return i + kFirstNodeKind;
  return RP_KIND_NONE;
}

int rp_kind_is_node(uint32_t kind) { return kind >= kFirstNodeKind && kind - kFirstNodeKind < kNodeKindCount; }
int rp_kind_is_token(uint32_t kind) { return kind > RP_TOKEN_WHITESPACE && kind <= kTokenKindCount; }
int rp_kind_is_trivia(uint32_t kind) { return kind != RP_KIND_NONE && kind <= public_kind(rp::kLastTrivia); }

rp_span rp_node_span(rp_node node) {
  const Element element = to_element(node);
  if (element.type == Element::Type::None) return {0, 0};
  return to_public(rp::element_span(node.tree->tree, element));
}

rp_string rp_node_text(rp_node node) {
  const Element element = to_element(node);
  if (element.type == Element::Type::None) return kEmptyString;
  const ByteSpan span = rp::element_span(node.tree->tree, element);
  return {node.tree->text.data() + span.start, span.end - span.start};
}

rp_node rp_node_parent(rp_node node) {
  const Element element = to_element(node);
  if (element.type == Element::Type::None) return kNullNode;
  return to_public(node.tree, rp::element_parent(node.tree->tree, element));
}

rp_node rp_node_first_child(rp_node node) {
  const NodeId n = to_node_id(node);
  return n ? to_public(node.tree, rp::first_child_element(node.tree->tree, n)) : kNullNode;
}

rp_node rp_node_last_child(rp_node node) {
  const NodeId n = to_node_id(node);
  return n ? to_public(node.tree, rp::last_child_element(node.tree->tree, n)) : kNullNode;
}

rp_node rp_node_next_sibling(rp_node node) {
  const Element element = to_element(node);
  if (element.type == Element::Type::None) return kNullNode;
  return to_public(node.tree, rp::next_sibling_element(node.tree->tree, element));
}

rp_node rp_node_previous_sibling(rp_node node) {
  const Element element = to_element(node);
  if (element.type == Element::Type::None) return kNullNode;
  return to_public(node.tree, rp::previous_sibling_element(node.tree->tree, element));
}

uint32_t rp_node_child_count(rp_node node) {
  const NodeId n = to_node_id(node);
  if (!n) return 0;
  const rp::Tree& tree = node.tree->tree;
  uint32_t count = 0;
  for (NodeId child = tree.first_child(n); child; child = tree.next_sibling(child)) ++count;
  return count;
}

rp_node rp_node_child(rp_node node, uint32_t index) {
  const NodeId n = to_node_id(node);
  if (!n) return kNullNode;
  const rp::Tree& tree = node.tree->tree;
  NodeId child = tree.first_child(n);
  for (; child && index > 0; --index) child = tree.next_sibling(child);
  return to_public(node.tree, child);
}

rp_string rp_node_field_name(rp_node node) {
  const NodeId n = to_node_id(node);
  return n ? to_public(rp::role_name(node.tree->tree.role(n))) : kEmptyString;
}

rp_node rp_node_child_by_field(rp_node node, const char* field, size_t length) {
  const NodeId n = to_node_id(node);
  if (!n || field == nullptr) return kNullNode;
  const Role role = role_from_name({field, length});
  return role == Role::None ? kNullNode : to_public(node.tree, node.tree->tree.child(n, role));
}

rp_node rp_tree_node_at(const rp_tree* tree, uint32_t offset) {
  if (tree == nullptr || tree->text.empty()) return kNullNode;
  offset = std::min(offset, static_cast<uint32_t>(tree->text.size() - 1));
  const uint32_t slot = tree->tree.slot_at_offset(offset);
  const bool in_token = slot < tree->tree.slot_count() && tree->tree.token_start(slot) <= offset;
  return to_public(tree, Element{in_token ? Element::Type::Token : Element::Type::Whitespace, slot});
}

rp_node rp_tree_node_covering(const rp_tree* tree, uint32_t start, uint32_t end) {
  if (tree == nullptr || start > end || end > tree->text.size()) return kNullNode;
  const rp::Tree& t = tree->tree;
  // The smallest node that covers the range among `n` and the nodes around it.
  const auto climb = [&](NodeId n) {
    for (;; n = t.parent(n)) {
      const ByteSpan span = t.span(n);
      if ((span.start <= start && end <= span.end) || n == t.root()) return n;
    }
  };
  const uint32_t slot = t.slot_at_offset(start);
  const NodeId after = climb(t.node_at_slot(slot));
  if (start != end || slot == 0) return to_public(tree, after);
  // An empty range between two tokens touches the nodes on both sides.
  const NodeId before = climb(t.node_at_slot(slot - 1));
  const auto width = [&](NodeId n) { return t.span(n).end - t.span(n).start; };
  return to_public(tree, width(before) < width(after) ? before : after);
}

// ---- Walking ----------------------------------------------------------------------------------------------------

// `reserved` of a cursor at a token or white space is the id of the node around it plus 1, which saves the search for
// it; 0 says that it is not known.
namespace {

NodeId cursor_parent(const rp_cursor& cursor, Element element) {
  const rp::Tree& tree = cursor.node.tree->tree;
  if (element.type == Element::Type::Node) return tree.parent(NodeId(element.id));
  // A caller may have written anything there: what does not fit is not used.
  const NodeId hint(cursor.reserved - 1);
  if (cursor.reserved != 0 && hint.value < tree.node_count() && tree.first_slot(hint) <= element.id &&
      element.id < tree.end_slot(hint))
    return hint;
  return NodeId(rp::element_parent(tree, element).id);
}

int move_cursor(rp_cursor* cursor, Element element, NodeId parent, uint32_t depth) {
  cursor->node = to_public(cursor->node.tree, element);
  cursor->reserved = element.type == Element::Type::Node ? 0 : parent.value + 1;
  cursor->depth = depth;
  return 1;
}

}  // namespace

rp_cursor rp_cursor_at(rp_node node) {
  if (to_element(node).type == Element::Type::None) node = kNullNode;
  return {node, 0, 0, node};
}

int rp_cursor_first_child(rp_cursor* cursor) {
  if (cursor == nullptr) return 0;
  const NodeId n = to_node_id(cursor->node);
  if (!n) return 0;
  const Element child = rp::first_child_element(cursor->node.tree->tree, n);
  return child.type == Element::Type::None ? 0 : move_cursor(cursor, child, n, cursor->depth + 1);
}

int rp_cursor_next_sibling(rp_cursor* cursor) {
  if (cursor == nullptr || rp_node_equal(cursor->node, cursor->root)) return 0;
  const Element element = to_element(cursor->node);
  if (element.type == Element::Type::None) return 0;
  const NodeId parent = cursor_parent(*cursor, element);
  if (!parent) return 0;
  const Element sibling = rp::next_sibling_in(cursor->node.tree->tree, element, parent);
  return sibling.type == Element::Type::None ? 0 : move_cursor(cursor, sibling, parent, cursor->depth);
}

int rp_cursor_parent(rp_cursor* cursor) {
  if (cursor == nullptr || rp_node_equal(cursor->node, cursor->root)) return 0;
  const Element element = to_element(cursor->node);
  if (element.type == Element::Type::None) return 0;
  const NodeId parent = cursor_parent(*cursor, element);
  if (!parent) return 0;
  return move_cursor(cursor, {Element::Type::Node, parent.value}, {}, cursor->depth > 0 ? cursor->depth - 1 : 0);
}

int rp_cursor_next(rp_cursor* cursor) {
  if (rp_cursor_first_child(cursor)) return 1;
  if (cursor == nullptr) return 0;
  do {
    if (rp_cursor_next_sibling(cursor)) return 1;
  } while (rp_cursor_parent(cursor));
  cursor->node = kNullNode;
  cursor->depth = 0;
  cursor->reserved = 0;
  return 0;
}

// ---- Lines and columns ------------------------------------------------------------------------------------------

uint32_t rp_tree_line_count(const rp_tree* tree) { return tree == nullptr ? 0 : tree->lines.line_count(); }

rp_position rp_tree_position(const rp_tree* tree, uint32_t offset) {
  if (tree == nullptr) return {0, 0, 0};
  const rp::LineColumn place = tree->lines.position(offset);
  return {place.line, place.column_bytes, place.column_utf16};
}

uint32_t rp_tree_offset(const rp_tree* tree, uint32_t line, uint32_t column_bytes) {
  return tree == nullptr ? 0 : tree->lines.offset(line, column_bytes);
}

uint32_t rp_tree_offset_utf16(const rp_tree* tree, uint32_t line, uint32_t column_utf16) {
  return tree == nullptr ? 0 : tree->lines.offset_utf16(line, column_utf16);
}

// ---- Rendering --------------------------------------------------------------------------------------------------

rp_status rp_tree_render(const rp_tree* tree, const rp_render_options* options, rp_buffer** out_buffer,
                         rp_error** error) {
  return guard(error, [&]() -> rp_status {
    if (out_buffer == nullptr) return null_argument(error, "out_buffer");
    *out_buffer = nullptr;
    if (tree == nullptr) return null_argument(error, "tree");
    rp_render_options render;
    if (rp_status s = read_render_options(error, options, RP_FORMAT_JSON, &render); s != RP_OK) return s;
    auto buffer = std::make_unique<rp_buffer>();
    buffer->text = render.format == RP_FORMAT_JSON ? rp::dump_tree_json(tree->tree)
                                                   : rp::dump_tree_text(tree->tree, render.color != 0);
    *out_buffer = buffer.release();
    return RP_OK;
  });
}
