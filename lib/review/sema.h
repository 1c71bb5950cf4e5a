// Sema: the only window that a rule has besides the tree of its file. What a path stands for, what is defined where and
// used where, the type of an expression, what is known of the crate. Unknown is an answer of every question, and makes
// a rule silent; rules need not change when Sema learns to say more.
//
//   * Every yes-or-no question is answered by Answer: No, Yes or Unknown. A Reply has besides whether the answer is
//     *exact*: a compiler would agree. What was found by names as they are written (the crate they come from is not
//     there) or by the order of the text is not exact, and what follows from it is *likely*, never *proven*.
//   * Nodes are those of the file under review, unless a TreeNode says which tree they are in.
//   * Paths that rules look for are written as documentation writes them: "std::thread::sleep", "tokio::spawn",
//     "std::vec::Vec::with_capacity", "std::iter::Iterator::collect", and for primitive types "str::len",
//     "slice::get_unchecked", "f64::sqrt". Imports, renames, re-exports and type aliases are followed; core::, alloc::
//     and std:: are the same; `-` in names of packages is `_`. The texts must outlive the review: literals.
//
// Cheap to ask: names are looked up once for a crate, types once for an expression. A Sema belongs to one thread.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/answer.h"
#include "base/edition.h"
#include "names/crate_defs.h"
#include "syntax/tree.h"

namespace rp {

namespace manifest {
struct Package;
struct Workspace;
}  // namespace manifest
struct Project;
namespace layout {
struct TypeView;
}

// ---- Answers ----------------------------------------------------------------------------------------------------

struct Reply {
  Answer answer = Answer::Unknown;
  bool exact = false;  // a compiler would agree. Means nothing for Unknown.
  [[nodiscard]] bool yes() const { return answer == Answer::Yes; }
  [[nodiscard]] bool no() const { return answer == Answer::No; }
  [[nodiscard]] bool unknown() const { return answer == Answer::Unknown; }
  // True for a certain yes alone.
  [[nodiscard]] bool proven() const { return yes() && exact; }
};

// Which entry of a table a node is. `if (const Match m = sema.find_in(node, kBlocking)) … kBlocking[m.index]`
struct Match {
  static constexpr uint32_t kNone = UINT32_MAX;
  uint32_t index = kNone;
  bool exact = false;
  bool unknown = false;  // none was found, but what the node stands for is not known
  explicit operator bool() const { return index != kNone; }
};
using PathTable = std::span<const std::string_view>;

// ---- Places -----------------------------------------------------------------------------------------------------

// A node of any file, or of what a macro became, or of the signature of another crate's item. Lives as long as the
// Sema.
struct TreeNode {
  const Tree* tree = nullptr;
  NodeId node;
  CrateIndex crate = kNoCrate;  // whose source it is in; kNoCrate for signatures
  SourceId source;
  explicit operator bool() const { return tree != nullptr && node.valid(); }
  [[nodiscard]] NodeKind kind() const { return tree->kind(node); }
  [[nodiscard]] std::string_view text() const { return tree->text(node); }
};

// ---- The file and its crate -------------------------------------------------------------------------------------

enum class CrateKind : uint8_t { Unknown, Lib, Bin, Test, Example, Bench, BuildScript, ProcMacro };

// ---- Names ------------------------------------------------------------------------------------------------------

enum class NameKind : uint8_t {
  Unknown,        // it depends on what could not be seen
  Unresolved,     // nothing of that name: rustc rejects it
  Definition,     // `def`: an item, variant, field, macro, module or crate
  Primitive,      // `text`: "u8", "str"
  SelfType,       // `Self`: `def` is the impl, the trait or the type in whose definition it stands
  Local,          // a variable or parameter: `declaration` is the Name (or the SelfParam) that declares it
  TypeParameter,  // `declaration` is the TypeParam
  ConstParameter,
  Lifetime,  // a parameter; `declaration` is the LifetimeParam
  Label,
  TypeDependent,  // an associated item: `def` is the type or trait before it, `text` its name
  Other,          // 'static, '_, a tool, a built-in attribute, a derive's helper
};

struct NameMeaning {
  NameKind kind = NameKind::Unknown;
  DefRef def;
  NodeId declaration;  // in this file; invalid when it was made by a macro
  std::string_view text;
};

// A variable, parameter or `self`.
struct LocalInfo {
  NodeId name;     // the Name that declares it, or the SelfParam
  NodeId pattern;  // the IdentPat; invalid for `self`
  // What declares it: a LetStmt, LetExpr, MatchArm, ForExpr, Param, SelfParam or ClosureExpr.
  NodeId owner;
  NodeId type;   // as written at the owner, when the pattern is the whole of it; or invalid
  NodeId value;  // what it is bound to, when the pattern is the whole of it; or invalid
  NodeId scope;  // the Block (or MatchArm, FnItem, …) at whose end it ends
  bool is_mutable = false;
  bool by_reference = false;  // `ref x`, `&self`
  bool is_parameter = false;
};

// One use of a variable.
struct LocalUse {
  // The PathExpr, or the RecordExprField with a shorthand; of a use inside a macro call, the MacroCall.
  NodeId node;
  bool in_macro = false;
};

// ---- Definitions ------------------------------------------------------------------------------------------------

// An impl of this crate.
struct SemaImpl {
  DefRef impl;              // invalid for a derive
  DefRef trait;             // invalid for an inherent impl, or a trait that is not known
  std::string_view derive;  // of a derive: the name as written
  bool is_inherent = false;
  bool is_negative = false;
  bool is_conditional = false;  // it has generic parameters with bounds, or is for some arguments of the type alone
};

// ---- Types ------------------------------------------------------------------------------------------------------

struct SemaTypeTag;
// A type; invalid is unknown. Equal types of one Sema have equal ids, unless part of them is unknown.
using SemaType = Id<SemaTypeTag>;

enum class SemaTypeKind : uint8_t {
  Unknown,
  Never,
  Bool,
  Char,
  Str,
  Int,  // also usize and isize; `text` says which
  Float,
  Adt,  // a struct, enum or union
  Ref,
  Pointer,
  Slice,
  Array,
  Tuple,  // () is the one without elements
  FnPointer,
  FnItem,  // of a function or tuple constructor
  Closure,
  Dyn,
  Opaque,  // impl Trait
  Param,   // a generic parameter, or Self of a trait
  Projection,
  Foreign,
};

// What a method call calls.
struct MethodMeaning {
  Answer known = Answer::Unknown;  // Yes: `def` is it. No: the type has no such method
  DefRef def;
  SemaType receiver;   // the type of the receiver expression; may be unknown all the same
  SemaType self_type;  // the type whose method it is, after dereferencing
  uint32_t dereferences = 0;
};

// ---- Values and layouts -----------------------------------------------------------------------------------------

struct ConstantValue {
  enum class Kind : uint8_t { Int, Bool, Char, Str } kind = Kind::Int;
  bool negative = false;   // Int
  uint64_t magnitude = 0;  // Int (what does not fit is unknown), Bool, Char
  std::string text;        // Str, without quotes and with its escapes resolved
};

struct TypeLayout {
  uint64_t size = 0;  // in bytes
  uint64_t align = 1;
  bool exact = true;  // false: rustc may lay it out otherwise in a later version
};

// What rustc reports of the types of an item, whatever stands in bodies. Texts live as long as the review.
struct SemaTypeError {
  ByteSpan span;
  std::string_view code;  // "E0277"
  std::string_view message;
};

// ---- Sema -------------------------------------------------------------------------------------------------------

// What a Sema is made from. Without a project there is the tree alone, and answers come from names as written.
struct SemaInput {
  const Tree* tree = nullptr;
  std::string_view path;  // as it is shown; relative, `/` between its parts
  const Project* project = nullptr;
  bool made_up = false;         // no Cargo.toml describes the project's crates
  CrateIndex crate = kNoCrate;  // the crate that the file belongs to
  SourceId source;
  // The crate (if any) in which nodes are there that cfg takes away from `crate`: that with cfg(test).
  CrateIndex other_crate = kNoCrate;
  SourceId other_source;
  // Sema::type_errors answers nothing: whoever reviews the files of a crate asks sources_with_type_errors beside them.
  bool without_type_errors = false;
};

// What the files of one project share: names that rules have asked for, who uses what. Safe for several threads.
class SemaShared;
std::shared_ptr<SemaShared> share_sema(const Project* project);
// The files of a crate that Sema::type_errors has an answer for, sorted. To find them takes longer than any rule.
std::vector<SourceId> sources_with_type_errors(SemaShared& shared, CrateIndex crate);

class Sema {
 public:
  explicit Sema(const SemaInput& input, std::shared_ptr<SemaShared> shared = nullptr);
  ~Sema();
  Sema(const Sema&) = delete;
  Sema& operator=(const Sema&) = delete;

  [[nodiscard]] const Tree& tree() const;
  // The Sema of another tree (a file of the crate, what a macro became). Null for signatures.
  [[nodiscard]] const Sema* at(const TreeNode& node) const;

  // ---- The file and its crate ----
  // Whether the crate that the file belongs to was read. Without it most questions about names are Unknown.
  [[nodiscard]] bool crate_known() const;
  // Whether a Cargo.toml describes that crate. Without one, what a manifest would say is Unknown.
  [[nodiscard]] bool has_manifest() const;
  [[nodiscard]] Edition edition() const;
  [[nodiscard]] CrateKind crate_kind() const;
  // A library, and no procedural macro: others can name what it makes public.
  [[nodiscard]] Answer is_library() const;
  [[nodiscard]] std::string_view crate_name() const;  // empty when it is not known
  [[nodiscard]] TreeNode crate_root() const;          // the SourceFile of the crate's root file
  // `#![no_std]` in the root file, under whatever condition: Unknown when it is conditional on what is not known.
  [[nodiscard]] Answer no_std() const;
  [[nodiscard]] Answer no_core() const;
  // An inner attribute of the crate's root, by its path: "forbid", "no_main", "feature".
  [[nodiscard]] TreeNode crate_attribute(std::string_view path) const;
  // `#![feature(name)]`, cfg_attr included.
  [[nodiscard]] Answer has_language_feature(std::string_view name) const;

  // The manifest's package; null when there is none. `workspace` has profiles and what members share.
  [[nodiscard]] const manifest::Package* package() const;
  [[nodiscard]] const manifest::Workspace* workspace() const;
  [[nodiscard]] std::string_view package_name() const;
  [[nodiscard]] std::string_view package_version() const;
  // Whether the package declares a dependency (of any kind) on a package, by its name in the registry.
  [[nodiscard]] Answer depends_on(std::string_view package) const;
  // The version that is in use: "1.2.3"; empty when it is not known.
  [[nodiscard]] std::string_view dependency_version(std::string_view package) const;
  // Whether a feature of a dependency is on.
  [[nodiscard]] Answer dependency_feature(std::string_view package, std::string_view feature) const;
  // Whether a feature of this package is on, with the features chosen for the review.
  [[nodiscard]] Answer feature_enabled(std::string_view feature) const;
  // Whether the release profile aborts on panic.
  [[nodiscard]] Answer panic_aborts() const;

  // The target of the review: "wasm32-unknown-unknown"; empty when it is not known.
  [[nodiscard]] std::string_view target() const;
  // Whether the crate is made for WebAssembly: the target is, or it depends on wasm-bindgen or is named in its paths.
  [[nodiscard]] Reply for_wasm() const;
  // Whether the crate is made for bare metal: no_std, and a target without an operating system, or a runtime for
  // microcontrollers (cortex-m-rt, riscv-rt, embassy, …) among its dependencies or names.
  [[nodiscard]] Reply for_embedded() const;

  // Whether cfg takes a node away. Yes: in every crate that the file belongs to.
  [[nodiscard]] Answer is_removed(NodeId node) const;
  // In a test, benchmark or example: by the file's place, by `#[test]` and its like, by cfg(test).
  [[nodiscard]] bool in_test(NodeId node) const;

  // ---- Paths ----
  // Takes a Path, PathExpr, PathType, PathPat, TupleStructPat, RecordPat, RecordExpr, PathSegment, NameRef, Name,
  // Lifetime, MacroCall, MacroExpr, Attr, TraitBound, UseTree: what its path (the last segment) stands for.
  [[nodiscard]] NameMeaning meaning(NodeId node) const;
  // Whether it is the item with that public path. Macros, modules, types, traits, functions, constants, variants,
  // associated items of types and traits.
  [[nodiscard]] Reply is(NodeId node, std::string_view path) const;
  [[nodiscard]] Match find_in(NodeId node, PathTable table) const;
  // A path as it is written, imports followed as they are written: "tokio::sync::Mutex". Empty when it begins with
  // something that is defined in this crate, or is not followed.
  [[nodiscard]] std::string written_path(NodeId node) const;
  // A macro call (MacroCall, or the expression, statement, item, type or pattern around it): "std::println".
  [[nodiscard]] Reply is_macro(NodeId call, std::string_view path) const;
  [[nodiscard]] Match find_macro(NodeId call, PathTable table) const;
  // An attribute: "tokio::main", "wasm_bindgen::prelude::wasm_bindgen"; for built-in ones the bare name: "test".
  [[nodiscard]] Reply is_attribute(NodeId attribute, std::string_view path) const;
  // The first attribute of an item, field, … with that path (built-in or macro); invalid when there is none.
  [[nodiscard]] NodeId find_attribute(NodeId item, std::string_view path) const;
  // Whether an item derives a trait: "std::fmt::Debug". No also when other attributes could: ask has_impl for all.
  [[nodiscard]] Reply derives(NodeId item, std::string_view trait) const;

  // A call by path or by method: CallExpr with a path as its callee, or MethodCallExpr. For methods see is_method.
  [[nodiscard]] Reply calls(NodeId call, std::string_view path) const;
  [[nodiscard]] Match find_call(NodeId call, PathTable table) const;
  // A MethodCallExpr: "std::sync::Mutex::lock", "std::iter::Iterator::collect", "slice::get_unchecked". Unknown where
  // the name is that but the receiver's type is not known.
  [[nodiscard]] Reply is_method(NodeId call, std::string_view path) const;
  [[nodiscard]] Match find_method(NodeId call, PathTable table) const;
  [[nodiscard]] MethodMeaning method(NodeId call) const;
  // The function that a call calls; invalid when it is not known.
  [[nodiscard]] DefRef callee(NodeId call) const;
  // Whether any async function of the project has that name: a cheap question before callee().
  [[nodiscard]] bool is_async_name(std::string_view name) const;

  // ---- Macros ----
  // Whether what a call became is known.
  [[nodiscard]] Answer expands(NodeId call) const;
  // What it became: the root of its tree. Use at() to ask about it.
  [[nodiscard]] TreeNode expansion(NodeId call) const;

  // ---- Locals ----
  // The variable that a PathExpr, Name, SelfParam, … stands for; nothing when it is none.
  [[nodiscard]] std::optional<LocalInfo> local(NodeId node) const;
  // Its uses, in the order of the text; without its declaration. Those inside macro calls are there where the
  // expansion is known; `complete` (may be null) is set to false when some may be missing.
  [[nodiscard]] std::span<const LocalUse> uses_of_local(NodeId declaration, bool* complete = nullptr) const;
  // Whether a variable is used after a node: later in the text inside its scope, or anywhere in a loop that is around
  // the node and inside of the scope. Exact once control flow is known.
  [[nodiscard]] Reply used_after(NodeId declaration, NodeId node) const;
  // Whether a variable still holds its value at a node behind its declaration: it was not moved out of, nor given to
  // drop(), on the way.
  [[nodiscard]] Reply holds_value_at(NodeId declaration, NodeId node) const;
  // Whether a use of a variable moves it, or only borrows or copies it.
  [[nodiscard]] Reply moves(NodeId use) const;

  // ---- Definitions ----
  // What an item, variant, field or associated item (a node of this file) defines; invalid when that is not known.
  [[nodiscard]] DefRef definition(NodeId item) const;
  // The item that a definition of this project is written as; for others a parsed signature without bodies.
  [[nodiscard]] TreeNode node_of(DefRef def) const;
  [[nodiscard]] bool in_this_crate(DefRef def) const;
  [[nodiscard]] bool in_std(DefRef def) const;  // core, alloc, std, proc_macro, test
  [[nodiscard]] DefKind kind(DefRef def) const;
  [[nodiscard]] uint16_t flags(DefRef def) const;  // DefFlags
  [[nodiscard]] std::string_view name(DefRef def) const;
  [[nodiscard]] std::string path_text(DefRef def) const;  // where it is defined: "core::option::Option"
  // Whether some `static mut` of the project goes by that name, its own or that of an import: a cheap question before
  // meaning().
  [[nodiscard]] bool is_mutable_static_name(std::string_view name) const;
  // What a rule has worked out of a definition, and of nothing else, may be kept for all files: a number that is not 0.
  // `rule` is the address of the Rule. 0 when nothing was kept, or for a definition that is not known.
  [[nodiscard]] uint32_t kept(const void* rule, DefRef def) const;
  void keep(const void* rule, DefRef def, uint32_t value) const;
  [[nodiscard]] Reply is_def(DefRef def, std::string_view path) const;
  [[nodiscard]] Match find_def(DefRef def, PathTable table) const;
  [[nodiscard]] DefRef parent(DefRef def) const;                    // module, type, trait or impl
  [[nodiscard]] std::span<const DefId> children(DefRef def) const;  // in def.crate
  // The definition behind a public path; invalid when its crate is not there, or has no such item.
  [[nodiscard]] DefRef find_definition(std::string_view path, Namespace space) const;
  // `pub` without restriction, or as visible as the trait or enum it belongs to.
  [[nodiscard]] Answer is_pub(NodeId item) const;
  // Whether code outside of the crate can name it: `pub` in public modules, re-exported, or an associated item of such
  // a type. For a library only; No for crates that nobody links, and for what `#[doc(hidden)]` (its own, or of what it
  // is in) says nobody should name.
  [[nodiscard]] Answer is_reachable(NodeId item) const;
  [[nodiscard]] Answer is_reachable(DefRef def) const;
  // The impls of a type of this crate, derives included, in the order of the text.
  [[nodiscard]] std::span<const SemaImpl> impls_of(DefRef type) const;
  // Whether a type of this crate implements a trait, for all its arguments: by impl or derive.
  [[nodiscard]] Reply has_impl(DefRef type, std::string_view trait) const;
  // The impl by which it does; invalid when there is none, or it is derived.
  [[nodiscard]] DefRef impl_of(DefRef type, std::string_view trait) const;
  // The type that an impl is for, and its trait.
  [[nodiscard]] DefRef self_of_impl(DefRef impl) const;
  [[nodiscard]] DefRef trait_of_impl(DefRef impl) const;
  // An associated item of an impl, trait or type (all its inherent impls), by name.
  [[nodiscard]] DefRef associated(DefRef owner, std::string_view name) const;
  // Every place in this crate where a definition is named, the definition itself left out; those in macros are given
  // as the call.
  [[nodiscard]] std::span<const TreeNode> references(DefRef def) const;

  // ---- Types ----
  [[nodiscard]] SemaType type_of(NodeId expression_or_pattern) const;
  [[nodiscard]] SemaType written_type(NodeId type) const;  // of a type node
  [[nodiscard]] SemaType type_of_local(NodeId declaration) const;
  // Of a field, const, static: its type. Of a function: what it returns. Of a struct, enum, union: itself.
  [[nodiscard]] SemaType type_of_def(DefRef def) const;
  [[nodiscard]] SemaTypeKind kind(SemaType type) const;
  // Whether no part of it is unknown.
  [[nodiscard]] bool is_complete(SemaType type) const;
  [[nodiscard]] std::string text(SemaType type) const;  // for messages; "_" when unknown
  [[nodiscard]] DefRef adt(SemaType type) const;        // invalid for others, and where it is known by name alone
  // Of an Adt: its generic arguments (lifetimes left out); elements of a tuple; what a reference, pointer, slice or
  // array is of. Invalid when there is none such.
  [[nodiscard]] SemaType argument(SemaType type, uint32_t index) const;
  [[nodiscard]] uint32_t argument_count(SemaType type) const;
  [[nodiscard]] bool is_mutable(SemaType type) const;  // &mut, *mut
  [[nodiscard]] SemaType peel_references(SemaType type) const;
  // An Adt, trait object's trait, or primitive by its public path.
  [[nodiscard]] Reply is_type(SemaType type, std::string_view path) const;
  [[nodiscard]] Match find_type(SemaType type, PathTable table) const;
  // The same for a type node, without its arguments.
  [[nodiscard]] Reply is_written_type(NodeId type, std::string_view path) const;
  [[nodiscard]] Reply implements(SemaType type, std::string_view trait) const;
  [[nodiscard]] Reply is_copy(SemaType type) const;
  [[nodiscard]] Reply needs_drop(SemaType type) const;
  // Whether some packed struct or union of the project has a field of that name: a cheap question before the type of
  // what the field is of.
  [[nodiscard]] bool is_packed_field_name(std::string_view name) const;
  // The fields of a struct or union, or of a variant.
  [[nodiscard]] std::span<const DefId> fields(DefRef def) const;

  // Errors of types in this file that need no inference, in the order of the text; those alone that a compiler would
  // report, too. Found once for a crate: a library or a program. None in what cfg(test) alone keeps, and in crates for
  // a nightly compiler.
  [[nodiscard]] std::vector<SemaTypeError> type_errors() const;

  // ---- Values and layouts ----
  [[nodiscard]] std::optional<ConstantValue> constant(NodeId expression) const;
  [[nodiscard]] std::optional<TypeLayout> layout(SemaType type) const;
  // A struct, enum or union with its own parameters, laid out for the review's target, with its fields and variants
  // (layout/type_view.h); null when that is not known, or depends on a parameter. Lives as long as the review.
  [[nodiscard]] const layout::TypeView* layout_of(DefRef def) const;
  // The size of an enum when everything in one of its variants were put into a box.
  [[nodiscard]] std::optional<uint64_t> size_with_boxed_variant(DefRef def, uint32_t variant) const;

  struct Impl;  // for Sema's own files

 private:
  std::unique_ptr<Impl> impl_;
};

}  // namespace rp
