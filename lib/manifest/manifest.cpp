#include "manifest/manifest.h"

#include "manifest/package_id_spec.h"
#include "manifest/reading.h"

namespace rp::manifest {
namespace {

// `key = { workspace = true }`, in [package]. Returns true when the value is a table, right or wrong.
template <typename T>
bool read_inheritance(TableReader& table, TomlNodeId value, std::string_view key, bool allowed, Field<T>* out) {
  if (!value.valid() || table.node(value).kind != TomlKind::Table) return false;
  Reading& reading = table.reading();
  const TomlNodeId workspace = reading.document.find(value, "workspace");
  const bool inherits = workspace.valid() && table.node(workspace).kind == TomlKind::Boolean;
  if (!allowed || !inherits || !table.node(workspace).boolean) {
    reading.error(table.node(value).span, table.path_of(key) + " is a table",
                  allowed ? "a value, or { workspace = true }" : "a value");
    return true;
  }
  table.place(value, out);
  out->origin = Origin::Inherited;
  return true;
}

// The keys of [package] that may be inherited; those of [workspace.package] cannot.
class SharedKeys {
 public:
  SharedKeys(TableReader& table, bool may_inherit) : table_(table), may_inherit_(may_inherit) {}

  void read(SharedPackageKeys* out) {
    version(out);
    list("authors", &out->authors);
    text("description", &out->description);
    text("homepage", &out->homepage);
    text("documentation", &out->documentation);
    if (!inherits("readme", &out->readme)) table_.bool_or_text("readme", &out->readme);
    list("keywords", &out->keywords);
    list("categories", &out->categories);
    text("license", &out->license);
    text("license-file", &out->license_file);
    text("repository", &out->repository);
    publish(out);
    text("edition", &out->edition);
    list("exclude", &out->exclude);
    list("include", &out->include);
    rust_version(out);
  }

 private:
  template <typename T>
  bool inherits(std::string_view key, Field<T>* out) {
    return read_inheritance(table_, table_.take(key), key, may_inherit_, out);
  }
  void text(std::string_view key, TextField* out) {
    if (!inherits(key, out)) table_.text(key, out);
  }
  void list(std::string_view key, ListField* out) {
    if (!inherits(key, out)) table_.list(key, out);
  }

  void version(SharedPackageKeys* out) {
    if (inherits("version", &out->version)) return;
    TextField written;
    table_.text("version", &written);
    if (!written) return;
    std::string_view text = written.value;
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t' || text.front() == '\n'))
      text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\n')) text.remove_suffix(1);
    SemverError error;
    const std::optional<Version> version = parse_version(text, &error);
    if (!version) {
      table_.reading().error(written.span, table_.path_of("version") + " is no version: " + error.message,
                             "MAJOR.MINOR.PATCH, such as \"0.1.0\"");
      return;
    }
    out->version = {*version, written.key, written.span, Origin::Written};
  }

  void rust_version(SharedPackageKeys* out) {
    if (inherits("rust-version", &out->rust_version)) return;
    TextField written;
    table_.text("rust-version", &written);
    if (!written) return;
    SemverError error;
    const std::optional<PartialVersion> version = parse_partial_version(written.value, &error);
    if (!version || !version->pre.empty() || !version->build.empty()) {
      const std::string why = version ? "it has more than numbers" : error.message;
      table_.reading().error(written.span, table_.path_of("rust-version") + " is no version of Rust: " + why,
                             "one to three numbers, such as \"1.70\"");
      return;
    }
    out->rust_version = {*version, written.key, written.span, Origin::Written};
  }

  void publish(SharedPackageKeys* out) {
    if (inherits("publish", &out->publish)) return;
    const TomlNodeId value = table_.take("publish");
    if (!value.valid()) return;
    const TomlNode& node = table_.node(value);
    if (node.kind == TomlKind::Array) {
      ListField registries;
      if (!table_.read_list(value, "publish", &registries)) return;
      out->publish_registries = registries.value;
      out->publish_is_list = true;
      out->publish.value = node.child_count > 0;
    } else if (node.kind == TomlKind::Boolean) {
      out->publish.value = node.boolean;
    } else {
      table_.wrong_kind(value, "publish", "true, false, or an array of registries");
      return;
    }
    table_.place(value, &out->publish);
  }

  TableReader& table_;
  bool may_inherit_;
};

void read_build(TableReader& table, PackageTable* out) {
  const TomlNodeId value = table.take("build");
  if (!value.valid()) return;
  if (table.node(value).kind != TomlKind::Array) {
    table.bool_or_text("build", &out->build);
    return;
  }
  ListField scripts;
  if (!table.read_list(value, "build", &scripts)) return;
  out->build_scripts = scripts.value;
  table.place(value, &out->build);
}

void read_package(Reading& reading, TomlNodeId id, bool is_project, Manifest& manifest) {
  TableReader table(reading, id, is_project ? "project" : "package");
  PackageTable& out = manifest.package.emplace();
  out.span = table.node(id).span;
  out.is_project = is_project;
  table.text("name", &out.name);
  if (out.name) {
    if (const std::string why = check_package_name(out.name.value, "package name"); !why.empty())
      reading.error(out.name.span, why);
  } else if (!reading.document.find(id, "name").valid()) {
    reading.error(out.span, "package.name is missing");
  }
  SharedKeys(table, true).read(&out);
  read_build(table, &out);
  table.text("links", &out.links);
  table.text("workspace", &out.workspace);
  table.text("resolver", &out.resolver);
  table.text("default-run", &out.default_run);
  table.text("default-target", &out.default_target);
  table.text("forced-target", &out.forced_target);
  table.text_or_list("metabuild", &out.metabuild);
  table.boolean("autolib", &out.autolib);
  table.boolean("autobins", &out.autobins);
  table.boolean("autoexamples", &out.autoexamples);
  table.boolean("autotests", &out.autotests);
  table.boolean("autobenches", &out.autobenches);
  table.boolean("im-a-teapot", &out.im_a_teapot);
  out.metadata = table.take("metadata");
  if (const TomlNodeId misplaced = table.take("cargo-features"); misplaced.valid())
    reading.error(table.node(misplaced).key.span, "cargo-features must be at the top of the file, above [package]");
  if (out.license && out.license_file && out.license.origin == Origin::Written)
    reading.warn(out.license_file.key, "both license and license-file are written; one is enough");
  table.finish();
}

void check_resolver(Reading& reading, const TextField& resolver) {
  if (!resolver || resolver.value == "1" || resolver.value == "2" || resolver.value == "3") return;
  reading.error(resolver.span, "resolver has no such version", "\"1\", \"2\" or \"3\"");
}

void read_workspace(Reading& reading, TomlNodeId id, Manifest& manifest) {
  TableReader table(reading, id, "workspace");
  WorkspaceTable& out = manifest.workspace.emplace();
  out.span = table.node(id).span;
  table.list("members", &out.members);
  table.list("exclude", &out.exclude);
  table.list("default-members", &out.default_members);
  table.text("resolver", &out.resolver);
  check_resolver(reading, out.resolver);
  out.metadata = table.take("metadata");
  if (const TomlNodeId package = table.table("package"); package.valid()) {
    out.has_package = {true, table.node(package).key.span, table.node(package).span, Origin::Written};
    TableReader shared(reading, package, "workspace.package");
    SharedKeys(shared, false).read(&out.package);
    shared.take("badges");
    shared.finish();
  }
  if (const TomlNodeId dependencies = table.table("dependencies"); dependencies.valid()) {
    out.has_dependencies = true;
    read_dependency_table(reading, dependencies, "workspace.dependencies", DependencyKind::Normal, {},
                          TableUse::Workspace, &out.dependencies, &manifest.underscores);
    for (const DependencyEntry& entry : out.dependencies) {
      const std::string path = "workspace.dependencies." + std::string(entry.name.value);
      if (entry.optional.value) reading.error(entry.optional.key, path + " cannot be optional; its users can");
      if (entry.is_public.value) reading.error(entry.is_public.key, path + " cannot be public; its users can");
    }
  }
  if (const TomlNodeId lints = table.table("lints"); lints.valid()) {
    out.has_lints = true;
    read_lints(reading, lints, "workspace.lints", nullptr, &out.lints);
  }
  table.finish();
}

void read_features(Reading& reading, TomlNodeId table, Manifest& manifest) {
  if (!table.valid()) return;
  manifest.has_features = true;
  for (uint32_t i = 0; i < reading.document.node(table).child_count; ++i) {
    const TomlNodeId id = reading.document.child(table, i);
    const TomlNode& node = reading.document.node(id);
    const std::string path = "features." + std::string(node.key.value);
    if (const std::string why = check_feature_name(node.key.value); !why.empty()) reading.error(node.key.span, why);
    if (node.key.value == "default-features")
      reading.warn(node.key.span, path + " is a feature like any other", "\"default\" for the one enabled by default");
    if (node.kind != TomlKind::Array) {
      reading.error(node.span, path + " is " + std::string(toml_kind_name(node.kind)), "an array of strings");
      continue;
    }
    std::vector<FeatureValue> values;
    for (uint32_t j = 0; j < node.child_count; ++j) {
      const TomlNode& value = reading.document.node(reading.document.child(id, j));
      if (value.kind == TomlKind::String)
        values.push_back(parse_feature_value({value.string, value.span}));
      else
        reading.error(value.span, path + " has an entry that is no string", "the name of a feature or dependency");
    }
    manifest.features.push_back({node.key, node.span, reading.arena.copy(values)});
  }
}

// The three kinds of one place. `prefix` is empty or names the table of [target].
void read_dependency_kinds(Reading& reading, TableReader& table, const std::string& prefix, PlatformId platform,
                           Manifest& manifest) {
  const auto read = [&](DependencyKind kind) {
    const std::string_view name = dependency_table_name(kind);
    const TomlNodeId id =
        kind == DependencyKind::Normal ? table.take(name) : take_dashed(table, name, &manifest.underscores);
    if (!id.valid()) return;
    if (table.node(id).kind != TomlKind::Table) {
      table.wrong_kind(id, name, "a table of dependencies");
      return;
    }
    read_dependency_table(reading, id, prefix + std::string(name), kind, platform, TableUse::Package,
                          &manifest.dependencies, &manifest.underscores);
  };
  read(DependencyKind::Normal);
  // cargo goes through them so; the order shows in what it prints.
  if (platform.valid()) {
    read(DependencyKind::Build);
    read(DependencyKind::Development);
  } else {
    read(DependencyKind::Development);
    read(DependencyKind::Build);
  }
}

void read_platforms(Reading& reading, TomlNodeId table, Manifest& manifest) {
  if (!table.valid()) return;
  for (uint32_t i = 0; i < reading.document.node(table).child_count; ++i) {
    const TomlNodeId id = reading.document.child(table, i);
    const TomlNode& node = reading.document.node(id);
    PlatformTable entry;
    entry.name = node.key;
    entry.platform.text = node.key.value;
    CfgError error;
    if (std::optional<Platform> platform = parse_platform(node.key.value, &error)) {
      entry.platform = *std::move(platform);
      entry.valid = true;
      if (entry.platform.condition) {
        if (const std::string_view name = useless_cfg_name(*entry.platform.condition); !name.empty())
          reading.warn(node.key.span, "the condition asks for `" + std::string(name) + "`, which never holds here");
      }
    } else {
      Span place = node.key.span;
      if (place.length() == node.key.value.size() + 2)  // quoted, without escapes
        place = {place.begin + 1 + error.span.begin, place.begin + 1 + error.span.end};
      reading.error(place, "target." + std::string(node.key.value) + " is no target: " + error.message,
                    "a target's name, or cfg(…)");
    }
    if (node.kind != TomlKind::Table) {
      reading.error(node.span, "target." + std::string(node.key.value) + " is no table", "a table of dependencies");
      continue;
    }
    const PlatformId platform(static_cast<uint32_t>(manifest.platforms.size()));
    manifest.platforms.push_back(std::move(entry));
    const std::string path = "target." + std::string(node.key.value);
    TableReader inner(reading, id, path);
    read_dependency_kinds(reading, inner, path + ".", platform, manifest);
    inner.finish();
  }
}

void read_patches(Reading& reading, TableReader& root, Manifest& manifest) {
  const TomlNodeId patch = root.table("patch");
  manifest.has_patch = patch.valid();
  for (uint32_t i = 0; patch.valid() && i < root.node(patch).child_count; ++i) {
    const TomlNodeId id = reading.document.child(patch, i);
    const TomlNode& node = root.node(id);
    const std::string path = "patch." + std::string(node.key.value);
    if (node.kind != TomlKind::Table) {
      reading.error(node.span, path + " is " + std::string(toml_kind_name(node.kind)), "a table of dependencies");
      continue;
    }
    if (!is_url(node.key.value) && !check_plain_name(node.key.value, "registry name").empty())
      reading.error(node.key.span, path + " is no registry", "\"crates-io\", a registry's name, or a URL");
    if (node.key.value == "crates")
      reading.error(node.key.span, path + " is no registry", "\"crates-io\", a registry's name, or a URL");
    const auto first = static_cast<uint32_t>(manifest.patch_dependencies.size());
    read_dependency_table(reading, id, path, DependencyKind::Normal, {}, TableUse::Patch, &manifest.patch_dependencies,
                          &manifest.underscores);
    for (auto each = first; each < manifest.patch_dependencies.size(); ++each)
      manifest.patches.push_back({node.key, DependencyId(each)});
  }
}

// The keys are package ids, which read_dependency_table would refuse as names; so each is read as a table of its own.
void read_replacements(Reading& reading, TableReader& root, Manifest& manifest) {
  const TomlNodeId replace = root.table("replace");
  manifest.has_replace = replace.valid();
  if (!replace.valid()) return;
  if (manifest.has_patch)
    reading.error(root.node(replace).key.span, "[replace] and [patch] cannot both be used", "[patch]");
  for (uint32_t i = 0; i < root.node(replace).child_count; ++i) {
    const TomlNodeId id = reading.document.child(replace, i);
    const TomlNode& node = root.node(id);
    std::string why;
    const std::optional<PackageIdSpec> spec = parse_package_id_spec(node.key.value, &why);
    if (!spec)
      reading.error(node.key.span, "replace has a key that is no package: " + why, "NAME:VERSION");
    else if (!spec->version)
      reading.error(node.key.span, "replace must name the version to replace", "NAME:VERSION");
    DependencyEntry entry;
    entry.name = node.key;
    entry.span = node.span;
    if (node.kind == TomlKind::String) {
      reading.error(node.span, "replacements cannot say a version", "a table with path or git");
    } else if (node.kind == TomlKind::Table) {
      TableReader table(reading, id, "replace." + std::string(node.key.value));
      table.text("path", &entry.path);
      table.text("git", &entry.git);
      table.text("branch", &entry.branch);
      table.text("tag", &entry.tag);
      table.text("rev", &entry.rev);
      table.text("package", &entry.package);
      table.text("version", &entry.version);
      if (entry.version) reading.error(entry.version.key, "replacements cannot say a version");
      table.finish();
    }
    manifest.replacements.push_back(
        {node.key, DependencyId(static_cast<uint32_t>(manifest.patch_dependencies.size()))});
    manifest.patch_dependencies.push_back(entry);
  }
}

void check_whole(Reading& reading, const Manifest& manifest) {
  if (!manifest.package && !manifest.workspace) {
    reading.error({}, "the manifest has neither [package] nor [workspace]");
    return;
  }
  if (manifest.package && manifest.workspace && manifest.package->workspace)
    reading.error(manifest.package->workspace.key, "package.workspace cannot be set beside [workspace]");
  if (manifest.package) check_resolver(reading, manifest.package->resolver);
  if (manifest.package && manifest.package->resolver && manifest.workspace && manifest.workspace->resolver)
    reading.error(manifest.package->resolver.key, "resolver is set in both [package] and [workspace]", "one of them");
  if (!manifest.is_virtual()) return;
  for (const std::string_view key :
       {"badges", "features", "lib", "bin", "example", "test", "bench", "dependencies", "dev-dependencies",
        "dev_dependencies", "build-dependencies", "build_dependencies", "target", "lints", "hints"}) {
    const TomlNodeId id = reading.document.find(reading.document.root(), key);
    if (id.valid())
      reading.error(reading.document.node(id).key.span, "a workspace without a package has no " + std::string(key));
  }
}

}  // namespace

bool Manifest::has_errors() const {
  return std::any_of(problems.begin(), problems.end(), [](const Problem& p) { return p.severity == Severity::Error; });
}

Manifest read_manifest(std::string text, std::string path) {
  Manifest manifest(TomlDocument::parse(std::move(text)));
  manifest.path = std::move(path);
  if (!manifest.document.readable()) {
    manifest.problems.push_back(*manifest.document.error());
    return manifest;
  }
  Reading reading{manifest.document, manifest.arena, manifest.problems};
  TableReader root(reading, manifest.document.root(), "");
  root.list("cargo-features", &manifest.cargo_features);
  const TomlNodeId package = root.table("package");
  const TomlNodeId project = root.table("project");
  if (package.valid() || project.valid())
    read_package(reading, package.valid() ? package : project, !package.valid(), manifest);
  if (const TomlNodeId workspace = root.table("workspace"); workspace.valid())
    read_workspace(reading, workspace, manifest);
  read_dependency_kinds(reading, root, "", {}, manifest);
  read_platforms(reading, root.table("target"), manifest);
  read_features(reading, root.table("features"), manifest);
  read_targets(reading, manifest, root);
  read_profiles(reading, root.table("profile"), &manifest.profiles);
  if (const TomlNodeId lints = root.table("lints"); lints.valid()) {
    manifest.has_lints = true;
    read_lints(reading, lints, "lints", &manifest.lints_inherited, &manifest.lints);
  }
  read_patches(reading, root, manifest);
  read_replacements(reading, root, manifest);
  root.take("badges");
  root.take("hints");
  root.finish();
  check_whole(reading, manifest);
  check_unstable(reading, manifest);
  reading.sort_problems();
  return manifest;
}

}  // namespace rp::manifest
