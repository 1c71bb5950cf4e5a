// The derives of rustc: which there are, and those that need little code. What they print is what
// `rustc -Zunpretty=expanded` prints for rustc 1.96.
#include <algorithm>
#include <iterator>

#include "expand/derive_internal.h"
#include "manifest/cfg_expr.h"

namespace rp {
namespace {

using K = NodeKind;
using T = TokenKind;
using Style = DeriveVariant::Style;

// ---- Which derives stand beside ----------------------------------------------------------------------------------

// Reads lists of attributes as they stand in `#[..]` and in cfg_attr(.., here).
class CopySearch {
 public:
  CopySearch(const DeriveInput& input, BuiltinContext& context) : input_(input), tree_(input.source->tree) {
    for (const manifest::CfgFact& fact : context.cfg().facts()) facts_.push_back(fact);
  }

  // Whether `Copy` is derived by the list of attributes that asks, or by an earlier one.
  bool run() {
    for (NodeId attr = tree_.first_child(input_.item); attr; attr = tree_.next_sibling(attr)) {
      if (tree_.role(attr) != Role::attribute || tree_.kind(attr) != K::Attr) continue;
      if (std::binary_search(input_.removed.begin(), input_.removed.end(), attr)) continue;
      const std::string path = attribute_path(tree_, attr);
      if (path != "derive" && path != "cfg_attr" && !path.ends_with("::derive")) continue;
      const SlotRange inside = inside_of(tree_, tree_.child(attr, Role::arguments));
      if (path == "cfg_attr")
        conditional(inside, 0);
      else
        list(inside);
      if (found_ || here_) return found_;
    }
    return found_;
  }

 private:
  [[nodiscard]] uint32_t next(uint32_t slot) const { return slot + token_slots(tree_.token_kind(slot)); }
  // The slot behind the element that begins at `slot`: at a comma outside delimiters, or the end.
  [[nodiscard]] uint32_t element_end(uint32_t slot, uint32_t end) const {
    uint32_t depth = 0;
    for (; slot < end; slot = next(slot)) {
      const T kind = tree_.token_kind(slot);
      if (kind == T::LParen || kind == T::LBracket || kind == T::LBrace) ++depth;
      if ((kind == T::RParen || kind == T::RBracket || kind == T::RBrace) && depth > 0) --depth;
      if (kind == T::Comma && depth == 0) return slot;
    }
    return end;
  }
  void list(SlotRange range) {
    std::string_view last;
    for (uint32_t slot = range.begin; slot < range.end; slot = next(slot)) {
      const TokenOrigin origin = input_.source->origin(input_.id, slot);
      if (origin.source == input_.place.source && origin.offset == input_.place.offset) here_ = true;
      if (is_trivia(tree_.token_kind(slot)) || is_group_token(tree_.token_kind(slot))) continue;
      if (tree_.token_kind(slot) == T::Comma) found_ = found_ || last == "Copy";
      last = tree_.token_text(slot);
    }
    found_ = found_ || last == "Copy";
  }
  void conditional(SlotRange range, uint32_t depth) {
    if (depth > 64 || range.begin >= range.end) return;
    uint32_t slot = element_end(range.begin, range.end);
    std::string text;
    for (uint32_t i = range.begin; i < slot; i = next(i))
      if (!is_trivia(tree_.token_kind(i))) (text += tree_.token_text(i)) += ' ';
    const auto condition = manifest::CfgExpr::parse(text);
    if (!condition || !condition->holds(facts_)) return;
    while (slot < range.end) {
      const uint32_t begin = next(slot);
      slot = element_end(begin, range.end);
      uint32_t word = begin;
      while (word < slot && is_trivia(tree_.token_kind(word))) word = next(word);
      uint32_t open = word;
      while (open < slot && tree_.token_kind(open) != T::LParen) open = next(open);
      if (open >= slot) continue;
      uint32_t close = slot;
      while (close > open && tree_.token_kind(close - 1) != T::RParen) --close;
      const SlotRange inside{open + 1, close > open ? close - 1 : open + 1};
      if (tree_.token_text(word) == "derive")
        list(inside);
      else if (tree_.token_text(word) == "cfg_attr")
        conditional(inside, depth + 1);
    }
  }

  const DeriveInput& input_;
  const Tree& tree_;
  std::vector<manifest::CfgFact> facts_;
  bool found_ = false;
  bool here_ = false;
};

BuiltinOutcome fail(MacroError* error, TokenOrigin place, std::string message, std::string help = {}) {
  if (error != nullptr) *error = {std::move(message), place, std::move(help)};
  return BuiltinOutcome::Failed;
}

BuiltinOutcome fail_union(const DeriveInput& input, MacroError* error) {
  return fail(error, input.place, "this trait cannot be derived for unions");
}

TokenOrigin node_origin(const DeriveInput& input, NodeId node) {
  return input.source->origin(input.id, input.source->tree.first_slot(node));
}

}  // namespace

// ---- Shared by the bodies ------------------------------------------------------------------------------------------

DeriveWriter::DeriveWriter(const DeriveInput& input, const DeriveShape& shape, BuiltinContext& context,
                           TokenStream* out)
    : ImplWriter(input, shape, out, context.contexts().with(kRootContext, input.expansion)) {}

void DeriveWriter::variant_path(const DeriveVariant& variant) {
  put(SlotRef{shape().name_slot});
  if (shape().is_enum()) put("::", SlotRef{variant.name_slot});
}

void DeriveWriter::pattern(const DeriveVariant& variant, std::string_view prefix) {
  variant_path(variant);
  if (variant.style == Style::Unit) return;
  const bool named = variant.style == Style::Named;
  put(named ? "{" : "(");
  for (uint32_t i = 0; i < variant.fields.size(); ++i) {
    if (i != 0) put(",");
    if (named) put(SlotRef{variant.fields[i].name_slot}, ":");
    binding(prefix, i);
  }
  put(named ? "}" : ")");
}

void DeriveWriter::binding(std::string_view prefix, uint32_t index) {
  put_token(T::Ident, std::string(prefix) + std::to_string(index));
}

void DeriveWriter::member(std::string_view base, const DeriveVariant& variant, uint32_t index) {
  const auto access = [&] {
    put(base, ".");
    if (variant.style == Style::Named)
      put(SlotRef{variant.fields[index].name_slot});
    else
      put_index(index);
  };
  if (shape().packed)
    put("{", access, "}");
  else
    put(access);
}

void DeriveWriter::reference(bool other, const DeriveVariant& variant, uint32_t index) {
  if (shape().is_enum()) {
    binding(other ? "__arg1_" : "__self_", index);
  } else {
    put("&");
    member(other ? "other" : "self", variant, index);
  }
}

void DeriveWriter::assert_fields(std::string_view assertion) {
  std::vector<std::string_view> seen;
  for (const DeriveVariant& variant : shape().variants)
    for (const DeriveField& field : variant.fields) {
      const std::string_view name = simple_type_name(tree(), field.type);
      if (!name.empty()) {
        if (std::find(seen.begin(), seen.end(), name) != seen.end()) continue;
        seen.push_back(name);
      }
      put("let _ :", assertion, "<", field.type, ">;");
    }
}

std::string DeriveWriter::bounds_of(std::string_view trait, bool copy_if_packed) const {
  std::string bounds(trait);
  if (copy_if_packed && shape().packed && shape().has_type_param) bounds += " + $crate::marker::Copy";
  return bounds;
}

namespace {

// ---- Clone, Copy, Default, Eq --------------------------------------------------------------------------------------

void clone_value(DeriveWriter& w, const DeriveVariant& variant) {
  w.variant_path(variant);
  if (variant.style == Style::Unit) return;
  const bool named = variant.style == Style::Named;
  w.put(named ? "{" : "(");
  for (uint32_t i = 0; i < variant.fields.size(); ++i) {
    if (i != 0) w.put(",");
    if (named) w.put(SlotRef{variant.fields[i].name_slot}, ":");
    w.put("$crate::clone::Clone::clone(", [&] { w.reference(false, variant, i); }, ")");
  }
  w.put(named ? "}" : ")");
}

BuiltinOutcome derive_clone(const DeriveInput& input, BuiltinContext& context, TokenStream* out, MacroError*) {
  const DeriveShape shape = derive_shape(input);
  DeriveWriter w(input, shape, context, out);
  const bool shallow = shape.is_union() || (!shape.has_type_param && CopySearch(input, context).run());
  const std::string bounds =
      shape.is_union() ? "$crate::marker::Copy + $crate::clone::Clone" : w.bounds_of("$crate::clone::Clone", true);
  if (shallow) {
    w.put("#[automatically_derived] #[doc(hidden)]", [&] { w.attributes(); });
    w.impl_header("unsafe", "$crate::clone::TrivialClone", "$crate::marker::Copy + $crate::clone::TrivialClone");
    w.put("{}");
  }
  w.begin("$crate::clone::Clone", bounds);
  w.put("#[inline] fn clone(&self) ->", [&] { w.self_type(); }, "{");
  if (shallow) {
    if (shape.is_union())
      w.put("let _ : $crate::clone::AssertParamIsCopy<Self>;");
    else
      w.assert_fields("$crate::clone::AssertParamIsClone");
    w.put("*self");
  } else if (!shape.is_enum() || (shape.variants.size() == 1 && shape.variants[0].fields.empty())) {
    clone_value(w, shape.variants[0]);
  } else if (shape.variants.empty()) {
    w.put("match *self {}");
  } else {
    w.put("match self {");
    for (const DeriveVariant& variant : shape.variants)
      w.put([&] { w.pattern(variant, "__self_"); }, "=>", [&] { clone_value(w, variant); }, ",");
    w.put("}");
  }
  w.put("} }");
  return BuiltinOutcome::Expanded;
}

BuiltinOutcome derive_copy(const DeriveInput& input, BuiltinContext& context, TokenStream* out, MacroError*) {
  const DeriveShape shape = derive_shape(input);
  DeriveWriter w(input, shape, context, out);
  w.begin("$crate::marker::Copy", "$crate::marker::Copy");
  w.put("}");
  return BuiltinOutcome::Expanded;
}

BuiltinOutcome derive_const_param_ty(const DeriveInput& input, BuiltinContext& context, TokenStream* out,
                                     MacroError* error) {
  const DeriveShape shape = derive_shape(input);
  if (shape.is_union()) return fail_union(input, error);
  DeriveWriter w(input, shape, context, out);
  w.begin("$crate::marker::ConstParamTy_", "$crate::marker::ConstParamTy_");
  w.put("}");
  return BuiltinOutcome::Expanded;
}

BuiltinOutcome derive_eq(const DeriveInput& input, BuiltinContext& context, TokenStream* out, MacroError*) {
  const DeriveShape shape = derive_shape(input);
  DeriveWriter w(input, shape, context, out);
  w.begin("$crate::cmp::Eq", w.bounds_of("$crate::cmp::Eq", true));
  w.put("#[doc(hidden)] #[coverage(off)] fn assert_fields_are_eq(&self) {");
  w.assert_fields("$crate::cmp::AssertParamIsEq");
  w.put("} }");
  return BuiltinOutcome::Expanded;
}

// The variant that #[default] marks; null with `error` filled when there is not exactly one.
const DeriveVariant* default_variant(const DeriveInput& input, const DeriveShape& shape, MacroError* error) {
  const Tree& tree = input.source->tree;
  const DeriveVariant* found = nullptr;
  for (const DeriveVariant& variant : shape.variants) {
    uint32_t marks = 0;
    bool open = false;
    for (NodeId attr = tree.first_child(variant.node); attr; attr = tree.next_sibling(attr)) {
      if (tree.role(attr) != Role::attribute || tree.kind(attr) != K::Attr) continue;
      if (std::binary_search(input.removed.begin(), input.removed.end(), attr)) continue;
      const std::string path = attribute_path(tree, attr);
      open = open || path == "non_exhaustive";
      if (path != "default") continue;
      ++marks;
      if (tree.child(attr, Role::value) || tree.child(attr, Role::arguments)) {
        fail(error, node_origin(input, attr), "`#[default]` attribute does not accept a value",
             "try using `#[default]`");
        return nullptr;
      }
    }
    if (marks == 0) continue;
    const TokenOrigin place = input.source->origin(input.id, variant.name_slot);
    if (found != nullptr) {
      fail(error, input.place, "multiple declared defaults", "only one variant can be default");
      return nullptr;
    }
    if (marks > 1) {
      fail(error, place, "multiple `#[default]` attributes", "only one `#[default]` attribute is needed");
      return nullptr;
    }
    if (variant.style != Style::Unit) {
      fail(error, place, "the `#[default]` attribute may only be used on unit enum variants",
           "consider a manual implementation of `Default`");
      return nullptr;
    }
    if (open) {
      fail(error, place, "default variant must be exhaustive", "consider a manual implementation of `Default`");
      return nullptr;
    }
    found = &variant;
  }
  if (found == nullptr)
    fail(error, input.place, "`#[derive(Default)]` on enum with no `#[default]`",
         "make a unit variant default by placing `#[default]` above it");
  return found;
}

BuiltinOutcome derive_default(const DeriveInput& input, BuiltinContext& context, TokenStream* out, MacroError* error) {
  const DeriveShape shape = derive_shape(input);
  if (shape.is_union()) return fail_union(input, error);
  const DeriveVariant* variant = nullptr;
  if (shape.is_enum()) {
    variant = default_variant(input, shape, error);
    if (variant == nullptr) return BuiltinOutcome::Failed;
  }
  DeriveWriter w(input, shape, context, out);
  w.begin("$crate::default::Default", shape.is_enum() ? "" : "$crate::default::Default");
  w.put("#[inline] fn default() ->", [&] { w.self_type(); }, "{");
  if (variant != nullptr) {
    w.put("Self::", SlotRef{variant->name_slot});
  } else {
    const DeriveVariant& fields = shape.variants[0];
    const bool tuple = fields.style == Style::Tuple && !fields.fields.empty();
    w.put(SlotRef{shape.name_slot}, tuple ? "(" : "{");
    for (size_t i = 0; i < fields.fields.size(); ++i) {
      if (i != 0) w.put(",");
      if (!tuple) w.put(SlotRef{fields.fields[i].name_slot}, ":");
      const NodeId value = w.tree().child(fields.fields[i].node, Role::default_value);
      if (value)
        w.put("const {", value, "}");
      else
        w.put("$crate::default::Default::default()");
    }
    w.put(tuple ? ")" : "}");
  }
  w.put("} }");
  return BuiltinOutcome::Expanded;
}

// ---- Debug, Hash -------------------------------------------------------------------------------------------------

// What is put for each variant of a method that takes only `self`.
void debug_value(DeriveWriter& w, const DeriveVariant& variant, bool braces) {
  const auto count = static_cast<uint32_t>(variant.fields.size());
  const bool named = variant.style == Style::Named;
  if (count == 0) {
    w.put("$crate::fmt::Formatter::write_str(f,", QuotedText{variant.name}, ")");
    return;
  }
  // The last one may be unsized, so it gets a reference more.
  const auto value = [&](uint32_t i) {
    if (i + 1 == count) w.put("&");
    w.reference(false, variant, i);
  };
  const std::string which = named ? "struct" : "tuple";
  if (count <= 5) {
    w.put("$crate::fmt::Formatter::debug_" + which + "_field" + std::to_string(count) + "_finish(f,",
          QuotedText{variant.name});
    for (uint32_t i = 0; i < count; ++i) {
      if (named) w.put(",", QuotedText{variant.fields[i].name});
      w.put(",", [&] { value(i); });
    }
    w.put(")");
    return;
  }
  if (braces) w.put("{");
  if (named) {
    w.put("let names : &'static _ = &[");
    for (uint32_t i = 0; i < count; ++i) w.put(i == 0 ? "" : ",", QuotedText{variant.fields[i].name});
    w.put("];");
  }
  w.put("let values : &[&dyn $crate::fmt::Debug] = &[");
  for (uint32_t i = 0; i < count; ++i) w.put(i == 0 ? "" : ",", [&] { value(i); });
  w.put("]; $crate::fmt::Formatter::debug_" + which + "_fields_finish(f,", QuotedText{variant.name},
        named ? ", names, values)" : ", values)");
  if (braces) w.put("}");
}

BuiltinOutcome derive_debug(const DeriveInput& input, BuiltinContext& context, TokenStream* out, MacroError* error) {
  const DeriveShape shape = derive_shape(input);
  if (shape.is_union()) return fail_union(input, error);
  DeriveWriter w(input, shape, context, out);
  w.begin("$crate::fmt::Debug", w.bounds_of("$crate::fmt::Debug", true));
  w.put("#[inline] fn fmt(&self, f: &mut $crate::fmt::Formatter) -> $crate::fmt::Result {");
  const auto fieldless = [](const DeriveVariant& v) { return v.fields.empty(); };
  const bool all_fieldless = std::all_of(shape.variants.begin(), shape.variants.end(), fieldless);
  if (shape.variants.empty()) {
    w.put("match *self {}");
  } else if (!shape.is_enum() || (shape.variants.size() == 1 && all_fieldless)) {
    debug_value(w, shape.variants[0], false);
  } else if (all_fieldless) {
    w.put("$crate::fmt::Formatter::write_str(f, match self {");
    for (const DeriveVariant& variant : shape.variants)
      w.put([&] { w.pattern(variant, ""); }, "=>", QuotedText{variant.name}, ",");
    w.put("})");
  } else {
    w.put("match self {");
    for (const DeriveVariant& variant : shape.variants)
      w.put([&] { w.pattern(variant, "__self_"); }, "=>", [&] { debug_value(w, variant, true); },
            variant.fields.size() > 5 ? "" : ",");
    w.put("}");
  }
  w.put("} }");
  return BuiltinOutcome::Expanded;
}

void hash_fields(DeriveWriter& w, const DeriveVariant& variant) {
  for (uint32_t i = 0; i < variant.fields.size(); ++i)
    w.put(i == 0 ? "" : ";", "$crate::hash::Hash::hash(", [&] { w.reference(false, variant, i); }, ", state)");
}

BuiltinOutcome derive_hash(const DeriveInput& input, BuiltinContext& context, TokenStream* out, MacroError* error) {
  const DeriveShape shape = derive_shape(input);
  if (shape.is_union()) return fail_union(input, error);
  DeriveWriter w(input, shape, context, out);
  w.begin("$crate::hash::Hash", w.bounds_of("$crate::hash::Hash", true));
  w.put("#[inline] fn hash<__H: $crate::hash::Hasher>(&self, state: &mut __H) {");
  const auto fieldless = [](const DeriveVariant& v) { return v.fields.empty(); };
  const bool all_fieldless = std::all_of(shape.variants.begin(), shape.variants.end(), fieldless);
  if (shape.variants.empty()) {
    w.put("match *self {}");
  } else if (!shape.is_enum()) {
    hash_fields(w, shape.variants[0]);
  } else {
    if (shape.variants.size() > 1)
      w.put("let __self_discr = $crate::intrinsics::discriminant_value(self);",
            "$crate::hash::Hash::hash(&__self_discr, state)");
    if (!all_fieldless) {
      w.put(shape.variants.size() > 1 ? ";" : "", "match self {");
      bool rest = false;
      for (const DeriveVariant& variant : shape.variants) {
        if (variant.fields.empty()) {
          rest = true;
          continue;
        }
        const bool block = variant.fields.size() > 1;
        w.put([&] { w.pattern(variant, "__self_"); }, block ? "=> {" : "=>", [&] { hash_fields(w, variant); },
              block ? "}" : ",");
      }
      if (rest) w.put("_ => {}");
      w.put("}");
    }
  }
  w.put("} }");
  return BuiltinOutcome::Expanded;
}

// ---- From, CoercePointee ------------------------------------------------------------------------------------------

BuiltinOutcome derive_from(const DeriveInput& input, BuiltinContext& context, TokenStream* out, MacroError* error) {
  const DeriveShape shape = derive_shape(input);
  if (shape.kind != K::StructItem || shape.variants[0].fields.size() != 1)
    return fail(error, input.place, "`#[derive(From)]` used on an item that is not a struct with a single field",
                "`#[derive(From)]` can only be used on structs with exactly one field");
  const DeriveVariant& fields = shape.variants[0];
  const NodeId type = fields.fields[0].type;
  DeriveWriter w(input, shape, context, out);
  w.put("#[automatically_derived]", [&] { w.attributes(); }, "impl", [&] { w.params({}); });
  w.put("$crate::convert::From<", type, "> for", [&] { w.self_type(); }, [&] { w.where_clause({}); });
  w.put("{ #[inline] fn from(value:", type, ") ->", [&] { w.self_type(); }, "{");
  if (fields.style == Style::Named)
    w.put("Self {", SlotRef{fields.fields[0].name_slot}, ": value }");
  else
    w.put("Self(value)");
  w.put("} }");
  return BuiltinOutcome::Expanded;
}

// The type parameter that CoercePointee is about: marked #[pointee], or the only one.
const DeriveParam* pointee_of(const DeriveInput& input, const DeriveShape& shape) {
  const Tree& tree = input.source->tree;
  const DeriveParam* only = nullptr;
  uint32_t count = 0;
  for (const DeriveParam& param : shape.params) {
    if (param.kind != DeriveParam::Kind::Type) continue;
    ++count;
    only = &param;
    for (NodeId attr = tree.first_child(param.node); attr; attr = tree.next_sibling(attr))
      if (tree.role(attr) == Role::attribute && attribute_path(tree, attr) == "pointee") return &param;
  }
  return count == 1 ? only : nullptr;
}

class CoerceWriter : public DeriveWriter {
 public:
  CoerceWriter(const DeriveInput& input, const DeriveShape& shape, BuiltinContext& context, TokenStream* out,
               const DeriveParam& pointee)
      : DeriveWriter(input, shape, context, out), pointee_(pointee) {}

  void coercion(std::string_view trait) {
    put("#[automatically_derived]", [&] { attributes(); }, "impl<");
    bool first = true;
    for (const DeriveParam& param : shape().params) {
      if (!first) put(",");
      first = false;
      const NodeId own = tree().child(param.node, Role::bounds);
      const bool bounded = own && tree().first_child(own);
      if (&param == &pointee_) {
        put(SlotRef{param.name_slot}, ":", own, bounded ? "+" : "", "$crate::marker::Unsize<__S>, __S");
        if (bounded) put(":", [&] { replaced(own); });
      } else if (param.kind == DeriveParam::Kind::Const) {
        put("const", SlotRef{param.name_slot}, ":", tree().child(param.node, Role::type));
      } else {
        put(SlotRef{param.name_slot});
        if (bounded) put(":", own);
        if (bounded && mentions(own)) put("+", [&] { replaced(own); });
      }
    }
    put(">", trait, "<", SlotRef{shape().name_slot}, "<");
    first = true;
    for (const DeriveParam& param : shape().params) {
      if (!first) put(",");
      first = false;
      if (&param == &pointee_)
        put("__S");
      else
        put(SlotRef{param.name_slot});
    }
    put(">> for", [&] { self_type(); });
    if (!shape().predicates.empty()) {
      put("where");
      for (const NodeId predicate : shape().predicates) put(predicate, ",");
      for (const NodeId predicate : shape().predicates)
        if (mentions(predicate)) put([&] { replaced(predicate); }, ",");
    }
    put("{}");
  }

 private:
  [[nodiscard]] bool is_pointee(uint32_t slot) const {
    return tree().token_kind(slot) == T::Ident && tree().token_text(slot) == pointee_.name;
  }
  [[nodiscard]] bool mentions(NodeId node) const {
    for (uint32_t slot = tree().first_slot(node); slot < tree().end_slot(node);
         slot += token_slots(tree().token_kind(slot)))
      if (is_pointee(slot)) return true;
    return false;
  }
  void replaced(NodeId node) {
    for (uint32_t slot = tree().first_slot(node); slot < tree().end_slot(node);) {
      const uint32_t next = std::min(slot + token_slots(tree().token_kind(slot)), tree().end_slot(node));
      if (is_pointee(slot))
        put("__S");
      else
        put_range(slot, next);
      slot = next;
    }
  }
  const DeriveParam& pointee_;
};

BuiltinOutcome derive_coerce_pointee(const DeriveInput& input, BuiltinContext& context, TokenStream* out,
                                     MacroError* error) {
  const DeriveShape shape = derive_shape(input);
  if (shape.kind != K::StructItem)
    return fail(error, input.place, "`CoercePointee` can only be derived on `struct`s with `#[repr(transparent)]`");
  if (shape.variants[0].fields.empty())
    return fail(error, input.place, "`CoercePointee` can only be derived on `struct`s with at least one field");
  if (!shape.has_type_param)
    return fail(error, input.place,
                "`CoercePointee` can only be derived on `struct`s that are generic over at least one type");
  const DeriveParam* pointee = pointee_of(input, shape);
  if (pointee == nullptr)
    return fail(error, input.place,
                "exactly one generic type parameter must be marked as `#[pointee]` to derive `CoercePointee` traits");
  CoerceWriter w(input, shape, context, out, *pointee);
  w.begin("$crate::marker::CoercePointeeValidated", {});
  w.put("}");
  w.coercion("$crate::ops::DispatchFromDyn");
  w.coercion("$crate::ops::CoerceUnsized");
  return BuiltinOutcome::Expanded;
}

BuiltinOutcome refuse_or(const DeriveInput& input, BuiltinContext& context, TokenStream* out, MacroError* error,
                         void (*write)(DeriveWriter&, const DeriveShape&)) {
  const DeriveShape shape = derive_shape(input);
  if (shape.is_union()) return fail_union(input, error);
  DeriveWriter w(input, shape, context, out);
  write(w, shape);
  return BuiltinOutcome::Expanded;
}
BuiltinOutcome derive_partial_eq(const DeriveInput& input, BuiltinContext& context, TokenStream* out,
                                 MacroError* error) {
  return refuse_or(input, context, out, error, write_partial_eq);
}
BuiltinOutcome derive_partial_ord(const DeriveInput& input, BuiltinContext& context, TokenStream* out,
                                  MacroError* error) {
  return refuse_or(input, context, out, error, write_partial_ord);
}
BuiltinOutcome derive_ord(const DeriveInput& input, BuiltinContext& context, TokenStream* out, MacroError* error) {
  return refuse_or(input, context, out, error, write_ord);
}

constexpr BuiltinDerive kDerives[] = {
    {"Clone", derive_clone},
    {"CoercePointee", derive_coerce_pointee},
    {"ConstParamTy", derive_const_param_ty},
    {"Copy", derive_copy},
    {"Debug", derive_debug},
    {"Default", derive_default},
    {"Eq", derive_eq},
    {"From", derive_from},
    {"Hash", derive_hash},
    {"Ord", derive_ord},
    {"PartialEq", derive_partial_eq},
    {"PartialOrd", derive_partial_ord},
};

}  // namespace

void DeriveWriter::begin(std::string_view trait, std::string_view bounds) {
  put("#[automatically_derived]", [&] { attributes(); });
  impl_header("", trait, bounds);
  put("{");
}

const BuiltinDerive* find_builtin_derive(std::string_view name) {
  for (const BuiltinDerive& derive : kDerives)
    if (derive.name == name) return &derive;
  return nullptr;
}

}  // namespace rp
