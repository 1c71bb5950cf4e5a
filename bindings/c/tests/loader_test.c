/* Tests of rustpro_loader.h: what it finds, what it refuses, and that its list agrees with the headers. */
#include <rustpro_loader.h>

/* cmocka needs these before it, in this order. */
/* clang-format off */
#include <stdarg.h>
#include <setjmp.h>
#include <cmocka.h>
/* clang-format on */

/* Each function is declared a second time from the list: a type that differs from that in the headers is an error. */
#define DECLARE_AGAIN(result, name, parameters) result rp_##name parameters;
RUSTPRO_FUNCTIONS(DECLARE_AGAIN)

static char g_library[1024]; /* the real library */

static void loads_by_environment(void** state) {
  rustpro_api api;
  char message[512] = "x";
  (void)state;
  assert_int_equal(setenv("RUSTPRO_LIBRARY", g_library, 1), 0);
  /* The environment comes before what the program asks for. */
  assert_int_equal(rustpro_load("/nonexistent", &api, message, sizeof message), 1);
  assert_string_equal(message, "");
  assert_string_equal(api.path, g_library);
  assert_int_equal(api.version_number(), RP_VERSION_MAJOR * 1000000 + RP_VERSION_MINOR * 1000 + RP_VERSION_PATCH);
#define IS_THERE(result, name, parameters) assert_true(api.name != NULL);
  RUSTPRO_FUNCTIONS(IS_THERE)
  rustpro_unload(&api);
  assert_null(api.handle);
  rustpro_unload(&api);
  rustpro_unload(NULL);
  unsetenv("RUSTPRO_LIBRARY");
}

static void loads_a_named_file(void** state) {
  rustpro_api api;
  (void)state;
  assert_int_equal(rustpro_load(g_library, &api, NULL, 0), 1);
  assert_string_equal(api.path, g_library);
  rustpro_unload(&api);
}

static void loads_from_a_folder(void** state) {
  rustpro_api api;
  char message[512];
  char folder[1024];
  char path[2048];
  FILE* file;
  (void)state;
  snprintf(folder, sizeof folder, "/tmp/rustpro_loader_test_XXXXXX");
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/%s", folder, RUSTPRO_LIBRARY_NAME);
  /* A file of that name that is no library ends the search with a reason. */
  file = fopen(path, "w");
  assert_non_null(file);
  fputs("no library", file);
  fclose(file);
  assert_int_equal(rustpro_load(folder, &api, message, sizeof message), 0);
  assert_non_null(strstr(message, folder));
  assert_int_equal(unlink(path), 0);
  assert_int_equal(symlink(g_library, path), 0);
  assert_int_equal(rustpro_load(folder, &api, message, sizeof message), 1);
  assert_string_equal(api.path, path);
  rustpro_unload(&api);
  assert_int_equal(unlink(path), 0);
  assert_int_equal(rmdir(folder), 0);
}

static void refuses_what_is_not_there(void** state) {
  rustpro_api api;
  char message[512];
  char tiny[8];
  char* longest = malloc(4000);
  (void)state;
  assert_int_equal(rustpro_load("/nonexistent/librustpro.so.0", &api, message, sizeof message), 0);
  assert_non_null(strstr(message, "/nonexistent/librustpro.so.0"));
  assert_null(api.handle);
  assert_true(api.tree_parse == NULL);
  /* A message that does not fit is cut. */
  assert_int_equal(rustpro_load("/nonexistent/librustpro.so.0", &api, tiny, sizeof tiny), 0);
  assert_string_equal(tiny, "cannot ");
  assert_int_equal(rustpro_load("/nonexistent/librustpro.so.0", &api, NULL, 0), 0);
  assert_non_null(longest);
  memset(longest, 'a', 3999);
  longest[3999] = '\0';
  assert_int_equal(rustpro_load(longest, &api, message, sizeof message), 0);
  assert_non_null(strstr(message, "longer than"));
  free(longest);
}

static void refuses_other_libraries(void** state) {
  rustpro_api api;
  char message[512];
  (void)state;
  assert_int_equal(rustpro_load(OTHER_LIBRARY, &api, message, sizeof message), 0);
  assert_non_null(strstr(message, "is not librustpro"));
  assert_int_equal(rustpro_load(OLD_LIBRARY, &api, message, sizeof message), 0);
  assert_non_null(strstr(message, "(0.0.7) does not offer interface"));
  assert_int_equal(rustpro_load(PARTIAL_LIBRARY, &api, message, sizeof message), 0);
  assert_non_null(strstr(message, "has no function rp_error_status"));
  assert_null(api.handle);
}

static void parses(void** state) {
  static const char text[] = "fn main() {}\n";
  rustpro_api api;
  char message[512];
  rp_tree* tree = NULL;
  rp_error* error = NULL;
  (void)state;
  assert_int_equal(rustpro_load(g_library, &api, message, sizeof message), 1);
  assert_int_equal(api.tree_parse(text, sizeof text - 1, "a.rs", 4, NULL, &tree, &error), RP_OK);
  assert_int_equal(api.tree_error_count(tree), 0);
  assert_int_equal(api.tree_text(tree).length, sizeof text - 1);
  api.tree_free(tree);
  assert_int_equal(api.tree_parse(NULL, 1, NULL, 0, NULL, &tree, &error), RP_ERROR_NULL_ARGUMENT);
  assert_null(tree);
  assert_int_equal(api.error_status(error), RP_ERROR_NULL_ARGUMENT);
  api.error_free(error);
  rustpro_unload(&api);
}

int main(int argc, char** argv) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(loads_by_environment),    cmocka_unit_test(loads_a_named_file),
      cmocka_unit_test(loads_from_a_folder),     cmocka_unit_test(refuses_what_is_not_there),
      cmocka_unit_test(refuses_other_libraries), cmocka_unit_test(parses),
  };
  if (argc != 2 || strlen(argv[1]) >= sizeof g_library) {
    fprintf(stderr, "usage: loader_test LIBRARY\n");
    return 2;
  }
  strcpy(g_library, argv[1]);
  unsetenv("RUSTPRO_LIBRARY");
  return cmocka_run_group_tests(tests, NULL, NULL);
}
