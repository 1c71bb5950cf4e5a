/* Elements of a tree, their neighbours, and cursors. */
#include "abi_test.h"

static const char kText[] = "\n// c\nfn add(a: u8) -> Vec<Vec<u8>> { a >>= 1; x.0.1 }\n";

static void the_null_node(void** state) {
  rp_node null;
  rp_cursor cursor;
  (void)state;
  memset(&null, 0, sizeof null);
  assert_int_equal(rp_node_is_null(null), 1);
  assert_int_equal(rp_node_equal(null, null), 1);
  assert_true(rp_node_is_null(rp_tree_root(NULL)));
  assert_int_equal(rp_node_span(null).start, 0);
  assert_int_equal(rp_node_span(null).end, 0);
  assert_true(is_empty(rp_node_text(null)));
  assert_true(rp_node_is_null(rp_node_parent(null)));
  assert_true(rp_node_is_null(rp_node_first_child(null)));
  assert_true(rp_node_is_null(rp_node_last_child(null)));
  assert_true(rp_node_is_null(rp_node_next_sibling(null)));
  assert_true(rp_node_is_null(rp_node_previous_sibling(null)));
  assert_int_equal(rp_node_child_count(null), 0);
  assert_true(rp_node_is_null(rp_node_child(null, 0)));
  assert_text(rp_node_field_name(null), "");
  assert_true(rp_node_is_null(rp_node_child_by_field(null, "name", 4)));
  assert_true(rp_node_is_null(rp_tree_node_at(NULL, 0)));
  assert_true(rp_node_is_null(rp_tree_node_covering(NULL, 0, 0)));
  cursor = rp_cursor_at(null);
  assert_int_equal(rp_cursor_first_child(&cursor), 0);
  assert_int_equal(rp_cursor_next_sibling(&cursor), 0);
  assert_int_equal(rp_cursor_parent(&cursor), 0);
  assert_int_equal(rp_cursor_next(&cursor), 0);
  assert_int_equal(rp_cursor_first_child(NULL), 0);
  assert_int_equal(rp_cursor_next_sibling(NULL), 0);
  assert_int_equal(rp_cursor_parent(NULL), 0);
  assert_int_equal(rp_cursor_next(NULL), 0);
}

static void kinds(void** state) {
  (void)state;
  assert_text(rp_kind_name(RP_KIND_NONE), "");
  assert_text(rp_kind_name(RP_TOKEN_WHITESPACE), "whitespace");
  assert_text(rp_kind_name(RP_TOKEN_SHIFT_RIGHT_EQ), ">>=");
  assert_text(rp_kind_name(RP_TOKEN_KW_FN), "fn");
  assert_text(rp_kind_name(RP_NODE_FN_ITEM), "fn_item");
  assert_text(rp_kind_name(255), "");
  assert_text(rp_kind_name(UINT32_MAX), "");
  assert_int_equal(rp_kind_from_name("fn_item", 7), RP_NODE_FN_ITEM);
  assert_int_equal(rp_kind_from_name("fn_item", 2), RP_TOKEN_KW_FN);
  assert_int_equal(rp_kind_from_name("fn_item", 3), RP_KIND_NONE);
  assert_int_equal(rp_kind_from_name("", 0), RP_KIND_NONE);
  assert_int_equal(rp_kind_from_name(NULL, 0), RP_KIND_NONE);
  assert_int_equal(rp_kind_from_name(NULL, 5), RP_KIND_NONE);
  assert_int_equal(rp_kind_is_node(RP_NODE_SOURCE_FILE), 1);
  assert_int_equal(rp_kind_is_node(RP_TOKEN_KW_FN), 0);
  assert_int_equal(rp_kind_is_node(UINT32_MAX), 0);
  assert_int_equal(rp_kind_is_token(RP_TOKEN_LINE_COMMENT), 1);
  assert_int_equal(rp_kind_is_token(RP_TOKEN_WHITESPACE), 0);
  assert_int_equal(rp_kind_is_token(RP_KIND_NONE), 0);
  assert_int_equal(rp_kind_is_token(RP_NODE_SOURCE_FILE), 0);
  assert_int_equal(rp_kind_is_trivia(RP_TOKEN_WHITESPACE), 1);
  assert_int_equal(rp_kind_is_trivia(RP_TOKEN_LINE_COMMENT), 1);
  assert_int_equal(rp_kind_is_trivia(RP_TOKEN_OUTER_LINE_DOC), 0);
  assert_int_equal(rp_kind_is_trivia(RP_KIND_NONE), 0);
}

static void a_function(void** state) {
  rp_tree* tree = parse(kText);
  const rp_node root = rp_tree_root(tree);
  const rp_node item = rp_node_child_by_field(root, "item", 4);
  const rp_node name = rp_node_child_by_field(item, "name", 4);
  const rp_node body = rp_node_child_by_field(item, "body", 4);
  rp_node element;
  (void)state;
  assert_int_equal(rp_tree_error_count(tree), 0);
  assert_int_equal(root.kind, RP_NODE_SOURCE_FILE);
  assert_int_equal(rp_node_span(root).end, sizeof kText - 1);
  assert_text(rp_node_field_name(root), "");
  assert_int_equal(item.kind, RP_NODE_FN_ITEM);
  assert_text(rp_node_field_name(item), "item");
  assert_int_equal(rp_node_child_count(root), 1);
  assert_true(rp_node_equal(rp_node_child(root, 0), item));
  assert_true(rp_node_is_null(rp_node_child(root, 1)));
  assert_true(rp_node_is_null(rp_node_child(root, UINT32_MAX)));
  assert_int_equal(rp_node_text(name).length, 3);
  assert_memory_equal(rp_node_text(name).data, "add", 3);
  assert_true(rp_node_equal(rp_node_parent(name), item));
  assert_false(rp_node_equal(name, item));
  assert_int_equal(body.kind, RP_NODE_BLOCK);
  assert_true(rp_node_is_null(rp_node_child_by_field(item, "nothing", 7)));
  assert_true(rp_node_is_null(rp_node_child_by_field(item, "", 0)));
  assert_true(rp_node_is_null(rp_node_child_by_field(item, NULL, 0)));
  /* White space, the comment, white space, the function, white space. */
  element = rp_node_first_child(root);
  assert_int_equal(element.kind, RP_TOKEN_WHITESPACE);
  assert_true(rp_node_is_null(rp_node_previous_sibling(element)));
  assert_true(rp_node_is_null(rp_node_first_child(element)));
  assert_true(rp_node_is_null(rp_node_last_child(element)));
  assert_int_equal(rp_node_child_count(element), 0);
  element = rp_node_next_sibling(element);
  assert_int_equal(element.kind, RP_TOKEN_LINE_COMMENT);
  assert_true(rp_node_equal(rp_node_parent(element), root));
  element = rp_node_next_sibling(rp_node_next_sibling(element));
  assert_true(rp_node_equal(element, item));
  element = rp_node_next_sibling(element);
  assert_true(rp_node_equal(element, rp_node_last_child(root)));
  assert_true(rp_node_is_null(rp_node_next_sibling(element)));
  assert_true(rp_node_equal(rp_node_previous_sibling(element), item));
  assert_true(rp_node_is_null(rp_node_parent(root)));
  assert_true(rp_node_is_null(rp_node_next_sibling(root)));
  assert_true(rp_node_is_null(rp_node_previous_sibling(root)));
  rp_tree_free(tree);
}

static void elements_by_offset(void** state) {
  rp_tree* tree = parse(kText);
  const uint32_t length = sizeof kText - 1;
  const uint32_t shift = (uint32_t)(strstr(kText, ">>=") - kText);
  const uint32_t closing = (uint32_t)(strstr(kText, ">> ") - kText);
  rp_node at;
  uint32_t i;
  (void)state;
  for (i = 0; i < length; ++i) {
    at = rp_tree_node_at(tree, i);
    assert_false(rp_node_is_null(at));
    assert_true(rp_node_span(at).start <= i && i < rp_node_span(at).end);
    assert_false(rp_kind_is_node(at.kind));
  }
  assert_true(rp_node_equal(rp_tree_node_at(tree, length), rp_tree_node_at(tree, length - 1)));
  assert_true(rp_node_equal(rp_tree_node_at(tree, UINT32_MAX), rp_tree_node_at(tree, length - 1)));
  /* One operator in an expression, two brackets in a type. */
  for (i = 0; i < 3; ++i) assert_int_equal(rp_tree_node_at(tree, shift + i).kind, RP_TOKEN_SHIFT_RIGHT_EQ);
  assert_int_equal(rp_tree_node_at(tree, closing).kind, RP_TOKEN_GREATER);
  assert_int_equal(rp_tree_node_at(tree, closing + 1).kind, RP_TOKEN_GREATER);
  assert_int_equal(rp_node_span(rp_tree_node_at(tree, closing)).end, closing + 1);

  at = rp_tree_node_covering(tree, shift, shift + 3);
  assert_int_equal(at.kind, RP_NODE_ASSIGNMENT_EXPRESSION);
  assert_true(rp_node_equal(rp_tree_node_covering(tree, 0, length), rp_tree_root(tree)));
  assert_true(rp_node_is_null(rp_tree_node_covering(tree, 5, 4)));
  assert_true(rp_node_is_null(rp_tree_node_covering(tree, 0, length + 1)));
  assert_true(rp_node_is_null(rp_tree_node_covering(tree, UINT32_MAX, UINT32_MAX)));
  at = rp_tree_node_covering(tree, shift - 1, shift - 1); /* right after a name */
  assert_int_equal(rp_node_span(at).end - rp_node_span(at).start, 1);
  rp_tree_free(tree);
}

/* Numbers that are no element are taken for the null node. */
static void forged_nodes(void** state) {
  rp_tree* tree = parse(kText);
  const uint32_t shift = rp_tree_node_at(tree, (uint32_t)(strstr(kText, ">>=") - kText)).id;
  rp_node node;
  uint32_t kind, id;
  (void)state;
  for (kind = 0; kind < 600; ++kind) {
    for (id = 0; id < 120; ++id) {
      rp_cursor cursor;
      node.tree = tree;
      node.id = id == 119 ? UINT32_MAX : id;
      node.kind = kind;
      (void)rp_node_span(node);
      (void)rp_node_text(node);
      (void)rp_node_parent(node);
      (void)rp_node_next_sibling(node);
      (void)rp_node_previous_sibling(node);
      (void)rp_node_first_child(node);
      (void)rp_node_last_child(node);
      cursor = rp_cursor_at(node);
      cursor.reserved = id * 7;
      cursor.depth = 0;
      while (rp_cursor_next(&cursor)) {
      }
      cursor.node = node;
      cursor.root = rp_tree_root(tree);
      cursor.reserved = UINT32_MAX - id;
      while (rp_cursor_parent(&cursor)) {
      }
    }
  }
  node.id = shift + 1; /* the inside of an operator */
  node.kind = RP_TOKEN_GREATER_EQ;
  assert_true(is_empty(rp_node_text(node)));
  rp_tree_free(tree);
}

static void cursors(void** state) {
  rp_tree* tree = parse(kText);
  rp_cursor cursor = rp_cursor_at(rp_tree_root(tree)), copy;
  rp_node item;
  uint32_t end = 0, deepest = 0, steps = 0;
  (void)state;
  assert_int_equal(cursor.depth, 0);
  assert_int_equal(rp_cursor_parent(&cursor), 0);
  assert_int_equal(rp_cursor_next_sibling(&cursor), 0);
  do {
    const rp_node node = cursor.node;
    if (!rp_kind_is_node(node.kind)) {
      assert_int_equal(rp_node_span(node).start, end);
      end = rp_node_span(node).end;
    }
    /* What the cursor knows of the parent is what the node says. */
    copy = cursor;
    if (rp_cursor_parent(&copy)) assert_true(rp_node_equal(copy.node, rp_node_parent(node)));
    copy = cursor;
    if (rp_cursor_next_sibling(&copy))
      assert_true(rp_node_equal(copy.node, rp_node_next_sibling(node)));
    else
      assert_true(rp_node_is_null(rp_node_next_sibling(node)));
    if (cursor.depth > deepest) deepest = cursor.depth;
    ++steps;
  } while (rp_cursor_next(&cursor));
  assert_int_equal(end, sizeof kText - 1);
  assert_true(rp_node_is_null(cursor.node));
  assert_int_equal(rp_cursor_next(&cursor), 0);
  assert_true(deepest > 5 && steps > 50);

  /* A cursor does not leave the node where it began. */
  item = rp_node_child(rp_tree_root(tree), 0);
  cursor = rp_cursor_at(item);
  assert_int_equal(rp_cursor_next_sibling(&cursor), 0);
  assert_int_equal(rp_cursor_parent(&cursor), 0);
  assert_true(rp_node_equal(cursor.node, item));
  assert_int_equal(rp_cursor_first_child(&cursor), 1);
  assert_int_equal(cursor.depth, 1);
  assert_int_equal(cursor.node.kind, RP_TOKEN_KW_FN);
  assert_int_equal(rp_cursor_first_child(&cursor), 0);
  assert_int_equal(rp_cursor_next_sibling(&cursor), 1);
  assert_int_equal(rp_cursor_parent(&cursor), 1);
  assert_true(rp_node_equal(cursor.node, item));
  assert_int_equal(cursor.depth, 0);
  end = 0;
  do end = rp_node_span(cursor.node).end;
  while (rp_cursor_next(&cursor));
  assert_int_equal(end, rp_node_span(item).end);
  rp_tree_free(tree);
}

/* Every element of a text with errors is reached forwards and backwards, with the same parent. */
static void broken_text(void** state) {
  rp_tree* tree = parse("fn a( { let x = ; m!{ [ } match { => } #[ struct S { a: } ) impl for");
  rp_cursor cursor = rp_cursor_at(rp_tree_root(tree));
  (void)state;
  do {
    const rp_node node = cursor.node;
    rp_node child = rp_node_first_child(node), last = rp_node_last_child(node);
    if (rp_node_is_null(child)) continue;
    for (;;) {
      const rp_node next = rp_node_next_sibling(child);
      assert_true(rp_node_equal(rp_node_parent(child), node));
      if (rp_node_is_null(next)) break;
      assert_true(rp_node_equal(rp_node_previous_sibling(next), child));
      child = next;
    }
    assert_true(rp_node_equal(child, last));
  } while (rp_cursor_next(&cursor));
  rp_tree_free(tree);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_null_node),      cmocka_unit_test(kinds),        cmocka_unit_test(a_function),
      cmocka_unit_test(elements_by_offset), cmocka_unit_test(forged_nodes), cmocka_unit_test(cursors),
      cmocka_unit_test(broken_text),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
