// The tables of dependencies: [dependencies] and its kin, [workspace.dependencies], [patch] and [replace].
#include "manifest/reading.h"

namespace rp::manifest {

std::string_view dependency_table_name(DependencyKind kind) {
  switch (kind) {
    case DependencyKind::Normal:
      return "dependencies";
    case DependencyKind::Development:
      return "dev-dependencies";
    case DependencyKind::Build:
      return "build-dependencies";
  }
  return "";
}

namespace {

constexpr std::string_view kAccepts = "a version requirement, or a table such as { version = \"1\" }";

void read_default_features(TableReader& table, DependencyEntry* out, std::vector<UnderscoreKey>* underscores) {
  const TomlNodeId value = take_dashed(table, "default-features", underscores);
  if (!value.valid()) return;
  if (table.node(value).kind != TomlKind::Boolean) {
    table.wrong_kind(value, "default-features", "true or false");
    return;
  }
  out->default_features.value = table.node(value).boolean;
  table.place(value, &out->default_features);
}

// `{ workspace = true }`: only what is added to the workspace's entry is looked at.
bool read_inherited(TableReader& table, DependencyEntry* out, std::vector<UnderscoreKey>* underscores) {
  const TomlNodeId workspace = table.take("workspace");
  if (!workspace.valid()) return false;
  if (table.node(workspace).kind != TomlKind::Boolean || !table.node(workspace).boolean) {
    table.reading().error(table.node(workspace).span, table.path_of("workspace") + " can only be true", "true");
    return true;
  }
  out->inherited = true;
  table.list("features", &out->features);
  table.boolean("optional", &out->optional);
  table.boolean("public", &out->is_public);
  read_default_features(table, out, underscores);
  return true;
}

void check_names(Reading& reading, const DependencyEntry& entry) {
  if (entry.registry) {
    if (const std::string why = check_plain_name(entry.registry.value, "registry name"); !why.empty())
      reading.error(entry.registry.span, why);
  }
  if (entry.base) {
    if (const std::string why = check_plain_name(entry.base.value, "path base name"); !why.empty())
      reading.error(entry.base.span, why);
  }
  if (entry.package) {
    if (const std::string why = check_package_name(entry.package.value, "package name"); !why.empty())
      reading.error(entry.package.span, why);
  }
}

// Which keys go together. "Specifying Dependencies".
void check_source(Reading& reading, const DependencyEntry& entry, const std::string& path) {
  if (!entry.version && !entry.path && !entry.git)
    reading.error(entry.span, path + " says neither version nor path nor git", "one of version, path, git, workspace");
  if (!entry.git) {
    for (const TextField* key : {&entry.branch, &entry.tag, &entry.rev}) {
      if (*key) reading.error(key->key, path + " names a state of a repository without git");
    }
  }
  if (entry.git && entry.path) reading.error(entry.path.key, path + " has both git and path", "one of them");
  if (entry.registry && entry.registry_index)
    reading.error(entry.registry_index.key, path + " has both registry and registry-index", "one of them");
  if (static_cast<bool>(entry.branch) + static_cast<bool>(entry.tag) + static_cast<bool>(entry.rev) > 1)
    reading.error(entry.git.key, path + " has more than one of branch, tag, rev", "one of them");
  for (const TextField* url : {&entry.git, &entry.registry_index}) {
    if (*url && !is_url(url->value))
      reading.error(url->span, path + " has no valid URL", "such as \"https://host/path\"");
  }
  if (entry.base && !entry.path) reading.error(entry.base.key, path + ".base is for path dependencies only");
  for (const Text& artifact : entry.artifact.value) {
    const std::string_view kind = artifact.value;
    if (kind != "bin" && kind != "cdylib" && kind != "staticlib" && !kind.starts_with("bin:"))
      reading.error(artifact.span, path + ".artifact has no such kind",
                    "\"bin\", \"bin:NAME\", \"cdylib\" or \"staticlib\"");
  }
  if (entry.target.value == "target" && entry.kind != DependencyKind::Build)
    reading.error(entry.target.span, path + ".target = \"target\" is for build dependencies");
  if (!entry.artifact) {
    if (entry.lib) reading.error(entry.lib.key, path + ".lib needs artifact");
    if (entry.target) reading.error(entry.target.key, path + ".target needs artifact");
  }
}

void check_requirement(Reading& reading, const DependencyEntry& entry, const std::string& path) {
  if (!entry.version) return;
  SemverError error;
  if (!parse_version_req(entry.version.value, &error)) {
    reading.error(entry.version.span, path + " has no valid version requirement: " + error.message,
                  "such as \"1\", \"^1.2\", \"~1.2.3\", \">=1, <2\"");
  } else if (entry.version.value.find('+') != std::string_view::npos) {
    reading.warn(entry.version.span, path + ".version has build metadata, which is ignored");
  }
}

void check_features(Reading& reading, const DependencyEntry& entry, const std::string& path) {
  for (const Text& feature : entry.features.value) {
    if (feature.value.find('/') != std::string_view::npos)
      reading.error(feature.span, path + " asks for a feature with a slash", "a feature of the dependency itself");
    else if (feature.value.starts_with("dep:"))
      reading.error(feature.span, path + " asks for a feature with `dep:`", "a feature of the dependency");
  }
}

DependencyEntry read_entry(Reading& reading, TomlNodeId value, const std::string& path, DependencyKind kind,
                           TableUse use, std::vector<UnderscoreKey>* underscores) {
  const TomlNode& node = reading.document.node(value);
  DependencyEntry entry;
  entry.name = node.key;
  entry.kind = kind;
  entry.span = node.span;
  if (node.kind == TomlKind::String) {
    entry.version = {node.string, node.key.span, node.span, Origin::Written};
    if (use != TableUse::Workspace) check_dependency(reading, entry, path);
    return entry;
  }
  if (node.kind != TomlKind::Table) {
    reading.error(node.span, path + " is " + std::string(toml_kind_name(node.kind)), kAccepts);
    return entry;
  }
  TableReader table(reading, value, path);
  if (use != TableUse::Package || !read_inherited(table, &entry, underscores)) {
    table.text("version", &entry.version);
    table.text("path", &entry.path);
    table.text("base", &entry.base);
    table.text("git", &entry.git);
    table.text("branch", &entry.branch);
    table.text("tag", &entry.tag);
    table.text("rev", &entry.rev);
    table.text("registry", &entry.registry);
    table.text("registry-index", &entry.registry_index);
    table.text("package", &entry.package);
    table.list("features", &entry.features);
    table.boolean("optional", &entry.optional);
    table.boolean("public", &entry.is_public);
    read_default_features(table, &entry, underscores);
    table.text_or_list("artifact", &entry.artifact);
    table.boolean("lib", &entry.lib);
    table.text("target", &entry.target);
    check_names(reading, entry);
    if (use != TableUse::Workspace) check_dependency(reading, entry, path);
  } else {
    check_features(reading, entry, path);
  }
  table.finish();
  return entry;
}

}  // namespace

bool is_url(std::string_view text) {
  const size_t colon = text.find(':');
  if (colon == std::string_view::npos || colon == 0) return false;
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  if (!letter(text.front())) return false;
  const std::string_view scheme = text.substr(0, colon);
  for (const char c : scheme) {
    if (!letter(c) && !(c >= '0' && c <= '9') && c != '+' && c != '-' && c != '.') return false;
  }
  if (scheme != "http" && scheme != "https") return true;
  std::string_view rest = text.substr(colon + 1);
  while (rest.starts_with('/')) rest.remove_prefix(1);
  return !rest.empty();
}

void check_dependency(Reading& reading, const DependencyEntry& entry, const std::string& path) {
  check_source(reading, entry, path);
  check_requirement(reading, entry, path);
  check_features(reading, entry, path);
}

void read_dependency_table(Reading& reading, TomlNodeId table, const std::string& path, DependencyKind kind,
                           PlatformId platform, TableUse use, std::vector<DependencyEntry>* out,
                           std::vector<UnderscoreKey>* underscores) {
  if (!table.valid()) return;
  const TomlNode& node = reading.document.node(table);
  for (uint32_t i = 0; i < node.child_count; ++i) {
    const TomlNodeId value = reading.document.child(table, i);
    const Text& key = reading.document.node(value).key;
    if (const std::string why = check_package_name(key.value, "package name"); !why.empty())
      reading.error(key.span, why);
    DependencyEntry entry = read_entry(reading, value, path + "." + std::string(key.value), kind, use, underscores);
    entry.platform = platform;
    out->push_back(entry);
  }
}

FeatureValue parse_feature_value(Text text) {
  FeatureValue out;
  out.text = text;
  const size_t slash = text.value.find('/');
  if (slash != std::string_view::npos) {
    out.kind = FeatureValueKind::DependencyFeature;
    out.name = text.value.substr(0, slash);
    out.feature = text.value.substr(slash + 1);
    out.weak = out.name.ends_with('?');
    if (out.weak) out.name.remove_suffix(1);
  } else if (text.value.starts_with("dep:")) {
    out.kind = FeatureValueKind::Dependency;
    out.name = text.value.substr(4);
  } else {
    out.name = text.value;
  }
  return out;
}

}  // namespace rp::manifest
