// What the derives' bodies share.
#pragma once

#include "expand/derive_shape.h"

namespace rp {

class DeriveWriter : public ImplWriter {
 public:
  DeriveWriter(const DeriveInput& input, const DeriveShape& shape, BuiltinContext& context, TokenStream* out);

  // `#[automatically_derived] impl<..> TRAIT for Type {`
  void begin(std::string_view trait, std::string_view bounds);
  // `Type` or `Type::Variant`
  void variant_path(const DeriveVariant& variant);
  // `Type::Variant(__self_0, __self_1)`
  void pattern(const DeriveVariant& variant, std::string_view prefix);
  void binding(std::string_view prefix, uint32_t index);
  // `self.field`; of a packed type `{ self.field }`
  void member(std::string_view base, const DeriveVariant& variant, uint32_t index);
  // A reference to a field: `&self.field`, or the binding of a variant.
  void reference(bool other, const DeriveVariant& variant, uint32_t index);
  // `let _: assertion<Type>;` for the type of each field, once for each plain name.
  void assert_fields(std::string_view assertion);
  // The trait, and Copy where fields can only be read by copying them.
  [[nodiscard]] std::string bounds_of(std::string_view trait, bool copy_if_packed) const;
};

void write_partial_eq(DeriveWriter& w, const DeriveShape& shape);
void write_partial_ord(DeriveWriter& w, const DeriveShape& shape);
void write_ord(DeriveWriter& w, const DeriveShape& shape);

}  // namespace rp
