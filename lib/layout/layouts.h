// The layouts of types: what lib/types says of fields, discriminants and attributes goes into the algorithm, and each
// answer is kept. One Layouts is for one target and belongs, as its TypeContext, to one thread at a time.
//
// Bounded: types nest no deeper than kMaxLayoutDepth, one that holds itself is an error, and so is one that is larger
// than the target's address space.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "layout/algorithm.h"
#include "types/context.h"

namespace rp::layout {

// How many types may lie within each other by value.
inline constexpr uint32_t kMaxLayoutDepth = 256;

// Why a type has no layout.
struct LayoutCause {
  // What is to blame and where it is written: "the type `c_int` of field `fd` in `std::os::fd::OwnedFd` is not known".
  std::string what;
  // The fields that lead there from the type that was asked for: ".inner.0"; empty when it is that type's own.
  std::string way;
  [[nodiscard]] std::string text() const { return way.empty() ? what : what + " (reached by `" + way + "`)"; }
};

class Layouts final : public LayoutOracle {
 public:
  // Becomes the layout oracle of `context` for its lifetime: `size_of` in constants asks here.
  Layouts(TypeContext& context, const DataLayout& data);
  ~Layouts() override;
  Layouts(const Layouts&) = delete;
  Layouts& operator=(const Layouts&) = delete;

  // With parameters in `type`, `env` says what holds for them; what depends on them is LayoutError::Generic.
  LayoutAnswer of(TypeId type, ParamEnvId env = ParamEnvId(0));
  // Of a struct, enum or union with its own parameters.
  LayoutAnswer of_definition(DefRef def);

  // A field's type as the layout sees it: normalised, without regions.
  TypeId field_type(const FieldInfo& field, std::span<const GenericArg> args, ParamEnvId env = ParamEnvId(0));
  // Why there is no layout, in one sentence.
  std::string explain(const LayoutAnswer& layout);
  // The same, down to the field, argument, length or discriminant that is to blame, and how it is reached.
  LayoutCause cause(TypeId type, ParamEnvId env = ParamEnvId(0));

  [[nodiscard]] const LayoutTable& table() const { return table_; }
  [[nodiscard]] const Layout& operator[](LayoutId id) const { return table_[id]; }
  [[nodiscard]] TypeContext& context() const { return context_; }
  // The explicit or counted discriminants of an enum; empty when one is not known.
  std::span<const i128> discriminants(DefRef def);

  // The size of an enum (with its own parameters) when all that one variant holds were behind a pointer.
  std::optional<uint64_t> size_with_boxed_variant(DefRef def, uint32_t variant);

  std::optional<SizeAlign> size_align(TypeId type, ParamEnvId env) override;

 private:
  // What the algorithm needs to know of a definition, whatever its arguments.
  struct AdtFacts {
    const AdtInfo* info = nullptr;
    Repr repr;
    LayoutError error = LayoutError::None;
    bool is_enum = false;
    bool hides_niches = false;
    Answer last_is_sized = Answer::Yes;  // a struct's last field, for all arguments
    std::vector<i128> discriminants;
  };
  struct Slot {
    LayoutAnswer answer;
    enum class State : uint8_t { New, Busy, Done } state = State::New;
  };

  LayoutAnswer compute(TypeId type, ParamEnvId env);
  LayoutAnswer uncached(TypeId type, ParamEnvId env);
  LayoutAnswer adt(TypeId type, ParamEnvId env);
  LayoutAnswer lay_out_adt(TypeId type, const AdtFacts& facts, const AdtShape& shape);
  LayoutAnswer vector(TypeId type, const AdtFacts& facts, ParamEnvId env);
  LayoutAnswer pointer(TypeId type, ParamEnvId env);
  LayoutAnswer pattern(TypeId type, ParamEnvId env);
  LayoutAnswer tuple(TypeId type, ParamEnvId env);
  LayoutAnswer array(TypeId type, ParamEnvId env);
  const AdtFacts& facts_of(DefRef def);
  Answer last_field_is_sized(DefRef def, const AdtInfo& info);
  Slot* slot(TypeId type, ParamEnvId env);
  [[nodiscard]] LayoutAnswer give(LayoutResult result, TypeId type) const;
  [[nodiscard]] static LayoutAnswer fail(LayoutError error, TypeId culprit) { return {LayoutId(), error, culprit}; }

  TypeContext& context_;
  TypeStore& store_;
  LayoutTable table_;
  Algorithm algorithm_;
  std::vector<Slot> slots_;  // of types without parameters, by their number
  struct Generic;
  std::unique_ptr<Generic> generic_;  // of types with parameters, and facts of definitions
  uint32_t depth_ = 0;
  bool cut_off_ = false;  // the limit of depth was met on the way
  // Common layouts.
  LayoutId ints_[5][2];
  LayoutId floats_[4];
  LayoutId bool_, char_, never_, unit_, unsized_unit_, raw_pointer_, reference_, function_pointer_, length_, str_;
};

[[nodiscard]] constexpr u128 to_u128(Bits128 bits) { return (u128{bits.hi} << 64) | bits.lo; }

}  // namespace rp::layout
