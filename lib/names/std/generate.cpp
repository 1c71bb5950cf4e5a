// Writes the facts of the standard library: generate_std_facts LIBRARY VERSION CFG OUT [TARGET...]
//
// LIBRARY is the folder `library` of Rust's sources, VERSION what version they are, CFG is unstable_cfg.txt. Without
// targets, all that the library knows. Each crate is collected for each target as any other crate is, with our own
// macros in place of std's; the facts of all targets become one (merge.h).
#include <sys/stat.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <sstream>
#include <string>
#include <unordered_map>

#include "base/worker_pool.h"
#include "expand/builtin.h"
#include "names/facts_format.h"
#include "names/std/libc_types.h"
#include "names/std/merge.h"

namespace {

using namespace rp;

// The name under which a text is read that lies in no file.
constexpr std::string_view kLibcText = "/libc/lib.rs";

class DiskReader final : public SourceReader {
 public:
  Outcome read(std::string_view path, std::string* text) override {
    if (!exists(path)) return Outcome::NotFound;
    if (path == kLibcText) {
      *text = libc;
      return Outcome::Ok;
    }
    std::ifstream in{std::string(path), std::ios::binary};
    text->assign(std::istreambuf_iterator<char>(in), {});
    return Outcome::Ok;
  }
  bool exists(std::string_view path) override {
    if (path == kLibcText) return true;
    struct stat info{};
    return stat(std::string(path).c_str(), &info) == 0 && S_ISREG(info.st_mode);
  }
  std::string libc;  // what kLibcText holds
};

struct SysrootSource {
  std::string_view root;  // below LIBRARY; `*` stands for a version
  Edition edition;
  std::vector<const char*> features;
};

SysrootSource source_of(SysrootCrate crate) {
  switch (crate) {
    case kCore:
      return {"core/src/lib.rs", Edition::k2024, {}};
    case kAlloc:
      return {"alloc/src/lib.rs", Edition::k2024, {}};
    case kStdDetect:
      return {"std_detect/src/lib.rs", Edition::k2024, {"std_detect_file_io", "std_detect_dlsym_getauxval"}};
    case kHashbrown:
      return {"vendor/hashbrown-*/src/lib.rs",
              Edition::k2021,
              {"rustc-dep-of-std", "nightly", "core", "alloc", "rustc-internal-api"}};
    case kStdLibc:
      return {"vendor/libc-*/src/lib.rs", Edition::k2021, {}};
    case kStd:
      return {"std/src/lib.rs",
              Edition::k2024,
              {"std_detect_file_io", "std_detect_dlsym_getauxval", "backtrace", "panic-unwind"}};
    case kProcMacro:
      return {"proc_macro/src/lib.rs", Edition::k2024, {}};
    default:
      return {"test/src/lib.rs", Edition::k2024, {}};
  }
}

// The root file of a crate in the sources of std; where its version is not given, the last that is there.
std::string root_of(const std::string& library, SysrootCrate crate) {
  const std::string root(source_of(crate).root);
  const size_t star = root.find('*');
  if (star == std::string::npos) return library + "/" + root;
  const std::filesystem::path folder = std::filesystem::path(library) / root.substr(0, root.find('/'));
  const std::string name = root.substr(root.find('/') + 1, star - root.find('/') - 1);
  std::string best;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string each = entry.path().filename().string();
    const bool versioned =
        each.size() > name.size() && each.starts_with(name) && each[name.size()] >= '0' && each[name.size()] <= '9';
    if (versioned && each > best) best = each;
  }
  if (best.empty()) return library + "/" + root;
  return (folder / best).string() + root.substr(star + 1);
}

// The texts of our own macros by name; several of one name (each with its cfg) in the order of the text.
std::unordered_multimap<std::string, std::string> own_macros(std::string_view crate) {
  std::unordered_multimap<std::string, std::string> out;
  const std::string_view text = std_macro_text(crate);
  const Tree tree = lex_and_parse(text, {});
  for (NodeId node = tree.first_child(tree.root()); node; node = tree.next_sibling(node)) {
    const NodeKind kind = tree.kind(node);
    if (kind != NodeKind::MacroRulesItem && kind != NodeKind::MacroDefItem) continue;
    std::string item;
    for (NodeId child = tree.first_child(node); child; child = tree.next_sibling(child)) {
      if (tree.role(child) == Role::attribute) continue;
      // From the first thing that is no attribute, which `macro_rules !` itself stands before.
      uint32_t slot = tree.first_slot(child);
      if (tree.role(child) == Role::name) {
        while (slot > tree.first_slot(node) && tree.token_kind(slot) != TokenKind::KwMacroRules &&
               tree.token_kind(slot) != TokenKind::KwMacro)
          --slot;
      }
      item = std::string(text.substr(tree.token_start(slot), tree.span(node).end - tree.token_start(slot)));
      break;
    }
    std::string_view name = tree.text(tree.child(node, Role::name));
    if (name.starts_with("r#")) name.remove_prefix(2);
    out.emplace(std::string(name), std::move(item));
  }
  return out;
}

// The facts of each target that only the standard library's own conditions ask for.
std::map<std::string, std::vector<std::string>> read_unstable_cfg(const char* path) {
  std::map<std::string, std::vector<std::string>> out;
  std::ifstream in(path);
  std::string line, word;
  while (std::getline(in, line)) {
    std::istringstream words(line);
    words >> word;
    std::vector<std::string>& facts = out[word];
    while (words >> word) facts.push_back(word);
  }
  return out;
}

void add_fact(const std::string& fact, CfgSet* cfg) {
  const size_t equals = fact.find('=');
  if (equals == std::string::npos)
    cfg->add(fact);
  else
    cfg->add(std::string_view(fact).substr(0, equals),
             std::string_view(fact).substr(equals + 2, fact.size() - equals - 3));
}

// Interfaces are facts, macros are code: only our own go into the library.
void replace_macros(FactsImage* image, std::set<std::string>* lacking) {
  const auto own = own_macros(image->name);
  for (FactsImage::MacroRow& macro : image->macros) {
    if (macro.text.empty()) continue;
    const std::string& name = image->names[image->rows[macro.def].name];
    const auto found = own.find(name);
    macro.text.clear();
    if (found != own.end())
      macro.text = found->second;
    else
      lacking->insert(image->name + "::" + name);
  }
}

// What std takes from crates of others (backtrace, functions of libc) is not described.
void forget_other_crates(FactsImage* image) {
  std::vector<bool> known(image->foreign.size());
  for (size_t i = 0; i < known.size(); ++i)
    known[i] = image->foreign_crates[image->foreign[i].crate].sysroot != kFactsNone;
  for (FactsImage::ScopeRow& scope : image->scopes) {
    for (FactsImage::Entry& entry : scope.entries) {
      if (entry.ref.kind != FactsImage::Ref::Kind::Foreign || known[entry.ref.row]) continue;
      entry.target = Binding::Target::Unknown;
      entry.ref = {};
    }
  }
  for (FactsImage::ExternRow& row : image->extern_prelude)
    if (row.crate != kFactsNone && image->foreign_crates[row.crate].sysroot == kFactsNone) row.crate = kFactsNone;
}

// All crates for one target.
class TargetDescriber {
 public:
  TargetDescriber(const TargetFacts& target, const std::vector<std::string>& more, std::string library,
                  std::vector<FactsMerger>* mergers, std::set<std::string>* lacking)
      : target_(target), more_(more), library_(std::move(library)), mergers_(*mergers), lacking_(*lacking) {
    analysis_.crates.resize(kSysrootCrates);
    analysis_.package_names.assign(kSysrootCrateNames.begin(), kSysrootCrateNames.end());
  }

  bool run() {
    for (const SysrootCrate crate : kSysrootOrder) {
      if (!exists(crate)) return false;
      WorkOptions work;
      work.threads = 1;
      work.stack_bytes = size_t{64} << 20;
      const auto describe = [&](size_t, uint32_t) {
        if (crate == kStdLibc) write_libc();
        const CfgSet cfg = cfg_of(crate);
        analysis_.crates[crate] = collect(crate, cfg, file_of(crate));
        FactsImage image = make_facts_image(*analysis_.crates[crate], analysis_, cfg);
        replace_macros(&image, &lacking_);
        forget_other_crates(&image);
        mergers_[crate].add(std::string(target_.name), std::move(image));
      };
      const auto always = [](size_t, size_t) { return true; };
      run_work(1, work, describe, always);
    }
    return true;
  }

 private:
  bool exists(SysrootCrate crate) {
    const std::string file = root_of(library_, crate);
    if (reader_.exists(file)) return true;
    std::fprintf(stderr, "%s is not there\n", file.c_str());
    return false;
  }

  [[nodiscard]] std::string file_of(SysrootCrate crate) const {
    return crate == kStdLibc ? std::string(kLibcText) : root_of(library_, crate);
  }

  [[nodiscard]] CfgSet cfg_of(SysrootCrate crate) const {
    CfgSet cfg;
    for (const manifest::CfgFact& fact : target_.facts)
      fact.has_value ? cfg.add(fact.key, fact.value) : cfg.add(fact.key);
    cfg.add("panic", target_.panic);
    for (const std::string& fact : more_) add_fact(fact, &cfg);
    for (const char* feature : source_of(crate).features) cfg.add("feature", feature);
    cfg.finish();
    if (crate != kStdLibc) return cfg;
    for (const std::string& fact : libc_facts(cfg)) cfg.add(fact);
    cfg.finish();
    return cfg;
  }

  std::shared_ptr<const CrateDefs> collect(SysrootCrate crate, const CfgSet& cfg, const std::string& file) {
    CollectInput input;
    input.name = crate == kStdLibc ? "libc" : kSysrootCrateNames[crate];
    input.root_file = file;
    input.edition = source_of(crate).edition;
    input.cfg = &cfg;
    input.index = crate;
    input.package_name = input.name;
    for (const SysrootCrate other : kSysrootOrder) {
      if (other == crate) break;
      if (analysis_.crates[other] == nullptr) continue;
      input.dependencies.push_back({other == kStdLibc ? "libc" : std::string(kSysrootCrateNames[other]), other});
    }
    if (crate == kStdLibc) input.dependencies.push_back({"rest_of_libc", kNoCrate});
    return collect_crate(input, analysis_, reader_, {});
  }

  // Which of libc's types std holds is known once std was read without them.
  void write_libc() {
    const CfgSet std_cfg = cfg_of(kStd);
    const auto std_alone = collect(kStd, std_cfg, file_of(kStd));
    const std::set<std::string> words = words_of_types(make_facts_image(*std_alone, analysis_, std_cfg));
    const CfgSet cfg = cfg_of(kStdLibc);
    analysis_.crates[kStdLibc] = collect(kStdLibc, cfg, root_of(library_, kStdLibc));
    reader_.libc = libc_types(*analysis_.crates[kStdLibc], analysis_, cfg, words);
    analysis_.crates[kStdLibc] = nullptr;
  }

  const TargetFacts& target_;
  const std::vector<std::string>& more_;
  std::string library_;
  std::vector<FactsMerger>& mergers_;
  std::set<std::string>& lacking_;
  DiskReader reader_;
  Analysis analysis_;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 5) {
    std::fprintf(stderr, "usage: generate_std_facts LIBRARY VERSION CFG OUT [TARGET...]\n");
    return 2;
  }
  // The default target is the first: what is asked for without a target.
  std::vector<const TargetFacts*> targets = {find_target(default_target())};
  if (argc > 5) targets.clear();
  for (int i = 5; i < argc; ++i) targets.push_back(find_target(argv[i]));
  if (argc == 5)
    for (const TargetFacts& target : known_targets())
      if (&target != targets[0]) targets.push_back(&target);
  std::vector<FactsMerger> mergers(kSysrootCrates);
  std::set<std::string> lacking;
  const auto unstable = read_unstable_cfg(argv[3]);
  for (const TargetFacts* target : targets) {
    if (target == nullptr) {
      std::fprintf(stderr, "a target is not known\n");
      return 2;
    }
    std::fprintf(stderr, "%s\n", std::string(target->name).c_str());
    const auto more = unstable.find(std::string(target->name));
    if (more == unstable.end()) {
      std::fprintf(stderr, "%s says nothing of it\n", argv[3]);
      return 1;
    }
    if (!TargetDescriber(*target, more->second, argv[1], &mergers, &lacking).run()) return 1;
  }
  for (const std::string& name : lacking) std::fprintf(stderr, "no macro of our own: %s\n", name.c_str());
  FactsBytes out;
  out.text(argv[2]);
  std::string all;
  for (uint32_t i = 0; i < kSysrootCrates; ++i) {
    const std::string facts = encode_facts(mergers[i].finish(), FactsUse::Builtin);
    std::printf("%s %zu\n", std::string(kSysrootCrateNames[i]).c_str(), facts.size());
    out.number(facts.size());
    all += facts;
  }
  out.out += all;
  std::ofstream file(argv[4], std::ios::binary);
  file << out.out;
  file.close();
  return file ? 0 : 1;
}
