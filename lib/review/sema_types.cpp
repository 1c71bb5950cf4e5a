// Types: Sema's questions, put to lib/types.
#include <algorithm>

#include "layout/type_view.h"
#include "review/sema_impl.h"
#include "review/sema_typing.h"
#include "review/tree_queries.h"
#include "types/impl_table.h"

namespace rp {

// ---- Contexts ----

namespace {

// Files without a manifest are read as for the usual target.
const layout::DataLayout* data_layout_of(const Project& project) {
  return layout::find_data_layout(project.graph.target.empty() ? default_target() : project.graph.target);
}

TypeInputs inputs_for(const Project& project, const layout::DataLayout* data, std::shared_ptr<SharedImplTable> impls) {
  TypeInputs out = type_inputs(project);
  out.impls = std::move(impls);
  if (data != nullptr) out.pointer_bits = data->pointer_size * 8U;
  return out;
}

}  // namespace

TypesAndLayouts::TypesAndLayouts(const Project& project, std::shared_ptr<SharedImplTable> impls)
    : data(data_layout_of(project)), context(inputs_for(project, data, std::move(impls))) {
  if (data != nullptr) layouts = std::make_unique<layout::Layouts>(context, *data);
}

std::unique_ptr<TypesAndLayouts> SemaShared::take_types() {
  {
    const std::unique_lock lock(mutex_);
    if (!types_.empty()) {
      std::unique_ptr<TypesAndLayouts> types = std::move(types_.back());
      types_.pop_back();
      return types;
    }
  }
  return std::make_unique<TypesAndLayouts>(*project_, impls_);
}

void SemaShared::give_back(std::unique_ptr<TypesAndLayouts> types) noexcept {
  try {
    const std::unique_lock lock(mutex_);
    types_.push_back(std::move(types));
  } catch (...) {
    // Made anew when they are needed.
  }
}

SemaShared::SemaShared(const Project* project)
    : project_(project),
      impls_(std::make_shared<SharedImplTable>()),
      no_std_(project != nullptr ? project->analysis.crates.size() : 0),
      views_(project != nullptr ? project->analysis.crates.size() : 0),
      no_view_(std::make_shared<layout::TypeView>()) {}
SemaShared::~SemaShared() = default;

std::span<const DefRef> SemaShared::traits_with(CrateIndex crate, std::string_view method) {
  const CrateIndexes& found = indexes(crate);
  const auto at = found.trait_methods.find(method);
  return at != found.trait_methods.end() ? std::span<const DefRef>(at->second) : std::span<const DefRef>();
}

Typing* Sema::Impl::types_here() {
  if (typing != nullptr) return typing.get();
  if (defs == nullptr || names == nullptr || shared->project() == nullptr) return nullptr;
  if (lease->types == nullptr) {
    lease->from = shared;
    lease->types = shared->take_types();
  }
  typing = std::make_unique<Typing>(*this, lease);
  return typing.get();
}

// What cfg(test) keeps is typed in the crate that has it.
const Sema* Sema::Impl::typed_at(NodeId node) {
  if (!node || defs == nullptr || input.other_crate == kNoCrate || !input.other_source) return self;
  if (!defs->is_removed(input.source, node)) return self;
  const Sema* there = self->at({tree, node, input.other_crate, input.other_source});
  return there != nullptr ? there : self;
}

// ---- Types of nodes ----

SemaType Sema::type_of(NodeId node) const {
  const Sema* there = impl_->typed_at(node);
  Typing* typing = there->impl_->types_here();
  return typing != nullptr && node ? typing->of_node(node) : SemaType();
}

SemaType Sema::written_type(NodeId type) const {
  const Sema* there = impl_->typed_at(type);
  Typing* typing = there->impl_->types_here();
  return typing != nullptr && type ? typing->written(type) : SemaType();
}

SemaType Sema::type_of_local(NodeId declaration) const {
  const Sema* there = impl_->typed_at(declaration);
  Typing* typing = there->impl_->types_here();
  return typing != nullptr && declaration ? typing->of_local(declaration) : SemaType();
}

SemaType Sema::type_of_def(DefRef def) const {
  Typing* typing = impl_->types_here();
  if (typing == nullptr || !def) return {};
  TypeContext& context = typing->context();
  const DefKind k = kind(def);
  TypeId t = context.store().unknown;
  if (k == DefKind::Function || k == DefKind::AssocFunction) {
    const TypeId signature = context.items().fn_signature(def);
    if (context.store().kind(signature) == TypeKind::FnPtr) t = context.store().signature(signature).output;
  } else {
    t = context.items().type_of(def);
  }
  return context.store().is_unknown(t) ? SemaType() : Typing::pack(t);
}

MethodMeaning Sema::method(NodeId call) const {
  const Sema* there = impl_->typed_at(call);
  Typing* typing = there->impl_->types_here();
  return typing != nullptr && call && impl_->tree->kind(call) == NodeKind::MethodCallExpr ? typing->method(call)
                                                                                          : MethodMeaning();
}

Reply Sema::is_method(NodeId call, std::string_view path) const {
  const Tree& tree = *impl_->tree;
  if (tree.kind(call) != NodeKind::MethodCallExpr) return {Answer::No, true};
  const PublicPath& wanted = impl_->path(path);
  if (name_of(tree, call) != wanted.last) return {Answer::No, true};
  const MethodMeaning m = method(call);
  if (Typing::is_named(m.receiver)) {
    const std::string_view type = impl_->types_here()->lease()->named[m.receiver.value & ~kNamedType];
    const size_t end = wanted.text.rfind("::");
    return {answer(end != std::string::npos && type == std::string_view(wanted.text).substr(0, end)), false};
  }
  if (!m.def) return {};
  if (std::binary_search(wanted.defs.begin(), wanted.defs.end(), m.def)) return {Answer::Yes, true};
  const DefRef container = parent(m.def);
  if (std::binary_search(wanted.owners.begin(), wanted.owners.end(), container)) return {Answer::Yes, true};
  if (kind(container) == DefKind::Trait) {
    // The method is a trait's, and a type's was asked for: `Mutex::clone`.
    const DefRef self = adt(m.self_type);
    return {answer(self && std::binary_search(wanted.owners.begin(), wanted.owners.end(), self)), true};
  }
  if (wanted.primitive.empty())
    return {answer(std::binary_search(wanted.owners.begin(), wanted.owners.end(), adt(m.self_type))), true};
  return is_type(m.self_type, wanted.primitive);
}

Match Sema::find_method(NodeId call, PathTable table) const {
  Match match;
  const Tree& tree = *impl_->tree;
  if (tree.kind(call) != NodeKind::MethodCallExpr) return match;
  const CompiledTable& compiled = impl_->table(table);
  const auto [begin, end] = compiled.by_last.equal_range(name_of(tree, call));
  for (auto at = begin; at != end; ++at) {
    const Reply reply = is_method(call, table[at->second]);
    if (reply.yes() && at->second < match.index) match = {at->second, reply.exact, false};
    if (reply.unknown() && !match) match.unknown = true;
  }
  return match;
}

// ---- What a type is ----

SemaTypeKind Sema::kind(SemaType type) const {
  Typing* typing = impl_->types_here();
  if (typing == nullptr || !type) return SemaTypeKind::Unknown;
  if (Typing::is_named(type)) return SemaTypeKind::Adt;
  switch (typing->context().store().kind(TypeId(type.value))) {
    case TypeKind::Unknown:
    case TypeKind::Error:
    case TypeKind::Infer:
    case TypeKind::Bound:
    case TypeKind::Placeholder:
      return SemaTypeKind::Unknown;
    case TypeKind::Never:
      return SemaTypeKind::Never;
    case TypeKind::Bool:
      return SemaTypeKind::Bool;
    case TypeKind::Char:
      return SemaTypeKind::Char;
    case TypeKind::Str:
      return SemaTypeKind::Str;
    case TypeKind::Int:
    case TypeKind::Pattern:
      return SemaTypeKind::Int;
    case TypeKind::Float:
      return SemaTypeKind::Float;
    case TypeKind::Adt:
      return SemaTypeKind::Adt;
    case TypeKind::Foreign:
      return SemaTypeKind::Foreign;
    case TypeKind::Array:
      return SemaTypeKind::Array;
    case TypeKind::Slice:
      return SemaTypeKind::Slice;
    case TypeKind::RawPtr:
      return SemaTypeKind::Pointer;
    case TypeKind::Ref:
      return SemaTypeKind::Ref;
    case TypeKind::Tuple:
      return SemaTypeKind::Tuple;
    case TypeKind::FnDef:
      return SemaTypeKind::FnItem;
    case TypeKind::FnPtr:
      return SemaTypeKind::FnPointer;
    case TypeKind::Dyn:
      return SemaTypeKind::Dyn;
    case TypeKind::Closure:
    case TypeKind::Coroutine:
      return SemaTypeKind::Closure;
    case TypeKind::Param:
      return SemaTypeKind::Param;
    case TypeKind::Projection:
      return SemaTypeKind::Projection;
    case TypeKind::Opaque:
      return SemaTypeKind::Opaque;
  }
  return SemaTypeKind::Unknown;
}

bool Sema::is_complete(SemaType type) const {
  Typing* typing = impl_->types_here();
  return typing != nullptr && type && !Typing::is_named(type) &&
         !typing->context().store().has(TypeId(type.value), kHasUnknown);
}

namespace {
constexpr uint32_t kMaxTextDepth = 20;

// As a person would write it: without arguments that are the defaults, such as allocators.
std::string text_of(TypeContext& context, TypeId t, uint32_t depth) {
  TypeStore& store = context.store();
  if (depth > kMaxTextDepth) return "_";
  switch (store.kind(t)) {
    case TypeKind::Unknown:
    case TypeKind::Error:
      return "_";
    case TypeKind::Ref:
      return (store.is_mut(t) ? "&mut " : "&") + text_of(context, store.element(t), depth + 1);
    case TypeKind::RawPtr:
      return (store.is_mut(t) ? "*mut " : "*const ") + text_of(context, store.element(t), depth + 1);
    case TypeKind::Slice:
      return "[" + text_of(context, store.element(t), depth + 1) + "]";
    case TypeKind::Adt:
      break;
    default:
      return context.text(t);
  }
  const std::vector<GenericArg> args(store.args(t).begin(), store.args(t).end());
  size_t count = args.size();
  for (; count > 0; --count) {
    const GenericArg value = context.items().default_of(store.def(t), static_cast<uint32_t>(count - 1));
    if (!value.valid() || store.substitute(value, args) != args[count - 1]) break;
  }
  std::string text;
  for (size_t i = 0; i < count; ++i) {
    if (args[i].is_region()) continue;
    text += text.empty() ? "<" : ", ";
    text += args[i].is_type() ? text_of(context, args[i].type(), depth + 1) : context.text(args[i]);
  }
  if (!text.empty()) text += ">";
  return std::string(context.items().name_of(store.def(t))) + text;
}
}  // namespace

std::string Sema::text(SemaType type) const {
  Typing* typing = impl_->types_here();
  if (typing == nullptr || !type) return "_";
  if (Typing::is_named(type)) return typing->lease()->named[type.value & ~kNamedType];
  return text_of(typing->context(), TypeId(type.value), 0);
}

DefRef Sema::adt(SemaType type) const {
  if (kind(type) != SemaTypeKind::Adt || Typing::is_named(type)) return {};
  return impl_->types_here()->context().store().def(TypeId(type.value));
}

namespace {
// The generic arguments that are no lifetimes; elements; what a reference is of.
std::vector<SemaType> arguments_of(TypeContext& context, TypeId t) {
  TypeStore& store = context.store();
  std::vector<SemaType> out;
  switch (store.kind(t)) {
    case TypeKind::Ref:
    case TypeKind::RawPtr:
    case TypeKind::Slice:
    case TypeKind::Array:
      out.push_back(Typing::pack(store.element(t)));
      break;
    case TypeKind::Adt:
    case TypeKind::Tuple:
      for (const GenericArg& arg : store.args(t)) {
        if (arg.is_region()) continue;
        out.push_back(arg.is_type() ? Typing::pack(arg.type()) : SemaType());
      }
      break;
    default:
      break;
  }
  for (SemaType& each : out)
    if (each && store.is_unknown(TypeId(each.value))) each = {};
  return out;
}
}  // namespace

SemaType Sema::argument(SemaType type, uint32_t index) const {
  Typing* typing = impl_->types_here();
  if (typing == nullptr || !type || Typing::is_named(type)) return {};
  const std::vector<SemaType> all = arguments_of(typing->context(), TypeId(type.value));
  return index < all.size() ? all[index] : SemaType();
}

uint32_t Sema::argument_count(SemaType type) const {
  Typing* typing = impl_->types_here();
  if (typing == nullptr || !type || Typing::is_named(type)) return 0;
  return static_cast<uint32_t>(arguments_of(typing->context(), TypeId(type.value)).size());
}

bool Sema::is_mutable(SemaType type) const {
  const SemaTypeKind k = kind(type);
  if (k != SemaTypeKind::Ref && k != SemaTypeKind::Pointer) return false;
  return impl_->types_here()->context().store().is_mut(TypeId(type.value));
}

SemaType Sema::peel_references(SemaType type) const {
  while (kind(type) == SemaTypeKind::Ref) type = argument(type, 0);
  return type;
}

Reply Sema::is_type(SemaType type, std::string_view path) const {
  const SemaTypeKind k = kind(type);
  if (k == SemaTypeKind::Unknown) return {};
  const PublicPath& wanted = impl_->path(path);
  Typing* typing = impl_->types_here();
  if (Typing::is_named(type)) return {answer(typing->lease()->named[type.value & ~kNamedType] == wanted.text), false};
  TypeStore& store = typing->context().store();
  const TypeId t(type.value);
  switch (k) {
    case SemaTypeKind::Adt:
    case SemaTypeKind::Foreign:
      return {answer(std::binary_search(wanted.defs.begin(), wanted.defs.end(), store.def(t))), true};
    case SemaTypeKind::Dyn:
      for (const DynPredicate& p : store.dyn_predicates(t))
        if (p.kind != DynPredicate::Kind::Projection &&
            std::binary_search(wanted.defs.begin(), wanted.defs.end(), p.def))
          return {Answer::Yes, true};
      return {Answer::No, true};
    case SemaTypeKind::Slice:
      return {answer(wanted.primitive == "slice"), true};
    case SemaTypeKind::Array:
      return {answer(wanted.primitive == "array"), true};
    case SemaTypeKind::Pointer:
      return {answer(wanted.primitive == "pointer"), true};
    case SemaTypeKind::Tuple:
      return {answer(wanted.primitive == "tuple"), true};
    case SemaTypeKind::Bool:
    case SemaTypeKind::Char:
    case SemaTypeKind::Str:
    case SemaTypeKind::Int:
    case SemaTypeKind::Float:
      return {answer(!wanted.primitive.empty() && typing->context().text(t) == wanted.primitive), true};
    case SemaTypeKind::Param:
    case SemaTypeKind::Projection:
    case SemaTypeKind::Opaque:
      return {Answer::Unknown, true};
    default:
      return {Answer::No, true};
  }
}

Match Sema::find_type(SemaType type, PathTable table) const {
  if (kind(type) == SemaTypeKind::Unknown) return {Match::kNone, false, true};
  Match match;
  for (uint32_t i = 0; i < table.size(); ++i) {
    const Reply reply = is_type(type, table[i]);
    if (reply.yes()) return {i, reply.exact, false};
    match.unknown = match.unknown || reply.unknown();
  }
  return match;
}

Reply Sema::is_written_type(NodeId type, std::string_view path) const {
  const Tree& tree = *impl_->tree;
  while (type && tree.kind(type) == NodeKind::ParenType) type = tree.child(type, Role::type);
  if (!type) return {};
  if (tree.kind(type) == NodeKind::SliceType) return {answer(path == "slice"), true};
  if (tree.kind(type) == NodeKind::PathType) return is(type, path);
  if (tree.kind(type) == NodeKind::MacroType || tree.kind(type) == NodeKind::InferType) return {};
  return {Answer::No, true};
}

// ---- What holds for a type ----

Reply Sema::implements(SemaType type, std::string_view trait) const {
  Typing* typing = impl_->types_here();
  if (typing == nullptr || !type || Typing::is_named(type)) return {};
  const DefRef def = find_definition(trait, Namespace::Type);
  if (!def) return {};
  TypeStore& store = typing->context().store();
  const TypeId t(type.value);
  const Answer out = typing->context().traits().implements(t, def);
  // What holds for parameters is not known here.
  if (out != Answer::Yes && store.has(t, kHasParam | kHasUnknown | kHasOpaque | kHasClosure)) return {};
  return {out, true};
}

Reply Sema::is_copy(SemaType type) const { return implements(type, "std::marker::Copy"); }

Reply Sema::needs_drop(SemaType type) const {
  Typing* typing = impl_->types_here();
  if (typing == nullptr || !type || Typing::is_named(type)) return {};
  return {typing->context().traits().needs_drop(TypeId(type.value)), true};
}

std::optional<TypeLayout> Sema::layout(SemaType type) const {
  Typing* typing = impl_->types_here();
  if (typing == nullptr || !type || Typing::is_named(type)) return std::nullopt;
  layout::Layouts* layouts = typing->lease()->types->layouts.get();
  if (layouts == nullptr) return std::nullopt;
  const std::optional<LayoutOracle::SizeAlign> found = layouts->size_align(TypeId(type.value), ParamEnvId(0));
  if (!found) return std::nullopt;
  return TypeLayout{found->size, found->align, true};
}

}  // namespace rp
