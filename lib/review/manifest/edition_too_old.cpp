// manifest/edition-too-old: packages whose code is written for a newer edition than their manifest says.
#include <algorithm>
#include <array>

#include "review/workspace_rule.h"
#include "syntax/lexer.h"
#include "syntax/parser.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "The Cargo Book, The Manifest Format, The edition field, "
    "https://doc.rust-lang.org/cargo/reference/manifest.html#the-edition-field",
    "The Rust Edition Guide, https://doc.rust-lang.org/edition-guide/",
};

// What each edition put into its prelude.
struct PreludeName {
  std::string_view name;
  Edition since;
};
constexpr PreludeName kPreludeNames[] = {
    {"TryFrom", Edition::k2021}, {"TryInto", Edition::k2021},    {"FromIterator", Edition::k2021},
    {"Future", Edition::k2024},  {"IntoFuture", Edition::k2024},
};

// The newest edition that some place needs, and that place.
struct Need {
  Edition edition = Edition::k2015;
  std::string where;  // "src/lib.rs, line 3"
  std::string what;   // what rustc says of it
};

std::string place_at(const SourceInfo& info, uint32_t offset) {
  const std::string_view before = info.source->text.substr(0, offset);
  return info.path + ", line " + std::to_string(1 + std::count(before.begin(), before.end(), '\n'));
}

// The first edition in which a text that is wrong in its own is right, and what is wrong in the one before; its own
// when there is none.
Edition right_in(std::string_view text, Edition own, SyntaxError* wrong) {
  for (const Edition edition : {Edition::k2018, Edition::k2021, Edition::k2024}) {
    if (edition <= own) continue;
    ParseOptions options;
    options.edition = edition;
    const Tree tree = lex_and_parse(text, options);
    if (tree.errors().empty()) return edition;
    *wrong = tree.errors()[0];
  }
  return own;
}

void look_at(const Project& project, CrateIndex index, Need* need) {
  const CrateDefs& crate = *project.analysis.crate(index);
  const auto raise = [&](Edition edition, const SourceInfo& info, uint32_t offset, std::string_view what) {
    if (edition <= need->edition) return;
    *need = {edition, place_at(info, offset), std::string(what)};
  };
  for (const SourceInfo& info : crate.sources) {
    if (info.kind != SourceInfo::Kind::File || info.source == nullptr) continue;
    const std::vector<SyntaxError>& errors = info.source->tree.errors();
    if (errors.empty()) continue;
    SyntaxError wrong = errors[0];
    const Edition edition = right_in(info.source->text, crate.edition, &wrong);
    if (edition != crate.edition) raise(edition, info, wrong.start, wrong.message);
  }
  if (!project.has_names[index]) return;
  for (const NameDiagnostic& diagnostic : project.names[index].diagnostics) {
    if (!diagnostic.proven || !diagnostic.source) continue;
    const SourceInfo& info = crate.sources[diagnostic.source.value];
    if (info.kind != SourceInfo::Kind::File || info.source == nullptr) continue;
    const std::string_view word =
        info.source->text.substr(diagnostic.span.start, diagnostic.span.end - diagnostic.span.start);
    for (const PreludeName& each : kPreludeNames)
      if (word == each.name && each.since > crate.edition)
        raise(each.since, info, diagnostic.span.start, diagnostic.message);
  }
}

void check(WorkspaceContext& context) {
  const Project* project = context.names();
  if (project == nullptr) return;
  for (const manifest::Package& package : context.workspace().packages) {
    const manifest::Manifest& manifest = context.manifest_of(package);
    if (!package.usable || !context.is_shown(package) || !manifest.package) continue;
    Need need;
    for (uint32_t i = 0; i < project->graph.crates.size(); ++i) {
      const CrateNode& crate = project->graph.crates[i];
      const CrateIndex index = Project::index_of(CrateId(i));
      const CrateDefs* defs = project->analysis.crate(index);
      // A target with an edition of its own is its own affair.
      if (!crate.local || defs == nullptr || defs->from_facts || crate.edition != package.edition) continue;
      if (project->graph.packages[crate.package.value].manifest_path == manifest.path) look_at(*project, index, &need);
    }
    if (need.edition <= package.edition) continue;
    const std::string edition = std::to_string(static_cast<uint32_t>(need.edition));
    const bool written = package.edition_written && manifest.package->edition.span.length() != 0;
    context.report(
        {.primary = {context.document_of(package),
                     written ? manifest.package->edition.span : manifest.package->name.span,
                     {}},
         .message = "`" + std::string(package.name) + "` needs the edition of " + edition + ": " + need.what,
         .help = (written ? "write edition = \"" : "no edition is written, which means 2015: write edition = \"") +
                 edition + "\"; it was met in " + need.where,
         .severity = Severity::Error});
  }
}

}  // namespace

extern const Rule kEditionTooOldRule;
const Rule kEditionTooOldRule = {
    .id = "manifest/edition-too-old",
    .area = "manifest",
    .title = "code that needs a newer edition than the manifest says",
    .why =
        "The edition decides what words are keywords and what the prelude holds. Code that is written for a newer one "
        "does not compile, and the errors point everywhere but at the line of the manifest that is wrong. Without "
        "the key, cargo takes the edition of 2015.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2021\"  #~\n"
        "publish = false\n"
        "--- src/lib.rs\n"
        "pub fn f(a: Option<u8>, b: bool) -> u8 {\n"
        "    if let Some(x) = a && b { x } else { 0 }\n"
        "}\n",
    .good =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "--- src/lib.rs\n"
        "pub fn f(a: Option<u8>, b: bool) -> u8 {\n"
        "    if let Some(x) = a && b { x } else { 0 }\n"
        "}\n",
    .severity = Severity::Error,
    .verdict = Verdict::Proven,
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
