// Any text as a crate whose types are asked everything, and as a type expression in one: no crash, no hang, every
// answer one of three.
#include "harness.h"
#include "names/facts.h"
#include "types/check.h"

namespace {

using namespace rp;

class OneFile final : public SourceReader {
 public:
  std::string text;
  Outcome read(std::string_view path, std::string* out) override {
    if (path != "/lib.rs") return Outcome::NotFound;
    *out = text;
    return Outcome::Ok;
  }
  bool exists(std::string_view path) override { return path == "/lib.rs"; }
};

Analysis make_analysis() {
  Analysis analysis;
  analysis.crates.resize(kSysrootCrates + 1);
  analysis.package_names.resize(kSysrootCrates + 1);
  std::string error;
  FUZZ_CHECK(read_builtin_facts(&analysis, default_target(), &error));
  return analysis;
}

void ask(TypeContext& context, TypeId t, ParamEnvId env) {
  FUZZ_CHECK(context.text(t).size() < 16384);
  Traits& traits = context.traits();
  const TypeId normal = traits.normalize(t, env);
  FUZZ_CHECK(traits.normalize(normal, env, true).valid());
  for (const Answer a : {traits.is_copy(normal, env), traits.is_send(normal, env), traits.is_sized(normal, env),
                         traits.needs_drop(normal, env), traits.is_uninhabited(normal, env)})
    FUZZ_CHECK(a == Answer::Yes || a == Answer::No || a == Answer::Unknown);
}

void check(std::string_view text, Analysis& analysis) {
  if (text.size() > 4096) return;
  OneFile reader;
  reader.text = std::string(text);
  CfgSet cfg;
  cfg.finish();
  CollectInput input;
  input.name = "main";
  input.root_file = "/lib.rs";
  input.edition = Edition::k2021;
  input.cfg = &cfg;
  input.index = kSysrootCrates;
  analysis.crates[kSysrootCrates] = collect_crate(input, analysis, reader, AnalysisOptions());
  const CrateDefs& crate = *analysis.crates[kSysrootCrates];
  const CrateNames names = resolve_crate(crate, analysis, ResolveOptions());
  TypeInputs inputs;
  inputs.analysis = &analysis;
  inputs.names.assign(kSysrootCrates + 1, nullptr);
  inputs.names[kSysrootCrates] = &names;
  inputs.const_limits.steps = 20'000;
  TypeContext context(std::move(inputs));
  for (const TypeDiagnostic& d : check_types(context, kSysrootCrates))
    FUZZ_CHECK(d.source.value < crate.sources.size());
  for (uint32_t i = 0; i < crate.defs.size() && i < 200; ++i) {
    const DefRef def{kSysrootCrates, DefId(i)};
    const ParamEnvId env = context.traits().env_of(def);
    ask(context, context.items().type_of(def), env);
    ask(context, context.items().fn_signature(def), env);
    for (const VariantInfo& v : context.items().adt(def).variants)
      for (const FieldInfo& f : v.fields) ask(context, f.type, env);
    context.consts().item(def, context.store().empty_list);
  }
  std::vector<LowerError> errors;
  ask(context, context.lowering().parse(text, kSysrootCrates, DefId(0), &errors), Traits::empty_env());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  static Analysis analysis = make_analysis();
  check(fuzz::as_utf8(fuzz::view(data, size)), analysis);
  return 0;
}
