// Edits of findings from end to end: how rules write them, which are applied, what is refused, how files are written,
// and differences as text.
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "report/diff.h"
#include "report/grouping.h"
#include "review/apply_edits.h"
#include "review/edits.h"
#include "review/review.h"
#include "review/rule.h"
#include "review/toml_edits.h"
#include "syntax/ast.h"
#include "syntax/parser.h"

#include "shared_sysroot.h"
#include "unit_test.h"

namespace {

using rp::Applicability;
using rp::ByteSpan;
using rp::NodeKind;

// ---- Building edits ---------------------------------------------------------------------------------------------

struct Parsed {
  explicit Parsed(std::string the_text) : text(std::move(the_text)), tree(rp::lex_and_parse(text, {})) {}
  rp::NodeId find(NodeKind kind, std::string_view with_text = {}) const {
    for (uint32_t i = 0; i < tree.node_count(); ++i) {
      const rp::NodeId node(i);
      if (tree.kind(node) == kind && (with_text.empty() || tree.text(node) == with_text)) return node;
    }
    return {};
  }
  std::string text;
  rp::Tree tree;
};

std::string applied(std::string_view text, std::vector<rp::TextEdit> edits) {
  std::stable_sort(edits.begin(), edits.end(), [](const rp::TextEdit& a, const rp::TextEdit& b) {
    return a.span.start != b.span.start ? a.span.start < b.span.start : a.span.end < b.span.end;
  });
  std::vector<rp::Replacement> replacements;
  for (const rp::TextEdit& edit : edits) replacements.push_back({edit.span, edit.replacement});
  return rp::replace_spans(text, replacements);
}

template <typename Make>
std::string edited(std::string text, const Make& make) {
  const Parsed parsed(std::move(text));
  rp::EditBuilder edits(parsed.tree);
  make(parsed, edits);
  return applied(parsed.text, edits.edits());
}

void elements_go_with_their_comma(void**) {
  const auto without = [](std::string text, NodeKind kind, std::string_view element) {
    return edited(std::move(text), [&](const Parsed& p, rp::EditBuilder& e) {
      const rp::NodeId node = p.find(kind, element);
      assert_true(node.valid());
      e.remove_element(node);
    });
  };
  const auto argument = [&](std::string text, std::string_view element) {
    return without(std::move(text), NodeKind::PathExpr, element);
  };
  assert_text_equal(argument("fn f() { g(a, b, c); }", "a"), "fn f() { g(b, c); }");
  assert_text_equal(argument("fn f() { g(a, b, c); }", "b"), "fn f() { g(a, c); }");
  assert_text_equal(argument("fn f() { g(a, b, c); }", "c"), "fn f() { g(a, b); }");
  assert_text_equal(argument("fn f() { g(a); }", "a"), "fn f() { g(); }");
  assert_text_equal(argument("fn f() { g(a,); }", "a"), "fn f() { g(); }");
  assert_text_equal(argument("fn f() { g(\n    a,\n    b,\n); }", "a"), "fn f() { g(\n    b,\n); }");
  assert_text_equal(argument("fn f() { g(\r\n    a,\r\n    b,\r\n); }", "b"), "fn f() { g(\r\n    a,\r\n); }");
  assert_text_equal(argument("fn f() { g(\n    a,\n    b\n); }", "b"), "fn f() { g(\n    a\n); }");
  assert_text_equal(argument("fn f() { g(a, /* why */ b); }", "a"), "fn f() { g(/* why */ b); }");
}

void lines_go_when_nothing_else_is_on_them(void**) {
  const auto without = [](std::string text, std::string_view attribute) {
    return edited(std::move(text),
                  [&](const Parsed& p, rp::EditBuilder& e) { e.remove_line(p.find(NodeKind::Attr, attribute)); });
  };
  assert_text_equal(without("mod m {\n    #[inline]\n    fn f() {}\n}\n", "#[inline]"), "mod m {\n    fn f() {}\n}\n");
  assert_text_equal(without("#[inline]\r\nfn f() {}\r\n", "#[inline]"), "fn f() {}\r\n");
  assert_text_equal(without("#[inline] fn f() {}\n", "#[inline]"), "fn f() {}\n");
  assert_text_equal(without("#[inline] // for speed\nfn f() {}\n", "#[inline]"), "// for speed\nfn f() {}\n");
}

void attributes_stand_above_the_item(void**) {
  const auto with = [](std::string text) {
    return edited(std::move(text), [&](const Parsed& p, rp::EditBuilder& e) {
      e.insert_attribute(p.find(NodeKind::FnItem), "#[must_use]");
    });
  };
  assert_text_equal(with("fn f() {}\n"), "#[must_use]\nfn f() {}\n");
  assert_text_equal(with("mod m {\n    /// Says so.\n    #[inline]\n    // why\n    pub fn f() {}\n}\n"),
                    "mod m {\n    /// Says so.\n    #[inline]\n    // why\n    #[must_use]\n    pub fn f() {}\n}\n");
  assert_text_equal(with("\xEF\xBB\xBF"
                         "fn f() {}\r\n"),
                    "\xEF\xBB\xBF"
                    "#[must_use]\r\nfn f() {}\r\n");
  assert_text_equal(with("mod m { fn f() {} }\n"), "mod m { #[must_use] fn f() {} }\n");
}

void lines_are_inserted_with_their_indentation(void**) {
  const std::string text = "impl A {\n\tfn f() {}\n}\n";
  assert_text_equal(edited(text,
                           [](const Parsed& p, rp::EditBuilder& e) {
                             e.insert_lines_before(p.find(NodeKind::FnItem), "// SAFETY: so.\n\n// And so.");
                             e.insert_lines_after(p.find(NodeKind::FnItem), "fn g() {\n    h();\n}");
                           }),
                    "impl A {\n\t// SAFETY: so.\n\n\t// And so.\n\tfn f() {}\n\tfn g() {\n\t    h();\n\t}\n}\n");
  assert_text_equal(edited("fn f() { a; }\n",
                           [](const Parsed& p, rp::EditBuilder& e) {
                             e.wrap(p.find(NodeKind::PathExpr, "a"), "Some(", ")");
                             assert_true(e.applicability() == Applicability::MachineApplicable);
                             e.only_suggest();
                             assert_true(e.applicability() == Applicability::Suggestion);
                           }),
                    "fn f() { Some(a); }\n");
}

void line_breaks_are_those_of_the_place(void**) {
  assert_text_equal(applied("a\r\nb\r\n", {{{3, 4}, "x\ny"}}), "a\r\nx\r\ny\r\n");
  assert_text_equal(applied("a\nb\r\nc\n", {{{0, 0}, "x\n"}, {{2, 2}, "y\n"}, {{5, 5}, "z\n"}}),
                    "x\na\ny\nb\r\nz\r\nc\n");
  assert_text_equal(applied("a", {{{1, 1}, "\nb"}}), "a\nb");
  assert_text_equal(applied("a\r\n", {{{0, 1}, "x\r\ny"}}), "x\r\ny\r\n");
}

void entries_of_manifests(void**) {
  const auto without = [](std::string_view text, std::string_view entry, std::string_view key) {
    const auto begin = static_cast<uint32_t>(text.find(entry));
    const auto value = static_cast<uint32_t>(text.find('=', begin) + 2);
    const rp::manifest::Span key_span{begin, begin + static_cast<uint32_t>(key.size())};
    const rp::manifest::Span value_span{value, begin + static_cast<uint32_t>(entry.size())};
    assert_true(rp::is_plain_entry(text, key_span, value_span));
    return applied(text, {{rp::toml_entry_span(text, key_span, value_span), ""}});
  };
  assert_text_equal(without("[a]\nx = 1 # one\ny = 2\n", "x = 1", "x"), "[a]\ny = 2\n");
  assert_text_equal(without("[a]\r\nx = 1\r\ny = 2", "y = 2", "y"), "[a]\r\nx = 1\r\n");
  assert_text_equal(without("a = { x = 1, y = 2 }\n", "x = 1", "x"), "a = { y = 2 }\n");
  assert_text_equal(without("a = { x = 1, y = 2 }\n", "y = 2", "y"), "a = { x = 1 }\n");
  assert_text_equal(without("a = { x = 1 }\n", "x = 1", "x"), "a = {  }\n");
  assert_false(rp::is_plain_entry("[a.b]\nx = 1\n", {3, 4}, {0, 5}));
  assert_false(rp::is_plain_entry("b.version = 1\n", {0, 1}, {12, 13}));
  bool needs_break = false;
  assert_int_equal(rp::toml_line_below("x = 1 # c\ny = 2", {4, 5}, &needs_break), 10);
  assert_false(needs_break);
  assert_int_equal(rp::toml_line_below("x = 1", {4, 5}, &needs_break), 5);
  assert_true(needs_break);
}

// ---- Choosing and applying --------------------------------------------------------------------------------------

struct SampleEdit {
  std::string path;
  std::string_view target;  // its first occurrence
  std::string_view replacement;
  int at = 0;  // 0: replace; -1: insert before, 1: behind
};

// A review that found what the test says.
class Sample {
 public:
  explicit Sample(const std::string& folder = {}) {
    if (folder.empty())
      workspace_ = std::make_unique<rp::PackagedWorkspace>(rp::WorkspaceOptions{});
    else
      workspace_ = std::make_unique<rp::PackagedWorkspace>(folder, rp::WorkspaceOptions{});
  }
  void add(std::string_view path, std::string_view text, bool in_memory = true) {
    if (in_memory) workspace_->set_file(path, text);
    rp::FileEntry file;
    file.path = result.texts.add(path);
    file.edition = path.ends_with(".rs") ? 2021 : 0;
    file.state = static_cast<uint32_t>(result.states.size());
    result.states.push_back(rp::state_of(text));
    result.files.push_back(file);
    texts_.emplace_back(text);
  }
  void finding(const std::vector<SampleEdit>& edits, Applicability applicability = Applicability::MachineApplicable) {
    rp::Finding finding;
    finding.rule = &rp::kSyntaxErrorRule;
    finding.first_edit = static_cast<uint32_t>(result.edits.size());
    finding.edit_count = static_cast<uint32_t>(edits.size());
    finding.applicability = applicability;
    for (const SampleEdit& each : edits) {
      rp::Edit edit;
      for (uint32_t f = 0; f < result.files.size(); ++f)
        if (result.texts.view(result.files[f].path) == each.path) edit.place.file = f;
      const auto begin = static_cast<uint32_t>(texts_[edit.place.file].find(each.target));
      const auto end = begin + static_cast<uint32_t>(each.target.size());
      edit.place.span = each.at == 0 ? ByteSpan{begin, end} : each.at < 0 ? ByteSpan{begin, begin} : ByteSpan{end, end};
      edit.replacement = result.texts.add(each.replacement);
      result.edits.push_back(edit);
    }
    result.findings.push_back(finding);
  }
  rp::FixPlan plan(bool suggestions = false) const {
    return rp::plan_fixes(result, *workspace_, {.suggestions = suggestions});
  }
  rp::PackagedWorkspace& workspace() { return *workspace_; }

  rp::ReviewResult result;

 private:
  std::unique_ptr<rp::PackagedWorkspace> workspace_;
  std::vector<std::string> texts_;
};

const rp::SkippedFix* skipped(const rp::FixPlan& plan, uint32_t finding) {
  for (const rp::SkippedFix& each : plan.skipped)
    if (each.finding == finding) return &each;
  return nullptr;
}

void what_goes_together_is_applied(void**) {
  Sample sample;
  sample.add("a.rs", "fn f() { one(two, three); }\n");
  sample.finding({{"a.rs", "one", "eins"}});
  sample.finding({{"a.rs", "two, three", "zwei"}});
  sample.finding({{"a.rs", "three", "drei"}});                                     // overlaps
  sample.finding({{"a.rs", "three", "drei"}}, Applicability::Suggestion);          // not asked for
  sample.finding({{"a.rs", "one", "eins"}, {"a.rs", "fn f", "#[inline]\n", -1}});  // the same, and more
  sample.finding({{"a.rs", "fn f", "pub ", -1}});                                  // where another one inserts
  const rp::FixPlan plan = sample.plan();
  assert_int_equal(plan.files.size(), 1);
  assert_text_equal(plan.files[0].after, "#[inline]\nfn f() { eins(zwei); }\n");
  assert_text_equal(plan.files[0].before, "fn f() { one(two, three); }\n");
  assert_int_equal(plan.files[0].fix_count, 3);
  assert_int_equal(plan.applied.size(), 3);
  assert_int_equal(plan.skipped.size(), 3);
  assert_true(skipped(plan, 2)->kind == rp::SkipKind::Overlap);
  assert_true(skipped(plan, 3)->kind == rp::SkipKind::Suggestion);
  assert_true(skipped(plan, 5)->kind == rp::SkipKind::Overlap);
}

void suggestions_are_applied_when_asked_for(void**) {
  Sample sample;
  sample.add("a.rs", "fn f() {}\n");
  sample.finding({{"a.rs", "f()", "g()"}}, Applicability::Suggestion);
  assert_int_equal(sample.plan(false).files.size(), 0);
  assert_text_equal(sample.plan(true).files[0].after, "fn g() {}\n");
}

void what_would_not_parse_is_refused(void**) {
  Sample sample;
  sample.add("a.rs", "fn f() {}\n");
  sample.add("b.rs", "fn b() {}\n");
  sample.add("c.rs", "fn broken( {\n");
  sample.add("d.toml", "a = 1\n");
  sample.finding({{"a.rs", "{}", "{"}, {"b.rs", "b", "bb"}});  // breaks one file, so the other is left, too
  sample.finding({{"b.rs", "{}", "{ 1; }"}});
  sample.finding({{"c.rs", "broken", "fn"}});
  sample.finding({{"d.toml", "1", "= 1"}});
  const rp::FixPlan plan = sample.plan();
  assert_int_equal(plan.files.size(), 1);
  assert_text_equal(plan.files[0].path, "b.rs");
  assert_text_equal(plan.files[0].after, "fn b() { 1; }\n");
  assert_text_equal(skipped(plan, 0)->reason, "a.rs: it would no longer parse");
  assert_text_equal(skipped(plan, 2)->reason, "c.rs: it has syntax errors; mend those first");
  assert_text_equal(skipped(plan, 3)->reason, "d.toml: it would no longer be TOML");
}

void a_changed_text_is_refused(void**) {
  Sample sample;
  sample.add("a.rs", "fn f() {}\n");
  sample.finding({{"a.rs", "f", "g"}});
  sample.workspace().set_file("a.rs", "fn f() { }\n");
  const rp::FixPlan plan = sample.plan();
  assert_int_equal(plan.files.size(), 0);
  assert_text_equal(skipped(plan, 0)->reason, "a.rs: it has changed since it was read");
  sample.workspace().remove_file("a.rs");
  assert_text_equal(skipped(sample.plan(), 0)->reason, "a.rs: not there");
}

void edits_of_one_finding_that_overlap_are_refused(void**) {
  Sample sample;
  sample.add("a.rs", "fn f() { abc; }\n");
  sample.finding({{"a.rs", "ab", "x"}, {"a.rs", "bc", "y"}});
  sample.finding({{"a.rs", "abc", "1 + ", -1}, {"a.rs", "abc", "2 + ", -1}});  // in their order
  const rp::FixPlan plan = sample.plan();
  assert_true(skipped(plan, 0)->kind == rp::SkipKind::Refused);
  assert_text_equal(plan.files[0].after, "fn f() { 1 + 2 + abc; }\n");
}

// ---- From a rule to the text ------------------------------------------------------------------------------------

// Reviews and applies until nothing changes; the text of Cargo.toml.
std::string fixed_manifest(std::string manifest, bool suggestions, int* rounds) {
  rp::PackagedWorkspace workspace(rp::WorkspaceOptions{});
  workspace.set_file("Cargo.toml", manifest);
  workspace.set_file("app/Cargo.toml",
                     "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n"
                     "[dependencies]\nlog.workspace = true\n");
  workspace.set_file("app/src/main.rs", "fn main() {}\n");
  for (*rounds = 0; *rounds < 5; ++*rounds) {
    const auto progress = [](size_t, size_t, const std::string&) { return true; };
    rp::ReviewOptions options;
    options.sysroot = shared_sysroot();
    const rp::ReviewResult result = rp::review_workspace(workspace, progress, options);
    const rp::FixPlan plan = rp::plan_fixes(result, workspace, {.suggestions = suggestions});
    if (plan.files.empty()) return manifest;
    assert_int_equal(plan.files.size(), 1);
    manifest = plan.files[0].after;
    workspace.set_file("Cargo.toml", manifest);
  }
  return manifest;
}

void rules_mend_manifests(void**) {
  const std::string text =
      "[workspace]\r\nmembers = [\"app\"]\r\nresolver = \"3\"\r\n[workspace.dependencies]\r\nlog = \"0.4\" # logs\r\n"
      "rand = { version = \"0.9\" } # dice\r\nregex = \"1\"\r\n[profile.release]\r\nopt-level = 0\r\nlto = true\r\n";
  int rounds = 0;
  assert_text_equal(fixed_manifest(text, false, &rounds),
                    "[workspace]\r\nmembers = [\"app\"]\r\nresolver = \"3\"\r\n[workspace.dependencies]\r\nlog = "
                    "\"0.4\" # logs\r\n[profile.release]\r\nopt-level = 0\r\nlto = true\r\n");
  assert_int_equal(rounds, 1);
  assert_null(strstr(fixed_manifest(text, true, &rounds).c_str(), "opt-level"));
  assert_int_equal(rounds, 1);
}

// Fixes of every rule's bad example leave text that parses, and applying them a second time changes nothing.
void fixes_of_examples_parse_and_are_stable(void**) {
  size_t fixed = 0;
  for (const auto area : rp::all_areas()) {
    for (const rp::Rule* rule : area) {
      if (rule->check_workspace != nullptr || rule->bad.empty()) continue;
      // Of an example of several files, the Rust file at its end.
      std::string text(rule->bad);
      if (text.starts_with("--- ")) {
        const size_t source = text.find("--- src/lib.rs\n");
        if (source == std::string::npos) continue;
        text = text.substr(source + 15);
        if (text.find("\n--- ") != std::string::npos) continue;
      }
      for (int round = 0; round < 6; ++round) {
        rp::PackagedWorkspace workspace(rp::WorkspaceOptions{});
        workspace.set_file("Cargo.toml",
                           "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2024\"\npublish = false\n");
        workspace.set_file("src/lib.rs", text);
        const auto progress = [](size_t, size_t, const std::string&) { return true; };
        rp::ReviewOptions options;
        options.sysroot = shared_sysroot();
        const rp::ReviewResult result = rp::review_workspace(workspace, progress, options);
        const rp::FixPlan plan = rp::plan_fixes(result, workspace, {.suggestions = true});
        for (const rp::SkippedFix& each : plan.skipped) {
          if (each.kind != rp::SkipKind::Refused) continue;
          print_error("%s: %s\n", std::string(rule->id).c_str(), each.reason.c_str());
          fail();
        }
        if (plan.files.empty()) break;
        if (round == 5) {
          print_error("%s: its fixes never end:\n%s\n", std::string(rule->id).c_str(), text.c_str());
          fail();
        }
        ++fixed;
        text = plan.files[0].after;
      }
    }
  }
  (void)fixed;
}

void a_preview_shows_the_lines_that_change(void**) {
  rp::ReviewResult result;
  rp::FileEntry file;
  file.path = result.texts.add("a.rs");
  result.files.push_back(file);
  const std::vector<std::string> lines = {"fn f() {", "    g(a, b);", "}"};
  for (uint32_t i = 0; i < lines.size(); ++i) result.lines.push_back({0, i + 1, 0, false, result.texts.add(lines[i])});
  rp::Finding finding;
  finding.edit_count = 2;
  rp::Edit edit;
  edit.place.span = {11, 12};
  edit.place.start = {2, 7, 7};
  edit.place.end = {2, 8, 8};
  edit.replacement = result.texts.add("x,\n      y");
  result.edits.push_back(edit);
  edit.place.span = {9, 9};
  edit.place.start = edit.place.end = {2, 1, 1};
  edit.replacement = result.texts.add("    h();\n");
  result.edits.push_back(edit);
  const auto changes = rp::preview_edits(result, finding);
  assert_int_equal(changes.size(), 1);
  assert_int_equal(changes[0].line, 2);
  assert_int_equal(changes[0].before.size(), 1);
  assert_text_equal(changes[0].before[0], "    g(a, b);");
  assert_int_equal(changes[0].after.size(), 3);
  assert_text_equal(changes[0].after[0], "    h();");
  assert_text_equal(changes[0].after[1], "    g(x,");
  assert_text_equal(changes[0].after[2], "      y, b);");
}

// ---- On disk ----------------------------------------------------------------------------------------------------

class TempFolder {
 public:
  TempFolder() {
    char name[] = "/tmp/rustpro-fixes-XXXXXX";
    assert_non_null(mkdtemp(name));
    path_ = rp::real_path(name);
  }
  ~TempFolder() {
    const std::string command = "rm -rf '" + path_ + "'";
    if (std::system(command.c_str()) != 0) std::fprintf(stderr, "cannot remove %s\n", path_.c_str());
  }
  [[nodiscard]] std::string at(const std::string& name) const { return path_ + "/" + name; }
  void write(const std::string& name, std::string_view text) const {
    std::FILE* file = std::fopen(at(name).c_str(), "wb");
    assert_non_null(file);
    std::fwrite(text.data(), 1, text.size(), file);
    std::fclose(file);
  }
  [[nodiscard]] std::string read(const std::string& name) const {
    std::string text;
    assert_true(static_cast<bool>(rp::read_file(at(name), 1 << 20, &text)));
    return text;
  }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

void files_are_written_whole_with_their_mode(void**) {
  const TempFolder folder;
  const std::string text =
      "\xEF\xBB\xBF"
      "fn f() {}\r\nfn g() {}\r\n";
  folder.write("a.rs", text);
  assert_int_equal(chmod(folder.at("a.rs").c_str(), 0754), 0);
  Sample sample(folder.path());
  sample.add("a.rs", text, false);
  sample.finding({{"a.rs", "fn f", "#[inline]\n", -1}});
  const rp::FixPlan plan = sample.plan();
  assert_int_equal(plan.files.size(), 1);
  assert_true(static_cast<bool>(rp::write_fixed_file(plan, 0)));
  assert_text_equal(folder.read("a.rs"),
                    "\xEF\xBB\xBF"
                    "#[inline]\r\nfn f() {}\r\nfn g() {}\r\n");
  struct stat info{};
  assert_int_equal(stat(folder.at("a.rs").c_str(), &info), 0);
  assert_int_equal(info.st_mode & 07777, 0754);
  // The plan's text is no longer there.
  const rp::WriteOutcome again = rp::write_fixed_file(plan, 0);
  assert_true(again.kind == rp::WriteOutcome::Kind::Changed);
  assert_text_equal(again.reason, "the file has changed since it was read");
  assert_text_equal(skipped(sample.plan(), 0)->reason, "a.rs: it has changed since it was read");
  // Nothing is left beside it.
  assert_int_equal(std::system(("test $(ls -A '" + folder.path() + "' | wc -l) = 1").c_str()), 0);
}

void what_must_not_be_written_is_not(void**) {
  const TempFolder folder;
  const TempFolder outside;
  folder.write("locked.rs", "fn f() {}\n");
  folder.write("memory.rs", "fn f() {}\n");
  folder.write("swapped.rs", "fn f() {}\n");
  outside.write("target.rs", "fn f() {}\n");
  assert_int_equal(chmod(folder.at("locked.rs").c_str(), 0444), 0);
  Sample sample(folder.path());
  for (const char* name : {"locked.rs", "swapped.rs"}) sample.add(name, "fn f() {}\n", false);
  sample.add("memory.rs", "fn f() {}\n", true);
  for (const char* name : {"locked.rs", "swapped.rs", "memory.rs"}) sample.finding({{name, "f()", "g()"}});
  const rp::FixPlan plan = sample.plan();
  assert_int_equal(plan.files.size(), 3);
  assert_text_equal(rp::write_fixed_file(plan, 0).reason, "the file is read-only");
  assert_text_equal(plan.files[1].path, "swapped.rs");
  // A link that takes the file's place is not followed.
  assert_int_equal(unlink(folder.at("swapped.rs").c_str()), 0);
  assert_int_equal(symlink(outside.at("target.rs").c_str(), folder.at("swapped.rs").c_str()), 0);
  assert_text_equal(rp::write_fixed_file(plan, 1).reason, "became a symbolic link");
  assert_text_equal(outside.read("target.rs"), "fn f() {}\n");
  assert_true(plan.files[2].disk_path.empty());
  assert_text_equal(rp::write_fixed_file(plan, 2).reason, "its text was set in memory: whoever set it has to write it");
  assert_text_equal(folder.read("memory.rs"), "fn f() {}\n");
  assert_int_equal(unlink(folder.at("locked.rs").c_str()), 0);
  assert_true(rp::write_fixed_file(plan, 0).kind == rp::WriteOutcome::Kind::NotFound);
}

void links_inside_the_folder_lead_to_the_file(void**) {
  const TempFolder folder;
  assert_int_equal(mkdir(folder.at("real").c_str(), 0755), 0);
  folder.write("real/a.rs", "fn f() {}\n");
  assert_int_equal(symlink("real/a.rs", folder.at("b.rs").c_str()), 0);
  Sample sample(folder.path());
  sample.add("real/a.rs", "fn f() {}\n", false);
  sample.finding({{"real/a.rs", "f()", "g()"}});
  const rp::FixPlan plan = sample.plan();
  assert_true(static_cast<bool>(rp::write_fixed_file(plan, 0)));
  assert_text_equal(folder.read("real/a.rs"), "fn g() {}\n");
  struct stat info{};
  assert_int_equal(lstat(folder.at("b.rs").c_str(), &info), 0);
  assert_true(S_ISLNK(info.st_mode));
}

// ---- Differences ------------------------------------------------------------------------------------------------

size_t longest_common(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b) {
  std::vector<std::vector<size_t>> table(a.size() + 1, std::vector<size_t>(b.size() + 1));
  for (size_t i = 0; i < a.size(); ++i)
    for (size_t j = 0; j < b.size(); ++j)
      table[i + 1][j + 1] = a[i] == b[j] ? table[i][j] + 1 : std::max(table[i][j + 1], table[i + 1][j]);
  return table[a.size()][b.size()];
}

// The runs lead from `a` to `b`; returns the lines kept.
size_t check_runs(const std::vector<uint32_t>& a, const std::vector<uint32_t>& b) {
  size_t x = 0, y = 0, kept = 0;
  for (const rp::DiffRun& run : rp::diff_lines(a, b)) {
    assert_true(run.count > 0);
    for (uint32_t i = 0; i < run.count; ++i) {
      if (run.kind == rp::DiffRun::Kind::Keep) {
        assert_int_equal(a[x], b[y]);
        ++kept;
      }
      if (run.kind != rp::DiffRun::Kind::Insert) ++x;
      if (run.kind != rp::DiffRun::Kind::Delete) ++y;
    }
  }
  assert_int_equal(x, a.size());
  assert_int_equal(y, b.size());
  return kept;
}

void differences_are_as_short_as_can_be(void**) {
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::vector<uint32_t> a(random() % 24);
    std::vector<uint32_t> b(random() % 24);
    const uint32_t kinds = 1 + static_cast<uint32_t>(random() % 6);
    for (uint32_t& line : a) line = static_cast<uint32_t>(random() % kinds);
    for (uint32_t& line : b) line = static_cast<uint32_t>(random() % kinds);
    assert_int_equal(check_runs(a, b), longest_common(a, b));
  }
}

void large_differences_take_a_bounded_time(void**) {
  std::mt19937 random(11);
  std::vector<uint32_t> a(60000);
  std::vector<uint32_t> b(60000);
  for (uint32_t& line : a) line = static_cast<uint32_t>(random() % 50000);
  for (uint32_t& line : b) line = static_cast<uint32_t>(random() % 50000);
  check_runs(a, b);
  std::vector<uint32_t> none;
  assert_int_equal(check_runs(a, none), 0);
  assert_int_equal(check_runs(none, b), 0);
}

void unified_differences_are_written_as_git_does(void**) {
  assert_text_equal(rp::unified_diff("a.rs", "x\n", "x\n"), "");
  assert_text_equal(rp::unified_diff("a.rs", "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\nfive\n6\n7\n8\n9\n"),
                    "--- a/a.rs\n+++ b/a.rs\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n");
  assert_text_equal(rp::unified_diff("a b.rs", "", "x"),
                    "--- a/a b.rs\t\n+++ b/a b.rs\t\n@@ -0,0 +1 @@\n+x\n\\ No newline at end of file\n");
  assert_text_equal(
      rp::unified_diff("\"\xC3\xA9\".rs", "x", "x\n"),
      "--- \"a/\\\"\\303\\251\\\".rs\"\n+++ \"b/\\\"\\303\\251\\\".rs\"\n@@ -1 +1 @@\n-x\n\\ No newline at "
      "end of file\n+x\n");
  assert_text_equal(rp::unified_diff("a", "x\n", ""), "--- a/a\n+++ b/a\n@@ -1 +0,0 @@\n-x\n");
  // Six lines between two changes are one hunk, seven are two.
  const std::string near = rp::unified_diff("a", "a\n1\n2\n3\n4\n5\n6\nb\n", "A\n1\n2\n3\n4\n5\n6\nB\n");
  assert_int_equal(std::count(near.begin(), near.end(), '@'), 4);
  const std::string far = rp::unified_diff("a", "a\n1\n2\n3\n4\n5\n6\n7\nb\n", "A\n1\n2\n3\n4\n5\n6\n7\nB\n");
  assert_int_equal(std::count(far.begin(), far.end(), '@'), 8);
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(elements_go_with_their_comma), cmocka_unit_test(lines_go_when_nothing_else_is_on_them),
           cmocka_unit_test(attributes_stand_above_the_item),
           cmocka_unit_test(lines_are_inserted_with_their_indentation),
           cmocka_unit_test(line_breaks_are_those_of_the_place), cmocka_unit_test(entries_of_manifests),
           cmocka_unit_test(what_goes_together_is_applied), cmocka_unit_test(suggestions_are_applied_when_asked_for),
           cmocka_unit_test(what_would_not_parse_is_refused), cmocka_unit_test(a_changed_text_is_refused),
           cmocka_unit_test(edits_of_one_finding_that_overlap_are_refused), cmocka_unit_test(rules_mend_manifests),
           cmocka_unit_test(fixes_of_examples_parse_and_are_stable),
           cmocka_unit_test(a_preview_shows_the_lines_that_change),
           cmocka_unit_test(files_are_written_whole_with_their_mode), cmocka_unit_test(what_must_not_be_written_is_not),
           cmocka_unit_test(links_inside_the_folder_lead_to_the_file),
           cmocka_unit_test(differences_are_as_short_as_can_be),
           cmocka_unit_test(large_differences_take_a_bounded_time),
           cmocka_unit_test(unified_differences_are_written_as_git_does))
