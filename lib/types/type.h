// Types, regions, constants and lists of generic arguments as interned 32-bit ids: equal ids are equal terms, whatever
// way they were made. Regions are kept; binders are de Bruijn levels. What cannot be seen is TypeKind::Unknown, a type
// like any other.
//
// A TypeStore belongs to one thread at a time (it belongs to a TypeContext, context.h). Ids are those of one store and
// follow the order in which terms were made: print terms, never ids. Terms are never removed. Everything throws
// std::bad_alloc and MemoryLimitExceeded only.
//
// The Rust Reference, "Types"; the vocabulary is that of rustc's development guide, "The ty module".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/buffer.h"
#include "names/crate_defs.h"

namespace rp {

struct TypeTag;
using TypeId = Id<TypeTag>;
struct RegionTag;
using RegionId = Id<RegionTag>;
struct ConstTag;
using ConstId = Id<ConstTag>;
struct TermListTag;
using ListId = Id<TermListTag>;  // an interned list of words: generic arguments, or what a kind says
struct SiteTag;
using SiteId = Id<SiteTag>;

enum class IntKind : uint8_t { I8, I16, I32, I64, I128, Isize, U8, U16, U32, U64, U128, Usize };
enum class FloatKind : uint8_t { F16, F32, F64, F128 };
inline constexpr bool is_signed(IntKind kind) { return kind <= IntKind::Isize; }
// Bits of a value; `pointer_bits` is what isize and usize have.
uint32_t int_bits(IntKind kind, uint32_t pointer_bits);

enum class TypeKind : uint8_t {
  Unknown,  // not visible: a missing crate, an opaque macro, a limit. Every question about it has the answer unknown
  Error,    // rustc reports an error here. As Unknown for whoever asks: errors do not breed errors
  Infer,    // an inference variable of an InferTable (infer.h): index(), and which kind of variable
  Never,
  Bool,
  Char,
  Str,
  Int,          // int_kind()
  Float,        // float_kind()
  Adt,          // struct, enum, union: def(), args()
  Foreign,      // extern type: def()
  Array,        // element(), length()
  Slice,        // element()
  RawPtr,       // element(), is_mut()
  Ref,          // region(), element(), is_mut()
  Tuple,        // args(), all of them types
  FnDef,        // the type of a function item, tuple struct or variant constructor: def(), args()
  FnPtr,        // signature(): inputs and output under one binder
  Dyn,          // dyn_predicates() under one binder, region()
  Closure,      // site(), def() is the body it stands in, args() those of that body. Open until bodies are inferred
  Coroutine,    // async block, async fn body, gen block: as Closure
  Param,        // a type parameter, or Self of a trait: index() among all parameters in reach, name()
  Bound,        // a type bound by `for<T>` (unstable): depth(), index()
  Placeholder,  // a bound variable that was opened: index(), depth() is its universe
  Projection,   // <Self as Trait>::Name: def() is the associated type, args() Self, then the trait's, then its own
  Opaque,       // impl Trait in return position or in an alias: def() is the owner, ordinal(), args() the owner's
  Pattern,      // a pattern type of core: element() restricted to [range_start, range_end], see pattern_range()
};

// Properties that hold when they do for any part.
enum TypeFlags : uint16_t {
  kHasUnknown = 1,  // Unknown or Error
  kHasInfer = 2,    // an inference variable: type, region or const
  kHasParam = 4,    // a type or const parameter
  kHasRegions = 8,  // a region other than Erased and those bound inside the term
  kHasAlias = 16,   // Projection or Opaque, or a constant that is not evaluated
  kHasPlaceholder = 32,
  kHasOpaque = 64,
  kHasClosure = 128,  // Closure or Coroutine
  kHasConstParam = 256,
  kTooDeep = 512,    // the limit of depth was met: it is Unknown
  kHasError = 1024,  // Error, which is a kind of unknown
};

enum class RegionKind : uint8_t {
  Erased,  // does not count
  Static,
  EarlyParam,   // a lifetime parameter: index among all parameters in reach
  Bound,        // by a binder: depth, index
  LateParam,    // a bound lifetime of a function seen from inside its body: index; `owner` says of which
  Infer,        // a region variable
  Placeholder,  // index, depth is its universe
  Unknown,      // cannot be known, or an error
};

enum class ConstKind : uint8_t {
  Unknown,
  Error,
  Value,  // bits, of an integer, bool or char type
  Param,  // index, name
  Infer,
  Bound,
  Placeholder,
  Unevaluated,  // of a constant item or associated const: def, args; of an expression: site, args of its owner (def)
};

// A text that trees are made from: a source of a crate, or the signature of an item that was read from facts.
struct TextRef {
  CrateIndex crate = kNoCrate;
  SourceId source;     // valid, or
  DefId signature_of;  // the item whose signature text it is
  friend auto operator<=>(const TextRef&, const TextRef&) = default;
};
// A node of a text: where a closure or an anonymous constant is written.
struct Site {
  TextRef text;
  NodeId node;
  friend auto operator<=>(const Site&, const Site&) = default;
};

// One generic argument: a type, a region or a constant.
class GenericArg {
 public:
  enum class Kind : uint8_t { Type, Region, Const };
  constexpr GenericArg() = default;
  constexpr GenericArg(TypeId t) : raw_(t.value) {}                     // NOLINT: converts on purpose
  constexpr GenericArg(RegionId r) : raw_(r.value | (1U << kShift)) {}  // NOLINT
  constexpr GenericArg(ConstId c) : raw_(c.value | (2U << kShift)) {}   // NOLINT
  [[nodiscard]] static constexpr GenericArg from_raw(uint32_t raw) {
    GenericArg a;
    a.raw_ = raw;
    return a;
  }
  [[nodiscard]] constexpr bool valid() const { return raw_ != UINT32_MAX; }
  [[nodiscard]] constexpr Kind kind() const { return static_cast<Kind>(raw_ >> kShift); }
  [[nodiscard]] constexpr bool is_type() const { return valid() && kind() == Kind::Type; }
  [[nodiscard]] constexpr bool is_region() const { return valid() && kind() == Kind::Region; }
  [[nodiscard]] constexpr bool is_const() const { return valid() && kind() == Kind::Const; }
  // Only of that kind.
  [[nodiscard]] constexpr TypeId type() const { return TypeId(raw_); }
  [[nodiscard]] constexpr RegionId region() const { return RegionId(raw_ & kMask); }
  [[nodiscard]] constexpr ConstId constant() const { return ConstId(raw_ & kMask); }
  [[nodiscard]] constexpr uint32_t raw() const { return raw_; }
  friend constexpr auto operator<=>(GenericArg, GenericArg) = default;

 private:
  static constexpr uint32_t kShift = 30;
  static constexpr uint32_t kMask = (1U << kShift) - 1;
  uint32_t raw_ = UINT32_MAX;
};
static_assert(sizeof(GenericArg) == 4);

// The calling convention of a function.
enum class Abi : uint8_t {
  Rust,
  C,
  CUnwind,
  System,
  SystemUnwind,
  RustCall,
  RustIntrinsic,
  Other,
};

// What dyn promises, as seen without Self.
struct DynPredicate {
  enum class Kind : uint8_t { Principal, Projection, Auto };
  Kind kind = Kind::Principal;
  DefRef def;       // the trait, or the associated type
  ListId args;      // without Self
  GenericArg term;  // of Projection
};

struct TraitRef {
  DefRef trait;
  ListId args;  // Self first
  explicit operator bool() const { return static_cast<bool>(trait); }
  friend auto operator<=>(const TraitRef&, const TraitRef&) = default;
};

// A 128-bit value as two halves, so that every compiler takes it; sign-extended or zero-extended to 128 bits by the
// type it has.
struct Bits128 {
  uint64_t lo = 0;
  uint64_t hi = 0;
  friend auto operator<=>(const Bits128&, const Bits128&) = default;
};

// How deep a type may nest. A type that would be deeper is Unknown with kTooDeep, so that walking types needs no check.
inline constexpr uint32_t kMaxTypeDepth = 400;
// How large a type may be, in nodes when written out.
inline constexpr uint32_t kMaxTypeSize = 1U << 24;

class TypeStore {
 public:
  TypeStore();
  TypeStore(const TypeStore&) = delete;
  TypeStore& operator=(const TypeStore&) = delete;

  // ---- Common types ----
  TypeId unknown, error, never, boolean, character, str, unit;
  RegionId erased, static_region, unknown_region;
  ConstId unknown_const, error_const;
  ListId empty_list;
  [[nodiscard]] TypeId integer(IntKind kind) const { return ints_[static_cast<size_t>(kind)]; }
  [[nodiscard]] TypeId floating(FloatKind kind) const { return floats_[static_cast<size_t>(kind)]; }
  // By its index in kPrimitiveTypes.
  [[nodiscard]] TypeId primitive(uint32_t index) const;

  // ---- Making ----
  TypeId adt(DefRef def, ListId args);
  TypeId foreign(DefRef def);
  TypeId array(TypeId element, ConstId length);
  TypeId slice(TypeId element);
  TypeId raw_pointer(TypeId element, bool is_mut);
  TypeId reference(RegionId region, TypeId element, bool is_mut);
  TypeId tuple(std::span<const TypeId> elements);
  TypeId tuple_of_list(ListId elements);
  TypeId fn_def(DefRef def, ListId args);
  // `inputs_and_output`: the output last. `bound` is how many regions the binder around it binds.
  TypeId fn_pointer(std::span<const TypeId> inputs_and_output, bool is_unsafe, bool is_variadic, Abi abi,
                    uint32_t bound);
  // Predicates are sorted: the principal, projections, auto traits. Written under one binder.
  TypeId dyn(std::span<const DynPredicate> predicates, RegionId region, uint32_t bound);
  TypeId closure(SiteId site, DefRef body, ListId args, bool coroutine);
  TypeId param(uint32_t index, NameId name);
  TypeId bound(uint32_t depth, uint32_t index);
  TypeId placeholder(uint32_t universe, uint32_t index);
  enum class InferKind : uint8_t { General, Int, Float };
  TypeId infer(uint32_t index, InferKind kind);
  TypeId projection(DefRef assoc, ListId args);
  TypeId opaque(DefRef owner, uint32_t ordinal, ListId args);
  TypeId pattern(TypeId base, Bits128 start, Bits128 end);

  RegionId early_region(uint32_t index, NameId name);
  RegionId bound_region(uint32_t depth, uint32_t index);
  RegionId late_region(DefRef owner, uint32_t index, NameId name);
  RegionId infer_region(uint32_t index);
  RegionId placeholder_region(uint32_t universe, uint32_t index);

  ConstId value(TypeId type, Bits128 bits);
  ConstId const_param(uint32_t index, NameId name, TypeId type);
  ConstId const_infer(uint32_t index, TypeId type);
  ConstId const_placeholder(uint32_t universe, uint32_t index, TypeId type);
  ConstId const_bound(uint32_t depth, uint32_t index, TypeId type);
  // `site` valid: the expression there, in the generics of `def`; else the constant item `def`.
  ConstId unevaluated(DefRef def, SiteId site, ListId args, TypeId type);

  ListId list(std::span<const GenericArg> args);
  ListId type_list(std::span<const TypeId> types);
  SiteId site(const Site& place);
  NameId name(std::string_view text) { return names_.intern(text); }
  [[nodiscard]] std::string_view text(NameId name) const { return name ? names_.text(name) : std::string_view(); }

  // ---- Taking apart; each only for the kinds that have it ----
  [[nodiscard]] TypeKind kind(TypeId t) const { return types_[t.value].kind; }
  [[nodiscard]] uint16_t flags(TypeId t) const { return types_[t.value].flags; }
  [[nodiscard]] bool has(TypeId t, uint16_t any) const { return (types_[t.value].flags & any) != 0; }
  // The number of binders around it that it refers out of: 0 when nothing escapes.
  [[nodiscard]] uint32_t outer_binder(TypeId t) const { return types_[t.value].binder; }
  [[nodiscard]] uint32_t depth_of(TypeId t) const { return types_[t.value].depth; }
  [[nodiscard]] bool is_unknown(TypeId t) const { return kind(t) <= TypeKind::Error; }

  [[nodiscard]] IntKind int_kind(TypeId t) const { return static_cast<IntKind>(types_[t.value].sub); }
  [[nodiscard]] FloatKind float_kind(TypeId t) const { return static_cast<FloatKind>(types_[t.value].sub); }
  [[nodiscard]] InferKind infer_kind(TypeId t) const { return static_cast<InferKind>(types_[t.value].sub); }
  [[nodiscard]] DefRef def(TypeId t) const { return {types_[t.value].a, DefId(types_[t.value].b)}; }
  [[nodiscard]] ListId arg_list(TypeId t) const { return ListId(types_[t.value].c); }
  [[nodiscard]] std::span<const GenericArg> args(TypeId t) const { return list_of(arg_list(t)); }
  [[nodiscard]] TypeId element(TypeId t) const { return TypeId(types_[t.value].a); }
  [[nodiscard]] ConstId length(TypeId t) const { return ConstId(types_[t.value].b); }
  [[nodiscard]] RegionId region(TypeId t) const { return RegionId(types_[t.value].b); }
  [[nodiscard]] bool is_mut(TypeId t) const { return types_[t.value].sub != 0; }
  [[nodiscard]] uint32_t index(TypeId t) const { return types_[t.value].a; }
  [[nodiscard]] uint32_t depth(TypeId t) const { return types_[t.value].b; }
  [[nodiscard]] NameId name_of(TypeId t) const { return NameId(types_[t.value].b); }  // of Param
  [[nodiscard]] SiteId site_of(TypeId t) const { return SiteId(types_[t.value].d); }
  [[nodiscard]] uint32_t ordinal(TypeId t) const { return types_[t.value].d; }
  struct Range {
    Bits128 start, end;
  };
  [[nodiscard]] Range pattern_range(TypeId t) const;

  // Of FnPtr. Views live until the next term is made.
  struct Signature {
    std::span<const GenericArg> inputs;  // types
    TypeId output;
    bool is_unsafe = false;
    bool is_variadic = false;
    Abi abi = Abi::Rust;
    uint32_t bound = 0;  // regions its binder binds
  };
  [[nodiscard]] Signature signature(TypeId t) const;
  // Of Dyn.
  [[nodiscard]] std::vector<DynPredicate> dyn_predicates(TypeId t) const;
  [[nodiscard]] uint32_t bound_count(TypeId t) const { return types_[t.value].d; }  // of FnPtr and Dyn

  [[nodiscard]] RegionKind kind(RegionId r) const { return regions_[r.value].kind; }
  [[nodiscard]] uint32_t index(RegionId r) const { return regions_[r.value].index; }
  [[nodiscard]] uint32_t depth(RegionId r) const { return regions_[r.value].depth; }  // Bound; the universe
  [[nodiscard]] NameId name_of(RegionId r) const { return NameId(regions_[r.value].name); }

  [[nodiscard]] ConstKind kind(ConstId c) const { return consts_[c.value].kind; }
  [[nodiscard]] uint16_t flags(ConstId c) const { return consts_[c.value].flags; }
  [[nodiscard]] uint32_t outer_binder(ConstId c) const { return consts_[c.value].binder; }
  [[nodiscard]] TypeId type_of(ConstId c) const { return consts_[c.value].type; }
  [[nodiscard]] Bits128 bits(ConstId c) const { return consts_[c.value].bits; }
  [[nodiscard]] uint32_t index(ConstId c) const { return consts_[c.value].index; }
  [[nodiscard]] uint32_t depth(ConstId c) const { return consts_[c.value].depth; }
  [[nodiscard]] NameId name_of(ConstId c) const { return NameId(consts_[c.value].depth); }  // of Param
  [[nodiscard]] DefRef def(ConstId c) const { return consts_[c.value].def; }
  [[nodiscard]] SiteId site_of(ConstId c) const { return SiteId(consts_[c.value].index); }
  [[nodiscard]] ListId arg_list(ConstId c) const { return consts_[c.value].args; }

  // Lives until the next list is made.
  [[nodiscard]] std::span<const GenericArg> list_of(ListId list) const {
    const ListRow& row = lists_[list.value];
    return {words_.data() + row.start, row.count};
  }
  [[nodiscard]] uint16_t list_flags(ListId list) const { return lists_[list.value].flags; }
  [[nodiscard]] const Site& site_at(SiteId id) const { return sites_[id.value]; }
  [[nodiscard]] uint16_t arg_flags(GenericArg arg) const;
  [[nodiscard]] uint32_t arg_binder(GenericArg arg) const;

  // ---- Whole terms ----
  // Replaces parameters by `args`, by their index; one without an argument stays. Regions bound outside are shifted.
  TypeId substitute(TypeId t, std::span<const GenericArg> args);
  ListId substitute(ListId list, std::span<const GenericArg> args);
  ConstId substitute(ConstId c, std::span<const GenericArg> args);
  RegionId substitute(RegionId r, std::span<const GenericArg> args);
  GenericArg substitute(GenericArg arg, std::span<const GenericArg> args);
  // The same term with every region, bound ones apart, erased: what trait selection and layouts see.
  TypeId erase_regions(TypeId t);
  ListId erase_regions(ListId list);
  // Opens the outermost binder of what stands in it: bound variable i of depth 0 becomes values[i].
  TypeId open_binder(TypeId t, std::span<const GenericArg> values);
  ListId open_binder(ListId list, std::span<const GenericArg> values);
  // Adds `by` to the depth of everything that refers out of it: before it is put under binders.
  TypeId shift(TypeId t, uint32_t by);

  [[nodiscard]] size_t type_count() const { return types_.size(); }
  [[nodiscard]] size_t memory_bytes() const;

 private:
  friend class TermFolder;
  struct TypeRow {
    TypeKind kind;
    uint8_t sub;
    uint16_t flags;
    uint16_t depth;
    uint16_t binder;
    uint32_t size;
    uint32_t a, b, c, d;
  };
  struct RegionRow {
    RegionKind kind;
    uint32_t index, depth, name;
    DefRef owner;
  };
  struct ConstRow {
    ConstKind kind;
    uint16_t flags;
    uint16_t binder;
    uint16_t term_depth;
    TypeId type;
    uint32_t index, depth;
    DefRef def;
    ListId args;
    Bits128 bits;
  };
  struct ListRow {
    uint32_t start, count, size;
    uint16_t flags, binder, depth;
    bool are_args;  // or words of a kind's own
  };
  struct Table {
    Buffer<uint32_t> slots;
    uint32_t used = 0;
  };
  TypeId intern(TypeRow row);
  RegionId intern(RegionRow row);
  ConstId intern(ConstRow row);
  ListId intern_words(std::span<const GenericArg> words, bool are_args);
  void add_arg(TypeRow* row, GenericArg arg) const;
  void add_list(TypeRow* row, ListId list, uint32_t binders) const;
  template <typename Equal>
  static uint32_t* find_slot(Table* table, uint64_t hash, Equal equal);
  template <typename HashOf>
  static void grow(Table* table, uint32_t count, HashOf hash_of);

  Buffer<TypeRow> types_;
  std::vector<RegionRow> regions_;
  std::vector<ConstRow> consts_;
  Buffer<ListRow> lists_;
  Buffer<GenericArg> words_;
  std::vector<Site> sites_;
  TypeId too_deep_;
  NameTable names_;
  Table type_table_, region_table_, const_table_, list_table_, site_table_;
  TypeId ints_[12], floats_[4];
};

// Rebuilds terms. A subclass says what becomes of leaves; what does not change costs no memory, and parts that occur
// often are folded once for each binder depth. Depth is bounded by kMaxTypeDepth.
class TermFolder {
 public:
  explicit TermFolder(TypeStore& store) : store_(store) {}
  virtual ~TermFolder() = default;
  TermFolder(const TermFolder&) = delete;
  TermFolder& operator=(const TermFolder&) = delete;

  TypeId fold(TypeId t);
  RegionId fold(RegionId r) { return fold_region(r); }
  ConstId fold(ConstId c);
  GenericArg fold(GenericArg arg);
  ListId fold(ListId list);
  [[nodiscard]] uint32_t binders() const { return binders_; }  // around what is being folded

 protected:
  // Whether something in a term with these flags, that refers out of `binder` binders, may change.
  [[nodiscard]] virtual bool may_change(uint16_t flags, uint32_t binder) const = 0;
  // Sees each type before its parts; an invalid id means: fold the parts.
  virtual TypeId fold_type(TypeId) { return TypeId(); }
  virtual RegionId fold_region(RegionId r) { return r; }
  virtual ConstId fold_const(ConstId) { return ConstId(); }
  // Sees a type whose parts were folded.
  virtual TypeId rebuilt(TypeId t) { return t; }
  TypeId fold_parts(TypeId t);
  ConstId fold_parts(ConstId c);

  TypeStore& store_;
  uint32_t binders_ = 0;

 private:
  std::unordered_map<uint64_t, TypeId> memo_;  // of large types, by type and binders
};

}  // namespace rp
