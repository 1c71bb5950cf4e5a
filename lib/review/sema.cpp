// The file and its crate: what Sema knows from the crate graph, manifests and the crate's root.
#include "review/sema.h"

#include <algorithm>
#include <array>

#include "manifest/package.h"
#include "manifest/workspace.h"
#include "review/sema_impl.h"
#include "review/sema_typing.h"
#include "review/tree_queries.h"
#include "syntax/ast.h"

namespace rp {
namespace {

// `-` in the name of a package is `_` in that of its crate.
bool same_package(std::string_view a, std::string_view b) {
  return a.size() == b.size() && std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) {
           return (x == '-' ? '_' : x) == (y == '-' ? '_' : y);
         });
}

// `no_std`, or `cfg_attr(.., no_std)`: the attribute's own path, or one in a cfg_attr.
enum class Written : uint8_t { No, Conditional, Plain };
Written attribute_written(const Tree& tree, NodeId attribute, std::string_view path) {
  const ast::Attr attr(tree, attribute);
  if (!attr.path()) return Written::No;
  const std::string_view name = attr.path().text();
  if (name == path) return Written::Plain;
  if (name != "cfg_attr" || !attr.arguments()) return Written::No;
  const NodeId arguments = attr.arguments().id();
  bool behind_condition = false;
  uint32_t depth = 0;
  for (uint32_t slot = tree.first_slot(arguments); slot < tree.end_slot(arguments);
       slot += token_slots(tree.token_kind(slot))) {
    const TokenKind kind = tree.token_kind(slot);
    if (kind == TokenKind::LParen) ++depth;
    if (kind == TokenKind::RParen) --depth;
    if (kind == TokenKind::Comma && depth == 1) behind_condition = true;
    if (behind_condition && depth == 1 && tree.token_text(slot) == path) return Written::Conditional;
  }
  return Written::No;
}

Answer crate_attribute_answer(const TreeNode& root, std::string_view path) {
  if (!root) return Answer::Unknown;
  Answer result = Answer::No;
  for (NodeId child = root.tree->first_child(root.node); child; child = root.tree->next_sibling(child)) {
    if (root.tree->role(child) != Role::attribute || root.tree->kind(child) != NodeKind::Attr) continue;
    const Written written = attribute_written(*root.tree, child, path);
    if (written == Written::Plain) return Answer::Yes;
    if (written == Written::Conditional) result = Answer::Unknown;
  }
  return result;
}

// Dependencies that only code for microcontrollers has.
constexpr std::array<std::string_view, 14> kEmbeddedCrates = {
    "cortex_m",         "cortex_m_rt", "riscv",      "riscv_rt",   "embedded_hal",
    "embassy_executor", "esp_hal",     "rtic",       "panic_halt", "panic_semihosting",
    "panic_probe",      "defmt_rtt",   "avr_device", "msp430_rt"};

}  // namespace

Sema::Sema(const SemaInput& input, std::shared_ptr<SemaShared> shared) : impl_(std::make_unique<Impl>()) {
  Impl& s = *impl_;
  s.self = this;
  s.input = input;
  s.shared = shared != nullptr ? std::move(shared) : std::make_shared<SemaShared>(input.project);
  s.tree = input.tree;
  s.lease = std::make_shared<TypeLease>();
  if (input.project == nullptr || input.crate == kNoCrate) return;
  s.defs = s.shared->crate(input.crate);
  if (s.defs == nullptr) return;
  if (!input.source || input.source.value >= s.defs->sources.size()) {
    s.defs = nullptr;
    return;
  }
  s.names = s.shared->names(input.crate);
  if (s.names != nullptr) {
    const UsePlaces& places = s.shared->use_places(input.crate);
    s.first_use = places.first_of_source[input.source.value];
    s.used = std::span(places.nodes.data(), places.nodes.size())
                 .subspan(s.first_use, places.first_of_source[input.source.value + 1] - s.first_use);
  }
  const CrateId id = Project::crate_of(input.crate);
  const CrateGraph& graph = input.project->graph;
  if (input.made_up || !id || id.value >= graph.crates.size()) return;
  s.node = &graph.crates[id.value];
  if (!s.node->package) return;
  s.package = &graph.packages[s.node->package.value];
  if (s.package->manifest_package < graph.manifest_packages.size())
    s.manifest = graph.manifest_packages[s.package->manifest_package];
}

Sema::~Sema() = default;

std::shared_ptr<SemaShared> share_sema(const Project* project) { return std::make_shared<SemaShared>(project); }

const Tree& Sema::tree() const { return *impl_->tree; }

const Sema* Sema::at(const TreeNode& node) const {
  if (!node || node.crate == kNoCrate || !node.source) return nullptr;
  if (node.crate == impl_->input.crate && node.source == impl_->input.source) return this;
  std::unique_ptr<Sema>& other = impl_->others[(uint64_t{node.crate} << 32) | node.source.value];
  if (other == nullptr) {
    SemaInput input = impl_->input;
    input.tree = node.tree;
    input.crate = node.crate;
    input.source = node.source;
    input.other_crate = kNoCrate;
    other = std::make_unique<Sema>(input, impl_->shared);
    other->impl_->lease = impl_->lease;
  }
  return other.get();
}

bool Sema::crate_known() const { return impl_->defs != nullptr && impl_->names != nullptr; }
bool Sema::has_manifest() const {
  // A file that the chosen target and features leave out has one, though it is not known which crate it would be in.
  const SemaInput& input = impl_->input;
  return impl_->manifest != nullptr || (input.project != nullptr && !input.made_up && input.crate == kNoCrate);
}
Edition Sema::edition() const { return impl_->tree->edition(); }

CrateKind Sema::crate_kind() const {
  if (impl_->node == nullptr) return CrateKind::Unknown;
  if (impl_->node->proc_macro) return CrateKind::ProcMacro;
  switch (impl_->node->kind) {
    case manifest::TargetKind::Lib:
      return CrateKind::Lib;
    case manifest::TargetKind::Bin:
      return CrateKind::Bin;
    case manifest::TargetKind::Example:
      return CrateKind::Example;
    case manifest::TargetKind::Test:
      return CrateKind::Test;
    case manifest::TargetKind::Bench:
      return CrateKind::Bench;
    case manifest::TargetKind::BuildScript:
      return CrateKind::BuildScript;
  }
  return CrateKind::Unknown;
}

Answer Sema::is_library() const {
  const CrateKind kind = crate_kind();
  if (kind == CrateKind::Unknown) return Answer::Unknown;
  return answer(kind == CrateKind::Lib);
}

std::string_view Sema::crate_name() const {
  return impl_->defs != nullptr ? std::string_view(impl_->defs->name) : std::string_view();
}

TreeNode Sema::crate_root() const {
  const CrateDefs* defs = impl_->defs;
  if (defs == nullptr || defs->sources.empty() || defs->sources[0].source == nullptr) return {};
  const Tree& root = defs->sources[0].source->tree;
  return {&root, root.root(), impl_->input.crate, SourceId(0)};
}

Answer Sema::no_std() const {
  if (impl_->defs != nullptr && impl_->defs->no_std) return Answer::Yes;
  const TreeNode root = crate_root();
  if (root) {
    // Asked in each file of a crate, of the same attributes.
    std::atomic<uint8_t>& kept = impl_->shared->kept_no_std(root.crate);
    uint8_t known = kept.load(std::memory_order_relaxed);
    if (known == 0) {
      known = static_cast<uint8_t>(static_cast<uint8_t>(crate_attribute_answer(root, "no_std")) + 1);
      kept.store(known, std::memory_order_relaxed);
    }
    return static_cast<Answer>(known - 1);
  }
  // Without a crate, a file that says so is the root.
  const Answer own = crate_attribute_answer({impl_->tree, impl_->tree->root(), kNoCrate, SourceId()}, "no_std");
  return own == Answer::Yes ? own : Answer::Unknown;
}

Answer Sema::no_core() const {
  if (impl_->defs != nullptr && impl_->defs->no_core) return Answer::Yes;
  return crate_attribute_answer(crate_root(), "no_core");
}

TreeNode Sema::crate_attribute(std::string_view path) const {
  TreeNode root = crate_root();
  if (!root) return {};
  for (NodeId child = root.tree->first_child(root.node); child; child = root.tree->next_sibling(child)) {
    if (root.tree->role(child) != Role::attribute || root.tree->kind(child) != NodeKind::Attr) continue;
    if (attribute_written(*root.tree, child, path) == Written::No) continue;
    root.node = child;
    return root;
  }
  return {};
}

Answer Sema::has_language_feature(std::string_view name) const {
  TreeNode root = crate_root();
  if (!root && impl_->tree->node_count() != 0) root = {impl_->tree, impl_->tree->root(), kNoCrate, SourceId()};
  if (!root) return Answer::Unknown;
  const Tree& tree = *root.tree;
  for (NodeId child = tree.first_child(root.node); child; child = tree.next_sibling(child)) {
    if (tree.role(child) != Role::attribute || tree.kind(child) != NodeKind::Attr) continue;
    bool feature = false;
    for (uint32_t slot = tree.first_slot(child); slot < tree.end_slot(child);
         slot += token_slots(tree.token_kind(slot))) {
      if (tree.token_kind(slot) != TokenKind::Ident) continue;
      if (tree.token_text(slot) == "feature") feature = true;
      if (feature && tree.token_text(slot) == name) return Answer::Yes;
    }
  }
  return crate_root() ? Answer::No : Answer::Unknown;
}

const manifest::Package* Sema::package() const { return impl_->manifest; }

const manifest::Workspace* Sema::workspace() const {
  return impl_->manifest != nullptr ? &impl_->input.project->graph.workspace : nullptr;
}

std::string_view Sema::package_name() const {
  return impl_->package != nullptr ? std::string_view(impl_->package->name) : std::string_view();
}

std::string_view Sema::package_version() const {
  return impl_->package != nullptr ? std::string_view(impl_->package->version) : std::string_view();
}

Answer Sema::depends_on(std::string_view package) const {
  if (impl_->manifest == nullptr) return Answer::Unknown;
  return answer(std::any_of(impl_->manifest->dependencies.begin(), impl_->manifest->dependencies.end(),
                            [&](const manifest::Dependency& d) { return same_package(d.package, package); }));
}

namespace {
const PackageNode* dependency_node(const CrateGraph& graph, const PackageNode& package, std::string_view name) {
  for (const PackageEdge& edge : package.dependencies)
    if (edge.to && same_package(graph.packages[edge.to.value].name, name)) return &graph.packages[edge.to.value];
  return nullptr;
}
}  // namespace

std::string_view Sema::dependency_version(std::string_view package) const {
  if (impl_->package == nullptr) return {};
  const PackageNode* found = dependency_node(impl_->input.project->graph, *impl_->package, package);
  return found != nullptr ? std::string_view(found->version) : std::string_view();
}

Answer Sema::dependency_feature(std::string_view package, std::string_view feature) const {
  if (impl_->package == nullptr) return Answer::Unknown;
  const PackageNode* found = dependency_node(impl_->input.project->graph, *impl_->package, package);
  if (found == nullptr || found->origin == PackageOrigin::Missing) return Answer::Unknown;
  return answer(std::find(found->features.begin(), found->features.end(), feature) != found->features.end());
}

Answer Sema::feature_enabled(std::string_view feature) const {
  if (impl_->node == nullptr) return Answer::Unknown;
  return answer(impl_->node->cfg.has("feature", feature));
}

Answer Sema::panic_aborts() const {
  const manifest::Workspace* workspace = this->workspace();
  if (workspace == nullptr || workspace->manifests.empty()) return Answer::Unknown;
  for (const manifest::ProfileEntry& profile : workspace->manifests[0].profiles)
    if (profile.name.value == "release" && profile.scope == manifest::ProfileScope::Whole && profile.panic)
      return answer(profile.panic.value == "abort");
  return Answer::No;
}

std::string_view Sema::target() const {
  if (impl_->input.project == nullptr || impl_->input.made_up) return {};
  return impl_->input.project->graph.target;
}

Reply Sema::for_wasm() const {
  if (!impl_->for_wasm) impl_->for_wasm = impl_->find_for_wasm();
  return *impl_->for_wasm;
}

Reply Sema::for_embedded() const {
  if (!impl_->for_embedded) impl_->for_embedded = impl_->find_for_embedded();
  return *impl_->for_embedded;
}

bool Sema::Impl::mentions(std::string_view crate) {
  if (tree->text().find(crate) == std::string_view::npos) return false;
  if (written == nullptr) written = std::make_unique<WrittenPaths>(*tree);
  return written->mentions(crate);
}

Reply Sema::Impl::find_for_wasm() {
  if (self->target().starts_with("wasm")) return {Answer::Yes, true};
  for (const std::string_view name : {"wasm_bindgen", "web_sys", "js_sys"}) {
    if (self->depends_on(name) == Answer::Yes) {
      // Only a dependency for some target says that the crate is made for others as well.
      for (const manifest::Dependency& d : manifest->dependencies)
        if (same_package(d.package, name) && !d.platform && !d.optional && d.kind == manifest::DependencyKind::Normal)
          return {Answer::Yes, false};
    }
    if (manifest == nullptr && mentions(name)) return {Answer::Yes, false};
  }
  return {manifest != nullptr ? Answer::No : Answer::Unknown, false};
}

Reply Sema::Impl::find_for_embedded() {
  if (self->target().find("-none") != std::string_view::npos) return {Answer::Yes, true};
  const Answer bare = self->no_std();
  if (bare == Answer::No) return {Answer::No, false};
  for (const std::string_view name : kEmbeddedCrates) {
    if (self->depends_on(name) == Answer::Yes) return {Answer::Yes, false};
    if (manifest == nullptr && mentions(name)) return {Answer::Yes, false};
  }
  // A program without std runs on bare metal, or nearly so.
  if (bare == Answer::Yes &&
      crate_attribute_answer(
          self->crate_root() ? self->crate_root() : TreeNode{tree, tree->root(), kNoCrate, SourceId()}, "no_main") ==
          Answer::Yes)
    return {Answer::Yes, false};
  return {manifest != nullptr ? Answer::No : Answer::Unknown, false};
}

Answer Sema::is_removed(NodeId node) const {
  if (impl_->defs == nullptr) return Answer::Unknown;
  if (!impl_->defs->is_removed(impl_->input.source, node)) return Answer::No;
  const CrateDefs* other = impl_->shared->crate(impl_->input.other_crate);
  if (other != nullptr && impl_->input.other_source) return answer(other->is_removed(impl_->input.other_source, node));
  return Answer::Yes;
}

bool Sema::in_test(NodeId node) const {
  const CrateKind kind = crate_kind();
  if (kind == CrateKind::Test || kind == CrateKind::Bench || kind == CrateKind::Example) return true;
  if (is_test_path(impl_->input.path)) return true;
  if (impl_->node != nullptr && impl_->node->test_cfg && impl_->node->kind != manifest::TargetKind::Lib &&
      impl_->node->kind != manifest::TargetKind::Bin)
    return true;
  const Tree& tree = *impl_->tree;
  for (NodeId at = node; at; at = tree.parent(at)) {
    for (NodeId child = tree.first_child(at); child; child = tree.next_sibling(child)) {
      if (tree.role(child) != Role::attribute) break;
      if (tree.kind(child) == NodeKind::Attr && marks_test(tree, child)) return true;
    }
  }
  // A module that is declared in another file, `#[cfg(test)] mod tests;`.
  if (impl_->defs == nullptr) return false;
  const SourceInfo& info = impl_->defs->sources[impl_->input.source.value];
  for (DefId module = info.module; module && module.value != 0; module = impl_->defs->def(module).parent) {
    const Def& def = impl_->defs->def(module);
    if (!def.source || def.source == impl_->input.source || !def.node) continue;
    const Source* source = impl_->defs->sources[def.source.value].source.get();
    if (source == nullptr) break;
    for (NodeId at = def.node; at; at = source->tree.parent(at))
      for (NodeId child = source->tree.first_child(at); child; child = source->tree.next_sibling(child)) {
        if (source->tree.role(child) != Role::attribute) break;
        if (source->tree.kind(child) == NodeKind::Attr && marks_test(source->tree, child)) return true;
      }
  }
  return false;
}

}  // namespace rp
