// manifest/unused-workspace-dependency: entries of [workspace.dependencies] that no member takes.
#include <unordered_set>

#include "review/toml_edits.h"
#include "review/workspace_rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "The Cargo Book, Workspaces, The dependencies table, "
    "https://doc.rust-lang.org/cargo/reference/workspaces.html#the-dependencies-table",
};

void check(WorkspaceContext& context) {
  const manifest::Workspace& workspace = context.workspace();
  if (!context.project().complete || workspace.standalone || !workspace.manifests[0].workspace) return;
  // A member that cannot be read may be the one.
  for (const manifest::WorkspaceProblem& each : workspace.problems)
    if (each.problem.severity == manifest::Severity::Error) return;
  std::unordered_set<std::string_view> used;
  for (const manifest::Manifest& manifest : workspace.manifests) {
    if (!manifest.document.readable()) return;
    for (const manifest::DependencyEntry& entry : manifest.dependencies)
      if (entry.inherited) used.insert(entry.name.value);
  }
  for (const manifest::DependencyEntry& entry : workspace.manifests[0].workspace->dependencies) {
    if (used.contains(entry.name.value)) continue;
    // Nobody takes it, so nothing is built differently without it.
    std::vector<DocumentEdit> edits;
    const std::string_view text = workspace.manifests[0].document.text();
    if (is_plain_entry(text, entry.name.span, entry.span))
      edits.push_back({context.manifest_document(0), {toml_entry_span(text, entry.name.span, entry.span), ""}});
    context.report({.primary = {context.manifest_document(0), entry.name.span, {}},
                    .message = "no member takes `" + std::string(entry.name.value) + "` from the workspace",
                    .help = "take the entry out, or write `workspace = true` in the member that was to have it",
                    .severity = Severity::Advice,
                    .edits = std::move(edits),
                    .applicability = Applicability::MachineApplicable});
  }
}

}  // namespace

extern const Rule kUnusedWorkspaceDependencyRule;
const Rule kUnusedWorkspaceDependencyRule = {
    .id = "manifest/unused-workspace-dependency",
    .area = "manifest",
    .title = "a dependency of the workspace that no member has",
    .why =
        "Who reads [workspace.dependencies] takes it for the list of what the workspace is built from. An entry that "
        "nobody takes is either a leftover, or the sign of a member that asks for a version of its own.",
    .bad =
        "--- Cargo.toml\n"
        "[workspace]\n"
        "members = [\"app\"]\n"
        "resolver = \"3\"\n"
        "[workspace.dependencies]\n"
        "log = \"0.4\"\n"
        "rand = \"0.9\"  #~\n"
        "--- app/Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[dependencies]\n"
        "log.workspace = true\n"
        "--- app/src/main.rs\n"
        "fn main() {}\n",
    .good =
        "--- Cargo.toml\n"
        "[workspace]\n"
        "members = [\"app\"]\n"
        "resolver = \"3\"\n"
        "[workspace.dependencies]\n"
        "log = \"0.4\"\n"
        "--- app/Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[dependencies]\n"
        "log.workspace = true\n"
        "--- app/src/main.rs\n"
        "fn main() {}\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "a tool of the project may read the table too",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
