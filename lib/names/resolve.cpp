#include "names/resolve.h"

#include <algorithm>
#include <tuple>

#include "base/worker_pool.h"
#include "names/resolve_pass.h"

namespace rp {
namespace {
// For the deepest walk that ResolvePass allows.
constexpr size_t kStackBytes = size_t{96} << 20;

// What a macro's definition says of the names it brings: whether items and locals of the call may be meant.
enum class Transparency : uint8_t { SemiOpaque, Opaque, Transparent };

// Whether something of a file could not be read: rustc may have stopped there, and it may have defined or bound
// anything. An error that leaves the tree whole is one that rustc goes on from.
bool loses_names(const Tree& tree) {
  if (tree.errors().empty()) return false;
  for (uint32_t i = 1; i < tree.node_count(); ++i)
    if (tree.kind(NodeId(i)) == NodeKind::Error || tree.kind(NodeId(i)) == NodeKind::Missing) return true;
  return false;
}

Transparency transparency_of(const CrateDefs* crate, DefId macro) {
  const MacroDef* def = crate == nullptr || !macro ? nullptr : crate->macro(macro);
  if (def == nullptr) return Transparency::SemiOpaque;
  if (def->kind == MacroKind::Builtin && def->builtin_derive) return Transparency::Opaque;
  if (def->kind != MacroKind::Decl && def->kind != MacroKind::Rules) return Transparency::SemiOpaque;
  const Transparency usual = def->kind == MacroKind::Decl ? Transparency::Opaque : Transparency::SemiOpaque;
  const Def& d = crate->def(macro);
  if (!d.source || crate->sources[d.source.value].source == nullptr || !d.node) return usual;
  const Tree& tree = crate->sources[d.source.value].source->tree;
  for (NodeId child = tree.first_child(d.node); child; child = tree.next_sibling(child)) {
    if (tree.kind(child) != NodeKind::Attr) continue;
    const NodeId path = tree.child(child, Role::path);
    const NodeId value = tree.child(child, Role::value);
    if (!path || !value || tree.text(path) != "rustc_macro_transparency") continue;
    const std::string_view text = tree.text(value);
    if (text == "\"transparent\"") return Transparency::Transparent;
    if (text == "\"semiopaque\"" || text == "\"semitransparent\"") return Transparency::SemiOpaque;
    if (text == "\"opaque\"") return Transparency::Opaque;
  }
  return usual;
}
}  // namespace

ResolvePass::ResolvePass(const CrateDefs& crate, const Analysis& analysis, const ResolveOptions& options,
                         CrateNames* out)
    : crate_(crate), analysis_(analysis), options_(options), out_(out), lookup_(crate, analysis) {
  self_type_ = lookup_.intern("Self");
  self_value_ = lookup_.intern("self");
  underscore_lifetime_ = lookup_.intern("'_");
  static_lifetime_ = lookup_.intern("'static");

  // Hygiene of items: only `macro` definitions have it, and what derives make. Contexts come after those they build on.
  local_contexts_.assign(crate.contexts.size(), kRootContext);
  item_contexts_.assign(crate.contexts.size(), kRootContext);
  definition_of_.assign(crate.contexts.size(), DefRef());
  for (ContextId c = 1; c < crate.contexts.size(); ++c) {
    const ContextId parent = crate.contexts.parent(c);
    item_contexts_[c] = item_contexts_[parent];
    local_contexts_[c] = c;
    const ExpansionId made_by = crate.contexts.expansion(c);
    if (!made_by || made_by.value >= crate.expansions.size()) continue;
    const DefRef macro = crate.expansions[made_by.value].macro;
    const Transparency transparency = transparency_of(lookup_.defs(macro.crate), macro.def);
    if (transparency == Transparency::Transparent) local_contexts_[c] = local_contexts_[parent];
    if (transparency != Transparency::Opaque) continue;
    item_contexts_[c] = c;
    definition_of_[c] = macro;
  }

  for (uint32_t i = 0; i < crate.sources.size(); ++i) {
    const SourceInfo& info = crate.sources[i];
    if (info.kind == SourceInfo::Kind::File && info.source != nullptr && info.module)
      module_files_.emplace_back(info.module, SourceId(i));
    if (info.source != nullptr && info.kind != SourceInfo::Kind::Expansion && loses_names(info.source->tree))
      syntax_errors_ = true;
  }
  std::sort(module_files_.begin(), module_files_.end());
  for (uint32_t i = 0; i < crate.imports.size(); ++i)
    if (crate.imports[i].source && crate.imports[i].node)
      imports_.push_back({{crate.imports[i].source.value, crate.imports[i].node.value}, i});
  std::sort(imports_.begin(), imports_.end());
  for (const Import& import : crate.imports)
    if (import.kind == ImportKind::Glob && import.state == Import::State::Unresolved) failed_globs_ = true;
  if (!crate.sources.empty() && crate.sources[0].source != nullptr) {
    const Tree& tree = crate.sources[0].source->tree;
    for (NodeId child = tree.first_child(tree.root()); child; child = tree.next_sibling(child)) {
      if (tree.kind(child) != NodeKind::Attr) continue;
      if (tree.text(child).find("register_") != std::string_view::npos) registered_tools_ = true;
      if (tree.text(child).find("generic_const_parameter_types") != std::string_view::npos) generic_const_types_ = true;
      const NodeId path = tree.child(child, Role::path);
      const NodeId value = tree.child(child, Role::value);
      if (!path || !value || tree.text(path) != "reexport_test_harness_main") continue;
      const std::string_view text = tree.text(value);
      if (text.size() > 2) test_main_ = lookup_.intern(text.substr(1, text.size() - 2));
    }
  }
}

void ResolvePass::run() {
  if (crate_.sources.empty() || crate_.sources[0].source == nullptr || crate_.scopes.empty()) return;
  const SourceInfo& root = crate_.sources[0];
  Pending first;
  first.place = {SourceId(0), root.source.get(), &root.source->tree, &root.removed, ExpansionId()};
  first.list = root.source->tree.root();
  if (crate_.is_removed(SourceId(0), first.list)) return;
  pending_.push_back(first);
  while (!pending_.empty()) {
    const Pending next = pending_.front();
    pending_.pop_front();
    at_ = next.place;
    uncertain_ = next.uncertain;
    item_context_ = ItemContext::Module;
    current_trait_ = {};
    in_trait_impl_ = false;
    pop_ribs(0);
    push_rib(RibKind::Module, next.scope);
    if (at_.tree->node_count() != 0) walk_children(next.list);
  }
  uses_.sort_into(crate_.sources.size(), &out_->uses);
}

CrateNames resolve_crate(const CrateDefs& crate, const Analysis& analysis, const ResolveOptions& options) {
  CrateNames names;
  auto work = [&](size_t, uint32_t) {
    ResolvePass pass(crate, analysis, options, &names);
    pass.run();
  };
  auto finished = [](size_t, size_t) { return true; };
  WorkOptions work_options;
  work_options.threads = 1;
  work_options.stack_bytes = kStackBytes;
  work_options.cancellation = options.cancellation;
  run_work(1, work_options, work, finished);

  for (const NameProblem& problem : crate.problems) {
    if (problem.code.empty() || problem.kind == NameProblem::Kind::UnresolvedImport) continue;
    NameDiagnostic d;
    d.code = problem.code;
    d.proven = true;
    d.source = problem.source;
    d.span = problem.span;
    d.message = problem.message;
    names.diagnostics.push_back(std::move(d));
  }
  const auto key = [](const NameDiagnostic& d) { return std::tuple(d.source.value, d.span.start, d.span.end, d.code); };
  std::stable_sort(names.diagnostics.begin(), names.diagnostics.end(),
                   [&](const NameDiagnostic& a, const NameDiagnostic& b) { return key(a) < key(b); });
  names.diagnostics.erase(std::unique(names.diagnostics.begin(), names.diagnostics.end(),
                                      [&](const NameDiagnostic& a, const NameDiagnostic& b) {
                                        return key(a) == key(b) && a.proven == b.proven;
                                      }),
                          names.diagnostics.end());
  return names;
}

const NameUse* CrateNames::find(SourceId source, NodeId node) const {
  const auto at = std::lower_bound(uses.begin(), uses.end(), std::pair(source, node),
                                   [](const NameUse& u, const auto& k) { return std::pair(u.source, u.node) < k; });
  return at != uses.end() && at->source == source && at->node == node ? &*at : nullptr;
}

}  // namespace rp
