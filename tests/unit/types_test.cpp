// lib/types: terms, lowering, traits, constants.
#include <algorithm>
#include <array>
#include <set>

#include "layout/data_layout.h"
#include "layout/layouts.h"
#include "names/impl_header.h"
#include "types/impl_table.h"
#include "types/int128.h"
#include "types_fixture.h"

namespace {

using namespace rp;
using rp::test::TypedCrate;

// ---- Terms ----

void interns(void**) {
  TypeStore s;
  const TypeId u8 = s.integer(IntKind::U8);
  assert_true(s.slice(u8) == s.slice(u8));
  assert_false(s.slice(u8) == s.slice(s.integer(IntKind::U16)));
  const std::array<TypeId, 2> pair{u8, s.slice(u8)};
  assert_true(s.tuple(pair) == s.tuple(pair));
  assert_true(s.tuple({}) == s.unit);
  assert_int_equal(s.args(s.tuple(pair)).size(), 2);
  assert_true(s.primitive(9) == u8);
  assert_true(s.is_unknown(s.unknown) && s.is_unknown(s.error) && !s.is_unknown(s.never));
  // Ids are the same after the tables have grown.
  std::vector<TypeId> made;
  for (uint32_t i = 0; i < 5000; ++i) made.push_back(s.raw_pointer(s.param(i, s.name("T")), i % 2 == 0));
  for (uint32_t i = 0; i < 5000; ++i) assert_true(made[i] == s.raw_pointer(s.param(i, s.name("T")), i % 2 == 0));
}

void knows_what_is_in_a_term(void**) {
  TypeStore s;
  const TypeId t = s.param(0, s.name("T"));
  const TypeId r = s.reference(s.early_region(1, s.name("'a")), t, false);
  assert_true(s.has(r, kHasParam) && s.has(r, kHasRegions) && !s.has(r, kHasUnknown));
  assert_true(s.has(s.slice(s.unknown), kHasUnknown));
  // A bound region escapes until there is a binder around it.
  const TypeId bound = s.reference(s.bound_region(0, 0), t, false);
  assert_int_equal(s.outer_binder(bound), 1);
  const std::array<TypeId, 2> signature{bound, s.unit};
  const TypeId pointer = s.fn_pointer(signature, false, false, rp::Abi::Rust, 1);
  assert_int_equal(s.outer_binder(pointer), 0);
  assert_int_equal(s.signature(pointer).inputs.size(), 1);
}

void substitutes_and_opens_binders(void**) {
  TypeStore s;
  const TypeId t = s.param(0, s.name("T"));
  const TypeId u8 = s.integer(IntKind::U8);
  const std::array<GenericArg, 1> args{u8};
  assert_true(s.substitute(s.slice(t), args) == s.slice(u8));
  // What is put under a binder refers past it.
  const TypeId escaping = s.reference(s.bound_region(0, 3), u8, false);
  const std::array<TypeId, 2> signature{t, s.unit};
  const TypeId pointer = s.fn_pointer(signature, false, false, rp::Abi::Rust, 1);
  const std::array<GenericArg, 1> with{escaping};
  const TypeId made = s.substitute(pointer, with);
  const TypeId input = s.signature(made).inputs[0].type();
  assert_int_equal(s.depth(s.region(input)), 1);
  assert_int_equal(s.index(s.region(input)), 3);
  const std::array<GenericArg, 1> region{s.static_region};
  assert_true(s.open_binder(s.reference(s.bound_region(0, 0), u8, true), region) ==
              s.reference(s.static_region, u8, true));
  assert_true(s.erase_regions(s.reference(s.static_region, u8, true)) == s.reference(s.erased, u8, true));
}

void stops_at_the_limits(void**) {
  TypeStore s;
  TypeId deep = s.integer(IntKind::U8);
  for (uint32_t i = 0; i < kMaxTypeDepth + 10; ++i) deep = s.slice(deep);
  assert_true(s.is_unknown(deep) || s.has(deep, kTooDeep));
  // Types that are written out would be larger than any memory.
  TypeId wide = s.param(0, s.name("T"));
  for (uint32_t i = 0; i < 60; ++i) {
    const std::array<TypeId, 2> two{wide, wide};
    wide = s.tuple(two);
  }
  assert_true(s.has(wide, kTooDeep));
  TypeId large = s.param(0, s.name("T"));
  for (uint32_t i = 0; i < 20; ++i) {
    const std::array<TypeId, 2> two{large, large};
    large = s.tuple(two);
  }
  const std::array<GenericArg, 1> args{s.boolean};
  assert_false(s.has(s.substitute(large, args), kHasParam));
}

void unifies(void**) {
  TypeStore s;
  InferTable infer(s);
  const TypeId a = infer.new_type(), b = infer.new_type();
  const TypeId u8 = s.integer(IntKind::U8);
  const InferTable::Snapshot before = infer.snapshot();
  assert_true(infer.unify(s.slice(a), s.slice(u8)) == Unify::Equal);
  assert_true(infer.resolve(a) == u8);
  infer.roll_back(before);
  assert_true(infer.resolve(a) == a);
  assert_true(infer.unify(a, b) == Unify::Equal);
  assert_true(infer.unify(b, s.boolean) == Unify::Equal);
  assert_true(infer.resolve(a) == s.boolean);
  // A type that contains itself.
  const TypeId c = infer.new_type();
  assert_true(infer.unify(c, s.slice(c)) == Unify::Different);
  const TypeId number = infer.new_type(TypeStore::InferKind::Int);
  assert_true(infer.unify(number, s.boolean) == Unify::Different);
  assert_true(infer.unify(number, u8) == Unify::Equal);
  assert_true(infer.unify(s.unknown, u8) == Unify::Ambiguous);
  // A constant that is an expression with itself in it.
  const ConstId n = infer.new_const(s.integer(IntKind::Usize));
  const GenericArg arg = n;
  const ConstId sum = s.unevaluated({}, SiteId(), s.list({&arg, 1}), s.integer(IntKind::Usize));
  assert_true(infer.unify(n, sum) == Unify::Ambiguous);
}

void counts_in_128_bits(void**) {
  using namespace rp::wide;
  bool overflow = false;
  const Bits128 max{UINT64_MAX, UINT64_MAX};
  assert_true(add(of(UINT64_MAX), of(1)) == (Bits128{0, 1}));
  assert_true(negate(of(1)) == max);
  assert_true(multiply(of(UINT64_MAX), of(UINT64_MAX), &overflow) == (Bits128{1, UINT64_MAX - 1}));
  assert_false(overflow);
  multiply(max, of(2), &overflow);
  assert_true(overflow);
  const Quotient q = divide(max, Bits128{5, 3});
  assert_true(add(multiply(q.quotient, Bits128{5, 3}, &overflow), q.rest) == max);
  assert_true(less_unsigned(q.rest, Bits128{5, 3}));
  assert_true(divide(of(17), of(5)).rest == of(2));
  assert_true(wrap(of(0x1FF), 8, true) == negate(of(1)));
  assert_true(wrap(of(0x1FF), 8, false) == of(0xFF));
  assert_true(shift_right_signed(negate(of(8)), 1) == negate(of(4)));
  assert_int_equal(leading_zeros(of(1)), 127);
  assert_int_equal(count_ones(max), 128);
}

// ---- Lowering ----

constexpr std::string_view kTypes = R"(
use std::collections::HashMap;
pub trait Shape<'a, X = Self> { type Out: Clone; type Pair<T>; const SIDES: usize; }
type Short<T> = Option<Box<T>>;
macro_rules! made { () => { [u16; 2] } }
pub struct S<'a, T: Shape<'a>, const N: usize = 3> where T::Out: Copy {
  a: &'a mut [T], b: T::Out, c: <T as Shape<'a>>::Pair<u8>, d: Short<T>, e: made!(), f: [bool; N],
  g: HashMap<u8, (str_like::str, ())>, h: *const dyn Fn(&u8) -> &u8, i: for<'b> fn(&'b T, &u8), j: !,
  k: Box<dyn Iterator<Item = T> + Send + 'a>, l: Vec<Missing>, m: fn(&u8) -> &u8,
}
mod str_like { pub type str = char; }
fn elided(a: &str, b: &mut u8) -> Option<&'static u8> { None }
fn one<'x>(a: &'x str, n: u8) -> &str { a }
impl<T> W<T> { fn of_self(&self, other: &T) -> &T { loop {} } }
struct W<T>(T);
fn arg(x: impl Clone + 'static) -> impl Iterator<Item = u8> { std::iter::empty() }
async fn later(x: &u8) -> u16 { 1 }
)";

void lowers_written_types(void**) {
  for (const bool names : {true, false}) {
    TypedCrate c(kTypes, Edition::k2021, names);
    const std::string unresolved = names ? "{error}" : "{unknown}";
    assert_text_equal(c.fields("S"),
                      "&'a mut [T]\n"
                      "<T as Shape<'a, T>>::Out\n"
                      "<T as Shape<'a, T>>::Pair<u8>\n"
                      "Option<Box<T, Global>>\n"
                      "[u16; 2]\n"
                      "[bool; N]\n"
                      "HashMap<u8, (char, ()), RandomState, Global>\n"
                      "*const dyn for<'a> Fn<(&'a u8,), Output = &'a u8>\n"
                      "for<'a, 'b> fn(&'a T, &'b u8)\n"
                      "!\n"
                      "Box<dyn Iterator<Item = T> + Send + 'a, Global>\n"
                      "Vec<" +
                          unresolved +
                          ", Global>\n"
                          "for<'a> fn(&'a u8) -> &'a u8\n");
    const auto signature = [&](std::string_view name) {
      return c.context().text(c.context().items().fn_signature(c.find(name)));
    };
    assert_text_equal(signature("elided"), "for<'a, 'b> fn(&'a str, &'b mut u8) -> Option<&'static u8>");
    assert_text_equal(signature("one"), "for<'a> fn(&'a str, u8) -> &'a str");
    assert_text_equal(signature("of_self"), "for<'a, 'b> fn(&'a W<T>, &'b T) -> &'a T");
    assert_text_equal(signature("arg"), "fn(impl Clone + 'static) -> impl Iterator");
    assert_text_equal(signature("later"), "for<'a> fn(&'a u8) -> impl Future");
  }
}

void describes_items(void**) {
  TypedCrate c(R"(
#[repr(C, packed(2))] pub struct P { a: u8 }
#[repr(u8)] pub enum E { A = 1 << 2, B, C { x: u8, y: (u16,) } = 0x10, D(bool) }
#[repr(align(8), align(16))] union U { a: u8, b: [u8; 3] }
struct NonZero(std::num::NonZeroU8);
trait Tr<T>: Clone + Fn(u8) where T: Copy { fn f(&self); fn g() {} type A; }
impl<T: ?Sized> Clone for G<T> { fn clone(&self) -> Self { loop {} } }
struct G<T: ?Sized>(Box<T>);
fn late<'a, 'b: 'a, 'c, T: From<&'c u8>>(x: &'a u8, y: &'b u8, z: &'c T) {}
)");
  Items& items = c.context().items();
  const AdtInfo& p = items.adt(c.find("P"));
  assert_true(p.repr.c && p.repr.pack == 2 && !p.unknown);
  const AdtInfo& e = items.adt(c.find("E"));
  assert_true(e.repr.integer == IntKind::U8);
  assert_int_equal(e.variants.size(), 4);
  assert_int_equal(e.variants[2].fields.size(), 2);
  assert_true(e.variants[3].ctor == CtorKind::Tuple);
  const uint64_t discriminants[] = {4, 5, 16, 17};
  for (uint32_t i = 0; i < 4; ++i)
    assert_int_equal(c.context().consts().discriminant(c.find("E"), i).bits.lo, discriminants[i]);
  assert_int_equal(items.adt(c.find("U")).repr.align, 16);
  // From facts: what core says of NonZero's field.
  const TypeId non_zero = c.parse("std::num::NonZeroU8");
  const std::span<const GenericArg> args = c.context().store().args(non_zero);
  const FieldInfo& field = items.adt(c.context().store().def(non_zero)).variants[0].fields[0];
  const TypeId inner = c.context().field_type(field, std::vector<GenericArg>(args.begin(), args.end()));
  const AdtInfo& range = items.adt(c.context().store().def(inner));
  assert_true(range.repr.valid_start == (Bits128{1, 0}) && range.repr.valid_end == (Bits128{255, 0}));
  assert_int_equal(items.supertraits(c.find("Tr")).size(), 2);
}

void tells_early_from_late_lifetimes(void**) {
  TypedCrate c("fn late<'a, 'b: 'a, 'c, T: From<&'c u8>>(x: &'a u8, y: &'b u8, z: &T) -> &'c u8 { loop {} }");
  const Generics& g = c.context().items().generics(c.find("late"));
  // 'a and 'b are in a bound, 'c in that of T.
  assert_int_equal(g.late_bound.size(), 0);
  assert_int_equal(g.params.size(), 4);
  TypedCrate d("fn late<'a, 'b, T>(x: &'a T) -> &'b u8 { loop {} }");
  assert_int_equal(d.context().items().generics(d.find("late")).late_bound.size(), 1);
}

// ---- Traits ----

void answers_for_traits(void**) {
  TypedCrate c(R"(
use std::rc::Rc;
struct Plain { a: u8 }
#[derive(Clone, Copy)] struct Copied<T>(T);
struct Shared<T>(Rc<T>);
struct Raw(*mut u8);
unsafe impl Send for Raw {}
struct List { next: Option<Box<List>>, n: u8 }
trait Blanket {}
impl<T: Clone + Send> Blanket for T {}
trait OnItem {}
impl<T: Iterator> OnItem for Copied<T> where T::Item: Copy {}
struct Tail<T: ?Sized> { n: u8, t: T }
)");
  const struct {
    std::string_view type, trait;
    char answer;
  } kCases[] = {
      {"u8", "Copy", 'y'},
      {"String", "Copy", 'n'},
      {"String", "Clone", 'y'},
      {"(u8, String)", "Copy", 'n'},
      {"[&'static str; 4]", "Copy", 'y'},
      {"&'static mut u8", "Copy", 'n'},
      {"fn(String) -> u8", "Copy", 'y'},
      {"Plain", "Clone", 'n'},
      {"Copied<u8>", "Copy", 'y'},
      {"Copied<Plain>", "Copy", 'n'},
      {"Shared<u8>", "Send", 'n'},
      {"Raw", "Send", 'y'},
      {"Raw", "Sync", 'n'},
      {"List", "Send", 'y'},
      {"Vec<Option<Shared<u8>>>", "Sync", 'n'},
      {"std::sync::Mutex<std::cell::Cell<u8>>", "Sync", 'y'},
      {"std::sync::MutexGuard<'static, u8>", "Send", 'n'},
      {"str", "Sized", 'n'},
      {"Tail<[u8]>", "Sized", 'n'},
      {"Tail<u8>", "Sized", 'y'},
      {"Box<dyn Fn(u8) -> u8 + Send>", "Send", 'y'},
      {"Box<dyn Fn(u8) -> u8>", "Send", 'n'},
      {"Vec<String>", "Blanket", 'y'},
      {"Shared<u8>", "Blanket", 'n'},
      {"Copied<std::vec::IntoIter<u8>>", "OnItem", 'y'},
      {"Copied<std::vec::IntoIter<String>>", "OnItem", 'n'},
      {"std::iter::Map<std::vec::IntoIter<u8>, fn(u8) -> u16>", "Iterator", 'y'},
      {"std::iter::Map<std::vec::IntoIter<u8>, fn(u16) -> u16>", "Iterator", 'n'},
      {"Box<dyn std::error::Error>", "std::error::Error", 'n'},
      {"std::collections::HashMap<u8, List>", "std::panic::UnwindSafe", 'y'},
      {"Missing", "Copy", '?'},
      {"Vec<Missing>", "Copy", '?'},
      {"(u8, Missing)", "Copy", '?'},
  };
  for (const auto& each : kCases) {
    const char answer = c.implements(each.type, each.trait);
    if (answer != each.answer)
      fail_msg("%s: %s is %c", std::string(each.type).c_str(), std::string(each.trait).c_str(), answer);
  }
  assert_true(c.context().traits().needs_drop(c.parse("Option<Box<u8>>")) == Answer::Yes);
  assert_true(c.context().traits().needs_drop(c.parse("std::mem::ManuallyDrop<String>")) == Answer::No);
  assert_true(c.context().traits().needs_drop(c.parse("List")) == Answer::Yes);
  assert_true(c.context().traits().is_uninhabited(c.parse("Result<!, std::convert::Infallible>")) == Answer::Yes);
  assert_true(c.context().traits().is_uninhabited(c.parse("Option<!>")) == Answer::No);
}

void projects(void**) {
  TypedCrate c(R"(
trait Make { type Out; }
impl Make for u8 { type Out = [u16; 3]; }
impl<T: Make> Make for Vec<T> { type Out = Option<T::Out>; }
struct S {
  a: <Vec<Vec<u8>> as Make>::Out, b: <std::vec::IntoIter<char> as Iterator>::Item,
  c: <fn(u8) -> String as FnOnce<(u8,)>>::Output, d: <dyn Iterator<Item = u8> as Iterator>::Item,
  e: <[u8] as std::borrow::ToOwned>::Owned, f: <str as std::ops::Index<std::ops::Range<usize>>>::Output,
}
struct G<T: Iterator<Item = u8>, U: Iterator>(T::Item, U::Item);
trait Loop { type A; }
impl Loop for u16 { type A = <u16 as Loop>::A; }
struct Cyclic(<u16 as Loop>::A);
)");
  assert_text_equal(c.fields("S"),
                    "<Vec<Vec<u8, Global>, Global> as Make>::Out = Option<Option<[u16; 3]>>\n"
                    "<IntoIter<char, Global> as Iterator>::Item = char\n"
                    "<fn(u8) -> String as FnOnce<(u8,)>>::Output = String\n"
                    "<dyn Iterator<Item = u8> as Iterator>::Item = u8\n"
                    "<[u8] as ToOwned>::Owned = Vec<u8, Global>\n"
                    "<str as Index<Range<usize>>>::Output = str\n");
  const DefRef g = c.find("G");
  const ParamEnvId env = c.context().traits().env_of(g);
  const AdtInfo& info = c.context().items().adt(g);
  Traits& traits = c.context().traits();
  assert_text_equal(c.context().text(traits.normalize(info.variants[0].fields[0].type, env)), "u8");
  assert_text_equal(c.context().text(traits.normalize(info.variants[0].fields[1].type, env)), "<U as Iterator>::Item");
  assert_true(c.context().store().has(
      traits.normalize(c.context().items().adt(c.find("Cyclic")).variants[0].fields[0].type), kHasUnknown));
}

void keeps_quiet_where_macros_are_opaque(void**) {
  TypedCrate c("#[derive(Mystery)] struct S(u8); struct T(u8); trait Tr {}");
  assert_int_equal(c.implements("S", "Tr"), '?');
  assert_int_equal(c.implements("T", "Tr"), 'n');
}

// ---- Constants ----

void evaluates_constants(void**) {
  TypedCrate c(R"(
const fn fib(n: u32) -> u32 { if n < 2 { n } else { fib(n - 1) + fib(n - 2) } }
const fn count(s: &str) -> usize { let b = s.as_bytes(); let mut i = 0; let mut n = 0; while i < b.len() { if b[i] == b'a' { n += 1; } i += 1; } n }
const fn pick(x: Option<u8>) -> usize { match x { Some(n @ 0..=9) => n as usize, Some(_) => 10, None => 11 } }
const fn spin() -> usize { loop {} }
const fn early(n: usize) -> usize { let mut i = 0; loop { i += 1; if i * i > n { return i; } if i == 100 { break 7; } } }
enum E { A = 4, B, C = 9 }
struct Point { x: i32, y: i32 }
impl Point { const ORIGIN: Point = Point { x: 1, y: 2 }; const fn sum(&self) -> i32 { self.x + self.y } }
trait Len { const LEN: usize; }
impl Len for u8 { const LEN: usize = 7; }
impl<T: Len> Len for Vec<T> { const LEN: usize = T::LEN * 2; }
const V01: usize = 3 * 4 + 1;
const V02: u8 = 255 - 1;
const V03: i32 = -7 / 2 * 10 + -7 % 3;
const V04: u32 = fib(10);
const V05: usize = count("banana");
const V06: usize = pick(Some(3)) + pick(None) * 100;
const V07: u8 = (300 as i32) as u8;
const V08: i8 = 200u8 as i8;
const V09: u64 = u64::MAX >> 60;
const V10: usize = E::B as usize;
const V11: i32 = Point::ORIGIN.sum();
const V12: usize = <Vec<Vec<u8>> as Len>::LEN;
const V13: usize = early(17);
const V14: u32 = 1u32.rotate_right(1).leading_zeros() + 12u32.trailing_zeros();
const V15: bool = matches!(3, 1..=4) && !false;
const V16: usize = [1, 2, 3].len() + (1, 5).1;
const V17: i128 = i128::MIN + 1;
const V18: u8 = 250u8.wrapping_add(10).saturating_sub(9);
const V19: u32 = { let x = 3; let y = x * 2; { const K: u32 = 5; y + K } };
const V20: char = 'z';
const V21: usize = 7usize.div_ceil(2).next_power_of_two().pow(2);
const E01: u8 = 255 + 1;
const E02: u8 = V02 + 2;
const E03: i32 = 1 / (V01 as i32 - 13);
const E04: i32 = i32::MIN / -1;
const E05: u32 = 1 << 32;
const E06: usize = [1, 2][V01];
const E07: usize = 3 - 4;
const E08: () = assert!(V01 == 12);
const U01: usize = spin();
const U02: usize = std::mem::size_of::<u32>();
const U03: usize = U03 + 1;
)");
  const auto text = [&](std::string_view name) -> std::string {
    const DefRef def = c.find(name);
    const ConstResult r = c.context().consts().item(def, c.context().store().empty_list);
    switch (r.state) {
      case ConstResult::State::Value:
        return c.context().text(c.context().store().value(r.type, r.bits));
      case ConstResult::State::Error:
        return "error";
      case ConstResult::State::Generic:
        return "generic";
      case ConstResult::State::Unknown:
        break;
    }
    return "unknown";
  };
  const std::pair<std::string_view, std::string_view> kValues[] = {
      {"V01", "13"},      {"V02", "254"},     {"V03", "-31"},
      {"V04", "55"},      {"V05", "3"},       {"V06", "1103"},
      {"V07", "44"},      {"V08", "-56"},     {"V09", "15"},
      {"V10", "5"},       {"V11", "3"},       {"V12", "28"},
      {"V13", "5"},       {"V14", "2"},       {"V15", "true"},
      {"V16", "8"},       {"V18", "0"},       {"V19", "11"},
      {"V20", "'z'"},     {"V21", "16"},      {"V17", "-170141183460469231731687303715884105727"},
      {"E02", "error"},   {"E03", "error"},   {"E04", "error"},
      {"E05", "error"},   {"E06", "error"},   {"E07", "error"},
      {"U01", "unknown"}, {"U02", "unknown"}, {"U03", "unknown"},
  };
  for (const auto& [name, value] : kValues) {
    const std::string found = text(name);
    if (found != value) fail_msg("%s is %s", std::string(name).c_str(), found.c_str());
  }
  assert_true(text("E01") == "error" || text("E01") == "unknown");
  assert_true(text("E08") == "error" || text("E08") == "unknown");
}

class FixedSizes final : public LayoutOracle {
 public:
  std::optional<SizeAlign> size_align(TypeId, ParamEnvId) override { return SizeAlign{12, 4}; }
};

void asks_for_sizes(void**) {
  TypedCrate c("struct S { a: [u8; std::mem::size_of::<(u8, u64)>() + core::mem::align_of::<u8>()] }");
  FixedSizes sizes;
  c.context().set_layout_oracle(&sizes);
  assert_text_equal(c.fields("S"), "[u8; std::mem::size_of::<(u8, u64)>() + core::mem::align_of::<u8>()] = [u8; 16]\n");
}

// Facts that a build script may set: whatever hangs on one is unknown, and nothing else.
void leaves_open_what_a_build_script_decides(void**) {
  TypedCrate c(R"(
mod narrow { pub struct Word { w: u8 } pub mod deep { pub struct In { w: u8 } } }
mod wide { pub struct Word { w: u64 } pub mod deep { pub struct In { w: u64 } } }
#[cfg(wide_words)] use wide as imp;
#[cfg(not(wide_words))] use narrow as imp;
mod facade { pub use crate::imp::Word; pub use crate::imp::deep::*; }
#[cfg(not(wide_words))] type Alias = u8;
#[cfg(wide_words)] type Alias = u64;
#[cfg(not(wide_words))] mod gone { pub struct There { x: u8 } }
#[cfg(not(wide_words))] const LENGTH: usize = 4;
#[cfg(wide_words)] const LENGTH: usize = 8;
const CHOSEN: usize = if cfg!(wide_words) { 1 } else { 2 };
const fn chosen() -> usize { #[cfg(wide_words)] { return 1; } #[cfg(not(wide_words))] { 2 } }
trait Pick { type Out; }
impl Pick for u8 { #[cfg(wide_words)] type Out = u64; #[cfg(not(wide_words))] type Out = u8; }
#[cfg(not(wide_words))] impl Pick for u16 { type Out = u8; }
macro_rules! made { ($name:ident, $t:ty) => { struct $name { x: $t } } }
#[cfg(not(wide_words))] made!(Made, u8);
#[cfg(wide_words)] made!(Made, u64);

struct A01 { x: imp::Word }
struct A02 { x: facade::Word }
struct A03 { x: Alias }
struct A04 { x: gone::There }
struct A05 { x: [u8; LENGTH] }
struct A06 { x: [u8; CHOSEN] }
struct A07 { x: [u8; chosen()] }
struct A08 { x: <u8 as Pick>::Out }
struct A09 { x: <u16 as Pick>::Out }
#[cfg_attr(wide_words, repr(C))] struct A10 { x: u8, y: u16 }
struct A11 { #[cfg(wide_words)] x: u8, y: u16 }
struct A12 { x: Made }
struct A13 { x: facade::In }
struct A14<#[cfg(wide_words)] T: Copy> { x: u8 }
struct B01 { x: narrow::Word }
struct B02 { x: [u8; 3] }
#[cfg_attr(wide_words, doc = "wide")] struct B03 { x: u8 }
struct B04 { #[cfg(unix)] x: u8, #[cfg(test)] y: u64 }
struct B05 { x: <u32 as Other>::Out }
trait Other { type Out; }
impl Other for u32 { type Out = u8; }
)",
               Edition::k2021, true, "fn main() { if found() { println!(\"cargo:rustc-cfg=wide_words\"); } }");
  layout::Layouts layouts(c.context(), *layout::find_data_layout("x86_64-unknown-linux-gnu"));
  size_t seen = 0;
  for (const char letter : {'A', 'B'}) {
    for (int i = 1; i <= (letter == 'A' ? 14 : 5); ++i) {
      const std::string name = letter + std::string(i < 10 ? "0" : "") + std::to_string(i);
      const DefRef def = c.find(name);
      assert_true(static_cast<bool>(def));
      ++seen;
      const bool known = static_cast<bool>(layouts.of_definition(def));
      if (known != (letter == 'B')) fail_msg("the layout of %s is %s", name.c_str(), known ? "known" : "unknown");
    }
  }
  assert_int_equal(seen, 19);
  assert_text_equal(layouts.cause(c.parse("(u8, A10)")).text(),
                    "what `main::A10` is depends on a fact that a build script decides (reached by `.1`)");
  assert_int_equal(c.implements("u16", "Pick"), '?');
  assert_int_equal(c.implements("u32", "Other"), 'y');
}

// What blocks define is found whether or not names were resolved; a constant of a trait, when the trait is in scope.
void looks_up_what_constants_name(void**) {
  constexpr std::string_view kText = R"(
mod traits { pub trait Len { const LEN: usize; const TWICE: usize = 2; } pub trait Far { const FAR: usize; } }
use traits::Len;
impl Len for bool { const LEN: usize = 7; }
impl Len for f64 { const LEN: usize = 5; }
impl traits::Far for bool { const FAR: usize = 9; }
trait Mask { const EXP_MASK: i8; }
impl Mask for f64 { const EXP_MASK: i8 = 3; }
mod quiet { use super::traits::Len as _; pub const V: usize = bool::LEN; }
const N: usize = 100;
const V01: usize = bool::LEN + f64::LEN;
const V02: usize = f64::TWICE;
const V03: usize = f64::EXP_MASK as usize;
const V04: usize = quiet::V;
const V05: usize = { const N: usize = 4; N + { const N: usize = 1; N } };
const V06: usize = { const N: usize = 4; match 4 { N => 1, _ => 2 } };
const V07: usize = { #[cfg(not(any()))] { 6 } #[cfg(any())] { 8 } };
const V08: usize = { #[cfg(any())] { 6 } #[cfg(not(any()))] { 8 } };
const V09: u32 = u128::MAX.ilog10() + 1u8.ilog10() + 1000u16.ilog10();
const U01: usize = bool::FAR;
)";
  for (const bool with_names : {true, false}) {
    TypedCrate c(kText, Edition::k2021, with_names);
    const std::pair<std::string_view, uint64_t> kValues[] = {
        {"V01", 12}, {"V02", 2}, {"V03", 3}, {"V04", 7}, {"V05", 5}, {"V06", 1}, {"V07", 6}, {"V08", 8}, {"V09", 41}};
    for (const auto& [name, value] : kValues) {
      const ConstResult r = c.context().consts().item(c.find(name), c.context().store().empty_list);
      if (!r || r.bits.lo != value)
        fail_msg("%s is %d", std::string(name).c_str(), r ? static_cast<int>(r.bits.lo) : -1);
    }
    assert_false(static_cast<bool>(c.context().consts().item(c.find("U01"), c.context().store().empty_list)));
  }
}

// The standard library's types hold types of libc, and pointers to themselves that are atomic.
void lays_out_types_of_std(void**) {
  TypedCrate c(R"(
struct Node { value: u8, next: std::sync::atomic::AtomicPtr<Node> }
)");
  layout::Layouts layouts(c.context(), *layout::find_data_layout("x86_64-unknown-linux-gnu"));
  const std::pair<std::string_view, uint64_t> kSizes[] = {
      {"Node", 16},
      {"std::thread::JoinHandle<()>", 24},
      {"std::io::IoSlice<'static>", 16},
      {"std::fs::Permissions", 4},
      {"std::fs::FileType", 4},
      {"std::fs::OpenOptions", 16},
      {"std::process::ExitStatus", 4},
      {"std::os::unix::net::SocketAddr", 116},
  };
  for (const auto& [type, size] : kSizes) {
    const layout::LayoutAnswer answer = layouts.of(c.parse(type));
    if (!answer) fail_msg("%s: %s", std::string(type).c_str(), layouts.cause(c.parse(type)).text().c_str());
    if (layouts[answer.layout].size != size)
      fail_msg("%s: %d", std::string(type).c_str(), static_cast<int>(layouts[answer.layout].size));
  }
}

// A path in a file that was included is relative to that file.
void follows_included_files(void**) {
  TypedCrate c(
      "mod m { include!(\"data/all.rs\"); } struct S { x: m::Inner, y: m::Made }", Edition::k2021, true, {},
      {{"/data/all.rs", "include!(\"inner.data\"); macro_rules! more { () => { include!(\"more.data\"); } } more!();"},
       {"/data/inner.data", "pub struct Inner(u32);"},
       {"/data/more.data", "pub struct Made(u16);"},
       {"/inner.data", "pub struct Inner(u8);"}});
  layout::Layouts layouts(c.context(), *layout::find_data_layout("x86_64-unknown-linux-gnu"));
  const layout::LayoutAnswer answer = layouts.of(c.parse("S"));
  assert_true(static_cast<bool>(answer));
  assert_int_equal(layouts[answer.layout].size, 8);
}

// An unknown layout has a cause: where it is written, and how one gets there.
void says_what_is_unknown_about_a_layout(void**) {
  TypedCrate c(R"(
struct Inner { good: u8, bad: [u8; { loop {} }] }
struct Pair(u16, Inner);
enum Outer { Nothing, Some { pair: Pair } }
enum Odd { A = { loop {} } }
struct Held { odd: Option<Odd> }
trait Tr { type Out; }
struct Projected { x: <u8 as Tr>::Out }
struct Infinite { x: (u8, Infinite) }
struct Fine { x: u8 }
)");
  layout::Layouts layouts(c.context(), *layout::find_data_layout("x86_64-unknown-linux-gnu"));
  const std::pair<std::string_view, std::string_view> kCauses[] = {
      {"Inner", "the length `[u8; { loop {} }]` of field `bad` in `main::Inner` could not be worked out"},
      {"Outer",
       "the length `[u8; { loop {} }]` of field `bad` in `main::Inner` could not be worked out (reached by "
       "`.Some.pair.1`)"},
      {"Held", "the discriminant of `main::Odd::A` is not known (reached by `.odd.Some.0`)"},
      {"Projected", "the type `<u8 as Tr>::Out` of field `x` in `main::Projected` could not be worked out"},
      {"Infinite", "the type holds itself without a pointer between: its size is infinite (`Infinite`)"},
      {"Fine", ""},
  };
  for (const auto& [type, cause] : kCauses) {
    const std::string text = layouts.cause(c.parse(type)).text();
    assert_text_equal(text, std::string(cause).c_str());
  }
}

// Headers are read by their words first: a word that is wrong would hide an impl.
void reads_words_of_headers(void**) {
  struct Case {
    std::string_view text, trait, self;
  };
  static constexpr Case kCases[] = {
      {"impl<T>Clone for Vec<T>{}", "Clone", "Vec"},
      {"impl<'a,T:'a+Fn(&'a u8)->u8>a::b::Tr<T> for &'a T{}", "Tr", "&"},
      {"#[x(\"]\")]unsafe impl<const N:usize>Tr for[u8;N]{}", "Tr", "["},
      {"impl<T>Tr for T where T:Other<X>{}", "Tr", ""},
      {"impl<T:Tr>Tr for T::Item{}", "Tr", ""},
      {"impl<T>Tr for <T as Other>::Out{}", "Tr", ""},
      {"impl<A,B>Tr for(A,B){}", "Tr", "("},
      {"impl Tr for(dyn Other+Send){}", "Tr", ""},
      {"impl Tr for(){}", "Tr", "("},
      {"impl!Send for*const u8{}", "Send", "*"},
      {"impl Tr for!{}", "Tr", "!"},
      {"impl Tr for for<'a>fn(&'a u8){}", "Tr", "fn"},
      {"impl Tr for unsafe extern \"C\" fn(){}", "Tr", "fn"},
      {"impl<R>Tr for dyn Fn()->R{}", "Tr", "dyn"},
      {"impl<T>a::S<T,{1+2}>{fn f();}", "", "S"},
      {"impl const Default for u8{}", "Default", "u8"},
      {"impl r#in::r#type for r#struct{}", "type", "struct"},
      {"impl str{}", "", "str"},
  };
  for (const Case& each : kCases) {
    const ImplHeader header = impl_header(each.text);
    if (header.trait != each.trait || header.self != each.self)
      fail_msg("%s: %s for %s", std::string(each.text).c_str(), std::string(header.trait).c_str(),
               std::string(header.self).c_str());
  }
  // All of the standard library, against what the headers mean.
  TypedCrate c("");
  TypeContext& context = c.context();
  size_t seen = 0;
  std::set<std::string_view> types;
  for (CrateIndex i = 0; i < kSysrootCrates; ++i)
    for (const Def& d : context.analysis().crate(i)->defs)
      if (d.kind == DefKind::Struct || d.kind == DefKind::Enum || d.kind == DefKind::Union)
        types.insert(context.analysis().crate(i)->text(d.name));
  for (CrateIndex i = 0; i < kSysrootCrates; ++i) {
    const CrateDefs& crate = *context.analysis().crate(i);
    for (uint32_t d = 0; d < crate.defs.size(); ++d) {
      if (crate.defs[d].kind != DefKind::Impl) continue;
      const ImplHeader header = impl_header(crate.signature(DefId(d)));
      // Facts say the same without the text.
      const ImplHeader kept = crate.signatures->impl_header(d);
      assert_text_equal(std::string(kept.trait), header.trait);
      assert_text_equal(std::string(kept.self), header.self);
      const ImplInfo& info = context.items().impl({i, DefId(d)});
      if (info.trait_ref && context.items().name_of(info.trait_ref.trait) != header.trait)
        fail_msg("%s", std::string(crate.signature(DefId(d))).c_str());
      if (context.store().kind(info.self_type) == TypeKind::Adt && types.contains(header.self) &&
          context.items().name_of(context.store().def(info.self_type)) != header.self)
        assert_text_equal(std::string(header.self), "Char");  // core::ascii::Char, an import of AsciiChar
      ++seen;
    }
  }
  assert_true(seen > 5000);
  // What is no impl has no header.
  const CrateDefs& core = *context.analysis().crate(kCore);
  assert_true(core.signatures->impl_header(0).trait.empty() && core.signatures->impl_header(0).self.empty());
  assert_true(core.signatures->impl_header(UINT32_MAX).self.empty());
}

// An impl is found whatever name an import gives its trait or type.
void finds_impls_under_other_names(void**) {
  TypedCrate c(R"(
mod a { pub trait Real { type Out; } pub struct Thing; pub struct Other; pub trait Fake {} }
mod b { use super::a::{Real as Fake, Thing as Other}; impl Fake for Other { type Out = u16; } }
struct S { x: <a::Thing as a::Real>::Out }
type Alias = (u8, a::Thing);
impl a::Real for Alias { type Out = u32; }
impl<'a> a::Real for &'a (a::Other) { type Out = u64; }
)");
  assert_int_equal(c.implements("a::Thing", "a::Real"), 'y');
  assert_int_equal(c.implements("a::Other", "a::Real"), 'n');
  assert_int_equal(c.implements("a::Thing", "a::Fake"), 'n');
  assert_int_equal(c.implements("(u8, a::Thing)", "a::Real"), 'y');
  assert_int_equal(c.implements("&a::Other", "a::Real"), 'y');
  assert_int_equal(c.implements("&a::Thing", "a::Real"), 'n');
  assert_text_equal(c.fields("S"), "<Thing as Real>::Out = u16\n");
}

// Contexts that share the table of impls answer as one that has its own, whatever was asked of the others before.
void shares_the_words_of_impls(void**) {
  TypedCrate c(R"(
pub trait Show {}
pub struct One; pub struct Two; pub struct List<T>(T);
impl Show for One {}
impl<T: Show> Show for List<T> {}
impl Show for (u8, Two) {}
impl One { pub fn own(&self) {} }
impl<T> List<T> { pub fn push(&self) {} }
)");
  TypeInputs inputs = c.context().inputs();
  inputs.impls = std::make_shared<SharedImplTable>();
  TypeContext one(inputs), two(inputs);
  const DefRef show = c.find("Show");
  const auto type_in = [](TypeContext& context, std::string_view text) {
    std::vector<LowerError> errors;
    return context.lowering().parse(text, kSysrootCrates, DefId(0), &errors);
  };
  const auto all = [&](TypeContext& context) {
    const std::span<const DefRef> impls = context.traits().impls_of(show);
    return std::vector<DefRef>(impls.begin(), impls.end());
  };
  assert_true(one.traits().implements(type_in(one, "List<One>"), show) == Answer::Yes);
  assert_true(two.traits().implements(type_in(two, "(u8, Two)"), show) == Answer::Yes);
  assert_true(two.traits().implements(type_in(two, "Two"), show) == Answer::No);
  assert_int_equal(all(one).size(), 3);
  assert_true(all(one) == all(two) && all(one) == all(c.context()));
  const std::vector<DefRef> impls = all(one);
  assert_true(std::is_sorted(impls.begin(), impls.end()));
  for (TypeContext* context : {&one, &two, &c.context()}) {
    assert_int_equal(context->traits().inherent_impls(type_in(*context, "One")).size(), 1);
    assert_int_equal(context->traits().inherent_impls(type_in(*context, "List<Two>")).size(), 1);
    assert_int_equal(context->traits().inherent_impls(type_in(*context, "Two")).size(), 0);
  }

  const ImplTable& table = inputs.impls->of(*inputs.analysis);
  const auto [first, end] = table.groups(table.find("Show"));
  assert_int_equal(end - first, 3);
  assert_int_equal(table.impls(table.group(table.find("Show"), table.find("List"))).size(), 1);
  assert_int_equal(table.group(table.find("Show"), table.find("Two")), UINT32_MAX);
  assert_int_equal(table.find("no_header_has_this"), ImplTable::kNoWord);
  assert_int_equal(table.groups(ImplTable::kNoWord).second, 0);
  assert_true(table.group(table.inherent(), table.find("List")) != UINT32_MAX);
}

}  // namespace

UNIT_TESTS(cmocka_unit_test(interns), cmocka_unit_test(knows_what_is_in_a_term),
           cmocka_unit_test(substitutes_and_opens_binders), cmocka_unit_test(stops_at_the_limits),
           cmocka_unit_test(unifies), cmocka_unit_test(counts_in_128_bits), cmocka_unit_test(lowers_written_types),
           cmocka_unit_test(describes_items), cmocka_unit_test(tells_early_from_late_lifetimes),
           cmocka_unit_test(answers_for_traits), cmocka_unit_test(projects),
           cmocka_unit_test(keeps_quiet_where_macros_are_opaque), cmocka_unit_test(evaluates_constants),
           cmocka_unit_test(asks_for_sizes), cmocka_unit_test(leaves_open_what_a_build_script_decides),
           cmocka_unit_test(looks_up_what_constants_name), cmocka_unit_test(lays_out_types_of_std),
           cmocka_unit_test(follows_included_files), cmocka_unit_test(says_what_is_unknown_about_a_layout),
           cmocka_unit_test(reads_words_of_headers), cmocka_unit_test(finds_impls_under_other_names),
           cmocka_unit_test(shares_the_words_of_impls))
