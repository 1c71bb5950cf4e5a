// manifest/error: what cargo would refuse, or warn of, in manifests and lock files.
#include "review/workspace_rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "The Cargo Book, The Manifest Format, https://doc.rust-lang.org/cargo/reference/manifest.html",
    "The Cargo Book, Workspaces, https://doc.rust-lang.org/cargo/reference/workspaces.html",
};

void report(WorkspaceContext& context, DocumentId document, const manifest::Problem& problem) {
  const bool warning = problem.severity == manifest::Severity::Warning;
  context.report({.primary = {document, problem.span, {}},
                  .message = std::string(problem.message),
                  .help = problem.accepts.empty() ? std::string() : "cargo takes " + std::string(problem.accepts),
                  .severity = warning ? Severity::Warning : Severity::Error});
}

void check(WorkspaceContext& context) {
  const manifest::Workspace& workspace = context.workspace();
  for (uint32_t i = 0; i < workspace.manifests.size(); ++i)
    for (const manifest::Problem& problem : workspace.manifests[i].problems)
      report(context, context.manifest_document(i), problem);
  if (const manifest::Lockfile* lock = context.project().lockfile.get())
    for (const manifest::Problem& problem : lock->problems) report(context, context.lock_document(), problem);
  // What a package and a workspace lack may be in a folder that could not be looked at.
  if (!context.project().complete) return;
  for (const manifest::Package& package : workspace.packages)
    for (const manifest::Problem& problem : package.problems) report(context, context.document_of(package), problem);
  for (const manifest::WorkspaceProblem& each : workspace.problems)
    report(context, context.manifest_document(each.manifest), each.problem);
}

}  // namespace

extern const Rule kManifestErrorRule;
const Rule kManifestErrorRule = {
    .id = "manifest/error",
    .area = "manifest",
    .title = "a manifest or lock file that cargo refuses or warns of",
    .why =
        "cargo builds nothing while it cannot read a manifest. What it only warns of is worse in a way: a key that is "
        "written wrongly, or in the wrong table, has no effect, and the build goes on without what was meant.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2020\"  #~\n"
        "publish = false\n"
        "[profile.release]\n"
        "opt-levle = 3  #~\n"
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
        "opt-level = 3\n"
        "--- src/main.rs\n"
        "fn main() {}\n",
    .severity = Severity::Error,
    .verdict = Verdict::Proven,
    .doubt = "",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
