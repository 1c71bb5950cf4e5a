#include "manifest/package.h"

#include <array>

#include "manifest/assembly.h"

namespace rp::manifest {
namespace {

// Fills inherited fields from [workspace.package]. "The workspace.package table".
class Inheritance {
 public:
  explicit Inheritance(Assembly& assembly) : assembly_(assembly) {}

  template <typename T>
  Field<T> operator()(const Field<T>& own, const char* key, Field<T> SharedPackageKeys::* member) {
    Field<T> out = own;
    if (own.origin != Origin::Inherited) return out;
    const WorkspaceTable* workspace = assembly_.workspace();
    const Field<T>* shared = workspace == nullptr ? nullptr : &(workspace->package.*member);
    if (shared != nullptr && *shared) {
      out.value = shared->value;
      return out;
    }
    missing(own.span, key);
    out.origin = Origin::Absent;
    return out;
  }

  void missing(Span span, const char* key) {
    const std::string name = std::string("package.") + key;
    if (assembly_.workspace() == nullptr)
      assembly_.error(span, name + " is inherited, but no workspace was found");
    else
      assembly_.error(span, name + " is inherited, but workspace.package does not have it",
                      std::string("[workspace.package] with ") + key);
  }

 private:
  Assembly& assembly_;
};

std::optional<Version> first_version(Edition edition) {
  switch (edition) {
    case Edition::k2015:
      return std::nullopt;
    case Edition::k2018:
      return Version{1, 31, 0, {}, {}};
    case Edition::k2021:
      return Version{1, 56, 0, {}, {}};
    case Edition::k2024:
      return Version{1, 85, 0, {}, {}};
  }
  return std::nullopt;
}

bool reaches(const PartialVersion& rust, const Version& first) {
  const Version version{rust.major, rust.minor.value_or(0), rust.patch.value_or(0), {}, {}};
  return version.major == first.major && compare_precedence(version, first) >= 0;
}

// "The edition field", "The rust-version field".
void assemble_edition(Assembly& a, const TextField& written, const PackageTable& own) {
  Package& package = a.package;
  if (!written) {
    const bool tell = !package.rust_version || reaches(package.rust_version.value, {1, 31, 0, {}, {}});
    if (tell && !own.edition)
      a.warn(own.span, "package.edition is not written, so it is 2015", "\"2024\" is the latest");
    return;
  }
  const std::optional<Edition> edition = parse_edition(written.value);
  if (!edition) {
    a.error(written.span, "package.edition is \"" + std::string(written.value) + "\", which is no edition",
            "2015, 2018, 2021 or 2024");
    return;
  }
  package.edition = *edition;
  package.edition_written = true;
  const std::optional<Version> first = first_version(*edition);
  if (first && package.rust_version && !reaches(package.rust_version.value, *first))
    a.error(package.rust_version.span, "rust-version is older than the edition: it begins with " + to_string(*first));
}

std::string_view default_readme(Assembly& a, std::string_view folder) {
  for (const char* name : {"README.md", "README.txt", "README"}) {
    if (a.reader.kind(join_path(folder, name)) == PathKind::File) return name;
  }
  return {};
}

std::string_view readme_of(Assembly& a, std::string_view folder, const Field<BoolOrText>& field) {
  if (!field) return default_readme(a, folder);
  if (field.value.is_bool) return field.value.boolean ? "README.md" : std::string_view();
  return field.value.text;
}

// "The readme field". The workspace's is relative to the workspace.
void assemble_readme(Assembly& a, Inheritance& inherit, const PackageTable& own) {
  if (own.readme.origin != Origin::Inherited) {
    a.package.readme = readme_of(a, a.package.folder, own.readme);
    a.package.has_readme = !a.package.readme.empty() || (own.readme && !own.readme.value.is_bool);
    return;
  }
  const std::string_view shared =
      a.workspace() == nullptr ? std::string_view() : readme_of(a, a.root_folder(), a.workspace()->package.readme);
  a.package.has_readme = !shared.empty();
  if (shared.empty())
    inherit.missing(own.readme.span, "readme");
  else
    a.package.readme = a.arena.copy(relative_path(a.package.folder, join_path(a.root_folder(), shared)));
}

// "The publish field".
void assemble_publish(Assembly& a, Inheritance& inherit, const PackageTable& own) {
  const BoolField publish = inherit(own.publish, "publish", &SharedPackageKeys::publish);
  Package& package = a.package;
  if (!publish) {
    package.may_publish = package.has_version;
    return;
  }
  const bool inherited = own.publish.origin == Origin::Inherited;
  const SharedPackageKeys& from = inherited ? a.workspace()->package : own;
  package.may_publish = publish.value;
  package.publish_limited = from.publish_is_list;
  package.publish_registries = from.publish_registries;
  if (!package.has_version && package.may_publish) a.error(own.publish.span, "package.publish needs package.version");
}

void assemble_lints(Assembly& a) {
  const Manifest& manifest = a.manifest;
  if (!manifest.lints_inherited.value) {
    a.package.lints = manifest.lints;
  } else if (a.workspace() != nullptr && a.workspace()->has_lints) {
    a.package.lints = a.workspace()->lints;
  } else {
    a.error(manifest.lints_inherited.span, a.workspace() == nullptr
                                               ? "lints are inherited, but no workspace was found"
                                               : "lints are inherited, but workspace.lints is not written");
  }
}

// Keys with underscores, which the 2024 edition refuses. "Edition guide: Cargo: Table and key name consistency".
void check_old_spellings(Assembly& a, const PackageTable& own) {
  const bool refused = a.package.edition >= Edition::k2024;
  const Severity severity = refused ? Severity::Error : Severity::Warning;
  for (const UnderscoreKey& key : a.manifest.underscores) {
    std::string dashed(key.key.value);
    std::replace(dashed.begin(), dashed.end(), '_', '-');
    const std::string message = refused ? std::string(key.key.value) + " is not read in the 2024 edition"
                                : key.redundant
                                    ? std::string(key.key.value) + " does not count beside " + dashed
                                    : std::string(key.key.value) + " is deprecated and not read in the 2024 edition";
    a.report(severity, key.key.span, message, dashed);
  }
  if (own.is_project)
    a.report(severity, own.span, refused ? "[project] is not read in the 2024 edition" : "[project] is deprecated",
             "[package]");
}

}  // namespace

Package assemble_package(const Manifest& manifest, const Manifest* root, ManifestReader& reader, Arena& arena,
                         std::span<const PathBase> path_bases) {
  Package package;
  package.folder = arena.copy(path_parent(manifest.path));
  package.usable = manifest.package.has_value() && !manifest.has_errors();
  if (!manifest.package) return package;
  Assembly a{manifest, root, reader, arena, path_bases, package};
  Inheritance inherit(a);
  const PackageTable& own = *manifest.package;

  package.name = own.name.value;
  const VersionField version = inherit(own.version, "version", &SharedPackageKeys::version);
  package.version = version.value;
  package.has_version = static_cast<bool>(version);
  package.rust_version = inherit(own.rust_version, "rust-version", &SharedPackageKeys::rust_version);
  assemble_edition(a, inherit(own.edition, "edition", &SharedPackageKeys::edition), own);
  package.authors = inherit(own.authors, "authors", &SharedPackageKeys::authors);
  package.description = inherit(own.description, "description", &SharedPackageKeys::description);
  package.homepage = inherit(own.homepage, "homepage", &SharedPackageKeys::homepage);
  package.documentation = inherit(own.documentation, "documentation", &SharedPackageKeys::documentation);
  package.keywords = inherit(own.keywords, "keywords", &SharedPackageKeys::keywords);
  package.categories = inherit(own.categories, "categories", &SharedPackageKeys::categories);
  package.license = inherit(own.license, "license", &SharedPackageKeys::license);
  package.license_file = inherit(own.license_file, "license-file", &SharedPackageKeys::license_file);
  if (package.license_file.origin == Origin::Inherited)
    package.license_file.value =
        arena.copy(relative_path(package.folder, join_path(a.root_folder(), package.license_file.value)));
  package.repository = inherit(own.repository, "repository", &SharedPackageKeys::repository);
  package.include = inherit(own.include, "include", &SharedPackageKeys::include);
  package.exclude = inherit(own.exclude, "exclude", &SharedPackageKeys::exclude);
  package.links = own.links;
  package.default_run = own.default_run.value;
  assemble_readme(a, inherit, own);
  assemble_publish(a, inherit, own);
  check_old_spellings(a, own);
  assemble_dependencies(a);
  assemble_features(a);
  assemble_targets(a);
  assemble_lints(a);
  std::stable_sort(package.problems.begin(), package.problems.end(),
                   [](const Problem& x, const Problem& y) { return x.span.begin < y.span.begin; });
  return package;
}

}  // namespace rp::manifest
