// Definitions: where they are written, what implements what, who outside of the crate can name them.
#include <algorithm>

#include "expand/attributes.h"
#include "review/sema_impl.h"
#include "review/sema_typing.h"
#include "review/tree_queries.h"
#include "syntax/parser.h"

namespace rp {
namespace {

const Tree* tree_of(const CrateDefs& defs, SourceId source) {
  if (!source || source.value >= defs.sources.size()) return nullptr;
  const Source* s = defs.sources[source.value].source.get();
  return s != nullptr ? &s->tree : nullptr;
}

const Resolution* resolution_at(const CrateNames* names, SourceId source, NodeId node) {
  if (names == nullptr || !node) return nullptr;
  const NameUse* use = names->find(source, node);
  return use != nullptr ? &use->resolution : nullptr;
}

// The definition that a type or a trait's path names; invalid for what is none.
DefRef head_of(const Tree& tree, const CrateNames* names, SourceId source, NodeId type) {
  while (type && tree.kind(type) == NodeKind::ParenType) type = tree.child(type, Role::type);
  const NodeId path = type ? path_node(tree, type) : NodeId();
  if (!path) return {};
  const Resolution* r = resolution_at(names, source, last_segment(tree, path));
  return r != nullptr && r->kind == ResolutionKind::Definition ? r->def : DefRef();
}

bool has_bounds(const Tree& tree, NodeId item) {
  if (tree.child(item, Role::where_clause)) return true;
  const NodeId generics = tree.child(item, Role::generics);
  if (!generics) return false;
  for (NodeId p = tree.first_child(generics); p; p = tree.next_sibling(p))
    if (tree.kind(p) == NodeKind::TypeParam && tree.child(p, Role::bounds)) return true;
  return false;
}

bool has_type_parameters(const Tree& tree, NodeId item) {
  const NodeId generics = tree.child(item, Role::generics);
  if (!generics) return false;
  for (NodeId p = tree.first_child(generics); p; p = tree.next_sibling(p))
    if (tree.kind(p) == NodeKind::TypeParam) return true;
  return false;
}

// Whether an impl is for some arguments of its type alone: `impl T for S<u8>`.
bool has_concrete_arguments(const Tree& tree, const CrateNames* names, SourceId source, NodeId type) {
  const NodeId path = type ? path_node(tree, type) : NodeId();
  const NodeId segment = path ? last_segment(tree, path) : NodeId();
  const NodeId arguments = segment ? tree.child(segment, Role::arguments) : NodeId();
  if (!arguments) return false;
  for (NodeId a = tree.first_child(arguments); a; a = tree.next_sibling(a)) {
    if (tree.kind(a) == NodeKind::Lifetime) continue;
    const NodeId inner = path_node(tree, a);
    const Resolution* r = inner ? resolution_at(names, source, last_segment(tree, inner)) : nullptr;
    if (r == nullptr || (r->kind != ResolutionKind::TypeParameter && r->kind != ResolutionKind::ConstParameter))
      return true;
  }
  return false;
}

// Marks what a module's public names lead to.
class Reach {
 public:
  Reach(const SemaShared& shared, CrateIndex crate, CrateIndexes* out)
      : crate_(crate), defs_(*shared.crate(crate)), out_(*out) {}

  void run() {
    out_.reachable.assign(defs_.defs.size(), false);
    mark(DefId(0));
    while (!open_.empty()) {
      const DefId at = open_.back();
      open_.pop_back();
      visit(at);
    }
    // Associated items of reachable types: `pub` ones of inherent impls, all of impls of traits.
    for (const auto& [impl, heads] : out_.impl_heads) {
      const auto& [type, trait] = heads;
      const bool known_type = type.crate == crate_ && type.def && out_.reachable[type.def.value];
      const bool foreign = type.def && type.crate != crate_;
      if (!known_type && !foreign && type.def) continue;
      out_.reachable[impl.value] = true;
      const bool of_trait = (defs_.def(impl).flags & kDefTraitImpl) != 0;
      for (const DefId item : defs_.children(impl))
        if (of_trait || defs_.def(item).visibility.is_public()) out_.reachable[item.value] = true;
    }
    // exported macros
    for (const MacroDef& macro : defs_.macros)
      if (macro.exported) out_.reachable[macro.def.value] = true;
  }

 private:
  void mark(DefId def) {
    if (!def || out_.reachable[def.value]) return;
    out_.reachable[def.value] = true;
    open_.push_back(def);
  }
  void visit(DefId id) {
    const Def& def = defs_.def(id);
    if (def.kind == DefKind::Module) {
      if (def.scope == UINT32_MAX) return;
      const Scope& scope = defs_.scopes[def.scope];
      if (scope.unknown_names) out_.reachable_unknown = true;
      for (uint32_t i = scope.first; i < scope.first + scope.count; ++i) {
        const Binding& binding = defs_.scope_entries[i].binding;
        if (!binding.visibility.is_public() || binding.target != Binding::Target::Def) continue;
        if (binding.def.crate == crate_) mark(binding.def.def);
      }
      return;
    }
    for (const DefId child : defs_.children(id)) {
      const DefKind kind = defs_.def(child).kind;
      const bool always = kind == DefKind::Variant || def.kind == DefKind::Trait || def.kind == DefKind::Variant;
      if (always || (kind == DefKind::Field && defs_.def(child).visibility.is_public())) mark(child);
    }
  }

  CrateIndex crate_;
  const CrateDefs& defs_;
  CrateIndexes& out_;
  std::vector<DefId> open_;
};

// Traits that are imported or defined somewhere in the crate, and those of the prelude, by the names of their methods.
void find_traits(const SemaShared& shared, const CrateDefs& defs, CrateIndexes* out) {
  std::vector<DefRef> traits;
  const auto add = [&](const Binding& binding) {
    if (binding.target != Binding::Target::Def) return;
    const Def* def = shared.def(binding.def);
    if (def != nullptr && def->kind == DefKind::Trait) traits.push_back(binding.def);
  };
  for (const ScopeEntry& entry : defs.scope_entries)
    if (entry.space == Namespace::Type) add(entry.binding);
  for (const Import& import : defs.imports) add(import.targets[static_cast<size_t>(Namespace::Type)]);
  if (const Def* prelude = shared.def(defs.prelude_module); prelude != nullptr && prelude->scope != UINT32_MAX) {
    const CrateDefs& home = *shared.crate(defs.prelude_module.crate);
    const Scope& scope = home.scopes[prelude->scope];
    for (uint32_t i = scope.first; i < scope.first + scope.count; ++i)
      if (home.scope_entries[i].space == Namespace::Type) add(home.scope_entries[i].binding);
  }
  std::sort(traits.begin(), traits.end());
  traits.erase(std::unique(traits.begin(), traits.end()), traits.end());
  for (const DefRef trait : traits) {
    const CrateDefs& home = *shared.crate(trait.crate);
    for (const DefId child : home.children(trait.def)) {
      const Def& def = home.def(child);
      if (def.kind == DefKind::AssocFunction && (def.flags & kDefHasSelf) != 0)
        out->trait_methods[home.name_of(child)].push_back(trait);
    }
  }
}

}  // namespace

CrateIndexes make_crate_indexes(const SemaShared& shared, CrateIndex index) {
  CrateIndexes out;
  const CrateDefs* defs = shared.crate(index);
  if (defs == nullptr) return out;
  const CrateNames* names = shared.names(index);
  if (names != nullptr) {
    for (uint32_t i = 0; i < names->uses.size(); ++i) {
      const NameUse& use = names->uses[i];
      const Resolution& r = use.resolution;
      if (r.kind == ResolutionKind::Local && r.source)
        out.local_uses.emplace_back(node_key(r.source, r.node), i);
      else if (r.kind == ResolutionKind::Definition && r.def.crate == index)
        out.def_uses.emplace_back(def_key(r.def), i);
    }
    std::sort(out.local_uses.begin(), out.local_uses.end());
    std::sort(out.def_uses.begin(), out.def_uses.end());
  }
  std::vector<std::pair<ExpansionId, DefRef>> derived;  // the traits that the models of derives implement
  for (uint32_t i = 0; i < defs->defs.size(); ++i) {
    const Def& def = defs->defs[i];
    if (def.kind != DefKind::Impl) continue;
    const Tree* tree = tree_of(*defs, def.source);
    if (tree == nullptr || !def.node || tree->kind(def.node) != NodeKind::ImplItem) continue;
    const NodeId type = tree->child(def.node, Role::type);
    const NodeId trait = tree->child(def.node, Role::trait);
    DefRef head = head_of(*tree, names, def.source, type);
    const DefRef trait_def = trait ? head_of(*tree, names, def.source, trait) : DefRef();
    out.impl_heads.push_back({DefId(i), {head, trait_def}});
    if (head.crate != index) continue;
    const SourceInfo& info = defs->sources[def.source.value];
    if (info.expansion && defs->expansions[info.expansion.value].invocation == InvocationKind::Derive) {
      if (trait_def) derived.emplace_back(info.expansion, trait_def);
      continue;
    }
    SemaImpl impl;
    impl.impl = {index, DefId(i)};
    impl.trait = trait_def;
    impl.is_inherent = !trait;
    impl.is_negative = (def.flags & kDefNegativeImpl) != 0;
    impl.is_conditional = has_bounds(*tree, def.node) || has_concrete_arguments(*tree, names, def.source, type);
    out.impls.emplace_back(def_key(head), impl);
  }
  std::sort(derived.begin(), derived.end());
  derived.erase(std::unique(derived.begin(), derived.end()), derived.end());
  for (uint32_t i = 0; i < defs->expansions.size(); ++i) {
    const Expansion& e = defs->expansions[i];
    if (e.invocation != InvocationKind::Derive || !e.item) continue;
    const DefId item = defs->def_at(e.call_source, e.item);
    const Tree* tree = tree_of(*defs, e.call_source);
    if (!item || tree == nullptr) continue;
    SemaImpl impl;
    // The last name of its path.
    uint32_t slot = e.call_slot;
    while (slot + 2 < tree->slot_count() &&
           tree->token_kind(slot + token_slots(tree->token_kind(slot))) == TokenKind::ColonColon)
      slot += 1 + token_slots(TokenKind::ColonColon);
    impl.derive = tree->token_text(slot);
    impl.is_conditional = has_type_parameters(*tree, e.item);
    // The trait: of std's derives it goes with the macro; others implement what their model says.
    const bool by_model = !e.macro || e.macro.crate >= kSysrootCrates;
    if (!by_model || e.state == ExpansionState::Expanded || e.state == ExpansionState::Modelled) impl.trait = e.macro;
    out.impls.emplace_back(def_key({index, item}), impl);
    if (!by_model) continue;
    auto at = std::lower_bound(derived.begin(), derived.end(), ExpansionId(i),
                               [](const auto& entry, ExpansionId wanted) { return entry.first < wanted; });
    for (; at != derived.end() && at->first == ExpansionId(i); ++at) {
      impl.trait = at->second;
      out.impls.emplace_back(def_key({index, item}), impl);
    }
  }
  std::stable_sort(out.impls.begin(), out.impls.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  Reach(shared, index, &out).run();
  find_traits(shared, *defs, &out);
  return out;
}

const CrateIndexes& SemaShared::indexes(CrateIndex crate) {
  {
    const std::shared_lock lock(mutex_);
    const auto at = indexes_.find(crate);
    if (at != indexes_.end()) return *at->second;
  }
  auto made = std::make_unique<CrateIndexes>(make_crate_indexes(*this, crate));
  const std::unique_lock lock(mutex_);
  return *indexes_.try_emplace(crate, std::move(made)).first->second;
}

const ParsedSignature* SemaShared::signature(DefRef def) {
  const CrateDefs* defs = crate(def.crate);
  if (defs == nullptr || defs->signatures == nullptr || !def.def) return nullptr;
  {
    const std::shared_lock lock(mutex_);
    const auto at = signatures_.find(def_key(def));
    if (at != signatures_.end()) return at->second.get();
  }
  std::unique_ptr<ParsedSignature> parsed;
  const std::string_view text = defs->signature(def.def);
  if (!text.empty()) {
    parsed = std::make_unique<ParsedSignature>();
    parsed->text = text;
    parsed->tree = lex_and_parse(parsed->text, {.edition = defs->edition});
    const Tree& tree = parsed->tree;
    for (NodeId child = tree.first_child(tree.root()); child && !parsed->item; child = tree.next_sibling(child))
      if (node_category(tree.kind(child)) == NodeCategory::Item) parsed->item = child;
    if (!parsed->item) parsed.reset();
  }
  const std::unique_lock lock(mutex_);
  return signatures_.try_emplace(def_key(def), std::move(parsed)).first->second.get();
}

const std::unordered_set<std::string_view>& SemaShared::mutable_statics() {
  std::call_once(statics_once_, [&] {
    if (project_ == nullptr) return;
    std::vector<DefRef> found;  // sorted
    for (CrateIndex index = 0; index < project_->analysis.crates.size(); ++index) {
      const CrateDefs* defs = crate(index);
      // Those of the standard library are its own affair.
      if (defs == nullptr || (defs->from_facts && index < kSysrootCrates)) continue;
      for (uint32_t i = 0; i < defs->defs.size(); ++i) {
        const Def& def = defs->defs[i];
        if (def.kind != DefKind::Static) continue;
        const Tree* tree = tree_of(*defs, def.source);
        // Of what was read from facts, it may be.
        if (!defs->from_facts && (tree == nullptr || !def.node || !tree->has_token(def.node, TokenKind::KwMut)))
          continue;
        found.push_back({index, DefId(i)});
        mutable_statics_.insert(defs->text(def.name));
      }
    }
    if (found.empty()) return;
    for (const auto& each : project_->analysis.crates) {
      if (each == nullptr) continue;
      for (const ScopeEntry& entry : each->scope_entries)
        if (entry.space == Namespace::Value && entry.binding.target == Binding::Target::Def &&
            std::binary_search(found.begin(), found.end(), entry.binding.def))
          mutable_statics_.insert(each->text(entry.name));
    }
  });
  return mutable_statics_;
}

bool Sema::is_mutable_static_name(std::string_view name) const {
  return impl_->shared->mutable_statics().contains(name);
}

DefMemo<uint32_t>& SemaShared::kept_by(const void* rule) {
  {
    const std::shared_lock lock(mutex_);
    const auto at = kept_.find(rule);
    if (at != kept_.end()) return *at->second;
  }
  auto made = std::make_unique<DefMemo<uint32_t>>(project_ != nullptr ? project_->analysis.crates.size() : 0);
  const std::unique_lock lock(mutex_);
  return *kept_.try_emplace(rule, std::move(made)).first->second;
}

uint32_t Sema::kept(const void* rule, DefRef def) const {
  auto& [asked, memo] = impl_->kept;
  if (asked != rule) impl_->kept = {rule, &impl_->shared->kept_by(rule)};
  return memo->find(def);
}

void Sema::keep(const void* rule, DefRef def, uint32_t value) const {
  const CrateDefs* defs = impl_->shared->crate(def.crate);
  if (defs != nullptr) impl_->shared->kept_by(rule).put(def, defs->defs.size(), value);
}

// ---- Definitions ----

DefRef Sema::definition(NodeId item) const {
  if (impl_->defs == nullptr || !item) return {};
  if (impl_->defined == item) return impl_->defined_as;
  DefRef found;
  if (const DefId def = impl_->defs->def_at(impl_->input.source, item)) {
    found = {impl_->input.crate, def};
  } else if (const CrateDefs* other = impl_->shared->crate(impl_->input.other_crate);
             other != nullptr && impl_->input.other_source) {
    if (const DefId there = other->def_at(impl_->input.other_source, item)) found = {impl_->input.other_crate, there};
  }
  impl_->defined = item;
  impl_->defined_as = found;
  return found;
}

const CrateIndexes& Sema::Impl::indexes(CrateIndex crate) {
  if (crate != input.crate) return shared->indexes(crate);
  if (own_indexes == nullptr) own_indexes = &shared->indexes(crate);
  return *own_indexes;
}

TreeNode Sema::node_of(DefRef ref) const {
  const Def* def = impl_->shared->def(ref);
  if (def == nullptr) return {};
  const CrateDefs& defs = *impl_->shared->crate(ref.crate);
  if (const Tree* tree = tree_of(defs, def->source); tree != nullptr && def->node)
    return {tree, def->node, ref.crate, def->source};
  if (const ParsedSignature* parsed = impl_->shared->signature(ref)) return {&parsed->tree, parsed->item, kNoCrate, {}};
  return {};
}

bool Sema::in_this_crate(DefRef def) const {
  return def && (def.crate == impl_->input.crate || def.crate == impl_->input.other_crate);
}
bool Sema::in_std(DefRef def) const { return def && def.crate < kSysrootCrates; }

DefKind Sema::kind(DefRef def) const {
  const Def* d = impl_->shared->def(def);
  return d != nullptr ? d->kind : DefKind::Module;
}

uint16_t Sema::flags(DefRef def) const {
  const Def* d = impl_->shared->def(def);
  return d != nullptr ? d->flags : uint16_t{0};
}

std::string_view Sema::name(DefRef def) const {
  const CrateDefs* defs = impl_->shared->crate(def.crate);
  return defs != nullptr && impl_->shared->def(def) != nullptr ? defs->name_of(def.def) : std::string_view();
}

std::string Sema::path_text(DefRef def) const {
  const CrateDefs* defs = impl_->shared->crate(def.crate);
  return defs != nullptr && impl_->shared->def(def) != nullptr ? defs->path_of(def.def) : std::string();
}

DefRef Sema::parent(DefRef def) const {
  const Def* d = impl_->shared->def(def);
  return d != nullptr && d->parent ? DefRef{def.crate, d->parent} : DefRef();
}

std::span<const DefId> Sema::children(DefRef def) const {
  return impl_->shared->def(def) != nullptr ? impl_->shared->crate(def.crate)->children(def.def)
                                            : std::span<const DefId>();
}

std::span<const DefId> Sema::fields(DefRef def) const {
  std::vector<DefId>& found = impl_->fields_of[def_key(def)];
  if (found.empty())
    for (const DefId child : children(def))
      if (kind(DefRef{def.crate, child}) == DefKind::Field) found.push_back(child);
  return found;
}

Answer Sema::is_pub(NodeId item) const {
  const Tree& tree = *impl_->tree;
  const NodeId visibility = tree.child(item, Role::visibility);
  if (visibility) return answer(tree.text(visibility) == "pub");
  const NodeKind kind = tree.kind(item);
  const NodeId list = tree.parent(item);
  if (kind == NodeKind::Variant) {
    const NodeId owner = ancestor(tree, item, NodeKind::EnumItem);
    return owner ? is_pub(owner) : Answer::Unknown;
  }
  if (list && tree.kind(list) == NodeKind::ItemList) {
    const NodeId owner = tree.parent(list);
    if (tree.kind(owner) == NodeKind::TraitItem) return is_pub(owner);
    if (tree.kind(owner) == NodeKind::ImplItem && tree.child(owner, Role::trait)) return Answer::Yes;
  }
  return Answer::No;
}

namespace {

// Whether `#[doc(hidden)]` keeps a definition out of the crate's interface: its own, or of what it is in.
bool is_hidden(const Sema& sema, DefRef def) {
  constexpr int kMaxLevels = 64;
  for (int level = 0; def && level < kMaxLevels; ++level, def = sema.parent(def)) {
    if ((sema.flags(def) & kDefDocHidden) != 0) return true;
    if (sema.kind(def) != DefKind::Impl) continue;
    const DefRef type = sema.self_of_impl(def);
    if (type && (sema.flags(type) & kDefDocHidden) != 0) return true;
  }
  return false;
}

}  // namespace

Answer Sema::is_reachable(DefRef ref) const {
  const Def* def = impl_->shared->def(ref);
  if (def == nullptr || ref.crate < kSysrootCrates) return Answer::Unknown;
  const CrateId id = Project::crate_of(ref.crate);
  const CrateGraph& graph = impl_->input.project->graph;
  if (!impl_->input.made_up && id && id.value < graph.crates.size() && graph.crates[id.value].local) {
    if (graph.crates[id.value].kind != manifest::TargetKind::Lib || graph.crates[id.value].proc_macro)
      return Answer::No;
  } else if (impl_->input.made_up) {
    // A file with `main` is a program.
    const CrateDefs& defs = *impl_->shared->crate(ref.crate);
    const NameId name = defs.names.find("main");
    if (name && !defs.scopes.empty() && defs.find(0, name, Namespace::Value) != nullptr) return Answer::No;
  }
  const CrateIndexes& indexes = impl_->indexes(ref.crate);
  if (ref.def.value < indexes.reachable.size() && indexes.reachable[ref.def.value])
    return is_hidden(*this, ref) ? Answer::No : Answer::Yes;
  // What is not `pub` cannot be re-exported, whatever could not be seen.
  return indexes.reachable_unknown && def->visibility.is_public() ? Answer::Unknown : Answer::No;
}

Answer Sema::is_reachable(NodeId item) const {
  if (impl_->defs == nullptr) {
    const Answer pub = is_pub(item);
    return pub == Answer::No ? pub : Answer::Unknown;
  }
  if (impl_->reached == item) return impl_->reached_answer;
  const DefRef def = definition(item);
  Answer found = Answer::Unknown;
  if (def)
    found = is_reachable(def);
  else if (is_pub(item) == Answer::No)
    found = Answer::No;
  impl_->reached = item;
  impl_->reached_answer = found;
  return found;
}

// ---- Impls ----

std::span<const SemaImpl> Sema::impls_of(DefRef type) const {
  const auto known = impl_->impls.find(def_key(type));
  if (known != impl_->impls.end()) return known->second;
  std::vector<SemaImpl>& out = impl_->impls[def_key(type)];
  if (impl_->shared->def(type) == nullptr) return out;
  const CrateIndexes& indexes = impl_->indexes(type.crate);
  const auto begin = std::lower_bound(indexes.impls.begin(), indexes.impls.end(), def_key(type),
                                      [](const auto& entry, uint64_t key) { return entry.first < key; });
  for (auto at = begin; at != indexes.impls.end() && at->first == def_key(type); ++at) out.push_back(at->second);
  return out;
}

Reply Sema::has_impl(DefRef type, std::string_view trait) const {
  const Def* def = impl_->shared->def(type);
  if (def == nullptr) return {};
  const PublicPath& wanted = impl_->path(trait);
  bool unknown = (def->flags & kDefUncertain) != 0;
  for (const SemaImpl& impl : impls_of(type)) {
    if (impl.is_inherent) continue;
    if (impl.trait && std::binary_search(wanted.defs.begin(), wanted.defs.end(), impl.trait)) {
      if (impl.is_negative) return {Answer::No, true};
      return {Answer::Yes, !impl.is_conditional};
    }
    if (impl.trait) continue;
    // A trait or derive that is not known: by its name.
    std::string_view last = impl.derive;
    if (last.empty()) {
      const TreeNode node = node_of(impl.impl);
      const NodeId path = node ? path_node(*node.tree, node.tree->child(node.node, Role::trait)) : NodeId();
      if (path) last = name_of(*node.tree, last_segment(*node.tree, path));
    }
    if (last == wanted.last) return {Answer::Yes, false};
    unknown = unknown || !impl.derive.empty();
  }
  // A derive or attribute that was not seen may bring more.
  return {unknown ? Answer::Unknown : Answer::No, true};
}

DefRef Sema::impl_of(DefRef type, std::string_view trait) const {
  const PublicPath& wanted = impl_->path(trait);
  for (const SemaImpl& impl : impls_of(type))
    if (impl.impl && impl.trait && !impl.is_negative &&
        std::binary_search(wanted.defs.begin(), wanted.defs.end(), impl.trait))
      return impl.impl;
  return {};
}

namespace {
const std::pair<DefRef, DefRef>* heads_of(const CrateIndexes& indexes, DefId impl) {
  const auto at = std::lower_bound(indexes.impl_heads.begin(), indexes.impl_heads.end(), impl,
                                   [](const auto& entry, DefId wanted) { return entry.first < wanted; });
  return at != indexes.impl_heads.end() && at->first == impl ? &at->second : nullptr;
}
}  // namespace

DefRef Sema::self_of_impl(DefRef impl) const {
  const Def* def = impl_->shared->def(impl);
  if (def == nullptr) return {};
  if (def->kind == DefKind::Struct || def->kind == DefKind::Enum || def->kind == DefKind::Union) return impl;
  const auto* heads = heads_of(impl_->indexes(impl.crate), impl.def);
  return heads != nullptr ? heads->first : DefRef();
}

DefRef Sema::trait_of_impl(DefRef impl) const {
  const auto* heads = impl ? heads_of(impl_->indexes(impl.crate), impl.def) : nullptr;
  return heads != nullptr ? heads->second : DefRef();
}

DefRef Sema::associated(DefRef owner, std::string_view wanted) const {
  const auto child_named = [&](DefRef of) {
    for (const DefId child : children(of)) {
      const DefRef ref{of.crate, child};
      const DefKind k = kind(ref);
      if ((k == DefKind::AssocFunction || k == DefKind::AssocConst || k == DefKind::AssocType) && name(ref) == wanted)
        return ref;
    }
    return DefRef();
  };
  if (const DefRef own = child_named(owner)) return own;
  for (const SemaImpl& impl : impls_of(owner))
    if (impl.is_inherent)
      if (const DefRef found = child_named(impl.impl)) return found;
  return {};
}

Reply Sema::derives(NodeId item, std::string_view trait) const {
  const DefRef def = definition(item);
  const PublicPath& wanted = impl_->path(trait);
  if (def) {
    for (const SemaImpl& impl : impls_of(def)) {
      if (impl.derive.empty()) continue;
      if (impl.trait && std::binary_search(wanted.defs.begin(), wanted.defs.end(), impl.trait))
        return {Answer::Yes, true};
      if (!impl.trait && impl.derive == wanted.last) return {Answer::Yes, false};
    }
    return {Answer::No, true};
  }
  // By name alone.
  const Tree& tree = *impl_->tree;
  for (NodeId child = tree.first_child(item); child; child = tree.next_sibling(child)) {
    if (tree.role(child) != Role::attribute || tree.kind(child) != NodeKind::Attr) continue;
    const NodeId path = tree.child(child, Role::path);
    if (!path || tree.text(path) != "derive") continue;
    for (uint32_t slot = tree.first_slot(child); slot < tree.end_slot(child); ++slot)
      if (tree.token_kind(slot) == TokenKind::Ident && tree.token_text(slot) == wanted.last)
        return {Answer::Yes, false};
  }
  return {Answer::No, false};
}

std::span<const TreeNode> Sema::references(DefRef def) const {
  const auto known = impl_->references.find(def_key(def));
  if (known != impl_->references.end()) return known->second;
  std::vector<TreeNode>& out = impl_->references[def_key(def)];
  const CrateNames* names = def ? impl_->shared->names(def.crate) : nullptr;
  if (names == nullptr) return out;
  const CrateDefs& defs = *impl_->shared->crate(def.crate);
  const CrateIndexes& indexes = impl_->indexes(def.crate);
  const auto begin =
      std::lower_bound(indexes.def_uses.begin(), indexes.def_uses.end(), std::pair(def_key(def), uint32_t{0}));
  for (auto at = begin; at != indexes.def_uses.end() && at->first == def_key(def); ++at) {
    const NameUse& use = names->uses[at->second];
    SourceId source = use.source;
    NodeId node = use.node;
    for (size_t steps = 0; steps <= defs.sources.size(); ++steps) {
      const SourceInfo& info = defs.sources[source.value];
      if (info.kind != SourceInfo::Kind::Expansion) break;
      const Expansion& e = defs.expansions[info.expansion.value];
      source = e.call_source;
      node = e.call;
    }
    if (const Tree* tree = tree_of(defs, source)) out.push_back({tree, node, def.crate, source});
  }
  std::stable_sort(out.begin(), out.end(), [](const TreeNode& a, const TreeNode& b) {
    return a.source != b.source ? a.source < b.source : a.node < b.node;
  });
  return out;
}

}  // namespace rp
