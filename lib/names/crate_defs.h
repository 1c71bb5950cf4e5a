// What one crate defines, and what each of its modules calls what: definitions, scopes, imports, macros. The result of
// collecting (collect.h), or of reading facts (facts.h); then there are no sources, and signatures are texts.
//
// The Rust Reference, "Items", "Namespaces", "Scopes", "Preludes", "Visibility and privacy", "Use declarations".
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/edition.h"
#include "expand/source.h"
#include "names/name_table.h"
#include "names/signature.h"

namespace rp {

struct DefTag;
using DefId = Id<DefTag>;  // in one crate; 0 is the crate's root module

// The number of a crate in one analysis (Analysis, analysis.h). Those of the sysroot come first; std_detect, hashbrown
// and what std's types hold of libc (which is not the crate that others name so) are parts of std that have crates of
// their own.
using CrateIndex = uint32_t;
inline constexpr CrateIndex kNoCrate = UINT32_MAX;
enum SysrootCrate : CrateIndex {
  kCore,
  kAlloc,
  kStd,
  kProcMacro,
  kTest,
  kStdDetect,
  kHashbrown,
  kStdLibc,
  kSysrootCrates
};
inline constexpr std::array<std::string_view, kSysrootCrates> kSysrootCrateNames = {
    "core", "alloc", "std", "proc_macro", "test", "std_detect", "hashbrown", "std_libc"};
// Each behind those it depends on.
inline constexpr std::array<SysrootCrate, kSysrootCrates> kSysrootOrder = {kCore,    kAlloc, kStdDetect, kHashbrown,
                                                                           kStdLibc, kStd,   kProcMacro, kTest};

struct DefRef {
  CrateIndex crate = kNoCrate;
  DefId def;
  explicit operator bool() const { return def.valid(); }
  friend auto operator<=>(const DefRef&, const DefRef&) = default;
};

// Append only: facts store the numbers.
enum class DefKind : uint8_t {
  Module,  // also the root
  Struct,
  Union,
  Enum,
  Variant,
  Trait,
  TraitAlias,
  TypeAlias,
  ForeignType,
  Function,  // also of extern blocks
  Const,
  Static,
  Macro,        // of any kind: see MacroDef
  Impl,         // without a name
  ExternBlock,  // without a name
  AssocFunction,
  AssocConst,
  AssocType,
  Field,
  GlobalAsm,       // without a name
  AnonymousConst,  // const _: T = …, without a name
};

enum class Namespace : uint8_t { Type, Value, Macro };
inline constexpr size_t kNamespaces = 3;

// Who may name it: anybody, or what lies in one module (of the same crate) and below it.
struct Visibility {
  static constexpr uint32_t kPublic = UINT32_MAX;
  uint32_t module = kPublic;  // a DefId of kind Module
  [[nodiscard]] bool is_public() const { return module == kPublic; }
  friend bool operator==(Visibility, Visibility) = default;
};

enum DefFlags : uint16_t {
  kDefUnsafe = 1,         // unsafe fn, unsafe trait, unsafe impl
  kDefConst = 2,          // const fn
  kDefAsync = 4,          // async fn
  kDefHasBody = 8,        // a function or const with a body; an associated item with a default
  kDefNegativeImpl = 16,  // impl !Trait
  kDefTraitImpl = 32,     // impl Trait for T
  kDefTupleFields = 64,   // a struct or variant with (..)
  kDefUnitFields = 128,   // a struct or variant without fields
  kDefHasSelf = 256,      // a function with a self parameter
  kDefDeprecated = 512,
  kDefUnstable = 1024,  // #[unstable]: of the standard library
  kDefNonExhaustive = 2048,
  kDefMustUse = 4096,
  kDefDocHidden = 8192,
  kDefFromMacro = 16384,  // its name was not written in a file
  kDefUncertain = 32768,  // an attribute that is opaque may have changed it or taken it away
};

struct Def {
  DefKind kind = DefKind::Module;
  uint16_t flags = 0;
  NameId name;   // invalid for those without
  DefId parent;  // the module, item or block module it lies in; invalid for the root
  Visibility visibility;
  // Where it is written: a node of `source`. Invalid in crates that were read from facts.
  SourceId source;
  NodeId node;
  // In CrateDefs::scopes: of modules, enums and traits. In crates that were read from facts: of anything else that
  // stands in a block, the scope of that block.
  uint32_t scope = UINT32_MAX;
  // The definitions whose parent it is: CrateDefs::children(id).
  uint32_t first_child = 0;
  uint32_t child_count = 0;
};

// What a name in a scope stands for.
struct Binding {
  enum class Target : uint8_t {
    None,
    Def,
    PrimitiveType,  // `use` of one by its name; `def` is the index in kPrimitiveTypes
    Unknown,        // of a crate or macro that could not be seen
  };
  Target target = Target::None;
  bool glob = false;       // came by a glob import: an explicit one of the same name hides it
  bool ambiguous = false;  // two globs bring different things: an error where it is used
  Visibility visibility;
  DefRef def;
  uint32_t import = UINT32_MAX;  // in CrateDefs::imports, when it came by one
  explicit operator bool() const { return target != Target::None; }
};

inline constexpr std::array<std::string_view, 19> kPrimitiveTypes = {
    "bool", "char", "str", "i8",   "i16",   "i32", "i64", "i128", "isize", "u8",
    "u16",  "u32",  "u64", "u128", "usize", "f16", "f32", "f64",  "f128"};

struct ScopeEntry {
  NameId name;
  Namespace space = Namespace::Type;
  Binding binding;
};

enum class ScopeKind : uint8_t { Module, Block, Enum, Trait };

// One namespace table. Entries [first, first + count) of CrateDefs::scope_entries, sorted by (name, namespace).
struct Scope {
  ScopeKind kind = ScopeKind::Module;
  DefId def;                     // the module, enum or trait; of a block: the nearest module around it
  uint32_t parent = UINT32_MAX;  // the scope around it: of a block, the scope in which names are looked up next
  uint32_t first = 0;
  uint32_t count = 0;
  // Something that is not known could define more names here: an opaque macro call, a glob import of what is unknown,
  // a file that is missing. A name that is not found in it is unknown, not an error.
  bool unknown_names = false;
  // Of a block: where.
  SourceId source;
  NodeId node;
};

enum class ImportKind : uint8_t {
  Single,       // use a::b, use a::b as c
  Glob,         // use a::*
  ExternCrate,  // extern crate a
  MacroUse,     // #[macro_use] extern crate a
};

struct Import {
  ImportKind kind = ImportKind::Single;
  uint32_t scope = 0;  // in which it stands
  SourceId source;
  NodeId node;  // the UseTree, or the ExternCrateItem
  NameId name;  // what it binds; invalid for globs and `as _`
  Visibility visibility;
  enum class State : uint8_t { Unresolved, Resolved, Unknown } state = State::Unresolved;
  // How many segments were found, when unresolved.
  uint32_t found_segments = 0;
  bool is_public_reexport = false;
  // Of what it means in each namespace; of a glob the module in `targets[0]`.
  std::array<Binding, kNamespaces> targets;
};

enum class MacroKind : uint8_t {
  Rules,          // macro_rules!
  Decl,           // macro
  Builtin,        // #[rustc_builtin_macro]: by name, see expand/builtin.h
  ProcCall,       // #[proc_macro]
  ProcDerive,     // #[proc_macro_derive]
  ProcAttribute,  // #[proc_macro_attribute]
};

struct MacroDef {
  DefId def;
  MacroKind kind = MacroKind::Rules;
  bool exported = false;            // #[macro_export]
  bool local_inner_macros = false;  // #[macro_export(local_inner_macros)]
  bool builtin_derive = false;      // a Builtin that is a derive
  bool builtin_attribute = false;   // a Builtin that is an attribute
  Edition edition = Edition::k2015;
  // Of Builtin: its name. Of ProcDerive: the name of the derive (the definition is named so, too).
  std::string builtin_name;
  std::vector<std::string> helper_attributes;  // of ProcDerive
  // Its text as one item, when the crate was read from facts; else the Def has the node.
  std::string text;
};

// One macro call, derive or attribute macro, and what became of it.
enum class ExpansionState : uint8_t {
  Pending,     // only while collecting
  Expanded,    // the output is what rustc would have
  Modelled,    // the output is a model's
  Opaque,      // a procedural macro that is not modelled, or one whose result cannot be known
  Unresolved,  // no macro of that name is known
  Failed,      // rustc would report an error
  Inert,       // an attribute that is no macro: a helper of a derive, or nothing that is known
};
enum class InvocationKind : uint8_t { Call, Derive, Attribute };

struct Expansion {
  InvocationKind invocation = InvocationKind::Call;
  ExpansionState state = ExpansionState::Pending;
  FragmentKind produces = FragmentKind::Items;
  // Whether something unknown is the reason for Unresolved or Opaque: then it is no error.
  bool unknown = false;
  SourceId call_source;
  NodeId call;             // the MacroCall node; the Attr node of a derive or an attribute
  uint32_t call_slot = 0;  // of a derive: the first slot of its path inside #[derive(..)]
  NodeId item;             // of a derive or attribute: the item it stands on
  DefRef macro;            // when it was found
  SourceId output;         // invalid unless Expanded or Modelled
  ExpansionId parent;      // the expansion in whose output the call stands; invalid for files
  uint32_t depth = 0;
  uint32_t scope = 0;  // in which the call stands
  MacroError error;    // when Failed or Unresolved; why, when Opaque
};

// A file of the crate, or the output of an expansion.
struct SourceInfo {
  enum class Kind : uint8_t {
    File,
    Expansion,
    Included,  // a file by include!
    Foreign,   // a text of another crate, here only as the origin of tokens
  };
  Kind kind = Kind::File;
  std::string path;                      // of File and Included: absolute
  ExpansionId expansion;                 // of Expansion
  CrateIndex foreign_crate = kNoCrate;   // of Foreign
  SourceId foreign_source;               // there; invalid when it comes from facts
  DefId foreign_macro;                   // there: the macro whose text it is, when it comes from facts
  std::shared_ptr<const Source> source;  // null for Foreign and for crates from facts
  // Subtrees that cfg took away, as roots, sorted. See is_removed.
  std::vector<NodeId> removed;
  // Subtrees that are there because a fact that a build script may set does not hold, sorted. They may be gone, too.
  std::vector<NodeId> conditional;
  DefId module;  // of File: the module whose file it is
};

// Something that could not be read or does not hold, for the report.
struct NameProblem {
  enum class Kind : uint8_t {
    MissingFile,     // mod x; without a file (E0583)
    AmbiguousFile,   // x.rs and x/mod.rs (E0584)
    CyclicModule,    // a file that includes itself
    UnreadableFile,  // outside the roots, not UTF-8, too large, a FIFO
    Limit,
    DuplicateDefinition,  // E0428
    UnresolvedImport,     // E0432
    PrivateImport,        // E0603, E0364, E0365
    MissingCrate,         // E0463
    Other,
  };
  Kind kind = Kind::Other;
  std::string_view code;  // rustc's, or empty
  SourceId source;
  ByteSpan span;  // in that source
  std::string message;
};

// What is not certain about a definition: see find_doubts.
struct Doubt {
  static constexpr uint8_t kPresence = 1;  // it is there because a fact that a build script may set does not hold
  static constexpr uint8_t kInside = 2;    // something in it comes or goes with such a fact
  static constexpr uint8_t kHead = 4;      // … in its generic parameters or where clauses
  static constexpr uint8_t kRepr = 8;      // … an attribute with `repr`
  static constexpr uint8_t kDerives = 16;  // a derive that was not seen may implement traits for it
  static constexpr uint8_t kAll = 31;
  DefId def;
  uint8_t what = 0;
};

class CrateDefs {
 public:
  std::string name;
  Edition edition = Edition::k2015;
  CrateIndex index = kNoCrate;
  bool proc_macro = false;
  bool no_std = false, no_core = false;
  // It has #![feature(..)]: it was written for one nightly version of the standard library, and what is unstable there
  // comes and goes. A name that ours does not have may be in that one.
  bool nightly = false;
  bool from_facts = false;
  uint32_t recursion_limit = 128;

  NameTable names;
  std::vector<Def> defs;
  std::vector<Scope> scopes;  // 0 is the root's
  std::vector<ScopeEntry> scope_entries;
  std::vector<Import> imports;
  std::vector<MacroDef> macros;  // sorted by def
  std::vector<Expansion> expansions;
  std::vector<SourceInfo> sources;  // 0 is the root file
  ContextTable contexts;
  std::vector<NameProblem> problems;

  // Names usable everywhere in the crate, sorted by name: dependencies, std, core, `extern crate … as name`.
  struct ExternName {
    NameId name;
    CrateIndex crate = kNoCrate;  // kNoCrate: it is missing, everything in it is unknown
  };
  std::vector<ExternName> extern_prelude;
  // Macros of `#[macro_use] extern crate`, sorted by name.
  struct PreludeMacro {
    NameId name;
    Binding binding;
  };
  std::vector<PreludeMacro> macro_use_prelude;
  DefRef prelude_module;  // std::prelude::rust_2021; invalid with #![no_implicit_prelude] or #![no_core]
  std::vector<DefId> no_implicit_prelude;  // modules that have the attribute (it holds below them, too), sorted

  // What find_doubts found.
  std::vector<Doubt> doubts;  // sorted by def
  // A name in a scope that may stand for something else, by what a build script decides.
  struct DoubtfulName {
    uint32_t scope = 0;
    NameId name;
    friend auto operator<=>(const DoubtfulName&, const DoubtfulName&) = default;
  };
  std::vector<DoubtfulName> doubtful_names;  // sorted
  bool impls_unseen = false;                 // something that could not be seen may bring impls

  // Of items read from facts: their texts without bodies, to be parsed when they are asked for. Null when the crate was
  // collected from sources.
  std::unique_ptr<const SignatureTable> signatures;

  // Children of all definitions; see children().
  std::vector<DefId> child_list;

  // ---- Questions ----
  // The definitions whose parent is `id`, in the order in which they were found: that of the text, with those that
  // macros make behind.
  [[nodiscard]] std::span<const DefId> children(DefId id) const {
    const Def& d = defs[id.value];
    return std::span(child_list).subspan(d.first_child, d.child_count);
  }
  [[nodiscard]] const Def& def(DefId id) const { return defs[id.value]; }
  [[nodiscard]] std::string_view text(NameId id) const { return id ? names.text(id) : std::string_view(); }
  [[nodiscard]] std::string_view name_of(DefId id) const { return text(defs[id.value].name); }
  // In one scope alone; None when it is not there.
  [[nodiscard]] const Binding* find(uint32_t scope, NameId name, Namespace space) const;
  // The nearest module at or above a definition.
  [[nodiscard]] DefId module_of(DefId id) const;
  // Whether something with that visibility may be named in `from`, a module of this crate.
  [[nodiscard]] bool is_visible(Visibility visibility, DefId from) const;
  // "crate_name::module::Item"
  [[nodiscard]] std::string path_of(DefId id) const;
  [[nodiscard]] const MacroDef* macro(DefId id) const;
  // Doubt::kPresence and others, together.
  [[nodiscard]] uint8_t doubt(DefId id) const { return doubts.empty() ? uint8_t{0} : listed_doubt(id); }
  [[nodiscard]] bool is_doubtful_name(uint32_t scope, NameId name) const;
  // Of an item that was read from facts; empty when it has none.
  [[nodiscard]] std::string_view signature(DefId id) const {
    return signatures != nullptr ? signatures->text(id.value) : std::string_view();
  }
  // Whether cfg removed the node or one around it.
  [[nodiscard]] bool is_removed(SourceId source, NodeId node) const;
  // What the macro call, derive or attribute at a node became (several for one derive attribute, in order).
  [[nodiscard]] std::span<const uint32_t> expansions_at(SourceId source, NodeId call) const;
  // The scope of a block, or UINT32_MAX when it has none of its own.
  [[nodiscard]] uint32_t block_scope(SourceId source, NodeId block) const;
  // The definition whose item a node is; invalid when it is none.
  [[nodiscard]] DefId def_at(SourceId source, NodeId node) const;

  // Makes child_list and the indexes behind the questions above. To be called once, when all tables are filled.
  void finish();

 private:
  [[nodiscard]] uint8_t listed_doubt(DefId id) const;

  // Values by the node they belong to, sorted.
  struct NodeKey {
    uint32_t source;
    uint32_t node;
    friend auto operator<=>(const NodeKey&, const NodeKey&) = default;
  };
  struct NodeIndex {
    std::vector<NodeKey> keys;
    std::vector<uint32_t> values;
    void sort();
    [[nodiscard]] std::span<const uint32_t> find(SourceId source, NodeId node) const;
  };
  NodeIndex expansions_by_node_;
  NodeIndex blocks_by_node_;
  NodeIndex defs_by_node_;
};

}  // namespace rp
