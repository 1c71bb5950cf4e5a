// The walk from written types to TypeIds. Private to lib/types: Lowering and Items use it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "types/state.h"

namespace rp {

class Lowerer {
 public:
  Lowerer(TypeContextState& state, const LowerScope& scope);

  TypeId type(NodeId node);
  // `self` refers to what is outside of the predicate's own binder.
  void bounds(NodeId list, TypeId self, std::vector<Predicate>* out);
  void where_predicate(NodeId node, std::vector<Predicate>* out);
  // One bound; the frame of its binder is open, and `self` stands in it.
  TraitRef trait_ref(NodeId path, TypeId self, std::vector<Predicate>* out);
  ListId path_arguments(NodeId path, DefRef def);
  // Those that a segment of a path in an expression gives to what has no container.
  ListId segment_arguments(NodeId segment, DefRef def) { return fill(def, {}, segment, nullptr, true); }
  ConstId constant(NodeId expression, TypeId type);
  RegionId region(NodeId lifetime);
  PathMeaning resolve(NodeId path, Namespace space);
  // The definition of the trait that a path names; invalid with `unknown` set when that is not known.
  DefRef trait_of(NodeId path, bool* unknown);

  // ---- Signatures ----
  // Names of the binder that what follows stands in; more are added by elided lifetimes.
  void open_frame(std::vector<std::string_view> names);
  uint32_t close_frame();  // how many regions it binds
  // Inputs are being lowered from now on, until outputs() is called; then what was elided is one of the inputs'.
  void begin_inputs();
  void begin_output(RegionId self_region);
  void end_signature();
  TypeId self_type();
  // Adds `for<..>` names of a ForBinder to a list.
  void binder_names(NodeId binder, std::vector<std::string_view>* out) const;
  // The type of a `self` parameter. `region` becomes that of the reference it is, if any.
  TypeId receiver(NodeId self_param, RegionId* region);
  // `Item = T` among the arguments of a trait's path, or what `Fn(A) -> B` says of one; invalid when there is none.
  NodeId first_constraint(NodeId path) const;
  void set_object_default(RegionId region) { object_default_ = region; }

 private:
  struct Frame {
    std::vector<std::string_view> names;
    uint32_t count = 0;
  };
  struct ElisionState {
    Elision mode = Elision::Erased;
    RegionId output;               // what an output's elided lifetime is
    size_t frame = 0;              // the frame that inputs bind in
    std::vector<RegionId> inputs;  // all regions that occur in the inputs, each once
  };
  struct AssocArgs {
    std::vector<NodeId> nodes;
  };

  TypeId type_inner(NodeId node);
  TypeId path_type(NodeId node);
  TypeId path_of(NodeId node, const PathMeaning& meaning, std::span<const NodeId> segments);
  TypeId qualified(NodeId node, NodeId qualified_self, std::span<const NodeId> segments);
  TypeId assoc_type(TypeId base, bool is_self, NodeId segment);
  TypeId assoc_of(const TraitRef& trait_ref, NodeId segment, NameId name);
  TypeId function_pointer(NodeId node);
  TypeId impl_trait(NodeId node);
  TypeId object(NodeId node, NodeId bound_list, NodeId single_path);
  void check_object(NodeId node, const TraitRef& principal, const std::vector<Predicate>& predicates);
  TypeId macro_type(NodeId node);
  void bound(NodeId node, TypeId self, std::vector<Predicate>* out);
  bool trait_alias(NodeId path, TypeId self, std::vector<Predicate>* out);
  void assoc_argument(NodeId node, const TraitRef& trait_ref, std::vector<Predicate>* out);
  ListId fill(DefRef def, std::vector<GenericArg> args, NodeId segment, std::vector<NodeId>* assoc, bool in_expression);
  GenericArg argument(const GenericParam& param, NodeId node);
  GenericArg left_out(DefRef def, const GenericParam& param, uint32_t own_index, std::span<const GenericArg> args,
                      bool in_expression, bool wrong);
  void find_bounds(DefRef owner, uint32_t index, NameId name, std::vector<TraitRef>* out, bool* unknown);
  void bounds_of_list(NodeId list, TypeId self, NameId name, std::vector<TraitRef>* out, bool* unknown);
  bool literal(NodeId expression, TypeId type, ConstId* out) const;
  bool mentions_parameters(NodeId expression);
  PathMeaning resolve_certain(NodeId path, std::span<const NodeId> segments, Namespace space);
  bool may_be_hidden(NodeId path, std::span<const NodeId> segments);
  bool depends_on_build_script(NodeId path, std::span<const NodeId> segments);
  PathMeaning resolve_with_names(NodeId path, std::span<const NodeId> segments, bool* found);
  PathMeaning resolve_by_lookup(NodeId path, std::span<const NodeId> segments, Namespace space);
  PathMeaning parameter_by_name(std::string_view name, Namespace space);
  PathMeaning parameter_by_node(SourceId source, NodeId node, bool is_const);
  PathMeaning self_meaning();
  RegionId elided();
  RegionId note_input(RegionId r);
  void segments_of(NodeId path, std::vector<NodeId>* out) const;
  [[nodiscard]] std::string_view segment_name(NodeId segment) const;
  [[nodiscard]] bool is_global(NodeId path, NodeId first_segment) const;
  [[nodiscard]] CrateIndex crate_of_token(uint32_t slot) const;
  void error(std::string_view code, NodeId node, std::string message, bool proven = true);
  void refuse_constraint(NodeId node) { error("E0229", node, "associated item constraints are not allowed here"); }
  [[nodiscard]] const Tree& tree() const { return *tree_; }
  [[nodiscard]] std::string describe(DefRef def) const;

  TypeContextState& s_;
  TypeStore& store_;
  LowerScope scope_;
  const Tree* tree_ = nullptr;
  std::vector<Frame> frames_;
  std::vector<ElisionState> elisions_;
  RegionId object_default_;
  TypeId self_type_;
  uint32_t depth_ = 0;
  bool unknown_trait_ = false;  // the last trait_ref that was invalid depends on what is not visible
};

// The ordinal of the future that an async function returns.
inline constexpr uint32_t kAsyncOrdinal = 0xFFFF;

// `impl Trait` nodes of a function's parameters, in order: each is a parameter of its own.
void argument_impl_traits(const Tree& tree, NodeId fn_item, std::vector<NodeId>* out);
// Those of a return type or an alias's value, in order: each is an opaque type.
void opaque_impl_traits(const Tree& tree, NodeId item, std::vector<NodeId>* out);
// Which lifetimes of a function are late-bound, as nodes, in order.
void late_bound_lifetimes(const Tree& tree, NodeId fn_item, std::vector<NodeId>* out);

// Stands for Self inside of a dyn type while that is made.
TypeId object_self(TypeStore& store);

}  // namespace rp
