// A model of #[wasm_bindgen]: what is exported stays as it is; blocks of what is imported become types, methods and
// functions.
#include <algorithm>

#include "expand/models.h"

namespace rp {
namespace {

using K = NodeKind;
using T = TokenKind;

bool is_helper(const Tree& tree, NodeId node) {
  return tree.kind(node) == K::Attr && attribute_path(tree, node) == "wasm_bindgen";
}

// What #[wasm_bindgen(..)] says of an imported item.
struct ImportAttribute {
  bool method = false;
  bool constructor = false;
  std::string static_method_of;
  std::vector<std::string> extends;
  bool thread_local_static = false;
};

class Import {
 public:
  Import(const AttributeInput& input, TokenStream* out, std::string root, const std::vector<NodeId>& left_out)
      : tree_(input.source->tree),
        root_(std::move(root)),
        w_(out, *input.source, input.id, input.place, kRootContext, left_out) {}

  bool item(NodeId node) {
    switch (tree_.kind(node)) {
      case K::TypeAliasItem:
        type(node);
        return true;
      case K::FnItem:
        return function(node);
      case K::StaticItem:
        static_item(node);
        return true;
      default:
        return false;
    }
  }

 private:
  ImportAttribute read(NodeId node) const {
    ImportAttribute out;
    for (NodeId attr = tree_.first_child(node); attr; attr = tree_.next_sibling(attr)) {
      if (!is_helper(tree_, attr)) continue;
      const SlotRange inside = inside_of(tree_, tree_.child(attr, Role::arguments));
      std::string key;
      std::string value;
      bool in_value = false;
      const auto end = [&] {
        if (key == "method") out.method = true;
        if (key == "constructor") out.constructor = true;
        if (key == "static_method_of") out.static_method_of = value;
        if (key == "extends") out.extends.push_back(value);
        if (key == "thread_local" || key == "thread_local_v2") out.thread_local_static = true;
        key.clear();
        value.clear();
        in_value = false;
      };
      for (uint32_t slot = inside.begin; slot < inside.end; slot += token_slots(tree_.token_kind(slot))) {
        const T kind = tree_.token_kind(slot);
        if (is_trivia(kind)) continue;
        if (kind == T::Comma) {
          end();
        } else if (kind == T::Eq && !in_value) {
          in_value = true;
        } else {
          (in_value ? value : key) += tree_.token_text(slot);
        }
      }
      end();
    }
    return out;
  }

  void attributes(NodeId node) {
    for (NodeId attr = tree_.first_child(node); attr; attr = tree_.next_sibling(attr))
      if (tree_.role(attr) == Role::attribute && !w_.is_removed(attr)) w_.put(attr);
    if (const NodeId visibility = tree_.child(node, Role::visibility)) w_.put(visibility);
  }
  [[nodiscard]] std::string_view name_of(NodeId param) const {
    const NodeId name = tree_.child(param, Role::name);
    return name ? tree_.token_text(tree_.first_slot(name)) : std::string_view();
  }

  // `<T, 'a>` as arguments, without bounds and defaults.
  void arguments(NodeId generics) {
    if (!generics) return;
    w_.put("<");
    for (NodeId param = tree_.first_child(generics); param; param = tree_.next_sibling(param))
      if (const NodeId name = tree_.child(param, Role::name)) w_.put(name, ",");
    w_.put(">");
  }
  // `<T: Bound>`, without defaults.
  void parameter(NodeId param) {
    if (tree_.kind(param) == K::ConstParam) {
      w_.put("const", tree_.child(param, Role::name), ":", tree_.child(param, Role::type), ",");
      return;
    }
    w_.put(tree_.child(param, Role::name));
    const NodeId bounds = tree_.child(param, Role::bounds);
    if (bounds && tree_.first_child(bounds)) w_.put(":", bounds);
    w_.put(",");
  }
  void parameters(NodeId generics) {
    if (!generics) return;
    w_.put("<");
    for (NodeId param = tree_.first_child(generics); param; param = tree_.next_sibling(param)) parameter(param);
    w_.put(">");
  }

  void type(NodeId node) {
    const ImportAttribute said = read(node);
    const NodeId name = tree_.child(node, Role::name);
    const NodeId generics = tree_.child(node, Role::generics);
    const std::string value = root_ + "::JsValue";
    attributes(node);
    w_.put("struct", name);
    if (generics) w_.put(generics);
    w_.put("{ obj:", value);
    if (generics) {
      w_.put(", generics: ::core::marker::PhantomData<(");
      for (NodeId param = tree_.first_child(generics); param; param = tree_.next_sibling(param)) {
        if (tree_.kind(param) == K::TypeParam) w_.put(tree_.child(param, Role::name), ",");
        if (tree_.kind(param) == K::LifetimeParam) w_.put("&", tree_.child(param, Role::name), "(),");
      }
      w_.put(")>");
    }
    w_.put("}");
    const auto begin = [&](const std::string& trait) {
      w_.put("#[automatically_derived] impl");
      parameters(generics);
      w_.put(trait, "for", name);
      arguments(generics);
      w_.put("{");
    };
    const auto into = [&](const std::string& target) {
      begin("::core::convert::AsRef<" + target + ">");
      w_.put("fn as_ref(&self) -> &", target, "{ loop {} } }");
      w_.put("#[automatically_derived] impl");
      parameters(generics);
      w_.put("::core::convert::From<", name);
      arguments(generics);
      w_.put("> for", target, "{ fn from(obj:", name);
      arguments(generics);
      w_.put(") -> Self { loop {} } }");
    };
    const std::string& target = said.extends.empty() ? value : said.extends.front();
    begin("::core::ops::Deref");
    w_.put("type Target =", target, "; fn deref(&self) -> &", target, "{ loop {} } }");
    begin(root_ + "::JsCast");
    w_.put("fn instanceof(val: &", value, ") -> bool { loop {} } fn unchecked_from_js(val:", value,
           ") -> Self { loop {} } fn unchecked_from_js_ref(val: &", value, ") -> &Self { loop {} } }");
    into(value);
    for (const std::string& parent : said.extends) into(parent);
    abi(begin, "<" + value + " as " + root_ + "::convert::IntoWasmAbi>::Abi");
  }

  template <typename Begin>
  void abi(const Begin& begin, const std::string& abi) {
    begin(root_ + "::describe::WasmDescribe");
    w_.put("fn describe() { loop {} } }");
    begin(root_ + "::convert::IntoWasmAbi");
    w_.put("type Abi =", abi, "; fn into_abi(self) -> Self::Abi { loop {} } }");
    begin(root_ + "::convert::FromWasmAbi");
    w_.put("type Abi =", abi, "; unsafe fn from_abi(js: Self::Abi) -> Self { loop {} } }");
    begin(root_ + "::convert::OptionIntoWasmAbi");
    w_.put("fn none() -> Self::Abi { loop {} } }");
    begin(root_ + "::convert::OptionFromWasmAbi");
    w_.put("fn is_none(abi: &Self::Abi) -> bool { loop {} } }");
  }

  void static_item(NodeId node) {
    const ImportAttribute said = read(node);
    attributes(node);
    w_.put("static", tree_.child(node, Role::name), ":", root_,
           said.thread_local_static ? "::JsThreadLocal<" : "::JsStatic<", tree_.child(node, Role::type),
           "> = loop {};");
  }

  [[nodiscard]] bool mentions(NodeId type, std::string_view name) const {
    for (uint32_t slot = tree_.first_slot(type); slot < tree_.end_slot(type); ++slot)
      if (tree_.token_text(slot) == name) return true;
    return false;
  }
  // The class that a constructor gives, also within Result<Class, E>.
  [[nodiscard]] NodeId made_class(NodeId function) const {
    const NodeId result = tree_.child(function, Role::return_type);
    NodeId type = result ? tree_.child(result, Role::type) : NodeId();
    if (!type || tree_.kind(type) != K::PathType) return {};
    NodeId last;
    for (NodeId c = tree_.first_child(type); c; c = tree_.next_sibling(c))
      if (tree_.role(c) == Role::segment) last = c;
    if (!last || tree_.token_text(tree_.first_slot(last)) != "Result") return type;
    const NodeId generics = tree_.child(last, Role::arguments);
    return generics ? tree_.first_child(generics) : NodeId();
  }

  bool function(NodeId node) {
    const ImportAttribute said = read(node);
    const NodeId list = tree_.child(node, Role::parameters);
    const NodeId generics = tree_.child(node, Role::generics);
    if (!list) return false;
    NodeId self;  // the parameter that becomes it
    NodeId self_class;
    bool by_reference = false;
    if (said.method) {
      self = tree_.first_child(list);
      if (!self || tree_.kind(self) != K::Param) return false;
      self_class = tree_.child(self, Role::type);
      if (self_class && tree_.kind(self_class) == K::RefType) {
        by_reference = true;
        self_class = tree_.child(self_class, Role::type);
      }
      if (!self_class) return false;
    } else if (said.constructor) {
      self_class = made_class(node);
      if (!self_class) return false;
    }
    const bool in_class = self_class || !said.static_method_of.empty();
    const auto of_class = [&](NodeId param) { return self_class && mentions(self_class, name_of(param)); };
    if (in_class) {
      w_.put("impl <");
      if (generics)
        for (NodeId param = tree_.first_child(generics); param; param = tree_.next_sibling(param))
          if (of_class(param)) parameter(param);
      w_.put(">");
      if (self_class)
        w_.put(self_class);
      else
        w_.put(said.static_method_of);
      w_.put("{");
    }
    attributes(node);
    if (tree_.has_token(node, T::KwAsync)) w_.put("async");
    w_.put("fn", tree_.child(node, Role::name));
    if (generics) {
      w_.put("<");
      for (NodeId param = tree_.first_child(generics); param; param = tree_.next_sibling(param))
        if (!of_class(param)) parameter(param);
      w_.put(">");
    }
    w_.put("(");
    if (self) w_.put(by_reference ? "&self," : "self,");
    for (NodeId param = tree_.first_child(list); param; param = tree_.next_sibling(param))
      if (param != self && !w_.is_removed(param)) w_.put(param, ",");
    w_.put(")");
    if (const NodeId result = tree_.child(node, Role::return_type)) w_.put(result);
    if (const NodeId where = tree_.child(node, Role::where_clause)) w_.put(where);
    w_.put("{ loop {} }");
    if (in_class) w_.put("}");
    return true;
  }

  const Tree& tree_;
  std::string root_;
  TokenWriter w_;
};

// The impls of a type that is exported.
void exported_type(const AttributeInput& input, const std::string& root, TokenStream* out) {
  const Tree& tree = input.source->tree;
  const NodeId name = tree.child(input.item, Role::name);
  TokenWriter w(out, *input.source, input.id, input.place, kRootContext);
  const std::string value = root + "::JsValue";
  const auto begin = [&](const std::string& trait) {
    w.put("#[automatically_derived] impl", root + trait, "for", name, "{");
  };
  begin("::describe::WasmDescribe");
  w.put("fn describe() { loop {} } }");
  begin("::convert::IntoWasmAbi");
  w.put("type Abi = u32; fn into_abi(self) -> u32 { loop {} } }");
  begin("::convert::FromWasmAbi");
  w.put("type Abi = u32; unsafe fn from_abi(js: u32) -> Self { loop {} } }");
  begin("::convert::OptionIntoWasmAbi");
  w.put("fn none() -> Self::Abi { loop {} } }");
  begin("::convert::OptionFromWasmAbi");
  w.put("fn is_none(abi: &Self::Abi) -> bool { loop {} } }");
  w.put("#[automatically_derived] impl ::core::convert::From<", name, "> for", value, "{ fn from(value:", name,
        ") -> Self { loop {} } }");
}

bool has_string_values(const Tree& tree, NodeId item) {
  for (NodeId n(item.value + 1); n < tree.subtree_end(item); n = NodeId(n.value + 1))
    if (tree.kind(n) == K::LiteralExpr && tree.role(n) == Role::discriminant &&
        tree.token_kind(tree.first_slot(n)) == T::Str)
      return true;
  return false;
}

// The variants lose their values, there is one more for any other string, and functions that convert.
void string_enum(const Tree& tree, NodeId item, TokenWriter& w) {
  for (NodeId attr = tree.first_child(item); attr; attr = tree.next_sibling(attr))
    if (tree.role(attr) == Role::attribute && !w.is_removed(attr)) w.put(attr);
  const NodeId name = tree.child(item, Role::name);
  w.put("#[non_exhaustive] #[repr(u32)]");
  if (const NodeId visibility = tree.child(item, Role::visibility)) w.put(visibility);
  w.put("enum", name, "{");
  const NodeId list = tree.child(item, Role::variants);
  for (NodeId variant = list ? tree.first_child(list) : NodeId(); variant; variant = tree.next_sibling(variant)) {
    if (tree.kind(variant) != K::Variant || w.is_removed(variant)) continue;
    for (NodeId attr = tree.first_child(variant); attr; attr = tree.next_sibling(attr))
      if (tree.role(attr) == Role::attribute && !w.is_removed(attr)) w.put(attr);
    w.put(tree.child(variant, Role::name), ",");
  }
  w.put("#[doc(hidden)] __Invalid } #[automatically_derived] impl", name,
        "{ pub fn from_str(s: &str) -> ::core::option::Option<", name,
        "> { loop {} } pub fn to_str(&self) -> &'static str { loop {} } }");
}

}  // namespace

BuiltinOutcome model_wasm_bindgen(const AttributeInput& input, BuiltinContext&, TokenStream* out, MacroError*) {
  const Tree& tree = input.source->tree;
  // #[wasm_bindgen(wasm_bindgen = path)] names the crate otherwise.
  std::string root = "wasm_bindgen";
  const MacroInput& arguments = input.arguments;
  if (arguments.source != nullptr) {
    const Tree& t = arguments.source->tree;
    for (uint32_t slot = arguments.begin; slot < arguments.end; slot += token_slots(t.token_kind(slot))) {
      if (t.token_text(slot) != "wasm_bindgen" || t.token_kind(slot + 1) != T::Eq) continue;
      root.clear();
      for (slot += 2; slot < arguments.end && t.token_kind(slot) != T::Comma; slot += token_slots(t.token_kind(slot)))
        root += t.token_text(slot);
    }
  }
  std::vector<NodeId> left_out(input.removed.begin(), input.removed.end());
  if (input.attribute) left_out.push_back(input.attribute);
  for (NodeId n(input.item.value + 1); n < tree.subtree_end(input.item); n = NodeId(n.value + 1))
    if (is_helper(tree, n)) left_out.push_back(n);
  std::sort(left_out.begin(), left_out.end());
  left_out.erase(std::unique(left_out.begin(), left_out.end()), left_out.end());

  const NodeKind kind = tree.kind(input.item);
  if (kind == K::ExternBlock) {
    const NodeId list = tree.child(input.item, Role::items);
    if (!list) return BuiltinOutcome::Opaque;
    Import import(input, out, root, left_out);
    for (NodeId item = tree.first_child(list); item; item = tree.next_sibling(item)) {
      if (tree.role(item) == Role::attribute || std::binary_search(left_out.begin(), left_out.end(), item)) continue;
      if (!import.item(item)) return BuiltinOutcome::Opaque;
    }
    return BuiltinOutcome::Modelled;
  }
  if (kind != K::FnItem && kind != K::ImplItem && kind != K::StructItem && kind != K::EnumItem)
    return BuiltinOutcome::Opaque;
  TokenWriter w(out, *input.source, input.id, input.place, kRootContext, left_out);
  if (kind == K::EnumItem && has_string_values(tree, input.item)) {
    string_enum(tree, input.item, w);
    exported_type(input, root, out);
    return BuiltinOutcome::Modelled;
  }
  w.put(input.item);
  if (kind == K::StructItem || kind == K::EnumItem) exported_type(input, root, out);
  return BuiltinOutcome::Modelled;
}

}  // namespace rp
