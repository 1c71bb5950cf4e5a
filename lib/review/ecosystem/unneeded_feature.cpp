// ecosystem/unneeded-feature: features of dependencies that add things nobody here names.
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>
#include <unordered_set>
#include <vector>

#include "manifest/reader.h"
#include "review/workspace_rule.h"
#include "source/workspace.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "The Cargo Book, Features, Dependency features, "
    "https://doc.rust-lang.org/cargo/reference/features.html#dependency-features",
};

// Names shown in a message.
constexpr size_t kShown = 4;

bool is_word_byte(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         static_cast<unsigned char>(c) >= 0x80;
}

// Which of the wanted words stand in the Rust files under review, comments among them; whoever calls nothing by its
// name does not use it.
class Words {
 public:
  explicit Words(const std::set<std::string_view>& wanted) : wanted_(wanted.begin(), wanted.end()) {
    for (const std::string_view word : wanted) {
      begins_[static_cast<uint8_t>(word[0])] = true;
      longest_ = std::max(longest_, word.size());
    }
  }
  // Without what is below `folder`: the dependency itself, when it lies among the files. False when one of them cannot
  // be read.
  bool read(const PackagedWorkspace& files, const std::string& folder) {
    const WorkspaceReader reader(files.sources());
    const std::string root = files.sources().root().empty() ? "/" : files.sources().root();
    std::string storage;
    for (const WorkspaceFile& file : files.files()) {
      std::string_view text;
      if (manifest::join_path(root, file.path).starts_with(folder + "/")) continue;
      if (!reader.read(file, &storage, &text)) return false;
      read(text);
    }
    return true;
  }
  [[nodiscard]] bool found(const std::string& word) const { return found_.contains(word); }

 private:
  void read(std::string_view text) {
    for (size_t at = 0; at < text.size();) {
      size_t end = at;
      while (end < text.size() && is_word_byte(text[end])) ++end;
      const std::string_view word = text.substr(at, end - at);
      at = std::max(end, at + 1);
      if (word.empty() || word.size() > longest_ || !begins_[static_cast<uint8_t>(word[0])]) continue;
      if (const auto known = wanted_.find(word); known != wanted_.end()) found_.insert(*known);
    }
  }

  std::unordered_set<std::string_view> wanted_, found_;
  std::array<bool, 256> begins_{};
  size_t longest_ = 0;
};

// One dependency of a package: its library, and what its features bring along.
class Library {
 public:
  Library(const Project& project, uint32_t package) : project_(project), node_(project.graph.packages[package]) {
    for (uint32_t i = 0; i < project.graph.crates.size(); ++i) {
      const CrateNode& crate = project.graph.crates[i];
      if (crate.package.value == package && crate.kind == manifest::TargetKind::Lib && !crate.local && !crate.for_host)
        crates_.push_back(Project::index_of(CrateId(i)));
    }
    if (node_.manifest_package != UINT32_MAX) manifest_ = project.graph.manifest_packages[node_.manifest_package];
  }
  [[nodiscard]] bool known() const { return manifest_ != nullptr && crates_.size() == 1; }
  [[nodiscard]] CrateIndex crate() const { return crates_[0]; }
  [[nodiscard]] const std::string& folder() const { return node_.folder; }

  // Whether a feature is on without being asked for.
  [[nodiscard]] bool is_default(std::string_view feature) const {
    std::set<std::string_view> seen;
    return reaches("default", feature, &seen);
  }

  // The names that a feature adds, with those of the features it turns on; false when it does anything else.
  bool names_of(std::string_view feature, std::set<std::string>* names) const {
    std::set<std::string_view> seen;
    std::vector<std::string_view> open = {feature};
    while (!open.empty()) {
      const std::string_view name = open.back();
      open.pop_back();
      if (!seen.insert(name).second) continue;
      const manifest::Feature* found = find(name);
      if (found == nullptr || found->implicit) return false;
      for (const manifest::FeatureValue& value : found->values) {
        if (value.kind != manifest::FeatureValueKind::Feature) return false;
        open.push_back(value.name);
      }
      const std::vector<FeatureGate>& gates = project_.feature_gates[crate()];
      const auto gate =
          std::find_if(gates.begin(), gates.end(), [&](const FeatureGate& each) { return each.feature == name; });
      // One that adds nothing may be asked for in other ways.
      if (gate == gates.end()) return false;
      names->insert(gate->names.begin(), gate->names.end());
    }
    return !names->empty();
  }

 private:
  [[nodiscard]] const manifest::Feature* find(std::string_view name) const {
    for (const manifest::Feature& each : manifest_->features)
      if (each.name == name) return &each;
    return nullptr;
  }
  bool reaches(std::string_view from, std::string_view to, std::set<std::string_view>* seen) const {
    std::vector<std::string_view> open = {from};
    while (!open.empty()) {
      const std::string_view name = open.back();
      open.pop_back();
      if (name == to) return true;
      if (!seen->insert(name).second) continue;
      if (const manifest::Feature* found = find(name))
        for (const manifest::FeatureValue& value : found->values)
          if (value.kind == manifest::FeatureValueKind::Feature) open.push_back(value.name);
    }
    return false;
  }

  const Project& project_;
  const PackageNode& node_;
  std::vector<CrateIndex> crates_;
  const manifest::Package* manifest_ = nullptr;
};

// Whether paths lead to one of the names in that crate, those that macros make among them; or whether a module hands
// the crate on, so that it is not known here who uses what.
bool is_named_or_handed_on(const Project& project, CrateIndex library, const std::set<std::string>& names) {
  for (uint32_t i = 0; i < project.graph.crates.size(); ++i) {
    const CrateIndex index = Project::index_of(CrateId(i));
    const CrateDefs* crate = project.analysis.crate(index);
    if (!project.graph.crates[i].local || crate == nullptr) continue;
    for (const Import& import : crate->imports) {
      if (!import.visibility.is_public()) continue;
      for (const Binding& target : import.targets)
        if (target.target == Binding::Target::Def && target.def.crate == library) return true;
    }
    if (!project.has_names[index]) return true;
    const CrateDefs* home = project.analysis.crate(library);
    for (const NameUse& use : project.names[index].uses)
      if (use.resolution.def && use.resolution.def.crate == library && home != nullptr &&
          names.contains(std::string(home->name_of(use.resolution.def.def))))
        return true;
  }
  return false;
}

// A feature that is asked for, and the names that it adds.
struct Candidate {
  const manifest::Text* feature = nullptr;
  std::set<std::string> names;
};

void check_package(WorkspaceContext& context, const manifest::Package& package, uint32_t node) {
  const Project& project = *context.names();
  const manifest::Manifest& manifest = context.manifest_of(package);
  for (const manifest::Dependency& dependency : package.dependencies) {
    if (!dependency.written || dependency.optional || dependency.kind == manifest::DependencyKind::Build) continue;
    const manifest::DependencyEntry& entry = manifest.dependencies[dependency.written.value];
    const PackageEdge* edge = nullptr;
    for (const PackageEdge& each : project.graph.packages[node].dependencies)
      if (each.name == dependency.name && each.kind == dependency.kind && each.active) edge = &each;
    if (edge == nullptr || !edge->to) continue;
    const Library library(project, edge->to.value);
    if (!library.known()) continue;
    std::vector<Candidate> candidates;
    for (const manifest::Text& feature : entry.features.value) {
      std::set<std::string> names;
      if ((dependency.default_features && library.is_default(feature.value)) ||
          !library.names_of(feature.value, &names) || is_named_or_handed_on(project, library.crate(), names))
        continue;
      candidates.push_back({&feature, std::move(names)});
    }
    if (candidates.empty()) continue;
    std::set<std::string_view> wanted;
    for (const Candidate& each : candidates) wanted.insert(each.names.begin(), each.names.end());
    Words words(wanted);
    if (!words.read(*context.files(), library.folder())) continue;
    for (const auto& [feature, names] : candidates) {
      if (std::any_of(names.begin(), names.end(), [&](const std::string& name) { return words.found(name); })) continue;
      std::string list;
      size_t shown = 0;
      for (const std::string& name : names)
        if (shown++ < kShown) list += (list.empty() ? "`" : ", `") + name + "`";
      if (names.size() > kShown) list += " and " + std::to_string(names.size() - kShown) + " more";
      context.report({.primary = {context.document_of(package), feature->span, {}},
                      .message = "the feature `" + std::string(feature->value) + "` of `" +
                                 std::string(dependency.name) + "` is on, and nothing here names what it adds",
                      .help = "leave it out; it adds " + list,
                      .severity = Severity::Advice});
    }
  }
}

void check(WorkspaceContext& context) {
  const Project* project = context.names();
  if (project == nullptr || context.files() == nullptr || !context.project().complete) return;
  const auto asks = [](const manifest::Package& package) {
    return std::any_of(package.dependencies.begin(), package.dependencies.end(),
                       [](const manifest::Dependency& dependency) { return !dependency.features.empty(); });
  };
  const std::vector<manifest::Package>& packages = context.workspace().packages;
  for (const manifest::Package& package : packages) {
    if (!package.usable || !context.is_shown(package) || !asks(package)) continue;
    const std::string_view path = context.manifest_of(package).path;
    for (uint32_t i = 0; i < project->graph.packages.size(); ++i)
      if (project->graph.packages[i].manifest_path == path) check_package(context, package, i);
  }
}

}  // namespace

extern const Rule kUnneededFeatureRule;
const Rule kUnneededFeatureRule = {
    .id = "ecosystem/unneeded-feature",
    .area = "ecosystem",
    .title = "a feature of a dependency whose additions nobody names",
    .why =
        "A feature is code that is compiled, and often dependencies with it. Features are joined over all that is "
        "built "
        "together, so one that is asked for needlessly is there for everybody. This is said only of features that do "
        "nothing but add items, when no word in the code is the name of one.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[workspace]\n"
        "exclude = [\"shapes\"]\n"
        "[dependencies]\n"
        "shapes = { path = \"shapes\", features = [\"circles\"] }  #~\n"
        "--- src/main.rs\n"
        "fn main() { shapes::square(); }\n"
        "--- shapes/Cargo.toml\n"
        "[package]\n"
        "name = \"shapes\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[features]\n"
        "circles = []\n"
        "--- shapes/src/lib.rs\n"
        "pub fn square() {}\n"
        "#[cfg(feature = \"circles\")]\n"
        "pub fn circle() {}\n",
    .good =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[workspace]\n"
        "exclude = [\"shapes\"]\n"
        "[dependencies]\n"
        "shapes = { path = \"shapes\", features = [\"circles\"] }\n"
        "--- src/main.rs\n"
        "fn main() { shapes::circle(); }\n"
        "--- shapes/Cargo.toml\n"
        "[package]\n"
        "name = \"shapes\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[features]\n"
        "circles = []\n"
        "--- shapes/src/lib.rs\n"
        "pub fn square() {}\n"
        "#[cfg(feature = \"circles\")]\n"
        "pub fn circle() {}\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt =
        "it may be on for others that are built together with this, or do more on another platform or in another "
        "version",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
