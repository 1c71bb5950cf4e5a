#![feature(rustc_attrs)]
#[derive(Clone, Copy)] #[serde(rename = "x", default)]
#[doc = include_str!("a.md")]
#[path::to::attr(any [tokens] {here})]
#[unsafe(no_mangle)]
pub fn f(#[attr] a: u8, #[cfg(any())] b: u8) {
    #![inner]
    #[stmt] let x = #[expr] 1;
    match x { #[arm] 1 => {} _ => {} }
    S { #[field] a: 1 };
    [#[elem] 1];
    #[block] { }
}
/// Outer doc.
/** Block doc. */
struct S {
    /// Field doc.
    #[x] a: u8,
}
enum E { #[a] A(#[b] u8) }
