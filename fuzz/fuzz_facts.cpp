// Any bytes as facts, and as the tables of facts behind their checksums: refused with a reason, or a crate that can be
// asked everything and written again. The same bytes as the other records of the cache.
#include "harness.h"
#include "names/cache_records.h"
#include "names/facts.h"
#include "names/facts_image.h"
#include "names/signature.h"

namespace {

using namespace rp;

constexpr CrateIndex kIndex = kSysrootCrates;

// The standard library stands behind it, so that references have something to lead to.
Analysis make_analysis() {
  Analysis analysis;
  analysis.crates.resize(kIndex + 1);
  std::string error;
  for (const SysrootCrate crate : {kCore, kAlloc}) {
    analysis.crates[crate] = read_facts(builtin_facts(crate), nullptr, crate, analysis, {}, &error);
    FUZZ_CHECK(analysis.crates[crate] != nullptr);
  }
  return analysis;
}

void ask(const CrateDefs& crate, const Analysis& analysis) {
  size_t seen = 0;
  for (uint32_t i = 0; i < crate.defs.size(); ++i) {
    const DefId id(i);
    seen += crate.signature(id).size() + crate.children(id).size() + crate.name_of(id).size();
    if (crate.signatures != nullptr) seen += crate.signatures->impl_header(i).self.size();
    if (i < 100) seen += crate.path_of(id).size();
    const DefId module = crate.module_of(id);
    FUZZ_CHECK(module && crate.defs[module.value].kind == DefKind::Module);
    FUZZ_CHECK(crate.is_visible(crate.defs[i].visibility, id) || !crate.defs[i].visibility.is_public());
    FUZZ_CHECK(crate.defs[i].scope == UINT32_MAX || crate.defs[i].scope < crate.scopes.size());
    if (const MacroDef* macro = crate.macro(id)) seen += macro->text.size();
    seen += crate.doubt(id);
  }
  for (uint32_t s = 0; s < crate.scopes.size(); ++s) {
    const Scope& scope = crate.scopes[s];
    FUZZ_CHECK(scope.parent == UINT32_MAX || scope.parent < s);
    for (uint32_t e = scope.first; e < scope.first + scope.count; ++e) {
      const ScopeEntry& entry = crate.scope_entries[e];
      FUZZ_CHECK(crate.find(s, entry.name, entry.space) == &entry.binding);
      if (entry.binding.target == Binding::Target::Def) FUZZ_CHECK(analysis.def(entry.binding.def) != nullptr);
    }
  }
  for (const CrateDefs::DoubtfulName& each : crate.doubtful_names)
    FUZZ_CHECK(each.scope < crate.scopes.size() && crate.is_doubtful_name(each.scope, each.name));
  FUZZ_CHECK(seen < size_t{1} << 40);
}

void check_records(std::string_view bytes) {
  ScriptFacts facts;
  if (read_script_facts(bytes, &facts)) {
    ScriptFacts again;
    FUZZ_CHECK(read_script_facts(script_text(facts), &again) && again.facts == facts.facts);
  }
  CrateSurvey survey;
  if (read_survey(bytes, &survey)) {
    CrateSurvey again;
    FUZZ_CHECK(read_survey(survey_text(survey.tally, survey.gates), &again));
    FUZZ_CHECK(again.tally.to_text() == survey.tally.to_text());
  }
}

void check(std::string_view bytes, Analysis& analysis) {
  std::string error;
  const std::vector<CollectInput::Dependency> dependencies = {{"core", kCore}, {"other", kAlloc}, {"gone", kNoCrate}};
  analysis.crates[kIndex] = read_facts(bytes, nullptr, kIndex, analysis, dependencies, &error);
  FUZZ_CHECK((analysis.crates[kIndex] == nullptr) == !error.empty());
  if (analysis.crates[kIndex] == nullptr) return;
  ask(*analysis.crates[kIndex], analysis);
  const CfgSet cfg;
  const std::string again = write_facts(*analysis.crates[kIndex], analysis, cfg);
  auto second = read_facts(again, nullptr, kIndex, analysis, dependencies, &error);
  FUZZ_CHECK(second != nullptr);
  analysis.crates[kIndex] = std::move(second);
  ask(*analysis.crates[kIndex], analysis);
  analysis.crates[kIndex] = nullptr;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Analysis analysis = make_analysis();
  const std::string_view bytes = fuzz::view(data, size);
  check(bytes, analysis);
  check(wrap_facts_tables(bytes, ""), analysis);
  check_records(bytes);
  return 0;
}
