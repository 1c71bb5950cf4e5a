// Which projects a workspace has, and what became of each of its files.
#include "names/workspace_projects.h"

#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <map>
#include <random>

#include "names/module_mentions.h"
#include "names/workspace_sources.h"
#include "unit_test.h"

namespace {

using namespace rp;

using Files = std::map<std::string, std::string>;

struct Analyzed {
  explicit Analyzed(const Files& files, const ProjectOptions& options = {}) : workspace(WorkspaceOptions()) {
    for (const auto& [path, text] : files) workspace.set_file(path, text);
    std::vector<Unread> unread;
    cargo = load_cargo_projects(workspace, &unread);
    projects = analyze_workspace(workspace, cargo, options);
  }
  [[nodiscard]] size_t file(std::string_view path) const {
    for (size_t i = 0; i < workspace.files().size(); ++i)
      if (workspace.files()[i].path == path) return i;
    fail_msg("no file %s", std::string(path).c_str());
    return 0;
  }
  [[nodiscard]] FileState state(std::string_view path) const { return projects.state_of(file(path)); }
  // "crate kind" of each place, first to last.
  [[nodiscard]] std::string places(std::string_view path) const {
    std::string out;
    for (const FileInCrate& place : projects.places_of(file(path))) {
      const Project& project = *projects.projects[place.project].project;
      const CrateNode& crate = project.graph.crates[Project::crate_of(place.crate).value];
      out += (out.empty() ? "" : ", ") + crate.name + (crate.test_cfg ? " test" : "") +
             (crate.kind == manifest::TargetKind::Bin ? " bin" : "") + (place.included ? " included" : "");
      assert_text_equal(project.analysis.crate(place.crate)->sources[place.source.value].path, "/" + std::string(path));
    }
    return out;
  }

  PackagedWorkspace workspace;
  std::vector<CargoProject> cargo;
  WorkspaceProjects projects;
};

std::string errors_of(const WorkspaceProject& project) {
  std::string out;
  for (const CrateNames& names : project.project->names)
    for (const NameDiagnostic& d : names.diagnostics) out += std::string(d.code) + (d.proven ? " " : "? ");
  return out;
}

const Files kTwoWorkspaces = {
    {"a/Cargo.toml", "[package]\nname = \"a\"\nedition = \"2021\"\n[features]\nextra = []\n"},
    {"a/src/lib.rs",
     "mod used;\n#[cfg(windows)]\nmod win;\n#[cfg(feature = \"extra\")]\n#[path = \"other.rs\"]\nmod extra;\n"
     "include!(\"part.rs\");\n"},
    {"a/src/main.rs", "mod used;\nfn main() {}\n"},
    {"a/src/used.rs", "pub fn f() {}\n"},
    {"a/src/part.rs", "pub fn part() {}\n"},
    {"a/src/win.rs", "mod deep;\n"},
    {"a/src/win/deep.rs", ""},
    {"a/src/other.rs", ""},
    {"a/src/forgotten.rs", "pub fn nobody() {}\n"},
    {"b/Cargo.toml", "[workspace]\nmembers = [\"c\"]\n"},
    {"b/c/Cargo.toml", "[package]\nname = \"c\"\nedition = \"2018\"\n"},
    {"b/c/src/lib.rs", "pub fn c() {}\n"},
    {"b/tool.rs", "fn main() { helper::run(); serde::nothing(); undefined(); }\nmod helper;\n"},
    {"b/helper.rs", "pub fn run() {}\n"},
};

void several_workspaces(void**) {
  const Analyzed a(kTwoWorkspaces);
  assert_int_equal(a.projects.projects.size(), 3);
  assert_text_equal(a.projects.projects[0].project->graph.workspace.root_manifest, "/a/Cargo.toml");
  assert_text_equal(a.projects.projects[1].project->graph.workspace.root_manifest, "/b/Cargo.toml");
  assert_false(a.projects.projects[1].made_up);
  assert_true(a.projects.projects[2].made_up);
  assert_int_equal(a.projects.projects[2].project->graph.crates.size(), 1);
  assert_text_equal(a.places("b/c/src/lib.rs"), "c");
}

void places_in_order(void**) {
  ProjectOptions options;
  options.graph.test_cfg = true;
  const Analyzed a(kTwoWorkspaces, options);
  assert_text_equal(a.places("a/src/used.rs"), "a, a test, a bin, a test bin");
  assert_true(a.projects.places_of(SIZE_MAX).empty());
  assert_true(a.projects.places_of(a.workspace.files().size()).empty());
}

void files_of_no_target(void**) {
  const Analyzed a(kTwoWorkspaces);
  assert_true(a.state("a/src/used.rs") == FileState::Placed);
  assert_true(a.state("a/src/win.rs") == FileState::Inactive);
  assert_true(a.state("a/src/win/deep.rs") == FileState::Inactive);
  assert_true(a.state("a/src/other.rs") == FileState::Inactive);
  assert_true(a.state("a/src/part.rs") == FileState::Inactive);
  assert_true(a.state("a/src/forgotten.rs") == FileState::NoTarget);
  assert_true(a.projects.places_of(a.file("a/src/forgotten.rs")).empty());
  ProjectOptions options;
  options.graph.all_features = true;
  options.graph.target = "x86_64-pc-windows-msvc";
  const Analyzed more(kTwoWorkspaces, options);
  assert_text_equal(more.places("a/src/win/deep.rs"), "a");
  assert_text_equal(more.places("a/src/other.rs"), "a");
}

// In a crate that is made up, names of crates are unknown; others are not.
void made_up_crates(void**) {
  const Analyzed a(kTwoWorkspaces);
  assert_text_equal(a.places("b/tool.rs"), "tool bin");
  assert_text_equal(a.places("b/helper.rs"), "tool bin");
  assert_text_equal(errors_of(a.projects.projects[2]), "E0425 ");
}

void single_files(void**) {
  const Analyzed alone(Files{{"x.rs",
                              "use rand::Rng;\nfn f() -> Vec<u8> { Vec::new() }\nfn g(_: &dyn Rng) {}\n"
                              "fn main() { tokio::spawn(1); nothing() }\n"}});
  assert_int_equal(alone.projects.projects.size(), 1);
  assert_text_equal(alone.places("x.rs"), "x bin");
  assert_text_equal(errors_of(alone.projects.projects[0]), "E0425 ");
  const CrateDefs& crate = *alone.projects.projects[0].project->analysis.crate(kSysrootCrates);
  assert_true(crate.edition == Edition::k2021);
  // Files that name each other: one of them is the root.
  const Analyzed ring(Files{{"a.rs", "#[path = \"b.rs\"] mod b;"}, {"b.rs", "#[path = \"a.rs\"] mod a;"}});
  assert_int_equal(ring.projects.projects[0].project->graph.crates.size(), 1);
  assert_text_equal(ring.places("b.rs"), "a bin");
}

// What a syntax error left of an item must not stop derives.
void broken_derives(void**) {
  const Analyzed a(Files{{"x.rs",
                          "#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]\n"
                          "struct P<'a, T: S, > {\n   \", vec![name. pub left: &'a T,\n    right: u8,\n}\n"
                          "#[derive(Debug, Clone, PartialEq)]\nenum E<, const > { A { : u8, b: }, , (u8), B( }\n"
                          "#[derive(Debug, Clone)]\nstruct {\n"}});
  assert_int_equal(a.projects.projects.size(), 1);
  assert_text_equal(a.places("x.rs"), "x bin");
}

class Folder {
 public:
  Folder() {
    char name[] = "/tmp/rustpro_projects_XXXXXX";
    char* made = mkdtemp(name);
    assert_non_null(made);
    char* real = realpath(made, nullptr);
    path_ = real;
    std::free(real);
  }
  ~Folder() {
    const std::string command = "rm -rf '" + path_ + "'";
    if (std::system(command.c_str()) != 0) std::perror("rm");
  }
  [[nodiscard]] const std::string& path() const { return path_; }
  void write(const std::string& name, std::string_view text) const {
    for (size_t at = name.find('/'); at != std::string::npos; at = name.find('/', at + 1))
      mkdir((path_ + "/" + name.substr(0, at)).c_str(), 0777);
    std::ofstream(path_ + "/" + name, std::ios::binary) << text;
  }

 private:
  std::string path_;
};

// A folder, or one file, inside a package: the manifest above it is the one that counts, and of a workspace only the
// package around it is read.
void manifest_above(void**) {
  const Folder folder;
  folder.write("Cargo.toml", "[workspace]\nmembers = [\"p\", \"q\"]\n");
  folder.write(".git/config", "");
  folder.write("p/Cargo.toml",
               "[package]\nname = \"p\"\nedition = \"2021\"\n[dependencies]\nq = { path = \"../q\" }\n");
  folder.write("p/src/lib.rs", "mod m;\npub use q::Q;\n");
  folder.write("p/src/m.rs", "");
  folder.write("p/src/stray.rs", "fn f() { g() }");
  folder.write("q/Cargo.toml", "[package]\nname = \"q\"\nedition = \"2021\"\n");
  folder.write("q/src/lib.rs", "pub struct Q;\nfn wrong() { missing() }\n");
  for (const char* opened : {"/p/src", "/p/src/m.rs"}) {
    const PackagedWorkspace workspace(folder.path() + opened, WorkspaceOptions());
    std::vector<Unread> unread;
    const WorkspaceProjects projects = analyze_workspace(workspace, load_cargo_projects(workspace, &unread), {});
    assert_int_equal(projects.projects.size(), 1);
    assert_text_equal(errors_of(projects.projects[0]), "");  // q is a dependency here: its bodies are not looked at
    for (size_t i = 0; i < workspace.files().size(); ++i)
      assert_int_equal(projects.places_of(i).size(), workspace.files()[i].path == "stray.rs" ? 0 : 1);
  }
  // A file that no target leads to is looked at by itself when it is named.
  const PackagedWorkspace workspace(folder.path() + "/p/src/stray.rs", WorkspaceOptions());
  std::vector<Unread> unread;
  const WorkspaceProjects projects = analyze_workspace(workspace, load_cargo_projects(workspace, &unread), {});
  assert_int_equal(projects.projects.size(), 2);
  assert_true(projects.projects[1].made_up);
  assert_text_equal(errors_of(projects.projects[1]), "E0425 ");
}

void reads_inside_only(void**) {
  const Folder outside;
  outside.write("secret.rs", "pub fn secret() {}\n");
  const Folder folder;
  folder.write(".git/config", "");
  folder.write("Cargo.toml", "[package]\nname = \"p\"\nedition = \"2021\"\n");
  folder.write("src/lib.rs", "#[path = \"" + outside.path() +
                                 "/secret.rs\"]\nmod a;\nmod b;\nmod fifo;\nmod bin;\n"
                                 "#[path = \"/etc/passwd\"]\nmod c;\nconst X: &[u8] = include_bytes!(\"raw\");\n");
  folder.write("src/raw", "\xff\xfe");
  folder.write("src/bin.rs", "\xff\xfe");
  assert_int_equal(symlink((outside.path() + "/secret.rs").c_str(), (folder.path() + "/src/b.rs").c_str()), 0);
  assert_int_equal(mkfifo((folder.path() + "/src/fifo.rs").c_str(), 0666), 0);
  const PackagedWorkspace workspace(folder.path(), WorkspaceOptions());
  std::vector<Unread> unread;
  const WorkspaceProjects projects = analyze_workspace(workspace, load_cargo_projects(workspace, &unread), {});
  const Project& project = *projects.projects[0].project;
  size_t refused = 0;
  for (const Gap& gap : project.gaps)
    if (gap.kind == Gap::Kind::UnreadableFile) ++refused;
  assert_int_equal(refused, 5);
  // None of them is said to be missing.
  assert_text_equal(errors_of(projects.projects[0]), "");
  for (const auto& crate : project.analysis.crates)
    if (crate != nullptr && !crate->from_facts)
      for (const SourceInfo& info : crate->sources)
        if (!info.path.empty()) assert_true(is_below(info.path, folder.path()));
  // Folders that were named may be read.
  ProjectOptions options;
  options.graph.sources.push_back({"", outside.path()});
  const WorkspaceProjects named = analyze_workspace(workspace, load_cargo_projects(workspace, &unread), options);
  const CrateDefs& crate = *named.projects[0].project->analysis.crate(kSysrootCrates);
  assert_true(std::any_of(crate.sources.begin(), crate.sources.end(), [&](const SourceInfo& info) {
    return info.path == outside.path() + "/secret.rs" && info.source != nullptr && !info.source->text.empty();
  }));
}

void mentions(void**) {
  const Mentions m = read_mentions(
      "/s/a.rs",
      "mod b; mod c { mod d; #[path = \"x.rs\"] mod e; } // mod no;\ncfg_if! { mod r#fn; } fn f() { mod union; }\n"
      "use one::two; use ::three; use {four, five::x}; extern crate six; seven::f(); ::eight::g(); <T>::h(); "
      "T::i::j;\n",
      nullptr);
  const auto has = [&](std::string_view path) {
    return std::find(m.files.begin(), m.files.end(), path) != m.files.end();
  };
  for (const char* path : {"/s/b.rs", "/s/b/mod.rs", "/s/a/b.rs", "/s/a/b/mod.rs", "/s/c/d.rs", "/s/a/c/d.rs",
                           "/s/x.rs", "/s/c/x.rs", "/s/a/c/x.rs", "/s/fn.rs", "/s/union.rs"})
    assert_true(has(path));
  assert_false(has("/s/no.rs"));
  assert_false(has("/s/c/fn.rs"));
  std::string heads;
  for (const std::string_view head : m.heads) heads += std::string(head) + " ";
  assert_text_equal(heads, "one one three four five five six seven eight T ");
}

// The quick look never says no where files are mentioned, and says no of what most files have.
void quick_look_for_mentions(void**) {
  static constexpr std::string_view kPieces[] = {"mod",    " ",     "name",
                                                 "r#fn",   ";",     "{",
                                                 "}",      "\n",    "/**/",
                                                 "// c\n", "\x0c",  "\x0b",
                                                 "\u2028", "mod a", "mod b {",
                                                 "#[path", "=",     "\"x.rs\"",
                                                 "]",      "path",  "include",
                                                 "!",      "(",     ")",
                                                 "_mod",   "mod_",  "\u00e9",
                                                 "pub ",   "m",     "'mod'",
                                                 "union",  "\r\n",  "#[path = \"y.rs\"]"};
  std::mt19937 random(7);
  size_t mentioned = 0, denied = 0;
  for (int round = 0; round < 200000; ++round) {
    std::string text;
    for (size_t left = 1 + random() % 9; left > 0; --left) text += kPieces[random() % std::size(kPieces)];
    const bool may = may_mention_files(text);
    denied += may ? 0 : 1;
    if (read_mentions("/s/a.rs", text, nullptr).files.empty()) continue;
    ++mentioned;
    if (!may) fail_msg("not seen: %s", text.c_str());
  }
  assert_true(mentioned > 1000);
  assert_true(denied > 1000);
  assert_false(may_mention_files("mod tests {\n}\nfn modify(path: &Path) { x.path(); } // path, mod\n"));
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(several_workspaces), cmocka_unit_test(places_in_order),
           cmocka_unit_test(files_of_no_target), cmocka_unit_test(made_up_crates), cmocka_unit_test(single_files),
           cmocka_unit_test(broken_derives), cmocka_unit_test(manifest_above), cmocka_unit_test(reads_inside_only),
           cmocka_unit_test(mentions), cmocka_unit_test(quick_look_for_mentions))
