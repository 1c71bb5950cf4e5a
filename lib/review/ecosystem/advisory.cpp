// ecosystem/advisory: packages of the lock file that a security advisory is about.
#include <algorithm>
#include <utility>

#include "crates/package_sources.h"
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

// "src/main.rs, line 3"
std::string place_in(const CrateDefs& crate, SourceId source, ByteSpan span) {
  const WrittenPlace place = written_place(crate, source, span);
  const SourceInfo& info = crate.sources[place.source.value];
  if (info.source == nullptr) return info.path;
  const std::string_view before = info.source->text.substr(0, place.span.start);
  return info.path + ", line " + std::to_string(1 + std::count(before.begin(), before.end(), '\n'));
}

// A function that an advisory is about, looked for in the code under review. The functions themselves are found in the
// dependency by their paths; a path in the code leads to one or does not. Only a method that is called with a dot goes
// by its name, because the type in front of the dot is not asked for here.
class Affected {
 public:
  enum class Found : uint8_t {
    No,      // nothing here names it
    Yes,     // a path leads to it
    Method,  // a method of that name is called, where the dependency is named at all
    Word,    // the dependency was not read, and its name stands somewhere
    NoWord,  // it was not read, and its name stands nowhere
  };

  Affected(const Project& project, const manifest::LockedPackage& package, std::string_view path)
      : project_(project), package_(package), name_(path) {
    if (const size_t at = path.rfind("::"); at != std::string_view::npos) name_ = path.substr(at + 2);
    find_definition(path);
  }

  Found look(std::string* where) {
    const bool known = static_cast<bool>(function_) || static_cast<bool>(type_);
    Found best = known ? Found::No : Found::NoWord;
    for (uint32_t i = 0; i < project_.graph.crates.size(); ++i) {
      const CrateIndex index = Project::index_of(CrateId(i));
      const CrateDefs* crate = project_.analysis.crate(index);
      if (!project_.graph.crates[i].local || crate == nullptr) continue;
      if (known && project_.has_names[index] && look_at_paths(*crate, project_.names[index], where)) return Found::Yes;
      if (best != Found::No && best != Found::NoWord) continue;
      if (!known && look_at_words(*crate, false, where)) best = Found::Word;
      if (known && method_ && names_package(project_.names[index]) && look_at_words(*crate, true, where))
        best = Found::Method;
    }
    return best;
  }

  [[nodiscard]] std::string_view name() const { return name_; }

 private:
  [[nodiscard]] bool is_package(CrateIndex index) const {
    const CrateId crate = Project::crate_of(index);
    if (!crate) return false;
    const PackageNode& node = project_.graph.packages[project_.graph.crates[crate.value].package.value];
    return node.name == package_.name.value && node.version == package_.version_text.value;
  }

  void find_definition(std::string_view path) {
    std::vector<std::string_view> segments;
    for (size_t at = 0; at <= path.size();) {
      const size_t end = std::min(path.find("::", at), path.size());
      segments.push_back(path.substr(at, end - at));
      at = end + 2;
    }
    if (segments.size() < 2) return;
    segments.erase(segments.begin());  // the crate
    for (uint32_t i = 0; i < project_.graph.crates.size(); ++i) {
      const CrateIndex index = Project::index_of(CrateId(i));
      const CrateDefs* crate = project_.analysis.crate(index);
      if (crate == nullptr || crate->scopes.empty() || !is_package(index)) continue;
      const PathLookup found =
          lookup_path(*crate, project_.analysis, crate->defs[0].scope, segments, false, Namespace::Value);
      if (found.found == segments.size() && found.resolution.kind == ResolutionKind::Definition) {
        function_ = found.resolution.def;
        const Def* def = project_.analysis.def(function_);
        method_ = def != nullptr && def->kind == DefKind::AssocFunction;
      } else if (found.found + 1 == segments.size() && found.resolution.kind == ResolutionKind::TypeDependent &&
                 is_type(found.resolution.def)) {
        type_ = found.resolution.def;
        method_ = true;
      }
    }
  }

  [[nodiscard]] bool is_type(DefRef ref) const {
    const Def* def = project_.analysis.def(ref);
    return def != nullptr && (def->kind == DefKind::Struct || def->kind == DefKind::Enum ||
                              def->kind == DefKind::Union || def->kind == DefKind::Trait);
  }

  bool look_at_paths(const CrateDefs& crate, const CrateNames& names, std::string* where) const {
    for (const NameUse& use : names.uses) {
      const Tree& tree = crate.sources[use.source.value].source->tree;
      bool found = function_ && use.resolution.kind == ResolutionKind::Definition && use.resolution.def == function_;
      // `Type::method`
      if (type_ && use.resolution.kind == ResolutionKind::Definition && use.resolution.def == type_) {
        const NodeId next = tree.kind(use.node) == NodeKind::PathSegment ? tree.next_sibling(use.node) : NodeId();
        found = next && tree.kind(next) == NodeKind::PathSegment && tree.token_text(tree.first_slot(next)) == name_;
      }
      if (!found) continue;
      *where = place_in(crate, use.source, tree.span(use.node));
      return true;
    }
    return false;
  }

  [[nodiscard]] bool names_package(const CrateNames& names) const {
    return std::any_of(names.uses.begin(), names.uses.end(),
                       [&](const NameUse& use) { return use.resolution.def && is_package(use.resolution.def.crate); });
  }

  // The name as a word; with `method` only behind a dot.
  bool look_at_words(const CrateDefs& crate, bool method, std::string* where) const {
    for (uint32_t s = 0; s < crate.sources.size(); ++s) {
      const SourceInfo& info = crate.sources[s];
      if (info.source == nullptr || info.kind != SourceInfo::Kind::File) continue;
      const Tree& tree = info.source->tree;
      TokenKind before = TokenKind::Eof;
      for (uint32_t slot = 0; slot < tree.slot_count(); slot += token_slots(tree.token_kind(slot))) {
        const TokenKind kind = tree.token_kind(slot);
        if (is_trivia(kind)) continue;
        if (kind == TokenKind::Ident && (!method || before == TokenKind::Dot) && tree.token_text(slot) == name_) {
          *where = place_in(crate, SourceId(s), {tree.token_start(slot), tree.token_end(slot)});
          return true;
        }
        before = kind;
      }
    }
    return false;
  }

  const Project& project_;
  const manifest::LockedPackage& package_;
  std::string_view name_;
  DefRef function_;
  DefRef type_;          // whose method it is
  bool method_ = false;  // it may be called with a dot
};

// What the code under review has to do with an advisory's functions; empty when the advisory names none. `unused` is
// set when none of them is used here, as far as paths say.
std::string reach_of(const WorkspaceContext& context, const manifest::LockedPackage& package, const Advisory& advisory,
                     bool* unused) {
  if (context.names() == nullptr) return {};
  bool any = false;
  bool by_names = true;
  for (const AffectedFunction& function : advisory.functions) {
    if (!function.ranges.empty() && !context.advisories()->contains(function.ranges, package.version)) continue;
    any = true;
    Affected affected(*context.names(), package, function.path);
    std::string where;
    const std::string name = "`" + std::string(affected.name()) + "`";
    switch (affected.look(&where)) {
      case Affected::Found::Yes:
        return "; the code here uses " + name + ": " + where;
      case Affected::Found::Method:
        return "; a method " + name + " is called in " + where + ", whose type was not asked: only the name agrees";
      case Affected::Found::Word:
        return "; " + name + " stands in " + where + "; `" + std::string(package.name.value) +
               "` was not read, so only the name agrees";
      case Affected::Found::NoWord:
        by_names = false;
        break;
      case Affected::Found::No:
        break;
    }
  }
  if (!any) return {};
  *unused = by_names;
  return std::string("; the code here does not ") + (by_names ? "use" : "name") + " it, but a dependency may";
}

// Whether nobody but packages without a source, those of the workspace, depends on it.
bool is_only_ours(const manifest::Lockfile& lock, const Dependents& dependents, uint32_t package) {
  const std::vector<uint32_t>& all = dependents.of(package);
  return !all.empty() &&
         std::all_of(all.begin(), all.end(), [&](uint32_t i) { return lock.packages[i].source.value.empty(); });
}

void check(WorkspaceContext& context) {
  const manifest::Lockfile* lock = context.lockfile();
  if (lock == nullptr || context.advisories() == nullptr) return;
  const Dependents dependents(*lock);
  for (uint32_t i = 0; i < lock->packages.size(); ++i) {
    const manifest::LockedPackage& package = lock->packages[i];
    // Advisories are about packages of crates.io.
    if (!is_crates_io(parse_source(package.source.value))) continue;
    for (const Advisory* advisory : context.advisories()->matching(package.name.value, package.version)) {
      if (is_ignored(context.config(), *advisory)) continue;
      std::string message(advisory->id);
      message += ": `" + std::string(package.name.value) + "` " + std::string(package.version_text.value);
      if (!advisory->informational.empty()) message += " is " + std::string(advisory->informational);
      if (!advisory->title.empty()) message += ": " + std::string(advisory->title);
      const std::string names = dependents.names(i);
      bool unused = false;
      std::string help = help_for(*advisory) + reach_of(context, package, *advisory, &unused);
      // Functions that nobody calls do no harm yet.
      unused = unused && is_only_ours(*lock, dependents, i);
      context.report({.primary = {context.lock_document(), package.name.span, names.empty() ? "" : "for " + names},
                      .message = std::move(message),
                      .help = std::move(help),
                      .severity = unused                                 ? Severity::Advice
                                  : advisory->informational.empty()      ? Severity::Error
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
