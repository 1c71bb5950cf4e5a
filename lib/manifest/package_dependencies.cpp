// Dependencies with what they inherit, and the features that refer to them.
// The Cargo Book, "Inheriting a dependency from a workspace", "Features".
#include <unordered_map>
#include <unordered_set>

#include "manifest/assembly.h"

namespace rp::manifest {
namespace {

const DependencyEntry* find_shared(const WorkspaceTable& workspace, std::string_view name) {
  const auto at = std::lower_bound(workspace.dependencies.begin(), workspace.dependencies.end(), name,
                                   [](const DependencyEntry& e, std::string_view n) { return e.name.value < n; });
  return at != workspace.dependencies.end() && at->name.value == name ? &*at : nullptr;
}

// What a path is relative to: `folder`, or what its `base` names. Empty when that is not known.
std::string_view base_folder(Assembly& a, const DependencyEntry& from, std::string_view folder) {
  if (!from.base) return folder;
  for (const PathBase& each : a.path_bases) {
    if (each.name == from.base.value) return each.folder;
  }
  if (from.base.value != "workspace") return {};
  if (a.root == nullptr) a.error(from.base.span, "the path is relative to the workspace, but no workspace was found");
  return a.root_folder();
}

void fill_source(Assembly& a, const DependencyEntry& from, std::string_view folder, Dependency* out) {
  out->requirement = from.version.value;
  out->renamed = static_cast<bool>(from.package);
  out->package = from.package ? from.package.value : out->name;
  out->registry = from.registry.value;
  if (from.git) {
    out->source = SourceKind::Git;
    out->location = from.git.value;
    out->branch = from.branch.value;
    out->tag = from.tag.value;
    out->rev = from.rev.value;
  } else if (from.path) {
    out->source = SourceKind::Path;
    if (const std::string_view base = base_folder(a, from, folder); !base.empty())
      out->location = a.arena.copy(join_path(base, from.path.value));
  } else {
    out->location = from.registry_index.value;
  }
}

std::span<const std::string_view> joined_features(Assembly& a, TextList first, TextList second) {
  std::vector<std::string_view> all;
  all.reserve(first.size() + second.size());
  for (const Text& each : first) all.push_back(each.value);
  for (const Text& each : second) all.push_back(each.value);
  return a.arena.copy(all);
}

// The workspace's entry with what the member adds. Its default features can be turned on here, but not off.
void inherit_entry(Assembly& a, const DependencyEntry& own, const DependencyEntry& shared, Dependency* out) {
  std::vector<Problem> found;
  Reading reading{a.root->document, a.arena, found};
  check_dependency(reading, shared, "workspace.dependencies." + std::string(own.name.value));
  for (const Problem& each : found) a.report(each.severity, own.span, each.message, each.accepts);
  fill_source(a, shared, a.root_folder(), out);
  out->features = joined_features(a, shared.features.value, own.features.value);
  out->default_features = shared.default_features.value_or(true);
  if (!own.default_features) return;
  if (own.default_features.value) {
    out->default_features = true;
  } else if (out->default_features) {
    const bool refused = a.package.edition >= Edition::k2024;
    a.report(refused ? Severity::Error : Severity::Warning, own.default_features.key,
             "default-features = false has no effect: workspace.dependencies." + std::string(own.name.value) +
                 " has them on",
             "default-features = false in [workspace.dependencies]");
  }
}

void add_dependency(Assembly& a, uint32_t index) {
  const DependencyEntry& own = a.manifest.dependencies[index];
  Dependency out;
  out.written = DependencyId(index);
  out.name = own.name.value;
  out.package = out.name;
  out.kind = own.kind;
  out.platform = own.platform;
  out.optional = own.optional.value;
  out.is_public = own.is_public.value;
  if (!own.inherited) {
    fill_source(a, own, a.package.folder, &out);
    out.features = joined_features(a, own.features.value, {});
    out.default_features = own.default_features.value_or(true);
  } else if (a.workspace() == nullptr) {
    a.error(own.span, std::string(own.name.value) + " is inherited, but no workspace was found");
  } else if (const DependencyEntry* shared = find_shared(*a.workspace(), own.name.value)) {
    out.inherited = DependencyId(static_cast<uint32_t>(shared - a.workspace()->dependencies.data()));
    inherit_entry(a, own, *shared, &out);
  } else {
    a.error(own.span, std::string(own.name.value) + " is inherited, but workspace.dependencies does not have it");
  }
  a.package.dependencies.push_back(out);
}

// Two tables may name the same dependency only when it comes from the same place.
void check_same_source(Assembly& a) {
  std::unordered_map<std::string_view, const Dependency*> seen;
  for (const Dependency& each : a.package.dependencies) {
    const auto [at, added] = seen.emplace(each.name, &each);
    if (added) continue;
    const Dependency& first = *at->second;
    const bool same_state = first.branch == each.branch && first.tag == each.tag && first.rev == each.rev;
    const bool same = first.source == each.source && first.location == each.location &&
                      (each.source != SourceKind::Registry || first.registry == each.registry) && same_state;
    if (!same)
      a.error(a.manifest.dependencies[each.written.value].span,
              std::string(each.name) + " comes from another source than in its other table");
  }
}

class Features {
 public:
  explicit Features(Assembly& assembly) : a_(assembly) {}

  void run() {
    for (const Dependency& each : a_.package.dependencies) optional_[each.name] |= each.optional;
    for (const FeatureEntry& each : a_.manifest.features) {
      listed_.insert(each.name.value);
      for (const FeatureValue& value : each.values) {
        if (value.kind == FeatureValueKind::Dependency) explicit_.insert(value.name);
      }
      a_.package.features.push_back({each.name.value, false, each.name.span, each.values});
    }
    add_implicit();
    std::sort(a_.package.features.begin(), a_.package.features.end(),
              [](const Feature& x, const Feature& y) { return x.name < y.name; });
    std::unordered_set<std::string_view> used;
    for (const Feature& feature : a_.package.features) {
      for (const FeatureValue& value : feature.values) {
        check(feature, value);
        if (value.kind != FeatureValueKind::Feature) used.insert(value.name);
      }
    }
    for (const Dependency& each : a_.package.dependencies) {
      if (each.optional && used.insert(each.name).second)
        a_.error(a_.manifest.dependencies[each.written.value].name.span,
                 "no feature enables the optional dependency " + std::string(each.name),
                 "\"dep:" + std::string(each.name) + "\" in a feature");
    }
  }

 private:
  // An optional dependency is a feature of its own name, unless that is written or `dep:` names the dependency.
  void add_implicit() {
    for (const Dependency& each : a_.package.dependencies) {
      if (!each.optional || listed_.contains(each.name) || explicit_.contains(each.name)) continue;
      if (!implicit_.insert(each.name).second) continue;
      const Span span = a_.manifest.dependencies[each.written.value].name.span;
      std::string text = "dep:";
      text += each.name;
      const FeatureValue value = parse_feature_value({a_.arena.copy(text), span});
      a_.package.features.push_back({each.name, true, span, a_.arena.copy(std::vector<FeatureValue>{value})});
      if (const std::string why = check_feature_name(each.name); !why.empty()) a_.error(span, why);
    }
  }

  void fail(const Feature& feature, const FeatureValue& value, std::string_view why, std::string_view accepts = {}) {
    a_.error(value.text.span,
             "features." + std::string(feature.name) + " has \"" + std::string(value.text.value) + "\", but " +
                 std::string(why),
             accepts);
  }

  void check(const Feature& feature, const FeatureValue& value) {
    const auto found = optional_.find(value.name);
    const bool is_dependency = found != optional_.end();
    const bool is_optional = is_dependency && found->second;
    const std::string name(value.name);
    switch (value.kind) {
      case FeatureValueKind::Feature:
        if (listed_.contains(value.name) || implicit_.contains(value.name)) return;
        if (!is_dependency)
          fail(feature, value, "there is no such feature or dependency");
        else if (is_optional)
          fail(feature, value, "the dependency has no implicit feature", "\"dep:" + name + "\"");
        else
          fail(feature, value, "the dependency is not optional");
        return;
      case FeatureValueKind::Dependency:
        if (!is_dependency)
          fail(feature, value, "there is no such dependency");
        else if (!is_optional)
          fail(feature, value, "the dependency is not optional");
        return;
      case FeatureValueKind::DependencyFeature:
        if (value.feature.find('/') != std::string_view::npos)
          fail(feature, value, "only one slash is allowed");
        else if (value.name.starts_with("dep:"))
          fail(feature, value, "`dep:` and `/` do not go together");
        else if (!is_dependency)
          fail(feature, value, "there is no such dependency");
        else if (value.weak && !is_optional)
          fail(feature, value, "the dependency is not optional, so `?` has no meaning");
        return;
    }
  }

  Assembly& a_;
  std::unordered_map<std::string_view, bool> optional_;  // of each dependency, whether it is optional somewhere
  std::unordered_set<std::string_view> listed_;
  std::unordered_set<std::string_view> explicit_;
  std::unordered_set<std::string_view> implicit_;
};

}  // namespace

void assemble_dependencies(Assembly& assembly) {
  assembly.package.dependencies.reserve(assembly.manifest.dependencies.size());
  for (uint32_t i = 0; i < assembly.manifest.dependencies.size(); ++i) {
    const DependencyEntry& own = assembly.manifest.dependencies[i];
    add_dependency(assembly, i);
    if (own.kind == DependencyKind::Development && own.optional.value)
      assembly.error(own.optional.key, "dev-dependencies cannot be optional: " + std::string(own.name.value));
    if (own.is_public)
      assembly.warn(own.is_public.key, "public is unstable and ignored: " + std::string(own.name.value));
  }
  check_same_source(assembly);
}

void assemble_features(Assembly& assembly) { Features(assembly).run(); }

}  // namespace rp::manifest
