// manifest/features: features whose names say that they take something away.
#include "review/workspace_rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "The Cargo Book, Features, Feature unification, "
    "https://doc.rust-lang.org/cargo/reference/features.html#feature-unification",
    "Rust API Guidelines, C-FEATURE, https://rust-lang.github.io/api-guidelines/naming.html#c-feature",
};

// What the feature takes away: "std" of "no-std"; empty for none.
std::string_view taken_away(std::string_view name) {
  for (const std::string_view prefix : {"no-", "no_", "without-", "without_", "disable-", "disable_"})
    if (name.starts_with(prefix) && name.size() > prefix.size()) return name.substr(prefix.size());
  return {};
}

// Whether a feature only turns on the one of the same name in a dependency: there the name was chosen.
bool passes_on(const manifest::FeatureEntry& feature) {
  for (const manifest::FeatureValue& value : feature.values)
    if (value.feature == feature.name.value) return true;
  return false;
}

void check(WorkspaceContext& context) {
  const manifest::Workspace& workspace = context.workspace();
  for (uint32_t i = 0; i < workspace.manifests.size(); ++i) {
    for (const manifest::FeatureEntry& feature : workspace.manifests[i].features) {
      const std::string_view what = taken_away(feature.name.value);
      if (what.empty() || passes_on(feature)) continue;
      context.report({.primary = {context.manifest_document(i), feature.name.span, {}},
                      .message = "the feature `" + std::string(feature.name.value) + "` seems to take something away",
                      .help = "make `" + std::string(what) + "` a feature that adds it, in `default` when most want it",
                      .severity = Severity::Advice});
    }
  }
}

}  // namespace

extern const Rule kFeatureNamesRule;
const Rule kFeatureNamesRule = {
    .id = "manifest/features",
    .area = "manifest",
    .title = "a feature that takes away",
    .why =
        "cargo builds a package once with all features that anybody in the program asks for. A feature that takes "
        "something away takes it from all of them, also from those who need it: features must add.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[features]\n"
        "no-std = []  #~\n"
        "--- src/lib.rs\n",
    .good =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[features]\n"
        "default = [\"std\"]\n"
        "std = []\n"
        "--- src/lib.rs\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the name may mean something else, and a feature of a program that nobody depends on harms nobody",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
