// manifest/release-profile: a release profile that builds as for debugging.
#include "review/toml_edits.h"
#include "review/workspace_rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "The Cargo Book, Profiles, https://doc.rust-lang.org/cargo/reference/profiles.html",
};

void check(WorkspaceContext& context) {
  // Profiles are read in the root only.
  const manifest::Workspace& workspace = context.workspace();
  for (const manifest::ProfileEntry& profile : workspace.manifests[0].profiles) {
    if (profile.name.value != "release" || profile.scope != manifest::ProfileScope::Whole) continue;
    const std::string_view text = workspace.manifests[0].document.text();
    const auto say = [&](manifest::Span key, manifest::Span span, std::string message, std::string help) {
      std::vector<DocumentEdit> edits;
      if (is_plain_entry(text, key, span))
        edits.push_back({context.manifest_document(0), {toml_entry_span(text, key, span), ""}});
      context.report({.primary = {context.manifest_document(0), span, {}},
                      .message = std::move(message),
                      .help = std::move(help),
                      .severity = Severity::Warning,
                      .edits = std::move(edits)});
    };
    if (profile.opt_level && profile.opt_level.value == "0")
      say(profile.opt_level.key, profile.opt_level.span, "release builds are not optimized",
          "take it out: the level of a release build is 3");
    if (profile.debug_assertions && profile.debug_assertions.value)
      say(profile.debug_assertions.key, profile.debug_assertions.span,
          "release builds check what only tests should have to",
          "put debug-assertions into a profile of its own that inherits \"release\"");
  }
}

}  // namespace

extern const Rule kReleaseProfileRule;
const Rule kReleaseProfileRule = {
    .id = "manifest/release-profile",
    .area = "manifest",
    .title = "a release profile that builds as for debugging",
    .why =
        "`cargo build --release` is what programs are shipped from and measured with. Without optimization Rust's "
        "abstractions cost many times what they should, and debug assertions may stop a program in the field.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[profile.release]\n"
        "opt-level = 0  #~\n"
        "debug-assertions = true  #~\n"
        "--- src/main.rs\n"
        "fn main() {}\n",
    .good =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[profile.release]\n"
        "opt-level = \"s\"\n"
        "lto = true\n"
        "[profile.checked]\n"
        "inherits = \"release\"\n"
        "debug-assertions = true\n"
        "--- src/main.rs\n"
        "fn main() {}\n",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "it may be there for a while, to find a fault",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
