// What items ask of their own types: sizes of fields and parameters, what impls promise, Copy, recursion.
#include <algorithm>

#include "types/checker.h"

namespace rp {

using N = NodeKind;
using T = TokenKind;

namespace {
std::vector<GenericArg> copy_of(const TypeStore& store, ListId list) {
  const std::span<const GenericArg> view = store.list_of(list);
  return {view.begin(), view.end()};
}
}  // namespace

void Checker::check_item(DefRef def) {
  const Def& d = crate_.defs[def.def.value];
  if ((d.flags & kDefUncertain) != 0 || !d.source || !d.node) return;
  switch (d.kind) {
    case DefKind::Struct:
    case DefKind::Enum:
    case DefKind::Union:
      check_sizes(def);
      check_recursion(def);
      check_where(def);
      check_defaults(def);
      break;
    case DefKind::Impl:
      check_impl(def);
      check_where(def);
      break;
    case DefKind::Function:
    case DefKind::AssocFunction:
      check_signature(def);
      check_where(def);
      break;
    case DefKind::Trait:
      check_where(def);
      check_defaults(def);
      break;
    case DefKind::AssocType:
      check_assoc_type(def);
      break;
    case DefKind::Const:
    case DefKind::Static:
    case DefKind::AssocConst: {
      const Items::Text text = s_.items.text_of(def);
      const NodeId node = text.tree != nullptr ? text.tree->child(text.node, Role::type) : NodeId();
      // What a trait only asks for may be of any type.
      if (d.kind == DefKind::AssocConst && (d.flags & kDefHasBody) == 0) break;
      // A static of another language may have a type that only that language knows.
      if (d.parent && crate_.defs[d.parent.value].kind == DefKind::ExternBlock &&
          store_.kind(s_.traits.struct_tail(s_.items.type_of(def), s_.traits.env_of(def))) == TypeKind::Foreign)
        break;
      if (node && s_.traits.is_sized(s_.items.type_of(def), s_.traits.env_of(def)) == Answer::No)
        report_at("E0277", text, node, "the size of `" + context_.text(s_.items.type_of(def)) + "` is not known");
      break;
    }
    default:
      break;
  }
}

void Checker::check_sizes(DefRef def) {
  const AdtInfo& info = s_.items.adt(def);
  const Items::Text text = s_.items.text_of(def);
  if (info.unknown || text.tree == nullptr) return;
  const ParamEnvId env = s_.traits.env_of(def);
  const std::vector<VariantInfo> variants = info.variants;
  for (const VariantInfo& v : variants) {
    for (size_t i = 0; i < v.fields.size(); ++i) {
      // Only a struct's last field may be unsized.
      const bool packed = info.repr.pack != 0;
      if (info.kind == DefKind::Struct && i + 1 == v.fields.size() && !packed) continue;
      const TypeId type = v.fields[i].type;
      if (store_.has(type, kHasUnknown) || s_.traits.is_sized(s_.traits.normalize(type, env), env) != Answer::No)
        continue;
      // A packed struct must be able to move its field out before it drops it.
      if (packed && i + 1 == v.fields.size() && s_.traits.needs_drop(type, env) != Answer::Yes) continue;
      const NodeId written = text.tree->child(v.fields[i].node, Role::type);
      if (written)
        report_at("E0277", text, written, "the size of values of `" + context_.text(type) + "` is not known");
    }
  }
}

// ---- Recursion ----

// Whether a value of the type holds one of the type at the bottom of the stack, without indirection.
bool Checker::contains(TypeId t, std::vector<TypeId>* stack, uint32_t depth) {
  if (depth > 64 || ++steps_ > 5'000'000) return false;
  switch (store_.kind(t)) {
    case TypeKind::Array:
      return contains(store_.element(t), stack, depth + 1);
    case TypeKind::Tuple: {
      for (const GenericArg part : copy_of(store_, store_.arg_list(t)))
        if (contains(part.type(), stack, depth + 1)) return true;
      return false;
    }
    case TypeKind::Adt: {
      const DefRef def = store_.def(t);
      if (def == store_.def(stack->front())) return true;
      if (std::find(stack->begin(), stack->end(), t) != stack->end()) return false;
      const AdtInfo& info = s_.items.adt(def);
      if (info.is_phantom_data) return false;
      const std::vector<GenericArg> args = copy_of(store_, store_.arg_list(t));
      const std::vector<VariantInfo> variants = info.variants;
      stack->push_back(t);
      for (const VariantInfo& v : variants)
        for (const FieldInfo& f : v.fields)
          if (contains(store_.substitute(f.type, args), stack, depth + 1)) return true;
      stack->pop_back();
      return false;
    }
    default:
      return false;
  }
}

void Checker::check_recursion(DefRef def) {
  if (recursive_.contains(def_key(def))) return;
  const std::vector<VariantInfo> variants = s_.items.adt(def).variants;
  for (const VariantInfo& v : variants)
    for (const FieldInfo& f : v.fields) {
      std::vector<TypeId> stack{s_.items.type_of(def)};
      if (!contains(f.type, &stack, 0)) continue;
      // One error for the whole cycle.
      for (const TypeId each : stack) recursive_.insert(def_key(store_.def(each)));
      const Items::Text text = s_.items.text_of(def);
      const NodeId name = text.tree->child(text.node, Role::name);
      report_at("E0072", text, name ? name : text.node,
                "recursive type `" + std::string(s_.items.name_of(def)) + "` has infinite size");
      return;
    }
}

// ---- Impls ----

void Checker::check_impl(DefRef def) {
  const ImplInfo& impl = s_.items.impl(def);
  const Items::Text text = s_.items.text_of(def);
  if (impl.unknown || !impl.trait_ref || text.tree == nullptr || impl.negative) return;
  if ((store_.list_flags(impl.trait_ref.args) & kHasUnknown) != 0) return;
  const Tree& t = *text.tree;
  const ParamEnvId env = s_.traits.env_of(def);
  const size_t errors = out_.size();
  check_copy(def, impl);
  if (impl.automatically_derived || crate_.sources[text.ref.source.value].kind == SourceInfo::Kind::Expansion)
    check_derive(def, impl);

  // What coherence rejects is not looked at any further.
  if (out_.size() != errors || incoherent_.contains(def_key(def))) return;
  // What the trait asks for: supertraits and where clauses.
  const std::vector<GenericArg> args = copy_of(store_, impl.trait_ref.args);
  const bool derived = crate_.sources[text.ref.source.value].kind == SourceInfo::Kind::Expansion;
  const NodeId place = derived ? NodeId() : t.child(text.node, Role::type);
  const std::vector<Predicate> of_trait = s_.items.predicates(impl.trait_ref.trait).own;
  for (const Predicate& p : of_trait) {
    if (p.kind != Predicate::Kind::Trait) continue;
    std::string message;
    if (holds(filled(p, args), env, &message)) continue;
    // What is asked of an associated type is said where the impl gives it.
    const std::vector<GenericArg> parts = copy_of(store_, store_.open_binder(p.trait_ref.args, {}));
    if (!parts.empty() && parts[0].is_type() && store_.kind(parts[0].type()) == TypeKind::Projection &&
        s_.items.container(store_.def(parts[0].type())) == impl.trait_ref.trait) {
      const NameId name = store_.name(s_.items.name_of(store_.def(parts[0].type())));
      const Items::Text item = s_.items.text_of(s_.items.find_item(def, name, DefKind::AssocType));
      const NodeId written = item.tree != nullptr ? item.tree->child(item.node, Role::type) : NodeId();
      if (written) {
        report_at("E0277", item, written, std::move(message));
        break;
      }
    }
    report_at("E0277", text, place ? place : text.node, std::move(message));
    break;
  }
  // Whoever relies on the trait relies on the supertraits of its supertraits: one impl may not be the reason for
  // another.
  if (out_.size() == errors) {
    std::string message;
    if (!supertraits_hold(impl.trait_ref, env, &message))
      report_at("E0277", text, place ? place : text.node, std::move(message));
  }
  check_returned(def, impl);
  // What the trait's associated types promise.
  const std::vector<AssocItem> items = impl.items;
  for (const AssocItem& item : items) {
    if (item.kind != DefKind::AssocType) continue;
    const DefRef trait_item = s_.items.find_item(impl.trait_ref.trait, item.name, DefKind::AssocType);
    const Items::Text of_item = s_.items.text_of(item.def);
    if (!trait_item || of_item.tree == nullptr) continue;
    const Generics& generics = s_.items.generics(trait_item);
    const NodeId written = of_item.tree->child(of_item.node, Role::type);
    const TypeId value = s_.items.type_of(item.def);
    if (!written || store_.has(value, kHasUnknown | kHasOpaque)) continue;
    if (generics.params.size() != s_.items.generics(item.def).params.size()) continue;
    std::vector<GenericArg> whole = args;
    const std::vector<GenericArg> own = copy_of(store_, s_.items.identity_args(item.def));
    const size_t first = s_.items.generics(def).count();
    whole.insert(whole.end(), own.begin() + static_cast<std::ptrdiff_t>(std::min(first, own.size())), own.end());
    const TypeId self = store_.projection(trait_item, s_.items.identity_args(trait_item));
    const ParamEnvId inner = s_.traits.env_of(item.def);
    const std::vector<Predicate> bounds = s_.items.item_bounds(trait_item);
    for (const Predicate& p : bounds) {
      if (p.kind != Predicate::Kind::Trait) continue;
      std::vector<GenericArg> parts = copy_of(store_, store_.open_binder(p.trait_ref.args, {}));
      if (parts.empty() || parts[0] != GenericArg(self)) continue;
      for (size_t i = 0; i < parts.size(); ++i)
        parts[i] = i == 0 ? GenericArg(value) : store_.substitute(parts[i], whole);
      Predicate made = p;
      made.trait_ref.args = store_.list(parts);
      made.bound = 0;
      std::string message;
      const TypeId alias = store_.projection(trait_item, store_.list(whole));
      if (keeps_bound(made, alias, value, inner, &message)) continue;
      report("E0277", of_item.ref.source, of_item.tree->span(written), std::move(message));
      break;
    }
  }
}

// Whether the value of an associated type keeps one of its bounds. That it is the value may be relied on.
bool Checker::keeps_bound(const Predicate& bound, TypeId alias, TypeId value, ParamEnvId env, std::string* message) {
  if (holds(bound, env, message) && supertraits_hold(bound.trait_ref, env, message)) return true;
  if ((store_.list_flags(bound.trait_ref.args) & kHasAlias) == 0) return false;
  const std::span<const Predicate> known = s_.traits.assumptions(env);
  std::vector<Predicate> assumed;
  for (const Predicate& p : known) {
    const std::span<const GenericArg> args = store_.list_of(p.trait_ref.args);
    // But not what is to be shown.
    if (args.empty() || args[0] != GenericArg(alias)) assumed.push_back(p);
  }
  Predicate is;
  is.kind = Predicate::Kind::Projection;
  is.trait_ref = {s_.items.container(store_.def(alias)), store_.arg_list(alias)};
  is.assoc = store_.def(alias);
  is.term = value;
  assumed.push_back(is);
  const ParamEnvId inner = s_.traits.make_env(assumed);
  return s_.envs[env.value].unknown ||
         (holds(bound, inner, message) && supertraits_hold(bound.trait_ref, inner, message));
}

bool Checker::supertraits_hold(const TraitRef& of, ParamEnvId env, std::string* message) {
  const std::vector<TraitRef> all = s_.traits.supertraits(of);
  for (size_t i = 1; i < all.size(); ++i) {
    Predicate p;
    p.trait_ref = all[i];
    if (!holds(p, env, message)) return false;
  }
  return true;
}

// `fn f() -> impl Bound` of a trait: what the impl's function returns has to keep the bound.
void Checker::check_returned(DefRef def, const ImplInfo& impl) {
  const std::vector<GenericArg> args = copy_of(store_, impl.trait_ref.args);
  const std::vector<AssocItem> items = impl.items;
  for (const AssocItem& item : items) {
    if (item.kind != DefKind::AssocFunction) continue;
    const DefRef asked = s_.items.find_item(impl.trait_ref.trait, item.name, DefKind::AssocFunction);
    const Items::Text text = s_.items.text_of(item.def);
    const NodeId written = text.tree != nullptr ? text.tree->child(text.node, Role::return_type) : NodeId();
    if (!asked || !written) continue;
    const TypeId promised = s_.items.fn_signature(asked), given = s_.items.fn_signature(item.def);
    if (store_.kind(promised) != TypeKind::FnPtr || store_.kind(given) != TypeKind::FnPtr) continue;
    const TypeId hidden = store_.signature(promised).output;
    if (store_.kind(hidden) != TypeKind::Opaque || store_.def(hidden) != asked ||
        store_.ordinal(hidden) == kAsyncOrdinal)
      continue;
    const Generics& theirs = s_.items.generics(asked);
    if (theirs.params.size() != s_.items.generics(item.def).params.size()) continue;
    const ParamEnvId env = s_.traits.env_of(item.def);
    const TypeId output = store_.erase_regions(store_.open_binder(store_.signature(given).output, {}));
    const TypeId value = s_.traits.normalize(output, env);
    if (store_.has(value, kHasUnknown | kHasOpaque | kHasClosure)) continue;
    const OpaqueInfo& opaque = s_.items.opaque(asked, store_.ordinal(hidden));
    if (opaque.unknown) continue;
    std::vector<GenericArg> whole = args;
    const std::vector<GenericArg> own = copy_of(store_, s_.items.identity_args(item.def));
    const size_t first = s_.items.generics(def).count();
    whole.insert(whole.end(), own.begin() + static_cast<std::ptrdiff_t>(std::min(first, own.size())), own.end());
    const std::vector<Predicate> bounds = opaque.bounds;
    for (const Predicate& p : bounds) {
      if (p.kind != Predicate::Kind::Trait) continue;
      const std::vector<GenericArg> before = copy_of(store_, store_.open_binder(p.trait_ref.args, {}));
      if (before.empty() || !before[0].is_type() || store_.kind(before[0].type()) != TypeKind::Opaque) continue;
      std::vector<GenericArg> parts = copy_of(store_, store_.substitute(store_.list(before), whole));
      parts[0] = value;
      Predicate made = p;
      made.trait_ref.args = store_.list(parts);
      made.bound = 0;
      std::string message;
      if (holds(made, env, &message)) continue;
      report_at("E0277", text, text.tree->child(written, Role::type), std::move(message));
      break;
    }
  }
}

void Checker::check_copy(DefRef def, const ImplInfo& impl) {
  if (s_.items.lang_of(impl.trait_ref.trait) != LangItem::Copy) return;
  const Items::Text text = s_.items.text_of(def);
  // Of a derive the words that nobody wrote stand for the derive; the name of the type is where it is declared.
  const bool derived = crate_.sources[text.ref.source.value].kind == SourceInfo::Kind::Expansion;
  const NodeId place = derived ? NodeId() : text.tree->child(text.node, Role::type);
  const TypeId self = impl.self_type;
  const ParamEnvId env = s_.traits.env_of(def);
  if (store_.kind(self) != TypeKind::Adt) return;
  const AdtInfo& info = s_.items.adt(store_.def(self));
  if (info.unknown) return;
  const std::string name = context_.text(self);
  const std::vector<GenericArg> args = copy_of(store_, store_.arg_list(self));
  const std::vector<VariantInfo> variants = info.variants;
  for (const VariantInfo& v : variants)
    for (const FieldInfo& f : v.fields) {
      const TypeId type = s_.traits.normalize(store_.substitute(f.type, args), env);
      if (store_.has(type, kHasUnknown) || s_.traits.is_copy(type, env) != Answer::No) continue;
      report_at("E0204", text, place ? place : text.node,
                "`Copy` cannot be implemented for `" + name + "`: its field `" + std::string(store_.text(f.name)) +
                    "` does not implement it");
      return;
    }
  const DefRef drop = s_.items.lang(LangItem::Drop);
  if (!drop) return;
  const TraitImpls& impls = impls_by_key(s_, drop, self);
  if (impls.by_key.contains(type_key(store_, self)))
    report_at("E0184", text, place ? place : text.node,
              "`Copy` cannot be implemented for `" + name + "`: it has a destructor");
}

// The impl that a derive makes asks each field for the same trait.
void Checker::check_derive(DefRef def, const ImplInfo& impl) {
  const Items::Text text = s_.items.text_of(def);
  const SourceInfo& source = crate_.sources[text.ref.source.value];
  if (source.kind != SourceInfo::Kind::Expansion || !source.expansion) return;
  const Expansion& e = crate_.expansions[source.expansion.value];
  if (e.invocation != InvocationKind::Derive || e.macro.crate != kCore) return;
  const std::string_view name = s_.items.name_of(impl.trait_ref.trait);
  static constexpr std::string_view kAsked[] = {"Clone", "Debug", "Default", "Eq", "Hash", "Ord", "PartialOrd"};
  if (impl.trait_ref.trait.crate != kCore || std::find(std::begin(kAsked), std::end(kAsked), name) == std::end(kAsked))
    return;
  const TypeId self = impl.self_type;
  if (store_.kind(self) != TypeKind::Adt || store_.def(self).crate != index_) return;
  const Items::Text of_type = s_.items.text_of(store_.def(self));
  const AdtInfo& info = s_.items.adt(store_.def(self));
  if (info.unknown || of_type.tree == nullptr) return;
  const ParamEnvId env = s_.traits.env_of(def);
  // A union's Clone asks for Copy; an enum's Default for the fields of no variant.
  if (info.kind == DefKind::Union || (info.kind == DefKind::Enum && name == "Default")) return;
  const std::vector<GenericArg> args = copy_of(store_, store_.arg_list(self));
  const std::vector<VariantInfo> variants = info.variants;
  for (const VariantInfo& v : variants)
    for (const FieldInfo& f : v.fields) {
      const TypeId type = s_.traits.normalize(store_.substitute(f.type, args), env);
      if (store_.has(type, kHasUnknown)) continue;
      std::vector<GenericArg> parts{GenericArg(type)};
      if (name == "PartialOrd") parts.emplace_back(type);
      Predicate p;
      p.trait_ref = {impl.trait_ref.trait, store_.list(parts)};
      std::string message;
      if (holds(p, env, &message)) continue;
      report("E0277", of_type.ref.source, of_type.tree->span(f.node), std::move(message));
    }
}

// ---- Functions ----

void Checker::check_signature(DefRef def) {
  const Def& d = crate_.defs[def.def.value];
  const Items::Text text = s_.items.text_of(def);
  if (text.tree == nullptr) return;
  std::vector<NodeId> opaques;
  opaque_impl_traits(*text.tree, text.node, &opaques);
  for (uint32_t n = 0; n < opaques.size(); ++n) {
    const OpaqueInfo& opaque = s_.items.opaque(def, n);
    if (!opaque.unknown) check_bounds(text, opaque.bounds, s_.traits.env_of(def));
  }
  if ((d.flags & kDefHasBody) == 0) return;
  const TypeId pointer = s_.items.fn_signature(def);
  if (store_.kind(pointer) != TypeKind::FnPtr || store_.has(pointer, kHasUnknown)) return;
  const Tree& t = *text.tree;
  const ParamEnvId env = s_.traits.env_of(def);
  if (s_.envs[env.value].unknown) return;
  const TypeId opened = store_.erase_regions(store_.open_binder(store_.tuple_of_list(store_.arg_list(pointer)), {}));
  const std::vector<GenericArg> types = copy_of(store_, store_.arg_list(opened));
  check_main(def, text, types.back().type());
  size_t i = 0;
  if (const NodeId written = t.child(text.node, Role::return_type); written) {
    const TypeId output = s_.traits.normalize(types.back().type(), env);
    // A trait object has an error of its own.
    if (store_.kind(output) != TypeKind::Dyn && s_.traits.is_sized(output, env) == Answer::No)
      report_at("E0277", text, t.child(written, Role::type),
                "the size of values of `" + context_.text(output) + "` is not known");
  }
  if (has_feature(s_, index_, "unsized_fn_params") || has_feature(s_, index_, "unsized_locals")) return;
  const NodeId list = t.child(text.node, Role::parameters);
  for (NodeId p = list ? t.first_child(list) : NodeId(); p && i + 1 < types.size(); p = t.next_sibling(p)) {
    if (t.kind(p) != N::Param && t.kind(p) != N::SelfParam) continue;
    if (crate_.is_removed(text.ref.source, p)) continue;
    const TypeId type = s_.traits.normalize(types[i++].type(), env);
    if (s_.traits.is_sized(type, env) != Answer::No) continue;
    const NodeId written = t.child(p, Role::type);
    report_at("E0277", text, written ? written : p, "the size of values of `" + context_.text(type) + "` is not known");
  }
}

// What `main` returns ends the program.
void Checker::check_main(DefRef def, const Items::Text& text, TypeId output) {
  const Def& d = crate_.defs[def.def.value];
  const DefRef termination = s_.items.lang(LangItem::Termination);
  if (d.kind != DefKind::Function || d.parent.value != 0 || crate_.name_of(def.def) != "main" || !termination ||
      crate_.no_std || crate_.proc_macro || store_.has(output, kHasUnknown | kHasOpaque))
    return;
  // A library may have a function of that name.
  if (crate_.sources[0].path.ends_with("/lib.rs") ||
      text.tree->first_child(text.tree->child(text.node, Role::parameters)))
    return;
  const NodeId written = text.tree->child(text.node, Role::return_type);
  const NodeId type = written ? text.tree->child(written, Role::type) : NodeId();
  if (type && s_.traits.implements(output, termination, s_.traits.env_of(def)) == Answer::No)
    report_at("E0277", text, type, "`main` has an invalid return type `" + context_.text(output) + "`");
}

// What a bound names has to be well-formed: `T: Trait<U>` keeps what Trait asks of U.
void Checker::check_bounds(const Items::Text& text, std::span<const Predicate> given, ParamEnvId env) {
  const std::vector<Predicate> own(given.begin(), given.end());
  for (const Predicate& p : own) {
    if (!p.node || (p.kind != Predicate::Kind::Trait && p.kind != Predicate::Kind::Projection)) continue;
    if (text.tree->kind(p.node) == N::Missing || (store_.list_flags(p.trait_ref.args) & kHasUnknown) != 0) continue;
    const std::vector<GenericArg> args = copy_of(store_, store_.open_binder(p.trait_ref.args, {}));
    std::string message;
    std::string_view code = "E0277";
    TypeId bad;
    bool good = true;
    if (p.kind == Predicate::Kind::Projection) {
      if (!p.term.is_type() || store_.has(p.term.type(), kHasUnknown)) continue;
      good = well_formed(store_.open_binder(p.term.type(), {}), env, &bad, &message, &code, 0);
    } else {
      // Types in which lifetimes of a `for` stand are not looked at.
      const std::vector<GenericArg> bound = copy_of(store_, p.trait_ref.args);
      bool in_binder = false;
      for (const GenericArg arg : bound)
        in_binder = in_binder || (arg.is_type() && store_.outer_binder(arg.type()) != 0);
      for (size_t i = 0; good && i < args.size(); ++i)
        if (args[i].is_type() && bound[i].is_type() && store_.outer_binder(bound[i].type()) == 0)
          good = well_formed(args[i].type(), env, &bad, &message, &code, 0);
      const std::vector<Predicate> of_trait = s_.items.predicates(p.trait_ref.trait).own;
      const TypeId self = store_.param(0, store_.name("Self"));
      for (const Predicate& q : of_trait) {
        if (!good || in_binder) break;
        if (q.kind != Predicate::Kind::Trait) continue;
        const ListId opened = store_.open_binder(q.trait_ref.args, {});
        // What follows for Self, and for its associated types, is implied by the bound.
        const std::span<const GenericArg> parts = store_.list_of(opened);
        if (parts.empty() || !parts[0].is_type()) continue;
        TypeId about = parts[0].type();
        while (store_.kind(about) == TypeKind::Projection && !store_.args(about).empty() &&
               store_.args(about)[0].is_type())
          about = store_.args(about)[0].type();
        if (about == self) continue;
        good = holds(filled(q, args), env, &message);
      }
    }
    if (good) continue;
    // What an assumption is about is looked at before the assumption: then the item is at fault.
    if (p.kind == Predicate::Kind::Projection && store_.kind(bad) == TypeKind::Projection)
      report_header(code, text, std::move(message));
    else
      report_at(code, text, p.node, std::move(message));
  }
}

// A where clause that is about no parameter has to hold.
void Checker::check_where(DefRef def) {
  const Items::Text text = s_.items.text_of(def);
  if (text.tree == nullptr) return;
  const std::vector<Predicate> own = s_.items.predicates(def).own;
  check_bounds(text, own, s_.traits.env_of(def));
  if (has_feature(s_, index_, "trivial_bounds")) return;
  for (const Predicate& p : own) {
    if (p.kind != Predicate::Kind::Trait || !p.node || p.bound != 0) continue;
    const std::vector<TraitRef> all =
        s_.traits.supertraits({p.trait_ref.trait, store_.open_binder(p.trait_ref.args, {})});
    for (const TraitRef& each : all) {
      if ((store_.list_flags(each.args) & (kHasParam | kHasRegions | kHasUnknown | kHasPlaceholder)) != 0 ||
          binds_lifetimes(store_, each.args))
        continue;
      Predicate made = p;
      made.trait_ref = each;
      std::string message;
      if (holds(made, Traits::empty_env(), &message)) continue;
      report_at("E0277", text, p.node, std::move(message));
      break;
    }
  }
}

// The bounds of an associated type, and the default that has to keep them.
void Checker::check_assoc_type(DefRef def) {
  const DefRef trait = s_.items.container(def);
  const Items::Text text = s_.items.text_of(def);
  if (text.tree == nullptr || !trait || s_.def(trait)->kind != DefKind::Trait) return;
  const ParamEnvId env = s_.traits.env_of(def);
  const std::vector<Predicate> bounds = s_.items.item_bounds(def);
  std::vector<Predicate> written;
  const TypeId self = store_.projection(def, s_.items.identity_args(def));
  for (const Predicate& p : bounds)
    if (p.node && p.node.value >= text.node.value && p.node.value < text.tree->subtree_end(text.node).value)
      written.push_back(p);
  check_bounds(text, written, env);
  const NodeId node = text.tree->child(text.node, Role::type);
  const TypeId value = s_.items.type_of(def);
  if (!node || store_.has(value, kHasUnknown | kHasOpaque)) return;
  // A default may rely on nothing but the trait: not on other defaults, and not on its own.
  for (const Predicate& p : bounds) {
    if (p.kind != Predicate::Kind::Trait) continue;
    std::vector<GenericArg> parts = copy_of(store_, store_.open_binder(p.trait_ref.args, {}));
    if (parts.empty() || parts[0] != GenericArg(self)) continue;
    parts[0] = value;
    Predicate made = p;
    made.trait_ref.args = store_.list(parts);
    made.bound = 0;
    std::string message;
    if (keeps_bound(made, self, value, env, &message)) continue;
    report_at("E0277", text, node, std::move(message));
    break;
  }
}

// A bound about one parameter has to hold for its default, where that is about no parameter.
void Checker::check_defaults(DefRef def) {
  const Items::Text text = s_.items.text_of(def);
  if (text.tree == nullptr) return;
  const Generics& g = s_.items.generics(def);
  std::vector<GenericArg> args = copy_of(store_, s_.items.identity_args(def));
  std::vector<GenericArg> only = args;
  bool any = false;
  for (uint32_t i = 0; i < g.params.size(); ++i) {
    if (g.params[i].kind == GenericParam::Kind::Lifetime || !g.params[i].has_default) continue;
    const GenericArg value = s_.items.default_of(def, i);
    const uint16_t flags = value.is_type()    ? store_.flags(value.type())
                           : value.is_const() ? store_.flags(value.constant())
                                              : uint16_t{kHasUnknown};
    if ((flags & (kHasParam | kHasConstParam | kHasUnknown | kHasRegions)) != 0) continue;
    args[g.parent_count + i] = value;
    any = true;
  }
  if (!any) return;
  const std::vector<Predicate> own = s_.items.predicates(def).own;
  for (const Predicate& p : own) {
    if (p.kind != Predicate::Kind::Trait || !p.node || p.bound != 0) continue;
    const ListId before = store_.open_binder(p.trait_ref.args, {});
    if ((store_.list_flags(before) & (kHasRegions | kHasUnknown)) != 0) continue;
    Predicate made = p;
    made.trait_ref.args = store_.substitute(before, args);
    if (made.trait_ref.args == before ||
        (store_.list_flags(made.trait_ref.args) & (kHasParam | kHasConstParam | kHasUnknown | kHasRegions)) != 0)
      continue;
    // Defaults of several parameters need not go together.
    size_t about = 0;
    for (uint32_t i = 0; i < g.params.size(); ++i) {
      std::vector<GenericArg> one = only;
      one[g.parent_count + i] = args[g.parent_count + i];
      about += store_.substitute(before, one) != before;
    }
    std::string message;
    if (about == 1 && !holds(made, Traits::empty_env(), &message)) report_at("E0277", text, p.node, std::move(message));
  }
}

}  // namespace rp
