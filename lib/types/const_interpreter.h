// Evaluates constant expressions on the tree, with what it needs of types: those of literals come from where they are
// used. Private to lib/types.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "types/int128.h"
#include "types/lowerer.h"

namespace rp {

struct ConstValue {
  enum class Kind : uint8_t {
    Unknown,
    Scalar,     // integer, bool or char: bits, of `type`
    Untyped,    // an integer whose type the context has still to say
    Aggregate,  // tuple, array, struct or variant: parts; `def` is the struct or variant, if it is one
    Reference,  // parts[0]
    Text,       // of a string or byte string
    Function,   // def, args
  };
  Kind kind = Kind::Unknown;
  TypeId type;  // invalid where it is not known
  Bits128 bits;
  DefRef def;
  ListId args;
  std::string text;
  std::vector<ConstValue> parts;
};

class ConstInterpreter {
 public:
  using Kind = ConstValue::Kind;
  // Why evaluation does not go on here.
  enum class Exit : uint8_t { None, Break, Continue, Return, Unknown, Generic, Error };

  ConstInterpreter(TypeContextState& state, ParamEnvId env)
      : s_(state), store_(state.store), env_(env), steps_left_(state.inputs.const_limits.steps) {}

  // An expression in a text, inside of an item, with `args` for the item's parameters.
  ConstValue expression(const TextRef& text, NodeId node, DefRef owner, ListId args, TypeId expected);
  // A const item with arguments for its parameters and those around it.
  ConstValue item(DefRef def, ListId args);
  [[nodiscard]] Exit exit() const { return exit_; }
  [[nodiscard]] const std::string& message() const { return message_; }
  // The scalar of a type that a value is; Unknown when it is none of that type.
  ConstValue coerce(ConstValue v, TypeId type);

 private:
  struct Variable {
    std::string_view name;
    uint32_t context = 0;
    ConstValue value;
    TypeId type;  // written; invalid otherwise
  };
  // One function or constant being evaluated.
  struct Frame {
    TextRef text;
    const Tree* tree = nullptr;
    DefRef owner;
    ListId args;
    uint32_t scope = UINT32_MAX;  // of the innermost block with items; else names are looked up around the owner
    size_t first_variable = 0;
    TypeId output;
  };
  struct Place {
    size_t variable = SIZE_MAX;
    std::vector<size_t> path;
  };

  [[nodiscard]] const Tree& tree() const { return *frame_.tree; }
  ConstValue eval(NodeId node, TypeId expected);
  ConstValue eval_inner(NodeId node, TypeId expected);
  ConstValue literal(NodeId node, TypeId expected);
  ConstValue path(NodeId node, TypeId expected);
  ConstValue assoc_value(TypeId base, std::string_view name, bool is_self);
  ConstValue scope_trait_const(TypeId base, NameId name);
  // Whether a private item may be named where this stands.
  [[nodiscard]] bool accessible(DefRef def) const;
  ConstValue definition(DefRef def, NodeId path, TypeId expected);
  ConstValue unary(NodeId node, TypeId expected);
  ConstValue binary(NodeId node, TypeId expected);
  ConstValue operate(TokenKind op, ConstValue a, ConstValue b);
  ConstValue compare(TokenKind op, const ConstValue& a, const ConstValue& b);
  ConstValue shift(TokenKind op, const ConstValue& a, const ConstValue& b);
  ConstValue assign(NodeId node);
  ConstValue cast(NodeId node);
  ConstValue block(NodeId node, TypeId expected);
  ConstValue branch(NodeId node, TypeId expected);
  ConstValue match(NodeId node, TypeId expected);
  ConstValue loop(NodeId node, TypeId expected);
  ConstValue call(NodeId node, TypeId expected);
  ConstValue method(NodeId node, TypeId expected);
  ConstValue call_function(DefRef def, ListId args, std::vector<ConstValue> values);
  std::optional<ConstValue> intrinsic(DefRef def, NodeId callee);
  std::optional<ConstValue> int_method(std::string_view name, const ConstValue& self, std::span<const ConstValue> args);
  ConstValue record(NodeId node);
  ConstValue field(NodeId node);
  ConstValue index(NodeId node);
  ConstValue macro(NodeId node, TypeId expected);
  bool condition(NodeId node);
  // Binds what the pattern names; false when the value does not fit it.
  bool matches(NodeId pattern, const ConstValue& value);
  bool place_of(NodeId node, Place* out);
  ConstValue* at(const Place& place);
  Variable* find_variable(std::string_view name, uint32_t context);
  void bind(NodeId name, ConstValue value, TypeId type);
  TypeId lower(NodeId node);
  TypeId variant_type(DefRef variant);
  [[nodiscard]] bool is_int(TypeId t) const { return t && store_.kind(t) == TypeKind::Int; }
  [[nodiscard]] uint32_t bits(TypeId t) const { return int_bits(store_.int_kind(t), s_.inputs.pointer_bits); }
  [[nodiscard]] bool signed_(TypeId t) const { return is_signed(store_.int_kind(t)); }
  [[nodiscard]] uint32_t context_at(uint32_t slot) const;
  TokenKind operator_of(NodeId node, NodeId after) const;
  std::string_view label_of(NodeId node, Role role) const;
  ConstValue unknown();
  ConstValue generic();
  ConstValue fail(std::string message);
  [[nodiscard]] bool stopped() const { return exit_ != Exit::None; }
  ConstValue scalar(TypeId type, Bits128 bits) const;
  ConstValue boolean(bool value) const { return scalar(store_.boolean, wide::of(value ? 1 : 0)); }
  ConstValue unit() const;
  ConstValue option(bool some, ConstValue value);
  LowerScope scope() const;

  TypeContextState& s_;
  TypeStore& store_;
  ParamEnvId env_;
  uint32_t steps_left_;
  uint32_t depth_ = 0;  // of expressions
  uint32_t calls_ = 0;
  size_t cells_ = 0;  // parts of aggregates that were made
  Frame frame_;
  std::vector<Variable> variables_;
  Exit exit_ = Exit::None;
  std::string_view exit_label_;
  ConstValue exit_value_;
  std::string message_;
};

}  // namespace rp
