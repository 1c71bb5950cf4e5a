// The trait core: which impls there are, whether a trait holds for a type, what an associated type is. Answers have
// three values; Unknown says that something needed was not visible, that inference variables leave it open, or that a
// limit was met. Regions do not count: an answer holds for some choice of them, as in rustc's selection.
//
// The Rust Reference, "Trait and lifetime bounds", "Implementations", "Special types and traits"; rustc's development
// guide, "Trait solving".
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "base/answer.h"
#include "types/infer.h"
#include "types/items.h"

namespace rp {

// What is assumed to hold: where clauses of an item and of what is around it, with everything that follows from them.
// An id of one TypeContext.
struct ParamEnvTag;
using ParamEnvId = Id<ParamEnvTag>;

// How a goal was found to hold.
struct Selection {
  enum class Kind : uint8_t {
    None,     // not selected: see `answer`
    Impl,     // `impl`, with `args` for its parameters
    Where,    // an assumption of the environment
    Bound,    // a bound of an associated type or an opaque type
    Object,   // the trait of a dyn type, or one of its supertraits
    Builtin,  // by the language: Sized, Copy of tuples, Fn of functions…
    Auto,     // by structure
  };
  Kind kind = Kind::None;
  Answer answer = Answer::Unknown;
  DefRef impl;             // with None: a negative one that is for it, or perhaps
  ListId args;             // of the impl's parameters
  bool ambiguous = false;  // with Unknown: only because variables are not known yet
  bool several = false;    // other impls apply, too: this one is a special case of theirs
  bool cyclic = false;     // in coherence: found while something that it hangs on was open
  bool not_seen = false;   // something on the way was not visible
  bool overflow = false;   // with Unknown: the recursion limit was met (E0275)
};

// Why a goal does not hold: the innermost goal that failed.
struct Failure {
  TraitRef goal;
};

struct CoherenceProblem {
  std::string_view code;  // E0117, E0119, E0120, E0210, E0321, E0322, E0751…
  DefRef impl;
  DefRef other;  // of an overlap
  std::string message;
  bool proven = true;
};

class Traits {
 public:
  explicit Traits(TypeContextState& state) : state_(state) {}

  // ---- Environments ----
  [[nodiscard]] static ParamEnvId empty_env() { return ParamEnvId(0); }
  // Inside an item: its predicates and those around it, supertraits and implied projections included.
  ParamEnvId env_of(DefRef item);
  ParamEnvId make_env(std::span<const Predicate> assumptions);
  [[nodiscard]] std::span<const Predicate> assumptions(ParamEnvId env) const;

  // ---- Does it hold? ----
  Answer implements(TypeId type, DefRef trait, ParamEnvId env = ParamEnvId(0));
  Answer holds(const TraitRef& goal, ParamEnvId env, Failure* failure = nullptr);
  Answer holds(const Predicate& goal, ParamEnvId env, Failure* failure = nullptr);
  // With how. Inference variables of `infer` are bound as selection decides when there is one candidate.
  Selection select(const TraitRef& goal, ParamEnvId env, InferTable* infer = nullptr);

  // By name of the standard library's trait; Unknown when the standard library is not there.
  Answer is_sized(TypeId t, ParamEnvId env = ParamEnvId(0));
  Answer is_copy(TypeId t, ParamEnvId env = ParamEnvId(0));
  Answer is_send(TypeId t, ParamEnvId env = ParamEnvId(0));
  Answer is_sync(TypeId t, ParamEnvId env = ParamEnvId(0));
  Answer is_unpin(TypeId t, ParamEnvId env = ParamEnvId(0));
  Answer is_freeze(TypeId t, ParamEnvId env = ParamEnvId(0));  // no interior mutability outside of indirection
  Answer needs_drop(TypeId t, ParamEnvId env = ParamEnvId(0));
  // Whether it has no values. As rustc decides it for layouts: references are taken to be inhabited.
  Answer is_uninhabited(TypeId t, ParamEnvId env = ParamEnvId(0));

  // ---- Associated types ----
  // Replaces projections by what they are, as far as they can be known, evaluates constants, and expands opaque types
  // when `reveal` (what code generation and layouts see; their hidden types are Unknown before bodies are inferred).
  // A projection that nothing decides (of a parameter) stays as it is; one that depends on what is not visible becomes
  // Unknown; one for which the trait does not hold becomes Error.
  TypeId normalize(TypeId t, ParamEnvId env = ParamEnvId(0), bool reveal = false);
  ListId normalize(ListId list, ParamEnvId env = ParamEnvId(0), bool reveal = false);
  // Of one projection; invalid when it stays.
  TypeId project(DefRef assoc, ListId args, ParamEnvId env = ParamEnvId(0));
  // The type at the end of a struct's last fields: what decides whether and how it is unsized.
  TypeId struct_tail(TypeId t, ParamEnvId env = ParamEnvId(0));
  // The item of the impl that stands for an item of a trait: of an associated const or function. The trait's own when
  // that has a default; invalid when it is not known. `args` become those of what is found.
  struct ResolvedItem {
    DefRef def;
    ListId args;
  };
  ResolvedItem resolve_assoc(DefRef trait_item, ListId args, ParamEnvId env = ParamEnvId(0));

  // ---- Impls ----
  // All impls of a trait that can be seen, in order of crates; and those of no trait for a type (by its outermost
  // constructor).
  std::span<const DefRef> impls_of(DefRef trait);
  std::span<const DefRef> inherent_impls(TypeId type);
  // Impls that could not be attributed to a trait: any trait may have more impls than are known.
  bool may_have_unknown_impls(DefRef trait);
  // All supertraits of a trait reference, itself first, each once.
  std::vector<TraitRef> supertraits(const TraitRef& of);
  // Whether `dyn Trait` is allowed (E0038); `why` says what is in the way.
  Answer is_dyn_compatible(DefRef trait, std::string* why = nullptr);
  // Whether the orphan rules and overlap hold for impls of a crate.
  std::vector<CoherenceProblem> coherence(CrateIndex crate);

 private:
  TypeContextState& state_;
};

}  // namespace rp
