// The types of expressions and patterns, as far as signatures, annotations, literals and local bindings give them.
// Nobody but Sema includes it. Types are those of lib/types; a type of a crate that is not there is known by its path.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "layout/layouts.h"
#include "review/sema_impl.h"
#include "types/context.h"

namespace rp {

// The types of a project and their layouts for its target. The layouts stand from the beginning and stay: what a
// constant is must not depend on whether anybody has asked for a layout before.
struct TypesAndLayouts {
  TypesAndLayouts(const Project& project, std::shared_ptr<SharedImplTable> impls);
  const layout::DataLayout* data;  // null for a target that nobody knows
  TypeContext context;
  std::unique_ptr<layout::Layouts> layouts;  // null likewise
};

// Types and what goes with them: shared by the Semas of one thread that speak of the same types.
struct TypeLease {
  std::shared_ptr<SemaShared> from;
  std::unique_ptr<TypesAndLayouts> types;
  std::vector<std::string> named;  // paths of types that are known by name alone
  uint32_t depth = 0;              // of questions that lead to others
  ~TypeLease();
};

inline constexpr uint32_t kNamedType = 1U << 31;

class Typing {
 public:
  Typing(Sema::Impl& sema, std::shared_ptr<TypeLease> lease);

  SemaType of_node(NodeId node);
  SemaType of_local(NodeId declaration);
  SemaType written(NodeId type);
  MethodMeaning method(NodeId call);

  [[nodiscard]] const std::shared_ptr<TypeLease>& lease() const { return lease_; }
  [[nodiscard]] TypeContext& context() { return lease_->types->context; }
  [[nodiscard]] static bool is_named(SemaType t) { return t && (t.value & kNamedType) != 0; }
  [[nodiscard]] static SemaType pack(TypeId t) { return SemaType(t.value); }
  // The unknown type for what is none of lib/types.
  [[nodiscard]] TypeId unpack(SemaType t);
  SemaType named(std::string_view path);

 private:
  using Bindings = std::vector<GenericArg>;

  SemaType compute(NodeId node);
  SemaType compute_named(NodeId node, NodeKind kind);
  TypeId path_expression(NodeId node);
  TypeId call(NodeId node);
  TypeId call_of(DefRef fn, NodeId call, uint32_t first_input, Bindings bindings);
  TypeId constructor(DefRef def, NodeId call);
  TypeId method_call(NodeId node);
  TypeId field(NodeId node);
  TypeId index(NodeId node);
  TypeId literal(NodeId node);
  TypeId binary(NodeId node);
  TypeId await(NodeId node);
  TypeId macro(NodeId node);
  TypeId pattern(NodeId pattern);
  TypeId pattern_part(NodeId inner, NodeId outer, TypeId outer_type);
  TypeId item_of(TypeId iterable);
  // The type that `*x` has: references, Box, and whatever implements Deref. Invalid when there is none, or unknown.
  TypeId dereferenced(TypeId t);
  [[nodiscard]] DefRef owner_of(NodeId node);
  TypeId of(NodeId node) { return unpack(of_node(node)); }
  // What parameters must be for `pattern` to become `actual`.
  void match(TypeId pattern, TypeId actual, Bindings* bindings, uint32_t depth = 0);
  // With what no binding is known for as unknown.
  TypeId apply(TypeId t, Bindings bindings, DefRef owner);
  TypeId adt_with(DefRef adt, const Bindings& bindings);
  DefRef find_inherent(TypeId type, std::string_view name, bool needs_self, Bindings* bindings);
  DefRef find_in_traits(TypeId type, std::string_view name, bool* unknown);

  Sema::Impl& s_;
  const Sema& sema_;
  const Tree& tree_;
  std::shared_ptr<TypeLease> lease_;
  TypeStore& store_;
  Items& items_;
  Traits& traits_;
  std::unordered_map<uint32_t, SemaType> known_;
  std::unordered_map<uint32_t, MethodMeaning> methods_;
};

}  // namespace rp
