#![feature(let_chains, never_type, gen_blocks, yeet_expr, try_blocks, decl_macro, const_trait_impl)]
const trait Tr { fn f(); }
impl const Tr for u8 { fn f() {} }
fn g<T: ~const Tr + [const] Tr>() where T: const Tr {}
gen fn h() -> u8 { yield 1; }
fn k() { let x = try { a()? }; do yeet 1; let y = gen { yield 2; }; become k(); }
fn dflt(x: u8) -> unsafe<'a> &'a u8 { loop {} }
struct D { a: u8 = 3, b: u8 }
auto trait X {}
fn l() { match x { ! , Some(!) } let builtin = builtin # offset_of(T, a); x.use; }
type V = dyn Tr; impl<T> X for T where T: use_it {}
reuse path::to::f as g { self.0 }
fn c() contract_requires { true } {}
