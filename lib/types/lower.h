// From written types to TypeIds: names resolved, generic arguments matched with parameters, defaults filled in, elided
// lifetimes made explicit. Aliases are expanded. What cannot be resolved because something is not visible becomes
// Unknown; what rustc would reject becomes Error, and a LowerError says which error it is.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "types/items.h"

namespace rp {

// What a type, bound or path that is written wrongly would make rustc say.
struct LowerError {
  std::string_view code;  // "E0107"
  TextRef text;
  ByteSpan span;  // in that text
  std::string message;
  // False when something unknown may be why: not to be shown as an error.
  bool proven = true;
};

// What `'_` and a lifetime that is left out stand for.
enum class Elision : uint8_t {
  Erased,  // does not count
  Static,  // of constants and statics
  Infer,   // in bodies: a fresh region variable (of the InferTable), Erased without one
  Fresh,   // inputs of functions, impl headers: each gets a region of its own
  Output,  // outputs of functions: that of the inputs, or of self; Unknown when there is none (E0106)
};

// What `_` stands for.
enum class Holes : uint8_t {
  Forbidden,  // E0121: Error
  Unknown,
  Infer,  // a fresh variable of the InferTable
};

class InferTable;

// Where a type is written.
struct LowerScope {
  TextRef text;
  // The item whose parameters are in reach, and those around it. The innermost: of a field its struct, of a method's
  // parameter the method.
  DefRef owner;
  // The scope names are looked up in: of CrateDefs::scopes; UINT32_MAX: that of the owner.
  uint32_t scope = UINT32_MAX;
  Elision elision = Elision::Erased;
  Holes holes = Holes::Forbidden;
  InferTable* infer = nullptr;                // for Elision::Infer and Holes::Infer
  std::vector<LowerError>* errors = nullptr;  // where errors go; null: nowhere
};

class Lowering {
 public:
  explicit Lowering(TypeContextState& state) : state_(state) {}

  // A node of category Type (or a Path, PathType). Depth is bounded: beyond kMaxTypeDepth it is Unknown.
  TypeId type(const LowerScope& scope, NodeId node);
  // A bound list of a type: `T: A + 'b + ?Sized`. `self` is what it bounds.
  void bounds(const LowerScope& scope, NodeId bound_list, TypeId self, std::vector<Predicate>* out);
  // A trait with its arguments, for a given Self; associated types in it become predicates. Invalid when it is no
  // trait, or not known.
  TraitRef trait_ref(const LowerScope& scope, NodeId path, TypeId self, std::vector<Predicate>* out);
  // Arguments for an item named by a path in an expression: `Vec::<u8>::new`. What is left out is a variable of
  // scope.infer, or Unknown.
  ListId path_arguments(const LowerScope& scope, NodeId path, DefRef def);
  // A constant expression in type position (array length, const argument), of a type that is known.
  ConstId constant(const LowerScope& scope, NodeId expression, TypeId type);

  // A type given as text, for queries: "std::vec::Vec<(u8, crate::Thing<'static>)>", looked up in a module of a crate.
  // Whatever is wrong with it is in `errors`, whose places refer to `text`; then the result is Error.
  TypeId parse(std::string_view text, CrateIndex crate, DefId module, std::vector<LowerError>* errors);

 private:
  TypeContextState& state_;
};

}  // namespace rp
