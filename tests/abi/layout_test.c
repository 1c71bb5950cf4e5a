/* Layouts: a crate in memory, its types, types by name, pictures and tables, traits. */
#include "abi_test.h"

static const char kManifest[] = "[package]\nname = \"shapes\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
static const char kLib[] =
    "#[repr(C)]\npub struct Entry { pub kind: u8, pub offset: u64, pub flags: u16 }\n"
    "pub struct Pair<T> { pub first: T, pub flag: bool }\n"
    "pub enum Event { Quit, Key(char), Text(String) }\n"
    "#[derive(Clone, Copy)]\npub struct Plain(u32);\n"
    "pub struct Endless(Endless);\n"
    "pub mod inner { pub struct Deep { pub at: usize } }\n";

static rp_project* open_for(const char* target) {
  rp_workspace* workspace = NULL;
  rp_project* project = NULL;
  rp_project_options options = RP_PROJECT_OPTIONS_INIT;
  options.target.data = target;
  options.target.length = strlen(target);
  assert_int_equal(rp_workspace_new(NULL, &workspace, NULL), RP_OK);
  assert_int_equal(rp_workspace_set_file(workspace, "Cargo.toml", 10, kManifest, sizeof kManifest - 1, NULL), RP_OK);
  assert_int_equal(rp_workspace_set_file(workspace, "src/lib.rs", 10, kLib, sizeof kLib - 1, NULL), RP_OK);
  assert_succeeds(rp_project_open(workspace, &options, &project, &error));
  rp_workspace_free(workspace);
  return project;
}

static rp_layout* layout_of(const rp_project* project, const char* type) {
  rp_layout* layout = NULL;
  assert_succeeds(rp_layout_of(project, type, strlen(type), NULL, 0, &layout, &error));
  return layout;
}

static rp_layout_info info_of(const rp_layout* layout) {
  rp_layout_info info = RP_LAYOUT_INFO_INIT;
  assert_succeeds(rp_layout_get_info(layout, &info, &error));
  return info;
}

static size_t local_crate(const rp_project* project) {
  size_t i;
  for (i = 0; i < rp_project_crate_count(project); ++i)
    if (rp_project_crate(project, i).is_local) return i;
  fail_msg("no local crate");
  return 0;
}

static void a_type_is_laid_out(void** state) {
  rp_project* project = open_for("x86_64-unknown-linux-gnu");
  rp_layout* layout = layout_of(project, "shapes::Entry");
  rp_layout_info info = info_of(layout);
  rp_layout_variant variant = rp_layout_get_variant(layout, 0);
  (void)state;
  assert_true(info.is_known);
  assert_int_equal(info.size, 24);
  assert_int_equal(info.align, 8);
  assert_int_equal(info.padding, 13);
  assert_int_equal(info.shape, RP_SHAPE_STRUCT);
  assert_text(info.repr, "C");
  assert_text(info.name, "Entry");
  assert_text(info.target, "x86_64-unknown-linux-gnu");
  assert_false(rp_definition_is_null(info.definition));
  assert_int_equal(info.variant_count, 1);
  assert_int_equal(variant.field_count, 3);
  assert_text(rp_layout_get_field(layout, 0, 1).name, "offset");
  assert_text(rp_layout_get_field(layout, 0, 1).type, "u64");
  assert_int_equal(rp_layout_get_field(layout, 0, 1).offset, 8);
  assert_int_equal(rp_layout_get_field(layout, 0, 1).padding_before, 7);
  assert_int_equal(rp_layout_get_field(layout, 0, 3).size, 0);
  assert_int_equal(rp_layout_get_variant(layout, 1).field_count, 0);
  rp_layout_free(layout);

  layout = layout_of(project, "crate::Pair<inner::Deep>");
  assert_int_equal(info_of(layout).size, 16);
  rp_layout_free(layout);
  layout = layout_of(project, "Option<Box<shapes::Event>>");
  info = info_of(layout);
  assert_int_equal(info.size, 8);
  assert_int_equal(info.tag, RP_TAG_NICHE);
  assert_int_equal(info.untagged_variant, 1);
  assert_true(rp_layout_get_variant(layout, 0).has_tag_value);
  assert_int_equal(rp_layout_get_variant(layout, 0).tag_value.low, 0);
  assert_false(rp_layout_get_variant(layout, 1).has_tag_value);
  rp_layout_free(layout);
  /* The second time from what is kept. */
  layout = layout_of(project, "shapes::Entry");
  assert_int_equal(info_of(layout).size, 24);
  rp_layout_free(layout);
  rp_project_free(project);
}

static void what_has_no_layout_says_why(void** state) {
  rp_project* project = open_for("x86_64-unknown-linux-gnu");
  rp_layout* layout = layout_of(project, "shapes::Endless");
  rp_layout_info info = info_of(layout);
  (void)state;
  assert_false(info.is_known);
  assert_true(info.reason.length > 0);
  assert_int_equal(info.size, 0);
  rp_layout_free(layout);
  layout = layout_of(project, "[u8; 1 << 62]");
  assert_false(info_of(layout).is_known);
  rp_layout_free(layout);
  layout = NULL;
  assert_fails(RP_ERROR_NOT_FOUND, rp_layout_of(project, "shapes::None", 12, NULL, 0, &layout, &error));
  assert_null(layout);
  assert_fails(RP_ERROR_NOT_FOUND, rp_layout_of(project, "Vec<", 4, NULL, 0, &layout, &error));
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_layout_of(project, "u8", 2, "avr-none", 8, &layout, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_layout_of(NULL, "u8", 2, NULL, 0, &layout, &error));
  rp_project_free(project);
}

static void a_crate_is_listed(void** state) {
  rp_project* project = open_for("x86_64-unknown-linux-gnu");
  rp_layout_list* list = NULL;
  rp_buffer* buffer = NULL;
  const char* text;
  (void)state;
  assert_succeeds(rp_project_layouts(project, local_crate(project), &list, &error));
  assert_int_equal(rp_layout_list_count(list), 6);
  assert_text(info_of(rp_layout_list_get(list, 0)).name, "Entry");
  assert_false(info_of(rp_layout_list_get(list, 1)).is_known); /* Pair<T> depends on T */
  assert_null(rp_layout_list_get(list, 6));
  assert_succeeds(rp_layout_list_render(list, RP_LAYOUT_TEXT, RP_LAYOUT_BY_SIZE, 0, &buffer, &error));
  text = rp_buffer_text(buffer).data;
  assert_non_null(strstr(text, "struct Entry"));
  assert_non_null(strstr(text, "without a layout"));
  rp_buffer_free(buffer);
  assert_succeeds(rp_layout_list_render(list, RP_LAYOUT_JSON, RP_LAYOUT_BY_SOURCE, 0, &buffer, &error));
  assert_non_null(strstr(rp_buffer_text(buffer).data, "\"schema_version\": 1"));
  rp_buffer_free(buffer);
  assert_fails(RP_ERROR_INVALID_ARGUMENT,
               rp_layout_list_render(list, RP_LAYOUT_SVG, RP_LAYOUT_BY_SOURCE, 0, &buffer, &error));
  assert_succeeds(rp_layout_render(rp_layout_list_get(list, 2), RP_LAYOUT_SVG, 0, &buffer, &error));
  assert_non_null(strstr(rp_buffer_text(buffer).data, "<svg"));
  rp_buffer_free(buffer);
  assert_succeeds(rp_layout_render(rp_layout_list_get(list, 0), RP_LAYOUT_TEXT, 0, &buffer, &error));
  assert_non_null(strstr(rp_buffer_text(buffer).data, "XXX 7 bytes hole"));
  rp_buffer_free(buffer);
  rp_layout_list_free(list);
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_project_layouts(project, 100000, &list, &error));
  assert_null(list);
  rp_project_free(project);
}

static void targets_are_compared(void** state) {
  rp_project* wide = open_for("x86_64-unknown-linux-gnu");
  rp_project* narrow = open_for("i686-unknown-linux-gnu");
  rp_layout_list* first = NULL;
  rp_layout_list* second = NULL;
  rp_buffer* buffer = NULL;
  (void)state;
  assert_succeeds(rp_project_layouts(wide, local_crate(wide), &first, &error));
  assert_succeeds(rp_project_layouts(narrow, local_crate(narrow), &second, &error));
  assert_succeeds(rp_layout_list_render_difference(first, second, 0, &buffer, &error));
  assert_non_null(strstr(rp_buffer_text(buffer).data, "struct Entry"));
  assert_non_null(strstr(rp_buffer_text(buffer).data, "struct Deep"));
  assert_null(strstr(rp_buffer_text(buffer).data, "struct Plain"));
  rp_buffer_free(buffer);
  rp_layout_list_free(first);
  rp_layout_list_free(second);
  rp_project_free(wide);
  rp_project_free(narrow);
}

static rp_truth implements(const rp_project* project, const char* type, const char* trait) {
  rp_truth truth = RP_TRUTH_UNKNOWN;
  assert_succeeds(rp_type_implements(project, type, strlen(type), trait, strlen(trait), &truth, &error));
  return truth;
}

static void traits_are_asked(void** state) {
  rp_project* project = open_for("x86_64-unknown-linux-gnu");
  rp_truth truth = RP_TRUTH_UNKNOWN;
  (void)state;
  assert_int_equal(implements(project, "shapes::Plain", "std::marker::Copy"), RP_TRUTH_YES);
  assert_int_equal(implements(project, "shapes::Entry", "Copy"), RP_TRUTH_NO);
  assert_int_equal(implements(project, "shapes::Entry", "Send"), RP_TRUTH_YES);
  assert_int_equal(implements(project, "std::rc::Rc<u8>", "Send"), RP_TRUTH_NO);
  assert_fails(RP_ERROR_NOT_FOUND, rp_type_implements(project, "u8", 2, "Nothing", 7, &truth, &error));
  rp_project_free(project);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(a_type_is_laid_out), cmocka_unit_test(what_has_no_layout_says_why),
      cmocka_unit_test(a_crate_is_listed),  cmocka_unit_test(targets_are_compared),
      cmocka_unit_test(traits_are_asked),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
