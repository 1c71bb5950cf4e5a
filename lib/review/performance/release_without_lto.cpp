// performance/release-without-lto: a program whose release profile somebody has set, without what makes it fast.
#include <algorithm>

#include "review/workspace_rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "The Cargo Book, Profiles, lto, https://doc.rust-lang.org/cargo/reference/profiles.html#lto",
    "The Cargo Book, Profiles, codegen-units, https://doc.rust-lang.org/cargo/reference/profiles.html#codegen-units",
};

bool ships_binary(const manifest::Workspace& workspace) {
  for (const manifest::Package& package : workspace.packages)
    if (std::any_of(package.targets.begin(), package.targets.end(),
                    [](const manifest::Target& t) { return t.kind == manifest::TargetKind::Bin; }))
      return true;
  return false;
}

void check(WorkspaceContext& context) {
  // Profiles are read in the root only. Where there is none, cargo's own is what was chosen.
  const manifest::Workspace& workspace = context.workspace();
  if (workspace.manifests.empty() || !ships_binary(workspace)) return;
  for (const manifest::ProfileEntry& profile : workspace.manifests[0].profiles) {
    if (profile.name.value != "release" || profile.scope != manifest::ProfileScope::Whole) continue;
    if (profile.lto || (profile.codegen_units && profile.codegen_units.value == 1)) continue;
    // A build for size or for debugging has other aims.
    if (profile.opt_level && profile.opt_level.value != "3") continue;
    context.report({.primary = {context.manifest_document(0), profile.span, {}},
                    .message = "the program is released without link-time optimization",
                    .help = "write lto = \"thin\" (or true) and codegen-units = 1: the build takes longer, the program "
                            "is smaller and often faster. Measure it",
                    .severity = Severity::Advice});
  }
}

}  // namespace

extern const Rule kReleaseWithoutLto;
const Rule kReleaseWithoutLto = {
    .id = "performance/release-without-lto",
    .area = "performance",
    .title = "a released program without link-time optimization",
    .why =
        "By default each crate is optimized by itself, in 16 parts: calls across them are not inlined. Who has set the "
        "release profile of a program already gets some percent of speed and a smaller file for one line more.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[profile.release]  #~\n"
        "strip = true\n"
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
        "strip = true\n"
        "lto = \"thin\"\n"
        "codegen-units = 1\n"
        "--- src/main.rs\n"
        "fn main() {}\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "the time that a build takes may matter more, and the gain may be nothing",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
