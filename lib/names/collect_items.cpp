// The walk over one source: definitions, block scopes, uses, macro calls, and what cfg takes away.
#include <algorithm>

#include "names/collector.h"

namespace rp {

using T = TokenKind;
using N = NodeKind;

namespace {

bool begins_with_attribute(const Tree& tree, NodeId node) {
  const NodeId first = tree.first_child(node);
  return first && tree.role(first) == Role::attribute;
}

bool is_item(NodeKind kind) { return node_category(kind) == NodeCategory::Item; }

// Whether a block needs a table of names: it holds items, or calls that may give some.
bool block_has_items(const Tree& tree, NodeId block) {
  for (NodeId child = tree.first_child(block); child; child = tree.next_sibling(child)) {
    const NodeKind kind = tree.kind(child);
    if (is_item(kind)) return true;
    if (kind == N::MacroExpr) return true;
    if (kind == N::ExprStmt) {
      NodeId inside = tree.child(child, Role::expression);
      if (inside && tree.kind(inside) == N::AttributedExpr) inside = tree.child(inside, Role::expression);
      if (inside && tree.kind(inside) == N::MacroExpr) return true;
    }
  }
  return false;
}

// Crates that lie beside the compiler: there without being declared, if only for `#![feature(rustc_private)]`.
bool is_sysroot_crate(std::string_view name) {
  static constexpr std::string_view kNames[] = {"addr2line",
                                                "adler2",
                                                "alloc",
                                                "cfg_if",
                                                "compiler_builtins",
                                                "core",
                                                "getopts",
                                                "gimli",
                                                "hashbrown",
                                                "libc",
                                                "memchr",
                                                "miniz_oxide",
                                                "object",
                                                "panic_abort",
                                                "panic_unwind",
                                                "proc_macro",
                                                "profiler_builtins",
                                                "std",
                                                "std_detect",
                                                "test",
                                                "unwind"};
  return name.starts_with("rustc_") || std::find(std::begin(kNames), std::end(kNames), name) != std::end(kNames);
}

const Attribute* find_attribute(const std::vector<Attribute>& attributes, std::string_view name) {
  for (const Attribute& a : attributes)
    if (a.name == name) return &a;
  return nullptr;
}

}  // namespace

// ---- Small questions ----------------------------------------------------------------------------------------------

std::string_view Collector::name_text(SourceId id, NodeId node) const {
  const Tree& t = tree(id);
  const NodeId name = t.child(node, Role::name);
  if (!name || t.kind(name) == N::Missing || t.kind(name) == N::Error) return {};
  const uint32_t slot = skip_trivia(t, t.first_slot(name), t.end_slot(name));
  return slot < t.end_slot(name) ? t.token_text(slot) : std::string_view();
}

CrateIndex Collector::crate_of_token(const Source& from, SourceId id, uint32_t slot) const {
  const TokenOrigin origin = from.origin(id, slot);
  if (!origin.source) return input_.index;
  const SourceInfo& info = out_->sources[origin.source.value];
  return info.kind == SourceInfo::Kind::Foreign ? info.foreign_crate : input_.index;
}

Collector::Segment Collector::segment_at(const Source& from, SourceId id, uint32_t slot) {
  const Tree& t = from.tree;
  Segment segment;
  switch (t.token_kind(slot)) {
    case T::KwCrate:
      segment.kind = Segment::Kind::Crate;
      segment.crate = input_.index;
      break;
    case T::DollarCrate:
      segment.kind = Segment::Kind::Crate;
      segment.crate = crate_of_token(from, id, slot);
      break;
    case T::KwSelfValue:
      segment.kind = Segment::Kind::Self;
      break;
    case T::KwSuper:
      segment.kind = Segment::Kind::Super;
      break;
    default:
      segment.name = out_->names.intern(t.token_text(slot));
  }
  return segment;
}

Collector::Path Collector::read_path(SourceId id, NodeId node) {
  const Tree& t = tree(id);
  Path path;
  const uint32_t first = skip_trivia(t, t.first_slot(node), t.end_slot(node));
  path.global = first < t.end_slot(node) && t.token_kind(first) == T::ColonColon;
  for (NodeId child = t.first_child(node); child; child = t.next_sibling(child)) {
    if (t.kind(child) != N::PathSegment) {
      path.valid = false;
      continue;
    }
    const uint32_t slot = skip_trivia(t, t.first_slot(child), t.end_slot(child));
    if (slot >= t.end_slot(child)) {
      path.valid = false;
      continue;
    }
    Segment segment = segment_at(source(id), id, slot);
    segment.node = child;
    path.segments.push_back(segment);
  }
  if (path.segments.empty()) path.valid = false;
  return path;
}

Collector::Path Collector::read_path_tokens(SourceId id, uint32_t begin, uint32_t end) {
  return read_path_tokens(source(id), id, begin, end);
}

// `from` may be a text of its own, whose tokens come from the source `id` and others.
Collector::Path Collector::read_path_tokens(const Source& from, SourceId id, uint32_t begin, uint32_t end) {
  const Tree& t = from.tree;
  Path path;
  uint32_t at = skip_trivia(t, begin, end);
  if (at < end && t.token_kind(at) == T::ColonColon) {
    path.global = true;
    at = skip_trivia(t, at + 1, end);
  }
  while (at < end) {
    const TokenKind kind = t.token_kind(at);
    if (kind != T::Ident && kind != T::RawIdent && kind != T::DollarCrate && !is_keyword_kind(kind)) {
      path.valid = false;
      break;
    }
    path.segments.push_back(segment_at(from, id, at));
    at = skip_trivia(t, at + token_slots(kind), end);
    if (at >= end) break;
    if (t.token_kind(at) != T::ColonColon) {
      path.valid = false;
      break;
    }
    at = skip_trivia(t, at + 1, end);
  }
  if (path.segments.empty()) path.valid = false;
  return path;
}

Visibility Collector::visibility_of(SourceId id, NodeId item, const Place& place) {
  const Tree& t = tree(id);
  const uint32_t here = out_->module_of(out_->scopes[place.scope].def).value;
  const NodeId node = t.child(item, Role::visibility);
  if (!node) return {here};
  const uint32_t end = t.end_slot(node);
  uint32_t slot = skip_trivia(t, t.first_slot(node), end);
  if (slot >= end) return {here};
  if (t.token_kind(slot) == T::KwCrate) return {0};
  slot = skip_trivia(t, slot + 1, end);
  if (slot >= end) return {};  // pub
  const NodeId path_node = t.child(node, Role::path);
  if (!path_node) return {};
  const Path path = read_path(id, path_node);
  if (!path.valid) return {here};
  // The modules around here, the root first.
  std::vector<uint32_t> around;
  for (DefId m(here); m; m = out_->module_of(out_->defs[m.value].parent)) around.push_back(m.value);
  std::reverse(around.begin(), around.end());
  size_t at = around.size() - 1;
  for (size_t i = 0; i < path.segments.size(); ++i) {
    const Segment& s = path.segments[i];
    switch (s.kind) {
      case Segment::Kind::Crate:
        if (s.crate != input_.index) return {here};
        at = 0;
        break;
      case Segment::Kind::Self:
        break;
      case Segment::Kind::Super:
        if (at > 0) --at;
        break;
      case Segment::Kind::Name:
        if (i == 0) at = 0;  // 2015: from the root
        if (at + 1 < around.size() && out_->defs[around[at + 1]].name == s.name) ++at;
        break;
    }
  }
  return {around[at]};
}

DefId Collector::add_def(DefKind kind, SourceId id, NodeId node, std::string_view name, const Place& place,
                         Visibility visibility, uint16_t flags) {
  Def def;
  def.kind = kind;
  def.flags = flags;
  if (place.uncertain) def.flags |= kDefUncertain;
  if (!name.empty()) def.name = out_->names.intern(name);
  if (id && source(id).is_expansion()) def.flags |= kDefFromMacro;
  def.parent = place.parent;
  def.visibility = visibility;
  def.source = id;
  def.node = node;
  out_->defs.push_back(def);
  return DefId(static_cast<uint32_t>(out_->defs.size() - 1));
}

uint32_t Collector::add_scope(ScopeKind kind, DefId def, uint32_t parent, SourceId id, NodeId node) {
  Scope scope;
  scope.kind = kind;
  scope.def = def;
  scope.parent = parent;
  scope.source = id;
  scope.node = node;
  out_->scopes.push_back(scope);
  logs_.emplace_back();
  open_globs_.push_back(0);
  no_prelude_.push_back(parent != kNone ? no_prelude_[parent] : 0);
  return static_cast<uint32_t>(out_->scopes.size() - 1);
}

uint32_t Collector::block_scope(SourceId id, NodeId node, const Place& place) {
  if (!block_has_items(tree(id), node)) return place.scope;
  return add_scope(ScopeKind::Block, out_->module_of(out_->scopes[place.scope].def), place.scope, id, node);
}

uint16_t Collector::item_flags(SourceId id, NodeId node, const std::vector<Attribute>& attributes) {
  const Tree& t = tree(id);
  uint16_t flags = 0;
  if (t.has_token(node, T::KwUnsafe)) flags |= kDefUnsafe;
  const NodeKind kind = t.kind(node);
  if (kind == N::FnItem) {
    if (t.has_token(node, T::KwConst)) flags |= kDefConst;
    if (t.has_token(node, T::KwAsync)) flags |= kDefAsync;
    if (t.child(node, Role::body)) flags |= kDefHasBody;
    const NodeId parameters = t.child(node, Role::parameters);
    if (parameters && t.child(parameters, Role::receiver)) flags |= kDefHasSelf;
  } else if (kind == N::ConstItem || kind == N::StaticItem) {
    if (t.child(node, Role::value)) flags |= kDefHasBody;
  } else if (kind == N::TypeAliasItem) {
    if (t.child(node, Role::type)) flags |= kDefHasBody;
  } else if (kind == N::ImplItem) {
    if (t.child(node, Role::trait)) flags |= kDefTraitImpl;
    if (t.has_token(node, T::Bang)) flags |= kDefNegativeImpl;
  }
  for (const Attribute& a : attributes) {
    if (a.name == "deprecated") flags |= kDefDeprecated;
    if (a.name == "unstable") flags |= kDefUnstable;
    if (a.name == "must_use") flags |= kDefMustUse;
    if (a.name == "non_exhaustive") flags |= kDefNonExhaustive;
    if (a.name == "doc" && a.has_group)
      for (uint32_t s = a.group_begin; s < a.group_end; ++s)
        if (t.token_kind(s) == T::Ident && t.token_text(s) == "hidden") flags |= kDefDocHidden;
  }
  return flags;
}

// ---- Data types ---------------------------------------------------------------------------------------------------

// Defines the fields in a list; returns the visibility that all of them have at least (a tuple constructor's).
Visibility Collector::fields(SourceId id, NodeId list, DefId parent, Visibility fallback, bool members_public) {
  const Tree& t = tree(id);
  Visibility narrowest = fallback;
  if (!list) return narrowest;
  Place inside;
  inside.parent = parent;
  // Visibilities are read as from the module around the type.
  inside.scope = out_->defs[out_->module_of(parent).value].scope;
  uint32_t number = 0;
  std::vector<Attribute> attributes;
  for (NodeId field = t.first_child(list); field; field = t.next_sibling(field)) {
    if (t.role(field) != Role::field) continue;
    uint16_t flags = 0;
    if (begins_with_attribute(t, field)) {
      attributes.clear();
      read_attributes(t, field, *input_.cfg, &attributes);
      if (!is_configured(t, attributes, *input_.cfg, nullptr)) {
        remove(id, field);
        continue;
      }
      flags = item_flags(id, field, attributes);
    }
    const Visibility visibility = members_public ? fallback : visibility_of(id, field, inside);
    narrowest = narrower(narrowest, visibility);
    const bool tuple = t.kind(field) == N::TupleField;
    const std::string text = tuple ? std::to_string(number) : std::string(name_text(id, field));
    add_def(DefKind::Field, id, field, text, inside, visibility, flags);
    ++number;
  }
  return narrowest;
}

void Collector::struct_item(SourceId id, NodeId node, const Place& place, uint16_t flags) {
  const Tree& t = tree(id);
  const std::string_view name = name_text(id, node);
  const NodeId list = t.child(node, Role::fields);
  const bool is_union = t.kind(node) == N::UnionItem;
  const bool tuple = list && t.kind(list) == N::TupleFieldList;
  if (!is_union && !list) flags |= kDefUnitFields;
  if (tuple) flags |= kDefTupleFields;
  const Visibility visibility = visibility_of(id, node, place);
  const DefId def = add_def(is_union ? DefKind::Union : DefKind::Struct, id, node, name, place, visibility, flags);
  const Visibility constructor = fields(id, list, def, visibility, false);
  if (name.empty()) return;
  Binding binding;
  binding.target = Binding::Target::Def;
  binding.def = {input_.index, def};
  binding.visibility = visibility;
  define(place.scope, out_->defs[def.value].name, Namespace::Type, binding);
  if (!is_union && (tuple || !list)) {
    // Elsewhere a tuple struct that is to grow cannot be built: its constructor is the crate's own.
    binding.visibility = tuple ? constructor : visibility;
    if ((flags & kDefNonExhaustive) != 0) binding.visibility = narrower(binding.visibility, Visibility{0});
    define(place.scope, out_->defs[def.value].name, Namespace::Value, binding);
  }
}

void Collector::enum_item(SourceId id, NodeId node, const Place& place, uint16_t flags) {
  const Tree& t = tree(id);
  const std::string_view name = name_text(id, node);
  const Visibility visibility = visibility_of(id, node, place);
  const DefId def = add_def(DefKind::Enum, id, node, name, place, visibility, flags);
  const uint32_t scope = add_scope(ScopeKind::Enum, def, place.scope, id, node);
  out_->defs[def.value].scope = scope;
  Binding binding;
  binding.target = Binding::Target::Def;
  binding.def = {input_.index, def};
  binding.visibility = visibility;
  if (!name.empty()) define(place.scope, out_->defs[def.value].name, Namespace::Type, binding);
  const NodeId list = t.child(node, Role::variants);
  if (!list) return;
  Place inside = place;
  inside.parent = def;
  std::vector<Attribute> attributes;
  for (NodeId variant = t.first_child(list); variant; variant = t.next_sibling(variant)) {
    if (t.kind(variant) != N::Variant) continue;
    uint16_t variant_flags = 0;
    if (begins_with_attribute(t, variant)) {
      attributes.clear();
      read_attributes(t, variant, *input_.cfg, &attributes);
      Place variants = inside;
      variants.scope = scope;
      if (!keeps(id, variant, attributes, variants)) continue;
      variant_flags = item_flags(id, variant, attributes);
    }
    const NodeId fields_list = t.child(variant, Role::fields);
    const bool tuple = fields_list && t.kind(fields_list) == N::TupleFieldList;
    if (tuple) variant_flags |= kDefTupleFields;
    if (!fields_list) variant_flags |= kDefUnitFields;
    const std::string_view variant_name = name_text(id, variant);
    const DefId variant_def = add_def(DefKind::Variant, id, variant, variant_name, inside, visibility, variant_flags);
    fields(id, fields_list, variant_def, visibility, true);
    if (variant_name.empty()) continue;
    binding.def = {input_.index, variant_def};
    binding.visibility = visibility;
    define(scope, out_->defs[variant_def.value].name, Namespace::Type, binding);
    if (tuple || !fields_list) {
      if ((variant_flags & kDefNonExhaustive) != 0) binding.visibility = narrower(visibility, Visibility{0});
      define(scope, out_->defs[variant_def.value].name, Namespace::Value, binding);
    }
  }
}

// ---- Uses ---------------------------------------------------------------------------------------------------------

void Collector::use_item(SourceId id, NodeId node, const Place& place, bool prelude) {
  const NodeId use = tree(id).child(node, Role::tree);
  if (use && tree(id).kind(use) == N::UseTree)
    use_tree(id, use, place, Path(), visibility_of(id, node, place), prelude);
}

void Collector::use_tree(SourceId id, NodeId use, const Place& place, const Path& prefix, Visibility visibility,
                         bool prelude) {
  const Tree& t = tree(id);
  Path path = prefix;
  const NodeId path_node = t.child(use, Role::path);
  if (path_node) {
    const Path own_path = read_path(id, path_node);
    if (!own_path.valid) return;
    if (prefix.segments.empty()) path.global = prefix.global || own_path.global;
    path.segments.insert(path.segments.end(), own_path.segments.begin(), own_path.segments.end());
  } else if (prefix.segments.empty()) {
    // use ::{a}, use ::*
    const uint32_t first = skip_trivia(t, t.first_slot(use), t.end_slot(use));
    if (first < t.end_slot(use) && t.token_kind(first) == T::ColonColon) path.global = true;
  }
  if (const NodeId list = t.child(use, Role::list)) {
    for (NodeId child = t.first_child(list); child; child = t.next_sibling(child))
      if (t.kind(child) == N::UseTree) use_tree(id, child, place, path, visibility, prelude);
    return;
  }
  Import import;
  import.scope = place.scope;
  import.source = id;
  import.node = use;
  import.visibility = visibility;
  import.is_public_reexport = visibility.is_public();
  ImportWork work;
  work.textual = place.textual;
  work.prelude = prelude;
  if (t.find_token(use, T::Star) != t.slot_count()) {
    import.kind = ImportKind::Glob;
    work.path = std::move(path);
    add_import(import, std::move(work));
    return;
  }
  if (path.segments.empty()) return;
  // {self} stands for the path before it, as a type alone.
  if (path.segments.size() > 1 && path.segments.back().kind == Segment::Kind::Self) {
    path.segments.pop_back();
    import.found_segments = kNone;  // marks: the type namespace alone
  }
  const Segment last = path.segments.back();
  import.name = last.name;
  if (const NodeId rename = t.child(use, Role::rename)) {
    const NodeId name = t.child(rename, Role::name);
    const uint32_t slot = name ? skip_trivia(t, t.first_slot(name), t.end_slot(name)) : kNone;
    import.name = slot != kNone && slot < t.end_slot(name) && t.token_kind(slot) != T::Underscore
                      ? out_->names.intern(t.token_text(slot))
                      : NameId();
  }
  work.path = std::move(path);
  add_import(import, std::move(work));
}

NameId Collector::extern_crate_name(SourceId id, NodeId node) {
  const Tree& t = tree(id);
  if (const NodeId rename = t.child(node, Role::rename)) {
    const NodeId name = t.child(rename, Role::name);
    const uint32_t slot = name ? skip_trivia(t, t.first_slot(name), t.end_slot(name)) : kNone;
    return slot != kNone && slot < t.end_slot(name) && t.token_kind(slot) != T::Underscore
               ? out_->names.intern(t.token_text(slot))
               : NameId();
  }
  const std::string_view name = name_text(id, node);
  return name.empty() || name == "self" ? NameId() : out_->names.intern(name);
}

void Collector::extern_crate(SourceId id, NodeId node, const Place& place, const std::vector<Attribute>& attributes) {
  const Tree& t = tree(id);
  const std::string_view name = name_text(id, node);
  if (name.empty()) return;
  const bool is_self = name == "self";
  const NameId bound = extern_crate_name(id, node);
  Binding binding;
  binding.visibility = visibility_of(id, node, place);
  CrateIndex crate = kNoCrate;
  if (is_self) {
    crate = input_.index;
  } else {
    const std::string_view wanted = name.starts_with("r#") ? name.substr(2) : name;
    for (const CollectInput::Dependency& d : input_.dependencies)
      if (d.name == wanted) crate = d.crate;
    if (crate == kNoCrate) {
      // std_detect and hashbrown are crates of std: nobody else names them.
      for (CrateIndex i = 0; i <= kTest; ++i)
        if (kSysrootCrateNames[i] == wanted && analysis_.crate(i) != nullptr && i != input_.index) crate = i;
    }
  }
  if (crate != kNoCrate && crate != input_.index && analysis_.crate(crate) == nullptr) crate = kNoCrate;
  if (crate == kNoCrate) {
    binding.target = Binding::Target::Unknown;
    // A dependency whose sources are missing is there for rustc; a name that nobody declares is not.
    const bool declared = std::any_of(input_.dependencies.begin(), input_.dependencies.end(),
                                      [&](const auto& d) { return d.name == name; }) ||
                          is_sysroot_crate(name);
    problem(NameProblem::Kind::MissingCrate, declared ? "" : "E0463", id, t.span(node),
            "the crate `" + std::string(name) + "` could not be seen: names from it are unknown");
  } else {
    binding.target = Binding::Target::Def;
    binding.def = {crate, DefId(0)};
  }
  Import import;
  import.kind = ImportKind::ExternCrate;
  import.scope = place.scope;
  import.source = id;
  import.node = node;
  import.name = bound;
  import.visibility = binding.visibility;
  import.is_public_reexport = binding.visibility.is_public();
  import.state = crate == kNoCrate ? Import::State::Unknown : Import::State::Resolved;
  import.targets[0] = binding;
  ImportWork work;
  work.done = true;
  const auto index = static_cast<uint32_t>(out_->imports.size());
  binding.import = index;
  add_import(import, std::move(work));
  if (bound) {
    define(place.scope, bound, Namespace::Type, binding);
    if (out_->scopes[place.scope].kind == ScopeKind::Module && out_->scopes[place.scope].def.value == 0)
      extern_names_[bound.value] = {bound, crate};
  }
  const Attribute* macro_use = find_attribute(attributes, "macro_use");
  if (macro_use != nullptr && crate == kNoCrate) macro_use_unknown_ = true;
  if (macro_use != nullptr && crate != kNoCrate) {
    const CrateDefs* other = crate == input_.index ? nullptr : analysis_.crate(crate);
    if (other == nullptr) return;
    std::vector<std::string> wanted;
    if (macro_use->has_group)
      for (const auto& [begin, end] : split_at_commas(t, macro_use->group_begin, macro_use->group_end))
        wanted.emplace_back(t.token_text(begin));
    const Scope& root = other->scopes[0];
    for (uint32_t i = root.first; i < root.first + root.count; ++i) {
      const ScopeEntry& entry = other->scope_entries[i];
      if (entry.space != Namespace::Macro || !entry.binding.visibility.is_public()) continue;
      const std::string text(other->text(entry.name));
      if (!wanted.empty() && std::find(wanted.begin(), wanted.end(), text) == wanted.end()) continue;
      Binding b = entry.binding;
      b.import = index;
      macro_use_[{out_->names.intern(text), Namespace::Macro}] = b;
    }
  }
}

// ---- Macros that are defined --------------------------------------------------------------------------------------

void Collector::macro_rules(SourceId id, NodeId node, Place& place, const std::vector<Attribute>& attributes) {
  const Tree& t = tree(id);
  const std::string_view name = name_text(id, node);
  if (name.empty()) return;
  const bool is_decl = t.kind(node) == N::MacroDefItem;
  MacroDef macro;
  macro.kind = is_decl ? MacroKind::Decl : MacroKind::Rules;
  macro.edition = input_.edition;
  if (const Attribute* a = find_attribute(attributes, "macro_export")) {
    macro.exported = true;
    if (a->has_group)
      for (uint32_t s = a->group_begin; s < a->group_end; ++s)
        if (t.token_kind(s) == T::Ident && t.token_text(s) == "local_inner_macros") macro.local_inner_macros = true;
  }
  if (const Attribute* a = find_attribute(attributes, "rustc_builtin_macro")) {
    macro.kind = MacroKind::Builtin;
    macro.builtin_name = name.starts_with("r#") ? name.substr(2) : name;
    if (a->has_group) {
      const auto parts = split_at_commas(t, a->group_begin, a->group_end);
      if (!parts.empty()) macro.builtin_name = t.token_text(parts[0].first);
    }
    macro.builtin_derive = find_builtin_derive(macro.builtin_name) != nullptr;
    macro.builtin_attribute = find_builtin_attribute(macro.builtin_name) != nullptr;
  }
  const Visibility visibility = is_decl          ? visibility_of(id, node, place)
                                : macro.exported ? Visibility{}
                                                 : Visibility{0};
  macro.def = add_def(DefKind::Macro, id, node, name, place, visibility, item_flags(id, node, attributes));
  // Another macro may have the name, where a build script says so.
  const std::vector<NodeId>& conditional = out_->sources[id.value].conditional;
  if (std::find(conditional.begin(), conditional.end(), node) != conditional.end())
    out_->defs[macro.def.value].flags |= kDefUncertain;
  out_->macros.push_back(macro);
  const NameId name_id = out_->defs[macro.def.value].name;
  Binding binding;
  binding.target = Binding::Target::Def;
  binding.def = {input_.index, macro.def};
  binding.visibility = visibility;
  if (is_decl) {
    define(place.scope, name_id, Namespace::Macro, binding);
    return;
  }
  if (macro.exported) define(0, name_id, Namespace::Macro, binding);
  textual_.push_back({Textual::Kind::Macro, macro.def.value, name_id, place.textual});
  place.textual = static_cast<uint32_t>(textual_.size() - 1);
}

void Collector::proc_macro_fn(SourceId id, NodeId node, const std::vector<Attribute>& attributes) {
  const Tree& t = tree(id);
  for (const Attribute& a : attributes) {
    MacroDef macro;
    std::string name(name_text(id, node));
    if (a.name == "proc_macro") {
      macro.kind = MacroKind::ProcCall;
    } else if (a.name == "proc_macro_attribute") {
      macro.kind = MacroKind::ProcAttribute;
    } else if (a.name == "proc_macro_derive" && a.has_group) {
      macro.kind = MacroKind::ProcDerive;
      const auto parts = split_at_commas(t, a.group_begin, a.group_end);
      if (parts.empty()) continue;
      name = t.token_text(parts[0].first);
      for (size_t i = 1; i < parts.size(); ++i)
        for (uint32_t s = parts[i].first + 1; s < parts[i].second; ++s)
          if (t.token_kind(s) == T::Ident || t.token_kind(s) == T::RawIdent || is_keyword_kind(t.token_kind(s)))
            macro.helper_attributes.emplace_back(t.token_text(s));
    } else {
      continue;
    }
    if (name.empty()) continue;
    macro.edition = input_.edition;
    macro.exported = true;
    Place root;
    root.parent = DefId(0);
    macro.def = add_def(DefKind::Macro, id, node, name, root, Visibility{}, 0);
    Binding binding;
    binding.target = Binding::Target::Def;
    binding.def = {input_.index, macro.def};
    out_->macros.push_back(std::move(macro));
    define(0, out_->defs[binding.def.def.value].name, Namespace::Macro, binding);
  }
}

// ---- The walk -----------------------------------------------------------------------------------------------------

// `inside` is set to the place of what the item holds; the caller enters it when the result says so.
bool Collector::begin_item(SourceId id, NodeId node, Place& place, Place* inside, bool* keep_textual) {
  const Tree& t = tree(id);
  const NodeKind kind = t.kind(node);
  std::vector<Attribute> attributes;
  if (begins_with_attribute(t, node)) {
    read_attributes(t, node, *input_.cfg, &attributes);
    if (attribute_macros(id, node, attributes, place)) {
      // What it becomes may define macros for what follows.
      const auto call = static_cast<uint32_t>(out_->expansions.size() - 1);
      if (place.container == Container::Module || place.container == Container::Body) {
        textual_.push_back({Textual::Kind::Call, call, NameId(), place.textual});
        place.textual = static_cast<uint32_t>(textual_.size() - 1);
      }
      return false;
    }
    if (already_removed(id, node)) return false;
    attribute_values(id, node, place);
    derives(id, node, attributes, place);
  }
  const uint16_t flags = item_flags(id, node, attributes);
  *inside = place;
  inside->container = Container::Body;
  Binding binding;
  binding.target = Binding::Target::Def;

  // Where an item of this kind is named, and in which namespace.
  const auto named = [&](DefKind def_kind, Namespace space) {
    const std::string_view name = name_text(id, node);
    const bool member = place.container == Container::Impl || place.container == Container::Trait;
    const bool public_member = member && place.members.module != 0xFFFF'FFFE;
    const Visibility visibility = public_member ? place.members : visibility_of(id, node, place);
    const bool anonymous = name == "_" || name.empty();
    if (anonymous && def_kind == DefKind::Const) def_kind = DefKind::AnonymousConst;
    const DefId def = add_def(def_kind, id, node, anonymous ? std::string_view() : name, place, visibility, flags);
    inside->parent = def;
    if (anonymous) return def;
    binding.def = {input_.index, def};
    binding.visibility = visibility;
    if (place.container == Container::Trait) {
      // The table of a trait is that of its definition.
      define(out_->defs[place.parent.value].scope, out_->defs[def.value].name, space, binding);
    } else if (place.container != Container::Impl) {
      define(place.scope, out_->defs[def.value].name, space, binding);
    }
    return def;
  };
  const bool associated = place.container == Container::Impl || place.container == Container::Trait;

  switch (kind) {
    case N::FnItem: {
      if (input_.proc_macro && place.scope == 0) proc_macro_fn(id, node, attributes);
      named(associated ? DefKind::AssocFunction : DefKind::Function, Namespace::Value);
      return true;
    }
    case N::StructItem:
    case N::UnionItem: {
      struct_item(id, node, place, flags);
      return true;
    }
    case N::EnumItem:
      enum_item(id, node, place, flags);
      return true;
    case N::TraitItem: {
      const DefId def = named(DefKind::Trait, Namespace::Type);
      const uint32_t scope = add_scope(ScopeKind::Trait, def, place.scope, id, node);
      out_->defs[def.value].scope = scope;
      inside->container = Container::Trait;
      inside->members = out_->defs[def.value].visibility;
      return true;
    }
    case N::TraitAliasItem:
      named(DefKind::TraitAlias, Namespace::Type);
      return true;
    case N::ImplItem: {
      const DefId def = add_def(DefKind::Impl, id, node, {}, place, Visibility{}, flags);
      inside->parent = def;
      inside->container = Container::Impl;
      // Members of an inherent impl have visibilities of their own; the mark says so.
      inside->members = (flags & kDefTraitImpl) != 0 ? Visibility{} : Visibility{0xFFFF'FFFE};
      return true;
    }
    case N::TypeAliasItem:
      named(associated                              ? DefKind::AssocType
            : place.container == Container::Foreign ? DefKind::ForeignType
                                                    : DefKind::TypeAlias,
            Namespace::Type);
      return true;
    case N::ConstItem:
      named(associated ? DefKind::AssocConst : DefKind::Const, Namespace::Value);
      return true;
    case N::StaticItem:
      named(DefKind::Static, Namespace::Value);
      return true;
    case N::ConstBlockItem:
      inside->parent = add_def(DefKind::AnonymousConst, id, node, {}, place, Visibility{0}, flags);
      return true;
    case N::ExternBlock:
      inside->parent = add_def(DefKind::ExternBlock, id, node, {}, place, Visibility{0}, flags);
      inside->container = Container::Foreign;
      return true;
    case N::ModItem: {
      bool has_inside = false;
      module_item(id, node, place, attributes, inside, keep_textual, &has_inside);
      return has_inside;
    }
    case N::UseItem:
      use_item(id, node, place, find_attribute(attributes, "prelude_import") != nullptr);
      return false;
    case N::ExternCrateItem:
      extern_crate(id, node, place, attributes);
      return false;
    case N::MacroRulesItem:
    case N::MacroDefItem:
      macro_rules(id, node, place, attributes);
      return false;
    case N::DelegationItem:
      out_->scopes[place.scope].unknown_names = true;
      return true;
    default:
      return true;
  }
}

void Collector::walk(SourceId id, NodeId begin, NodeId end, Place& place) {
  struct Frame {
    NodeId end;
    Place saved;
    bool keep_textual;
  };
  std::vector<Frame> frames;
  std::vector<Attribute> attributes;
  uint32_t steps = 0;
  for (NodeId n = begin; n < end || !frames.empty();) {
    while (!frames.empty() && n >= frames.back().end) {
      if (frames.back().keep_textual) frames.back().saved.textual = place.textual;
      place = frames.back().saved;
      frames.pop_back();
    }
    if (n >= end) break;
    if ((++steps & 0xFFF) == 0) poll();
    // Sources may move while we walk (a module's file is added), trees do not.
    const Tree& t = tree(id);
    const NodeKind kind = t.kind(n);
    const NodeId next = t.subtree_end(n);
    if (kind == N::Attr || kind == N::DocComment || kind == N::TokenTree) {
      n = next;
      continue;
    }
    if (begins_with_attribute(t, n)) {
      attributes.clear();
      read_attributes(t, n, *input_.cfg, &attributes);
      if (!keeps(id, n, attributes, place)) {
        n = next;
        continue;
      }
      if (!is_item(kind)) attribute_values(id, n, place);
    }
    if (kind == N::MacroItem || kind == N::MacroExpr || kind == N::MacroPat || kind == N::MacroType) {
      const NodeId call = t.child(n, Role::call);
      if (call && t.kind(call) == N::MacroCall) macro_call(id, call, place);
      n = next;
      continue;
    }
    if (is_item(kind)) {
      Place inside;
      bool keep_textual = false;
      if (begin_item(id, n, place, &inside, &keep_textual)) {
        frames.push_back({next, place, keep_textual});
        place = inside;
        n = NodeId(n.value + 1);
      } else {
        n = next;
      }
      continue;
    }
    if (kind == N::Block) {
      frames.push_back({next, place, false});
      place.scope = block_scope(id, n, place);
      place.container = Container::Body;
    }
    n = NodeId(n.value + 1);
  }
  while (!frames.empty()) {
    if (frames.back().keep_textual) frames.back().saved.textual = place.textual;
    place = frames.back().saved;
    frames.pop_back();
  }
}

}  // namespace rp
