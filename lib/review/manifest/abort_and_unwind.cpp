// manifest/abort-and-unwind: panic = "abort" where the code means to go on after a panic.
#include <algorithm>

#include "review/workspace_rule.h"

namespace rp {
namespace {

constexpr std::string_view kReferences[] = {
    "The Cargo Book, Profiles, panic, https://doc.rust-lang.org/cargo/reference/profiles.html#panic",
    "The Rust standard library, catch_unwind, https://doc.rust-lang.org/std/panic/fn.catch_unwind.html",
};

// The first use of std::panic::catch_unwind in code that is shipped: "path, line N"; empty for none.
std::string first_catch(const Project& project) {
  for (uint32_t i = 0; i < project.graph.crates.size(); ++i) {
    const CrateNode& node = project.graph.crates[i];
    const CrateIndex index = Project::index_of(CrateId(i));
    const CrateDefs* crate = project.analysis.crate(index);
    if (!node.local || node.test_cfg || crate == nullptr || crate->from_facts || !project.has_names[index]) continue;
    if (node.kind != manifest::TargetKind::Lib && node.kind != manifest::TargetKind::Bin) continue;
    for (const NameUse& use : project.names[index].uses) {
      const DefRef def = use.resolution.def;
      if (!def || def.crate >= kSysrootCrates || use.space != Namespace::Value) continue;
      const CrateDefs* there = project.analysis.crate(def.crate);
      if (there == nullptr || there->name_of(def.def) != "catch_unwind") continue;
      const WrittenPlace place =
          written_place(*crate, use.source, crate->sources[use.source.value].source->tree.span(use.node));
      const SourceInfo& info = crate->sources[place.source.value];
      if (info.source == nullptr) continue;
      const std::string_view before = info.source->text.substr(0, place.span.start);
      return info.path + ", line " + std::to_string(1 + std::count(before.begin(), before.end(), '\n'));
    }
  }
  return {};
}

void check(WorkspaceContext& context) {
  const Project* project = context.names();
  if (project == nullptr) return;
  for (const manifest::ProfileEntry& profile : context.workspace().manifests[0].profiles) {
    if (!profile.panic || profile.panic.value != "abort") continue;
    const std::string where = first_catch(*project);
    if (where.empty()) return;
    context.report({.primary = {context.manifest_document(0), profile.panic.span, {}},
                    .message = "with panic = \"abort\" nothing is caught by the `catch_unwind` in " + where,
                    .help = "keep panic = \"unwind\", or handle the failure as a Result",
                    .severity = Severity::Warning});
  }
}

}  // namespace

extern const Rule kAbortAndUnwindRule;
const Rule kAbortAndUnwindRule = {
    .id = "manifest/abort-and-unwind",
    .area = "manifest",
    .title = "panic = \"abort\" with code that catches panics",
    .why =
        "`catch_unwind` keeps one bad request or plugin from ending the program. Where panics abort, it never gets to: "
        "the process ends on the first panic, and no destructor runs.",
    .bad =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[profile.release]\n"
        "panic = \"abort\"  #~\n"
        "--- src/main.rs\n"
        "fn main() {\n"
        "    let result = std::panic::catch_unwind(|| work());\n"
        "    println!(\"{}\", result.is_ok());\n"
        "}\n"
        "fn work() {}\n",
    .good =
        "--- Cargo.toml\n"
        "[package]\n"
        "name = \"app\"\n"
        "version = \"0.1.0\"\n"
        "edition = \"2024\"\n"
        "publish = false\n"
        "[profile.release]\n"
        "panic = \"abort\"\n"
        "--- src/main.rs\n"
        "fn main() {}\n"
        "#[cfg(test)]\n"
        "mod tests {\n"
        "    #[test]\n"
        "    fn caught() { assert!(std::panic::catch_unwind(|| panic!()).is_err()); }\n"
        "}\n",
    .severity = Severity::Warning,
    .verdict = Verdict::Likely,
    .doubt = "the code may only mean to catch panics where the profile lets them unwind",
    .references = kReferences,
    .kinds = {},
    .check = nullptr,
    .check_workspace = check,
};

}  // namespace rp
