// A crate of one text with the standard library behind it, for tests of types.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "names/facts.h"
#include "script_text.h"
#include "types/check.h"
#include "unit_test.h"

namespace rp::test {

class MemoryReader final : public SourceReader {
 public:
  std::map<std::string, std::string, std::less<>> files;
  Outcome read(std::string_view path, std::string* text) override {
    const auto at = files.find(path);
    if (at == files.end()) return Outcome::NotFound;
    *text = at->second;
    return Outcome::Ok;
  }
  bool exists(std::string_view path) override { return files.contains(path); }
};

// Crates stand in a vector: the standard library's are read once for each test.
class TypedCrate {
 public:
  explicit TypedCrate(std::string_view text, Edition edition = Edition::k2021, bool with_names = true,
                      std::string_view build_script = {},
                      std::map<std::string, std::string, std::less<>> other_files = {}) {
    reader_.files = std::move(other_files);
    analysis_.crates.resize(kSysrootCrates + 1);
    analysis_.package_names.resize(kSysrootCrates + 1);
    std::string error;
    assert_true(read_builtin_facts(&analysis_, default_target(), &error));
    reader_.files["/main.rs"] = std::string(text);
    cfg_.finish();
    CollectInput input;
    input.name = "main";
    input.root_file = "/main.rs";
    input.edition = edition;
    input.cfg = &cfg_;
    input.index = kSysrootCrates;
    input.script = read_script_text(build_script, cfg_);
    analysis_.crates[kSysrootCrates] = collect_crate(input, analysis_, reader_, AnalysisOptions());
    TypeInputs inputs;
    inputs.analysis = &analysis_;
    inputs.cfg.assign(kSysrootCrates + 1, nullptr);
    inputs.cfg[kSysrootCrates] = &cfg_;
    if (with_names) {
      names_ = resolve_crate(crate(), analysis_, ResolveOptions());
      inputs.names.assign(kSysrootCrates + 1, nullptr);
      inputs.names[kSysrootCrates] = &names_;
    }
    context_ = std::make_unique<TypeContext>(std::move(inputs));
  }

  [[nodiscard]] const CrateDefs& crate() const { return *analysis_.crates[kSysrootCrates]; }
  TypeContext& context() { return *context_; }
  // The first definition of that name.
  [[nodiscard]] DefRef find(std::string_view name) const {
    for (uint32_t i = 0; i < crate().defs.size(); ++i)
      if (crate().name_of(DefId(i)) == name) return {kSysrootCrates, DefId(i)};
    return {};
  }
  TypeId parse(std::string_view type) {
    std::vector<LowerError> errors;
    return context_->lowering().parse(type, kSysrootCrates, DefId(0), &errors);
  }
  // The types of the fields of a struct, one to a line: written, and normalised where that is another.
  std::string fields(std::string_view name) {
    std::string out;
    for (const VariantInfo& v : context_->items().adt(find(name)).variants)
      for (const FieldInfo& f : v.fields) {
        out += context_->text(f.type);
        const TypeId normal = context_->traits().normalize(f.type);
        if (normal != f.type) out += " = " + context_->text(normal);
        out += "\n";
      }
    return out;
  }
  DefRef trait(std::string_view path) {
    std::vector<std::string_view> parts;
    while (!path.empty()) {
      const size_t colon = path.find("::");
      parts.push_back(path.substr(0, colon));
      path = colon == std::string_view::npos ? std::string_view() : path.substr(colon + 2);
    }
    return lookup_path(crate(), analysis_, 0, parts, false, Namespace::Type).resolution.def;
  }
  char implements(std::string_view type, std::string_view trait_path) {
    const Answer a = context_->traits().implements(parse(type), trait(trait_path));
    return a == Answer::Yes ? 'y' : a == Answer::No ? 'n' : '?';
  }

 private:
  MemoryReader reader_;
  CfgSet cfg_;
  Analysis analysis_;
  CrateNames names_;
  std::unique_ptr<TypeContext> context_;
};

}  // namespace rp::test
