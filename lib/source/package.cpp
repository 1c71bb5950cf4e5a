#include "source/package.h"

#include <algorithm>
#include <optional>
#include <tuple>
#include <utility>

// toml++ asserts what some texts make false (a table header `[/`): without NDEBUG it aborts, with it the compiler is
// told that the condition holds. Here it throws, in every build.
namespace {
struct TomlAssertion {};
[[noreturn]] void toml_assertion_failed() { throw TomlAssertion(); }
}  // namespace
#undef NDEBUG
#define TOML_ASSERT(condition) ((condition) ? static_cast<void>(0) : toml_assertion_failed())
#define TOML_ENABLE_FORMATTERS 0
#include <toml++/toml.h>

namespace rp {
namespace {

// toml++ takes a table apart recursively, one call for each part of a dotted key.
constexpr size_t kMaxKeyParts = 1000;

// Counts the dots outside strings and comments in each statement, brackets included; the first statement with more
// than kMaxKeyParts makes the text too deep.
class DepthScan {
 public:
  explicit DepthScan(std::string_view text) : text_(text) {}

  bool too_deep() {
    size_t dots = 0;
    size_t brackets = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"' || c == '\'') {
        skip_string(c);
        continue;
      }
      if (c == '#') {
        at_ = std::min(text_.find('\n', at_), text_.size());
        continue;
      }
      if (c == '[' || c == '{') ++brackets;
      if ((c == ']' || c == '}') && brackets > 0) --brackets;
      if (c == '.' && ++dots > kMaxKeyParts) return true;
      if (c == '\n' && brackets == 0) dots = 0;
      ++at_;
    }
    return false;
  }

 private:
  void skip_string(char quote) {
    const std::string_view triple = quote == '"' ? "\"\"\"" : "'''";
    if (text_.substr(at_, 3) == triple) {
      at_ += 3;
      while (at_ < text_.size() && text_.substr(at_, 3) != triple) at_ += step(quote);
      at_ = std::min(at_ + 3, text_.size());
      // Up to two more quotes belong to the string.
      for (int extra = 0; extra < 2 && at_ < text_.size() && text_[at_] == quote; ++extra) ++at_;
      return;
    }
    ++at_;
    while (at_ < text_.size() && text_[at_] != quote && text_[at_] != '\n') at_ += step(quote);
    if (at_ < text_.size() && text_[at_] == quote) ++at_;
    at_ = std::min(at_, text_.size());
  }
  [[nodiscard]] size_t step(char quote) const { return quote == '"' && text_[at_] == '\\' ? 2 : 1; }

  std::string_view text_;
  size_t at_ = 0;
};

std::optional<Edition> edition_from_text(std::string_view text) {
  if (text == "2015") return Edition::k2015;
  if (text == "2018") return Edition::k2018;
  if (text == "2021") return Edition::k2021;
  if (text == "2024") return Edition::k2024;
  return std::nullopt;
}

// Reads the value of an `edition` key. Returns false for what is no known edition.
bool read_edition(const toml::node& node, std::string_view key, Edition* out, std::string* problem) {
  const std::optional<std::string_view> text = node.value<std::string_view>();
  if (!text) {
    *problem = std::string(key) + " is not a string";
    return false;
  }
  const std::optional<Edition> edition = edition_from_text(*text);
  if (!edition) {
    *problem = std::string(key) + " is \"" + to_utf8(text->substr(0, 40)) + "\", which is no known edition";
    return false;
  }
  *out = *edition;
  return true;
}

void read_package(const toml::table& package, PackageManifest* manifest) {
  using Source = PackageManifest::Source;
  manifest->has_package = true;
  if (const auto path = package["workspace"].value<std::string>()) manifest->workspace_path = *path;
  const toml::node* edition = package.get("edition");
  if (edition == nullptr) return;
  if (const toml::table* table = edition->as_table()) {
    const auto inherits = (*table)["workspace"].value<bool>();
    if (inherits.value_or(false))
      manifest->source = Source::Inherited;
    else
      manifest->problem = "package.edition is neither an edition nor { workspace = true }";
    return;
  }
  if (read_edition(*edition, "package.edition", &manifest->edition, &manifest->problem))
    manifest->source = Source::Written;
}

// The lints of a `lints` table that are at the level "allow".
std::vector<std::string> read_allowed_lints(const toml::table& lints) {
  std::vector<std::string> allowed;
  for (const std::string_view tool : {"clippy", "rust"}) {
    const toml::table* table = lints[tool].as_table();
    if (table == nullptr) continue;
    for (const auto& [key, value] : *table) {
      const toml::table* detailed = value.as_table();
      const auto level =
          detailed == nullptr ? value.value<std::string_view>() : (*detailed)["level"].value<std::string_view>();
      if (level != "allow") continue;
      allowed.push_back(std::string(tool == "rust" ? "" : "clippy::") + std::string(key.str()));
    }
  }
  return allowed;
}

}  // namespace

PackageManifest parse_package_manifest(std::string_view text) {
  PackageManifest manifest;
  manifest.exists = true;
  if (DepthScan(text).too_deep()) {
    manifest.problem = "tables nested too deep";
    return manifest;
  }
  try {
    const toml::table root = toml::parse(text);
    manifest.readable = true;
    const toml::table* package = root["package"].as_table();
    if (package == nullptr) package = root["project"].as_table();  // its name before 2018
    if (package != nullptr) read_package(*package, &manifest);
    const toml::table* workspace = root["workspace"].as_table();
    manifest.has_workspace = workspace != nullptr;
    if (const toml::table* lints = root["lints"].as_table()) {
      manifest.allowed_lints = read_allowed_lints(*lints);
      manifest.inherits_lints = (*lints)["workspace"].value<bool>().value_or(false);
    }
    if (const toml::table* lints = root["workspace"]["lints"].as_table())
      manifest.workspace_allowed_lints = read_allowed_lints(*lints);
    if (workspace != nullptr) {
      const toml::table* shared = (*workspace)["package"].as_table();
      if (const toml::node* edition = shared == nullptr ? nullptr : shared->get("edition"))
        manifest.workspace_has_edition =
            read_edition(*edition, "workspace.package.edition", &manifest.workspace_edition, &manifest.problem);
    }
  } catch (const toml::parse_error& error) {
    manifest.readable = false;
    const toml::source_position at = error.source().begin;
    manifest.problem = "not valid TOML: line " + std::to_string(at.line) + ", column " + std::to_string(at.column) +
                       ": " + to_utf8(error.description());
  } catch (const TomlAssertion&) {
    manifest.readable = false;
    manifest.problem = "not valid TOML";
  }
  return manifest;
}

PackageFinder::PackageFinder(std::string root, std::string top, const Edition* fallback, Reader reader)
    : root_(std::move(root)),
      top_(std::move(top)),
      has_fallback_(fallback != nullptr),
      fallback_(fallback != nullptr ? *fallback : Edition::k2021),
      reader_(std::move(reader)) {}

std::string PackageFinder::relative_to_root(const std::string& path) const {
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
bool PackageFinder::may_read(std::string_view folder) const {
  if (is_below(folder, root_)) return true;
  return is_below(root_, folder) && is_below(folder, top_);
}

const PackageManifest& PackageFinder::manifest_of(const std::string& folder) {
  if (const auto found = manifests_.find(folder); found != manifests_.end()) return found->second;
  PackageManifest manifest;
  std::string text;
  const std::string path = folder == "/" ? "/Cargo.toml" : folder + "/Cargo.toml";
  const ReadOutcome outcome = reader_(path, &text);
  if (outcome) {
    manifest = parse_package_manifest(text);
  } else if (outcome.kind != ReadOutcome::Kind::NotFound) {
    manifest.exists = true;
    manifest.problem = outcome.reason;
  }
  const PackageManifest& kept = manifests_.emplace(folder, std::move(manifest)).first->second;
  if (!kept.problem.empty()) problems_.push_back({to_utf8(relative_to_root(path)), kept.problem});
  return kept;
}

PackageFinder::Result PackageFinder::of_folder(std::string_view folder) {
  std::string path = root_;
  if (!folder.empty()) {
    if (path != "/") path += '/';
    path += folder;
  }
  return compute(path);
}

// The folders between `folder` and the nearest manifest all get its answer.
PackageFinder::Result PackageFinder::compute(const std::string& folder) {
  std::vector<std::string> way;
  std::string at = folder;
  Result result{fallback_, true};
  for (;;) {
    if (const auto known = folders_.find(at); known != folders_.end()) {
      result = known->second;
      break;
    }
    way.push_back(at);
    const PackageManifest& manifest = manifest_of(at);
    if (manifest.exists) {
      result = of_package(at, manifest);
      if (!manifest.inherits_lints)
        result.allowed_lints = &manifest.allowed_lints;
      else if (const PackageManifest* workspace = workspace_of(at, manifest))
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

const PackageManifest* PackageFinder::workspace_of(const std::string& folder, const PackageManifest& manifest) {
  if (!manifest.workspace_path.empty()) {
    // Parts are taken off as written: the folder is looked at only when it is below the root or above it.
    std::string at = folder;
    std::string_view rest = manifest.workspace_path;
    while (!rest.empty()) {
      const size_t slash = std::min(rest.find('/'), rest.size());
      const std::string_view part = rest.substr(0, slash);
      rest.remove_prefix(std::min(slash + 1, rest.size()));
      if (part == "..") {
        at = parent_path(at);
      } else if (!part.empty() && part != ".") {
        at += '/';
        at += part;
      }
    }
    return may_read(at) ? &manifest_of(at) : nullptr;
  }
  std::string at = folder;
  for (;;) {
    const PackageManifest& candidate = manifest_of(at);
    if (candidate.has_workspace) return &candidate;
    if (at == top_ || at.empty() || at == "/") return nullptr;
    at = parent_path(at);
    if (at.empty() && top_ == "/") at = "/";
  }
}

PackageFinder::Result PackageFinder::of_package(const std::string& folder, const PackageManifest& manifest) {
  using Source = PackageManifest::Source;
  if (!manifest.readable) return {fallback_, true};
  if (manifest.has_package && manifest.source == Source::Written) return {manifest.edition, false};
  if (manifest.has_package && manifest.source == Source::Absent && manifest.problem.empty())
    return {has_fallback_ ? fallback_ : Edition::k2015, false};
  // A workspace without a package: its files belong to none, but they are most likely written as its packages are.
  if (!manifest.has_package)
    return manifest.workspace_has_edition ? Result{manifest.workspace_edition, true} : Result{fallback_, true};
  if (manifest.source != Source::Inherited) return {fallback_, true};

  const PackageManifest* workspace = workspace_of(folder, manifest);
  if (workspace != nullptr && workspace->workspace_has_edition) return {workspace->workspace_edition, false};
  std::string path = to_utf8(relative_to_root(folder + "/Cargo.toml"));
  const bool found = workspace != nullptr && workspace->has_workspace;
  problems_.push_back({std::move(path), found ? "package.edition is inherited, but the workspace gives none"
                                              : "package.edition is inherited, but no workspace was found"});
  return {fallback_, true};
}

std::vector<Unread> PackageFinder::problems() const {
  std::vector<Unread> sorted = problems_;
  std::sort(sorted.begin(), sorted.end(),
            [](const Unread& a, const Unread& b) { return std::tie(a.path, a.reason) < std::tie(b.path, b.reason); });
  return sorted;
}

}  // namespace rp
