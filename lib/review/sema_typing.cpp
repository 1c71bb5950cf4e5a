#include "review/sema_typing.h"

#include <algorithm>

#include "review/tree_queries.h"

namespace rp {
namespace {

constexpr uint32_t kMaxQuestions = 60;  // that lead to each other
constexpr uint32_t kMaxDereferences = 8;
constexpr uint32_t kMaxMatchDepth = 20;

struct Nested {
  explicit Nested(uint32_t* depth) : depth_(depth) { ++*depth_; }
  ~Nested() { --*depth_; }
  uint32_t* depth_;
};

bool is_type_kind(NodeKind kind) { return node_category(kind) == NodeCategory::Type; }

NodeId tail_of(const Tree& tree, NodeId block) { return block ? tree.child(block, Role::tail) : NodeId(); }

}  // namespace

TypeLease::~TypeLease() {
  if (types != nullptr && from != nullptr) from->give_back(std::move(types));
}

Typing::Typing(Sema::Impl& sema, std::shared_ptr<TypeLease> lease)
    : s_(sema),
      sema_(*sema.self),
      tree_(*sema.tree),
      lease_(std::move(lease)),
      store_(lease_->types->context.store()),
      items_(lease_->types->context.items()),
      traits_(lease_->types->context.traits()) {}

TypeId Typing::unpack(SemaType t) { return t && !is_named(t) ? TypeId(t.value) : store_.unknown; }

SemaType Typing::named(std::string_view path) {
  std::vector<std::string>& all = lease_->named;
  auto at = std::find(all.begin(), all.end(), path);
  if (at == all.end()) at = all.insert(all.end(), std::string(path));
  return SemaType(kNamedType | static_cast<uint32_t>(at - all.begin()));
}

DefRef Typing::owner_of(NodeId node) {
  for (NodeId at = tree_.parent(node); at; at = tree_.parent(at)) {
    if (node_category(tree_.kind(at)) != NodeCategory::Item) continue;
    if (const DefId def = s_.defs->def_at(s_.input.source, at)) return {s_.input.crate, def};
  }
  // In what a macro became: the module.
  const DefId module = s_.defs->sources[s_.input.source.value].module;
  return {s_.input.crate, module ? module : DefId(0)};
}

// ---- Questions ----

SemaType Typing::of_node(NodeId node) {
  if (!node || s_.defs == nullptr || s_.names == nullptr) return {};
  if (const auto at = known_.find(node.value); at != known_.end()) return at->second;
  if (lease_->depth > kMaxQuestions) return {};
  const Nested nested(&lease_->depth);
  known_[node.value] = {};  // a question that leads back to itself has no answer
  const SemaType type = compute(node);
  known_[node.value] = type;
  return type;
}

SemaType Typing::compute(NodeId node) {
  const NodeKind kind = tree_.kind(node);
  if (is_type_kind(kind)) return written(node);
  const SemaType by_name = compute_named(node, kind);
  if (by_name) return by_name;
  TypeId t = store_.unknown;
  switch (kind) {
    case NodeKind::LiteralExpr:
      t = literal(node);
      break;
    case NodeKind::PathExpr:
      t = path_expression(node);
      break;
    case NodeKind::RefExpr: {
      const TypeId inner = of(tree_.child(node, Role::operand));
      if (store_.is_unknown(inner)) break;
      const bool is_mut = tree_.has_token(node, TokenKind::KwMut);
      t = tree_.text(node).starts_with("&raw ") ? store_.raw_pointer(inner, is_mut)
                                                : store_.reference(store_.erased, inner, is_mut);
      break;
    }
    case NodeKind::UnaryExpr: {
      const TypeId inner = of(tree_.child(node, Role::operand));
      if (tree_.has_token(node, TokenKind::Star))
        t = dereferenced(inner);
      else if (store_.kind(inner) == TypeKind::Int || store_.kind(inner) == TypeKind::Float ||
               store_.kind(inner) == TypeKind::Bool)
        t = inner;
      if (!t) t = store_.unknown;
      break;
    }
    case NodeKind::CallExpr:
      t = call(node);
      break;
    case NodeKind::MethodCallExpr:
      t = method_call(node);
      break;
    case NodeKind::FieldExpr:
      t = field(node);
      break;
    case NodeKind::IndexExpr:
      t = index(node);
      break;
    case NodeKind::BinaryExpr:
      t = binary(node);
      break;
    case NodeKind::AwaitExpr:
      t = await(node);
      break;
    case NodeKind::TryExpr: {
      const TypeId inner = of(tree_.child(node, Role::expression));
      if (store_.kind(inner) != TypeKind::Adt) break;
      const DefRef def = store_.def(inner);
      if (!sema_.is_def(def, "std::result::Result").yes() && !sema_.is_def(def, "std::option::Option").yes()) break;
      const auto args = store_.args(inner);
      if (!args.empty() && args[0].is_type()) t = args[0].type();
      break;
    }
    case NodeKind::BlockExpr: {
      if (is_async(tree_, node) || tree_.has_token(node, TokenKind::KwGen)) break;
      const NodeId tail = tail_of(tree_, tree_.child(node, Role::body));
      if (tail) return of_node(tail);
      break;
    }
    case NodeKind::IfExpr: {
      for (const NodeId block : {tree_.child(node, Role::then_block), tree_.child(node, Role::else_branch)}) {
        const NodeId tail = block && tree_.kind(block) == NodeKind::Block ? tail_of(tree_, block) : block;
        const SemaType each = tail ? of_node(tail) : SemaType();
        if (each) return each;
      }
      break;
    }
    case NodeKind::MatchExpr: {
      const NodeId arms = tree_.child(node, Role::arms);
      for (NodeId arm = arms ? tree_.first_child(arms) : NodeId(); arm; arm = tree_.next_sibling(arm)) {
        if (tree_.kind(arm) != NodeKind::MatchArm) continue;
        const SemaType each = of_node(tree_.child(arm, Role::body));
        if (each && (is_named(each) || store_.kind(unpack(each)) != TypeKind::Never)) return each;
      }
      break;
    }
    case NodeKind::RecordExpr: {
      const NameMeaning m = sema_.meaning(node);
      DefRef def = s_.behind(m.def);
      if (sema_.kind(def) == DefKind::Variant) def = sema_.parent(def);
      if (m.kind == NameKind::Definition || m.kind == NameKind::SelfType) t = adt_with(def, {});
      break;
    }
    case NodeKind::TupleExpr: {
      std::vector<TypeId> elements;
      for (NodeId child = tree_.first_child(node); child; child = tree_.next_sibling(child))
        if (tree_.role(child) == Role::element) elements.push_back(of(child));
      t = store_.tuple(elements);
      break;
    }
    case NodeKind::ArrayExpr:
    case NodeKind::ArrayRepeatExpr: {
      const TypeId element = of(tree_.child(node, Role::element));
      t = store_.array(element, store_.unknown_const);
      break;
    }
    case NodeKind::ReturnExpr:
    case NodeKind::BreakExpr:
    case NodeKind::ContinueExpr:
      t = store_.never;
      break;
    case NodeKind::AssignExpr:
    case NodeKind::WhileExpr:
    case NodeKind::ForExpr:
      t = store_.unit;
      break;
    case NodeKind::MacroExpr:
      t = macro(node);
      break;
    default:
      if (node_category(kind) == NodeCategory::Pat) t = pattern(node);
      break;
  }
  return store_.is_unknown(t) ? SemaType() : pack(t);
}

// What may be of a type that is known by its path alone.
SemaType Typing::compute_named(NodeId node, NodeKind kind) {
  switch (kind) {
    case NodeKind::ParenExpr:
    case NodeKind::AttributedExpr:
      return of_node(tree_.child(node, Role::expression));
    case NodeKind::CastExpr:
      return written(tree_.child(node, Role::type));
    case NodeKind::IdentPat:
      return of_local(tree_.child(node, Role::name));
    case NodeKind::PathExpr: {
      const NameMeaning m = sema_.meaning(node);
      return m.kind == NameKind::Local && m.declaration ? of_local(m.declaration) : SemaType();
    }
    case NodeKind::CallExpr: {
      // `tokio::sync::Mutex::new(..)`: constructors are called so.
      const NodeId callee = peel(tree_, tree_.child(node, Role::callee));
      if (!callee || tree_.kind(callee) != NodeKind::PathExpr) return {};
      const NameMeaning m = sema_.meaning(callee);
      if (m.kind != NameKind::Unknown || (m.text != "new" && m.text != "default")) return {};
      const std::string path = sema_.written_path(callee);
      const size_t end = path.rfind("::");
      if (end == std::string::npos || end == 0) return {};
      const size_t begin = path.rfind("::", end - 1);
      if (begin == std::string::npos || path[begin + 2] < 'A' || path[begin + 2] > 'Z') return {};
      return named(std::string_view(path).substr(0, end));
    }
    default:
      return {};
  }
}

SemaType Typing::written(NodeId type) {
  if (!type || s_.defs == nullptr || s_.names == nullptr) return {};
  while (tree_.kind(type) == NodeKind::ParenType) {
    type = tree_.child(type, Role::type);
    if (!type) return {};
  }
  if (tree_.kind(type) == NodeKind::PathType) {
    const NameMeaning m = sema_.meaning(type);
    if (m.kind == NameKind::Unknown || m.kind == NameKind::Unresolved) {
      const std::string path = sema_.written_path(type);
      return path.empty() ? SemaType() : named(path);
    }
  }
  LowerScope scope;
  scope.text.crate = s_.input.crate;
  scope.text.source = s_.input.source;
  scope.owner = owner_of(type);
  scope.holes = Holes::Unknown;
  const TypeId t = traits_.normalize(lease_->types->context.lowering().type(scope, type));
  return store_.is_unknown(t) ? SemaType() : pack(t);
}

// ---- Variables and patterns ----

SemaType Typing::of_local(NodeId declaration) {
  if (!declaration || s_.defs == nullptr || s_.names == nullptr) return {};
  if (const auto at = known_.find(declaration.value); at != known_.end()) return at->second;
  if (lease_->depth > kMaxQuestions) return {};
  const Nested nested(&lease_->depth);
  known_[declaration.value] = {};
  SemaType type;
  const std::optional<LocalInfo> info = sema_.local(declaration);
  if (info && tree_.kind(declaration) == NodeKind::SelfParam) {
    const DefRef fn = owner_of(declaration);
    const DefRef container = items_.container(fn);
    if (info->type) {
      type = written(info->type);
    } else if (container && sema_.kind(container) == DefKind::Impl) {
      const TypeId self = items_.type_of(container);
      if (!store_.is_unknown(self))
        type = pack(info->by_reference
                        ? store_.reference(store_.erased, self, tree_.has_token(declaration, TokenKind::KwMut))
                        : self);
    }
  } else if (info) {
    if (info->type) type = written(info->type);
    if (!type && info->value) type = of_node(info->value);
    if (!type && !info->type && !info->value && info->pattern) {
      const TypeId t = pattern(info->pattern);
      if (!store_.is_unknown(t)) type = pack(t);
    }
    if (type && info->by_reference && !is_named(type))
      type = pack(store_.reference(store_.erased, unpack(type), false));
  }
  known_[declaration.value] = type;
  return type;
}

TypeId Typing::pattern(NodeId node) {
  if (lease_->depth > kMaxQuestions) return store_.unknown;
  const Nested nested(&lease_->depth);
  const NodeId up = tree_.parent(node);
  if (!up) return store_.unknown;
  switch (tree_.kind(up)) {
    case NodeKind::LetStmt:
    case NodeKind::Param:
      if (const NodeId type = tree_.child(up, Role::type)) return unpack(written(type));
      return of(tree_.child(up, Role::value));
    case NodeKind::LetExpr:
      return of(tree_.child(up, Role::value));
    case NodeKind::MatchArm: {
      const NodeId arms = tree_.parent(up);
      const NodeId match = arms ? tree_.parent(arms) : NodeId();
      return match ? of(tree_.child(match, Role::scrutinee)) : store_.unknown;
    }
    case NodeKind::ForExpr:
      return item_of(of(tree_.child(up, Role::iterable)));
    case NodeKind::RecordPatField: {
      const NodeId record = tree_.parent(up);
      return record ? pattern_part(up, record, pattern(record)) : store_.unknown;
    }
    default:
      if (node_category(tree_.kind(up)) != NodeCategory::Pat) return store_.unknown;
      return pattern_part(node, up, pattern(up));
  }
}

TypeId Typing::pattern_part(NodeId inner, NodeId outer, TypeId outer_type) {
  // References are looked through, and what is bound then is one (the Reference, "Binding modes").
  bool by_reference = false;
  bool is_mut = true;
  const NodeKind kind = tree_.kind(outer);
  if (kind == NodeKind::ParenPat || kind == NodeKind::OrPat || kind == NodeKind::IdentPat) return outer_type;
  if (kind == NodeKind::RefPat)
    return store_.kind(outer_type) == TypeKind::Ref ? store_.element(outer_type) : store_.unknown;
  while (store_.kind(outer_type) == TypeKind::Ref) {
    by_reference = true;
    is_mut = is_mut && store_.is_mut(outer_type);
    outer_type = store_.element(outer_type);
  }
  const auto part = [&](TypeId t) {
    if (store_.is_unknown(t)) return t;
    return by_reference ? store_.reference(store_.erased, t, is_mut) : t;
  };
  uint32_t number = 0;
  for (NodeId child = tree_.first_child(outer); child && child != inner; child = tree_.next_sibling(child)) {
    if (tree_.role(child) != Role::pattern) continue;
    if (tree_.kind(child) == NodeKind::RestPat) return store_.unknown;
    ++number;
  }
  if (kind == NodeKind::TuplePat && store_.kind(outer_type) == TypeKind::Tuple) {
    const auto args = store_.args(outer_type);
    return number < args.size() && args[number].is_type() ? part(args[number].type()) : store_.unknown;
  }
  if (kind == NodeKind::SlicePat) {
    const TypeKind of = store_.kind(outer_type);
    if (tree_.kind(inner) == NodeKind::RestPat) return store_.unknown;
    return of == TypeKind::Slice || of == TypeKind::Array ? part(store_.element(outer_type)) : store_.unknown;
  }
  if ((kind != NodeKind::TupleStructPat && kind != NodeKind::RecordPat) || store_.kind(outer_type) != TypeKind::Adt)
    return store_.unknown;
  const NameMeaning m = sema_.meaning(outer);
  const DefRef def = s_.behind(m.def);
  std::string_view name;
  if (kind == NodeKind::RecordPat) {
    name = name_of(tree_, tree_.child(inner, Role::name));
    if (name.empty()) {
      const NodeId bound = tree_.child(inner, Role::pattern);
      name = bound ? name_of(tree_, tree_.child(bound, Role::name)) : std::string_view();
    }
  }
  const AdtInfo& adt = items_.adt(store_.def(outer_type));
  const std::vector<GenericArg> args(store_.args(outer_type).begin(), store_.args(outer_type).end());
  for (const VariantInfo& variant : adt.variants) {
    if (variant.def != def && adt.variants.size() > 1) continue;
    for (uint32_t i = 0; i < variant.fields.size(); ++i) {
      const bool wanted = name.empty() ? i == number : store_.text(variant.fields[i].name) == name;
      if (wanted) return part(lease_->types->context.field_type(variant.fields[i], args));
    }
  }
  return store_.unknown;
}

TypeId Typing::item_of(TypeId iterable) {
  if (store_.is_unknown(iterable)) return iterable;
  const DefRef trait = sema_.find_definition("std::iter::IntoIterator", Namespace::Type);
  const DefRef item = trait ? sema_.associated(trait, "Item") : DefRef();
  if (!item) return store_.unknown;
  const GenericArg self = iterable;
  const TypeId t = traits_.project(item, store_.list({&self, 1}));
  return t ? t : store_.unknown;
}

// ---- Expressions ----

TypeId Typing::literal(NodeId node) {
  const std::string_view text = tree_.text(node);
  if (text.empty()) return store_.unknown;
  if (text == "true" || text == "false") return store_.boolean;
  if (text.starts_with("b'")) return store_.integer(IntKind::U8);
  if (text.starts_with('\'')) return store_.character;
  if (text.starts_with('"') || text.starts_with("r\"") || text.starts_with("r#"))
    return store_.reference(store_.static_region, store_.str, false);
  if (text.starts_with("b\"") || text.starts_with("br"))
    return store_.reference(store_.static_region, store_.array(store_.integer(IntKind::U8), store_.unknown_const),
                            false);
  if (text[0] < '0' || text[0] > '9') return store_.unknown;
  for (uint32_t i = 0; i < kPrimitiveTypes.size(); ++i) {
    const std::string_view name = kPrimitiveTypes[i];
    const bool number = name[0] == 'i' || name[0] == 'u' || name[0] == 'f';
    if (!number || !text.ends_with(name)) continue;
    if (text.starts_with("0x") && name[0] == 'f') continue;
    return store_.primitive(i);
  }
  return store_.unknown;
}

TypeId Typing::path_expression(NodeId node) {
  const NameMeaning m = sema_.meaning(node);
  if (m.kind != NameKind::Definition) return store_.unknown;
  switch (sema_.kind(m.def)) {
    case DefKind::Const:
    case DefKind::Static:
    case DefKind::AssocConst:
      return items_.type_of(m.def);
    case DefKind::Variant:
      return (sema_.flags(m.def) & kDefUnitFields) != 0 ? adt_with(sema_.parent(m.def), {}) : store_.unknown;
    case DefKind::Struct:
      return (sema_.flags(m.def) & kDefUnitFields) != 0 ? adt_with(m.def, {}) : store_.unknown;
    default:
      return store_.unknown;
  }
}

TypeId Typing::adt_with(DefRef adt, const Bindings& bindings) {
  const DefKind kind = sema_.kind(adt);
  if (kind != DefKind::Struct && kind != DefKind::Enum && kind != DefKind::Union) return store_.unknown;
  const Generics& generics = items_.generics(adt);
  if (generics.unknown) return store_.unknown;
  Bindings args;
  for (const GenericParam& param : generics.params) {
    const size_t i = args.size();
    if (i < bindings.size() && bindings[i].valid())
      args.push_back(bindings[i]);
    else if (param.kind == GenericParam::Kind::Lifetime)
      args.emplace_back(store_.erased);
    else if (param.kind == GenericParam::Kind::Const)
      args.emplace_back(store_.unknown_const);
    else if (const GenericArg value = items_.default_of(adt, static_cast<uint32_t>(i)); value.valid())
      args.push_back(store_.substitute(value, args));
    else
      args.emplace_back(store_.unknown);
  }
  return store_.adt(adt, store_.list(args));
}

TypeId Typing::constructor(DefRef def, NodeId node) {
  const bool variant = sema_.kind(def) == DefKind::Variant;
  const DefRef adt = variant ? sema_.parent(def) : def;
  const AdtInfo& info = items_.adt(adt);
  Bindings bindings;
  for (const VariantInfo& each : info.variants) {
    if (variant && each.def != def) continue;
    for (uint32_t i = 0; i < each.fields.size(); ++i)
      if (const NodeId arg = rp::argument(tree_, node, i)) match(each.fields[i].type, of(arg), &bindings);
  }
  return adt_with(adt, bindings);
}

TypeId Typing::call(NodeId node) {
  const NodeId callee = peel(tree_, tree_.child(node, Role::callee));
  if (!callee || tree_.kind(callee) != NodeKind::PathExpr) return store_.unknown;
  const NameMeaning m = sema_.meaning(callee);
  if (m.kind == NameKind::SelfType) return constructor(s_.behind(m.def), node);
  if (m.kind == NameKind::Definition) {
    switch (sema_.kind(m.def)) {
      case DefKind::Struct:
      case DefKind::Variant:
        return constructor(m.def, node);
      case DefKind::Function:
        return call_of(m.def, node, 0, {});
      default:
        return store_.unknown;
    }
  }
  if (m.kind != NameKind::TypeDependent) return store_.unknown;
  // `Type::function(..)`: an inherent function of the type before it.
  const NameMeaning owner = s_.owner_of(s_.name_node(callee));
  if (owner.kind != NameKind::Definition && owner.kind != NameKind::SelfType && owner.kind != NameKind::Primitive)
    return store_.unknown;
  TypeId self = store_.unknown;
  if (owner.kind == NameKind::Primitive) {
    for (uint32_t i = 0; i < kPrimitiveTypes.size(); ++i)
      if (kPrimitiveTypes[i] == owner.text) self = store_.primitive(i);
  } else {
    self = adt_with(s_.behind(owner.def), {});
  }
  if (store_.is_unknown(self)) return self;
  Bindings bindings;
  const DefRef fn = find_inherent(self, m.text, false, &bindings);
  return fn ? call_of(fn, node, 0, std::move(bindings)) : store_.unknown;
}

TypeId Typing::call_of(DefRef fn, NodeId node, uint32_t first_input, Bindings bindings) {
  const TypeId signature = items_.fn_signature(fn);
  if (store_.kind(signature) != TypeKind::FnPtr) return store_.unknown;
  const std::vector<GenericArg> inputs(store_.signature(signature).inputs.begin(),
                                       store_.signature(signature).inputs.end());
  const TypeId output = store_.signature(signature).output;
  for (uint32_t i = first_input; i < inputs.size(); ++i)
    if (const NodeId arg = rp::argument(tree_, node, i - first_input))
      if (inputs[i].is_type()) match(inputs[i].type(), of(arg), &bindings);
  return apply(output, std::move(bindings), fn);
}

TypeId Typing::apply(TypeId t, Bindings bindings, DefRef owner) {
  if (store_.is_unknown(t)) return t;
  const Generics& generics = items_.generics(owner);
  bindings.resize(std::max<size_t>(bindings.size(), generics.count()));
  for (GenericArg& arg : bindings)
    if (!arg.valid()) arg = store_.unknown;
  // Lifetimes and constants must be what they are.
  const Generics* at = &generics;
  for (uint32_t step = 0; at != nullptr && step < 4; ++step) {
    for (uint32_t i = 0; i < at->params.size(); ++i) {
      GenericArg& arg = bindings[at->parent_count + i];
      if (at->params[i].kind == GenericParam::Kind::Lifetime && !arg.is_region()) arg = store_.erased;
      if (at->params[i].kind == GenericParam::Kind::Const && !arg.is_const()) arg = store_.unknown_const;
    }
    at = at->parent ? &items_.generics(at->parent) : nullptr;
  }
  return traits_.normalize(store_.erase_regions(store_.substitute(t, bindings)));
}

void Typing::match(TypeId pattern, TypeId actual, Bindings* bindings, uint32_t depth) {
  if (depth > kMaxMatchDepth || store_.is_unknown(actual)) return;
  const TypeKind kind = store_.kind(pattern);
  if (kind == TypeKind::Param) {
    const uint32_t i = store_.index(pattern);
    if (i > 4096) return;
    if (bindings->size() <= i) bindings->resize(i + 1);
    GenericArg& bound = (*bindings)[i];
    if (!bound.valid() || (bound.is_type() && store_.is_unknown(bound.type()))) bound = actual;
    return;
  }
  if (kind != store_.kind(actual)) return;
  switch (kind) {
    case TypeKind::Ref:
    case TypeKind::RawPtr:
    case TypeKind::Slice:
    case TypeKind::Array:
      match(store_.element(pattern), store_.element(actual), bindings, depth + 1);
      break;
    case TypeKind::Adt:
      if (store_.def(pattern) != store_.def(actual)) break;
      [[fallthrough]];
    case TypeKind::Tuple: {
      const std::vector<GenericArg> a(store_.args(pattern).begin(), store_.args(pattern).end());
      const std::vector<GenericArg> b(store_.args(actual).begin(), store_.args(actual).end());
      for (size_t i = 0; i < a.size() && i < b.size(); ++i)
        if (a[i].is_type() && b[i].is_type()) match(a[i].type(), b[i].type(), bindings, depth + 1);
      break;
    }
    default:
      break;
  }
}

TypeId Typing::dereferenced(TypeId t) {
  if (store_.kind(t) == TypeKind::Ref || store_.kind(t) == TypeKind::RawPtr) return store_.element(t);
  if (store_.kind(t) != TypeKind::Adt) return {};
  const DefRef trait = sema_.find_definition("std::ops::Deref", Namespace::Type);
  const DefRef target = trait ? sema_.associated(trait, "Target") : DefRef();
  if (!target || traits_.implements(t, trait) != Answer::Yes) return {};
  const GenericArg self = t;
  const TypeId out = traits_.project(target, store_.list({&self, 1}));
  return out && !store_.is_unknown(out) ? out : TypeId();
}

DefRef Typing::find_inherent(TypeId type, std::string_view name, bool needs_self, Bindings* bindings) {
  const std::span<const DefRef> impls = traits_.inherent_impls(type);
  const std::vector<DefRef> all(impls.begin(), impls.end());
  for (const DefRef impl : all) {
    for (const DefId child : sema_.children(impl)) {
      const DefRef fn{impl.crate, child};
      if (sema_.kind(fn) != DefKind::AssocFunction || sema_.name(fn) != name) continue;
      if (needs_self && (sema_.flags(fn) & kDefHasSelf) == 0) continue;
      // An impl for some arguments of the type alone: `impl Reader<File>`.
      const TypeId self = items_.type_of(impl);
      Bindings found;
      match(self, type, &found);
      const TypeId as = apply(self, found, impl);
      if (!store_.has(type, kHasUnknown) && !store_.has(as, kHasUnknown) && as != store_.erase_regions(type)) continue;
      *bindings = std::move(found);
      return fn;
    }
  }
  return {};
}

// Which traits are imported at the place of a call is not asked: so of two that the type has (or may have) and that
// both have the method, neither is taken.
DefRef Typing::find_in_traits(TypeId type, std::string_view name, bool* unknown) {
  DefRef found;
  for (const DefRef trait : s_.shared->traits_with(s_.input.crate, name)) {
    const Answer answer = traits_.implements(type, trait);
    if (answer == Answer::No) continue;
    if (answer == Answer::Unknown || found) {
      *unknown = true;
      return {};
    }
    found = sema_.associated(trait, name);
  }
  return found;
}

MethodMeaning Typing::method(NodeId call) {
  if (s_.defs == nullptr || s_.names == nullptr) return {};
  if (const auto at = methods_.find(call.value); at != methods_.end()) return at->second;
  MethodMeaning out;
  out.receiver = of_node(tree_.child(call, Role::receiver));
  const std::string_view name = name_of(tree_, call);
  TypeId t = unpack(out.receiver);
  bool unknown = false;
  for (uint32_t step = 0; t && !store_.is_unknown(t) && step <= kMaxDereferences && !out.def && !unknown; ++step) {
    while (store_.kind(t) == TypeKind::Ref) {
      t = store_.element(t);
      ++out.dereferences;
    }
    Bindings bindings;
    out.self_type = pack(t);
    out.def = find_inherent(t, name, true, &bindings);
    if (!out.def && store_.kind(t) == TypeKind::Array) {
      // Methods of slices are methods of arrays.
      out.def = find_inherent(store_.slice(store_.element(t)), name, true, &bindings);
      if (out.def) out.self_type = pack(store_.slice(store_.element(t)));
    }
    if (!out.def) out.def = find_in_traits(t, name, &unknown);
    if (out.def || unknown) break;
    t = dereferenced(t);
    ++out.dereferences;
  }
  if (out.def) out.known = Answer::Yes;
  methods_[call.value] = out;
  return out;
}

TypeId Typing::method_call(NodeId node) {
  const MethodMeaning m = method(node);
  if (!m.def) return store_.unknown;
  const DefRef container = items_.container(m.def);
  Bindings bindings;
  const TypeId self = unpack(m.self_type);
  if (container && sema_.kind(container) == DefKind::Impl) {
    match(items_.type_of(container), self, &bindings);
  } else {
    // Self is the first parameter of a trait.
    bindings.emplace_back(self);
  }
  // `collect::<Vec<_>>()`
  if (const NodeId generic = tree_.child(node, Role::generic_arguments)) {
    const Generics& own = items_.generics(m.def);
    uint32_t i = own.parent_count;
    for (const GenericParam& p : own.params)
      if (p.kind == GenericParam::Kind::Lifetime) ++i;
    for (NodeId a = tree_.first_child(generic); a; a = tree_.next_sibling(a)) {
      if (!is_type_kind(tree_.kind(a))) continue;
      if (bindings.size() <= i) bindings.resize(i + 1);
      const SemaType t = written(a);
      if (t && !is_named(t)) bindings[i] = unpack(t);
      ++i;
    }
  }
  return call_of(m.def, node, 1, std::move(bindings));
}

TypeId Typing::field(NodeId node) {
  TypeId t = of(tree_.child(node, Role::base));
  const std::string_view name = name_of(tree_, node);
  for (uint32_t step = 0; t && !store_.is_unknown(t) && step <= kMaxDereferences; ++step) {
    if (store_.kind(t) == TypeKind::Tuple) {
      const auto args = store_.args(t);
      for (size_t i = 0; i < args.size(); ++i)
        if (name == std::to_string(i) && args[i].is_type()) return args[i].type();
    }
    if (store_.kind(t) == TypeKind::Adt) {
      const AdtInfo& adt = items_.adt(store_.def(t));
      const std::vector<GenericArg> args(store_.args(t).begin(), store_.args(t).end());
      if (adt.kind != DefKind::Enum && !adt.variants.empty())
        for (const FieldInfo& each : adt.variants[0].fields)
          if (store_.text(each.name) == name) return lease_->types->context.field_type(each, args);
    }
    t = dereferenced(t);
  }
  return store_.unknown;
}

TypeId Typing::index(NodeId node) {
  TypeId t = of(tree_.child(node, Role::base));
  const NodeId by = peel(tree_, tree_.child(node, Role::index));
  const bool range = by && tree_.kind(by) == NodeKind::RangeExpr;
  for (uint32_t step = 0; t && !store_.is_unknown(t) && step <= kMaxDereferences; ++step) {
    const TypeKind kind = store_.kind(t);
    if (kind == TypeKind::Slice || kind == TypeKind::Array)
      return range ? store_.slice(store_.element(t)) : store_.element(t);
    if (kind == TypeKind::Str) return range ? t : store_.unknown;
    if (kind == TypeKind::Adt && sema_.is_def(store_.def(t), "std::collections::HashMap").yes()) {
      const auto args = store_.args(t);
      return args.size() > 1 && args[1].is_type() ? args[1].type() : store_.unknown;
    }
    t = dereferenced(t);
  }
  return store_.unknown;
}

TypeId Typing::binary(NodeId node) {
  for (const TokenKind kind : {TokenKind::EqEq, TokenKind::Ne, TokenKind::Lt, TokenKind::Gt, TokenKind::Le,
                               TokenKind::Ge, TokenKind::AndAnd, TokenKind::OrOr})
    if (tree_.has_token(node, kind)) return store_.boolean;
  const TypeId left = of(tree_.child(node, Role::left));
  const TypeKind kind = store_.kind(left);
  if (kind == TypeKind::Int || kind == TypeKind::Float) return left;
  if (!store_.is_unknown(left)) return store_.unknown;
  // A literal without a suffix takes the other's type.
  const TypeId right = of(tree_.child(node, Role::right));
  const bool shift = tree_.has_token(node, TokenKind::Shl) || tree_.has_token(node, TokenKind::Shr);
  const NodeId left_node = peel(tree_, tree_.child(node, Role::left));
  if (!shift && left_node && tree_.kind(left_node) == NodeKind::LiteralExpr &&
      (store_.kind(right) == TypeKind::Int || store_.kind(right) == TypeKind::Float))
    return right;
  return store_.unknown;
}

TypeId Typing::await(NodeId node) {
  const TypeId future = of(tree_.child(node, Role::expression));
  if (store_.is_unknown(future)) return future;
  const DefRef trait = sema_.find_definition("std::future::IntoFuture", Namespace::Type);
  const DefRef output = trait ? sema_.associated(trait, "Output") : DefRef();
  if (!output) return store_.unknown;
  const GenericArg self = future;
  const TypeId t = traits_.project(output, store_.list({&self, 1}));
  return t ? t : store_.unknown;
}

TypeId Typing::macro(NodeId node) {
  const TreeNode expansion = sema_.expansion(node);
  if (!expansion) return store_.unknown;
  const Sema* there = sema_.at(expansion);
  if (there == nullptr) return store_.unknown;
  NodeId content = expansion.tree->child(expansion.node, Role::content);
  if (!content) content = expansion.tree->child(expansion.node, Role::tail);
  return content ? unpack(there->type_of(content)) : store_.unknown;
}

}  // namespace rp
