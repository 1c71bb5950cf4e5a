// Tests of rustpro.hpp against the real library.
#include <algorithm>
#include <cstdio>
#include <rustpro.hpp>
#include <sstream>
#include <thread>
#include <type_traits>
#include <vector>

namespace {

int g_passed = 0;
int g_failed = 0;

void expect(bool condition, const char* text, int line) {
  if (condition) {
    ++g_passed;
  } else {
    ++g_failed;
    std::fprintf(stderr, "line %d: %s\n", line, text);
  }
}

#define EXPECT(condition) expect(static_cast<bool>(condition), #condition, __LINE__)

template <typename Call>
rustpro::Status status_of(Call call) {
  try {
    call();
  } catch (const rustpro::Error& error) {
    EXPECT(error.what()[0] != '\0');
    return error.status();
  }
  return RP_OK;
}

constexpr std::string_view kSource = "// ü\nfn add(a: u8, b: u8) -> u8 {\n    /* 𝄞 */ a + b\n}\n";

void test_versions() {
  EXPECT(rustpro::version() == "0.1.0");
  EXPECT(rustpro::version_number() == 1000);
  EXPECT(rustpro::abi_compatible());
  EXPECT(!rustpro::abi_compatible(RP_ABI_MAJOR + 1, 0));
  EXPECT(rustpro::status_name(RP_ERROR_IO) == "RP_ERROR_IO");
  EXPECT(rustpro::kind_name(RP_NODE_FN_ITEM) == "fn_item");
  EXPECT(rustpro::kind_from_name("fn_item") == RP_NODE_FN_ITEM);
  EXPECT(rustpro::kind_from_name("no such kind") == RP_KIND_NONE);
  EXPECT(rustpro::kind_is_node(RP_NODE_FN_ITEM) && !rustpro::kind_is_token(RP_NODE_FN_ITEM));
  EXPECT(rustpro::kind_is_trivia(RP_TOKEN_WHITESPACE));
  EXPECT(rustpro::unsafe_kind_name(RP_UNSAFE_FN) == "unsafe fn");
}

void test_tree() {
  const auto tree = rustpro::Tree::parse(kSource, "a.rs", {RP_EDITION_2021});
  EXPECT(tree.text() == kSource);
  EXPECT(tree.name() == "a.rs");
  EXPECT(tree.edition() == 2021);
  EXPECT(tree.errors().empty());
  EXPECT(tree.stats().bytes == kSource.size());
  EXPECT(tree.line_count() == 5 && tree.stats().lines == 4);

  const rustpro::Node root = tree.root();
  EXPECT(root && root.kind() == RP_NODE_SOURCE_FILE && root.kind_name() == "source_file");
  EXPECT(!root.parent());
  rustpro::Node function;
  for (const rustpro::Node node : root.children()) {
    if (node.kind() == RP_NODE_FN_ITEM) function = node;
  }
  EXPECT(function);
  EXPECT(function.parent() == root);
  const rustpro::Node name = function.child_by_field("name");
  EXPECT(name.text() == "add");
  EXPECT(name.field_name() == "name");
  EXPECT(name != function);
  EXPECT(function.child_by_field("no such field") == rustpro::Node());
  EXPECT(function.child(0) && !function.child(1000));

  // Ranges agree with the plain functions.
  uint32_t nodes = 0;
  for (const rustpro::Node node : function.children()) nodes += node.is_node();
  EXPECT(nodes == function.child_count());
  std::vector<rustpro::Node> elements;
  for (const rustpro::Node node : function.elements()) elements.push_back(node);
  EXPECT(elements.front() == function.first_child() && elements.back() == function.last_child());
  EXPECT(elements[1] == elements[0].next_sibling() && elements[0] == elements[1].previous_sibling());

  // The leaves give the text back.
  std::string leaves;
  for (const rustpro::Node node : root.walk()) {
    if (!node.is_node()) leaves += node.text();
  }
  EXPECT(leaves == kSource);

  rustpro::Cursor cursor(function);
  EXPECT(!cursor.next_sibling() && !cursor.parent());
  EXPECT(cursor.first_child() && cursor.depth() == 1);
  const rustpro::Cursor place = cursor;
  EXPECT(cursor.next_sibling() && cursor.node() != place.node());
  EXPECT(cursor.parent() && cursor.node() == function);
  while (cursor.next()) {
  }
  EXPECT(!cursor.node());

  const auto at = static_cast<uint32_t>(kSource.find("a + b"));
  EXPECT(tree.node_at(at).text() == "a");
  EXPECT(tree.node_covering(at, at + 5).text() == "a + b");
  const rustpro::Position position = tree.position(at);
  EXPECT(position.line == 3 && position.column_bytes == 16 && position.column_utf16 == 14);
  EXPECT(tree.offset(3, 16) == at && tree.offset_utf16(3, 14) == at);
  EXPECT(tree.render().find("fn_item") != std::string::npos);
  EXPECT(tree.render({RP_FORMAT_JSON}).front() == '{');
}

void test_errors_of_text() {
  const auto tree = rustpro::Tree::parse("fn f( {\n", "broken.rs");
  EXPECT(!tree.errors().empty());
  EXPECT(!tree.errors()[0].message.empty());
  EXPECT(tree.render_errors().find("broken.rs") != std::string::npos);
  try {
    tree.errors()[1000];
    EXPECT(false);
  } catch (const std::out_of_range&) {
    EXPECT(true);
  }
}

void test_failures() {
  EXPECT(status_of([] { rustpro::Tree::parse("\xff"); }) == RP_ERROR_INVALID_UTF8);
  EXPECT(status_of([] { rustpro::Tree::parse("", "", {1999}); }) == RP_ERROR_INVALID_ARGUMENT);
  EXPECT(status_of([] { rustpro::Workspace::open("/no/such/folder"); }) == RP_ERROR_NOT_FOUND);
  EXPECT(status_of([] { rustpro::Workspace::empty().remove_file("a.rs"); }) == RP_ERROR_NOT_FOUND);
  EXPECT(status_of([] { rustpro::Workspace::empty().set_file("../a.rs", ""); }) == RP_ERROR_INVALID_ARGUMENT);
  EXPECT(status_of([] { rustpro::Workspace::empty().parse_file(7); }) == RP_ERROR_INVALID_ARGUMENT);

  rustpro::Cancellation cancellation;
  EXPECT(!cancellation.requested());
  cancellation.request();
  EXPECT(cancellation.requested());
  rustpro::ParseOptions options;
  options.cancellation = &cancellation;
  const std::string text(100000, ';');
  EXPECT(status_of([&] { rustpro::Tree::parse(text, "", options); }) == RP_ERROR_CANCELLED);
  cancellation.reset();
  EXPECT(status_of([&] { rustpro::Tree::parse(text, "", options); }) == RP_OK);

  // What was moved from is empty, and asking it is harmless.
  auto tree = rustpro::Tree::parse(kSource);
  const rustpro::Node root = tree.root();
  const auto moved = std::move(tree);
  EXPECT(root.text() == kSource);
  EXPECT(tree.text().empty() && !tree.root() && tree.errors().empty());
  EXPECT(status_of([&] { tree.stats(); }) == RP_ERROR_NULL_ARGUMENT);
  static_assert(!std::is_copy_constructible_v<rustpro::Tree> && std::is_nothrow_move_constructible_v<rustpro::Tree>);
}

void test_workspace() {
  uint64_t last_total = 0;
  rustpro::WorkspaceOptions options;
  options.edition = RP_EDITION_2021;
  options.progress = [&last_total](uint64_t, uint64_t total, std::string_view) {
    last_total = total;
    return true;
  };
  auto workspace = rustpro::Workspace::empty(options);
  workspace.set_file("src/lib.rs", "fn f(p: *const u8) -> u8 {\n    unsafe { *p }\n}\n");
  workspace.set_file("src/other.rs", "fn g() {}\n");
  EXPECT(workspace.files().size() == 2);
  EXPECT(workspace.files()[0].path == "src/lib.rs" && workspace.files()[0].edition == 2021);
  EXPECT(workspace.unread().empty());
  EXPECT(workspace.parse_file(1).text() == "fn g() {}\n");

  const auto moved = std::move(workspace);
  const auto report = moved.review();
  EXPECT(last_total == 2);
  EXPECT(report.findings().size() == 1);
  const rustpro::Finding finding = report.findings()[0];
  EXPECT(finding.rule() == "safety/undocumented-unsafe" && finding.area() == "safety");
  EXPECT(finding.verdict() == RP_VERDICT_PROVEN || finding.verdict() == RP_VERDICT_LIKELY);
  EXPECT(finding.severity() != 0);
  EXPECT(!finding.message().empty());
  EXPECT(finding.primary().path == "src/lib.rs" && finding.primary().start.line == 2);
  EXPECT(finding.note(finding.note_count()).empty());
  EXPECT(finding.related(finding.related_count()).path.empty());
  EXPECT(report.unsafe_uses().size() == 1 && report.unsafe_uses()[0].kind == RP_UNSAFE_BLOCK);
  EXPECT(report.metrics().files == 2 && report.metrics().functions == 2);
  EXPECT(report.longest_functions().size() == 2 && report.longest_functions()[0].name == "f");
  EXPECT(report.unread().empty() && report.macro_gaps().empty());
  EXPECT(report.render().find("undocumented-unsafe") != std::string::npos);
  EXPECT(report.render({RP_FORMAT_JSON}).front() == '{');

  auto macros = rustpro::Workspace::empty();
  macros.set_file("a.rs", "macro_rules! peek { ($p:expr) => { unsafe { *$p } }; }\n");
  const auto gaps = macros.review();
  EXPECT(gaps.macro_gaps().size() == 1 && gaps.macro_gaps()[0].name == "peek" && gaps.macro_gaps()[0].is_definition);

  // Many threads may read one workspace and one report.
  std::vector<std::string> texts(4);
  std::vector<std::thread> threads;
  for (std::string& text : texts) threads.emplace_back([&] { text = moved.review().render(); });
  for (std::thread& thread : threads) thread.join();
  EXPECT(std::all_of(texts.begin(), texts.end(), [&](const std::string& text) { return text == report.render(); }));
}

void test_rules() {
  EXPECT(rustpro::rules().size() == rp_rule_count() && !rustpro::rules().empty());
  bool listed = false;
  for (const rustpro::Rule& rule : rustpro::rules()) {
    EXPECT(rule.id().substr(0, rule.area().size() + 1) == std::string(rule.area()) + '/');
    EXPECT(!rule.title().empty() && !rule.why().empty() && !rule.bad().empty() && !rule.good().empty());
    EXPECT(rule.verdict() == RP_VERDICT_PROVEN || !rule.doubt().empty());
    listed = listed || rule.id() == "safety/undocumented-unsafe";
  }
  EXPECT(listed);
  const auto rule = rustpro::find_rule("safety/undocumented-unsafe");
  EXPECT(rule && rule->id() == "safety/undocumented-unsafe" && rule->area() == "safety" && !rule->opt_in());
  const rp_rule plain = rp_rule_at(rp_rule_find("safety/undocumented-unsafe", 26));
  EXPECT(rule && rule->severity() == plain.severity && rule->verdict() == plain.verdict);
  EXPECT(rule && rule->lint() == std::string_view(plain.lint.data, plain.lint.length));
  EXPECT(rule && rule->bad().find('~') != std::string_view::npos);
  EXPECT(rule && rule->reference_count() > 0 && !rule->reference(0).empty());
  EXPECT(rule && rule->reference(rule->reference_count()).empty());
  EXPECT(!rustpro::find_rule("safety/no-such-rule") && !rustpro::find_rule({}));
  EXPECT(rustpro::Rule(rustpro::rules().size()).id().empty());
}

void test_review_options() {
  auto workspace = rustpro::Workspace::empty();
  workspace.set_file("Cargo.toml",
                     "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\npublish = false\n"
                     "[dependencies]\ngone = \"1\"\n[profile.release]\nopt-level = 0\n");
  workspace.set_file("Cargo.lock",
                     "version = 3\n[[package]]\nname = \"a\"\nversion = \"0.1.0\"\ndependencies = [\"gone\"]\n"
                     "[[package]]\nname = \"gone\"\nversion = \"1.0.0\"\n"
                     "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n");
  const std::string source =
      "pub fn f(p: *const u8) -> u8 {\n    unsafe { *p }\n}\n"
      "pub fn g(p: *const u8) -> u8 {\n"
      "    // rustpro: allow(safety/undocumented-unsafe) the caller knows\n    unsafe { *p }\n}\n";
  workspace.set_file("src/lib.rs", source);
  const auto areas = [](const rustpro::Report& report) {
    std::vector<std::string> names;
    for (const rustpro::Finding& finding : report.findings()) names.emplace_back(finding.area());
    std::sort(names.begin(), names.end());
    names.erase(std::unique(names.begin(), names.end()), names.end());
    return names;
  };
  const auto has_rule = [](const rustpro::Report& report, std::string_view id) {
    for (const rustpro::Finding& finding : report.findings()) {
      if (finding.rule() == id) return true;
    }
    return false;
  };

  const auto plain = workspace.review();
  EXPECT(areas(plain).size() > 1 && has_rule(plain, "safety/undocumented-unsafe"));
  EXPECT(plain.hidden().suppressed == 1 && plain.hidden().baseline == 0);
  const auto defaults = workspace.review(rustpro::ReviewOptions());
  EXPECT(defaults.render() == plain.render());

  rustpro::ReviewOptions options;
  options.only = {"safety"};
  const auto safety = workspace.review(options);
  EXPECT(areas(safety) == std::vector<std::string>{"safety"});
  options.only = areas(plain);
  EXPECT(areas(workspace.review(options)) == areas(plain));
  options.off = {"safety/undocumented-unsafe", "safety"};
  EXPECT(!has_rule(workspace.review(options), "safety/undocumented-unsafe"));
  options = {};
  options.only = {"safety/undocumented-unsafe"};
  options.deny = {"safety"};
  options.min_severity = RP_SEVERITY_ERROR;
  const auto denied = workspace.review(options);
  EXPECT(denied.findings().size() == 1 && denied.findings()[0].severity() == RP_SEVERITY_ERROR);

  options = {};
  options.baseline = plain.baseline();
  EXPECT(!options.baseline.empty());
  // What is known stays known where it moves.
  workspace.set_file("src/lib.rs", "\n\n" + source);
  const auto known = workspace.review(options);
  EXPECT(known.findings().empty());
  EXPECT(known.hidden().baseline == plain.findings().size() && known.hidden().suppressed == 1);

  EXPECT(plain.build().target == "x86_64-unknown-linux-gnu" && plain.build().features == "default features");
  EXPECT(plain.packages().size() == 2);
  const rustpro::ReviewedPackage own = plain.packages()[0];
  EXPECT(own.role() == RP_PACKAGE_OWN && own.was_read() && own.written(RP_UNSAFE_BLOCK) == 2);
  EXPECT(own.expanded(RP_UNSAFE_BLOCK) == 0 && own.macro_count() == 0 && own.macro(0).path.empty());
  EXPECT(own.level() == RP_UNSAFE_LEVEL_NONE && !own.has_build_script() && own.plain().files == 1);
  const rustpro::ReviewedPackage other = plain.packages()[1];
  EXPECT(other.name() == "gone" && other.role() == RP_PACKAGE_PROGRAM && !other.was_read() && !other.reason().empty());
  EXPECT(rustpro::package_role_name(other.role()) == "program");
  options.baseline.clear();
  options.whole_tree = true;
  EXPECT(workspace.review(options).packages().size() == 2);

  bool found = false;
  for (const rustpro::ReviewGap& gap : plain.gaps()) {
    EXPECT(!rustpro::review_gap_kind_name(gap.kind).empty() && gap.count > 0);
    if (gap.kind == RP_REVIEW_GAP_MISSING_PACKAGE && gap.name == "gone 1.0.0") found = !gap.message.empty();
  }
  EXPECT(found);
  EXPECT(rustpro::review_gap_kind_name(RP_REVIEW_GAP_MISSING_PACKAGE) == "missing package");

  const auto refused = [&](const rustpro::ReviewOptions& wrong) {
    return status_of([&] { (void)workspace.review(wrong); }) == RP_ERROR_INVALID_ARGUMENT;
  };
  options = {};
  options.only = {"no-such-area"};
  EXPECT(refused(options));
  options = {};
  options.baseline = "no baseline";
  EXPECT(refused(options));
  options = {};
  options.target = "no-such-target";
  EXPECT(refused(options));
  options = {};
  options.cargo_home = "relative";
  EXPECT(refused(options));
}

void test_fixes() {
  auto workspace = rustpro::Workspace::empty();
  workspace.set_file("Cargo.toml",
                     "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n"
                     "[profile.release]\nopt-level = 0\n");
  workspace.set_file("src/lib.rs", "");
  const auto report = workspace.review();
  EXPECT(report.findings().size() == 1 && report.findings()[0].edit_count() == 1);
  const rustpro::Edit edit = report.findings()[0].edit(0);
  EXPECT(edit.replacement.empty() && edit.place.start.line == 7 && edit.applicability == RP_APPLICABILITY_SUGGESTION);
  EXPECT(report.findings()[0].edit(1).place.path.empty());
  const auto none = rustpro::Fixes::make(report, workspace);
  EXPECT(none.files().empty() && none.applied().empty() && none.diff().empty());
  EXPECT(none.skipped().size() == 1 && none.skipped()[0].kind == RP_SKIP_SUGGESTION);
  rustpro::FixOptions options;
  options.suggestions = true;
  const auto fixes = rustpro::Fixes::make(report, workspace, options);
  EXPECT(fixes.files().size() == 1 && fixes.applied().size() == 1 && fixes.applied()[0] == 0);
  const rustpro::FixedFile file = fixes.files()[0];
  EXPECT(file.path == "Cargo.toml" && file.after.find("opt-level") == std::string_view::npos && !file.is_writable);
  EXPECT(fixes.diff() == rustpro::diff("Cargo.toml", file.before, file.after));
  EXPECT(fixes.diff().find("\n-opt-level = 0\n") != std::string::npos);
  EXPECT(status_of([&] { fixes.write(0); }) == RP_ERROR_IO);
  rustpro::RenderOptions markdown;
  markdown.format = RP_FORMAT_MARKDOWN;
  markdown.link_base = "https://e.org/";
  EXPECT(report.render(markdown).find("(<https://e.org/Cargo.toml#L7>)") != std::string::npos);
}

void test_public_api() {
  const auto read = [](const char* version, const char* text) {
    auto workspace = rustpro::Workspace::empty();
    workspace.set_file(
        "Cargo.toml", std::string("[package]\nname = \"shapes\"\nversion = \"") + version + "\"\nedition = \"2021\"\n");
    workspace.set_file("src/lib.rs", text);
    return rustpro::PublicApi::read(workspace);
  };
  const auto before = read("1.0.0", "#[derive(Clone)] pub struct S { pub a: u8 }\npub fn f() {}\n");
  const auto after = read("1.1.0", "#[derive(Clone)] pub struct S { pub a: u16 }\n");
  EXPECT(before.crate() == "shapes" && before.version() == "1.0.0");
  EXPECT(before.items().size() == 4 && before.impls().size() == 1 && before.unknown().size() == 0);
  const rustpro::ApiItem field = before.items()[2];
  EXPECT(field.kind == RP_API_FIELD && field.parent == 1u && field.path == "shapes::S::a");
  EXPECT(rustpro::name(field.kind) == "field");
  EXPECT(!before.items()[0].parent.has_value());
  const auto diff = rustpro::ApiDiff::compare(before, after);
  EXPECT(!diff.sufficient() && diff.changes().size() == 2 && diff.unknown().size() == 0);
  EXPECT(diff.changes()[0].rule == "semver/field-type" && diff.changes()[0].level == RP_SEMVER_MAJOR);
  EXPECT(diff.render().find("semver/item-removed") != std::string::npos);
  EXPECT(before.render().find("struct S") != std::string::npos);
  rustpro::ApiOptions options;
  options.package = "circles";
  auto empty = rustpro::Workspace::empty();
  EXPECT(status_of([&] { rustpro::PublicApi::read(empty, options); }) == RP_ERROR_NOT_FOUND);
}

void test_projects() {
  const std::string manifest =
      "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[features]\nfast = []\n[dependencies]\n"
      "gone = \"1\"\n";
  const std::string source = "pub fn twice(n: u8) -> u8 { n * 2 }\nfn f() { twice(1); println!(\"{}\", gone::x()); }\n";
  auto workspace = rustpro::Workspace::empty();
  workspace.set_file("Cargo.toml", manifest);
  workspace.set_file("src/lib.rs", source);
  rustpro::ProjectOptions options;
  options.features = {"fast"};
  const auto project = rustpro::Project::open(workspace, options);
  EXPECT(project.workspaces().size() == 1 && rustpro::text(project.workspaces()[0].manifest) == "Cargo.toml");
  EXPECT(project.packages().size() == 2 && project.packages()[1].origin == RP_ORIGIN_MISSING);
  EXPECT(project.feature(0, 0) == "fast" && project.build_feature(0, 0).empty());
  EXPECT(project.dependency(0, 0).package == 1 && project.dependency(0, 0).kind == RP_DEPENDENCY_NORMAL);
  EXPECT(rustpro::text(project.crates()[0].name) == "a" && project.crates()[0].state == RP_CRATE_READ);
  EXPECT(rustpro::text(project.crate_dependency(0, 0).name) == "gone" &&
         project.crate_dependency(0, 0).crate == RP_NO_INDEX);
  EXPECT(!rustpro::text(project.fact(0, 0).key).empty());
  EXPECT(project.files().size() == 1 && project.crate_of_file(0, 0) == 0 && project.unread().empty());
  EXPECT(project.gaps().size() == 1 && rustpro::gap_kind_name(project.gaps()[0].kind) == "missing package");
  // There is no lock file.
  EXPECT(project.problems().size() == 1 && project.problems()[0].kind == RP_PROBLEM_GRAPH);

  const rustpro::Definition twice = project.find("a::twice");
  EXPECT(twice && twice.path() == "a::twice" && twice == project.find("a::twice"));
  EXPECT(twice.info().kind == RP_DEFINITION_FUNCTION && rustpro::definition_kind_name(twice.info().kind) == "function");
  EXPECT(twice != project.definition(0, 0) && project.definition(0, 0).child(0) && !project.definition(0, 999));
  EXPECT(status_of([&] { (void)project.find("a::none"); }) == RP_ERROR_NOT_FOUND);
  const auto offset = static_cast<uint32_t>(source.find("twice(1)"));
  const rustpro::Lookup lookup = project.definition_at("src/lib.rs", offset);
  EXPECT(lookup.answer == RP_ANSWER_FOUND && rustpro::Definition(lookup.definition) == twice);
  EXPECT(project.references_at("src/lib.rs", offset).places().size() == 2);
  EXPECT(twice.references().places()[1].kind == RP_REFERENCE_USE);
  EXPECT(rustpro::answer_name(project.references_at("none.rs", 0).answer()) == "no file");
  const auto expansion = project.expansion_at("src/lib.rs", static_cast<uint32_t>(source.find("println")));
  EXPECT(expansion.info().state == RP_EXPANSION_EXPANDED && !expansion.tokens().empty());
  EXPECT(project.render_graph().find("gone") != std::string::npos);
  EXPECT(project.render_symbols(0).find("a::twice") != std::string::npos);
  EXPECT(project.render_expanded(0).find("pub fn twice") != std::string::npos);
}

void test_layouts() {
  auto workspace = rustpro::Workspace::empty();
  workspace.set_file("Cargo.toml", "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
  workspace.set_file("src/lib.rs", "#[repr(C)]\npub struct S { a: u8, b: u64 }\n");
  const auto project = rustpro::Project::open(workspace);
  const rustpro::Layout layout = project.layout_of("a::S");
  EXPECT(layout.info().size == 16 && layout.info().padding == 7 && layout.variant(0).field_count == 2);
  EXPECT(rustpro::text(layout.field(0, 1).name) == "b" && layout.field(0, 1).offset == 8);
  EXPECT(layout.render(RP_LAYOUT_SVG).find("<svg") == 0);
  const rustpro::LayoutList list = project.layouts(0);
  EXPECT(list.size() == 1 && rustpro::text(list[0].info().name) == "S");
  EXPECT(list.render(RP_LAYOUT_TEXT, RP_LAYOUT_BY_SIZE).find("struct S") != std::string::npos);
  EXPECT(list.render_difference(list).find("0 of 1 types differ") != std::string::npos);
  EXPECT(project.implements("a::S", "Copy") == RP_TRUTH_NO && project.implements("u8", "Copy") == RP_TRUTH_YES);
  EXPECT(status_of([&] { (void)project.layout_of("a::None"); }) == RP_ERROR_NOT_FOUND);
}

void test_progress() {
  struct Mine {};
  rustpro::WorkspaceOptions options;
  options.progress = [](uint64_t, uint64_t, std::string_view) -> bool { throw Mine(); };
  auto throwing = rustpro::Workspace::empty(options);
  throwing.set_file("a.rs", "");
  bool caught = false;
  try {
    throwing.review();
  } catch (const Mine&) {
    caught = true;
  }
  EXPECT(caught);
  options.progress = [](uint64_t, uint64_t, std::string_view) { return false; };
  auto stopping = rustpro::Workspace::empty(options);
  stopping.set_file("a.rs", "");
  EXPECT(status_of([&] { stopping.review(); }) == RP_ERROR_CANCELLED);
}

}  // namespace

int main() {
  try {
    test_versions();
    test_tree();
    test_errors_of_text();
    test_failures();
    test_workspace();
    test_rules();
    test_review_options();
    test_fixes();
    test_public_api();
    test_projects();
    test_layouts();
    test_progress();
  } catch (const std::exception& error) {
    std::fprintf(stderr, "stopped: %s\n", error.what());
    ++g_failed;
  }
  std::printf("%d passed, %d failed\n", g_passed, g_failed);
  return g_failed == 0 ? 0 : 1;
}
