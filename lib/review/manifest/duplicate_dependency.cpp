// manifest/duplicate-dependency: entries that say again what another table of the manifest says for more builds.
#include <algorithm>

#include "review/toml_edits.h"
#include "review/workspace_rule.h"

namespace rp {
namespace {

using manifest::Dependency;
using manifest::DependencyKind;

constexpr std::string_view kReferences[] = {
    "The Cargo Book, Specifying Dependencies, "
    "https://doc.rust-lang.org/cargo/reference/specifying-dependencies.html#development-dependencies",
};

bool same_source(const Dependency& a, const Dependency& b) {
  return a.name == b.name && a.package == b.package && a.source == b.source && a.requirement == b.requirement &&
         a.registry == b.registry && a.location == b.location && a.branch == b.branch && a.tag == b.tag &&
         a.rev == b.rev && a.is_public == b.is_public;
}

std::string_view platform_of(const manifest::Manifest& manifest, const Dependency& dependency) {
  return dependency.platform ? manifest.platforms[dependency.platform.value].platform.text : std::string_view();
}

// Whether all that `less` brings is there because of `more` already, in every build that `less` counts in.
bool covers(const manifest::Manifest& manifest, const Dependency& more, const Dependency& less) {
  if (!same_source(more, less) || more.optional || less.optional) return false;
  const bool kinds =
      more.kind == less.kind || (more.kind == DependencyKind::Normal && less.kind == DependencyKind::Development);
  if (!kinds || (more.platform && platform_of(manifest, more) != platform_of(manifest, less))) return false;
  if (less.default_features && !more.default_features) return false;
  return std::all_of(less.features.begin(), less.features.end(), [&](std::string_view feature) {
    return std::find(more.features.begin(), more.features.end(), feature) != more.features.end();
  });
}

std::string table_of(const manifest::Manifest& manifest, const Dependency& dependency) {
  const std::string_view table = dependency.kind == DependencyKind::Development ? "dev-dependencies"
                                 : dependency.kind == DependencyKind::Build     ? "build-dependencies"
                                                                                : "dependencies";
  if (!dependency.platform) return "[" + std::string(table) + "]";
  return "[target.'" + std::string(platform_of(manifest, dependency)) + "'." + std::string(table) + "]";
}

void check(WorkspaceContext& context) {
  for (const manifest::Package& package : context.workspace().packages) {
    if (!package.usable || !context.is_shown(package)) continue;
    const manifest::Manifest& manifest = context.manifest_of(package);
    for (const Dependency& less : package.dependencies) {
      if (!less.written) continue;
      for (const Dependency& more : package.dependencies) {
        if (&more == &less || !more.written || !covers(manifest, more, less)) continue;
        const manifest::DependencyEntry& entry = manifest.dependencies[less.written.value];
        const manifest::DependencyEntry& other = manifest.dependencies[more.written.value];
        const std::string_view text = manifest.document.text();
        std::vector<DocumentEdit> edits;
        if (is_plain_entry(text, entry.name.span, entry.span))
          edits.push_back({context.document_of(package), {toml_entry_span(text, entry.name.span, entry.span), ""}});
        context.report(
            {.primary = {context.document_of(package), entry.name.span, {}},
             .message = "`" + std::string(less.name) + "` is in " + table_of(manifest, more) + " as it is here",
             .help = "take it out of " + table_of(manifest, less),
             .severity = Severity::Advice,
             .related = {{context.document_of(package), other.name.span, "for all that this one is for"}},
             .edits = std::move(edits)});
        break;
      }
    }
  }
}

}  // namespace

extern const Rule kDuplicateDependencyRule;
const Rule kDuplicateDependencyRule = {
    .id = "manifest/duplicate-dependency",
    .area = "manifest",
    .title = "a dependency that another table has already",
    .why =
        "What stands in [dependencies] is there for tests, examples and every platform. An entry that says the same "
        "again changes nothing, until one of the two is renewed and the other is not: then two versions are built.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[dependencies]\n"
        "log = \"0.4\"\n"
        "rand = { version = \"0.9\", features = [\"small_rng\"] }\n"
        "[target.'cfg(unix)'.dependencies]\n"
        "log = \"0.4\"  #~\n"
        "[dev-dependencies]\n"
        "rand = \"0.9\"  #~\n"
        "--- src/main.rs\n"
        "fn main() { let _ = rand::random::<u8>(); log::info!(\"x\"); }\n",
    .good =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[dependencies]\n"
        "log = \"0.4\"\n"
        "rand = { version = \"0.9\", default-features = false }\n"
        "[target.'cfg(unix)'.dependencies]\n"
        "log = { version = \"0.4\", features = [\"std\"] }\n"
        "[dev-dependencies]\n"
        "rand = \"0.9\"\n"
        "--- src/main.rs\n"
        "fn main() { let _ = rand::random::<u8>(); log::info!(\"x\"); }\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Proven,
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
