// Values as far as a build script's text tells them: what it computes from files, the target and the compiler.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "syntax/tree.h"

namespace rp::script {

// Yes, no, or not known.
enum class Tri : uint8_t { No, Yes, Maybe };
inline Tri tri(bool b) { return b ? Tri::Yes : Tri::No; }
inline Tri negate(Tri t) { return t == Tri::Maybe ? t : tri(t == Tri::No); }
inline Tri both(Tri a, Tri b) {
  if (a == Tri::No || b == Tri::No) return Tri::No;
  return a == Tri::Yes && b == Tri::Yes ? Tri::Yes : Tri::Maybe;
}
inline Tri either(Tri a, Tri b) { return negate(both(negate(a), negate(b))); }

// A node of one of the script's trees.
struct Code {
  const Tree* tree = nullptr;
  NodeId node;
  explicit operator bool() const { return tree != nullptr && node.valid(); }
  [[nodiscard]] NodeKind kind() const { return tree->kind(node); }
  [[nodiscard]] Code child(Role role) const { return {tree, tree->child(node, role)}; }
  [[nodiscard]] std::string_view text() const { return tree->text(node); }
};

// References are seen through: a value and a reference to it are the same.
struct Value {
  enum class Kind : uint8_t {
    Unknown,
    Unit,
    Bool,  // number
    Int,   // number
    Str,   // text: strings, characters, paths; not `exact`: how it begins
    None,
    Some,  // parts[0]
    Ok,
    Err,
    Tuple,     // parts
    List,      // parts: arrays, vectors, iterators; not `exact`: what it begins with
    Struct,    // text: the type's name; names, parts: fields
    Variant,   // text: a variant without fields, of an enum that text2 names; number: its place from 1, if ordered
    Closure,   // code, frame, serial
    Function,  // code: a function of the script
    Path,      // text: something of another crate that can be called, such as String::from
    Command,   // text: the program; parts: arguments
    Stdout,
    AutoCfg,    // autocfg::AutoCfg
    Formatter,  // of the Display impl that is being followed
  };
  Kind kind = Kind::Unknown;
  bool exact = true;
  uint8_t depth = 0;    // of parts within parts
  uint32_t weight = 1;  // how much it holds: copies are counted as work
  int64_t number = 0;
  std::string text;
  std::string text2;
  std::vector<Value> parts;
  std::vector<std::string> names;
  Code code;
  uint32_t frame = 0;
  uint32_t serial = 0;

  [[nodiscard]] bool is(Kind k) const { return kind == k; }
  [[nodiscard]] bool known() const { return kind != Kind::Unknown; }
  [[nodiscard]] bool exact_text() const { return kind == Kind::Str && exact; }
  [[nodiscard]] Tri truth() const { return kind == Kind::Bool ? tri(number != 0) : Tri::Maybe; }
  // None and Err, or Some and Ok.
  [[nodiscard]] bool is_success() const { return kind == Kind::Some || kind == Kind::Ok; }
  [[nodiscard]] bool is_failure() const { return kind == Kind::None || kind == Kind::Err; }
  [[nodiscard]] const Value* field(std::string_view name) const;
};

Value unit();
Value boolean(Tri t);
Value integer(int64_t n);
Value text(std::string s, bool exact = true);
Value wrap(Value::Kind kind, Value inner);  // Some, Ok, Err
Value none();
Value list(std::vector<Value> parts, bool exact = true);
Value tuple(std::vector<Value> parts);
Value variant(std::string of, std::string name);
Value record(std::string name, std::vector<std::string> names, std::vector<Value> parts);

// What parsing a text as an integer of some type gives, where that is the same for all: a small number; else unknown.
Value parsed_number(const Value& text);

// Lists, tuples and the like that nest too deep or hold too much are unknown; of a long text the begin is kept.
// What holds of a value that is one of the two.
Value join(const Value& a, const Value& b);
Tri equal(const Value& a, const Value& b);
// The order of two values as a number below, at or above 0; nullopt when it is not known.
std::optional<int> compare(const Value& a, const Value& b);

}  // namespace rp::script
