#!/usr/bin/env python3
"""Compares which traits random types implement with what rustc says.

    types_traits.py --program BUILD/tests/conformance/types_ask [--count N] [--seed S] [--rustc RUSTC] [--show]

Types are made of the standard library's and of a crate's own structs, enums and unions with all kinds of impls. rustc's
verdict comes from a program that prints, for each type and trait, whether an associated constant behind the bound is
found. Prints how many answers agree, are unknown, and differ; the exit status is 1 when one differs.
"""
import argparse
import collections
import os
import random
import subprocess
import sys
import tempfile

LOCAL = """
use std::cell::{Cell, RefCell, UnsafeCell};
use std::marker::{PhantomData, PhantomPinned};
use std::rc::Rc;
use std::sync::Arc;
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord)] pub struct Plain { pub a: u8, pub b: u32 }
#[derive(Clone, Debug, PartialEq)] pub struct Generic<T> { pub t: T }
#[derive(Clone, Copy)] pub struct CopyIf<T>(pub T, pub u8);
pub struct NoImpls(pub i32);
pub struct HasRc<T>(pub Rc<T>);
pub struct HasPtr<T>(pub *const T);
pub struct Forced<T>(pub *mut T);
unsafe impl<T: Send> Send for Forced<T> {}
unsafe impl<T: Sync> Sync for Forced<T> {}
pub struct Phantom<T: ?Sized>(pub PhantomData<T>);
pub struct Pinned(pub PhantomPinned, pub u8);
pub struct Tail<T: ?Sized> { pub n: u16, pub tail: T }
pub struct WithDrop<T>(pub T);
impl<T> Drop for WithDrop<T> { fn drop(&mut self) {} }
pub enum Choice<A, B> { Left(A), Right { b: B }, Neither }
impl<A: Clone, B: Clone> Clone for Choice<A, B> { fn clone(&self) -> Self { match self { Choice::Left(a) => Choice::Left(a.clone()), Choice::Right { b } => Choice::Right { b: b.clone() }, Choice::Neither => Choice::Neither } } }
pub union Bits { pub a: u32, pub b: f32 }
#[derive(Clone, Copy)] pub union CopyBits { pub a: u64, pub b: f64 }
pub enum Never {}
pub enum List<T> { Nil, Cons(T, Box<List<T>>) }
pub struct Node<T> { pub next: Option<Box<Node<T>>>, pub value: Cell<T> }
pub trait Shape { type Out; fn area(&self) -> u32; }
impl Shape for Plain { type Out = u64; fn area(&self) -> u32 { 1 } }
impl<T: Shape> Shape for Vec<T> { type Out = Option<T::Out>; fn area(&self) -> u32 { 0 } }
impl<T: Shape + ?Sized> Shape for Box<T> { type Out = Rc<T::Out>; fn area(&self) -> u32 { 0 } }
impl<A: Copy, B> Shape for Choice<A, B> { type Out = (A, B); fn area(&self) -> u32 { 0 } }
pub struct Assoc<T: Shape> { pub out: T::Out }
impl<T: Shape> Clone for Assoc<T> where T::Out: Clone { fn clone(&self) -> Self { Assoc { out: self.out.clone() } } }
impl<T: Shape> Copy for Assoc<T> where T::Out: Copy {}
pub trait Named: Send {}
impl Named for u8 {}
impl<T: Named> Named for Generic<T> {}
pub trait Blanket {}
impl<T: Clone + Send> Blanket for T {}
pub trait OnRefs {}
impl<'a, T: Sync> OnRefs for &'a T {}
impl<T: Iterator> OnRefs for Generic<T> where T::Item: Copy {}
pub trait Static {}
impl<const N: usize> Static for [u8; N] {}
impl Static for [u16; 3] {}
impl Static for [u32; 1 + 1] {}
impl Static for fn(u8) -> u8 {}
impl<R> Static for fn() -> R {}
impl Static for dyn Shape<Out = u8> {}
impl Static for (u8, u16) {}
impl<T> Static for (T, T, T) where T: Static {}
"""

TRAITS = ["Copy", "Clone", "Send", "Sync", "Sized", "Unpin", "std::panic::UnwindSafe", "std::panic::RefUnwindSafe",
          "std::fmt::Debug", "std::fmt::Display", "Default", "PartialEq", "Eq", "std::hash::Hash", "PartialOrd", "Ord",
          "Iterator", "std::error::Error", "ToString", "Shape", "Named", "Blanket", "OnRefs", "Static",
          "std::io::Read", "std::io::Write", "std::future::Future", "ExactSizeIterator", "std::any::Any",
          "IntoIterator", "AsRef<str>", "From<u8>", "Extend<u8>", "std::ops::Deref"]
QUERY_TRAITS = {t: t.split("<")[0] for t in TRAITS}
SKIP_ARGS = {"AsRef<str>", "From<u8>", "Extend<u8>"}

SCALARS = ["u8", "i32", "usize", "bool", "char", "f64", "()", "!u", "String", "u128", "std::num::NonZeroU8",
           "std::time::Duration", "std::time::Instant", "std::ffi::CString", "std::path::PathBuf", "std::cmp::Ordering",
           "std::sync::atomic::AtomicU32", "std::thread::Thread", "std::fmt::Error", "std::string::FromUtf8Error",
           "std::convert::Infallible", "std::io::Error", "std::ops::RangeFull", "std::any::TypeId",
           "std::alloc::Layout", "std::num::ParseIntError", "Plain", "NoImpls", "Pinned", "Bits", "CopyBits", "Never",
           "fn(u8) -> u8", "fn()", "extern \"C\" fn(i32)", "unsafe fn()", "for<'a> fn(&'a u8) -> &'a u8",
           "std::str::Chars<'static>", "std::fmt::Arguments<'static>", "std::borrow::Cow<'static, str>",
           "std::collections::hash_map::RandomState", "std::sync::Barrier", "std::io::Stdin", "std::net::IpAddr"]
UNSIZED = ["str", "[{}]", "dyn std::fmt::Debug", "dyn std::fmt::Debug + Send", "dyn Fn(u8) -> u8 + Send + Sync",
           "dyn Shape<Out = {}>", "std::path::Path", "std::ffi::CStr", "dyn std::error::Error", "dyn std::any::Any + Send",
           "dyn Named", "Tail<[{}]>", "Tail<str>", "dyn Iterator<Item = {}>", "dyn std::error::Error + Send + Sync"]
ONE = ["Vec<{}>", "Option<{}>", "Box<{}>", "std::rc::Rc<{}>", "std::sync::Arc<{}>", "std::cell::Cell<{}>",
       "std::cell::RefCell<{}>", "std::sync::Mutex<{}>", "std::sync::RwLock<{}>", "std::cell::UnsafeCell<{}>",
       "std::marker::PhantomData<{}>", "[{}; 3]", "[{}; 0]", "[{}; 1 + 1]", "({},)", "&'static {}", "&'static mut {}",
       "*const {}", "*mut {}", "Generic<{}>", "CopyIf<{}>", "HasRc<{}>", "HasPtr<{}>", "Forced<{}>", "Phantom<{}>",
       "Tail<{}>", "WithDrop<{}>", "List<{}>", "Node<{}>", "std::mem::ManuallyDrop<{}>", "std::mem::MaybeUninit<{}>",
       "std::pin::Pin<Box<{}>>", "std::ops::Range<{}>", "std::ops::RangeInclusive<{}>", "std::num::Wrapping<{}>",
       "std::collections::VecDeque<{}>", "std::collections::BTreeSet<{}>", "std::collections::HashSet<{}>",
       "std::vec::IntoIter<{}>", "std::slice::Iter<'static, {}>", "std::iter::Once<{}>", "std::iter::Repeat<{}>",
       "std::iter::Peekable<std::vec::IntoIter<{}>>", "std::sync::mpsc::Sender<{}>", "std::sync::mpsc::Receiver<{}>",
       "std::sync::OnceLock<{}>", "std::cell::OnceCell<{}>", "std::rc::Weak<{}>", "std::sync::Weak<{}>",
       "std::ptr::NonNull<{}>", "std::sync::atomic::AtomicPtr<{}>", "std::thread::JoinHandle<{}>", "std::task::Poll<{}>",
       "fn({})", "fn({}) -> {}", "fn() -> {}", "std::sync::MutexGuard<'static, {}>", "std::cell::Ref<'static, {}>",
       "std::io::BufReader<{}>", "std::io::Cursor<{}>", "std::collections::BinaryHeap<{}>", "std::cmp::Reverse<{}>",
       "std::cell::LazyCell<{}>", "std::sync::LazyLock<{}>", "std::panic::AssertUnwindSafe<{}>", "std::iter::Empty<{}>",
       "std::iter::Rev<std::vec::IntoIter<{}>>", "std::iter::Cloned<std::slice::Iter<'static, {}>>"]
MAYBE_UNSIZED = {"Box<{}>", "std::rc::Rc<{}>", "std::sync::Arc<{}>", "&'static {}", "&'static mut {}", "*const {}",
                 "*mut {}", "Phantom<{}>", "std::marker::PhantomData<{}>", "std::pin::Pin<Box<{}>>",
                 "std::ptr::NonNull<{}>", "std::rc::Weak<{}>"}
# Unsized when what is in them is.
STRUCTS_WITH_TAIL = ["Tail<{}>", "std::cell::RefCell<{}>", "std::sync::Mutex<{}>", "std::mem::ManuallyDrop<{}>",
                     "std::cell::UnsafeCell<{}>", "std::sync::RwLock<{}>"]
TWO = ["({}, {})", "Result<{}, {}>", "Choice<{}, {}>", "std::collections::HashMap<{}, {}>",
       "std::collections::BTreeMap<{}, {}>", "std::ops::ControlFlow<{}, {}>", "({}, {}, u8)",
       "std::iter::Zip<std::vec::IntoIter<{}>, std::vec::IntoIter<{}>>", "fn({}, {})",
       "std::iter::Map<std::vec::IntoIter<{}>, fn({}) -> u8>"]
SHAPES = ["Plain", "Vec<{}>", "Box<{}>", "Choice<u8, {}>"]


def shape(rng, depth):
    form = rng.choice(SHAPES[:1] if depth > 2 else SHAPES)
    if form == "Choice<u8, {}>":
        return form.format(sized(rng, depth + 1))
    return form.format(shape(rng, depth + 1)) if "{}" in form else form


def unsized(rng, depth):
    if depth < 3 and rng.random() < 0.3:
        return rng.choice(STRUCTS_WITH_TAIL).format(unsized(rng, depth + 1))
    form = rng.choice(UNSIZED)
    return form.replace("{}", sized(rng, depth + 1)) if "{}" in form else form


def sized(rng, depth):
    roll = rng.random()
    if depth > 3 or roll < 0.3:
        form = rng.choice(SCALARS)
        return "std::convert::Infallible" if form == "!u" else form
    if roll < 0.38:
        return f"Assoc<{shape(rng, 0)}>"
    if roll < 0.85:
        form = rng.choice(ONE)
        if form.count("{}") == 2:
            return form.format(sized(rng, depth + 1), sized(rng, depth + 1))
        inner = unsized(rng, depth + 1) if form in MAYBE_UNSIZED and rng.random() < 0.4 else sized(rng, depth + 1)
        if form in ("&'static {}", "&'static mut {}", "*const {}", "*mut {}") and inner.startswith("dyn ") and "+" in inner:
            inner = f"({inner})"
        return form.format(inner)
    form = rng.choice(TWO)
    if "Map<std::vec" in form:
        item = sized(rng, depth + 1)
        return form.format(item, item)
    return form.format(sized(rng, depth + 1), sized(rng, depth + 1))


def program(types):
    out = ["#![allow(dead_code, unused, function_casts_as_integer, dropping_references)]", LOCAL,
           "pub struct W<T: ?Sized>(PhantomData<T>);", "use std::fmt::Write as _W;"]
    for i, trait in enumerate(TRAITS):
        out.append(f"mod t{i} {{ use super::*; pub trait No {{ const V: bool = false; }} impl<T: ?Sized> No for T {{}}"
                   f" pub struct W<T: ?Sized>(std::marker::PhantomData<T>);"
                   f" impl<T: ?Sized + {trait}> W<T> {{ pub const V: bool = true; }} }}")
    out.append("fn main() {")
    for n, t in enumerate(types):
        out.append(f"f{n}();")
    out.append("}")
    for n, t in enumerate(types):
        out.append(f"fn f{n}() {{ type X = {t}; let mut s = String::new();")
        for i in range(len(TRAITS)):
            out.append(f"{{ use t{i}::No; s.push(if <t{i}::W<X>>::V {{ '1' }} else {{ '0' }}); }}")
        out.append("s.push(if std::mem::needs_drop::<X>() { '1' } else { '0' }); println!(\"{s}\"); }")
    return "\n".join(out)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--program", required=True)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rustc", default="rustc")
    parser.add_argument("--show", action="store_true")
    options = parser.parse_args()
    rng = random.Random(options.seed)
    types = []
    while len(types) < options.count:
        t = sized(rng, 0) if rng.random() < 0.93 else unsized(rng, 0)
        if t not in types:
            types.append(t)
    with tempfile.TemporaryDirectory() as folder:
        source = os.path.join(folder, "main.rs")
        with open(source, "w", encoding="utf-8") as file:
            file.write(program(types))
        binary = os.path.join(folder, "main")
        done = subprocess.run([options.rustc, "--edition=2021", "-Awarnings", "-Copt-level=0", "-Cdebuginfo=0", "-o", binary,
                               source], capture_output=True, text=True, check=False)
        if done.returncode != 0:
            print(done.stderr[:3000])
            print("skipped: rustc does not take the program")
            return 2
        verdicts = subprocess.run([binary], capture_output=True, text=True, check=True).stdout.split()
        os.makedirs(os.path.join(folder, "src"))
        with open(os.path.join(folder, "Cargo.toml"), "w", encoding="utf-8") as file:
            file.write('[package]\nname = "probe"\nversion = "0.1.0"\nedition = "2021"\n')
        with open(os.path.join(folder, "src", "lib.rs"), "w", encoding="utf-8") as file:
            file.write(LOCAL)
        questions = [q for q in TRAITS + ["needs_drop"] if q not in SKIP_ARGS]
        lines = [f"{q}\t{t}\n" for t in types for q in questions]
        answers = subprocess.run([options.program, os.path.join(folder, "Cargo.toml"), "probe"], input="".join(lines),
                                 capture_output=True, text=True, check=False)
    if answers.returncode != 0:
        print(f"the program ended with {answers.returncode}")
        return 1
    answers = answers.stdout.splitlines()
    counts, by_trait, wrong = collections.Counter(), collections.Counter(), []
    at = 0
    for t, verdict in zip(types, verdicts):
        for q in questions:
            truth = "yes" if verdict[(TRAITS + ["needs_drop"]).index(q)] == "1" else "no"
            answer = answers[at]
            at += 1
            if answer == truth:
                counts["equal"] += 1
            elif answer == "unknown":
                counts["unknown"] += 1
                by_trait[q] += 1
                if options.show:
                    print(f"unknown: {t}: {q} is {truth}")
            else:
                counts["different"] += 1
                wrong.append(f"{t}: {q} is {truth}, answer {answer}")
    for line in wrong[:200]:
        print(line)
    print(f"types {len(types)}, questions {at}: equal {counts['equal']}, unknown {counts['unknown']}, "
          f"different {counts['different']}; unknown by trait: {dict(by_trait.most_common(8))}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
