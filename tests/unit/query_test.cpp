// Questions about names of a small workspace: what is defined at a place, where it is used, what a call becomes.
#include "names/query.h"

#include <algorithm>

#include "names/workspace_projects.h"
#include "source/line_index.h"
#include "unit_test.h"

namespace {

using namespace rp;

constexpr std::string_view kManifest =
    "[package]\nname = \"p\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\nhere = { path = \"here\" }\n"
    "gone = \"1\"\nsecret = { path = \"secret\" }\n";
constexpr std::string_view kLib = R"(//! The crate.
pub mod shapes;
mod tools;
use shapes::{Shape, Square as Box4};
use gone::Lost;

macro_rules! helper {
    ($e:expr) => { let inner = $e; let _ = inner + tools::unit(); hello("m", 1) };
}

/// Says hello.
/// Twice.
pub fn hello(name: &str, count: usize) -> String {
    let total = count + 1;
    println!("{name} and {total:>8} of {0} {name}", total);
    let shape = Box4 { side: total };
    shape.area();
    helper!(total);
    let lost: Lost = Lost::new();
    secret::hide!(hello("x", 2));
    format!("{}", vec![name.len(), total].len())
}

#[derive(Debug, Clone)]
pub struct Pair<'a, T: Shape> {
    pub left: &'a T,
    right: u8,
}

impl<'a, T: Shape> Pair<'a, T> {
    pub fn left(&self) -> &'a T { self.left }
    fn looped(self) { 'outer: loop { break 'outer; } }
}

#[cfg(windows)]
fn hidden() { hello("w", 3); }
)";
constexpr std::string_view kShapes = R"(pub trait Shape { fn area(&self) -> usize; }
pub struct Square { pub side: usize }
impl Shape for Square { fn area(&self) -> usize { self.side * self.side } }
pub enum Kind { One, Two(u8) }
pub use self::Kind::One as First;
fn wrong() { missing_name() }
fn pick(kind: Kind) -> u8 { match kind { Kind::Two(n) => n, First => crate::tools::unit() as u8 } }
)";

struct World {
  World() : workspace(WorkspaceOptions()) {
    workspace.set_file("Cargo.toml", kManifest);
    workspace.set_file("src/lib.rs", kLib);
    workspace.set_file("src/shapes.rs", kShapes);
    workspace.set_file("src/tools.rs", "pub fn unit() -> usize { here::one() }\n");
    workspace.set_file("src/main.rs", "mod tools;\nfn main() { p::hello(\"x\", tools::unit()); }\n");
    workspace.set_file("here/Cargo.toml", "[package]\nname = \"here\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
    workspace.set_file("here/src/lib.rs", "pub fn one() -> usize { 1 }\n");
    workspace.set_file("secret/Cargo.toml",
                       "[package]\nname = \"secret\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"
                       "[lib]\nproc-macro = true\n");
    workspace.set_file("secret/src/lib.rs",
                       "use proc_macro::TokenStream;\n#[proc_macro]\npub fn hide(_: TokenStream) -> TokenStream "
                       "{ todo!() }\n");
    std::vector<Unread> unread;
    projects = analyze_workspace(workspace, load_cargo_projects(workspace, &unread), {});
  }
  [[nodiscard]] const Project& project() const { return *projects.projects[0].project; }

  [[nodiscard]] std::string place(const FilePlace& place) const {
    const CrateDefs* crate = project().analysis.crate(place.crate);
    if (crate == nullptr || !place.source) return "nowhere";
    const SourceInfo& info = crate->sources[place.source.value];
    const LineColumn at = LineIndex(info.source->text).position(place.span.start);
    return info.path + ":" + std::to_string(at.line) + ":" + std::to_string(at.column_bytes) + " " +
           std::string(info.source->text.substr(place.span.start, place.span.end - place.span.start));
  }

  static uint32_t offset_of(std::string_view text, std::string_view line, std::string_view word) {
    const size_t begin = text.find(line);
    assert_true(begin != std::string_view::npos);
    const size_t at = text.find(word, begin);
    assert_true(at != std::string_view::npos);
    return static_cast<uint32_t>(at);
  }

  // What is at `word` in the part of a file that begins with `line`.
  [[nodiscard]] std::string ask(std::string_view path, std::string_view text, std::string_view line,
                                std::string_view word) const {
    const uint32_t offset = offset_of(text, line, word);
    const DefinitionResult first = definition_at(project(), path, offset);
    const DefinitionResult last = definition_at(project(), path, offset + static_cast<uint32_t>(word.size()));
    const std::string answer = describe(first);
    assert_text_equal(describe(last), answer);
    return answer;
  }
  [[nodiscard]] std::string lib(std::string_view line, std::string_view word) const {
    return ask("/src/lib.rs", kLib, line, word);
  }
  [[nodiscard]] std::string describe(const DefinitionResult& result) const {
    switch (result.answer) {
      case DefinitionAnswer::NotAName:
        return "no name";
      case DefinitionAnswer::NoFile:
        return "no file";
      case DefinitionAnswer::Unknown:
        return "unknown";
      case DefinitionAnswer::Unresolved:
        return "unresolved";
      case DefinitionAnswer::BuiltIn:
        return "built in";
      case DefinitionAnswer::Local:
        return "local " + place(result.place);
      case DefinitionAnswer::Found:
        return definition_path(project(), result.def) + " " + place(result.place);
    }
    return {};
  }
  [[nodiscard]] std::string list(const std::vector<FilePlace>& places) const {
    std::string out;
    for (const FilePlace& each : places) {
      const std::string text = place(each);
      out += (out.empty() ? "" : ", ") + text.substr(0, text.find(' '));
    }
    return out;
  }
  [[nodiscard]] DefRef def(std::string_view path) const {
    const DefRef def = find_definition(project(), path);
    if (!def) fail_msg("no %s", std::string(path).c_str());
    return def;
  }

  PackagedWorkspace workspace;
  WorkspaceProjects projects;
};

void definitions(void**) {
  const World w;
  assert_text_equal(w.lib("let shape", "Box4"), "p::shapes::Square /src/shapes.rs:2:12 Square");
  assert_text_equal(w.lib("use shapes", "Box4"), "p::shapes::Square /src/shapes.rs:2:12 Square");
  assert_text_equal(w.lib("use shapes", "shapes"), "p::shapes /src/lib.rs:2:9 shapes");
  assert_text_equal(w.lib("let shape", "side"), "p::shapes::Square::side /src/shapes.rs:2:25 side");
  assert_text_equal(w.lib("pub fn hello", "hello"), "p::hello /src/lib.rs:13:8 hello");
  assert_text_equal(w.lib("pub struct Pair", "Pair"), "p::Pair /src/lib.rs:25:12 Pair");
  assert_text_equal(w.lib("    right", "right"), "p::Pair::right /src/lib.rs:27:5 right");
  assert_text_equal(w.lib("impl<'a, T: Shape> Pair", "Shape"), "p::shapes::Shape /src/shapes.rs:1:11 Shape");
  assert_text_equal(w.ask("/src/shapes.rs", kShapes, "Kind::Two(n)", "Two"),
                    "p::shapes::Kind::Two /src/shapes.rs:4:22 Two");
  assert_text_equal(w.ask("/src/shapes.rs", kShapes, "pub use self", "First"),
                    "p::shapes::Kind::One /src/shapes.rs:4:17 One");
  assert_text_equal(w.ask("/src/shapes.rs", kShapes, "First => ", "First"),
                    "p::shapes::Kind::One /src/shapes.rs:4:17 One");
  assert_text_equal(w.ask("/src/shapes.rs", kShapes, "crate::tools", "unit"), "p::tools::unit /src/tools.rs:1:8 unit");
  // In another crate, and in one of the standard library, whose sources are not there.
  assert_text_equal(w.ask("/src/tools.rs", "pub fn unit() -> usize { here::one() }\n", "here", "one"),
                    "here::one /here/src/lib.rs:1:8 one");
  assert_text_equal(w.lib("-> String", "String"), "alloc::string::String nowhere");
  assert_text_equal(w.lib("println!", "println"), "std::println nowhere");
  assert_text_equal(w.lib("#[derive(Debug, Clone)]", "Clone"), "core::clone::Clone nowhere");
  // From a program to the library of its package.
  assert_text_equal(
      w.ask("/src/main.rs", "mod tools;\nfn main() { p::hello(\"x\", tools::unit()); }\n", "p::hello", "hello"),
      "p::hello /src/lib.rs:13:8 hello");
}

void locals(void**) {
  const World w;
  assert_text_equal(w.lib("let total", "total"), "local /src/lib.rs:14:9 total");
  assert_text_equal(w.lib("let total", "count"), "local /src/lib.rs:13:26 count");
  assert_text_equal(w.lib("println!", "name"), "local /src/lib.rs:13:14 name");
  assert_text_equal(w.lib("} of", "name"), "local /src/lib.rs:13:14 name");  // the second of the same string
  assert_text_equal(w.lib("and {total", "total"), "local /src/lib.rs:14:9 total");
  assert_text_equal(w.lib("\", total);", "total"), "local /src/lib.rs:14:9 total");
  assert_text_equal(w.lib("helper!(total)", "total"), "local /src/lib.rs:14:9 total");
  assert_text_equal(w.lib("format!(", "total"), "local /src/lib.rs:14:9 total");
  assert_text_equal(w.lib("&'a T,", "T"), "local /src/lib.rs:25:21 T");
  assert_text_equal(w.lib("&'a T,", "'a"), "local /src/lib.rs:25:17 'a");
  assert_text_equal(w.lib("break 'outer", "'outer"), "local /src/lib.rs:32:23 'outer");
  assert_text_equal(w.lib("self.left", "self"), "local /src/lib.rs:31:18 self");
}

void what_is_not_known(void**) {
  const World w;
  assert_text_equal(w.lib("use gone", "Lost"), "unknown");
  assert_text_equal(w.lib("Lost::new", "new"), "unknown");
  assert_text_equal(w.lib("shape.area", "area"), "unknown");  // until there are types
  assert_text_equal(w.ask("/src/shapes.rs", kShapes, "fn wrong() {", "missing_name"), "unresolved");
  assert_text_equal(w.lib("secret::hide!", "hello"), "unknown");
  assert_text_equal(w.lib("secret::hide!", "hide"), "secret::hide /secret/src/lib.rs:3:8 hide");
  assert_text_equal(w.lib("let inner = $e", "inner"), "unknown");  // in a definition of a macro
  assert_text_equal(w.lib("fn hidden() {", "hello"), "unknown");   // cfg takes it away
  assert_text_equal(w.lib("    right: u8", "u8"), "built in");
  assert_text_equal(w.lib("let total", "let"), "no name");
  assert_text_equal(w.lib("//! The crate", "crate"), "no name");
  assert_text_equal(w.describe(definition_at(w.project(), "/nothing.rs", 0)), "no file");
  assert_text_equal(w.describe(definition_at(w.project(), "/src/lib.rs", UINT32_MAX)), "no name");
  assert_text_equal(w.describe(definition_at(w.project(), "/here/src/lib.rs", 8)), "no file");
}

void references(void**) {
  const World w;
  assert_text_equal(w.list(references_to(w.project(), w.def("p::hello"))), "/src/lib.rs:13:8, /src/main.rs:2:16");
  // The definition of the macro, the call that is opaque, and what cfg takes away stay open; the last is no code.
  assert_text_equal(w.list(possible_references_to(w.project(), w.def("p::hello"))),
                    "/src/lib.rs:8:67, /src/lib.rs:20:19");
  // A file that library and program share.
  assert_text_equal(w.list(references_to(w.project(), w.def("p::tools::unit"))),
                    "/src/main.rs:2:34, /src/shapes.rs:7:84, /src/tools.rs:1:8");
  assert_text_equal(w.list(references_to(w.project(), w.def("p::shapes::Shape"))),
                    "/src/lib.rs:4:14, /src/lib.rs:25:24, /src/lib.rs:30:13, /src/shapes.rs:1:11, /src/shapes.rs:3:6");
  assert_text_equal(w.list(possible_references_to(w.project(), w.def("p::shapes::Shape::area"))), "/src/lib.rs:17:11");
  const DefinitionResult derive =
      definition_at(w.project(), "/src/lib.rs", World::offset_of(kLib, "#[derive(", "Clone"));
  assert_text_equal(w.list(references_to(w.project(), derive.def)), "/src/lib.rs:24:17");
  const auto local = [&](std::string_view line, std::string_view word) {
    const uint32_t offset = World::offset_of(kLib, line, word);
    return w.list(references_to_local(w.project(), definition_at(w.project(), "/src/lib.rs", offset).place));
  };
  assert_text_equal(local("let total", "total"),
                    "/src/lib.rs:14:9, /src/lib.rs:15:27, /src/lib.rs:15:53, /src/lib.rs:16:30, /src/lib.rs:18:13, "
                    "/src/lib.rs:21:36");
  assert_text_equal(local("'outer: loop", "'outer"), "/src/lib.rs:32:23, /src/lib.rs:32:44");
  assert_true(references_to(w.project(), DefRef()).empty());
  assert_true(references_to_local(w.project(), FilePlace()).empty());
}

void expansions(void**) {
  const World w;
  const auto call = [&](std::string_view line, std::string_view word) {
    const ExpansionRef ref = expansion_at(w.project(), "/src/lib.rs", World::offset_of(kLib, line, word));
    if (!ref.expansion) return std::string("none");
    const CrateDefs& crate = *w.project().analysis.crate(ref.crate);
    const Expansion& e = crate.expansions[ref.expansion.value];
    return e.macro ? definition_path(w.project(), e.macro) : "?";
  };
  assert_text_equal(call("println!(", "println"), "std::println");
  assert_text_equal(call("format!(", "total]"), "alloc::vec");
  assert_text_equal(call("format!(", "{}"), "alloc::format");
  assert_text_equal(call("helper!(total", "total"), "p::helper");
  assert_text_equal(call("#[derive(Debug", "Clone"), "core::clone::Clone");
  assert_text_equal(call("#[derive(Debug", "derive"), "core::fmt::macros::Debug");
  assert_text_equal(call("let total", "total"), "none");
  assert_text_equal(call("secret::hide", "hello"), "secret::hide");
}

void paths(void**) {
  const World w;
  for (const char* path :
       {"p", "p::shapes::Kind::Two", "p::Pair::left", "p::Pair::looped", "here::one", "core::option::Option::Some",
        "p::shapes::Square::side", "p::shapes::<p::shapes::Square as p::shapes::Shape>::area"})
    assert_text_equal(definition_path(w.project(), w.def(path)), path);
  // Found by other ways, too.
  assert_text_equal(definition_path(w.project(), w.def("std::option::Option::Some")), "core::option::Option::Some");
  assert_text_equal(definition_path(w.project(), w.def("p::Box4")), "p::shapes::Square");
  assert_false(static_cast<bool>(find_definition(w.project(), "p::nothing")));
  assert_false(static_cast<bool>(find_definition(w.project(), "")));
  assert_false(static_cast<bool>(find_definition(w.project(), "::::")));
}

void documentation(void**) {
  const World w;
  const DefinitionPlaces hello = definition_places(w.project(), w.def("p::hello"));
  assert_text_equal(kLib.substr(hello.documentation.start, hello.documentation.end - hello.documentation.start),
                    "/// Says hello.\n/// Twice.");
  const DefinitionPlaces root = definition_places(w.project(), w.def("p"));
  assert_text_equal(kLib.substr(root.documentation.start, root.documentation.end - root.documentation.start),
                    "//! The crate.");
  assert_text_equal(w.place(definition_places(w.project(), w.def("p::shapes::Kind::One")).whole),
                    "/src/shapes.rs:4:17 One");
  const DefinitionPlaces none = definition_places(w.project(), w.def("core::option::Option"));
  assert_false(none.whole.source.valid());
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(definitions), cmocka_unit_test(locals), cmocka_unit_test(what_is_not_known),
           cmocka_unit_test(references), cmocka_unit_test(expansions), cmocka_unit_test(paths),
           cmocka_unit_test(documentation))
