// manifest/missing-metadata: what crates.io asks for, of packages that have some of it.
#include "review/workspace_rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "The Cargo Book, Publishing on crates.io, https://doc.rust-lang.org/cargo/reference/publishing.html",
    "Rust API Guidelines, C-METADATA, https://rust-lang.github.io/api-guidelines/documentation.html#c-metadata",
};

void check(WorkspaceContext& context) {
  for (const manifest::Package& package : context.workspace().packages) {
    if (!package.may_publish || package.publish_limited || !package.has_version || !package.usable) continue;
    const bool described = static_cast<bool>(package.description);
    const bool licensed = package.license || package.license_file;
    const bool has_some = described || licensed || package.repository || package.homepage || package.documentation ||
                          package.keywords || package.categories;
    if (!has_some || (described && licensed)) continue;
    const std::string missing = described ? "license" : licensed ? "description" : "description and license";
    const manifest::Manifest& manifest = context.manifest_of(package);
    context.report({.primary = {context.document_of(package), manifest.package->name.span, {}},
                    .message = "`" + std::string(package.name) + "` has no " + missing + ", which crates.io asks for",
                    .help = "write " + missing + ", or publish = false",
                    .severity = Severity::Advice});
  }
}

}  // namespace

extern const Rule kMissingMetadataRule;
const Rule kMissingMetadataRule = {
    .id = "manifest/missing-metadata",
    .area = "manifest",
    .title = "a package that says too little of itself",
    .why =
        "crates.io refuses a package without a description and a licence. Without a licence nobody may use the code, "
        "however public it is.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"shapes\"  #~\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "repository = \"https://example.com/shapes\"\n"
        "--- src/lib.rs\n",
    .good =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"shapes\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "rust-version = \"1.85\"\n"
        "license = \"MIT OR Apache-2.0\"\n"
        "description = \"Shapes and what they cover\"\n"
        "repository = \"https://example.com/shapes\"\n"
        "--- src/lib.rs\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "a package that is never published needs none of it; publish = false says so",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
