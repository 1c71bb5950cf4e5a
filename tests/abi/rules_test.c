/* The list of rules, reviews with choices, baselines, hidden findings, gaps. */
#include "abi_test.h"

#include <stdlib.h>

static const char kManifest[] =
    "[package]\nname = \"sample\"\nversion = \"0.1.0\"\nedition = \"2021\"\npublish = false\nrust-version = \"1.70\"\n"
    "\n[dependencies]\nabsent = \"1\"\n";
static const char kSource[] =
    "use absent::Thing;\n"
    "fn first(p: *const u8, _thing: &Thing) -> u8 {\n"
    "    unsafe { *p }\n"
    "}\n"
    "fn last(p: *const u8) -> u8 {\n"
    "    // rustpro: allow(safety/undocumented-unsafe) told elsewhere\n"
    "    unsafe { *p }\n"
    "}\n";

static rp_string text_of(const char* text) {
  rp_string result;
  result.data = text;
  result.length = strlen(text);
  return result;
}

static rp_workspace* make_workspace(void) {
  rp_workspace* workspace = NULL;
  assert_succeeds(rp_workspace_new(NULL, &workspace, &error));
  assert_succeeds(rp_workspace_set_file(workspace, "Cargo.toml", 10, kManifest, sizeof kManifest - 1, &error));
  assert_succeeds(rp_workspace_set_file(workspace, "src/lib.rs", 10, kSource, sizeof kSource - 1, &error));
  return workspace;
}

static size_t count_of(const rp_report* report, const char* rule) {
  size_t count = 0, i;
  for (i = 0; i < rp_report_finding_count(report); ++i)
    if (strcmp(rp_report_finding(report, i).rule.data, rule) == 0) ++count;
  return count;
}

/* Copies an example without its marks, of which it has at least one; to be freed. */
static char* without_marks(rp_string example, size_t* length) {
  static const char mark[] = " //~";
  char* text = malloc(example.length + 1);
  char* found;
  assert_non_null(text);
  memcpy(text, example.data, example.length);
  text[example.length] = '\0';
  assert_non_null(strstr(text, mark));
  while ((found = strstr(text, mark)) != NULL) memmove(found, found + strlen(mark), strlen(found + strlen(mark)) + 1);
  *length = strlen(text);
  return text;
}

static void the_list(void** state) {
  const size_t count = rp_rule_count();
  size_t i, k;
  rp_rule none;
  (void)state;
  assert_true(count >= 75);
  for (i = 0; i < count; ++i) {
    const rp_rule rule = rp_rule_at(i);
    assert_true(rule.id.length > rule.area.length + 1);
    assert_memory_equal(rule.id.data, rule.area.data, rule.area.length);
    assert_true(rule.title.length > 0 && rule.why.length > 0 && rule.bad.length > 0 && rule.good.length > 0);
    assert_true(rule.severity >= RP_SEVERITY_ERROR && rule.severity <= RP_SEVERITY_ADVICE);
    assert_int_equal(rule.verdict == RP_VERDICT_PROVEN, rule.doubt.length == 0);
    assert_true(rule.reference_count > 0);
    for (k = 0; k < rule.reference_count; ++k) assert_true(rp_rule_reference(i, k).length > 0);
    assert_true(is_empty(rp_rule_reference(i, rule.reference_count)));
    assert_int_equal(rp_rule_find(rule.id.data, rule.id.length), i);
  }
  none = rp_rule_at(count);
  assert_true(is_empty(none.id) && none.reference_count == 0);
  assert_true(is_empty(rp_rule_reference(count, 0)));
  assert_int_equal(rp_rule_find("no/such-rule", 12), count);
  assert_int_equal(rp_rule_find(NULL, 0), count);
}

static void lints_and_taste(void** state) {
  rp_workspace* workspace = NULL;
  rp_review_options options = RP_REVIEW_OPTIONS_INIT;
  rp_report* report = NULL;
  const rp_rule forget = rp_rule_at(rp_rule_find("raii/forget", 11));
  const rp_rule sleeps = rp_rule_at(rp_rule_find("testing/sleep-in-test", 21));
  size_t length = 0;
  char* example = without_marks(sleeps.bad, &length);
  (void)state;
  assert_text(forget.lint, "clippy::mem_forget");
  assert_int_equal(forget.opt_in, 0);
  assert_int_equal(sleeps.opt_in, 1);
  assert_succeeds(rp_workspace_new(NULL, &workspace, &error));
  assert_succeeds(rp_workspace_set_file(workspace, "src/lib.rs", 10, example, length, &error));
  free(example);
  assert_succeeds(rp_workspace_review(workspace, &report, &error));
  assert_int_equal(count_of(report, "testing/sleep-in-test"), 0);
  rp_report_free(report);
  options.only = text_of("testing/sleep-in-test");
  assert_succeeds(rp_workspace_review_with(workspace, &options, &report, &error));
  assert_int_equal(count_of(report, "testing/sleep-in-test"), 1);
  rp_report_free(report);
  rp_workspace_free(workspace);
}

static void choices(void** state) {
  rp_workspace* workspace = make_workspace();
  rp_review_options options = RP_REVIEW_OPTIONS_INIT;
  rp_report* report = NULL;
  size_t i;
  (void)state;
  assert_succeeds(rp_workspace_review_with(workspace, NULL, &report, &error));
  assert_int_equal(count_of(report, "safety/undocumented-unsafe"), 1);
  assert_int_equal(rp_report_hidden(report).suppressed, 1);
  assert_int_equal(rp_report_hidden(report).baseline, 0);
  rp_report_free(report);

  options.off = text_of("safety");
  assert_succeeds(rp_workspace_review_with(workspace, &options, &report, &error));
  assert_int_equal(count_of(report, "safety/undocumented-unsafe"), 0);
  rp_report_free(report);

  options.off = text_of("");
  options.only = text_of("safety/undocumented-unsafe");
  options.deny = text_of("safety");
  assert_succeeds(rp_workspace_review_with(workspace, &options, &report, &error));
  assert_int_equal(rp_report_finding_count(report), 1);
  for (i = 0; i < rp_report_finding_count(report); ++i)
    assert_int_equal(rp_report_finding(report, i).severity, RP_SEVERITY_ERROR);
  rp_report_free(report);
  rp_workspace_free(workspace);
}

static void baselines(void** state) {
  rp_workspace* workspace = make_workspace();
  rp_review_options options = RP_REVIEW_OPTIONS_INIT;
  rp_report* report = NULL;
  rp_report* again = NULL;
  rp_buffer* baseline = NULL;
  size_t count;
  (void)state;
  assert_succeeds(rp_workspace_review(workspace, &report, &error));
  count = rp_report_finding_count(report);
  assert_true(count > 0);
  assert_succeeds(rp_report_baseline(report, &baseline, &error));
  options.baseline = rp_buffer_text(baseline);
  assert_succeeds(rp_workspace_review_with(workspace, &options, &again, &error));
  assert_int_equal(rp_report_finding_count(again), 0);
  assert_int_equal(rp_report_hidden(again).baseline, count);
  rp_buffer_free(baseline);
  rp_report_free(report);
  rp_report_free(again);
  rp_workspace_free(workspace);
}

static void gaps(void** state) {
  rp_workspace* workspace = make_workspace();
  rp_report* report = NULL;
  size_t i, missing = 0;
  rp_review_gap none;
  (void)state;
  assert_succeeds(rp_workspace_review(workspace, &report, &error));
  for (i = 0; i < rp_report_gap_count(report); ++i) {
    const rp_review_gap gap = rp_report_gap(report, i);
    assert_true(gap.count > 0 && rp_review_gap_kind_name(gap.kind).length > 0);
    if (gap.kind == RP_REVIEW_GAP_MISSING_PACKAGE && strcmp(gap.name.data, "absent") == 0) ++missing;
  }
  assert_int_equal(missing, 1);
  none = rp_report_gap(report, rp_report_gap_count(report));
  assert_true(is_empty(none.name) && none.count == 0);
  assert_text(rp_review_gap_kind_name(RP_REVIEW_GAP_MISSING_PACKAGE), "missing package");
  assert_true(is_empty(rp_review_gap_kind_name((rp_review_gap_kind)99)));
  rp_report_free(report);
  rp_workspace_free(workspace);
}

static void packages(void** state) {
  static const char kLibrary[] =
      "#![deny(unsafe_code)]\n"
      "macro_rules! raw { ($p:expr) => { unsafe { *$p } } }\n"
      "pub fn f(p: *const u8) -> u8 { raw!(p) + raw!(p) }\n"
      "pub unsafe fn g() {}\n";
  rp_workspace* workspace = make_workspace();
  rp_review_options options = RP_REVIEW_OPTIONS_INIT;
  rp_report* report = NULL;
  rp_reviewed_package own, missing, none;
  rp_unsafe_macro macro;
  (void)state;
  assert_succeeds(rp_workspace_set_file(workspace, "src/lib.rs", 10, kLibrary, sizeof kLibrary - 1, &error));
  options.whole_tree = 1;
  assert_succeeds(rp_workspace_review_with(workspace, &options, &report, &error));
  assert_int_equal(rp_report_package_count(report), 2);
  own = rp_report_package(report, 0);
  assert_int_equal(own.role, RP_PACKAGE_OWN);
  assert_true(own.was_read && is_empty(own.reason) && own.name.length > 0 && own.version.length > 0);
  assert_int_equal(own.level, RP_UNSAFE_LEVEL_DENY);
  assert_int_equal(own.files, 1);
  assert_int_equal(own.unsafe_in_definitions, 1);
  assert_int_equal(rp_report_package_unsafe(report, 0, RP_UNSAFE_FN, 0), 1);
  assert_int_equal(rp_report_package_unsafe(report, 0, RP_UNSAFE_FN, 1), 0);
  assert_int_equal(rp_report_package_unsafe(report, 0, RP_UNSAFE_BLOCK, 0), 0);
  assert_int_equal(rp_report_package_unsafe(report, 0, RP_UNSAFE_BLOCK, 1), 2);
  assert_int_equal(rp_report_package_unsafe(report, 0, (rp_unsafe_kind)99, 1), 0);
  assert_int_equal(rp_report_package_unsafe(report, 2, RP_UNSAFE_BLOCK, 1), 0);
  assert_int_equal(own.macro_count, 1);
  macro = rp_report_package_macro(report, 0, 0);
  assert_true(macro.calls == 2 && macro.unsafe_count == 2 && !macro.is_foreign);
  assert_true(macro.path.length > 5 && strcmp(macro.path.data + macro.path.length - 5, "::raw") == 0);
  assert_true(is_empty(rp_report_package_macro(report, 0, 1).path));
  missing = rp_report_package(report, 1);
  assert_int_equal(missing.role, RP_PACKAGE_PROGRAM);
  assert_text(missing.name, "absent");
  assert_true(!missing.was_read && missing.reason.length > 0);
  none = rp_report_package(report, 2);
  assert_true(is_empty(none.name) && none.role == 0 && none.macro_count == 0);
  assert_text(rp_report_build(report).target, "x86_64-unknown-linux-gnu");
  assert_text(rp_report_build(report).features, "default features");
  assert_text(rp_package_role_name(RP_PACKAGE_BUILD_TIME), "build time");
  assert_true(is_empty(rp_package_role_name((rp_package_role)99)));
  rp_report_free(report);
  assert_int_equal(rp_report_package_count(NULL), 0);
  assert_true(is_empty(rp_report_package(NULL, 0).name));
  assert_true(is_empty(rp_report_package_macro(NULL, 0, 0).path));
  assert_true(is_empty(rp_report_build(NULL).target));
  assert_int_equal(rp_report_package_unsafe(NULL, 0, RP_UNSAFE_FN, 0), 0);
  rp_workspace_free(workspace);
}

static void errors(void** state) {
  rp_workspace* workspace = make_workspace();
  rp_review_options options = RP_REVIEW_OPTIONS_INIT;
  rp_report* report = NULL;
  rp_buffer* buffer = NULL;
  (void)state;
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_workspace_review_with(NULL, &options, &report, &error));
  assert_null(report);
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_workspace_review_with(workspace, &options, NULL, &error));
  options.struct_size = 2;
  assert_fails(RP_ERROR_STRUCT_SIZE, rp_workspace_review_with(workspace, &options, &report, &error));
  options.struct_size = sizeof options;
  options.only = text_of("no/such-rule");
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_workspace_review_with(workspace, &options, &report, &error));
  assert_null(report);
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_report_baseline(NULL, &buffer, &error));
  assert_null(buffer);
  assert_int_equal(rp_report_gap_count(NULL), 0);
  assert_int_equal(rp_report_hidden(NULL).suppressed, 0);
  rp_workspace_free(workspace);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(the_list), cmocka_unit_test(lints_and_taste),
      cmocka_unit_test(choices),  cmocka_unit_test(baselines),
      cmocka_unit_test(gaps),     cmocka_unit_test(packages),
      cmocka_unit_test(errors),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
