// What paths stand for: resolved names where the crate is known, else what is written.
#include <algorithm>

#include "review/sema_impl.h"
#include "review/sema_typing.h"
#include "review/tree_queries.h"

namespace rp {
namespace {

constexpr size_t kMaxAliases = 8;

std::vector<std::string_view> split(std::string_view path) {
  std::vector<std::string_view> segments;
  for (size_t at = 0;;) {
    const size_t end = path.find("::", at);
    segments.push_back(path.substr(at, end == std::string_view::npos ? end : end - at));
    if (end == std::string_view::npos) return segments;
    at = end + 2;
  }
}

bool is_primitive_name(std::string_view name) {
  return name == "slice" || name == "array" || name == "pointer" || name == "tuple" || name == "fn" ||
         std::find(kPrimitiveTypes.begin(), kPrimitiveTypes.end(), name) != kPrimitiveTypes.end();
}

std::string crate_text(std::string_view name) {
  if (name == "core" || name == "alloc") return "std";
  std::string text(name);
  std::replace(text.begin(), text.end(), '-', '_');
  return text;
}

}  // namespace

// ---- Public paths ----

const PublicPath& SemaShared::find(std::string_view path) {
  {
    const std::shared_lock lock(mutex_);
    const auto at = paths_.find(path);
    if (at != paths_.end()) return *at->second;
  }
  auto found = std::make_unique<PublicPath>(look_up(path));
  const std::unique_lock lock(mutex_);
  return *paths_.try_emplace(path, std::move(found)).first->second;
}

PublicPath SemaShared::look_up(std::string_view path) const {
  PublicPath out;
  const std::vector<std::string_view> segments = split(path);
  out.last = segments.back();
  out.text = crate_text(segments[0]);
  for (size_t i = 1; i < segments.size(); ++i) out.text.append("::").append(segments[i]);
  if (is_primitive_name(segments[0]) && segments.size() <= 2) {
    out.primitive = segments[0];
    out.crate_known = true;
  }
  if (project_ == nullptr || !out.primitive.empty()) return out;
  const std::string wanted = crate_text(segments[0]);
  for (CrateIndex i = 0; i < project_->analysis.crates.size(); ++i) {
    const CrateDefs* defs = crate(i);
    if (defs == nullptr) continue;
    // Of one package there may be several versions, and the same with other features.
    const bool named = i < kSysrootCrates ? kSysrootCrateNames[i] == segments[0] ||
                                                (wanted == "std" && (i == kCore || i == kAlloc || i == kStd))
                                          : defs->name == wanted;
    if (!named) continue;
    out.crate_known = true;
    look_up_in(i, segments, &out);
  }
  const auto tidy = [](std::vector<DefRef>* defs) {
    std::sort(defs->begin(), defs->end());
    defs->erase(std::unique(defs->begin(), defs->end()), defs->end());
  };
  tidy(&out.defs);
  tidy(&out.owners);
  return out;
}

void SemaShared::look_up_in(CrateIndex index, const std::vector<std::string_view>& segments, PublicPath* out) const {
  DefRef at{index, DefId(0)};
  if (segments.size() == 1) {
    out->defs.push_back(at);
    return;
  }
  for (size_t i = 1; i < segments.size(); ++i) {
    const CrateDefs* defs = crate(at.crate);
    const Def* def = this->def(at);
    if (def == nullptr) return;
    const bool last = i + 1 == segments.size();
    if (last) out->owners.push_back(at);
    if (def->kind != DefKind::Module && def->kind != DefKind::Enum && def->kind != DefKind::Trait) return;
    if (def->scope == UINT32_MAX) return;
    const NameId name = defs->names.find(segments[i]);
    if (!name) return;
    if (last) {
      for (const Namespace space : {Namespace::Type, Namespace::Value, Namespace::Macro}) {
        const Binding* binding = defs->find(def->scope, name, space);
        if (binding != nullptr && binding->target == Binding::Target::Def) out->defs.push_back(binding->def);
      }
      return;
    }
    const Binding* binding = defs->find(def->scope, name, Namespace::Type);
    if (binding == nullptr || binding->target != Binding::Target::Def) return;
    at = binding->def;
  }
}

const CompiledTable& SemaShared::table(PathTable table) {
  {
    const std::shared_lock lock(mutex_);
    const auto at = tables_.find(table.data());
    if (at != tables_.end()) return *at->second;
  }
  auto compiled = std::make_unique<CompiledTable>();
  for (uint32_t i = 0; i < table.size(); ++i) {
    const PublicPath& path = find(table[i]);
    compiled->paths.push_back(&path);
    for (const DefRef def : path.defs) compiled->by_def.try_emplace(def_key(def), i);
    compiled->by_text.try_emplace(path.text, i);
    compiled->by_last.emplace(path.last, i);
  }
  const std::unique_lock lock(mutex_);
  return *tables_.try_emplace(table.data(), std::move(compiled)).first->second;
}

const PublicPath& Sema::Impl::path(std::string_view text) {
  const PublicPath*& cached = path_cache[text.data()];
  // Two literals may share their beginning.
  if (cached == nullptr || cached->last.data() + cached->last.size() != text.data() + text.size())
    cached = &shared->find(text);
  return *cached;
}

const CompiledTable& Sema::Impl::table(PathTable table) {
  const CompiledTable*& cached = table_cache[table.data()];
  if (cached == nullptr) cached = &shared->table(table);
  return *cached;
}

// ---- Meaning ----

NodeId path_node(const Tree& tree, NodeId node) {
  for (uint32_t step = 0; node && step < 4; ++step) {
    switch (tree.kind(node)) {
      case NodeKind::Path:
      case NodeKind::PathExpr:
      case NodeKind::PathType:
      case NodeKind::PathSegment:
        return node;
      case NodeKind::MacroExpr:
      case NodeKind::MacroItem:
      case NodeKind::MacroType:
      case NodeKind::MacroPat:
        node = tree.child(node, Role::call);
        break;
      case NodeKind::ParenExpr:
      case NodeKind::AttributedExpr:
        node = tree.child(node, Role::expression);
        break;
      case NodeKind::ParenType:
        node = tree.child(node, Role::type);
        break;
      case NodeKind::ExprStmt:
        node = tree.child(node, Role::expression);
        break;
      default:
        node = tree.child(node, Role::path);
    }
  }
  return {};
}

NodeId Sema::Impl::name_node(NodeId node) const {
  if (!node) return {};
  switch (tree->kind(node)) {
    case NodeKind::PathSegment:
    case NodeKind::NameRef:
    case NodeKind::Name:
    case NodeKind::Lifetime:
    case NodeKind::SelfParam:
      return node;
    case NodeKind::IdentPat:
    case NodeKind::RecordExprField:
    case NodeKind::FieldExpr:
    case NodeKind::MethodCallExpr:
      return tree->child(node, Role::name);
    default: {
      const NodeId path = path_node(*tree, node);
      return path ? last_segment(*tree, path) : NodeId();
    }
  }
}

const UsePlaces& SemaShared::use_places(CrateIndex crate) {
  {
    const std::shared_lock lock(mutex_);
    const auto at = use_places_.find(crate);
    if (at != use_places_.end()) return *at->second;
  }
  auto made = std::make_unique<UsePlaces>();
  const Buffer<NameUse>& uses = names(crate)->uses;
  made->nodes.resize(uses.size());
  made->first_of_source.reserve(this->crate(crate)->sources.size() + 1);
  for (uint32_t i = 0; i < uses.size(); ++i) {
    while (made->first_of_source.size() <= uses[i].source.value) made->first_of_source.push_back(i);
    made->nodes[i] = uses[i].node.value;
  }
  made->first_of_source.resize(this->crate(crate)->sources.size() + 1, static_cast<uint32_t>(uses.size()));
  const std::unique_lock lock(mutex_);
  return *use_places_.try_emplace(crate, std::move(made)).first->second;
}

const NameUse* Sema::Impl::use_at(NodeId node) {
  if (used.empty() || !node) return nullptr;
  // The first use that is not of a node before this one lies in [low, high]: steps that double from the last place.
  size_t low = std::min(next_use, used.size() - 1);
  size_t high = low;
  if (used[low] < node.value) {
    for (size_t step = 1; high < used.size() && used[high] < node.value; step *= 2) {
      low = high + 1;
      high += step;
    }
    high = std::min(high, used.size());
  } else {
    for (size_t step = 1; low > 0 && used[low - 1] >= node.value; step *= 2) {
      high = low - 1;
      low = high > step ? high - step : 0;
      if (used[low] < node.value) {
        ++low;
        break;
      }
    }
  }
  const auto begin = used.begin();
  const auto at =
      std::lower_bound(begin + static_cast<ptrdiff_t>(low), begin + static_cast<ptrdiff_t>(high), node.value);
  next_use = static_cast<size_t>(at - begin);
  return at != used.end() && *at == node.value ? &names->uses[first_use + next_use] : nullptr;
}

NameMeaning Sema::Impl::to_meaning(const Resolution& r, NodeId name) const {
  NameMeaning out;
  out.text = name_of(*tree, name);
  out.def = r.def;
  if (r.source == input.source) out.declaration = r.node;
  switch (r.kind) {
    case ResolutionKind::None:
      out.kind = NameKind::Unresolved;
      break;
    case ResolutionKind::Unknown:
      out.kind = NameKind::Unknown;
      break;
    case ResolutionKind::Definition:
    case ResolutionKind::Crate:
      out.kind = NameKind::Definition;
      break;
    case ResolutionKind::PrimitiveType:
      out.kind = NameKind::Primitive;
      if (r.index < kPrimitiveTypes.size()) out.text = kPrimitiveTypes[r.index];
      break;
    case ResolutionKind::SelfType:
      out.kind = NameKind::SelfType;
      break;
    case ResolutionKind::Local:
      out.kind = NameKind::Local;
      break;
    case ResolutionKind::TypeParameter:
      out.kind = NameKind::TypeParameter;
      break;
    case ResolutionKind::ConstParameter:
      out.kind = NameKind::ConstParameter;
      break;
    case ResolutionKind::LifetimeParameter:
      out.kind = NameKind::Lifetime;
      break;
    case ResolutionKind::Label:
      out.kind = NameKind::Label;
      break;
    case ResolutionKind::TypeDependent:
      out.kind = NameKind::TypeDependent;
      break;
    default:
      out.kind = NameKind::Other;
  }
  return out;
}

NameMeaning Sema::Impl::meaning_of_name(NodeId name) {
  NameMeaning out;
  if (!name) return out;
  out.text = name_of(*tree, name);
  if (names == nullptr) return out;
  if (const NameUse* use = use_at(name)) {
    out = to_meaning(use->resolution, name);
    if (out.kind == NameKind::TypeDependent) out.def = owner_of(name).def;
    if (out.kind != NameKind::Unknown && out.kind != NameKind::Unresolved) return out;
  }
  // Macros by example are found in the order of the text, which is what expanding does.
  if (const NodeId path = tree->parent(name); path && tree->kind(path) == NodeKind::Path) {
    const NodeId call = tree->parent(path);
    const Expansion* expansion = call && tree->kind(call) == NodeKind::MacroCall ? expansion_at(call) : nullptr;
    if (expansion != nullptr && expansion->macro && last_segment(*tree, path) == name) {
      out.kind = NameKind::Definition;
      out.def = expansion->macro;
      return out;
    }
  }
  if (out.kind != NameKind::Unknown) return out;
  if (defs->is_removed(input.source, name)) return out;
  const NodeKind kind = tree->kind(name);
  const NodeId up = tree->parent(name);
  if (kind == NodeKind::SelfParam || (kind == NodeKind::Name && up && tree->kind(up) == NodeKind::IdentPat)) {
    out.kind = NameKind::Local;
    out.declaration = name;
  } else if (kind == NodeKind::Name && up) {
    const DefId def = defs->def_at(input.source, up);
    if (def) {
      out.kind = NameKind::Definition;
      out.def = {input.crate, def};
    }
  }
  return out;
}

NameMeaning Sema::meaning(NodeId node) const {
  Impl& s = *impl_;
  const NodeId name = s.name_node(node);
  NameMeaning out = s.meaning_of_name(name);
  // What cfg(test) keeps is seen in the crate that has it.
  if (name && s.names != nullptr && s.input.other_crate != kNoCrate && s.defs->is_removed(s.input.source, name)) {
    const CrateDefs* other = s.shared->crate(s.input.other_crate);
    if (other != nullptr && s.input.other_source && !other->is_removed(s.input.other_source, name)) {
      const Sema* there = at({s.tree, name, s.input.other_crate, s.input.other_source});
      if (there != nullptr) out = there->meaning(name);
    }
  }
  return out;
}

NameMeaning Sema::Impl::owner_of(NodeId name) {
  const NodeId up = tree->parent(name);
  if (!up || tree->kind(name) != NodeKind::PathSegment) return {};
  NodeId before;
  for (NodeId child = tree->first_child(up); child && child != name; child = tree->next_sibling(child))
    if (tree->kind(child) == NodeKind::PathSegment || tree->kind(child) == NodeKind::QualifiedSelf) before = child;
  if (!before) return {};
  if (tree->kind(before) == NodeKind::QualifiedSelf) {
    if (const NodeId trait = tree->child(before, Role::trait)) return meaning_of_name(name_node(trait));
    return meaning_of_name(name_node(tree->child(before, Role::type)));
  }
  return meaning_of_name(before);
}

// The definition behind aliases and `Self`.
DefRef Sema::Impl::behind(DefRef def) {
  for (size_t step = 0; step < kMaxAliases; ++step) {
    const Def* d = shared->def(def);
    if (d == nullptr) return def;
    if (d->kind == DefKind::Impl) {
      const DefRef type = self->self_of_impl(def);
      if (!type) return def;
      def = type;
      continue;
    }
    if (d->kind != DefKind::TypeAlias) return def;
    const TreeNode node = self->node_of(def);
    if (!node || node.kind() != NodeKind::TypeAliasItem) return def;
    const NodeId type = node.tree->child(node.node, Role::type);
    const Sema* there = self->at(node);
    if (!type || there == nullptr || node.tree->kind(type) != NodeKind::PathType) return def;
    const NameMeaning target = there->meaning(type);
    if (target.kind != NameKind::Definition || !target.def || target.def == def) return def;
    def = target.def;
  }
  return def;
}

std::string_view Sema::Impl::written_path(NodeId node, std::string* storage) {
  if (!node) return {};
  if (written == nullptr) written = std::make_unique<WrittenPaths>(*tree);
  NodeId path = node;
  const NodeKind kind = tree->kind(node);
  if (kind == NodeKind::PathSegment) {
    const NodeId up = tree->parent(node);
    // Only the whole path can be followed; a first segment stands for itself.
    path = up && last_segment(*tree, up) == node && path_node(*tree, up) == up ? up : node;
    if (path == node && tree->first_slot(up) != tree->first_slot(node)) return {};
  } else if (kind != NodeKind::Path && kind != NodeKind::PathExpr && kind != NodeKind::PathType) {
    path = path_node(*tree, node);
  }
  if (!path) return {};
  // Inside of a use declaration the path begins with those around it.
  const NodeId up = tree->parent(path);
  if (up && tree->kind(up) == NodeKind::UseTree) {
    std::string text(tree->text(path));
    for (NodeId at = tree->parent(up); at; at = tree->parent(at)) {
      if (tree->kind(at) == NodeKind::UseTree) {
        if (const NodeId prefix = tree->child(at, Role::path)) text = std::string(tree->text(prefix)) + "::" + text;
      } else if (tree->kind(at) != NodeKind::UseTreeList) {
        break;
      }
    }
    if (text.starts_with("::")) text.erase(0, 2);
    const size_t end = std::min(text.find("::"), text.size());
    *storage = crate_text(std::string_view(text).substr(0, end)) + text.substr(end);
    return *storage;
  }
  *storage = written->follow(path);
  return *storage;
}

std::string Sema::written_path(NodeId node) const {
  std::string text;
  impl_->written_path(node, &text);
  return text;
}

// ---- Comparing ----

Reply Sema::Impl::compare(NodeId node, const NameMeaning& meaning, const PublicPath& path) {
  const bool exact = true;
  switch (meaning.kind) {
    case NameKind::Definition: {
      const auto has = [&](const std::vector<DefRef>& defs, DefRef def) {
        return std::binary_search(defs.begin(), defs.end(), def);
      };
      if (has(path.defs, meaning.def)) return {Answer::Yes, exact};
      const DefRef target = behind(meaning.def);
      if (target != meaning.def && has(path.defs, target)) return {Answer::Yes, exact};
      // An associated function of this project, by the type it belongs to.
      const Def* def = shared->def(meaning.def);
      if (def != nullptr && !path.owners.empty() && meaning.text == path.last &&
          (def->kind == DefKind::AssocFunction || def->kind == DefKind::AssocConst) &&
          has(path.owners, behind(self->parent(meaning.def))))
        return {Answer::Yes, exact};
      return {Answer::No, exact};
    }
    case NameKind::Primitive:
      return {answer(path.primitive == meaning.text && path.last == meaning.text), exact};
    case NameKind::SelfType: {
      const DefRef target = behind(meaning.def);
      return {answer(std::binary_search(path.defs.begin(), path.defs.end(), target)), exact};
    }
    case NameKind::TypeDependent: {
      if (meaning.text != path.last) return {Answer::No, exact};
      const NameMeaning owner = owner_of(name_node(node));
      if (owner.kind == NameKind::Primitive)
        return {answer(path.primitive == owner.text && path.text != path.primitive), exact};
      if (owner.kind == NameKind::Definition || owner.kind == NameKind::SelfType) {
        if (std::binary_search(path.owners.begin(), path.owners.end(), behind(owner.def))) return {Answer::Yes, exact};
        // The function may be a trait's.
        for (const DefRef each : path.owners) {
          const Def* def = shared->def(each);
          if (def != nullptr && def->kind == DefKind::Trait) return {};
        }
        return {Answer::No, exact};
      }
      if (owner.kind == NameKind::TypeParameter) return {path.owners.empty() ? Answer::No : Answer::Unknown, exact};
      return {};
    }
    case NameKind::Unknown:
    case NameKind::Unresolved: {
      std::string storage;
      const std::string_view text = written_path(node, &storage);
      if (!text.empty()) return {answer(text == path.text), false};
      if (meaning.kind == NameKind::Unresolved && names != nullptr) return {Answer::No, false};
      return {meaning.text == path.last ? Answer::Unknown : Answer::No, false};
    }
    default:
      return {Answer::No, exact};
  }
}

Reply Sema::is(NodeId node, std::string_view path) const {
  if (!node) return {};
  return impl_->compare(node, meaning(node), impl_->path(path));
}

Match Sema::find_in(NodeId node, PathTable table) const {
  Match match;
  if (!node || table.empty()) return match;
  const CompiledTable& compiled = impl_->table(table);
  const NameMeaning m = meaning(node);
  if (m.kind == NameKind::Definition) {
    const auto at = compiled.by_def.find(def_key(m.def));
    if (at != compiled.by_def.end()) return {at->second, true, false};
    const Def* def = impl_->shared->def(m.def);
    const bool other_name = def != nullptr && (def->kind == DefKind::TypeAlias || def->kind == DefKind::AssocFunction ||
                                               def->kind == DefKind::AssocConst);
    if (!other_name) return match;
  }
  if (m.kind == NameKind::Local || m.kind == NameKind::Label || m.kind == NameKind::Lifetime) return match;
  if (m.kind == NameKind::Unknown || m.kind == NameKind::Unresolved) {
    std::string storage;
    const std::string_view text = impl_->written_path(node, &storage);
    if (!text.empty()) {
      const auto at = compiled.by_text.find(text);
      return at != compiled.by_text.end() ? Match{at->second, false, false} : match;
    }
  }
  if (m.kind == NameKind::Definition || m.kind == NameKind::SelfType) {
    for (uint32_t i = 0; i < compiled.paths.size(); ++i)
      if (const Reply reply = impl_->compare(node, m, *compiled.paths[i]); reply.yes()) return {i, reply.exact, false};
    return match;
  }
  const auto [begin, end] = compiled.by_last.equal_range(m.text);
  for (auto at = begin; at != end; ++at) {
    const Reply reply = impl_->compare(node, m, *compiled.paths[at->second]);
    if (reply.yes() && at->second < match.index) match = {at->second, reply.exact, false};
    if (reply.unknown() && !match) match.unknown = true;
  }
  return match;
}

DefRef Sema::find_definition(std::string_view path, Namespace space) const {
  const PublicPath& found = impl_->path(path);
  for (const DefRef ref : found.defs) {
    const Def* def = impl_->shared->def(ref);
    if (def == nullptr) continue;
    Namespace own = Namespace::Type;
    switch (def->kind) {
      case DefKind::Function:
      case DefKind::Const:
      case DefKind::Static:
      case DefKind::AssocFunction:
      case DefKind::AssocConst:
        own = Namespace::Value;
        break;
      case DefKind::Macro:
        own = Namespace::Macro;
        break;
      default:
        break;
    }
    if (own == space) return ref;
  }
  return {};
}

Reply Sema::is_def(DefRef def, std::string_view path) const {
  if (!def) return {};
  const PublicPath& wanted = impl_->path(path);
  if (!wanted.crate_known) return {def.crate == impl_->input.crate ? Answer::No : Answer::Unknown, true};
  if (std::binary_search(wanted.defs.begin(), wanted.defs.end(), def) ||
      std::binary_search(wanted.defs.begin(), wanted.defs.end(), impl_->behind(def)))
    return {Answer::Yes, true};
  const Def* d = impl_->shared->def(def);
  if (d == nullptr || !d->parent) return {Answer::No, true};
  if (name(def) == wanted.last &&
      std::binary_search(wanted.owners.begin(), wanted.owners.end(), impl_->behind({def.crate, d->parent})))
    return {Answer::Yes, true};
  return {Answer::No, true};
}

Match Sema::find_def(DefRef def, PathTable table) const {
  for (uint32_t i = 0; i < table.size(); ++i)
    if (const Reply reply = is_def(def, table[i]); reply.yes()) return {i, reply.exact, false};
  return {};
}

// ---- Calls, macros, attributes ----

NodeId Sema::Impl::macro_call(NodeId node) const {
  for (uint32_t step = 0; node && step < 4; ++step) {
    switch (tree->kind(node)) {
      case NodeKind::MacroCall:
        return node;
      case NodeKind::ExprStmt:
      case NodeKind::ParenExpr:
      case NodeKind::AttributedExpr:
        node = tree->child(node, Role::expression);
        break;
      default:
        node = tree->child(node, Role::call);
    }
  }
  return {};
}

Reply Sema::is_macro(NodeId call, std::string_view path) const {
  const NodeId node = impl_->macro_call(call);
  if (!node) return {Answer::No, true};
  return is(node, path);
}

Match Sema::find_macro(NodeId call, PathTable table) const {
  const NodeId node = impl_->macro_call(call);
  return node ? find_in(node, table) : Match();
}

Reply Sema::is_attribute(NodeId attribute, std::string_view path) const {
  if (!attribute || impl_->tree->kind(attribute) != NodeKind::Attr) return {Answer::No, true};
  const NodeId written = impl_->tree->child(attribute, Role::path);
  if (!written) return {Answer::No, true};
  const bool builtin = path.find("::") == std::string_view::npos;
  if (builtin) return {answer(impl_->tree->text(written) == path), true};
  const NameMeaning m = meaning(written);
  if (m.kind == NameKind::Definition) return impl_->compare(written, m, impl_->path(path));
  // Of a crate that is not there, or taken for a tool's.
  std::string storage;
  const std::string_view text = impl_->written_path(written, &storage);
  return {answer(text == impl_->path(path).text), false};
}

NodeId Sema::find_attribute(NodeId item, std::string_view path) const {
  const Tree& tree = *impl_->tree;
  for (NodeId child = tree.first_child(item); child; child = tree.next_sibling(child)) {
    if (tree.role(child) != Role::attribute) continue;
    if (is_attribute(child, path).yes()) return child;
  }
  return {};
}

Reply Sema::calls(NodeId call, std::string_view path) const {
  const Tree& tree = *impl_->tree;
  if (tree.kind(call) == NodeKind::MethodCallExpr) return is_method(call, path);
  if (tree.kind(call) != NodeKind::CallExpr) return {Answer::No, true};
  const NodeId callee = peel(tree, tree.child(call, Role::callee));
  if (!callee || tree.kind(callee) != NodeKind::PathExpr) return {Answer::No, false};
  return is(callee, path);
}

Match Sema::find_call(NodeId call, PathTable table) const {
  const Tree& tree = *impl_->tree;
  if (tree.kind(call) == NodeKind::MethodCallExpr) return find_method(call, table);
  if (tree.kind(call) != NodeKind::CallExpr) return {};
  const NodeId callee = peel(tree, tree.child(call, Role::callee));
  if (!callee || tree.kind(callee) != NodeKind::PathExpr) return {};
  return find_in(callee, table);
}

const std::unordered_set<std::string_view>& SemaShared::async_names() {
  std::call_once(async_once_, [&] {
    if (project_ == nullptr) return;
    for (const auto& each : project_->analysis.crates) {
      if (each == nullptr) continue;
      for (const Def& def : each->defs)
        if ((def.flags & kDefAsync) != 0 && def.name) async_names_.insert(each->text(def.name));
    }
  });
  return async_names_;
}

bool Sema::is_async_name(std::string_view name) const { return impl_->shared->async_names().contains(name); }

DefRef Sema::callee(NodeId call) const {
  const Tree& tree = *impl_->tree;
  if (tree.kind(call) == NodeKind::MethodCallExpr) return method(call).def;
  if (tree.kind(call) != NodeKind::CallExpr) return {};
  const NodeId callee = peel(tree, tree.child(call, Role::callee));
  if (!callee || tree.kind(callee) != NodeKind::PathExpr) return {};
  const NameMeaning m = meaning(callee);
  if (m.kind == NameKind::Definition) return m.def;
  if (m.kind == NameKind::TypeDependent && m.def) return associated(impl_->behind(m.def), m.text);
  return {};
}

const Expansion* Sema::Impl::expansion_at(NodeId call) const {
  if (defs == nullptr || !call) return nullptr;
  const std::span<const uint32_t> found = defs->expansions_at(input.source, call);
  return found.empty() ? nullptr : &defs->expansions[found.front()];
}

Answer Sema::expands(NodeId call) const {
  const Expansion* expansion = impl_->expansion_at(impl_->macro_call(call));
  if (expansion == nullptr) return Answer::Unknown;
  return answer(expansion->state == ExpansionState::Expanded || expansion->state == ExpansionState::Modelled);
}

TreeNode Sema::expansion(NodeId call) const {
  const Expansion* expansion = impl_->expansion_at(impl_->macro_call(call));
  if (expansion == nullptr || !expansion->output) return {};
  const Source* source = impl_->defs->sources[expansion->output.value].source.get();
  if (source == nullptr) return {};
  return {&source->tree, source->tree.root(), impl_->input.crate, expansion->output};
}

}  // namespace rp
