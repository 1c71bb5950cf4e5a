#include "names/cache_records.h"

#include "names/facts.h"
#include "names/facts_format.h"
#include "names/facts_hash.h"

namespace rp {

std::string package_content(const PackageNode& package) {
  switch (package.origin) {
    case PackageOrigin::Registry:
    case PackageOrigin::Git:
      return package.source + " " + package.name + " " + package.version + " " + package.checksum;
    case PackageOrigin::Vendored:
      // Vendored files are the registry's where the lock file has their checksum.
      return package.checksum;
    default:
      return {};
  }
}

// ---- What a review counts ----

std::string survey_key(std::string_view facts_key) {
  ContentHash hash;
  hash.add("librustpro survey");
  hash.add(uint64_t{1});  // changes with what is counted
  hash.add(facts_key);
  return hash.finish_hex();
}

std::string survey_text(const UnsafeTally& tally, const std::vector<FeatureGate>& gates) {
  FactsBytes bytes;
  bytes.text(tally.to_text());
  bytes.text(feature_gates_text(gates));
  return std::move(bytes.out);
}

bool read_survey(std::string_view text, CrateSurvey* out) {
  FactsCursor in(text);
  const std::string_view tally = in.text();
  const std::string_view gates = in.text();
  return in.ok() && in.at_end() && out->tally.from_text(tally) && read_feature_gates(gates, &out->gates);
}

// ---- Build scripts ----

std::string script_key(const BuildScriptInput& input, std::string_view content) {
  ContentHash hash;
  hash.add("librustpro build script");
  hash.add(uint64_t{kFactsVersion});
  hash.add(uint64_t{1});  // changes with what is understood of scripts
  hash.add(content);
  hash.add(input.path);
  hash.add(input.package_folder);
  hash.add(static_cast<uint64_t>(input.edition));
  hash.add(input.target);
  hash.add(uint64_t{input.compiler.minor});
  hash.add(uint64_t{input.compiler.stable});
  hash.add_cfg(input.cfg);
  hash.add(uint64_t{input.env.size()});
  for (const auto& [variable, value] : input.env) {
    hash.add(variable);
    hash.add(value);
  }
  return hash.finish_hex();
}

std::string script_text(const ScriptFacts& facts) {
  FactsBytes bytes;
  bytes.number((facts.has_script ? 1U : 0U) | (facts.anything ? 2U : 0U));
  bytes.number(facts.facts.size());
  for (const ScriptFact& fact : facts.facts) {
    bytes.text(fact.key);
    bytes.text(fact.value);
    bytes.number((fact.has_value ? 1U : 0U) | (fact.certain ? 2U : 0U) | (fact.any_value ? 4U : 0U));
  }
  bytes.number(facts.open_names.size());
  for (const std::string& name : facts.open_names) bytes.text(name);
  return std::move(bytes.out);
}

bool read_script_facts(std::string_view text, ScriptFacts* out) {
  FactsCursor in(text);
  *out = {};
  const uint32_t flags = in.below(4);
  out->has_script = (flags & 1) != 0;
  out->anything = (flags & 2) != 0;
  for (uint32_t left = in.count(3); left > 0; --left) {
    ScriptFact fact;
    fact.key = in.text();
    fact.value = in.text();
    const uint32_t how = in.below(8);
    fact.has_value = (how & 1) != 0;
    fact.certain = (how & 2) != 0;
    fact.any_value = (how & 4) != 0;
    out->facts.push_back(std::move(fact));
  }
  for (uint32_t left = in.count(1); left > 0; --left) out->open_names.emplace_back(in.text());
  return in.ok() && in.at_end() && out->has_script;
}

}  // namespace rp
