// Resolution of names in bodies and signatures. Each text is a crate; a line that ends in `//~ CODE…` has just those
// errors, all of them proven, and other lines have none.
#include <algorithm>
#include <map>
#include <vector>

#include "names/resolve.h"
#include "script_text.h"
#include "unit_test.h"

namespace {

using namespace rp;

class MemoryReader final : public SourceReader {
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

struct Resolved {
  Analysis analysis;
  CrateNames names;
  [[nodiscard]] const CrateDefs& crate() const { return *analysis.crates[kSysrootCrates]; }
};

void resolve(std::string_view text, Edition edition, Resolved* out, std::string_view build_script = {}) {
  MemoryReader reader;
  reader.files["/lib.rs"] = std::string(text);
  CfgSet cfg;
  cfg.finish();
  CollectInput input;
  input.name = "main";
  input.root_file = "/lib.rs";
  input.edition = edition;
  input.cfg = &cfg;
  input.index = kSysrootCrates;
  input.script = test::read_script_text(build_script, cfg);
  for (const ScriptFact& f : input.script.facts)
    if (f.certain) f.has_value ? cfg.add(f.key, f.value) : cfg.add(f.key);
  cfg.finish();
  out->analysis.crates.resize(kSysrootCrates + 1);
  out->analysis.package_names.resize(kSysrootCrates + 1);
  out->analysis.crates[kSysrootCrates] = collect_crate(input, out->analysis, reader, AnalysisOptions());
  out->names = resolve_crate(out->crate(), out->analysis, ResolveOptions());
}

// "3 E0425\n" for each error, by line.
std::string errors_of(const Resolved& resolved) {
  std::vector<std::pair<size_t, std::string>> found;
  for (const NameDiagnostic& d : resolved.names.diagnostics) {
    const std::string_view text = resolved.crate().sources[d.source.value].source->text;
    const auto before = text.substr(0, d.span.start);
    found.emplace_back(1 + std::count(before.begin(), before.end(), '\n'), std::string(d.code) + (d.proven ? "" : "?"));
  }
  std::sort(found.begin(), found.end());
  std::string out;
  for (const auto& [line, code] : found) out += std::to_string(line) + " " + code + "\n";
  return out;
}

std::string expected_of(std::string_view text) {
  std::vector<std::pair<size_t, std::string>> wanted;
  size_t line = 1;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view rest = text.substr(0, end);
    if (const size_t at = rest.find("//~"); at != std::string_view::npos) {
      rest.remove_prefix(at + 3);
      while (!rest.empty()) {
        const size_t start = rest.find('E');
        if (start == std::string_view::npos) break;
        wanted.emplace_back(line, rest.substr(start, 5 + (rest.size() > start + 5 && rest[start + 5] == '?')));
        rest.remove_prefix(start + 5);
      }
    }
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line;
  }
  std::sort(wanted.begin(), wanted.end());
  std::string out;
  for (const auto& [at, code] : wanted) out += std::to_string(at) + " " + code + "\n";
  return out;
}

void check(std::string_view text, Edition edition = Edition::k2021, std::string_view build_script = {}) {
  Resolved resolved;
  resolve(text, edition, &resolved, build_script);
  assert_text_equal(errors_of(resolved), expected_of(text));
}

void locals(void**) {
  check(R"(#![no_core]
fn f(a: u8) -> u8 {
    b; //~ E0425
    let b = a;
    { let c = b; c; }
    c; //~ E0425
    let d = d; //~ E0425
    if let e = a && e { e; } else { e; } //~ E0425
    while let g = a { g; }
    match a { h if h => h, _ => h } //~ E0425
    for i in i { i; } //~ E0425
    let k = |l, (m, n): (u8, u8)| { l; m; n; a };
    l; //~ E0425
    let Some = a else { Some };  //~ E0425
    k
}
)");
  check(R"(#![no_core]
fn f(a: u8) {
    fn g() { a; } //~ E0434
    const C: u8 = a; //~ E0435
    [0; a]; //~ E0435
    let x: [u8; a]; //~ E0435
    const { a }; //~ E0435
    struct S;
    impl S { fn m(&self) { a; self; } } //~ E0434
    || a;
    self; //~ E0424
}
)");
}

void patterns(void**) {
  check(R"(#![no_core]
enum E { A, B(u8), C { c: u8 } }
use E::*;
const K: u8 = 1;
static T: u8 = 1;
fn f(x: E, y: E, x: E) {} //~ E0415
fn g(e: E) {
    match e { A => 1, B(b) => b, C { c } => c, K => 2, F => F };
    match e { B(x) | C { c: x } => x };
    match e { B(x) | C { c: y } => 1 }; //~ E0408 E0408
    let (a, a) = e; //~ E0416
    let T = e; //~ E0530
    let B = e; //~ E0530
    match e { D(_) => 1, A(_) => 2, T { .. } => 3, Z { .. } => 4 }; //~ E0531 E0532 E0574 E0422
    let E::Q = e;
    let ref x @ self::B(ref y) = e;
    (x, y);
}
)");
}

void paths(void**) {
  check(R"(#![no_core]
mod m {
    pub struct P;
    struct Q;
    pub fn f() { super::g(); self::f(); crate::m::f(); }
    pub mod n { pub fn h() { super::Q; super::super::g(); super::super::super::g(); } } //~ E0433
}
trait Tr { fn t(); type A; }
struct S { f: u8 }
type Al = S;
fn g() {
    m::f(); m::n::h(); m::none(); //~ E0425
    m::Q; //~ E0603
    none::f(); //~ E0433
    m::f::x(); //~ E0433
    S; //~ E0423
    Tr; //~ E0423
    m; //~ E0423
    u8; //~ E0423
    S { f: 1 }; Al { f: 1 }; m { }; //~ E0574
    S::anything(); Al::x; u8::max(); <S>::y(); <S as Tr>::t(); <S as Tr>::u(); //~ E0576
    let a: <S as Tr>::A;
    let b: <S as Tr>::t; //~ E0575
    let c: m::None; //~ E0412
    let d: g; //~ E0573
    let e: Tr<u8>;
    crate::none::x; //~ E0433
    Self::x; //~ E0433
    let f: Self; //~ E0411
}
impl S for u8 {} //~ E0404
impl None for u8 {} //~ E0405
fn h<T: S + Tr>(t: T) where T: Nope { T::x; t; T; } //~ E0404 E0405 E0423
)");
}

void generics(void**) {
  check(R"(#![no_core]
fn outer<'a, T, const N: u8>(t: T) {
    fn inner(t: T) {} //~ E0401
    fn second() -> &'a u8 { N } //~ E0401 E0401
    struct S<T>(T);
    let x: [T; N];
}
struct D<A = B, B = A>(A, B); //~ E0128
fn twice<T, T>() {} //~ E0403
struct Life<'a>(&'a u8, &'b u8); //~ E0261
impl<'a> Life<'a> {
    fn m<'b>(&'b self) -> &'a u8 where for<'c> &'c u8: Copy2<'c, 'd> { self } //~ E0261
    fn n<'a>() {} //~ E0496
    fn s(x: Self) -> Self { Self(1, 2) }
}
trait Copy2<'a, 'b> { const C: Self; fn f(self) -> Self; fn g() { self; } } //~ E0424
impl<'a> Copy2<'a, 'a> for u8 { const C: u8 = 1; const D: u8 = 1; //~ E0438
    fn f(self) -> u8 { self }
    fn h() {} //~ E0407
    type T = u8; //~ E0437
}
fn p<const N: T, T>() {} //~ E0770
fn q(f: for<'x> fn(&'x u8) -> &'x u8, g: &'x u8) {} //~ E0261
fn r<'s>() { let l: &'s u8; let m: &'static u8; let n: &'_ u8; }
)");
}

void labels(void**) {
  check(R"(#![no_core]
fn f() {
    'a: loop { break 'a; continue 'b; } //~ E0426
    'c: while 1 { || break 'c; } //~ E0767
    'd: { break 'd 1 };
    break 'd; //~ E0426
    'e: for i in 1 { async { continue 'e } } //~ E0767
}
)");
}

void hygiene(void**) {
  check(R"(#![no_core]
macro_rules! own { ($e:expr) => { { let x = 1; $e; x } } }
macro_rules! names { () => { y } } //~ E0425
macro_rules! binds { ($i:ident) => { let $i = 1; } }
macro_rules! label { ($e:expr) => { 'l: loop { $e } } }
macro_rules! makes { ($n:ident) => { fn $n() {} struct Made; } }
makes!(made);
fn f() {
    own!(x); //~ E0425
    let y = 1;
    names!();
    binds!(z);
    z;
    macro_rules! sees { () => { y } }
    { let y = 2; sees!(); }
    label!(break 'l); //~ E0426
    made();
    Made;
}
)");
}

void local_inner_macros(void**) {
  // A call written in such a macro means one of its crate, also when another macro of the crate carries it on; one in
  // its arguments is found where it is written. Each macro that is found shows an error.
  check(R"(#![no_core]
mod macros {
    #[macro_export(local_inner_macros)]
    macro_rules! outer { ($e:expr) => { inner!(first: a!(), $e) } }
    #[macro_export(local_inner_macros)]
    macro_rules! inner { (first: $f:expr, $e:expr) => { ($f, $e, b!()) } }
    #[macro_export] macro_rules! a { () => { of_crate_a } } //~ E0425
    #[macro_export] macro_rules! b { () => { of_crate_b } } //~ E0425
}
mod m {
    macro_rules! a { () => { of_module_a } }
    macro_rules! c { () => { of_module_c } } //~ E0425
    fn f() { crate::outer!(c!()); }
}
)");
}

void blocks(void**) {
  check(R"(#![no_core]
fn f() {
    g(); C; m::h(); let s: S;
    fn g() {}
    const C: u8 = 1;
    mod m { pub fn h() { g(); } } //~ E0425
    struct S;
    { use self::k as l; l(); fn l2() { l(); } }
    l(); //~ E0425
    let g = 1;
    g;
}
fn k() {}
)");
}

void editions(void**) {
  check(R"(#![no_core]
mod a { pub mod b { pub fn f() {} } pub fn g() { ::a::b::f(); a::b::f(); } } //~ E0433
use a::b;
pub(in a) fn x() {}
)",
        Edition::k2015);
  check(R"(#![no_core]
mod a { pub mod b { pub fn f() {} } pub fn g() { crate::a::b::f(); ::a::b::f(); } } //~ E0433
)",
        Edition::k2018);
}

void unknown(void**) {
  // What cannot be seen may define anything; nothing is proven where it is in reach.
  check(R"(#![no_core]
extern crate gone; //~ E0463
use gone::*;
fn f() { x; y::z; let t: T; gone::a::b(); T { f: 1 }; }
mod m { fn f() { x; } } //~ E0425
)");
}

// A use of everything whose module is known at last only as something unknown is no error.
void unknown_modules(void**) {
  check(R"(#![no_core]
extern crate gone; //~ E0463
mod made { gone::m!(); }
use made::{consts, Other};
use consts::*;
pub use self::consts::deep::{A, *};
fn f() { x; A; }
mod m { fn f() { x; } } //~ E0425
)");
}

// Conditions in all their forms.
void conditions(void**) {
  check(R"(#![no_core]
#[cfg(target(os = "none", pointer_width = "12"))] fn a() {}
#[cfg(not(target(os = "none", pointer_width = "12",)))] fn a() {}
#[cfg(r#true)] fn b() {}
#[cfg(true)] fn c() {}
#[cfg(target)] fn d() {}
fn f() { a; b; c; d; } //~ E0425 E0425
)");
}

void build_script_facts(void**) {
  // What only a build script decides makes its own names unknown, and no others.
  check(R"(#![no_core]
#[cfg(fast_arithmetic = "64")] type Chunk = u64;
#[cfg(fast_arithmetic = "32")] mod parts { pub struct Q; }
#[cfg(fast_arithmetic = "32")] use other::{a::b, c as d, e::{self}};
#[cfg(other)] struct Gone;
enum Choice { A, #[cfg(fast_arithmetic = "64")] B }
fn f(A: u8, NEW: Chunk) -> u8 {
    let x = parts::Q;
    b(); d(); e::g();
    c(); //~ E0425
    Gone; //~ E0425
    Choice::B;
    match x { #[cfg(fast_arithmetic = "64")] Y => 0, _ => missing } //~ E0425
}
#[cfg(not(fast_arithmetic = "64"))]
fn g() { may_be_gone(); super::h() } //~ E0425? E0433?
#[cfg(not(fast_arithmetic = "64"))] macro_rules! items { ($($t:tt)*) => {} }
#[cfg(fast_arithmetic = "64")] macro_rules! items { ($($t:tt)*) => { $($t)* } }
mod made { items! { pub struct Made; } fn f() { let x: Made; } }
fn h(A: u8, NEW: u8) -> u8 { #[cfg(fast_arithmetic = "32")] type T = u8; let t: T = A; NEW }
#[cfg(feature = "x")] fn i() {}
fn j() { i(); } //~ E0425
)",
        Edition::k2021,
        "fn main() { println!(\"cargo:rustc-cfg=fast_arithmetic=\\\"{}\\\"\", if found() { 64 } else { 32 }); }");
  // So does an extern crate, in all modules when it stands in the root, and the macros that it may bring.
  check(R"(#![no_core]
#[cfg(hosted)] extern crate std;
#[cfg(hosted)] extern crate core as basis;
mod m {
    fn f() { std::thread::panicking(); basis::hint::spin_loop(); }
    fn g() { alloc::vec::Vec; } //~ E0433
    mod n { #[cfg(hosted)] extern crate alloc; fn h() { self::alloc::vec(); } }
    fn i() { missing; } //~ E0425
}
)",
        Edition::k2021, "fn main() { if found() { println!(\"cargo:rustc-cfg=hosted\"); } }");
  // What a script sets for certain, or cannot set, is known.
  check(R"(#![no_core]
#[cfg(found)] struct Found;
#[cfg(only_checked)] struct Checked;
#[cfg(not(only_checked))] struct Other;
fn f() { Found; Other;
    Checked; //~ E0425
}
)",
        Edition::k2021,
        "// cargo:rustc-cfg=only_checked\nfn main() { println!(\"cargo:rustc-check-cfg=cfg(found,only_checked)\"); "
        "println!(\"cargo:rustc-cfg=found\"); }");
}

void imports(void**) {
  check(R"(#![no_core]
use self::*; //~ E0432
mod foo { use foo::*; //~ E0432
    pub mod bar { use super::bar::*; } //~ E0432
}
use gone::*; //~ E0432
use missing::thing; //~ E0432
use foo::nothing; //~ E0432
use foo::bar::nobody::least; //~ E0432
)");
  check(R"(#![no_core]
mod foo { pub mod bar {} }
use foo::bar::{};
use nowhere::{}; //~ E0432
use self::{};
use foo::none::at::all::{}; //~ E0433
)");
  check(R"(#![no_core]
mod a {} mod a {} //~ E0428
#[allow(dead_code)]
struct a; //~ E0428
macro m() { fn made() {} }
m!();
m!();
// Conditions that only the compiler decides.
#[cfg(version("1.42"))]
fn either() {}
#[cfg(not(version("1.42")))]
fn either() {}
)");
}

void types_of_const_parameters(void**) {
  check("#![no_core]\nfn f<const N: usize, const M: [u8; N]>() {} //~ E0770\n");
  check("#![no_core]\n#![feature(generic_const_parameter_types)]\nfn f<const N: usize, const M: [u8; N]>() {}\n");
}

void calls_of_what_is_not_there(void**) {
  // A call of no known name may have been meant to make anything.
  check(R"(#![no_core]
nobody! { fn made() {} }
fn f() { made(); }
)");
  // What a call makes is there for one before it, whatever that one may define.
  check(R"(#![no_core]
macro_rules! later { () => { mod found { pub macro call() { fn made() {} } } } }
found::call! {}
later!();
fn f() { made(); unmade(); } //~ E0425
)");
}

void targets(void**) {
  Resolved resolved;
  resolve("#![no_core]\nstruct S { a: u8 }\nfn f(s: S) { let S { a: b } = s; S { a: b }; s; }\n", Edition::k2021,
          &resolved);
  assert_text_equal(errors_of(resolved), "");
  const Source& source = *resolved.crate().sources[0].source;
  std::string out;
  for (const NameUse& use : resolved.names.uses) {
    out += std::string(source.tree.text(use.node)) + "=";
    const Resolution& r = use.resolution;
    if (r.kind == ResolutionKind::Definition)
      out += resolved.crate().path_of(r.def.def);
    else if (r.kind == ResolutionKind::Local)
      out += "local@" + std::to_string(source.tree.span(r.node).start);
    else
      out += std::to_string(static_cast<int>(r.kind));
    out += " ";
  }
  assert_text_equal(
      out, "no_core=14 u8=3 S=main::S S=main::S a=main::S::a s=local@36 S=main::S a=main::S::a b=local@55 s=local@36 ");
}

// Uses are found in another order than that of the text, and there are many of them.
void uses_are_sorted(void**) {
  std::string text = "#![no_core]\nstruct S { a: u8 }\nmod m { pub fn g(x: super::S) -> super::S { x } }\n";
  for (int f = 0; f < 400; ++f) {
    text += "fn f" + std::to_string(f) + "(s: S) { let S { a: b } = m::g(s); match b { x if x == b => { let S { a } = ";
    text += "S { a: x }; a; } _ => {} } }\n";
  }
  // A use in a pattern comes behind all of a long value.
  text += "fn long() { let S { a: _ } = {";
  for (int i = 0; i < 3000; ++i) text += " f0(S { a: 0 });";
  text += " S { a: 0 } }; }\n";
  Resolved resolved;
  resolve(text, Edition::k2021, &resolved);
  assert_text_equal(errors_of(resolved), "");
  const Buffer<NameUse>& uses = resolved.names.uses;
  assert_true(uses.size() > 400 * 13 + 3000 * 3);
  for (size_t i = 1; i < uses.size(); ++i)
    assert_true(std::pair(uses[i - 1].source, uses[i - 1].node) < std::pair(uses[i].source, uses[i].node));
  for (const NameUse& use : uses) {
    const NameUse* found = resolved.names.find(use.source, use.node);
    assert_true(found == &use);
    const std::string_view name = resolved.crate().sources[use.source.value].source->tree.text(use.node);
    if (name == "S") assert_true(resolved.crate().path_of(use.resolution.def.def) == "main::S");
    if (name == "b" || name == "x") assert_true(use.resolution.kind == ResolutionKind::Local);
  }
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(locals), cmocka_unit_test(patterns), cmocka_unit_test(paths), cmocka_unit_test(generics),
           cmocka_unit_test(labels), cmocka_unit_test(hygiene), cmocka_unit_test(local_inner_macros),
           cmocka_unit_test(blocks), cmocka_unit_test(editions), cmocka_unit_test(unknown),
           cmocka_unit_test(build_script_facts), cmocka_unit_test(unknown_modules), cmocka_unit_test(conditions),
           cmocka_unit_test(imports), cmocka_unit_test(calls_of_what_is_not_there),
           cmocka_unit_test(types_of_const_parameters), cmocka_unit_test(targets), cmocka_unit_test(uses_are_sorted))
