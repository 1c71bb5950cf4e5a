// ecosystem/build-time-code: dependencies that run on the machine that builds. Every report lists them; as a finding
// they are for those who want a review to stop at a new one.
#include "review/workspace_rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "The Cargo Book, Build Scripts, https://doc.rust-lang.org/cargo/reference/build-scripts.html",
    "The Rust Reference, Procedural Macros, https://doc.rust-lang.org/reference/procedural-macros.html",
};

void check(WorkspaceContext& context) {
  const CrateGraph* graph = context.graph();
  const manifest::Workspace& workspace = context.workspace();
  if (graph == nullptr) return;
  const auto list = [&](bool macros, std::string* names) {
    size_t count = 0;
    for (const PackageNode& node : graph->packages) {
      if (node.origin == PackageOrigin::Member || !(node.built_for_target || node.built_for_host)) continue;
      if (!(macros ? node.is_proc_macro : node.has_build_script)) continue;
      *names += (count++ == 0 ? "" : ", ") + node.name + " " + node.version;
    }
    return count;
  };
  std::string scripts;
  std::string macros;
  const size_t script_count = list(false, &scripts);
  const size_t macro_count = list(true, &macros);
  if (script_count + macro_count == 0) return;
  const manifest::Manifest& root = workspace.manifests[0];
  const manifest::Span span = root.package ? root.package->name.span : root.workspace->span;
  std::string message = "building runs code of dependencies:";
  if (script_count != 0) message += " build scripts of " + scripts;
  if (macro_count != 0) message += (script_count != 0 ? "; procedural macros of " : " procedural macros of ") + macros;
  context.report({.primary = {context.manifest_document(0), span, {}},
                  .message = std::move(message),
                  .help = "read these first when you review dependencies; build where they can do no harm",
                  .severity = Severity::Advice});
}

}  // namespace

extern const Rule kBuildTimeCodeRule;
const Rule kBuildTimeCodeRule = {
    .id = "ecosystem/build-time-code",
    .area = "ecosystem",
    .title = "dependencies that run when the program is built",
    .why =
        "A build script or a procedural macro runs with all rights of the one who builds: it reads files and keys, and "
        "reaches the network. It does so in the editor too, before anybody has started the program.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"  #~\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[workspace]\n"
        "exclude = [\"shapes\"]\n"
        "[dependencies]\n"
        "shapes = { path = \"shapes\" }\n"
        "--- src/main.rs\n"
        "fn main() {}\n"
        "--- shapes/Cargo.toml\n"
        "[package]\n"
        "name = \"shapes\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "--- shapes/build.rs\n"
        "fn main() {}\n"
        "--- shapes/src/lib.rs\n",
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
        "shapes = { path = \"shapes\" }\n"
        "--- src/main.rs\n"
        "fn main() {}\n"
        "--- shapes/Cargo.toml\n"
        "[package]\n"
        "name = \"shapes\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "--- shapes/src/lib.rs\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "most of them do what they are for and no more; this only says where to look",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
    .opt_in = true,
};

}  // namespace rp
