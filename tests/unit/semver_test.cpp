// Public interfaces, and comparisons of two versions: each case is an old and a new crate, and the rules that must
// speak.
#include <algorithm>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "names/facts.h"
#include "names/public_api.h"
#include "report/api_text.h"
#include "review/semver.h"
#include "unit_test.h"

namespace {

using namespace rp;

class MemoryReader final : public rp::SourceReader {
 public:
  std::map<std::string, std::string, std::less<>> files;
  Outcome read(std::string_view path, std::string* text) override {
    const auto at = files.find(path);
    if (at == files.end()) return Outcome::NotFound;
    *text = at->second;
    return Outcome::Ok;
  }
  bool exists(std::string_view path) override { return files.contains(path); }
};

SemverSide read(std::string_view text, std::string_view version = "1.0.0") {
  MemoryReader reader;
  reader.files["/crate/src/lib.rs"] = std::string(text);
  CfgSet cfg;
  cfg.finish();
  Analysis analysis;
  analysis.crates.resize(kSysrootCrates + 1);
  analysis.package_names.resize(kSysrootCrates + 1);
  std::string error;
  assert_true(read_builtin_facts(&analysis, default_target(), &error));
  CollectInput input;
  input.name = "shapes";
  input.root_file = "/crate/src/lib.rs";
  input.edition = Edition::k2021;
  input.cfg = &cfg;
  input.index = kSysrootCrates;
  input.dependencies.push_back({"missing", kNoCrate});  // its sources are nowhere
  analysis.crates[kSysrootCrates] = collect_crate(input, analysis, reader, AnalysisOptions());
  const CrateDefs& crate = *analysis.crates[kSysrootCrates];
  const CrateNames names = resolve_crate(crate, analysis, ResolveOptions());
  SemverSide side;
  side.api = public_api(crate, names, analysis, cfg, "/crate");
  side.package.name = "shapes";
  side.package.version = version;
  return side;
}

// "level rule path" for each change, `?` behind a likely one.
std::string changes(std::string_view before, std::string_view after) {
  const SemverDiff diff = compare_apis(read(before), read(after, "1.1.0"));
  std::string out;
  for (const SemverChange& each : diff.changes) {
    out += std::string(semver_level_name(each.level)) + " " + std::string(each.rule->id.substr(7)) + " " + each.path +
           (each.verdict == Verdict::Likely ? " ?" : "") + "\n";
  }
  return out;
}

std::string paths(std::string_view text) {
  std::string out;
  for (const ApiItem& item : read(text).api.items)
    if (!item.hidden) out += std::string(api_kind_name(item.kind)) + " " + item.path + "\n";
  return out;
}

void paths_lead_through_reexports(void**) {
  assert_text_equal(paths("mod a { pub struct S; pub(crate) struct T; pub mod b { pub fn f() {} } }\n"
                          "pub use a::{S, b as c};\n"
                          "pub enum E { A, B { x: u8 } }\n"
                          "#[doc(hidden)] pub mod hidden { pub struct H; }\n"
                          "#[macro_export] macro_rules! m { () => {} }\n"
                          "pub use std::vec::Vec;\n"),
                    "module shapes\n"
                    "enum shapes::E\n"
                    "variant shapes::E::A\n"
                    "variant shapes::E::B\n"
                    "field shapes::E::B::x\n"
                    "struct shapes::S\n"
                    "re-export shapes::Vec\n"
                    "module shapes::c\n"
                    "function shapes::c::f\n"
                    "macro shapes::m\n");
  const SemverSide side = read("mod a { pub struct S; } pub use a::S; pub mod z { pub use crate::a::S as Other; }\n");
  assert_int_equal(side.api.aliases.size(), 1);
  assert_text_equal(side.api.aliases[0].path, "shapes::z::Other");
}

void signatures_are_written_as_people_write_them(void**) {
  const SemverSide side = read(
      "pub struct S<'a, T: ?Sized + 'a>(pub &'a T);\n"
      "impl<'a, T> S<'a, T> {\n"
      "    pub async unsafe fn f<F>(self: Box<Self>, /* a */ f: F, [a, b]: [u8; 2],) -> Option<Vec<u8>>\n"
      "    where F: FnOnce(&T) -> bool + 'static,\n"
      "    { None }\n"
      "}\n"
      "pub const N: &'static [*const u8] = &[];\n");
  std::vector<std::string> texts;
  for (const ApiItem& item : side.api.items) texts.push_back(item.text);
  const auto has = [&](std::string_view text) { return std::find(texts.begin(), texts.end(), text) != texts.end(); };
  assert_true(has("struct S<'a, T: ?Sized + 'a>(&'a T)"));
  assert_true(
      has("async unsafe fn f<F>(self: Box<Self>, f: F, [a, b]: [u8; 2]) -> Option<Vec<u8>> where F: "
          "FnOnce(&T) -> bool + 'static"));
  assert_true(has("const N: &'static [*const u8]"));
}

void the_same_is_the_same(void**) {
  // Another way of writing, other names of parameters, an alias, a moved private module: nothing to say.
  assert_text_equal(
      changes("use std::collections::HashMap;\n"
              "pub type Result<T> = std::result::Result<T, Error>;\n"
              "pub struct Error;\n"
              "impl Error { pub fn new() -> Self { Error } }\n"
              "pub fn f<K: Ord + Clone>(map: &HashMap<K, Vec<u8>>) -> Result<()> { Ok(()) }\n"
              "pub fn g(x: std::num::NonZeroU8) -> std::io::Result<()> { Ok(()) }\n"
              "mod a { pub struct S; } pub use a::S; pub fn h(s: S) {}\n",
              "pub struct Error;\n"
              "pub type Result<T, E = Error> = std::result::Result<T, E>;\n"
              "impl Error { pub fn new() -> Error { Error } }\n"
              "pub fn f<A>(m: &std::collections::HashMap<A, std::vec::Vec<u8>>) -> core::result::Result<(), Error>\n"
              "where A: Clone + Ord { Ok(()) }\n"
              "pub fn g(x: core::num::NonZero<u8>) -> Result<(), std::io::Error> { Ok(()) }\n"
              "mod b { pub mod c { pub struct S; } } pub use b::c::S; pub fn h(s: crate::S) {}\n"),
      "");
}

void paths_that_are_gone(void**) {
  assert_text_equal(changes("pub mod a { pub struct S; pub fn f() {} } pub fn g() {} pub use a::S as T;\n"
                            "#[macro_export] macro_rules! m { () => {} }\n",
                            "fn g() {}\n"),
                    "major item-removed shapes::T\n"
                    "major item-removed shapes::a\n"
                    "major item-removed shapes::g\n"
                    "major item-removed shapes::m\n");
  // A path of its own.
  assert_text_equal(
      changes("mod a { pub struct S; } pub use a::S; pub use a::S as T;", "mod a { pub struct S; } pub use a::S;"),
      "major item-removed shapes::T\n");
  assert_text_equal(changes("pub struct S;", "#[doc(hidden)] pub struct S;"), "major item-hidden shapes::S\n");
  assert_text_equal(changes("pub struct S;", "#[deprecated] #[doc(hidden)] pub struct S;"),
                    "minor deprecated shapes::S\n");
  assert_text_equal(changes("pub struct S;", "pub enum S { A }"), "major kind-changed shapes::S\n");
  // Renamed, with an alias left behind.
  assert_text_equal(
      changes("pub struct Old { x: u8 } impl Old { pub fn f(&self) {} } pub fn g(o: Old) {}",
              "pub struct New { x: u8 } impl New { pub fn f(&self) {} } pub type Old = New; pub fn g(o: New) {}"),
      "");
}

void functions(void**) {
  const auto fn = [](std::string_view before, std::string_view after) { return changes(before, after); };
  assert_text_equal(fn("pub fn f(a: u8) {}", "pub fn f(a: u8, b: u8) {}"), "major fn-parameters shapes::f\n");
  assert_text_equal(fn("pub fn f(a: u8) {}", "pub fn f(a: u16) {}"), "major fn-signature shapes::f\n");
  assert_text_equal(fn("pub fn f() -> u8 { 0 }", "pub fn f() -> u16 { 0 }"), "major fn-signature shapes::f\n");
  assert_text_equal(fn("pub fn f() {}", "pub unsafe fn f() {}"), "major fn-unsafe-added shapes::f\n");
  assert_text_equal(fn("pub unsafe fn f() {}", "pub fn f() {}"), "");
  assert_text_equal(fn("pub const fn f() {}", "pub fn f() {}"), "major fn-const-removed shapes::f\n");
  assert_text_equal(fn("pub fn f() {}", "pub async fn f() {}"), "major async-changed shapes::f\n");
  assert_text_equal(fn("pub fn f() {}", "pub extern \"C\" fn f() {}"), "major abi-changed shapes::f\n");
  assert_text_equal(fn("pub fn f(a: u8) {}", "pub fn f<T: Into<u8>>(a: T) {}"),
                    "possibly fn-generalized shapes::f ?\npossibly fn-generics shapes::f\n");
  assert_text_equal(fn("pub fn f<T>(a: T) {}", "pub fn f<T: Clone>(a: T) {}"), "major bound-tightened shapes::f\n");
  assert_text_equal(fn("pub fn f<T: Clone>(a: T) {}", "pub fn f<T>(a: T) {}"), "");
  assert_text_equal(fn("pub fn f<T: ?Sized>(a: &T) {}", "pub fn f<T>(a: &T) {}"), "major bound-tightened shapes::f\n");
  // Implied by what was asked for before.
  assert_text_equal(fn("pub fn f<T: Ord>(a: T) {}", "pub fn f<T: Ord + Eq>(a: T) {}"), "");
  assert_text_equal(fn("pub fn f(a: &'static str) {}", "pub fn f(a: &str) {}"), "");
  assert_text_equal(fn("pub fn f(a: &str) {}", "pub fn f(a: &'static str) {}"), "major fn-signature shapes::f\n");
  assert_text_equal(fn("pub fn f() -> impl Iterator<Item = u8> + Clone { [].into_iter() }",
                       "pub fn f() -> impl Iterator<Item = u8> { [].into_iter() }"),
                    "major fn-signature shapes::f ?\n");
  assert_text_equal(fn("pub fn f() -> impl Clone { 1 }", "pub fn f() -> impl Clone + Send { 1 }"), "");
  assert_text_equal(fn("pub struct S; impl S { pub fn f(&self) {} }", "pub struct S; impl S { pub fn f(self) {} }"),
                    "major fn-receiver shapes::S::f\n");
  assert_text_equal(
      fn("pub struct S; impl S { pub fn f(&mut self) {} }", "pub struct S; impl S { pub fn f(&self) {} }"), "");
  assert_text_equal(fn("pub struct S; impl S { pub fn f(&self) {} }", "pub struct S;"),
                    "major method-removed shapes::S::f\n");
  assert_text_equal(fn("pub fn f() -> u8 { 0 }", "#[must_use] pub fn f() -> u8 { 0 }"),
                    "minor must-use-added shapes::f\n");
}

void data_types(void**) {
  assert_text_equal(changes("pub struct S { pub a: u8, pub b: u8 }", "pub struct S { pub a: u16 }"),
                    "major field-type shapes::S::a\nmajor field-removed shapes::S::b\n");
  assert_text_equal(changes("pub struct S { pub a: u8 }", "pub struct S { pub a: u8, b: u8 }"),
                    "major struct-private-field-added shapes::S\n");
  assert_text_equal(changes("pub struct S { pub a: u8 }", "pub struct S { pub a: u8, pub b: u8 }"),
                    "major struct-field-added shapes::S\n");
  assert_text_equal(changes("pub struct S { pub a: u8, c: u8 }", "pub struct S { pub a: u8, pub b: u8 }"), "");
  assert_text_equal(
      changes("#[non_exhaustive] pub struct S { pub a: u8 }", "#[non_exhaustive] pub struct S { pub a: u8, b: u8 }"),
      "");
  assert_text_equal(changes("pub struct S(u8);", "pub struct S { a: u8 }"), "");
  assert_text_equal(changes("pub struct S(pub u8);", "pub struct S { pub a: u8 }"), "major struct-kind shapes::S\n");
  assert_text_equal(changes("pub struct S { pub a: u8 }", "#[non_exhaustive] pub struct S { pub a: u8 }"),
                    "major non-exhaustive-added shapes::S\n");
  assert_text_equal(changes("pub struct S<T>(T);", "pub struct S<T, U>(T, U);"), "major type-generics shapes::S\n");
  assert_text_equal(changes("pub struct S<T>(T);", "pub struct S<T, U = u8>(T, U);"), "");
  assert_text_equal(changes("pub struct S(u8);", "pub struct S<'a>(&'a u8);"), "major lifetimes-changed shapes::S\n");
  assert_text_equal(changes("#[repr(C)] pub struct S { pub a: u8 }", "pub struct S { pub a: u8 }"),
                    "major repr-changed shapes::S\n");
  assert_text_equal(changes("pub struct S { pub a: u8 }", "#[repr(C)] pub struct S { pub a: u8 }"), "");
  assert_text_equal(changes("pub struct S { pub a: u8 }", "#[repr(align(8))] pub struct S { pub a: u8 }"),
                    "major repr-changed shapes::S\n");
  assert_text_equal(changes("pub union U { pub a: u8, pub b: i8 }", "pub union U { pub a: u8 }"),
                    "major union-field shapes::U::b\n");

  assert_text_equal(changes("pub enum E { A, B }", "pub enum E { A, B, C }"),
                    "major enum-variant-added shapes::E::C\n");
  assert_text_equal(changes("#[non_exhaustive] pub enum E { A }", "#[non_exhaustive] pub enum E { A, C }"), "");
  assert_text_equal(changes("pub enum E { A, #[doc(hidden)] __More }", "#[non_exhaustive] pub enum E { A, B }"), "");
  assert_text_equal(changes("pub enum E { A, B }", "pub enum E { A }"), "major enum-variant-removed shapes::E::B\n");
  assert_text_equal(changes("pub enum E { A(u8) }", "pub enum E { A(u8, u8) }"), "major variant-fields shapes::E::A\n");
  assert_text_equal(changes("pub enum E { A(u8) }", "pub enum E { A { x: u8 } }"),
                    "major variant-fields shapes::E::A\n");
  assert_text_equal(changes("pub enum E { A = 1, B = 2 }", "pub enum E { A = 1, B = 3 }"),
                    "major discriminant-changed shapes::E\n");
  assert_text_equal(changes("pub enum E { A, B }", "pub enum E { B, A }"),
                    "possibly discriminant-changed shapes::E ?\n");
  assert_text_equal(changes("#[repr(u8)] pub enum E { A }", "#[repr(u16)] pub enum E { A }"),
                    "major repr-changed shapes::E\n");
  assert_text_equal(
      changes("pub const C: u8 = 0; pub static S: u8 = 0;", "pub const C: u16 = 0; pub static mut S: u8 = 0;"),
      "major constant-type shapes::C\nmajor static-mut shapes::S\n");
  assert_text_equal(changes("pub type A = u8;", "pub type A = u16;"), "major alias-changed shapes::A\n");
}

void traits(void**) {
  assert_text_equal(changes("pub trait T {}", "pub trait T { fn f(&self); }"), "major trait-item-added shapes::T::f\n");
  assert_text_equal(changes("pub trait T {}", "pub trait T { fn f(&self) {} fn g(&self) {} }"),
                    "possibly trait-default-item-added shapes::T\n");
  assert_text_equal(changes("pub trait T { fn f(&self) {} }", "pub trait T { fn f(&self); }"),
                    "major trait-default-removed shapes::T::f\n");
  assert_text_equal(changes("pub trait T { fn f(&self); }", "pub trait T {}"),
                    "major trait-item-removed shapes::T::f\n");
  assert_text_equal(changes("pub trait T { fn f(&self, a: u8); }", "pub trait T { fn f(&self, a: u16); }"),
                    "major trait-item-changed shapes::T::f\n");
  assert_text_equal(changes("pub trait T {}", "pub trait T: Clone {}"),
                    "major trait-not-dyn shapes::T\nmajor trait-supertrait-added shapes::T\n");
  assert_text_equal(changes("pub trait T: Clone {}", "pub trait T {}"), "major trait-supertrait-removed shapes::T\n");
  assert_text_equal(changes("pub trait T { fn f(&self) {} }", "pub trait T { fn f(&self) {} fn g<A>(&self, a: A) {} }"),
                    "major trait-not-dyn shapes::T\npossibly trait-default-item-added shapes::T\n");
  assert_text_equal(
      changes("pub trait T { fn f(&self) {} }", "pub trait T { fn f(&self) {} fn g(self) where Self: Sized {} }"),
      "possibly trait-default-item-added shapes::T\n");
  assert_text_equal(changes("pub trait T {}", "pub unsafe trait T {}"), "major trait-unsafe shapes::T\n");
  // Nobody else can implement a sealed one.
  assert_text_equal(changes("mod s { pub trait Sealed {} } pub trait T: s::Sealed {}",
                            "mod s { pub trait Sealed {} } pub trait T: s::Sealed { fn f(&self); }"),
                    "");
  assert_text_equal(changes("mod s { pub trait Sealed {} } pub trait T {}",
                            "mod s { pub trait Sealed {} } pub trait T: s::Sealed {}"),
                    "major trait-sealed shapes::T\nmajor trait-supertrait-added shapes::T\n");
  assert_text_equal(changes("pub trait T { type A; }", "pub trait T { type A: Clone; }"),
                    "major assoc-type-bounds shapes::T::A\n");
  assert_text_equal(changes("pub trait T<A> {}", "pub trait T<A, B> {}"), "major type-generics shapes::T\n");
}

void impls(void**) {
  assert_text_equal(changes("#[derive(Clone, Debug)] pub struct S(u8);", "#[derive(Clone)] pub struct S(u8);"),
                    "major impl-removed shapes::S\n");
  // By hand instead of derived.
  assert_text_equal(changes("#[derive(Clone)] pub struct S(u8);",
                            "pub struct S(u8); impl Clone for S { fn clone(&self) -> S { S(self.0) } }"),
                    "");
  assert_text_equal(changes("pub struct S(u8); impl From<u8> for S { fn from(x: u8) -> S { S(x) } }",
                            "pub struct S(u8); impl<T: Into<u8>> From<T> for S { fn from(x: T) -> S { S(x.into()) } }"),
                    "");
  assert_text_equal(
      changes("pub struct S<T>(T); impl<T> Default for S<T> { fn default() -> Self { loop {} } }",
              "pub struct S<T>(T); impl<T: Default> Default for S<T> { fn default() -> Self { loop {} } }"),
      "major impl-tightened shapes::S ?\n");
  // A private type is nobody's business.
  assert_text_equal(
      changes("mod a { pub struct P; impl Clone for P { fn clone(&self) -> P { P } } }", "mod a { pub struct P; }"),
      "");
  assert_text_equal(changes("pub trait T {} pub struct S; impl T for S {}",
                            "pub trait T {} pub struct S; impl T for S {}\nimpl<X> T for Vec<X> {}"),
                    "");
}

void auto_traits(void**) {
  assert_text_equal(changes("pub struct S(Vec<u8>);", "pub struct S(std::rc::Rc<u8>);"),
                    "major auto-trait-removed shapes::S ?\nmajor auto-trait-removed shapes::S ?\n");
  assert_text_equal(
      changes("pub struct S(Inner); struct Inner { a: u8 }", "pub struct S(Inner); struct Inner { a: *const u8 }"),
      "major auto-trait-removed shapes::S ?\nmajor auto-trait-removed shapes::S ?\n");
  assert_text_equal(
      changes("pub struct S(u8);", "pub struct S(*const u8); unsafe impl Send for S {} unsafe impl Sync for S {}"), "");
  assert_text_equal(changes("pub struct S(Unseen);", "pub struct S(*const u8);"), "");
}

void what_cannot_be_seen_makes_it_likely_or_silent(void**) {
  assert_text_equal(changes("pub struct S; pub fn f() {}", "pub use missing::*; pub fn f() {}"), "");
  assert_text_equal(changes("pub fn f(a: missing::A) {}", "pub fn f(a: missing::B) {}"),
                    "major fn-signature shapes::f ?\n");
  assert_text_equal(changes("pub fn f(a: missing::A) {}", "use missing::A; pub fn f(a: A) {}"), "");
}

void the_version_is_judged(void**) {
  const auto suffices = [](std::string_view from, std::string_view to) {
    return compare_apis(read("pub fn f() {}", from), read("", to)).version_suffices();
  };
  assert_true(suffices("1.2.0", "2.0.0"));
  assert_false(suffices("1.2.0", "1.3.0"));
  assert_true(suffices("0.2.0", "0.3.0"));
  assert_false(suffices("0.2.0", "0.2.1"));
  assert_true(suffices("0.0.1", "0.0.2"));
  assert_true(compare_apis(read("", "1.2.0"), read("pub fn f() {}", "1.2.1")).version_suffices());
}

void the_package_is_compared(void**) {
  SemverSide before = read("pub fn f() {}");
  SemverSide after = read("pub fn f() {}");
  before.package.features = {
      {"default", {"std"}, false}, {"std", {}, false}, {"gone", {}, false}, {"unstable-x", {}, false}};
  after.package.features = {{"default", {}, false}, {"std", {}, false}};
  before.package.rust_version = "1.60";
  after.package.rust_version = "1.70";
  before.api.no_std = true;
  std::string out;
  for (const SemverChange& each : compare_apis(before, after).changes) out += std::string(each.rule->id) + "\n";
  assert_text_equal(out,
                    "semver/default-feature-removed\nsemver/feature-removed\nsemver/no-std-lost\n"
                    "semver/rust-version-raised\n");
}

void every_rule_is_whole(void**) {
  std::string_view last;
  for (const SemverRule& rule : semver_rules()) {
    assert_true(rule.id.starts_with("semver/"));
    assert_true(last < rule.id);
    last = rule.id;
    assert_true(find_semver_rule(rule.id) == &rule);
    assert_true(!rule.title.empty() && rule.title.back() != '.');
    assert_true(rule.why.ends_with("."));
    assert_true(rule.reference.starts_with("https://doc.rust-lang.org/"));
  }
  assert_null(find_semver_rule("semver/none"));
}

void hostile_texts_end(void**) {
  std::string deep = "pub fn f(a: ";
  for (int i = 0; i < 3000; ++i) deep += "Vec<";
  deep += "u8";
  for (int i = 0; i < 3000; ++i) deep += ">";
  deep +=
      ") {}\npub type A<T> = (T, T);\npub type B = A<A<A<A<A<A<A<A<A<A<A<A<A<A<A<A<A<A<A<A<u8>>>>>>>>>>>>>>>>>>>>;\n"
      "pub type C = D; pub type D = C; pub fn g(c: C) {}\n";
  assert_text_equal(changes(deep, deep), "");
}

}  // namespace

int main() {
  const CMUnitTest tests[] = {
      cmocka_unit_test(paths_lead_through_reexports),
      cmocka_unit_test(signatures_are_written_as_people_write_them),
      cmocka_unit_test(the_same_is_the_same),
      cmocka_unit_test(paths_that_are_gone),
      cmocka_unit_test(functions),
      cmocka_unit_test(data_types),
      cmocka_unit_test(traits),
      cmocka_unit_test(impls),
      cmocka_unit_test(auto_traits),
      cmocka_unit_test(what_cannot_be_seen_makes_it_likely_or_silent),
      cmocka_unit_test(the_version_is_judged),
      cmocka_unit_test(the_package_is_compared),
      cmocka_unit_test(every_rule_is_whole),
      cmocka_unit_test(hostile_texts_end),
  };
  return cmocka_run_group_tests(tests, nullptr, nullptr);
}
