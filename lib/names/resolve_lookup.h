// Names looked up in modules, enums, traits and preludes, own and foreign: what resolving shares with lookup_path().
// Names have numbers of their own here, since locals are in no table of a crate; what number each crate gives a name is
// found once.
#pragma once

#include <algorithm>
#include <vector>

#include "names/resolve.h"

namespace rp {

// What a name among items stands for. `unknown` of None: it may be defined by something that could not be seen.
struct ItemFound {
  enum class Kind : uint8_t { None, Def, Primitive, Tool, Unknown };
  Kind kind = Kind::None;
  bool is_private = false;
  bool doubtful = false;  // something unknown further in may hide it, or it may be other than it looks
  Namespace space = Namespace::Type;
  uint8_t index = 0;  // of Primitive
  DefRef def;
  explicit operator bool() const { return kind != Kind::None; }
};

// An index in kPrimitiveTypes as results keep it; one that is out of range stays so.
inline uint8_t primitive_index(uint32_t index) {
  static_assert(kPrimitiveTypes.size() < UINT8_MAX);
  return static_cast<uint8_t>(std::min<uint32_t>(index, UINT8_MAX));
}

// A place that has names of items: a scope of a crate.
struct ItemScope {
  CrateIndex crate = kNoCrate;
  uint32_t scope = UINT32_MAX;
  [[nodiscard]] bool valid() const { return scope != UINT32_MAX; }
};

class NameLookup {
 public:
  NameLookup(const CrateDefs& crate, const Analysis& analysis);

  [[nodiscard]] const CrateDefs& own() const { return crate_; }
  [[nodiscard]] const CrateDefs* defs(CrateIndex index) const {
    return index == crate_.index ? &crate_ : analysis_.crate(index);
  }
  [[nodiscard]] const Def* def(DefRef ref) const {
    const CrateDefs* c = defs(ref.crate);
    return c != nullptr && ref.def && ref.def.value < c->defs.size() ? &c->defs[ref.def.value] : nullptr;
  }
  // The scope of a module, enum or trait; not valid for others.
  [[nodiscard]] ItemScope scope_of(DefRef ref) const;

  uint32_t intern(std::string_view token) { return names_.intern(token).value; }
  [[nodiscard]] uint32_t name_count() const { return names_.size(); }
  [[nodiscard]] std::string_view text(uint32_t name) const { return names_.text(NameId(name)); }
  // The number of a name in a crate's own table; invalid when that crate has no such name.
  NameId name_in(CrateIndex crate, uint32_t name);

  // In one scope alone, as seen from a module of the own crate.
  ItemFound in_scope(ItemScope scope, uint32_t name, Namespace space, DefId from);
  // As a name is looked up in a module of the own crate: there, then in the preludes.
  ItemFound lexical(uint32_t module_scope, uint32_t name, Namespace space);
  ItemFound in_extern_prelude(uint32_t name);
  // In the root of a crate of edition 2015: the crate that `extern crate` names there without being written.
  ItemFound injected(CrateIndex crate, uint32_t name) const;
  // In a module of any crate and its preludes, without regard to visibility: where a `macro` is defined.
  ItemFound at_definition(DefRef macro, uint32_t name, Namespace space);
  [[nodiscard]] static uint32_t primitive(std::string_view name);  // index in kPrimitiveTypes, or UINT32_MAX
  [[nodiscard]] uint32_t primitive_of(uint32_t name) const;

  // The member of a struct, union or variant with that name; invalid when there is none.
  DefRef field(DefRef owner, uint32_t name);

 private:
  // As in_scope, for a scope that has the same names in every version.
  ItemFound in_known_scope(ItemScope scope, uint32_t name, Namespace space, DefId from);
  ItemFound from_binding(const CrateDefs& crate, const Binding& binding, Namespace space, DefId from);
  ItemFound lexical_uncached(uint32_t module_scope, uint32_t name, Namespace space);
  ItemFound in_preludes(uint32_t module_scope, uint32_t name, Namespace space);
  // Whether a model of a macro made it.
  [[nodiscard]] bool is_modelled(DefRef ref) const;
  [[nodiscard]] bool without_prelude(DefId module) const;

  const CrateDefs& crate_;
  const Analysis& analysis_;
  NameTable names_;
  std::vector<std::vector<uint32_t>> numbers_;  // by crate, then by name
  uint32_t first_primitive_ = 0;
  struct Cached {
    uint32_t scope = UINT32_MAX;
    ItemFound found;
  };
  std::vector<Cached> cache_[kNamespaces];
  DefRef field_owner_;
  std::vector<std::pair<NameId, DefId>> fields_;
};

}  // namespace rp
