// The passes behind check_types. Private to lib/types.
#pragma once

#include <span>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "types/check.h"
#include "types/lowerer.h"
#include "types/selector.h"

namespace rp {

class Checker {
 public:
  Checker(TypeContextState& state, TypeContext& context, CrateIndex crate)
      : s_(state), store_(state.store), context_(context), crate_(*state.crate(crate)), index_(crate) {}
  std::vector<TypeDiagnostic> run();

 private:
  // ---- check_types.cpp ----
  void check_source(SourceId source);
  DefRef owner_of(SourceId source, NodeId node);
  void check_type(SourceId source, NodeId node, DefRef owner);
  DefRef plainly_named(SourceId source, NodeId path, ResolutionKind* kind) const;
  bool plainly_fine(SourceId source, NodeId type);
  void check_bound(SourceId source, NodeId path, DefRef owner, bool constraints);
  void check_path(SourceId source, NodeId path, DefRef owner);
  void check_qualified(SourceId source, NodeId qualified_self, DefRef owner, Lowerer& lowerer);
  void check_written_args(SourceId source, NodeId segment, DefRef owner, DefRef def, ListId list);
  [[nodiscard]] bool made_by_derive(SourceId source) const;
  void report_type(SourceId source, NodeId node, DefRef owner, Elision elision, TypeId type, ParamEnvId env);
  bool well_formed(TypeId t, ParamEnvId env, TypeId* bad, std::string* message, std::string_view* code, uint32_t depth);
  bool holds(const Predicate& p, ParamEnvId env, std::string* message);
  // A bound with arguments for the parameters that it is written with.
  Predicate filled(const Predicate& bound, std::span<const GenericArg> args);
  // Whether that holds, or cannot be told because an argument is bound further out.
  bool holds_with(const Predicate& bound, std::span<const GenericArg> args, ParamEnvId env, std::string* message);
  bool uncertain(SourceId source, ByteSpan span);
  void report(std::string_view code, SourceId source, ByteSpan span, std::string message, bool proven = true);
  void report_at(std::string_view code, const Items::Text& text, NodeId node, std::string message, bool proven = true);
  void take(std::vector<LowerError>* errors);

  // ---- check_items.cpp ----
  void check_item(DefRef def);
  void check_sizes(DefRef def);
  void check_recursion(DefRef def);
  bool contains(TypeId t, std::vector<TypeId>* stack, uint32_t depth);
  void check_impl(DefRef def);
  bool keeps_bound(const Predicate& bound, TypeId alias, TypeId value, ParamEnvId env, std::string* message);
  bool supertraits_hold(const TraitRef& of, ParamEnvId env, std::string* message);
  void check_returned(DefRef def, const ImplInfo& impl);
  void check_copy(DefRef def, const ImplInfo& impl);
  void check_derive(DefRef def, const ImplInfo& impl);
  void check_signature(DefRef def);
  void check_where(DefRef def);
  void check_bounds(const Items::Text& text, std::span<const Predicate> given, ParamEnvId env);
  void check_assoc_type(DefRef def);
  void check_main(DefRef def, const Items::Text& text, TypeId output);
  void check_defaults(DefRef def);
  void report_header(std::string_view code, const Items::Text& text, std::string message, bool proven = true);

  TypeContextState& s_;
  TypeStore& store_;
  TypeContext& context_;
  const CrateDefs& crate_;
  CrateIndex index_;
  std::vector<TypeDiagnostic> out_;
  std::unordered_set<uint64_t> recursive_;
  std::unordered_set<uint64_t> incoherent_;   // impls with errors of coherence
  std::unordered_set<uint64_t> well_formed_;  // (type, environment) that were found to be
  uint32_t steps_ = 0;
  uint64_t goals_ = 0;
};

// Whether the crate turns a feature on.
bool has_feature(TypeContextState& state, CrateIndex crate, std::string_view feature);
// Whether a function pointer or an object among the types, or in them, binds lifetimes.
bool binds_lifetimes(const TypeStore& store, ListId list);

}  // namespace rp
