// wasm/profile-not-for-size: a crate for the browser whose release profile is not set for size.
#include "review/workspace_rule.h"

namespace rp {

extern const Rule kProfileNotForSize;

namespace {

constexpr std::string_view kReferences[] = {
    "Rust and WebAssembly, \"Shrinking .wasm Size\", "
    "https://rustwasm.github.io/docs/book/reference/code-size.html",
    "The Cargo Book, \"Profiles\", https://doc.rust-lang.org/cargo/reference/profiles.html",
};

bool is_wasm_library(const manifest::Package& package) {
  bool bindgen = false, cdylib = false;
  for (const manifest::Dependency& d : package.dependencies)
    bindgen |= d.package == "wasm-bindgen" && !d.platform && !d.optional;
  for (const manifest::Target& target : package.targets)
    for (const auto& type : target.crate_types) cdylib |= type == "cdylib";
  return bindgen && cdylib;
}

void check(WorkspaceContext& context) {
  const manifest::Workspace& workspace = context.workspace();
  if (workspace.manifests.empty()) return;
  const manifest::Manifest& root = workspace.manifests[0];
  const manifest::ProfileEntry* release = nullptr;
  for (const manifest::ProfileEntry& profile : root.profiles)
    if (profile.name.value == "release" && profile.scope == manifest::ProfileScope::Whole) release = &profile;
  bool small = false, lto = false;
  if (release != nullptr) {
    small = release->opt_level && (release->opt_level.value == "s" || release->opt_level.value == "z");
    lto = release->lto && (release->lto.value.is_bool ? release->lto.value.boolean : release->lto.value.text != "off");
  }
  if (small && lto) return;
  for (const manifest::Package& package : workspace.packages) {
    if (!is_wasm_library(package) || !context.is_shown(package)) continue;
    const std::string missing = small ? "`lto = true`"
                                : lto ? "`opt-level = \"s\"`"
                                      : "`opt-level = \"s\"` and `lto = true`";
    const manifest::Manifest& manifest = context.manifest_of(package);
    if (!manifest.package) continue;
    context.report(
        {.primary = {context.document_of(package), manifest.package->name.span, "downloaded by every visitor"},
         .message =
             "`" + std::string(package.name) + "` is made for WebAssembly, and the release profile is not set for size",
         .help = "in the workspace's `[profile.release]`: " + missing +
                 ", `codegen-units = 1`, `panic = \"abort\"`; then `wasm-opt -Oz`, and measure",
         .severity = kProfileNotForSize.severity});
  }
}

}  // namespace

const Rule kProfileNotForSize = {
    .id = "wasm/profile-not-for-size",
    .area = "wasm",
    .title = "WebAssembly library with a release profile made for speed alone",
    .why =
        "A .wasm file is downloaded and compiled before anything runs. `opt-level = \"s\"` with LTO often makes it "
        "half as "
        "large; cargo's release profile has neither.",
    .bad = R"(--- Cargo.toml
[package]
name = "sample"  #~
version = "0.1.0"
edition = "2021"
publish = false
rust-version = "1.70"

[lib]
crate-type = ["cdylib"]

[dependencies]
wasm-bindgen = "0.2"
--- src/lib.rs
)",
    .good = R"(--- Cargo.toml
[package]
name = "sample"
version = "0.1.0"
edition = "2021"
publish = false
rust-version = "1.70"

[lib]
crate-type = ["cdylib"]

[profile.release]
opt-level = "s"
lto = true
codegen-units = 1
panic = "abort"
--- src/lib.rs
)",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "speed may matter more than size here, or the profile be set where it is built",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
