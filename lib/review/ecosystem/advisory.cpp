// ecosystem/advisory: packages of the lock file that a security advisory is about.
#include <algorithm>

#include "review/ecosystem/dependents.h"
#include "review/workspace_rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "The RustSec Advisory Database, https://rustsec.org/",
};

bool is_ignored(const ReviewConfig& config, const Advisory& advisory) {
  return std::any_of(config.ignored_advisories.begin(), config.ignored_advisories.end(), [&](const manifest::Text& id) {
    return id.value == advisory.id ||
           std::find(advisory.aliases.begin(), advisory.aliases.end(), id.value) != advisory.aliases.end();
  });
}

// Advisories are about packages of crates.io.
bool is_from_crates_io(std::string_view source) {
  return source == "registry+https://github.com/rust-lang/crates.io-index" ||
         source == "sparse+https://index.crates.io/";
}

std::string help_for(const Advisory& advisory) {
  std::string text;
  if (advisory.patched.empty()) {
    text = "no version mends it";
  } else {
    text = "it is mended in ";
    for (const VersionRange& range : advisory.patched)
      text += (&range == advisory.patched.data() ? "" : " and in ") + std::string(range.text);
  }
  const auto list = [&](std::span<const std::string_view> words, std::string_view what) {
    if (words.empty()) return;
    text += "; it is about ";
    for (const std::string_view& word : words) text += (&word == words.data() ? "" : ", ") + std::string(word);
    text += what;
  };
  list(advisory.os, " only");
  list(advisory.arch, " only");
  if (!advisory.functions.empty()) {
    text += "; it concerns ";
    for (const AffectedFunction& function : advisory.functions)
      text += (&function == advisory.functions.data() ? "`" : ", `") + std::string(function.path) + "`";
  }
  return text;
}

void check(WorkspaceContext& context) {
  const manifest::Lockfile* lock = context.lockfile();
  if (lock == nullptr || context.advisories() == nullptr) return;
  const Dependents dependents(*lock);
  for (uint32_t i = 0; i < lock->packages.size(); ++i) {
    const manifest::LockedPackage& package = lock->packages[i];
    if (!is_from_crates_io(package.source.value)) continue;
    for (const Advisory* advisory : context.advisories()->matching(package.name.value, package.version)) {
      if (is_ignored(context.config(), *advisory)) continue;
      std::string message(advisory->id);
      message += ": `" + std::string(package.name.value) + "` " + std::string(package.version_text.value);
      if (!advisory->informational.empty()) message += " is " + std::string(advisory->informational);
      if (!advisory->title.empty()) message += ": " + std::string(advisory->title);
      const std::string names = dependents.names(i);
      context.report({.primary = {context.lock_document(), package.name.span, names.empty() ? "" : "for " + names},
                      .message = std::move(message),
                      .help = help_for(*advisory),
                      .severity = advisory->informational.empty()        ? Severity::Error
                                  : advisory->informational == "unsound" ? Severity::Warning
                                                                         : Severity::Advice});
    }
  }
}

}  // namespace

extern const Rule kAdvisoryRule;
const Rule kAdvisoryRule = {
    .id = "ecosystem/advisory",
    .area = "ecosystem",
    .title = "a dependency with a security advisory",
    .why =
        "An advisory is a fault that is known to those who would use it. Most are mended by a newer version that asks "
        "for no change; the lock file keeps the old one until somebody renews it.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[dependencies]\n"
        "shapes = \"1\"\n"
        "--- Cargo.lock\n"
        "version = 4\n"
        "[[package]]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "dependencies = [\"shapes\"]\n"
        "[[package]]\n"
        "name = \"shapes\"  #~\n"
        "version = \"1.2.0\"\n"
        "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n"
        "--- src/main.rs\n"
        "fn main() {}\n"
        "--- advisory-db/crates/shapes/RUSTSEC-2024-0999.md\n"
        "```toml\n"
        "[advisory]\n"
        "id = \"RUSTSEC-2024-0999\"\n"
        "package = \"shapes\"\n"
        "date = \"2024-05-01\"\n"
        "[versions]\n"
        "patched = [\">= 1.2.1\"]\n"
        "```\n"
        "# A shape without corners is read out of bounds\n",
    .good =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[dependencies]\n"
        "shapes = \"1\"\n"
        "--- Cargo.lock\n"
        "version = 4\n"
        "[[package]]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "dependencies = [\"shapes\"]\n"
        "[[package]]\n"
        "name = \"shapes\"\n"
        "version = \"1.2.1\"\n"
        "source = \"registry+https://github.com/rust-lang/crates.io-index\"\n"
        "--- src/main.rs\n"
        "fn main() {}\n"
        "--- advisory-db/crates/shapes/RUSTSEC-2024-0999.md\n"
        "```toml\n"
        "[advisory]\n"
        "id = \"RUSTSEC-2024-0999\"\n"
        "package = \"shapes\"\n"
        "date = \"2024-05-01\"\n"
        "[versions]\n"
        "patched = [\">= 1.2.1\"]\n"
        "```\n"
        "# A shape without corners is read out of bounds\n",
    .severity = Severity::Error,
    .verdict = Verdict::Likely,
    .doubt = "whether the faulty part is used is not known; rustpro.toml can list what was looked at and does no harm",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
