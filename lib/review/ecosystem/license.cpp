// ecosystem/license: licences that nobody can read, or that the policy of rustpro.toml does not take.
#include <algorithm>
#include <unordered_map>

#include "review/ecosystem/spdx.h"
#include "review/workspace_rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "SPDX Specification, License Expressions, "
    "https://spdx.github.io/spdx-spec/v2.3/SPDX-license-expressions/",
    "The Cargo Book, The license and license-file fields, "
    "https://doc.rust-lang.org/cargo/reference/manifest.html#the-license-and-license-file-fields",
};

std::vector<spdx::Term> terms_of(const std::vector<manifest::Text>& names) {
  std::vector<spdx::Term> terms;
  for (const manifest::Text& name : names)
    if (const auto term = spdx::parse_policy_entry(name.value)) terms.push_back(*term);
  return terms;
}

class LicenseCheck {
 public:
  explicit LicenseCheck(WorkspaceContext& context) : context_(context), written_(context.config().licenses) {
    policy_.allow = terms_of(written_.allow);
    policy_.deny = terms_of(written_.deny);
  }

  void run() {
    for (const manifest::Package& package : context_.workspace().packages) {
      if (!package.license) continue;
      check(package, {context_.document_of(package), package.license.span, {}});
    }
    if (!written_.written || context_.graph() == nullptr || context_.lockfile() == nullptr) return;
    std::unordered_map<std::string, manifest::Span> places;
    for (const manifest::LockedPackage& locked : context_.lockfile()->packages)
      places.emplace(key(locked.name.value, locked.version_text.value, locked.source.value), locked.name.span);
    const CrateGraph& graph = *context_.graph();
    for (const PackageNode& node : graph.packages) {
      if (node.manifest_package == UINT32_MAX || node.origin == PackageOrigin::Member) continue;
      const auto place = places.find(key(node.name, node.version, node.source));
      if (place == places.end()) continue;
      const manifest::Package& package = *graph.manifest_packages[node.manifest_package];
      const DocumentPlace at{context_.lock_document(), place->second, {}};
      if (package.license)
        check(package, at);
      else
        report(at, "`" + node.name + "` names no licence" + (package.license_file ? ", only a file" : ""),
               "look at its files, and write an exception for it");
    }
  }

 private:
  static std::string key(std::string_view name, std::string_view version, std::string_view source) {
    return std::string(name) + " " + std::string(version) + " " + std::string(source);
  }

  void report(const DocumentPlace& place, std::string message, std::string help) {
    context_.report(
        {.primary = place, .message = std::move(message), .help = std::move(help), .severity = Severity::Warning});
  }

  [[nodiscard]] std::vector<spdx::Term> exceptions_of(std::string_view package) const {
    for (const LicenseException& each : written_.exceptions)
      if (each.crate.value == package) return terms_of(each.allow);
    return {};
  }

  void check(const manifest::Package& package, const DocumentPlace& place) {
    spdx::ParseError error;
    const std::string text(package.license.value);
    const auto expression = spdx::Expression::parse(text, &error);
    if (!expression) {
      report(
          place, "the licence of `" + std::string(package.name) + "` cannot be read: " + error.message,
          error.accepts.empty() ? "write an SPDX expression, such as \"MIT OR Apache-2.0\"" : "write " + error.accepts);
      return;
    }
    if (!written_.written) return;
    const std::vector<spdx::Term> exceptions = exceptions_of(package.name);
    const auto accepts = [&](const spdx::Term& term) {
      return policy_.accepts(term) || std::any_of(exceptions.begin(), exceptions.end(),
                                                  [&](const spdx::Term& entry) { return spdx::covers(entry, term); });
    };
    if (expression->holds(accepts)) return;
    std::string refused;
    for (const spdx::Term& term : expression->terms()) {
      if (accepts(term)) continue;
      refused += refused.empty() ? "" : ", ";
      refused += std::string(term.id);
      if (term.license != nullptr && term.license->kind != spdx::Class::Unknown)
        refused += " (" + std::string(spdx::class_name(term.license->kind)) + ")";
    }
    report(place,
           "`" + std::string(package.name) + "` is under " + text + ", which the policy does not take: " + refused,
           "replace it, or write an exception for it in rustpro.toml");
  }

  WorkspaceContext& context_;
  const LicensePolicy& written_;
  spdx::Policy policy_;
};

void check(WorkspaceContext& context) { LicenseCheck(context).run(); }

}  // namespace

extern const Rule kLicenseRule;
const Rule kLicenseRule = {
    .id = "ecosystem/license",
    .area = "ecosystem",
    .title = "a licence that cannot be read, or is not wanted",
    .why =
        "Who passes a program on is bound by the licences of all that is in it. Tools can tell which those are only "
        "when they are written as the SPDX list writes them; a policy in rustpro.toml says which a team can live with.",
    .bad =
        "--- Cargo.toml\n"
        "[workspace]\n"
        "members = [\"app\", \"shapes\"]\n"
        "resolver = \"3\"\n"
        "--- app/Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "license = \"Apache 2\"  #~\n"
        "publish = false\n"
        "--- app/src/main.rs\n"
        "fn main() {}\n"
        "--- shapes/Cargo.toml\n"
        "[package]\n"
        "name = \"shapes\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "license = \"GPL-3.0-only\"  #~\n"
        "publish = false\n"
        "--- shapes/src/lib.rs\n"
        "--- rustpro.toml\n"
        "[licenses]\n"
        "allow = [\"MIT\", \"Apache-2.0\"]\n",
    .good =
        "--- Cargo.toml\n"
        "[workspace]\n"
        "members = [\"app\", \"shapes\"]\n"
        "resolver = \"3\"\n"
        "--- app/Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "license = \"GPL-3.0-only OR Apache-2.0\"\n"
        "publish = false\n"
        "--- app/src/main.rs\n"
        "fn main() {}\n"
        "--- shapes/Cargo.toml\n"
        "[package]\n"
        "name = \"shapes\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "license = \"GPL-3.0-only\"\n"
        "publish = false\n"
        "--- shapes/src/lib.rs\n"
        "--- rustpro.toml\n"
        "[licenses]\n"
        "allow = [\"MIT\", \"Apache-2.0\"]\n"
        "exceptions = { shapes = [\"GPL-3.0-only\"] }\n",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "what a manifest says of the licence may not be all that its files say",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
