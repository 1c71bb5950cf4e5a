//! Inner documentation.
#![allow(dead_code, unused_variables)]
#![cfg_attr(feature = "x", deny(missing_docs))]

extern crate alloc as std_alloc;
extern crate self as me;
use std::{self, fmt::{self, Display as _}, io::*, collections::HashMap as Map};
use ::core::mem;
pub(crate) mod inner { #![allow(unused)] pub(super) use super::*; }
mod elsewhere;
pub(in crate::inner) const LIMIT: usize = 1 << 10;
const _: () = assert!(LIMIT > 0);
static NAME: &'static str = "name";
static mut COUNTER: u32 = 0;
type Pair<T> = (T, T);
pub struct Unit;
pub struct Tuple(pub u8, #[doc = "x"] pub(crate) Vec<u8>);
struct Record<'a, T: 'a + ?Sized, const N: usize = 3> where T: Clone { pub field: &'a T, other: [u8; N] }
union Bits { int: u32, float: f32 }
#[repr(u8)]
enum Shape { Point, Line(f32, f32) = 4, Poly { sides: u32 }, }
enum Never {}
