// The steps among the elements of a tree, on trees that are made by chance and on trees of real text.
#include <random>

#include "report/tree_dump.h"
#include "rustpro/kinds.h"
#include "syntax/lexer.h"
#include "syntax/parser.h"
#include "syntax/parser_impl.h"
#include "tree_checks.h"
#include "unit_test.h"

using rp::Element;
using rp::NodeId;
using rp::NodeKind;
using rp::Role;
using rp::TokenKind;
using rp::Tree;

namespace {

void check(const Tree& tree) {
  const std::string problem = rp::checks::check_tree(tree);
  if (!problem.empty()) print_error("%s\nin: %.*s\n", problem.c_str(), int(tree.text().size()), tree.text().data());
  assert_true(problem.empty());
}

// Every operator that has several slots; white space and comments in between and at both ends.
constexpr std::string_view kTokens =
    " \n a >>= b // c\n >>c<<=/* d */d >= e <= f && g || h += <- x.0.1 .. x.0.foo \"str\" 'a 'b' 1.5 ::->=> { ( [ ] ) "
    "} ; \t";

// Nests the tokens [first, end) at random; nodes without tokens stand anywhere.
class RandomTree {
 public:
  RandomTree(const rp::TokenBuffer& tokens, unsigned seed) : tokens_(tokens), random_(seed) {}

  rp::Buffer<rp::PostNode> make(NodeKind root) {
    content(0, tokens_.count, 0);
    close(0, tokens_.count, 0, root);
    return std::move(nodes_);
  }

 private:
  bool chance(unsigned percent) { return random_() % 100 < percent; }
  void close(uint32_t first, uint32_t end, uint32_t first_node, NodeKind kind) {
    nodes_.push_back({first, end, first_node, kind, Role::content});
  }
  void content(uint32_t first, uint32_t end, int depth) {
    uint32_t slot = first;
    for (;;) {
      while (chance(25)) empty_node(slot, depth + 1);
      if (slot >= end) return;
      uint32_t stop = slot;
      do stop += rp::token_slots(tokens_.kinds[stop]);
      while (stop < end && chance(60));
      if (depth < 12 && chance(60)) {
        const auto first_node = static_cast<uint32_t>(nodes_.size());
        content(slot, stop, depth + 1);
        close(slot, stop, first_node, NodeKind::Error);
      }
      slot = stop;
    }
  }
  void empty_node(uint32_t slot, int depth) {
    const auto first_node = static_cast<uint32_t>(nodes_.size());
    while (depth < 12 && chance(30)) empty_node(slot, depth + 1);
    close(slot, slot, first_node, NodeKind::Fragment);
  }

  const rp::TokenBuffer& tokens_;
  std::mt19937 random_;
  rp::Buffer<rp::PostNode> nodes_;
};

void random_trees(void**) {
  for (unsigned seed = 0; seed < 3000; ++seed) {
    std::string_view text = kTokens;
    if (seed % 3 == 1) text = text.substr(3, text.size() - 6);
    if (seed % 3 == 2) text = text.substr(seed % 40, 20);
    rp::TokenBuffer tokens = rp::lex(text, {});
    // As the parser does where a list of generic arguments ends.
    for (uint32_t slot = 0; slot < tokens.count; ++slot)
      if (tokens.kinds[slot] == TokenKind::ShrEq && seed % 2 == 1) tokens.kinds[slot] = TokenKind::Gt;
    tokens.errors.clear();
    rp::Buffer<rp::PostNode> nodes =
        RandomTree(tokens, seed).make(seed % 5 == 0 ? NodeKind::Fragment : NodeKind::SourceFile);
    check(rp::TreeBuilder::build(text, rp::kLatestEdition, std::move(tokens), std::move(nodes), {}, nullptr));
  }
}

void no_tokens(void**) {
  for (const std::string_view text : {"", " ", "\n\n", "// only a comment", " /* x */ "}) {
    const Tree tree = rp::lex_and_parse(text, {});
    check(tree);
    assert_int_equal(tree.span(tree.root()).start, 0);
    assert_int_equal(tree.span(tree.root()).end, text.size());
  }
}

void parsed_trees(void**) {
  for (const std::string_view text :
       {"fn main() {}", "fn f<T: A<B<C>>>(x: &&u8) -> Vec<Vec<u8>> { x.0.1 >>= 2; a && b }", "fn (", "let x = ;",
        "struct S {", "fn f() { let x = ", "impl X for {", "#![a]\n\n//! doc\n\nuse a::{b, c};", ") } ]",
        "fn f() { m!(a >>= b, {c}) }",
        "\xEF\xBB\xBF"
        "fn a() {}",
        "#!/bin/rust\nfn a() {}\n", "match x { a => , }", "type A = ;", "fn a( -> ) {}"}) {
    check(rp::lex_and_parse(text, {}));
    for (size_t length = 0; length < text.size(); ++length) check(rp::lex_and_parse(text.substr(0, length), {}));
  }
}

void fragments(void**) {
  constexpr std::string_view kText = "fn f() { m!( a + b ); n!(); o!(x.0.1, \"s\" ) }  // end\n";
  const Tree tree = rp::lex_and_parse(kText, {});
  check(tree);
  unsigned found = 0;
  for (uint32_t i = 0; i < tree.node_count(); ++i) {
    if (tree.kind(NodeId(i)) != NodeKind::TokenTree) continue;
    const uint32_t first = tree.first_slot(NodeId(i)) + 1, end = tree.end_slot(NodeId(i)) - 1;
    const Tree inner = rp::parse_fragment(tree, first, end, rp::FragmentKind::Exprs, {});
    check(inner);
    const rp::ByteSpan span = inner.span(inner.root());
    const std::string_view inside = inner.text().substr(span.start, span.end - span.start);
    const char* const kInside[] = {"a + b", "", "x.0.1, \"s\""};
    assert_text_equal(inside, kInside[found++]);
  }
  assert_int_equal(found, 3);
}

// White space belongs to the innermost node that has a token on both sides of it.
void places(void**) {
  constexpr std::string_view kText = " fn f ( ) { } ";
  const Tree tree = rp::lex_and_parse(kText, {});
  check(tree);
  const NodeId item = tree.first_child(tree.root());
  assert_int_equal(tree.span(item).start, 1);
  assert_int_equal(tree.span(item).end, kText.size() - 1);
  const Element first = rp::first_child_element(tree, tree.root());
  assert_int_equal(first.type, Element::Type::Whitespace);
  assert_int_equal(first.id, 0);
  assert_int_equal(tree.slot_at_offset(0), 0);
  assert_int_equal(tree.slot_at_offset(1), 0);
  assert_int_equal(tree.slot_at_offset(3), 1);
  assert_int_equal(tree.node_at_slot(tree.slot_count()).value, tree.root().value);
  assert_int_equal(tree.find_token(item, TokenKind::KwFn), 0);
  assert_int_equal(tree.find_token(item, TokenKind::LParen), tree.slot_count());  // of the parameter list
}

// Each public number, counted here by hand in the order of the tables, names the same kind.
void kind_numbers(void**) {
#define RP_NODE(name, text, category) static_assert(static_cast<int>(NodeKind::name) + 256 < 512);
#include "syntax/grammar.def"
  static_assert(static_cast<int>(TokenKind::LineComment) + 1 == RP_TOKEN_LINE_COMMENT);
  static_assert(static_cast<int>(TokenKind::Ident) + 1 == RP_TOKEN_IDENTIFIER);
  static_assert(static_cast<int>(TokenKind::LArrow) + 1 == RP_TOKEN_LEFT_ARROW);
  static_assert(static_cast<int>(TokenKind::KwSelfType) + 1 == RP_TOKEN_KW_SELF_TYPE);
  static_assert(static_cast<int>(TokenKind::KwYeet) + 1 == RP_TOKEN_KW_YEET);
  static_assert(static_cast<int>(TokenKind::kCount) == RP_TOKEN_KW_YEET);
  static_assert(static_cast<int>(NodeKind::SourceFile) + 256 == RP_NODE_SOURCE_FILE);
  static_assert(static_cast<int>(NodeKind::BuiltinExpr) + 256 == RP_NODE_BUILTIN_EXPRESSION);
}

void names(void**) {
  for (size_t i = 0; i < static_cast<size_t>(NodeKind::kCount); ++i)
    assert_false(rp::node_kind_name(static_cast<NodeKind>(i)).empty());
  assert_text_equal(rp::node_kind_name(NodeKind::FnItem), "fn_item");
  assert_int_equal(rp::node_category(NodeKind::FnItem), rp::NodeCategory::Item);
  assert_int_equal(rp::node_category(NodeKind::BuiltinExpr), rp::NodeCategory::Expr);
  assert_true(rp::role_name(Role::None).empty());
  for (size_t i = 1; i < static_cast<size_t>(Role::kCount); ++i)
    assert_false(rp::role_name(static_cast<Role>(i)).empty());
  assert_text_equal(rp::role_name(Role::abi), "abi");
  assert_text_equal(rp::role_name(Role::where_clause), "where_clause");
}

void dump(void**) {
  const Tree tree = rp::lex_and_parse("struct  A;\n", {});
  assert_text_equal(rp::dump_tree_text(tree, false),
                    "source_file 0..11\n"
                    "  struct_item item 0..10\n"
                    "    struct 0..6 \"struct\"\n"
                    "    name name 8..9\n"
                    "      identifier 8..9 \"A\"\n"
                    "    ; 9..10 \";\"\n");
  assert_text_equal(rp::dump_tree_json(tree),
                    "{\"kind\":\"source_file\",\"start\":0,\"end\":11,\"children\":[\n"
                    "{\"kind\":\"struct_item\",\"field\":\"item\",\"start\":0,\"end\":10,\"children\":[\n"
                    "{\"kind\":\"struct\",\"start\":0,\"end\":6,\"text\":\"struct\"},\n"
                    "{\"kind\":\"whitespace\",\"start\":6,\"end\":8,\"text\":\"  \"},\n"
                    "{\"kind\":\"name\",\"field\":\"name\",\"start\":8,\"end\":9,\"children\":[\n"
                    "{\"kind\":\"identifier\",\"start\":8,\"end\":9,\"text\":\"A\"}]},\n"
                    "{\"kind\":\";\",\"start\":9,\"end\":10,\"text\":\";\"}]},\n"
                    "{\"kind\":\"whitespace\",\"start\":10,\"end\":11,\"text\":\"\\n\"}]}\n");
  assert_true(rp::dump_tree_text(tree, true).find("\x1b[1mstruct_item\x1b[0m \x1b[36mitem\x1b[0m 0..10") !=
              std::string::npos);
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(random_trees), cmocka_unit_test(no_tokens), cmocka_unit_test(parsed_trees),
           cmocka_unit_test(fragments), cmocka_unit_test(places), cmocka_unit_test(kind_numbers),
           cmocka_unit_test(names), cmocka_unit_test(dump))
