// lib/report through the public functions: what the text looks like to the character, that JSON is JSON, that no input
// breaks either.
#include <algorithm>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <string>

#include "unit_test.h"

#include "abi/workspace_handle.h"
#include "report/char_width.h"
#include "report/markdown.h"
#include "rustpro/rustpro.h"
#include "shared_sysroot.h"

namespace {

using Json = nlohmann::ordered_json;

std::string text_of(rp_string text) { return std::string(text.data, text.length); }

std::string take(rp_status status, rp_buffer* buffer) {
  assert_int_equal(status, RP_OK);
  std::string text = text_of(rp_buffer_text(buffer));
  rp_buffer_free(buffer);
  return text;
}

std::string render_errors(std::string_view text, uint32_t width = 0, int color = 0, rp_format format = RP_FORMAT_TEXT) {
  rp_parse_options parse = RP_PARSE_OPTIONS_INIT;
  parse.edition = RP_EDITION_2021;
  rp_tree* tree = nullptr;
  assert_int_equal(rp_tree_parse(text.data(), text.size(), "a.rs", 4, &parse, &tree, nullptr), RP_OK);
  rp_render_options options = RP_RENDER_OPTIONS_INIT;
  options.format = format;
  options.color = color;
  options.width = width;
  rp_buffer* buffer = nullptr;
  const rp_status status = rp_tree_render_errors(tree, &options, &buffer, nullptr);
  std::string out = take(status, buffer);
  rp_tree_free(tree);
  return out;
}

std::string review(std::string_view path, std::string_view text, rp_format format, uint32_t width = 0, int color = 0) {
  rp_workspace* workspace = nullptr;
  assert_int_equal(rp_workspace_new(nullptr, &workspace, nullptr), RP_OK);
  workspace->sysroot = shared_sysroot();
  const std::string manifest =
      "[package]\nname = \"a\"\nversion = \"1.0.0\"\nedition = \"2021\"\npublish = false\n[lib]\nname = \"a\"\npath "
      "= " +
      Json(path).dump() + "\n";
  assert_int_equal(rp_workspace_set_file(workspace, "Cargo.toml", 10, manifest.data(), manifest.size(), nullptr),
                   RP_OK);
  assert_int_equal(rp_workspace_set_file(workspace, path.data(), path.size(), text.data(), text.size(), nullptr),
                   RP_OK);
  rp_report* report = nullptr;
  assert_int_equal(rp_workspace_review(workspace, &report, nullptr), RP_OK);
  rp_workspace_free(workspace);
  rp_render_options options = RP_RENDER_OPTIONS_INIT;
  options.format = format;
  options.width = width;
  options.color = color;
  rp_buffer* buffer = nullptr;
  const rp_status status = rp_report_render(report, &options, &buffer, nullptr);
  std::string out = take(status, buffer);
  rp_report_free(report);
  return out;
}

// ---- Excerpts ---------------------------------------------------------------------------------------------------

void an_error_shows_its_line(void**) {
  assert_text_equal(render_errors("fn main() {\n    let x = ;\n}\n"),
                    "error[syntax/error]: expected expression, found `;`\n"
                    " --> a.rs:2:13\n"
                    "  |\n"
                    "2 |     let x = ;\n"
                    "  |             ^\n"
                    "\n");
}

void columns_are_aligned(void**) {
  // A tab takes four columns, a wide character two, a combining mark none; a control character is made visible.
  const std::string text = render_errors("fn f() {\n\tlet s = \"日本e\u0301\"; let x = ;\n}\n");
  assert_non_null(strstr(text.c_str(),
                         "2 |     let s = \"日本e\u0301\"; let x = ;\n"
                         "  |                              ^\n"));
  const std::string control = render_errors("fn f() { let s = \"\x1b[31m\u202e\"; let x = ; }\n");
  assert_null(strchr(control.c_str(), '\x1b'));
  assert_non_null(strstr(control.c_str(),
                         "1 | fn f() { let s = \"␛[31m\\u{202e}\"; let x = ; }\n"
                         "  |                                           ^\n"));
}

void long_lines_are_cut_around_the_place(void**) {
  std::string text = "fn f() { ";
  for (int i = 0; i < 2000; ++i) text += "let a = 1; ";
  text += "let b = ; ";
  for (int i = 0; i < 2000; ++i) text += "let c = 2; ";
  text += "}";
  for (const uint32_t width : {60u, 80u, 100u, 200u}) {
    const std::string out = render_errors(text, width);
    for (size_t begin = 0; begin < out.size();) {
      const size_t end = out.find('\n', begin);
      assert_true(rp::text_width(std::string_view(out).substr(begin, end - begin)) <= width);
      begin = end + 1;
    }
    // The mark stands under the semicolon.
    const size_t source = out.find("1 | ");
    const size_t line_end = out.find('\n', source);
    const size_t caret = out.find('^', line_end);
    const size_t column = rp::text_width(std::string_view(out).substr(line_end + 1, caret - line_end - 1));
    const std::string line = out.substr(source, line_end - source);
    assert_text_equal(line.substr(line.find("let b = ;"), 9), "let b = ;");
    assert_int_equal(rp::text_width(std::string_view(line).substr(0, line.find("let b = ;"))) + 8, column);
  }
}

void labels_go_below_when_there_is_no_room(void**) {
  const std::string out =
      review("src/lib.rs", "pub unsafe fn a_function_with_a_rather_long_name() {}\n", RP_FORMAT_TEXT, 70);
  assert_non_null(strstr(out.c_str(),
                         "1 | pub unsafe fn a_function_with_a_rather_long_name() {}\n"
                         "  | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
                         "  | callers cannot know what they must make sure of\n"));
}

void places_of_several_lines_are_marked_at_both_ends(void**) {
  const std::string out = render_errors("fn f() { g(\n  1,\n  2\n  3,\n  4);\n  }\n fn h( {}\n");
  assert_non_null(strstr(out.c_str(), "--> a.rs:"));
}

void colours_are_there_when_asked_for(void**) {
  const std::string out = render_errors("fn main() { let x = ; }", 0, 1);
  assert_non_null(strstr(out.c_str(), "\x1b[1;31merror[syntax/error]\x1b[0m\x1b[1m: expected expression"));
  assert_non_null(strstr(out.c_str(), "\x1b[1;34m1 |\x1b[0m"));
  const std::string plain = render_errors("fn main() { let x = ; }", 0, 0);
  assert_null(strchr(plain.c_str(), '\x1b'));
}

// ---- Whole reports ----------------------------------------------------------------------------------------------

void findings_that_say_the_same_stand_together(void**) {
  std::string text = "fn f() {\n";
  for (int i = 0; i < 10; ++i) text += "    unsafe { g() }\n\n\n";
  text += "}\n";
  const std::string out = review("src/lib.rs", text, RP_FORMAT_TEXT, 80);
  assert_non_null(strstr(out.c_str(),
                         "warning[safety/undocumented-unsafe] (likely): unsafe block without a `SAFETY:` comment, in "
                         "10 places\n"
                         "  --> src/lib.rs:2:5\n"
                         "   |\n"
                         " 2 |     unsafe { g() }\n"
                         "   |     ^^^^^^ in `f`\n"
                         "...\n"));
  assert_non_null(strstr(out.c_str(), "   = and on lines 14, 17, 20, 23, 26, 29\n   |\n   = note: "));
  // What the rule says is said once.
  const std::string both =
      review("src/lib.rs", text + "unsafe impl A for B {}\nfn z() { unsafe { g() } }", RP_FORMAT_TEXT);
  size_t notes = 0;
  for (size_t at = both.find("= note:"); at != std::string::npos; at = both.find("= note:", at + 1)) ++notes;
  assert_int_equal(notes, 1);
}

void the_summary_adds_up(void**) {
  const std::string out = review("src/lib.rs",
                                 "// A\n\n/// # Safety\n/// x\npub unsafe fn f() {\n    unsafe { g() };\n}\n"
                                 "m!(unsafe {});\n",
                                 RP_FORMAT_TEXT);
  const size_t summary = out.find("Findings\n");
  assert_true(summary != std::string::npos);
  assert_text_equal(out.substr(summary),
                    "Findings\n"
                    "  warning  safety/undocumented-unsafe  1  likely\n"
                    "\n"
                    "Size\n"
                    "  files    1 read\n"
                    "  lines    8: 4 code, 3 comments, 1 blank\n"
                    "  items    2, of them 1 function with a body\n"
                    "  macros   1 call, 0 definitions, not looked into\n"
                    "  nesting  2 blocks at the deepest\n"
                    "  tests    1 of 1 public function is named by no test\n"
                    "\n"
                    "Unsafe code\n"
                    "                total  documented  not\n"
                    "  unsafe fn         1           1    0\n"
                    "  unsafe block      1           0    1\n"
                    "  all               2           1    1\n"
                    "\n"
                    "Longest functions\n"
                    "  lines  code  nesting  function\n"
                    "      3     3        2  f         src/lib.rs:5\n"
                    "\n"
                    "Not seen into\n"
                    "  1 use of unsafe code inside 1 macro, not in the table above; the most in\n"
                    "  1  m!  src/lib.rs:8\n"
                    "\n"
                    "Not known\n"
                    "  1  unresolved macro  m\n"
                    "  Rules are silent about what hangs on these.\n"
                    "\n");
  const std::string clean = review("src/lib.rs", "fn f() {}\n", RP_FORMAT_TEXT);
  assert_non_null(strstr(clean.c_str(), "No findings\n"));
  assert_non_null(strstr(clean.c_str(), "Unsafe code\n  none\n"));
}

// ---- JSON -------------------------------------------------------------------------------------------------------

void check_place(const Json& place) {
  assert_true(place.at("path").is_string());
  for (const char* end : {"start", "end"}) {
    assert_true(place.at(end).at("line").get<uint32_t>() >= 1);
    assert_true(place.at(end).at("column").get<uint32_t>() >= place.at(end).at("column_utf16").get<uint32_t>());
  }
  assert_true(place.at("start").at("offset") <= place.at("end").at("offset"));
}

void json_has_the_documented_shape(void**) {
  const Json report = Json::parse(review(
      "src/\"lib\"\n.rs",
      "unsafe impl A for B {}\n#[no_mangle] fn f() { let s = \"\\u{1}\"; let x = ; }\nm!(unsafe {});", RP_FORMAT_JSON));
  assert_int_equal(report.at("schema_version").get<int>(), 1);
  assert_text_equal(report.at("tool").at("name").get<std::string>(), "rustpro");
  assert_int_equal(report.at("files").size(), 1);
  assert_text_equal(report.at("files")[0].at("path").get<std::string>(), "src/\"lib\"\n.rs");
  assert_int_equal(report.at("files")[0].at("edition").get<int>(), 2021);
  assert_int_equal(report.at("findings").size(), 2);
  const Json& finding = report.at("findings")[0];
  assert_text_equal(finding.at("rule").get<std::string>(), "safety/undocumented-unsafe");
  assert_text_equal(finding.at("area").get<std::string>(), "safety");
  assert_text_equal(finding.at("severity").get<std::string>(), "warning");
  assert_text_equal(finding.at("verdict").get<std::string>(), "likely");
  assert_text_equal(finding.at("notes")[0].at("kind").get<std::string>(), "note");
  assert_text_equal(finding.at("notes")[1].at("kind").get<std::string>(), "help");
  assert_true(finding.at("notes")[1].at("text").get<std::string>().starts_with("say above"));
  assert_int_equal(report.at("unsafe_uses").size(), 2);
  assert_int_equal(report.at("macro_gaps").size(), 1);
  assert_int_equal(report.at("longest_functions").size(), 1);
  assert_int_equal(report.at("unread").size(), 0);
  assert_true(report.at("gaps").is_array());
  assert_int_equal(report.at("hidden").at("suppressed"), 0);
  assert_int_equal(report.at("metrics").at("unsafe_uses").get<int>(), 2);
  for (const char* table : {"findings", "unsafe_uses", "macro_gaps", "longest_functions"})
    for (const Json& each : report.at(table)) check_place(each.at("place"));
}

void errors_alone_are_an_array(void**) {
  const Json none = Json::parse(render_errors("fn f() {}", 0, 0, RP_FORMAT_JSON));
  assert_true(none.is_array() && none.empty());
  const Json errors = Json::parse(render_errors("fn f( { let x = ; }", 0, 0, RP_FORMAT_JSON));
  assert_true(errors.size() >= 1);
  for (const Json& each : errors) check_place(each.at("place"));
  assert_text_equal(render_errors("fn f() {}"), "");
}

// Pieces of Rust in any order: whatever comes out must be UTF-8, JSON, and the same each time.
void any_text_is_rendered(void**) {
  static constexpr const char* kPieces[] = {
      "unsafe", "{",    "}",    "fn f()", "(",  ")",  "let x = ", ";",  "\n",          "\t",
      "\"",     "'",    "/*",   "*/",     "//", "#[", "]",        "日", "e\u0301",     "\u202e",
      "\r",     "\x01", "impl", "r#\"",   "😀", "::", "<<=",      " ",  "macro_rules!"};
  std::mt19937 random(11);
  for (int round = 0; round < 300; ++round) {
    std::string text;
    for (size_t i = 0; i < 40; ++i) text += kPieces[random() % std::size(kPieces)];
    const auto width = static_cast<uint32_t>(random() % 120);
    assert_text_equal(review("a.rs", text, RP_FORMAT_TEXT, width), review("a.rs", text, RP_FORMAT_TEXT, width));
    const Json report = Json::parse(review("a.rs", text, RP_FORMAT_JSON));
    for (const Json& each : report.at("findings")) check_place(each.at("place"));
  }
}

void widths_of_characters(void**) {
  assert_int_equal(rp::text_width("abc"), 3);
  assert_int_equal(rp::text_width("日本"), 4);
  assert_int_equal(rp::text_width("e\u0301"), 1);
  assert_int_equal(rp::text_width("😀"), 2);
  assert_int_equal(rp::text_width("ö…"), 2);
  size_t length = 0;
  assert_int_equal(rp::decode_utf8("\xff", &length), 0xFFFD);
  assert_int_equal(length, 1);
  assert_int_equal(rp::decode_utf8("\xe6\x97", &length), 0xFFFD);
}

// ---- Markup -----------------------------------------------------------------------------------------------------

// A path and a name that would be markup, if they were let through.
constexpr const char* kNastyPath = "src/<img src=x onerror=1>`|[a](b) @you #1 \"'.rs";
constexpr const char* kNastyText =
    "/// </script><script>alert(1)</script>\nfn f() { let s = \"</pre><b>\xE2\x80\xAE\x1b[31m``` &amp;\"; unsafe { g() "
    "} }\n";

void nothing_of_the_source_is_markup_in_html(void**) {
  const std::string page = review(kNastyPath, kNastyText, RP_FORMAT_HTML);
  assert_null(strstr(page.c_str(), "<img"));
  assert_null(strstr(page.c_str(), "</pre><b>"));
  assert_null(strstr(page.c_str(), "\xE2\x80\xAE"));
  assert_null(strchr(page.c_str(), '\x1b'));
  assert_non_null(strstr(page.c_str(), "&lt;img src=x onerror=1&gt;"));
  assert_non_null(strstr(page.c_str(), "&amp;amp;"));
  assert_non_null(strstr(page.c_str(), "\\u{202e}"));
  // One script, and it is the page's own.
  size_t scripts = 0;
  for (size_t at = page.find("<script"); at != std::string::npos; at = page.find("<script", at + 1)) ++scripts;
  assert_int_equal(scripts, 1);
  assert_non_null(strstr(page.c_str(), "script-src 'sha256-"));
}

void nothing_of_the_source_is_markup_in_markdown(void**) {
  const std::string text = review(kNastyPath, kNastyText, RP_FORMAT_MARKDOWN);
  // The heading has the path in code; where it is a link's text, it is escaped.
  const std::string item = text.substr(text.find("\n- "));
  assert_null(strstr(item.c_str(), "[a](b)"));
  assert_null(strstr(item.c_str(), "<img src=x"));
  assert_null(strstr(item.c_str(), " @you"));
  assert_non_null(strstr(text.c_str(), "src/\\<img src\\=x"));
  assert_non_null(strstr(
      text.c_str(), "(<src/%3Cimg%20src%3Dx%20onerror%3D1%3E%60%7C%5Ba%5D%28b%29%20%40you%20%231%20%22%27.rs#L2>)"));
  // The source is in a fence longer than any in it.
  assert_non_null(strstr(text.c_str(), "  ````text\n"));
  assert_null(strchr(text.c_str(), '\x1b'));
}

void untested_functions_are_in_every_report(void**) {
  const char* source = "pub fn tried() {}\npub fn forgotten() {}\n#[test]\nfn test() {\n    tried();\n}\n";
  const std::string markdown = review("src/lib.rs", source, RP_FORMAT_MARKDOWN);
  assert_non_null(strstr(markdown.c_str(), "\n1 of 2 public functions are named by no test.\n"));
  const std::string page = review("src/lib.rs", source, RP_FORMAT_HTML);
  assert_non_null(strstr(page.c_str(), "<dt>of them named by no test</dt><dd>1</dd>"));
  const char* list = strstr(page.c_str(), "Public functions that no test names (1)");
  assert_non_null(list);
  assert_non_null(strstr(list, "forgotten"));
  assert_null(strstr(list, "tried"));
  const std::string none = review("src/lib.rs", "fn f() {}\n", RP_FORMAT_MARKDOWN);
  assert_null(strstr(none.c_str(), "named by no test"));
}

void texts_in_markdown(void**) {
  assert_text_equal(rp::markdown_text("call `a_b(*c)` or d_e"), "call `a_b(*c)` or d\\_e");
  assert_text_equal(rp::markdown_text("an unpaired ` tick"), "an unpaired \\` tick");
  assert_text_equal(rp::markdown_text("@x #1"), "@<!-- -->x #<!-- -->1");
  assert_text_equal(rp::markdown_code("a"), "`a`");
  assert_text_equal(rp::markdown_code("a`b"), "``a`b``");
  assert_text_equal(rp::markdown_code("`"), "`` ` ``");
  assert_text_equal(rp::markdown_code(""), "`  `");
}

void markdown_stays_below_what_a_comment_may_have(void**) {
  std::string text;
  for (int i = 0; i < 3000; ++i)
    text += "pub unsafe fn f" + std::to_string(i) + "() { unsafe { g" + std::to_string(i) + "() } }\n";
  text += "fn broken( {\n";
  const std::string out = review("src/lib.rs", text, RP_FORMAT_MARKDOWN);
  assert_true(out.size() <= 60000);
  assert_non_null(strstr(out.c_str(), "syntax/error"));  // errors are the last to go
  std::string many;
  for (int i = 0; i < 3000; ++i)
    many += "fn f" + std::to_string(i) + "() { " + std::string(90, 'a') + "(); let x = ; }\n";
  const std::string errors = review("src/lib.rs", many, RP_FORMAT_MARKDOWN);
  assert_true(errors.size() <= 60000 && errors.size() > 40000);
  assert_non_null(strstr(errors.c_str(), "more findings do not fit in here"));
}

void what_is_not_known_is_in_every_format(void**) {
  const std::string text =
      "// rustpro: allow(safety/undocumented-unsafe) it is a test\nfn f() { unsafe { g() } m!(); }\n";
  for (const rp_format format : {RP_FORMAT_TEXT, RP_FORMAT_JSON, RP_FORMAT_SARIF, RP_FORMAT_MARKDOWN, RP_FORMAT_HTML})
    assert_non_null(strstr(review("src/lib.rs", text, format).c_str(), "unresolved macro"));
  const Json report = Json::parse(review("src/lib.rs", text, RP_FORMAT_JSON));
  assert_text_equal(report["gaps"][0]["name"].get<std::string>(), "m");
  assert_int_equal(report["gaps"][0]["line"], 2);
  assert_int_equal(report["hidden"]["suppressed"], 1);
  assert_non_null(strstr(review("src/lib.rs", text, RP_FORMAT_TEXT).c_str(), "not shown: 1 suppressed by comments"));
}

void columns_of_sarif_are_utf16(void**) {
  const Json run = Json::parse(
      review("src/lib.rs", "fn f() { let s = \"\U0001F980\"; unsafe { g() } }\n", RP_FORMAT_SARIF))["runs"][0];
  const Json& region = run["results"][0]["locations"][0]["physicalLocation"]["region"];
  assert_int_equal(region["startColumn"], 24);
  assert_int_equal(region["byteOffset"], 25);
  assert_text_equal(run["columnKind"].get<std::string>(), "utf16CodeUnits");
}

void fingerprints_outlive_lines_above(void**) {
  const auto print = [](const std::string& text) {
    const Json run = Json::parse(review("src/lib.rs", text, RP_FORMAT_SARIF))["runs"][0];
    std::vector<std::string> prints;
    for (const Json& result : run["results"])
      prints.push_back(result["partialFingerprints"]["rustproFinding/v1"].get<std::string>());
    return prints;
  };
  const std::string text = "fn f() {\n    unsafe { g() }\n    unsafe { g() }\n}\n";
  const auto before = print(text);
  assert_int_equal(before.size(), 2);
  assert_true(before[0] != before[1]);
  assert_true(print("// more\n\n" + text) == before);
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(nothing_of_the_source_is_markup_in_html),
           cmocka_unit_test(nothing_of_the_source_is_markup_in_markdown),
           cmocka_unit_test(untested_functions_are_in_every_report), cmocka_unit_test(texts_in_markdown),
           cmocka_unit_test(markdown_stays_below_what_a_comment_may_have),
           cmocka_unit_test(what_is_not_known_is_in_every_format), cmocka_unit_test(columns_of_sarif_are_utf16),
           cmocka_unit_test(fingerprints_outlive_lines_above), cmocka_unit_test(an_error_shows_its_line),
           cmocka_unit_test(columns_are_aligned), cmocka_unit_test(long_lines_are_cut_around_the_place),
           cmocka_unit_test(labels_go_below_when_there_is_no_room),
           cmocka_unit_test(places_of_several_lines_are_marked_at_both_ends),
           cmocka_unit_test(colours_are_there_when_asked_for),
           cmocka_unit_test(findings_that_say_the_same_stand_together), cmocka_unit_test(the_summary_adds_up),
           cmocka_unit_test(json_has_the_documented_shape), cmocka_unit_test(errors_alone_are_an_array),
           cmocka_unit_test(any_text_is_rendered), cmocka_unit_test(widths_of_characters))
