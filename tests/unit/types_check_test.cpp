// lib/types: errors of items. A line that ends in `//~ CODE…` has just those errors, all of them proven; others have
// none.
#include <algorithm>

#include "types_fixture.h"

namespace {

using namespace rp;
using rp::test::TypedCrate;

std::string expected_of(std::string_view text) {
  std::string out;
  size_t line = 1;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    std::string_view rest = text.substr(0, end);
    if (const size_t at = rest.find("//~"); at != std::string_view::npos) {
      rest.remove_prefix(at + 3);
      std::vector<std::string> codes;
      for (size_t start = rest.find('E'); start != std::string_view::npos; start = rest.find('E')) {
        codes.emplace_back(rest.substr(start, 5));
        rest.remove_prefix(start + 5);
      }
      std::sort(codes.begin(), codes.end());
      for (const std::string& code : codes) out += std::to_string(line) + " " + code + "\n";
    }
    text.remove_prefix(std::min(end + 1, text.size()));
    ++line;
  }
  return out;
}

void check(std::string_view text, Edition edition = Edition::k2021) {
  TypedCrate c(text, edition);
  std::vector<std::pair<size_t, std::string>> found;
  for (const TypeDiagnostic& d : check_types(c.context(), kSysrootCrates)) {
    if (!d.proven) continue;
    const std::string_view source = c.crate().sources[d.source.value].source->text;
    const std::string_view before = source.substr(0, d.span.start);
    found.emplace_back(1 + static_cast<size_t>(std::count(before.begin(), before.end(), '\n')), std::string(d.code));
  }
  std::sort(found.begin(), found.end());
  found.erase(std::unique(found.begin(), found.end()), found.end());
  std::string out;
  for (const auto& [line, code] : found) out += std::to_string(line) + " " + code + "\n";
  assert_text_equal(out, expected_of(text));
}

void counts_arguments(void**) {
  check(R"(
struct G<T>(T);
struct L<'a, T, const N: usize = 2>(&'a [T; N]);
trait Tr { type A; type B<'x>; }
fn f1(x: G) {} //~ E0107
fn f2(x: G<u8, u8>) {} //~ E0107
fn f3(x: L<u8>, y: L<'static, u8, 3>, z: &L<'_, u8>) {}
fn f4(x: L<'static, 'static, u8>) {} //~ E0107
fn f5<T: Tr>(x: T::A) {}
fn f6<T: Tr>(x: T::C) {} //~ E0220
fn f7<T: Tr<C = u8>>(x: T) {} //~ E0220
fn f8<T: Tr>(x: T) -> T::B { loop {} } //~ E0107
fn f9(x: Box<dyn Iterator>) {} //~ E0191
fn g1(x: Box<dyn Iterator<Item = u8>>) {}
fn g2() { let v = Vec::<u8, u8, u8>::new(); let w = g3::<u8, u8>; }  //~ E0107
fn g3<T>() {}
)");
}

void checks_bounds(void**) {
  check(R"(
struct NeedsCopy<T: Copy>(T);
struct A(NeedsCopy<u8>, NeedsCopy<String>); //~ E0277
struct B<T>(NeedsCopy<T>); //~ E0277
struct C<T: Copy>(NeedsCopy<T>);
fn f<T>(x: NeedsCopy<T>) where T: Copy {}
fn g(x: [str]) {} //~ E0277
struct D { a: [u8], b: u8 } //~ E0277
struct E { b: u8, a: [u8] }
trait Super: Clone {}
struct NoClone;
impl Super for NoClone {} //~ E0277
impl Super for u8 {}
trait Has { type X: Copy; }
impl Has for u8 { type X = String; } //~ E0277
impl Has for u16 { type X = u8; }
struct P<T: Iterator>(T::Item);
struct Q(P<u8>); //~ E0277
fn h() where String: Copy {} //~ E0277
trait WithDefault { type Y: Clone; }
struct LateBound<I, F = <I as Iterator>::Item>(I, F);
struct Def<T: Copy = String>(T); //~ E0277
#[derive(Debug)]
struct F {
  a: u8,
  b: NoClone, //~ E0277
}
fn main() -> u8 { 1 } //~ E0277
)");
}

// What a variable of an impl stands for is not chosen by an assumption that would fit.
void chooses_nothing_by_assumptions(void**) {
  check(R"(
pub struct RcIter<I> { it: I }
impl<A, I> Iterator for RcIter<I> where I: Iterator<Item = A> {
    type Item = A;
    fn next(&mut self) -> Option<A> { None }
}
impl<I> DoubleEndedIterator for RcIter<I> where I: DoubleEndedIterator {
    fn next_back(&mut self) -> Option<Self::Item> { None }
}
pub trait Producer: Sized { type Item; }
pub trait Callback<T> { type Output; fn callback<P>(self, producer: P) -> Self::Output where P: Producer<Item = T>; }
struct CallbackB<CB, A> { callback: CB, a: A }
impl<CB, A> Callback<A::Item> for CallbackB<CB, A> where A: Producer, CB: Callback<A::Item> {
    type Output = CB::Output;
    fn callback<B>(self, b: B) -> Self::Output where B: Producer<Item = A::Item> { loop {} }
}
)");
}

// Names of imports that could not be seen, supertraits that could not, and what a supertrait rules out.
void invents_nothing(void**) {
  check(R"(
use missing::{Result, Unseen, Config};
use missing::all::*;
fn f1() -> Result<u8> { loop {} }
fn f2() -> Vec<u8, u8, u8> { loop {} }
trait Known: Unseen {}
fn f3<T: Known>(x: T::Item, y: T) {}
trait Format {}
impl<F> Format for F where F: Fn(&Config) -> u8 {}
struct Fixed;
impl Format for Fixed {}
)");
  check(R"(
trait Super {}
trait Sub<T>: Super {}
trait Overlap<T> {}
impl<T, U: Sub<T>> Overlap<T> for U {}
impl<T> Overlap<T> for () {}
struct FnHolder<T: for<'a> Fn(&'a T, dyn for<'b> Two<'a, 'b>) -> u8>(T);
trait Two<'a, 'b> {}
trait Items where Self::Iter: Iterator, <Self::Iter as Iterator>::Item: Two<'static, 'static> { type Iter; }
fn x<T: Items>() {}
trait Zero {}
fn sugar(x: &dyn Zero()) {} //~ E0107 E0220
)");
}

void keeps_quiet_where_something_is_not_seen(void**) {
  check(R"(
mystery! {}
struct Own(Vec<u8>);
impl<'a> IntoIterator for &'a Own { type Item = u8; type IntoIter = std::iter::Empty<u8>; fn into_iter(self) -> Self::IntoIter { loop {} } }
trait Inner: TryFrom<usize, Error: std::fmt::Debug> { const MAX: Self; fn g() where <Self as TryFrom<usize>>::Error: std::fmt::Debug; }
trait Outer: Inner {}
fn h<T: Outer>(x: Debugged<T::Error>) {}
struct Debugged<T: std::fmt::Debug>(T);
)");
}

// A bound that names nothing is an error of names; what it might have had is not asked for again.
void keeps_quiet_behind_unknown_bounds(void**) {
  check(R"(
fn f<T: Nowhere>(x: T::Item) {}
trait Tr: Nowhere { fn f(x: Self::Item); }
trait Known { type A; }
fn g<T: Known>(x: T::Item, y: T::A) {} //~ E0220
)");
}

// What is written out in expressions: `f::<T>`, `<T as Trait>::f`, `S::<T> {}`, lengths.
void checks_paths_of_expressions(void**) {
  check(R"(
#![feature(return_type_notation)]
trait Tr { const N: usize = 1; type P<T: Copy>; fn f() {} fn g(&self) {} }
trait Two<T> { fn two() {} }
impl Two<u8> for u8 {}
struct Local;
struct Bounded<T: Copy>(T);
struct Record<T: Copy> { field: T }
enum En<T> { A { a: T }, B }
fn is_copy<T: Copy>() {}
fn is_sized<T>() {}
fn second<'a, A, B: Tr>(a: &'a A) {}
fn body<T: ?Sized, U: Copy>() {
    is_copy::<u8>();
    is_copy::<U>();
    is_copy::<Local>(); //~ E0277
    is_copy::<&mut u8>(); //~ E0277
    is_copy::<_>();
    is_copy::<Vec<_>>();
    is_sized::<T>(); //~ E0277
    second::<u8,
             Local>(&1); //~ E0277
    let _ = Record::<Local> { field: Local }; //~ E0277
    let _ = Record::<u8> { field: 1 };
    let _ = En::<u8, u8>::A { a: 1 }; //~ E0107
    let En::A::<u8> { a } = En::A { a: 1u8 } else { return };
    Vec::<u8, std::alloc::Global, u8>::new(); //~ E0107
    <Local as Tr>::f(); //~ E0277
    <u8 as Two<u8>>::two();
    <u8 as Two<_>>::two();
    <u8 as Two>::two();
    <u8 as Two<u16>>::two(); //~ E0277
    let _: [u8; <Local as Tr>::N]; //~ E0277
    Local::g::<>(&Local);
}
fn of_types<T: Tr>(a: T::P<u8>, b: <T as Tr>::P<Local>) {} //~ E0277
// A function of the notation is no type of the same name.
trait Both { type test; fn test() -> impl Copy; }
struct NotCopy;
impl Both for () { type test = NotCopy; fn test() -> u8 { 1 } }
fn notation<T: Both>() where T::test(..): Copy {}
fn uses() { notation::<()>(); }
)");
  check(R"(
#![feature(rustc_attrs)]
#[rustc_coinductive] trait A {}
#[rustc_coinductive] trait B {}
impl<T: B> A for T {}
impl<T: A> B for T {}
fn needs<T: A>() {}
// That it hangs on itself is another error.
trait C {}
trait D {}
impl<T: D> C for T {}
impl<T: C> D for T {}
fn inductive<T: C>() {}
fn body() { needs::<u8>(); inductive::<u8>(); }
)");
}

// Associated types are given in bounds and objects alone.
void refuses_constraints(void**) {
  check(R"(
trait Tr { type A; fn f(&self); }
fn object(a: &dyn Tr<A = u8>, b: impl Tr<A = u8>) {}
fn qualified<I: Tr>(x: &<I as Tr<A = u8>>::A) {} //~ E0229
fn called<F: Fn(u8) -> u8>(x: <F as FnOnce<(u8,)>>::Output) {}
fn sugar<F: Fn(u8) -> u8>(x: <F as FnOnce(u8) -> u8>::Output) {} //~ E0229
trait Selves: Sized { fn f() -> Self<A = u8>; } //~ E0229
fn module() -> std::<A = u8>::string::String { loop {} } //~ E0229
fn primitive() -> u32<A = u8> { 1 } //~ E0229
fn parameter<T>(x: T<
    A = u8>) {} //~ E0229
)");
}

void checks_objects_and_recursion(void**) {
  check(R"(
trait Makes { fn new() -> Self; }
trait Takes { fn take<T>(&self, t: T); fn skip<T>(&self, t: T) where Self: Sized; }
trait Fine { fn skip<T>(&self, t: T) where Self: Sized; fn get(&self) -> Box<dyn Fine>; }
fn f(x: &dyn Makes) {} //~ E0038
fn g(x: Box<dyn Takes>) {} //~ E0038
fn h(x: &dyn Fine) {}
fn i(x: &dyn Clone) {} //~ E0038
struct R { r: Option<R> } //~ E0072
struct S { s: Option<Box<S>>, v: Vec<S> }
enum M { N(N) } //~ E0072
struct N([M; 2]);
struct T1<T>(T);
struct T2(Option<Option<T1<T2>>>); //~ E0072
)");
}

void checks_coherence(void**) {
  check(R"(
use std::fmt::Debug;
trait Tr {}
impl<T: Copy> Tr for T {}
impl Tr for u8 {} //~ E0119
struct Local;
impl Tr for Local {}
trait Two<T> {}
impl Two<u8> for u8 {}
impl Two<u16> for u8 {}
impl<T> Two<T> for T {} //~ E0119
impl<T> Two<Vec<T>> for Option<T> {}
trait On { type A; }
impl On for u8 { type A = u16; }
trait Sel {}
impl Sel for <u8 as On>::A {}
impl Sel for u8 {}
impl Sel for u16 {} //~ E0119
impl Debug for Vec<Local> { fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result { Ok(()) } } //~ E0117
impl<T> Default for T { fn default() -> T { loop {} } } //~ E0210
impl From<Local> for Vec<u8> { fn from(_: Local) -> Self { vec![] } }
#[derive(Clone, Copy)] //~ E0204
struct C(Vec<u8>);
#[derive(Clone, Copy)] //~ E0184
struct D(u8);
impl Drop for D { fn drop(&mut self) {} }
)");
}

// Impls that another crate may add, and those that nobody may.
void compares_impls(void**) {
  check(R"(
trait A {}
trait From2<X> {}
pub struct Local;
impl<T> A for T where T: From2<u8> {}
impl A for Local {}
trait B {}
// `Local: From2<U>` may hold in a crate with a type of its own.
impl<U, T> B for (T, U) where T: From2<U> {}
impl<U> B for (Local, U) {} //~ E0119
trait C {}
impl<T: std::ops::DerefMut> C for T {}
impl<T> C for &T {} //~ E0119
trait D {}
// Attributes and comments are no part of what is shown.
impl D for Local {}
/// Twice.
#[allow(dead_code)]
impl D for Local {} //~ E0119
struct Wrap<T>(T);
impl<T: A> TryFrom<Wrap<T>> for Local {
    type Error = ();
    fn try_from(_: Wrap<T>) -> Result<Self, ()> { Err(()) }
}
impl TryFrom<u8> for Wrap<u8> {
    type Error = ();
    fn try_from(_: u8) -> Result<Self, ()> { Err(()) }
}
trait Unit<'a> { type Out; }
impl<'a, T: Copy + ?Sized> Unit<'a> for *const T { type Out = (); }
trait E<T> {}
impl<T> E<T> for T {}
impl<T> E<for<'a> fn(&'a (), <*const T as Unit<'a>>::Out)> for T where for<'a> *const T: Unit<'a> {} //~ E0119
)");
  check(R"(
#![feature(type_alias_impl_trait, specialization)]
trait Bound {}
impl Bound for u8 {}
type Hidden = impl Bound;
fn defining() -> Hidden { 1u8 }
trait A {}
impl A for Hidden {}
impl A for u8 {} //~ E0119
impl A for u16 {}
trait Of { type Out; }
impl<T> Of for T { default type Out = T; }
trait B {}
impl B for u32 {}
impl B for <u32 as Of>::Out {} //~ E0119
trait C<T> {}
impl<T, U> C<T> for U {}
impl<T> C<T> for Vec<T> {}
)");
  // A feature that cfg_attr does not turn on.
  check(R"(
#![cfg_attr(other, feature(specialization))]
trait A {}
impl<T> A for T {}
impl A for u8 {} //~ E0119
)");
  check(R"(
#![feature(negative_impls, with_negative_coherence)]
trait A {}
impl<T> !A for Box<T> {}
trait B {}
impl<T> B for T where T: A {}
impl<T> B for Box<T> {}
)");
}

void asks_what_items_promise(void**) {
  check(R"(
use std::fmt::Display;
trait Sup: Copy {}
trait Mid: Sup {}
impl<T> Sup for T where T: Mid {}
impl<T> Mid for T {} //~ E0277
trait Gives { fn f() -> impl Display; fn g<T: Display>(t: T) -> impl Display; }
impl Gives for u8 { fn f() -> () {} fn g<T: Display>(t: T) -> T { t } } //~ E0277
impl Gives for u16 { fn f() -> u8 { 1 } fn g<T: Display>(t: T) -> impl Display { t } }
trait Tr<const N: u8> {}
impl Tr<3> for () {}
struct Two<const N: u8 = 2>
where
    (): Tr<N>; //~ E0277
struct Three<const N: u8 = 3>
where
    (): Tr<N>;
struct Both<T = u8, const N: u8 = 2>(T) where (): Pair<T, N>;
trait Pair<T, const N: u8> {}
trait Base<X> {}
trait Over<X, Y>: Base<X> {}
fn holds_nowhere<A>() where i32: Over<u32, A> {} //~ E0277
struct Not;
#[derive(Clone, Copy)] //~ E0204
struct Fields {
    not: Not, //~ E0277
}
trait Dynless: Sized {}
fn inner(_: &
    (u8, Box<
        dyn Dynless //~ E0038
    >)) {}
)");
  check(R"(
#![feature(unsize)]
use std::marker::Unsize;
trait Cast<U: ?Sized>: Unsize<U> {}
impl<T: ?Sized, U: ?Sized> Cast<U> for T {} //~ E0277
trait Holds { type Is: PartialEq; }
// What a bound promises of associated types follows from its supertraits, too.
trait Element { type Lane; }
trait Complex: Element<Lane = Self> { type Real: Real; }
trait Real: Complex {}
trait Compare {}
impl<T: Element<Lane = T>> Compare for T {}
trait Simd { type Real: Compare; }
impl<T: Complex> Simd for T { type Real = T::Real; }
// The default of a parameter decides it after a bound on it was looked at.
trait Raw { type Elem; }
struct Array<S: Raw, A = <S as Raw>::Elem>(S, A);
impl<A, S> std::ops::Add<u8> for Array<S> where A: std::ops::Add<u8, Output = A>, S: Raw<Elem = A> {
    type Output = Array<S>;
    fn add(self, rhs: u8) -> Self::Output { self }
}
trait Same: PartialEq<Self> {}
impl<T: Same> Holds for T { type Is = T; }
)");
}

// A bound that takes more steps than are allowed, and less once parts of it are known: the assumption stays as it is
// written, and the same goal, which was worked out, is not false for that.
void bounds_that_take_too_long_are_unknown(void**) {
  std::string many = "Z";
  for (int i = 0; i < 40; ++i) many = "S<" + many + ">";
  check(R"(
struct Z; struct S<N>(N);
trait Fib { type Out; }
trait First<B> { type Out; }
impl<A, B> First<B> for A { type Out = A; }
impl Fib for Z { type Out = Z; }
impl Fib for S<Z> { type Out = Z; }
impl<N> Fib for S<S<N>> where S<N>: Fib, N: Fib, <S<N> as Fib>::Out: First<<N as Fib>::Out> {
    type Out = <<S<N> as Fib>::Out as First<<N as Fib>::Out>>::Out;
}
trait Less<M> {}
type Big = <)" +
        many + R"( as Fib>::Out;
trait Bound: Less<Big> {}
impl<N> Bound for N where N: Less<Big> {}
trait Other: Less<Z> {}
impl<N> Other for N {} //~ E0277
)");
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(bounds_that_take_too_long_are_unknown), cmocka_unit_test(counts_arguments),
           cmocka_unit_test(checks_paths_of_expressions), cmocka_unit_test(keeps_quiet_behind_unknown_bounds),
           cmocka_unit_test(refuses_constraints), cmocka_unit_test(checks_bounds),
           cmocka_unit_test(chooses_nothing_by_assumptions), cmocka_unit_test(invents_nothing),
           cmocka_unit_test(keeps_quiet_where_something_is_not_seen), cmocka_unit_test(checks_objects_and_recursion),
           cmocka_unit_test(checks_coherence), cmocka_unit_test(compares_impls),
           cmocka_unit_test(asks_what_items_promise))
