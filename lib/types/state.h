// What the parts of a TypeContext share: the store, the tables of what was computed, names looked up. Private to
// lib/types.
#pragma once

#include <array>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "names/resolve_lookup.h"
#include "types/conditions.h"
#include "types/context.h"

namespace rp {

// Goals that one question may open in all before it is given up.
inline constexpr uint32_t kMaxGoals = 200'000;

inline uint64_t def_key(DefRef def) { return uint64_t{def.crate} << 32 | def.def.value; }

// A value for each definition, with a mark while it is being computed. Addresses are stable.
template <typename Value>
class DefTable {
 public:
  struct Entry {
    Value value{};
    bool ready = false;
  };
  // The entry, and whether it is new: then it is to be filled.
  std::pair<Entry*, bool> at(uint64_t key) {
    std::unique_ptr<Entry>& slot = entries_[key];
    if (slot != nullptr) return {slot.get(), false};
    slot = std::make_unique<Entry>();
    return {slot.get(), true};
  }
  std::pair<Entry*, bool> at(DefRef def) { return at(def_key(def)); }

 private:
  std::unordered_map<uint64_t, std::unique_ptr<Entry>> entries_;
};

// What a path in a type or bound stands for, as far as names decide.
struct PathMeaning {
  enum class Kind : uint8_t {
    None,     // nothing of that name
    Unknown,  // not visible
    Def,
    Primitive,  // `index` in kPrimitiveTypes
    SelfType,
    TypeParam,  // `index` among all parameters in reach
    ConstParam,
  };
  Kind kind = Kind::None;
  uint32_t index = 0;
  DefRef def{};
  uint32_t used = 0;  // segments that led there; the others depend on types
};

// A signature that was parsed.
struct ParsedSignature {
  std::string text;
  Tree tree;
  NodeId node;
};

class ImplTable;

struct SelectionKey {
  uint32_t env;
  DefRef trait;
  ListId args;
  friend bool operator==(const SelectionKey&, const SelectionKey&) = default;
};
struct SelectionKeyHash {
  size_t operator()(const SelectionKey& k) const {
    uint64_t h = def_key(k.trait) * 0x9E3779B97F4A7C15U;
    h ^= (uint64_t{k.env} << 32 | k.args.value) * 0xD6E8FEB86659FD93U;
    return static_cast<size_t>(h ^ (h >> 31));
  }
};

struct Environment {
  std::vector<Predicate> predicates;  // elaborated; regions erased; those without bound regions are opened
  bool normal = true;                 // false while it is being normalised: no answer in it is kept
  bool unknown = false;               // a bound could not be read: anything may hold besides
};

// Impls of a trait whose headers were read, by the outermost constructor of the self type (type_key).
struct TraitImpls {
  std::vector<DefRef> all;      // sorted by who hands it out
  std::vector<DefRef> unkeyed;  // among them, those that are in no list below yet
  std::unordered_map<uint64_t, std::vector<DefRef>> by_key;
  std::vector<DefRef> blanket;  // for a parameter or an alias: perhaps any type
};

struct ImplIndex {
  const ImplTable* table = nullptr;  // null until somebody asks for an impl
  std::vector<bool> taken;           // groups of the table whose impls are in one of the lists here
  std::unordered_map<uint64_t, TraitImpls> by_trait;
  std::unordered_map<uint64_t, std::vector<DefRef>> inherent;
  std::vector<bool> searched;                    // crates in which the traits of all impls were looked up
  std::unordered_set<CrateIndex> unattributed;   // some impl's trait is not known
  std::unordered_set<CrateIndex> unseen_crates;  // an opaque macro or a missing file may have more impls
  std::unordered_set<uint64_t> unseen_derives;   // types with a derive that was not expanded
};

struct TypeContextState {
  explicit TypeContextState(TypeInputs in)
      : inputs(std::move(in)),
        conditions(*inputs.analysis),
        items(*this),
        lowering(*this),
        traits(*this),
        consts(*this) {}

  TypeInputs inputs;
  Conditions conditions;
  TypeStore store;
  Items items;
  Lowering lowering;
  Traits traits;
  ConstEval consts;
  LayoutOracle* layouts = nullptr;

  // ---- Names and texts ----
  std::vector<std::unique_ptr<NameLookup>> lookups;  // by crate
  std::unordered_map<uint64_t, std::unique_ptr<ParsedSignature>> signatures;
  std::unordered_map<uint64_t, uint32_t> scopes;  // of definitions
  std::unordered_map<CrateIndex, std::unordered_set<uint32_t>> open_scopes_of;
  std::optional<std::array<DefRef, static_cast<size_t>(LangItem::kCount)>> lang;
  std::unordered_map<uint64_t, LangItem> lang_by_def;
  // Features that crates turn on; those that were asked for.
  std::unordered_map<CrateIndex, std::unordered_set<std::string_view>> features;
  // A text given by a caller, while it is lowered.
  const Tree* query_tree = nullptr;

  // ---- Items ----
  DefTable<Generics> generics;
  DefTable<Predicates> predicates;
  DefTable<AdtInfo> adts;
  DefTable<ImplInfo> impls;
  DefTable<TraitInfo> trait_infos;
  DefTable<std::vector<OpaqueInfo>> opaques;
  DefTable<std::vector<TraitRef>> super_refs;
  DefTable<TypeId> signatures_of;
  DefTable<TypeId> types_of;
  DefTable<std::vector<Predicate>> bounds_of;
  DefTable<ListId> identity;
  std::unordered_map<uint64_t, GenericArg> defaults;
  std::unordered_set<uint64_t> open_bounds;  // (owner, parameter, name) whose bounds are being searched

  // ---- Traits ----
  std::vector<Environment> envs;
  std::vector<Environment> raw_envs;  // as they were before they were normalised
  std::unordered_multimap<uint64_t, uint32_t> envs_by_hash;
  std::unordered_map<uint64_t, ParamEnvId> env_of_def;
  ImplIndex impl_index;
  std::unordered_map<SelectionKey, Selection, SelectionKeyHash> selections;
  std::unordered_map<uint64_t, std::vector<DefRef>> supertrait_defs;
  std::unordered_set<uint64_t> unseen_supertraits;  // traits of which some supertrait is not known
  std::unordered_map<uint64_t, TypeId> normalized;  // (env, type); of types without variables
  uint32_t depth = 0;                               // of goals and normalisations that are open
  uint32_t goals = 0;                               // opened since the outermost question began
  uint32_t goal_limit = kMaxGoals;                  // of them
  std::vector<SelectionKey> open_goals;
  std::vector<std::pair<uint32_t, TypeId>> open_projections;
  uint32_t cycle_floor = UINT32_MAX;  // the lowest open goal that an answer below depends on
  // Whether two impls are compared: what depends on itself may hold, and what may be specialised is not known.
  bool coherence = false;
  uint32_t cycles = 0;    // that were met then
  uint32_t not_seen = 0;  // how often something was not visible: impls, fields, bounds

  // ---- Constants ----
  std::unordered_map<uint64_t, ConstResult> const_items;
  std::unordered_map<uint32_t, ConstResult> const_values;  // by ConstId
  uint32_t const_depth = 0;

  [[nodiscard]] const CrateDefs* crate(CrateIndex index) const { return inputs.analysis->crate(index); }
  [[nodiscard]] const Def* def(DefRef ref) const {
    const CrateDefs* c = crate(ref.crate);
    return c != nullptr && ref.def && ref.def.value < c->defs.size() ? &c->defs[ref.def.value] : nullptr;
  }
  [[nodiscard]] const CrateNames* names_of(CrateIndex index) const {
    return index < inputs.names.size() ? inputs.names[index] : nullptr;
  }
  NameLookup& lookup(CrateIndex index);
  // Scopes of a crate with a glob import of something that could not be seen: it may bring what is found further out.
  const std::unordered_set<uint32_t>& open_scopes(CrateIndex index);
  // The scope that names in an item are looked up in.
  uint32_t scope_of(DefRef def);
  // A name of a crate in the store's numbers.
  NameId name(CrateIndex crate, NameId name) {
    const CrateDefs* c = inputs.analysis->crate(crate);
    return c != nullptr && name ? store.name(c->text(name)) : NameId();
  }
};

// The first slot of a node that has a name: past invisible groups; UINT32_MAX when there is none.
uint32_t word_slot(const Tree& tree, NodeId node);
// `r#x` is `x`.
std::string_view bare_name(std::string_view token);
// All supertraits of a trait by definition, itself first, without their arguments.
const std::vector<DefRef>& supertrait_defs(TypeContextState& state, DefRef trait);
// Whether it may have more of them, or more items, than are known.
bool has_unseen_supertraits(TypeContextState& state, DefRef trait);
// The outermost constructor of a type as a key; 0 where it may be any: parameters, aliases, variables.
uint64_t type_key(const TypeStore& store, TypeId t);
// The same for a struct, enum or union.
uint64_t adt_key(DefRef def);

}  // namespace rp
