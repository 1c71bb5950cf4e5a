// One view of all crates of a workspace with their types: what every question about types is asked of.
//
// A TypeContext keeps what it has computed and belongs to one thread at a time; several contexts may stand on the same
// Analysis and run in parallel. Answers do not depend on the order of questions; ids do. Bounded: depth of types,
// recursion of selection, steps of evaluation; past a limit the answer is Unknown.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "crates/cfg_set.h"
#include "names/project.h"
#include "types/const_eval.h"
#include "types/infer.h"
#include "types/items.h"
#include "types/lower.h"
#include "types/traits.h"
#include "types/type.h"

namespace rp {

class SharedImplTable;  // types/impl_table.h

// What types stand on. Everything that it points to must outlive the context.
struct TypeInputs {
  const Analysis* analysis = nullptr;
  // By CrateIndex; null or shorter where names were not resolved: then paths are looked up when they are needed.
  std::vector<const CrateNames*> names;
  std::vector<const CfgSet*> cfg;  // by CrateIndex, for cfg_attr; null: nothing holds
  uint32_t pointer_bits = 64;
  ConstLimits const_limits;
  const Cancellation* cancellation = nullptr;
  // What the context needs to know of all impls, shared with others on the same analysis; null: it makes its own.
  std::shared_ptr<SharedImplTable> impls;
};
TypeInputs type_inputs(const Project& project);

struct TypeContextState;

class TypeContext {
 public:
  explicit TypeContext(TypeInputs inputs);
  ~TypeContext();
  TypeContext(const TypeContext&) = delete;
  TypeContext& operator=(const TypeContext&) = delete;

  [[nodiscard]] const Analysis& analysis() const;
  [[nodiscard]] const TypeInputs& inputs() const;
  TypeStore& store();
  Items& items();
  Lowering& lowering();
  Traits& traits();
  ConstEval& consts();
  // For size_of and align_of in constants; null (as it begins): they are Unknown. Not owned.
  void set_layout_oracle(LayoutOracle* oracle);

  // As rustc writes it: `Vec<(u8, &'a str)>`; with `paths`, definitions by their whole path.
  std::string text(TypeId t, bool paths = false);
  std::string text(ConstId c, bool paths = false);
  std::string text(const TraitRef& t, bool paths = false);  // `T: Trait<A>`
  std::string text(GenericArg a, bool paths = false);

  // A field's type for given arguments, normalised: what layouts, drops and patterns ask.
  TypeId field_type(const FieldInfo& field, std::span<const GenericArg> args, ParamEnvId env = ParamEnvId(0),
                    bool reveal = true);

  // For other parts of lib/types.
  TypeContextState& state() { return *state_; }

 private:
  std::unique_ptr<TypeContextState> state_;
};

}  // namespace rp
