// Paths: of types, expressions, patterns, macros, attributes, visibilities and use declarations; and which error it is
// when a path stands for nothing, or for something that may not stand there.
#include <algorithm>

#include "names/resolve_pass.h"

namespace rp {
namespace {

Resolution to_resolution(const ItemFound& found) {
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

Namespace namespace_of(PathUse use) {
  switch (use) {
    case PathUse::Type:
    case PathUse::Trait:
    case PathUse::TraitBound:
    case PathUse::Struct:
    case PathUse::Module:
    case PathUse::UseArgument:
      return Namespace::Type;
    case PathUse::Macro:
      return Namespace::Macro;
    default:
      return Namespace::Value;
  }
}

// Whether an associated item may be left to type checking.
bool may_depend_on_type(PathUse use) {
  return use == PathUse::Type || use == PathUse::Expr || use == PathUse::Pat || use == PathUse::TupleStruct ||
         use == PathUse::Struct;
}

std::string_view error_code(PathUse use, bool found) {
  switch (use) {
    case PathUse::Type:
      return found ? "E0573" : "E0412";
    case PathUse::Trait:
    case PathUse::TraitBound:
      return found ? "E0404" : "E0405";
    case PathUse::Expr:
      return found ? "E0423" : "E0425";
    case PathUse::Pat:
    case PathUse::TupleStruct:
      return found ? "E0532" : "E0531";
    case PathUse::Struct:
      return found ? "E0574" : "E0422";
    case PathUse::Module:
      return found ? "E0577" : "E0433";
    case PathUse::UseArgument:
      return found ? "E0799" : "E0800";
    case PathUse::Macro:
      return "";
  }
  return "";
}

std::string_view expectation(PathUse use) {
  switch (use) {
    case PathUse::Type:
      return "type";
    case PathUse::Trait:
    case PathUse::TraitBound:
      return "trait";
    case PathUse::Expr:
      return "value";
    case PathUse::Pat:
      return "unit struct, unit variant or constant";
    case PathUse::TupleStruct:
      return "tuple struct or tuple variant";
    case PathUse::Struct:
      return "struct, variant or union type";
    case PathUse::Module:
      return "module";
    case PathUse::UseArgument:
      return "type or const parameter";
    case PathUse::Macro:
      return "macro";
  }
  return "";
}

// The Rust Reference, "Built-in attributes index".
bool is_builtin_attribute(std::string_view name) {
  static constexpr std::string_view kNames[] = {"allow",
                                                "automatically_derived",
                                                "cfg",
                                                "cfg_attr",
                                                "cold",
                                                "collapse_debuginfo",
                                                "crate_name",
                                                "crate_type",
                                                "debugger_visualizer",
                                                "deny",
                                                "deprecated",
                                                "doc",
                                                "expect",
                                                "export_name",
                                                "feature",
                                                "forbid",
                                                "ignore",
                                                "inline",
                                                "instruction_set",
                                                "link",
                                                "link_name",
                                                "link_ordinal",
                                                "link_section",
                                                "macro_export",
                                                "macro_use",
                                                "must_use",
                                                "naked",
                                                "no_builtins",
                                                "no_implicit_prelude",
                                                "no_link",
                                                "no_main",
                                                "no_mangle",
                                                "no_std",
                                                "non_exhaustive",
                                                "panic_handler",
                                                "path",
                                                "proc_macro",
                                                "proc_macro_attribute",
                                                "proc_macro_derive",
                                                "recursion_limit",
                                                "repr",
                                                "should_panic",
                                                "target_feature",
                                                "test_runner",
                                                "track_caller",
                                                "type_length_limit",
                                                "used",
                                                "warn",
                                                "windows_subsystem"};
  return std::binary_search(std::begin(kNames), std::end(kNames), name);
}

}  // namespace

bool ResolvePass::read_path(NodeId path, bool* global) {
  const Tree& tree = *at_.tree;
  segments_.clear();
  bool whole = true;
  bool qualified = false;
  for (NodeId child = tree.first_child(path); child; child = tree.next_sibling(child)) {
    if (tree.kind(child) == NodeKind::QualifiedSelf) qualified = true;
    if (tree.kind(child) != NodeKind::PathSegment) continue;
    Segment segment;
    if (!segment_at(child, &segment)) {
      whole = false;
      break;
    }
    segments_.push_back(segment);
  }
  *global = false;
  if (!qualified && !segments_.empty()) {
    for (uint32_t slot = tree.first_slot(path); slot < segments_[0].slot; ++slot)
      if (tree.token_kind(slot) == TokenKind::ColonColon) *global = true;
  }
  return whole && !segments_.empty();
}

bool ResolvePass::is_type(const Resolution& r) const {
  switch (r.kind) {
    case ResolutionKind::PrimitiveType:
    case ResolutionKind::SelfType:
    case ResolutionKind::TypeParameter:
      return true;
    case ResolutionKind::Definition:
      break;
    default:
      return false;
  }
  const Def* d = lookup_.def(r.def);
  if (d == nullptr) return true;
  switch (d->kind) {
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

PathOutcome ResolvePass::resolve_segments(std::span<Segment> segments, bool global, Namespace space, bool ribs,
                                          bool report) {
  PathOutcome out;
  // Where the next segment is looked up: a scope, the extern prelude, or (at first) what is in scope.
  enum class From : uint8_t { Scope, Externs, RootAndExterns, Lexical } from = From::Lexical;
  ItemScope scope;
  DefRef owner;  // of `scope`
  const DefId module = current_module();
  if (global) {
    if (edition_at(segments[0].slot) >= Edition::k2018)
      from = From::Externs;
    else
      from = crate_.edition >= Edition::k2018 ? From::RootAndExterns : From::Scope;
    scope = {crate_.index, 0};
    owner = {crate_.index, DefId(0)};
  }
  const auto fail = [&](uint32_t at) {
    out.kind = PathOutcome::Kind::Failed;
    out.failed = at;
    out.resolved = at;
    return out;
  };
  const auto enter = [&](DefRef into) {
    from = From::Scope;
    owner = into;
    scope = lookup_.scope_of(into);
  };
  bool allow_super = true;
  for (uint32_t i = 0; i < segments.size(); ++i) {
    Segment& segment = segments[i];
    const bool last = i + 1 == segments.size();
    const Namespace wanted = last ? space : Namespace::Type;
    const TokenKind kind = segment.kind;
    allow_super =
        allow_super && wanted == Namespace::Type && (kind == TokenKind::KwSelfValue || kind == TokenKind::KwSuper);
    if (wanted == Namespace::Type) {
      if (allow_super && kind == TokenKind::KwSuper) {
        if (global) return fail(i);
        const DefId base = i == 0 ? module : owner.def;
        const DefId up = base ? crate_.module_of(crate_.defs[base.value].parent) : DefId();
        if (!up) return fail(i);
        enter({crate_.index, up});
        segment.resolution.kind = up.value == 0 ? ResolutionKind::Crate : ResolutionKind::Definition;
        segment.resolution.def = owner;
        continue;
      }
      if (i == 0 && !global) {
        const bool own_root = kind == TokenKind::KwCrate;
        if (kind == TokenKind::KwSelfValue || own_root || kind == TokenKind::DollarCrate) {
          DefRef root = {crate_.index, kind == TokenKind::KwSelfValue ? module : DefId(0)};
          // `crate` from a macro is the crate of the call, `$crate` that of the macro.
          if (kind == TokenKind::DollarCrate) root.crate = crate_at(segment.slot);
          if (lookup_.defs(root.crate) == nullptr) {
            out.kind = PathOutcome::Kind::Unknown;
            return out;
          }
          enter(root);
          segment.resolution.kind = root.def.value == 0 ? ResolutionKind::Crate : ResolutionKind::Definition;
          segment.resolution.def = root;
          continue;
        }
      }
    }
    if ((i != 0 || global) &&
        (kind == TokenKind::KwSelfValue || kind == TokenKind::KwSuper || kind == TokenKind::KwCrate ||
         kind == TokenKind::KwSelfType || kind == TokenKind::DollarCrate))
      return fail(i);

    ItemFound found;
    if (from == From::Lexical && ribs) {
      const Lexical lexical = find_lexical(segment, wanted, report);
      segment.resolution = lexical.resolution;
      if (lexical.from_rib && lexical.resolution.kind == ResolutionKind::Unknown) {
        out.kind = PathOutcome::Kind::Unknown;
        out.resolved = i;
        return out;
      }
      if (lexical.from_rib) {
        out.kind = last ? PathOutcome::Kind::Full : PathOutcome::Kind::Partial;
        out.resolution = lexical.resolution;
        out.space = wanted;
        out.resolved = i + 1;
        return out;
      }
      found.doubtful = lexical.doubtful;
      if (lexical.is_private && out.private_at == UINT32_MAX) out.private_at = i;
      switch (lexical.resolution.kind) {
        case ResolutionKind::None:
          break;
        case ResolutionKind::Unknown:
          found.kind = ItemFound::Kind::Unknown;
          break;
        case ResolutionKind::Tool:
          found.kind = ItemFound::Kind::Tool;
          break;
        case ResolutionKind::PrimitiveType:
          found.kind = ItemFound::Kind::Primitive;
          found.index = lexical.resolution.index;
          break;
        default:
          found.kind = ItemFound::Kind::Def;
          found.def = lexical.resolution.def;
      }
    } else if (from == From::Lexical) {
      const ContextId of_items = item_context(segment.context);
      if (of_items != kRootContext) found = lookup_.at_definition(definition_of_[of_items], segment.name, wanted);
      if (!found) found = lookup_.lexical(module_scope(), segment.name, wanted);
    } else if (from == From::Externs) {
      if (wanted == Namespace::Type) found = lookup_.in_extern_prelude(segment.name);
    } else {
      found = scope.valid() ? lookup_.in_scope(scope, segment.name, wanted, module) : ItemFound();
      if (!found && from == From::RootAndExterns && wanted == Namespace::Type)
        found = lookup_.in_extern_prelude(segment.name);
      if (!found && wanted == Namespace::Type && scope.scope == 0) found = lookup_.injected(scope.crate, segment.name);
      if (!found && item_context(segment.context) != kRootContext) found.kind = ItemFound::Kind::Unknown;
    }
    out.doubtful = out.doubtful || found.doubtful;
    if (found.kind == ItemFound::Kind::Unknown) {
      out.kind = PathOutcome::Kind::Unknown;
      out.resolved = i;
      return out;
    }
    if (!found) {
      const Def* d = owner.def ? lookup_.def(owner) : nullptr;
      if (from == From::Scope && d != nullptr && d->kind != DefKind::Module) {
        out.kind = PathOutcome::Kind::Partial;  // an associated item of an enum or trait
        out.resolution.kind = ResolutionKind::Definition;
        out.resolution.def = owner;
        out.resolved = i;
        return out;
      }
      out.last = last;
      return fail(i);
    }
    if (found.is_private && out.private_at == UINT32_MAX && item_context(segment.context) == kRootContext)
      out.private_at = i;
    segment.resolution = to_resolution(found);
    const Def* d = found.kind == ItemFound::Kind::Def ? lookup_.def(found.def) : nullptr;
    if (d != nullptr && (d->kind == DefKind::Module || d->kind == DefKind::Enum || d->kind == DefKind::Trait) &&
        d->scope != UINT32_MAX) {
      enter(found.def);
      continue;
    }
    if (last || is_type(segment.resolution) || found.kind == ItemFound::Kind::Tool) {
      out.kind = last || found.kind == ItemFound::Kind::Tool ? PathOutcome::Kind::Full : PathOutcome::Kind::Partial;
      out.resolution = segment.resolution;
      out.space = wanted;
      out.resolved = found.kind == ItemFound::Kind::Tool ? static_cast<uint32_t>(segments.size()) : i + 1;
      return out;
    }
    out.last = last;
    return fail(i);
  }
  out.kind = PathOutcome::Kind::Full;
  out.resolved = static_cast<uint32_t>(segments.size());
  out.space = Namespace::Type;
  out.resolution = segments.back().resolution;
  const Def* d = lookup_.def(owner);
  out.normal_module = d != nullptr && d->kind == DefKind::Module;
  return out;
}

// One namespace, with what rustc falls back to: a module of a primitive type's name gives way to the type.
PathOutcome ResolvePass::resolve_namespace(std::span<Segment> segments, bool global, Namespace space) {
  PathOutcome out = resolve_segments(segments, global, space, true, true);
  const bool module_or_failed =
      out.kind == PathOutcome::Kind::Failed || (out.kind == PathOutcome::Kind::Full && out.normal_module);
  if (module_or_failed && !global && (space == Namespace::Type || segments.size() > 1)) {
    const TokenKind kind = segments[0].kind;
    const uint32_t primitive =
        kind == TokenKind::Ident || kind == TokenKind::RawIdent ? lookup_.primitive_of(segments[0].name) : UINT32_MAX;
    if (primitive != UINT32_MAX) {
      out = {};
      out.resolution.kind = ResolutionKind::PrimitiveType;
      out.resolution.index = primitive_index(primitive);
      segments[0].resolution = out.resolution;
      out.resolved = 1;
      out.kind = segments.size() == 1 ? PathOutcome::Kind::Full : PathOutcome::Kind::Partial;
    }
  }
  return out;
}

bool ResolvePass::expected(PathUse use, const Resolution& r, Namespace space) const {
  if (r.kind == ResolutionKind::Tool) return use == PathUse::Macro;
  const Def* d = r.kind == ResolutionKind::Definition ? lookup_.def(r.def) : nullptr;
  const bool type = space == Namespace::Type;
  const bool constructor = d != nullptr && !type && (d->kind == DefKind::Struct || d->kind == DefKind::Variant);
  switch (use) {
    case PathUse::Type:
      return type && is_type(r);
    case PathUse::Trait:
      return d != nullptr && d->kind == DefKind::Trait;
    case PathUse::TraitBound:
      return d != nullptr && (d->kind == DefKind::Trait || d->kind == DefKind::TraitAlias);
    case PathUse::Expr:
      if (type) return false;
      if (r.kind == ResolutionKind::Local || r.kind == ResolutionKind::ConstParameter ||
          r.kind == ResolutionKind::SelfType || constructor)
        return true;
      return d != nullptr && (d->kind == DefKind::Const || d->kind == DefKind::Static || d->kind == DefKind::Function ||
                              d->kind == DefKind::AssocFunction || d->kind == DefKind::AssocConst);
    case PathUse::Pat:
      if (type) return false;
      if (r.kind == ResolutionKind::SelfType) return true;
      if (constructor) return (d->flags & kDefTupleFields) == 0;
      return d != nullptr && (d->kind == DefKind::Const || d->kind == DefKind::AssocConst);
    case PathUse::TupleStruct:
      if (type) return false;
      if (r.kind == ResolutionKind::SelfType) return true;
      return constructor && (d->flags & kDefUnitFields) == 0;
    case PathUse::Struct:
      if (!type) return false;
      if (r.kind == ResolutionKind::SelfType) return true;
      return d != nullptr && (d->kind == DefKind::Struct || d->kind == DefKind::Union || d->kind == DefKind::Variant ||
                              d->kind == DefKind::TypeAlias || d->kind == DefKind::AssocType);
    case PathUse::Macro:
      return d != nullptr && d->kind == DefKind::Macro;
    case PathUse::Module:
      return r.kind == ResolutionKind::Crate || (d != nullptr && d->kind == DefKind::Module);
    case PathUse::UseArgument:
      return r.kind == ResolutionKind::TypeParameter || r.kind == ResolutionKind::ConstParameter ||
             r.kind == ResolutionKind::SelfType;
  }
  return false;
}

void ResolvePass::report_unresolved(std::span<const Segment> segments, PathUse use, bool found, const Resolution& r) {
  const Segment& last = segments.back();
  const std::string name(lookup_.text(last.name));
  if (segments.size() == 1 && last.kind == TokenKind::KwSelfType && namespace_of(use) == Namespace::Type) {
    const bool available = found && r.kind == ResolutionKind::SelfType;
    if (!available) {
      diagnose("E0411", last.slot, "cannot find type `Self` in this scope");
      return;
    }
  }
  if (segments.size() == 1 && last.kind == TokenKind::KwSelfValue && namespace_of(use) == Namespace::Value) {
    diagnose("E0424", last.slot, "expected value, found module `self`");
    return;
  }
  std::string message = found ? "expected " : "cannot find ";
  message.append(expectation(use));
  if (found)
    message.append(", found something else: `").append(name).append("`");
  else
    message.append(" `").append(name).append("`");
  diagnose(error_code(use, found), found ? segments.front().slot : last.slot, std::move(message));
}

void ResolvePass::record_segments(std::span<const Segment> segments, size_t resolved, Namespace space,
                                  const Resolution& rest) {
  for (size_t i = 0; i < segments.size(); ++i)
    use(segments[i].node, i + 1 == segments.size() ? space : Namespace::Type,
        i < resolved ? segments[i].resolution : rest);
}

void ResolvePass::count(const Resolution& r) {
  switch (r.kind) {
    case ResolutionKind::None:
      ++out_->counts.unresolved;
      break;
    case ResolutionKind::Unknown:
      ++out_->counts.unknown;
      break;
    case ResolutionKind::TypeDependent:
      ++out_->counts.type_dependent;
      break;
    default:
      ++out_->counts.resolved;
  }
}

Resolution ResolvePass::resolve_path(NodeId path, PathUse path_use) {
  const NodeId qualified = at_.tree->child(path, Role::qualified_self);
  if (qualified) return resolve_qualified(path, qualified, path_use);
  bool global = false;
  if (!read_path(path, &global)) {
    Resolution unknown;
    unknown.kind = ResolutionKind::Unknown;
    return unknown;
  }
  return resolve_read_path(path, path_use, global);
}

Resolution ResolvePass::resolve_single(NodeId node, PathUse path_use) {
  Segment segment;
  segments_.clear();
  if (!segment_at(node, &segment)) return {};
  segments_.push_back(segment);
  return resolve_read_path(node, path_use, false);
}

Resolution ResolvePass::resolve_read_path(NodeId, PathUse path_use, bool global) {
  const std::span<Segment> segments(segments_);
  const Namespace primary = namespace_of(path_use);
  Resolution none, depends, unknown;
  depends.kind = ResolutionKind::TypeDependent;
  unknown.kind = ResolutionKind::Unknown;

  PathOutcome chosen;
  bool have = false, some_unknown = false;
  PathOutcome failure;
  constexpr std::array<Namespace, 2> kOthers = {Namespace::Type, Namespace::Value};
  for (size_t i = 0; i < 3 && !have; ++i) {
    const Namespace space = i == 0 ? primary : kOthers[i - 1];
    if (i > 0 && space == primary) continue;
    const size_t errors = out_->diagnostics.size();
    PathOutcome out = resolve_namespace(segments, global, space);
    // What nearly all paths come to.
    if (i == 0 && out.kind == PathOutcome::Kind::Full && out.private_at == UINT32_MAX &&
        expected(path_use, out.resolution, out.space)) {
      segments.back().resolution = out.resolution;
      record_segments(segments, out.resolved, primary, depends);
      count(out.resolution);
      return out.resolution;
    }
    const bool wrong = out.kind == PathOutcome::Kind::Failed ||
                       (out.kind == PathOutcome::Kind::Full && !expected(path_use, out.resolution, out.space)) ||
                       out.private_at != UINT32_MAX;
    if (out.kind == PathOutcome::Kind::Unknown || (out.doubtful && wrong)) {
      some_unknown = true;
      if (i == 0) failure = out;
      continue;
    }
    if (out.kind == PathOutcome::Kind::Failed) {
      if (i == 0) failure = out;
      if (!out.last) {  // a prefix that stands for nothing is the error, whatever the rest
        if (some_unknown) break;
        const Segment& bad = segments[out.failed];
        record_segments(segments, out.failed, primary, none);
        if (out.private_at < out.failed)
          diagnose("E0603", segments[out.private_at].slot,
                   "`" + std::string(lookup_.text(segments[out.private_at].name)) + "` is private");
        diagnose("E0433", bad.slot, "cannot find `" + std::string(lookup_.text(bad.name)) + "`");
        count(none);
        return none;
      }
      continue;
    }
    if (i > 0 && some_unknown) {
      // The namespace that counts is unknown: what is in another says nothing.
      out_->diagnostics.resize(errors);
      continue;
    }
    if (out.kind == PathOutcome::Kind::Full || may_depend_on_type(path_use)) {
      chosen = out;
      have = true;
    }
  }
  if (some_unknown && !have) {
    record_segments(segments, failure.resolved, primary, unknown);
    count(unknown);
    return unknown;
  }
  if (have && chosen.private_at != UINT32_MAX && chosen.private_at < chosen.resolved)
    diagnose("E0603", segments[chosen.private_at].slot,
             "`" + std::string(lookup_.text(segments[chosen.private_at].name)) + "` is private");
  if (have && chosen.kind == PathOutcome::Kind::Partial) {
    record_segments(segments, chosen.resolved, primary, depends);
    count(depends);
    return depends;
  }
  if (have && expected(path_use, chosen.resolution, chosen.space)) {
    segments.back().resolution = chosen.resolution;
    record_segments(segments, chosen.resolved, primary, depends);
    count(chosen.resolution);
    return chosen.resolution;
  }
  bool found = have;
  if (!have && !global) {
    // A macro of that name: then it is the wrong kind of thing, too. Those of macro_rules! are in no scope.
    PathOutcome as_macro = resolve_segments(segments, global, Namespace::Macro, true, false);
    found = as_macro.kind == PathOutcome::Kind::Full;
    if (!found && segments.size() == 1) {
      const NameId name = lookup_.name_in(crate_.index, segments[0].name);
      for (const MacroDef& m : crate_.macros)
        if (name && m.kind == MacroKind::Rules && crate_.defs[m.def.value].name == name) found = true;
      if (is_builtin_attribute(lookup_.text(segments[0].name))) found = true;
    }
    segments.back().resolution = {};
  }
  report_unresolved(segments, path_use, found, chosen.resolution);
  segments.back().resolution = {};
  record_segments(segments, segments.size(), primary, none);
  count(none);
  return none;
}

// `<T as Trait>::name::…`: the name is one of the trait's; without a trait all depends on the type.
Resolution ResolvePass::resolve_qualified(NodeId path, NodeId qualified, PathUse path_use) {
  Resolution depends;
  depends.kind = ResolutionKind::TypeDependent;
  const NodeId trait_path = at_.tree->child(qualified, Role::trait);
  Resolution trait;
  if (trait_path) trait = resolve_path(trait_path, PathUse::Trait);
  bool global = false;
  if (!read_path(path, &global)) return depends;
  const std::span<Segment> segments(segments_);
  if (!trait_path) {
    record_segments(segments, 0, namespace_of(path_use), depends);
    count(depends);
    return depends;
  }
  if (trait.kind != ResolutionKind::Definition) {
    if (trait.kind != ResolutionKind::Unknown) trait = {};
    record_segments(segments, 0, namespace_of(path_use), trait);
    if (trait.kind == ResolutionKind::None) trait.kind = ResolutionKind::Unknown;  // the trait's path is the error
    count(trait);
    return trait;
  }
  const ItemScope scope = lookup_.scope_of(trait.def);
  const Namespace primary = segments.size() == 1 ? namespace_of(path_use) : Namespace::Type;
  const Namespace other = primary == Namespace::Type ? Namespace::Value : Namespace::Type;
  ItemFound found;
  if (scope.valid()) found = lookup_.in_scope(scope, segments[0].name, primary, current_module());
  bool wrong = false;
  if (!found && scope.valid()) wrong = static_cast<bool>(lookup_.in_scope(scope, segments[0].name, other, DefId()));
  if (!scope.valid() || (!found && has_delegations(trait.def))) found.kind = ItemFound::Kind::Unknown;
  if (!found && item_context(segments[0].context) != kRootContext) found.kind = ItemFound::Kind::Unknown;
  const Resolution r = to_resolution(found);
  segments[0].resolution = r;
  if (r.kind == ResolutionKind::None)
    diagnose(wrong ? "E0575" : "E0576", segments[0].slot,
             "cannot find `" + std::string(lookup_.text(segments[0].name)) + "` in the trait");
  record_segments(segments, 1, namespace_of(path_use), r.kind == ResolutionKind::None ? r : depends);
  const Resolution whole = segments.size() == 1 || r.kind == ResolutionKind::None ? r : depends;
  count(whole);
  return whole;
}

}  // namespace rp
