// What types need to know of definitions: generics, predicates, fields, variants, reprs, signatures, impl headers,
// traits. Each answer is computed when it is asked for the first time and kept; it comes from the tree of the item
// where its crate was collected from sources, and from its signature where it was read from facts, and looks the same.
//
// An Items belongs to a TypeContext and with it to one thread. References stay valid as long as the context.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "types/type.h"

namespace rp {

struct GenericParam {
  enum class Kind : uint8_t { Lifetime, Type, Const };
  Kind kind = Kind::Type;
  bool has_default = false;
  bool is_self = false;        // Self of a trait
  bool is_synthetic = false;   // made by `impl Trait` in argument position
  bool may_dangle = false;     // #[may_dangle]
  bool maybe_unsized = false;  // ?Sized
  NameId name;                 // in TypeStore's names
  TypeId const_type;           // of Const
  GenericArg default_value;    // in terms of the parameters before it; valid with has_default
  NodeId node;                 // in the text of the owner; invalid for Self
};

// Parameters of an item, behind those of what it stands in. A parameter's index counts from the outermost:
// parent_count + its place in `params`. Late-bound lifetimes of functions are not among them: they are bound by the
// binder of the signature.
struct Generics {
  DefRef parent;              // the impl or trait around an associated item; the enum of a variant
  uint32_t parent_count = 0;  // parameters of all parents
  std::vector<GenericParam> params;
  std::vector<NodeId> late_bound;  // LifetimeParam nodes, by their bound index
  bool has_self = false;           // of a trait, or of something in one: parameter 0 is Self
  bool unknown = false;            // could not be read: nothing is known of it
  [[nodiscard]] uint32_t count() const { return parent_count + static_cast<uint32_t>(params.size()); }
};

struct Predicate {
  enum class Kind : uint8_t {
    Trait,           // trait_ref holds
    Projection,      // <trait_ref as ..>::assoc == term; trait_ref.args includes arguments of the associated type
    TypeOutlives,    // term (a type): region
    RegionOutlives,  // term (a region): region
    Unknown,         // a bound that could not be read: nobody knows what follows from it
  };
  Kind kind = Kind::Trait;
  uint32_t bound = 0;  // regions bound by a `for` around it; everything in it stands in one binder, even when 0
  TraitRef trait_ref;
  DefRef assoc;
  GenericArg term;
  RegionId region;
  NodeId node;  // where it is written, in the text of the item it belongs to; may be invalid
};

struct Predicates {
  std::vector<Predicate> own;  // without those of the parent
  bool unknown = false;
};

enum class CtorKind : uint8_t { Record, Tuple, Unit };

struct FieldInfo {
  DefRef def;   // of kind Field; invalid where it has none
  NameId name;  // "0", "1" of tuples; in TypeStore's names
  TypeId type;  // in terms of the type's parameters
  Visibility visibility;
  NodeId node;  // in the text of the item
};

struct VariantInfo {
  DefRef def;  // the struct or union itself, or the Variant
  NameId name;
  CtorKind ctor = CtorKind::Unit;
  std::vector<FieldInfo> fields;
  NodeId node;
  NodeId discriminant;  // the expression, in the text of the item; invalid without one
};

// #[repr(..)] and what else decides the layout.
struct Repr {
  bool c = false;
  bool transparent = false;
  bool simd = false;
  bool scalable = false;  // #[rustc_scalable_vector]
  std::optional<IntKind> integer;
  uint32_t pack = 0;   // 0: not packed; else the largest of repr(packed(N))
  uint32_t align = 0;  // 0: none; else the largest of repr(align(N))
  // rustc_layout_scalar_valid_range_start and _end.
  std::optional<Bits128> valid_start, valid_end;
  bool nonnull_optimization_guaranteed = false;
  bool no_niche = false;  // UnsafeCell: lang "unsafe_cell"
  bool error = false;     // attributes that contradict each other or say nothing known
};

struct AdtInfo {
  DefKind kind = DefKind::Struct;     // Struct, Enum, Union
  std::vector<VariantInfo> variants;  // one for structs and unions
  Repr repr;
  bool is_box = false;  // lang items, by where they are defined
  bool is_phantom_data = false;
  bool is_manually_drop = false;
  bool is_maybe_uninit = false;
  bool is_unsafe_cell = false;
  bool is_fundamental = false;  // #[fundamental]: Box, Pin, &
  bool non_exhaustive = false;
  // Something of it could not be read: a field, a variant, a repr. Types of fields may be Unknown besides.
  bool unknown = false;
};

struct AssocItem {
  DefRef def;
  DefKind kind = DefKind::AssocType;  // AssocFunction, AssocConst, AssocType
  NameId name;                        // in TypeStore's names
  bool has_default = false;
};

struct ImplInfo {
  TraitRef trait_ref;  // invalid for inherent impls
  TypeId self_type;
  bool is_trait_impl = false;  // even when the trait is not known
  bool negative = false;
  bool is_unsafe = false;
  bool is_default = false;  // specialization
  bool automatically_derived = false;
  bool reservation = false;  // #[rustc_reservation_impl]: neither there nor not
  bool unknown = false;      // the header could not be read
  std::vector<AssocItem> items;
};

struct TraitInfo {
  bool is_auto = false;
  bool is_coinductive = false;  // besides auto traits
  bool is_unsafe = false;
  bool is_marker = false;  // #[marker]
  bool is_fundamental = false;
  bool is_const = false;
  bool specialization = false;      // #[rustc_specialization_trait]
  bool deny_explicit_impl = false;  // #[rustc_deny_explicit_impl]
  bool unknown = false;
  bool unknown_items = false;  // an opaque macro may have made more
  std::vector<AssocItem> items;
};

// `impl Trait` of a return type or alias.
struct OpaqueInfo {
  std::vector<Predicate> bounds;  // Self is the opaque type with the owner's own parameters
  NodeId node;
  bool unknown = false;
};

// Well-known definitions, found by where the standard library defines them.
enum class LangItem : uint8_t {
#define RP_LANG(name, crate, path) name,
#include "types/lang_items.def"
  kCount
};

class TypeContext;
struct TypeContextState;

class Items {
 public:
  explicit Items(TypeContextState& state) : state_(state) {}
  Items(const Items&) = delete;
  Items& operator=(const Items&) = delete;

  // ---- Texts ----
  // The tree that describes a definition, and its node there. Fields and variants stand in the text of their struct or
  // enum. Null when there is none.
  struct Text {
    const Tree* tree = nullptr;
    TextRef ref;
    NodeId node;
  };
  Text text_of(DefRef def);
  // The tree of a text that text_of gave.
  const Tree* tree_of(const TextRef& text);

  // ---- Questions; each answers for any definition, with `unknown` set where it makes no sense ----
  const Generics& generics(DefRef def);
  // Of a parameter with a default, by its place in `params`: in terms of all parameters in reach.
  GenericArg default_of(DefRef def, uint32_t param);
  const Predicates& predicates(DefRef def);
  const AdtInfo& adt(DefRef def);
  const ImplInfo& impl(DefRef def);
  const TraitInfo& trait(DefRef def);
  // The direct supertraits of a trait, in terms of its parameters; regions of a `for` around one are erased.
  const std::vector<TraitRef>& supertraits(DefRef trait);
  const OpaqueInfo& opaque(DefRef owner, uint32_t ordinal);
  // Of a function, or the constructor of a tuple struct or variant: an FnPtr; Unknown when it cannot be read.
  TypeId fn_signature(DefRef def);
  // Of an alias, const, static, field, or the value of an associated type (of an impl, or the default in a trait); of a
  // struct, enum or union the type with its own parameters; of an impl its self type. Unknown for others.
  TypeId type_of(DefRef def);
  // What an associated type, or Self of a trait, promises: `type Item: Bound`. Self of the predicates is the projection
  // with the trait's own parameters. The implied `Sized` is among them where it is not taken back by `?Sized`.
  const std::vector<Predicate>& item_bounds(DefRef assoc);

  // The generics' own parameters as arguments: what stands for "itself" inside an item.
  ListId identity_args(DefRef def);
  // The trait or impl an associated item belongs to; the enum of a variant; invalid for others.
  DefRef container(DefRef def);
  // In a trait or impl by name; invalid when there is none.
  DefRef find_item(DefRef container, NameId name, DefKind kind);

  DefRef lang(LangItem item);
  // The reverse; kCount when it is none.
  LangItem lang_of(DefRef def);
  [[nodiscard]] const Def* def(DefRef ref) const;
  [[nodiscard]] std::string_view name_of(DefRef ref) const;
  [[nodiscard]] std::string path_of(DefRef ref) const;

 private:
  TypeContextState& state_;
};

}  // namespace rp
