// Reads the item that a derive stands on.
#include "expand/derive_shape.h"

#include "crates/cfg_set.h"

namespace rp {
namespace {

using K = NodeKind;
using T = TokenKind;

uint32_t first_real_slot(const Tree& tree, NodeId node) {
  uint32_t slot = tree.first_slot(node);
  while (slot + 1 < tree.end_slot(node) && (is_trivia(tree.token_kind(slot)) || is_group_token(tree.token_kind(slot))))
    ++slot;
  return slot;
}

void read_name(const Tree& tree, NodeId owner, uint32_t* slot, std::string_view* name) {
  const NodeId node = tree.child(owner, Role::name);
  if (!node || tree.first_slot(node) >= tree.end_slot(node)) return;
  *slot = first_real_slot(tree, node);
  *name = plain_identifier(tree.token_text(*slot));
}

void read_fields(const DeriveInput& input, NodeId list, DeriveVariant* variant) {
  const Tree& tree = input.source->tree;
  if (!list) return;
  variant->style = tree.kind(list) == K::TupleFieldList ? DeriveVariant::Style::Tuple : DeriveVariant::Style::Named;
  for (NodeId field = tree.first_child(list); field; field = tree.next_sibling(field)) {
    if (tree.role(field) != Role::field) continue;
    if (std::binary_search(input.removed.begin(), input.removed.end(), field)) continue;
    DeriveField out;
    out.node = field;
    out.type = tree.child(field, Role::type);
    if (tree.kind(list) == K::RecordFieldList) {
      read_name(tree, field, &out.name_slot, &out.name);
      // What a syntax error left without a name is no field.
      if (out.name.empty()) continue;
    }
    variant->fields.push_back(out);
  }
}

// Finds the projections in one type. Preorder, with the binders that are open; no recursion.
void find_projections(const Tree& tree, NodeId type, DeriveShape* shape) {
  struct Open {
    NodeId binder;
    NodeId end;
  };
  std::vector<Open> open;
  for (NodeId node = type; node && node < tree.subtree_end(type); ++node.value) {
    while (!open.empty() && node >= open.back().end) open.pop_back();
    const K kind = tree.kind(node);
    if (kind == K::ForBinder) {
      open.push_back({tree.child(node, Role::generics), tree.subtree_end(tree.parent(node))});
      continue;
    }
    if (node_category(kind) == NodeCategory::Expr || kind == K::Block) {
      // Constants are not looked into.
      node = NodeId(tree.subtree_end(node).value - 1);
      continue;
    }
    if (kind != K::PathType || tree.child(node, Role::qualified_self)) continue;
    NodeId segment = tree.child(node, Role::segment);
    if (!segment || tree.token_kind(first_real_slot(tree, node)) == T::ColonColon) continue;
    const std::string_view first = plain_identifier(tree.token_text(first_real_slot(tree, segment)));
    bool several = false;
    for (NodeId next = tree.next_sibling(segment); next; next = tree.next_sibling(next))
      several = several || tree.role(next) == Role::segment;
    if (!several) continue;
    for (const DeriveParam& param : shape->params) {
      if (param.kind != DeriveParam::Kind::Type || param.name != first) continue;
      DeriveProjection projection{node, {}};
      for (const Open& binder : open) projection.binders.push_back(binder.binder);
      shape->projections.push_back(std::move(projection));
      break;
    }
  }
}

void read_attributes(const DeriveInput& input, DeriveShape* shape) {
  const Tree& tree = input.source->tree;
  for (NodeId attr = tree.first_child(input.item); attr; attr = tree.next_sibling(attr)) {
    if (tree.role(attr) != Role::attribute || tree.kind(attr) != K::Attr) continue;
    if (std::binary_search(input.removed.begin(), input.removed.end(), attr)) continue;
    const std::string path = attribute_path(tree, attr);
    if (path == "allow" || path == "warn" || path == "deny" || path == "forbid" || path == "stable" ||
        path == "unstable") {
      shape->kept_attributes.push_back(attr);
    } else if (path == "repr") {
      const SlotRange inside = inside_of(tree, tree.child(attr, Role::arguments));
      for (uint32_t slot = inside.begin; slot < inside.end; slot += token_slots(tree.token_kind(slot)))
        if (tree.token_text(slot) == "packed") shape->packed = true;
    }
  }
}

}  // namespace

std::string_view plain_identifier(std::string_view text) { return text.starts_with("r#") ? text.substr(2) : text; }

SlotRange inside_of(const Tree& tree, NodeId token_tree) {
  if (!token_tree) return {};
  SlotRange range{tree.first_slot(token_tree), tree.end_slot(token_tree)};
  while (range.begin < range.end && is_group_token(tree.token_kind(range.begin))) ++range.begin;
  while (range.end > range.begin && is_group_token(tree.token_kind(range.end - 1))) --range.end;
  if (range.begin < range.end) ++range.begin;
  if (range.end > range.begin) {
    const T last = tree.token_kind(range.end - 1);
    if (last == T::RParen || last == T::RBracket || last == T::RBrace) --range.end;
  }
  return range;
}

std::string attribute_path(const Tree& tree, NodeId attribute) {
  std::string out;
  const NodeId path = tree.child(attribute, Role::path);
  if (!path) return out;
  for (uint32_t slot = tree.first_slot(path); slot < tree.end_slot(path); slot += token_slots(tree.token_kind(slot)))
    if (!is_trivia(tree.token_kind(slot))) out += tree.token_text(slot);
  return out;
}

std::string_view simple_type_name(const Tree& tree, NodeId type) {
  if (!type || tree.kind(type) != K::PathType) return {};
  std::string_view name;
  for (uint32_t slot = tree.first_slot(type); slot < tree.end_slot(type); slot += token_slots(tree.token_kind(slot))) {
    const T kind = tree.token_kind(slot);
    if (is_trivia(kind) || is_group_token(kind)) continue;
    if (!name.empty()) return {};
    name = plain_identifier(tree.token_text(slot));
  }
  return name;
}

DeriveShape derive_shape(const DeriveInput& input) {
  const Tree& tree = input.source->tree;
  const auto gone = [&](NodeId node) { return std::binary_search(input.removed.begin(), input.removed.end(), node); };
  DeriveShape shape;
  shape.kind = tree.kind(input.item);
  shape.item = input.item;
  read_name(tree, input.item, &shape.name_slot, &shape.name);
  read_attributes(input, &shape);
  if (const NodeId generics = tree.child(input.item, Role::generics))
    for (NodeId node = tree.first_child(generics); node; node = tree.next_sibling(node)) {
      if (gone(node)) continue;
      DeriveParam param;
      param.node = node;
      if (tree.kind(node) == K::LifetimeParam)
        param.kind = DeriveParam::Kind::Lifetime;
      else if (tree.kind(node) == K::ConstParam)
        param.kind = DeriveParam::Kind::Const;
      else if (tree.kind(node) != K::TypeParam)
        continue;
      read_name(tree, node, &param.name_slot, &param.name);
      if (param.name.empty()) continue;
      shape.has_type_param = shape.has_type_param || param.kind == DeriveParam::Kind::Type;
      shape.params.push_back(param);
    }
  if (const NodeId where = tree.child(input.item, Role::where_clause))
    for (NodeId node = tree.first_child(where); node; node = tree.next_sibling(node))
      if (tree.role(node) == Role::predicate && !gone(node)) shape.predicates.push_back(node);
  if (shape.kind == K::EnumItem) {
    if (const NodeId list = tree.child(input.item, Role::variants))
      for (NodeId node = tree.first_child(list); node; node = tree.next_sibling(node)) {
        if (tree.kind(node) != K::Variant || gone(node)) continue;
        DeriveVariant variant;
        variant.node = node;
        read_name(tree, node, &variant.name_slot, &variant.name);
        if (variant.name.empty()) continue;
        read_fields(input, tree.child(node, Role::fields), &variant);
        shape.variants.push_back(std::move(variant));
      }
  } else {
    DeriveVariant variant;
    variant.node = input.item;
    variant.name_slot = shape.name_slot;
    variant.name = shape.name;
    read_fields(input, tree.child(input.item, Role::fields), &variant);
    shape.variants.push_back(std::move(variant));
  }
  if (shape.has_type_param)
    for (const DeriveVariant& variant : shape.variants)
      for (const DeriveField& field : variant.fields) find_projections(tree, field.type, &shape);
  return shape;
}

// ---- Impls ------------------------------------------------------------------------------------------------------

void ImplWriter::attributes() {
  for (const NodeId attr : shape_->kept_attributes) put(attr);
}

void ImplWriter::params(std::string_view bounds) {
  if (shape_->params.empty()) return;
  put("<");
  bool first = true;
  for (const DeriveParam& param : shape_->params) {
    if (!first) put(",");
    first = false;
    const NodeId own = tree().child(param.node, Role::bounds);
    switch (param.kind) {
      case DeriveParam::Kind::Lifetime:
        put(SlotRef{param.name_slot});
        if (own && tree().first_child(own)) put(":", own);
        break;
      case DeriveParam::Kind::Type: {
        const bool has_own = own && tree().first_child(own);
        put(SlotRef{param.name_slot});
        if (has_own || !bounds.empty()) put(":");
        if (!bounds.empty()) put(bounds);
        if (has_own && !bounds.empty()) put("+");
        if (has_own) put(own);
        break;
      }
      case DeriveParam::Kind::Const:
        put("const", SlotRef{param.name_slot}, ":", tree().child(param.node, Role::type));
        break;
    }
  }
  put(">");
}

void ImplWriter::self_type() {
  put(SlotRef{shape_->name_slot});
  if (shape_->params.empty()) return;
  put("<");
  bool first = true;
  for (const DeriveParam& param : shape_->params) {
    if (!first) put(",");
    first = false;
    put(SlotRef{param.name_slot});
  }
  put(">");
}

void ImplWriter::where_clause(std::string_view bounds) {
  const bool projected = !bounds.empty() && !shape_->projections.empty();
  if (shape_->predicates.empty() && !projected) return;
  put("where");
  bool first = true;
  const auto comma = [&] {
    if (!first) put(",");
    first = false;
  };
  for (const NodeId predicate : shape_->predicates) {
    comma();
    put(predicate);
  }
  if (!projected) return;
  for (const DeriveProjection& projection : shape_->projections) {
    comma();
    if (!projection.binders.empty()) {
      put("for<");
      bool first_param = true;
      for (const NodeId binder : projection.binders)
        for (NodeId param = binder ? tree().first_child(binder) : NodeId(); param; param = tree().next_sibling(param)) {
          if (!first_param) put(",");
          first_param = false;
          put(param);
        }
      put(">");
    }
    put(projection.path, ":", bounds);
  }
}

void ImplWriter::impl_header(std::string_view before_impl, std::string_view trait, std::string_view bounds) {
  put(before_impl, "impl");
  params(bounds);
  put(trait, "for");
  self_type();
  where_clause(bounds);
}

}  // namespace rp
