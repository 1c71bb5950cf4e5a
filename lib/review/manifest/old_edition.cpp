// manifest/edition: packages in an edition that newer ones have mended.
#include "review/workspace_rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "The Rust Edition Guide, https://doc.rust-lang.org/edition-guide/",
};

// Rust 1.56 brought the edition of 2021: a package that promises to build with an older one cannot have it.
// One that others build and that promises nothing keeps to compilers that only its authors know.
bool must_stay(const manifest::Package& package) {
  if (!package.rust_version) return looks_published(package);
  const manifest::PartialVersion& rust = package.rust_version.value;
  return rust.major < 1 || (rust.major == 1 && rust.minor.value_or(0) < 56);
}

void check(WorkspaceContext& context) {
  for (const manifest::Package& package : context.workspace().packages) {
    // Where none is written, cargo says so itself.
    if (!package.usable || !package.edition_written || package.edition >= Edition::k2021 || must_stay(package))
      continue;
    const manifest::Manifest& manifest = context.manifest_of(package);
    const std::string edition = std::to_string(static_cast<uint32_t>(package.edition));
    context.report({.primary = {context.document_of(package), manifest.package->edition.span, {}},
                    .message = "`" + std::string(package.name) + "` is written in the edition of " + edition,
                    .help = "`cargo fix --edition` does most of the way to the next one",
                    .severity = Severity::Advice});
  }
}

}  // namespace

extern const Rule kOldEditionRule;
const Rule kOldEditionRule = {
    .id = "manifest/edition",
    .area = "manifest",
    .title = "a package in an edition of 2015 or 2018",
    .why =
        "Editions mend what cannot be mended otherwise: since 2021, closures capture fields instead of whole "
        "variables, "
        "panics take format strings only, and features of dependencies are not mixed between builds of different "
        "kinds. Packages of all editions work together, so each can move alone.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2018\"  #~\n"
        "publish = false\n"
        "--- src/main.rs\n"
        "fn main() {}\n",
    .good =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2021\"\n"
        "publish = false\n"
        "--- src/main.rs\n"
        "fn main() {}\n",
    .severity = Severity::Advice,
    .verdict = Verdict::Likely,
    .doubt = "a package that has to build with compilers before Rust 1.56 cannot move; rust-version says so",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
