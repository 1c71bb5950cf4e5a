// What every path, name, label and lifetime of a crate stands for, bodies included, and which of them stand for
// nothing.
//
// One pass over all sources of a collected crate, expansions in place of their calls. Scopes of bodies: the Rust
// Reference, "Scopes"; hygiene of locals and labels: contexts (expand/source.h), where a name looked up in a context
// that some macro made is also looked for, from where that macro is defined outwards, in the context without it.
// A path that needs a type (`x.field`, `T::Assoc`, `Type::method`) is resolved up to there: what is left is the work of
// type checking, and counted as such.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/buffer.h"
#include "names/analysis.h"

namespace rp {

enum class ResolutionKind : uint8_t {
  None,           // nothing of that name: an error, unless `unknown` things are in reach
  Unknown,        // depends on what could not be seen
  Definition,     // `def`
  PrimitiveType,  // `index` in kPrimitiveTypes
  SelfType,       // `Self`: `def` is the impl, the trait, or the type in whose definition it stands
  Local,          // a variable: declared at `source`, `node` (a Name)
  TypeParameter,  // declared at `source`, `node` (a generic parameter)
  ConstParameter,
  LifetimeParameter,
  Label,  // declared at `source`, `node`
  StaticLifetime,
  InferredLifetime,  // '_
  Crate,             // a crate's root by its extern name: `def` is its root module
  Tool,              // rustfmt::, clippy:: and other tools; `builtin` attributes
  BuiltinAttribute,
  DeriveHelper,
  TypeDependent,  // an associated item, method or field that only types decide
};

struct Resolution {
  ResolutionKind kind = ResolutionKind::None;
  uint8_t index = 0;
  DefRef def;
  SourceId source;
  NodeId node;
  friend bool operator==(const Resolution&, const Resolution&) = default;
};

// One place where a name is used: a PathSegment, a NameRef (record fields), a Name (a pattern that names a constant or
// variant, a captured variable of format_args!), or a Lifetime.
//
// There is one for each name in a crate, so its size counts.
struct NameUse {
  SourceId source;
  NodeId node;
  Namespace space = Namespace::Type;
  Resolution resolution;
};

struct NameDiagnostic {
  std::string_view code;  // "E0425"
  // True when rustc would report it: nothing unknown is in reach. Others are not to be shown as errors.
  bool proven = false;
  SourceId source;  // where the tokens are written: a file, where there is one
  ByteSpan span;
  std::string message;
};

struct CrateNames {
  Buffer<NameUse> uses;                     // sorted by source, node
  std::vector<NameDiagnostic> diagnostics;  // sorted by source, place, code; those of collecting included
  // Paths, by what became of their last segment; macro paths and attributes included.
  struct Counts {
    uint64_t resolved = 0;
    uint64_t type_dependent = 0;
    uint64_t unknown = 0;
    uint64_t unresolved = 0;
  } counts;

  // The use at a node, or null.
  [[nodiscard]] const NameUse* find(SourceId source, NodeId node) const;
};

struct ResolveOptions {
  bool bodies = true;  // false: items and signatures alone (a dependency)
  const Cancellation* cancellation = nullptr;
  MemoryBudget* budget = nullptr;
};

// Throws std::bad_alloc, MemoryLimitExceeded, Cancelled.
CrateNames resolve_crate(const CrateDefs& crate, const Analysis& analysis, const ResolveOptions& options);

// ---- Paths at module level, for collecting, rules and queries ----

// Looks a path of names up as seen from a scope (a module's or a block's). `in` must be a scope of `crate`.
struct PathLookup {
  Resolution resolution;  // of the last segment that was found
  uint32_t found = 0;     // segments resolved; less than all: nothing of that name, or type-dependent, or unknown
  bool private_segment = false;  // some segment is not visible from there (E0603)
  uint32_t private_index = 0;
};
PathLookup lookup_path(const CrateDefs& crate, const Analysis& analysis, uint32_t in,
                       std::span<const std::string_view> segments, bool global, Namespace space);

}  // namespace rp
