/* Workspaces: on disk and in memory, options, progress, cancellation, what cannot be read. */
#define _GNU_SOURCE 1
#include "abi_test.h"

#include <ftw.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static char folder[64];

static void put(const char* path, const char* text, size_t length) {
  char full[256];
  char* slash;
  FILE* file;
  snprintf(full, sizeof full, "%s/%s", folder, path);
  for (slash = strchr(full + strlen(folder) + 1, '/'); slash != NULL; slash = strchr(slash + 1, '/')) {
    *slash = 0;
    mkdir(full, 0700);
    *slash = '/';
  }
  file = fopen(full, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(text, 1, length, file), length);
  fclose(file);
}

static int remove_entry(const char* path, const struct stat* status, int kind, struct FTW* ftw) {
  (void)status;
  (void)kind;
  (void)ftw;
  return remove(path);
}

static int set_up(void** state) {
  (void)state;
  strcpy(folder, "/tmp/rustpro-workspace-XXXXXX");
  return mkdtemp(folder) == NULL;
}
static int tear_down(void** state) {
  (void)state;
  return nftw(folder, remove_entry, 8, FTW_DEPTH | FTW_PHYS);
}

static void put_crate(void) {
  static const char kManifest[] = "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2018\"\n";
  put("Cargo.toml", kManifest, sizeof kManifest - 1);
  put("src/lib.rs", "fn a() {}\n", 10);
  put("src/b.rs", "fn (\n", 5);
  put("target/debug/build/out.rs", "fn t() {}\n", 10);
  put("target/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55", 43);
  put(".hidden/c.rs", "fn h() {}\n", 10);
  put("ignored.rs", "fn i() {}\n", 10);
  put(".gitignore", "/ignored.rs\n", 12);
  put("notes.txt", "no Rust\n", 8);
}

static rp_workspace* open_folder(const rp_workspace_options* options) {
  rp_workspace* workspace = NULL;
  assert_succeeds(rp_workspace_open(folder, strlen(folder), options, &workspace, &error));
  assert_non_null(workspace);
  return workspace;
}

static void a_crate_on_disk(void** state) {
  rp_workspace* workspace;
  rp_tree* tree = NULL;
  (void)state;
  put_crate();
  workspace = open_folder(NULL);
  assert_int_equal(rp_workspace_file_count(workspace), 2);
  assert_text(rp_workspace_file_path(workspace, 0), "src/b.rs");
  assert_text(rp_workspace_file_path(workspace, 1), "src/lib.rs");
  assert_text(rp_workspace_file_path(workspace, 2), "");
  assert_int_equal(rp_workspace_file_edition(workspace, 1), 2018);
  assert_int_equal(rp_workspace_file_edition(workspace, 2), 0);
  assert_int_equal(rp_workspace_unread_count(workspace), 0);
  assert_true(is_empty(rp_workspace_unread(workspace, 0).path));
  assert_succeeds(rp_workspace_parse_file(workspace, 1, &tree, &error));
  assert_text(rp_tree_text(tree), "fn a() {}\n");
  assert_int_equal(rp_tree_edition(tree), 2018);
  rp_workspace_free(workspace); /* the tree does not depend on it */
  assert_text(rp_tree_text(tree), "fn a() {}\n");
  rp_tree_free(tree);
}

/* A manifest that cannot be read leaves the files with the default edition. */
static void hostile_manifests(void** state) {
  static const char* const kManifests[] = {"[/x",
                                           "[=]",
                                           "\xC3\xA9 = 1\n",
                                           "a = \xC3\xA9\n",
                                           "[",
                                           "[[",
                                           "a = ",
                                           "[package]\nedition = 7\n",
                                           "\xFF",
                                           "[package]\nedition = \"2014\"\n",
                                           "a.b.c.d = {",
                                           "[package\nedition"};
  size_t i;
  (void)state;
  put("a.rs", "fn a() {}", 9);
  for (i = 0; i < sizeof kManifests / sizeof *kManifests; ++i) {
    rp_workspace* workspace;
    put("Cargo.toml", kManifests[i], strlen(kManifests[i]));
    workspace = open_folder(NULL);
    assert_int_equal(rp_workspace_file_count(workspace), 1);
    assert_true(rp_workspace_file_edition(workspace, 0) >= RP_EDITION_2015);
    rp_workspace_free(workspace);
  }
}

static void a_single_file(void** state) {
  char path[128];
  rp_workspace* workspace = NULL;
  (void)state;
  put_crate();
  snprintf(path, sizeof path, "%s/ignored.rs", folder);
  assert_succeeds(rp_workspace_open(path, strlen(path), NULL, &workspace, &error));
  assert_int_equal(rp_workspace_file_count(workspace), 1);
  rp_workspace_free(workspace);
}

static void overlays(void** state) {
  rp_workspace* workspace;
  rp_tree* tree = NULL;
  (void)state;
  put_crate();
  workspace = open_folder(NULL);
  assert_succeeds(rp_workspace_set_file(workspace, "src/lib.rs", 10, "fn z() {}", 9, &error));
  assert_succeeds(rp_workspace_set_file(workspace, "src/a.rs", 8, "", 0, &error));
  assert_succeeds(rp_workspace_set_file(workspace, "src/a.rs", 8, NULL, 0, &error));
  assert_int_equal(rp_workspace_file_count(workspace), 3);
  assert_text(rp_workspace_file_path(workspace, 0), "src/a.rs");
  assert_succeeds(rp_workspace_parse_file(workspace, 2, &tree, &error));
  assert_text(rp_tree_text(tree), "fn z() {}");
  rp_tree_free(tree);
  assert_succeeds(rp_workspace_remove_file(workspace, "src/lib.rs", 10, &error));
  assert_fails(RP_ERROR_NOT_FOUND, rp_workspace_remove_file(workspace, "src/lib.rs", 10, &error));
  assert_succeeds(rp_workspace_parse_file(workspace, 2, &tree, &error));
  assert_text(rp_tree_text(tree), "fn a() {}\n");
  rp_tree_free(tree);
  assert_succeeds(rp_workspace_remove_file(workspace, "src/a.rs", 8, &error));
  assert_int_equal(rp_workspace_file_count(workspace), 2);
  rp_workspace_free(workspace);
}

static void overlay_arguments(void** state) {
  static const char* const kBad[] = {"", "/a.rs", "..", "../a.rs", "a/../b.rs", "./a.rs", "a/./b.rs", "a//b.rs", "a/"};
  rp_workspace* workspace = NULL;
  size_t i;
  (void)state;
  assert_succeeds(rp_workspace_new(NULL, &workspace, &error));
  assert_int_equal(rp_workspace_file_count(workspace), 0);
  for (i = 0; i < sizeof kBad / sizeof *kBad; ++i)
    assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_workspace_set_file(workspace, kBad[i], strlen(kBad[i]), "", 0, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_workspace_set_file(NULL, "a.rs", 4, "", 0, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_workspace_set_file(workspace, NULL, 4, "", 0, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_workspace_set_file(workspace, "a.rs", 4, NULL, 1, &error));
  assert_fails(RP_ERROR_INVALID_UTF8, rp_workspace_set_file(workspace, "a\xFF.rs", 5, "", 0, &error));
  assert_fails(RP_ERROR_INVALID_UTF8, rp_workspace_set_file(workspace, "a.rs", 4, "\xFF", 1, &error));
  assert_fails(RP_ERROR_TOO_LARGE, rp_workspace_set_file(workspace, "a.rs", 4, "x", SIZE_MAX, &error));
  assert_fails(RP_ERROR_TOO_LARGE, rp_workspace_set_file(workspace, "a.rs", SIZE_MAX, "x", 1, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_workspace_remove_file(NULL, "a.rs", 4, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_workspace_remove_file(workspace, NULL, 4, &error));
  assert_fails(RP_ERROR_NOT_FOUND, rp_workspace_remove_file(workspace, "a.rs", 4, &error));
  assert_int_equal(rp_workspace_file_count(workspace), 0);
  rp_workspace_free(workspace);
}

static void open_arguments(void** state) {
  rp_workspace* workspace = NULL;
  char missing[128];
  (void)state;
  snprintf(missing, sizeof missing, "%s/missing", folder);
  assert_fails(RP_ERROR_NOT_FOUND, rp_workspace_open(missing, strlen(missing), NULL, &workspace, &error));
  assert_null(workspace);
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_workspace_open(NULL, 3, NULL, &workspace, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_workspace_open(".", 1, NULL, NULL, &error));
  assert_fails(RP_ERROR_INVALID_UTF8, rp_workspace_open("\xFF", 1, NULL, &workspace, &error));
  assert_fails(RP_ERROR_TOO_LARGE, rp_workspace_open(".", SIZE_MAX, NULL, &workspace, &error));
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_workspace_open("", 0, NULL, &workspace, &error));
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_workspace_open("a\0b", 3, NULL, &workspace, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_workspace_new(NULL, NULL, &error));
  rp_workspace_free(NULL);
}

static void options(void** state) {
  rp_workspace_options o = RP_WORKSPACE_OPTIONS_INIT;
  rp_workspace* workspace = NULL;
  (void)state;
  o.edition = 2020;
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_workspace_new(&o, &workspace, &error));
  o.edition = RP_EDITION_2024;
  o.nesting_limit = UINT32_MAX;
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_workspace_new(&o, &workspace, &error));
  o.nesting_limit = 0;
  o.struct_size = 8;
  assert_fails(RP_ERROR_STRUCT_SIZE, rp_workspace_new(&o, &workspace, &error));
  assert_fails(RP_ERROR_STRUCT_SIZE, rp_workspace_open(folder, strlen(folder), &o, &workspace, &error));
  assert_null(workspace);
  o.struct_size = sizeof o;
  assert_succeeds(rp_workspace_new(&o, &workspace, &error));
  assert_succeeds(rp_workspace_set_file(workspace, "a.rs", 4, "fn gen() {}", 11, &error));
  assert_int_equal(rp_workspace_file_edition(workspace, 0), 2024);
  rp_workspace_free(workspace);
  assert_succeeds(rp_workspace_new(NULL, &workspace, &error));
  assert_succeeds(rp_workspace_set_file(workspace, "a.rs", 4, "", 0, &error));
  assert_int_equal(rp_workspace_file_edition(workspace, 0), 2021);
  rp_workspace_free(workspace);
}

static void parse_file_arguments(void** state) {
  rp_workspace* workspace = NULL;
  rp_tree* tree = NULL;
  (void)state;
  put("src/bad.rs", "fn \xFF", 4);
  put("src/gone.rs", "fn a() {}", 9);
  workspace = open_folder(NULL);
  assert_int_equal(rp_workspace_file_count(workspace), 2);
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_workspace_parse_file(workspace, 2, &tree, &error));
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_workspace_parse_file(workspace, SIZE_MAX, &tree, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_workspace_parse_file(NULL, 0, &tree, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_workspace_parse_file(workspace, 0, NULL, &error));
  assert_fails(RP_ERROR_INVALID_UTF8, rp_workspace_parse_file(workspace, 0, &tree, &error));
  {
    char path[128];
    snprintf(path, sizeof path, "%s/src/gone.rs", folder);
    remove(path);
  }
  assert_fails(RP_ERROR_NOT_FOUND, rp_workspace_parse_file(workspace, 1, &tree, &error));
  assert_null(tree);
  rp_workspace_free(workspace);
}

static void limits(void** state) {
  rp_workspace_options o = RP_WORKSPACE_OPTIONS_INIT;
  rp_workspace* workspace;
  rp_report* report = NULL;
  (void)state;
  put_crate();
  o.memory_limit = 16;
  workspace = open_folder(&o);
  assert_fails(RP_ERROR_LIMIT, rp_workspace_review(workspace, &report, &error));
  assert_null(report);
  rp_workspace_free(workspace);
  o.memory_limit = 0;
  o.file_limit = 7; /* src/b.rs has 5 bytes, src/lib.rs has 10 */
  workspace = open_folder(&o);
  assert_succeeds(rp_workspace_review(workspace, &report, &error));
  assert_int_equal(rp_workspace_unread_count(workspace) + rp_report_unread_count(report) >= 1, 1);
  rp_report_free(report);
  rp_workspace_free(workspace);
}

struct progress {
  uint64_t calls;
  uint64_t stop_at;
  uint64_t last_done;
};

static int count_files(uint64_t done, uint64_t total, rp_string name, void* user_data) {
  struct progress* p = user_data;
  if (name.data == NULL || done > total || done < p->last_done) return -1;
  p->last_done = done;
  return ++p->calls == p->stop_at;
}

static void progress_and_cancellation(void** state) {
  rp_workspace_options o = RP_WORKSPACE_OPTIONS_INIT;
  struct progress p = {0, 0, 0};
  rp_cancellation* token = NULL;
  rp_workspace* workspace;
  rp_report* report = NULL;
  (void)state;
  put_crate();
  assert_succeeds(rp_cancellation_new(&token, &error));
  o.cancellation = token;
  o.progress = count_files;
  o.user_data = &p;
  o.thread_count = 2;
  workspace = open_folder(&o);
  p.calls = p.last_done = 0;
  assert_succeeds(rp_workspace_review(workspace, &report, &error));
  assert_true(p.calls >= 2);
  rp_report_free(report);
  p.calls = p.last_done = 0;
  p.stop_at = 1;
  assert_fails(RP_ERROR_CANCELLED, rp_workspace_review(workspace, &report, &error));
  assert_null(report);
  p.stop_at = 0;
  p.last_done = 0;
  rp_cancellation_request(token);
  assert_fails(RP_ERROR_CANCELLED, rp_workspace_review(workspace, &report, &error));
  {
    rp_tree* tree = NULL;
    rp_workspace* other = NULL;
    assert_fails(RP_ERROR_CANCELLED, rp_workspace_parse_file(workspace, 0, &tree, &error));
    assert_fails(RP_ERROR_CANCELLED, rp_workspace_open(folder, strlen(folder), &o, &other, &error));
    assert_null(other);
  }
  rp_cancellation_reset(token);
  p.last_done = 0;
  assert_succeeds(rp_workspace_review(workspace, &report, &error));
  rp_report_free(report);
  rp_workspace_free(workspace);
  rp_cancellation_free(token);
}

/* Entries that must neither be followed nor hang. */
static void hostile_folders(void** state) {
  char from[128], to[128];
  rp_workspace* workspace;
  rp_report* report = NULL;
  (void)state;
  put_crate();
  snprintf(from, sizeof from, "%s/src/loop", folder);
  assert_int_equal(symlink(folder, from), 0);
  snprintf(from, sizeof from, "%s/src/outside", folder);
  assert_int_equal(symlink("/", from), 0);
  snprintf(from, sizeof from, "%s/src/dangling.rs", folder);
  assert_int_equal(symlink("nowhere", from), 0);
  snprintf(to, sizeof to, "%s/src/pipe.rs", folder);
  assert_int_equal(mkfifo(to, 0600), 0);
  workspace = open_folder(NULL);
  assert_succeeds(rp_workspace_review(workspace, &report, &error));
  assert_true(rp_workspace_unread_count(workspace) + rp_report_unread_count(report) >= 2);
  {
    size_t i, count = rp_report_unread_count(report);
    for (i = 0; i < count; ++i) {
      const rp_unread unread = rp_report_unread(report, i);
      assert_true(unread.path.length > 0 && unread.reason.length > 0);
    }
    assert_true(is_empty(rp_report_unread(report, count).reason));
  }
  rp_report_free(report);
  rp_workspace_free(workspace);
}

static void getters_take_null(void** state) {
  (void)state;
  assert_int_equal(rp_workspace_file_count(NULL), 0);
  assert_text(rp_workspace_file_path(NULL, 0), "");
  assert_int_equal(rp_workspace_file_edition(NULL, 0), 0);
  assert_int_equal(rp_workspace_unread_count(NULL), 0);
  assert_text(rp_workspace_unread(NULL, 0).path, "");
  assert_text(rp_workspace_unread(NULL, 0).reason, "");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
int main(void) {
  const struct CMUnitTest tests[] = {
      TEST(a_crate_on_disk),           TEST(a_single_file),        TEST(hostile_manifests), TEST(overlays),
      TEST(overlay_arguments),         TEST(open_arguments),       TEST(options),           TEST(limits),
      TEST(progress_and_cancellation), TEST(parse_file_arguments), TEST(hostile_folders),   TEST(getters_take_null),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
