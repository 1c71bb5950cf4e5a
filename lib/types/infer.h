// Inference variables: what they were found to be, equality of terms, and taking back what was tried. Trait selection
// uses it for the parameters of impls, body inference for everything.
//
// Regions are never the reason why two terms are not equal: what equality of regions asks for is noted, when wanted,
// and left to borrow checking.
#pragma once

#include <cstdint>
#include <span>
#include <utility>
#include <vector>

#include "types/type.h"

namespace rp {

enum class Unify : uint8_t {
  Equal,
  Different,
  Ambiguous,  // depends on an alias that is not normalised, or on something unknown
};

class InferTable {
 public:
  explicit InferTable(TypeStore& store) : store_(store) {}
  InferTable(const InferTable&) = delete;
  InferTable& operator=(const InferTable&) = delete;

  TypeId new_type(TypeStore::InferKind kind = TypeStore::InferKind::General);
  RegionId new_region();
  ConstId new_const(TypeId type);

  // What is known: a variable's value, or itself (the one that stands for its class). Shallow: parts may have
  // variables.
  TypeId shallow(TypeId t) const;
  ConstId shallow(ConstId c) const;
  // With all variables replaced by what is known.
  TypeId resolve(TypeId t);
  ListId resolve(ListId list);
  ConstId resolve(ConstId c);
  GenericArg resolve(GenericArg arg);

  // Makes two terms equal. On Different nothing is said of the variables: take the snapshot back.
  Unify unify(TypeId a, TypeId b);
  Unify unify(ConstId a, ConstId b);
  Unify unify(GenericArg a, GenericArg b);
  Unify unify(ListId a, ListId b);

  struct Snapshot {
    size_t trail = 0, types = 0, consts = 0, regions = 0, constraints = 0;
  };
  [[nodiscard]] Snapshot snapshot() const;
  void roll_back(const Snapshot& to);

  // Whether an alias that is left may yet be any type: in coherence, where other crates may add impls. Else it is a
  // type of its own.
  bool open_aliases = false;
  // Set when a variable was not bound because it stands in its own value, but only as part of an alias.
  bool occurs_in_alias = false;
  // Pairs of regions that were made equal, when kept.
  bool keep_regions = false;
  [[nodiscard]] std::span<const std::pair<RegionId, RegionId>> region_pairs() const { return region_pairs_; }

  [[nodiscard]] uint32_t type_count() const { return static_cast<uint32_t>(types_.size()); }

 private:
  struct TypeVar {
    TypeId value;  // invalid: not known; another variable: the same as that
    TypeStore::InferKind kind = TypeStore::InferKind::General;
  };
  struct Change {
    bool is_const = false;
    uint32_t index = 0;
    TypeVar before;
    ConstId const_before;
  };
  Unify bind(TypeId var, TypeId value);
  Unify bind(ConstId var, ConstId value);
  enum class Occurs : uint8_t { No, InAlias, Yes };
  Occurs occurs(uint32_t var, TypeId in);
  Unify unify_objects(TypeId a, TypeId b);

  TypeStore& store_;
  std::vector<TypeVar> types_;
  std::vector<ConstId> consts_;
  uint32_t regions_ = 0;
  std::vector<Change> trail_;
  std::vector<std::pair<RegionId, RegionId>> region_pairs_;
};

}  // namespace rp
