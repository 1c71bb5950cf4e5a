// lib/review/ecosystem and lib/review/config by their own interfaces: SPDX expressions and policies, advisories and
// which versions they cover, rustpro.toml; and how findings in manifests come out of a review.
// cmocka has a macro `fail`, which must not meet iostreams.
#include <cstring>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>
#include <vector>

#include "shared_sysroot.h"
#include "unit_test.h"

#include "report/html.h"
#include "report/markdown.h"
#include "report/text.h"
#include "review/config.h"
#include "review/ecosystem/advisories.h"
#include "review/ecosystem/spdx.h"
#include "review/review.h"
#include "review/rule.h"

namespace {

namespace spdx = rp::spdx;

// ---- SPDX -------------------------------------------------------------------------------------------------------

// `(MIT AND Apache-2.0)`: all operators, with parentheses.
std::string shape(const spdx::Expression& expression, uint32_t at = 0) {
  const spdx::Node& node = expression.nodes()[at];
  if (node.kind == spdx::Node::Kind::Term) {
    const spdx::Term& term = expression.terms()[node.term];
    return std::string(term.id) + (term.or_later ? "+" : "") +
           (term.exception.empty() ? "" : " WITH " + std::string(term.exception));
  }
  std::string text;
  for (uint32_t each = at + 1; each < node.end; each = expression.nodes()[each].end)
    text += (text.empty() ? "(" : node.kind == spdx::Node::Kind::And ? " AND " : " OR ") + shape(expression, each);
  return text + ")";
}

std::string parse(std::string_view text) {
  spdx::ParseError error;
  const auto expression = spdx::Expression::parse(text, &error);
  if (expression) return shape(*expression);
  return "error at " + std::to_string(error.span.begin) + ": " + error.message +
         (error.accepts.empty() ? "" : "; " + error.accepts);
}

void licence_expressions_are_read(void**) {
  assert_text_equal(parse("MIT"), "MIT");
  assert_text_equal(parse("mit or apache-2.0"), "(MIT OR Apache-2.0)");
  assert_text_equal(parse("MIT/Apache-2.0"), "(MIT OR Apache-2.0)");
  assert_text_equal(parse("MIT / Apache-2.0"), "(MIT OR Apache-2.0)");
  assert_text_equal(parse("MIT AND BSD-3-Clause OR ISC AND Zlib"), "((MIT AND BSD-3-Clause) OR (ISC AND Zlib))");
  assert_text_equal(parse("MIT AND (BSD-3-Clause OR ISC) AND Zlib"), "(MIT AND (BSD-3-Clause OR ISC) AND Zlib)");
  assert_text_equal(parse("(((MIT)))"), "MIT");
  assert_text_equal(parse("Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT"),
                    "(Apache-2.0 WITH LLVM-exception OR Apache-2.0 OR MIT)");
  assert_text_equal(parse("GPL-2.0+"), "GPL-2.0+");
  assert_text_equal(parse("MPL-2.0+"), "MPL-2.0+");
  assert_text_equal(parse("LicenseRef-ours AND DocumentRef-x:LicenseRef-y"),
                    "(LicenseRef-ours AND DocumentRef-x:LicenseRef-y)");
}

void errors_in_licence_expressions_are_placed(void**) {
  assert_text_equal(parse(""), "error at 0: the expression is empty; the identifier of a licence");
  assert_text_equal(parse("MIT OR"), "error at 6: the expression ends early; the identifier of a licence");
  assert_text_equal(parse("MIT Apache-2.0"), "error at 4: `Apache-2.0` where an operator is wanted; AND or OR");
  assert_text_equal(parse("(MIT"), "error at 0: `(` is not closed; `)`");
  assert_text_equal(parse("MIT)"), "error at 3: `)` without `(`");
  assert_text_equal(parse("MIT, ISC"), "error at 3: `,` where an operator is wanted; AND or OR");
  assert_text_equal(parse("()"), "error at 1: `)` where a licence is wanted; the identifier of a licence");
  assert_text_equal(parse("Apache2"), "error at 0: \"Apache2\" is no licence of the SPDX list; \"Apache-2.0\"");
  assert_text_equal(parse("MIT WITH Foo"),
                    "error at 9: \"Foo\" is no exception of the SPDX list; an exception such as LLVM-exception");
  assert_text_equal(parse("LicenseRef-"), "error at 0: \"LicenseRef-\" is no licence of the SPDX list");
  assert_text_equal(parse(std::string(100'000, '(')), "error at 128: the expression is nested too deep");
  // Long ones that are not deep are fine.
  std::string wide = "MIT";
  for (int i = 0; i < 50'000; ++i) wide += i % 2 == 0 ? " OR ISC" : " AND (MIT)";
  assert_true(spdx::Expression::parse(wide).has_value());
}

bool accepts(const std::vector<std::string_view>& allow, const std::vector<std::string_view>& deny,
             std::string_view text) {
  spdx::Policy policy;
  for (const std::string_view each : allow) policy.allow.push_back(*spdx::parse_policy_entry(each));
  for (const std::string_view each : deny) policy.deny.push_back(*spdx::parse_policy_entry(each));
  return spdx::Expression::parse(text)->holds([&](const spdx::Term& term) { return policy.accepts(term); });
}

void policies_decide(void**) {
  assert_true(accepts({"MIT"}, {}, "GPL-3.0-only OR MIT"));
  assert_false(accepts({"MIT"}, {}, "GPL-3.0-only AND MIT"));
  assert_true(accepts({"MIT", "ISC"}, {}, "(MIT OR X11) AND (ISC OR Zlib)"));
  assert_false(accepts({}, {"GPL-3.0-only"}, "GPL-3.0-only"));
  assert_true(accepts({}, {"GPL-3.0-only"}, "GPL-3.0-only OR MIT"));
  assert_true(accepts({}, {}, "LicenseRef-any"));
  // An exception only gives rights; but a policy that names one wants it.
  assert_true(accepts({"Apache-2.0"}, {}, "Apache-2.0 WITH LLVM-exception"));
  assert_false(accepts({"Apache-2.0 WITH LLVM-exception"}, {}, "Apache-2.0"));
  // What may be had under later versions may be had under the first.
  assert_true(accepts({"LGPL-2.1-only"}, {}, "LGPL-2.1-or-later"));
  assert_true(accepts({"LGPL-2.1-only"}, {}, "LGPL-2.1+"));
  assert_false(accepts({"LGPL-2.1-or-later"}, {}, "LGPL-2.1-only"));
  assert_false(accepts({"GPL-2.0-only"}, {}, "GPL-3.0-only"));
}

void the_licence_list_is_known(void**) {
  assert_non_null(spdx::find_license("0bsd"));
  assert_null(spdx::find_license("MIT2"));
  assert_true(spdx::find_license("MIT")->osi_approved);
  assert_true(spdx::find_license("GPL-2.0")->deprecated);
  assert_int_equal(spdx::find_license("MPL-2.0")->kind, spdx::Class::Weak);
  assert_int_equal(spdx::find_license("GPL-3.0-or-later")->kind, spdx::Class::Strong);
  assert_int_equal(spdx::find_license("AGPL-3.0-only")->kind, spdx::Class::Network);
  assert_int_equal(spdx::find_license("CC0-1.0")->kind, spdx::Class::PublicDomain);
  assert_int_equal(spdx::find_license("BUSL-1.1")->kind, spdx::Class::Restricted);
  assert_non_null(spdx::find_exception("classpath-EXCEPTION-2.0"));
}

// ---- Advisories -------------------------------------------------------------------------------------------------

std::string entry(std::string_view id, std::string_view package, std::string_view versions,
                  std::string_view more = "") {
  return "```toml\n[advisory]\nid = \"" + std::string(id) + "\"\npackage = \"" + std::string(package) +
         "\"\ndate = \"2024-01-02\"\n" + std::string(more) + "\n[versions]\n" + std::string(versions) +
         "\n```\n\n# A title\n\nText.\n";
}

std::string matches(const rp::AdvisoryDatabase& database, std::string_view name, std::string_view version) {
  std::string all;
  for (const rp::Advisory* each : database.matching(name, *rp::manifest::parse_version(version)))
    all += std::string(each->id) + " ";
  return all;
}

void advisories_cover_versions(void**) {
  rp::AdvisoryDatabase database;
  database.add(entry("R-1", "a", "patched = [\">= 1.2.3\", \"^0.9.5\"]\nunaffected = [\"< 0.5.0\"]"), "a/R-1.md");
  database.add(entry("R-2", "a", "patched = []", "informational = \"unmaintained\""), "a/R-2.md");
  database.add(entry("R-3", "b", "patched = []", "withdrawn = \"2024-02-03\""), "b/R-3.md");
  database.add(entry("R-4", "c", "patched = [\"> 1.0, < 1.5\", \"~2.1\", \"=3.0.0\", \"4.*\"]"), "c/R-4.md");
  database.finish();
  assert_true(database.problems().empty());
  assert_text_equal(matches(database, "a", "1.2.3"), "R-2 ");
  assert_text_equal(matches(database, "a", "1.2.2"), "R-1 R-2 ");
  assert_text_equal(matches(database, "a", "1.2.3-rc.1"), "R-1 R-2 ");  // before the release that mends it
  assert_text_equal(matches(database, "a", "1.3.0-rc.1"), "R-2 ");
  assert_text_equal(matches(database, "a", "0.9.5"), "R-2 ");
  assert_text_equal(matches(database, "a", "0.10.0"), "R-1 R-2 ");
  assert_text_equal(matches(database, "a", "0.4.9"), "R-2 ");
  assert_text_equal(matches(database, "b", "1.0.0"), "");
  assert_text_equal(matches(database, "d", "1.0.0"), "");
  for (const char* version : {"1.1.0", "1.4.9", "2.1.0", "2.1.9", "3.0.0", "4.0.0", "4.9.9"})
    assert_text_equal(matches(database, "c", version), "");
  for (const char* version : {"1.0.9", "1.5.0", "2.0.9", "2.2.0", "3.0.1", "5.0.0"})
    assert_text_equal(matches(database, "c", version), "R-4 ");
}

void advisories_have_details(void**) {
  rp::AdvisoryDatabase database;
  database.add(
      "```toml\n[advisory]\nid = \"R-1\"\npackage = \"a\"\ndate = 2024-01-02\nurl = \"https://example.com\"\n"
      "aliases = [\"CVE-2024-1\", \"GHSA-x\"]\ncvss = \"CVSS:3.1/AV:N\"\n"
      "[affected]\nos = [\"windows\"]\narch = [\"x86\"]\n"
      "[affected.functions]\n\"a::f\" = [\"< 1.0.0\"]\n[versions]\npatched = [\"1.0.0\"]\n```\n\n#  Reads too far  \n",
      "a/R-1.md");
  database.finish();
  assert_int_equal(database.all().size(), 1);
  const rp::Advisory& advisory = database.all()[0];
  assert_text_equal(advisory.date, "2024-01-02");
  assert_text_equal(advisory.title, "Reads too far");
  assert_text_equal(advisory.aliases[1], "GHSA-x");
  assert_text_equal(advisory.cvss, "CVSS:3.1/AV:N");
  assert_text_equal(advisory.os[0], "windows");
  assert_text_equal(advisory.functions[0].path, "a::f");
  assert_true(database.contains(advisory.functions[0].ranges, {0, 9, 0, {}, {}}));
}

void bad_advisories_are_told_of(void**) {
  rp::AdvisoryDatabase database;
  database.add("no front matter", "1.md");
  database.add("```toml\n[advisory]\n", "2.md");
  database.add("```toml\nx = \n```\n", "3.md");
  database.add("```toml\n[advisory]\nid = \"R\"\n```\n", "4.md");
  database.add(entry("R-5", "a", "patched = [\"1.x.y\"]"), "5.md");
  database.add(entry("R-6", "a", "patched = \"1\""), "6.md");
  database.add("\xff", "7.md");
  database.finish();
  assert_int_equal(database.problems().size(), 7);
  for (size_t i = 0; i < 7; ++i) assert_text_equal(database.problems()[i].path, std::to_string(i + 1) + ".md");
  // They are kept, but nobody knows which versions they are about.
  assert_int_equal(database.of_package("a").size(), 2);
  assert_text_equal(matches(database, "a", "1.0.0"), "");
  assert_int_equal(rp::AdvisoryDatabase::open("/nonexistent/database").problems().size(), 1);
}

// ---- rustpro.toml -----------------------------------------------------------------------------------------------

std::string problems_of(std::string_view text) {
  const rp::ReviewConfig config = rp::read_review_config(std::string(text), "/rustpro.toml");
  std::string all;
  for (const rp::manifest::Problem& problem : config.problems)
    all += std::string(problem.message) + "; " + std::string(problem.accepts) + "\n";
  return all;
}

void the_configuration_is_strict(void**) {
  assert_text_equal(problems_of(""), "");
  assert_text_equal(problems_of("[rules]\nsafety = \"off\"\n\"syntax/error\" = \"warning\"\n"
                                "[licenses]\nallow = [\"MIT\"]\nexceptions = { a = [\"GPL-2.0-only\"] }\n"
                                "[advisories]\nignore = [\"RUSTSEC-2020-0001\", \"CVE-2020-1\"]\n"),
                    "");
  assert_text_equal(problems_of("[licence]\n"), "`licence` is no table of rustpro.toml; `licenses`\n");
  assert_text_equal(problems_of("[x]\n"),
                    "`x` is no table of rustpro.toml; `advisories`, `licenses`, `overrides`, `review` or `rules`\n");
  assert_text_equal(problems_of("[licenses]\nalow = []\n"), "`alow` is no key of [licenses]; `allow`\n");
  assert_text_equal(problems_of("[licenses]\nallow = [\"mpl\"]\n"),
                    "licenses.allow has \"mpl\", which is no SPDX licence: \"mpl\" is no licence of the SPDX list; "
                    "\"MPL-2.0\"\n");
  assert_text_equal(problems_of("[licenses]\nallow = [\"MIT OR ISC\"]\n"),
                    "licenses.allow has \"MIT OR ISC\", which is no SPDX licence: it is more than one; one licence\n");
  assert_text_equal(problems_of("[rules]\n\"safety/undocumented\" = \"off\"\n\"syntax/errors\" = \"off\"\n"),
                    "there is no rule `safety/undocumented`; the id of a rule, such as "
                    "\"safety/undocumented-unsafe\", or an area, such as \"safety\"\n"
                    "there is no rule `syntax/errors`; \"syntax/error\"\n");
  assert_text_equal(problems_of("[rules]\nsafety = \"deny\"\n"),
                    "rules.\"safety\" has no such level; \"off\", \"error\", \"warning\" or \"advice\"\n");
  assert_text_equal(problems_of("rules = 1\n"), "rules is an integer; a table\n");
  assert_text_equal(problems_of("[advisories]\nignore = [\"2020-0001\", 1]\n"),
                    "\"2020-0001\" is no advisory; an id such as \"RUSTSEC-2020-0001\"\n"
                    "an entry of advisories.ignore is an integer; a string\n");
  assert_true(problems_of("[rules").starts_with("not valid TOML"));
}

// ---- Reviews ----------------------------------------------------------------------------------------------------

struct File {
  std::string_view path;
  std::string_view text;
};

rp::ReviewResult review(const std::vector<File>& files) {
  rp::PackagedWorkspace workspace{rp::WorkspaceOptions{}};
  for (const File& file : files) workspace.set_file(file.path, file.text);
  const auto go_on = [](size_t, size_t, const std::string&) { return true; };
  rp::ReviewOptions options;
  options.sysroot = shared_sysroot();
  return rp::review_workspace(workspace, go_on, options);
}

// "path:line rule severity", one a line.
std::string findings(const rp::ReviewResult& result) {
  static constexpr const char* kSeverities[] = {"", "error", "warning", "advice"};
  std::string all;
  for (const rp::Finding& f : result.findings)
    all += std::string(result.texts.view(result.files[f.primary.file].path)) + ":" +
           std::to_string(f.primary.start.line) + " " + std::string(f.rule->id) + " " +
           kSeverities[static_cast<size_t>(f.severity)] + "\n";
  return all;
}

constexpr std::string_view kManifest =
    "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\npublish = false\nnaem = 1\n";
constexpr std::string_view kUnsafe = "fn main() { unsafe {} }\n";

void findings_are_in_order_of_files(void**) {
  const rp::ReviewResult result =
      review({{"Cargo.toml", kManifest}, {"build.rs", kUnsafe}, {"AAA.rs", kUnsafe}, {"src/main.rs", kUnsafe}});
  assert_text_equal(findings(result),
                    "AAA.rs:1 safety/undocumented-unsafe warning\n"
                    "Cargo.toml:6 manifest/error warning\n"
                    "build.rs:1 safety/undocumented-unsafe warning\n"
                    "src/main.rs:1 safety/undocumented-unsafe warning\n");
  assert_int_equal(result.metrics.files, 3);
  assert_int_equal(result.files.size(), 4);
}

void the_configuration_changes_findings(void**) {
  const auto with = [](std::string_view config) {
    return findings(review({{"Cargo.toml", kManifest}, {"src/main.rs", kUnsafe}, {"rustpro.toml", config}}));
  };
  assert_text_equal(with("[rules]\nsafety = \"off\"\n\"manifest/error\" = \"advice\"\n"),
                    "Cargo.toml:6 manifest/error advice\n");
  assert_text_equal(with("[rules]\nsafety = \"off\"\n\"safety/undocumented-unsafe\" = \"error\"\nmanifest = \"off\"\n"),
                    "src/main.rs:1 safety/undocumented-unsafe error\n");
}

// `log` is asked for by `one` and `two`; `log-macros` follows from `log`, and `dev` is for tests alone.
void duplicates_are_told_where_they_begin(void**) {
  const std::string_view source = "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
  std::string lock =
      "version = 4\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\n"
      "dependencies = [\"dev 1.0.0\", \"dev 2.0.0\", \"one\", \"two\"]\n";
  const auto add = [&](std::string_view name, std::string_view version, std::string_view dependencies) {
    lock += "[[package]]\nname = \"" + std::string(name) + "\"\nversion = \"" + std::string(version) + "\"\n" +
            std::string(source) + "dependencies = [" + std::string(dependencies) + "]\n";
  };
  add("dev", "1.0.0", "");
  add("dev", "2.0.0", "");
  add("log", "1.0.0", "\"log-macros 1.0.0\"");
  add("log", "2.0.0", "\"log-macros 2.0.0\"");
  add("log-macros", "1.0.0", "");
  add("log-macros", "2.0.0", "");
  add("one", "1.0.0", "\"log 1.0.0\"");
  add("two", "1.0.0", "\"log 2.0.0\"");
  const auto duplicates = [&](std::string_view manifest, std::string_view root = "src/main.rs") {
    std::string all;
    const rp::ReviewResult result = review({{"Cargo.toml", manifest}, {root, "fn main() {}"}, {"Cargo.lock", lock}});
    for (const rp::Finding& f : result.findings)
      if (f.rule->id == "ecosystem/duplicate-versions") all += std::string(result.texts.view(f.message)) + "\n";
    return all;
  };
  const std::string head =
      "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\n[dependencies]\none = \"1\"\ntwo = \"1\"\n";
  // Nothing is known of what `one` and `two` depend on but by the lock file: sources are nowhere.
  assert_text_equal(
      duplicates(head + "[dev-dependencies]\ndev = \"1\"\ndev2 = { package = \"dev\", version = \"2\" }\n"),
      "`log` is here in 2 versions\n");
  // A library's users have lock files of their own: it answers for what it asks for itself.
  assert_text_equal(duplicates(head, "src/lib.rs"), "");
}

void findings_show_other_files(void**) {
  // The lock file's findings have their places in one file; those of two members are told apart.
  const rp::ReviewResult result =
      review({{"Cargo.toml", "[workspace]\nmembers = [\"a\", \"b\"]\nresolver = \"3\"\n"},
              {"a/Cargo.toml", kManifest},
              {"a/src/main.rs", "fn main() {}\n"},
              {"b/Cargo.toml",
               "[package]\nname = \"b\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n"
               "[dependencies]\nx = \"1\"\ny = { package = \"x\", version = \"2\" }\n"},
              {"b/src/lib.rs", "pub use x::f;\npub use y::g;\n"},
              {"Cargo.lock",
               "version = 4\n[[package]]\nname = \"a\"\nversion = \"0.1.0\"\n[[package]]\nname = \"b\"\n"
               "version = \"0.1.0\"\ndependencies = [\"x 1.0.0\", \"x 2.0.0\"]\n"
               "[[package]]\nname = \"x\"\nversion = \"1.0.0\"\nsource = "
               "\"registry+https://github.com/rust-lang/crates.io-index\"\n"
               "[[package]]\nname = \"x\"\nversion = \"2.0.0\"\nsource = "
               "\"registry+https://github.com/rust-lang/crates.io-index\"\n"}});
  assert_text_equal(findings(result),
                    "Cargo.lock:11 ecosystem/duplicate-versions advice\n"
                    "a/Cargo.toml:6 manifest/error warning\n");
  const std::string text = rp::render_text(result, {});
  assert_non_null(strstr(text.c_str(), "1.0.0, for b"));
  assert_non_null(strstr(text.c_str(), "2.0.0, for b"));
}

// ---- What dependencies are for ------------------------------------------------------------------------------------

// The findings of two rules in a package that has these dependencies, whose sources are nowhere.
std::string uses(std::string_view tables, const std::vector<File>& files) {
  const std::string manifest =
      "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\npublish = false\n" + std::string(tables);
  std::vector<File> all = files;
  all.push_back({"Cargo.toml", manifest});
  all.push_back({"rustpro.toml", "[rules]\nmanifest = \"off\"\n"});
  std::string out;
  const rp::ReviewResult result = review(all);
  for (const rp::Finding& f : result.findings)
    if (f.rule->id == "ecosystem/unused-dependency" || f.rule->id == "ecosystem/test-only-dependency")
      out += std::string(result.texts.view(f.message)) + "\n";
  return out;
}

void unused_dependencies_are_found(void**) {
  constexpr std::string_view kTable = "[dependencies]\nshapes = \"1\"\n";
  const std::string unused = "nothing in `a` names `shapes`\n";
  const auto with = [&](std::string_view text) { return uses(kTable, {{"src/lib.rs", text}}); };
  assert_text_equal(with("pub fn f() {}"), unused);
  assert_text_equal(with("// shapes::draw\npub fn f() -> &'static str { \"shapes\" }"), unused);
  // A path, an import, a macro's argument, an attribute's string, code that is not built here, an example.
  assert_text_equal(with("pub fn f() { shapes::draw() }"), "");
  assert_text_equal(with("extern crate shapes;"), "");
  assert_text_equal(with("some_macro!(shapes);"), "");
  assert_text_equal(with("#[derive(Debug)] struct S { #[attr(with = \"shapes::as_text\")] x: u8 }"), "");
  assert_text_equal(with("#[cfg(windows)] fn f() { shapes::draw() }"), "");
  assert_text_equal(with("/// ```\n/// use shapes::draw;\n/// ```\npub fn f() {}"), "");
  assert_text_equal(uses(kTable, {{"src/lib.rs", "pub fn f() {}"}, {"src/other.rs", "use shapes::draw;"}}), "");
  // By the name of its library, which nobody can see: md-5 is md5.
  assert_text_equal(uses("[dependencies]\nmd-5 = \"1\"\n", {{"src/lib.rs", "use md5::Md5;"}}), "");
  // Renamed.
  const std::string_view renamed = "[dependencies]\nforms = { version = \"1\", package = \"shapes\" }\n";
  assert_text_equal(uses(renamed, {{"src/lib.rs", "use forms::draw;"}}), "");
  assert_text_equal(uses(renamed, {{"src/lib.rs", "use shapes::draw;"}}), "nothing in `a` names `forms`\n");
  // There to be linked, or to be asked for by features.
  assert_text_equal(uses("[dependencies]\nshapes-sys = \"1\"\n", {{"src/lib.rs", ""}}), "");
  assert_text_equal(
      uses("[dependencies]\nshapes = \"1\"\n[features]\nfast = [\"shapes/fast\"]\n", {{"src/lib.rs", ""}}), "");
  // Nobody else needs it; nor does the package.
  assert_text_equal(uses("[dev-dependencies]\nshapes = \"1\"\n", {{"src/lib.rs", ""}}), unused);
}

void kinds_of_dependencies_are_told_apart(void**) {
  assert_text_equal(
      uses("[build-dependencies]\ncc = \"1\"\n", {{"src/lib.rs", ""}, {"build.rs", "fn main() { cc::Build::new(); }"}}),
      "");
  assert_text_equal(uses("[build-dependencies]\nshapes = \"1\"\n",
                         {{"src/lib.rs", "use shapes::draw;"}, {"build.rs", "fn main() {}"}}),
                    "the build script of `a` does not name `shapes`, which the rest of it does\n");
  const std::string tests = "only tests, benchmarks and examples of `a` name `shapes`\n";
  constexpr std::string_view kTable = "[dependencies]\nshapes = \"1\"\n";
  assert_text_equal(uses(kTable, {{"src/lib.rs", "#[cfg(test)] mod tests { use shapes::draw; }"}}), tests);
  assert_text_equal(uses(kTable, {{"src/lib.rs", ""}, {"tests/all.rs", "use shapes::draw;"}}), tests);
  assert_text_equal(uses(kTable, {{"src/lib.rs", "#[cfg(any(test, windows))] use shapes::draw;"}}), "");
  assert_text_equal(uses(kTable, {{"src/lib.rs", "#[cfg(not(test))] use shapes::draw;"}}), "");
  assert_text_equal(
      uses("[dev-dependencies]\nshapes = \"1\"\n", {{"src/lib.rs", ""}, {"benches/b.rs", "use shapes::draw;"}}), "");
}

}  // namespace

// ---- The dependency tree ----------------------------------------------------------------------------------------

// Files on disk, which go with it.
class DiskFolder {
 public:
  explicit DiskFolder(const std::vector<File>& files) {
    std::string name = (std::filesystem::temp_directory_path() / "rustpro-tree-XXXXXX").string();
    assert_non_null(::mkdtemp(name.data()));
    path_ = std::filesystem::canonical(name).string();
    for (const File& file : files) {
      const std::filesystem::path path = std::filesystem::path(path_) / file.path;
      std::filesystem::create_directories(path.parent_path());
      std::ofstream(path, std::ios::binary) << file.text;
    }
  }
  DiskFolder(const DiskFolder&) = delete;
  DiskFolder& operator=(const DiskFolder&) = delete;
  ~DiskFolder() { std::filesystem::remove_all(path_); }
  [[nodiscard]] std::string operator/(std::string_view name) const { return path_ + "/" + std::string(name); }

 private:
  std::string path_;
};

const std::vector<File> kTree = {
    {"app/Cargo.toml",
     "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\npublish = false\n"
     "[features]\nraw = []\n[dependencies]\ndep = \"1\"\nmarks = \"1\"\ngone = \"1\"\n[dev-dependencies]\nchecks = "
     "\"1\"\n"},
    {"app/src/lib.rs",
     "macro_rules! own { ($e:expr) => { unsafe { $e } } }\n"
     "#[cfg(feature = \"raw\")]\npub mod raw;\n"
     "#[cfg(feature = \"raw\")]\npub unsafe fn sometimes() {}\n"
     "pub fn f(p: *const u8) -> u8 { own!(*p) + dep::peek!(p) + dep::peek!(p) }\n"
     "dep::pass! { pub unsafe fn mine() {} }\n"
     "extern \"C\" { fn abs(x: i32) -> i32; }\n"
     "pub fn g() -> u8 { marks::mark!(unsafe { 1 }) }\n"
     "std::thread_local! { static T: u8 = 1; }\n"
     "#[cfg(test)]\nmod tests { fn t() { unsafe {} } }\n"},
    {"app/src/raw.rs", "pub unsafe fn all() {}\n"},
    {"dep/Cargo.toml",
     "[package]\nname = \"dep\"\nversion = \"1.2.0\"\nedition = \"2021\"\n[lints.rust]\nunsafe_code = \"forbid\"\n"},
    {"dep/src/lib.rs",
     "#[macro_export]\nmacro_rules! peek { ($p:expr) => { unsafe { *$p } } }\n"
     "#[macro_export]\nmacro_rules! pass { ($($t:tt)*) => { $($t)* } }\n"
     "unsafe impl Send for P {}\npub struct P(*const u8);\n#[no_mangle]\npub static mut N: u8 = 0;\n"},
    {"marks/Cargo.toml",
     "[package]\nname = \"marks\"\nversion = \"1.0.0\"\nedition = \"2021\"\n[lib]\nproc-macro = "
     "true\n[dependencies]\ndeep = \"1\"\n"},
    {"marks/src/lib.rs",
     "#[proc_macro]\npub fn mark(t: proc_macro::TokenStream) -> proc_macro::TokenStream { unsafe {}; t }\n"},
    {"deep/Cargo.toml", "[package]\nname = \"deep\"\nversion = \"1.0.0\"\nedition = \"2021\"\nbuild = \"build.rs\"\n"},
    {"deep/src/lib.rs", "pub unsafe trait Deep {}\n"},
    {"deep/build.rs", "fn main() {}\n"},
    {"checks/Cargo.toml", "[package]\nname = \"checks\"\nversion = \"1.0.0\"\nedition = \"2021\"\n"},
    {"checks/src/lib.rs", "#![forbid(unsafe_code)]\npub fn c() {}\n"},
};

rp::ReviewResult review_tree(const DiskFolder& disk, bool whole, const std::string& cache = {},
                             std::vector<std::string> features = {}) {
  rp::WorkspaceOptions options;
  const rp::PackagedWorkspace workspace(disk / "app", options);
  rp::ReviewOptions choice;
  choice.sysroot = shared_sysroot();
  for (const char* name : {"dep", "marks", "deep", "checks"}) choice.graph.sources.push_back({name, disk / name});
  choice.graph.features = std::move(features);
  choice.whole_tree = whole;
  choice.cache_folder = cache;
  const auto go_on = [](size_t, size_t, const std::string&) { return true; };
  return rp::review_workspace(workspace, go_on, choice);
}

// "role name written+expanded: fn block impl trait attribute extern static"
std::string tree_text(const rp::ReviewResult& result) {
  std::string text;
  for (const rp::TreePackage& p : result.packages) {
    text += std::string(rp::package_role_name(p.role)) + " " + std::string(result.texts.view(p.name));
    if (!p.was_read) {
      assert_true(!p.not_read.empty());
      assert_int_equal(rp::unsafe_sum(p.written) + rp::unsafe_sum(p.expanded) + p.files, 0);
      text += " not read\n";
      continue;
    }
    for (const rp::UnsafeTally::Counts& counts : {p.written, p.expanded}) {
      text += " ";
      for (size_t kind = 1; kind < rp::kUnsafeKinds; ++kind) text += std::to_string(counts[kind]);
    }
    text += p.level == rp::UnsafeCodeLevel::Forbid ? " forbids" : "";
    text += p.inactive != 0 ? " inactive " + std::to_string(p.inactive) : "";
    text += p.inactive_files != 0 ? " files " + std::to_string(p.inactive_files) : "";
    text += p.opaque_macros != 0 ? " opaque " + std::to_string(p.opaque_macros) + "/" + std::to_string(p.opaque_unsafe)
                                 : "";
    text += "\n";
    for (uint32_t i = 0; i < p.macro_count; ++i) {
      const rp::TreeMacro& macro = result.tree_macros[p.first_macro + i];
      text += "  " + std::string(result.texts.view(macro.path)) + " " + std::to_string(macro.count) + "/" +
              std::to_string(macro.calls) + (macro.foreign ? " foreign" : "") + "\n";
    }
  }
  return text;
}

void unsafe_code_of_the_tree_is_counted(void**) {
  const DiskFolder disk(kTree);
  const std::string plain = tree_text(review_tree(disk, false));
  assert_text_equal(plain,
                    "own app 1000010 0300000 inactive 2 files 1 opaque 1/1\n"
                    "  app::own 1/1\n"
                    "  dep::peek 2/2 foreign\n"
                    "program dep 0010101 0000000 forbids\n"
                    "program gone not read\n"
                    "build time deep not read\n"
                    "build time marks not read\n"
                    "tests checks 0000000 0000000 forbids\n");
  const std::string whole = tree_text(review_tree(disk, true));
  assert_true(whole.find("build time deep 0001000 0000000\nbuild time marks 0100000 0000000\n") != std::string::npos);
  const std::string with_feature = tree_text(review_tree(disk, false, {}, {"raw"}));
  assert_true(with_feature.starts_with("own app 3000010 0300000 inactive 1 opaque 1/1\n"));
}

void reports_show_the_tree(void**) {
  const DiskFolder disk(kTree);
  const rp::ReviewResult result = review_tree(disk, false);
  const std::string text = rp::render_text(result, {});
  for (const char* part :
       {"Unsafe code in the program, dependencies included\n", "  for x86_64-unknown-linux-gnu, default features;",
        "by macros in own packages: dep::peek! 2 in 2 calls, app::own! 1 in 1 call\n",
        "not read, so not in these numbers: 1 package\n    gone", "Runs at build time\n",
        "build scripts      deep 1.0.0\n", "procedural macros  marks 1.0.0\n"})
    assert_true(text.find(part) != std::string::npos);
  const std::string markdown = rp::render_markdown(result, {});
  assert_true(
      markdown.find("macros expanded: 5 here (3 brought by macros), 3 in 1 dependency; 1 package was not read.") !=
      std::string::npos);
  const std::string html = rp::render_html(result, "0");
  assert_true(html.find("<h2 id=\"tree\">") != std::string::npos);
  assert_true(html.find("not read: ") != std::string::npos);
}

// What a tally keeps, and that damaged texts are none.
void tallies_can_be_kept(void**) {
  rp::UnsafeTally tally;
  tally.written[1] = 7;
  tally.expanded[2] = 3;
  tally.macros = {{"a::b", 2, 3, true}};
  tally.inactive = 1;
  tally.files = 4;
  tally.level = rp::UnsafeCodeLevel::Forbid;
  rp::UnsafeTally again;
  assert_true(again.from_text(tally.to_text()));
  assert_text_equal(again.to_text(), tally.to_text());
  assert_int_equal(again.macros.size(), 1);
  const std::string text = tally.to_text();
  for (size_t length = 0; length < text.size(); ++length)
    if (length != text.find('\n') + 1) assert_false(again.from_text(std::string_view(text).substr(0, length)));
  assert_false(again.from_text("x" + text));
}

// ---- Functions of advisories ------------------------------------------------------------------------------------

// What the finding says of an application whose library is `code`; `read`: the dependency's source is there.
std::string reach_of_advisory(std::string_view code, bool read = true) {
  static constexpr std::string_view kRegistry = "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n";
  const DiskFolder disk({
      {"app/Cargo.toml",
       "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\npublish = false\n[dependencies]\ndep = "
       "\"1\"\n"},
      {"app/Cargo.lock",
       "version = 4\n[[package]]\nname = \"app\"\nversion = \"0.1.0\"\ndependencies = [\"dep\"]\n"
       "[[package]]\nname = \"dep\"\nversion = \"1.2.0\"\n" +
           std::string(kRegistry)},
      {"app/src/lib.rs", code},
      {"dep/Cargo.toml", "[package]\nname = \"dep\"\nversion = \"1.2.0\"\nedition = \"2021\"\n"},
      {"dep/src/lib.rs",
       "pub mod time { pub fn now() {} pub fn later() {} }\npub use time::now as present;\n"
       "pub struct Clock; impl Clock { pub fn new() -> Clock { Clock } pub fn tick(&self) {} }\n"},
      {"db/crates/dep/RUSTSEC-2024-0001.md",
       "```toml\n[advisory]\nid = \"RUSTSEC-2024-0001\"\npackage = \"dep\"\ndate = \"2024-01-01\"\n[versions]\npatched "
       "= []\n"
       "[affected.functions]\n\"dep::time::now\" = [\">= 1\"]\n\"dep::Clock::tick\" = [\">= 1\"]\n\"dep::time::later\" "
       "= [\"< 1\"]\n"
       "```\n# A fault\n"},
  });
  rp::WorkspaceOptions options;
  const rp::PackagedWorkspace workspace(disk / "app", options);
  rp::ReviewOptions choice;
  choice.sysroot = shared_sysroot();
  if (read) choice.graph.sources.push_back({"dep", disk / "dep"});
  choice.advisory_db = disk / "db";
  choice.choice.only = {"ecosystem/advisory"};
  const auto go_on = [](size_t, size_t, const std::string&) { return true; };
  const rp::ReviewResult result = rp::review_workspace(workspace, go_on, choice);
  assert_int_equal(result.findings.size(), 1);
  std::string text = result.findings[0].severity == rp::Severity::Error ? "error: " : "advice: ";
  for (const rp::Note& note : result.notes)
    if (note.is_help) text += rp::note_text(result, note);
  const size_t behind = text.find("`dep::Clock::tick`");
  assert_true(behind != std::string::npos);
  return text.substr(0, text.find(' ') + 1) + text.substr(std::min(text.find(';', behind) + 2, text.size()));
}

void advisories_are_about_functions_that_are_used(void**) {
  assert_text_equal(reach_of_advisory("pub fn f() { dep::time::now() }\n"),
                    "error: the code here uses `now`: src/lib.rs, line 1");
  assert_text_equal(reach_of_advisory("use dep::present;\npub fn f() {\n    present()\n}\n"),
                    "error: the code here uses `now`: src/lib.rs, line 1");
  assert_text_equal(reach_of_advisory("\npub fn f(c: &dep::Clock) { dep::Clock::tick(c) }\n"),
                    "error: the code here uses `tick`: src/lib.rs, line 2");
  assert_text_equal(
      reach_of_advisory("pub fn f(c: &dep::Clock) { c.tick() }\n"),
      "error: a method `tick` is called in src/lib.rs, line 1, whose type was not asked: only the name agrees");
  // The same names of somebody else.
  assert_text_equal(
      reach_of_advisory(
          "fn now() {}\nstruct T; impl T { fn tick(&self) {} }\npub fn f() { now(); T.tick(); T::tick(&T) }\n"),
      "advice: the code here does not use it, but a dependency may");
  // What the advisory says of older versions.
  assert_text_equal(reach_of_advisory("pub fn f() { dep::time::later() }\n"),
                    "advice: the code here does not use it, but a dependency may");
  assert_text_equal(reach_of_advisory("pub fn f() { now() }\nfn now() {}\n", false),
                    "error: `now` stands in src/lib.rs, line 1; `dep` was not read, so only the name agrees");
  assert_text_equal(reach_of_advisory("pub fn f() {}\n", false),
                    "error: the code here does not name it, but a dependency may");
}

// ---- Features and editions --------------------------------------------------------------------------------------

void gates_can_be_kept(void**) {
  const std::vector<rp::FeatureGate> gates = {{"a", {"f"}}, {"b-c", {"g", "h"}}};
  const std::string text = rp::feature_gates_text(gates);
  std::vector<rp::FeatureGate> again;
  assert_true(rp::read_feature_gates(text, &again));
  assert_text_equal(rp::feature_gates_text(again), text);
  assert_int_equal(again.size(), 2);
  assert_true(rp::read_feature_gates("gates\n", &again) && again.empty());
  for (const char* bad : {"", "gates", "gate\n", "gates\na\n", "gates\na f"})
    assert_false(rp::read_feature_gates(bad, &again));
}

// What an edition's prelude lacks, and what its parser refuses.
void editions_that_are_too_old(void**) {
  const auto with = [](std::string_view edition, std::string_view code) {
    const std::string manifest =
        "[package]\nname = \"a\"\nversion = \"0.1.0\"\npublish = false\n" + std::string(edition);
    rp::PackagedWorkspace workspace{rp::WorkspaceOptions{}};
    workspace.set_file("Cargo.toml", manifest);
    workspace.set_file("src/lib.rs", code);
    rp::ReviewOptions options;
    options.sysroot = shared_sysroot();
    options.choice.only = {"manifest/edition-too-old"};
    const auto go_on = [](size_t, size_t, const std::string&) { return true; };
    const rp::ReviewResult result = rp::review_workspace(workspace, go_on, options);
    std::string text;
    for (const rp::Finding& each : result.findings)
      text += std::to_string(each.primary.start.line) + ": " + std::string(result.texts.view(each.message));
    return text;
  };
  constexpr std::string_view kTryFrom =
      "pub struct X;\nimpl TryFrom<u8> for X { type Error = (); fn try_from(_: u8) -> Result<X, ()> { Ok(X) } }\n";
  assert_text_equal(with("edition = \"2018\"\n", kTryFrom),
                    "5: `a` needs the edition of 2021: cannot find trait `TryFrom`");
  assert_text_equal(with("edition = \"2021\"\n", kTryFrom), "");
  // Without the key it is 2015, and the place is that of the package.
  assert_text_equal(with("", "pub async fn f() {}\n"),
                    "2: `a` needs the edition of 2018: `async fn` is not permitted in Rust 2015");
  // Wrong in every edition.
  assert_text_equal(with("edition = \"2021\"\n", "pub fn f( {}\n"), "");
}

UNIT_TESTS(cmocka_unit_test(gates_can_be_kept), cmocka_unit_test(editions_that_are_too_old),
           cmocka_unit_test(advisories_are_about_functions_that_are_used),
           cmocka_unit_test(unsafe_code_of_the_tree_is_counted), cmocka_unit_test(reports_show_the_tree),
           cmocka_unit_test(tallies_can_be_kept), cmocka_unit_test(duplicates_are_told_where_they_begin),
           cmocka_unit_test(licence_expressions_are_read), cmocka_unit_test(errors_in_licence_expressions_are_placed),
           cmocka_unit_test(policies_decide), cmocka_unit_test(the_licence_list_is_known),
           cmocka_unit_test(advisories_cover_versions), cmocka_unit_test(advisories_have_details),
           cmocka_unit_test(bad_advisories_are_told_of), cmocka_unit_test(the_configuration_is_strict),
           cmocka_unit_test(findings_are_in_order_of_files), cmocka_unit_test(the_configuration_changes_findings),
           cmocka_unit_test(findings_show_other_files), cmocka_unit_test(unused_dependencies_are_found),
           cmocka_unit_test(kinds_of_dependencies_are_told_apart))
