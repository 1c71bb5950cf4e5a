// The value of constant expressions: array lengths, discriminants, const arguments, constant items. Exact where it
// answers: overflow, shifts, division and casts are those of the language. What it does not understand is Unknown.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "types/lower.h"
#include "types/traits.h"

namespace rp {

// Sizes, as lib/layout knows them.
class LayoutOracle {
 public:
  virtual ~LayoutOracle() = default;
  struct SizeAlign {
    uint64_t size = 0;
    uint64_t align = 1;
  };
  // Of a sized type without parameters and variables; nullopt when it is not known.
  virtual std::optional<SizeAlign> size_align(TypeId type, ParamEnvId env) = 0;
};

struct ConstResult {
  enum class State : uint8_t {
    Value,
    Unknown,  // something is not understood or not visible, or a limit was met
    Generic,  // depends on parameters
    Error,    // evaluation fails: overflow, division by zero, a panic (E0080)
  };
  State state = State::Unknown;
  TypeId type;
  Bits128 bits;         // sign- or zero-extended by its type
  std::string message;  // of Error: "attempt to add with overflow"
  explicit operator bool() const { return state == State::Value; }
};

struct ConstLimits {
  uint32_t steps = 2'000'000;  // expressions evaluated for one question
  uint32_t depth = 200;        // calls
};

class ConstEval {
 public:
  explicit ConstEval(TypeContextState& state) : state_(state) {}

  // A constant of the store: a value as it is, an item or expression evaluated. Its parameters must have been
  // substituted; where one is left it is Generic.
  ConstResult evaluate(ConstId constant, ParamEnvId env = ParamEnvId(0));
  // The same, as a constant: a value, or what was given when it stays generic, or Unknown.
  ConstId normalize(ConstId constant, ParamEnvId env = ParamEnvId(0));
  // A const item, associated const or static with an integer, bool or char type.
  ConstResult item(DefRef def, ListId args, ParamEnvId env = ParamEnvId(0));
  // The discriminant of a variant, explicit or counted on; in the type of the enum's repr (isize without one).
  ConstResult discriminant(DefRef enum_def, uint32_t variant);
  // usize of a length; nullopt when it is not known.
  std::optional<uint64_t> length(ConstId constant, ParamEnvId env = ParamEnvId(0));

 private:
  TypeContextState& state_;
};

}  // namespace rp
