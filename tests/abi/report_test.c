/* Reviews and reports: findings, the inventory of unsafety, figures, rendering, errors of arguments. */
#include "abi_test.h"

static const char kGood[] =
    "//! Crate documentation.\n"
    "\n"
    "/// # Safety\n"
    "/// `p` must point to a byte.\n"
    "pub unsafe fn read(p: *const u8) -> u8 {\n"
    "    // SAFETY: the caller promises it.\n"
    "    unsafe { *p }\n"
    "}\n"
    "static mut COUNT: u32 = 0;\n";
static const char kBad[] =
    "fn first(p: *const u8) -> u8 {\n"
    "    unsafe { *p }\n"
    "}\n"
    "fn broken( {\n";

static rp_workspace* make_workspace(uint32_t threads) {
  rp_workspace_options options = RP_WORKSPACE_OPTIONS_INIT;
  rp_workspace* workspace = NULL;
  options.thread_count = threads;
  assert_succeeds(rp_workspace_new(&options, &workspace, &error));
  assert_succeeds(rp_workspace_set_file(workspace, "src/good.rs", 11, kGood, sizeof kGood - 1, &error));
  assert_succeeds(rp_workspace_set_file(workspace, "src/bad.rs", 10, kBad, sizeof kBad - 1, &error));
  return workspace;
}

static rp_report* make_report(void) {
  rp_workspace* workspace = make_workspace(1);
  rp_report* report = NULL;
  assert_succeeds(rp_workspace_review(workspace, &report, &error));
  assert_non_null(report);
  rp_workspace_free(workspace); /* the report does not depend on it */
  return report;
}

static void check_place(rp_place place) {
  assert_true(place.path.length > 0);
  assert_non_null(place.label.data);
  assert_true(place.span.start <= place.span.end);
  assert_true(place.start.line >= 1 && place.start.column_bytes >= 1 && place.start.column_utf16 >= 1);
  assert_true(place.end.line >= place.start.line);
}

static void findings(void** state) {
  rp_report* report = make_report();
  const size_t count = rp_report_finding_count(report);
  unsigned undocumented = 0, syntax = 0;
  rp_finding none;
  size_t i, k;
  (void)state;
  for (i = 0; i < count; ++i) {
    const rp_finding f = rp_report_finding(report, i);
    assert_true(f.rule.length > f.area.length && f.area.length > 0);
    assert_memory_equal(f.rule.data, f.area.data, f.area.length);
    assert_true(f.verdict == RP_VERDICT_PROVEN || f.verdict == RP_VERDICT_LIKELY);
    assert_true(f.severity >= RP_SEVERITY_ERROR && f.severity <= RP_SEVERITY_ADVICE);
    assert_true(f.message.length > 0);
    check_place(f.primary);
    assert_text(f.primary.path, "src/bad.rs");
    for (k = 0; k < f.related_count; ++k) check_place(rp_report_related(report, i, k));
    assert_true(is_empty(rp_report_related(report, i, f.related_count).path));
    for (k = 0; k < f.note_count; ++k) assert_true(rp_report_note(report, i, k).length > 0);
    assert_text(rp_report_note(report, i, f.note_count), "");
    if (strcmp(f.rule.data, "safety/undocumented-unsafe") == 0) {
      ++undocumented;
      assert_int_equal(f.primary.start.line, 2);
    }
    syntax += strcmp(f.area.data, "syntax") == 0;
  }
  assert_int_equal(undocumented, 1);
  assert_true(syntax >= 1);
  none = rp_report_finding(report, count);
  assert_true(is_empty(none.rule) && is_empty(none.area) && is_empty(none.message) && is_empty(none.primary.path));
  assert_int_equal(none.related_count + none.note_count, 0);
  none = rp_report_finding(report, SIZE_MAX);
  assert_true(is_empty(none.rule));
  assert_true(is_empty(rp_report_related(report, SIZE_MAX, 0).path));
  assert_text(rp_report_note(report, SIZE_MAX, SIZE_MAX), "");
  rp_report_free(report);
}

static void unsafety(void** state) {
  rp_report* report = make_report();
  rp_unsafe_use use;
  (void)state;
  assert_int_equal(rp_report_unsafe_count(report), 4);
  use = rp_report_unsafe(report, 0);
  assert_int_equal(use.kind, RP_UNSAFE_BLOCK);
  assert_int_equal(use.docs, RP_SAFETY_NONE);
  assert_text(use.name, "first");
  check_place(use.place);
  use = rp_report_unsafe(report, 1);
  assert_int_equal(use.kind, RP_UNSAFE_FN);
  assert_int_equal(use.docs, RP_SAFETY_SECTION);
  assert_int_equal(use.is_public, 1);
  assert_text(use.name, "read");
  use = rp_report_unsafe(report, 2);
  assert_int_equal(use.kind, RP_UNSAFE_BLOCK);
  assert_int_equal(use.docs, RP_SAFETY_COMMENT);
  use = rp_report_unsafe(report, 3);
  assert_int_equal(use.kind, RP_UNSAFE_STATIC_MUT);
  assert_text(use.name, "COUNT");
  use = rp_report_unsafe(report, 4);
  assert_true(is_empty(use.name) && is_empty(use.place.path));
  assert_text(rp_unsafe_kind_name(RP_UNSAFE_FN), "unsafe fn");
  assert_text(rp_unsafe_kind_name((rp_unsafe_kind)0), "");
  assert_text(rp_unsafe_kind_name((rp_unsafe_kind)8), "");
  assert_text(rp_unsafe_kind_name((rp_unsafe_kind)-1), "");
  rp_report_free(report);
}

static void gaps_of_macros(void** state) {
  static const char kText[] =
      "macro_rules! m { () => { unsafe { a() } unsafe { b() } } }\n"
      "fn f() { g!(unsafe { c() }); h!(d()); }\n";
  rp_workspace* workspace = NULL;
  rp_report* report = NULL;
  rp_metrics m = RP_METRICS_INIT;
  rp_macro_gap gap;
  (void)state;
  assert_succeeds(rp_workspace_new(NULL, &workspace, &error));
  assert_succeeds(rp_workspace_set_file(workspace, "a.rs", 4, kText, sizeof kText - 1, &error));
  assert_succeeds(rp_workspace_review(workspace, &report, &error));
  assert_int_equal(rp_report_macro_gap_count(report), 2);
  gap = rp_report_macro_gap(report, 0);
  assert_text(gap.name, "m");
  assert_int_equal(gap.is_definition, 1);
  assert_int_equal(gap.unsafe_count, 2);
  check_place(gap.place);
  gap = rp_report_macro_gap(report, 1);
  assert_text(gap.name, "g");
  assert_int_equal(gap.is_definition, 0);
  assert_int_equal(gap.unsafe_count, 1);
  assert_true(is_empty(rp_report_macro_gap(report, 2).name));
  assert_true(is_empty(rp_report_macro_gap(NULL, 0).name));
  assert_int_equal(rp_report_macro_gap_count(NULL), 0);
  assert_succeeds(rp_report_get_metrics(report, &m, &error));
  assert_int_equal(m.unsafe_uses, 0);
  assert_int_equal(m.unsafe_unseen, 3);
  rp_report_free(report);
  rp_workspace_free(workspace);
}

static void figures(void** state) {
  rp_report* report = make_report();
  rp_metrics m = RP_METRICS_INIT;
  rp_function_size size;
  (void)state;
  assert_succeeds(rp_report_get_metrics(report, &m, &error));
  assert_int_equal(m.struct_size, sizeof m);
  assert_int_equal(m.files, 2);
  assert_int_equal(m.files_unread, 0);
  assert_int_equal(m.files_with_errors, 1);
  assert_int_equal(m.bytes, sizeof kGood - 1 + sizeof kBad - 1);
  assert_int_equal(m.lines, 13);
  assert_int_equal(m.blank_lines, 1);
  assert_int_equal(m.comment_lines, 4);
  assert_int_equal(m.code_lines, 8);
  assert_int_equal(m.unsafe_uses, 4);
  assert_int_equal(rp_report_unread_count(report), 0);
  assert_true(is_empty(rp_report_unread(report, 0).path));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_report_get_metrics(NULL, &m, &error));
  assert_int_equal(m.files, 0);
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_report_get_metrics(report, NULL, &error));
  m.struct_size = 8;
  assert_fails(RP_ERROR_STRUCT_SIZE, rp_report_get_metrics(report, &m, &error));
  assert_true(rp_report_longest_function_count(report) >= 2);
  size = rp_report_longest_function(report, 0);
  assert_text(size.name, "read");
  assert_int_equal(size.lines, 4);
  size = rp_report_longest_function(report, SIZE_MAX);
  assert_true(is_empty(size.name));
  rp_report_free(report);
}

static void rendering(void** state) {
  rp_report* report = make_report();
  rp_render_options o = RP_RENDER_OPTIONS_INIT;
  rp_buffer *buffer = NULL, *again = NULL;
  (void)state;
  for (o.format = RP_FORMAT_TEXT; o.format <= RP_FORMAT_JSON; ++o.format) {
    assert_succeeds(rp_report_render(report, &o, &buffer, &error));
    assert_succeeds(rp_report_render(report, &o, &again, &error));
    assert_text(rp_buffer_text(again), rp_buffer_text(buffer).data);
    assert_non_null(strstr(rp_buffer_text(buffer).data, "safety/undocumented-unsafe"));
    rp_buffer_free(again);
    rp_buffer_free(buffer);
  }
  o.format = RP_FORMAT_TEXT;
  for (o.width = 1; o.width < 200; o.width += 33) {
    o.color = !o.color;
    assert_succeeds(rp_report_render(report, &o, &buffer, &error));
    rp_buffer_free(buffer);
  }
  o.width = UINT32_MAX;
  assert_succeeds(rp_report_render(report, &o, &buffer, &error));
  rp_buffer_free(buffer);
  o.format = (rp_format)0;
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_report_render(report, &o, &buffer, &error));
  assert_null(buffer);
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_report_render(NULL, NULL, &buffer, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_report_render(report, NULL, NULL, &error));
  rp_report_free(report);
}

static void other_formats(void** state) {
  rp_report* report = make_report();
  rp_tree* tree = parse("fn");
  rp_render_options o = RP_RENDER_OPTIONS_INIT;
  rp_buffer* buffer = NULL;
  (void)state;
  o.format = RP_FORMAT_SARIF;
  assert_succeeds(rp_report_render(report, &o, &buffer, &error));
  assert_non_null(strstr(rp_buffer_text(buffer).data, "\"version\": \"2.1.0\""));
  rp_buffer_free(buffer);
  o.format = RP_FORMAT_HTML;
  assert_succeeds(rp_report_render(report, &o, &buffer, &error));
  assert_int_equal(strncmp(rp_buffer_text(buffer).data, "<!DOCTYPE html>", 15), 0);
  rp_buffer_free(buffer);
  o.format = RP_FORMAT_MARKDOWN;
  assert_succeeds(rp_report_render(report, &o, &buffer, &error));
  assert_non_null(strstr(rp_buffer_text(buffer).data, "(<src/bad.rs#L2>)"));
  rp_buffer_free(buffer);
  o.link_base = "https://example.com/blob/main";
  o.link_base_length = strlen(o.link_base);
  assert_succeeds(rp_report_render(report, &o, &buffer, &error));
  assert_non_null(strstr(rp_buffer_text(buffer).data, "(<https://example.com/blob/main/src/bad.rs#L2>)"));
  rp_buffer_free(buffer);
  /* A caller of the first version has no link_base. */
  o.struct_size = (uint32_t)offsetof(rp_render_options, link_base);
  assert_succeeds(rp_report_render(report, &o, &buffer, &error));
  assert_non_null(strstr(rp_buffer_text(buffer).data, "(<src/bad.rs#L2>)"));
  rp_buffer_free(buffer);
  o.struct_size = sizeof o;
  o.link_base = "\xff";
  o.link_base_length = 1;
  assert_fails(RP_ERROR_INVALID_UTF8, rp_report_render(report, &o, &buffer, &error));
  o.link_base = NULL;
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_report_render(report, &o, &buffer, &error));
  o.link_base_length = 0;
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_tree_render_errors(tree, &o, &buffer, &error));
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_tree_render(tree, &o, &buffer, &error));
  assert_null(buffer);
  o.format = (rp_format)6;
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_report_render(report, &o, &buffer, &error));
  rp_tree_free(tree);
  rp_report_free(report);
}

static void rendering_errors(void** state) {
  rp_tree* tree = parse("fn main() {\n    let x = ;\n}\n");
  rp_render_options o = RP_RENDER_OPTIONS_INIT;
  rp_buffer* buffer = NULL;
  (void)state;
  assert_succeeds(rp_tree_render_errors(tree, NULL, &buffer, &error));
  assert_non_null(strstr(rp_buffer_text(buffer).data, rp_tree_error(tree, 0).message.data));
  assert_non_null(strstr(rp_buffer_text(buffer).data, "test.rs:2:13"));
  assert_null(strchr(rp_buffer_text(buffer).data, '\x1b'));
  rp_buffer_free(buffer);
  o.color = 1;
  assert_succeeds(rp_tree_render_errors(tree, &o, &buffer, &error));
  assert_non_null(strchr(rp_buffer_text(buffer).data, '\x1b'));
  rp_buffer_free(buffer);
  o.format = RP_FORMAT_JSON;
  assert_succeeds(rp_tree_render_errors(tree, &o, &buffer, &error));
  assert_int_equal(rp_buffer_text(buffer).data[0], '[');
  rp_buffer_free(buffer);
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_tree_render_errors(NULL, NULL, &buffer, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_tree_render_errors(tree, NULL, NULL, &error));
  rp_tree_free(tree);
}

static void the_number_of_threads_changes_nothing(void** state) {
  rp_buffer* first = NULL;
  uint32_t threads;
  (void)state;
  for (threads = 0; threads <= 4; ++threads) {
    rp_workspace* workspace = make_workspace(threads);
    rp_render_options o = RP_RENDER_OPTIONS_INIT;
    rp_report* report = NULL;
    rp_buffer* buffer = NULL;
    o.format = RP_FORMAT_JSON;
    assert_succeeds(rp_workspace_review(workspace, &report, &error));
    assert_succeeds(rp_report_render(report, &o, &buffer, &error));
    if (first == NULL) {
      first = buffer;
    } else {
      assert_text(rp_buffer_text(buffer), rp_buffer_text(first).data);
      rp_buffer_free(buffer);
    }
    rp_report_free(report);
    rp_workspace_free(workspace);
  }
  rp_buffer_free(first);
}

static void arguments(void** state) {
  rp_workspace* workspace = NULL;
  rp_report* report = NULL;
  (void)state;
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_workspace_review(NULL, &report, &error));
  assert_succeeds(rp_workspace_new(NULL, &workspace, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_workspace_review(workspace, NULL, &error));
  assert_succeeds(rp_workspace_review(workspace, &report, &error)); /* of nothing */
  assert_int_equal(rp_report_finding_count(report), 0);
  rp_report_free(report);
  rp_workspace_free(workspace);
}

static void getters_take_null(void** state) {
  (void)state;
  assert_int_equal(rp_report_finding_count(NULL), 0);
  assert_text(rp_report_finding(NULL, 0).rule, "");
  assert_text(rp_report_related(NULL, 0, 0).path, "");
  assert_text(rp_report_note(NULL, 0, 0), "");
  assert_int_equal(rp_report_unsafe_count(NULL), 0);
  assert_text(rp_report_unsafe(NULL, 0).name, "");
  assert_int_equal(rp_report_longest_function_count(NULL), 0);
  assert_text(rp_report_longest_function(NULL, 0).name, "");
  assert_int_equal(rp_report_unread_count(NULL), 0);
  assert_text(rp_report_unread(NULL, 0).reason, "");
  rp_report_free(NULL);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(findings),         cmocka_unit_test(unsafety),
      cmocka_unit_test(figures),          cmocka_unit_test(gaps_of_macros),
      cmocka_unit_test(rendering),        cmocka_unit_test(other_formats),
      cmocka_unit_test(arguments),        cmocka_unit_test(the_number_of_threads_changes_nothing),
      cmocka_unit_test(rendering_errors), cmocka_unit_test(getters_take_null),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
