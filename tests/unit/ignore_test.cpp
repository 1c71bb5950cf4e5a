// lib/source/ignore: each rule of gitignore(5) by itself, and thousands of patterns compared with git.
// cmocka has a macro `fail`, which must not meet iostreams.
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <random>
#include <set>
#include <vector>

#include "unit_test.h"

#include "source/ignore.h"

namespace {

using rp::IgnoreFile;
using rp::IgnoreVerdict;

bool ignored(std::string_view text, std::string_view path, bool folder = false) {
  return IgnoreFile(text).match(path, folder) == IgnoreVerdict::Ignored;
}

void plain_names_match_at_any_depth(void**) {
  assert_true(ignored("x.rs", "x.rs"));
  assert_true(ignored("x.rs", "a/b/x.rs"));
  assert_false(ignored("x.rs", "a/x.rs.bak"));
  assert_true(ignored("*.rs", "a/x.rs"));
  assert_false(ignored("x", "xy"));
}

void a_slash_anchors(void**) {
  assert_true(ignored("/x.rs", "x.rs"));
  assert_false(ignored("/x.rs", "a/x.rs"));
  assert_true(ignored("a/x.rs", "a/x.rs"));
  assert_false(ignored("a/x.rs", "b/a/x.rs"));
  assert_false(ignored("a/*.rs", "a/b/x.rs"));
}

void a_final_slash_means_folders(void**) {
  assert_true(ignored("a/", "a", true));
  assert_false(ignored("a/", "a", false));
  assert_true(ignored("a/", "b/a", true));
  assert_true(ignored("a/b/", "a/b", true));
}

void two_stars_cross_folders(void**) {
  assert_true(ignored("**/x", "x"));
  assert_true(ignored("**/x", "a/b/x"));
  assert_true(ignored("a/**", "a/b/c"));
  assert_false(ignored("a/**", "a", true));
  assert_true(ignored("a/**/b", "a/b"));
  assert_true(ignored("a/**/b", "a/x/y/b"));
  assert_false(ignored("a/**/b", "ab"));
  assert_false(ignored("a**/b", "x/b"));
}

void the_last_line_wins(void**) {
  assert_int_equal(IgnoreFile("*.rs\n!x.rs\n").match("x.rs", false), IgnoreVerdict::Included);
  assert_true(ignored("!x.rs\n*.rs\n", "x.rs"));
  assert_int_equal(IgnoreFile("x").match("y", false), IgnoreVerdict::None);
}

void lines_are_read_as_git_reads_them(void**) {
  assert_false(ignored("#x", "#x"));
  assert_true(ignored("\\#x", "#x"));
  assert_true(ignored("\\!x", "!x"));
  assert_true(ignored("x  \n", "x"));
  assert_true(ignored("x\\ \n", "x "));
  assert_true(ignored("x\r\ny", "x"));
  assert_true(ignored("\xEF\xBB\xBFx\n", "x"));
  assert_false(ignored("\n\n", ""));
  assert_false(ignored("x\\", "x\\"));
}

void classes_match_one_byte(void**) {
  assert_true(ignored("[ab]x", "bx"));
  assert_true(ignored("[!ab]x", "cx"));
  assert_false(ignored("[^ab]x", "ax"));
  assert_true(ignored("[a-c]", "b"));
  assert_true(ignored("[]]", "]"));
  assert_true(ignored("[[:digit:]]", "7"));
  assert_false(ignored("[[:nonsense:]]", "7"));
  assert_false(ignored("[ab", "a"));
  assert_false(ignored("a[/]b", "a/b"));
}

void hostile_patterns_take_no_time(void**) {
  std::string pattern;
  for (int i = 0; i < 200; ++i) pattern += "*a**/";
  const std::string path(3000, 'a');
  assert_false(ignored(pattern + "b", path));
  assert_true(ignored(std::string(2000, '*') + "b", path + "b"));
}

// ---- Compared with git ----

struct Case {
  std::string pattern;
  std::vector<std::string> paths;
};

std::string random_text(std::mt19937& random, std::string_view alphabet, size_t longest) {
  std::string text;
  const size_t length = 1 + random() % longest;
  for (size_t i = 0; i < length; ++i) text += alphabet[random() % alphabet.size()];
  return text;
}

Case random_case(std::mt19937& random) {
  static constexpr std::string_view kPieces[] = {
      "a",   "b",   "ab",          "/", "/", "*",  "**", "?", "[ab]", "!",   "[!a]", "\\",     "\\*", "[a-c]",
      "**/", "/**", "[[:alpha:]]", " ", "c", "*/", "[",  "]", "-",    "\\/", "[]a]", "[\\]b]", "#",   "***"};
  Case result;
  const size_t lines = 1 + random() % 3;
  for (size_t line = 0; line < lines; ++line) {
    const size_t pieces = 1 + random() % 5;
    for (size_t i = 0; i < pieces; ++i) result.pattern += kPieces[random() % std::size(kPieces)];
    result.pattern += '\n';
  }
  for (int i = 0; i < 24; ++i) {
    std::string path;
    const size_t parts = 1 + random() % 3;
    for (size_t part = 0; part < parts; ++part) {
      if (part > 0) path += '/';
      path += random_text(random, random() % 4 == 0 ? "ab[]*-! #" : "abc", 3);
    }
    result.paths.push_back(path);
  }
  return result;
}

// As git does: a path is ignored when it, or a folder on the way to it, is.
bool ignored_on_the_way(const IgnoreFile& file, std::string_view path) {
  for (size_t slash = path.find('/'); slash != std::string_view::npos; slash = path.find('/', slash + 1))
    if (file.match(path.substr(0, slash), true) == IgnoreVerdict::Ignored) return true;
  return file.match(path, false) == IgnoreVerdict::Ignored;
}

void write_file(const std::string& path, std::string_view text) { std::ofstream(path, std::ios::binary) << text; }

void git_agrees(void**) {
  if (std::system("git --version >/dev/null 2>&1") != 0)
    SKIP_TEST("git is not there, so nothing is compared with `git check-ignore`");
  char folder[] = "/tmp/rustpro-ignore-XXXXXX";
  assert_non_null(mkdtemp(folder));
  const std::string root = folder;
  const std::string git = "git -C " + root + " -c core.excludesFile= ";
  assert_int_equal(std::system(("git init -q " + root).c_str()), 0);
  constexpr int kCases = 1500;
  std::mt19937 random(20240601);
  std::vector<Case> cases;
  std::string input;
  for (int i = 0; i < kCases; ++i) {
    cases.push_back(random_case(random));
    const std::string name = "d" + std::to_string(i);
    assert_int_equal(mkdir((root + "/" + name).c_str(), 0755), 0);
    write_file(root + "/" + name + "/.gitignore", cases.back().pattern);
    for (const std::string& path : cases.back().paths) input += name + "/" + path + '\0';
  }
  write_file(root + "/input", input);
  const int status =
      std::system((git + "check-ignore --no-index -z --stdin <" + root + "/input >" + root + "/output").c_str());
  assert_true(status == 0 || status == 256);
  std::ifstream output(root + "/output", std::ios::binary);
  std::set<std::string> by_git;
  for (std::string path; std::getline(output, path, '\0');) by_git.insert(path);
  assert_true(by_git.size() > 1000);

  int different = 0;
  for (int i = 0; i < kCases; ++i) {
    const Case& each = cases[static_cast<size_t>(i)];
    const IgnoreFile file(each.pattern);
    for (const std::string& path : each.paths) {
      const bool expected = by_git.count("d" + std::to_string(i) + "/" + path) != 0;
      if (ignored_on_the_way(file, path) == expected) continue;
      if (++different <= 20)
        std::fprintf(stderr, "pattern \"%s\", path \"%s\": git says %s\n", each.pattern.c_str(), path.c_str(),
                     expected ? "ignored" : "not ignored");
    }
  }
  assert_int_equal(std::system(("rm -rf " + root).c_str()), 0);
  assert_int_equal(different, 0);
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(plain_names_match_at_any_depth), cmocka_unit_test(a_slash_anchors),
           cmocka_unit_test(a_final_slash_means_folders), cmocka_unit_test(two_stars_cross_folders),
           cmocka_unit_test(the_last_line_wins), cmocka_unit_test(lines_are_read_as_git_reads_them),
           cmocka_unit_test(classes_match_one_byte), cmocka_unit_test(hostile_patterns_take_no_time),
           cmocka_unit_test(git_agrees))
