// The texts of the rules that compare two versions of a library.
#include <algorithm>

#include "review/semver.h"

namespace rp {

namespace {

#define CARGO(anchor) "https://doc.rust-lang.org/cargo/reference/semver.html#" anchor

constexpr SemverLevel kMajor = SemverLevel::Major;
constexpr SemverLevel kPossibly = SemverLevel::Possibly;
constexpr SemverLevel kMinor = SemverLevel::Minor;

// Sorted by id.
constexpr SemverRule kRules[] = {
    {"semver/abi-changed", "the calling convention of a function changed",
     "A function pointer with the old convention no longer takes it, and foreign code calls it wrongly.", kMajor,
     "https://doc.rust-lang.org/reference/items/external-blocks.html#abi"},
    {"semver/alias-changed", "a type alias stands for another type",
     "Whoever used the alias for the old type has a value of another one now.", kMajor, CARGO("item-remove")},
    {"semver/assoc-type-bounds", "the bounds of an associated type changed",
     "More bounds shut implementations out; fewer take from generic code what it relied on.", kMajor,
     CARGO("trait-new-default-item")},
    {"semver/async-changed", "a function became async or stopped being it",
     "An async function returns a future: each call has to be changed.", kMajor, CARGO("item-remove")},
    {"semver/auto-trait-removed", "a type lost an auto trait",
     "Send, Sync, Unpin and their kin follow from the fields. A field without one takes it from the type, and with it "
     "the right to move values to other threads.",
     kMajor, "https://doc.rust-lang.org/reference/special-types-and-traits.html#auto-traits"},
    {"semver/blanket-impl-added", "a blanket impl was added",
     "It covers types that users have written an impl for already; the two then collide.", kPossibly,
     CARGO("trait-new-default-item")},
    {"semver/bound-tightened", "bounds became tighter", "Types that were allowed before no longer are.", kMajor,
     CARGO("generic-bounds-tighten")},
    {"semver/constant-type", "the type of a constant or static changed",
     "Whoever stores or passes the value has the wrong type.", kMajor, CARGO("item-remove")},
    {"semver/default-feature-removed", "a feature is no longer on by default",
     "Users who took the defaults lose what the feature brought.", kMajor, CARGO("cargo-feature-remove-another")},
    {"semver/deprecated", "an item was deprecated", "Users get a warning, which some turn into an error.", kMinor,
     CARGO("new-lints")},
    {"semver/derive-helper-removed", "a helper attribute of a derive was removed",
     "Types that carry the attribute no longer compile.", kMajor,
     "https://doc.rust-lang.org/reference/procedural-macros.html#derive-macro-helper-attributes"},
    {"semver/discriminant-changed", "the number of an enum's variant changed",
     "`as` gives another number than before, and stored or foreign numbers mean another variant.", kMajor,
     "https://doc.rust-lang.org/reference/items/enumerations.html#discriminants"},
    {"semver/enum-variant-added", "a variant was added to an enum that promised to have no more",
     "A match that named every variant no longer does.", kMajor, CARGO("enum-variant-new")},
    {"semver/enum-variant-removed", "a variant was removed or renamed", "Code that names it no longer compiles.",
     kMajor, CARGO("item-remove")},
    {"semver/feature-behind", "an item is behind a feature that is not on by default",
     "Users without the feature lose it.", kMajor, CARGO("cargo-feature-remove")},
    {"semver/feature-removed", "a feature was removed", "cargo refuses a manifest that asks for it.", kMajor,
     CARGO("cargo-feature-remove")},
    {"semver/field-removed", "a public field is gone or no longer public", "Code that names it no longer compiles.",
     kMajor, CARGO("item-remove")},
    {"semver/field-type", "the type of a public field changed", "Code that reads or writes it has the wrong type.",
     kMajor, CARGO("item-remove")},
    {"semver/fn-const-removed", "a function is no longer const", "Constants can no longer be made with it.", kMajor,
     "https://doc.rust-lang.org/reference/const_eval.html#const-functions"},
    {"semver/fn-generalized", "a parameter takes more types than before",
     "Calls stay valid as long as the old type is one of the new ones, but inference may have relied on the old type.",
     kPossibly, CARGO("fn-generalize-compatible")},
    {"semver/fn-generics", "the generic parameters of a function changed",
     "Calls that write them out (`f::<T>()`) no longer fit.", kPossibly, CARGO("fn-generic-new")},
    {"semver/fn-parameters", "the number of parameters changed", "No call fits any more.", kMajor,
     CARGO("fn-change-arity")},
    {"semver/fn-receiver", "what a method takes as self changed",
     "Callers that have the value only by reference, or need it afterwards, cannot call it any more.", kMajor,
     CARGO("fn-change-arity")},
    {"semver/fn-signature", "the type of a parameter or of what is returned changed",
     "Calls with the old types no longer compile.", kMajor, CARGO("fn-change-arity")},
    {"semver/fn-unsafe-added", "a function became unsafe", "Calls outside of unsafe blocks no longer compile.", kMajor,
     "https://doc.rust-lang.org/reference/unsafe-keyword.html#unsafe-functions-unsafe-fn"},
    {"semver/impl-removed", "a type no longer implements a trait", "Code that relied on it no longer compiles.", kMajor,
     CARGO("item-remove")},
    {"semver/impl-tightened", "a type implements a trait for fewer arguments",
     "Code that relied on it with an argument that is no longer allowed does not compile.", kMajor,
     CARGO("generic-bounds-tighten")},
    {"semver/item-hidden", "an item is no longer part of the documented interface",
     "With doc(hidden) its authors say that it may go at any time.", kMajor, CARGO("item-remove")},
    {"semver/item-removed", "an item was removed, renamed or is no longer public",
     "Code that names it no longer compiles.", kMajor, CARGO("item-remove")},
    {"semver/kind-changed", "an item became one of another kind",
     "What can be done with a struct, an enum, a trait or an alias is not the same.", kMajor, CARGO("item-remove")},
    {"semver/lifetimes-changed", "the lifetime parameters of a type changed",
     "Paths that write them out, or where they must be written, no longer fit.", kMajor, CARGO("generic-new-default")},
    {"semver/links-changed", "the native library that a package links changed",
     "Only one package of a build may link one library: two versions side by side now collide, or no longer do.",
     kPossibly, "https://doc.rust-lang.org/cargo/reference/manifest.html#the-links-field"},
    {"semver/method-removed", "a method or another associated item is gone", "Code that names it no longer compiles.",
     kMajor, CARGO("item-remove")},
    {"semver/must-use-added", "an item is now must_use", "Users who drop the value get a warning.", kMinor,
     CARGO("new-lints")},
    {"semver/no-std-lost", "a crate that needed no standard library now needs it",
     "It no longer builds for targets that have none.", kMajor, CARGO("attr-no-std-to-std")},
    {"semver/non-exhaustive-added", "an item became non_exhaustive",
     "Others can no longer build it, or match it without a rest.", kMajor, CARGO("attr-adding-non-exhaustive")},
    {"semver/public-dependency", "the public interface has types of a dependency that made an incompatible step",
     "Users who pass such types must move to the other version of that dependency at the same moment.", kMajor,
     CARGO("cargo-change-dep-feature")},
    {"semver/repr-changed", "the promised layout of a type changed",
     "Foreign code and unsafe code that relied on it now read the wrong bytes.", kMajor, CARGO("type-layout")},
    {"semver/rust-version-raised", "a newer compiler is needed",
     "Users of an older compiler cannot take the new version.", kPossibly, CARGO("env-new-rust")},
    {"semver/static-mut", "a static became mutable or stopped being it", "Its uses need unsafe now, or cannot write.",
     kMajor, CARGO("item-remove")},
    {"semver/struct-field-added", "a public field was added to a struct that others can build",
     "Expressions that build it lack the field.", kMajor, CARGO("struct-add-public-field-when-no-private")},
    {"semver/struct-kind", "a struct changed between named fields, a tuple and none",
     "Expressions and patterns for it no longer fit.", kMajor, CARGO("struct-tuple-normal-with-private")},
    {"semver/struct-private-field-added", "a struct that others could build got a private field",
     "Others can no longer build it.", kMajor, CARGO("struct-add-private-field-when-public")},
    {"semver/trait-default-item-added", "an item with a default was added to a trait",
     "Where another trait has a method of the same name, calls become ambiguous.", kPossibly,
     CARGO("trait-new-default-item")},
    {"semver/trait-default-removed", "an item of a trait lost its default",
     "Implementations that relied on it no longer compile.", kMajor, CARGO("trait-new-item-no-default")},
    {"semver/trait-item-added", "an item without a default was added to a trait",
     "Implementations lack it and no longer compile.", kMajor, CARGO("trait-new-item-no-default")},
    {"semver/trait-item-changed", "the signature of a trait's item changed",
     "Implementations and calls with the old signature no longer compile.", kMajor, CARGO("trait-item-signature")},
    {"semver/trait-item-removed", "an item of a trait was removed",
     "Calls and implementations that name it no longer compile.", kMajor, CARGO("item-remove")},
    {"semver/trait-not-dyn", "a trait can no longer be made an object", "`dyn Trait` no longer compiles.", kMajor,
     CARGO("trait-object-safety")},
    {"semver/trait-sealed", "a trait can no longer be implemented outside of its crate",
     "Implementations of others no longer compile.", kMajor, CARGO("trait-new-item-no-default")},
    {"semver/trait-supertrait-added", "a trait asks for another trait",
     "Types that implement it without the other no longer do.", kMajor,
     "https://doc.rust-lang.org/reference/items/traits.html#supertraits"},
    {"semver/trait-supertrait-removed", "a trait no longer asks for another trait",
     "Generic code that used the other trait through it no longer compiles.", kMajor,
     "https://doc.rust-lang.org/reference/items/traits.html#supertraits"},
    {"semver/trait-unsafe", "a trait became unsafe or stopped being it",
     "The impls of others must say unsafe, or must not.", kMajor,
     "https://doc.rust-lang.org/reference/items/traits.html#unsafe-traits"},
    {"semver/type-generics", "the generic parameters of a type or trait changed",
     "Paths that write them out no longer fit.", kMajor, CARGO("generic-new-default")},
    {"semver/union-field", "the fields of a union changed", "Code that names them no longer compiles.", kMajor,
     CARGO("item-remove")},
    {"semver/variant-fields", "the fields of a variant changed", "Expressions and patterns for it no longer fit.",
     kMajor, CARGO("enum-fields-new")},
};

#undef CARGO

}  // namespace

std::span<const SemverRule> semver_rules() { return kRules; }

const SemverRule* find_semver_rule(std::string_view id) {
  const auto at = std::lower_bound(std::begin(kRules), std::end(kRules), id,
                                   [](const SemverRule& rule, std::string_view wanted) { return rule.id < wanted; });
  return at != std::end(kRules) && at->id == id ? &*at : nullptr;
}

std::string_view semver_level_name(SemverLevel level) {
  switch (level) {
    case SemverLevel::Major:
      return "major";
    case SemverLevel::Possibly:
      return "possibly";
    case SemverLevel::Minor:
      return "minor";
  }
  return {};
}

}  // namespace rp
