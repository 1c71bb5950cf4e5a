/* Edits of findings: getters, applying in memory, writing to disk, differences, errors of arguments. */
#ifndef _POSIX_C_SOURCE
#define _POSIX_C_SOURCE 200809L
#endif
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include "abi_test.h"

static const char kManifest[] =
    "[workspace]\n"
    "members = [\"app\"]\n"
    "resolver = \"3\"\n"
    "[workspace.dependencies]\n"
    "log = \"0.4\"\n"
    "rand = \"0.9\"\n"
    "[profile.release]\n"
    "opt-level = 0\n";
static const char kFixed[] =
    "[workspace]\n"
    "members = [\"app\"]\n"
    "resolver = \"3\"\n"
    "[workspace.dependencies]\n"
    "log = \"0.4\"\n"
    "[profile.release]\n"
    "opt-level = 0\n";
static const char kMember[] =
    "[package]\n"
    "name = \"app\"\n"
    "version = \"0.1.0\"\n"
    "edition = \"2024\"\n"
    "publish = false\n"
    "[dependencies]\n"
    "log.workspace = true\n";
static const char kMain[] = "fn main() {}\n";

static void set(rp_workspace* workspace, const char* path, const char* text) {
  assert_succeeds(rp_workspace_set_file(workspace, path, strlen(path), text, strlen(text), &error));
}

static rp_workspace* make_workspace(void) {
  rp_workspace* workspace = NULL;
  assert_succeeds(rp_workspace_new(NULL, &workspace, &error));
  set(workspace, "Cargo.toml", kManifest);
  set(workspace, "app/Cargo.toml", kMember);
  set(workspace, "app/src/main.rs", kMain);
  return workspace;
}

static rp_report* review(rp_workspace* workspace) {
  rp_report* report = NULL;
  assert_succeeds(rp_workspace_review(workspace, &report, &error));
  return report;
}

static size_t find_rule(const rp_report* report, const char* rule) {
  size_t i;
  for (i = 0; i < rp_report_finding_count(report); ++i)
    if (strcmp(rp_report_finding(report, i).rule.data, rule) == 0) return i;
  fail_msg("no finding of %s", rule);
  return 0;
}

static void edits(void** state) {
  rp_workspace* workspace = make_workspace();
  rp_report* report = review(workspace);
  const size_t unused = find_rule(report, "manifest/unused-workspace-dependency");
  const size_t profile = find_rule(report, "manifest/release-profile");
  rp_edit edit;
  (void)state;
  assert_int_equal(rp_report_edit_count(report, unused), 1);
  edit = rp_report_edit(report, unused, 0);
  assert_int_equal(edit.applicability, RP_APPLICABILITY_MACHINE);
  assert_text(edit.place.path, "Cargo.toml");
  assert_text(edit.replacement, "");
  assert_int_equal(edit.place.start.line, 6);
  assert_int_equal(edit.place.end.line, 7);
  assert_int_equal(edit.place.span.end - edit.place.span.start, strlen("rand = \"0.9\"\n"));
  assert_int_equal(rp_report_edit(report, profile, 0).applicability, RP_APPLICABILITY_SUGGESTION);
  edit = rp_report_edit(report, unused, 1);
  assert_true(is_empty(edit.place.path) && is_empty(edit.replacement));
  assert_int_equal(edit.applicability, 0);
  assert_int_equal(rp_report_edit_count(report, SIZE_MAX), 0);
  assert_int_equal(rp_report_edit_count(NULL, 0), 0);
  assert_true(is_empty(rp_report_edit(NULL, 0, 0).replacement));
  rp_report_free(report);
  rp_workspace_free(workspace);
}

static void applying(void** state) {
  rp_workspace* workspace = make_workspace();
  rp_report* report = review(workspace);
  rp_fix_options options = RP_FIX_OPTIONS_INIT;
  rp_fixes* fixes = NULL;
  rp_buffer* buffer = NULL;
  rp_fixed_file file;
  rp_skipped_fix skipped;
  (void)state;
  assert_succeeds(rp_report_make_fixes(report, workspace, NULL, &fixes, &error));
  assert_int_equal(rp_fixes_applied_count(fixes), 1);
  assert_int_equal(rp_fixes_applied(fixes, 0), find_rule(report, "manifest/unused-workspace-dependency"));
  assert_true(rp_fixes_applied(fixes, 1) == SIZE_MAX);
  assert_int_equal(rp_fixes_file_count(fixes), 1);
  file = rp_fixes_file(fixes, 0);
  assert_text(file.path, "Cargo.toml");
  assert_text(file.before, kManifest);
  assert_text(file.after, kFixed);
  assert_int_equal(file.fix_count, 1);
  assert_int_equal(file.is_writable, 0);
  assert_true(is_empty(rp_fixes_file(fixes, 1).path));
  assert_int_equal(rp_fixes_skipped_count(fixes), 1);
  skipped = rp_fixes_skipped(fixes, 0);
  assert_int_equal(skipped.finding, find_rule(report, "manifest/release-profile"));
  assert_int_equal(skipped.kind, RP_SKIP_SUGGESTION);
  assert_true(skipped.reason.length > 0);
  assert_true(is_empty(rp_fixes_skipped(fixes, 1).reason));
  assert_succeeds(rp_fixes_render_diff(fixes, &buffer, &error));
  assert_text(
      rp_buffer_text(buffer),
      "--- a/Cargo.toml\n+++ b/Cargo.toml\n@@ -3,6 +3,5 @@\n resolver = \"3\"\n [workspace.dependencies]\n log = "
      "\"0.4\"\n-rand = \"0.9\"\n [profile.release]\n opt-level = 0\n");
  rp_buffer_free(buffer);
  /* Whoever set the text has to write it. */
  assert_fails(RP_ERROR_IO, rp_fixes_write_file(fixes, 0, &error));
  rp_fixes_free(fixes);

  options.suggestions = 1;
  assert_succeeds(rp_report_make_fixes(report, workspace, &options, &fixes, &error));
  assert_int_equal(rp_fixes_applied_count(fixes), 2);
  assert_int_equal(rp_fixes_skipped_count(fixes), 0);
  assert_null(strstr(rp_fixes_file(fixes, 0).after.data, "opt-level"));
  rp_fixes_free(fixes);

  /* A text that is no longer the one that was reviewed is left alone. */
  set(workspace, "Cargo.toml", kFixed);
  assert_succeeds(rp_report_make_fixes(report, workspace, &options, &fixes, &error));
  assert_int_equal(rp_fixes_file_count(fixes), 0);
  assert_int_equal(rp_fixes_skipped(fixes, 0).kind, RP_SKIP_REFUSED);
  rp_fixes_free(fixes);
  rp_report_free(report);

  /* And what was mended is found no more. */
  report = review(workspace);
  assert_succeeds(rp_report_make_fixes(report, workspace, NULL, &fixes, &error));
  assert_int_equal(rp_fixes_file_count(fixes), 0);
  rp_fixes_free(fixes);
  rp_report_free(report);
  rp_workspace_free(workspace);
}

static void put(const char* folder, const char* name, const char* text) {
  char path[256];
  FILE* file;
  snprintf(path, sizeof path, "%s/%s", folder, name);
  file = fopen(path, "wb");
  assert_non_null(file);
  assert_int_equal(fwrite(text, 1, strlen(text), file), strlen(text));
  assert_int_equal(fclose(file), 0);
}

static void writing(void** state) {
  char folder[] = "/tmp/rustpro-abi-XXXXXX";
  char path[256];
  char text[1024];
  size_t length;
  FILE* file;
  rp_workspace* workspace = NULL;
  rp_report* report;
  rp_fixes* fixes = NULL;
  (void)state;
  assert_non_null(mkdtemp(folder));
  snprintf(path, sizeof path, "%s/app", folder);
  assert_int_equal(mkdir(path, 0755), 0);
  snprintf(path, sizeof path, "%s/app/src", folder);
  assert_int_equal(mkdir(path, 0755), 0);
  put(folder, "Cargo.toml", kManifest);
  put(folder, "app/Cargo.toml", kMember);
  put(folder, "app/src/main.rs", kMain);
  assert_succeeds(rp_workspace_open(folder, strlen(folder), NULL, &workspace, &error));
  report = review(workspace);
  assert_succeeds(rp_report_make_fixes(report, workspace, NULL, &fixes, &error));
  rp_report_free(report);
  rp_workspace_free(workspace); /* the fixes need neither */
  assert_int_equal(rp_fixes_file_count(fixes), 1);
  assert_int_equal(rp_fixes_file(fixes, 0).is_writable, 1);
  assert_succeeds(rp_fixes_write_file(fixes, 0, &error));
  snprintf(path, sizeof path, "%s/Cargo.toml", folder);
  file = fopen(path, "rb");
  assert_non_null(file);
  length = fread(text, 1, sizeof text - 1, file);
  text[length] = '\0';
  fclose(file);
  assert_string_equal(text, kFixed);
  assert_fails(RP_ERROR_IO, rp_fixes_write_file(fixes, 0, &error)); /* it has changed */
  assert_int_equal(unlink(path), 0);
  assert_fails(RP_ERROR_NOT_FOUND, rp_fixes_write_file(fixes, 0, &error));
  rp_fixes_free(fixes);
  snprintf(path, sizeof path, "rm -rf '%s'", folder);
  assert_int_equal(system(path), 0);
}

static void differences(void** state) {
  rp_buffer* buffer = NULL;
  (void)state;
  assert_succeeds(rp_diff("src/a.rs", 8, "a\nb\n", 4, "a\nc", 3, &buffer, &error));
  assert_text(rp_buffer_text(buffer),
              "--- a/src/a.rs\n+++ b/src/a.rs\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of file\n");
  rp_buffer_free(buffer);
  assert_succeeds(rp_diff("a", 1, NULL, 0, NULL, 0, &buffer, &error));
  assert_text(rp_buffer_text(buffer), "");
  rp_buffer_free(buffer);
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_diff("", 0, "", 0, "", 0, &buffer, &error));
  assert_null(buffer);
  assert_fails(RP_ERROR_INVALID_UTF8, rp_diff("a", 1, "\xff", 1, "", 0, &buffer, &error));
  assert_fails(RP_ERROR_INVALID_UTF8, rp_diff("a", 1, "", 0, "\xff", 1, &buffer, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_diff("a", 1, "", 0, NULL, 1, &buffer, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_diff("a", 1, "", 0, "", 0, NULL, &error));
}

static void arguments(void** state) {
  rp_workspace* workspace = make_workspace();
  rp_report* report = review(workspace);
  rp_fix_options options = RP_FIX_OPTIONS_INIT;
  rp_fixes* fixes = NULL;
  rp_buffer* buffer = NULL;
  rp_cancellation* cancellation = NULL;
  (void)state;
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_report_make_fixes(NULL, workspace, NULL, &fixes, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_report_make_fixes(report, NULL, NULL, &fixes, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_report_make_fixes(report, workspace, NULL, NULL, &error));
  options.struct_size = 1;
  assert_fails(RP_ERROR_STRUCT_SIZE, rp_report_make_fixes(report, workspace, &options, &fixes, &error));
  assert_null(fixes);
  options.struct_size = sizeof options;
  assert_succeeds(rp_cancellation_new(&cancellation, &error));
  rp_cancellation_request(cancellation);
  options.cancellation = cancellation;
  assert_fails(RP_ERROR_CANCELLED, rp_report_make_fixes(report, workspace, &options, &fixes, &error));
  rp_cancellation_free(cancellation);
  assert_succeeds(rp_report_make_fixes(report, workspace, NULL, &fixes, &error));
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_fixes_write_file(fixes, 1, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_fixes_write_file(NULL, 0, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_fixes_render_diff(NULL, &buffer, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_fixes_render_diff(fixes, NULL, &error));
  rp_fixes_free(fixes);
  assert_int_equal(rp_fixes_applied_count(NULL) + rp_fixes_file_count(NULL) + rp_fixes_skipped_count(NULL), 0);
  assert_true(rp_fixes_applied(NULL, 0) == SIZE_MAX);
  assert_true(is_empty(rp_fixes_file(NULL, 0).after));
  assert_true(is_empty(rp_fixes_skipped(NULL, 0).reason));
  rp_fixes_free(NULL);
  rp_report_free(report);
  rp_workspace_free(workspace);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(edits),       cmocka_unit_test(applying),  cmocka_unit_test(writing),
      cmocka_unit_test(differences), cmocka_unit_test(arguments),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
