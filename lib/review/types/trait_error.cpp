// types/trait-error: what rustc rejects because of types, where no inference is needed to see it.
#include "review/rule.h"

namespace rp {

extern const Rule kTraitError;

namespace {

constexpr NodeKind kKinds[] = {NodeKind::SourceFile};

constexpr std::string_view kReferences[] = {
    "The Rust Reference, \"Trait and lifetime bounds\", https://doc.rust-lang.org/reference/trait-bounds.html",
    "The Rust Reference, \"Trait implementation coherence\", "
    "https://doc.rust-lang.org/reference/items/implementations.html#trait-implementation-coherence",
    "Rust error codes, https://doc.rust-lang.org/error_codes/error-index.html",
};

// What usually mends it.
std::string_view help_for(std::string_view code) {
  struct Help {
    std::string_view code, text;
  };
  static constexpr Help kHelps[] = {
      {"E0038",
       "take a generic parameter or `impl Trait`, or put `where Self: Sized` on the items that are in the way"},
      {"E0072", "put a `Box`, a reference or a `Vec` in between"},
      {"E0117", "wrap the type in a struct of your own, or implement a trait of your own"},
      {"E0119", "take one of them away, or make their bounds exclude each other"},
      {"E0184", "take `Copy` away: a value with a destructor has one owner"},
      {"E0204", "take `Copy` away, or make the field's type `Copy`"},
      {"E0210", "wrap the type in a struct of your own, or implement a trait of your own"},
      {"E0277", "add the bound, implement the trait, or choose another type"},
  };
  for (const Help& each : kHelps)
    if (each.code == code) return each.text;
  return {};
}

void check(RuleContext& context, NodeId) {
  for (const SemaTypeError& error : context.sema().type_errors()) {
    const std::string message = std::string(error.message) + " [" + std::string(error.code) + "]";
    context.report({.span = error.span,
                    .message = message,
                    .label = "rustc rejects it",
                    .help = help_for(error.code),
                    .severity = kTraitError.severity});
  }
}

}  // namespace

const Rule kTraitError = {
    .id = "types/trait-error",
    .area = "types",
    .title = "types that rustc rejects",
    .why =
        "Signatures, fields, impls, bounds and what bodies write out have to agree: a bound that does not hold "
        "(E0277), impls that overlap (E0119) or belong to another crate (E0117, E0210), a `Copy` that cannot be "
        "(E0184, E0204), a type of infinite size (E0072), a trait that cannot be `dyn` (E0038), generic arguments and "
        "associated types that are not there or too many (E0107, E0191, E0220, E0229). The crate does not compile. "
        "Where a macro, a dependency or a fact of the build script could not be seen and may matter, nothing is said.",
    .bad = R"(--- Cargo.toml
[package]
name = "shapes"
version = "0.1.0"
edition = "2021"
--- src/lib.rs
use std::collections::HashSet;
use std::fmt::Display;

pub trait Shape {
    fn area(&self) -> f64;
    fn scaled(&self, by: f64) -> Self;
}

pub struct Scene {
    pub shapes: Vec<Box<dyn Shape>>,  //~
}

#[derive(Clone, Copy)]  //~
pub struct Label {
    pub text: String,
}

impl Display for Vec<Label> {  //~
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("labels")
    }
}

pub trait Named {}
impl<T: Display> Named for T {}
impl Named for String {}  //~

pub struct Keys<K: std::hash::Hash>(pub HashSet<K>);
pub fn keys(k: Keys<f64>) {}  //~
pub fn size() -> usize {
    std::mem::size_of::<Keys<f32>>()  //~
}
)",
    .good = R"(--- Cargo.toml
[package]
name = "shapes"
version = "0.1.0"
edition = "2021"
--- src/lib.rs
use std::collections::HashSet;
use std::fmt::Display;

pub trait Shape {
    fn area(&self) -> f64;
    fn scaled(&self, by: f64) -> Self
    where
        Self: Sized;
}

pub struct Scene {
    pub shapes: Vec<Box<dyn Shape>>,
}

#[derive(Clone)]
pub struct Label {
    pub text: String,
}

pub struct Labels(pub Vec<Label>);

impl Display for Labels {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("labels")
    }
}

pub trait Named {}
impl<T: Display> Named for T {}
impl Named for Label {}

pub struct Keys<K: std::hash::Hash>(pub HashSet<K>);
pub fn keys(k: Keys<u64>) {}
pub fn size() -> usize {
    std::mem::size_of::<Keys<u32>>()
}
)",
    .severity = Severity::Error,
    .verdict = Verdict::Proven,
    .references = kReferences,
    .kinds = kKinds,
    .check = check,
};

}  // namespace rp
