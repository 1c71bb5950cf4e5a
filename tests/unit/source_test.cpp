// lib/source through the public functions: which files belong to a folder, what is listed as unread and why, editions,
// texts in memory. Everything happens in folders made for the test.
// cmocka has a macro `fail`, which must not meet iostreams.
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <random>
#include <sstream>
#include <vector>

#include "unit_test.h"

#include "rustpro/rustpro.h"

namespace {

namespace fs = std::filesystem;

// A folder that is gone at the end of the test.
class TempFolder {
 public:
  TempFolder() {
    char name[] = "/tmp/rustpro-source-XXXXXX";
    path_ = mkdtemp(name);
  }
  ~TempFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  [[nodiscard]] const std::string& path() const { return path_; }
  // Makes the folders on the way too.
  void write(const std::string& name, std::string_view text = "") const {
    fs::create_directories(fs::path(path_ + "/" + name).parent_path());
    std::ofstream(path_ + "/" + name, std::ios::binary) << text;
  }
  void folder(const std::string& name) const { fs::create_directories(path_ + "/" + name); }
  void link(const std::string& name, const std::string& target) const {
    fs::create_directories(fs::path(path_ + "/" + name).parent_path());
    assert_int_equal(symlink(target.c_str(), (path_ + "/" + name).c_str()), 0);
  }

 private:
  std::string path_;
};

std::string text_of(rp_string text) { return std::string(text.data, text.length); }

class TestWorkspace {
 public:
  explicit TestWorkspace(const std::string& path, uint64_t file_limit = 0) {
    rp_workspace_options options = RP_WORKSPACE_OPTIONS_INIT;
    options.file_limit = file_limit;
    rp_error* error = nullptr;
    status = rp_workspace_open(path.data(), path.size(), &options, &handle, &error);
    message = text_of(rp_error_message(error));
    rp_error_free(error);
  }
  TestWorkspace() { status = rp_workspace_new(nullptr, &handle, nullptr); }
  ~TestWorkspace() { rp_workspace_free(handle); }

  [[nodiscard]] std::string files() const {
    std::string all;
    for (size_t i = 0; i < rp_workspace_file_count(handle); ++i)
      all += text_of(rp_workspace_file_path(handle, i)) + "\n";
    return all;
  }
  // path: reason
  [[nodiscard]] std::string unread() const {
    std::string all;
    for (size_t i = 0; i < rp_workspace_unread_count(handle); ++i) {
      const rp_unread each = rp_workspace_unread(handle, i);
      all += text_of(each.path) + ": " + text_of(each.reason) + "\n";
    }
    return all;
  }
  [[nodiscard]] uint32_t edition(std::string_view path) const {
    for (size_t i = 0; i < rp_workspace_file_count(handle); ++i)
      if (text_of(rp_workspace_file_path(handle, i)) == path) return rp_workspace_file_edition(handle, i);
    return 0;
  }
  rp_status set(std::string_view path, std::string_view text) const {
    return rp_workspace_set_file(handle, path.data(), path.size(), text.data(), text.size(), nullptr);
  }
  rp_status remove(std::string_view path) const {
    return rp_workspace_remove_file(handle, path.data(), path.size(), nullptr);
  }
  // What the review could not read, path: reason.
  [[nodiscard]] std::string review_unread() const {
    rp_report* report = nullptr;
    if (rp_workspace_review(handle, &report, nullptr) != RP_OK) return "failed";
    std::string all;
    for (size_t i = 0; i < rp_report_unread_count(report); ++i) {
      const rp_unread each = rp_report_unread(report, i);
      all += text_of(each.path) + ": " + text_of(each.reason) + "\n";
    }
    rp_report_free(report);
    return all;
  }

  rp_workspace* handle = nullptr;
  rp_status status = RP_OK;
  std::string message;
};

// ---- Which files ------------------------------------------------------------------------------------------------

void finds_rust_files_and_leaves_out_the_rest(void**) {
  const TempFolder temp;
  temp.write("Cargo.toml", "[package]\nname = \"x\"\nedition = \"2021\"\n");
  temp.write("src/lib.rs");
  temp.write("src/a/b.rs");
  temp.write("src/target/mod.rs");  // no Cargo.toml beside it
  temp.write("README.md");
  temp.write(".hidden/x.rs");
  temp.write(".git/x.rs");
  temp.write("target/debug/build/x/out/gen.rs");
  temp.write("cache/CACHEDIR.TAG", "Signature: 8a477f597d28d172789f06886806bc55\n");
  temp.write("cache/x.rs");
  temp.write("notcache/CACHEDIR.TAG", "something else");
  temp.write("notcache/x.rs");
  temp.write(".rs");
  temp.write("member/Cargo.toml", "");
  temp.write("member/target/Cargo.toml", "[package]\n");
  temp.write("member/target/src/lib.rs");
  const TestWorkspace workspace(temp.path());
  assert_int_equal(workspace.status, RP_OK);
  assert_text_equal(workspace.files(),
                    "member/target/src/lib.rs\nnotcache/x.rs\nsrc/a/b.rs\nsrc/lib.rs\nsrc/target/mod.rs\n");
  assert_text_equal(workspace.unread(), "");
}

void honours_ignore_files(void**) {
  const TempFolder temp;
  temp.folder(".git/info");
  temp.write(".git/info/exclude", "excluded.rs\n");
  temp.write(".gitignore", "gen/\n*.tmp.rs\n/top.rs\n!keep.tmp.rs\n");
  temp.write("a.rs");
  temp.write("top.rs");
  temp.write("sub/top.rs");
  temp.write("x.tmp.rs");
  temp.write("keep.tmp.rs");
  temp.write("gen/x.rs");
  temp.write("sub/.gitignore", "!gen/\nb.rs\n");
  temp.write("sub/gen/y.rs");
  temp.write("sub/b.rs");
  temp.write("sub/c.rs");
  temp.write("sub/.ignore", "!b.rs\nc.rs\n");  // .ignore has the last word
  temp.write("excluded.rs");
  temp.write("nested/.git/HEAD");
  temp.write("nested/gen/z.rs");  // a repository of its own
  const TestWorkspace workspace(temp.path());
  assert_text_equal(workspace.files(), "a.rs\nkeep.tmp.rs\nnested/gen/z.rs\nsub/b.rs\nsub/gen/y.rs\nsub/top.rs\n");
}

void ignore_files_above_count_up_to_the_repository(void**) {
  const TempFolder temp;
  temp.write(".gitignore", "deep.rs\n");  // above the repository
  temp.folder("repo/.git");
  temp.write("repo/.gitignore", "*.gen.rs\n/crates/a/skip.rs\n/ignored/**\n");
  temp.write("repo/crates/a/deep.rs");
  temp.write("repo/crates/a/skip.rs");
  temp.write("repo/crates/a/x.gen.rs");
  temp.write("repo/ignored/b/lib.rs");
  temp.write("repo/.hidden/lib.rs");
  assert_text_equal(TestWorkspace(temp.path() + "/repo/crates/a").files(), "deep.rs\n");
  // What is named is looked at, although a rule would leave it out.
  assert_text_equal(TestWorkspace(temp.path() + "/repo/ignored/b").files(), "lib.rs\n");
  assert_text_equal(TestWorkspace(temp.path() + "/repo/.hidden").files(), "lib.rs\n");
}

void agrees_with_git_on_whole_trees(void**) {
  if (std::system("git --version >/dev/null 2>&1") != 0)
    SKIP_TEST("git is not there, so nothing is compared with `git ls-files`");
  std::mt19937 random(7);
  static constexpr const char* kNames[] = {"a", "b", "ab", "c"};
  static constexpr const char* kPatterns[] = {"a/",     "/a",     "b.rs",  "!b.rs", "**/ab/", "a/**",   "!a/",
                                              "*b*",    "c/*",    "!c/a/", "/b/",   "ab/b",   "a/**/c", "*.rs",
                                              "!/a.rs", "[ab]/c", "/*/a",  "!c.rs", "**/c",   "c/**/"};
  for (int round = 0; round < 25; ++round) {
    const TempFolder temp;
    assert_int_equal(std::system(("git init -q " + temp.path()).c_str()), 0);
    std::vector<std::string> folders = {""};
    for (int i = 0; i < 12; ++i) folders.push_back(folders[random() % folders.size()] + kNames[random() % 4] + "/");
    for (const std::string& folder : folders) {
      for (const char* name : kNames) temp.write(folder + name + ".rs");
      if (random() % 2 == 0) continue;
      std::string patterns;
      for (size_t i = 0; i < 1 + random() % 4; ++i)
        patterns += std::string(kPatterns[random() % std::size(kPatterns)]) + "\n";
      temp.write(folder + ".gitignore", patterns);
    }
    assert_int_equal(std::system(("git -C " + temp.path() +
                                  " -c core.excludesFile= ls-files -o --exclude-standard '*.rs' | LC_ALL=C sort >" +
                                  temp.path() + "/list")
                                     .c_str()),
                     0);
    std::stringstream expected;
    expected << std::ifstream(temp.path() + "/list").rdbuf();
    assert_text_equal(TestWorkspace(temp.path()).files(), expected.str());
  }
}

void opens_a_single_file(void**) {
  const TempFolder temp;
  temp.write("Cargo.toml", "[package]\nedition = \"2018\"\n");
  temp.write("src/lib.rs", "fn f() {}");
  temp.write("src/other.rs");
  const TestWorkspace workspace(temp.path() + "/src/lib.rs");
  assert_text_equal(workspace.files(), "lib.rs\n");
  assert_int_equal(workspace.edition("lib.rs"), 2018);
}

void says_why_it_cannot_open(void**) {
  const TempFolder temp;
  assert_int_equal(TestWorkspace(temp.path() + "/missing").status, RP_ERROR_NOT_FOUND);
  assert_int_equal(TestWorkspace(std::string()).status, RP_ERROR_INVALID_ARGUMENT);
  assert_int_equal(TestWorkspace(temp.path() + std::string("\0x", 2)).status, RP_ERROR_INVALID_ARGUMENT);
  assert_int_equal(TestWorkspace("\xff").status, RP_ERROR_INVALID_UTF8);
  assert_int_equal(mkfifo((temp.path() + "/pipe").c_str(), 0600), 0);
  const TestWorkspace pipe(temp.path() + "/pipe");
  assert_int_equal(pipe.status, RP_ERROR_IO);
  assert_non_null(std::strstr(pipe.message.c_str(), "FIFO"));
}

// ---- What cannot be read ----------------------------------------------------------------------------------------

void follows_links_inside_only(void**) {
  const TempFolder temp;
  const TempFolder outside;
  outside.write("secret.rs");
  temp.write("a/x.rs");
  temp.write(".store/y.rs");
  temp.link("link_to_x.rs", "a/x.rs");       // seen under its own path
  temp.link("link_to_y.rs", ".store/y.rs");  // reached only through the link
  temp.link("b", "a");
  temp.link("a/loop", "..");
  temp.link("self.rs", "self.rs");
  temp.link("gone.rs", "nowhere.rs");
  temp.link("gone", "nowhere");
  temp.link("out", outside.path());
  temp.link("out.rs", outside.path() + "/secret.rs");
  temp.link("passwd", "/etc/passwd");  // no Rust file
  const TestWorkspace workspace(temp.path());
  assert_text_equal(workspace.files(), "a/x.rs\nlink_to_y.rs\n");
  assert_text_equal(workspace.unread(),
                    "gone.rs: a symbolic link to something that is not there\n"
                    "out: a symbolic link to a folder outside the folder under review\n"
                    "out.rs: a symbolic link to a file outside the folder under review\n"
                    "self.rs: symbolic links that lead in a circle\n");
}

void lists_what_is_no_file(void**) {
  const TempFolder temp;
  temp.write("ok.rs");
  temp.folder("folder.rs");
  temp.write("folder.rs/inner.rs");
  assert_int_equal(mkfifo((temp.path() + "/pipe.rs").c_str(), 0600), 0);
  const int fd = socket(AF_UNIX, SOCK_STREAM, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::snprintf(address.sun_path, sizeof address.sun_path, "%s/sock.rs", temp.path().c_str());
  assert_int_equal(bind(fd, reinterpret_cast<const sockaddr*>(&address), sizeof address), 0);
  close(fd);
  temp.write("bad\xff.rs");
  temp.write("bad\xfe/x.rs");
  const TestWorkspace workspace(temp.path());
  assert_text_equal(workspace.files(), "folder.rs/inner.rs\nok.rs\n");
  assert_text_equal(workspace.unread(),
                    "bad\\xfe: its name is not UTF-8\n"
                    "bad\\xff.rs: its name is not UTF-8\n"
                    "pipe.rs: a FIFO, not a regular file\n"
                    "sock.rs: a socket, not a regular file\n");
}

void contents_that_cannot_be_read_are_in_the_report(void**) {
  const TempFolder temp;
  temp.write("fine.rs", "fn f() {}\n");
  temp.write("latin.rs", "// caf\xe9\n");
  temp.write("large.rs", std::string(2000, ' '));
  temp.write("gone.rs");
  temp.write("pipe.rs");
  const TestWorkspace workspace(temp.path(), 1000);
  assert_int_equal(unlink((temp.path() + "/gone.rs").c_str()), 0);
  assert_int_equal(unlink((temp.path() + "/pipe.rs").c_str()), 0);
  assert_int_equal(mkfifo((temp.path() + "/pipe.rs").c_str(), 0600), 0);
  assert_text_equal(workspace.review_unread(),
                    "gone.rs: no longer there\n"
                    "large.rs: too large: 2000 bytes, the limit is 1000\n"
                    "latin.rs: not UTF-8: byte 0xe9 at offset 6\n"
                    "pipe.rs: a FIFO, not a regular file\n");
  rp_tree* tree = nullptr;
  assert_int_equal(rp_workspace_parse_file(workspace.handle, 1, &tree, nullptr), RP_ERROR_NOT_FOUND);
  assert_int_equal(rp_workspace_parse_file(workspace.handle, 2, &tree, nullptr), RP_ERROR_TOO_LARGE);
  assert_int_equal(rp_workspace_parse_file(workspace.handle, 3, &tree, nullptr), RP_ERROR_INVALID_UTF8);
  assert_int_equal(rp_workspace_parse_file(workspace.handle, 4, &tree, nullptr), RP_ERROR_IO);
  assert_int_equal(rp_workspace_parse_file(workspace.handle, 5, &tree, nullptr), RP_ERROR_INVALID_ARGUMENT);
}

void a_file_swapped_for_a_link_is_not_followed(void**) {
  const TempFolder temp;
  const TempFolder outside;
  outside.write("secret.rs", "fn secret() {}");
  temp.write("src/a.rs");
  temp.write("src/sub/b.rs");
  const TestWorkspace workspace(temp.path());
  fs::remove(temp.path() + "/src/a.rs");
  temp.link("src/a.rs", outside.path() + "/secret.rs");
  fs::remove_all(temp.path() + "/src/sub");
  outside.write("b.rs", "fn secret() {}");
  temp.link("src/sub", outside.path());
  assert_text_equal(workspace.review_unread(),
                    "src/a.rs: became a symbolic link\nsrc/sub/b.rs: became a symbolic link\n");
}

void permission_denied_is_listed(void**) {
  const TempFolder temp;
  temp.write("ok.rs");
  temp.write("closed.rs");
  temp.write("folder/x.rs");
  chmod(temp.path().c_str(), 0755);
  chmod((temp.path() + "/closed.rs").c_str(), 0);
  chmod((temp.path() + "/folder").c_str(), 0);
  const bool root = geteuid() == 0;
  if (root && seteuid(65534) != 0) SKIP_TEST("this user cannot become another");
  std::string files, unread, review;
  {
    const TestWorkspace workspace(temp.path());
    files = workspace.files();
    unread = workspace.unread();
    review = workspace.review_unread();
  }
  if (root) assert_int_equal(seteuid(0), 0);
  chmod((temp.path() + "/folder").c_str(), 0755);
  assert_text_equal(files, "closed.rs\nok.rs\n");
  assert_text_equal(unread, "folder: permission denied\n");
  assert_text_equal(review, "closed.rs: permission denied\nfolder: permission denied\n");
}

void very_deep_folders_end(void**) {
  const TempFolder temp;
  std::string name = "x";
  for (int i = 0; i < 300; ++i) name += "/x";
  temp.write(name + "/a.rs");
  const TestWorkspace workspace(temp.path());
  assert_text_equal(workspace.files(), "");
  assert_int_equal(rp_workspace_unread_count(workspace.handle), 1);
}

// ---- Editions ---------------------------------------------------------------------------------------------------

void the_nearest_manifest_gives_the_edition(void**) {
  const TempFolder temp;
  temp.folder(".git");
  temp.write("Cargo.toml", "[workspace]\nmembers = [\"a\"]\n[workspace.package]\nedition = \"2024\"\n");
  temp.write("loose.rs");
  temp.write("a/Cargo.toml", "[package]\nname = \"a\"\nedition.workspace = true\n");
  temp.write("a/src/lib.rs");
  temp.write("b/Cargo.toml", "[package]\nname = \"b\"\nedition = { workspace = true }\nworkspace = \"..\"\n");
  temp.write("b/src/x/y.rs");
  temp.write("c/Cargo.toml", "[package]\nname = \"c\"\n");
  temp.write("c/lib.rs");
  temp.write("d/Cargo.toml", "[package]\nedition = \"2018\"\n");
  temp.write("d/src/deep/er/lib.rs");
  temp.write("old/Cargo.toml", "[project]\nedition = '2018'\n");
  temp.write("old/lib.rs");
  const TestWorkspace workspace(temp.path());
  assert_int_equal(workspace.edition("a/src/lib.rs"), 2024);
  assert_int_equal(workspace.edition("b/src/x/y.rs"), 2024);
  assert_int_equal(workspace.edition("c/lib.rs"), 2015);
  assert_int_equal(workspace.edition("d/src/deep/er/lib.rs"), 2018);
  assert_int_equal(workspace.edition("old/lib.rs"), 2018);
  assert_int_equal(workspace.edition("loose.rs"), 2024);
  assert_text_equal(workspace.unread(), "");
  // The workspace's root may lie above the folder that is looked at.
  assert_int_equal(TestWorkspace(temp.path() + "/a/src").edition("lib.rs"), 2024);
}

void manifests_that_say_nothing_useful_are_listed(void**) {
  const TempFolder temp;
  temp.folder(".git");
  temp.write("a/Cargo.toml", "[package\n");
  temp.write("a/lib.rs");
  temp.write("b/Cargo.toml", "[package]\nedition = \"2077\"\n");
  temp.write("b/lib.rs");
  temp.write("c/Cargo.toml", "[package]\nedition.workspace = true\n");
  temp.write("c/lib.rs");
  temp.write("d/Cargo.toml", "[package]\nedition = 2021\n");
  temp.write("d/lib.rs");
  temp.write("none/lib.rs");
  const TestWorkspace workspace(temp.path());
  for (const char* path : {"a/lib.rs", "b/lib.rs", "c/lib.rs", "d/lib.rs", "none/lib.rs"})
    assert_int_equal(workspace.edition(path), 2021);
  const std::string unread = workspace.unread();
  assert_int_equal(std::count(unread.begin(), unread.end(), '\n'), 4);
  assert_non_null(std::strstr(unread.c_str(), "a/Cargo.toml: not valid TOML: line 1"));
  assert_non_null(std::strstr(unread.c_str(), "b/Cargo.toml: package.edition is \"2077\""));
  assert_non_null(
      std::strstr(unread.c_str(), "c/Cargo.toml: package.edition is inherited, but no workspace was found"));
  assert_non_null(std::strstr(unread.c_str(), "d/Cargo.toml: package.edition is not a string"));
}

void hostile_manifests_do_no_harm(void**) {
  std::string keys;
  for (int i = 0; i < 1'000'000; ++i) keys += "a.";
  for (const std::string& text :
       {keys + "a = 1\n", "[" + keys + "a]\n", "x = [\n{" + keys + "a = 1}]\n", std::string(1'000'000, '['),
        "x = " + std::string(1'000'000, '['), "x = " + std::string(1'000'000, '{'), std::string(100'000, '\0'),
        std::string("\"\"\""), std::string("x = '''")}) {
    const TestWorkspace workspace;
    assert_int_equal(workspace.set("Cargo.toml", text), RP_OK);
    assert_int_equal(workspace.set("lib.rs", ""), RP_OK);
    assert_int_equal(workspace.edition("lib.rs"), 2021);
    const std::string unread = workspace.unread();
    assert_true(unread.starts_with("Cargo.toml: not valid TOML: line "));
    assert_int_equal(std::count(unread.begin(), unread.end(), '\n'), 1);
  }
  // Dots in strings and comments are none.
  std::string fine = "[package]\nname = \"" + std::string(5000, '.') + "\" # " + std::string(5000, '.') +
                     "\ndescription = \"\"\"\n" + std::string(5000, '.') + "\n\"\"\"\nedition = \"2024\"\n";
  const TestWorkspace workspace;
  assert_int_equal(workspace.set("Cargo.toml", fine), RP_OK);
  assert_int_equal(workspace.set("lib.rs", ""), RP_OK);
  assert_int_equal(workspace.edition("lib.rs"), 2024);
}

// ---- Texts in memory --------------------------------------------------------------------------------------------

void overlays_hide_files_and_come_off_again(void**) {
  const TempFolder temp;
  temp.write("Cargo.toml", "[package]\nedition = \"2018\"\n");
  temp.write("src/lib.rs", "on disk");
  temp.link("src/gone.rs", "nowhere");
  const TestWorkspace workspace(temp.path());
  const auto text = [&](size_t index) {
    rp_tree* tree = nullptr;
    assert_int_equal(rp_workspace_parse_file(workspace.handle, index, &tree, nullptr), RP_OK);
    const std::string found = text_of(rp_tree_text(tree)) + "@" + std::to_string(rp_tree_edition(tree));
    rp_tree_free(tree);
    return found;
  };
  assert_text_equal(text(0), "on disk@2018");
  assert_int_equal(workspace.set("src/lib.rs", "in memory"), RP_OK);
  assert_int_equal(workspace.set("src/new.rs", "new"), RP_OK);
  assert_int_equal(workspace.set("src/gone.rs", "back"), RP_OK);
  assert_int_equal(workspace.set("README.md", "no Rust"), RP_OK);
  assert_text_equal(workspace.files(), "src/gone.rs\nsrc/lib.rs\nsrc/new.rs\n");
  assert_text_equal(workspace.unread(), "");
  assert_text_equal(text(1), "in memory@2018");
  // A manifest in memory changes the editions below it.
  assert_int_equal(workspace.set("Cargo.toml", "[package]\nedition = \"2024\"\n"), RP_OK);
  assert_text_equal(text(1), "in memory@2024");
  assert_int_equal(workspace.set("Cargo.toml", "nonsense"), RP_OK);
  assert_int_equal(rp_workspace_unread_count(workspace.handle), 1);
  assert_int_equal(workspace.remove("Cargo.toml"), RP_OK);
  assert_int_equal(workspace.remove("src/lib.rs"), RP_OK);
  assert_int_equal(workspace.remove("src/new.rs"), RP_OK);
  assert_int_equal(workspace.remove("src/gone.rs"), RP_OK);
  assert_int_equal(workspace.remove("src/gone.rs"), RP_ERROR_NOT_FOUND);
  assert_text_equal(workspace.files(), "src/lib.rs\n");
  assert_text_equal(text(0), "on disk@2018");
  assert_int_equal(rp_workspace_unread_count(workspace.handle), 1);
}

void a_workspace_may_be_in_memory_only(void**) {
  const TestWorkspace workspace;
  assert_int_equal(workspace.set("crate/Cargo.toml", "[package]\nedition = \"2018\"\n"), RP_OK);
  assert_int_equal(workspace.set("crate/src/lib.rs", "fn f() {}"), RP_OK);
  assert_int_equal(workspace.set("other.rs", "fn f() {}"), RP_OK);
  assert_int_equal(workspace.edition("crate/src/lib.rs"), 2018);
  assert_int_equal(workspace.edition("other.rs"), 2021);
  assert_text_equal(workspace.review_unread(), "");
}

void overlay_paths_stay_inside(void**) {
  const TestWorkspace workspace;
  for (const char* path : {"", "/a.rs", "../a.rs", "a/../b.rs", "./a.rs", "a//b.rs", "a/", "a/.."})
    assert_int_equal(workspace.set(path, ""), RP_ERROR_INVALID_ARGUMENT);
  assert_int_equal(workspace.set(std::string_view("a\0.rs", 5), ""), RP_ERROR_INVALID_ARGUMENT);
  assert_int_equal(workspace.set("\xff.rs", ""), RP_ERROR_INVALID_UTF8);
  assert_int_equal(workspace.set("a.rs", "\xff"), RP_ERROR_INVALID_UTF8);
  assert_int_equal(workspace.set("..a/b..rs/ö.rs", ""), RP_OK);
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(finds_rust_files_and_leaves_out_the_rest), cmocka_unit_test(honours_ignore_files),
           cmocka_unit_test(ignore_files_above_count_up_to_the_repository),
           cmocka_unit_test(agrees_with_git_on_whole_trees), cmocka_unit_test(opens_a_single_file),
           cmocka_unit_test(says_why_it_cannot_open), cmocka_unit_test(follows_links_inside_only),
           cmocka_unit_test(lists_what_is_no_file), cmocka_unit_test(contents_that_cannot_be_read_are_in_the_report),
           cmocka_unit_test(a_file_swapped_for_a_link_is_not_followed), cmocka_unit_test(permission_denied_is_listed),
           cmocka_unit_test(very_deep_folders_end), cmocka_unit_test(the_nearest_manifest_gives_the_edition),
           cmocka_unit_test(manifests_that_say_nothing_useful_are_listed),
           cmocka_unit_test(hostile_manifests_do_no_harm), cmocka_unit_test(overlays_hide_files_and_come_off_again),
           cmocka_unit_test(a_workspace_may_be_in_memory_only), cmocka_unit_test(overlay_paths_stay_inside))
