#include "manifest/cargo_config.h"

#include <algorithm>
#include <map>

#include "manifest/reader.h"
#include "manifest/reading.h"

namespace rp::manifest {
namespace {

// Goes through the files from the nearest to the farthest. A value that is there already is kept.
class ConfigMerge {
 public:
  explicit ConfigMerge(CargoConfig& config) : config_(config) {}

  void run() {
    for (file_ = 0; file_ < config_.files.size(); ++file_) read_file();
    for (auto& [name, source] : sources_) config_.sources.push_back(std::move(source));
    for (auto& [name, registry] : registries_) config_.registries.push_back(registry);
    for (auto& [key, target] : targets_) config_.targets.push_back(std::move(target));
    for (auto& [name, base] : path_bases_) config_.path_bases.push_back(std::move(base));
    for (ConfigFile& file : config_.files)
      std::stable_sort(file.problems.begin(), file.problems.end(),
                       [](const Problem& a, const Problem& b) { return a.span.begin < b.span.begin; });
  }

 private:
  void read_file() {
    ConfigFile& file = config_.files[file_];
    if (!file.document.readable()) return;
    Reading reading{file.document, file.arena, file.problems};
    base_ = path_parent(path_parent(file.path));
    TableReader root(reading, file.document.root(), "");
    read_build(root);
    read_named(root, "source", [this](TableReader& table, std::string_view name) { read_source(table, name); });
    read_named(root, "registries", [this](TableReader& table, std::string_view name) {
      ConfigRegistry& registry = registries_[name];
      registry.name = name;
      value(table, "index", &registry.index);
    });
    read_named(root, "target", [this](TableReader& table, std::string_view name) {
      ConfigTarget& target = targets_[name];
      target.key = name;
      value(table, "linker", &target.linker);
      flags(table, "rustflags", &target.rustflags);
    });
    TableReader registry(reading, root.table("registry"), "registry");
    value(registry, "default", &config_.default_registry);
    TableReader resolver(reading, root.table("resolver"), "resolver");
    value(resolver, "incompatible-rust-versions", &config_.incompatible_rust_versions);
    TableReader net(reading, root.table("net"), "net");
    BoolField offline;
    net.boolean("offline", &offline);
    if (offline && !config_.offline) {
      static_cast<BoolField&>(config_.offline) = offline;
      config_.offline.file = file_;
    }
    read_paths(root);
    read_path_bases(root);
    read_patches(reading, root);
  }

  template <typename Read>
  void read_named(TableReader& root, std::string_view key, Read read) {
    const TomlNodeId tables = root.table(key);
    if (!tables.valid()) return;
    Reading& reading = root.reading();
    for (uint32_t i = 0; i < root.node(tables).child_count; ++i) {
      const TomlNodeId id = reading.document.child(tables, i);
      const TomlNode& node = root.node(id);
      const std::string path = std::string(key) + "." + std::string(node.key.value);
      if (node.kind != TomlKind::Table) {
        reading.error(node.span, path + " is " + std::string(toml_kind_name(node.kind)), "a table");
        continue;
      }
      TableReader table(reading, id, path);
      read(table, node.key.value);
    }
  }

  void value(TableReader& table, std::string_view key, ConfigText* out) {
    TextField field;
    table.text(key, &field);
    if (!field || *out) return;
    static_cast<TextField&>(*out) = field;
    out->file = file_;
  }
  void value(TableReader& table, std::string_view key, ConfigPath* out) {
    const bool before = static_cast<bool>(*out);
    value(table, key, static_cast<ConfigText*>(out));
    if (!before && *out) out->path = join_path(base_, out->value);
  }

  void read_source(TableReader& table, std::string_view name) {
    ConfigSource& source = sources_[name];
    source.name = name;
    value(table, "replace-with", &source.replace_with);
    value(table, "directory", &source.directory);
    value(table, "local-registry", &source.local_registry);
    value(table, "registry", &source.registry);
    value(table, "git", &source.git);
    value(table, "branch", &source.branch);
    value(table, "tag", &source.tag);
    value(table, "rev", &source.rev);
  }

  // Lists of several files are joined, the nearest last; so a farther one goes to the front.
  void flags(TableReader& table, std::string_view key, std::vector<std::string_view>* out) {
    const TomlNodeId id = table.take(key);
    if (!id.valid()) return;
    std::vector<std::string_view> here;
    if (table.node(id).kind == TomlKind::String) {
      std::string_view rest = table.node(id).string;
      while (!rest.empty()) {
        const size_t space = std::min(rest.find(' '), rest.size());
        if (space > 0) here.push_back(rest.substr(0, space));
        rest.remove_prefix(std::min(space + 1, rest.size()));
      }
    } else {
      ListField list;
      if (!table.read_list(id, key, &list)) return;
      for (const Text& each : list.value) here.push_back(each.value);
    }
    out->insert(out->begin(), here.begin(), here.end());
  }

  ConfigPath path_of(const Text& text, Span key) const {
    ConfigPath out;
    out.value = text.value;
    out.key = key;
    out.span = text.span;
    out.origin = Origin::Written;
    out.file = file_;
    out.path = join_path(base_, text.value);
    return out;
  }

  void read_build(TableReader& root) {
    TableReader build(root.reading(), root.table("build"), "build");
    value(build, "target-dir", &config_.target_dir);
    flags(build, "rustflags", &config_.build_rustflags);
    ListField target;
    build.text_or_list("target", &target);
    if (!target) return;
    // One name is a value, which the nearest file decides; lists are joined.
    const TomlNodeId id = root.reading().document.find(build.id(), "target");
    const bool single = build.node(id).kind == TomlKind::String;
    if (!config_.build_targets.empty() && (single || single_target_)) return;
    single_target_ = single;
    std::vector<ConfigPath> here;
    for (const Text& each : target.value) {
      ConfigPath path = path_of(each, target.key);
      if (!each.value.ends_with(".json")) path.path.clear();
      here.push_back(std::move(path));
    }
    config_.build_targets.insert(config_.build_targets.begin(), here.begin(), here.end());
  }

  void read_paths(TableReader& root) {
    ListField paths;
    root.list("paths", &paths);
    std::vector<ConfigPath> here;
    for (const Text& each : paths.value) here.push_back(path_of(each, paths.key));
    config_.paths.insert(config_.paths.begin(), here.begin(), here.end());
  }

  void read_path_bases(TableReader& root) {
    const TomlNodeId bases = root.table("path-bases");
    if (!bases.valid()) return;
    TableReader table(root.reading(), bases, "path-bases");
    for (uint32_t i = 0; i < root.node(bases).child_count; ++i) {
      const std::string_view name = root.node(root.reading().document.child(bases, i)).key.value;
      ConfigPathBase& base = path_bases_[name];
      base.name = name;
      value(table, name, &base.folder);
    }
  }

  void read_patches(Reading& reading, TableReader& root) {
    const TomlNodeId patch = root.table("patch");
    for (uint32_t i = 0; patch.valid() && i < root.node(patch).child_count; ++i) {
      const TomlNodeId id = reading.document.child(patch, i);
      const Text& source = root.node(id).key;
      if (root.node(id).kind != TomlKind::Table) continue;
      std::vector<DependencyEntry> entries;
      std::vector<UnderscoreKey> underscores;
      read_dependency_table(reading, id, "patch." + std::string(source.value), DependencyKind::Normal, {},
                            TableUse::Patch, &entries, &underscores);
      for (const DependencyEntry& entry : entries) {
        const bool known = !patched_.emplace(std::pair(source.value, entry.name.value), true).second;
        if (known) continue;
        std::string path = entry.path ? join_path(base_, entry.path.value) : std::string();
        config_.patches.push_back({source, file_, entry, std::move(path)});
      }
    }
  }

  CargoConfig& config_;
  uint32_t file_ = 0;
  std::string base_;  // the folder that holds `.cargo`
  bool single_target_ = false;
  std::map<std::string_view, ConfigSource> sources_;
  std::map<std::string_view, ConfigRegistry> registries_;
  std::map<std::string_view, ConfigTarget> targets_;
  std::map<std::string_view, ConfigPathBase> path_bases_;
  std::map<std::pair<std::string_view, std::string_view>, bool> patched_;
};

}  // namespace

const ConfigSource* CargoConfig::replacement_of(std::string_view source_name) const {
  const ConfigSource* last = nullptr;
  for (size_t steps = 0; steps <= sources.size(); ++steps) {
    const auto at = std::lower_bound(sources.begin(), sources.end(), source_name,
                                     [](const ConfigSource& s, std::string_view name) { return s.name < name; });
    if (at == sources.end() || at->name != source_name) return nullptr;
    if (!at->replace_with) return steps == 0 ? nullptr : &*at;
    last = &*at;
    source_name = last->replace_with.value;
  }
  return nullptr;
}

CargoConfig read_cargo_config(std::vector<ConfigInput> nearest_first) {
  CargoConfig config;
  for (ConfigInput& input : nearest_first) {
    ConfigFile& file = config.files.emplace_back(TomlDocument::parse(std::move(input.text)));
    file.path = std::move(input.path);
    if (!file.document.readable()) file.problems.push_back(*file.document.error());
  }
  ConfigMerge(config).run();
  return config;
}

}  // namespace rp::manifest
