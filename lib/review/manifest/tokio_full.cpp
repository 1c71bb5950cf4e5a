// manifest/tokio-full: a library or a program that takes all of tokio.
#include <algorithm>

#include "review/workspace_rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "tokio, Feature flags, https://docs.rs/tokio/latest/tokio/#feature-flags",
};

void check(WorkspaceContext& context) {
  for (const manifest::Package& package : context.workspace().packages) {
    if (!package.usable) continue;
    const manifest::Manifest& manifest = context.manifest_of(package);
    for (const manifest::Dependency& dependency : package.dependencies) {
      if (dependency.package != "tokio" || dependency.kind != manifest::DependencyKind::Normal || !dependency.written)
        continue;
      if (std::find(dependency.features.begin(), dependency.features.end(), "full") == dependency.features.end())
        continue;
      // Of [workspace.dependencies] the place is there.
      const manifest::DependencyEntry& entry = manifest.dependencies[dependency.written.value];
      const bool library = std::any_of(package.targets.begin(), package.targets.end(),
                                       [](const manifest::Target& t) { return t.kind == manifest::TargetKind::Lib; });
      context.report(
          {.primary = {context.document_of(package), entry.features ? entry.features.span : entry.name.span, {}},
           .message = "`" + std::string(package.name) + "` turns on all of tokio",
           .help = library
                       ? "name the features that the library needs (rt, net, sync, …): its users pay for the rest, and "
                         "cannot turn it off"
                       : "name the features that are needed (rt-multi-thread, macros, net, …): the rest is compiled "
                         "for nothing",
           .severity = library && looks_published(package) ? Severity::Warning : Severity::Advice});
    }
  }
}

}  // namespace

extern const Rule kTokioFullRule;
const Rule kTokioFullRule = {
    .id = "manifest/tokio-full",
    .area = "manifest",
    .title = "all features of tokio",
    .why =
        "`full` is for trying things out. It compiles the network, file, process and signal drivers with what they "
        "depend on, also where a timer and a channel are needed; and features of a library are on for all its users.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[dependencies]\n"
        "tokio = { version = \"1\", features = [\"full\"] }  #~\n"
        "--- src/main.rs\n"
        "#[tokio::main]\n"
        "async fn main() {}\n",
    .good =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[dependencies]\n"
        "tokio = { version = \"1\", features = [\"macros\", \"rt-multi-thread\"] }\n"
        "[dev-dependencies]\n"
        "tokio = { version = \"1\", features = [\"full\"] }\n"
        "--- src/main.rs\n"
        "#[tokio::main]\n"
        "async fn main() {}\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "a program may need most of it",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
