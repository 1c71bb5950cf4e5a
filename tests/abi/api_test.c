/* The public interface of a library, and comparisons of two: getters, options, rendering, errors of arguments. */
#include <stdlib.h>

#include "abi_test.h"

static const char kManifest[] =
    "[package]\n"
    "name = \"shapes\"\n"
    "version = \"%s\"\n"
    "edition = \"2021\"\n"
    "[features]\n"
    "extra = []\n"
    "unstable = []\n";
static const char kOld[] =
    "pub mod inner {\n"
    "    /// A point.\n"
    "    #[derive(Clone)]\n"
    "    pub struct Point { pub x: i32, hidden: u8 }\n"
    "    impl Point {\n"
    "        #[must_use]\n"
    "        pub fn len(&self) -> u32 { 0 }\n"
    "    }\n"
    "}\n"
    "pub use inner::Point;\n"
    "#[cfg(feature = \"extra\")]\n"
    "pub fn area(side: u32) -> u32 { side }\n"
    "#[cfg(feature = \"unstable\")]\n"
    "pub fn later() {}\n"
    "fn private() {}\n"
    "pub trait Draw { fn draw(&self); fn again(&self) {} }\n";
static const char kNew[] =
    "pub mod inner {\n"
    "    #[derive(Clone)]\n"
    "    pub struct Point { pub x: i64, hidden: u8 }\n"
    "    impl Point {\n"
    "        #[must_use]\n"
    "        pub fn len(&self) -> u32 { 0 }\n"
    "    }\n"
    "}\n"
    "pub use inner::Point;\n"
    "#[cfg(feature = \"extra\")]\n"
    "pub fn area(side: u32, other: u32) -> u32 { side + other }\n"
    "pub trait Draw { fn draw(&self); fn again(&self) {} fn third(&self); }\n";

static rp_workspace* make_workspace(const char* version, const char* text) {
  rp_workspace* workspace = NULL;
  char manifest[sizeof kManifest + 16];
  snprintf(manifest, sizeof manifest, kManifest, version);
  assert_succeeds(rp_workspace_new(NULL, &workspace, &error));
  assert_succeeds(rp_workspace_set_file(workspace, "Cargo.toml", 10, manifest, strlen(manifest), &error));
  assert_succeeds(rp_workspace_set_file(workspace, "src/lib.rs", 10, text, strlen(text), &error));
  return workspace;
}

static rp_api* read_api(const char* version, const char* text, const rp_api_options* options) {
  rp_workspace* workspace = make_workspace(version, text);
  rp_api* api = NULL;
  assert_succeeds(rp_workspace_public_api(workspace, options, &api, &error));
  assert_non_null(api);
  rp_workspace_free(workspace); /* the interface does not depend on it */
  return api;
}

static size_t find(const rp_api* api, const char* path) {
  size_t i;
  for (i = 0; i < rp_api_item_count(api); ++i)
    if (strcmp(rp_api_item_at(api, i).path.data, path) == 0) return i;
  return SIZE_MAX;
}

static void items(void** state) {
  rp_api* api = read_api("1.0.0", kOld, NULL);
  rp_api_item item;
  size_t i, clones = 0;
  (void)state;
  assert_text(rp_api_crate(api), "shapes");
  assert_text(rp_api_version(api), "1.0.0");
  /* The shorter of its two paths. */
  item = rp_api_item_at(api, find(api, "shapes::Point"));
  assert_int_equal(item.kind, RP_API_STRUCT);
  assert_text(item.signature, "struct Point");
  assert_text(item.file, "src/lib.rs");
  assert_int_equal(item.start.line, 4);
  assert_int_equal(item.start.column_bytes, 16);
  assert_int_equal(item.start.column_utf16, 16);
  assert_true(item.parent == SIZE_MAX);
  item = rp_api_item_at(api, find(api, "shapes::Point::x"));
  assert_int_equal(item.kind, RP_API_FIELD);
  assert_int_equal(item.parent, find(api, "shapes::Point"));
  item = rp_api_item_at(api, find(api, "shapes::Point::len"));
  assert_int_equal(item.kind, RP_API_METHOD);
  assert_text(item.signature, "fn len(&self) -> u32");
  assert_int_equal(item.must_use, 1);
  assert_int_equal(item.deprecated + item.non_exhaustive + item.hidden, 0);
  item = rp_api_item_at(api, find(api, "shapes::area"));
  assert_text(item.condition, "feature = \"extra\"");
  assert_int_equal(rp_api_item_at(api, find(api, "shapes::Draw::again")).has_default, 1);
  assert_int_equal(rp_api_item_at(api, find(api, "shapes::Draw::draw")).has_default, 0);
  /* What is private, or unstable. */
  assert_true(find(api, "shapes::private") == SIZE_MAX);
  assert_true(find(api, "shapes::Point::hidden") == SIZE_MAX);
  assert_true(find(api, "shapes::later") == SIZE_MAX);
  item = rp_api_item_at(api, rp_api_item_count(api));
  assert_true(is_empty(item.path) && is_empty(item.signature) && is_empty(item.condition) && is_empty(item.file));
  for (i = 0; i < rp_api_impl_count(api); ++i) {
    const rp_api_impl impl = rp_api_impl_at(api, i);
    if (strstr(impl.trait_name.data, "Clone") == NULL) continue;
    ++clones;
    assert_text(impl.type_name, "Point");
    assert_int_equal(impl.item, find(api, "shapes::Point"));
    assert_int_equal(impl.is_negative, 0);
  }
  assert_int_equal(clones, 1);
  assert_true(is_empty(rp_api_impl_at(api, SIZE_MAX).trait_name));
  assert_int_equal(rp_api_unknown_count(api), 0);
  assert_text(rp_api_unknown(api, 0), "");
  rp_api_free(api);
  rp_api_free(NULL);
  assert_int_equal(rp_api_item_count(NULL) + rp_api_impl_count(NULL) + rp_api_unknown_count(NULL), 0);
  assert_text(rp_api_crate(NULL), "");
  assert_text(rp_api_version(NULL), "");
  assert_text(rp_api_kind_name(RP_API_ASSOC_CONST), "associated constant");
  assert_text(rp_api_kind_name((rp_api_kind)0), "");
  assert_text(rp_api_kind_name((rp_api_kind)21), "");
}

static void options_choose(void** state) {
  rp_api_options options = RP_API_OPTIONS_INIT;
  rp_api* api;
  (void)state;
  options.all_features = 1;
  api = read_api("1.0.0", kOld, &options);
  assert_true(find(api, "shapes::later") != SIZE_MAX);
  rp_api_free(api);
  options.all_features = 0;
  options.no_default_features = 1;
  api = read_api("1.0.0", kOld, &options);
  assert_true(find(api, "shapes::area") == SIZE_MAX);
  rp_api_free(api);
  options.features.data = "unstable, extra";
  options.features.length = 15;
  api = read_api("1.0.0", kOld, &options);
  assert_true(find(api, "shapes::area") != SIZE_MAX && find(api, "shapes::later") != SIZE_MAX);
  rp_api_free(api);
}

static void what_is_unknown_is_listed(void** state) {
  rp_api* api = read_api("1.0.0", "pub use missing::*;\npub fn f() {}\n", NULL);
  (void)state;
  assert_int_equal(rp_api_unknown_count(api), 1);
  assert_text(rp_api_unknown(api, 0), "shapes");
  rp_api_free(api);
}

static rp_api_change change_of(const rp_api_diff* diff, const char* rule) {
  size_t i;
  for (i = 0; i < rp_api_diff_change_count(diff); ++i)
    if (strcmp(rp_api_diff_change(diff, i).rule.data, rule) == 0) return rp_api_diff_change(diff, i);
  fail_msg("no change of %s", rule);
  return rp_api_diff_change(diff, SIZE_MAX);
}

static void comparisons(void** state) {
  rp_api* before = read_api("1.0.0", kOld, NULL);
  rp_api* after = read_api("1.1.0", kNew, NULL);
  rp_api_diff* diff = NULL;
  rp_api_change change;
  rp_buffer* buffer = NULL;
  rp_render_options render = RP_RENDER_OPTIONS_INIT;
  (void)state;
  assert_succeeds(rp_api_compare(before, after, &diff, &error));
  assert_int_equal(rp_api_diff_sufficient(diff), 0);
  change = change_of(diff, "semver/fn-parameters");
  assert_int_equal(change.level, RP_SEMVER_MAJOR);
  assert_int_equal(change.verdict, RP_VERDICT_PROVEN);
  assert_text(change.path, "shapes::area");
  assert_text(change.old_text, "fn area(side: u32) -> u32");
  assert_text(change.new_text, "fn area(side: u32, other: u32) -> u32");
  assert_text(change.old_file, "src/lib.rs");
  assert_int_equal(change.old_start.line, 12);
  assert_int_equal(change.new_start.line, 11);
  assert_true(change.reference.length > 0 && change.message.length > 0 && change.note.length == 0);
  assert_text(change_of(diff, "semver/field-type").path, "shapes::Point::x");
  assert_text(change_of(diff, "semver/trait-item-added").path, "shapes::Draw::third");
  assert_true(is_empty(rp_api_diff_change(diff, rp_api_diff_change_count(diff)).rule));
  assert_int_equal(rp_api_diff_unknown_count(diff), 0);
  assert_text(rp_api_diff_unknown(diff, 0), "");

  assert_succeeds(rp_api_diff_render(diff, &render, &buffer, &error));
  assert_non_null(strstr(rp_buffer_text(buffer).data, "semver/fn-parameters"));
  rp_buffer_free(buffer);
  render.format = RP_FORMAT_JSON;
  assert_succeeds(rp_api_diff_render(diff, &render, &buffer, &error));
  assert_non_null(strstr(rp_buffer_text(buffer).data, "\"sufficient\": false"));
  rp_buffer_free(buffer);
  assert_succeeds(rp_api_render(after, &render, &buffer, &error));
  assert_non_null(strstr(rp_buffer_text(buffer).data, "\"path\": \"shapes::area\""));
  rp_buffer_free(buffer);
  assert_succeeds(rp_api_render(after, NULL, &buffer, &error));
  assert_non_null(strstr(rp_buffer_text(buffer).data, "fn area(side: u32, other: u32) -> u32"));
  rp_buffer_free(buffer);
  render.format = RP_FORMAT_HTML;
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_api_render(after, &render, &buffer, &error));
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_api_diff_render(diff, &render, &buffer, &error));
  assert_null(buffer);
  rp_api_free(before); /* the comparison does not depend on them */
  rp_api_free(after);
  assert_true(rp_api_diff_change_count(diff) >= 3);
  rp_api_diff_free(diff);
  rp_api_diff_free(NULL);

  after = read_api("2.0.0", kNew, NULL);
  before = read_api("1.0.0", kOld, NULL);
  assert_succeeds(rp_api_compare(before, after, &diff, &error));
  assert_int_equal(rp_api_diff_sufficient(diff), 1);
  rp_api_diff_free(diff);
  assert_succeeds(rp_api_compare(after, after, &diff, &error));
  assert_int_equal(rp_api_diff_change_count(diff), 0);
  rp_api_diff_free(diff);
  rp_api_free(before);
  rp_api_free(after);
  assert_int_equal(rp_api_diff_change_count(NULL) + rp_api_diff_unknown_count(NULL), 0);
  assert_int_equal(rp_api_diff_sufficient(NULL), 1);
}

static void wrong_arguments(void** state) {
  rp_workspace* workspace = make_workspace("1.0.0", kOld);
  rp_workspace* empty = NULL;
  rp_api_options options = RP_API_OPTIONS_INIT;
  rp_api* api = NULL;
  rp_api_diff* diff = NULL;
  rp_buffer* buffer = NULL;
  (void)state;
  assert_succeeds(rp_workspace_new(NULL, &empty, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_workspace_public_api(NULL, NULL, &api, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_workspace_public_api(workspace, NULL, NULL, &error));
  assert_fails(RP_ERROR_NOT_FOUND, rp_workspace_public_api(empty, NULL, &api, &error));
  options.struct_size = 3;
  assert_fails(RP_ERROR_STRUCT_SIZE, rp_workspace_public_api(workspace, &options, &api, &error));
  options.struct_size = sizeof options;
  options.package.data = "circles";
  options.package.length = 7;
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_workspace_public_api(workspace, &options, &api, &error));
  options.package.data = "\xff";
  options.package.length = 1;
  assert_fails(RP_ERROR_INVALID_UTF8, rp_workspace_public_api(workspace, &options, &api, &error));
  options.package.length = 0;
  options.target.data = "z80";
  options.target.length = 3;
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_workspace_public_api(workspace, &options, &api, &error));
  options.target.length = 0;
  options.cargo_home.data = "home";
  options.cargo_home.length = 4;
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_workspace_public_api(workspace, &options, &api, &error));
  assert_null(api);
  assert_succeeds(rp_workspace_public_api(workspace, NULL, &api, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_api_compare(NULL, api, &diff, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_api_compare(api, NULL, &diff, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_api_compare(api, api, NULL, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_api_render(NULL, NULL, &buffer, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_api_render(api, NULL, NULL, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_api_diff_render(NULL, NULL, &buffer, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_api_diff_render(diff, NULL, NULL, &error));
  assert_null(diff);
  assert_null(buffer);
  rp_api_free(api);
  rp_workspace_free(workspace);
  rp_workspace_free(empty);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(items),       cmocka_unit_test(options_choose),  cmocka_unit_test(what_is_unknown_is_listed),
      cmocka_unit_test(comparisons), cmocka_unit_test(wrong_arguments),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
