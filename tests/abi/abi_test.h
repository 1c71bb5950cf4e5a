/* What the C tests of the public functions share: cmocka, checks of strings and errors, short ways to make handles. */
#ifndef RUSTPRO_TESTS_ABI_TEST_H
#define RUSTPRO_TESTS_ABI_TEST_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "rustpro/rustpro.h"

/* A string of the library: never NULL, ends in NUL. */
#define assert_text(actual, expected) check_text((actual), (expected), __FILE__, __LINE__)
static inline void check_text(rp_string actual, const char* expected, const char* file, int line) {
  _assert_true(actual.data != NULL, "data != NULL", file, line);
  _assert_int_equal(actual.length, strlen(expected), file, line);
  _assert_true(actual.data[actual.length] == 0, "ends in NUL", file, line);
  _assert_string_equal(actual.data, expected, file, line);
}

/* The call fails with that status and an error that says so. */
#define assert_fails(expected, call)                                                        \
  do {                                                                                      \
    rp_error* error = NULL;                                                                 \
    assert_int_equal((call), (expected));                                                   \
    assert_non_null(error);                                                                 \
    assert_int_equal(rp_error_status(error), (expected));                                   \
    assert_true(rp_error_message(error).length > 0);                                        \
    assert_int_equal(strlen(rp_error_message(error).data), rp_error_message(error).length); \
    rp_error_free(error);                                                                   \
  } while (0)

/* The call succeeds and leaves no error. */
#define assert_succeeds(call)                                                       \
  do {                                                                              \
    rp_error* error = (rp_error*)(uintptr_t)1; /* a good call sets it to NULL */    \
    rp_status status_of_call = (call);                                              \
    if (status_of_call != RP_OK) print_error("%s\n", rp_error_message(error).data); \
    assert_int_equal(status_of_call, RP_OK);                                        \
    assert_null(error);                                                             \
  } while (0)

static inline rp_tree* parse_as(const char* text, size_t length, uint32_t edition) {
  rp_parse_options options = RP_PARSE_OPTIONS_INIT;
  rp_tree* tree = NULL;
  options.edition = edition;
  assert_succeeds(rp_tree_parse(text, length, "test.rs", 7, &options, &tree, &error));
  assert_non_null(tree);
  return tree;
}
static inline rp_tree* parse(const char* text) { return parse_as(text, strlen(text), RP_EDITION_2021); }

static inline int is_empty(rp_string text) { return text.data != NULL && text.length == 0 && text.data[0] == 0; }

#endif
