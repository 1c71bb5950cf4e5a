// What a derive needs to know of the type it is for: generics, variants, fields, and what their types look like.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "expand/builtin_writer.h"
#include "syntax/ast.h"

namespace rp {

struct DeriveField {
  NodeId node;
  NodeId type;
  uint32_t name_slot = UINT32_MAX;  // of named fields
  std::string_view name;            // without r#
};

struct DeriveVariant {
  enum class Style : uint8_t { Unit, Tuple, Named };
  NodeId node;  // of the variant; the item itself for a struct or union
  uint32_t name_slot = 0;
  std::string_view name;  // without r#
  Style style = Style::Unit;
  std::vector<DeriveField> fields;
};

struct DeriveParam {
  enum class Kind : uint8_t { Lifetime, Type, Const };
  Kind kind = Kind::Type;
  NodeId node;
  uint32_t name_slot = 0;
  std::string_view name;
};

// A path that begins with a type parameter (`T::Item`) in a field's type, and the `for<..>` around it.
struct DeriveProjection {
  NodeId path;
  std::vector<NodeId> binders;  // GenericParams
};

struct DeriveShape {
  NodeKind kind = NodeKind::StructItem;
  NodeId item;
  uint32_t name_slot = 0;
  std::string_view name;  // without r#
  std::vector<DeriveParam> params;
  std::vector<NodeId> predicates;       // of the where clause
  std::vector<DeriveVariant> variants;  // a struct or union has one
  std::vector<DeriveProjection> projections;
  std::vector<NodeId> kept_attributes;  // that impls repeat: lint levels and stability
  bool packed = false;
  bool has_type_param = false;

  [[nodiscard]] bool is_enum() const { return kind == NodeKind::EnumItem; }
  [[nodiscard]] bool is_union() const { return kind == NodeKind::UnionItem; }
};

DeriveShape derive_shape(const DeriveInput& input);

// The one name that a type consists of (`u8`), without r#; empty when it is anything more.
std::string_view simple_type_name(const Tree& tree, NodeId type);
// The text of an attribute's path, without spaces ("derive", "cfg_attr", "rustfmt::skip").
std::string attribute_path(const Tree& tree, NodeId attribute);
// An identifier without r#.
std::string_view plain_identifier(std::string_view text);
// The slots between the delimiters of a TokenTree.
struct SlotRange {
  uint32_t begin = 0;
  uint32_t end = 0;
};
SlotRange inside_of(const Tree& tree, NodeId token_tree);

// Writes the parts of impls that all derives share.
class ImplWriter : public TokenWriter {
 public:
  ImplWriter(const DeriveInput& input, const DeriveShape& shape, TokenStream* out, ContextId context)
      : TokenWriter(out, *input.source, input.id, input.place, context, input.removed), shape_(&shape) {}

  [[nodiscard]] const DeriveShape& shape() const { return *shape_; }
  // `impl<..> TRAIT for Name<..> where ..`, all before the braces. `bounds` is what each type parameter must fulfil
  // besides its own bounds ("$crate::clone::Clone"); empty for nothing.
  void impl_header(std::string_view before_impl, std::string_view trait, std::string_view bounds);
  void attributes();
  // `<'a, T: bounds, const N: usize>`; nothing without parameters.
  void params(std::string_view bounds);
  // `Name<'a, T, N>`
  void self_type();
  void where_clause(std::string_view bounds);

 private:
  const DeriveShape* shape_;
};

}  // namespace rp
