// Use declarations: what each segment stands for, and which error it is when an import was not resolved. Collecting has
// resolved the imports; here the path is walked once more, for the place where it ends.
#include <algorithm>

#include "names/resolve_pass.h"

namespace rp {
namespace {

bool is_path_keyword(TokenKind kind) {
  return kind == TokenKind::KwSelfValue || kind == TokenKind::KwSuper || kind == TokenKind::KwCrate ||
         kind == TokenKind::KwSelfType || kind == TokenKind::DollarCrate;
}

Resolution of_binding(const Binding& binding) {
  Resolution r;
  switch (binding.target) {
    case Binding::Target::None:
      break;
    case Binding::Target::Unknown:
      r.kind = ResolutionKind::Unknown;
      break;
    case Binding::Target::PrimitiveType:
      r.kind = ResolutionKind::PrimitiveType;
      r.index = primitive_index(binding.def.def.value);
      break;
    case Binding::Target::Def:
      r.kind = binding.def.def.value == 0 ? ResolutionKind::Crate : ResolutionKind::Definition;
      r.def = binding.def;
      break;
  }
  return r;
}

}  // namespace

void ResolvePass::use_item(NodeId tree) {
  use_reported_ = false;
  use_tree(tree, UsePath(), false);
}

// One segment that must be a module, an enum or a trait.
void ResolvePass::extend_use(UsePath* path, Segment* segment) {
  const uint32_t index = path->count++;
  Resolution r;
  const auto fail = [&](bool keyword) {
    path->failed = true;
    path->keyword = keyword;
    path->failed_at = index;
    path->failed_slot = segment->slot;
  };
  if (path->failed || path->unknown) {
    if (path->unknown) r.kind = ResolutionKind::Unknown;
    segment->resolution = r;
    return;
  }
  const bool first = index == 0 && !path->global;
  if (segment->kind == TokenKind::KwSuper && path->keywords_only && !path->global) {
    const DefId base = index == 0 ? current_module() : path->owner.def;
    const DefId up = base ? crate_.module_of(crate_.defs[base.value].parent) : DefId();
    if (!up) {
      fail(true);
    } else {
      path->owner = {crate_.index, up};
      r.kind = up.value == 0 ? ResolutionKind::Crate : ResolutionKind::Definition;
      r.def = path->owner;
    }
    segment->resolution = path->last = r;
    return;
  }
  path->keywords_only = first && segment->kind == TokenKind::KwSelfValue;
  if (is_path_keyword(segment->kind) && !first) {
    fail(true);
    segment->resolution = r;
    return;
  }
  ItemFound found;
  if (index == 0) {
    // 2015: from the crate's root; later what is in scope, locals and generic parameters apart.
    const bool from_root =
        !path->global && edition_at(segment->slot) < Edition::k2018 && !is_path_keyword(segment->kind);
    const std::span<Segment> one(segment, 1);
    PathOutcome out = resolve_segments(one, path->global || from_root, Namespace::Type, true, false);
    if (out.kind == PathOutcome::Kind::Full && out.resolution.kind != ResolutionKind::Definition &&
        out.resolution.kind != ResolutionKind::Crate)
      out = resolve_segments(one, path->global || from_root, Namespace::Type, false, false);
    if (out.kind == PathOutcome::Kind::Full) {
      found.kind = ItemFound::Kind::Def;
      found.def = out.resolution.def;
      found.is_private = out.private_at != UINT32_MAX;
      r = out.resolution;
    } else if (out.kind == PathOutcome::Kind::Unknown) {
      found.kind = ItemFound::Kind::Unknown;
    }
  } else {
    const ItemScope scope = lookup_.scope_of(path->owner);
    if (scope.valid()) {
      found = lookup_.in_scope(scope, segment->name, Namespace::Type, current_module());
      if (!found && scope.scope == 0) found = lookup_.injected(scope.crate, segment->name);
    }
    if (!found && item_context(segment->context) != kRootContext) found.kind = ItemFound::Kind::Unknown;
    if (found.kind == ItemFound::Kind::Def) {
      r.kind = found.def.def.value == 0 ? ResolutionKind::Crate : ResolutionKind::Definition;
      r.def = found.def;
    }
  }
  if (found.kind == ItemFound::Kind::Unknown) {
    path->unknown = true;
    path->failed_at = index;
    path->failed_slot = segment->slot;
    r.kind = ResolutionKind::Unknown;
  } else if (found.kind != ItemFound::Kind::Def || !found.def.def) {
    fail(false);
  } else {
    path->owner = found.def;
    if (!lookup_.scope_of(found.def).valid()) fail(false);
    if (found.is_private && path->private_slot == UINT32_MAX) path->private_slot = segment->slot;
  }
  segment->resolution = r;
  path->last = r;
}

void ResolvePass::use_tree(NodeId node, UsePath path, bool in_list) {
  const Depth depth(*this);
  if (!depth.ok) return;
  const Tree& tree = *at_.tree;
  const NodeId path_node = tree.child(node, Role::path);
  const NodeId list = tree.child(node, Role::list);
  const bool glob = !list && tree.has_token(node, TokenKind::Star);
  std::vector<Segment> segments;
  if (path_node) {
    bool global = false;
    if (!read_path(path_node, &global)) return;
    if (path.count == 0 && global) path.global = true;
    segments = segments_;
  } else if (path.count == 0) {
    for (uint32_t slot = tree.first_slot(node); slot < tree.end_slot(node); ++slot) {
      if (tree.token_kind(slot) == TokenKind::ColonColon) path.global = true;
      if (tree.token_kind(slot) != TokenKind::ColonColon) break;
    }
  }
  const bool single = !list && !glob && !segments.empty();
  const bool self = single && in_list && segments.size() == 1 && segments[0].kind == TokenKind::KwSelfValue;
  const size_t modules = single ? segments.size() - 1 : segments.size();
  for (size_t i = 0; i < modules; ++i) {
    extend_use(&path, &segments[i]);
    use(segments[i].node, Namespace::Type, segments[i].resolution);
  }
  if (list) {
    uint32_t selves = 0, first_self = 0;
    for (NodeId child = tree.first_child(list); child; child = tree.next_sibling(child)) {
      if (tree.kind(child) != NodeKind::UseTree) continue;
      Segment s;
      const NodeId inner = tree.child(child, Role::path);
      const bool is_self = inner && !tree.child(child, Role::list) && segment_at(inner, &s) &&
                           s.kind == TokenKind::KwSelfValue && tree.end_slot(inner) == s.slot + 1;
      if (is_self && path.count == 0)
        diagnose("E0431", s.slot, "`self` import can only appear in an import list with a non-empty prefix", true);
      else if (is_self && ++selves == 1)
        first_self = s.slot;
      else if (is_self && selves == 2)
        diagnose("E0430", first_self, "`self` import can only appear once in an import list", true);
      if (is_self && path.count == 0) continue;
      use_tree(child, path, true);
    }
    // `use a::b::{}` brings nothing, but what it names has to be there.
    if (!tree.first_child(list) && path.failed && !path.unknown && !path.keyword && !use_reported_) {
      const bool own_error = path.failed_at + 1 == path.count;
      use_reported_ = true;
      diagnose(own_error ? "E0432" : "E0433", own_error ? tree.first_slot(node) : path.failed_slot,
               "cannot find a module of the import's path", true);
    }
    return;
  }
  if (!single && !glob) return;
  const auto key = std::pair(at_.source.value, node.value);
  const auto at = std::lower_bound(imports_.begin(), imports_.end(), std::pair(key, 0U));
  const Import* import = at != imports_.end() && at->first == key ? &crate_.imports[at->second] : nullptr;
  if (single) {
    Segment& name = segments.back();
    if (name.kind == TokenKind::KwSelfValue && !self && !in_list)
      diagnose("E0429", name.slot, "`self` imports are only available within a { } list", true);
    if (import != nullptr) {
      for (const Binding& target : import->targets)
        if (name.resolution.kind == ResolutionKind::None) name.resolution = of_binding(target);
      if (import->state == Import::State::Unknown && name.resolution.kind == ResolutionKind::None)
        name.resolution.kind = ResolutionKind::Unknown;
    }
    use(name.node, Namespace::Type, name.resolution);
  }
  if (import == nullptr) return;
  finish_use(node, path, single ? &segments.back() : nullptr, glob, self);
}

// The errors of one import.
void ResolvePass::finish_use(NodeId node, const UsePath& path, const Segment* name, bool glob, bool self) {
  const auto key = std::pair(at_.source.value, node.value);
  const Import& import = crate_.imports[std::lower_bound(imports_.begin(), imports_.end(), std::pair(key, 0U))->second];
  Resolution whole = name != nullptr ? name->resolution : path.last;
  // Only imports that found nothing, this one among them, made it unknown: collecting knew better.
  const bool was_known =
      path.unknown && import.state == Import::State::Unresolved && import.found_segments == path.failed_at;
  if (import.state == Import::State::Unknown || (path.unknown && !was_known)) {
    whole.kind = ResolutionKind::Unknown;
    count(whole);
    return;
  }
  count(was_known ? Resolution() : whole);
  if (path.private_slot != UINT32_MAX) diagnose("E0603", path.private_slot, "the path of the import is private", true);
  if (path.failed || was_known) {
    if (import.state != Import::State::Unresolved) return;  // collecting knows better
    const uint32_t modules = path.count;
    const bool own_error = path.failed_at + 1 == modules;
    if (path.keyword || !own_error) {
      diagnose("E0433", path.failed_slot, "cannot find a module of the import's path", true);
    } else if (!use_reported_) {
      use_reported_ = true;
      diagnose("E0432", path.failed_slot, "unresolved import", true);
    }
    return;
  }
  if (glob && import.state == Import::State::Resolved && import.targets[0].def.crate == crate_.index &&
      lookup_.scope_of(import.targets[0].def).scope == import.scope)
    diagnose("E0432", at_.tree->first_slot(node), "cannot import everything of a module into itself", true);
  if (glob || self || name == nullptr) return;
  if (is_path_keyword(name->kind) && name->kind != TokenKind::KwSelfType && name->kind != TokenKind::DollarCrate) {
    const bool climbs = name->kind == TokenKind::KwSuper && path.keywords_only;
    if (import.state == Import::State::Unresolved && climbs)
      diagnose("E0433", name->slot, "there are too many leading `super` keywords", true);
    return;
  }
  ItemScope scope = path.count == 0 ? ItemScope() : lookup_.scope_of(path.owner);
  if (import.state == Import::State::Unresolved) {
    // Something that cannot be seen may define it, after all; an import of everything that found nothing does not.
    const uint32_t looked_in = !scope.valid() ? module_scope() : scope.scope;
    const CrateDefs* of = lookup_.defs(scope.valid() ? scope.crate : crate_.index);
    if (of == nullptr || (of->scopes[looked_in].unknown_names && !(failed_globs_ && of == &crate_))) return;
    if (use_reported_) return;
    if (path.count == 0 && lookup_.lexical(module_scope(), name->name, Namespace::Type).kind == ItemFound::Kind::Tool)
      return;
    use_reported_ = true;
    diagnose("E0432", at_.tree->first_slot(node), "unresolved import `" + std::string(lookup_.text(name->name)) + "`",
             true);
    return;
  }
  if (path.count == 0 && !path.global) {
    // A name of the module itself, or of the crate's root in 2015.
    scope = {crate_.index, edition_at(name->slot) < Edition::k2018 ? 0 : module_scope()};
    check_reexport(node, import, scope, *name);
    return;
  }
  if (!scope.valid()) return;
  bool any = false, hidden = false, unknown = false;
  for (size_t i = 0; i < kNamespaces; ++i) {
    const ItemFound found = lookup_.in_scope(scope, name->name, static_cast<Namespace>(i), current_module());
    if (found.kind == ItemFound::Kind::Unknown)
      unknown = true;
    else if (found && found.is_private)
      hidden = true;
    else if (found)
      any = true;
  }
  if (unknown || item_context(name->context) != kRootContext) return;
  if (hidden && !any)
    diagnose("E0603", name->slot, "`" + std::string(lookup_.text(name->name)) + "` is private", true);
  else if (any)
    check_reexport(node, import, scope, *name);
}

// What a `pub use` makes visible may not be less visible itself.
void ResolvePass::check_reexport(NodeId node, const Import& import, const ItemScope& scope, const Segment& name) {
  if (scope.crate != crate_.index) return;
  const NameId id = lookup_.name_in(crate_.index, name.name);
  bool good = false, type = false, other = false;
  for (size_t i = 0; i < kNamespaces; ++i) {
    const Binding* b = crate_.find(scope.scope, id, static_cast<Namespace>(i));
    if (b == nullptr || !*b) continue;
    if (b->import != UINT32_MAX && &crate_.imports[b->import] == &import) return;
    if (b->target != Binding::Target::Def) return;
    const Def* d = lookup_.def(b->def);
    if (d == nullptr || d->kind == DefKind::Macro) return;
    bool enough = b->visibility.is_public();
    if (!enough && !import.visibility.is_public())
      enough = crate_.is_visible(b->visibility, DefId(import.visibility.module));
    if (enough)
      good = true;
    else if (static_cast<Namespace>(i) == Namespace::Type)
      type = true;
    else
      other = true;
  }
  if (good || (!type && !other)) return;
  diagnose(other ? "E0364" : "E0365", at_.tree->first_slot(node),
           "`" + std::string(lookup_.text(name.name)) + "` is private, and cannot be re-exported", true);
}

}  // namespace rp
