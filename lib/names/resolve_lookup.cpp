#include "names/resolve_lookup.h"

#include <algorithm>

namespace rp {
namespace {
constexpr uint32_t kNotAsked = UINT32_MAX - 1;
constexpr std::array<std::string_view, 6> kTools = {"clippy",        "diagnostic", "miri",
                                                    "rust_analyzer", "rustdoc",    "rustfmt"};
}  // namespace

NameLookup::NameLookup(const CrateDefs& crate, const Analysis& analysis) : crate_(crate), analysis_(analysis) {
  first_primitive_ = names_.size();
  for (const std::string_view primitive : kPrimitiveTypes) names_.intern(primitive);
  numbers_.resize(std::max<size_t>(analysis.crates.size(), crate.index == kNoCrate ? 0 : crate.index + size_t{1}) + 1);
}

uint32_t NameLookup::primitive(std::string_view name) {
  const auto at = std::find(kPrimitiveTypes.begin(), kPrimitiveTypes.end(), name);
  return at == kPrimitiveTypes.end() ? UINT32_MAX : static_cast<uint32_t>(at - kPrimitiveTypes.begin());
}

uint32_t NameLookup::primitive_of(uint32_t name) const {
  return name - first_primitive_ < kPrimitiveTypes.size() ? name - first_primitive_ : UINT32_MAX;
}

NameId NameLookup::name_in(CrateIndex index, uint32_t name) {
  const CrateDefs* c = defs(index);
  if (c == nullptr) return {};
  // The own crate may have no number yet.
  std::vector<uint32_t>& numbers = numbers_[c == &crate_ ? numbers_.size() - 1 : index];
  if (name >= numbers.size()) numbers.resize(names_.size() + names_.size() / 2, kNotAsked);
  if (numbers[name] == kNotAsked) numbers[name] = c->names.find(names_.text(NameId(name))).value;
  return NameId(numbers[name]);
}

ItemScope NameLookup::scope_of(DefRef ref) const {
  const Def* d = def(ref);
  if (d == nullptr || d->scope == UINT32_MAX) return {};
  return {ref.crate, d->scope};
}

bool NameLookup::is_modelled(DefRef ref) const {
  const CrateDefs* c = defs(ref.crate);
  const Def& d = c->defs[ref.def.value];
  if (!d.source || d.source.value >= c->sources.size()) return false;
  const ExpansionId made_by = c->sources[d.source.value].expansion;
  return made_by && made_by.value < c->expansions.size() &&
         c->expansions[made_by.value].state == ExpansionState::Modelled;
}

ItemFound NameLookup::from_binding(const CrateDefs& crate, const Binding& binding, Namespace space, DefId from) {
  ItemFound found;
  found.space = space;
  if (binding.ambiguous) {  // which of them is meant is rustc's to say
    found.kind = ItemFound::Kind::Unknown;
    return found;
  }
  switch (binding.target) {
    case Binding::Target::None:
      return found;
    case Binding::Target::Unknown:
      found.kind = ItemFound::Kind::Unknown;
      return found;
    case Binding::Target::PrimitiveType:
      found.kind = ItemFound::Kind::Primitive;
      found.index = primitive_index(binding.def.def.value);
      break;
    case Binding::Target::Def:
      found.kind = ItemFound::Kind::Def;
      found.def = binding.def;
      if (const Def* d = def(binding.def); d == nullptr)
        found.kind = ItemFound::Kind::Unknown;
      else
        found.doubtful = (d->flags & kDefUncertain) != 0 || is_modelled(binding.def);
      break;
  }
  if (!binding.visibility.is_public())
    found.is_private = &crate != &crate_ || (from && !crate_.is_visible(binding.visibility, from));
  return found;
}

ItemFound NameLookup::in_scope(ItemScope where, uint32_t name, Namespace space, DefId from) {
  ItemFound found = in_known_scope(where, name, space, from);
  if (found || !crate_.nightly || where.crate >= kSysrootCrates) return found;
  // What no namespace has may be there in the version that the crate was written for.
  const CrateDefs* c = defs(where.crate);
  if (c->scopes[where.scope].kind != ScopeKind::Module) return found;
  for (size_t s = 0; s < kNamespaces; ++s)
    if (c->find(where.scope, name_in(where.crate, name), static_cast<Namespace>(s)) != nullptr) return found;
  found.kind = ItemFound::Kind::Unknown;
  return found;
}

ItemFound NameLookup::in_known_scope(ItemScope where, uint32_t name, Namespace space, DefId from) {
  const CrateDefs* c = defs(where.crate);
  if (c == nullptr || where.scope >= c->scopes.size()) return {.kind = ItemFound::Kind::Unknown};
  if (const Binding* binding = c->find(where.scope, name_in(where.crate, name), space)) {
    const ItemFound found = from_binding(*c, *binding, space, from);
    if (found) return found;
  }
  if (c->scopes[where.scope].unknown_names) return {.kind = ItemFound::Kind::Unknown};
  return {};
}

bool NameLookup::without_prelude(DefId module) const {
  if (crate_.no_implicit_prelude.empty()) return false;
  for (DefId at = module; at; at = crate_.defs[at.value].parent)
    if (std::binary_search(crate_.no_implicit_prelude.begin(), crate_.no_implicit_prelude.end(), at)) return true;
  return false;
}

ItemFound NameLookup::in_extern_prelude(uint32_t name) {
  const NameId id = name_in(crate_.index, name);
  if (!id) return {};
  const auto at = std::lower_bound(crate_.extern_prelude.begin(), crate_.extern_prelude.end(), id,
                                   [](const CrateDefs::ExternName& e, NameId wanted) { return e.name < wanted; });
  if (at == crate_.extern_prelude.end() || at->name != id) return {};
  if (defs(at->crate) == nullptr) return {.kind = ItemFound::Kind::Unknown};
  return {.kind = ItemFound::Kind::Def, .def = {at->crate, DefId(0)}};
}

ItemFound NameLookup::injected(CrateIndex index, uint32_t name) const {
  const CrateDefs* c = defs(index);
  if (c == nullptr || c->edition >= Edition::k2018 || c->no_core) return {};
  const SysrootCrate crate = c->no_std ? kCore : kStd;
  if (text(name) != kSysrootCrateNames[crate]) return {};
  if (defs(crate) == nullptr) return {.kind = ItemFound::Kind::Unknown};
  return {.kind = ItemFound::Kind::Def, .def = {crate, DefId(0)}};
}

// What is found further out is doubtful when something unknown further in may have the name.
ItemFound NameLookup::lexical_uncached(uint32_t module_scope, uint32_t name, Namespace space) {
  const ItemFound own = in_scope({crate_.index, module_scope}, name, space, DefId());
  if (own && own.kind != ItemFound::Kind::Unknown) return own;
  const bool unknown = own.kind == ItemFound::Kind::Unknown;
  ItemFound found = in_preludes(module_scope, name, space);
  if (unknown && !found) found.kind = ItemFound::Kind::Unknown;
  found.doubtful = found.doubtful || unknown;
  return found;
}

ItemFound NameLookup::in_preludes(uint32_t module_scope, uint32_t name, Namespace space) {
  const DefId module = crate_.scopes[module_scope].def;
  const bool prelude = !without_prelude(module);
  if (prelude && space == Namespace::Type) {
    if (const ItemFound crate = in_extern_prelude(name)) return crate;
    const std::string_view name_text = text(name);
    if (std::find(kTools.begin(), kTools.end(), name_text) != kTools.end()) return {.kind = ItemFound::Kind::Tool};
  }
  if (space == Namespace::Macro) {
    const NameId id = name_in(crate_.index, name);
    const auto at = std::lower_bound(crate_.macro_use_prelude.begin(), crate_.macro_use_prelude.end(), id,
                                     [](const CrateDefs::PreludeMacro& e, NameId wanted) { return e.name < wanted; });
    if (id && at != crate_.macro_use_prelude.end() && at->name == id)
      return from_binding(crate_, at->binding, space, DefId());
  }
  if ((prelude || space == Namespace::Macro) && crate_.prelude_module) {
    const ItemScope scope = scope_of(crate_.prelude_module);
    if (scope.valid()) {
      const ItemFound found = in_known_scope(scope, name, space, module);
      if (found) return found;
    }
  }
  if (space == Namespace::Type)
    if (const uint32_t index = primitive_of(name); index != UINT32_MAX)
      return {.kind = ItemFound::Kind::Primitive, .index = primitive_index(index)};
  return {};
}

ItemFound NameLookup::lexical(uint32_t module_scope, uint32_t name, Namespace space) {
  std::vector<Cached>& cache = cache_[static_cast<size_t>(space)];
  if (name >= cache.size()) cache.resize(names_.size() + names_.size() / 2);
  Cached& cached = cache[name];
  if (cached.scope != module_scope) cached = {module_scope, lexical_uncached(module_scope, name, space)};
  return cached.found;
}

ItemFound NameLookup::at_definition(DefRef macro, uint32_t name, Namespace space) {
  const CrateDefs* c = defs(macro.crate);
  if (c == nullptr || !macro.def) return {};
  const DefId module = c->module_of(macro.def);
  if (!module) return {};
  ItemFound found = in_known_scope({macro.crate, c->defs[module.value].scope}, name, space, DefId());
  if (!found && c->prelude_module) {
    const ItemScope scope = scope_of(c->prelude_module);
    if (scope.valid()) found = in_known_scope(scope, name, space, DefId());
  }
  found.is_private = false;
  return found;
}

DefRef NameLookup::field(DefRef owner, uint32_t name) {
  const CrateDefs* c = defs(owner.crate);
  if (c == nullptr || !owner.def) return {};
  if (field_owner_ != owner) {
    field_owner_ = owner;
    fields_.clear();
    for (const DefId child : c->children(owner.def))
      if (c->defs[child.value].kind == DefKind::Field) fields_.emplace_back(c->defs[child.value].name, child);
    std::sort(fields_.begin(), fields_.end());
  }
  const NameId id = name_in(owner.crate, name);
  const auto at = std::lower_bound(fields_.begin(), fields_.end(), std::pair(id, DefId(0)));
  if (!id || at == fields_.end() || at->first != id) return {};
  return {owner.crate, at->second};
}

namespace {

Resolution of_item(const ItemFound& found) {
  Resolution r;
  switch (found.kind) {
    case ItemFound::Kind::None:
      break;
    case ItemFound::Kind::Unknown:
      r.kind = ResolutionKind::Unknown;
      break;
    case ItemFound::Kind::Tool:
      r.kind = ResolutionKind::Tool;
      break;
    case ItemFound::Kind::Primitive:
      r.kind = ResolutionKind::PrimitiveType;
      r.index = found.index;
      break;
    case ItemFound::Kind::Def:
      r.kind = found.def.def.value == 0 ? ResolutionKind::Crate : ResolutionKind::Definition;
      r.def = found.def;
      break;
  }
  return r;
}

// The walk of lookup_path, one step for each segment.
class PlainPath {
 public:
  PlainPath(const CrateDefs& crate, const Analysis& analysis, uint32_t in)
      : lookup_(crate, analysis), crate_(crate), in_(in), from_(crate.module_of(crate.scopes[in].def)) {}

  PathLookup run(std::span<const std::string_view> segments, bool global, Namespace space) {
    for (uint32_t i = 0; i < segments.size(); ++i) {
      const bool last = i + 1 == segments.size();
      const ItemFound found = step(segments[i], i, global, last ? space : Namespace::Type);
      if (!found) {
        const Def* d = i == 0 ? nullptr : lookup_.def(out_.resolution.def);
        if (out_.resolution.kind == ResolutionKind::PrimitiveType ||
            (d != nullptr && d->kind != DefKind::Module && type_like(d->kind)))
          out_.resolution.kind = ResolutionKind::TypeDependent;
        else if (i == 0)
          out_.resolution = {};
        return out_;
      }
      if (found.is_private && !out_.private_segment) {
        out_.private_segment = true;
        out_.private_index = i;
      }
      out_.resolution = of_item(found);
      if (found.kind == ItemFound::Kind::Unknown) return out_;
      out_.found = i + 1;
    }
    return out_;
  }

 private:
  static bool type_like(DefKind kind) {
    switch (kind) {
      case DefKind::Struct:
      case DefKind::Union:
      case DefKind::Enum:
      case DefKind::Trait:
      case DefKind::TraitAlias:
      case DefKind::TypeAlias:
      case DefKind::ForeignType:
      case DefKind::AssocType:
        return true;
      default:
        return false;
    }
  }

  ItemFound module(DefId id) { return {.kind = ItemFound::Kind::Def, .def = {crate_.index, id}}; }

  ItemFound step(std::string_view segment, uint32_t i, bool global, Namespace space) {
    if (i == 0 && !global) {
      if (segment == "crate" || segment == "$crate") return module(DefId(0));
      if (segment == "self") return module(from_);
    }
    if (segment == "super") {
      const DefId base = i == 0 ? from_ : out_.resolution.def.def;
      const DefId up = base ? crate_.module_of(crate_.defs[base.value].parent) : DefId();
      return up ? module(up) : ItemFound();
    }
    const uint32_t name = lookup_.intern(segment);
    if (i > 0) {
      const ItemScope scope = lookup_.scope_of(out_.resolution.def);
      return scope.valid() ? lookup_.in_scope(scope, name, space, from_) : ItemFound();
    }
    if (global) {
      if (crate_.edition >= Edition::k2018) return lookup_.in_extern_prelude(name);
      const ItemFound found = lookup_.in_scope({crate_.index, 0}, name, space, from_);
      return found || space != Namespace::Type ? found : lookup_.injected(crate_.index, name);
    }
    uint32_t scope = in_;
    while (crate_.scopes[scope].kind == ScopeKind::Block) {
      const ItemFound found = lookup_.in_scope({crate_.index, scope}, name, space, from_);
      if (found) return found;
      scope = crate_.scopes[scope].parent;
      if (scope == UINT32_MAX) return {};
    }
    return lookup_.lexical(scope, name, space);
  }

  NameLookup lookup_;
  const CrateDefs& crate_;
  uint32_t in_;
  DefId from_;
  PathLookup out_;
};

}  // namespace

PathLookup lookup_path(const CrateDefs& crate, const Analysis& analysis, uint32_t in,
                       std::span<const std::string_view> segments, bool global, Namespace space) {
  return PlainPath(crate, analysis, in).run(segments, global, space);
}

}  // namespace rp
