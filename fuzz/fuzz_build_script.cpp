// Build scripts, which are read and never run: bounded work, the same answer each time, facts in order.
//
// The input is the script; every other one gets a second file, which the first may name as a module or read.
#include "crates/cfg_set.h"
#include "expand/build_script.h"
#include "harness.h"
#include "script_text.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text = fuzz::as_utf8(fuzz::view(data, size));
  rp::CfgSet cfg;
  cfg.add("unix");
  cfg.add("target_os", "linux");
  cfg.add("target_arch", "x86_64");
  cfg.add("feature", "std");
  cfg.finish();
  rp::test::ScriptTexts files;
  files.files["/p/build.rs"] = text;
  files.files["/p/src/lib.rs"] = "pub fn lib() {}\n";
  if (size % 2 == 1) files.files["/p/build/helper.rs"] = text;
  for (const rp::CompilerModel compiler : {rp::CompilerModel{96, true}, rp::CompilerModel{0, false}}) {
    rp::BuildScriptInput input;
    input.path = std::string("/p/build.rs");
    input.package_folder = std::string("/p");
    input.edition = rp::Edition::k2021;
    input.cfg = &cfg;
    input.target = "x86_64-unknown-linux-gnu";
    input.env = {{"CARGO_PKG_NAME", "p"}, {"CARGO_PKG_VERSION", "1.2.3"}};
    input.compiler = compiler;
    const rp::ScriptFacts facts = rp::read_build_script(input, files);
    const rp::ScriptFacts again = rp::read_build_script(input, files);
    FUZZ_CHECK(facts.facts == again.facts && facts.open_names == again.open_names);
    FUZZ_CHECK(facts.has_script && facts.anything == again.anything);
    for (size_t i = 0; i < facts.facts.size(); ++i) {
      const rp::ScriptFact& fact = facts.facts[i];
      FUZZ_CHECK(i == 0 || facts.facts[i - 1] < fact);
      FUZZ_CHECK(!fact.certain || !fact.any_value);
      if (!fact.certain) FUZZ_CHECK(facts.may_set(fact.key, fact.value, fact.has_value) && !facts.all_known());
    }
    if (facts.anything) FUZZ_CHECK(facts.may_set("no_such_fact", {}, false));
  }
  return 0;
}
