// The public interface of a library: what its users can name, by which paths, with which signatures, and which traits
// its types implement. Paths lead through re-exports; what only a hidden path leads to is marked.
//
// Types are there twice: as text for people, and as a key for comparing. In a key names are resolved, aliases of the
// crate are taken apart, generic parameters are numbers, lifetimes other than 'static are left out, and what can stand
// in any order is sorted; two signatures with one key mean the same to callers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/answer.h"
#include "names/project.h"

namespace rp {

enum class ApiKind : uint8_t {
  Module = 1,
  Struct,
  Union,
  Enum,
  Variant,
  Trait,
  TraitAlias,
  TypeAlias,
  ForeignType,
  Function,
  Const,
  Static,
  Macro,
  DeriveMacro,
  AttributeMacro,
  Field,
  Method,  // an associated function, of a type or a trait
  AssocConst,
  AssocType,
  Reexport,  // of something of another crate, or of something unknown
};
inline constexpr size_t kApiKinds = 21;        // numbers in use, 0 included
std::string_view api_kind_name(ApiKind kind);  // "struct", "associated constant"; empty for a number that is none

// In a key a definition is between these two: its path, with marks before it.
inline constexpr char kKeyNameBegin = '\x01';
inline constexpr char kKeyNameEnd = '\x02';
// The first character of such a name, when it is not the path of something public in this crate.
inline constexpr char kKeyUnnameable = '~';  // of this crate, and no public path leads there
inline constexpr char kKeyForeign = ':';     // of another crate
inline constexpr char kKeyUnknown = '?';     // could not be seen

struct ApiType {
  std::string text;
  std::string key;
  // Whether all names in it could be seen.
  [[nodiscard]] bool is_known() const;
};

struct ApiGeneric {
  enum class Kind : uint8_t { Lifetime, Type, Const };
  Kind kind = Kind::Type;
  bool has_default = false;
  std::string name;
  std::string key;  // of a constant: its type
};

struct ApiPlace {
  std::string path;  // relative to the package's folder when it is below it; else absolute
  ByteSpan span;
  uint32_t line = 0;    // from 1
  uint32_t column = 0;  // bytes, from 1
  uint32_t column_utf16 = 0;
};

inline constexpr uint32_t kNoApiItem = UINT32_MAX;

struct ApiItem {
  ApiKind kind = ApiKind::Module;
  uint16_t flags = 0;                 // DefFlags
  bool hidden = false;                // doc(hidden), or no other path leads to it
  Answer dyn_safe = Answer::Unknown;  // of a trait: whether dyn Trait is allowed
  bool is_mut = false;                // static mut
  DefRef def;
  uint32_t parent = kNoApiItem;  // of members: the type or trait
  std::string path;              // "serde::de::Error", "serde::de::Error::custom"
  std::string text;              // its signature, on one line
  std::string cfg;               // conditions on it and around it, as written, joined with &&; empty: none
  std::string repr;              // of types: the arguments of repr, sorted
  std::string abi;               // of functions: "C"
  std::string receiver;          // of methods: the key of the type of self; empty without self
  std::string receiver_text;
  std::vector<ApiGeneric> generics;
  std::vector<std::string> predicates;  // "T0: bound", keys, sorted; those of the impl around it, too
  std::vector<std::string> bounds;      // of traits: supertraits; of associated types: bounds; keys, sorted.
                                        // Of derives: their helper attributes
  std::vector<ApiType> params;          // without self
  ApiType type;  // of functions: what they return; else the type of a field, constant, static, alias or default
  std::string discriminant;     // of a variant: as written
  uint32_t private_fields = 0;  // of structs and unions: fields that others do not see
  std::string impl_key;         // of members of inherent impls: the type as the impl writes it
  std::string target;           // of re-exports: the path there
  // Of types: the auto traits that they have, and that they do not have, as far as their fields show; sorted.
  std::vector<std::string> auto_traits, lost_auto_traits;
  ApiPlace place;
};

struct ApiImpl {
  ApiType trait;
  ApiType self;
  uint32_t item = kNoApiItem;  // the type, when it is one of this interface
  bool blanket = false;        // for a type parameter
  bool negative = false;
  bool from_model = false;  // a procedural macro is taken to make it
  std::vector<std::string> predicates;
  ApiPlace place;
};

// Another path that leads to an item or a module.
struct ApiAlias {
  std::string path;
  uint32_t item = kNoApiItem;
  bool hidden = false;
};

struct PublicApi {
  std::string name;  // of the crate
  Edition edition = Edition::k2015;
  bool no_std = false;
  bool proc_macro = false;
  std::vector<ApiItem> items;     // sorted by path, kind, place; members behind their type in that order
  std::vector<ApiImpl> impls;     // sorted by type, trait
  std::vector<ApiAlias> aliases;  // sorted by path
  // Some names anywhere in the crate could not be seen, or hang on conditions that a build script decides.
  bool uncertain = false;
  size_t opaque_calls = 0;           // macro calls that may make items and could not be expanded
  std::vector<std::string> unknown;  // paths of public modules that may hold more than is listed; sorted
  // Those of them that take over all names of something that could not be seen; sorted.
  std::vector<std::string> unknown_globs;
  [[nodiscard]] bool may_hold_more(std::string_view module_path) const;
  [[nodiscard]] bool has_unknown_glob(std::string_view module_path) const;
};

// `crate` is a local crate of a project that was analysed with names; `folder` that of its package. Throws
// std::bad_alloc.
PublicApi public_api(const CrateDefs& crate, const CrateNames& names, const Analysis& analysis, const CfgSet& cfg,
                     std::string_view folder = {});
// Of a crate of the graph. An empty interface when it was not read.
PublicApi public_api(const Project& project, CrateId crate);

}  // namespace rp
