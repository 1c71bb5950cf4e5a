// Expanded crates as text: what it says, that it parses, and where its tokens come from.
#include <map>
#include <memory>

#include "memory_project.h"
#include "names/project.h"
#include "report/project_text.h"
#include "syntax/lexer.h"
#include "unit_test.h"

namespace {

using namespace rp;

struct Analyzed {
  Files files;
  std::unique_ptr<Project> project;
  CrateIndex crate = kNoCrate;
  ExpansionLimits limits;
  [[nodiscard]] const CrateDefs& defs() const { return *project->analysis.crate(crate); }
};

void analyze(Files files, Analyzed* out) {
  out->files = std::move(files);
  if (!out->files.contains("/w/Cargo.toml"))
    out->files["/w/Cargo.toml"] = "[package]\nname = \"main\"\nversion = \"0.1.0\"\nedition = \"2021\"\n";
  MemoryManifests manifests(out->files);
  MemorySources sources(out->files);
  ProjectOptions options;
  options.resolve = false;
  options.graph.all_targets = false;
  options.analysis.limits = out->limits;
  out->project = analyze_project("/w/Cargo.toml", manifests, sources, options);
  for (uint32_t i = 0; i < out->project->graph.crates.size(); ++i)
    if (out->project->graph.crates[i].local && out->crate == kNoCrate) out->crate = Project::index_of(CrateId(i));
  assert_true(out->crate != kNoCrate);
}

void assert_parses(const std::string& text) {
  ParseOptions options;
  options.edition = Edition::k2021;
  const Tree tree = lex_and_parse(text, options);
  if (!tree.errors().empty()) print_error("%s\nin: %s\n", tree.errors()[0].message.c_str(), text.c_str());
  assert_true(tree.errors().empty());
}

std::string expanded(std::string_view text, std::string_view module = {}) {
  Analyzed analyzed;
  analyze({{"/w/src/lib.rs", std::string(text)}}, &analyzed);
  std::string out = print_expanded(*analyzed.project, analyzed.crate, module);
  assert_parses(out);
  return out;
}

void calls_and_derives(void**) {
  assert_text_equal(expanded(R"(
//! A crate.
// Not documentation.
macro_rules! get { ($name:ident) => { /// Gives it.
    fn $name(&self) -> u8 { self.$name } } }
#[derive(Clone)]
pub struct S<T> where T: Copy { a: u8, #[cfg(nothing)] b: u8, c: Vec<Vec<T>> }
impl<T: Copy> S<T> { get!(a); }
#[cfg(nothing)] fn gone() {}
#[cfg_attr(not(nothing), must_use, cfg(not(nothing)))] fn f() -> bool { matches!(1, 1 | 2) && f() }
)"),
                    R"(//! A crate.
macro_rules! get { ($name:ident) => { /// Gives it.
    fn $name(&self) -> u8 { self.$name } } }
pub struct S<T> where T: Copy {
    a: u8,
    c: Vec<Vec<T>>
}
#[automatically_derived]
impl<T: ::core::clone::Clone> ::core::clone::Clone for S<T> where T: Copy {
    #[inline]
    fn clone(&self) -> S<T> {
        S { a: ::core::clone::Clone::clone(&self.a), c: ::core::clone::Clone::clone(&self.c) }
    }
}
impl<T: Copy> S<T> {
    /// Gives it.
    fn a(&self) -> u8 {
        self.a
    }
}
#[must_use]
fn f() -> bool {
    (#[allow(non_exhaustive_omitted_patterns)] match 1 {
        1 | 2 => true,
        _ => false
    }) && f()
}
)");
}

// What a macro took as a whole, or became, keeps its meaning; parentheses stand only where they are needed.
void parentheses(void**) {
  assert_text_equal(expanded(R"(
macro_rules! twice { ($e:expr) => { $e * 2 } }
macro_rules! id { ($e:expr) => { $e } }
macro_rules! sum { () => { 1 + 2 } }
macro_rules! by_ref { ($t:ty) => { fn g(_: &$t) {} } }
macro_rules! either { ($p:pat) => { let x @ $p = a; } }
macro_rules! block { () => { match a { _ => 1 } } }
macro_rules! neg { ($l:literal) => { $l.abs() } }
by_ref!(dyn Fn() + Send);
fn f(a: i32, s: S) {
    let b = twice!(1 + 1) + twice!(a.b) - twice!(-a);
    let c = sum!() * sum!() + sum!();
    let d = id!(a as usize) < 2;
    let e = (id!(1 + 1)).f() + id!(a).f() + neg!(-1);
    if id!(S { x: 1 }).x == 1 && id!(a) == 2 {}
    id!(match a { _ => 2 }) + 1;
    block!();
    let h = id!(|| 1)() + id!(s.f)(1);
    let i = &id!(-a) + -id!(a - 1) + !id!(id!(a | 2));
    let j = [id!(1..2), sum!()..sum!()];
    either!(Ok(_) | Err(_));
}
)")
                        .substr(0),
                    R"(macro_rules! twice { ($e:expr) => { $e * 2 } }
macro_rules! id { ($e:expr) => { $e } }
macro_rules! sum { () => { 1 + 2 } }
macro_rules! by_ref { ($t:ty) => { fn g(_: &$t) {} } }
macro_rules! either { ($p:pat) => { let x @ $p = a; } }
macro_rules! block { () => { match a { _ => 1 } } }
macro_rules! neg { ($l:literal) => { $l.abs() } }
fn g(_: &(dyn Fn() + Send)) {}
fn f(a: i32, s: S) {
    let b = (1 + 1) * 2 + a.b * 2 - -a * 2;
    let c = (1 + 2) * (1 + 2) + (1 + 2);
    let d = (a as usize) < 2;
    let e = (1 + 1).f() + a.f() + (-1).abs();
    if (S { x: 1 }).x == 1 && a == 2 {}
    (match a {
        _ => 2
    }) + 1;
    match a {
        _ => 1
    };
    let h = (|| 1)() + (s.f)(1);
    let i = &-a + -(a - 1) + !(a | 2);
    let j = [1..2, 1 + 2..1 + 2];
    let x @ (Ok(_) | Err(_)) = a;
}
)");
}

void statements(void**) {
  assert_text_equal(expanded(R"(
macro_rules! two { () => { let a = 1; let b = 2; } }
macro_rules! value { () => { a + 1 } }
macro_rules! inner { () => { value!() } }
macro_rules! item { () => { struct T; } }
macro_rules! nothing { () => {} }
fn f() -> u8 {
    two!();
    value!();
    inner! {}
    item!();
    nothing!();
    #[cfg(nothing)] value!();
    value! {}
}
)")
                        .substr(210),
                    R"(fn f() -> u8 {
    let a = 1;
    let b = 2;
    a + 1;
    a + 1;
    struct T;
    ;
    a + 1
}
)");
}

void modules(void**) {
  Analyzed analyzed;
  analyze({{"/w/src/lib.rs",
            "mod a; pub mod b { //! B\n mod c; macro_rules! m { () => { pub fn x() { $crate::a::f() } } } m!(); }"},
           {"/w/src/a.rs", "#![allow(unused)]\npub fn f() {}"},
           {"/w/src/b/c.rs", "use super::x;"}},
          &analyzed);
  const std::string all = print_expanded(*analyzed.project, analyzed.crate, {});
  assert_parses(all);
  assert_text_equal(all, R"(mod a {
    #![allow(unused)]
    pub fn f() {}
}
pub mod b {
    //! B
    mod c {
        use super::x;
    }
    macro_rules! m { () => { pub fn x() { $crate::a::f() } } }
    pub fn x() {
        crate::a::f()
    }
}
)");
  assert_text_equal(print_expanded(*analyzed.project, analyzed.crate, "b::c"), "use super::x;\n");
  assert_text_equal(print_expanded(*analyzed.project, analyzed.crate, "a"), "#![allow(unused)]\npub fn f() {}\n");
  assert_true(module_by_path(analyzed.defs(), "b::c").valid());
  assert_false(module_by_path(analyzed.defs(), "b::d").valid());
  assert_text_equal(print_expanded(*analyzed.project, analyzed.crate, "b::d"), "");
}

// What cannot be expanded stays, after a comment that says why.
void opaque_calls(void**) {
  assert_text_equal(expanded(R"(
macro_rules! m { (1) => {} }
#[derive(Clone, Unknown)] struct S;
fn f() { let a = missing!(/* */ 1) + 2; }
fn g() { m!(2); m!(1); }
)"),
                    R"(macro_rules! m { (1) => {} }
/* not expanded: cannot find macro `Unknown` */
#[derive(Unknown)]
struct S;
#[automatically_derived]
impl ::core::clone::Clone for S {
    #[inline]
    fn clone(&self) -> S {
        S
    }
}
fn f() {
    let a = /* not expanded: the macro `missing` could not be seen */ missing!(/* */ 1) + 2;
}
fn g() {
    /* not expanded: no rules expected `2` */
    m!(2);
    ;
}
)");
}

void other_crates(void**) {
  assert_text_equal(expanded("fn f(x: Option<u8>) { println!(\"{x:?} {}\", 1 + 1); vec![1]; }"),
                    R"(fn f(x: Option<u8>) {
    {
        ::std::io::_print(format_args!("{1:?} {0}\n", 1 + 1, x));
    };
    ::alloc::boxed::box_assume_init_into_vec_unsafe(::alloc::intrinsics::write_box_via_move(::alloc::boxed::Box::new_uninit(), [1]));
}
)");
}

// cfg_attr is gone before a derive looks, values of attributes are expanded, a file may take its own module away.
void attributes(void**) {
  Analyzed analyzed;
  analyze({{"/w/src/lib.rs",
            "#![doc = include_str!(\"a.md\")]\nmod gone;\n"
            "#[cfg_attr(not(x), derive(Copy), allow(dead_code))]\n#[derive(Clone)]\n"
            "struct S(#[cfg_attr(not(x), doc = \"f\")] u8);\n"
            "#[derive(Clone)] #[derive(Default)] struct T;\n"
            "#[doc = concat!(\"a\", stringify!(b))] macro_rules! m { () => {} }"},
           {"/w/src/a.md", "Title"},
           {"/w/src/gone.rs", "#![cfg(nothing)] fn f() {}"}},
          &analyzed);
  const std::string text = print_expanded(*analyzed.project, analyzed.crate, {});
  assert_parses(text);
  assert_text_equal(text, R"(#![doc = "Title"]
#[allow(dead_code)]
struct S(#[doc = "f"] u8);
#[automatically_derived]
#[doc(hidden)]
#[allow(dead_code)]
unsafe impl ::core::clone::TrivialClone for S {}
#[automatically_derived]
#[allow(dead_code)]
impl ::core::clone::Clone for S {
    #[inline]
    fn clone(&self) -> S {
        let _: ::core::clone::AssertParamIsClone<u8>;
        *self
    }
}
#[automatically_derived]
#[allow(dead_code)]
impl ::core::marker::Copy for S {}
struct T;
#[automatically_derived]
impl ::core::default::Default for T {
    #[inline]
    fn default() -> T {
        T {}
    }
}
#[automatically_derived]
impl ::core::clone::Clone for T {
    #[inline]
    fn clone(&self) -> T {
        T
    }
}
#[doc = "ab"]
macro_rules! m { () => {} }
)");
}

// `$crate` in a file that is included, nested calls where a literal is needed, and Copy for what is packed.
// Attributes that are macros by a path or another name, and what is left of lists and calls that cfg empties.
void attributes_by_path(void**) {
  const std::string text = expanded(R"(
use ::core::prelude::v1::derive as my_derive;
#[::core::prelude::v1::derive(Clone)] struct S;
#[my_derive(Default)] struct T;
#[cfg_attr(true, unsafe(no_mangle))] fn f() {}
macro_rules! element { ({ $(#[$m:meta])* } $e:expr) => { $(#[$m])* $e } }
const A: [u8; 2] = [element!({ #[cfg(false)] } 1), element!({} 2), #[doc = "x"] element!({} 3)];
macro_rules! cast { ($t:ty) => { 1 as $t << 2 } }
fn g() -> u8 { cast!(u8) }
)");
  for (const std::string_view part : {"struct S;\n#[automatically_derived]", "struct T;\n#[automatically_derived]",
                                      "#[unsafe(no_mangle)]", "[2, 3]", "(1 as u8) << 2"}) {
    if (text.find(part) == std::string::npos)
      print_error("%s is not in:\n%s\n", std::string(part).c_str(), text.c_str());
    assert_true(text.find(part) != std::string::npos);
  }
  assert_true(text.find("derive(") == std::string::npos);
}

void built_in_macros(void**) {
  Analyzed analyzed;
  analyze({{"/w/src/lib.rs",
            "include!(\"m.in\"); m!();\n"
            "macro_rules! csi { ($($l:expr),*) => { concat!(\"[\", $($l),*) } }\n"
            "const A: &str = concat!(csi!(\"1\"), csi!(\"2\", \"3\"));\n"
            "#[derive(Eq)] #[repr(packed)] struct P<T>(T);"},
           {"/w/src/m.in", "macro_rules! m { () => { fn f() { $crate::f() } } }"}},
          &analyzed);
  const std::string text = print_expanded(*analyzed.project, analyzed.crate, {});
  assert_parses(text);
  for (const std::string_view part : {"crate::f()", "const A: &str = \"[1[23\";",
                                      "impl<T: ::core::cmp::Eq + ::core::marker::Copy> ::core::cmp::Eq for P<T>"}) {
    if (text.find(part) == std::string::npos)
      print_error("%s is not in:\n%s\n", std::string(part).c_str(), text.c_str());
    assert_true(text.find(part) != std::string::npos);
  }
}

// What all macros of a crate make is bounded; what is left is not expanded, and said once.
void exponential_macros(void**) {
  std::string macros = "macro_rules! m0 { () => { const _: u8 = 1; } }\n";
  for (int i = 1; i < 40; ++i)
    macros += "macro_rules! m" + std::to_string(i) + " { () => { m" + std::to_string(i - 1) + "!{} m" +
              std::to_string(i - 1) + "!{} } }\n";
  Analyzed analyzed;
  analyzed.limits.tokens = 100'000;
  analyze({{"/w/src/lib.rs", macros + "m39!{}\nfn after() {}"}}, &analyzed);
  size_t limits = 0;
  for (const Gap& gap : analyzed.project->gaps) limits += gap.kind == Gap::Kind::Limit;
  assert_int_equal(limits, 1);
  assert_true(analyzed.defs().expansions.size() < 10'000);
  assert_true(print_expanded(*analyzed.project, analyzed.crate, {}).find("fn after() {}") != std::string::npos);
}

// The text that a token's origin says is there is there.
void origins(void**) {
  Analyzed analyzed;
  analyze({{"/w/src/lib.rs", "mod m;\nfn f(v: u8) -> u8 { m::add!(v, 1) }\n"},
           {"/w/src/m.rs",
            "macro_rules! add { ($a:expr, $b:expr) => { $crate::m::inner!($a) + $b + line!() } }\n"
            "macro_rules! inner { ($a:expr) => { -$a } }\npub(crate) use {add, inner};"}},
          &analyzed);
  const CrateDefs& crate = analyzed.defs();
  ExpansionId call;
  for (uint32_t i = 0; i < crate.expansions.size() && !call; ++i)
    if (!crate.expansions[i].parent) call = ExpansionId(i);
  assert_true(call.valid());
  const ExpandedText once = print_expansion(*analyzed.project, analyzed.crate, call, false);
  assert_text_equal(once.text, "crate::m::inner!(v) + 1 + line!()\n");
  const ExpandedText text = print_expansion(*analyzed.project, analyzed.crate, call, true);
  assert_text_equal(text.text, "-v + 1 + 2u32\n");
  std::string seen;
  for (const ExpandedToken& token : text.tokens) {
    const std::string_view shown = std::string_view(text.text).substr(token.start, token.end - token.start);
    const SourceInfo& info = crate.sources[token.source.value];
    const std::string_view there =
        info.source->text.substr(token.written.start, token.written.end - token.written.start);
    if (!token.made_up) assert_text_equal(there, shown);
    seen += std::string(shown) +
            (token.made_up                 ? " made up"
             : info.path.ends_with("m.rs") ? " m.rs"
                                           : " lib.rs") +
            "; ";
  }
  assert_text_equal(seen, "- m.rs; v lib.rs; + m.rs; 1 lib.rs; + m.rs; 2u32 made up; ");
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(calls_and_derives), cmocka_unit_test(parentheses), cmocka_unit_test(statements),
           cmocka_unit_test(modules), cmocka_unit_test(opaque_calls), cmocka_unit_test(other_crates),
           cmocka_unit_test(attributes), cmocka_unit_test(attributes_by_path), cmocka_unit_test(built_in_macros),
           cmocka_unit_test(exponential_macros), cmocka_unit_test(origins))
