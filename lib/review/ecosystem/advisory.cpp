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

// Where the code under review names one of an advisory's functions: "`now_local` is named in src/main.rs, line 3";
// empty when it names none. A name is enough: whether it is a method of that type is not asked.
std::string named_here(const Project& project, const Advisory& advisory) {
  for (uint32_t i = 0; i < project.graph.crates.size(); ++i) {
    const CrateDefs* crate = project.analysis.crate(Project::index_of(CrateId(i)));
    if (!project.graph.crates[i].local || crate == nullptr) continue;
    for (const SourceInfo& info : crate->sources) {
      if (info.source == nullptr || info.kind != SourceInfo::Kind::File) continue;
      const Tree& tree = info.source->tree;
      for (uint32_t slot = 0; slot < tree.slot_count(); slot += token_slots(tree.token_kind(slot))) {
        if (tree.token_kind(slot) != TokenKind::Ident) continue;
        const std::string_view word = tree.token_text(slot);
        for (const AffectedFunction& function : advisory.functions) {
          const size_t at = function.path.rfind("::");
          if (word != (at == std::string_view::npos ? function.path : function.path.substr(at + 2))) continue;
          const std::string_view before = tree.text().substr(0, tree.token_start(slot));
          return "`" + std::string(word) + "` is named in " + info.path + ", line " +
                 std::to_string(1 + std::count(before.begin(), before.end(), '\n'));
        }
      }
    }
  }
  return {};
}

// What the code under review has to do with an advisory's functions; empty when the advisory names none.
std::string reach_of(const WorkspaceContext& context, const Advisory& advisory) {
  if (advisory.functions.empty() || context.names() == nullptr) return {};
  const std::string where = named_here(*context.names(), advisory);
  return where.empty() ? "; the code here does not name it, but a dependency may" : "; " + where;
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
                      .help = help_for(*advisory) + reach_of(context, *advisory),
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
