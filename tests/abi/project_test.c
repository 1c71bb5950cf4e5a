/* Projects: a small workspace in memory with a vendored dependency, one that is missing, a procedural macro that nobody
 * models, a file that no target leads to, and one without a manifest. */
#include "abi_test.h"

static const char kManifest[] =
    "[package]\nname = \"p\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[features]\ndefault = [\"fast\"]\nfast = []\n"
    "slow = []\n[dependencies]\nvend = { version = \"1\", features = [\"extra\"] }\ngone = \"2\"\n"
    "secret = { path = \"secret\" }\n";
static const char kLock[] =
    "version = 3\n[[package]]\nname = \"gone\"\nversion = \"2.0.1\"\n"
    "source = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"00\"\n"
    "[[package]]\nname = \"p\"\nversion = \"0.1.0\"\ndependencies = [\"gone\", \"secret\", \"vend\"]\n"
    "[[package]]\nname = \"secret\"\nversion = \"0.1.0\"\n"
    "[[package]]\nname = \"vend\"\nversion = \"1.2.3\"\n"
    "source = \"registry+https://github.com/rust-lang/crates.io-index\"\nchecksum = \"11\"\n";
static const char kConfig[] =
    "[source.crates-io]\nreplace-with = \"vendored\"\n[source.vendored]\ndirectory = \"vendor\"\n";
static const char kLib[] =
    "//! The crate.\n"
    "mod shapes;\n"
    "use gone::Lost;\n"
    "/// Twice.\n"
    "pub fn twice(n: usize) -> usize { vend::double(n) }\n"
    "pub fn calls() -> usize {\n"
    "    let local = twice(1);\n"
    "    println!(\"{local}\");\n"
    "    secret::hide!(twice(2));\n"
    "    local + Lost::get().twice()\n"
    "}\n"
    "#[cfg(feature = \"slow\")]\n"
    "mod slow;\n"
    "macro_rules! four { () => { 2 + 2 }; }\n"
    "const FOUR: u32 = four!();\n";
static const char kShapes[] =
    "#[derive(Clone)]\npub(crate) struct Square { side: f32 }\nimpl Square { pub fn area(&self) -> f32 { self.side } "
    "}\n"
    "fn wrong() { nothing(); }\n";

static void put(rp_workspace* workspace, const char* path, const char* text) {
  assert_int_equal(rp_workspace_set_file(workspace, path, strlen(path), text, strlen(text), NULL), RP_OK);
}

static rp_workspace* make_workspace(void) {
  rp_workspace* workspace = NULL;
  assert_int_equal(rp_workspace_new(NULL, &workspace, NULL), RP_OK);
  put(workspace, "Cargo.toml", kManifest);
  put(workspace, "Cargo.lock", kLock);
  put(workspace, ".cargo/config.toml", kConfig);
  put(workspace, "src/lib.rs", kLib);
  put(workspace, "src/shapes.rs", kShapes);
  put(workspace, "src/slow.rs", "");
  put(workspace, "src/stray.rs", "");
  put(workspace, "secret/Cargo.toml",
      "[package]\nname = \"secret\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[lib]\nproc-macro = true\n");
  put(workspace, "secret/src/lib.rs",
      "use proc_macro::TokenStream;\n#[proc_macro]\npub fn hide(_: TokenStream) -> TokenStream { todo!() }\n");
  put(workspace, "vendor/vend/Cargo.toml",
      "[package]\nname = \"vend\"\nversion = \"1.2.3\"\nedition = \"2018\"\n[features]\nextra = []\n");
  put(workspace, "vendor/vend/.cargo-checksum.json", "{\"files\":{}}");
  put(workspace, "vendor/vend/src/lib.rs", "#[cfg(feature = \"extra\")]\npub fn double(n: usize) -> usize { n * 2 }\n");
  return workspace;
}

static rp_project* open_with(const rp_project_options* options) {
  rp_workspace* workspace = make_workspace();
  rp_project* project = NULL;
  assert_succeeds(rp_project_open(workspace, options, &project, &error));
  assert_non_null(project);
  rp_workspace_free(workspace); /* the project does not need it */
  return project;
}

static size_t package_named(const rp_project* project, const char* name) {
  size_t i;
  for (i = 0; i < rp_project_package_count(project); ++i)
    if (strcmp(rp_project_package(project, i).name.data, name) == 0) return i;
  fail_msg("no package %s", name);
  return 0;
}

static size_t crate_named(const rp_project* project, const char* name) {
  size_t i;
  for (i = 0; i < rp_project_crate_count(project); ++i)
    if (strcmp(rp_project_crate(project, i).name.data, name) == 0) return i;
  fail_msg("no crate %s", name);
  return 0;
}

static uint32_t offset_of(const char* text, const char* part, const char* word) {
  const char* at = strstr(text, part);
  assert_non_null(at);
  at = strstr(at, word);
  assert_non_null(at);
  return (uint32_t)(at - text);
}

static void workspaces_and_packages(void** state) {
  rp_project* project = open_with(NULL);
  const rp_cargo_workspace first = rp_project_workspace(project, 0);
  const size_t p = package_named(project, "p"), vend = package_named(project, "vend"),
               gone = package_named(project, "gone");
  rp_package package;
  rp_package_edge edge;
  (void)state;
  assert_text(first.manifest, "Cargo.toml");
  assert_text(first.target, "x86_64-unknown-linux-gnu");
  assert_int_equal(first.made_up, 0);
  assert_int_equal(first.first_package, 0);
  assert_int_equal(first.package_count, 4);
  assert_true(rp_project_workspace_count(project) >= 1);
  assert_true(is_empty(rp_project_workspace(project, 99).manifest));

  package = rp_project_package(project, p);
  assert_text(package.version, "0.1.0");
  assert_int_equal(package.origin, RP_ORIGIN_MEMBER);
  assert_text(package.manifest, "Cargo.toml");
  assert_int_equal(package.feature_count, 2);
  assert_text(rp_project_package_feature(project, p, 0), "default");
  assert_text(rp_project_package_feature(project, p, 1), "fast");
  assert_true(is_empty(rp_project_package_feature(project, p, 2)));
  assert_int_equal(package.build_feature_count, 0);
  assert_true(is_empty(rp_project_package_build_feature(project, p, 0)));
  assert_int_equal(package.dependency_count, 3);
  edge = rp_project_package_dependency(project, p, 2);
  assert_int_equal(edge.package, vend);
  assert_text(edge.name, "vend");
  assert_int_equal(edge.kind, RP_DEPENDENCY_NORMAL);
  assert_int_equal(edge.is_active, 1);
  assert_int_equal(edge.is_optional, 0);
  assert_int_equal(rp_project_package_dependency(project, p, 3).package, RP_NO_INDEX);
  assert_int_equal(rp_project_package_dependency(project, 99, 0).package, RP_NO_INDEX);

  package = rp_project_package(project, vend);
  assert_int_equal(package.origin, RP_ORIGIN_VENDORED);
  assert_text(package.folder, "vendor/vend");
  assert_text(rp_project_package_feature(project, vend, 0), "extra");
  package = rp_project_package(project, gone);
  assert_int_equal(package.origin, RP_ORIGIN_MISSING);
  assert_text(package.version, "2.0.1");
  assert_true(package.missing_reason.length > 0);
  assert_true(is_empty(package.folder));
  assert_int_equal(rp_project_package(project, package_named(project, "secret")).is_proc_macro, 1);
  assert_true(is_empty(rp_project_package(project, 99).name));
  rp_project_free(project);
}

static void crates(void** state) {
  rp_project* project = open_with(NULL);
  const size_t p = crate_named(project, "p");
  const rp_crate crate = rp_project_crate(project, p);
  rp_crate std = rp_project_crate(project, crate_named(project, "std"));
  size_t i;
  int has_fast = 0, has_linux = 0;
  (void)state;
  assert_int_equal(crate.kind, RP_CRATE_LIB);
  assert_int_equal(crate.state, RP_CRATE_READ);
  assert_int_equal(crate.edition, 2021);
  assert_int_equal(crate.is_local, 1);
  assert_int_equal(crate.is_test, 0);
  assert_text(crate.root, "src/lib.rs");
  assert_int_equal(crate.package, package_named(project, "p"));
  assert_int_equal(crate.dependency_count, 3);
  assert_text(rp_project_crate_dependency(project, p, 0).name, "gone");
  assert_int_equal(rp_project_crate_dependency(project, p, 0).crate, RP_NO_INDEX);
  assert_int_equal(rp_project_crate_dependency(project, p, 0).package, package_named(project, "gone"));
  assert_int_equal(rp_project_crate_dependency(project, p, 2).crate, crate_named(project, "vend"));
  assert_int_equal(rp_project_crate_dependency(project, p, 3).crate, RP_NO_INDEX);
  assert_true(is_empty(rp_project_crate_dependency(project, p, 3).name));
  for (i = 0; i < crate.fact_count; ++i) {
    const rp_cfg_fact fact = rp_project_crate_fact(project, p, i);
    if (strcmp(fact.key.data, "feature") == 0) has_fast |= strcmp(fact.value.data, "fast") == 0;
    if (strcmp(fact.key.data, "target_os") == 0) has_linux |= strcmp(fact.value.data, "linux") == 0;
    assert_true(fact.has_value || is_empty(fact.value));
  }
  assert_true(has_fast && has_linux);
  assert_true(is_empty(rp_project_crate_fact(project, p, crate.fact_count).key));
  assert_int_equal(std.kind, RP_CRATE_SYSROOT);
  assert_int_equal(std.state, RP_CRATE_INTERFACE);
  assert_int_equal(std.package, RP_NO_INDEX);
  assert_true(std.definition_count > 1000);
  assert_true(is_empty(rp_project_crate(project, RP_NO_INDEX).name));
  assert_int_equal(rp_project_crate(project, RP_NO_INDEX).state, 0);
  rp_project_free(project);
}

static void options_choose(void** state) {
  const rp_string features[] = {{"slow", 4}};
  rp_project_options options = RP_PROJECT_OPTIONS_INIT;
  rp_workspace* workspace = make_workspace();
  rp_project* project;
  size_t p;
  (void)state;
  options.no_default_features = 1;
  options.features = features;
  options.feature_count = 1;
  options.test_cfg = 1;
  options.target.data = "wasm32-unknown-unknown";
  options.target.length = strlen(options.target.data);
  project = open_with(&options);
  p = package_named(project, "p");
  assert_text(rp_project_workspace(project, 0).target, "wasm32-unknown-unknown");
  assert_int_equal(rp_project_package(project, p).feature_count, 1);
  assert_text(rp_project_package_feature(project, p, 0), "slow");
  assert_int_equal(rp_project_crate(project, crate_named(project, "p") + 1).is_test, 1);
  rp_project_free(project);

  options.target.data = "none-such";
  options.target.length = 9;
  project = (rp_project*)workspace;
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_project_open(workspace, &options, &project, &error));
  assert_null(project);
  options.target.length = 0;
  options.features = NULL;
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_project_open(workspace, &options, &project, &error));
  options.feature_count = 0;
  options.std_sources.data = "/nowhere/at/all";
  options.std_sources.length = 15;
  assert_fails(RP_ERROR_NOT_FOUND, rp_project_open(workspace, &options, &project, &error));
  options.std_sources.length = 0;
  options.struct_size = 4;
  assert_fails(RP_ERROR_STRUCT_SIZE, rp_project_open(workspace, &options, &project, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_project_open(NULL, NULL, &project, &error));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_project_open(workspace, NULL, NULL, &error));
  rp_workspace_free(workspace);
}

static void check_path(rp_definition definition, const char* expected) {
  rp_buffer* buffer = NULL;
  assert_succeeds(rp_definition_path(definition, &buffer, &error));
  assert_text(rp_buffer_text(buffer), expected);
  rp_buffer_free(buffer);
}

static rp_definition find(const rp_project* project, const char* path) {
  rp_definition definition;
  assert_succeeds(rp_project_find(project, path, strlen(path), &definition, &error));
  assert_false(rp_definition_is_null(definition));
  return definition;
}

static void definitions(void** state) {
  rp_project* project = open_with(NULL);
  const size_t p = crate_named(project, "p");
  const rp_definition root = rp_project_crate_definition(project, p, 0);
  const rp_definition square = find(project, "p::shapes::Square");
  rp_definition definition = {NULL, 1, 1};
  rp_definition_info info = RP_DEFINITION_INFO_INIT;
  size_t i;
  (void)state;
  assert_succeeds(rp_definition_get_info(root, &info, &error));
  assert_int_equal(info.kind, RP_DEFINITION_MODULE);
  assert_text(info.name, "p");
  assert_true(rp_definition_is_null(info.parent));
  assert_text(info.place.path, "src/lib.rs");
  assert_int_equal(info.docs.start, 0);
  assert_int_equal(info.docs.end, 14);
  assert_true(info.child_count > 4);
  for (i = 0; i < info.child_count; ++i) assert_false(rp_definition_is_null(rp_definition_child(root, i)));
  assert_true(rp_definition_is_null(rp_definition_child(root, info.child_count)));

  assert_succeeds(rp_definition_get_info(square, &info, &error));
  assert_int_equal(info.kind, RP_DEFINITION_STRUCT);
  assert_int_equal(info.visibility, RP_VISIBILITY_CRATE);
  assert_text(info.place.path, "src/shapes.rs");
  assert_int_equal(info.name_place.start.line, 2);
  assert_int_equal(info.name_place.start.column_bytes, 19);
  assert_int_equal(info.docs.end, 0);
  check_path(info.parent, "p::shapes");
  check_path(rp_definition_child(square, 0), "p::shapes::Square::side");
  assert_succeeds(rp_definition_get_info(rp_definition_child(square, 0), &info, &error));
  assert_int_equal(info.visibility, RP_VISIBILITY_MODULE);
  check_path(info.visible_in, "p::shapes");
  check_path(find(project, "p::shapes::Square::area"), "p::shapes::Square::area");
  check_path(find(project, "std::vec::Vec"), "alloc::vec::Vec");
  assert_succeeds(rp_definition_get_info(find(project, "std::vec::Vec"), &info, &error));
  assert_true(is_empty(info.place.path)); /* its source is not there */
  assert_text(rp_definition_kind_name(RP_DEFINITION_ASSOC_FUNCTION), "associated function");
  assert_true(is_empty(rp_definition_kind_name((rp_definition_kind)99)));

  assert_true(rp_definition_equal(root, root));
  assert_false(rp_definition_equal(root, square));
  assert_true(rp_definition_equal(definition, info.visible_in));
  assert_fails(RP_ERROR_NOT_FOUND, rp_project_find(project, "p::none", 7, &definition, &error));
  assert_true(rp_definition_is_null(definition));
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_definition_get_info(definition, &info, &error));
  assert_int_equal(info.kind, 0);
  assert_true(rp_definition_is_null(rp_definition_child(definition, 0)));
  assert_true(rp_definition_is_null(rp_project_crate_definition(project, p, RP_NO_INDEX)));
  assert_true(rp_definition_is_null(rp_project_crate_definition(project, RP_NO_INDEX, 0)));
  rp_project_free(project);
}

static rp_lookup ask(const rp_project* project, const char* part, const char* word) {
  rp_lookup lookup = RP_LOOKUP_INIT;
  assert_succeeds(rp_project_definition_at(project, "src/lib.rs", 10, offset_of(kLib, part, word), &lookup, &error));
  return lookup;
}

static void questions(void** state) {
  rp_project* project = open_with(NULL);
  rp_lookup lookup = ask(project, "let local = twice", "twice");
  (void)state;
  assert_int_equal(lookup.answer, RP_ANSWER_FOUND);
  check_path(lookup.definition, "p::twice");
  assert_int_equal(lookup.use.start.line, 7);
  assert_text(lookup.declaration.path, "src/lib.rs");
  assert_int_equal(lookup.declaration.start.line, 5);
  lookup = ask(project, "vend::double", "double");
  assert_text(lookup.declaration.path, "vendor/vend/src/lib.rs");
  assert_int_equal(lookup.declaration.start.line, 2); /* in a file of which no line index is kept */
  assert_int_equal(lookup.declaration.start.column_bytes, 8);
  lookup = ask(project, "{local}", "local");
  assert_int_equal(lookup.answer, RP_ANSWER_LOCAL);
  assert_int_equal(lookup.declaration.start.line, 7);
  assert_true(rp_definition_is_null(lookup.definition));
  assert_int_equal(ask(project, "Lost::get", "get").answer, RP_ANSWER_UNKNOWN);
  assert_int_equal(ask(project, "hide!(twice", "twice").answer, RP_ANSWER_UNKNOWN);
  assert_int_equal(ask(project, "n: usize", "usize").answer, RP_ANSWER_BUILT_IN);
  assert_int_equal(ask(project, "pub fn", "fn").answer, RP_ANSWER_NOT_A_NAME);
  assert_text(rp_answer_name(RP_ANSWER_NOT_A_NAME), "not a name");
  assert_true(is_empty(rp_answer_name((rp_answer)0)));
  assert_succeeds(rp_project_definition_at(project, "src/shapes.rs", 13, offset_of(kShapes, "nothing", "nothing"),
                                           &lookup, &error));
  assert_int_equal(lookup.answer, RP_ANSWER_UNRESOLVED);
  assert_succeeds(rp_project_definition_at(project, "no.rs", 5, 0, &lookup, &error));
  assert_int_equal(lookup.answer, RP_ANSWER_NO_FILE);
  assert_fails(RP_ERROR_INVALID_UTF8, rp_project_definition_at(project, "\xFF", 1, 0, &lookup, &error));
  assert_int_equal(lookup.answer, 0);
  lookup.struct_size = 8;
  assert_fails(RP_ERROR_STRUCT_SIZE, rp_project_definition_at(project, "a", 1, 0, &lookup, &error));
  rp_project_free(project);
}

static void references(void** state) {
  rp_project* project = open_with(NULL);
  rp_references* list = NULL;
  (void)state;
  assert_succeeds(rp_definition_references(find(project, "p::twice"), &list, &error));
  assert_int_equal(rp_references_answer(list), RP_ANSWER_FOUND);
  assert_int_equal(rp_references_count(list), 4);
  assert_int_equal(rp_references_get(list, 0).kind, RP_REFERENCE_DEFINITION);
  assert_int_equal(rp_references_get(list, 0).place.start.line, 5);
  assert_int_equal(rp_references_get(list, 1).kind, RP_REFERENCE_USE);
  assert_int_equal(rp_references_get(list, 1).place.start.line, 7);
  /* An argument of the macro that nobody knows, and a method of a type that nobody knows. */
  assert_int_equal(rp_references_get(list, 2).kind, RP_REFERENCE_POSSIBLE);
  assert_int_equal(rp_references_get(list, 2).place.start.line, 9);
  assert_int_equal(rp_references_get(list, 3).kind, RP_REFERENCE_POSSIBLE);
  assert_int_equal(rp_references_get(list, 3).place.start.line, 10);
  assert_int_equal(rp_references_get(list, 4).kind, 0);
  rp_references_free(list);
  assert_succeeds(
      rp_project_references_at(project, "src/lib.rs", 10, offset_of(kLib, "let local", "local"), &list, &error));
  assert_int_equal(rp_references_answer(list), RP_ANSWER_LOCAL);
  assert_int_equal(rp_references_count(list), 3);
  rp_references_free(list);
  assert_succeeds(rp_project_references_at(project, "none.rs", 7, 0, &list, &error));
  assert_int_equal(rp_references_answer(list), RP_ANSWER_NO_FILE);
  assert_int_equal(rp_references_count(list), 0);
  rp_references_free(list);
  assert_int_equal(rp_references_answer(NULL), 0);
  assert_int_equal(rp_references_count(NULL), 0);
  rp_references_free(NULL);
  rp_project_free(project);
}

static void expansions(void** state) {
  rp_project* project = open_with(NULL);
  rp_expansion* expansion = NULL;
  rp_expansion_info info = RP_EXPANSION_INFO_INIT;
  rp_expansion_token token;
  (void)state;
  assert_succeeds(
      rp_project_expansion_at(project, "src/lib.rs", 10, offset_of(kLib, "= four!", "four"), 0, &expansion, &error));
  assert_succeeds(rp_expansion_get_info(expansion, &info, &error));
  assert_int_equal(info.state, RP_EXPANSION_EXPANDED);
  assert_int_equal(info.kind, RP_MACRO_USE_CALL);
  assert_text(info.text, "2 + 2\n");
  assert_int_equal(info.call.start.line, 15);
  check_path(info.macro, "p::four");
  assert_int_equal(info.token_count, 3);
  token = rp_expansion_get_token(expansion, 1);
  assert_int_equal(token.span.start, 2);
  assert_int_equal(token.span.end, 3);
  assert_int_equal(token.definition.start.line, 14);
  assert_text(token.definition.path, "src/lib.rs");
  assert_true(is_empty(rp_expansion_get_token(expansion, 3).written.path));
  rp_expansion_free(expansion);

  assert_succeeds(rp_project_expansion_at(project, "src/lib.rs", 10, offset_of(kLib, "secret::hide", "hide"), 1,
                                          &expansion, &error));
  assert_succeeds(rp_expansion_get_info(expansion, &info, &error));
  assert_int_equal(info.state, RP_EXPANSION_OPAQUE);
  assert_true(info.reason.length > 0);
  assert_true(is_empty(info.text));
  rp_expansion_free(expansion);
  assert_fails(RP_ERROR_NOT_FOUND, rp_project_expansion_at(project, "src/lib.rs", 10, 0, 0, &expansion, &error));
  assert_null(expansion);
  assert_fails(RP_ERROR_NULL_ARGUMENT, rp_expansion_get_info(NULL, &info, &error));
  assert_int_equal(info.state, 0);
  rp_expansion_free(NULL);
  rp_project_free(project);
}

static void gaps_and_problems(void** state) {
  rp_project* project = open_with(NULL);
  size_t i, opaque = 0, missing = 0, names = 0, unread, stray = 0;
  (void)state;
  for (i = 0; i < rp_project_gap_count(project); ++i) {
    const rp_gap gap = rp_project_gap(project, i);
    if (gap.kind == RP_GAP_OPAQUE_MACRO) {
      ++opaque;
      assert_text(gap.name, "secret::hide");
      assert_text(gap.place.path, "src/lib.rs");
      assert_int_equal(gap.place.start.line, 9);
      assert_int_equal(gap.crate, crate_named(project, "p"));
    }
    if (gap.kind == RP_GAP_MISSING_PACKAGE) {
      ++missing;
      assert_text(gap.name, "gone");
      assert_text(gap.place.path, "Cargo.lock");
      assert_true(gap.place.start.line > 0);
      assert_int_equal(gap.crate, RP_NO_INDEX);
    }
    assert_true(rp_gap_kind_name(gap.kind).length > 0);
  }
  assert_int_equal(opaque, 1);
  assert_int_equal(missing, 1);
  assert_int_equal(rp_project_gap(project, rp_project_gap_count(project)).kind, 0);
  assert_true(is_empty(rp_gap_kind_name((rp_gap_kind)0)));
  for (i = 0; i < rp_project_problem_count(project); ++i) {
    const rp_problem problem = rp_project_problem(project, i);
    if (problem.kind != RP_PROBLEM_NAME) continue;
    ++names;
    assert_text(problem.code, "E0425");
    assert_text(problem.place.path, "src/shapes.rs");
    assert_int_equal(problem.place.start.line, 4);
  }
  assert_int_equal(names, 1);
  assert_int_equal(rp_project_problem(project, 99).kind, 0);
  unread = rp_project_unread_count(project);
  assert_int_equal(unread, 0);
  assert_true(is_empty(rp_project_unread(project, unread).path));
  for (i = 0; i < rp_project_file_count(project); ++i) {
    const rp_source_file file = rp_project_file(project, i);
    if (strcmp(file.path.data, "src/stray.rs") == 0) {
      ++stray;
      assert_int_equal(file.state, RP_FILE_NO_TARGET);
      assert_int_equal(file.crate_count, 0);
      assert_int_equal(rp_project_file_crate(project, i, 0), RP_NO_INDEX);
    }
    if (strcmp(file.path.data, "src/slow.rs") == 0) assert_int_equal(file.state, RP_FILE_INACTIVE);
    if (strcmp(file.path.data, "src/lib.rs") == 0) {
      assert_int_equal(file.state, RP_FILE_PLACED);
      assert_int_equal(rp_project_file_crate(project, i, 0), crate_named(project, "p"));
    }
  }
  assert_int_equal(stray, 1);
  assert_int_equal(rp_project_file(project, 99).state, 0);
  rp_project_free(project);
}

static void rendering(void** state) {
  rp_project* project = open_with(NULL);
  const size_t p = crate_named(project, "p");
  rp_buffer* buffer = NULL;
  int format;
  (void)state;
  for (format = RP_GRAPH_TEXT; format <= RP_GRAPH_SVG; ++format) {
    rp_buffer* again = NULL;
    assert_succeeds(rp_project_render_graph(project, 0, (rp_graph_format)format, &buffer, &error));
    assert_succeeds(rp_project_render_graph(project, 0, (rp_graph_format)format, &again, &error));
    assert_string_equal(rp_buffer_text(buffer).data, rp_buffer_text(again).data);
    assert_non_null(strstr(rp_buffer_text(buffer).data, "vend"));
    assert_non_null(strstr(rp_buffer_text(buffer).data, "gone"));
    rp_buffer_free(buffer);
    rp_buffer_free(again);
  }
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_project_render_graph(project, 99, RP_GRAPH_TEXT, &buffer, &error));
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_project_render_graph(project, 0, (rp_graph_format)9, &buffer, &error));
  assert_null(buffer);
  for (format = RP_FORMAT_TEXT; format <= RP_FORMAT_JSON; ++format) {
    assert_succeeds(rp_project_render_symbols(project, p, (rp_format)format, &buffer, &error));
    assert_non_null(strstr(rp_buffer_text(buffer).data, "p::shapes::Square"));
    rp_buffer_free(buffer);
  }
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_project_render_symbols(project, p, RP_FORMAT_HTML, &buffer, &error));
  assert_fails(RP_ERROR_INVALID_ARGUMENT, rp_project_render_symbols(project, 999, RP_FORMAT_TEXT, &buffer, &error));
  assert_succeeds(rp_project_render_expanded(project, p, "shapes", 6, &buffer, &error));
  assert_non_null(strstr(rp_buffer_text(buffer).data, "Clone for Square"));
  rp_buffer_free(buffer);
  assert_succeeds(rp_project_render_expanded(project, p, NULL, 0, &buffer, &error));
  assert_non_null(strstr(rp_buffer_text(buffer).data, "const FOUR: u32 = 2 + 2;"));
  rp_buffer_free(buffer);
  assert_fails(RP_ERROR_NOT_FOUND, rp_project_render_expanded(project, p, "none", 4, &buffer, &error));
  assert_fails(RP_ERROR_INVALID_ARGUMENT,
               rp_project_render_expanded(project, crate_named(project, "std"), NULL, 0, &buffer, &error));
  rp_project_free(project);
}

static void nothing(void** state) {
  rp_workspace* workspace = NULL;
  rp_project* project = NULL;
  (void)state;
  assert_int_equal(rp_project_workspace_count(NULL), 0);
  assert_int_equal(rp_project_package_count(NULL), 0);
  assert_int_equal(rp_project_crate_count(NULL), 0);
  assert_int_equal(rp_project_gap_count(NULL), 0);
  assert_int_equal(rp_project_problem_count(NULL), 0);
  assert_int_equal(rp_project_unread_count(NULL), 0);
  assert_int_equal(rp_project_file_count(NULL), 0);
  rp_project_free(NULL);
  assert_int_equal(rp_workspace_new(NULL, &workspace, NULL), RP_OK);
  assert_succeeds(rp_project_open(workspace, NULL, &project, &error));
  assert_int_equal(rp_project_workspace_count(project), 0);
  rp_project_free(project);
  /* A file without a manifest: names of crates are unknown, other names are not. */
  put(workspace, "a.rs", "use rand::Rng;\nfn f() { nothing(); }\n");
  assert_succeeds(rp_project_open(workspace, NULL, &project, &error));
  assert_int_equal(rp_project_workspace(project, 0).made_up, 1);
  assert_int_equal(rp_project_package(project, 0).origin, RP_ORIGIN_MADE_UP);
  assert_int_equal(rp_project_problem_count(project), 1);
  assert_text(rp_project_problem(project, 0).code, "E0425");
  rp_project_free(project);
  rp_workspace_free(workspace);
}

int main(void) {
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(workspaces_and_packages),
      cmocka_unit_test(crates),
      cmocka_unit_test(options_choose),
      cmocka_unit_test(definitions),
      cmocka_unit_test(questions),
      cmocka_unit_test(references),
      cmocka_unit_test(expansions),
      cmocka_unit_test(gaps_and_problems),
      cmocka_unit_test(rendering),
      cmocka_unit_test(nothing),
  };
  return cmocka_run_group_tests(tests, NULL, NULL);
}
