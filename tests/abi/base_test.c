/* Errors, versions, cancellation tokens, buffers. */
#include "abi_test.h"

static void versions(void** state) {
  char text[32];
  (void)state;
  snprintf(text, sizeof text, "%d.%d.%d", RP_VERSION_MAJOR, RP_VERSION_MINOR, RP_VERSION_PATCH);
  assert_text(rp_version_string(), text);
  assert_int_equal(rp_version_number(), RP_VERSION_MAJOR * 1000000 + RP_VERSION_MINOR * 1000 + RP_VERSION_PATCH);
  assert_int_equal(rp_abi_compatible(RP_ABI_MAJOR, RP_ABI_MINOR), 1);
  assert_int_equal(rp_abi_compatible(RP_ABI_MAJOR, 0), 1);
  assert_int_equal(rp_abi_compatible(RP_ABI_MAJOR, RP_ABI_MINOR + 1), 0);
  assert_int_equal(rp_abi_compatible(RP_ABI_MAJOR + 1, 0), 0);
  assert_int_equal(rp_abi_compatible(UINT32_MAX, UINT32_MAX), 0);
}

static void status_names(void** state) {
  (void)state;
  assert_text(rp_status_name(RP_OK), "RP_OK");
  assert_text(rp_status_name(RP_ERROR_INTERNAL), "RP_ERROR_INTERNAL");
  assert_text(rp_status_name((rp_status)12), "RP_ERROR_UNKNOWN");
  assert_text(rp_status_name((rp_status)-1), "RP_ERROR_UNKNOWN");
}

static void errors(void** state) {
  rp_error* error = NULL;
  rp_tree* tree = (rp_tree*)&error; /* must be overwritten */
  (void)state;
  assert_int_equal(rp_error_status(NULL), RP_OK);
  assert_text(rp_error_message(NULL), "");
  rp_error_free(NULL);
  assert_int_equal(rp_tree_parse("a\xFF", 2, NULL, 0, NULL, &tree, &error), RP_ERROR_INVALID_UTF8);
  assert_null(tree);
  assert_int_equal(rp_error_status(error), RP_ERROR_INVALID_UTF8);
  assert_text(rp_error_message(error), "`text` is not UTF-8: byte 0xff at offset 1");
  rp_error_free(error);
  /* The error may be left out. */
  assert_int_equal(rp_tree_parse("a\xFF", 2, NULL, 0, NULL, &tree, NULL), RP_ERROR_INVALID_UTF8);
  assert_int_equal(rp_tree_parse(NULL, 0, NULL, 0, NULL, NULL, NULL), RP_ERROR_NULL_ARGUMENT);
}

static void cancellation(void** state) {
  rp_cancellation* token = NULL;
  rp_parse_options options = RP_PARSE_OPTIONS_INIT;
  rp_tree* tree = NULL;
  (void)state;
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_cancellation_new(NULL, &error));
  assert_succeeds(rp_cancellation_new(&token, &error));
  assert_int_equal(rp_cancellation_requested(token), 0);
  options.cancellation = token;
  assert_succeeds(rp_tree_parse("fn a() {}", 9, NULL, 0, &options, &tree, &error));
  rp_tree_free(tree);
  rp_cancellation_request(token);
  assert_int_equal(rp_cancellation_requested(token), 1);
  assert_fails(RP_ERROR_CANCELLED, rp_tree_parse("fn a() {}", 9, NULL, 0, &options, &tree, &error));
  assert_null(tree);
  assert_fails(RP_ERROR_CANCELLED, rp_tree_parse("", 0, NULL, 0, &options, &tree, &error));
  rp_cancellation_reset(token);
  assert_int_equal(rp_cancellation_requested(token), 0);
  assert_succeeds(rp_tree_parse("fn a() {}", 9, NULL, 0, &options, &tree, &error));
  rp_tree_free(tree);
  rp_cancellation_free(token);
  rp_cancellation_request(NULL);
  rp_cancellation_reset(NULL);
  assert_int_equal(rp_cancellation_requested(NULL), 0);
  rp_cancellation_free(NULL);
}

static void buffers(void** state) {
  (void)state;
  assert_text(rp_buffer_text(NULL), "");
  rp_buffer_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(versions),     cmocka_unit_test(status_names), cmocka_unit_test(errors),
      cmocka_unit_test(cancellation), cmocka_unit_test(buffers),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
