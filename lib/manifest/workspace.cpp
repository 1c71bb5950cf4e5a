#include "manifest/workspace.h"

#include <algorithm>
#include <memory>
#include <optional>
#include <unordered_map>
#include <unordered_set>

#include "manifest/glob.h"

namespace rp::manifest {
namespace {

bool is_below(std::string_view path, std::string_view folder) {
  if (folder == "/") return true;
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

// Whether a folder of the set is the path or above it.
bool any_covers(const std::unordered_set<std::string>& folders, std::string_view path) {
  while (!path.empty()) {
    if (folders.contains(std::string(path))) return true;
    path = path_parent(path);
  }
  return false;
}

class Loader {
 public:
  Loader(ManifestReader& reader, const WorkspaceOptions& options)
      : reader_(reader), options_(options), folders_left_(options.max_folders) {}

  Workspace run(std::string_view path) {
    current_ = join_path("/", path);
    const Manifest* manifest = load(current_);
    if (manifest == nullptr) {
      note(nullptr, {}, "the manifest cannot be read: " + current_);
      return finish();
    }
    const std::optional<std::string> root = find_root(current_);
    root_path_ = root.value_or(current_);
    workspace_.standalone = !root.has_value();
    root_ = load(root_path_);
    if (root_ == nullptr || (root && !root_->workspace)) {
      note(manifest, manifest->package && manifest->package->workspace ? manifest->package->workspace.span : Span(),
           "the workspace's root is no workspace: " + root_path_);
      workspace_.standalone = true;
      root_path_ = current_;
      root_ = manifest;
    }
    if (workspace_.standalone)
      add_member(current_);
    else
      find_members();
    choose_defaults();
    choose_resolver();
    return finish();
  }

  Workspace run_alone(std::string_view path, bool search) {
    current_ = join_path("/", path);
    root_path_ = current_;
    workspace_.standalone = true;
    root_ = load(current_);
    if (root_ == nullptr) {
      note(nullptr, {}, "the manifest cannot be read: " + current_);
      return finish();
    }
    const std::optional<std::string> found = search ? find_root(current_) : std::nullopt;
    if (const Manifest* root = found ? load(*found) : root_; root != nullptr && root->workspace) {
      root_ = root;
      root_path_ = root->path;
      workspace_.standalone = false;
    }
    add_member(current_);
    return finish();
  }

 private:
  struct PendingProblem {
    const Manifest* manifest;
    Problem problem;
  };
  struct Waiting {
    std::string path;    // of a Cargo.toml
    const Manifest* by;  // that asks for it
    Span span;
    bool is_dependency;
  };

  // The paths in `members` and `exclude` of one root, as written there.
  struct Exclusion {
    bool known = false;
    std::unordered_set<std::string> members;
    std::unordered_set<std::string> excluded;
  };

  // Each manifest is read once. NULL when there is none or it cannot be read.
  const Manifest* load(const std::string& path) {
    if (const auto known = manifests_.find(path); known != manifests_.end()) return known->second.get();
    std::unique_ptr<Manifest>& slot = manifests_[path];
    std::string text;
    if (reader_.kind(path) == PathKind::File && reader_.read(path, &text))
      slot = std::make_unique<Manifest>(read_manifest(std::move(text), path));
    return slot.get();
  }

  void note(const Manifest* manifest, Span span, std::string_view message, Severity severity = Severity::Error) {
    problems_.push_back({manifest, {severity, span, workspace_.arena.copy(message), {}}});
  }

  // "The exclude field": a member that is listed literally is not excluded.
  bool is_excluded(const Manifest& root, std::string_view path) {
    Exclusion& of = exclusions_[&root];
    if (!of.known) {
      const std::string folder(path_parent(root.path));
      for (const Text& each : root.workspace->members.value) of.members.insert(join_path(folder, each.value));
      for (const Text& each : root.workspace->exclude.value) of.excluded.insert(join_path(folder, each.value));
      of.known = true;
    }
    return any_covers(of.excluded, path) && !any_covers(of.members, path);
  }

  // What a manifest says of the root, for the package at `path`.
  std::optional<std::string> root_by(const Manifest& manifest, std::string_view path) {
    if (manifest.workspace) {
      if (is_excluded(manifest, path)) return std::nullopt;
      return manifest.path;
    }
    if (manifest.package && manifest.package->workspace)
      return join_path(path_parent(manifest.path), std::string(manifest.package->workspace.value) + "/Cargo.toml");
    return std::nullopt;
  }

  // "The workspace section": its own table, package.workspace, or the nearest root above.
  std::optional<std::string> find_root(const std::string& path) {
    if (const Manifest* own = load(path)) {
      if (std::optional<std::string> root = root_by(*own, path)) return root;
    }
    std::string_view folder = path_parent(path_parent(path));
    while (!folder.empty()) {
      if (!folder.ends_with("target/package")) {
        const Manifest* above = load(join_path(folder, "Cargo.toml"));
        if (above != nullptr) {
          if (std::optional<std::string> root = root_by(*above, path)) return root;
        }
      }
      folder = path_parent(folder);
    }
    return std::nullopt;
  }

  // The folders a list of patterns stands for; a pattern that fits nothing stands for itself.
  std::vector<std::pair<std::string, Span>> expand(TextList patterns) {
    std::vector<std::pair<std::string, Span>> out;
    const std::string folder(path_parent(root_path_));
    for (const Text& pattern : patterns) {
      if (const std::string why = check_glob(pattern.value); !why.empty()) {
        note(root_, pattern.span, "the pattern is not valid: " + why);
        continue;
      }
      const std::vector<std::string> paths = expand_glob(folder, pattern.value, reader_, &folders_left_);
      if (folders_left_ == 0) {
        note(root_, pattern.span, "the pattern reaches too many folders");
        break;
      }
      if (paths.empty()) out.emplace_back(join_path(folder, pattern.value), pattern.span);
      for (const std::string& path : paths) {
        if (reader_.kind(path) == PathKind::Folder) out.emplace_back(path, pattern.span);
      }
    }
    return out;
  }

  void find_members() {
    listed_ = expand(root_->workspace->members.value);
    std::vector<Waiting> waiting;
    waiting.push_back({root_path_, root_, root_->workspace->span, false});
    for (auto each = listed_.rbegin(); each != listed_.rend(); ++each)
      waiting.push_back({join_path(each->first, "Cargo.toml"), root_, each->second, false});
    // A stack, and what a member asks for is put on top: the order in which a recursion would go.
    while (!waiting.empty()) {
      const Waiting next = std::move(waiting.back());
      waiting.pop_back();
      if (member_ids_.contains(next.path)) continue;
      if (next.is_dependency && !is_below(next.path, path_parent(root_path_))) {
        if (load(next.path) == nullptr) note(next.by, next.span, "there is no manifest to read at " + next.path);
        if (find_root(next.path) != root_path_) continue;
      }
      if (is_excluded(*root_, next.path)) continue;
      if (member_ids_.size() >= options_.max_members) {
        note(root_, root_->workspace->span, "the workspace has too many members");
        break;
      }
      visit(next, &waiting);
    }
    check_names();
    if (!member_ids_.contains(current_) && !reported_current_)
      note(load(current_), {}, "the package is below a workspace that does not list it");
  }

  void visit(const Waiting& next, std::vector<Waiting>* waiting) {
    const Manifest* manifest = load(next.path);
    if (manifest == nullptr) {
      note(next.by, next.span, "there is no manifest to read at " + next.path);
      member_ids_.insert(next.path);
      reported_current_ |= next.path == current_;
      return;
    }
    check_root(next, *manifest);
    const size_t before = workspace_.packages.size();
    add_member(next.path);
    if (workspace_.packages.size() == before) return;
    const Package& package = workspace_.packages.back();
    for (auto each = package.dependencies.rbegin(); each != package.dependencies.rend(); ++each) {
      if (each->source != SourceKind::Path || each->location.empty()) continue;
      waiting->push_back(
          {join_path(each->location, "Cargo.toml"), manifest, manifest->dependencies[each->written.value].span, true});
    }
  }

  // A member must agree with its root.
  void check_root(const Waiting& next, const Manifest& manifest) {
    if (next.path == root_path_) return;
    if (manifest.workspace) {
      note(&manifest, manifest.workspace->span, "the workspace has a second root: " + next.path);
      return;
    }
    const std::optional<std::string> root = find_root(next.path);
    if (!root)
      note(next.by, next.span, "the member is not below the workspace and has no package.workspace: " + next.path);
    else if (*root != root_path_)
      note(next.by, next.span, "the member belongs to another workspace: " + *root);
  }

  void add_member(const std::string& path) {
    member_ids_.insert(path);
    const Manifest* manifest = load(path);
    if (manifest == nullptr) return;
    if (!manifest->package) {
      without_package_.push_back(manifest);
      return;
    }
    const Manifest* root = workspace_.standalone ? nullptr : root_;
    workspace_.packages.push_back(assemble_package(*manifest, root, reader_, workspace_.arena, options_.path_bases));
    package_manifests_.push_back(manifest);
  }

  void check_names() {
    std::unordered_map<std::string_view, size_t> names;
    for (size_t i = 0; i < workspace_.packages.size(); ++i) {
      const auto [at, added] = names.emplace(workspace_.packages[i].name, i);
      if (!added)
        note(package_manifests_[i], package_manifests_[i]->package->name.span,
             "two members have this name; the other is " + package_manifests_[at->second]->path);
    }
  }

  // "The default-members field".
  void choose_defaults() {
    std::unordered_map<std::string_view, uint32_t> by_path;
    for (uint32_t i = 0; i < package_manifests_.size(); ++i) by_path.emplace(package_manifests_[i]->path, i);
    const auto add = [&](std::string_view path) {
      const auto found = by_path.find(path);
      if (found != by_path.end()) workspace_.default_members.push_back(found->second);
      return found != by_path.end();
    };
    const bool at_root = !workspace_.standalone && current_ == root_path_;
    if (at_root && root_->workspace->default_members) {
      std::unordered_set<std::string> listed;
      for (const auto& each : listed_) listed.insert(each.first);
      for (const auto& [folder, span] : expand(root_->workspace->default_members.value)) {
        const std::string path = join_path(folder, "Cargo.toml");
        if (!add(path) && !(listed.contains(folder) && is_excluded(*root_, path)))
          note(root_, span, "the default member is no member: " + folder);
      }
    } else if (at_root && root_->is_virtual()) {
      for (uint32_t i = 0; i < workspace_.packages.size(); ++i) workspace_.default_members.push_back(i);
    } else {
      add(current_);
    }
  }

  static ResolverVersion resolver_of(Edition edition) {
    if (edition >= Edition::k2024) return ResolverVersion::V3;
    return edition >= Edition::k2021 ? ResolverVersion::V2 : ResolverVersion::V1;
  }

  // "Resolver versions": what the root says, or what the edition of its package stands for.
  void choose_resolver() {
    TextField written;
    if (root_->workspace && root_->workspace->resolver) written = root_->workspace->resolver;
    if (root_->package && root_->package->resolver) written = root_->package->resolver;
    if (written) {
      workspace_.resolver = written.value == "3"   ? ResolverVersion::V3
                            : written.value == "2" ? ResolverVersion::V2
                                                   : ResolverVersion::V1;
    } else if (root_->package) {
      for (size_t i = 0; i < workspace_.packages.size(); ++i) {
        if (package_manifests_[i] == root_) workspace_.resolver = resolver_of(workspace_.packages[i].edition);
      }
    } else {
      const bool newer = std::any_of(workspace_.packages.begin(), workspace_.packages.end(),
                                     [](const Package& p) { return p.edition >= Edition::k2021; });
      if (newer)
        note(root_, root_->workspace->span,
             "a workspace without a package resolves as version 1, though its members' edition asks for a newer one",
             Severity::Warning);
    }
    for (const Manifest* manifest : package_manifests_) {
      if (manifest == root_ || !manifest->package->resolver) continue;
      note(manifest, manifest->package->resolver.span, "resolver is only read in the workspace's root",
           Severity::Warning);
    }
    for (const Manifest* manifest : package_manifests_) {
      if (manifest == root_) continue;
      if (!manifest->profiles.empty())
        note(manifest, manifest->profiles.front().span, "profiles are only read in the workspace's root",
             Severity::Warning);
      if (manifest->has_patch && !manifest->patches.empty())
        note(manifest, manifest->patches.front().source.span, "[patch] is only read in the workspace's root",
             Severity::Warning);
      if (!manifest->replacements.empty())
        note(manifest, manifest->replacements.front().spec.span, "[replace] is only read in the workspace's root",
             Severity::Warning);
    }
  }

  // Hands over the manifests that are in use.
  Workspace finish() {
    workspace_.root_manifest = root_path_.empty() ? current_ : root_path_;
    std::unordered_map<const Manifest*, uint32_t> numbers;
    const auto keep = [&](const Manifest* manifest) {
      const auto [at, added] = numbers.emplace(manifest, static_cast<uint32_t>(workspace_.manifests.size()));
      if (added) workspace_.manifests.push_back(std::move(*manifests_[manifest->path]));
      return at->second;
    };
    if (root_ != nullptr) keep(root_);
    for (size_t i = 0; i < workspace_.packages.size(); ++i)
      workspace_.packages[i].manifest = keep(package_manifests_[i]);
    for (const Manifest* each : without_package_) keep(each);
    for (const PendingProblem& each : problems_) {
      const uint32_t manifest = each.manifest == nullptr ? UINT32_MAX : keep(each.manifest);
      workspace_.problems.push_back({manifest, each.problem});
    }
    return std::move(workspace_);
  }

  ManifestReader& reader_;
  WorkspaceOptions options_;
  uint32_t folders_left_;
  Workspace workspace_;
  std::string current_;
  std::string root_path_;
  const Manifest* root_ = nullptr;
  std::unordered_map<std::string, std::unique_ptr<Manifest>> manifests_;
  std::vector<const Manifest*> package_manifests_;  // of each package
  std::vector<const Manifest*> without_package_;    // members that are none, kept for their problems
  std::unordered_set<std::string> member_ids_;
  std::unordered_map<const Manifest*, Exclusion> exclusions_;
  std::vector<std::pair<std::string, Span>> listed_;
  std::vector<PendingProblem> problems_;
  bool reported_current_ = false;
};

}  // namespace

Workspace load_workspace(std::string_view manifest_path, ManifestReader& reader, const WorkspaceOptions& options) {
  return Loader(reader, options).run(manifest_path);
}

Workspace load_package(std::string_view manifest_path, ManifestReader& reader, bool find_root,
                       const WorkspaceOptions& options) {
  return Loader(reader, options).run_alone(manifest_path, find_root);
}

}  // namespace rp::manifest
