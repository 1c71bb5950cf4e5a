// lib/review/sema: what paths, definitions, variables and types rules are told of; with a crate and without one.
#include <memory>
#include <string>
#include <vector>

#include "unit_test.h"

#include "names/workspace_projects.h"
#include "review/def_memo.h"
#include "review/sema.h"
#include "review/tree_queries.h"

namespace {

using rp::Answer;
using rp::NodeId;
using rp::NodeKind;

// The Sema of src/lib.rs, or of the only file, in a workspace in memory.
class Crate {
 public:
  explicit Crate(std::string_view text) : Crate({{"a.rs", text}}) {}
  Crate(std::initializer_list<std::pair<std::string_view, std::string_view>> files) : workspace_{{}} {
    for (const auto& [path, text] : files) workspace_.set_file(path, text);
    std::vector<rp::Unread> unread;
    cargo_ = rp::load_cargo_projects(workspace_, &unread);
    rp::ProjectOptions options;
    options.graph.test_cfg = true;
    projects_ = rp::analyze_workspace(workspace_, cargo_, options);
    for (size_t i = 0; i < workspace_.files().size(); ++i) {
      const std::string& path = workspace_.files()[i].path;
      if (path != "src/lib.rs" && path != "a.rs") continue;
      const auto places = projects_.places_of(i);
      assert_false(places.empty());
      rp::SemaInput input;
      input.path = path;
      input.project = projects_.projects[places[0].project].project.get();
      input.made_up = projects_.projects[places[0].project].made_up;
      input.crate = places[0].crate;
      input.source = places[0].source;
      for (const rp::FileInCrate& each : places)
        if (input.project->graph.crates[rp::Project::crate_of(each.crate).value].test_cfg) {
          input.other_crate = each.crate;
          input.other_source = each.source;
        }
      input.tree = &input.project->analysis.crate(input.crate)->sources[input.source.value].source->tree;
      sema_ = std::make_unique<rp::Sema>(input);
    }
    assert_non_null(sema_.get());
  }

  [[nodiscard]] const rp::Sema& sema() const { return *sema_; }
  [[nodiscard]] const rp::Project& project() const { return *projects_.projects[0].project; }
  // The first node of a kind whose text is that; the n-th.
  [[nodiscard]] NodeId node(NodeKind kind, std::string_view text, int n = 0) const {
    const rp::Tree& tree = sema_->tree();
    for (uint32_t i = 0; i < tree.node_count(); ++i)
      if (tree.kind(NodeId(i)) == kind && tree.text(NodeId(i)) == text && n-- == 0) return NodeId(i);
    print_error("no node %s\n", std::string(text).c_str());
    fail();
    return {};
  }
  [[nodiscard]] NodeId item(NodeKind kind, std::string_view name) const {
    const rp::Tree& tree = sema_->tree();
    for (uint32_t i = 0; i < tree.node_count(); ++i)
      if (tree.kind(NodeId(i)) == kind && rp::name_of(tree, NodeId(i)) == name) return NodeId(i);
    print_error("no item %s\n", std::string(name).c_str());
    fail();
    return {};
  }
  [[nodiscard]] std::string type(NodeKind kind, std::string_view text, int n = 0) const {
    return sema_->text(sema_->type_of(node(kind, text, n)));
  }

 private:
  rp::PackagedWorkspace workspace_;
  std::vector<rp::CargoProject> cargo_;
  rp::WorkspaceProjects projects_;
  std::unique_ptr<rp::Sema> sema_;
};

void check_reply(int line, const rp::Reply& reply, Answer answer, bool exact) {
  if (reply.answer != answer || (answer != Answer::Unknown && reply.exact != exact))
    print_error("line %d: answer %d, exact %d\n", line, static_cast<int>(reply.answer), reply.exact);
  assert_int_equal(static_cast<int>(reply.answer), static_cast<int>(answer));
  if (answer != Answer::Unknown) assert_int_equal(reply.exact, exact);
}

#define assert_reply(...) check_reply(__LINE__, __VA_ARGS__)

constexpr std::string_view kSleep = "std::thread::sleep";

void paths_are_followed(void**) {
  const Crate crate(
      "use std::thread; use std::thread::sleep as nap; use core::mem; use std::vec::Vec as List;\n"
      "type Guard = std::sync::Mutex<u8>;\n"
      "fn sleep() {}\n"
      "fn f() { thread::sleep(d()); nap(d()); sleep(); std::thread::sleep(d()); mem::forget(1);\n"
      "  List::<u8>::with_capacity(1); Guard::new(1); let sleep = 1; sleep; str::from_utf8(b\"\"); }\n");
  const rp::Sema& sema = crate.sema();
  assert_reply(sema.is(crate.node(NodeKind::PathExpr, "thread::sleep"), kSleep), Answer::Yes, true);
  assert_reply(sema.is(crate.node(NodeKind::PathExpr, "nap"), kSleep), Answer::Yes, true);
  assert_reply(sema.is(crate.node(NodeKind::PathExpr, "std::thread::sleep"), kSleep), Answer::Yes, true);
  assert_reply(sema.is(crate.node(NodeKind::PathExpr, "sleep"), kSleep), Answer::No, true);
  assert_reply(sema.is(crate.node(NodeKind::PathExpr, "sleep", 1), kSleep), Answer::No, true);
  assert_reply(sema.is(crate.node(NodeKind::PathExpr, "mem::forget"), "std::mem::forget"), Answer::Yes, true);
  assert_reply(sema.is(crate.node(NodeKind::PathExpr, "List::<u8>::with_capacity"), "std::vec::Vec::with_capacity"),
               Answer::Yes, true);
  assert_reply(sema.is(crate.node(NodeKind::PathExpr, "Guard::new"), "std::sync::Mutex::new"), Answer::Yes, true);
  static constexpr std::string_view kTable[] = {"std::fs::read", kSleep, "std::mem::forget"};
  const rp::Match found = sema.find_in(crate.node(NodeKind::PathExpr, "nap"), kTable);
  assert_int_equal(found.index, 1);
  assert_true(found.exact);
  assert_false(static_cast<bool>(sema.find_in(crate.node(NodeKind::PathExpr, "sleep"), kTable)));
}

void crates_that_are_not_there_are_known_by_name(void**) {
  const Crate crate(
      "use tokio::{spawn as start, sync::Mutex};\nuse std::sync::Arc;\n"
      "async fn f(m: Mutex<u8>, a: Arc<u8>) { start(g()); tokio::time::sleep(d()).await; spawn(h());\n"
      "  let l = m.lock().await; tokio::select! {} }\nfn spawn(x: u8) {}\n");
  const rp::Sema& sema = crate.sema();
  assert_reply(sema.is(crate.node(NodeKind::PathExpr, "start"), "tokio::spawn"), Answer::Yes, false);
  assert_reply(sema.is(crate.node(NodeKind::PathExpr, "tokio::time::sleep"), "tokio::time::sleep"), Answer::Yes, false);
  assert_reply(sema.is(crate.node(NodeKind::PathExpr, "tokio::time::sleep"), kSleep), Answer::No, false);
  assert_reply(sema.is(crate.node(NodeKind::PathExpr, "spawn"), "tokio::spawn"), Answer::No, true);
  assert_reply(sema.is_macro(crate.node(NodeKind::MacroCall, "tokio::select! {}"), "tokio::select"), Answer::Yes,
               false);
  assert_reply(sema.is_method(crate.node(NodeKind::MethodCallExpr, "m.lock()"), "tokio::sync::Mutex::lock"),
               Answer::Yes, false);
  assert_reply(sema.is_method(crate.node(NodeKind::MethodCallExpr, "m.lock()"), "std::sync::Mutex::lock"), Answer::No,
               false);
  assert_false(sema.has_manifest());
}

void macros_and_attributes(void**) {
  const Crate crate(
      "macro_rules! m { () => { 1u8 } }\n#[derive(Debug, std::clone::Clone)] pub struct S;\n"
      "#[must_use] fn f() { println!(\"{}\", 1); m!(); }\n#[tokio::main] async fn g() {}\n");
  const rp::Sema& sema = crate.sema();
  assert_reply(sema.is_macro(crate.node(NodeKind::MacroCall, "println!(\"{}\", 1)"), "std::println"), Answer::Yes,
               true);
  assert_reply(sema.is_macro(crate.node(NodeKind::MacroCall, "m!()"), "std::println"), Answer::No, true);
  assert_true(sema.find_attribute(crate.item(NodeKind::FnItem, "f"), "must_use").valid());
  assert_true(sema.find_attribute(crate.item(NodeKind::FnItem, "g"), "tokio::main").valid());
  assert_reply(sema.derives(crate.item(NodeKind::StructItem, "S"), "std::fmt::Debug"), Answer::Yes, true);
  assert_reply(sema.has_impl(sema.definition(crate.item(NodeKind::StructItem, "S")), "std::clone::Clone"), Answer::Yes,
               true);
  assert_reply(sema.has_impl(sema.definition(crate.item(NodeKind::StructItem, "S")), "std::marker::Copy"), Answer::No,
               true);
}

void derives_of_procedural_macros(void**) {
  // One that is modelled implements what its model says; one that is opaque may implement anything.
  const std::string macro_crate = "edition = \"2021\"\nversion = \"1.0.0\"\n[lib]\nproc-macro = true\n";
  const auto derive = [](std::string_view name) {
    return "use proc_macro::TokenStream;\n#[proc_macro_derive(" + std::string(name) +
           ")] pub fn derive(t: TokenStream) -> TokenStream { t }\n";
  };
  const std::string impl_manifest = "[package]\nname = \"derive_more-impl\"\n" + macro_crate;
  const std::string other_manifest = "[package]\nname = \"other\"\n" + macro_crate;
  const std::string debug = derive("Debug");
  const std::string other = derive("Other");
  const Crate crate{
      {"Cargo.toml",
       "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n[dependencies]\n"
       "derive_more = { path = \"more\" }\nother = { path = \"other\" }\n"},
      {"more/Cargo.toml",
       "[package]\nname = \"derive_more\"\nversion = \"1.0.0\"\nedition = \"2021\"\n[dependencies]\n"
       "derive_more-impl = { path = \"../impl\" }\n"},
      {"more/src/lib.rs", "pub use core;\npub use derive_more_impl::Debug;\n"},
      {"impl/Cargo.toml", impl_manifest},
      {"impl/src/lib.rs", debug},
      {"other/Cargo.toml", other_manifest},
      {"other/src/lib.rs", other},
      {"src/lib.rs",
       "#[derive(derive_more::Debug)] pub struct S;\n#[derive(other::Other)] pub struct T;\npub struct U;\n"}};
  const rp::Sema& sema = crate.sema();
  const auto has = [&](std::string_view type, std::string_view trait) {
    return sema.has_impl(sema.definition(crate.item(NodeKind::StructItem, type)), trait);
  };
  assert_reply(has("S", "std::fmt::Debug"), Answer::Yes, true);
  assert_reply(has("S", "std::clone::Clone"), Answer::No, true);
  assert_int_equal(static_cast<int>(has("T", "std::fmt::Debug").answer), static_cast<int>(Answer::Unknown));
  assert_reply(has("U", "std::fmt::Debug"), Answer::No, true);
}

void what_others_can_name(void**) {
  const Crate crate{{"Cargo.toml", "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"},
                    {"src/lib.rs",
                     "mod inner { pub struct Out; pub struct In; impl Out { pub fn m(&self) {} fn p(&self) {} } }\n"
                     "pub use inner::Out; pub fn open() {} fn closed() {}\n"}};
  const rp::Sema& sema = crate.sema();
  const auto reachable = [&](NodeKind kind, std::string_view name) {
    return static_cast<int>(sema.is_reachable(crate.item(kind, name)));
  };
  assert_int_equal(reachable(NodeKind::StructItem, "Out"), static_cast<int>(Answer::Yes));
  assert_int_equal(reachable(NodeKind::StructItem, "In"), static_cast<int>(Answer::No));
  assert_int_equal(reachable(NodeKind::FnItem, "m"), static_cast<int>(Answer::Yes));
  assert_int_equal(reachable(NodeKind::FnItem, "p"), static_cast<int>(Answer::No));
  assert_int_equal(reachable(NodeKind::FnItem, "open"), static_cast<int>(Answer::Yes));
  assert_int_equal(reachable(NodeKind::FnItem, "closed"), static_cast<int>(Answer::No));
  assert_int_equal(static_cast<int>(sema.crate_kind()), static_cast<int>(rp::CrateKind::Lib));
  assert_int_equal(static_cast<int>(sema.depends_on("tokio")), static_cast<int>(Answer::No));
  assert_text_equal(std::string(sema.package_name()), "a");
}

void variables(void**) {
  const Crate crate(
      "fn f(mut a: Vec<u8>) { let b = a; let c = &b; g(c); loop { let d = b.len(); h(d, b); } }\n"
      "fn g(x: &Vec<u8>) {} fn h(n: usize, x: Vec<u8>) {}\n");
  const rp::Sema& sema = crate.sema();
  const auto a = sema.local(crate.node(NodeKind::PathExpr, "a"));
  assert_true(a.has_value() && a->is_parameter && a->is_mutable && a->type.valid());
  const auto b = sema.local(crate.node(NodeKind::PathExpr, "b"));
  assert_true(b.has_value() && b->value.valid());
  bool complete = false;
  assert_int_equal(sema.uses_of_local(b->name, &complete).size(), 3);
  assert_true(complete);
  assert_true(sema.used_after(a->name, crate.node(NodeKind::PathExpr, "a")).no());
  assert_true(sema.used_after(b->name, crate.node(NodeKind::RefExpr, "&b")).yes());
  // In the loop's next turn.
  assert_true(sema.used_after(b->name, crate.node(NodeKind::PathExpr, "b", 2)).yes());
  assert_true(sema.moves(crate.node(NodeKind::PathExpr, "a")).yes());
  assert_true(sema.moves(crate.node(NodeKind::PathExpr, "b")).no());
  assert_true(sema.holds_value_at(a->name, crate.node(NodeKind::RefExpr, "&b")).no());
  assert_true(sema.holds_value_at(b->name, crate.node(NodeKind::CallExpr, "g(c)")).yes());
}

void types_of_expressions(void**) {
  const Crate crate(
      "use std::sync::{Arc, Mutex}; use std::collections::HashMap;\n"
      "struct Point { x: f64, tags: Vec<String> }\n"
      "impl Point { fn new() -> Self { loop {} } fn tags(&self) -> &Vec<String> { &self.tags } }\n"
      "fn find(n: u8) -> Result<Point, String> { loop {} }\n"
      "fn f(p: &Point, m: HashMap<u8, Point>) -> Result<(), String> {\n"
      "  let made = Point::new(); let shared = Arc::new(Mutex::new(1u8)); let got = find(1)?;\n"
      "  let guard = shared.lock(); p.x; made.tags; p.tags(); (1u8, 'c'); &got.tags[0]; got.tags.len();\n"
      "  for t in &made.tags { t; } if let Some(s) = made.tags.first() { s; } vec![1u32]; format!(\"a\");\n"
      "  made.tags.iter().map(|x| x); 2 + p.tags.len(); [1i8][0]; made.tags.clone(); Ok(()) }\n");
  assert_text_equal(crate.type(NodeKind::PathExpr, "made"), "Point");
  assert_text_equal(crate.type(NodeKind::PathExpr, "shared"), "Arc<Mutex<u8>>");
  assert_text_equal(crate.type(NodeKind::PathExpr, "got"), "Point");
  assert_text_equal(crate.type(NodeKind::FieldExpr, "p.x"), "f64");
  assert_text_equal(crate.type(NodeKind::FieldExpr, "made.tags"), "Vec<String>");
  assert_text_equal(crate.type(NodeKind::MethodCallExpr, "p.tags()"), "&Vec<String>");
  assert_text_equal(crate.type(NodeKind::TupleExpr, "(1u8, 'c')"), "(u8, char)");
  assert_text_equal(crate.type(NodeKind::RefExpr, "&got.tags[0]"), "&String");
  assert_text_equal(crate.type(NodeKind::MethodCallExpr, "got.tags.len()"), "usize");
  assert_text_equal(crate.type(NodeKind::PathExpr, "t"), "&String");
  assert_text_equal(crate.type(NodeKind::PathExpr, "s"), "&String");
  assert_text_equal(crate.type(NodeKind::BinaryExpr, "2 + p.tags.len()"), "usize");
  assert_text_equal(crate.type(NodeKind::IndexExpr, "[1i8][0]"), "i8");
  assert_text_equal(crate.type(NodeKind::MethodCallExpr, "made.tags.clone()"), "Vec<String>");
  assert_text_equal(crate.type(NodeKind::MacroExpr, "format!(\"a\")"), "String");
  const rp::Sema& sema = crate.sema();
  const NodeId lock = crate.node(NodeKind::MethodCallExpr, "shared.lock()");
  assert_reply(sema.is_method(lock, "std::sync::Mutex::lock"), Answer::Yes, true);
  assert_reply(sema.is_method(lock, "std::sync::RwLock::lock"), Answer::No, true);
  assert_reply(sema.is_method(crate.node(NodeKind::MethodCallExpr, "made.tags.clone()"), "std::clone::Clone::clone"),
               Answer::Yes, true);
  const rp::SemaType guard = sema.type_of(lock);
  assert_true(sema.is_type(guard, "std::result::Result").proven());
  assert_true(sema.is_type(sema.argument(guard, 0), "std::sync::MutexGuard").proven());
  const rp::SemaType made = sema.type_of(crate.node(NodeKind::PathExpr, "made"));
  assert_true(sema.is_copy(made).no());
  assert_true(sema.needs_drop(made).yes());
  assert_true(sema.is_copy(sema.type_of(crate.node(NodeKind::FieldExpr, "p.x"))).yes());
  assert_int_equal(sema.layout(made)->size, 32);
}

void constants(void**) {
  const Crate crate(
      "const N: usize = 4 * 8 - 1;\nfn f() { N; 0x_ff_u8; -1; \"text\"; N + g(); }\nfn g() -> usize { 1 }\n");
  const rp::Sema& sema = crate.sema();
  assert_int_equal(sema.constant(crate.node(NodeKind::PathExpr, "N"))->magnitude, 31);
  assert_int_equal(sema.constant(crate.node(NodeKind::LiteralExpr, "0x_ff_u8"))->magnitude, 255);
  assert_true(sema.constant(crate.node(NodeKind::UnaryExpr, "-1"))->negative);
  assert_text_equal(sema.constant(crate.node(NodeKind::LiteralExpr, "\"text\""))->text, "text");
  assert_false(sema.constant(crate.node(NodeKind::BinaryExpr, "N + g()")).has_value());
}

void tests_are_seen_in_their_crate(void**) {
  const Crate crate{{"Cargo.toml", "[package]\nname = \"a\"\nversion = \"0.1.0\"\nedition = \"2021\"\n"},
                    {"src/lib.rs",
                     "pub fn f() {}\n#[cfg(test)] mod tests { use std::thread; fn t() { thread::sleep(d()); } }\n"
                     "#[cfg(windows)] fn w() { g(); }\n"}};
  const rp::Sema& sema = crate.sema();
  const NodeId sleep = crate.node(NodeKind::PathExpr, "thread::sleep");
  assert_reply(sema.is(sleep, kSleep), Answer::Yes, true);
  assert_true(sema.in_test(sleep));
  assert_int_equal(static_cast<int>(sema.is_removed(sleep)), static_cast<int>(Answer::No));
  assert_int_equal(static_cast<int>(sema.is_removed(crate.node(NodeKind::PathExpr, "g"))),
                   static_cast<int>(Answer::Yes));
  assert_false(sema.in_test(crate.item(NodeKind::FnItem, "f")));
}

}  // namespace

// What a constant is does not depend on whether somebody has asked for a layout before.
void constants_may_need_layouts(void**) {
  const Crate crate(
      "const SIZE: usize = std::mem::size_of::<u64>();\n"
      "fn f(block: [u8; SIZE * 2]) { block; }\n");
  const rp::Sema& sema = crate.sema();
  const rp::SemaType block = sema.type_of(crate.node(NodeKind::PathExpr, "block"));
  assert_text_equal(sema.text(block), "[u8; 16]");
  assert_true(sema.is_copy(block).yes());
  const std::optional<rp::TypeLayout> layout = sema.layout(block);
  assert_true(layout.has_value());
  assert_int_equal(layout->size, 16);
}

// Which of two traits is imported at a call is not known: neither is said to be meant.
void a_method_of_two_traits_is_nobodys(void**) {
  Crate crate(
      "mod one { pub trait Save { fn save(&self) -> u8; fn once(&self) -> u8; } }\n"
      "mod two { pub trait Save { fn save(&self) -> u16; } }\n"
      "pub struct File;\n"
      "impl one::Save for File { fn save(&self) -> u8 { 1 } fn once(&self) -> u8 { 1 } }\n"
      "impl two::Save for File { fn save(&self) -> u16 { 2 } }\n"
      "fn f(file: File) -> u16 { use two::Save; file.save() }\n"
      "fn g(file: File) -> u8 { use one::Save; file.once() }\n");
  const rp::Sema& sema = crate.sema();
  assert_int_equal(sema.method(crate.node(NodeKind::MethodCallExpr, "file.save()")).known, Answer::Unknown);
  assert_int_equal(sema.method(crate.node(NodeKind::MethodCallExpr, "file.once()")).known, Answer::Yes);
}

// Answers are the same in whatever order questions come: what is kept of the last ones only saves time.
void questions_may_come_in_any_order(void**) {
  const Crate crate(
      "use std::mem; pub struct A; mod inner { pub fn hidden() {} }\n"
      "pub fn f(x: u8) { mem::forget(x); let y = x; g(y); g(x); mem::forget(y); }\n"
      "pub fn g(x: u8) { x; mem::forget(A); inner::hidden(); }\n");
  const rp::Sema& sema = crate.sema();
  const rp::Tree& tree = sema.tree();
  std::vector<rp::NameMeaning> forward;
  std::vector<rp::DefRef> definitions;
  std::vector<Answer> reachable;
  for (uint32_t i = 0; i < tree.node_count(); ++i) {
    forward.push_back(sema.meaning(NodeId(i)));
    definitions.push_back(sema.definition(NodeId(i)));
    reachable.push_back(sema.is_reachable(NodeId(i)));
  }
  // Steps that lead forwards and backwards, near and far, through all nodes.
  const uint32_t count = tree.node_count();
  uint32_t step = count / 2 + 1;
  for (const uint32_t stride : {count - 1, step, 7U, 1U})
    for (uint32_t i = 0, at = count - 1; i < count; ++i, at = (at + stride) % count) {
      const rp::NameMeaning again = sema.meaning(NodeId(at));
      assert_int_equal(static_cast<int>(again.kind), static_cast<int>(forward[at].kind));
      assert_true(again.def == forward[at].def && again.declaration == forward[at].declaration);
      assert_true(sema.definition(NodeId(at)) == definitions[at]);
      assert_int_equal(static_cast<int>(sema.is_reachable(NodeId(at))), static_cast<int>(reachable[at]));
    }
  assert_reply(sema.is(crate.node(NodeKind::PathExpr, "mem::forget", 2), "std::mem::forget"), Answer::Yes, true);
  assert_int_equal(static_cast<int>(sema.meaning(crate.node(NodeKind::PathExpr, "y", 1)).kind),
                   static_cast<int>(rp::NameKind::Local));
}

void fields_of_packed_structs(void**) {
  const Crate crate(
      "#[repr(C, packed)] pub struct Header { kind: u8, length: u32 }\n"
      "#[repr(packed(2))] union Word { whole: u32, r#type: u8 }\n"
      "#[repr(C)] struct Plain { plain: u8 }\n"
      "#[cfg_attr(any(), repr(packed))] struct Maybe { maybe: u8 }\n"
      "macro_rules! make { ($name:ident) => { #[repr(packed)] struct $name { made: u16 } }; }\nmake!(Made);\n");
  const rp::Sema& sema = crate.sema();
  for (const std::string_view name : {"kind", "length", "whole", "type", "made"}) {
    if (!sema.is_packed_field_name(name)) print_error("%s\n", std::string(name).c_str());
    assert_true(sema.is_packed_field_name(name));
  }
  for (const std::string_view name : {"plain", "maybe", "nothing", ""}) assert_false(sema.is_packed_field_name(name));
  assert_int_equal(rp::written_packing(sema.tree(), crate.item(NodeKind::UnionItem, "Word")), 2);
  assert_int_equal(rp::written_packing(sema.tree(), crate.item(NodeKind::StructItem, "Header")), 1);
  assert_int_equal(rp::written_packing(sema.tree(), crate.item(NodeKind::StructItem, "Maybe")), 0);
}

// is_packed_field_name leaves the standard library out: it has no packed struct whose fields others can name.
void nothing_public_of_std_is_packed(void**) {
  const Crate crate("fn f() {}");
  size_t seen = 0;
  for (rp::CrateIndex i = 0; i < rp::kSysrootCrates; ++i) {
    const rp::CrateDefs* defs = crate.project().analysis.crate(i);
    if (defs == nullptr || i == rp::kStdLibc) continue;  // which nobody but std can name
    for (uint32_t d = 0; d < defs->defs.size(); ++d) {
      const rp::DefRef def{i, rp::DefId(d)};
      const rp::DefKind kind = crate.sema().kind(def);
      if (kind != rp::DefKind::Struct && kind != rp::DefKind::Union) continue;
      bool is_public = false;
      for (const rp::DefId child : defs->children(def.def)) {
        const rp::Def& field = defs->def(child);
        is_public = is_public || (field.kind == rp::DefKind::Field && field.visibility.is_public());
      }
      const rp::TreeNode item = is_public ? crate.sema().node_of(def) : rp::TreeNode();
      if (!item) continue;
      ++seen;
      if (rp::written_packing(*item.tree, item.node) != 0) print_error("%s\n", crate.sema().path_text(def).c_str());
      assert_int_equal(rp::written_packing(*item.tree, item.node), 0);
    }
  }
  assert_true(seen > 20);
}

void names_of_mutable_statics(void**) {
  const Crate crate(
      "static mut COUNT: u8 = 0; static PLAIN: u8 = 0; const VALUE: u8 = 0;\n"
      "mod inner { pub static mut DEEP: u8 = 0; pub static FIXED: u8 = 0; }\n"
      "use inner::DEEP as RENAMED; use inner::FIXED as OTHER;\n"
      "fn f() { static mut LOCAL: u8 = 0; }\n"
      "macro_rules! make { () => { static mut MADE: u8 = 0; } }\nmake!();\n");
  const rp::Sema& sema = crate.sema();
  for (const std::string_view name : {"COUNT", "DEEP", "RENAMED", "LOCAL", "MADE"}) {
    if (!sema.is_mutable_static_name(name)) print_error("%s\n", std::string(name).c_str());
    assert_true(sema.is_mutable_static_name(name));
  }
  for (const std::string_view name : {"PLAIN", "VALUE", "FIXED", "OTHER", "x", ""})
    assert_false(sema.is_mutable_static_name(name));
  assert_false(Crate("static ONE: u8 = 1;\n").sema().is_mutable_static_name("ONE"));
}

void rules_keep_what_they_found(void**) {
  const Crate crate("pub trait A {} pub trait B {}\n");
  const rp::Sema& sema = crate.sema();
  const rp::DefRef a = sema.definition(crate.item(NodeKind::TraitItem, "A"));
  const rp::DefRef b = sema.definition(crate.item(NodeKind::TraitItem, "B"));
  const int one = 0, two = 0;
  assert_int_equal(sema.kept(&one, a), 0);
  sema.keep(&one, a, 3);
  sema.keep(&two, b, 4);
  sema.keep(&one, {}, 5);
  assert_int_equal(sema.kept(&one, a), 3);
  assert_int_equal(sema.kept(&one, b), 0);
  assert_int_equal(sema.kept(&two, a), 0);
  assert_int_equal(sema.kept(&two, b), 4);
  assert_int_equal(sema.kept(&one, {}), 0);
}

void types_that_are_known_in_full(void**) {
  const Crate crate(
      "fn f<T>(a: Vec<u8>, b: Option<T>, c: Option<gone::Type>, d: gone::Type, e: (u8, gone::Type)) {\n"
      "  a; b; c; d; e; }\n");
  const rp::Sema& sema = crate.sema();
  const auto complete = [&](std::string_view text) {
    return sema.is_complete(sema.type_of(crate.node(NodeKind::PathExpr, text)));
  };
  assert_true(complete("a"));
  assert_true(complete("b"));
  assert_false(complete("c"));
  assert_false(complete("d"));
  assert_false(complete("e"));
  assert_false(sema.is_complete({}));
}

void memos_of_definitions(void**) {
  rp::DefMemo<uint32_t> memo(2);
  const rp::DefRef first{0, rp::DefId(3)};
  const rp::DefRef second{1, rp::DefId(0)};
  assert_int_equal(memo.find(first), 0);
  memo.put(first, 4, 7);
  memo.put(second, 1, 9);
  memo.put({1, rp::DefId(1)}, 1, 5);  // there is no such definition
  memo.put({2, rp::DefId(0)}, 1, 5);
  assert_int_equal(memo.find(first), 7);
  assert_int_equal(memo.find({0, rp::DefId(2)}), 0);
  assert_int_equal(memo.find(second), 9);
  assert_int_equal(memo.find({1, rp::DefId(1)}), 0);
  assert_int_equal(memo.find({2, rp::DefId(0)}), 0);
  assert_int_equal(memo.find({}), 0);
}

UNIT_TESTS(cmocka_unit_test(questions_may_come_in_any_order), cmocka_unit_test(fields_of_packed_structs),
           cmocka_unit_test(names_of_mutable_statics), cmocka_unit_test(rules_keep_what_they_found),
           cmocka_unit_test(nothing_public_of_std_is_packed), cmocka_unit_test(types_that_are_known_in_full),
           cmocka_unit_test(memos_of_definitions), cmocka_unit_test(a_method_of_two_traits_is_nobodys),
           cmocka_unit_test(paths_are_followed), cmocka_unit_test(crates_that_are_not_there_are_known_by_name),
           cmocka_unit_test(macros_and_attributes), cmocka_unit_test(derives_of_procedural_macros),
           cmocka_unit_test(what_others_can_name), cmocka_unit_test(variables), cmocka_unit_test(types_of_expressions),
           cmocka_unit_test(constants), cmocka_unit_test(constants_may_need_layouts),
           cmocka_unit_test(tests_are_seen_in_their_crate))
