// manifest/missing-rust-version: published packages that do not say which compilers they need.
#include "review/workspace_rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "The Cargo Book, Rust Version, https://doc.rust-lang.org/cargo/reference/rust-version.html",
};

void check(WorkspaceContext& context) {
  for (const manifest::Package& package : context.workspace().packages) {
    if (!looks_published(package) || package.rust_version || !package.usable) continue;
    const manifest::Manifest& manifest = context.manifest_of(package);
    if (manifest.package->rust_version) continue;
    context.report({.primary = {context.document_of(package), manifest.package->name.span, {}},
                    .message = "`" + std::string(package.name) + "` does not say which Rust it needs",
                    .help = "write rust-version, the oldest Rust that the package is tested with",
                    .severity = Severity::Advice});
  }
}

}  // namespace

extern const Rule kMissingRustVersionRule;
const Rule kMissingRustVersionRule = {
    .id = "manifest/missing-rust-version",
    .area = "manifest",
    .title = "a published package without rust-version",
    .why =
        "With rust-version, cargo chooses a release that the user's compiler can build, and says in plain words when "
        "there is none. Without it, the user sees errors from deep inside the package.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"shapes\"  #~\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "license = \"MIT\"\n"
        "description = \"Shapes\"\n"
        "--- src/lib.rs\n",
    .good =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"shapes\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "rust-version = \"1.85\"\n"
        "license = \"MIT\"\n"
        "description = \"Shapes\"\n"
        "--- src/lib.rs\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "a package that follows the latest compiler on purpose may leave it out",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
