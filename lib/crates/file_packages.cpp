#include "crates/file_packages.h"

#include <algorithm>
#include <tuple>
#include <utility>

#include "manifest/manifest.h"
#include "manifest/reader.h"
#include "source/line_index.h"

namespace rp {

// What stays of one Cargo.toml.
struct FilePackages::Facts {
  bool exists = false;
  bool readable = false;  // exists, and is TOML
  bool has_package = false;
  bool has_workspace = false;
  manifest::Origin origin = manifest::Origin::Absent;  // of `edition`
  Edition edition = Edition::k2015;                    // when Written
  std::optional<Edition> workspace_edition;            // workspace.package.edition
  std::string workspace_path;                          // package.workspace
  bool inherits_lints = false;                         // lints.workspace = true
  std::vector<std::string> allowed_lints;
  std::vector<std::string> workspace_allowed_lints;
  std::string problem;  // why it does not give an edition, or empty
};

namespace {

using manifest::Manifest;
using manifest::Origin;
using manifest::TextField;
using manifest::TomlKind;
using manifest::TomlNodeId;

// The edition of a field. What stands there and is none goes into `problem`.
std::optional<Edition> edition_of(const Manifest& manifest, const TextField& field, TomlNodeId table, bool may_inherit,
                                  std::string* problem) {
  const std::string key = may_inherit ? "package.edition" : "workspace.package.edition";
  if (field.origin == Origin::Inherited) return std::nullopt;
  if (field.origin == Origin::Written) {
    const std::optional<Edition> edition = manifest::parse_edition(field.value);
    if (!edition) *problem = key + " is \"" + to_utf8(field.value.substr(0, 40)) + "\", which is no known edition";
    return edition;
  }
  const TomlNodeId value = manifest.document.find(table, "edition");
  if (!value.valid()) return std::nullopt;
  const bool table_there = manifest.document.node(value).kind == TomlKind::Table;
  *problem =
      key + (may_inherit && table_there ? " is neither an edition nor { workspace = true }" : " is not a string");
  return std::nullopt;
}

std::vector<std::string> allowed(const std::vector<manifest::LintEntry>& lints) {
  std::vector<std::string> names;
  for (const manifest::LintEntry& lint : lints) {
    if (lint.level != manifest::LintLevel::Allow) continue;
    if (lint.tool.value == "clippy") names.push_back("clippy::" + std::string(lint.name.value));
    if (lint.tool.value == "rust") names.emplace_back(lint.name.value);
  }
  return names;
}

std::string explain(const manifest::Manifest& manifest) {
  const manifest::Problem& error = *manifest.document.error();
  const std::string_view text = manifest.document.text();
  const uint32_t at = std::min(error.span.begin, static_cast<uint32_t>(text.size()));
  const std::string_view before = text.substr(0, at);
  const size_t line_start = before.rfind('\n') + 1;  // npos + 1 is 0
  std::string_view why = error.message;
  constexpr std::string_view kPrefix = "not valid TOML: ";
  if (why.starts_with(kPrefix)) why.remove_prefix(kPrefix.size());
  return std::string(kPrefix) + "line " + std::to_string(std::count(before.begin(), before.end(), '\n') + 1) +
         ", column " + std::to_string(at - line_start + 1) + ": " + to_utf8(why);
}

}  // namespace

FilePackages::FilePackages(std::string root, std::string top, std::optional<Edition> fallback, Reader reader)
    : root_(std::move(root)), top_(std::move(top)), fallback_(fallback), reader_(std::move(reader)) {
  facts_of(root_);  // a manifest in the root counts without files, too
}

FilePackages::~FilePackages() = default;

std::string FilePackages::relative_to_root(const std::string& path) const {
  if (is_below(path, root_)) return path.substr(std::min(path.size(), root_ == "/" ? 1 : root_.size() + 1));
  std::string up;
  std::string_view at = root_;
  while (!at.empty() && !is_below(path, at)) {
    at = parent_path(at);
    up += "../";
  }
  return up + path.substr(std::min(path.size(), at.size() + 1));
}

// Folders below the root, and those on the way from it to the top.
bool FilePackages::may_read(std::string_view folder) const {
  if (is_below(folder, root_)) return true;
  return is_below(root_, folder) && is_below(folder, top_);
}

const FilePackages::Facts& FilePackages::facts_of(const std::string& folder) {
  if (const auto found = manifests_.find(folder); found != manifests_.end()) return *found->second;
  auto facts = std::make_unique<Facts>();
  std::string text;
  const std::string path = folder == "/" ? "/Cargo.toml" : folder + "/Cargo.toml";
  const ReadOutcome outcome = reader_(path, &text);
  if (outcome) {
    facts->exists = true;
    const Manifest read = manifest::read_manifest(std::move(text), path);
    facts->readable = read.document.readable();
    if (!facts->readable) facts->problem = explain(read);
    if (read.package) {
      const manifest::PackageTable& package = *read.package;
      facts->has_package = true;
      facts->origin = package.edition.origin;
      const TomlNodeId table = read.document.find(read.document.root(), package.is_project ? "project" : "package");
      const auto edition = edition_of(read, package.edition, table, true, &facts->problem);
      if (edition) facts->edition = *edition;
      if (!edition && facts->origin == Origin::Written) facts->origin = Origin::Absent;
      if (package.workspace) facts->workspace_path = package.workspace.value;
    }
    if (read.workspace) {
      facts->has_workspace = true;
      const TomlNodeId table = read.document.find(read.document.find(read.document.root(), "workspace"), "package");
      facts->workspace_edition = edition_of(read, read.workspace->package.edition, table, false, &facts->problem);
      facts->workspace_allowed_lints = allowed(read.workspace->lints);
    }
    facts->inherits_lints = read.lints_inherited.value;
    facts->allowed_lints = allowed(read.lints);
  } else if (outcome.kind != ReadOutcome::Kind::NotFound) {
    facts->exists = true;
    facts->problem = outcome.reason;
  }
  const Facts& kept = *manifests_.emplace(folder, std::move(facts)).first->second;
  if (!kept.problem.empty()) problems_.push_back({to_utf8(relative_to_root(path)), kept.problem});
  return kept;
}

FilePackage FilePackages::of_folder(std::string_view folder) {
  std::string path = root_;
  if (!folder.empty()) {
    if (path != "/") path += '/';
    path += folder;
  }
  return compute(path);
}

// The folders between `folder` and the nearest manifest all get its answer.
FilePackage FilePackages::compute(const std::string& folder) {
  std::vector<std::string> way;
  std::string at = folder;
  FilePackage result{fallback_.value_or(Edition::k2021), true};
  for (;;) {
    if (const auto known = folders_.find(at); known != folders_.end()) {
      result = known->second;
      break;
    }
    way.push_back(at);
    const Facts& facts = facts_of(at);
    if (facts.exists) {
      result = of_manifest(at, facts);
      if (!facts.inherits_lints)
        result.allowed_lints = &facts.allowed_lints;
      else if (const Facts* workspace = workspace_of(at, facts))
        result.allowed_lints = &workspace->workspace_allowed_lints;
      break;
    }
    if (at == top_ || at.empty() || at == "/") break;
    at = parent_path(at);
    if (at.empty() && top_ == "/") at = "/";
  }
  for (std::string& each : way) folders_.emplace(std::move(each), result);
  return result;
}

const FilePackages::Facts* FilePackages::workspace_of(const std::string& folder, const Facts& facts) {
  if (!facts.workspace_path.empty()) {
    // An absolute path is taken below the package, so that it cannot lead elsewhere.
    const size_t relative = facts.workspace_path.find_first_not_of('/');
    const std::string_view path =
        relative == std::string::npos ? "" : std::string_view(facts.workspace_path).substr(relative);
    // In memory the root is the empty path, which join_path has no way to write.
    std::string at = manifest::join_path(folder.empty() ? "/" : folder, path);
    if (root_.empty() && at == "/") at.clear();
    return may_read(at) ? &facts_of(at) : nullptr;
  }
  std::string at = folder;
  for (;;) {
    const Facts& candidate = facts_of(at);
    if (candidate.has_workspace) return &candidate;
    if (at == top_ || at.empty() || at == "/") return nullptr;
    at = parent_path(at);
    if (at.empty() && top_ == "/") at = "/";
  }
}

FilePackage FilePackages::of_manifest(const std::string& folder, const Facts& facts) {
  const Edition guess = fallback_.value_or(Edition::k2021);
  if (!facts.readable) return {guess, true};
  if (facts.has_package && facts.origin == Origin::Written) return {facts.edition, false};
  if (facts.has_package && facts.origin == Origin::Absent && facts.problem.empty())
    return {fallback_.value_or(Edition::k2015), false};
  // A workspace without a package: its files belong to none, but they are most likely written as its packages are.
  if (!facts.has_package) return {facts.workspace_edition.value_or(guess), true};
  if (facts.origin != Origin::Inherited) return {guess, true};

  const Facts* workspace = workspace_of(folder, facts);
  if (workspace != nullptr && workspace->workspace_edition) return {*workspace->workspace_edition, false};
  const bool found = workspace != nullptr && workspace->has_workspace;
  problems_.push_back({to_utf8(relative_to_root(folder + "/Cargo.toml")),
                       found ? "package.edition is inherited, but the workspace gives none"
                             : "package.edition is inherited, but no workspace was found"});
  return {guess, true};
}

std::vector<std::string> FilePackages::manifest_folders() const {
  std::vector<std::string> folders;
  for (const auto& [folder, facts] : manifests_)
    if (facts->exists && is_below(folder, root_)) folders.push_back(folder);
  std::sort(folders.begin(), folders.end());
  return folders;
}

std::vector<Unread> FilePackages::problems() const {
  std::vector<Unread> sorted = problems_;
  std::sort(sorted.begin(), sorted.end(),
            [](const Unread& a, const Unread& b) { return std::tie(a.path, a.reason) < std::tie(b.path, b.reason); });
  return sorted;
}

}  // namespace rp
