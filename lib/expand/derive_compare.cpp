// The derives that compare two values: PartialEq, PartialOrd, Ord.
#include <algorithm>

#include "expand/derive_internal.h"

namespace rp {
namespace {

using K = NodeKind;
using T = TokenKind;

bool all_fieldless(const DeriveShape& shape) {
  return std::all_of(shape.variants.begin(), shape.variants.end(),
                     [](const DeriveVariant& v) { return v.fields.empty(); });
}
bool some_fieldless(const DeriveShape& shape) {
  return std::any_of(shape.variants.begin(), shape.variants.end(),
                     [](const DeriveVariant& v) { return v.fields.empty(); });
}

constexpr std::string_view kDiscriminants =
    "let __self_discr = $crate::intrinsics::discriminant_value(self);"
    "let __arg1_discr = $crate::intrinsics::discriminant_value(other);";

// The pair of patterns of one variant, and `=>`.
void pair_of_patterns(DeriveWriter& w, const DeriveVariant& variant) {
  w.put("(", [&] { w.pattern(variant, "__self_"); }, ",", [&] { w.pattern(variant, "__arg1_"); }, ") =>");
}

// Whether values of the type are compared in no time, as far as its name tells: rustc puts such fields first.
bool looks_scalar(const Tree& tree, NodeId type) {
  while (type && (tree.kind(type) == K::RefType || tree.kind(type) == K::PointerType))
    type = tree.child(type, Role::type);
  if (!type) return false;
  if (tree.kind(type) == K::TupleType) return !tree.first_child(type);
  static constexpr std::string_view kScalars[] = {"bool", "char", "f128", "f16",  "f32", "f64", "i128", "i16",
                                                  "i32",  "i64",  "i8",   "u128", "u16", "u32", "u64",  "u8"};
  return std::binary_search(std::begin(kScalars), std::end(kScalars), simple_type_name(tree, type));
}

void equal_fields(DeriveWriter& w, const DeriveShape& shape, const DeriveVariant& variant) {
  if (variant.fields.empty()) {
    w.put("true");
    return;
  }
  std::vector<uint32_t> order(variant.fields.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_partition(order.begin(), order.end(),
                        [&](uint32_t i) { return looks_scalar(w.tree(), variant.fields[i].type); });
  for (size_t k = 0; k < order.size(); ++k) {
    if (k != 0) w.put("&&");
    if (shape.is_enum()) {
      w.binding("__self_", order[k]);
      w.put("==");
      w.binding("__arg1_", order[k]);
    } else {
      const bool packed = shape.packed;
      w.put(
          packed ? "(" : "", [&] { w.member("self", variant, order[k]); },
          packed ? ") == (" : "==", [&] { w.member("other", variant, order[k]); }, packed ? ")" : "");
    }
  }
}

// What an order calls the same things.
struct OrderWords {
  std::string_view trait;  // with the method: `$crate::cmp::Ord::cmp`
  std::string_view equal;  // as a pattern and as a value
};
constexpr OrderWords kOrd{"$crate::cmp::Ord::cmp", "$crate::cmp::Ordering::Equal"};
constexpr OrderWords kPartialOrd{"$crate::cmp::PartialOrd::partial_cmp",
                                 "$crate::option::Option::Some($crate::cmp::Ordering::Equal)"};

void order_fields(DeriveWriter& w, const OrderWords& words, const DeriveVariant& variant) {
  const auto count = static_cast<uint32_t>(variant.fields.size());
  if (count == 0) {
    w.put(words.equal);
    return;
  }
  const auto compare = [&](uint32_t i) {
    w.put(words.trait, "(", [&] { w.reference(false, variant, i); }, ",", [&] { w.reference(true, variant, i); }, ")");
  };
  for (uint32_t i = 0; i + 1 < count; ++i) w.put("match", [&] { compare(i); }, "{", words.equal, "=>");
  compare(count - 1);
  for (uint32_t i = 0; i + 1 < count; ++i) w.put(", cmp => cmp, }");
}

// Whether PartialOrd asks for the discriminants before the fields. rustc does where a jump table over the variants
// would have wide gaps: three variants with fields or more, and two without between two of them.
bool discriminant_first(const DeriveShape& shape) {
  size_t with_fields = 0;
  size_t widest = 0;
  size_t gap = 0;
  for (const DeriveVariant& variant : shape.variants) {
    if (variant.fields.empty()) {
      ++gap;
      continue;
    }
    if (with_fields != 0) widest = std::max(widest, gap);
    ++with_fields;
    gap = 0;
  }
  return with_fields == 0 || (with_fields > 2 && widest >= 2);
}

void order_body(DeriveWriter& w, const DeriveShape& shape, const OrderWords& words, bool discriminants_first) {
  if (shape.variants.empty()) {
    w.put("match *self {}");
    return;
  }
  const bool several = shape.variants.size() > 1;
  if (!shape.is_enum() || (!several && shape.variants[0].fields.empty())) {
    order_fields(w, words, shape.variants[0]);
    return;
  }
  const auto compare_discriminants = [&] { w.put(words.trait, "(&__self_discr, &__arg1_discr)"); };
  if (several) w.put(kDiscriminants);
  if (all_fieldless(shape)) {
    compare_discriminants();
    return;
  }
  const bool nested = several && discriminants_first;
  if (nested) w.put("match", compare_discriminants, "{", words.equal, "=>");
  w.put("match (self, other) {");
  for (const DeriveVariant& variant : shape.variants) {
    if (variant.fields.empty()) continue;
    pair_of_patterns(w, variant);
    order_fields(w, words, variant);
    w.put(",");
  }
  if (several) {
    w.put("_ =>");
    if (!discriminants_first)
      compare_discriminants();
    else
      w.put(some_fieldless(shape) ? words.equal : "unsafe { $crate::intrinsics::unreachable() }");
  }
  w.put("}");
  if (nested) w.put(", cmp => cmp, }");
}

}  // namespace

void write_partial_eq(DeriveWriter& w, const DeriveShape& shape) {
  w.begin("$crate::marker::StructuralPartialEq", {});
  w.put("}");
  w.begin("$crate::cmp::PartialEq", w.bounds_of("$crate::cmp::PartialEq", true));
  w.put("#[inline] fn eq(&self, other: &", [&] { w.self_type(); }, ") -> bool {");
  const bool several = shape.variants.size() > 1;
  if (shape.variants.empty()) {
    w.put("match *self {}");
  } else if (!shape.is_enum() || (!several && shape.variants[0].fields.empty())) {
    equal_fields(w, shape, shape.variants[0]);
  } else {
    if (several) w.put(kDiscriminants, "__self_discr == __arg1_discr");
    if (!all_fieldless(shape)) {
      w.put(several ? "&&" : "", "match (self, other) {");
      for (const DeriveVariant& variant : shape.variants) {
        if (variant.fields.empty()) continue;
        pair_of_patterns(w, variant);
        equal_fields(w, shape, variant);
        w.put(",");
      }
      if (several) w.put("_ =>", some_fieldless(shape) ? "true," : "unsafe { $crate::intrinsics::unreachable() }");
      w.put("}");
    }
  }
  w.put("} }");
}

void write_partial_ord(DeriveWriter& w, const DeriveShape& shape) {
  w.begin("$crate::cmp::PartialOrd", w.bounds_of("$crate::cmp::PartialOrd", true));
  w.put(
      "#[inline] fn partial_cmp(&self, other: &", [&] { w.self_type(); },
      ") -> $crate::option::Option<$crate::cmp::Ordering> {");
  order_body(w, shape, kPartialOrd, discriminant_first(shape));
  w.put("} }");
}

void write_ord(DeriveWriter& w, const DeriveShape& shape) {
  w.begin("$crate::cmp::Ord", w.bounds_of("$crate::cmp::Ord", true));
  w.put("#[inline] fn cmp(&self, other: &", [&] { w.self_type(); }, ") -> $crate::cmp::Ordering {");
  order_body(w, shape, kOrd, true);
  w.put("} }");
}

}  // namespace rp
