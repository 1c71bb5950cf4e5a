// parse_fragment on every token tree of a text, as every kind of fragment: the same invariants as for whole files.
#include "harness.h"
#include "syntax/parser.h"
#include "tree_checks.h"

namespace {

void check(const rp::Tree& tree) {
  const std::string problem = rp::checks::check_tree(tree);
  if (!problem.empty()) std::fprintf(stderr, "%s\n", problem.c_str());
  FUZZ_CHECK(problem.empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using Kind = rp::FragmentKind;
  const std::string text = fuzz::as_utf8(fuzz::view(data, size));
  rp::ParseOptions options;
  options.edition = size % 2 == 0 ? rp::Edition::k2021 : rp::Edition::k2024;
  if (size % 3 == 0) options.nesting_limit = 20;
  const rp::Tree tree = rp::lex_and_parse(text, options);
  check(tree);
  unsigned left = 16;  // token trees, so that the time for one input stays small
  for (uint32_t i = 0; i < tree.node_count() && left > 0; ++i) {
    const rp::NodeId node(i);
    if (tree.kind(node) != rp::NodeKind::TokenTree || tree.first_slot(node) == tree.end_slot(node)) continue;
    --left;
    uint32_t first = tree.first_slot(node) + 1, end = tree.end_slot(node);
    const rp::TokenKind last = tree.token_kind(end - 1);
    if (end > first &&
        (last == rp::TokenKind::RParen || last == rp::TokenKind::RBracket || last == rp::TokenKind::RBrace))
      --end;
    for (const Kind kind : {Kind::Expr, Kind::Exprs, Kind::Statements, Kind::Items, Kind::Pattern, Kind::Type}) {
      const rp::Tree fragment = rp::parse_fragment(tree, first, end, kind, options);
      check(fragment);
      FUZZ_CHECK(fragment.kind(fragment.root()) == rp::NodeKind::Fragment);
      FUZZ_CHECK(fragment.slot_count() == end - first);
      FUZZ_CHECK(rp::trees_equal(fragment, rp::parse_fragment(tree, first, end, kind, options)));
    }
  }
  return 0;
}
