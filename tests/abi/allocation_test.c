/* Fails the n-th allocation of a call, for every n: each time the call must return RP_ERROR_OUT_OF_MEMORY (or succeed,
 * where it could do without), leak nothing, and work when it is made again.
 *
 * This program's malloc and its kin take the place of the C library's in the whole process, operator new of the C++
 * library included, which calls malloc. */
#define _GNU_SOURCE 1
#include "abi_test.h"

#include <errno.h>
#include <stdlib.h>

extern void* __libc_malloc(size_t size);
extern void* __libc_calloc(size_t count, size_t size);
extern void* __libc_realloc(void* block, size_t size);
extern void* __libc_memalign(size_t alignment, size_t size);
extern void __libc_free(void* block);

/* Calls may have worker threads. */
static long allocations; /* since the count was set back */
static long fail_at;     /* the allocation that fails, counting from 1; 0 for none */
static long live;        /* blocks that were allocated and not freed */

static int refuse(void) {
  const long number = __atomic_add_fetch(&allocations, 1, __ATOMIC_RELAXED);
  if (number != __atomic_load_n(&fail_at, __ATOMIC_RELAXED)) return 0;
  errno = ENOMEM;
  return 1;
}
static void* counted(void* block) {
  if (block != NULL) __atomic_add_fetch(&live, 1, __ATOMIC_RELAXED);
  return block;
}

void* malloc(size_t size) { return refuse() ? NULL : counted(__libc_malloc(size)); }
void* calloc(size_t count, size_t size) { return refuse() ? NULL : counted(__libc_calloc(count, size)); }
void* realloc(void* block, size_t size) {
  void* moved;
  if (refuse()) return NULL;
  moved = __libc_realloc(block, size);
  return block == NULL ? counted(moved) : moved;
}
void* memalign(size_t alignment, size_t size) { return refuse() ? NULL : counted(__libc_memalign(alignment, size)); }
void* aligned_alloc(size_t alignment, size_t size) { return memalign(alignment, size); }
int posix_memalign(void** out, size_t alignment, size_t size) {
  void* block = memalign(alignment, size);
  if (block == NULL) return ENOMEM;
  *out = block;
  return 0;
}
void free(void* block) {
  if (block != NULL) __atomic_sub_fetch(&live, 1, __ATOMIC_RELAXED);
  __libc_free(block);
}

/* ---- The calls ------------------------------------------------------------------------------------------------------
 */

static const char kGood[] =
    "//! Documentation.\n#![allow(dead_code)]\nuse std::{fmt, io::Read};\n"
    "/// # Safety\n/// none\npub unsafe fn f<'a, T: Iterator<Item = &'a u8>>(mut it: T) -> Vec<Vec<u8>> {\n"
    "    let x = match it.next() { Some(&b) if b > 1 => b as u32 + 1, _ => 0x1F_u32 };\n"
    "    unsafe { call(x, \"text \\u{e9}\", b'c', |y| y >>= 1) }\n}\n"
    "struct S<T> { field: T }\nimpl<T> S<T> { fn m(&self) -> !  { loop { println!(\"{}\", self.field) } } }\n";
static const char kBad[] = "fn a( {\nlet x = ;\nstruct S { \nunsafe { *p }\nimpl for \"no end";

static rp_tree* tree; /* made before a call that needs it */
static rp_workspace* workspace;
static rp_report* report;

static rp_status parse_good(rp_error** error) {
  rp_tree* out = (rp_tree*)&live;
  const rp_status status = rp_tree_parse(kGood, sizeof kGood - 1, "a file with a long name.rs", 26, NULL, &out, error);
  assert_true((out != NULL) == (status == RP_OK));
  rp_tree_free(out);
  return status;
}
static rp_status parse_bad(rp_error** error) {
  rp_tree* out = NULL;
  const rp_status status = rp_tree_parse(kBad, sizeof kBad - 1, "a.rs", 4, NULL, &out, error);
  rp_tree_free(out);
  return status;
}
static rp_status parse_with_limit(rp_error** error) {
  rp_parse_options options = RP_PARSE_OPTIONS_INIT;
  rp_tree* out = NULL;
  rp_status status;
  options.memory_limit = 1 << 20;
  status = rp_tree_parse(kGood, sizeof kGood - 1, NULL, 0, &options, &out, error);
  rp_tree_free(out);
  return status;
}
static rp_status make_cancellation(rp_error** error) {
  rp_cancellation* out = NULL;
  const rp_status status = rp_cancellation_new(&out, error);
  rp_cancellation_free(out);
  return status;
}
static rp_status render(rp_format format, rp_status (*how)(const rp_render_options*, rp_buffer**, rp_error**),
                        rp_error** error) {
  rp_render_options options = RP_RENDER_OPTIONS_INIT;
  rp_buffer* out = NULL;
  rp_status status;
  options.format = format;
  options.color = 1;
  status = how(&options, &out, error);
  assert_true((out != NULL) == (status == RP_OK));
  rp_buffer_free(out);
  return status;
}
static rp_status of_tree(const rp_render_options* options, rp_buffer** out, rp_error** error) {
  return rp_tree_render(tree, options, out, error);
}
static rp_status of_errors(const rp_render_options* options, rp_buffer** out, rp_error** error) {
  return rp_tree_render_errors(tree, options, out, error);
}
static rp_status of_report(const rp_render_options* options, rp_buffer** out, rp_error** error) {
  return rp_report_render(report, options, out, error);
}
static rp_status tree_text(rp_error** error) { return render(RP_FORMAT_TEXT, of_tree, error); }
static rp_status tree_json(rp_error** error) { return render(RP_FORMAT_JSON, of_tree, error); }
static rp_status errors_text(rp_error** error) { return render(RP_FORMAT_TEXT, of_errors, error); }
static rp_status errors_json(rp_error** error) { return render(RP_FORMAT_JSON, of_errors, error); }
static rp_status report_text(rp_error** error) { return render(RP_FORMAT_TEXT, of_report, error); }
static rp_status report_json(rp_error** error) { return render(RP_FORMAT_JSON, of_report, error); }
static rp_status report_sarif(rp_error** error) { return render(RP_FORMAT_SARIF, of_report, error); }
static rp_status report_markdown(rp_error** error) { return render(RP_FORMAT_MARKDOWN, of_report, error); }
static rp_status report_html(rp_error** error) { return render(RP_FORMAT_HTML, of_report, error); }
static rp_status make_fixes(rp_error** error) {
  rp_fix_options options = RP_FIX_OPTIONS_INIT;
  rp_fixes* out = (rp_fixes*)&live;
  rp_status status;
  options.suggestions = 1;
  status = rp_report_make_fixes(report, workspace, &options, &out, error);
  assert_true((out != NULL) == (status == RP_OK));
  if (out != NULL) assert_int_equal(rp_fixes_file_count(out), 1);
  rp_fixes_free(out);
  return status;
}
static rp_status difference(rp_error** error) {
  rp_buffer* out = NULL;
  const rp_status status = rp_diff("a.rs", 4, kGood, sizeof kGood - 1, kBad, sizeof kBad - 1, &out, error);
  rp_buffer_free(out);
  return status;
}

static rp_status new_workspace(uint32_t threads, rp_workspace** out, rp_error** error) {
  rp_workspace_options options = RP_WORKSPACE_OPTIONS_INIT;
  options.thread_count = threads;
  return rp_workspace_new(&options, out, error);
}
static rp_status fill_workspace(rp_error** error) {
  rp_workspace* out = NULL;
  rp_status status = new_workspace(1, &out, error);
  if (status == RP_OK) status = rp_workspace_set_file(out, "src/lib.rs", 10, kGood, sizeof kGood - 1, error);
  if (status == RP_OK) status = rp_workspace_set_file(out, "src/a.rs", 8, kBad, sizeof kBad - 1, error);
  /* A failed change leaves the workspace as it was, and usable. */
  if (out != NULL) assert_true(rp_workspace_file_count(out) <= 2);
  if (status == RP_OK) status = rp_workspace_remove_file(out, "src/lib.rs", 10, error);
  rp_workspace_free(out);
  return status;
}
static rp_status open_folder(rp_error** error) {
  rp_workspace* out = NULL;
  const char* folder = getenv("RUSTPRO_TEST_CRATE");
  const rp_status status = rp_workspace_open(folder, strlen(folder), NULL, &out, error);
  if (status == RP_OK && rp_workspace_unread_count(out) == 0) assert_int_equal(rp_workspace_file_count(out), 2);
  rp_workspace_free(out);
  return status;
}
static rp_status parse_file(rp_error** error) {
  rp_tree* out = NULL;
  const rp_status status = rp_workspace_parse_file(workspace, 0, &out, error);
  rp_tree_free(out);
  return status;
}
static rp_status review(rp_error** error) {
  rp_report* out = (rp_report*)&live;
  const rp_status status = rp_workspace_review(workspace, &out, error);
  assert_true((out != NULL) == (status == RP_OK));
  rp_report_free(out);
  return status;
}

static rp_project* project;

static rp_status open_project(rp_error** error) {
  rp_project* out = (rp_project*)&live;
  const rp_status status = rp_project_open(workspace, NULL, &out, error);
  assert_true((out != NULL) == (status == RP_OK));
  rp_project_free(out);
  return status;
}
static rp_status expand_call(rp_error** error) {
  rp_expansion* out = NULL;
  const rp_status status = rp_project_expansion_at(project, "src/lib.rs", 10, 14, 1, &out, error);
  rp_expansion_free(out);
  return status;
}
static rp_status ask_project(rp_error** error) {
  rp_lookup lookup = RP_LOOKUP_INIT;
  rp_references* out = NULL;
  rp_status status = rp_project_definition_at(project, "src/lib.rs", 10, 45, &lookup, error);
  if (status == RP_OK) status = rp_project_references_at(project, "src/lib.rs", 10, 45, &out, error);
  rp_references_free(out);
  return status;
}
static rp_status render_project(rp_error** error) {
  rp_buffer* out = NULL;
  rp_status status = rp_project_render_graph(project, 0, RP_GRAPH_SVG, &out, error);
  rp_buffer_free(out);
  if (status != RP_OK) return status;
  status = rp_project_render_symbols(project, 0, RP_FORMAT_JSON, &out, error);
  rp_buffer_free(out);
  if (status != RP_OK) return status;
  status = rp_project_render_expanded(project, 0, NULL, 0, &out, error);
  rp_buffer_free(out);
  return status;
}

/* ---- The loop
 * --------------------------------------------------------------------------------------------------------- */

/* Of the first `dense` allocations every one fails, of those behind them one in `step`. */
static void some_allocations(rp_status (*call)(rp_error**), long most, long dense, long step) {
  rp_error* error = NULL;
  long count, before, failed = 0, n;
  assert_int_equal(call(NULL), RP_OK); /* what is made once for good is made now */
  before = live;
  allocations = 0;
  assert_int_equal(call(&error), RP_OK);
  count = allocations;
  assert_int_equal(live, before);
  assert_true(count > 0 && count < most);
  for (n = 1; n <= count; n += n < dense ? 1 : step) {
    rp_status status;
    error = NULL;
    before = live;
    allocations = 0;
    fail_at = n;
    status = call(&error);
    fail_at = 0;
    if (status != RP_OK) {
      ++failed;
      if (status != RP_ERROR_OUT_OF_MEMORY)
        print_error("allocation %ld of %ld: %s\n", n, count, rp_error_message(error).data);
      assert_int_equal(status, RP_ERROR_OUT_OF_MEMORY);
      assert_int_equal(rp_error_status(error), RP_ERROR_OUT_OF_MEMORY);
      assert_true(rp_error_message(error).length > 0);
    } else {
      assert_null(error);
    }
    rp_error_free(error);
    /* The C library keeps stacks of threads that ended, as many as fit; a call that stops early leaves others than one
     * that does not. */
    if (live != before) assert_int_equal(call(NULL), RP_OK);
    if (live != before) print_error("allocation %ld of %ld: %ld blocks leaked\n", n, count, live - before);
    assert_int_equal(live, before);
    if (n % 16 == 0) assert_int_equal(call(NULL), RP_OK);
  }
  print_message("# %ld allocations, %ld of them needed\n", count, failed);
  assert_true(failed > 0);
  assert_int_equal(call(NULL), RP_OK);
  assert_int_equal(live, before);
}

static void every_allocation(rp_status (*call)(rp_error**), long most) { some_allocations(call, most, most, 1); }

/* The call that fails anyway returns its own status, also when there is no memory to say why. */
static void errors_without_memory(void** state) {
  rp_tree* out = NULL;
  rp_error* error = NULL;
  (void)state;
  allocations = 0;
  fail_at = 1;
  assert_int_equal(rp_tree_parse("\xFF", 1, NULL, 0, NULL, &out, &error), RP_ERROR_INVALID_UTF8);
  fail_at = 0;
  assert_int_equal(rp_error_status(error), RP_ERROR_INVALID_UTF8);
  assert_true(rp_error_message(error).length > 0);
  rp_error_free(error);
  rp_error_free(error); /* such an error is a constant */
}

static void prepare_tree(const char* text) {
  assert_int_equal(rp_tree_parse(text, strlen(text), "a.rs", 4, NULL, &tree, NULL), RP_OK);
}
static void prepare_workspace(uint32_t threads) {
  assert_int_equal(new_workspace(threads, &workspace, NULL), RP_OK);
  assert_int_equal(rp_workspace_set_file(workspace, "src/lib.rs", 10, kGood, sizeof kGood - 1, NULL), RP_OK);
  assert_int_equal(rp_workspace_set_file(workspace, "src/a.rs", 8, kBad, sizeof kBad - 1, NULL), RP_OK);
}

#define SIMPLE(name, call)          \
  static void name(void** state) {  \
    (void)state;                    \
    every_allocation(call, 100000); \
  }
SIMPLE(of_a_parse, parse_good)
SIMPLE(of_a_parse_with_errors, parse_bad)
SIMPLE(of_a_parse_with_a_limit, parse_with_limit)
SIMPLE(of_a_cancellation, make_cancellation)
SIMPLE(of_filling_a_workspace, fill_workspace)

static void of_rendering_a_tree(void** state) {
  (void)state;
  prepare_tree(kGood);
  every_allocation(tree_text, 1000);
  every_allocation(tree_json, 1000);
  rp_tree_free(tree);
}
static void of_rendering_errors(void** state) {
  (void)state;
  prepare_tree(kBad);
  every_allocation(errors_text, 10000);
  every_allocation(errors_json, 10000);
  rp_tree_free(tree);
}
static void of_opening_a_folder(void** state) {
  (void)state;
  assert_non_null(getenv("RUSTPRO_TEST_CRATE"));
  every_allocation(open_folder, 100000);
}
static void of_a_review(void** state) {
  (void)state;
  prepare_workspace(1);
  every_allocation(parse_file, 100000);
  some_allocations(review, 1000000, 150, 41);
  rp_workspace_free(workspace);
}
static void of_a_review_on_threads(void** state) {
  (void)state;
  prepare_workspace(2);
  some_allocations(review, 1000000, 150, 41);
  rp_workspace_free(workspace);
}
static void of_rendering_a_report(void** state) {
  (void)state;
  prepare_workspace(1);
  assert_int_equal(rp_workspace_review(workspace, &report, NULL), RP_OK);
  some_allocations(report_text, 100000, 300, 17);
  some_allocations(report_json, 100000, 300, 17);
  some_allocations(report_sarif, 100000, 300, 17);
  some_allocations(report_markdown, 100000, 300, 17);
  some_allocations(report_html, 100000, 300, 17);
  rp_report_free(report);
  rp_workspace_free(workspace);
}
static void of_fixes(void** state) {
  static const char kManifest[] =
      "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[profile.release]\nopt-level = 0\n";
  (void)state;
  prepare_workspace(1);
  assert_int_equal(rp_workspace_set_file(workspace, "Cargo.toml", 10, kManifest, sizeof kManifest - 1, NULL), RP_OK);
  assert_int_equal(rp_workspace_review(workspace, &report, NULL), RP_OK);
  every_allocation(make_fixes, 100000);
  every_allocation(difference, 1000);
  rp_report_free(report);
  rp_workspace_free(workspace);
}

static void of_a_project(void** state) {
  static const char kManifest[] = "[package]\nname = \"a\"\nedition = \"2021\"\n";
  static const char kText[] = "const A: u8 = two!(1);\nmod m;\nfn f() { f() }\n";
  (void)state;
  assert_int_equal(new_workspace(1, &workspace, NULL), RP_OK);
  assert_int_equal(rp_workspace_set_file(workspace, "Cargo.toml", 10, kManifest, sizeof kManifest - 1, NULL), RP_OK);
  assert_int_equal(rp_workspace_set_file(workspace, "src/lib.rs", 10, kText, sizeof kText - 1, NULL), RP_OK);
  assert_int_equal(rp_workspace_set_file(workspace, "src/m.rs", 8, kGood, sizeof kGood - 1, NULL), RP_OK);
  /* The standard library's names are read each time: too many to fail one by one. */
  some_allocations(open_project, 1000000, 100, 97);
  assert_int_equal(rp_project_open(workspace, NULL, &project, NULL), RP_OK);
  every_allocation(ask_project, 10000);
  every_allocation(expand_call, 10000);
  every_allocation(render_project, 100000);
  rp_project_free(project);
  rp_workspace_free(workspace);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(errors_without_memory),
      cmocka_unit_test(of_a_parse),
      cmocka_unit_test(of_a_parse_with_errors),
      cmocka_unit_test(of_a_parse_with_a_limit),
      cmocka_unit_test(of_a_cancellation),
      cmocka_unit_test(of_rendering_a_tree),
      cmocka_unit_test(of_rendering_errors),
      cmocka_unit_test(of_filling_a_workspace),
      cmocka_unit_test(of_opening_a_folder),
      cmocka_unit_test(of_a_review),
      cmocka_unit_test(of_a_review_on_threads),
      cmocka_unit_test(of_rendering_a_report),
      cmocka_unit_test(of_fixes),
      cmocka_unit_test(of_a_project),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
