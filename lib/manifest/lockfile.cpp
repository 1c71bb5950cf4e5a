#include "manifest/lockfile.h"

#include <string>
#include <unordered_map>
#include <utility>

#include "manifest/reading.h"

namespace rp::manifest {
namespace {

// "name", "name version", "name version (source)".
bool split_reference(std::string_view text, LockedDependency* out) {
  const size_t space = text.find(' ');
  out->name = text.substr(0, space);
  if (out->name.empty()) return false;
  if (space == std::string_view::npos) return true;
  text.remove_prefix(space + 1);
  const size_t second = text.find(' ');
  out->version = text.substr(0, second);
  if (!parse_version(out->version)) return false;
  if (second == std::string_view::npos) return true;
  text.remove_prefix(second + 1);
  if (!text.starts_with('(') || !text.ends_with(')')) return false;
  out->source = text.substr(1, text.size() - 2);
  return true;
}

// A source without the commit that is locked: references may lack it.
std::string_view plain_source(std::string_view source) { return source.substr(0, source.find('#')); }

// Finds packages by as much of their id as a reference gives.
class PackageIndex {
 public:
  void add(LockedPackageId id, const LockedPackage& package) {
    const std::string_view version = package.version_text.value;
    Versions& versions = by_name_[package.name.value];
    if (versions.count == 0 || versions.only != version) ++versions.count;
    versions.only = version;
    Sources& sources = by_version_[key(package.name.value, version)];
    ++sources.count;
    sources.only = id;
    if (package.source.value.empty()) {
      ++sources.path_count;
      sources.path = id;
    }
    const auto [at, added] = by_source_.emplace(key(package.name.value, version, package.source.value), id);
    if (!added) at->second = {};
  }

  [[nodiscard]] LockedPackageId find(const LockedDependency& of) const {
    std::string_view version = of.version;
    if (version.empty()) {
      const auto versions = by_name_.find(of.name);
      if (versions == by_name_.end() || versions->second.count != 1) return {};
      version = versions->second.only;
    }
    if (!of.source.empty()) {
      const auto found = by_source_.find(key(of.name, version, of.source));
      return found == by_source_.end() ? LockedPackageId() : found->second;
    }
    const auto found = by_version_.find(key(of.name, version));
    if (found == by_version_.end()) return {};
    const Sources& sources = found->second;
    if (sources.path_count > 0) return sources.path_count == 1 ? sources.path : LockedPackageId();
    return sources.count == 1 ? sources.only : LockedPackageId();
  }

 private:
  struct Versions {
    uint32_t count = 0;  // of runs of the same version: the file is sorted
    std::string_view only;
  };
  struct Sources {
    uint32_t count = 0;
    uint32_t path_count = 0;
    LockedPackageId only;
    LockedPackageId path;
  };
  static std::string key(std::string_view name, std::string_view version) {
    return std::string(name).append(" ").append(version);
  }
  static std::string key(std::string_view name, std::string_view version, std::string_view source) {
    return key(name, version).append(" ").append(plain_source(source));
  }

  std::unordered_map<std::string_view, Versions> by_name_;
  std::unordered_map<std::string, Sources> by_version_;
  std::unordered_map<std::string, LockedPackageId> by_source_;
};

class LockfileReader {
 public:
  explicit LockfileReader(Lockfile& file) : file_(file), reading_{file.document, file.arena, file.problems} {}

  void run() {
    TableReader root(reading_, file_.document.root(), "");
    read_version(root);
    if (const TomlNodeId old = root.table("root"); old.valid()) {
      file_.root = LockedPackageId(0);
      file_.packages.push_back(read_package(old, "root"));
    }
    read_packages(root.take("package"), "package", &file_.packages);
    if (const TomlNodeId patch = root.table("patch"); patch.valid())
      read_packages(file_.document.find(patch, "unused"), "patch.unused", &file_.unused_patches);
    PackageIndex index;
    std::unordered_map<std::string, LockedPackageId> by_id;
    for (uint32_t i = 0; i < file_.packages.size(); ++i) {
      const LockedPackage& each = file_.packages[i];
      index.add(LockedPackageId(i), each);
      std::string id = std::string(each.name.value) + " " + std::string(each.version_text.value);
      if (!each.source.value.empty()) id += " (" + std::string(each.source.value) + ")";
      if (!by_id.emplace(std::move(id), LockedPackageId(i)).second)
        reading_.error(each.span, "package " + std::string(each.name.value) + " is written twice");
    }
    for (LockedPackage& each : file_.packages) resolve(each, index);
    for (LockedPackage& each : file_.unused_patches) resolve(each, index);
    read_metadata(root.table("metadata"), by_id);
    reading_.sort_problems();
  }

 private:
  void read_version(TableReader& root) {
    const TomlNodeId id = root.take("version");
    if (!id.valid()) return;
    const TomlNode& node = root.node(id);
    if (node.kind != TomlKind::Integer || (node.integer != 3 && node.integer != 4)) {
      reading_.error(node.span, "the lock file has a version that is not known", "3 or 4; 1 and 2 carry no number");
      return;
    }
    file_.version = static_cast<uint32_t>(node.integer);
    numbered_ = true;
  }

  void read_packages(TomlNodeId list, const std::string& path, std::vector<LockedPackage>* out) {
    if (!list.valid()) return;
    const TomlNode& node = file_.document.node(list);
    if (node.kind != TomlKind::Array) {
      reading_.error(node.span, path + " is " + std::string(toml_kind_name(node.kind)), "[[" + path + "]]");
      return;
    }
    for (uint32_t i = 0; i < node.child_count; ++i) {
      const TomlNodeId id = file_.document.child(list, i);
      if (file_.document.node(id).kind == TomlKind::Table)
        out->push_back(read_package(id, path + "[" + std::to_string(i) + "]"));
      else
        reading_.error(file_.document.node(id).span, path + " has an entry that is no table", "a table");
    }
  }

  static Text text_of(const TextField& field) { return {field.value, field.span}; }

  LockedPackage read_package(TomlNodeId id, const std::string& path) {
    TableReader table(reading_, id, path);
    LockedPackage out;
    out.span = table.node(id).span;
    TextField name, version, source, checksum, replace;
    table.text("name", &name);
    table.text("version", &version);
    table.text("source", &source);
    table.text("checksum", &checksum);
    table.text("replace", &replace);
    if (!name) reading_.error(out.span, path + " has no name");
    if (!version) reading_.error(out.span, path + " has no version");
    out.name = text_of(name);
    out.version_text = text_of(version);
    out.source = text_of(source);
    out.checksum = text_of(checksum);
    out.replace = text_of(replace);
    SemverError error;
    if (const std::optional<Version> parsed = parse_version(version.value, &error))
      out.version = *parsed;
    else if (version)
      reading_.error(version.span, path + ".version is no version: " + error.message);
    if (checksum && !numbered_) file_.version = 2;
    ListField dependencies;
    table.list("dependencies", &dependencies);
    std::vector<LockedDependency> list;
    for (const Text& each : dependencies.value) {
      LockedDependency dependency;
      dependency.text = each;
      if (!split_reference(each.value, &dependency))
        reading_.error(each.span, path + " has a dependency that is no package",
                       "NAME, NAME VERSION or NAME VERSION (SOURCE)");
      else if (dependency.version.empty() && !numbered_)
        file_.version = 2;
      list.push_back(dependency);
    }
    out.dependencies = file_.arena.copy(list);
    return out;
  }

  void resolve(LockedPackage& package, const PackageIndex& index) {
    std::vector<LockedDependency> list(package.dependencies.begin(), package.dependencies.end());
    for (LockedDependency& each : list) {
      each.package = index.find(each);
      if (!each.package.valid() && !each.name.empty())
        reading_.warn(each.text.span, "the lock file has no one package \"" + std::string(each.text.value) + "\"");
    }
    package.dependencies = file_.arena.copy(list);
    LockedDependency replaced;
    if (!package.replace.value.empty() && split_reference(package.replace.value, &replaced))
      package.replacement = index.find(replaced);
  }

  // Version 1 keeps checksums apart: "checksum NAME VERSION (SOURCE)" = "digits", or "<none>".
  void read_metadata(TomlNodeId table, const std::unordered_map<std::string, LockedPackageId>& by_id) {
    if (!table.valid()) return;
    constexpr std::string_view kPrefix = "checksum ";
    for (uint32_t i = 0; i < file_.document.node(table).child_count; ++i) {
      const TomlNode& node = file_.document.node(file_.document.child(table, i));
      if (!node.key.value.starts_with(kPrefix) || node.kind != TomlKind::String) continue;
      const auto found = by_id.find(std::string(node.key.value.substr(kPrefix.size())));
      if (found == by_id.end() || node.string == "<none>") continue;
      file_.packages[found->second.value].checksum = {node.string, node.span};
    }
  }

  Lockfile& file_;
  Reading reading_;
  bool numbered_ = false;
};

}  // namespace

Lockfile read_lockfile(std::string text, std::string path) {
  Lockfile file(TomlDocument::parse(std::move(text)));
  file.path = std::move(path);
  if (file.document.readable())
    LockfileReader(file).run();
  else
    file.problems.push_back(*file.document.error());
  return file;
}

}  // namespace rp::manifest
