// Trait selection and normalisation for one environment and one table of variables. Private to lib/types.
#pragma once

#include <vector>

#include "types/state.h"

namespace rp {

// Goals that may be open one in another.
inline constexpr uint32_t kMaxGoalDepth = 160;

class Selector {
 public:
  Selector(TypeContextState& state, ParamEnvId env, InferTable& infer)
      : s_(state), store_(state.store), env_(env), infer_(infer) {}

  // Whether it holds, with what follows from it. Variables are bound where one candidate is left.
  Selection select(TraitRef goal);
  Answer holds(const Predicate& goal);
  Answer holds_all(std::span<const Predicate> goals, std::span<const GenericArg> args);
  TypeId normalize(TypeId t, bool reveal = false);
  ListId normalize(ListId list, bool reveal = false);
  // Invalid: it stays as it is.
  TypeId project(DefRef assoc, ListId args, bool reveal = false);
  TraitRef failed;  // the innermost goal that did not hold

 private:
  struct Candidate {
    Selection::Kind kind = Selection::Kind::None;
    DefRef impl;
    ListId args;
    Answer answer = Answer::Unknown;
    bool exact = true;   // the headers are equal, not only perhaps
    bool binds = false;  // variables of the goal
  };
  friend class Normalizer;

  Selection evaluate(const TraitRef& goal);
  Selection candidates(const TraitRef& goal);
  Selection from_environment(const TraitRef& goal);
  Selection from_bounds(const TraitRef& goal, TypeId self);
  Selection from_object(const TraitRef& goal, TypeId self);
  Selection builtin(const TraitRef& goal, TypeId self, LangItem lang, bool* decided);
  Selection auto_trait(const TraitRef& goal, TypeId self);
  Selection from_impls(const TraitRef& goal, TypeId self, bool* negative);
  Selection sized(const TraitRef& goal, TypeId self);
  bool promises_sized(DefRef trait, TypeId tail);
  Selection callable(const TraitRef& goal, TypeId self);
  Candidate try_impl(DefRef impl, const TraitRef& goal);
  ListId fresh_args(DefRef def);
  Answer all_of(DefRef trait, std::span<const TypeId> types);
  bool constituents(TypeId t, std::vector<TypeId>* out);
  // Whether there may be impls that nobody has seen.
  bool may_be_unseen(const TraitRef& goal);
  bool has_unseen_parts(const TraitRef& goal);
  [[nodiscard]] bool coinductive(DefRef trait);
  TypeId project_builtin(DefRef assoc, LangItem trait, TypeId self, bool* decided);
  TypeId project_impl(DefRef assoc, ListId args, const Selection& found, bool reveal);
  bool predicate_matches(ListId pattern, ListId goal, Unify* how);

  TypeContextState& s_;
  TypeStore& store_;
  ParamEnvId env_;
  InferTable& infer_;
};

inline Selection selected(Selection::Kind kind, Answer answer) {
  Selection s;
  s.kind = kind;
  s.answer = answer;
  return s;
}

// The trait's impls by the outermost constructor of their self type: all that may be for `self`, and perhaps others;
// all there are where `self` is not valid or a variable. Another question may add to what the reference leads to.
const TraitImpls& impls_by_key(TypeContextState& state, DefRef trait, TypeId self);
// Whether a crate has macros that could not be expanded and may have made impls.
bool has_unseen_impls(TypeContextState& state, CrateIndex crate);
// Whether a derive on a type could not be expanded.
bool has_unseen_derives(TypeContextState& state, DefRef adt);

}  // namespace rp
