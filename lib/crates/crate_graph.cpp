#include "crates/crate_graph.h"

#include <algorithm>
#include <map>
#include <tuple>

#include "crates/crate_list.h"
#include "crates/feature_resolver.h"
#include "crates/package_set.h"
#include "manifest/cargo_config.h"
#include "manifest/rust_toolchain.h"

namespace rp {
namespace {

using manifest::CargoConfig;
using manifest::join_path;
using manifest::path_parent;
using manifest::PathKind;

// The configuration of the folder and of those above it, then that of cargo's home.
CargoConfig read_config(std::string_view folder, manifest::ManifestReader& reader, std::string_view cargo_home) {
  std::vector<manifest::ConfigInput> inputs;
  const auto take = [&](std::string_view where) {
    for (const char* name : {"config", "config.toml"}) {
      manifest::ConfigInput input{{}, join_path(where, name)};
      if (reader.kind(input.path) != PathKind::File || !reader.read(input.path, &input.text)) continue;
      for (const manifest::ConfigInput& each : inputs) {
        if (each.path == input.path) return;
      }
      inputs.push_back(std::move(input));
      return;
    }
  };
  for (; !folder.empty(); folder = path_parent(folder)) take(join_path(folder, ".cargo"));
  if (!cargo_home.empty()) take(cargo_home);
  return manifest::read_cargo_config(std::move(inputs));
}

// `--cfg x`, `--cfg=x`, `--cfg x="y"` among flags.
void add_cfg_flags(const std::vector<std::string_view>& flags, std::vector<manifest::CfgFact>* out) {
  for (size_t i = 0; i < flags.size(); ++i) {
    std::string_view text = flags[i];
    if (text == "--cfg" && i + 1 < flags.size())
      text = flags[++i];
    else if (text.starts_with("--cfg="))
      text.remove_prefix(6);
    else
      continue;
    const size_t equals = text.find('=');
    std::string_view value = equals == std::string_view::npos ? std::string_view() : text.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') value = value.substr(1, value.size() - 2);
    out->push_back({text.substr(0, equals), value, equals != std::string_view::npos});
  }
}

// "stable", "beta", "nightly", "1.80", "1.80.0". False for another name.
bool read_compiler(std::string_view channel, CompilerModel* out) {
  const manifest::ToolchainName name = manifest::split_toolchain_name(channel);
  if (name.release.empty()) return false;
  if (name.release == "stable" || name.release == "beta" || name.release == "nightly") {
    out->stable = name.release != "nightly";
    if (!name.date.empty()) out->minor = 0;  // of some day: which version that is, is not in the name
    return true;
  }
  std::string_view version = name.release;
  if (!version.starts_with("1.")) return false;
  uint32_t minor = 0;
  for (version.remove_prefix(2); !version.empty() && version[0] >= '0' && version[0] <= '9'; version.remove_prefix(1))
    minor = minor < 10'000 ? minor * 10 + static_cast<uint32_t>(version[0] - '0') : minor;
  if (minor == 0) return false;
  *out = {minor, true};
  return true;
}

class GraphBuilder {
 public:
  GraphBuilder(std::string_view manifest_path, manifest::ManifestReader& reader, const CrateGraphOptions& options)
      : manifest_path_(join_path("/", manifest_path)),
        reader_(reader),
        options_(options),
        config_(read_config(path_parent(manifest_path_), reader, options.cargo_home)) {}

  CrateGraph run() {
    for (const manifest::ConfigPathBase& each : config_.path_bases)
      path_bases_.push_back({each.name, each.folder.path});
    manifest::WorkspaceOptions workspace_options;
    workspace_options.path_bases = path_bases_;
    graph_.workspace = manifest::load_workspace(manifest_path_, reader_, workspace_options);
    read_lock();
    choose_target();
    choose_compiler();
    choose_profile();

    PackageSet packages(graph_, reader_, config_, path_bases_, options_);
    packages.add_members();
    FeatureResolver features(packages, platforms_, rules());
    ask_for_features(packages, features);
    features.run(options_.cancellation);
    CrateList crates(packages, features, options_, *target_, *host_, profile_);
    crates.run(graph_);
    FeatureResolver possible(packages, platforms_, {false, false, true, true});
    load_inactive(packages, possible);
    hand_over(packages, features, possible, crates);
    return std::move(graph_);
  }

 private:
  void problem(std::string path, std::string message) {
    GraphProblem out;
    out.path = std::move(path);
    out.message = std::move(message);
    graph_.problems.push_back(std::move(out));
  }

  void read_lock() {
    const std::string path = join_path(path_parent(graph_.workspace.root_manifest), "Cargo.lock");
    std::string text;
    if (reader_.kind(path) != PathKind::File) return;
    if (!reader_.read(path, &text)) {
      problem(path, "the lock file cannot be read: " + text);
      return;
    }
    auto lockfile = std::make_unique<manifest::Lockfile>(manifest::read_lockfile(std::move(text), path));
    for (const manifest::Problem& each : lockfile->problems)
      graph_.problems.push_back({path, each.span, std::string(each.message), false});
    if (lockfile->document.readable()) graph_.lockfile = std::move(lockfile);
  }

  // What the caller says, or the toolchain file beside the root manifest.
  void choose_compiler() {
    if (!options_.compiler.empty()) {
      if (!read_compiler(options_.compiler, &graph_.compiler))
        problem(graph_.workspace.root_manifest,
                "unknown compiler `" + options_.compiler +
                    "`: a version such as \"1.80.0\", \"stable\" or \"nightly\" is wanted");
      return;
    }
    const std::string_view folder = path_parent(graph_.workspace.root_manifest);
    for (const char* name : {"rust-toolchain", "rust-toolchain.toml"}) {
      const std::string path = join_path(folder, name);
      std::string text;
      if (reader_.kind(path) != PathKind::File || !reader_.read(path, &text)) continue;
      const manifest::RustToolchain file = manifest::read_rust_toolchain(std::move(text), path);
      // A toolchain of one's own may be anything.
      if (!read_compiler(file.channel.value, &graph_.compiler) && (file.channel || file.toolchain_path))
        graph_.compiler.minor = 0;
      return;
    }
  }

  // What the caller says, or build.target of cargo's configuration.
  void choose_target() {
    host_ = find_target(default_target());
    std::string_view name = options_.target;
    if (name.empty() && !config_.build_targets.empty() && config_.build_targets.front().path.empty())
      name = config_.build_targets.front().value;
    target_ = name.empty() ? host_ : find_target(name);
    if (target_ == nullptr) {
      problem(graph_.workspace.root_manifest, "the target " + std::string(name) + " is not known; " +
                                                  std::string(default_target()) + " is taken in its place");
      target_ = host_;
    }
    graph_.target = target_->name;
    add_cfg_flags(config_.build_rustflags, &profile_.flags);
    for (const manifest::ConfigTarget& each : config_.targets) {
      const std::optional<manifest::Platform> platform = manifest::parse_platform(each.key);
      if (platform && platform->matches(target_->name, target_->facts)) add_cfg_flags(each.rustflags, &profile_.flags);
    }
    platforms_.target_name = target_->name;
    platforms_.host_name = host_->name;
    const auto fill = [&](const TargetFacts& from, std::vector<manifest::CfgFact>* out) {
      out->assign(from.facts.begin(), from.facts.end());
      out->insert(out->end(), profile_.flags.begin(), profile_.flags.end());
      // cargo asks rustc without a profile.
      out->push_back({"debug_assertions", {}, false});
      out->push_back({"panic", from.panic, true});
    };
    fill(*target_, &platforms_.target);
    fill(*host_, &platforms_.host);
  }

  void choose_profile() {
    if (graph_.workspace.manifests.empty()) return;
    for (const manifest::ProfileEntry& each : graph_.workspace.manifests.front().profiles) {
      if (each.name.value != "dev") continue;
      if (each.scope == manifest::ProfileScope::Whole) {
        if (each.debug_assertions)
          profile_.debug_assertions = profile_.host_debug_assertions = each.debug_assertions.value;
        if (each.panic) profile_.panic = each.panic.value;
      }
    }
    for (const manifest::ProfileEntry& each : graph_.workspace.manifests.front().profiles) {
      if (each.name.value == "dev" && each.scope == manifest::ProfileScope::Build && each.debug_assertions)
        profile_.host_debug_assertions = each.debug_assertions.value;
    }
  }

  [[nodiscard]] FeatureRules rules() const {
    const bool newer = graph_.workspace.resolver != manifest::ResolverVersion::V1;
    // Resolver 1 counts dev dependencies whatever is built.
    return {newer, newer, !newer || options_.all_targets || options_.test_cfg, false};
  }

  // Which of the features on the command line a member takes: "x" if it has x, "member/x", "dependency/x".
  void take_features(PackageSet& packages, const KnownPackage& known, std::vector<bool>* used,
                     std::vector<std::string_view>* out) {
    for (size_t i = 0; i < options_.features.size(); ++i) {
      const std::string_view text = options_.features[i];
      const size_t slash = text.find('/');
      const std::string_view first = text.substr(0, slash);
      if (slash == std::string_view::npos) {
        const bool has = std::any_of(known.package->features.begin(), known.package->features.end(),
                                     [&](const manifest::Feature& each) { return each.name == text; });
        if (!has) continue;
        out->push_back(text);
      } else if (first == known.node.name) {
        out->push_back(text.substr(slash + 1));
      } else if (!known.dependencies_named(first).empty() && !is_member(packages, first)) {
        out->push_back(text);
      } else {
        continue;
      }
      (*used)[i] = true;
    }
  }

  void ask_for_features(PackageSet& packages, FeatureResolver& features) {
    std::vector<bool> used(options_.features.size());
    for (uint32_t i = 0; i < packages.size(); ++i) {
      std::vector<std::string_view> values;
      take_features(packages, packages[i], &used, &values);
      features.add_member(i, values, !options_.no_default_features, options_.all_features);
    }
    for (size_t i = 0; i < used.size(); ++i) {
      if (!used[i]) problem(graph_.workspace.root_manifest, "no member has the feature " + options_.features[i]);
    }
  }

  static bool is_member(PackageSet& packages, std::string_view name) {
    for (uint32_t i = 0; i < packages.size(); ++i) {
      if (packages[i].member && packages[i].node.name == name) return true;
    }
    return false;
  }

  // The packages that the lock file has for other targets and features are listed, too.
  void load_inactive(PackageSet& packages, FeatureResolver& possible) {
    if (graph_.lockfile == nullptr) return;
    for (uint32_t i = 0; i < graph_.workspace.packages.size(); ++i) possible.add_member(i, {}, true, true);
    possible.run(options_.cancellation);
    for (uint32_t i = 0; i < packages.size(); ++i) {
      if (packages[i].package == nullptr) packages.locked_dependencies(i);
    }
  }

  void hand_over(PackageSet& packages, FeatureResolver& features, FeatureResolver& possible, const CrateList& crates) {
    std::vector<uint32_t> order(packages.size());
    for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
    std::vector<manifest::Version> versions(order.size());
    for (uint32_t i = 0; i < order.size(); ++i)
      versions[i] = manifest::parse_version(packages[i].node.version).value_or(manifest::Version());
    std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
      const PackageNode& x = packages[a].node;
      const PackageNode& y = packages[b].node;
      if (x.name != y.name) return x.name < y.name;
      if (const auto by = compare(versions[a], versions[b]); by != 0) return by < 0;
      return std::tie(x.version, x.source, x.folder, a) < std::tie(y.version, y.source, y.folder, b);
    });
    std::vector<uint32_t> numbers(order.size());
    for (uint32_t i = 0; i < order.size(); ++i) numbers[order[i]] = i;
    for (const uint32_t old : order) {
      KnownPackage& known = packages[old];
      fill_edges(packages, features, possible, crates, numbers, old);
      fill_features(features, crates, old, known.node);
      if (known.package != nullptr) {
        known.node.manifest_package = static_cast<uint32_t>(graph_.manifest_packages.size());
        graph_.manifest_packages.push_back(known.package);
      } else if (known.node.built_for_target || known.node.built_for_host) {
        missing(known, "the package is missing: " + known.node.missing_reason);
      } else if (features.state(old, BuiltFor::Target) != nullptr) {
        // Resolver 1 unifies features over all platforms.
        missing(known,
                "not all features are known, as resolver 1 also counts a package for other targets that is missing: " +
                    known.node.missing_reason);
      }
      if (known.locked.valid()) known.node.checksum = graph_.lockfile->packages[known.locked.value].checksum.value;
    }
    for (const uint32_t old : order) graph_.packages.push_back(std::move(packages[old].node));
    order_crates(graph_, numbers);
    std::sort(graph_.problems.begin(), graph_.problems.end(), [](const GraphProblem& a, const GraphProblem& b) {
      return std::tie(a.path, a.span.begin, a.span.end, a.message) <
             std::tie(b.path, b.span.begin, b.span.end, b.message);
    });
  }

  void missing(const KnownPackage& known, std::string message) {
    const bool locked = known.locked.valid();
    graph_.problems.push_back({graph_.lockfile ? graph_.lockfile->path : graph_.workspace.root_manifest,
                               locked ? graph_.lockfile->packages[known.locked.value].span : manifest::Span(),
                               std::move(message), true});
  }

  static void fill_features(FeatureResolver& features, const CrateList& crates, uint32_t old, PackageNode& node) {
    const auto sorted = [&](BuiltFor built_for) {
      std::vector<std::string> out;
      if (const FeatureState* state = features.state(old, built_for))
        out.assign(state->features.begin(), state->features.end());
      std::sort(out.begin(), out.end());
      return out;
    };
    node.built_for_target = crates.is_built(old, BuiltFor::Target);
    node.built_for_host = crates.is_built(old, BuiltFor::Host);
    node.features = sorted(BuiltFor::Target);
    node.build_features = sorted(BuiltFor::Host);
  }

  static void fill_edges(PackageSet& packages, FeatureResolver& features, FeatureResolver& possible,
                         const CrateList& crates, const std::vector<uint32_t>& numbers, uint32_t old) {
    KnownPackage& known = packages[old];
    if (known.package == nullptr) {
      for (const uint32_t to : packages.locked_dependencies(old)) {
        PackageEdge edge;
        edge.to = PackageId(numbers[to]);
        edge.name = packages[to].node.name;
        known.node.dependencies.push_back(std::move(edge));
      }
    }
    for (uint32_t i = 0; i < known.resolved.size(); ++i) {
      const uint32_t to = known.resolved[i];
      if (to == kNoPackage || to == KnownPackage::kUnasked) continue;
      const manifest::Dependency& dependency = known.package->dependencies[i];
      PackageEdge edge;
      edge.to = PackageId(numbers[to]);
      edge.name = dependency.name;
      edge.kind = dependency.kind;
      edge.optional = dependency.optional;
      if (dependency.platform.valid())
        edge.platform = to_string(known.manifest->platforms[dependency.platform.value].platform);
      for (const BuiltFor built_for : {BuiltFor::Target, BuiltFor::Host})
        edge.active |= crates.is_built(old, built_for) && features.is_active(old, built_for, i);
      if (!edge.active && !possible.is_wanted(old, BuiltFor::Target, i)) continue;
      known.node.dependencies.push_back(std::move(edge));
    }
    std::sort(known.node.dependencies.begin(), known.node.dependencies.end(),
              [](const PackageEdge& a, const PackageEdge& b) {
                return std::tie(a.name, a.kind, a.platform, a.to) < std::tie(b.name, b.kind, b.platform, b.to);
              });
  }

  std::string manifest_path_;
  manifest::ManifestReader& reader_;
  const CrateGraphOptions& options_;
  CargoConfig config_;
  std::vector<manifest::PathBase> path_bases_;
  CrateGraph graph_;
  const TargetFacts* target_ = nullptr;
  const TargetFacts* host_ = nullptr;
  ProfileFacts profile_;
  PlatformFacts platforms_;
};

}  // namespace

CrateGraph build_crate_graph(std::string_view manifest_path, manifest::ManifestReader& reader,
                             const CrateGraphOptions& options) {
  return GraphBuilder(manifest_path, reader, options).run();
}

}  // namespace rp
