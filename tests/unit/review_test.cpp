// lib/review through the public functions: the examples of every rule, which comments justify unsafe code, what is in
// the inventory, what authors allow, the figures, the gaps; and lib/base/worker_pool.
#include <algorithm>
#include <atomic>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <set>
#include <stdexcept>
#include <string>
#include <vector>

#include "unit_test.h"

#include "abi/workspace_handle.h"
#include "base/worker_pool.h"
#include "review/review.h"
#include "review/rule.h"
#include "review/rule_levels.h"
#include "rustpro/rustpro.h"
#include "shared_sysroot.h"

namespace {

std::string text_of(rp_string text) { return std::string(text.data, text.length); }

struct File {
  std::string_view path;
  std::string_view text;
};

// The report of files in memory.
class Review {
 public:
  explicit Review(std::string_view text) : Review(std::vector<File>{{"src/lib.rs", text}}) {}
  Review(std::initializer_list<File> files, uint32_t threads = 1) : Review(std::vector<File>(files), threads) {}
  explicit Review(const std::vector<File>& files, uint32_t threads = 1) {
    rp_workspace_options options = RP_WORKSPACE_OPTIONS_INIT;
    options.thread_count = threads;
    rp_workspace* workspace = nullptr;
    assert_int_equal(rp_workspace_new(&options, &workspace, nullptr), RP_OK);
    workspace->sysroot = shared_sysroot();
    for (const File& file : files)
      assert_int_equal(rp_workspace_set_file(workspace, file.path.data(), file.path.size(), file.text.data(),
                                             file.text.size(), nullptr),
                       RP_OK);
    assert_int_equal(rp_workspace_review(workspace, &report, nullptr), RP_OK);
    rp_workspace_free(workspace);
  }
  Review(const Review&) = delete;
  Review& operator=(const Review&) = delete;
  ~Review() { rp_report_free(report); }

  // "3 5": the lines of the findings of one rule.
  [[nodiscard]] std::string lines(std::string_view rule = "safety/undocumented-unsafe") const {
    std::string all;
    for (size_t i = 0; i < rp_report_finding_count(report); ++i) {
      const rp_finding finding = rp_report_finding(report, i);
      if (text_of(finding.rule) == rule) all += " " + std::to_string(finding.primary.start.line);
    }
    return all.empty() ? all : all.substr(1);
  }
  // "unsafe fn:section:f; ..."
  [[nodiscard]] std::string uses() const {
    static constexpr const char* kDocs[] = {"none", "comment", "section"};
    std::string all;
    for (size_t i = 0; i < rp_report_unsafe_count(report); ++i) {
      const rp_unsafe_use use = rp_report_unsafe(report, i);
      if (!all.empty()) all += "; ";
      all += text_of(rp_unsafe_kind_name(use.kind)) + ":" + kDocs[use.docs] + ":" + text_of(use.name);
    }
    return all;
  }
  [[nodiscard]] rp_metrics metrics() const {
    rp_metrics metrics = RP_METRICS_INIT;
    assert_int_equal(rp_report_get_metrics(report, &metrics, nullptr), RP_OK);
    return metrics;
  }
  [[nodiscard]] std::string json() const {
    rp_render_options options = RP_RENDER_OPTIONS_INIT;
    options.format = RP_FORMAT_JSON;
    rp_buffer* buffer = nullptr;
    assert_int_equal(rp_report_render(report, &options, &buffer, nullptr), RP_OK);
    std::string text = text_of(rp_buffer_text(buffer));
    rp_buffer_free(buffer);
    return text;
  }

  rp_report* report = nullptr;
};

// ---- Rules ------------------------------------------------------------------------------------------------------

// "src/lib.rs:3 src/lib.rs:5": the lines that end in a mark.
std::string marked_lines(const std::vector<File>& files) {
  std::string all;
  for (const File& file : files) {
    const std::string_view mark = file.path.ends_with(".rs") ? "//~" : "#~";
    int number = 1;
    for (size_t begin = 0; begin < file.text.size(); ++number) {
      const size_t end = std::min(file.text.find('\n', begin), file.text.size());
      if (file.text.substr(begin, end - begin).ends_with(mark))
        all += " " + std::string(file.path) + ":" + std::to_string(number);
      begin = end + 1;
    }
  }
  return all.empty() ? all : all.substr(1);
}

// The files of an example: one, or each below a line `--- PATH`.
std::vector<File> split_example(std::string_view text) {
  constexpr std::string_view kHead = "--- ";
  if (!text.starts_with(kHead)) return {{"src/lib.rs", text}};
  std::vector<File> files;
  while (!text.empty()) {
    const size_t line = text.find('\n');
    const size_t next = std::min(text.find("\n--- ", line), text.size());
    const size_t begin = std::min(line + 1, text.size());
    files.push_back(
        {text.substr(kHead.size(), line - kHead.size()), text.substr(begin, std::max(begin, next + 1) - begin)});
    // Two heads may follow each other.
    if (next == line) files.back().text = "";
    text.remove_prefix(std::min(next + 1, text.size()));
  }
  std::sort(files.begin(), files.end(), [](const File& a, const File& b) { return a.path < b.path; });
  return files;
}

// A file of an example as rules see it: without the marks, which are comments to them.
std::string without_marks(const File& file) {
  const std::string_view mark = file.path.ends_with(".rs") ? "//~" : "#~";
  std::string text;
  for (size_t begin = 0; begin < file.text.size();) {
    const size_t end = std::min(file.text.find('\n', begin), file.text.size());
    std::string_view line = file.text.substr(begin, end - begin);
    if (line.ends_with(mark)) {
      line.remove_suffix(mark.size());
      while (line.ends_with(' ')) line.remove_suffix(1);
    }
    text += line;
    if (end < file.text.size()) text += '\n';
    begin = end + 1;
  }
  return text;
}

// The places of one rule's findings in the review of an example; with a crate graph and, when the example
// has one, an advisory database, which lies on disk.
std::string example_places(std::string_view text, std::string_view rule) {
  constexpr std::string_view kDatabase = "advisory-db/";
  char folder[] = "/tmp/rustpro-review-XXXXXX";
  assert_non_null(mkdtemp(folder));
  rp::PackagedWorkspace workspace{rp::WorkspaceOptions{}};
  rp::ReviewOptions options;
  options.sysroot = shared_sysroot();
  // A rule that has to be asked for is asked for.
  if (rp::find_rule(rule)->opt_in) options.choice.only = {std::string(rule)};
  for (const File& file : split_example(text)) {
    if (!file.path.starts_with(kDatabase)) {
      workspace.set_file(file.path, without_marks(file));
      continue;
    }
    const std::filesystem::path path = std::string(folder) + "/" + std::string(file.path);
    std::filesystem::create_directories(path.parent_path());
    std::ofstream(path) << file.text;
    options.advisory_db = std::string(folder) + "/advisory-db";
  }
  const auto go_on = [](size_t, size_t, const std::string&) { return true; };
  const rp::ReviewResult result = rp::review_workspace(workspace, go_on, options);
  std::filesystem::remove_all(folder);
  std::string all;
  for (const rp::Finding& finding : result.findings) {
    if (finding.rule->id != rule) continue;
    all += " " + std::string(result.texts.view(result.files[finding.primary.file].path)) + ":" +
           std::to_string(finding.primary.start.line);
  }
  return all.empty() ? all : all.substr(1);
}

void every_rule_fires_on_its_bad_example_only(void**) {
  std::set<std::string_view> ids;
  std::string wrong;
  for (const auto area : rp::all_areas()) {
    for (const rp::Rule* rule : area) {
      assert_true(ids.insert(rule->id).second);
      assert_true(rule->id.starts_with(std::string(rule->area) + "/"));
      assert_false(rule->title.empty() || rule->why.empty() || rule->references.empty());
      assert_int_equal(rule->doubt.empty(), rule->verdict == rp::Verdict::Proven);
      const std::vector<File> bad = split_example(rule->bad);
      const std::string marked = marked_lines(bad);
      assert_false(marked.empty());
      const std::string found = example_places(rule->bad, rule->id);
      if (found != marked) wrong += std::string(rule->id) + ", bad: marked " + marked + ", found " + found + "\n";
      const std::string silent = example_places(rule->good, rule->id);
      if (!silent.empty()) wrong += std::string(rule->id) + ", good: found " + silent + "\n";
    }
  }
  assert_text_equal(wrong, "");
  assert_true(ids.size() >= 18);
}

// Where rules about tests and foreign functions were wrong once.
void rules_know_what_they_must_not_say(void**) {
  const std::string manifest = "--- Cargo.toml\n[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
  const auto silent = [&](std::string_view rule, const std::string& rest) {
    assert_text_equal(example_places(manifest + rest, rule), "");
  };
  // A closure that needs an argument, which a destructor does not have.
  const auto later = [](std::string_view closure) {
    const std::string bound(closure);
    return "--- src/lib.rs\npub struct Later<F: " + bound + "> { run: Option<F>, done: bool }\nimpl<F: " + bound +
           "> Drop for Later<F> { fn drop(&mut self) { self.done = true; } }\n";
  };
  silent("raii/cleanup-never-run", later("FnOnce(&str)"));
  assert_text_equal(example_places(manifest + later("FnOnce()"), "raii/cleanup-never-run"), "src/lib.rs:1");
  // A file of two targets, one of them without the harness.
  silent("testing/bench-harness",
         "[[test]]\nname = \"b\"\npath = \"tests/b.rs\"\n[[bench]]\nname = \"c\"\npath = \"tests/b.rs\"\nharness = "
         "false\n--- src/lib.rs\n--- tests/b.rs\ncriterion_main!(benches);\n");
  // A helper that asks something of a type, and one whose body nobody sees.
  silent("testing/test-without-assertion",
         "--- src/lib.rs\n#[cfg(test)]\nmod t {\n    fn require<T: Send>(_: &T) {}\n    #[test]\n    fn four() {\n"
         "        let _ = require(&4);\n    }\n    #[test]\n    fn five() {\n        let _ = elsewhere::five();\n    "
         "}\n}\n");
  // Types whose comparison may be what is tested.
  silent("ownership/owned-reference-parameter",
         "--- src/lib.rs\npub unsafe extern \"C\" fn start(text: &String) -> *const u8 {\n    text.as_ptr()\n}\n");
  silent("testing/assertion-cannot-fail",
         "--- src/lib.rs\n#[derive(PartialEq, Debug)]\npub struct P(pub u8);\n#[test]\nfn t() {\n    let p = P(1);\n"
         "    assert_eq!(p, p);\n}\n");
  // The layout of a pointer, by what the language promises.
  silent("ffi/improper-types",
         "--- src/lib.rs\npub extern \"C\" fn f() -> Result<Box<u8>, ()> {\n    Err(())\n}\n"
         "pub extern \"C\" fn g(_: Option<&u8>, _: Box<u8>, _: &u8, _: ()) {}\n");
  // An owner beside it does not outlive a pointer that is returned: no edit.
  rp::PackagedWorkspace workspace{rp::WorkspaceOptions{}};
  workspace.set_file("src/lib.rs",
                     "use std::ffi::{c_char, CString};\npub fn f() -> *const c_char {\n    let p = "
                     "CString::new(\"a\").unwrap().as_ptr();\n    p\n}\n");
  const auto go_on = [](size_t, size_t, const std::string&) { return true; };
  rp::ReviewOptions options;
  options.sysroot = shared_sysroot();
  const rp::ReviewResult result = rp::review_workspace(workspace, go_on, options);
  const auto found = std::find_if(result.findings.begin(), result.findings.end(), [](const rp::Finding& finding) {
    return finding.rule->id == "ffi/dangling-cstring";
  });
  assert_true(found != result.findings.end());
  assert_int_equal(found->edit_count, 0);
}

// ---- SAFETY comments --------------------------------------------------------------------------------------------

struct BlockCase {
  const char* body;  // of a function; every unsafe block in it is documented, or none is
  bool documented;
};

void comments_that_justify_a_block(void**) {
  static const BlockCase kCases[] = {
      {"unsafe { g() }", false},
      {"// SAFETY: yes\n unsafe { g() }", true},
      {"// Safety: yes\n unsafe { g() }", true},
      {"// why not\n unsafe { g() }", false},
      {"// SAFETY: a long\n // explanation\n // in lines\n unsafe { g() }", true},
      {"// SAFETY: yes\n\n unsafe { g() }", true},
      {"/* SAFETY: yes */ unsafe { g() }", true},
      {"/*\n * SAFETY: yes\n */\n unsafe { g() }", true},
      {"unsafe { // SAFETY: yes\n g() }", true},
      {"unsafe {\n // SAFETY: yes\n g() }", true},
      {"unsafe {\n g();\n // SAFETY: too late\n g() }", false},
      {"unsafe { g() } // SAFETY: yes", true},
      {"// SAFETY: yes\n let x = unsafe { g() };", true},
      {"// SAFETY: yes\n let x =\n unsafe { g() };", true},
      {"let x =\n // SAFETY: yes\n unsafe { g() };", true},
      {"let x = // SAFETY: yes\n unsafe { g() };", true},
      {"// SAFETY: yes\n let x = h(1,\n 2, unsafe { g() });", true},
      {"let x = h(\n // SAFETY: yes\n unsafe { g() });", true},
      {"let x = h(1, // SAFETY: of the first\n unsafe { g() });", false},
      {"// SAFETY: yes\n #[allow(unused)]\n let x = unsafe { g() };", true},
      {"#[allow(unused)]\n // SAFETY: yes\n let x = unsafe { g() };", true},
      {"// SAFETY: yes\n return unsafe { g() };", true},
      {"// SAFETY: yes\n if unsafe { g() } {}", true},
      {"// SAFETY: of the other\n if a { unsafe { g() } }", true},  // on the line below the comment
      {"// SAFETY: of the condition\n if a {\n unsafe { g() } }", false},
      {"match a {\n // SAFETY: yes\n 1 => unsafe { g() }, _ => {} }", true},
      {"match a {\n // SAFETY: yes\n 1 =>\n unsafe { g() }, _ => {} }", true},
      {"match a {\n // SAFETY: of the first\n 1 => h(),\n 2 => unsafe { g() }, _ => {} }", false},
      {"// SAFETY: of h\n h();\n unsafe { g() }", false},
      {"h(); // SAFETY: of h\n unsafe { g() }", false},
      {"// SAFETY: yes\n let f = |x|\n unsafe { g(x) };", true},
      {"// SAFETY: yes\n S { a: 1,\n b: unsafe { g() } };", true},
      {"if a {\n // SAFETY: of nothing\n } else { unsafe { g() } }", false},
      {"// SAFETY: yes\n a\n .b()\n .c(unsafe { g() });", true},
      {"const X: u8 =\n unsafe { g() };", false},
      {"// SAFETY: yes\n const X: u8 =\n unsafe { g() };", true},
      {"/// SAFETY: yes\n const X: u8 = unsafe { g() };", true},
      {"let s = \"SAFETY: no\"; unsafe { g() }", false},
  };
  for (const BlockCase& each : kCases) {
    const std::string text = std::string("fn f() {\n ") + each.body + "\n}\n";
    const Review review(text);
    const std::string uses = review.uses();
    assert_non_null(strstr(uses.c_str(), "unsafe block"));
    const bool documented = uses.find("unsafe block:none") == std::string::npos;
    if (documented != each.documented || review.lines().empty() != each.documented) {
      std::fprintf(stderr, "%s\n  -> %s, findings on lines [%s]\n", each.body, uses.c_str(), review.lines().c_str());
      assert_int_equal(documented, each.documented);
      assert_int_equal(review.lines().empty(), each.documented);
    }
  }
}

void documentation_of_functions_and_traits(void**) {
  const Review review(
      "/// Does it.\n///\n/// # Safety\n///\n/// None may look.\npub unsafe fn a() {}\n"  // 6
      "/** Does it.\n *\n * # Safety\n * x */\npub unsafe fn b() {}\n"                    // 11
      "#[doc = \"x\\n# Safety\\n\"]\npub unsafe fn c() {}\n"                              // 13
      "#[cfg_attr(x, doc = \" # Safety\")]\npub unsafe fn d() {}\n"                       // 15
      "/// ```\n/// # Safety\n/// ```\npub unsafe fn code() {}\n"                         // 19
      "/// Safety\n/// ------\npub unsafe fn underlined() {}\n"                           // 22
      "/// SAFETY: in other words\npub unsafe fn words() {}\n"                            // 24
      "pub unsafe fn bare() {}\n"                                                         // 25
      "pub(crate) unsafe fn internal() {}\nunsafe fn private() {}\n"                      // 27
      "/// # Safety\npub unsafe trait T { unsafe fn m(); }\n"                             // 29
      "unsafe trait Hidden { unsafe fn m(); }\n"                                          // 30
      "unsafe impl T for X { unsafe fn m() {} } // SAFETY: x\n"                           // 31
      "#[doc(hidden)]\npub unsafe fn hidden() {}\n"                                       // 33
      "#[doc = include_str!(\"x.md\")]\npub unsafe fn elsewhere() {}\n"                   // 35
      "extern \"C\" { pub fn f(); }\nunsafe extern \"C\" { pub unsafe fn g(); pub safe fn h(); }\n");
  assert_text_equal(review.lines(), "19 25 29");
  assert_text_equal(
      review.uses(),
      "unsafe fn:section:a; unsafe fn:section:b; unsafe fn:section:c; unsafe fn:section:d; unsafe fn:none:code; "
      "unsafe fn:section:underlined; unsafe fn:comment:words; unsafe fn:none:bare; unsafe fn:none:internal; "
      "unsafe fn:none:private; unsafe trait:section:T; unsafe fn:none:T::m; unsafe trait:none:Hidden; "
      "unsafe fn:none:Hidden::m; unsafe impl:comment:T for X; unsafe fn:comment:X::m; unsafe fn:none:hidden; "
      "unsafe fn:none:elsewhere; extern block:none:extern \"C\"; extern block:none:extern \"C\"; unsafe fn:none:g");
}

void neighbouring_impls_share_a_comment(void**) {
  assert_text_equal(Review("// SAFETY: x\nunsafe impl Send for X {}\nunsafe impl Sync for X {}\n\n"
                           "unsafe impl Y for X {}\n")
                        .lines(),
                    "5");
}

// ---- The inventory ----------------------------------------------------------------------------------------------

void attributes_and_statics(void**) {
  const Review review(
      "#[no_mangle]\npub extern \"C\" fn a() {}\n"
      "#[unsafe(export_name = \"x\")] // SAFETY: no other has the name\nfn b() {}\n"
      "#[cfg_attr(not(test), unsafe(no_mangle))]\nfn c() {}\n"
      "#[cfg_attr(unix, inline, link_section = \"x\")]\nstatic D: u8 = 0;\n"
      "#[inline]\nfn e() {}\n"
      "pub static mut F: u8 = 0;\nstatic G: u8 = 0;\n"
      "extern \"C\" { static mut errno: i32; }\n"
      "type P = unsafe fn();\n"
      "mod m { unsafe extern \"system\" fn h(f: unsafe extern \"C\" fn()) {} }\n");
  assert_text_equal(review.uses(),
                    "unsafe attribute:none:no_mangle on a; unsafe attribute:comment:export_name on b; "
                    "unsafe attribute:none:no_mangle on c; unsafe attribute:none:link_section on D; "
                    "static mut:none:F; extern block:none:extern \"C\"; static mut:none:errno; "
                    "unsafe fn:none:m::h");
  assert_int_equal(review.metrics().unsafe_unseen, 0);
}

void macros_are_gaps(void**) {
  const Review review(
      "macro_rules! m { () => { unsafe { f() } unsafe fn g() {} } }\n"
      "fn f() { m!(unsafe { x }); vec![1]; println!(\"unsafe\"); }\n"
      "m! { mod y { unsafe impl A for B {} } }\n"
      "#[pointers(unsafe)]\nstruct S;\n"
      "cfg_if! { extern \"C\" { fn f(); } unsafe extern \"C\" {} extern \"C\" fn g() {} static mut X: u8 = 0;\n"
      "#[no_mangle] fn h() {} }\n");
  assert_int_equal(rp_report_unsafe_count(review.report), 0);
  assert_int_equal(rp_report_macro_gap_count(review.report), 5);
  assert_int_equal(review.metrics().unsafe_unseen, 9);
  const rp_macro_gap gap = rp_report_macro_gap(review.report, 0);
  assert_text_equal(text_of(gap.name), "m");
  assert_int_equal(gap.is_definition, 1);
  assert_int_equal(gap.unsafe_count, 2);
  assert_text_equal(text_of(rp_report_macro_gap(review.report, 3).name), "pointers");
}

void what_no_target_builds_need_not_be_rust(void**) {
  // A template in a package is listed and not reviewed; a broken module of a target is an error, as is a broken file
  // without any package.
  const std::string_view manifest = "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
  const std::string_view broken = "\nfn {{name}}() { unsafe { x } }\n";
  const Review review{{"Cargo.toml", manifest},
                      {"src/lib.rs", "mod m;\n"},
                      {"src/m.rs", broken},
                      {"templates/t.rs", broken},
                      {"templates/good.rs", "pub fn f() {}\n"}};
  assert_true(review.lines("syntax/error").starts_with("2"));
  for (size_t i = 0; i < rp_report_finding_count(review.report); ++i)
    assert_text_equal(text_of(rp_report_finding(review.report, i).primary.path), "src/m.rs");
  size_t not_rust = 0;
  for (size_t i = 0; i < rp_report_gap_count(review.report); ++i) {
    const rp_review_gap gap = rp_report_gap(review.report, i);
    if (gap.kind != RP_REVIEW_GAP_NOT_RUST) continue;
    ++not_rust;
    assert_text_equal(text_of(gap.path), "templates/t.rs");
    assert_true(text_of(gap.message).find("line 2: ") != std::string::npos);
  }
  assert_int_equal(not_rust, 1);
  assert_int_equal(rp_report_unread_count(review.report), 0);
  const Review loose({File{"t.rs", broken}});
  assert_true(!loose.lines("syntax/error").empty());
}

void names_say_what_is_around(void**) {
  assert_text_equal(Review("mod a { impl<T> b::C<T> { fn d() { fn e() { unsafe {} } } } }\n"
                           "impl Tr for &[u8] { fn f() { unsafe {} } }\nunsafe impl<T> Send for X<T> {}\n")
                        .uses(),
                    "unsafe block:none:a::C::d::e; unsafe block:none:<&[u8]>::f; unsafe impl:none:Send for X<T>");
}

// ---- What authors allow -----------------------------------------------------------------------------------------

void allowed_lints_are_silent(void**) {
  static constexpr const char* kSilent[] = {
      "#![allow(clippy::undocumented_unsafe_blocks)]\nfn f() { unsafe {} }",
      "#[allow(clippy::undocumented_unsafe_blocks)]\nfn f() { unsafe {} }",
      "#[expect(clippy::undocumented_unsafe_blocks, reason = \"x\")]\nmod m { fn f() { unsafe {} } }",
      "#[cfg_attr(x, allow(a, clippy::undocumented_unsafe_blocks))]\nfn f() { unsafe {} }",
      "fn f() { #[allow(clippy::undocumented_unsafe_blocks)] let x = unsafe {}; }",
      "#![allow(clippy::restriction)]\nfn f() { unsafe {} }",
      "#[allow(clippy::missing_safety_doc)]\npub unsafe fn f() {}",
      "#![allow(clippy::all)]\npub unsafe fn f() {}",
      "impl X { #![allow(clippy::missing_safety_doc)] pub unsafe fn f() {} }",
  };
  for (const char* text : kSilent) assert_text_equal(Review(text).lines(), "");
  static constexpr const char* kNot[] = {
      "#![allow(clippy::all)]\nfn f() { unsafe {} }",
      "#[allow(clippy::missing_safety_doc)] fn g() {}\nfn f() { unsafe {} }",
      "#[warn(clippy::undocumented_unsafe_blocks)]\nfn f() { unsafe {} }",
      "#[allow(clippy::undocumented_unsafe_blocks)] fn g() {}\nfn f() { unsafe {} }",
  };
  for (const char* text : kNot) assert_text_equal(Review(text).lines(), "2");
}

void allows_of_a_module_hold_below_it(void**) {
  constexpr std::string_view kAllow = "#![allow(clippy::undocumented_unsafe_blocks)]\n";
  constexpr std::string_view kUnsafe = "fn f() { unsafe {} }\n";
  assert_int_equal(rp_report_finding_count(Review({{"src/lib.rs", kAllow}, {"src/a/b.rs", kUnsafe}}).report), 0);
  assert_int_equal(rp_report_finding_count(Review({{"src/a.rs", kAllow}, {"src/a/b.rs", kUnsafe}}).report), 0);
  assert_int_equal(rp_report_finding_count(Review({{"src/a/mod.rs", kAllow}, {"src/a/b.rs", kUnsafe}}).report), 0);
  assert_int_equal(rp_report_finding_count(Review({{"src/a.rs", kAllow}, {"src/b.rs", kUnsafe}}).report), 1);
  assert_int_equal(rp_report_finding_count(Review({{"x/src/lib.rs", kAllow}, {"y/src/b.rs", kUnsafe}}).report), 1);
}

void allows_of_a_manifest_hold_for_its_package(void**) {
  constexpr std::string_view kUnsafe = "fn f() { unsafe {} }\n";
  const auto count = [&](std::string_view manifest) {
    const Review review({{"Cargo.toml", "[workspace.lints.clippy]\nundocumented_unsafe_blocks = 'allow'"},
                         {"a/Cargo.toml", manifest},
                         {"a/src/lib.rs", kUnsafe}});
    return review.lines().empty() ? 0 : 1;
  };
  assert_int_equal(count("[package]\n[lints.clippy]\nundocumented_unsafe_blocks = \"allow\""), 0);
  assert_int_equal(count("[package]\n[lints.clippy]\nrestriction = { level = \"allow\", priority = -1 }"), 0);
  assert_int_equal(count("[package]\n[lints]\nworkspace = true"), 0);
  assert_int_equal(count("[package]\n[lints.clippy]\nundocumented_unsafe_blocks = \"warn\""), 1);
  assert_int_equal(count("[package]\n[lints.rust]\nunsafe_code = \"allow\""), 1);
  assert_int_equal(count("[package]\n"), 1);
}

void tests_are_left_alone(void**) {
  assert_string_equal(Review("fn f() { unsafe {} }").lines().c_str(), "1");
  assert_string_equal(Review("#[cfg(test)] mod t { fn f() { unsafe {} } }").lines().c_str(), "");
  assert_string_equal(Review("#[tokio::test] async fn f() { unsafe {} }").lines().c_str(), "");
  assert_string_equal(Review("#[cfg(not(test))] mod t { fn f() { unsafe {} } }").lines().c_str(), "1");
  assert_string_equal(Review({File{"tests/a.rs", "fn f() { unsafe {} }"}}).lines().c_str(), "");
  assert_string_equal(Review({File{"fuzz/a.rs", "fn f() { unsafe {} }"}}).lines().c_str(), "");
}

void generated_files_give_proven_findings_alone(void**) {
  constexpr std::string_view kBody = "fn f() { unsafe {} }\nfn g( {}\n";
  const auto of = [&](std::string_view head) { return std::string(head) + std::string(kBody); };
  for (const std::string_view head :
       {"/* automatically generated by rust-bindgen 0.72.1 */\n\n", "// @generated\n",
        "#![allow(x)]\n// Code generated by x\n", "#![a(b, c)]\n//! Doc\n#![d = \"e\"]\n// Auto-Generated\n",
        "// Generated from vec.rs.tera template. Edit the template.\n"}) {
    const std::string text = of(head);
    const Review review(text);
    assert_string_equal(review.lines().c_str(), "");
    assert_int_not_equal(rp_report_finding_count(review.report), 0);  // the syntax error
    assert_true(review.json().find("\"generated\":1") != std::string::npos ||
                review.json().find("\"generated\": 1") != std::string::npos);
  }
  // What only speaks of generated things, or stands further down.
  for (const std::string_view head :
       {"//! The code generated by this crate.\n", "// Names of files.\n", "struct S;\n// @generated\n",
        "// What is generated here\n", "#![a]\n#[b] // @generated\n"}) {
    const std::string text = of(head);
    assert_string_not_equal(Review(text).lines().c_str(), "");
  }
}

void reasons_in_other_words_and_for_neighbours(void**) {
  // One comment speaks of the statements that follow without an empty line.
  assert_string_equal(Review("fn f(p: *const u8) {\n"
                             "    // SAFETY: both are readable.\n"
                             "    let a = unsafe { *p };\n"
                             "    let b = unsafe { *p };\n"
                             "\n"
                             "    let c = unsafe { *p };\n"
                             "}\n")
                          .lines()
                          .c_str(),
                      "6");
  // A reason need not be called one, if it says enough; a plan is none.
  assert_string_equal(Review("fn f(p: *const u8) -> u8 {\n"
                             "    // We know that nobody else has the pointer, since it was made right above here.\n"
                             "    unsafe { *p }\n"
                             "}\n"
                             "fn g(p: *const u8) -> u8 {\n"
                             "    // TODO: find out whether there is some other way to get at this byte in the end.\n"
                             "    unsafe { *p }\n"
                             "}\n"
                             "unsafe fn h(p: *const u8) -> u8 {\n"
                             "    unsafe { *p }\n"
                             "}\n"
                             "fn i() -> i32 { unsafe { libc::getpid() } }\n")
                          .lines()
                          .c_str(),
                      "7");
}

void files_that_features_leave_out_have_a_manifest(void**) {
  const std::string_view manifest =
      "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[features]\nx = []\n";
  // Who could name the function is not known: the rule is silent.
  const std::string_view text = "pub unsafe fn f(p: *const u8) -> u8 { *p }\n";
  assert_string_equal(Review({File{"Cargo.toml", manifest}, File{"src/lib.rs", "#[cfg(feature = \"x\")]\nmod m;\n"},
                              File{"src/m.rs", text}})
                          .lines()
                          .c_str(),
                      "");
  assert_string_equal(Review(text).lines().c_str(), "1");
}

void destructors_that_are_there_to_panic(void**) {
  const Review review(
      "struct Bomb { armed: bool }\n"
      "impl Drop for Bomb { fn drop(&mut self) { if self.armed { panic!(\"left open\") } } }\n"
      "struct Log(std::fs::File);\n"
      "impl Drop for Log { fn drop(&mut self) { use std::io::Write; self.0.flush().unwrap() } }\n"
      "struct Known(Option<u8>);\n"
      "impl Drop for Known { fn drop(&mut self) { let _ = self.0.take().unwrap(); } }\n");
  assert_string_equal(review.lines("raii/panic-in-drop").c_str(), "4");
}

void public_functions_that_no_test_names(void**) {
  const Review review({File{"src/lib.rs",
                            "pub struct Map;\n"
                            "impl Map {\n"
                            "  pub fn new() -> Map { Map }\n"       // named with its type
                            "  pub fn len(&self) -> usize { 0 }\n"  // 4: not named
                            "  fn hidden(&self) {}\n"
                            "}\n"
                            "pub struct Set;\n"
                            "impl Set { pub fn new() -> Set { Set } }\n"  // 8: `new`, but never `Set`
                            "impl Default for Set { fn default() -> Set { Set } }\n"
                            "pub fn documented() {}\n"
                            "/// ```\n/// documented();\n/// ```\n/// prose()\n"
                            "pub fn prose() {}\n"  // 15
                            "#[cfg(test)] mod tests { #[test] fn t() { assert_eq!(super::Map::new(), 1); } }\n"},
                       File{"tests/a.rs", "#[test] fn a() {}\n"}});
  const std::string json = review.json();
  const size_t begin = json.find("\"untested_functions\": [");
  const size_t list = begin == std::string::npos ? json.find("\"untested_functions\":[") : begin;
  assert_true(list != std::string::npos);
  const std::string part = json.substr(list, json.find("\"unread\"", list) - list);
  for (const char* name : {"\"Map::len\"", "\"Set::new\"", "\"prose\""})
    assert_true(part.find(name) != std::string::npos);
  for (const char* name : {"\"Map::new\"", "\"documented\"", "hidden", "default"})
    assert_true(part.find(name) == std::string::npos);
}

// Names of every length, in tests and in documentation, up to the last byte of a file.
void tests_name_functions_of_any_length(void**) {
  std::string functions, tests, documented;
  for (size_t length = 2; length < 40; ++length) {
    const std::string tail(length - 2, static_cast<char>('a' + length % 26));
    functions += "pub fn t_" + tail + "() {}\npub fn d_" + tail + "() {}\n";
    // The same up to a byte in front or at the end: nobody names it.
    functions += "pub fn u_" + tail + "() {}\n";
    if (length > 2) functions += "pub fn t_" + tail.substr(1) + "0() {}\n";
    tests += "  crate::t_" + tail + (length % 3 == 0 ? "()" : length % 3 == 1 ? " ()" : "\n()") + ";\n";
    documented += "/// let x = (d_" + tail + "());\n";
  }
  const std::string umlaut =
      "pub fn gr\xC3\xB6\xC3\x9F"
      "e() {}\npub fn h\xC3\xB6"
      "he() {}\n";
  const std::string text = "/// ```\n" + documented + "/// ```\n" + functions + umlaut +
                           "pub fn last() {}\n#[cfg(test)] mod tests {\n  #[test] fn t() {\n" + tests +
                           "  crate::gr\xC3\xB6\xC3\x9F"
                           "e();}}\n#[cfg(test)] fn q() {last()}";
  const Review review({File{"src/lib.rs", text}});
  const std::string json = review.json();
  const size_t list = std::min(json.find("\"untested_functions\": ["), json.find("\"untested_functions\":["));
  const std::string part = json.substr(list, json.find("\"unread\"", list) - list);
  const auto untested = [&](const std::string& name) { return part.find("\"" + name + "\"") != std::string::npos; };
  for (size_t length = 2; length < 40; ++length) {
    const std::string tail(length - 2, static_cast<char>('a' + length % 26));
    assert_false(untested("t_" + tail));
    assert_false(untested("d_" + tail));
    assert_true(untested("u_" + tail));
    if (length > 2) assert_true(untested("t_" + tail.substr(1) + "0"));
  }
  assert_false(
      untested("gr\xC3\xB6\xC3\x9F"
               "e"));
  assert_true(
      untested("h\xC3\xB6"
               "he"));
  assert_false(untested("last"));
}

// ---- Figures ----------------------------------------------------------------------------------------------------

void lines_are_counted_by_what_is_on_them(void**) {
  const Review review(
      "//! Doc\n"                 // comment
      "\n"                        // blank
      "/* a\n\n b */ fn f() {\n"  // comment, comment, code
      "    let s = \"x\n"         // code
      "\n"                        // code: inside the string
      "y\"; // z\n"               // code
      "  \t\n"                    // blank
      "    // c\n"                // comment
      "}");                       // code
  const rp_metrics m = review.metrics();
  assert_int_equal(m.lines, 11);
  assert_int_equal(m.code_lines, 5);
  assert_int_equal(m.comment_lines, 4);
  assert_int_equal(m.blank_lines, 2);
  const rp_function_size f = rp_report_longest_function(review.report, 0);
  assert_int_equal(f.lines, 7);
  assert_int_equal(f.code_lines, 5);
  assert_int_equal(f.place.start.line, 5);
  const Review empty("");
  assert_int_equal(empty.metrics().lines, 0);
  const Review newline("\n");
  assert_int_equal(newline.metrics().lines, 1);
  assert_int_equal(newline.metrics().blank_lines, 1);
}

void items_functions_and_nesting(void**) {
  const Review review(
      "#[inline]\n/// Doc\npub fn outer() {\n    if a { loop { if b { } } }\n    fn inner() { { { { { } } } } }\n"
      "    const X: u8 = { { { { { { { 0 } } } } } } };\n    m!();\n}\n"
      "trait T { fn no_body(); fn body() {} }\nmacro_rules! m { () => { fn unseen() {} } }\n");
  const rp_metrics m = review.metrics();
  assert_int_equal(m.functions, 3);
  assert_int_equal(m.items, 7);
  assert_int_equal(m.macro_calls, 1);
  assert_int_equal(m.macro_definitions, 1);
  assert_int_equal(m.max_nesting, 5);
  const rp_function_size outer = rp_report_longest_function(review.report, 0);
  assert_text_equal(text_of(outer.name), "outer");
  assert_int_equal(outer.place.start.line, 3);
  assert_int_equal(outer.lines, 6);
  assert_int_equal(outer.nesting, 4);
}

void at_most_twenty_functions_are_kept(void**) {
  std::string text;
  for (int i = 0; i < 30; ++i)
    text += "fn f" + std::to_string(i) + "() {" + std::string(static_cast<size_t>(i), '\n') + "}\n";
  const Review review({{"a.rs", text}, {"b.rs", text}});
  assert_int_equal(rp_report_longest_function_count(review.report), 20);
  assert_text_equal(text_of(rp_report_longest_function(review.report, 0).name), "f29");
  assert_text_equal(text_of(rp_report_longest_function(review.report, 0).place.path), "a.rs");
  assert_text_equal(text_of(rp_report_longest_function(review.report, 1).place.path), "b.rs");
}

// ---- The same for any number of threads --------------------------------------------------------------------------

void threads_do_not_change_the_report(void**) {
  std::vector<std::string> texts;
  std::vector<std::string> paths;
  for (int i = 0; i < 60; ++i) {
    std::string text;
    for (int k = 0; k < i % 7 + 1; ++k) text += "fn f" + std::to_string(k) + "() { unsafe { g() } let x = ; }\n";
    texts.push_back(text);
    paths.push_back("src/m" + std::to_string(i) + ".rs");
  }
  std::vector<File> files;
  for (size_t i = 0; i < texts.size(); ++i) files.push_back({paths[i], texts[i]});
  const std::string one = Review(files, 1).json();
  assert_true(one.size() > 10000);
  for (const uint32_t threads : {2u, 3u, 16u, 0u}) assert_text_equal(Review(files, threads).json(), one);
}

void positions_count_bytes_and_utf16(void**) {
  const Review review("fn f() { let s = \"ä😀\"; unsafe { g() } }\n");
  const rp_place place = rp_report_finding(review.report, 0).primary;
  assert_int_equal(place.start.line, 1);
  assert_int_equal(place.start.column_bytes, 28);
  assert_int_equal(place.start.column_utf16, 25);
  assert_int_equal(place.end.column_utf16, 31);
}

void hostile_files_are_reviewed_in_time(void**) {
  std::string many;
  for (int i = 0; i < 40000; ++i) many += "unsafe{f(unsafe{})};";
  std::string comments;
  for (int i = 0; i < 20000; ++i) comments += "//x\n";
  std::string attributes = "fn f(){";
  for (int i = 0; i < 20000; ++i) attributes += "#[allow(x)]unsafe{}";
  std::string nested = "fn f(){";
  for (int i = 0; i < 50000; ++i) nested += "unsafe{";
  const std::string one_line = "fn f(){" + many + "}";
  const std::string commented = "fn f(){" + comments + many + "}";
  const std::string open = "fn f(){" + std::string(100000, '{');
  const Review review({{"one_line.rs", one_line},
                       {"comments.rs", commented},
                       {"attributes.rs", attributes},
                       {"open.rs", open},
                       {"nested.rs", nested}},
                      0);
  assert_true(rp_report_unsafe_count(review.report) > 160000);
}

void a_great_number_of_errors_is_cut_short(void**) {
  std::string text = "fn f() {\n";
  for (int i = 0; i < 5000; ++i) text += "let x = ;\n";
  text += "}\n";
  const Review review(text);
  const size_t count = rp_report_finding_count(review.report);
  assert_true(count > 100 && count <= 201);
}

// ---- The worker pool --------------------------------------------------------------------------------------------

void work_is_done_once_each(void**) {
  for (const uint32_t threads : {1u, 2u, 7u}) {
    std::vector<std::atomic<int>> done(1000);
    size_t last = 0;
    const auto work = [&](size_t index, uint32_t worker) {
      assert_true(worker < threads);
      ++done[index];
    };
    const auto finished = [&](size_t, size_t count) {
      last = count;
      return true;
    };
    rp::run_work(done.size(), {.threads = threads}, work, finished);
    assert_int_equal(last, 1000);
    for (const auto& each : done) assert_int_equal(each.load(), 1);
  }
}

void the_first_failure_wins(void**) {
  for (const uint32_t threads : {1u, 4u}) {
    const auto work = [&](size_t index, uint32_t) {
      if (index % 10 == 3) throw std::runtime_error(std::to_string(index));
    };
    const auto finished = [](size_t, size_t) { return true; };
    std::string message;
    try {
      rp::run_work(1000, {.threads = threads}, work, finished);
    } catch (const std::runtime_error& error) {
      message = error.what();
    }
    assert_text_equal(message, "3");
  }
}

void work_stops_when_asked(void**) {
  const auto nothing = [](size_t, uint32_t) {};
  const auto stop_at_five = [](size_t, size_t done) { return done < 5; };
  assert_throws(rp::Cancelled, (rp::run_work(1000, {.threads = 2}, nothing, stop_at_five), 0));
  rp::Cancellation token;
  const auto raise = [&](size_t, uint32_t) { token.request(); };
  const auto go_on = [](size_t, size_t) { return true; };
  assert_throws(rp::Cancelled, (rp::run_work(1000, {.threads = 2, .cancellation = &token}, raise, go_on), 0));
}

// Each piece comes after those it waits for; the lowest of those that are ready goes first.
void pieces_wait_for_others(void**) {
  std::vector<std::vector<uint32_t>> waits_for(300);
  for (uint32_t i = 0; i < waits_for.size(); ++i)
    for (const uint32_t step : {1u, 7u, 40u})
      if (i % 5 != 0 && step <= i) waits_for[i].push_back(i - step);
  for (const uint32_t threads : {1u, 2u, 7u}) {
    std::vector<std::atomic<int>> done(waits_for.size());
    std::vector<size_t> order;
    const auto work = [&](size_t index, uint32_t worker) {
      assert_true(worker < threads);
      for (const uint32_t before : waits_for[index]) assert_int_equal(done[before].load(), 1);
      ++done[index];
      if (threads == 1) order.push_back(index);
    };
    rp::run_work_graph(waits_for, {.threads = threads}, work);
    for (const auto& each : done) assert_int_equal(each.load(), 1);
    assert_true(std::is_sorted(order.begin(), order.end()));
  }
  // Nobody waits for what will not come.
  for (const uint32_t threads : {1u, 4u}) {
    std::atomic<size_t> begun{0};
    const auto fails = [&](size_t index, uint32_t) {
      ++begun;
      if (index == 6) throw std::runtime_error("six");
    };
    assert_throws(std::runtime_error, (rp::run_work_graph(waits_for, {.threads = threads}, fails), 0));
    assert_true(begun.load() < waits_for.size());
    rp::Cancellation token;
    const auto raise = [&](size_t, uint32_t) { token.request(); };
    assert_throws(rp::Cancelled,
                  (rp::run_work_graph(waits_for, {.threads = threads, .cancellation = &token}, raise), 0));
  }
}

void large_stacks_are_given(void**) {
  std::atomic<int> done{0};
  const auto work = [&](size_t, uint32_t) {
    volatile char buffer[64 << 20];
    for (size_t i = 0; i < sizeof buffer; i += 4096) buffer[i] = 1;
    ++done;
  };
  const auto finished = [](size_t, size_t) { return true; };
  rp::run_work(3, {.threads = 2, .stack_bytes = size_t{65} << 20}, work, finished);
  assert_int_equal(done.load(), 3);
}

void progress_comes_from_one_thread_at_a_time(void**) {
  struct State {
    std::atomic<int> inside{0};
    uint64_t calls = 0;
    bool overlapped = false;
  } state;
  rp_workspace_options options = RP_WORKSPACE_OPTIONS_INIT;
  options.thread_count = 4;
  options.user_data = &state;
  options.progress = [](uint64_t done, uint64_t total, rp_string name, void* data) -> int {
    auto* s = static_cast<State*>(data);
    if (++s->inside != 1 || total != 50 || done != s->calls + 1 || name.length == 0) s->overlapped = true;
    ++s->calls;
    --s->inside;
    return 0;
  };
  rp_workspace* workspace = nullptr;
  assert_int_equal(rp_workspace_new(&options, &workspace, nullptr), RP_OK);
  for (int i = 0; i < 50; ++i) {
    const std::string path = "f" + std::to_string(i) + ".rs";
    assert_int_equal(rp_workspace_set_file(workspace, path.data(), path.size(), "fn f() {}", 9, nullptr), RP_OK);
  }
  rp_report* report = nullptr;
  assert_int_equal(rp_workspace_review(workspace, &report, nullptr), RP_OK);
  assert_int_equal(state.calls, 50);
  assert_false(state.overlapped);
  rp_report_free(report);
  rp_workspace_free(workspace);
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(every_rule_fires_on_its_bad_example_only),
           cmocka_unit_test(rules_know_what_they_must_not_say), cmocka_unit_test(comments_that_justify_a_block),
           cmocka_unit_test(documentation_of_functions_and_traits),
           cmocka_unit_test(neighbouring_impls_share_a_comment), cmocka_unit_test(attributes_and_statics),
           cmocka_unit_test(macros_are_gaps), cmocka_unit_test(what_no_target_builds_need_not_be_rust),
           cmocka_unit_test(names_say_what_is_around), cmocka_unit_test(allowed_lints_are_silent),
           cmocka_unit_test(allows_of_a_module_hold_below_it),
           cmocka_unit_test(allows_of_a_manifest_hold_for_its_package), cmocka_unit_test(tests_are_left_alone),
           cmocka_unit_test(generated_files_give_proven_findings_alone),
           cmocka_unit_test(reasons_in_other_words_and_for_neighbours),
           cmocka_unit_test(files_that_features_leave_out_have_a_manifest),
           cmocka_unit_test(destructors_that_are_there_to_panic), cmocka_unit_test(public_functions_that_no_test_names),
           cmocka_unit_test(tests_name_functions_of_any_length), cmocka_unit_test(lines_are_counted_by_what_is_on_them),
           cmocka_unit_test(items_functions_and_nesting), cmocka_unit_test(at_most_twenty_functions_are_kept),
           cmocka_unit_test(threads_do_not_change_the_report), cmocka_unit_test(positions_count_bytes_and_utf16),
           cmocka_unit_test(hostile_files_are_reviewed_in_time),
           cmocka_unit_test(a_great_number_of_errors_is_cut_short), cmocka_unit_test(work_is_done_once_each),
           cmocka_unit_test(the_first_failure_wins), cmocka_unit_test(work_stops_when_asked),
           cmocka_unit_test(pieces_wait_for_others), cmocka_unit_test(large_stacks_are_given),
           cmocka_unit_test(progress_comes_from_one_thread_at_a_time))
