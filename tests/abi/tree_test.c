/* rp_tree_parse and what a tree says of itself: text, name, edition, figures, errors, lines, rendering. */
#include <stdlib.h>

#include "abi_test.h"

static void a_good_text(void** state) {
  const char* text = "fn main() {}\n";
  rp_tree* tree = parse(text);
  (void)state;
  assert_text(rp_tree_text(tree), text);
  assert_text(rp_tree_name(tree), "test.rs");
  assert_int_equal(rp_tree_edition(tree), 2021);
  assert_int_equal(rp_tree_error_count(tree), 0);
  assert_int_equal(rp_tree_line_count(tree), 2);
  rp_tree_free(tree);
}

static void the_text_is_copied(void** state) {
  char text[] = "fn a() {}", name[] = "a.rs";
  rp_tree* tree = NULL;
  (void)state;
  assert_succeeds(rp_tree_parse(text, sizeof text - 1, name, sizeof name - 1, NULL, &tree, &error));
  memset(text, '!', sizeof text - 1);
  memset(name, '!', sizeof name - 1);
  assert_text(rp_tree_text(tree), "fn a() {}");
  assert_text(rp_tree_name(tree), "a.rs");
  assert_int_equal(rp_tree_edition(tree), 2015); /* the default of a bare text */
  rp_tree_free(tree);
}

static void empty_texts(void** state) {
  rp_tree* tree = NULL;
  (void)state;
  assert_succeeds(rp_tree_parse(NULL, 0, NULL, 0, NULL, &tree, &error));
  assert_text(rp_tree_text(tree), "");
  assert_text(rp_tree_name(tree), "");
  assert_int_equal(rp_tree_error_count(tree), 0);
  assert_int_equal(rp_node_child_count(rp_tree_root(tree)), 0);
  assert_true(rp_node_is_null(rp_tree_node_at(tree, 0)));
  assert_int_equal(rp_tree_line_count(tree), 1);
  rp_tree_free(tree);
  assert_succeeds(rp_tree_parse("\0", 1, "", 0, NULL, &tree, &error)); /* NUL is a character like any other */
  assert_int_equal(rp_tree_text(tree).length, 1);
  assert_true(rp_tree_error_count(tree) > 0);
  rp_tree_free(tree);
}

static void arguments(void** state) {
  rp_tree* tree = NULL;
  const size_t kTooLong[] = {(size_t)RP_MAX_TEXT_BYTES + 1, SIZE_MAX / 2, SIZE_MAX - 1, SIZE_MAX};
  size_t i;
  (void)state;
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_tree_parse("", 0, "", 0, NULL, NULL, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_tree_parse(NULL, 1, "", 0, NULL, &tree, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_tree_parse("", 0, NULL, 1, NULL, &tree, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_tree_parse(NULL, SIZE_MAX, "", 0, NULL, &tree, &error));
  for (i = 0; i < sizeof kTooLong / sizeof *kTooLong; ++i) {
    if (kTooLong[i] <= RP_MAX_TEXT_BYTES) continue; /* where size_t has 32 bits */
    assert_fails(RP_ERROR_TOO_LARGE, rp_tree_parse("x", kTooLong[i], "", 0, NULL, &tree, &error));
    assert_fails(RP_ERROR_TOO_LARGE, rp_tree_parse("x", 1, "x", kTooLong[i], NULL, &tree, &error));
  }
  assert_null(tree);
}

static void invalid_utf8(void** state) {
  /* A lone continuation, an overlong form, a surrogate, past U+10FFFF, and characters that are cut off. */
  static const char* const kBad[] = {"\x80", "\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
                                     "\xC3", "\xE2\x82", "\xF0\x9F\xA6", "\xFF\xFE"};
  char text[256], expected[32];
  rp_tree* tree = NULL;
  size_t i, before;
  (void)state;
  for (i = 0; i < sizeof kBad / sizeof *kBad; ++i) {
    for (before = 0; before < 140; before += 7) {
      const size_t length = strlen(kBad[i]);
      rp_error* error = NULL;
      memset(text, 'x', sizeof text);
      memcpy(text + before, kBad[i], length);
      snprintf(expected, sizeof expected, "at offset %d", (int)before);
      assert_int_equal(rp_tree_parse(text, before + length, "", 0, NULL, &tree, &error), RP_ERROR_INVALID_UTF8);
      assert_non_null(strstr(rp_error_message(error).data, expected));
      rp_error_free(error);
    }
  }
  assert_fails(RP_ERROR_INVALID_UTF8, rp_tree_parse("x", 1, "\xFF", 1, NULL, &tree, &error));
  assert_null(tree);
}

static void options(void** state) {
  rp_parse_options o = RP_PARSE_OPTIONS_INIT;
  rp_tree* tree = NULL;
  static const uint32_t kEditions[] = {RP_EDITION_2015, RP_EDITION_2018, RP_EDITION_2021, RP_EDITION_2024};
  static const uint32_t kNoEditions[] = {1, 2014, 2016, 2022, 2027, UINT32_MAX};
  size_t i;
  (void)state;
  for (i = 0; i < sizeof kEditions / sizeof *kEditions; ++i) {
    o.edition = kEditions[i];
    assert_succeeds(rp_tree_parse("fn async() {}", 13, NULL, 0, &o, &tree, &error));
    assert_int_equal(rp_tree_edition(tree), kEditions[i]);
    assert_int_equal(rp_tree_error_count(tree) == 0, kEditions[i] == RP_EDITION_2015);
    rp_tree_free(tree);
  }
  for (i = 0; i < sizeof kNoEditions / sizeof *kNoEditions; ++i) {
    o.edition = kNoEditions[i];
    assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_tree_parse("", 0, NULL, 0, &o, &tree, &error));
  }
  o.edition = RP_EDITION_DEFAULT;
  o.nesting_limit = 100001;
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_tree_parse("", 0, NULL, 0, &o, &tree, &error));
  o.nesting_limit = 100000;
  assert_succeeds(rp_tree_parse("", 0, NULL, 0, &o, &tree, &error));
  rp_tree_free(tree);
}

/* Larger than the struct of this version, as a later version's would be. */
union larger_options {
  rp_parse_options known;
  unsigned char bytes[sizeof(rp_parse_options) + 64];
};

static void struct_sizes(void** state) {
  union larger_options o;
  const rp_parse_options initial = RP_PARSE_OPTIONS_INIT;
  rp_tree* tree = NULL;
  uint32_t size;
  (void)state;
  for (size = 0; size < sizeof(rp_parse_options); ++size) {
    memset(&o, 0, sizeof o);
    o.known = initial;
    o.known.struct_size = size;
    assert_fails(RP_ERROR_STRUCT_SIZE, rp_tree_parse("", 0, NULL, 0, &o.known, &tree, &error));
  }
  for (; size <= sizeof o; ++size) {
    memset(&o, 0, sizeof o);
    o.known = initial;
    o.known.struct_size = size;
    assert_succeeds(rp_tree_parse("", 0, NULL, 0, &o.known, &tree, &error));
    rp_tree_free(tree);
    if (size == sizeof(rp_parse_options)) continue;
    o.bytes[size - 1] = 1;
    assert_fails(RP_ERROR_STRUCT_SIZE, rp_tree_parse("", 0, NULL, 0, &o.known, &tree, &error));
  }
  o.known.struct_size = UINT32_MAX; /* must not be believed */
  assert_fails(RP_ERROR_STRUCT_SIZE, rp_tree_parse("", 0, NULL, 0, &o.known, &tree, &error));
}

static char* repeat(const char* piece, size_t times) {
  const size_t length = strlen(piece);
  char* text = malloc(length * times + 1);
  size_t i;
  assert_non_null(text);
  for (i = 0; i < times; ++i) memcpy(text + i * length, piece, length);
  text[length * times] = 0;
  return text;
}

static void memory_limit(void** state) {
  char* text = repeat("fn name(a: u8) -> Vec<u8> { vec![a] }\n", 1000);
  rp_parse_options o = RP_PARSE_OPTIONS_INIT;
  rp_tree_stats stats = RP_TREE_STATS_INIT;
  rp_tree* tree = NULL;
  (void)state;
  for (o.memory_limit = 1; o.memory_limit < 1 << 16; o.memory_limit *= 2)
    assert_fails(RP_ERROR_LIMIT, rp_tree_parse(text, strlen(text), NULL, 0, &o, &tree, &error));
  assert_null(tree);
  o.memory_limit = UINT64_MAX;
  assert_succeeds(rp_tree_parse(text, strlen(text), NULL, 0, &o, &tree, &error));
  assert_succeeds(rp_tree_get_stats(tree, &stats, &error));
  assert_true(stats.memory_bytes > 1 << 16);
  assert_true(stats.memory_bytes < 20 * strlen(text));
  rp_tree_free(tree);
  free(text);
}

static void nesting_limit(void** state) {
  static const char* const kPieces[] = {"(", "[",      "{",  "fn a() {", "A<",  "&",
                                        "-", "if a {", "a(", "a!{",      "|a|", "match a { b => "};
  rp_parse_options o = RP_PARSE_OPTIONS_INIT;
  rp_tree* tree = NULL;
  size_t i;
  (void)state;
  for (i = 0; i < sizeof kPieces / sizeof *kPieces; ++i) {
    char* nested = repeat(kPieces[i], 20000);
    char* text = malloc(strlen(nested) + 32);
    assert_non_null(text);
    sprintf(text, "fn f() { let x: T = %s", nested);
    for (o.nesting_limit = 0; o.nesting_limit <= 100; o.nesting_limit += 50) {
      assert_succeeds(rp_tree_parse(text, strlen(text), NULL, 0, &o, &tree, &error));
      assert_true(rp_tree_error_count(tree) > 0);
      rp_tree_free(tree);
    }
    free(text);
    free(nested);
  }
}

static void error_limit(void** state) {
  char* text = repeat("struct ;\n", 100);
  rp_parse_options o = RP_PARSE_OPTIONS_INIT;
  rp_tree* tree = NULL;
  (void)state;
  o.error_limit = 10;
  assert_succeeds(rp_tree_parse(text, strlen(text), NULL, 0, &o, &tree, &error));
  assert_int_equal(rp_tree_error_count(tree), 11); /* one more says how many were left out */
  rp_tree_free(tree);
  o.error_limit = UINT32_MAX;
  assert_succeeds(rp_tree_parse(text, strlen(text), NULL, 0, &o, &tree, &error));
  assert_true(rp_tree_error_count(tree) >= 100);
  rp_tree_free(tree);
  free(text);
}

static void figures(void** state) {
  const char* text = "// note\nfn a<T>() -> A<B<T>> {}\r\nfn b() { c }";
  rp_tree* tree = parse(text);
  rp_tree_stats stats = RP_TREE_STATS_INIT;
  union {
    rp_tree_stats known;
    unsigned char bytes[sizeof(rp_tree_stats) + 16];
  } larger;
  (void)state;
  assert_succeeds(rp_tree_get_stats(tree, &stats, &error));
  assert_int_equal(stats.struct_size, sizeof stats);
  assert_int_equal(stats.errors, 0);
  assert_int_equal(stats.bytes, strlen(text));
  assert_int_equal(stats.lines, 3);
  assert_int_equal(stats.tokens, 1 + 17 + 7);
  assert_true(stats.nodes > 10);
  assert_true(stats.memory_bytes > 0);
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_tree_get_stats(NULL, &stats, &error));
  assert_int_equal(stats.bytes, 0);
  assert_int_equal(stats.struct_size, sizeof stats);
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_tree_get_stats(tree, NULL, &error));
  stats.struct_size = 4;
  assert_fails(RP_ERROR_STRUCT_SIZE, rp_tree_get_stats(tree, &stats, &error));
  memset(&larger, 0, sizeof larger);
  larger.known.struct_size = sizeof larger;
  assert_succeeds(rp_tree_get_stats(tree, &larger.known, &error));
  assert_int_equal(larger.known.struct_size, sizeof larger);
  assert_int_equal(larger.known.lines, 3);
  larger.bytes[sizeof(rp_tree_stats)] = 1;
  assert_fails(RP_ERROR_STRUCT_SIZE, rp_tree_get_stats(tree, &larger.known, &error));
  rp_tree_free(tree);
}

static void syntax_errors(void** state) {
  const char* text = "fn a( {}\nfn b() { let x = ; }\nfn c() {}\n";
  rp_tree* tree = parse(text);
  const size_t count = rp_tree_error_count(tree);
  rp_syntax_error none = rp_tree_error(tree, count);
  uint32_t last = 0;
  size_t i;
  (void)state;
  assert_true(count >= 2);
  for (i = 0; i < count; ++i) {
    const rp_syntax_error e = rp_tree_error(tree, i);
    assert_true(e.message.length > 0);
    assert_int_equal(strlen(e.message.data), e.message.length);
    assert_non_null(e.hint.data);
    assert_non_null(e.related_label.data);
    assert_true(e.span.start <= e.span.end && e.span.end <= strlen(text));
    assert_true(e.span.start >= last);
    last = e.span.start;
  }
  assert_true(is_empty(none.message) && is_empty(none.hint) && is_empty(none.related_label));
  assert_int_equal(none.span.start, 0);
  assert_int_equal(none.span.end, 0);
  none = rp_tree_error(tree, SIZE_MAX);
  assert_true(is_empty(none.message));
  none = rp_tree_error(NULL, 0);
  assert_true(is_empty(none.message));
  assert_int_equal(rp_tree_error_count(NULL), 0);
  rp_tree_free(tree);
}

static void positions(void** state) {
  /* Two bytes and one unit, four bytes and two units. */
  const char* text = "a\r\n\xC3\xA9\xF0\x9F\xA6\x80z\n";
  rp_tree* tree = parse(text);
  rp_position p = rp_tree_position(tree, 9);
  (void)state;
  assert_int_equal(rp_tree_line_count(tree), 3);
  assert_int_equal(p.line, 2);
  assert_int_equal(p.column_bytes, 7);
  assert_int_equal(p.column_utf16, 4);
  assert_int_equal(rp_tree_offset(tree, 2, 7), 9);
  assert_int_equal(rp_tree_offset_utf16(tree, 2, 4), 9);
  p = rp_tree_position(tree, 7); /* inside the second character */
  assert_int_equal(p.column_bytes, 3);
  p = rp_tree_position(tree, UINT32_MAX);
  assert_int_equal(p.line, 3);
  assert_int_equal(p.column_bytes, 1);
  assert_int_equal(rp_tree_offset(tree, 1, UINT32_MAX), 1);
  assert_int_equal(rp_tree_offset_utf16(tree, UINT32_MAX, UINT32_MAX), 11);
  assert_int_equal(rp_tree_offset(tree, 0, 0), 0);
  rp_tree_free(tree);
  p = rp_tree_position(NULL, 5);
  assert_true(p.line == 0 && p.column_bytes == 0 && p.column_utf16 == 0);
  assert_int_equal(rp_tree_offset(NULL, 1, 1), 0);
  assert_int_equal(rp_tree_offset_utf16(NULL, 1, 1), 0);
  assert_int_equal(rp_tree_line_count(NULL), 0);
}

static void getters_take_null(void** state) {
  (void)state;
  assert_text(rp_tree_text(NULL), "");
  assert_text(rp_tree_name(NULL), "");
  assert_int_equal(rp_tree_edition(NULL), 0);
  rp_tree_free(NULL);
}

static void rendering(void** state) {
  rp_tree* tree = parse("struct A;");
  rp_render_options o = RP_RENDER_OPTIONS_INIT;
  rp_buffer *buffer = NULL, *again = NULL;
  (void)state;
  assert_succeeds(rp_tree_render(tree, NULL, &buffer, &error));
  assert_text(rp_buffer_text(buffer),
              "source_file 0..9\n"
              "  struct_item item 0..9\n"
              "    struct 0..6 \"struct\"\n"
              "    name name 7..8\n"
              "      identifier 7..8 \"A\"\n"
              "    ; 8..9 \";\"\n");
  assert_succeeds(rp_tree_render(tree, &o, &again, &error));
  assert_text(rp_buffer_text(again), rp_buffer_text(buffer).data);
  rp_buffer_free(again);
  rp_buffer_free(buffer);
  o.format = RP_FORMAT_JSON;
  assert_succeeds(rp_tree_render(tree, &o, &buffer, &error));
  assert_non_null(
      strstr(rp_buffer_text(buffer).data, "{\"kind\":\"identifier\",\"start\":7,\"end\":8,\"text\":\"A\"}"));
  rp_buffer_free(buffer);
  o.format = (rp_format)3;
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_tree_render(tree, &o, &buffer, &error));
  assert_null(buffer);
  o.format = RP_FORMAT_TEXT;
  o.struct_size = 1;
  assert_fails(RP_ERROR_STRUCT_SIZE, rp_tree_render(tree, &o, &buffer, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_tree_render(NULL, NULL, &buffer, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_tree_render(tree, NULL, NULL, &error));
  rp_tree_free(tree);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_good_text),   cmocka_unit_test(the_text_is_copied),
      cmocka_unit_test(empty_texts),   cmocka_unit_test(arguments),
      cmocka_unit_test(invalid_utf8),  cmocka_unit_test(options),
      cmocka_unit_test(struct_sizes),  cmocka_unit_test(memory_limit),
      cmocka_unit_test(nesting_limit), cmocka_unit_test(error_limit),
      cmocka_unit_test(figures),       cmocka_unit_test(syntax_errors),
      cmocka_unit_test(positions),     cmocka_unit_test(getters_take_null),
      cmocka_unit_test(rendering),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
