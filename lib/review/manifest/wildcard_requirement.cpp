// manifest/wildcard-requirement: dependencies of any version.
#include "review/workspace_rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "The Cargo Book, Specifying Dependencies, Wildcard requirements, "
    "https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html#wildcard-requirements",
    "The Cargo Book, Publishing on crates.io, https://doc.rust-lang.org/cargo/reference/publishing.html",
};

bool is_wildcard(const manifest::TextField& version) {
  if (version.origin != manifest::Origin::Written) return false;
  const auto req = manifest::parse_version_req(version.value);
  return req && req->comparators.empty();
}

// What the lock file holds, when that is one version: the code is known to build with it.
std::string locked_version(const WorkspaceContext& context, const manifest::DependencyEntry& entry) {
  if (context.lockfile() == nullptr) return {};
  const std::string_view name = entry.package ? entry.package.value : entry.name.value;
  std::string found;
  for (const manifest::LockedPackage& locked : context.lockfile()->packages) {
    if (locked.name.value != name) continue;
    if (!found.empty() || !locked.version.pre.empty()) return {};
    found = std::to_string(locked.version.major) + "." + std::to_string(locked.version.minor) + "." +
            std::to_string(locked.version.patch);
  }
  return found;
}

void report(WorkspaceContext& context, DocumentId document, const manifest::DependencyEntry& entry) {
  if (!is_wildcard(entry.version) || entry.path || entry.git) return;
  std::vector<DocumentEdit> edits;
  if (const std::string version = locked_version(context, entry); !version.empty())
    edits.push_back({document, {{entry.version.span.begin, entry.version.span.end}, '"' + version + '"'}});
  context.report({.primary = {document, entry.version.span, {}},
                  .message = "`" + std::string(entry.name.value) + "` may be of any version",
                  .help = "write the oldest version that is known to do, such as \"1.4\"",
                  .severity = Severity::Warning,
                  .edits = std::move(edits)});
}

void check(WorkspaceContext& context) {
  const manifest::Workspace& workspace = context.workspace();
  for (uint32_t i = 0; i < workspace.manifests.size(); ++i) {
    const manifest::Manifest& manifest = workspace.manifests[i];
    const DocumentId document = context.manifest_document(i);
    for (const manifest::DependencyEntry& entry : manifest.dependencies) report(context, document, entry);
    if (manifest.workspace)
      for (const manifest::DependencyEntry& entry : manifest.workspace->dependencies) report(context, document, entry);
  }
}

}  // namespace

extern const Rule kWildcardRequirementRule;
const Rule kWildcardRequirementRule = {
    .id = "manifest/wildcard-requirement",
    .area = "manifest",
    .title = "a dependency of any version",
    .why =
        "`*` takes the next incompatible release as readily as the last one: the code compiles until somebody renews "
        "the lock file, and then does not, without a change of its own. crates.io refuses packages with it.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[dependencies]\n"
        "log = \"*\"  #~\n"
        "--- src/main.rs\n"
        "fn main() {}\n",
    .good =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[dependencies]\n"
        "log = \"0.4\"\n"
        "--- src/main.rs\n"
        "fn main() {}\n",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "a lock file that is kept holds the version still until somebody renews it",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
